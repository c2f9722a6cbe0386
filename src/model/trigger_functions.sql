-- model/trigger_functions.sql: the trigger functions of the model's invariants,
-- which bind every role, superusers included. triggers.sql attaches them.
CREATE FUNCTION workflow_perms.guard() RETURNS trigger
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'wp_guard';
COMMENT ON FUNCTION workflow_perms.guard() IS 'Internal trigger: if row security binds the current user on the table, calls the trigger function of this schema that its argument names, as the owner of the table. Otherwise permits the row.';

CREATE FUNCTION workflow_perms.effect() RETURNS trigger
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'wp_effect';
COMMENT ON FUNCTION workflow_perms.effect() IS 'Internal trigger: calls the trigger function of this schema that its argument names, as the owner of the table. in_effect() is true meanwhile.';

CREATE FUNCTION workflow_perms.in_effect() RETURNS boolean
LANGUAGE c VOLATILE STRICT PARALLEL RESTRICTED COST 1
AS 'MODULE_PATHNAME', 'wp_in_effect_sql';
COMMENT ON FUNCTION workflow_perms.in_effect() IS 'Whether the extension is carrying out an effect of its own, such as making the first owner of a workflow. Never raises an error.';

CREATE FUNCTION workflow_perms._invariant() RETURNS trigger
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'wp_invariant';
COMMENT ON FUNCTION workflow_perms._invariant() IS 'Internal trigger: raises 23001 or 23514 if the row breaks the rule that its argument names. Reads what is committed now, as the owner of the table.';

CREATE FUNCTION workflow_perms._keep_columns() RETURNS trigger
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'wp_keep_columns';
COMMENT ON FUNCTION workflow_perms._keep_columns() IS 'Internal trigger: raises 23514, with COLUMN NAME, if an update changes one of the columns that its arguments name. Spec 6.3.';

CREATE FUNCTION workflow_perms._extension_writes() RETURNS trigger
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'wp_extension_writes';
COMMENT ON FUNCTION workflow_perms._extension_writes() IS 'Internal trigger: raises 23514, with COLUMN NAME, if a statement other than an effect of the extension gives a value to one of the columns that its arguments name. Naming one with its old value, its default or NULL is allowed and changes nothing. Spec 6.3.';

CREATE FUNCTION workflow_perms._check_metadata() RETURNS trigger
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'wp_check_metadata';
COMMENT ON FUNCTION workflow_perms._check_metadata() IS 'Internal trigger: raises 54000 if metadata exceeds workflow_perms.max_metadata_size.';

CREATE FUNCTION workflow_perms._check_workspace_kind() RETURNS trigger
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	IF NEW.kind IS DISTINCT FROM OLD.kind
		AND NOT (OLD.kind IN ('open', 'closed') AND NEW.kind IN ('open', 'closed'))
	THEN
		PERFORM workflow_perms._raise_violation('23514', 'same_family',
			format('workspace "%s" cannot change from %s to %s', OLD.workspace_id, OLD.kind, NEW.kind),
			'A workspace changes between open and closed only.', TG_TABLE_NAME::text, 'kind');
	END IF;
	RETURN NEW;
END
$body$;
COMMENT ON FUNCTION workflow_perms._check_workspace_kind() IS 'Internal trigger: refuses (23514) changes of kind except between open and closed.';

-- The two spellings of the anonymous principals' role are one role.
CREATE FUNCTION workflow_perms._canonical_role() RETURNS trigger
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	IF NEW.role = 'NotAuthenticatedUser' THEN
		NEW.role := 'NonAuthenticatedUser';
	END IF;
	RETURN NEW;
END
$body$;
COMMENT ON FUNCTION workflow_perms._canonical_role() IS 'Internal trigger: stores NotAuthenticatedUser as NonAuthenticatedUser.';

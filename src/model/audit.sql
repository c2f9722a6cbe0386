-- model/audit.sql: the audit log (spec 5): how it is written, how it is kept
-- unchanged, and who may read it.
--
-- An entry is a row that changed.  `action` is insert, update or delete.
-- `before` and `after` are the whole row as JSON. An update that changes
-- nothing makes no entry.  `object` is the table and the row's key after
-- account_id, in the order of _model_keys(), such as `workflow_members w1 u2
-- -`.  NULL is -. A value is written as a JSON string if it is empty, is -, or
-- contains a space, a control character or a double quote.  A publish is an
-- update of `workflows` that changes live_version.  An automatic disable is an
-- update of `enablements` whose reason is a code.
--
-- `principal` is the session's.  It is NULL without a principal, for an
-- anonymous one, and for one of another account.  A principal that was reset in
-- the transaction is still recorded.  `database_role` is the role that the
-- session has taken.  Changes that the extension makes by itself are recorded
-- for the user that caused them.  The triggers are for statements, so they run
-- after all invariants and all effects for rows.  An effect's entry (a discarded
-- draft) can come before that of its cause.
CREATE FUNCTION workflow_perms._audit() RETURNS trigger
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'wp_audit';
COMMENT ON FUNCTION workflow_perms._audit() IS 'Internal effect: writes an entry into the audit log for each row that the statement changed. Spec 5.';

CREATE FUNCTION workflow_perms._changed_rows()
RETURNS TABLE (account_id text, object text, before record, after record)
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 10
AS 'MODULE_PATHNAME', 'wp_changed_rows';
COMMENT ON FUNCTION workflow_perms._changed_rows() IS 'Internal: the rows that were changed by the statement whose trigger is writing the audit log. Raises 55000 if no trigger is. Spec 5.';

CREATE FUNCTION workflow_perms._entry_id() RETURNS uuid
LANGUAGE c VOLATILE STRICT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'wp_entry_id';
COMMENT ON FUNCTION workflow_perms._entry_id() IS 'Internal: an id for an entry of the audit log, a UUID of version 7, which sorts after all ids that this session has made before. Spec 6.1.';

CREATE FUNCTION workflow_perms._keep_entries() RETURNS trigger
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	IF TG_OP = 'INSERT' THEN
		PERFORM workflow_perms._raise_violation('23514', 'system', 'entries of the audit log are written by the extension only',
			'Every change is logged by itself.', TG_TABLE_NAME::text, NULL);
	END IF;
	PERFORM workflow_perms._raise_violation('23001', 'append_only', 'entries of the audit log stay as they were written',
		'They go with their account only.', TG_TABLE_NAME::text, NULL);
END
$body$;
COMMENT ON FUNCTION workflow_perms._keep_entries() IS 'Internal trigger: for every role, refuses other writes to the audit log (23514), and updating, deleting or truncating it (23001).';

CREATE FUNCTION workflow_perms._keep_rows() RETURNS trigger
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	PERFORM workflow_perms._raise_violation('23001', 'audited',
		format('table "%s" cannot be truncated, because its changes are audited', TG_TABLE_NAME),
		'Delete the rows, or the accounts.', TG_TABLE_NAME::text, NULL);
END
$body$;
COMMENT ON FUNCTION workflow_perms._keep_rows() IS 'Internal trigger: refuses to truncate a table whose changes are audited, 23001.';

CREATE FUNCTION workflow_perms._create_audit()
RETURNS void LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	audited record;
	relation text;
BEGIN
	FOR audited IN
		SELECT k.relation, e.event, e.tables, coalesce(nullif(k.key, '{}'), '{account_id}') AS key
		FROM workflow_perms._model_keys() k, (VALUES
			('insert', 'NEW TABLE AS new_rows'),
			('update', 'OLD TABLE AS old_rows NEW TABLE AS new_rows'),
			('delete', 'OLD TABLE AS old_rows')
		) AS e (event, tables)
		WHERE k.is_audited
	LOOP
		EXECUTE format('CREATE TRIGGER %I AFTER %s ON workflow_perms.%I REFERENCING %s'
			' FOR EACH STATEMENT EXECUTE FUNCTION workflow_perms.effect(''_audit'', %s)',
			'audit_' || audited.event, audited.event, audited.relation, audited.tables,
			(SELECT string_agg(quote_literal(k.name), ', ' ORDER BY k.place)
				FROM unnest(audited.key) WITH ORDINALITY AS k (name, place)));
	END LOOP;
	FOR relation IN SELECT k.relation FROM workflow_perms._model_keys() k WHERE k.is_audited LOOP
		EXECUTE format('CREATE TRIGGER keep_rows BEFORE TRUNCATE ON workflow_perms.%I'
			' FOR EACH STATEMENT EXECUTE FUNCTION workflow_perms._keep_rows()', relation);
	END LOOP;

	CREATE TRIGGER keep_rows BEFORE TRUNCATE ON workflow_perms.audit_log
		FOR EACH STATEMENT EXECUTE FUNCTION workflow_perms._keep_entries();

	PERFORM workflow_perms._create_policy_set('audit_log', concat_ws(' OR ',
		'workflow_perms.principal_has_account_role(account_id, VARIADIC ''{admin}''::workflow_perms.account_role[])',
		'workflow_perms.principal_holds(account_id, ''team.manage_roles'')'), 'workflow_perms.principal_is_team(account_id)');
END
$body$;
COMMENT ON FUNCTION workflow_perms._create_audit() IS 'Internal step of create_model(): the triggers that write the audit log and keep it unchanged, and its policies. Spec 5.';

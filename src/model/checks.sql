-- model/checks.sql: the messages of the tables' check constraints (tables.sql).
-- PostgreSQL would name the constraint and show the row.  Spec 7 requires the
-- faulty part to be named, a hint, and no values.  So each check is wrapped in
-- a function that raises 23514 itself, including the constraint's name.
CREATE FUNCTION workflow_perms._require(holds boolean, rule text, message text, hint text)
RETURNS boolean LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'wp_require_sql';
COMMENT ON FUNCTION workflow_perms._require(boolean, text, text, text) IS
'Internal: true if the check holds or is NULL; otherwise raises 23514 with this message and hint, naming the constraint. Spec 7.';

CREATE FUNCTION workflow_perms._require_ids(table_name text, id1 text, id2 text, id3 text, id4 text, id5 text, id6 text, id7 text)
RETURNS boolean LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'wp_require_ids';
COMMENT ON FUNCTION workflow_perms._require_ids(text, text, text, text, text, text, text, text) IS
'Internal, for the check <table>_ids_have_1_to_255_bytes: true if these columns have 1 to 255 bytes or are NULL; otherwise raises 23514, naming the first that has not. Spec 7.';

CREATE FUNCTION workflow_perms._explain_checks() RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	checked record;
BEGIN
	FOR checked IN
		SELECT c.conrelid::regclass AS relation, c.conname AS name, pg_get_expr(c.conbin, c.conrelid) AS rule,
			format(s.message, a.attname) AS message, s.hint
		FROM pg_constraint c
		LEFT JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
		LEFT JOIN (VALUES
			('has_1_to_255_bytes', '%s must have 1 to 255 bytes', 'Ids and names are any text of that length; what is longer can be hashed.'),
			('name_has_1_to_255_characters', '%s must have 1 to 255 characters', 'It is for people; NULL stands for none.'),
			('has_at_most_255_bytes', '%s must have at most 255 bytes', 'What is longer can be hashed.'),
			('creator_roles_is_a_plain_list', '%s must be a list of account roles, without NULL', 'Such as {admin,member}.'),
			('member_has_account_role', 'a member needs an account_role', 'One of admin, member, viewer and guest.'),
			('connected_has_no_account_role', 'a connected user has no account_role', 'Leave account_role out.'),
			('metadata_is_an_object', '%s must be a JSON object', 'Such as {"plan": "pro"}.'),
			('role_is_no_alias', 'NotAuthenticatedUser is another spelling of the role NonAuthenticatedUser', 'Name that one.'),
			('is_no_system_role', '%s must not be a system role', 'AuthenticatedUser and NonAuthenticatedUser are named by execution rules only.'),
			('grantee_is_user_or_role', 'a grantee is a user or a role: exactly one of user_id and role', 'For both write two rows.'),
			('workflow_or_workspace', 'a rule is for a workflow or for a workspace, not for both',
				'A rule of the workflow counts for nothing else; leave workspace_id out.'),
			('owner_is_a_user', 'an owner is a user, not a role', 'Leave is_owner false where a role is named.'),
			('version_is_positive', '%s must be positive', 'Versions count from 1.'),
			('column_has_a_board', 'a step that names a column names its board', 'Give board_id too.')
		) AS s (suffix, message, hint) ON c.conname LIKE '%\_' || s.suffix
		WHERE c.contype = 'c' AND c.conname NOT LIKE '%\_ids\_have\_1\_to\_255\_bytes' AND c.connamespace = 'workflow_perms'::regnamespace
			AND c.conrelid::regclass = ANY (SELECT to_regclass('workflow_perms.' || t) FROM unnest(workflow_perms._model_tables()) AS t)
		ORDER BY c.conrelid, c.conname
	LOOP
		-- If a check has no message, NULL here raises an error.
		EXECUTE format('ALTER TABLE %1$s DROP CONSTRAINT %2$I,'
			' ADD CONSTRAINT %2$I CHECK (workflow_perms._require(%3$s, %2$L, %4$L, %5$L))',
			checked.relation, checked.name, checked.rule, checked.message, checked.hint);
	END LOOP;
END
$body$;
COMMENT ON FUNCTION workflow_perms._explain_checks() IS 'Internal step of create_model(): gives the tables'' checks a message and a hint. Spec 7.';

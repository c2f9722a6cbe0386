-- model/guard_schema.sql: what the owner of the model may put into schema
-- workflow_perms.
--
-- An owner of the application's own (create_model(owner => ...)) has CREATE on
-- the schema, because PostgreSQL asks for it to make an index.  With it a role
-- could also make functions that a superuser's call finds in the place of ours
-- (drift_schema.sql).  So an event trigger looks at the schema after each
-- command of such a role, whatever the command was: objects also come by SET
-- SCHEMA, of an extension too.
CREATE FUNCTION workflow_perms._guard_schema() RETURNS event_trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	foreign_object text;
BEGIN
	IF (SELECT r.rolsuper FROM pg_roles r WHERE r.rolname = current_user)
		-- The owner is known by any of the model's tables, whichever it renames. A stranger may have one of its own with such a name.
		OR (SELECT count(*) < 5 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
			WHERE n.nspname = 'workflow_perms' AND c.relname = ANY ('{accounts,users,roles,role_grants,workspaces,workflows,boards,runs,run_steps,audit_log}'::name[])
				AND pg_has_role(c.relowner, 'MEMBER'))
	THEN
		RETURN;
	END IF;
	SELECT pg_describe_object(d.classid, d.objid, 0) INTO foreign_object
		FROM pg_depend d
			JOIN pg_database b ON b.datname = current_database()
			JOIN pg_shdepend s ON s.dbid = b.oid AND s.classid = d.classid AND s.objid = d.objid AND s.deptype = 'o'
			JOIN pg_roles r ON r.oid = s.refobjid
			LEFT JOIN pg_class c ON d.classid = 'pg_class'::regclass AND c.oid = d.objid
		WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = 'workflow_perms'::regnamespace
			AND NOT r.rolsuper AND pg_has_role(r.oid, 'MEMBER')
			-- Indexes and sequences of its tables, and their statistics.
			AND d.classid <> 'pg_statistic_ext'::regclass
			AND coalesce(c.relkind NOT IN ('i', 'I', 'S') AND c.relname <> ALL (workflow_perms._model_tables()) AND c.relname <> ALL (workflow_perms._model_views()), true)
		LIMIT 1;
	IF FOUND THEN
		PERFORM workflow_perms._raise('42501', format('permission denied to put %s into schema workflow_perms', foreign_object),
			'Use another schema. The owner of the model''s tables may alter them, and make indexes and statistics.');
	END IF;
END
$body$;
COMMENT ON FUNCTION workflow_perms._guard_schema() IS 'Internal event trigger: raises 42501 if the owner of the model''s tables, or a member of it, puts anything but indexes, sequences and statistics into schema workflow_perms. Spec 6.1.';

CREATE EVENT TRIGGER workflow_perms_schema ON ddl_command_end EXECUTE FUNCTION workflow_perms._guard_schema();
COMMENT ON EVENT TRIGGER workflow_perms_schema IS 'Keeps what is not an index, a sequence or statistics of the model''s tables out of schema workflow_perms, where their owner may create.';

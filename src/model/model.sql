-- model/model.sql: create_model(), which makes the tables once, in steps that
-- have a file each.
CREATE FUNCTION workflow_perms._creating_extension() RETURNS boolean
LANGUAGE c VOLATILE STRICT PARALLEL RESTRICTED COST 1
AS 'MODULE_PATHNAME', 'wp_creating_extension';
COMMENT ON FUNCTION workflow_perms._creating_extension() IS 'Internal: whether an extension script is running, so that objects made now become members of that extension.';

-- Raises an error if create_model() cannot run here.
CREATE FUNCTION workflow_perms._check_model_missing() RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	found text;
BEGIN
	IF workflow_perms._creating_extension() THEN
		PERFORM workflow_perms._raise('55000', 'create_model() cannot be run inside an extension script',
			'Run it after CREATE EXTENSION, in a statement of its own.',
			'The tables would become members of the extension, and dumps would lose their rows.');
	END IF;
	IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
		PERFORM workflow_perms._raise('42501', 'permission denied to create the model',
			'Only a superuser may run create_model().');
	END IF;

	SELECT string_agg('workflow_perms.' || c.relname, ', ' ORDER BY array_position(workflow_perms._model_tables(), c.relname::text))
		INTO found
		FROM pg_class c
		WHERE c.relnamespace = 'workflow_perms'::regnamespace AND c.relname = ANY (workflow_perms._model_tables());
	IF found IS NOT NULL THEN
		PERFORM workflow_perms._raise('42710', 'the model exists already',
			'create_model() is run once in a database.',
			'Found ' || found || '.');
	END IF;
END
$body$;
COMMENT ON FUNCTION workflow_perms._check_model_missing() IS 'Internal step of create_model(): refuses a second run, and an extension script.';

CREATE FUNCTION workflow_perms._check_model_arguments(application regrole, engine regrole) RETURNS void
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	role record;
	found text;
	hint text;
BEGIN
	FOR role IN
		SELECT a.argument, a.oid, a.other, r.rolname, r.rolsuper, r.rolbypassrls
			FROM (VALUES ('application', application::oid, engine::oid), ('engine', engine::oid, application::oid)) AS a (argument, oid, other)
			LEFT JOIN pg_roles r USING (oid)
	LOOP
		IF role.rolname IS NULL THEN
			PERFORM workflow_perms._raise('42704', format('argument "%s" names no role', role.argument),
				'Name two roles, such as application => ''app'', engine => ''flow_engine''.');
		ELSIF role.rolname = 'workflow_perms_owner' THEN
			PERFORM workflow_perms._raise('22023', format('role "%s" cannot be the %s role', role.rolname, role.argument),
				'That role owns the tables; name another.');
		ELSIF role.rolsuper OR role.rolbypassrls THEN
			PERFORM workflow_perms._raise('22023', format('role "%s" cannot be the %s role, because row security never binds it', role.rolname, role.argument),
				format('Take away what frees it: ALTER ROLE %I NOSUPERUSER NOBYPASSRLS;', role.rolname));
		END IF;
		SELECT string_agg(DISTINCT x.detail, ' '), string_agg(DISTINCT x.mend, ' ') INTO found, hint
			FROM workflow_perms._excess_of_role(role.oid, ARRAY[role.other]) x;
		IF found IS NOT NULL THEN
			PERFORM workflow_perms._raise('22023', format('role "%s" cannot be the %s role, because of what else it has or can become', role.rolname, role.argument),
				'Run ' || hint, found);
		END IF;
	END LOOP;
	IF application = engine THEN
		PERFORM workflow_perms._raise('22023', 'the application role and the engine role must be two roles',
			'The engine records runs, which the application may only read.');
	END IF;
END
$body$;
COMMENT ON FUNCTION workflow_perms._check_model_arguments(regrole, regrole) IS 'Internal step of create_model() and grant_model(): refuses unsuitable roles.';

-- The role that owns the tables.  No one logs in as it and no role is a member
-- of it, because row security would not bind them.
CREATE FUNCTION workflow_perms._create_model_owner() RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	owner record;
	members text;
BEGIN
	SELECT * INTO owner FROM pg_roles WHERE rolname = 'workflow_perms_owner';
	IF NOT FOUND THEN
		CREATE ROLE workflow_perms_owner NOLOGIN;
		RETURN;
	END IF;
	IF owner.rolcanlogin OR owner.rolsuper OR owner.rolbypassrls THEN
		PERFORM workflow_perms._raise('22023', 'role "workflow_perms_owner" cannot own the tables, because it can log in or is above row security',
			'Run ALTER ROLE workflow_perms_owner NOLOGIN NOSUPERUSER NOBYPASSRLS;');
	END IF;
	SELECT string_agg(quote_ident(m.rolname), ', ' ORDER BY m.rolname COLLATE "C") INTO members
		FROM pg_auth_members a JOIN pg_roles m ON m.oid = a.member
		WHERE a.roleid = owner.oid;
	IF members IS NOT NULL THEN
		PERFORM workflow_perms._raise('22023', 'role "workflow_perms_owner" cannot own the tables, because it has members',
			format('Run REVOKE workflow_perms_owner FROM %s;', members),
			format('Row security would not bind %s.', members));
	END IF;
END
$body$;
COMMENT ON FUNCTION workflow_perms._create_model_owner() IS 'Internal step of create_model(): makes the role that owns the tables, or refuses the one that exists.';

-- Gives the tables to their owner and enables row security.  It is not forced:
-- foreign keys, the extension's effects and pg_dump read as the owner.
CREATE FUNCTION workflow_perms._secure_tables() RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	name text;
BEGIN
	FOREACH name IN ARRAY workflow_perms._model_tables() LOOP
		EXECUTE format('ALTER TABLE workflow_perms.%I OWNER TO workflow_perms_owner', name);
		EXECUTE format('ALTER TABLE workflow_perms.%I ENABLE ROW LEVEL SECURITY', name);
		-- Policies do not apply to TRUNCATE, which would delete every account's
		-- rows.
		EXECUTE format('CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON workflow_perms.%I'
			' FOR EACH STATEMENT EXECUTE FUNCTION workflow_perms.guard(''_refuse_truncate'')', name);
	END LOOP;
END
$body$;
COMMENT ON FUNCTION workflow_perms._secure_tables() IS 'Internal step of create_model(): the owner and the row security of the tables.';

CREATE FUNCTION workflow_perms.create_model(application regrole, engine regrole) RETURNS void
LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 100
AS 'MODULE_PATHNAME', 'wp_call_as_caller';
COMMENT ON FUNCTION workflow_perms.create_model(regrole, regrole) IS
'Makes the tables of the model in schema workflow_perms, with keys, constraints, indexes, triggers and row security, once per database. application: the role with which the product connects; engine: the role with which its workflow engine records runs. Superusers only. Raises 42710 if the model exists, 22023 or 42704 for unsuitable roles, 55000 inside an extension script. Spec 6.1.';

CREATE FUNCTION workflow_perms._create_model(application regrole, engine regrole) RETURNS void
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	PERFORM workflow_perms._check_model_missing();
	PERFORM workflow_perms._check_model_arguments(application, engine);
	PERFORM workflow_perms._create_model_owner();
	PERFORM workflow_perms._create_tables();
	PERFORM workflow_perms._explain_checks();
	PERFORM workflow_perms._create_indexes();
	PERFORM workflow_perms._comment_tables();
	PERFORM workflow_perms._create_triggers();
	PERFORM workflow_perms._create_draft_triggers();
	PERFORM workflow_perms._secure_tables();
	PERFORM workflow_perms._create_policies();
	PERFORM workflow_perms._create_engine_policies(engine);
	PERFORM workflow_perms._create_history();
	PERFORM workflow_perms._create_names(false);
	PERFORM workflow_perms._create_audit();
	PERFORM workflow_perms._create_registry();
	PERFORM workflow_perms._create_application_policy(application);
	PERFORM workflow_perms._change_privileges(application, engine,
		(SELECT array_agg('workflow_perms.' || t) FROM unnest(workflow_perms._model_tables() || workflow_perms._model_views()) t), true);
	PERFORM workflow_perms._mark_model();
END
$body$;
COMMENT ON FUNCTION workflow_perms._create_model(regrole, regrole) IS 'Internal: the body of create_model().';

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

CREATE FUNCTION workflow_perms._check_model_arguments(application regrole, engine regrole, owner name) RETURNS void
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
		ELSIF role.rolname = owner THEN
			PERFORM workflow_perms._raise('22023', format('role "%s" cannot be the %s role', role.rolname, role.argument),
				'That role owns the tables; name another.');
		ELSIF role.rolsuper OR role.rolbypassrls THEN
			PERFORM workflow_perms._raise('22023', format('role "%s" cannot be the %s role, because row security never binds it', role.rolname, role.argument),
				format('Take away what frees it: ALTER ROLE %I NOSUPERUSER NOBYPASSRLS;', role.rolname));
		ELSIF owner <> 'workflow_perms_owner' AND pg_has_role(role.oid, (SELECT r.oid FROM pg_roles r WHERE r.rolname = owner), 'MEMBER') THEN
			PERFORM workflow_perms._raise('22023', format('role "%s" cannot be the %s role, because it can become the owner of the tables', role.rolname, role.argument),
				format('Run REVOKE %I FROM %I; or what else ends the membership.', owner, role.rolname));
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
COMMENT ON FUNCTION workflow_perms._check_model_arguments(regrole, regrole, name) IS 'Internal step of create_model() and grant_model(): refuses unsuitable roles.';

-- The role that owns the tables.  By default no one logs in as it and no role is
-- a member of it, because row security would not bind them.  An owner that is
-- named is the role of the migrations, and permission_drift() reports it.
CREATE FUNCTION workflow_perms._create_model_owner(owner name) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	role record;
	members text;
BEGIN
	SELECT * INTO role FROM pg_roles WHERE rolname = owner;
	IF owner <> 'workflow_perms_owner' THEN
		IF role.rolname IS NULL THEN
			PERFORM workflow_perms._raise('42704', 'argument "owner" names no role', 'Name the role of the migrations, such as owner => ''migrator''.');
		ELSIF role.rolsuper OR role.rolbypassrls THEN
			PERFORM workflow_perms._raise('22023', format('role "%s" cannot own the tables, because it is above row security', owner),
				format('Name another, or run ALTER ROLE %I NOSUPERUSER NOBYPASSRLS;', owner),
				'The extension reads and writes with the rights of the owner, and calls what the owner attaches to the tables.');
		END IF;
		RETURN;
	ELSIF role.rolname IS NULL THEN
		CREATE ROLE workflow_perms_owner NOLOGIN;
		RETURN;
	END IF;
	IF role.rolcanlogin OR role.rolsuper OR role.rolbypassrls THEN
		PERFORM workflow_perms._raise('22023', 'role "workflow_perms_owner" cannot own the tables, because it can log in or is above row security',
			'Run ALTER ROLE workflow_perms_owner NOLOGIN NOSUPERUSER NOBYPASSRLS;');
	END IF;
	SELECT string_agg(quote_ident(m.rolname), ', ' ORDER BY m.rolname COLLATE "C") INTO members
		FROM pg_auth_members a JOIN pg_roles m ON m.oid = a.member
		WHERE a.roleid = role.oid;
	IF members IS NOT NULL THEN
		PERFORM workflow_perms._raise('22023', 'role "workflow_perms_owner" cannot own the tables, because it has members',
			format('Run REVOKE workflow_perms_owner FROM %s;', members),
			format('Row security would not bind %s.', members));
	END IF;
END
$body$;
COMMENT ON FUNCTION workflow_perms._create_model_owner(name) IS 'Internal step of create_model() and grant_model(): makes workflow_perms_owner if it is to own the tables and does not exist, and refuses an unsuitable owner. Spec 6.1.';

-- Enables row security.  It is not forced: foreign keys, the extension's
-- effects and pg_dump read as the owner.
CREATE FUNCTION workflow_perms._secure_tables() RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	name text;
BEGIN
	FOREACH name IN ARRAY workflow_perms._model_tables() LOOP
		EXECUTE format('ALTER TABLE workflow_perms.%I ENABLE ROW LEVEL SECURITY', name);
		-- Policies do not apply to TRUNCATE, which would delete every account's
		-- rows.
		EXECUTE format('CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON workflow_perms.%I'
			' FOR EACH STATEMENT EXECUTE FUNCTION workflow_perms.guard(''_refuse_truncate'')', name);
	END LOOP;
END
$body$;
COMMENT ON FUNCTION workflow_perms._secure_tables() IS 'Internal step of create_model(): the row security of the tables.';

CREATE FUNCTION workflow_perms._give_tables(owner name) RETURNS SETOF text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	change text;
BEGIN
	FOR change IN
		SELECT format('ALTER %s %s OWNER TO %I', CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, c.oid::regclass, owner)
			FROM pg_class c
			WHERE c.oid IN (SELECT workflow_perms._model_relations() UNION ALL SELECT to_regclass('workflow_perms.' || v) FROM unnest(workflow_perms._model_views()) v)
				AND pg_get_userbyid(c.relowner) <> owner
		UNION ALL
		SELECT format('ALTER STATISTICS workflow_perms.%I OWNER TO %I', s.stxname, owner)
			FROM pg_statistic_ext s
			WHERE s.stxrelid IN (SELECT workflow_perms._model_relations()) AND s.stxnamespace = 'workflow_perms'::regnamespace
				AND pg_get_userbyid(s.stxowner) <> owner
		ORDER BY 1 DESC
	LOOP
		EXECUTE change;
		RETURN NEXT change;
	END LOOP;
END
$body$;
COMMENT ON FUNCTION workflow_perms._give_tables(name) IS 'Internal step of create_model(), upgrade_model() and grant_model(): gives the tables, the view and their statistics to their owner, and returns the commands.';

CREATE FUNCTION workflow_perms.create_model(application regrole, engine regrole, owner regrole DEFAULT NULL) RETURNS void
LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 100
AS 'MODULE_PATHNAME', 'wp_call_as_caller';
COMMENT ON FUNCTION workflow_perms.create_model(regrole, regrole, regrole) IS
'Makes the tables of the model in schema workflow_perms, with keys, constraints, indexes, triggers and row security, once per database. application: the role with which the product connects; engine: the role with which its workflow engine records runs; owner: the role that owns the tables, by default workflow_perms_owner, which does not log in and is made if it does not exist. Another owner, such as the role of migrations, may alter the tables and grant set_principal(), create_account() and their like; it reads and writes every row, and permission_drift() reports it. Superusers only. Raises 42710 if the model exists, 22023 or 42704 for unsuitable roles, 55000 inside an extension script. Spec 6.1.';

CREATE FUNCTION workflow_perms._create_model(application regrole, engine regrole, owner regrole) RETURNS void
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	-- NULL also for a number that is no role's.
	owner_name CONSTANT name := CASE WHEN owner IS NULL THEN 'workflow_perms_owner' ELSE coalesce((SELECT r.rolname FROM pg_roles r WHERE r.oid = owner), '') END;
BEGIN
	PERFORM workflow_perms._check_model_missing();
	PERFORM workflow_perms._check_model_arguments(application, engine, owner_name);
	PERFORM workflow_perms._create_model_owner(owner_name);
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
	PERFORM workflow_perms._give_tables(owner_name);
	PERFORM workflow_perms._change_privileges(application, engine,
		(SELECT array_agg('workflow_perms.' || t) FROM unnest(workflow_perms._model_tables() || workflow_perms._model_views()) t), true);
	PERFORM workflow_perms._mark_model();
END
$body$;
COMMENT ON FUNCTION workflow_perms._create_model(regrole, regrole, regrole) IS 'Internal: the body of create_model().';

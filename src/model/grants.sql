-- model/grants.sql: the privileges on the objects of the extension and of
-- create_model(), and how they are granted.  They control statements, columns
-- and functions.  The policies control rows.
--
-- The intended privileges are stated once, as data: for PUBLIC in the install
-- script (src/privileges.sql), for the roles of the model in
-- _model_privileges(). _privilege_changes() compares them with the existing
-- ones. create_model() and grant_model() make the changes, and
-- permission_drift() reports them.  So default privileges of the database
-- (ALTER DEFAULT PRIVILEGES) have no lasting effect.

CREATE FUNCTION workflow_perms._grantee(grantee oid) RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 2
RETURN CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(grantee)) END;
COMMENT ON FUNCTION workflow_perms._grantee(oid) IS 'Internal: a grantee as GRANT names it: a role, quoted where needed, or PUBLIC for 0.';

-- The application may name every column of the tables that it writes, as
-- clients do that know tables but not privileges.  Triggers refuse to write
-- certain columns (_extension_writes(), _keep_columns()).  The application's
-- own columns are granted with the others.  Tables that it never updates (spec
-- 6.3) cannot be locked row by row by it either.  The engine is one program, so
-- its INSERT and UPDATE are granted by column.
CREATE FUNCTION workflow_perms._model_privileges(application regrole, engine regrole)
RETURNS TABLE (kind text, object text, column_name text, privilege text, grantee text, to_give_on boolean)
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 1000 ROWS 200
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	WITH model_owner (name) AS (
		SELECT quote_ident(workflow_perms._model_owner())
	), relations (grantee, relation, privileges) AS (
		SELECT application::text, t.*
		FROM (VALUES
			('accounts', '{SELECT,UPDATE}'::text[]),
			('users', '{SELECT,INSERT,UPDATE,DELETE}'),
			('roles', '{SELECT,INSERT,DELETE}'),
			('role_capabilities', '{SELECT,INSERT,DELETE}'),
			('role_includes', '{SELECT,INSERT,DELETE}'),
			('role_grants', '{SELECT,INSERT,UPDATE,DELETE}'),
			('workspaces', '{SELECT,INSERT,UPDATE,DELETE}'),
			('workspace_members', '{SELECT,INSERT,UPDATE,DELETE}'),
			('workflows', '{SELECT,INSERT,UPDATE,DELETE}'),
			('workflow_members', '{SELECT,INSERT,UPDATE,DELETE}'),
			('workflow_drafts', '{SELECT,INSERT,UPDATE,DELETE}'),
			('workflow_versions', '{SELECT}'),
			('execution_rules', '{SELECT,INSERT,UPDATE,DELETE}'),
			('boards', '{SELECT,INSERT,UPDATE,DELETE}'),
			('board_members', '{SELECT,INSERT,UPDATE,DELETE}'),
			('board_columns', '{SELECT,INSERT,UPDATE,DELETE}'),
			('column_access', '{SELECT,INSERT,DELETE}'),
			('workflow_steps', '{SELECT,INSERT,UPDATE,DELETE}'),
			('runs', '{SELECT}'),
			('run_steps', '{SELECT}'),
			('run_history', '{SELECT}'),
			('workflow_names', '{SELECT}'),
			('redacted_run_steps', '{SELECT}'),
			('connections', '{SELECT,DELETE}'),
			('enablements', '{SELECT,INSERT,UPDATE}'),
			('audit_log', '{SELECT}')
		) AS t
		UNION ALL
		-- The engine: runs and their steps in every account, and nothing else.
		SELECT engine::text, t.*, '{SELECT}' FROM (VALUES ('runs'), ('run_steps')) AS t
	), columns (grantee, relation, privilege, names) AS (
		SELECT engine::text, t.*
		FROM (VALUES
			('runs', 'INSERT', 'account_id, run_id, workflow_id, parent_run, for_user, status, started_at, finished_at'),
			('runs', 'UPDATE', 'status, finished_at'),
			('run_steps', 'INSERT', 'account_id, run_id, step_no, step_id, workspace_id, board_id, column_id, access, status, details, error'),
			('run_steps', 'UPDATE', 'status, details, error')
		) AS t
	), functions (grantees, signature) AS (
		SELECT ARRAY[application::text], unnest(ARRAY[
			'publish(text)', 'publish(text, jsonb)', 'transfer_ownership(text, text)', 'offboard(text, text)',
			'enable(text, text)', 'enable(text, text, text)', 'disable(text, text)', 'disable(text, text, text)',
			'connect(text)', 'connect(text, text)', 'merge_metadata(text, jsonb)'])
		UNION ALL
		SELECT ARRAY[application::text, engine::text], unnest(ARRAY[
			'start_run(text, text, text)', 'replay(text, text)'])
		UNION ALL
		SELECT ARRAY[engine::text], unnest(ARRAY[
			'step_access(text, text, text)',
			'record_steps(text, text, jsonb)',
			'record_step(text, text, integer, text, workflow_perms.run_status, jsonb, text, text, text, text, workflow_perms.step_access)',
			'finish_run(text, text, workflow_perms.run_status)'])
		UNION ALL
		-- Functions that guards and effects call about other users, as the
		-- owner.
		SELECT ARRAY[(SELECT o.name FROM model_owner o)], unnest(ARRAY[
			'_start_verdict(text, text)',
			'principal(text, text)', '_lapsed_drafts(text[], text[], text[])',
			'_discard_lapsed(text[], text[], text[], text[], text[], text[])',
			'_hold_workflow(text, text)', '_hold_registry(text)', '_changed_rows()', '_entry_id()',
			'_has_active_owner(text, text, text)',
			'_gains_by_inclusion(text, text, text)',
			'_holds_role(text, text)',
			'_lacked_capability(text, text, text)',
			'_member_refusal(text, text, text, text, boolean, text)', '_name_capability(text, text, text, text)',
			'_require_grantee(text, text, text)', '_require_place(text, text, text, text)',
			'_role_closure(text, text)',
			'_transfer_refusal(text, text)',
			'_check_offboarding(text, text, text)', '_inherit(text, text, text, text)',
			'_workflow_refusal(text, text, text)',
			-- Enabling: its gate runs as the tables' owner.
			'_gate_enabling(text, text, text)',
			-- In the plans of the owner's queries.
			'_as_bigint(text)', '_as_bigints(text[])', '_as_uuid(text)', '_as_uuids(text[])',
			'_model_keys()', '_references()',
			'_condition_or_never(text)', '_id_equal(text, text)', '_id_in(text, text[])', '_not_false(boolean)'])
		UNION ALL
		-- The owner may run permission_drift().
		SELECT ARRAY[(SELECT o.name FROM model_owner o)], unnest(ARRAY[
			'_application_role()', '_model_owner()', '_drift_of_code()', '_drift_of_definitions()', '_drift_of_identity()', '_drift_of_owners()', '_drift_of_privileges()',
			'_drift_of_readers()', '_drift_of_roles()', '_drift_of_schema()', '_drift_of_sources()', '_fault_query(text)', '_source_lacks(text, text)', '_left_out(text)', '_without_effect(text)', '_drift_of_tables()', '_drift_of_version()', '_engine_role()',
			'_excess_of_role(oid, oid[])', '_own_objects()', '_owner_of(oid, oid)',
			'_column_mend(text, text, text, text, text)', '_given_settings(text)', '_grantee(oid)', '_making(text, text, text)',
			'_installed_functions()', '_model_digests()', '_model_mark()', '_model_objects()',
			'_model_privileges(regrole, regrole)', '_model_relations()', '_model_views()', '_privilege_changes(regrole, regrole)',
			'_privilege_objects()', '_privileged_functions()', '_recorded_digests()', '_role_of_policies(text)',
			'_source_obstacles(regclass)', '_users_of(oid, oid)'])
	)
	SELECT 'TABLE', 'workflow_perms.' || r.relation, '', unnest(r.privileges), r.grantee, false
	FROM relations r
	WHERE to_regclass('workflow_perms.' || r.relation) NOT IN (SELECT s.relation FROM workflow_perms._sources() s)
	UNION ALL
	-- What would write a source is refused by its trigger, which says so.
	SELECT 'TABLE', s.relation::text, '', unnest('{SELECT,INSERT,UPDATE,DELETE}'::text[]), o.name, false
	FROM workflow_perms._sources() s, model_owner o
	UNION ALL
	SELECT 'TABLE', 'workflow_perms.' || c.relation, quote_ident(string_to_table(c.names, ', ')), c.privilege, c.grantee, false
	FROM columns c
	UNION ALL
	SELECT 'FUNCTION', to_regprocedure('workflow_perms.' || f.signature)::text, '', 'EXECUTE', unnest(f.grantees), false
	FROM functions f
	-- permission_drift() reports a function that is missing or renamed.
	WHERE to_regprocedure('workflow_perms.' || f.signature) IS NOT NULL
	UNION ALL
	SELECT 'SCHEMA', 'workflow_perms', '', 'USAGE', unnest(ARRAY[application::text, engine::text]), false
	UNION ALL
	-- An owner of the application's own: it makes indexes, for which CREATE on
	-- their schema is needed (guard_schema.sql), and gives to others what
	-- nobody has by default.
	SELECT 'SCHEMA', 'workflow_perms', '', 'CREATE', o.name, false
	FROM model_owner o WHERE o.name <> 'workflow_perms_owner'
	UNION ALL
	SELECT 'FUNCTION', p.oid::regprocedure::text, '', 'EXECUTE', o.name, g.to_give_on
	FROM model_owner o, pg_proc p, (VALUES (false), (true)) AS g (to_give_on)
	WHERE o.name <> 'workflow_perms_owner' AND p.pronamespace = 'workflow_perms'::regnamespace AND NOT p.proname ^@ '_'
		AND (p.oid IN (SELECT f FROM workflow_perms._privileged_functions() f)
			OR p.proname IN ('reevaluate', 'register_conditions', 'forget_unused_conditions', 'forget_missing', 'forget_history', 'read_from'))
	UNION ALL
	SELECT 'FUNCTION', to_regprocedure('workflow_perms._read_from_by_owner(text, regclass, boolean)')::text, '', 'EXECUTE', o.name, false
	FROM model_owner o WHERE o.name <> 'workflow_perms_owner';
END;
COMMENT ON FUNCTION workflow_perms._model_privileges(regrole, regrole) IS 'Internal: the privileges that create_model() gives to the application''s role, the engine''s and the owner of the tables. No rows if a role is NULL. Spec 6.3.';

-- Tables, the view, columns, functions and types of the extension, and the
-- schema.  Not the types of arrays and of rows, which belong to their element
-- type or table.
CREATE FUNCTION workflow_perms._privilege_objects()
RETURNS TABLE (kind text, object text, column_name text, relation text, owner oid, acl aclitem[], first_acl aclitem[])
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 5000 ROWS 600
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	WITH relations AS (
		SELECT c.oid, c.relowner, c.relacl
		FROM pg_class c
		WHERE c.oid IN (SELECT workflow_perms._model_relations() UNION SELECT to_regclass('workflow_perms.' || v) FROM unnest(workflow_perms._model_views()) v
			UNION SELECT s.relation FROM workflow_perms._sources() s)
	), members AS (
		SELECT d.classid, d.objid,
			(SELECT i.initprivs FROM pg_init_privs i WHERE i.classoid = d.classid AND i.objoid = d.objid AND i.objsubid = 0) AS first_acl
		FROM pg_depend d JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid
		WHERE d.deptype = 'e' AND e.extname = 'workflow_perms'
	)
	SELECT 'TABLE', r.oid::regclass::text, '', r.oid::regclass::text, r.relowner, coalesce(r.relacl, a.standard), a.standard
	FROM relations r, LATERAL (SELECT acldefault('r', r.relowner)) AS a (standard)
	UNION ALL
	SELECT 'TABLE', r.oid::regclass::text, quote_ident(a.attname), r.oid::regclass::text, r.relowner, a.attacl, NULL
	FROM relations r JOIN pg_attribute a ON a.attrelid = r.oid
	WHERE a.attacl IS NOT NULL AND NOT a.attisdropped
	UNION ALL
	SELECT 'FUNCTION', p.oid::regprocedure::text, '', NULL, p.proowner, coalesce(p.proacl, a.standard), coalesce(m.first_acl, a.standard)
	FROM members m JOIN pg_proc p ON m.classid = 'pg_proc'::regclass AND p.oid = m.objid, LATERAL acldefault('f', p.proowner) AS a (standard)
	UNION ALL
	SELECT 'TYPE', t.oid::regtype::text, '', NULL, t.typowner, coalesce(t.typacl, a.standard), coalesce(m.first_acl, a.standard)
	FROM members m JOIN pg_type t ON m.classid = 'pg_type'::regclass AND t.oid = m.objid, LATERAL acldefault('T', t.typowner) AS a (standard)
	WHERE NOT (t.typlen = -1 AND t.typelem <> 0) AND NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind <> 'c')
	UNION ALL
	SELECT 'SCHEMA', n.oid::regnamespace::text, '', NULL, n.nspowner, coalesce(n.nspacl, a.standard), coalesce(m.first_acl, a.standard)
	FROM members m JOIN pg_namespace n ON m.classid = 'pg_namespace'::regclass AND n.oid = m.objid, LATERAL acldefault('n', n.nspowner) AS a (standard);
END;
COMMENT ON FUNCTION workflow_perms._privilege_objects() IS 'Internal: the objects with privileges of the model and the extension, with their owner, their present privileges, and those that they came with, from the install script or by default.';

-- The revokes and grants that are needed, one command for each object and
-- grantee.  The application grants columns that are not the model's.  `finding`
-- is the finding of permission_drift() for it.  It is NULL if another function
-- reports it, or if the grantee is a superuser.
CREATE FUNCTION workflow_perms._privilege_changes(application regrole, engine regrole)
RETURNS TABLE (finding text, kind text, object text, relation text, grantee text, privileges text, command text)
LANGUAGE sql STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10000 ROWS 10
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	WITH objects AS MATERIALIZED (
		SELECT * FROM workflow_perms._privilege_objects()
	), recorded AS MATERIALIZED (
		SELECT r.relation, r.object FROM workflow_perms._recorded_digests() r
	), meant AS (
		-- the owner's, and those of PUBLIC
		SELECT o.kind, o.object, o.column_name, a.privilege_type AS privilege, workflow_perms._grantee(a.grantee) AS grantee, false AS to_give_on
		FROM objects o, aclexplode(acldefault(CASE o.kind WHEN 'FUNCTION' THEN 'f' WHEN 'TYPE' THEN 'T' WHEN 'SCHEMA' THEN 'n' ELSE 'r' END::"char", o.owner)) a
		WHERE a.grantee = o.owner AND o.column_name = ''
		UNION
		SELECT o.kind, o.object, o.column_name, a.privilege_type, 'PUBLIC', false
		FROM objects o, aclexplode(o.first_acl) a
		WHERE a.grantee = 0
		UNION
		SELECT p.*
		FROM workflow_perms._model_privileges(application, engine) p
		WHERE CASE WHEN p.kind <> 'TABLE' THEN true WHEN p.column_name = '' THEN to_regclass(p.object) IS NOT NULL
			ELSE EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = to_regclass(p.object) AND quote_ident(a.attname) = p.column_name
				AND NOT a.attisdropped) END
	), there AS (
		SELECT o.kind, o.object, o.column_name, a.privilege_type AS privilege, workflow_perms._grantee(a.grantee) AS grantee, g.to_give_on
		FROM objects o, aclexplode(o.acl) a, LATERAL (SELECT false UNION ALL SELECT true WHERE a.is_grantable) AS g (to_give_on)
		-- What the owner of the model gives on is meant, or reported by
		-- _drift_of_identity().
		WHERE a.grantor = o.owner OR o.kind <> 'FUNCTION' OR pg_get_userbyid(a.grantor) <> (SELECT workflow_perms._model_owner())
	), too_many AS (
		SELECT * FROM there EXCEPT SELECT * FROM meant
	), change AS (
		SELECT CASE WHEN m.to_give_on THEN 'GRANT TO GIVE ON' ELSE 'GRANT' END AS verb, 'missing_privilege' AS finding, m.*
		FROM (SELECT * FROM meant EXCEPT SELECT * FROM there) m
		UNION ALL
		SELECT CASE WHEN t.to_give_on THEN 'REVOKE GRANT OPTION FOR' ELSE 'REVOKE' END,
			CASE WHEN (t.kind = 'TABLE' AND t.privilege IN ('TRIGGER', 'REFERENCES'))
				OR (t.kind = 'SCHEMA' AND t.privilege = 'CREATE')
				OR (t.kind = 'FUNCTION' AND t.object::regprocedure IN (SELECT workflow_perms._privileged_functions()))
				OR t.grantee IN (SELECT quote_ident(r.rolname) FROM pg_roles r WHERE r.rolsuper)
				THEN NULL ELSE 'unexpected_privilege' END, t.*
		FROM too_many t
		WHERE NOT (t.to_give_on AND (t.kind, t.object, t.column_name, t.privilege, t.grantee, false) IN (SELECT * FROM too_many))
			AND (t.column_name = '' OR (t.object, 'column ' || t.column_name) IN (SELECT * FROM recorded))
	), again AS (
		-- REVOKE on a table also revokes privileges on its columns.
		SELECT 'GRANT AGAIN', NULL, t.*
		FROM there t
		WHERE t.column_name <> '' AND NOT t.to_give_on
			AND EXISTS (SELECT FROM change c WHERE (c.verb, c.object, c.column_name, c.privilege, c.grantee) = ('REVOKE', t.object, '', t.privilege, t.grantee))
			AND NOT EXISTS (SELECT FROM change c WHERE (c.verb, c.object, c.column_name, c.privilege, c.grantee) = ('REVOKE', t.object, t.column_name, t.privilege, t.grantee))
	), words AS (
		SELECT p.verb, p.finding, p.kind, p.object, p.grantee, string_agg(p.words, ', ' ORDER BY p.words) AS privileges
		FROM (
			SELECT c.verb, c.finding, c.kind, c.object, c.grantee,
				c.privilege || coalesce(' (' || string_agg(nullif(c.column_name, ''), ', ' ORDER BY c.column_name) || ')', '') AS words
			FROM (TABLE change UNION ALL TABLE again) AS c
			GROUP BY c.verb, c.finding, c.kind, c.object, c.grantee, c.privilege, c.column_name = ''
		) AS p
		GROUP BY p.verb, p.finding, p.kind, p.object, p.grantee
	)
	SELECT w.finding, w.kind, w.object, o.relation, w.grantee, w.privileges,
		CASE WHEN w.verb ^@ 'GRANT' THEN format('GRANT %s ON %s %s TO %s', w.privileges, w.kind, w.object, w.grantee)
				|| CASE w.verb WHEN 'GRANT TO GIVE ON' THEN ' WITH GRANT OPTION' ELSE '' END
			ELSE format('%s %s ON %s %s FROM %s CASCADE', w.verb, w.privileges, w.kind, w.object, w.grantee) END
			|| CASE WHEN a.verb IS NULL THEN '' ELSE format('; GRANT %s ON %s %s TO %s', a.privileges, a.kind, a.object, a.grantee) END
	FROM words w
		JOIN (SELECT DISTINCT o.kind, o.object, o.relation FROM objects o) AS o USING (kind, object)
		LEFT JOIN words a ON w.verb = 'REVOKE' AND a.verb = 'GRANT AGAIN' AND (a.kind, a.object, a.grantee) = (w.kind, w.object, w.grantee)
	WHERE w.verb <> 'GRANT AGAIN'
	ORDER BY w.verb ^@ 'GRANT', w.kind, w.object, w.grantee, w.verb;
END;
COMMENT ON FUNCTION workflow_perms._privilege_changes(regrole, regrole) IS 'Internal: the differences between the privileges on the model and the extension and the intended ones, as commands that grant missing ones and revoke others.';

-- Privileges on a table that has just been made come from default privileges.
-- On other tables a superuser may have granted or revoked them on purpose, but
-- the owner of the tables needs what it is meant to have.
CREATE FUNCTION workflow_perms._change_privileges(application regrole, engine regrole, new_relations text[], grant_missing boolean) RETURNS SETOF text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	change record;
BEGIN
	FOR change IN
		SELECT c.command FROM workflow_perms._privilege_changes(application, engine) c
		WHERE c.relation = ANY (new_relations)
			OR ((grant_missing OR c.grantee = quote_ident(workflow_perms._model_owner())) AND c.command ^@ 'GRANT')
	LOOP
		EXECUTE change.command;
		RETURN NEXT change.command;
	END LOOP;
END
$$;
COMMENT ON FUNCTION workflow_perms._change_privileges(regrole, regrole, text[], boolean) IS 'Internal step of create_model(), upgrade_model() and grant_model(): gives the new tables exactly the intended privileges, grants other missing ones if asked to, and returns the commands. Spec 6.3.';

CREATE FUNCTION workflow_perms.grant_model(application regrole, engine regrole, owner regrole DEFAULT NULL) RETURNS SETOF text
LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 100
AS 'MODULE_PATHNAME', 'wp_call_as_caller';
COMMENT ON FUNCTION workflow_perms.grant_model(regrole, regrole, regrole) IS
'Gives the tables to their owner again, and grants again the privileges that create_model() granted to these roles, to the owner and to PUBLIC, as far as they are missing, such as after pg_restore --no-owner --no-privileges. Returns the commands that it ran. Revokes nothing. application, engine, owner: the roles of create_model(). By default the owner stays, or is workflow_perms_owner if a superuser owns the tables. Superusers only (42501). Raises 55000 without a model or inside an extension script, 22023 or 42704 for roles that are unsuitable or not those of the model, 42704 if the model does not name its roles. Spec 6.2.';

CREATE FUNCTION workflow_perms._grant_model(application regrole, engine regrole, owner regrole) RETURNS SETOF text
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	model record;
	owner_name name;
BEGIN
	IF workflow_perms._creating_extension() THEN
		PERFORM workflow_perms._raise('55000', 'grant_model() cannot be run inside an extension script',
			'Run it in a statement of its own.',
			'Dumps would leave out what it grants.');
	ELSIF NOT (SELECT r.rolsuper FROM pg_roles r WHERE r.rolname = current_user) THEN
		PERFORM workflow_perms._raise('42501', 'permission denied to grant the model''s privileges',
			'Only a superuser may run grant_model().');
	ELSIF to_regclass('workflow_perms.accounts') IS NULL THEN
		PERFORM workflow_perms._raise('55000', 'there is no model in this database',
			'A superuser makes one, once: SELECT workflow_perms.create_model(application => ''role'', engine => ''role'').');
	END IF;
	owner_name := CASE WHEN owner IS NULL THEN workflow_perms._model_owner() ELSE coalesce((SELECT r.rolname FROM pg_roles r WHERE r.oid = owner), '') END;
	PERFORM workflow_perms._check_model_arguments(application, engine, owner_name);
	SELECT * INTO model FROM workflow_perms._model_roles(NULL::regrole, NULL::regrole);
	IF (application, engine) IS DISTINCT FROM (model.application, model.engine) THEN
		PERFORM workflow_perms._raise('22023', format('the roles of this model are %s and %s', model.application, model.engine),
			format('To give it other roles: SELECT workflow_perms.upgrade_model(application => %L, engine => %L);', application, engine));
	END IF;
	PERFORM workflow_perms._create_model_owner(owner_name);
	RETURN QUERY SELECT * FROM workflow_perms._give_tables(owner_name);
	RETURN QUERY SELECT * FROM workflow_perms._change_privileges(application, engine, '{}'::text[], true);
END
$$;
COMMENT ON FUNCTION workflow_perms._grant_model(regrole, regrole, regrole) IS 'Internal: the body of grant_model().';

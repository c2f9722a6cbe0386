-- model/drift_tables.sql: findings of permission_drift() about tables, owners,
-- readers, and roles that can act as another user (spec 5).  Everything here
-- reads catalogs only.
--
-- A superuser runs all of it.  So its bodies are SQL that is bound when the
-- extension is made.  A name that is resolved at run time could find a function
-- that another role put into the schema and that fits the call as well or
-- better.
--
-- Each finding has the command that mends it, to be read before it is run.  The
-- command does the least that ends the finding.  As far as can be known, it
-- takes away nothing that is wanted elsewhere.  Every name from the database is
-- quoted in it.

-- Functions with which a role can act as any user, or learn about any user.
CREATE FUNCTION workflow_perms._privileged_functions() RETURNS SETOF regprocedure
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 100 ROWS 20
BEGIN ATOMIC
		SELECT p.oid::regprocedure
		FROM pg_proc p
		WHERE p.pronamespace = 'workflow_perms'::regnamespace
			AND (p.proname IN ('set_principal', 'set_anonymous', 'principal', 'create_account', '_start_verdict', '_call_verdict')
				OR (p.provolatile <> 'i' AND 'workflow_perms.principal'::regtype = ANY (p.proargtypes)))
		ORDER BY p.oid::regprocedure::text COLLATE "C";
END;
COMMENT ON FUNCTION workflow_perms._privileged_functions() IS 'Internal: the functions that set another principal, or read the tables for another than the session''s principal. By default no role may execute them. Spec 3.';

CREATE FUNCTION workflow_perms._model_relations() RETURNS SETOF regclass
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 50 ROWS 23
BEGIN ATOMIC
	SELECT c.oid::pg_catalog.regclass
	FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
	WHERE n.nspname = 'workflow_perms' AND c.relkind IN ('r', 'p') AND c.relname::text = ANY (workflow_perms._model_tables());
END;
COMMENT ON FUNCTION workflow_perms._model_relations() IS 'Internal: those tables of the model that exist.';

-- The owner needs no record: it is the owner of the first table.  A superuser
-- owns it after pg_restore --no-owner.
CREATE FUNCTION workflow_perms._model_owner() RETURNS name
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 20
BEGIN ATOMIC
	SELECT coalesce((SELECT r.rolname
		FROM pg_catalog.pg_class c JOIN pg_catalog.pg_roles r ON r.oid = c.relowner
		WHERE c.oid = to_regclass('workflow_perms.accounts') AND NOT r.rolsuper), 'workflow_perms_owner');
END;
COMMENT ON FUNCTION workflow_perms._model_owner() IS 'Internal: the role that owns the tables of the model, or is to own them: workflow_perms_owner if there are none, or if a superuser owns them. Spec 6.1.';

-- Settings given to a role or a database, and the command that resets them.
CREATE FUNCTION workflow_perms._given_settings(setting text, OUT object text, OUT value text, OUT mend text)
RETURNS SETOF record
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 50 ROWS 1
BEGIN ATOMIC
	-- PostgreSQL accepts a setting's name in any case.  If it does not know the
	-- setting, it keeps the name as written, and RESET does not find it later.
	-- So all settings are reset, and the others are set again, except those
	-- that are findings themselves.
	SELECT w.words, substr(c.entry, length(setting) + 2), CASE WHEN n.name = setting THEN format('ALTER %s RESET %s;', w.words, setting)
		ELSE format('ALTER %s RESET ALL;', w.words) || coalesce((
			SELECT string_agg(format(' ALTER %s SET %I TO %s;', w.words, o.name, CASE
				WHEN o.name IN ('search_path', 'temp_tablespaces', 'local_preload_libraries', 'session_preload_libraries') THEN
					(SELECT coalesce(string_agg(quote_literal(coalesce(replace(l.words[1], '""', '"'), l.words[2])), ', '), quote_literal(''))
						FROM regexp_matches(o.value, '"((?:[^"]|"")*)"|([^",\s]+)', 'g') AS l (words))
				ELSE quote_literal(o.value) END), '' ORDER BY o.name)
			FROM unnest(s.setconfig) AS x (entry), LATERAL (SELECT split_part(x.entry, '=', 1), substr(x.entry, strpos(x.entry, '=') + 1)) AS o (name, value)
			WHERE lower(o.name) <> 'session_replication_role' AND NOT lower(o.name) ^@ 'workflow_perms.'), '') END
	FROM pg_catalog.pg_db_role_setting s
		LEFT JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase
		LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole,
		LATERAL unnest(s.setconfig) AS c (entry),
		LATERAL split_part(c.entry, '=', 1) AS n (name),
		LATERAL (SELECT CASE
			WHEN s.setrole = 0 AND s.setdatabase = 0 THEN 'ROLE ALL'
			WHEN s.setrole = 0 THEN format('DATABASE %I', d.datname)
			ELSE format('ROLE %I', r.rolname) || CASE WHEN s.setdatabase = 0 THEN '' ELSE format(' IN DATABASE %I', d.datname) END
		END) AS w (words)
	WHERE lower(n.name) = setting AND (s.setdatabase = 0 OR d.datname = current_database())
	UNION ALL
	-- roles that are not superusers but may set it
	SELECT 'ROLE ' || g.who, 'any', format('REVOKE %s ON PARAMETER %s FROM %s CASCADE;', a.privilege_type, setting, g.who)
	FROM pg_catalog.pg_parameter_acl p, LATERAL pg_catalog.aclexplode(p.paracl) a,
		LATERAL (SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)::text) END) AS g (who)
	WHERE p.parname = setting
		AND NOT EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.oid = a.grantee AND r.rolsuper);
END;
COMMENT ON FUNCTION workflow_perms._given_settings(text) IS 'Internal: the roles and databases that a setting is given to, and the roles that were granted it, each with the command that takes it back.';

CREATE FUNCTION workflow_perms._drift_of_tables()
RETURNS TABLE (finding text, object text, detail text, mend text)
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 5000 ROWS 10
BEGIN ATOMIC
		SELECT 'policies_without_row_security', c.oid::regclass::text,
			CASE WHEN m IS NULL THEN 'The table has policies, and none of them is in force.'
				ELSE 'A table of the model: whoever has a grant reaches every row of every account.' END,
			format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY;', c.oid::regclass)
		FROM pg_class c LEFT JOIN workflow_perms._model_relations() m ON m = c.oid
		WHERE c.relkind IN ('r', 'p') AND NOT c.relrowsecurity AND c.relpersistence <> 't'
			AND (m IS NOT NULL OR EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid))
	UNION ALL
	-- Found by the arguments of protect(), by a foreign key to workflows, or by
	-- the columns' names.  A protected table is checked with all its parts,
	-- policy by policy.  For others any policy is enough, because then its
	-- owner has considered access.
		SELECT 'workflow_ids_without_policy', part.relation::text,
			CASE WHEN k.source = 1 THEN 'The table is protected, but not all policies and triggers of protect() are there, as it makes them.'
				ELSE format('The table refers to workflows by %I and %I, and has no policy.', k.account_column, k.workflow_column) END,
			CASE WHEN workflow_perms._application_owns(c.oid) IS NULL THEN ''
				ELSE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY; ', c.oid::regclass) END
			-- protect() replaces no policy whose comment somebody changed.
			|| (SELECT coalesce(string_agg(format('DROP POLICY %I ON %s; ', o.polname, c.oid::regclass), '' ORDER BY o.polname), '')
				FROM pg_policy o
				WHERE k.source = 1 AND o.polrelid = c.oid
					AND o.polname IN ('workflow_perms_account', 'workflow_perms_select', 'workflow_perms_insert', 'workflow_perms_update', 'workflow_perms_delete')
					AND o.polname NOT IN (SELECT p.policy FROM workflow_perms._protection(c.oid) p))
			|| format('SELECT workflow_perms.protect(%L::regclass, %L::name, %L::name%s);', c.oid::regclass, k.account_column, k.workflow_column,
				-- Quoted anew: the owner of the table may have written the comment.
				(SELECT string_agg(format(', %I => %L', a.found[1], replace(a.found[2], '''''', '''')), '' ORDER BY a.place)
					FROM regexp_matches(k.further, ', (\w+) => ''((?:[^'']|'''')*)''', 'g') WITH ORDINALITY AS a (found, place)))
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,
			LATERAL (
				SELECT 1 AS source, p.account_column, p.workflow_column, p.further FROM workflow_perms._protection(c.oid) p
				UNION ALL
				SELECT 2, max(a.attname::text) FILTER (WHERE f.attname = 'account_id')::name,
					max(a.attname::text) FILTER (WHERE f.attname = 'workflow_id')::name, ''
				FROM pg_constraint fk, unnest(fk.conkey, fk.confkey) AS u (here, there)
					JOIN pg_attribute a ON a.attnum = u.here JOIN pg_attribute f ON f.attnum = u.there
				WHERE fk.conrelid = c.oid AND fk.contype = 'f' AND fk.confrelid = to_regclass('workflow_perms.workflows')
					AND a.attrelid = c.oid AND f.attrelid = fk.confrelid
				GROUP BY fk.oid
				UNION ALL
				SELECT 3, 'account_id', 'workflow_id', ''
				ORDER BY 1 LIMIT 1
			) AS k,
			LATERAL workflow_perms._table_family(c.oid) AS part (relation)
		WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
			AND c.oid NOT IN (SELECT workflow_perms._model_relations())
			AND NOT EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = c.oid)
			AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
			-- A column of a protected table may have been renamed.
			AND (k.source = 1 OR workflow_perms._id_type(c.oid, k.account_column) IS NOT NULL AND workflow_perms._id_type(c.oid, k.workflow_column) IS NOT NULL)
			AND CASE WHEN k.source = 1
				THEN (SELECT count(*) FILTER (WHERE p.policy <> 'workflow_perms_account') < 4 OR NOT bool_and(p.whole) FROM workflow_perms._protection(part.relation::oid) p)
					OR (k.further ~ ' workspace => ' AND (NOT workflow_perms._has_guard(part.relation::oid)
						OR EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = part.relation AND p.polname = 'workflow_perms_select'
							AND pg_get_expr(p.polqual, p.polrelid) !~ '_no_key\(' AND NOT workflow_perms._key_counts(part.relation, k.account_column, k.workflow_column))))
				ELSE part.relation = c.oid AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid) END
	UNION ALL
		SELECT 'row_security_forced', m::text,
			'It binds the owner, as whom the extension reads: nothing is allowed to anybody, and a dump by the owner fails.',
			format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY;', m)
		FROM workflow_perms._model_relations() m JOIN pg_class c ON c.oid = m
		WHERE c.relforcerowsecurity
	UNION ALL
		SELECT 'extension_member', m::text, format('A dump leaves the rows out, and DROP EXTENSION %I drops them.', e.extname),
			format('ALTER EXTENSION %I DROP TABLE %s;', e.extname, m)
		FROM workflow_perms._model_relations() m
			JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = m AND d.objsubid = 0 AND d.deptype = 'e'
			JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid
	UNION ALL
		SELECT 'unlogged_table', m::text, 'A crash empties it, and standbys do not have it.', format('ALTER TABLE %s SET LOGGED;', m)
		FROM workflow_perms._model_relations() m JOIN pg_class c ON c.oid = m
		WHERE c.relpersistence = 'u'
	UNION ALL
	-- Privileges that let their holder attach code or foreign keys to a table
	-- that the extension writes as the owner, or to a protected one; and the
	-- privilege to empty it, which no policy binds.
		SELECT 'dangerous_privilege', format('%s on %s to %s', a.privilege_type, m, g.who),
			CASE a.privilege_type WHEN 'TRUNCATE' THEN 'Row security does not bind TRUNCATE.'
				WHEN 'TRIGGER' THEN 'A trigger of its holder''s own runs with the rights of whoever writes, the owner''s included.'
				ELSE 'A foreign key of its holder''s own tells which ids exist in other accounts, and calls casts of its holder''s own as the owner.' END,
			format('REVOKE %s ON %s FROM %s CASCADE;', a.privilege_type, m, g.who)
		FROM (
				SELECT r, false FROM workflow_perms._model_relations() r
				UNION
				SELECT p.polrelid::regclass, true FROM pg_policy p, LATERAL workflow_perms._protection(p.polrelid) WHERE p.polname ^@ 'workflow_perms_'
			) AS t (m, protected) JOIN pg_class c ON c.oid = m,
			LATERAL (
				SELECT e.* FROM aclexplode(c.relacl) e
				UNION
				SELECT e.* FROM pg_attribute t, aclexplode(t.attacl) e WHERE t.attrelid = c.oid
			) AS a,
			LATERAL (SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)::text) END) AS g (who)
		WHERE (a.privilege_type IN ('TRIGGER', 'REFERENCES') OR (a.privilege_type = 'TRUNCATE' AND t.protected)) AND a.grantee <> c.relowner
			AND NOT EXISTS (SELECT FROM pg_roles r WHERE r.oid = a.grantee AND r.rolsuper)
	UNION ALL
		SELECT 'foreign_trigger', format('%I on %s', t.tgname, m),
			format('Its function %s belongs to %s and runs with the rights of whoever writes, the owner''s included.', p.oid::regprocedure, r.rolname),
			format('DROP TRIGGER %I ON %s;', t.tgname, m)
		FROM workflow_perms._model_relations() m
			JOIN pg_trigger t ON t.tgrelid = m
			JOIN pg_proc p ON p.oid = t.tgfoid
			JOIN pg_roles r ON r.oid = p.proowner
		WHERE NOT t.tgisinternal AND NOT r.rolsuper AND r.rolname <> workflow_perms._model_owner()
	UNION ALL
	-- A rule acts as the owner of its table, whichever role made it.  A rule
	-- INSTEAD can prevent rows from being written, also in the audit log.
		SELECT 'foreign_rule', format('%I on %s', w.rulename, c.oid::regclass),
			'It acts with the rights of the table''s owner, beside what is written there or instead of it.',
			format('DROP RULE %I ON %s;', w.rulename, c.oid::regclass)
		FROM pg_rewrite w JOIN pg_class c ON c.oid = w.ev_class
		WHERE w.rulename <> '_RETURN'
			AND c.oid IN (SELECT workflow_perms._model_relations() UNION SELECT to_regclass('workflow_perms.' || v) FROM unnest(workflow_perms._model_views()) v)
	UNION ALL
		SELECT 'trigger_disabled', format('%I on %s', t.tgname, m),
			CASE t.tgenabled WHEN 'D' THEN 'It does not fire.' WHEN 'R' THEN 'It fires on replicas only.' ELSE 'It does not fire on replicas.' END
			|| CASE WHEN t.tgisinternal THEN ' It keeps a foreign key.' WHEN a.always THEN ' Without it, conditions of workflows are evaluated one by one.' ELSE '' END,
			format(CASE WHEN a.always THEN 'ALTER TABLE %s ENABLE ALWAYS TRIGGER %I; SELECT workflow_perms.register_conditions();'
				ELSE 'ALTER TABLE %s ENABLE TRIGGER %I;' END, m, t.tgname)
		FROM workflow_perms._model_relations() m
			JOIN pg_trigger t ON t.tgrelid = m
			JOIN pg_proc p ON p.oid = t.tgfoid,
			LATERAL (SELECT p.pronamespace = 'workflow_perms'::regnamespace
				AND p.proname IN ('_register_condition', '_stamp_condition', '_keep_conditions')) AS a (always)
		WHERE (t.tgenabled IN ('D', 'R') OR (a.always AND t.tgenabled <> 'A'))
			AND (t.tgisinternal OR p.pronamespace = 'workflow_perms'::regnamespace)
	UNION ALL
		SELECT 'trigger_disabled', s.object, 'Can have, or has, session_replication_role on replica, where no trigger of the model fires.', s.mend
		FROM workflow_perms._given_settings('session_replication_role') s
		-- PostgreSQL accepts it in capitals too, and keeps it as written.
		WHERE lower(s.value) IN ('replica', 'any');
END;
COMMENT ON FUNCTION workflow_perms._drift_of_tables() IS 'Internal: the findings of permission_drift() about tables and their triggers. Spec 5.';

-- Roles that row security does not bind: owners, superusers, BYPASSRLS, and
-- roles that can become one of these.
CREATE FUNCTION workflow_perms._drift_of_owners()
RETURNS TABLE (finding text, object text, detail text, mend text)
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 2000 ROWS 5
BEGIN ATOMIC
		SELECT 'owner_bypasses_row_security', m::text, format('It belongs to %I and not to %I.', pg_get_userbyid(c.relowner), o.name),
			format('ALTER %s %s OWNER TO %I;', CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, m, o.name)
			|| coalesce((SELECT string_agg(format(' ALTER STATISTICS workflow_perms.%I OWNER TO %I;', s.stxname, o.name), '' ORDER BY s.stxname)
				FROM pg_statistic_ext s WHERE s.stxrelid = m AND s.stxnamespace = 'workflow_perms'::regnamespace), '')
		FROM (SELECT workflow_perms._model_relations() UNION ALL SELECT to_regclass('workflow_perms.' || v) FROM unnest(workflow_perms._model_views()) v) AS model (m) JOIN pg_class c ON c.oid = m,
			workflow_perms._model_owner() AS o (name)
		WHERE c.relowner IS DISTINCT FROM (SELECT r.oid FROM pg_roles r WHERE r.rolname = o.name)
	UNION ALL
		SELECT 'owner_bypasses_row_security', 'workflow_perms_owner',
			concat_ws(' ', 'The owner of the model',
				nullif(concat_ws(' and ', CASE WHEN r.rolcanlogin THEN 'can log in' END,
					CASE WHEN r.rolsuper THEN 'is a superuser' END, CASE WHEN r.rolbypassrls THEN 'has BYPASSRLS' END), '')) || '.',
			'ALTER ROLE workflow_perms_owner NOLOGIN NOSUPERUSER NOBYPASSRLS;'
		FROM pg_roles r
		WHERE r.rolname = 'workflow_perms_owner' AND (r.rolcanlogin OR r.rolsuper OR r.rolbypassrls)
	UNION ALL
		SELECT 'owner_bypasses_row_security', quote_ident(o.name),
			'Owns the model: it reads and writes every row of every account, can be any user, and can alter the tables.',
			'SELECT workflow_perms.upgrade_model(NULL::regrole, NULL::regrole, ''workflow_perms_owner''::regrole);'
		FROM workflow_perms._model_owner() AS o (name)
		WHERE o.name <> 'workflow_perms_owner'
	UNION ALL
		SELECT DISTINCT 'owner_bypasses_row_security', quote_ident(pg_get_userbyid(g.member)::text), 'It can become the owner of the model.',
			format('REVOKE %I FROM %I GRANTED BY %I CASCADE;', r.rolname, pg_get_userbyid(g.member), pg_get_userbyid(g.grantor))
		FROM pg_auth_members g JOIN pg_roles r ON r.oid = g.roleid
		WHERE r.rolname = workflow_perms._model_owner()
	UNION ALL
	-- Owners that bypass row security altogether are reported separately.
	-- FORCE binds the others.
		SELECT 'owner_bypasses_row_security', c.oid::regclass::text,
			format('The table is protected, but not from its owner, as whom %I can work.', min(l.rolname::text)),
			format('ALTER TABLE %s FORCE ROW LEVEL SECURITY;', c.oid::regclass)
		FROM pg_class c
			JOIN pg_roles o ON o.oid = c.relowner
			JOIN pg_roles l ON l.rolcanlogin AND NOT l.rolsuper AND NOT l.rolbypassrls AND pg_has_role(l.oid, o.oid, 'MEMBER')
		WHERE c.relkind IN ('r', 'p') AND NOT c.relforcerowsecurity AND NOT o.rolsuper AND NOT o.rolbypassrls
			AND EXISTS (SELECT FROM workflow_perms._protection(c.oid))
		GROUP BY c.oid
	UNION ALL
	-- The application's and the engine's roles, and roles that can act as one
	-- of them (down).  For the roles that they can become, see drift_roles.sql.
	(
		WITH RECURSIVE bound (oid) AS (
			SELECT a.oid FROM workflow_perms._application_roles() a (oid)
			UNION
			SELECT unnest(p.polroles) FROM pg_policy p WHERE p.polrelid = to_regclass('workflow_perms.runs') AND p.polname = 'runs_engine_insert'
		), down (roleid, member, grantor) AS (
			SELECT g.roleid, g.member, g.grantor FROM bound b JOIN pg_auth_members g ON g.roleid = b.oid
			UNION
			SELECT g.roleid, g.member, g.grantor FROM down d JOIN pg_auth_members g ON g.roleid = d.member
		)
		SELECT 'owner_bypasses_row_security', quote_ident(r.rolname::text), 'Row security does not bind this role, to which the model''s tables were given.',
			format('ALTER ROLE %I NOSUPERUSER NOBYPASSRLS;', r.rolname)
		FROM bound b JOIN pg_roles r ON r.oid = b.oid
		WHERE r.rolsuper OR r.rolbypassrls
		UNION
		SELECT 'owner_bypasses_row_security', quote_ident(r.rolname::text), format('Works as %I, and row security does not bind it.', pg_get_userbyid(d.roleid)),
			CASE WHEN r.rolsuper
				THEN format('REVOKE %I FROM %I GRANTED BY %I CASCADE;', pg_get_userbyid(d.roleid), r.rolname, pg_get_userbyid(d.grantor))
				ELSE format('ALTER ROLE %I NOBYPASSRLS;', r.rolname) END
		FROM down d JOIN pg_roles r ON r.oid = d.member
		WHERE r.rolsuper OR r.rolbypassrls
	);
END;
COMMENT ON FUNCTION workflow_perms._drift_of_owners() IS 'Internal: the findings of permission_drift() about roles that row security does not bind. Spec 5.';

-- A view uses objects through its rules, a function through its body.  The
-- latter is recorded only for a body that is written as SQL (BEGIN ATOMIC,
-- RETURN) and not as a string.
CREATE FUNCTION workflow_perms._users_of(used_class oid, used_id oid, OUT class oid, OUT id oid)
RETURNS SETOF record
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 50 ROWS 2
BEGIN ATOMIC
	SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, w.ev_class
	FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_rewrite w ON w.oid = d.objid
	WHERE d.refclassid = used_class AND d.refobjid = used_id AND d.deptype = 'n'
		AND d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND (used_class, used_id) <> ('pg_catalog.pg_class'::pg_catalog.regclass, w.ev_class)
	UNION
	SELECT d.classid, p.oid
	FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_proc p ON p.oid = d.objid
	WHERE d.refclassid = used_class AND d.refobjid = used_id AND d.deptype = 'n'
		AND d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND p.prosqlbody IS NOT NULL;
END;
COMMENT ON FUNCTION workflow_perms._users_of(oid, oid) IS 'Internal: the views and functions that use a table, view or function themselves, as catalog and id.';

-- Objects through which others read or write: views, materialized views and
-- SECURITY DEFINER functions act as their owner, whom row security may not
-- bind.
CREATE FUNCTION workflow_perms._drift_of_readers()
RETURNS TABLE (finding text, object text, detail text, mend text)
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 2000 ROWS 5
BEGIN ATOMIC
	(
		-- The model's tables, and tables with policies that call the extension,
		-- made by protect() or not.
		WITH RECURSIVE guarded (id) AS (
			SELECT m::oid FROM workflow_perms._model_relations() m
			UNION
			SELECT p.polrelid
			FROM pg_policy p
				JOIN pg_depend d ON d.classid = 'pg_policy'::regclass AND d.objid = p.oid AND d.refclassid = 'pg_proc'::regclass
				JOIN pg_proc f ON f.oid = d.refobjid
			WHERE f.pronamespace = 'workflow_perms'::regnamespace
		), uses (class, id, used_class, used_id) AS (
			SELECT u.class, u.id, 'pg_class'::regclass::oid, g.id
			FROM guarded g, LATERAL workflow_perms._users_of('pg_class'::regclass::oid, g.id) u
			UNION
			SELECT u.class, u.id, s.class, s.id FROM uses s, LATERAL workflow_perms._users_of(s.class, s.id) u
		), users (class, id, words, owner, acl, kind) AS (
			-- Its kind says whose rights it uses.  A view uses its owner's, and
			-- so does a table's rule for the tables that it names itself.
			-- Kinds 'inside' and 'stored' also use the owner's for everything
			-- below.  Others use the caller's.
			SELECT s.class, s.id, c.oid::regclass::text, c.relowner,
				(SELECT array_agg(e) FROM (SELECT unnest(c.relacl) UNION ALL SELECT unnest(t.attacl) FROM pg_attribute t WHERE t.attrelid = c.oid) AS x (e)),
				CASE WHEN c.relkind = 'm' THEN 'stored' WHEN c.relkind IN ('r', 'p') THEN 'rule'
					WHEN EXISTS (SELECT FROM pg_options_to_table(c.reloptions) o WHERE o.option_name = 'security_invoker' AND o.option_value::boolean)
						THEN 'asker'
					ELSE 'view' END
			FROM (SELECT DISTINCT u.class, u.id FROM uses u) s JOIN pg_class c ON s.class = 'pg_class'::regclass AND c.oid = s.id
			WHERE c.relkind IN ('v', 'm', 'r', 'p') AND c.relpersistence <> 't'
				AND c.oid NOT IN (SELECT workflow_perms._model_relations() UNION SELECT o.relation FROM workflow_perms._sources() o)
			UNION ALL
			SELECT s.class, s.id, p.oid::regprocedure::text, p.proowner, coalesce(p.proacl, acldefault('f', p.proowner)),
				CASE WHEN p.prosecdef THEN 'inside' ELSE 'asker' END
			FROM (SELECT DISTINCT u.class, u.id FROM uses u) s JOIN pg_proc p ON s.class = 'pg_proc'::regclass AND p.oid = s.id
		), reach (class, id, used_class, used_id) AS (
			-- The objects that each uses as its owner.  The caller calls the
			-- functions in a view.
			SELECT s.class, s.id, s.used_class, s.used_id
			FROM uses s JOIN users u USING (class, id)
			WHERE u.kind IN ('inside', 'stored') OR (u.kind IN ('view', 'rule') AND s.used_class = 'pg_class'::regclass)
			UNION
			SELECT r.class, r.id, s.used_class, s.used_id
			FROM reach r
				JOIN users u ON u.class = r.class AND u.id = r.id AND u.kind IN ('inside', 'stored')
				JOIN users below ON below.class = r.used_class AND below.id = r.used_id AND below.kind = 'asker'
				JOIN uses s ON s.class = below.class AND s.id = below.id
		), doors (class, id, door_class, door_id) AS (
			-- how to reach it: directly, or through an object that uses it as
			-- an owner
			SELECT u.class, u.id, u.class, u.id FROM users u WHERE u.kind <> 'asker'
			UNION
			SELECT d.class, d.id, r.class, r.id FROM doors d JOIN reach r ON r.used_class = d.door_class AND r.used_id = d.door_id
		)
		SELECT CASE u.kind WHEN 'inside' THEN 'function_bypasses_row_security' WHEN 'rule' THEN 'rule_bypasses_row_security' ELSE 'view_bypasses_row_security' END, u.words,
			format('It reads %s as %I, whom row security does not bind, and is open to %s.', t.words, pg_get_userbyid(u.owner), opened.words),
			CASE u.kind WHEN 'view' THEN format('ALTER VIEW %s SET (security_invoker = true);', u.words)
				WHEN 'inside' THEN format('ALTER ROUTINE %s SECURITY INVOKER;', u.words)
				WHEN 'rule' THEN (SELECT string_agg(format('DROP RULE %I ON %s;', w.rulename, u.words), ' ' ORDER BY w.rulename) FROM pg_rewrite w
					WHERE w.ev_class = u.id AND EXISTS (SELECT FROM pg_depend d JOIN reach r ON r.used_class = d.refclassid AND r.used_id = d.refobjid
						WHERE d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND r.class = u.class AND r.id = u.id))
				ELSE opened.shut END
		FROM users u JOIN pg_roles o ON o.oid = u.owner,
			LATERAL (
				SELECT string_agg(DISTINCT c.oid::regclass::text COLLATE "C", ', ')
				FROM reach r JOIN guarded g ON g.id = r.used_id JOIN pg_class c ON c.oid = g.id
				WHERE r.class = u.class AND r.id = u.id AND r.used_class = 'pg_class'::regclass
					AND (o.rolsuper OR o.rolbypassrls OR (NOT c.relforcerowsecurity AND pg_has_role(o.oid, c.relowner, 'USAGE'))
						-- the engine, which has access to the runs of every
						-- account
						OR EXISTS (SELECT FROM workflow_perms._model_relations() m JOIN pg_policy p ON p.polrelid = m, unnest(p.polroles) AS e (role)
							WHERE m = c.oid AND p.polname LIKE '%\_engine\_select' AND e.role <> 0 AND pg_has_role(o.oid, e.role, 'USAGE')))
			) AS t (words),
			LATERAL (
				SELECT string_agg(DISTINCT g.who || CASE WHEN (door.class, door.id) = (u.class, u.id) THEN '' ELSE ' through ' || door.words END COLLATE "C", ', '),
					string_agg(DISTINCT format('REVOKE ALL ON %s%s FROM %s CASCADE;',
						CASE door.kind WHEN 'inside' THEN 'ROUTINE ' ELSE '' END, door.words, g.who) COLLATE "C", ' ')
				FROM doors d JOIN users door ON door.class = d.door_class AND door.id = d.door_id,
					LATERAL aclexplode(door.acl) a,
					LATERAL (SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)::text) END) AS g (who)
				WHERE d.class = u.class AND d.id = u.id AND a.grantee <> door.owner
					AND a.privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE', 'EXECUTE') AND (door.kind <> 'rule' OR a.privilege_type <> 'SELECT')
					AND NOT EXISTS (SELECT FROM pg_roles b WHERE b.oid = a.grantee AND (b.rolsuper OR b.rolbypassrls))
			) AS opened (words, shut)
		-- The model's views check each row themselves.
		WHERE u.kind <> 'asker' AND t.words IS NOT NULL AND opened.words IS NOT NULL AND NOT EXISTS (SELECT FROM unnest(workflow_perms._model_views()) v WHERE u.id = to_regclass('workflow_perms.' || v))
	);
END;
COMMENT ON FUNCTION workflow_perms._drift_of_readers() IS 'Internal: the findings of permission_drift() about views, rules and SECURITY DEFINER functions that read for others as an owner whom row security does not bind. Spec 5.';

CREATE FUNCTION workflow_perms._drift_of_identity()
RETURNS TABLE (finding text, object text, detail text, mend text)
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 1000 ROWS 5
BEGIN ATOMIC
		SELECT CASE WHEN p.proname IN ('set_principal', 'set_anonymous') THEN 'sets_principal' ELSE 'knows_any_principal' END, g.who,
			CASE p.proname WHEN 'set_principal' THEN 'Can be any user of any account.'
				WHEN 'set_anonymous' THEN 'Can be an anonymous visitor of any account.'
				ELSE format('Can ask or act for any user of any account, by %s.', f) END,
			CASE WHEN pg_get_userbyid(a.grantor) = workflow_perms._model_owner() THEN format('SET ROLE %I; %s RESET ROLE;', workflow_perms._model_owner(), m.command) ELSE m.command END
		FROM workflow_perms._privileged_functions() f
			JOIN pg_proc p ON p.oid = f,
			LATERAL aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a,
			LATERAL (SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)::text) END) AS g (who),
			-- What the owner of the model gave on, a superuser cannot take back.
			LATERAL (SELECT format('REVOKE EXECUTE ON FUNCTION %s FROM %s CASCADE;', f, g.who)) AS m (command)
		WHERE a.privilege_type = 'EXECUTE' AND a.grantee <> p.proowner
			AND pg_get_userbyid(a.grantee) <> workflow_perms._model_owner()
	UNION ALL
	-- Through a function that gives others its owner's right to one of them.
	(
		WITH RECURSIVE uses (id, used) AS (
			SELECT u.id, f FROM workflow_perms._privileged_functions() f, LATERAL workflow_perms._users_of('pg_proc'::regclass::oid, f::oid) u
			WHERE u.class = 'pg_proc'::regclass
			UNION
			SELECT u.id, s.used FROM uses s, LATERAL workflow_perms._users_of('pg_proc'::regclass::oid, s.id) u WHERE u.class = 'pg_proc'::regclass
		)
		SELECT CASE WHEN bool_or(f.proname IN ('set_principal', 'set_anonymous')) THEN 'sets_principal' ELSE 'knows_any_principal' END, g.who,
			format('Can %s, by %s, which calls %s as %I.', CASE WHEN bool_or(f.proname = 'set_principal') THEN 'be any user of any account'
				WHEN bool_and(f.proname = 'set_anonymous') THEN 'be an anonymous visitor of any account'
				ELSE 'ask or act for any user of any account' END, p.oid::regprocedure, string_agg(DISTINCT f.oid::regprocedure::text COLLATE "C", ', '), pg_get_userbyid(p.proowner)),
			format('REVOKE EXECUTE ON ROUTINE %s FROM %s CASCADE;', p.oid::regprocedure, g.who)
		FROM uses s JOIN pg_proc p ON p.oid = s.id AND p.prosecdef JOIN pg_proc f ON f.oid = s.used,
			LATERAL aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a,
			LATERAL (SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)::text) END) AS g (who)
		WHERE a.grantee <> p.proowner AND has_function_privilege(p.proowner, f.oid, 'EXECUTE')
			AND NOT EXISTS (SELECT FROM pg_roles r WHERE r.oid = a.grantee AND r.rolsuper)
		GROUP BY p.oid, p.proowner, g.who
	)
	UNION ALL
	-- There are many ways to write false.  Every other value is on, or may be
	-- accepted as on.
		SELECT n.finding, s.object, n.detail, s.mend
		FROM (VALUES
				('trusts_claims', 'workflow_perms.trust_request_claims',
					'Whoever can set request.jwt.claims in such a session can be any user of any account.'),
				('changes_principal', 'workflow_perms.allow_principal_change',
					'A transaction there can be one user after the other. It is for tests.')
			) AS n (finding, setting, detail),
			LATERAL workflow_perms._given_settings(n.setting) s
		WHERE lower(s.value) NOT IN ('off', 'of', 'false', 'fals', 'fal', 'fa', 'f', 'no', 'n', '0')
	UNION ALL
		SELECT 'changes_principal', p.oid::regprocedure::text, 'While it runs, a transaction can be one user after the other.',
			format('ALTER ROUTINE %s RESET %s;', p.oid::regprocedure, split_part(c.entry, '=', 1))
		FROM pg_proc p, LATERAL unnest(p.proconfig) AS c (entry)
		WHERE lower(split_part(c.entry, '=', 1)) = 'workflow_perms.allow_principal_change';
END;
COMMENT ON FUNCTION workflow_perms._drift_of_identity() IS 'Internal: the findings of permission_drift() about roles that can act as another user. Spec 3, 5.';

-- model/drift_roles.sql: rights that the application's and the engine's roles
-- must not have, and roles that they must not be able to become.
--
-- Row security and the grants of create_model() separate accounts.  Some
-- attributes and some of PostgreSQL's predefined roles bypass both.  Membership
-- counts whether it is inherited or taken by SET ROLE, so it is followed from
-- role to role.
--
-- Predefined roles that reach no rows are not listed. pg_monitor and its parts
-- show the text of other roles' queries, pg_maintain locks tables,
-- pg_database_owner owns schema public.

CREATE FUNCTION workflow_perms._excess_of_role(subject oid, apart_from oid[])
RETURNS TABLE (finding text, object text, detail text, mend text, attribute text)
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 200 ROWS 1
BEGIN ATOMIC
	WITH RECURSIVE up (roleid, member, grantor) AS (
		SELECT g.roleid, g.member, g.grantor FROM pg_auth_members g WHERE g.member = subject
		UNION
		SELECT g.roleid, g.member, g.grantor FROM up u JOIN pg_auth_members g ON g.member = u.roleid
	), reaching (oid, name, attribute, words) AS (
		SELECT r.oid, r.rolname, a.attribute, a.words
		FROM pg_roles r,
			LATERAL (VALUES
				(r.rolsuper OR r.rolbypassrls, NULL, 'whom row security does not bind'),
				(r.oid = ANY (apart_from), NULL, 'the other of the two roles of create_model()'),
				(r.rolreplication, 'REPLICATION', 'who has REPLICATION, with which one reads every change of every table'),
				-- From 16 on, CREATEROLE can grant only roles that it has ADMIN
				-- OPTION on.
				(r.rolcreaterole AND current_setting('server_version_num')::integer < 160000, 'CREATEROLE',
					'who has CREATEROLE, with which one grants oneself any role, workflow_perms_owner included')
			) AS a (holds, attribute, words)
		WHERE a.holds
		UNION ALL
		SELECT r.oid, r.rolname, NULL, p.words
		FROM pg_roles r
			JOIN (VALUES
				('pg_read_all_data', 'who reads every table, those of passwords and of statistics included'),
				('pg_write_all_data', 'who writes every table, whatever was granted'),
				('pg_read_server_files', 'who reads the server''s files, those of the tables included'),
				('pg_write_server_files', 'who writes the server''s files, those of the tables included'),
				('pg_execute_server_program', 'who runs programs as the owner of the server''s files')
			) AS p (name, words) ON p.name = r.rolname::text
	)
	SELECT 'dangerous_attribute', quote_ident(r.name::text), 'H' || substr(r.words, 6) || '.',
		format('ALTER ROLE %I NO%s;', r.name, r.attribute), r.attribute
	FROM reaching r
	WHERE r.oid = subject AND r.attribute IS NOT NULL
	UNION
	SELECT CASE r.words WHEN 'whom row security does not bind' THEN 'owner_bypasses_row_security' ELSE 'dangerous_membership' END,
		quote_ident(pg_get_userbyid(u.member)::text), format('Can become %I, %s.', r.name, r.words),
		format('REVOKE %I FROM %I GRANTED BY %I CASCADE;', r.name, pg_get_userbyid(u.member), pg_get_userbyid(u.grantor)), NULL
	FROM up u JOIN reaching r ON r.oid = u.roleid;
END;
COMMENT ON FUNCTION workflow_perms._excess_of_role(oid, oid[]) IS 'Internal: attributes of a role, and roles that it can become, that bypass row security and grants, as findings of permission_drift(); attribute: the attribute, if it is one. apart_from: other roles that it must not become. Spec 5, 6.1.';

CREATE FUNCTION workflow_perms._drift_of_roles()
RETURNS TABLE (finding text, object text, detail text, mend text)
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 1000 ROWS 2
BEGIN ATOMIC
	WITH RECURSIVE application (oid) AS (
		SELECT a.oid FROM workflow_perms._application_roles() a (oid)
	), engine (oid) AS (
		SELECT unnest(p.polroles) FROM pg_policy p WHERE p.polrelid = to_regclass('workflow_perms.runs') AND p.polname = 'runs_engine_insert'
	), as_application (oid) AS (
		SELECT a.oid FROM application a
		UNION
		SELECT g.member FROM as_application a JOIN pg_auth_members g ON g.roleid = a.oid
	), as_engine (oid) AS (
		SELECT e.oid FROM engine e
		UNION
		SELECT g.member FROM as_engine e JOIN pg_auth_members g ON g.roleid = e.oid
	), subject (oid, apart_from) AS (
		SELECT a.oid, ARRAY(SELECT e.oid FROM engine e) FROM as_application a
		UNION ALL
		SELECT e.oid, ARRAY(SELECT a.oid FROM application a) FROM engine e
		UNION ALL
		SELECT e.oid, '{}'::oid[] FROM as_engine e
	)
	SELECT x.finding, x.object, x.detail, x.mend
	FROM subject s JOIN pg_roles r ON r.oid = s.oid, LATERAL workflow_perms._excess_of_role(s.oid, s.apart_from) x
	WHERE NOT r.rolsuper AND NOT r.rolbypassrls
	UNION
	-- Before 16: every login role with CREATEROLE.
	SELECT x.finding, x.object, x.detail, x.mend
	FROM pg_roles r, LATERAL workflow_perms._excess_of_role(r.oid, '{}'::oid[]) x
	WHERE NOT r.rolsuper AND x.attribute = 'CREATEROLE'
		AND EXISTS (SELECT FROM pg_roles l WHERE l.rolcanlogin AND NOT l.rolsuper AND pg_has_role(l.oid, r.oid, 'MEMBER'));
END;
COMMENT ON FUNCTION workflow_perms._drift_of_roles() IS 'Internal: the findings of permission_drift() about rights of the application''s roles, the engine''s and their members, roles that they can become, and roles that can grant themselves other roles. Spec 5.';

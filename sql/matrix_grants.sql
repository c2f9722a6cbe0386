-- What the application's role may ask for at all, and which tables have policies:
-- a change of either shows here.
SELECT c.relname AS "table",
	concat_ws(' ',
		CASE WHEN has_table_privilege('regress_app', c.oid, 'SELECT') THEN 'SELECT' END,
		CASE WHEN has_table_privilege('regress_app', c.oid, 'DELETE') THEN 'DELETE' END,
		CASE WHEN has_table_privilege('regress_app', c.oid, 'INSERT') THEN 'INSERT whole' END,
		CASE WHEN has_table_privilege('regress_app', c.oid, 'UPDATE') THEN 'UPDATE whole' END,
		CASE WHEN has_table_privilege('regress_app', c.oid, 'TRUNCATE, REFERENCES, TRIGGER') THEN 'more' END) AS privileges,
	string_agg(a.attname, ' ' ORDER BY a.attnum) FILTER (WHERE has_column_privilege('regress_app', c.oid, a.attnum, 'INSERT')) AS insert_columns,
	string_agg(a.attname, ' ' ORDER BY a.attnum) FILTER (WHERE has_column_privilege('regress_app', c.oid, a.attnum, 'UPDATE')) AS update_columns
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = 'workflow_perms'::regnamespace AND c.relkind = 'r'
	AND has_any_column_privilege('regress_app', c.oid, 'SELECT, INSERT, UPDATE')
GROUP BY c.oid, c.relname
ORDER BY c.relname COLLATE "C";
-- The engine's role the same: runs and their steps, and nothing else.
SELECT c.relname AS "table",
	concat_ws(' ',
		CASE WHEN has_table_privilege('regress_engine', c.oid, 'SELECT') THEN 'SELECT' END,
		CASE WHEN has_table_privilege('regress_engine', c.oid, 'DELETE') THEN 'DELETE' END,
		CASE WHEN has_table_privilege('regress_engine', c.oid, 'INSERT') THEN 'INSERT whole' END,
		CASE WHEN has_table_privilege('regress_engine', c.oid, 'UPDATE') THEN 'UPDATE whole' END,
		CASE WHEN has_table_privilege('regress_engine', c.oid, 'TRUNCATE, REFERENCES, TRIGGER') THEN 'more' END) AS privileges,
	string_agg(a.attname, ' ' ORDER BY a.attnum) FILTER (WHERE has_column_privilege('regress_engine', c.oid, a.attnum, 'INSERT')) AS insert_columns,
	string_agg(a.attname, ' ' ORDER BY a.attnum) FILTER (WHERE has_column_privilege('regress_engine', c.oid, a.attnum, 'UPDATE')) AS update_columns
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = 'workflow_perms'::regnamespace AND c.relkind = 'r'
	AND has_any_column_privilege('regress_engine', c.oid, 'SELECT, INSERT, UPDATE')
GROUP BY c.oid, c.relname
ORDER BY c.relname COLLATE "C";
-- PUBLIC has nothing, on any of them.
SELECT c.relname, x.privilege_type
FROM pg_class c, aclexplode(c.relacl) x
WHERE c.relnamespace = 'workflow_perms'::regnamespace AND x.grantee = 0;
-- Row security is on everywhere and forced nowhere; the guard stands wherever there are policies.
SELECT c.relname AS "table", c.relrowsecurity AS on, c.relforcerowsecurity AS forced,
	(SELECT string_agg(p.polcmd::text, '' ORDER BY p.polcmd) FROM pg_policy p WHERE p.polrelid = c.oid) AS policies,
	EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'authorize' AND t.tgenabled = 'O') AS guarded
FROM pg_class c
WHERE c.relnamespace = 'workflow_perms'::regnamespace AND c.relkind = 'r'
ORDER BY c.relname COLLATE "C";
-- Policies are for everybody, but for the engine's; none is restrictive, and none has a sub-select.
SELECT p.polname, p.polroles::regrole[] AS for, pg_get_expr(polqual, polrelid) AS rows, pg_get_expr(polwithcheck, polrelid) AS new_rows FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
WHERE c.relnamespace = 'workflow_perms'::regnamespace
	AND (p.polroles <> '{0}' OR NOT p.polpermissive OR concat(pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) ~* 'select')
ORDER BY p.polname;
-- The guard is asked before any other trigger of its kind.
SELECT t.tgrelid::regclass, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE c.relnamespace = 'workflow_perms'::regnamespace AND NOT t.tgisinternal
	AND t.tgtype & 3 = 3 AND t.tgname < 'authorize' COLLATE "C";

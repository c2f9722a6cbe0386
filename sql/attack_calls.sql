-- No call of a function of ours breaks the server, whatever is given to it and whoever gives
-- it; and none that an argument makes fail is told as a fault of the server's own (XX000).
-- Every function that SQL can call is called, found in the catalog: with every pattern of
-- NULLs (of those with more than eight arguments with 256 of them), with ordinary, odd and
-- hostile values of every type in between, in a list of targets, in FROM and in WHERE, with
-- constants and with columns, by a role without any rights, the application's, the engine's and
-- a superuser, as nobody and as several principals. Each call is undone. On the accounts of
-- matrix_setup.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
DO $$
BEGIN
	IF to_regrole('regress_passer') IS NULL THEN
		CREATE ROLE regress_passer;
	END IF;
END
$$;
CREATE SCHEMA calls;
GRANT USAGE ON SCHEMA calls TO PUBLIC;
CREATE TABLE calls.lost (account_id int, gone text, workflow_id text, visibility text);
ALTER TABLE calls.lost DROP COLUMN gone;
CREATE DOMAIN calls.id AS text;
CREATE DOMAIN calls.row AS workflow_perms.workflows;
-- A workflow's columns under their names, of types that they never have.
CREATE TYPE calls.workflow AS (account_id int, workflow_id int, workspace_id int, visibility int, status int, condition int, hidden int);
CREATE TYPE calls.mixed AS (hidden text, condition workflow_perms.metadata_condition, account_id text, workflow_id uuid, workspace_id bigint,
	visibility text, status text);

-- The values that are tried, of each type of argument, as they are written.
CREATE TABLE calls.given (type regtype, value text, n int GENERATED ALWAYS AS IDENTITY);
INSERT INTO calls.given (type, value)
	SELECT t::regtype, CASE WHEN t IN ('text', 'integer', 'bigint', 'boolean', '"any"', 'record') THEN v ELSE format('%L::%s', v, t) END
	FROM (VALUES
		('text', (SELECT array_agg(quote_literal(v)) FROM unnest(ARRAY['open_main', 'mx', 'mo', 'o1', 'view', '', 'workflows.view', 'admin', 'pro', 'run',
			'view named', 'user', 'Admin', 'a b', '42501', 'workflow_id', repeat('x', 256), repeat('%s', 999), '%n', E'\\''"{}\u00e9\n\t', '0']) v)),
		('cstring', ARRAY['{}', '', 'null', '[1]', '{"a": {"$in": [1, "b"]}}', '{"account": "mx"}', repeat('[', 9999), '{"$nor": 1}']),
		('name', ARRAY['workflow_id', 'account_id', '', 'none', 'ctid', 'visibility']),
		('boolean', ARRAY['true', 'false']),
		('integer', ARRAY['1', '0', '-1', '2147483647', '(-2147483648)', '20']),
		('bigint', ARRAY['1', '0', '9223372036854775807', '(-9223372036854775808)']),
		('uuid', ARRAY['00000000-0000-4000-8000-000000000001', 'ffffffff-ffff-ffff-ffff-ffffffffffff']),
		('regtype', ARRAY['text', '0', '4294967295', 'workflow_perms.workflow_status']),
		('oid', ARRAY['0', 'workflow_perms.workflows'::regclass::oid::text, 'calls.id'::regtype::oid::text, '4294967295', '25',
			(SELECT min(oid)::text FROM pg_policy WHERE polrelid = 'workflow_perms.workflows'::regclass), '1']),
		('regclass', ARRAY['workflow_perms.workflows', '0', 'calls.lost', '4294967295', 'pg_class', 'pg_class_oid_index', 'calls.given', 'matrix.script']),
		('regrole', ARRAY['regress_app', 'regress_engine', '0', '4294967295', 'regress_passer', 'workflow_perms_owner']),
		('jsonb', ARRAY['{}', '{"plan": "pro"}', 'null', '1e300', '"text"', '[]', '[1, [2], {"a": null}]', '{"a": {"b": [null, 1, "c"]}, "": ""}',
			'{"plan": {"$in": ["pro"]}}', '["open_main", 1]', '{"account": "mx", "user": "mo"}', '[{"step_id": "s", "board_id": 1}]', '{"$or": [{"a": {"$regex": "("}}]}']),
		('timestamptz', ARRAY['2024-02-29 23:59:59.999999Z', 'infinity', '-infinity', '294276-12-31 23:59:59.999999Z', '4714-11-24 00:00:00Z BC']),
		('text[]', ARRAY['{open_main}', '{}', '{NULL}', '{a,NULL,"",open_main}', '{{a,b},{c,NULL}}', '[0:1]={a,b}', '{open_main,open_main,none}']),
		('oid[]', ARRAY['{10}', '{}', '{NULL}', '{0,NULL,4294967295}', '{{10,11},{0,NULL}}']),
		('workflow_perms.account_role[]', ARRAY['{admin}', '{}', '{NULL}', '{{guest,NULL}}', '[3:4]={admin,member}']),
		('workflow_perms.metadata_condition', ARRAY['{"plan": "pro"}', '{}', '{"$userId": "pro"}', '{"$rollout": {"percent": 50}}',
			'{"plan": {"$not": {"$after": {"$ago": "-P1Y1M"}}}}', '{"$or": [{"a.b": {"$gt": 1}}, {"c": {"$elemMatch": {"$regex": "x+$"}}}]}', '{"$not": {"tags": {"$all": [1, "x"]}}}']),
		('workflow_perms.principal', (SELECT array_agg(workflow_perms.principal('mx', u)::text) FROM unnest(ARRAY['mo', 'pro', 'off', 'bot', 'adele', NULL]) u)),
		('record', ARRAY['NULL::workflow_perms.workflows', '''(mx,open_main,o1,main,live,,f,f,wo,wo,)''::workflow_perms.workflows', 'ROW()', 'ROW(1, NULL)', 'ROW(ROW())',
			'NULL::record', '''(1,2,3,4,5,6,7)''::calls.workflow', '''(f,{},mx,,1,main,live)''::calls.mixed', 'NULL::calls.mixed',
			'''(1,a,b)''::calls.lost', '''(mx,open_main,o1,main,live,{},f,f,wo,wo,1)''::calls.row', 'ROW(''mx''::text, ''open_main''::text)']),
		('"any"', ARRAY['''open_main''::text', '''o1''', '''mx''::calls.id', '''main''::workflow_perms.workflow_visibility', '''live''::workflow_perms.workflow_status', '1', '1::bigint',
			'''{}''::workflow_perms.metadata_condition', 'false', 'NULL::int', 'ROW(1, 2)', 'ARRAY[1, NULL]', '''{}''::jsonb', 'gen_random_uuid()', 'now()', '1.5', '''a''::name', '''a''::char(9)'])
	) kinds (t, vs), unnest(vs) v
	UNION ALL SELECT enumtypid, format('%L::%s', enumlabel, enumtypid::regtype)
		FROM pg_enum JOIN pg_type t ON t.oid = enumtypid WHERE typnamespace = 'workflow_perms'::regnamespace;
CREATE TABLE calls.values AS SELECT type, array_agg(value ORDER BY n) AS given FROM calls.given GROUP BY type;
INSERT INTO calls.values SELECT 'anyelement', given FROM calls.values WHERE type = '"any"'::regtype;

-- What can be called.
CREATE TABLE calls.functions AS
	SELECT p.oid::regprocedure AS function, format('workflow_perms.%I', proname) AS name, pronargs AS nargs, proargtypes::oid[] AS types, provariadic <> 0 AS variadic, proretset AS sets, prorettype = 'boolean'::regtype AS decides
	FROM pg_proc p WHERE pronamespace = 'workflow_perms'::regnamespace AND prokind = 'f' AND NOT 'internal'::regtype = ANY (proargtypes::oid[]);
SELECT type AS type_without_values FROM (SELECT DISTINCT unnest(types)::regtype AS type FROM calls.functions) t WHERE NOT EXISTS (SELECT FROM calls.values v WHERE v.type = t.type);
CREATE TABLE calls.outcomes (who text, function regprocedure, outcome text, n bigint);
GRANT SELECT ON ALL TABLES IN SCHEMA calls TO PUBLIC;

-- Tries a statement and undoes it: the error, or nothing to tell.
CREATE FUNCTION calls.try(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE statement;
	RAISE EXCEPTION USING ERRCODE = 'CALLS';
EXCEPTION
	WHEN SQLSTATE 'CALLS' THEN RETURN 'returned';
	WHEN OTHERS THEN RETURN CASE WHEN SQLSTATE ~ '^XX|42883' THEN SQLSTATE || ' ' || SQLERRM ELSE SQLSTATE END;
END
$$;
-- The calls of a function, one for each pattern of NULLs; which values, and in what form, goes by turns.
CREATE FUNCTION calls.calls(f calls.functions, turn int) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	given text[];
	args text;
	columns text;
	form int;
BEGIN
	FOR pattern IN 0 .. 2 ^ least(f.nargs, 8) - 1 LOOP
		SELECT coalesce(array_agg(CASE WHEN f.variadic AND i = f.nargs THEN 'VARIADIC ' ELSE '' END || CASE WHEN pattern & (1 << (i::int - 1) % 8) = 0 THEN v.given[1 + (turn * 5 + pattern + i::int) % cardinality(v.given)]
				WHEN v.type IN ('"any"'::regtype, 'anyelement') THEN 'NULL::text' WHEN v.type = 'record'::regtype THEN 'NULL::record'
				ELSE 'NULL::' || v.type END ORDER BY i), '{}')
			INTO given FROM unnest(f.types) WITH ORDINALITY t (type, i) JOIN calls.values v USING (type);
		args := array_to_string(given, ', ');
		form := (turn + pattern) % 4;
		IF form = 1 AND f.nargs > 0 AND NOT f.variadic THEN
			columns := (SELECT string_agg('a' || i, ', ') FROM generate_series(1, f.nargs) i);
			RETURN NEXT format('SELECT %s(%s) FROM (SELECT %s OFFSET 0) v (%2$s)', f.name, columns, args);
		ELSIF form = 2 AND f.decides THEN
			RETURN NEXT format('SELECT FROM generate_series(1, 2) WHERE %s(%s) OR NOT %1$s(%2$s)', f.name, args);
		ELSIF form = 2 AND f.sets THEN
			RETURN NEXT format('SELECT * FROM ROWS FROM (%s(%s), generate_series(1, 3))', f.name, args);
		ELSIF form = 3 THEN
			RETURN NEXT format('SELECT * FROM %s(%s)', f.name, args);
		ELSE
			RETURN NEXT format('SELECT %s(%s) LIMIT 1', f.name, args);
		END IF;
	END LOOP;
END
$$;
-- Calls all of them, as the current role; what changes the session's principal comes last.
CREATE FUNCTION calls.call_all(turn int) RETURNS SETOF calls.outcomes LANGUAGE plpgsql AS $$
DECLARE
	f calls.functions;
	principal text := workflow_perms.principal_user();
BEGIN
	FOR f IN SELECT * FROM calls.functions WHERE has_function_privilege(function, 'EXECUTE') ORDER BY name ~ '(set_principal|authenticate)$', function LOOP
		RETURN QUERY SELECT NULL, f.function, o, count(*) FROM calls.calls(f, turn) c, calls.try(c) o GROUP BY o;
		IF principal IS DISTINCT FROM workflow_perms.principal_user() AND f.name !~ '(set_principal|authenticate)$' THEN
			RETURN QUERY SELECT NULL, f.function, 'XX leaves another principal', 1::bigint;
			RETURN;
		END IF;
	END LOOP;
END
$$;
DO $$
DECLARE
	who record;
	outcomes calls.outcomes[];
	turn int := 0;
BEGIN
	FOR who IN SELECT v.*, CASE role WHEN session_user THEN 'superuser' ELSE role END || ' as ' || principal AS label
		FROM (VALUES ('none', 'regress_passer'), ('mx/mo', 'regress_passer'), ('none', 'regress_app'), ('mx/wo', 'regress_app'), ('mx/pro', 'regress_app'),
			('mx/', 'regress_app'), ('none', 'regress_engine'), ('mx/ada', session_user)) v (principal, role)
	LOOP
		PERFORM matrix.become(who.principal, who.role);
		SELECT array_agg(o) INTO outcomes FROM calls.call_all(turn) o;
		ROLLBACK;
		INSERT INTO calls.outcomes SELECT who.label, function, outcome, n FROM unnest(outcomes);
		COMMIT;
		turn := turn + 1;
	END LOOP;
END
$$;
-- What would be a fault of ours, or of this test: a function that was not found.
SELECT function, outcome, string_agg(DISTINCT who, ', ') FROM calls.outcomes WHERE outcome ~ '^XX|42883' GROUP BY 1, 2 ORDER BY function::text, 2;
SELECT sum(n) > 20000 AS thousands, count(DISTINCT function) > 150 AS functions, count(*) FILTER (WHERE outcome = 'returned') > 500 AS answered FROM calls.outcomes;
SELECT who, sum(n) > 1000 AS called FROM calls.outcomes GROUP BY who ORDER BY who COLLATE "C";
SELECT f.function AS never_called FROM calls.functions f LEFT JOIN calls.outcomes o USING (function) GROUP BY 1 HAVING count(o.n) = 0;
DROP SCHEMA calls CASCADE;
DROP ROLE regress_passer;
RESET client_min_messages;

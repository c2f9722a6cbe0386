-- An attacker who says who he is not at all (no principal), or names an account and
-- no user of it (anonymous), wants to read, ask and write under the application's
-- role, or under one that was granted everything. No row, no yes, no write (X9):
-- every table, every function, found in the catalog. Only what succeeds is listed.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE SCHEMA nobody;
GRANT USAGE ON SCHEMA nobody TO PUBLIC;
-- What may be asked at all, as SQL; a parameter of an unknown name is an error.
CREATE TABLE nobody.arguments (name text PRIMARY KEY, value text);
INSERT INTO nobody.arguments VALUES
	('account_id', '''mx'''), ('account', '''mx'''), ('workflow_id', '''open_main'''), ('workspace_id', '''o1'''), ('user_id', '''ada'''), ('heir', '''mo'''),
	('capability', '''workflows.view'''), ('kind', '''open'''), ('visibility', '''main'''), ('status', '''live'''), ('condition', '''{}'''),
	('hidden', 'false'), ('board_id', '''b'''), ('column_id', '''c'''), ('view_restricted', 'false'), ('run_id', '''r'''), ('started_by', '''ada'''),
	('for_user', 'NULL'), ('step_no', '1'), ('step_id', '''s'''), ('access', '''read'''), ('reason', 'NULL'), ('version', '1'), ('created_by', '''ada'''), ('metadata', '''{}'''),
	('action', '''view'''), ('object', '''open_main'''), ('roles', 'ARRAY[''admin'']'), ('configuration', '''{}'''), ('steps', '''[]'''),
	('definition', '''{}'''), ('order_by', '''workflow_id'''), ('page_size', '20'), ('most', '20'), ('most_users', '20'), ('after', 'NULL'), ('owner_id', '''ada''');
INSERT INTO nobody.arguments SELECT 'workflow', format('jsonb_populate_record(NULL::workflow_perms.workflows, %L)', to_jsonb(w))
	FROM workflow_perms.workflows w WHERE account_id = 'mx' AND workflow_id = 'open_main';
UPDATE nobody.arguments SET value = format('%L', (SELECT min(run_id) FROM workflow_perms.runs)) WHERE name = 'run_id';

-- The questions of every kind: about one's own principal, of a principal's no argument.
CREATE TABLE nobody.questions AS
SELECT p.oid::regprocedure::text AS name, p.proretset AS is_set, p.provolatile = 'v' AS writes,
	format('workflow_perms.%I(%s)', p.proname, (
		SELECT string_agg(CASE WHEN p.provariadic <> 0 AND i = p.pronargs THEN 'VARIADIC ' ELSE '' END ||
				CASE WHEN t.oid = 'record'::regtype THEN a.value
					WHEN t.oid = 'bigint'::regtype AND p.proname ~ '^can_' THEN '1::bigint'
					WHEN t.oid = 'uuid'::regtype THEN '''00000000-0000-4000-8000-000000000001''::uuid'
					WHEN t.oid = 'workflow_perms.board_kind'::regtype THEN 'NULL::workflow_perms.board_kind'
					WHEN t.oid = 'text[]'::regtype AND p.provariadic = 0 THEN format('ARRAY[%s]', a.value)
					ELSE format('(%s)::%s', coalesce(a.value, format('workflow_perms."no argument is known for %s"', p.proargnames[i])), t.oid::regtype) END, ', ' ORDER BY i)
		FROM generate_series(1, p.pronargs) i JOIN pg_type t ON t.oid = p.proargtypes[i - 1]
			LEFT JOIN nobody.arguments a ON a.name = p.proargnames[i])) AS call
FROM pg_proc p
WHERE p.pronamespace = 'workflow_perms'::regnamespace AND has_function_privilege('regress_app', p.oid, 'EXECUTE')
	AND NOT 'workflow_perms.principal'::regtype = ANY (p.proargtypes::oid[])
	AND (p.proname ~ '^can(_|$)' OR p.proname ~ '^principal_' AND p.prorettype = 'boolean'::regtype
		OR p.proretset AND p.proname !~ '^_' AND p.proname <> 'condition_paths');
GRANT SELECT ON nobody.questions TO PUBLIC;

-- Asks everything as whoever it is; what gave a row or a yes. What is an error gave nothing.
CREATE FUNCTION nobody.learns() RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	q record;
	n bigint;
BEGIN
	FOR q IN
		SELECT c.oid::regclass::text AS name, format('SELECT count(*) FROM %s', c.oid::regclass) AS sql
		FROM pg_class c WHERE c.relnamespace = 'workflow_perms'::regnamespace AND c.relkind IN ('r', 'v', 'm', 'p', 'f')
		UNION ALL
		SELECT name, CASE WHEN call ~ 'explain_access' THEN format('SELECT count(*) FROM (SELECT bool_and(verdict) AS yes FROM %s) v WHERE yes', call)
				WHEN is_set THEN format('SELECT count(*) FROM %s v', call)
				ELSE format('SELECT coalesce(%s, true)::int', call) END
		FROM nobody.questions WHERE NOT writes
		ORDER BY 1
	LOOP
		BEGIN
			EXECUTE q.sql INTO n;
			IF n > 0 THEN
				RETURN NEXT q.name;
			END IF;
		EXCEPTION WHEN insufficient_privilege OR invalid_parameter_value OR no_data_found THEN
		END;
	END LOOP;
END
$$;
-- Somebody learns a lot by it: the questions are real ones.
BEGIN;
SELECT matrix.become('mx/wo', 'regress_app');
SELECT count(*) FILTER (WHERE name ~ '\(') > 20 AS answers, count(*) FILTER (WHERE name !~ '\(') > 8 AS tables FROM nobody.learns() name;
ROLLBACK;
BEGIN;
SELECT matrix.become('none', 'regress_app');
SELECT nobody.learns();
ROLLBACK;
BEGIN;
SELECT matrix.become('none', 'regress_full');
SELECT nobody.learns();
ROLLBACK;
-- A principal that was, and is no more.
BEGIN;
SAVEPOINT s;
SELECT matrix.become('mx/wo', 'regress_app');
ROLLBACK TO s;
SELECT matrix.become('none', 'regress_app');
SELECT nobody.learns();
ROLLBACK;

-- Writes: what is there once more, everything set to itself, everything deleted.
CREATE TABLE nobody.writes (relation text, role text, statement text);
GRANT SELECT ON nobody.writes TO PUBLIC;
DO $$
DECLARE
	t record;
	line jsonb;
BEGIN
	FOR t IN
		SELECT c.oid::regclass AS relation, role,
			(SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute a WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped
				AND attgenerated = '' AND attidentity = '' AND has_column_privilege(role, c.oid, attnum, 'INSERT')) AS inserted,
			(SELECT string_agg(format('%1$I = %1$I', attname), ', ') FROM pg_attribute a WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped
				AND attgenerated = '' AND attidentity = '' AND has_column_privilege(role, c.oid, attnum, 'UPDATE')) AS updated
		FROM pg_class c, unnest(ARRAY['regress_app', 'regress_full']) role
		WHERE c.relnamespace = 'workflow_perms'::regnamespace AND c.relkind IN ('r', 'p')
	LOOP
		EXECUTE format('SELECT to_jsonb(t) FROM %s t LIMIT 1', t.relation) INTO line;
		INSERT INTO nobody.writes SELECT t.relation, t.role, statement FROM (VALUES
			(format('INSERT INTO %1$s (%2$s) SELECT %2$s FROM jsonb_populate_record(NULL::%1$s, %3$L)', t.relation, t.inserted, line)),
			(format('UPDATE %s SET %s', t.relation, t.updated)), (format('DELETE FROM %s', t.relation))) v (statement)
		WHERE statement NOT LIKE '%()%' AND statement NOT LIKE 'UPDATE % SET ' AND (line IS NOT NULL OR statement NOT LIKE 'INSERT%');
	END LOOP;
	INSERT INTO nobody.writes SELECT call, 'regress_app', 'SELECT * FROM ' || call FROM nobody.questions WHERE writes;
	INSERT INTO nobody.writes SELECT call, 'regress_app', 'SELECT ' || call FROM (VALUES
		('workflow_perms.enable(''open_main'')'), ('workflow_perms.disable(''open_main'')'), ('workflow_perms.merge_metadata(''pro'', ''{"plan": "x"}'')'),
		('workflow_perms.transfer_ownership(''open_main'', ''mo'')'), ('workflow_perms.start_run(''open_main'', ''nobody'')'),
		('workflow_perms.set_principal(''mx'', ''ada'')'), ('workflow_perms.create_account(''mz'', ''ada'')')) v (call);
END
$$;
CREATE FUNCTION nobody.does(as_role text) RETURNS TABLE (statement text, answer text) LANGUAGE sql AS $$
	SELECT statement, answer FROM nobody.writes w, matrix.attempt(w.statement) answer WHERE role = as_role ORDER BY 1
$$;
-- A superuser succeeds with most, whatever the principal.
SELECT count(*) FILTER (WHERE answer ~ '^[1-9][0-9]* row') > 15 AS succeed FROM nobody.does('regress_full');
\set as_nobody 'count(*) > 20 AS tried, string_agg(statement || '' => '' || answer, E''\\n'') FILTER (WHERE answer !~ ''^(0 rows$|42501 |P0002 )'') AS "unless refused"'
BEGIN;
SELECT matrix.become('mx/', 'regress_app');
SELECT :as_nobody FROM nobody.does('regress_app');
ROLLBACK;
BEGIN;
SELECT matrix.become('none', 'regress_app');
SELECT :as_nobody FROM nobody.does('regress_app');
ROLLBACK;
BEGIN;
SELECT matrix.become('mx/', 'regress_full');
SELECT :as_nobody FROM nobody.does('regress_full');
ROLLBACK;
BEGIN;
SELECT matrix.become('none', 'regress_full');
SELECT :as_nobody FROM nobody.does('regress_full');
ROLLBACK;
DROP SCHEMA nobody CASCADE;
RESET client_min_messages;

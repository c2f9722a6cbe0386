-- No trigger function of ours breaks the server, whatever table it is put on and for whatever
-- event: each one says what it is for. A superuser can make a trigger of any of them; here they
-- stand before, after and instead of rows, before and after statements, with transition tables
-- and without, for every event, with the arguments that the model's own triggers have and with
-- others, on tables with the columns' names and types of every kind under them, without those
-- columns, with dropped and generated ones, partitioned, inherited, on views, in a schema of the
-- superuser's own and in the model's, with rows of NULLs and of values. Each is undone. On the
-- accounts of matrix_setup.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE SCHEMA fired;
CREATE DOMAIN fired.id AS text;
CREATE TYPE fired.pair AS (a int, b text);

-- The columns of the model's tables, each name once; and k, to be changed.
CREATE TABLE fired.columns AS SELECT DISTINCT ON (attname) attname AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute a JOIN pg_class r ON r.oid = attrelid
	WHERE relnamespace = 'workflow_perms'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped ORDER BY attname, relname;
CREATE TABLE fired.shapes (relation regclass, copied text, n int GENERATED ALWAYS AS IDENTITY);
-- Makes a table by a script, in both schemas; @ is its name, # a number; copied: the columns that can be written, NULL for all.
CREATE FUNCTION fired.make(name text, script text, copied text DEFAULT NULL) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	relation text;
BEGIN
	FOREACH relation IN ARRAY ARRAY['fired.' || quote_ident(name), 'workflow_perms.' || quote_ident('fired ' || name)] LOOP
		EXECUTE replace(replace(script, '@', relation), '#', (SELECT count(*) FROM fired.shapes)::text);
		INSERT INTO fired.shapes (relation, copied) VALUES (relation::regclass, copied);
	END LOOP;
END
$$;
SELECT count(fired.make(t, (SELECT format('CREATE TABLE @ (k int, %s); INSERT INTO @ DEFAULT VALUES; INSERT INTO @ VALUES (1, %s)',
			string_agg(format('%I %s', name, t), ', '), string_agg(format('%L::%s', v, t) || left(name, 0), ', ')) FROM fired.columns))) AS types
	FROM (VALUES ('integer', '1'), ('bigint', '1'), ('boolean', 't'), ('text', 'mx'), ('fired.id', 'mx'), ('name', 'mx'), ('jsonb', '{}'), ('text[]', '{mx,NULL}'), ('fired.pair', '(1,x)'),
		('timestamptz', '2000-01-01'), ('workflow_perms.metadata_condition', '{}')) v (t, v);
SELECT count(fired.make(name, format(script, columns, 'INSERT INTO @ DEFAULT VALUES; INSERT INTO @ (account_id, user_id, workflow_id, workspace_id, role, run_id, reason, enabled, condition) VALUES'
		' (''mx'', ''pro'', ''open_main'', ''o1'', ''Lead'', ''r'', ''user'', true, ''{"a": 1}''), (''mx'', NULL, ''app_flow'', ''a1'', NULL, NULL, NULL, false, NULL), (NULL, NULL, NULL, NULL, NULL, NULL, NULL, true, ''{}'')'), copied)) AS shapes
	FROM (SELECT string_agg(format('%I %s', c.name, type), ', ') AS columns FROM fired.columns c) c,
	(VALUES ('as they are', 'CREATE TABLE @ (k int, %1$s); %2$s', NULL),
		('nothing', 'CREATE TABLE @ ()', NULL),
		('few', 'CREATE TABLE @ (account_id text, k int); INSERT INTO @ VALUES (NULL), (''mx'')', NULL),
		('computed', 'CREATE TABLE @ (k int, account_id text GENERATED ALWAYS AS (nullif(k, 1)::text) STORED, workflow_id text GENERATED ALWAYS AS (''w'') STORED, enabled boolean GENERATED ALWAYS AS (k = 1) STORED,'
			' reason text GENERATED ALWAYS AS (k::text) STORED, changed_at timestamptz, user_id text GENERATED ALWAYS AS (k::text) STORED, added xid8,'
			' condition workflow_perms.metadata_condition GENERATED ALWAYS AS (NULL) STORED); INSERT INTO @ (k) VALUES (1), (2)', 'k'),
		('dropped', 'CREATE TABLE @ (k int, %1$s); ALTER TABLE @ DROP account_id, DROP enabled, DROP condition, DROP user_id; ALTER TABLE @ ADD user_id text, ADD enabled boolean DEFAULT true,'
			' ADD account_id text DEFAULT ''mx'', ADD condition workflow_perms.metadata_condition; %2$s', NULL),
		('parts', 'CREATE TABLE @ (k int, %1$s) PARTITION BY LIST (k); CREATE TABLE fired.part_# (extra text, LIKE @); ALTER TABLE fired.part_# DROP extra; ALTER TABLE @ ATTACH PARTITION fired.part_# DEFAULT; %2$s', NULL),
		('inherits', 'CREATE TABLE @ () INHERITS (fired."as they are")', NULL),
		('view', 'CREATE VIEW @ AS TABLE fired."as they are"', NULL)) v (name, script, copied);

-- The triggers: each function with the arguments that it has in the model and with some that it has not, and what effect() and guard() call, by them.
CREATE TABLE fired.calls AS
	WITH functions AS (SELECT p.oid, proname, lanname = 'c' AS in_c FROM pg_proc p JOIN pg_language l ON l.oid = prolang WHERE pronamespace = 'workflow_perms'::regnamespace AND prorettype = 'trigger'::regtype),
	own AS (SELECT DISTINCT tgfoid AS oid, (string_to_array(encode(tgargs, 'escape'), '\000'))[:tgnargs] AS args FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid WHERE relnamespace = 'workflow_perms'::regnamespace AND NOT tgisinternal)
	SELECT f.proname AS function, coalesce((SELECT string_agg(quote_literal(a), ', ' ORDER BY i) FROM unnest(args) WITH ORDINALITY v (a, i)), '') AS args, in_c,
		row_number() OVER (PARTITION BY f.oid ORDER BY args) - 1 AS turn, count(*) OVER (PARTITION BY f.oid) AS turns, dense_rank() OVER (ORDER BY f.oid) AS n
	FROM (SELECT oid, args FROM own
		UNION SELECT oid, '{}' FROM functions
		UNION SELECT oid, args FROM functions, (VALUES (ARRAY['account_id']), (ARRAY['none']), (ARRAY['']), (ARRAY['ctid', 'tableoid']), (ARRAY['enabled', 'k', 'account_id']), (array_fill('account_id'::text, ARRAY[100]))) v (args) WHERE in_c
		UNION SELECT f.oid, ARRAY[called.proname, 'account_id'] FROM functions f, functions called WHERE f.proname IN ('guard', 'effect')) c
	JOIN functions f USING (oid);
CREATE TABLE fired.events (event text, level text, n int GENERATED ALWAYS AS IDENTITY);
INSERT INTO fired.events (event, level) VALUES
	('BEFORE INSERT OR UPDATE OR DELETE ON %s', 'ROW'), ('AFTER INSERT OR UPDATE OR DELETE ON %s', 'ROW'), ('INSTEAD OF INSERT OR UPDATE OR DELETE ON %s', 'ROW'),
	('BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON %s', 'STATEMENT'), ('AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON %s', 'STATEMENT'),
	('AFTER INSERT ON %s REFERENCING NEW TABLE AS is_now', 'STATEMENT'), ('AFTER UPDATE ON %s REFERENCING OLD TABLE AS was NEW TABLE AS is_now', 'STATEMENT'),
	('AFTER UPDATE ON %s REFERENCING NEW TABLE AS is_now', 'STATEMENT'), ('AFTER DELETE ON %s REFERENCING OLD TABLE AS was', 'STATEMENT'),
	('AFTER UPDATE ON %s REFERENCING OLD TABLE AS was', 'ROW');

-- Tries a statement and undoes it.
CREATE FUNCTION fired.try(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE statement;
	RAISE EXCEPTION USING ERRCODE = 'CALLS';
EXCEPTION
	WHEN SQLSTATE 'CALLS' THEN RETURN 'done';
	WHEN OTHERS THEN RETURN CASE WHEN SQLSTATE ^@ 'XX' THEN SQLSTATE || ' ' || SQLERRM ELSE SQLSTATE END;
END
$$;
-- Makes a trigger, does to its table what can be done, and undoes all of it: what came of each statement; NULL where there can be no such trigger.
CREATE FUNCTION fired.fire(made text, shape fired.shapes) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
	outcomes text[];
	changed text := (SELECT string_agg(format('%I = NULL', attname), ', ') FROM pg_attribute WHERE attrelid = shape.relation AND attnum > 0 AND attname IN ('enabled', 'condition', 'metadata', 'kind', 'k')
		AND NOT attisdropped AND attgenerated = '');
BEGIN
	EXECUTE made;
	outcomes := ARRAY[fired.try(format('INSERT INTO %s DEFAULT VALUES', shape.relation)), fired.try(format('INSERT INTO %s %s SELECT %s FROM %1$s', shape.relation, '(' || shape.copied || ')', coalesce(shape.copied, '*'))),
		fired.try(format('UPDATE %s SET k = 3', shape.relation)), fired.try(format('UPDATE %s SET %s', shape.relation, changed)),
		fired.try(format('DELETE FROM %s', shape.relation))];
	IF made ~ 'TRUNCATE' THEN
		outcomes := outcomes || fired.try(format('TRUNCATE %s', shape.relation));
	END IF;
	RAISE EXCEPTION USING ERRCODE = 'CALLS';
EXCEPTION
	WHEN SQLSTATE 'CALLS' THEN RETURN outcomes;
	WHEN OTHERS THEN RETURN NULL;
END
$$;
-- Each function in C for each event on each of the 19 tables, with one of its arguments after the other; of the others a few. For effect() and guard() the tables are those in the model's schema.
CREATE TABLE fired.outcomes AS
	SELECT c.function, c.args, c.in_c, e.event, s.relation, fired.fire(format('CREATE TRIGGER fired %s FOR EACH %s EXECUTE FUNCTION workflow_perms.%I(%s)', format(e.event, s.relation), e.level, c.function, c.args), s) AS outcomes
	FROM fired.calls c, fired.events e, fired.shapes s
	WHERE (s.n / 2 + e.n * 19) % c.turns = c.turn AND (c.function IN ('guard', 'effect')) = (s.n % 2 = 0) AND (in_c OR (s.n / 2 + e.n * 19 + c.n) % 20 = 0);
-- What would be a fault of ours.
SELECT function, outcome, count(*) > 0 AS found FROM fired.outcomes, unnest(outcomes) outcome WHERE outcome ^@ 'XX' GROUP BY 1, 2 ORDER BY 1, 2;
SELECT count(outcomes) > 1500 AS hundreds, count(DISTINCT function) = (SELECT count(*) FROM pg_proc WHERE pronamespace = 'workflow_perms'::regnamespace AND prorettype = 'trigger'::regtype) AS all_functions,
	count(outcomes) FILTER (WHERE in_c) > 1000 AS in_c FROM fired.outcomes;
SET client_min_messages = error;
DROP TABLE fired.outcomes;
DROP SCHEMA fired CASCADE;
DO $$
BEGIN
	EXECUTE (SELECT string_agg(format('DROP TABLE %s CASCADE', oid::regclass), '; ') FROM pg_class WHERE relnamespace = 'workflow_perms'::regnamespace AND relname ^@ 'fired ' AND relkind IN ('r', 'p'));
END
$$;
RESET client_min_messages;

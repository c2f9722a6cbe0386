-- What the planner is told about our functions and operators, a superuser can attach to
-- functions and operators of his own: nothing of it breaks the server, for functions of any
-- shape, and none changes what they answer. On the accounts of matrix_setup.
--
-- Not tried: operator classes of his own with our functions of GIN. These are handed values
-- without their types, as are those of PostgreSQL's own classes, and have to trust the class.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE SCHEMA support;
CREATE TABLE support.rows (account_id text, i int, b bigint, n name, u uuid, j jsonb, c workflow_perms.metadata_condition,
	p workflow_perms.principal, a text[]);
INSERT INTO support.rows SELECT 'mx', i, i, 'n', gen_random_uuid(), '{"plan": "pro"}', '{"plan": "pro"}', NULL, '{a}' FROM generate_series(1, 50) i;
SELECT format('CREATE INDEX ON support.rows (%I)', attname) FROM pg_attribute WHERE attrelid = 'support.rows'::regclass AND attnum > 0 AND atttypid <> 'workflow_perms.principal'::regtype \gexec
CREATE INDEX ON support.rows USING gin (c);
CREATE INDEX ON support.rows USING gin (j workflow_perms.metadata_ops);
ANALYZE support.rows;
SET enable_seqscan = off;
SET jit = off;
CREATE TABLE support.constants (type regtype, v text);
INSERT INTO support.constants VALUES ('text', 'view named'), ('integer', '7'), ('bigint', '7'), ('jsonb', '{}'), ('name', 'a'), ('text[]', '{}'), ('uuid', '00000000-0000-0000-0000-000000000001'),
	('workflow_perms.metadata_condition', '{}'), ('workflow_perms.principal', workflow_perms.principal('mx', 'pro')::text);

-- Functions of his own, true for every row: with the arguments of those that have a support function and with others, under a name of those that are taken apart and under
-- another, in his schema and in ours. They are asked with columns, with constants, and with constants and a column at the end.
CREATE TABLE support.functions AS
	SELECT s.oid::regproc AS support, format('%I.%I', schema, f.name) AS function, string_to_array(nullif(args, ''), ', ') AS args, result
	FROM (SELECT DISTINCT prosupport AS oid FROM pg_proc WHERE pronamespace = 'workflow_perms'::regnamespace AND prosupport <> 0) s, unnest(ARRAY['support', 'workflow_perms']) schema,
	(VALUES ('can_view', '', 'boolean'), ('can_view', 'integer', 'boolean'), ('can_view', 'text[]', 'text'), ('can_view', 'jsonb', 'integer'), ('can_edit', 'workflow_perms.principal', 'boolean'),
		('can_run', 'text, text, text, text, text, text, text, text', 'boolean'), ('can_view', 'workflow_perms.principal, text, text', 'boolean'), ('none', '', 'boolean'), ('none', 'name', 'boolean'),
		('none', 'integer, integer', 'boolean'), ('none', 'name, text', 'boolean'), ('none', 'integer, text', 'boolean'), ('none', 'jsonb, name, bigint', 'boolean'), ('none', 'text[]', 'boolean'),
		('none', 'text, text, text, text', 'boolean'), ('none', 'workflow_perms.metadata_condition', 'boolean'), ('none', 'jsonb, text, workflow_perms.metadata_condition', 'boolean'),
		('none', 'text, workflow_perms.metadata_condition, jsonb', 'boolean'), ('none', 'bigint', 'boolean'), ('none', 'jsonb, text', 'boolean'), ('matches', '', 'boolean'), ('matches', 'bigint', 'boolean'), ('matches', 'integer, jsonb', 'boolean')) f (name, args, result);
CREATE FUNCTION support.ask(f support.functions) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	columns text[] := ARRAY(SELECT (SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = 'support.rows'::regclass AND attnum > 0 AND atttypid = t::regtype LIMIT 1) FROM unnest(f.args) t);
	constants text[] := ARRAY(SELECT (SELECT format('%L::%s', v, t) FROM support.constants WHERE type = t::regtype) FROM unnest(f.args) t);
	last int := cardinality(columns);
	query text;
	n int;
BEGIN
	EXECUTE format('CREATE FUNCTION %s(%s) RETURNS %s LANGUAGE plpgsql STABLE COST 1000 SUPPORT %s AS ''BEGIN RETURN 1; END''', f.function, array_to_string(f.args, ', '), f.result, f.support);
	FOREACH query IN ARRAY ARRAY[array_to_string(columns, ', '), array_to_string(constants, ', '), array_to_string(constants[:last - 1] || columns[last:], ', ')] LOOP
		EXECUTE format('SELECT count(*) FROM support.rows, generate_series(1, 2) WHERE %s(%s)::text::boolean', f.function, query) INTO n;
		IF n <> 100 THEN
			RETURN format('%s rows of %s(%s) with %s', n, f.function, query, f.support);
		END IF;
		IF f.result = 'boolean' THEN
			EXECUTE format('SELECT count(*) FROM support.rows WHERE %s(%s)', f.function, query) INTO n;
		END IF;
		IF n NOT IN (50, 100) THEN
			RETURN format('%s rows where %s(%s) with %s', n, f.function, query, f.support);
		END IF;
	END LOOP;
	RAISE EXCEPTION USING ERRCODE = 'CALLS';
EXCEPTION
	WHEN SQLSTATE 'CALLS' THEN RETURN 'answered as without';
	WHEN OTHERS THEN RETURN SQLSTATE || ' ' || SQLERRM;
END
$$;
SELECT outcome, count(*) > 100 AS hundreds FROM support.functions f, support.ask(f) outcome GROUP BY 1 ORDER BY outcome COLLATE "C";

-- Given to functions of ours that it is not meant for.
CREATE FUNCTION support.give(support regproc, given regprocedure) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	args text := (SELECT string_agg((SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = 'support.rows'::regclass AND attnum > 0 AND atttypid = t LIMIT 1), ', ' ORDER BY i)
		FROM pg_proc, unnest(proargtypes::oid[]) WITH ORDINALITY a (t, i) WHERE oid = given);
	before bigint;
	after bigint;
	query text := format('SELECT count(*) FROM support.rows WHERE %s(%s)', given::regproc, args);
BEGIN
	EXECUTE query INTO before;
	EXECUTE format('ALTER FUNCTION %s SUPPORT %s', given, support);
	EXECUTE query INTO after;
	RAISE EXCEPTION USING ERRCODE = 'CALLS', MESSAGE = CASE before WHEN after THEN 'answered as without' ELSE format('%s rows, not %s, of %s with %s', after, before, given, support) END;
EXCEPTION
	WHEN SQLSTATE 'CALLS' THEN RETURN SQLERRM;
	WHEN OTHERS THEN RETURN SQLSTATE || ' ' || SQLERRM;
END
$$;
BEGIN;
SELECT workflow_perms.set_principal('mx', 'mo');
SELECT outcome, count(*) > 100 AS hundreds FROM (SELECT DISTINCT support FROM support.functions) s,
	(SELECT oid::regprocedure AS given FROM pg_proc WHERE pronamespace = 'workflow_perms'::regnamespace AND prorettype = 'boolean'::regtype AND provolatile <> 'v' AND NOT proretset AND prosrc <> 'wp_arm' AND proname !~ '^_(check|has_)'
		AND NOT EXISTS (SELECT FROM unnest(proargtypes::oid[]) t WHERE t NOT IN (SELECT atttypid FROM pg_attribute WHERE attrelid = 'support.rows'::regclass AND attnum > 0))) f,
	support.give(support, given) outcome GROUP BY 1 ORDER BY outcome COLLATE "C";
ROLLBACK;
RESET enable_seqscan;
RESET jit;
DROP SCHEMA support CASCADE;
RESET client_min_messages;

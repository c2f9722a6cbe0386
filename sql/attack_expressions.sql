-- Every function of ours that a query may ask about its rows is asked about expressions of
-- every shape: columns, functions of nothing, CASE, subqueries, arrays' elements, NULL, the
-- nullable side of a join, parameters, the fields of whole rows; by principals of several
-- kinds. Nothing ends the server, and scans of all sorts find the same. On the accounts of
-- matrix_setup.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SET jit = off;
CREATE SCHEMA shapes;
GRANT USAGE ON SCHEMA shapes TO PUBLIC;
CREATE TABLE shapes.rows (i int, account_id text COLLATE "C", n bigint, u uuid, j jsonb, b boolean, c workflow_perms.metadata_condition,
	k workflow_perms.workspace_kind, v workflow_perms.workflow_visibility, s workflow_perms.workflow_status, p workflow_perms.principal, w workflow_perms.workflows);
INSERT INTO shapes.rows
	SELECT i, 'mx', i, gen_random_uuid(), '{"plan": "pro"}', true, '{"plan": "pro"}', 'open', 'main', 'live', workflow_perms.principal('mx', 'mo'),
		(SELECT w FROM workflow_perms.workflows w ORDER BY account_id, workflow_id LIMIT 1)
	FROM generate_series(1, 40) i;
SELECT format('CREATE INDEX ON shapes.rows (%I)', attname) FROM pg_attribute WHERE attrelid = 'shapes.rows'::regclass AND attnum > 0 AND attname NOT IN ('p', 'w') \gexec
CREATE INDEX ON shapes.rows USING gin (c);
CREATE INDEX ON shapes.rows USING gin (j workflow_perms.metadata_ops);
ANALYZE shapes.rows;
GRANT SELECT ON shapes.rows TO PUBLIC;
-- Functions of nothing, of each type.
SELECT format('CREATE FUNCTION shapes.%s_%s() RETURNS %s LANGUAGE plpgsql %s AS $$BEGIN RETURN (SELECT %I FROM shapes.rows LIMIT 1); END$$', v, attname, atttypid::regtype, v, attname)
	FROM pg_attribute, unnest(ARRAY['volatile', 'stable']) v WHERE attrelid = 'shapes.rows'::regclass AND attnum > 0 \gexec

CREATE TABLE shapes.shapes (n int GENERATED ALWAYS AS IDENTITY, words text);
INSERT INTO shapes.shapes (words) VALUES ('r.%1$I'), ('o.%1$I'), ('shapes.volatile_%1$s()'), ('shapes.stable_%1$s()'), ('NULL::%2$s'), ('(SELECT r.%1$I)'),
	('CASE WHEN r.i > 10 THEN r.%1$I END'), ('coalesce(o.%1$I, r.%1$I)'), ('(ARRAY[r.%1$I, NULL])[1]'), ('(r.*::shapes.rows).%1$I'), ('(SELECT x.%1$I FROM shapes.rows x WHERE x.i = r.i)');
CREATE TABLE shapes.functions AS
	SELECT p.oid, p.proname, p.oid::regproc AS name, ARRAY(
			SELECT (SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = 'shapes.rows'::regclass AND a.attnum > 0
				AND (a.atttypid = t OR t = '"any"'::regtype AND a.attname = 'account_id' OR t = 'anyelement'::regtype AND a.attname = 'account_id') LIMIT 1)
			FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY x (t, place) ORDER BY place) AS columns
	FROM pg_proc p
	WHERE p.pronamespace = 'workflow_perms'::regnamespace AND p.prorettype = 'boolean'::regtype AND p.provolatile <> 'v' AND NOT p.proretset AND p.provariadic = 0
		AND p.pronargs > 0 AND has_function_privilege('regress_app', p.oid, 'EXECUTE');
DELETE FROM shapes.functions WHERE array_position(columns, NULL) IS NOT NULL;
GRANT SELECT ON ALL TABLES IN SCHEMA shapes TO PUBLIC;

-- One function, each argument of one shape or (shape NULL) of one after the other.
CREATE FUNCTION shapes.ask(function shapes.functions, shape int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	args text := (SELECT string_agg(format(s.words, c, (SELECT atttypid::regtype FROM pg_attribute WHERE attrelid = 'shapes.rows'::regclass AND attname = c)), ', ' ORDER BY place)
		FROM unnest(function.columns) WITH ORDINALITY x (c, place)
			JOIN shapes.shapes s ON s.n = coalesce(shape, 1 + (place + hashtext(function.oid::regprocedure::text) & 1023) % 11));
	query text := format('SELECT count(*) FROM shapes.rows r LEFT JOIN shapes.rows o ON o.i = r.i + 20 WHERE %s(%s)', function.name, args);
	scanned bigint;
	found bigint;
BEGIN
	SET LOCAL enable_indexscan = off;
	SET LOCAL enable_indexonlyscan = off;
	SET LOCAL enable_bitmapscan = off;
	EXECUTE query INTO scanned;
	RESET enable_indexscan;
	RESET enable_indexonlyscan;
	RESET enable_bitmapscan;
	SET LOCAL enable_seqscan = off;
	EXECUTE query INTO found;
	RESET enable_seqscan;
	-- Arms are true of every row, and stand for an index condition.
	IF scanned <> found AND function.proname NOT LIKE '\_%' THEN
		RETURN format('%s and %s of %s', scanned, found, query);
	END IF;
	RETURN 'answered';
EXCEPTION
	WHEN OTHERS THEN RETURN CASE WHEN SQLSTATE LIKE 'XX%' THEN SQLSTATE || ' ' || SQLERRM || ' ' || query ELSE 'refused' END;
END
$$;
BEGIN;
SET LOCAL ROLE regress_app;
SELECT outcome, count(*) > 50 AS many FROM shapes.functions f, generate_series(1, 12) s, shapes.ask(f, nullif(s, 12)) outcome GROUP BY 1 ORDER BY 1;
ROLLBACK;
BEGIN;
SELECT matrix.become('mx/mo', 'regress_app');
SELECT outcome, count(*) > 50 AS many FROM shapes.functions f, generate_series(1, 12) s, shapes.ask(f, nullif(s, 12)) outcome GROUP BY 1 ORDER BY 1;
ROLLBACK;
BEGIN;
SELECT matrix.become('mx/pro', 'regress_app');
SELECT outcome, count(*) > 50 AS many FROM shapes.functions f, generate_series(1, 12) s, shapes.ask(f, nullif(s, 12)) outcome GROUP BY 1 ORDER BY 1;
ROLLBACK;
BEGIN;
SELECT matrix.become('mx/', 'regress_app');
SELECT outcome, count(*) > 50 AS many FROM shapes.functions f, generate_series(1, 12) s, shapes.ask(f, nullif(s, 12)) outcome GROUP BY 1 ORDER BY 1;
ROLLBACK;
DROP SCHEMA shapes CASCADE;
RESET client_min_messages;
RESET jit;

-- A path that would have to go on inside an array is unknown: to every operator, below
-- every negation, by every operator and index that asks a condition (spec 2.2). P33, by the
-- model's gates and lists: vectors_conditions.
\pset null NULL
SET search_path = workflow_perms, public;

-- Every operator, as the hint to an unknown one names them, with an argument that it takes.
CREATE FUNCTION pg_temp.operators() RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	hint text;
BEGIN
	PERFORM '{"a": {"$nope": 1}}'::metadata_condition;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN QUERY SELECT m[1] FROM regexp_matches(hint, '\$\w+', 'g') AS m;
END
$$;
CREATE TEMP TABLE tests AS
	SELECT o, format('{"%s": %s}', o, v) AS test FROM pg_temp.operators() o,
		unnest(ARRAY['true', 'false', 'null', '1', '"1.2.3"', '"2024-01-01"', '"null"', '"10.0.0.0/8"', '["10.0.0.0/8"]', '[1]', '{"$exists": false}', '{"$exists": true}', '{"x": {"$exists": false}}', '{"$eq": null}']) v
	WHERE (SELECT o <> ALL (ARRAY['$not', '$size', '$elemMatch']) OR v ~ '\$') AND (o <> ALL (ARRAY['$eq', '$ne']) OR v !~ '\$');
CREATE FUNCTION pg_temp.is_condition(literal text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	PERFORM literal::workflow_perms.metadata_condition;
	RETURN true;
EXCEPTION WHEN OTHERS THEN
	RETURN false;
END
$$;
DELETE FROM tests WHERE NOT pg_temp.is_condition(format('{"x": %s}', test));
SELECT count(*) > 60 AS many, count(DISTINCT o) = (SELECT count(*) FROM pg_temp.operators()) AS of_all_operators FROM tests;
-- Around each: nothing, and negations.
CREATE TEMP TABLE clauses AS
	SELECT format(around, format('"a.b": %s', test))::metadata_condition AS condition, format(around, format('"x": %s', test))::metadata_condition AS element
	FROM tests, unnest(ARRAY['{%s}', '{"$not": {%s}}', '{"$nor": [{%s}]}', '{"$not": {"$or": [{"$nor": [{%s}]}]}}']) AS around;
INSERT INTO clauses SELECT format('{"a.b": {"$not": %s}}', test)::metadata_condition, format('{"x": {"$not": %s}}', test)::metadata_condition FROM tests;
SELECT count(*) > 300 AS many FROM clauses;

CREATE TEMP TABLE in_arrays (metadata jsonb);
INSERT INTO in_arrays VALUES ('{"a": []}'), ('{"a": [1]}'), ('{"a": [null]}'), ('{"a": [{"b": 1}]}'), ('{"a": [{"b": null}, {}]}'), ('{"a": [[{"b": 1}]]}'), ('[]'), ('[{"a": {"b": 1}}]'), ('[null]');
-- None may be listed, by any way.
SELECT condition, metadata FROM clauses, in_arrays WHERE metadata ~ condition IS NOT NULL;
SELECT condition, metadata FROM clauses, in_arrays WHERE condition ~ metadata IS NOT NULL;
SELECT condition, metadata FROM clauses, in_arrays WHERE matches(metadata, 'u1', condition) IS NOT NULL;
-- Elements that are arrays, in the place of a document: of some element nothing is known, so of the array.
SELECT element, metadata FROM clauses, (VALUES ('{"a": [[]]}'::jsonb), ('{"a": [[{"x": 1}]]}')) AS m (metadata)
	WHERE metadata ~ jsonb_build_object('a', jsonb_build_object('$elemMatch', element::jsonb))::metadata_condition IS NOT NULL;
-- Deeper, and behind what is absent, which is absent still.
SELECT m, m::jsonb ~ '{"a.b.c.d": {"$exists": false}}' AS is_absent FROM unnest(ARRAY['{}', '{"a": 1}', '{"a": {"b": null}}', '{"a": {"b": {"c": {}}}}', '{"a": {"b": [{}]}}', '{"a": {"b": {"c": []}}}', '{"a": {"b": {"c": {"d": []}}}}', '{"a": [[]]}', 'null', '1']) AS m;

-- By an index nothing is found that is not NULL, and nothing lost.
CREATE TABLE array_rows (id serial, metadata jsonb);
INSERT INTO array_rows (metadata) SELECT metadata FROM in_arrays, generate_series(1, 20);
INSERT INTO array_rows (metadata) SELECT jsonb_build_object('a', jsonb_build_object('b', v)) FROM unnest(ARRAY['1', 'null', 'true', '"2024-01-01"', '[1]', '[]', '"1.2.3"']::jsonb[]) v, generate_series(1, 20);
INSERT INTO array_rows (metadata) SELECT '{}' FROM generate_series(1, 20);
CREATE INDEX ON array_rows USING gin (metadata metadata_ops);
CREATE TABLE array_conditions AS SELECT condition FROM clauses;
CREATE INDEX ON array_conditions USING gin (condition);
ANALYZE array_rows, array_conditions;
CREATE FUNCTION pg_temp.found() RETURNS TABLE (matched bigint, rows_sum numeric, reverse bigint) LANGUAGE sql AS $$
	SELECT (SELECT count(*) FROM clauses c JOIN array_rows r ON r.metadata ~ c.condition), (SELECT sum(id) FROM clauses c JOIN array_rows r ON matches(r.metadata, 'u1', c.condition)),
		(SELECT count(*) FROM array_rows r JOIN array_conditions c ON c.condition ~ r.metadata WHERE id % 10 = 0)
$$;
SET enable_indexscan = off; SET enable_bitmapscan = off; SET enable_seqscan = on;
SELECT * FROM pg_temp.found() \gset scan_
SET enable_bitmapscan = on; SET enable_seqscan = off; SET enable_material = off;
SELECT * FROM pg_temp.found() \gset index_
-- From 18 on a plan says which of its nodes are disabled.
CREATE FUNCTION pg_temp.plan(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
		IF line !~ 'Disabled: true' THEN
			RETURN NEXT line;
		END IF;
	END LOOP;
END
$$;
SELECT pg_temp.plan('SELECT FROM clauses c JOIN array_rows r ON r.metadata ~ c.condition');
RESET enable_indexscan; RESET enable_bitmapscan; RESET enable_seqscan; RESET enable_material;
SELECT :scan_matched > 1000 AS many, (:scan_matched, :scan_rows_sum, :scan_reverse) = (:index_matched, :index_rows_sum, :index_reverse) AS alike;
DROP TABLE array_rows, array_conditions;

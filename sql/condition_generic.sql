-- Where the planner does not know the condition (generic plans, joins) it takes the index. A
-- condition that the index cannot narrow reads there the one key that all rows have, not the
-- whole index; where the condition is known the table is scanned (spec 2.4).
SET search_path = workflow_perms, public;
CREATE TABLE public.generic_rows (id int, metadata jsonb);
INSERT INTO generic_rows SELECT i, (SELECT jsonb_object_agg('key' || k, 'v' || i * k % 2000) FROM generate_series(1, 20) AS k) || CASE WHEN i % 50 = 0 THEN '{"list": [{"x": 1}]}' ELSE '{}' END::jsonb FROM generate_series(1, 5000) AS i;
INSERT INTO generic_rows VALUES (0, '{}'), (-1, NULL), (-2, '[]'), (-3, '"text"'), (-4, 'null');
CREATE INDEX generic_rows_idx ON generic_rows USING gin (metadata metadata_ops);
VACUUM ANALYZE generic_rows;

-- Conditions that have no keys, and some that have; by the operator and by the function.
CREATE TEMP TABLE asked (condition metadata_condition, has_keys boolean);
INSERT INTO asked VALUES
	('{}', false), ('{"key1": {"$ne": "v1"}}', false), ('{"nothing": {"$exists": false}}', false), ('{"nothing": null}', false), ('{"key1": {"$regex": "7$"}}', false), ('{"$nor": [{"key1": "v1"}, {"key2": "v2"}]}', false), ('{"key1": {"$not": {"$in": ["v1", "v2"]}}}', false),
	('{"$or": [{"key1": "v1"}, {"key2": {"$ne": "v2"}}]}', false), ('{"list.x": {"$exists": false}}', false), ('{"key1": {"$type": "string"}}', false),
	('{"key1": "v1"}', true), ('{"$or": [{"key1": "v1"}, {"key2": "v2"}]}', true), ('{"key1": {"$in": ["v1", "v2"]}, "key2": {"$ne": "v2"}}', true), ('{"$userId": "u1"}', true);

CREATE FUNCTION pg_temp.nodes(plan json) RETURNS SETOF json LANGUAGE sql AS $$
	WITH RECURSIVE node AS (SELECT plan AS n UNION ALL SELECT c FROM node, json_array_elements(n -> 'Plans') AS c) SELECT n FROM node
$$;
-- How a query finds the rows, what it finds, and whether it reads more of the index than a fifth.
CREATE FUNCTION pg_temp.run(query text, OUT scan text, OUT much boolean) LANGUAGE plpgsql AS $$
DECLARE
	plan json;
BEGIN
	EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF, SUMMARY OFF, FORMAT json) ' || query INTO plan;
	SELECT n ->> 'Node Type', (n ->> 'Shared Hit Blocks')::int + (n ->> 'Shared Read Blocks')::int > (n ->> 'Actual Loops')::int * pg_relation_size('public.generic_rows_idx') / 8192 / 5
		INTO scan, much FROM pg_temp.nodes(plan -> 0 -> 'Plan') AS n
		WHERE n ->> 'Index Name' = 'generic_rows_idx' OR (n ->> 'Node Type' = 'Seq Scan' AND n ->> 'Relation Name' = 'generic_rows')
		ORDER BY 1 LIMIT 1;
END
$$;
SELECT pg_relation_size('public.generic_rows_idx') / 8192 > 40 AS many_pages;
PREPARE by_operator(metadata_condition) AS SELECT count(*) FROM public.generic_rows WHERE metadata ~ $1;
PREPARE by_function(metadata_condition) AS SELECT count(*) FROM public.generic_rows WHERE matches(metadata, 'u2', $1);
SET plan_cache_mode = force_generic_plan;
SELECT condition, o.scan, o.much, f.scan, f.much FROM asked,
	LATERAL pg_temp.run(format('EXECUTE by_operator(%L)', condition)) o, LATERAL pg_temp.run(format('EXECUTE by_function(%L)', condition)) f ORDER BY has_keys, condition::text COLLATE "C";
SET plan_cache_mode = force_custom_plan;
SELECT condition, o.scan, f.scan FROM asked,
	LATERAL pg_temp.run(format('EXECUTE by_operator(%L)', condition)) o, LATERAL pg_temp.run(format('EXECUTE by_function(%L)', condition)) f ORDER BY has_keys, condition::text COLLATE "C";
RESET plan_cache_mode;
-- In a join, one search a condition.
SET enable_seqscan = off;
SELECT scan, much FROM pg_temp.run('SELECT count(*) FROM (VALUES (''{"key1": {"$ne": "v1"}}''::workflow_perms.metadata_condition), (''{}''), (''{"key1": "v1"}'')) AS c (c) JOIN public.generic_rows ON metadata OPERATOR(workflow_perms.~) c');
RESET enable_seqscan;

-- They find the same: none may be listed.
CREATE FUNCTION pg_temp.found(condition metadata_condition) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	SELECT concat_ws(' ', (SELECT concat(count(*), '/', sum(id)) FROM generic_rows WHERE metadata ~ condition), (SELECT concat(count(*), '/', sum(id)) FROM generic_rows WHERE matches(metadata, 'u1', condition))) INTO result;
	RETURN result;
END
$$;
SET plan_cache_mode = force_generic_plan;
CREATE TEMP TABLE by_index AS SELECT condition, pg_temp.found(condition) AS found FROM asked;
SET enable_bitmapscan = off;
DISCARD PLANS;
SELECT condition, i.found, pg_temp.found(condition) FROM by_index i WHERE i.found <> pg_temp.found(condition);
SELECT count(*) FROM by_index WHERE found LIKE '0/%';
-- An index that fills row by row, without a list of what is still to be entered, has the key too.
CREATE TABLE public.generic_slowly (metadata jsonb);
CREATE INDEX ON generic_slowly USING gin (metadata metadata_ops) WITH (fastupdate = off);
INSERT INTO generic_slowly SELECT metadata FROM generic_rows WHERE id <= 200;
UPDATE generic_slowly SET metadata = metadata || '{"more": 1}' WHERE metadata ? 'list';
RESET enable_bitmapscan;
SET enable_seqscan = off;
SELECT count(*), count(*) FILTER (WHERE metadata ? 'more') AS updated FROM generic_slowly WHERE metadata ~ (SELECT '{}'::metadata_condition);
DROP TABLE generic_rows, generic_slowly;

-- The GIN operator classes find what a sequential scan finds, exactly: on random
-- metadata and conditions, on numbers at the edges of their keys, on strings,
-- booleans, arrays and nested objects, before and after VACUUM.
-- The planner uses them where they help.
SET search_path = workflow_perms, pg_catalog;
SELECT setseed(0.75);

\getenv srcdir PG_ABS_SRCDIR
\set random_conditions :srcdir '/test/random_conditions.sql'
\set ECHO none
\i :random_conditions
\set ECHO all

CREATE SCHEMA samples;
CREATE TYPE samples.pair AS (offer int, person int);
CREATE FUNCTION samples.plan(query text, options text DEFAULT 'ANALYZE OFF') RETURNS SETOF text LANGUAGE plpgsql AS
	$$ BEGIN RETURN QUERY EXECUTE format('EXPLAIN (COSTS OFF, %s) ', options) || query; END $$;

SELECT c.opcname, a.amname, t.typname, c.opcdefault, c.opckeytype::regtype, amvalidate(c.oid)
FROM pg_opclass c JOIN pg_am a ON a.oid = c.opcmethod JOIN pg_type t ON t.oid = c.opcintype
WHERE c.opcnamespace = 'workflow_perms'::regnamespace ORDER BY 2, 1;

CREATE TABLE samples.people (id int GENERATED ALWAYS AS IDENTITY, metadata jsonb);
CREATE TABLE samples.offers (id int GENERATED ALWAYS AS IDENTITY, condition metadata_condition);
CREATE INDEX people_gin ON samples.people USING gin (metadata metadata_ops) WITH (fastupdate = off);
CREATE INDEX offers_gin ON samples.offers USING gin (condition);
INSERT INTO samples.people (metadata)
	SELECT CASE WHEN i % 20 = 0 THEN pg_temp.some_value(2)::jsonb ELSE
		(SELECT jsonb_object_agg(k, pg_temp.some_value(3 + i * 0)::jsonb) FROM unnest(ARRAY['a', 'b', 'c', 'plan']) AS k WHERE random() + i * 0 < 0.9) END
	FROM generate_series(1, 900) AS i;
INSERT INTO samples.people (metadata) VALUES ('{}'), ('[]'), ('5'), ('null'), (NULL), ('{"a": []}'), ('{"a": null}'), ('{"a": [5, -5]}'), ('{"a": [{"b": 5}, {"b": -5}]}'), ('{"a": [[5, -5]]}');
DO $$
BEGIN
	FOR i IN 1 .. 350 LOOP
		BEGIN
			INSERT INTO samples.offers (condition) VALUES (pg_temp.some_condition(3)::metadata_condition);
		EXCEPTION WHEN invalid_parameter_value OR program_limit_exceeded THEN -- refused, which condition_random looks at
		END;
	END LOOP;
END $$;
-- What keys are made for, and around it.
INSERT INTO samples.offers (condition) SELECT c::metadata_condition FROM unnest(ARRAY[
	'{}', '{"a": 1}', '{"a": {"$in": [1, "pro", true]}}', '{"a": {"$gte": 0, "$lt": 3}}', '{"a": {"$gt": 2, "$lt": 0}}', '{"a": {"$gt": 0}, "b": "pro"}',
	'{"$and": [{"a": {"$gt": 0}}, {"a": {"$lt": 1}}]}', '{"a": {"$not": {"$ne": "pro"}}}', '{"$nor": [{"a": {"$ne": "pro"}}, {"b": {"$nin": [1, "a"]}}]}',
	'{"$not": {"$not": {"a": "pro"}}}', '{"$not": {"$or": [{"a": {"$ne": 1}}, {"b": {"$exists": false}}]}}', '{"a": {"$all": ["pro", 1]}}',
	'{"a": {"$elemMatch": {"$gt": 0, "$lt": 2}}}', '{"a": {"$elemMatch": {"b": {"$gt": 0, "$lt": 5}}}}', '{"a": {"$elemMatch": {"b": "pro"}}}',
	'{"a": {"$elemMatch": {"$not": {"$ne": 1}}}}', '{"$and": [{"a": {"$elemMatch": {"$gt": 1}}}, {"a": {"$elemMatch": {"$lt": 0}}}]}',
	'{"$and": [{"a": {"$elemMatch": {"b": {"$gt": 0}}}}, {"a": {"$elemMatch": {"b": {"$lt": 1}}}}]}', '{"a": {"$elemMatch": {"$elemMatch": {"$gt": 0}}}}',
	'{"a": ["pro", 1]}', '{"a": []}', '{"a": {"$ne": ["pro"]}}', '{"a": {"$not": {"$ne": ["a"]}}}', '{"a": {"b": 1}}', '{"a": {"$not": {"$ne": {"b": 1}}}}',
	'{"a": null}', '{"a": {"$ne": null}}', '{"a": {"$eqi": "PRO"}}', '{"a": {"$ini": ["Pro", 1, false]}}', '{"a": {"$not": {"$nini": ["Pro"]}}}',
	'{"a": {"$alli": ["AB", "pro"]}}', '{"a.b": {"$gt": -1}, "a.c": true}', '{"a": true}', '{"a": {"$gt": "a"}}', '{"a": {"$startsWith": "p"}, "b": {"$lte": 1}}',
	'{"$userId": "u1"}', '{"a": "pro", "$rollout": {"percent": 50}}', '{"$or": [{"$userId": "u1"}, {"a": "pro"}]}', '{"$not": {"$userId": "u1"}}']) AS c;
-- Numbers where their keys begin, end and are rounded, by themselves and in arrays.
CREATE TABLE samples.numbers (n) AS SELECT n::numeric FROM unnest(ARRAY['0', '1', '-1', '2', '0.1', '0.10000000001', '0.00000001', '2097151', '2097152',
	'2097153', '4194303', '4194304', '4194305', '9999', '10000', '10001', '99999999', '100000000', '9007199254740991', '9007199254740992',
	'9007199254740993', '-9007199254740993', '1709164800000', '1709164800001', '1e127', '9.99e127', '1e128', '1e129', '1e131', '-1e131', '1e200', '1e400', '-1e400',
	'1e-120', '1e-124', '1e-125', '1e-128', '1e-129', '1e-200', '-1e-129', '1e-400', '1e-401', '-3.5', '1e131000', '2e131000', '1e-16000']) AS n;
INSERT INTO samples.people (metadata) SELECT jsonb_build_object('n', n) FROM samples.numbers UNION ALL SELECT jsonb_build_object('n', jsonb_build_array(n, 'x')) FROM samples.numbers
	UNION ALL SELECT '{"n": -0}' UNION ALL SELECT '{"n": -0.000}' UNION ALL SELECT '{"n": [-1e400, 1e400]}';
INSERT INTO samples.offers (condition) SELECT format('{"n": {"%s": %s}}', o, n)::metadata_condition FROM samples.numbers, unnest(ARRAY['$eq', '$gt', '$gte', '$lt', '$lte']) AS o
	UNION ALL SELECT format('{"n": {"$gte": %s, "$lt": %s}}', a.n, b.n)::metadata_condition FROM samples.numbers a, samples.numbers b WHERE random() < 0.05
	UNION ALL SELECT format('{"n": {"$elemMatch": {"$gte": %s, "$lt": %s}}}', a.n, b.n)::metadata_condition FROM samples.numbers a, samples.numbers b WHERE random() < 0.02;
-- Strings of any kind and length; keys that no path reaches.
INSERT INTO samples.people (metadata) SELECT jsonb_build_object('s', s) FROM unnest(ARRAY['é', 'É', 'STRASSE', 'straße', '', '日本', repeat('x', 3000), repeat('X', 3000)]) AS s
	UNION ALL SELECT m::jsonb FROM unnest(ARRAY['{"s.t": "é"}', '{"s": {"t": "é"}}', '{"s": [{"t": "é"}, {"t": 1}]}', '{"$s": 1}', '{"s": [["é"]]}', '{"s": {"": "é"}}']) AS m;
INSERT INTO samples.offers (condition) SELECT c::metadata_condition FROM unnest(ARRAY['{"s": "é"}', '{"s": {"$eqi": "É"}}', '{"s": {"$eqi": "strasse"}}', '{"s": ""}', '{"s": {"$in": ["日本", "É"]}}',
		'{"s.t": "é"}', '{"s": {"$elemMatch": {"t": "é"}}}', '{"s": {"$elemMatch": {"t": "é", "$or": [{"t": 1}, {"t": "é"}]}}}', '{"s": {"$elemMatch": {"$elemMatch": {"$eq": "é"}}}}']) AS c
	UNION ALL SELECT format('{"s": {"%s": "%s"}}', o, repeat('x', 3000))::metadata_condition FROM unnest(ARRAY['$eq', '$eqi', '$ne']) AS o;
-- Too deep for keys, and almost: objects in objects, and in arrays.
INSERT INTO samples.people (metadata) SELECT (repeat('{"d": ', d) || '1' || repeat('}', d))::jsonb FROM unnest(ARRAY[63, 64, 65, 70, 1000]) AS d
	UNION ALL SELECT (repeat('{"d": [', d) || '{"d": 1}' || repeat(']}', d))::jsonb FROM unnest(ARRAY[5, 10, 500]) AS d
	UNION ALL SELECT (repeat('{"d": ', d) || '[{"d": 1}]' || repeat('}', d))::jsonb FROM unnest(ARRAY[62, 63, 64]) AS d;
INSERT INTO samples.offers (condition) SELECT format('{"d%s": {"%s": 1}}', repeat('.d', d - 1), o)::metadata_condition FROM unnest(ARRAY[63, 64, 65, 70]) AS d, unnest(ARRAY['$eq', '$gte', '$ne']) AS o
	UNION ALL SELECT format('{"d%s": {"$elemMatch": {"d": {"$gt": 0}}}}', repeat('.d', d - 1))::metadata_condition FROM unnest(ARRAY[1, 61, 62, 63, 64]) AS d
	UNION ALL SELECT (repeat('{"d": {"$elemMatch": ', d) || '{"d": 1}' || repeat('}}', d))::metadata_condition FROM unnest(ARRAY[5, 10]) AS d;
-- Too many to look for.
INSERT INTO samples.people (metadata) SELECT jsonb_build_object('m', jsonb_agg(i)) FROM generate_series(1, 6000) AS i;
INSERT INTO samples.offers (condition) SELECT format('{"m": {"$in": %s}}', jsonb_agg(i))::metadata_condition FROM generate_series(5000, 9000) AS i
	UNION ALL SELECT format('{"m": {"$all": %s}}', jsonb_agg(i))::metadata_condition FROM generate_series(1, 3000) AS i
	UNION ALL SELECT format('{"$or": [%s]}', string_agg(format('{"m": {"$gte": %s, "$lte": %1$s}}', i), ', '))::metadata_condition FROM generate_series(5990, 7200) AS i;
ANALYZE samples.people, samples.offers;

-- Every pair of which the scan says true, in each of three forms; then which pairs the
-- indexes say it of, and which of the two is alone.
CREATE FUNCTION samples.pairs(form text) RETURNS SETOF samples.pair LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY EXECUTE 'SELECT o.id, p.id FROM ' || form;
END $$;
CREATE VIEW samples.forms AS SELECT * FROM (VALUES
	('~', 'samples.offers o, samples.people p WHERE p.metadata OPERATOR(workflow_perms.~) o.condition'),
	('matches', 'samples.offers o, samples.people p WHERE workflow_perms.matches(p.metadata, ''u'' || (p.id % 3), o.condition)'),
	('commutator', 'samples.people p, LATERAL (SELECT id FROM samples.offers WHERE condition OPERATOR(workflow_perms.~) p.metadata OFFSET 0) o')) AS f (name, form);
SET enable_indexscan = off;
SET enable_bitmapscan = off;
CREATE TABLE samples.by_scan AS SELECT f.name, p.* FROM samples.forms f, samples.pairs(f.form) p;
RESET enable_indexscan;
RESET enable_bitmapscan;
SELECT name, count(*) > 20000 AS many, count(*) < 700000 AS not_all FROM samples.by_scan GROUP BY name ORDER BY name;
-- Whoever matches may match, in the operator's words.
SELECT count(*) AS wrong FROM samples.by_scan s JOIN samples.offers o ON o.id = s.offer JOIN samples.people p ON p.id = s.person WHERE NOT p.metadata @~ o.condition;
SELECT count(*) > 0 AS some_may_not FROM samples.offers o, samples.people p WHERE o.condition::text ~ 'userId|rollout' AND NOT p.metadata @~ o.condition;
CREATE FUNCTION samples.differences() RETURNS TABLE (name text, by_index_alone bigint, by_scan_alone bigint) LANGUAGE plpgsql AS $$
BEGIN
	SET LOCAL enable_seqscan = off;
	SET LOCAL enable_material = off;
	CREATE TEMP TABLE by_index ON COMMIT DROP AS SELECT f.name, p.* FROM samples.forms f, samples.pairs(f.form) p;
	RETURN QUERY SELECT f.name, (SELECT count(*) FROM (SELECT * FROM by_index i WHERE i.name = f.name EXCEPT SELECT * FROM samples.by_scan s WHERE s.name = f.name) AS d),
			(SELECT count(*) FROM (SELECT * FROM samples.by_scan s WHERE s.name = f.name EXCEPT SELECT * FROM by_index i WHERE i.name = f.name) AS d)
		FROM samples.forms f ORDER BY f.name;
	DROP TABLE by_index;
END $$;
SET enable_seqscan = off;
SET enable_material = off;
SELECT f.name, trim(l.line) AS line FROM samples.forms f, samples.plan('SELECT FROM ' || f.form) AS l (line) WHERE l.line ~ 'Index' ORDER BY 1, 2;
RESET enable_seqscan;
RESET enable_material;
-- The people all in the index, the offers in its pending list.
SELECT * FROM samples.differences();
-- All in the index, with dead rows and those that took their places.
DELETE FROM samples.by_scan WHERE person % 7 = 0 OR offer % 7 = 0;
DELETE FROM samples.people WHERE id % 7 = 0;
DELETE FROM samples.offers WHERE id % 7 = 0;
UPDATE samples.people SET metadata = metadata WHERE id % 3 = 0;
VACUUM samples.people, samples.offers;
SELECT * FROM samples.differences();
-- Built from what there is, with little memory and with more.
SET maintenance_work_mem = '1MB';
REINDEX TABLE samples.people;
RESET maintenance_work_mem;
REINDEX TABLE samples.offers;
SELECT * FROM samples.differences();

-- What the planner makes of them, in a table of the application's own.
CREATE TABLE samples.subscribers (id int, metadata jsonb NOT NULL);
INSERT INTO samples.subscribers SELECT i, jsonb_build_object('company', 'company-' || i % 5000, 'plan', (ARRAY['free', 'pro', 'team'])[1 + i % 3], 'seats', i % 500, 'trial', i % 2 = 0)
	FROM generate_series(1, 20000) AS i;
CREATE INDEX subscribers_metadata_idx ON samples.subscribers USING gin (metadata metadata_ops);
VACUUM ANALYZE samples.subscribers;
-- Equality, a range, both, and some of many; of a known user, too.
SELECT c, trim(l) AS line FROM unnest(ARRAY[
	$$metadata ~ '{"company": "company-7"}'$$,
	$$metadata ~ '{"seats": {"$gte": 300, "$lt": 303}}'$$,
	$$metadata ~ '{"company": {"$in": ["company-7", "company-8"]}, "seats": {"$gt": 5}}'$$,
	$$'{"$or": [{"company": "company-7"}, {"seats": 3}]}' ~ metadata$$,
	$$matches(metadata, 'u1', '{"company": "company-7", "$userId": {"$ne": "u2"}}')$$,
	$$matches(metadata, NULL, '{"company": "company-7"}')$$]) AS c,
	samples.plan('SELECT id FROM samples.subscribers WHERE ' || c) AS l WHERE l ~ 'Scan';
-- Most rows, negations, and what only the user's id decides, are scanned.
SELECT c, trim(l) AS line FROM unnest(ARRAY[
	$$metadata ~ '{}'$$,
	$$metadata ~ '{"plan": {"$ne": "free"}}'$$,
	$$metadata ~ '{"plan": {"$ne": "free"}, "company": {"$exists": true}}'$$,
	$$metadata ~ '{"seats": {"$gt": 5}}'$$,
	$$matches(metadata, 'u1', '{"$rollout": {"percent": 20}}')$$,
	$$matches('{}', metadata::text, '{}')$$]) AS c,
	samples.plan('SELECT id FROM samples.subscribers WHERE ' || c) AS l WHERE l ~ 'Scan';
-- A parameter: by the condition in hand, and by none.
PREPARE of_condition(metadata_condition) AS SELECT count(*) FROM samples.subscribers WHERE metadata ~ $1;
EXPLAIN (COSTS OFF) EXECUTE of_condition('{"company": "company-7"}');
SET plan_cache_mode = force_generic_plan;
EXPLAIN (COSTS OFF) EXECUTE of_condition('{"company": "company-7"}');
EXECUTE of_condition('{"company": "company-7"}');
EXECUTE of_condition('{"plan": {"$ne": "free"}}');
EXECUTE of_condition(NULL);
RESET plan_cache_mode;
-- Candidates: of equality and of an interval only what matches; a range that is open at
-- one side is let go of beside an equality, and costs the heap's recheck.
SET enable_seqscan = off;
SELECT c, replace(trim(l), '.00', '') AS line FROM unnest(ARRAY['{"company": "company-7"}', '{"seats": {"$gte": 300, "$lt": 303}}', '{"trial": true, "seats": 4}',
	'{"company": "company-7", "seats": {"$gt": 100}}', '{"$nor": [{"plan": {"$ne": "pro"}}, {"seats": {"$nin": [7, 12]}}]}']) AS c,
	samples.plan(format('SELECT id FROM samples.subscribers WHERE metadata ~ %L', c), 'ANALYZE, TIMING OFF, SUMMARY OFF') AS l WHERE l ~ 'Scan|Removed';
RESET enable_seqscan;
-- Under row security, and behind a view that is a barrier, an index is asked first and the
-- operator after what hides rows; the rows are those of a query that leaves them out itself.
CREATE TABLE samples.guarded AS SELECT id, metadata, format('{"company": "company-%s", "seats": {"$gte": %s}}', id % 5000, id % 500)::metadata_condition AS condition FROM samples.subscribers;
INSERT INTO samples.guarded VALUES (0, NULL, NULL);
CREATE INDEX ON samples.guarded USING gin (metadata metadata_ops);
CREATE INDEX ON samples.guarded USING gin (condition);
VACUUM ANALYZE samples.guarded;
CREATE VIEW samples.barrier WITH (security_barrier) AS SELECT * FROM samples.guarded WHERE id % 2 = 0;
CREATE TABLE samples.asked (c text);
INSERT INTO samples.asked VALUES ('metadata ~ ''{"company": "company-8"}'''), ('''{"$or": [{"company": "company-8"}, {"seats": 4}]}'' ~ metadata'),
	('matches(metadata, ''u1'', ''{"company": "company-8", "$userId": {"$ne": "u2"}}'')'), ('condition ~ ''{"company": "company-8", "seats": 10}''::jsonb'),
	('''{"company": "company-8", "seats": 10}''::jsonb ~ condition'), ('metadata ~ ''{"company": "company-8"}'' OR metadata ~ ''{"company": "company-9"}'''),
	('(metadata ~ ''{"company": "company-8"}'') IS NULL'), ('NOT metadata ~ ''{"company": {"$ne": "company-8"}}'''), ('metadata @~ ''{"company": "company-8"}'''),
	('metadata ~ (SELECT ''{"company": "company-8"}''::metadata_condition)'), ('metadata ~ condition');
CREATE ROLE regress_reader;
ALTER TABLE samples.guarded ENABLE ROW LEVEL SECURITY;
CREATE POLICY even ON samples.guarded USING (id % 2 = 0);
GRANT USAGE ON SCHEMA samples TO regress_reader;
GRANT SELECT ON samples.guarded, samples.barrier, samples.asked TO regress_reader;
CREATE FUNCTION samples.ids(relation text, c text) RETURNS int[] LANGUAGE plpgsql AS
	$$ DECLARE found int[]; BEGIN EXECUTE format('SELECT array_agg(id ORDER BY id) FROM %s WHERE %s', relation, c) INTO found; RETURN found; END $$;
CREATE TEMP TABLE truth AS SELECT c, samples.ids('samples.guarded', 'id % 2 = 0 AND (' || c || ')') AS ids FROM samples.asked;
GRANT SELECT ON truth TO regress_reader;
SET ROLE regress_reader;
SELECT r, c, trim(l) AS line FROM samples.asked, unnest('{samples.guarded,samples.barrier}'::text[]) AS r, samples.plan(format('SELECT id FROM %s WHERE %s', r, c)) AS l
	WHERE l ~ 'Index Cond|Seq Scan' AND c !~ 'SELECT' ORDER BY r DESC, c COLLATE "C", trim(l) COLLATE "C";
SELECT r, count(*) FILTER (WHERE cardinality(ids) > 0) AS found, count(*) FILTER (WHERE ids IS DISTINCT FROM samples.ids(r, c)) AS wrong FROM truth, unnest('{samples.guarded,samples.barrier}'::text[]) AS r GROUP BY r ORDER BY r;
SET enable_bitmapscan = off;
SELECT r, count(*) FILTER (WHERE ids IS DISTINCT FROM samples.ids(r, c)) AS wrong FROM truth, unnest('{samples.guarded,samples.barrier}'::text[]) AS r GROUP BY r ORDER BY r;
RESET enable_bitmapscan;
RESET ROLE;
DROP OWNED BY regress_reader;
DROP ROLE regress_reader;

\set VERBOSITY terse
SET client_min_messages = warning;
DROP SCHEMA samples CASCADE;

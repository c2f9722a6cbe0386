-- Equality, hash and order of conditions are those of the canonical form (spec 2.1,
-- 2.4), in plans of every kind.
SET search_path = public, workflow_perms;

-- Equal, though written differently.
SELECT a, b, a::metadata_condition = b::metadata_condition AS equal,
	metadata_condition_hash(a::metadata_condition) = metadata_condition_hash(b::metadata_condition) AS hash,
	metadata_condition_hash_extended(a::metadata_condition, 7) = metadata_condition_hash_extended(b::metadata_condition, 7) AS extended,
	metadata_condition_cmp(a::metadata_condition, b::metadata_condition) AS cmp
FROM (VALUES
	('{"a": 1, "b": 2}', '{"b": 2, "a": {"$eq": 1.0}}'),
	('{"a": {"$in": ["x", "y", "x"]}}', '{"a": {"$in": ["y", "x"]}}'),
	('{"a": {"$gt": 1, "$lt": 1e2}}', '{ "a" : { "$lt" : 100.00, "$gt" : 1 } }'),
	('{"a": {"x": 1, "yy": [1.0]}}', '{"a": {"yy": [1], "x": 1}}'),
	('{"a": {"$size": 1}}', '{"a": {"$size": {"$eq": 1}}}'),
	('{"$rollout": {"percent": 5}}', '{"$rollout": {"percent": 5.00, "seed": ""}}'),
	('{"a": {"$regex": "x", "$options": ""}}', '{"a": {"$regex": "x"}}'),
	('{"a": "\u0041"}', '{"a": "A"}')
) AS t(a, b);
-- Different, though alike.
SELECT a, b, a::metadata_condition <> b::metadata_condition AS different, metadata_condition_cmp(a::metadata_condition, b::metadata_condition) <> 0 AS ordered
FROM (VALUES
	('{"$or": [{"a": 1}, {"b": 1}]}', '{"$or": [{"b": 1}, {"a": 1}]}'),
	('{"a": 1}', '{"a": "1"}'), ('{"a": 1}', '{"$and": [{"a": 1}]}'), ('{"a": [1, 2]}', '{"a": [2, 1]}'), ('{"a": 1}', '{"a": {"$in": [1]}}'),
	('{"a": {"b": 1}}', '{"a.b": 1}'), ('{"a": {"$not": {"$eq": 1}}}', '{"$not": {"a": 1}}'), ('{"a": {"$elemMatch": {"$not": {"$eq": 1}}}}', '{"a": {"$elemMatch": {"$not": {"eq": 1}}}}'), ('{}', '{"$not": {}}')
) AS t(a, b);

CREATE TEMP TABLE c AS
	SELECT i, format('{"p%s": {"$gte": %s.0}, "q": "%s"}', i % 7, i % 11, i % 3)::metadata_condition AS cond FROM generate_series(1, 2000) AS i;
-- 7 * 11 * 3 distinct ones, by sort, by hash, and by text.
SET enable_hashagg = off;
SELECT count(*) FROM (SELECT DISTINCT cond FROM c) AS d;
RESET enable_hashagg;
SET enable_sort = off;
SELECT count(*) FROM (SELECT cond FROM c GROUP BY cond) AS d;
RESET enable_sort;
SELECT count(DISTINCT cond::text) FROM c;

-- The order is total.
SELECT count(*) AS broken FROM (SELECT DISTINCT cond FROM c) AS a, (SELECT DISTINCT cond FROM c) AS b
	WHERE (a.cond < b.cond)::int + (a.cond = b.cond)::int + (a.cond > b.cond)::int <> 1
		OR (a.cond <= b.cond) <> NOT (a.cond > b.cond) OR (a.cond >= b.cond) <> NOT (a.cond < b.cond)
		OR metadata_condition_cmp(a.cond, b.cond) <> -metadata_condition_cmp(b.cond, a.cond) AND sign(metadata_condition_cmp(a.cond, b.cond)) <> -sign(metadata_condition_cmp(b.cond, a.cond));

-- Joins of all three kinds agree.
SET enable_mergejoin = off; SET enable_nestloop = off;
EXPLAIN (COSTS OFF) SELECT count(*) FROM c a JOIN c b USING (cond);
SELECT count(*) FROM c a JOIN c b USING (cond);
SET enable_mergejoin = on; SET enable_hashjoin = off;
EXPLAIN (COSTS OFF) SELECT count(*) FROM c a JOIN c b USING (cond);
SELECT count(*) FROM c a JOIN c b USING (cond);
RESET enable_mergejoin; RESET enable_nestloop; RESET enable_hashjoin;

-- Indexes, and uniqueness.
CREATE INDEX c_btree ON c (cond);
CREATE INDEX c_hash ON c USING hash (cond);
ANALYZE c;
SET enable_seqscan = off;
SELECT count(*) FROM c WHERE cond = '{"q": {"$eq": "1"}, "p3": {"$gte": 5}}';
DROP INDEX c_btree;
SELECT count(*) FROM c WHERE cond = '{"q": {"$eq": "1"}, "p3": {"$gte": 5}}';
RESET enable_seqscan;
CREATE TEMP TABLE u (cond metadata_condition UNIQUE);
INSERT INTO u VALUES ('{"a": 1}');
\set VERBOSITY sqlstate
INSERT INTO u VALUES ('{"a": {"$eq": 1.0}}');
\set VERBOSITY default
-- Hash partitions agree between insert and look-up.
CREATE TEMP TABLE parts (cond metadata_condition) PARTITION BY HASH (cond);
CREATE TEMP TABLE parts0 PARTITION OF parts FOR VALUES WITH (MODULUS 3, REMAINDER 0);
CREATE TEMP TABLE parts1 PARTITION OF parts FOR VALUES WITH (MODULUS 3, REMAINDER 1);
CREATE TEMP TABLE parts2 PARTITION OF parts FOR VALUES WITH (MODULUS 3, REMAINDER 2);
INSERT INTO parts SELECT DISTINCT cond FROM c;
SELECT count(*) AS found FROM (SELECT DISTINCT cond FROM c) AS d WHERE EXISTS (SELECT FROM parts WHERE parts.cond = d.cond);

-- Statistics: the estimate runs the stored sample against the other side.
CREATE TEMP TABLE m AS SELECT jsonb_build_object('n', i) AS metadata FROM generate_series(1, 1000) AS i;
ANALYZE m;
CREATE FUNCTION pg_temp.estimate(query text) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
	plan json;
BEGIN
	EXECUTE 'EXPLAIN (FORMAT JSON) ' || query INTO plan;
	RETURN plan -> 0 -> 'Plan' ->> 'Plan Rows';
END
$$;
SELECT pg_temp.estimate($$ SELECT FROM m WHERE metadata ~ '{"n": {"$lte": 250}}'::metadata_condition $$) BETWEEN 230 AND 270 AS metadata_side,
	pg_temp.estimate($$ SELECT FROM c WHERE cond ~ '{"q": "1", "p0": 3, "p1": 3, "p2": 3, "p3": 3, "p4": 3, "p5": 3, "p6": 3}' $$) BETWEEN 150 AND 350 AS condition_side;

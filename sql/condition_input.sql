-- What metadata_condition reads, and what it refuses: with which SQLSTATE, naming
-- which place, and with which hint (spec 2.1, 7).
SET search_path = public, workflow_perms;

-- One literal's fate: its canonical text, or the refusal.
CREATE FUNCTION pg_temp.read(literal text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	detail text;
	hint text;
BEGIN
	RETURN literal::metadata_condition::text;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
	-- The detail of malformed JSON is the server's, and differs between majors.
	RETURN format('%s %s%s', sqlstate, sqlerrm, CASE WHEN hint = '' THEN ' (NO HINT)' END);
END
$$;

-- Good literals and their canonical text.
SELECT literal, pg_temp.read(literal) AS canonical FROM (VALUES
	('{}'),
	(' { "plan" : "pro" } '),
	('{"plan": {"$eq": "pro"}}'),
	('{"b": 1, "a": 2, "$or": [{"d": 1, "c": 2}, {}]}'),
	('{"a": null}'), ('{"a": true}'), ('{"a": {"$ne": null}}'),
	('{"a": 1.0}'), ('{"a": -0}'), ('{"a": 1e3}'), ('{"a": 12.3400}'), ('{"a": 1.5E-3}'),
	('{"a": 9007199254740993}'), ('{"a": 123456789012345678901234567890.123456789}'),
	('{"a": [3, 1, 1, "x", null, {"b": 1.0, "a": []}]}'),
	('{"a": {}}'), ('{"a": []}'), ('{"a": {"$eq": {}}}'),
	('{"a": {"bb": 1, "a": 2, "c.d": {"e": null}}}'),
	('{"a": {"$eq": {"x$": 1, "b.$c": [2]}}}'),
	('{"a": {"$eq": 1, "$gt": 0}}'),
	('{"a": {"$lt": 5, "$gt": 1}}'), ('{"a": {"$gte": "b", "$lte": "m"}}'),
	('{"a": {"$in": ["b", "a", 2, "b", 1.0, 1, true, false, 10]}}'),
	('{"a": {"$nin": [2, 1]}, "b": {"$ini": ["US", "us"]}, "c": {"$nini": ["x"]}, "d": {"$all": ["y", "x"]}, "e": {"$alli": ["Y"]}}'),
	('{"a": {"$eqi": "X"}}'), ('{"a": {"$eqi": 5}}'),
	('{"a": {"$contains": "x", "$startsWith": "y", "$endsWith": "z"}}'),
	('{"a": {"$containsi": "x", "$startsWithi": "y", "$endsWithi": "z"}}'),
	('{"a": {"$regex": "^x+$"}}'), ('{"a": {"$regex": "^x", "$options": "i"}}'), ('{"a": {"$regex": "^x", "$options": ""}}'), ('{"a": {"$regexi": "^x"}}'),
	('{"a": {"$before": "2026-01-31", "$after": 1700000000000.0, "$at": "2026-01-31T12:00:00.5+01:00"}}'),
	('{"a": {"$vgt": "v1.2", "$vlte": "2.0.0-rc.1+b5"}}'), ('{"a": {"$veq": "1", "$vne": "1.0.0-a", "$vgte": "0", "$vlt": "3"}}'),
	('{"a": {"$cidr": ["10.0.0.0/8", "2001:db8::/32", "10.0.0.0/8"]}}'), ('{"a": {"$cidr": "192.0.2.1"}}'),
	('{"a": {"$exists": true}}'), ('{"a": {"$exists": false}}'), ('{"a": {"$empty": true}}'),
	('{"a": {"$type": "null"}}'), ('{"a": {"$type": "boolean"}}'), ('{"a": {"$type": "object"}}'),
	('{"a": {"$size": 2}}'), ('{"a": {"$size": {"$eq": 2}}}'), ('{"a": {"$size": {"$gt": 1, "$lt": 5}}}'), ('{"a": {"$size": {"$not": {"$eq": 2}}}}'),
	('{"a": {"$elemMatch": {"$gt": 1}}}'), ('{"a": {"$elemMatch": {"b": 1, "$or": [{"c": 1}]}}}'), ('{"a": {"$elemMatch": {}}}'),
	('{"a": {"$elemMatch": {"$not": {"$gt": 1}}}}'), ('{"a": {"$elemMatch": {"$not": {"b": 1}}}}'), ('{"a": {"$elemMatch": {"$eq": 1}}}'),
	('{"a": {"$not": {"$gt": 1}}}'), ('{"a": {"$not": {"$not": {"$eq": 1}}}}'),
	('{"$not": {"a": 1}}'), ('{"$not": {}}'), ('{"$and": [{"b": 1}, {"a": 1}, {"b": 1}]}'), ('{"$nor": [{"a": 1}]}'),
	('{"$userId": "u42"}'), ('{"$userId": {"$in": ["u2", "u1"]}}'),
	('{"$rollout": {"percent": 25}}'), ('{"$rollout": {"seed": "beta", "percent": 12.50}}'), ('{"$rollout": {"percent": 0.05, "seed": ""}}'), ('{"$rollout": {"percent": 1e2}}'), ('{"$rollout": {"percent": 0}}'),
	('{"org.tier": "gold"}'), ('{"": 1, "a.": 2, "Org": 3, "org": 4}'),
	('{"q\"\\\n\u0001é\u00e9": "\ud83d\ude00/\/"}')
) AS t(literal);

-- Bad literals: each has a place, a SQLSTATE and a hint.
SELECT literal, pg_temp.read(literal) AS refusal FROM (VALUES
	-- malformed
	(''), ('{'), ('{"a": 1'), ('{"a": 01}'), ('{a: 1}'), ('{"a": 1} x'), ('{"a": "\u0000"}'), ('{"a": "\ud800"}'), ('{"a": NaN}'),
	-- no condition
	('[]'), ('null'), ('1'), ('"plan"'), ('true'),
	-- keys that appear twice
	('{"a": 1, "b": 2, "a": 1}'), ('{"a": {"$gt": 1, "$gt": 1}}'), ('{"a": {"x": {"y": 1, "y": 2}}}'), ('{"$or": [{"b": 1}, {"a": 1, "a": 1}]}'), ('{"$rollout": {"percent": 1, "percent": 2}}'), ('{"a": 1, "\u0061": 2}'),
	-- unknown or misplaced operators
	('{"name": {"$regx": "x"}}'), ('{"$groups": ["a"]}'), ('{"id": {"$inGroup": "g"}}'), ('{"id": {"$notInGroup": "g"}}'), ('{"a": {"$where": "1"}}'), ('{"a": {"$": 1}}'), ('{"$comment": "x"}'), ('{"a": {"$nei": "x"}}'), ('{"a": {"$EQ": 1}}'),
	('{"$gt": 1}'), ('{"$or": [{"$eq": 1}]}'), ('{"a": {"$or": [{"$eq": 1}]}}'), ('{"a": {"$userId": "u"}}'), ('{"a": {"$options": "i"}}'), ('{"$options": "i"}'), ('{"a": {"$regexi": "x", "$options": "i"}}'),
	('{"a.$b": 1}'), ('{"org": {"tier": {"$in": ["a"]}}}'), ('{"tags": [{"$gt": 1}]}'),
	-- operators inside a value
	('{"a": {"$eq": {"$x": 1}}}'), ('{"a": {"$ne": {"$in": ["free"]}}}'), ('{"a": {"$eq": {"x": [{"$y": 1}]}}}'), ('{"a": {"$ne": [1, {"$gt": 1}]}}'), ('{"a": [{"x": {"$gt": 1}}]}'),
	('{"$userId": {"$ne": {"$in": ["u"]}}}'), ('{"a": {"$elemMatch": {"$ne": {"$in": ["u"]}}}}'), ('{"a": {"$size": {"$ne": {"$in": [1]}}}}'), ('{"a": {"$not": {"$eq": {"$in": [1]}}}}'),
	-- mixed keys
	('{"a": {"$gt": 1, "b": 2}}'), ('{"a": {"b": 2, "$gt": 1}}'), ('{"a": {"$elemMatch": {"$gt": 1, "b": 1}}}'),
	-- wrong arguments
	('{"$or": [{"a": 1}, {"seats": {"$gte": true}}]}'), ('{"a": {"$gt": null}}'), ('{"a": {"$lt": [1]}}'), ('{"a": {"$lte": {}}}'),
	('{"a": {"$in": "x"}}'), ('{"a": {"$nin": 1}}'), ('{"a": {"$ini": {}}}'), ('{"a": {"$in": [["x"]]}}'), ('{"a": {"$all": [{"x": 1}]}}'), ('{"a": {"$nini": [1, null]}}'),
	('{"a": {"$contains": 1}}'), ('{"a": {"$startsWithi": ["x"]}}'), ('{"a": {"$regex": 1}}'), ('{"a": {"$regex": "x", "$options": 1}}'), ('{"a": {"$regex": "x", "$options": "ix"}}'),
	('{"a": {"$eqi": ["x"]}}'), ('{"a": {"$exists": 1}}'), ('{"a": {"$empty": "true"}}'), ('{"a": {"$type": 1}}'), ('{"a": {"$type": "text"}}'), ('{"a": {"$type": ["string"]}}'),
	('{"a": {"$size": "3"}}'), ('{"a": {"$size": {}}}'), ('{"a": {"$size": {"x": 1}}}'), ('{"a": {"$elemMatch": 1}}'), ('{"a": {"$elemMatch": {"$size": "x"}}}'),
	('{"a": {"$not": "x"}}'), ('{"a": {"$not": {}}}'), ('{"a": {"$not": {"b": 1}}}'), ('{"$not": [{"a": 1}]}'), ('{"$not": null}'), ('{"$and": {"a": 1}}'), ('{"$or": ["a"]}'),
	('{"$rollout": 25}'), ('{"$rollout": {}}'), ('{"$rollout": {"percent": "5"}}'), ('{"$rollout": {"percent": 100.01}}'), ('{"$rollout": {"percent": -1}}'), ('{"$rollout": {"percent": 0.005}}'), ('{"$rollout": {"percent": 1e500}}'), ('{"$rollout": {"percent": 1, "seed": 1}}'), ('{"$rollout": {"percent": 1, "x": 1}}'),
	-- empty lists
	('{"$and": []}'), ('{"$or": []}'), ('{"$nor": []}'), ('{"a": {"$in": []}}'), ('{"a": {"$nin": []}}'), ('{"a": {"$all": []}}'), ('{"a": {"$cidr": []}}'),
	-- literals that are none
	('{"a": {"$regex": "(x"}}'), ('{"a": {"$regexi": "(a)\\1"}}'),
	('{"a": {"$before": "yesterday"}}'), ('{"a": {"$at": "2026-02-30"}}'), ('{"a": {"$after": true}}'),
	('{"a": {"$veq": "1.2.3.4"}}'), ('{"a": {"$vgt": "01.2"}}'), ('{"a": {"$vlt": 1}}'),
	('{"a": {"$cidr": ["10.0.0.1/8"]}}'), ('{"a": {"$cidr": ["10.0.0.0/8", "10.0.0.0/33"]}}'), ('{"a": {"$cidr": "home"}}'), ('{"a": {"$cidr": [1]}}'),
	('{"a": 1e200000}')
) AS t(literal);

-- P22
SELECT pg_temp.read('{"plan": {"$in": ["pro", null]}}') AS p22;

-- Limits: the last that is taken, the first that is refused.
SELECT levels, left(pg_temp.read(repeat('{"$not":', levels - 1) || '{}' || repeat('}', levels - 1)), 600) AS result
	FROM (VALUES (64), (65), (10000)) AS t(levels);
SELECT levels, left(pg_temp.read('{"a":' || repeat('[', levels - 1) || repeat(']', levels - 1) || '}'), 300) AS result
	FROM (VALUES (64), (65)) AS t(levels);
-- A clause is a comparison, or an empty condition; what combines them is free.
SELECT branches, left(pg_temp.read('{"$or":[' || repeat('{"a":1},', branches - 1) || '{}]}'), 80) AS result
	FROM (VALUES (10000), (10001)) AS t(branches);
SELECT left(pg_temp.read('{"$or":[' || repeat('{"$not":{"a":{"$gt":1,"$lt":1}}},', 5000) || '{"a":{"$size":{"$not":{"$ne":1}}}}]}'), 80) AS one_too_many;
SELECT size, left(pg_temp.read(rpad('{"a":1', size - 1) || '}'), 60) AS result
	FROM (VALUES (1048576), (1048577)) AS t(size);
-- The canonical form is limited too, so that what is printed can be read.
SELECT left(pg_temp.read('{"a":{"$in":[' || string_agg(format('"%s"', lpad(i::text, 20, '0')), ',') || ']}}'), 90) AS spaced
	FROM generate_series(1, 45000) AS i;
SELECT left(pg_temp.read('{"a":{"$in":[1e100000,2e100000,3e100000,4e100000,5e100000,6e100000,7e100000,8e100000,9e100000,1e100001,2e100001]}}'), 120) AS expanded;
-- A place is cut to a length that a message can bear.
SELECT pg_temp.read(format('{"%s": {"$gt": null}}', repeat('é', 100))) AS long_key;

-- The hints, once each.
CREATE FUNCTION pg_temp.hint(literal text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	hint text;
BEGIN
	PERFORM literal::metadata_condition;
	RETURN NULL;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN hint;
END
$$;
SELECT literal, pg_temp.hint(literal) AS hint FROM (VALUES
	('{'), ('{"a": {"$gt": null}}'), ('{"a": {"$regx": 1}}'), ('{"$gt": 1}'), ('{"$groups": 1}'), ('{"a": {"$or": []}}'),
	('{"a": {"b": {"$gt": 1}}}'), ('{"a": {"$veq": "x"}}'), ('{"a": {"$at": "x"}}'), ('{"a": {"$cidr": ["x"]}}'), ('{"a": 1, "a": 2}')
) AS t(literal);

-- describe() says every operator in words, with parentheses where they are
-- needed; condition_paths() lists what is read; neither changes the condition.
SET search_path = workflow_perms, pg_catalog;

SELECT describe('{"plan": {"$in": ["pro", "team"]}, "seats": {"$gte": 10}}');

-- Every operator.
SELECT describe(c::metadata_condition) FROM unnest(ARRAY[
	'{}',
	'{"a": "it''s"}',
	'{"a": {"$eq": 1.50}}',
	'{"a": true}',
	'{"a": null}',
	'{"a": {"$ne": null}}',
	'{"a": {"$ne": "x"}}',
	'{"a": ["x", [1, null], {"k": false, "a key": {}}]}',
	'{"a": {"k": 1}}',
	'{"a": {"$in": [3, "x", true]}}',
	'{"a": {"$nin": ["x"]}}',
	'{"a": {"$gt": 1, "$lt": 2}}',
	'{"a": {"$gte": "m", "$lte": "z"}}',
	'{"a": {"$contains": "x"}}',
	'{"a": {"$startsWith": "x"}}',
	'{"a": {"$endsWith": "x"}}',
	'{"a": {"$regex": "^x"}}',
	'{"a": {"$regex": "^x", "$options": "i"}}',
	'{"a": {"$regexi": "^x"}}',
	'{"a": {"$eqi": "x"}}',
	'{"a": {"$ini": ["x", "y"]}}',
	'{"a": {"$nini": ["x", "y"]}}',
	'{"a": {"$all": ["x", 1]}}',
	'{"a": {"$alli": ["x"]}}',
	'{"a": {"$containsi": "x"}}',
	'{"a": {"$startsWithi": "x"}}',
	'{"a": {"$endsWithi": "x"}}',
	'{"a": {"$before": "2024-02-29"}}',
	'{"a": {"$after": "2024-02-29T12:00:00Z"}}',
	'{"a": {"$at": 1709164800000}}',
	'{"a": {"$veq": "1.2"}}',
	'{"a": {"$vne": "1.2"}}',
	'{"a": {"$vgt": "1.2"}}',
	'{"a": {"$vgte": "v1.2.0-rc.1"}}',
	'{"a": {"$vlt": "1.2"}}',
	'{"a": {"$vlte": "1.2"}}',
	'{"a": {"$cidr": ["10.0.0.0/8", "::1"]}}',
	'{"a": {"$exists": true}}',
	'{"a": {"$exists": false}}',
	'{"a": {"$type": "boolean"}}',
	'{"a": {"$size": 2}}',
	'{"a": {"$size": {"$gt": 1, "$lt": 5}}}',
	'{"a": {"$empty": true}}',
	'{"a": {"$empty": false}}',
	'{"a": {"$elemMatch": {"b.c": 1, "d": {"$gt": 2}}}}',
	'{"a": {"$elemMatch": {"$gt": 1, "$lt": 3}}}',
	'{"a": {"$elemMatch": {"$elemMatch": {"$eq": 1}}}}',
	'{"a": {"$not": {"$gt": 1, "$lt": 3}}}',
	'{"$userId": {"$in": ["u1", "u2"]}}',
	'{"$userId": "u1"}',
	'{"$rollout": {"percent": 12.5, "seed": "s"}}',
	'{"$rollout": {"percent": 100}}',
	'{"$rollout": {"percent": 0.01}}']) AS c;

-- Keys that are no plain words.
SELECT describe('{"a b": 1, "org.tier level": 2, "x-y": 3}');

-- Parentheses.
SELECT describe(c::metadata_condition) FROM unnest(ARRAY[
	'{"$or": [{"plan": "pro", "seats": {"$gte": 10}}, {"beta": true}]}',
	'{"$or": [{"seats": {"$gte": 10, "$lt": 20}}, {"beta": true}]}',
	'{"$and": [{"a": 1}, {"$or": [{"b": 2}, {"c": 3}]}]}',
	'{"a": 1, "$or": [{"b": 2}, {"c": 3}]}',
	'{"$and": [{"a": 1}, {"$and": [{"b": 2}, {"c": 3}]}]}',
	'{"$and": [{"$or": [{"b": 2}]}, {"c": 3}]}',
	'{"$or": [{"$and": [{"a": 1, "b": 2}]}, {"c": 3}]}',
	'{"$nor": [{"a": 1}, {"b": 2, "c": 3}]}',
	'{"$not": {"a": 1, "b": 2}}',
	'{"$not": {"$not": {"a": 1}}}',
	'{"$or": [{"a": {"$not": {"$gt": 1}}}, {}]}']) AS c;

SELECT describe(NULL) IS NULL AS null_for_null;

-- What is read.
SELECT * FROM condition_paths('{"plan": {"$in": ["pro", "team"]}, "seats": {"$gte": 10}, "$or": [{"org.tier": "gold"}, {"seats": 3}]}');
SELECT * FROM condition_paths('{"a": {"$in": [1, "x", true, 2]}, "b": {"$exists": true}, "c": {"$type": "object"}, "d": null, "e": [1],
	"f": {"$after": 0}, "g": {"$vgt": "1"}, "h": {"$cidr": ["::1"]}, "i": {"$regex": "x"}, "j": {"$size": 1}, "k": {"$empty": true},
	"l": {"$all": ["x"]}, "m": {"$not": {"$eqi": "x"}}, "n": {"$gt": "x"}, "o": {"p": 1}}');
SELECT * FROM condition_paths('{"team": {"$elemMatch": {"name": "x", "org.tier": {"$gt": 1}}}, "tags": {"$elemMatch": {"$startsWith": "x"}}}');
SELECT * FROM condition_paths('{"$nor": [{"$userId": "u1"}, {"$not": {"$rollout": {"percent": 5}}}]}');
SELECT * FROM condition_paths('{}');
SELECT * FROM condition_paths(NULL);

-- The truth table of metadata ~ condition, rule by rule of spec 2.2. Every row says
-- what must come out (t, f, or NULL: unknown); a query lists the rows where
-- something else does, and must list none.
SET search_path = public, workflow_perms;

CREATE TEMP TABLE truth (rule text, condition text, metadata jsonb, expected boolean);

-- Absent paths are unknown, negative operators included; null behaves as absent.
INSERT INTO truth
SELECT 'absent', condition, metadata::jsonb, NULL
FROM (VALUES ('{"x": 1}'), ('{"x": {"$ne": 1}}'), ('{"x": {"$in": [1]}}'), ('{"x": {"$nin": [1]}}'),
	('{"x": {"$gt": 1}}'), ('{"x": {"$gte": 1}}'), ('{"x": {"$lt": "a"}}'), ('{"x": {"$lte": 1}}'),
	('{"x": {"$contains": "a"}}'), ('{"x": {"$startsWith": "a"}}'), ('{"x": {"$endsWith": "a"}}'), ('{"x": {"$regex": ""}}'),
	('{"x": {"$eqi": "a"}}'), ('{"x": {"$ini": ["a"]}}'), ('{"x": {"$nini": ["a"]}}'), ('{"x": {"$alli": ["a"]}}'),
	('{"x": {"$containsi": ""}}'), ('{"x": {"$startsWithi": ""}}'), ('{"x": {"$endsWithi": ""}}'), ('{"x": {"$regexi": ""}}'),
	('{"x": {"$before": 0}}'), ('{"x": {"$after": 0}}'), ('{"x": {"$at": 0}}'),
	('{"x": {"$veq": "1"}}'), ('{"x": {"$vne": "1"}}'), ('{"x": {"$vgt": "1"}}'), ('{"x": {"$vgte": "1"}}'), ('{"x": {"$vlt": "1"}}'), ('{"x": {"$vlte": "1"}}'),
	('{"x": {"$cidr": ["0.0.0.0/0"]}}'), ('{"x": {"$type": "string"}}'), ('{"x": {"$size": 0}}'), ('{"x": {"$all": ["a"]}}'),
	('{"x": {"$elemMatch": {}}}'), ('{"x": {"$elemMatch": {"$eq": null}}}'), ('{"x": {"$empty": true}}'), ('{"x": {"$empty": false}}'),
	('{"x": []}'), ('{"x": {"$ne": []}}'), ('{"x": {}}'), ('{"x": {"$ne": {}}}'),
	('{"x": {"$not": {"$gt": 1}}}'), ('{"$not": {"x": 1}}'), ('{"$nor": [{"x": 1}]}')) AS c(condition),
	(VALUES ('{}'), ('{"x": null}'), ('{"y": {"x": 1}}')) AS m(metadata);
INSERT INTO truth VALUES
	('absent', '{"x": {"$type": "null"}}', '{}', NULL),
	('absent', '{"x": {"$exists": true}}', '{}', false), ('absent', '{"x": {"$exists": false}}', '{}', true),
	('absent', '{"x": null}', '{}', true), ('absent', '{"x": {"$ne": null}}', '{}', false), ('absent', '{"x": {"$eqi": null}}', '{}', true),
	('absent', '{"x": {"$not": {"$exists": true}}}', '{}', true),
	('null', '{"x": {"$type": "null"}}', '{"x": null}', true),
	('null', '{"x": {"$exists": true}}', '{"x": null}', false), ('null', '{"x": {"$exists": false}}', '{"x": null}', true),
	('null', '{"x": null}', '{"x": null}', true), ('null', '{"x": {"$ne": null}}', '{"x": null}', false),
	('null', '{"x": null}', '{"x": 0}', false), ('null', '{"x": null}', '{"x": [null]}', false), ('null', '{"x": null}', '{"x": []}', false),
	('null', '{"x": {"$ne": null}}', '{"x": [null]}', true), ('null', '{"x": {"$ne": null}}', '{"x": false}', true);

-- Paths go through objects only, and are case-sensitive.
INSERT INTO truth VALUES
	('path', '{"a.b.c": 1}', '{"a": {"b": {"c": 1}}}', true), ('path', '{"a.b.c": 1}', '{"a": {"b": {"c": 2}}}', false),
	('path', '{"a.b": 1}', '{"a": [{"b": 1}]}', NULL), ('path', '{"a.0": 1}', '{"a": [1]}', NULL), ('path', '{"a.b": 1}', '{"a": "b"}', NULL),
	('path', '{"a.b": null}', '{"a": 1}', true), ('path', '{"a.b": {"$exists": true}}', '{"a": null}', false), ('path', '{"a.b": 1}', '{"a.b": 1}', NULL),
	('path', '{"A": 1}', '{"a": 1}', NULL), ('path', '{"": 1}', '{"": 1}', true), ('path', '{"a.": 1}', '{"a": {"": 1}}', true),
	('path', '{"aa": 1, "b": 2, "ccc": 3}', '{"b": 2, "aa": 1, "ccc": 3, "ab": 9, "d": 8}', true),
	('path', '{"a": 1}', '[]', NULL), ('path', '{"a": 1}', '[{"a": 1}]', NULL), ('path', '{"a": 1}', '"a"', NULL), ('path', '{"a": 1}', 'null', NULL), ('path', '{}', '7', true),
	('path', '{"a": {"$exists": false}}', '[{"a": 1}]', NULL), ('path', '{"a": {"$exists": false}}', '"a"', true);

-- Equality is across types, without coercion, and by value.
INSERT INTO truth VALUES
	('equal', '{"x": "12"}', '{"x": 12}', false), ('equal', '{"x": 12}', '{"x": "12"}', false), ('equal', '{"x": true}', '{"x": "true"}', false),
	('equal', '{"x": 1}', '{"x": true}', false), ('equal', '{"x": {"$ne": "12"}}', '{"x": 12}', true), ('equal', '{"x": {"$in": ["1", true]}}', '{"x": 1}', false),
	('equal', '{"x": {"$nin": ["1", true]}}', '{"x": 1}', true), ('equal', '{"x": 1}', '{"x": 1.000}', true), ('equal', '{"x": 100}', '{"x": 1e2}', true), ('equal', '{"x": 0}', '{"x": -0.0}', true),
	('equal', '{"x": 9007199254740993}', '{"x": 9007199254740992}', false), ('equal', '{"x": 9007199254740993}', '{"x": 9007199254740993.0}', true),
	('equal', '{"x": "a"}', '{"x": "A"}', false), ('equal', '{"x": ""}', '{"x": ""}', true), ('equal', '{"x": false}', '{"x": false}', true), ('equal', '{"x": false}', '{"x": true}', false),
	('equal', '{"x": {"$in": ["b", 2, "a"]}}', '{"x": "a"}', true), ('equal', '{"x": {"$in": ["b", 2, false]}}', '{"x": false}', true), ('equal', '{"x": {"$in": ["b", 2]}}', '{"x": {"a": 1}}', false),
	('equal', '{"x": {"$nin": ["b", 2]}}', '{"x": {"a": 1}}', true), ('equal', '{"x": 1}', '{"x": {}}', false),
	('equal', '{"x": {"a": 1, "b": [1, null]}}', '{"x": {"b": [1.0, null], "a": 1.0}}', true), ('equal', '{"x": {"a": 1}}', '{"x": {"a": 1, "b": 2}}', false),
	('equal', '{"x": {"a": 1}}', '{"x": {"b": 1}}', false), ('equal', '{"x": {}}', '{"x": {}}', true), ('equal', '{"x": {}}', '{"x": 1}', false), ('equal', '{"x": {"$ne": {"a": 1}}}', '{"x": {"a": 2}}', true),
	('equal', '{"x": {"bb": 1, "a": {"c": "d"}, "ccc": [[]]}}', '{"x": {"a": {"c": "d"}, "bb": 1, "ccc": [[]]}}', true),
	('equal', '{"x": {"bb": 1, "a": {"c": "d"}, "ccc": [[]]}}', '{"x": {"a": {"c": "d"}, "bb": 1, "ccc": [{}]}}', false);

-- Ordering: number with number, string with string by bytes; else unknown.
INSERT INTO truth VALUES
	('order', '{"x": {"$gt": 1}}', '{"x": 2}', true), ('order', '{"x": {"$gt": 1}}', '{"x": 1}', false), ('order', '{"x": {"$gte": 1}}', '{"x": 1.0}', true), ('order', '{"x": {"$lt": 1}}', '{"x": -5}', true), ('order', '{"x": {"$lte": 1}}', '{"x": 1.01}', false),
	('order', '{"x": {"$gt": 9007199254740992}}', '{"x": 9007199254740993}', true), ('order', '{"x": {"$lt": 0.3}}', '{"x": 0.29999999999999999999}', true), ('order', '{"x": {"$gt": -1e300}}', '{"x": -1e299}', true),
	('order', '{"x": {"$gt": "a"}}', '{"x": "b"}', true), ('order', '{"x": {"$gt": "a"}}', '{"x": "B"}', false), ('order', '{"x": {"$gt": "a"}}', '{"x": "aa"}', true), ('order', '{"x": {"$lt": "é"}}', '{"x": "z"}', true), ('order', '{"x": {"$lte": "a"}}', '{"x": "a"}', true),
	('order', '{"x": {"$gt": 1}}', '{"x": "2"}', NULL), ('order', '{"x": {"$gt": "1"}}', '{"x": 2}', NULL), ('order', '{"x": {"$lt": 1}}', '{"x": false}', NULL), ('order', '{"x": {"$lt": 1}}', '{"x": {}}', NULL),
	('order', '{"x": {"$gte": 10, "$lt": 20}}', '{"x": 15}', true), ('order', '{"x": {"$gte": 10, "$lt": 20}}', '{"x": 20}', false), ('order', '{"x": {"$gt": 5, "$ne": "a"}}', '{"x": "a"}', false), ('order', '{"x": {"$gt": 5, "$ne": "a"}}', '{"x": "b"}', NULL);

-- Text, with and without ASCII case.
INSERT INTO truth VALUES
	('text', '{"x": {"$contains": "bc"}}', '{"x": "abcd"}', true), ('text', '{"x": {"$contains": "bd"}}', '{"x": "abcd"}', false), ('text', '{"x": {"$contains": ""}}', '{"x": ""}', true), ('text', '{"x": {"$contains": "abc"}}', '{"x": "ab"}', false), ('text', '{"x": {"$contains": "B"}}', '{"x": "abc"}', false), ('text', '{"x": {"$containsi": "BC"}}', '{"x": "abcd"}', true),
	('text', '{"x": {"$startsWith": "ab"}}', '{"x": "abcd"}', true), ('text', '{"x": {"$startsWith": "abcde"}}', '{"x": "abcd"}', false), ('text', '{"x": {"$startsWithi": "AB"}}', '{"x": "abcd"}', true), ('text', '{"x": {"$startsWith": "AB"}}', '{"x": "abcd"}', false),
	('text', '{"x": {"$endsWith": "cd"}}', '{"x": "abcd"}', true), ('text', '{"x": {"$endsWith": "bc"}}', '{"x": "abcd"}', false), ('text', '{"x": {"$endsWithi": "CD"}}', '{"x": "abcd"}', true), ('text', '{"x": {"$endsWith": "CD"}}', '{"x": "abcd"}', false),
	('text', '{"x": {"$regex": "^a.+d$"}}', '{"x": "abcd"}', true), ('text', '{"x": {"$regex": "^b"}}', '{"x": "abcd"}', false), ('text', '{"x": {"$regex": "B"}}', '{"x": "abcd"}', false), ('text', '{"x": {"$regexi": "B"}}', '{"x": "abcd"}', true), ('text', '{"x": {"$regex": "B", "$options": "i"}}', '{"x": "abcd"}', true),
	('text', '{"x": {"$eqi": "ABC"}}', '{"x": "abc"}', true), ('text', '{"x": {"$eqi": "É"}}', '{"x": "é"}', false), ('text', '{"x": {"$eqi": 1}}', '{"x": 1}', true), ('text', '{"x": {"$eqi": "1"}}', '{"x": 1}', false),
	('text', '{"x": {"$ini": ["A", 1]}}', '{"x": "a"}', true), ('text', '{"x": {"$nini": ["A", 1]}}', '{"x": "a"}', false), ('text', '{"x": {"$nini": ["A", 1]}}', '{"x": "b"}', true), ('text', '{"x": {"$ini": ["A"]}}', '{"x": 5}', false), ('text', '{"x": {"$nini": ["A"]}}', '{"x": 5}', true),
	('text', '{"x": {"$contains": "1"}}', '{"x": 1}', NULL), ('text', '{"x": {"$startsWith": ""}}', '{"x": true}', NULL), ('text', '{"x": {"$endsWithi": ""}}', '{"x": {}}', NULL), ('text', '{"x": {"$regex": ""}}', '{"x": 1}', NULL);

-- Instants, versions, networks: what does not parse is unknown.
INSERT INTO truth VALUES
	('instant', '{"x": {"$before": "2026-02-01"}}', '{"x": "2026-01-31T23:59:59.999Z"}', true), ('instant', '{"x": {"$after": "2026-02-01"}}', '{"x": "2026-02-01T00:00:00"}', false), ('instant', '{"x": {"$at": "2026-02-01"}}', '{"x": "2026-02-01T01:00:00+01:00"}', true),
	('instant', '{"x": {"$at": 0}}', '{"x": "1970-01-01"}', true), ('instant', '{"x": {"$after": "1970-01-01"}}', '{"x": 1}', true), ('instant', '{"x": {"$before": "1970-01-01"}}', '{"x": -0.5}', true), ('instant', '{"x": {"$at": 1700000000000}}', '{"x": 1700000000000.0}', true),
	('instant', '{"x": {"$after": 0}}', '{"x": "tomorrow"}', NULL), ('instant', '{"x": {"$after": 0}}', '{"x": "2026-13-01"}', NULL), ('instant', '{"x": {"$before": 0}}', '{"x": true}', NULL), ('instant', '{"x": {"$before": 0}}', '{"x": 1e300}', NULL), ('instant', '{"x": {"$after": 0}}', '{"x": 9999999999999999.9}', true), ('instant', '{"x": {"$after": 0}}', '{"x": 1e16}', NULL), ('instant', '{"x": {"$before": 0}}', '{"x": -1e16}', NULL), ('instant', '{"x": {"$not": {"$before": 0}}}', '{"x": "never"}', NULL),
	('version', '{"x": {"$vgt": "1.9.0"}}', '{"x": "1.10.0"}', true), ('version', '{"x": {"$veq": "1.2"}}', '{"x": "v1.2.0+build"}', true), ('version', '{"x": {"$vlt": "1.0.0"}}', '{"x": "1.0.0-rc.1"}', true), ('version', '{"x": {"$vgte": "2"}}', '{"x": "2.0.0-a"}', false), ('version', '{"x": {"$vlte": "2"}}', '{"x": "2"}', true), ('version', '{"x": {"$vne": "1"}}', '{"x": "2"}', true), ('version', '{"x": {"$vne": "1"}}', '{"x": "1.0.0"}', false), ('version', '{"x": {"$vlt": "1.0.0-beta.11"}}', '{"x": "1.0.0-beta.2"}', true),
	('version', '{"x": {"$vgt": "1"}}', '{"x": 2}', NULL), ('version', '{"x": {"$vne": "1"}}', '{"x": "latest"}', NULL), ('version', '{"x": {"$vgt": "1"}}', '{"x": "1.2.3.4"}', NULL), ('version', '{"x": {"$veq": "1"}}', '{"x": "01"}', NULL),
	('network', '{"x": {"$cidr": ["10.0.0.0/8", "192.168.0.0/16"]}}', '{"x": "192.168.3.4"}', true), ('network', '{"x": {"$cidr": ["10.0.0.0/8"]}}', '{"x": "11.0.0.1"}', false), ('network', '{"x": {"$cidr": ["10.0.0.0/8"]}}', '{"x": "::ffff:10.1.1.1"}', true), ('network', '{"x": {"$cidr": ["::ffff:10.0.0.0/104"]}}', '{"x": "10.1.1.1"}', true), ('network', '{"x": {"$cidr": ["2001:db8::/32"]}}', '{"x": "2001:db8:1::1"}', true), ('network', '{"x": {"$cidr": ["0.0.0.0/0"]}}', '{"x": "2001:db8::1"}', false),
	('network', '{"x": {"$cidr": ["10.0.0.0/8"]}}', '{"x": "10.0.0"}', NULL), ('network', '{"x": {"$cidr": ["10.0.0.0/8"]}}', '{"x": 10}', NULL), ('network', '{"x": {"$cidr": ["10.0.0.0/8"]}}', '{"x": ["nowhere", "10.0.0.1"]}', true);

-- Arrays: some element for positive operators, every one for negative; nulls are
-- unknown; nested arrays are not entered.
INSERT INTO truth VALUES
	('array', '{"x": "a"}', '{"x": ["b", "a"]}', true), ('array', '{"x": "a"}', '{"x": ["b"]}', false), ('array', '{"x": "a"}', '{"x": []}', false), ('array', '{"x": "a"}', '{"x": ["b", null]}', NULL), ('array', '{"x": "a"}', '{"x": [null, "a"]}', true), ('array', '{"x": "a"}', '{"x": [["a"]]}', false),
	('array', '{"x": {"$ne": "a"}}', '{"x": ["b", "a"]}', false), ('array', '{"x": {"$ne": "a"}}', '{"x": ["b"]}', true), ('array', '{"x": {"$ne": "a"}}', '{"x": []}', true), ('array', '{"x": {"$ne": "a"}}', '{"x": ["b", null]}', NULL), ('array', '{"x": {"$ne": "a"}}', '{"x": [null, "a"]}', false), ('array', '{"x": {"$ne": "a"}}', '{"x": [["a"]]}', true),
	('array', '{"x": {"$in": ["a", 1]}}', '{"x": ["b", 1]}', true), ('array', '{"x": {"$in": ["a"]}}', '{"x": []}', false), ('array', '{"x": {"$nin": ["a"]}}', '{"x": []}', true), ('array', '{"x": {"$nin": ["a"]}}', '{"x": ["a", "b"]}', false), ('array', '{"x": {"$nin": ["a"]}}', '{"x": [null]}', NULL), ('array', '{"x": {"$nini": ["A"]}}', '{"x": ["b", "a"]}', false), ('array', '{"x": {"$in": ["a"]}}', '{"x": [["a"]]}', false),
	('array', '{"x": {"$gt": 5}}', '{"x": [1, 9]}', true), ('array', '{"x": {"$gt": 5}}', '{"x": [1, 2]}', false), ('array', '{"x": {"$gt": 5}}', '{"x": [1, "9"]}', NULL), ('array', '{"x": {"$gt": 5}}', '{"x": []}', false), ('array', '{"x": {"$gt": 5}}', '{"x": [[9]]}', NULL),
	('array', '{"x": {"$gt": 3, "$lt": 5}}', '{"x": [1, 9]}', true),
	('array', '{"x": {"$not": {"$gt": 5}}}', '{"x": [1, 9]}', false), ('array', '{"x": {"$not": {"$gt": 5}}}', '{"x": []}', true), ('array', '{"x": {"$not": {"$ne": 5}}}', '{"x": [1]}', false),
	('array', '{"x": {"$contains": "b"}}', '{"x": ["a", "abc"]}', true), ('array', '{"x": {"$regex": "^b"}}', '{"x": ["a", 1]}', NULL), ('array', '{"x": {"$vne": "1"}}', '{"x": ["2", "1"]}', false), ('array', '{"x": {"$vne": "1"}}', '{"x": []}', true), ('array', '{"x": {"$vne": "1"}}', '{"x": ["2", "x"]}', NULL), ('array', '{"x": {"$veq": "1"}}', '{"x": []}', false), ('array', '{"x": {"$after": 0}}', '{"x": [-1, 1]}', true),
	('array', '{"x": {"a": 1}}', '{"x": [{"b": 1}, {"a": 1}]}', true), ('array', '{"x": {"$ne": {"a": 1}}}', '{"x": [{"a": 1}]}', false), ('array', '{"x": {"$eq": {"a": 1}}}', '{"x": [null]}', NULL),
	('array', '{"x": ["a", "b"]}', '{"x": ["a", "b"]}', true), ('array', '{"x": ["a", "b"]}', '{"x": ["b", "a"]}', false), ('array', '{"x": ["a"]}', '{"x": [["a"]]}', false), ('array', '{"x": []}', '{"x": []}', true), ('array', '{"x": []}', '{"x": [[]]}', false), ('array', '{"x": ["a"]}', '{"x": "a"}', false), ('array', '{"x": {"$ne": ["a"]}}', '{"x": "a"}', true), ('array', '{"x": {"$ne": ["a"]}}', '{"x": ["a"]}', false), ('array', '{"x": [null]}', '{"x": [null]}', true), ('array', '{"x": {"$ne": [1]}}', '{"x": [null]}', true),
	('array', '{"x": {"$exists": true}}', '{"x": []}', true), ('array', '{"x": {"$exists": false}}', '{"x": [null]}', false);

-- Operators on the array itself.
INSERT INTO truth VALUES
	('size', '{"x": {"$size": 2}}', '{"x": [1, 2]}', true), ('size', '{"x": {"$size": 0}}', '{"x": []}', true), ('size', '{"x": {"$size": 2.5}}', '{"x": [1, 2]}', false), ('size', '{"x": {"$size": {"$gt": 1, "$lte": 2}}}', '{"x": [1, 2]}', true), ('size', '{"x": {"$size": {"$in": [1, 3]}}}', '{"x": [1, 2]}', false), ('size', '{"x": {"$size": {"$not": {"$eq": 1}}}}', '{"x": []}', true), ('size', '{"x": {"$size": {"$gt": "1"}}}', '{"x": []}', NULL), ('size', '{"x": {"$size": 1}}', '{"x": "a"}', NULL), ('size', '{"x": {"$size": 1}}', '{"x": {"a": 1}}', NULL),
	('empty', '{"x": {"$empty": true}}', '{"x": []}', true), ('empty', '{"x": {"$empty": true}}', '{"x": [null]}', false), ('empty', '{"x": {"$empty": false}}', '{"x": [1]}', true), ('empty', '{"x": {"$empty": true}}', '{"x": ""}', NULL), ('empty', '{"x": {"$empty": true}}', '{"x": {}}', NULL),
	('all', '{"x": {"$all": ["a", 1]}}', '{"x": [1, "b", "a"]}', true), ('all', '{"x": {"$all": ["a", 1]}}', '{"x": ["a"]}', false), ('all', '{"x": {"$all": ["a"]}}', '{"x": []}', false), ('all', '{"x": {"$all": ["a"]}}', '{"x": "a"}', NULL), ('all', '{"x": {"$all": ["A"]}}', '{"x": ["a"]}', false), ('all', '{"x": {"$alli": ["A", "b"]}}', '{"x": ["a", "B"]}', true), ('all', '{"x": {"$alli": ["A"]}}', '{"x": "a"}', NULL), ('all', '{"x": {"$all": ["a"]}}', '{"x": [["a"]]}', false), ('all', '{"x": {"$all": ["a"]}}', '{"x": [null]}', NULL), ('all', '{"x": {"$all": ["a", "b"]}}', '{"x": [null, "a"]}', NULL),
	('type', '{"x": {"$type": "string"}}', '{"x": "a"}', true), ('type', '{"x": {"$type": "string"}}', '{"x": ["a"]}', false), ('type', '{"x": {"$type": "array"}}', '{"x": ["a"]}', true), ('type', '{"x": {"$type": "number"}}', '{"x": 1}', true), ('type', '{"x": {"$type": "boolean"}}', '{"x": false}', true), ('type', '{"x": {"$type": "boolean"}}', '{"x": true}', true), ('type', '{"x": {"$type": "object"}}', '{"x": {}}', true), ('type', '{"x": {"$type": "null"}}', '{"x": 1}', false), ('type', '{"x": {"$type": "boolean"}}', '{"x": 1}', false);

-- $elemMatch: the element as a document, or as a value that is not entered.
INSERT INTO truth VALUES
	('elemMatch', '{"x": {"$elemMatch": {"a": 1, "b": 2}}}', '{"x": [{"a": 1}, {"a": 1, "b": 2}]}', true), ('elemMatch', '{"x": {"$elemMatch": {"a": 1, "b": 2}}}', '{"x": [{"a": 1, "b": 3}, {"a": 2, "b": 2}]}', false), ('elemMatch', '{"x": {"$elemMatch": {"a": 1}}}', '{"x": [{"b": 1}]}', NULL), ('elemMatch', '{"x": {"$elemMatch": {"a": 1}}}', '{"x": [1, [{"a": 1}]]}', NULL), ('elemMatch', '{"x": {"$elemMatch": {"a": 1}}}', '{"x": []}', false), ('elemMatch', '{"x": {"$elemMatch": {"a": 1}}}', '{"x": {"a": 1}}', NULL), ('elemMatch', '{"x": {"$elemMatch": {"a": 1}}}', '{"x": [{"a": [2, 1]}]}', true), ('elemMatch', '{"x": {"$elemMatch": {}}}', '{"x": [null]}', true), ('elemMatch', '{"x": {"$elemMatch": {}}}', '{"x": []}', false),
	('elemMatch', '{"x": {"$elemMatch": {"$gt": 3, "$lt": 5}}}', '{"x": [1, 9]}', false), ('elemMatch', '{"x": {"$elemMatch": {"$gt": 3, "$lt": 5}}}', '{"x": [1, 4]}', true), ('elemMatch', '{"x": {"$elemMatch": {"$gt": 3}}}', '{"x": ["9"]}', NULL), ('elemMatch', '{"x": {"$elemMatch": {"$eq": 1}}}', '{"x": [[1]]}', false), ('elemMatch', '{"x": {"$elemMatch": {"$ne": 1}}}', '{"x": [[1]]}', true), ('elemMatch', '{"x": {"$elemMatch": {"$gt": 0}}}', '{"x": [[1]]}', NULL), ('elemMatch', '{"x": {"$elemMatch": {"$in": [1]}}}', '{"x": [[1], 1]}', true), ('elemMatch', '{"x": {"$elemMatch": {"$eq": [1]}}}', '{"x": [[1]]}', true), ('elemMatch', '{"x": {"$elemMatch": {"$size": 1}}}', '{"x": [[1]]}', true), ('elemMatch', '{"x": {"$elemMatch": {"$elemMatch": {"$eq": 1}}}}', '{"x": [[2], [1]]}', true), ('elemMatch', '{"x": {"$elemMatch": {"$eq": null}}}', '{"x": [1, null]}', true), ('elemMatch', '{"x": {"$elemMatch": {"$exists": false}}}', '{"x": [1]}', false), ('elemMatch', '{"x": {"$elemMatch": {"$type": "null"}}}', '{"x": [null]}', true), ('elemMatch', '{"x": {"$elemMatch": {"$eq": 1}}}', '{"x": [null]}', NULL), ('elemMatch', '{"x": {"$not": {"$elemMatch": {"$eq": 1}}}}', '{"x": [null, 2]}', NULL), ('elemMatch', '{"x": {"$not": {"$elemMatch": {"$eq": 1}}}}', '{"x": [2]}', true), ('elemMatch', '{"x": {"$elemMatch": {"$not": {"$eq": 1}}}}', '{"x": [1]}', false), ('elemMatch', '{"x": {"$elemMatch": {"$not": {"a": 1}}}}', '{"x": [{"a": 2}]}', true), ('elemMatch', '{"x": {"$elemMatch": {"$or": [{"a": 1}, {"b": 1}]}}}', '{"x": [{"b": 1, "a": 0}]}', true);

-- Logic is Kleene's: F, U and T stand for false, unknown and true.
INSERT INTO truth
SELECT 'logic',
	format(CASE op WHEN 'and' THEN '{"$and": [%s, %s]}' WHEN 'or' THEN '{"$or": [%s, %s]}' WHEN 'nor' THEN '{"$nor": [%s, %s]}' ELSE '{"$not": {"$and": [%s, %s]}}' END, a.text, b.text), '{"t": 1}',
	CASE op WHEN 'and' THEN a.value AND b.value WHEN 'or' THEN a.value OR b.value WHEN 'nor' THEN NOT (a.value OR b.value) ELSE NOT (a.value AND b.value) END
FROM (VALUES ('and'), ('or'), ('nor'), ('nand')) AS o(op),
	(VALUES ('{"t": 2}', false), ('{"u": 1}', NULL), ('{"t": 1}', true)) AS a(text, value),
	(VALUES ('{"t": 2}', false), ('{"u": 1}', NULL), ('{"t": 1}', true)) AS b(text, value);
INSERT INTO truth VALUES
	('logic', '{}', '{}', true), ('logic', '{"$not": {}}', '{}', false), ('logic', '{"t": 1, "u": 1}', '{"t": 1}', NULL), ('logic', '{"t": 2, "u": 1}', '{"t": 1}', false), ('logic', '{"$not": {"$not": {"u": 1}}}', '{}', NULL),
	('unknown user', '{"$userId": "u"}', '{}', NULL), ('unknown user', '{"$userId": {"$ne": "u"}}', '{}', NULL), ('unknown user', '{"$userId": null}', '{}', NULL), ('unknown user', '{"$userId": {"$exists": false}}', '{}', NULL), ('unknown user', '{"$rollout": {"percent": 100}}', '{}', NULL), ('unknown user', '{"$not": {"$rollout": {"percent": 0}}}', '{}', NULL);

-- More keys than a stride of jsonb's offsets, and more values than a short list.
INSERT INTO truth
SELECT 'large', format('{"key%s": %s, "o.k%s": "v%s"}', i, i, i, i),
	(SELECT jsonb_object_agg('key' || k, k) || jsonb_build_object('o', jsonb_object_agg('k' || k, 'v' || k)) FROM generate_series(1, n) AS k), CASE WHEN i <= n THEN true END
FROM (VALUES (31), (32), (33), (64), (65), (300)) AS t(n), LATERAL (VALUES (1), (2), (31), (32), (33), (n), (n + 1)) AS j(i);
-- Keys of many lengths, some alike but for the end, before values of many: each is found, and no other.
INSERT INTO truth
SELECT 'keys', jsonb_build_object(key, coalesce(metadata -> key, '"x"'))::text, metadata, CASE WHEN metadata ? key THEN true END
FROM generate_series(0, 40) AS n,
	LATERAL (SELECT coalesce(jsonb_object_agg(repeat('k', 1 + i % 19) || i, (ARRAY[to_jsonb(i), to_jsonb(repeat('v', i)), 'true', to_jsonb(i * 12345.5)])[1 + i % 4]), '{}') FROM generate_series(1, n) AS i) AS o(metadata),
	LATERAL (SELECT repeat('k', 1 + i % 19) || i FROM generate_series(1, n + 5) AS i) AS j(key);
INSERT INTO truth
SELECT 'large', (SELECT format('{"x": {"$in": [true, %s]}}', string_agg(format('%s, "v%s"', k * 2, k * 2), ', ')) FROM generate_series(1, 100) AS k), jsonb_build_object('x', x), expected
FROM (VALUES ('2'::jsonb, true), ('200', true), ('100.0', true), ('3', false), ('-1', false), ('202', false), ('"v2"', true), ('"v200"', true), ('"v3"', false), ('"V2"', false), ('""', false), ('true', true), ('false', false), ('{}', false), ('[1, 4]', true)) AS v(x, expected);
INSERT INTO truth
SELECT 'large', (SELECT format('{"x": {"$ini": [%s]}}', string_agg(format('%s, "v%s"', k, k), ', ')) FROM generate_series(1, 100) AS k), jsonb_build_object('x', x), expected
FROM (VALUES ('2'::jsonb, true), ('101', false), ('"V77"', true), ('"V777"', false)) AS v(x, expected);
INSERT INTO truth
SELECT 'large', format('{"x": {"$size": %s}}', n), (SELECT jsonb_build_object('x', jsonb_agg(k)) FROM generate_series(1, n) AS k), true
FROM (VALUES (1), (9999), (10000), (10001), (20000)) AS t(n);

SELECT rule, count(*) FROM truth GROUP BY rule ORDER BY rule;

-- None may be listed: by the operator, its commutator, matches() of an unknown user,
-- of what was printed, and of metadata stored with a short and with a long header.
SELECT rule, condition, left(metadata::text, 200) AS metadata, expected, metadata ~ condition::metadata_condition AS result
	FROM truth WHERE metadata ~ condition::metadata_condition IS DISTINCT FROM expected;
SELECT rule, condition FROM truth WHERE condition::metadata_condition ~ metadata IS DISTINCT FROM expected;
SELECT rule, condition FROM truth WHERE matches(metadata, NULL, condition::metadata_condition) IS DISTINCT FROM expected;
SELECT rule, condition FROM truth WHERE metadata ~ condition::metadata_condition::text::metadata_condition IS DISTINCT FROM expected;
SELECT rule, condition FROM truth WHERE metadata ~ condition::metadata_condition::jsonb::metadata_condition IS DISTINCT FROM expected;
CREATE TEMP TABLE stored AS SELECT rule, condition::metadata_condition, metadata, expected FROM truth;
SELECT rule, condition FROM stored WHERE metadata ~ condition IS DISTINCT FROM expected;
-- Whatever else an object holds, and wherever in the object the key comes to lie.
SELECT rule, condition FROM stored WHERE jsonb_typeof(metadata) = 'object'
	AND (jsonb_build_object('-', 0, 'longer than others', repeat('x', 300), 'zz', '{}'::jsonb) || metadata) ~ condition IS DISTINCT FROM expected;

-- NULL metadata is an anonymous principal: every condition is NULL, {} too.
SELECT NULL::jsonb ~ '{}'::metadata_condition AS operator, matches(NULL, 'u1', '{}') AS function, matches(NULL, 'u1', '{"$userId": "u1"}') AS user, matches('{}', 'u1', NULL) AS no_condition;

-- $userId and $rollout, for a known user.
SELECT condition, matches('{}', 'u42', condition::metadata_condition) AS u42, matches('{}', 'U7', condition::metadata_condition) AS u7, matches('{}', NULL, condition::metadata_condition) AS unknown
FROM (VALUES ('{"$userId": "u42"}'), ('{"$userId": {"$ne": "u42"}}'), ('{"$userId": {"$in": ["u1", "u42"]}}'), ('{"$userId": {"$eqi": "u7"}}'), ('{"$userId": {"$startsWith": "u"}}'), ('{"$userId": {"$not": {"$regex": "^u"}}}'),
	('{"$userId": null}'), ('{"$userId": {"$exists": true}}'), ('{"$userId": {"$type": "string"}}'), ('{"$userId": {"$size": 1}}'), ('{"$userId": {"$gt": 1}}'), ('{"$rollout": {"percent": 0}}'), ('{"$rollout": {"percent": 100}}')) AS t(condition);
-- A share is stable, about as large as it says, and grows without losing anybody.
SELECT count(*) FILTER (WHERE matches('{}', i::text, '{"$rollout": {"percent": 12.5, "seed": "beta"}}')) BETWEEN 1150 AND 1350 AS about_an_eighth,
	count(*) FILTER (WHERE matches('{}', i::text, '{"$rollout": {"percent": 12.5, "seed": "beta"}}') AND NOT matches('{}', i::text, '{"$rollout": {"percent": 12.51, "seed": "beta"}}')) AS lost,
	count(*) FILTER (WHERE matches('{}', i::text, '{"$rollout": {"percent": 12.5, "seed": "beta"}}') <> matches('{}', i::text, '{"$rollout": {"percent": 12.5, "seed": "other"}}')) > 1000 AS seed_matters
	FROM generate_series(1, 10000) AS i;

-- The vectors of spec 8, as far as matching goes (P22 is in condition_input, P24 with
-- the import of Paragon's form).
SELECT 'P11' AS vector, matches('{}', 'u42', '{"$userId": "u42"}') AS u42, matches('{}', 'u43', '{"$userId": "u42"}') AS u43, '{}'::jsonb ~ '{"$userId": "u42"}'::metadata_condition AS operator;
SELECT vector, metadata ~ '{"$or": [{"plan": "pro", "seats": {"$gte": 10}}, {"beta": true}]}'::metadata_condition AS result
FROM (VALUES ('P12', '{"plan":"pro","seats":3,"beta":true}'::jsonb), ('P13', '{"plan":"pro","seats":"12"}'), ('P14', '{"beta":"true"}')) AS t(vector, metadata);
SELECT 'P15' AS vector, '{}'::jsonb ~ '{"plan": {"$ne": "free"}}'::metadata_condition AS result;
SELECT 'P16' AS vector, metadata, metadata ~ '{"x": {"$exists": true}}'::metadata_condition AS exists, metadata ~ '{"x": {"$exists": false}}'::metadata_condition AS not_exists, metadata ~ '{"x": null}'::metadata_condition AS is_null
FROM (VALUES ('{"x": null}'::jsonb), ('{}')) AS t(metadata);
SELECT 'P17' AS vector, '{"billingPlan": "pro"}'::jsonb || '{"seats": 20}' ~ '{"billingPlan": "pro"}'::metadata_condition AS result;
SELECT 'P18' AS vector, metadata, metadata ~ '{"org.tier": "gold"}'::metadata_condition AS result FROM (VALUES ('{"org":{"tier":"gold"}}'::jsonb), ('{"org":"gold"}')) AS t(metadata);
SELECT 'P21' AS vector, metadata, metadata ~ '{"x": {"$type": "null"}}'::metadata_condition AS result FROM (VALUES ('{"x": null}'::jsonb), ('{}')) AS t(metadata);
SELECT 'P23' AS vector, metadata, metadata ~ '{"tags": {"$ne": "banned"}}'::metadata_condition AS result FROM (VALUES ('{"tags": []}'::jsonb), ('{"tags": ["a","banned"]}'), ('{}')) AS t(metadata);
-- P24's operators, as the import writes them: conjoined with the type.
SELECT 'P24' AS vector, metadata, coalesce(metadata ~ '{"x": {"$ne": "free", "$type": "string"}}'::metadata_condition, false) AS result FROM (VALUES ('{"x": 12}'::jsonb), ('{"x": ["pro"]}'), ('{}')) AS t(metadata);
-- The issue's line; the schema is not in the search_path.
RESET search_path;
SELECT '{"plan":"pro","seats":12}'::jsonb OPERATOR(workflow_perms.~) '{"plan":{"$in":["pro","team"]},"seats":{"$gte":10}}'::workflow_perms.metadata_condition AS issue;

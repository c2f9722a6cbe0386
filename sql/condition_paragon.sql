-- Paragon's own form is read exactly (spec 2.3): every wire name, the four
-- crossed existence names, values of other types never match, and whatever is
-- not understood is refused with the place where it stands.
\pset null NULL
SET search_path = workflow_perms, pg_catalog;

-- A tree of one operator.
CREATE FUNCTION pg_temp.tree(operator text, argument jsonb DEFAULT NULL) RETURNS jsonb LANGUAGE sql AS $$
	SELECT jsonb_build_object('type', 'OPERATOR', 'condition', jsonb_strip_nulls(
		jsonb_build_object('operator', operator, 'variable', 'x', 'argument', argument))) $$;
CREATE TEMP TABLE wire (operator text, argument jsonb);
INSERT INTO wire VALUES
	('$stringContains', '"re"'), ('$stringDoesNotContain', '"re"'), ('$stringExactlyMatches', '"free"'),
	('$stringDoesNotExactlyMatch', '"free"'), ('$stringIsIn', '" free , pro,"'), ('$stringIsNotIn', '["free", "a,b"]'),
	('$stringStartsWith', '"fr"'), ('$stringDoesNotStartWith', '"fr"'), ('$stringEndsWith', '"ee"'),
	('$stringDoesNotEndWith', '"ee"'), ('$stringGreaterThan', '"f"'), ('$stringLessThan', '"f"'),
	('$numberGreaterThan', '12'), ('$numberGreaterThanOrEqualTo', '12'), ('$numberLessThan', '12'),
	('$numberLessThanOrEqualTo', '12'), ('$numberEquals', '12.0'), ('$numberDoesNotEqual', '12'),
	('$dateTimeAfter', '"2024-02-29"'), ('$dateTimeBefore', '"2024-02-29"'), ('$dateTimeEquals', '1709164800000'),
	('$booleanTrue', NULL), ('$booleanFalse', NULL), ('$arrayIsEmpty', NULL), ('$arrayIsNotEmpty', NULL),
	('$exists', NULL), ('$doesNotExist', NULL), ('$isNotUndefinedOrNull', NULL), ('$isUndefinedOrNull', NULL);
SELECT count(DISTINCT operator) AS wire_names FROM wire;
SELECT operator, condition_from_paragon(pg_temp.tree(operator, argument)) FROM wire ORDER BY operator COLLATE "C";

-- Which values match: a value of another type never does, nor an array, nor an absent value, by the negative names neither.
SELECT operator,
	(SELECT string_agg(coalesce(v.name, '?'), ' ' ORDER BY v.n) FROM (VALUES
		(1, 'free', '{"x": "free"}'), (2, 'pro', '{"x": "pro"}'), (3, '12', '{"x": 12}'), (4, '13', '{"x": 13}'), (5, '11', '{"x": 11}'),
		(6, 'true', '{"x": true}'), (7, 'false', '{"x": false}'), (8, '[]', '{"x": []}'), (9, '["pro"]', '{"x": ["pro"]}'), (10, '[12]', '{"x": [12]}'),
		(11, '{}', '{"x": {}}'), (12, 'null', '{"x": null}'), (13, 'absent', '{}'),
		(14, '2024-02-29', '{"x": "2024-02-29"}'), (15, '2030', '{"x": "2030-01-01"}'), (16, '[2030]', '{"x": ["2030-01-01"]}')) AS v (n, name, m)
		WHERE v.m::jsonb ~ condition_from_paragon(pg_temp.tree(operator, argument))) AS matches
FROM wire ORDER BY operator COLLATE "C";

-- P24
SELECT m, m::jsonb ~ condition_from_paragon(pg_temp.tree('$stringDoesNotExactlyMatch', '"free"')) IS TRUE AS p24
FROM unnest(ARRAY['{"x": 12}', '{"x": ["pro"]}', '{}']) AS m;

-- Joins, nested, and the user's id.
SELECT condition_from_paragon('{"type": "JOIN", "join": "AND", "conditions": [
	{"type": "OPERATOR", "condition": {"operator": "$stringExactlyMatches", "variable": "org.tier", "argument": "gold"}},
	{"type": "JOIN", "join": "OR", "conditions": [
		{"type": "OPERATOR", "condition": {"operator": "$numberGreaterThan", "variable": "seats", "argument": 9007199254740993}},
		{"type": "OPERATOR", "condition": {"operator": "$stringIsIn", "variable": "$userId", "argument": "u1, u2"}}]}]}');
SELECT matches('{}', u, condition_from_paragon('{"type": "OPERATOR", "condition": {"operator": "$stringIsIn", "variable": "$userId", "argument": "u1, u2"}}'))
FROM unnest(ARRAY['u2', 'u3']) AS u;
SELECT condition_from_paragon(NULL) IS NULL AS null_for_null;

-- Refused, each with its place; nothing is ignored.
CREATE FUNCTION pg_temp.refusal(tree jsonb) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN 'read: ' || workflow_perms.condition_from_paragon(tree);
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
SELECT pg_temp.refusal(t::jsonb) FROM unnest(ARRAY[
	'1', '[]', '{}', 'null', '{"type": 1}', '{"type": "OTHER"}',
	'{"type": "OPERATOR"}',
	'{"type": "OPERATOR", "condition": 1}',
	'{"type": "OPERATOR", "condition": {"operator": "$booleanTrue"}}',
	'{"type": "OPERATOR", "condition": {"variable": "x"}}',
	'{"type": "OPERATOR", "condition": {"operator": "$none", "variable": "x"}}',
	'{"type": "OPERATOR", "condition": {"operator": "$eq", "variable": "x", "argument": 1}}',
	'{"type": "OPERATOR", "condition": {"operator": "$booleanTrue", "variable": "$or"}}',
	'{"type": "OPERATOR", "condition": {"operator": "$booleanTrue", "variable": ""}}',
	'{"type": "OPERATOR", "condition": {"operator": "$booleanTrue", "variable": "x", "argument": false}}',
	'{"type": "OPERATOR", "condition": {"operator": "$booleanTrue", "variable": "x", "negate": true}}',
	'{"type": "OPERATOR", "negate": true, "condition": {"operator": "$booleanTrue", "variable": "x"}}',
	'{"type": "OPERATOR", "condition": {"operator": "$stringContains", "variable": "x"}}',
	'{"type": "OPERATOR", "condition": {"operator": "$stringContains", "variable": "x", "argument": 1}}',
	'{"type": "OPERATOR", "condition": {"operator": "$numberEquals", "variable": "x", "argument": "12"}}',
	'{"type": "OPERATOR", "condition": {"operator": "$stringIsIn", "variable": "x", "argument": ["a", 1]}}',
	'{"type": "OPERATOR", "condition": {"operator": "$stringIsIn", "variable": "x", "argument": []}}',
	'{"type": "OPERATOR", "condition": {"operator": "$dateTimeAfter", "variable": "x", "argument": true}}',
	'{"type": "OPERATOR", "condition": {"operator": "$dateTimeAfter", "variable": "x", "argument": "soon"}}',
	'{"type": "JOIN", "join": "XOR", "conditions": []}',
	'{"type": "JOIN", "join": "AND", "conditions": []}',
	'{"type": "JOIN", "join": "AND"}',
	'{"type": "JOIN", "join": "AND", "conditions": [{"type": "JOIN", "join": "OR", "conditions": [{"type": "OPERATOR", "condition": {"operator": "$x", "variable": "x"}}]}]}']) AS t;

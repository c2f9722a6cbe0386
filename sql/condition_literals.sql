-- Literals mean what spec 2.1 says: numbers beyond 2^53 are exact, instants,
-- versions and networks compare by their own rules, patterns and folding do not
-- depend on the database's collation, and what is no literal is refused.
\pset null NULL
\set VERBOSITY terse
SET search_path = workflow_perms, pg_catalog;

-- Is the value of {"x": value} in the relation to the literal?
CREATE FUNCTION pg_temp.holds(value jsonb, operator text, literal jsonb) RETURNS boolean LANGUAGE sql AS
	$$ SELECT jsonb_build_object('x', value) OPERATOR(workflow_perms.~)
		jsonb_build_object('x', jsonb_build_object(operator, literal))::text::workflow_perms.metadata_condition $$;
-- 'refused' with the SQLSTATE where a literal is not taken.
CREATE FUNCTION pg_temp.taken(operator text, literal text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN format('{"x": {"%s": %s}}', operator, literal)::workflow_perms.metadata_condition;
EXCEPTION WHEN data_exception OR program_limit_exceeded OR datatype_mismatch THEN
	RETURN 'refused ' || SQLSTATE;
END $$;

-- Numbers: exact at any size, whatever way they are written.
SELECT value, operator, literal, pg_temp.holds(value::jsonb, operator, literal::jsonb)
FROM (VALUES
	('9007199254740993', '$gt', '9007199254740992'),
	('9007199254740993', '$eq', '9007199254740992'),
	('9007199254740993', '$eq', '9007199254740993.000'),
	('123456789012345678901234567890', '$lt', '123456789012345678901234567891'),
	('-123456789012345678901234567890', '$lt', '-123456789012345678901234567891'),
	('0.1', '$eq', '0.10'),
	('1e2', '$eq', '100'),
	('1e-5', '$eq', '0.00001'),
	('0.00001', '$gt', '0.000009'),
	('1e400', '$gt', '1e399'),
	('-1e400', '$lt', '0'),
	('-0.0', '$eq', '0'),
	('10000', '$gt', '9999'),
	('10000', '$gte', '1e4'),
	('99990000', '$lt', '99990000.0001'),
	('1.0', '$in', '[1, 2]'),
	('12', '$nin', '[1, 1.2, 120, "12"]'),
	('"12"', '$gt', '3')) AS t (value, operator, literal);
SELECT literal, pg_temp.taken('$eq', literal)
FROM unnest(ARRAY['1.0', '1e5', '-0', '0.000', '1.50E+3', '12e-3', '01', '1.', '.5', '1e', '+1', 'NaN']) AS literal;
-- numeric's own limits: 131072 digits before the point, 16383 after.
SELECT literal, left(pg_temp.taken('$eq', literal), 20)
FROM unnest(ARRAY['1e131071', '1e131072', '1e-16383', '1e-16384', '0e999999999999']) AS literal;

-- Every order of numbers is the order of numeric.
WITH n (t) AS (SELECT unnest(ARRAY['0', '-1', '1', '0.1', '-0.1', '9999', '10000', '10000.0001', '-10000', '1e20',
	'-1e20', '1e-20', '-1e-20', '99999999', '100000000', '123.456', '123.4560001', '1e300', '1e-300', '0.0001', '0.00001']))
SELECT count(*) AS pairs, count(*) FILTER (WHERE
	(a.t::numeric < b.t::numeric) IS DISTINCT FROM pg_temp.holds(a.t::jsonb, '$lt', b.t::jsonb)
	OR (a.t::numeric >= b.t::numeric) IS DISTINCT FROM pg_temp.holds(a.t::jsonb, '$gte', b.t::jsonb)
	OR (a.t::numeric = b.t::numeric) IS DISTINCT FROM pg_temp.holds(a.t::jsonb, '$eq', b.t::jsonb)) AS wrong
FROM n a, n b;

-- Instants: RFC 3339, a bare date, no offset is UTC, epoch milliseconds; what does not parse is unknown.
SELECT value, operator, literal, pg_temp.holds(value::jsonb, operator, literal::jsonb)
FROM (VALUES
	('"2024-02-29"', '$at', '"2024-02-29T00:00:00Z"'),
	('"2024-02-29T05:30:00+05:30"', '$at', '"2024-02-29"'),
	('"2024-02-28T23:59:59.999999999-00:00"', '$before', '"2024-02-29"'),
	('"2024-02-29t00:00:00.000000001z"', '$after', '"2024-02-29"'),
	('"2024-02-29 00:00:00"', '$at', '"2024-02-29"'),
	('1709164800000', '$at', '"2024-02-29"'),
	('1709164800000.5', '$after', '"2024-02-29"'),
	('-1', '$at', '"1969-12-31T23:59:59.999Z"'),
	('-0.5', '$before', '"1970-01-01"'),
	('"2016-12-31T23:59:60Z"', '$at', '"2017-01-01"'),
	('"2016-12-31T12:59:60Z"', '$at', '"2017-01-01"'),
	('"0000-02-29"', '$before', '"0001-01-01"'),
	('"9999-12-31T23:59:59Z"', '$after', '"9999-12-31"'),
	('"2023-02-29"', '$after', '"2000-01-01"'),
	('"2024-04-31"', '$after', '"2000-01-01"'),
	('"2024-01-01T24:00:00Z"', '$after', '"2000-01-01"'),
	('"2024-01-01T10:00Z"', '$after', '"2000-01-01"'),
	('"1 January 2024"', '$after', '"2000-01-01"'),
	('1e30', '$after', '"2000-01-01"'),
	('true', '$after', '"2000-01-01"'),
	('["2024-01-01", "x"]', '$after', '"2000-01-01"'),
	('["x", "1999-01-01"]', '$after', '"2000-01-01"')) AS t (value, operator, literal);
SELECT literal, pg_temp.taken('$after', literal)
FROM unnest(ARRAY['"2024-02-29"', '"2024-02-29T12:00:00.5+01:00"', '1709164800000', '"2023-02-29"', '"2024-13-01"', '"24-01-01"',
	'"2024-01-01T10:00:00+25:00"', '"now"', '1e30', 'true']) AS literal;

-- Versions: SemVer 2.0's own example, in its order.
WITH v (n, t) AS (SELECT ordinality, v FROM unnest(ARRAY['0.9.9', '1.0.0-alpha', '1.0.0-alpha.1', '1.0.0-alpha.beta', '1.0.0-beta',
	'1.0.0-beta.2', '1.0.0-beta.11', '1.0.0-rc.1', 'v1', '1.0.1', '1.2', '1.10.0', '2', '18446744073709551615.0.0']) WITH ORDINALITY AS o (v, ordinality))
SELECT count(*) AS pairs, count(*) FILTER (WHERE
	(a.n < b.n) IS DISTINCT FROM pg_temp.holds(to_jsonb(a.t), '$vlt', to_jsonb(b.t))
	OR (a.n <= b.n) IS DISTINCT FROM pg_temp.holds(to_jsonb(a.t), '$vlte', to_jsonb(b.t))
	OR (a.n > b.n) IS DISTINCT FROM pg_temp.holds(to_jsonb(a.t), '$vgt', to_jsonb(b.t))
	OR (a.n >= b.n) IS DISTINCT FROM pg_temp.holds(to_jsonb(a.t), '$vgte', to_jsonb(b.t))
	OR (a.n = b.n) IS DISTINCT FROM pg_temp.holds(to_jsonb(a.t), '$veq', to_jsonb(b.t))
	OR (a.n <> b.n) IS DISTINCT FROM pg_temp.holds(to_jsonb(a.t), '$vne', to_jsonb(b.t))) AS wrong
FROM v a, v b;
SELECT value, pg_temp.holds(to_jsonb(value), '$veq', '"1.2.0"')
FROM unnest(ARRAY['1.2', 'v1.2.0', '1.2.0+build.01', '1.2.0-0', '01.2.0', '1.2.0.0', '1.2.0-01', '1.2.0-', ' 1.2.0', 'V1.2.0', '']) AS value;
SELECT literal, pg_temp.taken('$vgt', literal)
FROM unnest(ARRAY['"v1.2.3-rc.1+b"', '"1"', '"1.2.3.4"', '"1.02"', '"latest"', '1.2']) AS literal;

-- Networks: host bits refused, IPv4-mapped is IPv4, families do not mix.
SELECT value, networks, pg_temp.holds(to_jsonb(value), '$cidr', networks::jsonb)
FROM (VALUES
	('10.1.2.3', '["10.0.0.0/8"]'),
	('11.1.2.3', '["10.0.0.0/8", "11.1.2.3"]'),
	('::ffff:10.1.2.3', '["10.0.0.0/8"]'),
	('10.1.2.3', '["::ffff:10.0.0.0/104"]'),
	('10.1.2.3', '["::/0"]'),
	('2001:db8:1::1', '["2001:db8::/32"]'),
	('2001:db9::1', '["2001:db8::/32"]'),
	('192.168.1.129', '["192.168.1.128/25"]'),
	('192.168.1.127', '["192.168.1.128/25"]'),
	('1.2.3.4', '["0.0.0.0/0"]'),
	('010.1.2.3', '["10.0.0.0/8"]'),
	('10.1.2.3/32', '["10.0.0.0/8"]'),
	('fe80::1%eth0', '["fe80::/10"]'),
	('host', '["0.0.0.0/0"]')) AS t (value, networks);
SELECT literal, pg_temp.taken('$cidr', literal)
FROM unnest(ARRAY['["10.0.0.0/8"]', '["10.0.0.1/8"]', '["10.0.0.0/33"]', '["10.0.0.0/08"]', '["2001:db8::1/32"]', '["10.0.0/8"]', '["x"]', '[1]']) AS literal;

-- Patterns are PostgreSQL's in collation "C": classes and folding know ASCII only.
SELECT value, operator, pattern, pg_temp.holds(to_jsonb(value), operator, to_jsonb(pattern))
FROM (VALUES
	('Hello', '$regex', '^h'),
	('Hello', '$regexi', '^h'),
	('Hello', '$regex', '(?i)^h'),
	('a.b', '$regex', '***=a.b'),
	('axb', '$regex', '***=a.b'),
	(U&'\00E9', '$regex', '^\w$'),
	(U&'\00C9', '$regexi', U&'\00E9'),
	(U&'\00C9x', '$containsi', 'X'),
	(U&'\00C9x', '$eqi', U&'\00E9x'),
	('', '$regex', '^$')) AS t (value, operator, pattern);
SELECT left(pattern, 30) AS pattern, pg_temp.taken('$regex', to_json(pattern)::text)
FROM unnest(ARRAY['(', '[z-a]', 'a{256}', '\', '(a)\1', '(?b)\(a\)\1', '(?=(.{255}){200})x', '((a{255}){255}){255}', '(.{0,255}){20}']) AS pattern;
SELECT pg_temp.taken('$regex', to_json(repeat('x', 1024))::text) LIKE '{%' AS taken, pg_temp.taken('$regex', to_json(repeat('x', 1025))::text);
-- More patterns than are kept compiled, again and again.
SELECT count(*) AS tests, count(*) FILTER (WHERE pg_temp.holds(to_jsonb(i::text), '$regex', to_jsonb(format('^%s$', i % 100)))) AS hits
FROM generate_series(1, 400) AS i;
-- A long needle in a long text takes no more than linear time.
SELECT jsonb_build_object('x', repeat('a', 400000)) ~ jsonb_build_object('x', jsonb_build_object('$containsi', repeat('a', 80000) || 'b'))::text::metadata_condition AS contains;

-- Buckets are those of the published vectors of GrowthBook's hash, version 2:
-- in when the share is a hundredth of a percent above the bucket, out at it.
SELECT seed, user_id, expect,
	matches('{}', user_id, jsonb_build_object('$rollout', jsonb_build_object('seed', seed, 'percent', expect * 100 + 0.01))::metadata_condition) AS above,
	matches('{}', user_id, jsonb_build_object('$rollout', jsonb_build_object('seed', seed, 'percent', expect * 100))::metadata_condition) AS at_it
FROM (VALUES
	('seed', 'a', 0.0505),
	('seed', 'b', 0.2696),
	('foo', 'ab', 0.2575),
	('foo', 'def', 0.2019),
	('89123klj', '8952klfjas09ujkasdf', 0.124),
	('90850943850283058242805', '123', 0.7516),
	('()**(%$##$%#$#', '___)((*":&', 0.0128)) AS v (seed, user_id, expect);
-- Raising the share never removes a user, and the shares are what they say.
SELECT percent, count(*) FILTER (WHERE inside) BETWEEN percent * 95 AND percent * 105 AS about_right, bool_and(inside OR NOT before) AS nobody_removed
FROM (SELECT percent, u, inside, coalesce(lag(inside) OVER (PARTITION BY u ORDER BY percent), false) AS before
	FROM (SELECT percent, u, matches('{}', 'user' || u, jsonb_build_object('$rollout', jsonb_build_object('percent', percent))::metadata_condition) AS inside
		FROM generate_series(1, 10000) AS u, unnest(ARRAY[0, 25, 50, 75, 100]) AS percent) AS s) AS s
GROUP BY percent ORDER BY percent;

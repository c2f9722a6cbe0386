-- What test/growthbook asks of its cases: tables eval and hash hold a line of JSON a row.
SET client_min_messages = warning;
CREATE EXTENSION workflow_perms;
SET search_path = public, workflow_perms;

-- The cases that differ, and the rule of the spec that makes them so.
CREATE TEMP TABLE differs (name text PRIMARY KEY, rule text NOT NULL);
INSERT INTO differs VALUES
	('$groups - match', '2.1: a key that starts with $ cannot be reached; unknown operators are refused by name'),
	('missing attribute with comparison operators', '2.2: an absent path is NULL for every operator'),
	('comparing numbers and strings', '2.2: no coercion; an ordering operator on another type is NULL'),
	('comparing numbers and strings - v2', '2.2: no coercion; an ordering operator on another type is NULL'),
	('empty $or - pass', '2.2: empty lists are refused at input'),
	('empty $and - pass', '2.2: empty lists are refused at input'),
	('version a.b.c.d.e.f > 1.2.3', '2.1: semantic versions; 2.2: a version that does not parse is NULL'),
	('version 1-2-3 == 1.2.3', '2.1: SemVer 2.0: what follows the hyphen is a pre-release'),
	('version 1-2-3 == 1-2.3+build99', '2.1: SemVer 2.0: what follows the hyphen is a pre-release'),
	('version 1-2-3 == v1.2.3', '2.1: SemVer 2.0: what follows the hyphen is a pre-release'),
	('version 1.2.3.4 == 1.2.3-4', '2.1: at most three numeric parts; 2.2: a version that does not parse is NULL'),
	('$inGroup passes for member of known group id', '2.1: $inGroup is refused'),
	('$inGroup passes for properly typed data', '2.1: $inGroup is refused'),
	('$notInGroup passes for non-member of known group id', '2.1: $notInGroup is refused'),
	('$notInGroup passes for unknown group id', '2.1: $notInGroup is refused');

-- true, false or unknown; or why it is refused, which grants nothing either.
CREATE FUNCTION pg_temp.ask(condition jsonb, metadata jsonb) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN coalesce((metadata ~ condition::text::metadata_condition)::text, 'unknown');
EXCEPTION WHEN OTHERS THEN
	RETURN sqlerrm;
END
$$;
CREATE TEMP TABLE asked AS
	SELECT doc ->> 'name' AS name, (doc ->> 'expect')::boolean AS expected, pg_temp.ask(doc -> 'condition', doc -> 'metadata') AS result FROM eval;
CREATE TEMP TABLE differing AS
	SELECT name, expected, result FROM asked WHERE (result = 'true') <> expected;

SELECT name AS "differs", result, rule FROM differing JOIN differs USING (name) ORDER BY rule, name;

DO $$
DECLARE
	cases int := (SELECT count(*) FROM asked);
	listed int := (SELECT count(*) FROM differs);
	vectors int;
	wrong text;
BEGIN
	IF cases < 248 THEN
		RAISE 'only % of 248 cases', cases;
	ELSIF listed > 20 THEN
		RAISE '% cases are listed as different, more than 20', listed;
	END IF;
	SELECT string_agg(format('%s: expected %s, got %s', name, expected, result), E'\n') INTO wrong
		FROM differing WHERE name NOT IN (SELECT name FROM differs);
	IF wrong IS NOT NULL THEN
		RAISE E'cases differ that are not listed:\n%', wrong;
	END IF;
	SELECT string_agg(name, E'\n') INTO wrong FROM differs WHERE name NOT IN (SELECT name FROM differing);
	IF wrong IS NOT NULL THEN
		RAISE E'cases are listed that do not differ:\n%', wrong;
	END IF;

	-- A hash of 0.0505 is bucket 505: in at 5.06 percent, out at 5.05.
	SELECT count(*), string_agg(doc::text, E'\n') FILTER (WHERE
			NOT matches('{}', doc ->> 'value', jsonb_build_object('$rollout', jsonb_build_object('seed', doc -> 'seed', 'percent', (doc ->> 'expect')::numeric * 100 + 0.01))::metadata_condition)
			OR matches('{}', doc ->> 'value', jsonb_build_object('$rollout', jsonb_build_object('seed', doc -> 'seed', 'percent', (doc ->> 'expect')::numeric * 100))::metadata_condition))
		INTO vectors, wrong
		FROM hash WHERE (doc ->> 'version')::int = 2;
	IF vectors < 7 THEN
		RAISE 'only % of 7 hash vectors', vectors;
	ELSIF wrong IS NOT NULL THEN
		RAISE E'hash vectors differ:\n%', wrong;
	END IF;
END
$$;
SELECT format('%s cases: %s as GrowthBook, %s differ as listed; %s hash vectors of version 2',
	(SELECT count(*) FROM asked), (SELECT count(*) FROM asked) - (SELECT count(*) FROM differing), (SELECT count(*) FROM differing), (SELECT count(*) FROM hash WHERE (doc ->> 'version')::int = 2)) AS growthbook;

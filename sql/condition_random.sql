-- One million random pairs of metadata and condition: ~ answers true, false or
-- NULL and never raises, whatever was read; and what was mutilated is refused
-- when it is read, with an error of the classes 22 or 54 or a datatype mismatch,
-- or read as something else.
SET search_path = workflow_perms, pg_catalog;
SELECT setseed(0.25);

\getenv srcdir PG_ABS_SRCDIR
\set random_conditions :srcdir '/test/random_conditions.sql'
\set ECHO none
\i :random_conditions
\set ECHO all

-- NULL for what is refused; any error of another class ends the test.
CREATE FUNCTION pg_temp.read(condition text) RETURNS metadata_condition LANGUAGE plpgsql AS $$
BEGIN
	RETURN condition::workflow_perms.metadata_condition;
EXCEPTION WHEN OTHERS THEN
	IF SQLSTATE NOT IN ('22P02', '22023', '54000') THEN
		RAISE;
	END IF;
	RETURN NULL;
END $$;

-- Mostly objects that have most of the keys.
CREATE TEMP TABLE metadata AS
	SELECT CASE WHEN i % 10 = 0 THEN pg_temp.some_value(2)::jsonb ELSE
		(SELECT jsonb_object_agg(k, pg_temp.some_value(2 + i * 0)::jsonb) FROM unnest(ARRAY['a', 'b', 'c', 'plan']) AS k WHERE random() + i * 0 < 0.9) END AS m
	FROM generate_series(1, 1000) AS i;
UPDATE metadata SET m = '{}' WHERE m IS NULL;
-- Every fifth loses one character, gets one more, or has two exchanged.
CREATE TEMP TABLE written AS
	SELECT CASE i % 15
			WHEN 0 THEN overlay(t PLACING '' FROM at FOR 1)
			WHEN 5 THEN overlay(t PLACING pg_temp.pick(ARRAY['$', '"', '{', '}', '[', ']', ',', ':', '0', 'e', '\', ' ']) FROM at FOR 0)
			WHEN 10 THEN overlay(t PLACING reverse(substr(t, at, 2)) FROM at FOR 2)
			ELSE t END AS t, i % 5 = 0 AS mutilated
	FROM (SELECT i, t, 1 + floor(random() * length(t))::int AS at
			FROM (SELECT i, pg_temp.some_condition(3 + i * 0) AS t FROM generate_series(1, 1400) AS i) AS s OFFSET 0) AS s;
CREATE TEMP TABLE conditions AS SELECT mutilated, t, pg_temp.read(t) AS c FROM written;

-- Some of the mutilated are refused, hardly any other.
SELECT mutilated, count(*) AS written, count(c) > 0 AS some_read, count(c) < count(*) AS some_refused, count(c) > count(*) * 0.8 AS most_read
FROM conditions GROUP BY mutilated ORDER BY mutilated;
-- What was read prints as what reads as the same.
SELECT count(*) AS differ FROM conditions WHERE c <> c::text::metadata_condition OR md5(c::text) <> md5(c::text::metadata_condition::text);

SELECT count(*) >= 1000000 AS a_million, count(*) FILTER (WHERE r) > 50000 AS many_true, count(*) FILTER (WHERE NOT r) > 50000 AS many_false,
	count(*) FILTER (WHERE r IS NULL) > 50000 AS many_unknown
FROM (SELECT m ~ c AS r FROM metadata, conditions WHERE c IS NOT NULL) AS s;
-- With the user known, negation turns every answer round.
SELECT count(*) AS wrong FROM (SELECT m, c, pg_temp.read('{"$not": ' || c || '}') AS n FROM metadata TABLESAMPLE SYSTEM (100), conditions
	WHERE c IS NOT NULL AND random() < 0.01) AS s
WHERE matches(m, 'u1', c) IS DISTINCT FROM NOT matches(m, 'u1', n);

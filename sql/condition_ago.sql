-- Relative instants, {"$ago": duration}: input, output, words, paths; what they are reckoned to be;
-- NULL where no time is known; and no index leaves out what they may let in (spec 2.1).
SET search_path = workflow_perms, public;
SET TimeZone = 'UTC';
SET DateStyle = ISO;

-- One spelling of each length; what it says; equal conditions are equal, and have equal hashes.
CREATE TEMP TABLE spelt AS SELECT n, written, ('{"x": {"$after": {"$ago": "' || written || '"}}}')::metadata_condition AS c
	FROM unnest(ARRAY['P30D', '-P30D', 'P1W', 'P7D', 'PT168H', 'P1Y', 'P12M', 'P14M', 'PT1M', 'P1M', 'PT90S', 'PT1.50S', 'PT1,5S', 'PT0.000000001S', '-PT0.5S', 'P0D', '-P0Y', 'PT0S', 'PT0.0S', 'P1Y2M3W4DT5H6M7.25S',
		'-P1YT1S', 'P1MT1M', 'PT25H61M61S', 'P030D', 'P1DT0S', 'P99999999999999D', '-P768614336404564650Y', 'P0M1D']) WITH ORDINALITY AS w (written, n);
SELECT written, c, describe(c) FROM spelt ORDER BY n;
SELECT string_agg(written, ' = ' ORDER BY n) AS equal, count(DISTINCT metadata_condition_hash(c)) AS hashes, count(DISTINCT c::text) AS texts FROM spelt GROUP BY c HAVING count(*) > 1 ORDER BY min(n);
SELECT count(*) AS spellings, count(*) FILTER (WHERE c::text::metadata_condition = c AND c::jsonb::metadata_condition = c) AS round_trips FROM spelt;
SELECT describe('{"$or": [{"a": {"$not": {"$before": {"$ago": "P1DT12H"}}, "$at": {"$ago": "-P2M"}}}, {"b": {"$elemMatch": {"c": {"$after": {"$ago": "PT0S"}}}}}]}');
SELECT * FROM condition_paths('{"a": {"$after": {"$ago": "P1D"}}, "b": {"$elemMatch": {"c": {"$at": {"$ago": "P1D"}}}}, "$userId": {"$before": {"$ago": "P1D"}}}');

-- Durations that are none; places that are none. Each is 22023, with a hint.
CREATE FUNCTION pg_temp.refused(written text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	hint text;
BEGIN
	RETURN 'taken: ' || written::workflow_perms.metadata_condition;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN concat_ws(' ', SQLSTATE, SQLERRM, '|', left(hint, 40));
END
$$;
SELECT duration, pg_temp.refused('{"x": {"$after": {"$ago": ' || to_json(duration) || '}}}') FROM unnest(ARRAY['', 'P', '-P', '-', 'PT', 'P1DT', 'P1', '30D', 'p30d', 'P30d', '+P30D', '--P30D', 'P-30D', 'P+30D', 'P1D2M', 'P1M1Y', 'P1H', 'PT1D', 'PT1S1M', 'PT1H1H', 'P1D1D', 'P1DT1HT1M',
	'P1.5D', 'PT1.5H', 'PT1.S', 'PT.5S', 'PT1.5.5S', 'PT1.0000000001S', 'PT1.5', ' P30D', 'P30D ', 'P 30D', 'P3٣D', 'P1X', 'P1Y-2M', '30 days', 'P9223372036854775807D', 'P768614336404564651Y', 'P1000000000000000000D', 'P106751991167301DT23H', 'P0000000000000000001D', '2024-01-01', E'P30D\n']) AS duration;
SELECT written, pg_temp.refused(written) FROM unnest(ARRAY[
	'{"$ago": "P30D"}', '{"x": {"$ago": "P30D"}}', '{"x": {"$gt": {"$ago": "P30D"}}}', '{"x": {"$eq": {"$ago": "P30D"}}}', '{"x": {"$ne": {"$ago": "P30D"}}}', '{"x": {"a": {"$ago": "P30D"}}}', '{"x": [{"$ago": "P30D"}]}',
	'{"x": {"$in": [{"$ago": "P30D"}]}}', '{"x": {"$in": {"$ago": "P30D"}}}', '{"x": {"$contains": {"$ago": "P30D"}}}', '{"x": {"$regex": {"$ago": "P30D"}}}', '{"x": {"$vgt": {"$ago": "P30D"}}}', '{"x": {"$cidr": {"$ago": "P30D"}}}',
	'{"x": {"$exists": {"$ago": "P30D"}}}', '{"x": {"$type": {"$ago": "P30D"}}}', '{"x": {"$size": {"$ago": "P30D"}}}', '{"x": {"$not": {"$ago": "P30D"}}}', '{"x": {"$elemMatch": {"$ago": "P30D"}}}', '{"x": {"$eqi": {"$ago": "P30D"}}}', '{"x": {"$all": [{"$ago": "P30D"}]}}',
	'{"$and": [{"$ago": "P30D"}]}', '{"$or": {"$ago": "P30D"}}', '{"$not": {"$ago": "P30D"}}', '{"$userId": {"$ago": "P30D"}}', '{"$rollout": {"$ago": "P30D"}}', '{"$rollout": {"percent": {"$ago": "P30D"}}}',
	'{"x": {"$after": {"$ago": {"$ago": "P30D"}}}}', '{"x": {"$after": [{"$ago": "P30D"}]}}', '{"x": {"$after": {"$ago": "P30D", "$from": 1}}}', '{"x": {"$after": {"$ago": "P30D", "$ago": "P1D"}}}', '{"x": {"$after": {"$ago": 30}}}', '{"x": {"$after": {"$ago": null}}}',
	'{"x": {"$after": {}}}', '{"x": {"$after": {"$Ago": "P30D"}}}', '{"x": {"$ago": "P30D", "$after": 1}}', '{"$ago.x": 1}', '{"x.$ago": 1}']) AS written;
\set VERBOSITY default
SELECT '{"x": {"$after": {"$ago": "30 days"}}}'::metadata_condition;
SELECT '{"x": {"$gte": {"$ago": "P30D"}}}'::metadata_condition;
\set VERBOSITY terse

-- No time is known: NULL, however it is combined; the rest is as it is.
SELECT c, '{"x": "2020-01-01", "l": ["2020-01-01"], "e": []}' ~ c::metadata_condition AS is, c::metadata_condition ~ '{"x": "2020-01-01", "l": ["2020-01-01"], "e": []}' AS commuted,
	matches('{"x": "2020-01-01", "l": ["2020-01-01"], "e": []}', 'u', c::metadata_condition) AS matches
FROM unnest(ARRAY['{"x": {"$after": {"$ago": "P30D"}}}', '{"x": {"$before": {"$ago": "P30D"}}}', '{"x": {"$at": {"$ago": "P30D"}}}', '{"$not": {"x": {"$after": {"$ago": "P30D"}}}}', '{"$nor": [{"x": {"$after": {"$ago": "P30D"}}}]}', '{"x": {"$not": {"$before": {"$ago": "P30D"}}}}',
	'{"$or": [{"x": {"$after": {"$ago": "P30D"}}}, {"x": {"$exists": true}}]}', '{"$or": [{"x": {"$after": {"$ago": "P30D"}}}, {"x": {"$exists": false}}]}', '{"x": {"$after": {"$ago": "P30D"}}, "l": {"$exists": false}}', '{"l": {"$before": {"$ago": "P30D"}}}', '{"l": {"$elemMatch": {"$before": {"$ago": "P30D"}}}}',
	'{"e": {"$before": {"$ago": "P30D"}}}', '{"y": {"$before": {"$ago": "P30D"}}}', '{"x": {"$before": {"$ago": "-P30D"}, "$after": "2000-01-01"}}']) AS c;

-- What it is reckoned to be: what PostgreSQL makes of time - interval, which takes months first, and
-- a day that the month has not for its last one; exact to the microsecond.
SET IntervalStyle = iso_8601;
CREATE FUNCTION pg_temp.at(x jsonb, ago text, at timestamptz, operator text DEFAULT '$at') RETURNS boolean LANGUAGE sql AS
	$$ SELECT _matches_at(jsonb_build_object('x', x), NULL, jsonb_build_object('x', jsonb_build_object(operator, jsonb_build_object('$ago', ago)))::metadata_condition, at) $$;
SELECT setseed(0.5);
CREATE TEMP TABLE reckoned AS
	SELECT at, span, ahead, CASE WHEN ahead THEN at + span ELSE at - span END AS there
	FROM (SELECT timestamptz '0101-01-01' + random() * interval '9799 years' AS at, i % 2 = 0 AS ahead,
			CASE WHEN i % 3 = 0 THEN interval '0' ELSE make_interval(months => (random() * CASE WHEN i % 7 = 0 THEN 36000 ELSE 30 END)::int) END
			+ CASE WHEN i % 5 = 0 THEN interval '0' ELSE make_interval(days => (random() * 400)::int, secs => round((random() * 1e5)::numeric, 6)) END AS span
		FROM generate_series(1, 6000) AS i) AS s;
INSERT INTO reckoned SELECT d, make_interval(months => m), false, d - make_interval(months => m) FROM generate_series(timestamptz '2023-12-28 12:00', '2024-03-31 12:00', '1 day') AS d, generate_series(-13, 13) AS m WHERE m >= 0;
SELECT count(*) > 2000 AS many, count(*) FILTER (WHERE pg_temp.at(to_jsonb(there), concat(CASE WHEN ahead THEN '-' END, span), at)) = count(*) AS equal,
	count(*) FILTER (WHERE pg_temp.at(to_jsonb(there + interval '1 microsecond'), concat(CASE WHEN ahead THEN '-' END, span), at, '$after')) = count(*) AS after_it,
	count(*) FILTER (WHERE pg_temp.at(to_jsonb(there - interval '1 microsecond'), concat(CASE WHEN ahead THEN '-' END, span), at, '$before')) = count(*) AS before_it
FROM reckoned WHERE there BETWEEN '0001-01-02' AND '9999-12-30';
-- Beyond the years 1 to 9999, either side, and where no time is known, it is NULL.
SELECT count(*) > 50 AS many, count(pg_temp.at('"2024-01-01"', concat(CASE WHEN ahead THEN '-' END, span), at)) AS known FROM reckoned WHERE there NOT BETWEEN '0001-01-01' AND '9999-12-31 23:59:59.999999';
SELECT at, ago, there, pg_temp.at(there, ago, at) AS at_it FROM (VALUES
	('2024-03-31 10:00Z'::timestamptz, 'P1M', '"2024-02-29T10:00Z"'::jsonb), ('2023-03-31 10:00Z', 'P1M', '"2023-02-28T10:00Z"'), ('2024-02-29 10:00Z', 'P1Y', '"2023-02-28T10:00Z"'), ('2024-02-29 10:00Z', '-P4Y', '"2028-02-29T10:00Z"'), ('2024-03-31 10:00Z', 'P1M1D', '"2024-02-28T10:00Z"'),
	('1969-12-31 23:59:59.9Z', 'PT0.9S', '"1969-12-31T23:59:59Z"'), ('1970-01-01 00:00:00Z', 'PT0.000000001S', '"1969-12-31T23:59:59.999999999Z"'), ('1970-01-01 00:00:00Z', '-PT0.000000001S', '0.000001'), ('2024-01-01', 'P1D', '1703980800000'),
	('0001-01-01 00:00Z', 'PT0S', '"0001-01-01"'), ('0001-01-01 00:00Z', 'PT0.000000001S', '"0001-01-01"'), ('0001-02-01 00:00Z', 'P1M', '"0001-01-01"'), ('0001-01-31 00:00Z', 'P1M', '"0001-01-01"'), ('9999-12-31 23:59:59Z', '-PT0.999999999S', '"9999-12-31T23:59:59.999999999Z"'), ('9999-12-31 23:59:59Z', '-PT1S', '"9999-12-31"'), ('9999-12-01', '-P1M', '"9999-12-31"'),
	('10000-01-01', 'P1D', '"9999-12-31"'), ('0001-01-01 BC', '-P1Y', '"0001-01-01"'), ('2024-01-01', 'P99999999999999D', '"2024-01-01"'), ('2024-01-01', '-P99999999999999D', '"2024-01-01"'), ('2024-01-01', 'P768614336404564650Y', '"2024-01-01"'), ('2024-01-01', '-P768614336404564650Y', '"2024-01-01"'),
	('infinity', 'P1D', '"2024-01-01"'), ('-infinity', 'P1D', '"2024-01-01"'), (NULL, 'P1D', '"2024-01-01"')) AS v (at, ago, there);
-- The time zone of the session changes nothing: months go by the calendar in UTC.
SET TimeZone = 'Pacific/Kiritimati';
SELECT pg_temp.at('"2024-02-29T23:30Z"', 'P1M', '2024-03-31 23:30Z'), pg_temp.at('"2024-02-29T23:30Z"', 'P1M', '2024-03-31 23:30Z', '$after');
RESET TimeZone;

-- Indexes: each row for which the condition may hold at some time is a candidate, below negations
-- too; `~`, which knows no time, finds by them what it finds without.
CREATE TABLE ago_people (id int GENERATED ALWAYS AS IDENTITY, metadata jsonb);
CREATE TABLE ago_conditions (id int GENERATED ALWAYS AS IDENTITY, condition metadata_condition);
INSERT INTO ago_people (metadata) SELECT jsonb_build_object('since', to_jsonb(timestamptz '2024-01-01Z' + i * interval '7 days'), 'plan', (ARRAY['pro', 'free', 'team'])[1 + i % 3]) FROM generate_series(0, 199) AS i;
INSERT INTO ago_people (metadata) VALUES ('{}'), ('{"since": null}'), ('{"since": []}'), ('{"since": ["2024-01-01", "2027-01-01"]}'), ('{"since": "never"}'), ('{"since": 1704067200000, "plan": "pro"}'), ('[]'), ('5');
INSERT INTO ago_conditions (condition) SELECT format(f, ago)::metadata_condition
	FROM unnest(ARRAY['{"since": {"$after": {"$ago": "%s"}}}', '{"$not": {"since": {"$after": {"$ago": "%s"}}}}', '{"$nor": [{"since": {"$before": {"$ago": "%s"}}}, {"plan": "free"}]}', '{"$or": [{"since": {"$before": {"$ago": "%s"}}}, {"plan": "pro"}]}',
		'{"since": {"$not": {"$before": {"$ago": "%s"}}}, "plan": {"$in": ["pro", "team"]}}', '{"plan": "pro", "since": {"$after": {"$ago": "%s"}}}', '{"since": {"$elemMatch": {"$after": {"$ago": "%s"}}}}', '{"$userId": "u1", "since": {"$after": {"$ago": "%s"}}}',
		'{"$or": [{"plan": "free"}, {"$not": {"$or": [{"since": {"$at": {"$ago": "%s"}}}, {"plan": "team"}]}}]}']) AS f, unnest(ARRAY['P30D', 'P1Y', '-P6M', 'PT0S', 'P20000Y']) AS ago;
CREATE INDEX ago_people_gin ON ago_people USING gin (metadata metadata_ops);
CREATE INDEX ago_conditions_gin ON ago_conditions USING gin (condition);
ANALYZE ago_people, ago_conditions;
CREATE TEMP TABLE ago_holds AS SELECT p.id AS person, c.id AS condition, bool_or(p.metadata @~ c.condition) AS may
	FROM ago_people p, ago_conditions c, unnest(ARRAY[timestamptz '2024-01-31Z', '2025-06-01Z', '2026-06-01Z', '2027-11-01Z']) AS at WHERE _matches_at(p.metadata, 'u1', c.condition, at) GROUP BY 1, 2;
SELECT count(*) > 2000 AS many, count(*) < (SELECT count(*) FROM ago_people, ago_conditions) AS not_all, count(*) FILTER (WHERE NOT may) AS missed FROM ago_holds;
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT count(*) FROM ago_people p WHERE p.metadata @~ '{"plan": "pro", "since": {"$after": {"$ago": "P30D"}}}';
SET enable_seqscan = on;
CREATE FUNCTION pg_temp.found(query text, indexed boolean) RETURNS int[] LANGUAGE plpgsql AS $$
DECLARE
	found int[];
BEGIN
	PERFORM set_config('enable_seqscan', (NOT indexed)::text, true), set_config('enable_bitmapscan', indexed::text, true);
	EXECUTE format('SELECT array_agg(id ORDER BY id) FROM (%s) s', query) INTO found;
	RETURN coalesce(found, '{}');
END
$$;
SELECT 'metadata' AS of, count(*) AS asked, count(*) FILTER (WHERE NOT pg_temp.found(format('SELECT id FROM ago_people WHERE metadata @~ %L', c.condition), true) @> h.found) AS missed,
	count(*) FILTER (WHERE pg_temp.found(format('SELECT id FROM ago_people WHERE metadata ~ %L', c.condition), true) <> pg_temp.found(format('SELECT id FROM ago_people WHERE metadata ~ %L', c.condition), false)) AS different
	FROM ago_conditions c, LATERAL (SELECT coalesce(array_agg(person), '{}') AS found FROM ago_holds WHERE condition = c.id) AS h
UNION ALL SELECT 'conditions', count(*), count(*) FILTER (WHERE NOT pg_temp.found(format('SELECT id FROM ago_conditions WHERE condition ~@ %L', p.metadata), true) @> h.found),
	count(*) FILTER (WHERE pg_temp.found(format('SELECT id FROM ago_conditions WHERE condition ~ %L', p.metadata), true) <> pg_temp.found(format('SELECT id FROM ago_conditions WHERE condition ~ %L', p.metadata), false))
	FROM ago_people p, LATERAL (SELECT coalesce(array_agg(condition), '{}') AS found FROM ago_holds WHERE person = p.id) AS h;
DROP TABLE ago_people, ago_conditions;

-- What PostgreSQL prints for a timestamptz is read as that very instant, whatever the time
-- zone, in text and in jsonb; years 1 to 9999 (spec 2.1).
SET search_path = workflow_perms, public;
SET DateStyle = ISO;

-- Whether that text is that instant: at it, and neither before nor after.
CREATE FUNCTION pg_temp.is_instant(written jsonb, microseconds numeric) RETURNS text LANGUAGE sql AS $$
	SELECT concat_ws(' ', document ~ jsonb_build_object('x', jsonb_build_object('$at', m))::metadata_condition,
			document ~ jsonb_build_object('x', jsonb_build_object('$after', m))::metadata_condition,
			document ~ jsonb_build_object('x', jsonb_build_object('$before', m))::metadata_condition,
			-- as a literal it says the same
			jsonb_build_object('x', m) ~ jsonb_build_object('x', jsonb_build_object('$at', written))::metadata_condition)
	FROM (SELECT jsonb_build_object('x', written), microseconds / 1000) AS s (document, m)
$$;
SELECT setseed(0.25);
CREATE TEMP TABLE instants AS
	SELECT CASE WHEN i % 2 = 0 THEN timestamptz '0002-01-01 00:00:00+00' + random() * interval '9990 years' ELSE timestamptz '1970-01-01 00:00:00+00' + random() * interval '70 years' END AS at
	FROM generate_series(1, 300) AS i;
UPDATE instants SET at = date_trunc(trunc_to, at) FROM (SELECT ctid AS row, (ARRAY['second', 'minute', 'hour', 'microseconds', 'milliseconds'])[1 + row_number() OVER () % 5] AS trunc_to FROM instants) s WHERE ctid = row;
CREATE TEMP TABLE printed (zone text, at timestamptz, written jsonb);
DO $$
DECLARE
	zone text;
BEGIN
	FOREACH zone IN ARRAY ARRAY['UTC', 'Europe/Berlin', 'America/New_York', 'America/St_Johns', 'Asia/Kathmandu', 'Asia/Kolkata', 'Pacific/Kiritimati', 'Pacific/Marquesas', 'Africa/Monrovia', 'Australia/Lord_Howe', '<+0130>-01:30', '<-1545>+15:45:10'] LOOP
		PERFORM set_config('TimeZone', zone, true);
		INSERT INTO printed SELECT zone, at, to_jsonb(at) FROM instants UNION ALL SELECT zone, at, to_jsonb(at::text) FROM instants;
	END LOOP;
END
$$;
SET TimeZone = 'UTC';
SELECT count(*) AS printed, count(DISTINCT regexp_replace(written #>> '{}', '\d', '9', 'g')) > 15 AS many_forms FROM printed;
-- None may be listed.
SELECT zone, at, written, pg_temp.is_instant(written, extract(epoch FROM at) * 1000000) AS as_read FROM printed
	WHERE pg_temp.is_instant(written, extract(epoch FROM at) * 1000000) <> 't f f t' ORDER BY zone, at LIMIT 20;

-- The forms, one by one; what is none is NULL, and refused as a literal.
CREATE FUNCTION pg_temp.taken(written jsonb) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	PERFORM jsonb_build_object('x', jsonb_build_object('$at', written))::workflow_perms.metadata_condition;
	RETURN 'taken';
EXCEPTION WHEN invalid_parameter_value THEN
	RETURN 'refused';
END
$$;
SELECT written, to_timestamp(min(s)) AT TIME ZONE 'UTC' AS is, pg_temp.taken(to_jsonb(written)) AS literal
FROM unnest(ARRAY['2024-05-01 12:00:00+00', '2024-05-01 12:00+00', '2024-05-01T12:00', '2024-05-01 12:00', '2024-05-01T12:00Z', '2024-05-01 12:00:00+0530', '2024-05-01 12:00:00-05', '2024-05-01 12:00:00.5-0330', '2024-05-01 12:00:00+05:53:28',
	'0001-01-01', '0001-01-01 00:00:00+15', '9999-12-31 23:59:59-15:59:59', '2024-05-01 12:00:00+00 BC', '0000-12-31', '10000-01-01', '12024-05-01 12:00:00+00', '-0001-01-01', 'infinity', '-infinity', '2024-05-01 12', '2024-05-01 12+00', '2024-05-01 12:00:', '2024-05-01 12:00.5',
	'2024-05-01 12:00:00+', '2024-05-01 12:00:00+5', '2024-05-01 12:00:00+053', '2024-05-01 12:00:00+05:3', '2024-05-01 12:00:00+05:30:', '2024-05-01 12:00:00+053000', '2024-05-01 12:00:00+24', '2024-05-01 12:00:00+0560', '2024-05-01 12:00:00 +00', '2024-05-01  12:00:00', '2024-05-01 12:00:00Z+00', '2024-05-01+00', '2024-05-01Z']) WITH ORDINALITY AS w (written, n)
	LEFT JOIN LATERAL (SELECT extract(epoch FROM t) FROM (VALUES (timestamptz '2024-05-01 12:00:00+00'), ('2024-05-01 06:30:00+00'), ('2024-05-01 17:00:00+00'), ('2024-05-01 15:30:00.5+00'), ('2024-05-01 06:06:32+00'),
		('0001-01-01 00:00:00+00'), ('0001-01-01 00:00:00+15'), ('9999-12-31 23:59:59-15:59:59')) AS v (t)
		WHERE jsonb_build_object('x', written) ~ jsonb_build_object('x', jsonb_build_object('$at', extract(epoch FROM t) * 1000))::metadata_condition) AS f (s) ON true
GROUP BY n, written ORDER BY n;
SELECT written, jsonb_build_object('x', written) ~ '{"$or": [{"x": {"$before": 0}}, {"x": {"$not": {"$before": 0}}}]}' AS is_an_instant FROM unnest(ARRAY['2024-05-01 12:00:00+00 BC', '0000-12-31', '10000-01-01', 'infinity', '2024-05-01 12:00:00 +00']) AS written;
SELECT describe('{"x": {"$after": "2024-05-01 12:00:00+02"}}'), '{"x": {"$after": "2024-05-01 12:00:00+02"}}'::metadata_condition;

-- Text, binary and stored forms of a condition say the same: in(out(x)) is x byte by
-- byte, and what is received is checked as what is typed (spec 2.1).
SET search_path = public, workflow_perms;

CREATE TEMP TABLE io AS
	SELECT text::metadata_condition AS cond FROM (VALUES
		('{}'), ('{"a": null, "b": [1, {"s$": 2}], "c.d": {"$eq": {"x": [1e20, 1e-20, -0.5]}}}'::text),
		('{"$and": [{"z": 1}, {"a": 1}, {}], "$nor": [{"$not": {"$not": {}}}], "$or": [{"k": {"$regex": "a\\\\b\"\n", "$options": "i", "$ne": "\u0007é😀"}}], "$userId": {"$nin": ["x"]}, "$rollout": {"percent": 33.33, "seed": "é\t"}}'),
		('{"t": {"$at": "2026-01-01T00:00:00.123456789Z", "$before": 1e12, "$after": -1.5}, "v": {"$veq": "v1.2.3-rc.1+x", "$vne": "1", "$vgt": "0.0.0-0"}, "n": {"$cidr": ["::/0", "0.0.0.0/0", "10.1.2.3"]}}'),
		('{"e": {"$elemMatch": {"a": {"$elemMatch": {"$gt": 1, "$not": {"$eq": 5}}}, "$or": [{"b": {"$size": {"$gt": 2}}}, {"c": {"$empty": false, "$exists": true, "$type": "array", "$all": [1, "x"], "$alli": ["y"]}}]}}}'),
		('{"": "", "' || repeat('k', 500) || '": "' || repeat('v', 5000) || '"}'),
		('{"x": {"$in": [' || (SELECT string_agg(format('%s, "s%s"', i, i), ', ') FROM generate_series(1, 300) AS i) || ']}}')
	) AS t(text);
SELECT left(cond::text, 500) AS canonical FROM io;
-- None may be listed.
SELECT cond FROM io WHERE cond::text::metadata_condition <> cond OR cond::text::metadata_condition::text <> cond::text;
SELECT cond FROM io WHERE cond::jsonb::metadata_condition <> cond;
SELECT cond FROM io WHERE metadata_condition_send(cond) <> '\x01'::bytea || convert_to(cond::text, 'UTF8');

-- Binary input, by COPY of one row with one field: good frames and hostile ones.
CREATE FUNCTION pg_temp.receive(field bytea) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	frame bytea := '\x5047434f50590aff0d0a0000000000000000000001'::bytea || int4send(length(field)) || field || '\xffff';
	octal text;
	result text;
	hint text;
BEGIN
	SELECT string_agg(format('\%s%s%s', get_byte(frame, i) / 64, get_byte(frame, i) / 8 % 8, get_byte(frame, i) % 8), '' ORDER BY i)
		INTO octal FROM generate_series(0, length(frame) - 1) AS i;
	CREATE TEMP TABLE received (cond metadata_condition);
	EXECUTE format('COPY received FROM PROGRAM %L WITH (FORMAT binary)', format('printf ''%s''', octal));
	SELECT cond::text INTO result FROM received;
	DROP TABLE received;
	RETURN result;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN format('%s %s%s', sqlstate, sqlerrm, CASE WHEN hint = '' THEN ' (NO HINT)' END);
END
$$;
-- What is sent is received; none may be listed.
SELECT cond FROM io WHERE pg_temp.receive(metadata_condition_send(cond)) IS DISTINCT FROM cond::text;
SELECT frame, pg_temp.receive(frame) AS result FROM (VALUES
	('\x01'::bytea || convert_to('{"a": 1}', 'UTF8')),
	('\x01'::bytea || convert_to(' {"b": {"$eq": 1.0}, "a": 1} ', 'UTF8')),
	('\x'), ('\x01'), ('\x00'), ('\x02'::bytea || convert_to('{}', 'UTF8')), ('\xff'), ('{}'),
	('\x01'::bytea || convert_to('{"a": {"$regx": 1}}', 'UTF8')),
	('\x01'::bytea || convert_to('{"a": 1, "a": 2}', 'UTF8')),
	('\x01'::bytea || convert_to('{"a": 1', 'UTF8')),
	('\x01'::bytea || convert_to('{}', 'UTF8') || '\x00'),
	('\x01'::bytea || convert_to('{"a": "', 'UTF8') || '\xff2200'),
	('\x01'::bytea || convert_to('{"a": "', 'UTF8') || '\xc0807d'),
	('\x01'::bytea || '\x010000000000')
) AS t(frame);
-- Random bytes: an error, never anything else.
SELECT setseed(0.5);
SELECT count(*) AS frames, count(*) FILTER (WHERE result !~ '^(22P02|22023|54000) ') AS unexpected
FROM (SELECT pg_temp.receive((SELECT '\x01'::bytea || decode(string_agg(lpad(to_hex((random() * 255)::int), 2, '0'), ''), 'hex') FROM generate_series(1, 1 + i % 40))) AS result FROM generate_series(1, 200) AS i) AS r;

-- A large one is compressed or moved out, and evaluated all the same.
CREATE TEMP TABLE big (cond metadata_condition);
INSERT INTO big SELECT format('{"x": {"$in": [%s]}}', string_agg('"' || md5(i::text) || '"', ', '))::metadata_condition FROM generate_series(1, 5000) AS i;
SELECT pg_column_size(cond) > 100000 AS large, jsonb_build_object('x', md5('4711')) ~ cond AS hit, '{"x": "none"}' ~ cond AS miss FROM big;
SELECT attstorage FROM pg_attribute WHERE attrelid = 'big'::regclass AND attname = 'cond';

-- Casts between jsonb and conditions are for assignment.
CREATE TEMP TABLE assigned (cond metadata_condition, doc jsonb);
INSERT INTO assigned SELECT '{"b": 1, "a": {"$eq": 2}}'::jsonb, '{"b": 1, "a": {"$eq": 2}}'::metadata_condition;
SELECT * FROM assigned;
\set VERBOSITY terse
SELECT '{"a": {"$nope": 1}}'::jsonb::metadata_condition;
SELECT '[1]'::jsonb::metadata_condition;
SELECT NULL::metadata_condition IS NULL AS null_stays_null;

-- Whatever is wrong with a condition, its refusal is 22P02 (no JSON), 22023 (JSON, and no
-- condition) or 54000 (too much), names the place as a JSON path where the text has one,
-- and has a hint: by whichever way it comes in (spec 7).
SET search_path = public, workflow_perms;

-- Every operator that there is, as the hint to an unknown one names them.
CREATE FUNCTION pg_temp.operators() RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	hint text;
BEGIN
	PERFORM '{"a": {"$nope": 1}}'::metadata_condition;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN QUERY SELECT m[1] FROM regexp_matches(hint, '\$\w+', 'g') AS m;
END
$$;
SELECT count(*) AS operators FROM pg_temp.operators();

-- Each is given every kind of value; some of these are right for it.
CREATE TEMP TABLE given (value text);
INSERT INTO given VALUES ('null'), ('true'), ('1'), ('-1'), ('1.5'), ('1e200000'), ('"x"'), ('""'), ('"2026-02-30"'), ('"0000-01-01"'), ('"1.2.3.4"'), ('"10.0.0.1/8"'),
	('"(x"'), ('"(a)\\1"'), ('"\\b"'), ('"(?b)x"'), ('"nothing"'), ('[]'), ('[null]'), ('[1, null]'), ('[["x"]]'), ('[{"x": 1}]'), ('[{"$gt": 1}]'), ('["10.0.0.1/8"]'), ('[true]'),
	('{}'), ('{"x": 1}'), ('{"$nope": 1}'), ('{"$in": ["free"]}'), ('{"x": {"$in": ["free"]}}'), ('{"x": 1, "$gt": 1}'), ('{"x": 1, "x": 2}'), ('{"$gt": 1, "$gt": 2}'), ('{"$gt": null}'), ('{"$or": [{"x": 1}]}'),
	(repeat('[', 64) || repeat(']', 64));
CREATE TEMP TABLE bad (place text, literal text);
-- As an operand...
INSERT INTO bad SELECT format('a.%s', o), format('{"a": {"%s": %s}}', o, value) FROM pg_temp.operators() o, given;
-- ... further down...
INSERT INTO bad
	SELECT place || 'b.' || o, format(around, format('"b": {"%s": %s}', o, value))
	FROM pg_temp.operators() WITH ORDINALITY AS o (o, n), (SELECT *, row_number() OVER () AS m FROM given) AS g, (VALUES
		('$or[1].', '{"$or": [{"x": 1}, {%s}]}'), ('$not.', '{"$not": {%s}}'), ('a.$elemMatch.', '{"a": {"$elemMatch": {%s}}}'), ('$and[0].$nor[0].', '{"$and": [{"$nor": [{%s}]}]}')) AS p (place, around)
	WHERE (n + m) % 4 = 0;
INSERT INTO bad SELECT format('$userId.$not.%s', o), format('{"$userId": {"$not": {"%s": %s}}}', o, value) FROM pg_temp.operators() o, given;
-- ... in the place of a path, of an operator or of a value...
INSERT INTO bad SELECT o, format('{"%s": %s}', o, value) FROM unnest(ARRAY['$and', '$or', '$nor', '$not', '$rollout', '$userId', '$options', '$nope', '$gt', 'a', 'a.$b', 'a.b']) o, given;
INSERT INTO bad SELECT 'a.' || o, format('{"a": {"%s": %s, "$regex": "x"}}', o, value) FROM unnest(ARRAY['$options', '$or', '$userId', '$nope', 'x']) o, given;
INSERT INTO bad SELECT '$rollout.' || o, format('{"$rollout": {"%s": %s, "percent": 1}}', o, value) FROM unnest(ARRAY['percent', 'seed', 'x']) o, given;
-- ... and too much of it. The last have no place of their own: they are no JSON, or a whole that is too long.
INSERT INTO bad VALUES
	('$not', repeat('{"$not": ', 70) || '{}' || repeat('}', 70)),
	('$or[10000]', '{"$or": [' || repeat('{"a": 1}, ', 10000) || '{}]}'),
	('a.$in[', '{"a": {"$in": [' || repeat('1e100000, ', 11) || '1]}}');
INSERT INTO bad SELECT NULL, text FROM unnest(ARRAY['', ' ', '{', '{"a": 1', '{"a": 01}', '{a: 1}', '{"a": 1} x', '{"a": "\u0000"}', '{"a": "\ud800"}', '{"a": NaN}', '[]', 'null', '1', '"plan"', 'true',
	rpad('{"a": 1}', 1048577), '{"a": {"$in": [' || (SELECT string_agg(i::text, ',') FROM generate_series(1000000, 1125000) i) || ']}}', repeat('[', 100), repeat('{"a": [', 100000)]) AS text;

-- How one comes off by each way; NULL: it was taken.
CREATE TEMP TABLE kept (condition metadata_condition);
CREATE TEMP TABLE fates (way text, place text, literal text, state text, message text, hint text);
CREATE FUNCTION pg_temp.try(way text, place text, literal text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	frame bytea;
	octal text;
	state text;
	hint text;
BEGIN
	CASE way
		WHEN 'text' THEN PERFORM literal::workflow_perms.metadata_condition;
		WHEN 'assigned text' THEN INSERT INTO kept VALUES (literal);
		WHEN 'assigned varchar' THEN INSERT INTO kept VALUES (literal::varchar);
		WHEN 'json' THEN INSERT INTO kept VALUES (literal::json);
		WHEN 'jsonb' THEN PERFORM literal::jsonb::workflow_perms.metadata_condition;
		WHEN 'binary' THEN
			frame := '\x5047434f50590aff0d0a0000000000000000000001'::bytea || int4send(length(literal) + 1) || '\x01'::bytea || convert_to(literal, 'UTF8') || '\xffff';
			SELECT string_agg(format('\%s%s%s', get_byte(frame, i) / 64, get_byte(frame, i) / 8 % 8, get_byte(frame, i) % 8), '' ORDER BY i)
				INTO octal FROM generate_series(0, length(frame) - 1) AS i;
			EXECUTE format('COPY kept FROM PROGRAM %L WITH (FORMAT binary)', format('printf ''%s''', octal));
	END CASE;
	INSERT INTO fates VALUES (way, place, literal);
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	INSERT INTO fates VALUES (way, place, literal, sqlstate, sqlerrm, hint);
END
$$;
SELECT count(pg_temp.try('text', place, literal)) > 3000 AS many FROM bad;
-- By the other ways: what jsonb or json takes, and by the binary one a part of what is short.
CREATE FUNCTION pg_temp.is_json(literal text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	PERFORM literal::jsonb;
	RETURN true;
EXCEPTION WHEN OTHERS THEN
	RETURN false;
END
$$;
SELECT count(pg_temp.try(way, place, literal)) > 800 AS many FROM (SELECT *, row_number() OVER () AS n FROM bad) b, unnest(ARRAY['assigned text', 'assigned varchar', 'json', 'jsonb']) AS way
	WHERE n % 7 = 0 AND (way NOT IN ('json', 'jsonb') OR pg_temp.is_json(literal));
SELECT count(pg_temp.try('binary', place, literal)) > 80 AS many FROM (SELECT *, row_number() OVER () AS n FROM bad) b WHERE n % 40 = 0 AND length(literal) < 1000;
-- Softly, where the server can (16 and later): the same state, message and hint.
CREATE TEMP TABLE soft (place text, literal text, state text, message text, hint text);
DO $$
BEGIN
	IF current_setting('server_version_num')::int >= 160000 THEN
		EXECUTE 'INSERT INTO soft SELECT b.place, b.literal, e.sql_error_code, e.message, e.hint FROM bad b,'
			' LATERAL pg_catalog.pg_input_error_info(b.literal, ''workflow_perms.metadata_condition'') e';
	ELSE
		INSERT INTO soft SELECT place, literal, state, message, coalesce(hint, '') FROM fates WHERE way = 'text';
	END IF;
END
$$;
SELECT count(*) AS another_softly FROM soft s JOIN fates f ON f.way = 'text' AND f.literal = s.literal
	WHERE (f.state, f.message, f.hint) IS DISTINCT FROM (s.state, s.message, nullif(s.hint, '')) AND (f.state, f.message, coalesce(f.hint, '')) IS DISTINCT FROM (s.state, s.message, s.hint);

-- Each way refuses some, by each state where it can; what is refused by one is refused by all.
SELECT way, state, count(*) > 0 AS some FROM fates WHERE state IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2;
SELECT DISTINCT way, left(literal, 60) AS taken FROM fates f WHERE state IS NULL
	AND EXISTS (SELECT FROM fates t WHERE t.way = 'text' AND t.literal = f.literal AND t.state IS NOT NULL)
	-- jsonb has dropped keys that appear twice
	AND NOT (way = 'jsonb' AND EXISTS (SELECT FROM fates t WHERE t.way = 'text' AND t.literal = f.literal AND t.message ~ 'twice')) ORDER BY 1, 2;
-- None may be listed: another state, no hint, another place than where it is wrong.
SELECT DISTINCT state, left(message, 100) AS message, hint FROM fates
	WHERE state IS NOT NULL AND (state NOT IN ('22P02', '22023', '54000') OR coalesce(hint, '') = '' OR hint !~ '\.$'
		OR (place IS NOT NULL AND state <> '22P02' AND position('at ' || place IN message) = 0 AND message !~ 'nested more than|longer than'
			AND position('at ' || regexp_replace(place, '\.?[^.]*$', '') || ':' IN message) = 0))
	ORDER BY 1, 2 LIMIT 20;
-- The states mean what they say.
SELECT DISTINCT left(literal, 60) AS literal, message FROM fates WHERE state = '22P02' AND pg_temp.is_json(literal) ORDER BY 1 LIMIT 20;

-- Hostile frames.
CREATE FUNCTION pg_temp.receive(field bytea) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	frame bytea := '\x5047434f50590aff0d0a0000000000000000000001'::bytea || int4send(length(field)) || field || '\xffff';
	octal text;
	hint text;
BEGIN
	SELECT string_agg(format('\%s%s%s', get_byte(frame, i) / 64, get_byte(frame, i) / 8 % 8, get_byte(frame, i) % 8), '' ORDER BY i)
		INTO octal FROM generate_series(0, length(frame) - 1) AS i;
	EXECUTE format('COPY kept FROM PROGRAM %L WITH (FORMAT binary)', format('printf ''%s''', octal));
	RETURN 'taken';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN format('%s %s (%s)', sqlstate, sqlerrm, hint);
END
$$;
SELECT field, pg_temp.receive(field) FROM unnest(ARRAY['\x', '\x01', '\x00', '\x027b7d', '\x017b7d00', '\x017b2261223a22ff227d', '\x017b2261223a22c080227d']::bytea[]) AS field;

SET client_encoding = 'SQL_ASCII';
SELECT field, pg_temp.receive(field) FROM unnest(ARRAY['\x017b2261223a22ff227d', '\x017b7d00']::bytea[]) AS field;
RESET client_encoding;

-- Paragon's own form: whatever is wrong with it has a hint too.
CREATE TEMP TABLE trees (tree text);
INSERT INTO trees VALUES ('1'), ('[]'), ('{}'), ('null'), ('{"type": 1}'), ('{"type": "OTHER"}'), ('{"type": "OPERATOR"}'), ('{"type": "OPERATOR", "condition": 1}'),
	('{"type": "OPERATOR", "negate": true, "condition": {"operator": "$booleanTrue", "variable": "x"}}'), ('{"type": "OPERATOR", "condition": {"operator": "$booleanTrue"}}'),
	('{"type": "OPERATOR", "condition": {"variable": "x"}}'), ('{"type": "OPERATOR", "condition": {"operator": "$booleanTrue", "variable": "x", "negate": true}}'),
	('{"type": "JOIN", "join": "XOR", "conditions": []}'), ('{"type": "JOIN", "join": "AND", "conditions": []}'), ('{"type": "JOIN", "join": "AND"}'), ('{"type": "JOIN", "join": "AND", "conditions": [1]}'), ('{"type": "JOIN", "conditions": [{}]}'),
	('{"type": "JOIN", "join": "AND", "conditions": [{"type": "OPERATOR", "condition": {"operator": "$booleanTrue", "variable": "x"}}], "x": 1}');
INSERT INTO trees SELECT jsonb_build_object('type', 'OPERATOR', 'condition', jsonb_build_object('operator', o, 'variable', v, 'argument', a))::text
	FROM unnest(ARRAY['$stringContains', '$stringIsIn', '$stringIsNotIn', '$numberEquals', '$dateTimeAfter', '$booleanTrue', '$exists', '$none', '$eq', '']) o,
		unnest(ARRAY['x', '', '$or', '$userId', 'a.$b']) v, unnest(ARRAY['null', 'true', '1', '"x"', '""', '", ,"', '[]', '[""]', '["a", 1]', '[["a"]]', '{}']::jsonb[]) a;
INSERT INTO trees SELECT repeat('{"type": "JOIN", "join": "AND", "conditions": [', 100) || tree || repeat(']}', 100) FROM trees WHERE tree ~ '"argument": null, "operator": "\$booleanTrue", "variable": "x"';
CREATE TEMP TABLE tree_fates (tree text, state text, message text, hint text);
DO $$
DECLARE
	one text;
	hint text;
BEGIN
	FOR one IN SELECT tree FROM trees LOOP
		BEGIN
			PERFORM workflow_perms.condition_from_paragon(one::jsonb);
			INSERT INTO tree_fates VALUES (one);
		EXCEPTION WHEN OTHERS THEN
			GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
			INSERT INTO tree_fates VALUES (one, sqlstate, sqlerrm, hint);
		END;
	END LOOP;
END
$$;
SELECT state, count(*) > 10 AS many FROM tree_fates GROUP BY 1 ORDER BY 1;
SELECT tree, state, message, hint FROM tree_fates
	WHERE state IS NOT NULL AND (state NOT IN ('22P02', '22023', '54000') OR coalesce(hint, '') = '') ORDER BY tree COLLATE "C" LIMIT 40;

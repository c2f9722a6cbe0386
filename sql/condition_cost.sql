-- What one condition may cost (spec 2.1, 2.2, 7): its patterns to compile, refused
-- at input; a match, given up as NULL. Nothing is timed here: what is counted is
-- measured by test/bench.
\set SHOW_CONTEXT never
\set VERBOSITY terse
SET search_path = workflow_perms, public;
-- Not members of the extension: the steps of a match, and the transitions that a pattern counts for.
CREATE FUNCTION pg_temp.steps(jsonb, metadata_condition) RETURNS bigint AS '$libdir/workflow_perms', 'wp_match_counted' LANGUAGE C STRICT;
CREATE FUNCTION pg_temp.transitions(text, icase boolean DEFAULT false) RETURNS float8 AS '$libdir/workflow_perms', 'wp_pattern_transitions' LANGUAGE C STRICT;
CREATE FUNCTION pg_temp.taken(condition text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	hint text;
BEGIN
	RETURN 'taken: ' || length(condition::workflow_perms.metadata_condition::text);
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN SQLSTATE || ' ' || SQLERRM || ' | ' || hint;
END
$$;
-- The condition that asks for any of n patterns.
CREATE FUNCTION pg_temp.patterns(pattern text, n int) RETURNS text LANGUAGE sql AS $$
	SELECT json_build_object('$or', json_agg(json_build_object('x', json_build_object('$regex', replace(pattern, '#', i::text)))))::text FROM generate_series(1, n) AS i
$$;

-- Patterns: all of one condition are bounded together, and the place is that at which they are too many.
SELECT pg_temp.taken(pg_temp.patterns(repeat('(a|b|ab|#)*', 70), 40)) AS burner;
SELECT n, pg_temp.taken(pg_temp.patterns('^[a-z]+#$', n)) FROM unnest(ARRAY[1, 10, 120, 150]) AS n;
SELECT pattern, icase, pg_temp.transitions(pattern, icase) FROM (VALUES
	(1, 'abc', false), (2, 'abc', true), (3, 'a*b*c*', false), (4, '(a|b)*c', false), (5, '[a-c][b-d]', false), (6, '.*', false), (7, 'a{3}', false), (8, 'a{0,3}', false),
	(9, '(a?){3}', false), (10, '\ya', false), (11, '(^|,)a(,|$)', false), (12, '(?=a)(?!b)c', false), (13, '***=a*b*', false), (14, '(?i)a', false), (15, '(?#()a', false),
	(16, '[[:alpha:]_]\d', false), (17, '[]a]', false), (18, 'é', false)) AS p (n, pattern, icase) ORDER BY n;
-- What cannot be compiled quickly is refused before it is compiled: these would take seconds, minutes, or for ever.
SELECT left(pattern, 40) AS pattern, substring(pg_temp.taken(pg_temp.patterns(pattern, 1)) FROM '^54000|^taken|regular expression: .* [|]') AS taken FROM (VALUES
	(1, repeat('a*', 512)), (2, repeat('(a|b|ab|c)*', 90)), (3, repeat('\ya*', 16)), (4, repeat('(\y|a)*', 12)), (5, '(((\d*|[ab])|^){0,17})*'), (6, '(?=(((?=a)|(?!ab))?){0,12})'),
	(7, '((a{255}){255}){255}'), (8, '(((a{1,255}){1,255}){1,255})'), (9, '(?:a?){255}a{255}'), (10, '(?x)(( a {0,255} ){0,255}){0,255}'), (11, repeat('(', 300) || 'a*' || repeat(')*', 300)),
	(12, repeat('[[:alpha:]0-9]{0,99}', 40)), (13, repeat('(?=.*a)?', 100)), (14, repeat('(x|)', 250)), (15, '(a|b|ab|c)*$x' || repeat('(a|b|ab|c)*', 70)), (16, '(?e)(a)'), (17, '(?b)\(a\)'),
	(18, '(?=(?=(?=(?=a))))')) AS p (n, pattern) ORDER BY n;
-- What people write is taken.
-- A character is one, however it is written; what the engine goes through one by one is counted; and no
-- option changes what is read.
SELECT n, left(pg_temp.taken(pg_temp.patterns(pattern, 1)), 95) AS taken FROM (VALUES
	(1, '(?:é?){255}'), (2, '(?:(?:\x61?){20}){20}'), (3, '(?:(?:\u0061?){20}){20}'), (4, '(?:(?:\U00000061?){20}){20}'), (5, '(?x)(?:(?:a?){ 18}){ 18}'),
	(6, '***:(?x)(?:(?:a?){ 18}){ 18}'), (7, '(?xt)#|(?=a*(?=a*b))z'), (8, '(?i)[\u0001-\U7ffffffe]'), (9, '(?i)[\u0001-\uffff]'), (10, '(?i)[а-яё]+ [A-Z]*'),
	(11, (SELECT string_agg('\u01' || lpad(to_hex(i), 2, '0'), '|') FROM generate_series(0, 139) i) || '|(?:[^x]?){22}'),
	(12, '[\x41-\x5a\d]+\t\n[[:alpha:]]{2,5}@example\.com$'), (13, '(?c)A')) AS p (n, pattern) ORDER BY n;
-- Whatever a pattern is made of, the engine makes no more of it than was counted: patterns of random pieces.
SELECT setseed(.4) IS NULL AS seeded;
SELECT count(*) FILTER (WHERE answer LIKE 'taken%') > 100 AS many_taken, min(pattern) FILTER (WHERE answer LIKE '%costs more than%') AS misread
FROM (SELECT pattern, pg_temp.taken(pg_temp.patterns(pattern, 1)) AS answer
	FROM (SELECT (SELECT string_agg((ARRAY['a', 'b', 'é', '\x61', '\u0101', '\U0001f600', '\n', '\d', '\W', '[a-c]', '[^x]', '[\u0100-\u0200]', '.', '(a', '(?:b', '(?=a', '(?!b', '(?<=a',
			')', ')', ')', '|', '*', '+', '?', '{2}', '{0,3}', '{1,}', '??', '^', '$', '\y', '\m', '(?#{9})', '(?i)', '(?c)', '(?n)', '***:', ' ', '#'])[1 + floor(random() * 40)::int], '')
			FROM generate_series(1, 2 + (i % 12))) AS pattern
		FROM generate_series(1, 2000) AS i) AS made) AS tried;
-- All paths together.
SELECT n, left(pg_temp.taken((SELECT json_build_object('$or', json_agg(json_build_object(repeat('m.', 19) || 'k' || i, 5))) FROM generate_series(1, n) i)::text), 60) AS taken
	FROM unnest(ARRAY[1000, 1001]) AS n;
SELECT pattern, left(pg_temp.taken(pg_temp.patterns(pattern, 1)), 5) AS taken FROM (VALUES
	(1, '^[a-z0-9._%+-]+@[a-z0-9.-]+\.[a-z]{2,63}$'), (2, '^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[@$!%*?&])[A-Za-z\d@$!%*?&]{8,}$'), (3, '^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$'),
	(4, '^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$'), (5, '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$'), (6, '^https?://([\w-]+\.)+[\w-]+(/[\w./?%&=-]*)?$'),
	(7, '\y(foo|bar|baz|quux)\y'), (8, '^.{1,255}$'), (9, '(?i)^(mr|ms|dr)\.? [[:alpha:]]+$')) AS p (n, pattern) ORDER BY n;
-- Binary input and jsonb are bounded as text is.
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
SELECT left(pg_temp.receive('\x01'::bytea || convert_to(pg_temp.patterns('^[a-z]+#$', n), 'UTF8')), 80) AS received FROM unnest(ARRAY[10, 150]) AS n;
SELECT pg_temp.patterns('^[a-z]+#$', 150)::jsonb::metadata_condition;
SELECT n, pg_temp.taken('{"x": {"$in": [' || repeat('1,', n - 4) || '1]}}') FROM unnest(ARRAY[50000, 50001]) AS n;

-- Matching: each operator counts the elements of an array, or looks at none of them. The operators are those that there are.
CREATE FUNCTION pg_temp.operators() RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	hint text;
BEGIN
	PERFORM '{"x": {"$nonsense": 1}}'::workflow_perms.metadata_condition;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN QUERY SELECT m[1] FROM regexp_matches(hint, '\$\w+', 'g') AS m;
END
$$;
CREATE FUNCTION pg_temp.asks(operator text) RETURNS metadata_condition LANGUAGE plpgsql AS $$
DECLARE
	argument text;
	found workflow_perms.metadata_condition;
BEGIN
	FOREACH argument IN ARRAY ARRAY['"nothing"', '["nothing"]', '"1.2.3"', '"2001-01-01"', '"10.0.0.1"', 'true', '"string"', '7', '{"$eq": "nothing"}'] LOOP
		BEGIN
			found := format('{"x": {"%s": %s}}', operator, argument);
			RETURN found;
		EXCEPTION WHEN OTHERS THEN
		END;
	END LOOP;
END
$$;
CREATE TEMP TABLE asked AS SELECT operator, pg_temp.asks(operator) AS condition FROM pg_temp.operators() AS operator;
CREATE TEMP TABLE longer AS SELECT n, jsonb_build_object('x', to_jsonb(array_agg('9.9.' || i))) AS strings, jsonb_build_object('x', repeat('9', n * 100)) AS text,
	jsonb_build_object('x', to_jsonb(array_agg(jsonb_build_object('y', i)))) AS objects FROM (VALUES (100), (200)) AS v (n), generate_series(1, n) AS i GROUP BY n;
SELECT operator, condition, CASE WHEN operator ~ 'regex' THEN sign(pg_temp.steps(b.strings, condition) - pg_temp.steps(a.strings, condition)) ELSE pg_temp.steps(b.strings, condition) - pg_temp.steps(a.strings, condition) END AS of_100_elements, pg_temp.steps(b.text, condition) - pg_temp.steps(a.text, condition) AS of_10000_bytes
FROM asked, longer AS a, longer AS b WHERE a.n = 100 AND b.n = 200 ORDER BY operator COLLATE "C";
SELECT pg_temp.steps(b.objects, c) - pg_temp.steps(a.objects, c) AS of_100_objects, c FROM longer AS a, longer AS b,
	unnest(ARRAY['{"x": {"$elemMatch": {"z": 1}}}', '{"x": {"$elemMatch": {"y.z": 1, "z": 1}}}', '{"x": {"$elemMatch": {"a.b.c.d.e.f.g.h.i.j": 1}}}', '{"x": {"$elemMatch": {"$or": [{"z": 1}, {"z": 2}, {"z": 3}]}}}',
		'{"x": {"$elemMatch": {"$rollout": {"percent": 0}}}}', '{"x": {"$ne": {"y": 0}}}', '{"x": {"$elemMatch": {"$or": [{"$userId": "u"}, {"z": {"$contains": "z"}}]}}}']::metadata_condition[]) AS c WHERE a.n = 100 AND b.n = 200;

-- A match that would take more steps is given up: NULL, below a negation too, and whatever else would be true.
CREATE TEMP TABLE large AS SELECT jsonb_build_object('s', repeat('ab', 500000), 'a', to_jsonb(array_agg(i)), 't', 't', 'o', to_jsonb(array_agg(jsonb_build_object('y', i)) FILTER (WHERE i <= 30000))) AS m FROM generate_series(1, 60000) AS i;
CREATE TEMP TABLE costly (n serial, condition metadata_condition);
INSERT INTO costly (condition) VALUES
	(pg_temp.patterns('q#', 100)::jsonb),
	('{"s": {"$contains": "q"}}'), ('{"s": {"$regex": "q$"}}'), ('{"s": {"$regex": "(?=b)a"}}'), ('{"s": {"$not": {"$contains": "q"}}}'), ('{"$nor": [{"s": {"$contains": "q"}}]}'),
	((SELECT json_build_object('s', json_build_object('$not', json_build_object('$ini', json_agg(repeat('q', 40) || i)))) FROM generate_series(1, 10000) AS i)::text::metadata_condition),
	((SELECT json_build_object('a', json_build_object('$all', json_agg(i))) FROM generate_series(1, 10000) AS i)::text::metadata_condition),
	((SELECT json_build_object('a', json_build_object('$elemMatch', json_build_object('$in', json_agg(-i)))) FROM generate_series(1, 10000) AS i)::text::metadata_condition),
	((SELECT json_build_object('a', json_build_object('$nin', json_agg(-i))) FROM generate_series(1, 10000) AS i)::text::metadata_condition),
	((SELECT json_build_object('$or', json_agg(json_build_object('s', json_build_object('$contains', 'q' || i)))) FROM generate_series(1, 1000) AS i)::text::metadata_condition),
	('{"$or": [{"t": "t"}, {"s": {"$containsi": "q"}}]}'), ('{"$or": [{"s": {"$containsi": "q"}}, {"t": "t"}]}'), ('{"$and": [{"t": "u"}, {"s": {"$containsi": "q"}}]}'),
	((SELECT json_build_object('$or', json_agg(json_build_object('o', json_build_object('y', -i)))) FROM generate_series(1, 12) AS i)::text::metadata_condition);
SELECT n, left(condition::text, 60) AS condition, m ~ condition AS answer, matches(m, 'u', condition) AS with_user, pg_temp.steps(m, condition) > 3000000 AS given_up FROM costly, large ORDER BY n;
-- One pass is no more than is allowed.
SELECT c, m ~ c AS answer FROM (SELECT jsonb_build_object('s', repeat('ab', 350000), 'r', repeat('ab', 180000), 'a', to_jsonb(array_agg(i))) AS m FROM generate_series(1, 60000) AS i) AS d,
	unnest(ARRAY['{"s": {"$contains": "aa"}}', '{"r": {"$regex": "ab*bb"}}', '{"a": -1}', '{"a": {"$gt": 60000}}', '{"a": {"$in": [-1, -2, -3]}}', '{"a": {"$elemMatch": {"$gt": 70000}}}', '{"s": {"$eq": "s"}}', '{"s": {"$startsWith": "b"}}']::metadata_condition[]) AS c;

-- $ini, $nini: by halves, as $in, however long the list is.
WITH lists AS (SELECT json_build_object('x', json_build_object(operator, json_agg(CASE WHEN i % 3 = 0 THEN to_json(i) ELSE to_json(CASE i % 2 WHEN 0 THEN 'Value' ELSE 'vaLUE' END || i) END)))::text::metadata_condition AS c, operator
	FROM generate_series(1, 5000) AS i, unnest(ARRAY['$in', '$ini', '$nini']) AS operator GROUP BY operator)
SELECT operator, (SELECT count(*) FROM generate_series(0, 6000) AS v WHERE jsonb_build_object('x', 'VALUE' || v) ~ c) AS holds, (SELECT count(*) FROM generate_series(0, 6000) AS v WHERE jsonb_build_object('x', v) ~ c) AS of_numbers,
	pg_temp.steps('{"x": "value4711"}', c) < 400 AS by_halves, c::text::metadata_condition = c AS round_trip, left(c::text, 50) AS printed FROM lists ORDER BY operator COLLATE "C";
-- Doubles without case stay, as they are written.
SELECT '{"x": {"$ini": ["b", "B", "a", "A", "c", "d", "e", "f", "g", "h", "G", true, 1]}}'::metadata_condition AS c;

-- Many equalities of one path under $or and $nor are searched too. They print as they were written: order, repetitions
-- and types are kept; what is not of this form is matched one by one and answers the same.
CREATE TEMP TABLE alternatives AS SELECT logic, form, jsonb_build_object(logic, list)::text::metadata_condition AS c, list
	FROM (VALUES ('$or'), ('$nor')) AS l(logic), LATERAL (VALUES
		('strings', (SELECT jsonb_agg(jsonb_build_object('x', 'value' || i * 7919 % 10000)) FROM generate_series(1, 5000) AS i)),
		('numbers and strings', (SELECT jsonb_agg(jsonb_build_object('x', CASE i % 3 WHEN 0 THEN to_jsonb(i % 1000) WHEN 1 THEN to_jsonb(i % 1000 || '') ELSE to_jsonb(i % 2 = 0) END)) FROM generate_series(1, 3000) AS i)),
		('$eq', (SELECT jsonb_agg(jsonb_build_object('a.b', jsonb_build_object('$eq', i % 20))) FROM generate_series(1, 40) AS i)),
		('users', (SELECT jsonb_agg(jsonb_build_object('$userId', 'value' || i)) FROM generate_series(1, 5000) AS i)),
		('eight values', (SELECT jsonb_agg(jsonb_build_object('x', i % 8)) FROM generate_series(1, 40) AS i)),
		('another path', (SELECT jsonb_agg(jsonb_build_object(CASE i WHEN 17 THEN 'y' ELSE 'x' END, i)) FROM generate_series(1, 40) AS i)),
		('a null', (SELECT jsonb_agg(jsonb_build_object('x', NULLIF(i, 17))) FROM generate_series(1, 40) AS i))) AS f(form, list);
CREATE TEMP TABLE documents AS SELECT m FROM (VALUES ('{"x": "value7919"}'::jsonb), ('{"x": 17}'), ('{"x": 17.0}'), ('{"x": "17"}'), ('{"x": true}'), ('{"x": null}'), ('{}'), ('{"x": [17]}'),
	('{"x": ["no", 18]}'), ('{"x": ["no", null]}'), ('{"x": []}'), ('{"x": {}}'), ('{"a": {"b": 7}}'), ('{"a": {"b": 77}}'), ('{"a": [{"b": 7}]}'), ('{"y": 17}')) AS a(m);
SELECT logic, form, c::text::metadata_condition = c AS round_trip,
	c::jsonb -> logic = CASE form WHEN '$eq' THEN (SELECT jsonb_agg(jsonb_build_object('a.b', e.value #> '{a.b,$eq}') ORDER BY n) FROM jsonb_array_elements(list) WITH ORDINALITY AS e(value, n)) ELSE list END AS as_written,
	pg_temp.steps('{"x": "value4711"}', c) < 700 AS by_halves FROM alternatives ORDER BY logic, form COLLATE "C";
-- The same alternatives, each within an $and, which keeps them apart.
SELECT count(*) AS answers, count(*) FILTER (WHERE matches(m, 'value77', c) IS NOT DISTINCT FROM matches(m, 'value77', apart)) AS the_same,
	count(*) FILTER (WHERE matches(m, 'value77', c)) AS of_them_true, count(*) FILTER (WHERE matches(m, 'value77', c) IS NULL) AS unknown
	FROM alternatives, documents, LATERAL (SELECT jsonb_build_object(logic, jsonb_agg(jsonb_build_object('$and', jsonb_build_array(e.value)) ORDER BY n))::text::metadata_condition FROM jsonb_array_elements(list) WITH ORDINALITY AS e(value, n)) AS o(apart);
SELECT '{"$or": [{"x": 1}, {"x": 2}, {"x": 3}, {"x": 4}, {"x": 5}, {"x": 6}, {"x": 7}, {"x": 8}, {"x": 9}]}'::metadata_condition = '{"$or": [{"x": {"$in": [1, 2, 3, 4, 5, 6, 7, 8, 9]}}]}'::metadata_condition AS equal,
	'{"$or": [{"x": 1}, {"x": 2}, {"x": 3}, {"x": 4}, {"x": 5}, {"x": 6}, {"x": 7}, {"x": 8}, {"x": 9}]}'::metadata_condition = '{"$or": [{"x": 2}, {"x": 1}, {"x": 3}, {"x": 4}, {"x": 5}, {"x": 6}, {"x": 7}, {"x": 8}, {"x": 9}]}'::metadata_condition AS other_order,
	describe('{"$or": [{"x": 1}, {"x": 2}, {"x": 3}, {"x": 4}, {"x": 5}, {"x": 6}, {"x": 7}, {"x": 8}, {"x": 9}]}'::metadata_condition);

-- What is toasted is fetched once, not for each row of the other side of a join.
CREATE TEMP TABLE toasted AS SELECT json_build_object('x', json_build_object('$in', json_agg(md5(i::text))))::text::metadata_condition AS c, jsonb_build_object('x', md5('7'), 'y', json_agg(md5(i::text))) AS m FROM generate_series(1, 3000) AS i;
CREATE TEMP TABLE many AS SELECT jsonb_build_object('x', md5(i::text)) AS m, format('{"x": "%s"}', md5(i::text))::metadata_condition AS c FROM generate_series(1, 3000) AS i;
CREATE FUNCTION pg_temp.blocks(query text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	plan json;
BEGIN
	EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) ' || query INTO plan;
	RETURN (plan -> 0 -> 'Plan' ->> 'Local Hit Blocks')::int + (plan -> 0 -> 'Plan' ->> 'Local Read Blocks')::int < 1000;
END
$$;
SELECT query, pg_temp.blocks('SELECT ' || query) AS few FROM (VALUES ('count(*) FROM many, toasted WHERE many.m ~ toasted.c'), ('count(*) FROM many, toasted WHERE toasted.c ~ many.m'),
	('count(*) FROM many, toasted WHERE toasted.m ~ many.c'), ('count(*) FROM many, toasted WHERE matches(many.m, NULL, toasted.c)')) AS q (query);
SELECT (SELECT count(*) FROM many, toasted WHERE many.m ~ toasted.c) AS rows, (SELECT count(*) FROM many, toasted WHERE toasted.m ~ many.c) AS other_way,
	(SELECT count(*) FROM (SELECT c FROM toasted UNION ALL SELECT c FROM many) AS c, (SELECT m FROM toasted UNION ALL SELECT m FROM many LIMIT 500) AS m WHERE m.m ~ c.c) AS mixed;
-- Toasted ones by turns: each is itself.
CREATE TEMP TABLE turns AS SELECT n, json_build_object('x', json_build_object('$in', json_agg(md5((i * n)::text))))::text::metadata_condition AS c FROM generate_series(1, 3000) AS i, generate_series(1, 4) AS n GROUP BY n;
SELECT n, (SELECT count(*) FROM many WHERE many.m ~ turns.c) AS alone, by_turns FROM turns JOIN (SELECT n, count(*) FILTER (WHERE holds) AS by_turns
	FROM (SELECT n, many.m ~ t.c AS holds FROM many CROSS JOIN LATERAL (SELECT * FROM turns ORDER BY n OFFSET 0) AS t) AS a GROUP BY n) AS b USING (n) ORDER BY n;
RESET search_path;

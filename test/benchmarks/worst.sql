-- The worst conditions that are accepted, as far as a search at random finds them:
-- to read, to match with metadata of up to a megabyte, and 300 of them one after the
-- other. What is worst is measured here, of each condition with each document; both
-- are drawn from what costs most.
CREATE FUNCTION bench.pick(i bigint, what int, choices anyarray) RETURNS anyelement LANGUAGE sql IMMUTABLE
	AS 'SELECT choices[1 + bench.draw(i, what, cardinality(choices))]';
-- A pattern that repeats a part as often as it is allowed to.
CREATE FUNCTION bench.pattern(i bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT repeat(part, LEAST(n, 1000 / length(part))) || bench.pick(i, 12, ARRAY['', 'z', '$', '(?=.*z)', '\y'])
	FROM bench.pick(i, 10, ARRAY['(a|b|ab|' || i || ')*', 'a*', '[ab]?', '(a{1,9}b){1,9}', '\w+\s*', '(\ya|b\y)', '(^a|b$)*', '.*a.{9}', '(?=.*a)b', '[a-y]{1,40}', 'word' || i || '|', '(\y|a)', 'ab', '(\d|\w|[^a-f])*', '.']) AS part,
		bench.pick(i, 11, ARRAY[1, 2, 3, 5, 8, 13, 20, 30, 45, 70, 100, 200, 500]) AS n
$$;
-- Under a key: one thing to ask, with as many values as n.
CREATE FUNCTION bench.asked(i bigint, n int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE bench.draw(i, 20, 14)
		WHEN 0 THEN format('{"$contains": "%sq%s"}', repeat('ab', bench.pick(i, 21, ARRAY[0, 1, 4, 20, 100, 300])), i)
		WHEN 1 THEN format('{"$containsi": "%sQ%s"}', repeat('aB', bench.pick(i, 21, ARRAY[0, 1, 4, 20, 100, 300])), i)
		WHEN 2 THEN format('{"$regex": %s}', to_json(bench.pattern(i)))
		WHEN 3 THEN format('{"$regexi": %s}', to_json(bench.pattern(i)))
		WHEN 4 THEN (SELECT format('{"%s": %s}', bench.pick(i, 22, ARRAY['$in', '$nin', '$ini', '$nini', '$all', '$alli']), json_agg(md5(k::text))) FROM generate_series(1, n) AS k)
		WHEN 5 THEN (SELECT format('{"%s": %s}', bench.pick(i, 22, ARRAY['$in', '$nin', '$ini', '$nini', '$all', '$alli']), json_agg(k + 0.5)) FROM generate_series(1, n) AS k)
		WHEN 6 THEN (SELECT format('{"$cidr": %s}', json_agg(format('10.%s.%s.1', k / 250, k % 250))) FROM generate_series(1, n) AS k)
		WHEN 7 THEN '{"$veq": "1.2.3-beta.7.8.9"}'
		WHEN 8 THEN '{"$after": "9999-01-01T00:00:00.000Z"}'
		WHEN 9 THEN '{"$gt": 1e300, "$lt": "a", "$ne": "b"}'
		WHEN 10 THEN format('{"$ne": {"a": %s}}', i)
		WHEN 11 THEN format('{"$eqi": "%s"}', repeat('Ab', 20))
		WHEN 12 THEN '{"$size": {"$gt": 10000000}}'
		ELSE format('{"$not": {"$startsWithi": "%s", "$type": "array"}}', repeat('aB', 20)) END
$$;
-- A condition of n clauses at depth d, each as above.
CREATE FUNCTION bench.costly(i bigint, d int, n int) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	IF d > 0 AND bench.draw(i, 30, 3) > 0 THEN
		RETURN format('{"%s": {"$elemMatch": %s}}', bench.pick(i, 31, ARRAY['x', 'y']), bench.costly(i + 7919, d - 1, n));
	END IF;
	RETURN (SELECT format('{"%s": [%s]}', bench.pick(i, 32, ARRAY['$or', '$nor']), string_agg(
		CASE bench.draw(i, 34, 6) WHEN 0 THEN format('{"k%s": {"$ne": -1}}', k) WHEN 1 THEN format('{"$rollout": {"percent": 0, "seed": "%s"}}', k)
			WHEN 2 THEN format('{"%s": {"$elemMatch": %s}}', 'x', bench.asked(i, 10000 / n))
			ELSE format('{"%s": %s}', bench.pick(i + k, 33, ARRAY['x', 'y', 'x.y']), bench.asked(i + k * bench.draw(i, 35, 2), 10000 / n)) END, ', '))
		FROM generate_series(1, n) AS k);
END
$$;
CREATE FUNCTION bench.read_condition(condition text) RETURNS workflow_perms.metadata_condition LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
	taken workflow_perms.metadata_condition;
BEGIN
	taken := condition;
	RETURN taken;
EXCEPTION WHEN OTHERS THEN
	RETURN NULL;
END
$$;
CREATE TABLE bench.costly_conditions AS
	SELECT i, text, bench.read_condition(text) AS condition FROM (SELECT i, bench.costly(i * 104729, bench.draw(i, 40, 3)::int, bench.pick(i, 41, ARRAY[1, 1, 1, 10, 100, 1000, 9990])) AS text FROM generate_series(1, CASE WHEN bench.n('rows') < 100000 THEN 50 ELSE 600 END) AS i) AS c WHERE octet_length(text) < 1048576;
DELETE FROM bench.costly_conditions WHERE condition IS NULL;
CREATE TABLE bench.costly_documents AS
	SELECT k, jsonb_build_object('x', x, 'y', y) AS m FROM (VALUES
		(1, to_jsonb(repeat('ab', 250000)), to_jsonb(repeat('a', 500000))),
		(2, (SELECT to_jsonb(string_agg(substr('ab', 1 + (hashint4(i) & 1), 1), '')) FROM generate_series(1, 300000) AS i), (SELECT to_jsonb(string_agg(chr(97 + (hashint4(i) & 15)), '')) FROM generate_series(1, 20000) AS i)),
		(3, (SELECT jsonb_agg(i) FROM generate_series(1, 40000) AS i), (SELECT jsonb_agg(md5(i::text)) FROM generate_series(1, 12000) AS i)),
		(4, (SELECT jsonb_agg(jsonb_build_object('x', i, 'y', 'a')) FROM generate_series(1, 15000) AS i), (SELECT jsonb_agg(format('10.%s.%s.9', i / 250, i % 250)) FROM generate_series(1, 20000) AS i)),
		(5, (SELECT jsonb_agg(jsonb_build_object('x', jsonb_build_array(i, 'a'), 'y', jsonb_build_array(jsonb_build_object('x', i)))) FROM generate_series(1, 8000) AS i), (SELECT jsonb_agg(format('%s.2.3-beta.%s.8.9', i, i)) FROM generate_series(1, 15000) AS i)),
		(6, (SELECT jsonb_agg((SELECT jsonb_object_agg('k' || k, k) FROM generate_series(1, 40) AS k)) FROM generate_series(1, 1500) AS i), (SELECT jsonb_agg(repeat('1', 1000)::numeric + i) FROM generate_series(1, 1000) AS i)),
		(7, (SELECT jsonb_agg('2026-01-31T12:00:00.123456789Z'::text) FROM generate_series(1, 12000) AS i), (SELECT jsonb_agg(repeat('aB', 20)) FROM generate_series(1, 12000) AS i))) AS d (k, x, y)
	UNION ALL SELECT 8, (SELECT jsonb_object_agg('k' || i, i) FROM generate_series(1, 45000) AS i);
-- The processor time of each, in ms, of several times: others' work does not count.
CREATE FUNCTION bench.cpu_ms() RETURNS double precision LANGUAGE sql VOLATILE
	AS $$ SELECT split_part(pg_read_file('/proc/self/schedstat'), ' ', 1)::double precision / 1e6 $$;
CREATE FUNCTION bench.match_ms(m jsonb, condition workflow_perms.metadata_condition) RETURNS double precision LANGUAGE plpgsql AS $$
DECLARE
	began double precision := bench.cpu_ms();
BEGIN
	FOR i IN 1..5 LOOP
		PERFORM m OPERATOR(workflow_perms.~) condition;
	END LOOP;
	RETURN (bench.cpu_ms() - began) / 5;
END
$$;
CREATE FUNCTION bench.read_ms(text text) RETURNS double precision LANGUAGE plpgsql AS $$
DECLARE
	began double precision := bench.cpu_ms();
BEGIN
	FOR i IN 1..3 LOOP
		PERFORM bench.read_condition(text);
	END LOOP;
	RETURN (bench.cpu_ms() - began) / 3;
END
$$;
CREATE TABLE bench.costly AS
	SELECT i, k, text, condition, bench.match_ms(m, condition) AS match_ms, CASE WHEN k = 1 THEN bench.read_ms(text) END AS read_ms FROM bench.costly_conditions, bench.costly_documents;
-- The worst of all, and of the 300 worst conditions each with its worst document.
CREATE TABLE bench.worst AS SELECT * FROM (SELECT DISTINCT ON (i) * FROM bench.costly ORDER BY i, match_ms DESC) AS c ORDER BY match_ms DESC LIMIT 300;
CREATE TABLE bench.worst_read AS SELECT text FROM bench.costly WHERE read_ms IS NOT NULL ORDER BY read_ms DESC LIMIT 1;
-- The worst with one and the same document, which is what a list has.
CREATE TABLE bench.worst_list AS
	SELECT c.condition, d.m FROM (SELECT k FROM (SELECT k, match_ms, row_number() OVER (PARTITION BY k ORDER BY match_ms DESC) AS n FROM bench.costly) AS c WHERE n <= 300 GROUP BY k ORDER BY sum(match_ms) DESC LIMIT 1) AS w
	JOIN bench.costly_documents AS d USING (k) JOIN bench.costly AS c USING (k) ORDER BY c.match_ms DESC LIMIT 300;

INSERT INTO bench.cases (case_name, per, unit, at_most) VALUES
	('worst-read', 1, 'ms', 50), ('worst-match', 1, 'ms', 20), ('worst-300', 1, 'ms', 1000);
INSERT INTO bench.contestants (case_name, contestant, side, statement, answer) VALUES
	('worst-read', 'workflow_perms', 'ours', 'SELECT pg_column_size(text::workflow_perms.metadata_condition) FROM bench.worst_read', NULL),
	('worst-match', 'workflow_perms', 'ours', 'SELECT m OPERATOR(workflow_perms.~) condition FROM (SELECT * FROM bench.worst ORDER BY match_ms DESC LIMIT 1) AS w JOIN bench.costly_documents USING (k)', NULL),
	('worst-300', 'workflow_perms', 'ours', 'SELECT count(*) FROM bench.worst_list WHERE m OPERATOR(workflow_perms.~) condition', NULL);

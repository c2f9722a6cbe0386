-- ORDER BY under row-level security by the node that merges streams (planner/ordered_path.c):
-- random queries of every kind of principal return what a sort of the rows that row-by-row
-- checks allow returns, on the model's table and on an application's own; and what EXPLAIN,
-- cursors, locks and cached plans make of it.
\set VERBOSITY terse
SET client_min_messages = warning;
SET jit = off;
ALTER TABLE workflow_perms.workflows ADD updated_at timestamptz, ADD title text COLLATE "C", ADD rank numeric NOT NULL DEFAULT 0;
GRANT SELECT (updated_at, title, rank) ON workflow_perms.workflows TO regress_app;
\set people 'order'
\getenv abs_srcdir PG_ABS_SRCDIR
\set with_people :abs_srcdir '/test/people.sql'
\i :with_people
SELECT setseed(0.19);
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status, condition, hidden, updated_at, title, rank)
	SELECT a, 'flow ' || i, 'w' || 1 + floor(18 * random()), (ARRAY['main', 'private'])[1 + (random() < 0.3)::int]::workflow_perms.workflow_visibility,
		(ARRAY['live', 'stopped'])[1 + (random() < 0.2)::int]::workflow_perms.workflow_status,
		CASE WHEN random() < 0.5 THEN ('{"plan": "' || (ARRAY['pro', 'free', 'team'])[1 + floor(3 * random())] || '"}')::workflow_perms.metadata_condition END,
		random() < 0.1, CASE WHEN random() < 0.9 THEN timestamptz '2026-01-01 00:00:00+00' + floor(60 * random()) * interval '1.5 seconds' END,
		CASE WHEN random() < 0.7 THEN chr(97 + (26 * random())::int % 26) || ' "\' END, round((10 * random())::numeric, 1)
	FROM unnest(ARRAY['order', 'order2']) a, generate_series(1, 400) i;
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id)
	SELECT 'order', 'flow ' || i, u FROM generate_series(1, 400) i, unnest(ARRAY['member', 'guest', 'service', 'viewer']) u WHERE (i + length(u) * 3) % 11 = 0;
-- Rows changed after the indexes were made, in place and not, and rows that are gone.
CREATE INDEX order_walk ON workflow_perms.workflows (account_id, updated_at, workflow_id);
CREATE INDEX order_merge ON workflow_perms.workflows (account_id, workspace_id, updated_at, workflow_id);
CREATE INDEX order_condition ON workflow_perms.workflows (account_id, workflow_perms.condition_hash(condition), updated_at, workflow_id);
CREATE INDEX order_title ON workflow_perms.workflows (account_id, workspace_id, title DESC NULLS LAST, workflow_id DESC);
CREATE INDEX order_rank ON workflow_perms.workflows (account_id, workspace_id, rank, title);
CREATE INDEX order_walk_rank ON workflow_perms.workflows (account_id, rank);
UPDATE workflow_perms.workflows SET hidden = NOT hidden WHERE account_id = 'order' AND workflow_id LIKE '%7';
UPDATE workflow_perms.workflows SET updated_at = updated_at + interval '1.5 seconds', rank = rank + 1 WHERE account_id = 'order' AND workflow_id LIKE '%3';
DELETE FROM workflow_perms.workflows WHERE account_id = 'order' AND workflow_id LIKE '%99';

-- The application's own: uuid ids, two columns of workspaces, an owner.
CREATE TABLE order_own (tenant text, id uuid PRIMARY KEY, folder text, space text, shared boolean, state text, audience workflow_perms.metadata_condition,
	made_by text, updated_at timestamptz, title text COLLATE "C", rank numeric NOT NULL);
INSERT INTO order_own SELECT account_id, md5(account_id || workflow_id)::uuid, CASE WHEN random() < 0.6 THEN 'w' || 1 + floor(18 * random()) END, workspace_id, visibility = 'main',
	status::text, condition, (ARRAY['member', 'guest', 'viewer', 'pro'])[1 + floor(6 * random())], updated_at, title, rank FROM workflow_perms.workflows WHERE account_id LIKE 'order%';
CREATE INDEX ON order_own (tenant, updated_at, id);
CREATE INDEX ON order_own (tenant, folder, updated_at, id);
CREATE INDEX ON order_own (tenant, space, updated_at, id);
CREATE INDEX ON order_own (tenant, folder, rank);
CREATE INDEX ON order_own (tenant, space, rank);
CREATE INDEX ON order_own (made_by);
GRANT SELECT, UPDATE ON order_own TO regress_app;
SELECT workflow_perms.protect('order_own', account => 'tenant', workflow => 'id', workspace => 'coalesce(folder, space)',
	visibility => $$CASE WHEN shared THEN 'main' ELSE 'private' END$$, status => 'state', condition => 'audience', owner => 'made_by');
ANALYZE workflow_perms.workflows, workflow_perms.workspaces, order_own;
CREATE FUNCTION pg_temp.become(who text) RETURNS void LANGUAGE sql AS $$
	SELECT CASE split_part(who, '/', 2) WHEN '' THEN workflow_perms.set_anonymous(split_part(who, '/', 1))
		ELSE workflow_perms.set_principal(split_part(who, '/', 1), split_part(who, '/', 2)) END $$;
-- What the order leaves open is left out of the comparison.
CREATE FUNCTION pg_temp.rows_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	rows text;
BEGIN
	EXECUTE format('SELECT coalesce(string_agg(to_jsonb(q) #>> ''{}'', E''\n''), '''') FROM (%s) q', query) INTO rows;
	RETURN rows;
END
$$;
CREATE FUNCTION pg_temp.has_node(query text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
		IF line LIKE '%WorkflowOrder%' THEN RETURN true; END IF;
	END LOOP;
	RETURN false;
END
$$;
-- A query on %s, in an order, total or not, from a place on or not, of some of the rows or not.
CREATE FUNCTION pg_temp.random_query(key text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	d CONSTANT text := (ARRAY['', ' DESC'])[1 + (random() < 0.6)::int];
	way CONSTANT text := CASE d WHEN '' THEN '>' ELSE '<' END;
	nulls CONSTANT text := (ARRAY['', '', '', ' NULLS FIRST', ' NULLS LAST'])[1 + floor(5 * random())];
	col CONSTANT text := (ARRAY['updated_at', 'updated_at', 'title', 'rank', key])[1 + floor(5 * random())];
	total CONSTANT boolean := random() < 0.7;
	columns CONSTANT text := col || CASE WHEN total AND col <> key THEN ', ' || key ELSE '' END;
	value CONSTANT text := CASE col WHEN 'updated_at' THEN quote_literal(timestamptz '2026-01-01 00:00:00+00' + floor(60 * random()) * interval '1.5 seconds')
		WHEN 'title' THEN quote_literal(chr(97 + (26 * random())::int % 26) || ' "\') WHEN 'rank' THEN round((10 * random())::numeric, 1)::text
		ELSE quote_literal(md5(random()::text)::uuid) END;
	other CONSTANT text := CASE WHEN random() < 0.5 THEN quote_literal(md5(random()::text)::uuid) ELSE '''flow 2''' END;
BEGIN
	RETURN format('SELECT %s FROM %%s AS t WHERE %s AND %s ORDER BY %s%s', columns,
		CASE floor(7 * random())
			WHEN 0 THEN CASE WHEN total AND col <> key AND (key = 'workflow_id' OR other LIKE '%-%') THEN format('(%s, %s) %s (%s, %s)', col, key, way, value, other) ELSE format('%s %s= %s', col, way, value) END
			WHEN 1 THEN format('%s %s %s', col, way, value)
			WHEN 2 THEN format('%s BETWEEN %s AND %s', col, value, value)
			WHEN 3 THEN format('%s IS %sNULL', col, (ARRAY['', 'NOT '])[1 + (random() < 0.5)::int])
			WHEN 4 THEN format('(%s %s %s OR %s IS NULL)', col, way, value, col)
			ELSE 'true' END,
		(ARRAY['true', 'true', 'title LIKE ''a%%'''])[1 + floor(3 * random())],
		col || d || nulls, CASE WHEN total AND col <> key THEN ', ' || key || d ELSE '' END)
		|| CASE WHEN random() < 0.7 THEN ' LIMIT ' || floor(30 * random()) ELSE '' END
		|| CASE WHEN random() < 0.3 THEN ' OFFSET ' || floor(40 * random()) ELSE '' END;
END
$$;
CREATE TEMP TABLE told (what text, n int, node int, listed int, wrong int, example text);
CREATE PROCEDURE pg_temp.compare(what text, relation text, key text, row_by_row text, queries int) LANGUAGE plpgsql AS $$
DECLARE
	asker text;
	query text;
	expected text;
	came text;
	node boolean;
BEGIN
	FOREACH asker IN ARRAY ARRAY['order/admin', 'order/member', 'order/viewer', 'order/guest', 'order/off', 'order/service',
		'order/pro', 'order/free', 'order/', 'order2/pro', 'order2/admin']
	LOOP
		PERFORM pg_temp.become(asker);
		SET LOCAL workflow_perms.enable_ordered_path = off;
		EXECUTE format('CREATE TEMP TABLE seen ON COMMIT DROP AS SELECT * FROM %s AS t WHERE %s', relation, row_by_row);
		SET LOCAL workflow_perms.enable_ordered_path = on;
		-- Sorts are cheap where there are few rows.
		SET LOCAL enable_sort = off;
		FOR i IN 1..queries LOOP
			query := pg_temp.random_query(key);
			expected := pg_temp.rows_of(format(query, 'pg_temp.seen'));
			SET LOCAL ROLE regress_app;
			came := pg_temp.rows_of(format(query, relation));
			node := pg_temp.has_node(format(query, relation));
			RESET ROLE;
			INSERT INTO told VALUES (what, 1, node::int, length(came), (came <> expected)::int, CASE WHEN came <> expected THEN asker || ': ' || query END);
		END LOOP;
		COMMIT;
	END LOOP;
END
$$;
CALL pg_temp.compare('model', 'workflow_perms.workflows', 'workflow_id',
	$$workflow_perms.workflow_verdict('view', account_id, workflow_id, workspace_id, visibility, status, condition, hidden) = 'allowed'$$, 60);
CALL pg_temp.compare('own', 'order_own', 'id', $$CASE WHEN random() >= 0 THEN workflow_perms.can_view(tenant, NULL, coalesce(folder, space),
	CASE WHEN shared THEN 'main' ELSE 'private' END::workflow_perms.workflow_visibility, state::workflow_perms.workflow_status, audience, false, made_by) END$$, 60);
DROP INDEX workflow_perms.order_walk, workflow_perms.order_walk_rank;
CALL pg_temp.compare('model, only to merge', 'workflow_perms.workflows', 'workflow_id',
	$$workflow_perms.workflow_verdict('view', account_id, workflow_id, workspace_id, visibility, status, condition, hidden) = 'allowed'$$, 30);
CREATE INDEX order_walk ON workflow_perms.workflows (account_id, updated_at, workflow_id);
SELECT what, sum(n) AS queries, sum(node) > sum(n) / 3 AS by_the_node, sum(listed) > 20000 AS enough, sum(wrong) AS wrong, min(example) AS example
	FROM told GROUP BY 1 ORDER BY what COLLATE "C";

-- Queries around it: of another table's values, of views, joins, sets, cursors, cached plans.
CREATE VIEW order_view WITH (security_invoker) AS SELECT workflow_id AS id, updated_at AS moment FROM workflow_perms.workflows;
CREATE VIEW order_barrier WITH (security_invoker, security_barrier) AS SELECT workflow_id AS id, updated_at AS moment FROM workflow_perms.workflows WHERE title IS NOT NULL;
GRANT SELECT ON order_view, order_barrier TO regress_app;
CREATE TEMP TABLE q (place int GENERATED ALWAYS AS IDENTITY, what text, query text, expected text);
INSERT INTO q (what, query, expected) VALUES
	('view', 'SELECT id FROM order_view ORDER BY moment DESC, id DESC LIMIT 9', 'SELECT workflow_id AS id FROM %s ORDER BY updated_at DESC, workflow_id DESC LIMIT 9'),
	('barrier', 'SELECT id FROM order_barrier ORDER BY moment, id LIMIT 9', 'SELECT workflow_id AS id FROM %s WHERE title IS NOT NULL ORDER BY updated_at, workflow_id LIMIT 9');
INSERT INTO q (what, query) VALUES
	('sub-select', 'SELECT count(*), min(updated_at) FROM (SELECT updated_at FROM %s t ORDER BY updated_at DESC, workflow_id DESC LIMIT 7) s'),
	('values of an outer query', 'SELECT v, s.* FROM (VALUES (timestamptz ''2026-01-01 00:00:30+00''), (''2026-01-01 00:01+00''), (NULL), (''2026-01-01 00:00:15+00'')) AS v (v),
		LATERAL (SELECT updated_at, workflow_id FROM %s t WHERE updated_at < v ORDER BY updated_at DESC, workflow_id DESC LIMIT 3) s ORDER BY v, 2, 3'),
	('row of an outer query', 'SELECT v, s.* FROM (VALUES (timestamptz ''2026-01-01 00:00:30+00'', ''flow 3''), (''2026-01-01 00:01+00'', NULL)) AS v (v, id),
		LATERAL (SELECT updated_at, workflow_id FROM %s t WHERE (updated_at, workflow_id) > (v, id) ORDER BY updated_at, workflow_id LIMIT 3) s ORDER BY v, 2, 3'),
	('join', 'SELECT t.updated_at, t.workflow_id, n FROM %s t JOIN generate_series(1, 2) n ON n %% 2 = length(t.workflow_id) %% 2 ORDER BY t.updated_at DESC, t.workflow_id DESC LIMIT 9'),
	('distinct', 'SELECT DISTINCT updated_at FROM %s t ORDER BY updated_at DESC LIMIT 9'),
	('distinct on', 'SELECT DISTINCT ON (updated_at) updated_at, workflow_id FROM %s t ORDER BY updated_at, workflow_id LIMIT 9'),
	('window', 'SELECT workflow_id, row_number() OVER (ORDER BY updated_at, workflow_id) FROM %s t ORDER BY updated_at, workflow_id LIMIT 9'),
	('semi-join', 'SELECT workflow_id FROM %s t WHERE EXISTS (SELECT FROM generate_series(1, 3) n WHERE n = length(t.title)) ORDER BY updated_at DESC, workflow_id DESC LIMIT 9'),
	('one workspace', 'SELECT workflow_id FROM %s t WHERE workspace_id = ''w7'' ORDER BY updated_at DESC, workflow_id DESC LIMIT 9'),
	('condition without columns', 'SELECT workflow_id FROM %s t WHERE now() > ''2020-01-01'' ORDER BY updated_at DESC, workflow_id DESC LIMIT 9'),
	('two conditions on the account', 'SELECT workflow_id FROM %s t WHERE account_id = ''order'' ORDER BY updated_at DESC, workflow_id DESC LIMIT 9'),
	('system columns', 'SELECT count(DISTINCT ctid) = count(*), bool_and(tableoid IS NOT NULL) FROM (SELECT ctid, tableoid FROM %s t ORDER BY updated_at DESC LIMIT 30) s'),
	('whole row', 'SELECT (t).workflow_id FROM (SELECT t FROM %s t ORDER BY updated_at DESC, workflow_id DESC LIMIT 5) s');
CREATE PROCEDURE pg_temp.around() LANGUAGE plpgsql AS $$
DECLARE
	asker text;
	one record;
	node boolean;
	came text;
BEGIN
	TRUNCATE told;
	FOREACH asker IN ARRAY ARRAY['order/member', 'order/pro', 'order/guest'] LOOP
		PERFORM pg_temp.become(asker);
		EXECUTE 'CREATE TEMP TABLE seen ON COMMIT DROP AS SELECT * FROM workflow_perms.workflows WHERE'
			' workflow_perms.workflow_verdict(''view'', account_id, workflow_id, workspace_id, visibility, status, condition, hidden) = ''allowed''';
		SET LOCAL enable_sort = off;
		FOR one IN SELECT * FROM q LOOP
			SET LOCAL ROLE regress_app;
			came := pg_temp.rows_of(format(one.query, 'workflow_perms.workflows'));
			node := pg_temp.has_node(format(one.query, 'workflow_perms.workflows'));
			RESET ROLE;
			INSERT INTO told VALUES (one.place || ' ' || one.what, 1, node::int, 0, (came <> pg_temp.rows_of(format(coalesce(one.expected, one.query), 'pg_temp.seen')))::int);
		END LOOP;
		COMMIT;
	END LOOP;
END
$$;
CALL pg_temp.around();
SELECT what, sum(node) AS by_the_node, sum(wrong) AS wrong FROM told GROUP BY 1 ORDER BY split_part(what, ' ', 1)::int;

-- Nothing recent is visible to old: the newest of the account are in others' workspaces.
SELECT FROM workflow_perms.create_account('order3', 'admin');
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) SELECT 'order3', u, 'member', 'member' FROM unnest(ARRAY['all', 'new', 'old', 'few', 'none']) u;
INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata) VALUES ('order3', 'pro', 'connected', '{"plan": "pro"}'), ('order3', 'free', 'connected', '{"plan": "free"}');
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind)
	SELECT 'order3', 'w' || i, CASE i WHEN 0 THEN 'project' ELSE 'closed' END::workflow_perms.workspace_kind FROM generate_series(0, 200) i;
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id)
	SELECT 'order3', 'w' || i, u FROM generate_series(1, 200) i, unnest(ARRAY['all', 'new', 'old', 'few']) u
	WHERE u = 'all' OR (u = 'new' AND i <= 100) OR (u = 'old' AND i > 100) OR (u = 'few' AND i IN (102, 103));
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status, updated_at, condition)
	SELECT 'order3', 'flow ' || i, 'w' || CASE WHEN i % 2 = 0 THEN 0 WHEN i > 3000 THEN 1 + i % 100 ELSE 101 + i % 100 END, 'main', 'live',
		timestamptz '2026-01-01' + i * interval '1 day', ('{"plan": "' || CASE WHEN i > 3000 THEN 'pro' ELSE 'free' END || '"}')::workflow_perms.metadata_condition
	FROM generate_series(1, 6000) i;
VACUUM ANALYZE workflow_perms.workflows;
CREATE FUNCTION pg_temp.work(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, BUFFERS OFF) ' || query LOOP
		IF line ~ '^ *(Walk|Merge|Look-up|Rows Walked|Streams Merged|Rows Looked Up):' THEN RETURN NEXT trim(line); END IF;
	END LOOP;
END
$$;
\pset tuples_only on
\pset format unaligned
SELECT format('BEGIN; SELECT FROM workflow_perms.set_principal(''order3'', %L); SET LOCAL ROLE regress_app;'
		' SELECT %L, string_agg(w, ''; '') FROM pg_temp.work(''SELECT workflow_id FROM workflow_perms.workflows ORDER BY updated_at DESC LIMIT 5'') w; COMMIT;', who, who)
	FROM unnest(ARRAY['all', 'new', 'old', 'few', 'none', 'pro', 'free']) who \gexec
-- No walk of the planner is left that has one more condition on the account, as in pages.
BEGIN; SELECT FROM workflow_perms.set_principal('order3', 'old');
SELECT string_agg(w, '; ') FROM pg_temp.work($$SELECT workflow_id FROM workflow_perms.workflows w WHERE account_id = 'order3'
	AND workflow_perms.can_view(account_id, workflow_id, workspace_id, visibility, status, condition, hidden) ORDER BY updated_at DESC LIMIT 5$$) w;
COMMIT;
-- The same with a plan that was made for another, and for every principal.
SET plan_cache_mode = force_generic_plan;
PREPARE newest AS SELECT workflow_id FROM workflow_perms.workflows WHERE updated_at < $1 ORDER BY updated_at DESC LIMIT 3;
SELECT format('BEGIN; SELECT FROM workflow_perms.set_principal(''order3'', %L); SET LOCAL ROLE regress_app; EXECUTE newest(%L); COMMIT;', who, moment)
	FROM (VALUES ('none', NULL), ('old', 'infinity'), ('new', 'infinity'), ('pro', 'infinity'), ('free', '2026-02-02'), ('old', '2026-03-01'), ('none', 'infinity'), ('all', '-infinity')) v (who, moment) \gexec
BEGIN; SELECT FROM workflow_perms.set_principal('order3', 'few'); SET LOCAL ROLE regress_app;
EXPLAIN (COSTS OFF) EXECUTE newest('infinity');
RESET plan_cache_mode;
EXPLAIN (COSTS OFF) SELECT workflow_id FROM workflow_perms.workflows ORDER BY updated_at DESC, workflow_id DESC LIMIT 20 OFFSET 20;
EXPLAIN (COSTS OFF) SELECT workflow_id FROM workflow_perms.workflows WHERE (updated_at, workflow_id) < ('2026-03-01', 'x') ORDER BY updated_at DESC, workflow_id DESC LIMIT 20;
EXPLAIN (COSTS OFF) SELECT workflow_id FROM workflow_perms.workflows ORDER BY updated_at DESC, title LIMIT 20;
-- It can be turned off.
SELECT pg_temp.has_node('SELECT workflow_id FROM workflow_perms.workflows ORDER BY updated_at DESC LIMIT 5');
SET LOCAL workflow_perms.enable_ordered_path = off;
SELECT pg_temp.has_node('SELECT workflow_id FROM workflow_perms.workflows ORDER BY updated_at DESC LIMIT 5');
COMMIT;

-- The account is given twice, and how many rows are wanted is not known, as in a page of
-- visible_workflows(): no walk of the planner's wins.
BEGIN;
SELECT FROM workflow_perms.set_principal('order3', 'all');
SET LOCAL plan_cache_mode = force_generic_plan;
PREPARE page(text, bigint) AS SELECT w.workflow_id FROM workflow_perms.workflows w
	WHERE w.account_id = $1 AND workflow_perms.can_view(w.account_id, w.workflow_id, w.workspace_id, w.visibility, w.status, w.condition, w.hidden)
	ORDER BY w.updated_at DESC, w.workflow_id DESC LIMIT $2;
EXPLAIN (COSTS OFF) EXECUTE page('order3', 20);
COMMIT;

-- A function that tells what it is asked about is never asked about a hidden row.
CREATE FUNCTION order_tell(text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS $$BEGIN RAISE WARNING 'asked about %', $1; RETURN false; END$$;
BEGIN; SELECT FROM workflow_perms.set_principal('order3', 'few'); SET LOCAL ROLE regress_app;
SELECT pg_temp.has_node('SELECT workflow_id FROM workflow_perms.workflows WHERE updated_at > ''2033-08-01'' AND order_tell(workflow_id) ORDER BY updated_at DESC LIMIT 5');
SELECT workflow_id FROM workflow_perms.workflows WHERE updated_at > '2033-08-01' AND order_tell(workflow_id) ORDER BY updated_at DESC LIMIT 5;
COMMIT;
-- A cursor goes back, sees what it saw first, and ends where a savepoint ends.
BEGIN; SELECT FROM workflow_perms.set_principal('order3', 'few'); SET LOCAL ROLE regress_app;
DECLARE c SCROLL CURSOR FOR SELECT workflow_id FROM workflow_perms.workflows ORDER BY updated_at DESC;
FETCH 3 FROM c;
FETCH BACKWARD 2 FROM c;
FETCH 4 FROM c;
SAVEPOINT s;
FETCH 1 FROM c;
ROLLBACK TO s;
FETCH 2 FROM c;
SELECT workflow_id FROM workflow_perms.workflows ORDER BY updated_at LIMIT 3 FOR UPDATE;
COMMIT;
-- Many rows with one place in the order, and more of them than a batch has.
UPDATE workflow_perms.workflows SET updated_at = '2026-06-01' WHERE account_id = 'order3' AND workflow_id < 'flow 4';
BEGIN; SELECT FROM workflow_perms.set_principal('order3', 'old'); SET LOCAL ROLE regress_app; SET LOCAL enable_sort = off;
SELECT count(*), count(DISTINCT workflow_id), max(updated_at) < '2035-01-01' FROM (SELECT workflow_id, updated_at FROM workflow_perms.workflows ORDER BY updated_at LIMIT 2000) s;
SELECT count(*), count(DISTINCT workflow_id) FROM workflow_perms.workflows;
COMMIT;
-- Batches stay small when work_mem is used up; they grow, if it is not.
UPDATE workflow_perms.workflows SET title = (SELECT string_agg(md5(workflow_id || n), '') FROM generate_series(1, 15) n) WHERE account_id = 'order3';
CREATE FUNCTION pg_temp.is_small(memory text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	c refcursor;
	one record;
	bytes bigint;
BEGIN
	PERFORM set_config('work_mem', memory, true);
	OPEN c FOR SELECT workflow_id FROM workflow_perms.workflows ORDER BY title DESC NULLS LAST, workflow_id DESC;
	FOR i IN 1..1500 LOOP FETCH c INTO one; END LOOP;
	RESET ROLE;
	SELECT sum(total_bytes) INTO bytes FROM pg_backend_memory_contexts WHERE name = 'workflow_perms order';
	SET LOCAL ROLE regress_app;
	CLOSE c;
	RETURN bytes < 600000;
END
$$;
BEGIN; SELECT FROM workflow_perms.set_principal('order3', 'all'); SET LOCAL ROLE regress_app; SET LOCAL enable_sort = off;
SELECT pg_temp.is_small('64kB'), pg_temp.is_small('16MB');
COMMIT;
-- Not in a worker, which would count what was read for itself.
BEGIN; SELECT FROM workflow_perms.set_principal('order3', 'few'); SET LOCAL ROLE regress_app;
SELECT count(set_config(name, 'on', true)) FROM pg_settings WHERE name IN ('force_parallel_mode', 'debug_parallel_query');
SELECT string_agg(w, '; ') FROM pg_temp.work('SELECT workflow_id FROM workflow_perms.workflows ORDER BY updated_at DESC LIMIT 5') w;
COMMIT;
-- A scan by a condition that leaves few rows stays the planner's.
BEGIN; SELECT FROM workflow_perms.set_principal('order', 'member'); SET LOCAL ROLE regress_app;
SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off;
SELECT pg_temp.has_node(format('SELECT id FROM order_own WHERE id = ANY (%L) ORDER BY id LIMIT 3', (SELECT array_agg(md5(i::text)::uuid) FROM generate_series(1, 20) i)));
-- No index is dropped under a cursor that may go on by it.
DECLARE d CURSOR FOR SELECT workflow_id FROM workflow_perms.workflows ORDER BY updated_at DESC;
FETCH 1 FROM d;
RESET ROLE;
DROP INDEX workflow_perms.order_merge;
ROLLBACK;
-- Columns that are equal in the query may differ in type: an index of one gives the other's order no stream.
CREATE TABLE order_equal (tenant text NOT NULL, id int PRIMARY KEY, folder text, a float4, b float8);
INSERT INTO order_equal SELECT 'order3', i, 'w' || 101 + i % 100, i, i FROM generate_series(1, 2000) i;
CREATE INDEX ON order_equal (tenant, b);
CREATE INDEX ON order_equal (tenant, folder, a);
GRANT SELECT ON order_equal TO regress_app;
SELECT workflow_perms.protect('order_equal', account => 'tenant', workflow => 'id', workspace => 'folder', visibility => '''main''', status => '''live''');
ANALYZE order_equal;
BEGIN; SELECT FROM workflow_perms.set_principal('order3', 'few'); SET LOCAL ROLE regress_app; SET LOCAL enable_sort = off;
SELECT pg_temp.has_node('SELECT id FROM order_equal WHERE a = b ORDER BY b'), count(*) FROM (SELECT id FROM order_equal WHERE a = b ORDER BY b) q;
SELECT count(*) FROM (SELECT id FROM order_equal WHERE a = b ORDER BY b DESC) q;
SET LOCAL workflow_perms.enable_ordered_path = off;
SELECT count(*) FROM (SELECT id FROM order_equal WHERE a = b ORDER BY b) q;
COMMIT;
-- Not offered if nothing finds the rows of one's own: each arm needs an index.
CREATE TABLE order_owned (tenant text NOT NULL, id int PRIMARY KEY, folder text, shared boolean, made_by text, n int);
INSERT INTO order_owned SELECT 'order3', i, 'w' || 101 + i % 100, i % 200 > 100, CASE WHEN i % 3 = 0 THEN 'few' END, i FROM generate_series(1, 2000) i;
CREATE INDEX ON order_owned (tenant, n);
CREATE INDEX ON order_owned (tenant, folder, n);
GRANT SELECT ON order_owned TO regress_app;
SELECT workflow_perms.protect('order_owned', account => 'tenant', workflow => 'id', workspace => 'folder', visibility => 'CASE WHEN shared THEN ''main'' ELSE ''private'' END',
	status => '''live''', owner => 'made_by');
ANALYZE order_owned;
BEGIN; SELECT FROM workflow_perms.set_principal('order3', 'few'); SET LOCAL ROLE regress_app; SET LOCAL enable_sort = off;
SELECT pg_temp.has_node('SELECT id FROM order_owned ORDER BY n'), count(*) FROM (SELECT id FROM order_owned ORDER BY n) q;
SET LOCAL workflow_perms.enable_ordered_path = off;
SELECT count(*) FROM (SELECT id FROM order_owned ORDER BY n) q;
RESET ROLE;
CREATE INDEX ON order_owned (tenant, made_by);
SET LOCAL ROLE regress_app;
SET LOCAL workflow_perms.enable_ordered_path = on;
SELECT pg_temp.has_node('SELECT id FROM order_owned ORDER BY n'), count(*) FROM (SELECT id FROM order_owned ORDER BY n) q;
COMMIT;
-- Not offered for a table with children, whose rows no index has.
CREATE TABLE order_child () INHERITS (order_own);
BEGIN; SELECT FROM workflow_perms.set_principal('order', 'member'); SET LOCAL ROLE regress_app;
SELECT pg_temp.has_node('SELECT id FROM order_own ORDER BY updated_at DESC LIMIT 5'), pg_temp.has_node('SELECT id FROM ONLY order_own ORDER BY updated_at DESC LIMIT 5');
COMMIT;
\pset tuples_only off
\pset format aligned
DROP VIEW order_view, order_barrier;
DROP TABLE order_own CASCADE;
DROP TABLE order_equal, order_owned;
DROP FUNCTION order_tell;
ALTER TABLE workflow_perms.workflows DROP updated_at, DROP title, DROP rank;
DELETE FROM workflow_perms.accounts WHERE account_id LIKE 'order%';

-- visible_workflows(order_by, page_size, after): all its pages together are what can_view(),
-- ORDER BY and LIMIT give, for every kind of principal, order and index; where a page
-- goes on; and what is refused.
\set VERBOSITY terse
SET client_min_messages = warning;
ALTER TABLE workflow_perms.workflows ADD updated_at timestamptz, ADD title text COLLATE "C",
	ADD rank numeric NOT NULL DEFAULT 0, ADD "Odd ""name" int[], ADD place point;
GRANT SELECT (updated_at, title, rank, "Odd ""name", place) ON workflow_perms.workflows TO regress_app;
\set people 'pages'
\getenv abs_srcdir PG_ABS_SRCDIR
\set with_people :abs_srcdir '/test/people.sql'
\i :with_people
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) VALUES ('pages', 'project', 'member', 'guest');
INSERT INTO workflow_perms.role_grants (account_id, user_id, role, workspace_id) VALUES ('pages', 'viewer', 'viewers', 'w11'), ('pages', 'project', 'viewers', NULL);
SELECT setseed(0.42);
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status, condition, hidden,
		updated_at, title, rank, "Odd ""name")
	SELECT a, 'flow ' || i, 'w' || 1 + floor(18 * random()), (ARRAY['main', 'private'])[1 + (random() < 0.4)::int]::workflow_perms.workflow_visibility,
		(ARRAY['live', 'stopped'])[1 + (random() < 0.2)::int]::workflow_perms.workflow_status,
		CASE WHEN random() < 0.5 THEN ('{"plan": "' || (ARRAY['pro', 'free', 'team'])[1 + floor(3 * random())] || '"}')::workflow_perms.metadata_condition END,
		random() < 0.1,
		CASE WHEN random() < 0.9 THEN timestamptz '2026-01-01 00:00:00+00' + floor(100 * random()) * interval '1.5 seconds' END,
		CASE WHEN random() < 0.7 THEN chr(97 + (26 * random())::int % 26) || ' "\' END,
		round((10 * random())::numeric, 2), CASE WHEN random() < 0.5 THEN ARRAY[(5 * random())::int, NULL] END
	FROM unnest(ARRAY['pages', 'pages2']) a, generate_series(1, 300) i;
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id, expires_at)
	SELECT 'pages', 'flow ' || i, u, CASE WHEN i % 3 = 0 THEN now() - interval '1 day' END
	FROM generate_series(1, 300) i, unnest(ARRAY['member', 'guest', 'service', 'viewer']) u WHERE (i + length(u) * 3) % 11 = 0;
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, role)
	SELECT 'pages', 'flow ' || i, 'crew' FROM generate_series(1, 300) i WHERE i % 17 = 0;
ANALYZE workflow_perms.workflows, workflow_perms.workspaces;

-- All pages of this size, one behind the other.
CREATE FUNCTION pg_temp.pages(order_by text, page_size int) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
	all_ids text[] := '{}';
	after jsonb;
	ids text[];
	cursors jsonb[];
BEGIN
	LOOP
		SELECT array_agg(p.workflow_id ORDER BY p.n), array_agg(p.cursor ORDER BY p.n) INTO ids, cursors
			FROM workflow_perms.visible_workflows(order_by, page_size, after) WITH ORDINALITY AS p (workflow_id, cursor, n);
		all_ids := all_ids || ids;
		IF coalesce(cardinality(ids), 0) < page_size THEN
			RETURN all_ids;
		END IF;
		after := cursors[page_size];
	END LOOP;
END
$$;
CREATE TEMP TABLE told (indexes text, n int, listed int, wrong int, example text);
CREATE PROCEDURE pg_temp.compare(indexes text) LANGUAGE plpgsql AS $$
DECLARE
	asker text;
	o record;
	expected text[];
	size int;
	came text[];
BEGIN
	FOREACH asker IN ARRAY ARRAY['pages/admin', 'pages/member', 'pages/viewer', 'pages/guest', 'pages/project', 'pages/off', 'pages/service',
		'pages/pro', 'pages/free', 'pages/', 'pages2/pro', 'pages2/admin', NULL]
	LOOP
		IF asker IS NOT NULL THEN
			PERFORM CASE split_part(asker, '/', 2) WHEN '' THEN workflow_perms.set_anonymous(split_part(asker, '/', 1))
			ELSE workflow_perms.set_principal(split_part(asker, '/', 1), split_part(asker, '/', 2)) END;
		END IF;
		FOR o IN SELECT c || d || coalesce(' nulls ' || nulls, '') AS text, c, d, nulls
			FROM unnest(ARRAY['updated_at', 'title', 'rank', '"Odd ""name"', 'workflow_id', 'condition']) c,
				unnest(ARRAY['', ' desc']) d, unnest(ARRAY[NULL, 'first', 'last']) nulls
			WHERE nulls IS NULL OR c IN ('updated_at', 'rank')
		LOOP
			EXECUTE format('SELECT array_agg(w.workflow_id ORDER BY w.%1$s, w.workflow_id%2$s) FROM workflow_perms.workflows w WHERE workflow_perms.can_view(w)',
				o.text, o.d) INTO expected;
			FOREACH size IN ARRAY ARRAY[7, 1000] LOOP
				came := pg_temp.pages(o.text, size);
				INSERT INTO told VALUES (indexes, 1, cardinality(came), (came IS DISTINCT FROM coalesce(expected, '{}'))::int,
					CASE WHEN came IS DISTINCT FROM coalesce(expected, '{}') THEN format('%s, %s, %s', asker, o.text, size) END);
			END LOOP;
		END LOOP;
		COMMIT;
	END LOOP;
END
$$;
CALL pg_temp.compare('none');
-- An index of rows with chains of versions is of no use to transactions while one of the cluster is older than it.
VACUUM FULL workflow_perms.workflows;
CREATE INDEX pages_walk ON workflow_perms.workflows (account_id, updated_at, workflow_id);
CREATE INDEX pages_walk_title ON workflow_perms.workflows (account_id, title, workflow_id);
CALL pg_temp.compare('to walk');
CREATE INDEX pages_merge ON workflow_perms.workflows (account_id, workspace_id, updated_at, workflow_id);
CREATE INDEX pages_merge_title ON workflow_perms.workflows (account_id, workspace_id, title, workflow_id) INCLUDE (rank);
CREATE INDEX pages_merge_rank ON workflow_perms.workflows (account_id, workspace_id, rank DESC, workflow_id DESC);
CREATE INDEX pages_merge_odd ON workflow_perms.workflows (account_id, workspace_id, "Odd ""name" DESC NULLS LAST, workflow_id DESC);
CREATE INDEX pages_merge_id ON workflow_perms.workflows (account_id, workspace_id, workflow_id);
CREATE INDEX pages_merge_condition ON workflow_perms.workflows (account_id, workflow_perms.condition_hash(condition), updated_at DESC, workflow_id DESC);
CREATE INDEX pages_walk_nulls ON workflow_perms.workflows (account_id, updated_at NULLS FIRST, workflow_id);
CALL pg_temp.compare('to walk or to merge');
DROP INDEX workflow_perms.pages_walk, workflow_perms.pages_walk_title, workflow_perms.pages_walk_nulls;
CALL pg_temp.compare('to merge');
SELECT indexes, sum(n) AS lists, sum(listed) > 10000 AS enough, sum(wrong) AS wrong, min(example) AS example FROM told GROUP BY 1 ORDER BY indexes COLLATE "C";


-- However a page is read: most workspaces are reached; half, where the newest rows lie
-- or where they do not; few. The index on (account_id, updated_at) is back.
VACUUM FULL workflow_perms.workflows;
CREATE INDEX pages_walk ON workflow_perms.workflows (account_id, updated_at, workflow_id);
SELECT FROM workflow_perms.create_account('pages3', 'admin');
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role)
	SELECT 'pages3', u, 'member', 'member' FROM unnest(ARRAY['all', 'new', 'old', 'few']) u;
INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata) VALUES
	('pages3', 'pro', 'connected', '{"plan": "pro"}'), ('pages3', 'free', 'connected', '{"plan": "free"}');
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind)
	SELECT 'pages3', 'w' || i, CASE i WHEN 0 THEN 'project' ELSE 'closed' END::workflow_perms.workspace_kind FROM generate_series(0, 200) i;
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id)
	SELECT 'pages3', 'w' || i, u FROM generate_series(1, 200) i, unnest(ARRAY['all', 'new', 'old', 'few']) u
	WHERE u = 'all' OR (u = 'new' AND i <= 100) OR (u = 'old' AND i > 100) OR (u = 'few' AND i IN (2, 102));
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status, updated_at, condition)
	SELECT 'pages3', 'flow ' || i, 'w' || CASE WHEN i % 2 = 0 THEN 0 WHEN i > 1000 THEN 1 + i % 100 ELSE 101 + i % 100 END, 'main', 'live',
		timestamptz '2026-01-01' + i * interval '1 day', ('{"plan": "' || CASE WHEN i > 1000 THEN 'pro' ELSE 'free' END || '"}')::workflow_perms.metadata_condition
	FROM generate_series(1, 2000) i;
ANALYZE workflow_perms.workflows, workflow_perms.workspaces;
\pset tuples_only on
\pset format unaligned
SELECT 'BEGIN', format('DO $$BEGIN PERFORM workflow_perms.set_principal(''pages3'', %L); END$$', who),
		format('SELECT %L, count(*), min(workflow_id), max(workflow_id) FROM workflow_perms.visible_workflows(%L, 5)', who || ' by ' || o, o),
		'COMMIT'
	FROM unnest(ARRAY['all', 'new', 'old', 'few', 'pro', 'free']) who, unnest(ARRAY['updated_at desc', 'title']) o \gexec

-- A cursor is {"id", "order", "value"}; rows may go, come and move between two pages.
BEGIN;
DO $$BEGIN PERFORM workflow_perms.set_principal('pages3', 'all'); END$$;
SET LOCAL TimeZone = 'UTC';
SET LOCAL DateStyle = 'SQL, DMY';
CREATE TEMP TABLE page AS SELECT * FROM workflow_perms.visible_workflows('UPDATED_AT  Desc Nulls Last', 3) WITH ORDINALITY AS p (workflow_id, cursor, n);
TABLE page;
DELETE FROM workflow_perms.workflows WHERE account_id = 'pages3' AND workflow_id = (SELECT workflow_id FROM page WHERE n = 3);
UPDATE workflow_perms.workflows SET updated_at = '2040-01-01 00:00:00+00' WHERE account_id = 'pages3' AND workflow_id = 'flow 1993';
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, updated_at) SELECT 'pages3', 'new', 'w1', 'main', updated_at
	FROM workflow_perms.workflows WHERE account_id = 'pages3' AND workflow_id = 'flow 1991';
SELECT v.workflow_id FROM page, workflow_perms.visible_workflows('updated_at desc nulls last', 4, page.cursor) v WHERE page.n = 3;
-- Made up, it is a place as any other.
SELECT workflow_id FROM workflow_perms.visible_workflows('updated_at', 2, '{"id": "", "order": "updated_at", "value": "2027-01-01"}');
SELECT workflow_id FROM workflow_perms.visible_workflows('workflow_id', 2, '{"id": "flow 1''; DROP TABLE x; --", "order": "workflow_id", "value": "anything"}');
ROLLBACK;

-- The application's role: an order takes the right to read its column, and shows nothing else.
BEGIN; DO $$BEGIN PERFORM matrix.become('pages3/few', 'regress_app'); END$$;
SELECT workflow_id FROM workflow_perms.visible_workflows('updated_at desc', 2);
SELECT string_agg(w.workflow_id, ' ' ORDER BY p.n) FROM workflow_perms.visible_workflows('updated_at desc', 4) WITH ORDINALITY AS p (workflow_id, cursor, n) JOIN workflow_perms.workflows w USING (workflow_id);
ROLLBACK;
REVOKE SELECT ON workflow_perms.workflows FROM regress_app;
BEGIN; DO $$BEGIN PERFORM matrix.become('pages3/few', 'regress_app'); END$$; SELECT count(*) FROM workflow_perms.visible_workflows('updated_at'); ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('pages3/few', 'regress_app'); END$$; SELECT workflow_id FROM workflow_perms.visible_workflows('condition'); ROLLBACK;
GRANT SELECT ON workflow_perms.workflows TO regress_app;
-- Nobody set, inactive, anonymous: nothing, whatever is asked for.
SELECT count(*) FROM workflow_perms.visible_workflows('updated_at');
BEGIN; DO $$BEGIN PERFORM workflow_perms.set_principal('pages', 'off'); END$$; SELECT count(*) FROM workflow_perms.visible_workflows('updated_at'); ROLLBACK;
BEGIN; DO $$BEGIN PERFORM workflow_perms.set_anonymous('pages'); END$$; SELECT count(*) FROM workflow_perms.visible_workflows('updated_at'); ROLLBACK;
-- It writes nothing, and runs in a worker.
BEGIN READ ONLY;
DO $$BEGIN PERFORM workflow_perms.set_principal('pages3', 'all'); END$$;
SELECT set_config(name, 'on', true) FROM pg_settings WHERE name IN ('force_parallel_mode', 'debug_parallel_query');
SELECT count(*), min(cursor ->> 'order') FROM workflow_perms.visible_workflows('title', 1000);
ROLLBACK;

-- Whoever chooses page sizes does not use up the plans that a session keeps: 100 sizes take the
-- plans of eight, and the plan of another order is kept as well. Each page has its rows.
\c -
BEGIN;
SELECT FROM workflow_perms.set_principal('pages3', 'all');
SELECT count(*) AS pages, count(*) FILTER (WHERE n <> size) AS wrong
	FROM (SELECT size, (SELECT count(*) FROM workflow_perms.visible_workflows('updated_at', size)) AS n FROM generate_series(1, 100) AS size) AS sizes;
SELECT count(*) FROM workflow_perms.visible_workflows('title desc', 30);
SELECT substring(ident FROM 'ORDER BY w.(\w+)') AS kept, count(*) FROM pg_backend_memory_contexts
	WHERE name = 'CachedPlanSource' AND ident ~ 'ORDER BY w' GROUP BY 1 ORDER BY 1;
ROLLBACK;

-- What is refused
\set VERBOSITY default
SELECT workflow_perms.visible_workflows(NULL);
SELECT workflow_perms.visible_workflows('');
SELECT workflow_perms.visible_workflows('updated_at, title');
SELECT workflow_perms.visible_workflows('updated_at desc; DROP TABLE x');
SELECT workflow_perms.visible_workflows('lower(title)');
SELECT workflow_perms.visible_workflows('updated_at nulls');
SELECT workflow_perms.visible_workflows('"updated_at');
SELECT workflow_perms.visible_workflows('1');
SELECT workflow_perms.visible_workflows('"Updated_at"');
SELECT workflow_perms.visible_workflows('ctid');
SELECT workflow_perms.visible_workflows('place');
SELECT workflow_perms.visible_workflows('title', 0);
SELECT workflow_perms.visible_workflows('title', 1001);
SELECT workflow_perms.visible_workflows('title', NULL);
SELECT workflow_perms.visible_workflows('title', 20, '[]');
SELECT workflow_perms.visible_workflows('title', 20, '{"id": "a", "order": "title", "value": "b", "more": 1}');
SELECT workflow_perms.visible_workflows('title', 20, '{"id": "a", "order": "title desc", "value": "b"}');
SELECT workflow_perms.visible_workflows('title', 20, '{"id": 1, "order": "title", "value": "b"}');
SELECT workflow_perms.visible_workflows('title', 20, '{"id": null, "order": "title", "value": "b"}');
SELECT workflow_perms.visible_workflows('title', 20, '{"id": "a", "order": "title", "val": "b"}');
SELECT workflow_perms.visible_workflows('rank', 20, '{"id": "a", "order": "rank", "value": null}');
SELECT workflow_perms.visible_workflows('rank', 20, '{"id": "a", "order": "rank", "value": "b"}');
\set VERBOSITY terse
\pset tuples_only off
\pset format aligned
ALTER TABLE workflow_perms.workflows DROP updated_at, DROP title, DROP rank, DROP "Odd ""name", DROP place;
DROP INDEX workflow_perms.pages_merge_id;
DELETE FROM workflow_perms.accounts WHERE account_id LIKE 'pages%';

-- Conditions of the application's own tables: each distinct one is evaluated once for a list,
-- found by an index on condition_digest(). The list is what the check says of each row, whatever
-- has become of rows and index in between.
SET client_min_messages = warning;
SET jit = off;
\getenv abs_srcdir PG_ABS_SRCDIR
\set model_made :abs_srcdir '/test/model_made.sql'
\i :model_made
\pset format unaligned
\pset tuples_only
CREATE SCHEMA digest;
SELECT workflow_perms.create_account(a, 'boss') FROM unnest('{7,8}'::text[]) a;
INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata) SELECT '7', 'u' || i, 'connected', jsonb_build_object('plan', 'p' || i, 'seats', 40 * i) FROM generate_series(1, 5) i;
INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata) VALUES ('8', 'u1', 'connected', '{"plan": "p1"}');
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) VALUES ('7', 'mo', 'member', 'member');
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) SELECT a, 'shop' || i, 'project' FROM unnest('{7,8}'::text[]) a, generate_series(1, 3) i;
INSERT INTO workflow_perms.role_grants (account_id, user_id, role, workspace_id) VALUES ('7', 'mo', 'Member', 'shop1');

-- A quarter each of equalities, ranges, alternatives and what only the user's id decides; some rows without.
CREATE FUNCTION digest.condition(i int, distinct_ones int) RETURNS workflow_perms.metadata_condition LANGUAGE sql AS $$
	SELECT (CASE i % 5 WHEN 0 THEN format('{"plan": "p%s"}', i % distinct_ones) WHEN 1 THEN format('{"seats": {"$gte": %s}}', 100 + i % distinct_ones)
		WHEN 2 THEN format('{"$or": [{"plan": "p%s"}, {"seats": {"$gt": %s}}]}', i % distinct_ones, 120 + i % distinct_ones) WHEN 3 THEN format('{"$userId": "u%s"}', i % distinct_ones)
		END)::workflow_perms.metadata_condition $$;
CREATE TABLE digest.flows (org bigint, id int PRIMARY KEY, space text, audience workflow_perms.metadata_condition, title text);
INSERT INTO digest.flows SELECT CASE WHEN i % 10 = 9 THEN 8 ELSE 7 END, i, 'shop' || 1 + i % 3, digest.condition(i, 100), 'flow ' || i FROM generate_series(1, 6000) i;
CREATE INDEX ON digest.flows (org, space);
GRANT USAGE ON SCHEMA digest TO regress_app;
GRANT SELECT, UPDATE ON digest.flows TO regress_app;
\set protect 'workspace => ''space'', visibility => ''''''main'''''', status => ''''''live'''''', condition => ''audience'')'
SELECT workflow_perms.protect('digest.flows', account => 'org', workflow => 'id', :protect;
ANALYZE digest.flows;

-- The same protected again has the same indexes, and one that continues serves as well.
SELECT workflow_perms.protect('digest.flows', account => 'org', workflow => 'id', :protect;
SELECT indexdef FROM pg_indexes WHERE schemaname = 'digest' ORDER BY indexname;

-- For each that asks, in a transaction of its own: what is listed before and after each change, and, if it is not
-- the same, what the check says yes to, row by row.
CREATE PROCEDURE digest.compare(relation text, changes text[] DEFAULT '{}', INOUT lists text DEFAULT '') LANGUAGE plpgsql AS $$
DECLARE
	asker record;
	change text;
	listed int[];
	checked int[];
BEGIN
	FOR asker IN SELECT * FROM (VALUES ('7', 'u1'), ('7', 'u2'), ('7', 'u3'), ('7', 'u5'), ('7', NULL), ('8', 'u1'), ('7', 'mo')) AS a (account, who) LOOP
		lists := lists || coalesce(asker.who, 'anonymous') || ' of ' || asker.account || ':';
		PERFORM CASE WHEN asker.who IS NULL THEN workflow_perms.set_anonymous(asker.account) ELSE workflow_perms.set_principal(asker.account, asker.who) END;
		FOREACH change IN ARRAY ARRAY['SELECT'] || changes LOOP
			EXECUTE change;
			SET LOCAL ROLE regress_app;
			EXECUTE format('SELECT array_agg(id ORDER BY id) FROM %s', relation) INTO listed;
			RESET ROLE;
			EXECUTE format('SELECT array_agg(id ORDER BY id) FROM (SELECT * FROM %s OFFSET 0) q WHERE workflow_perms.can_view(org::text, NULL, space, ''main'', ''live'', audience, false)', relation) INTO checked;
			lists := lists || ' ' || coalesce(cardinality(listed), 0) || CASE WHEN listed IS DISTINCT FROM checked THEN ' and not ' || coalesce(cardinality(checked), 0) ELSE '' END;
		END LOOP;
		ROLLBACK;
		lists := lists || E'\n';
	END LOOP;
END
$$;
CALL digest.compare('digest.flows');
SET enable_seqscan = off;
CALL digest.compare('digest.flows');

-- What finds them, and how many are expected: within ten times of what they are.
CREATE PROCEDURE digest.plan(relation text, INOUT plans text DEFAULT '') LANGUAGE plpgsql AS $$
DECLARE
	asker text;
	line text;
	rows int[];
BEGIN
	FOREACH asker IN ARRAY '{u1,u2,u3,u5,mo}'::text[] LOOP
		rows := NULL;
		PERFORM workflow_perms.set_principal('7', asker);
		SET LOCAL ROLE regress_app;
		FOR line IN EXECUTE 'EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF) SELECT FROM ' || relation LOOP
			IF rows IS NULL THEN
				rows := ARRAY[substring(line FROM 'rows=(\d+)'), substring(line FROM '.*rows=(\d+)')];
				plans := plans || asker || ': ' || CASE WHEN greatest(rows[1], rows[2]) <= 10 * greatest(1, least(rows[1], rows[2])) THEN 'as expected' ELSE 'not as expected: ' || rows::text END;
			ELSIF line ~ 'Index Cond: .*condition_digest' THEN
				plans := plans || ', ' || regexp_replace(line, '^ *', '');
			END IF;
		END LOOP;
		ROLLBACK;
		plans := plans || E'\n';
	END LOOP;
END
$$;
CALL digest.plan('digest.flows');

-- Within a transaction: new conditions, changed ones, what was rolled back, rows that are gone, upserted, merged; rows
-- that come where triggers do not fire.
CALL digest.compare('digest.flows', ARRAY[
	$$INSERT INTO digest.flows SELECT 7, 10000 + i, 'shop1', format('{"plan": {"$in": ["p1", "new%s"]}}', i)::workflow_perms.metadata_condition FROM generate_series(1, 5) i$$,
	$$UPDATE digest.flows SET audience = '{"plan": "p2"}' WHERE id > 10000$$,
	$$DO 'BEGIN UPDATE digest.flows SET audience = ''{"seats": 40}''; RAISE division_by_zero; EXCEPTION WHEN division_by_zero THEN NULL; END'$$,
	$$DELETE FROM digest.flows WHERE id IN (10001, 10002)$$,
	$$INSERT INTO digest.flows VALUES (7, 10003, 'shop2', '{"seats": 40}') ON CONFLICT (id) DO UPDATE SET audience = excluded.audience$$,
	$$MERGE INTO digest.flows f USING (VALUES (10003), (10009)) AS m (id) ON f.id = m.id
		WHEN MATCHED THEN UPDATE SET audience = '{"seats": {"$lt": 41}}' WHEN NOT MATCHED THEN INSERT VALUES (7, m.id, 'shop2', '{"seats": {"$lt": 42}}')$$,
	$$SET LOCAL session_replication_role = replica$$,
	$$INSERT INTO digest.flows VALUES (7, 10010, 'shop2', '{"seats": {"$in": [40, 80]}}')$$]);

-- An open cursor finds what it saw, when all conditions are others.
BEGIN;
SELECT FROM workflow_perms.set_principal('7', 'u2');
SET LOCAL ROLE regress_app;
DECLARE listed CURSOR FOR SELECT id FROM digest.flows;
RESET ROLE;
UPDATE digest.flows SET audience = '{"plan": "of nobody"}' WHERE audience IS NOT NULL;
DELETE FROM digest.flows WHERE id % 2 = 0;
\echo :ROW_COUNT
SET LOCAL ROLE regress_app;
SELECT count(*) FROM digest.flows;
MOVE ALL FROM listed;
\echo :ROW_COUNT
ROLLBACK;

-- The first rows of a digest are dead: another one is read.
BEGIN;
UPDATE digest.flows SET audience = '{"plan": "p1", "seats": {"$gt": 0}}' WHERE id % 3 = 0;
ROLLBACK;
UPDATE digest.flows SET audience = '{"plan": "p1", "seats": {"$gt": 0}}' WHERE id % 300 = 0;
CALL digest.compare('digest.flows');

-- Conditions that no row has any more are forgotten.
CREATE FUNCTION digest.kept() RETURNS bigint LANGUAGE sql AS $$
	SELECT coalesce(sum(total_bytes), 0)::bigint FROM pg_backend_memory_contexts WHERE name LIKE 'workflow_perms %conditions%' $$;
CREATE TABLE digest.changing (org text, id int, space text, audience workflow_perms.metadata_condition);
CREATE INDEX ON digest.changing (org, space);
GRANT SELECT ON digest.changing TO regress_app;
SELECT workflow_perms.protect('digest.changing', account => 'org', workflow => 'id', :protect;
CREATE PROCEDURE digest.change(round int) LANGUAGE plpgsql AS $$
BEGIN
	TRUNCATE digest.changing;
	INSERT INTO digest.changing SELECT 7, i, 'shop1', format('{"plan": {"$in": ["p1", "r%s-%s"]}}', round, i)::workflow_perms.metadata_condition FROM generate_series(1, 2000) i;
	COMMIT;
	PERFORM workflow_perms.set_principal('7', 'u1');
	SET LOCAL ROLE regress_app;
	EXECUTE 'SELECT FROM digest.changing'; -- planned each time
	COMMIT;
END
$$;
CALL digest.change(1);
SELECT digest.kept() AS once \gset
CALL digest.change(2);
CALL digest.change(3);
CALL digest.change(4);
CALL digest.change(5);
CALL digest.change(6);
CALL digest.change(7);
SELECT digest.kept() < 3 * :once AS bounded;

-- A cached plan serves another principal. A parallel worker reads for itself.
SET plan_cache_mode = force_generic_plan;
PREPARE listed AS SELECT count(*) FROM digest.flows;
BEGIN; SELECT FROM workflow_perms.set_principal('7', 'u1'); SET LOCAL ROLE regress_app; EXECUTE listed; COMMIT;
BEGIN; SELECT FROM workflow_perms.set_principal('7', 'u5'); SET LOCAL ROLE regress_app; EXECUTE listed; COMMIT;
BEGIN; SELECT FROM workflow_perms.set_principal('7', 'mo'); SET LOCAL ROLE regress_app; EXECUTE listed; COMMIT;
DEALLOCATE listed;
RESET plan_cache_mode;
SET max_parallel_workers_per_gather = 2;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET min_parallel_index_scan_size = 0;
SET cpu_operator_cost = 1;
CALL digest.compare('digest.flows');
RESET max_parallel_workers_per_gather;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
RESET min_parallel_index_scan_size;
RESET cpu_operator_cost;

-- Partitions have indexes of their own; a new one is found, too. Ids of other types; the other order.
CREATE TABLE digest.parts (org uuid, id int, space text, audience workflow_perms.metadata_condition) PARTITION BY RANGE (id);
CREATE TABLE digest.parts_1 PARTITION OF digest.parts FOR VALUES FROM (0) TO (3000);
CREATE INDEX ON digest.parts (org, space);
CREATE INDEX ON digest.parts (org, workflow_perms.condition_digest(audience) DESC, id);
GRANT SELECT ON digest.parts TO regress_app;
SELECT workflow_perms.create_account('00000000-0000-4000-8000-000000000007', 'boss');
INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata) SELECT '00000000-0000-4000-8000-000000000007', user_id, kind, metadata FROM workflow_perms.users WHERE account_id = '7' AND kind = 'connected';
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) SELECT '00000000-0000-4000-8000-000000000007', workspace_id, kind FROM workflow_perms.workspaces WHERE account_id = '7' AND kind = 'project';
SELECT workflow_perms.protect('digest.parts', account => 'org', workflow => 'id', :protect;
CREATE TABLE digest.parts_2 (audience workflow_perms.metadata_condition, space text, org uuid, id int);
ALTER TABLE digest.parts ATTACH PARTITION digest.parts_2 FOR VALUES FROM (3000) TO (10000);
INSERT INTO digest.parts SELECT '00000000-0000-4000-8000-000000000007', id, space, audience FROM digest.flows;
ANALYZE digest.parts;
BEGIN;
SELECT FROM workflow_perms.set_principal('7', 'u2');
SELECT count(*) FROM digest.flows WHERE org IN (7, 8) AND workflow_perms.can_view('7', NULL, space, 'main', 'live', audience, false);
COMMIT;
BEGIN;
SELECT FROM workflow_perms.set_principal('00000000-0000-4000-8000-000000000007', 'u2');
SET LOCAL ROLE regress_app;
SELECT count(*) FROM digest.parts;
COMMIT;
CREATE FUNCTION digest.lines(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
		IF line ~ 'Index Cond: .*condition_digest' THEN
			RETURN NEXT regexp_replace(line, '^ *', '');
		END IF;
	END LOOP;
END
$$;
BEGIN;
SELECT FROM workflow_perms.set_principal('00000000-0000-4000-8000-000000000007', 'u2');
SET LOCAL ROLE regress_app;
SELECT * FROM digest.lines('SELECT FROM digest.parts');
COMMIT;
-- An index on conditions of which no account comes first, or that is none: not used.
CREATE TABLE digest.others (org text, id int, space text, audience workflow_perms.metadata_condition);
INSERT INTO digest.others SELECT org, id, space, audience FROM digest.flows;
CREATE INDEX ON digest.others (workflow_perms.condition_digest(audience));
CREATE INDEX ON digest.others (space, workflow_perms.condition_digest(audience));
CREATE INDEX ON digest.others (org, workflow_perms.condition_digest((audience::text)::workflow_perms.metadata_condition));
CREATE INDEX ON digest.others (org, (audience IS NULL));
GRANT SELECT ON digest.others TO regress_app;
ALTER TABLE digest.others ENABLE ROW LEVEL SECURITY;
CREATE POLICY see ON digest.others USING (workflow_perms.can_view(org, NULL, space, 'main', 'live', audience, false));
BEGIN;
SELECT FROM workflow_perms.set_principal('7', 'u2');
SET LOCAL ROLE regress_app;
SELECT * FROM digest.lines('SELECT FROM digest.others');
COMMIT;
CALL digest.compare('digest.others');
CREATE INDEX ON digest.others (org, workflow_perms.condition_digest(audience));
CALL digest.compare('digest.others');

-- An index on what only looks like the account, beside one that serves.
CREATE TABLE digest.alike (org varchar, id int, space text, audience workflow_perms.metadata_condition);
INSERT INTO digest.alike SELECT org, id, space, audience FROM digest.flows;
CREATE INDEX ON digest.alike (org, space);
GRANT SELECT ON digest.alike TO regress_app;
SELECT workflow_perms.protect('digest.alike', account => 'org', workflow => 'id', :protect;
CREATE INDEX ON digest.alike ((org::text), workflow_perms.condition_digest(audience));
ANALYZE digest.alike;
CALL digest.compare('digest.alike');
-- An index that is given up while it is read (REINDEX CONCURRENTLY, DROP INDEX CONCURRENTLY) is read on.
BEGIN;
SELECT FROM workflow_perms.set_principal('7', 'u2');
SET LOCAL cursor_tuple_fraction = 1;
SET LOCAL ROLE regress_app;
SELECT count(*) FROM digest.lines('DECLARE listed CURSOR FOR SELECT FROM digest.alike');
DECLARE listed CURSOR FOR SELECT FROM digest.alike;
RESET ROLE;
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'digest.alike_org_condition_digest_idx'::regclass;
SET LOCAL ROLE regress_app;
MOVE ALL FROM listed;
\echo :ROW_COUNT
ROLLBACK;

-- A digest names a condition: equal for equal ones, however they are spelt.
SELECT workflow_perms.condition_digest('{"a": 1, "b": 2}') = workflow_perms.condition_digest('{"b": 2.0, "a": {"$eq": 1}}') AS equal,
	count(DISTINCT workflow_perms.condition_digest(audience)) = count(DISTINCT audience) AS distinct, workflow_perms.condition_digest(NULL) IS NULL AS none FROM digest.flows;
-- Nobody asks which conditions there are.
-- Minor releases say it in other words.
DO $$ BEGIN
	PERFORM workflow_perms._matching(NULL, 'digest.flows_org_condition_digest_idx'::regclass);
	RAISE EXCEPTION 'it can be called';
EXCEPTION WHEN undefined_function OR feature_not_supported THEN
END $$;
SELECT workflow_perms.unprotect('digest.flows');
SELECT indexname FROM pg_indexes WHERE schemaname = 'digest' AND tablename = 'flows' ORDER BY 1;
SET client_min_messages = error;
DROP SCHEMA digest CASCADE;

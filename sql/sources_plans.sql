-- Over sources nothing is read that need not be (spec 6.4): whatever is asked about one user or
-- workflow, each of the application's tables is looked at by its indexes. No look-up is a scan of
-- a table from end to end; lists of a whole account may be.
\set VERBOSITY terse
\set SHOW_CONTEXT never
\getenv abs_srcdir PG_ABS_SRCDIR
\set product_database :abs_srcdir '/test/product_database.sql'
\set ECHO none
\i :product_database
\set ECHO all
-- Enough of everything for a scan to be dear.
INSERT INTO app.orgs SELECT app.uid('O', i), 'O' || i FROM generate_series(1, 3000) i;
INSERT INTO app.users SELECT app.uid('U', i), app.uid('o', 1 + i % 2), 'U' || i, 'viewer', NULL FROM generate_series(1, 3000) i;
INSERT INTO app.folders SELECT app.uid('F', i), app.uid('o', 1 + i % 2), 'closed' FROM generate_series(1, 3000) i;
INSERT INTO app.teams SELECT app.uid('T', i), app.uid('o', 1 + i % 2) FROM generate_series(1, 3000) i;
INSERT INTO app.folder_shares SELECT app.uid('F', i), NULL, app.uid('U', i), NULL FROM generate_series(1, 3000) i;
INSERT INTO app.team_members SELECT t.id, u.id FROM app.teams t JOIN app.users u USING (org_id) WHERE u.email ^@ 'U' AND t.id IN (SELECT app.uid('t', i) FROM generate_series(1, 4) i);
INSERT INTO app.flows SELECT app.uid('W', i), app.uid('o', 1 + i % 2), app.uid('F', 1 + (i * 2 + i % 2 + 2999) % 3000), 'active', app.uid('U', 1 + (i * 2 + i % 2 + 2999) % 3000), i % 3 = 0, NULL, false
	FROM generate_series(1, 6000) i;
INSERT INTO app.flow_shares SELECT app.uid('W', i), app.uid('U', 1 + (i * 2 + i % 2 + 2997) % 3000) FROM generate_series(1, 6000) i;
INSERT INTO app.end_users SELECT app.uid('E', i), app.uid('o', 1 + i % 2), '{"plan": "free"}' FROM generate_series(1, 3000) i;
VACUUM ANALYZE;
UPDATE app.flows SET is_private = false WHERE id IN (app.uid('W', 40), app.uid('W', 41));
UPDATE app.folders SET kind = 'open' WHERE id IN (SELECT folder_id FROM app.flows WHERE id IN (app.uid('W', 40), app.uid('W', 41)));
SELECT workflow_perms.read_from(t, ('app.wp_' || t)::regclass) FROM unnest(workflow_perms._source_tables()) t;

-- How often each of the application's tables is read from end to end, by what is asked.
CREATE FUNCTION app.scans(asked text) RETURNS TABLE (read_whole text) LANGUAGE plpgsql SET workflow_perms.allow_principal_change = on AS $$
BEGIN
	CREATE TEMP TABLE before ON COMMIT DROP AS SELECT relname, seq_scan FROM pg_stat_xact_user_tables WHERE schemaname = 'app';
	EXECUTE asked;
	RETURN QUERY SELECT coalesce(string_agg(s.relname::text, ' ' ORDER BY s.relname), 'none')
		FROM pg_stat_xact_user_tables s JOIN before b USING (relname) WHERE s.schemaname = 'app' AND s.seq_scan > b.seq_scan;
	DROP TABLE before;
END
$$;
CREATE TABLE app.asked (n int GENERATED ALWAYS AS IDENTITY, what text);
INSERT INTO app.asked (what) VALUES
	('SELECT workflow_perms.set_principal(%1$L, %2$L)'),
	('SELECT workflow_perms.can_view(%4$L)'),
	('SELECT workflow_perms.can_view(''nonsense'')'),
	('SELECT workflow_perms.can_view_draft(%4$L), workflow_perms.can_edit(%4$L), workflow_perms.can_publish(%4$L), workflow_perms.can_delete(%4$L), workflow_perms.can_manage_members(%4$L), workflow_perms.can_run(%4$L)'),
	('SELECT workflow_perms.can_create(%5$L), workflow_perms.can_access_workspace(%5$L), workflow_perms.can(''workflows.view'', %5$L)'),
	('SELECT workflow_perms.can_enable(%4$L) FROM workflow_perms.set_principal(%1$L, %3$L)'),
	('SELECT * FROM workflow_perms.explain_access(''view'', %4$L)'),
	('SELECT * FROM workflow_perms.explain_access(''edit'', %4$L)'),
	('SELECT workflow_perms.principal(%1$L, %2$L)'),
	('SELECT workflow_perms.principal(%1$L, %3$L)'),
	('INSERT INTO workflow_perms.execution_rules (account_id, workflow_id, user_id, effect) VALUES (%1$L, %4$L, %2$L, ''grant'')'),
	('SELECT workflow_perms.enable(%4$L) FROM workflow_perms.set_principal(%1$L, %3$L)'),
	('SELECT workflow_perms.connect(''crm'') FROM workflow_perms.set_principal(%1$L, %3$L)'),
	('SELECT count(*) FROM workflow_perms.visible_workflows()');
SELECT a.n, s.read_whole, a.what
	FROM app.asked a, LATERAL app.scans(format(a.what, app.uid('o', 1), app.uid('U', 40), app.uid('E', 40), app.uid('W', 40), app.uid('F', 40))) s
	ORDER BY a.n;

-- Once more with plans that are kept for every value, and in the account that is a part of all.
SET plan_cache_mode = force_generic_plan;
SELECT a.n, s.read_whole
	FROM app.asked a, LATERAL app.scans(format(a.what, app.uid('o', 2), app.uid('U', 41), app.uid('E', 41), app.uid('W', 41), app.uid('F', 41))) s
	ORDER BY a.n;
-- coalesce() of ids, in each type: each of its columns is looked up by its own index, with the same result; a join is not taken apart.
CREATE TABLE app.placed (n int, u uuid, v uuid, b bigint, c bigint, d bigint, t text, w varchar);
INSERT INTO app.placed SELECT i, CASE WHEN i % 3 > 0 THEN app.uid('p', i % 700) END, CASE WHEN i % 5 > 0 THEN app.uid('p', i % 900) END,
		CASE WHEN i % 3 > 0 THEN i % 700 END, CASE WHEN i % 5 > 0 THEN i % 900 END, i % 11 * 100, CASE WHEN i % 3 > 0 THEN 't' || i % 700 END, CASE WHEN i % 5 > 0 THEN 't' || i % 900 END
	FROM generate_series(1, 9000) i;
SELECT format('CREATE INDEX ON app.placed (%I)', c) FROM unnest('{u,v,b,c,d,t,w}'::text[]) c \gexec
VACUUM ANALYZE app.placed;
CREATE VIEW app.places AS SELECT n, coalesce(u, v)::text COLLATE "C" AS of_uuid, coalesce(b, c, d)::text COLLATE "C" AS of_number, coalesce(t, w)::text COLLATE "C" AS of_text FROM app.placed;
EXPLAIN (COSTS OFF) SELECT FROM app.places WHERE of_uuid OPERATOR(workflow_perms.==) '00000000-0000-0000-0000-000000000000';
EXPLAIN (COSTS OFF) SELECT FROM app.places WHERE '7' OPERATOR(workflow_perms.==) of_number;
EXPLAIN (COSTS OFF) SELECT FROM app.places WHERE of_text OPERATOR(workflow_perms.==) 't7';
EXPLAIN (COSTS OFF) SELECT FROM app.places p JOIN app.folders f ON p.of_uuid OPERATOR(workflow_perms.==) f.id::text;
SELECT count(*) AS ids, sum(found) > 1000 AS found, count(*) FILTER (WHERE found <> same) AS differ
	FROM (SELECT of_uuid FROM app.places UNION SELECT of_number FROM app.places UNION SELECT of_text FROM app.places UNION VALUES ('007'), ('')) i (id),
		LATERAL (SELECT count(*) FROM (SELECT FROM app.places WHERE of_uuid OPERATOR(workflow_perms.==) i.id UNION ALL SELECT FROM app.places WHERE of_number OPERATOR(workflow_perms.==) i.id
			UNION ALL SELECT FROM app.places WHERE of_text OPERATOR(workflow_perms.==) i.id OFFSET 0) x) AS a (found),
		LATERAL (SELECT count(*) FILTER (WHERE of_uuid = i.id) + count(*) FILTER (WHERE of_number = i.id) + count(*) FILTER (WHERE of_text = i.id) FROM app.places) AS b (same)
	WHERE i.id IS NOT NULL AND hashtext(i.id) % 20 = 0;
\c contrib_regression
DROP DATABASE regress_sources;

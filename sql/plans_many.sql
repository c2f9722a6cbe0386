-- Decisions in plans where a principal holds more than estimates look at: whatever is
-- estimated, the rows are those on which the decision says yes, also in parallel
-- workers and in plans that are kept; and one row that is asked for by its id is found
-- by it, whoever asks.
SET client_min_messages = warning;
SET jit = off;
\getenv abs_srcdir PG_ABS_SRCDIR
\set model_made :abs_srcdir '/test/model_made.sql'
\i :model_made
CREATE SCHEMA many;
SELECT workflow_perms.create_account('many', 'boss');
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role)
	SELECT 'many', u, 'member', 'guest' FROM unnest('{all,third,few}'::text[]) AS u;
INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata) VALUES ('many', 'odd', 'connected', '{"odd": true, "n": 900}');
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind)
	SELECT 'many', 'w' || i, 'closed'::workflow_perms.workspace_kind FROM generate_series(1, 600) AS i UNION ALL SELECT 'many', 'project', 'project';
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id)
	SELECT 'many', 'w' || i, 'all' FROM generate_series(1, 600) AS i
	UNION ALL SELECT 'many', 'w' || i, 'third' FROM generate_series(1, 200) AS i
	UNION ALL SELECT 'many', 'w' || i, 'few' FROM generate_series(7, 9) AS i;
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status)
	SELECT 'many', 'f' || i, 'w' || 1 + i % 600, CASE WHEN i % 4 = 0 THEN 'private' ELSE 'main' END::workflow_perms.workflow_visibility, 'live'
	FROM generate_series(1, 4800) AS i;
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status, condition)
	SELECT 'many', 'c' || i, 'project', 'main', 'live', format('{"odd": %s, "n": {"$gte": %s}}', CASE WHEN i % 2 = 1 THEN 'true' ELSE 'false' END, i)::workflow_perms.metadata_condition
	FROM generate_series(1, 1000) AS i;
ANALYZE workflow_perms.workflows;

CREATE TABLE many.askers (who text PRIMARY KEY);
INSERT INTO many.askers VALUES ('all'), ('third'), ('few'), ('odd');
CREATE TABLE many.found (leaning text, who text, n int, right_rows boolean, way text);
-- The rows, and what the plan is led by.
CREATE PROCEDURE many.compare(leaning text, query text DEFAULT 'SELECT array_agg(workflow_id) FROM workflow_perms.workflows w WHERE account_id = workflow_perms.principal_account() AND workflow_perms.can_view(w)')
LANGUAGE plpgsql AS $$
DECLARE
	asker text;
	ids text[];
	plan text;
	line text;
	rows many.found[];
BEGIN
	FOR asker IN SELECT who FROM many.askers ORDER BY who LOOP
		PERFORM workflow_perms.set_principal('many', asker);
		EXECUTE query INTO ids;
		plan := '';
		FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
			plan := plan || line || E'\n';
		END LOOP;
		rows := rows || (SELECT ROW(leaning, asker, count(*), array_agg(workflow_id ORDER BY workflow_id) = (SELECT array_agg(i ORDER BY i) FROM unnest(ids) AS i),
				CASE WHEN plan ~ 'Index Cond: [^\n]*team-main' THEN 'arms' ELSE 'account or scan' END)::many.found
			FROM workflow_perms.workflows
			WHERE account_id = 'many' AND workflow_perms.workflow_verdict('view', account_id, workflow_id, workspace_id, visibility, status, condition, hidden) = 'allowed');
		COMMIT;
	END LOOP;
	INSERT INTO many.found SELECT * FROM unnest(rows);
END
$$;
CALL many.compare('as planned');
SET enable_seqscan = off;
SET cpu_operator_cost = 1;
CALL many.compare('by index');
RESET cpu_operator_cost;
SET max_parallel_workers_per_gather = 2;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET min_parallel_index_scan_size = 0;
CALL many.compare('in parallel');
RESET max_parallel_workers_per_gather;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
RESET min_parallel_index_scan_size;
PREPARE kept AS SELECT array_agg(workflow_id) FROM workflow_perms.workflows w WHERE account_id = workflow_perms.principal_account() AND workflow_perms.can_view(w);
SET plan_cache_mode = force_generic_plan;
CALL many.compare('kept', 'EXECUTE kept');
RESET plan_cache_mode;
DEALLOCATE kept;
-- Everybody sees some; nothing disagrees.
SELECT who, n, bool_and(right_rows) AS right_rows, count(*) AS plans FROM many.found GROUP BY who, n ORDER BY n;
-- Arms lead to what is a part of the account, not to all of it.
SELECT who, way FROM many.found WHERE leaning = 'by index' AND who <> 'odd' ORDER BY n;

-- By its id, in any order and form of the condition: the key leads, and no arms are
-- made, for which the principal would have to be read as a whole.
CREATE FUNCTION many.way(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	line text;
	plan text := '';
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
		plan := plan || line || E'\n';
	END LOOP;
	RETURN CASE WHEN plan ~ '_among\(' THEN 'arms'
		WHEN plan ~ 'Index Cond: [^\n]*workflow_id = ' AND plan ~ '_allowed\(' THEN 'by id' END;
END
$$;
GRANT USAGE ON SCHEMA many TO regress_app;
GRANT EXECUTE ON FUNCTION many.way(text) TO regress_app;
BEGIN;
SELECT workflow_perms.set_principal('many', 'third');
SET LOCAL ROLE regress_app;
PREPARE one (text) AS SELECT workflow_id FROM workflow_perms.workflows WHERE workflow_id = $1;
SELECT q, many.way(q) FROM (VALUES
	('SELECT * FROM workflow_perms.workflows WHERE workflow_id = ''f1'''),
	('SELECT * FROM workflow_perms.workflows WHERE status = ''live'' AND workflow_id = ''f1'' AND NOT hidden'),
	('EXECUTE one (''f1'')'),
	('UPDATE workflow_perms.workflows SET hidden = false WHERE workflow_id = ''f1'''),
	('SELECT * FROM workflow_perms.workflows WHERE workflow_id = ''f1'' OR hidden'),
	('SELECT * FROM workflow_perms.workflows WHERE workflow_id > ''f1'''),
	('SELECT * FROM workflow_perms.workflows w WHERE workflow_id = (SELECT w.workspace_id)')) AS v (q);
EXECUTE one ('f1');
EXECUTE one ('f4');
EXECUTE one ('f599');
EXECUTE one ('nothing');
ROLLBACK;
DEALLOCATE one;
RESET enable_seqscan;
-- One principal after another in one plan, which is led by lists for want of another
-- index: each by what is its own.
CREATE TABLE many.own AS SELECT account_id, workflow_id, workspace_id, visibility, status, condition, hidden FROM workflow_perms.workflows WHERE account_id = 'many';
CREATE INDEX ON many.own (workspace_id);
CREATE INDEX ON many.own (workflow_id);
ANALYZE many.own;
BEGIN;
SET LOCAL enable_seqscan = off;
SELECT (SELECT count(*) FROM many.own w WHERE workflow_perms.can_view(x.p, w)) AS led,
	(SELECT sum(workflow_perms.can_view(x.p, w)::int) FROM many.own w) AS asked
FROM (SELECT workflow_perms.principal('many', u) AS p FROM unnest('{few,third,odd,boss,few}'::text[]) AS u OFFSET 0) AS x;
ROLLBACK;
DROP SCHEMA many CASCADE;
DELETE FROM workflow_perms.accounts WHERE account_id = 'many';

-- Decisions in plans for those whom conditions bind: can_view, can_enable and can_run by
-- id and by row, of the model's table and of the application's own, for the session's
-- principal and for one that is given: indexes on conditions lead to the rows, and the
-- rows are those on which the decision says yes.
SET client_min_messages = warning;
SET jit = off;
\getenv abs_srcdir PG_ABS_SRCDIR
\set model_made :abs_srcdir '/test/model_made.sql'
\i :model_made
CREATE SCHEMA conds;
SELECT workflow_perms.create_account(a, 'boss') FROM unnest('{conds,other}'::text[]) AS a;
INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata)
	SELECT a, u.* FROM unnest('{conds,other}'::text[]) AS a, (VALUES
		('pro', 'connected'::workflow_perms.user_kind, '{"plan": "pro", "company": "c7", "seats": 40}'::jsonb),
		('free', 'connected', '{"company": "c8"}'), ('u42', 'connected', '{}'), ('off', 'connected', '{"plan": "pro"}')) AS u;
UPDATE workflow_perms.users SET active = false WHERE user_id = 'off';
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) VALUES ('conds', 'mo', 'member', 'member');
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind)
	SELECT a, k::text || i, k FROM unnest('{conds,other}'::text[]) AS a, generate_series(1, 2) AS i, unnest(enum_range(NULL::workflow_perms.workspace_kind)) AS k;
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id) VALUES ('conds', 'closed1', 'mo');
INSERT INTO workflow_perms.role_grants (account_id, user_id, role, workspace_id) VALUES ('conds', 'mo', 'Member', 'app1');
-- Of each shape that an index finds by, or cannot: equality, ranges, negations, the user's id, none.
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status, condition, hidden)
	SELECT a, 'f' || i, (ARRAY['project', 'app', 'open', 'closed', 'app', 'project'])[1 + i % 6] || 1 + i / 6 % 2,
		CASE WHEN i % 7 = 0 THEN 'private' ELSE 'main' END::workflow_perms.workflow_visibility,
		CASE WHEN i % 11 = 0 THEN 'draft' ELSE 'live' END::workflow_perms.workflow_status,
		CASE WHEN i % 29 > 0 THEN format(CASE WHEN i % 37 = 0 THEN '{"$or": [{"$userId": "u%s"}, {"company": "c9"}]}' WHEN i % 19 = 0 THEN '{"$userId": "u%s"}' ELSE
			(ARRAY['{"company": "c%s"}', '{"company": "c%s", "plan": "pro"}', '{"company": {"$in": ["c%s", "x"]}, "seats": {"$gte": 10}}',
				'{"plan": {"$ne": "pro"}, "company": "c%s"}', '{"company": "c%s", "$rollout": {"percent": 50}}'])[1 + i % 5] END, i % 50)
		END::workflow_perms.metadata_condition, i % 13 = 0
	FROM unnest('{conds,other}'::text[]) AS a, generate_series(1, 1500) AS i;
INSERT INTO workflow_perms.execution_rules (account_id, workflow_id, user_id, effect)
	SELECT 'conds', 'f' || i, 'pro', CASE WHEN i % 2 = 0 THEN 'grant' ELSE 'deny' END::workflow_perms.execution_effect FROM generate_series(1, 40) AS i;
INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled)
	SELECT account_id, workflow_id, user_id, true FROM workflow_perms.workflows w JOIN workflow_perms.users u USING (account_id)
	WHERE account_id = 'conds' AND workspace_id IN ('project1', 'open1')
		AND workflow_perms.can_enable(workflow_perms.principal(account_id, user_id), w);
CREATE TABLE conds.own (LIKE workflow_perms.workflows INCLUDING DEFAULTS);
INSERT INTO conds.own SELECT * FROM workflow_perms.workflows WHERE account_id IN ('conds', 'other');
CREATE INDEX ON conds.own (account_id, workspace_id);
CREATE INDEX ON conds.own (account_id, workflow_id);
CREATE INDEX ON conds.own (account_id, workspace_id) WHERE condition IS NULL;
CREATE INDEX ON conds.own USING gin (condition);
CREATE INDEX conds_gin ON workflow_perms.workflows USING gin (condition);
-- One without such an index: found by workspace, as before.
CREATE TABLE conds.bare (LIKE workflow_perms.workflows INCLUDING DEFAULTS);
INSERT INTO conds.bare SELECT * FROM conds.own;
CREATE INDEX ON conds.bare (account_id, workspace_id);
CREATE INDEX ON conds.bare (account_id, workflow_id);
-- One whose distinct conditions are found by an index on their digests.
CREATE TABLE conds.digests (LIKE workflow_perms.workflows INCLUDING DEFAULTS);
INSERT INTO conds.digests SELECT * FROM conds.own;
CREATE INDEX ON conds.digests (account_id, workspace_id);
CREATE INDEX ON conds.digests (account_id, workflow_id);
CREATE INDEX ON conds.digests (account_id, workspace_id) WHERE condition IS NULL;
CREATE INDEX ON conds.digests (account_id, workflow_perms.condition_digest(condition));
ANALYZE workflow_perms.workflows, conds.own, conds.bare, conds.digests;

-- Every query for everybody, as planned, by index, by scan, in parallel.
CREATE TABLE conds.queries (n int GENERATED ALWAYS AS IDENTITY, action text, form text, relation regclass, given boolean, query text);
INSERT INTO conds.queries (action, form, relation, given, query)
	SELECT action, form, relation, given, format('SELECT workflow_id FROM %s w WHERE account_id = %s AND workflow_perms.can_%s(%s%s)', relation,
		CASE WHEN given THEN quote_literal('conds') ELSE 'workflow_perms.principal_account()' END, action, CASE WHEN given THEN '$1, ' END,
		CASE form WHEN 'row' THEN 'w' WHEN 'id' THEN 'workflow_id' ELSE 'account_id, workflow_id, workspace_id, visibility, status, condition, hidden' END)
	FROM unnest('{view,enable,run}'::text[]) AS action, unnest('{id,row,columns}'::text[]) AS form,
		unnest('{workflow_perms.workflows,conds.own,conds.bare,conds.digests}'::regclass[]) AS relation, unnest('{false,true}'::boolean[]) AS given
	WHERE form <> 'id' OR relation = 'workflow_perms.workflows'::regclass
	ORDER BY relation::text, given, action, form;
CREATE TABLE conds.askers (n int GENERATED ALWAYS AS IDENTITY, who text);
INSERT INTO conds.askers (who) VALUES ('pro'), ('free'), ('u42'), ('off'), ('mo'), (NULL);
CREATE TABLE conds.truth (who text, action text, ids text[]);
CREATE TABLE conds.found (leaning text, n int, who text, right_rows boolean, rows int, way text);
CREATE FUNCTION conds.way(query text, given workflow_perms.principal) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	line text;
	plan text := '';
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || replace(query, '$1', quote_literal(given) || '::workflow_perms.principal') LOOP
		plan := plan || line || E'\n';
	END LOOP;
	RETURN CASE WHEN plan ~ 'Index Cond: [^\n]*condition_digest\([^\n]*_matching\(' THEN 'digests' WHEN plan ~ 'Index Cond: [^\n]*_matching\(' THEN 'registry' WHEN plan ~ 'Index Cond: [^\n]*~@' THEN 'conditions'
		WHEN plan ~ 'Index Cond: [^\n]*_candidates\(' THEN 'workspaces' ELSE 'other' END;
END
$$;
CREATE PROCEDURE conds.learn() LANGUAGE plpgsql AS $$
DECLARE
	asker text;
BEGIN
	FOR asker IN SELECT who FROM conds.askers ORDER BY n LOOP
		PERFORM CASE WHEN asker IS NULL THEN workflow_perms.set_anonymous('conds') ELSE workflow_perms.set_principal('conds', asker) END;
		INSERT INTO conds.truth SELECT asker, action, ARRAY(SELECT workflow_id FROM workflow_perms.workflows WHERE account_id = 'conds'
				AND workflow_perms.workflow_verdict(action, account_id, workflow_id, workspace_id, visibility, status, condition, hidden) = 'allowed' ORDER BY 1)
			FROM unnest('{view,enable,run}'::text[]) AS action;
		COMMIT;
	END LOOP;
END
$$;
CREATE PROCEDURE conds.compare(leaning text) LANGUAGE plpgsql AS $$
DECLARE
	asker text;
	asked conds.queries;
	answer text[];
	given workflow_perms.principal;
	found conds.found[];
BEGIN
	FOR asker IN SELECT who FROM conds.askers ORDER BY n LOOP
		given := workflow_perms.principal('conds', asker);
		FOR asked IN SELECT * FROM conds.queries ORDER BY n LOOP
			IF NOT asked.given THEN
				PERFORM CASE WHEN asker IS NULL THEN workflow_perms.set_anonymous('conds') ELSE workflow_perms.set_principal('conds', asker) END;
			END IF;
			EXECUTE format('WITH q (id) AS (%s) SELECT array_agg(id) FROM q', asked.query) INTO answer USING given;
			found := found || (SELECT ROW(leaning, asked.n, asker, t.ids = ARRAY(SELECT unnest(answer) ORDER BY 1), cardinality(t.ids), conds.way(asked.query, given))::conds.found
				FROM conds.truth t WHERE t.action = asked.action AND t.who IS NOT DISTINCT FROM asker);
			ROLLBACK;
		END LOOP;
	END LOOP;
	INSERT INTO conds.found SELECT * FROM unnest(found);
END
$$;
CALL conds.learn();
CALL conds.compare('as planned');
SET enable_seqscan = off;
SET cpu_tuple_cost = 1;
CALL conds.compare('by index');
RESET cpu_tuple_cost;
RESET enable_seqscan;
SET enable_indexscan = off;
SET enable_bitmapscan = off;
SET enable_indexonlyscan = off;
CALL conds.compare('by scan');
RESET enable_indexscan;
RESET enable_bitmapscan;
RESET enable_indexonlyscan;
SET enable_seqscan = off;
SET cpu_operator_cost = 1;
SET max_parallel_workers_per_gather = 2;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET min_parallel_index_scan_size = 0;
DELETE FROM conds.askers WHERE who IN ('free', 'off', 'mo');
CALL conds.compare('in parallel');
RESET enable_seqscan;
RESET cpu_operator_cost;
RESET max_parallel_workers_per_gather;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
RESET min_parallel_index_scan_size;
-- What disagrees: nothing. And there was something to agree on.
SELECT leaning, f.who, q.query, rows FROM conds.found f JOIN conds.queries q USING (n) WHERE right_rows IS NOT true ORDER BY 1, 2, 3;
SELECT leaning, count(*) AS answers, count(DISTINCT who) AS askers FROM conds.found GROUP BY 1 ORDER BY 1;
SELECT who, action, cardinality(ids) > 0 AS some FROM conds.truth ORDER BY 1, 2;
-- What leads to the rows of a connected user.
SELECT relation, given, action, form, way FROM conds.found JOIN conds.queries USING (n) WHERE leaning = 'by index' AND who = 'pro' AND relation <> 'conds.bare'::regclass ORDER BY n;

-- An id means a workflow of the principal's account, whosever row it stands in.
SELECT count(*) > 0 AS some, array_agg(workflow_id ORDER BY workflow_id) = (SELECT ids FROM conds.truth WHERE who = 'u42' AND action = 'view') AS right_rows
	FROM workflow_perms.workflows WHERE account_id = 'other' AND workflow_perms.can_view((SELECT workflow_perms.principal('conds', 'u42')), workflow_id);
PREPARE of_other (workflow_perms.principal) AS SELECT array_agg(workflow_id ORDER BY workflow_id) = (SELECT ids FROM conds.truth WHERE who = 'u42' AND action = 'view') AS right_rows
	FROM workflow_perms.workflows WHERE account_id = 'other' AND workflow_perms.can_view($1, workflow_id);
SET plan_cache_mode = force_custom_plan;
EXECUTE of_other (workflow_perms.principal('conds', 'u42'));
RESET plan_cache_mode;
DEALLOCATE of_other;

-- A plan that is kept serves the next one, given as a parameter, too.
PREPARE kept (workflow_perms.principal, text) AS SELECT count(*) > 0 AS some, array_agg(workflow_id ORDER BY workflow_id) = (SELECT ids FROM conds.truth WHERE who = $2 AND action = 'run') AS right_rows FROM conds.own w WHERE account_id = 'conds' AND workflow_perms.can_run($1, w);
SET plan_cache_mode = force_generic_plan;
EXECUTE kept (workflow_perms.principal('conds', 'pro'), 'pro');
EXECUTE kept (workflow_perms.principal('conds', 'u42'), 'u42');
EXECUTE kept (workflow_perms.principal('conds', 'mo'), 'mo');
RESET plan_cache_mode;
DEALLOCATE kept;

DROP INDEX workflow_perms.conds_gin;
DROP SCHEMA conds CASCADE;
DELETE FROM workflow_perms.accounts WHERE account_id IN ('conds', 'other');

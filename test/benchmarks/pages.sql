-- A page of 20 of what one may see, newest first: visible_workflows() against the two
-- plans that PostgreSQL has for it (to read all rows that may be seen and keep the
-- newest, and to walk the newest of the account until 20 may be seen), under our own
-- policy and under one written by hand, and against the merge of workspaces that one
-- would write by hand. For members of 8 and of 1,000
-- workspaces, for one in whose 200 nothing is recent, and for a connected user.
\ir _team.sql
\ir _product.sql
CREATE INDEX ON workflow_perms.workflows (account_id, updated_at, workflow_id);
CREATE INDEX ON workflow_perms.workflows (account_id, workspace_id, updated_at, workflow_id);
CREATE INDEX ON workflow_perms.workflows (account_id, workflow_perms.condition_hash(condition), updated_at, workflow_id);
CREATE INDEX ON bench.flows (account_id, workspace_id, updated_at);
-- what is new in them is an index of an expression
ANALYZE workflow_perms.workflows;
CREATE TABLE bench.pagers (who text, what text, walk numeric, best numeric);
INSERT INTO bench.pagers SELECT * FROM (VALUES
	('ws-8', 'member of 8 workspaces', NULL, 1.0), ('ws-1000', 'member of 1000 workspaces', NULL, NULL), ('old', 'nothing recent', 80, NULL)
) AS v (who, what, walk, best);
INSERT INTO bench.cases (case_name, per, unit, session, at_size)
	SELECT 'visible_workflows(), ' || what, 1, 'ms', bench.asks(who), 1000000 FROM bench.pagers
	UNION ALL SELECT 'visible_workflows(), connected user', 1, 'ms', bench.connects('product', id), 1000000 FROM bench.typical;
INSERT INTO bench.contestants (case_name, contestant, side, role, setup, at_least, at_most, statement, answer)
SELECT 'visible_workflows(), ' || what, contestant, side, role, setup, CASE contestant WHEN 'walk' THEN walk WHEN '= ANY(ARRAY(SELECT …))' THEN best END,
	CASE WHEN contestant LIKE 'our policy, %' THEN 1.5 END,
	statement, format('SELECT coalesce(string_agg(workflow_id, '',''), '''') FROM (%s) AS q', statement)
FROM bench.pagers, (VALUES
	('workflow_perms', 'ours', 'bench_app', NULL, $$SELECT workflow_id FROM workflow_perms.visible_workflows('updated_at DESC', 20)$$),
	('= ANY(ARRAY(SELECT …))', 'peer', 'bench_array', NULL, 'SELECT workflow_id FROM bench.flows ORDER BY updated_at DESC LIMIT 20'),
	('walk', 'peer', 'bench_array', 'SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off', 'SELECT workflow_id FROM bench.flows ORDER BY updated_at DESC LIMIT 20'),
	('our policy, all and sorted', 'peer', 'bench_app', 'SET LOCAL workflow_perms.enable_ordered_path = off; SET LOCAL enable_indexscan = off', 'SELECT workflow_id FROM workflow_perms.workflows ORDER BY updated_at DESC LIMIT 20'),
	('our policy, walk', 'peer', 'bench_app', 'SET LOCAL workflow_perms.enable_ordered_path = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off', 'SELECT workflow_id FROM workflow_perms.workflows ORDER BY updated_at DESC LIMIT 20'),
	-- by somebody who need not ask a policy
	('LATERAL, a page of each workspace', 'peer', NULL, NULL, $$SELECT workflow_id FROM (
		SELECT f.workflow_id, f.updated_at FROM bench.workspace_members m, LATERAL (
			SELECT workflow_id, updated_at FROM bench.flows f
			WHERE f.account_id = 'team' AND f.workspace_id = m.workspace_id AND f.visibility = 'main' ORDER BY updated_at DESC LIMIT 20) AS f
		WHERE m.account_id = 'team' AND m.user_id = current_setting('bench.user')
		UNION SELECT f.workflow_id, f.updated_at FROM bench.workflow_members m JOIN bench.flows f USING (account_id, workflow_id)
		WHERE m.account_id = 'team' AND m.user_id = current_setting('bench.user')) AS u ORDER BY updated_at DESC LIMIT 20$$)
) AS c (contestant, side, role, setup, statement);
INSERT INTO bench.contestants (case_name, contestant, side, role, at_least, statement, answer)
SELECT 'visible_workflows(), connected user', contestant, side, role, at_least,
	statement, format('SELECT coalesce(string_agg(workflow_id, '',''), '''') FROM (%s) AS q', statement)
FROM (VALUES
	('workflow_perms', 'ours', 'bench_app', NULL, $$SELECT workflow_id FROM workflow_perms.visible_workflows('updated_at DESC', 20)$$),
	('walk with jsonpath', 'peer', NULL, NULL, $$SELECT workflow_id FROM bench.offers
		WHERE status = 'live' AND NOT hidden AND (SELECT bench.my_metadata()) @@ path ORDER BY updated_at DESC LIMIT 20$$),
	('scan with jsonpath', 'peer', NULL, 200, $$SELECT workflow_id FROM (SELECT workflow_id, updated_at FROM bench.offers
		WHERE status = 'live' AND NOT hidden AND (SELECT bench.my_metadata()) @@ path OFFSET 0) AS o ORDER BY updated_at DESC LIMIT 20$$)
) AS c (contestant, side, role, at_least, statement);
UPDATE bench.cases SET note = 'what is left is descents of the index, one for each workspace'
	WHERE case_name LIKE 'visible_workflows(), %' AND case_name NOT LIKE '%connected user';

-- The same as plain SQL under our policy, planned each time: by the node that merges
-- (docs/indexes.md), against the function, whose plan is kept, and against the walk.
-- `much` sees most of what is new.
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) VALUES ('team', 'much', 'member', 'member');
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id)
	SELECT 'team', workspace_id, 'much' FROM workflow_perms.workspaces w WHERE account_id = 'team' AND NOT EXISTS (
		SELECT FROM workflow_perms.workspace_members m WHERE m.account_id = 'team' AND m.user_id = 'old' AND m.workspace_id = w.workspace_id);
INSERT INTO bench.cases (case_name, per, unit, session, at_size)
	SELECT 'ORDER BY … LIMIT 20, ' || what, 1, 'ms', bench.asks(who), 1000000
	FROM (SELECT who, what FROM bench.pagers UNION ALL VALUES ('much', 'much visible')) AS p (who, what);
INSERT INTO bench.contestants (case_name, contestant, side, role, setup, at_most, statement, answer)
SELECT 'ORDER BY … LIMIT 20, ' || what, contestant, side, 'bench_app', setup, CASE WHEN contestant = bound_by THEN at_most END,
	statement, format('SELECT coalesce(string_agg(workflow_id, '',''), '''') FROM (%s) AS q', statement)
FROM (VALUES ('member of 8 workspaces', NULL, NULL), ('member of 1000 workspaces', NULL, NULL), ('nothing recent', 'visible_workflows()', 1.2), ('much visible', 'walk', 1.1)) AS p (what, bound_by, at_most),
	(VALUES
		('workflow_perms', 'ours', NULL, 'SELECT workflow_id FROM workflow_perms.workflows ORDER BY updated_at DESC, workflow_id DESC LIMIT 20'),
		('visible_workflows()', 'peer', NULL, $$SELECT workflow_id FROM workflow_perms.visible_workflows('updated_at DESC', 20)$$),
		('walk', 'peer', 'SET LOCAL workflow_perms.enable_ordered_path = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off',
			'SELECT workflow_id FROM workflow_perms.workflows ORDER BY updated_at DESC, workflow_id DESC LIMIT 20')
	) AS c (contestant, side, setup, statement);

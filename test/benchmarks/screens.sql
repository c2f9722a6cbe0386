-- The screens of docs/like-*.md, each against a list of its rows that somebody wrote by hand, without
-- row-level security: on :rows / 10 workflows, :rows / 50 customers and :rows * 3 / 10 runs.
SELECT workflow_perms.create_account('screens', 'admin');
SET session_replication_role = replica;
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role)
	SELECT 'screens', u, 'member'::workflow_perms.user_kind, 'member'::workflow_perms.account_role FROM unnest('{sue,dev,olga}'::text[]) AS u
	UNION ALL SELECT 'screens', 'team-' || i, 'member', 'viewer' FROM generate_series(1, 200) AS i;
INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata)
	SELECT 'screens', 'customer-' || i, 'connected', jsonb_build_object('plan', 'plan-' || i % 100, 'seats', i % 50) FROM generate_series(1, :rows / 50) AS i;
INSERT INTO workflow_perms.role_grants (account_id, user_id, role)
	SELECT 'screens', u, CASE u WHEN 'sue' THEN 'Support' ELSE 'Member' END FROM unnest('{sue,dev}'::text[]) AS u
	UNION ALL SELECT 'screens', 'team-' || i, CASE i % 2 WHEN 0 THEN 'Support' ELSE 'Member' END FROM generate_series(1, 200) AS i;
-- Ten projects have one half of the workflows, a hundred closed workspaces the other; an application has ten.
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind)
	SELECT 'screens', 'project-' || i, 'project'::workflow_perms.workspace_kind FROM generate_series(0, 9) AS i
	UNION ALL SELECT 'screens', 'closed-' || i, 'closed' FROM generate_series(0, 99) AS i UNION ALL SELECT 'screens', 'app', 'app';
UPDATE workflow_perms.workspaces SET offered = false WHERE account_id = 'screens' AND workspace_id = 'app';
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id, is_owner) SELECT 'screens', 'closed-' || i, 'olga', true FROM generate_series(0, 3) AS i;
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, name, visibility, status, condition)
	SELECT 'screens', 'w' || i, CASE i % 2 WHEN 0 THEN 'project-' || i / 2 % 10 ELSE 'closed-' || i / 2 % 100 END, 'Flow ' || md5(i::text), 'main'::workflow_perms.workflow_visibility, 'live'::workflow_perms.workflow_status,
		CASE i % 2 WHEN 0 THEN format('{"plan": "plan-%s"}', i / 20 % 100) END::workflow_perms.metadata_condition
	FROM generate_series(1, :rows / 10) AS i
	UNION ALL SELECT 'screens', 'flow-' || i, 'app', 'Flow', 'main', 'live', NULL FROM generate_series(1, 10) AS i;
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id, is_owner)
	SELECT 'screens', workflow_id, 'olga', true FROM workflow_perms.workflows WHERE account_id = 'screens' AND workspace_id ~ '^closed-[0-3]$';
INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled, changed_at)
	SELECT 'screens', w.workflow_id, 'customer-' || u.i, true, timestamptz '2026-01-01'
	FROM generate_series(1, :rows / 50) AS u (i), LATERAL (SELECT 'w' || n FROM generate_series(u.i % 100 * 20, :rows / 10, 2000) AS n WHERE n > 0 LIMIT 3) AS w (workflow_id);
INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, started_as, for_user, status, started_at)
	SELECT 'screens', 'run-' || i, 'w' || 2 * (1 + bench.draw(i, 71, :rows / 20)), 'system', 'customer-' || 1 + bench.draw(i, 72, :rows / 50),
		CASE WHEN i % 10 = 0 THEN 'failed' ELSE 'succeeded' END::workflow_perms.run_status, timestamptz '2026-01-01' + i * interval '1 second'
	FROM generate_series(1, :rows * 3 / 10) AS i;
INSERT INTO workflow_perms.execution_rules (account_id, workflow_id, workspace_id, user_id, role, effect) VALUES
	('screens', 'flow-1', NULL, 'customer-1', NULL, 'deny'), ('screens', 'flow-1', NULL, NULL, 'Member', 'grant'), ('screens', NULL, 'app', NULL, 'AuthenticatedUser', 'deny');
INSERT INTO workflow_perms.boards (account_id, board_id, workspace_id, kind) SELECT 'screens', 'board-' || i, 'closed-' || i % 100, 'main' FROM generate_series(0, 199) AS i;
INSERT INTO workflow_perms.board_columns (account_id, board_id, column_id, edit_restricted)
	SELECT 'screens', 'board-' || i, 'column-' || j, j = 1 FROM generate_series(0, 199) AS i, generate_series(1, 10) AS j;
RESET session_replication_role;
SELECT count(workflow_perms.register_conditions()) AS registered \gset
\ir _vacuum.sql

-- A screen, as that user, and the list of its rows; many: of thousands of rows, of which a digest is compared.
CREATE FUNCTION bench.screen(name text, who text, screen text, list text, at_most numeric, many boolean DEFAULT false) RETURNS void LANGUAGE sql AS $$
	INSERT INTO bench.cases (case_name, per, unit, at_size, session) VALUES (name, 1, 'ms', 1000000, format('SELECT workflow_perms.set_principal(''screens'', %L)', who));
	INSERT INTO bench.contestants (case_name, contestant, side, role, at_most, statement, answer)
	SELECT name, c.contestant, c.side, c.role, c.at_most, c.statement, format(CASE WHEN many THEN 'SELECT count(*) || '' '' || sum(hashtextextended(q::text, 1)) FROM (%s) q'
			ELSE 'SELECT coalesce(string_agg(q::text, '', ''), ''none'') FROM (%s) q' END, c.statement)
	FROM (VALUES ('the screen', 'ours', 'bench_app'::name, NULL::numeric, screen), ('a list of its rows', 'peer', NULL, screen.at_most, list)) AS c (contestant, side, role, at_most, statement);
$$;
SELECT array_agg('w' || i) AS offered FROM generate_series(2, :rows / 10, 2) AS i WHERE i / 20 % 100 = 1 \gset
SELECT bench.screen('screen: Connect Portal', 'customer-1',
	'SELECT w.workflow_id, w.name, coalesce(e.enabled, false) FROM workflow_perms.workflows w LEFT JOIN workflow_perms.enablements e
		ON (e.account_id, e.workflow_id, e.user_id) = (w.account_id, w.workflow_id, workflow_perms.principal_user()) ORDER BY w.name LIMIT 20',
	format($$SELECT w.workflow_id, w.name, coalesce(e.enabled, false) FROM workflow_perms.workflows w
		LEFT JOIN workflow_perms.enablements e ON e.account_id = w.account_id AND e.workflow_id = w.workflow_id AND e.user_id = 'customer-1'
		WHERE w.account_id = 'screens' AND w.workflow_id = ANY (%L) AND w.status = 'live' AND NOT w.hidden ORDER BY w.name LIMIT 20$$, :'offered'), 2);
SELECT bench.screen('screen: Customize', 'dev',
	$$SELECT w.workflow_id, w.hidden, workflow_perms.describe(w.condition), 'edit' = ANY (workflow_perms.actions(w)) FROM workflow_perms.workflows w WHERE workspace_id = 'project-1' ORDER BY workflow_id LIMIT 20$$,
	$$SELECT w.workflow_id, w.hidden, workflow_perms.describe(w.condition), true FROM workflow_perms.workflows w WHERE account_id = 'screens' AND workspace_id = 'project-1' ORDER BY workflow_id LIMIT 20$$, 2);
SELECT bench.screen('screen: Connected Users', 'sue',
	$$SELECT u.user_id, (SELECT string_agg((SELECT n.name FROM workflow_perms.workflow_names n WHERE n.account_id = e.account_id AND n.workflow_id = e.workflow_id), ', ' ORDER BY e.workflow_id)
			FROM workflow_perms.enablements e WHERE e.account_id = u.account_id AND e.user_id = u.user_id AND e.enabled)
		FROM workflow_perms.users u WHERE kind = 'connected' ORDER BY u.user_id LIMIT 20$$,
	$$SELECT u.user_id, (SELECT string_agg((SELECT n.name FROM workflow_perms.workflows n WHERE n.account_id = e.account_id AND n.workflow_id = e.workflow_id), ', ' ORDER BY e.workflow_id)
			FROM workflow_perms.enablements e WHERE e.account_id = u.account_id AND e.user_id = u.user_id AND e.enabled)
		FROM workflow_perms.users u WHERE account_id = 'screens' AND kind = 'connected' ORDER BY u.user_id LIMIT 20$$, 3);
SELECT bench.screen('screen: Task History', 'sue',
	$$SELECT r.run_id, (SELECT n.name FROM workflow_perms.workflow_names n WHERE n.account_id = r.account_id AND n.workflow_id = r.workflow_id), r.for_user, r.run_status
		FROM workflow_perms.run_history r ORDER BY r.started_at DESC, r.run_id DESC LIMIT 20$$,
	$$SELECT r.run_id, (SELECT n.name FROM workflow_perms.workflows n WHERE n.account_id = r.account_id AND n.workflow_id = r.workflow_id), r.for_user, r.status AS run_status
		FROM workflow_perms.runs r WHERE account_id = 'screens' ORDER BY r.started_at DESC, r.run_id DESC LIMIT 20$$, 3);
SELECT bench.screen('screen: Team Members', 'admin',
	$$SELECT u.user_id, string_agg(g.role, ', ' ORDER BY g.role) FROM workflow_perms.users u LEFT JOIN workflow_perms.role_grants g USING (account_id, user_id) WHERE u.kind = 'member' GROUP BY 1 ORDER BY 1$$,
	$$SELECT u.user_id, string_agg(g.role, ', ' ORDER BY g.role) FROM workflow_perms.users u LEFT JOIN workflow_perms.role_grants g USING (account_id, user_id)
		WHERE u.account_id = 'screens' AND u.kind = 'member' GROUP BY 1 ORDER BY 1$$, 3);
SELECT bench.screen('screen: left pane', 'olga',
	'SELECT s.workspace_id, w.workflow_id FROM workflow_perms.workspaces s LEFT JOIN workflow_perms.workflows w USING (account_id, workspace_id) ORDER BY 1, 2 LIMIT 50',
	$$SELECT s.workspace_id, w.workflow_id FROM workflow_perms.workspaces s LEFT JOIN workflow_perms.workflows w USING (account_id, workspace_id)
		WHERE s.account_id = 'screens' AND s.workspace_id ~ '^closed-[0-3]$' ORDER BY 1, 2 LIMIT 50$$, 3);
SELECT bench.screen('screen: quick search', 'olga',
	$$SELECT workflow_id, name FROM workflow_perms.workflows WHERE name ILIKE '%abc%' ORDER BY name LIMIT 10$$,
	$$SELECT workflow_id, name FROM workflow_perms.workflows WHERE account_id = 'screens' AND workspace_id ~ '^closed-[0-3]$' AND name ILIKE '%abc%' ORDER BY name LIMIT 10$$, 2);
SELECT bench.screen('screen: workflow page', 'olga',
	$$SELECT w.workflow_id, d.state, (SELECT string_agg(m.user_id, ', ') FROM workflow_perms.workflow_members m WHERE m.account_id = w.account_id AND m.workflow_id = w.workflow_id AND m.is_owner),
		'edit' = ANY (workflow_perms.actions(w)) FROM workflow_perms.workflows w, workflow_perms.definition(w.workflow_id) d WHERE w.workflow_id = 'w1'$$,
	$$SELECT w.workflow_id, 'live', (SELECT string_agg(m.user_id, ', ') FROM workflow_perms.workflow_members m WHERE m.account_id = w.account_id AND m.workflow_id = w.workflow_id AND m.is_owner),
		true FROM workflow_perms.workflows w WHERE w.account_id = 'screens' AND w.workflow_id = 'w1'$$, NULL);
SELECT bench.screen('screen: configuration panel', 'olga',
	$$SELECT c.board_id, c.column_id, workflow_perms.column_state('w1', 's', c.board_id, c.column_id, 'write') FROM workflow_perms.board_columns c ORDER BY 1, 2$$,
	$$SELECT c.board_id, c.column_id, CASE WHEN edit_restricted THEN 'selectable_will_fail' ELSE 'selectable' END FROM workflow_perms.board_columns c JOIN workflow_perms.boards b USING (account_id, board_id)
		WHERE account_id = 'screens' AND b.workspace_id ~ '^closed-[0-3]$' ORDER BY 1, 2$$, NULL);
SELECT bench.screen('screen: Administration', 'admin',
	$$SELECT u.account_role, count(*) FROM workflow_perms.users u WHERE u.kind = 'member' AND u.active GROUP BY 1 ORDER BY 1$$,
	$$SELECT u.account_role, count(*) FROM workflow_perms.users u WHERE u.account_id = 'screens' AND u.kind = 'member' AND u.active GROUP BY 1 ORDER BY 1$$, 3);
SELECT bench.screen('screen: run permissions of a flow', 'dev',
	$$SELECT user_id, setting FROM workflow_perms.run_permissions('flow-1') WHERE user_id IS NOT NULL$$,
	$$SELECT u.user_id, coalesce(CASE r.effect WHEN 'grant' THEN 'granted' WHEN 'deny' THEN 'denied' END, 'inherited') FROM workflow_perms.users u
		LEFT JOIN workflow_perms.execution_rules r ON r.account_id = u.account_id AND r.workflow_id = 'flow-1' AND r.user_id = u.user_id WHERE u.account_id = 'screens'$$, NULL, true);
SELECT bench.screen('screen: names of a project, for Support', 'sue',
	$$SELECT workflow_id, name FROM workflow_perms.workflow_names WHERE workspace_id = 'project-1'$$,
	$$SELECT workflow_id, name FROM workflow_perms.workflows WHERE account_id = 'screens' AND workspace_id = 'project-1'$$, 2, true);
-- What an owner of two thousand workflows may ask about, of all users.
SELECT bench.screen('screen: access report of an owner', 'olga',
	$$SELECT workflow_id, user_id FROM workflow_perms.who_can('view')$$,
	$$SELECT w.workflow_id, u.user_id FROM workflow_perms.workflows w JOIN workflow_perms.workspace_members m USING (account_id, workspace_id) JOIN workflow_perms.users u USING (account_id, user_id)
		WHERE w.account_id = 'screens' AND w.workspace_id ~ '^closed-[0-3]$'$$, NULL, true);

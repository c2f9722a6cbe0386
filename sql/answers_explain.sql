-- explain_access() (spec 5): the gates in their order and what decided each; the last row is the
-- decision; of a condition the clauses in the way, with what was seen, expected and missing; and
-- who may ask about whom. On accounts of its own, with the runner of matrix_setup.
\set VERBOSITY terse
SELECT workflow_perms.create_account(account, 'ada') FROM unnest(ARRAY['ax', 'ay']) account;
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role, metadata, active) VALUES
	('ax', 'own', 'member', 'member', '{}', true),     -- owns the workflows of o1
	('ax', 'mem', 'member', 'member', '{}', true),
	('ax', 'vi', 'member', 'viewer', '{}', true),
	('ax', 'gus', 'member', 'guest', '{}', true),
	('ax', 'dev', 'member', 'viewer', '{}', true),     -- holds Member
	('ax', 'sup', 'member', 'viewer', '{}', true),     -- holds Support
	('ax', 'lead', 'member', 'viewer', '{}', true),    -- holds Lead: team.manage_roles and workflows.view
	('ax', 'lead1', 'member', 'viewer', '{}', true),   -- holds Lead for p1
	('ax', 'off', 'member', 'admin', '{}', false),
	('ax', 'bot', 'service', NULL, '{}', true),
	('ax', 'pro', 'connected', NULL, '{"plan": "pro", "seats": 12}', true),
	('ax', 'free', 'connected', NULL, '{"plan": "free", "seats": "12", "secret": "s3cret"}', true),
	('ax', 'bare', 'connected', NULL, '{}', true),
	('ay', 'pro', 'connected', NULL, '{"plan": "pro"}', true);
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) VALUES
	('ax', 'o1', 'open'), ('ax', 'c1', 'closed'), ('ax', 'p1', 'project'), ('ax', 'a1', 'app'), ('ay', 'p1', 'project');
INSERT INTO workflow_perms.roles (account_id, role) VALUES ('ax', 'Lead'), ('ax', 'Design');
INSERT INTO workflow_perms.role_capabilities (account_id, role, capability) VALUES
	('ax', 'Lead', 'team.manage_roles'), ('ax', 'Lead', 'workflows.view');
INSERT INTO workflow_perms.role_grants (account_id, user_id, role, workspace_id) VALUES
	('ax', 'dev', 'Member', NULL), ('ax', 'sup', 'Support', NULL), ('ax', 'lead', 'Lead', NULL), ('ax', 'lead1', 'Lead', 'p1'),
	('ax', 'vi', 'Design', NULL), ('ax', 'pro', 'Design', NULL);
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id, is_owner) VALUES
	('ax', 'c1', 'own', true), ('ax', 'c1', 'mem', false);
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status, condition, hidden) VALUES
	('ax', 'main', 'o1', 'main', 'live', NULL, false), ('ax', 'private', 'o1', 'private', 'live', NULL, false),
	('ax', 'closed', 'c1', 'main', 'live', NULL, false),
	('ax', 'gated', 'p1', 'private', 'live', '{"$or": [{"plan": "pro", "seats": {"$gte": 10}}, {"org.tier": "gold"}, {"beta": true}]}', false),
	('ax', 'hidden', 'p1', 'private', 'live', NULL, true), ('ax', 'stopped', 'p1', 'private', 'stopped', NULL, false),
	('ax', 'app', 'a1', 'private', 'live', NULL, false),
	('ay', 'elsewhere', 'p1', 'private', 'live', NULL, false);
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id, role) VALUES
	('ax', 'main', 'own', NULL), ('ax', 'private', 'own', NULL), ('ax', 'private', NULL, 'Design'), ('ax', 'closed', 'own', NULL);
UPDATE workflow_perms.workflow_members SET is_owner = true WHERE account_id = 'ax' AND user_id = 'own';
INSERT INTO workflow_perms.execution_rules (account_id, workflow_id, user_id, role, effect) VALUES
	('ax', 'app', 'bare', NULL, 'deny'), ('ax', 'app', NULL, 'Design', 'grant'), ('ax', NULL, NULL, 'NonAuthenticatedUser', 'deny');

-- Explains as the application's role: a row is "gate +", or "gate code", then what decided.
CREATE FUNCTION pg_temp.told(action text, object text) RETURNS SETOF text LANGUAGE sql AS $$
	SELECT concat_ws(' ', gate, CASE WHEN verdict THEN '+' ELSE '-' END, code, '(' || decided_by || ')', detail)
	FROM workflow_perms.explain_access(action, object)
$$;
CREATE FUNCTION pg_temp.told(action text, object text, subject text) RETURNS SETOF text LANGUAGE sql AS $$
	SELECT concat_ws(' ', gate, CASE WHEN verdict THEN '+' ELSE '-' END, code, '(' || decided_by || ')', detail)
	FROM workflow_perms.explain_access(action, object, subject)
$$;
\pset tuples_only on
\pset format unaligned

-- Nobody, an inactive user, what does not exist and what is another account's: the code alone.
SELECT * FROM pg_temp.told('view', 'main');
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/off', 'regress_app'); END$$; SELECT * FROM pg_temp.told('view', 'main'); ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/mem', 'regress_app'); END$$;
SELECT * FROM pg_temp.told('view', 'nowhere');
SELECT * FROM pg_temp.told('view', 'elsewhere');
SELECT * FROM pg_temp.told('view', NULL);
SELECT * FROM pg_temp.told('create', 'nowhere');

-- A member's view, edit and run in an open workspace; a private workflow is explained to nobody outside it.
SELECT * FROM pg_temp.told('view', 'main');
SELECT * FROM pg_temp.told('edit', 'main');
SELECT * FROM pg_temp.told('run', 'main');
SELECT * FROM pg_temp.told('view', 'private');
SELECT * FROM pg_temp.told('edit', 'private');
SELECT * FROM pg_temp.told('run', 'private');
SELECT * FROM pg_temp.told('view', 'closed');
SELECT * FROM pg_temp.told('create', 'o1');
SELECT * FROM pg_temp.told('create', 'p1');
SELECT * FROM pg_temp.told('access_workspace', 'c1');
ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/own', 'regress_app'); END$$;
SELECT * FROM pg_temp.told('edit', 'private');
SELECT * FROM pg_temp.told('manage_rules', 'private');
ROLLBACK;
-- M4, through a role; M13; a guest, and one who is not shown what is main
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/vi', 'regress_app'); END$$;
SELECT * FROM pg_temp.told('view', 'private');
SELECT * FROM pg_temp.told('create', 'o1');
SELECT * FROM pg_temp.told('access_workspace', 'c1');
ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/gus', 'regress_app'); END$$; SELECT * FROM pg_temp.told('view', 'main'); SELECT * FROM pg_temp.told('run', 'main'); ROLLBACK;
BEGIN; UPDATE workflow_perms.accounts SET guests_see_open_main = false WHERE account_id = 'ax'; DO $$BEGIN PERFORM matrix.become('ax/gus', 'regress_app'); END$$; SELECT * FROM pg_temp.told('view', 'main'); ROLLBACK;
-- By capability
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/dev', 'regress_app'); END$$;
SELECT * FROM pg_temp.told('publish', 'gated');
ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/lead', 'regress_app'); END$$;
SELECT * FROM pg_temp.told('edit', 'gated');
ROLLBACK;

-- Connected users: what they see is explained, what they do not see is a code.
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/pro', 'regress_app'); END$$;
SELECT * FROM pg_temp.told('view', 'gated');
SELECT * FROM pg_temp.told('enable', 'gated');
SELECT * FROM pg_temp.told('run', 'gated');
SELECT * FROM pg_temp.told('run', 'app');
SELECT * FROM pg_temp.told('enable', 'app');
SELECT * FROM pg_temp.told('enable', 'hidden');
SELECT * FROM pg_temp.told('view', 'stopped');
SELECT * FROM pg_temp.told('enable', 'private');
ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/free', 'regress_app'); END$$;
SELECT * FROM pg_temp.told('view', 'gated');
SELECT * FROM pg_temp.told('run', 'gated');
ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/bare', 'regress_app'); END$$; SELECT * FROM pg_temp.told('run', 'app'); ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/', 'regress_app'); END$$; SELECT * FROM pg_temp.told('run', 'app'); ROLLBACK;

-- About another: with connected_users.view and workflows.view (Member), values and all.
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/dev', 'regress_app'); END$$;
SELECT * FROM pg_temp.told('view', 'gated', 'pro');
SELECT * FROM pg_temp.told('view', 'gated', 'free');
SELECT * FROM pg_temp.told('enable', 'gated', 'bare');
SELECT * FROM pg_temp.told('run', 'app', 'bare');
SELECT * FROM pg_temp.told('run', 'app', NULL);
SELECT * FROM pg_temp.told('view', 'gated', 'off');
SELECT * FROM pg_temp.told('view', 'gated', 'dev');
SELECT * FROM pg_temp.told('view', 'gated', 'nobody');
ROLLBACK;
-- What the asker may not view is not there, whoever it is about.
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/dev', 'regress_app'); END$$;
SELECT * FROM pg_temp.told('view', 'private', 'own');
SELECT * FROM pg_temp.told('view', 'nowhere', 'own');
SELECT * FROM pg_temp.told('view', 'elsewhere', 'pro');
SELECT * FROM pg_temp.told('access_workspace', 'c1', 'own');
ROLLBACK;
-- The workflow's owner asks about everybody, and is shown no metadata.
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/own', 'regress_app'); END$$;
UPDATE workflow_perms.workflows SET condition = '{"secret": "x", "seats": {"$lt": 5}}' WHERE workflow_id = 'main';
SELECT * FROM pg_temp.told('view', 'main', 'free');
SELECT * FROM pg_temp.told('edit', 'main', 'mem');
SELECT * FROM pg_temp.told('view', 'private', 'mem');
ROLLBACK;
-- team.manage_roles: the team alone, and held for a workspace there alone.
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/lead', 'regress_app'); END$$;
SELECT * FROM pg_temp.told('edit', 'main', 'mem');
SELECT * FROM pg_temp.told('create', 'o1', 'gus');
SELECT * FROM pg_temp.told('view', 'gated', 'bot');
SELECT * FROM pg_temp.told('view', 'gated', 'pro');
ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/lead1', 'regress_app'); END$$;
SELECT * FROM pg_temp.told('edit', 'gated', 'mem');
SELECT * FROM pg_temp.told('edit', 'main', 'mem');
ROLLBACK;
-- Support sees no workflow of the project; others have no right to ask, and connected users none.
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/sup', 'regress_app'); END$$;
SELECT * FROM pg_temp.told('view', 'gated', 'free');
SELECT * FROM pg_temp.told('view', 'main', 'free');
SELECT * FROM pg_temp.told('view', 'main', 'mem');
ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/pro', 'regress_app'); END$$; SELECT * FROM pg_temp.told('view', 'gated', 'free'); ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/mem', 'regress_app'); END$$; SELECT * FROM pg_temp.told('view', 'main', 'nobody'); ROLLBACK;
SELECT * FROM pg_temp.told('view', 'main', 'mem');

-- Bad input
SELECT * FROM pg_temp.told('fly', 'main');
SELECT * FROM pg_temp.told(NULL, 'main');

-- The clauses of conditions of every shape: what is named is what stands in the way.
CREATE TEMP TABLE shapes (n int GENERATED ALWAYS AS IDENTITY, condition text);
INSERT INTO shapes (condition) VALUES
	('{"plan": "pro"}'), ('{"plan": {"$ne": "free"}}'), ('{"plan": {"$in": ["a", "b"]}}'), ('{"none": {"$ne": "x"}}'),
	('{"seats": {"$gt": 3}}'), ('{"plan": {"$gt": "a"}, "seats": {"$gt": "9", "$lt": "0"}}'), ('{"org.tier": "gold"}'), ('{"plan.tier.level": "gold"}'),
	('{"$not": {"plan": "free"}}'), ('{"$not": {"none": "free"}}'), ('{"$nor": [{"plan": "pro"}, {"plan": "free"}]}'),
	('{"plan": {"$not": {"$startsWith": "f", "$endsWith": "e"}}}'), ('{"$not": {"$or": [{"plan": "free"}, {"none": 1}]}}'),
	('{"$or": [{"plan": "a"}, {"$and": [{"plan": "free"}, {"none": 1}]}]}'), ('{"$not": {}}'),
	('{"$userId": "u42"}'), ('{"$userId": {"$in": ["a", "b"]}}'), ('{"$rollout": {"percent": 0, "seed": "s"}}'),
	('{"none": {"$exists": true}}'), ('{"plan": {"$exists": false}}'), ('{"plan": {"$type": "number"}}'), ('{"nil": {"$gt": 1}}'), ('{"plan": null}'),
	('{"tags": "c"}'), ('{"tags": {"$gt": 5}}'), ('{"tags": {"$ne": "a"}}'), ('{"tags": {"$all": ["a", "z"]}}'), ('{"tags": {"$size": {"$gt": 2}}}'), ('{"plan": {"$size": 1}}'),
	('{"tags": {"$elemMatch": {"$eq": "z"}}}'), ('{"people": {"$elemMatch": {"name": "x", "age": 3}}}'), ('{"people": {"$elemMatch": {"name": "kim", "age": 3}}}'),
	('{"plan": {"$before": "2026-01-01"}, "version": {"$vgte": "2.0"}, "plan2": {"$veq": "1"}, "ip": {"$cidr": ["10.0.0.0/8"]}}'), ('{"seats": {"$regex": "^x"}}'),
	('{"org": {"tier": "gold"}}'), ('{"a \"b\".c''d": 1}');
INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata) VALUES ('ax', 'shape', 'connected',
	'{"plan": "free", "seats": "12", "org": {"name": "x"}, "nil": null, "tags": ["a", "b"], "people": [{"name": "kim", "age": 4}], "version": "1.9.0", "ip": "here"}');
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, status, condition)
	SELECT 'ax', 'shape ' || n, 'p1', 'live', condition::workflow_perms.metadata_condition FROM shapes;
BEGIN;
SELECT FROM workflow_perms.set_principal('ax', 'dev');
SELECT s.n || '. ' || s.condition || E'\n' || string_agg('    ' || c::text, E'\n' ORDER BY i)
	FROM shapes s, workflow_perms.explain_access('view', 'shape ' || s.n, 'shape') e, jsonb_array_elements(e.detail) WITH ORDINALITY c (c, i)
	WHERE e.gate = 'condition' GROUP BY s.n, s.condition ORDER BY s.n;
-- None of these matches, and of each something is told.
SELECT count(*) FROM shapes s WHERE NOT EXISTS (SELECT FROM workflow_perms.explain_access('view', 'shape ' || s.n, 'shape') WHERE code = 'condition' AND jsonb_array_length(detail) > 0);
-- An anonymous principal has no metadata.
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, status, condition) VALUES ('ax', 'anyone', 'a1', 'live', '{}');
INSERT INTO workflow_perms.execution_rules (account_id, workflow_id, role, effect) VALUES ('ax', 'anyone', 'NonAuthenticatedUser', 'grant');
SELECT * FROM pg_temp.told('run', 'anyone', NULL);
-- No more clauses than anybody reads, no longer values.
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, status, condition)
	SELECT 'ax', 'long', 'p1', 'live', (SELECT jsonb_build_object('$or', jsonb_agg(jsonb_build_object('k' || i, i))) FROM generate_series(1, 5000) i)::text::workflow_perms.metadata_condition;
SELECT jsonb_array_length(detail), detail -> -1, detail -> 0 FROM workflow_perms.explain_access('view', 'long', 'shape') WHERE gate = 'condition';
-- Clauses each of which holds, and which take too much together: the condition is not known.
SAVEPOINT alone;
UPDATE workflow_perms.users SET metadata = jsonb_build_object('t', repeat('ab', 200000)) WHERE account_id = 'ax' AND user_id = 'shape';
UPDATE workflow_perms.workflows SET condition = '{"t": {"$not": {"$contains": "q"}}, "$and": [{"t": {"$not": {"$contains": "r"}}}]}' WHERE account_id = 'ax' AND workflow_id = 'long';
SELECT code, detail FROM workflow_perms.explain_access('view', 'long', 'shape') WHERE gate = 'condition';
ROLLBACK TO alone;
UPDATE workflow_perms.users SET metadata = jsonb_build_object('plan', repeat('x', 5000)) WHERE account_id = 'ax' AND user_id = 'shape';
SELECT * FROM pg_temp.told('view', 'shape 1', 'shape') t WHERE t ~ '^condition';
ROLLBACK;
\pset tuples_only off
\pset format aligned
-- Boards and runs, on the account of matrix_boards: everybody, and the last row is the decision.
CREATE TEMP TABLE told (asker text, action text, n int, yes int, wrong int);
DO $$
DECLARE
	asker text;
BEGIN
	FOR asker IN SELECT user_id FROM workflow_perms.users WHERE account_id = 'mb' LOOP
		PERFORM workflow_perms.set_principal('mb', asker);
		INSERT INTO told SELECT asker, o.action, count(*), count(*) FILTER (WHERE o.allowed), count(*) FILTER (WHERE e.verdict IS DISTINCT FROM o.allowed)
			FROM (SELECT 'view_board' AS action, ARRAY[board_id] AS id, workflow_perms.can_view_board(board_id) AS allowed FROM workflow_perms.boards WHERE account_id = 'mb'
				UNION ALL SELECT 'view_run', ARRAY[run_id], workflow_perms.can_view_run(run_id) FROM workflow_perms.runs WHERE account_id = 'mb'
				UNION ALL SELECT 'replay', ARRAY[run_id], workflow_perms.can_replay(run_id) FROM workflow_perms.runs WHERE account_id = 'mb'
				UNION ALL SELECT 'create', ARRAY[workspace_id], workflow_perms.can_create(workspace_id) FROM workflow_perms.workspaces WHERE account_id = 'mb'
				UNION ALL SELECT 'access_workspace', ARRAY[workspace_id], workflow_perms.can_access_workspace(workspace_id) FROM workflow_perms.workspaces WHERE account_id = 'mb'
				UNION ALL SELECT 'view_column', ARRAY[board_id, column_id], workflow_perms.can_view_column(board_id, column_id) FROM workflow_perms.board_columns WHERE account_id = 'mb'
				UNION ALL SELECT 'edit_column', ARRAY[board_id, column_id], workflow_perms.can_edit_column(board_id, column_id) FROM workflow_perms.board_columns WHERE account_id = 'mb'
				UNION ALL SELECT 'view_run_detail', ARRAY[run_id, step_no::text], workflow_perms.can_view_run_detail(run_id, step_no) FROM workflow_perms.run_steps WHERE account_id = 'mb'
				UNION ALL SELECT 'step', ARRAY[r.run_id, s.step_id], (workflow_perms.step_access(r.run_id, s.step_id)).allowed FROM workflow_perms.runs r JOIN workflow_perms.workflow_steps s USING (account_id, workflow_id) WHERE account_id = 'mb') o,
				LATERAL (SELECT x.verdict FROM workflow_perms.explain_access(o.action, o.id) WITH ORDINALITY x (gate, verdict, code, decided_by, detail, i) ORDER BY i DESC LIMIT 1) e
			GROUP BY o.action;
		COMMIT;
	END LOOP;
END
$$;
SELECT action, sum(n) > sum(yes) AS refused, sum(yes) > 0 AS allowed, sum(wrong) AS wrong FROM told GROUP BY action ORDER BY action COLLATE "C";
\pset tuples_only on
\pset format unaligned
BEGIN; DO $$BEGIN PERFORM matrix.become('mb/mem', 'regress_app'); END$$;
SELECT * FROM pg_temp.told('view_board', 'main');
SELECT * FROM pg_temp.told('view_board', 'share');
SELECT * FROM pg_temp.told('view_board', 'priv');
SELECT * FROM pg_temp.told('view_board', 'nowhere');
SELECT * FROM pg_temp.told('view_run', 'ok');
SELECT * FROM pg_temp.told('replay', 'ok');
SELECT * FROM pg_temp.told('view_run', 'sec');
SELECT * FROM pg_temp.told('view_run', 'nowhere');
ROLLBACK;
-- R15; and of a run for somebody the run gates are theirs.
BEGIN; DO $$BEGIN PERFORM matrix.become('mb/ada', 'regress_app'); END$$;
SELECT * FROM pg_temp.told('replay', 'pok');
SELECT * FROM pg_temp.told('replay', 'pbad');
SELECT * FROM pg_temp.told('replay', 'pbad', 'mem');
SELECT * FROM pg_temp.told('view_board', 'main', 'gus');
SELECT * FROM pg_temp.told('view_board', 'main', 'u1');
ROLLBACK;
-- Columns, details and steps go by two ids; what decided is named with the role behind it.
CREATE FUNCTION pg_temp.told(action text, object text[], subject text DEFAULT 'oneself') RETURNS SETOF text LANGUAGE sql AS $$
	SELECT concat_ws(' ', e.gate, CASE WHEN e.verdict THEN '+' ELSE '-' END, e.code, '(' || e.decided_by || ')')
	FROM workflow_perms.explain_access(action, object, CASE subject WHEN 'oneself' THEN workflow_perms.principal_user() ELSE subject END) e
	WHERE e.gate NOT IN ('principal', 'active', 'found') OR e.gate IS NULL OR NOT e.verdict
$$;
BEGIN; DO $$BEGIN PERFORM matrix.become('mb/mem', 'regress_app'); END$$;
SELECT * FROM pg_temp.told('view_column', ARRAY['main', 'view']);
SELECT * FROM pg_temp.told('edit_column', ARRAY['main', 'view']);
SELECT * FROM pg_temp.told('edit_column', ARRAY['main', 'edit']);
SELECT * FROM pg_temp.told('view_column', ARRAY['main', 'both']);
SELECT * FROM pg_temp.told('view_column', ARRAY['main', 'nowhere']);
SELECT * FROM pg_temp.told('view_column', ARRAY[NULL, 'both']);
SELECT * FROM pg_temp.told('view_board', ARRAY['main']);
SELECT * FROM pg_temp.told('view_run_detail', ARRAY['ok', '1']);
-- What a step touched, where that may not be seen, is not named: another's lists, a board not seen, one that is gone.
SELECT * FROM pg_temp.told('view_run_detail', ARRAY['ok', '4']);
SELECT * FROM pg_temp.told('view_run_detail', ARRAY['ok', '2']);
SELECT * FROM pg_temp.told('view_run_detail', ARRAY['ok', '5']);
SELECT * FROM pg_temp.told('view_run_detail', ARRAY['ok', '10']);
SELECT * FROM pg_temp.told('view_run_detail', ARRAY['sec', '1']);
SELECT * FROM pg_temp.told('step', ARRAY['ok', 's1']);
SELECT * FROM pg_temp.told('step', ARRAY['ok', 's3']);
SELECT * FROM pg_temp.told('step', ARRAY['ok', 'nowhere']);
ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('mb/des', 'regress_app'); END$$;
SELECT * FROM pg_temp.told('view_board', ARRAY['priv']);
SELECT * FROM pg_temp.told('view_column', ARRAY['main', 'both']);
SELECT * FROM pg_temp.told('view_run_detail', ARRAY['ok', '2']);
ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('mb/vi', 'regress_app'); END$$;
SELECT * FROM pg_temp.told('edit_column', ARRAY['vboard', 'both']);
SELECT * FROM pg_temp.told('view_run_detail', ARRAY['ok', '4']);
ROLLBACK;
-- A connected user is told nothing of what the steps of their run touch, nor by whose rights.
BEGIN; DO $$BEGIN PERFORM matrix.become('mb/u1', 'regress_app'); END$$;
SELECT * FROM pg_temp.told('view_run_detail', ARRAY['bad', '1']);
SELECT * FROM pg_temp.told('view_run_detail', ARRAY['bad', '2']);
SELECT * FROM pg_temp.told('step', ARRAY['bad', 's1']);
ROLLBACK;
-- Of a project steps are not checked. By a role held for a workspace, and as a member through one.
BEGIN; DO $$BEGIN PERFORM matrix.become('mb/sup', 'regress_app'); END$$;
SELECT * FROM pg_temp.told('view_run_detail', ARRAY['pbad', '1']);
SELECT * FROM pg_temp.told('step', ARRAY['pbad', 's1']);
ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('mb/proj', 'regress_app'); END$$;
SELECT * FROM pg_temp.told('access_workspace', ARRAY['p1']);
ROLLBACK;
BEGIN;
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, role) VALUES ('mb', 'c1', 'Design'), ('mb', 'c1', 'Support');
INSERT INTO workflow_perms.role_includes (account_id, role, included_role) VALUES ('mb', 'Design', 'Support');
INSERT INTO workflow_perms.execution_rules (account_id, workflow_id, role, effect) VALUES
	('mb', 'flow', 'Design', 'deny'), ('mb', 'flow', 'Support', 'grant'), ('mb', NULL, 'AuthenticatedUser', 'grant');
INSERT INTO workflow_perms.roles (account_id, role) VALUES ('mb', 'Painters');
INSERT INTO workflow_perms.role_grants (account_id, user_id, role, workspace_id) VALUES ('mb', 'des1', 'Painters', 'o1');
INSERT INTO workflow_perms.execution_rules (account_id, workspace_id, user_id, role, effect) VALUES
	('mb', 'o1', 'des1', NULL, 'deny'), ('mb', 'o1', NULL, 'Painters', 'grant'), ('mb', 'o1', NULL, 'AuthenticatedUser', 'deny'), ('mb', 'c1', 'des1', NULL, 'deny');
DO $$BEGIN PERFORM matrix.become('mb/des1', 'regress_app'); END$$;
SELECT * FROM pg_temp.told('access_workspace', ARRAY['c1']);
SELECT * FROM pg_temp.told('run', ARRAY['flow']);
-- The level that decided, and the role: of the workspace where the workflow says nothing, nearest first; then of the account.
RESET ROLE;
DELETE FROM workflow_perms.execution_rules WHERE account_id = 'mb' AND workflow_id IS NOT NULL;
SET LOCAL ROLE regress_app; SELECT * FROM pg_temp.told('run', ARRAY['flow']); RESET ROLE;
DELETE FROM workflow_perms.execution_rules WHERE account_id = 'mb' AND workspace_id = 'o1' AND user_id IS NOT NULL;
SET LOCAL ROLE regress_app; SELECT * FROM pg_temp.told('run', ARRAY['flow']); RESET ROLE;
DELETE FROM workflow_perms.execution_rules WHERE account_id = 'mb' AND workspace_id = 'o1' AND role = 'Painters';
SET LOCAL ROLE regress_app; SELECT * FROM pg_temp.told('run', ARRAY['flow']); RESET ROLE;
DELETE FROM workflow_perms.execution_rules WHERE account_id = 'mb' AND workspace_id = 'o1';
SET LOCAL ROLE regress_app; SELECT * FROM pg_temp.told('run', ARRAY['flow']); RESET ROLE;
ROLLBACK;
-- By whose rights a step acts, and what gives them, is told to them, and to who may ask about them; and so for whom a run was made.
BEGIN; DO $$BEGIN PERFORM matrix.become('mb/bo', 'regress_app'); END$$;
SELECT * FROM pg_temp.told('step', ARRAY['ok', 's2']);
SELECT * FROM pg_temp.told('replay', ARRAY['bad']);
ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('mb/ada', 'regress_app'); END$$;
SELECT * FROM pg_temp.told('step', ARRAY['ok', 's2']);
SELECT * FROM pg_temp.told('replay', ARRAY['pbad']);
ROLLBACK;
BEGIN;
INSERT INTO workflow_perms.role_capabilities (account_id, role, capability) VALUES ('mb', 'Design', 'task_history.view'), ('mb', 'Design', 'task_history.replay');
DO $$BEGIN PERFORM matrix.become('mb/des', 'regress_app'); END$$;
SELECT * FROM pg_temp.told('replay', ARRAY['pbad']);
ROLLBACK;
-- About another: who manages the members of the run's workflow, or the roles of the board's workspace.
BEGIN; DO $$BEGIN PERFORM matrix.become('mb/bo', 'regress_app'); END$$;
SELECT * FROM pg_temp.told('view_run_detail', ARRAY['ok', '4'], 'mem');
SELECT * FROM pg_temp.told('view_column', ARRAY['main', 'both'], 'des');
ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('mb/ada', 'regress_app'); END$$;
SELECT * FROM pg_temp.told('edit_column', ARRAY['main', 'free'], 'vi');
SELECT * FROM pg_temp.told('view_column', ARRAY['main', 'both'], 'des');
ROLLBACK;
-- Bad input: the number of ids, and of the step.
\set VERBOSITY default
SELECT * FROM workflow_perms.explain_access('view_column', 'main');
SELECT * FROM workflow_perms.explain_access('view_board', ARRAY['main', 'free']);
SELECT * FROM workflow_perms.explain_access('view', NULL::text[]);
BEGIN;
SELECT FROM workflow_perms.set_principal('mb', 'mem');
SELECT * FROM workflow_perms.explain_access('view_run_detail', ARRAY['ok', 'x']);
ROLLBACK;
\set VERBOSITY terse
-- Who sees the run and not the workflow is not told the workflow's condition.
BEGIN;
INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, for_user, status, started_at) VALUES ('mb', 'abad', 'aflow', 'u1', 'failed', now());
UPDATE workflow_perms.workflows SET condition = '{"$userId": "u2"}' WHERE account_id = 'mb' AND workflow_id = 'aflow';
DO $$BEGIN PERFORM matrix.become('mb/sup', 'regress_app'); END$$;
SELECT * FROM pg_temp.told('replay', 'abad') t WHERE t ~ '^condition|^failed';
ROLLBACK;
BEGIN;
INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, for_user, status, started_at) VALUES ('mb', 'abad', 'aflow', 'u1', 'failed', now());
UPDATE workflow_perms.workflows SET condition = '{"$userId": "u2"}' WHERE account_id = 'mb' AND workflow_id = 'aflow';
DO $$BEGIN PERFORM matrix.become('mb/ada', 'regress_app'); END$$;
SELECT * FROM pg_temp.told('replay', 'abad') t WHERE t ~ '^condition|^failed';
ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('mb/u1', 'regress_app'); END$$;
SELECT * FROM pg_temp.told('view_run', 'bad');
SELECT * FROM pg_temp.told('replay', 'bad');
SELECT * FROM pg_temp.told('view_run', 'ok');
ROLLBACK;
\pset tuples_only off
\pset format aligned

-- A principal as a value: everything is told, to whom may execute it, and the last row is the decision.
SELECT gate, code, decided_by, detail IS NOT NULL FROM workflow_perms.explain_access(workflow_perms.principal('ax', 'mem'), 'view', 'private');
SELECT gate, code, detail FROM workflow_perms.explain_access(workflow_perms.with_metadata(workflow_perms.principal('ax', 'free'), '{"plan": "pro", "seats": 9}'), 'enable', 'gated');
SELECT gate, code, decided_by FROM workflow_perms.explain_access(workflow_perms.principal('mb', 'mem'), 'view_run_detail', ARRAY['ok', '2']);
SELECT gate, code, decided_by FROM workflow_perms.explain_access(workflow_perms.principal('mb', 'mem'), 'step', ARRAY['bad', 's1']) WHERE gate IN ('visible', 'run_as', 'board');
SELECT gate, code, decided_by FROM workflow_perms.explain_access(workflow_perms.principal('ax', NULL), 'run', 'app');
SELECT gate, code FROM workflow_perms.explain_access(NULL::workflow_perms.principal, 'view', 'main');
SELECT gate, code FROM workflow_perms.explain_access(workflow_perms.principal('ay', 'pro'), 'view', 'main');
SELECT gate, code FROM workflow_perms.explain_access(workflow_perms.principal('ax', 'own'), 'view', ARRAY['main', 'x']);
SELECT count(*) > 1000 AS many, count(*) FILTER (WHERE e.verdict IS DISTINCT FROM a.allowed) AS wrong
	FROM workflow_perms.users u, workflow_perms.principal(u.account_id, u.user_id) p, workflow_perms.workflows w,
		LATERAL (VALUES ('view', workflow_perms.can_view(p, w)), ('edit', workflow_perms.can_edit(p, w)), ('publish', workflow_perms.can_publish(p, w)),
			('enable', workflow_perms.can_enable(p, w)), ('run', workflow_perms.can_run(p, w))) a (action, allowed),
		LATERAL (SELECT x.verdict FROM workflow_perms.explain_access(p, a.action, w.workflow_id) WITH ORDINALITY x (gate, verdict, code, decided_by, detail, n) ORDER BY x.n DESC LIMIT 1) e
	WHERE u.account_id = 'ax' AND w.account_id = 'ax';
SET ROLE regress_app;
SELECT * FROM workflow_perms.explain_access(NULL::workflow_perms.principal, 'view', 'main');
RESET ROLE;

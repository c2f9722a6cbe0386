-- The write matrix (spec 6.3), tables runs and run_steps: the engine writes, start_run() and
-- replay() under their gates, everybody else reads. And 4.8 on runs and steps, by the gates.
-- On the account of matrix_boards.
-- History as it would have come about: run-as, enablement and steps, without triggers.
SET session_replication_role = replica;
UPDATE workflow_perms.workflows SET run_as = 'bo' WHERE account_id = 'mb';
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status) VALUES
	('mb', 'aflow', 'a1', 'private', 'live'), ('mb', 'stopped', 'o1', 'main', 'stopped');
INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled, changed_at) VALUES
	('mb', 'flow', 'u1', true, now()), ('mb', 'pflow', 'u1', true, now());
INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, started_by, started_as, for_user, run_as, status, started_at) VALUES
	('mb', 'ok', 'flow', 'ed', 'user', NULL, 'bo', 'succeeded', now()), ('mb', 'bad', 'flow', NULL, 'system', 'u1', 'bo', 'failed', now()),
	('mb', 'on', 'flow', 'ed', 'user', NULL, 'bo', 'running', now()), ('mb', 'bad2', 'flow', NULL, 'system', 'u2', 'bo', 'failed', now()),
	('mb', 'sec', 'secret', 'bo', 'user', NULL, 'bo', 'failed', now()), ('mb', 'pbad', 'pflow', NULL, 'system', 'u1', NULL, 'failed', now()),
	('mb', 'pok', 'pflow', 'u2', 'user', NULL, NULL, 'succeeded', now()), ('mb', 'gone', 'deleted', NULL, 'system', 'u1', NULL, 'failed', now()),
	('mx', 'ok', 'open_main', 'wo', 'user', NULL, NULL, 'succeeded', now());
INSERT INTO workflow_perms.run_steps (account_id, run_id, step_no, workflow_id, step_id, workspace_id, board_id, column_id, access, status, details, error) VALUES
	('mb', 'ok', 1, 'flow', 's1', 'o1', 'main', 'free', 'write', 'succeeded', '{"v": 1}', NULL),
	('mb', 'ok', 2, 'flow', 's2', 'o1', 'priv', NULL, 'read', 'succeeded', '{"v": 2}', NULL),
	('mb', 'ok', 3, 'flow', 's3', 'o1', 'main', 'view', 'read', 'succeeded', '{"v": 3}', NULL),
	('mb', 'ok', 4, 'flow', 's4', 'o1', 'main', 'edit', 'write', 'succeeded', '{"v": 4}', NULL),
	('mb', 'ok', 5, 'flow', 's5', 'c2', 'far', NULL, 'read', 'failed', '{"v": 5}', 'e5'),
	('mb', 'ok', 6, 'flow', 's6', NULL, NULL, NULL, NULL, 'succeeded', '{"v": 6}', NULL),
	('mb', 'ok', 7, 'flow', 's7', 'o1', 'main', 'edit', 'read', 'succeeded', '{"v": 7}', NULL),
	('mb', 'ok', 8, 'flow', 's8', 'o1', 'nosuch', NULL, 'read', 'succeeded', '{"v": 8}', NULL),
	('mb', 'ok', 9, 'flow', 's9', 'o1', 'main', 'edit', NULL, 'succeeded', '{"v": 9}', NULL),
	('mb', 'bad', 1, 'flow', 's1', 'o1', 'main', 'free', 'write', 'failed', '{"v": 1}', 'e1'),
	('mb', 'bad', 2, 'flow', 's2', NULL, NULL, NULL, NULL, 'failed', '{"v": 2}', 'e2'),
	('mb', 'pbad', 1, 'pflow', 's1', 'p1', 'ours', NULL, 'read', 'failed', '{"v": 1}', 'e1'),
	('mb', 'pbad', 2, 'pflow', 's2', 'o1', 'priv', NULL, 'read', 'failed', '{"v": 2}', 'e2'),
	('mx', 'ok', 1, 'open_main', 's1', NULL, NULL, NULL, NULL, 'succeeded', '{"v": 1}', NULL);
RESET session_replication_role;
TRUNCATE matrix.cells RESTART IDENTITY;
INSERT INTO matrix.cells (cell, who, statement, expected) VALUES
	('runs select: T who may view the workflow', 'mb/vi', $$SELECT FROM workflow_perms.runs$$, '4 rows'),
	('runs select: a private workflow, its owner', 'mb/bo', $$SELECT FROM workflow_perms.runs WHERE workflow_id = 'secret'$$, '1 row'),
	('X3 runs select: Support, a private workflow in an open workspace', 'mb/sup', $$SELECT FROM workflow_perms.runs WHERE workflow_id = 'secret'$$, '0 rows'),
	('X3 runs select: Support, in a project', 'mb/sup', $$SELECT FROM workflow_perms.runs WHERE workflow_id = 'pflow'$$, '2 rows'),
	('runs select: project, workflows.view without task_history.view', 'mb/proj', $$SELECT FROM workflow_perms.runs WHERE workflow_id = 'pflow'$$, '0 rows'),
	('runs select: AA, a private workflow', 'mb/ada', $$SELECT FROM workflow_perms.runs WHERE run_id = 'sec'$$, '0 rows'),
	('runs select: connected, for_user', 'mb/u1', $$SELECT FROM workflow_perms.runs WHERE for_user = 'u1'$$, '3 rows'),
	('runs select: connected, started_by', 'mb/u2', $$SELECT FROM workflow_perms.runs WHERE started_by = 'u2'$$, '1 row'),
	('X11 runs select: u1 lists the runs of u2', 'mb/u1', $$SELECT FROM workflow_perms.runs WHERE for_user IS DISTINCT FROM 'u1'$$, '0 rows'),
	('runs select: of a workflow that is gone, T', 'mb/ada', $$SELECT FROM workflow_perms.runs WHERE run_id = 'gone'$$, '0 rows'),
	('runs select: a guest who is a member of the workspace', 'mb/gus', $$SELECT FROM workflow_perms.runs$$, '4 rows'),
	('runs select: anonymous', 'mb/', $$SELECT FROM workflow_perms.runs$$, '0 rows'),
	('runs select: inactive', 'mb/off', $$SELECT FROM workflow_perms.runs$$, '0 rows'),
	('X9 runs select: none', 'none', $$SELECT FROM workflow_perms.runs$$, '0 rows'),
	('X11 runs select: another account', 'mx/wo', $$SELECT FROM workflow_perms.runs$$, '1 row'),
	('can_view_run: the gate', 'mb/vi', $$SELECT WHERE workflow_perms.can_view_run('ok') AND NOT workflow_perms.can_view_run('sec')$$, '1 row'),
	('can_view_run: never NULL', 'mb/vi', $$SELECT WHERE NOT workflow_perms.can_view_run(NULL) AND NOT workflow_perms.can_view_run('nosuch')$$, '1 row'),

	('run_steps select: what was touched may be seen', 'mb/ed', $$SELECT FROM workflow_perms.run_steps WHERE run_id = 'ok' AND step_no IN (1, 3, 4, 6, 7, 9)$$, '6 rows'),
	('run_steps select: all that ed sees', 'mb/ed', $$SELECT FROM workflow_perms.run_steps WHERE run_id = 'ok'$$, '6 rows'),
	('run_steps select: all but what is gone, owner of boards', 'mb/bo', $$SELECT FROM workflow_perms.run_steps WHERE run_id = 'ok'$$, '8 rows'),
	('run_steps select: what was written, not on the edit list', 'mb/mem', $$SELECT FROM workflow_perms.run_steps WHERE run_id = 'ok' AND column_id = 'edit'$$, '1 row'),
	('run_steps select: what was written, a viewer on the edit list', 'mb/vi', $$SELECT FROM workflow_perms.run_steps WHERE run_id = 'ok' AND column_id = 'edit'$$, '3 rows'),
	('run_steps select: board not seen', 'mb/vi', $$SELECT FROM workflow_perms.run_steps WHERE board_id = 'priv'$$, '0 rows'),
	('run_steps select: workspace not accessible', 'mb/ed', $$SELECT FROM workflow_perms.run_steps WHERE workspace_id = 'c2'$$, '0 rows'),
	('run_steps select: connected, in an open workspace what touches nothing', 'mb/u1', $$SELECT FROM workflow_perms.run_steps WHERE run_id = 'bad'$$, '1 row'),
	('run_steps select: connected, in a project', 'mb/u1', $$SELECT FROM workflow_perms.run_steps WHERE run_id = 'pbad'$$, '2 rows'),
	('run_steps select: Support, in a project', 'mb/sup', $$SELECT FROM workflow_perms.run_steps WHERE run_id = 'pbad'$$, '2 rows'),
	('X9 run_steps select: none', 'none', $$SELECT FROM workflow_perms.run_steps$$, '0 rows'),
	('can_view_run_detail: the gate', 'mb/vi', $$SELECT WHERE workflow_perms.can_view_run_detail('ok', 1) AND NOT workflow_perms.can_view_run_detail('ok', 2)$$, '1 row'),
	('can_view_run_detail: never NULL', 'mb/vi', $$SELECT WHERE NOT workflow_perms.can_view_run_detail(NULL, 1) AND NOT workflow_perms.can_view_run_detail('ok', NULL) AND NOT workflow_perms.can_view_run_detail('ok', 99)$$, '1 row'),

	-- Nobody writes them by hand.
	('runs insert: the application', 'mb/ed', $$INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, status, started_at) VALUES ('mb', 'new', 'flow', 'running', now())$$, 'permission denied for table runs'),
	('run_steps insert: the application', 'mb/ed', $$INSERT INTO workflow_perms.run_steps (account_id, run_id, step_no, status) VALUES ('mb', 'on', 1, 'running')$$, 'permission denied for table run_steps'),
	('record_step: the application', 'mb/ed', $$SELECT workflow_perms.record_step('mb', 'on', 1, NULL, 'running')$$, 'permission denied for function record_step'),
	('finish_run: the application', 'mb/ed', $$SELECT workflow_perms.finish_run('mb', 'on', 'succeeded')$$, 'permission denied for function finish_run'),
	('step_access of any account: the application', 'mb/ed', $$SELECT workflow_perms.step_access('mb', 'on', 's1')$$, 'permission denied for function step_access'),
	('the body of start_run()', 'mb/ed', $$SELECT workflow_perms._start_run('flow', 'new', NULL)$$, 'permission denied for function _start_run'),

	-- start_run under the run gates
	('start_run: who may run it', 'mb/mem', $$SELECT workflow_perms.start_run('flow', 'new')$$, '1 row'),
	('start_run: and the run is there', 'mb/mem', $$SELECT workflow_perms.start_run('flow', 'new'); SELECT FROM workflow_perms.runs WHERE run_id = 'new' AND started_by = 'mem' AND run_as = 'bo' AND for_user IS NULL AND status = 'running'$$, '1 row'),
	('start_run: for a user who has it enabled', 'mb/mem', $$SELECT workflow_perms.start_run('flow', 'new', 'u1'); SELECT FROM workflow_perms.runs WHERE run_id = 'new' AND for_user = 'u1'$$, '1 row'),
	('start_run: for a user who has not', 'mb/mem', $$SELECT workflow_perms.start_run('flow', 'new', 'u2')$$, 'not_enabled'),
	('start_run: the connected user', 'mb/u1', $$SELECT workflow_perms.start_run('flow', 'new'); SELECT FROM workflow_perms.runs WHERE run_id = 'new' AND started_by = 'u1'$$, '1 row'),
	('P35 start_run: a connected user, for another', 'mb/u2', $$SELECT workflow_perms.start_run('flow', 'new', 'u1')$$, 'not_own'),
	('start_run: a connected user, for oneself', 'mb/u1', $$SELECT workflow_perms.start_run('flow', 'new', 'u1')$$, '1 row'),
	('start_run: anonymous, for a user', 'mb/', $$SELECT workflow_perms.start_run('aflow', 'new', 'u1')$$, 'not_own'),
	('start_run: a service, for a user', 'mb/bot', $$SELECT workflow_perms.start_run('aflow', 'new', 'u1')$$, '1 row'),
	('start_run: not open to one', 'mb/mem', $$SELECT workflow_perms.start_run('secret', 'new')$$, 'not_open'),
	('start_run: not live', 'mb/mem', $$SELECT workflow_perms.start_run('stopped', 'new')$$, 'not_live'),
	('start_run: no such workflow', 'mb/mem', $$SELECT workflow_perms.start_run('nosuch', 'new')$$, 'not_found'),
	('start_run: a workflow of another account', 'mb/mem', $$SELECT workflow_perms.start_run('open_main', 'new')$$, 'not_found'),
	('start_run: anonymous, in an app', 'mb/', $$SELECT workflow_perms.start_run('aflow', 'new')$$, '1 row'),
	('start_run: anonymous, elsewhere', 'mb/', $$SELECT workflow_perms.start_run('flow', 'new')$$, 'not_open'),
	('start_run: inactive', 'mb/off', $$SELECT workflow_perms.start_run('flow', 'new')$$, 'inactive'),
	('X9 start_run: none', 'none', $$SELECT workflow_perms.start_run('flow', 'new')$$, 'no_principal'),
	('start_run: a run id that is taken', 'mb/mem', $$SELECT workflow_perms.start_run('flow', 'on')$$, '"runs_pkey"'),

	-- replay
	('R1 replay: Support, in a project, the user may run it', 'mb/sup', $$SELECT workflow_perms.replay('pbad', 'new'); SELECT FROM workflow_perms.runs WHERE run_id = 'new' AND started_by = 'sup' AND for_user = 'u1' AND status = 'running'$$, '1 row'),
	('R1 can_replay', 'mb/sup', $$SELECT WHERE workflow_perms.can_replay('pbad')$$, '1 row'),
	('R15 replay: a run that succeeded', 'mb/sup', $$SELECT workflow_perms.replay('pok', 'new')$$, 'not_failed'),
	('replay: a run that is running', 'mb/ed', $$SELECT workflow_perms.replay('on', 'new')$$, 'not_failed'),
	('replay: owner, the user may run it', 'mb/ed', $$SELECT workflow_perms.replay('bad', 'new')$$, '1 row'),
	('replay: owner, the user may not run it', 'mb/ed', $$SELECT workflow_perms.replay('bad2', 'new')$$, 'not_enabled'),
	('replay: not owner', 'mb/mem', $$SELECT workflow_perms.replay('bad', 'new')$$, 'not_owner'),
	('replay: the user whom it was for', 'mb/u1', $$SELECT workflow_perms.replay('bad', 'new')$$, 'not_owner'),
	('replay: the user whom it was for, in a project', 'mb/u1', $$SELECT workflow_perms.replay('pbad', 'new')$$, 'no_capability'),
	('replay: another''s run, connected', 'mb/u2', $$SELECT workflow_perms.replay('bad', 'new')$$, 'not_visible'),
	('replay: one may not view the run', 'mb/mem', $$SELECT workflow_perms.replay('sec', 'new')$$, 'not_visible'),
	('replay: in a project, without task_history.view', 'mb/proj', $$SELECT workflow_perms.replay('pbad', 'new')$$, 'no_capability'),
	('replay: owner, no for_user, own gates', 'mb/bo', $$SELECT workflow_perms.replay('sec', 'new'); SELECT FROM workflow_perms.runs WHERE run_id = 'new' AND for_user IS NULL AND started_by = 'bo'$$, '1 row'),
	('replay: no such run', 'mb/bo', $$SELECT workflow_perms.replay('nosuch', 'new')$$, 'not_found'),
	('replay: of another account', 'mx/wo', $$SELECT workflow_perms.replay('sec', 'new')$$, 'not_found'),
	('X9 replay: none', 'none', $$SELECT workflow_perms.replay('sec', 'new')$$, 'no_principal'),
	('can_replay: never NULL', 'mb/bo', $$SELECT WHERE NOT workflow_perms.can_replay(NULL) AND NOT workflow_perms.can_replay('nosuch')$$, '1 row'),

	-- step_access for who may view the run
	('step_access: by the rights of run-as', 'mb/vi', $$SELECT FROM workflow_perms.step_access('on', 's3') WHERE allowed AND reason IS NULL$$, '1 row'),
	('step_access: no such step', 'mb/vi', $$SELECT FROM workflow_perms.step_access('on', 'nosuch') WHERE NOT allowed AND reason = 'not_found'$$, '1 row'),
	('step_access: one may not view the run', 'mb/vi', $$SELECT FROM workflow_perms.step_access('sec', 's1') WHERE NOT allowed AND reason = 'not_visible'$$, '1 row'),
	('X9 step_access: none', 'none', $$SELECT FROM workflow_perms.step_access('on', 's1') WHERE NOT allowed AND reason = 'no_principal'$$, '1 row');

-- Whoever was granted everything: row security and the triggers alone.
INSERT INTO matrix.cells (cell, who, statement, expected, database_role) VALUES
	('runs insert: whoever was granted it', 'mb/ed', $$INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, status, started_at) VALUES ('mb', 'new', 'flow', 'running', now())$$, 'system', 'regress_full'),
	('runs update: whoever was granted it', 'mb/ed', $$UPDATE workflow_perms.runs SET status = 'failed' WHERE run_id = 'on'$$, 'system', 'regress_full'),
	('runs delete: whoever was granted it', 'mb/ed', $$DELETE FROM workflow_perms.runs WHERE run_id = 'on'$$, 'system', 'regress_full'),
	('run_steps insert: whoever was granted it', 'mb/ed', $$INSERT INTO workflow_perms.run_steps (account_id, run_id, step_no, status) VALUES ('mb', 'on', 1, 'running')$$, 'system', 'regress_full'),
	('run_steps update: whoever was granted it', 'mb/ed', $$UPDATE workflow_perms.run_steps SET board_id = NULL WHERE run_id = 'ok' AND step_no = 1$$, 'system', 'regress_full'),
	('run_steps delete: whoever was granted it', 'mb/ed', $$DELETE FROM workflow_perms.run_steps WHERE run_id = 'ok' AND step_no = 1$$, 'system', 'regress_full'),
	('run_steps update: what is not seen is not there', 'mb/ed', $$UPDATE workflow_perms.run_steps SET board_id = NULL WHERE run_id = 'ok' AND step_no = 2$$, '0 rows', 'regress_full'),
	-- the engine
	('engine: runs select, of every account', 'none', $$SELECT FROM workflow_perms.runs WHERE run_id = 'ok'$$, '2 rows', 'regress_engine'),
	('engine: run_steps select', 'none', $$SELECT FROM workflow_perms.run_steps WHERE run_id = 'ok'$$, '10 rows', 'regress_engine'),
	('engine: no other table', 'none', $$SELECT FROM workflow_perms.workflows$$, 'permission denied for table workflows', 'regress_engine'),
	('engine: runs insert, started by nobody', 'none', $$INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, status, started_at) VALUES ('mb', 'new', 'secret', 'running', now()) RETURNING *$$, '1 row', 'regress_engine'),
	('engine: runs insert, not live', 'none', $$INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, status, started_at) VALUES ('mb', 'new', 'stopped', 'running', now())$$, 'not_live', 'regress_engine'),
	('engine: runs insert, for a user who may', 'none', $$INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, for_user, status, started_at) VALUES ('mb', 'new', 'flow', 'u1', 'running', now())$$, '1 row', 'regress_engine'),
	('engine: runs insert, for a user who may not', 'none', $$INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, for_user, status, started_at) VALUES ('mb', 'new', 'flow', 'u2', 'running', now())$$, 'not_enabled', 'regress_engine'),
	('engine: runs insert, started by the principal', 'mb/mem', $$INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, status, started_at) VALUES ('mb', 'new', 'flow', 'running', now()); SELECT FROM workflow_perms.runs WHERE run_id = 'new' AND started_by = 'mem'$$, '1 row', 'regress_engine'),
	('engine: runs insert, by a principal who may not', 'mb/mem', $$INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, status, started_at) VALUES ('mb', 'new', 'secret', 'running', now())$$, 'not_open', 'regress_engine'),
	('engine: runs insert, by a connected user for another', 'mb/u2', $$INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, for_user, status, started_at) VALUES ('mb', 'new', 'flow', 'u1', 'running', now())$$, 'not_own', 'regress_engine'),
	('engine: runs insert, by an anonymous principal for a user', 'mb/', $$INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, for_user, status, started_at) VALUES ('mb', 'new', 'aflow', 'u1', 'running', now())$$, 'not_own', 'regress_engine'),
	('engine: runs insert, by a principal of another account', 'mx/wo', $$INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, status, started_at) VALUES ('mb', 'new', 'flow', 'running', now())$$, 'not_found', 'regress_engine'),
	('engine: runs insert, with run_as', 'none', $$INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, run_as, status, started_at) VALUES ('mb', 'new', 'flow', 'ada', 'running', now())$$, 'permission denied for table runs', 'regress_engine'),
	('engine: runs insert, called by a run of a user', 'none', $$INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, parent_run, status, started_at) VALUES ('mb', 'new', 'flow', 'on', 'running', now()); SELECT FROM workflow_perms.runs WHERE run_id = 'new' AND started_by = 'ed' AND started_as = 'user' AND for_user IS NULL$$, '1 row', 'regress_engine'),
	('engine: runs insert, called by a run of nobody for a user', 'none', $$INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, parent_run, status, started_at) VALUES ('mb', 'new', 'pflow', 'bad', 'running', now()); SELECT FROM workflow_perms.runs WHERE run_id = 'new' AND started_by IS NULL AND started_as = 'system' AND for_user = 'u1'$$, '1 row', 'regress_engine'),
	('engine: runs insert, called, the starter of its parent may not', 'none', $$INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, parent_run, status, started_at) VALUES ('mb', 'new', 'secret', 'on', 'running', now())$$, 'not_open', 'regress_engine'),
	('engine: runs insert, called, the user of its parent may not', 'none', $$INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, parent_run, status, started_at) VALUES ('mb', 'new', 'flow', 'bad2', 'running', now())$$, 'not_enabled', 'regress_engine'),
	('engine: runs insert, called, whoever the principal is', 'mb/mem', $$INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, parent_run, status, started_at) VALUES ('mb', 'new', 'secret', 'sec', 'running', now()); SELECT FROM workflow_perms.runs WHERE run_id = 'new' AND started_by = 'bo'$$, '1 row', 'regress_engine'),
	('engine: runs insert, called, a principal of another account', 'mx/wo', $$INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, parent_run, status, started_at) VALUES ('mb', 'new', 'flow', 'on', 'running', now())$$, 'not_found', 'regress_engine'),
	('engine: runs insert, called by a run that does not exist', 'none', $$INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, parent_run, status, started_at) VALUES ('mb', 'new', 'flow', 'nope', 'running', now())$$, 'not_found', 'regress_engine'),
	('X10 engine: runs insert, called by a run of another account', 'none', $$INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, parent_run, status, started_at) VALUES ('mx', 'new', 'open_main', 'on', 'running', now())$$, 'not_found', 'regress_engine'),
	('engine: runs insert, called by itself', 'none', $$INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, parent_run, status, started_at) VALUES ('mb', 'new', 'flow', 'new', 'running', now())$$, 'not_found', 'regress_engine'),
	('engine: runs insert, with started_as', 'none', $$INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, started_as, status, started_at) VALUES ('mb', 'new', 'flow', 'user', 'running', now())$$, 'permission denied for table runs', 'regress_engine'),
	('engine: runs update, its parent', 'none', $$UPDATE workflow_perms.runs SET parent_run = 'ok' WHERE run_id = 'on'$$, 'permission denied for table runs', 'regress_engine'),
	('runs update, its parent, above row security', 'none', $$UPDATE workflow_perms.runs SET parent_run = 'ok' WHERE run_id = 'on'$$, 'never changes', 'none'),
	('runs insert, called: the application', 'mb/ed', $$INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, parent_run, status, started_at) VALUES ('mb', 'new', 'flow', 'on', 'running', now())$$, 'permission denied for table runs', 'regress_app'),
	('runs insert, called: whoever was granted it', 'mb/ed', $$INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, parent_run, status, started_at) VALUES ('mb', 'new', 'flow', 'on', 'running', now())$$, 'system', 'regress_full'),
	('engine: runs update, forward', 'none', $$UPDATE workflow_perms.runs SET status = 'succeeded' WHERE account_id = 'mb' AND run_id = 'on'; SELECT FROM workflow_perms.runs WHERE run_id = 'on' AND finished_at IS NOT NULL$$, '1 row', 'regress_engine'),
	('engine: runs update, back', 'none', $$UPDATE workflow_perms.runs SET status = 'running' WHERE account_id = 'mb' AND run_id = 'ok'$$, 'cannot go from succeeded to running', 'regress_engine'),
	('engine: runs update, from failed to succeeded', 'none', $$UPDATE workflow_perms.runs SET status = 'succeeded' WHERE run_id = 'bad'$$, 'cannot go from failed to succeeded', 'regress_engine'),
	('engine: runs update, its workflow', 'none', $$UPDATE workflow_perms.runs SET workflow_id = 'pflow' WHERE run_id = 'bad'$$, 'permission denied for table runs', 'regress_engine'),
	('runs update, its workflow, above row security', 'none', $$UPDATE workflow_perms.runs SET workflow_id = 'pflow' WHERE run_id = 'bad'$$, 'never changes', 'none'),
	('engine: runs delete', 'none', $$DELETE FROM workflow_perms.runs WHERE run_id = 'ok'$$, 'permission denied for table runs', 'regress_engine'),
	('engine: run_steps insert', 'none', $$INSERT INTO workflow_perms.run_steps (account_id, run_id, step_no, step_id, status, details) VALUES ('mb', 'on', 1, 's1', 'running', '{}') RETURNING *$$, '1 row', 'regress_engine'),
	('engine: run_steps insert, touches what the workflow says', 'none', $$INSERT INTO workflow_perms.run_steps (account_id, run_id, step_no, step_id, board_id, status) VALUES ('mb', 'on', 1, 's3', 'share', 'succeeded'); SELECT FROM workflow_perms.run_steps WHERE run_id = 'on' AND workspace_id = 'o1' AND board_id = 'priv' AND column_id = 'free' AND access = 'read'$$, '1 row', 'regress_engine'),
	('engine: run_steps insert, a board lies where it lies', 'none', $$INSERT INTO workflow_perms.run_steps (account_id, run_id, step_no, step_id, workspace_id, board_id, status) VALUES ('mb', 'gone', 1, 'other', 'o1', 'far', 'succeeded'); SELECT FROM workflow_perms.run_steps WHERE run_id = 'gone' AND workspace_id = 'c2'$$, '1 row', 'regress_engine'),
	('engine: run_steps insert, a step that is not declared', 'none', $$INSERT INTO workflow_perms.run_steps (account_id, run_id, step_no, step_id, workspace_id, access, status, details) VALUES ('mb', 'on', 1, 'other', 'o1', 'read', 'succeeded', '{}'), ('mb', 'on', 2, NULL, 'o1', 'read', 'running', '{}'); SELECT FROM workflow_perms.run_steps s JOIN workflow_perms.runs r USING (account_id, run_id) WHERE run_id = 'on' AND s.status = 'failed' AND s.reason = 'not_found' AND r.status = 'failed'$$, '2 rows', 'regress_engine'),
	('run_steps update, to a step that is not declared, above row security', 'none', $$INSERT INTO workflow_perms.run_steps (account_id, run_id, step_no, step_id, status) VALUES ('mb', 'on', 1, 's1', 'running'); UPDATE workflow_perms.run_steps SET step_id = 'other' WHERE run_id = 'on'; SELECT FROM workflow_perms.run_steps WHERE run_id = 'on' AND status = 'failed' AND reason = 'not_found'$$, '1 row', 'none'),
	('run_steps update, back to one that is, above row security', 'none', $$INSERT INTO workflow_perms.run_steps (account_id, run_id, step_no, step_id, status) VALUES ('mb', 'on', 1, 'other', 'running'); UPDATE workflow_perms.run_steps SET step_id = 's1' WHERE run_id = 'on'; SELECT FROM workflow_perms.run_steps WHERE run_id = 'on' AND status = 'failed' AND reason = 'not_found'$$, '1 row', 'none'),
	('engine: run_steps insert, in a project none need be declared', 'none', $$INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, status, started_at) VALUES ('mb', 'new', 'pflow', 'running', now()); SELECT FROM workflow_perms.record_step('mb', 'new', 1, 'other', 'succeeded') WHERE allowed$$, '1 row', 'regress_engine'),
	('engine: run_steps insert, with a reason', 'none', $$INSERT INTO workflow_perms.run_steps (account_id, run_id, step_no, status, reason) VALUES ('mb', 'on', 1, 'running', 'x')$$, 'permission denied for table run_steps', 'regress_engine'),
	('engine: run_steps insert, no such run', 'none', $$INSERT INTO workflow_perms.run_steps (account_id, run_id, step_no, status) VALUES ('mb', 'nosuch', 1, 'running')$$, 'run "nosuch" does not exist', 'regress_engine'),
	('engine: run_steps update', 'none', $$INSERT INTO workflow_perms.run_steps (account_id, run_id, step_no, step_id, status) VALUES ('mb', 'on', 1, 's1', 'running'); UPDATE workflow_perms.run_steps SET status = 'succeeded', details = '{}' WHERE run_id = 'on'$$, '1 row', 'regress_engine'),
	('engine: run_steps update, back', 'none', $$UPDATE workflow_perms.run_steps SET status = 'running' WHERE run_id = 'bad' AND step_no = 1$$, 'cannot go from failed to running', 'regress_engine'),
	('engine: run_steps update, what it touched', 'none', $$UPDATE workflow_perms.run_steps SET board_id = NULL WHERE run_id = 'bad' AND step_no = 1$$, 'permission denied for table run_steps', 'regress_engine'),
	('engine: run_steps delete', 'none', $$DELETE FROM workflow_perms.run_steps$$, 'permission denied for table run_steps', 'regress_engine'),
	('engine: record_step', 'none', $$SELECT FROM workflow_perms.record_step('mb', 'on', 1, 's1', 'succeeded', '{"v": 1}') WHERE allowed AND reason IS NULL$$, '1 row', 'regress_engine'),
	('engine: record_step, how far it came', 'none', $$SELECT workflow_perms.record_step('mb', 'on', 1, 's1', 'running'), workflow_perms.record_step('mb', 'on', 1, 's1', 'succeeded', '{"v": 1}'); SELECT FROM workflow_perms.run_steps WHERE run_id = 'on' AND status = 'succeeded' AND details = '{"v": 1}'$$, '1 row', 'regress_engine'),
	('engine: record_step, no such run', 'none', $$SELECT workflow_perms.record_step('mb', 'nosuch', 1, 's1', 'running')$$, 'run "nosuch" does not exist', 'regress_engine'),
	('engine: finish_run', 'none', $$SELECT WHERE workflow_perms.finish_run('mb', 'on', 'succeeded') = 'succeeded'$$, '1 row', 'regress_engine'),
	('engine: finish_run, what has failed', 'none', $$SELECT WHERE workflow_perms.finish_run('mb', 'bad', 'succeeded') = 'failed'$$, '1 row', 'regress_engine'),
	('engine: finish_run as running', 'none', $$SELECT workflow_perms.finish_run('mb', 'on', 'running')$$, 'a run cannot end as running', 'regress_engine'),
	('engine: finish_run, no such run', 'none', $$SELECT workflow_perms.finish_run('mb', 'nosuch', 'failed')$$, 'run "nosuch" does not exist', 'regress_engine'),
	('engine: step_access', 'none', $$SELECT FROM workflow_perms.step_access('mb', 'on', 's1') WHERE allowed$$, '1 row', 'regress_engine'),
	('engine: step_access, no such run', 'none', $$SELECT FROM workflow_perms.step_access('mb', 'nosuch', 's1') WHERE NOT allowed AND reason = 'not_found'$$, '1 row', 'regress_engine');
\set ECHO none
\pset format unaligned
\pset tuples_only on
SELECT * FROM matrix.script \gexec
\pset tuples_only off
\pset format aligned
\set ECHO all

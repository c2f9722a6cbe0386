-- What lets a maker see the row that INSERT … RETURNING returns shows nobody a row that was
-- there and is deleted meanwhile: a cursor's snapshot, and every older one, shows it still.
-- On the accounts of matrix_setup.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
INSERT INTO workflow_perms.boards (account_id, board_id, workspace_id, kind) VALUES ('mx', 'ret_secret', 'c2', 'private');
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) VALUES ('mx', 'ret_closed', 'closed');
-- 'mo' made the workflow, and is no member any more.
BEGIN;
SET LOCAL session_replication_role = replica;
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, created_by)
	VALUES ('mx', 'ret_flow', 'c2', 'private', 'mo');
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id, is_owner) VALUES ('mx', 'ret_flow', 'vi', true);
COMMIT;
-- Everything is there in the cursors' snapshot, and gone when they are read.
BEGIN;
SELECT workflow_perms.set_principal('mx', 'mo');
SET LOCAL ROLE regress_app;
DECLARE boards CURSOR FOR SELECT board_id FROM workflow_perms.boards WHERE board_id ^@ 'ret';
DECLARE workspaces CURSOR FOR SELECT workspace_id FROM workflow_perms.workspaces WHERE workspace_id ^@ 'ret';
DECLARE workflows CURSOR FOR SELECT workflow_id FROM workflow_perms.workflows WHERE workflow_id ^@ 'ret';
RESET ROLE;
DELETE FROM workflow_perms.workflows WHERE account_id = 'mx' AND workflow_id ^@ 'ret';
DELETE FROM workflow_perms.boards WHERE account_id = 'mx' AND board_id ^@ 'ret';
DELETE FROM workflow_perms.workspaces WHERE account_id = 'mx' AND workspace_id ^@ 'ret';
SET LOCAL ROLE regress_app;
FETCH ALL FROM boards;
FETCH ALL FROM workspaces;
FETCH ALL FROM workflows;
-- Of what is gone for the snapshot, too, they are made anew, and returned.
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) VALUES ('mx', 'ret_closed', 'closed') RETURNING workspace_id;
INSERT INTO workflow_perms.boards (account_id, board_id, workspace_id, kind) VALUES ('mx', 'ret_secret', 'ret_closed', 'private') RETURNING board_id;
ROLLBACK;
DELETE FROM workflow_perms.workflows WHERE account_id = 'mx' AND workflow_id ^@ 'ret';
DELETE FROM workflow_perms.boards WHERE account_id = 'mx' AND board_id ^@ 'ret';
DELETE FROM workflow_perms.workspaces WHERE account_id = 'mx' AND workspace_id ^@ 'ret';
RESET client_min_messages;

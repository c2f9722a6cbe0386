-- The invariants of the model (spec 1, 4.2, 6.1, 6.3) bind every role: everything
-- here is tried as a superuser, once where it is allowed and once where it is not.
\set VERBOSITY terse
SET search_path = workflow_perms, public;
SELECT create_account('mi', 'olga');
INSERT INTO users (account_id, user_id, kind, account_role) VALUES
	('mi', 'omar', 'member', 'member'), ('mi', 'vera', 'member', 'viewer'), ('mi', 'bot', 'service', NULL), ('mi', 'cust', 'connected', NULL);
INSERT INTO workspaces VALUES ('mi', 'open', 'open'), ('mi', 'closed', 'closed'), ('mi', 'proj', 'project'), ('mi', 'proj2', 'project'), ('mi', 'app', 'app');

-- Users: account role by kind; the kind is for ever.
INSERT INTO users (account_id, user_id, kind) VALUES ('mi', 'x', 'member');
INSERT INTO users (account_id, user_id, kind, account_role) VALUES ('mi', 'x', 'connected', 'viewer');
INSERT INTO users (account_id, user_id, kind, metadata) VALUES ('mi', 'x', 'connected', '[]');
UPDATE users SET kind = 'service' WHERE user_id = 'omar';
UPDATE users SET account_role = 'viewer' WHERE user_id = 'bot';
UPDATE users SET account_role = 'viewer' WHERE user_id = 'cust';
UPDATE users SET account_role = NULL WHERE user_id = 'omar';

-- Keys never change; writing back what is there is no change.
UPDATE users SET user_id = 'oscar' WHERE user_id = 'omar';
UPDATE users SET user_id = user_id, kind = kind WHERE account_id = 'mi' AND user_id = 'omar';
UPDATE workspaces SET account_id = 'other' WHERE account_id = 'mi';
UPDATE roles SET role = 'Boss' WHERE account_id = 'mi' AND role = 'Admin';
UPDATE role_grants SET workspace_id = 'open' WHERE account_id = 'mi';

-- Workspaces change between open and closed only.
UPDATE workspaces SET kind = 'closed' WHERE workspace_id = 'open' AND account_id = 'mi';
UPDATE workspaces SET kind = 'open' WHERE workspace_id = 'open' AND account_id = 'mi';
UPDATE workspaces SET kind = 'project' WHERE workspace_id = 'open' AND account_id = 'mi';
UPDATE workspaces SET kind = 'open' WHERE workspace_id = 'app' AND account_id = 'mi';
UPDATE workspaces SET kind = 'app' WHERE workspace_id = 'proj' AND account_id = 'mi';

-- M14: the creator is owner. Who creates is the session's principal, if it is of the team.
BEGIN;
SELECT set_principal('mi', 'olga');
INSERT INTO workflows (account_id, workflow_id, workspace_id) VALUES ('mi', 'f1', 'open') RETURNING created_by, run_as, live_version;
COMMIT;
SELECT * FROM workflow_members WHERE account_id = 'mi';
-- Without a principal (an import), or with one of another account, there is no creator.
INSERT INTO workflows (account_id, workflow_id, workspace_id) VALUES ('mi', 'imported', 'open') RETURNING created_by;
BEGIN;
SELECT create_account('mi2', 'olga');
SELECT set_principal('mi2', 'olga');
INSERT INTO workflows (account_id, workflow_id, workspace_id) VALUES ('mi', 'x', 'open') RETURNING created_by;
ROLLBACK;

-- M14: only a member is crowned; an import may bring the owners of a workflow that has none.
INSERT INTO workflow_members (account_id, workflow_id, user_id, is_owner) VALUES ('mi', 'f1', 'omar', true);
INSERT INTO workflow_members (account_id, workflow_id, user_id) VALUES ('mi', 'f1', 'omar');
UPDATE workflow_members SET is_owner = true WHERE user_id = 'omar' AND account_id = 'mi';
INSERT INTO workflow_members (account_id, workflow_id, user_id, is_owner) VALUES ('mi', 'imported', 'olga', true), ('mi', 'imported', 'omar', true);
INSERT INTO workflow_members (account_id, workflow_id, user_id, is_owner) VALUES ('mi', 'imported', 'vera', true);
BEGIN; -- under row security not even those, whoever may manage the members
INSERT INTO workflows (account_id, workflow_id, workspace_id) VALUES ('mi', 'x', 'proj');
SELECT set_principal('mi', 'olga');
SET LOCAL ROLE regress_app;
INSERT INTO workflow_members (account_id, workflow_id, user_id, is_owner) VALUES ('mi', 'x', 'omar', true);
ROLLBACK;

-- M19: an owner updates run_as; and the other columns that the extension writes.
BEGIN;
SELECT set_principal('mi', 'olga');
UPDATE workflows SET run_as = 'olga' WHERE account_id = 'mi' AND workflow_id = 'f1';
ROLLBACK;
UPDATE workflows SET created_by = NULL WHERE account_id = 'mi' AND workflow_id = 'f1' RETURNING created_by;
UPDATE workflows SET created_by = 'omar' WHERE account_id = 'mi' AND workflow_id = 'f1';
UPDATE workflows SET live_version = 1 WHERE account_id = 'mi' AND workflow_id = 'f1';
UPDATE workflows SET created_by = created_by, run_as = NULL, hidden = true WHERE account_id = 'mi' AND workflow_id = 'f1';
INSERT INTO workflows (account_id, workflow_id, workspace_id, created_by) VALUES ('mi', 'x', 'open', 'omar');
INSERT INTO workflows (account_id, workflow_id, workspace_id, run_as) VALUES ('mi', 'x', 'open', 'omar');
INSERT INTO workflow_drafts VALUES ('mi', 'f1', 'olga', '{}', '2000-01-01');
INSERT INTO workflow_drafts VALUES ('mi', 'f1', 'olga', '{}') RETURNING updated_at = now() AS now;
UPDATE workflow_drafts SET definition = '[]' WHERE account_id = 'mi' RETURNING updated_at = now() AS now;
INSERT INTO workflow_versions (account_id, workflow_id, version, definition, published_by) VALUES ('mi', 'f1', 1, '{}', 'omar');
INSERT INTO connections VALUES ('mi', 'cust', '', '2000-01-01');
INSERT INTO connections VALUES ('mi', 'cust', '') RETURNING connected_at = now() AS now;
UPDATE workflows SET status = 'live', visibility = 'main' WHERE account_id = 'mi' AND workflow_id = 'f1';
INSERT INTO enablements VALUES ('mi', 'f1', 'cust', '', true, 'default');
INSERT INTO enablements VALUES ('mi', 'f1', 'cust', '', true) RETURNING reason, changed_at = now() AS now;
UPDATE enablements SET enabled = false, reason = 'condition' WHERE account_id = 'mi';
UPDATE enablements SET changed_at = '2000-01-01' WHERE account_id = 'mi';
UPDATE enablements SET enabled = false WHERE account_id = 'mi' RETURNING reason, changed_at = now() AS now;
UPDATE workflows SET status = 'draft', visibility = 'private' WHERE account_id = 'mi' AND workflow_id = 'f1';
INSERT INTO runs (account_id, run_id, workflow_id, status, started_at, run_as) VALUES ('mi', 'r', 'f1', 'running', now(), 'olga');
INSERT INTO runs (account_id, run_id, workflow_id, status, started_at, started_by) VALUES ('mi', 'r', 'f1', 'running', now(), 'olga');
INSERT INTO runs (account_id, run_id, workflow_id, status, started_at, started_as) VALUES ('mi', 'r', 'f1', 'running', now(), 'user');
INSERT INTO runs (account_id, run_id, workflow_id, status, started_at, parent_run) VALUES ('mi', 'r', 'f1', 'running', now(), 'no such run');
-- The old value, NULL and the default are no write.
BEGIN;
INSERT INTO runs (account_id, run_id, workflow_id, status, started_at, started_by, started_as) VALUES ('mi', 'r', 'f1', 'running', now(), NULL, NULL) RETURNING started_by, started_as;
INSERT INTO runs (account_id, run_id, workflow_id, status, started_at, started_as) VALUES ('mi', 'r2', 'f1', 'running', now(), DEFAULT) RETURNING started_by, started_as;
UPDATE runs SET started_as = NULL, started_by = NULL WHERE account_id = 'mi' RETURNING started_by, started_as;
UPDATE runs SET started_as = 'system', parent_run = NULL WHERE account_id = 'mi' RETURNING started_as;
SAVEPOINT s;
UPDATE runs SET started_as = 'user' WHERE account_id = 'mi';
ROLLBACK TO s;
UPDATE runs SET parent_run = 'r' WHERE account_id = 'mi' AND run_id = 'r2';
ROLLBACK;
BEGIN;
SELECT set_principal('mi', 'omar');
INSERT INTO runs (account_id, run_id, workflow_id, status, started_at) VALUES ('mi', 'r', 'f1', 'running', now()) RETURNING version, started_by, started_as, run_as;
ROLLBACK;
INSERT INTO run_steps (account_id, run_id, step_no, status, reason) VALUES ('mi', 'r', 1, 'running', 'column_restricted');

-- M16, M22: at least one owner without expiry remains.
SELECT user_id, is_owner, expires_at FROM workflow_members WHERE account_id = 'mi' AND workflow_id = 'f1' ORDER BY user_id;
UPDATE workflow_members SET expires_at = '2100-01-01' WHERE account_id = 'mi' AND workflow_id = 'f1' AND user_id = 'omar';
UPDATE workflow_members SET expires_at = '2100-01-01' WHERE account_id = 'mi' AND workflow_id = 'f1' AND user_id = 'olga'; -- M22
UPDATE workflow_members SET is_owner = false WHERE account_id = 'mi' AND workflow_id = 'f1' AND user_id = 'olga'; -- M16, demoted
DELETE FROM workflow_members WHERE account_id = 'mi' AND workflow_id = 'f1' AND user_id = 'olga'; -- M16, removed
DELETE FROM workflow_members WHERE account_id = 'mi' AND workflow_id = 'f1'; -- both at once
DELETE FROM workflow_members WHERE account_id = 'mi' AND workflow_id = 'f1' AND user_id = 'omar'; -- the expiring one may go
UPDATE workflow_members SET is_owner = is_owner WHERE account_id = 'mi' AND workflow_id = 'f1';
DELETE FROM workflow_members WHERE account_id = 'mi' AND workflow_id = 'imported' AND user_id = 'omar'; -- one of two may go
BEGIN; -- M16, deleted: a user who is the last owner of a workflow
INSERT INTO workflow_members (account_id, workflow_id, user_id) VALUES ('mi', 'imported', 'vera');
UPDATE workflow_members SET is_owner = user_id = 'vera' WHERE account_id = 'mi' AND workflow_id = 'imported';
DELETE FROM users WHERE account_id = 'mi' AND user_id = 'vera';
ROLLBACK;
BEGIN; -- the workflow's own deletion is exempt
DELETE FROM workflows WHERE account_id = 'mi' AND workflow_id = 'f1';
SELECT count(*) FROM workflow_members WHERE account_id = 'mi' AND workflow_id = 'f1';
ROLLBACK;
BEGIN; -- swapped in one statement: no owner is missing at its end
INSERT INTO workflow_members (account_id, workflow_id, user_id) VALUES ('mi', 'f1', 'vera');
UPDATE workflow_members SET is_owner = NOT is_owner WHERE account_id = 'mi' AND workflow_id = 'f1' AND user_id IN ('olga', 'vera');
ROLLBACK;
BEGIN; -- a role that row security binds is held by it as well
GRANT SELECT, UPDATE ON workflow_members TO regress_app;
CREATE POLICY test_all ON workflow_members TO regress_app USING (true);
ALTER TABLE workflow_members DISABLE TRIGGER USER;
ALTER TABLE workflow_members ENABLE TRIGGER last_workflow_owner_changes;
SET LOCAL ROLE regress_app;
UPDATE workflow_perms.workflow_members SET is_owner = false WHERE account_id = 'mi';
ROLLBACK;
BEGIN; -- not where triggers are replicated
SET LOCAL session_replication_role = replica;
UPDATE workflow_members SET is_owner = false WHERE account_id = 'mi';
ROLLBACK;

-- The last owner of a workspace and of a board, where there is one.
INSERT INTO workspace_members (account_id, workspace_id, user_id) VALUES ('mi', 'open', 'omar');
DELETE FROM workspace_members WHERE account_id = 'mi' AND workspace_id = 'open';
INSERT INTO workspace_members (account_id, workspace_id, user_id, is_owner) VALUES ('mi', 'closed', 'olga', true), ('mi', 'closed', 'omar', false);
DELETE FROM workspace_members WHERE account_id = 'mi' AND user_id = 'omar';
DELETE FROM workspace_members WHERE account_id = 'mi' AND user_id = 'olga';
UPDATE workspace_members SET expires_at = now() + '1 day' WHERE account_id = 'mi' AND user_id = 'olga';
INSERT INTO boards VALUES ('mi', 'b', 'closed', 'private'), ('mi', 'b2', 'open', 'main');
INSERT INTO board_members (account_id, board_id, user_id, is_owner) VALUES ('mi', 'b', 'olga', true);
UPDATE board_members SET is_owner = false WHERE account_id = 'mi';
DELETE FROM board_members WHERE account_id = 'mi';
BEGIN; -- their own deletion is exempt
DELETE FROM boards WHERE account_id = 'mi' AND board_id = 'b';
DELETE FROM workspaces WHERE account_id = 'mi' AND workspace_id = 'closed';
ROLLBACK;
BEGIN; -- an owner for some time: as long as it is the only one, it stays too
INSERT INTO workspace_members (account_id, workspace_id, user_id, is_owner, expires_at) VALUES ('mi', 'proj', 'olga', true, '2100-01-01');
DELETE FROM workspace_members WHERE account_id = 'mi' AND workspace_id = 'proj';
ROLLBACK;
BEGIN; -- an expired owner is nobody
INSERT INTO workspace_members (account_id, workspace_id, user_id, is_owner, expires_at) VALUES ('mi', 'proj', 'olga', true, '2000-01-01');
DELETE FROM workspace_members WHERE account_id = 'mi' AND workspace_id = 'proj';
ROLLBACK;

-- A workspace goes only when it is empty.
DELETE FROM workspaces WHERE account_id = 'mi' AND workspace_id = 'open';
DELETE FROM workspaces WHERE account_id = 'mi' AND workspace_id = 'proj2';

-- The last active account admin.
UPDATE users SET account_role = 'member' WHERE account_id = 'mi' AND user_id = 'olga';
UPDATE users SET active = false WHERE account_id = 'mi' AND user_id = 'olga';
DELETE FROM users WHERE account_id = 'mi' AND user_id = 'olga';
BEGIN; -- an inactive one does not count
INSERT INTO users (account_id, user_id, kind, account_role, active) VALUES ('mi', 'idle', 'member', 'admin', false);
UPDATE users SET account_role = 'member' WHERE account_id = 'mi' AND user_id = 'olga';
ROLLBACK;
BEGIN; -- one of two may stop
UPDATE users SET account_role = 'admin' WHERE account_id = 'mi' AND user_id = 'omar';
UPDATE users SET account_role = 'member' WHERE account_id = 'mi' AND user_id = 'olga';
UPDATE users SET active = false WHERE account_id = 'mi' AND user_id IN ('omar', 'olga');
ROLLBACK;
BEGIN; -- where there never was one, none is missed
INSERT INTO accounts VALUES ('mi3');
INSERT INTO users (account_id, user_id, kind, account_role) VALUES ('mi3', 'u', 'member', 'member');
DELETE FROM users WHERE account_id = 'mi3';
ROLLBACK;

-- The last holder of team.manage_roles, whichever way it would be lost.
DELETE FROM role_grants WHERE account_id = 'mi';
UPDATE role_grants SET expires_at = '2100-01-01' WHERE account_id = 'mi';
DELETE FROM role_capabilities WHERE account_id = 'mi' AND capability = 'team.manage_roles';
DELETE FROM role_capabilities WHERE account_id = 'mi' AND capability = 'billing.view';
BEGIN; -- held through two inclusions, both taken in one statement
INSERT INTO roles VALUES ('mi', 'A'), ('mi', 'B'), ('mi', 'C');
INSERT INTO role_capabilities VALUES ('mi', 'C', 'team.manage_roles');
INSERT INTO role_includes VALUES ('mi', 'A', 'B'), ('mi', 'B', 'C');
INSERT INTO role_grants (account_id, user_id, role) VALUES ('mi', 'omar', 'A');
DELETE FROM role_grants WHERE account_id = 'mi' AND role = 'Admin';
SAVEPOINT s;
DELETE FROM role_includes WHERE account_id = 'mi';
ROLLBACK TO s;
UPDATE users SET active = false WHERE account_id = 'mi' AND user_id = 'omar';
ROLLBACK TO s;
DELETE FROM users WHERE account_id = 'mi' AND user_id = 'omar';
ROLLBACK;
BEGIN; -- neither for one workspace only, nor by a connected user
INSERT INTO role_grants (account_id, user_id, role, workspace_id) VALUES ('mi', 'omar', 'Admin', 'open'), ('mi', 'cust', 'Admin', NULL);
DELETE FROM role_grants WHERE account_id = 'mi' AND user_id = 'olga';
ROLLBACK;

-- Members are members, services or roles.
INSERT INTO workflow_members (account_id, workflow_id, user_id) VALUES ('mi', 'f1', 'cust');
INSERT INTO workspace_members (account_id, workspace_id, user_id) VALUES ('mi', 'open', 'cust');
INSERT INTO board_members (account_id, board_id, user_id) VALUES ('mi', 'b', 'cust');
INSERT INTO workflow_members (account_id, workflow_id, user_id) VALUES ('mi', 'f1', 'bot');
INSERT INTO workflow_members (account_id, workflow_id, role) VALUES ('mi', 'f1', 'Support');
UPDATE workflow_members SET is_owner = true WHERE account_id = 'mi' AND role = 'Support';
-- Enablements and connections belong to connected users.
INSERT INTO enablements (account_id, workflow_id, user_id, enabled) VALUES ('mi', 'f1', 'omar', false);
INSERT INTO connections (account_id, user_id) VALUES ('mi', 'bot');

-- Workflows move within a family.
UPDATE workflows SET workspace_id = 'closed' WHERE account_id = 'mi' AND workflow_id = 'f1';
UPDATE workflows SET workspace_id = 'proj' WHERE account_id = 'mi' AND workflow_id = 'f1';
INSERT INTO workflows (account_id, workflow_id, workspace_id) VALUES ('mi', 'p1', 'proj');
INSERT INTO workspaces VALUES ('mi', 'proj2', 'project');
UPDATE workflows SET workspace_id = 'proj2' WHERE account_id = 'mi' AND workflow_id = 'p1';
UPDATE workflows SET workspace_id = 'app' WHERE account_id = 'mi' AND workflow_id = 'p1';
UPDATE workflows SET workspace_id = 'open' WHERE account_id = 'mi' AND workflow_id = 'p1';
WITH gone AS (DELETE FROM workspaces WHERE account_id = 'mi' AND workspace_id = 'proj2') -- not even out of one that goes
UPDATE workflows SET workspace_id = 'open' WHERE account_id = 'mi' AND workflow_id = 'p1';

-- M23: a step's board lies in the step's workspace.
INSERT INTO workflow_steps VALUES ('mi', 'f1', 's1', 'open', 'b', NULL, 'read');
INSERT INTO workflow_steps VALUES ('mi', 'f1', 's1', 'closed', 'b', NULL, 'read');
UPDATE workflow_steps SET workspace_id = 'open' WHERE account_id = 'mi';
UPDATE workflow_steps SET board_id = NULL, column_id = 'c' WHERE account_id = 'mi';
UPDATE boards SET workspace_id = 'open' WHERE account_id = 'mi' AND board_id = 'b';
SELECT workspace_id FROM workflow_steps WHERE account_id = 'mi';
DELETE FROM boards WHERE account_id = 'mi' AND board_id = 'b';

-- Roles include each other in no circle.
INSERT INTO roles VALUES ('mi', 'R1'), ('mi', 'R2'), ('mi', 'R3');
INSERT INTO role_includes VALUES ('mi', 'R1', 'R1');
INSERT INTO role_includes VALUES ('mi', 'R1', 'R2'), ('mi', 'R2', 'R3');
INSERT INTO role_includes VALUES ('mi', 'R3', 'R1');
INSERT INTO role_includes VALUES ('mi', 'R1', 'R3');

-- System roles are named in execution rules and nowhere else.
INSERT INTO role_grants (account_id, user_id, role) VALUES ('mi', 'omar', 'AuthenticatedUser');
INSERT INTO role_capabilities VALUES ('mi', 'AuthenticatedUser', 'workflows.view');
INSERT INTO role_includes VALUES ('mi', 'AuthenticatedUser', 'Support');
INSERT INTO role_includes VALUES ('mi', 'Support', 'NonAuthenticatedUser');
INSERT INTO workspace_members (account_id, workspace_id, role) VALUES ('mi', 'open', 'AuthenticatedUser');
INSERT INTO workflow_members (account_id, workflow_id, role) VALUES ('mi', 'f1', 'AuthenticatedUser');
INSERT INTO board_members (account_id, board_id, role) VALUES ('mi', 'b', 'AuthenticatedUser');
INSERT INTO execution_rules (account_id, workflow_id, role, effect) VALUES ('mi', 'f1', 'NotAuthenticatedUser', 'deny'), ('mi', 'f1', 'AuthenticatedUser', 'grant') RETURNING role;
INSERT INTO execution_rules (account_id, workflow_id, role, effect) VALUES ('mi', 'f1', 'NonAuthenticatedUser', 'deny');
UPDATE execution_rules SET role = 'NotAuthenticatedUser', effect = 'grant' WHERE account_id = 'mi' AND role = 'NonAuthenticatedUser' RETURNING role;
INSERT INTO roles VALUES ('mi', 'NotAuthenticatedUser');

-- R16: capabilities have known names, or a family of one's own.
INSERT INTO role_capabilities VALUES ('mi', 'R1', 'billing.nonsense');
INSERT INTO role_capabilities VALUES ('mi', 'R1', 'acme.export');
INSERT INTO role_capabilities VALUES ('mi', 'R1', 'billing.view');
INSERT INTO role_capabilities VALUES ('mi', 'R1', 'export'), ('mi', 'R1', '.export');
INSERT INTO role_capabilities VALUES ('mi', 'R1', '.export');
INSERT INTO role_capabilities VALUES ('mi', 'R1', 'acme.');
INSERT INTO role_capabilities VALUES ('mi', 'R1', '');

-- Built-in roles stay, and roles that are named.
DELETE FROM roles WHERE account_id = 'mi' AND role = 'Member';
DELETE FROM roles WHERE account_id = 'mi' AND role = 'NonAuthenticatedUser';
INSERT INTO workspace_members (account_id, workspace_id, role) VALUES ('mi', 'open', 'R1');
DELETE FROM roles WHERE account_id = 'mi' AND role = 'R1';
DELETE FROM roles WHERE account_id = 'mi' AND role = 'R3';
DELETE FROM workspace_members WHERE account_id = 'mi' AND role = 'R1';
DELETE FROM roles WHERE account_id = 'mi' AND role = 'R1';

-- created_by, run_as and published_by become NULL with the user.
BEGIN;
SELECT set_principal('mi', 'omar');
INSERT INTO workflows (account_id, workflow_id, workspace_id) VALUES ('mi', 'by omar', 'open');
SET LOCAL session_replication_role = replica; -- as publish() would
UPDATE workflows SET run_as = 'omar' WHERE account_id = 'mi' AND workflow_id = 'by omar';
INSERT INTO workflow_versions VALUES ('mi', 'by omar', 1, '{}', 'omar', now());
SET LOCAL session_replication_role = origin;
INSERT INTO workflow_members (account_id, workflow_id, user_id) VALUES ('mi', 'by omar', 'vera');
UPDATE workflow_members SET is_owner = true WHERE account_id = 'mi' AND workflow_id = 'by omar';
SELECT created_by, run_as FROM workflows WHERE account_id = 'mi' AND workflow_id = 'by omar';
DELETE FROM users WHERE account_id = 'mi' AND user_id = 'omar';
SELECT created_by, run_as FROM workflows WHERE account_id = 'mi' AND workflow_id = 'by omar';
SELECT published_by FROM workflow_versions WHERE account_id = 'mi';
ROLLBACK;

-- The mark of an effect is not to be had: not by a table of one's own, not after an error.
SELECT in_effect();
CREATE TABLE public.mine (account_id text, workflow_id text, created_by text);
CREATE TRIGGER t AFTER INSERT ON public.mine FOR EACH ROW EXECUTE FUNCTION workflow_perms.effect('_own_what_one_makes', 'workflow');
INSERT INTO public.mine VALUES ('mi', 'f1', 'vera');
DROP TABLE public.mine;
SET ROLE regress_app;
CREATE TEMP TABLE mine (account_id text);
CREATE TRIGGER t BEFORE INSERT ON mine FOR EACH ROW EXECUTE FUNCTION workflow_perms.effect('_write_run');
RESET ROLE;
DO $$
BEGIN
	INSERT INTO workflow_perms.accounts VALUES ('mi4');
	CREATE TRIGGER broken BEFORE UPDATE ON workflow_perms.accounts FOR EACH ROW EXECUTE FUNCTION workflow_perms.effect('_write_run');
	BEGIN
		UPDATE workflow_perms.accounts SET guests_see_open_main = true WHERE account_id = 'mi4';
	EXCEPTION WHEN OTHERS THEN
		RAISE NOTICE '%, in effect: %, as %', sqlerrm, workflow_perms.in_effect(), current_user = session_user;
	END;
	RAISE EXCEPTION 'undo';
END $$;
SELECT in_effect();

DELETE FROM accounts WHERE account_id = 'mi';

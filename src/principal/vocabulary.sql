-- principal/vocabulary.sql: the closed vocabularies of spec 1, in the order of vocabulary.h.
CREATE TYPE workflow_perms.user_kind AS ENUM ('member', 'connected', 'service');
CREATE TYPE workflow_perms.account_role AS ENUM ('admin', 'member', 'viewer', 'guest');
CREATE TYPE workflow_perms.workspace_kind AS ENUM ('open', 'closed', 'project', 'app');
CREATE TYPE workflow_perms.workflow_visibility AS ENUM ('main', 'private');
CREATE TYPE workflow_perms.workflow_status AS ENUM ('draft', 'live', 'stopped');
CREATE TYPE workflow_perms.execution_effect AS ENUM ('grant', 'deny');
CREATE TYPE workflow_perms.step_access AS ENUM ('read', 'write');
CREATE TYPE workflow_perms.board_kind AS ENUM ('main', 'shareable', 'private');
CREATE TYPE workflow_perms.column_right AS ENUM ('view', 'edit');
CREATE TYPE workflow_perms.run_status AS ENUM ('running', 'succeeded', 'failed');
CREATE TYPE workflow_perms.run_starter AS ENUM ('user', 'anonymous', 'system');

COMMENT ON TYPE workflow_perms.user_kind IS 'The kind of a user, which never changes: member (works in the account), connected (end user of its product, has metadata), service (service account). Spec 1.';
COMMENT ON TYPE workflow_perms.account_role IS 'A member''s role in the account. Spec 1.';
COMMENT ON TYPE workflow_perms.workspace_kind IS 'open, closed (access by membership); project, app (team access by capability). Spec 1.';
COMMENT ON TYPE workflow_perms.workflow_visibility IS 'main: for everyone who has access to the workspace; private: for owners and invited members. Spec 4.1.';
COMMENT ON TYPE workflow_perms.workflow_status IS 'draft, live, stopped. Spec 1.';
COMMENT ON TYPE workflow_perms.execution_effect IS 'The effect of an execution rule: grant or deny. Spec 4.5.';
COMMENT ON TYPE workflow_perms.step_access IS 'The use that a step makes of a column: read or write. Spec 4.8.';
COMMENT ON TYPE workflow_perms.board_kind IS 'main, shareable, private. Spec 4.8.';
COMMENT ON TYPE workflow_perms.column_right IS 'The two allow-lists of a column: view and edit. Spec 4.8.';
COMMENT ON TYPE workflow_perms.run_status IS 'running, succeeded, failed. Spec 6.1.';
COMMENT ON TYPE workflow_perms.run_starter IS 'The kind of starter of a run: a user, an anonymous principal, or system (a schedule or a trigger). Spec 4.5.';

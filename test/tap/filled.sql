-- What the demo leaves empty: after this every table of the model has rows, two
-- accounts use the same ids, and what the extension does by itself has been done.
-- Loaded after test/demo_sql/[0-3]*.sql by the tests of operations.
INSERT INTO workflow_perms.role_includes (account_id, role, included_role) VALUES ('company', 'Finance', 'Support');
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id, expires_at) VALUES
	('company', 'finance', 'gus', now() + interval '1 year'), ('company', 'finance', 'vic', now() - interval '1 hour');

-- A draft that is not published; one that is.
BEGIN;
SELECT workflow_perms.set_principal('company', 'ann');
INSERT INTO workflow_perms.workflow_drafts (account_id, workflow_id, user_id, definition) VALUES
	('company', 'surprise', 'ann', '{"draft": 1}'), ('company', 'campaign', 'ann', '{"version": 2}');
SELECT workflow_perms.publish('campaign');
INSERT INTO workflow_perms.workflow_drafts (account_id, workflow_id, user_id, definition) VALUES ('company', 'campaign', 'ann', '{"version": 3}');
COMMIT;

-- Enabled by default, by hand, and ended by a change of the plan.
UPDATE workflow_perms.workflows SET default_enabled = true WHERE account_id = 'integrations' AND workflow_id IN ('welcome', 'alerts', 'sync');
BEGIN;
SELECT workflow_perms.set_principal('integrations', 'shop');
SELECT workflow_perms.connect('crm-1');
SELECT workflow_perms.enable('preview', 'crm-1');
COMMIT;
BEGIN;
SELECT workflow_perms.set_principal('integrations', 'bank');
SELECT workflow_perms.connect('crm-1');
COMMIT;
SELECT workflow_perms.create_account('twin', 'ada');
INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata) VALUES ('twin', 'shop', 'connected', '{"billingPlan": "free"}');
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) VALUES ('twin', 'crm', 'project');
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status, condition) VALUES
	('twin', 'alerts', 'crm', 'main', 'live', '{"billingPlan": "free"}');
BEGIN;
SELECT workflow_perms.set_principal('integrations', 'ada');
SELECT workflow_perms.merge_metadata('bank', '{"seats": 2}');
COMMIT;

-- A column, an index, a policy, a table and a view of the application's own.
ALTER TABLE workflow_perms.workflows ADD COLUMN title text DEFAULT 'untitled';
CREATE INDEX workflows_title ON workflow_perms.workflows (account_id, title);
CREATE POLICY only_titled ON workflow_perms.workflows AS RESTRICTIVE FOR SELECT USING (title IS NOT NULL);
UPDATE workflow_perms.workflows SET title = NULL WHERE account_id = 'flows' AND workflow_id = 'nightly';
CREATE TABLE public.notes (account_id text, workflow_id text, note text);
INSERT INTO public.notes SELECT account_id, workflow_id, 'about ' || workflow_id FROM workflow_perms.workflows;
GRANT SELECT, INSERT, UPDATE, DELETE ON public.notes TO demo_app;
SELECT workflow_perms.protect('public.notes', 'account_id', 'workflow_id');
CREATE VIEW public.visible WITH (security_invoker = true) AS SELECT account_id, workflow_id FROM workflow_perms.workflows w WHERE workflow_perms.can_view(w);
GRANT SELECT ON public.visible TO demo_app;
CREATE TABLE public.segments (name text, condition workflow_perms.metadata_condition, who workflow_perms.principal);
INSERT INTO public.segments SELECT 'pro', '{"billingPlan": "pro"}', workflow_perms.principal('integrations', 'shop');
CREATE INDEX segments_condition ON public.segments (condition);

-- What a product built on this sees, as psql shows it.
\pset footer off
\set ECHO queries
\set SHOW_CONTEXT never
SET search_path = public, workflow_perms;

\echo
\echo '=== A condition is a value; metadata matches it, does not, or it is unknown (NULL)'
SELECT m AS metadata,
       m ~ '{"plan": {"$in": ["pro", "team"]}, "seats": {"$gte": 10}}'::metadata_condition AS matches
  FROM (VALUES ('{"plan": "pro", "seats": 12}'::jsonb), ('{"plan": "free"}'), ('{"plan": "pro", "seats": "12"}')) v (m);

\echo
\echo '=== Integrations vendor: who sees which workflow of the project "crm"'
SELECT u.user_id, u.kind, coalesce(u.metadata ->> 'billingPlan', '') AS plan,
       string_agg(w.workflow_id, ' ' ORDER BY w.workflow_id)
         FILTER (WHERE can_view(principal(u.account_id, u.user_id), w)) AS sees
  FROM users u JOIN workflows w USING (account_id)
 WHERE account_id = 'integrations'
 GROUP BY u.account_id, u.user_id, u.kind, u.metadata
 ORDER BY u.kind, u.user_id;
\echo '(team: by capability; connected users: live, not hidden, condition true; "gone" is inactive)'

\echo
\echo '=== Company: open and closed workspaces, main and private workflows'
SELECT u.user_id, u.kind, u.account_role,
       string_agg(w.workflow_id, ' ' ORDER BY w.workflow_id)
         FILTER (WHERE can_view(principal(u.account_id, u.user_id), w)) AS sees,
       string_agg(w.workflow_id, ' ' ORDER BY w.workflow_id)
         FILTER (WHERE can_edit(principal(u.account_id, u.user_id), w)) AS edits
  FROM users u JOIN workflows w USING (account_id)
 WHERE account_id = 'company' AND w.workspace_id IN ('marketing', 'finance', 'portal')
 GROUP BY u.account_id, u.user_id, u.kind, u.account_role
 ORDER BY u.kind, u.user_id;
\echo '(olga is an account admin: no way round into closed workspaces and private workflows; the closed workspace'
\echo ' "portal" is offered: the client sees its main workflows by condition)'

\echo
\echo '=== Flow runner: service accounts, a role held for one application only'
SELECT u.user_id, u.kind,
       string_agg(w.workflow_id, ' ' ORDER BY w.workflow_id)
         FILTER (WHERE can_view(principal(u.account_id, u.user_id), w)) AS sees
  FROM users u JOIN workflows w USING (account_id)
 WHERE account_id = 'flows'
 GROUP BY u.account_id, u.user_id, u.kind
 ORDER BY u.kind, u.user_id;

\echo
\echo '=== Row-level security: an ordinary role, plain SQL, nobody set'
SET ROLE demo_app;
SELECT count(*) FROM workflows;

\echo
\echo '=== The same role on behalf of vic, a viewer of the company, for one transaction'
BEGIN;
\o /dev/null
SELECT set_principal('company', 'vic');
\o
SELECT workflow_id, workspace_id, visibility FROM workflows WHERE workspace_id IN ('marketing', 'finance');
\echo '=== ... who may not change what he sees'
\set ON_ERROR_STOP off
UPDATE workflows SET status = 'stopped' WHERE workflow_id = 'campaign';
\set ON_ERROR_STOP on
\if :ERROR
\else
DO $$ BEGIN RAISE EXCEPTION 'that should have been refused'; END $$;
\endif
ROLLBACK;

\echo
\echo '=== A policy on a table of the application''s own, with its own uuid ids'
RESET ROLE;
CREATE TABLE automations (
  account_id text, workflow_id uuid, workspace_id text,
  visibility workflow_visibility, status workflow_status,
  condition metadata_condition, hidden boolean DEFAULT false, title text);
INSERT INTO automations VALUES
  ('company', gen_random_uuid(), 'marketing', 'main', 'live', NULL, false, 'Tell everybody'),
  ('company', gen_random_uuid(), 'finance', 'main', 'live', NULL, false, 'Close the books'),
  ('integrations', gen_random_uuid(), 'crm', 'main', 'live', '{"billingPlan": "pro"}', false, 'Push the deals');
ALTER TABLE automations ENABLE ROW LEVEL SECURITY;
CREATE POLICY see ON automations FOR SELECT USING (can_view(automations));
GRANT SELECT ON automations TO demo_app;
SET ROLE demo_app;
BEGIN;
\o /dev/null
SELECT set_principal('company', 'fay');
\o
SELECT title FROM automations ORDER BY title;
COMMIT;
BEGIN;
\o /dev/null
SELECT set_principal('integrations', 'shop');
\o
SELECT title FROM automations ORDER BY title;
COMMIT;

\echo
\echo '=== A page of 20 out of 100,000 workflows, under row-level security'
BEGIN;
\o /dev/null
SELECT set_principal('company', 'vic');
\o
\timing on
SELECT count(*) FROM workflows;
SELECT workflow_id, workspace_id FROM workflows ORDER BY workflow_id LIMIT 20;
\timing off
COMMIT;

\echo
\echo '=== A screen: Support''s connected users, with what is on, and why "sync" is not for solo'
BEGIN;
\o /dev/null
SELECT set_principal('integrations', 'sue');
\o
SELECT u.user_id, u.metadata ->> 'billingPlan' AS plan, string_agg(n.workflow_id, ' ' ORDER BY n.workflow_id) FILTER (WHERE e.enabled) AS is_on
  FROM users u LEFT JOIN enablements e USING (account_id, user_id) LEFT JOIN workflow_names n USING (account_id, workflow_id)
 WHERE u.kind = 'connected' AND u.user_id IN ('bank', 'shop', 'solo') GROUP BY u.user_id, u.metadata ORDER BY u.user_id;
SELECT x.code, d ->> 'clause' AS clause, d -> 'seen' AS seen
  FROM explain_access('enable', 'sync', 'solo') x, jsonb_array_elements(x.detail) d;
COMMIT;

\echo
\echo '=== A screen: workflows with the buttons that work for ann'
BEGIN;
\o /dev/null
SELECT set_principal('company', 'ann');
\o
SELECT workflow_id, status, actions(w) FROM workflows w WHERE workspace_id = 'marketing' ORDER BY workflow_id LIMIT 20;
COMMIT;

\echo
\echo '=== A screen: who may run the flow "refund", with what is set on it and what is inherited'
BEGIN;
\o /dev/null
SELECT set_principal('flows', 'dev');
\o
SELECT coalesce(user_id, role) AS user_or_role, setting, inherited, inherited_from, result FROM run_permissions('refund');
COMMIT;

\echo
\echo '=== A revocation is in force for the next statement'
BEGIN;
\o /dev/null
SELECT set_principal('company', 'gus');
\o
SELECT workflow_id FROM workflows WHERE workspace_id = 'marketing';
RESET ROLE;
DELETE FROM workflow_members WHERE workflow_id = 'campaign' AND user_id = 'gus';
SET ROLE demo_app;
SELECT workflow_id FROM workflows WHERE workspace_id = 'marketing';
ROLLBACK;

-- test/discard.sql: one question of each kind about the demo's integrations; test/asserts compares what
-- is answered with every cache emptied whenever it could be with what is answered otherwise.
\set VERBOSITY terse
BEGIN;
SELECT workflow_perms.set_principal('integrations', 'shop');
SET LOCAL ROLE demo_app;
SELECT workflow_id FROM workflow_perms.workflows ORDER BY 1;
SELECT workflow_perms.can_view('alerts'), workflow_perms.can_enable('sync'), workflow_perms.can_run('sync');
SELECT workflow_id FROM workflow_perms.visible_workflows('workflow_id', 2);
SELECT gate, verdict, code FROM workflow_perms.explain_access('view', 'legacy');
SELECT * FROM workflow_perms.what_can();
SELECT '{"name": {"$regex": "^a+$"}}'::workflow_perms.metadata_condition, workflow_perms.matches('{"name": "aa"}', 'u', '{"name": {"$regex": "^a+$"}}');
SELECT '{"name": 1, "$bad": 2}'::workflow_perms.metadata_condition;
ROLLBACK;
BEGIN;
SELECT workflow_perms.set_principal('integrations', 'ada');
SELECT * FROM workflow_perms.users_matching('{"billingPlan": "pro"}') ORDER BY 1;
SELECT user_id FROM workflow_perms.who_can('view', 'alerts') ORDER BY 1;
SELECT workflow_id, workflow_perms.can_view(p, w) FROM workflow_perms.workflows w,
	(SELECT workflow_perms.principal('integrations', 'shop') AS p OFFSET 0) AS principal ORDER BY 1;
ROLLBACK;

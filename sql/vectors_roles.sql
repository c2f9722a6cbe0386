-- The vectors of spec 8 on roles (R), as far as this stands: by the gates, and by what DML
-- does under row-level security. Uses the accounts of matrix_setup.
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) VALUES ('mx', 'vec_export', 'member', 'viewer'),
	('mx', 'vec_chief', 'member', 'viewer'),  -- holds Admin
	('mx', 'vec_boss', 'member', 'admin');    -- holds Lead: team.manage_roles
INSERT INTO workflow_perms.role_grants (account_id, user_id, role) VALUES ('mx', 'vec_export', 'Exporters'), ('mx', 'vec_chief', 'Admin'), ('mx', 'vec_boss', 'Lead');
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) VALUES ('mx', 'vec_op', 'member', 'viewer'), ('mx', 'vec_op1', 'member', 'viewer'), ('mx', 'vec_blind', 'member', 'viewer');
INSERT INTO workflow_perms.roles (account_id, role) VALUES ('mx', 'Operators'), ('mx', 'Deployers');
INSERT INTO workflow_perms.role_capabilities (account_id, role, capability) VALUES
	('mx', 'Operators', 'workflows.view'), ('mx', 'Operators', 'workflows.deploy'), ('mx', 'Deployers', 'workflows.deploy');
INSERT INTO workflow_perms.role_grants (account_id, user_id, role, workspace_id) VALUES
	('mx', 'vec_op', 'Operators', NULL), ('mx', 'vec_op1', 'Operators', 'p1'), ('mx', 'vec_blind', 'Deployers', NULL);
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, status) VALUES
	('mx', 'vec_stopped', 'p1', 'stopped'), ('mx', 'vec_draft', 'p1', 'draft'), ('mx', 'vec_far', 'p2', 'live'), ('mx', 'vec_app', 'a1', 'live');
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status) VALUES ('mx', 'vec_own_draft', 'o1', 'main', 'draft');
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id) VALUES ('mx', 'vec_own_draft', 'wo');
UPDATE workflow_perms.workflow_members SET is_owner = true WHERE account_id = 'mx' AND workflow_id = 'vec_own_draft';
-- Asks can_operate of the session's principal in all its forms, in the list, in what_can() and by its explanation; all have to agree.
CREATE FUNCTION matrix.operate(who text, workflow text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	w workflow_perms.workflows;
	p workflow_perms.principal := workflow_perms.principal('mx', who);
	code text;
	answers boolean[];
BEGIN
	SELECT * INTO STRICT w FROM workflow_perms.workflows f WHERE f.account_id = 'mx' AND f.workflow_id = workflow;
	code := workflow_perms.workflow_verdict('operate', w.account_id, w.workflow_id, w.workspace_id, w.visibility, w.status, w.condition, w.hidden);
	answers := ARRAY[workflow_perms.can_operate(workflow), workflow_perms.can_operate(w),
		workflow_perms.can_operate(w.account_id, w.workflow_id, w.workspace_id, w.visibility, w.status, w.condition, w.hidden),
		workflow_perms.can_operate(p, workflow), workflow_perms.can_operate(p, w),
		workflow_perms.can_operate(p, w.account_id, w.workflow_id, w.workspace_id, w.visibility, w.status, w.condition, w.hidden),
		EXISTS (SELECT FROM workflow_perms.workflows f WHERE workflow_perms.can_operate(f) AND f.account_id = 'mx' AND f.workflow_id = workflow),
		EXISTS (SELECT FROM workflow_perms.what_can() c WHERE c.workflow_id = workflow AND 'operate' = ANY (c.actions)),
		(SELECT coalesce(e.code, 'allowed') = 'allowed' FROM workflow_perms.explain_access('operate', workflow) WITH ORDINALITY AS e (gate, verdict, code, decided_by, detail, n) ORDER BY e.n DESC LIMIT 1)];
	RETURN CASE WHEN answers = array_fill(code = 'allowed', ARRAY[9]) THEN code ELSE answers::text END;
END
$$;
CREATE PROCEDURE matrix.operate_all() LANGUAGE plpgsql AS $$
DECLARE
	of_whom text;
	told text;
BEGIN
	FOREACH of_whom IN ARRAY ARRAY['vec_op', 'vec_op1', 'vec_blind', 'dev', 'proj', 'sup', 'wo', 'mo', 'ada', 'pro'] LOOP
		PERFORM workflow_perms.set_principal('mx', of_whom);
		SELECT string_agg(f || ' ' || matrix.operate(of_whom, f), ', ') INTO told
			FROM unnest(ARRAY['project_flow', 'vec_stopped', 'vec_draft', 'vec_far', 'vec_app', 'open_main', 'open_private', 'vec_own_draft']) AS f;
		RAISE NOTICE 'R20 %: %', of_whom, told;
		COMMIT;
	END LOOP;
END
$$;
CALL matrix.operate_all();
BEGIN;
SELECT workflow_perms.set_principal('mx', 'wo');
SELECT * FROM workflow_perms.explain_access('operate', 'open_main');
SELECT * FROM workflow_perms.explain_access('operate', 'vec_own_draft');
SELECT user_id, reason FROM workflow_perms.who_can('operate', 'open_main');
COMMIT;
BEGIN;
SELECT workflow_perms.set_principal('mx', 'ada');
SELECT user_id, reason FROM workflow_perms.who_can('operate', 'project_flow');
SELECT * FROM workflow_perms.explain_access('operate', 'project_flow', 'vec_op');
SELECT * FROM workflow_perms.explain_access('operate', 'vec_draft', 'vec_op');
COMMIT;
-- What it takes is told by name.
BEGIN;
SELECT workflow_perms.set_principal('mx', 'proj');
SET LOCAL ROLE regress_app;
UPDATE workflow_perms.workflows SET status = 'stopped' WHERE workflow_id = 'project_flow';
ROLLBACK;
TRUNCATE matrix.cells RESTART IDENTITY;
INSERT INTO matrix.cells (cell, who, statement, expected, database_role) VALUES
	('R2 Support edits a workflow: gate', 'mx/sup',
		$$SELECT WHERE workflow_perms.can_edit('project_flow')$$, '0 rows', 'regress_app'),
	('R2 Support edits a workflow: DML', 'mx/sup',
		$$UPDATE workflow_perms.workflows SET hidden = true WHERE workspace_id = 'p1'$$, '0 rows', 'regress_app'),
	('R4 Member deploys: gate', 'mx/dev',
		$$SELECT WHERE workflow_perms.can_publish('project_flow')$$, '1 row', 'regress_app'),
	('R4 Member deploys: DML', 'mx/dev',
		$$UPDATE workflow_perms.workflows SET status = 'stopped' WHERE workflow_id = 'project_flow'$$, '1 row', 'regress_app'),
	('R20 workflows.view and workflows.deploy alone: stops', 'mx/vec_op',
		$$UPDATE workflow_perms.workflows SET status = 'stopped' WHERE workflow_id = 'project_flow'$$, '1 row', 'regress_app'),
	('R20 starts', 'mx/vec_op',
		$$UPDATE workflow_perms.workflows SET status = 'live' WHERE workflow_id = 'vec_stopped'$$, '1 row', 'regress_app'),
	('R20 with every column named, as ORMs do', 'mx/vec_op',
		$$UPDATE workflow_perms.workflows SET status = 'stopped', workspace_id = workspace_id, visibility = visibility, condition = condition, hidden = hidden, default_enabled = default_enabled, created_by = created_by WHERE workflow_id = 'project_flow'$$, '1 row', 'regress_app'),
	('R20 edits', 'mx/vec_op',
		$$UPDATE workflow_perms.workflows SET hidden = true WHERE workflow_id = 'project_flow'$$, 'no_capability', 'regress_app'),
	('R20 edits, and stops', 'mx/vec_op',
		$$UPDATE workflow_perms.workflows SET hidden = true, status = 'stopped' WHERE workflow_id = 'project_flow'$$, 'no_capability', 'regress_app'),
	('R20 stops, with a condition that is the same to the gate but written anew', 'mx/vec_op',
		$$UPDATE workflow_perms.workflows SET condition = '{"$and": [{"plan": "pro"}]}', status = 'stopped' WHERE workflow_id = 'project_flow'$$, 'no_capability', 'regress_app'),
	('R20 writes back what is there', 'mx/vec_op',
		$$UPDATE workflow_perms.workflows SET status = status WHERE workflow_id = 'project_flow'$$, 'no_capability', 'regress_app'),
	('R20 publishes', 'mx/vec_op',
		$$UPDATE workflow_perms.workflows SET status = 'live' WHERE workflow_id = 'vec_draft'$$, 'no_capability', 'regress_app'),
	('R20 publishes by publish()', 'mx/vec_op',
		$$SELECT FROM workflow_perms.publish('project_flow')$$, 'no_capability', 'regress_app'),
	('R20 makes a draft of it', 'mx/vec_op',
		$$UPDATE workflow_perms.workflows SET status = 'draft' WHERE workflow_id = 'project_flow'$$, 'no_capability', 'regress_app'),
	('R20 deletes', 'mx/vec_op',
		$$DELETE FROM workflow_perms.workflows WHERE workflow_id = 'project_flow'$$, 'no_capability', 'regress_app'),
	('R20 held for p1, stops elsewhere', 'mx/vec_op1',
		$$UPDATE workflow_perms.workflows SET status = 'stopped' WHERE workflow_id = 'vec_far'$$, '0 rows', 'regress_app'),
	('R20 workflows.deploy without view', 'mx/vec_blind',
		$$UPDATE workflow_perms.workflows SET status = 'stopped' WHERE workflow_id = 'project_flow'$$, '0 rows', 'regress_app'),
	('R20 workflows.view without deploy', 'mx/proj',
		$$UPDATE workflow_perms.workflows SET status = 'stopped' WHERE workflow_id = 'project_flow'$$, 'no_capability', 'regress_app'),
	('R20 in an app', 'mx/vec_op',
		$$UPDATE workflow_perms.workflows SET status = 'stopped' WHERE workflow_id = 'vec_app'$$, '1 row', 'regress_app'),
	('R20 in an open workspace: an owner stops', 'mx/wo',
		$$UPDATE workflow_perms.workflows SET status = 'stopped' WHERE workflow_id = 'open_main'$$, '1 row', 'regress_app'),
	('R20 in an open workspace: who deploys does not', 'mx/vec_op',
		$$UPDATE workflow_perms.workflows SET status = 'stopped' WHERE workflow_id = 'open_main'$$, 'not_owner', 'regress_app'),
	('R5 Member updates a secret', 'mx/dev',
		$$SELECT WHERE workflow_perms.can('environment_secrets.update')$$, '0 rows', 'regress_app'),
	('R5 Admin does', 'mx/ada',
		$$SELECT WHERE workflow_perms.can('environment_secrets.update')$$, '1 row', 'regress_app'),
	('R6 Member views event destinations', 'mx/dev',
		$$SELECT WHERE workflow_perms.can('event_destinations.view')$$, '0 rows', 'regress_app'),
	('R6 Admin does', 'mx/ada',
		$$SELECT WHERE workflow_perms.can('event_destinations.view')$$, '1 row', 'regress_app'),
	('R7 Member invites: gate', 'mx/dev',
		$$SELECT WHERE workflow_perms.can('team.invite')$$, '0 rows', 'regress_app'),
	('R7 Member invites: DML', 'mx/dev',
		$$INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) VALUES ('mx', 'new', 'member', 'viewer')$$, 'no_capability', 'regress_app'),
	('R8 Admin invites: gate', 'mx/ada',
		$$SELECT WHERE workflow_perms.can('team.invite')$$, '1 row', 'regress_app'),
	('R8 Admin invites: DML', 'mx/ada',
		$$INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) VALUES ('mx', 'new', 'member', 'viewer')$$, '1 row', 'regress_app'),
	('R9 no role: no capability', 'mx/wo',
		$$SELECT FROM unnest(ARRAY['workflows.view', 'workflows.create', 'workflows.modify', 'task_history.view', 'projects.create']) c WHERE workflow_perms.can(c)$$, '0 rows', 'regress_app'),
	('R9 no role, account admin: no capability of a role', 'mx/adele',
		$$SELECT FROM unnest(ARRAY['workflows.view', 'team.manage_roles', 'billing.view']) c WHERE workflow_perms.can(c) OR workflow_perms.can(c, 'p1')$$, '0 rows', 'regress_app'),
	('R9 no role: the project is not seen', 'mx/wo',
		$$SELECT FROM workflow_perms.workflows WHERE workspace_id = 'p1'$$, '0 rows', 'regress_app'),
	('R10 a role given for p1: there', 'mx/sup1',
		$$SELECT WHERE workflow_perms.can('connected_users.view', 'p1')$$, '1 row', 'regress_app'),
	('R10 a role given for p1: elsewhere', 'mx/sup1',
		$$SELECT WHERE workflow_perms.can('connected_users.view', 'p2')$$, '0 rows', 'regress_app'),
	('R10 a role given for p1: org-wide', 'mx/sup1',
		$$SELECT WHERE workflow_perms.can('connected_users.view')$$, '0 rows', 'regress_app'),
	('R10 a role given for p1: workspaces', 'mx/sup1',
		$$SELECT FROM workflow_perms.workspaces WHERE kind = 'project'$$, '1 row', 'regress_app'),
	('R11 team.manage_roles without billing.view grants Admin', 'mx/lead',
		$$INSERT INTO workflow_perms.role_grants (account_id, user_id, role) VALUES ('mx', 'vi', 'Admin')$$, 'no_capability', 'regress_app'),
	('R11 grants itself a team role', 'mx/lead',
		$$INSERT INTO workflow_perms.role_grants (account_id, user_id, role) VALUES ('mx', 'lead', 'Design')$$, 'own_row', 'regress_app'),
	('R11 grants itself a team role for a workspace', 'mx/lead',
		$$INSERT INTO workflow_perms.role_grants (account_id, user_id, role, workspace_id) VALUES ('mx', 'lead', 'Design', 'o1')$$, 'own_row', 'regress_app'),
	('R11 gets a team role by inclusion in one it holds', 'mx/lead',
		$$INSERT INTO workflow_perms.roles (account_id, role) VALUES ('mx', 'Team'); INSERT INTO workflow_perms.role_includes (account_id, role, included_role) VALUES ('mx', 'Lead', 'Team')$$, 'own_row', 'regress_app'),
	('R11 extends its own grant', 'mx/lead',
		$$UPDATE workflow_perms.role_grants SET expires_at = '2100-01-01' WHERE user_id = 'lead' AND role = 'Lead'$$, 'own_row', 'regress_app'),
	('R11 what it may: a role that it holds all of', 'mx/lead',
		$$INSERT INTO workflow_perms.role_grants (account_id, user_id, role) VALUES ('mx', 'vi', 'Lead')$$, '1 row', 'regress_app'),
	('R12 Support for one workspace edits metadata', 'mx/sup1',
		$$UPDATE workflow_perms.users SET metadata = '{}' WHERE user_id = 'pro'$$, '0 rows', 'regress_app'),
	('R12 Support does', 'mx/sup',
		$$UPDATE workflow_perms.users SET metadata = '{}' WHERE user_id = 'pro'$$, '1 row', 'regress_app'),
	('R13 Support sets kind', 'mx/sup',
		$$UPDATE workflow_perms.users SET kind = 'member' WHERE user_id = 'pro'$$, 'column "kind" of "users" never changes', 'regress_app'),
	('R13 Support sets account_role', 'mx/sup',
		$$UPDATE workflow_perms.users SET account_role = 'admin' WHERE user_id = 'pro'$$, 'account_role', 'regress_app'),
	('R13 Support sets account_role of a member', 'mx/sup',
		$$UPDATE workflow_perms.users SET account_role = 'member' WHERE user_id = 'vi'$$, 'no_capability', 'regress_app'),
	('R13 Support makes a member an admin', 'mx/sup',
		$$UPDATE workflow_perms.users SET account_role = 'admin' WHERE user_id = 'vi'$$, 'account_role', 'regress_app'),
	('R14 a connected user given Admin: capabilities', 'mx/pro',
		$$SELECT FROM unnest(ARRAY['workflows.view', 'workflows.modify', 'team.invite', 'billing.view']) c WHERE workflow_perms.can(c) OR workflow_perms.can(c, 'p1')$$, '0 rows', 'regress_app'),
	('R14 a connected user given Admin: edits', 'mx/pro',
		$$UPDATE workflow_perms.workflows SET hidden = true WHERE workflow_id = 'project_flow'$$, 'no_capability', 'regress_app'),
	('R16 billing.nonsense in a role', 'none',
		$$INSERT INTO workflow_perms.role_capabilities (account_id, role, capability) VALUES ('mx', 'Design', 'billing.nonsense')$$, 'unknown capability "billing.nonsense"', 'none'),
	('R16 an own capability without a dot', 'none',
		$$INSERT INTO workflow_perms.role_capabilities (account_id, role, capability) VALUES ('mx', 'Design', 'export')$$, 'is not of the form family.action', 'none'),
	('R16 acme.export in a role', 'none',
		$$INSERT INTO workflow_perms.role_capabilities (account_id, role, capability) VALUES ('mx', 'Design', 'acme.export')$$, '1 row', 'none'),
	('R16 an own capability counts', 'mx/vec_export',
		$$SELECT WHERE workflow_perms.can('acme.export')$$, '1 row', 'regress_app'),
	('R16 and nowhere else', 'mx/vi',
		$$SELECT WHERE workflow_perms.can('acme.export')$$, '0 rows', 'regress_app'),
	('R17 an account admin without a role: gate', 'mx/adele',
		$$SELECT FROM unnest(ARRAY['team.invite', 'api_keys.manage']) c WHERE workflow_perms.can(c) AND workflow_perms.can(c, 'p1') AND workflow_perms.can(c, 'o1')
			AND workflow_perms.principal_holds('mx', c) AND workflow_perms.principal_holds('mx', c, 'p2') AND workflow_perms.principal_holds_for_workflow('mx', c, 'project_flow')$$, '2 rows', 'regress_app'),
	('R17 in its account alone', 'mx/adele',
		$$SELECT WHERE workflow_perms.principal_holds('my', 'team.invite')$$, '0 rows', 'regress_app'),
	('R17 invites: DML', 'mx/adele',
		$$INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) VALUES ('mx', 'new', 'member', 'viewer'), ('mx', 'key', 'service', NULL)$$, '2 rows', 'regress_app'),
	('R17 nobody else does: account member', 'mx/mo',
		$$SELECT FROM unnest(ARRAY['team.invite', 'api_keys.manage']) c WHERE workflow_perms.can(c)$$, '0 rows', 'regress_app'),
	('R17 an inactive admin', 'mx/off',
		$$SELECT FROM unnest(ARRAY['team.invite', 'api_keys.manage']) c WHERE workflow_perms.can(c)$$, '0 rows', 'regress_app'),
	-- What the account role carries is held as what a role gives: whoever manages roles, too, hands it on.
	('R17 puts what it carries into a role', 'mx/vec_boss',
		$$INSERT INTO workflow_perms.role_capabilities (account_id, role, capability) VALUES ('mx', 'Unused', 'team.invite'), ('mx', 'Unused', 'api_keys.manage')$$, '2 rows', 'regress_app'),
	('R17 and nothing that it does not', 'mx/vec_boss',
		$$INSERT INTO workflow_perms.role_capabilities (account_id, role, capability) VALUES ('mx', 'Unused', 'billing.view')$$, 'no_capability', 'regress_app'),
	('R17 grants a role of it, for a workspace too', 'mx/vec_boss',
		$$INSERT INTO workflow_perms.role_grants (account_id, user_id, role, workspace_id) VALUES ('mx', 'vi', 'Inviter', NULL), ('mx', 'vi', 'Keys', 'p1')$$, '2 rows', 'regress_app'),
	('R17 and none of more', 'mx/vec_boss',
		$$INSERT INTO workflow_perms.role_grants (account_id, user_id, role) VALUES ('mx', 'vi', 'Support')$$, 'no_capability', 'regress_app'),
	('R17 includes a role of it', 'mx/vec_boss',
		$$INSERT INTO workflow_perms.role_includes (account_id, role, included_role) VALUES ('mx', 'Unused', 'Inviter')$$, '1 row', 'regress_app'),
	('R17 who manages roles and is no admin', 'mx/lead',
		$$INSERT INTO workflow_perms.role_grants (account_id, user_id, role) VALUES ('mx', 'vi', 'Inviter')$$, 'no_capability', 'regress_app'),
	('R17 an admin who does not manage roles', 'mx/adele',
		$$INSERT INTO workflow_perms.role_grants (account_id, user_id, role) VALUES ('mx', 'vi', 'Inviter')$$, 'no_capability', 'regress_app'),
	('R18 Admin demotes an account admin', 'mx/vec_chief',
		$$UPDATE workflow_perms.users SET account_role = 'member' WHERE user_id = 'adele'$$, '1 row', 'regress_app'),
	('R18 deactivates one', 'mx/vec_chief',
		$$UPDATE workflow_perms.users SET active = false WHERE user_id = 'adele'$$, '1 row', 'regress_app'),
	('R18 deletes one', 'mx/vec_chief',
		$$DELETE FROM workflow_perms.users WHERE user_id = 'adele'$$, '1 row', 'regress_app'),
	('R18 the last one', 'mx/vec_chief',
		$$UPDATE workflow_perms.users SET account_role = 'member' WHERE account_role = 'admin' AND active$$, 'would be left without an active admin', 'regress_app'),
	('R18 deletes the last one', 'mx/vec_chief',
		$$UPDATE workflow_perms.users SET active = false WHERE user_id IN ('adele', 'vec_boss'); DELETE FROM workflow_perms.users WHERE user_id = 'ada'$$, 'would be left without an active admin', 'regress_app'),
	('R18 makes nobody an admin', 'mx/vec_chief',
		$$UPDATE workflow_perms.users SET account_role = 'admin' WHERE user_id = 'vi'$$, 'account_role', 'regress_app'),
	('R18 nor an admin anew, in a statement that ends another', 'mx/vec_chief',
		$$UPDATE workflow_perms.users SET account_role = CASE user_id WHEN 'vi' THEN 'admin' ELSE 'member' END::workflow_perms.account_role WHERE user_id IN ('vi', 'adele')$$, 'account_role', 'regress_app'),
	('R18 gives other account roles', 'mx/vec_chief',
		$$UPDATE workflow_perms.users SET account_role = 'member' WHERE user_id = 'vi'$$, '1 row', 'regress_app'),
	('R18 never its own', 'mx/vec_chief',
		$$UPDATE workflow_perms.users SET account_role = 'member' WHERE user_id = 'vec_chief'$$, 'own_row', 'regress_app'),
	('R18 an account admin demotes another', 'mx/adele',
		$$UPDATE workflow_perms.users SET account_role = 'member' WHERE user_id = 'ada'$$, '1 row', 'regress_app'),
	('R18 and not itself', 'mx/adele',
		$$UPDATE workflow_perms.users SET account_role = 'member' WHERE user_id = 'adele'$$, 'own_row', 'regress_app'),
	('R18 who manages roles and does not hold all that Admin does', 'mx/lead',
		$$UPDATE workflow_perms.users SET account_role = 'member' WHERE user_id = 'adele'$$, 'no_capability', 'regress_app'),
	('R18 who does not manage roles', 'mx/sup',
		$$UPDATE workflow_perms.users SET active = false WHERE user_id = 'adele'$$, 'no_capability', 'regress_app'),
	('R19 Support reads workflow_names of a project', 'mx/sup',
		$$SELECT FROM workflow_perms.workflow_names WHERE workspace_id IN ('p1', 'p2', 'a1') AND workflow_id IN ('project_flow', 'other_project_flow', 'app_flow')$$, '3 rows', 'regress_app'),
	('R19 and the workflows not', 'mx/sup',
		$$SELECT FROM workflow_perms.workflows WHERE workspace_id IN ('p1', 'p2', 'a1')$$, '0 rows', 'regress_app'),
	('R19 held for one project, there alone', 'mx/sup1',
		$$SELECT FROM workflow_perms.workflow_names WHERE workspace_id IN ('p1', 'p2', 'a1') AND workflow_id IN ('project_flow', 'other_project_flow', 'app_flow')$$, '1 row', 'regress_app'),
	('R19 nothing of open and closed workspaces that it may not view', 'mx/sup',
		$$SELECT FROM workflow_perms.workflow_names WHERE workflow_id IN ('open_private', 'closed_main')$$, '0 rows', 'regress_app'),
	('R19 why a connected user may not enable it: every gate, and the clause', 'mx/sup',
		$$SELECT FROM workflow_perms.explain_access('enable', 'project_flow', 'free')
			WHERE gate IN ('connected', 'live', 'visible') AND verdict OR gate = 'condition' AND code = 'condition' AND detail @> '[{"path": "plan", "seen": "free"}]'$$, '4 rows', 'regress_app'),
	('R19 the same with Support for its project', 'mx/sup1',
		$$SELECT FROM workflow_perms.explain_access('enable', 'project_flow', 'free') WHERE gate = 'condition' AND detail @> '[{"seen": "free"}]'$$, '1 row', 'regress_app'),
	('R19 and not for another project', 'mx/sup1',
		$$SELECT FROM workflow_perms.explain_access('enable', 'other_project_flow', 'free') WHERE gate IS NULL AND code = 'not_found'$$, '1 row', 'regress_app'),
	('R19 nothing about the team', 'mx/sup',
		$$SELECT FROM workflow_perms.explain_access('view', 'project_flow', 'dev') WHERE gate IS NULL AND code = 'not_found'$$, '1 row', 'regress_app'),
	('R19 for itself the code alone', 'mx/sup',
		$$SELECT FROM workflow_perms.explain_access('view', 'project_flow') WHERE gate IS NULL AND code = 'no_capability'$$, '1 row', 'regress_app'),
	('R19 nothing about what is in an open workspace', 'mx/sup',
		$$SELECT FROM workflow_perms.explain_access('enable', 'open_private', 'free') WHERE gate IS NULL AND code = 'not_found'$$, '1 row', 'regress_app'),
	-- The capabilities that products ask beside those of the first edition.
	('Admin creates event destinations and secrets', 'mx/vec_chief',
		$$SELECT FROM unnest(ARRAY['event_destinations.create', 'environment_secrets.create']) c WHERE workflow_perms.can(c)$$, '2 rows', 'regress_app'),
	('Member creates secrets', 'mx/dev',
		$$SELECT FROM unnest(ARRAY['event_destinations.create', 'environment_secrets.create']) c WHERE workflow_perms.can(c)$$, '1 row', 'regress_app'),
	('Support neither', 'mx/sup',
		$$SELECT FROM unnest(ARRAY['event_destinations.create', 'environment_secrets.create']) c WHERE workflow_perms.can(c)$$, '0 rows', 'regress_app');
\getenv abs_srcdir PG_ABS_SRCDIR
\set matrix_run :abs_srcdir '/test/matrix_run.sql'
\i :matrix_run
DELETE FROM workflow_perms.workflows WHERE account_id = 'mx' AND workflow_id LIKE 'vec%';
DELETE FROM workflow_perms.users WHERE account_id = 'mx' AND user_id LIKE 'vec%';
DELETE FROM workflow_perms.roles WHERE account_id = 'mx' AND role IN ('Operators', 'Deployers');

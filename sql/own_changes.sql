-- What proves: whatever a transaction changes it sees itself, in the next statement, and
-- ROLLBACK TO takes it back with the statement after that: in checks, in lists by policy,
-- as sets and by pages, by plans that are kept; at every isolation level. What an effect
-- did of itself (an enablement that ended, a draft that was discarded, an entry of the
-- audit log) is taken back with it.
CREATE FUNCTION pg_temp.changes(what text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE what
		WHEN 'membership' THEN 'DELETE FROM workflow_perms.workspace_members WHERE account_id = ''own'' AND user_id = ''ann'''
		WHEN 'expiry' THEN 'UPDATE workflow_perms.workspace_members SET expires_at = now() WHERE account_id = ''own'' AND user_id = ''ann'''
		WHEN 'role grant' THEN 'DELETE FROM workflow_perms.role_grants WHERE account_id = ''own'' AND user_id = ''ann'''
		WHEN 'inclusion' THEN 'DELETE FROM workflow_perms.role_includes WHERE account_id = ''own'''
		WHEN 'capability' THEN 'DELETE FROM workflow_perms.role_capabilities WHERE account_id = ''own'' AND role = ''Inner'''
		WHEN 'deny' THEN 'INSERT INTO workflow_perms.execution_rules (account_id, user_id, effect) VALUES (''own'', ''ann'', ''deny'')'
		WHEN 'default' THEN 'UPDATE workflow_perms.accounts SET default_execution = ''deny'' WHERE account_id = ''own'''
		WHEN 'account role' THEN 'UPDATE workflow_perms.users SET account_role = ''guest'' WHERE account_id = ''own'' AND user_id = ''ann'''
		WHEN 'active' THEN 'UPDATE workflow_perms.users SET active = false WHERE account_id = ''own'' AND user_id = ''ann'''
		WHEN 'kind' THEN 'UPDATE workflow_perms.workspaces SET kind = ''closed'' WHERE account_id = ''own'' AND workspace_id = ''open'''
		WHEN 'new' THEN 'INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status) VALUES (''own'', ''new'', ''open'', ''main'', ''live'')'
		WHEN 'gone' THEN 'DELETE FROM workflow_perms.workflows WHERE account_id = ''own'' AND workflow_id = ''open'''
	END $$;

SELECT workflow_perms.create_account('own', 'boss');
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role, metadata) VALUES
	('own', 'ann', 'member', 'member', '{}'), ('own', 'con', 'connected', NULL, '{"plan": "pro"}');
INSERT INTO workflow_perms.workspaces VALUES ('own', 'open', 'open'), ('own', 'closed', 'closed'), ('own', 'project', 'project');
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id) VALUES ('own', 'closed', 'ann');
INSERT INTO workflow_perms.roles VALUES ('own', 'Outer'), ('own', 'Inner');
INSERT INTO workflow_perms.role_capabilities VALUES ('own', 'Inner', 'workflows.view');
INSERT INTO workflow_perms.role_includes VALUES ('own', 'Outer', 'Inner');
INSERT INTO workflow_perms.role_grants (account_id, user_id, role) VALUES ('own', 'ann', 'Outer');
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status, condition) VALUES
	('own', 'open', 'open', 'main', 'live', NULL), ('own', 'closed', 'closed', 'main', 'live', NULL),
	('own', 'project', 'project', 'main', 'live', '{"plan": "pro"}');
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id, is_owner) VALUES ('own', 'open', 'ann', true), ('own', 'open', 'boss', true);
INSERT INTO workflow_perms.workflow_drafts (account_id, workflow_id, user_id, definition) VALUES ('own', 'open', 'ann', '1');
INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled) VALUES ('own', 'project', 'con', true);

CREATE FUNCTION pg_temp.answers() RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	policy text;
	checks text;
	answer text;
BEGIN
	SET LOCAL ROLE regress_app;
	SELECT string_agg(workflow_id, ' ' ORDER BY workflow_id) INTO policy FROM workflow_perms.workflows;
	RESET ROLE;
	SELECT string_agg(workflow_id, ' ' ORDER BY workflow_id) INTO checks FROM workflow_perms.workflows w
		WHERE w.account_id = 'own' AND workflow_perms.can_view(w.workflow_id);
	SELECT concat_ws(' | ',
			'sees ' || policy,
			CASE WHEN policy IS DISTINCT FROM checks THEN 'BUT BY CHECK ' || checks END,
			CASE WHEN policy IS DISTINCT FROM (SELECT string_agg(workflow_id, ' ' ORDER BY workflow_id) FROM workflow_perms.visible_workflows()) THEN 'BUT NOT AS A SET' END,
			CASE WHEN policy IS DISTINCT FROM (SELECT string_agg(workflow_id, ' ' ORDER BY workflow_id) FROM workflow_perms.visible_workflows('workflow_id')) THEN 'BUT NOT BY PAGES' END,
			'runs ' || (SELECT string_agg(workflow_id, ' ' ORDER BY workflow_id) FROM workflow_perms.runnable_workflows()),
			CASE WHEN workflow_perms.can_edit('open') THEN 'edits' END,
			(SELECT 'draft' FROM workflow_perms.workflow_drafts WHERE account_id = 'own'),
			(SELECT CASE WHEN enabled THEN 'enabled' ELSE reason END FROM workflow_perms.enablements WHERE account_id = 'own'))
		INTO answer;
	RETURN coalesce(answer, 'nothing');
END
$$;

-- Each change in a savepoint that is rolled back: before, with it, without it again; then in
-- one that is released within another that is rolled back.
CREATE PROCEDURE pg_temp.try(what text) LANGUAGE plpgsql AS $$
DECLARE
	before text := pg_temp.answers();
	during text;
	log CONSTANT bigint := (SELECT count(*) FROM workflow_perms.audit_log WHERE account_id = 'own');
BEGIN
	BEGIN
		BEGIN
			EXECUTE pg_temp.changes(what);
			during := pg_temp.answers();
		END;
		IF during <> pg_temp.answers() THEN
			RAISE WARNING '%: released, it is %', what, pg_temp.answers();
		END IF;
		RAISE EXCEPTION SQLSTATE 'UNDO0';
	EXCEPTION WHEN SQLSTATE 'UNDO0' THEN NULL;
	END;
	RAISE NOTICE '%: %', what, during;
	IF before <> pg_temp.answers() THEN
		RAISE WARNING '%: taken back, it is %', what, pg_temp.answers();
	END IF;
	IF log <> (SELECT count(*) FROM workflow_perms.audit_log WHERE account_id = 'own') THEN
		RAISE WARNING '%: its entry stays', what;
	END IF;
END
$$;

SELECT format('BEGIN ISOLATION LEVEL %s', level) AS first,
	'SELECT workflow_perms.set_principal(''own'', ''ann'')' AS second,
	'SELECT pg_temp.answers()' AS third,
	(SELECT string_agg(format('CALL pg_temp.try(%L)', what), '; ' ORDER BY place)
		FROM unnest('{membership,expiry,role grant,inclusion,capability,deny,default,account role,active,kind,new,gone}'::text[]) WITH ORDINALITY AS w (what, place)) AS fourth,
	'SELECT pg_temp.answers()' AS fifth,
	'COMMIT' AS sixth
FROM unnest('{READ COMMITTED,REPEATABLE READ,SERIALIZABLE}'::text[]) WITH ORDINALITY AS l (level, place) ORDER BY place
\gexec

-- By statements of their own, by one plan that is kept.
SET plan_cache_mode = force_generic_plan;
PREPARE look AS SELECT string_agg(workflow_id, ' ' ORDER BY workflow_id) AS sees FROM workflow_perms.workflows WHERE workflow_perms.can_view(account_id, workflow_id, workspace_id, visibility, status, condition, hidden);
BEGIN;
SELECT workflow_perms.set_principal('own', 'ann');
EXECUTE look;
SAVEPOINT a;
DELETE FROM workflow_perms.workspace_members WHERE account_id = 'own' AND user_id = 'ann';
EXECUTE look;
SAVEPOINT b;
DELETE FROM workflow_perms.role_grants WHERE account_id = 'own' AND user_id = 'ann';
EXECUTE look;
ROLLBACK TO b;
EXECUTE look;
ROLLBACK TO a;
EXECUTE look;
COMMIT;

-- What ends with a change comes back with it: an enablement and a draft.
BEGIN;
SAVEPOINT a;
UPDATE workflow_perms.users SET metadata = '{"plan": "free"}' WHERE account_id = 'own' AND user_id = 'con';
UPDATE workflow_perms.workflow_members SET is_owner = false WHERE account_id = 'own' AND user_id = 'ann';
SELECT enabled, reason, (SELECT count(*) FROM workflow_perms.workflow_drafts WHERE account_id = 'own') AS drafts
	FROM workflow_perms.enablements WHERE account_id = 'own';
ROLLBACK TO a;
SELECT enabled, reason, (SELECT count(*) FROM workflow_perms.workflow_drafts WHERE account_id = 'own') AS drafts
	FROM workflow_perms.enablements WHERE account_id = 'own';
COMMIT;
DELETE FROM workflow_perms.accounts WHERE account_id = 'own';
DEALLOCATE look;
RESET plan_cache_mode;

-- workflow_names (spec 5): whoever asks, it has the workflows that they may view and, in projects
-- and apps, those where they may view connected users or the history; it shows no other row to the
-- functions of a query; and it costs what it shows. On the accounts of matrix_setup and
-- answers_explain, and one of its own.
SET client_min_messages = warning;
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) VALUES ('mx', 'names_history', 'member', 'guest'), ('mx', 'names_users', 'service', NULL);
INSERT INTO workflow_perms.roles (account_id, role) VALUES ('mx', 'NamesHistory'), ('mx', 'NamesUsers');
INSERT INTO workflow_perms.role_capabilities (account_id, role, capability) VALUES ('mx', 'NamesHistory', 'task_history.view'), ('mx', 'NamesUsers', 'connected_users.view');
INSERT INTO workflow_perms.role_grants (account_id, user_id, role, workspace_id) VALUES ('mx', 'names_history', 'NamesHistory', 'p2'), ('mx', 'names_users', 'NamesUsers', NULL);
UPDATE workflow_perms.workflows SET name = 'The ' || workflow_id WHERE account_id IN ('mx', 'ax');

CREATE TEMP TABLE names_seen (account text, who text, workflow_id text, name text);
CREATE TEMP TABLE names_due (LIKE names_seen);
GRANT INSERT ON names_seen TO regress_app;
DO $$
DECLARE
	who record;
BEGIN
	FOR who IN SELECT account_id, user_id FROM workflow_perms.users WHERE account_id IN ('mx', 'my', 'ax', 'ay') UNION ALL SELECT 'mx', NULL LOOP
		PERFORM CASE WHEN who.user_id IS NULL THEN workflow_perms.set_anonymous(who.account_id) ELSE workflow_perms.set_principal(who.account_id, who.user_id) END;
		INSERT INTO names_due SELECT who.account_id, who.user_id, w.workflow_id, w.name
			FROM workflow_perms.workflows w JOIN workflow_perms.workspaces s USING (account_id, workspace_id)
			WHERE workflow_perms.can_view(w) OR (s.kind IN ('project', 'app')
				AND (workflow_perms.principal_holds(w.account_id, 'connected_users.view', w.workspace_id) OR workflow_perms.principal_holds(w.account_id, 'task_history.view', w.workspace_id)));
		SET LOCAL ROLE regress_app;
		INSERT INTO names_seen SELECT who.account_id, who.user_id, n.workflow_id, n.name FROM workflow_perms.workflow_names n;
		RESET ROLE;
		COMMIT;
	END LOOP;
END
$$;
SELECT count(*) > 200 AS many, count(*) FILTER (WHERE name IS NOT NULL) > 200 AS named FROM names_seen;
(TABLE names_seen EXCEPT ALL TABLE names_due) UNION ALL (TABLE names_due EXCEPT ALL TABLE names_seen);
SELECT who, string_agg(workflow_id, ' ' ORDER BY workflow_id COLLATE "C") FROM names_seen WHERE account = 'mx' AND who IN ('sup', 'sup1', 'names_history', 'names_users', 'gus', 'lead', 'pro', 'off') GROUP BY 1 ORDER BY 1;
-- Nobody set: nothing.
SET ROLE regress_app;
SELECT count(*) FROM workflow_perms.workflow_names;
RESET ROLE;
-- It is read only, and shows a condition's function nothing that is hidden.
BEGIN;
DO $$BEGIN PERFORM matrix.become('mx/sup1', 'regress_app'); END$$;
CREATE FUNCTION pg_temp.leak(id text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS $$BEGIN RAISE WARNING 'sees %', id; RETURN true; END$$;
SELECT workflow_id, workspace_id, status, name FROM workflow_perms.workflow_names WHERE workflow_id = 'project_flow' AND pg_temp.leak(workflow_id);
SELECT count(*) FROM workflow_perms.workflow_names WHERE workflow_id IN ('other_project_flow', 'open_private') AND pg_temp.leak(workflow_id);
ROLLBACK;
SET ROLE regress_app;
UPDATE workflow_perms.workflow_names SET name = 'x';
RESET ROLE;

-- A thirtieth of the workflows is found by an index, whoever may name them by which right; one by its key.
SELECT workflow_perms.create_account('wn', 'ada');
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) VALUES ('wn', 'sue', 'member', 'guest'), ('wn', 'mel', 'member', 'guest');
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) SELECT 'wn', i::text, CASE WHEN i % 2 = 0 THEN 'closed' ELSE 'project' END::workflow_perms.workspace_kind FROM generate_series(1, 60) i;
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id) VALUES ('wn', '2', 'mel');
INSERT INTO workflow_perms.role_grants (account_id, user_id, role, workspace_id) VALUES ('wn', 'sue', 'Support', '7'), ('wn', 'sue', 'Support', '9');
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status) SELECT 'wn', i::text, (1 + i % 60)::text, 'main', 'live' FROM generate_series(1, 6000) i;
ANALYZE workflow_perms.workflows;
CREATE FUNCTION pg_temp.plan_of(who text, query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	PERFORM workflow_perms.set_principal('wn', who);
	FOR line IN EXECUTE 'EXPLAIN (ANALYZE, COSTS off, TIMING off, SUMMARY off) ' || query LOOP
		-- 18 writes rows=1.00.
		RETURN QUERY SELECT regexp_replace(line, '(\.00)? loops=1\)', ')') WHERE line ~ 'Scan|Rows Removed';
	END LOOP;
END
$$;
BEGIN; SELECT pg_temp.plan_of('sue', 'SELECT * FROM workflow_perms.workflow_names'); ROLLBACK;
BEGIN; SELECT pg_temp.plan_of('mel', 'SELECT * FROM workflow_perms.workflow_names'); ROLLBACK;
BEGIN; SELECT pg_temp.plan_of('sue', 'SELECT * FROM workflow_perms.workflow_names WHERE workflow_id = ''6'''); ROLLBACK;
BEGIN; SELECT pg_temp.plan_of('sue', 'SELECT * FROM workflow_perms.workflow_names WHERE workspace_id = ''7'''); ROLLBACK;
DELETE FROM workflow_perms.accounts WHERE account_id = 'wn';
UPDATE workflow_perms.workflows SET name = NULL WHERE account_id IN ('mx', 'ax');
DELETE FROM workflow_perms.users WHERE account_id = 'mx' AND user_id ^@ 'names_';
DELETE FROM workflow_perms.roles WHERE account_id = 'mx' AND role ^@ 'Names';

-- read_from() (spec 6.4): over views of an application's tables with uuid ids every decision,
-- list and principal is what it is over the model's own tables that hold the same rows: for
-- every user and action, before and after the application changes its rows, and again when the
-- tables are given back. The views are what docs/own-tables.md shows.
\set VERBOSITY terse
\set SHOW_CONTEXT never
\getenv abs_srcdir PG_ABS_SRCDIR
\set product_database :abs_srcdir '/test/product_database.sql'
\set ECHO none
\i :product_database
\set ECHO all

-- The model's tables with the same rows, past the triggers, which would not have them so.
CREATE FUNCTION app.fill() RETURNS void LANGUAGE plpgsql SET session_replication_role = replica AS $$
BEGIN
	INSERT INTO workflow_perms.users SELECT account_id, user_id, kind::workflow_perms.user_kind, account_role::workflow_perms.account_role, metadata, active FROM app.wp_users;
	INSERT INTO workflow_perms.role_grants SELECT account_id, user_id, role, workspace_id FROM app.wp_role_grants;
	INSERT INTO workflow_perms.workspaces SELECT account_id, workspace_id, kind::workflow_perms.workspace_kind FROM app.wp_workspaces;
	INSERT INTO workflow_perms.workspace_members SELECT account_id, workspace_id, user_id, role, false, expires_at FROM app.wp_workspace_members;
	INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status, condition, hidden, created_by, run_as)
		SELECT account_id, workflow_id, workspace_id, visibility::workflow_perms.workflow_visibility, status::workflow_perms.workflow_status, condition, hidden, created_by, run_as FROM app.wp_workflows;
	INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id, is_owner) SELECT account_id, workflow_id, user_id, is_owner FROM app.wp_workflow_members;
END
$$;

-- What a query answers to the application, its refusal included.
CREATE FUNCTION app.answer(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	answer text;
BEGIN
	SET LOCAL ROLE regress_app;
	EXECUTE format('SELECT string_agg(x::text, E''\n'' ORDER BY x::text) FROM (%s) x', query) INTO answer;
	RESET ROLE;
	RETURN coalesce(answer, 'nothing');
EXCEPTION WHEN OTHERS THEN
	RESET ROLE;
	RETURN SQLSTATE || ' ' || SQLERRM;
END
$$;

-- All that is decided: by id, in lists, of principals as values; explained, reported and previewed.
CREATE TABLE app.decided (phase int, who text, what text, object text, answer text);
CREATE FUNCTION app.decide(phase int) RETURNS void LANGUAGE plpgsql SET workflow_perms.allow_principal_change = on AS $$
DECLARE
	who record;
BEGIN
	FOR who IN SELECT account_id::text AS account, user_id::text AS id FROM app.wp_users UNION ALL SELECT id::text, NULL FROM app.orgs LOOP
		IF who.id IS NULL THEN
			PERFORM workflow_perms.set_anonymous(who.account);
		ELSE
			PERFORM workflow_perms.set_principal(who.account, who.id);
			INSERT INTO app.decided SELECT phase, who.id, 'principal', '', (workflow_perms.principal(who.account, who.id)::jsonb - 'taken_at')::text;
		END IF;
		INSERT INTO app.decided
			SELECT phase, coalesce(who.id, who.account), d.what, w.id, d.answer
			FROM (SELECT id::text AS id FROM app.flows UNION ALL VALUES ('nonsense'), (upper(app.uid('w', 1)::text))) w (id), LATERAL (VALUES
				('view', workflow_perms.can_view(w.id)::text), ('view_draft', workflow_perms.can_view_draft(w.id)::text), ('edit', workflow_perms.can_edit(w.id)::text),
				('publish', workflow_perms.can_publish(w.id)::text), ('delete', workflow_perms.can_delete(w.id)::text), ('members', workflow_perms.can_manage_members(w.id)::text),
				('enable', workflow_perms.can_enable(w.id)::text), ('run', workflow_perms.can_run(w.id)::text)) AS d (what, answer);
		INSERT INTO app.decided
			SELECT phase, coalesce(who.id, who.account), d.what, w.id::text, app.answer(format(d.query, w.id, e.id, m.id))
			FROM app.flows w, (SELECT min(id::text) AS id FROM app.end_users WHERE org_id::text = who.account) e,
				(SELECT min(id::text) AS id FROM app.users WHERE org_id::text = who.account) m,
				LATERAL (VALUES ('explained view', 'SELECT * FROM workflow_perms.explain_access(''view'', %1$L)'), ('explained edit', 'SELECT * FROM workflow_perms.explain_access(''edit'', %1$L)'),
					('explained run', 'SELECT * FROM workflow_perms.explain_access(''run'', %1$L)'), ('explained enable', 'SELECT * FROM workflow_perms.explain_access(''enable'', %1$L, %2$L)'),
					('explained to others', 'SELECT * FROM workflow_perms.explain_access(''edit'', %1$L, %3$L)'), ('who_can', 'SELECT * FROM workflow_perms.who_can(''view'', %1$L)'),
					('preview_condition', 'SELECT * FROM workflow_perms.preview_condition(%1$L, ''{"plan": "team"}'')'), ('preview_metadata', 'SELECT * FROM workflow_perms.preview_metadata(%2$L, ''{"plan": "pro"}'')'),
					('users_matching', 'SELECT * FROM workflow_perms.users_matching(''{"plan": "pro"}'')'), ('definition', 'SELECT * FROM workflow_perms.definition(%1$L)'),
					('metadata_paths', format('SELECT * FROM workflow_perms.metadata_paths(%L)', who.account))) AS d (what, query)
			WHERE who.id IS NOT NULL AND w.org_id::text = who.account AND hashtext(w.id::text || who.id) % 20 = 0;
		INSERT INTO app.decided SELECT phase, coalesce(who.id, who.account), 'visible', v.workflow_id, 'true' FROM workflow_perms.visible_workflows() v;
		INSERT INTO app.decided SELECT phase, coalesce(who.id, who.account), 'name', n.workflow_id, n::text FROM workflow_perms.workflow_names n;
		INSERT INTO app.decided SELECT phase, coalesce(who.id, who.account), 'runnable', v.workflow_id, 'true' FROM workflow_perms.runnable_workflows() v;
		INSERT INTO app.decided SELECT phase, coalesce(who.id, who.account), 'what_can', v.workflow_id, v.actions::text FROM workflow_perms.what_can() v;
		INSERT INTO app.decided
			SELECT phase, coalesce(who.id, who.account), d.what, f.workspace_id, d.answer FROM app.wp_workspaces f, LATERAL (VALUES
				('create', workflow_perms.can_create(f.workspace_id::text)::text), ('access', workflow_perms.can_access_workspace(f.workspace_id::text)::text),
				('can', workflow_perms.can('workflows.view', f.workspace_id::text)::text)) AS d (what, answer);
	END LOOP;
END
$$;
CREATE VIEW app.differences AS
	SELECT coalesce(a.what, b.what) AS what, count(*) FROM (SELECT * FROM app.decided WHERE phase = 1) a
		FULL JOIN (SELECT * FROM app.decided WHERE phase = 2) b USING (who, what, object)
		WHERE a.answer IS DISTINCT FROM b.answer GROUP BY 1 ORDER BY 1;

-- Over the tables, then over the sources: an adopted table holds the same rows.
SELECT app.fill();
SELECT app.decide(1);
SELECT what, count(*), count(*) FILTER (WHERE answer IN ('true', 'false')) AS yes_or_no, count(*) FILTER (WHERE answer = 'true') > 20 AS some_yes FROM app.decided GROUP BY what ORDER BY what;
CREATE TABLE app.objects AS SELECT step, relation, object, definition FROM workflow_perms._model_objects();
SELECT workflow_perms.read_from('users', 'app.wp_users', adopt => true);
SELECT workflow_perms.read_from('role_grants', 'app.wp_role_grants', adopt => true);
SELECT workflow_perms.read_from('workspaces', 'app.wp_workspaces', adopt => true);
SELECT workflow_perms.read_from('workspace_members', 'app.wp_workspace_members', adopt => true);
SELECT workflow_perms.read_from('workflows', 'app.wp_workflows', adopt => true);
SELECT workflow_perms.read_from('workflow_members', 'app.wp_workflow_members', adopt => true);
SELECT * FROM workflow_perms._sources() ORDER BY 1;
SELECT app.decide(2);
TABLE app.differences;
-- Nothing but what the tests do themselves is a finding, and nothing is to be upgraded.
SELECT finding, object, detail FROM workflow_perms.permission_drift();
SELECT workflow_perms.upgrade_model();

-- The same of the application's own table under its policy, as its own role, without a recursion.
BEGIN;
SELECT workflow_perms.set_principal(app.uid('o', 1)::text, app.uid('u', 4)::text);
SET LOCAL ROLE regress_app;
SELECT count(*) > 5 AS some, count(*) = (SELECT count(*) FROM workflow_perms.visible_workflows()) AS same FROM app.flows;
-- What the application's role is, is known still: protect() refuses what that owns.
SELECT a.oid::regrole AS application FROM workflow_perms._application_roles() a (oid);
-- The source itself is nobody's but the owner's.
SELECT FROM workflow_perms.workflows;
ROLLBACK;

-- Enabling, connecting and running over sources (P1, P2, P5, P7, P11): the gates ask the application's rows as they are.
INSERT INTO app.flows VALUES (app.uid('c', 1), app.uid('o', 1), NULL, 'active', NULL, false, '{"plan": "pro"}', false), (app.uid('c', 2), app.uid('o', 1), NULL, 'active', NULL, false, NULL, true),
	(app.uid('c', 3), app.uid('o', 1), NULL, 'active', NULL, false, jsonb_build_object('$userId', app.uid('p', 1))::workflow_perms.metadata_condition, false);
INSERT INTO app.end_users VALUES (app.uid('p', 1), app.uid('o', 1), '{"plan": "pro"}'), (app.uid('p', 2), app.uid('o', 1), '{"plan": "free"}');
CREATE FUNCTION app.try(person uuid, flow uuid, statement text) RETURNS text LANGUAGE plpgsql SET workflow_perms.allow_principal_change = on AS $$
BEGIN
	PERFORM workflow_perms.set_principal(app.uid('o', 1)::text, person::text);
	SET LOCAL ROLE regress_app;
	EXECUTE format(statement, flow);
	RESET ROLE;
	RETURN concat_ws(' ', 'done; sees', workflow_perms.can_view(flow::text), 'enables', workflow_perms.can_enable(flow::text), 'runs', workflow_perms.can_run(flow::text));
EXCEPTION WHEN OTHERS THEN
	RESET ROLE;
	RETURN concat_ws(' ', SQLERRM, 'sees', workflow_perms.can_view(flow::text), 'enables', workflow_perms.can_enable(flow::text), 'runs', workflow_perms.can_run(flow::text));
END
$$;
SELECT 'P1', replace(app.try(app.uid('p', 1), app.uid('c', 1), 'SELECT workflow_perms.enable(%L)'), app.uid('c', 1)::text, 'flow');
SELECT 'P2', replace(app.try(app.uid('p', 2), app.uid('c', 1), 'SELECT workflow_perms.enable(%L)'), app.uid('c', 1)::text, 'flow');
SELECT 'P7', replace(app.try(app.uid('p', 2), app.uid('c', 2), 'SELECT workflow_perms.enable(%L)'), app.uid('c', 2)::text, 'flow');
SELECT 'P11', replace(app.try(app.uid('p', 1), app.uid('c', 3), 'SELECT workflow_perms.enable(%L)'), app.uid('c', 3)::text, 'flow');
SELECT 'P11', replace(app.try(app.uid('p', 2), app.uid('c', 3), 'SELECT workflow_perms.enable(%L)'), app.uid('c', 3)::text, 'flow');
SELECT 'connects', app.try(app.uid('p', 1), app.uid('c', 1), 'SELECT workflow_perms.connect(''crm'')');
UPDATE app.end_users SET traits = '{"plan": "free"}' WHERE id = app.uid('p', 1);
SELECT 'P4 without reevaluate_on: the run gate asks', app.try(app.uid('p', 1), app.uid('c', 1), 'SELECT 1');
UPDATE app.end_users SET traits = '{"plan": "pro"}' WHERE id = app.uid('p', 1);
SELECT 'and again', app.try(app.uid('p', 1), app.uid('c', 1), 'SELECT 1');
SELECT 'a run', app.try(app.uid('p', 1), app.uid('c', 1), 'SELECT workflow_perms.start_run(%L, ''r1'')');
SELECT 'nobody', replace(app.try(app.uid('p', 1), app.uid('c', 9), 'SELECT workflow_perms.enable(%L)'), app.uid('c', 9)::text, 'flow');
SELECT workflow_id = app.uid('c', 1)::text AS c1, enabled, reason FROM workflow_perms.enablements ORDER BY 1, 2;
DELETE FROM workflow_perms.enablements;
DELETE FROM workflow_perms.connections;
DELETE FROM app.flows WHERE id IN (app.uid('c', 1), app.uid('c', 2), app.uid('c', 3));
DELETE FROM app.end_users WHERE id IN (app.uid('p', 1), app.uid('p', 2));

-- The application changes its rows; the tables are given back, and filled anew.
SET ROLE regress_product;
UPDATE app.flows SET folder_id = NULL WHERE folder_id = app.uid('f', 2);
DELETE FROM app.folders WHERE id = app.uid('f', 2);
UPDATE app.folders SET kind = 'open' WHERE id = app.uid('f', 1);
UPDATE app.flows SET audience = '{"plan": "team"}' WHERE audience IS NOT NULL AND hashtext(id::text) % 2 = 0;
DELETE FROM app.users WHERE id IN (app.uid('u', 5), app.uid('u', 8));
DELETE FROM app.folder_shares WHERE team_id = app.uid('t', 1);
UPDATE app.end_users SET traits = traits || '{"plan": "team"}';
INSERT INTO app.team_members SELECT app.uid('t', 2), id FROM app.users WHERE org_id = (SELECT org_id FROM app.teams WHERE id = app.uid('t', 2)) ON CONFLICT DO NOTHING;
RESET ROLE;
TRUNCATE app.decided;
SELECT app.decide(2);
SELECT workflow_perms.read_from(t, NULL) FROM unnest(ARRAY['workflow_members', 'workflows', 'workspace_members', 'role_grants', 'workspaces', 'users']) t;
SELECT count(*) AS sources FROM workflow_perms._sources();
-- Exactly as they were: columns, keys, checks, indexes, triggers, policies, comments, privileges.
SELECT count(*) > 1000 AS objects FROM app.objects;
(SELECT 'gone', step, relation, object, definition FROM (TABLE app.objects EXCEPT SELECT step, relation, object, definition FROM workflow_perms._model_objects()) d)
UNION ALL (SELECT 'new', step, relation, object, definition FROM (SELECT step, relation, object, definition FROM workflow_perms._model_objects() EXCEPT TABLE app.objects) d);
SELECT app.fill();
SELECT app.decide(1);
TABLE app.differences;
SELECT finding, object, detail FROM workflow_perms.permission_drift();

\c contrib_regression
DROP DATABASE regress_sources;

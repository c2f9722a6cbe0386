-- S1 of the spec (8): M1 to M4, M12, M13, M17, M18, P1 to P3, P7, P11 and F1 to F8, with users,
-- grants, workspaces, workflows and their members read from views over an application's tables
-- with uuid ids. Each is asked by id, of a principal as a value and of the row, and in the lists;
-- P4, M24 and M25 are asked where protect() and reevaluate_on() are.
\set VERBOSITY terse
\set SHOW_CONTEXT never
\getenv abs_srcdir PG_ABS_SRCDIR
\set product_database :abs_srcdir '/test/product_database.sql'
\set ECHO none
\i :product_database
\set ECHO all
CREATE FUNCTION app.id(name text) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT md5(name)::uuid $$;
SET ROLE regress_product;
INSERT INTO app.orgs VALUES (app.id('org'), 'org');
INSERT INTO app.users SELECT app.id(n), app.id('org'), n, r, NULL FROM (VALUES
	('owner', 'editor'), ('dev', 'editor'), ('bot', 'editor'), ('invited', 'editor'), ('ada', 'admin'), ('viewer', 'viewer'), ('guest', 'guest'), ('u', 'viewer'), ('other', 'viewer')) x (n, r);
INSERT INTO app.end_users SELECT app.id(n), app.id('org'), t FROM (VALUES
	('pro', jsonb '{"billingPlan": "pro"}'), ('free', '{"billingPlan": "free"}'), ('bare', '{}'), ('u42', '{}')) x (n, t);
INSERT INTO app.teams VALUES (app.id('R1'), app.id('org')), (app.id('R2'), app.id('org'));
INSERT INTO app.team_members VALUES (app.id('R1'), app.id('u')), (app.id('R2'), app.id('u'));
INSERT INTO app.folders SELECT app.id(n), app.id('org'), k FROM (VALUES
	('open', 'open'), ('closed', 'closed'), ('other closed', 'closed'), ('project', 'project'), ('app', 'app'), ('app granted', 'app')) x (n, k);
INSERT INTO app.folder_shares VALUES (app.id('open'), NULL, app.id('bot'), NULL), (app.id('closed'), NULL, app.id('bot'), NULL), (app.id('closed'), NULL, app.id('owner'), NULL);
INSERT INTO app.flows SELECT app.id(n), app.id('org'), app.id(f), 'active', app.id('owner'), private, condition::workflow_perms.metadata_condition, hidden FROM (VALUES
	('main', 'open', false, NULL, false), ('closed main', 'closed', false, NULL, false), ('private', 'open', true, NULL, false), ('touching', 'open', false, NULL, false),
	('for pro', 'project', false, '{"billingPlan": "pro"}', false), ('hidden', 'project', false, NULL, true), ('for u42', 'project', false, format('{"$userId": "%s"}', app.id('u42')), false)) x (n, f, private, condition, hidden);
INSERT INTO app.flows SELECT app.id('F' || i), app.id('org'), app.id(CASE i WHEN 3 THEN 'app granted' ELSE 'app' END), 'active', NULL, false, NULL, false FROM generate_series(1, 8) i;
INSERT INTO app.flow_shares VALUES (app.id('private'), app.id('invited'));
RESET ROLE;
INSERT INTO workflow_perms.accounts (account_id) VALUES (app.id('org'));
INSERT INTO workflow_perms.roles SELECT app.id('org'), app.id(r) FROM unnest('{R1,R2}'::text[]) r;
SELECT workflow_perms.read_from(t, ('app.wp_' || t)::regclass) FROM unnest(workflow_perms._source_tables()) t;
INSERT INTO workflow_perms.workflow_steps (account_id, workflow_id, step_id, workspace_id, access) VALUES (app.id('org'), app.id('touching'), 's', app.id('other closed'), 'read');
INSERT INTO workflow_perms.execution_rules (account_id, workflow_id, workspace_id, user_id, role, effect)
	SELECT app.id('org'), app.id(f), app.id(w), app.id(u), CASE WHEN r ~ '^R' THEN app.id(r)::text ELSE r END, e::workflow_perms.execution_effect FROM (VALUES
	('F2', NULL, NULL, 'NonAuthenticatedUser', 'deny'), ('F3', NULL, 'u', NULL, 'deny'), (NULL, 'app granted', NULL, 'AuthenticatedUser', 'grant'),
	('F4', NULL, 'u', NULL, 'grant'), ('F4', NULL, NULL, 'R1', 'deny'), ('F5', NULL, 'u', NULL, 'deny'), ('F5', NULL, NULL, 'R1', 'grant'),
	('F6', NULL, NULL, 'R1', 'grant'), ('F6', NULL, NULL, 'R2', 'deny'), ('F7', NULL, NULL, 'R1', 'grant'), ('F7', NULL, NULL, 'AuthenticatedUser', 'deny'),
	('F8', NULL, NULL, 'R1', 'deny'), ('F8', NULL, NULL, 'AuthenticatedUser', 'grant')) x (f, w, u, r, e);
INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, status, started_at) VALUES (app.id('org'), 'run', app.id('touching'), 'running', now());
INSERT INTO workflow_perms.run_steps (account_id, run_id, step_no, step_id, status, details) VALUES (app.id('org'), 'run', 1, 's', 'succeeded', '{"secret": 1}');

-- One question in all its forms: the answers that differ from the expected one, NULL if none does.
CREATE FUNCTION app.differing(who text, action text, flow text, expected boolean) RETURNS text LANGUAGE plpgsql SET workflow_perms.allow_principal_change = on AS $$
DECLARE
	account CONSTANT text := app.id('org');
	answers boolean[];
	w workflow_perms.workflows;
	p workflow_perms.principal := workflow_perms.principal(account, app.id(who)::text);
	listed boolean[] := '{}';
BEGIN
	SELECT * INTO w FROM workflow_perms.workflows f WHERE f.account_id = account AND f.workflow_id = app.id(flow)::text;
	PERFORM CASE WHEN who IS NULL THEN workflow_perms.set_anonymous(account) ELSE workflow_perms.set_principal(account, app.id(who)::text) END;
	EXECUTE format('SELECT ARRAY[workflow_perms.can_%1$s($1.workflow_id), workflow_perms.can_%1$s($2, $1.workflow_id), workflow_perms.can_%1$s($1), workflow_perms.can_%1$s($2, $1),
		workflow_perms.can_%1$s($1.account_id, $1.workflow_id, $1.workspace_id, $1.visibility, $1.status, $1.condition, $1.hidden)]', action)
		INTO answers USING w, p;
	IF action = 'view' THEN
		SET LOCAL ROLE regress_app;
		listed := ARRAY[EXISTS (SELECT FROM app.flows f WHERE f.id = app.id(flow)), EXISTS (SELECT FROM workflow_perms.visible_workflows() v WHERE v.workflow_id = app.id(flow)::text)];
		RESET ROLE;
	ELSIF action = 'run' THEN
		listed := ARRAY[EXISTS (SELECT FROM workflow_perms.runnable_workflows() v WHERE v.workflow_id = app.id(flow)::text)];
	END IF;
	RETURN CASE WHEN NOT expected = ALL (answers || listed) THEN format('%s by %s of %s: %s', action, who, flow, answers || listed) END;
END
$$;
CREATE FUNCTION app.try(who text, statement text, flow text) RETURNS text LANGUAGE plpgsql SET workflow_perms.allow_principal_change = on AS $$
BEGIN
	PERFORM workflow_perms.set_principal(app.id('org')::text, app.id(who)::text);
	SET LOCAL ROLE regress_app;
	EXECUTE format(statement, app.id(flow));
	RESET ROLE;
	RETURN 'done';
EXCEPTION WHEN insufficient_privilege THEN
	RESET ROLE;
	RETURN regexp_replace(SQLERRM, '.*: ', '');
END
$$;
SELECT 'S1 ' || vector AS vector, coalesce(string_agg(app.differing(who, action, flow, expected), '; '), 'ok') AS answer FROM (VALUES
	('M1', 'dev', 'view', 'main', true), ('M1', 'dev', 'edit', 'main', false), ('M2', 'dev', 'view', 'closed main', false),
	('M2', 'bot', 'view', 'closed main', true), ('M3', 'bot', 'view', 'private', false), ('M4', 'invited', 'view', 'private', true), ('M4', 'invited', 'edit', 'private', false),
	('M12', 'owner', 'view', 'touching', true), ('M12', 'owner', 'edit', 'touching', false), ('M12', 'owner', 'edit', 'main', true),
	('M17', 'ada', 'view', 'closed main', false), ('M17', 'ada', 'view', 'private', false), ('M18', 'guest', 'view', 'main', true), ('M18', 'guest', 'view', 'private', false),
	('P1', 'pro', 'view', 'for pro', true), ('P1', 'pro', 'enable', 'for pro', true), ('P2', 'free', 'view', 'for pro', false), ('P2', 'free', 'enable', 'for pro', false), ('P2', 'free', 'run', 'for pro', false),
	('P3', 'bare', 'view', 'for pro', false), ('P3', 'bare', 'enable', 'for pro', false), ('P3', 'bare', 'run', 'for pro', false),
	('P7', 'bare', 'view', 'hidden', false), ('P7', 'bare', 'enable', 'hidden', true),
	('P11', 'u42', 'view', 'for u42', true), ('P11', 'u42', 'enable', 'for u42', true), ('P11', 'pro', 'view', 'for u42', false), ('P11', 'pro', 'enable', 'for u42', false),
	('F1', 'u', 'run', 'F1', true), ('F2', NULL, 'run', 'F2', false), ('F2', 'u', 'run', 'F2', true), ('F3', 'u', 'run', 'F3', false), ('F3', 'other', 'run', 'F3', true),
	('F4', 'u', 'run', 'F4', true), ('F5', 'u', 'run', 'F5', false), ('F6', 'u', 'run', 'F6', false),
	('F7', 'u', 'run', 'F7', true), ('F7', 'other', 'run', 'F7', false), ('F8', 'u', 'run', 'F8', false), ('F8', 'other', 'run', 'F8', true)) v (vector, who, action, flow, expected)
	GROUP BY vector ORDER BY left(vector, 1), length(vector), vector;
SELECT 'S1 M12' AS vector, app.try('owner', $$DO 'BEGIN IF EXISTS (SELECT FROM workflow_perms.run_history WHERE details IS NOT NULL) THEN RAISE ''shown''; END IF; END'$$, 'touching') AS no_details, app.try('owner', 'SELECT 1 / count(*) FROM workflow_perms.run_history WHERE redacted', 'touching') AS redacted;
CREATE FUNCTION app.creates(who text, folder text) RETURNS boolean LANGUAGE plpgsql SET workflow_perms.allow_principal_change = on AS $$
BEGIN
	PERFORM workflow_perms.set_principal(app.id('org')::text, app.id(who)::text);
	RETURN workflow_perms.can_create(app.id(folder)::text);
END
$$;
SELECT 'S1 M13' AS vector, n AS who, app.creates(n, 'open') AS in_open, app.creates(n, 'closed') AS in_closed FROM unnest('{bot,viewer,guest}'::text[]) n;
UPDATE workflow_perms.accounts SET guests_see_open_main = false WHERE account_id = app.id('org')::text;
SELECT 'S1 M18' AS vector, coalesce(app.differing('guest', 'view', 'main', false), 'ok') AS with_guests_see_open_main_off;
SELECT 'S1 P1' AS vector, app.try('pro', 'SELECT workflow_perms.enable(%L)', 'for pro') AS enables, coalesce(app.differing('pro', 'run', 'for pro', true), 'ok') AS runs;
SELECT 'S1 P2' AS vector, app.try('free', 'SELECT workflow_perms.enable(%L)', 'for pro') AS directly, app.try('ada', format('SELECT workflow_perms.enable(%%L, '''', %L)', app.id('free')), 'for pro') AS for_another;
SELECT 'S1 P3' AS vector, app.try('bare', 'SELECT workflow_perms.enable(%L)', 'for pro') AS enables;
SELECT 'S1 P7' AS vector, app.try('bare', 'SELECT workflow_perms.enable(%L)', 'hidden') AS enables;
SELECT 'S1 P11' AS vector, app.try('u42', 'SELECT workflow_perms.enable(%L)', 'for u42') AS u42, app.try('pro', 'SELECT workflow_perms.enable(%L)', 'for u42') AS another;
-- A key that occurs in no list names nothing, however it is spelt.
SELECT 'S10' AS vector, app.try('pro', format('SELECT workflow_perms.enable(%L)', upper(app.id('for pro')::text)), 'main') AS enables;
\c contrib_regression
DROP DATABASE regress_sources;

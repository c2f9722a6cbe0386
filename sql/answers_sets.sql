-- who_can(), what_can() and actions() (spec 5): equal to asking can_… of everybody and of everything, as is
-- the last row of explain_access(); who may ask; and what is told. On the account of answers_explain.
\set VERBOSITY terse
CREATE TEMP TABLE truth AS
	SELECT u.user_id, w.workflow_id, a.action, a.allowed
	FROM workflow_perms.users u, workflow_perms.principal(u.account_id, u.user_id) p, workflow_perms.workflows w,
		LATERAL (VALUES ('view', workflow_perms.can_view(p, w)), ('view_draft', workflow_perms.can_view_draft(p, w)),
			('edit', workflow_perms.can_edit(p, w)), ('operate', workflow_perms.can_operate(p, w)), ('publish', workflow_perms.can_publish(p, w)), ('delete', workflow_perms.can_delete(p, w)),
			('manage_members', workflow_perms.can_manage_members(p, w)), ('enable', workflow_perms.can_enable(p, w)), ('run', workflow_perms.can_run(p, w))) a (action, allowed)
	WHERE u.account_id = 'ax' AND w.account_id = 'ax';
CREATE TEMP TABLE told (asker text, what text, n int, wrong int);
CREATE TEMP TABLE access (asker text, action text, workflow_id text, user_id text, reason text);
CREATE TEMP TABLE report (LIKE access);
DO $$
DECLARE
	asker text;
	q record;
	listed text[];
	p workflow_perms.principal;
BEGIN
	FOR asker IN SELECT user_id FROM workflow_perms.users WHERE account_id = 'ax' LOOP
		PERFORM workflow_perms.set_principal('ax', asker);
		INSERT INTO told SELECT asker, 'explain_access', count(*), count(*) FILTER (WHERE e.verdict IS DISTINCT FROM t.allowed)
			FROM truth t, LATERAL (SELECT (array_agg(x.verdict ORDER BY x.i))[count(*)] AS verdict
				FROM workflow_perms.explain_access(t.action, t.workflow_id) WITH ORDINALITY x (gate, verdict, code, decided_by, detail, i)) e
			WHERE t.user_id = asker;
		INSERT INTO told SELECT asker, 'what_can', count(*), count(*) FILTER (WHERE t.actions IS DISTINCT FROM w.actions)
			FROM (SELECT workflow_id, array_agg(action ORDER BY action) AS actions FROM truth WHERE user_id = asker AND allowed GROUP BY 1) t
			FULL JOIN (SELECT workflow_id, (SELECT array_agg(a ORDER BY a) FROM unnest(actions) a) AS actions FROM workflow_perms.what_can()) w USING (workflow_id);
		p := workflow_perms.principal('ax', asker);
		INSERT INTO told SELECT asker, 'actions', count(*), count(*) FILTER (WHERE told_as.actions IS DISTINCT FROM t.actions)
			FROM (SELECT workflow_id, coalesce(array_agg(action ORDER BY array_position('{view,view_draft,edit,operate,publish,delete,manage_members,enable,run}', action))
				FILTER (WHERE allowed), '{}') AS actions FROM truth WHERE user_id = asker GROUP BY 1) t
			JOIN workflow_perms.workflows w ON w.account_id = 'ax' AND w.workflow_id = t.workflow_id,
			LATERAL (VALUES (workflow_perms.actions(w.workflow_id)), (workflow_perms.actions(w)),
				(workflow_perms.actions(w.account_id, w.workflow_id, w.workspace_id, w.visibility, w.status, w.condition, w.hidden)),
				(workflow_perms.actions(p, w.workflow_id)), (workflow_perms.actions(p, w)),
				(workflow_perms.actions(p, w.account_id, w.workflow_id, w.workspace_id, w.visibility, w.status, w.condition, w.hidden))) AS told_as (actions);
		INSERT INTO report SELECT asker, a.action, r.workflow_id, r.user_id, r.reason
			FROM (SELECT DISTINCT t.action FROM truth t) a, LATERAL workflow_perms.who_can(a.action) r WHERE r.workflow_id !~ '^shape [0-9]';
		FOR q IN SELECT DISTINCT action, workflow_id FROM truth WHERE workflow_id !~ '^shape [0-9]' LOOP
			BEGIN
				INSERT INTO access SELECT asker, q.action, q.workflow_id, w.user_id, w.reason FROM workflow_perms.who_can(q.action, q.workflow_id) w;
				listed := ARRAY(SELECT w.user_id FROM workflow_perms.who_can(q.action, q.workflow_id) w);
				INSERT INTO told SELECT asker, 'who_can', 1,
					(listed IS DISTINCT FROM ARRAY(SELECT t.user_id FROM truth t WHERE t.action = q.action AND t.workflow_id = q.workflow_id AND t.allowed ORDER BY t.user_id COLLATE "C"))::int;
			EXCEPTION WHEN insufficient_privilege THEN
				INSERT INTO told VALUES (asker, 'refused', 1, 0);
			END;
		END LOOP;
		COMMIT;
	END LOOP;
END
$$;
SELECT what, asker, sum(n) AS n, sum(wrong) AS wrong FROM told GROUP BY 1, 2 ORDER BY what COLLATE "C", asker COLLATE "C";
-- The report of an action is that of each workflow that one may ask about, with its reasons.
SELECT asker, count(*), count(DISTINCT workflow_id) AS workflows, count(DISTINCT user_id) AS users FROM report GROUP BY 1 ORDER BY asker COLLATE "C";
(TABLE access EXCEPT ALL TABLE report) UNION ALL (TABLE report EXCEPT ALL TABLE access);

\pset tuples_only on
\pset format unaligned
-- What decided
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/lead', 'regress_app'); END$$;
SELECT * FROM workflow_perms.who_can('view', 'main');
SELECT * FROM workflow_perms.who_can('view', 'gated');
SELECT * FROM workflow_perms.who_can('publish', 'gated');
SELECT * FROM workflow_perms.who_can('enable', 'gated');
SELECT * FROM workflow_perms.who_can('run', 'gated');
ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/own', 'regress_app'); END$$;
SELECT * FROM workflow_perms.who_can('view', 'private');
SELECT * FROM workflow_perms.who_can('manage_rules', 'private');
SELECT * FROM workflow_perms.what_can() ORDER BY workflow_id COLLATE "C";
ROLLBACK;
-- Running needs no right to view; what one may do to nothing is not listed.
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/pro', 'regress_app'); END$$; SELECT * FROM workflow_perms.what_can() ORDER BY workflow_id COLLATE "C"; ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/', 'regress_app'); END$$; SELECT count(*) FROM workflow_perms.what_can(); ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/off', 'regress_app'); END$$; SELECT count(*) FROM workflow_perms.what_can(); ROLLBACK;
SELECT count(*) FROM workflow_perms.what_can();

-- Who may not ask: a member, Support, a connected user, nobody; held for a workspace, there alone.
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/mem', 'regress_app'); END$$; SELECT * FROM workflow_perms.who_can('view', 'main'); ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/sup', 'regress_app'); END$$; SELECT * FROM workflow_perms.who_can('view', 'main'); ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/pro', 'regress_app'); END$$; SELECT * FROM workflow_perms.who_can('view', 'gated'); ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/off', 'regress_app'); END$$; SELECT * FROM workflow_perms.who_can('view', 'main'); ROLLBACK;
SELECT * FROM workflow_perms.who_can('view', 'main');
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/lead1', 'regress_app'); END$$; SELECT count(*) FROM workflow_perms.who_can('view', 'gated'); SELECT * FROM workflow_perms.who_can('view', 'main'); ROLLBACK;
-- What is invisible is what does not exist, and what is another account's.
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/lead', 'regress_app'); END$$; SELECT * FROM workflow_perms.who_can('view', 'closed'); ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/lead', 'regress_app'); END$$; SELECT * FROM workflow_perms.who_can('view', 'nowhere'); ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/lead', 'regress_app'); END$$; SELECT * FROM workflow_perms.who_can('view', 'elsewhere'); ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/lead', 'regress_app'); END$$; SELECT * FROM workflow_perms.who_can('view', NULL); ROLLBACK;
-- Bad input
SELECT * FROM workflow_perms.who_can('fly', 'main');
SELECT * FROM workflow_perms.who_can('create', 'main');
SELECT * FROM workflow_perms.who_can(NULL, 'main');
-- More users than are read at a time.
BEGIN;
INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata) SELECT 'ax', 'many' || i, 'connected', '{"plan": "pro", "seats": 10}' FROM generate_series(1, 3000) i;
SELECT FROM workflow_perms.set_principal('ax', 'lead');
SELECT count(*), min(reason), max(reason) FROM workflow_perms.who_can('enable', 'gated');
ROLLBACK;
\pset tuples_only off
\pset format aligned
-- actions(): nothing of nothing; who_can(action): another action, and who may ask about nothing.
SELECT workflow_perms.actions('main'), workflow_perms.actions(NULL::text), workflow_perms.actions(NULL::workflow_perms.workflows),
	workflow_perms.actions(NULL::workflow_perms.principal, 'main'), workflow_perms.actions(workflow_perms.principal('ax', 'own'), 'nowhere');
SELECT count(*) FROM workflow_perms.who_can('view');
SELECT * FROM workflow_perms.who_can('view_board');
SELECT * FROM workflow_perms.who_can(NULL);
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/own', 'regress_app'); END$$;
SELECT workflow_id, workflow_perms.actions(w) FROM workflow_perms.workflows w WHERE workflow_id IN ('main', 'private', 'closed') ORDER BY 1 LIMIT 20;
ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/pro', 'regress_app'); END$$; SELECT count(*) FROM workflow_perms.who_can('view'); ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/mem', 'regress_app'); END$$; SELECT count(*) FROM workflow_perms.who_can('view'); ROLLBACK;

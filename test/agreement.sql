-- test/agreement.sql: in the demo's database, for every user of every account, for
-- anonymous and for nobody: the rows that row-level security shows an ordinary role
-- are those for which can_view says yes, in each of its forms; and the sets,
-- visible_workflows() and runnable_workflows(), are what filtering with can_view and
-- can_run leaves. Of the workflows that the demo writes by hand, for every action:
-- the last row of explain_access(), what_can() and who_can() say what can_… says; so
-- does explain_access() of workspaces, boards, columns, runs and their steps.
-- Prints the counts; fails on the first disagreement found, and if
-- there was nothing to agree on.
SET max_parallel_workers_per_gather = 0;
SET client_min_messages = warning;
CREATE TEMP TABLE answers (who text, shown bigint, by_row bigint, by_columns bigint, by_id bigint,
	by_principal_row bigint, by_principal_columns bigint, by_principal_id bigint, differ bigint, example text);
CREATE TEMP TABLE sets (who text, visible bigint, runnable bigint, differ bigint, example text);
-- What can_… says of everybody, by principals given to it.
CREATE TEMP TABLE truth AS
	SELECT u.account_id, u.user_id, w.workflow_id, a.action, a.allowed
	FROM workflow_perms.workflows w
	JOIN (SELECT account_id, user_id, workflow_perms.principal(account_id, user_id) AS p FROM workflow_perms.users) u USING (account_id),
		LATERAL (VALUES ('view', workflow_perms.can_view(u.p, w)), ('view_draft', workflow_perms.can_view_draft(u.p, w)),
			('edit', workflow_perms.can_edit(u.p, w)), ('operate', workflow_perms.can_operate(u.p, w)), ('publish', workflow_perms.can_publish(u.p, w)),
			('delete', workflow_perms.can_delete(u.p, w)), ('manage_members', workflow_perms.can_manage_members(u.p, w)),
			('enable', workflow_perms.can_enable(u.p, w)), ('run', workflow_perms.can_run(u.p, w))) AS a (action, allowed)
	WHERE w.workflow_id !~ '^flow-[0-9]+$';
-- What is asked about other things than workflows, of every account, as SQL.
CREATE TEMP TABLE others AS
	SELECT account_id, 'create' AS action, ARRAY[workspace_id] AS object, format('workflow_perms.can_create(%L)', workspace_id) AS answer
		FROM workflow_perms.workspaces
	UNION ALL SELECT account_id, 'access_workspace', ARRAY[workspace_id], format('workflow_perms.can_access_workspace(%L)', workspace_id)
		FROM workflow_perms.workspaces
	UNION ALL SELECT account_id, 'view_board', ARRAY[board_id], format('workflow_perms.can_view_board(%L)', board_id) FROM workflow_perms.boards
	UNION ALL SELECT account_id, 'view_column', ARRAY[board_id, column_id], format('workflow_perms.can_view_column(%L, %L)', board_id, column_id)
		FROM workflow_perms.board_columns
	UNION ALL SELECT account_id, 'edit_column', ARRAY[board_id, column_id], format('workflow_perms.can_edit_column(%L, %L)', board_id, column_id)
		FROM workflow_perms.board_columns
	UNION ALL SELECT account_id, 'view_run', ARRAY[run_id], format('workflow_perms.can_view_run(%L)', run_id) FROM workflow_perms.runs
	UNION ALL SELECT account_id, 'replay', ARRAY[run_id], format('workflow_perms.can_replay(%L)', run_id) FROM workflow_perms.runs
	UNION ALL SELECT account_id, 'view_run_detail', ARRAY[run_id, step_no::text], format('workflow_perms.can_view_run_detail(%L, %s)', run_id, step_no)
		FROM workflow_perms.run_steps
	UNION ALL SELECT account_id, 'step', ARRAY[r.run_id, s.step_id], format('(workflow_perms.step_access(%L, %L)).allowed', r.run_id, s.step_id)
		FROM workflow_perms.runs r JOIN workflow_perms.workflow_steps s USING (account_id, workflow_id);
CREATE TEMP TABLE explained_others (who text, action text, allowed boolean, explained boolean, code text);
CREATE TEMP TABLE explained (who text, explained bigint, allowed bigint, can bigint, listed bigint, refused bigint, differ bigint);

DO $$
DECLARE
	asker record;
	listed text[];
	asked_of record;
	asked workflow_perms.principal;
	answer boolean;
BEGIN
	-- Statements of this block are planned once and reused for every principal.
	FOR asker IN
		SELECT account_id, user_id FROM workflow_perms.users
		UNION ALL SELECT account_id, NULL FROM workflow_perms.accounts
		UNION ALL SELECT NULL, NULL
		ORDER BY 1, 2
	LOOP
		asked := NULL;
		IF asker.account_id IS NOT NULL THEN
			asked := workflow_perms.principal(asker.account_id, asker.user_id);
			PERFORM CASE WHEN asker.user_id IS NULL THEN workflow_perms.set_anonymous(asker.account_id)
				ELSE workflow_perms.set_principal(asker.account_id, asker.user_id) END;
		END IF;
		SET LOCAL ROLE demo_app;
		listed := ARRAY(SELECT account_id || '/' || workflow_id FROM workflow_perms.workflows);
		RESET ROLE;

		-- Here row security does not apply: every workflow of every account is asked about.
		INSERT INTO answers
		SELECT coalesce(asker.account_id || '/' || coalesce(asker.user_id, '(anonymous)'), '(nobody)'),
			count(*) FILTER (WHERE a.shown), count(*) FILTER (WHERE a.by_row), count(*) FILTER (WHERE a.by_columns),
			count(*) FILTER (WHERE a.by_id), count(*) FILTER (WHERE a.by_principal_row),
			count(*) FILTER (WHERE a.by_principal_columns), count(*) FILTER (WHERE a.by_principal_id),
			count(*) FILTER (WHERE a.differ), min(a.key) FILTER (WHERE a.differ)
		FROM (
			SELECT *, (by_row IS DISTINCT FROM shown OR by_columns IS DISTINCT FROM shown OR by_id IS DISTINCT FROM shown
				OR by_principal_row IS DISTINCT FROM shown OR by_principal_columns IS DISTINCT FROM shown
				OR by_principal_id IS DISTINCT FROM shown) AS differ
			FROM (
				SELECT k.key, s.key IS NOT NULL AS shown,
					workflow_perms.can_view(w) AS by_row,
					workflow_perms.can_view(w.account_id, w.workflow_id, w.workspace_id, w.visibility, w.status,
						w.condition, w.hidden) AS by_columns,
					-- An id means one in the principal's own account.
					w.account_id IS NOT DISTINCT FROM asker.account_id AND workflow_perms.can_view(w.workflow_id) AS by_id,
					-- Nobody has no principal to pass.
					asked IS NOT NULL AND workflow_perms.can_view(asked, w) AS by_principal_row,
					asked IS NOT NULL AND workflow_perms.can_view(asked, w.account_id, w.workflow_id, w.workspace_id,
						w.visibility, w.status, w.condition, w.hidden) AS by_principal_columns,
					asked IS NOT NULL AND w.account_id = asker.account_id
						AND workflow_perms.can_view(asked, w.workflow_id) AS by_principal_id
				FROM workflow_perms.workflows w
				CROSS JOIN LATERAL (SELECT w.account_id || '/' || w.workflow_id) AS k (key)
				LEFT JOIN unnest(listed) AS s (key) ON s.key = k.key
			) AS asked_all
		) AS a;

		INSERT INTO sets
		SELECT coalesce(asker.account_id || '/' || coalesce(asker.user_id, '(anonymous)'), '(nobody)'),
			count(*) FILTER (WHERE s.visible), count(*) FILTER (WHERE s.runnable),
			count(*) FILTER (WHERE s.differ), min(s.workflow_id) FILTER (WHERE s.differ)
		FROM (
			SELECT workflow_id, v.workflow_id IS NOT NULL AS visible, r.workflow_id IS NOT NULL AS runnable,
				(w.account_id IS NULL
					OR (v.workflow_id IS NOT NULL) IS DISTINCT FROM workflow_perms.can_view(w)
					OR (r.workflow_id IS NOT NULL) IS DISTINCT FROM workflow_perms.can_run(w)
					OR (r.workflow_id IS NOT NULL) IS DISTINCT FROM workflow_perms.can_run(asked, w)) AS differ
			FROM (SELECT * FROM workflow_perms.workflows WHERE account_id = asker.account_id) w
			FULL JOIN workflow_perms.visible_workflows() v USING (workflow_id)
			FULL JOIN workflow_perms.runnable_workflows() r USING (workflow_id)
		) AS s;

		INSERT INTO explained
		SELECT asker.account_id || '/' || asker.user_id, count(*), count(*) FILTER (WHERE t.allowed), 0, 0, 0,
			count(*) FILTER (WHERE e.verdict IS DISTINCT FROM t.allowed)
		FROM truth t, LATERAL (SELECT x.verdict
			FROM workflow_perms.explain_access(t.action, t.workflow_id) WITH ORDINALITY AS x (gate, verdict, code, decided_by, detail, n)
			ORDER BY x.n DESC LIMIT 1) e
		WHERE t.account_id = asker.account_id AND t.user_id = asker.user_id;
		INSERT INTO explained
		SELECT asker.account_id || '/' || asker.user_id, 0, 0, count(w.workflow_id), 0, 0, count(*) FILTER (WHERE t.actions IS DISTINCT FROM w.actions)
		FROM (SELECT workflow_id, array_agg(action ORDER BY action) AS actions FROM truth
				WHERE account_id = asker.account_id AND user_id = asker.user_id AND allowed GROUP BY workflow_id) t
			FULL JOIN (SELECT c.workflow_id, (SELECT array_agg(a ORDER BY a) FROM unnest(c.actions) AS a) AS actions
				FROM workflow_perms.what_can() c WHERE c.workflow_id !~ '^flow-[0-9]+$') w USING (workflow_id);
		FOR asked_of IN SELECT DISTINCT action, workflow_id FROM truth WHERE account_id = asker.account_id AND asker.user_id IS NOT NULL LOOP
			BEGIN
				listed := ARRAY(SELECT user_id FROM workflow_perms.who_can(asked_of.action, asked_of.workflow_id));
				INSERT INTO explained VALUES (asker.account_id || '/' || asker.user_id, 0, 0, 0, 1, 0,
					(listed IS DISTINCT FROM ARRAY(SELECT user_id FROM truth WHERE account_id = asker.account_id
						AND action = asked_of.action AND workflow_id = asked_of.workflow_id AND allowed ORDER BY user_id COLLATE "C"))::int);
			EXCEPTION WHEN insufficient_privilege THEN
				INSERT INTO explained VALUES (asker.account_id || '/' || asker.user_id, 0, 0, 0, 0, 1, 0);
			END;
		END LOOP;
		FOR asked_of IN SELECT * FROM others o WHERE o.account_id = asker.account_id LOOP
			EXECUTE 'SELECT ' || asked_of.answer INTO answer;
			INSERT INTO explained_others SELECT asker.account_id || '/' || coalesce(asker.user_id, '(anonymous)'), asked_of.action, answer, e.verdict, e.code
				FROM workflow_perms.explain_access(asked_of.action, asked_of.object) WITH ORDINALITY AS e (gate, verdict, code, decided_by, detail, n)
				ORDER BY e.n DESC LIMIT 1;
		END LOOP;
		-- The end of the transaction clears the principal.
		COMMIT;
	END LOOP;
END
$$;

TABLE answers;
TABLE sets;
SELECT who, sum(explained) AS explained, sum(allowed) AS allowed, sum(can) AS what_can, sum(listed) AS who_can, sum(refused) AS refused,
	sum(differ) AS differ FROM explained WHERE who IS NOT NULL GROUP BY who ORDER BY who COLLATE "C";
SELECT action, count(*) AS explained, count(*) FILTER (WHERE allowed) AS allowed, count(*) FILTER (WHERE explained IS DISTINCT FROM allowed) AS differ
	FROM explained_others GROUP BY action ORDER BY action COLLATE "C";

DO $$
DECLARE
	wrong record;
BEGIN
	SELECT * INTO wrong FROM explained_others WHERE explained IS DISTINCT FROM allowed OR (code IS NULL) IS DISTINCT FROM allowed LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'explain_access says otherwise than the function of action % for %', wrong.action, wrong.who;
	END IF;
	IF EXISTS (SELECT FROM others o GROUP BY action HAVING NOT EXISTS (SELECT FROM explained_others e WHERE e.action = o.action AND allowed)
			OR NOT EXISTS (SELECT FROM explained_others e WHERE e.action = o.action AND NOT allowed))
		OR (SELECT count(DISTINCT action) FROM others) <> 9 THEN
		RAISE EXCEPTION 'the demo has too little history for this to prove anything';
	END IF;
	SELECT * INTO wrong FROM answers WHERE differ > 0 ORDER BY who LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION '% workflow(s) on which the forms disagree for %, such as %', wrong.differ, wrong.who, wrong.example;
	END IF;
	SELECT * INTO wrong FROM sets WHERE differ > 0 ORDER BY who LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION '% workflow(s) on which a set and its filter disagree for %, such as %', wrong.differ, wrong.who, wrong.example;
	END IF;
	SELECT * INTO wrong FROM explained WHERE differ > 0 ORDER BY who LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION '% answer(s) for % that are not what can_… says', wrong.differ, wrong.who;
	END IF;
	IF (SELECT sum(explained) FROM explained) < 100 OR (SELECT sum(allowed) FROM explained) < 50 OR (SELECT sum(can) FROM explained) < 20
		OR (SELECT sum(listed) FROM explained) < 20 OR (SELECT sum(refused) FROM explained) < 20 THEN
		RAISE EXCEPTION 'the demo answers too little for this to prove anything';
	END IF;
	IF (SELECT count(DISTINCT runnable) FROM sets) < 4 OR NOT EXISTS (SELECT FROM sets WHERE runnable > visible)
		OR NOT EXISTS (SELECT FROM sets WHERE runnable < visible) THEN
		RAISE EXCEPTION 'the demo runs too little for this to prove anything';
	END IF;
	IF (SELECT count(DISTINCT shown) FROM answers) < 8 OR NOT EXISTS (SELECT FROM answers WHERE shown > 10000) THEN
		RAISE EXCEPTION 'the demo shows too little for this to prove anything';
	END IF;
	IF EXISTS (SELECT FROM answers WHERE shown > 0 AND who IN ('(nobody)', 'integrations/(anonymous)', 'integrations/gone')) THEN
		RAISE EXCEPTION 'somebody sees workflows who must see none';
	END IF;
END
$$;

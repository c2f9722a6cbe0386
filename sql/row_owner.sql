-- owner_id, the last argument of the column form (spec 6.2): the user who owns a row of an
-- application's table, as an owner row of workflow_members would say.
\set VERBOSITY terse
\set SHOW_CONTEXT never
SET search_path = workflow_perms, public;
SELECT create_account('own', 'boss');
INSERT INTO users (account_id, user_id, kind, account_role) VALUES ('own', 'ann', 'member', 'member'), ('own', 'guest', 'member', 'guest'),
	('own', 'view', 'member', 'viewer'), ('own', 'bot', 'service', NULL), ('own', '11', 'member', 'member'),
	('own', '00000000-0000-4000-8000-00000000000b', 'member', 'member');
INSERT INTO users (account_id, user_id, kind, metadata) VALUES ('own', 'customer', 'connected', '{}');
INSERT INTO users (account_id, user_id, kind, account_role, active) VALUES ('own', 'gone', 'member', 'member', false);
INSERT INTO workspaces (account_id, workspace_id, kind) VALUES ('own', 'open', 'open'), ('own', 'closed', 'closed'), ('own', 'in', 'closed'), ('own', 'project', 'project'), ('own', 'app', 'app');
INSERT INTO workspace_members (account_id, workspace_id, user_id) SELECT 'own', 'in', user_id FROM users WHERE account_id = 'own' AND kind <> 'connected';
-- For each user, workspace and visibility a row that the user owns by the argument, and a workflow of the model that the user
-- owns by a member row: whatever is asked, the verdict is the same. A row without a key cannot be run: its rules are unknown.
CREATE TABLE public.owned (id text, place text, shown workflow_visibility, state workflow_status, who text);
INSERT INTO owned SELECT u.user_id || ' ' || w.workspace_id || ' ' || v, w.workspace_id, v, s, u.user_id
	FROM users u, workspaces w, unnest(enum_range(NULL::workflow_visibility)) v, unnest('{live,draft}'::workflow_status[]) s
	WHERE u.account_id = 'own' AND w.account_id = 'own';
UPDATE owned SET id = id || ' ' || state;
INSERT INTO workflows (account_id, workflow_id, workspace_id, visibility, status) SELECT 'own', id, place, shown, state FROM owned;
INSERT INTO workflow_members (account_id, workflow_id, user_id, is_owner) SELECT 'own', id, who, true FROM owned WHERE who <> 'customer';

CREATE TEMP TABLE verdicts (who text, action text, kind workspace_kind, verdict text, by_row text, by_value boolean, by_form boolean);
CREATE PROCEDURE pg_temp.ask(who text) LANGUAGE plpgsql AS $$
DECLARE
	action text;
	p workflow_perms.principal := workflow_perms.principal('own', who);
BEGIN
	PERFORM workflow_perms.set_principal('own', who);
	FOREACH action IN ARRAY ARRAY['view', 'view_draft', 'edit', 'operate', 'publish', 'delete', 'manage_members', 'enable', 'run'] LOOP
		EXECUTE format('INSERT INTO verdicts SELECT o.who, %1$L, (SELECT kind FROM workspaces w WHERE w.account_id = ''own'' AND w.workspace_id = o.place),
				workflow_verdict(%1$L, ''own'', o.id, o.place, o.shown, o.state, NULL, false),
				workflow_verdict(%1$L, ''own'', %3$L, o.place, o.shown, o.state, NULL, false, o.who),
				can_%1$s($1, ''own'', %3$L, o.place, o.shown, o.state, NULL, false, o.who), can_%1$s(''own'', %3$L, o.place, o.shown, o.state, NULL, false, o.who)
			FROM owned o WHERE o.who = %2$L', action, who, CASE action WHEN 'run' THEN 'nothing refers to this' END) USING p;
	END LOOP;
END
$$;
SET workflow_perms.allow_principal_change = on;
DO $$
DECLARE
	who text;
BEGIN
	FOR who IN SELECT user_id FROM workflow_perms.users WHERE account_id = 'own' ORDER BY 1 LOOP
		CALL pg_temp.ask(who);
	END LOOP;
END
$$;
SELECT count(*) AS verdicts, count(*) FILTER (WHERE verdict <> by_row) AS other_by_row, count(*) FILTER (WHERE (by_row = 'allowed') <> by_value OR by_value <> by_form) AS other_forms FROM verdicts;
SELECT who, string_agg(DISTINCT action, ' ' ORDER BY action) AS allowed_where_access_goes_by_membership FROM verdicts WHERE by_row = 'allowed' AND kind IN ('open', 'closed') GROUP BY who ORDER BY who;
-- No owner, somebody else, a NULL, another account: nothing; nor does a member row count for a row without a key.
BEGIN;
SELECT set_principal('own', 'ann');
SELECT can_view('own', NULL, 'open', 'private', 'draft', NULL, false) AS left_out, can_view('own', NULL, 'open', 'private', 'draft', NULL, false, NULL) AS no_owner,
	can_view('own', NULL, 'open', 'private', 'draft', NULL, false, 'guest') AS another, can_view('other', NULL, 'open', 'private', 'draft', NULL, false, 'ann') AS other_account,
	can_view('own', NULL, 'open', 'private', 'draft', NULL, false, 'ann') AS own, can_view('own', id, 'open', 'private', 'draft', NULL, false) AS by_member_row
	FROM owned WHERE who = 'ann' AND place = 'open' AND shown = 'private' AND state = 'draft';
SELECT workflow_verdict('run', 'own', NULL, 'in', 'main', 'live', NULL, false, 'ann') AS run_without_a_key;
-- A column owner_id of a row is not read by its name.
SELECT can_view(r) FROM (SELECT 'own' AS account_id, NULL::text AS workflow_id, 'open' AS workspace_id, 'private' AS visibility, 'draft' AS status,
	NULL::metadata_condition AS condition, false AS hidden, 'ann' AS owner_id) r;
COMMIT;

-- Lists, by owner columns of each type: equal to the checks row by row under every forced plan, and found by the owner's index alone.
CREATE TABLE public.of_owners (account_id text, place text, shown workflow_visibility, t text, v varchar(50), u uuid, b bigint, i int, n int);
INSERT INTO of_owners SELECT 'own', CASE n % 7 WHEN 0 THEN 'open' WHEN 1 THEN 'closed' ELSE 'in' END, CASE n % 3 WHEN 0 THEN 'main' ELSE 'private' END::workflow_visibility,
	o, o, CASE WHEN o ~ '-' THEN o::uuid END, CASE WHEN o ~ '^\d+$' THEN o::bigint END, CASE WHEN o ~ '^\d+$' THEN o::int END, n
	FROM (SELECT n, CASE n % 1000 WHEN 0 THEN 'ann' WHEN 1 THEN '11' WHEN 2 THEN '00000000-0000-4000-8000-00000000000b' WHEN 3 THEN 'customer' ELSE 'user ' || n % 500 END AS o
		FROM generate_series(1, 8000) n) x;
CREATE INDEX ON of_owners (t);
CREATE INDEX ON of_owners (v);
CREATE INDEX ON of_owners (u);
CREATE INDEX ON of_owners (b);
CREATE INDEX ON of_owners (i);
CREATE INDEX ON of_owners (place);
ANALYZE of_owners;
CREATE TEMP TABLE lists (who text, by text, action text, setting text, listed bigint, same boolean);
CREATE FUNCTION pg_temp.plan_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	line text;
	plan text := '';
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
		plan := plan || line || E'\n';
	END LOOP;
	RETURN plan;
END
$$;
DO $$
DECLARE
	who text;
	by_column text;
	action text;
	setting text;
	listed int[];
	checked int[];
BEGIN
	FOREACH who IN ARRAY ARRAY['ann', '11', '00000000-0000-4000-8000-00000000000b', 'customer', 'bot'] LOOP
		PERFORM workflow_perms.set_principal('own', who);
		FOREACH by_column IN ARRAY ARRAY['t', 'v', 'u', 'b', 'i'] LOOP
			FOREACH action IN ARRAY ARRAY['view', 'edit', 'enable'] LOOP
				EXECUTE format('SELECT array_agg(n ORDER BY n) FROM of_owners WHERE workflow_perms.workflow_verdict(%L, account_id, NULL, place, shown, ''live'', NULL, false, %I::text) = ''allowed''',
					action, by_column) INTO checked;
				FOREACH setting IN ARRAY ARRAY['enable_seqscan', 'enable_bitmapscan', 'enable_indexscan', 'none'] LOOP
					IF setting <> 'none' THEN
						PERFORM set_config(setting, 'off', true);
					END IF;
					EXECUTE format('SELECT array_agg(n ORDER BY n) FROM of_owners WHERE account_id = workflow_perms.principal_account() AND workflow_perms.can_%s(account_id, NULL, place, shown, ''live'', NULL, false, %I::text)',
						action, by_column) INTO listed;
					INSERT INTO lists VALUES (who, by_column, action, setting, cardinality(listed), listed IS NOT DISTINCT FROM checked);
					EXECUTE format('SELECT array_agg(n ORDER BY n) FROM of_owners WHERE workflow_perms.can_%s($1, account_id, NULL, place, shown, ''live'', NULL, false, %I::text)',
						action, by_column) INTO listed USING workflow_perms.principal('own', who);
					INSERT INTO lists VALUES (who, by_column, action, setting, cardinality(listed), listed IS NOT DISTINCT FROM checked);
					PERFORM set_config('enable_seqscan', 'on', true), set_config('enable_bitmapscan', 'on', true), set_config('enable_indexscan', 'on', true);
				END LOOP;
			END LOOP;
		END LOOP;
	END LOOP;
END
$$;
SELECT count(*) AS lists, count(*) FILTER (WHERE NOT same) AS differ FROM lists;
SELECT who, by, max(listed) FILTER (WHERE action = 'view') AS viewed, max(listed) FILTER (WHERE action = 'edit') AS edited FROM lists WHERE by IN ('t', 'u', 'b') GROUP BY who, by ORDER BY who, by;
-- Editing takes the owner's index, in the type of the column.
BEGIN;
SELECT set_principal('own', '11');
SELECT c AS owner, string_agg(trim(l), ', ' ORDER BY trim(l) COLLATE "C") AS found_by FROM unnest('{t,v,u,b,i}'::text[]) c,
	LATERAL regexp_split_to_table(pg_temp.plan_of(format('SELECT FROM of_owners WHERE account_id = principal_account() AND can_edit(account_id, NULL, place, shown, ''live'', NULL, false, %I::text)', c)), E'\n') l
	WHERE l ~ 'Index Cond: .*_team_user|Seq Scan' GROUP BY c ORDER BY c;
COMMIT;
RESET workflow_perms.allow_principal_change;
DROP TABLE owned, of_owners;
DELETE FROM accounts WHERE account_id = 'own';

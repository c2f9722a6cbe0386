-- However a principal is read, it is the same one: as a whole, for one workflow, together with
-- everybody of the account, by the indexes or, where one is missing, by queries. And what a
-- transaction has written itself counts from its next statement on, and no longer once it is undone.
\set VERBOSITY terse
SELECT workflow_perms.create_account('lp', 'boss');
UPDATE workflow_perms.accounts SET guests_see_open_main = false WHERE account_id = 'lp';
SET search_path = workflow_perms, public;
INSERT INTO users (account_id, user_id, kind, account_role, metadata, active)
	SELECT 'lp', 'u' || i, (ARRAY['member', 'connected', 'service', 'member', 'member'])[1 + i % 5]::user_kind,
		CASE i % 5 WHEN 1 THEN NULL WHEN 2 THEN NULL WHEN 3 THEN 'guest' WHEN 4 THEN 'viewer' ELSE 'member' END::account_role,
		jsonb_build_object('plan', CASE i % 2 WHEN 0 THEN 'pro' ELSE 'free' END), i <> 15
	FROM generate_series(0, 19) i;
INSERT INTO roles SELECT 'lp', 'r' || i FROM generate_series(1, 4) i;
INSERT INTO role_includes VALUES ('lp', 'r1', 'r2'), ('lp', 'r2', 'r3');
INSERT INTO role_capabilities VALUES ('lp', 'r3', 'workflows.view'), ('lp', 'r1', 'workflows.modify'), ('lp', 'r4', 'workflows.deploy'), ('lp', 'r4', 'workflows.view');
INSERT INTO workspaces SELECT 'lp', 's' || i, (ARRAY['open', 'closed', 'project', 'app'])[1 + i % 4]::workspace_kind FROM generate_series(0, 5) i;
INSERT INTO role_grants (account_id, user_id, role, workspace_id, expires_at)
	SELECT 'lp', 'u' || u, 'r' || 1 + u % 4, CASE u % 3 WHEN 0 THEN NULL ELSE 's' || s END, CASE WHEN u = 6 THEN now() END
	FROM generate_series(0, 13) u, generate_series(0, 5) s WHERE (u + s) % 3 = 0 ON CONFLICT DO NOTHING;
INSERT INTO workspace_members (account_id, workspace_id, user_id, expires_at)
	SELECT 'lp', 's' || s, 'u' || u, CASE WHEN u = 3 THEN '-infinity'::timestamptz WHEN u = 4 THEN 'infinity' END
	FROM generate_series(0, 5) s, generate_series(0, 19) u WHERE u % 5 <> 1 AND (u + 2 * s) % 4 = 0;
INSERT INTO workspace_members (account_id, workspace_id, role) VALUES ('lp', 's1', 'r3'), ('lp', 's5', 'r4'), ('lp', 's0', 'r2');
INSERT INTO workflows (account_id, workflow_id, workspace_id, visibility, status, condition)
	SELECT 'lp', 'w' || i, 's' || i % 6, CASE i % 3 WHEN 0 THEN 'private' ELSE 'main' END::workflow_visibility,
		CASE i % 7 WHEN 3 THEN 'draft' ELSE 'live' END::workflow_status, CASE i % 4 WHEN 2 THEN '{"plan": "pro"}' END::metadata_condition
	FROM generate_series(0, 17) i;
INSERT INTO workflow_members (account_id, workflow_id, user_id) SELECT 'lp', workflow_id, 'boss' FROM workflows WHERE account_id = 'lp';
INSERT INTO workflow_members (account_id, workflow_id, user_id, expires_at)
	SELECT 'lp', 'w' || w, 'u' || u, CASE WHEN w = 5 THEN now() END FROM generate_series(0, 17) w, generate_series(0, 19) u WHERE u % 5 <> 1 AND (2 * u + w) % 5 = 0;
INSERT INTO workflow_members (account_id, workflow_id, role) SELECT 'lp', 'w' || w, 'r' || 1 + w % 4 FROM generate_series(0, 17) w WHERE w % 2 = 1;
UPDATE workflow_members SET is_owner = true WHERE account_id = 'lp' AND (user_id = 'boss' OR user_id IN ('u0', 'u5', 'u8'));
INSERT INTO workflow_steps SELECT 'lp', 'w' || w, 'step', 's' || (w + 1) % 6, NULL, NULL, 'read' FROM generate_series(0, 17) w WHERE w % 2 = 0;
INSERT INTO execution_rules (account_id, workflow_id, user_id, effect)
	SELECT 'lp', 'w' || w, 'u' || u, CASE (u + w) % 2 WHEN 0 THEN 'grant' ELSE 'deny' END::execution_effect FROM generate_series(0, 17) w, generate_series(0, 19) u WHERE (u + w) % 11 = 0;
INSERT INTO execution_rules (account_id, workflow_id, role, effect, expires_at)
	SELECT 'lp', 'w' || w, 'r' || 1 + w % 4, CASE w % 3 WHEN 0 THEN 'grant' ELSE 'deny' END::execution_effect, CASE WHEN w = 7 THEN now() END FROM generate_series(0, 17) w WHERE w % 2 = 0;
INSERT INTO execution_rules (account_id, workflow_id, user_id, role, effect) VALUES
	('lp', NULL, 'u2', NULL, 'deny'), ('lp', NULL, NULL, 'r3', 'grant'), ('lp', NULL, NULL, 'r4', 'deny'),
	('lp', NULL, NULL, 'AuthenticatedUser', 'deny'), ('lp', 'w3', NULL, 'AuthenticatedUser', 'grant');
INSERT INTO enablements (account_id, workflow_id, user_id, enabled)
	SELECT 'lp', w.workflow_id, u.user_id, true FROM workflows w, users u, principal('lp', u.user_id) p
	WHERE w.account_id = 'lp' AND u.account_id = 'lp' AND u.kind = 'connected' AND can_enable(p, w) AND (length(w.workflow_id) + right(u.user_id, 1)::int) % 2 = 0;
RESET search_path;

-- What is true of whole principals.
CREATE TEMP TABLE lp_truth AS
	SELECT u.user_id, w.workflow_id, a.action, a.allowed
	FROM workflow_perms.users u, workflow_perms.principal(u.account_id, u.user_id) p, workflow_perms.workflows w,
		LATERAL (VALUES ('view', workflow_perms.can_view(p, w)), ('view_draft', workflow_perms.can_view_draft(p, w)),
			('edit', workflow_perms.can_edit(p, w)), ('operate', workflow_perms.can_operate(p, w)), ('publish', workflow_perms.can_publish(p, w)), ('delete', workflow_perms.can_delete(p, w)),
			('manage_members', workflow_perms.can_manage_members(p, w)), ('enable', workflow_perms.can_enable(p, w)), ('run', workflow_perms.can_run(p, w))) a (action, allowed)
	WHERE u.account_id = 'lp' AND w.account_id = 'lp';
SELECT action, count(*), count(*) FILTER (WHERE allowed) BETWEEN 1 AND count(*) - 1 AS both FROM lp_truth GROUP BY 1 ORDER BY action COLLATE "C";

-- For one workflow: every check is the first one after a write of the transaction's own. Then many
-- under one snapshot, where the principal comes to be loaded as a whole. By the id, the row, and
-- the columns.
CREATE TEMP TABLE lp_told (way text, user_id text, workflow_id text, action text, allowed boolean);
DO $$
DECLARE
	asker text;
	q record;
	yes boolean;
BEGIN
	FOR asker IN SELECT DISTINCT user_id FROM lp_truth LOOP
		PERFORM workflow_perms.set_principal('lp', asker);
		FOR q IN SELECT DISTINCT action, workflow_id FROM lp_truth LOOP
			EXECUTE format('SELECT workflow_perms.can_%s(%L)', q.action, q.workflow_id) INTO yes;
			INSERT INTO lp_told VALUES ('one by id', asker, q.workflow_id, q.action, yes);
			IF q.action IN ('view', 'run', 'edit') THEN
				EXECUTE format('SELECT workflow_perms.can_%s(w) FROM workflow_perms.workflows w WHERE account_id = ''lp'' AND workflow_id = %L', q.action, q.workflow_id) INTO yes;
				INSERT INTO lp_told VALUES ('one by row', asker, q.workflow_id, q.action, yes);
			END IF;
		END LOOP;
		FOR q IN SELECT DISTINCT action FROM lp_truth LOOP
			EXECUTE format('INSERT INTO lp_told SELECT ''many by id'', %L, workflow_id, %L, workflow_perms.can_%s(workflow_id) FROM workflow_perms.workflows WHERE account_id = ''lp''', asker, q.action, q.action);
			EXECUTE format('INSERT INTO lp_told SELECT ''many by row'', %L, workflow_id, %L, workflow_perms.can_%s(w) FROM workflow_perms.workflows w WHERE account_id = ''lp'' OFFSET 0', asker, q.action, q.action);
		END LOOP;
		COMMIT;
	END LOOP;
	PERFORM workflow_perms.set_principal('lp', 'boss');
	FOR q IN SELECT DISTINCT action, workflow_id FROM lp_truth t JOIN lp_truth s USING (workflow_id, action) WHERE s.user_id = 'boss' LOOP
		IF workflow_perms.can_view(q.workflow_id) THEN
			INSERT INTO lp_told SELECT 'everybody', u.user_id, q.workflow_id, q.action, w.user_id IS NOT NULL
				FROM workflow_perms.users u LEFT JOIN workflow_perms.who_can(q.action, q.workflow_id) w USING (user_id) WHERE u.account_id = 'lp';
		END IF;
	END LOOP;
END
$$;
SELECT d.way, count(*) > 150 AS asked, count(*) FILTER (WHERE d.allowed IS DISTINCT FROM t.allowed) AS wrong
	FROM lp_told d JOIN lp_truth t USING (user_id, workflow_id, action) GROUP BY 1 ORDER BY d.way COLLATE "C";

-- Everybody's reasons are those of each: explain_access() loads one, as a whole.
BEGIN;
SELECT FROM workflow_perms.set_principal('lp', 'boss');
SELECT count(*) > 50 AS asked, count(*) FILTER (WHERE NOT EXISTS (SELECT FROM workflow_perms.explain_access(a.action, a.workflow_id, w.user_id) x WHERE x.decided_by = w.reason)) AS wrong
	FROM (SELECT DISTINCT action, workflow_id FROM lp_truth t WHERE action IN ('view', 'edit', 'run') AND workflow_perms.can_manage_members(workflow_id)) a,
		LATERAL workflow_perms.who_can(a.action, a.workflow_id) w WHERE w.reason IS NOT NULL;
ROLLBACK;

-- Rows that are gone but still in the indexes, among those of everybody.
BEGIN;
INSERT INTO workflow_perms.users (account_id, user_id, kind) SELECT 'lp', 'x' || i, 'connected' FROM generate_series(1, 600) i;
INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled) SELECT 'lp', 'w4', 'x' || i, false FROM generate_series(1, 600) i;
INSERT INTO workflow_perms.role_grants (account_id, user_id, role) SELECT 'lp', 'x' || i, 'r1' FROM generate_series(1, 600) i;
COMMIT;
DELETE FROM workflow_perms.users WHERE account_id = 'lp' AND user_id ~ '^x.*[^7]$';
BEGIN;
SELECT FROM workflow_perms.set_principal('lp', 'boss');
SELECT count(*) FILTER (WHERE user_id ~ '^x') AS left FROM workflow_perms.who_can('view', 'w4');
SELECT count(*) FILTER (WHERE user_id ~ '^x') AS left FROM workflow_perms.who_can('enable', 'w4');
ROLLBACK;
DELETE FROM workflow_perms.users WHERE account_id = 'lp' AND user_id ~ '^x';

-- Of an account's many workspaces a list loads those that somebody reaches, and looks up where a
-- workflow lies that they are invited to: a few of those, and more than are looked up one by one.
DO $$ BEGIN PERFORM workflow_perms.create_account('lpm', 'boss'); UPDATE workflow_perms.accounts SET guests_see_open_main = false WHERE account_id = 'lpm'; END $$;
SET search_path = workflow_perms, public;
INSERT INTO users (account_id, user_id, kind, account_role) VALUES ('lpm', 'few', 'member', 'guest'), ('lpm', 'more', 'member', 'guest'),
	('lpm', 'open', 'member', 'viewer'), ('lpm', 'bot', 'service', NULL), ('lpm', 'dev', 'member', 'guest'), ('lpm', 'lead', 'service', NULL), ('lpm', 'outside', 'connected', NULL);
INSERT INTO workspaces SELECT 'lpm', 's' || i, (ARRAY['closed', 'closed', 'open', 'closed', 'project', 'app'])[1 + i % 6]::workspace_kind FROM generate_series(1, 480) i;
INSERT INTO workspace_members (account_id, workspace_id, user_id) SELECT 'lpm', 's' || s, u FROM unnest('{1,7,2}'::int[]) s, unnest('{few,bot,open}'::text[]) u;
INSERT INTO workspace_members (account_id, workspace_id, user_id) SELECT 'lpm', 's' || s, 'more' FROM generate_series(1, 480) s WHERE s % 6 IN (1, 3) AND s % 4 = 1;
INSERT INTO role_grants (account_id, user_id, role, workspace_id) VALUES ('lpm', 'dev', 'Member', 's4'), ('lpm', 'dev', 'Member', 's10'), ('lpm', 'lead', 'Member', NULL);
INSERT INTO workflows (account_id, workflow_id, workspace_id, visibility, status)
	SELECT 'lpm', 'w' || i, 's' || 1 + i % 480, CASE i % 3 WHEN 0 THEN 'private' ELSE 'main' END::workflow_visibility, CASE i % 7 WHEN 0 THEN 'draft' ELSE 'live' END::workflow_status
	FROM generate_series(1, 960) i;
INSERT INTO workflow_members (account_id, workflow_id, user_id, is_owner)
	SELECT 'lpm', 'w' || i, u, i % 2 = 0 FROM generate_series(1, 960) i, unnest('{boss,more}'::text[]) u WHERE u = 'boss' OR i <= 320
	UNION ALL SELECT 'lpm', 'w' || i, u, i % 3 = 1 FROM generate_series(11, 40) i, unnest('{few,bot,dev}'::text[]) u;
INSERT INTO workflow_members (account_id, workflow_id, role) VALUES ('lpm', 'w3', 'Member'), ('lpm', 'w9', 'Member'), ('lpm', 'w8', 'Member');
INSERT INTO workflow_steps SELECT 'lpm', 'w' || i, 'step', 's' || 1 + (i + 5 * (i % 2)) % 480, NULL, NULL, 'read' FROM generate_series(1, 330) i WHERE i % 5 > 0;
INSERT INTO execution_rules (account_id, workflow_id, user_id, effect) SELECT 'lpm', 'w' || i, u, 'grant' FROM generate_series(100, 140) i, unnest('{few,dev}'::text[]) u;
RESET search_path;
ANALYZE workflow_perms.workspaces;
CREATE TEMP TABLE lpm_told (who text, way text, ids text);
DO $$
DECLARE
	asker text;
	q text;
BEGIN
	FOREACH asker IN ARRAY '{few,more,open,bot,dev,lead,outside}'::text[] LOOP
		FOREACH q IN ARRAY '{view,edit,run}'::text[] LOOP
			FOR way IN 1..4 LOOP
				PERFORM workflow_perms.set_principal('lpm', asker);
				EXECUTE format('INSERT INTO lpm_told SELECT %1$L, %2$L, string_agg(workflow_id, '' '' ORDER BY workflow_id) FROM (%3$s) AS w', asker, q,
					CASE way WHEN 1 THEN format('SELECT workflow_id FROM workflow_perms.workflows w WHERE account_id = ''lpm'' AND workflow_perms.can_%s(w)', q)
						WHEN 2 THEN format('SELECT workflow_id FROM workflow_perms.workflows w WHERE account_id = ''lpm'' AND workflow_perms.workflow_verdict(%L, account_id, workflow_id, workspace_id, visibility, status, condition, hidden) = ''allowed''', q)
						WHEN 3 THEN format('SELECT workflow_id FROM workflow_perms.workflows w, workflow_perms.principal(''lpm'', %L) p WHERE account_id = ''lpm'' AND workflow_perms.can_%s(p, w)', asker, q)
						ELSE format('SELECT workflow_id FROM workflow_perms.what_can() WHERE %L = ANY (actions)', q) END);
				COMMIT;
			END LOOP;
		END LOOP;
		PERFORM workflow_perms.set_principal('lpm', asker);
		INSERT INTO lpm_told SELECT asker, 'view', string_agg(workflow_id, ' ' ORDER BY workflow_id) FROM workflow_perms.visible_workflows('workflow_id desc', 1000);
		COMMIT;
	END LOOP;
END
$$;
SELECT who, way, count(*) AS ways, count(DISTINCT coalesce(ids, '')) AS answers, max(cardinality(string_to_array(ids, ' '))) AS allowed FROM lpm_told GROUP BY 1, 2 ORDER BY who COLLATE "C", way COLLATE "C";
DROP TABLE lpm_told;
DO $$ BEGIN DELETE FROM workflow_perms.accounts WHERE account_id = 'lpm'; END $$;

-- By queries where an index is missing, or the rows are not the table's own.
CREATE FUNCTION pg_temp.everybody() RETURNS text LANGUAGE sql AS
	$$SELECT md5(string_agg(workflow_perms.principal(account_id, user_id)::text, ' ' ORDER BY user_id)) FROM workflow_perms.users WHERE account_id = 'lp'$$;
CREATE FUNCTION pg_temp.allowed(action text) RETURNS text LANGUAGE sql AS
	$$SELECT md5(string_agg(workflow_id || w::text, ' ' ORDER BY workflow_id, w::text)) FROM workflow_perms.workflows f, LATERAL workflow_perms.who_can(action, workflow_id) w WHERE account_id = 'lp' AND workflow_perms.can_manage_members(workflow_id)$$;
BEGIN;
SELECT FROM workflow_perms.set_principal('lp', 'boss');
SELECT pg_temp.everybody() AS everybody, pg_temp.allowed('run') AS run, pg_temp.allowed('edit') AS edit \gset
SET LOCAL client_min_messages = warning;
DO $$
DECLARE
	i record;
BEGIN
	FOR i IN SELECT c.conname, c.conrelid::regclass AS relation FROM pg_constraint c
		WHERE c.connamespace = 'workflow_perms'::regnamespace AND c.contype IN ('p', 'u') LOOP
		EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I CASCADE', i.relation, i.conname);
	END LOOP;
	FOR i IN SELECT indexrelid::regclass AS name FROM pg_index JOIN pg_class ON oid = indrelid WHERE relnamespace = 'workflow_perms'::regnamespace LOOP
		EXECUTE format('DROP INDEX %s', i.name);
	END LOOP;
END
$$;
SELECT pg_temp.everybody() = :'everybody' AS everybody, pg_temp.allowed('run') = :'run' AS run, pg_temp.allowed('edit') = :'edit' AS edit;
SELECT workflow_perms.can_view('w1'), workflow_perms.can_view('nowhere');
-- An index that lies in another order, or holds less, is none.
CREATE INDEX ON workflow_perms.users (account_id, user_id DESC);
CREATE INDEX ON workflow_perms.workflow_members (account_id, workflow_id, user_id) WHERE user_id IS NOT NULL;
CREATE INDEX ON workflow_perms.workflow_members (account_id, user_id) WHERE is_owner;
CREATE INDEX ON workflow_perms.workspace_members USING hash (account_id);
CREATE INDEX ON workflow_perms.execution_rules (account_id, (lower(workflow_id)), user_id);
CREATE INDEX ON workflow_perms.workspaces (account_id COLLATE "POSIX", workspace_id);
SELECT pg_temp.everybody() = :'everybody' AS everybody, pg_temp.allowed('run') = :'run' AS run, pg_temp.allowed('edit') = :'edit' AS edit;
ROLLBACK;
BEGIN;
CREATE TABLE public.more_members () INHERITS (workflow_perms.workflow_members);
INSERT INTO public.more_members (account_id, workflow_id, user_id) VALUES ('lp', 'w0', 'u9');
SELECT workflow_perms.can_view(workflow_perms.principal('lp', 'u9'), w) AS inherited FROM workflow_perms.workflows w WHERE account_id = 'lp' AND workflow_id = 'w0';
ROLLBACK;
SELECT workflow_perms.can_view(workflow_perms.principal('lp', 'u9'), w) AS inherited FROM workflow_perms.workflows w WHERE account_id = 'lp' AND workflow_id = 'w0';

-- What the transaction has written: seen by the next statement, not by later rows of the same one;
-- gone with its savepoint; under REPEATABLE READ as well; also where triggers did not fire, and by COPY.
\pset tuples_only on
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status) VALUES ('lp', 'p1', 's1', 'private', 'live'), ('lp', 'p2', 's1', 'private', 'live');
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT FROM workflow_perms.set_principal('lp', 'u9');
SELECT 'before', workflow_perms.can_view('p1'), workflow_perms.can_view('p2');
WITH i AS (INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id) VALUES ('lp', 'p1', 'u9') RETURNING workflow_id)
	SELECT 'in the statement', workflow_perms.can_view(workflow_id) FROM i;
SELECT 'in the next', workflow_perms.can_view('p1'), workflow_perms.can_view('p2');
SAVEPOINT s;
SET LOCAL session_replication_role = replica;
COPY workflow_perms.workflow_members (account_id, workflow_id, user_id) FROM stdin;
lp	p2	u9
\.
SELECT 'copied', workflow_perms.can_view('p1'), workflow_perms.can_view('p2');
ROLLBACK TO s;
SELECT 'rolled back', workflow_perms.can_view('p1'), workflow_perms.can_view('p2');
UPDATE workflow_perms.workflow_members SET expires_at = now() WHERE account_id = 'lp' AND workflow_id = 'p1';
SELECT 'expired', workflow_perms.can_view('p1'), workflow_perms.can_view('p2');
ROLLBACK;
BEGIN;
SELECT FROM workflow_perms.set_principal('lp', 'u9');
SELECT 'after all', workflow_perms.can_view('p1'), workflow_perms.can_view('p2');
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id) VALUES ('lp', 'p1', 'u9');
SELECT 'again', workflow_perms.can_view('p1');
DELETE FROM workflow_perms.workflow_members WHERE account_id = 'lp' AND workflow_id = 'p1';
SELECT 'deleted', workflow_perms.can_view('p1');
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id) VALUES ('lp', 'p1', 'u9');
UPDATE workflow_perms.users SET active = false WHERE account_id = 'lp' AND user_id = 'u9';
SELECT 'inactive', workflow_perms.can_view('p1');
ROLLBACK;
\pset tuples_only off
DROP TABLE lp_truth, lp_told;
DO $$ BEGIN DELETE FROM workflow_perms.accounts WHERE account_id = 'lp'; END $$;

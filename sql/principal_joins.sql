-- Many principals in one statement: principal() in a join, and decisions for another
-- principal in each row. A call remembers the users that it has loaded and the values
-- that it has read, several hundred of them: never those of another user or account, nor
-- what has changed since.
SET client_min_messages = warning;
SET jit = off;
SET max_parallel_workers_per_gather = 0;
\getenv abs_srcdir PG_ABS_SRCDIR
\set model_made :abs_srcdir '/test/model_made.sql'
\i :model_made
CREATE SCHEMA joins;
SELECT workflow_perms.create_account(a, 'boss') FROM unnest('{ja,jb}'::text[]) AS a;
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role)
	SELECT a, 'u' || i, 'member', 'guest' FROM unnest('{ja,jb}'::text[]) AS a, generate_series(1, 300) AS i;
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) SELECT a, 's' || i, 'closed' FROM unnest('{ja,jb}'::text[]) AS a, generate_series(0, 6) AS i;
-- Of the same name in both accounts, with other rights.
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id)
	SELECT a, 's' || (i + ascii(right(a, 1))) % 7, 'u' || i FROM unnest('{ja,jb}'::text[]) AS a, generate_series(1, 300) AS i;
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status)
	SELECT a, 'w' || i, 's' || i % 7, 'main', 'live' FROM unnest('{ja,jb}'::text[]) AS a, generate_series(0, 13) AS i;
-- By the rule that was written above.
CREATE FUNCTION joins.sees(account text, user_id text, workspace text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
	SELECT user_id ^@ 'u' AND workspace = 's' || (substr(user_id, 2)::int + ascii(right(account, 1))) % 7
$$;
CREATE VIEW joins.pairs AS
	SELECT u.account_id, u.user_id, w.workflow_id, workflow_perms.can_view(p, w) AS by_row,
		workflow_perms.can_view(p, w.account_id, w.workflow_id, w.workspace_id, w.visibility, w.status, w.condition, w.hidden) AS by_columns,
		joins.sees(u.account_id, u.user_id, w.workspace_id) AS wanted
	FROM workflow_perms.users u, workflow_perms.workflows w, workflow_perms.principal(u.account_id, u.user_id) p
	WHERE u.account_id IN ('ja', 'jb') AND w.account_id = u.account_id AND u.user_id <> 'boss';
SELECT count(*), count(*) FILTER (WHERE by_row) AS allowed, count(*) FILTER (WHERE by_row <> wanted OR by_columns <> wanted) AS wrong FROM joins.pairs;
-- Users innermost: another principal in each row.
CREATE TABLE joins.flows AS SELECT * FROM workflow_perms.workflows WHERE account_id IN ('ja', 'jb');
SET join_collapse_limit = 1;
SET enable_hashjoin = off;
SET enable_mergejoin = off;
SELECT count(*), count(*) FILTER (WHERE allowed) AS allowed, count(*) FILTER (WHERE allowed <> wanted) AS wrong
	FROM (SELECT workflow_perms.can_view(p, w) AS allowed, joins.sees(u.account_id, u.user_id, w.workspace_id) AS wanted
		FROM joins.flows w CROSS JOIN (SELECT * FROM workflow_perms.users OFFSET 0) u CROSS JOIN workflow_perms.principal(u.account_id, u.user_id) p
		WHERE u.account_id = w.account_id AND u.user_id <> 'boss') AS pairs;
-- Plain in the list of results, and with NULL for the anonymous principal.
SELECT count(*), count(*) FILTER (WHERE allowed <> wanted) AS wrong
	FROM (SELECT workflow_perms.can_view(workflow_perms.principal(u.account_id, u.user_id), w) AS allowed, joins.sees(u.account_id, u.user_id, w.workspace_id) AS wanted
		FROM joins.flows w JOIN workflow_perms.users u USING (account_id) WHERE u.user_id <> 'boss') AS pairs;
SELECT a, u, workflow_perms.principal(a, u)::jsonb -> 'user' AS "user", (workflow_perms.principal(a, u)::jsonb ->> 'account') = a AS of_account
	FROM unnest('{ja,jb}'::text[]) a, unnest('{u1,NULL,u2,NULL,u1}'::text[]) u;
RESET join_collapse_limit;
RESET enable_hashjoin;
RESET enable_mergejoin;
-- What a function evaluates again and again under new snapshots is loaded anew.
CREATE FUNCTION joins.watch() RETURNS TABLE (step int, sees boolean) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
	FOR i IN 1 .. 6 LOOP
		IF i = 4 THEN
			DELETE FROM workflow_perms.workspace_members WHERE account_id = 'ja' AND user_id = 'u7';
		ELSIF i = 6 THEN
			INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id) VALUES ('ja', 's6', 'u7');
		END IF;
		step := i;
		sees := workflow_perms.can_view(workflow_perms.principal('ja', CASE WHEN i < 9 THEN 'u7' END), 'w6');
		RETURN NEXT;
	END LOOP;
END
$$;
SELECT * FROM joins.watch();
-- An error leaves nothing of the user before it.
DO $$
DECLARE
	found text;
	user_id text;
BEGIN
	FOREACH user_id IN ARRAY '{u1,u2,nobody,u1,nobody,u2}'::text[] LOOP
		BEGIN
			found := workflow_perms.principal('ja', user_id)::jsonb ->> 'user';
		EXCEPTION WHEN undefined_object THEN
			found := 'an error';
		END;
		RAISE WARNING '%: %', user_id, found;
	END LOOP;
END
$$;
DROP SCHEMA joins CASCADE;

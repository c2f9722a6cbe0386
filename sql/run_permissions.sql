-- run_permissions() (spec 5): for every user and role of an account, what the workflow's own rule
-- says, what would hold without it, and what the walk comes to: the same as asking the walk of each
-- user, and of a user that holds the role alone, before and after that rule is gone. Whoever may
-- write the rules is told; whoever may not is refused. On the accounts of matrix_setup, and its own.
\set VERBOSITY terse
SET client_min_messages = warning;
SELECT workflow_perms.create_account('rp', 'ada');
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role, active) VALUES
	('rp', 'bo', 'member', 'member', true), ('rp', 'cy', 'member', 'viewer', true), ('rp', 'di', 'service', NULL, true), ('rp', 'off', 'member', 'viewer', false),
	('rp', 'c1', 'connected', NULL, true), ('rp', 'c2', 'connected', NULL, true), ('rp', 'c3', 'connected', NULL, true);
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) VALUES ('rp', 'app', 'app'), ('rp', 'other', 'app');
INSERT INTO workflow_perms.roles (account_id, role) VALUES ('rp', 'A'), ('rp', 'B'), ('rp', 'C'), ('rp', 'D');
INSERT INTO workflow_perms.role_includes (account_id, role, included_role) VALUES ('rp', 'A', 'B'), ('rp', 'B', 'C');
INSERT INTO workflow_perms.role_grants (account_id, user_id, role, workspace_id, expires_at) VALUES
	('rp', 'bo', 'A', NULL, NULL), ('rp', 'cy', 'C', 'app', NULL), ('rp', 'cy', 'D', 'other', NULL), ('rp', 'di', 'D', NULL, now() - interval '1 hour'),
	('rp', 'c1', 'B', NULL, NULL), ('rp', 'c1', 'D', NULL, NULL), ('rp', 'off', 'D', 'app', NULL);
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, status) VALUES ('rp', 'w', 'app', 'live'), ('rp', 'v', 'other', 'live');

-- What the walk comes to, and where it ends.
CREATE FUNCTION pg_temp.walk(who text) RETURNS text[] LANGUAGE sql AS $$
	SELECT ARRAY[CASE WHEN e.verdict THEN 'granted' ELSE 'denied' END, e.decided_by]
	FROM workflow_perms.explain_access('run', 'w', who) e WHERE e.gate = 'rules'
$$;
-- The same without the workflow's own rule for a user or a role.
CREATE FUNCTION pg_temp.walk_without(who text, grantee text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
	walked text[];
BEGIN
	DELETE FROM workflow_perms.execution_rules WHERE account_id = 'rp' AND workflow_id = 'w' AND grantee IN (user_id, role);
	walked := pg_temp.walk(who);
	RAISE EXCEPTION USING ERRCODE = 'MXUND';
EXCEPTION WHEN SQLSTATE 'MXUND' THEN
	RETURN walked;
END
$$;
CREATE TEMP TABLE rp_differences (round int, user_id text, role text, told text, due text);
CREATE TEMP TABLE rp_kinds (setting text, inherited_from text, result text);
-- Whatever the order of rows: what is drawn depends on what it is drawn for.
CREATE FUNCTION pg_temp.draw(VARIADIC what text[]) RETURNS float8 LANGUAGE sql AS $$ SELECT (hashtextextended(what::text, 18) & 1048575) / 1048576.0 $$;
CREATE FUNCTION pg_temp.round(round int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	r record;
	due text;
BEGIN
	DELETE FROM workflow_perms.execution_rules WHERE account_id = 'rp';
	INSERT INTO workflow_perms.execution_rules (account_id, workflow_id, workspace_id, user_id, role, effect, expires_at)
		SELECT 'rp', o.workflow_id, o.workspace_id, g.user_id, g.role, (CASE WHEN pg_temp.draw('effect', d.row) < 0.5 THEN 'grant' ELSE 'deny' END)::workflow_perms.execution_effect,
			CASE WHEN pg_temp.draw('over', d.row) < 0.1 THEN now() - interval '1 second' WHEN pg_temp.draw('over', d.row) < 0.2 THEN now() + interval '1 hour' END
		FROM (VALUES ('w', NULL), (NULL, 'app'), (NULL, NULL), ('v', NULL), (NULL, 'other')) AS o (workflow_id, workspace_id),
			(SELECT user_id, NULL AS role FROM workflow_perms.users WHERE account_id = 'rp'
			UNION ALL SELECT NULL, role FROM workflow_perms.roles WHERE account_id = 'rp' AND role NOT IN ('Admin', 'Member', 'Support')) AS g,
			LATERAL (SELECT concat_ws(' ', round, o::text, g::text)) AS d (row)
		WHERE pg_temp.draw('there', d.row) < (round % 3) * 0.15;
	UPDATE workflow_perms.accounts SET default_execution = CASE WHEN round % 2 = 0 THEN 'grant' ELSE 'deny' END::workflow_perms.execution_effect WHERE account_id = 'rp';
	FOR r IN SELECT * FROM workflow_perms.run_permissions('w') LOOP
		INSERT INTO rp_kinds VALUES (r.setting, regexp_replace(r.inherited_from, ':.*', ''), r.result);
		BEGIN
			UPDATE workflow_perms.users SET active = true WHERE account_id = 'rp' AND user_id = 'off';
			IF r.role IS NOT NULL AND r.role !~ 'AuthenticatedUser$' THEN
				INSERT INTO workflow_perms.users (account_id, user_id, kind) VALUES ('rp', 'holder', 'service');
				INSERT INTO workflow_perms.role_grants (account_id, user_id, role) VALUES ('rp', 'holder', r.role);
			ELSIF r.role = 'AuthenticatedUser' THEN
				INSERT INTO workflow_perms.users (account_id, user_id, kind) VALUES ('rp', 'holder', 'service');
			END IF;
			SELECT concat_ws('|', coalesce((SELECT CASE x.effect WHEN 'grant' THEN 'granted' ELSE 'denied' END FROM workflow_perms.execution_rules x
						WHERE x.account_id = 'rp' AND x.workflow_id = 'w' AND coalesce(r.user_id, r.role) IN (x.user_id, x.role) AND (x.expires_at > now()) IS NOT FALSE), 'inherited'),
					array_to_string(pg_temp.walk_without(h.who, coalesce(r.user_id, r.role)), '|'), (pg_temp.walk(h.who))[1])
				INTO due
				FROM (SELECT CASE WHEN r.role = 'NonAuthenticatedUser' THEN NULL ELSE coalesce(r.user_id, 'holder') END AS who) h;
			RAISE EXCEPTION USING ERRCODE = 'MXUND';
		EXCEPTION WHEN SQLSTATE 'MXUND' THEN
			INSERT INTO rp_differences SELECT round, r.user_id, r.role, t.told, due
				FROM (SELECT concat_ws('|', r.setting, r.inherited, r.inherited_from, r.result) AS told) t WHERE t.told IS DISTINCT FROM due;
		END;
	END LOOP;
END
$$;
BEGIN;
SELECT FROM workflow_perms.set_principal('rp', 'ada');
SELECT count(pg_temp.round(n)) FROM generate_series(1, 24) n;
TABLE rp_differences LIMIT 10;
-- What is granted to a role is denied, now and then, by one that the role includes.
SELECT setting, result, count(*) > 5 AS some FROM rp_kinds WHERE (setting, result) <> ('granted', 'denied') GROUP BY 1, 2 ORDER BY 1, 2;
SELECT inherited_from, count(*) > 3 AS some FROM rp_kinds GROUP BY 1 ORDER BY inherited_from COLLATE "C";
ROLLBACK;

-- The whole answer once: users in the order of their ids, then roles.
INSERT INTO workflow_perms.execution_rules (account_id, workflow_id, workspace_id, user_id, role, effect) VALUES
	('rp', 'w', NULL, 'c1', NULL, 'grant'), ('rp', 'w', NULL, NULL, 'C', 'deny'), ('rp', 'w', NULL, NULL, 'B', 'grant'), ('rp', NULL, 'app', NULL, 'D', 'grant'),
	('rp', NULL, NULL, NULL, 'NonAuthenticatedUser', 'deny'), ('rp', NULL, 'other', NULL, 'D', 'deny');
BEGIN; DO $$BEGIN PERFORM matrix.become('rp/ada', 'regress_app'); END$$;
SELECT * FROM workflow_perms.run_permissions('w');
ROLLBACK;

-- Who may ask: whoever may write the rules. They see what the application's and the account's rules say, which they may not read.
UPDATE workflow_perms.accounts SET default_execution = 'deny' WHERE account_id = 'mx';
INSERT INTO workflow_perms.execution_rules (account_id, workflow_id, user_id, role, effect) VALUES ('mx', 'project_flow', 'pro', NULL, 'deny'), ('mx', NULL, 'free', NULL, 'grant');
BEGIN; DO $$BEGIN PERFORM matrix.become('mx/move', 'regress_app'); END$$;
SELECT user_id, setting, inherited, inherited_from, result FROM workflow_perms.run_permissions('project_flow') WHERE user_id IN ('pro', 'free', 'dev');
SELECT count(*) FROM workflow_perms.execution_rules WHERE workflow_id IS NULL;
SAVEPOINT s;
SELECT * FROM workflow_perms.run_permissions('other_project_flow');
ROLLBACK TO s;
SELECT * FROM workflow_perms.run_permissions('nowhere');
ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('mx/wo', 'regress_app'); END$$; SELECT count(*) > 20 AS many FROM workflow_perms.run_permissions('open_private'); ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('mx/mo', 'regress_app'); END$$; SELECT * FROM workflow_perms.run_permissions('open_private'); ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('mx/proj', 'regress_app'); END$$; SELECT * FROM workflow_perms.run_permissions('project_flow'); ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('mx/sup', 'regress_app'); END$$; SELECT * FROM workflow_perms.run_permissions('project_flow'); ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('mx/pro', 'regress_app'); END$$; SELECT * FROM workflow_perms.run_permissions('project_flow'); ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('mx/off', 'regress_app'); END$$; SELECT * FROM workflow_perms.run_permissions('project_flow'); ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('my/ada', 'regress_app'); END$$; SELECT * FROM workflow_perms.run_permissions('project_flow'); ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('mx/ada', 'regress_app'); END$$; SELECT * FROM workflow_perms.run_permissions(NULL); ROLLBACK;
SELECT * FROM workflow_perms.run_permissions('project_flow');
DELETE FROM workflow_perms.execution_rules WHERE account_id = 'mx' AND (workflow_id = 'project_flow' AND user_id = 'pro' OR workflow_id IS NULL AND user_id = 'free');
UPDATE workflow_perms.accounts SET default_execution = 'grant' WHERE account_id = 'mx';
DELETE FROM workflow_perms.accounts WHERE account_id = 'rp';

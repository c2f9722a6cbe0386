-- Every refusal (spec 4, 6.3, 7) says its code where programs look for it: CONSTRAINT NAME and
-- DETAIL, the table and the column at fault, and at the end of the words. The codes are found in
-- the source and in the catalog, so that a new one has to be provoked here, and to be in
-- docs/refusals.md, which says what SQLSTATE each has. On the accounts of matrix_setup.
\set SHOW_CONTEXT never
CREATE SCHEMA codes;
GRANT USAGE ON SCHEMA codes TO PUBLIC;
\set refusal_c `cat "$PG_ABS_SRCDIR/src/query/refusal.c"`
\set column_triggers_c `cat "$PG_ABS_SRCDIR/src/model/column_triggers.c"`
\set run_triggers_c `cat "$PG_ABS_SRCDIR/src/model/run_triggers.c"`
\set guard_checks_c `cat "$PG_ABS_SRCDIR/src/model/guard_checks.c"`
\set page `cat "$PG_ABS_SRCDIR/docs/refusals.md"`
\set raisers `cd "$PG_ABS_SRCDIR" && grep -rlE 'errcode\(ERRCODE_(CHECK_VIOLATION|RESTRICT_VIOLATION|INSUFFICIENT_PRIVILEGE|FOREIGN_KEY_VIOLATION)' src | LC_ALL=C sort | tr '\n' ' '`
\set uses `cd "$PG_ABS_SRCDIR" && grep -rl wp_raise_violation src --include=*.c | LC_ALL=C sort | tr '\n' ' '`

-- The codes that there are, and where.
CREATE TABLE codes.source (code text, place text);
INSERT INTO codes.source
	SELECT m[1], 'refusal.c' FROM regexp_matches(split_part(split_part(:'refusal_c', '} hints[] = {', 2), '}};', 1), '\{"([a-z_]+)",\s*"', 'g') m
	UNION SELECT m[1], 'column_triggers.c' FROM regexp_matches(:'column_triggers_c', 'refuse\([^;]*?"([a-z_]+)",', 'g') m
	UNION SELECT m[1], 'run_triggers.c' FROM regexp_matches(:'run_triggers_c', 'wp_raise_violation\(\s*ERRCODE_[A-Z_]+,\s*"([a-z_]+)"', 'g') m
	UNION SELECT m[1], 'guard_checks.c' FROM regexp_matches(:'guard_checks_c', 'wp_raise_violation\(\s*ERRCODE_[A-Z_]+,\s*"([a-z_]+)"', 'g') m
	UNION SELECT m[1], p.oid::regproc::text FROM pg_proc p, regexp_matches(p.prosrc, '_raise_violation\(''[0-9A-Z]{5}'', ''([a-z_]+)''', 'g') m
		WHERE p.pronamespace = 'workflow_perms'::regnamespace
	-- the rules that the triggers name; two have the code of a refusal
	UNION SELECT convert_from(substring(t.tgargs FROM 1 FOR position('\x00'::bytea IN t.tgargs) - 1), 'UTF8'), 'invariant' FROM pg_trigger t
		WHERE t.tgfoid = 'workflow_perms._invariant()'::regprocedure;
-- sql/sources_refusals provokes `source`.
DELETE FROM codes.source WHERE code IN ('used_workflow_id', 'used_board_id', 'used_workspace_id', 'source');
SELECT count(*) > 45 AS many, count(DISTINCT place) > 10 AS from_many_places FROM codes.source;

-- Nothing else raises what refuses: no function that a trigger calls, and no file of C but these
-- (identity.c: the setting that nobody may set; refusal.c).
SELECT p.oid::regprocedure AS raises_by_itself FROM pg_proc p
	WHERE p.pronamespace = 'workflow_perms'::regnamespace AND p.prorettype = 'trigger'::regtype AND p.prosrc ~ 'RAISE EXCEPTION|_raise\(' ORDER BY 1;
SELECT p.oid::regprocedure AS names_no_capability FROM pg_proc p
	WHERE p.pronamespace = 'workflow_perms'::regnamespace AND p.prosrc ~ '''no_capability''' AND p.proname <> '_installed_functions' ORDER BY 1;
SELECT :'raisers' AS raisers, :'uses' AS uses;

-- Tries a statement as somebody, after what a superuser does before it: what is told.
CREATE TABLE codes.told (n int GENERATED ALWAYS AS IDENTITY, who text, statement text, state text, code text, "table" text, "column" text,
	message text, detail text, hint text, schema text);
SET workflow_perms.allow_principal_change = on;
CREATE FUNCTION codes.provoke(who text, statement text, before text DEFAULT '', database_role text DEFAULT 'regress_app') RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	told codes.told;
BEGIN
	told.who := who;
	told.statement := statement;
	BEGIN
		IF before <> '' THEN
			EXECUTE before;
		END IF;
		PERFORM matrix.become(who, database_role);
		EXECUTE statement;
		SET CONSTRAINTS ALL IMMEDIATE;
		RAISE EXCEPTION 'was not refused';
	EXCEPTION WHEN OTHERS THEN
		GET STACKED DIAGNOSTICS told.state = RETURNED_SQLSTATE, told.code = CONSTRAINT_NAME, told.table = TABLE_NAME, told.column = COLUMN_NAME,
			told.message = MESSAGE_TEXT, told.detail = PG_EXCEPTION_DETAIL, told.hint = PG_EXCEPTION_HINT, told.schema = SCHEMA_NAME;
	END;
	INSERT INTO codes.told (who, statement, state, code, "table", "column", message, detail, hint, schema)
		VALUES (told.who, told.statement, told.state, told.code, told.table, told.column, told.message, told.detail, told.hint, told.schema);
END
$$;
SET search_path = codes, workflow_perms, public;
\set rules 'INSERT INTO workflow_perms.execution_rules (account_id, workflow_id, user_id, role, effect) VALUES '
\set app_rules 'INSERT INTO workflow_perms.execution_rules (account_id, workspace_id, user_id, role, effect) VALUES '
\o /dev/null
-- The gates.
SELECT provoke('none', $$SELECT publish('open_main')$$);
SELECT provoke('none', $$SELECT enable('open_main')$$);
SELECT provoke('none', $$SELECT connect()$$);
SELECT provoke('none', $$SELECT start_run('open_main', 'r')$$);
SELECT provoke('none', $$SELECT users_matching('{}')$$);
SELECT provoke('none', $$SELECT who_can('view', 'open_main')$$);
SELECT provoke('none', $$SELECT preview_condition('open_main', '{}')$$);
SELECT provoke('none', $$SELECT merge_metadata('pro', '{}')$$);
SELECT provoke('mx/off', $$SELECT publish('open_main')$$);
SELECT provoke('mx/wo', $$SELECT publish('nosuch')$$);
SELECT provoke('mx/wo', $$SELECT start_run('nosuch', 'r')$$);
SELECT provoke('mx/wo', $$INSERT INTO workspace_members (account_id, workspace_id, user_id) VALUES ('mx', 'o1', 'nosuch')$$);
SELECT provoke('mx/wo', $$INSERT INTO workspace_members (account_id, workspace_id, role) VALUES ('mx', 'o1', 'nosuch')$$);
SELECT provoke('none', $$INSERT INTO run_steps (account_id, run_id, step_no, status) VALUES ('mx', 'nosuch', 1, 'running')$$, database_role => 'regress_engine');
SELECT provoke('none', $$SELECT finish_run('mx', 'nosuch', 'failed')$$, database_role => 'regress_engine');
SELECT provoke('mx/vi', $$INSERT INTO workspaces (account_id, workspace_id, kind) VALUES ('mx', 'new', 'open')$$);
SELECT provoke('mx/mo', $$UPDATE workflows SET hidden = true WHERE workflow_id = 'open_main'$$);
SELECT provoke('mx/mo', $$SELECT enable('open_main')$$);
SELECT provoke('mx/ada', $$UPDATE users SET metadata = '{"a": 1}' WHERE user_id = 'vi'$$);
SELECT provoke('mx/wo', $$SELECT start_run('open_main', 'r')$$, $$UPDATE workflows SET status = 'stopped' WHERE account_id = 'mx' AND workflow_id = 'open_main'$$);
SELECT provoke('mx/free', $$SELECT enable('project_flow')$$);
SELECT provoke('mx/free', $$INSERT INTO enablements (account_id, workflow_id, user_id, enabled) VALUES ('mx', 'project_flow', 'free', true)$$);
SELECT provoke('mx/vi', $$SELECT publish('open_private')$$);
SELECT provoke('mx/wo', $$UPDATE workflows SET hidden = true WHERE workflow_id = 'open_main'$$, $$INSERT INTO workflow_steps VALUES ('mx', 'open_main', 's', 'c2', NULL, NULL, 'read')$$);
SELECT provoke('mx/wo', $$INSERT INTO workflow_steps VALUES ('mx', 'open_main', 's', 'o1', 'b', NULL, 'read')$$, $$INSERT INTO boards VALUES ('mx', 'b', 'o1', 'private')$$);
SELECT provoke('mx/wo', $$INSERT INTO workflow_steps VALUES ('mx', 'open_main', 's', 'o1', 'b', 'c', 'read')$$,
	$$INSERT INTO boards VALUES ('mx', 'b', 'o1', 'main'); INSERT INTO board_columns VALUES ('mx', 'b', 'c', true, false)$$);
SELECT provoke('mx/wo', $$SELECT replay('r', 'again')$$, $$INSERT INTO runs (account_id, run_id, workflow_id, status, started_at) VALUES ('mx', 'r', 'open_main', 'succeeded', now())$$);
SELECT provoke('mx/lead', $$INSERT INTO execution_rules (account_id, user_id, effect) VALUES ('mx', 'lead', 'grant')$$);
SELECT provoke('mx/pro', $$SELECT start_run('open_main', 'r', for_user => 'free')$$); -- P35
SELECT provoke('mx/mo', $$INSERT INTO workflow_drafts (account_id, workflow_id, user_id, definition) VALUES ('mx', 'open_main', 'wo', '1')$$,
	$$UPDATE workflow_members SET is_owner = true WHERE account_id = 'mx' AND user_id = 'mo'; INSERT INTO workflow_members (account_id, workflow_id, user_id) VALUES ('mx', 'open_main', 'mo'); UPDATE workflow_members SET is_owner = true WHERE account_id = 'mx' AND user_id = 'mo'$$);
SELECT provoke('mx/wo', $$INSERT INTO connections (account_id, user_id) VALUES ('mx', 'pro')$$, database_role => 'regress_full');
SELECT provoke('mx/wo', $$TRUNCATE enablements$$, database_role => 'regress_full');
SELECT provoke('mx/ada', $$INSERT INTO workspace_members (account_id, workspace_id, user_id) VALUES ('mx', 'p1', 'mo')$$);
SELECT provoke('mx/wo', $$INSERT INTO workflows (account_id, workflow_id, workspace_id, status) VALUES ('mx', 'new', 'o1', 'live')$$);
SELECT provoke('mx/wo', $$INSERT INTO workflows (account_id, workflow_id, workspace_id) VALUES ('mx', 'gone', 'o1')$$,
	$$INSERT INTO runs (account_id, run_id, workflow_id, status, started_at) VALUES ('mx', 'r', 'gone', 'succeeded', now())$$);
SELECT provoke('mx/vi', $$SELECT start_run('open_private', 'r')$$);
SELECT provoke('mx/pro', $$SELECT start_run('open_main', 'r')$$);
SELECT provoke('mx/mo', $$SELECT start_run('open_main', 'r')$$, before)
	FROM unnest(ARRAY[:'rules' || $$('mx', 'open_main', 'mo', NULL, 'deny')$$, :'rules' || $$('mx', 'open_main', NULL, 'Design', 'deny')$$,
		:'rules' || $$('mx', 'open_main', NULL, 'AuthenticatedUser', 'deny')$$, :'rules' || $$('mx', NULL, 'mo', NULL, 'deny')$$,
		:'rules' || $$('mx', NULL, NULL, 'Design', 'deny')$$, :'rules' || $$('mx', NULL, NULL, 'AuthenticatedUser', 'deny')$$,
		:'app_rules' || $$('mx', 'o1', 'mo', NULL, 'deny')$$, :'app_rules' || $$('mx', 'o1', NULL, 'Design', 'deny')$$,
		:'app_rules' || $$('mx', 'o1', NULL, 'AuthenticatedUser', 'deny')$$,
		$$UPDATE accounts SET default_execution = 'deny' WHERE account_id = 'mx'$$]) before;
-- Codes that a decision has and no error: as an error would say them.
SELECT provoke('mx/wo', $$SELECT _refuse('view', 'workflow', 'w', 'hidden')$$);
SELECT provoke('mx/wo', $$SELECT _refuse('run', 'workflow', 'w', 'run_as_inactive')$$);
-- The column at fault.
SELECT provoke('mx/wo', $$INSERT INTO workflow_steps VALUES ('mx', 'open_main', 's', 'c2', NULL, NULL, 'read')$$);
SELECT provoke('mx/inv', $$INSERT INTO users (account_id, user_id, kind, account_role) VALUES ('mx', 'new', 'member', 'admin')$$);
SELECT provoke('mx/lead', $$UPDATE users SET account_role = 'admin' WHERE user_id = 'vi'$$);
SELECT provoke('mx/wo', $$UPDATE workflows SET workspace_id = 'c2' WHERE workflow_id = 'open_main'$$);
SELECT provoke('mx/proj', $$UPDATE workflows SET status = 'stopped' WHERE workflow_id = 'project_flow'$$, $$INSERT INTO role_capabilities VALUES ('mx', 'Projects', 'workflows.modify')$$);
SELECT provoke('mx/wo', $$UPDATE boards SET workspace_id = 'c2' WHERE board_id = 'b'$$,
	$$INSERT INTO boards VALUES ('mx', 'b', 'o1', 'main'); INSERT INTO board_members (account_id, board_id, user_id, is_owner) VALUES ('mx', 'b', 'wo', true)$$);
-- The capability that is lacking, by its name.
SELECT provoke('mx/wo', $$SELECT publish('project_flow')$$);
SELECT provoke('mx/proj', $$SELECT publish('project_flow')$$);
SELECT provoke('mx/proj', $$SELECT publish('project_flow')$$, $$INSERT INTO role_capabilities VALUES ('mx', 'Projects', 'workflows.modify')$$);
SELECT provoke('mx/proj', $$UPDATE workflows SET hidden = true WHERE workflow_id = 'project_flow'$$);
SELECT provoke('mx/proj', $$INSERT INTO execution_rules (account_id, workflow_id, user_id, effect) VALUES ('mx', 'project_flow', 'mo', 'deny')$$);
SELECT provoke('mx/proj', $$INSERT INTO workflow_members (account_id, workflow_id, user_id) VALUES ('mx', 'project_flow', 'mo')$$);
SELECT provoke('mx/proj', $$INSERT INTO workflows (account_id, workflow_id, workspace_id, status) VALUES ('mx', 'new', 'p1', 'live')$$);
SELECT provoke('mx/sup1', $$INSERT INTO workflows (account_id, workflow_id, workspace_id) VALUES ('mx', 'new', 'p1')$$);
SELECT provoke('mx/sup1', $$INSERT INTO boards VALUES ('mx', 'new', 'p1', 'main')$$);
SELECT provoke('mx/wo', $$INSERT INTO workspaces (account_id, workspace_id, kind) VALUES ('mx', 'new', 'project')$$);
SELECT provoke('mx/sup1', $$DELETE FROM workspaces WHERE workspace_id = 'p1'$$);
SELECT provoke('mx/proj', $$SELECT replay('r', 'again')$$, $$INSERT INTO runs (account_id, run_id, workflow_id, status, started_at) VALUES ('mx', 'r', 'project_flow', 'failed', now())$$);
SELECT provoke('mx/proj', $$SELECT replay('r', 'again')$$, $$INSERT INTO runs (account_id, run_id, workflow_id, status, started_at) VALUES ('mx', 'r', 'project_flow', 'failed', now());
	INSERT INTO role_capabilities VALUES ('mx', 'Projects', 'task_history.view')$$);
SELECT provoke('mx/mo', statement) FROM unnest(ARRAY[$$SELECT users_matching('{}')$$, $$SELECT preview_metadata('pro', '{}')$$, $$SELECT explain_access('view', 'open_main', 'vi')$$,
	$$SELECT connect('', 'pro')$$, $$SELECT enable('open_main', '', 'pro')$$,
	$$INSERT INTO users (account_id, user_id, kind, account_role) VALUES ('mx', 'new', 'member', 'viewer')$$, $$INSERT INTO users (account_id, user_id, kind) VALUES ('mx', 'new', 'service')$$,
	$$INSERT INTO users (account_id, user_id, kind) VALUES ('mx', 'new', 'connected')$$, $$INSERT INTO users (account_id, user_id, kind) VALUES ('mx', 'new', NULL)$$,
	$$UPDATE users SET active = false WHERE user_id = 'vi'$$, $$INSERT INTO roles VALUES ('mx', 'New')$$, $$INSERT INTO role_capabilities VALUES ('mx', 'Design', 'acme.export')$$,
	$$INSERT INTO role_includes VALUES ('mx', 'Design', 'Exporters')$$, $$INSERT INTO role_grants VALUES ('mx', 'vi', 'Exporters')$$,
	$$INSERT INTO execution_rules (account_id, user_id, effect) VALUES ('mx', 'vi', 'grant')$$]) statement;
SELECT provoke('mx/proj', statement) FROM unnest(ARRAY[$$SELECT who_can('view', 'project_flow')$$, $$SELECT preview_condition('project_flow', '{}')$$]) statement;
SELECT provoke('mx/lead', statement) FROM unnest(ARRAY[$$INSERT INTO role_capabilities VALUES ('mx', 'Design', 'acme.export')$$, $$INSERT INTO role_includes VALUES ('mx', 'Design', 'Unused')$$,
	$$INSERT INTO role_grants VALUES ('mx', 'vi', 'Unused')$$]) statement;
SELECT provoke('mx/adele', $$INSERT INTO role_grants VALUES ('mx', 'vi', 'Unused')$$);
SELECT provoke('mx/lead', statement) FROM unnest(ARRAY[$$UPDATE users SET account_role = 'member' WHERE user_id = 'adele'$$, $$DELETE FROM users WHERE user_id = 'adele'$$]) statement;
SELECT provoke('mx/lead', $$UPDATE users SET active = false WHERE user_id = 'adele'$$, $$DELETE FROM role_capabilities WHERE account_id = 'mx' AND role = 'Admin' AND capability NOT IN ('team.manage_roles', 'environment_secrets.create')$$);
SELECT provoke('mx/dev', $$UPDATE workflows SET workspace_id = 'p2' WHERE workflow_id = 'project_flow'$$, $$DELETE FROM role_capabilities WHERE account_id = 'mx' AND role = 'Member' AND capability = 'workflows.deploy'$$);
-- Invariants, which bind a superuser too.
SELECT provoke('none', statement, before, 'none') FROM (VALUES
	($$INSERT INTO workspace_members (account_id, workspace_id, user_id) VALUES ('mx', 'o1', 'pro')$$, ''),
	($$INSERT INTO enablements (account_id, workflow_id, user_id, enabled) VALUES ('mx', 'open_main', 'mo', false)$$, ''),
	($$INSERT INTO role_includes VALUES ('mx', 'Design', 'Painters')$$, ''),
	($$UPDATE workflows SET workspace_id = 'p1' WHERE account_id = 'mx' AND workflow_id = 'open_main'$$, ''),
	($$UPDATE workspaces SET kind = 'app' WHERE account_id = 'mx' AND workspace_id = 'o1'$$, ''),
	($$DELETE FROM roles WHERE account_id = 'mx' AND role = 'NonAuthenticatedUser'$$, ''),
	($$INSERT INTO workflow_members (account_id, workflow_id, user_id, is_owner) VALUES ('mx', 'open_main', 'vi', true)$$, ''),
	($$UPDATE workflow_members SET is_owner = false WHERE account_id = 'mx' AND workflow_id = 'open_main'$$, ''),
	($$UPDATE workspace_members SET is_owner = false WHERE account_id = 'mx' AND workspace_id = 'o1'$$, ''),
	($$UPDATE board_members SET is_owner = false WHERE account_id = 'mx'$$,
		$$INSERT INTO boards VALUES ('mx', 'b', 'o1', 'main'); INSERT INTO board_members (account_id, board_id, user_id, is_owner) VALUES ('mx', 'b', 'mo', true)$$),
	($$UPDATE users SET active = false WHERE account_id = 'my' AND user_id = 'ada'$$, ''),
	($$DELETE FROM role_grants WHERE account_id = 'my' AND user_id = 'ada'$$, ''),
	($$INSERT INTO role_capabilities VALUES ('mx', 'Design', 'billing.nonsense')$$, ''),
	($$INSERT INTO role_capabilities VALUES ('mx', 'Design', 'nonsense')$$, ''),
	($$UPDATE users SET kind = 'service' WHERE account_id = 'mx' AND user_id = 'mo'$$, ''),
	($$UPDATE workflows SET run_as = 'mo' WHERE account_id = 'mx' AND workflow_id = 'open_main'$$, ''),
	($$INSERT INTO audit_log (account_id, entry, at, database_role, action, object) VALUES ('mx', gen_random_uuid(), now(), 'x', 'x', 'x')$$, ''),
	($$DELETE FROM audit_log WHERE account_id = 'mx'$$, ''),
	($$TRUNCATE roles CASCADE$$, ''),
	($$DELETE FROM conditions$$, ''),
	($$UPDATE runs SET status = 'running' WHERE account_id = 'mx' AND run_id = 'r'$$,
		$$INSERT INTO runs (account_id, run_id, workflow_id, status, started_at) VALUES ('mx', 'r', 'open_main', 'succeeded', now())$$),
	($$UPDATE run_steps SET status = 'running' WHERE account_id = 'mx' AND run_id = 'r'$$,
		$$INSERT INTO runs (account_id, run_id, workflow_id, status, started_at) VALUES ('mx', 'r', 'project_flow', 'running', now()); INSERT INTO run_steps (account_id, run_id, step_no, status) VALUES ('mx', 'r', 1, 'succeeded')$$)
	) v (statement, before);
SELECT provoke('none', statement, database_role => session_user) FROM (VALUES
	($$SELECT set_principal('mx', 'nosuch')$$), ($$SELECT set_principal('nosuch', 'wo')$$), ($$SELECT set_principal('mx', NULL)$$), ($$SELECT set_anonymous(NULL)$$)) v (statement);
SELECT provoke('mx/wo', $$SELECT publish('open_main')$$);
SELECT provoke('mx/wo', $$SELECT transfer_ownership('open_main', 'nosuch')$$);
SELECT provoke('mx/wo', $$SELECT transfer_ownership('open_main', 'vi')$$);
SELECT provoke('none', format('INSERT INTO %s DEFAULT VALUES', t.tgrelid::regclass), database_role => 'regress_full')
	FROM pg_trigger t WHERE t.tgfoid IN ('workflow_perms.guard()'::regprocedure, 'workflow_perms.guard_history()'::regprocedure) AND t.tgtype & 5 = 5 GROUP BY t.tgrelid ORDER BY t.tgrelid::regclass::text;
\o

-- What was told. The fields of all of them say the same.
SELECT who, statement, state, code, message, detail, hint, schema, "table", "column" FROM told
	WHERE NOT (message LIKE '%: ' || code AND detail = format('Reason: %s.', code) AND hint <> '' AND schema = 'workflow_perms'
		AND "table" = ANY (workflow_perms._model_tables())
		AND ("column" = '' OR EXISTS (SELECT FROM pg_attribute WHERE attrelid = format('workflow_perms.%I', "table")::regclass AND attname = "column"))
		AND (code <> 'no_capability' OR hint ~ '^Needs the capability [a-z_]+\.[a-z_]+\M')) IS TRUE
	ORDER BY n;
SELECT code, state, "table", nullif("column", '') AS "column", message, hint FROM told ORDER BY n;
SELECT code AS never_provoked, string_agg(place, ', ') FROM source WHERE code NOT IN (SELECT told.code FROM told) GROUP BY code ORDER BY code;
SELECT code AS of_no_source FROM told WHERE code NOT IN (SELECT source.code FROM source) ORDER BY n;

-- The page says the same: each code once, in order of its kind, with its SQLSTATEs and what a server answers.
CREATE TABLE documented AS
	SELECT m[1] AS code, m[2] AS states, m[3] AS status FROM regexp_matches(:'page', '^\| `([a-z_]+)` \| ([0-9A-Z, ]+) \| ([0-9]+) \|', 'gn') m
	WHERE m[1] <> 'source';
SELECT coalesce(d.code, t.code) AS code, d.states AS documented, t.states AS told
	FROM documented d FULL JOIN (SELECT code, string_agg(DISTINCT state, ', ' ORDER BY state) AS states FROM told GROUP BY code) t USING (code)
	WHERE (d.states = t.states) IS NOT TRUE ORDER BY coalesce(d.code, t.code) COLLATE "C";
SELECT code, count(*) AS documented_more_than_once FROM documented GROUP BY code HAVING count(*) > 1;
SELECT status, count(*) > 0 AS some, CASE WHEN count(*) < 5 THEN string_agg(code, ' ') END AS codes FROM documented GROUP BY status ORDER BY status;
SELECT code AS of_another_status FROM documented WHERE status !~ CASE WHEN states ~ '^23|^55' THEN '409' ELSE '40[134]' END AND code <> 'not_found' AND code <> 'system';

-- A code that is none is an error of whoever refuses.
SELECT _refuse('view', 'workflow', 'w', 'nonsense');
RESET search_path;
RESET workflow_perms.allow_principal_change;
\set VERBOSITY terse
DROP SCHEMA codes CASCADE;

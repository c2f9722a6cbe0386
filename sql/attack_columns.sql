-- Who owns the tables alters them: each column of each is of another type, or NULL where it
-- never is. Nothing ends the server, nothing is an internal error, and nobody may more than
-- before. On a copy of an account of matrix_setup.
\set SHOW_CONTEXT never
SET client_min_messages = error;
SET jit = off;
CREATE SCHEMA columns;
GRANT USAGE ON SCHEMA columns TO PUBLIC;
-- Something of everything.
BEGIN;
SET LOCAL session_replication_role = replica;
\set ECHO none
SELECT format('INSERT INTO workflow_perms.%1$I SELECT (jsonb_populate_record(t, ''{"account_id": "mc"}'')).* FROM workflow_perms.%1$I t WHERE account_id = ''mx''', t)
	FROM unnest(workflow_perms._model_tables()) t WHERE t NOT IN ('audit_log', 'conditions') \gexec
\set ECHO all
INSERT INTO workflow_perms.boards (account_id, board_id, workspace_id, kind) VALUES ('mc', 'b', 'o1', 'private'), ('mc', 'hers', 'o1', 'private');
INSERT INTO workflow_perms.board_members (account_id, board_id, user_id, role, is_owner) VALUES ('mc', 'b', 'mo', NULL, false), ('mc', 'b', 'wo', NULL, true), ('mc', 'hers', NULL, 'Lead', false);
INSERT INTO workflow_perms.board_columns (account_id, board_id, column_id, view_restricted, edit_restricted) VALUES ('mc', 'b', 'c', true, true);
INSERT INTO workflow_perms.column_access (account_id, board_id, column_id, access, user_id, role) VALUES
	('mc', 'b', 'c', 'view', 'mo', NULL), ('mc', 'b', 'c', 'view', NULL, 'Design'), ('mc', 'b', 'c', 'edit', NULL, 'Lead');
INSERT INTO workflow_perms.workflow_steps (account_id, workflow_id, step_id, workspace_id, board_id, column_id, access) VALUES
	('mc', 'open_main', 's', 'o1', 'b', 'c', 'write'), ('mc', 'open_private', 's', 'c2', NULL, NULL, 'read');
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id, role) VALUES ('mc', 'closed_main', NULL, 'Lead'), ('mc', 'other_project_flow', NULL, 'Lead');
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id, role) VALUES ('mc', 'c2', NULL, 'Lead');
INSERT INTO workflow_perms.role_grants (account_id, user_id, role, workspace_id, expires_at) VALUES ('mc', 'mo', 'Projects', 'p1', NULL), ('mc', 'mo', 'Admin', NULL, '2020-01-01');
INSERT INTO workflow_perms.execution_rules (account_id, workflow_id, user_id, role, effect, expires_at) VALUES
	('mc', 'open_private', 'mo', NULL, 'deny', NULL), ('mc', NULL, NULL, 'Design', 'deny', now() + '1 hour'), ('mc', 'open_main', 'mo', NULL, 'grant', NULL),
	('mc', 'app_flow', NULL, 'AuthenticatedUser', 'deny', NULL);
INSERT INTO workflow_perms.connections (account_id, user_id, connected_at) VALUES ('mc', 'pro', now());
INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled, changed_at) VALUES ('mc', 'app_flow', 'pro', true, now());
INSERT INTO workflow_perms.workflow_versions (account_id, workflow_id, version, definition, published_at) VALUES ('mc', 'open_main', 1, '1', now());
INSERT INTO workflow_perms.workflow_drafts (account_id, workflow_id, user_id, definition, updated_at) VALUES ('mc', 'open_main', 'mo', '1', now());
INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, version, started_by, started_as, for_user, run_as, status, started_at) VALUES ('mc', 'r', 'open_main', 1, 'mo', 'user', NULL, 'wo', 'failed', now());
INSERT INTO workflow_perms.run_steps (account_id, run_id, step_no, workflow_id, step_id, workspace_id, board_id, column_id, access, status) VALUES
	('mc', 'r', 1, 'open_main', 's', 'o1', 'b', 'c', 'write', 'failed'), ('mc', 'r', 2, 'open_main', 't', 'c2', NULL, NULL, 'read', 'succeeded');
UPDATE workflow_perms.workflows SET live_version = 1, run_as = 'wo' WHERE account_id = 'mc' AND workflow_id = 'open_main';
COMMIT;
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status, hidden) VALUES ('mc', 'out_of_sight', 'o1', 'main', 'live', true);

-- What is asked: by the application what one may, for comparison; by a superuser whatever
-- else reads the tables.
CREATE TABLE columns.calls (n int GENERATED ALWAYS AS IDENTITY, compared boolean, statement text);
INSERT INTO columns.calls (compared, statement) VALUES
	(true, $$SELECT array_agg(w) FROM unnest(columns.ids()) w WHERE workflow_perms.can_view(w)$$),
	(true, $$SELECT array_agg(w) FROM unnest(columns.ids()) w WHERE workflow_perms.can_edit(w)$$),
	(true, $$SELECT array_agg(w) FROM unnest(columns.ids()) w WHERE workflow_perms.can_run(w)$$),
	(true, $$SELECT array_agg(workflow_id) FROM workflow_perms.visible_workflows() workflow_id$$),
	(true, $$SELECT array_agg(workflow_id) FROM workflow_perms.visible_workflows('workflow_id', 50) workflow_id$$),
	(true, $$SELECT array_agg(c) FROM unnest('{team.invite,workflows.view,workflows.create,projects.modify}'::text[]) c WHERE workflow_perms.can(c) OR workflow_perms.can(c, 'p1')$$),
	(true, $$SELECT array_agg(b) FROM unnest('{b,hers}'::text[]) b WHERE workflow_perms.can_view_board(b)$$),
	(true, $$SELECT array_agg(a) FROM unnest('{view,edit}'::text[]) a WHERE CASE a WHEN 'view' THEN workflow_perms.can_view_column('b', 'c') ELSE workflow_perms.can_edit_column('b', 'c') END$$),
	(true, $$SELECT array_agg(n::text) FROM generate_series(1, 2) n WHERE workflow_perms.can_view_run_detail('r', n)$$),
	(true, $$SELECT array_agg(w) FROM unnest(columns.ids()) w WHERE (SELECT bool_and(e.code = 'allowed') FROM workflow_perms.explain_access('edit', w) e)$$),
	(true, $$SELECT array_agg(workflow_id) FROM workflow_perms.workflows WHERE account_id = 'mc'$$),
	(true, $$SELECT array_agg(workflow_id) FROM (SELECT workflow_id FROM workflow_perms.workflows WHERE account_id = 'mc' ORDER BY workflow_id LIMIT 50) w$$),
	(false, $$SELECT w.*, workflow_perms.can_run(w) FROM workflow_perms.workflows w$$),
	(false, $$SELECT workflow_perms.explain_access(a, w, 'mo') FROM unnest(columns.ids()) w, unnest('{view,edit,run}'::text[]) a$$),
	(false, $$SELECT workflow_perms.what_can(), workflow_perms.who_can('edit', 'open_main')$$),
	(false, $$SELECT workflow_perms.who_can('run', 'open_main')$$),
	(false, $$SELECT workflow_perms.step_access('r', 's')$$),
	(false, $$SELECT workflow_perms.start_run('open_main', 'r9')$$),
	(false, $$SELECT workflow_perms.run_history.* FROM workflow_perms.run_history$$),
	(false, $$SELECT workflow_perms.metadata_paths('mc')$$),
	(false, $$SELECT workflow_perms.users_matching('{"plan": "pro"}')$$),
	(false, $$SELECT workflow_perms.preview_condition('project_flow', '{"plan": "free"}')$$),
	(false, $$SELECT workflow_perms.preview_metadata('pro', '{"plan": "free"}')$$),
	(false, $$SELECT workflow_perms.principal('mc', 'mo')$$),
	(false, $$SELECT workflow_perms.with_role(workflow_perms.principal('mc', 'mo'), 'Lead')$$),
	(false, $$UPDATE workflow_perms.workflows SET condition = '{"plan": "max"}' WHERE account_id = 'mc'$$),
	(false, $$UPDATE workflow_perms.users SET metadata = '{"plan": "max"}' WHERE account_id = 'mc'$$),
	(false, $$INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled) VALUES ('mc', 'project_flow', 'pro', true)$$),
	(false, $$INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id) VALUES ('mc', 'new', 'o1')$$),
	(false, $$INSERT INTO workflow_perms.boards (account_id, board_id, workspace_id, kind) VALUES ('mc', 'new', 'o1', 'main')$$),
	(false, $$SELECT workflow_perms.register_conditions()$$),
	(false, $$SELECT workflow_perms.set_principal('mc', 'mo', true)$$);
CREATE FUNCTION columns.ids() RETURNS text[] IMMUTABLE LANGUAGE sql AS
	$$SELECT '{open_main,open_private,closed_main,project_flow,other_project_flow,app_flow,out_of_sight}'::text[]$$;

-- One call, undone: what it answers, or the error.
CREATE FUNCTION columns.call(call columns.calls, OUT outcome text, OUT answer text[]) LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('role', CASE WHEN call.compared THEN 'regress_app' ELSE session_user END, true);
	IF call.compared THEN
		EXECUTE call.statement INTO answer;
	ELSE
		EXECUTE call.statement;
	END IF;
	RAISE EXCEPTION USING ERRCODE = 'MXUND';
EXCEPTION
	WHEN SQLSTATE 'MXUND' THEN outcome := 'answered';
	WHEN OTHERS THEN
		outcome := CASE WHEN SQLSTATE LIKE 'XX%' THEN SQLSTATE || ' ' || SQLERRM || ' of ' || call.statement ELSE SQLSTATE END;
		answer := NULL;
END
$$;
GRANT SELECT ON ALL TABLES IN SCHEMA columns TO PUBLIC;
CREATE TABLE columns.before (n int, outcome text, answer text[]);

-- Each change of each column, one after the other.
CREATE TABLE columns.changes AS
	SELECT row_number() OVER (ORDER BY a.attrelid::regclass::text COLLATE "C", a.attnum, k.kind) AS n, a.attrelid::regclass AS relation, a.attname AS name, k.kind,
		CASE k.kind
			WHEN 'empty' THEN format('ALTER TABLE %1$s ALTER %2$I DROP NOT NULL; UPDATE %1$s SET %2$I = NULL', a.attrelid::regclass, a.attname)
			ELSE format('ALTER TABLE %1$s DROP COLUMN %2$I CASCADE, ADD COLUMN %2$I %3$s', a.attrelid::regclass, a.attname, k.definition)
		END AS change,
		-- That a row says NULL where it may is no doubt about it; one that is of no account, or a
		-- grant to no user, is as good as deleted: rows are looked up by these.
		k.kind = 'text' AND a.atttypid = 'text'::regtype AND (NOT a.attnotnull AND a.attname NOT IN ('user_id', 'role') OR a.attname = 'account_id'
			OR a.attrelid = 'workflow_perms.role_grants'::regclass AND a.attname = 'user_id') AS means_what_it_says
	FROM pg_attribute a, (VALUES ('bigint', 'bigint DEFAULT 7'), ('text', 'text COLLATE "C"'), ('date', 'date DEFAULT ''2100-01-01'''), ('empty', '')) k (kind, definition)
	WHERE a.attrelid IN (SELECT workflow_perms._model_relations()) AND a.attnum > 0 AND NOT a.attisdropped
		AND CASE k.kind WHEN 'date' THEN a.atttypid = 'timestamptz'::regtype
			WHEN 'empty' THEN a.attnotnull AND a.attgenerated = '' AND a.atttypid <> 'text'::regtype ELSE true END;
CREATE TABLE columns.outcomes (change bigint, outcome text, more text);

-- Makes one change, takes note of what is answered then, and undoes it.
CREATE FUNCTION columns.try(c columns.changes) RETURNS SETOF columns.outcomes LANGUAGE plpgsql AS $$
DECLARE
	part text;
	found columns.outcomes[];
BEGIN
	SET LOCAL session_replication_role = replica;
	FOREACH part IN ARRAY string_to_array(c.change, '; ') LOOP
		-- Keys and checks go first.
		IF part LIKE '%DROP NOT NULL' THEN
			PERFORM columns.loosen(c);
		END IF;
		EXECUTE part;
	END LOOP;
	RESET session_replication_role;
	found := ARRAY(
		SELECT ROW(c.n, a.outcome, CASE WHEN NOT coalesce(a.answer, '{}') <@ coalesce(b.answer, '{}') AND NOT c.means_what_it_says
				THEN format('%s: %s, and was %s', l.statement, a.answer, b.answer) END)::columns.outcomes
			FROM columns.calls l JOIN columns.before b USING (n), columns.call(l) a);
	RAISE EXCEPTION USING ERRCODE = 'MXUND';
EXCEPTION
	WHEN SQLSTATE 'MXUND' THEN RETURN QUERY SELECT * FROM unnest(found);
	WHEN OTHERS THEN RETURN NEXT ROW(c.n, 'no change: ' || SQLSTATE || ' ' || SQLERRM, NULL)::columns.outcomes;
END
$$;
CREATE FUNCTION columns.loosen(c columns.changes) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	part text;
BEGIN
	FOR part IN
		SELECT format('ALTER TABLE %s DROP CONSTRAINT IF EXISTS %I CASCADE', k.conrelid::regclass, k.conname)
			FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attname = c.name
			WHERE k.conrelid = c.relation AND a.attnum = ANY (k.conkey) AND k.contype IN ('p', 'c', 'u')
	LOOP
		EXECUTE part;
	END LOOP;
END
$$;
SELECT workflow_perms.set_principal('mc', 'mo', true);
INSERT INTO columns.before SELECT l.n, a.* FROM columns.calls l, columns.call(l) a;
SELECT n, outcome, ARRAY(SELECT unnest(answer) COLLATE "C" ORDER BY 1) AS answer FROM columns.before ORDER BY n;
\set ECHO none
SELECT format('INSERT INTO columns.outcomes SELECT o.* FROM columns.changes c, columns.try(c) o WHERE c.n = %s', n) FROM columns.changes ORDER BY n \gexec
\set ECHO all
SELECT c.kind, CASE WHEN outcome ~ '^(XX|no change)' THEN outcome WHEN outcome = 'answered' THEN outcome ELSE 'refused' END AS outcome, count(*) > 20 AS many
	FROM columns.outcomes o JOIN columns.changes c ON c.n = o.change GROUP BY 1, 2 ORDER BY 1, 2;
SELECT c.change, more FROM columns.outcomes o JOIN columns.changes c ON c.n = o.change WHERE more IS NOT NULL ORDER BY c.n, more;
SELECT c.change, outcome FROM columns.outcomes o JOIN columns.changes c ON c.n = o.change WHERE outcome ~ '^(XX|no change)' ORDER BY c.n, outcome;

-- What is said.
CREATE FUNCTION columns.say(change text, question text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	hint text;
BEGIN
	EXECUTE change;
	EXECUTE question;
	RAISE EXCEPTION USING ERRCODE = 'MXUND';
EXCEPTION
	WHEN SQLSTATE 'MXUND' THEN RETURN 'answered';
	WHEN OTHERS THEN
		GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
		RETURN concat_ws(E'\n', SQLSTATE || ' ' || SQLERRM, hint);
END
$$;
\t on
SELECT columns.say($$ALTER TABLE workflow_perms.role_grants DROP CONSTRAINT role_grants_role_fkey, DROP CONSTRAINT role_grants_role_is_no_system_role, ALTER role TYPE bigint USING hashtext(role)$$,
	$$SELECT workflow_perms.can('team.invite')$$);
SELECT columns.say($$ALTER TABLE workflow_perms.execution_rules ALTER expires_at TYPE date$$, $$SELECT workflow_perms.can_run('open_private')$$);
SELECT columns.say($$ALTER TABLE workflow_perms.role_grants DROP CONSTRAINT role_grants_role_fkey, ALTER role DROP NOT NULL; SET LOCAL session_replication_role = replica;
	INSERT INTO workflow_perms.role_grants (account_id, user_id) VALUES ('mc', 'mo')$$, $$SELECT workflow_perms.can('team.invite')$$);
SELECT columns.say($$ALTER TABLE workflow_perms.workflow_members DROP CONSTRAINT workflow_members_grantee_is_user_or_role; SET LOCAL session_replication_role = replica;
	INSERT INTO workflow_perms.workflow_members (account_id, workflow_id) VALUES ('mc', 'open_private')$$, $$SELECT workflow_perms.can_run('open_private')$$);
\t off
DELETE FROM workflow_perms.accounts WHERE account_id = 'mc';
DROP SCHEMA columns CASCADE;
RESET client_min_messages;
RESET jit;

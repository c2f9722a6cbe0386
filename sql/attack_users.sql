-- Connected and anonymous principals, inactive ones and nobody want to know which other users
-- the account has (spec 1, 4.5). Every function that the application's role may call, found in
-- the catalog, is called with an id in each of its texts; every table of the model is written,
-- searched and updated with the id in each column of text. What is answered, errors with all
-- their fields, is the same whether the id is that of a member, a service, a connected user, one
-- who is inactive, or of nobody. On the accounts of matrix_setup.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE SCHEMA ghosts;
GRANT USAGE ON SCHEMA ghosts TO PUBLIC;
-- The ids, as long as each other: what a length tells is not asked here.
CREATE TABLE ghosts.ids (id text PRIMARY KEY);
INSERT INTO ghosts.ids VALUES ('xxmember'), ('xxserver'), ('xxbuyers'), ('xxasleep'), ('xxghosts'), ('xxspooks');
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role, active) VALUES ('mx', 'xxmember', 'member', 'member', true),
	('mx', 'xxserver', 'service', NULL, true), ('mx', 'xxbuyers', 'connected', NULL, true), ('mx', 'xxasleep', 'connected', NULL, false), ('mx', 'zzz', 'connected', NULL, false);
-- What hangs on them: memberships, grants, rules, connections, enablements, runs, boards.
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id) VALUES ('mx', 'o1', 'xxmember'), ('mx', 'o1', 'xxserver');
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id) VALUES ('mx', 'open_main', 'xxmember'), ('mx', 'open_main', 'xxserver');
INSERT INTO workflow_perms.role_grants (account_id, user_id, role) SELECT 'mx', user_id, 'Design' FROM workflow_perms.users WHERE account_id = 'mx' AND user_id ~ '^xx';
INSERT INTO workflow_perms.execution_rules (account_id, workflow_id, user_id, effect) SELECT 'mx', 'open_main', user_id, 'grant' FROM workflow_perms.users WHERE account_id = 'mx' AND user_id ~ '^xx';
INSERT INTO workflow_perms.connections (account_id, user_id) VALUES ('mx', 'xxbuyers'), ('mx', 'pro');
INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled) VALUES ('mx', 'open_main', 'xxbuyers', true), ('mx', 'open_main', 'pro', true);
INSERT INTO workflow_perms.workflow_drafts (account_id, workflow_id, user_id, definition) VALUES ('mx', 'open_main', 'wo', '{}');
INSERT INTO workflow_perms.workflow_steps VALUES ('mx', 'open_private', 's', 'o1', NULL, NULL, 'read');
INSERT INTO workflow_perms.boards VALUES ('mx', 'xx_board', 'o1', 'main');
INSERT INTO workflow_perms.board_members (account_id, board_id, user_id) VALUES ('mx', 'xx_board', 'xxmember');
INSERT INTO workflow_perms.board_columns VALUES ('mx', 'xx_board', 'c', true, false);
INSERT INTO workflow_perms.column_access (account_id, board_id, column_id, access, user_id) VALUES ('mx', 'xx_board', 'c', 'view', 'xxmember');
INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, for_user, status, started_at) VALUES ('mx', 'xx_own', 'open_main', 'pro', 'failed', now()),
	('mx', 'xx_run', 'open_main', 'xxbuyers', 'failed', now());
INSERT INTO workflow_perms.run_steps (account_id, run_id, step_no, status) VALUES ('mx', 'xx_own', 1, 'failed');
SET session_replication_role = replica;
INSERT INTO workflow_perms.workflow_versions (account_id, workflow_id, version, definition, published_by, published_at) VALUES ('mx', 'open_main', 1, '{}', 'wo', now());
RESET session_replication_role;

-- What a text of a function is given where it is not the id; what the other types are.
CREATE TABLE ghosts.arguments (name text PRIMARY KEY, value text);
INSERT INTO ghosts.arguments VALUES ('account_id', 'mx'), ('account', 'mx'), ('workflow_id', 'open_main'), ('workspace_id', 'o1'), ('user_id', 'pro'), ('capability', 'workflows.view'),
	('board_id', 'xx_board'), ('column_id', 'c'), ('run_id', 'xx_own'), ('new_run_id', 'xx_new'), ('started_by', 'pro'), ('for_user', 'pro'), ('step_id', 's'), ('created_by', 'pro'),
	('action', 'view'), ('object', 'open_main'), ('configuration', ''), ('order_by', 'workflow_id'), ('to_user', 'pro'), ('heir', 'pro');
CREATE TABLE ghosts.calls AS
SELECT p.oid::regprocedure::text AS name, p.proargnames[place] AS given,
	format('SELECT * FROM workflow_perms.%I(%s) v', p.proname, (
		SELECT string_agg(CASE WHEN p.provariadic <> 0 AND i = p.pronargs THEN 'VARIADIC ' ELSE '' END || CASE
				WHEN t.oid = 'record'::regtype THEN 'NULL::workflow_perms.workflows'
				WHEN i = place AND t.oid = 'text[]'::regtype THEN '''{xx_own,%1$s}'''
				WHEN i = place THEN '''%1$s'''
				WHEN t.oid = 'text'::regtype THEN quote_literal(coalesce(a.value, 'x'))
				WHEN t.oid = 'text[]'::regtype THEN '''{xx_own,1}'''
				WHEN t.oid = 'jsonb'::regtype THEN '''{"a": 1}'''
				WHEN t.oid = 'workflow_perms.metadata_condition'::regtype THEN '''{}'''
				WHEN t.oid IN ('integer'::regtype, 'bigint'::regtype) THEN '1'
				WHEN t.oid = 'boolean'::regtype THEN 'false'
				ELSE 'NULL::' || t.oid::regtype END, ', ' ORDER BY i)
		FROM generate_series(1, p.pronargs) i JOIN pg_type t ON t.oid = p.proargtypes[i - 1]
			LEFT JOIN ghosts.arguments a ON a.name = p.proargnames[i])) AS call
FROM pg_proc p, generate_series(1, p.pronargs) place
WHERE p.pronamespace = 'workflow_perms'::regnamespace AND p.prokind = 'f' AND p.proargtypes[place - 1] IN ('text'::regtype, 'text[]'::regtype)
	AND has_function_privilege('regress_app', p.oid, 'EXECUTE')
	AND p.proname <> 'authenticate'; -- which leaves no principal to ask with
-- Those that are about a user are among them.
SELECT string_agg(DISTINCT split_part(name, '(', 1), ' ' ORDER BY split_part(name, '(', 1)) AS about_users FROM ghosts.calls
	WHERE given IN ('user_id', 'to_user', 'heir', 'for_user', 'started_by', 'created_by');

-- A row of each table, which is written again with the id in the place of one of its texts.
CREATE TABLE ghosts.writes (call text);
CREATE TABLE ghosts.without_row (relation regclass);
GRANT ALL ON ALL TABLES IN SCHEMA ghosts TO PUBLIC;
DO $$
DECLARE
	t regclass;
	model_row jsonb;
	col name;
	columns text;
BEGIN
	FOR t IN SELECT format('workflow_perms.%I', m)::regclass FROM unnest(workflow_perms._model_tables()) m LOOP
		EXECUTE format('SELECT to_jsonb(r) FROM %s r ORDER BY account_id = ''mx'' DESC, to_jsonb(r) ->> ''user_id'' = ''pro'' DESC NULLS LAST, to_jsonb(r)::text COLLATE "C" LIMIT 1', t) INTO model_row;
		IF model_row IS NULL THEN
			INSERT INTO ghosts.without_row VALUES (t);
			CONTINUE;
		END IF;
		SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO columns FROM pg_attribute WHERE attrelid = t AND attnum > 0 AND NOT attisdropped AND attgenerated = '';
		FOR col IN SELECT attname FROM pg_attribute WHERE attrelid = t AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND atttypid = 'text'::regtype LOOP
			INSERT INTO ghosts.writes VALUES
				(format('INSERT INTO %1$s (%2$s) SELECT %2$s FROM jsonb_populate_record(NULL::%1$s, %3$L::jsonb || ''{"%4$s": "', t, columns, replace(model_row::text, '%', '%%'), col) || '%1$s"}'')'),
				(format('INSERT INTO %1$s (%2$s) SELECT %2$s FROM jsonb_populate_record(NULL::%1$s, %3$L::jsonb || ''{"%4$s": "', t, columns, replace(model_row::text, '%', '%%'), col) || '%1$s"}'') ON CONFLICT DO NOTHING'),
				(format('INSERT INTO %s (account_id, %I) VALUES (''mx'', ', t, col) || '''%1$s'')'),
				(format('UPDATE %s SET %I = ', t, col) || '''%1$s'''),
				(format('DELETE FROM %s WHERE %I = ', t, col) || '''%1$s'''),
				(format('SELECT * FROM %s WHERE %I = ', t, col) || '''%1$s'''),
				(format('SELECT * FROM %s WHERE %I = ', t, col) || '''%1$s'' FOR UPDATE');
		END LOOP;
	END LOOP;
END
$$;
DELETE FROM ghosts.writes WHERE call ~ 'INSERT INTO \S+ \(account_id, account_id\)';
TABLE ghosts.without_row;

-- Tries a statement and undoes it: its rows, or all that the error says, without the id.
CREATE FUNCTION ghosts.answer(call text, id text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	told text[] := '{}';
	field text;
	r record;
BEGIN
	IF call ~ '^SELECT' THEN
		FOR r IN EXECUTE format(call, id) LOOP
			told := told || r::text;
		END LOOP;
	ELSE
		EXECUTE format(call, id);
		GET DIAGNOSTICS field = ROW_COUNT;
		told := told || field;
	END IF;
	SET CONSTRAINTS ALL IMMEDIATE;
	RAISE EXCEPTION USING ERRCODE = 'GHOST';
EXCEPTION
	WHEN SQLSTATE 'GHOST' THEN
		RETURN replace(told::text, id, '<id>');
	WHEN OTHERS THEN
		told := ARRAY[SQLSTATE, SQLERRM];
		GET STACKED DIAGNOSTICS field = PG_EXCEPTION_DETAIL; told := told || field;
		GET STACKED DIAGNOSTICS field = PG_EXCEPTION_HINT; told := told || field;
		GET STACKED DIAGNOSTICS field = CONSTRAINT_NAME; told := told || field;
		GET STACKED DIAGNOSTICS field = TABLE_NAME; told := told || field;
		GET STACKED DIAGNOSTICS field = COLUMN_NAME; told := told || field;
		GET STACKED DIAGNOSTICS field = PG_EXCEPTION_CONTEXT;
		-- the caller's own statement, and nothing of the extension
		told := told || regexp_replace(field, '(SQL statement|PL/pgSQL function ghosts).*', '');
		RETURN replace(told::text, id, '<id>');
END
$$;

CREATE TABLE ghosts.told (who text, database_role text, call text, answers bigint, first text, last text);
GRANT ALL ON ghosts.told TO PUBLIC;
SET workflow_perms.allow_principal_change = on;
CREATE PROCEDURE ghosts.ask(whoever text[], roles text[], question regclass) LANGUAGE plpgsql AS $$
DECLARE
	who text;
	asker text;
	q record;
BEGIN
	FOREACH who IN ARRAY whoever LOOP
		FOREACH asker IN ARRAY roles LOOP
			PERFORM matrix.become(who, asker);
			FOR q IN EXECUTE format('SELECT call FROM %s', question) LOOP
				INSERT INTO ghosts.told SELECT who, asker, q.call, count(DISTINCT a.answer), min(a.answer), max(a.answer)
					FROM (SELECT ghosts.answer(q.call, i.id) AS answer FROM ghosts.ids i) a;
			END LOOP;
			COMMIT;
		END LOOP;
	END LOOP;
END
$$;
CALL ghosts.ask('{mx/pro,mx/free,mx/,mx/zzz,none}', '{regress_app}', 'ghosts.calls');
CALL ghosts.ask('{mx/pro,mx/,mx/zzz,none}', '{regress_app,regress_full}', 'ghosts.writes');
-- What is not the same for all of them.
SELECT who, database_role, call, answers, first, last FROM ghosts.told WHERE answers > 1 ORDER BY 1, 2, 3;
SELECT DISTINCT call AS broken FROM ghosts.told WHERE first ~ '^\{(42601|42883|42P01|42703|XX)' ORDER BY 1;
SELECT count(*) > 3000 AS many, count(*) FILTER (WHERE first ~ '^\{42501,') > 1000 AS refused,
	count(DISTINCT first) FILTER (WHERE who = 'mx/pro') > 100 AS answered FROM ghosts.told;
-- The question is one: an admin is told which users there are.
CALL ghosts.ask('{mx/ada}', '{regress_app}', 'ghosts.calls');
SELECT count(*) > 0 AS told FROM ghosts.told WHERE who = 'mx/ada' AND answers > 1;
RESET workflow_perms.allow_principal_change;

SET session_replication_role = replica;
DELETE FROM workflow_perms.workflow_versions WHERE account_id = 'mx' AND workflow_id = 'open_main' AND version = 1;
DELETE FROM workflow_perms.run_steps WHERE account_id = 'mx' AND run_id = 'xx_own';
RESET session_replication_role;
DELETE FROM workflow_perms.runs WHERE account_id = 'mx' AND run_id IN ('xx_own', 'xx_run');
DELETE FROM workflow_perms.workflow_drafts WHERE account_id = 'mx' AND workflow_id = 'open_main';
DELETE FROM workflow_perms.workflow_steps WHERE account_id = 'mx' AND workflow_id = 'open_private' AND step_id = 's';
DELETE FROM workflow_perms.boards WHERE account_id = 'mx' AND board_id = 'xx_board';
DELETE FROM workflow_perms.enablements WHERE account_id = 'mx' AND workflow_id = 'open_main' AND user_id = 'pro';
DELETE FROM workflow_perms.connections WHERE account_id = 'mx' AND user_id = 'pro' AND configuration = '';
DELETE FROM workflow_perms.users WHERE account_id = 'mx' AND (user_id IN (SELECT id FROM ghosts.ids) OR user_id = 'zzz');
\set VERBOSITY terse
DROP SCHEMA ghosts CASCADE;

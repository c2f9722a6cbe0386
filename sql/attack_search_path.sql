-- An attacker with a schema of his own puts operators and functions there that fit
-- better than the system's, and his schema into search_path: what the extension
-- runs as the owner of the tables would run them with the owner's rights. They tell
-- on themselves: no LEAK below but the first, which shows that the trap works. (IS DISTINCT FROM, IN, BETWEEN, NULLIF and CASE look
-- an operator up too, without naming one.)
\set SHOW_CONTEXT never
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE SCHEMA attack;
GRANT USAGE ON SCHEMA attack TO PUBLIC;
CREATE FUNCTION attack.tell(what text) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
	IF current_user = 'workflow_perms_owner' THEN
		RAISE WARNING 'LEAK: % as the owner', what;
	END IF;
END
$$;
DO $$
DECLARE
	t regtype;
	op text;
	f text;
BEGIN
	FOR t IN
		SELECT e.oid FROM pg_type e WHERE e.typnamespace = 'workflow_perms'::regnamespace AND e.typtype = 'e'
		UNION SELECT unnest(ARRAY['text', 'name', 'boolean', 'integer', 'bigint', 'timestamptz', 'jsonb']::regtype[])
	LOOP
		FOREACH op IN ARRAY ARRAY['=', '<>', '<', '>', '<=', '>='] LOOP
			f := format('%I', 'op ' || op || ' ' || t);
			-- Answers as the system's operator does, so that nothing but its rights is amiss.
			EXECUTE format('CREATE FUNCTION attack.%1$s(%2$s, %2$s) RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog AS %3$L',
				f, t, format('BEGIN PERFORM attack.tell(%L); RETURN $1 OPERATOR(pg_catalog.%s) $2; END', f, op));
			EXECUTE format('CREATE OPERATOR attack.%s (LEFTARG = %2$s, RIGHTARG = %2$s, FUNCTION = attack.%3$s)', op, t, f);
		END LOOP;
	END LOOP;
END
$$;
CREATE FUNCTION attack.now() RETURNS timestamptz LANGUAGE plpgsql AS $$ BEGIN PERFORM attack.tell('now()'); RETURN pg_catalog.now(); END $$;
CREATE FUNCTION attack.principal_is(text, text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN PERFORM attack.tell('principal_is()'); RETURN true; END $$;

-- The trap closes on whoever runs as the owner under this search_path.
BEGIN;
SET LOCAL search_path = attack;
SET LOCAL ROLE workflow_perms_owner;
SELECT 'open'::workflow_perms.workspace_kind IN ('open') AS caught;
ROLLBACK;

-- Something of everything that is read.
BEGIN;
INSERT INTO workflow_perms.boards (account_id, board_id, workspace_id, kind) VALUES ('mx', 'sp', 'o1', 'main');
INSERT INTO workflow_perms.board_columns (account_id, board_id, column_id, edit_restricted) VALUES ('mx', 'sp', 'c', true);
INSERT INTO workflow_perms.workflow_steps (account_id, workflow_id, step_id, workspace_id, board_id, column_id, access)
	VALUES ('mx', 'open_main', 'sp', 'o1', 'sp', 'c', 'write');
INSERT INTO workflow_perms.runs (account_id, run_id, workflow_id, status, started_at) VALUES ('mx', 'sp', 'open_main', 'running', now());
INSERT INTO workflow_perms.run_steps (account_id, run_id, step_no, status, workspace_id, board_id, column_id, access)
	VALUES ('mx', 'sp', 1, 'running', 'o1', 'sp', 'c', 'write');
INSERT INTO workflow_perms.execution_rules (account_id, workflow_id, role, effect) VALUES ('mx', 'open_main', 'Design', 'grant');
SELECT workflow_perms.set_principal('mx', 'wo');
SET LOCAL ROLE regress_app;
SET LOCAL search_path = attack, pg_temp, pg_catalog;
-- every function of the session's principal that is asked by an id or two
SELECT workflow_perms.can_view('open_main'), workflow_perms.can_edit('open_main'), workflow_perms.can_operate('open_main'), workflow_perms.can_publish('open_main'),
	workflow_perms.can_run('open_main'), workflow_perms.can_access_workspace('o1'), workflow_perms.can_create('o1'),
	workflow_perms.can_view_board('sp'), workflow_perms.can_view_column('sp', 'c'), workflow_perms.can_edit_column('sp', 'c'),
	workflow_perms.can_view_run('sp'), workflow_perms.can_view_run_detail('sp', 1), workflow_perms.can_replay('sp');
-- and writes, with their guards, effects, invariants and audit
UPDATE workflow_perms.workflows SET hidden = true, workspace_id = 'c1' WHERE workflow_id OPERATOR(pg_catalog.=) 'open_main';
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) VALUES ('mx', 'sp', 'open');
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id) VALUES ('mx', 'sp', 'mo');
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id) VALUES ('mx', 'sp', 'sp');
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id) VALUES ('mx', 'sp', 'mo');
UPDATE workflow_perms.workflow_members SET is_owner = true WHERE workflow_id OPERATOR(pg_catalog.=) 'sp';
DELETE FROM workflow_perms.workflow_members WHERE workflow_id OPERATOR(pg_catalog.=) 'sp' AND user_id OPERATOR(pg_catalog.=) 'wo';
SELECT count(*) FROM workflow_perms.metadata_paths('mx');
ROLLBACK;
BEGIN;
SELECT workflow_perms.set_principal('mx', 'ada');
SET LOCAL ROLE regress_app;
SET LOCAL search_path = attack, pg_temp, pg_catalog;
INSERT INTO workflow_perms.roles (account_id, role) VALUES ('mx', 'sp');
INSERT INTO workflow_perms.role_capabilities (account_id, role, capability) VALUES ('mx', 'sp', 'billing.view');
INSERT INTO workflow_perms.role_includes (account_id, role, included_role) VALUES ('mx', 'sp', 'Design');
INSERT INTO workflow_perms.role_grants (account_id, user_id, role) VALUES ('mx', 'mo', 'sp');
UPDATE workflow_perms.role_grants SET expires_at = pg_catalog.now() WHERE role OPERATOR(pg_catalog.=) 'sp';
UPDATE workflow_perms.users SET active = false WHERE user_id OPERATOR(pg_catalog.=) 'mo';
UPDATE workflow_perms.users SET metadata = '{"plan": "free"}' WHERE user_id OPERATOR(pg_catalog.=) 'pro';
ROLLBACK;

DROP SCHEMA attack CASCADE;
RESET client_min_messages;

-- The audit log (spec 5): an entry for every change that bears on permissions, with
-- who made it and the row before and after; none for what changes nothing; and
-- nobody who writes, changes or empties it.
\set VERBOSITY terse
\pset format unaligned
\pset footer off
-- What was logged since the last look, in order: who, by which role, what, and the
-- row, of an update the columns that it changed.
CREATE SCHEMA audit;
GRANT USAGE ON SCHEMA audit TO PUBLIC;
CREATE FUNCTION audit.latest() RETURNS uuid LANGUAGE sql AS $$SELECT coalesce((SELECT entry FROM workflow_perms.audit_log ORDER BY entry DESC LIMIT 1), '00000000-0000-0000-0000-000000000000')$$;
CREATE TABLE audit.seen AS SELECT audit.latest() AS entry;
CREATE FUNCTION audit.changed(one jsonb, other jsonb) RETURNS text LANGUAGE sql STABLE AS $$
	SELECT coalesce(jsonb_object_agg(key, value), '{}')::text FROM jsonb_each(one)
		WHERE other IS NULL AND value <> 'null' AND key <> 'account_id' OR other -> key <> value
$$;
CREATE FUNCTION audit.news() RETURNS TABLE (principal text, role text, action text, object text, before text, after text)
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
	RETURN QUERY
		SELECT coalesce(a.principal, '-'),
			CASE a.database_role WHEN session_user THEN 'superuser' ELSE a.database_role END,
			a.action, a.account_id || ': ' || a.object,
			audit.changed(a.before, a.after), audit.changed(a.after, a.before)
		FROM workflow_perms.audit_log a WHERE a.entry > (SELECT s.entry FROM audit.seen s) ORDER BY a.entry;
	UPDATE audit.seen SET entry = audit.latest();
END
$$;

-- An account and what appears with it.
SELECT workflow_perms.create_account('au', 'ada');
SELECT count(*) FILTER (WHERE object LIKE '%: roles %') AS roles, count(*) FILTER (WHERE object LIKE '%: role_capabilities %') AS capabilities
	FROM audit.news() WHERE action = 'insert';
SELECT action, object, after - 'metadata' AS after FROM workflow_perms.audit_log WHERE account_id = 'au' AND object !~ '^role(s|_cap)' ORDER BY entry;

-- One change of each kind.
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role, metadata) VALUES
	('au', 'mo', 'member', 'member', '{}'), ('au', 'pro', 'connected', NULL, '{"plan": "pro"}');
UPDATE workflow_perms.users SET active = false WHERE account_id = 'au' AND user_id = 'mo';
UPDATE workflow_perms.users SET active = true, account_role = 'viewer' WHERE account_id = 'au' AND user_id = 'mo';
UPDATE workflow_perms.users SET metadata = '{"plan": "free"}' WHERE account_id = 'au' AND user_id = 'pro';
UPDATE workflow_perms.accounts SET creator_roles = '{admin}' WHERE account_id = 'au';
UPDATE workflow_perms.accounts SET guests_see_open_main = false, default_execution = 'deny' WHERE account_id = 'au';
SELECT * FROM audit.news();
INSERT INTO workflow_perms.roles VALUES ('au', 'Lead'), ('au', 'Team lead');
INSERT INTO workflow_perms.role_capabilities VALUES ('au', 'Lead', 'team.invite');
INSERT INTO workflow_perms.role_includes VALUES ('au', 'Team lead', 'Lead');
INSERT INTO workflow_perms.workspaces VALUES ('au', 'o1', 'open'), ('au', 'o2', 'open');
INSERT INTO workflow_perms.role_grants (account_id, user_id, role, workspace_id) VALUES ('au', 'mo', 'Lead', NULL), ('au', 'mo', 'Team lead', 'o1');
UPDATE workflow_perms.role_grants SET expires_at = 'infinity' WHERE account_id = 'au' AND role = 'Lead';
DELETE FROM workflow_perms.role_grants WHERE account_id = 'au' AND role = 'Lead';
DELETE FROM workflow_perms.role_capabilities WHERE account_id = 'au' AND role = 'Lead';
DELETE FROM workflow_perms.role_includes WHERE account_id = 'au';
DELETE FROM workflow_perms.roles WHERE account_id = 'au' AND role = 'Lead';
UPDATE workflow_perms.workspaces SET kind = 'closed' WHERE account_id = 'au' AND workspace_id = 'o1';
UPDATE workflow_perms.workspaces SET offered = true WHERE account_id = 'au' AND workspace_id = 'o1';
SELECT * FROM audit.news();
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id, role, is_owner) VALUES ('au', 'o1', 'mo', NULL, false), ('au', 'o1', NULL, 'Support', false);
UPDATE workflow_perms.workspace_members SET is_owner = true WHERE account_id = 'au' AND user_id = 'mo';
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id) VALUES ('au', 'f', 'o1');
UPDATE workflow_perms.workflows SET visibility = 'main' WHERE account_id = 'au';
UPDATE workflow_perms.workflows SET status = 'live' WHERE account_id = 'au';
UPDATE workflow_perms.workflows SET condition = '{"plan": "pro"}' WHERE account_id = 'au';
UPDATE workflow_perms.workflows SET hidden = true, default_enabled = true WHERE account_id = 'au';
UPDATE workflow_perms.workflows SET workspace_id = 'o2' WHERE account_id = 'au';
UPDATE workflow_perms.workflows SET name = 'New leads' WHERE account_id = 'au';
UPDATE workflow_perms.workflows SET name = NULL WHERE account_id = 'au';
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id) VALUES ('au', 'f', 'mo');
UPDATE workflow_perms.workflow_members SET is_owner = true WHERE account_id = 'au';
SELECT * FROM audit.news();
INSERT INTO workflow_perms.execution_rules (account_id, workflow_id, user_id, role, effect) VALUES
	('au', 'f', 'pro', NULL, 'deny'), ('au', NULL, NULL, 'NotAuthenticatedUser', 'deny');
INSERT INTO workflow_perms.execution_rules (account_id, workspace_id, user_id, effect) VALUES ('au', 'o2', 'mo', 'grant');
UPDATE workflow_perms.execution_rules SET effect = 'grant' WHERE account_id = 'au' AND user_id = 'pro';
UPDATE workflow_perms.execution_rules SET effect = 'deny' WHERE account_id = 'au' AND workspace_id = 'o2';
DELETE FROM workflow_perms.execution_rules WHERE account_id = 'au' AND role IS NOT NULL;
INSERT INTO workflow_perms.boards VALUES ('au', 'b', 'o2', 'main');
UPDATE workflow_perms.boards SET kind = 'private' WHERE account_id = 'au';
INSERT INTO workflow_perms.board_members (account_id, board_id, user_id) VALUES ('au', 'b', 'mo');
UPDATE workflow_perms.board_members SET is_owner = true WHERE account_id = 'au';
INSERT INTO workflow_perms.board_columns VALUES ('au', 'b', 'c');
UPDATE workflow_perms.board_columns SET edit_restricted = true WHERE account_id = 'au';
INSERT INTO workflow_perms.column_access (account_id, board_id, column_id, access, role) VALUES ('au', 'b', 'c', 'edit', 'Support');
DELETE FROM workflow_perms.column_access WHERE account_id = 'au';
SELECT * FROM audit.news();

-- Enabling, and every automatic disable, with its cause before it and as the doing of whoever caused it.
DELETE FROM workflow_perms.execution_rules WHERE account_id = 'au';
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status, condition) VALUES ('au', 'e', 'o2', 'main', 'live', '{"plan": "free"}');
SELECT count(*) > 0 AS looked FROM audit.news();
CREATE FUNCTION audit.enablements() RETURNS TABLE (principal text, role text, action text, object text, before text, after text)
LANGUAGE sql AS $$ SELECT n.principal, n.role, n.action, n.object, n.before::jsonb - 'changed_at', n.after::jsonb - 'changed_at' FROM audit.news() n $$;
BEGIN;
SELECT workflow_perms.set_principal('au', 'pro');
SET LOCAL ROLE regress_app;
SELECT workflow_perms.enable('e');
SELECT workflow_perms.disable('e');
SELECT workflow_perms.disable('e');
SELECT workflow_perms.enable('e');
SELECT * FROM audit.enablements();
COMMIT;
BEGIN;
SELECT workflow_perms.set_principal('au', 'ada');
SET LOCAL ROLE regress_app;
UPDATE workflow_perms.users SET metadata = '{"plan": "pro"}' WHERE user_id = 'pro';
SELECT * FROM audit.enablements();
ROLLBACK;
BEGIN;
SELECT workflow_perms.set_principal('au', 'ada');
UPDATE workflow_perms.workflows SET condition = '{"plan": "none"}' WHERE account_id = 'au' AND workflow_id = 'e';
SELECT * FROM audit.enablements();
ROLLBACK;
BEGIN;
UPDATE workflow_perms.workflows SET visibility = 'private' WHERE account_id = 'au' AND workflow_id = 'e';
SELECT * FROM audit.enablements();
ROLLBACK;
BEGIN;
UPDATE workflow_perms.workspaces SET kind = 'closed' WHERE account_id = 'au' AND workspace_id = 'o2';
SELECT * FROM audit.enablements();
ROLLBACK;
-- Default-enabling on connection.
BEGIN;
UPDATE workflow_perms.enablements SET enabled = false WHERE account_id = 'au';
DELETE FROM workflow_perms.enablements WHERE account_id = 'au';
UPDATE workflow_perms.workflows SET default_enabled = true WHERE account_id = 'au' AND workflow_id = 'e';
SELECT count(*) FROM audit.news();
SELECT workflow_perms.set_principal('au', 'pro');
SET LOCAL ROLE regress_app;
SELECT FROM workflow_perms.connect('');
SELECT * FROM audit.enablements();
ROLLBACK;

-- A workflow that goes takes its enablements along.
DELETE FROM workflow_perms.workflows WHERE account_id = 'au' AND workflow_id = 'e';
SELECT action, object FROM audit.news() ORDER BY object COLLATE "C";

-- What changes nothing leaves nothing: a write of what is there, no rows, a statement taken back.
UPDATE workflow_perms.users SET metadata = '{"plan": "free"}', active = true WHERE account_id = 'au' AND user_id = 'pro';
UPDATE workflow_perms.workflows SET condition = '{"plan": {"$eq": "pro"}}' WHERE account_id = 'au' AND workflow_id = 'f';
UPDATE workflow_perms.users SET active = false WHERE account_id = 'au' AND user_id = 'nobody';
UPDATE workflow_perms.users SET active = false WHERE account_id = 'au' AND user_id = 'ada';
BEGIN;
UPDATE workflow_perms.accounts SET default_execution = 'grant' WHERE account_id = 'au';
ROLLBACK;
SELECT * FROM audit.news();
-- Of several rows, those that changed, each with its own before and after.
UPDATE workflow_perms.users SET metadata = CASE user_id WHEN 'mo' THEN metadata ELSE jsonb_build_object('id', user_id) END WHERE account_id = 'au';
SELECT * FROM audit.news() ORDER BY object COLLATE "C";

-- COPY, upsert and MERGE.
COPY workflow_perms.users (account_id, user_id, kind) FROM STDIN;
au	copied	connected
\.
INSERT INTO workflow_perms.users (account_id, user_id, kind) VALUES ('au', 'copied', 'connected'), ('au', 'fresh', 'connected')
	ON CONFLICT (account_id, user_id) DO UPDATE SET metadata = '{"upserted": true}';
INSERT INTO workflow_perms.users (account_id, user_id, kind) VALUES ('au', 'copied', 'connected') ON CONFLICT DO NOTHING;
MERGE INTO workflow_perms.users u
	USING (VALUES ('copied'), ('fresh'), ('merged')) AS v (id) ON u.account_id = 'au' AND u.user_id = v.id
	WHEN MATCHED AND v.id = 'copied' THEN DELETE
	WHEN MATCHED THEN UPDATE SET active = false
	WHEN NOT MATCHED THEN INSERT (account_id, user_id, kind) VALUES ('au', v.id, 'connected');
WITH gone AS (DELETE FROM workflow_perms.users WHERE account_id = 'au' AND user_id = 'merged' RETURNING user_id)
	UPDATE workflow_perms.users SET active = true WHERE account_id = 'au' AND user_id = 'fresh';
SELECT * FROM audit.news() ORDER BY object COLLATE "C", action COLLATE "C";

-- Names of objects can be told apart, whatever the ids are.
INSERT INTO workflow_perms.users (account_id, user_id, kind) VALUES
	('au', 'a b', 'connected'), ('au', '-', 'connected'), ('au', 'say "hi"', 'connected'), ('au', E'tab\tbed', 'connected'), ('au', 'auth0|1/2:3', 'connected');
SELECT object FROM audit.news() ORDER BY object COLLATE "C";

-- More rows than are written at once, two accounts, and one row that takes a batch of its own.
SET workflow_perms.max_metadata_size = '16MB';
SELECT workflow_perms.create_account('au2', 'ada');
SELECT count(*) > 0 AS looked FROM audit.news();
INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata)
	SELECT CASE WHEN i % 2 = 0 THEN 'au' ELSE 'au2' END, 'many' || i, 'connected', CASE i WHEN 7 THEN jsonb_build_object('blob', repeat('x', 9000000)) ELSE '{}' END
	FROM generate_series(1, 1001) AS i;
SELECT split_part(object, ':', 1) AS account, count(*), count(DISTINCT object) FROM audit.news() GROUP BY 1 ORDER BY 1;
UPDATE workflow_perms.users SET metadata = jsonb_build_object('of', user_id) WHERE account_id IN ('au', 'au2') AND user_id LIKE 'many%';
SELECT count(*), count(*) FILTER (WHERE a.after #>> '{metadata,of}' = a.after ->> 'user_id' AND a.object = 'users ' || (a.before ->> 'user_id')
		AND a.before ->> 'user_id' = a.after ->> 'user_id' AND a.account_id = a.after ->> 'account_id') AS paired
	FROM workflow_perms.audit_log a WHERE entry > (SELECT entry FROM audit.seen);
-- The log tells what is there now.
SELECT count(*), count(*) FILTER (WHERE to_jsonb(u) IS DISTINCT FROM l.after) AS other
	FROM workflow_perms.users u
	FULL JOIN (
		SELECT DISTINCT ON (a.account_id, a.object) a.account_id, a.after, coalesce(a.after, a.before) ->> 'user_id' AS user_id
		FROM workflow_perms.audit_log a WHERE a.account_id IN ('au', 'au2') AND a.object LIKE 'users %'
		ORDER BY a.account_id, a.object, a.entry DESC
	) l ON l.account_id = u.account_id AND l.user_id = u.user_id
	WHERE coalesce(u.account_id, l.account_id) IN ('au', 'au2');
DELETE FROM workflow_perms.users WHERE account_id IN ('au', 'au2') AND user_id LIKE 'many%';
SELECT count(*) > 0 AS looked FROM audit.news();

-- Ids of entries are UUIDs of version 7 of their moment, in the order in which they are made,
-- however fast; rows of a statement are logged in their order; and there is no sequence.
SELECT count(*) FILTER (WHERE id <= before) AS out_of_order, count(DISTINCT id), bool_and(id::text ~ '^.{14}7.{4}[89ab]') AS version_7,
		bool_and(abs(('x' || translate(left(id::text, 13), '-', ''))::bit(48)::bigint - extract(epoch FROM now()) * 1000) < 600000) AS of_today
	FROM (SELECT id, lag(id) OVER (ORDER BY i) AS before FROM (SELECT i, workflow_perms._entry_id() AS id FROM generate_series(1, 20000) AS i) AS made) AS pairs;
INSERT INTO workflow_perms.roles SELECT 'au2', 'in order ' || i FROM generate_series(1, 500) AS i;
SELECT count(*), count(*) FILTER (WHERE object = format('roles "in order %s"', place)) AS in_order
	FROM (SELECT object, row_number() OVER (ORDER BY entry) AS place FROM workflow_perms.audit_log WHERE entry > (SELECT entry FROM audit.seen)) AS l;
DELETE FROM workflow_perms.roles WHERE account_id = 'au2' AND role LIKE 'in order%';
SELECT count(*) > 0 AS looked FROM audit.news();
SELECT relname FROM pg_class WHERE relnamespace = 'workflow_perms'::regnamespace AND relkind = 'S';
-- Nobody but the trigger has changed rows to return.
SELECT * FROM workflow_perms._changed_rows();
-- A row that changes twice in a statement, by two keys of the application's, has two entries, each from where the other ends.
BEGIN;
CREATE TABLE audit.teams (team text PRIMARY KEY);
INSERT INTO audit.teams VALUES ('t');
ALTER TABLE workflow_perms.roles ADD one text REFERENCES audit.teams ON DELETE SET NULL, ADD other text REFERENCES audit.teams ON DELETE SET NULL;
UPDATE workflow_perms.roles SET one = 't', other = 't' WHERE account_id = 'au2' AND role IN ('Admin', 'Member');
SELECT count(*) FROM audit.news();
DELETE FROM audit.teams;
SELECT object, before, after FROM audit.news() ORDER BY object COLLATE "C", before;
ROLLBACK;

-- Cascades are logged as whose who began them: the user goes and with it what names it.
BEGIN;
SELECT workflow_perms.set_principal('au', 'ada');
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) VALUES ('au', 'leaver', 'member', 'member');
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id) VALUES ('au', 'f', 'leaver');
INSERT INTO workflow_perms.role_grants (account_id, user_id, role) VALUES ('au', 'leaver', 'Support');
SELECT count(*) FROM audit.news();
SET LOCAL ROLE regress_app;
DELETE FROM workflow_perms.users WHERE user_id = 'leaver';
SELECT * FROM audit.news() ORDER BY object COLLATE "C";
ROLLBACK;
-- So are effects: the first owner, of a workflow and of a workspace, and created_by that goes with the user.
BEGIN;
SELECT workflow_perms.set_principal('au', 'mo');
UPDATE workflow_perms.accounts SET creator_roles = '{admin,member,viewer}' WHERE account_id = 'au';
UPDATE workflow_perms.users SET account_role = 'member' WHERE account_id = 'au' AND user_id = 'mo';
SELECT count(*) FROM audit.news();
SET LOCAL ROLE regress_app;
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) VALUES ('au', 'own', 'open');
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id) VALUES ('au', 'own', 'own');
SELECT * FROM audit.news();
RESET ROLE;
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id) VALUES ('au', 'own', 'ada'), ('au', 'f', 'ada');
UPDATE workflow_perms.workflow_members SET is_owner = true WHERE account_id = 'au' AND user_id = 'ada';
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id, is_owner) VALUES ('au', 'o1', 'ada', true), ('au', 'own', 'ada', true);
INSERT INTO workflow_perms.board_members (account_id, board_id, user_id, is_owner) VALUES ('au', 'b', 'ada', true);
SELECT count(*) FROM audit.news();
DELETE FROM workflow_perms.users WHERE account_id = 'au' AND user_id = 'mo';
SELECT * FROM audit.news() WHERE object LIKE '%: workflows %';
ROLLBACK;

-- A publish: who made which version the live one, by which role, with whose rights it ran before and runs
-- now. Every version is one; a refused publish and a draft are none.
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) VALUES ('au', 'pat', 'member', 'member');
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility) VALUES ('au', 'p', 'o2', 'main');
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id, is_owner) VALUES ('au', 'p', 'ada', false), ('au', 'p', 'pat', false);
UPDATE workflow_perms.workflow_members SET is_owner = true WHERE account_id = 'au' AND workflow_id = 'p';
SELECT count(*) > 0 AS looked FROM audit.news();
CREATE FUNCTION audit.publish(editor text, steps jsonb DEFAULT NULL) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
	SET LOCAL ROLE regress_app;
	INSERT INTO workflow_perms.workflow_drafts (account_id, workflow_id, user_id, definition)
		VALUES ('au', 'p', editor, jsonb_build_object('by', editor));
	RETURN (SELECT count(*) FROM workflow_perms.publish('p', steps));
END
$$;
BEGIN; SELECT workflow_perms.set_principal('au', 'ada'); SELECT audit.publish('ada'); COMMIT;
BEGIN; SELECT workflow_perms.set_principal('au', 'pat'); SELECT audit.publish('pat', '[{"step_id": "s", "workspace_id": "o2", "access": "read"}]'); COMMIT;
BEGIN; SELECT workflow_perms.set_principal('au', 'pat'); SET LOCAL ROLE regress_app; SELECT workflow_perms.publish('p'); ROLLBACK;
BEGIN; SELECT workflow_perms.set_principal('au', 'mo'); SET LOCAL ROLE regress_app; SELECT workflow_perms.publish('p'); ROLLBACK;
SELECT * FROM audit.news();
-- What is in the log agrees with the versions: who, which and when.
SELECT a.after -> 'live_version' AS version, a.principal, a.database_role, v.definition, v.published_by = a.principal AS same_user, v.published_at = a.at AS same_time
	FROM workflow_perms.audit_log a
	LEFT JOIN workflow_perms.workflow_versions v
		ON v.account_id = a.account_id AND v.workflow_id = a.after ->> 'workflow_id' AND v.version = (a.after -> 'live_version')::int
	WHERE a.account_id = 'au' AND a.action = 'update' AND a.object = 'workflows p' AND a.before -> 'live_version' <> a.after -> 'live_version'
	ORDER BY a.entry;

-- The role is the one that the session took, behind SECURITY DEFINER too.
CREATE FUNCTION audit.behind_definer() RETURNS void LANGUAGE sql SECURITY DEFINER
	AS $$ UPDATE workflow_perms.accounts SET default_execution = 'grant' WHERE account_id = 'au' $$;
BEGIN;
SET LOCAL ROLE regress_engine;
SELECT audit.behind_definer();
SELECT * FROM audit.news();
ROLLBACK;
-- A principal is named in the log of its own account only; an anonymous one has no name.
BEGIN;
SELECT workflow_perms.set_principal('au2', 'ada');
UPDATE workflow_perms.accounts SET default_execution = CASE default_execution WHEN 'deny' THEN 'grant' ELSE 'deny' END::workflow_perms.execution_effect
	WHERE account_id IN ('au', 'au2');
SELECT principal, object FROM audit.news() ORDER BY object COLLATE "C";
ROLLBACK;
BEGIN;
SELECT workflow_perms.set_anonymous('au');
UPDATE workflow_perms.accounts SET default_execution = 'grant' WHERE account_id = 'au';
SELECT principal, object FROM audit.news();
ROLLBACK;

-- Append-only, for a superuser too: no entry by hand, none changed, none taken away.
INSERT INTO workflow_perms.audit_log (account_id, at, database_role, action, object) VALUES ('au', now(), 'postgres', 'insert', 'users eve');
COPY workflow_perms.audit_log (account_id, at, database_role, action, object) FROM STDIN;
au	2020-01-01	postgres	insert	users eve
\.
UPDATE workflow_perms.audit_log SET principal = 'eve' WHERE account_id = 'au';
DELETE FROM workflow_perms.audit_log WHERE account_id = 'au';
TRUNCATE workflow_perms.audit_log;
MERGE INTO workflow_perms.audit_log a USING (VALUES ('au')) AS v (id) ON a.account_id = v.id WHEN MATCHED THEN DELETE;
BEGIN;
SET LOCAL ROLE workflow_perms_owner;
DELETE FROM workflow_perms.audit_log WHERE account_id = 'au';
ROLLBACK;
-- Nor do the tables lose rows behind its back.
TRUNCATE workflow_perms.enablements;
SET client_min_messages = warning;
TRUNCATE workflow_perms.accounts CASCADE;
RESET client_min_messages;
-- Tables whose changes are not logged.
SELECT string_agg(t, ' ' ORDER BY t COLLATE "C") FROM unnest(workflow_perms._model_tables()) AS t
	WHERE (SELECT count(*) FROM pg_trigger g WHERE g.tgrelid = ('workflow_perms.' || t)::regclass AND g.tgname IN ('audit_insert', 'audit_update', 'audit_delete', 'keep_rows')) <> 4;
-- They run after all others that could refuse.
SELECT count(*) > 0 AS statement_level FROM pg_trigger WHERE tgname LIKE 'audit\_%' AND tgtype & 1 = 0;
SELECT tgrelid::regclass, tgname FROM pg_trigger WHERE tgname LIKE 'audit\_%' AND tgtype & 1 = 1;

-- What somebody has added to the table is heeded: columns, defaults, triggers, constraints, indexes.
BEGIN;
CREATE FUNCTION audit.shout() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.note := upper(NEW.object); RETURN NEW; END$$;
INSERT INTO workflow_perms.roles VALUES ('au2', 'plain');
ALTER TABLE workflow_perms.audit_log ADD COLUMN note text;
CREATE INDEX audit_log_object ON workflow_perms.audit_log (object);
INSERT INTO workflow_perms.roles VALUES ('au2', 'column');
ALTER TABLE workflow_perms.audit_log ALTER note SET DEFAULT 'default';
INSERT INTO workflow_perms.roles VALUES ('au2', 'default');
CREATE TRIGGER shout BEFORE INSERT ON workflow_perms.audit_log FOR EACH ROW EXECUTE FUNCTION audit.shout();
INSERT INTO workflow_perms.roles VALUES ('au2', 'trigger');
SELECT object, note, action, before, after ->> 'role' AS after, entry > lag(entry) OVER (ORDER BY entry) AS later, at = now() AS now
	FROM workflow_perms.audit_log WHERE account_id = 'au2' AND object IN ('roles plain', 'roles column', 'roles default', 'roles trigger') ORDER BY entry;
DROP TRIGGER shout ON workflow_perms.audit_log;
ALTER TABLE workflow_perms.audit_log ALTER note DROP DEFAULT, ADD CONSTRAINT audited CHECK (object <> 'roles refused');
DO $$BEGIN INSERT INTO workflow_perms.roles VALUES ('au2', 'refused'); EXCEPTION WHEN check_violation THEN RAISE NOTICE '%', SQLERRM; END$$;
-- What the index says is what is in the table.
INSERT INTO workflow_perms.roles SELECT 'au2', 'many' || i FROM generate_series(1, 600) AS i;
SET LOCAL enable_seqscan = off;
SELECT count(*), sum((SELECT count(*) FROM workflow_perms.audit_log o WHERE o.object = 'roles many' || i)) FROM generate_series(1, 600) AS i;
ROLLBACK;
-- A trigger that changes what is logged while entries are written; one that fails in between, which leaves nothing to read; a rule that has them written twice.
BEGIN;
CREATE FUNCTION audit.echo() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
	IF NEW.object = 'roles fails' THEN RAISE EXCEPTION 'not this one'; END IF;
	INSERT INTO workflow_perms.roles SELECT 'au2', (NEW.after ->> 'role') || '+' WHERE length(NEW.after ->> 'role') < 3;
	RETURN NEW;
END$$;
CREATE TRIGGER echo BEFORE INSERT ON workflow_perms.audit_log FOR EACH ROW EXECUTE FUNCTION audit.echo();
SELECT count(*) >= 0 AS looked FROM audit.news();
DO $$BEGIN INSERT INTO workflow_perms.roles VALUES ('au2', 'before'), ('au2', 'fails'), ('au2', 'after'); EXCEPTION WHEN raise_exception THEN RAISE NOTICE '%', SQLERRM; END$$;
DO $$BEGIN PERFORM * FROM workflow_perms._changed_rows(); EXCEPTION WHEN object_not_in_prerequisite_state THEN RAISE NOTICE '%', SQLERRM; END$$;
INSERT INTO workflow_perms.roles VALUES ('au2', 'x'), ('au2', 'y'), ('au2', 'z');
SELECT action, object FROM audit.news();
DROP TRIGGER echo ON workflow_perms.audit_log;
CREATE TABLE audit.copies (LIKE workflow_perms.audit_log);
GRANT INSERT ON audit.copies TO workflow_perms_owner;
CREATE RULE copy AS ON INSERT TO workflow_perms.audit_log DO ALSO INSERT INTO audit.copies VALUES (NEW.*);
DELETE FROM workflow_perms.roles WHERE account_id = 'au2' AND length(role) <= 3;
SELECT count(*) FROM audit.news();
SELECT count(*), count(DISTINCT object) FROM audit.copies;
ROLLBACK;

-- The log goes with its account, and only that one's.
DELETE FROM workflow_perms.accounts WHERE account_id = 'au';
SELECT account_id, count(*) > 0 AS log FROM workflow_perms.audit_log WHERE account_id IN ('au', 'au2') GROUP BY 1;
BEGIN;
DELETE FROM workflow_perms.accounts WHERE account_id = 'au2';
SELECT workflow_perms.create_account('au2', 'eve');
SELECT count(*) FROM workflow_perms.audit_log WHERE account_id = 'au2' AND object LIKE 'users %';
COMMIT;
DELETE FROM workflow_perms.accounts WHERE account_id = 'au2';
SET client_min_messages = warning;
DROP SCHEMA audit CASCADE;
RESET client_min_messages;
VACUUM workflow_perms.audit_log;

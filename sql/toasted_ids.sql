-- How a table stores a value changes no answer. An account is filled in three ways: with its values as they
-- are; with long ids, compressed in their rows; and with long ids out of line. The long ids are the short
-- ones with a suffix. Every question, asked as everybody, and every write has to come to the same in the
-- three, but for the suffix. Row after row is pushed over 2 kB by a column of the application's own, padding.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE SCHEMA toasted;
GRANT USAGE ON SCHEMA toasted TO PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA toasted GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO PUBLIC;

-- The tables of the model that the application fills.
CREATE VIEW toasted.tables AS
	SELECT name, format('workflow_perms.%I', name)::regclass AS oid, n
	FROM unnest(workflow_perms._model_tables()) WITH ORDINALITY AS t (name, n) WHERE name NOT IN ('audit_log', 'conditions');
DO $$
DECLARE
	t record;
BEGIN
	FOR t IN TABLE toasted.tables LOOP
		EXECUTE format('ALTER TABLE %1$s ADD padding text, ALTER padding SET STORAGE PLAIN', t.oid);
		EXECUTE format('GRANT SELECT (padding) ON %s TO regress_app', t.oid);
	END LOOP;
END
$$;
ALTER TABLE workflow_perms.workflows ADD title text COLLATE "C";
GRANT SELECT (title) ON workflow_perms.workflows TO regress_app;
CREATE INDEX toasted_title ON workflow_perms.workflows (account_id, title, workflow_id);
CREATE INDEX toasted_place ON workflow_perms.workflows (account_id, workspace_id, title, workflow_id);
CREATE INDEX toasted_hash ON workflow_perms.workflows (account_id, workflow_perms.condition_hash(condition), title, workflow_id);

-- Says how values that are written from now on are stored, where their type leaves a choice.
CREATE PROCEDURE toasted.store(how text) LANGUAGE plpgsql AS $$
DECLARE
	c record;
BEGIN
	FOR c IN SELECT t.oid, a.attname, y.typstorage FROM toasted.tables t JOIN pg_attribute a ON a.attrelid = t.oid JOIN pg_type y ON y.oid = a.atttypid
		WHERE a.attnum > 0 AND NOT a.attisdropped AND y.typstorage <> 'p' AND a.attname <> 'padding'
	LOOP
		EXECUTE format('ALTER TABLE %s ALTER %I SET STORAGE %s', c.oid, c.attname,
			CASE how WHEN 'default' THEN CASE c.typstorage WHEN 'm' THEN 'MAIN' WHEN 'e' THEN 'EXTERNAL' ELSE 'EXTENDED' END ELSE how END);
	END LOOP;
END
$$;

-- The account: somebody of every kind, something in every table; values of more than 2 kB.
CALL toasted.store('PLAIN');
SELECT FROM workflow_perms.create_account('ti', 'boss');
SET search_path = workflow_perms, public;
UPDATE accounts SET creator_roles = array_fill('member'::account_role, '{50}') || array_fill('admin'::account_role, '{50}'), guests_see_open_main = true
	WHERE account_id = 'ti';
INSERT INTO users (account_id, user_id, kind, account_role, metadata, active) VALUES
	('ti', 'bot', 'service', NULL, '{}', true), ('ti', 'dev', 'member', 'viewer', '{}', true), ('ti', 'gus', 'member', 'guest', '{}', true),
	('ti', 'lead', 'member', 'viewer', '{}', true), ('ti', 'lead1', 'member', 'viewer', '{}', true), ('ti', 'mem', 'member', 'member', '{}', true),
	('ti', 'off', 'member', 'admin', '{}', false), ('ti', 'own', 'member', 'member', '{}', true), ('ti', 'rol', 'member', 'member', '{}', true),
	('ti', 'sup', 'member', 'viewer', '{}', true), ('ti', 'vi', 'member', 'viewer', '{}', true),
	('ti', 'free', 'connected', NULL, '{"plan": "free"}', true), ('ti', 'gone', 'connected', NULL, '{"plan": "pro"}', false),
	('ti', 'pro', 'connected', NULL, jsonb_build_object('plan', 'pro', 'seats', 12, 'notes', repeat('something to say, ', 300), 'tags', to_jsonb(array_fill('beta'::text, '{300}'))), true),
	('ti', 'vip', 'connected', NULL, (SELECT jsonb_object_agg('attribute ' || i, md5(i::text)) FROM generate_series(1, 150) i) || '{"plan": "gold", "seats": 40}', true);
INSERT INTO roles (account_id, role) VALUES ('ti', 'Crew'), ('ti', 'Deck'), ('ti', 'Lead'), ('ti', 'Painters'), ('ti', 'Vips');
INSERT INTO role_includes VALUES ('ti', 'Lead', 'Painters'), ('ti', 'Crew', 'Deck'), ('ti', 'Deck', 'Painters');
INSERT INTO role_capabilities VALUES ('ti', 'Lead', 'team.manage_roles'), ('ti', 'Lead', 'connected_users.view'), ('ti', 'Painters', 'workflows.view'),
	('ti', 'Painters', 'acme.export'), ('ti', 'Deck', 'task_history.view'), ('ti', 'Crew', 'workflows.modify'), ('ti', 'Crew', 'workflows.create');
INSERT INTO workspaces (account_id, workspace_id, kind) VALUES ('ti', 'a1', 'app'), ('ti', 'c1', 'closed'), ('ti', 'c2', 'closed'), ('ti', 'o1', 'open'),
	('ti', 'o2', 'open'), ('ti', 'p1', 'project'), ('ti', 'p2', 'project');
INSERT INTO role_grants (account_id, user_id, role, workspace_id, expires_at) VALUES
	('ti', 'bot', 'Crew', 'p1', NULL), ('ti', 'dev', 'Member', NULL, NULL), ('ti', 'lead', 'Lead', NULL, NULL), ('ti', 'lead1', 'Lead', 'p1', 'infinity'),
	('ti', 'rol', 'Crew', NULL, NULL), ('ti', 'sup', 'Support', NULL, NULL), ('ti', 'vi', 'Painters', 'o1', NULL), ('ti', 'vi', 'Deck', NULL, '2020-01-01'),
	('ti', 'gus', 'Deck', 'p2', NULL), ('ti', 'vip', 'Vips', NULL, NULL), ('ti', 'free', 'Vips', 'a1', NULL);
INSERT INTO workspace_members (account_id, workspace_id, user_id, role, is_owner, expires_at) VALUES
	('ti', 'o1', 'own', NULL, true, NULL), ('ti', 'o2', 'boss', NULL, true, NULL), ('ti', 'c1', 'own', NULL, true, NULL), ('ti', 'c2', 'boss', NULL, true, NULL),
	('ti', 'c1', 'mem', NULL, false, NULL), ('ti', 'c1', 'gus', NULL, false, NULL), ('ti', 'o1', 'gus', NULL, false, NULL), ('ti', 'c1', 'vi', NULL, false, '2020-01-01'),
	('ti', 'c1', NULL, 'Painters', false, NULL), ('ti', 'c2', NULL, 'Crew', false, NULL), ('ti', 'o1', 'bot', NULL, false, 'infinity');
INSERT INTO workflows (account_id, workflow_id, workspace_id, visibility, status, condition, hidden, default_enabled, title) VALUES
	('ti', 'app_cond', 'a1', 'main', 'live', '{"plan": "pro"}', false, false, 'cond'), ('ti', 'app_flow', 'a1', 'private', 'live', NULL, false, false, 'app'),
	('ti', 'closed_main', 'c1', 'main', 'live', NULL, false, false, 'closed'), ('ti', 'closed_private', 'c1', 'private', 'live', NULL, false, false, NULL),
	('ti', 'far', 'c2', 'main', 'live', NULL, false, false, 'far'),
	('ti', 'open_gated', 'o1', 'main', 'live', '{"plan": {"$in": ["pro", "gold"]}}', false, true, 'gated'), ('ti', 'open_main', 'o1', 'main', 'live', NULL, false, true, 'main'),
	('ti', 'open_private', 'o1', 'private', 'live', NULL, false, false, 'main'), ('ti', 'open_stopped', 'o2', 'main', 'stopped', NULL, false, false, NULL),
	('ti', 'project_cond', 'p1', 'private', 'live', '{"plan": "pro", "seats": {"$gte": 10}}', false, true, 'cond'),
	('ti', 'project_draft', 'p1', 'main', 'draft', NULL, false, false, 'd'), ('ti', 'project_flow', 'p1', 'main', 'live', NULL, false, false, 'main'),
	('ti', 'project_hidden', 'p2', 'main', 'live', '{"tags": "beta"}', true, true, 'hidden'), ('ti', 'project_user', 'p2', 'main', 'live', '{"$userId": {"$startsWith": "v"}}', false, false, 'user'),
	('ti', 'project_long', 'p2', 'main', 'live', (SELECT jsonb_build_object('plan', jsonb_build_object('$in', jsonb_agg('plan number ' || i) || '["gold"]')) FROM generate_series(1, 300) i)::metadata_condition, false, true, 'long');
INSERT INTO workflow_members (account_id, workflow_id, user_id, role, expires_at) VALUES
	('ti', 'open_main', 'own', NULL, NULL), ('ti', 'open_main', 'mem', NULL, NULL), ('ti', 'open_main', 'gus', NULL, NULL), ('ti', 'open_gated', 'own', NULL, NULL),
	('ti', 'open_private', 'own', NULL, NULL), ('ti', 'open_private', 'rol', NULL, NULL), ('ti', 'open_private', NULL, 'Painters', NULL), ('ti', 'open_private', 'vi', NULL, '2020-01-01'),
	('ti', 'closed_main', 'own', NULL, NULL), ('ti', 'closed_main', 'boss', NULL, NULL), ('ti', 'closed_private', 'own', NULL, NULL), ('ti', 'closed_private', NULL, 'Deck', NULL),
	('ti', 'closed_private', 'bot', NULL, 'infinity'), ('ti', 'far', 'boss', NULL, NULL), ('ti', 'far', 'own', NULL, NULL), ('ti', 'open_stopped', 'own', NULL, NULL), ('ti', 'open_stopped', 'sup', NULL, NULL);
UPDATE workflow_members SET is_owner = true WHERE account_id = 'ti' AND user_id IN ('own', 'boss', 'rol');
INSERT INTO boards VALUES ('ti', 'plan', 'o1', 'main'), ('ti', 'secret', 'o1', 'private'), ('ti', 'shared', 'o1', 'shareable'), ('ti', 'shut', 'c2', 'main'), ('ti', 'work', 'p1', 'main');
INSERT INTO board_members (account_id, board_id, user_id, role, is_owner, expires_at) VALUES
	('ti', 'plan', 'boss', NULL, true, NULL), ('ti', 'secret', 'own', NULL, true, NULL), ('ti', 'shared', 'own', NULL, true, NULL), ('ti', 'shut', 'boss', NULL, true, NULL), ('ti', 'work', 'dev', NULL, true, NULL),
	('ti', 'secret', NULL, 'Painters', false, NULL), ('ti', 'shared', 'gus', NULL, false, NULL), ('ti', 'shared', 'mem', NULL, false, NULL), ('ti', 'shared', 'vi', NULL, false, '2020-01-01');
INSERT INTO board_columns VALUES ('ti', 'plan', 'free', false, false), ('ti', 'plan', 'seen', true, false), ('ti', 'plan', 'written', false, true), ('ti', 'plan', 'both', true, true),
	('ti', 'secret', 'free', false, false), ('ti', 'shut', 'free', false, false);
INSERT INTO column_access (account_id, board_id, column_id, access, user_id, role) VALUES
	('ti', 'plan', 'seen', 'view', 'own', NULL), ('ti', 'plan', 'seen', 'view', NULL, 'Painters'), ('ti', 'plan', 'written', 'edit', 'mem', NULL), ('ti', 'plan', 'written', 'edit', 'own', NULL),
	('ti', 'plan', 'both', 'view', NULL, 'Deck'), ('ti', 'plan', 'both', 'edit', NULL, 'Crew');
INSERT INTO workflow_steps VALUES ('ti', 'open_main', 's1', 'o1', 'plan', 'free', 'write'), ('ti', 'open_main', 's2', 'o1', 'plan', 'written', 'write'), ('ti', 'open_main', 's3', 'o1', 'secret', NULL, 'read'),
	('ti', 'open_private', 's1', 'o1', 'plan', 'both', 'write'), ('ti', 'closed_main', 's1', 'c2', 'shut', 'free', 'read'), ('ti', 'far', 's1', 'c2', NULL, NULL, 'read'), ('ti', 'project_flow', 's1', 'p1', 'work', NULL, 'write');
INSERT INTO execution_rules (account_id, workflow_id, user_id, role, effect, expires_at) VALUES
	('ti', 'app_flow', 'free', NULL, 'deny', NULL), ('ti', 'app_flow', NULL, 'Vips', 'grant', NULL), ('ti', 'app_cond', 'pro', NULL, 'grant', NULL), ('ti', 'app_cond', NULL, 'NonAuthenticatedUser', 'deny', NULL),
	('ti', 'open_main', 'mem', NULL, 'deny', NULL), ('ti', 'open_main', NULL, 'Deck', 'deny', NULL), ('ti', 'open_main', 'vip', NULL, 'deny', '2020-01-01'), ('ti', 'open_private', 'sup', NULL, 'grant', NULL), ('ti', 'open_private', 'gus', NULL, 'grant', 'infinity'),
	('ti', 'closed_private', NULL, 'AuthenticatedUser', 'deny', NULL), ('ti', 'project_flow', NULL, 'Crew', 'grant', NULL),
	('ti', NULL, 'gus', NULL, 'deny', NULL), ('ti', NULL, 'lead1', NULL, 'grant', NULL), ('ti', NULL, 'vip', NULL, 'grant', NULL), ('ti', NULL, NULL, 'Painters', 'deny', NULL), ('ti', NULL, NULL, 'AuthenticatedUser', 'grant', NULL);
SET session_replication_role = replica;
UPDATE workflows SET run_as = 'own', created_by = 'own' WHERE account_id = 'ti' AND workspace_id IN ('o1', 'c1');
UPDATE workflows SET live_version = 2 WHERE account_id = 'ti' AND workflow_id IN ('open_main', 'project_flow');
INSERT INTO workflow_versions (account_id, workflow_id, version, definition, published_by, published_at)
	SELECT 'ti', w, v, jsonb_build_object('version', v, 'of', repeat(w, 300)), 'own', '2026-01-01' FROM unnest('{open_main,project_flow}'::text[]) w, generate_series(1, 2) v;
INSERT INTO workflow_drafts (account_id, workflow_id, user_id, definition, updated_at)
	SELECT 'ti', w, u, jsonb_build_object('draft of', u, 'filled', repeat('so ', 1000)), '2026-01-01' FROM (VALUES ('open_main', 'own'), ('closed_main', 'own'), ('closed_main', 'boss'), ('project_flow', 'dev'), ('open_private', 'rol')) AS d (w, u);
INSERT INTO connections (account_id, user_id, configuration, connected_at) VALUES ('ti', 'pro', 'first', '2026-01-01'), ('ti', 'vip', 'first', '2026-01-01');
INSERT INTO enablements (account_id, workflow_id, user_id, configuration, enabled, reason, changed_at)
	SELECT 'ti', w, u, c, w <> 'project_user' OR u <> 'free', 'user', '2026-01-01' FROM (VALUES ('open_gated', '{pro,vip}'::text[]), ('open_main', '{pro,free,vip,gone}'), ('project_cond', '{pro}'), ('project_flow', '{pro,free}'), ('project_long', '{vip}'), ('project_user', '{vip,free}')) AS e (w, users),
		unnest(users) u, unnest('{first,second}'::text[]) c WHERE c = 'first' OR u = 'pro';
INSERT INTO runs (account_id, run_id, workflow_id, version, started_by, started_as, for_user, run_as, status, started_at) VALUES
	('ti', 'bad', 'open_main', 2, NULL, 'system', 'pro', 'own', 'failed', '2026-01-01'), ('ti', 'done', 'open_main', 2, 'own', 'user', NULL, 'own', 'succeeded', '2026-01-02'), ('ti', 'on', 'open_main', 2, 'own', 'user', NULL, 'own', 'running', '2026-01-03'),
	('ti', 'priv', 'open_private', NULL, 'rol', 'user', NULL, 'own', 'failed', '2026-01-04'), ('ti', 'proj', 'project_flow', 2, 'free', 'user', 'free', NULL, 'failed', '2026-01-05'), ('ti', 'lost', 'no_more', NULL, NULL, 'system', 'vip', 'off', 'failed', '2026-01-06');
INSERT INTO run_steps (account_id, run_id, step_no, workflow_id, step_id, workspace_id, board_id, column_id, access, status, details, error)
	SELECT 'ti', r, n, (SELECT workflow_id FROM runs WHERE account_id = 'ti' AND run_id = r), 's' || n, s, b, c, a::step_access, 'succeeded', jsonb_build_object('said', repeat(r, 1000)), 'error'
	FROM (VALUES ('bad', 1, 'o1', 'plan', 'free', 'write'), ('bad', 2, 'o1', 'plan', 'both', 'read'), ('done', 1, 'o1', 'secret', NULL, 'read'), ('done', 2, 'c2', 'shut', NULL, 'read'), ('done', 3, 'o1', 'plan', 'written', 'write'),
		('on', 1, NULL, NULL, NULL, NULL), ('priv', 1, 'o1', 'plan', 'seen', 'read'), ('proj', 1, 'p1', 'work', NULL, 'write')) AS v (r, n, s, b, c, a);
RESET session_replication_role;
RESET search_path;

-- The other two. Built-in names stay as they are.
CREATE TABLE toasted.worlds (world text, suffix text);
INSERT INTO toasted.worlds VALUES ('plain', ''), ('compressed', '!' || repeat('c', 220)), ('external', '!' || repeat('e', 220));
CREATE PROCEDURE toasted.clone(world text) LANGUAGE plpgsql AS $$
DECLARE
	suffix text := w.suffix FROM toasted.worlds w WHERE w.world = clone.world;
	t record;
BEGIN
	SET LOCAL session_replication_role = replica;
	FOR t IN SELECT s.oid, string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS names,
			string_agg(CASE WHEN atttypid <> 'text'::regtype OR attname IN ('reason', 'padding') THEN quote_ident(attname)
				WHEN attname IN ('role', 'included_role', 'capability') THEN format(
					$c$CASE WHEN %1$I ~ '^(Admin|Member|Support|AuthenticatedUser|NonAuthenticatedUser|(integrations|workflows|sdk_setup|projects|credentials|event_destinations|environment_secrets|api_keys|team|billing|connected_users|task_history)[.].*)$' THEN %1$I ELSE %1$I || %2$L END$c$,
					attname, suffix)
				ELSE format('%I || %L', attname, suffix) END, ', ' ORDER BY attnum) AS expressions
		FROM toasted.tables s JOIN pg_attribute ON attrelid = s.oid
		WHERE attnum > 0 AND NOT attisdropped AND attname <> 'padding' GROUP BY s.oid, s.n ORDER BY s.n
	LOOP
		EXECUTE format('INSERT INTO %s (%s, padding) SELECT %s, repeat(''x'', 2100) FROM %1$s WHERE account_id = ''ti''', t.oid, t.names, t.expressions);
	END LOOP;
END
$$;
CALL toasted.store('default');
CALL toasted.clone('compressed');
CALL toasted.store('EXTERNAL');
CALL toasted.clone('external');
-- What is the application's own: copies of the tables, and notes about workflows.
DO $$
DECLARE
	t record;
BEGIN
	FOR t IN TABLE toasted.tables LOOP
		EXECUTE format('CREATE TABLE toasted.%I (LIKE %s INCLUDING STORAGE)', t.name, t.oid);
		EXECUTE format('INSERT INTO toasted.%I SELECT * FROM %s WHERE account_id ~ ''^ti(!|$)''', t.name, t.oid);
	END LOOP;
END
$$;
CREATE TABLE toasted.notes (account_id text COLLATE "C", workflow_id text COLLATE "C", note text, padding text);
ALTER TABLE toasted.notes ALTER padding SET STORAGE PLAIN;
INSERT INTO toasted.notes SELECT account_id, workflow_id, workflow_id, padding FROM toasted.workflows;
SELECT workflow_perms.protect('toasted.notes');
CALL toasted.store('default');
-- Index entries take values as the rows have them; all rows are seen by all, so that an index alone can answer.
DO $$
DECLARE
	t record;
BEGIN
	FOR t IN TABLE toasted.tables LOOP
		EXECUTE format('REINDEX TABLE %s', t.oid);
	END LOOP;
	REINDEX TABLE toasted.notes;
END
$$;
SELECT format('VACUUM (FREEZE) %s', oid) FROM toasted.tables \gexec

-- It is so: of the long ids of each table all are compressed, or in its TOAST table.
CREATE FUNCTION toasted.stored(relation regclass, suffix text, OUT ids bigint, OUT compressed bigint, OUT chunks bigint) LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE (SELECT format('SELECT count(*), count(*) FILTER (WHERE pg_column_compression(v) IS NOT NULL) FROM %s, LATERAL (VALUES %s) AS v (v) WHERE account_id = %L AND v LIKE %L',
			relation, string_agg(format('(%I)', attname), ', '), 'ti' || suffix, '%' || suffix)
		FROM pg_attribute WHERE attrelid = relation AND attnum > 0 AND atttypid = 'text'::regtype AND NOT attisdropped AND attname <> 'padding')
		INTO ids, compressed;
	EXECUTE (SELECT format('SELECT count(*) FROM %s WHERE position(%L::bytea IN chunk_data) > 0', reltoastrelid::regclass, suffix) FROM pg_class WHERE oid = relation) INTO chunks;
END
$$;
SELECT count(*) AS tables, bool_and(c.ids > 0 AND c.compressed = c.ids AND c.chunks = 0) AS compressed, bool_and(e.ids > 0 AND e.compressed = 0 AND e.chunks = e.ids) AS "out of line"
	FROM toasted.tables t, toasted.stored(t.oid, (SELECT suffix FROM toasted.worlds WHERE world = 'compressed')) c,
		toasted.stored(t.oid, (SELECT suffix FROM toasted.worlds WHERE world = 'external')) e;

-- Questions, with {id} for an id of the account that is asked about. A write is undone; `look` says what it has come to.
CREATE TABLE toasted.questions (n int GENERATED ALWAYS AS IDENTITY, kind text, asker text, question text, look text, role text DEFAULT 'regress_app');
CREATE TABLE toasted.said (world text, n int, answer text);
CREATE FUNCTION toasted.translate(question text, suffix text) RETURNS text LANGUAGE sql IMMUTABLE RETURN
	regexp_replace(question, '\{([\w.]*)\}', '''\1' || suffix || '''', 'g');
-- The rows of the answer, or the error, with every time alike and without the suffix.
CREATE FUNCTION toasted.answer(question text, look text, suffix text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	r record;
	said text := '';
	detail text;
	hint text;
	wanting text;
BEGIN
	BEGIN
		FOR r IN EXECUTE question LOOP
			said := said || replace((to_jsonb(r) - 'padding')::text, suffix, '') || E'\n';
		END LOOP;
		IF look IS NOT NULL THEN
			SET CONSTRAINTS ALL IMMEDIATE;
			PERFORM set_config('role', 'none', true);
			FOR r IN EXECUTE look LOOP
				said := said || replace(to_jsonb(r)::text, suffix, '') || E'\n';
			END LOOP;
		END IF;
		RAISE EXCEPTION USING ERRCODE = 'TIUND';
	EXCEPTION
		WHEN SQLSTATE 'TIUND' THEN
			NULL;
		WHEN OTHERS THEN
			GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT, wanting = CONSTRAINT_NAME;
			said := replace(concat_ws(' ', 'ERROR', SQLSTATE, SQLERRM, detail, hint, wanting), suffix, '');
	END;
	RETURN regexp_replace(said, '\d{4}-\d\d-\d\d[T ][\d:.]+[+-]\d\d:\d\d', 'T', 'g');
END
$$;
CREATE PROCEDURE toasted.ask() LANGUAGE plpgsql AS $$
DECLARE
	w record;
	asked record;
	q record;
	answers text[];
	numbers int[];
BEGIN
	FOR w IN SELECT * FROM toasted.worlds LOOP
		FOR asked IN SELECT asker FROM toasted.questions GROUP BY asker ORDER BY min(n) LOOP
			PERFORM matrix.become(CASE asked.asker WHEN 'none' THEN 'none' WHEN 'anonymous' THEN format('ti%s/', w.suffix) ELSE format('ti%1$s/%2$s%1$s', w.suffix, asked.asker) END, 'none');
			answers := '{}';
			numbers := '{}';
			FOR q IN SELECT n, role, toasted.translate(question, w.suffix) AS question, toasted.translate(look, w.suffix) AS look
				FROM toasted.questions WHERE asker = asked.asker ORDER BY n
			LOOP
				PERFORM set_config('role', q.role, true);
				answers := answers || toasted.answer(q.question, q.look, w.suffix);
				numbers := numbers || q.n;
			END LOOP;
			PERFORM set_config('role', 'none', true);
			INSERT INTO toasted.said SELECT w.world, a.* FROM unnest(numbers, answers) a;
			COMMIT;
		END LOOP;
	END LOOP;
END
$$;
-- All pages of that size, one behind the other.
CREATE FUNCTION toasted.pages(order_by text, page_size int) RETURNS TABLE (workflow_id text, cursor jsonb) LANGUAGE plpgsql AS $$
DECLARE
	page int;
BEGIN
	-- more than there are
	FOR i IN 1..20 LOOP
		page := 0;
		FOR workflow_id, cursor IN SELECT p.workflow_id, p.cursor FROM workflow_perms.visible_workflows(order_by, page_size, pages.cursor) p LOOP
			page := page + 1;
			RETURN NEXT;
		END LOOP;
		EXIT WHEN page < page_size;
	END LOOP;
END
$$;

-- Decisions and lists are asked for by one of every kind of principal, the rest by some. The tables called toasted.…
-- are the application's own.
INSERT INTO toasted.questions (kind, asker, question)
	SELECT q.kind, a.asker, q.question
	FROM unnest('{boss,own,rol,vip,gus,sup,pro,none,anonymous}'::text[]) WITH ORDINALITY AS a (asker, n), (
		SELECT 'rows that are seen', format('SELECT t.* FROM workflow_perms.%I t ORDER BY (to_jsonb(t) - ''padding'')::text COLLATE "C"', name) FROM toasted.tables
		UNION ALL VALUES
		('decisions', 'SELECT w.workflow_id, can_view(w) AS v, can_view_draft(w) AS d, can_edit(w) AS e, can_operate(w) AS o, can_publish(w) AS p, can_delete(w) AS x, can_manage_members(w) AS m, can_enable(w) AS n, can_run(w) AS r FROM toasted.workflows w WHERE account_id = {ti} ORDER BY 1'),
		('decisions', 'SELECT w.workflow_id, can_view(workflow_id) AS v, can_view_draft(workflow_id) AS d, can_edit(workflow_id) AS e, can_operate(workflow_id) AS o, can_publish(workflow_id) AS p, can_delete(workflow_id) AS x, can_manage_members(workflow_id) AS m, can_enable(workflow_id) AS n, can_run(workflow_id) AS r FROM toasted.workflows w WHERE account_id = {ti} ORDER BY 1'),
		('decisions', 'SELECT w.workflow_id, can_view(account_id, workflow_id, workspace_id, visibility, status, condition, hidden) AS v, can_edit(account_id, workflow_id, workspace_id, visibility, status, condition, hidden) AS e, can_enable(account_id, workflow_id, workspace_id, visibility, status, condition, hidden) AS n, can_run(account_id, workflow_id, workspace_id, visibility, status, condition, hidden) AS r FROM toasted.workflows w WHERE account_id = {ti} ORDER BY 1'),
		('decisions', 'SELECT can_view({open_main}) AS v, can_edit({open_private}) AS e, can_run({project_long}) AS r, can_enable({project_cond}) AS n, can_run({nowhere}) AS x'),
		('decisions', 'SELECT capability, can(capability) AS everywhere, s.workspace_id, can(capability, s.workspace_id) AS there FROM unnest(ARRAY[''workflows.view'', ''task_history.view'', {acme.export}]) capability, toasted.workspaces s WHERE account_id = {ti} ORDER BY 1, 3'),
		('decisions', 'SELECT s.workspace_id, can_create(workspace_id) AS c, can_access_workspace(workspace_id) AS a, principal_owns_workspace(account_id, workspace_id) AS o, can_access_workspace(account_id, workspace_id, kind) AS b FROM toasted.workspaces s WHERE account_id = {ti} ORDER BY 1'),
		('lists', 'SELECT * FROM visible_workflows() ORDER BY 1'),
		('lists', 'SELECT * FROM runnable_workflows() ORDER BY 1'),
		('lists', 'SELECT * FROM what_can() ORDER BY 1'),
		('lists', 'SELECT w.workflow_id FROM toasted.workflows w WHERE can_view(w) ORDER BY 1'),
		('lists', 'SELECT w.workflow_id FROM toasted.workflows w WHERE can_run(account_id, workflow_id, workspace_id, visibility, status, condition, hidden) AND account_id = {ti} ORDER BY 1'),
		('lists', 'SELECT * FROM toasted.notes ORDER BY 1, 2'),
		('pages', 'SELECT * FROM toasted.pages(''title'', 3)'),
		('pages', 'SELECT * FROM toasted.pages(''title DESC NULLS LAST'', 2)'),
		('pages', 'SELECT * FROM toasted.pages(''workspace_id'', 4)'),
		('pages', 'SELECT * FROM toasted.pages(''workflow_id DESC'', 5)'),
		('pages', 'SELECT * FROM toasted.pages(''condition'', 3)'),
		('explanations', 'SELECT a.*, w.workflow_id, e.* FROM toasted.workflows w, unnest(ARRAY[''view'', ''edit'', ''run'']) a (a), LATERAL explain_access(a, w.workflow_id) WITH ORDINALITY e WHERE account_id = {ti} ORDER BY 2, 1, ordinality'),
		('explanations', 'SELECT s.workspace_id, e.* FROM toasted.workspaces s, LATERAL explain_access(''create'', s.workspace_id) WITH ORDINALITY e WHERE account_id = {ti} ORDER BY 1, ordinality'),
		('explanations', 'SELECT c.board_id, c.column_id, e.* FROM toasted.board_columns c, LATERAL explain_access(''edit_column'', ARRAY[c.board_id, c.column_id]) WITH ORDINALITY e WHERE account_id = {ti} ORDER BY 1, 2, ordinality'),
		('explanations', 'SELECT s.run_id, s.step_no, e.* FROM toasted.run_steps s, LATERAL explain_access(''view_run_detail'', ARRAY[s.run_id, s.step_no::text]) WITH ORDINALITY e WHERE account_id = {ti} ORDER BY 1, 2, ordinality'),
		('boards', 'SELECT b.board_id, can_view_board(board_id) AS v, can_view_board(account_id, board_id, workspace_id, kind) AS c, principal_owns_board(account_id, board_id) AS o FROM toasted.boards b WHERE account_id = {ti} ORDER BY 1'),
		('boards', 'SELECT c.board_id, c.column_id, can_view_column(board_id, column_id) AS v, can_edit_column(board_id, column_id) AS e, can_view_column(account_id, board_id, column_id, view_restricted) AS c FROM toasted.board_columns c WHERE account_id = {ti} ORDER BY 1, 2'),
		('boards', 'SELECT w.workflow_id, b.board_id, board_state(w.workflow_id, b.board_id) FROM toasted.workflows w JOIN toasted.boards b USING (account_id) WHERE account_id = {ti} ORDER BY 1, 2'),
		('boards', 'SELECT s.workflow_id, s.step_id, c.board_id, c.column_id, column_state(s.workflow_id, s.step_id, c.board_id, c.column_id, s.access) FROM toasted.workflow_steps s JOIN toasted.board_columns c USING (account_id) WHERE account_id = {ti} ORDER BY 1, 2, 3, 4'),
		('runs', 'SELECT r.run_id, can_view_run(run_id) AS v, can_view_run(account_id, workflow_id, started_by, for_user) AS c, can_replay(run_id) AS r, replay_verdict(run_id) FROM toasted.runs r WHERE account_id = {ti} ORDER BY 1'),
		('runs', 'SELECT s.run_id, s.step_no, can_view_run_detail(run_id, step_no) AS d, can_view_run_detail(account_id, run_id, workspace_id, board_id, column_id, access) AS c, step_access(s.run_id, s.step_id) FROM toasted.run_steps s WHERE account_id = {ti} ORDER BY 1, 2'),
		('runs', 'SELECT * FROM run_history ORDER BY run_id, step_no'),
		('drafts', 'SELECT w.workflow_id, d.*, can_view_version(w.workflow_id, 1) AS first FROM toasted.workflows w, LATERAL definition(w.workflow_id) d WHERE account_id = {ti} ORDER BY 1'),
		('writes', 'SELECT enable({project_flow}, {first})'),
		('writes', 'INSERT INTO workflows (account_id, workflow_id, workspace_id, visibility) VALUES ({ti}, {new}, {c1}, ''private'') RETURNING *')
	) AS q (kind, question)
	WHERE a.n <= 4 OR q.kind IN ('decisions', 'lists')
	ORDER BY a.n;

-- Some ask about everybody.
INSERT INTO toasted.questions (kind, asker, question)
	SELECT 'who can', a.asker, format('SELECT * FROM who_can(%L, {%s})', action, workflow_id)
	FROM unnest('{boss,own,lead,rol,mem}'::text[]) WITH ORDINALITY AS a (asker, n), unnest('{view,edit,run}'::text[]) action, workflow_perms.workflows w
	WHERE account_id = 'ti' AND (asker IN ('boss', 'own') OR workflow_id = 'open_private') ORDER BY a.n, action, workflow_id;
INSERT INTO toasted.questions (kind, asker, question) VALUES
	('explanations', 'boss', 'SELECT u.user_id, w.workflow_id, e.* FROM toasted.workflows w JOIN toasted.users u USING (account_id), LATERAL explain_access(''run'', w.workflow_id, u.user_id) WITH ORDINALITY e WHERE account_id = {ti} AND u.user_id IN ({own}, {rol}, {vip}, {gus}) ORDER BY 1, 2, ordinality'),
	('previews', 'boss', 'SELECT * FROM preview_condition({project_flow}, ''{"plan": "pro"}'') ORDER BY 1, 2, 3'),
	('previews', 'boss', 'SELECT * FROM preview_condition({project_long}, ''{"plan": {"$in": ["free", "gold"]}}'') ORDER BY 1, 2, 3'),
	('previews', 'boss', 'SELECT * FROM preview_condition({project_cond}, NULL) ORDER BY 1, 2, 3'),
	('previews', 'sup', 'SELECT * FROM preview_metadata({pro}, ''{"plan": "gold", "tags": ["beta"]}'') ORDER BY 1, 2, 3'),
	('previews', 'sup', 'SELECT * FROM preview_metadata({vip}, ''{"plan": "free"}'') ORDER BY 1, 2, 3'),
	('previews', 'sup', 'SELECT * FROM users_matching(''{"plan": {"$ne": "free"}}'') ORDER BY 1'),
	('previews', 'sup', 'SELECT * FROM users_matching((SELECT condition FROM toasted.workflows WHERE account_id = {ti} AND workflow_id = {project_long})) ORDER BY 1'),
	('previews', 'sup', 'SELECT * FROM metadata_paths({ti}) ORDER BY 1, 2');

-- Principals as values, asked for by whoever may know everybody.
INSERT INTO toasted.questions (kind, asker, question, role)
	SELECT 'principals', 'none', question, 'none' FROM unnest(ARRAY[
		'SELECT p::jsonb - ''taken_at'' AS p FROM (SELECT NULL AS user_id UNION ALL SELECT user_id FROM toasted.users WHERE account_id = {ti}) u, workflow_perms.principal({ti}, u.user_id) p ORDER BY user_id',
		'SELECT u.user_id, w.workflow_id, can_view(p, w) AS v, can_edit(p, workflow_id) AS e, can_enable(p, w.account_id, workflow_id, workspace_id, visibility, status, condition, hidden) AS n, can_run(p, w) AS r FROM toasted.users u, principal({ti}, u.user_id) p, toasted.workflows w WHERE u.account_id = {ti} AND u.user_id IN ({bot}, {dev}, {own}, {vip}) AND w.account_id = {ti} ORDER BY 1, 2',
		'SELECT u.user_id, w.workflow_id FROM toasted.users u, principal({ti}, u.user_id) p, workflow_perms.workflows w WHERE u.account_id = {ti} AND can_view(p, w) ORDER BY 1, 2',
		'SELECT r.role, with_role(p, r.role)::jsonb - ''taken_at'' AS w, without_role(p, r.role)::jsonb - ''taken_at'' AS o FROM toasted.roles r, principal({ti}, {rol}) p WHERE account_id = {ti} AND role !~ ''Authenticated'' ORDER BY 1',
		'SELECT w.workflow_id FROM toasted.users u, with_metadata(principal({ti}, {free}), u.metadata) p, toasted.workflows w WHERE u.account_id = {ti} AND u.user_id = {pro} AND can_view(p, w) ORDER BY 1',
		'SELECT u.user_id, w.workflow_id, matches(u.metadata, u.user_id, w.condition) AS m, u.metadata OPERATOR(workflow_perms.~) w.condition AS o, w.condition OPERATOR(workflow_perms.~) u.metadata AS c, describe(w.condition) FROM toasted.users u JOIN toasted.workflows w USING (account_id) WHERE account_id = {ti} ORDER BY 1, 2',
		'SELECT n.account_id, a.workflow_id FROM toasted.workflows a JOIN workflow_perms.workflows n ON a.condition = n.condition AND a.workflow_id = n.workflow_id AND a.account_id = n.account_id AND condition_hash(a.condition) = condition_hash(n.condition) WHERE a.account_id = {ti} ORDER BY 2'
	]) question;

-- Writes: who may, and what comes of it.
CREATE VIEW toasted.log AS SELECT account_id, entry, principal, database_role, action, object, before - 'padding' AS before, after - 'padding' AS after
	FROM workflow_perms.audit_log WHERE at = now();
\set log 'SELECT ''log'' AS t, principal, database_role, action, object, before, after FROM toasted.log WHERE account_id = {ti} ORDER BY object, action, entry'
\set enabled 'SELECT ''enabled'' AS t, workflow_id, user_id, configuration, enabled, reason FROM workflow_perms.enablements WHERE account_id = {ti} ORDER BY 2, 3, 4'
\set drafts 'SELECT ''draft'' AS t, workflow_id, user_id FROM workflow_perms.workflow_drafts WHERE account_id = {ti} ORDER BY 2, 3'
INSERT INTO toasted.questions (kind, asker, question, look, role)
	SELECT 'writes', w.asker, w.question, l.look, w.role
	FROM (VALUES
		('boss', 'UPDATE workflows SET condition = ''{"plan": "gold"}'' WHERE workflow_id IN ({project_flow}, {project_cond}, {open_main}) RETURNING workflow_id', 'regress_app'),
		('boss', 'UPDATE workflows SET condition = (SELECT condition FROM toasted.workflows WHERE account_id = {ti} AND workflow_id = {project_long}) WHERE workflow_id = {project_flow} RETURNING workflow_id', 'regress_app'),
		('boss', 'UPDATE workspaces SET kind = ''closed'' WHERE workspace_id = {o2} RETURNING *', 'regress_app'),
		('boss', 'UPDATE accounts SET creator_roles = creator_roles || ''guest''::account_role, default_execution = ''deny'' RETURNING cardinality(creator_roles)', 'regress_app'),
		('boss', 'UPDATE users SET account_role = ''viewer'' WHERE user_id = {mem} RETURNING user_id', 'regress_app'),
		('boss', 'UPDATE users SET account_role = ''viewer'' WHERE user_id = {boss} RETURNING user_id', 'regress_app'),
		('boss', 'INSERT INTO role_grants (account_id, user_id, role, workspace_id) VALUES ({ti}, {mem}, {Crew}, {p1}) RETURNING *', 'regress_app'),
		('boss', 'INSERT INTO role_includes VALUES ({ti}, {Painters}, {Crew}) RETURNING *', 'regress_app'),
		('boss', 'DELETE FROM roles WHERE role = {Deck} RETURNING *', 'regress_app'),
		('boss', 'SELECT transfer_ownership({far}, {own})', 'regress_app'),
		('boss', 'INSERT INTO execution_rules (account_id, workflow_id, user_id, effect) VALUES ({ti}, {closed_main}, {gus}, ''deny''), ({ti}, NULL, {mem}, ''deny'') RETURNING *', 'regress_app'),
		('boss', 'UPDATE boards SET workspace_id = {o1} WHERE board_id = {shut} RETURNING *', 'regress_app'),
		('boss', 'DELETE FROM workflow_members WHERE workflow_id = {far} AND user_id = {boss} RETURNING *', 'regress_app'),
		('own', 'DELETE FROM workflow_members WHERE workflow_id IN ({closed_private}, {closed_main}) AND user_id = {own} RETURNING *', 'regress_app'),
		('own', 'INSERT INTO workflow_members (account_id, workflow_id, user_id) VALUES ({ti}, {open_main}, {pro}) RETURNING *', 'regress_app'),
		('own', 'UPDATE workflow_members SET is_owner = true WHERE workflow_id = {open_main} AND user_id = {mem} RETURNING *', 'regress_app'),
		('own', 'WITH t AS (UPDATE workflows SET visibility = ''private'' WHERE workflow_id IN ({open_main}, {open_gated}) RETURNING workflow_id, title) SELECT * FROM t ORDER BY 1', 'regress_app'),
		('own', 'UPDATE workflows SET workspace_id = {o2} WHERE workflow_id = {open_gated} RETURNING *', 'regress_app'),
		('own', 'UPDATE workflows SET workspace_id = {p1} WHERE workflow_id = {open_gated} RETURNING *', 'regress_app'),
		('own', 'SELECT * FROM publish({open_main}, jsonb_build_array(jsonb_build_object(''step_id'', {s1}, ''workspace_id'', {o1}, ''board_id'', {plan}, ''column_id'', {seen}, ''access'', ''read'')))', 'regress_app'),
		('own', 'SELECT * FROM publish({closed_main}) ORDER BY 1', 'regress_app'),
		('own', 'INSERT INTO workflow_drafts (account_id, workflow_id, user_id, definition) VALUES ({ti}, {open_private}, {own}, ''{"new": true}'') RETURNING *', 'regress_app'),
		('own', 'INSERT INTO workflow_steps VALUES ({ti}, {open_main}, {s9}, {o1}, {plan}, {both}, ''write'') RETURNING *', 'regress_app'),
		('own', 'INSERT INTO workflow_steps VALUES ({ti}, {open_main}, {s9}, {o1}, {secret}, {free}, ''read'') RETURNING *', 'regress_app'),
		('own', 'INSERT INTO workflow_steps VALUES ({ti}, {open_main}, {s1}, {o1}, {plan}, {free}, ''read'') RETURNING *', 'regress_app'),
		('own', 'SELECT start_run({open_main}, {r1}, {pro})', 'regress_app'),
		('own', 'SELECT start_run({open_main}, {r1}, {free})', 'regress_app'),
		('own', 'SELECT replay({bad}, {r2})', 'regress_app'),
		('own', 'DELETE FROM workspace_members WHERE workspace_id = {c1} AND user_id = {own} RETURNING *', 'regress_app'),
		('own', 'DELETE FROM workflows WHERE workflow_id = {open_main} RETURNING workflow_id', 'regress_app'),
		('own', 'INSERT INTO workflows (account_id, workflow_id, workspace_id) VALUES ({ti}, {no_more}, {o1}) RETURNING workflow_id', 'regress_app'),
		('own', 'INSERT INTO workflows (account_id, workflow_id, workspace_id) VALUES ({ti}, {far}, {o1}) RETURNING workflow_id', 'regress_app'),
		('lead', 'INSERT INTO role_grants (account_id, user_id, role) VALUES ({ti}, {mem}, {Painters}) RETURNING *', 'regress_app'),
		('lead', 'INSERT INTO role_grants (account_id, user_id, role) VALUES ({ti}, {mem}, {Crew}) RETURNING *', 'regress_app'),
		('lead', 'INSERT INTO role_capabilities VALUES ({ti}, {Vips}, {acme.export}) RETURNING *', 'regress_app'),
		('sup', 'SELECT merge_metadata({pro}, ''{"plan": "free", "notes": null}'')', 'regress_app'),
		('sup', 'WITH t AS (UPDATE users SET metadata = (SELECT metadata FROM toasted.users WHERE account_id = {ti} AND user_id = {pro}) WHERE user_id IN ({vip}, {free}) RETURNING user_id) SELECT * FROM t ORDER BY 1', 'regress_app'),
		('sup', 'SELECT enable({project_cond}, {first}, {vip})', 'regress_app'),
		('sup', 'SELECT enable({project_long}, {third}, {vip})', 'regress_app'),
		('sup', 'SELECT * FROM connect({third}, {vip}) ORDER BY 1', 'regress_app'),
		('sup', 'SELECT disable({project_long}, {first}, {vip})', 'regress_app'),
		('sup', 'WITH t AS (DELETE FROM users WHERE user_id IN ({free}, {vip}) RETURNING user_id) SELECT * FROM t ORDER BY 1', 'regress_app'),
		('sup', 'DELETE FROM connections WHERE user_id = {pro} RETURNING user_id', 'regress_app'),
		('pro', 'SELECT * FROM connect({third}) ORDER BY 1', 'regress_app'),
		('pro', 'SELECT start_run({project_cond}, {r1})', 'regress_app'),
		('pro', 'SELECT start_run({app_cond}, {r1})', 'regress_app'),
		('pro', 'UPDATE enablements SET enabled = false WHERE workflow_id = {open_main} RETURNING reason', 'regress_app'),
		('free', 'INSERT INTO enablements (account_id, workflow_id, user_id, enabled) VALUES ({ti}, {open_gated}, {free}, true) RETURNING *', 'regress_app'),
		('none', 'SELECT * FROM record_step({ti}, {on}, 2, {s2}, ''succeeded'', ''{"v": 1}'')', 'regress_engine'),
		('none', 'SELECT * FROM record_step({ti}, {on}, 3, {s3}, ''succeeded'', NULL, NULL, {c2}, {shut}, {free}, ''read'')', 'regress_engine'),
		('none', 'SELECT s.*, a.* FROM toasted.workflow_steps s, step_access({ti}, {on}, s.step_id) a WHERE account_id = {ti} ORDER BY workflow_id, step_id', 'regress_engine'),
		('none', 'SELECT finish_run({ti}, {on}, ''succeeded'')', 'regress_engine'),
		('none', 'UPDATE runs SET status = ''succeeded'' WHERE account_id = {ti} AND run_id = {on} RETURNING run_id', 'regress_engine'),
		('none', 'INSERT INTO runs (account_id, run_id, workflow_id, for_user, status, started_at) VALUES ({ti}, {r3}, {open_main}, {pro}, ''running'', now()) RETURNING run_as', 'regress_engine'),
		('none', 'UPDATE workspaces SET kind = ''closed'' WHERE account_id = {ti} AND workspace_id = {o1} RETURNING workspace_id', 'none'),
		('none', 'WITH t AS (UPDATE workflows SET condition = ''{"plan": "none"}'' WHERE account_id = {ti} AND workflow_id LIKE ''project%'' RETURNING workflow_id) SELECT * FROM t ORDER BY 1', 'none'),
		('none', 'WITH t AS (UPDATE users SET metadata = ''{"plan": "none"}'' WHERE account_id = {ti} RETURNING user_id) SELECT * FROM t ORDER BY 1', 'none'),
		('none', 'UPDATE users SET active = false WHERE account_id = {ti} AND user_id = {lead} RETURNING user_id', 'none'),
		('none', 'UPDATE users SET active = false WHERE account_id = {ti} AND user_id = {boss} RETURNING user_id', 'none'),
		('none', 'DELETE FROM users WHERE account_id = {ti} AND user_id IN ({rol}, {gus}, {dev}) RETURNING user_id', 'none'),
		('none', 'DELETE FROM users WHERE account_id = {ti} AND user_id = {own} RETURNING user_id', 'none'),
		('none', 'DELETE FROM workspaces WHERE account_id = {ti} AND workspace_id = {p2} RETURNING workspace_id', 'none')
	) AS w (asker, question, role), (SELECT string_agg(format('SELECT to_jsonb(x) AS x FROM (%s) x', look), ' UNION ALL ') FROM unnest(ARRAY[:'log', :'enabled', :'drafts']) look) AS l (look);
-- The registry of conditions knows those of each.
INSERT INTO toasted.questions (kind, asker, question, role) VALUES ('decisions', 'none', 'SELECT condition FROM conditions WHERE account_id = {ti} ORDER BY 1', 'none');

SET search_path = workflow_perms, public;
CALL toasted.ask();
RESET search_path;
CREATE VIEW toasted.compared AS
	SELECT q.*, s.answer, o.world, o.answer AS other, s.answer IS DISTINCT FROM o.answer AS differs
	FROM toasted.questions q JOIN toasted.said s USING (n) JOIN toasted.said o USING (n) WHERE s.world = 'plain' AND o.world <> 'plain';
SELECT kind, bool_or(answer <> '' AND answer !~ '^ERROR') AS answered, bool_or(answer ~ '^ERROR') AS refused,
		count(*) FILTER (WHERE differs AND world = 'compressed') AS "other when compressed", count(*) FILTER (WHERE differs AND world = 'external') AS "other out of line"
	FROM toasted.compared GROUP BY kind ORDER BY min(n);
SELECT world, asker, question, left(answer, 200) AS answer, left(other, 200) AS other FROM toasted.compared WHERE differs ORDER BY world, n LIMIT 10;

-- With the accounts goes all that was theirs.
DELETE FROM workflow_perms.accounts WHERE account_id ~ '^ti(!|$)';
SELECT string_agg(format('SELECT %L AS left_in FROM workflow_perms.%I WHERE account_id ~ ''^ti(!|$)''', name, name), ' UNION ALL ') AS rows FROM unnest(workflow_perms._model_tables()) name \gset left_
:left_rows;
DO $$
DECLARE
	t record;
BEGIN
	FOR t IN TABLE toasted.tables LOOP
		EXECUTE format('ALTER TABLE %s DROP padding', t.oid);
	END LOOP;
END
$$;
ALTER TABLE workflow_perms.workflows DROP title;
DROP SCHEMA toasted CASCADE;

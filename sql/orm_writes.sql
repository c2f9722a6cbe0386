-- Statements that name every column (spec 6.3), as clients make them that know tables and not
-- privileges: of each table that the application writes, all columns that the catalog has. And
-- what may not be written is refused by its column, to whoever tries. On an account of its own.
\set VERBOSITY terse
SELECT workflow_perms.create_account('orm', 'boss');
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role, metadata) VALUES
	('orm', 'mem', 'member', 'member', '{}'), ('orm', 'c', 'connected', NULL, '{"plan": "pro"}');
INSERT INTO workflow_perms.roles (account_id, role) VALUES ('orm', 'Team');
INSERT INTO workflow_perms.workspaces VALUES ('orm', 'o', 'open'), ('orm', 'p', 'project');
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id, is_owner) VALUES ('orm', 'o', 'boss', true);
INSERT INTO workflow_perms.boards (account_id, board_id, workspace_id, kind) VALUES ('orm', 'b', 'p', 'shareable');
INSERT INTO workflow_perms.board_members (account_id, board_id, user_id, is_owner) VALUES ('orm', 'b', 'boss', true);
INSERT INTO workflow_perms.board_columns (account_id, board_id, column_id) VALUES ('orm', 'b', 'x');
-- A column of the application's own comes with the table.
ALTER TABLE workflow_perms.workflows ADD orm_note text DEFAULT 'none';

-- A row of each table, and who may insert and update it; its key.
CREATE TABLE orm_rows (relation text PRIMARY KEY, who text, content jsonb, change jsonb);
INSERT INTO orm_rows VALUES
	('accounts', 'boss', '{}', '{"creator_roles": "{admin}", "guests_see_open_main": false, "default_execution": "deny"}'),
	('users', 'boss', '{"user_id": "new", "kind": "connected", "metadata": {"a": 1}}', '{"account_role": null, "metadata": {"a": 2}, "active": false}'),
	('roles', 'boss', '{"role": "New"}', '{}'),
	('role_capabilities', 'boss', '{"role": "Team", "capability": "workflows.view"}', '{}'),
	('role_includes', 'boss', '{"role": "Team", "included_role": "Support"}', '{}'),
	('role_grants', 'boss', '{"user_id": "mem", "role": "Team", "workspace_id": "p"}', '{"expires_at": "2099-01-01"}'),
	('workspaces', 'boss', '{"workspace_id": "new", "kind": "open"}', '{"kind": "closed", "offered": true}'),
	('workspace_members', 'boss', '{"workspace_id": "o", "user_id": "mem"}', '{"is_owner": true, "expires_at": "2099-01-01"}'),
	('workflows', 'boss', '{"workflow_id": "new", "workspace_id": "o", "name": "New leads", "orm_note": "mine"}',
		'{"workspace_id": "o2", "name": "Old leads", "visibility": "main", "status": "live", "condition": {"plan": "pro"}, "hidden": true, "default_enabled": true, "orm_note": "other"}'),
	('workflow_members', 'boss', '{"workflow_id": "f", "user_id": "mem"}', '{"is_owner": true, "expires_at": "2099-01-01"}'),
	('workflow_drafts', 'boss', '{"workflow_id": "f", "user_id": "boss", "definition": {"v": 1}}', '{"definition": {"v": 2}}'),
	('execution_rules', 'boss', '{"workflow_id": "f", "role": "Team", "effect": "grant"}', '{"effect": "deny", "expires_at": "2099-01-01"}'),
	('boards', 'boss', '{"board_id": "new", "workspace_id": "p", "kind": "main"}', '{"workspace_id": "p2", "kind": "private"}'),
	('board_members', 'boss', '{"board_id": "b", "user_id": "mem"}', '{"is_owner": true, "expires_at": "2099-01-01"}'),
	('board_columns', 'boss', '{"board_id": "b", "column_id": "y"}', '{"view_restricted": true, "edit_restricted": true}'),
	('column_access', 'boss', '{"board_id": "b", "column_id": "x", "access": "view", "user_id": "mem"}', '{}'),
	('workflow_steps', 'boss', '{"workflow_id": "f", "step_id": "s", "workspace_id": "p", "access": "read"}',
		'{"workspace_id": "o", "board_id": null, "column_id": null, "access": "write"}'),
	('enablements', 'c', '{"workflow_id": "f", "user_id": "c", "enabled": true}', '{"enabled": false}');
INSERT INTO workflow_perms.workspaces VALUES ('orm', 'o2', 'open'), ('orm', 'p2', 'project');
BEGIN;
SELECT workflow_perms.set_principal('orm', 'boss');
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status) VALUES ('orm', 'f', 'o', 'main', 'live');
COMMIT;
UPDATE orm_rows SET content = '{"account_id": "orm"}' || content;
UPDATE orm_rows SET change = jsonb_set(change, '{board_id}', '"b"') WHERE relation = 'workflow_steps';

-- Tables that the application inserts into or updates have a row here, and no others.
SELECT coalesce(c.relname, r.relation) AS "table", has_table_privilege('regress_app', c.oid, 'INSERT') AS "insert", has_table_privilege('regress_app', c.oid, 'UPDATE') AS "update", r.relation IS NOT NULL AS tried
	FROM pg_class c FULL JOIN orm_rows r ON c.relname = r.relation
	WHERE c.oid IN (SELECT workflow_perms._model_relations()) OR c.oid IS NULL
	ORDER BY array_position(workflow_perms._model_tables(), c.relname::text);
-- And no privilege of the application is on a column: what is there comes with its table.
SELECT a.attrelid::regclass, a.attname, a.attacl FROM pg_attribute a WHERE a.attrelid IN (SELECT workflow_perms._model_relations()) AND a.attacl::text LIKE '%regress\_app%';
-- What the extension writes has no default: DEFAULT and NULL are the same there.
SELECT t.tgrelid::regclass, a.attname, a.atthasdef
	FROM pg_trigger t, string_to_table(encode(t.tgargs, 'escape'), '\000') w JOIN pg_attribute a ON a.attname = w
	WHERE t.tgname = 'extension_writes' AND a.attrelid = t.tgrelid ORDER BY 2, t.tgrelid::regclass::text COLLATE "C";

-- Columns in their order, as the catalog has them; the words of a value, or DEFAULT or NULL.
CREATE VIEW orm_columns AS
	SELECT r.relation, a.attnum, a.attname AS name, r.content ? a.attname AS given, r.change ? a.attname AS changes,
		EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = a.attrelid AND t.tgname = 'keep_columns' AND a.attname = ANY (string_to_array(encode(t.tgargs, 'escape'), '\000'))) AS kept,
		EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = a.attrelid AND t.tgname = 'extension_writes' AND a.attname = ANY (string_to_array(encode(t.tgargs, 'escape'), '\000'))) AS extension,
		a.atttypid, (SELECT a.attnum = ANY (k.conkey) FROM pg_constraint k WHERE k.conrelid = a.attrelid AND k.contype IN ('p', 'u') ORDER BY k.contype, k.conname DESC LIMIT 1) AS is_key,
		format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull,
		CASE WHEN jsonb_typeof(r.content -> a.attname) = 'null' THEN 'NULL' WHEN r.content ? a.attname THEN quote_literal(r.content ->> a.attname) END AS value
	FROM orm_rows r JOIN pg_attribute a ON a.attrelid = ('workflow_perms.' || r.relation)::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '';
CREATE VIEW orm_texts AS
	SELECT relation, string_agg(name, ', ' ORDER BY attnum) AS names,
		string_agg(coalesce(value, 'DEFAULT'), ', ' ORDER BY attnum) AS with_defaults,
		string_agg(coalesce(value, CASE WHEN extension THEN 'NULL' ELSE 'DEFAULT' END), ', ' ORDER BY attnum) AS with_nulls,
		string_agg(format('%I = %1$I', name), ', ' ORDER BY attnum) AS as_it_is,
		string_agg(format('%I = EXCLUDED.%1$I', name), ', ' ORDER BY attnum) AS excluded,
		string_agg(name, ', ' ORDER BY attnum) FILTER (WHERE is_key) AS key,
		string_agg(format('%I IS NOT DISTINCT FROM %s', name, coalesce(value, CASE WHEN name = 'configuration' THEN '''''' ELSE 'NULL' END)), ' AND ' ORDER BY attnum) FILTER (WHERE is_key) AS found
	FROM orm_columns GROUP BY relation;

-- What comes of statements one after the other, as that user under that role: how many rows, or
-- the error with its column; and the row as it is then. All of it is undone.
CREATE TABLE orm_outcomes (n int GENERATED ALWAYS AS IDENTITY, relation text, what text, outcome text, content jsonb);
CREATE PROCEDURE orm_try(relation text, what text, statements text[], database_role text DEFAULT 'regress_app') LANGUAGE plpgsql AS $$
DECLARE
	r orm_rows := (SELECT r FROM orm_rows r WHERE r.relation = orm_try.relation);
	statement text;
	n bigint;
	outcome text;
	content jsonb;
	col text;
BEGIN
	BEGIN
		PERFORM workflow_perms.set_principal('orm', r.who);
		PERFORM set_config('role', database_role, true);
		FOREACH statement IN ARRAY statements LOOP
			EXECUTE statement;
			GET DIAGNOSTICS n = ROW_COUNT;
			outcome := concat_ws(', ', outcome, n);
		END LOOP;
		RESET ROLE;
		EXECUTE format('SELECT to_jsonb(t) FROM workflow_perms.%I t WHERE %s', r.relation, (SELECT t.found FROM orm_texts t WHERE t.relation = r.relation)) INTO content;
		RAISE EXCEPTION USING ERRCODE = 'MXUND';
	EXCEPTION
		WHEN SQLSTATE 'MXUND' THEN NULL;
		WHEN OTHERS THEN
			GET STACKED DIAGNOSTICS col = COLUMN_NAME;
			outcome := concat_ws(' ', SQLSTATE, CASE WHEN col <> '' THEN 'column ' || col ELSE SQLERRM END);
	END;
	RESET ROLE;
	INSERT INTO orm_outcomes (relation, what, outcome, content) VALUES (relation, what, outcome, content);
	COMMIT;
END
$$;

\set ECHO none
SELECT format('CALL orm_try(%L, %L, %L)', t.relation, w.what, w.statements)
	FROM orm_texts t JOIN orm_rows r USING (relation), LATERAL (VALUES
		(1, 'plain', ARRAY[format('INSERT INTO workflow_perms.%I (%s) VALUES (%s)', relation,
			(SELECT string_agg(name, ', ' ORDER BY attnum) FROM orm_columns c WHERE c.relation = t.relation AND given),
			(SELECT string_agg(value, ', ' ORDER BY attnum) FROM orm_columns c WHERE c.relation = t.relation AND given))]),
		(2, 'Drizzle insert().values()', ARRAY[format('INSERT INTO workflow_perms.%I (%s) VALUES (%s)', relation, names, with_defaults)]),
		(3, 'reflected SQLAlchemy model', ARRAY[format('INSERT INTO workflow_perms.%I (%s) VALUES (%s)', relation, names, with_nulls)]),
		(4, 'TypeORM save(), a new row', ARRAY[format('INSERT INTO workflow_perms.%I (%s) VALUES (%s) RETURNING %2$s', relation, names, with_defaults)]),
		(5, 'Knex ignore()', ARRAY[format('INSERT INTO workflow_perms.%I (%s) VALUES (%s) ON CONFLICT (%s) DO NOTHING', relation, names, with_defaults, key),
			format('INSERT INTO workflow_perms.%I (%s) VALUES (%s) ON CONFLICT (%s) DO NOTHING', relation, names, with_defaults, key)]),
		(6, 'Knex merge()', ARRAY[format('INSERT INTO workflow_perms.%I (%s) VALUES (%s)', relation, names, with_defaults),
			format('INSERT INTO workflow_perms.%I (%s) VALUES (%s) ON CONFLICT (%s) DO UPDATE SET %s', relation, names, with_defaults, key, excluded)]),
		(7, 'Django save()', ARRAY[format('INSERT INTO workflow_perms.%I (%s) VALUES (%s)', relation, names, with_nulls),
			format('UPDATE workflow_perms.%I SET %s WHERE %s', relation, as_it_is, found)]),
		(8, 'NULL in what the extension writes', ARRAY[format('INSERT INTO workflow_perms.%I (%s) VALUES (%s)', relation, names, with_nulls),
			format('UPDATE workflow_perms.%I SET %s WHERE %s', relation,
				(SELECT coalesce(string_agg(format('%I = NULL', name), ', '), 'account_id = account_id') FROM orm_columns c WHERE c.relation = t.relation AND extension), found)]),
		(9, 'and DEFAULT', ARRAY[format('INSERT INTO workflow_perms.%I (%s) VALUES (%s)', relation, names, with_defaults),
			format('UPDATE workflow_perms.%I SET %s WHERE %s', relation,
				(SELECT coalesce(string_agg(format('%I = DEFAULT', name), ', '), 'account_id = account_id') FROM orm_columns c WHERE c.relation = t.relation AND extension), found)]),
		(10, 'times in milliseconds', ARRAY[format('INSERT INTO workflow_perms.%I (%s) VALUES (%s)', relation, names, with_defaults),
			format('UPDATE workflow_perms.%I SET %s WHERE %s', relation,
				(SELECT coalesce(string_agg(format('%I = date_trunc(''milliseconds'', %1$I)', name), ', '), 'account_id = account_id') FROM orm_columns c WHERE c.relation = t.relation AND extension AND type LIKE 'timestamp%'), found)])
		) AS w (n, what, statements)
	WHERE r.relation <> 'accounts' AND (w.n <= 6 OR has_table_privilege('regress_app', 'workflow_perms.' || r.relation, 'UPDATE')) ORDER BY t.relation, w.n
\gexec
CALL orm_try('accounts', 'Django save()', ARRAY(SELECT format('UPDATE workflow_perms.accounts SET %s WHERE %s', as_it_is, found) FROM orm_texts WHERE relation = 'accounts'));
CALL orm_try('accounts', 'Knex merge()', ARRAY(SELECT format('INSERT INTO workflow_perms.accounts (%s) VALUES (%s) ON CONFLICT (%s) DO UPDATE SET %s', names, with_defaults, key, excluded) FROM orm_texts WHERE relation = 'accounts'));
\set ECHO all
-- All leave the same row behind; what is never updated is not merged into either.
SELECT o.relation, o.what, o.outcome FROM orm_outcomes o JOIN orm_outcomes p ON p.relation = o.relation AND p.what = 'plain'
	WHERE o.content - 'changed_at' - 'updated_at' IS DISTINCT FROM p.content - 'changed_at' - 'updated_at' OR o.outcome LIKE '%0' AND o.what <> 'Knex ignore()' ORDER BY o.n;
SELECT relation, string_agg(DISTINCT outcome, ' or ') AS outcomes, count(*) FROM orm_outcomes WHERE what <> 'Knex merge()' GROUP BY 1 ORDER BY 1;
SELECT relation, outcome AS "Knex merge()" FROM orm_outcomes WHERE what = 'Knex merge()' ORDER BY 1;
SELECT content FROM orm_outcomes WHERE relation = 'workflows' AND what = 'Drizzle insert().values()';
TRUNCATE orm_outcomes;

-- A real change of each column, each by itself, under the application's role, under one that was
-- granted everything, and by a superuser, where the extension writes or where nothing ever changes.
\set ECHO none
SELECT format('CALL orm_try(%L, %L, %L, %L)', c.relation, format('%s %s', d.role, c.name),
		CASE c.relation WHEN 'accounts' THEN '{}'::text[] ELSE ARRAY[format('INSERT INTO workflow_perms.%I (%s) VALUES (%s)', c.relation, t.names, t.with_defaults)] END
		|| format('UPDATE workflow_perms.%I SET %I = %s WHERE %s', c.relation, c.name,
			CASE WHEN c.changes THEN quote_nullable(r.change ->> c.name) || format('::%s', c.type)
				WHEN c.atttypid = 'text'::regtype THEN quote_literal('elsewhere')
				WHEN c.type LIKE 'timestamp%' THEN quote_literal('2001-02-03') WHEN c.atttypid = 'int'::regtype THEN '7'
				ELSE format('(SELECT v FROM unnest(enum_range(NULL::%s)) v WHERE v <> %I LIMIT 1)', c.type, c.name) END, t.found), d.role)
	FROM orm_columns c JOIN orm_texts t USING (relation) JOIN orm_rows r USING (relation), unnest('{regress_app,regress_full,postgres}'::text[]) AS d (role)
	WHERE NOT (c.changes AND d.role <> 'regress_app' AND NOT c.kept AND NOT c.extension)
	ORDER BY c.relation, c.attnum, d.role
\gexec
\set ECHO all
-- Every column is one that may be written, by the spec, or refused by name; the application may
-- not name what it never updates at all.
SELECT o.relation, o.what, o.outcome FROM orm_outcomes o JOIN orm_columns c ON c.relation = o.relation AND o.what LIKE '% ' || c.name
	WHERE CASE WHEN NOT has_table_privilege('regress_app', 'workflow_perms.' || o.relation, 'UPDATE') AND o.what LIKE 'regress\_app %' THEN o.outcome NOT LIKE '42501 permission denied for table %'
		WHEN c.kept OR c.extension THEN o.outcome <> '23514 column ' || c.name
		ELSE NOT c.changes OR o.outcome !~ '^(1, )?1$' END
	ORDER BY o.n;
SELECT relation, string_agg(name, ', ' ORDER BY attnum) FILTER (WHERE kept) AS "never changes", string_agg(name, ', ' ORDER BY attnum) FILTER (WHERE extension) AS "the extension's",
		string_agg(name, ', ' ORDER BY attnum) FILTER (WHERE changes) AS "may be written"
	FROM orm_columns GROUP BY 1 ORDER BY 1;
SELECT split_part(what, ' ', 1) AS role, regexp_replace(outcome, 'column .*', 'column') AS outcome, count(*) FROM orm_outcomes GROUP BY 1, 2 ORDER BY 1, 2;
TRUNCATE orm_outcomes;

-- The same on INSERT: a value of one's own in what the extension writes.
\set ECHO none
SELECT format('CALL orm_try(%L, %L, %L, %L)', c.relation, format('%s %s', d.role, c.name),
		ARRAY[format('INSERT INTO workflow_perms.%I (%s) VALUES (%s)', c.relation, t.names,
			(SELECT string_agg(CASE WHEN i.name = c.name THEN CASE WHEN c.type LIKE 'timestamp%' THEN 'now()' WHEN c.atttypid = 'int'::regtype THEN '1' ELSE '''boss''' END
				ELSE coalesce(i.value, 'DEFAULT') END, ', ' ORDER BY i.attnum) FROM orm_columns i WHERE i.relation = c.relation))], d.role)
	FROM orm_columns c JOIN orm_texts t USING (relation), unnest('{regress_app,regress_full,postgres}'::text[]) AS d (role)
	WHERE c.extension ORDER BY c.relation, c.attnum, d.role
\gexec
-- And in INSERT ... ON CONFLICT DO UPDATE, of a row that is another's.
CALL orm_try('workflows', 'regress_app ON CONFLICT created_by', ARRAY['INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id) VALUES (''orm'', ''f'', ''o'') ON CONFLICT (account_id, workflow_id) DO UPDATE SET created_by = ''mem''']);
CALL orm_try('workflows', 'regress_app ON CONFLICT run_as', ARRAY['INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id) VALUES (''orm'', ''f'', ''o'') ON CONFLICT (account_id, workflow_id) DO UPDATE SET run_as = ''boss''']);
CALL orm_try('workflows', 'regress_app ON CONFLICT workflow_id', ARRAY['INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id) VALUES (''orm'', ''f'', ''o'') ON CONFLICT (account_id, workflow_id) DO UPDATE SET workflow_id = ''g''']);
\set ECHO all
SELECT relation, what, outcome FROM orm_outcomes ORDER BY n;
-- Who merges into a workflow that another made and both own does not become its creator.
UPDATE workflow_perms.workflows SET status = 'stopped' WHERE account_id = 'orm' AND workflow_id = 'f';
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id) VALUES ('orm', 'f', 'mem');
UPDATE workflow_perms.workflow_members SET is_owner = true WHERE account_id = 'orm' AND workflow_id = 'f';
BEGIN;
SELECT workflow_perms.set_principal('orm', 'mem');
SET LOCAL ROLE regress_app;
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, created_by, run_as, live_version) VALUES ('orm', 'f', 'o', 'private', DEFAULT, DEFAULT, DEFAULT)
	ON CONFLICT (account_id, workflow_id) DO UPDATE SET visibility = EXCLUDED.visibility, created_by = EXCLUDED.created_by, run_as = EXCLUDED.run_as, live_version = EXCLUDED.live_version
	RETURNING visibility, created_by, run_as;
ROLLBACK;
-- Nor does whoever names with NULL, or with what the extension would write now, what was written before.
SET session_replication_role = replica;
UPDATE workflow_perms.workflows SET run_as = 'boss' WHERE account_id = 'orm' AND workflow_id = 'f';
INSERT INTO workflow_perms.enablements VALUES ('orm', 'f', 'c', '', false, 'condition', '2020-01-01Z'), ('orm', 'f', 'c', 'second', false, 'user', '2020-01-01 00:00:00.123456Z');
RESET session_replication_role;
UPDATE workflow_perms.workflows SET status = 'live' WHERE account_id = 'orm' AND workflow_id = 'f';
BEGIN;
SELECT workflow_perms.set_principal('orm', 'mem');
SET LOCAL ROLE regress_app;
UPDATE workflow_perms.workflows SET run_as = NULL, created_by = NULL, live_version = NULL, hidden = true WHERE workflow_id = 'f' RETURNING run_as, created_by, hidden;
ROLLBACK;
BEGIN;
SELECT workflow_perms.set_principal('orm', 'c');
SET LOCAL ROLE regress_app;
INSERT INTO workflow_perms.enablements VALUES ('orm', 'f', 'c', '', false, DEFAULT, DEFAULT)
	ON CONFLICT (account_id, workflow_id, user_id, configuration) DO UPDATE SET enabled = EXCLUDED.enabled, reason = EXCLUDED.reason, changed_at = EXCLUDED.changed_at
	RETURNING enabled, reason, changed_at AT TIME ZONE 'UTC' AS changed_at;
UPDATE workflow_perms.enablements SET reason = NULL, changed_at = '2020-01-01 00:00:00.123Z' WHERE configuration = 'second' RETURNING enabled, reason, changed_at = '2020-01-01 00:00:00.123456Z' AS same;
-- A change is dated by the extension, whatever is named.
INSERT INTO workflow_perms.enablements VALUES ('orm', 'f', 'c', '', true, DEFAULT, DEFAULT)
	ON CONFLICT (account_id, workflow_id, user_id, configuration) DO UPDATE SET enabled = EXCLUDED.enabled, reason = NULL, changed_at = NULL
	RETURNING enabled, reason, changed_at = now() AS changed_now;
SAVEPOINT s;
UPDATE workflow_perms.enablements SET changed_at = '2020-01-01 00:00:00.124Z' WHERE configuration = 'second';
ROLLBACK TO s;
UPDATE workflow_perms.enablements SET reason = 'condition' WHERE configuration = 'second';
ROLLBACK;
DROP TABLE orm_outcomes, orm_rows CASCADE;
DROP PROCEDURE orm_try;
DELETE FROM workflow_perms.accounts WHERE account_id = 'orm';
ALTER TABLE workflow_perms.workflows DROP orm_note;

-- The vectors S3, S4, S6, S11, M24 and M25 on an application's own table of flows with uuid
-- ids, under protect() (spec 6.2), beside the sources of the same application.
\set VERBOSITY terse
\set SHOW_CONTEXT never
\getenv abs_srcdir PG_ABS_SRCDIR
\set product_database :abs_srcdir '/test/product_database.sql'
\set ECHO none
\i :product_database
SET client_min_messages = notice;
SET workflow_perms.allow_principal_change = on;
DROP POLICY see ON app.flows;
ALTER TABLE app.flows DISABLE ROW LEVEL SECURITY;
ALTER TABLE app.flows ADD name text, ADD noted jsonb, ADD flags int GENERATED ALWAYS AS (length(status)) STORED;
GRANT ALL ON app.flows TO regress_app;
\set ECHO all
-- What a statement does as the application: the rows that it returns or writes, or the refusal in all its fields.
CREATE FUNCTION app.try(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	returned text;
	n bigint;
	code text;
	reason text;
	place text;
	relation text;
BEGIN
	BEGIN
		SET LOCAL ROLE regress_app;
		IF statement ~ 'RETURNING|^SELECT' THEN
			EXECUTE format('WITH x AS (%s) SELECT string_agg(x::text, '' '' ORDER BY x::text) FROM x', statement) INTO returned;
		ELSE
			EXECUTE statement;
			GET DIAGNOSTICS n = ROW_COUNT;
		END IF;
		RAISE EXCEPTION USING ERRCODE = 'TRIED';
	EXCEPTION
		WHEN SQLSTATE 'TRIED' THEN
			RETURN coalesce(n || ' rows', returned, 'nothing');
		WHEN OTHERS THEN
			GET STACKED DIAGNOSTICS code = CONSTRAINT_NAME, reason = PG_EXCEPTION_DETAIL, place = SCHEMA_NAME, relation = TABLE_NAME;
			RETURN concat_ws(' | ', SQLSTATE, SQLERRM, nullif(code, ''), nullif(reason, ''), nullif(place || '.' || relation, '.'));
	END;
END
$$;
-- The same, kept.
CREATE FUNCTION app.did(statement text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	SET LOCAL ROLE regress_app;
	EXECUTE statement;
	RESET ROLE;
END
$$;
CREATE FUNCTION app.become(n int) RETURNS void LANGUAGE sql AS $$ SELECT workflow_perms.set_principal(org_id::text, id::text, session => true) FROM app.users WHERE id = app.uid('u', n) $$;
CREATE TABLE app.before AS SELECT c.relrowsecurity, (SELECT count(*) FROM pg_trigger t WHERE t.tgrelid = c.oid) AS triggers, (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid) AS policies,
	(SELECT count(*) FROM pg_index i WHERE i.indrelid = c.oid) AS indexes FROM pg_class c WHERE c.oid = 'app.flows'::regclass;

-- By its owner, who is no superuser.
\set protect 'SELECT workflow_perms.protect(''app.flows'', account => ''org_id'', workflow => ''id'', workspace => ''coalesce(folder_id, org_id)'', visibility => $$CASE WHEN is_private THEN ''private'' ELSE ''main'' END$$, status => ''status'', status_words => ''{"active": "live", "inactive": "stopped", "draft": "draft"}'', condition => ''audience'', hidden => ''hidden'', owner => ''owner_id'');'
SET ROLE regress_product;
:protect
RESET ROLE;
SELECT pg_get_expr(polqual, polrelid) FROM pg_policy WHERE polrelid = 'app.flows'::regclass AND polname = 'workflow_perms_select';
SELECT polname, pg_get_expr(polwithcheck, polrelid) FROM pg_policy WHERE polrelid = 'app.flows'::regclass AND polname IN ('workflow_perms_insert', 'workflow_perms_update');
SELECT obj_description(oid, 'pg_policy') ~ '^Made by workflow_perms.protect\(account => ''org_id'', .* Row security was off before. Digests( \w{64}){3}.$' AS noted
	FROM pg_policy WHERE polrelid = 'app.flows'::regclass AND polname = 'workflow_perms_select';
SELECT tgname, tgenabled FROM pg_trigger WHERE tgrelid = 'app.flows'::regclass AND NOT tgisinternal;

-- S11: workflows are not read from this table. Whoever makes a row of workflows with the id of somebody's flow owns that row, not the flow.
INSERT INTO workflow_perms.users SELECT account_id::text, user_id::text, kind::workflow_perms.user_kind, account_role::workflow_perms.account_role, metadata, active FROM app.wp_users;
INSERT INTO workflow_perms.workspaces SELECT account_id, workspace_id, kind::workflow_perms.workspace_kind FROM app.wp_workspaces;
INSERT INTO app.flows (id, org_id, folder_id, status, owner_id, is_private, name) VALUES (app.uid('s', 11), app.uid('o', 1), app.uid('f', 2), 'draft', app.uid('u', 4), true, 'S11');
SELECT app.become(6);
SELECT 'S11' AS vector, app.try(format('INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id) VALUES (%L, %L, %L) RETURNING 1', app.uid('o', 1), app.uid('s', 11), app.uid('f', 2))) AS a_workflow_of_its_own;
SELECT app.did(format('INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id) VALUES (%L, %L, %L)', app.uid('o', 1), app.uid('s', 11), app.uid('f', 2)));
SELECT 'S11' AS vector, workflow_perms.can_edit(app.uid('s', 11)) AS owns_the_workflow, app.try('SELECT name FROM app.flows WHERE name = ''S11''') AS sees, app.try('UPDATE app.flows SET name = ''x'' WHERE name = ''S11''') AS writes;
SELECT app.become(4);
SELECT 'S11' AS vector, app.try('SELECT name FROM app.flows WHERE name = ''S11''') AS sees, app.try('UPDATE app.flows SET name = ''x'' WHERE name = ''S11''') AS writes;
SELECT DISTINCT finding FROM workflow_perms.permission_drift() WHERE object = 'app.flows';
RESET ALL;
SET client_min_messages = warning;
SET session_replication_role = replica;
DELETE FROM workflow_perms.workflow_members;
DELETE FROM workflow_perms.workflows;
DELETE FROM workflow_perms.workspaces;
DELETE FROM workflow_perms.users;
RESET session_replication_role;

-- With the application's tables as sources, and protected again: members and rules count.
SELECT workflow_perms.read_from('users', 'app.wp_users'), workflow_perms.read_from('role_grants', 'app.wp_role_grants'), workflow_perms.read_from('workspaces', 'app.wp_workspaces'),
	workflow_perms.read_from('workspace_members', 'app.wp_workspace_members'), workflow_perms.read_from('workflows', 'app.wp_workflows'), workflow_perms.read_from('workflow_members', 'app.wp_workflow_members');
SET client_min_messages = notice;
SET workflow_perms.allow_principal_change = on;
SET ROLE regress_product;
:protect
RESET ROLE;
-- While it is, workflows are read from nowhere else.
SELECT workflow_perms.read_from('workflows', NULL);

-- Many flows more, of the one org. Every row of it is found by an index of the application's own.
INSERT INTO app.flows (id, org_id, folder_id, status, owner_id, is_private, audience)
	SELECT app.uid('m', i), app.uid('o', 1), CASE i % 8 WHEN 0 THEN NULL ELSE app.uid('f', 2 + 2 * (i % 10)) END, (ARRAY['active', 'inactive', 'draft', 'unknown'])[1 + i / 3 % 4],
		CASE WHEN i % 500 = 0 THEN app.uid('u', 4) WHEN i % 3 = 0 THEN app.uid('u', (ARRAY[6, 16, 18, 2])[1 + i / 3 % 4]) END, i % 5 < 2,
		format('{"plan": "%s"}', i % 40)::workflow_perms.metadata_condition
	FROM generate_series(1, 2400) i;
INSERT INTO app.flows (id, org_id, folder_id, status, is_private, audience) SELECT app.uid('n', i), app.uid('o', 2), app.uid('f', 1 + 2 * (i % 10)), 'active', i % 5 < 2, format('{"plan": "%s"}', i % 40)::workflow_perms.metadata_condition FROM generate_series(1, 1200) i;
UPDATE app.end_users SET traits = '{"plan": "7"}' WHERE id = app.uid('e', 2);
ANALYZE app.flows;
-- S6: for every user the list is what can_view() says of each row, under every forced plan; and what the model says of each id.
CREATE TABLE app.lists (who text, action text, setting text, listed bigint, same boolean, by_id boolean);
GRANT INSERT, SELECT ON app.lists TO regress_app;
CREATE FUNCTION app.lists_of(who record) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	action text;
	setting text;
	of_rows uuid[];
	of_ids uuid[];
	listed uuid[];
	query text;
BEGIN
	FOREACH action IN ARRAY ARRAY['view', 'edit', 'operate', 'run'] LOOP
		query := format('workflow_perms.can_%s(org_id::text, id::text, coalesce(folder_id, org_id)::text, CASE WHEN is_private THEN ''private'' ELSE ''main'' END::workflow_perms.workflow_visibility,'
			' CASE status WHEN ''active'' THEN ''live'' WHEN ''inactive'' THEN ''stopped'' WHEN ''draft'' THEN ''draft'' END::workflow_perms.workflow_status, audience, hidden, owner_id::text)', action);
		EXECUTE 'SELECT array_agg(id ORDER BY id) FROM app.flows WHERE ' || replace(replace(query, 'can_' || action || '(', 'workflow_verdict(''' || action || ''', '), 'owner_id::text)', 'owner_id::text) = ''allowed''')
			INTO of_rows;
		of_ids := NULL;
		IF action IN ('view', 'edit') THEN
			EXECUTE format('SELECT array_agg(id ORDER BY id) FROM app.flows WHERE workflow_perms.can_%s(id)', action) INTO of_ids;
		END IF;
		FOREACH setting IN ARRAY ARRAY['none', 'enable_seqscan', 'enable_bitmapscan', 'enable_indexscan'] LOOP
			CONTINUE WHEN setting <> 'none' AND action IN ('operate', 'run');
			PERFORM set_config(setting, 'off', true) WHERE setting <> 'none';
			-- Running takes no right to view, which the policy wants.
			EXECUTE CASE action WHEN 'run' THEN 'RESET ROLE' ELSE 'SET LOCAL ROLE regress_app' END;
			EXECUTE 'SELECT array_agg(id ORDER BY id) FROM app.flows' || CASE action WHEN 'view' THEN '' ELSE ' WHERE ' || query END INTO listed;
			RESET ROLE;
			INSERT INTO app.lists VALUES (who.id, action, setting, cardinality(listed), listed IS NOT DISTINCT FROM of_rows, action NOT IN ('view', 'edit') OR of_ids IS NOT DISTINCT FROM of_rows);
			PERFORM set_config('enable_seqscan', 'on', true), set_config('enable_bitmapscan', 'on', true), set_config('enable_indexscan', 'on', true);
		END LOOP;
	END LOOP;
END
$$;
DO $$
DECLARE
	who record;
BEGIN
	FOR who IN SELECT id::text AS id, org_id::text AS org FROM app.users WHERE id IN (SELECT app.uid('u', i) FROM unnest('{2,4,6,8,10,12,22,5}'::int[]) i)
		UNION ALL SELECT id::text, org_id::text FROM app.end_users WHERE id IN (app.uid('e', 2), app.uid('e', 4))
	LOOP
		PERFORM workflow_perms.set_principal(who.org, who.id);
		PERFORM app.lists_of(who);
	END LOOP;
END
$$;
SELECT 'S6' AS vector, count(*) AS lists, count(*) FILTER (WHERE NOT same) AS differ, count(*) FILTER (WHERE NOT by_id) AS differ_by_id FROM app.lists;
SELECT action, count(DISTINCT listed) > 3 AS of_many_sizes FROM app.lists GROUP BY action ORDER BY action;
SELECT who, action, setting FROM app.lists WHERE NOT same OR NOT by_id ORDER BY 1, 2, 3 LIMIT 10;
-- The estimates are within ten times of what is found, where that is more than a few rows.
CREATE FUNCTION app.estimate(who int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	plan json;
	planned numeric;
	found numeric;
BEGIN
	PERFORM workflow_perms.set_principal(org_id::text, id::text) FROM (SELECT org_id, id FROM app.users UNION ALL SELECT org_id, id FROM app.end_users) u
		WHERE id = CASE WHEN who < 100 THEN app.uid('u', who) ELSE app.uid('e', who - 100) END;
	SET LOCAL ROLE regress_app;
	EXECUTE 'EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) SELECT FROM app.flows' INTO plan;
	RESET ROLE;
	planned := (plan #>> '{0,Plan,Plan Rows}')::numeric;
	found := (plan #>> '{0,Plan,Actual Rows}')::numeric;
	RETURN CASE WHEN greatest(planned, 10) / greatest(found, 10) BETWEEN 0.1 AND 10 THEN 'within ten times' ELSE format('%s: %s planned, %s found', who, planned, found) END;
END
$$;
BEGIN;
SELECT app.estimate(i), count(*) FROM unnest('{2,4,6,8,10,12,22,24,1,3,5,7,102,104,101}'::int[]) i GROUP BY 1;
COMMIT;
-- The application's indexes serve as they are, in the types of their columns: what leads to the rows that one edits,
-- and to one row by its id.
CREATE FUNCTION app.led_by(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
		RETURN QUERY SELECT trim(line) WHERE line ~ '^ *(->  )?(Bitmap Index|Index|Seq) Scan|Index Cond';
	END LOOP;
END
$$;
-- What a customer sees is led to by the conditions, and by the index on rows that have none.
BEGIN;
SELECT FROM app.end_users e, LATERAL workflow_perms.set_principal(e.org_id::text, e.id::text) WHERE e.id = app.uid('e', 2);
SET LOCAL enable_seqscan = off;
SET LOCAL ROLE regress_app;
SELECT * FROM app.led_by('SELECT FROM app.flows');
COMMIT;
SELECT app.become(4);
SET ROLE regress_app;
SET enable_seqscan = off;
SELECT * FROM app.led_by('SELECT FROM app.flows WHERE workflow_perms.can_edit(org_id::text, id::text, coalesce(folder_id, org_id)::text, ''main'', ''live'', audience, hidden, owner_id::text)');
RESET enable_seqscan;
SELECT * FROM app.led_by('SELECT FROM app.flows WHERE id = ''00000000-0000-0000-0000-000000000000''');
RESET ROLE;
-- S3, M24: a new row that is one's own is returned, private though it is; somebody else's is refused.
SELECT app.become(4);
SELECT 'S3' AS vector, app.try($$INSERT INTO app.flows (id, org_id, folder_id, status, owner_id, is_private, name) VALUES (app.uid('new', 1), app.uid('o', 1), app.uid('f', 2), 'draft', app.uid('u', 4), true, 'mine') RETURNING name$$) AS returned;
SELECT 'S3' AS vector, app.try($$INSERT INTO app.flows (id, org_id, folder_id, status, owner_id, is_private, name) VALUES (app.uid('new', 1), app.uid('o', 1), app.uid('f', 2), 'draft', app.uid('u', 6), true, 'not mine') RETURNING name$$) AS refused;
SELECT w AS new_row, app.try(format($$INSERT INTO app.flows (id, org_id, folder_id, status, owner_id, is_private, name) VALUES (app.uid('new', 1), app.uid('o', %s), %s, %L, %s, %L, 'x')$$, org, folder, status, owner, private))
	FROM (VALUES (1, 'of no owner', 1, 'app.uid(''f'', 2)', 'draft', 'NULL', true), (2, 'in no folder', 1, 'NULL', 'draft', 'app.uid(''u'', 4)', false), (3, 'as live, where owners publish', 1, 'app.uid(''f'', 2)', 'active', 'app.uid(''u'', 4)', true),
		(4, 'as stopped', 1, 'app.uid(''f'', 4)', 'inactive', 'app.uid(''u'', 4)', true), (5, 'as live in a project, whose roles deploy', 1, 'app.uid(''f'', 4)', 'active', 'app.uid(''u'', 4)', true),
		(6, 'of a word that is not mapped', 1, 'app.uid(''f'', 2)', 'unknown', 'app.uid(''u'', 4)', true), (7, 'in a closed folder', 1, 'app.uid(''f'', 18)', 'draft', 'app.uid(''u'', 4)', true),
		(8, 'in a folder that does not exist', 1, 'app.uid(''f'', 99)', 'draft', 'app.uid(''u'', 4)', true), (9, 'in another org', 2, 'NULL', 'draft', 'app.uid(''u'', 4)', false),
		(10, 'in a folder of another org', 1, 'app.uid(''f'', 1)', 'draft', 'app.uid(''u'', 4)', false)) AS v (n, w, org, folder, status, owner, private) ORDER BY n;
SELECT app.did($$INSERT INTO app.flows (id, org_id, folder_id, status, owner_id, is_private, name) VALUES (app.uid('new', 1), app.uid('o', 1), app.uid('f', 2), 'draft', app.uid('u', 4), true, 'mine'), (app.uid('new', 2), app.uid('o', 1), app.uid('f', 2), 'draft', app.uid('u', 4), false, 'main')$$);
SELECT app.did($$INSERT INTO app.flows (id, org_id, folder_id, status, owner_id, is_private, name) VALUES (app.uid('new', 3), app.uid('o', 1), app.uid('f', 4), 'active', NULL, false, 'project')$$);
SELECT what, app.try(statement) FROM (VALUES
	(1, 'update', 'UPDATE app.flows SET name = ''mine*'' WHERE name = ''mine'' RETURNING name'),
	(2, 'draft to live', 'UPDATE app.flows SET status = ''active'' WHERE name = ''mine'' RETURNING status'),
	(3, 'upsert of a new row', 'INSERT INTO app.flows (id, org_id, folder_id, status, owner_id, is_private, name) VALUES (app.uid(''new'', 9), app.uid(''o'', 1), app.uid(''f'', 2), ''draft'', app.uid(''u'', 4), true, ''up'') ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name || ''!'' RETURNING name'),
	(4, 'upsert of an own row', 'INSERT INTO app.flows (id, org_id, folder_id, status, owner_id, is_private, name) VALUES (app.uid(''new'', 1), app.uid(''o'', 1), app.uid(''f'', 2), ''draft'', app.uid(''u'', 4), true, ''up'') ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name || ''!'' RETURNING name'),
	(5, 'merge', 'MERGE INTO app.flows f USING (VALUES (app.uid(''new'', 1)), (app.uid(''new'', 9))) v (id) ON f.id = v.id WHEN MATCHED THEN UPDATE SET name = ''merged'' WHEN NOT MATCHED THEN INSERT (id, org_id, folder_id, status, owner_id, is_private) VALUES (v.id, app.uid(''o'', 1), app.uid(''f'', 2), ''draft'', app.uid(''u'', 4), true)'),
	(6, 'merge for somebody else', 'MERGE INTO app.flows f USING (VALUES (app.uid(''new'', 9))) v (id) ON f.id = v.id WHEN NOT MATCHED THEN INSERT (id, org_id, folder_id, status, owner_id, is_private) VALUES (v.id, app.uid(''o'', 1), app.uid(''f'', 2), ''draft'', app.uid(''u'', 6), true)'),
	(7, 'another owner', 'UPDATE app.flows SET owner_id = app.uid(''u'', 6) WHERE name = ''main'''),
	(8, 'another id', 'UPDATE app.flows SET id = app.uid(''new'', 8) WHERE name = ''main'''),
	(9, 'another org', 'UPDATE app.flows SET org_id = app.uid(''o'', 2) WHERE name = ''main'''),
	(10, 'into another folder', 'UPDATE app.flows SET folder_id = app.uid(''f'', 12) WHERE name = ''main'''),
	(11, 'out of any folder', 'UPDATE app.flows SET folder_id = NULL WHERE name = ''main'''),
	(12, 'into a folder that does not let one create', 'UPDATE app.flows SET folder_id = app.uid(''f'', 18) WHERE name = ''main'''),
	(13, 'into a project', 'UPDATE app.flows SET folder_id = app.uid(''f'', 4) WHERE name = ''main'''),
	(14, 'delete', 'DELETE FROM app.flows WHERE name IN (''mine'', ''main'') RETURNING name')) AS v (n, what, statement) ORDER BY n;
SET ROLE regress_app;
COPY app.flows (id) FROM STDIN;
\.
RESET ROLE;
-- S4, M25: who sees a row and may not edit it gets the code; who does not see it finds no row.
SELECT app.become(6);
SELECT v AS vector, what, app.try(statement) FROM (VALUES
	(1, 'S4', 'update of a visible row', 'UPDATE app.flows SET name = ''hacked'' WHERE name = ''main'' RETURNING name'),
	(2, 'M25', 'of an invisible one', 'UPDATE app.flows SET name = ''hacked'' WHERE name = ''mine'' RETURNING name'),
	(3, 'S4', 'take it over', 'UPDATE app.flows SET owner_id = app.uid(''u'', 6) WHERE name = ''main'''),
	(4, 'S4', 'delete', 'DELETE FROM app.flows WHERE name = ''main'''),
	(5, 'M25', 'delete of an invisible one', 'DELETE FROM app.flows WHERE name = ''mine'''),
	(6, 'S4', 'upsert', 'INSERT INTO app.flows (id, org_id, folder_id, status, owner_id, is_private, name) VALUES (app.uid(''new'', 2), app.uid(''o'', 1), app.uid(''f'', 2), ''draft'', app.uid(''u'', 6), true, ''up'') ON CONFLICT (id) DO UPDATE SET name = ''hacked'' RETURNING name'),
	(7, 'M25', 'upsert of an invisible one', 'INSERT INTO app.flows (id, org_id, folder_id, status, owner_id, is_private, name) VALUES (app.uid(''new'', 1), app.uid(''o'', 1), app.uid(''f'', 2), ''draft'', app.uid(''u'', 6), true, ''up'') ON CONFLICT (id) DO UPDATE SET name = ''hacked'' RETURNING name'),
	(8, 'S4', 'merge', 'MERGE INTO app.flows f USING (VALUES (app.uid(''new'', 2))) v (id) ON f.id = v.id WHEN MATCHED THEN DELETE'),
	(9, 'S4', 'by a role for the project', 'UPDATE app.flows SET name = ''by a role'' WHERE name = ''project'' RETURNING name'),
	(10, 'S4', 'stopped by it', 'UPDATE app.flows SET status = ''inactive'' WHERE name = ''project'' RETURNING status')) AS x (n, v, what, statement) ORDER BY n;
-- A viewer, a guest, a customer, somebody of the other org, nobody.
SELECT app.become(8);
SELECT app.try('UPDATE app.flows SET name = ''hacked'' WHERE name = ''main''') AS a_viewer, app.try('UPDATE app.flows SET name = ''hacked'' WHERE name = ''project''') AS of_a_project,
	app.try('INSERT INTO app.flows (id, org_id, folder_id, status, owner_id, is_private) VALUES (app.uid(''new'', 9), app.uid(''o'', 1), app.uid(''f'', 2), ''draft'', app.uid(''u'', 8), false)') AS inserts;
SELECT workflow_perms.set_principal(org_id::text, id::text, session => true) FROM app.end_users WHERE id = app.uid('e', 2);
SELECT app.try('UPDATE app.flows SET name = ''hacked'' WHERE name = ''project''') AS a_customer;
DISCARD ALL;
SET client_min_messages = notice;
SET workflow_perms.allow_principal_change = on;
SELECT app.try('UPDATE app.flows SET name = ''hacked''') AS nobody, app.try('INSERT INTO app.flows (id, org_id, status, is_private) VALUES (app.uid(''new'', 9), app.uid(''o'', 1), ''draft'', true)') AS inserts;
SELECT app.become(5);
SELECT app.try('UPDATE app.flows SET name = ''hacked'' WHERE name IN (''main'', ''project'')') AS other_org;
-- Stopping and starting alone takes the right to operate: the capability to deploy, without that to modify.
INSERT INTO workflow_perms.role_capabilities SELECT t.org_id::text, t.id::text, c FROM app.teams t, unnest('{workflows.view,workflows.deploy}'::text[]) c WHERE t.id = app.uid('t', 2);
INSERT INTO app.team_members VALUES (app.uid('t', 2), app.uid('u', 20)) ON CONFLICT DO NOTHING;
SELECT app.become(20);
SELECT what, app.try(format('UPDATE app.flows SET %s WHERE name = ''project'' RETURNING status', changes)) FROM (VALUES
	(1, 'stops', 'status = ''inactive'''), (2, 'stops and renames', 'status = ''inactive'', name = ''x'''), (3, 'renames', 'name = ''x'''), (4, 'makes it a draft', 'status = ''draft'''),
	(5, 'stops and hides', 'status = ''inactive'', hidden = true'), (6, 'stops and notes', 'status = ''inactive'', noted = ''{}'''), (7, 'names every column', 'status = ''inactive'', name = name, noted = noted, audience = audience')) AS v (n, what, changes) ORDER BY n;
-- Whoever may only operate writes a column that is the status, and no column that has more in it: a part of it is not the
-- status, nor is what the status is computed from.
CREATE TABLE app.operated (org_id uuid, id uuid, folder_id uuid, doc jsonb, words text, state text, code char(8), enabled boolean, archived boolean, archived_at timestamptz);
GRANT ALL ON app.operated TO regress_app;
INSERT INTO app.operated VALUES (app.uid('o', 1), app.uid('s', 20), app.uid('f', 4), '{"state": "live", "to": "all"}', 'live;all', 'live', 'live', true, false, NULL);
CREATE FUNCTION app.operates(status text, words jsonb, changes text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	PERFORM workflow_perms.protect('app.operated', account => 'org_id', workflow => 'id', workspace => 'folder_id', visibility => '''main''', status => status, status_words => words);
	RETURN app.try(format('UPDATE app.operated SET %s', changes));
END
$$;
SET client_min_messages = warning;
SELECT status, words, changes, app.operates(status, words, changes) FROM (VALUES
	('state', NULL::jsonb, 'state = ''stopped'''), ('state', '{"live": "live", "off": "stopped"}', 'state = ''off'''), ('code', NULL, 'code = ''stopped'''),
	('coalesce(state, ''draft'')', NULL, 'state = ''stopped'''), ('state::workflow_perms.workflow_status', NULL, 'state = ''stopped'''),
	('enabled', '{"true": "live", "false": "stopped"}', 'enabled = false'), ('CASE WHEN enabled THEN ''live'' ELSE ''stopped'' END', NULL, 'enabled = false'),
	('CASE WHEN archived_at IS NULL THEN state ELSE ''stopped'' END', NULL, 'state = ''stopped'''),
	('CASE state WHEN ''live'' THEN ''live'' WHEN ''off'' THEN ''stopped'' END', NULL, 'state = ''off'''),
	('CASE WHEN archived_at IS NULL THEN state ELSE ''stopped'' END', NULL, 'archived_at = now()'),
	('CASE WHEN archived THEN ''stopped'' WHEN enabled THEN ''live'' ELSE ''draft'' END', NULL, 'archived = true'),
	('doc ->> ''state''', NULL, 'doc = ''{"state": "stopped", "to": "one"}'''), ('split_part(words, '';'', 1)', NULL, 'words = ''stopped;one'''),
	('state::varchar(4)', '{"live": "live", "stop": "stopped"}', 'state = ''stop and more'''), ('lower(state)', NULL, 'state = ''STOPPED'''),
	('CASE WHEN state = ''live'' THEN ''live'' ELSE ''stopped'' END', NULL, 'state = ''anything'''), ('CASE state WHEN ''live'' THEN ''live'' ELSE ''stopped'' END', NULL, 'state = ''anything'''))
	AS x (status, words, changes);
RESET client_min_messages;
DROP TABLE app.operated;
-- A trigger of the application that sorts before may set what it likes: what is written is what is decided.
CREATE FUNCTION app.to_closed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.folder_id := app.uid('f', 18); RETURN NEW; END $$;
CREATE TRIGGER set_folder BEFORE UPDATE ON app.flows FOR EACH ROW EXECUTE FUNCTION app.to_closed();
SELECT app.become(4);
SELECT app.try('UPDATE app.flows SET name = ''x'' WHERE name = ''main''') AS moved_by_a_trigger;
DROP TRIGGER set_folder ON app.flows;
-- The owner of the table is bound by nothing; nor is anybody, once it is taken off.
SET ROLE regress_product;
UPDATE app.flows SET name = 'main' WHERE name = 'main';
RESET ROLE;

-- Drift: the trigger disabled or gone, a policy that says something else, each with the call that mends it.
CREATE VIEW app.drift AS SELECT object, mend FROM workflow_perms.permission_drift() WHERE finding = 'workflow_ids_without_policy';
TABLE app.drift;
ALTER TABLE app.flows DISABLE TRIGGER zz_workflow_perms_guard;
TABLE app.drift;
SELECT mend FROM app.drift \gexec
TABLE app.drift;
DROP TRIGGER zz_workflow_perms_guard ON app.flows;
SELECT count(*) FROM app.drift;
SELECT mend FROM app.drift \gexec
ALTER POLICY workflow_perms_update ON app.flows USING (true);
SELECT count(*) FROM app.drift;
SELECT mend FROM app.drift \gexec
TABLE app.drift;
-- A column that is renamed is followed.
ALTER TABLE app.flows RENAME folder_id TO folder;
SELECT app.try('UPDATE app.flows SET folder = app.uid(''f'', 18) WHERE name = ''main''') AS renamed;
ALTER TABLE app.flows RENAME org_id TO org;
ALTER TABLE app.flows RENAME status TO "Its state";
TABLE app.drift;
CREATE TEMP TABLE said AS SELECT polname, pg_get_expr(polqual, polrelid) AS qual, pg_get_expr(polwithcheck, polrelid) AS checked FROM pg_policy WHERE polrelid = 'app.flows'::regclass;
DROP TRIGGER zz_workflow_perms_guard ON app.flows;
SELECT count(*) FROM app.drift;
SELECT mend FROM app.drift \gexec
TABLE app.drift;
TABLE said EXCEPT SELECT polname, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid) FROM pg_policy WHERE polrelid = 'app.flows'::regclass;
ALTER TABLE app.flows RENAME folder TO folder_id;
ALTER TABLE app.flows RENAME org TO org_id;
ALTER TABLE app.flows RENAME "Its state" TO status;
TABLE app.drift;

-- Partitions: of one that is added later the trigger goes by its parent, until it is protected too.
SET ROLE regress_product;
CREATE TABLE app.parted (n int, owner_id uuid, id uuid, org_id uuid, folder_id uuid, state text) PARTITION BY LIST (state);
CREATE TABLE app.parted_1 PARTITION OF app.parted FOR VALUES IN ('draft');
SELECT workflow_perms.protect('app.parted', account => 'org_id', workflow => 'id', workspace => 'folder_id', visibility => '''main''', status => 'state', owner => 'owner_id');
CREATE TABLE app.parted_2 (id uuid, state text, extra int, n int, org_id uuid, owner_id uuid, folder_id uuid);
ALTER TABLE app.parted_2 DROP COLUMN extra;
ALTER TABLE app.parted ATTACH PARTITION app.parted_2 FOR VALUES IN ('stopped');
INSERT INTO app.parted SELECT n, app.uid('u', 4), app.uid('p', n), app.uid('o', 1), app.uid('f', 2), CASE n % 2 WHEN 0 THEN 'draft' ELSE 'stopped' END FROM generate_series(1, 4) n;
GRANT ALL ON app.parted, app.parted_1 TO regress_app;
RESET ROLE;
SELECT app.become(4);
SELECT app.try('UPDATE app.parted SET n = 9 RETURNING state') AS the_owner;
SELECT app.become(6);
SELECT app.try('SELECT n FROM app.parted') AS sees, app.try('UPDATE app.parted SET n = 9 WHERE state = ''stopped''') AS new_partition, app.try('UPDATE app.parted SET n = 9 WHERE state = ''draft''') AS old_partition,
	app.try('UPDATE app.parted_1 SET n = 9') AS by_its_name;
SELECT * FROM app.drift;
SELECT mend FROM app.drift \gexec
TABLE app.drift;
DROP TABLE app.parted;

-- What protect() refuses.
CREATE FUNCTION app.one() RETURNS text LANGUAGE sql VOLATILE AS 'SELECT ''main''::text';
CREATE FUNCTION app.refused(arguments text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('SELECT workflow_perms.protect(''app.flows'', ''org_id'', ''id'', %s)', arguments);
	RETURN 'protected';
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || ' ' || SQLERRM;
END
$$;
SELECT a, app.refused(a) FROM unnest(ARRAY[
	$$visibility => '''main'''$$, $$owner => 'owner_id'$$, $$workspace => 'folder_id', user_column => 'owner_id'$$, $$workspace => 'folder_id', status_words => '{"a": "live"}'$$,
	$$workspace => 'folder_id', status => 'status', status_words => '{"a": "alive"}'$$, $$workspace => 'folder_id', status => 'status', status_words => '["live"]'$$, $$workspace => 'folder_id', status => 'status', status_words => '{}'$$,
	$$workspace => 'nowhere'$$, $$workspace => 'folder_id ||'$$, $$workspace => 'is_private'$$, $$workspace => 'folder_id', hidden => 'status'$$, $$workspace => 'folder_id', condition => '''{}''::jsonb'$$,
	$$workspace => 'folder_id', owner => 'now()'$$, $$workspace => 'folder_id', visibility => 'app.one()'$$, $$workspace => '(SELECT folder_id)'$$, $$workspace => 'max(folder_id::text)'$$,
	$$user_column => 'nowhere'$$, $$user_column => 'is_private'$$]) WITH ORDINALITY x (a, n) ORDER BY n;
-- Nothing of that has changed it; unprotect() takes all of it off.
TABLE app.drift;
SET ROLE regress_product;
SELECT workflow_perms.unprotect('app.flows');
RESET ROLE;
SELECT c.relrowsecurity, (SELECT count(*) FROM pg_trigger t WHERE t.tgrelid = c.oid) AS triggers, (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid) AS policies,
	(SELECT count(*) FROM pg_index i WHERE i.indrelid = c.oid) AS indexes FROM pg_class c WHERE c.oid = 'app.flows'::regclass
EXCEPT TABLE app.before;
SELECT workflow_perms.read_from('workflows', NULL);

\c contrib_regression
DROP DATABASE regress_sources;

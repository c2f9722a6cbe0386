-- test/benchmarks/_own.sql: tables of the application's own under protect(), with its tables as
-- sources, against the same rows under policies written by hand. In a database of its own,
-- because the sources take the places of the model's tables: test/bench --own.
ALTER TABLE workflow_perms.workflows DROP COLUMN updated_at;
\ir _own_rows.sql
CREATE TABLE own.by_hand (LIKE own.flows INCLUDING ALL);
CREATE TABLE own.bare (LIKE own.flows INCLUDING ALL);
INSERT INTO own.by_hand TABLE own.flows;
INSERT INTO own.bare TABLE own.flows;
SELECT format('CREATE INDEX ON own.%I (%s)', t, i) FROM unnest('{by_hand,bare}'::text[]) t, unnest(ARRAY['org_id, updated_at DESC', 'folder_id', 'owner_id']) i \gexec
-- By hand, at its best: the folders and shares are looked up once, and lead to rows by indexes.
CREATE FUNCTION own.me() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('own.me', true), '')::uuid $$;
CREATE FUNCTION own.my_org() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('own.org', true), '')::uuid $$;
CREATE FUNCTION own.is_member() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = own AS $$
	SELECT EXISTS (SELECT FROM users WHERE id = me() AND org_id = my_org() AND deactivated_at IS NULL) $$;
CREATE FUNCTION own.my_folders() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = own AS $$
	SELECT CASE WHEN is_member() THEN coalesce(array_agg(id), '{}') ELSE '{}' END FROM (
		SELECT id FROM folders WHERE org_id = my_org() AND shared_with_org UNION SELECT folder_id FROM folder_shares s WHERE s.user_id = me()
		UNION SELECT folder_id FROM folder_shares s JOIN team_members m ON m.team_id = s.team_id WHERE m.user_id = me()) x $$;
CREATE FUNCTION own.my_shares() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = own AS $$
	SELECT CASE WHEN is_member() THEN coalesce(array_agg(flow_id), '{}') ELSE '{}' END FROM flow_shares WHERE user_id = me() $$;
ALTER TABLE own.by_hand ENABLE ROW LEVEL SECURITY;
CREATE POLICY see ON own.by_hand USING (org_id = (SELECT own.my_org()) AND (
	(owner_id = (SELECT own.me()) AND (SELECT own.is_member()))
	OR (NOT is_private AND folder_id = ANY ((SELECT own.my_folders())::uuid[]))
	OR (NOT is_private AND folder_id IS NULL AND (SELECT own.is_member()))
	OR id = ANY ((SELECT own.my_shares())::uuid[])));
GRANT SELECT, INSERT, UPDATE, DELETE ON own.by_hand, own.bare TO bench_app;
SELECT workflow_perms.read_from(t, ('own.wp_' || t)::regclass) FROM unnest(ARRAY['users', 'role_grants', 'workspaces', 'workspace_members', 'workflows', 'workflow_members']) t;
SELECT workflow_perms.protect('own.flows', account => 'org_id', workflow => 'id', workspace => 'coalesce(folder_id, org_id)', visibility => $$CASE WHEN is_private THEN 'private' ELSE 'main' END$$,
	status => 'status', status_words => '{"active": "live", "inactive": "stopped", "draft": "draft"}', condition => 'audience', owner => 'owner_id');
VACUUM ANALYZE;

INSERT INTO bench.contestants (case_name, contestant, side, statement, answer, role, at_most)
	SELECT 'own tables, ' || q.name, t.contestant, t.side, format(q.statement, t.relation), format(q.answer, t.relation), 'bench_app', CASE t.side WHEN 'peer' THEN q.at_most END
	FROM (VALUES ('protect() over sources', 'ours', 'flows'), ('19 lines by hand', 'peer', 'by_hand')) AS t (contestant, side, relation),
		(VALUES ('list of 20', 'SELECT id, name FROM own.%s ORDER BY updated_at DESC LIMIT 20', 'SELECT string_agg(id::text, '','') FROM (SELECT id FROM own.%s ORDER BY updated_at DESC, id LIMIT 20) AS q', 1.2),
			('count', 'SELECT count(*) FROM own.%s', 'SELECT count(*) || '' '' || sum(hashtextextended(id::text, 1)) FROM own.%s', 1.0),
			('one by its id', format('SELECT name FROM own.%%s WHERE id = %L', :'one'), format('SELECT name FROM own.%%s WHERE id = %L', :'one'), 0.7)) AS q (name, statement, answer, at_most);
-- What the policies and the trigger add to a write, beside none and beside policies by hand, which let everybody write what they see.
INSERT INTO bench.contestants (case_name, contestant, side, statement, role)
	SELECT 'own tables, ' || q.name, t.contestant, t.side, format(q.statement, t.relation), 'bench_app'
	FROM (VALUES ('protect() over sources', 'ours', 'flows'), ('by hand, without a check', 'peer', 'by_hand'), ('no policy', 'peer', 'bare')) AS t (contestant, side, relation),
		(VALUES ('100 new rows', format('INSERT INTO own.%%s SELECT own.uid(''new'', i), %L, %L, ''new'', ''draft'', %L, false, NULL, now() FROM generate_series(1, 100) i', :'org', :'folder', :'me')),
			('100 changed rows', format('UPDATE own.%%s SET name = name || ''*'' WHERE id IN (SELECT own.uid(''change'', i) FROM generate_series(1, 100) i)'))) AS q (name, statement);
-- What reevaluate_on() adds to a write of the application's where nothing ends.
INSERT INTO bench.contestants (case_name, contestant, side, statement, setup)
	SELECT 'own tables, 100 changed ' || q.name, t.contestant, t.side, q.statement, CASE t.side WHEN 'ours' THEN q.setup END
	FROM (VALUES ('reevaluate_on()', 'ours'), ('without', 'peer')) AS t (contestant, side),
		(VALUES ('folders', 'UPDATE own.folders SET shared_with_org = shared_with_org WHERE id IN (SELECT own.uid(''f'', i) FROM generate_series(1, 100) i)',
				$$SELECT workflow_perms.reevaluate_on('own.folders', of => 'workspaces', account => 'org_id', id => 'id')$$),
			('flows', 'UPDATE own.flows SET name = name || ''*'' WHERE id IN (SELECT own.uid(''change'', i) FROM generate_series(1, 100) i)',
				$$SELECT workflow_perms.reevaluate_on('own.flows', of => 'workflows', account => 'org_id', id => 'id')$$)) AS q (name, statement, setup);

-- Lists: what row security by ours, and by policies written by hand, makes of a
-- count and of a page, on a table of the application's own and on the model's; how
-- that grows with the rows that may be seen, and with the table.
\ir _team.sql
-- What somebody may see, as a WHERE clause that names it: the query that needs no policy.
CREATE FUNCTION bench.spelt_out(who text) RETURNS text LANGUAGE sql STABLE AS $$
	SELECT format('account_id = ''team'' AND (workflow_id = ANY (%L) OR visibility = ''main'' AND workspace_id = ANY (%L))',
		ARRAY(SELECT workflow_id FROM bench.workflow_members WHERE user_id = who),
		ARRAY(SELECT workspace_id FROM bench.workspace_members WHERE user_id = who))
$$;
CREATE FUNCTION bench.list_case(name text, who text, at_size bigint DEFAULT 0) RETURNS text LANGUAGE sql AS $$
	INSERT INTO bench.cases (case_name, per, unit, session, at_size) VALUES (name, 1, 'ms', bench.asks(who), at_size)
	RETURNING case_name
$$;
-- Enters our policy and those of the roles given for a query on %s, a relation.
CREATE FUNCTION bench.list_contestants(case_name text, query text, relation text, roles name[], digest text DEFAULT NULL)
RETURNS void LANGUAGE sql AS $$
	INSERT INTO bench.contestants (case_name, contestant, side, statement, answer, role)
	SELECT list_contestants.case_name, contestant, side, format(query, source),
		coalesce(format(digest, source), bench.digest(format('SELECT workflow_id FROM %s', source))), role
	FROM bench.policies, LATERAL (SELECT 'bench.' || relation || CASE role WHEN 'bench_settings' THEN '_jsonb' ELSE '' END) AS s (source)
	WHERE role = ANY (roles) ORDER BY place
$$;
SELECT replace($$(SELECT workflow_id FROM %s AS w WHERE account_id = 'team'
	AND workflow_perms.workflow_verdict('view', account_id, workflow_id, workspace_id, visibility, status, condition, hidden) = 'allowed')$$, E'\n', ' ')
	AS row_by_row \gset

-- A count of those that ws-8 sees.
SELECT format('count %s of %s', (SELECT count(*) FROM bench.flows WHERE visibility = 'main' AND workspace_id IN (SELECT workspace_id FROM bench.workspace_members WHERE user_id = 'ws-8')) + 24, :rows) AS counting \gset
SELECT bench.list_case(:'counting', 'ws-8', 1000000);
SELECT bench.list_contestants(:'counting', 'SELECT count(*) FROM %s', 'flows', ARRAY(SELECT role FROM bench.policies));
UPDATE bench.contestants SET at_least = CASE role WHEN 'bench_array' THEN 1.0 WHEN 'bench_exists' THEN 80 WHEN 'bench_plpgsql' THEN 5000 END
	WHERE case_name = :'counting';
INSERT INTO bench.contestants (case_name, contestant, side, statement, answer, at_most) VALUES
	(:'counting', 'no policy, WHERE spelt out', 'peer', 'SELECT count(*) FROM bench.flows WHERE ' || bench.spelt_out('ws-8'),
		bench.digest('SELECT workflow_id FROM bench.flows WHERE ' || bench.spelt_out('ws-8')), 1.5),
	(:'counting', 'row by row', 'reference', NULL, bench.digest(format(:'row_by_row', 'bench.flows')), NULL);
INSERT INTO bench.contestants (case_name, contestant, side, statement, answer)
	SELECT :'counting', 'no policy, by the ids', 'peer', 'SELECT count(*) FROM bench.flows WHERE ' || ids, bench.digest('SELECT workflow_id FROM bench.flows WHERE ' || ids)
	FROM (SELECT format('account_id = ''team'' AND workflow_id = ANY (%L)', array_agg(f.workflow_id)) FROM bench.flows f
		WHERE workflow_id IN (SELECT workflow_id FROM bench.workflow_members WHERE user_id = 'ws-8')
			OR visibility = 'main' AND workspace_id IN (SELECT workspace_id FROM bench.workspace_members WHERE user_id = 'ws-8')) AS w (ids);

-- The same on the model's table.
SELECT :'counting' || ', the model''s table' AS counting_model \gset
SELECT bench.list_case(:'counting_model', 'ws-8', 1000000);
INSERT INTO bench.contestants (case_name, contestant, side, statement, answer, role, at_least, at_most)
SELECT :'counting_model', contestant, side, statement, bench.digest(replace(statement, 'count(*)', 'workflow_id')), role, at_least, at_most
FROM (VALUES
	('workflow_perms', 'ours', 'SELECT count(*) FROM workflow_perms.workflows', 'bench_app', NULL, NULL),
	('= ANY(ARRAY(SELECT …))', 'peer', 'SELECT count(*) FROM bench.flows', 'bench_array', 1.0, NULL),
	('no policy, WHERE spelt out', 'peer', 'SELECT count(*) FROM workflow_perms.workflows WHERE ' || bench.spelt_out('ws-8'), NULL, NULL, 1.5)
) AS c (contestant, side, statement, role, at_least, at_most);
INSERT INTO bench.contestants (case_name, contestant, side, answer)
	VALUES (:'counting_model', 'row by row', 'reference', bench.digest(format(:'row_by_row', 'workflow_perms.workflows')));

-- A page of them.
SELECT bench.list_case('page of 20', 'ws-8', 1000000);
SELECT bench.list_contestants('page of 20', 'SELECT workflow_id FROM %s ORDER BY updated_at DESC LIMIT 20', 'flows', ARRAY(SELECT role FROM bench.policies),
	'SELECT string_agg(workflow_id, '','') FROM (SELECT workflow_id FROM %s ORDER BY updated_at DESC LIMIT 20) AS q');
UPDATE bench.contestants SET at_least = 1.0 WHERE case_name = 'page of 20' AND role = 'bench_array';
INSERT INTO bench.contestants (case_name, contestant, side, answer) VALUES ('page of 20', 'row by row', 'reference',
	format('SELECT string_agg(workflow_id, '','') FROM (SELECT workflow_id FROM %s JOIN bench.flows USING (workflow_id) ORDER BY updated_at DESC LIMIT 20) AS q', format(:'row_by_row', 'bench.flows') || ' AS v'));

-- By the rows that may be seen: members of 1, 8, 80, 800 workspaces.
SELECT bench.list_case(format('count, member of %s workspaces', k), 'ws-' || k)
	FROM unnest(ARRAY[1, 8, 80, 800]) AS k WHERE k <= :rows / 100;
SELECT bench.list_contestants(format('count, member of %s workspaces', k), 'SELECT count(*) FROM %s', 'flows', '{bench_ours,bench_array,bench_exists}'::name[])
	FROM unnest(ARRAY[1, 8, 80, 800]) AS k WHERE k <= :rows / 100;
INSERT INTO bench.contestants (case_name, contestant, side, statement, answer)
	SELECT format('count, member of %s workspaces', k), 'no policy, WHERE spelt out', 'peer', 'SELECT count(*) FROM bench.flows WHERE ' || bench.spelt_out('ws-' || k),
		bench.digest('SELECT workflow_id FROM bench.flows WHERE ' || bench.spelt_out('ws-' || k))
	FROM unnest(ARRAY[1, 8, 80, 800]) AS k WHERE k <= :rows / 100;
INSERT INTO bench.points (figure, series, x, case_name, contestant)
	SELECT 'visible', contestant, (SELECT count(*) FROM bench.flows f
			WHERE visibility = 'main' AND workspace_id IN (SELECT workspace_id FROM bench.workspace_members WHERE user_id = 'ws-' || k)
				OR workflow_id IN (SELECT workflow_id FROM bench.workflow_members WHERE user_id = 'ws-' || k)),
		case_name, contestant
	FROM unnest(ARRAY[1, 8, 80, 800]) AS k JOIN bench.contestants ON case_name = format('count, member of %s workspaces', k)
	ORDER BY contestants.place;

-- By the size of the table: the same rows may be seen, among more and more.
SELECT format('CALL bench.make_flows(%L, %s, %L)', 'flows_' || size, size, CASE WHEN size > :rows THEN '{bench_ours,bench_array}' ELSE '{bench_ours,bench_array,bench_exists,bench_sql,bench_plpgsql}' END)
	FROM unnest(ARRAY[:rows / 100, :rows / 10, :rows * 10]) AS size
	WHERE size >= 10000 AND size <= :growth \gexec
\ir _vacuum.sql
CREATE TABLE bench.flows_sizes AS
	SELECT size, 'flows' || CASE WHEN size = :rows THEN '' ELSE '_' || size END AS relation
	FROM unnest(ARRAY[:rows / 100, :rows / 10, :rows, :rows * 10]) AS size
	WHERE to_regclass('bench.flows' || CASE WHEN size = :rows THEN '' ELSE '_' || size END) IS NOT NULL;
INSERT INTO bench.cases (case_name, per, unit, session)
	SELECT 'count, table of ' || size, 1, 'ms', bench.asks('ws-8') FROM bench.flows_sizes WHERE size <> :rows;
SELECT bench.list_contestants('count, table of ' || size, 'SELECT count(*) FROM %s', relation,
		ARRAY(SELECT polroles.rolname FROM pg_policy JOIN pg_roles AS polroles ON polroles.oid = ANY (polroles) WHERE polrelid = ('bench.' || relation)::regclass))
	FROM bench.flows_sizes WHERE size <> :rows ORDER BY size;
INSERT INTO bench.points (figure, series, x, case_name, contestant)
	SELECT 'growth', contestant, size, case_name, contestant
	FROM bench.flows_sizes JOIN bench.contestants ON case_name = CASE WHEN size = :rows THEN :'counting' ELSE 'count, table of ' || size END
	WHERE side <> 'reference' AND contestant <> 'no policy, by the ids'
	ORDER BY contestants.place;
-- Ours in the larger table against ours in the smaller, interleaved.
INSERT INTO bench.cases (case_name, per, unit, session)
	SELECT format('the same rows of %s', size), 1, 'ms', bench.asks('ws-8') FROM bench.flows_sizes WHERE size > (SELECT min(size) FROM bench.flows_sizes);
INSERT INTO bench.contestants (case_name, contestant, side, statement, answer, role, at_most)
	SELECT format('the same rows of %s', larger.size), format('of %s', c.size), CASE WHEN c.size = larger.size THEN 'ours' ELSE 'peer' END,
		'SELECT count(*) FROM bench.' || c.relation, bench.digest('SELECT workflow_id FROM bench.' || c.relation), 'bench_ours',
		-- below a hundred thousand rows those that may be seen lie side by side, and more so the fewer there are
		CASE WHEN c.size < larger.size AND c.size >= 100000 THEN 1.3 END
	FROM bench.flows_sizes AS larger JOIN bench.flows_sizes AS c ON c.size = larger.size OR c.size = larger.size / 10
	WHERE larger.size > (SELECT min(size) FROM bench.flows_sizes);
UPDATE bench.cases SET note = 'above the peer lie the decision for each row that the indexes find (0.15 µs; without it the two take the same), the look-up of the workspaces of workflows that invite the principal (1 µs each), and loading the principal (40 µs)'
	WHERE case_name IN (:'counting', :'counting_model', 'page of 20') OR case_name LIKE 'the same rows of %';

-- Conditions: one against the metadata of a connected user per row, against those who
-- keep theirs as jsonpath or jsquery. The many workflows of few conditions, of which a
-- connected user sees some; and one user against more and more different conditions.
\ir _product.sql
SELECT id AS typical, n AS sees FROM bench.typical \gset
SELECT format('connected user, %s of %s', :sees, :rows) AS counting, 'connected user, page of 20' AS page \gset
INSERT INTO bench.cases (case_name, per, unit, session, at_size) VALUES
	(:'counting', 1, 'ms', bench.connects('product', :typical), 1000000),
	(:'page', 1, 'ms', bench.connects('product', :typical), 1000000);
INSERT INTO bench.contestants (case_name, contestant, side, role, at_least, statement, answer, needs)
SELECT case_name, contestant, side, role, at_least, format(asks, source),
	CASE WHEN case_name = :'counting' THEN bench.digest(format('SELECT workflow_id FROM %s', source))
		ELSE format('SELECT string_agg(workflow_id, '','') FROM (SELECT workflow_id FROM %s ORDER BY workflow_id LIMIT 20) AS q', source) END, needs
FROM (VALUES
	(:'counting', 'SELECT count(*) FROM %s'), (:'page', 'SELECT workflow_id FROM %s ORDER BY workflow_id LIMIT 20')
) AS q (case_name, asks), (VALUES
	('workflow_perms', 'ours', 'bench_app', NULL, 'workflow_perms.workflows', true),
	-- OFFSET 0: all are found before the page is cut; the walk stops when it has one
	('scan with jsonpath', 'peer', NULL, 200, $$(SELECT workflow_id FROM bench.offers WHERE status = 'live' AND NOT hidden
		AND (SELECT bench.my_metadata()) @@ path OFFSET 0) AS o$$, true),
	('walk with jsonpath', 'peer', NULL, NULL, $$bench.offers WHERE status = 'live' AND NOT hidden AND (SELECT bench.my_metadata()) @@ path$$, true),
	('scan with jsquery', 'peer', NULL, NULL, $$(SELECT workflow_id FROM bench.offers WHERE status = 'live' AND NOT hidden
		AND (SELECT bench.my_metadata()) @@ query::jsquery OFFSET 0) AS o$$, to_regtype('jsquery') IS NOT NULL),
	('jsonpath once for each different', 'peer', NULL, NULL, $$bench.offers WHERE status = 'live' AND NOT hidden
		AND condition_no = ANY (ARRAY(SELECT no FROM bench.conditions WHERE no <= 10000 AND (SELECT bench.my_metadata()) @@ path))$$, true),
	('row by row', 'reference', NULL, NULL, $$workflow_perms.workflows WHERE account_id = 'product'
		AND workflow_perms.workflow_verdict('view', account_id, workflow_id, workspace_id, visibility, status, condition, hidden) = 'allowed'$$, true)
) AS c (contestant, side, role, at_least, source, needs)
WHERE case_name = :'page' OR contestant <> 'walk with jsonpath';

-- One user against n different conditions: an account of n workflows, all different.
-- Another user each time, so that nobody's answer is at hand.
CREATE TABLE bench.catalogs AS
	SELECT n, 'catalog_' || n AS account, at_most FROM (VALUES (1000, NULL), (10000, 0.4), (100000, 4), (1000000, NULL)) AS v (n, at_most)
	WHERE n <= :conditions UNION ALL SELECT :conditions, 'catalog_' || :conditions, NULL WHERE :conditions < 1000;
SELECT workflow_perms.create_account(account, 'admin') FROM bench.catalogs;
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) SELECT account, 'project', 'project' FROM bench.catalogs;
INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata)
	SELECT account, 'c' || id, 'connected', metadata FROM bench.catalogs, bench.subjects WHERE id <= 20;
SET session_replication_role = replica;
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status, condition)
	SELECT account, 'wf_' || no, 'project', 'main', 'live', condition FROM bench.catalogs JOIN bench.conditions ON no <= n;
RESET session_replication_role;
SELECT format('CREATE TABLE bench.conditions_%s AS SELECT no, condition, path, %s AS query FROM bench.conditions WHERE no <= %1$s ORDER BY no', n,
	CASE WHEN to_regtype('jsquery') IS NULL THEN 'query' ELSE 'query::jsquery' END) FROM bench.catalogs \gexec
\ir _vacuum.sql
INSERT INTO bench.cases (case_name, per, unit, session, at_most, at_least)
	SELECT format('one user, %s conditions', n), 1, 'ms', bench.connects(account, NULL), at_most, CASE WHEN at_most IS NOT NULL THEN 20 END FROM bench.catalogs;
INSERT INTO bench.contestants (case_name, contestant, side, judged, statement, needs)
SELECT format('one user, %s conditions', n), contestant, side, contestant = 'scan with jsonpath', format(statement, n), needs
FROM bench.catalogs, (VALUES
	('workflow_perms', 'ours', 'SELECT cardinality(workflow_perms._matching_hashes())', to_regprocedure('workflow_perms._matching_hashes()') IS NOT NULL),
	('scan with jsonpath', 'peer', 'SELECT count(*) FROM bench.conditions_%s WHERE (SELECT bench.my_metadata()) @@ path', true),
	('scan with jsquery', 'peer', 'SELECT count(*) FROM bench.conditions_%s WHERE (SELECT bench.my_metadata()) @@ query', to_regtype('jsquery') IS NOT NULL),
	('scan with ours', 'peer', 'SELECT count(*) FROM bench.conditions_%s WHERE (SELECT bench.my_metadata()) OPERATOR(workflow_perms.~) condition', true)
) AS c (contestant, side, statement, needs)
ORDER BY n;
-- Its answers, for each of five users, as how many hashes and a digest of them: nothing to be timed.
INSERT INTO bench.cases (case_name, per, unit, session)
	SELECT format('the conditions of user %s among %s', u, n), 1, 'ms', bench.connects(account, u) FROM bench.catalogs, generate_series(1, 5) AS u;
INSERT INTO bench.contestants (case_name, contestant, side, answer, needs)
SELECT format('the conditions of user %s among %s', u, n), contestant, 'reference', 'SELECT count(*) || '' '' || coalesce(sum(h), 0) FROM ' || format(answer, n), needs
FROM bench.catalogs, generate_series(1, 5) AS u, (VALUES
	('registry', 'unnest(workflow_perms._matching_hashes()) AS h', to_regprocedure('workflow_perms._matching_hashes()') IS NOT NULL),
	('jsonpath', '(SELECT workflow_perms.condition_hash(condition) FROM bench.conditions_%s WHERE (SELECT bench.my_metadata()) @@ path) AS m (h)', true),
	('jsquery', '(SELECT workflow_perms.condition_hash(condition) FROM bench.conditions_%s WHERE (SELECT bench.my_metadata()) @@ query) AS m (h)', to_regtype('jsquery') IS NOT NULL)
) AS c (contestant, answer, needs);
-- An index on a table of one's own.
SELECT count(*) > 0 AS indexable FROM pg_opclass JOIN pg_am am ON am.oid = opcmethod WHERE opcname = 'metadata_condition_ops' AND amname = 'gin' \gset
\if :indexable
SELECT format('CREATE INDEX ON bench.conditions_%s USING gin (condition workflow_perms.metadata_condition_ops)', n) FROM bench.catalogs \gexec
INSERT INTO bench.contestants (case_name, contestant, side, setup, statement)
	SELECT format('one user, %s conditions', n), 'GIN on conditions', 'peer', 'SET LOCAL enable_seqscan = off',
		format('SELECT count(*) FROM bench.conditions_%s WHERE condition OPERATOR(workflow_perms.~) (SELECT bench.my_metadata())', n)
	FROM bench.catalogs;
INSERT INTO bench.contestants (case_name, contestant, side, setup, answer)
	SELECT format('the conditions of user %s among %s', u, n), 'GIN', 'reference', 'SET LOCAL enable_seqscan = off',
		format('SELECT count(*) || '' '' || coalesce(sum(h), 0) FROM (SELECT workflow_perms.condition_hash(condition) FROM bench.conditions_%s WHERE condition OPERATOR(workflow_perms.~) (SELECT bench.my_metadata())) AS m (h)', n)
	FROM bench.catalogs, generate_series(1, 5) AS u;
\endif
INSERT INTO bench.points (figure, series, x, case_name, contestant)
	SELECT 'conditions', contestant, n, case_name, contestant
	FROM bench.catalogs JOIN bench.contestants ON case_name = format('one user, %s conditions', n)
	ORDER BY contestants.place;

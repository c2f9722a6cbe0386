-- What a decision costs where it can only be a filter: every index is forbidden, all
-- rows are read. Against a scan that reads the columns which the decision reads.
\ir _team.sql
INSERT INTO bench.cases (case_name, per, unit, session)
	SELECT format('filter, member of %s workspaces', k), 1, 'ms', bench.asks('ws-' || k)
	FROM unnest(ARRAY[8, 40, 200, 1000]) AS k WHERE k <= :rows / 100;
INSERT INTO bench.contestants (case_name, contestant, side, role, at_most, statement, answer, setup)
	SELECT format('filter, member of %s workspaces', k), contestant, side, role, at_most,
		'SELECT count(*) FROM ' || source,
		CASE WHEN contestant <> 'bare scan' THEN bench.digest('SELECT workflow_id FROM ' || source) END,
		'SET LOCAL enable_indexscan = off; SET LOCAL enable_indexonlyscan = off; SET LOCAL enable_bitmapscan = off'
	FROM unnest(ARRAY[8, 40, 200, 1000]) AS k, (VALUES
		('workflow_perms', 'ours', 'bench_ours', NULL, 'bench.flows'),
		('bare scan', 'peer', NULL, 2.0, $$bench.flows WHERE account_id = 'team' AND status = 'live'$$),
		('OR of EXISTS', 'peer', 'bench_exists', NULL, 'bench.flows')
	) AS c (contestant, side, role, at_most, source)
	WHERE k <= :rows / 100;
-- In a list of a thousand it is looked for one by one.
INSERT INTO bench.contestants (case_name, contestant, side, role, statement, answer, setup)
	SELECT case_name, '= ANY(ARRAY(SELECT …))', 'peer', 'bench_array', statement, answer, setup
	FROM bench.contestants WHERE case_name LIKE 'filter,%' AND contestant = 'OR of EXISTS';
INSERT INTO bench.points (figure, series, x, case_name, contestant)
	SELECT 'workspaces', contestant, k, case_name, contestant
	FROM unnest(ARRAY[8, 40, 200, 1000]) AS k JOIN bench.contestants ON case_name = format('filter, member of %s workspaces', k)
	ORDER BY contestants.place;

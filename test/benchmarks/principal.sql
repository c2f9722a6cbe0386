-- Who asks: what it takes to load a principal, to answer one question, and to plan a query.
\ir _team.sql
-- principal(): everything that any decision may need, as a value, by the number of
-- workspaces that the user is a member of. A new value each time.
INSERT INTO bench.cases (case_name, per, unit)
	SELECT format('load a principal of %s workspaces', k), 100, 'us' FROM unnest(ARRAY[1, 8, 40, 200, 1000]) AS k WHERE k <= :rows / 100;
INSERT INTO bench.contestants (case_name, contestant, side, statement)
	SELECT format('load a principal of %s workspaces', k), 'workflow_perms', 'ours',
		format($$SELECT count(workflow_perms.principal('team', 'ws-%s' || left(i::text, 0))) FROM generate_series(1, 100) AS i$$, k)
	FROM unnest(ARRAY[1, 8, 40, 200, 1000]) AS k WHERE k <= :rows / 100;
-- What a list needs of the session's principal, with the planning of it.
INSERT INTO bench.cases (case_name, per, unit, session)
	SELECT format('plan a list, member of %s workspaces', k), 1, 'us', bench.asks('ws-' || k) FROM unnest(ARRAY[1, 8, 40, 200, 1000]) AS k WHERE k <= :rows / 100;
INSERT INTO bench.contestants (case_name, contestant, side, role, statement)
	SELECT format('plan a list, member of %s workspaces', k), contestant, side, role, 'EXPLAIN SELECT count(*) FROM bench.flows'
	FROM unnest(ARRAY[1, 8, 40, 200, 1000]) AS k, (VALUES ('workflow_perms', 'ours', 'bench_ours'), ('= ANY(ARRAY(SELECT …))', 'peer', 'bench_array')) AS c (contestant, side, role)
	WHERE k <= :rows / 100;
INSERT INTO bench.points (figure, series, x, case_name, contestant)
	SELECT 'principal', series, k, case_name, 'workflow_perms'
	FROM unnest(ARRAY[1, 8, 40, 200, 1000]) AS k, LATERAL (VALUES
		('plan a list for the session''s', format('plan a list, member of %s workspaces', k)),
		('principal(), a whole value', format('load a principal of %s workspaces', k))) AS s (series, case_name)
	WHERE k <= :rows / 100 ORDER BY series;

-- One question, to its parts: under a snapshot of its own each, as it is when a server asks once
-- in a transaction (a write of the same transaction comes before each: nothing that was loaded
-- before it may be used); under one snapshot, where the principal stays loaded and a question
-- is the look at the workflow and the decision; and with the workflow's row at hand, which leaves
-- the decision. Net of the write and of the loop.
-- A STABLE function has one snapshot for all of it; in a VOLATILE one each expression has its own.
CREATE UNLOGGED TABLE bench.scratch (i int);
SELECT format($f$CREATE FUNCTION bench.%I(question text) RETURNS text LANGUAGE plpgsql %s AS $$
DECLARE
	rows workflow_perms.workflows[] := ARRAY(SELECT w FROM workflow_perms.workflows w WHERE account_id = 'team'
		AND workflow_id = ANY (ARRAY(SELECT bench.flow_id(i * 37) FROM generate_series(1, 500) AS i WHERE i * 37 <= bench.n('rows')))
		ORDER BY workflow_id);
	ids text[] := ARRAY(SELECT r.workflow_id FROM unnest(rows) AS r ORDER BY r.workflow_id);
	r workflow_perms.workflows;
	yes boolean;
	answer text := '';
BEGIN
	FOR i IN 1 .. cardinality(ids) LOOP
		%s
		r := rows[i];
		-- each is a plan of its own, cached: nothing is planned here
		CASE question
			WHEN 'id' THEN yes := workflow_perms.can_view(ids[i]);
			WHEN 'row' THEN yes := workflow_perms.can_view(r);
			WHEN 'by hand' THEN yes := (SELECT bench.by_sql(w.account_id, w.workflow_id, w.workspace_id, w.visibility)
				FROM workflow_perms.workflows w WHERE w.account_id = 'team' AND w.workflow_id = ids[i]);
			WHEN 'row by hand' THEN yes := bench.by_sql(r.account_id, r.workflow_id, r.workspace_id, r.visibility);
			ELSE yes := ids[i] <> '';
		END CASE;
		answer := answer || CASE WHEN yes THEN '1' ELSE '0' END;
	END LOOP;
	RETURN answer;
END
$$$f$, function, volatility, writes)
FROM (VALUES ('ask_each_after_a_write', 'VOLATILE', 'INSERT INTO bench.scratch VALUES (1);'), ('ask_each', 'STABLE', '')) AS f (function, volatility, writes) \gexec
CREATE TABLE bench.single (what text, function text, contestant text, side text, question text, at_most numeric, place int GENERATED ALWAYS AS IDENTITY);
INSERT INTO bench.single (what, function, contestant, side, question, at_most) VALUES
	('fresh snapshot', 'ask_each_after_a_write', 'workflow_perms', 'ours', 'id', 15),
	('fresh snapshot', 'ask_each_after_a_write', 'SQL function', 'peer', 'by hand', NULL),
	('fresh snapshot', 'ask_each_after_a_write', 'the loop', 'baseline', 'nothing', NULL),
	('same snapshot', 'ask_each', 'workflow_perms', 'ours', 'id', NULL),
	('same snapshot', 'ask_each', 'SQL function', 'peer', 'by hand', NULL),
	('same snapshot', 'ask_each', 'the loop', 'baseline', 'nothing', NULL),
	('row at hand', 'ask_each', 'workflow_perms', 'ours', 'row', NULL),
	('row at hand', 'ask_each', 'SQL function', 'peer', 'row by hand', NULL),
	('row at hand', 'ask_each', 'the loop', 'baseline', 'nothing', NULL);
INSERT INTO bench.cases (case_name, per, unit, session, at_most)
	SELECT 'single check, ' || what, least(500, :rows / 37), 'us', bench.asks('ws-8'), at_most FROM bench.single WHERE side = 'ours' ORDER BY place;
INSERT INTO bench.contestants (case_name, contestant, side, statement, answer)
	SELECT 'single check, ' || what, contestant, side, format('SELECT bench.%I(%L)', function, question),
		CASE WHEN side <> 'baseline' THEN format('bench.%I(%L)', function, question) END
	FROM bench.single ORDER BY place;

UPDATE bench.cases SET note = 'two thirds of the time find places in B-trees: of the workflow, its workspace, the memberships of both, and the principal. Of a million rows in random order, most pages are in no processor''s cache'
	WHERE case_name = 'single check, fresh snapshot';

-- Planning, again and again under one snapshot, net of planning the query without a policy:
-- a cursor plans and gets ready, and prints nothing.
CREATE FUNCTION bench.plan(query text, n int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	planned refcursor;
BEGIN
	FOR i IN 1 .. n LOOP
		OPEN planned FOR EXECUTE query;
		CLOSE planned;
	END LOOP;
END
$$;
INSERT INTO bench.cases (case_name, per, unit, session, at_most) VALUES ('planning, what a policy adds', 100, 'us', bench.asks('ws-8'), 100);
INSERT INTO bench.contestants (case_name, contestant, side, role, statement) VALUES
	('planning, what a policy adds', 'workflow_perms', 'ours', 'bench_ours', $$SELECT bench.plan('SELECT count(*) FROM bench.flows', 100)$$),
	('planning, what a policy adds', '= ANY(ARRAY(SELECT …))', 'peer', 'bench_array', $$SELECT bench.plan('SELECT count(*) FROM bench.flows', 100)$$),
	('planning, what a policy adds', 'OR of EXISTS', 'peer', 'bench_exists', $$SELECT bench.plan('SELECT count(*) FROM bench.flows', 100)$$),
	('planning, what a policy adds', 'no policy', 'baseline', NULL, $$SELECT bench.plan('SELECT count(*) FROM bench.flows WHERE account_id = ''team''', 100)$$);
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA bench TO PUBLIC;

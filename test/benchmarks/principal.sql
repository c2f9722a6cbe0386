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

-- One question, each under a snapshot of its own: after a write of the same transaction
-- nothing that was loaded before may be used. Net of the write and of the loop.
CREATE UNLOGGED TABLE bench.scratch (i int);
CREATE FUNCTION bench.check_one_by_one(fresh boolean, question text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	ids text[] := ARRAY(SELECT bench.flow_id(i * 37) FROM generate_series(1, 500) AS i WHERE i * 37 <= bench.n('rows'));
	id text;
	yes boolean;
	answer text := '';
BEGIN
	FOREACH id IN ARRAY ids LOOP
		IF fresh THEN
			INSERT INTO bench.scratch VALUES (1);
		END IF;
		-- each is a plan of its own, cached: nothing is planned here
		CASE question
			WHEN 'ours' THEN yes := workflow_perms.can_view(id);
			WHEN 'by hand' THEN yes := (SELECT bench.by_sql(w.account_id, w.workflow_id, w.workspace_id, w.visibility)
				FROM workflow_perms.workflows w WHERE w.account_id = 'team' AND w.workflow_id = id);
			ELSE yes := id <> '';
		END CASE;
		answer := answer || CASE WHEN yes THEN '1' ELSE '0' END;
	END LOOP;
	RETURN answer;
END
$$;
INSERT INTO bench.cases (case_name, per, unit, session, at_most)
	SELECT 'single check, ' || what, least(500, :rows / 37), 'us', bench.asks('ws-8'), at_most
	FROM (VALUES ('fresh snapshot', 15), ('same snapshot', NULL)) AS w (what, at_most);
INSERT INTO bench.contestants (case_name, contestant, side, statement, answer)
	SELECT 'single check, ' || what, contestant, side, format('SELECT bench.check_one_by_one(%L, %L)', what LIKE 'fresh%', question),
		CASE WHEN side <> 'baseline' THEN format('bench.check_one_by_one(%L, %L)', what LIKE 'fresh%', question) END
	FROM unnest(ARRAY['fresh snapshot', 'same snapshot']) AS what, (VALUES
		('workflow_perms', 'ours', 'ours'), ('SQL function', 'peer', 'by hand'), ('the loop', 'baseline', 'nothing')
	) AS c (contestant, side, question);

-- Planning, again and again under one snapshot, net of planning the query without a policy.
CREATE FUNCTION bench.plan(query text, n int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	FOR i IN 1 .. n LOOP
		EXECUTE 'EXPLAIN ' || query;
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

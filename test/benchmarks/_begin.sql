-- The bench: cases, their contestants, the times measured, the report.
--
-- A benchmark is a file beside this one. It makes its data (:rows rows of it),
-- and enters a case with its contestants:
--   'ours' and any number of 'peer's are compared; the 'baseline', if there is
--   one, is what both would cost without the thing measured, and is taken off.
--   answer: a query for one text; equal for ours and all peers, or the run fails.
ALTER DATABASE bench SET jit = off;
ALTER DATABASE bench SET max_parallel_workers_per_gather = 0;
SET client_min_messages = warning;
CREATE SCHEMA bench;
CREATE TABLE bench.cases (
	case_name text PRIMARY KEY,
	per bigint NOT NULL, -- how many units of work a statement does
	unit text NOT NULL, -- of a unit of work: ns, us or ms
	-- The target: ours costs at most that many units, or the ratio to the judged
	-- peer (peer / ours) is at least that much.
	at_most numeric,
	at_least numeric,
	session text -- what the measuring session does first, such as saying who asks
);
CREATE TABLE bench.contestants (
	case_name text REFERENCES bench.cases,
	contestant text,
	side text NOT NULL CHECK (side IN ('ours', 'peer', 'baseline')),
	statement text NOT NULL,
	answer text,
	judged boolean NOT NULL DEFAULT false, -- whether the target is against this peer
	place int GENERATED ALWAYS AS IDENTITY,
	PRIMARY KEY (case_name, contestant)
);
CREATE TABLE bench.times (
	case_name text,
	contestant text,
	round int,
	started timestamptz DEFAULT clock_timestamp(),
	ended timestamptz,
	PRIMARY KEY (case_name, contestant, round)
);
CREATE TABLE bench.answers (case_name text, contestant text, answer text);

CREATE VIEW bench.report AS
WITH median AS (
	SELECT case_name, contestant,
		percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM ended - started)) AS seconds
	FROM bench.times WHERE round > 0 GROUP BY 1, 2
), net AS (
	SELECT c.case_name, x.contestant, x.side, x.place, c.unit, x.judged, c.at_most, c.at_least,
		(m.seconds - coalesce(b.seconds, 0)) / c.per * CASE c.unit WHEN 'ns' THEN 1e9 WHEN 'us' THEN 1e6 ELSE 1e3 END AS cost
	FROM bench.cases c
	JOIN bench.contestants x USING (case_name)
	JOIN median m USING (case_name, contestant)
	LEFT JOIN (bench.contestants bx JOIN median b USING (case_name, contestant))
		ON bx.case_name = c.case_name AND bx.side = 'baseline'
	WHERE x.side <> 'baseline'
)
SELECT o.case_name || coalesce(' / ' || p.contestant, '') AS name,
	round(o.cost::numeric, 1) AS ours, round(p.cost::numeric, 1) AS peer, o.unit,
	round((p.cost / nullif(o.cost, 0))::numeric, 1) AS ratio,
	CASE WHEN p.contestant IS NULL OR p.judged THEN
		concat_ws(' or ', '<= ' || o.at_most || ' ' || o.unit, 'ratio >= ' || o.at_least) END AS target,
	CASE WHEN p.contestant IS NULL OR p.judged THEN
		CASE WHEN o.cost <= o.at_most OR p.cost / o.cost >= o.at_least THEN 'met'
			WHEN o.at_most IS NOT NULL OR o.at_least IS NOT NULL THEN 'MISSED' END END AS verdict
FROM net o LEFT JOIN net p ON p.case_name = o.case_name AND p.side = 'peer'
WHERE o.side = 'ours'
ORDER BY o.place, p.place;

CREATE EXTENSION workflow_perms;
-- The model, for the cases that stand on it.
CREATE ROLE bench_app NOLOGIN;
CREATE ROLE bench_engine NOLOGIN;
DO $$ BEGIN PERFORM workflow_perms.create_model(application => 'bench_app', engine => 'bench_engine'); END $$;

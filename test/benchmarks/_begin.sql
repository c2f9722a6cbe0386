-- The bench: cases, their contestants, the times measured, the report.
--
-- A benchmark is a file beside this one. It makes its data (:rows rows of it, or
-- what _team.sql, _users.sql and _product.sql make and share), and enters a case
-- with its contestants:
--   'ours' and any number of 'peer's are compared; the 'baseline', if there is
--   one, is what both would cost without the thing measured, and is taken off;
--   a 'reference' is asked for its answer alone, and never timed: the row-by-row
--   answer, where ours may come from an index.
--   answer: a query for one text; equal for all that have one, or the run fails.
-- Each time is taken in a transaction of its own, which is rolled back: first,
-- untimed, the case's session and the contestant's setup, as a superuser; then
-- the role; then, timed, the statement, planning included. Other transactions
-- have committed in between, so nothing loaded under an older snapshot helps.
ALTER DATABASE :DBNAME SET jit = off;
ALTER DATABASE :DBNAME SET max_parallel_workers_per_gather = 0;
ALTER DATABASE :DBNAME SET client_min_messages = warning;
SET jit = off;
SET max_parallel_workers_per_gather = 0;
SET client_min_messages = warning;
CREATE SCHEMA bench;
CREATE TABLE bench.sizes (what text PRIMARY KEY, n bigint);
INSERT INTO bench.sizes VALUES ('rows', :rows), ('seed', :seed), ('conditions', :conditions), ('growth', :growth);
-- What the generator's rows consist of: the same for the same seed, in any order.
-- n(name): a size. draw(i, what, below): 0 .. below - 1, the draw of that name for row i.
CREATE FUNCTION bench.n(name text) RETURNS bigint LANGUAGE sql IMMUTABLE
	AS 'SELECT n FROM bench.sizes WHERE what = name';
SELECT format('CREATE FUNCTION bench.draw(i bigint, what int, below bigint) RETURNS bigint LANGUAGE sql IMMUTABLE
	AS ''SELECT ((hashint8extended(i, what * 1000003 + %s) >> 1) & 9223372036854775807) %% below''', :seed) \gexec

-- Two digests of a set of ids, and how many there are.
CREATE FUNCTION bench.digest(source text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT format('SELECT count(*) || '' ids, digest '' || coalesce(sum(hashtextextended(workflow_id, 1)), 0) || '' ''
		|| coalesce(sum(hashtextextended(workflow_id, 2)), 0) FROM (%s) AS q', source)
$$;

CREATE TABLE bench.cases (
	case_name text PRIMARY KEY,
	per numeric NOT NULL, -- how many units of work a statement does
	unit text NOT NULL CHECK (unit IN ('ns', 'us', 'ms')), -- of a unit of work
	-- The target: ours costs at most that many units, or the ratio to the judged
	-- peer (peer / ours) is at least that much.
	at_most numeric,
	at_least numeric,
	session text, -- what a session does first, such as saying who asks
	at_size bigint NOT NULL DEFAULT 0, -- the target is meant for that many rows or more
	note text, -- why a target is missed, with what the profile shows
	place int GENERATED ALWAYS AS IDENTITY
);
CREATE TABLE bench.contestants (
	case_name text REFERENCES bench.cases,
	contestant text,
	side text NOT NULL CHECK (side IN ('ours', 'peer', 'baseline', 'reference')),
	statement text CHECK (statement IS NOT NULL OR side = 'reference'),
	answer text,
	judged boolean NOT NULL DEFAULT false, -- whether the case's at_least is against this peer
	-- Targets against this peer: peer / ours at least, ours / peer at most.
	at_least numeric,
	at_most numeric,
	role name, -- under which the statement runs; NULL: the superuser
	setup text,
	needs boolean NOT NULL DEFAULT true, -- false: what it takes is not there
	place int GENERATED ALWAYS AS IDENTITY,
	PRIMARY KEY (case_name, contestant)
);
-- What is plotted: a figure's series by x, of the cases' results.
CREATE TABLE bench.points (
	figure text,
	series text,
	x bigint,
	case_name text REFERENCES bench.cases,
	contestant text,
	place int GENERATED ALWAYS AS IDENTITY
);
CREATE TABLE bench.times (case_name text, contestant text, round int, seconds double precision);
CREATE TABLE bench.answers (case_name text, contestant text, answer text);

CREATE VIEW bench.costs AS
WITH median AS (
	SELECT case_name, contestant, percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) AS seconds, count(*) AS n
	FROM bench.times GROUP BY 1, 2
)
SELECT x.*, c.unit, c.note, m.n, c.at_least AS case_at_least, c.at_most AS at_most_units, c.at_size, c.place AS case_place,
	-- what costs less than the noise of its baseline costs next to nothing, not less than that
	CASE WHEN m.seconds IS NOT NULL THEN
		greatest((m.seconds - coalesce(b.seconds, 0)) / c.per * CASE c.unit WHEN 'ns' THEN 1e9 WHEN 'us' THEN 1e6 ELSE 1e3 END, 0.001)
	END::numeric AS cost
FROM bench.cases c
JOIN bench.contestants x USING (case_name)
LEFT JOIN median m USING (case_name, contestant)
LEFT JOIN (bench.contestants bx JOIN median b USING (case_name, contestant))
	ON bx.case_name = c.case_name AND bx.side = 'baseline'
WHERE x.side IN ('ours', 'peer');

-- Three digits that count.
CREATE FUNCTION bench.digits(v numeric) RETURNS numeric LANGUAGE sql IMMUTABLE
	AS 'SELECT CASE WHEN v = 0 THEN 0 ELSE trim_scale(round(v, greatest(0, 2 - floor(log(abs(v)))::int))) END';

CREATE VIEW bench.report AS
WITH judged AS (
	SELECT o.case_name, o.note, o.case_place, o.place, p.place AS peer_place, p.contestant, o.unit, o.at_size,
		o.cost AS ours, p.cost AS peer, o.needs, p.needs AS peer_needs,
		-- a target in units stands once: by the judged peer, or by the first
		CASE WHEN p.judged OR row_number() OVER (PARTITION BY o.case_name ORDER BY p.judged DESC, p.place) = 1 THEN o.at_most_units END AS at_most_units,
		coalesce(p.at_least, CASE WHEN p.judged THEN o.case_at_least END) AS at_least,
		p.at_most
	FROM bench.costs o LEFT JOIN bench.costs p ON p.case_name = o.case_name AND p.side = 'peer'
	WHERE o.side = 'ours'
)
SELECT r.*, CASE WHEN r.verdict = 'MISSED' THEN note END AS note
FROM judged, LATERAL (SELECT case_name || coalesce(' / ' || contestant, '') AS name,
	bench.digits(ours) AS ours, bench.digits(peer) AS peer, unit,
	bench.digits(CASE WHEN at_most IS NOT NULL THEN ours / peer ELSE peer / ours END) AS ratio,
	nullif(concat_ws(' or ', '<= ' || at_most_units || ' ' || unit, '>= ' || at_least || ' x', '<= ' || at_most || ' x'), '') AS target,
	CASE WHEN NOT needs THEN 'not there yet'
		WHEN NOT peer_needs THEN 'peer not installed'
		WHEN coalesce(at_most_units, at_least, at_most) IS NULL THEN NULL
		WHEN ours <= at_most_units OR peer / ours >= at_least OR ours / peer <= at_most THEN 'met'
		WHEN at_size > bench.n('rows') THEN 'meant for ' || at_size || ' rows'
		ELSE 'MISSED' END AS verdict) AS r
ORDER BY case_place, place, peer_place;

-- What is plotted.
CREATE VIEW bench.figures AS
	SELECT figure, min(p.place) OVER (PARTITION BY figure, series) AS place, series, x, bench.digits(cost) AS y, unit
	FROM bench.points p JOIN bench.costs USING (case_name, contestant) WHERE cost IS NOT NULL
	ORDER BY 1, 2, 4;

CREATE EXTENSION workflow_perms;
-- Not on every machine: without it what is written in its language is left out.
SELECT count(*) > 0 AS jsquery FROM pg_available_extensions WHERE name = 'jsquery' \gset
\if :jsquery
CREATE EXTENSION jsquery;
\endif
-- The model, for the cases that stand on it.
CREATE ROLE bench_app NOLOGIN;
CREATE ROLE bench_engine NOLOGIN;
DO $$ BEGIN PERFORM workflow_perms.create_model(application => 'bench_app', engine => 'bench_engine'); END $$;
-- A column of the application's own, by which lists are ordered.
ALTER TABLE workflow_perms.workflows ADD updated_at timestamptz;
GRANT USAGE ON SCHEMA bench TO PUBLIC;

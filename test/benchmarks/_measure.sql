-- First the answers, which also warms everything up; then the rounds, interleaved,
-- so that what else the machine does falls on all contestants alike.

-- Runs one contestant's statement, or asks for its answer, as said in _begin.sql:
-- leaves the transaction that it began to be rolled back.
CREATE PROCEDURE bench.prepare_contestant(session text, setup text, role name) LANGUAGE plpgsql AS $$
BEGIN
	IF session IS NOT NULL THEN
		EXECUTE session;
	END IF;
	IF setup IS NOT NULL THEN
		EXECUTE setup;
	END IF;
	IF role IS NOT NULL THEN
		EXECUTE format('SET LOCAL ROLE %I', role);
	END IF;
END
$$;

CREATE PROCEDURE bench.compare() LANGUAGE plpgsql AS $$
DECLARE
	wrong text;
BEGIN
	SELECT string_agg(format('%s, %s: %s', a.case_name, contestant, a.answer), E'\n') INTO wrong
		FROM bench.answers a
		WHERE (SELECT count(DISTINCT b.answer) <> 1 OR count(b.answer) <> count(*)
			FROM bench.answers b WHERE b.case_name = a.case_name);
	IF wrong IS NOT NULL THEN
		RAISE EXCEPTION E'the contestants do not agree\n%', wrong;
	END IF;
END
$$;

CREATE PROCEDURE bench.ask() LANGUAGE plpgsql AS $$
DECLARE
	contestants bench.contestants[] := ARRAY(SELECT c FROM bench.contestants c WHERE answer IS NOT NULL AND needs ORDER BY place);
	c bench.contestants;
	session text;
	answer text;
BEGIN
	FOREACH c IN ARRAY contestants LOOP
		ROLLBACK;
		session := (SELECT x.session FROM bench.cases x WHERE x.case_name = c.case_name);
		CALL bench.prepare_contestant(session, c.setup, c.role);
		EXECUTE format('SELECT (%s)', c.answer) INTO answer;
		ROLLBACK;
		INSERT INTO bench.answers VALUES (c.case_name, c.contestant, answer);
		COMMIT;
	END LOOP;
	CALL bench.compare();
END
$$;

-- The clock: what this backend has had of a processor, where the kernel tells, which is
-- what a statement takes on an idle core, whatever else the machine does; elapsed time
-- elsewhere. The kernel's count is brought up to date when the process sleeps.
SELECT (pg_stat_file('/proc/self/schedstat', true)).size IS NOT NULL AS schedstat \gset
\if :schedstat
CREATE FUNCTION bench.clock() RETURNS double precision LANGUAGE sql VOLATILE SECURITY DEFINER
	BEGIN ATOMIC
		SELECT pg_sleep(0.0002);
		SELECT split_part(pg_read_file('/proc/self/schedstat'), ' ', 1)::double precision / 1e9;
	END;
\else
CREATE FUNCTION bench.clock() RETURNS double precision LANGUAGE sql VOLATILE
	RETURN extract(epoch FROM clock_timestamp());
\endif

-- Rounds and rounds of each case. A contestant that is quick is run more than once
-- a round, one that is slow until it has had its seconds, once at least.
CREATE PROCEDURE bench.measure(rounds int, seconds_each double precision) LANGUAGE plpgsql AS $$
DECLARE
	cases bench.cases[] := ARRAY(SELECT c FROM bench.cases c ORDER BY place);
	contestants bench.contestants[];
	a_case bench.cases;
	c bench.contestants;
	spent double precision[];
	first double precision[];
	started timestamptz;
	began double precision;
	seconds double precision;
	elapsed double precision;
	clocks double precision[];
	clock double precision; -- what it takes to ask it
BEGIN
	FOR i IN 1 .. 101 LOOP
		began := bench.clock();
		clocks[i] := bench.clock() - began;
	END LOOP;
	clock := (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY asked) FROM unnest(clocks) AS asked);
	FOREACH a_case IN ARRAY cases LOOP
		contestants := ARRAY(SELECT x FROM bench.contestants x
			WHERE x.case_name = a_case.case_name AND needs AND statement IS NOT NULL ORDER BY place);
		spent := array_fill(0, ARRAY[cardinality(contestants)]);
		first := array_fill(0, ARRAY[cardinality(contestants)]);
		FOR round IN 0 .. rounds LOOP
			FOR i IN 1 .. cardinality(contestants) LOOP
				c := contestants[i];
				-- round 0 is not counted, unless a peer takes so long that what is cold does not matter
				FOR again IN 1 .. CASE WHEN round = 0 THEN 1 ELSE least(10, greatest(1, floor(0.05 / first[i]))) END LOOP
					CONTINUE WHEN round > 0 AND spent[i] > seconds_each;
					COMMIT;
					CALL bench.prepare_contestant(a_case.session, c.setup, c.role);
					-- whoever has just slept is let run for a while: what takes a millisecond is not
					-- interrupted by what else the machine does
					PERFORM pg_sleep(0.001);
					started := clock_timestamp();
					began := bench.clock();
					EXECUTE c.statement;
					seconds := greatest(bench.clock() - began - clock, 1e-6);
					ROLLBACK;
					elapsed := extract(epoch FROM clock_timestamp() - started);
					IF round = 0 THEN
						first[i] := greatest(elapsed, 1e-6);
					END IF;
					IF round > 0 OR elapsed > 1 AND c.side = 'peer' THEN
						spent[i] := spent[i] + elapsed;
						INSERT INTO bench.times VALUES (c.case_name, c.contestant, round, seconds);
						COMMIT;
					END IF;
				END LOOP;
			END LOOP;
		END LOOP;
	END LOOP;
END
$$;
CALL bench.ask();
SELECT :rounds > 0 AS timed \gset
\if :timed
CALL bench.measure(:rounds, :seconds);
\endif

-- What the cases ask of the session.
SELECT DISTINCT session FROM bench.cases WHERE session IS NOT NULL \gexec
-- First the answers, which also warms everything up; then the rounds, interleaved,
-- so that what else the machine does falls on all contestants alike.
SELECT format('INSERT INTO bench.answers SELECT %L, %L, (%s)', case_name, contestant, answer)
	FROM bench.contestants WHERE answer IS NOT NULL ORDER BY place \gexec
DO $$
DECLARE
	wrong text;
BEGIN
	SELECT string_agg(format('%s, %s: %s', case_name, contestant, answer), E'\n') INTO wrong
		FROM bench.answers a
		WHERE (SELECT count(DISTINCT b.answer) <> 1 OR count(b.answer) <> count(*)
			FROM bench.answers b WHERE b.case_name = a.case_name);
	IF wrong IS NOT NULL THEN
		RAISE EXCEPTION E'the contestants do not agree\n%', wrong;
	END IF;
END
$$;
-- Round 0 is not counted.
SELECT format('INSERT INTO bench.times (case_name, contestant, round) VALUES (%L, %L, %s)', case_name, contestant, round),
		statement,
		format('UPDATE bench.times SET ended = clock_timestamp() WHERE case_name = %L AND contestant = %L AND round = %s',
			case_name, contestant, round)
	FROM bench.contestants, generate_series(0, :rounds) AS round
	ORDER BY case_name, round, place \gexec

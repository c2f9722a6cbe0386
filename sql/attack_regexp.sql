-- An attacker who writes conditions, or metadata, wants other people's lists to
-- take minutes: patterns that are slow on texts made for them. Each is refused,
-- decided at once, or given up as NULL; a match that runs on is cancelled here
-- and shows as an error.
\set SHOW_CONTEXT never
\set VERBOSITY terse
SET search_path = workflow_perms, pg_catalog;
SET statement_timeout = '30s';

-- Tries everything that `seconds` are enough for.
CREATE FUNCTION pg_temp.attack(pattern text, subject text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN coalesce((jsonb_build_object('s', subject) OPERATOR(workflow_perms.~)
		jsonb_build_object('s', jsonb_build_object('$regex', pattern))::workflow_perms.metadata_condition)::text, 'NULL');
EXCEPTION WHEN invalid_parameter_value OR program_limit_exceeded THEN
	RETURN 'refused';
END
$$;

-- Backtracking, back-references, automata that explode: where they are taken, they are
-- given up for a long text, and decided for a shorter one.
SELECT pattern, pg_temp.attack(pattern, repeat('ab', 200000)) AS answer, pg_temp.attack(pattern, repeat('ab', 4000)) AS shorter
	FROM (VALUES (1, '^(a|a)*$'), (2, '(x+x+)+y'), (3, '(.*)(.*)(.*)(.*)(.*)(.*)z'), (4, '(a*)\1c'), (5, '(a|b)*a(a|b){18}c'),
		(6, '((((a{1,255}){1,255}){1,255}){1,255})'), (7, '(?:a?){255}a{255}'), (8, '(^|a)*c')) AS p (n, pattern)
	ORDER BY n;

-- Look-around is tried anew at every character, nested at every pair of them: such texts are given up when they are long...
SELECT pattern, pg_temp.attack(pattern, repeat('ab', 200000)) AS answer
	FROM (VALUES (1, '(?=[ab]*c)a'), (2, '(?![ab]*a)c'), (3, '(?=[ab]*(?=[ab]*c))a'), (4, '((?=[ab]*c)|[ab]){10}x'),
		(5, '(?<=[ab]*c)x'), (6, '(?#()(?=[ab]*c)a'), (7, '(?x)(?=[ab]* c ) a # )')) AS p (n, pattern)
	ORDER BY n;
-- ... the shorter, the deeper they lie in each other, and what is left is quick...
SELECT pattern, pg_temp.attack(pattern, repeat('ab', few / 2)) AS few, pg_temp.attack(pattern, repeat('ab', many / 2)) AS many
	FROM (VALUES (1, '(?=[ab]*c)a', 200, 400), (2, '(?=[ab]*(?=[ab]*c))a', 40, 80), (3, '(?=[ab]*(?=[ab]*(?=[ab]*c)))a', 20, 40)) AS p (n, pattern, few, many)
	ORDER BY n;
-- ... and decided where they are as short as people's.
SELECT pg_temp.attack('^(?=.*[a-z])(?=.*\d)[a-z0-9]{6,}$', 'abc123') AS yes, pg_temp.attack('^(?=.*[a-z])(?=.*\d)[a-z0-9]{6,}$', 'abcdef') AS no;

RESET statement_timeout;
RESET search_path;

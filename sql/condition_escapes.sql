-- Escapes of regular expressions: what PostgreSQL and JavaScript, RE2 or Java understand
-- alike is taken and means that; what one of them understands otherwise is refused, with
-- what to write (spec 2.1).
SET search_path = workflow_perms, public;

CREATE FUNCTION pg_temp.refusal(pattern text, operator text DEFAULT '$regex') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	hint text;
BEGIN
	PERFORM jsonb_build_object('x', jsonb_build_object(operator, pattern))::workflow_perms.metadata_condition;
	RETURN NULL;
EXCEPTION WHEN invalid_parameter_value THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN regexp_replace(sqlerrm, '.* expression: ', '') || ' — ' || hint;
END
$$;
-- What an escape of one character matches among the ASCII characters: their numbers.
CREATE FUNCTION pg_temp.meaning(pattern text) RETURNS text LANGUAGE sql AS $$
	SELECT coalesce(string_agg(i::text, ' ' ORDER BY i), 'nothing') FROM generate_series(1, 127) AS i
		WHERE jsonb_build_object('x', chr(i)) ~ jsonb_build_object('x', jsonb_build_object('$regex', pattern))::metadata_condition
$$;

-- A backslash before every ASCII character, with nothing behind it.
CREATE TEMP TABLE escapes AS
	SELECT i, chr(i) AS c, pg_temp.refusal('\' || chr(i)) AS refusal FROM generate_series(1, 127) AS i;
-- Before what is neither letter nor digit it stands for that: everywhere.
SELECT count(*) AS others, count(*) FILTER (WHERE refusal IS NOT NULL OR pg_temp.meaning('^\' || c || '$') <> i::text) AS astray
	FROM escapes WHERE c !~ '[A-Za-z0-9]';
-- Letters and digits, with what they match.
SELECT c AS escape, CASE WHEN refusal IS NULL THEN pg_temp.meaning('^\' || c || '$') END AS matches_only, refusal FROM escapes WHERE c ~ '[A-Za-z0-9]' ORDER BY c COLLATE "C";

-- With more behind it.
SELECT pattern, pg_temp.refusal(pattern) AS refusal, CASE WHEN pg_temp.refusal(pattern) IS NULL THEN pg_temp.meaning('^' || pattern || '$') END AS matches_only
FROM unnest(ARRAY['\cA', '\ca', '\c[', '\c1', '\x4', '\x41', '\x041', '\x41g', '\x41B', '\x{41}', '\u0041', '\u41', '\u00412', '\ud83d\ude00', '\uD800', '\udc00', '\uDFFF', '\ud7ff', '\ue000', '\U00000041', '\U0000d800',
	'\0', '\01', '\012', '\08', '\12', '\1', '(a)\1', '\9', '\00']) AS pattern;
-- Where no one character is what is asked for.
SELECT pattern, text, jsonb_build_object('x', text) ~ jsonb_build_object('x', jsonb_build_object('$regex', pattern))::metadata_condition AS matches
FROM (VALUES ('\Aab', 'abab'), ('\Aab', 'bab'), ('b\Z?', 'b'), ('\yb', 'a b'), ('\yb', 'ab'), ('\Yb', 'ab'), ('\Yb', 'b'), ('\mb', 'a b'), ('\mb', 'ba'), ('b\M', 'b a'), ('b\M', 'bc'),
	('^\u00e9\U0001F600$', 'é😀'), ('\\b', '\b'), ('\\\y', '\ b'), ('a$', E'a\n'), ('\S', E'\u00a0')) AS t (pattern, text) WHERE pg_temp.refusal(pattern) IS NULL;

-- Wherever in the pattern, in each operator that takes one, and below $options.
SELECT pattern, count(DISTINCT operator) AS operators, min(pg_temp.refusal(pattern, operator)) AS refusal
FROM unnest(ARRAY['a\b', '[\b]', '[^\]\b]', '(a|(?:\b))', '(?=\b)x', '(?i)\b', '***:\b', '***:(?i)\b', '\\\b', '\\\\\b', '(?#\)\b', '[[.\.]\b]', '[[=\=]]\b', 'é\b', '(?x)a # b
	\b', '(?b)x', '(?e)x', '(?ib)x', '***:(?be)x']) AS pattern, unnest(ARRAY['$regex', '$regexi']) AS operator
WHERE pg_temp.refusal(pattern, operator) IS NOT NULL
GROUP BY pattern ORDER BY pattern COLLATE "C";
SELECT pg_temp.refusal('\b', '$not') IS NOT NULL AS not_a_pattern, '{"x": {"$regex": "\\b", "$options": "i"}}'::metadata_condition;
-- Where a backslash is no escape nothing is refused.
SELECT pattern, pg_temp.refusal(pattern) AS refusal FROM unnest(ARRAY['\\b', '\\\\b', '***=\b', '(?q)\b', '(?iq)\b', '[b]', 'b', '\(?b)']) AS pattern;
-- What Paragon's form can say has no patterns; its strings are literal.
SELECT condition_from_paragon('{"type": "OPERATOR", "condition": {"operator": "$stringContains", "variable": "x", "argument": "\\b"}}');

-- Encodings in which a number beyond ASCII is another character than elsewhere.
CREATE DATABASE regress_escapes TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C';
\c regress_escapes
SET client_encoding = 'UTF8';
SET client_min_messages = error;
CREATE EXTENSION workflow_perms;
RESET client_min_messages;
\set VERBOSITY terse
SELECT '{"x": {"$regex": "\\x7f\\u0041\\U0000007f"}}'::workflow_perms.metadata_condition;
SELECT '{"x": {"$regex": "\\xe9"}}'::workflow_perms.metadata_condition;
SELECT '{"x": {"$regex": "\\u00e9"}}'::workflow_perms.metadata_condition;
SELECT '{"x": {"$regex": "\\U000000e9"}}'::workflow_perms.metadata_condition;
\c contrib_regression
DROP DATABASE regress_escapes;

-- Drivers send a condition as json, jsonb, text or varchar: each is assigned to a column, and
-- refused as a literal is; a literal beside ~ is a condition still, and both ways back are there.
SET search_path = workflow_perms, public;

-- Which casts there are: a = by assignment, e = explicit, i = implicit.
SELECT castsource::regtype, casttarget::regtype, castcontext, castmethod FROM pg_cast
	WHERE 'metadata_condition'::regtype IN (castsource, casttarget) ORDER BY 1, 2;

CREATE TEMP TABLE offers (id int PRIMARY KEY, audience metadata_condition);
-- Parameters of each type, in INSERT, UPDATE and ON CONFLICT.
PREPARE of_json(json) AS INSERT INTO offers VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET audience = excluded.audience;
PREPARE of_jsonb(jsonb) AS INSERT INTO offers VALUES (2, $1);
PREPARE of_text(text) AS INSERT INTO offers VALUES (3, $1);
PREPARE of_varchar(varchar) AS INSERT INTO offers VALUES (4, $1);
PREPARE of_unknown AS INSERT INTO offers VALUES (5, $1);
PREPARE set_json(int, json) AS UPDATE offers SET audience = $2 WHERE id = $1;
PREPARE set_text(int, text) AS UPDATE offers SET audience = $2 WHERE id = $1;
EXECUTE of_json('{"plan": {"$eq": "pro"}}'); EXECUTE of_json('{"seats": 1.0}'); EXECUTE of_jsonb('{"plan": "pro"}'); EXECUTE of_text('{"b": 1, "a": 2}'); EXECUTE of_varchar('{}'); EXECUTE of_unknown('{"x": null}');
EXECUTE set_json(2, '{"plan": "team"}'); EXECUTE set_text(3, '{"seats": {"$gte": 10}}');
EXECUTE set_json(2, NULL); EXECUTE set_text(5, NULL);
SELECT * FROM offers ORDER BY id;
SELECT name, parameter_types FROM pg_prepared_statements WHERE name LIKE 'of%' OR name LIKE 'set%' ORDER BY 1;
-- Refused as the literal is: json and text keep a key that appears twice, jsonb has dropped it.
\set VERBOSITY terse
EXECUTE set_json(1, '{"a": 1, "a": 2}');
EXECUTE set_text(1, '{"a": 1, "a": 2}');
EXECUTE set_text(1, '{"a": {"$nope": 1}}');
EXECUTE set_text(1, 'plan');
SELECT * FROM offers WHERE id = 1;
-- By assignment in PL/pgSQL, in a function's result, in a default.
CREATE TABLE pg_temp.defaulted (id int, audience metadata_condition DEFAULT ('{"a": 1}'::json), other metadata_condition DEFAULT ('{"a": ' || 1 || '}'));
INSERT INTO pg_temp.defaulted VALUES (1);
SELECT * FROM pg_temp.defaulted;

-- A literal of unknown type is a condition, or metadata, where one is asked for: to PREPARE too.
SELECT '{"plan": "pro"}'::jsonb ~ '{"plan": "pro"}' AS literal, '{"plan": "pro"}' ~ '{"plan": "pro"}'::metadata_condition AS left_literal, metadata ~ '{"plan": "pro"}' AS of_column
	FROM (VALUES ('{"plan": "pro"}'::jsonb)) AS t (metadata);
PREPARE unknown_condition AS SELECT jsonb '{"plan": "pro"}' ~ $1;
PREPARE unknown_metadata AS SELECT audience ~ $1 FROM offers WHERE id = 1;
SELECT name, parameter_types FROM pg_prepared_statements WHERE name LIKE 'unknown%' ORDER BY 1;
EXECUTE unknown_condition('{"plan": "pro"}');
EXECUTE unknown_metadata('{"seats": 1}');
SELECT 'abc' ~ 'b' AS of_text, 'abc'::text ~ 'b' AS of_text, 'abc'::varchar ~ 'b' AS of_varchar;
-- Text and json are no conditions by themselves.
SELECT jsonb '{"plan": "pro"}' ~ '{"plan": "pro"}'::json;
SELECT jsonb '{"plan": "pro"}' ~ '{"plan": "pro"}'::text;
SELECT matches('{"plan": "pro"}', 'u1', '{"plan": "pro"}');
-- And back: json and jsonb as the object, text as its canonical form; to_jsonb and row_to_json too.
SELECT audience::json, audience::jsonb, audience::text, audience::varchar, pg_typeof(to_jsonb(audience)), row_to_json(o) FROM offers o WHERE id = 1;
CREATE TEMP TABLE texts (t text, v varchar, j json, b jsonb);
INSERT INTO texts SELECT audience, audience, audience, audience FROM offers WHERE id = 1;
SELECT * FROM texts;
SELECT audience || '' FROM offers;

-- NULL in every column of every table of the model, one at a time and all together, written by the
-- application for every user of an account: a refusal each time, and never an error of the server's own.
-- The guards see a row before NOT NULL does. On the accounts of matrix_setup.
\set VERBOSITY terse
CREATE TEMP TABLE tried (user_id text, statement text, state text);
GRANT ALL ON tried TO regress_app;
CREATE PROCEDURE pg_temp.try_nulls(who text) LANGUAGE plpgsql AS $$
DECLARE
	t record;
	absent text;
	statement text;
	state text;
BEGIN
	FOR t IN
		SELECT c.oid::regclass AS name, array_agg(a.attname::text ORDER BY a.attnum) AS columns,
			array_agg(format_type(a.atttypid, NULL) ORDER BY a.attnum) AS types
		FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
		WHERE c.relnamespace = 'workflow_perms'::regnamespace AND c.relkind = 'r' AND has_table_privilege('regress_app', c.oid, 'INSERT')
		GROUP BY c.oid ORDER BY c.oid::regclass::text
	LOOP
		FOREACH absent IN ARRAY t.columns || 'all of them'::text LOOP
			SELECT format('INSERT INTO %s VALUES (%s)', t.name, string_agg(CASE
				WHEN n = 'account_id' AND absent <> n THEN quote_literal('mx')
				WHEN absent IN (n, 'all of them') THEN 'NULL'
				WHEN e.enumlabel IS NOT NULL THEN quote_literal(e.enumlabel)
				WHEN typ = 'text' THEN quote_literal('nulls')
				WHEN typ = 'boolean' THEN 'false'
				WHEN typ = 'integer' THEN '1'
				WHEN typ = 'jsonb' THEN '''{}'''
				ELSE 'NULL' END, ', ' ORDER BY place))
			INTO statement
			FROM unnest(t.columns, t.types) WITH ORDINALITY AS c (n, typ, place)
			LEFT JOIN LATERAL (SELECT enumlabel FROM pg_enum WHERE enumtypid = to_regtype(typ) ORDER BY enumsortorder LIMIT 1) e ON true;
			BEGIN
				EXECUTE statement;
				state := 'written';
				RAISE EXCEPTION USING ERRCODE = 'ZZ000';
			EXCEPTION
				WHEN SQLSTATE 'ZZ000' THEN NULL;
				WHEN OTHERS THEN state := SQLSTATE;
			END;
			INSERT INTO tried VALUES (who, statement, state);
		END LOOP;
	END LOOP;
END
$$;
DO $$
DECLARE
	who text;
BEGIN
	FOR who IN SELECT user_id FROM workflow_perms.users WHERE account_id = 'mx' ORDER BY user_id LOOP
		PERFORM set_config('workflow_perms.allow_principal_change', 'on', true);
		PERFORM workflow_perms.set_principal('mx', who);
		SET LOCAL ROLE regress_app;
		CALL pg_temp.try_nulls(who);
		RESET ROLE;
	END LOOP;
END
$$;
SELECT count(*) > 1000 AS thousands, count(DISTINCT user_id) > 10 AS of_many_users FROM tried;
-- Nothing internal, and nothing that a check of the tables lets through in the place of a key.
SELECT state, min(statement) FROM tried WHERE state !~ '^(23|42|22|55|P0001|written)' GROUP BY state ORDER BY state;
DROP TABLE tried;

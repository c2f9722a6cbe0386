-- model/drift_definitions.sql: objects that differ from those that
-- create_model() and CREATE EXTENSION made (spec 5): tables, columns,
-- constraints, triggers, policies and the view of the model, and the functions
-- of the extension.  Their definitions were recorded when they were made
-- (model/record.sql, installed.sql), in PostgreSQL's own words.  Filled in when
-- all functions exist: installed.sql.
CREATE FUNCTION workflow_perms._installed_functions() RETURNS TABLE (signature text, definition text, major integer)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 400
BEGIN ATOMIC
	SELECT NULL::text, NULL::text, NULL::integer;
END;

CREATE FUNCTION workflow_perms._drift_of_version()
RETURNS TABLE (finding text, object text, detail text, mend text)
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 100 ROWS 1
BEGIN ATOMIC
		SELECT 'model_of_another_version', m::text,
			format('The extension is %s; of the tables is said: %s', e.extversion, coalesce(c.words, 'nothing.')),
			'SELECT workflow_perms.upgrade_model(NULL::regrole, NULL::regrole, NULL::regrole);'
		FROM pg_extension e, workflow_perms._model_relations() m,
			LATERAL (SELECT (SELECT split_part(obj_description(p.oid, 'pg_policy'), E'\n', 1) FROM pg_policy p WHERE p.polrelid = m AND p.polname = 'accounts_select')) AS c (words)
		WHERE e.extname = 'workflow_perms' AND m = to_regclass('workflow_perms.accounts')
			AND (c.words IS DISTINCT FROM workflow_perms._model_mark() OR NOT EXISTS (SELECT FROM workflow_perms._recorded_digests()));
END;
COMMENT ON FUNCTION workflow_perms._drift_of_version() IS 'Internal: the finding of permission_drift() that the tables belong to another version. Spec 6.1.';

-- Makes a function of the extension again, and gives it to a superuser in the
-- same command.  Its owner may have given it another body, which would run as a
-- superuser if the owner changed first.
CREATE FUNCTION workflow_perms._making(signature text, definition text, more text) RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 20
RETURN format('DO %L;', format('BEGIN EXECUTE %L; ALTER FUNCTION %s OWNER TO %I; %sEND', definition, signature, pg_get_userbyid(10), more));
COMMENT ON FUNCTION workflow_perms._making(text, text, text) IS 'Internal: the one command that makes a function of the extension as it was and gives it to a superuser. more: further commands for it.';

-- The values of an altered column are converted through their output function.
-- That calls no code of the owner of their type, as a cast could.
CREATE FUNCTION workflow_perms._column_mend(relation text, object text, made text, there text, made_default text) RETURNS text
LANGUAGE sql STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 20
BEGIN ATOMIC
	SELECT CASE
		WHEN object ^@ 'not null ' THEN a.words || 'DROP NOT NULL;'
		WHEN made IS NULL THEN a.words || 'DROP DEFAULT;'
		WHEN object ^@ 'default of ' THEN a.words || format('SET DEFAULT %s;', made)
		WHEN there IN (made || ' a', made || ' d') THEN a.words || 'DROP IDENTITY;'
		ELSE a.words || CASE WHEN there ~ ' [ad]$' THEN 'DROP IDENTITY; ' WHEN there ~ ' s .' THEN 'DROP EXPRESSION; ' ELSE 'DROP DEFAULT; ' END
			|| a.words || format('TYPE %s USING CASE WHEN pg_catalog.num_nulls(%s) = 0 THEN pg_catalog.concat(%s)::%1$s END;', made, n.name, n.name)
			|| coalesce(' ' || a.words || 'SET DEFAULT ' || made_default || ';', '')
	END
	FROM regexp_replace(object, '^(column|default of|not null) ', '') AS n (name),
		LATERAL format('ALTER TABLE %s ALTER COLUMN %s ', relation, n.name) AS a (words);
END;
COMMENT ON FUNCTION workflow_perms._column_mend(text, text, text, text, text) IS 'Internal: the command that makes a column, its default or its NOT NULL as create_model() does.';

CREATE FUNCTION workflow_perms._drift_of_definitions()
RETURNS TABLE (finding text, object text, detail text, mend text)
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 20000 ROWS 5
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
		WITH both_sides AS (
				SELECT b.*
				FROM (workflow_perms._recorded_digests() m FULL JOIN workflow_perms._model_digests() t USING (relation, object))
					AS b (relation, object, made, there)
				-- Tables of another version are reported differently, and
				-- first.
				WHERE NOT EXISTS (SELECT FROM workflow_perms._drift_of_version())
			), made AS MATERIALIZED (
				-- Quoting depends on the keywords of a major release.
				SELECT i.signature AS words, replace(i.signature, '"', '') AS signature, i.definition,
					CASE WHEN i.major IS NULL OR i.major = current_setting('server_version_num')::integer / 10000 THEN replace(i.definition, '"', '') END AS bare
				FROM workflow_perms._installed_functions() i
			), there AS MATERIALIZED (
				SELECT p.oid, replace(p.oid::regprocedure::text, '"', '') AS signature, m.member, replace(p.proname::text, '"', '') AS name,
					CASE WHEN p.prokind <> 'a' THEN replace(pg_get_functiondef(p.oid), '"', '') END AS bare
				FROM pg_proc p,
					LATERAL (SELECT EXISTS (SELECT FROM pg_depend d JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid
						WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e' AND e.extname = 'workflow_perms')) AS m (member)
				WHERE p.oid <> 'workflow_perms._installed_functions()'::regprocedure
					-- a foreign function may differ from ours only by quotes
					AND (m.member OR (p.pronamespace = 'workflow_perms'::regnamespace AND p.oid::regprocedure::text IN (SELECT i.words FROM made i)))
			), renamed AS (
				SELECT t.oid, m.signature, t.name
				FROM there t JOIN made m ON replace(t.bare, format('workflow_perms.%s(', t.name), split_part(m.signature, '(', 1) || '(') = m.bare
				WHERE t.signature NOT IN (SELECT i.signature FROM made i) AND m.signature NOT IN (SELECT h.signature FROM there h)
			)
			SELECT CASE WHEN b.made IS NULL AND b.object ^@ 'policy ' THEN 'foreign_policy' ELSE 'model_changed' END,
				format('%s on %s', b.object, b.relation),
				CASE WHEN b.there IS NULL THEN 'It is not there.'
					WHEN k.of_column AND b.made IS NULL THEN 'create_model() makes none.'
					WHEN k.of_column THEN format('It is %s, and not %s.', regexp_replace(b.there, ' [ad]$', ' GENERATED AS IDENTITY'), b.made)
					WHEN b.made IS NOT NULL THEN 'It is not what create_model() makes.'
					WHEN b.object ^@ 'policy ' THEN 'create_model() makes no such policy.'
					ELSE 'It calls a function of the extension, and create_model() makes no such trigger.' END,
				CASE WHEN b.made IS NULL AND b.object ^@ 'policy ' THEN format('DROP POLICY %s ON %s;', substr(b.object, length('policy ') + 1), b.relation)
					WHEN b.there IS NOT NULL AND k.of_column THEN workflow_perms._column_mend(b.relation, b.object, b.made, b.there,
						(SELECT d.made FROM both_sides d WHERE d.relation = b.relation AND d.object = replace(b.object, 'column ', 'default of ')))
					ELSE 'SELECT workflow_perms.upgrade_model(NULL::regrole, NULL::regrole, NULL::regrole);' END
			FROM both_sides b, LATERAL (SELECT b.object ~ '^(column|default of|not null) ') AS k (of_column)
			WHERE CASE
				-- if a table is missing, only the table is reported
				WHEN b.there IS NULL THEN b.object = 'table' OR to_regclass(b.relation) IS NOT NULL
				-- columns and constraints that the application added are not
				-- reported
				WHEN b.made IS NULL THEN b.object ^@ 'policy ' OR b.object ^@ 'trigger ' OR (k.of_column
					AND (b.relation, regexp_replace(b.object, '^(default of|not null) ', 'column ')) IN (SELECT c.relation, c.object FROM both_sides c WHERE c.made IS NOT NULL))
				ELSE b.made <> b.there END
		UNION ALL
		SELECT 'function_missing', m.words,
			CASE WHEN r.oid IS NOT NULL THEN format('It has become %s.', r.oid::regprocedure)
				WHEN t.oid IS NOT NULL THEN 'It is no member of the extension.' ELSE 'It is not there.' END,
			CASE WHEN r.oid IS NOT NULL THEN format('ALTER FUNCTION %s RENAME TO %s;', r.oid::regprocedure, substr(split_part(m.words, '(', 1), length('workflow_perms.') + 1))
				ELSE workflow_perms._making(m.words, m.definition,
					format('REVOKE ALL ON FUNCTION %1$s FROM PUBLIC; ALTER EXTENSION workflow_perms ADD FUNCTION %1$s; ', m.words)) END
		FROM made m LEFT JOIN there t USING (signature) LEFT JOIN renamed r USING (signature)
		WHERE t.member IS DISTINCT FROM true
		UNION ALL
		SELECT 'function_replaced', t.oid::regprocedure::text, 'It is not what CREATE EXTENSION made.', m.definition || ';'
		FROM made m JOIN there t USING (signature)
		WHERE t.bare <> m.bare AND t.member
		UNION ALL
		SELECT 'foreign_object', format('routine %s', t.oid::regprocedure), 'It is a member of the extension, and CREATE EXTENSION made no such function.',
			format('ALTER EXTENSION workflow_perms DROP ROUTINE %s;', t.oid::regprocedure)
		FROM there t
		WHERE t.signature NOT IN (SELECT m.signature FROM made m) AND t.oid NOT IN (SELECT r.oid FROM renamed r);
END;
COMMENT ON FUNCTION workflow_perms._drift_of_definitions() IS 'Internal: the findings of permission_drift() about objects that differ from those that create_model() and CREATE EXTENSION made. Spec 5.';

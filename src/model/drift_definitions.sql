-- model/drift_definitions.sql: what is not as create_model() and CREATE EXTENSION made it
-- (spec 5): tables, columns, constraints, triggers, policies and the view of the model,
-- and the functions of the extension.  Both were noted when they were made
-- (model/record.sql, installed.sql), in PostgreSQL's own words.
-- Filled when all functions are there: installed.sql.
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
			'SELECT workflow_perms.upgrade_model(NULL::regrole, NULL::regrole);'
		FROM pg_extension e, workflow_perms._model_relations() m,
			LATERAL (SELECT (SELECT split_part(obj_description(p.oid, 'pg_policy'), E'\n', 1) FROM pg_policy p WHERE p.polrelid = m AND p.polname = 'accounts_select')) AS c (words)
		WHERE e.extname = 'workflow_perms' AND m = to_regclass('workflow_perms.accounts')
			AND (c.words IS DISTINCT FROM workflow_perms._model_mark() OR NOT EXISTS (SELECT FROM workflow_perms._recorded_digests()));
END;
COMMENT ON FUNCTION workflow_perms._drift_of_version() IS 'Internal: the finding of permission_drift() that the tables are not those of this version. Spec 6.1.';

CREATE FUNCTION workflow_perms._drift_of_definitions()
RETURNS TABLE (finding text, object text, detail text, mend text)
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 20000 ROWS 5
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
		WITH both_sides AS (
				SELECT b.*
				FROM (workflow_perms._recorded_digests() m FULL JOIN workflow_perms._model_digests() t USING (relation, object))
					AS b (relation, object, made, there)
				-- Of tables of another version something else is said, and first.
				WHERE NOT EXISTS (SELECT FROM workflow_perms._drift_of_version())
			), made AS MATERIALIZED (
				-- Quotes come and go with the keywords of a major release.
				SELECT replace(i.signature, '"', '') AS signature, i.definition, replace(i.definition, '"', '') AS bare
				FROM workflow_perms._installed_functions() i
				WHERE i.major IS NULL OR i.major = current_setting('server_version_num')::integer / 10000
			), there AS MATERIALIZED (
				SELECT p.oid, replace(p.oid::regprocedure::text, '"', '') AS signature, replace(pg_get_functiondef(p.oid), '"', '') AS bare
				FROM pg_proc p
				WHERE p.pronamespace = 'workflow_perms'::regnamespace AND p.prokind <> 'a'
					-- a function of somebody else's may differ from ours by quotes alone
					AND EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
			)
			SELECT CASE WHEN b.made IS NULL AND b.object ^@ 'policy ' THEN 'foreign_policy' ELSE 'model_changed' END,
				format('%s on %s', b.object, b.relation),
				CASE WHEN b.there IS NULL THEN 'It is not there.'
					WHEN b.made IS NOT NULL THEN 'It is not what create_model() makes.'
					WHEN b.object ^@ 'policy ' THEN 'create_model() makes no such policy.'
					ELSE 'It calls a function of the extension, and create_model() makes no such trigger.' END,
				CASE WHEN b.made IS NULL AND b.object ^@ 'policy ' THEN format('DROP POLICY %s ON %s;', substr(b.object, length('policy ') + 1), b.relation)
					ELSE 'SELECT workflow_perms.upgrade_model(NULL::regrole, NULL::regrole);' END
			FROM both_sides b
			WHERE CASE
				-- of a table that is gone, the table alone
				WHEN b.there IS NULL THEN b.object = 'table' OR to_regclass(b.relation) IS NOT NULL
				-- columns and constraints of the application's own are its business
				WHEN b.made IS NULL THEN b.object ^@ 'policy ' OR b.object ^@ 'trigger '
				-- columns may be altered; upgrade_model() says where they may not
				ELSE b.made <> b.there AND NOT b.object ^@ 'column ' END
		UNION ALL
		SELECT 'function_replaced', t.oid::regprocedure::text, 'It is not what CREATE EXTENSION made.', m.definition || ';'
		FROM made m JOIN there t USING (signature)
		WHERE t.bare <> m.bare;
END;
COMMENT ON FUNCTION workflow_perms._drift_of_definitions() IS 'Internal: the findings of permission_drift() about what differs from what create_model() and CREATE EXTENSION made. Spec 5.';

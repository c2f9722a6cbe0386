-- query/by_id.sql: decisions by an id that is not text, so that nobody casts
-- (spec 6.2).
--
-- The planner inlines these functions.  What stays in a plan is the form for
-- text, with its support function.  A literal without a type is text, because
-- text is the preferred type among those that fit.
DO $by_id$
DECLARE
	decision record;
	id_type text;
	signature text;
BEGIN
	FOR decision IN
		SELECT p.proname, p.prorettype::pg_catalog.regtype AS returned, p.proargnames, p.proargtypes::oid[] AS types, p.oid
		FROM pg_catalog.pg_proc p
		WHERE p.pronamespace = 'workflow_perms'::pg_catalog.regnamespace AND (p.proname ^@ 'can_' OR p.proname = 'actions')
			-- [principal,] id text [, step_no integer]
			AND pg_catalog.oidvectortypes(p.proargtypes) IN ('text', 'text, integer', 'workflow_perms.principal, text')
			AND p.proname <> 'can_view_version'
		ORDER BY p.oid::pg_catalog.regprocedure::text COLLATE "C"
	LOOP
		FOREACH id_type IN ARRAY ARRAY['uuid', 'bigint'] LOOP
			SELECT pg_catalog.string_agg(CASE WHEN a.type = 'text'::pg_catalog.regtype THEN id_type ELSE a.type::pg_catalog.regtype::text END, ', ' ORDER BY a.place)
				INTO signature FROM ROWS FROM (unnest(decision.types), unnest(decision.proargnames)) WITH ORDINALITY AS a (type, name, place);
			EXECUTE pg_catalog.format('CREATE FUNCTION workflow_perms.%1$I(%2$s) RETURNS %4$s LANGUAGE sql STABLE PARALLEL SAFE COST 200 RETURN workflow_perms.%1$I(%3$s)',
				decision.proname,
				(SELECT pg_catalog.string_agg(pg_catalog.format('%I %s', a.name,
						CASE WHEN a.type = 'text'::pg_catalog.regtype THEN id_type ELSE a.type::pg_catalog.regtype::text END), ', ' ORDER BY a.place)
					FROM ROWS FROM (unnest(decision.types), unnest(decision.proargnames)) WITH ORDINALITY AS a (type, name, place)),
				(SELECT pg_catalog.string_agg(pg_catalog.format(CASE WHEN a.type = 'text'::pg_catalog.regtype THEN '%I::text' ELSE '%I' END, a.name), ', ' ORDER BY a.place)
					FROM ROWS FROM (unnest(decision.types), unnest(decision.proargnames)) WITH ORDINALITY AS a (type, name, place)),
				decision.returned);
			EXECUTE pg_catalog.format('COMMENT ON FUNCTION workflow_perms.%I(%s) IS %L', decision.proname, signature,
				pg_catalog.format('As %s, for an id of type %s. Spec 6.2.', pg_catalog.replace(decision.oid::pg_catalog.regprocedure::text, 'workflow_perms.', ''), id_type));
		END LOOP;
	END LOOP;
END
$by_id$;

-- Every function of the extension with what PostgreSQL is told about it, so that any
-- change shows in review: volatility and parallel safety (vp: i, s, v; s, r, u), strictness,
-- LEAKPROOF, SECURITY DEFINER, cost, settings, who beside the owner may execute it.
-- To accept a change: cp results/catalog_sanity.out expected/
-- One line a function, none of which depends on the others, so that branches merge.
\pset format unaligned
\pset footer off
SET search_path = workflow_perms, pg_catalog;
-- Without quotes, which come and go with the keywords of a major release.
SELECT replace(p.oid::regprocedure::text, '"', '') AS function,
		p.provolatile::text || p.proparallel::text AS vp,
		concat_ws(' ', CASE WHEN p.proisstrict THEN 'strict' END, CASE WHEN p.proleakproof THEN 'leakproof' END,
			CASE WHEN p.prosecdef THEN 'definer' END) AS traits,
		p.procost AS cost,
		array_to_string(p.proconfig, '; ') AS settings,
		CASE WHEN p.proacl IS NULL THEN 'public' ELSE
			(SELECT coalesce(string_agg(CASE WHEN a.grantee = 0 THEN 'public' ELSE a.grantee::regrole::text END, ' '), '')
				FROM aclexplode(p.proacl) a WHERE a.grantee <> p.proowner)
		END AS execute
	FROM pg_depend d
	JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
	JOIN pg_proc p ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid
	WHERE d.deptype = 'e' AND e.extname = 'workflow_perms'
	ORDER BY replace(p.oid::regprocedure::text, '"', '') COLLATE "C";

-- The tests leave no roles but those that each of them takes as they are: on the same server the next run would fail.
SELECT rolname FROM pg_roles WHERE rolname ^@ 'regress_' AND rolname NOT IN ('regress_app', 'regress_engine', 'regress_full', 'regress_product') ORDER BY 1;

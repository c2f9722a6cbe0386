-- What must hold for every object of the extension, whatever it is for. Each query
-- lists what breaks its rule, and lists nothing.
CREATE TEMP VIEW members AS
	SELECT d.classid, d.objid, i.type, i.schema, i.identity
	FROM pg_depend d
	JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
	CROSS JOIN LATERAL pg_identify_object(d.classid, d.objid, d.objsubid) AS i
	WHERE d.deptype = 'e' AND e.extname = 'workflow_perms';
CREATE TEMP VIEW functions AS
	SELECT p.*, p.oid::regprocedure::text AS signature
	FROM pg_temp.members m JOIN pg_proc p ON m.classid = 'pg_proc'::regclass AND m.objid = p.oid;

-- There is something to check.
SELECT count(*) > 10 AS members, count(*) FILTER (WHERE type = 'function') > 5 AS functions FROM pg_temp.members;

-- Members lie in the extension's schema; what has no schema (the schema itself, casts)
-- hangs on something that does.
SELECT type, identity FROM pg_temp.members
	WHERE schema IS DISTINCT FROM 'workflow_perms'
		AND NOT (type = 'schema' AND identity = 'workflow_perms')
		AND NOT (type = 'cast' AND identity LIKE '%workflow_perms.%')
		AND NOT (type = 'event trigger' AND identity = 'workflow_perms_schema')
	ORDER BY 1, 2;

-- No table, view or sequence is a member: a dump would lose what is in it.
SELECT type, identity FROM pg_temp.members WHERE classid = 'pg_class'::regclass AND type <> 'composite type' ORDER BY 1, 2;

-- Functions, types and operators say what they are.
SELECT type, identity FROM pg_temp.members
	WHERE classid IN ('pg_proc'::regclass, 'pg_type'::regclass, 'pg_operator'::regclass)
		AND obj_description(objid, classid::regclass::name) IS NULL
		AND NOT (classid = 'pg_type'::regclass AND objid IN (SELECT typarray FROM pg_type WHERE typarray <> 0))
	ORDER BY 1, 2;

-- A body in text looks its names up when it runs: under a search_path of its own.
SELECT signature, l.lanname FROM pg_temp.functions f JOIN pg_language l ON l.oid = f.prolang
	WHERE (prosecdef OR (l.lanname IN ('sql', 'plpgsql') AND prosqlbody IS NULL))
		AND NOT coalesce('search_path=pg_catalog, pg_temp' = ANY (proconfig), false)
	ORDER BY 1;

-- Only what is safe in anybody's hands is in everybody's: nothing that writes, and
-- nothing that reads tables for a principal other than the session's. (in_effect()
-- changes within a statement, and only tells; protect() and its steps are DDL that
-- the caller could write, on tables that the caller owns; authenticate() takes a
-- signature.)
SELECT signature FROM pg_temp.functions f
	WHERE (proacl IS NULL OR EXISTS (SELECT FROM aclexplode(proacl) WHERE grantee = 0))
		AND proname NOT IN ('in_effect', 'authenticate', 'protect', 'unprotect', '_create_protection', '_drop_protection', '_create_key_index',
			'_check_expressions', '_create_condition_indexes', '_create_guard', '_drop_guard', 'reevaluate_on')
		AND prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
		AND (provolatile = 'v'
			OR (provolatile = 's' AND 'workflow_perms.principal'::regtype = ANY (proargtypes::oid[])))
	ORDER BY 1;

-- No function lends the rights of its owner, but that of read_from() for an owner of the
-- model of the application's own, who alone may execute it.
SELECT signature FROM pg_temp.functions WHERE prosecdef AND proname <> '_read_from_by_owner' ORDER BY 1;

-- What takes another's place, or reads the tables for another than the session's
-- principal, is for its owner alone, and for the guards of the model.
SELECT count(*) > 10 AS privileged FROM workflow_perms._privileged_functions();
SELECT f.signature, a.grantee::regrole
	FROM pg_temp.functions f JOIN workflow_perms._privileged_functions() p ON p = f.oid,
		LATERAL aclexplode(coalesce(proacl, acldefault('f', proowner))) a
	WHERE a.grantee NOT IN (f.proowner, coalesce(to_regrole('workflow_perms_owner'), 0::oid))
	ORDER BY 1, 2;
-- So is whatever takes a principal, unless it looks at nothing else.
SELECT signature FROM pg_temp.functions
	WHERE 'workflow_perms.principal'::regtype = ANY (proargtypes::oid[]) AND provolatile <> 'i'
		AND oid NOT IN (SELECT workflow_perms._privileged_functions())
	ORDER BY 1;

-- PostgreSQL evaluates what is LEAKPROOF before policies, however a query puts it together,
-- and whatever it costs: so no function is that tells anything of what it is given, but to
-- the owner of the tables, whom no policy binds.
SELECT count(*) > 5 AS leakproof FROM pg_temp.functions WHERE proleakproof;
SELECT signature FROM pg_temp.functions WHERE proleakproof AND (prosrc <> 'wp_arm' OR prorettype <> 'boolean'::regtype)
	AND (proacl IS NULL OR EXISTS (SELECT FROM aclexplode(proacl) WHERE grantee NOT IN (proowner, coalesce(to_regrole('workflow_perms_owner'), 0::oid)))) ORDER BY 1;

-- Internal functions that read something are in everybody's hands only where they are
-- called as everybody: by functions, policies and triggers that run as the caller.
SELECT signature FROM pg_temp.functions
	WHERE proname ^@ '_' AND provolatile <> 'i'
		AND (proacl IS NULL OR EXISTS (SELECT FROM aclexplode(proacl) WHERE grantee = 0))
		AND proname NOT IN ('_refuse', '_raise', '_raise_violation', '_caller_refusal', '_check_drift_reader', -- by functions of the model
			-- by plans that a decision was taken apart in
			'_allowed', '_among', '_candidates', '_candidates_bigint', '_candidates_uuid', '_in_account', '_is_main',
			'_at_execution', '_bound_account', '_bound_metadata', '_condition_holds', '_matching', '_may_hold', '_no_condition', '_owned',
			'_team_user', '_team_user_bigint', '_team_user_uuid',
			-- by merge_metadata() and metadata_paths(), which run as the caller
			'_is_source', '_refuse_source', '_sources', '_metadata_paths', '_paths_of',
			-- by the view workflow_names, over a source
			'_names_in_source',
			-- by plans of rows below a workflow
			'_bound_runs', '_bound_user', '_edit_in', '_is_bound_user', '_of_bound_run', '_view_in', '_view_run', '_view_run_detail', '_view_steps_of',
			-- by protect(), as the owner of the table
			'_application_owns', '_application_roles', '_base_type', '_key_counts', '_result_type', '_check_id_column', '_check_policies',
			'_check_protectable', '_create_key_index', '_create_protection', '_drop_protection', '_has_key_index', '_is_distributed',
			'_id_type', '_protection', '_table_family', '_check_further', '_check_expressions', '_create_condition_indexes', '_create_guard', '_drop_guard',
			'_expression_type', '_guard_row', '_has_guard', '_has_id_index', '_is_of_principal', '_is_source_of_workflows', '_no_key',
			'_expression_by_number', '_names_are_stale', '_policy_arguments', '_policy_digest', '_protect_arguments', '_reevaluate_source', '_source_tables', '_sources', '_word_expression', '_workflow_columns')
	ORDER BY 1;

-- An immutable function may run anywhere.
SELECT signature FROM pg_temp.functions WHERE provolatile = 'i' AND proparallel <> 's' ORDER BY 1;

-- Nobody but its owner may create in the schema.
SELECT grantee::regrole, privilege_type
	FROM pg_namespace, aclexplode(nspacl)
	WHERE nspname = 'workflow_perms' AND privilege_type = 'CREATE' AND grantee <> nspowner;

-- A superuser runs permission_drift(). What it reaches is bound when the extension is made, or
-- calls nothing of ours: a name that is looked up at run time can be ambiguous.
WITH RECURSIVE reached (oid) AS (
	SELECT 'workflow_perms.permission_drift()'::regprocedure::oid
	UNION
	SELECT d.refobjid FROM reached r JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_proc'::regclass
)
SELECT count(*) > 10 AS reached, array_agg(f.signature) FILTER (WHERE f.prosqlbody IS NULL AND f.prosrc ~ 'workflow_perms\.\w+\(') AS not_bound
	FROM reached r JOIN pg_temp.functions f ON f.oid = r.oid AND f.proname <> '_installed_functions';

-- A call that leaves an argument out could find a function that has none in its place.
SELECT signature FROM pg_temp.functions WHERE proname ^@ '_' AND pronargdefaults > 0 ORDER BY 1;

-- The body of a function that is stored parsed names columns, and pg_upgrade makes it anew in a major release
-- whose catalogs may lack some of them. So none names all columns of a catalog, as * does. Small ones do not change.
SELECT count(*) > 20 AS bodies, string_agg(DISTINCT f.signature || ': ' || c.relname, ', ') FILTER (WHERE c.relname IS NOT NULL) AS all_columns_of
	FROM pg_temp.functions f
		LEFT JOIN pg_class c ON c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind = 'r' AND c.relnatts > 8
			AND pg_get_functiondef(f.oid) ~ ('\m' || c.relname || '\M')
			AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
				AND pg_get_functiondef(f.oid) !~ ('\m' || a.attname || '\M'))
	WHERE f.prosqlbody IS NOT NULL AND f.prokind <> 'a';

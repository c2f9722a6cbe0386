-- The members of the extension, a JSON object a line: what they are, to the last
-- property, comment and privilege, with no oid in it. test/upgrade/script makes an
-- upgrade script of two such lists; test/tap/upgrade.pl wants two of them equal.
SET search_path = pg_catalog;
WITH member AS (
	SELECT d.classid, d.objid, obj_description(d.objid, c.relname) AS comment,
		(SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM pg_init_privs i, unnest(i.initprivs) a
			WHERE i.classoid = d.classid AND i.objoid = d.objid) AS initial_privileges
	FROM pg_depend d
		JOIN pg_extension e ON e.oid = d.refobjid AND d.refclassid = 'pg_extension'::regclass
		JOIN pg_class c ON c.oid = d.classid
	WHERE e.extname = 'workflow_perms' AND d.deptype = 'e'
), described AS (
	SELECT m.*, 'function' AS kind, p.oid::regprocedure::text AS name, pg_get_functiondef(p.oid) AS definition,
		pg_get_function_arguments(p.oid) || ' -> ' || pg_get_function_result(p.oid) AS signature,
		CASE WHEN l.lanname = 'c' THEN 'c' ELSE 'sql' END AS language,
		EXISTS (SELECT FROM pg_proc u WHERE u.prosupport = p.oid) AS supports,
		has_function_privilege('public', p.oid, 'EXECUTE') AS open, NULL AS family
	FROM member m JOIN pg_proc p ON p.oid = m.objid AND m.classid = 'pg_proc'::regclass JOIN pg_language l ON l.oid = p.prolang
	UNION ALL
	SELECT m.*, 'operator', o.oid::regoperator::text, format('CREATE OPERATOR workflow_perms.%s (FUNCTION = %s', o.oprname, o.oprcode)
			|| CASE WHEN o.oprleft <> 0 THEN ', LEFTARG = ' || o.oprleft::regtype ELSE '' END || ', RIGHTARG = ' || o.oprright::regtype
			|| CASE WHEN o.oprcom <> 0 THEN format(', COMMUTATOR = OPERATOR(workflow_perms.%s)', (SELECT c.oprname FROM pg_operator c WHERE c.oid = o.oprcom)) ELSE '' END
			|| CASE WHEN o.oprnegate <> 0 THEN format(', NEGATOR = OPERATOR(workflow_perms.%s)', (SELECT c.oprname FROM pg_operator c WHERE c.oid = o.oprnegate)) ELSE '' END
			|| CASE WHEN o.oprrest <> 0 THEN ', RESTRICT = ' || o.oprrest ELSE '' END || CASE WHEN o.oprjoin <> 0 THEN ', JOIN = ' || o.oprjoin ELSE '' END
			|| CASE WHEN o.oprcanhash THEN ', HASHES' ELSE '' END || CASE WHEN o.oprcanmerge THEN ', MERGES' ELSE '' END || ')',
		NULL, NULL, NULL, NULL, NULL
	FROM member m JOIN pg_operator o ON o.oid = m.objid AND m.classid = 'pg_operator'::regclass
	UNION ALL
	SELECT m.*, 'operator class', format('workflow_perms.%I USING %I', c.opcname, a.amname),
		format('CREATE OPERATOR CLASS workflow_perms.%I%s FOR TYPE %s USING %I%s AS ', c.opcname,
			CASE WHEN c.opcdefault THEN ' DEFAULT' ELSE '' END, c.opcintype::regtype, a.amname,
			CASE WHEN f.opfname <> c.opcname THEN format(' FAMILY workflow_perms.%I', f.opfname) ELSE '' END)
			|| concat_ws(', ',
				(SELECT string_agg(format('OPERATOR %s %s', o.amopstrategy, o.amopopr::regoperator), ', ' ORDER BY o.amopstrategy)
					FROM pg_amop o WHERE o.amopfamily = f.oid AND o.amoplefttype = c.opcintype),
				(SELECT string_agg(format('FUNCTION %s %s', p.amprocnum, p.amproc::regprocedure), ', ' ORDER BY p.amprocnum)
					FROM pg_amproc p WHERE p.amprocfamily = f.oid AND p.amproclefttype = c.opcintype),
				CASE WHEN c.opckeytype <> 0 THEN 'STORAGE ' || c.opckeytype::regtype END),
		NULL, NULL, NULL, NULL, format('workflow_perms.%I USING %I', f.opfname, a.amname)
	FROM member m JOIN pg_opclass c ON c.oid = m.objid AND m.classid = 'pg_opclass'::regclass
		JOIN pg_am a ON a.oid = c.opcmethod JOIN pg_opfamily f ON f.oid = c.opcfamily
	UNION ALL
	SELECT m.*, 'operator family', format('workflow_perms.%I USING %I', f.opfname, a.amname), '', NULL, NULL, NULL, NULL, NULL
	FROM member m JOIN pg_opfamily f ON f.oid = m.objid AND m.classid = 'pg_opfamily'::regclass JOIN pg_am a ON a.oid = f.opfmethod
	UNION ALL
	SELECT m.*, 'type', format_type(t.oid, NULL), concat_ws(' ', t.typtype, t.typlen, t.typbyval, t.typalign, t.typstorage, t.typcategory,
			t.typinput, t.typoutput, t.typreceive, t.typsend, t.typelem::regtype, t.typarray::regtype, t.typcollation,
			(SELECT string_agg(e.enumlabel, ' ' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid)),
		NULL, NULL, NULL, NULL, NULL
	FROM member m JOIN pg_type t ON t.oid = m.objid AND m.classid = 'pg_type'::regclass
	UNION ALL
	SELECT m.*, 'cast', format('%s to %s', c.castsource::regtype, c.casttarget::regtype), concat_ws(' ', c.castfunc::regprocedure, c.castcontext, c.castmethod),
		NULL, NULL, NULL, NULL, NULL
	FROM member m JOIN pg_cast c ON c.oid = m.objid AND m.classid = 'pg_cast'::regclass
	UNION ALL
	SELECT m.*, 'schema', n.nspname::text, '', NULL, NULL, NULL, NULL, NULL
	FROM member m JOIN pg_namespace n ON n.oid = m.objid AND m.classid = 'pg_namespace'::regclass
	UNION ALL
	SELECT m.*, 'other', (pg_identify_object(m.classid, m.objid, 0)).identity, '', NULL, NULL, NULL, NULL, NULL
	FROM member m WHERE m.classid NOT IN ('pg_proc'::regclass, 'pg_operator'::regclass, 'pg_opclass'::regclass,
		'pg_opfamily'::regclass, 'pg_type'::regclass, 'pg_cast'::regclass, 'pg_namespace'::regclass)
)
SELECT to_jsonb(d) - 'objid' - 'classid' FROM described d ORDER BY d.objid;

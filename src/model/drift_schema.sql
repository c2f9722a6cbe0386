-- model/drift_schema.sql: findings about schema workflow_perms: roles that may
-- create in it, foreign objects in it, and objects of ours whose owner is not a
-- superuser (spec 5).
--
-- A call that is resolved by name uses the function that fits its arguments
-- best.  So a role that makes a function in the schema can have it called
-- instead of ours, by the application, the tables' owner or a superuser.  Our
-- own calls have exactly the declared types, which no other function fits
-- better.  Calls that others write may not.

-- pg_shdepend does not record objects that belong to the superuser that initdb
-- made.
CREATE FUNCTION workflow_perms._owner_of(class oid, id oid) RETURNS oid
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 10
BEGIN ATOMIC
	SELECT coalesce((SELECT s.refobjid
		FROM pg_catalog.pg_shdepend s
		WHERE s.dbid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database())
			AND s.classid = class AND s.objid = id AND s.deptype = 'o'), 10::oid);
END;
COMMENT ON FUNCTION workflow_perms._owner_of(oid, oid) IS 'Internal: the owner of an object, given as catalog and id. If none is recorded, the superuser that initdb made.';

-- Members of the extension, the tables and the view of the model, and the
-- objects that belong to them: sequences, statistics, row types.
CREATE FUNCTION workflow_perms._own_objects(OUT class oid, OUT id oid) RETURNS SETOF record
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 500 ROWS 1000
BEGIN ATOMIC
	WITH RECURSIVE own (class, id) AS (
		SELECT d.classid, d.objid
		FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
		WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND d.deptype = 'e' AND e.extname = 'workflow_perms'
		UNION
		SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid
		FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = 'workflow_perms' AND CASE c.relkind WHEN 'v' THEN c.relname::text = ANY (workflow_perms._model_views() || workflow_perms._source_tables())
			ELSE c.relkind IN ('r', 'p') AND c.relname::text = ANY (workflow_perms._model_tables()) END
		UNION
		SELECT d.classid, d.objid
		FROM own o JOIN pg_catalog.pg_depend d ON d.refclassid = o.class AND d.refobjid = o.id AND d.deptype IN ('i', 'a')
	)
	SELECT o.class, o.id FROM own o;
END;
COMMENT ON FUNCTION workflow_perms._own_objects() IS 'Internal: all objects of the extension and the model, as catalog and id.';

CREATE FUNCTION workflow_perms._drift_of_schema()
RETURNS TABLE (finding text, object text, detail text, mend text)
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 5000 ROWS 5
BEGIN ATOMIC
	WITH installed AS MATERIALIZED (
		SELECT replace(i.signature, '"', '') AS signature, i.signature AS words, i.definition FROM workflow_perms._installed_functions() i
	)
		SELECT DISTINCT 'dangerous_privilege', format('CREATE on schema workflow_perms to %s', g.who),
			'Its holder can make functions there that are called in the place of the extension''s, with the rights of whoever calls.',
			format('REVOKE CREATE ON SCHEMA workflow_perms FROM %s CASCADE;', g.who)
		FROM pg_namespace n, aclexplode(n.nspacl) a,
			LATERAL (SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)::text) END) AS g (who)
		WHERE n.nspname = 'workflow_perms' AND a.privilege_type = 'CREATE' AND a.grantee <> n.nspowner
			AND (a.is_grantable OR pg_get_userbyid(a.grantee) <> workflow_perms._model_owner() OR workflow_perms._model_owner() = 'workflow_perms_owner')
	UNION ALL
		SELECT 'trigger_disabled', 'event trigger workflow_perms_schema',
			format('%I, which owns the model, can make functions in schema workflow_perms that others call in the place of the extension''s.', o.name),
			CASE WHEN t.oid IS NULL THEN 'CREATE EVENT TRIGGER workflow_perms_schema ON ddl_command_end EXECUTE FUNCTION workflow_perms._guard_schema();'
				|| ' ALTER EXTENSION workflow_perms ADD EVENT TRIGGER workflow_perms_schema;'
				ELSE 'ALTER EVENT TRIGGER workflow_perms_schema ENABLE;' END
		FROM workflow_perms._model_owner() AS o (name) LEFT JOIN pg_event_trigger t ON t.evtname = 'workflow_perms_schema'
		WHERE o.name <> 'workflow_perms_owner' AND (t.oid IS NULL OR t.evtenabled NOT IN ('O', 'A'))
	UNION ALL
		SELECT 'foreign_owner', format('%s %s', i.type, i.identity),
			format('It is a part of the extension. %I owns it, is no superuser, and can change it.', r.rolname),
			CASE WHEN d.classid <> 'pg_proc'::regclass THEN format('ALTER %s %s OWNER TO %I;', upper(i.type), i.identity, pg_get_userbyid(10))
				ELSE workflow_perms._making(d.objid::regprocedure::text,
					coalesce(m.definition, format('ALTER FUNCTION %s SECURITY INVOKER', d.objid::regprocedure)), '') END
		FROM pg_extension e
			JOIN pg_depend d ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.deptype = 'e' AND d.classid <> 'pg_class'::regclass
			JOIN pg_roles r ON r.oid = workflow_perms._owner_of(d.classid, d.objid) AND NOT r.rolsuper
			CROSS JOIN LATERAL pg_identify_object(d.classid, d.objid, 0) i
			LEFT JOIN installed m ON d.classid = 'pg_proc'::regclass AND m.signature = replace(d.objid::regprocedure::text, '"', '')
		-- _drift_of_definitions() reports others: they must not be given a
		-- superuser's rights.
		WHERE e.extname = 'workflow_perms'
			AND (d.classid <> 'pg_proc'::regclass OR m.signature IS NOT NULL OR d.objid = 'workflow_perms._installed_functions()'::regprocedure)
	UNION ALL
	-- No command changes only the owner of an extension.
		SELECT 'foreign_owner', 'extension workflow_perms',
			format('%I owns it, is no superuser, and can take out of it or drop what is in it.', r.rolname),
			format('WITH owner AS (DELETE FROM pg_catalog.pg_shdepend s USING pg_catalog.pg_database d WHERE d.datname = current_database() AND s.dbid = d.oid'
				' AND s.classid = %L::pg_catalog.regclass AND s.objid = %s AND s.deptype = %L) UPDATE pg_catalog.pg_extension SET extowner = 10 WHERE oid = %2$s;',
				'pg_catalog.pg_extension', e.oid, 'o')
		FROM pg_extension e JOIN pg_roles r ON r.oid = e.extowner
		WHERE e.extname = 'workflow_perms' AND NOT r.rolsuper
	UNION ALL
	-- Its rows are read as the model's, and its owner writes them.
		SELECT 'foreign_child', c.oid::regclass::text, format('It is a part of %s: what %I writes into it is taken for the model''s.', m, pg_get_userbyid(c.relowner)),
			CASE WHEN c.relispartition THEN format('ALTER TABLE %s DETACH PARTITION %s;', m, c.oid::regclass)
				ELSE format('ALTER TABLE %s NO INHERIT %s;', c.oid::regclass, m) END
		FROM workflow_perms._model_relations() m JOIN pg_inherits i ON i.inhparent = m JOIN pg_class c ON c.oid = i.inhrelid
	UNION ALL
		SELECT 'foreign_object', format('%s %s', i.type, i.identity),
			CASE f.class WHEN 'pg_cast'::regclass THEN 'It is no part of the extension or the model.'
				ELSE format('It belongs to %I, and is no part of the extension or the model.', pg_get_userbyid(workflow_perms._owner_of(f.class, f.id))) END,
			format('DROP %s %s;', replace(upper(i.type), ' OBJECT', ''), i.identity)
		FROM (
			WITH foreign_object (class, id) AS (
				SELECT d.classid, d.objid
				FROM pg_depend d JOIN pg_namespace n ON n.oid = d.refobjid
				WHERE d.refclassid = 'pg_namespace'::regclass AND n.nspname = 'workflow_perms' AND d.deptype = 'n'
				UNION
				-- a cast has no schema
				SELECT 'pg_cast'::regclass, c.oid
				FROM pg_cast c JOIN pg_type t ON t.oid IN (c.castsource, c.casttarget) JOIN pg_namespace n ON n.oid = t.typnamespace
				WHERE n.nspname = 'workflow_perms'
				EXCEPT
				SELECT o.class, o.id FROM workflow_perms._own_objects() o
			)
			-- A part of a foreign object is reported with the whole.
			SELECT o.class, o.id FROM foreign_object o
			WHERE NOT EXISTS (SELECT FROM pg_depend d JOIN foreign_object whole ON whole.class = d.refclassid AND whole.id = d.refobjid
				WHERE d.classid = o.class AND d.objid = o.id AND d.deptype IN ('i', 'a'))
		) AS f (class, id),
			LATERAL pg_identify_object(f.class, f.id, 0) i
		-- _drift_of_definitions() reports functions of ours that are not
		-- members of the extension.
		WHERE NOT (f.class = 'pg_proc'::regclass AND f.id::regprocedure::text IN (SELECT m.words FROM installed m));
END;
COMMENT ON FUNCTION workflow_perms._drift_of_schema() IS 'Internal: the findings of permission_drift() about roles that may create in the schema, foreign objects in it, and the owners of the extension''s own objects. Spec 5.';

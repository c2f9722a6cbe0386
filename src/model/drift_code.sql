-- model/drift_code.sql: foreign code that the model's tables call (spec 5).
-- Every role that writes the tables runs it, and effects run it as their owner.
-- Trigger functions, rules and policies are reported elsewhere, whatever they
-- call.
CREATE FUNCTION workflow_perms._drift_of_code()
RETURNS TABLE (finding text, object text, detail text, mend text)
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 5000 ROWS 2
BEGIN ATOMIC
	WITH RECURSIVE relations AS (
		SELECT m::oid AS id, m::text AS name FROM workflow_perms._model_relations() m
	), types (relation, attnum, id) AS (
		-- of the columns and of their parts: the types below a domain, an array
		-- or a row type
		SELECT r.name, a.attnum, a.atttypid FROM relations r JOIN pg_attribute a ON a.attrelid = r.id AND a.attnum > 0 AND NOT a.attisdropped
		UNION
		SELECT t.relation, t.attnum, b.id
		FROM types t JOIN pg_type y ON y.oid = t.id,
			LATERAL (
				SELECT y.typbasetype UNION ALL SELECT y.typelem
				UNION ALL
				SELECT a.atttypid FROM pg_attribute a WHERE y.typrelid <> 0 AND a.attrelid = y.typrelid AND a.attnum > 0 AND NOT a.attisdropped
			) AS b (id)
		WHERE b.id <> 0
	), callers (class, id, words, command, known) AS (
		SELECT 'pg_constraint'::regclass::oid, k.oid, format('constraint %I on %s', k.conname, r.name), format('ALTER TABLE %s DROP CONSTRAINT %I;', r.name, k.conname), 0::oid
		FROM relations r JOIN pg_constraint k ON k.conrelid = r.id AND k.contype = 'c'
		UNION
		SELECT 'pg_constraint'::regclass, k.oid, format('constraint %I on domain %s', k.conname, t.id::regtype), format('ALTER DOMAIN %s DROP CONSTRAINT %I;', t.id::regtype, k.conname), 0
		FROM types t JOIN pg_constraint k ON k.contypid = t.id
		UNION
		-- The audit log writes rows as JSON.
		SELECT 'pg_cast'::regclass, c.oid, format('cast (%s AS %s)', c.castsource::regtype, c.casttarget::regtype),
			format('DROP CAST (%s AS %s);', c.castsource::regtype, c.casttarget::regtype), 0
		FROM types t JOIN pg_cast c ON c.castsource = t.id AND c.casttarget IN ('json'::regtype, 'jsonb'::regtype)
		UNION
		SELECT 'pg_attrdef'::regclass, d.oid, format('default of %I on %s', a.attname, r.name),
			format(CASE a.attgenerated WHEN '' THEN 'ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT;' WHEN 's' THEN 'ALTER TABLE %s ALTER COLUMN %I DROP EXPRESSION;'
				ELSE 'ALTER TABLE %s DROP COLUMN %I;' END, r.name, a.attname), 0
		FROM relations r JOIN pg_attrdef d ON d.adrelid = r.id JOIN pg_attribute a ON a.attrelid = r.id AND a.attnum = d.adnum
		UNION
		SELECT 'pg_class'::regclass, i.indexrelid, format('index %s on %s', i.indexrelid::regclass, r.name),
			coalesce((SELECT format('ALTER TABLE %s DROP CONSTRAINT %I;', r.name, k.conname) FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.conrelid = r.id),
				format('DROP INDEX %s;', i.indexrelid::regclass)), 0
		FROM relations r JOIN pg_index i ON i.indrelid = r.id
		UNION
		SELECT 'pg_statistic_ext'::regclass, s.oid, format('statistics %s.%I on %s', s.stxnamespace::regnamespace, s.stxname, r.name),
			format('DROP STATISTICS %s.%I;', s.stxnamespace::regnamespace, s.stxname), 0
		FROM relations r JOIN pg_statistic_ext s ON s.stxrelid = r.id
		UNION
		-- the trigger's WHEN condition
		SELECT 'pg_trigger'::regclass, t.oid, format('trigger %I on %s', t.tgname, r.name), format('DROP TRIGGER %I ON %s;', t.tgname, r.name), t.tgfoid
		FROM relations r JOIN pg_trigger t ON t.tgrelid = r.id AND NOT t.tgisinternal
	), calls (class, id, used_class, used_id) AS (
		SELECT c.class, c.id, d.refclassid, d.refobjid
		FROM callers c JOIN pg_depend d ON d.classid = c.class AND d.objid = c.id
		WHERE d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass) AND d.refobjid <> c.known
		UNION
		SELECT s.class, s.id, d.refclassid, d.refobjid
		FROM calls s JOIN pg_depend d ON d.classid = s.used_class AND d.objid = s.used_id AND d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass)
	)
	SELECT 'foreign_code', c.words,
		format('It calls %s, with the rights of whoever writes, the owner''s included.',
			string_agg(format('%s of %I', p.oid::regprocedure, r.rolname), ', ' ORDER BY p.oid::regprocedure::text COLLATE "C")), c.command
	FROM callers c JOIN calls s USING (class, id)
		JOIN pg_proc p ON s.used_class = 'pg_proc'::regclass AND p.oid = s.used_id
		JOIN pg_roles r ON r.oid = p.proowner AND NOT r.rolsuper AND r.rolname <> workflow_perms._model_owner()
	-- Functions of ours that a foreign role owns are reported by
	-- _drift_of_schema().
	WHERE NOT EXISTS (SELECT FROM workflow_perms._own_objects() o WHERE o.class = 'pg_proc'::regclass AND o.id = p.oid)
	GROUP BY c.class, c.id, c.words, c.command
	UNION ALL
	SELECT 'foreign_code', format('column %I on %s', a.attname, t.relation),
		format('Its type %s belongs to %I, whose cast of it to JSON the audit log would call as the owner.', y.oid::regtype, r.rolname),
		CASE WHEN EXISTS (SELECT FROM pg_class c WHERE c.oid = y.typrelid AND c.relkind <> 'c') THEN format('ALTER TABLE %s DROP COLUMN %I;', t.relation, a.attname)
			ELSE format('ALTER TYPE %s OWNER TO %I;', y.oid::regtype, pg_get_userbyid(10)) END
	FROM types t JOIN pg_attribute a ON a.attrelid = t.relation::regclass AND a.attnum = t.attnum
		JOIN pg_type y ON y.oid = t.id AND NOT (y.typlen = -1 AND y.typelem <> 0)
		JOIN pg_roles r ON r.oid = y.typowner AND NOT r.rolsuper AND r.rolname <> workflow_perms._model_owner()
	WHERE NOT EXISTS (SELECT FROM workflow_perms._own_objects() o WHERE o.class = 'pg_type'::regclass AND o.id = y.oid);
END;
COMMENT ON FUNCTION workflow_perms._drift_of_code() IS 'Internal: the findings of permission_drift() about foreign code that the model''s tables call. Spec 5.';

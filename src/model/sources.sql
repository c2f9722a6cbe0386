-- model/sources.sql: read_from(): the extension reads a table of the model from the
-- application's own table or view, the source (spec 6.4).
--
-- A view with the name of the table takes the table's place. Nothing is copied. The view has
-- the columns of the table in their types, so the rest of the code does not notice. It leaves
-- out rows that the table would refuse. It belongs to the owner of the source, which the
-- application's policies do not bind. Otherwise a policy with can_view() would be evaluated
-- while can_view() reads.
--
-- There is no table of sources. The catalog has the view and its dependencies, and dumps keep
-- their order. The record of the model (record.sql) also notes the view, so
-- permission_drift() and upgrade_model() know a source whose view is gone.

CREATE FUNCTION workflow_perms._source_tables() RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1
RETURN ARRAY['users', 'role_grants', 'workspaces', 'workspace_members', 'workflows', 'workflow_members'];
COMMENT ON FUNCTION workflow_perms._source_tables() IS 'Internal: the tables of the model that can be read from a source. Spec 6.4.';

CREATE FUNCTION workflow_perms._sources()
RETURNS TABLE (model_table text, relation regclass, source regclass)
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 100 ROWS 6
BEGIN ATOMIC
	SELECT c.relname::text, c.oid::pg_catalog.regclass, min(d.refobjid)::pg_catalog.regclass
	FROM pg_catalog.pg_class c
		JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
		JOIN pg_catalog.pg_rewrite w ON w.ev_class = c.oid
		LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = w.oid
			AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid <> c.oid
	WHERE n.nspname = 'workflow_perms' AND c.relkind = 'v' AND c.relname::text = ANY (workflow_perms._source_tables())
	GROUP BY c.oid, c.relname;
END;
COMMENT ON FUNCTION workflow_perms._sources() IS 'Internal: the tables of the model that are read from a source, each with its view and the source. Spec 6.4.';

CREATE FUNCTION workflow_perms._is_source_of_workflows(relation regclass) RETURNS boolean
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 500
BEGIN ATOMIC
	WITH RECURSIVE below (relation) AS (
		SELECT s.source::oid FROM workflow_perms._sources() s WHERE s.model_table = 'workflows'
		UNION
		SELECT d.refobjid
		FROM below b
			JOIN pg_catalog.pg_class v ON v.oid = b.relation AND v.relkind IN ('v', 'm')
			JOIN pg_catalog.pg_rewrite w ON w.ev_class = v.oid
			JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = w.oid
				AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid <> v.oid
	)
	SELECT _is_source_of_workflows.relation IN (SELECT f.relation FROM below b, LATERAL workflow_perms._table_family(b.relation) f (relation));
END;
COMMENT ON FUNCTION workflow_perms._is_source_of_workflows(regclass) IS 'Internal: whether the extension reads workflows from this table. Spec 6.2, 6.4.';

-- What names a workflow by its key counts for a row only if no other row of the table can have
-- the key. Else a user would own another's row by a second one with its id.
CREATE FUNCTION workflow_perms._key_counts(relation regclass, account_column name, workflow_column name) RETURNS boolean
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 600
BEGIN ATOMIC
	SELECT workflow_perms._is_source_of_workflows(relation) AND EXISTS (
		SELECT FROM pg_catalog.pg_index i
			JOIN pg_catalog.pg_class c ON c.oid = i.indrelid AND (c.relkind = 'p' OR NOT EXISTS (SELECT FROM pg_catalog.pg_inherits h WHERE h.inhparent = c.oid))
		WHERE i.indrelid = coalesce(pg_catalog.pg_partition_root(relation)::oid, relation::oid) AND i.indisunique AND i.indimmediate AND i.indisvalid AND i.indpred IS NULL
			AND NOT EXISTS (
				SELECT FROM pg_catalog.unnest(i.indkey[0:i.indnkeyatts - 1]) AS k (number)
				WHERE NOT EXISTS (
					SELECT FROM pg_catalog.pg_attribute a
					WHERE a.attrelid = i.indrelid AND a.attnum = k.number AND a.attname IN (account_column, workflow_column))));
END;
COMMENT ON FUNCTION workflow_perms._key_counts(regclass, name, name) IS 'Internal: whether the extension reads workflows from this table, and a unique index keeps an id to one row. Spec 6.2, 6.4.';

-- Follows the source down through its views, with the role that reads each relation, and
-- returns the problems. Bodies of functions are not followed.
CREATE FUNCTION workflow_perms._source_obstacles(source regclass, OUT relation regclass, OUT problem text, OUT hint text)
RETURNS SETOF record
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 500 ROWS 1
BEGIN ATOMIC
	WITH RECURSIVE below (relation, reader) AS (
		SELECT c.oid, c.relowner FROM pg_catalog.pg_class c WHERE c.oid = source
		UNION
		SELECT d.refobjid, v.relowner
		FROM below b
			JOIN pg_catalog.pg_class v ON v.oid = b.relation AND v.relkind IN ('v', 'm')
			JOIN pg_catalog.pg_rewrite w ON w.ev_class = v.oid
			JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = w.oid
				AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid <> v.oid
	)
	SELECT c.oid::pg_catalog.regclass, p.problem, p.hint
	FROM below b JOIN pg_catalog.pg_class c ON c.oid = b.relation
		JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
		JOIN pg_catalog.pg_roles r ON r.oid = b.reader,
		LATERAL (
			SELECT format('%s is temporary', c.oid::pg_catalog.regclass), 'Make it a table or view that stays.' WHERE c.relpersistence = 't'
			UNION ALL
			SELECT format('%s is a table of the model', c.oid::pg_catalog.regclass), 'Name what the application keeps itself.'
			WHERE n.nspname = 'workflow_perms'
			UNION ALL
			SELECT format('view %s is security_invoker, and would be read as the owner of the model', c.oid::pg_catalog.regclass),
				format('Run ALTER VIEW %s RESET (security_invoker);', c.oid::pg_catalog.regclass)
			WHERE c.relkind = 'v' AND EXISTS (SELECT FROM pg_catalog.pg_options_to_table(c.reloptions) o
				WHERE o.option_name = 'security_invoker' AND o.option_value::boolean)
			UNION ALL
			SELECT format('role %I may not read %s', r.rolname, c.oid::pg_catalog.regclass), format('Run GRANT SELECT ON %s TO %I;', c.oid::pg_catalog.regclass, r.rolname)
			WHERE NOT pg_catalog.has_table_privilege(r.oid, c.oid, 'SELECT') AND NOT pg_catalog.has_any_column_privilege(r.oid, c.oid, 'SELECT')
			UNION ALL
			SELECT format('the policies of %s bind role %I, which reads it', c.oid::pg_catalog.regclass, r.rolname),
				CASE WHEN c.relforcerowsecurity AND pg_catalog.pg_has_role(r.oid, c.relowner, 'USAGE')
					THEN format('Run ALTER TABLE %s NO FORCE ROW LEVEL SECURITY; or have a view read it that belongs to a role with BYPASSRLS.', c.oid::pg_catalog.regclass)
					ELSE format('Have a view read it that belongs to the owner of %s, or to a role with BYPASSRLS.', c.oid::pg_catalog.regclass) END
			WHERE c.relrowsecurity AND NOT r.rolsuper AND NOT r.rolbypassrls
				AND (c.relforcerowsecurity OR NOT pg_catalog.pg_has_role(r.oid, c.relowner, 'USAGE'))
		) AS p (problem, hint)
	ORDER BY c.oid::pg_catalog.regclass::text;
END;
COMMENT ON FUNCTION workflow_perms._source_obstacles(regclass) IS 'Internal: the relations below a source that cannot be read as they should, each with the problem and a hint. Spec 6.4.';

-- Converts a column of the source to the type of the model's column. Ids become text. An
-- unknown word becomes NULL and an invalid condition never matches, so neither grants
-- anything.
CREATE FUNCTION workflow_perms._source_column(model_table text, name text, type oid, source_type oid) RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 50
BEGIN ATOMIC
	SELECT CASE
		WHEN m.typname = 'text' AND n.nspname = 'pg_catalog' AND s.base IN ('text'::pg_catalog.regtype, 'character varying'::pg_catalog.regtype,
			'uuid'::pg_catalog.regtype, 'bigint'::pg_catalog.regtype, 'integer'::pg_catalog.regtype)
			THEN format('s.%I::text COLLATE "C"', name)
		WHEN s.base = type THEN format('s.%I::%s', name, type::pg_catalog.regtype)
		WHEN m.typtype = 'e' AND s.base IN ('text'::pg_catalog.regtype, 'character varying'::pg_catalog.regtype)
			THEN format('CASE s.%I::text COLLATE "C"%s END', name, (SELECT string_agg(format(' WHEN %L THEN %1$L::%2$s', e.enumlabel, type::pg_catalog.regtype), '' ORDER BY e.enumsortorder)
				FROM pg_catalog.pg_enum e WHERE e.enumtypid = type))
		WHEN type = 'workflow_perms.metadata_condition'::pg_catalog.regtype AND s.base IN ('text'::pg_catalog.regtype, 'character varying'::pg_catalog.regtype,
			'json'::pg_catalog.regtype, 'jsonb'::pg_catalog.regtype)
			THEN format('workflow_perms._condition_or_never(s.%I::text)', name)
		END
	FROM pg_catalog.pg_type m JOIN pg_catalog.pg_namespace n ON n.oid = m.typnamespace, LATERAL (SELECT workflow_perms._base_type(source_type)) AS s (base)
	WHERE m.oid = type;
END;
COMMENT ON FUNCTION workflow_perms._source_column(text, text, oid, oid) IS 'Internal: the expression that converts a column of a source to this type; NULL if there is no conversion. Spec 6.4.';

CREATE FUNCTION workflow_perms._condition_or_never(condition text) RETURNS workflow_perms.metadata_condition
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', 'wp_condition_or_never';
COMMENT ON FUNCTION workflow_perms._condition_or_never(text) IS 'Internal, in views over sources: the condition; for text that is not a condition, one that never matches. Spec 6.4.';

-- Builds the query of the view from the model's table, which still exists: its columns,
-- defaults, NOT NULL and check constraints.
CREATE FUNCTION workflow_perms._source_query(model_table text, source regclass) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	relation CONSTANT regclass := format('workflow_perms.%I', model_table);
	by_account CONSTANT boolean := model_table = 'role_grants';
	whole CONSTANT boolean := by_account AND EXISTS (SELECT FROM pg_attribute a
		WHERE a.attrelid = source AND a.attname = 'whole_account' AND a.attnum > 0 AND NOT a.attisdropped AND workflow_perms._base_type(a.atttypid) = 'boolean'::regtype);
	col record;
	expression text;
	columns text[] := '{}';
	inner_conditions text[] := '{}';
	conditions text[] := '{}';
	short integer[] := '{}';
BEGIN
	FOR col IN
		SELECT a.attnum, a.attname::text AS name, a.atttypid, a.attnotnull, format_type(a.atttypid, a.atttypmod) AS type,
			pg_get_expr(d.adbin, d.adrelid) AS value, s.atttypid AS source_type
		FROM pg_attribute a
			LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
			LEFT JOIN pg_attribute s ON s.attrelid = source AND s.attname = a.attname AND s.attnum > 0 AND NOT s.attisdropped
		WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped
		ORDER BY a.attnum
	LOOP
		expression := CASE WHEN col.source_type IS NULL THEN format('%s::%s%s', coalesce(col.value, 'NULL'), col.type,
				CASE WHEN col.atttypid = 'text'::regtype THEN ' COLLATE "C"' ELSE '' END)
			ELSE workflow_perms._source_column(model_table, col.name, col.atttypid, col.source_type) END;
		IF col.source_type IS NULL AND col.attnotnull AND col.value IS NULL THEN
			PERFORM workflow_perms._raise('42703', format('%s has no column "%s", which %s takes', source, col.name, relation),
				format('Read it through a view that has one, of type %s.', CASE col.type WHEN 'text' THEN 'text, uuid, bigint or integer' ELSE col.type END));
		ELSIF expression IS NULL THEN
			PERFORM workflow_perms._raise('42804', format('column "%s" of %s is %s, and cannot be read as %s', col.name, source, format_type(col.source_type, NULL), col.type),
				format('Read it through a view that casts it to %s.', CASE col.type WHEN 'text' THEN 'text, uuid, bigint or integer' ELSE col.type END));
		END IF;
		IF by_account AND col.name = 'workspace_id' THEN
			IF col.source_type IS NULL AND NOT whole THEN
				PERFORM workflow_perms._raise('42703', format('%s has neither a column "workspace_id" nor "whole_account"', source),
					'A boolean column whole_account says which grants are for the whole account.');
			ELSIF whole THEN
				expression := format('CASE WHEN NOT s.whole_account THEN %s END', expression);
			END IF;
			inner_conditions := inner_conditions || CASE WHEN col.source_type IS NULL THEN 's.whole_account'
				WHEN whole THEN '(s.whole_account OR s.workspace_id IS NOT NULL) AND s.whole_account IS NOT NULL' ELSE 's.workspace_id IS NOT NULL' END;
		END IF;
		columns := columns || format('%s AS %I', expression, col.name);
		IF col.source_type IS NOT NULL AND col.attnotnull THEN
			inner_conditions := inner_conditions || format('s.%I IS NOT NULL', col.name);
			IF expression ^@ 'CASE ' THEN
				conditions := conditions || format('m.%I IS NOT NULL', col.name);
			END IF;
		END IF;
		-- A uuid or a number never has too many bytes, so it needs no such check.
		IF col.source_type IS NULL OR workflow_perms._base_type(col.source_type) IN ('uuid'::regtype, 'bigint'::regtype, 'integer'::regtype) THEN
			short := short || col.attnum::integer;
		END IF;
	END LOOP;
	-- A check of the table is a call of _require() with its message (checks.sql). The view
	-- needs the condition alone.
	SELECT conditions || coalesce(array_agg(format('workflow_perms._not_false(%s)', regexp_replace(pg_get_expr(c.conbin, c.conrelid),
				'^workflow_perms\._require\((.*), ''(?:[^'']|'''')*''::text, ''(?:[^'']|'''')*''::text, ''(?:[^'']|'''')*''::text\)$', '\1'))
			ORDER BY c.conname COLLATE "C"), '{}')
		INTO conditions
		FROM pg_constraint c
		WHERE c.conrelid = relation AND c.contype = 'c'
			AND NOT (c.conname LIKE '%\_bytes' AND c.conkey::integer[] <@ short);
	RETURN format('SELECT %s FROM (SELECT %s FROM %s s WHERE %s) m WHERE %s',
		(SELECT string_agg(format('m.%I', a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a
			WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped),
		array_to_string(columns, ', '), source, coalesce(nullif(array_to_string(inner_conditions, ' AND '), ''), 'true'),
		coalesce(nullif(array_to_string(conditions, ' AND '), ''), 'true'));
END
$$;
COMMENT ON FUNCTION workflow_perms._source_query(text, regclass) IS 'Internal step of read_from(): the query that reads the source as the model''s table, which must still exist. Raises 42703 for missing columns and 42804 for types that cannot be read. Spec 6.4.';

-- Replaces a foreign key and has its name.
CREATE FUNCTION workflow_perms._check_reference() RETURNS trigger
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'wp_check_reference';
COMMENT ON FUNCTION workflow_perms._check_reference() IS 'Internal trigger: raises 23503 if a column of the row names a row that is not in a source. The trigger''s second argument is the table of the model that is read from the source, the third is the column. Spec 6.4.';

CREATE FUNCTION workflow_perms._is_source(model_table text) RETURNS boolean
LANGUAGE c STABLE STRICT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'wp_is_source_sql';
COMMENT ON FUNCTION workflow_perms._is_source(text) IS 'Internal: whether this table of the model is read from a source. Rows of a source are never locked: a lock would need privileges on the application''s tables, and of a UNION ALL it would lock nothing. Spec 6.4.';

CREATE FUNCTION workflow_perms._source_lacks(model_table text, column_name text) RETURNS boolean
LANGUAGE c STABLE STRICT PARALLEL SAFE COST 5
AS 'MODULE_PATHNAME', 'wp_source_lacks_sql';
COMMENT ON FUNCTION workflow_perms._source_lacks(text, text) IS 'Internal: whether this table of the model is read from a source that lacks this column. Spec 6.4.';

CREATE FUNCTION workflow_perms._refuse_source(model_table text) RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	source CONSTANT regclass := CASE WHEN workflow_perms._is_source(model_table)
		THEN (SELECT s.source FROM workflow_perms._sources() s WHERE s.model_table = _refuse_source.model_table) END;
BEGIN
	IF workflow_perms._is_source(model_table) THEN
		PERFORM workflow_perms._raise_violation('55000', 'source',
			format('workflow_perms.%I is read from %s, and cannot be written here', model_table, source),
			format('The application writes %s itself.', source), model_table, NULL);
	END IF;
END
$$;
COMMENT ON FUNCTION workflow_perms._refuse_source(text) IS 'Internal: raises 55000 if this table of the model is read from a source. Spec 6.4.';

CREATE FUNCTION workflow_perms._refuse_source_write() RETURNS trigger
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	PERFORM workflow_perms._refuse_source(TG_TABLE_NAME::text);
	RETURN NULL;
END
$body$;
COMMENT ON FUNCTION workflow_perms._refuse_source_write() IS 'Internal trigger: refuses writes to a view over a source, with 55000. Spec 6.4.';

-- Replaces the table, which must exist, by the view. The rows of the table are dropped. With
-- compare they must be the rows of the source.
CREATE FUNCTION workflow_perms._make_source(model_table text, source regclass, compare boolean) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	relation CONSTANT text := format('workflow_perms.%I', model_table);
	made CONSTANT text := model_table || '_source';
	words CONSTANT text := obj_description(relation::regclass, 'pg_class');
	fk record;
	difference text;
BEGIN
	EXECUTE format('CREATE VIEW workflow_perms.%I AS %s', made, workflow_perms._source_query(model_table, source));
	EXECUTE format('ALTER VIEW workflow_perms.%I OWNER TO %I', made, (SELECT pg_get_userbyid(c.relowner) FROM pg_class c WHERE c.oid = source));
	EXECUTE format('COMMENT ON VIEW workflow_perms.%I IS %L', made, words || ' Read from a source of the application: read_from().');
	EXECUTE format('CREATE TRIGGER refuse_write INSTEAD OF INSERT OR UPDATE OR DELETE ON workflow_perms.%I FOR EACH ROW'
		' EXECUTE FUNCTION workflow_perms._refuse_source_write()', made);
	IF compare THEN
		EXECUTE format('GRANT SELECT ON workflow_perms.%I TO %I', made, workflow_perms._model_owner());
		difference := workflow_perms._first_difference(model_table, made);
		IF difference IS NOT NULL THEN
			PERFORM workflow_perms._raise('55000', format('the rows of %s are not those of %s', relation, source),
				'Make them the same, or delete those of the table.', difference || '.');
		END IF;
	END IF;

	FOR fk IN
		SELECT k.conrelid::regclass AS relation, k.conname, a.attname
		FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[2]
		WHERE k.contype = 'f' AND k.confrelid = relation::regclass AND k.conrelid <> k.confrelid
			AND k.conrelid IN (SELECT m::oid FROM workflow_perms._model_relations() m)
		ORDER BY k.oid
	LOOP
		EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', fk.relation, fk.conname);
		EXECUTE format('CREATE TRIGGER %1$I AFTER INSERT OR UPDATE OF %2$I ON %3$s FOR EACH ROW WHEN (NEW.%2$I IS NOT NULL)'
			' EXECUTE FUNCTION workflow_perms.effect(''_check_reference'', %4$L, %2$L)', fk.conname, fk.attname, fk.relation, model_table);
	END LOOP;
	IF model_table = 'workflows' THEN
		PERFORM workflow_perms._create_names(true);
	END IF;
	EXECUTE format('DROP TABLE %s', relation);
	EXECUTE format('ALTER VIEW workflow_perms.%I RENAME TO %I', made, model_table);
	PERFORM workflow_perms._change_privileges(workflow_perms._application_role(), workflow_perms._engine_role(),
		ARRAY[relation] || CASE model_table WHEN 'workflows' THEN 'workflow_perms.workflow_names' END, false);
END
$$;
COMMENT ON FUNCTION workflow_perms._make_source(text, regclass, boolean) IS 'Internal step of read_from() and upgrade_model(): replaces the model''s table by a view over the source, and foreign keys by triggers. With compare, raises 55000 if the rows differ. Spec 6.4.';

CREATE FUNCTION workflow_perms._check_read_from(model_table text, source regclass) RETURNS void
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	obstacle record;
BEGIN
	IF workflow_perms._creating_extension() THEN
		PERFORM workflow_perms._raise('55000', 'read_from() cannot be run inside an extension script',
			'Run it in a statement of its own.', 'The view would become a member of the extension.');
	ELSIF to_regclass('workflow_perms.accounts') IS NULL THEN
		PERFORM workflow_perms._raise('55000', 'there is no model in this database',
			'A superuser makes one, once: SELECT workflow_perms.create_model(application => ''role'', engine => ''role'').');
	ELSIF model_table IS NULL OR model_table <> ALL (workflow_perms._source_tables()) THEN
		PERFORM workflow_perms._raise('22023', format('%s cannot be read from a table of the application', coalesce(quote_ident(model_table), 'NULL')),
			'These can: ' || array_to_string(workflow_perms._source_tables(), ', ') || '.');
	ELSIF workflow_perms._is_distributed('workflow_perms.accounts'::regclass) THEN
		PERFORM workflow_perms._raise('55000', format('%s cannot be read from a source, because the model is distributed', model_table),
			'Copy what the model needs into its table.', 'A view is on one node, and the account''s rows may be on another.');
	ELSIF source IS NULL THEN
		RETURN;
	END IF;

	IF NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = source AND c.relkind IN ('r', 'p', 'v', 'm', 'f')) THEN
		PERFORM workflow_perms._raise('42809', format('%s is no table or view', source), 'Name a table or a view of the application.');
	END IF;
	SELECT o.* INTO obstacle FROM workflow_perms._source_obstacles(source) o LIMIT 1;
	IF FOUND THEN
		PERFORM workflow_perms._raise('22023', format('%s cannot be read: %s', source, obstacle.problem), obstacle.hint);
	END IF;
END
$$;
COMMENT ON FUNCTION workflow_perms._check_read_from(text, regclass) IS 'Internal step of read_from(): checks the caller and the arguments. Spec 6.4.';

-- Other objects that depend on the table would be dropped with it.
CREATE FUNCTION workflow_perms._check_replaceable(model_table text) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	relation CONSTANT regclass := format('workflow_perms.%I', model_table);
	what text;
BEGIN
	SELECT string_agg(d.words, ', ' ORDER BY d.words COLLATE "C") INTO what
		FROM (
			SELECT format('constraint %I of %s', k.conname, k.conrelid::regclass) AS words
				FROM pg_constraint k
				WHERE k.contype = 'f' AND k.confrelid = relation AND k.conparentid = 0
					AND k.conrelid NOT IN (SELECT m::oid FROM workflow_perms._model_relations() m)
			UNION
			SELECT pg_describe_object(u.class, u.id, 0)
				FROM workflow_perms._users_of('pg_class'::regclass::oid, relation::oid) u
				WHERE u.id IS DISTINCT FROM to_regclass('workflow_perms.workflow_names')
			UNION
			SELECT format('column %I', a.attname)
				FROM pg_attribute a
				WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped
					AND (relation::text, 'column ' || quote_ident(a.attname)) NOT IN (SELECT r.relation, r.object FROM workflow_perms._recorded_digests() r)
			UNION
			SELECT format('trigger %I', t.tgname)
				FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
				WHERE t.tgrelid = relation AND NOT t.tgisinternal AND p.pronamespace <> 'workflow_perms'::regnamespace
		) AS d;
	IF what IS NOT NULL THEN
		PERFORM workflow_perms._raise('2BP01', format('%s cannot be read from elsewhere, because of what depends on it', relation),
			'Drop that first.', format('It is %s.', what));
	END IF;
END
$$;
COMMENT ON FUNCTION workflow_perms._check_replaceable(text) IS 'Internal step of read_from(): raises 2BP01 if objects of the application depend on the model''s table. Spec 6.4.';

-- Runs as the owner of the tables and not as the superuser, because the source may call
-- functions of other roles, and the owner may have attached code to the tables.
CREATE FUNCTION workflow_perms._has_rows(query text) RETURNS boolean
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 1000
AS 'MODULE_PATHNAME', 'wp_call_as_owner';
COMMENT ON FUNCTION workflow_perms._has_rows(text) IS 'Internal step of read_from(): whether a query on the model''s tables returns rows. Runs as their owner.';
CREATE FUNCTION workflow_perms.__has_rows(query text) RETURNS boolean
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	found boolean;
BEGIN
	EXECUTE format('SELECT EXISTS (%s)', query) INTO STRICT found;
	RETURN found;
END
$$;
COMMENT ON FUNCTION workflow_perms.__has_rows(text) IS 'Internal: the body of _has_rows().';

CREATE FUNCTION workflow_perms._first_difference(model_table text, made text) RETURNS text
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 1000
AS 'MODULE_PATHNAME', 'wp_call_as_owner';
COMMENT ON FUNCTION workflow_perms._first_difference(text, text) IS 'Internal step of read_from(): the first row that is only in the table or only in the view over its source; NULL if they are the same. Spec 6.4.';
CREATE FUNCTION workflow_perms.__first_difference(model_table text, made text) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	key CONSTANT text := (SELECT string_agg(format('d.%I', k.name), ', ' ORDER BY k.place)
		FROM workflow_perms._model_keys() m, unnest(ARRAY['account_id'] || m.key) WITH ORDINALITY k (name, place)
		WHERE m.relation = model_table);
	words text;
BEGIN
	EXECUTE format('SELECT concat(''('', concat_ws('', '', %1$s), '') is in '', d.place) FROM ('
		' (SELECT ''the table alone, or not the same there'' AS place, x.* FROM (TABLE workflow_perms.%2$I EXCEPT TABLE workflow_perms.%3$I) x)'
		' UNION ALL (SELECT ''the source alone'', x.* FROM (TABLE workflow_perms.%3$I EXCEPT TABLE workflow_perms.%2$I) x)) d'
		' ORDER BY %1$s, d.place DESC LIMIT 1', key, model_table, made) INTO words;
	RETURN words;
END
$$;
COMMENT ON FUNCTION workflow_perms.__first_difference(text, text) IS 'Internal: the body of _first_difference().';

-- Creates the model's table with only its columns and checks, which _source_query() reads.
CREATE FUNCTION workflow_perms._make_table_again(model_table text) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	made record;
BEGIN
	FOR made IN
		SELECT w.step, w.relation, w.make
		FROM workflow_perms._wanted_model(workflow_perms._application_role(), workflow_perms._engine_role(), workflow_perms._model_owner()) w
		WHERE w.relation = format('workflow_perms.%I', model_table) AND (w.step IN (10, 20, 21, 22)
			OR (w.step = 30 AND w.definition ^@ 'CHECK') OR w.object ^@ 'comment on TABLE ')
		ORDER BY w.step, w.place
	LOOP
		EXECUTE CASE WHEN made.step IN (10, 70) THEN made.make ELSE format('ALTER TABLE %s %s', made.relation, made.make) END;
	END LOOP;
END
$$;
COMMENT ON FUNCTION workflow_perms._make_table_again(text) IS 'Internal step of read_from(): creates again a table of the model that a source has replaced. Spec 6.4.';

CREATE FUNCTION workflow_perms.read_from(model_table text, source regclass, adopt boolean DEFAULT false) RETURNS void
LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 100
AS 'MODULE_PATHNAME', 'wp_call_as_caller';
COMMENT ON FUNCTION workflow_perms.read_from(text, regclass, boolean) IS
'Makes the extension read a table of the model (users, role_grants, workspaces, workspace_members, workflows, workflow_members) from a table or view of the application: a view with its name replaces it, and nothing is copied. The source has the columns of the table by name; columns with a default and columns that may be NULL can be left out. Ids are text, varchar, uuid, bigint or integer; words may be text, conditions text or jsonb; in role_grants a boolean column whole_account marks grants for the whole account. Rows that the table would refuse are not read. The table must be empty, or, with adopt => true, have the same rows as the source; these rows are dropped. A NULL source brings back the empty table, and brings the model up to date as upgrade_model() does. For superusers, and for the owner of the model''s tables that create_model() was given, if it is a member of the role that owns the source. Not finished in this version: docs/own-tables.md says what is missing. Raises 42501 for other roles, 22023 for another table and for a source whose owner lacks privileges or is bound by policies, 42703 for missing columns, 42804 for types that cannot be read, 42809 if the source is not a table or view, 55000 if the table has other rows or rows of the model refer to a source that is given up, 2BP01 if objects depend on the table. Spec 6.4.';

CREATE FUNCTION workflow_perms._read_from(model_table text, source regclass, adopt boolean) RETURNS void
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	name text;
	changed text[];
	kind "char";
	has_rows boolean := false;
BEGIN
	IF NOT (SELECT r.rolsuper FROM pg_roles r WHERE r.rolname = current_user) THEN
		IF NOT coalesce((SELECT pg_has_role(c.relowner, 'USAGE') FROM pg_class c WHERE c.oid = to_regclass('workflow_perms.accounts')), false) THEN
			PERFORM workflow_perms._raise('42501', 'permission denied to say where the model is read from',
				'Only a superuser or the owner of the model''s tables may run read_from().');
		END IF;
		PERFORM workflow_perms._read_from_by_owner(model_table, source, adopt);
		RETURN;
	END IF;
	PERFORM workflow_perms._check_read_from(model_table, source);
	IF model_table = 'workflows' THEN
		PERFORM workflow_perms._check_not_keyed();
	END IF;
	name := format('workflow_perms.%I', model_table);
	changed := workflow_perms._changed_objects();
	SELECT c.relkind INTO kind FROM pg_class c WHERE c.oid = to_regclass(name);
	IF source IS NULL THEN
		IF kind IN ('r', 'p') THEN
			RETURN;
		END IF;
		PERFORM workflow_perms._check_unreferenced(model_table);
	END IF;

	IF kind IN ('r', 'p') THEN
		EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', name);
		PERFORM workflow_perms._check_replaceable(model_table);
		has_rows := workflow_perms._has_rows(format('SELECT FROM %s', name));
		IF has_rows AND adopt IS NOT TRUE THEN
			PERFORM workflow_perms._raise('55000', format('%s is not empty', name),
				'To read the same rows from the source: read_from(..., adopt => true). Or delete them.');
		END IF;
	ELSE
		IF kind IS NOT NULL THEN
			EXECUTE format('DROP VIEW %s', name);
		END IF;
		PERFORM workflow_perms._mark_source(model_table, changed);
		IF source IS NULL THEN
			PERFORM workflow_perms.upgrade_model(NULL::regrole, NULL::regrole, NULL::regrole);
			RETURN;
		END IF;
		PERFORM workflow_perms._make_table_again(model_table);
	END IF;

	PERFORM workflow_perms._make_source(model_table, source, has_rows);
	PERFORM workflow_perms._mark_source(model_table, changed);
END
$$;
COMMENT ON FUNCTION workflow_perms._read_from(text, regclass, boolean) IS 'Internal: the body of read_from().';

-- The owner of the model's tables has EXECUTE on it, if it is the application's own
-- (grants.sql).  The view is to belong to the owner of the source, so the owner of the model
-- must be able to become that role.  Queries on rows are run as the owner (_has_rows(),
-- _first_difference(), _execute_as_owner()), the rest as a superuser.
CREATE FUNCTION workflow_perms._read_from_by_owner(model_table text, source regclass, adopt boolean) RETURNS void
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF source IS NOT NULL AND NOT coalesce((SELECT pg_has_role(o.oid, c.relowner, 'MEMBER')
		FROM pg_roles o, pg_class c WHERE o.rolname = workflow_perms._model_owner() AND c.oid = source), false)
	THEN
		PERFORM workflow_perms._raise('42501', format('permission denied to read the model from %s', source),
			'The owner of the model''s tables must be a member of the role that owns it.');
	END IF;
	PERFORM workflow_perms._read_from(model_table, source, adopt);
END
$$;
COMMENT ON FUNCTION workflow_perms._read_from_by_owner(text, regclass, boolean) IS 'Internal: read_from() for the owner of the model''s tables: raises 42501 unless it is a member of the role that owns the source. Spec 6.4.';

-- The triggers that replace foreign keys.
CREATE FUNCTION workflow_perms._references()
RETURNS TABLE (relation regclass, trigger name, model_table text, column_name text)
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 100 ROWS 10
BEGIN ATOMIC
	SELECT t.tgrelid::pg_catalog.regclass, t.tgname, a.words[2], a.words[3]
	FROM pg_catalog.pg_trigger t, LATERAL (SELECT pg_catalog.string_to_array(pg_catalog.encode(t.tgargs, 'escape'), '\000')) AS a (words)
	WHERE t.tgfoid = 'workflow_perms.effect()'::pg_catalog.regprocedure AND a.words[1] = '_check_reference'
	ORDER BY t.tgrelid::pg_catalog.regclass::text, t.tgname;
END;
COMMENT ON FUNCTION workflow_perms._references() IS 'Internal: the columns of tables of the model that refer to rows of a source. Spec 6.4.';

CREATE FUNCTION workflow_perms._check_unreferenced(gone text) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	r record;
BEGIN
	FOR r IN SELECT * FROM workflow_perms._references() f WHERE f.model_table = gone LOOP
		IF workflow_perms._has_rows(format('SELECT FROM %s WHERE %I IS NOT NULL', r.relation, r.column_name)) THEN
			PERFORM workflow_perms._raise('55000', format('rows of %s name what is in the source of workflow_perms.%I', r.relation, gone),
				'Delete them first: the table that is given back is empty.', format('In column %I.', r.column_name));
		END IF;
	END LOOP;
END
$$;
COMMENT ON FUNCTION workflow_perms._check_unreferenced(text) IS 'Internal step of read_from(): raises 55000 if rows of the model refer to rows of a source that is given up. Spec 6.4.';

CREATE FUNCTION workflow_perms.forget_missing() RETURNS TABLE (relation regclass, rows bigint)
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 10000 ROWS 10
AS 'MODULE_PATHNAME', 'wp_call_as_owner';
COMMENT ON FUNCTION workflow_perms.forget_missing() IS
'Deletes the rows of the model''s tables that refer to a user, workspace or workflow that is no longer in its source, and returns the number for each table. created_by, run_as and published_by become NULL instead, and a last owner stays. Until then such rows decide nothing. Works in one transaction, and reads the sources once for each reference. No role has EXECUTE by default. Spec 6.4.';

-- With OFFSET 0 the planner uses the indexes of each member of a UNION ALL.
CREATE FUNCTION workflow_perms._forget_missing() RETURNS TABLE (relation regclass, rows bigint)
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE COST 10000 ROWS 10
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	r record;
	missing text;
BEGIN
	FOR r IN
		SELECT f.*, k.relation AS kept,
			EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = f.relation AND a.attname = 'is_owner') AS has_owners,
			f.column_name IN ('created_by', 'run_as', 'published_by') AS is_mention
		FROM workflow_perms._references() f JOIN workflow_perms._model_keys() k ON to_regclass('workflow_perms.' || k.relation) = f.relation
	LOOP
		missing := format('k.%1$I IS NOT NULL AND NOT EXISTS (SELECT FROM workflow_perms.%2$I s'
			' WHERE s.account_id OPERATOR(workflow_perms.==) k.account_id AND s.%3$I OPERATOR(workflow_perms.==) k.%1$I OFFSET 0)',
			r.column_name, r.model_table, CASE r.model_table WHEN 'users' THEN 'user_id' WHEN 'workspaces' THEN 'workspace_id' ELSE 'workflow_id' END);
		IF r.is_mention THEN
			EXECUTE format('UPDATE %s k SET %I = NULL WHERE %s', r.relation, r.column_name, missing);
		ELSE
			EXECUTE format('DELETE FROM %s k WHERE %s%s', r.relation, missing,
				CASE WHEN r.has_owners AND r.column_name = 'user_id' THEN format(' AND NOT (k.is_owner AND k.expires_at IS NULL AND NOT EXISTS (SELECT FROM %1$s o'
					' WHERE o.account_id = k.account_id AND o.%2$I = k.%2$I AND o.is_owner AND o.expires_at IS NULL AND o.user_id <> k.user_id))',
					r.relation, replace(r.kept, '_members', '_id')) ELSE '' END);
		END IF;
		GET DIAGNOSTICS rows = ROW_COUNT;
		IF rows > 0 THEN
			relation := r.relation;
			RETURN NEXT;
		END IF;
	END LOOP;
END
$$;
COMMENT ON FUNCTION workflow_perms._forget_missing() IS 'Internal: the body of forget_missing().';

-- model/drift_sources.sql: findings of permission_drift() about sources (spec 5, 6.4). The
-- owner of a source decides about permissions.

-- The query that finds rows of a source that the view over it leaves out, each with its key and
-- the fault. It uses nothing of the extension, because the owner of the source runs it.
CREATE FUNCTION workflow_perms._fault_query(model_table text) RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 500
BEGIN ATOMIC
	WITH columns AS (
		SELECT v.attname::text AS name, t.typtype = 'e' AS is_word, v.atttypid = 'text'::pg_catalog.regtype AND v.attname <> 'name' AS is_id,
			workflow_perms._base_type(c.atttypid) IN ('text'::pg_catalog.regtype, 'character varying'::pg_catalog.regtype) AS is_text,
			v.attname::text = ANY ('{account_role,offered,name,condition,created_by,run_as,live_version,expires_at}'::text[])
				OR m.name ~ '_members$' AND v.attname IN ('user_id', 'role') OR m.name = 'role_grants' AND v.attname = 'workspace_id' AS may_be_null,
			(SELECT array_agg(e.enumlabel::text) FROM pg_catalog.pg_enum e WHERE e.enumtypid = v.atttypid) AS words, v.attnum
		FROM (SELECT _fault_query.model_table) AS m (name)
			JOIN workflow_perms._sources() s ON s.model_table = m.name
			JOIN pg_catalog.pg_attribute v ON v.attrelid = s.relation AND v.attnum > 0
			JOIN pg_catalog.pg_type t ON t.oid = v.atttypid
			JOIN pg_catalog.pg_attribute c ON c.attrelid = s.source AND c.attname = v.attname AND c.attnum > 0 AND NOT c.attisdropped
	), whole AS (
		SELECT EXISTS (SELECT FROM workflow_perms._sources() s JOIN pg_catalog.pg_attribute c ON c.attrelid = s.source
			WHERE s.model_table = _fault_query.model_table AND s.model_table = 'role_grants' AND c.attname = 'whole_account' AND NOT c.attisdropped
				AND workflow_perms._base_type(c.atttypid) = 'boolean'::pg_catalog.regtype) AS account
	), faults (condition, fault) AS (
		SELECT format('s.%I IS NULL', c.name), format('NULL in "%s"', c.name) FROM columns c WHERE NOT c.may_be_null
		UNION ALL
		SELECT format('s.%I::text <> ALL (%L::text[])', c.name, c.words), format('an unknown word in "%s"', c.name) FROM columns c WHERE c.is_word AND c.is_text
		UNION ALL
		SELECT format('octet_length(s.%I::text) NOT BETWEEN 1 AND 255', c.name), format('an id in "%s" that is empty or has more than 255 bytes', c.name)
		FROM columns c WHERE c.is_id AND c.is_text
		UNION ALL
		SELECT format('s.kind::text = ''member'' AND %s IS NULL', CASE WHEN r.has THEN 's.account_role' ELSE 'NULL' END), 'a member without account role'
		FROM (SELECT bool_or(c.name = 'account_role') FROM columns c) AS r (has) WHERE _fault_query.model_table = 'users'
		UNION ALL
		SELECT 's.kind::text = ''connected'' AND s.account_role IS NOT NULL', 'a connected user with account role'
		FROM columns c WHERE _fault_query.model_table = 'users' AND c.name = 'account_role'
		UNION ALL
		SELECT format('num_nonnulls(%s) <> 1', string_agg(format('s.%I', c.name), ', ')), 'not exactly one of user and role'
		FROM columns c WHERE _fault_query.model_table ~ '_members$' AND c.name IN ('user_id', 'role') HAVING count(*) > 0
		UNION ALL
		SELECT format('s.is_owner AND %s IS NULL', CASE WHEN r.has THEN 's.user_id' ELSE 'NULL' END), 'an owner that is no user'
		FROM columns c, (SELECT bool_or(c.name = 'user_id') FROM columns c) AS r (has)
		WHERE _fault_query.model_table ~ '_members$' AND c.name = 'is_owner'
		UNION ALL
		SELECT CASE WHEN w.account THEN 's.whole_account IS NULL OR NOT s.whole_account AND s.workspace_id IS NULL' ELSE 's.workspace_id IS NULL' END,
			'a grant neither for a workspace nor, by whole_account, for the account'
		FROM whole w, columns c WHERE _fault_query.model_table = 'role_grants' AND c.name = 'workspace_id'
	)
	SELECT format('SELECT concat(''('', concat_ws('', '', %s), '')''), f.fault FROM %s s, LATERAL (VALUES %s) AS f (is_so, fault) WHERE f.is_so',
		(SELECT string_agg(format(CASE WHEN c.may_be_null THEN 'left(s.%I::text, 255)' ELSE 'coalesce(left(s.%I::text, 255), ''NULL'')' END, c.name), ', ' ORDER BY c.attnum)
			FROM columns c, workflow_perms._model_keys() k WHERE k.relation = _fault_query.model_table AND c.name = ANY (ARRAY['account_id'] || k.key)),
		s.source, (SELECT string_agg(format('(%s, %L)', f.condition, f.fault), ', ') FROM faults f))
	FROM workflow_perms._sources() s WHERE s.model_table = _fault_query.model_table;
END;
COMMENT ON FUNCTION workflow_perms._fault_query(text) IS 'Internal: the query for rows of the source of this table that grant nothing by themselves, with key and fault. Spec 6.4.';

CREATE FUNCTION workflow_perms._left_out(model_table text)
RETURNS TABLE (key text, fault text)
LANGUAGE c STABLE STRICT PARALLEL UNSAFE COST 10000 ROWS 10
AS 'MODULE_PATHNAME', 'wp_left_out';
COMMENT ON FUNCTION workflow_perms._left_out(text) IS 'Internal: runs _fault_query() as the role that reads the source. Spec 6.4.';

-- Rows that the view over the source has, and that grant nothing because of other rows.
CREATE FUNCTION workflow_perms._without_effect(model_table text)
RETURNS TABLE (key text, fault text)
LANGUAGE c STABLE STRICT PARALLEL UNSAFE COST 10000 ROWS 10
AS 'MODULE_PATHNAME', 'wp_call_as_owner';
COMMENT ON FUNCTION workflow_perms._without_effect(text) IS 'Internal: the rows of this table, which is read from a source, that grant nothing because of other rows: keys that occur twice, and rows that name what is not in their account; and conditions that never match. Spec 6.4.';
CREATE FUNCTION workflow_perms.__without_effect(model_table text)
RETURNS TABLE (key text, fault text)
LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE COST 10000 ROWS 10
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	keys CONSTANT text := (SELECT string_agg(format('s.%I', k.name), ', ' ORDER BY k.place)
		FROM workflow_perms._model_keys() m, unnest(ARRAY['account_id'] || m.key) WITH ORDINALITY k (name, place) WHERE m.relation = model_table);
	words CONSTANT text := format('concat(''('', concat_ws('', '', %s), '')'')', keys);
	named record;
BEGIN
	RETURN QUERY EXECUTE format('SELECT %s, format(''a key that occurs %%s times'', count(*)) FROM workflow_perms.%I s GROUP BY %s HAVING count(*) > 1', words, model_table, keys);
	FOR named IN
		SELECT * FROM (VALUES ('user', 'user_id', 'users'), ('role', 'role', 'roles'), ('workspace', 'workspace_id', 'workspaces'), ('workflow', 'workflow_id', 'workflows'))
			AS n (object, name, relation)
		WHERE n.relation <> model_table AND EXISTS (SELECT FROM pg_attribute a
			WHERE a.attrelid = format('workflow_perms.%I', model_table)::regclass AND a.attname = n.name)
	LOOP
		-- Set operations compare whole tables, and look nothing up.
		RETURN QUERY EXECUTE format('SELECT DISTINCT %1$s, %2$L || s.%3$I FROM workflow_perms.%4$I s,'
			' (SELECT account_id, %3$I AS id FROM workflow_perms.%4$I WHERE %3$I IS NOT NULL EXCEPT SELECT account_id, %3$I FROM workflow_perms.%5$I) x'
			' WHERE (s.account_id, s.%3$I) = (x.account_id, x.id)',
			words, format('its account has no %s ', named.object), named.name, model_table, named.relation);
	END LOOP;
	IF model_table = 'workflows' THEN
		RETURN QUERY EXECUTE format('SELECT %s, ''a condition that cannot be read, or never matches'' FROM workflow_perms.workflows s WHERE s.condition OPERATOR(workflow_perms.=) ''{"$nor": [{}]}''', words);
	END IF;
END
$$;
COMMENT ON FUNCTION workflow_perms.__without_effect(text) IS 'Internal: the body of _without_effect().';

CREATE FUNCTION workflow_perms._drift_of_sources()
RETURNS TABLE (finding text, object text, detail text, mend text)
LANGUAGE sql STABLE STRICT PARALLEL UNSAFE COST 1000 ROWS 6
BEGIN ATOMIC
		SELECT 'source', s.relation::text,
			format('It is read from %s as %I: who owns that, or changes a function in it, decides who may do what.', s.source, pg_get_userbyid(c.relowner)),
			format('SELECT workflow_perms.read_from(%L, NULL, false);', s.model_table)
		FROM workflow_perms._sources() s JOIN pg_class c ON c.oid = s.relation
	UNION ALL
		SELECT 'source_unreadable', s.relation::text, format('%s.', upper(left(o.problem, 1)) || substr(o.problem, 2)), o.hint
		FROM workflow_perms._sources() s, LATERAL workflow_perms._source_obstacles(s.source) o
	UNION ALL
		SELECT 'source_row', s.relation::text, format('The row %s grants nothing: %s.', f.key, f.fault), format('Correct it in what %s reads.', s.source)
		FROM workflow_perms._sources() s
			CROSS JOIN LATERAL (SELECT CASE WHEN count(*) = 0 THEN s.model_table END FROM workflow_perms._source_obstacles(s.source) o) AS readable (model_table)
			CROSS JOIN LATERAL (SELECT l.key, l.fault FROM workflow_perms._left_out(readable.model_table) l
				UNION ALL SELECT w.key, w.fault FROM workflow_perms._without_effect(readable.model_table) w) AS f
	UNION ALL
		SELECT 'source_missing', r.relation, 'It was read from a source, and the view over that is gone: whatever needs it is an error.',
			format('SELECT workflow_perms.read_from(%L, NULL, false);', t.name)
		FROM workflow_perms._recorded_digests() r JOIN unnest(workflow_perms._source_tables()) AS t (name) ON r.relation = format('workflow_perms.%I', t.name)
		WHERE r.object = 'view' AND to_regclass(r.relation) IS NULL;
END;
COMMENT ON FUNCTION workflow_perms._drift_of_sources() IS 'Internal: the findings of permission_drift() about sources: each source, those that cannot be read as they should, rows that grant nothing, and those that are gone. Spec 5, 6.4.';

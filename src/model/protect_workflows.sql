-- model/protect_workflows.sql: protect() for an application's own table whose rows are
-- workflows (spec 6.2).
--
-- A row is decided by its own columns, or by expressions over them.  The policies for SELECT,
-- UPDATE and DELETE use one predicate, can_view() in the column form.  So a row that may not be
-- viewed is not found.  A trigger decides whether a row may be written.  It can raise the code,
-- while a policy could only hide the row (guard_row.c).  It finds the expressions in the
-- policy, so they are written down once, and follow a column that is renamed.

-- SQL for "this is the principal's account", or user, in its own type.
CREATE FUNCTION workflow_perms._is_of_principal(expression text, type oid, subject text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10
BEGIN ATOMIC
	SELECT format(CASE type
		WHEN 'uuid'::pg_catalog.regtype THEN '(%s)::uuid = workflow_perms.principal_%s_uuid()'
		WHEN 'bigint'::pg_catalog.regtype THEN '(%s)::bigint = workflow_perms.principal_%s_bigint()'
		WHEN 'integer'::pg_catalog.regtype THEN '(%s)::integer = workflow_perms.principal_%s_bigint()'
		ELSE '(%s)::text = workflow_perms.principal_%s()' END, expression, subject);
END;
COMMENT ON FUNCTION workflow_perms._is_of_principal(text, oid, text) IS 'Internal step of protect(): the SQL of a comparison of an id of this base type with the account or the user of the session''s principal.';

-- In policies it marks a row whose key means nothing in the model: a row of workflows that
-- somebody makes with the same id is another one (vector S11).
CREATE FUNCTION workflow_perms._no_key(id text) RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1
AS 'MODULE_PATHNAME', 'wp_no_key';
COMMENT ON FUNCTION workflow_perms._no_key(text) IS 'Internal, in policies of protect(): NULL. Members, rules and enablements that name this id do not count for the row. Spec 6.2.';

CREATE FUNCTION workflow_perms._result_type(query text) RETURNS oid
LANGUAGE c STABLE STRICT PARALLEL UNSAFE COST 100
AS 'MODULE_PATHNAME', 'wp_result_type';
COMMENT ON FUNCTION workflow_perms._result_type(text) IS 'Internal step of protect(): the type of the only column of the query, which is neither planned nor run.';

CREATE FUNCTION workflow_perms._expression_type(relation regclass, argument text, expression text) RETURNS oid
LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN workflow_perms._base_type(workflow_perms._result_type(format('SELECT (%s) FROM ONLY %s', expression, relation)));
EXCEPTION WHEN syntax_error_or_access_rule_violation THEN
	PERFORM workflow_perms._raise(SQLSTATE, format('%s => %L is no expression over the columns of %s', argument, expression, relation),
		'Give an SQL expression, a word in quotes of its own. Names of functions and types of your own take their schema.', SQLERRM || '.');
END
$$;
COMMENT ON FUNCTION workflow_perms._expression_type(regclass, text, text) IS 'Internal step of protect(): the base type of an argument that is an SQL expression over the columns of the table. Raises an error of class 42 for what is none.';

-- Raises unless the arguments go together and are of the types that they must have.
CREATE FUNCTION workflow_perms._check_further(relation regclass, further jsonb) RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	statuses CONSTANT jsonb := (SELECT jsonb_agg(e.enumlabel::text) FROM pg_enum e WHERE e.enumtypid = 'workflow_perms.workflow_status'::regtype);
	words CONSTANT jsonb := (further ->> 'status_words')::jsonb;
	argument record;
	type oid;
	wanted text;
BEGIN
	SELECT a.key INTO argument FROM jsonb_object_keys(further) a (key) WHERE a.key <> 'user_column' AND NOT further ? 'workspace' ORDER BY a.key LIMIT 1;
	IF FOUND THEN
		PERFORM workflow_perms._raise('22023', format('%s of protect() needs workspace', argument.key), 'Rows that are workflows lie in a workspace: workspace => ''...''.');
	ELSIF further ?& '{user_column,workspace}' THEN
		PERFORM workflow_perms._raise('22023', 'user_column of protect() is for rows that belong to a workflow', 'Rows that are workflows have a condition.');
	ELSIF words IS NOT NULL AND NOT further ? 'status' THEN
		PERFORM workflow_perms._raise('22023', 'status_words of protect() needs status', 'Say which words it maps: status => ''...''.');
	ELSIF jsonb_typeof(words) <> 'object' OR words = '{}' OR EXISTS (SELECT FROM jsonb_each(CASE jsonb_typeof(words) WHEN 'object' THEN words END) w WHERE NOT statuses @> w.value) THEN
		PERFORM workflow_perms._raise('22023', 'status_words of protect() maps words to draft, live and stopped', 'Such as {"active": "live", "off": "stopped"}.');
	END IF;
	FOR argument IN SELECT a.key, a.value FROM jsonb_each_text(further) a WHERE a.key <> 'status_words' ORDER BY a.key LOOP
		type := workflow_perms._expression_type(relation, argument.key, argument.value);
		wanted := CASE
			WHEN argument.key IN ('user_column', 'workspace', 'owner') AND type NOT IN ('text'::regtype, 'varchar'::regtype, 'uuid'::regtype, 'bigint'::regtype, 'integer'::regtype)
				THEN 'text, varchar, uuid, bigint or integer'
			WHEN argument.key = 'condition' AND type <> 'workflow_perms.metadata_condition'::regtype THEN 'workflow_perms.metadata_condition'
			WHEN argument.key = 'hidden' AND type <> 'boolean'::regtype THEN 'boolean' END;
		IF wanted IS NOT NULL THEN
			PERFORM workflow_perms._raise('42804', format('%s cannot be protected, because %s => %L is of type %s', relation, argument.key, argument.value, type::regtype),
				format('It must be of type %s.', wanted));
		END IF;
	END LOOP;
END
$$;
COMMENT ON FUNCTION workflow_perms._check_further(regclass, jsonb) IS 'Internal step of protect(): raises 22023 for arguments that do not go together, 42804 for expressions of a wrong type.';

-- Words of the application become words of the rules. An unknown one becomes NULL, which opens
-- no gate.
CREATE FUNCTION workflow_perms._word_expression(relation regclass, argument text, expression text, word_type regtype, words jsonb) RETURNS text
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF words IS NULL AND workflow_perms._expression_type(relation, argument, expression) = word_type THEN
		RETURN '(' || expression || ')';
	END IF;
	RETURN '(CASE (' || expression || ')::text COLLATE "C"' || (
		SELECT string_agg(format(' WHEN %L THEN %L::%s', w.key, w.value, word_type), '' ORDER BY w.key COLLATE "C")
		FROM (SELECT * FROM jsonb_each_text(words) UNION ALL
			SELECT e.enumlabel::text, e.enumlabel::text FROM pg_enum e WHERE words IS NULL AND e.enumtypid = word_type) w (key, value)) || ' END)';
END
$$;
COMMENT ON FUNCTION workflow_perms._word_expression(regclass, text, text, regtype, jsonb) IS 'Internal step of protect(): the expression as a word of this type; NULL for unknown words.';

CREATE FUNCTION workflow_perms._workflow_columns(relation regclass, account_column name, workflow_column name, further jsonb) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN concat_ws(', ', format('%I::text', account_column),
		format(CASE WHEN workflow_perms._key_counts(relation, account_column, workflow_column) THEN '%I::text' ELSE 'workflow_perms._no_key(%I::text)' END, workflow_column),
		'(' || (further ->> 'workspace') || ')::text',
		workflow_perms._word_expression(relation, 'visibility'::text, coalesce(further ->> 'visibility', '''private'''), 'workflow_perms.workflow_visibility'::regtype, NULL::jsonb),
		workflow_perms._word_expression(relation, 'status'::text, coalesce(further ->> 'status', '''draft'''), 'workflow_perms.workflow_status'::regtype, (further ->> 'status_words')::jsonb),
		'(' || coalesce(further ->> 'condition', 'NULL::workflow_perms.metadata_condition') || ')',
		'(' || coalesce(further ->> 'hidden', 'false') || ')',
		coalesce('(' || (further ->> 'owner') || ')::text', 'NULL::text'));
END
$$;
COMMENT ON FUNCTION workflow_perms._workflow_columns(regclass, name, name, jsonb) IS 'Internal step of protect(): the arguments of can_view() for a row that is a workflow.';

CREATE FUNCTION workflow_perms._protect_arguments(account_column name, workflow_column name, further jsonb) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE COST 10
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN (SELECT string_agg(a.name || ' => ''' || replace(a.value, '''', '''''') || '''', ', ' ORDER BY a.place)
		FROM (
			SELECT -1, 'account', account_column::text
			UNION ALL
			SELECT 0, 'workflow', workflow_column::text
			UNION ALL
			SELECT n.place, n.name, further ->> n.name
			FROM unnest(ARRAY['user_column', 'workspace', 'visibility', 'status', 'condition', 'hidden', 'owner', 'status_words']) WITH ORDINALITY AS n (name, place)
			WHERE further ? n.name
		) AS a (place, name, value));
END
$$;
COMMENT ON FUNCTION workflow_perms._protect_arguments(name, name, jsonb) IS 'Internal step of protect(): its arguments as SQL, for comments of policies.';

CREATE FUNCTION workflow_perms._guard_row() RETURNS trigger
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'wp_guard_row';
COMMENT ON FUNCTION workflow_perms._guard_row() IS 'Trigger of protect(): raises 42501, with the code, for a write that the rules do not permit, to roles that row security binds on the table. Spec 6.2, 6.3.';

CREATE FUNCTION workflow_perms._check_expressions(relation regclass) RETURNS void
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'wp_check_expressions';
COMMENT ON FUNCTION workflow_perms._check_expressions(regclass) IS 'Internal step of protect(): raises 42P01 for a lost table, 55000 for one without policy, 0A000 if an expression of the policy is volatile, has a sub-select, or reads the whole row or a system column.';

-- A partition has the trigger of its parent.  The name sorts after the application's own
-- triggers, which may set columns.
CREATE FUNCTION workflow_perms._create_guard(relation regclass) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF NOT (SELECT c.relispartition FROM pg_class c WHERE c.oid = relation) THEN
		EXECUTE format('CREATE TRIGGER zz_workflow_perms_guard BEFORE INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION workflow_perms._guard_row()', relation);
	END IF;
END
$$;
COMMENT ON FUNCTION workflow_perms._create_guard(regclass) IS 'Internal step of protect(): the trigger that decides who writes the rows of a table of workflows.';

CREATE FUNCTION workflow_perms._drop_guard(relation regclass) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	trigger name;
BEGIN
	FOR trigger IN SELECT t.tgname FROM pg_trigger t
		WHERE t.tgrelid = relation AND t.tgparentid = 0 AND t.tgfoid = 'workflow_perms._guard_row()'::regprocedure
	LOOP
		EXECUTE format('DROP TRIGGER %I ON %s', trigger, relation);
	END LOOP;
END
$$;
COMMENT ON FUNCTION workflow_perms._drop_guard(regclass) IS 'Internal step of protect() and unprotect(): drops the trigger that protect() made on one table.';

CREATE FUNCTION workflow_perms._has_guard(relation oid) RETURNS boolean
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 50
BEGIN ATOMIC
	-- BEFORE, each row, on all three events
	SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger t
		WHERE t.tgrelid = relation AND t.tgfoid = 'workflow_perms._guard_row()'::pg_catalog.regprocedure
			AND t.tgenabled::text IN ('O', 'A') AND t.tgqual IS NULL AND t.tgattr::text = '' AND t.tgtype = 31);
END;
COMMENT ON FUNCTION workflow_perms._has_guard(oid) IS 'Internal: whether the trigger of protect() is on the table and fires before each row is written.';

CREATE FUNCTION workflow_perms._has_id_index(relation oid, workflow_column name) RETURNS boolean
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 100
BEGIN ATOMIC
	SELECT EXISTS (
		SELECT
		FROM pg_catalog.pg_index i
			JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
			JOIN pg_catalog.pg_am m ON m.oid = c.relam
			JOIN pg_catalog.pg_attribute w ON w.attrelid = i.indrelid AND w.attnum = i.indkey[0]
		WHERE i.indrelid = relation AND i.indisvalid AND i.indpred IS NULL AND m.amname = 'btree' AND w.attname = workflow_column);
END;
COMMENT ON FUNCTION workflow_perms._has_id_index(oid, name) IS 'Internal: whether a btree index of the table begins with this column.';

-- For connected users: which rows have a condition that their metadata meets, and which rows
-- have none.
CREATE FUNCTION workflow_perms._create_condition_indexes(relation regclass, account_column name, further jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	-- NULL for an expression
	condition_column CONSTANT name := (SELECT a.attname FROM pg_attribute a
		WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped AND further ->> 'condition' IN (a.attname, quote_ident(a.attname)) LIMIT 1);
	workspace_column CONSTANT name := (SELECT a.attname FROM pg_attribute a
		WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped AND further ->> 'workspace' IN (a.attname, quote_ident(a.attname)) LIMIT 1);
	before CONSTANT oid[] := ARRAY(SELECT i.indexrelid FROM pg_index i WHERE i.indrelid = relation);
	digest CONSTANT text := 'workflow_perms.condition_digest(' || quote_ident(condition_column) || ')';
	made record;
BEGIN
	IF condition_column IS NULL THEN
		RETURN;
	END IF;
	IF NOT EXISTS (SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
			WHERE i.indrelid = relation AND a.attname = account_column AND i.indisvalid AND i.indpred IS NULL
				AND i.indkey[1] = 0 AND pg_get_indexdef(i.indexrelid, 2, false) = digest) THEN
		EXECUTE format('CREATE INDEX ON %s (%I, %s)', relation, account_column, digest);
	END IF;
	IF NOT EXISTS (SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
			WHERE i.indrelid = relation AND a.attname = account_column AND i.indisvalid AND pg_get_expr(i.indpred, i.indrelid) = format('(%I IS NULL)', condition_column)) THEN
		EXECUTE format('CREATE INDEX ON %s (%s) WHERE %I IS NULL', relation, concat_ws(', ', quote_ident(account_column), quote_ident(workspace_column)), condition_column);
	END IF;
	FOR made IN SELECT i.indexrelid::regclass AS index FROM pg_index i WHERE i.indrelid = relation AND i.indexrelid <> ALL (before) LOOP
		EXECUTE format('COMMENT ON INDEX %s IS %L', made.index, 'Made by workflow_perms.protect().');
	END LOOP;
END
$$;
COMMENT ON FUNCTION workflow_perms._create_condition_indexes(regclass, name, jsonb) IS 'Internal step of protect(): an index on the conditions'' digests and one on the rows without a condition, if the condition is a column and has none.';

-- A table that workflows are read from is protected with its ids.  They must not come to mean
-- workflows of another table.
CREATE FUNCTION workflow_perms._check_not_keyed() RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	relation regclass;
BEGIN
	SELECT p.polrelid INTO relation
		FROM pg_policy p, LATERAL workflow_perms._protection(p.polrelid) o
		WHERE p.polname = 'workflow_perms_select' AND o.policy = p.polname AND o.further ~ ', workspace => '
			AND pg_get_expr(p.polqual, p.polrelid) !~ '_no_key\('
		ORDER BY p.polrelid::regclass::text LIMIT 1;
	IF FOUND THEN
		PERFORM workflow_perms._raise('55000', format('%s is protected as the table that workflows are read from', relation),
			format('SELECT workflow_perms.unprotect(%L); and protect it again afterwards.', relation));
	END IF;
END
$$;
COMMENT ON FUNCTION workflow_perms._check_not_keyed() IS 'Internal step of read_from(): raises 55000 while a table is protected whose ids are those of workflows.';

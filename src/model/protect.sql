-- model/protect.sql: row security on an application's own tables (spec 6.2).
--
-- The rows of a table either belong to workflows, which they name by account and
-- id, or are workflows themselves (protect_workflows.sql).  In the first form
-- SELECT shows the rows of workflows that the session's principal may view.
-- INSERT, UPDATE and DELETE reach the rows of workflows that it may edit, and a
-- row can be moved only between two of these.  There is no trigger.  As with any
-- policy, a row that may not be written is not found, and a new row that may not
-- be written is an error.
--
-- The policies are RESTRICTIVE, because PostgreSQL joins permissive ones by OR:
-- a USING (true), existing or made later, would open the table.  Restrictive
-- policies alone show no rows, so a permissive one gives them the account's
-- rows.  It is not made if the table has permissive policies of its own, which
-- keep their meaning. protect() narrows such a table and never widens it.
--
-- Partitions and children get the same policies, because their parent's do not
-- bind a query that names one of them.  Everything that protect() made has a
-- comment.  From that, unprotect() knows it, and what was there before.  All of
-- it runs as the caller, who must own the tables: these functions give no one
-- any rights.

-- The type below all domains.
CREATE FUNCTION workflow_perms._base_type(type oid) RETURNS oid
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 20
BEGIN ATOMIC
	WITH RECURSIVE below (oid, typbasetype) AS (
		SELECT t.oid, t.typbasetype FROM pg_catalog.pg_type t WHERE t.oid = type
		UNION ALL
		SELECT t.oid, t.typbasetype FROM below b JOIN pg_catalog.pg_type t ON t.oid = b.typbasetype
	)
	SELECT b.oid FROM below b WHERE b.typbasetype = 0;
END;
COMMENT ON FUNCTION workflow_perms._base_type(oid) IS 'Internal: the type that a domain stands for, or the type itself.';

-- NULL for a column that does not exist or that has a type that ids cannot
-- have.
CREATE FUNCTION workflow_perms._id_type(relation oid, column_name name) RETURNS regtype
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 50
BEGIN ATOMIC
	SELECT workflow_perms._base_type(a.atttypid)
	FROM pg_catalog.pg_attribute a
	WHERE a.attrelid = relation AND a.attname = column_name AND a.attnum > 0 AND NOT a.attisdropped
		AND workflow_perms._base_type(a.atttypid) = ANY (ARRAY['text', 'character varying', 'uuid', 'bigint', 'integer']::pg_catalog.regtype[]::oid[]);
END;
COMMENT ON FUNCTION workflow_perms._id_type(oid, name) IS 'Internal: the base type of a column that can hold ids (text, varchar, uuid, bigint, integer), otherwise NULL. Spec 6.2.';

-- The table first, then its children, parents before children.
CREATE FUNCTION workflow_perms._table_family(relation oid) RETURNS SETOF regclass
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 50 ROWS 5
BEGIN ATOMIC
	WITH RECURSIVE family (oid, depth) AS (
		SELECT relation, 0
		UNION ALL
		SELECT i.inhrelid, f.depth + 1 FROM family f JOIN pg_catalog.pg_inherits i ON i.inhparent = f.oid
	)
	SELECT f.oid::pg_catalog.regclass FROM family f GROUP BY f.oid ORDER BY max(f.depth), f.oid;
END;
COMMENT ON FUNCTION workflow_perms._table_family(oid) IS 'Internal: a table and all its partitions and children.';

CREATE FUNCTION workflow_perms._expression_by_number(policy oid, checked boolean, placed boolean) RETURNS text
LANGUAGE c STABLE STRICT PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', 'wp_expression_by_number';
COMMENT ON FUNCTION workflow_perms._expression_by_number(oid, boolean, boolean) IS 'Internal: what a policy says in USING or WITH CHECK, with numbers for the names of the columns: those in the table, or those in the order in which they come (placed).';

CREATE FUNCTION workflow_perms._policy_arguments(policy oid) RETURNS text
LANGUAGE c STABLE STRICT PARALLEL SAFE COST 100
AS 'MODULE_PATHNAME', 'wp_policy_arguments';
COMMENT ON FUNCTION workflow_perms._policy_arguments(oid) IS 'Internal: the arguments of protect() that make this policy for SELECT, with the present names of the columns.';

CREATE FUNCTION workflow_perms._policy_digest(policy oid, columns_as text) RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 200
BEGIN ATOMIC
	SELECT encode(sha256(convert_to(concat_ws(' ', p.polcmd, p.polpermissive, p.polroles,
			CASE columns_as WHEN 'name' THEN pg_catalog.pg_get_expr(p.polqual, p.polrelid) ELSE workflow_perms._expression_by_number(policy, false, columns_as = 'place') END, '/',
			CASE columns_as WHEN 'name' THEN pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) ELSE workflow_perms._expression_by_number(policy, true, columns_as = 'place') END), 'UTF8')), 'hex')
	FROM pg_catalog.pg_policy p WHERE p.oid = policy;
END;
COMMENT ON FUNCTION workflow_perms._policy_digest(oid, text) IS 'Internal: a digest of what a policy says, with the columns by name, by number or by their place in it.';

CREATE FUNCTION workflow_perms._names_are_stale(policy oid, arguments text) RETURNS boolean
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 100
BEGIN ATOMIC
	-- Of as many columns as the policy has, fewer are named.
	SELECT (SELECT count(*) FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_attribute a ON a.attrelid = p.polrelid AND a.attnum > 0 AND NOT a.attisdropped
			WHERE p.oid = policy AND CASE WHEN a.attname ~ '^\w+$' THEN arguments ~ ('\m' || a.attname || '\M') ELSE strpos(arguments, replace(a.attname, '''', '''''')) > 0 END)
		< (SELECT count(DISTINCT d.refobjsubid) FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass AND d.objid = policy AND d.refobjsubid > 0);
END;
COMMENT ON FUNCTION workflow_perms._names_are_stale(oid, text) IS 'Internal: whether a column of this policy has no longer the name by which these arguments of protect() call it, and no other column has it.';

-- The policies that protect() put on a table, with the contents of their
-- comments.  A comment has digests of its policy by the columns' names and by
-- their numbers, because a column can be renamed, and its number can change by a
-- dump.  If the numbers alone are the same, the arguments are read from the
-- policy.  If both are others, nobody can tell a policy that was altered from a
-- column that was renamed before a dump.  Then the policy is not whole.  But if
-- it has the same form, and the comment names a column that is gone, the
-- arguments are the policy's.
CREATE FUNCTION workflow_perms._protection(relation oid,
	OUT policy name, OUT account_column name, OUT workflow_column name, OUT further text, OUT row_security_was_off boolean, OUT whole boolean)
RETURNS SETOF record
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 100 ROWS 5
BEGIN ATOMIC
	WITH made AS (
		SELECT p.oid, p.polname, words.found, words.found[3] = workflow_perms._policy_digest(p.oid, 'name') AS same_names,
			words.found[4] = workflow_perms._policy_digest(p.oid, 'number') AS same_numbers,
			words.found[5] = workflow_perms._policy_digest(p.oid, 'place') AND workflow_perms._names_are_stale(p.oid, words.found[1]) AS same_form
		FROM pg_catalog.pg_policy p,
			LATERAL pg_catalog.regexp_match(pg_catalog.obj_description(p.oid, 'pg_policy'),
				'^Made by workflow_perms\.protect\((.*)\)\.( Row security was off before\.|) Digests (\w{64}) (\w{64}) (\w{64})\.$') AS words (found)
		WHERE p.polrelid = relation AND words.found IS NOT NULL
			AND p.polname IN ('workflow_perms_account', 'workflow_perms_select', 'workflow_perms_insert',
				'workflow_perms_update', 'workflow_perms_delete')
	)
	SELECT m.polname, replace(words.found[1], '''''', '''')::name, replace(words.found[2], '''''', '''')::name, words.found[3], m.found[2] <> '', m.same_names OR m.same_numbers
	FROM made m
		LEFT JOIN made s ON s.polname = 'workflow_perms_select' AND (s.same_numbers OR s.same_form) AND NOT s.same_names,
		LATERAL pg_catalog.regexp_match(coalesce(workflow_perms._policy_arguments(s.oid), m.found[1]),
			'^account => ''((?:[^'']|'''')+)'', workflow => ''((?:[^'']|'''')+)''((?:, \w+ => ''(?:[^'']|'''')*'')*)$') AS words (found)
	WHERE words.found IS NOT NULL;
END;
COMMENT ON FUNCTION workflow_perms._protection(oid) IS 'Internal: the policies that protect() made on a table, with the arguments of that call, and whether they are unchanged.';

-- The roles that row security is for: those that were granted the model's
-- workflows.
CREATE FUNCTION workflow_perms._application_roles() RETURNS SETOF oid
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE COST 50 ROWS 2
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN QUERY
		SELECT DISTINCT a.grantee
		FROM pg_class c, aclexplode(c.relacl) a
		-- A source is granted to the owner of the model alone.
		WHERE c.oid = to_regclass(CASE WHEN EXISTS (SELECT FROM pg_class w WHERE w.oid = to_regclass('workflow_perms.workflows') AND w.relkind <> 'v')
				THEN 'workflow_perms.workflows' ELSE 'workflow_perms.accounts' END)
			AND a.privilege_type = 'SELECT'
			AND a.grantee NOT IN (0, c.relowner);
END
$$;
COMMENT ON FUNCTION workflow_perms._application_roles() IS 'Internal: the roles that were granted the workflows: the application''s, and others that the superuser granted them to.';

-- Policies do not bind the owner of a table, nor roles that can become it.
CREATE FUNCTION workflow_perms._application_owns(relation oid) RETURNS name
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 100
BEGIN ATOMIC
	SELECT min(r.rolname::text)::name
	FROM pg_catalog.pg_class c, workflow_perms._application_roles() a (oid)
		JOIN pg_catalog.pg_roles r ON r.oid = a.oid
	WHERE c.oid = relation AND NOT c.relforcerowsecurity AND NOT r.rolsuper
		AND pg_catalog.pg_has_role(r.oid, c.relowner, 'MEMBER');
END;
COMMENT ON FUNCTION workflow_perms._application_owns(oid) IS 'Internal: a role of the application that owns the table, or can become its owner, and that its policies would not bind; otherwise NULL.';

-- Raises if the table cannot be protected.
CREATE FUNCTION workflow_perms._check_protectable(root regclass) RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	t record;
	reason text;
	hint text;
BEGIN
	FOR t IN
		SELECT c.*, n.nspname, f.relation,
				(SELECT i.inhparent::regclass FROM pg_inherits i WHERE i.inhrelid = c.oid LIMIT 1) AS parent,
				(SELECT e.extname FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
					WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
						AND d.refclassid = 'pg_extension'::regclass LIMIT 1) AS extension
			FROM workflow_perms._table_family(root::oid) WITH ORDINALITY f (relation, place)
			JOIN pg_class c ON c.oid = f.relation JOIN pg_namespace n ON n.oid = c.relnamespace
			ORDER BY f.place
	LOOP
		reason := NULL;
		hint := NULL;
		CASE
			WHEN t.nspname IN ('pg_catalog', 'information_schema', 'pg_toast') THEN
				reason := 'it is a table of the system';
			WHEN t.relkind IN ('v', 'm') THEN
				reason := 'it is a view, and only tables have row security';
				hint := 'Protect the tables below it, and make the view WITH (security_invoker).';
			WHEN t.relkind = 'f' THEN
				reason := 'it is a foreign table, and only tables of this database have row security';
				hint := 'Protect the table on the server that holds it.';
			WHEN t.relkind NOT IN ('r', 'p') THEN
				reason := 'it is not a table';
			WHEN t.nspname = 'workflow_perms' AND t.relname = ANY (workflow_perms._model_tables()) THEN
				reason := 'it is a table of the model, which has policies of its own';
			WHEN t.extension IS NOT NULL THEN
				reason := format('it belongs to the extension %I, and a dump would lose its policies', t.extension);
			WHEN t.relation = root AND t.parent IS NOT NULL THEN
				reason := format('it is a part of %s, through which its rows can be reached', t.parent);
				hint := format('Protect %s, and all its parts will be.', t.parent);
			ELSE
		END CASE;
		IF reason IS NOT NULL THEN
			PERFORM workflow_perms._raise('42809', format('%s cannot be protected, because %s', t.relation, reason),
				coalesce(hint, 'Name a table of the application.'));
		END IF;
		IF NOT pg_has_role(current_user, t.relowner, 'USAGE') THEN
			PERFORM workflow_perms._raise('42501', format('must be owner of table %s', t.relation),
				'Only its owner puts policies on a table.');
		END IF;
	END LOOP;
	IF reason IS NULL AND t IS NULL THEN
		PERFORM workflow_perms._raise('42P01', 'there is no such table',
			'Name a table of the application.');
	END IF;
END
$$;
COMMENT ON FUNCTION workflow_perms._check_protectable(regclass) IS 'Internal step of protect() and unprotect(): raises 42809 if this is not a table of the application, 42501 if the caller does not own it.';

CREATE FUNCTION workflow_perms._is_distributed(relation regclass) RETURNS boolean
LANGUAGE c STABLE STRICT PARALLEL UNSAFE COST 100
AS 'MODULE_PATHNAME', 'wp_is_distributed_sql';
COMMENT ON FUNCTION workflow_perms._is_distributed(regclass) IS 'Internal: whether Citus keeps the table''s rows in shards.';

-- Raises if existing policies or the table's state prevent protection.
CREATE FUNCTION workflow_perms._check_policies(root regclass) RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	relation regclass;
	offender name;
BEGIN
	-- Citus makes policies on shards without the word RESTRICTIVE.
	IF workflow_perms._is_distributed(root) THEN
		PERFORM workflow_perms._raise('55000', format('%s cannot be protected, because it is distributed', root),
			'Write permissive policies with the functions of the extension.',
			'Restrictive policies would be permissive ones on its shards.');
	END IF;
	FOR relation IN SELECT * FROM workflow_perms._table_family(root::oid) LOOP
		offender := workflow_perms._application_owns(relation::oid);
		IF offender IS NOT NULL THEN
			PERFORM workflow_perms._raise('55000', format('policies on %s would not bind role "%s", which owns it or can become its owner', relation, offender),
				format('Give the table to another role, or have its owner bound too: ALTER TABLE %s FORCE ROW LEVEL SECURITY;', relation));
		END IF;

		SELECT p.polname INTO offender FROM pg_policy p
			WHERE p.polrelid = relation AND p.polname ^@ 'workflow_perms_'
				AND p.polname NOT IN (SELECT o.policy FROM workflow_perms._protection(relation::oid) o)
			ORDER BY p.polname LIMIT 1;
		IF FOUND THEN
			PERFORM workflow_perms._raise('42710', format('%s has a policy "%s" that protect() did not make', relation, offender),
				format('Rename it: ALTER POLICY %I ON %s RENAME TO ...;', offender, relation));
		END IF;

		SELECT p.polname INTO offender FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
			WHERE p.polrelid = relation AND NOT c.relrowsecurity
				AND p.polname NOT IN (SELECT o.policy FROM workflow_perms._protection(relation::oid) o)
			ORDER BY p.polname LIMIT 1;
		IF FOUND THEN
			PERFORM workflow_perms._raise('55000', format('%s has a policy "%s" that is not in force', relation, offender),
				format('Do so first, ALTER TABLE %1$s ENABLE ROW LEVEL SECURITY; or DROP POLICY %2$I ON %1$s;', relation, offender),
				'Protecting the table would put it in force.');
		END IF;
	END LOOP;
END
$$;
COMMENT ON FUNCTION workflow_perms._check_policies(regclass) IS 'Internal step of protect(): raises 55000 if the table is distributed, if policies would not bind the application, or if other policies would come into force; 42710 if a policy has a name that protect() needs.';

-- Raises unless the column exists and can hold ids.
CREATE FUNCTION workflow_perms._check_id_column(relation regclass, column_name name) RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	type text;
	generated "char";
BEGIN
	SELECT format_type(a.atttypid, a.atttypmod), a.attgenerated INTO type, generated
		FROM pg_attribute a WHERE a.attrelid = relation AND a.attname = column_name AND a.attnum > 0 AND NOT a.attisdropped;
	IF NOT FOUND THEN
		PERFORM workflow_perms._raise('42703', format('%s cannot be protected, because it has no column "%s"', relation, column_name),
			'Name its columns: protect(table, account => ''...'', workflow => ''...'').');
	ELSIF workflow_perms._id_type(relation::oid, column_name) IS NULL THEN
		PERFORM workflow_perms._raise('42804', format('%s cannot be protected, because its column "%s" is of type %s', relation, column_name, type),
			'Ids are text, varchar, uuid, bigint or integer.');
	ELSIF generated = 'v' THEN
		PERFORM workflow_perms._raise('0A000', format('%s cannot be protected, because its column "%s" is a virtual generated one', relation, column_name),
			'Have it stored: GENERATED ALWAYS AS (...) STORED.',
			'No index can hold what is computed as it is read.');
	END IF;
END
$$;
COMMENT ON FUNCTION workflow_perms._check_id_column(regclass, name) IS 'Internal step of protect(): raises 42703 for a column that does not exist, 42804 for one with a type that ids cannot have, 0A000 for one that is computed when read.';

CREATE FUNCTION workflow_perms._drop_protection(relation regclass) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	policy name;
BEGIN
	FOR policy IN SELECT p.policy FROM workflow_perms._protection(relation::oid) p LOOP
		EXECUTE format('DROP POLICY %I ON %s', policy, relation);
	END LOOP;
	PERFORM workflow_perms._drop_guard(relation);
END
$$;
COMMENT ON FUNCTION workflow_perms._drop_protection(regclass) IS 'Internal step of protect() and unprotect(): drops the policies and the trigger that protect() made on one table.';

-- One table of the family.  The policies are always made anew, so protecting
-- again also repairs altered ones.
CREATE FUNCTION workflow_perms._create_protection(relation regclass, account_column name, workflow_column name, further jsonb, narrow boolean) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	-- For indexes.  The decision checks the account again.
	of_account CONSTANT text := workflow_perms._is_of_principal(quote_ident(account_column), workflow_perms._id_type(relation::oid, account_column)::oid, 'account'::text);
	key CONSTANT text := format('%I::text, %I::text', account_column, workflow_column);
	is_workflow CONSTANT boolean := further ? 'workspace';
	-- Column names may contain a percent sign, so they are never part of a
	-- format.
	visible text := of_account || CASE WHEN is_workflow
		THEN ' AND workflow_perms.can_view(' || workflow_perms._workflow_columns(relation, account_column, workflow_column, further) || ')'
		ELSE ' AND workflow_perms.can_view_in(' || key || ')' END;
	-- The trigger decides who writes a row that is a workflow.
	writable CONSTANT text := of_account || CASE WHEN is_workflow
		THEN format(' AND workflow_perms.principal_is_team(%I::text)', account_column)
		ELSE ' AND workflow_perms.can_edit_in(' || key || ')' END;
	was_off CONSTANT boolean := coalesce(
		(SELECT bool_or(p.row_security_was_off) FROM workflow_perms._protection(relation::oid) p),
		(SELECT NOT c.relrowsecurity FROM pg_class c WHERE c.oid = relation));
	words CONSTANT text := 'Made by workflow_perms.protect(' || workflow_perms._protect_arguments(account_column, workflow_column, further) || ').'
		|| CASE WHEN was_off THEN ' Row security was off before.' ELSE '' END;
	made record;
	policy name;
BEGIN
	-- The user column limits connected users alone.
	IF further ? 'user_column' THEN
		visible := visible || format(' AND (workflow_perms.principal_is_team(%I::text) OR ', account_column)
			|| workflow_perms._is_of_principal(further ->> 'user_column', workflow_perms._expression_type(relation, 'user_column'::text, further ->> 'user_column'), 'user'::text) || ')';
	END IF;
	PERFORM workflow_perms._drop_protection(relation);
	FOR made IN
		SELECT *
		FROM (VALUES
			('account', 'PERMISSIVE FOR ALL USING (%1$s) WITH CHECK (%1$s)'),
			('select', 'RESTRICTIVE FOR SELECT USING (%2$s)'),
			('insert', 'RESTRICTIVE FOR INSERT WITH CHECK (%3$s)'),
			('update', 'RESTRICTIVE FOR UPDATE USING (%4$s) WITH CHECK (%3$s)'),
			('delete', 'RESTRICTIVE FOR DELETE USING (%4$s)')
		) AS p (name, definition)
		WHERE NOT (narrow AND p.name = 'account')
	LOOP
		policy := 'workflow_perms_' || made.name;
		EXECUTE format('CREATE POLICY %I ON %s AS ', policy, relation)
			|| format(made.definition, of_account, visible, writable, CASE WHEN is_workflow THEN visible ELSE writable END);
		EXECUTE format('COMMENT ON POLICY %I ON %s IS %L', policy, relation, (SELECT format('%s Digests %s %s %s.', words, workflow_perms._policy_digest(p.oid, 'name'::text),
				workflow_perms._policy_digest(p.oid, 'number'::text), workflow_perms._policy_digest(p.oid, 'place'::text))
			FROM pg_policy p WHERE p.polrelid = relation AND p.polname = policy));
	END LOOP;
	EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', relation);
	IF is_workflow THEN
		PERFORM workflow_perms._create_guard(relation);
	END IF;
END
$$;
COMMENT ON FUNCTION workflow_perms._create_protection(regclass, name, name, jsonb, boolean) IS 'Internal step of protect(): the policies and the trigger of one table, without the permissive policy if the table is only to be narrowed.';

-- The index must be valid, without a predicate, and begin with the two columns.
CREATE FUNCTION workflow_perms._has_key_index(relation oid, account_column name, workflow_column name) RETURNS boolean
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 100
BEGIN ATOMIC
	SELECT EXISTS (
		SELECT
		FROM pg_catalog.pg_index i
			JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
			JOIN pg_catalog.pg_am m ON m.oid = c.relam
			JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
			JOIN pg_catalog.pg_attribute w ON w.attrelid = i.indrelid AND w.attnum = i.indkey[1]
		WHERE i.indrelid = relation AND i.indisvalid AND i.indpred IS NULL AND i.indnkeyatts >= 2 AND m.amname = 'btree'
			AND a.attname = account_column AND w.attname = workflow_column);
END;
COMMENT ON FUNCTION workflow_perms._has_key_index(oid, name, name) IS 'Internal: whether a btree index of the table begins with these two columns.';

CREATE FUNCTION workflow_perms._create_key_index(root regclass, account_column name, workflow_column name) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	relation regclass;
	before oid[];
	adopts boolean;
BEGIN
	FOR relation IN SELECT * FROM workflow_perms._table_family(root::oid) LOOP
		CONTINUE WHEN workflow_perms._has_key_index(relation::oid, account_column, workflow_column);
		-- An index on a partitioned table adopts such indexes of its
		-- partitions, and would drop them when it is dropped.  Then it is kept.
		SELECT coalesce(bool_or(workflow_perms._has_key_index(f.oid::oid, account_column, workflow_column)), false) INTO adopts
			FROM workflow_perms._table_family(relation::oid) f (oid);
		SELECT array_agg(i.indexrelid) INTO before FROM pg_index i WHERE i.indrelid = relation;
		EXECUTE format('CREATE INDEX ON %s (%I, %I)', relation, account_column, workflow_column);
		IF NOT adopts THEN
			EXECUTE (SELECT format('COMMENT ON INDEX %s IS %L', i.indexrelid::regclass, 'Made by workflow_perms.protect().')
				FROM pg_index i WHERE i.indrelid = relation AND i.indexrelid <> ALL (coalesce(before, '{}')));
		END IF;
	END LOOP;
END
$$;
COMMENT ON FUNCTION workflow_perms._create_key_index(regclass, name, name) IS 'Internal step of protect(): an index on account and workflow, if no index begins with them.';

CREATE FUNCTION workflow_perms.protect("table" regclass, account name DEFAULT 'account_id', workflow name DEFAULT 'workflow_id', user_column text DEFAULT NULL,
	workspace text DEFAULT NULL, visibility text DEFAULT NULL, status text DEFAULT NULL, condition text DEFAULT NULL, hidden text DEFAULT NULL, owner text DEFAULT NULL,
	status_words jsonb DEFAULT NULL) RETURNS void
LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 100
AS 'MODULE_PATHNAME', 'wp_call_as_caller';
COMMENT ON FUNCTION workflow_perms.protect(regclass, name, name, text, text, text, text, text, text, text, jsonb) IS
'Puts a table of the application, with its partitions and children, under row security. Without workspace, its rows belong to workflows, which the columns account and workflow name: SELECT shows the rows of workflows that the session''s principal may view, and to connected users only those that name them in user_column, if it is given, an SQL expression over the columns. INSERT, UPDATE and DELETE reach the rows of workflows that it may edit (others are not found; a new row that it may not write raises 42501). With workspace, its rows are workflows. workspace, visibility, status, condition, hidden and owner are SQL expressions over the columns of the table; a word is a quoted literal. Without them a row is private, a draft, without condition, not hidden and without owner. status_words maps the words of status ({"active": "live"}); a word that it leaves out is not live. Who may only operate writes columns that are the status: one whose whole value status takes, or a boolean that alone decides it. SELECT then shows what may be viewed. A trigger raises 42501, with its code, if a visible row is written that may not be, or a new one. Members, rules and enablements count for such a row only if the extension reads workflows from this table when it is protected (read_from()), and a unique index keeps an id to one row. A notice says which of these the table got. Permissive policies of the table''s own stay and are narrowed. Makes an index on account and workflow, one on account and condition_digest() of a condition that is a column, and one on the rows without a condition, if none serves. Calling it again has the same result. Locks the table; runs as the caller, who must own it (42501). Raises 42809 if this is not a table of the application, 42703 for missing columns, 42804 for columns and expressions of a wrong type, 0A000 for columns that are computed when read and for expressions that are volatile, have sub-selects, or read the whole row or a system column, 22023 for arguments that do not go together, 55000 if the application owns the table or policies are not in force. For a partition that is added later, protect the table again. Row security does not apply to TRUNCATE, so grant it to no one; PostgreSQL refuses COPY FROM under it. Spec 6.2.';

CREATE FUNCTION workflow_perms._protect("table" regclass, account name, workflow name, user_column text, workspace text, visibility text, status text, condition text, hidden text,
	owner text, status_words jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	relation regclass;
	narrow boolean;
	further CONSTANT jsonb := jsonb_strip_nulls(jsonb_build_object('user_column', user_column, 'workspace', workspace, 'visibility', visibility, 'status', status,
		'condition', condition, 'hidden', hidden, 'owner', owner, 'status_words', status_words::text));
BEGIN
	IF "table" IS NULL OR account IS NULL OR workflow IS NULL THEN
		PERFORM workflow_perms._raise('22004', 'table, account and workflow of protect() may not be null',
			'Name a table and, where they are not account_id and workflow_id, its two columns.');
	END IF;
	IF to_regclass('workflow_perms.workflows') IS NULL THEN
		PERFORM workflow_perms._raise('55000', 'the tables of workflow_perms do not exist in this database',
			'A superuser makes them, once: SELECT workflow_perms.create_model(application => ''role'', engine => ''role'').');
	END IF;
	PERFORM workflow_perms._check_protectable("table");
	-- From here on, what is checked cannot change.
	EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', "table");
	PERFORM workflow_perms._check_protectable("table");
	PERFORM workflow_perms._check_id_column("table", account);
	PERFORM workflow_perms._check_id_column("table", workflow);
	IF account = workflow THEN
		PERFORM workflow_perms._raise('22023', format('the account and the workflow cannot be the same column "%s"', account),
			'Name two columns.');
	END IF;
	PERFORM workflow_perms._check_further("table", further);
	PERFORM workflow_perms._check_policies("table");

	FOR relation IN SELECT * FROM workflow_perms._table_family("table"::oid) LOOP
		SELECT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid IN (relation, "table") AND p.polpermissive
				AND p.polname NOT IN (SELECT o.policy FROM workflow_perms._protection(p.polrelid) o))
			INTO narrow;
		IF narrow AND relation = "table" THEN
			RAISE NOTICE '% has permissive policies of its own: they still say which rows are there, and are narrowed', relation;
		END IF;
		PERFORM workflow_perms._create_protection(relation, account, workflow, further, narrow);
	END LOOP;
	RAISE NOTICE '%', format(CASE WHEN workspace IS NULL THEN '%s is protected by the workflow that each row names in column "%s"'
		WHEN workflow_perms._key_counts("table", account, workflow)
			THEN '%s is protected as a table of workflows: each row is decided on by its own columns, and by the members, rules and enablements that name it'
		ELSE '%s is protected as a table of workflows: each row is decided on by its own columns alone' END, "table", workflow);
	IF workspace IS NULL OR NOT workflow_perms._has_id_index("table"::oid, workflow) THEN
		PERFORM workflow_perms._create_key_index("table", account, workflow);
	END IF;
	PERFORM workflow_perms._check_expressions("table");
	IF workspace IS NOT NULL THEN
		PERFORM workflow_perms._create_condition_indexes("table", account, further);
	END IF;
END
$$;
COMMENT ON FUNCTION workflow_perms._protect(regclass, name, name, text, text, text, text, text, text, text, jsonb) IS 'Internal: the body of protect().';

CREATE FUNCTION workflow_perms.unprotect("table" regclass) RETURNS void
LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 100
AS 'MODULE_PATHNAME', 'wp_call_as_caller';
COMMENT ON FUNCTION workflow_perms.unprotect(regclass) IS
'Removes what protect() put on a table, its partitions and children, and nothing else: policies, the trigger, indexes, and row security if it was off before and there are no other policies. Raises a notice if there is nothing to remove. Locks the table; runs as the caller, who must own it (42501). Spec 6.2.';

CREATE FUNCTION workflow_perms._unprotect("table" regclass) RETURNS void
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	relation regclass;
	index regclass;
	was_off boolean;
	any_found boolean := false;
BEGIN
	IF "table" IS NULL THEN
		PERFORM workflow_perms._raise('22004', 'the argument of unprotect() must not be null',
			'Name a table that protect() was called for.');
	END IF;
	PERFORM workflow_perms._check_protectable("table");
	EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', "table");
	PERFORM workflow_perms._check_protectable("table");
	FOR relation IN SELECT * FROM workflow_perms._table_family("table"::oid) LOOP
		SELECT bool_or(p.row_security_was_off) INTO was_off FROM workflow_perms._protection(relation::oid) p;
		CONTINUE WHEN was_off IS NULL;
		any_found := true;
		PERFORM workflow_perms._drop_protection(relation);
		IF was_off AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = relation) THEN
			RAISE NOTICE '% stays under row security, for policies that it got after it was protected', relation;
		ELSIF was_off THEN
			EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', relation);
		END IF;
		FOR index IN
			SELECT i.indexrelid FROM pg_index i
				WHERE i.indrelid = relation AND obj_description(i.indexrelid, 'pg_class') = 'Made by workflow_perms.protect().'
		LOOP
			EXECUTE format('DROP INDEX %s', index);
		END LOOP;
	END LOOP;
	IF NOT any_found THEN
		RAISE NOTICE '% is not protected', "table";
	END IF;
END
$$;
COMMENT ON FUNCTION workflow_perms._unprotect(regclass) IS 'Internal: the body of unprotect().';

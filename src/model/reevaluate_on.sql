-- model/reevaluate_on.sql: enablements end with a change of the application's own tables
-- (spec 4.4, 6.4).  Over the model's own tables a trigger does this by itself.  A source may
-- be a view over several tables, so the application says which of them matter.

-- The application's expressions are evaluated as the role that writes.
CREATE FUNCTION workflow_perms._reevaluate_source() RETURNS trigger
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'wp_reevaluate_source';
COMMENT ON FUNCTION workflow_perms._reevaluate_source() IS 'Trigger of reevaluate_on(): disables the enablements that the rows of the statement no longer allow. Spec 4.4, 6.4.';

CREATE FUNCTION workflow_perms.reevaluate_on(relation regclass, "of" text, account text, id text) RETURNS void
LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 100
AS 'MODULE_PATHNAME', 'wp_call_as_caller';
COMMENT ON FUNCTION workflow_perms.reevaluate_on(regclass, text, text, text) IS
'Has a change of a table of the application end enablements in the same transaction, as a change of the model''s own tables does. of is the table of the model that a source reads from it: users, workflows or workspaces. account and id are SQL expressions over its columns, for the account and the id of the rows that may have changed; functions of your own take their schema. Makes a trigger for each of INSERT, UPDATE and DELETE. Calling it again replaces them; with account and id NULL it removes them. An enablement ends if the condition or the place no longer allows it, with the code as reason. Without these triggers, the run gate alone refuses. Runs as the caller, who must own the table (42501). Raises 22004 for NULL, 22023 for another value of of, 42809 if it is not a table of the application, 42703 and other errors of class 42 for what is no expression, 42804 for one of a type that ids cannot have. Spec 4.4, 6.4.';

CREATE FUNCTION workflow_perms._reevaluate_on(relation regclass, "of" text, account text, id text) RETURNS void
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	table_of CONSTANT pg_class := (SELECT c FROM pg_class c WHERE c.oid = relation);
	argument record;
	made record;
	name text;
BEGIN
	IF relation IS NULL OR "of" IS NULL OR (account IS NULL) <> (id IS NULL) THEN
		PERFORM workflow_perms._raise('22004', 'no argument of reevaluate_on() may be null', 'Only account and id together: that removes the triggers.');
	ELSIF "of" NOT IN ('users', 'workflows', 'workspaces') THEN
		PERFORM workflow_perms._raise('22023', format('a change of %I ends no enablement', "of"), 'Name users, workflows or workspaces.');
	ELSIF table_of.oid IS NULL OR table_of.relkind NOT IN ('r', 'p') OR table_of.relnamespace IN ('workflow_perms'::regnamespace, 'pg_catalog'::regnamespace) THEN
		PERFORM workflow_perms._raise('42809', format('%s is no table of the application', relation), 'Name the tables below a view, one by one.');
	ELSIF NOT pg_has_role(current_user, table_of.relowner, 'USAGE') THEN
		PERFORM workflow_perms._raise('42501', format('must be owner of table %s', relation), 'Only its owner puts triggers on a table.');
	END IF;
	FOR argument IN SELECT * FROM (VALUES ('account'::text, account), ('id'::text, id)) AS a (name, expression) WHERE a.expression IS NOT NULL LOOP
		IF workflow_perms._expression_type(relation, argument.name, argument.expression)
			NOT IN ('text'::regtype, 'varchar'::regtype, 'uuid'::regtype, 'bigint'::regtype, 'integer'::regtype) THEN
			PERFORM workflow_perms._raise('42804', format('%s => %L is no id', argument.name, argument.expression), 'Ids are text, varchar, uuid, bigint or integer.');
		END IF;
	END LOOP;
	FOR made IN SELECT * FROM (VALUES ('insert', 'NEW TABLE AS new_rows'), ('update', 'OLD TABLE AS old_rows NEW TABLE AS new_rows'), ('delete', 'OLD TABLE AS old_rows')) AS m (event, tables) LOOP
		name := format('workflow_perms_reevaluate_%s_%s', "of", made.event);
		IF EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = relation AND t.tgname = name AND t.tgfoid = 'workflow_perms._reevaluate_source()'::regprocedure) THEN
			EXECUTE format('DROP TRIGGER %I ON %s', name, relation);
		END IF;
		CONTINUE WHEN account IS NULL;
		EXECUTE format('CREATE TRIGGER %I AFTER %s ON %s REFERENCING %s FOR EACH STATEMENT EXECUTE FUNCTION workflow_perms._reevaluate_source(%L, %L, %L)',
			name, made.event, relation, made.tables, "of", account, id);
	END LOOP;
END
$$;
COMMENT ON FUNCTION workflow_perms._reevaluate_on(regclass, text, text, text) IS 'Internal: the body of reevaluate_on().';

-- model/record.sql: what the tables record about their making: for which roles,
-- by which version, and what was made.  The record is in policies, because it
-- belongs to the tables: dumps include it, and pg_restore --no-owner
-- --no-privileges keeps it.

-- The roles of the model are recorded only in policies.  So they are renamed,
-- dumped and restored with the roles, also by pg_restore --no-owner
-- --no-privileges.
CREATE FUNCTION workflow_perms._role_of_policies(pattern text) RETURNS regrole
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 20
BEGIN ATOMIC
	SELECT r.role
	FROM (
		SELECT n.role, count(*) AS times, sum(count(*)) OVER () AS all_times
		FROM pg_catalog.pg_policy p, LATERAL unnest(p.polroles) AS n (role)
		WHERE p.polrelid IN (SELECT workflow_perms._model_relations()) AND p.polname LIKE pattern
		GROUP BY n.role
	) AS r
	WHERE r.role <> 0 AND 2 * r.times > r.all_times;
END;
COMMENT ON FUNCTION workflow_perms._role_of_policies(text) IS 'Internal: the role that most policies of the model with names like this are for (one of them may have been altered). NULL if there is none.';

CREATE FUNCTION workflow_perms._application_role() RETURNS regrole
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 20
RETURN workflow_perms._role_of_policies('accounts\_application');
COMMENT ON FUNCTION workflow_perms._application_role() IS 'Internal: the application''s role, that of create_model(); NULL if the model does not say.';

CREATE FUNCTION workflow_perms._engine_role() RETURNS regrole
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 20
RETURN workflow_perms._role_of_policies('%\_engine\_%');
COMMENT ON FUNCTION workflow_perms._engine_role() IS 'Internal: the engine''s role, that of create_model(); NULL if the model does not say.';

CREATE FUNCTION workflow_perms._create_application_policy(application regrole) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	-- It shows no row, so it adds nothing to the other policies.
	EXECUTE format('CREATE POLICY accounts_application ON workflow_perms.accounts FOR SELECT TO %s USING (false)', application);
	COMMENT ON POLICY accounts_application ON workflow_perms.accounts IS 'Says which role is the application''s: that of create_model(). Allows nothing.';
END
$$;
COMMENT ON FUNCTION workflow_perms._create_application_policy(regrole) IS 'Internal step of create_model(): records the application''s role in a policy that allows nothing. Spec 6.1.';

-- A comment says which version made the tables or upgraded them.  Dumps include
-- it.  After the first line it lists the objects that were made, one per line
-- with a digest of the definition, for permission_drift() to compare.  Columns
-- and defaults are listed in words, so that it can give the command that makes
-- them so.
CREATE FUNCTION workflow_perms._model_mark() RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 10
BEGIN ATOMIC
	SELECT 'Made by workflow_perms ' || e.extversion || '.' FROM pg_catalog.pg_extension e WHERE e.extname = 'workflow_perms';
END;
COMMENT ON FUNCTION workflow_perms._model_mark() IS 'Internal: the first line of the comment on the policy accounts_select, which says which version made the model.';

-- Only of objects that matter to decisions: not of indexes and comments, nor of
-- objects that permission_drift() checks in other ways.
CREATE FUNCTION workflow_perms._model_digests()
RETURNS TABLE (relation text, object text, digest text)
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 10000 ROWS 600
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	WITH roles AS MATERIALIZED (
		SELECT coalesce(workflow_perms._application_role()::text, '') AS application, coalesce(workflow_perms._engine_role()::text, '') AS engine
	)
	SELECT o.relation, o.object, CASE WHEN o.step IN (20, 22) THEN o.definition ELSE left(encode(sha256(convert_to(
			-- Roles may be renamed.
			replace(replace(o.definition, format(' TO %s ', r.application), ' TO application '), format(' TO %s ', r.engine), ' TO engine '),
			getdatabaseencoding())), 'hex'), 12) END
	FROM workflow_perms._model_objects() o, roles r
	WHERE o.step IN (10, 20, 21, 22, 30, 31, 50, 60, 65);
END;
COMMENT ON FUNCTION workflow_perms._model_digests() IS 'Internal: tables, columns, constraints, triggers, policies and the view of the model as they are, each with a digest of its definition. For columns and defaults the definition itself, because no other command makes them anew.';

CREATE FUNCTION workflow_perms._recorded_digests()
RETURNS TABLE (relation text, object text, digest text)
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 1000 ROWS 600
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	SELECT split_part(l.line, E'\t', 1), split_part(l.line, E'\t', 2), split_part(l.line, E'\t', 3)
	FROM pg_policy p, string_to_table(obj_description(p.oid, 'pg_policy'), E'\n') AS l (line)
	WHERE p.polrelid = to_regclass('workflow_perms.accounts') AND p.polname = 'accounts_select' AND l.line ~ E'^[^\t]+\t[^\t]+\t[^\t]+$';
END;
COMMENT ON FUNCTION workflow_perms._recorded_digests() IS 'Internal: the objects that create_model() or upgrade_model() made, as the comment on the policy accounts_select lists them.';

CREATE FUNCTION workflow_perms._write_record(lines text) RETURNS void
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	EXECUTE format('COMMENT ON POLICY accounts_select ON workflow_perms.accounts IS %L', concat_ws(E'\n', workflow_perms._model_mark(), lines));
END
$body$;
COMMENT ON FUNCTION workflow_perms._write_record(text) IS 'Internal: records the version that made the model, and these lines about its objects.';

CREATE FUNCTION workflow_perms._mark_model() RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	PERFORM workflow_perms._write_record(
		(SELECT string_agg(concat_ws(E'\t', d.relation, d.object, d.digest), E'\n' ORDER BY d.relation COLLATE "C", d.object COLLATE "C")
			FROM workflow_perms._model_digests() d));
END
$body$;
COMMENT ON FUNCTION workflow_perms._mark_model() IS 'Internal step of create_model(): records which version made the model, and what it made.';

-- read_from() records its changes to one table. Changes that were made elsewhere stay findings
-- of permission_drift().
CREATE FUNCTION workflow_perms._changed_objects() RETURNS text[]
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 20000
BEGIN ATOMIC
	-- The alias of a join with USING comes back from 18 as no SQL.
	SELECT coalesce(array_agg(concat_ws(E'\t', coalesce(m.relation, t.relation), coalesce(m.object, t.object))), '{}')
	FROM workflow_perms._recorded_digests() m
		FULL JOIN workflow_perms._model_digests() t ON t.relation = m.relation AND t.object = m.object
	WHERE m.digest IS DISTINCT FROM t.digest;
END;
COMMENT ON FUNCTION workflow_perms._changed_objects() IS 'Internal: the objects of the model that differ from the record, each as its relation, a tab and its name.';

CREATE FUNCTION workflow_perms._mark_source(model_table text, changed text[]) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	name CONSTANT text := format('workflow_perms.%I', model_table);
BEGIN
	PERFORM workflow_perms._write_record(
		(SELECT string_agg(concat_ws(E'\t', c.relation, c.object, c.digest), E'\n' ORDER BY c.relation COLLATE "C", c.object COLLATE "C")
			FROM (
				SELECT relation, object, CASE WHEN relation <> name AND concat_ws(E'\t', relation, object) = ANY (changed) THEN m.digest
					ELSE t.digest END AS digest
				FROM workflow_perms._recorded_digests() m FULL JOIN workflow_perms._model_digests() t USING (relation, object)
			) AS c
			WHERE c.digest IS NOT NULL));
END
$body$;
COMMENT ON FUNCTION workflow_perms._mark_source(text, text[]) IS 'Internal step of read_from(): records the objects of the model as they are now, except those that were changed before.';

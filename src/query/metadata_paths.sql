-- query/metadata_paths.sql: the paths in use in users' metadata, for a menu of
-- fields.
--
-- In plpgsql, because create_model() makes the table later.
CREATE FUNCTION workflow_perms._paths_of(account text, subject text, OUT path text, OUT type text) RETURNS SETOF record
	LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1000 ROWS 50
	SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	-- Uses no backslash, because its meaning in a string depends on a setting of
	-- the caller.  Conditions cannot reach keys with a dot or a leading $, nor
	-- anything below them.  Only objects are carried along, so a path that ends
	-- in a million different strings is one row.
	RETURN QUERY
	WITH RECURSIVE field (path, type, object) AS (
		SELECT e.key, jsonb_typeof(e.value), CASE jsonb_typeof(e.value) WHEN 'object' THEN e.value END
			FROM workflow_perms.users u
			CROSS JOIN LATERAL jsonb_each(CASE jsonb_typeof(u.metadata) WHEN 'object' THEN u.metadata END) e
			WHERE u.account_id OPERATOR(workflow_perms.==) _paths_of.account
				AND (_paths_of.subject IS NULL OR u.user_id OPERATOR(workflow_perms.==) _paths_of.subject)
				AND u.kind = 'connected'::workflow_perms.user_kind
				AND e.key !~ '^[$]|[.]'
				-- A key that occurs twice in a source names nobody.
				AND (NOT workflow_perms._is_source('users') OR 1 = (SELECT count(*) FROM workflow_perms.users o
					WHERE o.account_id OPERATOR(workflow_perms.==) _paths_of.account AND o.user_id OPERATOR(workflow_perms.==) u.user_id))
		UNION
		SELECT f.path || '.' || e.key, jsonb_typeof(e.value), CASE jsonb_typeof(e.value) WHEN 'object' THEN e.value END
			FROM field f
			CROSS JOIN LATERAL jsonb_each(f.object) e
			WHERE f.object IS NOT NULL
				AND e.key !~ '^[$]|[.]'
	)
	SELECT DISTINCT f.path COLLATE "C", f.type COLLATE "C" FROM field f
		ORDER BY 1, 2;
END
$$;
COMMENT ON FUNCTION workflow_perms._paths_of(text, text) IS
	'Internal: the paths and types in the metadata of those connected users of the account (subject: of this one) whom row security shows to the caller.';

-- Only the owner of the tables may read a source.  So the body checks which
-- users the principal may see, as the policy of the table does (spec 6.3).
CREATE FUNCTION workflow_perms._metadata_paths(account text, OUT path text, OUT type text) RETURNS SETOF record
	LANGUAGE c STABLE STRICT PARALLEL SAFE COST 1000 ROWS 50
	AS 'MODULE_PATHNAME', 'wp_call_as_owner';
COMMENT ON FUNCTION workflow_perms._metadata_paths(text) IS
	'Internal: metadata_paths() if users are read from a source. Spec 6.4.';
CREATE FUNCTION workflow_perms.__metadata_paths(account text, OUT path text, OUT type text) RETURNS SETOF record
	LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE COST 1000 ROWS 50
	SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	me CONSTANT text := workflow_perms.principal_user();
BEGIN
	IF workflow_perms.principal_holds(account, 'connected_users.view') THEN
		RETURN QUERY SELECT p.path, p.type FROM workflow_perms._paths_of(account, NULL) p;
	ELSIF workflow_perms.principal_is(account, me) THEN
		RETURN QUERY SELECT p.path, p.type FROM workflow_perms._paths_of(account, me) p;
	END IF;
END
$$;
COMMENT ON FUNCTION workflow_perms.__metadata_paths(text) IS 'Internal: the body of _metadata_paths().';

CREATE FUNCTION workflow_perms.metadata_paths(account text, OUT path text, OUT type text) RETURNS SETOF record
	LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE COST 1000 ROWS 50
	SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	-- As the caller: row security limits it to users that the caller may see.
	IF NOT workflow_perms._is_source('users') OR has_table_privilege('workflow_perms.users', 'SELECT') THEN
		RETURN QUERY SELECT p.path, p.type FROM workflow_perms._paths_of(account, NULL) p;
	ELSE
		RETURN QUERY SELECT p.path, p.type FROM workflow_perms._metadata_paths(account) p;
	END IF;
END
$$;
COMMENT ON FUNCTION workflow_perms.metadata_paths(text) IS
	'The paths and JSON types in use in the metadata of those connected users of the account that the caller may see. Empty for an unknown account. Raises 42P01 before create_model(). Spec 2.3.';

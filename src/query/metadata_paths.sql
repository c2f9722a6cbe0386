-- query/metadata_paths.sql: the paths in use in users' metadata, for a menu of
-- fields.
--
-- In plpgsql, because create_model() makes the table later.
CREATE FUNCTION workflow_perms.metadata_paths(account text, OUT path text, OUT type text) RETURNS SETOF record
	LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE COST 1000 ROWS 50
	SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	-- Runs as the caller, so row security limits it to users whose metadata the
	-- caller may see.  Uses no backslash, because its meaning in a string
	-- depends on a setting of the caller.  Conditions cannot reach keys with a
	-- dot or a leading $, nor anything below them.  Only objects are carried
	-- along, so a path that ends in a million different strings is one row.
	RETURN QUERY
	WITH RECURSIVE field (path, type, object) AS (
		SELECT e.key, jsonb_typeof(e.value), CASE jsonb_typeof(e.value) WHEN 'object' THEN e.value END
			FROM workflow_perms.users u
			CROSS JOIN LATERAL jsonb_each(CASE jsonb_typeof(u.metadata) WHEN 'object' THEN u.metadata END) e
			WHERE u.account_id = metadata_paths.account
				AND u.kind = 'connected'::workflow_perms.user_kind
				AND e.key !~ '^[$]|[.]'
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
COMMENT ON FUNCTION workflow_perms.metadata_paths(text) IS
	'The paths and JSON types in use in the metadata of those connected users of the account that the caller may see. Empty for an unknown account. Raises 42P01 before create_model(). Spec 2.3.';

-- query/metadata_paths.sql: the metadata in use, for a field menu.
--
-- A plpgsql function, because the table is made later, by create_model().
CREATE FUNCTION workflow_perms.metadata_paths(account text, OUT path text, OUT type text) RETURNS SETOF record
	LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE COST 1000 ROWS 50
	SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	-- As the caller: row security shows the users whose metadata he may see.
	-- No backslash: what it means in a string is a setting of the caller's.
	-- Keys with a dot or a leading $ cannot be reached by a condition, nor can
	-- what lies below them.
	-- Only objects are carried along: a path that ends in a million different
	-- strings is one row.
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
	'The paths and JSON types in use in the metadata of the account''s connected users, of those that the caller may see. Empty for an unknown account; an error (42P01) before create_model(). Spec 2.3.';

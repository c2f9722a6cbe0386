-- query/metadata_paths.sql: the paths in use in users' metadata, for a menu of
-- fields.
--
-- In plpgsql, because create_model() makes the table later.
CREATE FUNCTION workflow_perms._paths_of(account text, subject text, most_users integer, OUT path text, OUT type text) RETURNS SETOF record
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
			FROM (SELECT c.metadata FROM workflow_perms.users c
				WHERE c.account_id OPERATOR(workflow_perms.==) _paths_of.account
					AND (_paths_of.subject IS NULL OR c.user_id OPERATOR(workflow_perms.==) _paths_of.subject)
					AND c.kind = 'connected'::workflow_perms.user_kind
					-- A key that occurs twice in a source names nobody.
					AND (NOT workflow_perms._is_source('users') OR 1 = (SELECT count(*) FROM workflow_perms.users o
						WHERE o.account_id OPERATOR(workflow_perms.==) _paths_of.account AND o.user_id OPERATOR(workflow_perms.==) c.user_id))
				LIMIT _paths_of.most_users) u
			CROSS JOIN LATERAL jsonb_each(CASE jsonb_typeof(u.metadata) WHEN 'object' THEN u.metadata END) e
			WHERE e.key !~ '^[$]|[.]'
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
COMMENT ON FUNCTION workflow_perms._paths_of(text, text, integer) IS
	'Internal: the paths and types in the metadata of those connected users of the account (subject: of this one) whom row security shows to the caller; of that many users at most.';

-- Only the owner of the tables may read a source.  So the body checks which
-- users the principal may see, as the policy of the table does (spec 6.3).
CREATE FUNCTION workflow_perms._metadata_paths(account text, most_users integer, OUT path text, OUT type text) RETURNS SETOF record
	LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1000 ROWS 50
	AS 'MODULE_PATHNAME', 'wp_call_as_owner';
COMMENT ON FUNCTION workflow_perms._metadata_paths(text, integer) IS
	'Internal: metadata_paths() if users are read from a source. Spec 6.4.';
CREATE FUNCTION workflow_perms.__metadata_paths(account text, most_users integer, OUT path text, OUT type text) RETURNS SETOF record
	LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1000 ROWS 50
	SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	me CONSTANT text := workflow_perms.principal_user();
BEGIN
	IF workflow_perms.principal_holds(account, 'connected_users.view') THEN
		RETURN QUERY SELECT p.path, p.type FROM workflow_perms._paths_of(account, NULL, most_users) p;
	ELSIF workflow_perms.principal_is(account, me) THEN
		RETURN QUERY SELECT p.path, p.type FROM workflow_perms._paths_of(account, me, most_users) p;
	END IF;
END
$$;
COMMENT ON FUNCTION workflow_perms.__metadata_paths(text, integer) IS 'Internal: the body of _metadata_paths().';

CREATE FUNCTION workflow_perms.metadata_paths(account text, most_users integer DEFAULT NULL, OUT path text, OUT type text) RETURNS SETOF record
	LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1000 ROWS 50
	SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	-- As the caller: row security limits it to users that the caller may see.
	IF NOT workflow_perms._is_source('users') OR has_table_privilege('workflow_perms.users', 'SELECT') THEN
		RETURN QUERY SELECT p.path, p.type FROM workflow_perms._paths_of(account, NULL, most_users) p;
	ELSE
		RETURN QUERY SELECT p.path, p.type FROM workflow_perms._metadata_paths(account, most_users) p;
	END IF;
END
$$;
COMMENT ON FUNCTION workflow_perms.metadata_paths(text, integer) IS
	'The paths and JSON types in use in the metadata of those connected users of the account that the caller may see. Reads all of them, because no index has the paths. most_users: reads that many of them at most, whichever come first, which is enough for a menu; NULL for all. Empty for an unknown account. Raises 42P01 before create_model(), 2201W for a negative number. Spec 2.3.';

-- model/members_and_owners.sql: functions for workspaces, boards and workflows
-- as objects with members and owners (spec 4.2, 6.3).  The object kind is
-- `workspace`, `board` or `workflow`: table <kind>_members, key column
-- <kind>_id.

CREATE FUNCTION workflow_perms._has_active_owner(object_kind text, account text, object text)
RETURNS boolean LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 50
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	result boolean;
BEGIN
	EXECUTE format('SELECT EXISTS (SELECT FROM workflow_perms.%I m'
			' CROSS JOIN LATERAL (SELECT count(*) = 1 AND bool_and(u.active) AS active FROM workflow_perms.users u'
			' WHERE u.account_id OPERATOR(workflow_perms.==) $1 AND u.user_id OPERATOR(workflow_perms.==) m.user_id) u'
			' WHERE m.account_id OPERATOR(workflow_perms.==) $1 AND m.%I OPERATOR(workflow_perms.==) $2'
			' AND m.is_owner AND u.active AND (m.expires_at IS NULL OR m.expires_at > now()))',
			object_kind || '_members', object_kind || '_id')
		INTO result USING account, object;
	RETURN result;
END
$$;
COMMENT ON FUNCTION workflow_perms._has_active_owner(text, text, text) IS
'Internal: whether an active user owns the workspace, board or workflow now. Spec 4.2.';

CREATE FUNCTION workflow_perms._member_refusal(object_kind text, operation text, account text, object text, owns boolean, member text)
RETURNS text LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 100
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN CASE
		WHEN owns THEN NULL
		-- If no active user owns it, an account admin may make a user its
		-- owner.
		WHEN operation = 'INSERT' AND workflow_perms.principal_has_account_role(account, VARIADIC '{admin}'::workflow_perms.account_role[])
			AND NOT workflow_perms._has_active_owner(object_kind, account, object) THEN NULL
		-- Any member may leave.
		WHEN operation = 'DELETE' AND workflow_perms.principal_is(account, member) THEN NULL
		ELSE 'not_owner'
	END;
END
$$;
COMMENT ON FUNCTION workflow_perms._member_refusal(text, text, text, text, boolean, text) IS
'Internal: the code that says why the session''s principal, which may or may not own the workspace or board, may not write this member of it; NULL if it may. Spec 6.3.';

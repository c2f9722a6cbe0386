-- model/offboard.sql: offboard(): all that a leaver owns, holds and is named by, at once
-- (spec 5).

-- Offboarding is one at a time in an account, so that of two last owners the second finds an
-- heir. Other changes of owners are bound by the invariants as ever.
CREATE FUNCTION workflow_perms.offboard(user_id text, heir text, OUT relation text, OUT object text, OUT change text)
RETURNS SETOF record LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 10000 ROWS 100
AS 'MODULE_PATHNAME', 'wp_call_as_owner';
COMMENT ON FUNCTION workflow_perms.offboard(text, text) IS
'Ends all that a member or a service is named by, all or nothing. Workflows, workspaces and boards that would be left without an active owner get the heir as an owner without expiry. All other memberships and ownerships, the grants of roles, the execution rules and the lists of columns that name the user end; drafts are discarded; the user is deactivated. run_as stays until the heir publishes. Returns a row for each change, which the audit log has too (but for drafts): relation, a table of the model; object, the ids of the workflow, workspace, board or user that the row is about, or the role, with - for NULL; change: inherited, ended, discarded or deactivated. Only for account admins, and not for oneself. Raises 42501 with the code of the refusal, 22004 for NULL, 22023 for a connected user, 23514 for an heir that is no active member or service, is a guest or is the user, 23001 if the last account admin or manager of roles would go, 55000 with the code source if users, role_grants, workspace_members or workflow_members is read from a source. Spec 5.';

CREATE FUNCTION workflow_perms._check_offboarding(account text, leaver text, heir text)
RETURNS void LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 500
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	code text := workflow_perms._caller_refusal(account);
	kind workflow_perms.user_kind;
BEGIN
	IF code IS NULL AND NOT workflow_perms.principal_has_account_role(account, VARIADIC '{admin}'::workflow_perms.account_role[]) THEN
		code := 'account_role';
	END IF;
	PERFORM workflow_perms._refuse('offboard', 'user', leaver, code);
	PERFORM workflow_perms._refuse_source(t) FROM unnest(ARRAY['users', 'role_grants', 'workspace_members', 'workflow_members']) t;
	IF leaver IS NULL OR heir IS NULL THEN
		PERFORM workflow_perms._raise('22004', format('argument "%s" of offboard() must not be null', CASE WHEN leaver IS NULL THEN 'user_id' ELSE 'heir' END),
			'Name the user who leaves, and the one who is to own what would be left.');
	END IF;

	PERFORM FROM workflow_perms.accounts a WHERE a.account_id = account FOR NO KEY UPDATE;
	SELECT u.kind INTO kind FROM workflow_perms.users u WHERE u.account_id OPERATOR(workflow_perms.==) account AND u.user_id OPERATOR(workflow_perms.==) leaver FOR NO KEY UPDATE;
	PERFORM workflow_perms._refuse('offboard', 'user', leaver,
		CASE WHEN kind IS NULL THEN 'not_found' WHEN leaver = workflow_perms.principal_user() THEN 'own_row' END);
	IF kind = 'connected' THEN
		PERFORM workflow_perms._raise('22023', format('user "%s" is a connected user', leaver),
			'Members and services are offboarded. A connected user is deactivated: UPDATE workflow_perms.users SET active = false ...');
	END IF;
	-- So that no other owner, who is why nothing is inherited, is deactivated meanwhile.
	PERFORM FROM workflow_perms.users u
		WHERE u.account_id OPERATOR(workflow_perms.==) account AND u.active AND u.user_id <> leaver AND workflow_perms._id_in(u.user_id, ARRAY(
			SELECT o.user_id FROM workflow_perms.workspace_members o
				JOIN workflow_perms.workspace_members m ON m.account_id OPERATOR(workflow_perms.==) o.account_id AND m.workspace_id OPERATOR(workflow_perms.==) o.workspace_id
				WHERE m.account_id OPERATOR(workflow_perms.==) account AND m.user_id OPERATOR(workflow_perms.==) leaver AND m.is_owner AND o.is_owner
			UNION ALL SELECT o.user_id FROM workflow_perms.board_members o JOIN workflow_perms.board_members m ON m.account_id OPERATOR(workflow_perms.==) o.account_id AND m.board_id = o.board_id
				WHERE m.account_id OPERATOR(workflow_perms.==) account AND m.user_id OPERATOR(workflow_perms.==) leaver AND m.is_owner AND o.is_owner
			UNION ALL SELECT o.user_id FROM workflow_perms.workflow_members o
				JOIN workflow_perms.workflow_members m ON m.account_id OPERATOR(workflow_perms.==) o.account_id AND m.workflow_id OPERATOR(workflow_perms.==) o.workflow_id
				WHERE m.account_id OPERATOR(workflow_perms.==) account AND m.user_id OPERATOR(workflow_perms.==) leaver AND m.is_owner AND o.is_owner))
		ORDER BY u.user_id FOR SHARE OF u;
	-- The row is locked, so that an heir who is deactivated meanwhile inherits nothing.
	PERFORM FROM workflow_perms.users u
		WHERE u.account_id OPERATOR(workflow_perms.==) account AND u.user_id OPERATOR(workflow_perms.==) heir AND heir <> leaver AND u.active AND u.kind <> 'connected'
			AND u.account_role IS DISTINCT FROM 'guest'
		FOR SHARE;
	IF NOT FOUND THEN
		PERFORM workflow_perms._raise_violation('23514', 'crowning', format('user "%s" cannot be the heir', heir),
			'An heir is an active member or service of the account, no guest, and another than the user who leaves.', 'users', 'user_id');
	END IF;
END
$$;
COMMENT ON FUNCTION workflow_perms._check_offboarding(text, text, text) IS 'Internal step of offboard(): checks the caller and the arguments, and locks the account and the two users.';

-- A lasting owner must remain, so one who expires or is inactive does not count.
CREATE FUNCTION workflow_perms._inherit(object_kind text, account text, leaver text, heir text)
RETURNS SETOF text LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE COST 1000 ROWS 10
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN QUERY EXECUTE format('INSERT INTO workflow_perms.%1$I AS h (account_id, %2$I, user_id, is_owner)'
		' SELECT m.account_id, m.%2$I, $3, true FROM workflow_perms.%1$I m'
		' WHERE m.account_id OPERATOR(workflow_perms.==) $1 AND m.user_id OPERATOR(workflow_perms.==) $2 AND m.is_owner AND (m.expires_at IS NULL OR m.expires_at > now())'
		' AND NOT EXISTS (SELECT FROM workflow_perms.%1$I o JOIN workflow_perms.users u ON u.account_id OPERATOR(workflow_perms.==) o.account_id AND u.user_id OPERATOR(workflow_perms.==) o.user_id'
		' WHERE o.account_id OPERATOR(workflow_perms.==) m.account_id AND o.%2$I OPERATOR(workflow_perms.==) m.%2$I AND o.user_id <> $2 AND o.is_owner AND o.expires_at IS NULL AND u.active)'
		' ON CONFLICT ON CONSTRAINT %3$I DO UPDATE SET is_owner = true, expires_at = NULL'
		' RETURNING h.%2$I', object_kind || '_members', object_kind || '_id', object_kind || '_members_key')
		USING account, leaver, heir;
END
$$;
COMMENT ON FUNCTION workflow_perms._inherit(text, text, text, text) IS 'Internal step of offboard(): makes the heir the owner of the workspaces, boards or workflows that would be left without one; returns their ids.';

CREATE FUNCTION workflow_perms._offboard(user_id text, heir text, OUT relation text, OUT object text, OUT change text)
RETURNS SETOF record LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 10000 ROWS 100
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	account CONSTANT text := workflow_perms.principal_account();
	leaver CONSTANT text := $1;
	heir CONSTANT text := $2;
	ended record;
BEGIN
	PERFORM workflow_perms._check_offboarding(account, leaver, heir);
	-- Drafts first: without the right they would be discarded untold.
	RETURN QUERY WITH gone AS (
			DELETE FROM workflow_perms.workflow_drafts d WHERE d.account_id = account AND d.user_id = leaver RETURNING d.workflow_id)
		SELECT 'workflow_drafts', g.workflow_id, 'discarded' FROM gone g ORDER BY 2;
	RETURN QUERY SELECT k.kind || '_members', i.id, 'inherited'
		FROM unnest(ARRAY['workspace', 'board', 'workflow']) WITH ORDINALITY k (kind, place),
			LATERAL workflow_perms._inherit(k.kind, account, leaver, heir) i (id)
		ORDER BY k.place, 2;
	FOR ended IN SELECT * FROM (VALUES
			('workspace_members', 'd.workspace_id'), ('board_members', 'd.board_id'), ('workflow_members', 'd.workflow_id'),
			('column_access', 'd.board_id, d.column_id, d.access'), ('execution_rules', 'coalesce(d.workflow_id, ''-''), coalesce(d.workspace_id, ''-'')'),
			('role_grants', 'd.role, coalesce(d.workspace_id, ''-'')')) AS e (relation, object)
	LOOP
		RETURN QUERY EXECUTE format('WITH d AS (DELETE FROM workflow_perms.%1$I g WHERE g.account_id OPERATOR(workflow_perms.==) $1 AND g.user_id OPERATOR(workflow_perms.==) $2 RETURNING g.*)'
			' SELECT %1$L, concat_ws('' '', %2$s), ''ended'' FROM d ORDER BY 2', ended.relation, ended.object) USING account, leaver;
	END LOOP;
	RETURN QUERY UPDATE workflow_perms.users u SET active = false WHERE u.account_id OPERATOR(workflow_perms.==) account AND u.user_id OPERATOR(workflow_perms.==) leaver AND u.active
		RETURNING 'users', u.user_id, 'deactivated';
END
$$;
COMMENT ON FUNCTION workflow_perms._offboard(text, text) IS 'Internal: the body of offboard().';

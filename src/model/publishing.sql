-- model/publishing.sql: the live version (spec 4.7) and the ownership of a
-- workflow (spec 4.2): publish(), definition(), transfer_ownership().
--
-- No role may write these columns and rows directly, so the bodies (_publish
-- and _transfer_ownership) run as the owner of the tables, see call_as_owner.c.
-- They lock the workflow's row and check the gate twice: before they wait for
-- the lock, so that callers who may not do this do not delay others, and
-- afterwards, in the state at that time.

CREATE FUNCTION workflow_perms.publish(workflow_id text)
RETURNS TABLE (user_id text, definition jsonb, updated_at timestamptz)
LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 10000 ROWS 1
AS 'MODULE_PATHNAME', 'wp_call_as_owner';
COMMENT ON FUNCTION workflow_perms.publish(text) IS
'Makes the caller''s draft the live version with the next number, and makes the caller run_as, the user whose rights the workflow''s runs have. A workflow in status draft becomes live. Its steps stay as they are. All other drafts are discarded and returned. Requires the right to publish. Raises 42501 with the code of the gate, 55000 without a draft, 40001 at REPEATABLE READ or above if another user published meanwhile; at READ COMMITTED the last one wins. Spec 4.7.';

CREATE FUNCTION workflow_perms._publish(workflow_id text)
RETURNS TABLE (user_id text, definition jsonb, updated_at timestamptz)
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 10000 ROWS 1
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	account CONSTANT text := workflow_perms.principal_account();
	me CONSTANT text := workflow_perms.principal_user();
	subject CONSTANT text := $1;
	code text := workflow_perms._workflow_refusal('publish', account, subject);
	mine jsonb;
	latest jsonb;
	next integer;
BEGIN
	IF code IS NULL THEN
		-- The draft at the time of the call.  Another user who publishes while
		-- we wait discards it, and is overwritten anyway.
		SELECT d.definition INTO mine
			FROM workflow_perms.workflow_drafts d
			WHERE d.account_id = account AND d.workflow_id = subject AND d.user_id = me;
		PERFORM workflow_perms._refuse_source('workflows');
		PERFORM FROM workflow_perms.workflows w
			WHERE w.account_id OPERATOR(workflow_perms.==) account AND w.workflow_id OPERATOR(workflow_perms.==) subject FOR NO KEY UPDATE;
		code := workflow_perms._workflow_refusal('publish', account, subject);
	END IF;
	PERFORM workflow_perms._refuse('publish', 'workflow', subject, code);

	DELETE FROM workflow_perms.workflow_drafts d
		WHERE d.account_id = account AND d.workflow_id = subject AND d.user_id = me
		RETURNING d.definition INTO latest;
	IF latest IS NULL AND mine IS NOT NULL THEN
		-- Discarded while we waited for it: another user published, or the
		-- right was lost.
		PERFORM workflow_perms._refuse('publish', 'workflow', subject, workflow_perms._workflow_refusal('publish', account, subject));
	END IF;
	mine := coalesce(latest, mine);
	IF mine IS NULL THEN
		PERFORM workflow_perms._raise_violation('55000', 'no_draft', format('workflow "%s" has no draft of yours to publish', subject),
			'Save one first: INSERT INTO workflow_perms.workflow_drafts (account_id, workflow_id, user_id, definition) VALUES ...',
			'workflow_drafts', NULL);
	END IF;

	SELECT coalesce(max(v.version), 0) + 1 INTO next
		FROM workflow_perms.workflow_versions v
		WHERE v.account_id = account AND v.workflow_id = subject;
	INSERT INTO workflow_perms.workflow_versions (account_id, workflow_id, version, definition, published_by)
		VALUES (account, subject, next, mine, me);
	UPDATE workflow_perms.workflows w
		SET live_version = next, run_as = me, status = CASE WHEN w.status = 'draft' THEN 'live' ELSE w.status END
		WHERE w.account_id OPERATOR(workflow_perms.==) account AND w.workflow_id OPERATOR(workflow_perms.==) subject;

	-- Lapsed drafts are not returned.
	PERFORM workflow_perms._discard_lapsed(array_agg(d.account_id), array_agg(d.workflow_id), array_agg(d.user_id),
			NULL::text[], NULL::text[], NULL::text[])
		FROM workflow_perms.workflow_drafts d
		WHERE d.account_id = account AND d.workflow_id = subject;
	RETURN QUERY
		WITH discarded AS (
			DELETE FROM workflow_perms.workflow_drafts d
			WHERE d.account_id = account AND d.workflow_id = subject
			RETURNING d.user_id, d.definition, d.updated_at)
		SELECT x.user_id, x.definition, x.updated_at FROM discarded x ORDER BY x.user_id;
END
$$;
COMMENT ON FUNCTION workflow_perms._publish(text) IS 'Internal: the body of publish(). Spec 4.7.';

CREATE FUNCTION workflow_perms._check_steps(steps jsonb)
RETURNS void LANGUAGE plpgsql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 100
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	wrong text;
BEGIN
	IF jsonb_typeof(steps) <> 'array' THEN
		wrong := ' must be an array, not ' || jsonb_typeof(steps);
	ELSE
		SELECT format('[%s]%s', s.place - 1, p.problem) INTO wrong
		FROM (
			SELECT e.step, e.place, jsonb_typeof(e.step) AS type,
				row_number() OVER (PARTITION BY e.step -> 'step_id' ORDER BY e.place) AS occurrence
			FROM jsonb_array_elements(steps) WITH ORDINALITY AS e (step, place)
		) AS s
		CROSS JOIN LATERAL (
			SELECT ' must be an object, not ' || s.type AS problem WHERE s.type <> 'object'
			UNION ALL
			SELECT format('.%s is no key of a step', k.key)
				FROM jsonb_object_keys(CASE s.type WHEN 'object' THEN s.step ELSE '{}' END) AS k (key)
				WHERE k.key NOT IN ('step_id', 'workspace_id', 'board_id', 'column_id', 'access')
			UNION ALL
			SELECT format('.%s %s', k.key, CASE WHEN s.step ->> k.key IS NULL THEN 'is missing' ELSE 'must be a string' END)
				FROM (VALUES ('step_id', true), ('workspace_id', true), ('board_id', false), ('column_id', false), ('access', true))
					AS k (key, required)
				WHERE s.type = 'object' AND CASE WHEN s.step ->> k.key IS NULL THEN k.required
					ELSE jsonb_typeof(s.step -> k.key) <> 'string' END
			UNION ALL
			SELECT '.access must be "read" or "write"'
				WHERE s.type = 'object' AND s.step ->> 'access' NOT IN ('read', 'write')
			UNION ALL
			SELECT format('.step_id "%s" is there already', s.step ->> 'step_id')
				WHERE s.type = 'object' AND s.occurrence > 1
		) AS p
		ORDER BY s.place, p.problem COLLATE "C"
		LIMIT 1;
	END IF;
	IF wrong IS NOT NULL THEN
		PERFORM workflow_perms._raise('22023', format('invalid steps: steps%s', wrong),
			'Steps are an array of {"step_id": ..., "workspace_id": ..., "board_id": ..., "column_id": ..., "access": "read" or "write"}; board_id and column_id may be left out.');
	END IF;
END
$$;
COMMENT ON FUNCTION workflow_perms._check_steps(jsonb) IS 'Internal: raises 22023, naming the place, if the steps given to publish() do not have the expected form.';

-- The steps are written as the caller, whom the guard of workflow_steps checks
-- for each workspace, board and column.  Unchanged steps are not touched.
CREATE FUNCTION workflow_perms.publish(workflow_id text, steps jsonb)
RETURNS TABLE (user_id text, definition jsonb, updated_at timestamptz)
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 10000 ROWS 1
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	account CONSTANT text := workflow_perms.principal_account();
	subject CONSTANT text := $1;
BEGIN
	PERFORM workflow_perms._check_steps(steps);
	RETURN QUERY SELECT p.user_id, p.definition, p.updated_at FROM workflow_perms.publish(subject) p;
	IF steps IS NULL THEN
		RETURN;
	END IF;

	DELETE FROM workflow_perms.workflow_steps s
		WHERE s.account_id = account AND s.workflow_id = subject
			AND NOT EXISTS (SELECT FROM jsonb_array_elements(steps) n WHERE n ->> 'step_id' = s.step_id);
	UPDATE workflow_perms.workflow_steps s
		SET workspace_id = n.workspace_id, board_id = n.board_id, column_id = n.column_id, access = n.access
		FROM jsonb_to_recordset(steps) AS n (step_id text, workspace_id text, board_id text, column_id text,
			access workflow_perms.step_access)
		WHERE s.account_id = account AND s.workflow_id = subject AND s.step_id = n.step_id
			AND (s.workspace_id, s.board_id, s.column_id, s.access)
				IS DISTINCT FROM (n.workspace_id, n.board_id, n.column_id, n.access);
	INSERT INTO workflow_perms.workflow_steps (account_id, workflow_id, step_id, workspace_id, board_id, column_id, access)
		SELECT account, subject, n.step_id, n.workspace_id, n.board_id, n.column_id, n.access
		FROM jsonb_to_recordset(steps) AS n (step_id text, workspace_id text, board_id text, column_id text,
			access workflow_perms.step_access)
		WHERE NOT EXISTS (SELECT FROM workflow_perms.workflow_steps s
			WHERE s.account_id = account AND s.workflow_id = subject AND s.step_id = n.step_id);
END
$$;
COMMENT ON FUNCTION workflow_perms.publish(text, jsonb) IS
'As publish(workflow_id): makes the caller''s draft the live version. In addition, the workflow''s steps become those given, an array of {"step_id", "workspace_id", "board_id", "column_id", "access"}; NULL leaves them as they are. A new or changed step requires the right to edit and access to its workspace, board and column. The step rows are written as the calling role. Also raises 22023 for steps of another form, 42501 with the code for a step that is not allowed, 23503 for a board or column that does not exist. Spec 4.7.';

CREATE FUNCTION workflow_perms.definition(workflow_id text, OUT state text, OUT version integer, OUT definition jsonb)
RETURNS SETOF record
LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1000 ROWS 1
AS 'MODULE_PATHNAME', 'wp_call_as_owner';

CREATE FUNCTION workflow_perms._definition(workflow_id text, OUT state text, OUT version integer, OUT definition jsonb)
RETURNS SETOF record
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1000 ROWS 1
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	account CONSTANT text := workflow_perms.principal_account();
BEGIN
	-- As the owner of the tables, because nobody else may read a source: the
	-- gates are checked here.
	RETURN QUERY
		SELECT
			CASE
				WHEN d.user_id IS NOT NULL THEN 'draft'
				-- live without a version: the application keeps the definition
				WHEN w.live_version IS NOT NULL OR w.status <> 'draft' THEN 'live'
				ELSE 'unpublished'
			END,
			CASE WHEN d.user_id IS NULL THEN v.version END,
			CASE WHEN d.user_id IS NULL THEN v.definition ELSE d.definition END
		FROM workflow_perms.workflows w
		LEFT JOIN workflow_perms.workflow_drafts d
			ON d.account_id OPERATOR(workflow_perms.==) w.account_id AND d.workflow_id OPERATOR(workflow_perms.==) w.workflow_id AND d.user_id = workflow_perms.principal_user()
			AND workflow_perms.can_view_draft(w.account_id, w.workflow_id, w.workspace_id, w.visibility, w.status, w.condition, w.hidden)
		LEFT JOIN workflow_perms.workflow_versions v
			ON v.account_id OPERATOR(workflow_perms.==) w.account_id AND v.workflow_id OPERATOR(workflow_perms.==) w.workflow_id AND v.version = w.live_version
		WHERE w.account_id OPERATOR(workflow_perms.==) account AND w.workflow_id OPERATOR(workflow_perms.==) $1
			AND workflow_perms.principal_is_team(w.account_id)
			AND workflow_perms.can_view(w.workflow_id);
END
$$;
COMMENT ON FUNCTION workflow_perms._definition(text) IS 'Internal: the body of definition().';
COMMENT ON FUNCTION workflow_perms.definition(text) IS
'The state of a workflow for the session''s principal: draft with its own draft; or else live with the number and the definition of the live version, both NULL if the application keeps the definition; or else unpublished, with NULL. No row for a principal that may not view the workflow, and for connected and anonymous principals. Spec 4.7.';

CREATE FUNCTION workflow_perms.transfer_ownership(workflow_id text, to_user text) RETURNS void
LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 10000
AS 'MODULE_PATHNAME', 'wp_call_as_owner';
COMMENT ON FUNCTION workflow_perms.transfer_ownership(text, text) IS
'Moves the caller''s ownership and draft of the workflow to a member of it. If that user has a draft, it is kept instead. The caller keeps neither. Requires the right to manage members, and that the caller is an owner. run_as stays the same, unless the caller transfers to itself. If no active user owns the workflow, an account admin may move the ownership of its inactive owners to any active member or service of the account, which then becomes run_as. Raises 42501 with the code of the gate, 23514 for a user who cannot become its owner, 22004 for NULL. Spec 4.2, 4.8.';

CREATE FUNCTION workflow_perms._transfer_refusal(account text, workflow text, OUT code text, OUT abandoned boolean)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 200
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	abandoned := workflow_perms.principal_has_account_role(account, VARIADIC '{admin}'::workflow_perms.account_role[])
		AND EXISTS (SELECT FROM workflow_perms.workflows w WHERE w.account_id OPERATOR(workflow_perms.==) account AND w.workflow_id OPERATOR(workflow_perms.==) workflow)
		AND NOT workflow_perms._has_active_owner('workflow', account, workflow);
	IF abandoned THEN
		RETURN;
	END IF;
	code := workflow_perms._workflow_refusal('manage_members', account, workflow);
	IF code IS NULL AND NOT EXISTS (
		SELECT FROM workflow_perms.workflow_members m
		WHERE m.account_id OPERATOR(workflow_perms.==) account AND m.workflow_id OPERATOR(workflow_perms.==) workflow AND m.user_id OPERATOR(workflow_perms.==) workflow_perms.principal_user()
			AND m.is_owner AND (m.expires_at IS NULL OR m.expires_at > now()))
	THEN
		-- if members are managed by capability, the caller need not be an owner
		code := 'not_owner';
	END IF;
END
$$;
COMMENT ON FUNCTION workflow_perms._transfer_refusal(text, text) IS
'Internal: the code that says why the session''s principal may not transfer the workflow, NULL if it may; and whether it may because it is an account admin and the workflow has no active owner. Spec 4.2.';

CREATE FUNCTION workflow_perms._transfer_ownership(workflow_id text, to_user text) RETURNS void
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 10000
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	account CONSTANT text := workflow_perms.principal_account();
	me CONSTANT text := workflow_perms.principal_user();
	subject CONSTANT text := $1;
	heir CONSTANT text := $2;
	gate record;
	member record;
	is_member boolean;
	until timestamptz;
BEGIN
	SELECT * INTO gate FROM workflow_perms._transfer_refusal(account, subject);
	IF gate.code IS NULL THEN
		PERFORM workflow_perms._refuse_source('workflow_members');
		PERFORM workflow_perms._refuse_source('workflows');
		PERFORM FROM workflow_perms.workflows w
			WHERE w.account_id OPERATOR(workflow_perms.==) account AND w.workflow_id OPERATOR(workflow_perms.==) subject FOR NO KEY UPDATE;
		SELECT * INTO gate FROM workflow_perms._transfer_refusal(account, subject);
	END IF;
	PERFORM workflow_perms._refuse('transfer', 'workflow', subject, gate.code);

	IF heir IS NULL THEN
		PERFORM workflow_perms._raise('22004', 'argument "to_user" of transfer_ownership() must not be null',
			'Name the user who is to own the workflow.');
	END IF;
	-- The rows are locked, so that a user who is deactivated or removed
	-- meanwhile does not become the owner.  A row of a source is not locked.
	IF workflow_perms._is_source('users') THEN
		PERFORM FROM workflow_perms.users u
			WHERE u.account_id OPERATOR(workflow_perms.==) account AND u.user_id OPERATOR(workflow_perms.==) heir
			HAVING count(*) = 1 AND bool_and(u.active AND u.kind <> 'connected');
	ELSE
		PERFORM FROM workflow_perms.users u
			WHERE u.account_id OPERATOR(workflow_perms.==) account AND u.user_id OPERATOR(workflow_perms.==) heir AND u.active AND u.kind <> 'connected' FOR SHARE;
	END IF;
	IF NOT FOUND THEN
		PERFORM workflow_perms._raise_violation('23514', 'crowning', format('user "%s" cannot be made an owner of the workflow', heir),
			'An owner is an active member or service of the account.', 'workflow_members', 'user_id');
	END IF;
	SELECT m.is_owner, m.expires_at INTO member
		FROM workflow_perms.workflow_members m
		WHERE m.account_id OPERATOR(workflow_perms.==) account AND m.workflow_id OPERATOR(workflow_perms.==) subject AND m.user_id OPERATOR(workflow_perms.==) heir
			AND (m.expires_at IS NULL OR m.expires_at > now())
		FOR NO KEY UPDATE;
	is_member := FOUND;
	-- Only owners invite members.  So if there is no owner, an admin may name
	-- any user.
	IF NOT is_member AND NOT gate.abandoned THEN
		PERFORM workflow_perms._raise_violation('23514', 'crowning', format('user "%s" is no member of the workflow and cannot be made its owner', heir),
			'Invite the user first: INSERT INTO workflow_perms.workflow_members ...', 'workflow_members', 'user_id');
	END IF;

	IF gate.abandoned OR heir <> me THEN
		-- What moves keeps its expiry, and what the new owner had is not
		-- shortened.
		IF NOT gate.abandoned THEN
			SELECT CASE WHEN is_member THEN nullif(greatest(coalesce(m.expires_at, 'infinity'), coalesce(member.expires_at, 'infinity')), 'infinity')
					ELSE m.expires_at END
				INTO until
				FROM workflow_perms.workflow_members m
				WHERE m.account_id OPERATOR(workflow_perms.==) account AND m.workflow_id OPERATOR(workflow_perms.==) subject AND m.user_id OPERATOR(workflow_perms.==) me;
		END IF;
		INSERT INTO workflow_perms.workflow_members AS m (account_id, workflow_id, user_id, is_owner, expires_at)
			VALUES (account, subject, heir, true, until)
			ON CONFLICT ON CONSTRAINT workflow_members_key DO UPDATE SET is_owner = true, expires_at = excluded.expires_at;

		IF NOT gate.abandoned THEN
			-- The draft moves before the row, because without the right it
			-- would be discarded.
			INSERT INTO workflow_perms.workflow_drafts (account_id, workflow_id, user_id, definition, updated_at)
				SELECT d.account_id, d.workflow_id, heir, d.definition, d.updated_at
				FROM workflow_perms.workflow_drafts d
				WHERE d.account_id = account AND d.workflow_id = subject AND d.user_id = me
				ON CONFLICT DO NOTHING;
			DELETE FROM workflow_perms.workflow_drafts d
				WHERE d.account_id = account AND d.workflow_id = subject AND d.user_id = me;
			-- The new owner may have no access to a workspace that the steps
			-- touch.
			PERFORM workflow_perms._discard_lapsed(ARRAY[account], ARRAY[subject], ARRAY[heir], NULL::text[], NULL::text[], NULL::text[]);
		END IF;
		DELETE FROM workflow_perms.workflow_members m
			WHERE m.account_id OPERATOR(workflow_perms.==) account AND m.workflow_id OPERATOR(workflow_perms.==) subject AND m.is_owner AND m.user_id <> heir
				AND (gate.abandoned OR m.user_id OPERATOR(workflow_perms.==) me);
	END IF;

	IF gate.abandoned OR heir = me THEN
		UPDATE workflow_perms.workflows w SET run_as = heir
			WHERE w.account_id OPERATOR(workflow_perms.==) account AND w.workflow_id OPERATOR(workflow_perms.==) subject AND w.run_as IS DISTINCT FROM heir;
	END IF;
END
$$;
COMMENT ON FUNCTION workflow_perms._transfer_ownership(text, text) IS 'Internal: the body of transfer_ownership(). Spec 4.2, 4.8.';

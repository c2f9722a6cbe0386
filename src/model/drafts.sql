-- model/drafts.sql: who may write drafts and versions (spec 6.3), and how a
-- draft ends when its user may no longer edit (spec 4.7).
--
-- The right to edit is lost in two ways.  One is a change: a user is demoted,
-- deactivated or moved, a role loses a capability, a step comes to touch
-- another workspace.  The other is time: a membership or a grant expires, and
-- nothing happens at that moment.  In both cases the draft is lost for good.
-- It must not come back with the right:
--
--   1. A user who may not edit does not see the draft and cannot publish it. The
--      policy, definition() and publish() ensure this, even while the row exists.
--   2. Only a change gives a right, because rows expire but never begin by
--      themselves. So every change that may give or take the right to edit checks
--      the drafts that it may concern twice: in the state before the statement and
--      in the state after it. If the user could not edit before, the draft had
--      lapsed already, and is deleted before the right is back. If the user cannot
--      edit after, it is deleted now.
--
-- If a right is renewed before it ends, or is held in two ways of which one
-- ends, it was never lost, and the draft stays.  A draft that is saved while
-- another transaction takes the right away also stays, unseen, until the next
-- change finds it by 2.
--
-- For writers this costs one probe of workflow_drafts by key or by user.  Whole
-- accounts are checked only if roles themselves change.

CREATE FUNCTION workflow_perms.guard_workflow_drafts()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	account CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.account_id ELSE OLD.account_id END;
	subject CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.workflow_id ELSE OLD.workflow_id END;
	editor CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN NEW.user_id ELSE OLD.user_id END;
	code text := workflow_perms._workflow_refusal('view_draft', account, subject);
BEGIN
	IF code IS NULL AND NOT workflow_perms.principal_is(account, editor) THEN
		code := 'not_own';
	END IF;
	PERFORM workflow_perms._refuse(lower(TG_OP), 'draft of workflow', subject, code);
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION workflow_perms.guard_workflow_drafts() IS 'Trigger: who may write workflow_drafts. Spec 6.3.';

-- If the snapshot no longer shows the user, it is being deleted, and its drafts
-- with it.  Here and below, each query on a table is for one account, as
-- distributed tables require (docs/citus.md).
CREATE FUNCTION workflow_perms._lapsed_drafts(accounts text[], workflows text[], users text[])
RETURNS TABLE (account_id text, workflow_id text, user_id text)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000 ROWS 1
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	editor record;
	who workflow_perms.principal;
BEGIN
	FOR editor IN
		SELECT k.account, k.id, array_agg(k.workflow) AS workflows
		FROM unnest(accounts, workflows, users) AS k (account, workflow, id)
		GROUP BY k.account, k.id
	LOOP
		CONTINUE WHEN 1 <> (
			SELECT count(*) FROM workflow_perms.users u
			WHERE u.account_id OPERATOR(workflow_perms.==) editor.account AND u.user_id OPERATOR(workflow_perms.==) editor.id
				AND EXISTS (SELECT FROM workflow_perms.accounts a WHERE a.account_id = editor.account));
		who := workflow_perms.principal(editor.account, editor.id);
		RETURN QUERY
			SELECT d.account_id, d.workflow_id, d.user_id
			FROM workflow_perms.workflow_drafts d
			CROSS JOIN LATERAL (SELECT f.* FROM workflow_perms.workflows f
				WHERE f.account_id OPERATOR(workflow_perms.==) editor.account AND f.workflow_id OPERATOR(workflow_perms.==) d.workflow_id OFFSET 0) w
			WHERE d.account_id = editor.account AND d.user_id = editor.id AND d.workflow_id = ANY (editor.workflows)
				AND NOT workflow_perms.can_view_draft(who, w.account_id, w.workflow_id, w.workspace_id,
					w.visibility, w.status, w.condition, w.hidden);
	END LOOP;
END
$$;
COMMENT ON FUNCTION workflow_perms._lapsed_drafts(text[], text[], text[]) IS
'Internal: those of the drafts with these keys whose users may not edit the workflow, in the state that the calling query sees. Spec 4.7.';

CREATE FUNCTION workflow_perms._discard_lapsed(accounts text[], workflows text[], users text[],
	lapsed_accounts text[], lapsed_workflows text[], lapsed_users text[])
RETURNS void LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 2000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	lapsed record;
BEGIN
	FOR lapsed IN
		SELECT l.account_id, array_agg(l.workflow_id) AS workflows, array_agg(l.user_id) AS users
		FROM (
			SELECT * FROM unnest(lapsed_accounts, lapsed_workflows, lapsed_users) AS k (account_id, workflow_id, user_id)
			UNION
			SELECT * FROM workflow_perms._lapsed_drafts(accounts, workflows, users)
		) AS l
		GROUP BY l.account_id
	LOOP
		DELETE FROM workflow_perms.workflow_drafts d
		USING unnest(lapsed.workflows, lapsed.users) AS l (workflow_id, user_id)
		WHERE d.account_id = lapsed.account_id AND d.workflow_id = l.workflow_id AND d.user_id = l.user_id;
	END LOOP;
END
$$;
COMMENT ON FUNCTION workflow_perms._discard_lapsed(text[], text[], text[], text[], text[], text[]) IS
'Internal: deletes those of the drafts with these keys whose users may not edit now, and those that had lapsed before. Spec 4.7.';

-- STABLE, so it sees the state before the statement.  The function that it
-- calls last is VOLATILE and sees the present state.
CREATE FUNCTION workflow_perms._discard_drafts()
RETURNS trigger LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	-- the drafts that the change may concern
	accounts text[];
	workflows text[];
	users text[];
	account text;
BEGIN
	CASE
		-- The table is a shard of a distributed table, so the changed rows
		-- cannot be joined with other tables.  All drafts of the accounts are
		-- checked, which may be more.
		WHEN TG_LEVEL = 'STATEMENT' AND TG_TABLE_NAME <> ALL (workflow_perms._model_tables()) THEN
			FOR account IN SELECT DISTINCT c.account_id FROM changed c LOOP
				SELECT accounts || array_agg(d.account_id), workflows || array_agg(d.workflow_id), users || array_agg(d.user_id)
				INTO accounts, workflows, users
				FROM workflow_perms.workflow_drafts d
				WHERE d.account_id = account;
			END LOOP;
		WHEN TG_ARGV[1] = 'this user' THEN
			SELECT array_agg(d.account_id), array_agg(d.workflow_id), array_agg(d.user_id) INTO accounts, workflows, users
			FROM workflow_perms.workflow_drafts d
			WHERE d.account_id = NEW.account_id AND d.user_id = NEW.user_id;
		WHEN TG_ARGV[1] = 'this workflow' THEN
			SELECT array_agg(d.account_id), array_agg(d.workflow_id), array_agg(d.user_id) INTO accounts, workflows, users
			FROM workflow_perms.workflow_drafts d
			WHERE d.account_id = NEW.account_id AND d.workflow_id = NEW.workflow_id;
		WHEN TG_ARGV[1] = 'this workspace' THEN
			SELECT array_agg(d.account_id), array_agg(d.workflow_id), array_agg(d.user_id) INTO accounts, workflows, users
			FROM workflow_perms.workflow_drafts d
			WHERE d.account_id = NEW.account_id AND (
				EXISTS (SELECT FROM workflow_perms.workflows w WHERE w.account_id OPERATOR(workflow_perms.==) NEW.account_id
					AND w.workflow_id OPERATOR(workflow_perms.==) d.workflow_id AND w.workspace_id OPERATOR(workflow_perms.==) NEW.workspace_id OFFSET 0)
				OR EXISTS (SELECT FROM workflow_perms.workflow_steps s WHERE s.account_id = d.account_id
					AND s.workflow_id = d.workflow_id AND s.workspace_id = NEW.workspace_id));
		WHEN TG_ARGV[1] = 'members' THEN
			SELECT array_agg(d.account_id), array_agg(d.workflow_id), array_agg(d.user_id) INTO accounts, workflows, users
			FROM (SELECT DISTINCT c.account_id, c.workflow_id, c.user_id FROM changed c) c
			JOIN workflow_perms.workflow_drafts d USING (account_id, workflow_id, user_id);
		WHEN TG_ARGV[1] = 'users' THEN
			SELECT array_agg(d.account_id), array_agg(d.workflow_id), array_agg(d.user_id) INTO accounts, workflows, users
			FROM (SELECT DISTINCT c.account_id, c.user_id FROM changed c) c
			JOIN workflow_perms.workflow_drafts d USING (account_id, user_id);
		WHEN TG_ARGV[1] = 'users or roles' THEN
			SELECT array_agg(d.account_id), array_agg(d.workflow_id), array_agg(d.user_id) INTO accounts, workflows, users
			FROM (
				SELECT u.* FROM changed c JOIN workflow_perms.workflow_drafts u USING (account_id, user_id)
				UNION
				SELECT r.* FROM changed c JOIN workflow_perms.workflow_drafts r USING (account_id) WHERE c.role IS NOT NULL
			) AS d;
		WHEN TG_ARGV[1] = 'workflows' THEN
			SELECT array_agg(d.account_id), array_agg(d.workflow_id), array_agg(d.user_id) INTO accounts, workflows, users
			FROM (SELECT DISTINCT c.account_id, c.workflow_id FROM changed c) c
			JOIN workflow_perms.workflow_drafts d USING (account_id, workflow_id);
		WHEN TG_ARGV[1] = 'accounts' THEN
			SELECT array_agg(d.account_id), array_agg(d.workflow_id), array_agg(d.user_id) INTO accounts, workflows, users
			FROM (SELECT DISTINCT c.account_id FROM changed c) c
			JOIN workflow_perms.workflow_drafts d USING (account_id);
	END CASE;

	IF accounts IS NOT NULL THEN
		PERFORM workflow_perms._discard_lapsed(accounts, workflows, users,
				array_agg(l.account_id), array_agg(l.workflow_id), array_agg(l.user_id))
			FROM workflow_perms._lapsed_drafts(accounts, workflows, users) l;
	END IF;
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION workflow_perms._discard_drafts() IS
'Internal effect: after a change that may give or take the right to edit, deletes the drafts of users who could not edit before it or cannot after it. The trigger''s second argument says whose drafts the rows may concern. Spec 4.7.';

-- Every table that the right to edit depends on (spec 4.2), except those that
-- are written all the time: users, workflows and workspaces.  For these, the
-- row tells whether it matters (triggers.sql).
CREATE FUNCTION workflow_perms._create_draft_triggers()
RETURNS void LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	t record;
BEGIN
	FOR t IN
		SELECT w.relation, w.concerns, e.event
		FROM (VALUES
			('workflow_members', 'members', true),
			('workspace_members', 'users or roles', true),
			('workflow_steps', 'workflows', true),
			('role_grants', 'users', true),
			-- all columns are keys, so they are never updated
			('role_capabilities', 'accounts', false),
			('role_includes', 'accounts', false)
		) AS w (relation, concerns, updated)
		CROSS JOIN (VALUES ('insert'), ('update'), ('delete')) AS e (event)
		WHERE w.updated OR e.event <> 'update'
	LOOP
		EXECUTE format('CREATE TRIGGER %I AFTER %s ON workflow_perms.%I REFERENCING %s TABLE AS changed'
			' FOR EACH STATEMENT EXECUTE FUNCTION workflow_perms.effect(''_discard_drafts'', %L)',
			'discard_drafts_' || t.event, t.event, t.relation,
			CASE t.event WHEN 'insert' THEN 'NEW' ELSE 'OLD' END, t.concerns);
	END LOOP;
END
$$;
COMMENT ON FUNCTION workflow_perms._create_draft_triggers() IS
'Internal step of create_model(): the triggers that discard drafts. Spec 4.7.';

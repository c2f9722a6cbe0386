-- What ends an enablement (spec 4.4): the condition and the place of the workflow, and nothing
-- else. Each state of the workflow and of its user, with each change of anything that a decision
-- looks at, against what the spec says of the rows as they are afterwards; and the previews
-- against what came of it.
\set VERBOSITY terse
SELECT workflow_perms.create_account('re', 'boss');
INSERT INTO workflow_perms.workspaces VALUES ('re', 'open', 'open'), ('re', 'other', 'open'), ('re', 'closed', 'closed'),
	('re', 'project', 'project'), ('re', 'project2', 'project');
INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata) VALUES ('re', 'c', 'connected', '{"plan": "pro", "seats": 3}');
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status, condition)
	SELECT 're', workspace_id, workspace_id, 'main', 'live', '{"plan": "pro"}' FROM workflow_perms.workspaces WHERE account_id = 're' AND workspace_id IN ('open', 'project');
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id) VALUES ('re', 'open', 'boss');
UPDATE workflow_perms.workflow_members SET is_owner = true WHERE account_id = 're';
INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled) VALUES ('re', 'open', 'c', true), ('re', 'project', 'c', true);

CREATE TABLE re_changes (n int GENERATED ALWAYS AS IDENTITY, change text, statement text, preview text);
INSERT INTO re_changes (change, statement, preview) VALUES
	('nothing', 'SELECT', NULL),
	('condition widened', $$UPDATE workflow_perms.workflows SET condition = '{"plan": {"$in": ["pro", "free"]}}' WHERE account_id = 're' AND workflow_id = %L$$,
		$$workflow_perms.preview_condition(%L, '{"plan": {"$in": ["pro", "free"]}}')$$),
	('condition as wide, of something else', $$UPDATE workflow_perms.workflows SET condition = '{"seats": 3}' WHERE account_id = 're' AND workflow_id = %L$$,
		$$workflow_perms.preview_condition(%L, '{"seats": 3}')$$),
	('condition narrowed', $$UPDATE workflow_perms.workflows SET condition = '{"plan": "pro", "seats": 4}' WHERE account_id = 're' AND workflow_id = %L$$,
		$$workflow_perms.preview_condition(%L, '{"plan": "pro", "seats": 4}')$$),
	('condition of what is unknown', $$UPDATE workflow_perms.workflows SET condition = '{"tier": {"$ne": 1}}' WHERE account_id = 're' AND workflow_id = %L$$,
		$$workflow_perms.preview_condition(%L, '{"tier": {"$ne": 1}}')$$),
	('condition taken away', $$UPDATE workflow_perms.workflows SET condition = NULL WHERE account_id = 're' AND workflow_id = %L$$,
		$$workflow_perms.preview_condition(%L, NULL)$$),
	('condition saved as it is', $$UPDATE workflow_perms.workflows SET condition = condition WHERE account_id = 're' AND workflow_id = %L$$,
		$$workflow_perms.preview_condition(%L, '{"plan": "pro"}')$$),
	('private', $$UPDATE workflow_perms.workflows SET visibility = 'private' WHERE account_id = 're' AND workflow_id = %L$$, NULL),
	('private and narrowed', $$UPDATE workflow_perms.workflows SET visibility = 'private', condition = '{"plan": "team"}' WHERE account_id = 're' AND workflow_id = %L$$, NULL),
	('private and widened', $$UPDATE workflow_perms.workflows SET visibility = 'private', condition = NULL WHERE account_id = 're' AND workflow_id = %L$$, NULL),
	('hidden', $$UPDATE workflow_perms.workflows SET hidden = true WHERE account_id = 're' AND workflow_id = %L$$, NULL),
	('by default', $$UPDATE workflow_perms.workflows SET default_enabled = true WHERE account_id = 're' AND workflow_id = %L$$, NULL),
	('draft', $$UPDATE workflow_perms.workflows SET status = 'draft' WHERE account_id = 're' AND workflow_id = %L$$, NULL),
	('live', $$UPDATE workflow_perms.workflows SET status = 'live' WHERE account_id = 're' AND workflow_id = %L$$, NULL),
	('stopped', $$UPDATE workflow_perms.workflows SET status = 'stopped' WHERE account_id = 're' AND workflow_id = %L$$, NULL),
	('stopped and widened', $$UPDATE workflow_perms.workflows SET status = 'stopped', condition = NULL WHERE account_id = 're' AND workflow_id = %L$$, NULL),
	('stopped and narrowed', $$UPDATE workflow_perms.workflows SET status = 'stopped', condition = '{"plan": "team"}' WHERE account_id = 're' AND workflow_id = %L$$, NULL),
	('moved to one of its kind', $$UPDATE workflow_perms.workflows SET workspace_id = CASE workspace_id WHEN 'open' THEN 'other' ELSE 'project2' END WHERE account_id = 're' AND workflow_id = %L$$, NULL),
	('moved to a closed one', $$UPDATE workflow_perms.workflows SET workspace_id = 'closed' WHERE account_id = 're' AND workflow_id = %L AND workspace_id = 'open'$$, NULL),
	('workspace closed', $$UPDATE workflow_perms.workspaces SET kind = 'closed' WHERE account_id = 're' AND workspace_id = %L AND kind = 'open'$$, NULL),
	('workspace saved as it is', $$UPDATE workflow_perms.workspaces SET kind = kind WHERE account_id = 're' AND workspace_id = %L$$, NULL),
	('metadata grown', $$UPDATE workflow_perms.users SET metadata = '{"plan": "pro", "seats": 9}' WHERE account_id = 're' AND user_id = 'c' AND %L <> ''$$,
		$$workflow_perms.preview_metadata('c', '{"plan": "pro", "seats": 9}') WHERE workflow_id = %L$$),
	('metadata of another plan', $$UPDATE workflow_perms.users SET metadata = '{"plan": "free"}' WHERE account_id = 're' AND user_id = 'c' AND %L <> ''$$,
		$$workflow_perms.preview_metadata('c', '{"plan": "free"}') WHERE workflow_id = %L$$),
	('metadata emptied', $$UPDATE workflow_perms.users SET metadata = '{}' WHERE account_id = 're' AND user_id = 'c' AND %L <> ''$$,
		$$workflow_perms.preview_metadata('c', '{}') WHERE workflow_id = %L$$),
	('metadata saved as it is', $$UPDATE workflow_perms.users SET metadata = metadata WHERE account_id = 're' AND user_id = 'c' AND %L <> ''$$,
		$$workflow_perms.preview_metadata('c', '{"plan": "pro", "seats": 3}') WHERE workflow_id = %L$$),
	('user inactive', $$UPDATE workflow_perms.users SET active = false WHERE account_id = 're' AND user_id = 'c' AND %L <> ''$$, NULL),
	('user active', $$UPDATE workflow_perms.users SET active = true WHERE account_id = 're' AND user_id = 'c' AND %L <> ''$$, NULL),
	('user inactive and synced', $$UPDATE workflow_perms.users SET active = false, metadata = '{"plan": "pro"}' WHERE account_id = 're' AND user_id = 'c' AND %L <> ''$$, NULL),
	('user inactive and of another plan', $$UPDATE workflow_perms.users SET active = false, metadata = '{"plan": "free"}' WHERE account_id = 're' AND user_id = 'c' AND %L <> ''$$, NULL),
	('account denies runs', $$UPDATE workflow_perms.accounts SET default_execution = 'deny' WHERE account_id = 're' AND %L <> ''$$, NULL),
	('a rule denies runs', $$INSERT INTO workflow_perms.execution_rules (account_id, workflow_id, user_id, effect) VALUES ('re', %L, 'c', 'deny')$$, NULL);

-- Makes one change in one state, and takes it back: what became of the enablement; what the spec
-- says of the rows as they then are, whatever had changed; and what the preview had said.
CREATE FUNCTION re_try(state text, active boolean, workflow text, c re_changes, OUT got text, OUT wanted text, OUT preview text) LANGUAGE plpgsql AS $$
DECLARE
	w workflow_perms.workflows;
	u workflow_perms.users;
BEGIN
	UPDATE workflow_perms.workflows SET status = state::workflow_perms.workflow_status WHERE account_id = 're' AND workflow_id = workflow;
	UPDATE workflow_perms.users SET active = re_try.active WHERE account_id = 're' AND user_id = 'c';
	IF c.preview IS NOT NULL THEN
		EXECUTE format('SELECT coalesce(string_agg(change, '','') FILTER (WHERE what = ''enabled''), ''kept'') FROM ' || c.preview, workflow) INTO preview;
	END IF;
	EXECUTE format(c.statement, workflow);
	SELECT CASE WHEN e.enabled THEN 'kept' ELSE e.reason END INTO got
		FROM workflow_perms.enablements e WHERE account_id = 're' AND workflow_id = workflow;
	SELECT * INTO w FROM workflow_perms.workflows f WHERE f.account_id = 're' AND f.workflow_id = workflow;
	SELECT * INTO u FROM workflow_perms.users f WHERE f.account_id = 're' AND f.user_id = 'c';
	wanted := CASE
		WHEN (SELECT kind IN ('open', 'closed') AND NOT (kind = 'open' AND w.visibility = 'main') FROM workflow_perms.workspaces s WHERE s.account_id = 're' AND s.workspace_id = w.workspace_id) THEN 'not_visible'
		WHEN workflow_perms.matches(u.metadata, u.user_id, w.condition) IS NOT TRUE AND w.condition IS NOT NULL THEN 'condition'
		ELSE 'kept' END;
	RAISE EXCEPTION USING ERRCODE = 'REUND';
EXCEPTION WHEN SQLSTATE 'REUND' THEN
	NULL;
END
$$;
CREATE TABLE re_outcomes AS SELECT NULL::text AS state, NULL::boolean AS active, NULL::text AS workflow, NULL::text AS change, 0 AS n, NULL::text AS got, NULL::text AS wanted, NULL::text AS preview LIMIT 0;
BEGIN;
SELECT workflow_perms.set_principal('re', 'boss');
INSERT INTO re_outcomes
	SELECT s.state, a.active, w.workflow, c.change, c.n, t.*
	FROM unnest('{draft,live,stopped}'::text[]) AS s (state), unnest('{true,false}'::boolean[]) AS a (active), unnest('{open,project}'::text[]) AS w (workflow),
		re_changes c, re_try(s.state, a.active, w.workflow, c) t;
COMMIT;
-- The same whatever the state.
SELECT n, change, workflow, string_agg(DISTINCT got, ' or ') AS became, string_agg(DISTINCT preview, ' or ') AS preview, count(*) AS states
	FROM re_outcomes GROUP BY 1, 2, 3 ORDER BY 1, 3;
SELECT * FROM re_outcomes WHERE got IS DISTINCT FROM wanted OR preview IS NOT NULL AND (preview = 'lost') IS DISTINCT FROM (got <> 'kept') ORDER BY n, state, active, workflow;
DROP FUNCTION re_try;
DROP TABLE re_outcomes, re_changes;
DELETE FROM workflow_perms.accounts WHERE account_id = 're';

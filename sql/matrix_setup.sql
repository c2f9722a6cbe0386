-- What the tests of the write matrix (spec 6.3) stand on: two accounts with one
-- user for every way to be somebody, an ordinary role, and a runner that tries one
-- statement as one user and undoes it.
-- Roles stay behind in the cluster from one run to the next, and the model may be made already.
DO $$
DECLARE
	name text;
BEGIN
	-- regress_full was granted everything: what stops it is row security and the triggers alone.
	FOREACH name IN ARRAY ARRAY['regress_app', 'regress_engine', 'regress_full'] LOOP
		IF to_regrole(name) IS NULL THEN
			EXECUTE format('CREATE ROLE %I', name);
		END IF;
	END LOOP;
	IF to_regclass('workflow_perms.accounts') IS NULL THEN
		PERFORM workflow_perms.create_model(application => 'regress_app', engine => 'regress_engine');
	END IF;
END
$$;
GRANT ALL ON ALL TABLES IN SCHEMA workflow_perms TO regress_full;

CREATE SCHEMA matrix;
GRANT USAGE ON SCHEMA matrix TO PUBLIC;

-- Tries a statement and undoes it: how many rows it took, or the error.
CREATE FUNCTION matrix.attempt(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	n bigint;
BEGIN
	EXECUTE statement;
	GET DIAGNOSTICS n = ROW_COUNT;
	SET CONSTRAINTS ALL IMMEDIATE;
	RAISE EXCEPTION USING ERRCODE = 'MXUND';
EXCEPTION
	WHEN SQLSTATE 'MXUND' THEN RETURN n || CASE n WHEN 1 THEN ' row' ELSE ' rows' END;
	WHEN OTHERS THEN RETURN SQLSTATE || ' ' || SQLERRM;
END
$$;

-- Becomes that user ("account/user", "account/" anonymous, "none") under that role, until the transaction ends.
CREATE FUNCTION matrix.become(who text, database_role text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	IF who <> 'none' THEN
		PERFORM CASE split_part(who, '/', 2) WHEN '' THEN workflow_perms.set_anonymous(split_part(who, '/', 1))
			ELSE workflow_perms.set_principal(split_part(who, '/', 1), split_part(who, '/', 2)) END;
	END IF;
	PERFORM set_config('role', database_role, true);
END
$$;
-- Asks an expression as somebody, from within another statement's transaction.
CREATE FUNCTION matrix.ask(who text, expression text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	answer boolean;
BEGIN
	PERFORM matrix.become(who, 'regress_app');
	EXECUTE 'SELECT ' || expression INTO answer;
	RETURN answer;
END
$$;

CREATE TABLE matrix.cells (
	n int GENERATED ALWAYS AS IDENTITY,
	cell text,       -- which rule of the matrix
	who text,
	statement text,
	expected text,   -- the words that the answer must end with, its code aside
	database_role text DEFAULT 'regress_app'
);
-- A cell as four statements for \gexec. One line of output: "ok", or what came
-- instead of the expected; then the cell, who tried, the whole answer.
CREATE VIEW matrix.script AS
	SELECT 'BEGIN' AS first,
		format('DO %L', format('BEGIN PERFORM matrix.become(%L, %L); END', who, database_role)) AS second,
		format('SELECT CASE WHEN '' '' || %1$L IN (right('' '' || a, length(%1$L) + 1), right('' '' || regexp_replace(a, '': [a-z_]+$'', ''''), length(%1$L) + 1))'
			' THEN ''ok'' ELSE ''NOT OK, expected %1$s'' END, %2$L, %3$L, a FROM matrix.attempt(%4$L) a',
			expected, cell, who || CASE database_role WHEN 'regress_app' THEN '' ELSE ' as ' || database_role END, statement) AS third,
		'ROLLBACK' AS fourth
	FROM matrix.cells ORDER BY n;

-- Two accounts. `mx` has one user for every way to be somebody; `my` uses the same ids.
SELECT workflow_perms.create_account('mx', 'ada');
SELECT workflow_perms.create_account('my', 'ada');
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role, metadata, active) VALUES
	('mx', 'adele', 'member', 'admin', '{}', true),    -- an account admin without a role
	('mx', 'mo', 'member', 'member', '{}', true),      -- an account member without a role
	('mx', 'vi', 'member', 'viewer', '{}', true),
	('mx', 'gus', 'member', 'guest', '{}', true),
	('mx', 'wo', 'member', 'member', '{}', true),      -- owns workspaces and workflows
	('mx', 'dev', 'member', 'viewer', '{}', true),     -- holds Member
	('mx', 'sup', 'member', 'viewer', '{}', true),     -- holds Support
	('mx', 'sup1', 'member', 'viewer', '{}', true),    -- holds Support for project p1
	('mx', 'lead', 'member', 'viewer', '{}', true),    -- holds Lead: team.manage_roles and nothing else
	('mx', 'lead1', 'member', 'viewer', '{}', true),   -- holds Lead for project p1
	('mx', 'inv', 'member', 'viewer', '{}', true),     -- holds Inviter: team.invite
	('mx', 'keys', 'member', 'viewer', '{}', true),    -- holds Keys: api_keys.manage
	('mx', 'proj', 'member', 'viewer', '{}', true),    -- holds Projects for p1, p2: projects.modify, workflows.view and create
	('mx', 'move', 'member', 'viewer', '{}', true),    -- holds Member for p1, Makers for p2
	('mx', 'off', 'member', 'admin', '{}', false),     -- inactive
	('mx', 'bot', 'service', NULL, '{}', true),
	('mx', 'bot2', 'service', 'member', '{}', true),
	('mx', 'pro', 'connected', NULL, '{"plan": "pro"}', true),
	('mx', 'free', 'connected', NULL, '{"plan": "free"}', true),
	('my', 'mo', 'member', 'member', '{}', true),
	('my', 'pro', 'connected', NULL, '{"plan": "pro"}', true);
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) VALUES
	('mx', 'o1', 'open'), ('mx', 'c1', 'closed'), ('mx', 'c2', 'closed'), ('mx', 'empty', 'open'),
	('mx', 'p1', 'project'), ('mx', 'p2', 'project'), ('mx', 'pempty', 'project'), ('mx', 'a1', 'app'),
	('my', 'o1', 'open'), ('my', 'p1', 'project');
INSERT INTO workflow_perms.roles (account_id, role) VALUES
	('mx', 'Lead'), ('mx', 'Inviter'), ('mx', 'Keys'), ('mx', 'Projects'), ('mx', 'Makers'),
	('mx', 'Design'), ('mx', 'Painters'), ('mx', 'Unused'), ('mx', 'Exporters'), ('my', 'Design');
INSERT INTO workflow_perms.role_capabilities (account_id, role, capability) VALUES
	('mx', 'Lead', 'team.manage_roles'), ('mx', 'Inviter', 'team.invite'), ('mx', 'Keys', 'api_keys.manage'),
	('mx', 'Projects', 'projects.modify'), ('mx', 'Projects', 'workflows.view'), ('mx', 'Projects', 'workflows.create'),
	('mx', 'Makers', 'workflows.create'), ('mx', 'Exporters', 'acme.export');
INSERT INTO workflow_perms.role_includes (account_id, role, included_role) VALUES
	('mx', 'Painters', 'Design'), ('mx', 'Unused', 'Exporters');
INSERT INTO workflow_perms.role_grants (account_id, user_id, role, workspace_id) VALUES
	('mx', 'dev', 'Member', NULL), ('mx', 'sup', 'Support', NULL), ('mx', 'sup1', 'Support', 'p1'),
	('mx', 'lead', 'Lead', NULL), ('mx', 'lead', 'Painters', NULL), ('mx', 'lead1', 'Lead', 'p1'),
	('mx', 'inv', 'Inviter', NULL), ('mx', 'keys', 'Keys', NULL),
	('mx', 'proj', 'Projects', 'p1'), ('mx', 'proj', 'Projects', 'p2'), ('mx', 'mo', 'Design', NULL),
	('mx', 'pro', 'Admin', NULL), ('mx', 'vi', 'Design', 'p1'),
	('mx', 'move', 'Member', 'p1'), ('mx', 'move', 'Makers', 'p2');
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id, role, is_owner) VALUES
	('mx', 'o1', 'wo', NULL, true), ('mx', 'o1', 'mo', NULL, false), ('mx', 'o1', 'bot', NULL, false),
	('mx', 'c1', 'wo', NULL, true), ('mx', 'c1', 'mo', NULL, false), ('mx', 'c1', 'gus', NULL, false),
	('mx', 'c2', 'off', NULL, true), ('mx', 'c2', 'vi', NULL, false), ('mx', 'empty', 'wo', NULL, true),
	('my', 'o1', 'mo', NULL, true);
-- The first owner is whoever inserts; a load names the owners itself.
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status, condition) VALUES
	('mx', 'open_main', 'o1', 'main', 'live', NULL), ('mx', 'open_private', 'o1', 'private', 'live', NULL),
	('mx', 'closed_main', 'c1', 'main', 'live', NULL),
	('mx', 'project_flow', 'p1', 'private', 'live', '{"plan": "pro"}'), ('mx', 'other_project_flow', 'p2', 'private', 'live', NULL),
	('mx', 'app_flow', 'a1', 'private', 'live', NULL),
	('my', 'open_main', 'o1', 'main', 'live', NULL);
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id, is_owner)
	SELECT account_id, workflow_id, CASE account_id WHEN 'mx' THEN 'wo' ELSE 'mo' END, false
	FROM workflow_perms.workflows WHERE account_id IN ('mx', 'my') AND workspace_id IN ('o1', 'c1');
UPDATE workflow_perms.workflow_members SET is_owner = true WHERE account_id IN ('mx', 'my');
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id, role) VALUES
	('mx', 'open_private', 'mo', NULL), ('mx', 'open_private', NULL, 'Painters'), ('mx', 'open_main', 'gus', NULL);

-- query/answers.sql: answers beyond yes and no (spec 5).
CREATE FUNCTION workflow_perms.explain_access(action text, object text,
	OUT gate text, OUT verdict boolean, OUT code text, OUT decided_by text, OUT detail jsonb)
	RETURNS SETOF record LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1000 ROWS 8
	AS 'MODULE_PATHNAME', 'wp_explain_access';
COMMENT ON FUNCTION workflow_perms.explain_access(text, text) IS
	'Why the session''s principal may or may not do this: a row for each gate that was asked, in order, up to the first that failed; the last row''s verdict is the decision. action: view, view_draft, edit, publish, delete, manage_members, manage_rules, enable, run (object: a workflow''s id), create, access_workspace (a workspace''s id). code: why not, NULL where the gate is passed; decided_by: the rule, membership, role, capability or default that decided; detail, of a condition that fails: an array of the clauses in the way, each with clause (in words), path, expected, is (null: unknown), wanted, seen, missing (the path at which nothing stands), needs (the type asked for). One row with verdict and code alone where the object may not be viewed. Raises 22023 for another action. Spec 5.';

CREATE FUNCTION workflow_perms.explain_access(action text, object text, user_id text,
	OUT gate text, OUT verdict boolean, OUT code text, OUT decided_by text, OUT detail jsonb)
	RETURNS SETOF record LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 2000 ROWS 8
	AS 'MODULE_PATHNAME', 'wp_explain_access';
COMMENT ON FUNCTION workflow_perms.explain_access(text, text, text) IS
	'The same about a user of the account (NULL: an anonymous principal). For another user it takes manage_members on the workflow, or for its workspace team.manage_roles (members and services) or connected_users.view (connected users and anonymous ones): 42501 else. An object that the session''s principal may not view is not_found. Values of a user''s metadata are shown with connected_users.view for the account. Raises 42704 for a user that does not exist. Spec 5.';

CREATE FUNCTION workflow_perms.who_can(action text, workflow_id text, OUT user_id text, OUT reason text)
	RETURNS SETOF record LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 100000 ROWS 100
	AS 'MODULE_PATHNAME', 'wp_who_can';
COMMENT ON FUNCTION workflow_perms.who_can(text, text) IS
	'The users of the account who may do this (view, view_draft, edit, publish, delete, manage_members, manage_rules, enable, run) to the workflow, by their ids: those for whom can_…() is true; anonymous principals are no users. reason: what decided, as explain_access() has it in decided_by. Takes manage_members on the workflow, or team.manage_roles for its workspace: 42501 else, for a workflow that the session''s principal may not view as for one that does not exist. Raises 22023 for another action. Asks one user after the other. Spec 5.';

CREATE FUNCTION workflow_perms.what_can(OUT workflow_id text, OUT actions text[])
	RETURNS SETOF record LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 2000 ROWS 1000
	AS 'MODULE_PATHNAME', 'wp_what_can';
COMMENT ON FUNCTION workflow_perms.what_can() IS
	'What the session''s principal may do: the ids of the workflows on which at least one can_…() is true, in no order, each with these actions (view, view_draft, edit, publish, delete, manage_members, enable, run, in this order). Empty without a principal. Spec 5.';

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

-- query/answers.sql: answers beyond yes and no (spec 5).
CREATE FUNCTION workflow_perms.explain_access(action text, object text,
	OUT gate text, OUT verdict boolean, OUT code text, OUT decided_by text, OUT detail jsonb)
	RETURNS SETOF record LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1000 ROWS 8
	AS 'MODULE_PATHNAME', 'wp_explain_access';
COMMENT ON FUNCTION workflow_perms.explain_access(text, text) IS
	'Why the session''s principal may or may not do this: a row for each gate that was asked, in order, up to the first that failed; the last row''s verdict is the decision. action: view, view_draft, edit, publish, delete, manage_members, manage_rules, enable, run (object: a workflow''s id), create, access_workspace (a workspace''s id), view_board (a board''s id), view_run, replay (a run''s id; the run gates at the end are those of for_user, where there is one); those on a part of something take an array. code: why not, NULL where the gate is passed; decided_by: the rule, membership, role, capability or default that decided, with the role through which it is held; detail, of a condition that fails: an array of the clauses in the way, each with clause (in words), path, expected, is (null: unknown), wanted, seen, missing (the path at which nothing stands), in_array (the path of an array that the clause''s path does not enter), needs (the type asked for). One row with verdict and code alone where the object may not be viewed. Raises 22023 for another action. Spec 5.';

CREATE FUNCTION workflow_perms.explain_access(action text, object text, user_id text,
	OUT gate text, OUT verdict boolean, OUT code text, OUT decided_by text, OUT detail jsonb)
	RETURNS SETOF record LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 2000 ROWS 8
	AS 'MODULE_PATHNAME', 'wp_explain_access';
COMMENT ON FUNCTION workflow_perms.explain_access(text, text, text) IS
	'As explain_access(action, object), about a user of the account (NULL: an anonymous principal). For another user it takes manage_members on the workflow, or for its workspace team.manage_roles (members and services) or connected_users.view (connected users and anonymous ones): 42501 else. An object that the session''s principal may not view is not_found. Values of a user''s metadata are shown with connected_users.view for the account. Raises 42704 for a user that does not exist. Spec 5.';

CREATE FUNCTION workflow_perms.explain_access(action text, object text[],
	OUT gate text, OUT verdict boolean, OUT code text, OUT decided_by text, OUT detail jsonb)
	RETURNS SETOF record LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1000 ROWS 8
	AS 'MODULE_PATHNAME', 'wp_explain_access_ids';
COMMENT ON FUNCTION workflow_perms.explain_access(text, text[]) IS
	'As explain_access(action, object), the object as an array of its ids, for the actions that are on a part of something: view_column, edit_column (ARRAY[board_id, column_id]), view_run_detail (ARRAY[run_id, step_no]) and step (ARRAY[run_id, step_id]: may the run do this step of the live version? The gates after those of view_run are those of run_as). Where the details of the step are not for the session''s principal, or the last gates are those of a user about whom it may not ask, what decided is not named. Raises 22023 for another number of ids. Spec 4.8, 5.';

CREATE FUNCTION workflow_perms.explain_access(action text, object text[], user_id text,
	OUT gate text, OUT verdict boolean, OUT code text, OUT decided_by text, OUT detail jsonb)
	RETURNS SETOF record LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 2000 ROWS 8
	AS 'MODULE_PATHNAME', 'wp_explain_access_ids';
COMMENT ON FUNCTION workflow_perms.explain_access(text, text[], text) IS
	'As explain_access(action, object), the object as an array of ids, about a user of the account: who may ask about whom is as there. Spec 4.8, 5.';

CREATE FUNCTION workflow_perms.who_can(action text, workflow_id text, OUT user_id text, OUT reason text)
	RETURNS SETOF record LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 100000 ROWS 100
	AS 'MODULE_PATHNAME', 'wp_who_can';
COMMENT ON FUNCTION workflow_perms.who_can(text, text) IS
	'The users of the account who may do this (view, view_draft, edit, publish, delete, manage_members, manage_rules, enable, run) to the workflow, by their ids: those for whom can_...() is true; anonymous principals are no users. reason: what decided, as explain_access() has it in decided_by. Takes manage_members on the workflow, or team.manage_roles for its workspace: 42501 else, for a workflow that the session''s principal may not view as for one that does not exist. Raises 22023 for another action. Asks one user after the other. Spec 5.';

CREATE FUNCTION workflow_perms.what_can(OUT workflow_id text, OUT actions text[])
	RETURNS SETOF record LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 2000 ROWS 1000
	AS 'MODULE_PATHNAME', 'wp_what_can';
COMMENT ON FUNCTION workflow_perms.what_can() IS
	'What the session''s principal may do: the ids of the workflows on which at least one can_...() is true, in no order, each with these actions (view, view_draft, edit, publish, delete, manage_members, enable, run, in this order). Empty without a principal. Spec 5.';

CREATE FUNCTION workflow_perms.with_role(principal workflow_perms.principal, role text)
	RETURNS workflow_perms.principal LANGUAGE c STABLE STRICT PARALLEL SAFE COST 2000
	AS 'MODULE_PATHNAME', 'wp_with_role';
COMMENT ON FUNCTION workflow_perms.with_role(workflow_perms.principal, text) IS
	'What if: the principal, had its user this role, for the whole account, too; what it includes, capabilities, memberships and rules follow, as the tables have them now. The metadata and the roles are the given principal''s. Raises 42704 for a role or a user that does not exist (any more), 22023 for a system role and for an anonymous principal. Privileged: EXECUTE is granted to nobody by default. Spec 3.';

CREATE FUNCTION workflow_perms.without_role(principal workflow_perms.principal, role text)
	RETURNS workflow_perms.principal LANGUAGE c STABLE STRICT PARALLEL SAFE COST 2000
	AS 'MODULE_PATHNAME', 'wp_without_role';
COMMENT ON FUNCTION workflow_perms.without_role(workflow_perms.principal, text) IS
	'What if: the principal, had its user not been granted this role for the whole account. A role that another of its roles includes, or that is held for a workspace, stays. The rest is as of with_role(). Privileged: EXECUTE is granted to nobody by default. Spec 3.';

CREATE FUNCTION workflow_perms.preview_condition(workflow_id text, condition workflow_perms.metadata_condition,
	OUT user_id text, OUT change text, OUT what text)
	RETURNS SETOF record LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10000 ROWS 100
	AS 'MODULE_PATHNAME', 'wp_preview_condition';
COMMENT ON FUNCTION workflow_perms.preview_condition(text, workflow_perms.metadata_condition) IS
	'What the workflow''s connected users would gain and lose, had it this condition (NULL: none): change is gained or lost, what is visible (can_view) or enabled (an enablement that would be disabled; none is ever gained). By the ids of the users. Changes nothing. Takes edit: 42501 else, for a workflow that the session''s principal may not view as for one that does not exist. Spec 4.4, 5.';

CREATE FUNCTION workflow_perms.preview_metadata(user_id text, metadata jsonb,
	OUT workflow_id text, OUT change text, OUT what text)
	RETURNS SETOF record LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10000 ROWS 100
	AS 'MODULE_PATHNAME', 'wp_preview_metadata';
COMMENT ON FUNCTION workflow_perms.preview_metadata(text, jsonb) IS
	'Which workflows the connected user would gain and lose, had they this metadata (a JSON object, whole): change is gained or lost, what is visible (can_view) or enabled (an enablement that would be disabled; none is ever gained). In no order. Changes nothing. Takes connected_users.manage for the account: 42501 else. Raises 42704 for a user that does not exist, 22023 for one who is not connected and for metadata that is no object, 54000 for metadata over workflow_perms.max_metadata_size. Spec 4.4, 5.';

CREATE FUNCTION workflow_perms.users_matching(condition workflow_perms.metadata_condition)
	RETURNS SETOF text LANGUAGE c STABLE STRICT PARALLEL SAFE COST 10000 ROWS 1000
	AS 'MODULE_PATHNAME', 'wp_users_matching';
COMMENT ON FUNCTION workflow_perms.users_matching(workflow_perms.metadata_condition) IS
	'The ids of the connected users, active or not, of the session''s principal''s account who match the condition: those for whom matches(metadata, user_id, condition) is true. In no order; none for NULL. Uses an index of operator class metadata_ops on users.metadata where there is one and it pays. Takes connected_users.view for the account: 42501 else. Spec 2.4.';

-- The conditions that hold.  A hash tells a condition apart from
-- others, which is more than may be known of a workflow that one cannot see; so it is
-- for nobody by default.
CREATE FUNCTION workflow_perms._matching_hashes() RETURNS bigint[]
	LANGUAGE c STABLE STRICT PARALLEL SAFE COST 10000
	AS 'MODULE_PATHNAME', 'wp_matching_hashes';
COMMENT ON FUNCTION workflow_perms._matching_hashes() IS 'Internal: the hashes (condition_hash()) of those conditions of the account''s workflows that hold for the session''s principal, in ascending order; NULL without a principal.';
CREATE FUNCTION workflow_perms._matching_hashes(principal workflow_perms.principal) RETURNS bigint[]
	LANGUAGE c STABLE STRICT PARALLEL SAFE COST 10000
	AS 'MODULE_PATHNAME', 'wp_matching_hashes';
COMMENT ON FUNCTION workflow_perms._matching_hashes(workflow_perms.principal) IS 'Internal: as _matching_hashes(), for any principal.';

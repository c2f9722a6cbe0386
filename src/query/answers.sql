-- query/answers.sql: explanations, reports and previews (spec 5).
CREATE FUNCTION workflow_perms.explain_access(action text, object text,
	OUT gate text, OUT verdict boolean, OUT code text, OUT decided_by text, OUT detail jsonb)
	RETURNS SETOF record LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1000 ROWS 8
	AS 'MODULE_PATHNAME', 'wp_explain_access';
COMMENT ON FUNCTION workflow_perms.explain_access(text, text) IS
	'Why the session''s principal may or may not do this. One row for each gate that was checked, in order, up to the first that failed. The verdict of the last row is the decision. action: view, view_name (workflow_names), view_draft, edit, operate, publish, delete, manage_members, manage_rules, enable, run (object: a workflow''s id), create, access_workspace (a workspace''s id), view_board (a board''s id), view_run, replay (a run''s id; the run gates at the end are those of for_user, if there is one). Actions on a part of an object take an array. code: the reason, NULL if the gate is passed. decided_by: the rule, membership, role, capability or default that decided, with the role through which it is held. detail, for a condition that fails: an array of the clauses that fail, each with clause (in words), path, expected, is (null: unknown), wanted, seen, missing (the path that does not exist), in_array (the path of an array that the clause''s path does not enter), needs (the type required). If the object may not be viewed, one row with only verdict and code. Raises 22023 for another action. Spec 5.';

CREATE FUNCTION workflow_perms.explain_access(action text, object text, user_id text,
	OUT gate text, OUT verdict boolean, OUT code text, OUT decided_by text, OUT detail jsonb)
	RETURNS SETOF record LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 2000 ROWS 8
	AS 'MODULE_PATHNAME', 'wp_explain_access';
COMMENT ON FUNCTION workflow_perms.explain_access(text, text, text) IS
	'As explain_access(action, object), for a user of the account (NULL: an anonymous principal). For another user this requires manage_members on the workflow or, for its workspace, team.manage_roles (members and services) or connected_users.view (connected users and anonymous principals); otherwise it raises 42501. An object that the session''s principal may not view is not_found, but in a project or an app connected_users.view is enough for a workflow and its connected users: then everything is told. Values of a user''s metadata are shown only with connected_users.view for the account or the workspace. Raises 42704 for a user that does not exist. Spec 5.';

CREATE FUNCTION workflow_perms.explain_access(action text, object text[],
	OUT gate text, OUT verdict boolean, OUT code text, OUT decided_by text, OUT detail jsonb)
	RETURNS SETOF record LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1000 ROWS 8
	AS 'MODULE_PATHNAME', 'wp_explain_access_ids';
COMMENT ON FUNCTION workflow_perms.explain_access(text, text[]) IS
	'As explain_access(action, object), with the object as an array of its ids, for actions on a part of an object: view_column, edit_column (ARRAY[board_id, column_id]), view_run_detail (ARRAY[run_id, step_no]) and step (ARRAY[run_id, step_id]: may the run do this step of the live version? The gates after those of view_run are those of run_as). decided_by is NULL for gates on details of the step that the session''s principal may not see, and for gates of a user that it may not ask about. Raises 22023 for another number of ids. Spec 4.8, 5.';

CREATE FUNCTION workflow_perms.explain_access(action text, object text[], user_id text,
	OUT gate text, OUT verdict boolean, OUT code text, OUT decided_by text, OUT detail jsonb)
	RETURNS SETOF record LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 2000 ROWS 8
	AS 'MODULE_PATHNAME', 'wp_explain_access_ids';
COMMENT ON FUNCTION workflow_perms.explain_access(text, text[], text) IS
	'As explain_access(action, object), with the object as an array of ids, for a user of the account. The rights that this requires are those of explain_access(action, object, user_id). Spec 4.8, 5.';

CREATE FUNCTION workflow_perms.explain_access(principal workflow_perms.principal, action text, object text,
	OUT gate text, OUT verdict boolean, OUT code text, OUT decided_by text, OUT detail jsonb)
	RETURNS SETOF record LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1000 ROWS 8
	AS 'MODULE_PATHNAME', 'wp_explain_principal';
COMMENT ON FUNCTION workflow_perms.explain_access(workflow_perms.principal, text, text) IS
	'As explain_access(action, object), for any principal, of an object of its account. Everything is told, whatever that principal may view, but for the role through which something is held: a principal as a value does not contain that. Privileged: no role may execute it by default. Spec 5.';

CREATE FUNCTION workflow_perms.explain_access(principal workflow_perms.principal, action text, object text[],
	OUT gate text, OUT verdict boolean, OUT code text, OUT decided_by text, OUT detail jsonb)
	RETURNS SETOF record LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1000 ROWS 8
	AS 'MODULE_PATHNAME', 'wp_explain_principal_ids';
COMMENT ON FUNCTION workflow_perms.explain_access(workflow_perms.principal, text, text[]) IS
	'As explain_access(principal, action, object), with the object as an array of ids. Privileged: no role may execute it by default. Spec 4.8, 5.';

CREATE FUNCTION workflow_perms.who_can(action text, workflow_id text, OUT user_id text, OUT reason text)
	RETURNS SETOF record LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 100000 ROWS 100
	AS 'MODULE_PATHNAME', 'wp_who_can';
COMMENT ON FUNCTION workflow_perms.who_can(text, text) IS
	'The users of the account that may do this (view, view_name, view_draft, edit, operate, publish, delete, manage_members, manage_rules, enable, run) to the workflow, in the order of their ids: those for which can_...() is true. Anonymous principals are not users. reason: what decided, as in decided_by of explain_access(). Requires manage_members on the workflow, or team.manage_roles for its workspace; otherwise raises 42501. A workflow that the session''s principal may not view is reported as one that does not exist. Raises 22023 for another action. Checks one user after the other. Spec 5.';

CREATE FUNCTION workflow_perms.run_permissions(workflow_id text,
	OUT user_id text, OUT role text, OUT setting text, OUT inherited text, OUT inherited_from text, OUT result text)
	RETURNS SETOF record LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10000 ROWS 100
	AS 'MODULE_PATHNAME', 'wp_run_permissions';
COMMENT ON FUNCTION workflow_perms.run_permissions(text) IS
	'What the execution rules say of a workflow: a row for each user of the account, in the order of their ids, then one for each role. setting: granted or denied by the workflow''s own rule for this user or role, or inherited if it has none. inherited: granted or denied, what holds without that rule, and inherited_from, the level that says so, with its role. result: granted or denied, what the walk comes to; the other run gates are not asked. A role is taken as a user that holds it alone, for the account; roles that it includes count. Rules that the session''s principal may not read count too. Requires the right to write the workflow''s rules; otherwise raises 42501. A workflow that the principal may not view either is reported as one that does not exist. Spec 4.5, 5.';

CREATE FUNCTION workflow_perms.what_can(OUT workflow_id text, OUT actions text[])
	RETURNS SETOF record LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 2000 ROWS 1000
	AS 'MODULE_PATHNAME', 'wp_what_can';
COMMENT ON FUNCTION workflow_perms.what_can() IS
	'What the session''s principal may do: the ids of the workflows for which at least one can_...() is true, in no order, each with these actions (view, view_draft, edit, operate, publish, delete, manage_members, enable, run, in this order). Empty without a principal. Spec 5.';

CREATE FUNCTION workflow_perms.with_role(principal workflow_perms.principal, role text)
	RETURNS workflow_perms.principal LANGUAGE c STABLE STRICT PARALLEL SAFE COST 2000
	AS 'MODULE_PATHNAME', 'wp_with_role';
COMMENT ON FUNCTION workflow_perms.with_role(workflow_perms.principal, text) IS
	'What if: the principal, as if its user also had this role for the whole account. Included roles, capabilities, memberships and rules follow from the tables as they are now. The metadata and the other roles are those of the given principal. Raises 42704 for a role or a user that does not exist, 22023 for a system role and for an anonymous principal. Privileged: no role may execute it by default. Spec 3.';

CREATE FUNCTION workflow_perms.without_role(principal workflow_perms.principal, role text)
	RETURNS workflow_perms.principal LANGUAGE c STABLE STRICT PARALLEL SAFE COST 2000
	AS 'MODULE_PATHNAME', 'wp_without_role';
COMMENT ON FUNCTION workflow_perms.without_role(workflow_perms.principal, text) IS
	'What if: the principal, as if its user did not have this role for the whole account. A role that another of its roles includes, or that is held for a workspace, stays. The rest is as for with_role(). Privileged: no role may execute it by default. Spec 3.';

CREATE FUNCTION workflow_perms.preview_condition(workflow_id text, condition workflow_perms.metadata_condition,
	OUT user_id text, OUT change text, OUT what text, OUT users bigint)
	RETURNS SETOF record LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10000 ROWS 100
	AS 'MODULE_PATHNAME', 'wp_preview_condition';
COMMENT ON FUNCTION workflow_perms.preview_condition(text, workflow_perms.metadata_condition) IS
	'What the workflow''s connected users would gain and lose if it had this condition (NULL: none). change: gained or lost. what: visible (can_view) or enabled (an enablement that would be disabled; none is ever gained). user_id is told with connected_users.view for the account or the workflow''s workspace; then there is a row for each user, in the order of their ids, and users is 1. Otherwise user_id is NULL, and users is the number of users with this change. Changes nothing. Requires edit; otherwise raises 42501. A workflow that the session''s principal may not view is reported as one that does not exist. Spec 4.4, 5.';

CREATE FUNCTION workflow_perms.preview_metadata(user_id text, metadata jsonb,
	OUT workflow_id text, OUT change text, OUT what text)
	RETURNS SETOF record LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10000 ROWS 100
	AS 'MODULE_PATHNAME', 'wp_preview_metadata';
COMMENT ON FUNCTION workflow_perms.preview_metadata(text, jsonb) IS
	'Which workflows the connected user would gain and lose with this metadata (a JSON object, which replaces all of it). change: gained or lost. what: visible (can_view) or enabled (an enablement that would be disabled; none is ever gained). In no order. Changes nothing. Requires connected_users.manage for the account; otherwise raises 42501. Raises 42704 for a user that does not exist, 22023 for a user that is not connected and for metadata that is not an object, 54000 for metadata that exceeds workflow_perms.max_metadata_size. Spec 4.4, 5.';

CREATE FUNCTION workflow_perms.users_matching(condition workflow_perms.metadata_condition, most integer DEFAULT NULL)
	RETURNS SETOF text LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10000 ROWS 1000
	AS 'MODULE_PATHNAME', 'wp_users_matching';
COMMENT ON FUNCTION workflow_perms.users_matching(workflow_perms.metadata_condition, integer) IS
	'The ids of the connected users, active or not, in the account of the session''s principal that match the condition: those for which matches(metadata, user_id, condition) is true. $ago counts from now(). In no order; none for a NULL condition. most: that many of them, and no more is read than that takes, as a LIMIT around the call would; NULL for all. Uses an index of operator class metadata_ops on users.metadata if there is one and it pays. Requires connected_users.view for the account; otherwise raises 42501. Raises 2201W for a negative most. Spec 2.4.';

-- The conditions that hold.  A hash distinguishes a condition from others.
-- That is more than a principal may know of a workflow that it cannot see, so
-- no role may execute this by default.
CREATE FUNCTION workflow_perms._matching_hashes() RETURNS bigint[]
	LANGUAGE c STABLE STRICT PARALLEL SAFE COST 10000
	AS 'MODULE_PATHNAME', 'wp_matching_hashes';
COMMENT ON FUNCTION workflow_perms._matching_hashes() IS 'Internal: the hashes (condition_hash()) of the conditions of the account''s workflows that hold for the session''s principal, in ascending order; NULL without a principal.';
CREATE FUNCTION workflow_perms._matching_hashes(principal workflow_perms.principal) RETURNS bigint[]
	LANGUAGE c STABLE STRICT PARALLEL SAFE COST 10000
	AS 'MODULE_PATHNAME', 'wp_matching_hashes';
COMMENT ON FUNCTION workflow_perms._matching_hashes(workflow_perms.principal) IS 'Internal: as _matching_hashes(), for any principal.';

-- query/enabling.sql: the decision on enabling, for whichever user (spec 4.4).
CREATE FUNCTION workflow_perms._enable_refusal(user_id text, kind workflow_perms.user_kind, active boolean, metadata jsonb,
	workspace_kind workflow_perms.workspace_kind, visibility workflow_perms.workflow_visibility,
	status workflow_perms.workflow_status, condition workflow_perms.metadata_condition)
	RETURNS text LANGUAGE c IMMUTABLE PARALLEL SAFE COST 5
	AS 'MODULE_PATHNAME', 'wp_enable_refusal';
COMMENT ON FUNCTION workflow_perms._enable_refusal(text, workflow_perms.user_kind, boolean, jsonb, workflow_perms.workspace_kind, workflow_perms.workflow_visibility, workflow_perms.workflow_status, workflow_perms.metadata_condition) IS
	'Internal: the code for which the user of this row may not enable a workflow of this row in a workspace of this kind, NULL where they may. Spec 4.4.';

-- privileges.sql: last part of the install script: who may call what.
GRANT USAGE ON SCHEMA workflow_perms TO PUBLIC;

-- Steps of create_model(), which only a superuser runs.
REVOKE EXECUTE ON FUNCTION
	workflow_perms._check_model_arguments(regrole, regrole),
	workflow_perms._comment_tables(),
	workflow_perms._create_indexes(),
	workflow_perms._create_model_owner(),
	workflow_perms._create_tables(),
	workflow_perms._creating_extension(),
	workflow_perms._secure_tables()
FROM PUBLIC;

-- Whoever may call these may know about anybody: a principal other than the
-- session's (spec 3).
REVOKE EXECUTE ON FUNCTION
	workflow_perms.principal(text, text),
	workflow_perms.with_role(workflow_perms.principal, text),
	workflow_perms.without_role(workflow_perms.principal, text),
	workflow_perms.can_view(workflow_perms.principal, text),
	workflow_perms.can_view_draft(workflow_perms.principal, text),
	workflow_perms.can_edit(workflow_perms.principal, text),
	workflow_perms.can_publish(workflow_perms.principal, text),
	workflow_perms.can_delete(workflow_perms.principal, text),
	workflow_perms.can_manage_members(workflow_perms.principal, text),
	workflow_perms.can_enable(workflow_perms.principal, text),
	workflow_perms.can_run(workflow_perms.principal, text),
	workflow_perms._start_verdict(text, text, text, text),
	workflow_perms._start_verdict(text, text)
FROM PUBLIC;

-- What guards ask, as the owner of the tables; asked by anybody else they would
-- answer under that role's row security, which is of use to nobody.
REVOKE EXECUTE ON FUNCTION
	workflow_perms._has_active_owner(text, text, text),
	workflow_perms._member_refusal(text, text, text, text, boolean, text),
	workflow_perms._require_grantee(text, text, text),
	workflow_perms._held_roles(text),
	workflow_perms._holds_capabilities_of(text, text, text),
	workflow_perms._insert_user_refusal(text, workflow_perms.user_kind, workflow_perms.account_role),
	workflow_perms._require_board_owner(text, text, text, text, text),
	workflow_perms._role_closure(text, text),
	workflow_perms._transfer_refusal(text, text),
	workflow_perms._workflow_refusal(text, text, text)
FROM PUBLIC;

-- Steps of permission_drift(), which says itself who may look.
REVOKE EXECUTE ON FUNCTION
	workflow_perms._drift_of_identity(),
	workflow_perms._drift_of_owners(),
	workflow_perms._drift_of_readers(),
	workflow_perms._drift_of_tables(),
	workflow_perms._drift_of_version(),
	workflow_perms._model_mark(),
	workflow_perms._given_settings(text),
	workflow_perms._model_relations(),
	workflow_perms._privileged_functions(),
	workflow_perms._users_of(oid, oid)
FROM PUBLIC;

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

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

-- For tests that do not depend on others: the roles and the model, unless there are.
DO $$
BEGIN
	IF to_regrole('regress_app') IS NULL THEN
		CREATE ROLE regress_app;
		CREATE ROLE regress_engine;
	END IF;
	IF to_regclass('workflow_perms.accounts') IS NULL THEN
		PERFORM workflow_perms.create_model(application => 'regress_app', engine => 'regress_engine');
	END IF;
END
$$;

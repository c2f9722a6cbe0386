-- model/effects.sql: what the extension does by itself when rows change.
-- effect() calls all of these, as the owner of the tables.
CREATE FUNCTION workflow_perms._create_built_in_roles() RETURNS trigger
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	INSERT INTO workflow_perms.roles (account_id, role)
		SELECT NEW.account_id, unnest(ARRAY['Admin', 'Member', 'Support', 'AuthenticatedUser', 'NonAuthenticatedUser']);
	INSERT INTO workflow_perms.role_capabilities (account_id, role, capability)
		SELECT NEW.account_id, r.role, b.capability
		FROM workflow_perms._built_in_capabilities() b, unnest(b.roles) r (role);
	RETURN NULL;
END
$body$;
COMMENT ON FUNCTION workflow_perms._create_built_in_roles() IS 'Internal effect: a new account gets the built-in roles. Spec 6.1.';

-- Runs, their steps and the audit log have no foreign keys.  Without this, a
-- new account with the same id would find them.
CREATE FUNCTION workflow_perms._forget_account() RETURNS trigger
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'wp_forget_account';
COMMENT ON FUNCTION workflow_perms._forget_account() IS 'Internal effect: deletes the history of an account with the account.';

CREATE FUNCTION workflow_perms._own_what_one_makes() RETURNS trigger
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'wp_own_what_one_makes';
COMMENT ON FUNCTION workflow_perms._own_what_one_makes() IS 'Internal effect: the principal that creates workflows, workspaces or boards (the trigger''s second argument says which) is their first owner, once the statement has inserted them all. Spec 1, 6.3.';

-- Runs before the user is deleted, so that the foreign keys hold at every
-- moment.  If the account is deleted, the workflows are too, and there is
-- nothing to do.
CREATE FUNCTION workflow_perms._unname_user() RETURNS trigger
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	IF EXISTS (SELECT FROM workflow_perms.accounts a WHERE a.account_id = OLD.account_id) THEN
		IF NOT workflow_perms._is_source('workflows') THEN
			UPDATE workflow_perms.workflows w SET created_by = NULL
				WHERE w.account_id OPERATOR(workflow_perms.==) OLD.account_id AND w.created_by OPERATOR(workflow_perms.==) OLD.user_id;
			UPDATE workflow_perms.workflows w SET run_as = NULL
				WHERE w.account_id OPERATOR(workflow_perms.==) OLD.account_id AND w.run_as OPERATOR(workflow_perms.==) OLD.user_id;
		END IF;
		UPDATE workflow_perms.workflow_versions SET published_by = NULL
			WHERE account_id = OLD.account_id AND published_by = OLD.user_id;
	END IF;
	RETURN OLD;
END
$body$;
COMMENT ON FUNCTION workflow_perms._unname_user() IS 'Internal effect: when a user is deleted, created_by, run_as and published_by become NULL. Spec 6.1.';

-- model/create_account.sql: makes an account.  A role that may call
-- create_account() need not have the right to write the tables: the body runs
-- as their owner (call_as_owner.c).
CREATE FUNCTION workflow_perms.create_account(account text, first_user text) RETURNS void
LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000
AS 'MODULE_PATHNAME', 'wp_call_as_owner';
COMMENT ON FUNCTION workflow_perms.create_account(text, text) IS
'Makes the account, its built-in roles and its first user: a member with the account role admin and the role Admin for the whole account. Privileged: no role may execute it by default. Raises 23505 if the account exists, 22023 for an id that is empty or longer than 255 bytes, 22004 for NULL, 42P01 before create_model(). If users are read from a source (read_from()), first_user must be NULL, and no user is made: 22023 otherwise. Spec 6.2, 6.4.';

CREATE FUNCTION workflow_perms._create_account(account text, first_user text) RETURNS void
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	sources CONSTANT text[] := ARRAY(SELECT s.model_table FROM workflow_perms._sources() s);
	id record;
BEGIN
	IF 'users' = ANY (sources) AND first_user IS NOT NULL THEN
		PERFORM workflow_perms._raise('22023', 'argument "first_user" of create_account() must be null, because users are read from a source',
			'The application adds the user to its own table.');
	END IF;
	FOR id IN SELECT * FROM (VALUES ('account', account), ('first_user', first_user)) AS a (argument, value) LOOP
		CONTINUE WHEN id.argument = 'first_user' AND 'users' = ANY (sources);
		IF id.value IS NULL THEN
			PERFORM workflow_perms._raise('22004', format('argument "%s" of create_account() must not be null', id.argument),
				'Give the id of the account and of its first user.');
		ELSIF octet_length(id.value) NOT BETWEEN 1 AND 255 THEN
			PERFORM workflow_perms._raise('22023', format('argument "%s" of create_account() must have 1 to 255 bytes', id.argument),
				'Ids are any text of 1 to 255 bytes; what is longer can be hashed.');
		END IF;
	END LOOP;

	-- If another transaction is making the account, this waits for it.  A
	-- trigger adds the built-in roles.
	INSERT INTO workflow_perms.accounts (account_id) VALUES (account) ON CONFLICT DO NOTHING;
	IF NOT FOUND THEN
		PERFORM workflow_perms._raise('23505', format('account "%s" exists already', account),
			'Add users to it with INSERT INTO workflow_perms.users.');
	END IF;
	IF first_user IS NULL THEN
		RETURN;
	END IF;
	INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role)
		VALUES (account, first_user, 'member', 'admin');
	IF 'role_grants' <> ALL (sources) THEN
		INSERT INTO workflow_perms.role_grants (account_id, user_id, role) VALUES (account, first_user, 'Admin');
	END IF;
END
$$;
COMMENT ON FUNCTION workflow_perms._create_account(text, text) IS 'Internal: the body of create_account().';

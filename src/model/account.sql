-- model/account.sql: making an account.
CREATE FUNCTION workflow_perms.create_account(account text, first_user text) RETURNS void
LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000
AS 'MODULE_PATHNAME', 'wp_create_account';
COMMENT ON FUNCTION workflow_perms.create_account(text, text) IS
'Makes the account, its built-in roles and its first user: a member with the account role admin and the role Admin for the whole account. EXECUTE is granted to nobody by default. Errors: 23505 if the account exists, 22023 for an id that is empty or over 255 bytes, 22004 for NULL, 42P01 before create_model(). Spec 6.2.';

-- privileges.sql: last part of the install script: who may call what.
GRANT USAGE ON SCHEMA workflow_perms TO PUBLIC;

-- prologue.sql: first part of the install script.
\echo Use "CREATE EXTENSION workflow_perms" to load this file. \quit

-- An attacker's operators and functions must not be found by anything below.
SET LOCAL search_path = pg_catalog, pg_temp;

-- Made here and not by `schema =` in the control file, which would silently
-- adopt a schema that somebody else made and owns.
CREATE SCHEMA workflow_perms;
COMMENT ON SCHEMA workflow_perms IS 'Decides who may see, edit, publish, enable and run which workflow: types, functions and, after create_model(), the tables.';

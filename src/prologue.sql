-- prologue.sql: first part of the install script.
\echo Use "CREATE EXTENSION workflow_perms" to load this file. \quit

-- So that nothing below finds an attacker's operators and functions.
SET LOCAL search_path = pg_catalog, pg_temp;

-- Made here and not by `schema =` in the control file.  That would silently use
-- an existing schema that another role owns.
CREATE SCHEMA workflow_perms;
COMMENT ON SCHEMA workflow_perms IS 'Decides who may see, edit, publish, enable and run which workflow: types, functions and, after create_model(), the tables.';

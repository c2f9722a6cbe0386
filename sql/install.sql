-- The extension installs into its own schema and nothing of it lies elsewhere.
CREATE EXTENSION workflow_perms;
SELECT nspname FROM pg_namespace WHERE nspname = 'workflow_perms';

-- Metadata is bounded by workflow_perms.max_metadata_size, 1 MiB unless a superuser says otherwise, wherever
-- it is written or given in a principal's place, for every role; what is stored already is read, and stays
-- when something else of the row changes. And what a backend keeps is given back at DISCARD ALL.
\set VERBOSITY default
\set SHOW_CONTEXT never
SELECT workflow_perms.create_account('ms', 'boss');
SELECT name, setting, unit, context, min_val FROM pg_settings WHERE name = 'workflow_perms.max_metadata_size';
-- Of so many bytes, in the binary form: the header, the object's, an entry for the key and for the value, the key.
CREATE FUNCTION pg_temp.of_size(bytes int) RETURNS jsonb LANGUAGE sql AS $$ SELECT jsonb_build_object('k', repeat('x', bytes - 17)) $$;
SELECT n, pg_column_size(pg_temp.of_size(n)) FROM unnest(ARRAY[1024, 1048576]) n;
INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata) VALUES ('ms', 'most', 'connected', pg_temp.of_size(1048576));
-- As a superuser: INSERT, COPY, UPDATE, upsert.
INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata) VALUES ('ms', 'more', 'connected', pg_temp.of_size(1048577));
INSERT INTO workflow_perms.users (account_id, user_id, kind) VALUES ('ms', 'c', 'connected');
UPDATE workflow_perms.users SET metadata = pg_temp.of_size(1048577) WHERE account_id = 'ms' AND user_id = 'c';
INSERT INTO workflow_perms.users (account_id, user_id, kind) VALUES ('ms', 'c', 'connected') ON CONFLICT (account_id, user_id) DO UPDATE SET metadata = pg_temp.of_size(2000000);
COPY (SELECT pg_temp.of_size(1048577)) TO PROGRAM 'cat > regress_wp_metadata';
CREATE TEMP TABLE copied (metadata jsonb);
COPY copied FROM PROGRAM 'cat regress_wp_metadata; rm -f regress_wp_metadata';
INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata) SELECT 'ms', 'copy', 'connected', metadata FROM copied;
-- Members too.
UPDATE workflow_perms.users SET metadata = pg_temp.of_size(1048577) WHERE account_id = 'ms' AND user_id = 'boss';

-- By the application.
BEGIN;
SELECT FROM workflow_perms.set_principal('ms', 'boss');
SET LOCAL ROLE regress_app;
SELECT length(workflow_perms.merge_metadata('c', jsonb_build_object('a', repeat('x', 600000)))::text);
SAVEPOINT s;
SELECT workflow_perms.merge_metadata('c', jsonb_build_object('b', repeat('x', 600000)));
ROLLBACK TO s;
SELECT count(*) FROM workflow_perms.preview_metadata('c', jsonb_build_object('b', repeat('x', 1000000)));
SELECT * FROM workflow_perms.preview_metadata('c', jsonb_build_object('b', repeat('x', 1100000)));
ROLLBACK TO s;
-- Who may not is told that first.
SAVEPOINT s;
UPDATE workflow_perms.users SET metadata = jsonb_build_object('b', repeat('x', 1100000)) WHERE user_id = 'boss';
ROLLBACK;

-- In the place of a principal's: as text, as jsonb, in the binary form, and what it is changed to.
SELECT workflow_perms.principal('ms', 'c')::text AS c \gset
SELECT length(workflow_perms.with_metadata(:'c', pg_temp.of_size(1048576))::text);
SELECT workflow_perms.with_metadata(:'c', pg_temp.of_size(1048577));
CREATE FUNCTION pg_temp.bigger(size int) RETURNS jsonb LANGUAGE sql AS $$
	SELECT jsonb_set(workflow_perms.principal('ms', 'c')::jsonb, '{metadata}', pg_temp.of_size(size)) $$;
SELECT length(pg_temp.bigger(1048576)::workflow_perms.principal::text), length(pg_temp.bigger(1048576)::text::workflow_perms.principal::text);
SELECT pg_temp.bigger(1048577)::workflow_perms.principal;
SELECT pg_temp.bigger(1048577)::text::workflow_perms.principal;
-- Binary: a frame of COPY, with the version byte before the text.
CREATE TEMP TABLE sent (p workflow_perms.principal);
CREATE FUNCTION pg_temp.frame(size int) RETURNS bytea LANGUAGE sql AS $$
	SELECT '\x5047434f50590aff0d0a000000000000000000'::bytea || '\x0001'::bytea || int4send(octet_length(p) + 1) || '\x01'::bytea || convert_to(p, 'UTF8') || '\xffff'::bytea
	FROM CAST(pg_temp.bigger(size) AS text) p $$;
SELECT lo_from_bytea(0, pg_temp.frame(1048576)) AS fits, lo_from_bytea(0, pg_temp.frame(1048577)) AS more \gset
SELECT lo_export(:fits, current_setting('data_directory') || '/regress_wp_fits'), lo_export(:more, current_setting('data_directory') || '/regress_wp_more');
COPY sent FROM PROGRAM 'cat regress_wp_fits; rm regress_wp_fits' (FORMAT binary);
COPY sent FROM PROGRAM 'cat regress_wp_more; rm regress_wp_more' (FORMAT binary);
SELECT lo_unlink(:fits) = 1 AND lo_unlink(:more) = 1 AS unlinked;

-- A superuser's setting, in kB; nobody else's.
SET workflow_perms.max_metadata_size = '1kB';
SHOW workflow_perms.max_metadata_size;
INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata) VALUES ('ms', 'small', 'connected', pg_temp.of_size(1025));
INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata) VALUES ('ms', 'small', 'connected', pg_temp.of_size(1024));
-- What is stored is bigger now: it is read, it may be left as it is, and it shrinks to the bound or not at all.
SELECT length(workflow_perms.principal('ms', 'most')::text) > 1048000 AS read;
UPDATE workflow_perms.users SET active = false WHERE account_id = 'ms' AND user_id = 'most';
UPDATE workflow_perms.users SET metadata = metadata, active = true WHERE account_id = 'ms' AND user_id = 'most';
UPDATE workflow_perms.users SET metadata = pg_temp.of_size(2000) WHERE account_id = 'ms' AND user_id = 'most';
BEGIN;
SELECT FROM workflow_perms.set_principal('ms', 'most');
SELECT workflow_perms.can('acme.export');
ROLLBACK;
UPDATE workflow_perms.users SET metadata = '{}' WHERE account_id = 'ms' AND user_id = 'most';
\set VERBOSITY sqlstate
SET workflow_perms.max_metadata_size = 0;
\set VERBOSITY default
RESET workflow_perms.max_metadata_size;
SET ROLE regress_app;
SET workflow_perms.max_metadata_size = '2MB';
RESET ROLE;
-- Data past the triggers, as a restore loads it.
BEGIN;
SET LOCAL session_replication_role = replica;
INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata) VALUES ('ms', 'restored', 'connected', pg_temp.of_size(1048577));
SET LOCAL session_replication_role = origin;
UPDATE workflow_perms.users SET active = false WHERE account_id = 'ms' AND user_id = 'restored';
ROLLBACK;

-- What the backend keeps of who asked, and of conditions.
INSERT INTO workflow_perms.workspaces VALUES ('ms', 'w', 'project');
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, status, condition) SELECT 'ms', 'f' || i, 'w', 'live', jsonb_build_object('k', i)::workflow_perms.metadata_condition FROM generate_series(1, 300) i;
UPDATE workflow_perms.users SET metadata = '{"k": 7}' WHERE account_id = 'ms' AND user_id = 'c';
\c -
SET workflow_perms.trust_request_claims = on;
SELECT set_config('request.jwt.claims', '{"account": "ms", "sub": "c"}', false) IS NOT NULL AS claimed;
SELECT workflow_perms.principal_user();
SELECT set_config('request.jwt.claims', repeat(' ', 65500) || '{"account": "ms", "sub": "c", "more": "and more"}', false) IS NOT NULL AS claimed;
SELECT workflow_perms.principal_user() IS NULL AS too_long;
BEGIN;
SELECT FROM workflow_perms.set_principal('ms', 'c');
SET LOCAL ROLE regress_app;
SET LOCAL enable_seqscan = off;
SELECT workflow_id FROM workflow_perms.workflows ORDER BY 1;
SELECT workflow_id FROM workflow_perms.visible_workflows('workflow_id', 2);
COMMIT;
SELECT '{"a": "b"}'::jsonb OPERATOR(workflow_perms.~) '{"a": {"$regex": "^b"}}' AS by_pattern;
-- The principal about a workflow is there if the last question was about one.
CREATE TEMP VIEW kept AS SELECT DISTINCT name FROM pg_backend_memory_contexts WHERE name ~ '^workflow_perms' AND name <> 'workflow_perms principal about a workflow' ORDER BY 1;
TABLE kept;
DISCARD PLANS;
SELECT count(*) > 0 AS kept FROM pg_backend_memory_contexts WHERE name ~ '^workflow_perms principal';
DISCARD ALL;
SELECT DISTINCT name FROM pg_backend_memory_contexts WHERE name ~ '^workflow_perms' ORDER BY 1;
-- And everything is answered anew.
BEGIN;
SELECT FROM workflow_perms.set_principal('ms', 'c');
SET LOCAL ROLE regress_app;
SELECT workflow_id FROM workflow_perms.workflows ORDER BY 1;
COMMIT;
DELETE FROM workflow_perms.accounts WHERE account_id = 'ms';

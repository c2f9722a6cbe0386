-- The forms of the decisions (spec 6.2): ids of every type, rows of any table,
-- what is refused, and that NULL and "nobody" are always no.
\set VERBOSITY terse
SET search_path = workflow_perms, public;
SELECT create_account('forms', 'owner');
INSERT INTO workspaces VALUES ('forms', '7', 'open'), ('forms', 'shut', 'closed');
INSERT INTO workspace_members (account_id, workspace_id, user_id) VALUES ('forms', 'shut', 'owner');
INSERT INTO users (account_id, user_id, kind, account_role) VALUES ('forms', 'guest', 'member', 'guest');
INSERT INTO workflows (account_id, workflow_id, workspace_id, visibility) VALUES ('forms', '42', '7', 'main');

-- An application's own tables: other column orders, other types, columns beside.
CREATE TABLE public.own_uuid (title text, hidden boolean, condition metadata_condition, status text, visibility text,
	workspace_id bigint, workflow_id uuid, account_id varchar(20));
INSERT INTO own_uuid VALUES ('one', false, NULL, 'live', 'main', 7, '00000000-0000-4000-8000-00000000002a', 'forms');
CREATE DOMAIN public.short_id AS bigint;
CREATE TABLE public.own_bigint (dropped int, account_id text, workflow_id short_id, workspace_id int,
	visibility workflow_visibility, status workflow_status, condition metadata_condition, hidden boolean);
ALTER TABLE own_bigint DROP COLUMN dropped;
INSERT INTO own_bigint VALUES ('forms', 42, 7, 'main', 'live', NULL, false), ('forms', 43, 7, 'private', 'live', NULL, false),
	('forms', NULL, 7, 'private', 'live', NULL, false), ('forms', 44, NULL, 'main', 'live', NULL, false),
	('forms', 45, 7, NULL, 'live', NULL, false), (NULL, 46, 7, 'main', 'live', NULL, false), ('other', 47, 7, 'main', 'live', NULL, false);
INSERT INTO workflow_members (account_id, workflow_id, user_id, is_owner) VALUES ('forms', '42', 'owner', true), ('forms', '42', 'guest', false);

BEGIN;
SELECT set_principal('forms', 'owner');
SELECT can_view(o) AS "uuid, text words" FROM own_uuid o;
SELECT workflow_id, workspace_id, visibility, account_id, can_view(o) FROM own_bigint o ORDER BY workflow_id;
-- who is named needs to know nothing of a visibility
CREATE TEMP TABLE unknown_visibility AS SELECT o.account_id, o.workflow_id, o.workspace_id, NULL::workflow_visibility AS visibility, o.status, o.condition, o.hidden
	FROM own_bigint o WHERE workflow_id IN (42, 43);
SELECT workflow_id FROM unknown_visibility o WHERE can_view(o);
SELECT workflow_id FROM unknown_visibility o WHERE NOT can_view(o);
DROP TABLE unknown_visibility;
-- of the same id, asked about one after the other under a new snapshot, a private row and a main one
SELECT can_view('forms', '43', 'shut', 'private', 'live', NULL, false) AS private, can_view('forms', '43', 'shut', 'main', 'live', NULL, false) AS main,
	can_view('forms', '43', 'shut', 'private', 'live', NULL, false) AS private_again;
-- in WHERE, too, a row is viewed or it is not, whatever is NULL in it
SELECT (SELECT count(*) FROM own_bigint) AS rows, (SELECT count(*) FROM own_bigint o WHERE can_view(o)) AS viewed, (SELECT count(*) FROM own_bigint o WHERE NOT can_view(o)) AS not_viewed,
	(SELECT count(*) FROM own_bigint o, principal('forms', 'owner') p WHERE can_view(p, o)) AS viewed_by_p, (SELECT count(*) FROM own_bigint o, principal('forms', 'owner') p WHERE NOT can_view(p, o)) AS not_viewed_by_p;
SELECT can_view('42'), can_view('no such'), can_edit('42'), can_view(NULL::text), can_view(NULL::own_bigint), can_view(NULL::record);
-- a whole row that no table has, from a subquery and from a view
SELECT can_view(s) FROM (SELECT 'forms' AS account_id, '42' AS workflow_id, '7' AS workspace_id, 'main' AS visibility,
	'live' AS status, NULL::metadata_condition AS condition, false AS hidden) s;
-- an outer join's missing row, and its negation
SELECT x.id, can_view(w), NOT can_view(w) AS not_can_view FROM (VALUES ('42'), ('43')) x (id)
	LEFT JOIN workflows w ON w.account_id = 'forms' AND w.workflow_id = x.id ORDER BY x.id;
COMMIT;
-- the guest is a member of 42, which has no business with 43
BEGIN;
SELECT set_principal('forms', 'guest');
SELECT workflow_id, can_view(o) FROM own_bigint o WHERE account_id = 'forms' ORDER BY workflow_id;
COMMIT;

-- What is refused: a row without the columns, or with others' types.
BEGIN;
SELECT set_principal('forms', 'owner');
SAVEPOINT s;
SELECT can_view(u) FROM users u LIMIT 1;
ROLLBACK TO s;
SELECT can_view(ROW(1, 2));
ROLLBACK TO s;
SELECT can_view(t) FROM (SELECT now() AS account_id, w.workflow_id, w.workspace_id, w.visibility, w.status, w.condition, w.hidden FROM workflows w) t;
ROLLBACK TO s;
SELECT can_view(t) FROM (SELECT w.account_id, w.workflow_id, w.workspace_id, w.visibility, w.status, '{}'::jsonb AS condition, w.hidden FROM workflows w) t;
ROLLBACK TO s;
SELECT workflow_verdict('destroy', account_id, workflow_id, workspace_id, visibility, status, condition, hidden) FROM workflows LIMIT 1;
ROLLBACK;
-- a table whose columns change under a prepared statement
PREPARE seen AS SELECT can_view(o) FROM own_uuid o;
BEGIN;
SELECT set_principal('forms', 'owner');
EXECUTE seen;
ALTER TABLE own_uuid DROP COLUMN title, ADD COLUMN note text;
EXECUTE seen;
ALTER TABLE own_uuid ALTER COLUMN workflow_id TYPE text USING '43', ALTER COLUMN visibility TYPE text USING 'private';
EXECUTE seen;
COMMIT;

-- Nobody set: no, and no error, whatever is asked.
SELECT can_view('42'), can_edit('42'), can_view(w), can_view(w.account_id, w.workflow_id, w.workspace_id, w.visibility, w.status, w.condition, w.hidden),
	can_create('7'), can_access_workspace('7'), can('workflows.view'), can('workflows.view', '7') FROM workflows w WHERE account_id = 'forms';
SELECT can_view(u) FROM users u WHERE account_id = 'forms';
SELECT workflow_verdict('edit', account_id, workflow_id, workspace_id, visibility, status, condition, hidden), create_verdict('forms', '7')
	FROM workflows WHERE account_id = 'forms';
SELECT principal_is_team('forms'), principal_is('forms', 'owner'), principal_has_account_role('forms', 'admin'), principal_holds('forms', 'workflows.view'),
	principal_owns_workspace('forms', '7'), principal_account(), principal_user();
SELECT can_view(NULL::principal, '42'), can_view(NULL::principal, w) FROM workflows w WHERE account_id = 'forms';

-- Somebody else's principal is privileged; an unknown one is an error.
SELECT principal('forms', 'nobody');
SELECT principal('nowhere', 'owner');
SELECT principal(NULL, 'owner');
SET ROLE regress_app;
SELECT principal('forms', 'owner');
SELECT can_view(p, '42') FROM (SELECT NULL::principal AS p) n;
SELECT set_principal('forms', 'owner');
SELECT can_view('{}'::principal, '42');
RESET ROLE;
SELECT set_principal('forms', 'nobody');

-- The value decides as the session does, and a changed value as that other principal would.
SELECT can_view(principal('forms', 'guest'), '42') AS invited, can_edit(principal('forms', 'owner'), '42') AS owner_edits,
	can_edit(principal('forms', 'guest'), '42') AS guest_edits;

-- X10: a workflow of another account is not found, exactly as one that does not exist.
SELECT create_account('forms2', 'stranger');
BEGIN;
SELECT set_principal('forms2', 'stranger');
SELECT 'X10' AS vector, can_view('42'), can_view(w), workflow_verdict('view', account_id, workflow_id, workspace_id, visibility, status, condition, hidden)
	FROM workflows w WHERE account_id = 'forms';
COMMIT;
-- By an id that is no text: every decision that takes one has the two other types, and answers as for the text.
INSERT INTO workflows (account_id, workflow_id, workspace_id, visibility) VALUES ('forms', '00000000-0000-4000-8000-00000000002a', '7', 'main');
SELECT string_agg(name || ' ' || types, E'\n' ORDER BY name)
	FROM (SELECT p.proname AS name, string_agg(oidvectortypes(p.proargtypes), '; ' ORDER BY oidvectortypes(p.proargtypes) COLLATE "C") AS types
		FROM pg_proc p WHERE p.pronamespace = 'workflow_perms'::regnamespace AND p.proname ^@ 'can_' AND oidvectortypes(p.proargtypes) ~ '^(principal, |)(text|uuid|bigint)(, integer|)$'
		GROUP BY p.proname) f;
BEGIN;
SELECT set_principal('forms', 'owner');
SELECT can_view(42), can_view(42::smallint), can_view('00000000-0000-4000-8000-00000000002a'::uuid) AS uuid, can_view(43) AS other, can_view(NULL::uuid) AS no_uuid,
	can_view(NULL::bigint) AS no_number, can_edit(42), can_run(42), can_create(7), can_access_workspace(7), can_view_run(7), can_view_board(7), can_view_run_detail(7, 1);
SELECT can_edit(principal('forms', 'guest'), 42) AS guest_edits, can_view(principal('forms', 'guest'), 42) AS guest_views, can_view(NULL::principal, 42) AS nobody;
-- What has no type is text, in a literal and as a parameter.
SELECT can_view('42'), can_view('no uuid, no number'), can_view(NULL);
PREPARE by_id AS SELECT can_view($1), can_edit($2);
SELECT parameter_types FROM pg_prepared_statements WHERE name = 'by_id';
EXECUTE by_id ('42', 'no uuid');
-- The plan is that of the form for text.
EXPLAIN (VERBOSE, COSTS OFF) SELECT can_view(x) FROM (VALUES ('00000000-0000-4000-8000-00000000002a'::uuid)) v (x) WHERE can_edit(x) OFFSET 0;
EXPLAIN (COSTS OFF) SELECT FROM generate_series(1, 2) AS n (x) WHERE can_view(x);
COMMIT;
DEALLOCATE by_id;
DROP TABLE own_uuid, own_bigint;
DROP DOMAIN short_id;
DELETE FROM accounts WHERE account_id IN ('forms', 'forms2');

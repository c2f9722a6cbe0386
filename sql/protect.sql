-- protect() and unprotect() (spec 6.2): an application's own tables show and take
-- what the session's principal may view and edit of the workflows they name, for
-- every type of id, whatever other policies say; and lose again just what they got.
-- Uses the accounts of matrix_setup: mo views open_main of mx and owns it in my;
-- wo owns open_main, open_private and closed_main of mx.
\set VERBOSITY terse
\set SHOW_CONTEXT never
DO $$
BEGIN
	IF to_regrole('regress_deployer') IS NULL THEN
		CREATE ROLE regress_deployer;
	END IF;
END $$;
CREATE SCHEMA shop AUTHORIZATION regress_deployer;
GRANT USAGE ON SCHEMA shop TO regress_app;
ALTER DEFAULT PRIVILEGES FOR ROLE regress_deployer IN SCHEMA shop GRANT ALL ON TABLES TO regress_app;
-- What a table has that protect() could change.
CREATE VIEW shop.state AS
	SELECT c.oid::regclass AS "table", c.relrowsecurity AS rls, c.relforcerowsecurity AS forced,
		(SELECT string_agg(p.polname || CASE WHEN p.polpermissive THEN '' ELSE '!' END, ' ' ORDER BY p.polname) FROM pg_policy p WHERE p.polrelid = c.oid) AS policies,
		(SELECT string_agg(i.indexrelid::regclass::text, ' ' ORDER BY i.indexrelid::regclass::text COLLATE "C") FROM pg_index i WHERE i.indrelid = c.oid) AS indexes,
		(SELECT count(*) FROM pg_trigger t WHERE t.tgrelid = c.oid) AS triggers
	FROM pg_class c WHERE c.relnamespace = 'shop'::regnamespace AND c.relkind IN ('r', 'p')
	ORDER BY c.oid::regclass::text COLLATE "C";

-- One row per workflow of mx and my.
SET ROLE regress_deployer;
CREATE TABLE shop.logs (account_id text, workflow_id text, line int);
RESET ROLE;
INSERT INTO shop.logs SELECT account_id, workflow_id, 1 FROM workflow_perms.workflows WHERE account_id IN ('mx', 'my');
INSERT INTO shop.logs VALUES (NULL, 'open_main', 2), ('mx', NULL, 2), ('mx', 'nope', 2);
CREATE TABLE shop.before AS TABLE shop.state;

-- As its owner, twice: the second changes nothing.
SET ROLE regress_deployer;
SELECT workflow_perms.protect('shop.logs');
RESET ROLE;
TABLE shop.state;
SELECT polname, polpermissive, polcmd, pg_get_expr(polqual, polrelid) AS visible, pg_get_expr(polwithcheck, polrelid) AS checked
	FROM pg_policy WHERE polrelid = 'shop.logs'::regclass ORDER BY polname;
SELECT regexp_replace(obj_description(oid, 'pg_policy'), '\w{64}', '...', 'g') FROM pg_policy WHERE polrelid = 'shop.logs'::regclass AND polname = 'workflow_perms_select';
CREATE TABLE shop.once AS TABLE shop.state;
SET ROLE regress_deployer;
SELECT workflow_perms.protect('shop.logs');
RESET ROLE;
SELECT * FROM shop.state WHERE "table" = 'shop.logs'::regclass EXCEPT TABLE shop.once;

-- X11: `open_main` exists in two accounts and the table holds both: each sees its own. View
-- shows rows; edit is what writes reach.
TRUNCATE matrix.cells RESTART IDENTITY;
INSERT INTO matrix.cells (cell, who, statement, expected) VALUES
	('X11 the one account', 'mx/mo', 'SELECT FROM shop.logs WHERE workflow_id = ''open_main''', '1 row'),
	('X11 the other', 'my/mo', 'SELECT FROM shop.logs WHERE workflow_id = ''open_main''', '1 row'),
	('X11 is its own', 'my/mo', 'SELECT FROM shop.logs WHERE account_id = ''mx''', '0 rows'),
	('X11 and writes its own', 'my/mo', 'UPDATE shop.logs SET line = 3 WHERE workflow_id = ''open_main''', '1 row'),
	('everything one views, without the rows that name no workflow', 'mx/mo', 'SELECT FROM shop.logs', '3 rows'),
	('as many as workflows', 'mx/mo', 'SELECT FROM workflow_perms.workflows', '3 rows'),
	('a capability', 'mx/dev', 'SELECT FROM shop.logs WHERE workflow_id = ''project_flow''', '1 row'),
	('a connected user', 'mx/pro', 'SELECT FROM shop.logs WHERE workflow_id = ''project_flow''', '1 row'),
	('whom the condition does not match', 'mx/free', 'SELECT FROM shop.logs WHERE workflow_id = ''project_flow''', '0 rows'),
	('inactive', 'mx/off', 'SELECT FROM shop.logs', '0 rows'),
	('anonymous', 'mx/', 'SELECT FROM shop.logs', '0 rows'),
	('nobody', 'none', 'SELECT FROM shop.logs', '0 rows'),
	('a viewer inserts', 'mx/mo', 'INSERT INTO shop.logs VALUES (''mx'', ''open_main'', 3)', 'for table "logs"'),
	('a viewer updates', 'mx/mo', 'UPDATE shop.logs SET line = 3', '0 rows'),
	('a viewer deletes', 'mx/mo', 'DELETE FROM shop.logs', '0 rows'),
	('a viewer locks', 'mx/mo', 'SELECT FROM shop.logs FOR UPDATE', '0 rows'),
	('an owner inserts', 'mx/wo', 'INSERT INTO shop.logs VALUES (''mx'', ''open_main'', 3)', '1 row'),
	('into another account', 'mx/wo', 'INSERT INTO shop.logs VALUES (''my'', ''open_main'', 3)', 'for table "logs"'),
	('for no workflow', 'mx/wo', 'INSERT INTO shop.logs VALUES (''mx'', NULL, 3)', 'for table "logs"'),
	('for one that does not exist', 'mx/wo', 'INSERT INTO shop.logs VALUES (''mx'', ''nope'', 3)', 'for table "logs"'),
	('an owner updates', 'mx/wo', 'UPDATE shop.logs SET line = 3', '3 rows'),
	('an owner deletes', 'mx/wo', 'DELETE FROM shop.logs', '3 rows'),
	('moves a row to a workflow of somebody else', 'mx/wo', 'UPDATE shop.logs SET workflow_id = ''app_flow'' WHERE workflow_id = ''open_main''', 'for table "logs"'),
	('moves one here', 'mx/wo', 'UPDATE shop.logs SET workflow_id = ''open_main'' WHERE workflow_id = ''project_flow''', '0 rows'),
	('to another account', 'mx/wo', 'UPDATE shop.logs SET account_id = ''my'' WHERE workflow_id = ''open_main''', 'for table "logs"'),
	('nobody inserts', 'none', 'INSERT INTO shop.logs VALUES (''mx'', ''open_main'', 3)', 'for table "logs"');
\getenv abs_srcdir PG_ABS_SRCDIR
\set matrix_run :abs_srcdir '/test/matrix_run.sql'
\i :matrix_run

-- The policies lead to the index.
SET ROLE regress_app;
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT FROM shop.logs;
RESET enable_seqscan;
RESET ROLE;

-- The decision is remembered by the call, and never longer than it holds: not past a
-- change, nor past the undoing of one; not for another workflow, however many there are.
BEGIN;
SELECT workflow_perms.set_principal('mx', 'mo');
DO $$
DECLARE
	said text := '';
BEGIN
	FOR i IN 1..6 LOOP
		said := said || ' ' || workflow_perms.can_view_in('mx', 'closed_main');
		IF i = 2 THEN
			DELETE FROM workflow_perms.workspace_members WHERE account_id = 'mx' AND workspace_id = 'c1' AND user_id = 'mo';
		ELSIF i = 3 THEN
			INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id) VALUES ('mx', 'c1', 'mo');
		ELSIF i = 4 THEN
			BEGIN
				DELETE FROM workflow_perms.workspace_members WHERE account_id = 'mx' AND workspace_id = 'c1' AND user_id = 'mo';
				said := said || ' (' || workflow_perms.can_view_in('mx', 'closed_main') || ')';
				RAISE EXCEPTION USING ERRCODE = 'MXUND';
			EXCEPTION WHEN SQLSTATE 'MXUND' THEN
			END;
		ELSIF i = 5 THEN
			UPDATE workflow_perms.workflows SET visibility = 'private' WHERE account_id = 'mx' AND workflow_id = 'closed_main';
		END IF;
	END LOOP;
	RAISE NOTICE '%', said;
END $$;
SELECT count(*) FILTER (WHERE workflow_perms.can_view_in('mx', id)) AS known, count(*) FILTER (WHERE workflow_perms.can_view_in('my', id)) AS elsewhere
	FROM (SELECT CASE i % 3 WHEN 0 THEN 'open_main' WHEN 1 THEN 'app_flow' ELSE 'x' || i END AS id FROM generate_series(1, 9000) i) i;
SELECT workflow_perms.can_view_in('mx', NULL), workflow_perms.can_view_in(NULL, 'open_main'), workflow_perms.can_view_in('mx', repeat('x', 300));
ROLLBACK;

-- A permissive policy that comes later opens nothing.
CREATE POLICY everything ON shop.logs USING (true);
BEGIN;
SELECT matrix.become('mx/mo', 'regress_app');
SELECT count(*) FROM shop.logs;
ROLLBACK;
-- Nor does unprotect() close the table for it, or open it.
SELECT workflow_perms.unprotect('shop.logs');
SELECT * FROM shop.state WHERE "table" = 'shop.logs'::regclass;
DROP POLICY everything ON shop.logs;
ALTER TABLE shop.logs DISABLE ROW LEVEL SECURITY;
SELECT * FROM shop.state WHERE "table" = 'shop.logs'::regclass EXCEPT TABLE shop.before;

-- As it was.
SELECT workflow_perms.protect('shop.logs');
SELECT workflow_perms.unprotect('shop.logs');
SELECT * FROM shop.state WHERE "table" = 'shop.logs'::regclass EXCEPT TABLE shop.before;
SELECT workflow_perms.unprotect('shop.logs');
DROP TABLE shop.before, shop.once;

-- Permissive policies of its own are narrowed: a row passes one of them and ours.
CREATE POLICY early ON shop.logs USING (line = 1);
SELECT workflow_perms.protect('shop.logs');
ALTER TABLE shop.logs ENABLE ROW LEVEL SECURITY;
INSERT INTO shop.logs VALUES ('mx', 'open_main', 9);
SELECT workflow_perms.protect('shop.logs');
SELECT * FROM shop.state WHERE "table" = 'shop.logs'::regclass;
BEGIN;
SELECT matrix.become('mx/mo', 'regress_app');
SELECT workflow_id, line FROM shop.logs ORDER BY 1;
ROLLBACK;
SELECT workflow_perms.unprotect('shop.logs');
SELECT * FROM shop.state WHERE "table" = 'shop.logs'::regclass;
DROP POLICY early ON shop.logs;
-- Row security without policies was on and stays so.
SELECT workflow_perms.protect('shop.logs');
SELECT workflow_perms.unprotect('shop.logs');
SELECT * FROM shop.state WHERE "table" = 'shop.logs'::regclass;
DROP TABLE shop.logs;

-- Every type of id. Accounts that are a uuid, a number, and none of them.
INSERT INTO workflow_perms.accounts VALUES ('00000000-0000-4000-8000-0000000000aa'), ('00000000-0000-4000-8000-0000000000AA'), ('42'), ('042'), ('-9223372036854775808'), ('9223372036854775808'), ('-0'), ('0');
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) SELECT account_id, 'u', 'member', 'member' FROM workflow_perms.accounts WHERE account_id ~ '^[-0-9]' ;
INSERT INTO workflow_perms.workspaces SELECT account_id, 'w', 'open' FROM workflow_perms.accounts WHERE account_id ~ '^[-0-9]';
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status)
	SELECT account_id, id, 'w', 'main', 'live' FROM workflow_perms.accounts, unnest(ARRAY['7', '00000000-0000-4000-8000-000000000007', 'seven']) id WHERE account_id ~ '^[-0-9]';
CREATE DOMAIN shop.key AS varchar(60) CHECK (VALUE <> '');
CREATE DOMAIN shop.subkey AS shop.key;
CREATE TABLE shop.as_varchar (a varchar(60), "Work ""flow'" shop.subkey);
CREATE TABLE shop.as_uuid (account_id uuid, workflow_id uuid, PRIMARY KEY (account_id, workflow_id));
CREATE TABLE shop.as_bigint (account_id bigint, workflow_id int);
CREATE TABLE shop.as_integer (account_id int, workflow_id bigint, n int, PRIMARY KEY (account_id, workflow_id, n));
INSERT INTO shop.as_varchar SELECT account_id, workflow_id FROM workflow_perms.workflows WHERE account_id ~ '^[-0-9]' AND workflow_id = 'seven';
INSERT INTO shop.as_uuid VALUES ('00000000-0000-4000-8000-0000000000aa', '00000000-0000-4000-8000-000000000007'), ('00000000-0000-4000-8000-0000000000ab', '00000000-0000-4000-8000-000000000007');
INSERT INTO shop.as_bigint VALUES (42, 7), (0, 7), (-9223372036854775808, 7), (42, 8), (43, 7);
INSERT INTO shop.as_integer VALUES (42, 7, 1), (42, 7, 2), (42, 8, 1), (0, 7, 1), (43, 7, 1);
SELECT workflow_perms.protect('shop.as_varchar', 'a', 'Work "flow''');
SELECT workflow_perms.protect('shop.as_uuid'), workflow_perms.protect('shop.as_bigint'), workflow_perms.protect('shop.as_integer');
SELECT * FROM shop.state;
SELECT * FROM workflow_perms._protection('shop.as_varchar'::regclass) WHERE policy = 'workflow_perms_insert';
GRANT SELECT ON ALL TABLES IN SCHEMA shop TO regress_app;
CREATE FUNCTION shop.count_as(who text, OUT "varchar" bigint, OUT "uuid" bigint, OUT "bigint" bigint, OUT "integer" bigint) LANGUAGE plpgsql AS $$
BEGIN
	SET LOCAL client_min_messages = error;
	PERFORM matrix.become(who, 'regress_app');
	SELECT count(*) INTO "varchar" FROM shop.as_varchar;
	SELECT count(*) INTO "uuid" FROM shop.as_uuid;
	SELECT count(*) INTO "bigint" FROM shop.as_bigint;
	SELECT count(*) INTO "integer" FROM shop.as_integer;
	RAISE EXCEPTION '% | varchar % uuid % bigint % integer %', who, "varchar", "uuid", "bigint", "integer" USING ERRCODE = 'MXUND';
END $$;
\set ECHO none
\pset tuples_only on
SELECT format('SELECT shop.count_as(%L)', account_id || '/u') FROM workflow_perms.accounts WHERE account_id ~ '^[-0-9]' ORDER BY account_id \gexec
\pset tuples_only off
\set ECHO all
SET ROLE regress_app;
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT FROM shop.as_uuid;
EXPLAIN (COSTS OFF) SELECT FROM shop.as_integer;
RESET enable_seqscan;
RESET ROLE;
SELECT workflow_perms.unprotect(c) FROM unnest('{shop.as_varchar,shop.as_uuid,shop.as_bigint,shop.as_integer}'::regclass[]) c;
SELECT * FROM shop.state;
DROP TABLE shop.as_varchar, shop.as_uuid, shop.as_bigint, shop.as_integer;
DELETE FROM workflow_perms.accounts WHERE account_id ~ '^[-0-9]';

-- A table of workflows decides by its rows: they are in no table of the model.
CREATE TABLE shop.flows (account_id text, id uuid, workspace_id varchar, visibility text, status workflow_perms.workflow_status,
	condition workflow_perms.metadata_condition, hidden boolean, title text);
SELECT workflow_perms.protect('shop.flows', workflow => 'id', workspace => 'workspace_id', visibility => 'visibility', status => 'status', condition => 'condition', hidden => 'hidden');
SELECT pg_get_expr(polqual, polrelid) FROM pg_policy WHERE polrelid = 'shop.flows'::regclass AND polname = 'workflow_perms_select';
INSERT INTO shop.flows VALUES
	('mx', '00000000-0000-4000-8000-000000000001', 'o1', 'main', 'live', NULL, false, 'open, main'),
	('mx', '00000000-0000-4000-8000-000000000002', 'o1', 'private', 'live', NULL, false, 'open, private'),
	('mx', '00000000-0000-4000-8000-000000000003', 'p1', 'private', 'live', '{"plan": "pro"}', false, 'project, for pro'),
	('mx', '00000000-0000-4000-8000-000000000004', 'p1', 'private', 'draft', '{"plan": "pro"}', false, 'project, draft'),
	('my', '00000000-0000-4000-8000-000000000001', 'p1', 'main', 'live', NULL, false, 'of my');
GRANT ALL ON shop.flows TO regress_app;
CREATE FUNCTION shop.titles(who text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	seen text;
	written text;
	row_title text;
	code text;
BEGIN
	SET LOCAL client_min_messages = error;
	PERFORM matrix.become(who, 'regress_app');
	SELECT string_agg(title, '; ' ORDER BY title) INTO seen FROM shop.flows;
	FOR row_title IN SELECT title FROM shop.flows ORDER BY title LOOP
		BEGIN
			UPDATE shop.flows SET title = title WHERE title = row_title;
			written := concat_ws('; ', written, row_title);
		EXCEPTION WHEN insufficient_privilege THEN
			GET STACKED DIAGNOSTICS code = CONSTRAINT_NAME;
			written := concat_ws('; ', written, row_title || ' (' || code || ')');
		END;
	END LOOP;
	RAISE EXCEPTION '% sees % | writes %', who, seen, written USING ERRCODE = 'MXUND';
END $$;
SELECT shop.titles('mx/mo');
SELECT shop.titles('mx/dev');
SELECT shop.titles('mx/pro');
SELECT shop.titles('mx/free');
SELECT shop.titles('my/pro');
SELECT shop.titles('none');
DROP TABLE shop.flows;

-- S12: rows that are about a connected user, in each type of id: a customer reads those alone that name it, a team member all.
CREATE TABLE shop.events (account_id text, workflow_id text, about text, n int);
CREATE TABLE shop.events_by_number (account_id text, workflow_id text, about bigint);
INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata) VALUES ('mx', '77', 'connected', '{"plan": "pro"}');
INSERT INTO shop.events SELECT 'mx', 'project_flow', u, n FROM unnest('{pro,free,77,dev,NULL}'::text[]) u, generate_series(1, 2) n;
INSERT INTO shop.events_by_number VALUES ('mx', 'project_flow', 77), ('mx', 'project_flow', 78), ('mx', 'project_flow', NULL);
SELECT workflow_perms.protect('shop.events', user_column => 'about'), workflow_perms.protect('shop.events_by_number', user_column => 'about');
SELECT pg_get_expr(polqual, polrelid) FROM pg_policy WHERE polrelid = 'shop.events'::regclass AND polname = 'workflow_perms_select';
SELECT DISTINCT p.further, p.whole FROM pg_policy o, workflow_perms._protection(o.polrelid) p WHERE o.polrelid IN ('shop.events'::regclass, 'shop.events_by_number'::regclass);
GRANT ALL ON shop.events, shop.events_by_number TO regress_app;
TRUNCATE matrix.cells RESTART IDENTITY;
INSERT INTO matrix.cells (cell, who, statement, expected) VALUES
	('S12 its own', 'mx/pro', 'SELECT FROM shop.events', '2 rows'),
	('S12 and no others', 'mx/pro', 'SELECT FROM shop.events WHERE about IS DISTINCT FROM ''pro''', '0 rows'),
	('S12 of a workflow that it does not see', 'mx/free', 'SELECT FROM shop.events', '0 rows'),
	('S12 by a number', 'mx/77', 'SELECT FROM shop.events_by_number', '1 row'),
	('S12 of another type than its id', 'mx/pro', 'SELECT FROM shop.events_by_number', '0 rows'),
	('S12 a team member sees all', 'mx/dev', 'SELECT FROM shop.events', '10 rows'),
	('S12 and writes all', 'mx/dev', 'UPDATE shop.events SET n = 3', '10 rows'),
	('S12 a customer writes none', 'mx/pro', 'UPDATE shop.events SET n = 3', '0 rows'),
	('S12 nor inserts', 'mx/pro', 'INSERT INTO shop.events VALUES (''mx'', ''project_flow'', ''pro'', 3)', 'for table "events"'),
	('S12 nobody', 'none', 'SELECT FROM shop.events', '0 rows');
\i :matrix_run
-- The user may be an expression over the row, in a type that ids have.
ALTER TABLE shop.events ADD details jsonb;
UPDATE shop.events SET details = jsonb_build_object('customer', about) WHERE n = 1;
UPDATE shop.events SET about = NULL WHERE n = 1;
SELECT workflow_perms.protect('shop.events', user_column => $$coalesce(about, details ->> 'customer')$$);
SELECT workflow_perms.protect('shop.events_by_number', user_column => 'about + 1');
SELECT pg_get_expr(polqual, polrelid) FROM pg_policy WHERE polrelid = 'shop.events'::regclass AND polname = 'workflow_perms_select';
TRUNCATE matrix.cells RESTART IDENTITY;
INSERT INTO matrix.cells (cell, who, statement, expected) VALUES
	('S12 its own, by an expression', 'mx/pro', 'SELECT FROM shop.events', '2 rows'),
	('S12 and no others', 'mx/pro', 'SELECT FROM shop.events WHERE coalesce(about, details ->> ''customer'') IS DISTINCT FROM ''pro''', '0 rows'),
	('S12 by a number', 'mx/77', 'SELECT FROM shop.events_by_number', '0 rows'),
	('S12 a team member sees all', 'mx/dev', 'SELECT FROM shop.events', '10 rows'),
	('S12 nobody', 'none', 'SELECT FROM shop.events', '0 rows');
\i :matrix_run
CREATE FUNCTION shop.refused(user_column text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	hint text;
BEGIN
	PERFORM workflow_perms.protect('shop.events', user_column => user_column);
	RETURN 'protected';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN SQLSTATE || ' ' || SQLERRM || ': ' || hint;
END
$$;
SELECT e, shop.refused(e) FROM unnest(ARRAY[$$details -> 'customer'$$, '(SELECT about)', 'about || random()', $$to_jsonb(events) ->> 'about'$$, 'nobody', '''', 'about, n']) WITH ORDINALITY u (e, n) ORDER BY n;
-- A column that is renamed is followed: no drift, and what is missing later is made again with the new name.
CREATE VIEW shop.drift AS SELECT object, mend FROM workflow_perms.permission_drift() WHERE finding = 'workflow_ids_without_policy' AND object ^@ 'shop.events';
CREATE TEMP TABLE said AS SELECT polname, workflow_perms._policy_digest(oid, 'number') FROM pg_policy WHERE polrelid = 'shop.events'::regclass;
ALTER TABLE shop.events RENAME account_id TO "the ""account";
ALTER TABLE shop.events RENAME workflow_id TO flow;
ALTER TABLE shop.events RENAME about TO customer;
ALTER TABLE shop.events_by_number RENAME about TO customer;
TABLE shop.drift;
DROP POLICY workflow_perms_delete ON shop.events;
TABLE shop.drift;
SELECT mend FROM shop.drift \gexec
TABLE shop.drift;
(TABLE said EXCEPT SELECT polname, workflow_perms._policy_digest(oid, 'number') FROM pg_policy WHERE polrelid = 'shop.events'::regclass) UNION ALL
	(SELECT polname, workflow_perms._policy_digest(oid, 'number') FROM pg_policy WHERE polrelid = 'shop.events'::regclass EXCEPT TABLE said);
-- Another column in its place is none of it.
ALTER TABLE shop.events ADD other text;
ALTER POLICY workflow_perms_select ON shop.events USING ("the ""account" = workflow_perms.principal_account() AND workflow_perms.can_view_in("the ""account", flow)
	AND (workflow_perms.principal_is_team("the ""account") OR COALESCE(other, details ->> 'customer') = workflow_perms.principal_user()));
SELECT count(*) FROM shop.drift;
-- A policy whose comment was changed is nobody's: it is dropped first.
BEGIN;
COMMENT ON POLICY workflow_perms_update ON shop.events IS 'ours';
SELECT mend FROM shop.drift WHERE mend ~ 'DROP' \gexec
TABLE shop.drift;
ROLLBACK;
-- A column was renamed and an earlier one dropped, and then the table came from a dump: names and numbers are others. That
-- is told, as an altered policy is, and what mends it has the present names. Of a policy that was altered besides, it has those of the comment.
BEGIN;
CREATE TABLE shop.events_dumped (gone int, account text, flow_id text, customer text, flow text, n int);
SELECT workflow_perms.protect('shop.events_dumped', 'account', 'flow_id', user_column => 'coalesce(customer, ''nobody'')');
ALTER TABLE shop.events_dumped RENAME flow_id TO moved;
ALTER TABLE shop.events_dumped RENAME customer TO "a buyer";
ALTER TABLE shop.events_dumped DROP gone;
CREATE VIEW shop.drift_dumped AS SELECT object, mend FROM workflow_perms.permission_drift() WHERE finding = 'workflow_ids_without_policy' AND object = 'shop.events_dumped';
TABLE shop.drift_dumped;
CREATE TEMP TABLE dump ON COMMIT DROP AS
	SELECT 1 AS n, format('CREATE TABLE shop.events_dumped (%s)', string_agg(format('%I %s', attname, format_type(atttypid, atttypmod)), ', ' ORDER BY attnum)) AS line
		FROM pg_attribute WHERE attrelid = 'shop.events_dumped'::regclass AND attnum > 0 AND NOT attisdropped
	UNION ALL SELECT 2, 'ALTER TABLE shop.events_dumped ENABLE ROW LEVEL SECURITY'
	UNION ALL SELECT 3, format('CREATE POLICY %I ON shop.events_dumped AS %s FOR %s', polname, CASE WHEN polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END, p.cmd)
			|| coalesce(' USING (' || pg_get_expr(polqual, polrelid) || ')', '') || coalesce(' WITH CHECK (' || pg_get_expr(polwithcheck, polrelid) || ')', '')
		FROM pg_policy JOIN pg_policies p ON p.policyname = polname AND p.schemaname = 'shop' AND p.tablename = 'events_dumped' WHERE polrelid = 'shop.events_dumped'::regclass
	UNION ALL SELECT 4, format('COMMENT ON POLICY %I ON shop.events_dumped IS %L', polname, obj_description(oid, 'pg_policy')) FROM pg_policy WHERE polrelid = 'shop.events_dumped'::regclass;
DROP TABLE shop.events_dumped;
DO $$ DECLARE said record; BEGIN FOR said IN SELECT * FROM dump ORDER BY n LOOP EXECUTE said.line; END LOOP; END $$;
TABLE shop.drift_dumped;
SAVEPOINT dumped;
SELECT mend FROM shop.drift_dumped \gexec
TABLE shop.drift_dumped;
ROLLBACK TO dumped;
ALTER POLICY workflow_perms_select ON shop.events_dumped USING (account = workflow_perms.principal_account() AND workflow_perms.can_view_in(account, moved) AND (workflow_perms.principal_is_team(account) OR true));
TABLE shop.drift_dumped;
-- Another column has the name: that is no rename.
ROLLBACK TO dumped;
ALTER TABLE shop.events_dumped ADD customer text, ADD flow_id text;
TABLE shop.drift_dumped;
ROLLBACK;
-- That is told with a renamed column, too.
ALTER TABLE shop.events RENAME flow TO moved;
SELECT count(*) FROM shop.drift;
ALTER TABLE shop.events RENAME moved TO flow;
SELECT mend FROM shop.drift \gexec
TABLE shop.drift;
DROP VIEW shop.drift;
DROP TABLE shop.events, shop.events_by_number;
DELETE FROM workflow_perms.users WHERE account_id = 'mx' AND user_id = '77';

-- Partitions, partitions of partitions, and children: each is protected by itself too.
CREATE TABLE shop.events (account_id text, workflow_id text, at int) PARTITION BY RANGE (at);
CREATE TABLE shop.events_1 PARTITION OF shop.events FOR VALUES FROM (0) TO (10);
CREATE TABLE shop.events_2 PARTITION OF shop.events FOR VALUES FROM (10) TO (30) PARTITION BY RANGE (at);
CREATE TABLE shop.events_2a PARTITION OF shop.events_2 FOR VALUES FROM (10) TO (20);
CREATE TABLE shop.base (account_id text, workflow_id text);
CREATE TABLE shop.child (extra int) INHERITS (shop.base);
INSERT INTO shop.events SELECT account_id, workflow_id, at FROM workflow_perms.workflows, unnest(ARRAY[1, 11]) at WHERE account_id IN ('mx', 'my');
INSERT INTO shop.child SELECT account_id, workflow_id, 1 FROM workflow_perms.workflows WHERE account_id IN ('mx', 'my');
CREATE TABLE shop.before AS TABLE shop.state;
SELECT workflow_perms.protect('shop.events_1');
SELECT workflow_perms.protect('shop.child');
SELECT workflow_perms.protect('shop.events'), workflow_perms.protect('shop.base');
TABLE shop.state;
GRANT SELECT ON ALL TABLES IN SCHEMA shop TO regress_app;
BEGIN;
SELECT matrix.become('mx/mo', 'regress_app');
SELECT 'events' AS of, count(*) FROM shop.events UNION ALL SELECT '1', count(*) FROM shop.events_1 UNION ALL SELECT '2', count(*) FROM shop.events_2
	UNION ALL SELECT '2a', count(*) FROM shop.events_2a UNION ALL SELECT 'base', count(*) FROM shop.base UNION ALL SELECT 'child', count(*) FROM shop.child;
ROLLBACK;
-- A partition that comes later is protected with its parent, again.
CREATE TABLE shop.events_2b PARTITION OF shop.events_2 FOR VALUES FROM (20) TO (30);
SELECT rls, policies FROM shop.state WHERE "table" = 'shop.events_2b'::regclass;
SELECT workflow_perms.protect('shop.events');
SELECT rls, policies FROM shop.state WHERE "table" = 'shop.events_2b'::regclass;
DROP TABLE shop.events_2b;
SELECT workflow_perms.unprotect('shop.events'), workflow_perms.unprotect('shop.base');
SELECT "table", rls, forced, policies, indexes, triggers FROM shop.state WHERE "table" <> 'shop.before'::regclass EXCEPT SELECT "table", rls, forced, policies, indexes, triggers FROM shop.before;
-- The index of a partition, which a new one of the parent takes over, is not lost.
CREATE INDEX own ON shop.events_1 (account_id, workflow_id);
SELECT workflow_perms.protect('shop.events');
SELECT workflow_perms.unprotect('shop.events');
SELECT "table", policies, indexes FROM shop.state WHERE "table" = 'shop.events_1'::regclass;
DROP TABLE shop.events, shop.base, shop.child, shop.before;

-- What serves is kept: a key that begins with both columns. What does not is not: the
-- other order, a condition, one column alone.
CREATE TABLE shop.keyed (account_id text, workflow_id text, n int, PRIMARY KEY (account_id, workflow_id, n));
CREATE TABLE shop.unkeyed (account_id text, workflow_id text, n int);
CREATE INDEX unkeyed_order ON shop.unkeyed (workflow_id, account_id);
CREATE INDEX unkeyed_part ON shop.unkeyed (account_id, workflow_id) WHERE n > 0;
CREATE INDEX unkeyed_one ON shop.unkeyed (account_id) INCLUDE (workflow_id);
SELECT workflow_perms.protect('shop.keyed'), workflow_perms.protect('shop.unkeyed');
SELECT "table", indexes FROM shop.state;
SELECT workflow_perms.unprotect('shop.keyed'), workflow_perms.unprotect('shop.unkeyed');
SELECT "table", indexes FROM shop.state;

-- Refusals.
\set VERBOSITY default
CREATE VIEW shop.a_view AS TABLE shop.keyed;
SELECT workflow_perms.protect('shop.a_view');
\set VERBOSITY terse
CREATE MATERIALIZED VIEW shop.a_matview AS TABLE shop.keyed;
SELECT workflow_perms.protect('shop.a_matview');
CREATE FOREIGN DATA WRAPPER shop_wrapper;
CREATE SERVER shop_server FOREIGN DATA WRAPPER shop_wrapper;
CREATE FOREIGN TABLE shop.a_foreign (account_id text, workflow_id text) SERVER shop_server;
SELECT workflow_perms.protect('shop.a_foreign');
CREATE TABLE shop.parted (account_id text, workflow_id text) PARTITION BY LIST (account_id);
CREATE FOREIGN TABLE shop.parted_far PARTITION OF shop.parted DEFAULT SERVER shop_server;
SELECT workflow_perms.protect('shop.parted');
CREATE SEQUENCE shop.a_sequence;
SELECT workflow_perms.protect('shop.a_sequence');
SELECT workflow_perms.protect('shop.keyed_pkey');
SELECT workflow_perms.protect('pg_class');
SELECT workflow_perms.protect('information_schema.sql_features');
SELECT workflow_perms.protect('workflow_perms.workflows');
SELECT workflow_perms.unprotect('workflow_perms.workflows');
SELECT workflow_perms.protect('shop.nowhere');
SELECT workflow_perms.protect(1::regclass);
SELECT workflow_perms.protect(NULL);
SELECT workflow_perms.protect('shop.keyed', NULL);
SELECT workflow_perms.unprotect(NULL);
SELECT workflow_perms.protect('shop.keyed', 'account');
SELECT workflow_perms.protect('shop.keyed', workflow => 'ctid');
SELECT workflow_perms.protect('shop.keyed', workflow => 'account_id');
ALTER TABLE shop.unkeyed ADD COLUMN letter char(3), ADD COLUMN price numeric, ADD COLUMN gone text;
ALTER TABLE shop.unkeyed DROP COLUMN gone;
SELECT workflow_perms.protect('shop.unkeyed', workflow => 'letter');
SELECT workflow_perms.protect('shop.unkeyed', 'price');
SELECT workflow_perms.protect('shop.unkeyed', 'gone');
BEGIN;
ALTER EXTENSION workflow_perms ADD TABLE shop.keyed;
SELECT workflow_perms.protect('shop.keyed');
ROLLBACK;
CREATE POLICY workflow_perms_select ON shop.keyed USING (true);
SELECT workflow_perms.protect('shop.keyed');
DROP POLICY workflow_perms_select ON shop.keyed;
-- Who does not own it.
SET ROLE regress_deployer;
SELECT workflow_perms.protect('shop.keyed');
SELECT workflow_perms.unprotect('shop.keyed');
RESET ROLE;
-- Whom the policies would not bind: the application as the owner, or as one who can become it.
\set VERBOSITY default
ALTER TABLE shop.keyed OWNER TO regress_app;
SELECT workflow_perms.protect('shop.keyed');
\set VERBOSITY terse
BEGIN;
ALTER TABLE shop.keyed OWNER TO regress_deployer;
GRANT regress_deployer TO regress_app;
SELECT workflow_perms.protect('shop.keyed');
ROLLBACK;
-- Forced, they bind it.
ALTER TABLE shop.keyed FORCE ROW LEVEL SECURITY;
INSERT INTO shop.keyed VALUES ('mx', 'open_main', 1), ('my', 'open_main', 1);
SELECT workflow_perms.protect('shop.keyed');
BEGIN;
SELECT matrix.become('mx/mo', 'regress_app');
TABLE shop.keyed;
ROLLBACK;

-- Columns with odd names: each policy asks about the very column, whatever stands in the name.
CREATE TABLE shop.odd (account_id text, "wf%%" text, "wf%" text, "w%s" text, "w%1$s" text, "100%" text, "w""%I" text);
INSERT INTO shop.odd VALUES ('mx', 'closed_main', 'open_main', 'open_main', 'open_main', 'open_main', 'open_main');
ALTER TABLE shop.odd FORCE ROW LEVEL SECURITY;
DO $$
DECLARE
	name text;
BEGIN
	FOR name IN SELECT attname FROM pg_attribute WHERE attrelid = 'shop.odd'::regclass AND attnum > 1 ORDER BY attnum LOOP
		PERFORM workflow_perms.protect('shop.odd'::regclass, 'account_id'::name, name::name);
		RAISE NOTICE '%: %', name, (SELECT pg_get_expr(polqual, polrelid) FROM pg_policy WHERE polrelid = 'shop.odd'::regclass AND polname = 'workflow_perms_select');
		PERFORM workflow_perms.unprotect('shop.odd'::regclass);
	END LOOP;
END
$$;

-- None of the refusals left anything behind.
SELECT "table", policies FROM shop.state WHERE policies IS NOT NULL;
DROP FOREIGN DATA WRAPPER shop_wrapper CASCADE;
DROP SCHEMA shop CASCADE;
DROP OWNED BY regress_deployer;
DROP ROLE regress_deployer;

-- An expression is analyzed, and never planned: permission_drift() prints calls of protect() with what the owner of a
-- table wrote, for a superuser to run, and planning calls immutable functions.
CREATE FUNCTION pg_temp.planned() RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RAISE EXCEPTION 'planned'; END $$;
SELECT workflow_perms._expression_type('workflow_perms.users'::regclass, 'workspace'::text, 'pg_temp.planned()'::text)::regtype;
SELECT workflow_perms._expression_type('workflow_perms.users'::regclass, 'workspace'::text, '1); SELECT (2'::text);
-- The two trigger functions that anyone may put on a table, with arguments and policies that protect() and reevaluate_on() do
-- not make: an error, and no crash.
CREATE TEMP TABLE reevaluated (a text, w text);
CREATE TRIGGER t AFTER INSERT ON reevaluated REFERENCING NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION
	workflow_perms._reevaluate_source('users', $$'a')::text, ('b')::text FROM (SELECT 1) z) AS c(account_id, id) HAVING false --$$, 'w');
INSERT INTO reevaluated VALUES ('a', 'w');
CREATE OR REPLACE TRIGGER t AFTER INSERT ON reevaluated REFERENCING NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION
	workflow_perms._reevaluate_source('users', $$1), (2) FROM (SELECT 1) z) AS c(account_id, id) --$$, 'w');
INSERT INTO reevaluated VALUES ('a', 'w');
CREATE TEMP TABLE guarded (a text, w text, s text, v workflow_perms.workflow_visibility, st workflow_perms.workflow_status,
	c workflow_perms.metadata_condition, h boolean, p workflow_perms.principal);
CREATE POLICY workflow_perms_select ON guarded USING (workflow_perms.can_view(p, a, w, s, v, st, c, h)) WITH CHECK (true);
CREATE TRIGGER g BEFORE INSERT ON guarded FOR EACH ROW EXECUTE FUNCTION workflow_perms._guard_row();
CREATE ROLE regress_guarded;
ALTER TABLE guarded ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, OWNER TO regress_guarded;
SET ROLE regress_guarded;
INSERT INTO guarded VALUES ('a', 'w', 's', 'main', 'live', NULL, false, NULL);
RESET ROLE;
ALTER POLICY workflow_perms_select ON guarded USING (workflow_perms.can_view(a, w, (SELECT s), v, st, c, h, a));
SET ROLE regress_guarded;
INSERT INTO guarded VALUES ('a', 'w', 's', 'main', 'live', NULL, false, NULL);
RESET ROLE;
-- Nor does an expression read what is not there before a row is stored.
CREATE TABLE whole_row (account_id text, workflow_id text, state text, shown text GENERATED ALWAYS AS (state) STORED);
SELECT workflow_perms.protect('whole_row', workspace => $$to_jsonb(whole_row) ->> 'shown'$$);
SELECT workflow_perms.protect('whole_row', workspace => $$CASE WHEN tableoid > 0 THEN state END$$);
DROP TABLE whole_row, guarded, reevaluated;
DROP ROLE regress_guarded;

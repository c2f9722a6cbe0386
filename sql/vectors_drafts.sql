-- The vectors of spec 8 on drafts, publishing and ownership (M5, M6, M7, M13 to M16,
-- M20 to M22, F14, X4), and that a draft ends with the right to edit, whichever way
-- it is lost, and does not come back with it (spec 4.7).
\set VERBOSITY terse
SET search_path = workflow_perms, public;
SELECT create_account('dv', 'adm');
INSERT INTO users (account_id, user_id, kind, account_role) VALUES
	('dv', 'o1', 'member', 'member'), ('dv', 'o2', 'member', 'member'), ('dv', 'mem', 'member', 'member'),
	('dv', 'view', 'member', 'viewer'), ('dv', 'director', 'member', 'member'), ('dv', 'guest', 'member', 'guest'),
	('dv', 'dev', 'member', 'viewer'), ('dv', 'bot', 'service', NULL), ('dv', 'cust', 'connected', NULL);
INSERT INTO workspaces VALUES ('dv', 'w1', 'open'), ('dv', 'w2', 'closed'), ('dv', 'p1', 'project'), ('dv', 'p2', 'project');
INSERT INTO workspace_members (account_id, workspace_id, user_id, is_owner) VALUES
	('dv', 'w1', 'adm', true), ('dv', 'w2', 'adm', true), ('dv', 'w2', 'o1', false), ('dv', 'w2', 'o2', false);

-- A statement as somebody under the application's role.
CREATE FUNCTION matrix.as_user(who text, statement text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	answer record;
BEGIN
	PERFORM matrix.become('dv/' || who, 'regress_app');
	FOR answer IN EXECUTE statement LOOP
		RETURN NEXT answer::text;
	END LOOP;
END
$$;
-- \as USER STATEMENT: in a transaction of its own.
\set as 'BEGIN; SELECT matrix.as_user(:who, :what); COMMIT;'
\set save '$$INSERT INTO workflow_perms.workflow_drafts (account_id, workflow_id, user_id, definition) VALUES (''dv'', ''f'', workflow_perms.principal_user(), to_jsonb(''draft of '' || workflow_perms.principal_user())) ON CONFLICT (account_id, workflow_id, user_id) DO UPDATE SET definition = excluded.definition RETURNING user_id$$'
\set publish '$$SELECT user_id, definition FROM workflow_perms.publish(''f'')$$'
\set look '$$SELECT state, version, definition FROM workflow_perms.definition(''f'')$$'
CREATE VIEW matrix.flow AS SELECT w.status, w.live_version, w.run_as,
	(SELECT string_agg(m.user_id || CASE WHEN m.is_owner THEN '*' ELSE '' END, ' ' ORDER BY m.user_id) FROM workflow_members m
		WHERE m.account_id = w.account_id AND m.workflow_id = w.workflow_id) AS members,
	(SELECT string_agg(d.user_id, ' ' ORDER BY d.user_id) FROM workflow_drafts d
		WHERE d.account_id = w.account_id AND d.workflow_id = w.workflow_id) AS drafts
	FROM workflows w WHERE w.account_id = 'dv' AND w.workflow_id = 'f';

-- M13: creators are admins and members; a viewer or a guest creates.
\set what '$$INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility) VALUES (''dv'', ''f'', ''w1'', ''main'') RETURNING created_by$$'
\set who '''view'''
:as
\set who '''guest'''
:as
-- M14: the creator is owner; crowning a non-member fails, a member's update works.
\set who '''o1'''
:as
TABLE matrix.flow;
\set what '$$INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id, is_owner) VALUES (''dv'', ''f'', ''o2'', true) RETURNING user_id$$'
:as
\set what '$$INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id) VALUES (''dv'', ''f'', ''o2''), (''dv'', ''f'', ''director'') RETURNING user_id$$'
:as
\set what '$$UPDATE workflow_perms.workflow_members SET is_owner = true WHERE workflow_id = ''f'' AND user_id = ''o2'' RETURNING user_id$$'
:as
TABLE matrix.flow;

-- M7: never published, O1 drafting: unpublished to a member, a viewer and O2; O1 sees the draft.
\set what :save
:as
\set what :look
:as
\set who '''mem'''
:as
\set who '''view'''
:as
\set who '''o2'''
:as
-- In lists it is there, with nothing in it.
\set what '$$SELECT workflow_id, status, live_version FROM workflow_perms.workflows$$'
:as
UPDATE workflow_perms.accounts SET guests_see_open_main = false WHERE account_id = 'dv';
-- Nothing without view: a guest, connected users, anonymous principals, nobody.
\set what :look
\set who '''guest'''
:as
\set who '''cust'''
:as
\set who ''''''
:as
SELECT * FROM definition('f');
-- Above row security, where no policy hides another owner's draft, it is not seen either.
BEGIN; SELECT set_principal('dv', 'o2'); SELECT count(*) AS drafts FROM workflow_drafts WHERE workflow_id = 'f'; SELECT state, version, definition FROM definition('f'); COMMIT;

-- M5: O2 is crowned, O1 has an unsaved draft: O2 sees the live version and not O1's draft.
\set who '''o1'''
\set what :publish
:as
TABLE matrix.flow;
\set what :save
:as
\set who '''o2'''
\set what :look
:as
\set what '$$SELECT user_id FROM workflow_perms.workflow_drafts$$'
:as
\set who '''cust'''
\set what :look
:as

-- M6: O1 and O2 draft; O1 publishes, then O2 saves and publishes: live is O2's, no draft is left.
-- What others had is returned.
\set who '''o2'''
\set what :save
:as
\set who '''o1'''
\set what :publish
:as
TABLE matrix.flow;
\set who '''o2'''
:as
\set what :save
:as
\set what :publish
:as
TABLE matrix.flow;
\set who '''mem'''
\set what :look
:as
-- Older versions need edit.
\set what '$$SELECT version, definition, published_by FROM workflow_perms.workflow_versions$$'
:as
\set who '''o1'''
:as
SELECT version, published_at = max(published_at) OVER () AS newest FROM workflow_versions WHERE account_id = 'dv' ORDER BY version;

-- A stopped workflow stays so.
UPDATE workflows SET status = 'stopped' WHERE account_id = 'dv' AND workflow_id = 'f';
\set what :save
:as
\set what :publish
:as
TABLE matrix.flow;
UPDATE workflows SET status = 'live' WHERE account_id = 'dv' AND workflow_id = 'f';
-- Live without a version: the application keeps the definition.
BEGIN;
INSERT INTO workflows (account_id, workflow_id, workspace_id, visibility, status) VALUES ('dv', 'outside', 'w1', 'main', 'live');
SELECT matrix.as_user('mem', $$SELECT state, version, definition FROM workflow_perms.definition('outside')$$);
ROLLBACK;

-- F14: rules belong to the workflow: after publishing the same holds.
INSERT INTO execution_rules (account_id, workflow_id, user_id, role, effect) VALUES
	('dv', 'f', 'view', NULL, 'deny'), ('dv', 'f', NULL, 'Support', 'grant'), ('dv', NULL, NULL, 'AuthenticatedUser', 'deny');
CREATE TEMP VIEW f14 AS SELECT u.user_id, can_run(principal('dv', u.user_id), 'f') AS runs, (
	SELECT count(*) FROM execution_rules r WHERE r.account_id = 'dv') AS rules
	FROM users u WHERE u.account_id = 'dv';
INSERT INTO role_grants (account_id, user_id, role) VALUES ('dv', 'mem', 'Support');
CREATE TEMP TABLE f14_before AS TABLE f14;
SELECT user_id, runs FROM f14 WHERE user_id IN ('mem', 'view', 'director') ORDER BY user_id;
\set what :save
:as
\set what :publish
:as
(TABLE f14 EXCEPT TABLE f14_before) UNION ALL (TABLE f14_before EXCEPT TABLE f14);
DELETE FROM execution_rules WHERE account_id = 'dv';
DELETE FROM role_grants WHERE account_id = 'dv' AND user_id = 'mem';

-- The steps: replaced by those given, as the caller; one that stays is not touched.
\set what :save
:as
\set what '$$SELECT user_id FROM workflow_perms.publish(''f'', ''[{"step_id": "a", "workspace_id": "w1", "access": "read"}, {"step_id": "b", "workspace_id": "w2", "board_id": null, "access": "write"}]'')$$'
:as
SELECT step_id, workspace_id, access FROM workflow_steps WHERE account_id = 'dv' ORDER BY step_id;
CREATE TEMP TABLE step_rows AS SELECT step_id, ctid AS place FROM workflow_steps WHERE account_id = 'dv';
\set what :save
:as
\set what '$$SELECT user_id FROM workflow_perms.publish(''f'', ''[{"step_id": "c", "workspace_id": "w1", "access": "read"}, {"step_id": "b", "workspace_id": "w2", "access": "write"}]'')$$'
:as
SELECT s.step_id, s.workspace_id, s.access, r.place = s.ctid AS untouched
	FROM workflow_steps s LEFT JOIN step_rows r USING (step_id) WHERE s.account_id = 'dv' ORDER BY s.step_id;
-- All or nothing: a step that may not be leaves the old version live and the draft.
\set what :save
:as
TABLE matrix.flow;
DELETE FROM workspace_members WHERE account_id = 'dv' AND workspace_id = 'w2' AND user_id = 'o2';
\set what '$$SELECT user_id FROM workflow_perms.publish(''f'', ''[{"step_id": "b", "workspace_id": "p1", "access": "write"}]'')$$'
:as
TABLE matrix.flow;
SELECT step_id, workspace_id FROM workflow_steps WHERE account_id = 'dv' ORDER BY step_id;

-- X4: an owner edits, loses a workspace that the steps touch, publishes. O1 has a draft and may; not so afterwards.
BEGIN;
DELETE FROM workspace_members WHERE account_id = 'dv' AND workspace_id = 'w2' AND user_id = 'o1';
TABLE matrix.flow; -- gone with the right
\set what :publish
SELECT matrix.as_user(:who, :what);
ROLLBACK;
BEGIN; -- the other owner lost it above
SELECT matrix.as_user('o2', 'SELECT workflow_perms.can_edit(''f''), workflow_perms.can_publish(''f'')');
ROLLBACK;
\set who '''o2'''
:as
\set who '''o1'''

-- Every way to lose the right to edit discards the draft (o1's, or dev's in a
-- project), and whoever else has one keeps it.
INSERT INTO workspace_members (account_id, workspace_id, user_id) VALUES ('dv', 'w2', 'o2');
INSERT INTO roles VALUES ('dv', 'Team'), ('dv', 'Editors'), ('dv', 'Inner');
INSERT INTO role_capabilities VALUES ('dv', 'Inner', 'workflows.view'), ('dv', 'Inner', 'workflows.modify');
INSERT INTO role_includes VALUES ('dv', 'Editors', 'Inner');
INSERT INTO role_grants (account_id, user_id, role) VALUES ('dv', 'dev', 'Editors');
INSERT INTO workflows (account_id, workflow_id, workspace_id) VALUES ('dv', 'g', 'p1');
INSERT INTO workflow_drafts (account_id, workflow_id, user_id, definition) VALUES ('dv', 'g', 'dev', '1');
INSERT INTO workflow_drafts (account_id, workflow_id, user_id, definition) VALUES ('dv', 'f', 'o2', '1');
CREATE VIEW matrix.drafts AS
	SELECT string_agg(user_id, ' ' ORDER BY user_id) AS drafts FROM workflow_drafts WHERE account_id = 'dv';
TABLE matrix.drafts;
-- One line a way: what is left after it, and after it is taken back in the same transaction.
CREATE TABLE matrix.ways (n int GENERATED ALWAYS AS IDENTITY, way text, lost text, back text, before text DEFAULT '');
INSERT INTO matrix.ways (way, lost, back, before) VALUES
	('demoted', $$UPDATE workflow_perms.workflow_members SET is_owner = false WHERE account_id = 'dv' AND workflow_id = 'f' AND user_id = 'o1'$$,
		$$UPDATE workflow_perms.workflow_members SET is_owner = true WHERE account_id = 'dv' AND workflow_id = 'f' AND user_id = 'o1'$$, ''),
	('removed', $$DELETE FROM workflow_perms.workflow_members WHERE account_id = 'dv' AND workflow_id = 'f' AND user_id = 'o1'$$,
		$$INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id) VALUES ('dv', 'f', 'o1'); UPDATE workflow_perms.workflow_members SET is_owner = true WHERE account_id = 'dv' AND workflow_id = 'f' AND user_id = 'o1'$$, ''),
	('ownership expired by update', $$UPDATE workflow_perms.workflow_members SET expires_at = now() WHERE account_id = 'dv' AND workflow_id = 'f' AND user_id = 'o1'$$,
		$$UPDATE workflow_perms.workflow_members SET expires_at = NULL WHERE account_id = 'dv' AND workflow_id = 'f' AND user_id = 'o1'$$, ''),
	('user stopped', $$UPDATE workflow_perms.users SET active = false WHERE account_id = 'dv' AND user_id = 'o1'$$,
		$$UPDATE workflow_perms.users SET active = true WHERE account_id = 'dv' AND user_id = 'o1'$$, ''),
	('user becomes a guest', $$UPDATE workflow_perms.users SET account_role = 'guest' WHERE account_id = 'dv' AND user_id = 'o1'$$,
		$$UPDATE workflow_perms.users SET account_role = 'member' WHERE account_id = 'dv' AND user_id = 'o1'$$, ''),
	('leaves a workspace that a step touches', $$DELETE FROM workflow_perms.workspace_members WHERE account_id = 'dv' AND workspace_id = 'w2' AND user_id = 'o1'$$,
		$$INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id) VALUES ('dv', 'w2', 'o1')$$, ''),
	('its membership expires by update', $$UPDATE workflow_perms.workspace_members SET expires_at = now() WHERE account_id = 'dv' AND workspace_id = 'w2' AND user_id = 'o1'$$,
		$$UPDATE workflow_perms.workspace_members SET expires_at = NULL WHERE account_id = 'dv' AND workspace_id = 'w2' AND user_id = 'o1'$$, ''),
	('member of it by a role, which is no longer granted', $$DELETE FROM workflow_perms.role_grants WHERE account_id = 'dv' AND user_id = 'o1'$$,
		$$INSERT INTO workflow_perms.role_grants (account_id, user_id, role) VALUES ('dv', 'o1', 'Team')$$,
		$$INSERT INTO workflow_perms.role_grants (account_id, user_id, role) VALUES ('dv', 'o1', 'Team'); INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, role) VALUES ('dv', 'w2', 'Team'); DELETE FROM workflow_perms.workspace_members WHERE account_id = 'dv' AND workspace_id = 'w2' AND user_id = 'o1'$$),
	('member of it by a role, which is removed from it', $$DELETE FROM workflow_perms.workspace_members WHERE account_id = 'dv' AND role = 'Team'$$,
		$$INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, role) VALUES ('dv', 'w2', 'Team')$$,
		$$INSERT INTO workflow_perms.role_grants (account_id, user_id, role) VALUES ('dv', 'o1', 'Team'); INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, role) VALUES ('dv', 'w2', 'Team'); DELETE FROM workflow_perms.workspace_members WHERE account_id = 'dv' AND workspace_id = 'w2' AND user_id = 'o1'$$),
	('a step comes to touch another workspace', $$UPDATE workflow_perms.workflow_steps SET workspace_id = 'w3' WHERE account_id = 'dv' AND step_id = 'b'$$,
		$$UPDATE workflow_perms.workflow_steps SET workspace_id = 'w2' WHERE account_id = 'dv' AND step_id = 'b'$$,
		$$INSERT INTO workflow_perms.workspaces VALUES ('dv', 'w3', 'closed'); INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id) VALUES ('dv', 'w3', 'o2')$$),
	('a new step does', $$INSERT INTO workflow_perms.workflow_steps (account_id, workflow_id, step_id, workspace_id, access) VALUES ('dv', 'f', 'new', 'w3', 'read')$$,
		$$DELETE FROM workflow_perms.workflow_steps WHERE account_id = 'dv' AND step_id = 'new'$$,
		$$INSERT INTO workflow_perms.workspaces VALUES ('dv', 'w3', 'closed'); INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id) VALUES ('dv', 'w3', 'o2')$$),
	('a step''s board moves', $$UPDATE workflow_perms.boards SET workspace_id = 'w3' WHERE account_id = 'dv' AND board_id = 'b'$$,
		$$UPDATE workflow_perms.boards SET workspace_id = 'w1' WHERE account_id = 'dv' AND board_id = 'b'$$,
		$$INSERT INTO workflow_perms.workspaces VALUES ('dv', 'w3', 'closed'); INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id) VALUES ('dv', 'w3', 'o2'); INSERT INTO workflow_perms.boards (account_id, board_id, workspace_id, kind) VALUES ('dv', 'b', 'w1', 'main'); INSERT INTO workflow_perms.workflow_steps (account_id, workflow_id, step_id, workspace_id, board_id, access) VALUES ('dv', 'f', 'new', 'w1', 'b', 'read')$$),
	('the workflow moves', $$UPDATE workflow_perms.workflows SET workspace_id = 'w3' WHERE account_id = 'dv' AND workflow_id = 'f'$$,
		$$UPDATE workflow_perms.workflows SET workspace_id = 'w1' WHERE account_id = 'dv' AND workflow_id = 'f'$$,
		$$INSERT INTO workflow_perms.workspaces VALUES ('dv', 'w3', 'closed'); INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id) VALUES ('dv', 'w3', 'o2')$$),
	('its workspace is closed', $$UPDATE workflow_perms.workspaces SET kind = 'closed' WHERE account_id = 'dv' AND workspace_id = 'w1'$$,
		$$UPDATE workflow_perms.workspaces SET kind = 'open' WHERE account_id = 'dv' AND workspace_id = 'w1'$$,
		$$INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id) VALUES ('dv', 'w1', 'o2')$$),
	('the workspace of a step is closed', $$UPDATE workflow_perms.workspaces SET kind = 'closed' WHERE account_id = 'dv' AND workspace_id = 'w3'$$,
		$$UPDATE workflow_perms.workspaces SET kind = 'open' WHERE account_id = 'dv' AND workspace_id = 'w3'$$,
		$$INSERT INTO workflow_perms.workspaces VALUES ('dv', 'w3', 'open'); INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id) VALUES ('dv', 'w3', 'o2'); INSERT INTO workflow_perms.workflow_steps (account_id, workflow_id, step_id, workspace_id, access) VALUES ('dv', 'f', 'new', 'w3', 'read')$$),
	('the user goes', $$DELETE FROM workflow_perms.users WHERE account_id = 'dv' AND user_id = 'o1'$$, 'SELECT', ''),
	('project: the role is no longer granted', $$DELETE FROM workflow_perms.role_grants WHERE account_id = 'dv' AND user_id = 'dev'$$,
		$$INSERT INTO workflow_perms.role_grants (account_id, user_id, role) VALUES ('dv', 'dev', 'Editors')$$, ''),
	('project: the role expires by update', $$UPDATE workflow_perms.role_grants SET expires_at = now() WHERE account_id = 'dv' AND user_id = 'dev'$$,
		$$UPDATE workflow_perms.role_grants SET expires_at = 'infinity' WHERE account_id = 'dv' AND user_id = 'dev'$$, ''),
	('project: the role loses what it includes', $$DELETE FROM workflow_perms.role_includes WHERE account_id = 'dv' AND role = 'Editors'$$,
		$$INSERT INTO workflow_perms.role_includes VALUES ('dv', 'Editors', 'Inner')$$, ''),
	('project: it loses workflows.modify', $$DELETE FROM workflow_perms.role_capabilities WHERE account_id = 'dv' AND role = 'Inner' AND capability = 'workflows.modify'$$,
		$$INSERT INTO workflow_perms.role_capabilities VALUES ('dv', 'Inner', 'workflows.modify')$$, ''),
	('project: it loses workflows.view', $$DELETE FROM workflow_perms.role_capabilities WHERE account_id = 'dv' AND role = 'Inner' AND capability = 'workflows.view'$$,
		$$INSERT INTO workflow_perms.role_capabilities VALUES ('dv', 'Inner', 'workflows.view')$$, ''),
	('project: the workflow moves', $$UPDATE workflow_perms.workflows SET workspace_id = 'p2' WHERE account_id = 'dv' AND workflow_id = 'g'$$,
		$$UPDATE workflow_perms.workflows SET workspace_id = 'p1' WHERE account_id = 'dv' AND workflow_id = 'g'$$,
		$$INSERT INTO workflow_perms.role_grants (account_id, user_id, role, workspace_id) VALUES ('dv', 'dev', 'Editors', 'p1'); DELETE FROM workflow_perms.role_grants WHERE account_id = 'dv' AND user_id = 'dev' AND workspace_id IS NULL$$),
	-- and what takes nothing away
	('kept: one of two roles goes', $$DELETE FROM workflow_perms.role_grants WHERE account_id = 'dv' AND user_id = 'dev' AND role = 'Editors'$$, 'SELECT',
		$$INSERT INTO workflow_perms.role_grants (account_id, user_id, role) VALUES ('dv', 'dev', 'Member')$$),
	('kept: an ownership is prolonged', $$UPDATE workflow_perms.workflow_members SET expires_at = 'infinity' WHERE account_id = 'dv' AND workflow_id = 'f' AND user_id = 'o1'$$, 'SELECT',
		$$UPDATE workflow_perms.workflow_members SET expires_at = '2100-01-01' WHERE account_id = 'dv' AND workflow_id = 'f' AND user_id = 'o1'$$),
	('kept: the workflow turns private', $$UPDATE workflow_perms.workflows SET visibility = 'private' WHERE account_id = 'dv' AND workflow_id = 'f'$$, 'SELECT', '');
CREATE FUNCTION matrix.try_way(way matrix.ways) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	EXECUTE coalesce(nullif(way.before, ''), 'SELECT');
	result := (TABLE matrix.drafts);
	EXECUTE way.lost;
	result := result || ' -> ' || coalesce((TABLE matrix.drafts), '');
	EXECUTE way.back;
	result := result || ' -> ' || coalesce((TABLE matrix.drafts), '');
	RAISE EXCEPTION USING ERRCODE = 'MXUND';
EXCEPTION WHEN SQLSTATE 'MXUND' THEN RETURN result;
END
$$;
SELECT way, matrix.try_way(w) FROM matrix.ways w ORDER BY n;

-- Lost by time alone: nothing happens then; the draft is not seen and not published,
-- and is discarded as the right comes back.
BEGIN;
SET LOCAL session_replication_role = replica; -- as if it had been so before it expired
UPDATE workflow_members SET expires_at = now() - interval '1 day' WHERE account_id = 'dv' AND workflow_id = 'f' AND user_id = 'o1';
UPDATE role_grants SET expires_at = now() - interval '1 day' WHERE account_id = 'dv' AND user_id = 'dev';
COMMIT;
TABLE matrix.drafts;
\set what '$$SELECT user_id FROM workflow_perms.workflow_drafts$$'
:as
\set what :look
:as
\set what :publish
:as
\set what :save
:as
-- Nor does another who publishes get to see it.
\set who '''o2'''
\set what :save
:as
BEGIN;
SELECT matrix.as_user('o2', 'SELECT user_id FROM workflow_perms.publish(''f'')');
RESET ROLE;
TABLE matrix.drafts;
ROLLBACK;
BEGIN;
UPDATE workflow_members SET expires_at = NULL WHERE account_id = 'dv' AND workflow_id = 'f' AND user_id = 'o1';
UPDATE role_grants SET expires_at = NULL WHERE account_id = 'dv' AND user_id = 'dev';
TABLE matrix.drafts;
ROLLBACK;
BEGIN; -- another role instead of the expired one
INSERT INTO role_grants (account_id, user_id, role) VALUES ('dv', 'dev', 'Member');
TABLE matrix.drafts;
ROLLBACK;
BEGIN; -- deleted and inserted anew
DELETE FROM workflow_members WHERE account_id = 'dv' AND workflow_id = 'f' AND user_id = 'o1';
TABLE matrix.drafts;
ROLLBACK;
UPDATE workflow_members SET expires_at = NULL WHERE account_id = 'dv' AND workflow_id = 'f' AND user_id = 'o1';
TABLE matrix.drafts;
DELETE FROM workflows WHERE account_id = 'dv' AND workflow_id = 'g';

-- M16: removing, demoting or deleting the last owner. (At once, by two: isolation.)
UPDATE workflow_members SET is_owner = false WHERE account_id = 'dv' AND workflow_id = 'f' AND user_id = 'o2';
\set who '''o1'''
\set what '$$UPDATE workflow_perms.workflow_members SET is_owner = false WHERE workflow_id = ''f'' AND user_id = ''o1'' RETURNING user_id$$'
:as
\set what '$$DELETE FROM workflow_perms.workflow_members WHERE workflow_id = ''f'' AND user_id = ''o1'' RETURNING user_id$$'
:as
DELETE FROM users WHERE account_id = 'dv' AND user_id = 'o1';
UPDATE workflow_members SET is_owner = true WHERE account_id = 'dv' AND workflow_id = 'f' AND user_id = 'o2';
-- M22: two owners, one expiring; the other also gets expires_at.
\set what '$$UPDATE workflow_perms.workflow_members SET expires_at = ''2100-01-01'' WHERE workflow_id = ''f'' AND user_id = ''o2'' RETURNING user_id$$'
:as
\set what '$$UPDATE workflow_perms.workflow_members SET expires_at = ''2100-01-01'' WHERE workflow_id = ''f'' AND user_id = ''o1'' RETURNING user_id$$'
:as
UPDATE workflow_members SET expires_at = NULL WHERE account_id = 'dv' AND workflow_id = 'f';

-- M20: an owner crowns the director and transfers to them unasked: the owner changes,
-- the draft moves, run_as stays until the director publishes.
SELECT * FROM matrix.flow;
INSERT INTO workspace_members (account_id, workspace_id, user_id) VALUES ('dv', 'w2', 'director');
\set who '''o1'''
\set what :save
:as
CREATE TEMP TABLE saved AS SELECT updated_at FROM workflow_drafts WHERE account_id = 'dv' AND user_id = 'o1';
\set what '$$UPDATE workflow_perms.workflow_members SET is_owner = true WHERE workflow_id = ''f'' AND user_id = ''director'' RETURNING user_id$$'
:as
\set what '$$SELECT workflow_perms.transfer_ownership(''f'', ''director'')$$'
:as
TABLE matrix.flow;
SELECT d.user_id, d.definition, d.updated_at = s.updated_at AS as_saved FROM workflow_drafts d, saved s WHERE d.account_id = 'dv' AND d.user_id = 'director';
\set who '''director'''
\set what :publish
:as
TABLE matrix.flow;

-- The heir's own draft wins; one who is shut out of what the steps touch gets none;
-- a plain member is crowned by it; what the heir had is not cut short.
BEGIN;
INSERT INTO workflow_drafts (account_id, workflow_id, user_id, definition) VALUES ('dv', 'f', 'director', '"of director"'), ('dv', 'f', 'o2', '"of o2"');
SELECT matrix.as_user('director', $$SELECT workflow_perms.transfer_ownership('f', 'o2')$$);
RESET ROLE;
TABLE matrix.flow;
SELECT user_id, definition FROM workflow_drafts WHERE account_id = 'dv';
ROLLBACK;
BEGIN;
INSERT INTO workflow_drafts (account_id, workflow_id, user_id, definition) VALUES ('dv', 'f', 'director', '"of director"');
INSERT INTO workflow_members (account_id, workflow_id, user_id, expires_at) VALUES ('dv', 'f', 'mem', '2100-01-01');
SELECT matrix.as_user('director', $$SELECT workflow_perms.transfer_ownership('f', 'mem')$$);
RESET ROLE;
TABLE matrix.flow;
SELECT user_id, expires_at FROM workflow_members WHERE account_id = 'dv' AND user_id = 'mem';
ROLLBACK;
BEGIN; -- an expired membership is none
INSERT INTO workflow_members (account_id, workflow_id, user_id, expires_at) VALUES ('dv', 'f', 'mem', '2000-01-01');
SELECT matrix.as_user('director', $$SELECT workflow_perms.transfer_ownership('f', 'mem')$$);
ROLLBACK;
BEGIN; -- nor is one by a role
INSERT INTO workflow_members (account_id, workflow_id, role) VALUES ('dv', 'f', 'Team');
INSERT INTO role_grants (account_id, user_id, role) VALUES ('dv', 'mem', 'Team');
SELECT matrix.as_user('director', $$SELECT workflow_perms.transfer_ownership('f', 'mem')$$);
ROLLBACK;
BEGIN; -- an expiring owner hands on what he has, and the last lasting one stays
UPDATE workflow_members SET expires_at = '2100-01-01' WHERE account_id = 'dv' AND workflow_id = 'f' AND user_id = 'director';
INSERT INTO workflow_members (account_id, workflow_id, user_id, expires_at) VALUES ('dv', 'f', 'mem', '2090-01-01');
SELECT matrix.as_user('director', $$SELECT workflow_perms.transfer_ownership('f', 'mem')$$);
RESET ROLE;
SELECT user_id, is_owner, expires_at = '2100-01-01' AS as_the_director FROM workflow_members WHERE account_id = 'dv' AND workflow_id = 'f' ORDER BY user_id;
ROLLBACK;
-- The new owner calls it himself: with that it runs with his rights, and all else stays.
BEGIN;
INSERT INTO workflow_drafts (account_id, workflow_id, user_id, definition) VALUES ('dv', 'f', 'o2', '"of o2"');
SELECT matrix.as_user('o2', $$SELECT workflow_perms.transfer_ownership('f', 'o2')$$);
RESET ROLE;
TABLE matrix.flow;
ROLLBACK;

-- M15, M21: the sole owner, with whose rights it runs, is stopped. A member transfers: refused;
-- an account admin does: the ownership and run_as move, to a member or to anybody of the team.
DELETE FROM workflow_members WHERE account_id = 'dv' AND workflow_id = 'f' AND user_id = 'o2';
INSERT INTO workflow_members (account_id, workflow_id, user_id) VALUES ('dv', 'f', 'mem');
INSERT INTO workspace_members (account_id, workspace_id, user_id) VALUES ('dv', 'w2', 'mem');
UPDATE users SET active = false WHERE account_id = 'dv' AND user_id = 'director';
TABLE matrix.flow;
\set who '''mem'''
\set what '$$SELECT workflow_perms.transfer_ownership(''f'', ''mem'')$$'
:as
\set who '''adm'''
\set what '$$UPDATE workflow_perms.workflow_members SET is_owner = true WHERE workflow_id = ''f'' AND user_id = ''mem'' RETURNING user_id$$'
:as
BEGIN;
SELECT matrix.as_user('adm', $$SELECT workflow_perms.transfer_ownership('f', 'bot')$$);
RESET ROLE;
TABLE matrix.flow;
ROLLBACK;
INSERT INTO runs (account_id, run_id, workflow_id, status, started_at) VALUES ('dv', 'before', 'f', 'running', now());
SELECT entry AS last_entry FROM audit_log ORDER BY entry DESC LIMIT 1 \gset
\set what '$$SELECT workflow_perms.transfer_ownership(''f'', ''mem'')$$'
:as
TABLE matrix.flow;
INSERT INTO runs (account_id, run_id, workflow_id, status, started_at) VALUES ('dv', 'after', 'f', 'running', now());
SELECT r.run_id, a.* FROM runs r, step_access('dv', r.run_id, 'c') a WHERE r.account_id = 'dv' ORDER BY r.run_id DESC;
SELECT principal, database_role, action, object, after ->> 'is_owner' AS is_owner, after ->> 'run_as' AS run_as
	FROM audit_log WHERE account_id = 'dv' AND entry > :'last_entry' ORDER BY entry;
-- Once: there is an active owner again, and the one who was stopped comes back as none.
:as
UPDATE users SET active = true WHERE account_id = 'dv' AND user_id = 'director';
SELECT can_edit(principal('dv', 'director'), 'f') AS director, can_edit(principal('dv', 'mem'), 'f') AS mem;
-- An owner whose ownership has expired is none either; a load may leave a workflow without any.
BEGIN;
INSERT INTO workflows (account_id, workflow_id, workspace_id) VALUES ('dv', 'loaded', 'w1');
SELECT matrix.as_user('adm', $$SELECT workflow_perms.transfer_ownership('loaded', 'adm')$$);
RESET ROLE;
SELECT user_id, is_owner FROM workflow_members WHERE account_id = 'dv' AND workflow_id = 'loaded';
ROLLBACK;

DELETE FROM accounts WHERE account_id = 'dv';
SELECT count(*) FROM workflow_drafts WHERE account_id = 'dv';
DROP VIEW matrix.flow, matrix.drafts;
DROP FUNCTION matrix.try_way(matrix.ways);
DROP TABLE matrix.ways;
DROP FUNCTION matrix.as_user(text, text);

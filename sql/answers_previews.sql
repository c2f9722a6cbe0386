-- What if (spec 3, 4.4, 5): with_role() and without_role() are what principal() is once the grant is
-- made or taken back; preview_condition() and preview_metadata() are what the change then does; none
-- of them changes anything; and who may ask. On the accounts of matrix_setup and answers_explain.
\set VERBOSITY terse
\pset tuples_only on
\pset format unaligned

-- Grants, tried and undone. (Nothing stands in the way here: not who may grant, not the last admin.)
CREATE FUNCTION pg_temp.after(statement text, account text, who text) RETURNS workflow_perms.principal LANGUAGE plpgsql AS $$
DECLARE
	p workflow_perms.principal;
BEGIN
	SET LOCAL session_replication_role = replica;
	EXECUTE statement;
	p := workflow_perms.principal(account, who);
	RAISE EXCEPTION USING ERRCODE = 'MXUND';
EXCEPTION WHEN SQLSTATE 'MXUND' THEN
	RETURN p;
END
$$;
BEGIN;
SELECT count(*) > 200, count(*) FILTER (WHERE w.p::text = p.p::text) > 0 AS "has it already",
	count(*) FILTER (WHERE w.p::text <> p.p::text) > 100 AS changed,
	count(*) FILTER (WHERE w.p::text IS DISTINCT FROM pg_temp.after(format(
		'INSERT INTO workflow_perms.role_grants (account_id, user_id, role) VALUES (%L, %L, %L) ON CONFLICT DO NOTHING', u.account_id, u.user_id, r.role), u.account_id, u.user_id)::text) AS wrong
	FROM workflow_perms.users u JOIN workflow_perms.roles r USING (account_id), workflow_perms.principal(u.account_id, u.user_id) AS p (p),
		workflow_perms.with_role(p.p, r.role) AS w (p)
	WHERE account_id IN ('mx', 'mb') AND r.role !~ 'AuthenticatedUser' AND u.user_id !~ '^vec';
SELECT count(*) > 10, count(*) FILTER (WHERE w.p::text <> p.p::text) > 10 AS changed,
	count(*) FILTER (WHERE w.p::text IS DISTINCT FROM pg_temp.after(format(
		'DELETE FROM workflow_perms.role_grants WHERE account_id = %L AND user_id = %L AND role = %L AND workspace_id IS NULL', g.account_id, g.user_id, g.role), g.account_id, g.user_id)::text) AS wrong
	FROM workflow_perms.role_grants g, workflow_perms.principal(g.account_id, g.user_id) AS p (p), workflow_perms.without_role(p.p, g.role) AS w (p)
	WHERE account_id IN ('mx', 'ax', 'mb') AND (g.expires_at > now()) IS NOT FALSE;
-- Steps add up, in either order; a step back leads back; metadata that was given stays.
SELECT workflow_perms.with_role(workflow_perms.with_role(p, 'Painters'), 'Lead')::text = workflow_perms.with_role(workflow_perms.with_role(p, 'Lead'), 'Painters')::text,
	workflow_perms.without_role(workflow_perms.with_role(p, 'Painters'), 'Painters')::text = p::text,
	workflow_perms.with_role(workflow_perms.without_role(workflow_perms.with_role(p, 'Lead'), 'Lead'), 'Keys')::text = workflow_perms.with_role(p, 'Keys')::text,
	workflow_perms.with_role(workflow_perms.without_role(p, 'Support'), 'Support')::text = p::text
	FROM workflow_perms.principal('mx', 'sup') p;
SELECT workflow_perms.with_role(workflow_perms.with_metadata(p, '{"plan": "gold"}'), 'Design')::text = workflow_perms.with_metadata(workflow_perms.with_role(p, 'Design'), '{"plan": "gold"}')::text
	FROM workflow_perms.principal('mx', 'pro') p;
-- What another role includes stays, and so does what is held for a workspace.
SELECT workflow_perms.without_role(p, 'Design')::text = p::text FROM workflow_perms.principal('mx', 'lead') p;
SELECT workflow_perms.without_role(p, 'Design')::text = p::text FROM workflow_perms.principal('mx', 'vi') p;
-- And decides: R2, were Support a Member too; a rule for a role.
SELECT workflow_perms.can_edit(p, 'project_flow'), workflow_perms.can_edit(workflow_perms.with_role(p, 'Member'), 'project_flow') FROM workflow_perms.principal('mx', 'sup') p;
INSERT INTO workflow_perms.execution_rules (account_id, workflow_id, role, effect) VALUES ('ax', 'main', 'Lead', 'deny');
SELECT workflow_perms.can_run(p, 'main'), workflow_perms.can_run(workflow_perms.with_role(p, 'Lead'), 'main') FROM workflow_perms.principal('ax', 'mem') p;
SELECT workflow_perms.can_run(p, 'main'), workflow_perms.can_run(workflow_perms.without_role(p, 'Lead'), 'main') FROM workflow_perms.principal('ax', 'lead') p;
ROLLBACK;
-- Refused: roles that do not exist, are never granted, for nobody; and whoever is not allowed to.
SELECT workflow_perms.with_role(workflow_perms.principal('mx', 'sup'), 'Nonsense');
SELECT workflow_perms.without_role(workflow_perms.principal('mx', 'sup'), 'Nonsense');
SELECT workflow_perms.with_role(workflow_perms.principal('mx', 'sup'), 'AuthenticatedUser');
SELECT workflow_perms.with_role(workflow_perms.principal('mx', NULL), 'Support');
SELECT workflow_perms.with_role((replace(workflow_perms.principal('mx', 'sup')::text, '"sup"', '"gone"'))::workflow_perms.principal, 'Support');
SELECT workflow_perms.with_role(workflow_perms.principal('mx', 'sup'), NULL) IS NULL;
SELECT has_function_privilege('regress_app', f, 'EXECUTE') FROM unnest(ARRAY['workflow_perms.with_role(workflow_perms.principal, text)', 'workflow_perms.without_role(workflow_perms.principal, text)']) f;

-- Previews against what happens.
INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata, active) VALUES ('ax', 'sleepy', 'connected', '{"plan": "pro", "seats": 12}', false);
UPDATE workflow_perms.workflows SET condition = '{"plan": {"$ne": "gone"}}' WHERE account_id = 'ax' AND workflow_id = 'hidden';
INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, configuration, enabled) VALUES
	('ax', 'gated', 'pro', '', true), ('ax', 'gated', 'pro', 'second', true), ('ax', 'main', 'free', '', true), ('ax', 'main', 'bare', '', false),
	('ax', 'hidden', 'pro', '', true), ('ax', 'hidden', 'free', 'second', true), ('ax', 'shape 2', 'pro', '', true);
-- Enabled once, and stopped since: that ends nothing.
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, status) VALUES ('ax', 'ended', 'p1', 'live');
INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled) VALUES ('ax', 'ended', 'pro', true);
UPDATE workflow_perms.workflows SET status = 'stopped' WHERE account_id = 'ax' AND workflow_id = 'ended';
CREATE FUNCTION pg_temp.state() RETURNS TABLE (user_id text, workflow_id text, what text) LANGUAGE sql AS $$
	SELECT u.user_id, w.workflow_id, 'visible' FROM workflow_perms.users u JOIN workflow_perms.workflows w USING (account_id)
		WHERE account_id = 'ax' AND u.kind = 'connected' AND workflow_perms.can_view(workflow_perms.principal(u.account_id, u.user_id), w)
	UNION SELECT e.user_id, e.workflow_id, 'enabled' FROM workflow_perms.enablements e WHERE account_id = 'ax' AND enabled
$$;
CREATE FUNCTION pg_temp.happens(statement text) RETURNS TABLE (user_id text, workflow_id text, change text, what text) LANGUAGE plpgsql AS $$
DECLARE
	before jsonb := (SELECT jsonb_agg(s) FROM pg_temp.state() s);
	changes jsonb;
BEGIN
	BEGIN
		EXECUTE statement;
		SELECT jsonb_agg(jsonb_build_object('user_id', c.user_id, 'workflow_id', c.workflow_id, 'what', c.what, 'change', c.change)) INTO changes FROM (
			SELECT a.*, 'gained' AS change FROM pg_temp.state() a WHERE NOT before @> jsonb_build_array(to_jsonb(a))
			UNION ALL SELECT b.*, 'lost' FROM jsonb_to_recordset(before) b (user_id text, workflow_id text, what text)
				WHERE (b.user_id, b.workflow_id, b.what) NOT IN (SELECT s.user_id, s.workflow_id, s.what FROM pg_temp.state() s)) c;
		RAISE EXCEPTION USING ERRCODE = 'MXUND';
	EXCEPTION WHEN SQLSTATE 'MXUND' THEN
	END;
	RETURN QUERY SELECT r.* FROM jsonb_to_recordset(changes) r (user_id text, workflow_id text, change text, what text);
END
$$;
BEGIN;
SELECT FROM workflow_perms.set_principal('ax', 'ada');
CREATE TEMP TABLE previewed ON COMMIT DROP AS
	SELECT w.workflow_id, c.condition, p.user_id, p.change, p.what
	FROM unnest(ARRAY['gated', 'hidden', 'ended', 'shape 2', 'stopped']) w (workflow_id),
		unnest(ARRAY[NULL, '{}', '{"plan": "free"}', '{"plan": "pro"}', '{"seats": {"$gte": 20}}', '{"$userId": "bare"}', '{"plan": {"$ne": "gone"}}', '{"plan": {"$ne": "free"}}']::workflow_perms.metadata_condition[]) c (condition)
		CROSS JOIN LATERAL workflow_perms.preview_condition(w.workflow_id, c.condition) p;
CREATE TEMP TABLE happened ON COMMIT DROP AS
	SELECT w.workflow_id, c.condition, h.user_id, h.change, h.what
	FROM unnest(ARRAY['gated', 'hidden', 'ended', 'shape 2', 'stopped']) w (workflow_id),
		unnest(ARRAY[NULL, '{}', '{"plan": "free"}', '{"plan": "pro"}', '{"seats": {"$gte": 20}}', '{"$userId": "bare"}', '{"plan": {"$ne": "gone"}}', '{"plan": {"$ne": "free"}}']::workflow_perms.metadata_condition[]) c (condition)
		CROSS JOIN LATERAL pg_temp.happens(format('UPDATE workflow_perms.workflows SET condition = %L WHERE account_id = ''ax'' AND workflow_id = %L', c.condition, w.workflow_id)) h;
SELECT * FROM previewed ORDER BY workflow_id COLLATE "C", condition::text COLLATE "C" NULLS FIRST, user_id COLLATE "C", what COLLATE "C";
-- No difference, either way.
TABLE previewed EXCEPT TABLE happened;
TABLE happened EXCEPT TABLE previewed;
SELECT workflow_perms.preview_condition('gated', '{"plan": "free"}');
ROLLBACK;
BEGIN;
SELECT FROM workflow_perms.set_principal('ax', 'sup');
CREATE TEMP TABLE previewed ON COMMIT DROP AS
	SELECT u.user_id, m.metadata, p.workflow_id, p.change, p.what
	FROM unnest(ARRAY['pro', 'free', 'sleepy']) u (user_id),
		unnest(ARRAY['{}', '{"plan": "free"}', '{"seats": 12, "plan": "pro"}', '{"plan": "gone"}', '{"beta": true}']::jsonb[]) m (metadata)
		CROSS JOIN LATERAL workflow_perms.preview_metadata(u.user_id, m.metadata) p;
CREATE TEMP TABLE happened ON COMMIT DROP AS
	SELECT u.user_id, m.metadata, h.workflow_id, h.change, h.what
	FROM unnest(ARRAY['pro', 'free', 'sleepy']) u (user_id),
		unnest(ARRAY['{}', '{"plan": "free"}', '{"seats": 12, "plan": "pro"}', '{"plan": "gone"}', '{"beta": true}']::jsonb[]) m (metadata)
		CROSS JOIN LATERAL pg_temp.happens(format('UPDATE workflow_perms.users SET metadata = %L WHERE account_id = ''ax'' AND user_id = %L', m.metadata, u.user_id)) h;
SELECT * FROM previewed ORDER BY user_id COLLATE "C", metadata::text COLLATE "C", workflow_id COLLATE "C", what COLLATE "C";
TABLE previewed EXCEPT TABLE happened;
TABLE happened EXCEPT TABLE previewed;
ROLLBACK;

-- Who may ask: whoever edits the workflow; whoever manages connected users, for the account.
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/own', 'regress_app'); END$$; SELECT * FROM workflow_perms.preview_condition('main', '{"plan": "pro"}'); ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/mem', 'regress_app'); END$$; SELECT * FROM workflow_perms.preview_condition('main', '{"plan": "pro"}'); ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/lead', 'regress_app'); END$$; SELECT * FROM workflow_perms.preview_condition('gated', NULL); ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/mem', 'regress_app'); END$$; SELECT * FROM workflow_perms.preview_condition('private', NULL); ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/mem', 'regress_app'); END$$; SELECT * FROM workflow_perms.preview_condition('nowhere', NULL); ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/ada', 'regress_app'); END$$; SELECT * FROM workflow_perms.preview_condition('elsewhere', NULL); ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/pro', 'regress_app'); END$$; SELECT * FROM workflow_perms.preview_condition('gated', NULL); ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/off', 'regress_app'); END$$; SELECT * FROM workflow_perms.preview_condition('gated', NULL); ROLLBACK;
SELECT * FROM workflow_perms.preview_condition('gated', NULL);
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/own', 'regress_app'); END$$; SELECT * FROM workflow_perms.preview_metadata('pro', '{}'); ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('mx/sup1', 'regress_app'); END$$; SELECT * FROM workflow_perms.preview_metadata('pro', '{}'); ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/pro', 'regress_app'); END$$; SELECT * FROM workflow_perms.preview_metadata('pro', '{}'); ROLLBACK;
SELECT * FROM workflow_perms.preview_metadata('pro', '{}');
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/sup', 'regress_app'); END$$; SELECT * FROM workflow_perms.preview_metadata('nobody', '{}'); ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/sup', 'regress_app'); END$$; SELECT * FROM workflow_perms.preview_metadata('mem', '{}'); ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/sup', 'regress_app'); END$$; SELECT * FROM workflow_perms.preview_metadata('pro', '[]'); ROLLBACK;
BEGIN; DO $$BEGIN PERFORM matrix.become('ax/sup', 'regress_app'); END$$; SELECT * FROM workflow_perms.preview_metadata('pro', NULL); ROLLBACK;
\pset tuples_only off
\pset format aligned

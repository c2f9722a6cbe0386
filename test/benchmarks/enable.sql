-- What it costs to re-evaluate: changing the condition of a workflow that one in ten
-- of :rows users has enabled, half of whom stop matching, against a bare UPDATE of
-- the same half in a table of the same shape, with its pages filled as PostgreSQL does
-- and as the model's are, which leaves room for new versions of rows; and changing the metadata of users one
-- by one. Every time is rolled back, so that every round does the same.
SELECT workflow_perms.create_account('enabling', 'admin');
INSERT INTO workflow_perms.workspaces VALUES ('enabling', 'project', 'project');
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, status)
	SELECT 'enabling', 'workflow-' || i, 'project', 'live' FROM generate_series(1, 10) AS i;
SET session_replication_role = replica;
INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata)
	SELECT 'enabling', 'user-' || i, 'connected', jsonb_build_object('plan', CASE i % 2 WHEN 0 THEN 'pro' ELSE 'free' END, 'seats', i % 100, 'region', 'eu')
	FROM generate_series(1, :rows / 10) AS i;
INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled, changed_at)
	SELECT 'enabling', 'workflow-1', user_id, true, now() FROM workflow_perms.users WHERE account_id = 'enabling' AND kind = 'connected';
-- the users who change one by one have two more, which they keep
INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled, changed_at)
	SELECT 'enabling', 'workflow-' || w, 'user-' || i, true, now() FROM generate_series(2, 3) AS w, generate_series(1, least(1000, :rows / 10)) AS i;
RESET session_replication_role;
CREATE TABLE bare_enablements (LIKE workflow_perms.enablements INCLUDING ALL);
INSERT INTO bare_enablements SELECT * FROM workflow_perms.enablements WHERE account_id = 'enabling';
-- LIKE leaves out how full the pages are
CREATE TABLE roomy_enablements (LIKE workflow_perms.enablements INCLUDING ALL) WITH (fillfactor = 70);
INSERT INTO roomy_enablements SELECT * FROM bare_enablements;
CREATE TABLE bare_users (LIKE workflow_perms.users INCLUDING ALL);
INSERT INTO bare_users SELECT * FROM workflow_perms.users WHERE account_id = 'enabling';
\ir _vacuum.sql

CREATE FUNCTION bench.asked_after(statement text, question text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	answer text;
BEGIN
	EXECUTE statement;
	EXECUTE question INTO answer;
	RETURN answer;
END
$$;
CREATE FUNCTION bench.one_by_one(relation regclass, n bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	FOR i IN 1..n LOOP
		EXECUTE format('UPDATE %s SET metadata = $1 WHERE account_id = ''enabling'' AND user_id = $2', relation)
			USING jsonb_build_object('plan', 'team', 'seats', i), 'user-' || i;
	END LOOP;
END
$$;

INSERT INTO bench.cases (case_name, per, unit) VALUES
	('disable by a changed condition', :rows / 20, 'us'),
	('change a user''s metadata, 3 enabled', least(1000, :rows / 10), 'us');
INSERT INTO bench.contestants (case_name, contestant, side, at_most, statement, answer)
SELECT case_name, contestant, side, at_most, statement, format('bench.asked_after(%L, %L)', statement, question)
FROM (VALUES
	('disable by a changed condition', 'workflow_perms', 'ours', NULL,
		$$UPDATE workflow_perms.workflows SET condition = '{"plan": "pro"}' WHERE account_id = 'enabling' AND workflow_id = 'workflow-1'$$,
		$$SELECT count(*) || ' ' || sum(hashtextextended(user_id, 1)) FROM workflow_perms.enablements WHERE account_id = 'enabling' AND NOT enabled AND reason = 'condition'$$),
	('disable by a changed condition', 'bare UPDATE of the same rows', 'peer', 2,
		$$UPDATE bare_enablements SET enabled = false, reason = 'condition', changed_at = now()
			WHERE account_id = 'enabling' AND workflow_id = 'workflow-1' AND right(user_id, 1) IN ('1', '3', '5', '7', '9')$$,
		$$SELECT count(*) || ' ' || sum(hashtextextended(user_id, 1)) FROM bare_enablements WHERE NOT enabled AND reason = 'condition'$$),
	('disable by a changed condition', 'the same, pages filled to 70 %', 'peer', 2,
		$$UPDATE roomy_enablements SET enabled = false, reason = 'condition', changed_at = now()
			WHERE account_id = 'enabling' AND workflow_id = 'workflow-1' AND right(user_id, 1) IN ('1', '3', '5', '7', '9')$$,
		$$SELECT count(*) || ' ' || sum(hashtextextended(user_id, 1)) FROM roomy_enablements WHERE NOT enabled AND reason = 'condition'$$),
	('change a user''s metadata, 3 enabled', 'workflow_perms', 'ours', NULL,
		$$SELECT bench.one_by_one('workflow_perms.users', least(1000, bench.n('rows') / 10))$$,
		$$SELECT count(*) FROM workflow_perms.users WHERE account_id = 'enabling' AND metadata ->> 'plan' = 'team'$$),
	('change a user''s metadata, 3 enabled', 'bare UPDATE', 'peer', NULL,
		$$SELECT bench.one_by_one('bare_users', least(1000, bench.n('rows') / 10))$$,
		$$SELECT count(*) FROM bare_users WHERE metadata ->> 'plan' = 'team'$$)
) AS c (case_name, contestant, side, at_most, statement, question);
UPDATE bench.cases SET note = 'where pages have room, the bare UPDATE touches no index; the extension also writes an entry of the audit log for each row'
	WHERE case_name = 'disable by a changed condition';

-- What it costs to re-evaluate: changing the condition of a workflow that one in ten
-- of :rows users has enabled, half of whom stop matching, against a bare UPDATE of
-- the same half in a table of the same shape; and changing the metadata of users one
-- by one. Each statement is undone at its end, so that every round does the same.
SELECT workflow_perms.create_account('enabling', 'admin');
INSERT INTO workflow_perms.workspaces VALUES ('enabling', 'project', 'project');
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, status)
	SELECT 'enabling', 'workflow-' || i, 'project', 'live' FROM generate_series(1, 10) AS i;
INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata)
	SELECT 'enabling', 'user-' || i, 'connected', jsonb_build_object('plan', CASE i % 2 WHEN 0 THEN 'pro' ELSE 'free' END, 'seats', i % 100, 'region', 'eu')
	FROM generate_series(1, :rows / 10) AS i;
INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled)
	SELECT 'enabling', 'workflow-1', user_id, true FROM workflow_perms.users WHERE account_id = 'enabling' AND kind = 'connected';
-- the users who change one by one have two more, which they keep
INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled)
	SELECT 'enabling', 'workflow-' || w, 'user-' || i, true FROM generate_series(2, 3) AS w, generate_series(1, 1000) AS i;
CREATE TABLE bare_enablements (LIKE workflow_perms.enablements INCLUDING ALL);
INSERT INTO bare_enablements SELECT * FROM workflow_perms.enablements WHERE account_id = 'enabling';
CREATE TABLE bare_users (LIKE workflow_perms.users INCLUDING ALL);
INSERT INTO bare_users SELECT * FROM workflow_perms.users WHERE account_id = 'enabling';
VACUUM ANALYZE;

CREATE FUNCTION bench.undone(statement text, question text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	answer text;
BEGIN
	EXECUTE statement;
	EXECUTE question INTO answer;
	RAISE EXCEPTION USING ERRCODE = 'WPUND';
EXCEPTION WHEN SQLSTATE 'WPUND' THEN
	RETURN answer;
END
$$;
CREATE FUNCTION bench.one_by_one(relation regclass, n int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	FOR i IN 1..n LOOP
		EXECUTE format('UPDATE %s SET metadata = $1 WHERE account_id = ''enabling'' AND user_id = $2', relation)
			USING jsonb_build_object('plan', 'team', 'seats', i), 'user-' || i;
	END LOOP;
END
$$;

INSERT INTO bench.cases (case_name, per, unit) VALUES
	('disable by a changed condition', :rows / 20, 'us'),
	('change a user''s metadata, 3 enabled', 1000, 'us');
INSERT INTO bench.contestants (case_name, contestant, side, statement, answer)
SELECT case_name, contestant, side, format('SELECT bench.undone(%L, %L)', statement, 'SELECT 0'), format('bench.undone(%L, %L)', statement, question)
FROM (VALUES
	('disable by a changed condition', 'workflow_perms', 'ours',
		$$UPDATE workflow_perms.workflows SET condition = '{"plan": "pro"}' WHERE account_id = 'enabling' AND workflow_id = 'workflow-1'$$,
		$$SELECT count(*) FROM workflow_perms.enablements WHERE account_id = 'enabling' AND NOT enabled AND reason = 'condition'$$),
	('disable by a changed condition', 'bare UPDATE of the same rows', 'peer',
		$$UPDATE bare_enablements SET enabled = false, reason = 'condition', changed_at = now()
			WHERE account_id = 'enabling' AND workflow_id = 'workflow-1' AND right(user_id, 1) IN ('1', '3', '5', '7', '9')$$,
		$$SELECT count(*) FROM bare_enablements WHERE NOT enabled AND reason = 'condition'$$),
	('change a user''s metadata, 3 enabled', 'workflow_perms', 'ours',
		$$SELECT bench.one_by_one('workflow_perms.users', 1000)$$,
		$$SELECT count(*) FROM workflow_perms.users WHERE account_id = 'enabling' AND metadata ->> 'plan' = 'team'$$),
	('change a user''s metadata, 3 enabled', 'bare UPDATE', 'peer',
		$$SELECT bench.one_by_one('bare_users', 1000)$$,
		$$SELECT count(*) FROM bare_users WHERE metadata ->> 'plan' = 'team'$$)
) AS c (case_name, contestant, side, statement, question);

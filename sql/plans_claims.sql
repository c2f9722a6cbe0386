-- Plans that are kept, where an API server's claims say who asks: the first statement of
-- the next one may use the plan that was made for the last, for nothing is asked before
-- it. Its rows are right all the same, as are those of the statements that follow.
SET client_min_messages = warning;
SET jit = off;
\getenv abs_srcdir PG_ABS_SRCDIR
\set model_made :abs_srcdir '/test/model_made.sql'
\i :model_made
SELECT workflow_perms.create_account('claims', 'boss');
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) VALUES ('claims', 'all', 'member', 'guest'), ('claims', 'few', 'member', 'guest');
INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata) VALUES ('claims', 'pro', 'connected', '{"plan": "pro"}');
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind)
	SELECT 'claims', 'w' || i, CASE WHEN i % 40 = 0 THEN 'project' ELSE 'closed' END::workflow_perms.workspace_kind FROM generate_series(1, 120) AS i;
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id)
	SELECT 'claims', 'w' || i, 'all' FROM generate_series(1, 120) AS i WHERE i % 40 > 0 UNION ALL VALUES ('claims', 'w7', 'few');
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status, condition)
	SELECT 'claims', 'f' || i, 'w' || 1 + i % 120, 'main', 'live', CASE WHEN i % 3 = 0 THEN '{"plan": "pro"}' WHEN i % 3 = 1 THEN '{"plan": "team"}' END::workflow_perms.metadata_condition
	FROM generate_series(1, 2400) AS i;
ANALYZE workflow_perms.workflows;

SET workflow_perms.trust_request_claims = on;
PREPARE visible AS SELECT array_agg(workflow_id ORDER BY workflow_id) AS ids FROM workflow_perms.workflows;
CREATE TABLE pg_temp.answers (n int GENERATED ALWAYS AS IDENTITY, who text, statement int, ids text[]);
CREATE PROCEDURE pg_temp.request(who text) LANGUAGE plpgsql AS $$
DECLARE
	ids text[];
BEGIN
	FOR statement IN 1 .. 3 LOOP
		PERFORM set_config('request.jwt.claims', jsonb_build_object('account', 'claims', 'sub', who)::text, true);
		SET LOCAL ROLE regress_app;
		EXECUTE 'EXECUTE visible' INTO ids;
		RESET ROLE;
		INSERT INTO pg_temp.answers (who, statement, ids) VALUES (request.who, statement, coalesce(ids, '{}'));
	END LOOP;
	COMMIT;
END
$$;
SET plan_cache_mode = force_generic_plan;
CALL pg_temp.request('all');
CALL pg_temp.request('few');
CALL pg_temp.request('pro');
CALL pg_temp.request('all');
CALL pg_temp.request('nobody');
CALL pg_temp.request('few');
RESET plan_cache_mode;
DEALLOCATE visible;
RESET workflow_perms.trust_request_claims;

-- Row by row, with the principal given.
SELECT a.who, statement, cardinality(ids) AS n,
	ids = ARRAY(SELECT workflow_id FROM workflow_perms.workflows w, (SELECT workflow_perms.principal('claims', a.who) AS p OFFSET 0) AS given
		WHERE account_id = 'claims' AND workflow_perms.can_view(p, w) ORDER BY 1) AS right_rows
	FROM pg_temp.answers a WHERE who <> 'nobody' ORDER BY a.n;
SELECT DISTINCT ids FROM pg_temp.answers WHERE who = 'nobody';
DELETE FROM workflow_perms.accounts WHERE account_id = 'claims';

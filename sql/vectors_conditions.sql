-- The vectors of the spec, family P (conditions), as far as seeing goes: each by
-- the id, row and column forms and by the policy, which have to agree.
\set VERBOSITY terse
SET search_path = workflow_perms, public;
SELECT create_account('p_acme', 'p_boss');
INSERT INTO workspaces VALUES ('p_acme', 'project', 'project'), ('p_acme', 'open', 'open'), ('p_acme', 'closed', 'closed'), ('p_acme', 'app', 'app');
INSERT INTO users (account_id, user_id, kind, metadata) VALUES
	('p_acme', 'pro', 'connected', '{"billingPlan": "pro"}'),
	('p_acme', 'free', 'connected', '{"billingPlan": "free"}'),
	('p_acme', 'bare', 'connected', '{}'),
	('p_acme', 'u42', 'connected', '{}'),
	('p_acme', 'gold', 'connected', '{"org": {"tier": "gold"}}'),
	('p_acme', 'flat', 'connected', '{"org": "gold"}'),
	('p_acme', 'in array', 'connected', '{"orders": [{}]}'),
	('p_acme', 'day 29', 'connected', jsonb_build_object('signedUpAt', now() - interval '29 days')),
	('p_acme', 'day 31', 'connected', jsonb_build_object('signedUpAt', now() - interval '31 days'));
INSERT INTO users (account_id, user_id, kind, metadata, active) VALUES
	('p_acme', 'sleeper', 'connected', '{"billingPlan": "pro"}', false);
INSERT INTO workflows (account_id, workflow_id, workspace_id, visibility, status, condition, hidden) VALUES
	('p_acme', 'A', 'project', 'private', 'live', '{"billingPlan": "pro"}', false),
	('p_acme', 'hidden', 'project', 'private', 'live', NULL, true),
	('p_acme', 'hidden A', 'project', 'private', 'live', '{"billingPlan": "pro"}', true),
	('p_acme', 'draft', 'project', 'private', 'draft', NULL, false),
	('p_acme', 'for u42', 'project', 'private', 'live', '{"$userId": "u42"}', false),
	('p_acme', 'not free', 'project', 'private', 'live', '{"billingPlan": {"$ne": "free"}}', false),
	('p_acme', 'gold', 'project', 'private', 'live', '{"org.tier": "gold"}', false),
	('p_acme', 'never banned', 'project', 'private', 'live', '{"orders.bannedAt": {"$exists": false}}', false),
	('p_acme', 'banned at null', 'project', 'private', 'live', '{"orders.bannedAt": null}', false),
	('p_acme', 'not banned', 'project', 'private', 'live', '{"$not": {"orders.bannedAt": {"$exists": true}}}', false),
	('p_acme', 'new', 'project', 'private', 'live', '{"signedUpAt": {"$after": {"$ago": "P30D"}}}', false),
	('p_acme', 'not new', 'project', 'private', 'live', '{"$not": {"signedUpAt": {"$after": {"$ago": "P30D"}}}}', false),
	('p_acme', 'anyone', 'project', 'private', 'live', '{}', false),
	('p_acme', 'open main', 'open', 'main', 'live', NULL, false),
	('p_acme', 'open private', 'open', 'private', 'live', NULL, false),
	('p_acme', 'closed main', 'closed', 'main', 'live', NULL, false),
	('p_acme', 'in app', 'app', 'private', 'live', NULL, false);
-- P30, P31: offered against what their kind says
INSERT INTO workspaces (account_id, workspace_id, kind, offered) VALUES
	('p_acme', 'shared', 'closed', true), ('p_acme', 'withdrawn', 'project', false), ('p_acme', 'internal', 'open', false),
	('p_acme', 'withdrawn app', 'app', false), ('p_acme', 'offered again', 'open', true);
INSERT INTO users (account_id, user_id, kind, account_role) VALUES ('p_acme', 'colleague', 'member', 'member'), ('p_acme', 'sharer', 'member', 'viewer');
INSERT INTO workspace_members (account_id, workspace_id, user_id) VALUES ('p_acme', 'shared', 'sharer');
INSERT INTO workflows (account_id, workflow_id, workspace_id, visibility, status, condition) VALUES
	('p_acme', 'shared A', 'shared', 'main', 'live', '{"billingPlan": "pro"}'), ('p_acme', 'shared private', 'shared', 'private', 'live', NULL),
	('p_acme', 'withdrawn A', 'withdrawn', 'main', 'live', '{"billingPlan": "pro"}'), ('p_acme', 'internal main', 'internal', 'main', 'live', NULL),
	('p_acme', 'in withdrawn app', 'withdrawn app', 'main', 'live', NULL), ('p_acme', 'offered main', 'offered again', 'main', 'live', NULL),
	('p_acme', 'offered private', 'offered again', 'private', 'live', NULL);

-- How every principal sees every workflow of the account, asked in all ways there
-- are: six forms and the policy. One transaction each, since a transaction has
-- one principal.
CREATE TEMP TABLE answers (who text, what text, code text, forms boolean[], by_policy boolean);
CREATE PROCEDURE pg_temp.ask_all() LANGUAGE plpgsql AS $$
DECLARE
	who text;
	seen text[];
BEGIN
	FOR who IN SELECT u.user_id FROM workflow_perms.users u WHERE u.account_id = 'p_acme' UNION ALL SELECT NULL LOOP
		PERFORM CASE WHEN who IS NULL THEN workflow_perms.set_anonymous('p_acme') ELSE workflow_perms.set_principal('p_acme', who) END;
		SET LOCAL ROLE regress_app;
		SELECT coalesce(array_agg(w.workflow_id), '{}') INTO seen FROM workflow_perms.workflows w;
		RESET ROLE;
		INSERT INTO answers
			SELECT who, w.workflow_id,
				workflow_perms.workflow_verdict('view', w.account_id, w.workflow_id, w.workspace_id, w.visibility, w.status, w.condition, w.hidden),
				ARRAY[workflow_perms.can_view(w.workflow_id),
					workflow_perms.can_view(w),
					workflow_perms.can_view(w.account_id, w.workflow_id, w.workspace_id, w.visibility, w.status, w.condition, w.hidden),
					workflow_perms.can_view(p, w.workflow_id),
					workflow_perms.can_view(p, w),
					workflow_perms.can_view(p, w.account_id, w.workflow_id, w.workspace_id, w.visibility, w.status, w.condition, w.hidden)],
				w.workflow_id = ANY (seen)
			FROM workflow_perms.workflows w, workflow_perms.principal('p_acme', who) p
			WHERE w.account_id = 'p_acme';
		COMMIT;
	END LOOP;
END $$;
CALL pg_temp.ask_all();

-- Every way gives the same answer, and the code says "allowed" exactly where it is yes.
SELECT count(*) AS asked, count(*) FILTER (WHERE forms <> array_fill(by_policy, ARRAY[6]) OR by_policy <> (code = 'allowed')) AS disagree FROM answers;

CREATE FUNCTION pg_temp.view_of(asker text, workflow text) RETURNS text LANGUAGE sql
	AS 'SELECT code FROM answers WHERE who IS NOT DISTINCT FROM asker AND what = workflow';

SELECT 'P1' AS vector, pg_temp.view_of('pro', 'A') AS see;
SELECT 'P2' AS vector, pg_temp.view_of('free', 'A') AS see;
SELECT 'P3' AS vector, pg_temp.view_of('bare', 'A') AS see;
SELECT 'P7' AS vector, pg_temp.view_of('pro', 'hidden') AS see;
SELECT 'P8' AS vector, pg_temp.view_of('free', 'hidden A') AS see;
SELECT 'P11' AS vector, who, pg_temp.view_of(who, 'for u42') AS see FROM (VALUES ('u42'), ('pro')) u (who);
SELECT 'P15' AS vector, pg_temp.view_of('bare', 'not free') AS see;
SELECT 'P18' AS vector, who, pg_temp.view_of(who, 'gold') AS see FROM (VALUES ('gold'), ('flat')) u (who);
SELECT 'P19' AS vector, what, pg_temp.view_of('sleeper', what) AS see FROM (VALUES ('A'), ('open main')) w (what);
SELECT 'P20' AS vector, pg_temp.view_of('pro', 'draft') AS see;
-- M26: a private workflow in an open workspace; and what else is not for connected users there
SELECT 'M26' AS vector, what, pg_temp.view_of('pro', what) AS see FROM (VALUES ('open private'), ('closed main'), ('open main'), ('in app')) w (what);
-- 4.1: an anonymous principal sees nothing; {} is no condition that it meets
SELECT '4.1' AS rule, what, pg_temp.view_of(NULL, what) AS see FROM (VALUES ('A'), ('anyone'), ('hidden'), ('draft'), ('in app'), ('open main')) w (what);
-- P30: a closed workspace that is offered: its main workflows by condition; the team as ever
SELECT 'P30' AS vector, who, what, pg_temp.view_of(who, what) AS see FROM (VALUES ('pro'), ('free'), ('colleague'), ('p_boss'), ('sharer')) u (who), (VALUES ('shared A'), ('shared private')) w (what);
-- P31: a project that is not, and what else offered means
SELECT 'P31' AS vector, who, what, pg_temp.view_of(who, what) AS see FROM (VALUES ('pro'), ('colleague'), ('p_boss')) u (who),
	(VALUES ('withdrawn A'), ('internal main'), ('in withdrawn app'), ('offered main'), ('offered private')) w (what);

-- P32: refused, with what to write
\set VERBOSITY default
SELECT 'P32' AS vector, '{"billingPlan": {"$ne": {"$in": ["free"]}}}'::metadata_condition;
SELECT 'P32' AS vector, '{"billingPlan": {"$regex": "\\bpro"}}'::metadata_condition;
\set VERBOSITY terse
-- P33: by every gate and by the operator; why not; whom it would let in
SELECT 'P33' AS vector, who, what, pg_temp.view_of(who, what) AS see FROM (VALUES ('in array'), ('bare')) u (who), (VALUES ('never banned'), ('banned at null'), ('not banned')) w (what);
SELECT 'P33' AS vector, m, m::jsonb ~ '{"orders.bannedAt": {"$exists": false}}' AS matches FROM (VALUES ('{"orders": [{}]}'), ('{}')) t (m);
BEGIN;
SELECT set_principal('p_acme', 'p_boss');
SELECT 'P33' AS vector, w.workflow_id, e.detail FROM workflows w, explain_access('view', w.workflow_id, 'in array') e
	WHERE w.account_id = 'p_acme' AND w.workflow_id LIKE '%banned%' AND e.code = 'condition' ORDER BY w.workflow_id;
SELECT 'P33' AS vector, u FROM users_matching('{"orders.bannedAt": {"$exists": false}}') u WHERE u IN ('in array', 'bare') ORDER BY u;
COMMIT;
-- P34: by every gate, by a principal that is a value of its own time, and by the operator; why not
SELECT 'P34' AS vector, who, what, pg_temp.view_of(who, what) AS see FROM (VALUES ('day 29'), ('day 31'), ('bare')) u (who), (VALUES ('new'), ('not new')) w (what);
SELECT 'P34' AS vector, who, can_view(p, 'new') AS see, can_view(jsonb_set(p::jsonb, '{taken_at}', to_jsonb(to_char((now() + days) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')))::principal, 'new') AS in_days
	FROM (VALUES ('day 29', interval '2 days'), ('day 31', '-2 days')) u (who, days), principal('p_acme', who) p;
SELECT 'P34' AS vector, u.user_id, u.metadata ~ c AS by_operator, c ~ u.metadata AS commuted, matches(u.metadata, u.user_id, c) AS matches
	FROM users u, (VALUES ('{"signedUpAt": {"$after": {"$ago": "P30D"}}}'::metadata_condition)) v (c) WHERE u.account_id = 'p_acme' AND u.user_id LIKE 'day%' ORDER BY u.user_id;
BEGIN;
SELECT set_principal('p_acme', 'p_boss');
SELECT 'P34' AS vector, e.code, d - 'seen' AS detail, d ->> 'seen' = u.metadata ->> 'signedUpAt' AS as_seen
	FROM users u, explain_access('view', 'new', 'day 31') e, jsonb_array_elements(e.detail) d WHERE u.account_id = 'p_acme' AND u.user_id = 'day 31' AND e.code = 'condition';
SELECT 'P34' AS vector, u FROM users_matching('{"signedUpAt": {"$after": {"$ago": "P30D"}}}') u;
COMMIT;
-- P30, P31 in lists, which need no other way to find them; and what a preview, a report and an explanation say
BEGIN;
SELECT set_principal('p_acme', 'pro');
SELECT 'P30, P31' AS vector, array_agg(v ORDER BY v) AS listed, array_agg(v ORDER BY v) = ARRAY(SELECT w.workflow_id FROM workflows w WHERE account_id = 'p_acme' AND can_view(w) ORDER BY 1) AS as_filtered
	FROM visible_workflows() v;
SELECT 'P31' AS vector, a.* FROM (VALUES ('shared A'), ('shared private'), ('withdrawn A')) w (id), explain_access('view', w.id) a;
COMMIT;
BEGIN;
SELECT set_principal('p_acme', 'p_boss');
SELECT 'P31' AS vector, w.id, e.* FROM (VALUES ('withdrawn A'), ('in app')) w (id), explain_access('view', w.id, 'pro') e;
SELECT 'P31' AS vector, preview_condition('withdrawn A', NULL);
UPDATE workspaces SET offered = NULL WHERE account_id = 'p_acme' AND workspace_id = 'withdrawn';
SELECT 'offered by kind' AS change, p.* FROM preview_condition('withdrawn A', '{"billingPlan": "free"}') p ORDER BY 1, 2, 3;
SELECT 'offered by kind' AS change, user_id FROM who_can('view', 'withdrawn A') WHERE user_id IN ('pro', 'free');
ROLLBACK;
BEGIN;
SELECT set_principal('p_acme', 'p_boss');
SELECT 'P31' AS vector, user_id FROM who_can('view', 'withdrawn A') WHERE user_id IN ('pro', 'free');
COMMIT;

-- The model on Citus, beyond what docs/citus.md shows, in the database that the page
-- has made: accounts of either node are served alike, effects happen on shards, a
-- principal that is passed is sent with the query, and what cannot be answered is an
-- error and never a short answer. Run by test/citus, which compares what it prints.
SET client_min_messages = warning;
\set VERBOSITY terse

-- Does a statement where the account ($1) is, as a principal or (NULL) as nobody, and
-- returns the first columns of its rows.
CREATE FUNCTION shop.does(account text, who text, query text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
	value text;
	answer text[] := '{}';
BEGIN
	IF who IS NOT NULL THEN
		PERFORM workflow_perms.set_principal(account, who);
	END IF;
	FOR value IN EXECUTE query USING account LOOP
		answer := answer || value;
	END LOOP;
	RETURN answer;
END
$$;
SELECT create_distributed_function('shop.does(text, text, text)', 'account',
	colocate_with => 'workflow_perms.accounts', force_delegation => true) \g /dev/null

-- The same for functions of the extension that find the account by themselves.
CREATE FUNCTION shop.asks(account text, who text, query text) RETURNS text LANGUAGE plpgsql
SET citus.allow_nested_distributed_execution = on AS $$
DECLARE
	answer text;
BEGIN
	PERFORM workflow_perms.set_principal(account, who);
	EXECUTE query INTO answer;
	RETURN answer;
END
$$;
SELECT create_distributed_function('shop.asks(text, text, text)', 'account', colocate_with => 'workflow_perms.accounts') \g /dev/null

-- And for the engine, which has no principal.
GRANT USAGE ON SCHEMA shop TO flow_engine;
CREATE FUNCTION shop.records(account text, query text) RETURNS text LANGUAGE plpgsql
SET citus.allow_nested_distributed_execution = on AS $$
DECLARE
	answer text;
BEGIN
	EXECUTE query INTO answer USING account;
	RETURN answer;
END
$$;
SELECT create_distributed_function('shop.records(text, text)', 'account', colocate_with => 'workflow_perms.accounts') \g /dev/null

-- An account of each node, the coordinator's and the other.
SELECT min(a.account) FILTER (WHERE s.nodeport = :worker) AS away, min(a.account) FILTER (WHERE s.nodeport <> :worker) AS here
FROM (SELECT 'account-' || i FROM generate_series(1, 50) AS i) AS a (account)
JOIN citus_shards s ON s.shardid = get_shard_id_for_distribution_column('workflow_perms.accounts', a.account) \gset
\set account :away
\ir account.sql
\set account :here
\ir account.sql

-- What the model's tables have, their shards have: keys, triggers that fire always,
-- policies, row security, the identity of rows for replication.
CREATE FUNCTION shop.describe(relation regclass) RETURNS text LANGUAGE sql AS $$
	SELECT regexp_replace(concat_ws(E'\n',
		(SELECT concat_ws(' ', c.relrowsecurity, c.relforcerowsecurity, c.relreplident, c.relowner::regrole) FROM pg_class c WHERE c.oid = relation),
		(SELECT string_agg(concat_ws(' ', p.polname, p.polcmd, p.polpermissive, pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)), E'\n' ORDER BY p.polname)
			FROM pg_policy p WHERE p.polrelid = relation),
		(SELECT string_agg(concat_ws(' ', g.tgname, g.tgenabled, g.tgtype, g.tgfoid::regproc, encode(g.tgargs, 'hex')), E'\n' ORDER BY g.tgname)
			FROM pg_trigger g WHERE g.tgrelid = relation AND NOT g.tgisinternal),
		(SELECT string_agg(concat_ws(' ', k.conname, k.contype, k.convalidated), E'\n' ORDER BY k.conname) FROM pg_constraint k WHERE k.conrelid = relation AND k.contype <> 'n')),
		'_1\d{5}\M', '', 'g')
$$;
SELECT count(DISTINCT c.relname) AS tables, count(*) AS shards, count(*) FILTER (WHERE w.result = shop.describe(c.oid)) AS alike
FROM pg_class c, run_command_on_shards(c.oid::regclass, $$SELECT shop.describe('%s'::regclass)$$) w
WHERE c.relnamespace = 'workflow_perms'::regnamespace AND c.relname = ANY (workflow_perms._model_tables());

-- A principal that is passed goes with the query, to one shard, and is taken apart there.
SELECT shop.principal_of(:'away', 'ann') AS ann \gset
INSERT INTO shop.flows SELECT :'away', 'flow-' || i, CASE WHEN i % 3 = 0 THEN 'open' ELSE 'closed' END,
	CASE WHEN i % 2 = 0 THEN 'main' ELSE 'private' END::workflow_perms.workflow_visibility, 'live' FROM generate_series(1, 60) AS i;
CREATE FUNCTION shop.plan_of(query text) RETURNS TABLE (one_task boolean, sent_whole boolean, arms_there boolean) LANGUAGE plpgsql AS $$
DECLARE
	line text;
	plan text := '';
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (VERBOSE, COSTS OFF) ' || query LOOP
		plan := plan || line || E'\n';
	END LOOP;
	RETURN QUERY SELECT plan ~ 'Task Count: 1\n', plan ~ 'Query: [^\n]*workflow_perms\.can_view\(', plan ~ 'Task\n.*Scan.*_(in_)?account\(';
END
$$;
SELECT p.* FROM shop.plan_of(format('SELECT workflow_id FROM shop.flows w WHERE account_id = %L AND workflow_perms.can_view(%L::workflow_perms.principal, w)', :'away', :'ann')) p;
SELECT p.* FROM shop.plan_of(format('SELECT workflow_id FROM workflow_perms.workflows WHERE account_id = %L AND workflow_perms.can_view(%L::workflow_perms.principal,
	account_id, workflow_id, workspace_id, visibility, status, condition, hidden)', :'away', :'ann')) p;
PREPARE visible_flows(text, workflow_perms.principal) AS
	SELECT count(*) FROM shop.flows w WHERE account_id = $1 AND workflow_perms.can_view($2, w);
PREPARE visible(text, workflow_perms.principal) AS
	SELECT workflow_id FROM workflow_perms.workflows w WHERE account_id = $1 AND workflow_perms.can_view($2, w) ORDER BY 1;
EXECUTE visible_flows(:'away', :'ann');
SET plan_cache_mode = force_generic_plan;
EXECUTE visible_flows(:'away', :'ann');
EXECUTE visible(:'away', :'ann');
-- of another account: nothing
EXECUTE visible(:'here', :'ann');
RESET plan_cache_mode;
-- all nodes, no account named: the principal's account decides
SELECT count(*) FROM shop.flows w WHERE workflow_perms.can_view(:'ann'::workflow_perms.principal, w);
UPDATE shop.flows w SET title = 'mine' WHERE account_id = :'away' AND workflow_perms.can_view(:'ann'::workflow_perms.principal, w);
SELECT count(*) FROM shop.flows WHERE title = 'mine';

-- Nothing is short: where nobody was set, a shard that is asked for the session's
-- principal says so, whoever is set on the coordinator.
SET ROLE app;
SELECT count(*) FROM shop.flows WHERE account_id = :'away';
SELECT count(*) FROM shop.flows;
SELECT count(*) FROM workflow_perms.workflows WHERE account_id = :'away';
BEGIN;
SELECT workflow_perms.set_principal(:'here', 'ann');
SELECT count(*) FROM shop.flows;
ROLLBACK;
RESET ROLE;
SELECT count(*) FROM shop.flows WHERE account_id = :'away' AND workflow_perms.can_view(account_id, workflow_id, workspace_id, visibility, status, condition, hidden);
-- nor is a principal left behind on a connection between nodes
CREATE FUNCTION shop.stays(account text, who text) RETURNS void LANGUAGE plpgsql AS
	$$BEGIN PERFORM workflow_perms.set_principal(account, who, session => true); END$$;
SELECT create_distributed_function('shop.stays(text, text)', 'account',
	colocate_with => 'workflow_perms.accounts', force_delegation => true) \g /dev/null
SELECT shop.stays(:'away', 'ann');
-- nor is another account reached
SELECT shop.does(:'away', 'ann', format('SELECT workflow_id FROM workflow_perms.workflows WHERE account_id = %L', :'here'));
SET ROLE app;
SELECT shop.does(:'away', 'ann', 'SELECT workflow_id FROM workflow_perms.workflows');
RESET ROLE;

-- What Citus would make something else of is refused.
SELECT workflow_perms.protect('shop.flows');
-- What protect() refuses for: the day this says t, Citus knows restrictive policies.
CREATE TABLE shop.restricted (account_id text COLLATE "C");
CREATE POLICY restricted ON shop.restricted AS RESTRICTIVE USING (false);
SELECT create_distributed_table('shop.restricted', 'account_id') \g /dev/null
SELECT bool_or(result::boolean) AS restrictive FROM run_command_on_shards('shop.restricted',
	'SELECT NOT polpermissive FROM pg_policy WHERE polrelid = ''%s''::regclass');
-- What that costs: whoever has the account has its rows.
CREATE TABLE shop.notes (account_id text COLLATE "C", workflow_id text COLLATE "C");
SELECT workflow_perms.protect('shop.notes');
GRANT SELECT ON shop.notes TO app;
SELECT create_distributed_table('shop.notes', 'account_id', colocate_with => 'workflow_perms.accounts') \g /dev/null
INSERT INTO shop.notes VALUES (:'away', 'w1'), (:'away', 'w2');
SET ROLE app;
SELECT shop.does(:'away', 'gus', 'SELECT workflow_id FROM shop.notes WHERE account_id = $1 ORDER BY 1');
RESET ROLE;
-- Sources are on one node.
SELECT workflow_perms.read_from('workspace_members', 'shop.restricted');

-- The registry of conditions: it has every condition that a workflow has, by whatever
-- way the workflow was written, so that what _matching_hashes() says is what matches()
-- says of each workflow; nobody sees or changes it; and where it cannot be relied upon,
-- nothing depends on it.
\set VERBOSITY terse
SET search_path = workflow_perms, pg_catalog;
SELECT setseed(0.5);
\getenv srcdir PG_ABS_SRCDIR
\set random_conditions :srcdir '/test/random_conditions.sql'
\set ECHO none
\i :random_conditions
\set ECHO all

SELECT workflow_perms.create_account('rg', 'ann');
SELECT workflow_perms.create_account('rg2', 'ann');
INSERT INTO workspaces (account_id, workspace_id, kind) VALUES ('rg', 'w', 'project'), ('rg2', 'w', 'project');
INSERT INTO users (account_id, user_id, kind, metadata)
	SELECT 'rg', 'u' || i, 'connected', format('{"a": %s, "b": %s, "plan": %s}', pg_temp.some_value(2), pg_temp.some_value(1), pg_temp.some_value(1))::jsonb
	FROM generate_series(1, 40) i;
INSERT INTO users (account_id, user_id, kind, metadata) VALUES
	('rg', 'u41', 'connected', '{"plan": "pro"}'), ('rg', 'u42', 'connected', '{}'), ('rg2', 'u1', 'connected', '{"plan": "pro"}');

-- What was in the registry once: while a transaction runs anywhere in the cluster that is older
-- than its deletion, it may be found still, and has to hold all the same.
CREATE TEMPORARY TABLE forgotten (LIKE conditions);
-- What is wrong for a user: 'missing', a workflow whose condition holds and is not found;
-- 'wrong', a hash of a condition that does not hold.
CREATE FUNCTION pg_temp.wrong(account text) RETURNS TABLE (user_id text, what text, n bigint) LANGUAGE plpgsql AS $$
DECLARE
	u record;
	held bigint[];
BEGIN
	FOR u IN SELECT * FROM users x WHERE x.account_id = account AND x.kind = 'connected' LOOP
		-- whoever is set is asked for as the session's principal
		held := CASE WHEN principal_is(account, u.user_id) THEN _matching_hashes() ELSE _matching_hashes(principal(account, u.user_id)) END;
		RETURN QUERY SELECT u.user_id, 'missing', count(*) FROM workflows w
			WHERE w.account_id = account AND matches(u.metadata, u.user_id, w.condition) AND condition_hash(w.condition) <> ALL (held)
			HAVING count(*) > 0;
		RETURN QUERY SELECT u.user_id, 'wrong', count(*) FROM unnest(held) h
			WHERE NOT EXISTS (SELECT FROM conditions c WHERE c.account_id = account AND c.hash = h AND matches(u.metadata, u.user_id, c.condition))
			AND NOT EXISTS (SELECT FROM workflows w WHERE w.account_id = account AND condition_hash(w.condition) = h AND matches(u.metadata, u.user_id, w.condition))
			AND NOT EXISTS (SELECT FROM forgotten f WHERE f.account_id = account AND f.hash = h AND matches(u.metadata, u.user_id, f.condition))
			HAVING count(*) > 0;
	END LOOP;
END $$;
CREATE FUNCTION pg_temp.unregistered() RETURNS bigint LANGUAGE sql AS $$
	SELECT count(*) FROM workflows w WHERE w.condition IS NOT NULL
		AND NOT EXISTS (SELECT FROM conditions c WHERE c.account_id = w.account_id AND c.condition = w.condition) $$;
CREATE FUNCTION pg_temp.registered(text) RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM conditions WHERE account_id = $1 $$;

-- Random conditions, of all operators; those that are refused aside.
DO $$
DECLARE
	made int := 0;
BEGIN
	WHILE made < 600 LOOP
		BEGIN
			INSERT INTO workflows (account_id, workflow_id, workspace_id, status, condition)
				VALUES ('rg', 'r' || made, 'w', 'live', pg_temp.some_condition(3)::metadata_condition);
			made := made + 1;
		EXCEPTION WHEN invalid_parameter_value OR invalid_text_representation OR program_limit_exceeded THEN NULL;
		END;
	END LOOP;
END $$;
SELECT count(DISTINCT condition) > 400 AS distinct, count(DISTINCT condition) = pg_temp.registered('rg') AS each_once, pg_temp.unregistered() FROM workflows WHERE account_id = 'rg';
SELECT count(DISTINCT condition) = count(DISTINCT condition_hash(condition)) AS hashes_differ, bool_and(c.hash = condition_hash(c.condition)) AS right FROM conditions c;
SELECT count(*) FROM users u, workflows w WHERE u.account_id = 'rg' AND w.account_id = 'rg' AND matches(u.metadata, u.user_id, w.condition) HAVING count(*) < 1000;
SELECT * FROM pg_temp.wrong('rg');

-- Bounds of every size and near each other, sets, and all of several; of numbers, of arrays, and of what is neither.
SELECT workflow_perms.create_account('rn', 'ann');
INSERT INTO workspaces (account_id, workspace_id, kind) VALUES ('rn', 'w', 'project');
CREATE TEMPORARY TABLE numbers AS SELECT n, row_number() OVER () AS i FROM unnest('{0, 1, -1, 7, 8, 511, 512, 9999, 10000, 10001, 10511, 10512, 20000, 30000, 99999999, 100000000, 123456789012, -9999, -10000, -10512,
	0.5, 0.0001, 0.00012, 0.00000001, -0.0001, 1e20, 1.00001e20, -1e20, 1e-20, 1e4091, 1e4092, 1e4100, 2e4100, -1e4100, 1e-4090, 1e-4100, 2e-4100, -2e-4100}'::numeric[]) AS n;
INSERT INTO workflows (account_id, workflow_id, workspace_id, status, condition)
	SELECT 'rn', op || i, 'w', 'live'::workflow_status, jsonb_build_object('n', jsonb_build_object(op, n))::metadata_condition FROM numbers, unnest('{$eq,$gt,$gte,$lt,$lte}'::text[]) AS op
	UNION ALL SELECT 'rn', 'set' || a.i, 'w', 'live', jsonb_build_object('n', jsonb_build_object('$in', jsonb_build_array(a.n, b.n, 'v' || a.i, true)), 'm', jsonb_build_object('$gte', b.n))::metadata_condition FROM numbers a JOIN numbers b ON b.i = a.i % 30 + 1
	UNION ALL SELECT 'rn', 'all' || a.i, 'w', 'live', jsonb_build_object('n', jsonb_build_object('$all', jsonb_build_array(a.n, b.n)), 'm', jsonb_build_object('$gt', a.n, '$lte', b.n), 'o', 'v')::metadata_condition FROM numbers a JOIN numbers b ON b.i = a.i % 30 + 1
	UNION ALL SELECT 'rn', op || 'few' || i, 'w', 'live', jsonb_build_object('k', jsonb_build_object(op, jsonb_build_array(i % 4, (i + 1) % 4)), 'm', jsonb_build_object('$lt', n))::metadata_condition FROM numbers, unnest('{$in,$all}'::text[]) AS op;
INSERT INTO users (account_id, user_id, kind, metadata)
	SELECT 'rn', 'u' || i, 'connected'::user_kind, jsonb_build_object('n', n, 'm', n, 'o', 'v', 'k', i % 4) FROM numbers
	UNION ALL SELECT 'rn', 'a' || a.i, 'connected', jsonb_build_object('n', jsonb_build_array(a.n, b.n), 'm', jsonb_build_array(b.n, 'x'), 'o', '["v"]'::jsonb, 'k', jsonb_build_array(a.i % 4, (a.i + 1) % 4, 'k')) FROM numbers a JOIN numbers b ON b.i = a.i % 30 + 1
	UNION ALL SELECT 'rn', 'o' || o, 'connected', jsonb_build_object('n', v, 'm', 1) FROM (VALUES (1, '"v3"'::jsonb), (2, 'true'), (3, 'null'), (4, '[]'), (5, '[[1]]'), (6, '{}'), (7, '[null, "v3", true]')) AS v (o, v);
SELECT substring(w.workflow_id FROM '[a-z]+(?=[0-9])') AS what, count(*) FROM users u, workflows w WHERE u.account_id = 'rn' AND w.account_id = 'rn' AND matches(u.metadata, u.user_id, w.condition) GROUP BY 1 ORDER BY 1;
SELECT * FROM pg_temp.wrong('rn');

-- Several tests of one place, of few values, so that guards stand for them and an array meets each with another element.
SELECT workflow_perms.create_account('rs', 'ann');
INSERT INTO workspaces (account_id, workspace_id, kind) VALUES ('rs', 'w', 'project');
CREATE FUNCTION pg_temp.small() RETURNS text LANGUAGE sql VOLATILE AS
	$$ SELECT pg_temp.pick(ARRAY['0', '1', '2.0', '10001', '"a"', 'true']) $$;
CREATE FUNCTION pg_temp.tests() RETURNS jsonb LANGUAGE sql VOLATILE AS $$
	SELECT jsonb_object_agg(operator, CASE
		WHEN operator IN ('$in', '$nin', '$all') THEN format('[%s, %s]', pg_temp.small(), pg_temp.small())::jsonb
		WHEN operator IN ('$eq', '$ne') THEN pg_temp.small()::jsonb ELSE pg_temp.pick('{-1, 0, 1, 2, 10000.5}')::jsonb END)
	FROM (SELECT pg_temp.pick('{$in,$in,$all,$eq,$eq,$nin,$ne,$gt,$gte,$lt,$lte}') AS operator FROM generate_series(1, 1 + floor(random() * 3)::int)) AS o $$;
INSERT INTO workflows (account_id, workflow_id, workspace_id, status, condition)
	SELECT 'rs', 's' || i, 'w', 'live'::workflow_status, jsonb_build_object('k', pg_temp.tests())::metadata_condition FROM generate_series(1, 600) i
	UNION ALL SELECT 'rs', 't' || i, 'w', 'live', jsonb_build_object('$and', jsonb_build_array(jsonb_build_object('k', pg_temp.tests()),
		jsonb_build_object('k', pg_temp.tests(), 'l', pg_temp.tests())))::metadata_condition FROM generate_series(1, 600) i;
INSERT INTO users (account_id, user_id, kind, metadata)
	SELECT 'rs', 'u' || i, 'connected', format(CASE WHEN i % 4 = 0 THEN '{"k": %1$s, "l": %2$s}' ELSE '{"k": [%1$s, null, %3$s, %4$s], "l": [%2$s, %5$s]}' END,
		pg_temp.small(), pg_temp.small(), pg_temp.small(), pg_temp.small(), pg_temp.small())::jsonb FROM generate_series(1, 40) i;
SELECT left(w.workflow_id, 1) AS what, count(*) > 200 AS hold FROM users u, workflows w WHERE u.account_id = 'rs' AND w.account_id = 'rs' AND matches(u.metadata, u.user_id, w.condition) GROUP BY 1 ORDER BY 1;
SELECT * FROM pg_temp.wrong('rs');

-- Every way of writing.
INSERT INTO workflows (account_id, workflow_id, workspace_id, condition) VALUES ('rg', 'i1', 'w', '{"x": 1}'), ('rg', 'i2', 'w', '{"x": 1.0}'), ('rg', 'i3', 'w', NULL);
INSERT INTO workflows (account_id, workflow_id, workspace_id, condition) VALUES ('rg2', 'i1', 'w', '{"x": 1}');
UPDATE workflows SET condition = '{"plan": "pro", "x": {"$exists": false}}' WHERE account_id = 'rg' AND workflow_id = 'i3';
UPDATE workflows SET condition = NULL WHERE account_id = 'rg' AND workflow_id = 'i1';
COPY workflows (account_id, workflow_id, workspace_id, condition) FROM stdin;
rg	c1	w	{"plan": {"$ne": "copy"}}
rg	c2	w	{"plan": {"$in": ["copied", "pro"]}}
rg2	c1	w	{"plan": {"$in": ["copied", "pro"]}}
\.
INSERT INTO workflows AS w (account_id, workflow_id, workspace_id, condition) VALUES ('rg', 'c1', 'w', '{"upsert": 1}')
	ON CONFLICT (account_id, workflow_id) DO UPDATE SET condition = '{"plan": {"$startsWith": "p"}}';
MERGE INTO workflows w USING (VALUES ('c2'), ('c3')) AS v (id) ON w.account_id = 'rg' AND w.workflow_id = v.id
	WHEN MATCHED THEN UPDATE SET condition = '{"merged": {"$exists": false}}'
	WHEN NOT MATCHED THEN INSERT (account_id, workflow_id, workspace_id, condition) VALUES ('rg', v.id, 'w', '{"merged": {"$exists": false}, "plan": "pro"}');
-- What a trigger of somebody's own makes of the row counts.
CREATE FUNCTION pg_temp.change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.condition := '{"changed": {"$exists": false}}'; RETURN NEW; END $$;
CREATE TRIGGER zz BEFORE INSERT OR UPDATE ON workflows FOR EACH ROW EXECUTE FUNCTION pg_temp.change();
INSERT INTO workflows (account_id, workflow_id, workspace_id) VALUES ('rg2', 't', 'w');
UPDATE workflows SET hidden = true WHERE account_id = 'rg' AND workflow_id = 'i2';
DROP TRIGGER zz ON workflows;
-- A replica's session.
SET session_replication_role = replica;
INSERT INTO workflows (account_id, workflow_id, workspace_id, condition) VALUES ('rg', 'replica', 'w', '{"plan": {"$endsWith": "o"}}');
UPDATE workflows SET condition = '{"plan": {"$contains": "r"}}' WHERE account_id = 'rg' AND workflow_id = 'i1';
-- what comes from elsewhere: what is here is skipped, the rest gets the stamp of here
INSERT INTO conditions (account_id, condition, added) VALUES ('rg', '{"plan": {"$contains": "r"}}', '7'), ('rg', '{"elsewhere": true}', '7');
SELECT condition, added <> '7' AS stamped_anew FROM conditions WHERE account_id = 'rg' AND condition = '{"elsewhere": true}';
-- what goes elsewhere stays
DELETE FROM conditions WHERE condition = '{"elsewhere": true}';
RESET session_replication_role;
-- A long one, out of line.
INSERT INTO workflows (account_id, workflow_id, workspace_id, condition)
	SELECT 'rg', 'long', 'w', jsonb_build_object('plan', jsonb_build_object('$in', jsonb_agg(md5(i::text)) || '["pro"]'))::metadata_condition FROM generate_series(1, 2000) i;
SELECT pg_temp.unregistered(), count(*) - count(DISTINCT (account_id, condition)) AS doubles FROM conditions;
SELECT * FROM pg_temp.wrong('rg') UNION ALL SELECT * FROM pg_temp.wrong('rg2');

-- A transaction sees its own; what it takes back is gone, and registered when it comes again.
BEGIN;
SELECT set_principal('rg', 'u41');
SAVEPOINT a;
INSERT INTO workflows (account_id, workflow_id, workspace_id, condition) VALUES ('rg', 's1', 'w', '{"plan": {"$in": ["s", "pro"]}}');
SELECT * FROM pg_temp.wrong('rg');
ROLLBACK TO a;
-- What this backend has read of it does no harm.
SELECT * FROM pg_temp.wrong('rg') WHERE what = 'missing';
SAVEPOINT b;
INSERT INTO workflows (account_id, workflow_id, workspace_id, condition) VALUES ('rg', 's2', 'w', '{"plan": {"$in": ["s", "pro"]}}');
RELEASE b;
SELECT * FROM pg_temp.wrong('rg');
COMMIT;
SELECT * FROM pg_temp.wrong('rg');
SELECT pg_temp.unregistered();

-- An open cursor sees what it saw, whatever has gone since.
BEGIN;
SELECT set_principal('rg2', 'u1');
DECLARE c CURSOR FOR SELECT condition_hash(w.condition) = ANY (_matching_hashes()) AS found
	FROM workflows w WHERE w.account_id = 'rg2' AND matches('{"plan": "pro"}', 'u1', w.condition);
FETCH 1 FROM c;
DELETE FROM workflows WHERE account_id = 'rg2';
SELECT forget_unused_conditions() > 2 AS forgotten, pg_temp.registered('rg2');
-- also when it is read anew
ALTER TABLE conditions SET (fillfactor = 100);
FETCH ALL FROM c;
ROLLBACK;
SELECT pg_temp.unregistered();

-- Nobody sees it, and nobody changes it.
BEGIN;
SELECT set_principal('rg', 'ann');
SET LOCAL ROLE regress_app;
SELECT * FROM workflow_perms.conditions;
ROLLBACK;
BEGIN;
GRANT ALL ON workflow_perms.conditions TO regress_app;
SELECT set_principal('rg', 'ann');
SET LOCAL ROLE regress_app;
SELECT count(*) FROM workflow_perms.conditions;
INSERT INTO workflow_perms.conditions (account_id, condition, added) VALUES ('rg', '{}', '1');
ROLLBACK;
UPDATE conditions SET condition = '{}';
DELETE FROM conditions;
TRUNCATE conditions;
BEGIN;
SET LOCAL ROLE workflow_perms_owner;
DELETE FROM workflow_perms.conditions;
ROLLBACK;
SET ROLE regress_app;
SELECT workflow_perms._matching_hashes();
SELECT workflow_perms.forget_unused_conditions();
SELECT workflow_perms.register_conditions();
RESET ROLE;

-- Without its triggers it is not relied upon, and permission_drift() says so.
ALTER TABLE workflows DISABLE TRIGGER ALL;
INSERT INTO workflows (account_id, workflow_id, workspace_id, condition) VALUES ('rg', 'd1', 'w', '{"plan": {"$in": ["d1", "pro"]}}');
SELECT pg_temp.unregistered();
SELECT * FROM pg_temp.wrong('rg');
ALTER TABLE workflows ENABLE TRIGGER ALL;
SELECT * FROM pg_temp.wrong('rg');
SELECT object, detail, mend FROM permission_drift() WHERE finding = 'trigger_disabled';
ALTER TABLE workflow_perms.workflows ENABLE ALWAYS TRIGGER register_condition; SELECT workflow_perms.register_conditions();
ALTER TABLE workflow_perms.workflows ENABLE ALWAYS TRIGGER register_condition_again; SELECT workflow_perms.register_conditions();
SELECT object, detail, mend FROM permission_drift() WHERE finding = 'trigger_disabled';
SELECT pg_temp.unregistered();
SELECT * FROM pg_temp.wrong('rg');
-- Rows that come with the stamps of another server, past the triggers, are found when they are back.
ALTER TABLE conditions DISABLE TRIGGER ALL;
ALTER TABLE workflows DISABLE TRIGGER ALL;
INSERT INTO conditions (account_id, condition, added) VALUES ('rg', '{"plan": {"$in": ["d2", "pro"]}}', '5'), ('rg', '{"plan": {"$in": ["d3", "pro"]}}', '5000000000000');
INSERT INTO workflows (account_id, workflow_id, workspace_id, condition) VALUES ('rg', 'd2', 'w', '{"plan": {"$in": ["d2", "pro"]}}'), ('rg', 'd3', 'w', '{"plan": {"$in": ["d3", "pro"]}}');
ALTER TABLE conditions ENABLE TRIGGER ALL, ENABLE ALWAYS TRIGGER stamp_condition, ENABLE ALWAYS TRIGGER keep_conditions, ENABLE ALWAYS TRIGGER keep_all_conditions;
ALTER TABLE workflows ENABLE TRIGGER ALL, ENABLE ALWAYS TRIGGER register_condition, ENABLE ALWAYS TRIGGER register_condition_again;
SELECT * FROM pg_temp.wrong('rg');
-- Without its indexes it is slow.
BEGIN;
DROP INDEX conditions_hash_idx, conditions_added_idx;
INSERT INTO workflows (account_id, workflow_id, workspace_id, condition) VALUES ('rg', 'n1', 'w', '{"plan": {"$in": ["d1", "pro"]}}'), ('rg', 'n2', 'w', '{"plan": {"$in": ["n2", "pro"]}}');
SELECT pg_temp.unregistered(), count(*) - count(DISTINCT (account_id, condition)) AS doubles FROM conditions;
SELECT * FROM pg_temp.wrong('rg');
ROLLBACK;
SELECT count(*) FROM permission_drift();

-- What no workflow has any more goes when it is told to; what a workflow has stays.
DELETE FROM workflows WHERE account_id = 'rg' AND workflow_id LIKE 'r%';
SELECT pg_temp.registered('rg') > 400 AS kept;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT forget_unused_conditions();
ROLLBACK;
INSERT INTO forgotten SELECT * FROM conditions;
SELECT forget_unused_conditions() > 400 AS forgotten;
SELECT pg_temp.registered('rg') = count(DISTINCT condition) AS used, pg_temp.unregistered() FROM workflows WHERE account_id = 'rg';
SELECT * FROM pg_temp.wrong('rg');
INSERT INTO workflows (account_id, workflow_id, workspace_id, condition) VALUES ('rg', 'again', 'w', '{"plan": {"$exists": true}}');
SELECT * FROM pg_temp.wrong('rg');
DELETE FROM accounts WHERE account_id IN ('rg', 'rg2', 'rn', 'rs');
SELECT pg_temp.registered('rg'), pg_temp.registered('rg2');

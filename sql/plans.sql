-- Decisions in plans: wherever can_… stands in a query, whoever asks and however the
-- planner is led, the rows are those on which the decision says yes when it is asked
-- row by row (workflow_verdict(), which is never taken apart); and where it can be
-- taken apart, indexes find them.
SET client_min_messages = warning;
SET jit = off;
\getenv abs_srcdir PG_ABS_SRCDIR
\set model_made :abs_srcdir '/test/model_made.sql'
\i :model_made
CREATE SCHEMA plans;
GRANT USAGE ON SCHEMA plans TO regress_app;

-- Two accounts with the same ids; the second's is a uuid.
SELECT workflow_perms.create_account(a, 'boss') FROM unnest('{plans,00000000-0000-0000-0000-00000000a0c1}'::text[]) AS a;
-- Guests see what they are invited to: few are few.
UPDATE workflow_perms.accounts SET guests_see_open_main = false WHERE account_id IN ('plans', '00000000-0000-0000-0000-00000000a0c1');
CREATE VIEW plans.accounts AS SELECT a FROM unnest('{plans,00000000-0000-0000-0000-00000000a0c1}'::text[]) AS a;
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role, metadata, active)
	SELECT a, u.* FROM plans.accounts, (VALUES
		('few', 'member'::workflow_perms.user_kind, 'guest'::workflow_perms.account_role, '{}'::jsonb, true),
		('many', 'member', 'member', '{}', true), ('guest', 'member', 'guest', '{}', true),
		('dev', 'member', 'guest', '{}', true), ('bot', 'service', NULL, '{}', true), ('off', 'member', 'admin', '{}', false),
		('pro', 'connected', NULL, '{"plan": "pro", "seats": 7}', true), ('free', 'connected', NULL, '{}', true)) AS u;
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind)
	SELECT a, i::text, (ARRAY['closed', 'closed', 'closed', 'open', 'project', 'app'])[1 + i % 6]::workflow_perms.workspace_kind
	FROM plans.accounts, generate_series(1, 60) AS i;
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id)
	SELECT a, i::text, 'many' FROM plans.accounts, generate_series(1, 60) AS i WHERE i % 6 < 3
	UNION ALL SELECT a, '1', u FROM plans.accounts, unnest('{few,bot}'::text[]) AS u;
INSERT INTO workflow_perms.role_grants (account_id, user_id, role, workspace_id)
	SELECT a, 'dev', 'Member', '4' FROM plans.accounts UNION ALL SELECT a, 'dev', 'Member', '58' FROM plans.accounts;
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status, condition, hidden)
	SELECT a, i::text, (1 + i % 60)::text, CASE WHEN i / 60 % 3 = 0 THEN 'private' ELSE 'main' END::workflow_perms.workflow_visibility,
		CASE WHEN i % 11 = 0 THEN 'draft' ELSE 'live' END::workflow_perms.workflow_status,
		CASE WHEN i % 5 > 0 THEN format('{"plan": "%s", "seats": {"$gte": %s}}', CASE WHEN i % 7 = 0 THEN 'pro' ELSE 'team' END, i % 10) END::workflow_perms.metadata_condition,
		i % 13 = 0
	FROM plans.accounts, generate_series(1, 2400) AS i;
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id, is_owner)
	SELECT a, (i * 37)::text, u, true FROM plans.accounts, generate_series(1, 20) AS i, unnest('{few,many}'::text[]) AS u
	UNION ALL SELECT a, '180', 'guest', false FROM plans.accounts;
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, role) SELECT a, '64', 'Member' FROM plans.accounts;
INSERT INTO workflow_perms.execution_rules (account_id, workflow_id, user_id, effect)
	SELECT a, w, u, e::workflow_perms.execution_effect
	FROM plans.accounts, (VALUES ('100', 'guest', 'grant'), ('101', 'guest', 'deny'), ('1', 'few', 'deny'), ('5', 'free', 'grant')) AS r (w, u, e);
-- Of the apps, which are alike but for that, the first and one more have rules.
INSERT INTO workflow_perms.execution_rules (account_id, workspace_id, role, effect)
	SELECT a, w, r, 'deny' FROM plans.accounts, unnest('{11,5}'::text[]) AS w, unnest('{AuthenticatedUser,NonAuthenticatedUser}'::text[]) AS r;
INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled)
	SELECT account_id, workflow_id, user_id, true FROM workflow_perms.workflows w JOIN workflow_perms.users u USING (account_id)
	WHERE account_id IN (SELECT a FROM plans.accounts) AND u.kind = 'connected' AND w.workspace_id = '4'
		AND workflow_perms.can_enable(workflow_perms.principal(account_id, user_id), w);
SELECT count(*) > 0 AS some_enabled FROM workflow_perms.enablements WHERE account_id = 'plans';

-- The same workflows in tables of the application's own: text ids in partitions, one of
-- which has lost a column; uuid and bigint ids.
CREATE TABLE plans.parts (LIKE workflow_perms.workflows INCLUDING DEFAULTS, extra int) PARTITION BY HASH (workflow_id);
CREATE TABLE plans.part_0 PARTITION OF plans.parts FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE plans.part_1 (gone int, extra int, LIKE workflow_perms.workflows INCLUDING DEFAULTS);
ALTER TABLE plans.part_1 DROP COLUMN gone;
ALTER TABLE plans.parts ATTACH PARTITION plans.part_1 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO plans.parts SELECT * FROM workflow_perms.workflows WHERE account_id IN (SELECT a FROM plans.accounts);
CREATE INDEX ON plans.parts (account_id, workspace_id);
CREATE TABLE plans.numbers (account_id uuid, workflow_id bigint, workspace_id integer, visibility workflow_perms.workflow_visibility,
	status workflow_perms.workflow_status, condition workflow_perms.metadata_condition, hidden boolean);
INSERT INTO plans.numbers SELECT account_id::uuid, workflow_id::bigint, workspace_id::int, visibility, status, condition, hidden
	FROM workflow_perms.workflows WHERE account_id LIKE '0000%a0c1';
-- Where what is null does not matter, and where it does.
INSERT INTO plans.numbers (account_id, workflow_id, workspace_id, status) SELECT account_id, 9999, 4, 'live' FROM plans.numbers LIMIT 1;
INSERT INTO plans.numbers (account_id, workflow_id) SELECT account_id, NULL FROM plans.numbers LIMIT 3;
CREATE INDEX ON plans.numbers (account_id, workspace_id);
CREATE INDEX ON plans.parts (account_id, workflow_id);
CREATE INDEX ON plans.numbers (account_id, workflow_id);
ALTER TABLE plans.parts ENABLE ROW LEVEL SECURITY;
ALTER TABLE plans.numbers ENABLE ROW LEVEL SECURITY;
DO $$
DECLARE
	command record;
BEGIN
	FOR command IN SELECT * FROM (VALUES ('SELECT', 'view'), ('UPDATE', 'edit'), ('DELETE', 'edit')) AS c (name, action) LOOP
		EXECUTE format('CREATE POLICY %1$I ON plans.parts FOR %1$s USING (account_id = workflow_perms.principal_account()'
			' AND workflow_perms.can_%2$s(account_id, workflow_id, workspace_id, visibility, status, condition, hidden))', command.name, command.action);
		EXECUTE format('CREATE POLICY %1$I ON plans.numbers FOR %1$s USING (account_id = workflow_perms.principal_account_uuid()'
			' AND workflow_perms.can_%2$s(account_id::text, workflow_id::text, workspace_id::text, visibility, status, condition, hidden))', command.name, command.action);
	END LOOP;
END
$$;
GRANT SELECT ON ALL TABLES IN SCHEMA plans TO regress_app;
CREATE VIEW plans.plain AS SELECT * FROM workflow_perms.workflows;
CREATE VIEW plans.barrier WITH (security_barrier) AS SELECT * FROM workflow_perms.workflows;
CREATE VIEW plans.inside WITH (security_barrier) AS SELECT * FROM workflow_perms.workflows w WHERE workflow_perms.can_view(w);
CREATE VIEW plans.invoker WITH (security_invoker) AS SELECT * FROM workflow_perms.workflows;
GRANT SELECT ON plans.invoker TO regress_app;
-- Everything, or what the planner finds would depend on when autovacuum came by.
ANALYZE;

-- A query gives ids; they are to be those on which the action is allowed (of all the
-- rows there where it says not), in a table. %s is the row w, or its columns.
CREATE TABLE plans.queries (n int GENERATED ALWAYS AS IDENTITY, name text PRIMARY KEY, action text, query text, relation regclass DEFAULT 'workflow_perms.workflows',
	role text DEFAULT 'none', negated boolean DEFAULT false);
INSERT INTO plans.queries (name, action, query)
	SELECT action || ', row', action, format('SELECT workflow_id FROM workflow_perms.workflows w WHERE workflow_perms.can_%s(w)', action)
	FROM unnest('{view,view_draft,edit,operate,publish,delete,manage_members,enable,run}'::text[]) AS action;
INSERT INTO plans.queries (name, action, query)
	SELECT action || ', columns', action, format('SELECT workflow_id FROM workflow_perms.workflows w
		WHERE workflow_perms.can_%s(account_id, workflow_id, workspace_id, visibility, status, condition, hidden)', action)
	FROM unnest('{view,edit,enable,run}'::text[]) AS action;
INSERT INTO plans.queries (name, action, query)
	SELECT action || ', id', action, format('SELECT workflow_id FROM workflow_perms.workflows w
		WHERE account_id = workflow_perms.principal_account() AND workflow_perms.can_%s(workflow_id)', action)
	FROM unnest('{view,edit,enable,run}'::text[]) AS action;
INSERT INTO plans.queries (name, action, query, negated)
	SELECT 'not ' || action, action, format('SELECT workflow_id FROM workflow_perms.workflows w WHERE NOT workflow_perms.can_%s(w)', action), true
	FROM unnest('{view,edit,enable,run}'::text[]) AS action;
INSERT INTO plans.queries (name, action, query, relation, negated) VALUES
	('numbers, not', 'view', 'SELECT workflow_id::text FROM plans.numbers w WHERE NOT workflow_perms.can_view(w)', 'plans.numbers', true);
INSERT INTO plans.queries (name, action, query, relation, role) VALUES
	('policy', 'view', 'SELECT workflow_id FROM workflow_perms.workflows', DEFAULT, 'regress_app'),
	('policy and can_view', 'view', 'SELECT workflow_id FROM workflow_perms.workflows w WHERE workflow_perms.can_view(w)', DEFAULT, 'regress_app'),
	('policy and can_view(id)', 'view', 'SELECT workflow_id FROM workflow_perms.workflows w WHERE workflow_perms.can_view(workflow_id)', DEFAULT, 'regress_app'),
	('view', 'view', 'SELECT workflow_id FROM plans.plain v WHERE workflow_perms.can_view(v)', DEFAULT, DEFAULT),
	('barrier view', 'view', 'SELECT workflow_id FROM plans.barrier v WHERE workflow_perms.can_view(account_id, workflow_id, workspace_id, visibility, status, condition, hidden)', DEFAULT, DEFAULT),
	('in a barrier view', 'view', 'SELECT workflow_id FROM plans.inside', DEFAULT, DEFAULT),
	('invoker view', 'view', 'SELECT workflow_id FROM plans.invoker', DEFAULT, 'regress_app'),
	('join', 'view', 'SELECT workflow_id FROM workflow_perms.workflows w JOIN workflow_perms.workspaces s USING (account_id, workspace_id) WHERE workflow_perms.can_view(w)', DEFAULT, DEFAULT),
	('left join', 'view', 'SELECT workflow_id FROM workflow_perms.workspaces s LEFT JOIN workflow_perms.workflows w
		ON w.account_id = s.account_id AND w.workspace_id = s.workspace_id AND workflow_perms.can_view(w) WHERE workflow_id IS NOT NULL', DEFAULT, DEFAULT),
	('above a left join', 'view', 'SELECT workflow_id FROM workflow_perms.workspaces s LEFT JOIN workflow_perms.workflows w
		ON w.account_id = s.account_id AND w.workspace_id = s.workspace_id WHERE workflow_perms.can_view(w)', DEFAULT, DEFAULT),
	('semijoin', 'view', 'SELECT workflow_id FROM workflow_perms.workflows o WHERE EXISTS (SELECT FROM workflow_perms.workflows w
		WHERE w.account_id = o.account_id AND w.workflow_id = o.workflow_id AND workflow_perms.can_view(w))', DEFAULT, DEFAULT),
	('outer row', 'view', 'SELECT workflow_id FROM workflow_perms.workflows w WHERE EXISTS (SELECT FROM (VALUES (1)) AS one (x) WHERE workflow_perms.can_view(w))', DEFAULT, DEFAULT),
	('target list', 'view', 'SELECT workflow_id FROM (SELECT workflow_id, workflow_perms.can_view(w) AS seen FROM workflow_perms.workflows w OFFSET 0) AS q WHERE seen', DEFAULT, DEFAULT),
	('pulled up', 'view', 'SELECT workflow_id FROM (SELECT * FROM workflow_perms.workflows) AS w WHERE workflow_perms.can_view(w)', DEFAULT, DEFAULT),
	('OFFSET 0', 'view', 'SELECT workflow_id FROM (SELECT * FROM workflow_perms.workflows OFFSET 0) AS w WHERE workflow_perms.can_view(w)', DEFAULT, DEFAULT),
	('aggregate', 'view', 'SELECT id FROM (SELECT workflow_id AS id FROM workflow_perms.workflows WHERE account_id = workflow_perms.principal_account() GROUP BY workflow_id OFFSET 0) AS q WHERE workflow_perms.can_view(id)', DEFAULT, DEFAULT),
	('union', 'view', 'SELECT workflow_id FROM (SELECT * FROM workflow_perms.workflows WHERE hidden UNION ALL SELECT * FROM workflow_perms.workflows WHERE NOT hidden) AS w
		WHERE workflow_perms.can_view(account_id, workflow_id, workspace_id, visibility, status, condition, hidden)', DEFAULT, DEFAULT),
	('computed', 'view', 'SELECT workflow_id FROM workflow_perms.workflows WHERE workflow_perms.can_view(account_id, workflow_id, workspace_id || '''', visibility, status, condition, hidden)', DEFAULT, DEFAULT),
	('update', 'edit', 'UPDATE workflow_perms.workflows w SET hidden = hidden WHERE workflow_perms.can_edit(w) RETURNING workflow_id', DEFAULT, DEFAULT),
	('update under policies', 'edit', 'UPDATE plans.parts SET hidden = hidden RETURNING workflow_id', 'plans.parts', 'regress_app'),
	('delete', 'edit', 'DELETE FROM plans.parts w WHERE workflow_perms.can_edit(w) RETURNING workflow_id', 'plans.parts', DEFAULT),
	('partitions, row', 'run', 'SELECT workflow_id FROM plans.parts w WHERE workflow_perms.can_run(w)', 'plans.parts', DEFAULT),
	('partitions, policy', 'view', 'SELECT workflow_id FROM plans.parts', 'plans.parts', 'regress_app'),
	('numbers, row', 'view', 'SELECT workflow_id::text FROM plans.numbers w WHERE workflow_perms.can_view(w)', 'plans.numbers', DEFAULT),
	('numbers, columns', 'run', 'SELECT workflow_id::text FROM plans.numbers w WHERE workflow_perms.can_run(account_id::text, workflow_id::text, workspace_id::text, visibility, status, condition, hidden)', 'plans.numbers', DEFAULT),
	('numbers, policy', 'view', 'SELECT workflow_id::text FROM plans.numbers', 'plans.numbers', 'regress_app');
GRANT UPDATE, DELETE ON plans.parts TO regress_app;
-- With a principal given: the session's is nobody.
INSERT INTO plans.queries (name, action, query, relation, role)
	SELECT format('given, %s, %s', action, relation), action, format('SELECT workflow_id::text FROM %s w WHERE workflow_perms.can_%s($1, w)', relation, action), relation, 'given'
	FROM unnest('{view,edit,enable,run}'::text[]) AS action, unnest('{workflow_perms.workflows,plans.parts,plans.numbers}'::text[]) AS relation;
INSERT INTO plans.queries (name, action, query, role) VALUES
	('given, id', 'view', 'SELECT workflow_id FROM workflow_perms.workflows WHERE account_id = $2 AND workflow_perms.can_view($1, workflow_id)', 'given');

CREATE TABLE plans.askers (n int GENERATED ALWAYS AS IDENTITY, account_id text, user_id text);
INSERT INTO plans.askers (account_id, user_id)
	SELECT 'plans', u FROM unnest('{few,pro,dev,boss,many,guest,bot,off,free,NULL}'::text[]) AS u
	UNION ALL SELECT '00000000-0000-0000-0000-00000000a0c1', u FROM unnest('{few,many,pro,dev}'::text[]) AS u
	UNION ALL SELECT NULL, NULL;
CREATE TABLE plans.truth (account_id text, user_id text, action text, relation regclass, negated boolean, ids text[]);
CREATE TABLE plans.found (leaning text, name text, account_id text, user_id text, right_rows boolean, n int);

CREATE FUNCTION plans.become(asker plans.askers) RETURNS void LANGUAGE sql BEGIN ATOMIC
	SELECT CASE WHEN asker.user_id IS NULL THEN workflow_perms.set_anonymous(asker.account_id)
		ELSE workflow_perms.set_principal(asker.account_id, asker.user_id) END WHERE asker.account_id IS NOT NULL;
END;
-- One asker in one transaction: what is true, asked row by row, then every query.
CREATE PROCEDURE plans.learn() LANGUAGE plpgsql AS $$
DECLARE
	asker plans.askers;
	asked record;
	ids text[];
BEGIN
	FOR asker IN SELECT * FROM plans.askers ORDER BY n LOOP
		PERFORM plans.become(asker);
		FOR asked IN SELECT DISTINCT action, relation, negated FROM plans.queries LOOP
			EXECUTE format('SELECT array_agg(workflow_id::text ORDER BY account_id::text, workflow_id::text) FROM %s WHERE %s (workflow_perms.workflow_verdict($1, account_id::text, workflow_id::text, workspace_id::text, visibility, status, condition, hidden) = ''allowed'')',
				asked.relation, CASE WHEN asked.negated THEN 'NOT' ELSE '' END) INTO ids USING asked.action;
			INSERT INTO plans.truth VALUES (asker.account_id, asker.user_id, asked.action, asked.relation, asked.negated, coalesce(ids, '{}'));
		END LOOP;
		COMMIT;
	END LOOP;
END
$$;
CREATE PROCEDURE plans.compare(leaning text, users text[] DEFAULT NULL) LANGUAGE plpgsql AS $$
DECLARE
	asker plans.askers;
	asked plans.queries;
	answer text[];
	given workflow_perms.principal;
	found plans.found;
	all_found plans.found[];
BEGIN
	FOR asker IN SELECT * FROM plans.askers WHERE users IS NULL OR user_id = ANY (users) ORDER BY n LOOP
		FOR asked IN SELECT * FROM plans.queries ORDER BY n LOOP
			CONTINUE WHEN asked.role = 'given' AND asker.account_id IS NULL;
			IF asked.role = 'given' THEN
				given := workflow_perms.principal(asker.account_id, asker.user_id);
			ELSE
				PERFORM plans.become(asker);
			END IF;
			PERFORM set_config('role', CASE asked.role WHEN 'given' THEN 'none' ELSE asked.role END, true);
			EXECUTE format('WITH q (id) AS (%s) SELECT array_agg(id) FROM q', asked.query) INTO answer USING given, asker.account_id;
			ROLLBACK;
			SELECT leaning, asked.name, asker.account_id, asker.user_id,
					ARRAY(SELECT unnest(answer) ORDER BY 1) = ARRAY(SELECT unnest(t.ids) ORDER BY 1), coalesce(cardinality(answer), 0)
				INTO found FROM plans.truth t
				WHERE t.account_id IS NOT DISTINCT FROM asker.account_id AND t.user_id IS NOT DISTINCT FROM asker.user_id
					AND t.action = asked.action AND t.relation = asked.relation AND t.negated = asked.negated;
			all_found := all_found || found;
		END LOOP;
	END LOOP;
	INSERT INTO plans.found SELECT * FROM unnest(all_found);
END
$$;
CALL plans.learn();
CALL plans.compare('as planned');
SET enable_seqscan = off;
CALL plans.compare('by index');
RESET enable_seqscan;
SET enable_indexscan = off;
SET enable_bitmapscan = off;
SET enable_indexonlyscan = off;
CALL plans.compare('by scan', '{few,pro,dev}');
RESET enable_indexscan;
RESET enable_bitmapscan;
RESET enable_indexonlyscan;
SET max_parallel_workers_per_gather = 2;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET min_parallel_index_scan_size = 0;
CALL plans.compare('in parallel', '{few,pro}');
RESET max_parallel_workers_per_gather;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
RESET min_parallel_index_scan_size;
-- What disagrees: nothing.
SELECT * FROM plans.found WHERE right_rows IS NOT true ORDER BY 1, 2, 3, 4;
-- And there was something to agree on: every asker, every query, rows for most, and
-- none for nobody but where it says not.
SELECT leaning, count(DISTINCT (account_id, user_id)) AS askers, count(DISTINCT name) = (SELECT count(*) FROM plans.queries) AS all_asked
	FROM plans.found GROUP BY leaning ORDER BY leaning;
SELECT name FROM plans.found GROUP BY name HAVING count(DISTINCT n) < 2 ORDER BY name;
SELECT DISTINCT name FROM plans.found WHERE account_id IS NULL AND n > 0 ORDER BY name;

-- Where indexes find the rows (calling what decides is made dear, so that a small table
-- is as a large one): no scan of the table, and what the principal holds is an
-- index condition. Elsewhere the row path answers.
CREATE FUNCTION plans.way(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	line text;
	plan text := '';
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
		plan := plan || line || E'\n';
	END LOOP;
	RETURN CASE
		WHEN plan ~ 'Index Cond: [^\n]*_candidates' AND plan !~ 'Seq Scan on (workflows|part)' THEN 'index'
		WHEN plan ~ '_allowed\(' THEN 'filter'
		ELSE 'row by row' END;
END
$$;
GRANT EXECUTE ON FUNCTION plans.way(text) TO regress_app;
BEGIN;
SET LOCAL enable_seqscan = off;
SET LOCAL cpu_operator_cost = 1;
SELECT workflow_perms.set_principal('plans', 'few');
SELECT q.name, CASE WHEN negated THEN '(all but few)' ELSE plans.way(query) END AS way FROM plans.queries q
	WHERE role = 'none' AND NOT relation = 'plans.numbers'::regclass ORDER BY n;
SELECT set_config('role', 'regress_app', true);
SELECT v.name, plans.way(query) AS way FROM (VALUES
	('policy', 'SELECT * FROM workflow_perms.workflows'),
	('policy, one row', 'SELECT * FROM workflow_perms.workflows WHERE workflow_id = ''37'''),
	('update', 'UPDATE workflow_perms.workflows SET hidden = true WHERE NOT hidden'),
	('invoker view', 'SELECT * FROM plans.invoker'),
	('partitions', 'SELECT * FROM plans.parts')) AS v (name, query);
ROLLBACK;
BEGIN;
SET LOCAL enable_seqscan = off;
SET LOCAL cpu_operator_cost = 1;
SELECT workflow_perms.set_principal('00000000-0000-0000-0000-00000000a0c1', 'few');
SELECT q.name, plans.way(query) AS way FROM plans.queries q WHERE role = 'none' AND NOT negated AND relation = 'plans.numbers'::regclass ORDER BY n;
ROLLBACK;
-- With a principal given.
SET enable_seqscan = off;
SET cpu_operator_cost = 1;
SELECT plans.way(format('SELECT workflow_id FROM workflow_perms.workflows w WHERE workflow_perms.can_view(%L::workflow_perms.principal, w)', workflow_perms.principal('plans', 'few'))) AS constant;
RESET enable_seqscan;
RESET cpu_operator_cost;

-- An id means a workflow of one's own account, whosever row it stands in.
BEGIN;
SELECT workflow_perms.set_principal('plans', 'few');
SELECT count(*) = 2 * (SELECT cardinality(ids) FROM plans.truth WHERE account_id = 'plans' AND user_id = 'few' AND action = 'view'
		AND relation = 'workflow_perms.workflows'::regclass AND NOT negated) AS of_both
	FROM workflow_perms.workflows WHERE account_id IN (SELECT a FROM plans.accounts) AND workflow_perms.can_view(workflow_id);
ROLLBACK;

-- A null row, as above an outer join, may be seen by nobody, and NOT says so.
SELECT count(*) FILTER (WHERE workflow_perms.can_view(w)) AS seen, count(*) FILTER (WHERE NOT workflow_perms.can_view(w)) AS not_seen, count(*) AS rows
	FROM (VALUES (1)) AS one (x) LEFT JOIN workflow_perms.workflows w ON false;

-- Plans that are kept, in SQL and in plpgsql, for one after the other.
PREPARE kept AS SELECT array_agg(workflow_id ORDER BY account_id, workflow_id) FROM workflow_perms.workflows w WHERE workflow_perms.can_view(w);
CREATE FUNCTION plans.kept() RETURNS text[] LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN (SELECT array_agg(workflow_id ORDER BY account_id, workflow_id) FROM workflow_perms.workflows w WHERE workflow_perms.can_view(w));
END
$$;
CREATE TABLE plans.changes (n int GENERATED ALWAYS AS IDENTITY, who text, prepared text[], plpgsql text[], way text);
CREATE PROCEDURE plans.change(who text) LANGUAGE plpgsql AS $$
DECLARE
	asker plans.askers;
	prepared text[];
BEGIN
	SELECT * INTO asker FROM plans.askers WHERE account_id = 'plans' AND user_id = who;
	PERFORM plans.become(asker);
	EXECUTE 'EXECUTE kept' INTO prepared;
	INSERT INTO plans.changes (who, prepared, plpgsql, way) VALUES (who, prepared, plans.kept(), plans.way('EXECUTE kept'));
	COMMIT;
END
$$;
SET plan_cache_mode = force_generic_plan;
CALL plans.change('boss');
CALL plans.change('few');
CALL plans.change('many');
CALL plans.change('nobody');
CALL plans.change('pro');
CALL plans.change('few');
CALL plans.change('boss');
-- A plan made for nobody, and found by somebody.
DEALLOCATE kept;
PREPARE kept AS SELECT array_agg(workflow_id ORDER BY account_id, workflow_id) FROM workflow_perms.workflows w WHERE workflow_perms.can_view(w);
CALL plans.change('nobody');
CALL plans.change('few');
RESET plan_cache_mode;
SELECT c.who, coalesce(c.prepared, '{}') = t.ids AS prepared, coalesce(c.plpgsql, '{}') = t.ids AS plpgsql, cardinality(t.ids) AS rows
	FROM plans.changes c JOIN plans.truth t ON t.user_id IS NOT DISTINCT FROM nullif(c.who, 'nobody')
		AND t.account_id IS NOT DISTINCT FROM CASE WHEN c.who <> 'nobody' THEN 'plans' END
		AND t.action = 'view' AND t.relation = 'workflow_perms.workflows'::regclass AND NOT t.negated
	ORDER BY c.n;
DEALLOCATE kept;

-- Planning looks at what the principal holds as the owner of the tables: whoever has
-- no right to them plans all the same, and is refused for what the query names alone.
CREATE ROLE regress_stranger;
GRANT USAGE ON SCHEMA plans TO regress_stranger;
BEGIN;
SELECT workflow_perms.set_principal('plans', 'few');
SET LOCAL ROLE regress_stranger;
SELECT count(*) FROM plans.parts;
ROLLBACK;
GRANT SELECT ON plans.parts TO regress_stranger;
BEGIN;
SELECT workflow_perms.set_principal('plans', 'few');
SET LOCAL ROLE regress_stranger;
SELECT count(*) = (SELECT count(*) FROM plans.parts w WHERE workflow_perms.can_view(w)) AS all_seen, count(*) > 0 AS some FROM plans.parts;
ROLLBACK;
DROP OWNED BY regress_stranger;
DROP ROLE regress_stranger;
-- A row or an id that is NULL, for a grouping set or (18) since there is no old row, is none
-- that anybody may see; one that is there is what it was before it was grouped; and of an old
-- row is asked what it was.
BEGIN;
SELECT workflow_perms.set_principal('plans', 'many');
SELECT workflow_id IS NULL AS total, workflow_perms.can_view(workflow_id), count(*) > 0 AS some FROM workflow_perms.workflows
	WHERE account_id = workflow_perms.principal_account() AND workflow_perms.can_view(workflows) GROUP BY ROLLUP (workflow_id) HAVING grouping(workflow_id) = 1;
SELECT w IS NULL AS total, workflow_perms.can_view(w), count(*) > 0 AS some FROM workflow_perms.workflows AS w
	WHERE workflow_perms.can_view(w) GROUP BY ROLLUP (w) HAVING grouping(w) = 1;
SELECT count(*) > 0 AS some, bool_and(seen) AS all_seen FROM (
	SELECT workflow_perms.can_view(workflow_id) AS seen FROM workflow_perms.workflows
	WHERE account_id = workflow_perms.principal_account() AND workflow_perms.can_view(workflows)
	GROUP BY GROUPING SETS ((workflow_id), (workspace_id)) HAVING grouping(workflow_id) = 0) AS by_id;
DO $$
DECLARE
	was boolean := true;
	is_now boolean := false;
	before_it boolean := false;
BEGIN
	IF current_setting('server_version_num')::int >= 180000 THEN
		EXECUTE 'UPDATE workflow_perms.workflows SET visibility = ''private'' WHERE account_id = ''plans'' AND workflow_id = ('
			'SELECT min(workflow_id) FROM workflow_perms.workflows w JOIN workflow_perms.workspaces s USING (account_id, workspace_id)'
			' WHERE w.account_id = ''plans'' AND s.kind = ''closed'' AND w.visibility = ''main'' AND workflow_perms.can_view(w))'
			' RETURNING workflow_perms.can_view(old), workflow_perms.can_view(new)' INTO was, is_now;
		EXECUTE 'INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility) VALUES (''plans'', ''fresh'', ''1'', ''main'')'
			' RETURNING workflow_perms.can_view(old)' INTO before_it;
	END IF;
	RAISE WARNING 'was %, is %, before it was made %', was, is_now, before_it;
END
$$;
ROLLBACK;
-- Which conditions hold is nobody's to ask; minor releases differ in what they say of it.
DO $$
DECLARE
	call text;
BEGIN
	FOREACH call IN ARRAY ARRAY['_matching(NULL::internal)', '_condition_holds('''', 1)'] LOOP
		BEGIN
			EXECUTE 'SELECT workflow_perms.' || call;
			RAISE WARNING '% can be called', call;
		EXCEPTION WHEN cannot_coerce OR undefined_function OR feature_not_supported THEN
			RAISE WARNING '% cannot be called', call;
		END;
	END LOOP;
END
$$;

DROP SCHEMA plans CASCADE;
DELETE FROM workflow_perms.accounts WHERE account_id IN ('plans', '00000000-0000-0000-0000-00000000a0c1');

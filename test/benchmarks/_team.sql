-- The account `team` of :rows workflows, in workspaces of a hundred, all closed, so
-- that memberships decide; a third of the workflows private; an owner each, and one
-- in five invited to. Whoever is called ws-K is a member of the workspaces 1 to K;
-- ws-8 is also invited to 24 workflows elsewhere and sees 580 or so, however many
-- there are; `old` is a member of the workspaces of which nothing has changed lately.
--
-- The same rows are in tables of the application's own, bench.flows_SIZE, which hold
-- the first SIZE of them, in any order: with a policy each for roles whose policies
-- are ours, and written by hand. Who is a member of what is copied for those.
--
-- Loaded with session_replication_role = replica: without the foreign keys and the
-- ordinary triggers, whose cost is another case; what fires always does so here.
SELECT to_regclass('bench.flows') IS NULL AS missing \gset
\if :missing
SELECT workflow_perms.create_account('team', 'admin');
SET session_replication_role = replica;

-- Two hundred of them, where there are as many.
CREATE TABLE bench.old_workspaces AS
	SELECT CASE WHEN :rows >= 50000 THEN 201 ELSE 21 END AS first, CASE WHEN :rows >= 50000 THEN 400 ELSE 40 END AS last;
CREATE FUNCTION bench.flow_id(i bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'wf_' || substr(md5(i::text), 1, 16) $$;
-- The i-th workflow, whatever the size of the table that it is in.
CREATE FUNCTION bench.flows(size bigint, OUT i bigint, OUT workflow_id text, OUT workspace_no bigint, OUT owner_no bigint,
	OUT private boolean, OUT updated_at timestamptz) RETURNS SETOF record LANGUAGE sql STABLE AS $$
	SELECT i, bench.flow_id(i), (i - 1) / 100 + 1, 1 + bench.draw(i, 1, greatest(10, bench.n('rows') / 20)),
		bench.draw(i, 2, 10) < 3,
		CASE WHEN (i - 1) / 100 + 1 BETWEEN o.first AND o.last THEN timestamptz '2023-01-01' ELSE '2025-01-01' END
			+ bench.draw(i, 3, 30000000) * interval '1 second'
	FROM generate_series(1, size) AS i, bench.old_workspaces AS o
$$;

INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role)
	SELECT 'team', user_id, 'member', 'member' FROM (
		SELECT 'user-' || i FROM generate_series(1, greatest(10, :rows / 20)) AS i
		UNION ALL SELECT 'ws-' || k FROM unnest(ARRAY[1, 8, 40, 80, 200, 800, 1000]) AS k
		UNION ALL VALUES ('old')) AS u (user_id);
INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind)
	SELECT 'team', 'ws_' || i, 'closed' FROM generate_series(1, :rows / 100) AS i;
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id)
	SELECT DISTINCT 'team', 'ws_' || 1 + bench.draw(u * 8 + k, 4, :rows / 100), 'user-' || u
	FROM generate_series(1, greatest(10, :rows / 20)) AS u, generate_series(0, 7) AS k
	UNION ALL
	SELECT 'team', 'ws_' || i, 'ws-' || k
	FROM unnest(ARRAY[1, 8, 40, 80, 200, 800, 1000]) AS k, LATERAL generate_series(1, least(k, :rows / 100)) AS i
	UNION ALL
	SELECT 'team', 'ws_' || i, 'old' FROM bench.old_workspaces, generate_series(first, last) AS i;
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status, updated_at)
	SELECT 'team', workflow_id, 'ws_' || workspace_no,
		CASE WHEN private THEN 'private' ELSE 'main' END::workflow_perms.workflow_visibility, 'live', updated_at
	FROM bench.flows(:rows) ORDER BY bench.draw(i, 5, 1 << 40);
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id, is_owner)
	SELECT 'team', workflow_id, 'user-' || owner_no, true FROM bench.flows(:rows)
	UNION ALL
	SELECT DISTINCT 'team', bench.flow_id(i), 'user-' || invited, false
	FROM (SELECT 1 + bench.draw(n, 6, :rows) AS i, 1 + bench.draw(n, 7, greatest(10, :rows / 20)) AS invited
		FROM generate_series(1, :rows / 5) AS n) AS d
	WHERE invited <> (SELECT 1 + bench.draw(i, 1, greatest(10, :rows / 20)))
	UNION ALL
	SELECT 'team', bench.flow_id(900 + 37 * n), 'ws-8', false FROM generate_series(1, 24) AS n;
RESET session_replication_role;

-- What policies written by hand read.
CREATE TABLE bench.workspace_members (account_id text COLLATE "C", user_id text COLLATE "C", workspace_id text COLLATE "C",
	PRIMARY KEY (account_id, user_id, workspace_id));
INSERT INTO bench.workspace_members SELECT account_id, user_id, workspace_id FROM workflow_perms.workspace_members WHERE account_id = 'team';
CREATE TABLE bench.workflow_members (account_id text COLLATE "C", user_id text COLLATE "C", workflow_id text COLLATE "C",
	PRIMARY KEY (account_id, user_id, workflow_id));
INSERT INTO bench.workflow_members SELECT account_id, user_id, workflow_id FROM workflow_perms.workflow_members WHERE account_id = 'team';
CREATE INDEX ON bench.workflow_members (account_id, workflow_id);
CREATE FUNCTION bench.by_sql(account text, workflow text, workspace text, visibility workflow_perms.workflow_visibility)
RETURNS boolean LANGUAGE sql STABLE AS $$
	SELECT EXISTS (SELECT FROM bench.workflow_members m
			WHERE m.account_id = account AND m.user_id = current_setting('bench.user') AND m.workflow_id = workflow)
		OR (visibility = 'main' AND EXISTS (SELECT FROM bench.workspace_members m
			WHERE m.account_id = account AND m.user_id = current_setting('bench.user') AND m.workspace_id = workspace))
$$;
CREATE FUNCTION bench.by_plpgsql(account text, workflow text, workspace text, visibility workflow_perms.workflow_visibility)
RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
	IF visibility = 'main' AND EXISTS (SELECT FROM bench.workspace_members m
			WHERE m.account_id = account AND m.user_id = current_setting('bench.user') AND m.workspace_id = workspace) THEN
		RETURN true;
	END IF;
	RETURN EXISTS (SELECT FROM bench.workflow_members m
		WHERE m.account_id = account AND m.user_id = current_setting('bench.user') AND m.workflow_id = workflow);
END
$$;

-- The policies: a role each, so that a table can have them all.
CREATE TABLE bench.policies (role name PRIMARY KEY, contestant text, side text, predicate text, place int GENERATED ALWAYS AS IDENTITY);
INSERT INTO bench.policies (role, contestant, side, predicate) VALUES
	('bench_ours', 'workflow_perms', 'ours', $$
		account_id = workflow_perms.principal_account()
		AND workflow_perms.can_view(account_id, workflow_id, workspace_id, visibility, status, condition, hidden)$$),
	('bench_array', '= ANY(ARRAY(SELECT …))', 'peer', $$
		account_id = current_setting('bench.account')
		AND (workflow_id = ANY (ARRAY(SELECT m.workflow_id FROM bench.workflow_members m
				WHERE m.account_id = current_setting('bench.account') AND m.user_id = current_setting('bench.user')))
			OR visibility = 'main' AND workspace_id = ANY (ARRAY(SELECT m.workspace_id FROM bench.workspace_members m
				WHERE m.account_id = current_setting('bench.account') AND m.user_id = current_setting('bench.user'))))$$),
	('bench_exists', 'OR of EXISTS', 'peer', $$
		account_id = current_setting('bench.account')
		AND (EXISTS (SELECT FROM bench.workflow_members m WHERE m.account_id = flows.account_id
				AND m.user_id = current_setting('bench.user') AND m.workflow_id = flows.workflow_id)
			OR visibility = 'main' AND EXISTS (SELECT FROM bench.workspace_members m WHERE m.account_id = flows.account_id
				AND m.user_id = current_setting('bench.user') AND m.workspace_id = flows.workspace_id))$$),
	('bench_sql', 'SQL function', 'peer', $$
		account_id = current_setting('bench.account') AND bench.by_sql(account_id, workflow_id, workspace_id, visibility)$$),
	('bench_plpgsql', 'plpgsql function', 'peer', $$
		account_id = current_setting('bench.account') AND bench.by_plpgsql(account_id, workflow_id, workspace_id, visibility)$$),
	-- The scheme that Windmill documents: paths say whose or in which folder, a jsonb of the
	-- row who else; who asks, in which groups and folders, are lists in settings.
	('bench_settings', 'settings and jsonb, as Windmill', 'peer', $$
		account_id = current_setting('bench.account')
		AND (split_part(path, '/', 1) = 'u' AND split_part(path, '/', 2) = current_setting('bench.user')
			OR extra_perms ? concat('u/', current_setting('bench.user'))
			OR extra_perms ?| regexp_split_to_array(current_setting('bench.groups'), ',')
			OR split_part(path, '/', 1) = 'f'
				AND split_part(path, '/', 2) = ANY (regexp_split_to_array(current_setting('bench.folders'), ',')))$$);
SELECT format('CREATE ROLE %I NOLOGIN', role) FROM bench.policies ORDER BY place \gexec
SELECT format('GRANT SELECT ON bench.workspace_members, bench.workflow_members TO %I', role) FROM bench.policies \gexec
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA bench TO PUBLIC;

-- bench.flows: the columns that a decision reads, and two that it does not; indexed as
-- lists by workspace and by date want it, ours and written by hand alike.
CREATE TABLE bench.flows (
	account_id text COLLATE "C" NOT NULL, workflow_id text COLLATE "C" NOT NULL, workspace_id text COLLATE "C" NOT NULL,
	visibility workflow_perms.workflow_visibility NOT NULL, status workflow_perms.workflow_status NOT NULL,
	condition workflow_perms.metadata_condition, hidden boolean NOT NULL DEFAULT false,
	updated_at timestamptz NOT NULL, title text NOT NULL);
-- Makes the table of that many rows, for those roles.
CREATE PROCEDURE bench.make_flows(relation text, size bigint, roles name[]) LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE IF NOT EXISTS bench.%I (LIKE bench.flows INCLUDING DEFAULTS)', relation);
	EXECUTE format($q$INSERT INTO bench.%I (account_id, workflow_id, workspace_id, visibility, status, updated_at, title)
		SELECT 'team', workflow_id, 'ws_' || workspace_no,
			CASE WHEN private THEN 'private' ELSE 'main' END::workflow_perms.workflow_visibility, 'live',
			updated_at, 'The title of workflow ' || i
		FROM bench.flows(%s) ORDER BY bench.draw(i, 5, 1 << 40)$q$, relation, size);
	EXECUTE format('ALTER TABLE bench.%I ADD PRIMARY KEY (account_id, workflow_id)', relation);
	EXECUTE format('CREATE INDEX ON bench.%I (account_id, workspace_id, visibility)', relation);
	EXECUTE format('CREATE INDEX ON bench.%I (account_id, updated_at DESC)', relation);
	CALL bench.make_policies(relation, roles);
END
$$;
CREATE PROCEDURE bench.make_policies(relation text, roles name[]) LANGUAGE plpgsql AS $$
DECLARE
	p bench.policies;
BEGIN
	EXECUTE format('ALTER TABLE bench.%I ENABLE ROW LEVEL SECURITY', relation);
	FOR p IN SELECT * FROM bench.policies WHERE role = ANY (roles) LOOP
		EXECUTE format('GRANT SELECT ON bench.%I TO %I', relation, p.role);
		EXECUTE format('CREATE POLICY %1$I ON bench.%2$I FOR SELECT TO %1$I USING (%3$s)',
			p.role, relation, replace(p.predicate, 'flows.', relation || '.'));
	END LOOP;
END
$$;
CALL bench.make_flows('flows', :rows, '{bench_ours,bench_array,bench_exists,bench_sql,bench_plpgsql}');

-- The same, told by path and jsonb.
CREATE TABLE bench.flows_jsonb AS
	SELECT f.*, CASE f.visibility WHEN 'main' THEN 'f/' || workspace_id ELSE 'u/' || owner END || '/' || workflow_id AS path, extra_perms
	FROM bench.flows f
	JOIN (SELECT workflow_id, min(user_id) FILTER (WHERE is_owner) AS owner, jsonb_object_agg('u/' || user_id, is_owner) AS extra_perms
		FROM workflow_perms.workflow_members WHERE account_id = 'team' GROUP BY 1) AS m USING (workflow_id)
	ORDER BY f.ctid;
ALTER TABLE bench.flows_jsonb ADD PRIMARY KEY (account_id, workflow_id);
CREATE INDEX ON bench.flows_jsonb (account_id, updated_at DESC);
CREATE INDEX ON bench.flows_jsonb USING gin (extra_perms);
CALL bench.make_policies('flows_jsonb', ARRAY['bench_settings'::name]);
\ir _vacuum.sql

-- Who asks: for our policies, and for those written by hand.
CREATE FUNCTION bench.asks(user_id text) RETURNS text LANGUAGE sql STABLE AS $$
	SELECT format('SELECT workflow_perms.set_principal(%1$L, %2$L), set_config(%3$L, %1$L, true), set_config(%4$L, %2$L, true),
		set_config(%5$L, %6$L, true), set_config(%7$L, %8$L, true)', 'team', user_id, 'bench.account', 'bench.user', 'bench.groups', 'g/all',
		'bench.folders', (SELECT string_agg(workspace_id, ',') FROM bench.workspace_members m WHERE m.user_id = asks.user_id))
$$;
\endif

-- test/client/world.sql: what the client hammers: an account whose rows the writers change at
-- random, one in which every right is held in one way only, and, in plain SQL that
-- shares nothing with the extension, what the rows of a snapshot say about who sees, runs and
-- enables what. The roles are :app and :engine.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
CREATE EXTENSION workflow_perms;
CREATE ROLE :app;
CREATE ROLE :engine;
SELECT workflow_perms.create_model(application => :'app', engine => :'engine');
CREATE SCHEMA hammer;
GRANT USAGE ON SCHEMA hammer TO :app;

-- How far each writer has come, in the transaction that went that far.
CREATE TABLE hammer.versions (writer int PRIMARY KEY, version bigint NOT NULL);

-- The random account.
SELECT workflow_perms.create_account('acme', 'boss');
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role, metadata)
	SELECT 'acme', 'm' || n, 'member'::workflow_perms.user_kind, 'member'::workflow_perms.account_role, '{}'::jsonb FROM generate_series(1, 6) n
	UNION ALL SELECT 'acme', 'c' || n, 'connected', NULL, '{"plan": "pro"}' FROM generate_series(1, 6) n
	UNION ALL SELECT 'acme', 'svc', 'service', NULL, '{}';
INSERT INTO workflow_perms.workspaces VALUES ('acme', 'o1', 'open'), ('acme', 'o2', 'closed'), ('acme', 'p1', 'project'), ('acme', 'a1', 'app');
INSERT INTO workflow_perms.roles SELECT 'acme', 'R' || n FROM generate_series(1, 4) n;
INSERT INTO workflow_perms.role_capabilities VALUES ('acme', 'R1', 'workflows.view');
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id, is_owner)
	SELECT 'acme', w, u, true FROM unnest('{o1,o2}'::text[]) w, unnest('{boss,m1}'::text[]) u;
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status)
	SELECT 'acme', 'w' || lpad(n::text, 2, '0'), CASE WHEN n <= 12 THEN 'o' || n % 2 + 1 WHEN n <= 18 THEN 'p1' ELSE 'a1' END,
		CASE n % 3 WHEN 0 THEN 'private' ELSE 'main' END::workflow_perms.workflow_visibility, 'live'
	FROM generate_series(1, 20) n;
INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id, is_owner)
	SELECT account_id, workflow_id, u, true FROM workflow_perms.workflows, unnest('{boss,m1}'::text[]) u WHERE workspace_id LIKE 'o%';
INSERT INTO workflow_perms.boards VALUES ('acme', 'b', 'o1', 'private');
INSERT INTO workflow_perms.board_members (account_id, board_id, user_id, is_owner) VALUES ('acme', 'b', 'boss', true), ('acme', 'b', 'm1', true);
UPDATE workflow_perms.users SET account_role = 'admin' WHERE account_id = 'acme' AND user_id = 'm1';
INSERT INTO workflow_perms.role_grants (account_id, user_id, role) VALUES ('acme', 'm1', 'Admin');
INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled)
	SELECT 'acme', 'w13', 'c' || n, true FROM generate_series(1, 6) n;

-- The account of slots: each right is held in one way and taken away in one way.
SELECT workflow_perms.create_account('slots', 'boss');
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role, metadata)
	SELECT 'slots', 's' || n, 'member'::workflow_perms.user_kind, 'member'::workflow_perms.account_role, '{}'::jsonb FROM generate_series(0, 9) n
	UNION ALL SELECT 'slots', 's' || n, 'connected', NULL, '{"plan": "pro"}' FROM generate_series(10, 13) n;
INSERT INTO workflow_perms.workspaces
	SELECT 'slots', 'closed' || n, 'closed'::workflow_perms.workspace_kind FROM generate_series(0, 9) n
	UNION ALL SELECT 'slots', 'open' || n, 'open' FROM generate_series(0, 13) n
	UNION ALL SELECT 'slots', 'project' || n, 'project' FROM generate_series(0, 13) n;
INSERT INTO workflow_perms.roles SELECT 'slots', v || n FROM unnest('{R,Outer}'::text[]) v, generate_series(0, 9) n;
INSERT INTO workflow_perms.boards SELECT 'slots', 'b' || n, 'open' || n, 'private' FROM generate_series(0, 9) n;
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status) VALUES
	('slots', 'f0', 'open0', 'private', 'live'), ('slots', 'f1', 'closed1', 'main', 'live'), ('slots', 'f2', 'project2', 'main', 'live'),
	('slots', 'f3', 'project3', 'main', 'live'), ('slots', 'f4', 'project4', 'main', 'live'), ('slots', 'f5', 'open5', 'main', 'live'),
	('slots', 'f6', 'open6', 'main', 'live'), ('slots', 'f7', 'open7', 'main', 'live'), ('slots', 'f8', 'open8', 'main', 'live'),
	('slots', 'f9', 'closed9', 'main', 'live'), ('slots', 'f10', 'project10', 'main', 'live'), ('slots', 'f11', 'project11', 'main', 'live'),
	('slots', 'f12', 'open12', 'main', 'live'), ('slots', 'f13', 'open13', 'main', 'live');
-- what the slots' changes presuppose
INSERT INTO workflow_perms.role_capabilities SELECT 'slots', r, 'workflows.view' FROM unnest('{R2,R3}'::text[]) r;
INSERT INTO workflow_perms.role_grants (account_id, user_id, role) VALUES ('slots', 's3', 'Outer3'), ('slots', 's4', 'R4');
INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id, expires_at) VALUES ('slots', 'closed9', 's9', now());
INSERT INTO workflow_perms.execution_rules (account_id, workflow_id, user_id, effect) VALUES ('slots', 'f5', 's5', 'deny');
UPDATE workflow_perms.users SET active = false WHERE account_id = 'slots' AND user_id = 's6';
UPDATE workflow_perms.workspaces SET kind = 'closed' WHERE account_id = 'slots' AND workspace_id = 'open7';
-- A guest of the account does not see what is main and open.
UPDATE workflow_perms.accounts SET guests_see_open_main = false WHERE account_id = 'slots';
UPDATE workflow_perms.users SET account_role = 'guest' WHERE account_id = 'slots' AND user_id = 's8';
UPDATE workflow_perms.workflows SET condition = '{"plan": "team"}' WHERE account_id = 'slots' AND workflow_id = 'f10';
UPDATE workflow_perms.workflows SET condition = '{"plan": "pro"}' WHERE account_id = 'slots' AND workflow_id = 'f11';
UPDATE workflow_perms.users SET metadata = '{}' WHERE account_id = 'slots' AND user_id = 's11';
UPDATE workflow_perms.workflows SET visibility = 'private' WHERE account_id = 'slots' AND workflow_id = 'f13';
INSERT INTO workflow_perms.board_members (account_id, board_id, user_id) VALUES ('slots', 'b2', 's2');
INSERT INTO workflow_perms.board_columns VALUES ('slots', 'b2', 'c', false, true);
INSERT INTO hammer.versions SELECT n, 0 FROM generate_series(0, 1) n;

-- The roles that somebody holds in a workspace.
CREATE FUNCTION hammer.held(who text, space text) RETURNS SETOF text LANGUAGE sql STABLE AS $$
	WITH RECURSIVE h (role) AS (
		SELECT g.role FROM workflow_perms.role_grants g
		WHERE g.account_id = 'acme' AND g.user_id = who AND (g.workspace_id IS NULL OR g.workspace_id = space)
			AND (g.expires_at IS NULL OR g.expires_at > now())
		UNION SELECT i.included_role FROM workflow_perms.role_includes i JOIN h ON h.role = i.role WHERE i.account_id = 'acme')
	SELECT role FROM h $$;

-- Whether metadata satisfies one of the conditions that the writers write, which know no negation.
CREATE FUNCTION hammer.satisfies(metadata jsonb, condition jsonb) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
	k text;
	v jsonb;
BEGIN
	IF metadata IS NULL THEN
		RETURN condition IS NULL;
	END IF;
	FOR k, v IN SELECT * FROM jsonb_each(coalesce(condition, '{}')) LOOP
		IF NOT coalesce(CASE
			WHEN k = '$or' THEN (SELECT bool_or(hammer.satisfies(metadata, e)) FROM jsonb_array_elements(v) e)
			WHEN v ? '$in' THEN (v -> '$in') @> (metadata -> k)
			WHEN v ? '$gte' THEN (metadata ->> k)::numeric >= (v ->> '$gte')::numeric
			ELSE metadata -> k = v END, false)
		THEN
			RETURN false;
		END IF;
	END LOOP;
	RETURN true;
END $$;

-- Whether the user, NULL for anonymous, sees, may run and may enable the workflow.
CREATE FUNCTION hammer.decide(who text, id text, OUT sees boolean, OUT runs boolean, OUT enables boolean) LANGUAGE plpgsql STABLE AS $$
DECLARE
	a workflow_perms.accounts;
	u workflow_perms.users;
	w workflow_perms.workflows;
	kind text;
	roles text[];
	team boolean;
	is_member boolean;
	invited boolean;
	reach boolean; -- a connected user's sight but for hidden and condition
	matches boolean;
	level int;
	effect text;
BEGIN
	sees := false;
	runs := false;
	enables := false;
	SELECT * INTO a FROM workflow_perms.accounts WHERE account_id = 'acme';
	SELECT * INTO u FROM workflow_perms.users WHERE account_id = 'acme' AND user_id = who;
	SELECT * INTO w FROM workflow_perms.workflows WHERE account_id = 'acme' AND workflow_id = id;
	IF w.workflow_id IS NULL OR (who IS NOT NULL AND u.active IS NOT TRUE) THEN
		RETURN;
	END IF;
	SELECT s.kind INTO kind FROM workflow_perms.workspaces s WHERE account_id = 'acme' AND workspace_id = w.workspace_id;
	SELECT coalesce(array_agg(h), '{}') INTO roles FROM hammer.held(who, w.workspace_id) h;
	team := coalesce(u.kind <> 'connected', false);
	matches := hammer.satisfies(u.metadata, w.condition::jsonb);
	reach := kind IN ('project', 'app') OR (kind = 'open' AND w.visibility = 'main');

	IF NOT team THEN
		sees := who IS NOT NULL AND reach AND w.status = 'live' AND NOT w.hidden AND matches;
	ELSIF kind IN ('project', 'app') THEN
		sees := EXISTS (SELECT FROM workflow_perms.role_capabilities c
			WHERE c.account_id = 'acme' AND c.role = ANY (roles) AND c.capability = 'workflows.view');
	ELSE
		is_member := EXISTS (SELECT FROM workflow_perms.workspace_members m
			WHERE m.account_id = 'acme' AND m.workspace_id = w.workspace_id AND (m.user_id = who OR m.role = ANY (roles))
				AND (m.expires_at IS NULL OR m.expires_at > now()));
		invited := EXISTS (SELECT FROM workflow_perms.workflow_members m
				WHERE m.account_id = 'acme' AND m.workflow_id = id AND (m.user_id = who OR m.role = ANY (roles))
					AND (m.expires_at IS NULL OR m.expires_at > now()))
			OR (w.visibility = 'main' AND (is_member OR (kind = 'open' AND coalesce(u.account_role <> 'guest', false))));
		-- Guests see what is main and open, and do not run it.
		sees := invited OR (w.visibility = 'main' AND kind = 'open' AND coalesce(u.account_role = 'guest' AND a.guests_see_open_main, false));
	END IF;
	invited := coalesce(invited, sees);

	IF w.status = 'live' THEN
		-- the first level with a rule decides; "deny" sorts before "grant"
		SELECT x.level, min(x.effect) INTO level, effect FROM (
			SELECT CASE WHEN r.workflow_id IS NULL THEN 3 ELSE 0 END
				+ CASE WHEN r.user_id IS NOT NULL THEN 1 WHEN r.role IN ('AuthenticatedUser', 'NonAuthenticatedUser') THEN 3 ELSE 2 END AS level,
				r.effect::text COLLATE "C" AS effect
			FROM workflow_perms.execution_rules r
			WHERE r.account_id = 'acme' AND (r.workflow_id IS NULL OR r.workflow_id = id)
				AND (r.expires_at IS NULL OR r.expires_at > now())
				AND (r.user_id = who OR r.role = ANY (roles)
					OR r.role = CASE WHEN who IS NULL THEN 'NonAuthenticatedUser' ELSE 'AuthenticatedUser' END)
		) x GROUP BY x.level ORDER BY x.level LIMIT 1;
		level := coalesce(level, 7);
		runs := coalesce(effect, a.default_execution::text) = 'grant'
			AND (level <= 3 OR kind = 'app' OR (team AND invited) OR (NOT team AND who IS NOT NULL))
			AND (team OR matches)
			AND (team OR who IS NULL OR kind = 'app' OR (reach AND EXISTS (SELECT FROM workflow_perms.enablements e
				WHERE e.account_id = 'acme' AND e.workflow_id = id AND e.user_id = who AND e.enabled)));
	END IF;
	enables := who IS NOT NULL AND NOT team AND kind <> 'app' AND w.status = 'live' AND reach AND matches;
END $$;

-- What the snapshot's rows say, as lists; how far the writers have come; what is broken.
CREATE FUNCTION hammer.expected(who text, OUT sees text, OUT runs text, OUT enables text)
LANGUAGE sql STABLE SECURITY DEFINER AS $$
	SELECT string_agg(w.workflow_id, ' ' ORDER BY w.workflow_id) FILTER (WHERE d.sees),
		string_agg(w.workflow_id, ' ' ORDER BY w.workflow_id) FILTER (WHERE d.runs),
		string_agg(w.workflow_id, ' ' ORDER BY w.workflow_id) FILTER (WHERE d.enables)
	FROM workflow_perms.workflows w, hammer.decide(who, w.workflow_id) d WHERE w.account_id = 'acme' $$;
CREATE FUNCTION hammer.explicit(who text) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER AS $$
	SELECT string_agg(w.workflow_id, ' ' ORDER BY w.workflow_id)
	FROM (SELECT workflow_perms.principal('acme', who) AS p OFFSET 0) q, workflow_perms.workflows w
	WHERE w.account_id = 'acme' AND workflow_perms.can_view(q.p, w) $$;
CREATE FUNCTION hammer.progress() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER AS $$
	SELECT string_agg(version::text, ' ' ORDER BY writer) FROM hammer.versions $$;
CREATE FUNCTION hammer.broken() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER AS $$
	SELECT string_agg(what, ', ' ORDER BY what) FROM (
		SELECT 'enabled past its gate: ' || concat_ws(' ', e.account_id, e.workflow_id, e.user_id) AS what
		FROM workflow_perms.enablements e JOIN workflow_perms.users u USING (account_id, user_id)
			JOIN workflow_perms.workflows w USING (account_id, workflow_id) JOIN workflow_perms.workspaces s USING (account_id, workspace_id)
		WHERE e.enabled AND NOT ((s.kind = 'project' OR (s.kind = 'open' AND w.visibility = 'main')) AND hammer.satisfies(u.metadata, w.condition::jsonb))
		UNION ALL
		SELECT 'no owner of workflow ' || w.workflow_id FROM workflow_perms.workflows w
		WHERE w.account_id = 'acme' AND w.workspace_id LIKE 'o%' AND NOT EXISTS (SELECT FROM workflow_perms.workflow_members m
			WHERE m.account_id = w.account_id AND m.workflow_id = w.workflow_id AND m.is_owner AND m.expires_at IS NULL)
		UNION ALL
		SELECT 'no owner of workspace ' || s.workspace_id FROM workflow_perms.workspaces s
		WHERE s.account_id = 'acme' AND s.workspace_id LIKE 'o%' AND NOT EXISTS (SELECT FROM workflow_perms.workspace_members m
			WHERE m.account_id = s.account_id AND m.workspace_id = s.workspace_id AND m.is_owner AND m.expires_at IS NULL)
		UNION ALL
		SELECT 'no owner of board ' || b.board_id FROM workflow_perms.boards b
		WHERE b.account_id = 'acme' AND NOT EXISTS (SELECT FROM workflow_perms.board_members m
			WHERE m.account_id = b.account_id AND m.board_id = b.board_id AND m.is_owner AND m.expires_at IS NULL)
		UNION ALL
		SELECT 'no active admin' WHERE NOT EXISTS (SELECT FROM workflow_perms.users WHERE account_id = 'acme' AND active AND account_role = 'admin')
		UNION ALL
		SELECT 'nobody manages roles' WHERE NOT EXISTS (SELECT FROM workflow_perms.users u, hammer.held(u.user_id, NULL) h
			JOIN workflow_perms.role_capabilities c ON c.account_id = 'acme' AND c.role = h AND c.capability = 'team.manage_roles'
			WHERE u.account_id = 'acme' AND u.active AND u.kind <> 'connected')
		UNION ALL
		SELECT 'roles in a circle: ' || r.role FROM workflow_perms.roles r
		WHERE EXISTS (WITH RECURSIVE h (role) AS (
				SELECT included_role FROM workflow_perms.role_includes WHERE account_id = 'acme' AND role_includes.role = r.role
				UNION SELECT i.included_role FROM workflow_perms.role_includes i JOIN h ON h.role = i.role WHERE i.account_id = 'acme')
			SELECT FROM h WHERE h.role = r.role)
	) b $$;

-- What of the audit log does not fit: entries of one object that do not follow each other, a
-- last entry that is not how the row stands, a row that is as nobody made it.
CREATE FUNCTION hammer.audit_gaps() RETURNS SETOF text LANGUAGE plpgsql STABLE AS $$
DECLARE
	t text;
	keys text[];
BEGIN
	RETURN QUERY
		SELECT format('entry %s of %s begins with %s after %s', entry, object, before, last)
		FROM (SELECT entry, object, before, lag(after) OVER w AS last, row_number() OVER w AS n
			FROM workflow_perms.audit_log WINDOW w AS (PARTITION BY account_id, object ORDER BY entry)) l
		WHERE CASE WHEN n = 1 THEN before IS NOT NULL ELSE before IS DISTINCT FROM last END;
	FOREACH t IN ARRAY '{accounts,users,role_capabilities,role_includes,role_grants,workspaces,workspace_members,workflows,workflow_members,boards,board_members,board_columns,column_access,execution_rules,enablements}'::text[] LOOP
		RETURN QUERY EXECUTE format($q$
			WITH logged AS (
				SELECT after FROM (SELECT DISTINCT ON (account_id, object) after FROM workflow_perms.audit_log
					WHERE split_part(object, ' ', 1) = %1$L ORDER BY account_id, object, entry DESC) l WHERE after IS NOT NULL),
			standing AS (SELECT to_jsonb(r) AS after FROM workflow_perms.%1$I r)
			SELECT format('%1$s is logged as %%s', after) FROM (SELECT after FROM logged EXCEPT ALL SELECT after FROM standing) x
			UNION ALL
			SELECT format('%1$s stands as %%s', after) FROM (SELECT after FROM standing EXCEPT ALL SELECT after FROM logged) x$q$, t);
	END LOOP;
END $$;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA hammer TO :app;

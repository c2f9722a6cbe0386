-- However roles include each other, each role and each inclusion is looked at once: by what loads a
-- principal, by what changes one, and by what writes inclusions and grants. Counted is how often
-- role_includes is asked for a role and what it gives, for 1,000 roles in a chain, all of which are
-- granted too, and for a lattice of 20 levels of 20 roles, each of which includes the next level.
\set VERBOSITY terse
SET client_min_messages = warning;
DO $$
BEGIN
	PERFORM workflow_perms.create_account('rc_' || shape, 'boss') FROM unnest(ARRAY['chain', 'lattice']) shape;
END
$$;
CREATE TEMP TABLE includes (shape text, role text, included_role text);
INSERT INTO includes SELECT 'chain', 'r' || i, 'r' || i + 1 FROM generate_series(1, 999) i;
INSERT INTO includes SELECT 'lattice', format('r%s_%s', level, a), format('r%s_%s', level + 1, b)
	FROM generate_series(1, 19) level, generate_series(1, 20) a, generate_series(1, 20) b;
CREATE TEMP VIEW shapes AS SELECT shape, role FROM includes UNION SELECT shape, included_role FROM includes;
-- How many roles and inclusions there are, and the roles that no other includes and that include no other.
CREATE TEMP TABLE size AS SELECT shape, count(*) AS roles, (SELECT count(*) FROM includes i WHERE i.shape = s.shape) AS inclusions,
	min(role) FILTER (WHERE role !~ '_' OR role ~ '^r1_') AS top,
	CASE shape WHEN 'chain' THEN 'r1000' ELSE 'r20_1' END AS bottom
	FROM shapes s GROUP BY shape;
TABLE size ORDER BY shape;

INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) SELECT 'rc_' || shape, u, 'member', 'member' FROM size, unnest(ARRAY['one', 'all']) u;
INSERT INTO workflow_perms.roles SELECT 'rc_' || shape, role FROM shapes UNION ALL SELECT 'rc_' || shape, 'more' FROM size;
INSERT INTO workflow_perms.role_capabilities SELECT 'rc_' || shape, bottom, c FROM size, unnest(ARRAY['acme.deep', 'team.manage_roles']) c;
INSERT INTO workflow_perms.workspaces SELECT 'rc_' || shape, w, 'project' FROM size, unnest(ARRAY['p1', 'p2']) w;
INSERT INTO workflow_perms.role_grants (account_id, user_id, role, workspace_id)
	SELECT 'rc_' || shape, 'one', top, NULL FROM size UNION ALL
	SELECT 'rc_' || shape, 'all', role, 'p1' FROM shapes UNION ALL SELECT 'rc_' || shape, 'all', top, 'p2' FROM size;
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id) SELECT 'rc_' || shape, 'w', 'p1' FROM size;
-- Inserted from the end, one after the other: what is added is at the top of what there is.
DO $$
DECLARE
	i record;
BEGIN
	FOR i IN SELECT shape, role, array_agg(included_role) AS included_roles FROM includes GROUP BY 1, 2 ORDER BY length(role) DESC, role DESC LOOP
		INSERT INTO workflow_perms.role_includes SELECT 'rc_' || i.shape, i.role, unnest(i.included_roles);
	END LOOP;
END
$$;
VACUUM ANALYZE workflow_perms.role_includes, workflow_perms.role_capabilities, workflow_perms.role_grants, workflow_perms.roles;

-- How often role_includes was asked in this transaction, and how many rows it gave.
CREATE FUNCTION pg_temp.looks(OUT asked bigint, OUT given bigint) LANGUAGE sql AS $$
	SELECT sum(pg_stat_get_xact_numscans(i.oid))::bigint,
		sum(pg_stat_get_xact_tuples_returned(i.oid))::bigint + pg_stat_get_xact_tuples_returned('workflow_perms.role_includes'::regclass)
	FROM (SELECT indexrelid AS oid FROM pg_index WHERE indrelid = 'workflow_perms.role_includes'::regclass) i $$;
CREATE TEMP TABLE told (n serial, what text, shape text, asked bigint, given bigint, answer text);
-- Runs a statement in both accounts, as somebody, and notes what it takes; undoes it, and says what it answers.
CREATE PROCEDURE pg_temp.count(what text, who text, statement text) LANGUAGE plpgsql AS $$
DECLARE
	s record;
	before record;
	after record;
	answer text;
BEGIN
	FOR s IN SELECT * FROM size ORDER BY shape LOOP
		IF who IS NOT NULL THEN
			PERFORM workflow_perms.set_principal('rc_' || s.shape, who);
		END IF;
		BEGIN
			SELECT * INTO before FROM pg_temp.looks();
			EXECUTE replace(replace(replace(statement, '$account', quote_literal('rc_' || s.shape)), '$top', quote_literal(s.top)), '$bottom', quote_literal(s.bottom)) INTO answer;
			RAISE SQLSTATE 'WP000';
		EXCEPTION
			WHEN SQLSTATE 'WP000' THEN NULL;
			WHEN OTHERS THEN answer := SQLERRM;
		END;
		SELECT * INTO after FROM pg_temp.looks();
		INSERT INTO told (what, shape, asked, given, answer) VALUES (what, s.shape, after.asked - before.asked, after.given - before.given, answer);
		COMMIT;
	END LOOP;
END
$$;
-- A principal, its capabilities, and another as it would be.
CALL pg_temp.count('principal, granted one role', NULL, $$SELECT jsonb_array_length(p::jsonb -> 'roles') FROM workflow_perms.principal($account, 'one') p$$);
CALL pg_temp.count('principal, granted all', NULL, $$SELECT jsonb_array_length(p::jsonb -> 'roles') FROM workflow_perms.principal($account, 'all') p$$);
CALL pg_temp.count('can, after a write', 'one', $$WITH w AS (INSERT INTO workflow_perms.workspaces VALUES ($account, 'w', 'open') RETURNING 1) SELECT workflow_perms.can('acme.deep') FROM w$$);
CALL pg_temp.count('with_role', NULL, $$SELECT jsonb_array_length(workflow_perms.with_role(p, $top)::jsonb -> 'roles') FROM workflow_perms.principal($account, 'all') p$$);
CALL pg_temp.count('without_role', NULL, $$SELECT jsonb_array_length(workflow_perms.without_role(p, $top)::jsonb -> 'roles') FROM workflow_perms.principal($account, 'one') p$$);
CALL pg_temp.count('who_can', 'boss', $$SELECT count(*) FROM workflow_perms.who_can('view', 'w')$$);
CALL pg_temp.count('_role_closure', NULL, $$SELECT count(*) FROM workflow_perms._role_closure($account, $top)$$);
-- One inclusion more, at either end, in the middle, and one that closes the circle: as a superuser, whom guards let pass.
CALL pg_temp.count('insert above all', NULL, $$INSERT INTO workflow_perms.role_includes VALUES ($account, 'more', $top) RETURNING role$$);
CALL pg_temp.count('insert below all', NULL, $$INSERT INTO workflow_perms.role_includes VALUES ($account, $bottom, 'more') RETURNING included_role$$);
CALL pg_temp.count('insert a circle', NULL, $$INSERT INTO workflow_perms.role_includes VALUES ($account, $bottom, $top) RETURNING role$$);
CALL pg_temp.count('delete one', NULL, $$DELETE FROM workflow_perms.role_includes WHERE account_id = $account AND role = $top AND included_role IN ('r2', 'r2_1') RETURNING included_role$$);
-- Under the guards.
CALL pg_temp.count('_lacked_capability', 'boss', $$SELECT workflow_perms._lacked_capability($account, $top, NULL)$$);
CALL pg_temp.count('_lacked_capability one''s own', 'one', $$SELECT workflow_perms._lacked_capability($account, $top, NULL)$$);
CALL pg_temp.count('_gains_by_inclusion', 'all', $$SELECT workflow_perms._gains_by_inclusion($account, $top, $bottom)$$);

-- A walk asks for a role once and is given an inclusion once; a circle is looked for from both ends; the
-- insert before can() loads the principal too, with_role() is given one and loads another, who_can() loads
-- two users who hold everything.
SELECT t.n, t.what, t.shape, t.answer,
	CASE WHEN t.asked <= 4 THEN 'a few' WHEN t.asked <= s.roles + 5 THEN 'once each' WHEN t.asked <= 2 * s.roles + 5 THEN 'twice each'
		WHEN t.asked <= 3 * s.roles + 5 THEN 'three times each' ELSE t.asked || ' times' END AS asked,
	CASE WHEN t.given <= 40 THEN 'a few' WHEN t.given <= s.inclusions + 5 THEN 'once each' WHEN t.given <= 2 * s.inclusions + 5 THEN 'twice each'
		WHEN t.given <= 3 * s.inclusions + 5 THEN 'three times each' ELSE t.given || ' rows' END AS given
	FROM told t JOIN size s USING (shape) ORDER BY t.n;

-- Nor are the capabilities of roles read again for each workflow that is asked about.
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id) SELECT 'rc_chain', 'more' || i, 'p1' FROM generate_series(1, 40) i;
CREATE FUNCTION pg_temp.capability_looks() RETURNS bigint LANGUAGE sql AS $$
	SELECT sum(pg_stat_get_xact_numscans(indexrelid)) FROM pg_index WHERE indrelid = 'workflow_perms.role_capabilities'::regclass $$;
BEGIN;
SELECT FROM workflow_perms.set_principal('rc_chain', 'one');
SELECT pg_temp.capability_looks() AS before \gset
SELECT count(*) FILTER (WHERE workflow_perms.can_view(workflow_id)) AS yes, count(*) > 40 AS many FROM workflow_perms.workflows WHERE account_id = 'rc_chain';
SELECT pg_temp.capability_looks() - :before BETWEEN 1000 AND 3 * 1000 AS a_few_times_each;
ROLLBACK;
DELETE FROM workflow_perms.accounts WHERE account_id ~ '^rc_';

-- Roles that include each other: 1,000 in a chain, and 20 levels of 20, each of which includes the next
-- level. What somebody costs who holds the top one, and what one inclusion more costs, against one where
-- there are none.
SELECT workflow_perms.create_account(account, 'boss') FROM unnest(ARRAY['chain', 'lattice', 'flat']) account;
SET session_replication_role = replica;
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role)
	SELECT account, 'u', 'member', 'member' FROM unnest(ARRAY['chain', 'lattice', 'flat']) account;
INSERT INTO workflow_perms.role_includes SELECT 'chain', 'r' || i, 'r' || i + 1 FROM generate_series(1, 999) i;
INSERT INTO workflow_perms.role_includes SELECT 'lattice', format('r%s_%s', level, a), format('r%s_%s', level + 1, b)
	FROM generate_series(1, 19) level, generate_series(1, 20) a, generate_series(1, 20) b;
INSERT INTO workflow_perms.roles
	SELECT account_id, role FROM workflow_perms.role_includes WHERE account_id IN ('chain', 'lattice') UNION
	SELECT account_id, included_role FROM workflow_perms.role_includes WHERE account_id IN ('chain', 'lattice') UNION
	SELECT account, role FROM unnest(ARRAY['chain', 'lattice', 'flat']) account, unnest(ARRAY['more', 'r1', 'r1_1']) role;
INSERT INTO workflow_perms.role_capabilities
	SELECT account, role, 'acme.deep' FROM (VALUES ('chain', 'r1000'), ('lattice', 'r20_1'), ('flat', 'r1')) AS c (account, role);
INSERT INTO workflow_perms.role_grants (account_id, user_id, role)
	SELECT account, 'u', role FROM (VALUES ('chain', 'r1'), ('lattice', 'r1_1'), ('flat', 'r1')) AS g (account, role);
RESET session_replication_role;
CREATE UNLOGGED TABLE bench.role_scratch (i int);
\ir _vacuum.sql
INSERT INTO bench.cases (case_name, per, unit, session, at_most)
	SELECT name, 1, 'us', format($$SELECT workflow_perms.set_principal(%L, 'u')$$, account), 2000
	FROM (VALUES ('can(), 1,000 roles in a chain', 'chain'), ('can(), 20 levels of 20 roles', 'lattice')) AS c (name, account);
-- A write of the transaction's own before it: nothing that was loaded before may be used.
INSERT INTO bench.contestants (case_name, contestant, side, setup, statement, answer)
	SELECT case_name, 'workflow_perms', 'ours', 'INSERT INTO bench.role_scratch VALUES (1)', $$SELECT workflow_perms.can('acme.deep')$$, $$workflow_perms.can('acme.deep')::text$$
	FROM bench.cases WHERE case_name LIKE 'can(), %roles%';
INSERT INTO bench.cases (case_name, per, unit)
	SELECT name, 1, 'us' FROM (VALUES ('an inclusion above 1,000 roles in a chain'), ('an inclusion above 20 levels of 20 roles')) AS c (name);
INSERT INTO bench.contestants (case_name, contestant, side, statement, at_most)
	SELECT name, contestant, side, format($$INSERT INTO workflow_perms.role_includes VALUES (%L, 'more', %L)$$, account, role), at_most
	FROM (VALUES ('an inclusion above 1,000 roles in a chain', 'chain', 'r1'), ('an inclusion above 20 levels of 20 roles', 'lattice', 'r1_1')) AS c (name, ours, top),
		LATERAL (VALUES ('workflow_perms', 'ours', ours, top, NULL), ('where there are none', 'peer', 'flat', 'r1', 2)) AS x (contestant, side, account, role, at_most);

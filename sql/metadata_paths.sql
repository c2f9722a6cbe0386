-- metadata_paths() lists the paths and types in use among an account's connected
-- users, as a condition can reach them, and nothing of other accounts or users.
-- Uses the model that model_create made.
SELECT workflow_perms.create_account('paths', 'boss');
SELECT workflow_perms.create_account('paths2', 'boss');
INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role, metadata) VALUES
	('paths', 'c1', 'connected', NULL, '{"plan": "pro", "seats": 10, "org": {"tier": "gold", "deep": {"er": null}}, "tags": [{"not": "entered"}]}'),
	('paths', 'c2', 'connected', NULL, '{"plan": 3, "org": "gold", "beta": true, "": {"a": 1}, "a.b": {"unreachable": 1}, "$x": {"unreachable": 1}}'),
	('paths', 'c3', 'connected', NULL, '{}'),
	('paths', 'm1', 'member', 'viewer', '{"of_a_member": 1}'),
	('paths2', 'c1', 'connected', NULL, '{"of_another_account": 1}');
SELECT * FROM workflow_perms.metadata_paths('paths');
SELECT * FROM workflow_perms.metadata_paths('no such account');
SELECT * FROM workflow_perms.metadata_paths(NULL);

-- Every path that is listed is one that a condition finds.
SELECT count(*) AS paths, bool_and(found) AS all_found
FROM (SELECT p.path, bool_or(u.metadata OPERATOR(workflow_perms.~)
			jsonb_build_object(p.path, jsonb_build_object('$type', p.type))::workflow_perms.metadata_condition) AS found
	FROM workflow_perms.metadata_paths('paths') p, workflow_perms.users u
	WHERE u.account_id = 'paths' AND u.kind = 'connected'
	GROUP BY p.path, p.type) AS s;

-- It reads as the caller: where row security shows him no user, he sees no path.
CREATE ROLE regress_paths;
GRANT USAGE ON SCHEMA workflow_perms TO regress_paths;
GRANT SELECT ON workflow_perms.users TO regress_paths;
SET ROLE regress_paths;
SELECT * FROM workflow_perms.metadata_paths('paths');
RESET ROLE;

-- Of some users: whom the caller may see counts, not who comes first; and no more are read.
BEGIN;
SELECT FROM workflow_perms.set_principal('paths', 'c2');
SET LOCAL ROLE regress_paths;
SELECT * FROM workflow_perms.metadata_paths('paths', 1);
ROLLBACK;
SELECT most, (SELECT count(*) FROM workflow_perms.metadata_paths('paths', most)) FROM unnest('{0,3,1000,NULL}'::int[]) AS most;
\set SHOW_CONTEXT never
SELECT * FROM workflow_perms.metadata_paths('paths', -1);
\set SHOW_CONTEXT errors
INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata)
	SELECT 'paths', 'd' || i, 'connected', jsonb_build_object('n' || i, i) FROM generate_series(1, 1000) AS i;
CREATE FUNCTION users_read() RETURNS bigint LANGUAGE sql VOLATILE AS $$
	SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relid = 'workflow_perms.users'::regclass
$$;
BEGIN;
SELECT users_read() AS before \gset
SELECT count(*) BETWEEN 1 AND 30 AS some FROM workflow_perms.metadata_paths('paths', 10);
SELECT users_read() - :before < 100 AS few_read;
SELECT users_read() AS before \gset
SELECT count(*) FROM workflow_perms.metadata_paths('paths');
SELECT users_read() - :before >= 1000 AS all_read;
COMMIT;
DROP FUNCTION users_read;
DROP OWNED BY regress_paths;
DROP ROLE regress_paths;
DELETE FROM workflow_perms.accounts WHERE account_id IN ('paths', 'paths2');

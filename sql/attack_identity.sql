-- An attacker who shares connections with other users, under the application's
-- role, wants to act as the one before: through cursors, prepared plans,
-- savepoints, resets and catalog changes.
\set SHOW_CONTEXT never
\set VERBOSITY terse
-- A plan made by a superuser, run by the application.
PREPARE everything AS SELECT account_id, count(*) > 0 AS some FROM workflow_perms.workflows WHERE account_id IN ('mx', 'my') GROUP BY 1 ORDER BY 1;
EXECUTE everything;
BEGIN;
SET LOCAL ROLE regress_app;
EXECUTE everything;
ROLLBACK;
BEGIN;
SELECT workflow_perms.set_principal('my', 'mo');
SET LOCAL ROLE regress_app;
EXECUTE everything;
-- Once set, nobody else in this transaction, whatever is reset or rolled back.
SAVEPOINT s;
SELECT workflow_perms.set_principal('mx', 'mo');
ROLLBACK TO s;
SET LOCAL workflow_perms.principal = 't2:mx:mo';
ROLLBACK TO s;
SELECT set_config('workflow_perms.principal', 't2:mx:mo', true);
ROLLBACK TO s;
RESET ALL;
EXECUTE everything;
RESET ROLE;
SELECT workflow_perms.set_principal('mx', 'mo');
ROLLBACK;
DEALLOCATE everything;

-- Nothing has changed from one transaction to the next but who asks.
BEGIN;
SELECT workflow_perms.set_principal('mx', 'wo');
SELECT workflow_perms.can_edit('open_main'), workflow_perms.can_view('open_private');
COMMIT;
BEGIN;
SELECT workflow_perms.set_principal('mx', 'vi');
SELECT workflow_perms.can_edit('open_main'), workflow_perms.can_view('open_private');
COMMIT;
BEGIN;
SELECT workflow_perms.set_anonymous('mx');
SELECT workflow_perms.can_edit('open_main'), workflow_perms.can_view('open_private');
COMMIT;

-- … or only in which account.
BEGIN;
SELECT workflow_perms.set_principal('mx', 'mo');
SELECT workflow_perms.can_view('closed_main'), workflow_perms.can_access_workspace('c1');
COMMIT;
BEGIN;
SELECT workflow_perms.set_principal('my', 'mo');
SELECT workflow_perms.can_view('closed_main'), workflow_perms.can_access_workspace('c1');
COMMIT;

-- An open cursor reads as the principal of the moment.
BEGIN;
SELECT workflow_perms.set_principal('mx', 'mo');
SET LOCAL ROLE regress_app;
DECLARE c CURSOR FOR SELECT account_id FROM workflow_perms.workflows;
FETCH 1 FROM c;
RESET ALL;
FETCH ALL FROM c;
ROLLBACK;
BEGIN;
SAVEPOINT s;
SELECT workflow_perms.set_principal('mx', 'mo');
DECLARE c CURSOR FOR SELECT workflow_perms.can_view('open_main') FROM generate_series(1, 2);
FETCH 1 FROM c;
ROLLBACK TO s;
SELECT workflow_perms.can_view('open_main'), workflow_perms.principal_user();
ROLLBACK;

-- The backend's memory of who may what does not outlive the tables, nor what the words mean.
BEGIN;
SELECT workflow_perms.set_principal('mx', 'vi');
SELECT workflow_perms.can_view('open_main') AS before;
SAVEPOINT s;
ALTER TYPE workflow_perms.workflow_visibility RENAME VALUE 'main' TO 'other';
SELECT workflow_perms.can_view('open_main') AS renamed;
ROLLBACK TO s;
ALTER TABLE workflow_perms.workflows ADD COLUMN first_extra int, ADD COLUMN second_extra int;
ALTER TABLE workflow_perms.workflows DROP COLUMN first_extra;
SELECT workflow_perms.can_view('open_main') AS another_column, workflow_perms.can_view(w) AS another_row
	FROM workflow_perms.workflows w WHERE workflow_id = 'open_main' AND account_id = 'mx';
ROLLBACK TO s;
UPDATE workflow_perms.users SET active = false WHERE account_id = 'mx' AND user_id = 'vi';
SELECT workflow_perms.can_view('open_main') AS inactive;
ROLLBACK TO s;
SELECT workflow_perms.can_view('open_main') AS after;
ROLLBACK;

-- A worker is whoever its leader is, or nobody.
BEGIN;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL parallel_leader_participation = off;
SET LOCAL ROLE regress_app;
SELECT count(*) FROM workflow_perms.workflows;
RESET ROLE;
SELECT workflow_perms.set_principal('my', 'mo');
SET LOCAL ROLE regress_app;
SELECT array_agg(DISTINCT account_id) FROM workflow_perms.workflows;
ROLLBACK;

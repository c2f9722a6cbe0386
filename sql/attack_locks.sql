-- What the application's role can lock (docs/security.md, Locks): tables in which modes, rows of
-- which tables. Whoever may not see a row does not lock it. On the accounts of matrix_setup.
CREATE TABLE locks (relation text, what text, granted boolean);
-- Tries one statement as that user under the application's role, and lets go of what it holds.
CREATE PROCEDURE pg_temp.try(relation text, what text, statement text) LANGUAGE plpgsql AS $$
DECLARE
	granted boolean := true;
BEGIN
	PERFORM workflow_perms.set_principal('mx', 'vi');
	BEGIN
		SET LOCAL ROLE regress_app;
		EXECUTE statement;
		RAISE EXCEPTION USING ERRCODE = 'MXUND';
	EXCEPTION
		WHEN SQLSTATE 'MXUND' THEN NULL;
		WHEN insufficient_privilege THEN granted := false;
	END;
	INSERT INTO locks VALUES (relation, what, granted);
	COMMIT;
END
$$;
\set ECHO none
SELECT format('CALL pg_temp.try(%L, %L, %L)', t.name, w.what, w.statement)
	FROM unnest(workflow_perms._model_tables()) t (name), LATERAL (
		SELECT 'LOCK ' || m, format('LOCK TABLE workflow_perms.%I IN %s MODE NOWAIT', t.name, m)
		FROM unnest('{ACCESS SHARE,ROW SHARE,ROW EXCLUSIVE,SHARE UPDATE EXCLUSIVE,SHARE,SHARE ROW EXCLUSIVE,EXCLUSIVE,ACCESS EXCLUSIVE}'::text[]) m
		UNION ALL
		SELECT 'FOR ' || m, format('SELECT FROM workflow_perms.%I FOR %s NOWAIT', t.name, m) FROM unnest('{UPDATE,NO KEY UPDATE,SHARE,KEY SHARE}'::text[]) m
	) AS w (what, statement)
\gexec
\set ECHO all
-- Tables that are alike, and what is granted on them.
SELECT string_agg(relation, ', ' ORDER BY relation COLLATE "C") AS tables, granted
	FROM (SELECT relation, string_agg(what, ', ' ORDER BY what COLLATE "C") FILTER (WHERE granted) AS granted FROM locks GROUP BY 1) AS l GROUP BY 2 ORDER BY min(relation COLLATE "C");
-- Rows, of which there are others: by whoever sees them, and may write none of them.
SET client_min_messages = error;
BEGIN;
SELECT workflow_perms.set_principal('mx', 'vi');
SET LOCAL ROLE regress_app;
CREATE TEMP TABLE mine AS SELECT workflow_id FROM workflow_perms.workflows;
SELECT count(*) > 0 AS some, count(*) FILTER (WHERE workflow_perms.can_edit(workflow_id)) AS mine_to_write FROM mine;
SELECT array_agg(workflow_id ORDER BY workflow_id) = (SELECT array_agg(workflow_id ORDER BY workflow_id) FROM mine) AS as_one_sees
	FROM (SELECT workflow_id FROM workflow_perms.workflows FOR UPDATE) AS w;
RESET ROLE;
SELECT count(*) > 0 AS locked, count(*) FILTER (WHERE w.account_id <> 'mx' OR w.workflow_id NOT IN (SELECT workflow_id FROM mine)) AS hidden
	FROM workflow_perms.workflows w WHERE w.xmax::text::bigint = (pg_current_xact_id()::text::bigint & 4294967295);
-- A write of such a row is still the error with its code.
SET LOCAL ROLE regress_app;
UPDATE workflow_perms.workflows SET hidden = true WHERE workflow_id = (SELECT min(workflow_id) FROM mine);
ROLLBACK;
RESET client_min_messages;
DROP TABLE locks;

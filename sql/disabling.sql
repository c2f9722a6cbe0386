-- Whatever ends enablements, the rows and their entries in the audit log are as they must
-- be, and what somebody has added to the table is heeded: triggers, foreign keys, checks,
-- columns, indexes, rules, triggers switched off.
SELECT workflow_perms.create_account('dis', 'boss');
INSERT INTO workflow_perms.workspaces VALUES ('dis', 'w', 'open');
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status) VALUES ('dis', 'f', 'w', 'main', 'live');
INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata)
	SELECT 'dis', format('u%s', lpad(i::text, 3, '0')), 'connected', jsonb_build_object('plan', CASE i % 3 WHEN 0 THEN 'pro' ELSE 'free' END) FROM generate_series(1, 600) AS i;
INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled) SELECT 'dis', 'f', user_id, true FROM workflow_perms.users WHERE account_id = 'dis' AND kind = 'connected';
INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, configuration, enabled) VALUES ('dis', 'f', 'u001', 'other', true), ('dis', 'f', 'u001', 'off', false);
UPDATE workflow_perms.enablements SET enabled = false WHERE account_id = 'dis' AND user_id = 'u002';
SELECT reason, enabled, count(*) FROM workflow_perms.enablements WHERE account_id = 'dis' GROUP BY 1, 2 ORDER BY 1, 2;

-- What there is of it afterwards, as digests: with the number of enablements for each reason, and of entries.
CREATE TABLE disabling_start AS SELECT entry FROM workflow_perms.audit_log ORDER BY entry DESC LIMIT 1;
CREATE FUNCTION pg_temp.outcome() RETURNS text LANGUAGE sql VOLATILE AS $$
	SELECT concat_ws(' | ',
		(SELECT string_agg(concat_ws(' ', n, reason), ', ' ORDER BY reason) FROM (SELECT reason, count(*) AS n FROM workflow_perms.enablements WHERE account_id = 'dis' GROUP BY 1) AS q),
		(SELECT count(*) || ' entries, alike ' || count(*) FILTER (WHERE action = 'update' AND before ->> 'enabled' = 'true' AND after ->> 'enabled' = 'false' AND after ->> 'reason' = 'condition'
				AND (after ->> 'changed_at')::timestamptz = now() AND at = now() AND before - '{enabled,reason,changed_at,was}'::text[] = after - '{enabled,reason,changed_at,was}'::text[]
				AND object = format('enablements f %s %s', after ->> 'user_id', CASE after ->> 'configuration' WHEN '' THEN '""' ELSE after ->> 'configuration' END))
			FROM workflow_perms.audit_log WHERE account_id = 'dis' AND object LIKE 'enablements %' AND entry > (SELECT entry FROM disabling_start)));
$$;
-- What the two indexes of the table find is what is in it.
CREATE FUNCTION pg_temp.found() RETURNS bigint LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
	RETURN (SELECT count(*) FROM workflow_perms.users u WHERE u.account_id = 'dis' AND EXISTS (
		SELECT FROM workflow_perms.enablements e WHERE e.account_id = u.account_id AND e.workflow_id = 'f' AND e.user_id = u.user_id AND e.configuration = '' AND NOT e.enabled));
END
$$;
CREATE FUNCTION pg_temp.seen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_LEVEL = 'STATEMENT' THEN
		RAISE NOTICE '% % % of % rows', TG_WHEN, TG_OP, TG_NAME, (SELECT count(*) FROM new_rows);
	ELSIF NEW.user_id = 'u004' THEN
		RAISE NOTICE '% % % %: % %', TG_WHEN, TG_OP, TG_NAME, NEW.user_id, NEW.enabled, NEW.reason;
	END IF;
	RETURN NEW;
END
$$;

-- What may be added, and what comes of it.
CREATE PROCEDURE pg_temp.try(addition text) LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE coalesce(addition, 'SELECT');
	UPDATE workflow_perms.workflows SET condition = '{"plan": "pro"}' WHERE account_id = 'dis' AND workflow_id = 'f';
	RAISE NOTICE '% | % found: %', pg_temp.outcome(), pg_temp.found(), coalesce(addition, 'nothing added');
	RAISE EXCEPTION USING ERRCODE = 'ZZZZZ';
EXCEPTION
	WHEN SQLSTATE 'ZZZZZ' THEN
		NULL;
	WHEN OTHERS THEN
		RAISE NOTICE '% %: %', SQLSTATE, SQLERRM, addition;
END
$$;
CALL pg_temp.try(NULL);
CALL pg_temp.try('ALTER TABLE workflow_perms.enablements ADD note text DEFAULT ''n''');
CALL pg_temp.try('ALTER TABLE workflow_perms.enablements ADD note jsonb DEFAULT ''{"a": [1]}''');
CALL pg_temp.try('CREATE INDEX ON workflow_perms.enablements (account_id, user_id) WHERE NOT enabled');
CALL pg_temp.try('CREATE UNIQUE INDEX ON workflow_perms.enablements (account_id, workflow_id, user_id, configuration, (reason || 1))');
CALL pg_temp.try('ALTER TABLE workflow_perms.enablements ADD CHECK (enabled OR user_id <> ''nobody'')');
CALL pg_temp.try('ALTER TABLE workflow_perms.enablements ADD CONSTRAINT stays CHECK (enabled OR user_id <> ''u301'' OR reason = ''user'')');
CALL pg_temp.try('CREATE UNIQUE INDEX one_reason ON workflow_perms.enablements (account_id, workflow_id, reason) WHERE NOT enabled AND reason <> ''user'' AND account_id = ''dis''');
CALL pg_temp.try('CREATE TRIGGER seen BEFORE UPDATE ON workflow_perms.enablements FOR EACH ROW EXECUTE FUNCTION pg_temp.seen()');
CALL pg_temp.try('CREATE TRIGGER seen AFTER UPDATE OF reason ON workflow_perms.enablements FOR EACH ROW EXECUTE FUNCTION pg_temp.seen()');
CALL pg_temp.try('CREATE TRIGGER seen AFTER UPDATE ON workflow_perms.enablements REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION pg_temp.seen()');
CALL pg_temp.try('ALTER TABLE workflow_perms.enablements ADD was boolean GENERATED ALWAYS AS (NOT enabled) STORED');
CALL pg_temp.try('CREATE TABLE public.disabling_reasons (reason text COLLATE "C" PRIMARY KEY); INSERT INTO public.disabling_reasons VALUES (''user'');'
	' ALTER TABLE workflow_perms.enablements ADD CONSTRAINT known_reason FOREIGN KEY (reason) REFERENCES public.disabling_reasons NOT VALID; SET CONSTRAINTS ALL IMMEDIATE');
-- A key that is yet to be looked at is looked at all the same, of a row that is disabled before.
CREATE TABLE public.disabling_teams (team text PRIMARY KEY);
BEGIN;
ALTER TABLE workflow_perms.enablements ADD team text REFERENCES public.disabling_teams DEFERRABLE INITIALLY DEFERRED;
UPDATE workflow_perms.workflows SET condition = '{"plan": {"$ne": "none"}}' WHERE account_id = 'dis' AND workflow_id = 'f';
DELETE FROM workflow_perms.enablements WHERE account_id = 'dis' AND user_id = 'u003';
INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled, team) VALUES ('dis', 'f', 'u003', true, 'none');
UPDATE workflow_perms.users SET metadata = '{"plan": "none"}' WHERE account_id = 'dis' AND user_id = 'u003';
SELECT team, enabled, reason FROM workflow_perms.enablements WHERE account_id = 'dis' AND user_id = 'u003';
SET CONSTRAINTS ALL IMMEDIATE;
ROLLBACK;
DROP TABLE public.disabling_teams;
CALL pg_temp.try('ALTER TABLE workflow_perms.enablements ADD CONSTRAINT once UNIQUE (account_id, workflow_id, user_id, configuration, reason) DEFERRABLE');
CALL pg_temp.try('CREATE RULE kept AS ON UPDATE TO workflow_perms.enablements WHERE old.user_id = ''u004'' DO INSTEAD NOTHING');
CALL pg_temp.try('ALTER TABLE workflow_perms.enablements DISABLE TRIGGER audit_update');
CALL pg_temp.try('ALTER TABLE workflow_perms.enablements DISABLE TRIGGER write_enablement');
CALL pg_temp.try('ALTER TABLE workflow_perms.enablements ENABLE ALWAYS TRIGGER audit_update');
CALL pg_temp.try('REVOKE UPDATE ON workflow_perms.enablements FROM workflow_perms_owner');

-- A rule that has something else done instead is refused by name, on whatever an effect writes.
CREATE PROCEDURE pg_temp.rewrite(event text, relation text, statement text) LANGUAGE plpgsql AS $$
DECLARE
	hint text;
BEGIN
	EXECUTE format('CREATE RULE rewrites AS ON %s TO workflow_perms.%I DO INSTEAD NOTHING', event, relation);
	EXECUTE statement;
	RAISE EXCEPTION 'nothing was refused';
EXCEPTION
	WHEN OTHERS THEN
		GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
		RAISE NOTICE '% for % of %: % [%]', SQLSTATE, event, relation, SQLERRM, hint;
END
$$;
CALL pg_temp.rewrite('INSERT', 'audit_log', 'UPDATE workflow_perms.users SET active = false WHERE account_id = ''dis'' AND user_id = ''u001''');
CALL pg_temp.rewrite('UPDATE', 'enablements', 'UPDATE workflow_perms.workflows SET condition = ''{"plan": "pro"}'' WHERE account_id = ''dis'' AND workflow_id = ''f''');
CALL pg_temp.rewrite('INSERT', 'conditions', 'UPDATE workflow_perms.workflows SET condition = ''{"plan": "unheard"}'' WHERE account_id = ''dis'' AND workflow_id = ''f''');
CALL pg_temp.rewrite('DELETE', 'runs', 'DELETE FROM workflow_perms.accounts WHERE account_id = ''dis''');
CALL pg_temp.rewrite('DELETE', 'run_steps', 'DELETE FROM workflow_perms.accounts WHERE account_id = ''dis''');
CALL pg_temp.rewrite('DELETE', 'audit_log', 'DELETE FROM workflow_perms.accounts WHERE account_id = ''dis''');
CALL pg_temp.rewrite('DELETE', 'conditions', 'DELETE FROM workflow_perms.accounts WHERE account_id = ''dis''');

-- By a changed user, by many, by a workspace that is closed.
BEGIN;
UPDATE workflow_perms.users SET metadata = '{"plan": "free"}' WHERE account_id = 'dis' AND user_id = 'u003';
SELECT pg_temp.outcome();
UPDATE workflow_perms.workflows SET condition = '{"plan": {"$ne": "none"}}' WHERE account_id = 'dis' AND workflow_id = 'f';
SELECT pg_temp.outcome();
UPDATE workflow_perms.users SET metadata = '{"plan": "none"}' WHERE account_id = 'dis' AND user_id IN ('u001', 'u002', 'u006');
SELECT pg_temp.outcome();
UPDATE workflow_perms.workspaces SET kind = 'closed' WHERE account_id = 'dis' AND workspace_id = 'w';
SELECT pg_temp.outcome();
SELECT user_id, configuration, enabled, reason FROM workflow_perms.enablements WHERE account_id = 'dis' AND user_id IN ('u001', 'u002', 'u003', 'u004', 'u006') ORDER BY 1, 2;
ROLLBACK;

DROP TABLE disabling_start;
DELETE FROM workflow_perms.accounts WHERE account_id = 'dis';

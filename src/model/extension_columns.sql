-- model/extension_columns.sql: what the extension writes into the columns that nobody else
-- may write ("!" in spec 6.1). _extension_writes() has refused what others gave,
-- so what is there already comes from an effect of the extension, and stays.
CREATE FUNCTION workflow_perms._write_created_by() RETURNS trigger
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	IF NEW.created_by IS NULL AND workflow_perms.principal_is_team(NEW.account_id) THEN
		NEW.created_by := workflow_perms.principal_user();
	END IF;
	RETURN NEW;
END
$body$;
COMMENT ON FUNCTION workflow_perms._write_created_by() IS 'Internal trigger: the creator of a workflow is the session''s principal, if it is an active team user of the account.';

CREATE FUNCTION workflow_perms._write_updated_at() RETURNS trigger
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	-- A draft that moves with its workflow's ownership was not saved by that.
	IF TG_OP = 'UPDATE' OR NEW.updated_at IS NULL THEN
		NEW.updated_at := now();
	END IF;
	RETURN NEW;
END
$body$;
COMMENT ON FUNCTION workflow_perms._write_updated_at() IS 'Internal trigger: when a draft was last saved.';

CREATE FUNCTION workflow_perms._write_published_at() RETURNS trigger
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	NEW.published_at := coalesce(NEW.published_at, now());
	RETURN NEW;
END
$body$;
COMMENT ON FUNCTION workflow_perms._write_published_at() IS 'Internal trigger: when a version was published.';

CREATE FUNCTION workflow_perms._write_connected_at() RETURNS trigger
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	NEW.connected_at := coalesce(NEW.connected_at, now());
	RETURN NEW;
END
$body$;
COMMENT ON FUNCTION workflow_perms._write_connected_at() IS 'Internal trigger: when a configuration was connected first.';

CREATE FUNCTION workflow_perms._write_enablement() RETURNS trigger
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	NEW.reason := CASE WHEN workflow_perms.in_effect() THEN coalesce(NEW.reason, 'user') ELSE 'user' END;
	NEW.changed_at := now();
	RETURN NEW;
END
$body$;
COMMENT ON FUNCTION workflow_perms._write_enablement() IS 'Internal trigger: why an enablement is as it is, and since when.';

-- Called by effect(), because who starts a run need not see the workflow's row.
CREATE FUNCTION workflow_perms._write_run() RETURNS trigger
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	workflow record;
BEGIN
	-- Held as a foreign key would hold it: who deletes the workflow, or its account,
	-- waits for the run, and whatever comes under that id later finds it.
	SELECT w.live_version, w.run_as INTO workflow
		FROM workflow_perms.workflows w
		WHERE w.account_id = NEW.account_id AND w.workflow_id = NEW.workflow_id FOR KEY SHARE;
	NEW.version := coalesce(NEW.version, workflow.live_version);
	NEW.run_as := coalesce(NEW.run_as, workflow.run_as);
	IF NEW.started_by IS NULL AND workflow_perms.principal_account() = NEW.account_id THEN
		NEW.started_by := workflow_perms.principal_user();
	END IF;
	RETURN NEW;
END
$body$;
COMMENT ON FUNCTION workflow_perms._write_run() IS 'Internal trigger: a run''s version and run-as are the workflow''s as it starts, its starter the session''s principal.';

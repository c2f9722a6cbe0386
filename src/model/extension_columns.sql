-- model/extension_columns.sql: the values of columns that only the extension
-- writes ("!" in spec 6.1). _extension_writes() has refused values from others.
-- So a value that is there already comes from an effect of the extension, and
-- stays, except the starter of a run.
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
COMMENT ON FUNCTION workflow_perms._write_created_by() IS 'Internal trigger: the creator of a workflow is the session''s principal, if it is an active member or service of the account.';

CREATE FUNCTION workflow_perms._write_updated_at() RETURNS trigger
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	-- A transfer of ownership moves the draft, which does not count as saving
	-- it.
	IF TG_OP = 'UPDATE' OR NEW.updated_at IS NULL THEN
		NEW.updated_at := now();
	END IF;
	RETURN NEW;
END
$body$;
COMMENT ON FUNCTION workflow_perms._write_updated_at() IS 'Internal trigger: the time at which a draft was last saved.';

CREATE FUNCTION workflow_perms._write_published_at() RETURNS trigger
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	NEW.published_at := coalesce(NEW.published_at, now());
	RETURN NEW;
END
$body$;
COMMENT ON FUNCTION workflow_perms._write_published_at() IS 'Internal trigger: the time at which a version was published.';

CREATE FUNCTION workflow_perms._write_connected_at() RETURNS trigger
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	NEW.connected_at := coalesce(NEW.connected_at, now());
	RETURN NEW;
END
$body$;
COMMENT ON FUNCTION workflow_perms._write_connected_at() IS 'Internal trigger: the time at which a configuration was first connected.';

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
COMMENT ON FUNCTION workflow_perms._write_enablement() IS 'Internal trigger: the reason for an enablement''s state, and the time of its last change.';

-- Called by effect(), because a user who starts a run may not see the
-- workflow's row.
CREATE FUNCTION workflow_perms._write_run() RETURNS trigger
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	workflow record;
	parent record;
BEGIN
	-- Locked as by a foreign key.  Deleting the workflow or its account waits
	-- for the run.  An object that gets the same id later finds the run.  A row
	-- of a source is not locked.
	IF workflow_perms._is_source('workflows') THEN
		SELECT w.live_version, w.run_as INTO workflow
			FROM workflow_perms.workflows w
			WHERE w.account_id OPERATOR(workflow_perms.==) NEW.account_id AND w.workflow_id OPERATOR(workflow_perms.==) NEW.workflow_id;
	ELSE
		SELECT w.live_version, w.run_as INTO workflow
			FROM workflow_perms.workflows w
			WHERE w.account_id OPERATOR(workflow_perms.==) NEW.account_id AND w.workflow_id OPERATOR(workflow_perms.==) NEW.workflow_id FOR KEY SHARE;
	END IF;
	NEW.version := coalesce(NEW.version, workflow.live_version);
	NEW.run_as := coalesce(NEW.run_as, workflow.run_as);
	IF NEW.parent_run IS NOT NULL THEN
		-- The guard found it; it may have gone since, in a transaction that this waits for.
		SELECT r.started_by, r.started_as, r.for_user INTO parent
			FROM workflow_perms.runs r
			WHERE r.account_id = NEW.account_id AND r.run_id = NEW.parent_run FOR KEY SHARE;
		IF NOT FOUND THEN
			PERFORM workflow_perms._raise_violation('23503', 'not_found', format('run "%s" does not exist', NEW.parent_run),
				'Insert the run that calls before those that it calls.', TG_TABLE_NAME::text, 'parent_run');
		END IF;
		NEW.started_by := parent.started_by;
		NEW.started_as := parent.started_as;
		NEW.for_user := coalesce(NEW.for_user, parent.for_user);
	ELSIF workflow_perms.principal_account() = NEW.account_id THEN
		NEW.started_by := workflow_perms.principal_user();
		NEW.started_as := CASE WHEN NEW.started_by IS NULL THEN 'anonymous' ELSE 'user' END;
	ELSE
		NEW.started_by := NULL;
		NEW.started_as := 'system';
	END IF;
	RETURN NEW;
END
$body$;
COMMENT ON FUNCTION workflow_perms._write_run() IS 'Internal trigger: a run gets the workflow''s version and run_as at its start. Its starter is its parent''s starter, or the session''s principal without a parent. Raises 23503 for a parent that does not exist.';

-- model/extension_columns.sql: the values of columns that only the extension
-- writes ("!" in spec 6.1). _extension_writes() has refused values from others.
-- So a value that is there already comes from an effect of the extension, and
-- stays.  Those of runs are in runs.sql.
CREATE FUNCTION workflow_perms._write_created_by() RETURNS trigger
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'wp_write_created_by';
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
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'wp_write_enablement';
COMMENT ON FUNCTION workflow_perms._write_enablement() IS 'Internal trigger: the reason for an enablement''s state, and the time of its last change.';

-- model/capabilities.sql: the capabilities that the extension knows (spec 4.6),
-- the built-in roles that have them, and the names that capabilities may have.
CREATE FUNCTION workflow_perms._built_in_capabilities(OUT capability text, OUT roles text[]) RETURNS SETOF record
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1 ROWS 23
BEGIN ATOMIC
	SELECT c.capability, g.roles
	FROM (VALUES
		(ARRAY['Admin', 'Member'],
			ARRAY['integrations.manage', 'workflows.view', 'workflows.create', 'workflows.modify', 'workflows.deploy',
				'sdk_setup.update', 'projects.create', 'projects.modify', 'credentials.view',
				'environment_secrets.create']),
		(ARRAY['Admin'],
			ARRAY['event_destinations.view', 'event_destinations.update', 'environment_secrets.update',
				'api_keys.manage', 'team.invite', 'team.manage_roles', 'billing.view', 'billing.update',
				'event_destinations.create']),
		(ARRAY['Admin', 'Member', 'Support'],
			ARRAY['connected_users.view', 'connected_users.manage', 'task_history.view', 'task_history.replay'])
	) AS g (roles, capabilities), unnest(g.capabilities) AS c (capability);
END;
COMMENT ON FUNCTION workflow_perms._built_in_capabilities() IS 'Internal: each capability of spec 4.6 with the built-in roles that have it.';

CREATE FUNCTION workflow_perms._check_capability() RETURNS trigger
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	family text := split_part(NEW.capability, '.', 1);
BEGIN
	IF NEW.capability !~ '^[^.]+[.].' THEN
		PERFORM workflow_perms._raise_violation('23514', 'unknown_capability',
			format('capability "%s" is not of the form family.action', NEW.capability),
			'A name of your own is such as acme.export.', TG_TABLE_NAME::text, 'capability');
	END IF;
	IF EXISTS (SELECT FROM workflow_perms._built_in_capabilities() b WHERE split_part(b.capability, '.', 1) = family)
		AND NOT EXISTS (SELECT FROM workflow_perms._built_in_capabilities() b WHERE b.capability = NEW.capability)
	THEN
		PERFORM workflow_perms._raise_violation('23514', 'unknown_capability', format('unknown capability "%s"', NEW.capability),
			format('Of family %s there are: %s. Name your own under a family of your own.', family,
				(SELECT string_agg(b.capability, ', ' ORDER BY b.capability COLLATE "C")
					FROM workflow_perms._built_in_capabilities() b WHERE split_part(b.capability, '.', 1) = family)),
			TG_TABLE_NAME::text, 'capability');
	END IF;
	RETURN NEW;
END
$body$;
COMMENT ON FUNCTION workflow_perms._check_capability() IS 'Internal trigger: refuses (23514) a name that is neither a capability of spec 4.6 nor valid for a capability of the account''s own.';

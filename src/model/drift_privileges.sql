-- model/drift_privileges.sql: privileges that differ from the intended ones
-- (model/grants.sql), settings of the extension that were given to roles, and
-- the engine's role (spec 5).
CREATE FUNCTION workflow_perms._drift_of_privileges()
RETURNS TABLE (finding text, object text, detail text, mend text)
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 20000 ROWS 5
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
		WITH RECURSIVE roles AS MATERIALIZED (
			SELECT workflow_perms._application_role() AS application, workflow_perms._engine_role() AS engine
		), changes AS MATERIALIZED (
			SELECT c.*, r.application, r.engine
			FROM roles r, LATERAL workflow_perms._privilege_changes(r.application, r.engine) c
			-- If the model does not name its roles, nothing can be compared:
			-- _drift_of_definitions() reports that.
			WHERE to_regclass('workflow_perms.accounts') IS NULL OR (r.application IS NOT NULL AND r.engine IS NOT NULL)
		), down (roleid, member, grantor) AS (
			SELECT g.roleid, g.member, g.grantor FROM roles r JOIN pg_auth_members g ON g.roleid = r.engine
			UNION
			SELECT g.roleid, g.member, g.grantor FROM down d JOIN pg_auth_members g ON g.roleid = d.member
		)
			SELECT c.finding, format('%s on %s to %s', c.privileges, c.object, c.grantee)
					|| CASE WHEN c.command ^@ 'REVOKE GRANT OPTION' THEN ' with grant option' ELSE '' END,
				'Neither CREATE EXTENSION nor create_model() gives it.', c.command || ';'
			FROM changes c
			WHERE c.finding = 'unexpected_privilege'
		UNION ALL
			SELECT 'missing_privilege', c.grantee,
				format('Lacks %s%s.', string_agg(format('%s on %s', c.privileges, c.object), '; ' ORDER BY c.place) FILTER (WHERE c.place <= 3),
					CASE WHEN count(*) > 3 THEN format('; and the like on %s more', count(*) - 3) ELSE '' END),
				CASE WHEN c.application IS NULL THEN string_agg(c.command, '; ') || ';'
					ELSE format('SELECT workflow_perms.grant_model(%L::regrole, %L::regrole, NULL::regrole);', c.application, c.engine) END
			FROM (SELECT m.*, row_number() OVER (PARTITION BY m.grantee ORDER BY m.kind <> 'TABLE', m.object COLLATE "C") AS place
				FROM changes m
				WHERE m.finding = 'missing_privilege') AS c
			GROUP BY c.grantee, c.application, c.engine
		UNION ALL
		-- _drift_of_identity() reports two of them.
		SELECT 'setting_given', format('%s for %s', n.name, s.object),
			CASE s.value WHEN 'any' THEN 'May set it. Whoever says how tokens are verified can be any user of any account.'
				ELSE format('It is %L there. By these settings tokens are verified.', s.value) END,
			s.mend
		FROM (
				SELECT lower(split_part(c.entry, '=', 1)) AS name FROM pg_db_role_setting d, unnest(d.setconfig) AS c (entry)
				UNION
				SELECT p.parname FROM pg_parameter_acl p
			) AS n,
			LATERAL workflow_perms._given_settings(n.name::text) s
		WHERE n.name ^@ 'workflow_perms.' AND n.name NOT IN ('workflow_perms.trust_request_claims', 'workflow_perms.allow_principal_change')
		UNION ALL
		-- _drift_of_owners() reports superusers among them.
		SELECT DISTINCT 'works_as_engine', workflow_perms._grantee(d.member),
			format('Can read and write the runs of every account, as a member of %s.', workflow_perms._grantee(d.roleid)),
			format('REVOKE %s FROM %s GRANTED BY %s CASCADE;', workflow_perms._grantee(d.roleid), workflow_perms._grantee(d.member), workflow_perms._grantee(d.grantor))
		FROM down d JOIN pg_roles r ON r.oid = d.member
		WHERE NOT r.rolsuper;
END;
COMMENT ON FUNCTION workflow_perms._drift_of_privileges() IS 'Internal: the findings of permission_drift() about privileges that differ from the intended ones, settings of the extension, and roles that can act as the engine. Spec 5, 6.3.';

-- model/drift_sources.sql: findings of permission_drift() about sources (spec 5, 6.4). The
-- owner of a source decides about permissions.
CREATE FUNCTION workflow_perms._drift_of_sources()
RETURNS TABLE (finding text, object text, detail text, mend text)
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 1000 ROWS 6
BEGIN ATOMIC
		SELECT 'source', s.relation::text,
			format('It is read from %s as %I: who owns that, or changes a function in it, decides who may do what.', s.source, pg_get_userbyid(c.relowner)),
			format('SELECT workflow_perms.read_from(%L, NULL, false);', s.model_table)
		FROM workflow_perms._sources() s JOIN pg_class c ON c.oid = s.relation
	UNION ALL
		SELECT 'source_unreadable', s.relation::text, format('%s.', upper(left(o.problem, 1)) || substr(o.problem, 2)), o.hint
		FROM workflow_perms._sources() s, LATERAL workflow_perms._source_obstacles(s.source) o
	UNION ALL
		SELECT 'source_missing', r.relation, 'It was read from a source, and the view over that is gone: whatever needs it is an error.',
			format('SELECT workflow_perms.read_from(%L, NULL, false);', t.name)
		FROM workflow_perms._recorded_digests() r JOIN unnest(workflow_perms._source_tables()) AS t (name) ON r.relation = format('workflow_perms.%I', t.name)
		WHERE r.object = 'view' AND to_regclass(r.relation) IS NULL;
END;
COMMENT ON FUNCTION workflow_perms._drift_of_sources() IS 'Internal: the findings of permission_drift() about sources: each source, those that cannot be read as they should, and those that are gone. Spec 5, 6.4.';

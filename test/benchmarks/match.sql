-- Matching one condition against the metadata of every user: three clauses, eight
-- keys, some 165 bytes each. Net of a scan that finds the answer ready in a column
-- behind the metadata, so that it reads and counts the same rows.
\ir _users.sql
CREATE FUNCTION by_plpgsql(metadata jsonb) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	RETURN (metadata ->> 'plan') IN ('pro', 'enterprise') AND (metadata ->> 'seats')::numeric >= 10
		AND (metadata ->> 'region' = 'eu' OR metadata -> 'features' ? 'beta');
END
$$;

INSERT INTO bench.cases (case_name, per, unit, at_most) VALUES ('match', :rows, 'ns', NULL);
INSERT INTO bench.contestants (case_name, contestant, side, at_least, statement, answer, needs)
SELECT 'match', contestant, side, at_least,
	format('SELECT count(*) FROM bench.subjects WHERE %s', predicate),
	CASE WHEN side <> 'baseline' THEN
		format('SELECT count(*) || '' rows, sum of ids '' || sum(id) FROM bench.subjects WHERE %s', predicate) END,
	contestant <> 'jsquery' OR to_regtype('jsquery') IS NOT NULL
FROM (VALUES
	('bare scan', 'baseline', NULL, 'answer'),
	('workflow_perms', 'ours', NULL, $q$metadata OPERATOR(workflow_perms.~) '{"plan": {"$in": ["pro", "enterprise"]}, "seats": {"$gte": 10}, "$or": [{"region": "eu"}, {"features": "beta"}]}'$q$),
	('jsonpath @@', 'peer', 8, $q$metadata @@ '($.plan == "pro" || $.plan == "enterprise") && $.seats >= 10 && ($.region == "eu" || $.features[*] == "beta")'::jsonpath$q$),
	('jsquery', 'peer', 3.5, $q$metadata @@ 'plan IN ("pro", "enterprise") AND seats >= 10 AND (region = "eu" OR features.# = "beta")'::jsquery$q$),
	('SQL expression', 'peer', NULL, $q$metadata ->> 'plan' IN ('pro', 'enterprise') AND (metadata ->> 'seats')::numeric >= 10 AND (metadata ->> 'region' = 'eu' OR metadata -> 'features' ? 'beta')$q$),
	('plpgsql', 'peer', NULL, 'by_plpgsql(metadata)')
) AS c (contestant, side, at_least, predicate);

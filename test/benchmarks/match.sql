-- Matching one condition against the metadata of every user: three clauses, eight
-- keys, some 165 bytes each. Net of a scan that finds the answer ready in a column
-- behind the metadata, so that it reads and counts the same rows.
CREATE EXTENSION jsquery;
SELECT setseed(0.42);
CREATE TABLE subjects (
	id int,
	metadata jsonb,
	answer boolean GENERATED ALWAYS AS (
		metadata ->> 'plan' IN ('pro', 'enterprise') AND (metadata ->> 'seats')::numeric >= 10
			AND (metadata ->> 'region' = 'eu' OR metadata -> 'features' ? 'beta')) STORED
);
INSERT INTO subjects
SELECT i AS id, jsonb_build_object(
	'plan', CASE WHEN p < 0.6 THEN 'free' WHEN p < 0.85 THEN 'pro' WHEN p < 0.95 THEN 'team' ELSE 'enterprise' END,
	'region', CASE WHEN r < 0.45 THEN 'us' WHEN r < 0.8 THEN 'eu' ELSE 'apac' END,
	'seats', 1 + (500 * power(s, 4))::int,
	'company', 'company-' || c,
	'team', 'team-' || t,
	'role', (ARRAY['admin', 'editor', 'viewer', 'owner', 'guest', 'billing', 'dev', 'ops'])[1 + c % 8],
	'trial', p > 0.9,
	'features', CASE WHEN f < 0.1 THEN '["export", "audit", "beta"]' WHEN f < 0.5 THEN '["export", "audit"]'
		WHEN f < 0.8 THEN '["export"]' ELSE '[]' END::jsonb) AS metadata
FROM (
	SELECT i, random() AS p, random() AS r, random() AS s, random() AS f,
		(random() * 50000)::int AS c, (random() * 20000)::int AS t
	FROM generate_series(1, :rows) AS i
) AS drawn;
VACUUM ANALYZE subjects;

CREATE FUNCTION by_plpgsql(metadata jsonb) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	RETURN (metadata ->> 'plan') IN ('pro', 'enterprise') AND (metadata ->> 'seats')::numeric >= 10
		AND (metadata ->> 'region' = 'eu' OR metadata -> 'features' ? 'beta');
END
$$;

INSERT INTO bench.cases VALUES ('match', :rows, 'ns', 70, 8);
INSERT INTO bench.contestants (case_name, contestant, side, judged, statement, answer)
SELECT 'match', contestant, side, contestant = 'jsonpath @@',
	format('SELECT count(*) FROM subjects WHERE %s', predicate),
	CASE WHEN side <> 'baseline' THEN
		format('SELECT count(*) || '' rows, sum of ids '' || sum(id) FROM subjects WHERE %s', predicate) END
FROM (VALUES
	('bare scan', 'baseline', 'answer'),
	('workflow_perms', 'ours', $q$metadata OPERATOR(workflow_perms.~) '{"plan": {"$in": ["pro", "enterprise"]}, "seats": {"$gte": 10}, "$or": [{"region": "eu"}, {"features": "beta"}]}'$q$),
	('jsonpath @@', 'peer', $q$metadata @@ '($.plan == "pro" || $.plan == "enterprise") && $.seats >= 10 && ($.region == "eu" || $.features[*] == "beta")'::jsonpath$q$),
	('jsquery', 'peer', $q$metadata @@ 'plan IN ("pro", "enterprise") AND seats >= 10 AND (region = "eu" OR features.# = "beta")'::jsquery$q$),
	('SQL expression', 'peer', $q$metadata ->> 'plan' IN ('pro', 'enterprise') AND (metadata ->> 'seats')::numeric >= 10 AND (metadata ->> 'region' = 'eu' OR metadata -> 'features' ? 'beta')$q$),
	('plpgsql', 'peer', 'by_plpgsql(metadata)')
) AS c (contestant, side, predicate);

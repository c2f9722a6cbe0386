-- Users' metadata, :rows times: eight keys, some 165 bytes each (bench.subjects); and
-- conditions on it, :conditions different ones (bench.conditions), each also in the
-- languages of its peers. Every user has every key, so that a missing one, of which
-- the languages think differently, makes no difference.
SELECT to_regclass('bench.subjects') IS NULL AS missing \gset
\if :missing
-- What is true of match.sql's condition stands ready in a column behind the metadata.
CREATE TABLE bench.subjects (
	id bigint PRIMARY KEY,
	metadata jsonb NOT NULL,
	answer boolean NOT NULL GENERATED ALWAYS AS (
		metadata ->> 'plan' IN ('pro', 'enterprise') AND (metadata ->> 'seats')::numeric >= 10
			AND (metadata ->> 'region' = 'eu' OR metadata -> 'features' ? 'beta')) STORED
);
INSERT INTO bench.subjects (id, metadata)
	SELECT i, jsonb_build_object(
		'plan', CASE WHEN p < 60 THEN 'free' WHEN p < 85 THEN 'pro' WHEN p < 95 THEN 'team' ELSE 'enterprise' END,
		'region', CASE WHEN r < 45 THEN 'us' WHEN r < 80 THEN 'eu' ELSE 'apac' END,
		'seats', 1 + (500 * power(bench.draw(i, 13, 1000) / 1000.0, 4))::int,
		'company', 'company-' || bench.draw(i, 14, 50000),
		'team', 'team-' || bench.draw(i, 15, 20000),
		'role', (ARRAY['admin', 'editor', 'viewer', 'owner', 'guest', 'billing', 'dev', 'ops'])[1 + bench.draw(i, 16, 8)],
		'usage', bench.draw(i, 17, 1000000),
		'features', (CASE WHEN f < 10 THEN '["export", "audit", "beta"]' WHEN f < 50 THEN '["export", "audit"]'
			WHEN f < 80 THEN '["export"]' ELSE '[]' END)::jsonb)
	FROM generate_series(1, :rows) AS i,
		LATERAL (SELECT bench.draw(i, 11, 100), bench.draw(i, 12, 100), bench.draw(i, 18, 100)) AS d (p, r, f);

-- Five kinds: most want two companies and a role, some a plan and a region or a feature,
-- a team or a company of some size, a range of seats, or the absence of something.
CREATE TABLE bench.conditions (
	no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	condition workflow_perms.metadata_condition NOT NULL,
	path jsonpath NOT NULL,
	query text NOT NULL -- jsquery, where that is installed
);
INSERT INTO bench.conditions (condition, path, query)
SELECT condition::workflow_perms.metadata_condition, path::jsonpath, query FROM (
	SELECT min(i) AS i, condition, path, query FROM (
		SELECT i,
			CASE
				WHEN kind < 40 THEN format('{"company": {"$in": ["company-%1$s", "company-%2$s"]}, "role": {"$in": ["admin", "%4$s"]}}', a, b, c, role)
				WHEN kind < 60 THEN format('{"plan": {"$in": ["pro", "enterprise"]}, "seats": {"$gte": %3$s}, "usage": {"$gte": %1$s}, "$or": [{"region": "%5$s"}, {"features": "beta"}]}', a, b, c, role, region)
				WHEN kind < 80 THEN format('{"$or": [{"team": "team-%6$s"}, {"company": "company-%1$s", "seats": {"$gt": %3$s}}]}', a, b, c, role, region, t)
				WHEN kind < 90 THEN format('{"seats": {"$gte": %3$s, "$lt": %7$s}, "usage": {"$gte": %1$s}, "plan": {"$ne": "free"}}', a, b, c, role, region, t, c + 20)
				ELSE format('{"$nor": [{"plan": "free"}, {"region": "apac"}], "features": "%8$s", "seats": {"$gte": %3$s}, "usage": {"$gte": %1$s}}', a, b, c, role, region, t, 0, feature) END AS condition,
			CASE
				WHEN kind < 40 THEN format('($.company == "company-%1$s" || $.company == "company-%2$s") && ($.role == "admin" || $.role == "%4$s")', a, b, c, role)
				WHEN kind < 60 THEN format('($.plan == "pro" || $.plan == "enterprise") && $.seats >= %3$s && $.usage >= %1$s && ($.region == "%5$s" || $.features[*] == "beta")', a, b, c, role, region)
				WHEN kind < 80 THEN format('$.team == "team-%6$s" || ($.company == "company-%1$s" && $.seats > %3$s)', a, b, c, role, region, t)
				WHEN kind < 90 THEN format('$.seats >= %3$s && $.seats < %7$s && $.usage >= %1$s && $.plan != "free"', a, b, c, role, region, t, c + 20)
				ELSE format('!($.plan == "free" || $.region == "apac") && $.features[*] == "%8$s" && $.seats >= %3$s && $.usage >= %1$s', a, b, c, role, region, t, 0, feature) END AS path,
			CASE
				WHEN kind < 40 THEN format('company IN ("company-%1$s", "company-%2$s") AND role IN ("admin", "%4$s")', a, b, c, role)
				WHEN kind < 60 THEN format('plan IN ("pro", "enterprise") AND seats >= %3$s AND usage >= %1$s AND (region = "%5$s" OR features.# = "beta")', a, b, c, role, region)
				WHEN kind < 80 THEN format('team = "team-%6$s" OR (company = "company-%1$s" AND seats > %3$s)', a, b, c, role, region, t)
				WHEN kind < 90 THEN format('seats >= %3$s AND seats < %7$s AND usage >= %1$s AND NOT (plan = "free")', a, b, c, role, region, t, c + 20)
				ELSE format('NOT (plan = "free" OR region = "apac") AND features.# = "%8$s" AND seats >= %3$s AND usage >= %1$s', a, b, c, role, region, t, 0, feature) END AS query
		FROM generate_series(1, :conditions * 1.1) AS i, LATERAL (SELECT
			bench.draw(i::bigint, 20, 100), bench.draw(i::bigint, 21, 50000), bench.draw(i::bigint, 22, 50000), 1 + bench.draw(i::bigint, 23, 400),
			(ARRAY['editor', 'dev', 'ops', 'owner'])[1 + bench.draw(i::bigint, 24, 4)], (ARRAY['eu', 'us', 'apac'])[1 + bench.draw(i::bigint, 25, 3)],
			bench.draw(i::bigint, 26, 20000), (ARRAY['export', 'audit', 'beta'])[1 + bench.draw(i::bigint, 27, 3)]) AS d (kind, a, b, c, role, region, t, feature)
	) AS drawn GROUP BY 2, 3, 4
) AS different ORDER BY i LIMIT :conditions;
\ir _vacuum.sql

-- The metadata of the user who asks, for those whom no principal helps.
CREATE FUNCTION bench.my_metadata() RETURNS jsonb LANGUAGE sql STABLE AS $$
	SELECT metadata FROM bench.subjects WHERE id = current_setting('bench.subject')::bigint
$$;
-- Who asks: that connected user of that account. NULL: one of the first twenty, another each time.
CREATE FUNCTION bench.connects(account text, subject bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT format('SELECT workflow_perms.set_principal(%L, ''c'' || n), set_config(''bench.subject'', n::text, true)
		FROM (SELECT %s) AS d (n)', account, coalesce(subject::text, '1 + floor(random() * 20)::int'))
$$;
\endif

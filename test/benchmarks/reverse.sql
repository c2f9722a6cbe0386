-- A condition has changed: which of :rows users does it match? By an index on the
-- metadata of a table of one's own, against a scan with our own matcher and against
-- the indexes that jsonb and jsquery have: not to lose to the best of those is a target of our own.
\ir _users.sql
-- The same rows once more, indexed: the indexes of one must not serve another.
CREATE TABLE bench.subjects_jsonb AS SELECT id, metadata FROM bench.subjects ORDER BY id;
CREATE INDEX ON bench.subjects_jsonb USING gin (metadata jsonb_path_ops);
SELECT count(*) > 0 AS indexable FROM pg_opclass JOIN pg_am am ON am.oid = opcmethod WHERE opcname = 'metadata_ops' AND amname = 'gin' \gset
SELECT to_regtype('jsquery') IS NOT NULL AS jsquery \gset
CREATE TABLE bench.subjects_gin AS SELECT id, metadata FROM bench.subjects ORDER BY id;
\if :indexable
CREATE INDEX ON bench.subjects_gin USING gin (metadata workflow_perms.metadata_ops);
\endif
CREATE TABLE bench.subjects_jsquery AS SELECT id, metadata FROM bench.subjects ORDER BY id;
\if :jsquery
CREATE INDEX ON bench.subjects_jsquery USING gin (metadata jsonb_path_value_ops);
\endif
\ir _vacuum.sql
CREATE TABLE bench.changed (name text, at_least numeric, condition text, path text, query text, place int GENERATED ALWAYS AS IDENTITY);
INSERT INTO bench.changed (name, at_least, condition, path, query) VALUES
	('two companies and a role', 80,
		'{"company": {"$in": ["company-17", "company-4711"]}, "role": {"$in": ["admin", "dev"]}}',
		'($.company == "company-17" || $.company == "company-4711") && ($.role == "admin" || $.role == "dev")',
		'company IN ("company-17", "company-4711") AND role IN ("admin", "dev")'),
	('a team, or a company of some size', 80,
		'{"$or": [{"team": "team-815"}, {"company": "company-17", "seats": {"$gt": 5}}]}',
		'$.team == "team-815" || ($.company == "company-17" && $.seats > 5)',
		'team = "team-815" OR (company = "company-17" AND seats > 5)'),
	('a range of seats', NULL,
		'{"seats": {"$gte": 300, "$lt": 305}, "plan": {"$ne": "free"}}',
		'$.seats >= 300 && $.seats < 305 && $.plan != "free"',
		'seats >= 300 AND seats < 305 AND NOT (plan = "free")'),
	('one in twenty', NULL,
		'{"plan": {"$in": ["pro", "enterprise"]}, "seats": {"$gte": 84}, "$or": [{"region": "eu"}, {"features": "beta"}]}',
		'($.plan == "pro" || $.plan == "enterprise") && $.seats >= 84 && ($.region == "eu" || $.features[*] == "beta")',
		'plan IN ("pro", "enterprise") AND seats >= 84 AND (region = "eu" OR features.# = "beta")'),
	('negations, one in four', 0.9,
		'{"$nor": [{"plan": "free"}, {"region": "apac"}]}',
		'!($.plan == "free" || $.region == "apac")',
		'NOT (plan = "free" OR region = "apac")');
INSERT INTO bench.cases (case_name, per, unit, at_size)
	SELECT 'users who match ' || name, 1, 'ms', CASE WHEN at_least > 1 THEN 1000000 ELSE 0 END FROM bench.changed ORDER BY place;
INSERT INTO bench.contestants (case_name, contestant, side, at_least, statement, answer, needs)
SELECT 'users who match ' || name, contestant, side, CASE contestant WHEN 'scan with ours' THEN at_least WHEN 'GIN of jsquery' THEN 1.0 END,
	format('SELECT count(*) FROM ' || source, condition, path, query), format('SELECT count(*) || '' rows, sum of ids '' || coalesce(sum(id), 0) FROM ' || source, condition, path, query), needs
FROM bench.changed, (VALUES
	('GIN metadata_ops', 'ours', 'bench.subjects_gin WHERE metadata OPERATOR(workflow_perms.~) %1$L', :'indexable'::boolean),
	('scan with ours', 'peer', 'bench.subjects WHERE metadata OPERATOR(workflow_perms.~) %1$L', true),
	('scan with jsonpath', 'peer', 'bench.subjects WHERE metadata @@ %2$L::jsonpath', true),
	('GIN jsonb_path_ops', 'peer', 'bench.subjects_jsonb WHERE metadata @@ %2$L::jsonpath', true),
	('GIN of jsquery', 'peer', 'bench.subjects_jsquery WHERE metadata @@ %3$L::jsquery', :'jsquery'::boolean)
) AS c (contestant, side, source, needs)
ORDER BY place;

-- The same among the users of the model, by whoever manages them.
\ir _product.sql
\if :indexable
CREATE INDEX ON workflow_perms.users USING gin (metadata workflow_perms.metadata_ops);
\ir _vacuum.sql
\endif
INSERT INTO bench.cases (case_name, per, unit, session)
	SELECT 'users_matching(), ' || name, 1, 'ms', $$SELECT workflow_perms.set_principal('product', 'admin')$$ FROM bench.changed ORDER BY place;
INSERT INTO bench.contestants (case_name, contestant, side, role, setup, statement, answer, needs)
SELECT 'users_matching(), ' || name, contestant, side, role, CASE side WHEN 'peer' THEN 'SET LOCAL enable_bitmapscan = off; SET LOCAL enable_indexscan = off' END,
	format('SELECT count(*) FROM ' || source, condition), format('SELECT count(*) || '' ids, digest '' || coalesce(sum(hashtextextended(user_id, 1)), 0) FROM ' || source, condition), needs
FROM bench.changed, (VALUES
	('workflow_perms', 'ours', 'bench_app', 'workflow_perms.users_matching(%L) AS m (user_id)', to_regprocedure('workflow_perms.users_matching(workflow_perms.metadata_condition)') IS NOT NULL),
	('scan with ours', 'peer', NULL, $$workflow_perms.users WHERE account_id = 'product' AND kind = 'connected' AND metadata OPERATOR(workflow_perms.~) %L$$, true)
) AS c (contestant, side, role, source, needs)
ORDER BY place;

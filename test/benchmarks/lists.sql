-- A list of 5,000 values: without case against with it, and from a column, where it is
-- toasted, against the same as a constant. Net of a scan that reads and counts the
-- same rows.
\ir _users.sql
CREATE TABLE bench.listed AS
	SELECT format('{"plan": {"$in": %s}}', values)::workflow_perms.metadata_condition AS with_case, format('{"plan": {"$ini": %s}}', values)::workflow_perms.metadata_condition AS without_case
	FROM (SELECT jsonb_agg('pro' || i) || '["pro"]' AS values FROM generate_series(1, 4999) AS i) AS l;
INSERT INTO bench.cases (case_name, per, unit, at_most) VALUES ('list-without-case', :rows, 'ns', NULL), ('list-of-column', :rows, 'ns', NULL);
INSERT INTO bench.contestants (case_name, contestant, side, at_most, statement, answer)
SELECT case_name, contestant, side, at_most, format('SELECT count(*) FROM bench.subjects WHERE %s', predicate),
	CASE WHEN side <> 'baseline' THEN format('SELECT count(*) || '' rows, sum of ids '' || sum(id) FROM bench.subjects WHERE %s', predicate) END
FROM bench.listed, LATERAL (VALUES
	('list-without-case', 'bare scan', 'baseline', NULL::numeric, 'answer'),
	('list-without-case', '$ini', 'ours', NULL, format('metadata OPERATOR(workflow_perms.~) %L', without_case)),
	('list-without-case', '$in', 'peer', 2, format('metadata OPERATOR(workflow_perms.~) %L', with_case)),
	('list-of-column', 'bare scan', 'baseline', NULL, 'answer'),
	('list-of-column', 'column', 'ours', NULL, 'metadata OPERATOR(workflow_perms.~) (SELECT with_case FROM bench.listed)'),
	('list-of-column', 'constant', 'peer', 2, format('metadata OPERATOR(workflow_perms.~) %L', with_case))) AS c (case_name, contestant, side, at_most, predicate);

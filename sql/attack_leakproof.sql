-- An attacker who may send any SQL puts a function of ours to a column of hidden rows, and
-- beside it something that tells what the function said: a sub-select with a function of the
-- attacker's own, an error. PostgreSQL evaluates a condition before the
-- policies where it takes it for leakproof, as it does where the functions in it are so,
-- whatever sub-select stands in a branch. What is told may not depend on a hidden row:
-- not for any column of any table, any function and any operator of ours, under any plan.
-- On the accounts of matrix_setup.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SET jit = off;
CREATE SCHEMA leakproof;
GRANT USAGE ON SCHEMA leakproof TO PUBLIC;

SELECT workflow_perms.create_account('lx', 'ada');
-- What is hidden. In the model's tables:
INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata) VALUES ('mx', 'leak', 'connected', '{"ssn": "987"}');
INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status, condition)
	VALUES ('mx', 'leak', 'p1', 'private', 'live', '{"ssn": "987"}');
SET session_replication_role = replica;
INSERT INTO workflow_perms.run_steps (account_id, run_id, step_no, workflow_id, status, details) VALUES ('mx', 'leak', 1, 'leak', 'succeeded', '{"ssn": "987"}');
RESET session_replication_role;
-- In tables that have nothing to do with it: with a policy, and behind a view.
CREATE FUNCTION leakproof.is_owner(owner text) RETURNS boolean LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN owner = current_setting('leakproof.owner', true); END $$;
CREATE TABLE leakproof.docs (account_id text, owner text, ssn text, id uuid, n bigint, doc jsonb, condition workflow_perms.metadata_condition);
INSERT INTO leakproof.docs VALUES ('mx', 'ann', '987', '98798798-7987-4987-8987-987987987987', 987, '{"ssn": "987"}', '{"ssn": "987"}');
CREATE INDEX ON leakproof.docs USING gin (doc workflow_perms.metadata_ops);
CREATE INDEX ON leakproof.docs USING gin (condition);
CREATE TABLE leakproof.parted (LIKE leakproof.docs) PARTITION BY LIST (account_id);
CREATE TABLE leakproof.part PARTITION OF leakproof.parted DEFAULT;
INSERT INTO leakproof.parted TABLE leakproof.docs;
CREATE VIEW leakproof.barred WITH (security_barrier) AS SELECT * FROM leakproof.docs WHERE leakproof.is_owner(owner);
ALTER TABLE leakproof.docs ENABLE ROW LEVEL SECURITY;
ALTER TABLE leakproof.parted ENABLE ROW LEVEL SECURITY;
CREATE POLICY dear ON leakproof.docs USING (account_id = current_setting('leakproof.account', true) AND leakproof.is_owner(owner));
CREATE POLICY dear ON leakproof.parted USING (account_id = current_setting('leakproof.account', true) AND leakproof.is_owner(owner));
GRANT SELECT ON ALL TABLES IN SCHEMA leakproof TO PUBLIC;
ANALYZE leakproof.docs, leakproof.parted;

-- The attacker's own.
CREATE FUNCTION leakproof.say() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN PERFORM set_config('leakproof.said', 'said', false); RETURN false; END $$;
CREATE FUNCTION leakproof.told(anyelement) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RETURN leakproof.say(); END $$;
CREATE TABLE leakproof.shapes (n int GENERATED ALWAYS AS IDENTITY, shape text, query text);
INSERT INTO leakproof.shapes (shape, query) VALUES
	('case', 'FROM %1$s t WHERE CASE WHEN (%2$s) IS TRUE THEN (SELECT leakproof.say()) ELSE false END'),
	('equal', 'FROM %1$s t WHERE t.account_id = CASE WHEN (%2$s) IS TRUE THEN (SELECT leakproof.say()::text) ELSE t.account_id END'),
	('or', 'FROM %1$s t WHERE (%2$s) IS NOT TRUE OR (SELECT leakproof.say())'),
	('coalesce', 'FROM %1$s t WHERE coalesce(nullif((%2$s) IS TRUE, true), (SELECT leakproof.say()))'),
	('divide', 'FROM %1$s t WHERE 1 / CASE WHEN (%2$s) IS TRUE THEN 0 ELSE 1 END = 1'),
	('join', 'FROM (VALUES (1), (2)) v (x) JOIN %1$s t ON CASE WHEN (%2$s) IS TRUE THEN (SELECT leakproof.say()) ELSE x > 1 END'),
	('array', 'FROM %1$s t WHERE (CASE WHEN (%2$s) IS TRUE THEN ARRAY(SELECT leakproof.say()) ELSE ARRAY[true] END)[1]'),
	('lateral', 'FROM %1$s t, LATERAL (SELECT CASE WHEN (%2$s) IS TRUE THEN (SELECT leakproof.say()) ELSE true END AS yes) l WHERE l.yes'),
	('beside', 'FROM %1$s t WHERE (%2$s) IS TRUE AND leakproof.told(t.account_id)'),
	('negated', 'FROM %1$s t WHERE NOT CASE WHEN (%2$s) IS TRUE THEN (SELECT leakproof.say()) ELSE true END');
-- Ways to plan it: scans off in turn, for this once and as a plan that is kept.
CREATE TABLE leakproof.ways (way int, off text[], kept boolean);
INSERT INTO leakproof.ways
	SELECT row_number() OVER () - 1, off, kept FROM (VALUES ('{indexscan,bitmapscan,indexonlyscan}'::text[]), ('{seqscan}'), ('{seqscan,bitmapscan}'), ('{}')) o (off), (VALUES (false), (true)) k (kept);
-- What the attacker hears: 'said', 'silent' or an error.
CREATE FUNCTION leakproof.heard(query text, way int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	n bigint;
	planned leakproof.ways;
	scan text;
BEGIN
	SELECT * INTO planned FROM leakproof.ways w WHERE w.way = heard.way % 8;
	FOREACH scan IN ARRAY ARRAY['seqscan', 'indexscan', 'bitmapscan', 'indexonlyscan'] LOOP
		PERFORM set_config('enable_' || scan, CASE WHEN scan = ANY (planned.off) THEN 'off' ELSE 'on' END, true);
	END LOOP;
	PERFORM set_config('leakproof.said', 'silent', false);
	IF planned.kept THEN
		PERFORM set_config('plan_cache_mode', 'force_generic_plan', true);
		EXECUTE 'PREPARE kept (text) AS SELECT count(*) ' || query || ' AND t.account_id <> $1';
		EXECUTE 'EXECUTE kept (''none'')';
		DEALLOCATE kept;
	ELSE
		EXECUTE 'SELECT count(*) ' || query INTO n;
	END IF;
	RETURN current_setting('leakproof.said');
EXCEPTION WHEN OTHERS THEN
	IF EXISTS (SELECT FROM pg_prepared_statements WHERE name = 'kept') THEN
		DEALLOCATE kept;
	END IF;
	IF SQLSTATE = '42501' THEN -- a question that may not be put proves nothing
		RAISE;
	END IF;
	RETURN SQLSTATE;
END
$$;

-- A hidden number, a digit at a time: what is heard of a guess that is right and not of the others.
CREATE FUNCTION leakproof.spelt(relation text, expression text, shape leakproof.shapes, way int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	known text := '';
	digits text[];
BEGIN
	LOOP
		digits := ARRAY(SELECT d::text FROM generate_series(0, 9) d
			WHERE leakproof.heard(format(shape.query, relation, format(expression, known || d)), way) NOT IN ('silent', '42883'));
		EXIT WHEN cardinality(digits) <> 1 OR length(known) > 5;
		known := known || digits[1];
	END LOOP;
	RETURN known;
END
$$;
CREATE TABLE leakproof.secrets (relation text, expression text);
INSERT INTO leakproof.secrets
	SELECT relation, format(e, col, wrap) FROM (VALUES
			('workflow_perms.users', 'metadata', '{"ssn": {"$startsWith": "%s"}}'), ('workflow_perms.run_steps', 'details', '{"ssn": {"$startsWith": "%s"}}'),
			('workflow_perms.audit_log', '"after"', '{"metadata.ssn": {"$startsWith": "%s"}}'),
			('leakproof.docs', 'doc', '{"ssn": {"$startsWith": "%s"}}'), ('leakproof.parted', 'doc', '{"ssn": {"$startsWith": "%s"}}'),
			('leakproof.barred', 'doc', '{"ssn": {"$startsWith": "%s"}}')) s (relation, col, wrap),
		(VALUES ('t.%s OPERATOR(workflow_perms.~) ''%s'''), ('t.%s OPERATOR(workflow_perms.@~) ''%s'''), ('workflow_perms.matches(t.%s, ''u'', ''%s'')')) o (e);
GRANT SELECT ON ALL TABLES IN SCHEMA leakproof TO PUBLIC;
CREATE FUNCTION leakproof.spell(relations text) RETURNS TABLE (relation text, expression text, shape text, way int, spelt text) LANGUAGE sql AS $$
	SELECT s.relation, s.expression, p.shape, w.way, leakproof.spelt(s.relation, s.expression, p, w.way)
	FROM leakproof.secrets s, leakproof.shapes p, leakproof.ways w WHERE w.way = p.n % 8 AND s.relation ~ relations $$;
-- Nobody; another account's; one of the same account who may not see these rows.
CREATE FUNCTION pg_temp.spell(who text) RETURNS TABLE (relation text, shapes text, spelt text) LANGUAGE plpgsql AS $$
BEGIN
	PERFORM matrix.become(who, 'regress_app');
	PERFORM set_config('leakproof.account', split_part(who, '/', 1), true);
	RETURN QUERY SELECT s.relation, string_agg(DISTINCT s.shape, ' '), string_agg(DISTINCT s.spelt, ' ') FROM leakproof.spell('') s WHERE s.spelt <> '' GROUP BY 1;
END
$$;
-- It does spell where nothing stops it: every shape does.
SELECT count(DISTINCT shape) = (SELECT count(*) FROM leakproof.shapes) AS all_shapes, count(DISTINCT relation) AS relations, string_agg(DISTINCT spelt, ' ') AS spelt
	FROM leakproof.spell('users|docs|parted') WHERE spelt <> '';
BEGIN;
SELECT * FROM pg_temp.spell('none');
ROLLBACK;
BEGIN;
SELECT * FROM pg_temp.spell('my/mo');
ROLLBACK;
BEGIN;
SELECT * FROM pg_temp.spell('mx/vi');
ROLLBACK;

-- Everything of ours that takes anything, on every column: three questions that differ
-- in nothing but what they compare a hidden row with are answered alike.
CREATE TABLE leakproof.principals AS SELECT array_agg(workflow_perms.principal(a, u)::text ORDER BY n) AS samples
	FROM (VALUES (1, 'mx', 'leak'), (2, 'my', 'pro'), (3, 'mx', 'off')) v (n, a, u);
CREATE FUNCTION leakproof.sample(type regtype, name text, variant int) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN (CASE name
		WHEN 'account_id' THEN '{mx,my,zz}'::text[] WHEN 'workflow_id' THEN '{leak,open_main,zz}' WHEN 'workspace_id' THEN '{p1,p1,zz}'
		WHEN 'user_id' THEN '{leak,pro,zz}' WHEN 'action' THEN '{view,view,enable}' WHEN 'candidates' THEN '{view named,view any,run named}'
		WHEN 'visibility' THEN '{private,private,main}' WHEN 'status' THEN '{live,live,draft}'
		ELSE CASE type::text
			WHEN 'jsonb' THEN ARRAY['{"ssn": "987"}', '{"ssn": "123"}', '{}']
			WHEN 'workflow_perms.metadata_condition' THEN ARRAY['{"ssn": "987"}', '{"metadata.ssn": "987"}', '{"no": {"$exists": true}}']
			WHEN 'workflow_perms.principal' THEN (SELECT samples FROM leakproof.principals)
			WHEN 'text' THEN '{mx,my,leak}' WHEN 'boolean' THEN '{false,true,false}' WHEN 'bigint' THEN '{0,5000000000000000000,-5000000000000000000}'
			WHEN 'regclass' THEN '{workflow_perms.users,workflow_perms.workflows,workflow_perms.runs}' WHEN 'regtype' THEN '{text,uuid,bigint}'
			WHEN 'integer' THEN '{0,1,2}' WHEN 'uuid' THEN '{98798798-7987-4987-8987-987987987987,00000000-0000-0000-0000-000000000000,ffffffff-ffff-ffff-ffff-ffffffffffff}'
			ELSE (SELECT array_agg(enumlabel::text ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = type) END
		END)[variant];
END
$$;
-- A value that is compared, of whatever type, as a condition.
CREATE FUNCTION leakproof.condition(value text, type regtype, variant int) RETURNS text LANGUAGE sql STABLE AS $$
	SELECT CASE WHEN type = 'boolean'::regtype THEN value
		WHEN type IN ('bigint'::regtype, 'integer'::regtype, 'text'::regtype) THEN format('(%s < %L::%s)', value, leakproof.sample(type, '', variant), type)
		ELSE format('(%s IS NULL) = %L', value, variant = 1) END $$;
CREATE TABLE leakproof.columns AS
	SELECT c.oid::regclass::text AS relation, a.attname AS name, format('t.%I', a.attname) AS col, a.atttypid::regtype AS type
	FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND attnum > 0 AND NOT attisdropped
	WHERE c.oid IN ('leakproof.docs'::regclass, 'leakproof.parted'::regclass, 'leakproof.barred'::regclass)
		OR relnamespace = 'workflow_perms'::regnamespace AND relkind = 'r' AND relrowsecurity;
INSERT INTO leakproof.columns SELECT DISTINCT relation, '*', 't', 'record'::regtype FROM leakproof.columns;
-- What each function is given beside the column: for the last seven that are any, a workflow's columns.
-- (_require() raises what it is given, for the tables' checks, and answers nothing.)
CREATE TABLE leakproof.arguments AS
	SELECT f.oid, i, f.pronargs, type, ARRAY(SELECT format('%L::%s', leakproof.sample(given, name, v), given) FROM generate_series(1, 3) v) AS samples
	FROM pg_proc f, generate_series(1, f.pronargs) i, LATERAL (SELECT f.proargtypes[i - 1]::regtype AS type,
			CASE WHEN f.proname = '_allowed' AND i > f.pronargs - 7
				THEN (ARRAY['account_id', 'workflow_id', 'workspace_id', 'visibility', 'status', 'condition', 'hidden'])[i - f.pronargs + 7]
				ELSE coalesce(f.proargnames[i], '') END AS name) a,
		LATERAL (SELECT CASE WHEN type::text NOT IN ('"any"', 'anyelement') THEN type WHEN name = 'condition' THEN 'workflow_perms.metadata_condition'
			WHEN name = 'hidden' THEN 'boolean' ELSE 'text' END AS given) g
	WHERE f.pronamespace = 'workflow_perms'::regnamespace AND f.proname <> '_require' AND f.prokind = 'f' AND NOT f.proretset AND f.provariadic = 0 AND f.provolatile <> 'v'
		AND NOT 'internal'::regtype = ANY (f.proargtypes::oid[]) AND NOT 'cstring'::regtype = ANY (f.proargtypes::oid[])
		AND f.prorettype <> 'internal'::regtype AND has_function_privilege('regress_full', f.oid, 'EXECUTE');
CREATE TABLE leakproof.uses AS
	SELECT a.oid::regprocedure::text AS used, a.i AS place, c.relation, c.name, c.col, v.variant,
		leakproof.condition(format('workflow_perms.%I(%s)', p.proname,
			(SELECT string_agg(CASE WHEN o.i = a.i THEN c.col ELSE o.samples[v.variant] END, ', ' ORDER BY o.i) FROM leakproof.arguments o WHERE o.oid = a.oid)),
			p.prorettype, v.variant) AS condition
	FROM leakproof.arguments a JOIN pg_proc p USING (oid), leakproof.columns c, generate_series(1, 3) v (variant)
	WHERE a.type = c.type OR a.type::text IN ('"any"', 'anyelement') AND c.name <> '*'
	UNION ALL
	SELECT o.oid::regoperator::text, on_left::int, c.relation, c.name, c.col, v.variant,
		leakproof.condition(CASE WHEN on_left THEN format('%s OPERATOR(workflow_perms.%s) %L::%s', c.col, o.oprname, leakproof.sample(o.oprright, '', v.variant), o.oprright::regtype)
			ELSE format('%L::%s OPERATOR(workflow_perms.%s) %s', leakproof.sample(o.oprleft, '', v.variant), o.oprleft::regtype, o.oprname, c.col) END, o.oprresult, v.variant)
	FROM pg_operator o, (VALUES (true), (false)) s (on_left), leakproof.columns c, generate_series(1, 3) v (variant)
	WHERE o.oprnamespace = 'workflow_perms'::regnamespace AND CASE WHEN on_left THEN o.oprleft ELSE o.oprright END = c.type
		AND has_function_privilege('regress_full', o.oprcode, 'EXECUTE');
-- Enough rows of each to see what they say: those of lx and some others.
DO $$
DECLARE
	r text;
BEGIN
	FOR r IN SELECT DISTINCT relation FROM leakproof.columns WHERE relation <> 'leakproof.barred' LOOP
		EXECUTE format('CREATE TABLE leakproof.%I AS SELECT * FROM %s WHERE account_id = ''lx'' UNION ALL'
			' (SELECT * FROM %2$s t WHERE account_id <> ''lx'' ORDER BY t::text ~ ''leak|987'' DESC, account_id = ''mx'' DESC, t::text COLLATE "C" LIMIT 40)', 'some of ' || r, r);
	END LOOP;
END
$$;
-- Of those, what is worth asking: of hidden rows the three say different things, and of those of lx, whose one user asks, they do not.
CREATE FUNCTION leakproof.differ(relation text, conditions text[]) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	hidden boolean[];
	own boolean[];
BEGIN
	EXECUTE format('SELECT ARRAY[%s], ARRAY[%s] FROM leakproof.%I t',
		(SELECT string_agg(format('bool_or(coalesce(%s, false)) FILTER (WHERE account_id <> ''lx'')', c), ', ' ORDER BY i) FROM unnest(conditions) WITH ORDINALITY x (c, i)),
		(SELECT string_agg(format('bool_or(coalesce(%s, false)) FILTER (WHERE account_id = ''lx'')', c), ', ' ORDER BY i) FROM unnest(conditions) WITH ORDINALITY x (c, i)),
		'some of ' || replace(relation, 'barred', 'docs')) INTO hidden, own;
	RETURN NOT hidden[1] = ALL (hidden) AND coalesce(own[1] = ALL (own), true);
EXCEPTION WHEN OTHERS THEN
	RETURN false;
END
$$;
CREATE TABLE leakproof.asked AS
	SELECT *, row_number() OVER (ORDER BY used, relation, name, conditions) AS n
	FROM (SELECT used, relation, name, array_agg(condition ORDER BY variant) AS conditions FROM leakproof.uses GROUP BY used, relation, name, place) u
	WHERE leakproof.differ(relation, conditions);
GRANT SELECT ON leakproof.asked TO PUBLIC;
SELECT count(DISTINCT used) > 40 AS used, count(DISTINCT (relation, name)) > 50 AS columns FROM leakproof.asked;
CREATE TABLE leakproof.heard (who text, used text, relation text, name text, shape text, heard text[]);
GRANT INSERT ON leakproof.heard TO PUBLIC;
-- In the shape that is simplest and another in turn, each planned in one of the ways in turn.
CREATE PROCEDURE leakproof.sweep(who text, relations text) LANGUAGE plpgsql AS $$
DECLARE
	a leakproof.asked;
	s leakproof.shapes;
BEGIN
	PERFORM matrix.become(who, 'regress_full');
	PERFORM set_config('leakproof.account', split_part(who, '/', 1), true);
	FOR a IN SELECT * FROM leakproof.asked WHERE relation ~ relations LOOP
		FOR s IN SELECT * FROM leakproof.shapes WHERE n IN (1, 2 + a.n % 9) LOOP
			INSERT INTO leakproof.heard SELECT who, a.used, a.relation, a.name, s.shape,
				array_agg(leakproof.heard(format(s.query, a.relation, c), (a.n + s.n)::int) ORDER BY i) FROM unnest(a.conditions) WITH ORDINALITY x (c, i);
		END LOOP;
	END LOOP;
	COMMIT;
END
$$;
CALL leakproof.sweep('none', '');
CALL leakproof.sweep('lx/ada', '');
CALL leakproof.sweep('mx/vi', '^leakproof');
SELECT who, sum(cardinality(heard)) > 1000 AS tried, count(DISTINCT shape) = (SELECT count(*) FROM leakproof.shapes) AS all_shapes,
		bool_and(heard <@ '{said,silent}') AS answered
	FROM leakproof.heard GROUP BY who ORDER BY who;
-- What tells: nothing.
SELECT who, used, count(DISTINCT (relation, name)) AS columns, string_agg(DISTINCT shape, ' ') AS shapes
	FROM leakproof.heard WHERE NOT heard[1] = ALL (heard) GROUP BY who, used ORDER BY who, used COLLATE "C";

-- What PostgreSQL has of its own for text, numbers and the like can be asked so (docs/security.md).
BEGIN;
SELECT matrix.become('none', 'regress_app');
SELECT shape, leakproof.spelt('leakproof.docs', 't.ssn ^@ ''%s''', s, 0) FROM leakproof.shapes s WHERE shape = 'case';
ROLLBACK;

DROP SCHEMA leakproof CASCADE;
DELETE FROM workflow_perms.accounts WHERE account_id = 'lx';
DELETE FROM workflow_perms.workflows WHERE account_id = 'mx' AND workflow_id = 'leak';
DELETE FROM workflow_perms.users WHERE account_id = 'mx' AND user_id = 'leak';
SET session_replication_role = replica;
DELETE FROM workflow_perms.run_steps WHERE account_id = 'mx' AND run_id = 'leak';
RESET session_replication_role;
RESET jit;
RESET client_min_messages;

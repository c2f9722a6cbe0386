-- The operator == of ids (spec 6.4): as a condition it is the equality of the text that an id
-- is printed as, whatever type it is kept in and wherever it stands; and the planner makes of
-- it what an index on the column itself serves, whatever search_path there is.
SET jit = off;
SET client_min_messages = warning;
CREATE SCHEMA ids;
SET search_path = ids, public;
CREATE DOMAIN ids.key AS uuid;
CREATE COLLATION ids.loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE ids.kept (n int, u uuid, k ids.key, b bigint, i int, t text, v varchar(40), l text COLLATE ids.loose, z text);
INSERT INTO ids.kept SELECT n, md5(n::text)::uuid, md5(n::text)::uuid, n, n, n::text, n::text, n::text, 'x' FROM generate_series(1, 3000) n;
INSERT INTO ids.kept VALUES (0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	(-1, 'ffffffff-ffff-ffff-ffff-ffffffffffff', '00000000-0000-0000-0000-000000000000', -9223372036854775808, -2147483648, '', ' 7', 'É', 'É');
CREATE INDEX ON ids.kept (u);
CREATE INDEX ON ids.kept (k);
CREATE INDEX ON ids.kept (b);
CREATE INDEX ON ids.kept (i);
CREATE INDEX ON ids.kept (t);
CREATE INDEX ON ids.kept (v);
CREATE INDEX ON ids.kept (l);
ANALYZE ids.kept;
-- An attacker's own.
CREATE FUNCTION ids.yes(uuid, uuid) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE OPERATOR ids.= (LEFTARG = uuid, RIGHTARG = uuid, FUNCTION = ids.yes);
CREATE FUNCTION ids._as_uuid(text) RETURNS uuid LANGUAGE sql IMMUTABLE AS 'SELECT NULL::uuid';

-- How a condition is planned: its first scan, and what it is asked by.
CREATE FUNCTION ids.plan(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
		IF line ~ 'Scan|Cond|Filter' AND line !~ 'Recheck|Replaces' THEN
			RETURN NEXT trim(line, ' ->');
		END IF;
	END LOOP;
END
$$;
SET enable_bitmapscan = off;
SELECT ids.plan(format('SELECT n FROM ids.kept WHERE %s', c)) AS plan FROM (VALUES
	('u::text OPERATOR(workflow_perms.==) ''c4ca4238-a0b9-2382-0dcc-509a6f75849b'''),
	('''c4ca4238-a0b9-2382-0dcc-509a6f75849b'' OPERATOR(workflow_perms.==) (u::text COLLATE "C")'),
	('k::text OPERATOR(workflow_perms.==) ''c4ca4238-a0b9-2382-0dcc-509a6f75849b'''),
	('u::varchar::text OPERATOR(workflow_perms.==) ''c4ca4238-a0b9-2382-0dcc-509a6f75849b'''),
	('b::text OPERATOR(workflow_perms.==) ''7'''),
	('i::text OPERATOR(workflow_perms.==) ''7'''),
	('t OPERATOR(workflow_perms.==) ''7'''),
	('(t COLLATE "C") OPERATOR(workflow_perms.==) ''7'''),
	('v OPERATOR(workflow_perms.==) ''7'''),
	-- Equal by this collation are other bytes, too: not its index.
	('(l COLLATE "C") OPERATOR(workflow_perms.==) ''7'''),
	-- What no such id is printed as names nothing.
	('u::text OPERATOR(workflow_perms.==) ''C4CA4238-A0B9-2382-0DCC-509A6F75849B'''),
	('b::text OPERATOR(workflow_perms.==) ''007'''),
	-- Not the same id, whatever the cast.
	('t::bigint::text OPERATOR(workflow_perms.==) ''7'''),
	('workflow_perms._id_in(u::text, ''{c4ca4238-a0b9-2382-0dcc-509a6f75849b,nonsense}'')'),
	('workflow_perms._id_in(b::text, ''{7,007,x}'')'),
	('workflow_perms._id_in(t COLLATE "C", ''{7,8}'')')) AS x (c);

-- Prepared, with a plan for every value; estimated as few; in a correlated sub-select; joined.
PREPARE q (text) AS SELECT n FROM ids.kept WHERE u::text OPERATOR(workflow_perms.==) $1;
SET plan_cache_mode = force_generic_plan;
SELECT ids.plan('EXECUTE q (''c4ca4238-a0b9-2382-0dcc-509a6f75849b'')');
EXECUTE q ('c4ca4238-a0b9-2382-0dcc-509a6f75849b');
EXECUTE q ('nonsense');
RESET plan_cache_mode;
CREATE FUNCTION ids.rows(query text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	plan json;
BEGIN
	EXECUTE 'EXPLAIN (FORMAT json) ' || query INTO plan;
	RETURN plan -> 0 -> 'Plan' -> 'Plan Rows';
END
$$;
SELECT ids.rows('SELECT FROM ids.kept WHERE u::text OPERATOR(workflow_perms.==) ''c4ca4238-a0b9-2382-0dcc-509a6f75849b''') AS one,
	ids.rows('SELECT FROM ids.kept WHERE (z COLLATE "C") OPERATOR(workflow_perms.==) ''x''') BETWEEN 2990 AND 3002 AS all,
	ids.rows('SELECT FROM ids.kept WHERE workflow_perms._not_false(n > 5 OR z IS NULL)') AS not_false;
SELECT ids.plan('SELECT n, (SELECT max(i) FROM ids.kept k WHERE k.u::text OPERATOR(workflow_perms.==) o.x) FROM (SELECT n, md5(n::text)::uuid::text AS x FROM ids.kept OFFSET 0) o');
SELECT ids.plan('SELECT a.n FROM unnest(''{c4ca4238-a0b9-2382-0dcc-509a6f75849b}''::text[]) x (id) JOIN ids.kept a ON a.u::text OPERATOR(workflow_perms.==) x.id');
SELECT ids.plan('SELECT a.n FROM ids.kept a JOIN ids.kept b ON a.u::text OPERATOR(workflow_perms.==) b.k::text WHERE b.n = 5');

-- Through views: of a cast, of members of UNION ALL each in their own type, one that is a barrier.
CREATE VIEW ids.one AS SELECT n, u::text COLLATE "C" AS id FROM ids.kept;
CREATE VIEW ids.many AS SELECT n, u::text AS id FROM ids.kept UNION ALL SELECT n, b::text FROM ids.kept UNION ALL SELECT n, t FROM ids.kept;
CREATE VIEW ids.barred WITH (security_barrier) AS SELECT n, u::text AS id FROM ids.kept WHERE md5(n::text) <> '';
CREATE VIEW ids.over AS SELECT n, id::text COLLATE "C" AS id FROM ids.many WHERE workflow_perms._not_false(octet_length(id) BETWEEN 1 AND 255);
SELECT ids.plan(format('SELECT n FROM ids.%s WHERE id OPERATOR(workflow_perms.==) %L', v, id)) AS plan
	FROM (VALUES ('one', 'ffffffff-ffff-ffff-ffff-ffffffffffff'), ('barred', 'ffffffff-ffff-ffff-ffff-ffffffffffff'), ('many', '7'), ('over', '7')) AS x (v, id);
PREPARE m (text) AS SELECT n FROM ids.over WHERE id OPERATOR(workflow_perms.==) $1;
PREPARE f (text[]) AS SELECT n FROM ids.over WHERE workflow_perms._id_in(id, $1);
SET plan_cache_mode = force_generic_plan;
SELECT ids.plan('EXECUTE m (''7'')');
EXECUTE m ('7');
EXECUTE m ('c4ca4238-a0b9-2382-0dcc-509a6f75849b');
SELECT ids.plan('EXECUTE f (''{7}'')');
EXECUTE f ('{7,c4ca4238-a0b9-2382-0dcc-509a6f75849b,007,NULL}');
RESET plan_cache_mode;
RESET enable_bitmapscan;

-- The same answers as the equality of the text, for every column and every way to spell it.
CREATE TABLE ids.spelt (x text);
INSERT INTO ids.spelt VALUES ('7'), ('007'), ('+7'), (' 7'), ('7 '), ('-0'), ('0'), (''), ('x'), ('-9223372036854775808'), ('9223372036854775808'),
	('-2147483648'), ('3000000000'), ('c4ca4238-a0b9-2382-0dcc-509a6f75849b'), ('C4CA4238-A0B9-2382-0DCC-509A6F75849B'),
	('{c4ca4238-a0b9-2382-0dcc-509a6f75849b}'), ('c4ca4238a0b923820dcc509a6f75849b'), ('ffffffff-ffff-ffff-ffff-ffffffffffff'),
	('00000000-0000-0000-0000-000000000000'), ('É'), ('é'), (repeat('7', 300)), (NULL);
DO $$
DECLARE
	col text;
	id text;
	side text;
	unequal bigint;
	total int := 0;
BEGIN
	FOREACH col IN ARRAY ARRAY['u', 'k', 'b', 'i', 't', 'v', 'l', 'z'] LOOP
		FOREACH side IN ARRAY ARRAY['(%1$I::text COLLATE "C") OPERATOR(workflow_perms.==) @', '@ OPERATOR(workflow_perms.==) (%1$I::text COLLATE "C")',
			'workflow_perms._id_in(%1$I::text COLLATE "C", ARRAY[@, NULL, ''none''])']
		LOOP
			-- of a column, and of a constant for each
			EXECUTE format(replace('SELECT count(*) FROM (SELECT n, x FROM ids.kept, ids.spelt WHERE %1$I::text COLLATE "C" = x) a'
				' FULL JOIN (SELECT n, x FROM ids.kept, ids.spelt WHERE ' || side || ') b USING (n, x) WHERE a.n IS NULL OR b.n IS NULL', '@', 'x'), col) INTO unequal;
			IF unequal > 0 THEN
				RAISE 'column % against a column, %: % differ', col, side, unequal;
			END IF;
			FOR id IN SELECT x FROM ids.spelt LOOP
				EXECUTE format('SELECT count(*) FROM ((SELECT n FROM ids.kept WHERE %1$I::text COLLATE "C" = %2$L) EXCEPT (SELECT n FROM ids.kept WHERE '
					|| replace(side, '@', '%2$L::text') || ')) d', col, id) INTO unequal;
				IF unequal > 0 THEN
					RAISE 'column % against %, %: % missing', col, id, side, unequal;
				END IF;
				EXECUTE format('SELECT count(*) FROM ((SELECT n FROM ids.kept WHERE ' || replace(side, '@', '%2$L::text')
					|| ') EXCEPT (SELECT n FROM ids.kept WHERE %1$I::text COLLATE "C" = %2$L)) d', col, id) INTO unequal;
				IF unequal > 0 THEN
					RAISE 'column % against %, %: % too many', col, id, side, unequal;
				END IF;
				total := total + 1;
			END LOOP;
		END LOOP;
	END LOOP;
	RAISE INFO 'compared % conditions', total;
END
$$;
-- As the operator itself says, where nothing is known below it.
SELECT count(*) FILTER (WHERE a OPERATOR(workflow_perms.==) b) AS equal, count(*) FILTER (WHERE a = b COLLATE "C") AS as_text
	FROM (SELECT x AS a FROM ids.spelt OFFSET 0) p, (SELECT x AS b FROM ids.spelt OFFSET 0) q;

-- It is the owner's of the tables alone.
CREATE ROLE regress_ids;
SELECT count(*) AS executable FROM pg_proc p
	WHERE p.pronamespace = 'workflow_perms'::regnamespace AND p.proname IN ('_id_equal', '_id_in', '_as_uuid', '_as_uuids', '_as_bigint', '_as_bigints', '_not_false')
		AND has_function_privilege('regress_ids', p.oid, 'EXECUTE');
DROP ROLE regress_ids;
-- What it is made of is found by oid.
SELECT ids.plan('SELECT n FROM ids.kept WHERE u::text OPERATOR(workflow_perms.==) ''ffffffff-ffff-ffff-ffff-ffffffffffff''');
SELECT count(*) FROM ids.kept WHERE u::text OPERATOR(workflow_perms.==) 'ffffffff-ffff-ffff-ffff-ffffffffffff';
RESET search_path;
DROP SCHEMA ids CASCADE;

-- random_conditions.sql: functions that make up JSON and the text of conditions, by
-- random(), for the regression tests that include it. Some of the text is refused.
-- Under search_path = workflow_perms, pg_catalog.
CREATE FUNCTION pg_temp.pick(choices text[]) RETURNS text LANGUAGE sql VOLATILE AS
	$$ SELECT choices[1 + floor(random() * cardinality(choices))::int] $$;
CREATE FUNCTION pg_temp.some_scalar() RETURNS text LANGUAGE sql VOLATILE AS $$
	SELECT pg_temp.pick(ARRAY['0', '1', '-1', '2.50', '1e3', '9007199254740993', '0.00001', '-1e20', '1709164800000', 'true', 'false',
		'"pro"', '"free"', '"PRO"', '""', '"1"', '"a"', '"ab"', '"\u00e9"', '"v1.2.3"', '"1.2.3-rc.1"', '"2"', '"10.1.2.3"',
		'"::ffff:10.1.2.3"', '"2001:db8::1"', '"2024-02-29"', '"2024-02-29T12:00:00+05:30"', '"1969-12-31T23:59:59.5Z"']) $$;
CREATE FUNCTION pg_temp.some_list() RETURNS text LANGUAGE sql VOLATILE AS
	$$ SELECT '[' || string_agg(pg_temp.some_scalar() || left(i::text, 0), ', ') || ']' FROM generate_series(1, 1 + floor(random() * 12)::int) AS i $$;
CREATE FUNCTION pg_temp.some_key() RETURNS text LANGUAGE sql VOLATILE AS $$ SELECT pg_temp.pick(ARRAY['a', 'b', 'c', 'plan']) $$;

CREATE FUNCTION pg_temp.some_value(depth int) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	r float := random();
	parts text[] := '{}';
BEGIN
	IF depth = 0 OR r < 0.35 THEN
		RETURN CASE WHEN random() < 0.1 THEN 'null' ELSE pg_temp.some_scalar() END;
	END IF;
	FOR i IN 1 .. floor(random() * 5)::int LOOP
		parts := parts || (CASE WHEN r < 0.65 THEN '' ELSE '"' || pg_temp.some_key() || '": ' END || pg_temp.some_value(depth - 1));
	END LOOP;
	RETURN CASE WHEN r < 0.65 THEN '[' || array_to_string(parts, ', ') || ']' ELSE '{' || array_to_string(parts, ', ') || '}' END;
END $$;

CREATE FUNCTION pg_temp.some_test(depth int) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	operator text := pg_temp.pick(ARRAY['$eq', '$ne', '$in', '$nin', '$gt', '$gte', '$lt', '$lte', '$contains', '$startsWith', '$endsWith',
		'$regex', '$eqi', '$ini', '$nini', '$alli', '$containsi', '$startsWithi', '$endsWithi', '$regexi', '$before', '$after', '$at',
		'$veq', '$vne', '$vgt', '$vgte', '$vlt', '$vlte', '$cidr', '$exists', '$type', '$size', '$all', '$elemMatch', '$empty', '$not']);
	argument text;
BEGIN
	argument := CASE
		WHEN operator IN ('$eq', '$ne') THEN pg_temp.some_value(2)
		WHEN operator IN ('$in', '$nin', '$ini', '$nini', '$all', '$alli') THEN pg_temp.some_list()
		WHEN operator = '$eqi' THEN pg_temp.some_scalar()
		WHEN operator IN ('$gt', '$gte', '$lt', '$lte') THEN pg_temp.pick(ARRAY['0', '2.5', '9007199254740992', '-1e19', '"free"', '"ab"', '""'])
		WHEN operator IN ('$regex', '$regexi') THEN pg_temp.pick(ARRAY['"^p"', '"[0-9]+$"', '"(a|ab)*c?"', '"."', '"(?=p)pr"'])
		WHEN operator IN ('$before', '$after', '$at') THEN pg_temp.pick(ARRAY['"2024-02-29"', '0', '"2024-02-29T06:30:00Z"', '1e12'])
		WHEN operator LIKE '$v%' THEN pg_temp.pick(ARRAY['"1.2.3"', '"v2"', '"1.2.3-rc.2"', '"0"'])
		WHEN operator = '$cidr' THEN pg_temp.pick(ARRAY['["10.0.0.0/8"]', '["::/0", "10.1.2.3"]', '["2001:db8::/32"]'])
		WHEN operator IN ('$exists', '$empty') THEN pg_temp.pick(ARRAY['true', 'false'])
		WHEN operator = '$type' THEN pg_temp.pick(ARRAY['"null"', '"boolean"', '"number"', '"string"', '"array"', '"object"'])
		WHEN operator = '$size' THEN pg_temp.pick(ARRAY['0', '1', '2', '{"$gt": 1}', '{"$in": [1, 3]}'])
		WHEN operator = '$elemMatch' THEN
			CASE WHEN depth = 0 OR random() < 0.5 THEN '{"$gt": 0}' ELSE pg_temp.some_condition(depth - 1) END
		WHEN operator = '$not' THEN CASE WHEN depth = 0 THEN '{"$eq": 1}' ELSE '{' || pg_temp.some_test(depth - 1) || '}' END
		ELSE pg_temp.pick(ARRAY['"p"', '"a"', '""', '"ro"', '"1"'])
	END;
	RETURN format('"%s": %s', operator, argument);
END $$;

CREATE FUNCTION pg_temp.some_condition(depth int) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	r float := random();
	path text := pg_temp.some_key();
BEGIN
	IF depth > 0 AND r < 0.4 THEN
		RETURN CASE WHEN r < 0.1 THEN format('{"$not": %s}', pg_temp.some_condition(depth - 1))
			ELSE format('{"%s": [%s, %s]}', pg_temp.pick(ARRAY['$and', '$or', '$nor']),
				pg_temp.some_condition(depth - 1), pg_temp.some_condition(depth - 1)) END;
	END IF;
	IF r < 0.45 THEN
		RETURN pg_temp.pick(ARRAY['{}', '{"$rollout": {"percent": 50}}', '{"$userId": "u1"}', '{"$userId": {"$startsWith": "u"}}']);
	END IF;
	IF random() < 0.3 THEN
		path := path || '.' || pg_temp.some_key();
	END IF;
	IF r < 0.6 THEN
		RETURN format('{"%s": %s}', path, pg_temp.some_value(2));
	END IF;
	RETURN format('{"%s": {%s}}', path, pg_temp.some_test(depth));
END $$;

-- A principal is a value: it round-trips in text, jsonb and binary, is checked
-- once at input with the offending place named, and is read anew whenever it
-- changes under the same call (spec 3 and 7).
CREATE TEMP TABLE base AS SELECT jsonb '{
  "version": 1, "account": "acme", "user": "u1", "kind": "member", "account_role": "admin",
  "active": true, "metadata": {"plan": "pro", "deep": {"list": [1, null, {"x": "é"}]}},
  "taken_at": "2026-01-31T23:59:59.000001Z", "creator_roles": ["member", "admin"],
  "guests_see_open_main": false, "default_execution": "grant",
  "roles": [{"role": "Support", "workspace": "w2"}, {"role": "Admin", "workspace": null}, {"role": "Support", "workspace": null}],
  "capabilities": [{"capability": "workflows.view", "workspace": "w1"}, {"capability": "workflows.view", "workspace": null}],
  "workspaces": [{"workspace": "w2", "kind": "app", "offered": true, "member": false, "owner": false}, {"workspace": "w10", "kind": "closed", "offered": null, "member": true, "owner": true},
                 {"workspace": "w1", "kind": "open", "offered": false, "member": true, "owner": false}],
  "workflows": [{"workflow": "f2", "scope": "w1", "owner": false, "touches": []}, {"workflow": "f1", "scope": null, "owner": true, "touches": ["w2", "w1"]}],
  "rules": [{"workflow": "f1", "workspace": null, "scope": null, "level": "system", "effect": "deny"}, {"workflow": "f1", "workspace": null, "scope": "w1", "level": "custom", "effect": "grant"},
            {"workflow": "f1", "workspace": null, "scope": "w1", "level": "custom", "effect": "deny"}, {"workflow": null, "workspace": null, "scope": null, "level": "user", "effect": "grant"},
            {"workflow": null, "workspace": "w1", "scope": "w1", "level": "custom", "effect": "deny"}],
  "enabled": ["f2", "f1"]}' AS v;
CREATE TEMP TABLE anonymous AS SELECT v || '{"user": null, "kind": null, "account_role": null, "metadata": null,
  "roles": [], "capabilities": [], "workflows": []}' AS v FROM base;

-- The form it prints: lists sorted by their key.
SELECT jsonb_pretty(v::workflow_perms.principal::jsonb) FROM base;
SELECT v::workflow_perms.principal FROM anonymous;

-- Text, jsonb and binary give the same value back; so does a value stored compressed.
CREATE TEMP TABLE stored (id int, p workflow_perms.principal, big workflow_perms.principal);
INSERT INTO stored
SELECT row_number() OVER (), v::workflow_perms.principal,
	jsonb_set(v, '{workspaces}', (SELECT jsonb_agg(jsonb_build_object('workspace', 'w' || i, 'kind', 'open', 'offered', i % 3 = 0, 'member', i % 2 = 0, 'owner', false))
								  FROM generate_series(1, 5000) i))::workflow_perms.principal
FROM (SELECT v FROM base UNION ALL SELECT v FROM anonymous
	UNION ALL SELECT v || '{"kind": "connected", "account_role": null, "active": false}' FROM base
	UNION ALL SELECT v || '{"kind": "service", "account_role": null}' FROM base
	UNION ALL SELECT v || '{"kind": "service", "account_role": "viewer"}' FROM base) x;
SELECT id, p::text::workflow_perms.principal::text = p::text AS text_form,
	p::jsonb::workflow_perms.principal::text = p::text AS jsonb_form,
	big::text::workflow_perms.principal::text = big::text AS big_form,
	pg_column_size(big) < length(big::text) / 4 AS compressed
FROM stored ORDER BY id;
CREATE TEMP TABLE copied (LIKE stored);
CREATE FUNCTION pg_temp.copy_binary() RETURNS void LANGUAGE plpgsql AS $$
DECLARE file text := current_setting('data_directory') || '/workflow_perms_principal_value.bin';
BEGIN
	EXECUTE format('COPY stored TO %L (FORMAT binary)', file);
	EXECUTE format('COPY copied FROM %L (FORMAT binary)', file);
END $$;
SELECT pg_temp.copy_binary();
SELECT count(*) AS equal FROM stored s JOIN copied c USING (id) WHERE s.p::text = c.p::text AND s.big::text = c.big::text;
SELECT substr(workflow_perms.principal_send(p), 1, 2) AS begins FROM stored WHERE id = 1;

-- Hostile binary frames.
CREATE FUNCTION pg_temp.receive(body bytea) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	file text := current_setting('data_directory') || '/workflow_perms_principal_value.bin';
	len int := length(body);
	frame bytea := '\x5047434f50590aff0d0a000000000000000000'::bytea || '\x0001'
		|| decode(lpad(to_hex(len), 8, '0'), 'hex') || body || '\xffff';
	large oid;
BEGIN
	large := lo_from_bytea(0, frame);
	PERFORM lo_export(large, file);
	PERFORM lo_unlink(large);
	CREATE TEMP TABLE received (p workflow_perms.principal);
	BEGIN
		EXECUTE format('COPY received FROM %L (FORMAT binary)', file);
	EXCEPTION WHEN OTHERS THEN
		DROP TABLE received;
		RETURN sqlstate || ' ' || sqlerrm;
	END;
	DROP TABLE received;
	RETURN 'taken';
END $$;
SELECT pg_temp.receive(workflow_perms.principal_send(p)) FROM stored WHERE id = 1;
SELECT body, pg_temp.receive(body) FROM (VALUES (''::bytea), ('\x01'), ('\x00'), ('\x027b7d'), ('\xff7b7d'), ('\x017b7d'), ('\x017b'), ('\x017b7d00'), ('\x0122ff22'), ('\x0131')) f (body);
SELECT pg_temp.receive(workflow_perms.principal_send(p) || '\x7d') AS trailing,
	pg_temp.receive(substr(workflow_perms.principal_send(p), 1, 200)) AS cut FROM stored WHERE id = 1;

-- What is refused, with its place.
CREATE FUNCTION pg_temp.try(value jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE hint text;
BEGIN
	RETURN 'taken: ' || value::workflow_perms.principal;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN sqlstate || ' ' || sqlerrm || CASE WHEN hint = '' THEN ' (no hint)' ELSE '' END;
END $$;
SELECT key AS missing, pg_temp.try(v - key) FROM base, jsonb_object_keys(v) key ORDER BY key COLLATE "C";
SELECT key AS wrong_type, pg_temp.try(jsonb_set(v, ARRAY[key], '3')) FROM base, jsonb_object_keys(v) key ORDER BY key COLLATE "C";
SELECT patch, pg_temp.try(v || patch) FROM base, (VALUES
	(jsonb '{"Account": "x"}'), ('{"": 1}'), (jsonb_build_object(repeat('é', 100), 1)),
	('{"version": 2}'), ('{"version": 1.0000001}'), ('{"version": "1"}'), ('{"version": 1e100}'),
	('{"account": null}'), ('{"account": ""}'), ('{"kind": "robot"}'), ('{"kind": "Member"}'), ('{"account_role": "owner"}'),
	('{"account_role": null}'), ('{"kind": "connected"}'), ('{"kind": null}'), ('{"metadata": null}'), ('{"metadata": []}'),
	('{"active": null}'), ('{"active": "true"}'), ('{"default_execution": "maybe"}'), ('{"default_execution": null}'),
	('{"creator_roles": ["admin", "boss"]}'), ('{"creator_roles": ["admin", "admin"]}'), ('{"creator_roles": {}}'),
	('{"roles": [{"role": "A", "workspace": null}, 1]}'), ('{"roles": [{"role": "A"}]}'), ('{"roles": [{"role": "A", "workspace": null, "x": 1}]}'),
	('{"roles": [{"role": "", "workspace": null}]}'), ('{"roles": [{"role": "A", "workspace": 1}]}'), ('{"roles": [[]]}'),
	('{"roles": [{"role": "A", "workspace": null}, {"role": "B", "workspace": null}, {"role": "A", "workspace": null}]}'),
	('{"capabilities": [{"capability": null, "workspace": null}]}'),
	('{"capabilities": [{"capability": "a.b", "workspace": "w"}, {"capability": "a.b", "workspace": "w"}]}'),
	('{"workspaces": [{"workspace": "w", "kind": "other", "offered": null, "member": true, "owner": true}]}'),
	('{"workspaces": [{"workspace": "w", "kind": null, "offered": null, "member": true, "owner": true}]}'),
	('{"workspaces": [{"workspace": "w", "kind": "open", "offered": null, "member": 1, "owner": true}]}'),
	('{"workspaces": [{"workspace": "w", "kind": "open", "offered": "yes", "member": true, "owner": true}]}'),
	('{"workspaces": [{"workspace": "w", "kind": "open", "member": true, "owner": true}]}'),
	('{"workspaces": [{"workspace": "w", "kind": "open", "offered": null, "member": true, "owner": true}, {"workspace": "w", "kind": "app", "offered": null, "member": false, "owner": true}]}'),
	('{"workflows": [{"workflow": "f", "scope": null, "owner": true, "touches": ["w", ""]}]}'),
	('{"workflows": [{"workflow": "f", "scope": null, "owner": true, "touches": ["w", "w"]}]}'),
	('{"workflows": [{"workflow": "f", "scope": null, "owner": true, "touches": null}]}'),
	('{"workflows": [{"workflow": "f", "scope": "", "owner": true, "touches": []}]}'),
	('{"workflows": [{"workflow": "f", "scope": null, "owner": true, "touches": []}, {"workflow": "f", "scope": null, "owner": false, "touches": []}]}'),
	('{"rules": [{"workflow": null, "workspace": null, "scope": null, "level": "role", "effect": "deny"}]}'),
	('{"rules": [{"workflow": null, "workspace": null, "scope": null, "level": "custom", "effect": null}]}'),
	('{"rules": [{"workflow": null, "workspace": null, "scope": "w", "level": "system", "effect": "deny"}]}'),
	('{"rules": [{"workflow": null, "workspace": null, "scope": "w", "level": "user", "effect": "deny"}]}'),
	('{"rules": [{"workflow": "f", "workspace": "w", "scope": null, "level": "user", "effect": "deny"}]}'),
	('{"rules": [{"workflow": null, "workspace": "", "scope": null, "level": "user", "effect": "deny"}]}'),
	('{"rules": [{"workflow": null, "scope": null, "level": "user", "effect": "deny"}]}'),
	('{"rules": [{"workflow": null, "workspace": "w", "scope": null, "level": "user", "effect": "deny"}, {"workflow": null, "workspace": "w", "scope": null, "level": "user", "effect": "deny"}]}'),
	('{"rules": [{"workflow": "", "workspace": null, "scope": null, "level": "user", "effect": "deny"}]}'),
	('{"rules": [{"workflow": "f", "workspace": null, "scope": null, "level": "user", "effect": "deny"}, {"workflow": "f", "workspace": null, "scope": null, "level": "user", "effect": "deny"}]}'),
	('{"enabled": ["f", "g", "f"]}'), ('{"enabled": ["f", null]}'), ('{"enabled": null}'))
	p (patch);
SELECT patch, pg_temp.try(v || patch) FROM anonymous, (VALUES
	(jsonb '{"kind": "member"}'), ('{"account_role": "guest"}'), ('{"metadata": {}}'), ('{"active": false}')) p (patch);
SELECT value AS taken_at, left(pg_temp.try(v || jsonb_build_object('taken_at', value)), 90) FROM base, (VALUES
	('2026-01-31'), ('2026-01-31T23:59:59Z'), ('2026-02-29T00:00:00.000000Z'), ('2026-13-01T00:00:00.000000Z'), ('2026-01-31T24:00:00.000000Z'),
	('2026-01-31T23:59:60.000000Z'), ('0000-01-31T23:59:59.000000Z'), ('2026-01-31 23:59:59.000000Z'), ('2026-01-31T23:59:59.0000 0Z'), ('infinity')) t (value);
SELECT pg_temp.try(v || '{"taken_at": "2028-02-29T23:59:59.999999Z"}') ~ '^taken: .*2028-02-29T23:59:59.999999Z' AS leap_day,
	pg_temp.try(v || '{"taken_at": "0001-01-01T00:00:00.000000Z"}') ~ '^taken: .*0001-01-01T00:00:00.000000Z' AS first FROM base;
SELECT pg_temp.try('[]'), pg_temp.try('1'), pg_temp.try('null'), pg_temp.try('{}'), pg_temp.try('"x"');
SELECT n, left(pg_temp.try(v || jsonb_build_object('account', repeat('x', n))), 70) AS account, left(pg_temp.try(v || jsonb_build_object('user', repeat('é', n / 2))), 67) AS user_id
FROM base, (VALUES (255), (256), (510), (512)) l (n);
-- Text that is no JSON; metadata nested deeper than the server's stack.
\set VERBOSITY terse
SELECT ''::workflow_perms.principal;
SELECT '{"version": 1,'::workflow_perms.principal;
\set VERBOSITY sqlstate
SELECT ('{"version": 1, "metadata": ' || repeat('{"a":', 1000000))::workflow_perms.principal;
\set VERBOSITY default
SELECT length(pg_temp.try(jsonb_set(v, '{metadata}', (repeat('{"a":', 1000) || '1' || repeat('}', 1000))::jsonb))) > 5000 AS deep_metadata FROM base;

-- with_metadata: another value, the first untouched.
SELECT workflow_perms.with_metadata(p, '{"plan": "free"}')::jsonb -> 'metadata' AS changed,
	p::jsonb -> 'metadata' AS as_it_was,
	workflow_perms.with_metadata(p, '{"plan": "free"}')::jsonb - 'metadata' = p::jsonb - 'metadata' AS rest_is_equal
FROM stored WHERE id = 1;
SELECT workflow_perms.with_metadata(p, '{}') FROM stored WHERE id = 2;
SELECT workflow_perms.with_metadata(p, '[1]') FROM stored WHERE id = 1;
SELECT workflow_perms.with_metadata(p, 'null') FROM stored WHERE id = 1;

-- One call, many principals: each row, each parameter, each turn of a loop is read anew.
SELECT id, workflow_perms.with_metadata(p, '{}')::jsonb ->> 'kind' AS kind FROM stored WHERE id <> 2 ORDER BY id;
CREATE FUNCTION pg_temp.users(which jsonb) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	p workflow_perms.principal;
	changed workflow_perms.principal;
	i int;
BEGIN
	FOR i IN 1..3 LOOP
		p := which || jsonb_build_object('user', 'u' || i);
		changed := workflow_perms.with_metadata(p, '{}');
		RETURN NEXT changed::jsonb ->> 'user';
	END LOOP;
END $$;
SELECT pg_temp.users(v) FROM base;
PREPARE changed (workflow_perms.principal) AS SELECT workflow_perms.with_metadata($1, m)::jsonb ->> 'user' AS user_id FROM (VALUES (jsonb '{}'), ('{"a": 1}')) v (m);
SET plan_cache_mode = force_generic_plan;
SELECT format('EXECUTE changed (%L)', (v || '{"user": "first"}')::text) FROM base \gexec
SELECT format('EXECUTE changed (%L)', (v || '{"user": "other"}')::text) FROM base \gexec
RESET plan_cache_mode;
-- After an error, too, the same call finds nothing of the value before.
CREATE FUNCTION pg_temp.users_with_anonymous(which jsonb) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	p workflow_perms.principal;
	changed workflow_perms.principal;
	next jsonb;
BEGIN
	FOREACH next IN ARRAY ARRAY[which, (SELECT v FROM anonymous), which] LOOP
		BEGIN
			p := next;
			changed := workflow_perms.with_metadata(p, '{}');
			RETURN NEXT changed::jsonb ->> 'user';
		EXCEPTION WHEN invalid_parameter_value THEN
			RETURN NEXT sqlerrm;
		END;
	END LOOP;
END $$;
SELECT pg_temp.users_with_anonymous(v) FROM base;
-- The file that the binary copies went through.
DO $$
BEGIN
	EXECUTE format('COPY (SELECT) TO PROGRAM %L', 'cat >/dev/null; rm -f ' || quote_literal(current_setting('data_directory') || '/workflow_perms_principal_value.bin'));
END $$;

#!/usr/bin/env bash
# pgtap.sh BIN DIRECTORY: a test in pgTAP, in one transaction, as several users.
set -euo pipefail
[ -e "$("$1/pg_config" --sharedir)/extension/pgtap.control" ] || { echo "skipped pgtap: it is not installed for this server"; exit 0; }
psql=("$1/psql" -X -q -A -t -v ON_ERROR_STOP=1 -d clients)
"${psql[@]}" -U postgres -c 'CREATE SCHEMA IF NOT EXISTS tap' -c 'CREATE EXTENSION IF NOT EXISTS pgtap SCHEMA tap' -c 'GRANT USAGE ON SCHEMA tap TO PUBLIC'
said=$("${psql[@]}" -U tester <<-'SQL'
	SET search_path = public, tap, workflow_perms;
	BEGIN;
	SELECT plan(3);
	SELECT FROM set_principal('acme', 'ann');
	SELECT results_eq('SELECT workflow_id FROM workflows ORDER BY 1', ARRAY['letter', 'secret'], 'ann sees both');
	SELECT FROM set_principal('acme', 'bob');
	SELECT results_eq('SELECT workflow_id FROM workflows ORDER BY 1', ARRAY['letter'], 'bob sees one');
	SELECT throws_ok($$UPDATE workflows SET name = 'mine'$$, '42501', 'permission denied to update workflow "letter": not_owner', 'and does not change it');
	SELECT * FROM finish();
	ROLLBACK;
SQL
)
[ "$(grep -c '^ok ' <<<"$said")" = 3 ] && ! grep -q '^not ok' <<<"$said" || { echo "$said" >&2; exit 1; }
sed -nE 's/^ok [0-9]+ - /ok pgtap: /p' <<<"$said"

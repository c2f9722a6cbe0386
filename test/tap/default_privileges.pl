# Default privileges of the database (ALTER DEFAULT PRIVILEGES, as hosted platforms and
# careful administrators set them) leave no trace: whatever they give or take, CREATE
# EXTENSION, create_model() and upgrade_model() end with the privileges of a database
# without any, on every function, type, table, column and view, and on the schema.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AsServer;
use Model;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('defaults');
$node->init;
$node->start;
$node->safe_psql('postgres', 'CREATE ROLE app; CREATE ROLE engine; CREATE ROLE hosted; CREATE ROLE workflow_perms_owner');

# privileges(database): what everybody has on everything in the schema.  NULL and the default written out are the same.
sub privileges
{
	my ($database) = @_;
	return $node->safe_psql($database, q{
		SELECT concat_ws(' ', o.object, o.owner::regrole, a.privilege_type, CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END, a.is_grantable) AS line
		FROM (
			SELECT 'function ' || p.oid::regprocedure, p.proowner, coalesce(p.proacl, acldefault('f', p.proowner)) FROM pg_proc p WHERE p.pronamespace = 'workflow_perms'::regnamespace
			UNION ALL SELECT 'type ' || t.oid::regtype, t.typowner, coalesce(t.typacl, acldefault('T', t.typowner)) FROM pg_type t WHERE t.typnamespace = 'workflow_perms'::regnamespace
			UNION ALL SELECT concat_ws(' ', 'relation', c.relkind, c.oid::regclass), c.relowner, coalesce(c.relacl, acldefault('r', c.relowner))
				FROM pg_class c WHERE c.relnamespace = 'workflow_perms'::regnamespace AND c.relkind <> 'i'
			UNION ALL SELECT 'column ' || c.oid::regclass || '.' || a.attname, c.relowner, a.attacl FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
				WHERE c.relnamespace = 'workflow_perms'::regnamespace AND a.attacl IS NOT NULL AND NOT a.attisdropped
			UNION ALL SELECT 'schema', n.nspowner, coalesce(n.nspacl, acldefault('n', n.nspowner)) FROM pg_namespace n WHERE n.nspname = 'workflow_perms'
		) AS o (object, owner, acl), aclexplode(o.acl) a
		ORDER BY 1});
}

my $extension = 'CREATE EXTENSION workflow_perms';
my $model = q{SELECT workflow_perms.create_model(application => 'app', engine => 'engine')};
my @kinds = ('TABLES', 'FUNCTIONS', 'TYPES');

# database(name, before the extension, before the model): makes one.
sub database
{
	my ($name, $first, $second) = @_;
	$node->safe_psql('postgres', "CREATE DATABASE $name");
	$node->safe_psql($name, "SET client_min_messages = warning; $first; $extension; $second; $model");
	return;
}

database('plain', '', '');
my $meant = privileges('plain');
like($meant, qr/^relation r workflow_perms\.audit_log .* SELECT app f$/m, 'there are privileges to compare');
for my $case (
	[ 'open', 'given to everybody and, to give on, to a role', join(';', map { "ALTER DEFAULT PRIVILEGES GRANT ALL ON $_ TO PUBLIC; ALTER DEFAULT PRIVILEGES GRANT ALL ON $_ TO hosted WITH GRANT OPTION" } @kinds, 'SCHEMAS'), '' ],
	[ 'roles', 'given to the roles of the model', join(';', map { "ALTER DEFAULT PRIVILEGES GRANT ALL ON $_ TO app, engine, workflow_perms_owner WITH GRANT OPTION" } @kinds, 'SCHEMAS'), '' ],
	[ 'careful', 'taken from everybody, the owner too', join(';', map { "ALTER DEFAULT PRIVILEGES REVOKE ALL ON $_ FROM PUBLIC, postgres" } @kinds, 'SCHEMAS'), '' ],
	[ 'late', 'given in the schema before there is a model', '', join(';', map { "ALTER DEFAULT PRIVILEGES IN SCHEMA workflow_perms GRANT ALL ON $_ TO PUBLIC, hosted; ALTER DEFAULT PRIVILEGES FOR ROLE workflow_perms_owner GRANT ALL ON $_ TO hosted" } @kinds) ])
{
	my ($name, $what, $first, $second) = @$case;
	database($name, $first, $second);
	same_text(privileges($name), $meant, "$what: the same privileges");
	is($node->safe_psql($name, 'SELECT * FROM workflow_perms.permission_drift()'), '', '... and no drift');

	# What upgrade_model() makes anew.
	$node->safe_psql($name, 'SET client_min_messages = warning; DROP TABLE workflow_perms.audit_log, workflow_perms.conditions; DROP VIEW workflow_perms.run_history; ALTER TABLE workflow_perms.workflows DROP COLUMN hidden CASCADE; SELECT workflow_perms.upgrade_model()');
	same_text(privileges($name), $meant, '... and after upgrade_model()');
}

# The model works where everything had been taken away.
is($node->safe_psql('careful', q{
	SELECT workflow_perms.create_account('acme', 'ann');
	INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) VALUES ('acme', 'w', 'open');
	BEGIN;
	SELECT workflow_perms.set_principal('acme', 'ann');
	SET LOCAL ROLE app;
	INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id) VALUES ('acme', 'x', 'w');
	SELECT 'sees ' || count(*) FROM workflow_perms.workflows;
	SELECT 'audited ' || count(*) FROM workflow_perms.audit_log WHERE object = 'workflows x';
	COMMIT}) =~ s/^\s+//r, "sees 1\naudited 1", 'it works');

$node->stop;
done_testing();

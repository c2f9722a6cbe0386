# Somebody has made, before CREATE EXTENSION and create_model(), what they make: the
# schema, the owner's role, functions and operators of the same names in schemas that
# come first. What is somebody else's is refused and never adopted.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AsServer;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('squatted');
$node->init;
$node->start;
my $database = 'postgres';

# said(sql): what the statements say on stderr.
sub said
{
	my ($sql) = @_;
	my $stderr;
	$node->psql($database, $sql, stderr => \$stderr);
	return $stderr;
}
my $installed = q{SELECT count(*) FROM pg_extension WHERE extname = 'workflow_perms'};
my $create = q{SELECT workflow_perms.create_model(application => 'app', engine => 'engine')};

$node->safe_psql('postgres', q{
	CREATE ROLE squatter LOGIN;
	CREATE ROLE app;
	CREATE ROLE engine;
	CREATE DATABASE clean;
	GRANT CREATE ON DATABASE postgres, clean TO squatter;
	GRANT CREATE ON SCHEMA public TO squatter;
});

# The schema, empty or with what looks like a part of the extension.
for my $content ('', 'CREATE TABLE workflow_perms.accounts (account_id text)', q{CREATE FUNCTION workflow_perms.set_principal(text, text, boolean) RETURNS void LANGUAGE sql AS ''})
{
	my $name = $content =~ /(TABLE|FUNCTION)/ ? "with a $1" : 'empty';
	$node->safe_psql('postgres', "SET ROLE squatter; CREATE SCHEMA workflow_perms; $content");
	like(said('CREATE EXTENSION workflow_perms'), qr/ERROR: .*schema "workflow_perms" already exists/, "a squatted schema, $name: refused");
	like(said('CREATE EXTENSION workflow_perms SCHEMA workflow_perms'), qr/ERROR/, "... and named: refused");
	like(said('CREATE EXTENSION workflow_perms CASCADE SCHEMA public'), qr/ERROR/, "... and another named: refused");
	is($node->safe_psql('postgres', $installed), '0', '... nothing is installed');
	is($node->safe_psql('postgres', q{SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'workflow_perms'}), 'squatter', '... nothing is taken over');
	$node->safe_psql('postgres', 'DROP SCHEMA workflow_perms CASCADE');
}

# Functions and operators that fit better than the system's, in schemas that come first while the script runs.
my $trap = q{
	CREATE FUNCTION %1$s.told(what text) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN RAISE WARNING 'LEAK: %% as %%', what, current_user; RETURN true; END$$;
	CREATE FUNCTION %1$s.same(a text, b text) RETURNS boolean LANGUAGE sql AS $$SELECT %1$s.told('=')$$;
	CREATE OPERATOR %1$s.= (LEFTARG = text, RIGHTARG = text, FUNCTION = %1$s.same);
	CREATE FUNCTION %1$s.format(text, VARIADIC text[]) RETURNS text LANGUAGE sql AS $$SELECT %1$s.told('format')::text$$;
	CREATE FUNCTION %1$s.to_regclass(text) RETURNS regclass LANGUAGE sql AS $$SELECT NULL::regclass WHERE %1$s.told('to_regclass')$$;
	CREATE FUNCTION %1$s.current_setting(text) RETURNS text LANGUAGE sql AS $$SELECT %1$s.told('current_setting')::text$$;
	CREATE TYPE %1$s.user_kind AS ENUM ('mine');
	CREATE TYPE %1$s.principal AS (mine text);
};
for my $schema ('public', 'pg_temp')
{
	$node->safe_psql('postgres', 'SET ROLE squatter; ' . sprintf($trap, 'public')) if $schema eq 'public';
	my $before = $schema eq 'public' ? '' : sprintf($trap, 'pg_temp');
	# Of what lies in pg_temp PostgreSQL finds only tables and types by a bare name.
	like(said("$before SET search_path = $schema, pg_catalog; SELECT 'a'::text = 'b'::text; SELECT 'x'::user_kind"),
		$schema eq 'public' ? qr/LEAK: = as/ : qr/invalid input value for enum user_kind/, "squatted names in $schema: the trap works");
	my $stderr = said("$before SET search_path = $schema, pg_catalog; BEGIN; CREATE EXTENSION workflow_perms; $create;
		SELECT workflow_perms.create_account('acme', 'ann'); SELECT workflow_perms.set_principal('acme', 'ann'); SELECT workflow_perms.can_create('x'); ROLLBACK");
	is($stderr, '', "squatted names in $schema: none is called");
	is($node->safe_psql('postgres', "$before SET search_path = $schema, pg_catalog; BEGIN; CREATE EXTENSION workflow_perms; $create;
		SELECT count(*) FROM pg_depend d JOIN pg_depend e ON e.classid = d.classid AND e.objid = d.objid AND e.deptype = 'e'
		WHERE d.refclassid = 'pg_proc'::regclass AND d.refobjid = '$schema.told(text)'::regprocedure
			OR d.refclassid = 'pg_type'::regclass AND d.refobjid IN ('$schema.user_kind'::regtype, '$schema.principal'::regtype); ROLLBACK") =~ s/\s//gr,
		'0', '... and nothing refers to one');
}

# The role that will own the tables. Roles are made by who may make roles, who is no superuser.
$database = 'clean';
$node->safe_psql('clean', 'CREATE EXTENSION workflow_perms');
for my $case (
	[ 'CREATE ROLE workflow_perms_owner LOGIN', qr/can log in/, 'with LOGIN' ],
	[ 'CREATE ROLE workflow_perms_owner BYPASSRLS', qr/above row security/, 'with BYPASSRLS' ],
	[ 'CREATE ROLE workflow_perms_owner; GRANT workflow_perms_owner TO squatter', qr/has members/, 'with a member' ])
{
	my ($sql, $refusal, $name) = @$case;
	$node->safe_psql('clean', $sql);
	like(said($create), qr/ERROR: .*role "workflow_perms_owner" .*$refusal/, "a squatted owner, $name: refused");
	is($node->safe_psql('clean', q{SELECT to_regclass('workflow_perms.accounts') IS NULL}), 't', '... no table is made');
	$node->safe_psql('clean', 'DROP OWNED BY workflow_perms_owner; DROP ROLE workflow_perms_owner');
}
is(said($create), '', 'without any of it: made');

# The name under which older versions' upgrade_model() put the tables aside, taken by an ordinary role.
for my $content ('', 'CREATE TABLE workflow_perms_put_aside.accounts (account_id text)')
{
	my $name = $content eq '' ? 'empty' : 'with a table';
	$node->safe_psql($database, "SET ROLE squatter; CREATE SCHEMA workflow_perms_put_aside; $content");
	is(said('SELECT workflow_perms.upgrade_model()'), '', "a schema of that name, $name: the model is upgraded");
	is($node->safe_psql($database, q{SELECT string_agg(nspname || ' ' || pg_get_userbyid(nspowner), ', ') FROM pg_namespace WHERE nspname LIKE 'workflow\_perms\_%'}),
		'workflow_perms_put_aside squatter', '... it is left alone, and nothing else of its kind');
	$node->safe_psql($database, 'DROP SCHEMA workflow_perms_put_aside CASCADE');
}

# A table that this version makes and an older one did not, with a trigger on it.
$node->safe_psql('clean', q{
	SET client_min_messages = warning;
	DROP TABLE workflow_perms.run_steps CASCADE;
	GRANT CREATE ON SCHEMA workflow_perms TO squatter;
	SET ROLE squatter;
	CREATE TABLE workflow_perms.run_steps (account_id text);
	CREATE FUNCTION workflow_perms.spy() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
	CREATE TRIGGER spy BEFORE INSERT ON workflow_perms.run_steps FOR EACH ROW EXECUTE FUNCTION workflow_perms.spy()});
like(said('SELECT workflow_perms.upgrade_model()'), qr/ERROR: .*workflow_perms.run_steps belongs to squatter.*HINT: .*Drop it/s, 'a squatted table of a new name: upgrade_model() refuses it');
is($node->safe_psql('clean', q{SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = 'workflow_perms.run_steps'::regclass}), 'squatter', '... and takes nothing over');
like($node->safe_psql('clean', q{SELECT object FROM workflow_perms.permission_drift() WHERE finding IN ('owner_bypasses_row_security', 'foreign_object', 'foreign_trigger')}),
	qr/^function workflow_perms.spy\(\)\nspy on workflow_perms.run_steps\nworkflow_perms.run_steps$/, '... permission_drift() lists it, and what is with it');
$node->safe_psql('clean', 'DROP TABLE workflow_perms.run_steps; DROP FUNCTION workflow_perms.spy(); REVOKE CREATE ON SCHEMA workflow_perms FROM squatter');
like($node->safe_psql('clean', 'SELECT workflow_perms.upgrade_model()'), qr/CREATE TABLE workflow_perms.run_steps/, '... and makes its own when it is gone');
$node->stop;
done_testing();

# The application's role and the engine's must not be what stands above row security or above
# what create_model() grants: each other, members of predefined roles that reach all data, roles
# with REPLICATION, before 16 with CREATEROLE, whether they have it themselves or can become who has
# it, by membership of any depth, inherited or not. create_model() refuses such roles with the
# commands that mend it, and permission_drift() lists them when it came about later. So with who
# works as one of the two, and, before 16, with any login that has CREATEROLE.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AsServer;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('roles');
$node->init;
$node->start;
$node->safe_psql('postgres', q{
	CREATE ROLE app;
	CREATE ROLE engine;
	CREATE ROLE "the team" NOINHERIT;
	CREATE ROLE server LOGIN;
	CREATE ROLE admin LOGIN;
	CREATE DATABASE bare;
	CREATE DATABASE made;
});
$node->safe_psql($_, 'CREATE EXTENSION workflow_perms') for qw(bare made);
my $create = q{SELECT workflow_perms.create_model(application => 'app', engine => 'engine')};
$node->safe_psql('made', $create);
my $old = $node->safe_psql('postgres', 'SHOW server_version_num') < 160000;

# run(database, statements): what they say on stdout and stderr; nothing of it remains.
sub run
{
	my ($database, @statements) = @_;
	my ($out, $err);
	$node->psql($database, join("; ", "\\set VERBOSITY verbose\nBEGIN", @statements) . '; ROLLBACK', stdout => \$out, stderr => \$err, on_error_stop => 0);
	return ($out, $err);
}

# Members of the engine's role are a finding of their own, tested elsewhere.
my $drift = q{SELECT finding, object, detail, mend FROM workflow_perms.permission_drift() WHERE finding <> 'works_as_engine'};

# What each predefined role reaches is in the words; the rest of the case is the same.
my @predefined = map { [ "an application in $_->[0]", "GRANT $_->[0] TO app", 'dangerous_membership', 'app', qr/Can become $_->[0], who $_->[1]/, 'application' ] } (
	[ 'pg_read_all_data', 'reads every table' ],
	[ 'pg_write_all_data', 'writes every table' ],
	[ 'pg_read_server_files', 'reads the server\'s files' ],
	[ 'pg_write_server_files', 'writes the server\'s files' ],
	[ 'pg_execute_server_program', 'runs programs' ]);
# name, how it comes about, the finding, its object, its detail, which role create_model() refuses (undef: neither)
my @cases = (
	@predefined,
	[ 'an application in the engine\'s role', 'GRANT engine TO app', 'dangerous_membership', 'app', qr/Can become engine, the other of the two/, 'application' ],
	[ 'an engine in the application\'s role', 'GRANT app TO engine', 'dangerous_membership', 'engine', qr/Can become app, the other of the two/, 'engine' ],
	[ 'an engine in pg_write_all_data', 'GRANT pg_write_all_data TO engine WITH ADMIN OPTION', 'dangerous_membership', 'engine', qr/Can become pg_write_all_data/, 'engine' ],
	[ 'a role between, which does not inherit', 'ALTER ROLE app NOINHERIT; GRANT "the team" TO app; GRANT pg_write_all_data TO "the team"',
		'dangerous_membership', '"the team"', qr/Can become pg_write_all_data/, 'application' ],
	[ 'the engine\'s role, by a role between', 'GRANT "the team" TO app; GRANT engine TO "the team"', 'dangerous_membership', '"the team"', qr/Can become engine/, 'application' ],
	[ 'a superuser\'s role', 'ALTER ROLE "the team" SUPERUSER; GRANT "the team" TO app', 'owner_bypasses_row_security', 'app', qr/Can become "the team", whom row security does not bind/, 'application' ],
	[ 'a role with BYPASSRLS', 'ALTER ROLE "the team" BYPASSRLS; GRANT "the team" TO engine', 'owner_bypasses_row_security', 'engine', qr/Can become "the team", whom row security does not bind/, 'engine' ],
	[ 'REPLICATION', 'ALTER ROLE app REPLICATION', 'dangerous_attribute', 'app', qr/Has REPLICATION, with which one reads every change/, 'application' ],
	[ 'a role with REPLICATION', 'ALTER ROLE "the team" REPLICATION; GRANT "the team" TO app', 'dangerous_membership', 'app', qr/Can become "the team", who has REPLICATION/, 'application' ],
	[ 'who works as the application', 'GRANT app TO server; GRANT pg_read_all_data TO server', 'dangerous_membership', 'server', qr/Can become pg_read_all_data/, undef ],
	[ 'who works as both', 'GRANT app TO server; GRANT "the team" TO server; GRANT engine TO "the team"', 'dangerous_membership', '"the team"', qr/Can become engine/, undef ],
	[ 'who works as the engine', 'GRANT engine TO server; ALTER ROLE server REPLICATION', 'dangerous_attribute', 'server', qr/Has REPLICATION/, undef ],
	($old
		? ([ 'CREATEROLE', 'ALTER ROLE app CREATEROLE', 'dangerous_attribute', 'app', qr/Has CREATEROLE, with which one grants oneself any role/, 'application' ],
			[ 'a role with CREATEROLE', 'ALTER ROLE "the team" CREATEROLE; GRANT "the team" TO app', 'dangerous_membership', 'app', qr/Can become "the team", who has CREATEROLE/, 'application' ],
			[ 'any login with CREATEROLE', 'ALTER ROLE admin CREATEROLE', 'dangerous_attribute', 'admin', qr/Has CREATEROLE/, undef ],
			[ 'any login that can become a role with CREATEROLE', 'ALTER ROLE "the team" CREATEROLE; GRANT "the team" TO admin', 'dangerous_attribute', '"the team"', qr/Has CREATEROLE/, undef ])
		: ()));
for my $case (@cases)
{
	my ($name, $sql, $finding, $object, $detail, $refused) = @$case;
	my ($out, $err) = run('made', $sql, $drift);
	my @rows = map { [ split /\|/ ] } split /\n/, $out;
	is(join(' ', map { "$_->[0] of $_->[1]" } @rows), "$finding of $object", "$name: permission_drift() finds it");
	like($rows[0][2] // '', $detail, '... and says what');
	my $mend = $rows[0][3] // '';
	($out, $err) = run('made', $sql, $mend =~ s/;$//r, $drift);
	is("$out$err", '', "... and mends it: $mend");

	($out, $err) = run('bare', $sql, $create, q{SELECT to_regclass('workflow_perms.accounts')});
	if (defined $refused)
	{
		like($err, qr/ERROR:  22023: role "(?:app|engine)" cannot be the $refused role, because of what else it has or can become\nDETAIL:  $detail.*\nHINT:  Run \Q$mend\E/, '... create_model() refuses it, with the same command');
		($out, $err) = run('bare', $sql, $mend =~ s/;$//r, $create);
		is($err, '', '... and takes it then');
	}
	else
	{
		is($err, '', '... and create_model() does not mind');
	}
}

# All that is wrong at once, in one hint.
my ($out, $err) = run('bare', 'ALTER ROLE app REPLICATION; GRANT pg_write_all_data, engine TO app', $create);
my ($hint) = $err =~ /^HINT:  Run (.*)$/m;
($out, $err) = run('bare', 'ALTER ROLE app REPLICATION; GRANT pg_write_all_data, engine TO app', ($hint // '') =~ s/;$//r, $create);
is($err, '', "several at once: one hint mends them: $hint");

# What reaches no rows is nobody's business.
($out, $err) = run('made', 'GRANT pg_monitor, pg_checkpoint, pg_signal_backend TO app, engine; ALTER ROLE app CREATEDB; GRANT "the team" TO app, engine, server',
	'GRANT app TO server; ALTER ROLE server CREATEDB', $old ? 'ALTER ROLE "the team" CREATEDB' : 'ALTER ROLE server CREATEROLE', $drift);
is("$out$err", '', 'harmless roles and attributes: no finding');
$node->stop;
done_testing();

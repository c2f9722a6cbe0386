# Two tenants behind one PgBouncer in transaction mode, sharing server
# connections: neither ever sees a row of the other's, nor one of its own outside
# the transaction that says who asks (spec 3, X11).
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AsServer;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my ($pgbouncer) = grep { -x } map { "$_/pgbouncer" } split(/:/, $ENV{PATH}), '/usr/sbin', '/usr/local/sbin';
plan skip_all => 'pgbouncer is not installed' unless defined $pgbouncer;

my $node = PostgreSQL::Test::Cluster->new('pgbouncer');
$node->init;
$node->start;
$node->safe_psql('postgres', q{
	CREATE EXTENSION workflow_perms;
	CREATE ROLE app LOGIN;
	CREATE ROLE engine;
	SELECT workflow_perms.create_model(application => 'app', engine => 'engine');
	GRANT EXECUTE ON FUNCTION workflow_perms.set_principal(text, text, boolean) TO app;
	SELECT workflow_perms.create_account('red', 'u1'), workflow_perms.create_account('blue', 'u1');
	INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) VALUES ('red', 'w1', 'open'), ('blue', 'w1', 'open');
	INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status)
		SELECT a, 'f' || i, 'w1', 'main', 'live' FROM unnest(ARRAY['red', 'blue']) a, generate_series(1, 20) i;
});
my $dir = PostgreSQL::Test::Utils::tempdir_short();
my $server_dir = $node->host;
my $running;

# start_pgbouncer(size, line…): with that many server connections at most.
sub start_pgbouncer
{
	my ($size, @lines) = @_;
	my $port = $node->port;
	open my $out, '>', "$dir/pgbouncer.ini" or die;
	print $out join("\n", '[databases]', "postgres = host=$server_dir port=$port user=app", '[pgbouncer]',
		"unix_socket_dir = $dir", 'listen_port = 6432', 'auth_type = any', 'pool_mode = transaction', "default_pool_size = $size",
		"logfile = $dir/log", "pidfile = $dir/pid", @lines, '');
	close $out or die;
	$running = IPC::Run::start([ $pgbouncer, '-q', "$dir/pgbouncer.ini" ], '<', \'', '>', "$dir/out", '2>&1');
	for (1 .. 100)
	{
		return if -S "$dir/.s.PGSQL.6432" && IPC::Run::run([ psql(), '-c', 'SELECT 1' ], '<', \'', '>', \my $o, '2>', \my $e);
		select undef, undef, undef, 0.1;
	}
	die "pgbouncer does not answer: " . slurp_file("$dir/out") . slurp_file("$dir/log");
}

# stop_pgbouncer(): and waits for its end.
sub stop_pgbouncer
{
	$running->signal('INT');
	$running->finish;
	unlink "$dir/.s.PGSQL.6432", "$dir/pid";
	return;
}

# psql(): a command that connects through it.
sub psql { return ('psql', '-XqAt', '-h', $dir, '-p', '6432', '-U', 'app', '-d', 'postgres'); }

# connect_tenant(): a psql of which commands are asked one by one.
sub connect_tenant
{
	my %c = (in => '', out => '');
	$c{run} = IPC::Run::start([ psql() ], '<', \$c{in}, '>', \$c{out}, '2>&1', IPC::Run::timeout(2 * $PostgreSQL::Test::Utils::timeout_default));
	return \%c;
}

# say_to(tenant, sql): sends it without waiting.
sub say_to { my ($c, $sql) = @_; $c->{in} .= "$sql\n\\echo done\n"; $c->{run}->pump_nb; return; }

# heard(tenant): what it has answered to that.
sub heard
{
	my ($c) = @_;
	$c->{run}->pump until $c->{out} =~ /^done$/m;
	$c->{out} =~ s/\A(.*?)^done\n//ms or die;
	return $1;
}
sub ask { my ($c, $sql) = @_; say_to($c, $sql); return heard($c); }

my $rows = q{SELECT string_agg(DISTINCT account_id, ',') || ' ' || count(*) FROM workflow_perms.workflows;};
my $pid = 'SELECT pg_backend_pid();';

# One server connection for both: step by step.
start_pgbouncer(1);
my ($red, $blue) = (connect_tenant(), connect_tenant());
my $shared = ask($red, $pid);
is(ask($blue, $pid), $shared, 'both have the same server connection');
is(ask($red, $rows), "\n", 'nobody set: nothing');
is(ask($red, "BEGIN; SELECT workflow_perms.set_principal('red', 'u1'); $rows"), "\nred 20\n", 'red in its transaction');
# Blue waits for it, and begins where red ends.
say_to($blue, "$rows BEGIN; SELECT workflow_perms.set_principal('blue', 'u1'); $rows");
is(ask($red, "$rows COMMIT;"), "red 20\n", 'red again, while blue waits');
is(heard($blue), "\n\nblue 20\n", 'blue after it: nothing of red, then its own');
say_to($red, $rows);
is(ask($blue, "$rows ROLLBACK;"), "blue 20\n", 'blue in its transaction');
is(heard($red), "\n", 'red outside of its own: nothing');
# A transaction that fails, in the middle and at its end.
ask($red, "BEGIN; SELECT workflow_perms.set_principal('red', 'u1'); SELECT 1/0;");
say_to($blue, $rows);
ask($red, 'COMMIT;');
is(heard($blue), "\n", 'blue after the failure of red: nothing');
# A client that goes away in its transaction.
my $gone = connect_tenant();
is(ask($gone, "BEGIN; SELECT workflow_perms.set_principal('red', 'u1'); $rows"), "\nred 20\n", 'a red client, which then dies');
$gone->{run}->kill_kill;
is(ask($blue, $rows), "\n", 'blue after its death: nothing');
is(ask($blue, "BEGIN; SELECT workflow_perms.set_principal('blue', 'u1'); $rows COMMIT;"), "\nblue 20\n", 'and then its own');
# Set for the session it stays behind, as docs/operations.md warns; another is refused rather than taken for it.
is(ask($red, "SELECT workflow_perms.set_principal('red', 'u1', session => true);"), "\n", 'red for the session, behind a pooler');
is(ask($blue, $rows), "red 20\n", 'and is whoever has set nobody: which is why not to do that');
like(ask($blue, "BEGIN; SELECT workflow_perms.set_principal('blue', 'u1'); $rows ROLLBACK;"), qr/ERROR:  this session has another principal already/, 'blue is told of it');
is(ask($red, "DISCARD ALL; $rows"), "\n", 'DISCARD ALL ends it');
is(ask($blue, "BEGIN; SELECT workflow_perms.set_principal('blue', 'u1'); $rows COMMIT;"), "\nblue 20\n", 'and blue has its own again');
$_->{in} .= "\\q\n" for $red, $blue;
$_->{run}->finish for $red, $blue;
stop_pgbouncer();

# With server_reset_query_always nothing set for a session outlasts a transaction.
start_pgbouncer(1, 'server_reset_query = DISCARD ALL', 'server_reset_query_always = 1');
($red, $blue) = (connect_tenant(), connect_tenant());
$shared = ask($red, $pid);
is(ask($blue, $pid), $shared, 'reset always: both have the same server connection');
is(ask($red, "SELECT workflow_perms.set_principal('red', 'u1', session => true);"), "\n", 'reset always: red for the session');
is(ask($blue, $rows), "\n", 'reset always: blue sees nothing');
is(ask($blue, "BEGIN; SELECT workflow_perms.set_principal('blue', 'u1'); $rows COMMIT;"), "\nblue 20\n", 'reset always: blue has its own');
$_->{in} .= "\\q\n" for $red, $blue;
$_->{run}->finish for $red, $blue;
stop_pgbouncer();

# Four clients of each at once over few server connections, every other transaction nobody's.
my $rounds = 40;
for my $size (1, 3)
{
	start_pgbouncer($size);
	my @clients;
	for my $account (('red', 'blue') x 4)
	{
		my $script = '';
		$script .= "BEGIN; SELECT workflow_perms.set_principal('$account', 'u1'); SELECT 'mine: ' || account_id || ' ' || count(*) FROM workflow_perms.workflows GROUP BY account_id; "
		  . ($_ % 3 == 0 ? "SELECT 1/0;\nROLLBACK;\n" : "COMMIT;\n")
		  . "SELECT 'nobody: ' || count(*) || ' ' || pg_backend_pid() FROM workflow_perms.workflows;\n" for 1 .. $rounds;
		my %c = (account => $account, out => '', err => '');
		$c{run} = IPC::Run::start([ psql() ], '<', \$script, '>', \$c{out}, '2>', \$c{err}, IPC::Run::timeout(2 * $PostgreSQL::Test::Utils::timeout_default));
		push @clients, \%c;
	}
	$_->{run}->finish for @clients;
	my (%used, $strange, $mine, $nobody);
	for my $c (@clients)
	{
		for my $line (split /\n/, $c->{out})
		{
			if ($line eq "mine: $c->{account} 20") { $mine++ }
			elsif ($line =~ /^nobody: 0 (\d+)$/) { $nobody++; $used{$1}{ $c->{account} } = 1 }
			elsif ($line ne '') { $strange .= "$c->{account}: $line\n" }
		}
	}
	is($strange, undef, "$size server connections: nothing of another's");
	is($mine, 8 * $rounds, "$size server connections: each saw its own every time");
	is($nobody, 8 * $rounds, "$size server connections: nobody saw nothing every time");
	cmp_ok(scalar(keys %used), '<=', $size, "$size server connections: no more were used");
	ok((grep { keys %$_ == 2 } values %used) > 0, "$size server connections: both tenants had the same one");
	stop_pgbouncer();
}

$node->stop;
done_testing();

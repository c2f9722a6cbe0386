# Whatever is planted under the name of the principal's setting, before the
# library is loaded or while it is, by whomever and wherever a setting can come
# from: nobody becomes a principal by it (spec 3).
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AsServer;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $planted = 't4:acme:u1';
my $who = q{SELECT coalesce(workflow_perms.principal_account(), 'none') || ' ' || coalesce(workflow_perms.principal_user(), 'none')};
# Asked in parallel workers alone: who, and whether it was not the leader that answered.
my $who_in_workers = q{SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
	SET parallel_leader_participation = off;
	SELECT coalesce(account, 'none') || ' ' || coalesce("user", 'none') || ' ' || (pid <> pg_backend_pid())::text
	FROM (SELECT max(workflow_perms.principal_account()) AS account, max(workflow_perms.principal_user()) AS "user",
			min(public.pid()) AS pid FROM public.some_rows OFFSET 0) x};

my $node = PostgreSQL::Test::Cluster->new('identity');
$node->init;
$node->start;
$node->safe_psql('postgres', q{
	CREATE EXTENSION workflow_perms;
	CREATE ROLE app LOGIN;
	CREATE ROLE engine;
	SELECT workflow_perms.create_model(application => 'app', engine => 'engine');
	INSERT INTO workflow_perms.accounts (account_id) VALUES ('other');
	INSERT INTO workflow_perms.users (account_id, user_id, kind) VALUES ('other', 'u2', 'connected');
	GRANT EXECUTE ON FUNCTION workflow_perms.set_principal(text, text, boolean), workflow_perms.set_anonymous(text, boolean) TO app;
	CREATE TABLE public.some_rows WITH (parallel_workers = 2) AS SELECT i FROM generate_series(1, 100) i;
	ANALYZE public.some_rows;
	GRANT SELECT ON public.some_rows TO app;
	CREATE FUNCTION public.pid() RETURNS int LANGUAGE internal STABLE PARALLEL SAFE AS 'pg_backend_pid';
});
my $superuser = $node->safe_psql('postgres', 'SELECT current_user');

# ask(role, sql): stdout, stderr and exit status of one new connection.
sub ask
{
	my ($role, $sql) = @_;
	my ($stdout, $stderr) = ('', '');
	my $status = $node->psql('postgres', $sql, stdout => \$stdout, stderr => \$stderr, extra_params => [ '-U', $role ]);
	return ($stdout, $stderr, $status);
}

# is_none(role, name): a new connection has no principal, and says why; nor have its workers.
sub is_none
{
	my ($role, $name) = @_;
	my ($stdout, $stderr) = ask($role, $who);
	is($stdout, 'none none', "$name: none");
	like($stderr, qr/WARNING: .*workflow_perms\.principal/, "$name: a warning");
	is((ask($role, $who_in_workers))[0], 'none none true', "$name: none in workers");
	# The planted one does not stand in the way of the real one either, nor replace it.
	is((ask($role, "BEGIN; SELECT workflow_perms.set_principal('other', 'u2'); $who_in_workers; COMMIT"))[0],
		"\nother u2 true", "$name: the real one is set, and reaches workers");
	return;
}

# The library is loaded by the first call.
for my $role ($superuser, 'app')
{
	{
		local $ENV{PGOPTIONS} = "-c workflow_perms.principal=$planted";
		is((ask($role, "SELECT current_setting('workflow_perms.principal')"))[0], $planted, "connection option of $role: planted");
		is_none($role, "connection option of $role");
	}

	$node->safe_psql('postgres', "ALTER ROLE $role SET workflow_perms.principal = '$planted'");
	is((ask($role, "SELECT current_setting('workflow_perms.principal')"))[0], $planted, "ALTER ROLE $role: planted");
	is_none($role, "ALTER ROLE $role");
	$node->safe_psql('postgres', "ALTER ROLE $role RESET ALL");

	$node->safe_psql('postgres', "ALTER DATABASE postgres SET workflow_perms.principal = '$planted'");
	is_none($role, "ALTER DATABASE, as $role");
	$node->safe_psql('postgres', 'ALTER DATABASE postgres RESET ALL');

	for my $set ("SET workflow_perms.principal = '$planted'", "SELECT set_config('workflow_perms.principal', '$planted', false)")
	{
		my ($stdout) = ask($role, "$set; $who");
		like($stdout, qr/^none none\z/m, "$set before loading, as $role: none");
		($stdout) = ask($role, "BEGIN; SAVEPOINT s; $set; $who; ROLLBACK TO s; $who; COMMIT; $who");
		is(() = $stdout =~ /^none none$/mg, 3, "$set in a savepoint, as $role: none, then, after it and after the end");
	}
}

# A function's clause written where nobody checked it.
$node->safe_psql('postgres', qq{
	CREATE FUNCTION public.clause() RETURNS text LANGUAGE plpgsql SET workflow_perms.principal = '$planted' AS \$\$
	BEGIN
		RETURN (SELECT coalesce(workflow_perms.principal_user(), 'none'));
	END \$\$});
is((ask($superuser, 'SELECT public.clause()'))[0], 'none', 'a function clause, loading the library: none');
is((ask($superuser, "SELECT public.clause(); $who"))[0], "none\nnone none", 'after it: none');
my ($stdout, $stderr, $status) = ask($superuser, "$who; SELECT public.clause()");
is($stdout, 'none none', 'a function clause, loaded: no answer');
like($stderr, qr/ERROR: .*workflow_perms\.principal/, 'a function clause, loaded: an error');

# Nor does anything but a superuser's word let a transaction change its principal.
my $change = q{BEGIN; SELECT workflow_perms.set_principal('other', 'u2'); SELECT workflow_perms.set_anonymous('other'); COMMIT; SHOW workflow_perms.allow_principal_change};

# changes_none(name): a new connection of app has one principal in a transaction; what stderr must show besides.
sub changes_none
{
	my ($name, $why, $before) = @_;
	my ($stdout, $stderr) = ask('app', ($before // '') . $change);
	like($stderr, qr/another principal was set already in this transaction/, "$name: no change");
	like($stderr, $why, "$name: says why") if defined $why;
	return;
}
my $denied = qr/WARNING: .*permission denied to set parameter "workflow_perms.allow_principal_change"/;
changes_none('nothing set');
{
	local $ENV{PGOPTIONS} = '-c workflow_perms.allow_principal_change=on';
	changes_none('connection option', $denied);
	is((ask($superuser, $change))[0], "\n\non", 'connection option of a superuser: changes');
}
changes_none($_, $denied, $_)
	for 'SET workflow_perms.allow_principal_change = on; ', "SELECT set_config('workflow_perms.allow_principal_change', 'on', false); ";
($stdout, $stderr) = ask('app', 'ALTER ROLE app SET workflow_perms.allow_principal_change = on');
like($stderr, qr/permission denied/, 'ALTER ROLE by the role itself, before loading: refused');
for my $whose ('ROLE app', 'DATABASE postgres', 'ROLE ALL')
{
	$node->safe_psql('postgres', "ALTER $whose SET workflow_perms.allow_principal_change = on");
	is((ask('app', $change))[0], "\n\non", "ALTER $whose by a superuser: changes");
	$node->safe_psql('postgres', "ALTER $whose RESET ALL");
	changes_none("ALTER $whose, taken back");
}
$node->append_conf('postgresql.conf', 'workflow_perms.allow_principal_change = on');
$node->reload;
changes_none('postgresql.conf', qr/WARNING: .*workflow_perms.allow_principal_change/);
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'workflow_perms'");
$node->restart;
like(slurp_file($node->logfile), qr/WARNING: .*workflow_perms.allow_principal_change/, 'preloaded, postgresql.conf: a warning in the log');
changes_none('preloaded, postgresql.conf');
{
	local $ENV{PGOPTIONS} = '-c workflow_perms.allow_principal_change=on';
	($stdout, $stderr) = ask('app', $change);
	is($stdout, '', 'preloaded, connection option: no answer');
	like($stderr, qr/FATAL: .*permission denied to set parameter "workflow_perms.allow_principal_change"/, 'preloaded, connection option: refused');
}
$node->adjust_conf('postgresql.conf', 'workflow_perms.allow_principal_change', undef);
$node->append_conf('postgresql.conf', "shared_preload_libraries = ''");
$node->restart;

# In the server's configuration.
$node->append_conf('postgresql.conf', "workflow_perms.principal = '$planted'");
$node->reload;
is_none('app', 'postgresql.conf');

# The library is loaded by the server, so the setting is known from the start.
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'workflow_perms'");
$node->restart;
like(slurp_file($node->logfile), qr/WARNING: .*workflow_perms\.principal/, 'preloaded, postgresql.conf: a warning in the log');
for my $role ($superuser, 'app')
{
	is((ask($role, $who))[0], 'none none', "preloaded, postgresql.conf, as $role: none");
	is((ask($role, $who_in_workers))[0], 'none none true', "preloaded, postgresql.conf, as $role: none in workers");
	is((ask($role, "BEGIN; SELECT workflow_perms.set_principal('other', 'u2'); $who_in_workers; COMMIT"))[0],
		"\nother u2 true", "preloaded, as $role: the real one reaches workers");

	local $ENV{PGOPTIONS} = "-c workflow_perms.principal=$planted";
	($stdout, $stderr, $status) = ask($role, $who);
	is($stdout, '', "preloaded, connection option of $role: no answer");
	like($stderr, qr/FATAL: .*workflow_perms\.principal/, "preloaded, connection option of $role: refused");
}
# Put into the catalog while nobody checked it.
$node->append_conf('postgresql.conf', "shared_preload_libraries = ''");
$node->restart;
$node->safe_psql('postgres', "ALTER ROLE app SET workflow_perms.principal = '$planted'");
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'workflow_perms'");
$node->restart;
is_none('app', 'preloaded, ALTER ROLE of before');

# A reload of the configuration changes nobody's principal.
SKIP:
{
	eval { require PostgreSQL::Test::BackgroundPsql } or skip 'needs BackgroundPsql', 1;
	my $session = $node->background_psql('postgres');
	$session->query("SELECT workflow_perms.set_principal('other', 'u2', true)");
	$node->reload;
	is($session->query($who), 'other u2', 'a reload leaves the session its principal');
	$session->quit;
}

$node->stop;
done_testing();

# A dump takes the model as it is (tables, rows, policies, triggers, privileges, what
# the application added) and a restore brings it back: nothing is audited again,
# re-evaluated or refused on the way, and everybody sees and may afterwards what they did before.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AsServer;
use Model;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my ($from, $to) = map { PostgreSQL::Test::Cluster->new($_) } 'from', 'to';
for my $node ($from, $to)
{
	$node->init;
	$node->start;
}
fill($from, 'filled');
roles_of_the_model($to);
my ($catalog, $rows, $answers) = (catalog($from, 'filled'), rows($from, 'filled'), answers($from, 'filled'));
like($answers, qr/^sees .*campaign/m, 'somebody sees something');
my $dir = PostgreSQL::Test::Utils::tempdir();

# dump(file, option...), restore(database, file, option...): by pg_dump; by psql or pg_restore.
sub dump_to
{
	my ($file, @options) = @_;
	return $from->command_ok([ 'pg_dump', '-d', $from->connstr('filled'), '-f', "$dir/$file", @options ], "pg_dump @options");
}

sub restore
{
	my ($database, $file, @options) = @_;
	my @program = $file =~ /\.sql$/ ? ('psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-o', "$dir/out", '-f', "$dir/$file") : ('pg_restore', '--exit-on-error', @options, "$dir/$file");
	return $to->command_ok([ @program, '-d', $to->connstr($database) ], "@program[0..1] @options");
}

# same(database, what): the database is what it was dumped from.
sub same
{
	my ($database, $what) = @_;
	same_text(catalog($to, $database), $catalog, "$what: the same tables, policies, triggers and privileges");
	same_text(rows($to, $database), $rows, "$what: the same rows");
	same_text(answers($to, $database), $answers, "$what: the same answers to everybody");
	return;
}

# alive(database, what): what triggers keep and do is kept and done.
sub alive
{
	my ($database, $what) = @_;
	is($to->safe_psql($database, q{
		BEGIN;
		UPDATE workflow_perms.users SET metadata = '{"billingPlan": "free"}' WHERE (account_id, user_id) = ('integrations', 'shop');
		SELECT workflow_id || ' ' || reason FROM workflow_perms.enablements WHERE account_id = 'integrations' AND user_id = 'shop' AND configuration = 'crm-1' AND NOT enabled ORDER BY 1;
		SELECT object FROM workflow_perms.audit_log WHERE account_id = 'integrations' AND at = now() AND object NOT LIKE '% ""' ORDER BY object COLLATE "C";
		ROLLBACK}), join("\n", 'alerts condition', 'preview condition', 'sync condition', (map { "enablements $_ shop crm-1" } qw(alerts preview sync)), 'users shop'), "$what: changes are acted upon and audited");
	is($to->psql($database, q{UPDATE workflow_perms.workflow_members SET is_owner = false WHERE account_id = 'company' AND workflow_id = 'campaign'}), 3,
		"$what: the last owner stays");
	return;
}

# Whole, in each of the formats.
my $n = 0;
for my $form ([ 'plain.sql' ], [ 'plain_clean.sql', '--clean', '--if-exists' ], [ 'inserts.sql', '--inserts', '--rows-per-insert=100' ],
	[ 'custom.dump', '-Fc' ], [ 'directory', '-Fd', '-j2' ], [ 'data_first.sql', '--disable-triggers' ])
{
	my ($file, @options) = @$form;
	my $database = 'restored' . $n++;
	$to->safe_psql('postgres', "CREATE DATABASE $database");
	dump_to($file, @options);
	restore($database, $file, $file eq 'directory' ? '-j2' : ());
	same($database, "$file @options");
	alive($database, "$file @options") if $n == 1 || $file eq 'custom.dump';
}
# --clean over what is there.
restore('restored1', 'plain_clean.sql');
same('restored1', '--clean over the model');

# Schema and data apart: the data needs --disable-triggers, as docs/operations.md says; without, it is refused and nothing is left.
dump_to('schema.dump', '-Fc', '--schema-only');
dump_to('data.dump', '-Fc', '--data-only');
dump_to('data.sql', '--data-only', '--disable-triggers');
for my $kind ('data.dump', 'data.sql')
{
	my $database = 'apart_' . $kind =~ s/\W/_/r;
	$to->safe_psql('postgres', "CREATE DATABASE $database");
	restore($database, 'schema.dump');
	same_text(catalog($to, $database), $catalog, "$kind: the schema alone has all but the rows");
	if ($kind eq 'data.dump')
	{
		$to->command_fails([ 'pg_restore', '--exit-on-error', '-1', '-d', $to->connstr($database), "$dir/data.dump" ], 'data without --disable-triggers is refused');
		is(rows($to, $database), '', '... and leaves nothing');
	}
	restore($database, $kind, $kind eq 'data.dump' ? '--disable-triggers' : ());
	# It enables what it disabled, but not as ENABLE ALWAYS; permission_drift() says what to do.
	my $mend = $to->safe_psql($database, q{SELECT mend FROM workflow_perms.permission_drift() WHERE finding = 'trigger_disabled'});
	like($mend, qr/ENABLE ALWAYS TRIGGER/, "$kind: permission_drift() finds the triggers that are not as they were");
	$to->safe_psql($database, $mend);
	same($database, "$kind into the schema");
}
alive('apart_data_sql', 'data into the schema');

# Without owners and privileges: permission_drift() says whose are missing, and its commands, in the order in which it
# tells them, bring everything back but what the application granted by itself.
my $own_grants = q{
	GRANT EXECUTE ON FUNCTION workflow_perms.set_principal, workflow_perms.set_anonymous TO demo_app;
	GRANT SELECT, INSERT, UPDATE, DELETE ON public.notes TO demo_app;
	GRANT SELECT ON public.visible TO demo_app};
$to->safe_psql('postgres', 'CREATE DATABASE bare');
restore('bare', 'custom.dump', '--no-owner', '--no-privileges');
my $drift = q{SELECT concat_ws(' ', finding, object, mend) FROM workflow_perms.permission_drift() WHERE finding <> 'foreign_policy'};
my $found = $to->safe_psql('bare', $drift);
like($found, qr/^missing_privilege $_ SELECT workflow_perms\.grant_model\('demo_app'::regrole, 'demo_engine'::regrole, NULL::regrole\);$/m, "--no-privileges: what $_ lacks is found") for 'demo_app', 'demo_engine', 'workflow_perms_owner';
like($found, qr/^owner_bypasses_row_security workflow_perms\.$_ ALTER (TABLE|VIEW) workflow_perms\.$_ OWNER TO workflow_perms_owner;/m, "--no-owner: the owner of $_ is found") for 'workflows', 'run_history';
my $run_mends = q{
	DO $$
	DECLARE
		command text;
	BEGIN
		FOR command IN SELECT mend FROM workflow_perms.permission_drift() WHERE finding <> 'foreign_policy' LOOP
			EXECUTE command;
		END LOOP;
	END $$};
$to->safe_psql('bare', $run_mends);
is($to->safe_psql('bare', $drift), '', '... and mended');
$to->safe_psql('bare', $own_grants);
same('bare', '--no-owner --no-privileges, mended');
alive('bare', '--no-owner --no-privileges, mended');

# One table, emptied by somebody, comes back by itself.
$to->safe_psql('restored0', q{SET session_replication_role = replica; DELETE FROM workflow_perms.execution_rules});
isnt(rows($to, 'restored0'), $rows, 'a table is emptied');
restore('restored0', 'data.dump', '--data-only', '--disable-triggers', '-t', 'execution_rules');
same('restored0', 'one table');

# What is restored goes on: new entries of the audit log come after those that are there.
is($to->safe_psql('restored3', q{
	UPDATE workflow_perms.workflows SET hidden = true WHERE account_id = 'integrations' AND workflow_id = 'sync';
	SELECT object = 'workflows sync' AND after ->> 'hidden' = 'true' FROM workflow_perms.audit_log ORDER BY entry DESC LIMIT 1}), 't', 'the audit log goes on');

# The same, by grant_model() alone.
$to->safe_psql('postgres', 'CREATE DATABASE granted');
restore('granted', 'custom.dump', '--no-owner', '--no-privileges');
$to->safe_psql('granted', q{SELECT workflow_perms.grant_model('demo_app', 'demo_engine')});
is($to->safe_psql('granted', $drift), '', 'grant_model() after --no-owner --no-privileges: permission_drift() finds nothing');
$to->safe_psql('granted', $own_grants);
same('granted', 'grant_model() after --no-owner --no-privileges');

# A role for backups, as docs/operations.md has it, sees every row.
$from->safe_psql('postgres', 'CREATE ROLE backup LOGIN BYPASSRLS IN ROLE pg_read_all_data');
dump_to('whole.sql');
dump_to('backup.sql', '-U', 'backup');
# pg_dump writes a random word after \restrict and \unrestrict.
my ($by_backup, $by_superuser) = map { slurp_file("$dir/$_.sql") =~ s/^(\\(?:un)?restrict) \w+$/$1/mgr } qw(backup whole);
is($by_backup, $by_superuser, 'a role with BYPASSRLS and pg_read_all_data dumps what a superuser dumps');

# A role that is bound by row security does not dump everybody's rows by accident.
$from->safe_psql('postgres', 'CREATE ROLE dumper LOGIN IN ROLE demo_app');
$from->command_fails([ 'pg_dump', '-d', $from->connstr('filled'), '-U', 'dumper', '-f', "$dir/denied", '-t', 'workflow_perms.users' ], 'the application cannot dump');
$from->command_ok([ 'pg_dump', '-d', $from->connstr('filled'), '-U', 'dumper', '--enable-row-security', '--inserts', '--data-only', '-f', "$dir/own.sql", '-t', 'public.notes' ], 'what it may read, it may');
unlike(slurp_file("$dir/own.sql"), qr/^INSERT/m, '... which without a principal is nothing');

$_->stop for $from, $to;
done_testing();

# The registry of conditions is whole wherever the workflows are: on a standby, on a
# subscriber to all tables or to some, after a dump is restored whole or as data past the
# triggers; also for a connection that has read it before.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AsServer;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $create = q{SELECT workflow_perms.create_model(application => 'app', engine => 'engine')};
my $primary = PostgreSQL::Test::Cluster->new('primary');
$primary->init(allows_streaming => 'logical');
$primary->start;
$primary->safe_psql('postgres', "CREATE ROLE app; CREATE ROLE engine; CREATE EXTENSION workflow_perms; $create; " . q{
	SELECT workflow_perms.create_account('acme', 'ann');
	INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) VALUES ('acme', 'p', 'project');
	INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata)
		SELECT 'acme', 'c' || i, 'connected', jsonb_build_object('seats', i, 'plan', CASE WHEN i % 2 = 0 THEN 'pro' ELSE 'free' END) FROM generate_series(1, 6) i;
	INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, status, condition)
		SELECT 'acme', 'w' || i, 'p', 'live', format('{"plan": "pro", "seats": {"$gte": %s}}', i % 150)::workflow_perms.metadata_condition FROM generate_series(1, 300) i});
$primary->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'base', has_streaming => 1);
$standby->start;
my $subscriber = PostgreSQL::Test::Cluster->new('subscriber');
$subscriber->init(allows_streaming => 'logical');
$subscriber->start;
$subscriber->safe_psql('postgres', 'CREATE ROLE app; CREATE ROLE engine');

# How many of the pairs of a connected user and a workflow whose condition holds are found
# by the registry, and how many are not.
my $pairs = q{SELECT count(*) FILTER (WHERE found) || ' found, ' || count(*) FILTER (WHERE NOT found) || ' missing'
	FROM (SELECT u.*, workflow_perms._matching_hashes(workflow_perms.principal(u.account_id, u.user_id)) AS held
			FROM workflow_perms.users u WHERE u.kind = 'connected' OFFSET 0) u
		JOIN workflow_perms.workflows w ON w.account_id = u.account_id AND workflow_perms.matches(u.metadata, u.user_id, w.condition),
		LATERAL (SELECT workflow_perms.condition_hash(w.condition) = ANY (held)) AS f (found);};
my $registered = q{SELECT count(*), count(DISTINCT (account_id, condition)) FROM workflow_perms.conditions};

my @kept;

# keep(node, database): a connection that stays.
sub keep
{
	my ($node, $database) = @_;
	my %kept = (in => '', out => '', n => 0, timer => IPC::Run::timeout(2 * $PostgreSQL::Test::Utils::timeout_default));
	$kept{run} = IPC::Run::start([ 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr($database) ],
		'<', \$kept{in}, '>', \$kept{out}, '2>&1', $kept{timer});
	push @kept, \%kept;
	return \%kept;
}

# ask(connection, sql): what it answers.
sub ask
{
	my ($kept, $sql) = @_;
	my $end = 'end ' . ++$kept->{n};
	$kept->{out} = '';
	$kept->{in} .= "$sql\n\\echo $end\n";
	$kept->{run}->pump until $kept->{out} =~ /^\Q$end\E$/m || !$kept->{run}->pumpable;
	return $kept->{out} =~ s/\n?\Q$end\E\n//r;
}

# put(node, id): a workflow with a condition that no other has.
sub put
{
	my ($node, $id) = @_;
	$node->safe_psql('postgres', sprintf(q{INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, condition)
		VALUES ('acme', '%s', 'p', '{"plan": {"$in": ["pro", "%s"]}}')}, $id, $id));
}

my $first = $primary->safe_psql('postgres', $pairs);
like($first, qr/^[1-9]\d* found, 0 missing$/, 'on the primary');
is($primary->safe_psql('postgres', $registered), '150|150', '... each condition once');

# A standby.
$primary->wait_for_catchup($standby, 'replay', $primary->lsn('insert'));
my $reader = keep($standby, 'postgres');
is(ask($reader, $pairs), $first, 'on a standby');
put($primary, 'later');
$primary->wait_for_catchup($standby, 'replay', $primary->lsn('insert'));
my $second = $primary->safe_psql('postgres', $pairs);
isnt($second, $first, 'another workflow');
is(ask($reader, $pairs), $second, '... found on the standby by who has read there before');
ask($reader, 'BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1;');
put($primary, 'unseen');
$primary->wait_for_catchup($standby, 'replay', $primary->lsn('insert'));
is(ask($reader, $pairs), $second, '... not in a snapshot from before');
ask($reader, 'COMMIT;');
my $third = $primary->safe_psql('postgres', $pairs);
is(ask($reader, $pairs), $third, '... and after it');

# Subscribers: to everything, and to everything but the registry.
my $connection = $primary->connstr . ' dbname=postgres';
my $tables = $primary->safe_psql('postgres', q{SELECT string_agg('workflow_perms.' || t, ', ') FROM unnest(workflow_perms._model_tables()) t WHERE t <> 'conditions'});
$primary->safe_psql('postgres', "CREATE PUBLICATION whole FOR TABLES IN SCHEMA workflow_perms; CREATE PUBLICATION part FOR TABLE $tables");
for my $publication ('whole', 'part')
{
	$subscriber->safe_psql('postgres', "CREATE DATABASE $publication");
	$subscriber->safe_psql($publication, "CREATE EXTENSION workflow_perms; $create");
	my $here = keep($subscriber, $publication);
	is(ask($here, $pairs), '0 found, 0 missing', "$publication: nothing yet");
	$subscriber->safe_psql($publication, "CREATE SUBSCRIPTION $publication CONNECTION '$connection' PUBLICATION $publication");
	$subscriber->wait_for_subscription_sync($primary, $publication, $publication);
	is(ask($here, $pairs), $primary->safe_psql('postgres', $pairs), "$publication: after the copy, by who had looked before it");
	put($primary, "after $publication");
	$primary->safe_psql('postgres', qq{UPDATE workflow_perms.workflows SET condition = '{"plan": {"\$ne": "$publication"}}' WHERE workflow_id = 'w1'});
	$primary->wait_for_catchup($publication);
	is(ask($here, $pairs), $primary->safe_psql('postgres', $pairs), "$publication: what came later");
	is($subscriber->safe_psql($publication, $pairs), $primary->safe_psql('postgres', $pairs), "$publication: by who looks first");
	is($subscriber->safe_psql($publication, 'SELECT count(*) FROM workflow_perms.permission_drift()'), 0, "$publication: no drift");
}
# What is cleaned up on the publisher may be needed by a subscriber's own workflows, and stays.
$primary->safe_psql('postgres', q{DELETE FROM workflow_perms.workflows WHERE workflow_id LIKE 'w%'});
cmp_ok($primary->safe_psql('postgres', 'SELECT workflow_perms.forget_unused_conditions()'), '>', 100, 'cleaned up on the publisher');
$primary->wait_for_catchup($_) for 'whole', 'part';
is($subscriber->safe_psql($_, $pairs), $primary->safe_psql('postgres', $pairs), "$_: the subscriber goes on") for 'whole', 'part';
put($primary, 'again');
$primary->wait_for_catchup('whole');
is($subscriber->safe_psql('whole', $pairs), $primary->safe_psql('postgres', $pairs), '... and gets what is new');

# Dumps.
my $expected = $primary->safe_psql('postgres', $pairs);
my $dump = $primary->backup_dir . '/registry.dump';
$primary->command_ok([ 'pg_dump', '-Fc', '-f', $dump, '-d', $primary->connstr('postgres') ], 'a dump');
$primary->safe_psql('postgres', 'CREATE DATABASE restored; CREATE DATABASE loaded');
# Not everything in the dump is in the way of a second run: publications go with it.
$primary->command_ok([ 'pg_restore', '--no-publications', '-d', $primary->connstr('restored'), $dump ], 'restored');
is($primary->safe_psql('restored', $pairs), $expected, '... whole');
is($primary->safe_psql('restored', $registered), $primary->safe_psql('postgres', $registered), '... and the same');
is($primary->safe_psql('restored', 'SELECT count(*) FROM workflow_perms.permission_drift()'), 0, '... without drift');
is($primary->safe_psql('restored', q{INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, condition) VALUES ('acme', 'x', 'p', '{"plan": {"$nin": ["x"]}}');} . $pairs) =~ s/^\d+//r,
	' found, 0 missing', '... and it goes on');

$primary->safe_psql('loaded', "CREATE EXTENSION workflow_perms; $create");
my $there = keep($primary, 'loaded');
is(ask($there, $pairs), '0 found, 0 missing', 'a model without rows');
$primary->command_ok([ 'pg_restore', '--data-only', '--disable-triggers', '-d', $primary->connstr('loaded'), $dump ], 'data past the triggers');
is(ask($there, $pairs), $expected, '... whole for who had looked before');
my $mend = $primary->safe_psql('loaded', q{SELECT string_agg(mend, ' ') FROM workflow_perms.permission_drift() WHERE finding = 'trigger_disabled'});
like($mend, qr/ENABLE ALWAYS TRIGGER register_condition/, '... which has left the triggers of the registry fit for less');
$primary->safe_psql('loaded', $mend);
is($primary->safe_psql('loaded', 'SELECT count(*) FROM workflow_perms.permission_drift()'), 0, '... mended');
is(ask($there, $pairs), $expected, '... and whole for who had looked before');
is($primary->safe_psql('loaded', $pairs), $expected, '... and for who looks first');
is($primary->safe_psql('loaded', $registered), $primary->safe_psql('postgres', $registered), '... with each condition once');

$_->{run}->kill_kill for @kept;
$subscriber->stop;
$standby->stop;
$primary->stop;
done_testing();

# What is applied by logical replication is what somebody was allowed on the publisher:
# the subscriber's triggers do not judge it, audit it or act on it again; who reads there
# is bound by row security all the same. Nobody gets to pretend to be an apply worker. And
# a subscriber that is promoted goes on with the audit log that was copied to it.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AsServer;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

# What does not arrive at all is a failure soon.
$PostgreSQL::Test::Utils::timeout_default = 60 unless defined $ENV{PG_TEST_TIMEOUT_DEFAULT};

my ($publisher, $subscriber) = map { PostgreSQL::Test::Cluster->new($_) } 'publisher', 'subscriber';
for my $node ($publisher, $subscriber)
{
	$node->init(allows_streaming => 'logical');
	$node->start;
	$node->safe_psql('postgres', q{
		CREATE EXTENSION workflow_perms;
		CREATE ROLE app LOGIN;
		CREATE ROLE engine;
		SELECT workflow_perms.create_model(application => 'app', engine => 'engine');
		GRANT EXECUTE ON FUNCTION workflow_perms.set_principal(text, text, boolean) TO app;
	});
}
my $add_user = q{INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role, metadata) VALUES ('acme', '%s', '%s', %s, '%s')};
$publisher->safe_psql('postgres', join(';', q{SELECT workflow_perms.create_account('acme', 'ann'); SELECT workflow_perms.create_account('other', 'ann')},
	sprintf($add_user, 'vi', 'member', q{'viewer'}, '{}'), sprintf($add_user, 'c1', 'connected', 'NULL', '{"plan": "pro"}'), q{
	INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) VALUES ('acme', 'p', 'project');
	INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status, condition) VALUES ('acme', 'w', 'p', 'private', 'live', '{"plan": "pro"}');
	INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, configuration, enabled) VALUES ('acme', 'w', 'c1', 'default', true);
	CREATE PUBLICATION model FOR TABLES IN SCHEMA workflow_perms}));
my $connection = $publisher->connstr . ' dbname=postgres';
$subscriber->safe_psql('postgres', "CREATE SUBSCRIPTION model CONNECTION '$connection' PUBLICATION model");
ok(eval { $subscriber->wait_for_subscription_sync($publisher, 'model'); 1 }, 'all tables are copied');

# both(query, name): the subscriber has what the publisher has; gives it.
sub both
{
	my ($query, $name) = @_;
	$publisher->wait_for_catchup('model');
	my $is = $publisher->safe_psql('postgres', $query);
	is($subscriber->safe_psql('postgres', $query), $is, $name);
	return $is;
}
my $enabled = q{SELECT string_agg(concat_ws(' ', workflow_id, user_id, enabled, reason), ',' ORDER BY workflow_id, user_id) FROM workflow_perms.enablements};
my $audit = q{SELECT count(*), md5(string_agg(a::text, '' ORDER BY entry)) FROM workflow_perms.audit_log a};

both('SELECT count(*), sum(length(u::text)) FROM workflow_perms.users u', 'users are copied');
like(both($enabled, 'enablements are copied as they are'), qr/^w c1 t/, '... enabled');
both($audit, 'the audit log is copied, and has no entry of the copy');

# One change with effects: it ends an enablement and is audited, once.
$publisher->safe_psql('postgres', q{UPDATE workflow_perms.users SET metadata = '{"plan": "free"}' WHERE user_id = 'c1'});
like(both($enabled, 'an effect is replicated'), qr/^w c1 f/, '... it was one');
both($audit, '... and audited once');
# What the subscriber's own triggers would refuse, end, write over or add arrives as it was written
# there: c1 is on another plan here, for whom its gate of enabling is shut.
$subscriber->safe_psql('postgres', q{SET session_replication_role = replica; UPDATE workflow_perms.users SET metadata = '{"plan": "other"}' WHERE user_id = 'c1'});
$publisher->safe_psql('postgres', q{SET session_replication_role = replica; UPDATE workflow_perms.enablements SET enabled = true, reason = 'default' WHERE user_id = 'c1'});
like(both($enabled, 'an enabling arrives that would not be allowed here'), qr/^w c1 t default/, '... as it is');
$publisher->safe_psql('postgres', q{BEGIN; SELECT workflow_perms.set_principal('acme', 'ann');
	INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) VALUES ('acme', 'o', 'open');
	INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id) VALUES ('acme', 'made', 'o'); COMMIT});
is(both(q{SELECT string_agg(concat_ws(' ', workflow_id, user_id, is_owner), ',' ORDER BY workflow_id) FROM workflow_perms.workflow_members}, 'a new workflow arrives'),
	'made ann t', '... with the owner that it got there');
both($audit, '... and none of it is audited again');

# Readers of the subscriber.
my $seen = q{SELECT (SELECT count(*) FROM workflow_perms.users), (SELECT count(*) FROM workflow_perms.workflows), (SELECT count(*) FROM workflow_perms.accounts)};
my %sees = (none => '0|0|0', vi => '2|0|1', c1 => '1|0|0');
for my $user (sort keys %sees)
{
	my $become = $user eq 'none' ? '' : "SELECT workflow_perms.set_principal('acme', '$user');";
	my $rows = (split /\n/, $subscriber->safe_psql('postgres', "SET ROLE app; BEGIN; $become $seen; COMMIT"))[-1];
	is($rows, $sees{$user}, "row security binds $user on the subscriber");
}

# Nobody but a superuser is an apply worker: neither by the setting, nor by a subscription.
for my $attack ('SET session_replication_role = replica', q{SELECT set_config('session_replication_role', 'replica', true)},
	"CREATE SUBSCRIPTION forged CONNECTION '$connection' PUBLICATION model WITH (connect = false, slot_name = NONE)",
	'ALTER SUBSCRIPTION model DISABLE', 'CREATE PUBLICATION everything FOR TABLES IN SCHEMA workflow_perms',
	'CREATE PUBLICATION users FOR TABLE workflow_perms.users', q{SELECT pg_create_logical_replication_slot('s', 'test_decoding')})
{
	my $stderr;
	isnt($subscriber->psql('postgres', $attack, stderr => \$stderr, extra_params => [ '-U', 'app' ]), 0, "$attack: fails");
	like($stderr, qr/permission denied|must be (superuser|owner|a member)|only roles with/i, '... as not permitted');
}
{
	local $ENV{PGOPTIONS} = '-c session_replication_role=replica';
	isnt($subscriber->psql('postgres', 'SELECT 1', stderr => \my $stderr, extra_params => [ '-U', 'app' ]), 0, 'nor as a connection option');
}

# Promoted: what is written here from now on is audited here, after what was copied, though no entry was ever made here.
my $copied = $subscriber->safe_psql('postgres', 'SELECT count(*) FROM workflow_perms.audit_log');
$subscriber->safe_psql('postgres', join(';', 'DROP SUBSCRIPTION model', (map { sprintf($add_user, "new$_", 'connected', 'NULL', '{}') } 1 .. 40),
	q{UPDATE workflow_perms.users SET metadata = '{"plan": "free"}' WHERE user_id = 'c1'}));
is($subscriber->safe_psql('postgres', 'SELECT count(*) FROM workflow_perms.audit_log'), $copied + 42, 'a promoted subscriber audits every write');
is($subscriber->safe_psql('postgres', q{SELECT string_agg(object, ',' ORDER BY entry) FROM (
		SELECT * FROM workflow_perms.audit_log WHERE account_id = 'acme' ORDER BY entry DESC LIMIT 3) AS a}),
	'users new40,users c1,enablements w c1 default', '... after what was copied');
$subscriber->stop;
$publisher->stop;
done_testing();

# Sources (spec 6.4) in operation: a dump takes the views and what they read in the right order,
# and a restore brings back a model that is read from them, with nothing for permission_drift() to
# say that was not to be said before; a standby decides over them; what the application commits
# counts for the next statement, and under no older snapshot.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AsServer;
use Model;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $ROLES = 'CREATE ROLE regress_app; CREATE ROLE regress_engine; CREATE ROLE regress_product; CREATE ROLE workflow_perms_owner';
my $dir = PostgreSQL::Test::Utils::tempdir();
my ($from, $to) = map { PostgreSQL::Test::Cluster->new($_) } 'from', 'to';
$from->init(allows_streaming => 1);
$to->init;
for my $node ($from, $to)
{
	$node->append_conf('postgresql.conf', "jit = off\n");
	$node->start;
	$node->safe_psql('postgres', $ROLES);
}

# product(): the script that makes the application's tables, views and rows.
sub product
{
	open my $in, '<', "$FindBin::RealBin/product.sql" or die "product.sql: $!";
	local $/;
	return scalar <$in>;
}

$from->safe_psql('postgres', 'CREATE DATABASE product');
$from->safe_psql('product', q{CREATE EXTENSION workflow_perms; SELECT workflow_perms.create_model(application => 'regress_app', engine => 'regress_engine')});
$from->safe_psql('product', product());
$from->safe_psql('product', q{
	SELECT workflow_perms.read_from(t, ('app.wp_' || t)::regclass) FROM unnest(workflow_perms._source_tables()) t;
	INSERT INTO workflow_perms.execution_rules (account_id, workflow_id, user_id, effect)
		SELECT org_id, id, owner_id, 'deny' FROM app.flows WHERE owner_id IS NOT NULL AND is_private});

# decided(node, database): what every user may, and what permission_drift() says.
sub decided
{
	my ($node, $database) = @_;
	return $node->safe_psql($database, q{
		SELECT u.user_id, workflow_perms.principal(u.account_id::text, u.user_id::text)::jsonb - 'taken_at' FROM app.wp_users u ORDER BY 1;
		SELECT finding, object, detail FROM workflow_perms.permission_drift() ORDER BY 1, 2, 3;
		SELECT u.user_id, w.workflow_id, workflow_perms.can_view(p, w) AS v, workflow_perms.can_edit(p, w) AS e, workflow_perms.can_run(p, w) AS r
			FROM app.wp_users u, workflow_perms.principal(u.account_id::text, u.user_id::text) p, workflow_perms.workflows w WHERE w.account_id = u.account_id::text ORDER BY 1, 2});
}

my ($decided, $catalog) = (decided($from, 'product'), catalog($from, 'product'));
like($decided, qr/\|t\|t\|t$/m, 'somebody may do everything');
like($catalog, qr/^trigger workflow_perms.execution_rules .*_check_reference/m, 'triggers stand in the place of foreign keys');
my $n = 0;
for my $form ([ 'plain.sql' ], [ 'custom.dump', '-Fc' ], [ 'directory', '-Fd', '-j2' ], [ 'clean.sql', '--clean', '--if-exists' ])
{
	my ($file, @options) = @$form;
	my $database = 'restored' . $n++;
	$to->safe_psql('postgres', "CREATE DATABASE $database");
	$from->command_ok([ 'pg_dump', '-d', $from->connstr('product'), '-f', "$dir/$file", @options ], "pg_dump @options");
	my @program = $file =~ /\.sql$/ ? ('psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-o', "$dir/out", '-f', "$dir/$file")
		: ('pg_restore', '--exit-on-error', $file eq 'directory' ? '-j2' : (), "$dir/$file");
	$to->command_ok([ @program, '-d', $to->connstr($database) ], "$program[0] $file");
	same_text(catalog($to, $database), $catalog, "$file: the same tables, views, triggers and privileges");
	same_text(decided($to, $database), $decided, "$file: the same answers");
	is($to->safe_psql($database, 'SELECT count(*) FROM workflow_perms.upgrade_model()'), 0, "$file: nothing is to be upgraded");
}
$to->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-o', "$dir/out", '-f', "$dir/clean.sql", '-d', $to->connstr('restored0') ], 'restored over what is there');
same_text(decided($to, 'restored0'), $decided, 'the same answers again');
isnt($to->psql('restored1', q{INSERT INTO workflow_perms.execution_rules (account_id, user_id, effect) SELECT id, 'nobody', 'deny' FROM app.orgs LIMIT 1}), 0,
	'what is in no source cannot be named');
is($to->safe_psql('restored1', q{
	DELETE FROM workflow_perms.execution_rules;
	SELECT workflow_perms.read_from(t, NULL) FROM unnest(ARRAY['workflow_members', 'workflows', 'workspace_members', 'role_grants', 'workspaces', 'users']) t;
	SELECT count(*) FROM workflow_perms._sources()}), "\n\n\n\n\n\n0", 'a restored model gets its tables back');

# A standby.
$from->backup('standby');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($from, 'standby', has_streaming => 1);
$standby->start;
$from->wait_for_catchup($standby, 'replay', $from->lsn('flush'));
same_text(decided($standby, 'product'), $decided, 'a standby decides the same');

# S2: what one session commits, another sees from its next statement on; at REPEATABLE READ, when it begins anew.
my ($account, $user, $flow) = split /\|/, $from->safe_psql('product', q{
	SELECT u.org_id, u.id, w.id FROM app.users u JOIN app.flows w USING (org_id) JOIN workflow_perms.principal(u.org_id::text, u.id::text) p ON u.deactivated_at IS NULL
	WHERE w.is_private AND w.status = 'active' AND NOT workflow_perms.can_view(p, w.id::text) AND (w.folder_id IS NULL OR w.folder_id IN (SELECT id FROM app.folders WHERE kind IN ('open', 'closed')))
	ORDER BY 2, 3 LIMIT 1});
my $share = "INSERT INTO app.flow_shares VALUES ('$flow', '$user')";
my $unshare = "DELETE FROM app.flow_shares WHERE flow_id = '$flow' AND user_id = '$user'";
for my $level (['READ COMMITTED', 'f t f'], ['REPEATABLE READ', 'f f f'])
{
	my ($isolation, $expected) = @$level;
	my $asked = $from->safe_psql('product', qq{
		CREATE EXTENSION IF NOT EXISTS dblink;
		BEGIN ISOLATION LEVEL $isolation;
		SELECT FROM workflow_perms.set_principal('$account', '$user');
		CREATE TEMP TABLE told (n serial, may bool) ON COMMIT DROP;
		INSERT INTO told (may) SELECT workflow_perms.can_view('$flow');
		SELECT FROM dblink_exec('dbname=product host=' || split_part(current_setting('unix_socket_directories'), ',', 1) || ' port=' || current_setting('port'), \$\$$share\$\$);
		INSERT INTO told (may) SELECT workflow_perms.can_view('$flow');
		SELECT FROM dblink_exec('dbname=product host=' || split_part(current_setting('unix_socket_directories'), ',', 1) || ' port=' || current_setting('port'), \$\$$unshare\$\$);
		INSERT INTO told (may) SELECT workflow_perms.can_view('$flow');
		SELECT 'told ' || string_agg(left(may::text, 1), ' ' ORDER BY n) FROM told;
		COMMIT});
	like($asked, qr/told \Q$expected\E/, "S2 $isolation: a share committed elsewhere counts for the next statement, and under no older snapshot");
}

done_testing();

# A server that dies by SIGQUIT in the middle of changes comes back with whole
# transactions only: each is there with everything that it caused (disabled
# enablements, entries of the audit log, first owners, published versions) or not at
# all, and no invariant is broken. The same where a statement is cancelled, where a
# connection is ended and where the disk is full: nothing half done stays.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AsServer;
use Model;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(usleep);

my $node = PostgreSQL::Test::Cluster->new('crash');
$node->init;
$node->append_conf('postgresql.conf', "autovacuum = off");
$node->start;
fill($node, 'filled');
my $users = 3000;
$node->safe_psql('filled', qq{
	SELECT workflow_perms.create_account('big', 'root');
	INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) VALUES ('big', 'p', 'project'), ('big', 'o', 'open');
	INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata)
		SELECT 'big', 'u' || i, 'connected', jsonb_build_object('plan', 'a', 'n', i) FROM generate_series(1, $users) AS i;
	INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status) VALUES ('big', 'w', 'p', 'main', 'live');
	INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled) SELECT 'big', 'w', 'u' || i, true FROM generate_series(1, $users) AS i});

# broken(): what is not as it must be in every committed state; empty where all is well.
my $broken = q{
	SELECT 'enabled against the gate: ' || e.user_id FROM workflow_perms.enablements e
		JOIN workflow_perms.users u USING (account_id, user_id) JOIN workflow_perms.workflows w USING (account_id, workflow_id)
		WHERE e.account_id = 'big' AND e.enabled AND w.condition IS NOT NULL AND workflow_perms.matches(u.metadata, u.user_id, w.condition) IS NOT TRUE
	UNION ALL SELECT 'last entry is not the row: ' || a.object FROM (
		SELECT DISTINCT ON (object) object, after FROM workflow_perms.audit_log WHERE account_id = 'big' AND object LIKE 'enablements %' ORDER BY object, entry DESC) AS a
		JOIN workflow_perms.enablements e ON e.account_id = 'big' AND a.object = concat_ws(' ', 'enablements', e.workflow_id, e.user_id, CASE e.configuration WHEN '' THEN '""' ELSE e.configuration END)
		WHERE (a.after ->> 'enabled')::boolean <> e.enabled
	UNION ALL SELECT 'a row without an entry: ' || w.workflow_id FROM workflow_perms.workflows w
		WHERE account_id = 'big' AND NOT EXISTS (SELECT FROM workflow_perms.audit_log a WHERE a.account_id = 'big' AND a.object = 'workflows ' || w.workflow_id AND a.action = 'insert')
	UNION ALL SELECT 'an entry without a row: ' || a.object FROM workflow_perms.audit_log a
		WHERE account_id = 'big' AND action = 'insert' AND object LIKE 'workflows %' AND NOT EXISTS (SELECT FROM workflow_perms.workflows w WHERE w.account_id = 'big' AND a.object = 'workflows ' || w.workflow_id)
	UNION ALL SELECT 'no owner: ' || w.workflow_id FROM workflow_perms.workflows w
		WHERE account_id = 'big' AND workspace_id = 'o' AND NOT EXISTS (SELECT FROM workflow_perms.workflow_members m WHERE m.account_id = 'big' AND m.workflow_id = w.workflow_id AND m.is_owner)
	UNION ALL SELECT 'live version without its definition: ' || w.workflow_id FROM workflow_perms.workflows w
		WHERE account_id = 'big' AND live_version IS NOT NULL AND NOT EXISTS (SELECT FROM workflow_perms.workflow_versions v WHERE v.account_id = 'big' AND (v.workflow_id, v.version) = (w.workflow_id, w.live_version))
	UNION ALL SELECT 'published, but a draft is left: ' || d.workflow_id FROM workflow_perms.workflow_drafts d WHERE account_id = 'big'};
my %seen;

# check_state(name): nothing is broken; counts which states were met.
sub check_state
{
	my ($name) = @_;
	is($node->safe_psql('filled', $broken), '', "$name: nothing is half done");
	$seen{ $node->safe_psql('filled', q{SELECT count(*) FILTER (WHERE enabled) FROM workflow_perms.enablements WHERE account_id = 'big'}) }++;
	return;
}
check_state('before');

# A change of the condition that ends two thirds; of the metadata of all; enabling again; a new workflow that is published at once.
my %change = (
	condition => q{UPDATE workflow_perms.workflows SET condition = '{"n": {"$lte": 1000}}' WHERE account_id = 'big' AND workflow_id = 'w'},
	metadata => q{UPDATE workflow_perms.users SET metadata = metadata || '{"n": 5000}' WHERE account_id = 'big' AND user_id IN (SELECT user_id FROM workflow_perms.users WHERE account_id = 'big' AND kind = 'connected' ORDER BY random() LIMIT 100)},
	again => q{BEGIN; UPDATE workflow_perms.workflows SET condition = NULL WHERE account_id = 'big' AND workflow_id = 'w'; UPDATE workflow_perms.enablements SET enabled = true WHERE account_id = 'big'; COMMIT},
	publish => q{BEGIN; SELECT workflow_perms.set_principal('big', 'root');
		INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, created_by) SELECT 'big', 'n' || 1 + count(*), 'o', 'root' FROM workflow_perms.workflows;
		INSERT INTO workflow_perms.workflow_drafts (account_id, workflow_id, user_id, definition) SELECT 'big', workflow_id, 'root', '{}' FROM workflow_perms.workflows WHERE account_id = 'big' AND workspace_id = 'o' AND live_version IS NULL;
		SELECT workflow_perms.publish(workflow_id) FROM workflow_perms.workflows WHERE account_id = 'big' AND workspace_id = 'o' AND live_version IS NULL; COMMIT});

# changing(name): a connection that does nothing but this change, over and over.
sub changing
{
	my ($name) = @_;
	my $file = PostgreSQL::Test::Utils::tempdir() . "/$name.sql";
	append_to_file($file, "$change{$name};\n" x 2000);
	return IPC::Run::start([ 'psql', '-X', '-q', '-o', '/dev/null', '-d', $node->connstr('filled'), '-f', $file ], '<', '/dev/null', '2>', '/dev/null');
}

for my $round (1 .. 4)
{
	my @changing = map { changing($_) } sort keys %change;
	usleep(400_000 + 150_000 * $round);
	# Immediate is SIGQUIT to every process.
	$node->stop('immediate');
	$_->finish for @changing;
	$node->start;
	check_state("crash $round");
}

# Ended by another: the statement, the connection.
for my $how ('pg_cancel_backend', 'pg_terminate_backend')
{
	$node->safe_psql('filled', $change{again});
	my ($met, $tries) = (0, 0);
	while (!$met && $tries++ < 20)
	{
		my $name = $tries % 2 ? 'condition' : 'again';
		# It waits a moment, so that whoever is to end it is there before it begins.
		my $h = IPC::Run::start([ 'psql', '-X', '-q', '-o', '/dev/null', '-d', $node->connstr('filled'), '-c', "SELECT pg_sleep(0.1 * $tries)", '-c', $change{$name} ],
			'<', '/dev/null', '2>', \my $stderr);
		$node->safe_psql('filled', qq{DO \$\$
			DECLARE
				busy integer;
			BEGIN
				FOR i IN 1 .. 1000 LOOP
					PERFORM pg_sleep(0.001), pg_stat_clear_snapshot();
					SELECT pid INTO busy FROM pg_stat_activity WHERE query LIKE '%workflow_perms.workflows SET condition%' AND state = 'active' AND pid <> pg_backend_pid();
					EXIT WHEN FOUND;
				END LOOP;
				PERFORM pg_sleep(0.002 * $tries), $how(busy);
			END \$\$});
		$h->finish;
		$met = $stderr =~ /canceling statement|terminating connection/;
	}
	ok($met, "$how: came in the middle");
	check_state($how);
}
# A full disk: no file may grow further, which is what a process meets there, save the error's number.
{
	$node->safe_psql('filled', $change{again});
	my $state = $node->safe_psql('filled', q{SELECT md5(string_agg(e::text, '' ORDER BY e::text)), (SELECT count(*) FROM workflow_perms.audit_log) FROM workflow_perms.enablements e});
	my $limit = 24 * 1024;    # KiB: above a segment of the WAL
	# What dead rows left is filled as well, by rows smaller than entries are.
	$node->safe_psql('filled', 'VACUUM FULL workflow_perms.audit_log');
	my $size = $node->safe_psql('filled', qq{SET session_replication_role = replica;
		INSERT INTO workflow_perms.audit_log (account_id, entry, at, database_role, action, object, after)
			SELECT 'padding', gen_random_uuid(), now(), 'x', 'insert', 'padding', to_jsonb(repeat(md5(i::text), 4)) FROM generate_series(1, 200000) AS i
			WHERE pg_relation_size('workflow_perms.audit_log') < ($limit - 64) * 1024::bigint;
		SELECT pg_relation_size('workflow_perms.audit_log') / 1024});
	cmp_ok($size, '>', $limit - 100, 'the audit log is nearly as large as a file may be');
	$node->stop;
	system('bash', '-c', 'ulimit -f ' . $limit . '; exec pg_ctl -w -s -D "$1" -l "$2" -o "--cluster-name=crash" start', 'start', $node->data_dir, $node->logfile) == 0
		or BAIL_OUT('cannot start with a limit');
	$node->_update_pid(1);
	isnt($node->psql('filled', $change{condition}, stderr => \my $stderr), 0, 'a change for whose entries there is no room is refused');
	like($stderr, qr/could not (extend|write)/, '... in PostgreSQL\'s own words');
	is($node->safe_psql('filled', q{SELECT md5(string_agg(e::text, '' ORDER BY e::text)), (SELECT count(*) FROM workflow_perms.audit_log WHERE account_id <> 'padding') FROM workflow_perms.enablements e}), $state, '... and changed nothing');
	is($node->safe_psql('filled', q{SELECT condition IS NULL FROM workflow_perms.workflows WHERE account_id = 'big' AND workflow_id = 'w'}), 't', '... the condition neither');
	check_state('a full disk');
	$node->stop;
	$node->start;
	is($node->psql('filled', $change{condition}), 0, 'with room again it is made');
	check_state('room again');
}
cmp_ok(scalar(keys %seen), '>', 1, 'changes were met in more than one state: ' . join(', ', map { "$_ enabled" } sort keys %seen));

# What rewrites tables and indexes changes no answer.
my ($catalog, $answers) = (catalog($node, 'filled'), answers($node, 'filled'));
$node->safe_psql('filled', 'VACUUM (FULL, ANALYZE)');
$node->safe_psql('filled', 'CLUSTER workflow_perms.workflows USING workflows_pkey');
$node->safe_psql('filled', "REINDEX $_") for 'SCHEMA workflow_perms', 'TABLE CONCURRENTLY workflow_perms.workflows';
same_text(catalog($node, 'filled'), $catalog, 'VACUUM FULL, CLUSTER, REINDEX: the same catalog');
same_text(answers($node, 'filled'), $answers, '... the same answers');
$node->stop;
done_testing();

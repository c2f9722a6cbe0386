# A physical standby answers as the primary does: checks, lists, sets and explanations,
# under row security, in read-only transactions; a revocation holds there for every
# statement after its replay, and not before in a REPEATABLE READ one; a promoted
# standby writes. What would write there is refused.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AsServer;
use Model;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $primary = PostgreSQL::Test::Cluster->new('primary');
$primary->init(allows_streaming => 1);
$primary->start;
fill($primary, 'filled');
$primary->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'base', has_streaming => 1);
$standby->start;
$primary->wait_for_catchup($standby, 'replay', $primary->lsn('insert'));

same_text(catalog($standby, 'filled'), catalog($primary, 'filled'), 'the same catalog');
same_text(answers($standby, 'filled'), answers($primary, 'filled'), 'the same answers to everybody');
my $as = q{BEGIN; SELECT workflow_perms.set_principal('%s', '%s'); SET LOCAL ROLE demo_app; %s; COMMIT};

# ask(node, account, user, sql): what the application gets to read as that user.
sub ask
{
	my ($node, $account, $user, $sql) = @_;
	return $node->safe_psql('filled', sprintf($as, $account, $user, $sql)) =~ s/^\n//r;
}
my $explain = q{SELECT string_agg(concat_ws(' ', gate, verdict, code), ',') FROM workflow_perms.explain_access('edit', 'campaign')};
my $explained = ask($primary, 'company', 'vic', $explain);
like($explained, qr/not_owner/, 'an explanation');
is(ask($standby, 'company', 'vic', $explain), $explained, '... is the same on the standby');
is(ask($standby, 'company', 'vic', 'SHOW transaction_read_only'), 'on', 'transactions are read-only there');
is(ask($standby, 'company', 'olga', q{SELECT count(*) > 3 FROM workflow_perms.who_can('view', 'campaign')}), 't', 'who_can by who may ask it');

# Revocation: a connection that has the principal loaded, one in REPEATABLE READ.
my $list = q{SELECT string_agg(workflow_id, ' ' ORDER BY workflow_id COLLATE "C") FROM workflow_perms.workflows WHERE workflow_perms.can_view(workflows)};
my $before = ask($standby, 'company', 'vic', $list);
like($before, qr/surprise/, 'vic sees what he is invited to');
my ($in, $out, $timer) = ('', '', IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default));
my $reader = IPC::Run::start([ 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', $standby->connstr('filled') ], '<', \$in, '>', \$out, '2>&1', $timer);

# say(sql): what the kept connection answers.
sub reader_says
{
	my ($sql) = @_;
	$out = '';
	$in .= "$sql;\n\\echo :done\n";
	$reader->pump until $out =~ /^:done$/m;
	return $out =~ s/^:done\n//mr =~ s/^\n+|\n+$//gr;
}
reader_says(q{SELECT workflow_perms.set_principal('company', 'vic', session => true); SET ROLE demo_app});
is(reader_says($list), $before, 'a connection to the standby sees it');
reader_says('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
is(reader_says($list), $before, '... a REPEATABLE READ transaction too');
$primary->safe_psql('filled', q{DELETE FROM workflow_perms.workflow_members WHERE account_id = 'company' AND workflow_id = 'surprise' AND user_id = 'vic'});
$primary->wait_for_catchup($standby, 'replay', $primary->lsn('insert'));
is(reader_says($list), $before, 'which goes on seeing one state after the revocation');
reader_says('COMMIT');
unlike(reader_says($list), qr/surprise/, 'the next statement does not');
unlike(ask($standby, 'company', 'vic', $list), qr/surprise/, '... nor does a new connection');
reader_says('PREPARE kept AS SELECT count(*) FROM workflow_perms.workflows; SET plan_cache_mode = force_generic_plan; EXECUTE kept');
$primary->safe_psql('filled', q{INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id) VALUES ('company', 'surprise', 'vic')});
$primary->wait_for_catchup($standby, 'replay', $primary->lsn('insert'));
is(reader_says('EXECUTE kept'), reader_says('SELECT count(*) FROM workflow_perms.workflows'), 'a prepared plan follows');
like(reader_says($list), qr/surprise/, 'and back again');

# A condition that is new on the primary is known on the standby.
$primary->safe_psql('filled', q{UPDATE workflow_perms.workflows SET condition = '{"seats": {"$lt": 1000}}' WHERE account_id = 'integrations' AND workflow_id = 'alerts'});
$primary->wait_for_catchup($standby, 'replay', $primary->lsn('insert'));
like(ask($standby, 'integrations', 'cafe', $list), qr/alerts/, 'a changed condition holds there');
same_text(answers($standby, 'filled'), answers($primary, 'filled'), 'the same answers to everybody, again');

# What writes is refused, in PostgreSQL's own words.
for my $write (q{INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id) VALUES ('company', 'new', 'marketing')},
	q{SELECT workflow_perms.publish('campaign')}, q{SELECT workflow_perms.enable('preview')}, q{SELECT workflow_perms.create_account('a', 'b')})
{
	my $stderr;
	$standby->psql('filled', sprintf($as, 'company', 'ann', $write), stderr => \$stderr);
	like($stderr, qr/read-only transaction|permission denied/, "$write: refused");
}

# Promoted, it is a primary like any other.
$reader->finish;
$primary->stop;
$standby->promote;
is($standby->safe_psql('filled', q{
	BEGIN;
	SELECT workflow_perms.set_principal('integrations', 'ada');
	SELECT count(*) FROM workflow_perms.enablements WHERE NOT enabled AND user_id = 'shop' AND configuration = 'crm-1';
	SELECT workflow_perms.merge_metadata('shop', '{"billingPlan": "none", "features": []}') IS NOT NULL;
	SELECT count(*) FROM workflow_perms.enablements WHERE NOT enabled AND user_id = 'shop' AND configuration = 'crm-1';
	COMMIT}) =~ s/\s+/ /gr =~ s/^ //r, '0 t 2', 'after promotion changes are acted upon');
$standby->stop;
done_testing();

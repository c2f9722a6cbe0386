# ALTER EXTENSION UPDATE and upgrade_model() take a filled database of version 0.1, with
# what the application added, to what this version makes: every member of the extension,
# every definition and privilege of the tables. Rows, answers and open sessions stay as
# they were, and nothing is audited. And DROP EXTENSION: refused while anything uses the
# extension, and what CASCADE takes.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AsServer;
use Model;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('upgraded');
$node->init;
$node->start;
plan skip_all => 'version 0.1 is not installed beside this one, see build_install in test/lib.sh'
	if $node->safe_psql('postgres', q{SELECT count(*) FROM pg_available_extension_versions WHERE name = 'workflow_perms' AND version = '0.1'}) eq '0';

# said(database, sql): what the statements say on stderr.
sub said
{
	my ($database, $sql) = @_;
	my $stderr;
	$node->psql($database, $sql, stderr => \$stderr);
	return $stderr;
}

# members(database): the members of the extension, a line each, in no order of making.
sub members
{
	my ($database) = @_;
	return join("\n", sort split /\n/, $node->safe_psql($database, slurp_file("$FindBin::RealBin/../upgrade/members.sql")));
}

fill($node, 'fresh');
fill($node, 'filled', '0.1');
# More of the application's own, under names of its own.
$node->safe_psql($_, q{
	CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
	CREATE TRIGGER zz_own BEFORE UPDATE ON workflow_perms.users FOR EACH ROW EXECUTE FUNCTION public.touch();
	ALTER TABLE workflow_perms.users ADD COLUMN email text, ADD CONSTRAINT own_check CHECK (email LIKE '%@%');
	GRANT SELECT (email), UPDATE (email) ON workflow_perms.users TO demo_app;
	GRANT SELECT ON workflow_perms.audit_log TO demo_engine;
	CREATE TABLE public.floors (account_id text, workspace_id text, FOREIGN KEY (account_id, workspace_id) REFERENCES workflow_perms.workspaces ON DELETE CASCADE);
	CREATE STATISTICS public.own_statistics ON account_id, title FROM workflow_perms.workflows})
	for 'fresh', 'filled';
my $old_tables = q{SELECT c.oid::regclass FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace IN ('workflow_perms'::regnamespace, 'public'::regnamespace) ORDER BY 1};
my @tables = split /\n/, $node->safe_psql('filled', $old_tables);
my ($rows, $answers) = (rows($node, 'filled', @tables), answers($node, 'filled'));
like($answers, qr/^sees .*campaign/m, 'somebody sees something');

# Its functions, with the tables of 0.1; a session with plans of all sorts lives through both steps.
my $look = 'EXECUTE seen; EXECUTE may; SELECT public.of_function();';
my $link = $node->connstr('filled');
$node->safe_psql('filled', q{
	CREATE FUNCTION public.of_function() RETURNS text LANGUAGE plpgsql AS $$
	BEGIN
		RETURN (SELECT count(*) || ' ' || count(*) FILTER (WHERE workflow_perms.can_edit(workflow_id)) FROM workflow_perms.workflows);
	END $$});
my $update = q{\! psql -X -q -v ON_ERROR_STOP=1 -d "} . $link . q{" -c "ALTER EXTENSION workflow_perms UPDATE"};
my $upgrade = q{\! psql -X -q -o /dev/null -v ON_ERROR_STOP=1 -d "} . $link . q{" -c "SELECT workflow_perms.upgrade_model()"};
my $between = $node->safe_psql('filled', qq{
	SELECT workflow_perms.set_principal('company', 'ann', true);
	SET ROLE demo_app;
	PREPARE seen AS SELECT string_agg(workflow_id, ' ' ORDER BY workflow_id) FROM workflow_perms.workflows;
	PREPARE may AS SELECT string_agg(workflow_id, ' ' ORDER BY workflow_id) FROM workflow_perms.workflows w WHERE workflow_perms.can_edit(w) AND w.workflow_id <> '';
} . $look x 7 . "SELECT 'update';\n$update\n$look SELECT 'upgrade';\n$upgrade\n" . $look x 2);
my ($before, $after) = $between =~ /\A\n(.*?)^update\n(.*)\z/ms;
my $once = substr($before, 0, length($before) / 7);
like($once, qr/campaign/, 'a session with plans sees something');
is($before, $once x 7, '... again and again');
is("$after\n", "${once}upgrade\n" . $once x 2, '... and the same after the update and after the upgrade');

is($node->safe_psql('filled', q{SELECT extversion FROM pg_extension WHERE extname = 'workflow_perms'}),
	$node->safe_psql('fresh', q{SELECT extversion FROM pg_extension WHERE extname = 'workflow_perms'}), 'the newest version');
$node->safe_psql('filled', 'DROP FUNCTION public.of_function');
same_text(members('filled'), members('fresh'), 'the same members of the extension as in a fresh database');
same_text(catalog($node, 'filled'), catalog($node, 'fresh'), 'the same tables, policies, triggers and privileges');
# The tests of the catalog find in it what they find in a fresh one: no function but as declared, no rule broken.
for my $test (qw(catalog_sanity catalog_rules))
{
	my %said = map { $_ => $node->safe_psql($_, slurp_file("$FindBin::RealBin/../../sql/$test.sql")) } 'filled', 'fresh';
	like($said{fresh}, $test eq 'catalog_sanity' ? qr/^can_view\(text\)\|/m : qr/^t\|t$/m, "$test says something");
	same_text($said{filled}, $said{fresh}, "... and of the upgraded database the same");
}
same_text(rows($node, 'filled', @tables), $rows, 'the same rows, and nothing audited');
same_text(answers($node, 'filled'), $answers, 'the same answers to everybody');
is($node->safe_psql('filled', q{SELECT count(*) FROM (
	SELECT account_id, condition FROM workflow_perms.workflows WHERE condition IS NOT NULL
	EXCEPT SELECT account_id, condition FROM workflow_perms.conditions) AS missing}), '0', 'every condition is registered');
isnt($node->safe_psql('filled', 'SELECT count(*) FROM workflow_perms.conditions'), '0', '... and there are some');
is($node->safe_psql($_, 'SELECT workflow_perms.upgrade_model()'), '', "$_: nothing is left to upgrade") for 'filled', 'fresh';
is($node->safe_psql('filled', q{
	UPDATE workflow_perms.users SET metadata = '{"billingPlan": "free"}' WHERE (account_id, user_id) = ('integrations', 'shop');
	SELECT workflow_id || ' ' || reason FROM workflow_perms.enablements WHERE account_id = 'integrations' AND user_id = 'shop' AND configuration = 'crm-1' AND NOT enabled ORDER BY 1}),
	"alerts condition\npreview condition\nsync condition", 'changes are acted upon');

# A dump of it restores to the same.
my $catalog = catalog($node, 'filled');
my ($dump, $upgraded_rows) = (PostgreSQL::Test::Utils::tempdir() . '/filled.sql', rows($node, 'filled'));
$node->command_ok([ 'pg_dump', '-d', $node->connstr('filled'), '-f', $dump ], 'pg_dump of the upgraded database');
$node->safe_psql('postgres', 'CREATE DATABASE again');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-o', "$dump.out", '-f', $dump, '-d', $node->connstr('again') ], '... restores');
same_text(catalog($node, 'again'), $catalog, '... the same tables');
same_text(rows($node, 'again'), $upgraded_rows, '... the same rows');

# Between the two steps: what cannot be done as before is refused, and says why.
$node->safe_psql('postgres', 'CREATE DATABASE between');
$node->safe_psql('between', q{
	CREATE EXTENSION workflow_perms VERSION '0.1';
	SELECT workflow_perms.create_model(application => 'demo_app', engine => 'demo_engine');
	SELECT workflow_perms.create_account('a', 'boss');
	ALTER EXTENSION workflow_perms UPDATE});
is($node->safe_psql('between', 'SELECT object, mend FROM workflow_perms.permission_drift()'),
	'workflow_perms.accounts|SELECT workflow_perms.upgrade_model();', 'permission_drift() says that the tables are older');
my $make = q{INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) VALUES ('a', 'w', 'open')};
like(said('between', $make), qr/no trigger function.*HINT: .*SELECT workflow_perms\.upgrade_model\(\)/s, 'what the tables still ask for and is gone is refused');

# Where it cannot be run.
$node->safe_psql('postgres', 'CREATE ROLE app; CREATE ROLE spare; CREATE DATABASE bare');
$node->safe_psql('bare', q{CREATE EXTENSION workflow_perms VERSION '0.1'; ALTER EXTENSION workflow_perms UPDATE});
like(said('bare', 'SELECT workflow_perms.upgrade_model()'), qr/there is no model to upgrade.*HINT: .*create_model/s, 'not without a model');
is(members('bare'), members('fresh'), '... where the members are the same all the same');
like(said('between', 'GRANT EXECUTE ON FUNCTION workflow_perms.upgrade_model TO app; SET ROLE app; SELECT workflow_perms.upgrade_model()'), qr/permission denied/, 'superusers only');
$node->safe_psql('between', 'REVOKE EXECUTE ON FUNCTION workflow_perms.upgrade_model FROM app');
like(said('between', 'BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT workflow_perms.upgrade_model()'), qr/must run at READ COMMITTED/, 'not with an old snapshot');
$node->safe_psql('between', 'GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA workflow_perms TO spare');
like(said('between', 'SELECT workflow_perms.upgrade_model()'), qr/the application role of the model cannot be told.*2 roles.*HINT: .*Name both/s, 'not where the roles are in doubt');
like(said('between', q{SELECT workflow_perms.upgrade_model(application => 'demo_app', engine => 'demo_app')}), qr/must be two roles/, 'not for roles that cannot do');
is($node->safe_psql('between', q{SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'workflow\_perms\_%'}), '0', 'nothing of it is left');
is($node->safe_psql('between', q{SELECT count(*) FROM pg_class WHERE relname = 'conditions'}), '0', '... of nothing');
# What was revoked is not granted again, and a column of ours that is of another type stops it.
$node->safe_psql('between', 'REVOKE DELETE ON workflow_perms.workflows FROM demo_app; REVOKE EXECUTE ON FUNCTION workflow_perms.publish(text) FROM demo_app');
$node->safe_psql('between', 'ALTER TABLE workflow_perms.run_steps ADD COLUMN note text; ALTER TABLE workflow_perms.run_steps DROP COLUMN error CASCADE; ALTER TABLE workflow_perms.run_steps ADD COLUMN error bytea');
my $run = q{SELECT workflow_perms.upgrade_model(application => 'demo_app', engine => 'demo_engine')};
like(said('between', $run), qr/column error of workflow_perms\.run_steps is bytea, and not text.*HINT/s, 'a column of another type is refused');
$node->safe_psql('between', 'ALTER TABLE workflow_perms.run_steps DROP COLUMN error; ALTER TABLE workflow_perms.run_steps ADD COLUMN error text COLLATE "C"');
my $notices = said('between', $run);
like($notices, qr/NOTICE: .*GRANT DELETE ON workflow_perms\.workflows TO demo_app/, 'what was revoked is said');
like($notices, qr/NOTICE: .*GRANT EXECUTE ON FUNCTION workflow_perms\.publish\(text\) TO demo_app/, '... of functions, too');
is($node->safe_psql('between', q{SELECT has_table_privilege('demo_app', 'workflow_perms.workflows', 'DELETE'), has_function_privilege('demo_app', 'workflow_perms.publish(text)', 'EXECUTE')}), 'f|f', '... and not granted');
is($node->safe_psql('between', q{SELECT count(*) FROM workflow_perms.run_history}), '0', 'a view that was dropped is made again');
$node->safe_psql('between', $make);

# DROP EXTENSION: while there are tables, while there is a column.
my $drop = 'DROP EXTENSION workflow_perms';
my $refused = said('filled', $drop);
like($refused, qr/cannot drop extension workflow_perms because other objects depend on it/, 'DROP EXTENSION is refused while there is a model');
like($refused, qr/table workflow_perms\.$_ depends on schema workflow_perms/, "... which names $_") for 'accounts', 'workflows', 'audit_log', 'conditions';
like($refused, qr/policy workflow_perms_select on table notes depends on function/, '... and protected tables');
like($refused, qr/column condition of table segments depends on type/, '... and columns of the application');
$node->safe_psql('bare', 'CREATE TABLE public.offers (name text, condition workflow_perms.metadata_condition)');
like(said('bare', $drop), qr/DETAIL:  column condition of table (public\.)?offers depends on type workflow_perms\.metadata_condition/, 'refused while a column has its type');
$node->safe_psql('bare', 'ALTER TABLE public.offers ALTER COLUMN condition TYPE jsonb USING condition::jsonb; DROP EXTENSION workflow_perms');
is($node->safe_psql('bare', q{SELECT count(*) FROM pg_namespace WHERE nspname = 'workflow_perms'}), '0', '... and done when nothing does');

# CASCADE takes all of it, and of the application's tables the columns and policies; row security stays on.
$node->safe_psql('filled', 'SET client_min_messages = warning; DROP EXTENSION workflow_perms CASCADE');
is($node->safe_psql('filled', q{SELECT count(*) FROM pg_namespace WHERE nspname = 'workflow_perms'}), '0', 'CASCADE: the schema is gone, and so are the tables');
is($node->safe_psql('filled', q{SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'public.segments'::regclass AND attnum > 0 AND NOT attisdropped}), 'name', '... and columns of its types');
is($node->safe_psql('filled', q{SELECT relrowsecurity, (SELECT count(*) FROM pg_policy WHERE polrelid = c.oid) FROM pg_class c WHERE oid = 'public.notes'::regclass}), 't|0', '... and policies');
is($node->safe_psql('filled', 'SET ROLE demo_app; SELECT count(*) FROM public.notes'), '0', '... which leaves nothing to be seen');
isnt($node->safe_psql('filled', 'SELECT count(*) FROM public.notes'), '0', '... and the rows where they were');
$node->safe_psql('filled', q{CREATE EXTENSION workflow_perms; SELECT workflow_perms.create_model(application => 'demo_app', engine => 'demo_engine')});
is($node->safe_psql('filled', 'SELECT count(*) FROM workflow_perms.users'), '0', 'it can be installed anew');

$node->stop;
done_testing();

# pg_upgrade from an older major takes a filled model along: the same tables, policies,
# triggers and privileges, the same rows, the same answers to everybody; and what
# triggers do goes on. The older installation is that of $OLD_INSTALL; test/pg_upgrade
# builds both and runs this.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/tap";
use AsServer;
use Model;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $old = PostgreSQL::Test::Cluster->new('old', install_path => $ENV{OLD_INSTALL});
my $new = PostgreSQL::Test::Cluster->new('new');
# The servers must agree on checksums, which newer ones have by default.
my @options = ('--locale=C', '--encoding=UTF8');
$old->init(extra => [@options]);
$new->init(extra => [ @options, $new->pg_version->major >= 18 ? '--no-data-checksums' : () ]);
$old->start;
fill($old, 'filled');
my ($rows, $answers) = (rows($old, 'filled'), answers($old, 'filled'));
$old->stop;

my @upgrade = ('pg_upgrade', '--no-sync', '-d', $old->data_dir, '-D', $new->data_dir, '-b', $old->config_data('--bindir'), '-B', $new->config_data('--bindir'),
	'-s', $new->host, '-p', $old->port, '-P', $new->port);
chdir PostgreSQL::Test::Utils::tempdir();
command_ok([ @upgrade, '--check' ], 'pg_upgrade --check');
command_ok([@upgrade], 'pg_upgrade');
$new->start;
same_text(rows($new, 'filled'), $rows, 'the same rows');
same_text(answers($new, 'filled'), $answers, 'the same answers to everybody');

# What the model would be in a dump of it, made anew here: the catalog tells of no difference.
my $catalog = catalog($new, 'filled');
my $dump = PostgreSQL::Test::Utils::tempdir() . '/filled.sql';
$new->command_ok([ 'pg_dump', '-d', $new->connstr('filled'), '-f', $dump ], 'pg_dump of the upgraded database');
$new->safe_psql('postgres', 'CREATE DATABASE again');
$new->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-o', "$dump.out", '-f', $dump, '-d', $new->connstr('again') ], '... restores');
same_text(catalog($new, 'again'), $catalog, '... as what was upgraded');

is($new->safe_psql('filled', q{
	UPDATE workflow_perms.users SET metadata = '{"billingPlan": "free"}' WHERE (account_id, user_id) = ('integrations', 'shop');
	SELECT workflow_id || ' ' || reason FROM workflow_perms.enablements WHERE account_id = 'integrations' AND user_id = 'shop' AND configuration = 'crm-1' AND NOT enabled ORDER BY 1}),
	"alerts condition\npreview condition\nsync condition", 'changes are acted upon');
is($new->safe_psql('filled', q{SELECT DISTINCT finding FROM workflow_perms.permission_drift() ORDER BY 1}), "foreign_policy\nsets_principal", 'nothing has drifted, but what the demo grants and the policy that the application added');
$new->stop;
done_testing();

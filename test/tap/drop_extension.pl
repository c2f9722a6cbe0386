# DROP EXTENSION: refused while anything uses the extension; with CASCADE it takes the
# model and, of the application's tables, columns and policies, and can be made anew.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AsServer;
use Model;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('dropped');
$node->init;
$node->start;

# said(database, sql): what the statements say on stderr.
sub said
{
	my ($database, $sql) = @_;
	my $stderr;
	$node->psql($database, $sql, stderr => \$stderr);
	return $stderr;
}

fill($node, 'filled');
$node->safe_psql('postgres', 'CREATE DATABASE bare');
$node->safe_psql('bare', 'CREATE EXTENSION workflow_perms');

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

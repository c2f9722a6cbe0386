# Whatever a principal holds much of can be cancelled while it is read, listed, printed and written, and
# leaves a backend that answers as before: the generator of test/bench --sizes, a twentieth of its sizes.
use strict;
use warnings;

use File::Basename qw(dirname);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('cancel');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\nautovacuum = off\nmaintenance_work_mem = '128MB'");
$node->start;
$node->command_ok(
	[ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-v', 'scale=0.05', '-o', '/dev/null', '-d', $node->connstr('postgres'),
		'-f', dirname(__FILE__) . '/../benchmarks/_sizes.sql' ], 'a twentieth of the largest sizes');

# Each question, cancelled at several moments, and then not: it comes to the same as in a backend of its own.
my $cases = $node->safe_psql('postgres', q{
	SELECT c.what, c.account, c.who FROM sizes.cases c WHERE n = (SELECT max(n) FROM sizes.cases m WHERE m.what = c.what) ORDER BY 1});
for my $case (split /\n/, $cases)
{
	my ($what, $account, $who) = split /\|/, $case;
	my $begin = "BEGIN; SELECT FROM workflow_perms.set_principal('$account', '$who')";
	my %questions = (
		'a list' => 'SELECT count(*) FROM workflow_perms.visible_workflows() UNION ALL SELECT count(*) FROM workflow_perms.runnable_workflows()',
		'a value' => 'SELECT length(p::text) - length(p::text) FROM workflow_perms.principal(workflow_perms.principal_account(), workflow_perms.principal_user()) p');
	# Who has nothing but conditions is a small value.
	delete $questions{'a value'} if $what eq 'conditions';
	for my $name (sort keys %questions)
	{
		my $wanted = $node->safe_psql('postgres', "$begin; $questions{$name}; COMMIT");
		my $script = join '', map { "SET statement_timeout = '${_}ms';\n$begin;\n$questions{$name};\nROLLBACK;\n" } 1, 3, 10, 25;
		my ($stdout, $stderr) = ('', '');
		$node->psql('postgres', "\\set VERBOSITY sqlstate\n$script\\set VERBOSITY default\nSET statement_timeout = 0;\n$begin;\n$questions{$name};\nCOMMIT;",
			stdout => \$stdout, stderr => \$stderr, on_error_stop => 0);
		my $cancelled = () = $stderr =~ /57014/g;
		cmp_ok($cancelled, '>=', 1, "$what, $name: is cancelled");
		unlike($stderr, qr/ERROR:  (?!57014|25P02)/, "$what, $name: by nothing else");
		like($stdout, qr/\Q$wanted\E\z/, "$what, $name: answers as before");
	}
}
$node->stop;
done_testing();

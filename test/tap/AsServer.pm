# AsServer.pm: root may not run a server, so a TAP test that root starts runs
# again as the user that owns one, with a directory of its own to write to.
# Clusters without options are copies of the first, as Cluster.pm has them itself since 17 if it is told so.
# `use` it before PostgreSQL::Test::Cluster.
package AsServer;

use strict;
use warnings;
use File::Path qw(rmtree);
use File::Temp qw(tempdir);

sub import
{
	return copy_clusters() if $> != 0;

	my $dir = tempdir('workflow_perms_tap.XXXXXX', TMPDIR => 1);
	my $uid = getpwnam('postgres') // die "there is no user postgres to run a server\n";
	chown $uid, -1, $dir or die "cannot give $dir away: $!\n";
	# The first of them is read by 15, the others since 16.
	local $ENV{TESTDIR} = $dir;
	local $ENV{TESTDATADIR} = "$dir/tmp_check";
	local $ENV{TESTLOGDIR} = "$dir/log";
	mkdir $_ and chown $uid, -1, $_ for $ENV{TESTDATADIR}, $ENV{TESTLOGDIR};

	system('runuser', '-u', 'postgres', '--', $^X, (map { "-I$_" } @INC), $0);
	my $status = $?;
	if ($status == 0)
	{
		rmtree $dir;
	}
	else
	{
		print STDERR "# logs are kept in $dir\n";
	}
	exit($status == 0 ? 0 : $status >> 8 || 1);
}

# copy_clusters(): initdb takes two seconds; it runs once for all tests.
sub copy_clusters
{
	require PostgreSQL::Test::Utils;
	my $call = \&PostgreSQL::Test::Utils::system_or_bail;
	no warnings qw(once redefine);
	*PostgreSQL::Test::Utils::system_or_bail = sub {
		my ($data) = "@_" =~ /^initdb (?:-D (\S+) -A trust -N|--no-sync --pgdata (\S+) --auth trust)$/ ? $1 // $2 : return $call->(@_);
		my $template = "$PostgreSQL::Test::Utils::tmp_check/initdb_template";
		$call->(map { $_ eq $data ? $template : $_ } @_) unless -d $template;
		return $call->('cp', '-RPp', $template, $data);
	};
	return;
}

1;

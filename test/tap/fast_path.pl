# Calls by the protocol's own message for them, which hands a function what the client has
# sent, without the expression and the plan that a function called by SQL can ask about its
# arguments. No call breaks the server, with any pattern of NULLs; none is answered with a
# fault of the server's own (XX000); and what only the planner calls cannot be called so either.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AsServer;
use IO::Socket::UNIX;
use Model;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('fast_path');
$node->init;
$node->start;
fill($node, 'filled');
$node->safe_psql('filled', 'CREATE ROLE stranger LOGIN; GRANT EXECUTE ON FUNCTION workflow_perms.set_principal(text, text, boolean) TO stranger');

# message(type, body): a message of the protocol.
sub message
{
	my ($type, $body) = @_;
	return $type . pack('N', 4 + length $body) . $body;
}

# get(socket, bytes): exactly so many bytes; dies where the server is gone.
sub get
{
	my ($socket, $bytes) = @_;
	my $got = '';
	while (length $got < $bytes)
	{
		read($socket, $got, $bytes - length $got, length $got) or die "the server has closed the connection\n";
	}
	return $got;
}

# answer(socket): what comes until the server is ready again: the SQLSTATE of an error, and the results.
sub answer
{
	my ($socket) = @_;
	my ($state, $message, @results);
	while (1)
	{
		my ($type, $length) = unpack('aN', get($socket, 5));
		my $body = get($socket, $length - 4);
		($state, $message) = ($body =~ /\0C(\w{5})\0/, $body =~ /\0M([^\0]*)\0/) if $type eq 'E';
		push @results, unpack('N', $body) == 0xFFFFFFFF ? undef : substr($body, 4) if $type eq 'V';
		push @results, $body if $type eq 'D';
		return ($state, $message, @results) if $type eq 'Z';
	}
}

# connect_as(role): a connection to the filled database.
sub connect_as
{
	my ($role) = @_;
	my $socket = IO::Socket::UNIX->new($node->host . '/.s.PGSQL.' . $node->port) or die "cannot connect: $!\n";
	my $body = pack('N', 196608) . "user\0$role\0database\0filled\0\0";
	$socket->autoflush(1);
	print $socket pack('N', 4 + length $body) . $body;
	my ($state, $message) = answer($socket);
	die "cannot connect as $role: $message\n" if defined $state;
	return $socket;
}

# query(socket, sql): the same for SQL; dies where it fails.
sub query
{
	my ($socket, $sql) = @_;
	print $socket message('Q', "$sql\0");
	my ($state, $message, @rows) = answer($socket);
	die "$sql: $message\n" if defined $state;
	return @rows;
}

# call(socket, oid, arguments): calls the function with texts, undef for NULL.
sub call
{
	my ($socket, $oid, @arguments) = @_;
	print $socket message('F', pack('Nnn', $oid, 0, scalar @arguments)
		  . join('', map { defined $_ ? pack('N/a*', $_) : pack('N', 0xFFFFFFFF) } @arguments) . pack('n', 0));
	return answer($socket);
}

# The functions, and a value of each type as text; types without one have NULL alone.
my @functions = map { my ($oid, $name, @types) = split /[|;]/; { oid => $oid, name => $name, types => \@types } } split /\n/, $node->safe_psql('filled', q{
	SELECT p.oid, p.oid::regprocedure, (SELECT string_agg(t::regtype::text, ';' ORDER BY i) FROM unnest(proargtypes::oid[]) WITH ORDINALITY a (t, i))
	FROM pg_proc p WHERE pronamespace = 'workflow_perms'::regnamespace AND NOT proretset ORDER BY proname IN ('authenticate', 'set_anonymous', 'set_principal'), p.oid});
my %values = (text => 'alerts', cstring => '{}', boolean => 'f', integer => '1', bigint => '1', smallint => '1', oid => '1', regclass => 'workflow_perms.workflows', regrole => 'demo_app',
	name => 'workflow_id', jsonb => '{"a": 1}', 'text[]' => '{alerts,NULL}', 'workflow_perms.metadata_condition' => '{"a": 1}',
	'workflow_perms.principal' => $node->safe_psql('filled', q{SELECT workflow_perms.principal('integrations', 'shop')}),
	map { split /\|/ } split /\n/, $node->safe_psql('filled', q{SELECT enumtypid::regtype, min(enumlabel) FROM pg_enum GROUP BY 1}));

# call_all(role, sql): calls each function with every pattern of NULLs, after the SQL.
sub call_all
{
	my ($role, $sql) = @_;
	my $socket = connect_as($role);
	my (%outcomes, @faults, @planners);
	query($socket, $sql) if $sql ne '';
	for my $function (@functions)
	{
		my @types = @{ $function->{types} };
		my %seen;
		for my $pattern (0 .. 2**(@types < 8 ? @types : 8) - 1)
		{
			my @arguments = map { $pattern & 1 << $_ % 8 ? undef : $values{ $types[$_] } } 0 .. $#types;
			next if $seen{ join ';', map { $_ // '' } @arguments }++;
			# What changes something is undone.
			query($socket, 'BEGIN');
			my ($state, $message) = call($socket, $function->{oid}, @arguments);
			query($socket, 'ROLLBACK');
			$outcomes{ $state // 'returned' }++;
			push @faults, "$function->{name}: $state $message" if ($state // '') =~ /^XX/;
			push @planners, $function->{name} if !defined $state && grep { $_ eq 'internal' } @types;
		}
	}
	my $calls = 0;
	$calls += $_ for values %outcomes;
	cmp_ok($calls, '>', 3000, "$role, $sql: thousands of calls");
	cmp_ok($outcomes{returned}, '>', 1000, '... many are answered');
	is(join("\n", @faults), '', '... none with a fault of the server');
	is(join("\n", @planners), '', '... and none of those that the planner calls');
	return;
}

call_all('stranger', q{SELECT workflow_perms.set_principal('integrations', 'shop', session => true)});
call_all($node->safe_psql('filled', 'SELECT current_user'), '');

$node->stop;
done_testing();

# Databases of other encodings than UTF-8: the extension and the model are made there, and
# decide what they decide in UTF-8: on ids and metadata with characters beyond ASCII, which a
# client sends in UTF-8. Buckets of $rollout are the same. A character that the encoding has not
# is refused with a condition's own SQLSTATE, written out or escaped.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AsServer;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('encodings');
$node->init;
$node->start;
$node->safe_psql('postgres', 'CREATE ROLE app; CREATE ROLE engine');
$ENV{PGCLIENTENCODING} = 'UTF8';

# Letters, and the same as escapes, that the encoding has, and one that it has not.
my %letters = (
	UTF8 => [ "\xc3\xa9\xe6\x97\xa5", '\u00e9\u65e5', undef, undef ],
	LATIN1 => [ "\xc3\xa9\xc3\xbf", '\u00e9\u00ff', "\xe6\x97\xa5", '\u65e5' ],
	EUC_JP => [ "\xe6\x97\xa5\xe6\x9c\xac", '\u65e5\u672c', "\xe2\x82\xac", '\u20ac' ],
	EUC_KR => [ "\xed\x95\x9c\xea\xb8\x80", '\ud55c\uae00', "\xf0\x9f\x98\x80", '\ud83d\ude00' ],
	# Says nothing of its bytes, which are UTF-8 here; nor has it any escaped character.
	SQL_ASCII => [ "\xc3\xa9\xe6\x97\xa5", undef, undef, '\u00e9' ]);

# answers(database, encoding, letters, skipped): makes a database and a model, and says what is decided
# with ids of these letters, but for some workflows' conditions.
sub answers
{
	my ($database, $encoding, $letters, $skipped) = @_;
	$node->safe_psql('postgres', "CREATE DATABASE $database ENCODING '$encoding' TEMPLATE template0 LOCALE 'C'");
	my ($status, $out, $err) = $node->psql($database, q{CREATE EXTENSION workflow_perms; SELECT workflow_perms.create_model('app', 'engine')});
	is($err, '', "$encoding, $database: the extension and the model are made");
	is($node->safe_psql($database, 'SELECT * FROM workflow_perms.permission_drift()'), '', '... without drift');
	($status, $out, $err) = $node->psql($database, (q{
		SELECT workflow_perms.create_account('@@', '@@');
		INSERT INTO workflow_perms.users (account_id, user_id, kind, metadata)
			SELECT '@@', '@@' || i, 'connected', jsonb_build_object('@@', 'x@@', 'n', i) FROM generate_series(1, 200) i;
		INSERT INTO workflow_perms.workspaces VALUES ('@@', 'p @@', 'project');
		INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status, condition) VALUES
			('@@', 'key @@', 'p @@', 'main', 'live', '{"@@": "x@@"}'),
			('@@', 'not', 'p @@', 'main', 'live', '{"@@": {"$ne": "x@@"}}'),
			('@@', 'regex', 'p @@', 'main', 'live', '{"@@": {"$regex": "^x[@@]{2}$"}}'),
			('@@', 'dots', 'p @@', 'main', 'live', '{"@@": {"$regex": "^x..$"}}'),
			('@@', 'share', 'p @@', 'main', 'live', '{"$rollout": {"percent": 30, "seed": "@@"}}'),
			('@@', 'user', 'p @@', 'main', 'live', '{"$userId": "@@7"}');
		SELECT w.workflow_id, string_agg(u.metadata ->> 'n', ' ' ORDER BY u.metadata -> 'n')
			FROM workflow_perms.workflows w JOIN workflow_perms.users u ON workflow_perms.matches(u.metadata, u.user_id, w.condition)
			WHERE u.kind = 'connected' AND w.workflow_id <> ALL ('@skipped@')
			GROUP BY 1 ORDER BY 1;
		BEGIN;
		SELECT workflow_perms.set_principal('@@', '@@7');
		SET LOCAL ROLE app;
		SELECT string_agg(workflow_id, ', ' ORDER BY workflow_id COLLATE "C") FROM workflow_perms.workflows WHERE workflow_id <> ALL ('@skipped@');
		SELECT workflow_perms.principal_user(), workflow_perms.can_view('key @@'), workflow_perms.can_view('not');
		ROLLBACK;
		BEGIN;
		SELECT workflow_perms.set_principal('@@', '@@');
		SELECT code FROM workflow_perms.explain_access('edit', 'no such @@') LIMIT 1;
		SELECT count(*) FROM workflow_perms.users_matching('{"@@": {"$contains": "@@"}}');
		SELECT workflow_perms.with_metadata(workflow_perms.principal('@@', '@@7'), '{"@@": 1}')::text::jsonb -> 'user';
		ROLLBACK;
		SELECT object, after -> 'workflow_id' FROM workflow_perms.audit_log WHERE object ~ '^workflows' ORDER BY entry LIMIT 2;
	} =~ s/\@\@/$letters/gr =~ s/\@skipped\@/$skipped/gr));
	is($err, '', '... and used');
	return $out;
}

for my $encoding (grep { $_ ne 'UTF8' } sort keys %letters)
{
	my ($letters, $escaped, $beyond, $beyond_escaped) = @{ $letters{$encoding} };
	my $database = lc $encoding;
	# To SQL_ASCII each byte is a character.
	my $skipped = $encoding eq 'SQL_ASCII' ? '{regex,dots}' : '{}';
	is(answers($database, $encoding, $letters, $skipped), answers("${database}_utf8", 'UTF8', $letters, $skipped), "$encoding: decides as UTF-8 does");
	is($node->safe_psql($database, qq{SELECT '{"x": "$escaped"}'::workflow_perms.metadata_condition::text}), qq{{"x": "$letters"}}, '... reads escapes') if defined $escaped;
	my ($status, $out, $err) = $node->psql($database, qq{\\set VERBOSITY verbose\nSELECT '{"x": "\\\\ $beyond_escaped"}'::workflow_perms.metadata_condition});
	like($err, qr/ERROR:  22P02: invalid input syntax for type metadata_condition.*encoding, $encoding, has not/s, '... refuses the escape of a character that it has not');
	is($node->safe_psql($database, qq{SELECT '{"x": "\\\\u65e5"}'::workflow_perms.metadata_condition::text}), '{"x": "\\\\u65e5"}', '... and no backslash for one');
	next unless defined $beyond;
	($status, $out, $err) = $node->psql($database, qq{\\set VERBOSITY verbose\nSELECT '{"x": "$beyond"}'::workflow_perms.metadata_condition});
	like($err, qr/ERROR:  22P05: .*no equivalent in encoding "$encoding"/, '... and PostgreSQL the character itself');
}
$node->stop;
done_testing();

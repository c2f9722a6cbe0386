# Tokens of RS256 and ES256, with keys made on the spot by another program: good
# ones, forged ones, keys that are weak or of another kind; keys that change under
# an open session; and who can say which keys and claims are believed (spec 3).
# What needs HS256 alone is in sql/principal_tokens.sql.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AsServer;
use Digest::SHA qw(hmac_sha256);
use MIME::Base64 qw(encode_base64url);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('tokens');
$node->init;
$node->start;
$node->safe_psql('postgres', q{
	CREATE EXTENSION workflow_perms;
	CREATE ROLE app LOGIN;
	CREATE ROLE api LOGIN;
	CREATE ROLE engine;
	SELECT workflow_perms.create_model(application => 'app', engine => 'engine');
	INSERT INTO workflow_perms.accounts (account_id) VALUES ('acme');
	INSERT INTO workflow_perms.users (account_id, user_id, kind) VALUES ('acme', 'u1', 'connected'), ('acme', 'u2', 'connected');
});
my $superuser = $node->safe_psql('postgres', 'SELECT current_user');
my $dir = PostgreSQL::Test::Utils::tempdir();
my $keys_file = "$dir/keys.json";
my $who = q{SELECT coalesce(workflow_perms.principal_user(), 'none')};

# write_file(name, bytes, mode): writes a file that only we may read, or with that mode.
sub write_file
{
	my ($name, $bytes, $mode) = @_;
	open my $out, '>:raw', "$name.new" or die "$name: $!\n";
	print $out $bytes;
	close $out or die "$name: $!\n";
	chmod $mode // 0600, "$name.new";
	rename "$name.new", $name or die "$name: $!\n";
	return;
}

# openssl(argument…): runs it, and returns what it says.
sub openssl
{
	my ($stdout, $stderr);
	IPC::Run::run([ 'openssl', @_ ], '<', \'', '>', \$stdout, '2>', \$stderr) or die "openssl @_: $stderr\n";
	return $stdout;
}

# make_key(name, option…): a private key in DIR/NAME; returns the public one in PEM.
sub make_key
{
	my ($name, @options) = @_;
	openssl('genpkey', @options, '-out', "$dir/$name");
	return openssl('pkey', '-in', "$dir/$name", '-pubout');
}

# signed(text, key, option…): the bytes of its signature, as OpenSSL makes them.
sub signed
{
	my ($text, $key, @options) = @_;
	write_file("$dir/text", $text);
	@options = ('-sha256') unless @options;
	return openssl('dgst', @options, '-sign', "$dir/$key", "$dir/text");
}

# raw(DER, bytes): r || s of an ECDSA signature, that many bytes each.
sub raw
{
	my ($der, $bytes) = @_;
	my $at = ord(substr $der, 1, 1) == 0x81 ? 3 : 2;
	my $both = '';
	for (1 .. 2)
	{
		my $len = ord(substr $der, $at + 1, 1);
		my $number = substr($der, $at + 2, $len) =~ s/^\x00+//r;
		$both .= "\x00" x ($bytes - length $number) . $number;
		$at += 2 + $len;
	}
	return $both;
}

# unsigned(header, payload): what is to be signed.
sub unsigned
{
	my ($header, $payload) = @_;
	return encode_base64url($header) . '.' . encode_base64url($payload // '{"account":"acme","sub":"u1","exp":221845392000}');
}

# token(header, signer): header and claims, signed by what the signer makes of them.
sub token
{
	my ($header, $signer) = @_;
	my $text = unsigned($header);
	return "$text." . encode_base64url($signer->($text));
}

# json_string(text): as a JSON string.
sub json_string { my ($text) = @_; $text =~ s/\n/\\n/g; return qq{"$text"}; }

# ask(role, sql): stdout and stderr of one new connection, one after another.
sub ask
{
	my ($role, $sql) = @_;
	my ($stdout, $stderr) = ('', '');
	$node->psql('postgres', $sql, stdout => \$stdout, stderr => \$stderr, extra_params => [ '-U', $role ], on_error_stop => 0);
	return ($stdout, $stderr);
}

# presented(token): who app is by it, and with what error.
sub presented
{
	my ($token) = @_;
	my ($stdout, $stderr) = ask('app', "BEGIN; SELECT workflow_perms.authenticate('$token'); COMMIT; BEGIN; SELECT workflow_perms.authenticate('$token'); $who");
	my ($detail) = $stderr =~ /DETAIL:  (.*)/;
	return ($stdout =~ /^(u\d)\z/m ? $1 : 'none', $detail // '');
}

# believed(token, name), refused(token, pattern, name): so it is.
sub believed
{
	my ($token, $name) = @_;
	my ($user, $detail) = presented($token);
	is($user, 'u1', $name) or diag $detail;
	return;
}

sub refused
{
	my ($token, $pattern, $name) = @_;
	my ($user, $detail) = presented($token);
	is($user, 'none', "$name: nobody");
	like($detail, $pattern, "$name: said why");
	return;
}

my $rsa = make_key('rsa', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048');
my $other_rsa = make_key('other_rsa', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048');
my $weak_rsa = make_key('weak_rsa', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:1024');
my $ec = make_key('ec', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256');
my $other_ec = make_key('other_ec', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256');
my $p384 = make_key('p384', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384');
my $k256 = make_key('k256', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:secp256k1');
my $ed = make_key('ed', '-algorithm', 'ED25519');

# In the server's configuration, as it should be.
$node->append_conf('postgresql.conf', "workflow_perms.token_keys_file = '$keys_file'");
$node->reload;
my $pems = sprintf '[{"alg":"RS256","pem":%s},{"alg":"ES256","pem":%s}]', json_string($rsa), json_string($ec);
write_file($keys_file, $pems);

my $by_rsa = sub { signed($_[0], 'rsa') };
my $by_ec = sub { raw(signed($_[0], 'ec'), 32) };
my $rs256 = token('{"alg":"RS256"}', $by_rsa);
my $es256 = token('{"alg":"ES256"}', $by_ec);
believed($rs256, 'RS256, a PEM');
believed($es256, 'ES256, a PEM');
# Lengths of r and s vary.
believed(token(qq{{"alg":"ES256","n":$_}}, $by_ec), "ES256, another one: $_") for 1 .. 5;

# Forged.
my $wrong = qr/^Its signature is not valid\.$/;
refused(token('{"alg":"RS256"}', sub { signed($_[0], 'other_rsa') }), $wrong, 'another RSA key');
refused(token('{"alg":"ES256"}', sub { raw(signed($_[0], 'other_ec'), 32) }), $wrong, 'another P-256 key');
refused(token('{"alg":"ES256"}', sub { raw(signed($_[0], 'p384'), 48) }), $wrong, 'a P-384 signature');
refused(token('{"alg":"ES256"}', sub { signed($_[0], 'ec') }), $wrong, 'ECDSA in DER');
refused(token('{"alg":"ES256"}', sub { substr $by_ec->($_[0]), 0, 63 }), $wrong, 'a byte less of r || s');
refused(token('{"alg":"ES256"}', sub { $by_ec->($_[0]) . "\0" }), $wrong, 'a byte more of r || s');
refused(token('{"alg":"ES256"}', sub { my $s = $by_ec->($_[0]); substr($s, 32) . substr $s, 0, 32 }), $wrong, 's || r');
refused(token('{"alg":"ES256"}', sub { "\0" x 64 }), $wrong, 'r = s = 0');
refused(token('{"alg":"ES256"}', sub { "\0" x 32 . substr $by_ec->($_[0]), 32 }), $wrong, 'r = 0');
refused(token('{"alg":"ES256"}', sub { substr($by_ec->($_[0]), 0, 32) . "\0" x 32 }), $wrong, 's = 0');
my $order = pack 'H*', 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551';
refused(token('{"alg":"ES256"}', sub { $order . $order }), $wrong, 'r = s = the order');
refused(token('{"alg":"ES256"}', sub { "\xff" x 64 }), $wrong, 'r and s beyond the order');
refused(token('{"alg":"ES256"}', sub { raw(signed($_[0], 'ec', '-sha384'), 32) }), $wrong, 'ECDSA of SHA-384');
refused(token('{"alg":"RS256"}', sub { signed($_[0], 'rsa', '-sha512') }), $wrong, 'RSA of SHA-512');
refused(token('{"alg":"RS256"}', sub { signed($_[0], 'rsa', '-sha256', '-sigopt', 'rsa_padding_mode:pss') }), $wrong, 'RSA-PSS');
refused(token('{"alg":"RS256"}', sub { "\0" x 256 }), $wrong, 'a signature of zero');
refused(token('{"alg":"RS256"}', sub { "\0" x 255 . "\1" }), $wrong, 'a signature of one');
refused(token('{"alg":"RS256"}', sub { "\0" . $by_rsa->($_[0]) }), $wrong, 'a zero before');
refused(token('{"alg":"RS256"}', sub { substr $by_rsa->($_[0]), 0, 255 }), $wrong, 'a byte less');
refused(token('{"alg":"RS256"}', $by_ec), $wrong, 'RS256 by the P-256 key');
refused(token('{"alg":"ES256"}', $by_rsa), $wrong, 'ES256 by the RSA key');
# The public key, which everybody knows, as the secret.
my $none = qr/^No key has its algorithm and key id\.$/;
for my $secret ($rsa, $rsa =~ s/\n\z//r, $rsa =~ s/\n/\\n/gr, $ec)
{
	refused(token('{"alg":"HS256"}', sub { hmac_sha256($_[0], $secret) }), $none, 'HS256 by the public key');
	refused(token('{"alg":"RS256"}', sub { hmac_sha256($_[0], $secret) }), $wrong, 'RS256 by the public key as a secret');
}
for my $claims ('{"account":"acme","sub":"u2","exp":221845392000}', '{"account":"acme","sub":"u1","exp":221845392001}')
{
	my ($signature) = $rs256 =~ /([^.]*)$/;
	refused(unsigned('{"alg":"RS256"}', $claims) . ".$signature", $wrong, 'other claims, RS256');
	($signature) = $es256 =~ /([^.]*)$/;
	refused(unsigned('{"alg":"ES256"}', $claims) . ".$signature", $wrong, 'other claims, ES256');
}

# Keys as the numbers of a JSON Web Key, in a set; found by their ids.
my ($modulus) = openssl('rsa', '-in', "$dir/rsa", '-noout', '-modulus') =~ /=([0-9A-F]+)/;
my $point = substr openssl('pkey', '-in', "$dir/ec", '-pubout', '-outform', 'DER'), -64;
my $n = encode_base64url(pack 'H*', $modulus);
my ($x, $y) = map { encode_base64url(substr $point, $_, 32) } 0, 32;
write_file($keys_file, qq({"keys":[{"kty":"RSA","use":"sig","kid":"r","alg":"RS256","n":"$n","e":"AQAB","x5c":["x"]},
	{"kty":"EC","crv":"P-256","kid":"e","alg":"ES256","x":"$x","y":"$y"}]}));
believed($rs256, 'RS256, a JSON Web Key');
believed($es256, 'ES256, a JSON Web Key');
believed(token('{"alg":"RS256","kid":"r"}', $by_rsa), 'RS256, by its id');
believed(token('{"alg":"ES256","kid":"e"}', $by_ec), 'ES256, by its id');
refused(token('{"alg":"ES256","kid":"r"}', $by_ec), $none, 'ES256, by the id of the other');

# Keys of no use.
my $unusable = qr/^The server has no keys that it can use; its log says why\.$/;
my $private = slurp_file("$dir/rsa");
my @keys = (
	[ 'RSA of 1024 bits', "[{\"alg\":\"RS256\",\"pem\":@{[json_string($weak_rsa)]}}]", 'RS256', 'weak_rsa', qr/An RSA key has at least 2048 bits/ ],
	[ 'P-384', "[{\"alg\":\"ES256\",\"pem\":@{[json_string($p384)]}}]", 'ES256', 'p384', qr/ES256 takes a key of the curve P-256/ ],
	[ 'secp256k1', "[{\"alg\":\"ES256\",\"pem\":@{[json_string($k256)]}}]", 'ES256', 'k256', qr/ES256 takes a key of the curve P-256/ ],
	[ 'P-256 for RS256', "[{\"alg\":\"RS256\",\"pem\":@{[json_string($ec)]}}]", 'RS256', 'ec', qr/RS256 takes an RSA key/ ],
	[ 'RSA for ES256', "[{\"alg\":\"ES256\",\"pem\":@{[json_string($rsa)]}}]", 'ES256', 'rsa', qr/ES256 takes a key of the curve P-256/ ],
	[ 'Ed25519', "[{\"alg\":\"ES256\",\"pem\":@{[json_string($ed)]}}]", 'ES256', 'rsa', qr/ES256 takes a key of the curve P-256/ ],
	[ 'a private key', "[{\"alg\":\"RS256\",\"pem\":@{[json_string($private)]}}]", 'RS256', 'rsa', qr/"pem" holds a public key/ ],
	[ 'an exponent of one', qq([{"alg":"RS256","n":"$n","e":"AQ"}]), 'RS256', 'rsa', qr/It is not a sound public key/ ],
	[ 'an even modulus', '[{"alg":"RS256","n":"' . encode_base64url(pack('H*', $modulus =~ s/.$/0/r)) . '","e":"AQAB"}]', 'RS256', 'rsa', qr/It is not a sound public key|make no public key/ ],
	[ 'x and y swapped', qq([{"alg":"ES256","crv":"P-256","x":"$y","y":"$x"}]), 'ES256', 'ec', qr/It is not a sound public key|make no public key/ ],
	[ 'the point at infinity', '[{"alg":"ES256","crv":"P-256","x":"' . 'A' x 43 . '","y":"' . 'A' x 43 . '"}]', 'ES256', 'ec', qr/It is not a sound public key|make no public key/ ],
	[ 'no JSON', $pems . ']', 'RS256', 'rsa', qr/It is not a JSON array of keys/ ]);
for my $case (@keys)
{
	my ($name, $text, $algorithm, $signer, $pattern) = @$case;
	my $logged = -s $node->logfile;
	write_file($keys_file, $text);
	refused(token(qq({"alg":"$algorithm"}), sub { my $s = signed($_[0], $signer); $algorithm eq 'ES256' && $signer ne 'rsa' ? raw($s, 32) : $s }), $unusable, $name)
	  if $signer ne 'p384';
	refused(token(qq({"alg":"$algorithm"}), sub { raw(signed($_[0], $signer), 48) }), $unusable, $name) if $signer eq 'p384';
	like(substr(slurp_file($node->logfile), $logged), $pattern, "$name: the log says why");
}

# A key that is not for this, beside a good one: what the log says.
for my $case (
	[ 'a private key', qq({"kid":"x","alg":"RS256","n":"$n","e":"AQAB","d":"AQ"}), qr/It is a private key; only its public part belongs here/ ],
	[ 'a prime of a private key', qq({"kid":"x","alg":"RS256","n":"$n","e":"AQAB","q":"AQ"}), qr/It is a private key/ ],
	[ 'one that only signs', qq({"kid":"x","alg":"RS256","n":"$n","e":"AQAB","key_ops":["sign"]}), qr/Its "key_ops" do not have "verify"/ ],
	[ 'a public key as the secret', '{"kid":"x","alg":"HS256","k":"' . encode_base64url($rsa) . '"}', qr/The secret of HS256 is a PEM/ ])
{
	my ($name, $key, $pattern) = @$case;
	my $logged = -s $node->logfile;
	write_file($keys_file, qq([{"alg":"RS256","kid":"r","n":"$n","e":"AQAB"},$key]));
	refused(token('{"alg":"RS256","kid":"r"}', $by_rsa), $unusable, $name);
	like(substr(slurp_file($node->logfile), $logged), $pattern, "$name: the log says why");
}

# A thousand keys: only the one that the token means is looked at closely, and reading them can be cancelled.
write_file($keys_file, '[' . join(',', qq({"alg":"RS256","kid":"r","n":"$n","e":"AQAB"}), qq({"alg":"RS256","kid":"unsound","n":"$n","e":"AQ"}),
	map { qq({"alg":"RS256","kid":"$_","n":"$n","e":"AQAB"}) } 1 .. 998) . ']');
my $by_id = token('{"alg":"RS256","kid":"r"}', $by_rsa);
believed($by_id, 'one of a thousand keys');
refused(token('{"alg":"RS256","kid":"unsound"}', $by_rsa), $unusable, 'an unsound one of a thousand keys');
{
	# In one session: what is known of a key is known as long as the key is.
	my $unsound = token('{"alg":"RS256","kid":"unsound"}', $by_rsa);
	my $logged = -s $node->logfile;
	my $answers = ask($superuser, "\\set ON_ERROR_STOP 0\n" . "SELECT workflow_perms.authenticate('$unsound');\n" x 3);
	is(() = (substr(slurp_file($node->logfile), $logged) =~ /It is not a sound public key/g), 1, 'an unsound key is looked at and told once');
}
refused(token('{"alg":"RS256","kid":"999"}', $by_rsa), $none, 'none of a thousand keys');
my ($status, $out, $err) = $node->psql('postgres', "SET statement_timeout = '1ms'; SELECT workflow_perms.authenticate('$by_id')", extra_params => [ '-v', 'VERBOSITY=sqlstate' ]);
like($err, qr/57014/, 'reading a thousand keys is cancelled');

write_file($keys_file, $pems, 0644);
refused($rs256, $unusable, 'a file for everybody to read');
like(slurp_file($node->logfile), qr/It must have permissions u=rw \(0600\) or less/, 'a file for everybody to read: the log says why');
rename $keys_file, "$dir/real.json";
chmod 0600, "$dir/real.json";
symlink "$dir/real.json", $keys_file;
believed($rs256, 'a symbolic link, as secrets are mounted');
unlink $keys_file;
mkdir $keys_file;
refused($rs256, $unusable, 'a directory');
rmdir $keys_file;

# Under an open session the keys change, when the file does and when its name does.
my $secret_one = 'the first secret of this test, long enough';
my $secret_two = 'the other secret of this test, long enough';
my $by_one = token('{"alg":"HS256"}', sub { hmac_sha256($_[0], $secret_one) });
my $by_two = token('{"alg":"HS256"}', sub { hmac_sha256($_[0], $secret_two) });
write_file("$dir/one.json", qq([{"alg":"HS256","secret":"$secret_one"}]));
write_file("$dir/two.json", qq([{"alg":"HS256","secret":"$secret_two"}]));
system('touch', '-r', "$dir/one.json", "$dir/two.json") == 0 or die;
my $present = sub { my ($token, $name) = @_; return "\\echo $name\nBEGIN;\nSELECT workflow_perms.authenticate('$token');\n$who;\nROLLBACK;\n$who;\n" };
my ($stdout, $stderr) = ask($superuser, "\\set ON_ERROR_STOP 0\n"
	  . "\\! cp -p $dir/one.json $keys_file\n" . $present->($by_one, '1 by 1') . $present->($by_two, '2 by 1')
	  . "\\! cp -p $dir/two.json $keys_file.new && mv $keys_file.new $keys_file\n" . $present->($by_one, '1 by 2') . $present->($by_two, '2 by 2')
	  . "\\! rm $keys_file\n" . $present->($by_two, 'no file')
	  . "ALTER SYSTEM SET workflow_perms.token_keys_file = '$dir/one.json';\nSELECT pg_reload_conf();\n"
	  # Until it has come to this session, ten seconds at most.
	  . "SELECT pg_sleep(0.05) WHERE current_setting('workflow_perms.token_keys_file') <> '$dir/one.json';\n" x 200 . $present->($by_one, 'reloaded'));
$stdout =~ s/^t?\n//mg;
is($stdout, "1 by 1\nu1\nnone\n2 by 1\nnone\n1 by 2\nnone\n2 by 2\nu1\nnone\nno file\nnone\nreloaded\nu1\nnone", 'keys that change under an open session')
  or diag $stderr;

# Nobody reads them: as a superuser, wherever settings are shown.
($stdout) = ask($superuser, q{SELECT workflow_perms.principal_user(); SHOW ALL; TABLE pg_settings; TABLE pg_file_settings; TABLE pg_db_role_setting;
	SELECT pg_show_all_settings(); SHOW workflow_perms.token_keys_file; SELECT current_setting('workflow_perms.token_keys_file');});
like($stdout, qr/\Q$dir\E\/one\.json/, 'a superuser sees the name of the file');
unlike($stdout, qr/secret of this test/, 'and nothing that is in it');
($stdout, $stderr) = ask('app', q{SELECT workflow_perms.principal_user(); SHOW ALL; TABLE pg_settings; SELECT current_setting('workflow_perms.token_keys_file')});
unlike($stdout, qr/one\.json/, 'others do not even see that');
like($stderr, qr/workflow_perms\.token_keys_file/, 'others may not ask for it');
unlike(slurp_file($node->logfile), qr/secret of this test|\Q$n\E|PRIVATE KEY/, 'no key is in the log');

# Planted by others, before the library is loaded, no setting is believed.
my $forged = token('{"alg":"HS256"}', sub { hmac_sha256($_[0], 'a secret that somebody else has written') });
my $planted_file = "$dir/planted.json";
write_file($planted_file, '[{"alg":"HS256","secret":"a secret that somebody else has written"}]');
my $try = "BEGIN; SELECT workflow_perms.authenticate('$forged'); ROLLBACK; $who";
my $claim = q{SET request.jwt.claims = '{"account":"acme","sub":"u1"}'; } . $who;
# It is one that would do.
like((ask($superuser, "SET workflow_perms.token_keys_file = '$planted_file'; BEGIN; SELECT workflow_perms.authenticate('$forged'); $who"))[0], qr/^u1\z/m, 'a file that a superuser names, before loading');
is((ask($superuser, "SET workflow_perms.trust_request_claims = on; $claim"))[0], 'u1', 'claims that a superuser trusts, before loading');
($stdout, $stderr) = ask('app', "SET workflow_perms.token_keys_file = '$planted_file'; BEGIN; SELECT workflow_perms.authenticate('$forged'); $who; ROLLBACK; $who");
is($stdout, 'none', 'SET before loading: nobody');
like($stderr, qr/DETAIL:  (?:Its signature is not valid|No key has)/, 'SET before loading: the keys are the server\'s');
is((ask('app', "SET workflow_perms.trust_request_claims = on; $claim"))[0], 'none', 'claims, SET before loading: nobody');
{
	local $ENV{PGOPTIONS} = "-c workflow_perms.token_keys_file=$planted_file -c workflow_perms.trust_request_claims=on";
	is((ask('app', $try))[0], 'none', 'connection options: nobody');
	is((ask('app', $claim))[0], 'none', 'claims, connection options: nobody');
}
for my $setting ("token_keys_file = '$planted_file'", 'trust_request_claims = on')
{
	($stdout, $stderr) = ask('app', "ALTER ROLE app SET workflow_perms.$setting");
	like($stderr, qr/ERROR:  permission denied/, "ALTER ROLE by oneself, before loading: $setting");
}
# In a file it would be for everybody.
$node->append_conf('postgresql.conf', 'workflow_perms.trust_request_claims = on');
$node->reload;
is((ask('app', $claim))[0], 'none', 'claims trusted in the configuration file: nobody');
for my $everybody ('DATABASE postgres', 'ROLE ALL')
{
	$node->safe_psql('postgres', "ALTER $everybody SET workflow_perms.trust_request_claims = on");
	is((ask('app', $claim))[0], 'none', "claims trusted by ALTER $everybody: nobody");
	$node->safe_psql('postgres', "ALTER $everybody RESET workflow_perms.trust_request_claims");
}
# A superuser trusts the login role of an API server: that one, and whom it becomes.
$node->safe_psql('postgres', 'ALTER ROLE api SET workflow_perms.trust_request_claims = on; GRANT app TO api');
is((ask('api', $claim))[0], 'u1', 'claims of the login role that is trusted');
is((ask('api', "SET ROLE app; $claim"))[0], 'u1', 'claims of the login role that is trusted, in another role');
is((ask('app', $claim))[0], 'none', 'claims of another login role');
is((ask($superuser, "SET SESSION AUTHORIZATION api; $claim"))[0], 'none', 'claims after SET SESSION AUTHORIZATION');
is((ask('api', "SET workflow_perms.trust_request_claims = off; SET workflow_perms.trust_request_claims = on; $claim"))[0], 'u1', 'the login role cannot change it');

$node->stop;
done_testing();

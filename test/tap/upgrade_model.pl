# upgrade_model() puts tables right that lack something, or have it in another form than
# create_model() makes it: each column, constraint, index, trigger, policy, comment, owner
# and privilege. Rows and answers stay as they were, nothing is audited, and what the
# application added stays. It says where it cannot be run.
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

# said(database, sql): what the statements say on stderr.
sub said
{
	my ($database, $sql) = @_;
	my $stderr;
	$node->psql($database, $sql, stderr => \$stderr);
	return $stderr;
}

# shape(database): catalog(), but for the places of columns: one that is added again comes last.
sub shape
{
	my ($database) = @_;
	my @lines = split /\n/, catalog($node, $database);
	s/^(column|comment) (workflow_perms\.\S+) \d+ /$1 $2 /, s/^(view workflow_perms\.run_history) .*/$1/ for @lines;
	return join("\n", sort @lines);
}

fill($node, 'fresh');
fill($node, 'filled');
# The application's own, under names of its own.
$node->safe_psql($_, q{
	CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
	CREATE TRIGGER zz_own BEFORE UPDATE ON workflow_perms.users FOR EACH ROW EXECUTE FUNCTION public.touch();
	ALTER TABLE workflow_perms.users ADD COLUMN email text, ADD CONSTRAINT own_check CHECK (email LIKE '%@%');
	GRANT SELECT (email), UPDATE (email) ON workflow_perms.users TO demo_app;
	GRANT SELECT ON workflow_perms.audit_log TO demo_engine;
	CREATE TABLE public.floors (account_id text, workspace_id text, FOREIGN KEY (account_id, workspace_id) REFERENCES workflow_perms.workspaces ON DELETE CASCADE);
	CREATE STATISTICS public.own_statistics ON account_id, title FROM workflow_perms.workflows})
	for 'fresh', 'filled';
my $shape = shape('fresh');
same_text(shape('filled'), $shape, 'two databases begin alike');
my ($rows, $answers) = (rows($node, 'filled'), answers($node, 'filled'));
like($answers, qr/^sees .*campaign/m, 'somebody sees something');

# Each part of the tables, missing and in another form. A part's name, and the statements that take it apart.
my @parts = (
	[ 'a column of a view', 'ALTER TABLE workflow_perms.run_steps DROP COLUMN error CASCADE' ],
	[ 'NOT NULL of a column', 'ALTER TABLE workflow_perms.workflows ALTER hidden DROP NOT NULL' ],
	[ 'the default of a column', 'ALTER TABLE workflow_perms.users ALTER active DROP DEFAULT' ],
	[ 'the default of a column, altered', 'ALTER TABLE workflow_perms.users ALTER active SET DEFAULT false' ],
	[ 'a check', 'ALTER TABLE workflow_perms.users DROP CONSTRAINT ' . part('SELECT conname FROM pg_constraint WHERE conrelid = %s AND contype = %s AND conname <> \'own_check\' ORDER BY conname LIMIT 1', 'users', 'c') ],
	[ 'a check, altered', alter_check() ],
	[ 'a foreign key', 'ALTER TABLE workflow_perms.workflow_members DROP CONSTRAINT ' . part('SELECT conname FROM pg_constraint WHERE conrelid = %s AND contype = %s ORDER BY conname LIMIT 1', 'workflow_members', 'f') ],
	[ 'a primary key and what refers to it', 'ALTER TABLE workflow_perms.boards DROP CONSTRAINT ' . part('SELECT conname FROM pg_constraint WHERE conrelid = %s AND contype = %s', 'boards', 'p') . ' CASCADE' ],
	[ 'an index', 'DROP INDEX workflow_perms.workspaces_kind_idx' ],
	[ 'an index, altered', 'DROP INDEX workflow_perms.workspaces_kind_idx; CREATE INDEX workspaces_kind_idx ON workflow_perms.workspaces (account_id)' ],
	[ 'a trigger', 'DROP TRIGGER refuse_truncate ON workflow_perms.users' ],
	[ 'a trigger, altered', q{DROP TRIGGER refuse_truncate ON workflow_perms.users; CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON workflow_perms.users FOR EACH STATEMENT EXECUTE FUNCTION workflow_perms.guard('other')} ],
	[ 'a trigger, disabled', 'ALTER TABLE workflow_perms.users DISABLE TRIGGER refuse_truncate' ],
	[ 'a trigger of ours that should not be', q{CREATE TRIGGER stray BEFORE TRUNCATE ON workflow_perms.users FOR EACH STATEMENT EXECUTE FUNCTION workflow_perms.guard('_refuse_truncate')} ],
	[ 'a policy', 'DROP POLICY workflows_select ON workflow_perms.workflows' ],
	[ 'a policy, opened', 'ALTER POLICY workflows_select ON workflow_perms.workflows USING (true)' ],
	[ 'a comment', 'COMMENT ON TABLE workflow_perms.users IS NULL; COMMENT ON COLUMN workflow_perms.users.kind IS NULL' ],
	[ 'a comment, altered', q{COMMENT ON TABLE workflow_perms.users IS 'mine'} ],
	[ 'row security', 'ALTER TABLE workflow_perms.users DISABLE ROW LEVEL SECURITY' ],
	[ 'the owner', 'ALTER TABLE workflow_perms.users OWNER TO postgres' ],
	[ 'the view', 'DROP VIEW workflow_perms.run_history' ],
	[ 'the mark of the version', 'COMMENT ON POLICY accounts_select ON workflow_perms.accounts IS NULL' ],
	[ 'a whole table', 'DROP TABLE workflow_perms.conditions CASCADE' ]);

# part(query, table, kind): a name in the model, which numbers may make differ.
sub part
{
	my ($query, $table, $kind) = @_;
	return '"' . $node->safe_psql('filled', sprintf($query, "'workflow_perms.$table'::regclass", "'$kind'")) . '"';
}

sub alter_check
{
	my $name = part('SELECT conname FROM pg_constraint WHERE conrelid = %s AND contype = %s AND conname <> \'own_check\' ORDER BY conname LIMIT 1', 'users', 'c');
	return "ALTER TABLE workflow_perms.users DROP CONSTRAINT $name; ALTER TABLE workflow_perms.users ADD CONSTRAINT $name CHECK (true)";
}

for my $part (@parts)
{
	my ($name, $take_apart) = @$part;
	$node->safe_psql('postgres', 'CREATE DATABASE taken TEMPLATE filled');
	$node->safe_psql('taken', "SET client_min_messages = warning; SET session_replication_role = replica; $take_apart");
	isnt(shape('taken'), $shape, "$name: taken apart");
	$node->safe_psql('taken', 'SELECT workflow_perms.upgrade_model()');
	same_text(shape('taken'), $shape, "$name: put right");
	$node->safe_psql('postgres', 'DROP DATABASE taken');
}

# Every column in another place, with what it held: no part of the extension knows columns by their numbers.
$node->safe_psql('postgres', 'CREATE DATABASE moved TEMPLATE filled');
$node->safe_psql('moved', q{
	SET client_min_messages = warning;
	SET session_replication_role = replica;
	DROP TABLE public.floors;
	DROP STATISTICS public.own_statistics;
	DO $$
	DECLARE
		c record;
	BEGIN
		ALTER TABLE workflow_perms.conditions DISABLE TRIGGER USER;
		FOR c IN SELECT attrelid::regclass AS of_table, quote_ident(attname) AS name, format_type(atttypid, atttypmod) AS type,
				CASE WHEN attcollation = 'pg_catalog."C"'::regcollation THEN 'COLLATE "C"' END AS collation, attgenerated <> '' AS follows
			FROM pg_attribute JOIN pg_class r ON r.oid = attrelid
			WHERE relnamespace = 'workflow_perms'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped
				AND attname NOT IN ('email', 'title') AND attidentity = ''
		LOOP
			IF NOT c.follows THEN
				EXECUTE format('ALTER TABLE %s ADD COLUMN moved %s %s', c.of_table, c.type, c.collation);
				EXECUTE format('UPDATE %s SET moved = %s', c.of_table, c.name);
			END IF;
			EXECUTE format('ALTER TABLE %s DROP COLUMN IF EXISTS %s CASCADE', c.of_table, c.name);
			IF NOT c.follows THEN
				EXECUTE format('ALTER TABLE %s RENAME COLUMN moved TO %s', c.of_table, c.name);
			END IF;
		END LOOP;
	END $$});
my $visible = $node->safe_psql('filled', q{SELECT pg_get_viewdef('public.visible')});
# What went with the columns, and is not the model's: privileges, and what the application built on them.
$node->safe_psql('moved', q{
	SELECT workflow_perms.upgrade_model();
	SELECT workflow_perms.grant_model('demo_app', 'demo_engine');
	CREATE INDEX workflows_title ON workflow_perms.workflows (account_id, title);
	CREATE VIEW public.visible WITH (security_invoker = true) AS } . $visible . q{;
	GRANT SELECT ON public.visible TO demo_app});
$node->safe_psql('postgres', 'CREATE DATABASE there TEMPLATE filled');
$node->safe_psql('there', 'DROP TABLE public.floors; DROP STATISTICS public.own_statistics');
same_text(shape('moved'), shape('there'), 'columns in other places: put right');
same_text(answers($node, 'moved'), $answers, '... the same answers to everybody');
is($node->safe_psql('moved', q{
	UPDATE workflow_perms.workflows SET condition = '{"moved": 1}' WHERE (account_id, workflow_id) = ('integrations', 'sync');
	UPDATE workflow_perms.users SET metadata = '{"billingPlan": "free"}' WHERE (account_id, user_id) = ('integrations', 'shop');
	SELECT workflow_id || ' ' || reason FROM workflow_perms.enablements WHERE account_id = 'integrations' AND user_id = 'shop' AND configuration = 'crm-1' AND NOT enabled ORDER BY 1}),
	"alerts condition\npreview condition\nsync condition", '... changes are acted upon');
$node->safe_psql('postgres', $_) for 'DROP DATABASE moved', 'DROP DATABASE there';

# All at once, but for what excludes each other.
$node->safe_psql('filled', "SET client_min_messages = warning; SET session_replication_role = replica; $_->[1]") for grep { $_->[0] !~ /altered|opened|disabled|the view/ } @parts;
my $upgrade = 'SELECT workflow_perms.upgrade_model()';
like($node->safe_psql('filled', $upgrade), qr/ALTER TABLE/, 'all at once');
same_text(shape('filled'), $shape, '... put right');
is($node->safe_psql($_, $upgrade), '', "$_: nothing is left to do") for 'filled', 'fresh';
same_text(answers($node, 'filled'), $answers, '... the same answers to everybody');
is($node->safe_psql('filled', q{SELECT count(*) FROM (
	SELECT account_id, condition FROM workflow_perms.workflows WHERE condition IS NOT NULL
	EXCEPT SELECT account_id, condition FROM workflow_perms.conditions) AS missing}), '0', '... every condition is registered');
is($node->safe_psql('filled', 'SELECT count(*) FROM workflow_perms.audit_log'), $node->safe_psql('fresh', 'SELECT count(*) FROM workflow_perms.audit_log'), '... nothing is audited');
is($node->safe_psql('filled', q{
	UPDATE workflow_perms.users SET metadata = '{"billingPlan": "free"}' WHERE (account_id, user_id) = ('integrations', 'shop');
	SELECT workflow_id || ' ' || reason FROM workflow_perms.enablements WHERE account_id = 'integrations' AND user_id = 'shop' AND configuration = 'crm-1' AND NOT enabled ORDER BY 1}),
	"alerts condition\npreview condition\nsync condition", '... changes are acted upon');

# A session with plans of all sorts lives through it.
$node->safe_psql('filled', q{
	CREATE FUNCTION public.of_function() RETURNS text LANGUAGE plpgsql AS $$
	BEGIN
		RETURN (SELECT count(*) || ' ' || count(*) FILTER (WHERE workflow_perms.can_edit(workflow_id)) FROM workflow_perms.workflows);
	END $$;
	DROP INDEX workflow_perms.workspaces_kind_idx; COMMENT ON COLUMN workflow_perms.users.kind IS NULL});
my $look = 'EXECUTE seen; EXECUTE may; SELECT public.of_function();';
my $by_another = q{\! psql -X -q -o /dev/null -v ON_ERROR_STOP=1 -d "} . $node->connstr('filled') . qq{" -c "$upgrade"};
my $session = $node->safe_psql('filled', q{
	SELECT workflow_perms.set_principal('company', 'ann', true);
	SET ROLE demo_app;
	PREPARE seen AS SELECT string_agg(workflow_id, ' ' ORDER BY workflow_id) FROM workflow_perms.workflows;
	PREPARE may AS SELECT string_agg(workflow_id, ' ' ORDER BY workflow_id) FROM workflow_perms.workflows w WHERE workflow_perms.can_edit(w) AND w.workflow_id <> '';
} . $look x 7 . "SELECT 'upgrade';\n$by_another\n" . $look x 2);
my ($before, $after) = $session =~ /\A\n(.*?)^upgrade\n(.*)\z/ms;
my $once = substr($before, 0, length($before) / 7);
like($once, qr/campaign/, 'a session with plans sees something');
is($before, $once x 7, '... again and again');
is("$after\n", $once x 2, '... and the same after the upgrade');
$node->safe_psql('filled', 'DROP FUNCTION public.of_function');

# Rows stay: of what is put right without a column that was dropped.
$node->safe_psql('fresh', "SET session_replication_role = replica; $_->[1]") for grep { $_->[0] =~ /NOT NULL|key|policy$|comment$|index$/ } @parts;
$rows = rows($node, 'fresh');
$node->safe_psql('fresh', $upgrade);
same_text(rows($node, 'fresh'), $rows, 'rows stay');

# A foreign key of a role that may refer to a table: to check it would run that role's functions as the superuser, those of an
# index and of statistics among them.
$node->safe_psql('fresh', q{
	SET client_min_messages = warning;
	ALTER TABLE workflow_perms.accounts DROP CONSTRAINT accounts_pkey CASCADE;
	ALTER TABLE workflow_perms.accounts ADD CONSTRAINT accounts_pkey PRIMARY KEY (account_id) INCLUDE (creator_roles);
	CREATE ROLE referrer;
	GRANT USAGE ON SCHEMA workflow_perms TO referrer;
	GRANT REFERENCES ON workflow_perms.accounts TO referrer;
	CREATE SCHEMA referrer AUTHORIZATION referrer;
	SET ROLE referrer;
	CREATE TABLE referrer.called_by (role name);
	GRANT INSERT ON referrer.called_by TO PUBLIC;
	CREATE FUNCTION referrer.note() RETURNS void LANGUAGE sql VOLATILE AS 'INSERT INTO referrer.called_by VALUES (current_user)';
	CREATE FUNCTION referrer.called(int) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS 'BEGIN PERFORM referrer.note(); RETURN true; END';
	CREATE TABLE referrer.notes (account_id text COLLATE "C" CONSTRAINT of_account REFERENCES workflow_perms.accounts);
	COMMENT ON CONSTRAINT of_account ON referrer.notes IS 'mine';
	CREATE INDEX notes_called ON referrer.notes (account_id) WHERE referrer.called(1);
	CREATE STATISTICS referrer.notes_statistics ON (referrer.called(2)), account_id FROM referrer.notes;
	CREATE TABLE referrer.parts (account_id text COLLATE "C" REFERENCES workflow_perms.accounts) PARTITION BY LIST (account_id);
	INSERT INTO referrer.notes VALUES ('company');
	DELETE FROM referrer.called_by});
my $said;
$node->psql('fresh', $upgrade, stdout => \my $ran, stderr => \$said, on_error_stop => 1);
like($ran, qr/^ALTER TABLE referrer\.notes ADD CONSTRAINT of_account .* NOT VALID; COMMENT ON .* IS 'mine'$/m, 'a foreign key of the application is made again, and not checked');
like($said, qr/NOTICE: .* left for its owner to make again: ALTER TABLE referrer\.parts ADD CONSTRAINT/, '... that of a partitioned table is said');
is($node->safe_psql('fresh', "SELECT DISTINCT role FROM referrer.called_by"), '', '... and no function of its owner runs');
is($node->safe_psql('fresh', $upgrade), '', '... once');

# Where it cannot be run.
$node->safe_psql('postgres', 'CREATE ROLE app; CREATE ROLE spare; CREATE DATABASE bare; CREATE DATABASE plain');
$node->safe_psql('plain', q{
	CREATE EXTENSION workflow_perms;
	SELECT workflow_perms.create_model(application => 'demo_app', engine => 'demo_engine');
	SELECT workflow_perms.create_account('a', 'boss')});
$node->safe_psql('bare', 'CREATE EXTENSION workflow_perms');
like(said('bare', $upgrade), qr/there is no model to upgrade.*HINT: .*create_model/s, 'not without a model');
like(said('plain', "GRANT EXECUTE ON FUNCTION workflow_perms.upgrade_model TO app; SET ROLE app; $upgrade"), qr/permission denied/, 'superusers only');
$node->safe_psql('plain', 'REVOKE EXECUTE ON FUNCTION workflow_perms.upgrade_model FROM app');
like(said('plain', "BEGIN ISOLATION LEVEL REPEATABLE READ; $upgrade"), qr/must run at READ COMMITTED/, 'not with an old snapshot');
$node->safe_psql('plain', 'ALTER POLICY accounts_application ON workflow_perms.accounts TO demo_app, spare');
like(said('plain', $upgrade), qr/the application role of the model cannot be told.*policy accounts_application.*HINT: .*Name both/s, 'not where the roles are in doubt');
like(said('plain', q{SELECT workflow_perms.upgrade_model(application => 'demo_app', engine => 'demo_app')}), qr/must be two roles/, 'not for roles that cannot do');
is($node->safe_psql('plain', q{SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'workflow\_perms\_%'}), '0', 'nothing of it is left');
# What was revoked is not granted again, and a column of ours that is of another type stops it.
$node->safe_psql('plain', 'REVOKE DELETE ON workflow_perms.workflows FROM demo_app; REVOKE EXECUTE ON FUNCTION workflow_perms.publish(text) FROM demo_app');
$node->safe_psql('plain', 'ALTER TABLE workflow_perms.run_steps ADD COLUMN note text; ALTER TABLE workflow_perms.run_steps DROP COLUMN error CASCADE; ALTER TABLE workflow_perms.run_steps ADD COLUMN error bytea');
my $run = q{SELECT workflow_perms.upgrade_model(application => 'demo_app', engine => 'demo_engine')};
like(said('plain', $run), qr/column error of workflow_perms\.run_steps is bytea, and not text.*HINT/s, 'a column of another type is refused');
$node->safe_psql('plain', 'ALTER TABLE workflow_perms.run_steps DROP COLUMN error; ALTER TABLE workflow_perms.run_steps ADD COLUMN error text COLLATE "C"');
my $notices = said('plain', $run);
like($notices, qr/NOTICE: .*GRANT DELETE ON workflow_perms\.workflows TO demo_app/, 'what was revoked is said');
like($notices, qr/NOTICE: .*GRANT EXECUTE ON FUNCTION workflow_perms\.publish\(text\) TO demo_app/, '... of functions, too');
is($node->safe_psql('plain', q{SELECT has_table_privilege('demo_app', 'workflow_perms.workflows', 'DELETE'), has_function_privilege('demo_app', 'workflow_perms.publish(text)', 'EXECUTE')}), 'f|f', '... and not granted');
is($node->safe_psql('plain', q{SELECT count(*) FROM workflow_perms.run_history}), '0', 'a view that was dropped is made again');
$node->safe_psql('plain', q{INSERT INTO workflow_perms.workspaces (account_id, workspace_id, kind) VALUES ('a', 'w', 'open')});

$node->stop;
done_testing();

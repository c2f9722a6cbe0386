# create_model(owner => 'migrator'): a role without superuser owns the tables and runs the
# application's migrations. It may alter the tables, refer to them, make indexes and grant what
# nobody has by default. The extension answers and acts as with its own owner. The owner does not
# become a superuser by it: nothing that it attaches to the tables runs as one when a superuser
# calls the extension, and it puts no function where a superuser's call would find it.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AsServer;
use Model;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my ($node, $to) = map { PostgreSQL::Test::Cluster->new($_) } 'migrated', 'to';
for my $n ($node, $to)
{
	$n->init;
	$n->append_conf('postgresql.conf', "jit = off\n");
	$n->start;
	$n->safe_psql('postgres', 'CREATE ROLE demo_app; CREATE ROLE demo_engine; CREATE ROLE migrator LOGIN');
}

# said(database, sql, role): what the statements say on stderr.
sub said
{
	my ($database, $sql, $role) = @_;
	my $stderr;
	$node->psql($database, $sql, stderr => \$stderr, extra_params => [ $role ? ('-U', $role) : () ]);
	return $stderr;
}

# by_migrator(database, sql): what the migrator gets, who is connected as itself; an error is a failure.
sub by_migrator
{
	my ($database, $sql) = @_;
	my $stderr;
	my $status = $node->psql($database, "SET client_min_messages = warning; $sql", stdout => \my $stdout, stderr => \$stderr, on_error_stop => 1, extra_params => [ '-U', 'migrator' ]);
	fail("$sql: $stderr") if $status != 0;
	return $stdout;
}

# fill_for(database, owner): a filled model, with this owner.
sub fill_for
{
	my ($database, $owner) = @_;
	$node->safe_psql('postgres', "CREATE DATABASE $database");
	for my $sql (filling())
	{
		$sql =~ s/^CREATE ROLE demo_.*$//mg;
		$sql =~ s/(engine => 'demo_engine')/$1, owner => '$owner'/ if $owner;
		$node->safe_psql($database, $sql);
	}
	return;
}

# Refused owners.
$node->safe_psql('postgres', 'CREATE DATABASE refused');
$node->safe_psql('refused', 'CREATE EXTENSION workflow_perms');
for my $refused (
	[ 'postgres', '', qr/role "postgres" cannot own the tables, because it is above row security/, 'a superuser' ],
	[ 'migrator', 'ALTER ROLE migrator BYPASSRLS', qr/role "migrator" cannot own the tables, because it is above row security/, 'a role with BYPASSRLS' ],
	[ 'demo_app', '', qr/role "demo_app" cannot be the application role/, 'the application' ],
	[ 'demo_engine', '', qr/role "demo_engine" cannot be the engine role/, 'the engine' ],
	[ 'migrator', 'GRANT migrator TO demo_app', qr/role "demo_app" cannot be the application role, because it can become the owner of the tables/, 'a role that the application can become' ],
	[ 'migrator', 'CREATE ROLE between IN ROLE migrator ROLE demo_engine', qr/role "demo_engine" cannot be the engine role, because it can become the owner/, 'a role that the engine can become by another' ],
	[ '-', '', qr/argument "owner" names no role/, 'no role' ],
	[ '4000000000', '', qr/argument "owner" names no role/, 'a number that is no role' ])
{
	my ($owner, $before, $error, $name) = @$refused;
	like(said('refused', "BEGIN; $before; SELECT workflow_perms.create_model(application => 'demo_app', engine => 'demo_engine', owner => '$owner')"), $error, "refused as owner: $name");
}
is($node->safe_psql('refused', q{SELECT count(*) FROM pg_class WHERE relnamespace = 'workflow_perms'::regnamespace AND relkind = 'r'}), '0', '... nothing is left');

# The same answers and effects as with the extension's own owner.
fill_for('plain', undef);
fill_for('owned', 'migrator');
is($node->safe_psql('owned', q{SELECT string_agg(DISTINCT pg_get_userbyid(relowner), ' ') FROM pg_class
	WHERE relnamespace = 'workflow_perms'::regnamespace AND relkind IN ('r', 'v', 'i')}), 'migrator', 'the migrator owns tables, view and indexes');
same_text(answers($node, 'owned'), answers($node, 'plain'), 'the same answers to everybody');
my $change = q{
	BEGIN;
	UPDATE workflow_perms.users SET metadata = '{"billingPlan": "free"}' WHERE (account_id, user_id) = ('integrations', 'shop');
	SELECT workflow_id || ' ' || reason FROM workflow_perms.enablements WHERE account_id = 'integrations' AND user_id = 'shop' AND NOT enabled ORDER BY 1;
	SELECT object FROM workflow_perms.audit_log WHERE account_id = 'integrations' AND at = now() ORDER BY object COLLATE "C";
	DELETE FROM workflow_perms.accounts WHERE account_id = 'company';
	SELECT count(*) FROM workflow_perms.runs WHERE account_id = 'company';
	ROLLBACK};
my $changed = $node->safe_psql('plain', $change);
like($changed, qr/^sync condition$/m, 'a change has effects');
is($node->safe_psql('owned', $change), $changed, '... the same ones');
is(by_migrator('owned', $change), $changed, '... for the migrator too');
my $refused = q{BEGIN; SET ROLE demo_app; SELECT workflow_perms.set_principal('company', 'ann'); DELETE FROM workflow_perms.workflow_members; INSERT INTO workflow_perms.accounts VALUES ('own')};
$node->safe_psql($_, 'GRANT EXECUTE ON FUNCTION workflow_perms.set_principal(text, text, boolean) TO demo_app') for 'plain', 'owned';
like(said('plain', $refused), qr/ERROR/, 'a write is refused');
is(said('owned', $refused), said('plain', $refused), '... in the same words');
$node->safe_psql($_, 'REVOKE EXECUTE ON FUNCTION workflow_perms.set_principal(text, text, boolean), workflow_perms.set_anonymous(text, boolean) FROM demo_app') for 'plain', 'owned';

# What it reports.
my $drift = q{SELECT concat_ws('|', finding, object, mend) FROM workflow_perms.permission_drift() WHERE object NOT LIKE '%notes%' AND object NOT LIKE '%visible%'};
my $reported = q{owner_bypasses_row_security|migrator|SELECT workflow_perms.upgrade_model(NULL::regrole, NULL::regrole, 'workflow_perms_owner'::regrole);};
is(join("\n", sort split /\n/, $node->safe_psql('owned', $drift)), join("\n", sort $reported, split /\n/, $node->safe_psql('plain', $drift)), 'permission_drift() reports the owner, and nothing else that is new');
is(by_migrator('owned', $drift), $node->safe_psql('owned', $drift), '... to the owner as well');

# Migrations.
$node->safe_psql('owned', 'GRANT CREATE ON DATABASE owned TO migrator; GRANT CREATE ON SCHEMA public TO migrator');
by_migrator('owned', q{
	BEGIN;
	ALTER TABLE workflow_perms.workflows ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now(), ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY, ADD COLUMN place serial,
		ADD CONSTRAINT workflows_number_key UNIQUE (account_id, number), ADD CONSTRAINT number_check CHECK (number > 0);
	CREATE INDEX workflows_updated_at ON workflow_perms.workflows (account_id, updated_at, workflow_id);
	CREATE STATISTICS workflow_perms.own_statistics ON account_id, number FROM workflow_perms.workflows;
	CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.updated_at := now(); RETURN NEW; END';
	CREATE TRIGGER touch BEFORE UPDATE ON workflow_perms.workflows FOR EACH ROW EXECUTE FUNCTION public.touch();
	CREATE TABLE public.schedules (account_id text, workflow_id text, cron text, FOREIGN KEY (account_id, workflow_id) REFERENCES workflow_perms.workflows ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED);
	SELECT workflow_perms.protect('public.schedules');
	GRANT SELECT ON public.schedules TO demo_app;
	GRANT EXECUTE ON FUNCTION workflow_perms.set_principal(text, text, boolean), workflow_perms.set_anonymous(text, boolean), workflow_perms.create_account(text, text) TO demo_app;
	GRANT EXECUTE ON FUNCTION workflow_perms.reevaluate(text), workflow_perms.principal(text, text) TO demo_app;
	SELECT workflow_perms.create_account('new', 'first');
	INSERT INTO public.schedules VALUES ('company', 'campaign', '@daily');
	COMMIT});
is(by_migrator('owned', q{SELECT count(*) FROM workflow_perms.users WHERE account_id = 'new'}), '1', 'the migrator migrates, and sees every row');
is($node->safe_psql('owned', q{BEGIN; SET ROLE demo_app; SELECT workflow_perms.create_account('newer', 'first'); SELECT workflow_perms.set_principal('newer', 'first'); SELECT user_id FROM workflow_perms.users; ROLLBACK}),
	"\n\nfirst", '... what it granted holds');
my $found = $node->safe_psql('owned', $drift);
like($found, qr/^sets_principal\|demo_app\|SET ROLE migrator; REVOKE EXECUTE ON FUNCTION workflow_perms.set_principal\(text,text,boolean\) FROM demo_app CASCADE; RESET ROLE;$/m, '... and is reported');
unlike($found, qr/foreign_[^p]|migrator\|REVOKE|unexpected|own_statistics|touch/, '... but not the columns, triggers and indexes of the owner');
$node->safe_psql('owned', q{BEGIN; DO $$ DECLARE m text; BEGIN FOR m IN SELECT mend FROM workflow_perms.permission_drift() WHERE finding IN ('sets_principal', 'knows_any_principal') LOOP EXECUTE m; END LOOP; END $$; COMMIT});
unlike($node->safe_psql('owned', $drift), qr/sets_principal|knows_any/, '... which the command mends');
by_migrator('owned', 'GRANT EXECUTE ON FUNCTION workflow_perms.set_principal(text, text, boolean), workflow_perms.set_anonymous(text, boolean) TO demo_app');
like(said('owned', $_, 'migrator'), qr/ERROR:  (permission denied|must be)/, "not the migrator's: $_") for q{SELECT workflow_perms.create_model('demo_app', 'demo_engine')}, q{SELECT workflow_perms.upgrade_model()},
	q{SELECT workflow_perms.grant_model('demo_app', 'demo_engine')}, q{CREATE TRIGGER own AFTER INSERT ON workflow_perms.users FOR EACH ROW EXECUTE FUNCTION workflow_perms.effect('_write_audit')},
	q{ALTER EVENT TRIGGER workflow_perms_schema DISABLE}, q{ALTER TABLE workflow_perms.users OWNER TO demo_app};

# What a superuser's call would find: nothing of the migrator's comes into the schema, in whatever way.
$node->safe_psql('owned', 'CREATE ROLE developer LOGIN IN ROLE migrator');
by_migrator('owned', q{
	CREATE SCHEMA own;
	CREATE FUNCTION own.upgrade_model() RETURNS SETOF text LANGUAGE sql AS $$SELECT 'mine'$$;
	CREATE TABLE own.things (id int);
	CREATE TYPE own.word AS ENUM ('a');
	CREATE EXTENSION hstore SCHEMA own;
	ALTER EXTENSION hstore ADD FUNCTION own.upgrade_model()});
for my $put (q{CREATE FUNCTION workflow_perms.upgrade_model() RETURNS SETOF text LANGUAGE sql AS $$SELECT 'mine'$$}, q{CREATE PROCEDURE workflow_perms.p() LANGUAGE sql AS ''},
	q{CREATE AGGREGATE workflow_perms.can_run(jsonb) (SFUNC = jsonb_concat, STYPE = jsonb)}, q{ALTER TABLE own.things SET SCHEMA workflow_perms}, q{ALTER TYPE own.word SET SCHEMA workflow_perms},
	q{ALTER TABLE workflow_perms.accounts RENAME TO accounts_x}, q{CREATE VIEW workflow_perms.seen AS SELECT 1 AS one}, q{CREATE TABLE workflow_perms.later AS SELECT 1 AS one}, q{CREATE DOMAIN workflow_perms.word AS text},
	q{CREATE OPERATOR workflow_perms.~ (LEFTARG = text, RIGHTARG = text, FUNCTION = pg_catalog.textregexeq)}, q{CREATE COLLATION workflow_perms.c FROM "C"},
	q{DO $$ BEGIN EXECUTE 'CREATE FUNCTION workflow_perms.upgrade_model() RETURNS SETOF text LANGUAGE sql AS $x$SELECT ''mine''$x$'; END $$})
{
	like(said('owned', $put, $_), qr/ERROR:  permission denied to put .* into schema workflow_perms\nHINT:  Use another schema/, "$_ may not: $put") for 'migrator', 'developer';
}
like(said('owned', 'ALTER EXTENSION hstore SET SCHEMA workflow_perms', 'migrator'), qr/ERROR/, '... nor with an extension');
is($node->safe_psql('owned', q{SELECT count(*) FROM pg_proc WHERE pronamespace = 'workflow_perms'::regnamespace AND proname = 'upgrade_model'}), '1', '... nothing is there');
$node->safe_psql('owned', 'CREATE ROLE visitor LOGIN NOINHERIT IN ROLE migrator; CREATE SCHEMA visited AUTHORIZATION visitor');
unlike(said('owned', 'CREATE TABLE visited.things (a int)', 'visitor'), qr/ERROR/, 'a member of the owner that inherits nothing makes tables elsewhere');
$node->safe_psql('owned', 'DROP SCHEMA visited CASCADE; DROP ROLE visitor');
by_migrator('owned', 'ALTER EXTENSION hstore DROP FUNCTION own.upgrade_model(); DROP EXTENSION hstore');
$node->safe_psql('owned', 'ALTER EVENT TRIGGER workflow_perms_schema DISABLE');
like($node->safe_psql('owned', $drift), qr/^trigger_disabled\|event trigger workflow_perms_schema\|ALTER EVENT TRIGGER workflow_perms_schema ENABLE;$/m, 'the event trigger disabled: reported');
$node->safe_psql('owned', 'ALTER EVENT TRIGGER workflow_perms_schema ENABLE; DROP OWNED BY developer; DROP ROLE developer');

# What it attaches to the tables runs as itself when a superuser calls the extension. Each piece tells when it runs as a superuser.
my $attach = q{
	CREATE SCHEMA trap;
	CREATE FUNCTION trap.tell(what text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
	BEGIN
		IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
			RAISE WARNING 'LEAK: %', what;
		END IF;
		RETURN what;
	END $$;
	CREATE FUNCTION trap.fire() RETURNS trigger LANGUAGE plpgsql AS $$
	BEGIN
		PERFORM trap.tell('trigger ' || TG_NAME);
		PERFORM set_config('search_path', 'trap', false), set_config('lock_timeout', '17s', false);
		RETURN NEW;
	END $$;
	CREATE FUNCTION trap.later() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM trap.tell('deferred'); RETURN NULL; END $$;
	CREATE TABLE trap.kept (x text);
	CREATE CONSTRAINT TRIGGER later AFTER INSERT ON trap.kept DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION trap.later();
	CREATE FUNCTION trap.keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO trap.kept VALUES ('x'); RETURN NULL; EXCEPTION WHEN insufficient_privilege THEN RETURN NULL; END $$;
	CREATE DOMAIN trap.word AS text CHECK (trap.tell('domain') IS NOT NULL)};
my @tables = ('users', 'workflows', 'conditions', 'role_grants', 'enablements');
$attach .= qq{;
	ALTER TABLE workflow_perms.$_ ADD COLUMN trap_default text DEFAULT trap.tell('default of $_'), ADD COLUMN trap_word trap.word DEFAULT 'x',
		ADD COLUMN trap_stored text GENERATED ALWAYS AS (trap.tell('stored ' || account_id)) STORED, ADD CONSTRAINT trap CHECK (trap.tell('check ' || account_id) IS NOT NULL);
	CREATE INDEX ${_}_trap ON workflow_perms.$_ (trap.tell('index ' || account_id)) WHERE trap.tell('predicate of $_') = 'predicate of $_';
	CREATE STATISTICS trap.$_ ON (trap.tell('statistics ' || account_id)), account_id FROM workflow_perms.$_;
	CREATE TRIGGER trap BEFORE INSERT OR UPDATE ON workflow_perms.$_ FOR EACH ROW EXECUTE FUNCTION trap.fire();
	CREATE TRIGGER trap_keep AFTER INSERT OR UPDATE ON workflow_perms.$_ FOR EACH ROW EXECUTE FUNCTION trap.keep()}
	for @tables;
$node->safe_psql('postgres', 'CREATE DATABASE trapped TEMPLATE owned');
$node->safe_psql('postgres', 'GRANT CREATE ON DATABASE trapped TO migrator');
by_migrator('trapped', $attach);
my @leaks = said('trapped', q{INSERT INTO workflow_perms.users (account_id, user_id, kind, account_role) VALUES ('new', 'trap', 'member', 'member')}) =~ /LEAK: (\w+)/g;
is(join(' ', sort keys %{ { map { $_ => 1 } @leaks } }), 'check default deferred domain index predicate stored trigger', 'the trap works: a superuser that writes the tables itself runs what is attached to them');
for my $call (q{SELECT workflow_perms.create_account('trap', 'first')}, q{SELECT workflow_perms.reevaluate('integrations')}, q{SELECT workflow_perms.register_conditions()},
	q{SELECT workflow_perms.forget_unused_conditions()}, q{SELECT workflow_perms.principal('integrations', 'shop')}, q{SELECT workflow_perms.can_view(workflow_perms.principal('integrations', 'shop'), 'sync')},
	q{SELECT workflow_perms.set_principal('integrations', 'shop')}, q{SELECT * FROM workflow_perms.permission_drift()}, q{SELECT workflow_perms.grant_model('demo_app', 'demo_engine')},
	q{SELECT workflow_perms.create_account('company', 'first')},
	q{BEGIN; SELECT workflow_perms.set_principal('integrations', 'shop'); SELECT * FROM workflow_perms.what_can(), workflow_perms.connect('other'); COMMIT})
{
	my $said = said('trapped', "$call; SELECT set_config('a.b', current_setting('search_path') || current_setting('lock_timeout'), false); DO \$\$ BEGIN IF current_setting('a.b') <> '\"\$user\", public0' THEN RAISE WARNING 'LEAK: settings %', current_setting('a.b'); END IF; END \$\$");
	unlike($said, qr/LEAK/, "nothing of the migrator's runs as the superuser, or outlasts: $call");
}
# A superuser upgrades what somebody took apart; with each part the rows are read or written again.
$node->safe_psql('trapped', qq{SET client_min_messages = error; SET session_replication_role = replica; $_}) for
	'ALTER TABLE workflow_perms.users DROP COLUMN active CASCADE', 'ALTER TABLE workflow_perms.workflows ALTER hidden DROP NOT NULL', 'DROP INDEX workflow_perms.workflows_condition_idx',
	'ALTER TABLE workflow_perms.role_grants DROP CONSTRAINT ' . $node->safe_psql('trapped', q{SELECT quote_ident(conname) FROM pg_constraint WHERE conrelid = 'workflow_perms.role_grants'::regclass AND contype = 'f' LIMIT 1}),
	'ALTER TABLE workflow_perms.users DROP CONSTRAINT users_pkey CASCADE', 'DROP STATISTICS workflow_perms.workflows_workspace_stats', 'DROP TABLE workflow_perms.connections', 'DROP VIEW workflow_perms.run_history';
my $upgraded = said('trapped', 'SELECT workflow_perms.upgrade_model()');
unlike($upgraded, qr/LEAK|ERROR/, 'upgrade_model() runs nothing of the migrator\'s as the superuser');
is($node->safe_psql('trapped', 'SELECT workflow_perms.upgrade_model()'), '', '... and everything is there again');
is($node->safe_psql('trapped', q{SELECT string_agg(DISTINCT pg_get_userbyid(relowner), ' ') FROM pg_class WHERE relnamespace = 'workflow_perms'::regnamespace AND relkind IN ('r', 'v', 'i', 'S')}), 'migrator', '... and the migrator\'s');

# The owner of the model has it read from a table of a role that it is a member of, and what it attached to the table runs as itself.
$node->safe_psql('postgres', 'CREATE ROLE shop; CREATE ROLE stranger; GRANT shop TO migrator');
$node->safe_psql('refused', q{SELECT workflow_perms.create_model(application => 'demo_app', engine => 'demo_engine', owner => 'migrator');
	CREATE TABLE public.people (account_id text, user_id int, kind text, account_role text);
	INSERT INTO public.people VALUES ('acme', 1, 'member', 'admin'), ('acme', 2, 'member', 'viewer');
	ALTER TABLE public.people OWNER TO shop;
	CREATE TABLE public.others (LIKE public.people);
	ALTER TABLE public.others OWNER TO stranger;
	GRANT CREATE ON DATABASE refused TO migrator; GRANT USAGE ON SCHEMA public TO shop, stranger});
by_migrator('refused', $attach =~ s/ALTER TABLE.*//sr);
my $trap_users = q{CREATE INDEX users_trap ON workflow_perms.users (trap.tell('index ' || account_id)) WHERE trap.tell('predicate') = 'predicate'};
by_migrator('refused', $trap_users);
like(said('refused', 'SELECT * FROM workflow_perms.users WHERE true'), qr/LEAK: predicate/, 'the trap works: a superuser that reads the table runs the predicate of an index');
like(said('refused', q{SELECT workflow_perms.read_from('users', 'public.others')}, 'migrator'), qr/ERROR:  permission denied to read the model from .*others\nHINT:  The owner of the model's tables must be a member/, 'not from a stranger\'s table');
for my $role (undef, 'migrator')
{
	my $who = $role // 'a superuser';
	is(said('refused', q{SELECT workflow_perms.read_from('users', 'public.people')}, $role), '', "$who: read_from() runs nothing of the migrator's as a superuser");
	is($node->safe_psql('refused', q{SELECT string_agg(user_id, ' ') FROM workflow_perms.users WHERE account_role = 'admin'; SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = 'workflow_perms.users'::regclass}), "1\nshop", '... and the source is read');
	is(said('refused', q{SELECT workflow_perms.read_from('users', NULL)}, $role), '', '... and given up');
	by_migrator('refused', $trap_users);
}
by_migrator('refused', 'GRANT EXECUTE ON FUNCTION workflow_perms.read_from(text, regclass, boolean) TO demo_app');
like(said('refused', q{SET ROLE demo_app; SELECT workflow_perms.read_from('users', 'public.people')}), qr/ERROR:  permission denied/, 'who was given read_from() alone may not');

# Dumps.
my $dir = PostgreSQL::Test::Utils::tempdir();
my ($catalog, $rows, $answers) = (catalog($node, 'owned'), rows($node, 'owned'), answers($node, 'owned'));
$node->command_ok([ 'pg_dump', '-d', $node->connstr('owned'), '-Fc', '-f', "$dir/owned.dump" ], 'pg_dump');
for my $form ([ 'whole' ], [ 'bare', '--no-owner', '--no-privileges' ])
{
	my ($database, @options) = @$form;
	$to->safe_psql('postgres', "CREATE DATABASE $database");
	$to->command_ok([ 'pg_restore', '--exit-on-error', '-d', $to->connstr($database), @options, "$dir/owned.dump" ], "pg_restore @options");
	$to->safe_psql($database, q{SELECT workflow_perms.grant_model('demo_app', 'demo_engine', owner => 'migrator');
		SET ROLE migrator; GRANT EXECUTE ON FUNCTION workflow_perms.set_principal(text, text, boolean), workflow_perms.set_anonymous(text, boolean) TO demo_app}) if @options;
	is($to->safe_psql($database, q{SELECT string_agg(pg_get_userbyid(relowner) || ' ' || relkind::text, ', ' ORDER BY relkind) FROM (SELECT DISTINCT relowner, relkind FROM pg_class
		WHERE relnamespace = 'workflow_perms'::regnamespace AND relname NOT LIKE '%own%' AND relkind <> 'c') c}), 'migrator S, migrator i, migrator r, migrator v', "$database: the owner");
	same_text(rows($to, $database), $rows, "$database: the same rows");
	next if @options;
	same_text(catalog($to, $database), $catalog, "$database: the same tables, policies, triggers and privileges");
	same_text(answers($to, $database), $answers, "$database: the same answers");
}
like($to->safe_psql('bare', $drift), qr/^\Q$reported\E$/m, 'restored without owners and privileges: grant_model() brings both back');
unlike($to->safe_psql('bare', $drift), qr/missing_privilege/, '... all privileges');

# Another owner: what the one before keeps is reported, and mended.
$node->safe_psql('owned', q{SELECT workflow_perms.upgrade_model(owner => 'workflow_perms_owner')});
is($node->safe_psql('owned', q{SELECT string_agg(DISTINCT pg_get_userbyid(relowner), ' ') FROM pg_class WHERE oid IN (SELECT workflow_perms._model_relations())}), 'workflow_perms_owner', 'the model goes to another owner');
$found = $node->safe_psql('owned', $drift);
like($found, qr/^dangerous_privilege\|CREATE on schema workflow_perms to migrator\|/m, '... what the migrator keeps is reported');
$node->safe_psql('owned', q{
	DO $$ DECLARE m text; BEGIN FOR m IN SELECT mend FROM workflow_perms.permission_drift() WHERE object LIKE '%migrator%' LOOP EXECUTE m; END LOOP; END $$});
unlike($node->safe_psql('owned', $drift), qr/migrator/, '... and mended');
$node->safe_psql('owned', q{SELECT workflow_perms.upgrade_model(owner => 'migrator')});
$found = $node->safe_psql('owned', $drift);
like($found, qr/^\Q$reported\E$/m, '... and goes back');
unlike($found, qr/missing_privilege/, '... with all privileges');
$node->safe_psql('owned', 'GRANT EXECUTE ON FUNCTION workflow_perms.set_principal(text, text, boolean), workflow_perms.set_anonymous(text, boolean) TO demo_app');
same_text(answers($node, 'owned'), $answers, '... with the same answers');

$_->stop for $node, $to;
done_testing();

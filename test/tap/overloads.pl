# Somebody may create in schema workflow_perms (GRANT ALL ON SCHEMA, default privileges) and
# puts functions of the names of ours there, which fit a call that gives other types than the
# declared ones better than ours do. They would run with the rights of whoever makes the call:
# the application, the tables' owner, a superuser. So every call of the extension's own gives
# exactly the declared types and all arguments, and nothing can fit it better.
#
# Here are some thousands of such functions. Wherever a call is looked up again, it must find ours: in
# the bodies of PL/pgSQL (plpgsql_check reads every statement, run or not), in what create_model(),
# protect() and upgrade_model() write, in SQL bodies and policies as a dump writes them, in the queries
# of C. What is written so that it can be looked up in two ways is an error, and found as that.
#
# permission_drift() is bound when the extension is made: overloads that make a call ambiguous, which
# exact types do not help against, do not stop it. It lists them all.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AsServer;
use Model;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('overloads');
$node->init;
$node->append_conf('postgresql.conf', "autovacuum = off\nfsync = off");
$node->start;
$node->safe_psql('postgres', 'CREATE ROLE attacker');

# set_traps(database, more): makes the attacker's functions and operators, as the attacker. `more` is
# SQL for further variants of our functions: oid, argument types, what follows them.
sub set_traps
{
	my ($database, $variants) = @_;
	$node->safe_psql($database, q{
		GRANT CREATE ON SCHEMA workflow_perms TO attacker;
		SET ROLE attacker;
		CREATE TEMP VIEW ours AS
			SELECT p.*, ARRAY(SELECT unnest(p.proargtypes)) AS types, p.proargnames AS names
			FROM pg_proc p WHERE p.pronamespace = 'workflow_perms'::regnamespace AND pg_get_userbyid(p.proowner) <> 'attacker';
		DO $do$
		DECLARE
			f record;
		BEGIN
			FOR f IN SELECT o.proname, o.proretset, o.prorettype::regtype AS result, v.more, a.words
				FROM (} . $variants . q{) AS v (oid, types, more) JOIN ours o USING (oid),
					LATERAL (SELECT coalesce(string_agg(CASE WHEN o.names[u.i] <> '' THEN quote_ident(o.names[u.i]) || ' ' ELSE '' END || u.t::regtype, ', ' ORDER BY u.i), '')
						FROM unnest(v.types) WITH ORDINALITY u (t, i)) AS a (words)
				-- What only C can be written in nobody but a superuser makes.
				WHERE o.prorettype NOT IN ('internal'::regtype, 'cstring'::regtype)
					AND NOT v.types && '{internal,cstring}'::regtype[]::oid[]
			LOOP
				BEGIN
					EXECUTE format('CREATE FUNCTION workflow_perms.%I(%s) RETURNS %s%s LANGUAGE plpgsql AS %L',
						f.proname, concat_ws(', ', nullif(f.words, ''), nullif(f.more, '')), CASE WHEN f.proretset THEN 'SETOF ' ELSE '' END,
						f.result, 'BEGIN RAISE EXCEPTION ''TRAPPED''; END');
				EXCEPTION WHEN duplicate_function OR invalid_function_definition OR feature_not_supported THEN
					-- one of ours; a polymorphic result that no argument decides; "any", which PL/pgSQL cannot take
				END;
			END LOOP;
		END $do$;
	});
	return;
}

# What fits a call that is not exact: one argument of a type that is taken for ours (its own if it is cast
# without being asked, text for a literal without a type, a polymorphic one); all of one; fewer arguments,
# where the others have defaults; single ones for VARIADIC.
my $better = q{
	SELECT o.oid, array_agg(CASE a.i WHEN r.i THEN r.type ELSE a.type END ORDER BY a.i), ''
	FROM ours o,
		LATERAL (SELECT u.i, t.type FROM unnest(o.types) WITH ORDINALITY u (type, i),
			LATERAL (SELECT c.castsource FROM pg_cast c WHERE c.casttarget = u.type AND c.castcontext = 'i'
				UNION SELECT s.typarray FROM pg_type a JOIN pg_cast c ON c.casttarget = a.typelem AND c.castcontext = 'i' JOIN pg_type s ON s.oid = c.castsource
					WHERE a.oid = u.type AND a.typcategory = 'A' AND s.typarray <> 0
				UNION SELECT unnest('{text,anyelement,anycompatible}'::regtype[])) t (type)
			WHERE t.type <> u.type) AS r,
		LATERAL unnest(o.types) WITH ORDINALITY a (type, i)
	GROUP BY o.oid, r.i, r.type
	UNION ALL
	SELECT o.oid, array_fill(t.type::oid, ARRAY[o.pronargs::int]), ''
	FROM ours o, unnest('{text,anyelement}'::regtype[]) t (type) WHERE o.pronargs > 0
	UNION ALL
	SELECT o.oid, o.types[:n], '' FROM ours o, generate_series(0, o.pronargs - 1) n
	UNION ALL
	SELECT o.oid, o.types[:o.pronargs - 1] || array_fill(o.provariadic, ARRAY[n]), '' FROM ours o, generate_series(1, 4) n WHERE o.provariadic <> 0};
# What fits any call as well as ours.
my $as_well = q{SELECT o.oid, o.types, 'more integer DEFAULT 0' FROM ours o};

# trapped(database): what refers to the attacker's objects and is not the attacker's.
sub trapped
{
	my ($database) = @_;
	return $node->safe_psql($database, q{
		SELECT DISTINCT pg_describe_object(d.classid, d.objid, 0) || ' uses ' || pg_describe_object(d.refclassid, d.refobjid, 0)
		FROM pg_depend d JOIN pg_shdepend s ON s.classid = d.refclassid AND s.objid = d.refobjid AND s.deptype = 'o' AND s.refobjid = 'attacker'::regrole
			AND s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
		WHERE NOT EXISTS (SELECT FROM pg_shdepend o WHERE o.classid = d.classid AND o.objid = d.objid AND o.dbid = s.dbid AND o.deptype = 'o' AND o.refobjid = s.refobjid)
		ORDER BY 1});
}

fill($node, 'filled');
# A row of any type is taken by the forms for rows, so calls of those are never exact.
$node->safe_psql('filled', 'DROP VIEW public.visible');
set_traps('filled', $better);
is($node->safe_psql('filled', q{SELECT DISTINCT p.proname FROM pg_proc p
	WHERE p.pronamespace = 'workflow_perms'::regnamespace AND p.pronargs > 0 AND p.prorettype NOT IN ('internal'::regtype, 'cstring'::regtype)
		AND NOT p.proargtypes::oid[] && '{internal,cstring}'::regtype[]::oid[]
		AND NOT EXISTS (SELECT FROM pg_proc o WHERE o.proname = p.proname AND o.pronamespace = p.pronamespace AND o.proowner = 'attacker'::regrole)}),
	'', 'each function has another of its name beside it');
my ($status, $out, $err) = $node->psql('filled', q{
	CREATE VIEW public.not_exact AS SELECT workflow_perms.can_view_in('a'::name, 'b'::text);
	SELECT workflow_perms.can_view('w'::varchar)});
like($err, qr/TRAPPED/, 'the trap works');
like(trapped('filled'), qr/not_exact uses function workflow_perms.can_view_in\(name,text\)/, '... and leaves a trace');
$node->safe_psql('filled', 'DROP VIEW public.not_exact');

# What is made while they are there. create_model() is a step of upgrade_model().
my $run = q{
	SET client_min_messages = warning;
	CREATE TABLE public.named (account_id uuid, workflow_id varchar);
	CREATE TABLE public.whole (tenant text, workflow_id text, workspace_id text, visibility workflow_perms.workflow_visibility,
		status workflow_perms.workflow_status, condition workflow_perms.metadata_condition, hidden boolean);
	SELECT workflow_perms.protect('public.named'::regclass, 'account_id'::name, 'workflow_id'::name, NULL::text, NULL::text, NULL::text, NULL::text, NULL::text, NULL::text, NULL::text, NULL::jsonb),
		workflow_perms.protect('public.whole'::regclass, 'tenant'::name, 'workflow_id'::name, NULL::text, 'workspace_id'::text, 'visibility'::text, 'status'::text, 'condition'::text, 'hidden'::text,
			NULL::text, '{"draft": "draft"}'::jsonb);
	-- What upgrade_model() makes anew it makes by what the catalog says of it.
	DO $do$
	DECLARE
		part record;
	BEGIN
		FOR part IN
			SELECT format('DROP POLICY %I ON %s', p.polname, p.polrelid::regclass) AS gone FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
				WHERE c.relnamespace = 'workflow_perms'::regnamespace
			UNION ALL SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) FROM pg_constraint WHERE contype = 'c' AND connamespace = 'workflow_perms'::regnamespace
			UNION ALL SELECT format('DROP TRIGGER %I ON %s', t.tgname, t.tgrelid::regclass) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
				WHERE c.relnamespace = 'workflow_perms'::regnamespace AND NOT t.tgisinternal
			UNION ALL SELECT 'DROP VIEW workflow_perms.run_history'
			UNION ALL SELECT 'DROP INDEX workflow_perms.workflows_condition_idx'
		LOOP
			EXECUTE part.gone;
		END LOOP;
	END $do$;
	SELECT count(*) > 100 FROM workflow_perms.upgrade_model('demo_app'::regrole, 'demo_engine'::regrole, NULL::regrole)};
($status, $out, $err) = $node->psql('filled', $run, on_error_stop => 1);
is($err, '', 'protect() and upgrade_model() run');
is((split /\n/, $out)[-1], 't', '... and make much anew');
is(trapped('filled'), '', '... and refer to nothing of the attacker\'s');

# Bodies of SQL, as pg_upgrade writes them.
$node->safe_psql('filled', q{
	CREATE SCHEMA again;
	DO $do$
	DECLARE
		f record;
	BEGIN
		FOR f IN SELECT pg_get_functiondef(p.oid) AS words, p.proname FROM pg_proc p
			WHERE p.pronamespace = 'workflow_perms'::regnamespace AND p.proowner <> 'attacker'::regrole AND p.prosqlbody IS NOT NULL
		LOOP
			EXECUTE replace(f.words, format('FUNCTION workflow_perms.%I(', f.proname), format('FUNCTION again.%I(', f.proname));
		END LOOP;
	END $do$});
is(trapped('filled'), '', 'SQL bodies, written out and read again: neither');
is($node->safe_psql('filled', q{SELECT count(*) > 10 FROM pg_proc WHERE pronamespace = 'again'::regnamespace}), 't', '... and they were');

# Bodies that are strings.
SKIP:
{
	skip 'plpgsql_check is not installed', 2 unless $node->safe_psql('filled', q{SELECT count(*) FROM pg_available_extensions WHERE name = 'plpgsql_check'});
	$node->safe_psql('filled', 'CREATE EXTENSION plpgsql_check');
	# Each function with each table that it is on, directly or by guard() and effect().
	my $bodies = q{
		CREATE TEMP TABLE bodies AS
			SELECT DISTINCT p.oid, p.oid::regprocedure::text AS name, coalesce(t.tgrelid, CASE p.proname WHEN '_refuse_source_write' THEN 'workflow_perms.users'::regclass END, 0) AS relation,
				-- That one is on the views over sources, of which there are none here.
				p.prorettype = 'trigger'::regtype AND t.oid IS NULL AND p.proname <> '_refuse_source_write' AS unused
			FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
				LEFT JOIN (pg_trigger t JOIN pg_proc w ON w.oid = t.tgfoid)
					ON NOT t.tgisinternal AND (p.oid = w.oid OR (w.proname IN ('guard', 'effect') AND p.pronamespace = w.pronamespace AND p.pronargs = 0
						AND p.proname = split_part(encode(t.tgargs, 'escape'), '\000', 1)))
			WHERE l.lanname = 'plpgsql' AND p.pronamespace = 'workflow_perms'::regnamespace AND p.proowner <> 'attacker'::regrole;
		-- A transition table of every table that _discard_drafts() is on.
		DO $do$
		BEGIN
			EXECUTE (SELECT format('CREATE TEMP TABLE changed (%s)', string_agg(DISTINCT format('%I %s', a.attname, a.atttypid::regtype), ', '))
				FROM pg_trigger t JOIN pg_attribute a ON a.attrelid = t.tgrelid AND a.attnum > 0 AND NOT a.attisdropped
				WHERE 'changed' IN (t.tgoldtable, t.tgnewtable) AND a.attname LIKE ANY ('{%\_id,role,included_role}'));
		END $do$;};
	is($node->safe_psql('filled', $bodies . 'SELECT name FROM bodies WHERE unused'), '', 'every trigger function is on a table');
	is($node->safe_psql('filled', $bodies . q{
		SELECT b.name, c.lineno, c.message, c.query
			FROM bodies b, LATERAL plpgsql_check_function_tb(b.oid, b.relation, fatal_errors => false, other_warnings => false, extra_warnings => false) c
			-- A call that is ambiguous, finds none, or one whose record is of other columns than ours.
			-- Versions of the checker for PostgreSQL 16 misread what is made by format(); a body with an error of syntax would not be there.
			WHERE c.sqlstate IN ('42725', '42883', '42601') AND c.message NOT LIKE 'syntax error at %'
		UNION ALL
		SELECT DISTINCT b.name, NULL::integer, 'calls ' || d.oid::regprocedure, NULL
			FROM bodies b, LATERAL plpgsql_show_dependency_tb(b.oid, b.relation) d
			WHERE d.type = 'FUNCTION' AND (SELECT p.proowner FROM pg_proc p WHERE p.oid = d.oid) = 'attacker'::regrole
		ORDER BY 1, 2}), '', 'PL/pgSQL: every call finds ours');
}

# The queries of C: what calls a function of ours, and nothing but what is called here.
my %called;
for my $file (glob("$FindBin::RealBin/../../src/*/*.[ch]"))
{
	open my $in, '<', $file or die "$file: $!";
	my $text = do { local $/; <$in> };
	my $string = qr/"(?:[^"\\]|\\.)*"/;
	$text =~ s{/\*.*?\*/}{}gs;
	# What is said, and not run.
	$text =~ s/^#define \w+_HINT .*$//mg;
	$text =~ s/\berr(?:hint|msg|detail)\w*(\((?:$string|[^()"]|(?1))*\))//g;
	$called{$1} = 1 while $text =~ /"[^"]*workflow_perms\.(\w+)\(/g;
}
# The planner puts = ANY in its place.
delete $called{_id_in};
my $calls = q{
	SET track_functions = 'all';
	BEGIN;
	SELECT workflow_perms.set_principal('integrations'::text, 'ada'::text, false);
	SELECT count(*) FROM workflow_perms.visible_workflows('workflow_id'::text, 2, NULL::jsonb);
	SET LOCAL ROLE demo_app;
	SELECT count(*) FROM workflow_perms.run_history;
	RESET ROLE;
	SELECT count(*) FROM workflow_perms.users_matching('{"billingPlan": "pro"}'::workflow_perms.metadata_condition, NULL::integer);
	SELECT count(*) FROM workflow_perms.preview_condition('alerts'::text, '{"billingPlan": "free"}'::workflow_perms.metadata_condition);
	UPDATE workflow_perms.users SET metadata = '{}' WHERE kind = 'connected';
	UPDATE workflow_perms.workflows SET condition = '{"billingPlan": "none"}' WHERE status = 'live';
	SELECT workflow_perms.register_conditions(), workflow_perms.forget_unused_conditions(NULL::bigint), workflow_perms.reevaluate('integrations'::text);
	SELECT funcname FROM pg_stat_xact_user_functions WHERE schemaname = 'workflow_perms';
	ROLLBACK;
	BEGIN;
	SELECT workflow_perms.set_principal('integrations'::text, 'shop'::text, false);
	SELECT count(*) FROM workflow_perms.visible_workflows(), workflow_perms.runnable_workflows();
	SELECT count(*) FROM workflow_perms.visible_workflows('workflow_id'::text, 2, NULL::jsonb);
	SELECT funcname FROM pg_stat_xact_user_functions WHERE schemaname = 'workflow_perms';
	ROLLBACK};
($status, $out, $err) = $node->psql('filled', $calls, on_error_stop => 1);
is($err, '', 'queries of C: none calls the attacker');
my %seen = map { $_ => 1 } split /\n/, $out;
is(join(' ', grep { !$seen{$_} } sort keys %called), '', '... each of ' . join(', ', sort keys %called) . ' was called');

# Policies, checks and indexes as a dump writes them, restored beside the attacker's functions.
my $dump = $node->basedir . '/filled.sql';
$node->command_ok([ 'pg_dump', '-f', $dump, $node->connstr('filled') ], 'dumped');
$node->safe_psql('postgres', 'CREATE DATABASE restored');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-o', '/dev/null', '-f', $dump, $node->connstr('restored') ], '... and restored');
is(trapped('restored'), '', '... nothing refers to the attacker\'s');

# permission_drift() finds all of them, whatever is ambiguous.
set_traps('filled', "SELECT * FROM ($as_well) AS v (oid, types, more) WHERE v.oid <> 'workflow_perms.permission_drift()'::regprocedure");
($status, $out, $err) = $node->psql('filled', q{SELECT workflow_perms.can_view('w'::text)});
like($err, qr/is not unique/, 'ambiguous calls: there are');
my $foreign = q{SELECT p.oid::regprocedure FROM pg_proc p WHERE p.proowner = 'attacker'::regrole};
is($node->safe_psql('filled', "SELECT count(*) FROM workflow_perms.permission_drift() WHERE finding = 'foreign_object' AND detail LIKE 'It belongs to attacker,%'"),
	$node->safe_psql('filled', "SELECT count(*) FROM ($foreign) f"), '... permission_drift() lists every one');
is($node->safe_psql('filled', q{SELECT finding, object, mend FROM workflow_perms.permission_drift() WHERE finding <> 'foreign_object' AND object LIKE '%attacker'}),
	'dangerous_privilege|CREATE on schema workflow_perms to attacker|REVOKE CREATE ON SCHEMA workflow_perms FROM attacker CASCADE;', '... and the grant');
my $mends = $node->safe_psql('filled', q{SELECT mend FROM workflow_perms.permission_drift() WHERE finding IN ('foreign_object', 'dangerous_privilege')});
($status, $out, $err) = $node->psql('filled', $mends, on_error_stop => 1);
is($err, '', '... with commands that run');
is($node->safe_psql('filled', "SELECT count(*) FROM ($foreign) f"), 0, '... and mend it');
is($node->safe_psql('filled', q{SELECT DISTINCT finding FROM workflow_perms.permission_drift()}), 'sets_principal', '... whereafter nothing is left');
$node->stop;
done_testing();

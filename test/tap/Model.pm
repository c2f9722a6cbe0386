# Model.pm: what the tests of operations (dumps, standbys, crashes) share: a database
# with every table of the model filled, and two fingerprints of it, to be compared
# before and after.
package Model;

use strict;
use warnings;
use Exporter 'import';
use File::Basename qw(dirname);
use Test::More;

our @EXPORT = qw(fill filling catalog rows answers asking same_text roles_of_the_model);

my $here = dirname(__FILE__);

# roles_of_the_model(node): makes the roles that a dump of one database leaves out.
sub roles_of_the_model
{
	my ($node) = @_;
	$node->safe_psql('postgres', 'CREATE ROLE demo_app; CREATE ROLE demo_engine; CREATE ROLE workflow_perms_owner');
	return;
}

# filling(): scripts that make the extension and a filled model, in an empty database.
sub filling
{
	my @scripts;
	for my $file (sort(glob("$here/../demo_sql/[0-3]*.sql")), "$here/filled.sql")
	{
		open my $in, '<', $file or die "$file: $!";
		local $/;
		push @scripts, scalar <$in>;
		close $in;
	}
	return @scripts;
}

# fill(node, database): makes the database with a filled model in it.
sub fill
{
	my ($node, $database) = @_;
	my $roles_exist = $node->safe_psql('postgres', q{SELECT to_regrole('demo_app') IS NOT NULL}) eq 't';
	$node->safe_psql('postgres', "CREATE DATABASE $database");
	for my $sql (filling())
	{
		$sql =~ s/^CREATE ROLE demo_.*$//mg if $roles_exist;
		$node->safe_psql($database, $sql);
	}
	my $empty = $node->safe_psql($database, q{
		SELECT t FROM unnest(workflow_perms._model_tables()) AS t
		WHERE NOT (xpath('/row/there/text()', query_to_xml(format('SELECT EXISTS (TABLE workflow_perms.%I) AS there', t), true, true, '')))[1]::text::bool});
	is($empty, '', "$database: every table of the model has rows");
	return;
}

# catalog(node, database): everything that makes the tables what they are: owner,
# privileges, row security, columns, constraints, indexes, triggers, policies, comments,
# and what depends on the extension. No oids.
sub catalog
{
	my ($node, $database) = @_;
	return $node->safe_psql($database, q{
		SET search_path = pg_catalog;
		WITH relation AS (
			SELECT c.* FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
			WHERE n.nspname IN ('workflow_perms', 'public') AND c.relkind IN ('r', 'v', 'S'))
		SELECT line FROM (
			SELECT concat_ws(' ', 'relation', oid::regclass, relkind, pg_get_userbyid(relowner), relrowsecurity, relforcerowsecurity,
				relreplident, array(SELECT a::text FROM unnest(coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's'::"char" ELSE 'r' END, relowner))) a ORDER BY 1), reloptions, obj_description(oid, 'pg_class')) FROM relation
			UNION ALL SELECT concat_ws(' ', 'column', attrelid::regclass, attnum, attname, format_type(atttypid, atttypmod), attcollation::regcollation,
				attnotnull, attidentity, attgenerated, array(SELECT a::text FROM unnest(attacl) a ORDER BY 1), pg_get_expr(d.adbin, d.adrelid), col_description(attrelid, attnum))
				FROM pg_attribute JOIN relation r ON r.oid = attrelid LEFT JOIN pg_attrdef d ON (adrelid, adnum) = (attrelid, attnum)
				WHERE attnum > 0 AND NOT attisdropped
			UNION ALL SELECT concat_ws(' ', 'constraint', conrelid::regclass, conname, pg_get_constraintdef(c.oid), convalidated)
				FROM pg_constraint c JOIN relation r ON r.oid = conrelid
			UNION ALL SELECT concat_ws(' ', 'index', indrelid::regclass, pg_get_indexdef(indexrelid), indisvalid)
				FROM pg_index JOIN relation r ON r.oid = indrelid
			UNION ALL SELECT concat_ws(' ', 'trigger', tgrelid::regclass, pg_get_triggerdef(t.oid), tgenabled)
				FROM pg_trigger t JOIN relation r ON r.oid = tgrelid WHERE NOT tgisinternal
			UNION ALL SELECT concat_ws(' ', 'internal trigger', tgrelid::regclass, count(*), min(tgenabled), max(tgenabled))
				FROM pg_trigger t JOIN relation r ON r.oid = tgrelid WHERE tgisinternal GROUP BY tgrelid
			UNION ALL SELECT concat_ws(' ', 'policy', polrelid::regclass, polname, polcmd, polpermissive, polroles::regrole[],
				pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))
				FROM pg_policy JOIN relation r ON r.oid = polrelid
			UNION ALL SELECT concat_ws(' ', 'comment', d.objoid::regclass, d.objsubid, d.description)
				FROM pg_description d
				WHERE d.classoid = 'pg_class'::regclass AND d.objoid IN (SELECT indexrelid FROM pg_index JOIN relation r ON r.oid = indrelid)
			UNION ALL SELECT concat_ws(' ', 'comment on policy', polrelid::regclass, polname, obj_description(p.oid, 'pg_policy'))
				FROM pg_policy p JOIN relation r ON r.oid = polrelid
			UNION ALL SELECT concat_ws(' ', 'comment', i.type, i.identity, d.description)
				FROM pg_description d, pg_identify_object(d.classoid, d.objoid, 0) i
				WHERE (d.classoid = 'pg_trigger'::regclass AND d.objoid IN (SELECT t.oid FROM pg_trigger t JOIN relation r ON r.oid = tgrelid))
					OR (d.classoid = 'pg_constraint'::regclass AND d.objoid IN (SELECT c.oid FROM pg_constraint c JOIN relation r ON r.oid = conrelid))
			UNION ALL SELECT concat_ws(' ', 'type', t.oid::regtype, pg_get_userbyid(typowner), array(SELECT a::text FROM unnest(coalesce(typacl, acldefault('T', typowner))) a ORDER BY 1))
				FROM pg_type t WHERE typnamespace = 'workflow_perms'::regnamespace
			UNION ALL SELECT concat_ws(' ', 'default privileges', pg_get_userbyid(defaclrole), defaclnamespace::regnamespace, defaclobjtype, defaclacl)
				FROM pg_default_acl
			UNION ALL SELECT concat_ws(' ', 'statistics', pg_get_userbyid(stxowner), pg_get_statisticsobjdef(s.oid))
				FROM pg_statistic_ext s JOIN relation r ON r.oid = stxrelid
			UNION ALL SELECT concat_ws(' ', 'view', oid::regclass, pg_get_viewdef(oid)) FROM relation WHERE relkind = 'v'
			UNION ALL SELECT concat_ws(' ', 'schema', nspname, pg_get_userbyid(nspowner), array(SELECT a::text FROM unnest(coalesce(nspacl, acldefault('n', nspowner))) a ORDER BY 1))
				FROM pg_namespace WHERE nspname = 'workflow_perms'
			UNION ALL SELECT concat_ws(' ', 'function', p.oid::regprocedure, pg_get_userbyid(proowner), array(SELECT a::text FROM unnest(coalesce(proacl, acldefault('f', proowner))) a ORDER BY 1))
				FROM pg_proc p WHERE pronamespace = 'workflow_perms'::regnamespace
			UNION ALL SELECT concat_ws(' ', 'extension', extname, extversion) FROM pg_extension
			UNION ALL SELECT concat_ws(' ', 'member', count(*)) FROM pg_depend WHERE deptype = 'e' AND refclassid = 'pg_extension'::regclass
			UNION ALL SELECT concat_ws(' ', 'drift', d.*) FROM workflow_perms.permission_drift() d
		) AS all_of_it (line) ORDER BY line COLLATE "C"});
}

# rows(node, database[, table...]): each table's rows, whole, one line a row.
sub rows
{
	my ($node, $database, @tables) = @_;
	@tables = (split(/\n/, $node->safe_psql($database,
		q{SELECT c.oid::regclass FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
			WHERE n.nspname IN ('workflow_perms', 'public') AND c.relkind = 'r' ORDER BY c.oid::regclass::text COLLATE "C"})))
		unless @tables;
	return $node->safe_psql($database, join(';', map { qq{SELECT '$_: ' || t::text AS line FROM $_ t ORDER BY t::text COLLATE "C"} } @tables));
}

# answers(node, database): what asking() answers.
sub answers
{
	my ($node, $database) = @_;
	return $node->safe_psql($database, asking($node, $database));
}

# asking(node, database): asks for every user of every account (20 at most), for anonymous
# ones and for nobody: what the application's role reads in every table and view, and what it may.
sub asking
{
	my ($node, $database) = @_;
	my @askers = split /\n/, $node->safe_psql($database, q{
		SELECT quote_literal(account_id) || coalesce(', ' || quote_literal(user_id), '') FROM (
			(SELECT account_id, user_id FROM (SELECT *, row_number() OVER (PARTITION BY account_id ORDER BY user_id) AS n FROM workflow_perms.users) AS u WHERE n <= 20)
			UNION ALL SELECT account_id, NULL FROM workflow_perms.accounts) AS a
		ORDER BY account_id, user_id});
	my $ask = q{
		SET LOCAL ROLE demo_app;
		SELECT 'rows ' || string_agg(r || ' ' || (xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM %s', r), true, true, '')))[1]::text, ', ')
			FROM unnest(ARRAY['workflow_perms.users', 'workflow_perms.workflows', 'workflow_perms.workflow_members', 'workflow_perms.enablements', 'workflow_perms.runs',
				'workflow_perms.run_steps', 'workflow_perms.run_history', 'workflow_perms.boards', 'workflow_perms.audit_log', 'public.notes', 'public.visible']) AS r;
		SELECT 'sees ' || string_agg(w.workflow_id, ' ' ORDER BY w.workflow_id COLLATE "C") FROM workflow_perms.workflows w;
		SELECT 'may ' || w || ': ' || array_to_string(actions, ' ') FROM workflow_perms.what_can() AS t (w, actions) ORDER BY w COLLATE "C";
		SELECT 'runs ' || string_agg(w, ' ' ORDER BY w COLLATE "C") FROM workflow_perms.runnable_workflows() AS w};
	return join(";\n", map { "BEGIN; SELECT 'as ' || concat_ws('/', $_) || coalesce(workflow_perms.@{[ /, / ? 'set_principal' : 'set_anonymous' ]}($_)::text, ''); $ask; COMMIT" } @askers)
		. ";\nBEGIN; SELECT 'as nobody'; $ask; COMMIT";
}

# same_text(got, expected, name): is(), but showing the lines that differ only.
sub same_text
{
	my ($got, $expected, $name) = @_;
	return pass($name) if $got eq $expected;
	my (%got, %expected);
	$got{$_}++ for split /\n/, $got;
	$expected{$_}++ for split /\n/, $expected;
	fail($name);
	my $shown = 0;
	for my $line (sort keys %{ { %got, %expected } })
	{
		my $more = ($got{$line} // 0) - ($expected{$line} // 0);
		diag(($more > 0 ? '+ ' : '- ') . $line) if $more != 0 && $shown++ < 20;
	}
	return 0;
}

1;

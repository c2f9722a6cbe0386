# A session that goes on while the extension is dropped and created anew, by itself or by
# another session, answers and writes as a new one does: nothing that it keeps (plans, the
# oids of types, values of enums, functions and tables, principals, conditions) is of the
# extension that is gone. Likewise where an enum gets a value, or one has another name.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;
use AsServer;
use Model;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('created_anew');
$node->init;
$node->start;

# Once as usual, for the roles, and to know whom to ask for.
fill($node, 'filled');
my $ask = asking($node, 'filled');
$node->safe_psql('postgres', 'CREATE DATABASE anew');
$node->safe_psql('anew', 'CREATE EXTENSION workflow_perms');

my $fill = join "\n", map { s/^CREATE (ROLE demo_|EXTENSION).*$//mgr } filling();
my $create_anew = 'DROP EXTENSION workflow_perms CASCADE; DROP TABLE public.notes, public.segments; CREATE EXTENSION workflow_perms;';

# What the filling and the questions leave out: previews, matching, indexes on conditions, pages,
# explanations, runs, changes that end enablements, of one row and of many, an account that is
# deleted, the registry; and the ways that are taken where a table is not as it was made.
my $use = q{
	BEGIN;
	SELECT workflow_perms.set_principal('integrations', 'ada');
	SELECT * FROM workflow_perms.preview_condition('alerts', '{"billingPlan": "free"}') p ORDER BY p::text;
	SELECT * FROM workflow_perms.preview_metadata('cafe', '{"billingPlan": "pro"}') p ORDER BY p::text;
	SELECT * FROM workflow_perms.users_matching('{"seats": {"$gte": 10}}') p ORDER BY p;
	SELECT * FROM workflow_perms.explain_access('run', 'sync', 'bank') p;
	SELECT * FROM workflow_perms.who_can('view', 'alerts') p ORDER BY p::text;
	SELECT workflow_perms.with_role(workflow_perms.principal('integrations', 'nora'), 'Support')::jsonb ->> 'user';
	SELECT account_id, action, object FROM workflow_perms.audit_log ORDER BY entry DESC LIMIT 5;
	COMMIT;
	BEGIN;
	SELECT workflow_perms.set_principal('company', 'ann');
	SET LOCAL ROLE demo_app;
	SELECT workflow_id FROM workflow_perms.visible_workflows('workflow_id', 2);
	SELECT workflow_id FROM workflow_perms.visible_workflows('workflow_id', 9, (SELECT cursor FROM workflow_perms.visible_workflows('workflow_id', 2) OFFSET 1));
	SELECT workflow_perms.can_view_column('pipeline', 'budget'), workflow_perms.can_view_board('partners'), workflow_perms.can_create('marketing');
	SELECT run_id, step_no, step_id, details, redacted FROM workflow_perms.run_history ORDER BY 1, 2;
	COMMIT;
	BEGIN;
	SET LOCAL enable_seqscan = off;
	CREATE INDEX ON public.segments USING gin (condition);
	SELECT name FROM public.segments WHERE condition OPERATOR(workflow_perms.~) '{"billingPlan": "pro"}'::jsonb;
	SELECT user_id FROM workflow_perms.users WHERE workflow_perms.matches(metadata, user_id, '{"billingPlan": "pro"}') ORDER BY 1;
	ROLLBACK;
	BEGIN;
	SELECT workflow_perms.set_principal('integrations', 'shop');
	SELECT workflow_perms.start_run('sync', 'run-1');
	SELECT workflow_perms.enable('alerts', 'crm-1'), workflow_perms.disable('alerts', 'crm-1'), workflow_perms.enable('alerts', 'crm-1');
	COMMIT;
	SELECT * FROM workflow_perms.record_step('integrations', 'run-1', 1, 's', 'failed', '{}');
	SELECT workflow_perms.finish_run('integrations', 'run-1', 'failed');
	INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, visibility, status, condition)
		SELECT 'integrations', 'new-' || i, 'crm', 'main', 'live', format('{"seats": {"$gte": %s}}', i)::workflow_perms.metadata_condition FROM generate_series(0, 2) i;
	SELECT account_id, condition FROM workflow_perms.conditions ORDER BY account_id, condition;
	INSERT INTO workflow_perms.enablements (account_id, workflow_id, user_id, enabled) SELECT 'integrations', 'new-' || i, 'bank', true FROM generate_series(0, 2) i;
	UPDATE workflow_perms.users SET metadata = '{"billingPlan": "pro", "seats": 2}' WHERE account_id = 'integrations' AND user_id = 'bank';
	UPDATE workflow_perms.users SET metadata = metadata || '{"seats": 1}' WHERE account_id = 'integrations' AND kind = 'connected';
	UPDATE workflow_perms.workflows SET condition = '{"billingPlan": "none"}' WHERE account_id = 'integrations' AND condition IS NOT NULL;
	UPDATE workflow_perms.workspaces SET kind = 'closed' WHERE account_id = 'company' AND workspace_id = 'marketing';
	UPDATE workflow_perms.workspaces SET kind = 'open' WHERE account_id = 'company' AND workspace_id = 'marketing';
	SELECT account_id, workflow_id, user_id, enabled, reason FROM workflow_perms.enablements ORDER BY 1, 2, 3;
	CREATE FUNCTION public.refused(statement text) RETURNS text LANGUAGE plpgsql AS 'BEGIN EXECUTE statement; RETURN NULL; EXCEPTION WHEN OTHERS THEN RETURN SQLERRM; END';
	SELECT public.refused(s) FROM unnest(ARRAY[
		$$INSERT INTO workflow_perms.role_includes (account_id, role, included_role) VALUES ('company', 'Support', 'Finance')$$,
		$$INSERT INTO workflow_perms.workspace_members (account_id, workspace_id, user_id) VALUES ('company', 'marketing', 'client')$$,
		$$INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id, is_owner) VALUES ('company', 'campaign', 'tom', true)$$,
		$$UPDATE workflow_perms.users SET active = false WHERE account_id = 'company' AND user_id = 'olga'$$,
		$$UPDATE workflow_perms.users SET kind = 'member' WHERE account_id = 'company' AND user_id = 'client'$$,
		$$UPDATE workflow_perms.workflow_members SET is_owner = false WHERE account_id = 'company' AND workflow_id = 'campaign'$$,
		$$UPDATE workflow_perms.enablements SET enabled = true WHERE account_id = 'integrations' AND workflow_id = 'sync'$$,
		$$DELETE FROM workflow_perms.roles WHERE account_id = 'company' AND role = 'Admin'$$]) s;
	DROP FUNCTION public.refused;
	SELECT workflow_perms.forget_unused_conditions(), workflow_perms.register_conditions();
	SELECT workflow_perms.create_account('brief', 'ada');
	DELETE FROM workflow_perms.accounts WHERE account_id = 'brief';
	SELECT count(*) FROM workflow_perms.audit_log WHERE account_id = 'brief';
	SELECT account_id, database_role, action, object FROM workflow_perms.audit_log ORDER BY entry;
	BEGIN;
	CREATE FUNCTION public.same() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
	CREATE TRIGGER same BEFORE INSERT ON workflow_perms.audit_log FOR EACH ROW EXECUTE FUNCTION public.same();
	CREATE TRIGGER same BEFORE UPDATE ON workflow_perms.enablements FOR EACH ROW EXECUTE FUNCTION public.same();
	UPDATE workflow_perms.workflows SET condition = '{}' WHERE account_id = 'integrations' AND workflow_id = 'alerts';
	UPDATE workflow_perms.enablements SET enabled = true WHERE account_id = 'integrations' AND workflow_id = 'alerts';
	UPDATE workflow_perms.workflows SET condition = '{"billingPlan": "none"}' WHERE account_id = 'integrations';
	SELECT workflow_id, user_id, enabled, reason FROM workflow_perms.enablements WHERE account_id = 'integrations' ORDER BY 1, 2;
	ROLLBACK;
};
# After which every probe of a table's index is a query.
my $inherit = q{
	DO $$
	DECLARE
		t text;
	BEGIN
		FOREACH t IN ARRAY workflow_perms._model_tables() LOOP
			EXECUTE format('CREATE TABLE public.child_%s () INHERITS (workflow_perms.%1$s)', t);
		END LOOP;
	END
	$$;
};
my $all = "SET client_min_messages = warning;\n$fill\n$use\n$ask;\n$inherit\n$ask;\n\\echo ===\n";
# other(SQL): psql's command to have it done by another session; its errors go where ours do.
sub other
{
	my ($sql) = @_;
	return "\\! PGOPTIONS='-c client_min_messages=warning' psql -X -q -v ON_ERROR_STOP=1 -d '" . $node->connstr('anew') . "' -c \"$sql\"\n";
}

my ($stdout, $stderr) = ('', '');
my $script = $all . "$create_anew\n$all" . other($create_anew) . $all . "BEGIN; $create_anew COMMIT;\n$all";
# A value more; another name for one, which is then no word of ours, until it has its own again.
my $again = "$ask;\n\\echo ===\n";
$script .= $again . other(q{ALTER TYPE workflow_perms.account_role ADD VALUE 'owner' BEFORE 'admin'}) . $again
  . other(q{ALTER TYPE workflow_perms.workspace_kind RENAME VALUE 'open' TO 'ajar'}) . $again . other(q{ALTER TYPE workflow_perms.workspace_kind RENAME VALUE 'ajar' TO 'open'}) . $again;
$node->psql('anew', $script, stdout => \$stdout, stderr => \$stderr, on_error_stop => 0);
is($stderr, '', 'nothing fails, whoever created it anew');
my @rounds = split /===\n/, "$stdout\n";
cmp_ok(length $rounds[0], '>', 10000, 'it is used a lot');
same_text($rounds[1], $rounds[0], '... and answers as before: created anew by the session');
same_text($rounds[2], $rounds[0], '... by another session');
same_text($rounds[3], $rounds[0], '... by the session, in one transaction');
same_text($rounds[5], $rounds[4], 'a value more: the same');
isnt($rounds[6], $rounds[4], 'a value has another name: what it allowed it does not');
cmp_ok(length $rounds[6], '<', length $rounds[4], '... and nothing more');
same_text($rounds[7], $rounds[4], '... and it has its own again: as before');

$node->stop;
done_testing();

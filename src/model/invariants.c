/*
 * invariants.c
 *		The trigger function for the rules of rules.c: invariants that depend on
 *		other rows, for every role and under every isolation level.
 *
 * Like a foreign key, a rule runs as the owner of the tables and reads what is
 * committed now, not the transaction's snapshot.  It first locks a row for
 * which all changes that affect each other queue, and then reads.  Otherwise a
 * transaction at REPEATABLE READ that cannot see the other's change could break
 * the rule together with it.
 *
 * The kind of the user that a row names is read by index, without a query.
 * Every new member and enablement needs it, and it never changes.
 *
 * "Before" is the state at the start of the statement, as in the statement's
 * own snapshot.  If no user held the place before, no last user can be lost.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "lookup/exists_now.h"
#include "lookup/kept_plan.h"
#include "lookup/model_tables.h"
#include "lookup/role_graph.h"
#include "model/row_security.h"
#include "model/rules.h"
#include "model/trigger_data.h"
#include "query/refusal.h"

PG_FUNCTION_INFO_V1(wp_invariant);

/* The queries of a rule, in the order of wp_rules. */
typedef struct RuleQueries
{
	WpQuery lock;
	WpQuery source_lock;
	WpQuery check;
} RuleQueries;

static RuleQueries rule_queries[WP_RULE_COUNT];

/* The values of a rule's columns, in the form for SPI. */
typedef struct RuleRow
{
	int count;
	Datum values[WP_RULE_MAX_COLUMNS];
	char nulls[WP_RULE_MAX_COLUMNS + 1];
} RuleRow;

/* Returns the index in wp_rules of the rule that the trigger names. */
static int
find_rule(TriggerData *data)
{
	const char *name =
		data->tg_trigger->tgnargs > 0 ? data->tg_trigger->tgargs[0] : "";

	for (int i = 0; i < WP_RULE_COUNT; i++)
		if (strcmp(wp_rules[i].name, name) == 0)
			return i;
	ereport(ERROR,
			(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
			 errmsg("trigger \"%s\" names no rule", data->tg_trigger->tgname)));
	return -1; /* keep the compiler quiet */
}

/*
 * Fills row with the rule's columns.  "old." before a name means the old row.
 */
static void
read_row(const WpInvariant *rule, TriggerData *data, RuleRow *row)
{
	row->count = 0;
	while (row->count < WP_RULE_MAX_COLUMNS &&
		   rule->columns[row->count] != NULL)
	{
		const char *name = rule->columns[row->count];
		bool old = strncmp(name, "old.", 4) == 0;
		NullableDatum value = wp_column_value(
			data->tg_relation, old ? data->tg_trigtuple : wp_trigger_row(data),
			old ? name + 4 : name, TEXTOID);

		row->values[row->count] = value.value;
		row->nulls[row->count] = value.isnull ? 'n' : ' ';
		row->count++;
	}
	row->nulls[row->count] = '\0';
}

/*
 * Returns the plan of one of a rule's queries, which takes that many columns.
 */
static SPIPlanPtr
plan_of(WpQuery *query, const char *sql, int ncolumns)
{
	query->sql = sql;
	query->nargs = ncolumns;
	query->chosen = true;
	for (int i = 0; i < ncolumns; i++)
		query->types[i] = TEXTOID;
	return wp_plan(query);
}

/*
 * Runs a query under a snapshot.  Returns the number that is its result, 0 for
 * no row or NULL.
 */
static int
ask(SPIPlanPtr plan, RuleRow *row, Snapshot snapshot, bool read_only)
{
	Datum answer;
	bool isnull;

	SPI_execute_snapshot(plan, row->values, row->nulls, snapshot,
						 InvalidSnapshot, read_only, false, 1);
	if (SPI_processed == 0)
		return 0;
	answer =
		SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
	return isnull ? 0 : DatumGetInt32(answer);
}

/*
 * Returns whether the row closes a circle of roles.  It is locked against
 * changes that affect it.
 */
static bool
is_circular(const RuleRow *row)
{
	WpText texts[3];

	for (int i = 0; i < 3; i++)
	{
		if (row->nulls[i] == 'n')
			return false;
		texts[i] = wp_text_value(row->values[i]);
	}
	return wp_role_includes_now(&texts[0], &texts[2], &texts[1]);
}

/*
 * Returns whether the row breaks the rule. binds: whether row security binds
 * the writing user.  Runs as the owner, connected to SPI.
 */
static bool
breaks(const WpInvariant *rule, RuleQueries *queries, RuleRow *row, bool binds)
{
	/*
	 * the statement's own snapshot; the queries below will change the active
	 * one
	 */
	Snapshot before = GetActiveSnapshot();
	SPIPlanPtr lock = NULL;
	SPIPlanPtr check;

	if (rule->form == WP_RULE_BOUND_ABSENCE && !binds)
		return false;
	if (rule->locked != NULL && wp_is_source(rule->locked))
		lock = plan_of(&queries->source_lock, rule->source_lock, row->count);
	else if (rule->lock != NULL)
		lock = plan_of(&queries->lock, rule->lock, row->count);
	check = rule->check != NULL
				? plan_of(&queries->check, rule->check, row->count)
				: NULL;
	if (rule->form == WP_RULE_START)
		return binds || ask(check, row, before, true) != 0;

	/* not read-only: takes the lock, and sees the changes of this statement */
	CommandCounterIncrement();
	if (lock != NULL && ask(lock, row, GetLatestSnapshot(), false) == 0)
		return false;
	if (rule->form == WP_RULE_ACYCLIC)
		return is_circular(row);

	int now = ask(check, row, GetLatestSnapshot(), true);

	if (rule->form == WP_RULE_ABSENCE || rule->form == WP_RULE_BOUND_ABSENCE)
		return now != 0;
	return now < 2 && now < ask(check, row, before, true);
}

/*
 * Returns whether the row breaks a rule about the kind of the user that it
 * names.  If the user does not exist, the foreign key refuses the row.
 */
static bool
is_of_wrong_kind(const WpInvariant *rule, const RuleRow *row)
{
	WpText texts[2];
	WpUserKind kind;

	for (int i = 0; i < 2; i++)
	{
		if (row->nulls[i] == 'n')
			return false;
		texts[i] = wp_text_value(row->values[i]);
	}
	/* Changes of this statement count. */
	CommandCounterIncrement();
	return wp_user_kind_now(&texts[0], &texts[1], &kind) &&
		   (kind == WP_KIND_CONNECTED) == (rule->form == WP_RULE_NOT_CONNECTED);
}

/*
 * Returns whether the row breaks the rule, according to its queries, which run
 * as the owner of the table.
 */
static bool
breaks_by_query(int place, RuleRow *row, Relation relation)
{
	bool binds = wp_row_security_binds(RelationGetRelid(relation));
	WpOwnerScope scope;
	bool broken;

	wp_owner_enter(relation->rd_rel->relowner, &scope);
	SPI_connect();
	broken = breaks(&wp_rules[place], &rule_queries[place], row, binds);
	SPI_finish();
	wp_owner_leave(&scope);
	return broken;
}

/*
 * SQL trigger: raises if the row breaks the rule that the trigger names.
 * Otherwise returns the row unchanged.
 */
Datum
wp_invariant(PG_FUNCTION_ARGS)
{
	TriggerData *data =
		wp_trigger_data(fcinfo, WP_ON_BEFORE | WP_ON_AFTER | WP_EACH_ROW |
									WP_ON_INSERT | WP_ON_UPDATE | WP_ON_DELETE);
	int place = find_rule(data);
	const WpInvariant *rule = &wp_rules[place];
	HeapTuple result = wp_trigger_row(data);
	RuleRow row;
	bool broken;

	/* the extension itself makes the first owner */
	if (rule->form == WP_RULE_START && wp_in_effect())
		return PointerGetDatum(result);

	read_row(rule, data, &row);
	if (rule->form == WP_RULE_NOT_CONNECTED || rule->form == WP_RULE_CONNECTED)
		broken = is_of_wrong_kind(rule, &row);
	else
		broken = breaks_by_query(place, &row, data->tg_relation);

	if (broken)
	{
		char *subject =
			SPI_getvalue(result, RelationGetDescr(data->tg_relation),
						 wp_column(data->tg_relation, rule->subject, TEXTOID));

		wp_raise_violation(
			rule->sqlstate, rule->code != NULL ? rule->code : rule->name,
			RelationGetRelationName(data->tg_relation), rule->column,
			psprintf(rule->message, subject), rule->hint);
	}
	return PointerGetDatum(result);
}

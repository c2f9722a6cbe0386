/*
 * access_report.c
 *		who_can(action): who may do an action on each workflow that the
 *		session's principal may ask about (spec 5).
 *
 * The workflows are read once, into memory.  Each user is loaded once, and only
 * those workflows are decided that its sets of candidates contain
 * (reachable_ids.h), as in a list.  They are sorted so that those of a
 * workspace with the same condition are neighbours: if the condition does not
 * hold for a user whom conditions bind, they are passed over together.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/tuplestore.h"

#include "decide/gates.h"
#include "lookup/load_principal.h"
#include "lookup/load_workflow.h"
#include "lookup/owner_query.h"
#include "lookup/session_principal.h"
#include "planner/reachable_ids.h"
#include "principal/find.h"
#include "principal/sorted_index.h"
#include "query/argument.h"
#include "query/explain_target.h"
#include "query/who_can.h"

/* A workflow, with the key that sorted_index.h finds it by. */
typedef struct Asked
{
	WpText workspace;
	WpWorkflow workflow;
	int condition;  /* number among the distinct ones; -1: none */
	int next_group; /* of another workspace or condition */
} Asked;

/* A workflow by its id. */
typedef struct ById
{
	WpText id;
	int place;
} ById;

typedef struct Report
{
	WpAction action;
	ReturnSetInfo *result;
	MemoryContext context;
	int n;
	int room;
	Asked *asked; /* in the order of workspaces */
	WpIndex index;
	ById *by_id;
	WpIndex id_index;
	int nconditions;
	WpReason reason;
} Report;

/* The report for one user. */
typedef struct OfUser
{
	Report *report;
	WpPrincipal *principal;
	bool bound;  /* by conditions */
	int8 *holds; /* of each condition: 0 not asked, 1 yes, -1 no */
} OfUser;

/* Called for each workflow: keeps it if the asker may ask about it. */
static void
keep_asked(const WpWorkflow *workflow, void *arg)
{
	Report *report = arg;
	MemoryContext old;
	WpWorkflow *kept;

	/* Asked for again: what a source calls may have loaded it anew. */
	const WpPrincipal *asker = wp_session_principal();

	if (!wp_is_team(asker) ||
		wp_decide(asker, WP_VIEW, workflow) != WP_ALLOWED ||
		!wp_may_list_access(asker, workflow))
		return;
	old = MemoryContextSwitchTo(report->context);
	if (report->n == report->room)
	{
		report->room = Max(64, 2 * report->room);
		report->asked =
			report->asked == NULL
				? MemoryContextAllocHuge(report->context,
										 sizeof(Asked) * report->room)
				: repalloc_huge(report->asked, sizeof(Asked) * report->room);
	}
	kept = &report->asked[report->n].workflow;
	*kept = *workflow;
	kept->workflow = wp_copy_text(&workflow->workflow, report->context);
	kept->workspace = wp_copy_text(&workflow->workspace, report->context);
	if (workflow->condition != NULL)
		kept->condition = wp_varlena_copy(PointerGetDatum(workflow->condition),
										  report->context);
	report->asked[report->n++].workspace = kept->workspace;
	MemoryContextSwitchTo(old);
}

/* Orders conditions in any way that puts equal ones together; NULL first. */
static int
compare_conditions(const struct varlena *a, const struct varlena *b)
{
	Size size;

	if (a == NULL || b == NULL)
		return (a != NULL) - (b != NULL);
	size = VARSIZE_ANY_EXHDR(a);
	if (size != VARSIZE_ANY_EXHDR(b))
		return size < VARSIZE_ANY_EXHDR(b) ? -1 : 1;
	return memcmp(VARDATA_ANY(a), VARDATA_ANY(b), size);
}

static int
by_condition(const void *a, const void *b, void *unused)
{
	return compare_conditions(((const Asked *) a)->workflow.condition,
							  ((const Asked *) b)->workflow.condition);
}

static int
by_workspace(const void *a, const void *b, void *unused)
{
	const Asked *left = a;
	const Asked *right = b;
	int order = wp_text_compare(&left->workspace, &right->workspace);

	if (order == 0)
		order = left->condition - right->condition;
	return order != 0 ? order
					  : wp_text_compare(&left->workflow.workflow,
										&right->workflow.workflow);
}

static int
by_id(const void *a, const void *b, void *unused)
{
	return wp_text_compare(&((const ById *) a)->id, &((const ById *) b)->id);
}

/* Numbers the conditions, and sorts the workflows. */
static void
sort_asked(Report *report)
{
	Asked *asked = report->asked;

	qsort_interruptible(asked, report->n, sizeof(Asked), by_condition, NULL);
	for (int i = 0; i < report->n; i++)
	{
		const struct varlena *condition = asked[i].workflow.condition;

		if (condition != NULL &&
			(i == 0 ||
			 compare_conditions(asked[i - 1].workflow.condition, condition)))
			report->nconditions++;
		asked[i].condition = report->nconditions - 1;
	}
	qsort_interruptible(asked, report->n, sizeof(Asked), by_workspace, NULL);
	for (int i = report->n - 1; i >= 0; i--)
		asked[i].next_group =
			i + 1 < report->n && asked[i].condition == asked[i + 1].condition &&
					wp_text_equal(&asked[i].workspace, &asked[i + 1].workspace)
				? asked[i + 1].next_group
				: i + 1;
	report->by_id =
		MemoryContextAllocHuge(report->context, sizeof(ById) * (report->n + 1));
	for (int i = 0; i < report->n; i++)
		report->by_id[i] = (ById){asked[i].workflow.workflow, i};
	qsort_interruptible(report->by_id, report->n, sizeof(ById), by_id, NULL);
	wp_index_make(&report->index, asked, report->n, sizeof(Asked));
	wp_index_make(&report->id_index, report->by_id, report->n, sizeof(ById));
}

/* Does the workflow's condition refuse the user? */
static bool
is_refused(OfUser *user, const Asked *asked)
{
	int8 *holds;

	if (!user->bound || asked->condition < 0)
		return false;
	holds = &user->holds[asked->condition];
	if (*holds == 0)
		*holds = wp_condition_holds(user->principal, asked->workflow.condition)
					 ? 1
					 : -1;
	return *holds < 0;
}

/* Decides on the workflow, and puts a row into the result. */
static void
decide_asked(OfUser *user, const Asked *asked)
{
	Report *report = user->report;
	const WpWorkflow *workflow = &asked->workflow;
	WpReason *reason = &report->reason;
	Datum values[3];
	bool nulls[3] = {false};

	if (wp_decide(user->principal, report->action, workflow) != WP_ALLOWED)
		return;
	wp_reason_begin(reason);
	(void) wp_decide_traced(user->principal, report->action, workflow,
							&reason->trace);
	values[0] = wp_text_datum(&workflow->workflow);
	values[1] = wp_text_datum(&user->principal->user);
	nulls[2] = reason->text == NULL;
	values[2] = nulls[2] ? (Datum) 0 : CStringGetTextDatum(reason->text);
	tuplestore_putvalues(report->result->setResult, report->result->setDesc,
						 values, nulls);
	pfree(DatumGetPointer(values[0]));
	pfree(DatumGetPointer(values[1]));
	if (!nulls[2])
	{
		pfree(DatumGetPointer(values[2]));
		pfree(reason->text);
	}
}

/* Decides on the workflows of these workspaces, or only on the main ones. */
static void
decide_workspaces(OfUser *user, const WpIdSet *workspaces, bool main_only)
{
	const Report *report = user->report;

	for (int i = 0; i < workspaces->n; i++)
	{
		int at = wp_index_find(&report->index, report->asked, report->n,
							   sizeof(Asked), &workspaces->ids[i]);

		while (at >= 0 && at < report->n &&
			   wp_text_equal(&report->asked[at].workspace, &workspaces->ids[i]))
		{
			const Asked *asked = &report->asked[at];

			CHECK_FOR_INTERRUPTS();
			if (is_refused(user, asked))
				at = asked->next_group;
			else
			{
				if (!main_only ||
					asked->workflow.visibility == WP_VISIBILITY_MAIN)
					decide_asked(user, asked);
				at++;
			}
		}
	}
}

/* Called for each user of the account. */
static void
report_user(WpPrincipal *principal, void *arg)
{
	Report *report = arg;
	OfUser user = {report, principal, !wp_is_team(principal),
				   palloc0(report->nconditions + 1)};
	const WpIdSet *any = wp_candidates(principal, report->action, WP_ANY);
	const WpIdSet *main = wp_candidates(principal, report->action, WP_MAIN);
	const WpIdSet *named = wp_candidates(principal, report->action, WP_NAMED);

	decide_workspaces(&user, any, false);
	decide_workspaces(&user, main, true);
	for (int i = 0; i < named->n; i++)
	{
		int at = wp_index_find(&report->id_index, report->by_id, report->n,
							   sizeof(ById), &named->ids[i]);
		const Asked *asked =
			at < 0 ? NULL : &report->asked[report->by_id[at].place];

		CHECK_FOR_INTERRUPTS();
		if (asked == NULL || wp_idset_has(any, &asked->workspace) ||
			(asked->workflow.visibility == WP_VISIBILITY_MAIN &&
			 wp_idset_has(main, &asked->workspace)))
			continue;
		if (!wp_knows_workspace(principal, &asked->workspace))
			wp_load_workspace(principal, &asked->workspace,
							  CurrentMemoryContext);
		decide_asked(&user, asked);
	}
}

/* who_can(action) → setof (workflow_id, user_id, reason). */
PG_FUNCTION_INFO_V1(wp_who_can_all);
Datum
wp_who_can_all(PG_FUNCTION_ARGS)
{
	WpText action = wp_arg_text(fcinfo, 0);
	Report report = {wp_question_action(&action),
					 (ReturnSetInfo *) fcinfo->resultinfo};
	const WpPrincipal *asker;
	WpText account;

	InitMaterializedSRF(fcinfo, 0);
	asker = wp_session_principal();
	if (!wp_is_team(asker))
		return (Datum) 0;
	report.context = CurrentMemoryContext;
	account = wp_copy_text(&asker->account, report.context);
	wp_each_workflow(&account, keep_asked, &report);
	for (int i = 0; i < report.n; i++)
		report.asked[i].workflow.account = account;
	sort_asked(&report);
	if (report.n > 0)
		wp_each_principal(&account, wp_action_facets(report.action), NULL,
						  report_user, &report);
	return (Datum) 0;
}

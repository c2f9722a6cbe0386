/*
 * discard.c
 *		Noticing DISCARD ALL, which poolers send between two clients.  It runs
 *		outside transaction blocks and closes all portals, so no pointer into
 *		the freed memory is left.
 */
#include "postgres.h"

#include "nodes/parsenodes.h"
#include "tcop/utility.h"

#include "principal/discard.h"

#define MOST_KEEPERS 8

static void (*keepers[MOST_KEEPERS])(void);
static int nkeepers = 0;
static ProcessUtility_hook_type next_hook = NULL;

void
wp_on_discard(void (*give_back)(void))
{
	if (nkeepers >= MOST_KEEPERS)
		elog(ERROR, "too many keepers of what DISCARD ALL gives back");
	keepers[nkeepers++] = give_back;
}

static void
process_utility(PlannedStmt *statement, const char *text, bool read_only_tree,
				ProcessUtilityContext context, ParamListInfo params,
				QueryEnvironment *environment, DestReceiver *dest,
				QueryCompletion *completion)
{
	Node *node = statement->utilityStmt;
	bool discards =
		IsA(node, DiscardStmt) && ((DiscardStmt *) node)->target == DISCARD_ALL;

	if (next_hook != NULL)
		next_hook(statement, text, read_only_tree, context, params, environment,
				  dest, completion);
	else
		standard_ProcessUtility(statement, text, read_only_tree, context,
								params, environment, dest, completion);
	for (int i = 0; discards && i < nkeepers; i++)
		keepers[i]();
}

void
wp_discard_init(void)
{
	next_hook = ProcessUtility_hook;
	ProcessUtility_hook = process_utility;
}

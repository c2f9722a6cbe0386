/*
 * everybody.c
 *		Principals of all users of an account, for one workflow: who it is that may
 *		do something to it (spec 5).
 *
 * Each user is loaded like a principal that asks about this workflow.  A merge of the
 * tables, each read once in the order of the users, took a seventh of the time and four
 * hundred lines; test/bench shows what this takes (who can view).
 */
#include "postgres.h"

#include "datatype/timestamp.h"
#include "utils/memutils.h"

#include "lookup/everybody.h"
#include "lookup/load.h"
#include "lookup/probe.h"

static WpProbe users_probe = {"users", {"account_id"}, "user_id", {"user_id"}};

void
wp_each_principal(const WpWorkflow *workflow, uint32 facets, WpEachPrincipal each, void *arg)
{
	MemoryContext one = AllocSetContextCreate(CurrentMemoryContext, "workflow_perms one of everybody", ALLOCSET_DEFAULT_SIZES);
	WpAbout about = {workflow->workflow, workflow->workspace};
	const WpText *keys[] = {&workflow->account};
	WpRows users;

	wp_rows_open(&users, &users_probe, keys);
	while (wp_rows_next(&users))
	{
		MemoryContext caller = MemoryContextSwitchTo(one);
		WpText user = wp_rows_text(&users, 0, one);
		WpPrincipal principal;
		TimestampTz ignored;

		if (wp_load_who(&workflow->account, &user, one, &principal, &ignored) == WP_LOADED && principal.active)
		{
			wp_load_facets(&principal, facets | WP_BASE_FACETS, &about, one, &ignored);
			each(&principal, arg);
		}
		MemoryContextSwitchTo(caller);
		MemoryContextReset(one);
	}
	wp_rows_close(&users);
	MemoryContextDelete(one);
}

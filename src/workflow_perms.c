/*
 * workflow_perms.c
 *		Module magic and initialisation.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/guc.h"

#include "condition/regexp.h"
#include "lookup/enums.h"
#include "lookup/probe.h"
#include "lookup/condition_registry.h"
#include "lookup/matching_conditions.h"
#include "lookup/session_principal.h"
#include "lookup/snapshot.h"
#include "lookup/verdict_memo.h"
#include "planner/ordered_path.h"
#include "planner/replan.h"
#include "planner/plan_functions.h"
#include "planner/reachable_ids.h"
#include "principal/claims.h"
#include "principal/discard.h"
#include "principal/identity.h"
#include "principal/metadata_size.h"
#include "principal/token_keys.h"
#include "principal/token.h"

PG_MODULE_MAGIC;

extern PGDLLEXPORT void _PG_init(void);

/* Called once when the library is loaded. */
void
_PG_init(void)
{
	wp_discard_init();
	wp_identity_init();
	wp_on_discard(wp_regexp_forget);
	wp_claims_init();
	wp_keys_init();
	wp_token_init();
	wp_metadata_size_init();
	wp_enums_init();
	wp_probe_init();
	wp_snapshot_init();
	wp_registry_init();
	wp_session_init();
	wp_matching_init();
	wp_memo_init();
	wp_functions_init();
	wp_reachable_init();
	wp_replan_init();
	wp_ordered_path_init();

	/* All settings are defined.  Others under our prefix are removed. */
	MarkGUCPrefixReserved("workflow_perms");
}

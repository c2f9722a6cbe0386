/*
 * preview.c
 *		preview_condition() and preview_metadata(): what a change would give to
 *		connected users and take from them (spec 4.4).  The same decision is
 *		made before and after.  Nothing is changed.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/tuplestore.h"

#include "condition/compare.h"
#include "lookup/load_principal.h"
#include "lookup/owner_query.h"
#include "lookup/session_principal.h"
#include "lookup/account_users.h"
#include "lookup/load_workflow.h"
#include "principal/find.h"
#include "principal/metadata_size.h"
#include "query/argument.h"
#include "query/explain_target.h"
#include "query/refusal.h"
#include "query/set_principal.h"

/* The effects of a change. */
typedef enum Change
{
	GAINED_VISIBLE,
	LOST_VISIBLE,
	LOST_ENABLED
} Change;

static const char *const changes[][2] = {
	{"gained", "visible"}, {"lost", "visible"}, {"lost", "enabled"}};

/* Where the effects go: rows with ids, or only numbers of users. */
typedef struct Effects
{
	ReturnSetInfo *result;
	bool counts; /* no ids */
	int64 count[lengthof(changes)];
} Effects;

/*
 * Puts a row into the result: the id (NULL: none), gained or lost, visible or
 * enabled and, in previews of a condition, the number of users.
 */
static void
put_change(ReturnSetInfo *result, const WpText *id, Change change, int64 users)
{
	Datum values[4] = {id ? wp_text_datum(id) : (Datum) 0,
					   CStringGetTextDatum(changes[change][0]),
					   CStringGetTextDatum(changes[change][1]),
					   Int64GetDatum(users)};
	bool nulls[4] = {id == NULL, false, false, false};

	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	for (int i = 0; i < 3; i++)
		if (!nulls[i])
			pfree(DatumGetPointer(values[i]));
}

static void
add_change(Effects *effects, const WpText *id, Change change)
{
	if (effects->counts)
		effects->count[change]++;
	else
		put_change(effects->result, id, change, 1);
}

/*
 * Adds the effect of the change on one user and one workflow, under that id. An
 * enablement ends if re-evaluation would end it.
 */
static void
compare(Effects *effects, const WpText *id, const WpPrincipal *before,
		const WpWorkflow *workflow_before, const WpPrincipal *after,
		const WpWorkflow *workflow_after, bool enabled)
{
	bool saw = wp_decide(before, WP_VIEW, workflow_before) == WP_ALLOWED;
	bool sees = wp_decide(after, WP_VIEW, workflow_after) == WP_ALLOWED;

	if (saw != sees)
		add_change(effects, id, sees ? GAINED_VISIBLE : LOST_VISIBLE);
	if (enabled && wp_decide_stay_enabled(after, workflow_after) != WP_ALLOWED)
		add_change(effects, id, LOST_ENABLED);
}

/* The argument of preview_user. */
typedef struct ConditionPreview
{
	Effects effects;
	const WpPrincipal *asker;
	WpWorkflow before;
	WpWorkflow after;
} ConditionPreview;

/*
 * Called for each connected user.  A user has everything that the gates of
 * connected users read, so no principal is loaded.
 */
static void
preview_user(const WpUser *user, void *arg)
{
	ConditionPreview *preview = arg;
	WpPrincipal principal = {.account = preview->asker->account,
							 .user = user->user,
							 .kind = WP_KIND_CONNECTED,
							 .account_role = WP_ACCOUNT_NONE,
							 .active = user->active,
							 .metadata = user->metadata,
							 .taken_at = preview->asker->taken_at,
							 .facets = wp_action_facets(WP_VIEW) |
									   wp_action_facets(WP_ENABLE) |
									   WP_FACET_WORKSPACES,
							 .nworkspaces = preview->asker->nworkspaces,
							 .workspaces = preview->asker->workspaces};

	compare(&preview->effects, &user->user, &principal, &preview->before,
			&principal, &preview->after, user->has_enabled);
}

/*
 * preview_condition(workflow_id, condition) → setof (user_id, change, what,
 * users).
 */
PG_FUNCTION_INFO_V1(wp_preview_condition);
Datum
wp_preview_condition(PG_FUNCTION_ARGS)
{
	static const char doing[] = "preview a condition of";
	WpText id = wp_arg_text(fcinfo, 0);
	const WpPrincipal *asker = wp_session_principal();
	ConditionPreview preview = {{(ReturnSetInfo *) fcinfo->resultinfo}, asker};
	WpVerdict verdict = asker == NULL   ? WP_NO_PRINCIPAL
						: asker->active ? WP_NOT_FOUND
										: WP_INACTIVE;

	InitMaterializedSRF(fcinfo, 0);
	if (verdict == WP_NOT_FOUND && id.data != NULL &&
		wp_load_workflow(&asker->account, &id, &preview.before) &&
		wp_decide(asker, WP_VIEW, &preview.before) == WP_ALLOWED)
		verdict = wp_decide(asker, WP_EDIT, &preview.before);
	if (verdict != WP_ALLOWED)
		wp_raise_refusal(doing, "workflow", &id,
						 wp_name_capability(verdict, "workflows.modify"));
	preview.after = preview.before;
	preview.after.condition = PG_ARGISNULL(1) ? NULL : PG_GETARG_VARLENA_PP(1);
	preview.effects.counts = !wp_holds_capability(asker, "connected_users.view",
												  &preview.before.workspace);
	/* An unchanged condition ends nothing. */
	if (wp_condition_same(preview.before.condition, preview.after.condition))
		return (Datum) 0;
	if (preview.before.condition != NULL && preview.after.condition != NULL)
		wp_each_concerned_user(&asker->account, &id, preview.before.condition,
							   preview.after.condition, preview_user, &preview);
	else
		wp_each_connected_user(&asker->account, &id, preview_user, &preview);
	for (int i = 0; i < lengthof(changes); i++)
		if (preview.effects.count[i] > 0)
			put_change(preview.effects.result, NULL, i,
					   preview.effects.count[i]);
	return (Datum) 0;
}

/* The argument of preview_workflow. */
typedef struct MetadataPreview
{
	Effects effects;
	WpPrincipal before;
	WpPrincipal after;
} MetadataPreview;

/* Called for each workflow of the account. */
static void
preview_workflow(const WpWorkflow *workflow, void *arg)
{
	MetadataPreview *preview = arg;

	compare(&preview->effects, &workflow->workflow, &preview->before, workflow,
			&preview->after, workflow,
			wp_has_enabled(&preview->before, &workflow->workflow));
}

/*
 * Loads the connected user and its enablements.  Raises undefined_object for a
 * user that does not exist, invalid_parameter_value for another kind of user.
 */
static void
load_connected_user(const WpText *account, const WpText *user,
					WpPrincipal *principal)
{

	if (user->data == NULL ||
		wp_load_principal(account, user, WP_ALL_FACETS, principal) != WP_LOADED)
		wp_raise_no_user(account, user, NULL);
	if (principal->kind != WP_KIND_CONNECTED)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("user \"%.*s\" is no connected user", user->len,
						user->data),
				 errdetail("Conditions do not bind members and services.")));
}

/* preview_metadata(user_id, metadata) → setof (workflow_id, change, what). */
PG_FUNCTION_INFO_V1(wp_preview_metadata);
Datum
wp_preview_metadata(PG_FUNCTION_ARGS)
{
	WpText id = wp_arg_text(fcinfo, 0);
	const WpPrincipal *asker = wp_session_principal();
	MetadataPreview preview = {{(ReturnSetInfo *) fcinfo->resultinfo}};

	InitMaterializedSRF(fcinfo, 0);
	wp_require_capability(asker, "connected_users.manage",
						  "preview metadata of", "user", &id);
	if (PG_ARGISNULL(1) || !JB_ROOT_IS_OBJECT(PG_GETARG_JSONB_P(1)))
		ereport(
			ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("metadata must be a JSON object"),
			 errhint("Give attributes by name, such as {\"plan\": \"pro\"}.")));
	wp_require_metadata_size(PG_GETARG_DATUM(1), NULL);
	load_connected_user(&asker->account, &id, &preview.before);
	preview.after = preview.before;
	preview.after.metadata = PG_GETARG_JSONB_P(1);
	/* Unchanged metadata ends nothing. */
	if (preview.before.metadata == NULL ||
		compareJsonbContainers(&preview.before.metadata->root,
							   &preview.after.metadata->root) != 0)
		wp_each_workflow(&preview.before.account, preview_workflow, &preview);
	return (Datum) 0;
}

/*
 * arms.c
 *		The functions that a decision is taken apart into (rewrite.c), and the
 *		functions that compute the arrays for their index conditions.  The
 *		principal's data appears only in what these return at execution.
 */
#include "postgres.h"

#include "access/genam.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "lookup/condition_index.h"
#include "lookup/load_board.h"
#include "lookup/matching_conditions.h"
#include "lookup/owner_query.h"
#include "lookup/session_principal.h"
#include "planner/reachable_ids.h"
#include "planner/arms.h"
#include "planner/estimate.h"
#include "planner/plan_functions.h"
#include "principal/identity.h"
#include "principal/principal_json.h"
#include "query/argument.h"
#include "query/id_text.h"
#include "query/workflow_row.h"

PG_FUNCTION_INFO_V1(wp_allowed);
PG_FUNCTION_INFO_V1(wp_arm);
PG_FUNCTION_INFO_V1(wp_arm_candidates);
PG_FUNCTION_INFO_V1(wp_arm_account);
PG_FUNCTION_INFO_V1(wp_arm_team_user);
PG_FUNCTION_INFO_V1(wp_at_execution);
PG_FUNCTION_INFO_V1(wp_unconditional_account);
PG_FUNCTION_INFO_V1(wp_bound_account);
PG_FUNCTION_INFO_V1(wp_bound_metadata);
PG_FUNCTION_INFO_V1(wp_matching);
PG_FUNCTION_INFO_V1(wp_matching_in);
PG_FUNCTION_INFO_V1(wp_bound_user);
PG_FUNCTION_INFO_V1(wp_bound_runs);

/* The state of a call of _allowed() in fn_extra. */
typedef struct DecisionSite
{
	WpPrincipalCache principal;
	WpRowReader row;
	/* the action is known, and the columns' types can be read */
	bool usable;
	WpAction action;
} DecisionSite;

/* Returns the state of this call.  The action's name is in argument argno. */
static DecisionSite *
decision_site(FunctionCallInfo fcinfo, int argno)
{
	DecisionSite *site = fcinfo->flinfo->fn_extra;
	WpText name;

	if (site != NULL)
		return site;
	site =
		MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(DecisionSite));
	site->usable = get_fn_expr_arg_stable(fcinfo->flinfo, argno);
	for (int i = 0; i < WP_ALL_COLUMNS && site->usable; i++)
	{
		Oid type = get_fn_expr_argtype(fcinfo->flinfo, argno + 1 + i);

		site->row.types[i] = OidIsValid(type) ? getBaseType(type) : InvalidOid;
		site->usable = wp_row_type(i, site->row.types[i]);
	}
	name = wp_arg_text(fcinfo, argno);
	site->action =
		name.data ? wp_action(name.data, name.len) : WP_ACTION_UNKNOWN;
	site->usable = site->usable && site->action != WP_ACTION_UNKNOWN;
	fcinfo->flinfo->fn_extra = site;
	return site;
}

/*
 * _allowed([principal,] action, account_id, …, owner_id) → boolean: the
 * decision itself.  It differs from can_… on columns in three ways: it is never
 * taken apart again, it takes any table's columns as they are (ids as text,
 * uuid or bigint, words as enum or text), and it does not raise.
 */
Datum
wp_allowed(PG_FUNCTION_ARGS)
{
	bool given = PG_NARGS() > 1 + WP_ALL_COLUMNS;
	DecisionSite *site = decision_site(fcinfo, given);
	const WpPrincipal *principal;
	WpWorkflow workflow;

	if (!site->usable || (given && PG_ARGISNULL(0)))
		PG_RETURN_BOOL(false);
	wp_row_values(&site->row, &fcinfo->args[given + 1], &workflow);
	if (given)
	{
		principal = wp_principal_getarg(fcinfo, 0, &site->principal);
		PG_RETURN_BOOL(wp_decide(principal, site->action, &workflow) ==
					   WP_ALLOWED);
	}
	principal = wp_session_principal_unsure(site->action, &workflow);
	PG_RETURN_BOOL(principal != NULL &&
				   wp_session_allows(principal, site->action, &workflow));
}

/* The state of a call of one of the other functions. */
typedef struct CallSite
{
	WpPrincipalCache principal;
	MemoryContext context; /* of the set */
	const WpIdSet *set;    /* of the given principal */
	uint64 generation;     /* the one that the set belongs to */
	bool words_read;
	bool words_known;
	WpAction action;
	WpCandidateKind kind;
} CallSite;

static CallSite *
call_site(FunctionCallInfo fcinfo)
{
	if (fcinfo->flinfo->fn_extra == NULL)
		fcinfo->flinfo->fn_extra =
			MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(CallSite));
	return fcinfo->flinfo->fn_extra;
}

/*
 * Is a principal given in the first argument? If not, the session's principal
 * is used, and a first argument is one that only the planner can give
 * (plan_functions.h).
 */
static bool
is_given(FunctionCallInfo fcinfo)
{
	return PG_NARGS() > 0 &&
		   get_fn_expr_argtype(fcinfo->flinfo, 0) != INTERNALOID;
}

/* Returns the principal in the first argument, or NULL. */
static const WpPrincipal *
given_principal(FunctionCallInfo fcinfo)
{
	return PG_ARGISNULL(0)
			   ? NULL
			   : wp_principal_getarg(fcinfo, 0, &call_site(fcinfo)->principal);
}

/*
 * Returns the set that the label in the second argument names, or NULL if there
 * is no such set.
 */
static const WpIdSet *
get_set(FunctionCallInfo fcinfo)
{
	CallSite *site = call_site(fcinfo);
	const WpPrincipal *principal;
	MemoryContext old;

	if (!site->words_read)
	{
		WpText words = wp_arg_text(fcinfo, 1);

		site->words_known =
			wp_candidate_words(&words, &site->action, &site->kind);
		site->words_read = get_fn_expr_arg_stable(fcinfo->flinfo, 1);
	}
	if (!site->words_known)
		return NULL;
	if (!is_given(fcinfo))
		return wp_session_candidates(site->action, site->kind);
	principal = given_principal(fcinfo);
	if (principal == NULL)
		return NULL;
	if (site->set == NULL ||
		site->generation != site->principal.last.generation ||
		!site->words_read)
	{
		site->set = NULL;
		if (site->context == NULL)
			site->context = AllocSetContextCreate(fcinfo->flinfo->fn_mcxt,
												  "workflow_perms candidates",
												  ALLOCSET_SMALL_SIZES);
		MemoryContextReset(site->context);
		old = MemoryContextSwitchTo(site->context);
		site->set = wp_candidates(principal, site->action, site->kind);
		MemoryContextSwitchTo(old);
		site->generation = site->principal.last.generation;
	}
	return site->set;
}

/*
 * _among(…), _in_account(…), _owned(…), _is_main(…), _no_condition(…),
 * _condition_holds(…), _may_hold(…), _narrowed(…) → boolean: always true.  In a
 * plan each stands beside the function that decides.  It is there for the index
 * condition that arm_support.c or matches_support.c derives from it.
 * PostgreSQL puts an index condition before a policy only if the function is
 * leakproof.  It evaluates a leakproof function, and expressions that the query
 * puts around it, on rows that the policy hides.  So the function must reveal
 * nothing.
 */
Datum
wp_arm(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(true);
}

/*
 * Converts the id to the type, into *value.  Returns false if the id is not of
 * that type.
 */
static bool
id_value(Oid type, const WpText *id, Datum *value)
{
	pg_uuid_t *uuid;
	int64 number;

	switch (type)
	{
		case UUIDOID:
			uuid = palloc(sizeof(pg_uuid_t));
			*value = UUIDPGetDatum(uuid);
			return wp_id_uuid(id, uuid);
		case INT8OID:
			if (!wp_id_bigint(id, &number))
				return false;
			*value = Int64GetDatum(number);
			return true;
		default:
			*value = wp_text_datum(id);
			return true;
	}
}

/*
 * Returns how many of n values are wanted: all of them at execution, fewer if
 * the planner has computed the first argument for an estimate.
 */
static int
asked_for(FunctionCallInfo fcinfo, int n)
{
	return get_fn_expr_arg_stable(fcinfo->flinfo, 0)
			   ? Min(n, WP_ESTIMATED_VALUES)
			   : n;
}

/* Returns the index of the i-th of `most` values among n, evenly spaced. */
static int
place_of(int i, int most, int n)
{
	return (int) ((int64) i * n / most);
}

/*
 * _candidates(internal, set) → text[] for the session's principal, and
 * _candidates(principal, set) for a given one. _candidates_uuid and
 * _candidates_bigint are for columns of those types.  Each scan gets its own
 * array, palloc'd, because the scan reads it to its end, and the set may be
 * freed before that.
 */
Datum
wp_arm_candidates(PG_FUNCTION_ARGS)
{
	Oid type = get_element_type(get_func_rettype(fcinfo->flinfo->fn_oid));
	const WpIdSet *set = get_set(fcinfo);
	int most = set == NULL        ? 0
			   : is_given(fcinfo) ? set->n
								  : asked_for(fcinfo, set->n);
	Datum *values = palloc(sizeof(Datum) * (most + 1));
	int16 len;
	bool byval;
	char align;
	int n = 0;

	for (int i = 0; i < most; i++)
		if (id_value(type, &set->ids[place_of(i, most, set->n)], &values[n]))
			n++;
	get_typlenbyvalalign(type, &len, &byval, &align);
	PG_RETURN_ARRAYTYPE_P(construct_array(values, n, type, len, byval, align));
}

/*
 * _account(principal) → text, and as uuid and bigint; NULL if the account is
 * not of that type.
 */
Datum
wp_arm_account(PG_FUNCTION_ARGS)
{
	const WpPrincipal *principal = given_principal(fcinfo);
	Datum value;

	if (principal == NULL || principal->account.data == NULL ||
		!id_value(get_func_rettype(fcinfo->flinfo->fn_oid), &principal->account,
				  &value))
		PG_RETURN_NULL();
	return value;
}

/*
 * _team_user([principal]) → text, and as uuid and bigint: the id of a member or
 * a service; NULL for others, or if it is not of that type.
 */
Datum
wp_arm_team_user(PG_FUNCTION_ARGS)
{
	const WpPrincipal *principal =
		is_given(fcinfo) ? given_principal(fcinfo) : wp_session_principal_who();
	Datum value;

	if (!wp_is_team(principal) ||
		!id_value(get_func_rettype(fcinfo->flinfo->fn_oid), &principal->user,
				  &value))
		PG_RETURN_NULL();
	return value;
}

/* _at_execution(internal) → internal: NULL; see plan_functions.h. */
Datum
wp_at_execution(PG_FUNCTION_ARGS)
{
	PG_RETURN_NULL();
}

/*
 * _unconditional_account(account_id, condition) → text: the account, or NULL if
 * there is a condition.
 */
Datum
wp_unconditional_account(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0) || !PG_ARGISNULL(1))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}

/* Returns the principal if conditions bind it; otherwise NULL. */
static const WpPrincipal *
if_bound(const WpPrincipal *principal)
{
	if (principal == NULL || principal->account.data == NULL ||
		wp_is_team(principal))
		return NULL;
	return principal;
}

/* The same for the principal, given or the session's. */
static const WpPrincipal *
bound_principal(FunctionCallInfo fcinfo)
{
	return if_bound(is_given(fcinfo) ? given_principal(fcinfo)
									 : wp_session_principal_who());
}

/*
 * _bound_account([principal]) → text: the account of a principal that
 * conditions bind; NULL for others.
 */
Datum
wp_bound_account(PG_FUNCTION_ARGS)
{
	const WpPrincipal *principal = bound_principal(fcinfo);

	if (principal == NULL)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(wp_text_datum(&principal->account));
}

/*
 * _bound_metadata(internal or principal) → jsonb: the metadata of a principal
 * that conditions bind; NULL for others, or if it has none.
 */
Datum
wp_bound_metadata(PG_FUNCTION_ARGS)
{
	const WpPrincipal *principal = bound_principal(fcinfo);

	if (principal == NULL || principal->metadata == NULL)
		PG_RETURN_NULL();
	/*
	 * Copied, because the scan reads it to its end, and the principal may be
	 * freed before that.
	 */
	PG_RETURN_DATUM(datumCopy(JsonbPGetDatum(principal->metadata), false, -1));
}

/*
 * _matching(internal) → bigint[]: the hashes of the conditions that hold for
 * the session's principal; empty if conditions do not bind it.  Palloc'd for
 * each scan, as above.
 */
Datum
wp_matching(PG_FUNCTION_ARGS)
{
	const WpMatching *matching =
		bound_principal(fcinfo) != NULL ? wp_session_matching() : NULL;
	int n = matching ? asked_for(fcinfo, matching->count) : 0;
	Datum *hashes = palloc_extended(sizeof(Datum) * (n + 1), MCXT_ALLOC_HUGE);

	for (int i = 0; i < n; i++)
		hashes[i] =
			Int64GetDatum(matching->hashes[place_of(i, n, matching->count)]);
	PG_RETURN_ARRAYTYPE_P(construct_array(hashes, n, INT8OID, sizeof(int64),
										  FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

const WpMatchingDigests *
wp_matching_digests(Oid index_oid)
{
	const WpPrincipal *principal = if_bound(wp_session_principal_who());
	const WpMatchingDigests *matching = NULL;
	Relation index;
	AttrNumber column;
	Datum account;
	Oid type;

	if (principal == NULL)
		return NULL;
	index = index_open(index_oid, AccessShareLock);
	column =
		wp_condition_index_column(index, wp_function(WP_FN_CONDITION_DIGEST));
	if (column == InvalidAttrNumber)
		elog(ERROR, "\"%s\" is not an index on conditions",
			 RelationGetRelationName(index));
	type = index->rd_opcintype[0] == INT4OID ? INT8OID : index->rd_opcintype[0];
	if (id_value(type, &principal->account, &account))
		matching = wp_session_matching_in(index, column, type, account);
	index_close(index, AccessShareLock);
	return matching;
}

/*
 * _matching(internal, index) → uuid[]: the digests of the conditions in the
 * index that hold for the session's principal; empty if conditions do not bind
 * it.  Palloc'd for each scan, as above.
 */
Datum
wp_matching_in(PG_FUNCTION_ARGS)
{
	const WpMatchingDigests *matching =
		PG_ARGISNULL(1) ? NULL : wp_matching_digests(PG_GETARG_OID(1));
	int n = matching ? asked_for(fcinfo, matching->count) : 0;
	Datum *digests = palloc_extended(sizeof(Datum) * (n + 1), MCXT_ALLOC_HUGE);

	for (int i = 0; i < n; i++)
		digests[i] =
			UUIDPGetDatum(&matching->digests[place_of(i, n, matching->count)]);
	PG_RETURN_ARRAYTYPE_P(
		construct_array(digests, n, UUIDOID, UUID_LEN, false, TYPALIGN_CHAR));
}

/*
 * _bound_user() → text: the user that the session's principal is, if conditions
 * bind it; NULL for others.
 */
Datum
wp_bound_user(PG_FUNCTION_ARGS)
{
	const WpPrincipal *principal = bound_principal(fcinfo);

	if (principal == NULL || principal->user.data == NULL)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(wp_text_datum(&principal->user));
}

/*
 * _bound_runs(internal) → text[]: the ids of the runs that are for that user or
 * were started by it.  Few for an estimate.
 */
Datum
wp_bound_runs(PG_FUNCTION_ARGS)
{
	const WpPrincipal *principal = bound_principal(fcinfo);
	ArrayBuildState *ids =
		initArrayResult(TEXTOID, CurrentMemoryContext, false);

	if (principal != NULL && principal->user.data != NULL &&
		!get_fn_expr_arg_stable(fcinfo->flinfo, 0))
		wp_add_runs_of(&principal->account, &principal->user, ids);
	PG_RETURN_DATUM(makeArrayResult(ids, CurrentMemoryContext));
}

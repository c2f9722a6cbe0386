/*
 * arms.c
 *		The functions into which a decision is taken apart (rewrite.c), and the
 *		arrays that are index conditions in their place.  Data of the principal
 *		is nowhere but in what these return at execution.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"

#include "lookup/matching_conditions.h"
#include "lookup/owner_query.h"
#include "lookup/session_principal.h"
#include "planner/reachable_ids.h"
#include "planner/estimate.h"
#include "principal/identity.h"
#include "principal/principal_json.h"
#include "query/argument.h"
#include "query/id_text.h"
#include "query/workflow_row.h"

PG_FUNCTION_INFO_V1(wp_allowed);
PG_FUNCTION_INFO_V1(wp_arm);
PG_FUNCTION_INFO_V1(wp_arm_candidates);
PG_FUNCTION_INFO_V1(wp_arm_account);
PG_FUNCTION_INFO_V1(wp_at_execution);
PG_FUNCTION_INFO_V1(wp_unconditional_account);
PG_FUNCTION_INFO_V1(wp_bound_account);
PG_FUNCTION_INFO_V1(wp_bound_metadata);
PG_FUNCTION_INFO_V1(wp_matching);

/* What a call site of _allowed() keeps in fn_extra. */
typedef struct DecisionSite
{
	WpPrincipalCache principal;
	WpRowReader row;
	/* an action that there is, columns of types that can be read */
	bool usable;
	WpAction action;
} DecisionSite;

/* Returns what this call site keeps; the action's name is in argument argno. */
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
	for (int i = 0; i < WP_ROW_COLUMNS && site->usable; i++)
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
 * _allowed([principal,] action, account_id, …, hidden) → boolean: the decision
 * itself.  The same as can_… on columns, but for three things: it is never
 * taken apart again, it takes the columns of any table as they are (ids as
 * text, uuid or bigint, words as enum or text), and it does not raise.
 */
Datum
wp_allowed(PG_FUNCTION_ARGS)
{
	bool given = PG_NARGS() > 1 + WP_ROW_COLUMNS;
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

/* What one of the others keeps. */
typedef struct CallSite
{
	WpPrincipalCache principal;
	const WpIdSet *set; /* of the principal given */
	uint64 generation;  /* of which the set is */
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
 * Is a principal given in the first argument?  Else the session's is meant, and
 * what is there, if anything, is what only the planner can give
 * (plan_functions.h).
 */
static bool
is_given(FunctionCallInfo fcinfo)
{
	return PG_NARGS() > 0 &&
		   get_fn_expr_argtype(fcinfo->flinfo, 0) != INTERNALOID;
}

/* Returns the principal given in the first argument; NULL where it is none. */
static const WpPrincipal *
given_principal(FunctionCallInfo fcinfo)
{
	return PG_ARGISNULL(0)
			   ? NULL
			   : wp_principal_getarg(fcinfo, 0, &call_site(fcinfo)->principal);
}

/*
 * Returns the set that the words in the second argument name; NULL for no such
 * set.
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
	if (site->set == NULL || site->generation != site->principal.generation ||
		!site->words_read)
	{
		site->set = NULL;
		old = MemoryContextSwitchTo(site->principal.context);
		site->set = wp_candidates(principal, site->action, site->kind);
		MemoryContextSwitchTo(old);
		site->generation = site->principal.generation;
	}
	return site->set;
}

/*
 * _among(…), _in_account(…), _is_main(…), _no_condition(…),
 * _condition_holds(…), _may_hold(…), _narrowed(…) → boolean: true of whatever
 * they are given.  Each stands in a plan beside what decides, and is there for
 * the index condition that arm_support.c or matches_support.c makes of it.
 * PostgreSQL takes an index condition in front of a policy from a leakproof
 * function alone, and evaluates such a function, and whatever the query puts
 * around it, on rows that the policy hides.  So it must tell nothing.
 */
Datum
wp_arm(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(true);
}

/*
 * Puts the id as a value of the type into *value; false for an id that is none.
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
 * Returns how many of n values are asked for: all of them at execution, fewer
 * where the planner has computed the first argument, for an estimate.
 */
static int
asked_for(FunctionCallInfo fcinfo, int n)
{
	return get_fn_expr_arg_stable(fcinfo->flinfo, 0)
			   ? Min(n, WP_ESTIMATED_VALUES)
			   : n;
}

/*
 * Returns the place of the i-th of `most` values among n, as far apart as can
 * be.
 */
static int
place_of(int i, int most, int n)
{
	return (int) ((int64) i * n / most);
}

/*
 * _candidates(internal, set) → text[], of the session's principal, and
 * _candidates(principal, set), of one given; _candidates_uuid and
 * _candidates_bigint for columns of those types.  Palloc'd anew for each scan,
 * which reads the array as long as it lasts, while the set may go.
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

/* _account(principal) → text, and as uuid and bigint: NULL where it is none. */
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

/* _at_execution(internal) → internal: nothing; see plan_functions.h. */
Datum
wp_at_execution(PG_FUNCTION_ARGS)
{
	PG_RETURN_NULL();
}

/*
 * _unconditional_account(account_id, condition) → text: NULL where there is a
 * condition.
 */
Datum
wp_unconditional_account(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0) || !PG_ARGISNULL(1))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}

/*
 * Returns the principal, given or the session's, if it is one whom conditions
 * bind; else NULL.
 */
static const WpPrincipal *
bound_principal(FunctionCallInfo fcinfo)
{
	const WpPrincipal *principal;

	principal =
		is_given(fcinfo) ? given_principal(fcinfo) : wp_session_principal_who();
	if (principal == NULL || principal->account.data == NULL ||
		wp_is_team(principal))
		return NULL;
	return principal;
}

/*
 * _bound_account([principal]) → text: the account of such a principal, NULL for
 * others.
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
 * _bound_metadata(internal or principal) → jsonb: its metadata, NULL for others
 * or for none.
 */
Datum
wp_bound_metadata(PG_FUNCTION_ARGS)
{
	const WpPrincipal *principal = bound_principal(fcinfo);

	if (principal == NULL || principal->metadata == NULL)
		PG_RETURN_NULL();
	/* The scan reads it as long as it lasts, while the principal may go. */
	PG_RETURN_DATUM(datumCopy(JsonbPGetDatum(principal->metadata), false, -1));
}

/*
 * _matching(internal) → bigint[]: the hashes of the conditions that hold for
 * the session's principal; of none for one whom conditions do not bind.
 * Palloc'd anew for each scan, as above.
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

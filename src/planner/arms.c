/*
 * arms.c
 *		The functions into which a decision is taken apart (rewrite.c), and the arrays
 *		that are index conditions in their place.  Data of the principal is nowhere but
 *		in what these return at execution.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"

#include "lookup/matching.h"
#include "lookup/read.h"
#include "lookup/session.h"
#include "planner/candidates.h"
#include "planner/estimate.h"
#include "principal/identity.h"
#include "principal/value.h"
#include "query/argument.h"
#include "query/id.h"

/* What a call site keeps in fn_extra. */
typedef struct CallSite
{
	WpPrincipalCache principal;
	const WpIdSet *set; /* of the principal given */
	uint64 generation; /* of which the set is */
	bool words_read;
	bool words_known;
	WpAction action;
	WpCandidateKind kind;
} CallSite;

/* Returns what this call site keeps, made on first use in fn_mcxt. */
static CallSite *
call_site(FunctionCallInfo fcinfo)
{
	if (fcinfo->flinfo->fn_extra == NULL)
		fcinfo->flinfo->fn_extra = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(CallSite));
	return fcinfo->flinfo->fn_extra;
}

/* Returns whether the words in argument argno name a set. */
static bool
names_set(FunctionCallInfo fcinfo, int argno)
{
	CallSite *site = call_site(fcinfo);

	if (!site->words_read)
	{
		WpText words = wp_arg_text(fcinfo, argno);

		site->words_known = wp_candidate_words(&words, &site->action, &site->kind);
		site->words_read = get_fn_expr_arg_stable(fcinfo->flinfo, argno);
	}
	return site->words_known;
}

/*
 * Returns the set that the words in argument argno name, of the principal that is
 * given in the first argument or else of the session's; NULL for no such set.
 */
static const WpIdSet *
get_set(FunctionCallInfo fcinfo, int argno, bool given)
{
	CallSite *site = call_site(fcinfo);
	MemoryContext old;

	if (!names_set(fcinfo, argno))
		return NULL;
	if (!given)
		return wp_session_candidates(site->action, site->kind);
	if (PG_ARGISNULL(0))
		return NULL;
	wp_principal_getarg(fcinfo, 0, &site->principal);
	if (site->set == NULL || site->generation != site->principal.generation || !site->words_read)
	{
		site->set = NULL;
		old = MemoryContextSwitchTo(site->principal.context);
		site->set = wp_candidates(site->principal.principal, site->action, site->kind);
		MemoryContextSwitchTo(old);
		site->generation = site->principal.generation;
	}
	return site->set;
}

PG_FUNCTION_INFO_V1(wp_arm);

/*
 * _among(…), _in_account(…), _is_main(…), _no_condition(…), _condition_holds(…),
 * _may_hold(…), _narrowed(…) → boolean: true of whatever they are given.  Each stands in a
 * plan beside what decides, and is there for the index condition that support.c or
 * matches_support.c makes of it.  PostgreSQL takes an index condition in front of a
 * policy from a leakproof function alone, and evaluates such a function, and whatever
 * the query puts around it, on rows that the policy hides.  So it must tell nothing.
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
 * Returns how many of n values are asked for: all of them at execution, fewer where the
 * planner has computed the first argument, for an estimate.
 */
static int
asked_for(FunctionCallInfo fcinfo, int n)
{
	return get_fn_expr_arg_stable(fcinfo->flinfo, 0) ? Min(n, WP_ESTIMATED_VALUES) : n;
}

/* Returns the place of the i-th of `most` values among n, as far apart as can be. */
static int
place_of(int i, int most, int n)
{
	return (int) ((int64) i * n / most);
}

/*
 * Returns the ids of the set as an array of the type.  Palloc'd anew for each scan,
 * which reads it as long as it lasts, while the set may go.
 */
static Datum
id_array(FunctionCallInfo fcinfo, bool given, Oid type)
{
	const WpIdSet *set = get_set(fcinfo, 1, given);
	int most = set == NULL ? 0 : given ? set->n : asked_for(fcinfo, set->n);
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
 * _candidates(internal, set) → text[], and as uuid[] and bigint[] for columns of those
 * types, of the session's principal; _candidates(principal, set) of one given: six
 * symbols that differ in nothing but what they pass on.
 */
#define CANDIDATES(symbol, given, type) \
	PG_FUNCTION_INFO_V1(symbol); \
	Datum symbol(PG_FUNCTION_ARGS) \
	{ \
		return id_array(fcinfo, given, type); \
	}

CANDIDATES(wp_candidates_text, false, TEXTOID)
CANDIDATES(wp_candidates_uuid, false, UUIDOID)
CANDIDATES(wp_candidates_bigint, false, INT8OID)
CANDIDATES(wp_principal_candidates_text, true, TEXTOID)
CANDIDATES(wp_principal_candidates_uuid, true, UUIDOID)
CANDIDATES(wp_principal_candidates_bigint, true, INT8OID)

PG_FUNCTION_INFO_V1(wp_at_execution);

/* _at_execution(internal) → internal: nothing; see functions.h. */
Datum
wp_at_execution(PG_FUNCTION_ARGS)
{
	PG_RETURN_NULL();
}

/*
 * Returns the account of the principal given, as a value of the type; NULL where it
 * is none.
 */
static Datum
given_account(FunctionCallInfo fcinfo, Oid type)
{
	const WpPrincipal *principal;
	Datum value;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	principal = wp_principal_getarg(fcinfo, 0, &call_site(fcinfo)->principal);
	if (principal->account.data == NULL || !id_value(type, &principal->account, &value))
		PG_RETURN_NULL();
	return value;
}

/* _account(principal) → text, and as uuid and bigint. */
#define ACCOUNT(symbol, type) \
	PG_FUNCTION_INFO_V1(symbol); \
	Datum symbol(PG_FUNCTION_ARGS) \
	{ \
		return given_account(fcinfo, type); \
	}

ACCOUNT(wp_given_account_text, TEXTOID)
ACCOUNT(wp_given_account_uuid, UUIDOID)
ACCOUNT(wp_given_account_bigint, INT8OID)

PG_FUNCTION_INFO_V1(wp_unconditional_account);
PG_FUNCTION_INFO_V1(wp_bound_account);
PG_FUNCTION_INFO_V1(wp_principal_bound_account);
PG_FUNCTION_INFO_V1(wp_bound_metadata);
PG_FUNCTION_INFO_V1(wp_principal_bound_metadata);
PG_FUNCTION_INFO_V1(wp_matching);

/*
 * _unconditional_account(account_id, condition) → text: the account, where there is
 * no condition; NULL where there is one.
 */
Datum
wp_unconditional_account(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0) || !PG_ARGISNULL(1))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}

/*
 * Returns the principal, that given in the first argument or else the session's, if it
 * is one whom conditions bind; else NULL.
 */
static const WpPrincipal *
bound_principal(FunctionCallInfo fcinfo, bool given)
{
	const WpPrincipal *principal;

	if (!given)
		principal = wp_session_principal_who();
	else
		principal = PG_ARGISNULL(0) ? NULL : wp_principal_getarg(fcinfo, 0, &call_site(fcinfo)->principal);
	return principal == NULL || principal->account.data == NULL || wp_is_team(principal) ? NULL : principal;
}

/* Returns the account of such a principal; NULL for others. */
static Datum
bound_account(FunctionCallInfo fcinfo, bool given)
{
	const WpPrincipal *principal = bound_principal(fcinfo, given);

	if (principal == NULL)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(wp_text_datum(&principal->account));
}

/* Returns the metadata of such a principal; NULL for others, and where there is none. */
static Datum
bound_metadata(FunctionCallInfo fcinfo, bool given)
{
	const WpPrincipal *principal = bound_principal(fcinfo, given);

	if (principal == NULL || principal->metadata == NULL)
		PG_RETURN_NULL();
	/* The scan reads it as long as it lasts, while the principal may go. */
	PG_RETURN_DATUM(datumCopy(JsonbPGetDatum(principal->metadata), false, -1));
}

/* _bound_account() → text: the account of a principal whom conditions bind, NULL for others. */
Datum
wp_bound_account(PG_FUNCTION_ARGS)
{
	return bound_account(fcinfo, false);
}

/* _bound_account(principal) → text. */
Datum
wp_principal_bound_account(PG_FUNCTION_ARGS)
{
	return bound_account(fcinfo, true);
}

/* _bound_metadata(internal) → jsonb: the metadata of a principal whom conditions bind, NULL for others. */
Datum
wp_bound_metadata(PG_FUNCTION_ARGS)
{
	return bound_metadata(fcinfo, false);
}

/* _bound_metadata(principal) → jsonb. */
Datum
wp_principal_bound_metadata(PG_FUNCTION_ARGS)
{
	return bound_metadata(fcinfo, true);
}

/*
 * _matching(internal) → bigint[]: the hashes of the conditions that hold for the session's
 * principal; of none for one whom conditions do not bind.  Palloc'd anew for each scan, as above.
 */
Datum
wp_matching(PG_FUNCTION_ARGS)
{
	const WpMatching *matching = bound_principal(fcinfo, false) != NULL ? wp_session_matching() : NULL;
	int n = matching ? asked_for(fcinfo, matching->count) : 0;
	Datum *hashes = palloc_extended(sizeof(Datum) * (n + 1), MCXT_ALLOC_HUGE);

	for (int i = 0; i < n; i++)
		hashes[i] = Int64GetDatum(matching->hashes[place_of(i, n, matching->count)]);
	PG_RETURN_ARRAYTYPE_P(construct_array(hashes, n, INT8OID, sizeof(int64), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

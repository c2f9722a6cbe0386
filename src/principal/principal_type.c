/*
 * principal_type.c
 *		The SQL type workflow_perms.principal: input, output, casts, what-ifs,
 *		and how other functions read an argument of that type.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "libpq/pqformat.h"
#include "nodes/primnodes.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"

#include "compat.h"
#include "principal/metadata_size.h"
#include "principal/principal_json.h"

PG_FUNCTION_INFO_V1(wp_principal_in);
PG_FUNCTION_INFO_V1(wp_principal_out);
PG_FUNCTION_INFO_V1(wp_principal_recv);
PG_FUNCTION_INFO_V1(wp_principal_send);
PG_FUNCTION_INFO_V1(wp_principal_cast_from_jsonb);
PG_FUNCTION_INFO_V1(wp_principal_cast_to_jsonb);
PG_FUNCTION_INFO_V1(wp_principal_with_metadata);

/*
 * Returns the checked stored form of the value, with its lists in order.
 * Returns NULL after a soft error.
 */
static Jsonb *
normalize(Jsonb *value, Node *escontext)
{
	WpPrincipal *principal = wp_principal_from_jsonb(value, escontext);

	if (principal == NULL ||
		(principal->metadata != NULL &&
		 !wp_require_metadata_size(JsonbPGetDatum(principal->metadata),
								   escontext)))
		return NULL;
	return wp_principal_to_jsonb(principal);
}

/*
 * Soft errors return NULL: 22P02 if the text is not JSON, 22023 if it does not
 * describe a principal, 54000 if its metadata is too big.
 */
static Jsonb *
read_principal(char *text, Node *escontext)
{
	Datum value;
	size_t blanks = strspn(text, " \t\n\r");

	/*
	 * Such a text is most often an id: the caller gives the account and the id
	 * to a function that uses the session's account.
	 */
	if (text[blanks] != '{')
		ereturn(escontext, NULL,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid input syntax for type principal: it is no "
						"JSON object"),
				 errhint("A principal is JSON as printed by principal(account, "
						 "user). A function that takes ids alone, such as "
						 "can_view(workflow_id), answers for the session's "
						 "principal, in its account.")));
	if (!wp_input_call(jsonb_in, text, escontext, &value))
		return NULL;
	return normalize(DatumGetJsonbP(value), escontext);
}

Datum
wp_principal_in(PG_FUNCTION_ARGS)
{
	Jsonb *value =
		read_principal(PG_GETARG_CSTRING(0), (Node *) fcinfo->context);

	if (value == NULL)
		PG_RETURN_NULL();
	PG_RETURN_JSONB_P(value);
}

Datum
wp_principal_out(PG_FUNCTION_ARGS)
{
	Jsonb *value = PG_GETARG_JSONB_P(0);

	PG_RETURN_CSTRING(JsonbToCString(NULL, &value->root, VARSIZE(value)));
}

/* A version byte, then the text. */
Datum
wp_principal_recv(PG_FUNCTION_ARGS)
{
	StringInfo frame = (StringInfo) PG_GETARG_POINTER(0);
	int version = pq_getmsgbyte(frame);
	char *text;
	int len;

	if (version != WP_PRINCIPAL_VERSION)
		ereport(
			ERROR,
			(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
			 errmsg("unsupported version %d of the binary form of a principal",
					version),
			 errhint("Send a byte 1, then the text form.")));
	text = pq_getmsgtext(frame, frame->len - frame->cursor, &len);
	PG_RETURN_JSONB_P(read_principal(text, NULL));
}

Datum
wp_principal_send(PG_FUNCTION_ARGS)
{
	Jsonb *value = PG_GETARG_JSONB_P(0);
	char *text = JsonbToCString(NULL, &value->root, VARSIZE(value));
	StringInfoData frame;

	pq_begintypsend(&frame);
	pq_sendbyte(&frame, WP_PRINCIPAL_VERSION);
	pq_sendtext(&frame, text, strlen(text));
	PG_RETURN_BYTEA_P(pq_endtypsend(&frame));
}

Datum
wp_principal_cast_from_jsonb(PG_FUNCTION_ARGS)
{
	PG_RETURN_JSONB_P(normalize(PG_GETARG_JSONB_P(0), NULL));
}

/* The same bytes, under the other type. */
Datum
wp_principal_cast_to_jsonb(PG_FUNCTION_ARGS)
{
	PG_RETURN_JSONB_P(PG_GETARG_JSONB_P_COPY(0));
}

Datum
wp_principal_with_metadata(PG_FUNCTION_ARGS)
{
	WpPrincipalCache *cache = fcinfo->flinfo->fn_extra;
	Jsonb *metadata = PG_GETARG_JSONB_P(1);
	WpPrincipal principal;

	if (cache == NULL)
		cache = fcinfo->flinfo->fn_extra = MemoryContextAllocZero(
			fcinfo->flinfo->fn_mcxt, sizeof(WpPrincipalCache));
	principal = *wp_principal_getarg(fcinfo, 0, cache);

	if (principal.user.data == NULL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("an anonymous principal has no metadata"),
						errhint("Take the principal of a user.")));
	if (!JB_ROOT_IS_OBJECT(metadata))
		ereport(
			ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("metadata must be a JSON object"),
			 errhint("Give attributes by name, such as {\"plan\": \"pro\"}.")));
	wp_require_metadata_size(JsonbPGetDatum(metadata), NULL);
	principal.metadata = metadata;
	PG_RETURN_JSONB_P(wp_principal_to_jsonb(&principal));
}

/*
 * Returns whether the argument is a constant.  A parameter is not: PL/pgSQL
 * evaluates one expression with different parameters under the same FmgrInfo.
 */
static bool
argument_is_constant(FmgrInfo *flinfo, int argno)
{
	Node *call = flinfo->fn_expr;
	List *args;

	if (call != NULL && IsA(call, FuncExpr))
		args = ((FuncExpr *) call)->args;
	else if (call != NULL && IsA(call, OpExpr))
		args = ((OpExpr *) call)->args;
	else
		return false;
	return argno < list_length(args) && IsA(list_nth(args, argno), Const);
}

/* Values that take more memory than this together are not kept. */
#define MOST_KEPT ((Size) 16 * 1024 * 1024)

static bool
is_value(const WpPrincipalValue *kept, const Jsonb *value)
{
	return kept->principal != NULL && VARSIZE(kept->value) == VARSIZE(value) &&
		   memcmp(kept->value, value, VARSIZE(value)) == 0;
}

/*
 * Reads the value into *fresh, in a context below fn_mcxt.  If that raises, the
 * context is below the caller's, and nothing is kept.
 */
static void
read_value(FunctionCallInfo fcinfo, WpPrincipalCache *cache, const Jsonb *value,
		   WpPrincipalValue *fresh)
{
	MemoryContext caller;

	memset(fresh, 0, sizeof(*fresh));
	fresh->context = AllocSetContextCreate(CurrentMemoryContext,
										   "workflow_perms principal argument",
										   ALLOCSET_SMALL_SIZES);
	caller = MemoryContextSwitchTo(fresh->context);
	fresh->value = palloc(VARSIZE(value));
	memcpy(fresh->value, value, VARSIZE(value));
	fresh->principal = wp_principal_from_jsonb(fresh->value, NULL);
	fresh->generation = ++cache->generation;
	MemoryContextSwitchTo(caller);
	MemoryContextSetParent(fresh->context, fcinfo->flinfo->fn_mcxt);
}

/* Returns the place among the others where the value is, or would be. */
static WpPrincipalValue *
place_of(WpPrincipalCache *cache, const Jsonb *value)
{
	return &cache->others[hash_bytes((const unsigned char *) value,
									 VARSIZE(value)) %
						  WP_PRINCIPAL_VALUES];
}

/* Frees the value that is kept there, if there is one. */
static void
free_value(WpPrincipalCache *cache, WpPrincipalValue *kept)
{
	if (kept->principal == NULL)
		return;
	cache->size -= MemoryContextMemAllocated(kept->context, true);
	MemoryContextDelete(kept->context);
	memset(kept, 0, sizeof(*kept));
}

/* Puts the last value among the others, unless they are too large. */
static void
put_aside(FunctionCallInfo fcinfo, WpPrincipalCache *cache)
{
	WpPrincipalValue last = cache->last;
	WpPrincipalValue *place;

	memset(&cache->last, 0, sizeof(cache->last));
	if (last.principal == NULL)
		return;
	if (cache->others == NULL)
		cache->others = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt,
											   sizeof(WpPrincipalValue) *
												   WP_PRINCIPAL_VALUES);
	place = place_of(cache, last.value);
	free_value(cache, place);
	*place = last;
	cache->size += MemoryContextMemAllocated(last.context, true);
	for (int i = 0; cache->size > MOST_KEPT && i < WP_PRINCIPAL_VALUES; i++)
		free_value(cache, &cache->others[i]);
}

/*
 * A value is parsed once.  The cache is used again while the bytes are the
 * same.  Comparing pointers is not enough, because memory is reused.
 */
const WpPrincipal *
wp_principal_getarg(FunctionCallInfo fcinfo, int argno, WpPrincipalCache *cache)
{
	Datum datum = PG_GETARG_DATUM(argno);
	Jsonb *value;

	if (cache->last.principal != NULL && cache->constant)
		return cache->last.principal;

	value = DatumGetJsonbP(datum);
	if (!is_value(&cache->last, value))
	{
		WpPrincipalValue next = {NULL};
		WpPrincipalValue *place;

		if (cache->generation == 0)
			cache->constant = argument_is_constant(fcinfo->flinfo, argno);
		place = cache->others != NULL ? place_of(cache, value) : NULL;
		if (place != NULL && is_value(place, value))
		{
			next = *place;
			cache->size -= MemoryContextMemAllocated(next.context, true);
			memset(place, 0, sizeof(*place));
		}
		else
			read_value(fcinfo, cache, value, &next);
		put_aside(fcinfo, cache);
		cache->last = next;
	}
	if ((Pointer) value != DatumGetPointer(datum))
		pfree(value);
	return cache->last.principal;
}

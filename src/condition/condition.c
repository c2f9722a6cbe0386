/*
 * condition.c
 *		The SQL functions of the type metadata_condition: input and output,
 *		casts, the operators that match, and functions that show a condition.
 */
#include "compat.h"

#include "fmgr.h"
#include "funcapi.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

#include "condition/describe.h"
#include "condition/match_internal.h"
#include "condition/pattern_cost.h"
#include "condition/print.h"
#include "condition/parse.h"

#define WIRE_VERSION 1

#define MOST_ARGUMENTS 3 /* of the functions that match */

PG_FUNCTION_INFO_V1(metadata_condition_in);
PG_FUNCTION_INFO_V1(metadata_condition_out);
PG_FUNCTION_INFO_V1(metadata_condition_recv);
PG_FUNCTION_INFO_V1(metadata_condition_send);
PG_FUNCTION_INFO_V1(metadata_condition_from_jsonb);
PG_FUNCTION_INFO_V1(metadata_condition_to_jsonb);
PG_FUNCTION_INFO_V1(metadata_condition_to_json);
PG_FUNCTION_INFO_V1(metadata_matches);
PG_FUNCTION_INFO_V1(condition_matches);
PG_FUNCTION_INFO_V1(matches);
PG_FUNCTION_INFO_V1(wp_matches_at);
PG_FUNCTION_INFO_V1(wp_describe);
PG_FUNCTION_INFO_V1(wp_paths);

static StringInfoData
canonical_text(FunctionCallInfo fcinfo)
{
	StringInfoData text;

	initStringInfo(&text);
	wp_condition_print(PG_GETARG_VARLENA_PP(0), &text);
	return text;
}

Datum
metadata_condition_in(PG_FUNCTION_ARGS)
{
	const char *text = PG_GETARG_CSTRING(0);
	struct varlena *condition =
		wp_condition_read(text, strlen(text), fcinfo->context);

	if (condition == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(condition);
}

Datum
metadata_condition_out(PG_FUNCTION_ARGS)
{
	PG_RETURN_CSTRING(canonical_text(fcinfo).data);
}

/* A version byte and the text: as safe as metadata_condition_in. */
Datum
metadata_condition_recv(PG_FUNCTION_ARGS)
{
	StringInfo message = (StringInfo) PG_GETARG_POINTER(0);
	int version = message->cursor < message->len ? pq_getmsgbyte(message) : -1;
	int encoding = pg_get_client_encoding();
	char *text;
	int len;

	if (version != WIRE_VERSION)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 version < 0
					 ? errmsg("a binary metadata_condition without a version")
					 : errmsg("unknown version %d of a binary "
							  "metadata_condition",
							  version),
				 errhint("Send the byte %d, then the text of the condition.",
						 WIRE_VERSION)));
	/*
	 * Text in SQL_ASCII is not converted, so it must be in the database's
	 * encoding.
	 */
	if (encoding == PG_SQL_ASCII)
		encoding = GetDatabaseEncoding();
	len = message->len - message->cursor;
	if (!pg_verify_mbstr(encoding, message->data + message->cursor, len, true))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("a binary metadata_condition whose text is not in the "
						"encoding %s",
						pg_encoding_to_char(encoding)),
				 errhint("Send the byte %d, then the text of the condition in "
						 "the client's encoding.",
						 WIRE_VERSION)));
	text = pq_getmsgtext(message, len, &len);
	PG_RETURN_POINTER(wp_condition_read(text, len, NULL));
}

Datum
metadata_condition_send(PG_FUNCTION_ARGS)
{
	StringInfoData text = canonical_text(fcinfo);
	StringInfoData message;

	pq_begintypsend(&message);
	pq_sendbyte(&message, WIRE_VERSION);
	pq_sendtext(&message, text.data, text.len);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

Datum
metadata_condition_from_jsonb(PG_FUNCTION_ARGS)
{
	Jsonb *json = PG_GETARG_JSONB_P(0);
	StringInfoData text;

	initStringInfo(&text);
	(void) JsonbToCString(&text, &json->root, VARSIZE(json));
	PG_RETURN_POINTER(wp_condition_read(text.data, text.len, NULL));
}

Datum
metadata_condition_to_jsonb(PG_FUNCTION_ARGS)
{
	return DirectFunctionCall1(jsonb_in,
							   CStringGetDatum(canonical_text(fcinfo).data));
}

/* For to_json() and to_jsonb() of rows with conditions. */
Datum
metadata_condition_to_json(PG_FUNCTION_ARGS)
{
	StringInfoData text = canonical_text(fcinfo);

	PG_RETURN_TEXT_P(cstring_to_text_with_len(text.data, text.len));
}

/*
 * A detoasted argument, kept for the next call: in a join, the same one comes
 * with each row of the other side.
 */
typedef struct KeptArgument
{
	Size size; /* as stored; 0: none yet */
	struct varlena *stored;
	struct varlena *value;
} KeptArgument;

/* Detoasts an argument, unless it is the same as in the last call. */
static struct varlena *
detoasted(FmgrInfo *function, int i, struct varlena *stored)
{
	KeptArgument *kept = function->fn_extra;
	Size size = VARSIZE_ANY(stored);

	if (kept == NULL)
		kept = function->fn_extra = MemoryContextAllocZero(
			function->fn_mcxt, MOST_ARGUMENTS * sizeof(KeptArgument));
	kept += i;
	if (kept->size != size || memcmp(kept->stored, stored, size) != 0)
	{
		MemoryContext caller = MemoryContextSwitchTo(function->fn_mcxt);
		struct varlena *old[] = {kept->stored, kept->value};
		bool had = kept->size != 0;

		kept->size = 0;
		if (had)
		{
			pfree(old[0]);
			pfree(old[1]);
		}
		kept->value = pg_detoast_datum_packed(stored);
		kept->stored = palloc(size);
		memcpy(kept->stored, stored, size);
		kept->size = size;
		MemoryContextSwitchTo(caller);
	}
	return kept->value;
}

/*
 * Returns an argument that may be packed.  No function is called for one that
 * can be read in its row.  Equal toast pointers point to the same value.
 */
static inline struct varlena *
packed_argument(FunctionCallInfo fcinfo, int i)
{
	struct varlena *stored = (struct varlena *) PG_GETARG_POINTER(i);

	if (!VARATT_IS_COMPRESSED(stored) && !VARATT_IS_EXTERNAL(stored))
		return stored;
	return fcinfo->flinfo != NULL && (VARATT_IS_COMPRESSED(stored) ||
									  VARATT_IS_EXTERNAL_ONDISK(stored))
			   ? detoasted(fcinfo->flinfo, i, stored)
			   : PG_GETARG_VARLENA_PP(i);
}

/*
 * Evaluates a condition on a metadata argument, which is read in place if it is
 * not toasted, at a time (infinite: not known).  Returns SQL's truth value, as
 * *isnull and the result.
 */
static bool
match_arguments(FunctionCallInfo fcinfo, int metadata_arg, int condition_arg,
				const char *user_id, int user_id_len, TimestampTz at)
{
	struct varlena *metadata = packed_argument(fcinfo, metadata_arg);
	struct varlena *condition = packed_argument(fcinfo, condition_arg);
	WpSubject subject = {(const JsonbContainer *) VARDATA_ANY(metadata),
						 user_id, user_id_len};
	WpTruth result;

	subject.has_time = wp_instant_from_timestamp(at, &subject.time);
	result = wp_condition_match(condition, &subject);
	fcinfo->isnull = result == WP_UNKNOWN;
	return result == WP_TRUE;
}

/* jsonb ~ metadata_condition: without a user. */
Datum
metadata_matches(PG_FUNCTION_ARGS)
{
	return BoolGetDatum(match_arguments(fcinfo, 0, 1, NULL, 0, DT_NOEND));
}

Datum
condition_matches(PG_FUNCTION_ARGS)
{
	return BoolGetDatum(match_arguments(fcinfo, 1, 0, NULL, 0, DT_NOEND));
}

/*
 * The same for the user and the metadata in the arguments, any of which may be
 * NULL.
 */
static Datum
match_user(FunctionCallInfo fcinfo, TimestampTz at)
{
	text *user_id = NULL;
	bool result;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(2))
		PG_RETURN_NULL();
	if (!PG_ARGISNULL(1))
		user_id = PG_GETARG_TEXT_PP(1);
	result = match_arguments(
		fcinfo, 0, 2, user_id != NULL ? VARDATA_ANY(user_id) : NULL,
		user_id != NULL ? VARSIZE_ANY_EXHDR(user_id) : 0, at);
	if (user_id != NULL)
		PG_FREE_IF_COPY(user_id, 1);
	return BoolGetDatum(result);
}

/* matches(metadata, user_id, condition): the user may be NULL, for unknown. */
Datum
matches(PG_FUNCTION_ARGS)
{
	return match_user(fcinfo, DT_NOEND);
}

/* _matches_at(metadata, user_id, condition, at): the time may be NULL too. */
Datum
wp_matches_at(PG_FUNCTION_ARGS)
{
	return match_user(fcinfo,
					  PG_ARGISNULL(3) ? DT_NOEND : PG_GETARG_TIMESTAMPTZ(3));
}

Datum
wp_describe(PG_FUNCTION_ARGS)
{
	StringInfoData words;

	initStringInfo(&words);
	wp_condition_describe(PG_GETARG_VARLENA_PP(0), &words);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(words.data, words.len));
}

Datum
wp_paths(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	int count;
	WpPathUse *uses = wp_condition_paths(PG_GETARG_VARLENA_PP(0), &count);

	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < count; i++)
	{
		Datum values[] = {CStringGetTextDatum(uses[i].path),
						  CStringGetTextDatum(uses[i].type)};
		bool nulls[lengthof(values)] = {false};

		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(wp_match_counted);
PG_FUNCTION_INFO_V1(wp_pattern_transitions);

/*
 * For tests, which declare it (spec 2.2): the number of steps of metadata ~
 * condition.  It exceeds the limit if a part was given up.
 */
Datum
wp_match_counted(PG_FUNCTION_ARGS)
{
	(void) match_arguments(fcinfo, 0, 1, NULL, 0, DT_NOEND);
	fcinfo->isnull = false;
	PG_RETURN_INT64(wp_match_steps());
}

/*
 * For tests, too: the number of transitions that a pattern counts as, $regexi
 * or not.
 */
Datum
wp_pattern_transitions(PG_FUNCTION_ARGS)
{
	text *pattern = PG_GETARG_TEXT_PP(0);
	WpPatternCost cost;

	(void) wp_pattern_cost(VARDATA_ANY(pattern), VARSIZE_ANY_EXHDR(pattern),
						   PG_GETARG_BOOL(1), &cost);
	PG_RETURN_FLOAT8(cost.transitions);
}

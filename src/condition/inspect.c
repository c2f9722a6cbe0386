/*
 * inspect.c
 *		The SQL functions that show a condition: describe() and condition_paths().
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"

#include "compat.h"
#include "condition/describe.h"

PG_FUNCTION_INFO_V1(wp_describe);
PG_FUNCTION_INFO_V1(wp_paths);

/* describe(metadata_condition) returns text. */
Datum
wp_describe(PG_FUNCTION_ARGS)
{
	struct varlena *condition = PG_GETARG_VARLENA_PP(0);
	StringInfoData words;

	initStringInfo(&words);
	wp_condition_describe(condition, &words);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(words.data, words.len));
}

/* condition_paths(metadata_condition) returns table (path text, type text). */
Datum
wp_paths(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	struct varlena *condition = PG_GETARG_VARLENA_PP(0);
	int count;
	WpPathUse *uses = wp_condition_paths(condition, &count);

	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < count; i++)
	{
		Datum values[] = {CStringGetTextDatum(uses[i].path), CStringGetTextDatum(uses[i].type)};
		bool nulls[lengthof(values)] = {false};

		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

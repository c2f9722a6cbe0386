/*
 * argument.c
 *		Reading the arguments of this room's SQL functions.
 */
#include "postgres.h"

#include "catalog/pg_type.h"

#include "compat.h"
#include "lookup/enums.h"
#include "lookup/owner_query.h"
#include "query/argument.h"
#include "query/workflow_row.h"

WpText
wp_arg_text(FunctionCallInfo fcinfo, int argno)
{
	return wp_text_of(PG_ARGISNULL(argno) ? NULL : PG_GETARG_VARLENA_PP(argno));
}

int
wp_arg_word(FunctionCallInfo fcinfo, int argno, const WpVocabulary *vocabulary,
			int absent)
{
	return PG_ARGISNULL(argno)
			   ? absent
			   : wp_enum_word(vocabulary, PG_GETARG_OID(argno), absent);
}

WpAction
wp_arg_action(FunctionCallInfo fcinfo, int argno)
{
	WpText name = wp_arg_text(fcinfo, argno);
	WpAction action =
		name.data ? wp_action(name.data, name.len) : WP_ACTION_UNKNOWN;

	if (action == WP_ACTION_UNKNOWN)
		ereport(
			ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown action \"%.*s\"", name.len,
					name.data ? name.data : ""),
			 errhint(
				 "Actions on a workflow are view, view_draft, edit, operate, "
				 "publish, delete, manage_members, manage_rules, enable and "
				 "run.")));
	return action;
}

void
wp_arg_columns(FunctionCallInfo fcinfo, int argno, WpWorkflow *workflow)
{
	static WpRowReader reader = {
		.types = {TEXTOID, TEXTOID, TEXTOID, [WP_COLUMN_OWNER] = TEXTOID}};

	NullableDatum values[WP_ALL_COLUMNS];

	values[WP_COLUMN_OWNER].isnull = true;
	memcpy(values, &fcinfo->args[argno],
		   sizeof(NullableDatum) * (PG_NARGS() - argno));
	wp_row_values(&reader, values, workflow);
}

void
wp_arg_step_ids(FunctionCallInfo fcinfo, int argno, WpStepIds *ids)
{
	ids->workspace = wp_arg_text(fcinfo, argno);
	ids->board = wp_arg_text(fcinfo, argno + 1);
	ids->column = wp_arg_text(fcinfo, argno + 2);
	ids->writes = wp_arg_word(fcinfo, argno + 3, &wp_accesses,
							  WP_ACCESS_WRITE) == WP_ACCESS_WRITE;
	ids->undeclared = false;
}

/*
 * argument.c
 *		Reading the arguments of this room's SQL functions.
 */
#include "postgres.h"

#include "compat.h"
#include "lookup/enums.h"
#include "lookup/read.h"
#include "query/argument.h"

/*
 * Returns the bytes of a text argument, data NULL for NULL.  They lie in the
 * argument, or in the current context if it had to be detoasted.
 */
WpText
wp_arg_text(FunctionCallInfo fcinfo, int argno)
{
	return wp_text_of(PG_ARGISNULL(argno) ? NULL : PG_GETARG_VARLENA_PP(argno));
}

/*
 * Returns an enum argument as a word, `absent` for NULL and for a value that is
 * none of the vocabulary.
 */
int
wp_arg_word(FunctionCallInfo fcinfo, int argno, const WpVocabulary *vocabulary, int absent)
{
	return PG_ARGISNULL(argno) ? absent : wp_enum_word(vocabulary, PG_GETARG_OID(argno), absent);
}

/*
 * Fills *workflow from the seven arguments of the column form that begin at
 * argno: account_id, workflow_id, workspace_id, visibility, status, condition,
 * hidden.  NULLs open no gate: no `hidden` is hidden.
 */
void
wp_arg_columns(FunctionCallInfo fcinfo, int argno, WpWorkflow *workflow)
{
	workflow->account = wp_arg_text(fcinfo, argno);
	workflow->workflow = wp_arg_text(fcinfo, argno + 1);
	workflow->workspace = wp_arg_text(fcinfo, argno + 2);
	workflow->visibility = wp_arg_word(fcinfo, argno + 3, &wp_visibilities, WP_VISIBILITY_UNKNOWN);
	workflow->status = wp_arg_word(fcinfo, argno + 4, &wp_statuses, WP_STATUS_UNKNOWN);
	workflow->condition = PG_ARGISNULL(argno + 5) ? NULL : PG_GETARG_VARLENA_PP(argno + 5);
	workflow->hidden = PG_ARGISNULL(argno + 6) || PG_GETARG_BOOL(argno + 6);
}

/*
 * Fills *ids from the four arguments that begin at argno: workspace_id, board_id,
 * column_id, access.  An access that is not stated counts as writing: a doubt is
 * a no.  Whether the step is declared is the caller's to say; until then it is.
 */
void
wp_arg_step_ids(FunctionCallInfo fcinfo, int argno, WpStepIds *ids)
{
	ids->workspace = wp_arg_text(fcinfo, argno);
	ids->board = wp_arg_text(fcinfo, argno + 1);
	ids->column = wp_arg_text(fcinfo, argno + 2);
	ids->writes = wp_arg_word(fcinfo, argno + 3, &wp_accesses, WP_ACCESS_WRITE) == WP_ACCESS_WRITE;
	ids->undeclared = false;
}

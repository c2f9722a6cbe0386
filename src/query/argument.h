/*
 * argument.h
 *		Reading the arguments of this room's SQL functions.
 */
#ifndef WP_QUERY_ARGUMENT_H
#define WP_QUERY_ARGUMENT_H

#include "postgres.h"
#include "fmgr.h"

#include "decide/decide.h"
#include "lookup/load_board.h"

/*
 * A text argument as bytes, data NULL for NULL; lives as long as the argument.
 */
extern WpText wp_arg_text(FunctionCallInfo fcinfo, int argno);

/* An enum argument as a word, `absent` for NULL and foreign values. */
extern int wp_arg_word(FunctionCallInfo fcinfo, int argno,
					   const WpVocabulary *vocabulary, int absent);

/*
 * The column form: account_id, workflow_id, workspace_id, visibility, status,
 * condition and hidden from argno on (spec 6.2).  NULLs open no gate: no
 * `hidden` is hidden.
 */
extern void wp_arg_columns(FunctionCallInfo fcinfo, int argno,
						   WpWorkflow *workflow);

/*
 * What a step touches: workspace_id, board_id, column_id, access from argno on.
 * An access that is not stated counts as writing: a doubt is a no.  Whether the
 * step is declared is the caller's to say; until then it is.
 */
extern void wp_arg_step_ids(FunctionCallInfo fcinfo, int argno, WpStepIds *ids);

#endif

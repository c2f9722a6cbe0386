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
 * Returns a text argument as bytes, data NULL for NULL. It lives as long as the
 * argument.
 */
extern WpText wp_arg_text(FunctionCallInfo fcinfo, int argno);

/* Returns an enum argument as a word; `absent` for NULL and unknown values. */
extern int wp_arg_word(FunctionCallInfo fcinfo, int argno,
					   const WpVocabulary *vocabulary, int absent);

/*
 * Returns an action on a workflow.  Raises invalid_parameter_value for NULL and
 * unknown ones.
 */
extern WpAction wp_arg_action(FunctionCallInfo fcinfo, int argno);

/*
 * The column form: account_id, workflow_id, workspace_id, visibility, status,
 * condition, hidden and perhaps owner_id, from argno on (spec 6.2).  NULL never
 * opens a gate: `hidden` NULL counts as hidden.
 */
extern void wp_arg_columns(FunctionCallInfo fcinfo, int argno,
						   WpWorkflow *workflow);

/*
 * The object that a step touches: workspace_id, board_id, column_id, access,
 * from argno on.  A NULL access counts as writing, which needs more rights.
 * The caller must say whether the step is declared; until then it counts as
 * declared.
 */
extern void wp_arg_step_ids(FunctionCallInfo fcinfo, int argno, WpStepIds *ids);

#endif

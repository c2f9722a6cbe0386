/*
 * compat.h
 *		Every difference between the PostgreSQL majors we support (15 to 19):
 *		the only file of the tree that tests PG_VERSION_NUM.
 */
#ifndef WP_COMPAT_H
#define WP_COMPAT_H

#include "postgres.h"

#if PG_VERSION_NUM < 150000
#error "workflow_perms needs PostgreSQL 15 or later"
#endif

/* varlena macros moved out of postgres.h in 16 */
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

/* soft errors came with 16; before, they are raised */
#if PG_VERSION_NUM >= 160000
#include "nodes/miscnodes.h"
#else
#define ereturn(context, dummy, ...)                                           \
	do                                                                         \
	{                                                                          \
		(void) (context);                                                      \
		ereport(ERROR, __VA_ARGS__);                                           \
		return dummy;                                                          \
	} while (0)
#define SOFT_ERROR_OCCURRED(context) ((void) (context), false)
#endif

/*
 * Calls an input function softly: whether it took the text, and the Datum in
 * *result.  Users include fmgr.h.
 */
#if PG_VERSION_NUM >= 160000
#define wp_input_call(function, text, context, result)                         \
	DirectInputFunctionCallSafe(function, text, InvalidOid, -1, context, result)
#else
#define wp_input_call(function, text, context, result)                         \
	(*(result) = DirectFunctionCall1(function, CStringGetDatum(text)), true)
#endif

/*
 * The extra that a setting's check hook returns: GUC has its own memory since
 * 16.
 */
#if PG_VERSION_NUM >= 160000
#define wp_guc_malloc(size) guc_malloc(LOG, size)
#else
#define wp_guc_malloc(size) malloc(size)
#endif

/*
 * An index scan that counts for nobody in particular.  Users include
 * access/genam.h and access/tableam.h.
 */
#if PG_VERSION_NUM >= 190000
#define wp_index_beginscan(heap, index, snapshot, nkeys)                       \
	index_beginscan(heap, index, snapshot, NULL, nkeys, 0, SO_NONE)
#elif PG_VERSION_NUM >= 180000
#define wp_index_beginscan(heap, index, snapshot, nkeys)                       \
	index_beginscan(heap, index, snapshot, NULL, nkeys, 0)
#else
#define wp_index_beginscan(heap, index, snapshot, nkeys)                       \
	index_beginscan(heap, index, snapshot, nkeys, 0)
#endif

/*
 * Whether the relation's own conditions find at most one row by a unique index.
 * Users include optimizer/paths.h.
 */
#if PG_VERSION_NUM >= 190000
#define wp_finds_one_row(root, relation)                                       \
	relation_has_unique_index_for(root, relation, NIL, NULL)
#else
#define wp_finds_one_row(root, relation)                                       \
	relation_has_unique_index_for(root, relation, NIL, NIL, NIL)
#endif

/* The slot of a scan's rows.  Users include executor/executor.h. */
#if PG_VERSION_NUM >= 190000
#define wp_init_scan_slot(estate, scan, desc, ops)                             \
	ExecInitScanTupleSlot(estate, scan, desc, ops, 0)
#else
#define wp_init_scan_slot(estate, scan, desc, ops)                             \
	ExecInitScanTupleSlot(estate, scan, desc, ops)
#endif

/* Before the declaration of a function that does not return. */
#if PG_VERSION_NUM >= 180000
#define wp_noreturn pg_noreturn
#else
#define wp_noreturn pg_attribute_noreturn()
#endif

/* This backend's local transaction id.  Users include storage/proc.h. */
#if PG_VERSION_NUM >= 170000
#define wp_local_transaction_id() (MyProc->vxid.lxid)
#else
#define wp_local_transaction_id() (MyProc->lxid)
#endif

/*
 * Semantic actions of the JSON parser return a result since 16; before, an
 * action that fails has raised.  An action is `static WpJsonAction name(...)`
 * and ends with WP_JSON_ACTION_RETURN(succeeded).
 */
#if PG_VERSION_NUM >= 160000
#define WpJsonAction JsonParseErrorType
#define WP_JSON_ACTION_RETURN(succeeded)                                       \
	return (succeeded) ? JSON_SUCCESS : JSON_SEM_ACTION_FAILED
#define WP_JSON_ACTION_FAILED(result) ((result) == JSON_SEM_ACTION_FAILED)
#else
#define WpJsonAction void
#define WP_JSON_ACTION_RETURN(succeeded)                                       \
	do                                                                         \
	{                                                                          \
		(void) (succeeded);                                                    \
		return;                                                                \
	} while (0)
#define WP_JSON_ACTION_FAILED(result) ((void) (result), false)
#endif

/* A lexer over text of len bytes that unescapes strings. */
#if PG_VERSION_NUM >= 170000
#define wp_json_lexer(text, len)                                               \
	makeJsonLexContextCstringLen(NULL, (text), (len), GetDatabaseEncoding(),   \
								 true)
#else
#define wp_json_lexer(text, len)                                               \
	makeJsonLexContextCstringLen((char *) (text), (int) (len),                 \
								 GetDatabaseEncoding(), true)
#endif

/*
 * A jsonb value that is being built: zeroes at first; its result is there when
 * it is complete.  Since 19 the server has a type for this.  Users include
 * utils/jsonb.h.
 */
#if PG_VERSION_NUM >= 190000
#define WpJsonbState JsonbInState
#define wp_push_jsonb(state, token, value) pushJsonbValue(state, token, value)
#else
typedef struct WpJsonbState
{
	struct JsonbValue *result;
	struct JsonbParseState *open;
} WpJsonbState;
#define wp_push_jsonb(state, token, value)                                     \
	((void) ((state)->result = pushJsonbValue(&(state)->open, token, value)))
#endif

/*
 * A column put in another's place says the same of which row it is of: since 16
 * which outer joins may have made it null, since 18 whether it is of the old
 * row or the new one (RETURNING).  Users include nodes/primnodes.h.
 */
#if PG_VERSION_NUM >= 180000
#define wp_copy_row_of(to, from)                                               \
	((to)->varnullingrels = bms_copy((from)->varnullingrels),                  \
	 (to)->varreturningtype = (from)->varreturningtype)
#elif PG_VERSION_NUM >= 160000
#define wp_copy_row_of(to, from)                                               \
	((to)->varnullingrels = bms_copy((from)->varnullingrels))
#else
#define wp_copy_row_of(to, from) ((void) (to), (void) (from))
#endif

/* The header that declares what prints EXPLAIN's properties: #include it. */
#if PG_VERSION_NUM >= 180000
#define WP_EXPLAIN_FORMAT_H "commands/explain_format.h"
#else
#define WP_EXPLAIN_FORMAT_H "commands/explain.h"
#endif

/* Does the order go down?  Users include nodes/pathnodes.h. */
#if PG_VERSION_NUM >= 180000
#define wp_is_descending(pathkey) ((pathkey)->pk_cmptype == COMPARE_GT)
#else
#define wp_is_descending(pathkey)                                              \
	((pathkey)->pk_strategy == BTGreaterStrategyNumber)
#endif

#endif

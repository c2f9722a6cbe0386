/*
 * memo.h
 *		What a call site remembers of its decisions: a table of a thousand rows
 *		names ten workflows, and each is read and decided on once.
 *
 * A memo outlives nothing that it depends on: it is for one number of
 * wp_session_load_number(), and forgets everything when that changes.
 */
#ifndef WP_QUERY_MEMO_H
#define WP_QUERY_MEMO_H

#include "postgres.h"
#include "utils/hsearch.h"

#include "decide/decide.h"

typedef struct WpMemo
{
	uint64 load_number;
	HTAB *verdicts;
} WpMemo;

/* Finds the verdict on the workflow of that id, of the principal's account; false if there is none. */
extern bool wp_memo_find(WpMemo *memo, const WpText *id, WpVerdict *verdict);

/* Remembers one, decided after the last wp_memo_find; what is kept lives in the context. */
extern void wp_memo_keep(WpMemo *memo, MemoryContext context, const WpText *id, WpVerdict verdict);

#endif

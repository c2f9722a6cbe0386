/*
 * verdict_memo.h
 *		Verdicts that the backend remembers.  A thousand rows may belong to ten
 *		workflows: each workflow is decided once.
 *
 * Verdicts are about the session's principal.  They are valid for one number
 * of wp_session_load_number() in one transaction, and forgotten when either
 * changes.  So they outlive nothing that they depend on.
 */
#ifndef WP_LOOKUP_VERDICT_MEMO_H
#define WP_LOOKUP_VERDICT_MEMO_H

#include "decide/decide.h"
#include "lookup/id_set.h"

/* What a memo's keys are: workflow ids, except for details. */
typedef enum WpMemoKind
{
	WP_MEMO_VIEW,
	WP_MEMO_EDIT,
	WP_MEMO_HISTORY,
	WP_MEMO_DETAIL, /* what a step touched, see run_access.c */
	WP_MEMO_KINDS
} WpMemoKind;

struct verdicts_hash;

typedef struct WpMemo
{
	uint64 load_number; /* 0: not valid */
	TimestampTz at;
	MemoryContext context; /* has everything below */
	struct verdicts_hash *verdicts;
	int64 nmissed;   /* how often a verdict was not found */
	WpIdSet *all;    /* every workflow that is allowed; NULL: not listed */
	double nallowed; /* an estimate if they are too many to list; else 0 */
} WpMemo;

/*
 * Returns the memo of that kind for the session's principal, whom the caller
 * has just fetched.  Valid until the principal is fetched again.
 */
extern WpMemo *wp_memo(WpMemoKind kind);

/*
 * Finds a verdict, any value of char.  Returns false if there is none.  The
 * memo counts that.
 */
extern bool wp_memo_find(WpMemo *memo, const WpText *key, char *verdict);

/*
 * Remembers a verdict that was decided after wp_memo() returned the memo for
 * this load.  If deciding has loaded the principal again, it is not remembered.
 */
extern void wp_memo_keep(WpMemoKind kind, uint64 load_number, const WpText *key,
						 char verdict);

/* Frees the memos at DISCARD ALL; called once, when the library is loaded. */
extern void wp_memo_init(void);

#endif

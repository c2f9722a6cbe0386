/*
 * rules.h
 *		The invariants that need other rows to be checked, as data.
 */
#ifndef WP_MODEL_RULES_H
#define WP_MODEL_RULES_H

#include "postgres.h"

#define WP_RULE_MAX_COLUMNS 3

typedef enum WpRuleForm
{
	/* check returns a row: refused */
	WP_RULE_ABSENCE,
	/* the same, for whom row security binds */
	WP_RULE_BOUND_ABSENCE,
	/*
	 * check returned a row before the statement too, or row security binds:
	 * refused
	 */
	WP_RULE_START,
	/*
	 * check returns a rank, and it is lower than before the statement: refused
	 */
	WP_RULE_RANK,
	/*
	 * the user, whose account and id the columns are, is a connected one, or is
	 * none: refused
	 */
	WP_RULE_NOT_CONNECTED,
	WP_RULE_CONNECTED,
	/*
	 * the third of the columns, an account and two roles, includes the second:
	 * refused
	 */
	WP_RULE_ACYCLIC
} WpRuleForm;

typedef struct WpInvariant
{
	const char *name; /* what triggers call it by */
	WpRuleForm form;
	/* text columns of the row, bound to $1, $2, … of the queries */
	const char *columns[WP_RULE_MAX_COLUMNS];
	/*
	 * Locks the row under which changes that bear on each other are checked one
	 * after the other, or NULL.  No row: it is being deleted, the rule is void.
	 */
	const char *lock;
	const char *check;   /* NULL: none, as the form says */
	const char *subject; /* the column whose value the message shows */
	const char *column;  /* the one at fault; NULL: no one in particular */
	const char *code;    /* where it is not the rule's name; else NULL */
	int sqlstate;
	const char *message; /* with one %s; the code comes after it */
	const char *hint;
} WpInvariant;

#define WP_RULE_COUNT 15

extern const WpInvariant wp_rules[WP_RULE_COUNT];

#endif

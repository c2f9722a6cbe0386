/*
 * rules.h
 *		The invariants that depend on other rows, as data.
 */
#ifndef WP_MODEL_RULES_H
#define WP_MODEL_RULES_H

#include "postgres.h"

#define WP_RULE_MAX_COLUMNS 3

typedef enum WpRuleForm
{
	/* check returns a row: refused */
	WP_RULE_ABSENCE,
	/* the same, but only for users that row security binds */
	WP_RULE_BOUND_ABSENCE,
	/*
	 * check returned a row before the statement too, or row security binds the
	 * user: refused
	 */
	WP_RULE_START,
	/* check returns a lower rank than before the statement: refused */
	WP_RULE_RANK,
	/*
	 * the columns are a user's account and id; the user must not be a connected
	 * user, or must be one
	 */
	WP_RULE_NOT_CONNECTED,
	WP_RULE_CONNECTED,
	/*
	 * the columns are an account and two roles; the second role includes the
	 * first: refused
	 */
	WP_RULE_ACYCLIC
} WpRuleForm;

typedef struct WpInvariant
{
	const char *name; /* the name in triggers */
	WpRuleForm form;
	/* text columns of the row, bound to $1, $2, … in the queries */
	const char *columns[WP_RULE_MAX_COLUMNS];
	/*
	 * Locks the row for which changes that affect each other queue, or NULL. If
	 * there is no row, it is being deleted, and the rule does not apply.
	 */
	const char *lock;
	/* the table of that row, and the lock if it is read from a source */
	const char *locked;
	const char *source_lock;
	const char *check;   /* NULL: the form needs none */
	const char *subject; /* the column whose value the message shows */
	const char *column;  /* the column at fault; NULL: no specific one */
	const char *code;    /* if it differs from the name; otherwise NULL */
	int sqlstate;
	const char *message; /* with one %s; followed by the code */
	const char *hint;
} WpInvariant;

#define WP_RULE_COUNT 14

extern const WpInvariant wp_rules[WP_RULE_COUNT];

#endif

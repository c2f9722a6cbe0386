/*
 * required_keys.h
 *		Which keys (metadata_key.h) metadata must have for a condition to be
 *		true of it: a formula of AND and OR over keys that holds of the
 *		metadata's keys wherever the condition is true, and often enough not
 *		where it is not.
 */
#ifndef WP_CONDITION_REQUIRED_KEYS_H
#define WP_CONDITION_REQUIRED_KEYS_H

#include "condition/metadata_key.h"

typedef enum WpFormulaKind
{
	WP_NEVER,    /* no metadata satisfies it */
	WP_MAYBE,    /* keys say nothing */
	WP_SOME_KEY, /* one of low to high */
	WP_BOUNDS,   /* of a number; not in a finished formula */
	WP_ANY,
	WP_EVERY
} WpFormulaKind;

typedef struct WpFormula
{
	WpFormulaKind kind;
	struct WpFormula *next; /* beside it */
	/* of WP_ANY, WP_EVERY */
	struct WpFormula *first;
	struct WpFormula *last;
	/* of WP_SOME_KEY */
	int64 low;
	int64 high;
	double share; /* a guess: of how much metadata it is a key */
	int number;   /* its place in the search's keys */
	/* of WP_BOUNDS, both included */
	WpPath path;
	uint32 from;
	uint32 to;
	int scope; /* of which document, or value, it is said */
	bool element;
} WpFormula;

/*
 * A formula as a search has it.  What may be true without any key is looked for
 * under WP_KEY_ALWAYS, which all indexed metadata has.
 */
typedef struct WpSearch
{
	WpFormula *formula;
	WpFormula **keys; /* by number */
	int nkeys;
	bool everywhere; /* that is the only key */
} WpSearch;

/*
 * The formula of a condition, palloc'd.  any_user: it holds wherever the
 * condition is true for some user; else where it is true with none known
 * ($userId and $rollout are unknown).
 */
extern WpSearch *wp_search(const struct varlena *condition, bool any_user);

/*
 * Whether the formula holds of metadata that has the keys whose flag is not 0.
 */
extern bool wp_formula_holds(const WpFormula *formula, const char *has);

/*
 * Adds keys under which to look for the condition: metadata of which it is true
 * for some user has one of them, or WP_KEY_ALWAYS is among them.
 */
extern void wp_condition_keys(const struct varlena *condition, WpKeys *keys);

#endif

/*
 * required_keys.h
 *		The keys (metadata_key.h) that metadata must have for a condition to be
 *		true: a formula of AND and OR over keys.  If the condition is true, the
 *		formula holds for the metadata's keys.  If not, the formula often does
 *		not hold.
 */
#ifndef WP_CONDITION_REQUIRED_KEYS_H
#define WP_CONDITION_REQUIRED_KEYS_H

#include "condition/metadata_key.h"

typedef enum WpFormulaKind
{
	WP_NEVER,    /* no metadata satisfies it */
	WP_MAYBE,    /* keys decide nothing */
	WP_SOME_KEY, /* a key from low to high */
	WP_BOUNDS,   /* for a number; not in a finished formula */
	WP_ANY,
	WP_EVERY
} WpFormulaKind;

typedef struct WpFormula
{
	WpFormulaKind kind;
	struct WpFormula *next; /* its sibling */
	/* of WP_ANY and WP_EVERY */
	struct WpFormula *first;
	struct WpFormula *last;
	/* of WP_SOME_KEY */
	int64 low;
	int64 high;
	double share; /* estimated share of metadata that has such a key */
	int number;   /* its position among the search's keys */
	/* of WP_BOUNDS, both included */
	WpPath path;
	uint32 from;
	uint32 to;
	int scope; /* the document or value that it is about */
	bool element;
} WpFormula;

/*
 * A formula in a search.  If it may be true without any key, the search uses
 * WP_KEY_ALWAYS, which all indexed metadata has.
 */
typedef struct WpSearch
{
	WpFormula *formula;
	WpFormula **keys; /* by number */
	int nkeys;
	bool everywhere; /* that is the only key */
} WpSearch;

/*
 * Returns the formula of a condition, palloc'd.  With any_user, it holds
 * whenever the condition is true for some user; otherwise whenever it is true
 * without a user ($userId and $rollout are unknown).
 */
extern WpSearch *wp_search(const struct varlena *condition, bool any_user);

/* Does the formula hold for metadata that has the keys whose flag is not 0? */
extern bool wp_formula_holds(const WpFormula *formula, const char *has);

/*
 * Adds the keys under which the condition is to be stored: metadata for which
 * it is true for some user has one of them, or WP_KEY_ALWAYS is among them.
 */
extern void wp_condition_keys(const struct varlena *condition, WpKeys *keys);

#endif

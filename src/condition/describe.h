/*
 * describe.h
 *		A condition in words, and the paths that it reads: for people and for
 *		menus of fields.
 */
#ifndef WP_CONDITION_DESCRIBE_H
#define WP_CONDITION_DESCRIBE_H

#include "postgres.h"
#include "lib/stringinfo.h"

#include "condition/format.h"

/*
 * Appends the stored condition in words: "plan in ('pro', 'team') and seats >=
 * 10".  Raises only on stack overflow.
 */
extern void wp_condition_describe(const struct varlena *condition,
								  StringInfo out);

/*
 * Appends one clause of a condition in words: a test of a FIELD or USER, or a
 * whole other node.
 */
extern void wp_clause_describe(const WpNode *node, WpCursor test,
							   StringInfo out);

/*
 * Returns the type that a test reads, as in WpPathUse: a static string, NULL if
 * it reads several or any types.
 */
extern const char *wp_test_reads(const WpNode *test);

/* A path that a condition reads, and the type that it expects there. */
typedef struct WpPathUse
{
	/* "org.tier"; "team[].name" inside $elemMatch; "$userId" */
	const char *path;
	/* a JSON type, "instant", "version", "address" or "any"; static */
	const char *type;
} WpPathUse;

/*
 * Returns the paths and types that the stored condition reads, sorted and
 * without duplicates; palloc'd.
 */
extern WpPathUse *wp_condition_paths(const struct varlena *condition,
									 int *count);

#endif

/*
 * describe.h
 *		A condition in words, and what it reads: for people and for field menus.
 */
#ifndef WP_CONDITION_DESCRIBE_H
#define WP_CONDITION_DESCRIBE_H

#include "postgres.h"
#include "lib/stringinfo.h"

#include "condition/format.h"

/*
 * Appends the stored condition in words: "plan in ('pro', 'team') and seats >=
 * 10".  Raises only where the stack would overflow.
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
 * The type of what a test looks at, as WpPathUse has it: a static string, NULL
 * where it looks at values of several or any types.
 */
extern const char *wp_test_reads(const WpNode *test);

/* A path that a condition reads, and what it expects there. */
typedef struct WpPathUse
{
	/* "org.tier"; "team[].name" inside $elemMatch; "$userId" */
	const char *path;
	/* a JSON type, "instant", "version", "address" or "any"; static */
	const char *type;
} WpPathUse;

/* What the stored condition reads, in order and without doubles; palloc'd. */
extern WpPathUse *wp_condition_paths(const struct varlena *condition,
									 int *count);

#endif

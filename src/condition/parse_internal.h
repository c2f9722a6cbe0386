/*
 * parse_internal.h
 *		Shared by the two halves of the reader only: parse.c (conditions and
 *		operators) and parse_literals.c (refusals, literals and lists).
 */
#ifndef WP_CONDITION_PARSE_INTERNAL_H
#define WP_CONDITION_PARSE_INTERNAL_H

#include "condition/format.h"
#include "condition/json.h"

/* The place in the text, for messages: a chain on the C stack. */
typedef struct WpWhere
{
	const struct WpWhere *up;
	const char *key; /* NULL: an item of a list */
	uint32 keylen;
	uint32 index;
} WpWhere;

typedef struct WpReader
{
	struct Node *escontext;
	StringInfoData program;
	StringInfoData scratch;
	int clauses;
	int keys; /* of all paths */
	uint8 flags;
	size_t expanded;    /* by which numbers are longer than written */
	double transitions; /* of the regular expressions' automata (regexp.h) */
} WpReader;

/*
 * Refuses the value at a place: raises, or saves the error and returns false.
 * hint is a sentence or NULL.
 */
extern bool wp_refuse(WpReader *reader, const WpWhere *where, int sqlstate,
					  const char *hint, const char *format, ...)
	pg_attribute_printf(5, 6);

/* Refuses an argument of the wrong type; wanted is the expected type. */
extern bool wp_refuse_type(WpReader *reader, const WpWhere *where,
						   const char *wanted, const WpJson *json);

/* Refuses $ago anywhere except as the instant of $before, $after and $at. */
extern bool wp_refuse_ago(WpReader *reader, const WpWhere *where);

/* Refuses a duplicate key in an object.  Returns true if there is none. */
extern bool wp_check_keys(WpReader *reader, const WpWhere *where,
						  const WpJson *object);

/* Append parts of the stored form (format.h). */
extern void wp_put_count(StringInfo out, uint32 value);
extern void wp_put_text(StringInfo out, const char *data, uint32 len);
extern void wp_put_size_before(StringInfo out, int start);

/*
 * Append a literal.  Return false, with the error saved, if the JSON is not one
 * of its kind.
 */
extern bool wp_put_literal(WpReader *reader, const WpWhere *where,
						   const WpJson *json, StringInfo out);
extern bool wp_put_instant(WpReader *reader, const WpWhere *where,
						   const WpJson *json, StringInfo out);
extern bool wp_put_version(WpReader *reader, const WpWhere *where,
						   const WpJson *json, StringInfo out);

/*
 * The same for a list, in the form that the operator needs, appended to the
 * program.
 */
extern bool wp_put_list(WpReader *reader, const WpWhere *where, WpOp op,
						const WpJson *json);

#endif

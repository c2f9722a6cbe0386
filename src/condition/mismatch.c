/*
 * mismatch.c
 *		Why a condition does not match.
 *
 * If the result of a part is not as wanted, its members are searched for those
 * that are not as wanted.  Members of AND and OR are wanted to be as the whole.
 * Under a negation the opposite is wanted.  So for an AND the members that fail
 * are named, and for an OR every alternative.  The matcher evaluates each part.
 *
 * Recursion follows the condition, which has at most WP_CONDITION_MAX_DEPTH
 * levels.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "miscadmin.h"

#include "condition/describe.h"
#include "condition/mismatch.h"
#include "condition/match_internal.h"

/*
 * The steps of an explanation, which evaluates parts of the condition more than
 * once.
 */
#define EXPLANATION_STEPS (10 * WP_MATCH_STEPS)

/* The state of an explanation. */
typedef struct Explaining
{
	const WpSubject *subject;
	WpClauseListener *listener;
	bool told;   /* the listener got a clause */
	bool enough; /* ... and wants no more */
} Explaining;

static WpTruth
opposite(WpTruth wanted)
{
	return wanted == WP_TRUE ? WP_FALSE : WP_TRUE;
}

static void
tell(Explaining *explaining, const WpClause *clause)
{
	explaining->told = true;
	if (!explaining->enough)
		explaining->enough =
			!explaining->listener->listen(explaining->listener, clause);
}

/*
 * Sets why there is no value at the FIELD's path: its shortest prefix without a
 * value, or the whole path for a JSON null, or the prefix that leads to an
 * array. palloc'd.
 */
static void
explain_path(const WpNode *field, const char *document, WpClause *clause)
{
	WpCursor body = field->body;
	uint32 keys = wp_take_count(&body);
	StringInfoData path;

	initStringInfo(&path);
	for (uint32 i = 0; i < keys; i++)
	{
		uint32 len;
		const char *key = wp_take_text(&body, &len);
		Value value = {WP_JSON_ABSENT};

		if (document != NULL && !is_object(document))
		{
			clause->in_array = i > 0 ? path.data : "metadata";
			return;
		}
		if (i > 0)
			appendStringInfoChar(&path, '.');
		appendBinaryStringInfo(&path, key, len);
		if (document == NULL || !get_member(document, key, len, &value))
			break;
		document = wp_document_of(&value);
	}
	clause->missing = path.data;
}

/* Is the value that the test compares with known? */
static bool
is_reckoned(const WpSubject *subject, const WpNode *test)
{
	WpInstant ignored;

	return wp_ops[test->op].argument != WP_TAKES_INSTANT ||
		   wp_match_reckon(subject, test, &ignored);
}

/* Explains one test of a FIELD's or USER's value (NULL: there is no user). */
static void
explain_test(Explaining *explaining, const WpNode *node, const char *document,
			 const WpNode *test, WpCursor cursor, const Value *value,
			 WpTruth is, WpTruth wanted)
{
	WpClause clause = {node, cursor, is, wanted};

	if (value != NULL && value->type > WP_JSON_ABSENT)
		clause.seen = value;
	if (value == NULL)
		clause.missing = "$userId";
	else if (value->type <= WP_JSON_NULL && node->op == WP_FIELD)
		explain_path(node, document, &clause);
	else if (is == WP_UNKNOWN)
		clause.needs = is_reckoned(explaining->subject, test)
						   ? wp_test_reads(test)
						   : "$ago within the years 1 to 9999";
	tell(explaining, &clause);
}

/* Explains those of the tests that are not as wanted. */
static void
explain_tests(Explaining *explaining, const WpNode *node, const char *document,
			  WpCursor tests, const Value *value, WpTruth wanted)
{
	while (!wp_at_end(&tests) && !explaining->enough)
	{
		WpCursor one = tests;
		WpNode test = wp_take_node(&tests);
		WpTruth is;

		CHECK_FOR_INTERRUPTS();
		one.end = tests.at;
		is = value == NULL ? WP_UNKNOWN
						   : wp_match_tests(explaining->subject, one, value);
		if (is == wanted)
			continue;
		if (test.op == WP_VALUE_NOT)
			explain_tests(explaining, node, document, test.body, value,
						  opposite(wanted));
		else
			explain_test(explaining, node, document, &test, one, value, is,
						 wanted);
	}
}

static void explain_members(Explaining *explaining, const WpNode *node,
							const char *document, WpTruth wanted);

/* Explains a condition, if it is not as wanted. */
static void
explain_node(Explaining *explaining, const WpNode *node, const char *document,
			 WpTruth wanted)
{
	WpTruth is = wp_match_condition_node(explaining->subject, node, document);
	WpCursor body = node->body;
	Value value = {WP_JSON_ABSENT};

	if (is == wanted)
		return;
	switch (node->op)
	{
		case WP_FIELD:
			wp_match_path(&body, document, &value);
			explain_tests(explaining, node, document, body, &value, wanted);
			break;
		case WP_USER:
		case WP_ROLLOUT:
			value.type = WP_JSON_STRING;
			value.data = explaining->subject->user_id;
			value.len = explaining->subject->user_id_len;
			if (node->op == WP_USER)
				explain_tests(explaining, node, document, body,
							  value.data != NULL ? &value : NULL, wanted);
			else
				tell(explaining,
					 &(WpClause){node,
								 {NULL, NULL},
								 is,
								 wanted,
								 value.data != NULL ? &value : NULL,
								 value.data != NULL ? NULL : "$userId"});
			break;
		case WP_NOT:
		case WP_NOR:
			explain_members(explaining, node, document, opposite(wanted));
			break;
		default:
			explain_members(explaining, node, document, wanted);
	}
}

/*
 * Explains the members of a list that are not as wanted.  An empty list is
 * itself the reason.
 */
static void
explain_members(Explaining *explaining, const WpNode *node,
				const char *document, WpTruth wanted)
{
	WpCursor body = node->body;

	if (wp_at_end(&body))
		tell(explaining,
			 &(WpClause){node, {NULL, NULL}, opposite(wanted), wanted});
	while (!wp_at_end(&body) && !explaining->enough)
	{
		WpNode member = wp_take_node(&body);

		CHECK_FOR_INTERRUPTS();
		explain_node(explaining, &member, document, wanted);
	}
}

void
wp_condition_explain(const struct varlena *condition, const WpSubject *subject,
					 WpClauseListener *listener)
{
	Explaining explaining = {subject, listener};
	WpCursor program = wp_program(condition);
	WpNode node;

	if (subject->metadata == NULL || wp_at_end(&program))
	{
		/*
		 * No metadata, or a condition of another version: unknown as a whole.
		 */
		tell(&explaining,
			 &(WpClause){NULL,
						 {NULL, NULL},
						 WP_UNKNOWN,
						 WP_TRUE,
						 NULL,
						 subject->metadata == NULL ? "metadata" : NULL});
		return;
	}
	node = wp_take_node(&program);
	wp_match_begin(EXPLANATION_STEPS);
	explain_node(&explaining, &node, wp_match_document(subject), WP_TRUE);

	/*
	 * Each clause may pass on its own, while together they take too many steps
	 * (match_internal.h).
	 */
	if (!explaining.told && wp_condition_match(condition, subject) != WP_TRUE)
		tell(&explaining, &(WpClause){.is = WP_UNKNOWN, .wanted = WP_TRUE});
}

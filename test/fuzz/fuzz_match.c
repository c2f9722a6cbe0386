/*
 * fuzz_match.c
 *		A condition and metadata, divided by the first newline: whatever was read
 *		matches without raising, gives the same answer a byte further in memory,
 *		for a packed header, and for its own canonical form; the answer to its
 *		negation is the opposite one; and where it is not true, and only there,
 *		some clause is to blame, which is what the matcher makes of it.  Where it is
 *		true, an index would have found it: by the metadata's keys, for the condition,
 *		and by the condition's, for the metadata.  What is false with no user or no
 *		time known is false with them.
 */
#include "postgres.h"

#include "compat.h"
#include "condition/describe.h"
#include "condition/mismatch.h"
#include "condition/required_keys.h"
#include "condition/match.h"
#include "condition/print.h"
#include "condition/parse.h"
#include "shim.h"

typedef struct Input
{
	const char *text, *metadata;
	size_t len, metadata_len;
	struct varlena *condition, *negation;
	Jsonb *jsonb;
} Input;

static void
read_input(void *argument)
{
	Input *input = argument;

	input->jsonb = shim_jsonb(input->metadata, input->metadata_len);
	if (input->jsonb == NULL)
		return;
	input->condition = wp_condition_read(input->text, input->len, NULL);
}

static void
read_negation(void *argument)
{
	Input *input = argument;
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfoString(&text, "{\"$not\": ");
	appendBinaryStringInfo(&text, input->text, input->len);
	appendStringInfoChar(&text, '}');
	input->negation = wp_condition_read(text.data, text.len, NULL);
}

/* The same condition with a one-byte header at an odd address, or itself where it is too long for that. */
static struct varlena *
packed(struct varlena *condition)
{
	size_t len = VARSIZE_ANY_EXHDR(condition);
	char *copy;

	if (len + VARHDRSZ_SHORT > VARATT_SHORT_MAX)
		return condition;
	copy = (char *) palloc(len + 2) + 1;
	SET_VARSIZE_SHORT(copy, len + VARHDRSZ_SHORT);
	memcpy(copy + VARHDRSZ_SHORT, VARDATA_ANY(condition), len);
	return (struct varlena *) copy;
}

/* Counts the clauses that are to blame, and writes each of them. */
typedef struct Blame
{
	WpClauseListener listener;
	int clauses;
	bool sound;
} Blame;

static bool
blame(WpClauseListener *listener, const WpClause *clause)
{
	Blame *blame = (Blame *) listener;
	StringInfoData words;

	blame->clauses++;
	if (clause->is == clause->wanted)
		blame->sound = false;
	initStringInfo(&words);
	if (clause->node != NULL)
	{
		wp_clause_describe(clause->node, clause->test, &words);
		wp_clause_print(clause->node, clause->test, &words);
	}
	return true;
}

/* Whether an index of metadata finds it for the condition. */
static bool
metadata_is_found(const Input *input, bool any_user)
{
	const WpSearch *search = wp_search(input->condition, any_user);
	WpKeys keys = {0};
	char *has = palloc0(search->nkeys + 1);

	wp_metadata_keys(&input->jsonb->root, &keys);
	for (int i = 0; i < search->nkeys; i++)
	{
		if (search->keys[i]->number != i || search->keys[i]->low > search->keys[i]->high)
			shim_finding("a search has disordered keys", input->text, input->len);
		for (uint32 j = 0; j < keys.count; j++)
			has[i] |= keys.items[j] >= search->keys[i]->low && keys.items[j] <= search->keys[i]->high;
	}
	return wp_formula_holds(search->formula, has);
}

/* Whether an index of conditions finds it for the metadata. */
static bool
condition_is_found(const Input *input)
{
	WpKeys keys = {0};
	WpKeys kept = {0};

	wp_condition_keys(input->condition, &kept);
	wp_metadata_keys(&input->jsonb->root, &keys);
	for (uint32 i = 0; i < kept.count; i++)
		for (uint32 j = 0; j < keys.count; j++)
			if (kept.items[i] == keys.items[j])
				return true;
	return false;
}

static void
match(void *argument)
{
	Input *input = argument;
	/* 2024-03-31, of which two months earlier there is none, and the first and the last second there is */
	WpSubject subjects[] = {{&input->jsonb->root, "u42", 3, true, {1711886399, 999999999}}, {&input->jsonb->root, NULL, 0}, {NULL, NULL, 0},
							{&input->jsonb->root, "u42", 3, true, {INT64CONST(-62135596800), 0}}, {&input->jsonb->root, NULL, 0, true, {INT64CONST(253402300799), 1}}};

	for (int i = 0; i < lengthof(subjects); i++)
	{
		WpTruth truth = wp_condition_match(input->condition, &subjects[i]);

		Blame blamed = {{blame}, 0, true};

		if (truth != WP_FALSE && truth != WP_UNKNOWN && truth != WP_TRUE)
			shim_finding("no truth value", input->text, input->len);
		if (wp_condition_match(packed(input->condition), &subjects[i]) != truth)
			shim_finding("a packed condition answers otherwise", input->text, input->len);
		if (input->negation != NULL &&
			wp_condition_match(input->negation, &subjects[i]) != WP_TRUE - truth)
			shim_finding("the negation does not answer the opposite", input->text, input->len);
		wp_condition_explain(input->condition, &subjects[i], &blamed.listener);
		if (!blamed.sound || (blamed.clauses == 0) != (truth == WP_TRUE))
			shim_finding("the clauses to blame are not those", input->text, input->len);
		if (subjects[i].metadata == NULL && truth != WP_UNKNOWN)
			shim_finding("no metadata, and yet an answer", input->text, input->len);
		if (truth == WP_TRUE && !(metadata_is_found(input, true) && condition_is_found(input)))
			shim_finding("not found", input->text, input->len);
		if (truth == WP_TRUE && subjects[i].user_id == NULL && !subjects[i].has_time && !metadata_is_found(input, false))
			shim_finding("not found with no user known", input->text, input->len);
		/* What is false with no user or time known stays so: metadata @~ condition says no by it. */
		for (int j = 0; truth == WP_FALSE && subjects[i].user_id == NULL && !subjects[i].has_time && j < lengthof(subjects); j++)
			if (subjects[j].metadata != NULL && wp_condition_match(input->condition, &subjects[j]) != WP_FALSE)
				shim_finding("a known user or time makes false something else", input->text, input->len);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *) data;
	const char *newline = size > 0 ? memchr(text, '\n', size) : NULL;

	if (newline == NULL || !shim_valid_text(text, size))
		return 0;

	Input input = {text, newline + 1, newline - text, text + size - newline - 1};

	if (shim_try(read_input, &input) && input.condition != NULL)
	{
		/* One level deeper may be one too many. */
		if (!shim_try(read_negation, &input))
			input.negation = NULL;
		if (!shim_try(match, &input))
			shim_finding(shim_message(), text, size);
	}
	shim_reset();
	return 0;
}

/*
 * fuzz_read.c
 *		Any text as a condition: reading may refuse it but must not crash; what
 *		is read must print as text that reads back as the same bytes, and must
 *		be told in words and paths.
 */
#include "postgres.h"

#include "condition/describe.h"
#include "condition/print.h"
#include "condition/parse.h"
#include "shim.h"

typedef struct Input
{
	const char *text;
	size_t len;
	struct varlena *condition; /* NULL: refused */
} Input;

static void
read_input(void *argument)
{
	Input *input = argument;

	input->condition = wp_condition_read(input->text, input->len, NULL);
}

/* From here on nothing may be refused. */
static void
use_condition(void *argument)
{
	Input *input = argument;
	StringInfoData text, words;
	struct varlena *again;
	int count;

	initStringInfo(&text);
	wp_condition_print(input->condition, &text);
	again = wp_condition_read(text.data, text.len, NULL);
	if (VARSIZE_ANY(again) != VARSIZE_ANY(input->condition) ||
		memcmp(again, input->condition, VARSIZE_ANY(again)) != 0)
		shim_finding("the canonical form reads as another condition", input->text, input->len);

	initStringInfo(&words);
	wp_condition_describe(input->condition, &words);
	(void) wp_condition_paths(input->condition, &count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Input input = {(const char *) data, size, NULL};

	/* What the server hands over is valid in its encoding. */
	if (!shim_valid_text(input.text, size))
		return 0;
	if (shim_try(read_input, &input) && !shim_try(use_condition, &input))
		shim_finding(shim_message(), input.text, size);
	shim_reset();
	return 0;
}

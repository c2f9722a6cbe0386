/*
 * fuzz_principal.c
 *		Any JSON as a principal: reading may refuse it but must not crash; of what is
 *		read the texts lie in the value, the lists are in their order and without
 *		doubles, everything is found by its key, and decisions can be made.
 */
#include "postgres.h"

#include "decide/decide.h"
#include "principal/find.h"
#include "principal/principal_json.h"
#include "shim.h"

typedef struct Input
{
	const char *text;
	size_t len;
	Jsonb *value;
	WpPrincipal *principal; /* NULL: refused */
} Input;

static Input *current;

static void
read_input(void *argument)
{
	Input *input = argument;

	input->principal = wp_principal_from_jsonb(input->value, NULL);
}

/* Reports unless it holds. */
static void
claim(bool holds, const char *why)
{
	if (!holds)
		shim_finding(why, current->text, current->len);
}

/* An id or a name lies within the value, and is none or one of 1 to 255 bytes. */
static void
check_text(const WpText *text, bool nullable)
{
	const char *begin = (const char *) current->value;

	if (text->data == NULL)
	{
		claim(nullable, "there is no text where there has to be one");
		return;
	}
	claim(text->len >= 1 && text->len <= WP_ID_MAX, "a text is of a length that none has");
	claim(text->data >= begin && text->data + text->len <= begin + VARSIZE(current->value), "a text does not lie in the value");
}

/* The order of texts, NULL first. */
static int
order(const WpText *a, const WpText *b)
{
	if (a->data == NULL || b->data == NULL)
		return (a->data != NULL) - (b->data != NULL);
	return wp_text_compare(a, b);
}

/* One key of a list, or two, come after those before. */
static void
check_order(const WpText *before, const WpText *before_second, const WpText *key, const WpText *second)
{
	int first = order(before, key);

	claim(first < 0 || (first == 0 && order(before_second, second) < 0), "a list is not in its order");
}

static void
check_lists(const WpPrincipal *p)
{
	for (int i = 0; i < p->nroles; i++)
	{
		const WpRole *found;
		int n;

		check_text(&p->roles[i].role, false);
		check_text(&p->roles[i].workspace, true);
		if (i > 0)
			check_order(&p->roles[i - 1].role, &p->roles[i - 1].workspace, &p->roles[i].role, &p->roles[i].workspace);
		found = wp_find_roles(p, &p->roles[i].role, &n);
		claim(found != NULL && &p->roles[i] >= found && &p->roles[i] < found + n, "a role is not found");
	}
	for (int i = 0; i < p->ncapabilities; i++)
	{
		check_text(&p->capabilities[i].capability, false);
		check_text(&p->capabilities[i].workspace, true);
		if (i > 0)
			check_order(&p->capabilities[i - 1].capability, &p->capabilities[i - 1].workspace,
						&p->capabilities[i].capability, &p->capabilities[i].workspace);
	}
	for (int i = 0; i < p->nworkspaces; i++)
	{
		check_text(&p->workspaces[i].workspace, false);
		if (i > 0)
			claim(order(&p->workspaces[i - 1].workspace, &p->workspaces[i].workspace) < 0, "workspaces are not in their order");
		claim(wp_find_workspace(p, &p->workspaces[i].workspace) == &p->workspaces[i], "a workspace is not found");
	}
	for (int i = 0; i < p->nmemberships; i++)
	{
		const WpMembership *membership = &p->memberships[i];
		const WpMembership *found;
		int n;

		check_text(&membership->workflow, false);
		check_text(&membership->scope, true);
		for (int t = 0; t < membership->ntouches; t++)
		{
			check_text(&membership->touches[t], false);
			if (t > 0)
				claim(order(&membership->touches[t - 1], &membership->touches[t]) < 0, "what is touched is not in its order");
		}
		found = wp_find_memberships(p, &membership->workflow, &n);
		claim(found != NULL && membership >= found && membership < found + n, "a membership is not found");
	}
	for (int i = 0; i < p->nenabled; i++)
	{
		check_text(&p->enabled[i], false);
		if (i > 0)
			claim(order(&p->enabled[i - 1], &p->enabled[i]) < 0, "what is enabled is not in its order");
	}
	for (int i = 0; i < p->nrules; i++)
	{
		check_text(&p->rules[i].workflow, true);
		check_text(&p->rules[i].workspace, true);
		check_text(&p->rules[i].scope, true);
	}
}

/* From here on nothing may be refused. */
static void
use_principal(void *argument)
{
	const WpPrincipal *p = current->principal;

	check_text(&p->account, false);
	check_text(&p->user, true);
	claim((p->metadata != NULL) == (p->user.data != NULL), "metadata and a user do not go together");
	check_lists(p);
	for (int i = -1; i < p->nmemberships; i++)
		for (int action = 0; action < WP_ACTION_UNKNOWN; action++)
		{
			WpWorkflow workflow = {
				.account = p->account,
				.workflow = i < 0 ? p->account : p->memberships[i].workflow,
				.workspace = p->nworkspaces > 0 ? p->workspaces[(i + 1) % p->nworkspaces].workspace : p->account,
				.visibility = i % 2 == 0 ? WP_VISIBILITY_MAIN : WP_VISIBILITY_PRIVATE,
				.status = WP_STATUS_LIVE};

			(void) wp_decide(p, action, &workflow);
		}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Input input = {(const char *) data, size, NULL, NULL};

	current = &input;
	/* What the server hands over is valid in its encoding, and JSON. */
	if (!shim_valid_text(input.text, size) || (input.value = shim_jsonb(input.text, size)) == NULL)
	{
		shim_reset();
		return 0;
	}
	if (shim_try(read_input, &input) && !shim_try(use_principal, &input))
		shim_finding(shim_message(), input.text, size);
	shim_reset();
	return 0;
}

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);

/*
 * Half of the time puts a word in place of a string, so that the text stays JSON with
 * the keys that a principal has; else changes bytes, as libFuzzer does.
 */
size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
	static const char *const words[] = {"\"\"", "\"a\"", "\"b\"", "\"w\"", "\"f\"", "null", "true", "1", "[]", "{}", "[\"a\", \"a\"]", "[\"b\", \"a\"]",
		"\"member\"", "\"connected\"", "\"service\"", "\"viewer\"", "\"closed\"", "\"project\"", "\"custom\"", "\"system\"", "\"deny\""};
	const char *word = words[seed % lengthof(words)];
	size_t len = strlen(word);
	uint8_t *begin = NULL;
	uint8_t *end = NULL;

	if (seed / 64 % 2 == 0 && size > 0)
		begin = memchr(data + seed / 128 % size, '"', size - seed / 128 % size);
	if (begin != NULL)
		end = memchr(begin + 1, '"', data + size - begin - 1);
	if (end == NULL || size - (end + 1 - begin) + len > max_size)
		return LLVMFuzzerMutate(data, size, max_size);
	memmove(begin + len, end + 1, data + size - end - 1);
	memcpy(begin, word, len);
	return size - (end + 1 - begin) + len;
}

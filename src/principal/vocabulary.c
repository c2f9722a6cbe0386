/*
 * vocabulary.c
 *		The labels of the closed vocabularies.
 */
#include "postgres.h"

#include "principal/vocabulary.h"

static const char *const user_kinds[] = {"member", "connected", "service",
										 NULL};
static const char *const account_roles[] = {"admin", "member", "viewer",
											"guest", NULL};
static const char *const workspace_kinds[] = {"open", "closed", "project",
											  "app", NULL};
static const char *const visibilities[] = {"main", "private", NULL};
static const char *const statuses[] = {"draft", "live", "stopped", NULL};
static const char *const effects[] = {"grant", "deny", NULL};
static const char *const rule_levels[] = {"user", "custom", "system", NULL};
static const char *const board_kinds[] = {"main", "shareable", "private", NULL};
static const char *const accesses[] = {"read", "write", NULL};

const WpVocabulary wp_user_kinds = {"user_kind", user_kinds};
const WpVocabulary wp_account_roles = {"account_role", account_roles};
const WpVocabulary wp_workspace_kinds = {"workspace_kind", workspace_kinds};
const WpVocabulary wp_visibilities = {"workflow_visibility", visibilities};
const WpVocabulary wp_statuses = {"workflow_status", statuses};
const WpVocabulary wp_effects = {"execution_effect", effects};
const WpVocabulary wp_rule_levels = {NULL, rule_levels};
const WpVocabulary wp_board_kinds = {"board_kind", board_kinds};
const WpVocabulary wp_accesses = {"step_access", accesses};

/* Returns the position of the label (len bytes) in the vocabulary, or -1. */
int
wp_word(const WpVocabulary *vocabulary, const char *label, int len)
{
	for (int i = 0; vocabulary->labels[i] != NULL; i++)
		if (strlen(vocabulary->labels[i]) == len &&
			memcmp(vocabulary->labels[i], label, len) == 0)
			return i;
	return -1;
}

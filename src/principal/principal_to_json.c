/*
 * principal_to_json.c
 *		From a principal to the jsonb object that describes it.  The form:
 *		principal_json.h.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "principal/principal_json.h"

/* Begins a member of the object that is being built. */
static void
put_key(WpJsonbState *state, const char *key)
{
	JsonbValue value;

	value.type = jbvString;
	value.val.string.val = (char *) key;
	value.val.string.len = strlen(key);
	wp_push_jsonb(state, WJB_KEY, &value);
}

/*
 * Writes a string, or null if data is NULL. token says whether it is a member's
 * value or an array's element.
 */
static void
put_text(WpJsonbState *state, JsonbIteratorToken token, const WpText *text)
{
	JsonbValue value;

	/* Checked here, because every element of every list has a text. */
	CHECK_FOR_INTERRUPTS();
	value.type = jbvNull;
	if (text->data != NULL)
	{
		value.type = jbvString;
		value.val.string.val = (char *) text->data;
		value.val.string.len = text->len;
	}
	wp_push_jsonb(state, token, &value);
}

static void
put_text_member(WpJsonbState *state, const char *key, const WpText *text)
{
	put_key(state, key);
	put_text(state, WJB_VALUE, text);
}

static void
put_bool_member(WpJsonbState *state, const char *key, bool boolean)
{
	JsonbValue value;

	value.type = jbvBool;
	value.val.boolean = boolean;
	put_key(state, key);
	wp_push_jsonb(state, WJB_VALUE, &value);
}

/*
 * Returns the label of a word. data is NULL, hence null, if the number has
 * none.
 */
static WpText
label(const WpVocabulary *vocabulary, int word, int nwords)
{
	WpText text = {NULL, 0};

	if (word < nwords)
	{
		text.data = vocabulary->labels[word];
		text.len = strlen(text.data);
	}
	return text;
}

static void
put_word_member(WpJsonbState *state, const char *key,
				const WpVocabulary *vocabulary, int word, int nwords)
{
	WpText text = label(vocabulary, word, nwords);

	put_text_member(state, key, &text);
}

/*
 * Returns the instant in the form that values use, palloc'd.  Raises 22008
 * outside the years 1 to 9999.
 */
static char *
print_instant(TimestampTz instant)
{
	struct pg_tm tm;
	fsec_t microseconds;

	if (TIMESTAMP_NOT_FINITE(instant) ||
		timestamp2tm(instant, NULL, &tm, &microseconds, NULL, NULL) != 0 ||
		tm.tm_year < 1 || tm.tm_year > 9999)
		ereport(ERROR, (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
						errmsg("a principal cannot be taken outside of the "
							   "years 1 to 9999")));
	return psprintf("%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", tm.tm_year,
					tm.tm_mon, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
					(int) microseconds);
}

/* Writes the roles and capabilities: pairs of a name and a workspace. */
static void
put_held(WpJsonbState *state, const WpPrincipal *principal)
{
	put_key(state, "roles");
	wp_push_jsonb(state, WJB_BEGIN_ARRAY, NULL);
	for (int i = 0; i < principal->nroles; i++)
	{
		wp_push_jsonb(state, WJB_BEGIN_OBJECT, NULL);
		put_text_member(state, "role", &principal->roles[i].role);
		put_text_member(state, "workspace", &principal->roles[i].workspace);
		wp_push_jsonb(state, WJB_END_OBJECT, NULL);
	}
	wp_push_jsonb(state, WJB_END_ARRAY, NULL);

	put_key(state, "capabilities");
	wp_push_jsonb(state, WJB_BEGIN_ARRAY, NULL);
	for (int i = 0; i < principal->ncapabilities; i++)
	{
		wp_push_jsonb(state, WJB_BEGIN_OBJECT, NULL);
		put_text_member(state, "capability",
						&principal->capabilities[i].capability);
		put_text_member(state, "workspace",
						&principal->capabilities[i].workspace);
		wp_push_jsonb(state, WJB_END_OBJECT, NULL);
	}
	wp_push_jsonb(state, WJB_END_ARRAY, NULL);
}

/* Writes the memberships: workspaces and workflows. */
static void
put_memberships(WpJsonbState *state, const WpPrincipal *principal)
{
	const WpText null = {NULL, 0};

	put_key(state, "workspaces");
	wp_push_jsonb(state, WJB_BEGIN_ARRAY, NULL);
	for (int i = 0; i < principal->nworkspaces; i++)
	{
		const WpWorkspace *workspace = &principal->workspaces[i];

		wp_push_jsonb(state, WJB_BEGIN_OBJECT, NULL);
		put_text_member(state, "workspace", &workspace->workspace);
		put_word_member(state, "kind", &wp_workspace_kinds, workspace->kind,
						WP_WORKSPACE_UNKNOWN);
		if (workspace->offered == WP_OFFERED_BY_KIND)
			put_text_member(state, "offered", &null);
		else
			put_bool_member(state, "offered",
							workspace->offered == WP_OFFERED_YES);
		put_bool_member(state, "member", workspace->is_member);
		put_bool_member(state, "owner", workspace->is_owner);
		wp_push_jsonb(state, WJB_END_OBJECT, NULL);
	}
	wp_push_jsonb(state, WJB_END_ARRAY, NULL);

	put_key(state, "workflows");
	wp_push_jsonb(state, WJB_BEGIN_ARRAY, NULL);
	for (int i = 0; i < principal->nmemberships; i++)
	{
		const WpMembership *membership = &principal->memberships[i];

		wp_push_jsonb(state, WJB_BEGIN_OBJECT, NULL);
		put_text_member(state, "workflow", &membership->workflow);
		put_text_member(state, "scope", &membership->scope);
		put_bool_member(state, "owner", membership->is_owner);
		put_key(state, "touches");
		wp_push_jsonb(state, WJB_BEGIN_ARRAY, NULL);
		for (int j = 0; j < membership->ntouches; j++)
			put_text(state, WJB_ELEM, &membership->touches[j]);
		wp_push_jsonb(state, WJB_END_ARRAY, NULL);
		wp_push_jsonb(state, WJB_END_OBJECT, NULL);
	}
	wp_push_jsonb(state, WJB_END_ARRAY, NULL);
}

/*
 * Writes the lists that running needs: execution rules and enabled workflows.
 */
static void
put_running(WpJsonbState *state, const WpPrincipal *principal)
{
	put_key(state, "rules");
	wp_push_jsonb(state, WJB_BEGIN_ARRAY, NULL);
	for (int i = 0; i < principal->nrules; i++)
	{
		const WpRule *rule = &principal->rules[i];

		wp_push_jsonb(state, WJB_BEGIN_OBJECT, NULL);
		put_text_member(state, "workflow", &rule->workflow);
		put_text_member(state, "workspace", &rule->workspace);
		put_text_member(state, "scope", &rule->scope);
		put_word_member(state, "level", &wp_rule_levels, rule->level,
						WP_RULE_SYSTEM + 1);
		put_word_member(state, "effect", &wp_effects, rule->effect,
						WP_EFFECT_DENY + 1);
		wp_push_jsonb(state, WJB_END_OBJECT, NULL);
	}
	wp_push_jsonb(state, WJB_END_ARRAY, NULL);

	put_key(state, "enabled");
	wp_push_jsonb(state, WJB_BEGIN_ARRAY, NULL);
	for (int i = 0; i < principal->nenabled; i++)
		put_text(state, WJB_ELEM, &principal->enabled[i]);
	wp_push_jsonb(state, WJB_END_ARRAY, NULL);
}

/* Writes the identity, and the time as of which it was taken. */
static void
put_identity(WpJsonbState *state, const WpPrincipal *principal)
{
	bool anonymous = principal->user.data == NULL;
	char *taken_at = print_instant(principal->taken_at);
	WpText instant = {taken_at, strlen(taken_at)};
	WpText null = {NULL, 0};
	JsonbValue value;

	put_key(state, "version");
	value.type = jbvNumeric;
	value.val.numeric = int64_to_numeric(WP_PRINCIPAL_VERSION);
	wp_push_jsonb(state, WJB_VALUE, &value);

	put_text_member(state, "account", &principal->account);
	put_text_member(state, "user", &principal->user);
	if (anonymous)
		put_text_member(state, "kind", &null);
	else
		put_word_member(state, "kind", &wp_user_kinds, principal->kind,
						WP_KIND_SERVICE + 1);
	put_word_member(state, "account_role", &wp_account_roles,
					principal->account_role, WP_ACCOUNT_NONE);
	put_bool_member(state, "active", principal->active);
	if (anonymous || principal->metadata == NULL)
		put_text_member(state, "metadata", &null);
	else
	{
		put_key(state, "metadata");
		value.type = jbvBinary;
		value.val.binary.data = &principal->metadata->root;
		value.val.binary.len = VARSIZE(principal->metadata) - VARHDRSZ;
		wp_push_jsonb(state, WJB_VALUE, &value);
	}
	put_text_member(state, "taken_at", &instant);
}

/* The account's settings. */
static void
put_settings(WpJsonbState *state, const WpPrincipal *principal)
{
	put_key(state, "creator_roles");
	wp_push_jsonb(state, WJB_BEGIN_ARRAY, NULL);
	for (int role = 0; role < WP_ACCOUNT_NONE; role++)
	{
		WpText text = label(&wp_account_roles, role, WP_ACCOUNT_NONE);

		if (principal->creator_roles & ((uint32) 1 << role))
			put_text(state, WJB_ELEM, &text);
	}
	wp_push_jsonb(state, WJB_END_ARRAY, NULL);
	put_bool_member(state, "guests_see_open_main",
					principal->guests_see_open_main);
	put_word_member(state, "default_execution", &wp_effects,
					principal->default_execution, WP_EFFECT_DENY + 1);
}

/*
 * See principal_json.h.  Raises only for a taken_at outside the years 1 to
 * 9999.
 */
Jsonb *
wp_principal_to_jsonb(const WpPrincipal *principal)
{
	WpJsonbState state = {0};

	Assert(principal->account.data != NULL);
	Assert(principal->facets == WP_ALL_FACETS);
	wp_push_jsonb(&state, WJB_BEGIN_OBJECT, NULL);
	put_identity(&state, principal);
	put_settings(&state, principal);
	put_held(&state, principal);
	put_memberships(&state, principal);
	put_running(&state, principal);
	wp_push_jsonb(&state, WJB_END_OBJECT, NULL);
	return JsonbValueToJsonb(state.result);
}

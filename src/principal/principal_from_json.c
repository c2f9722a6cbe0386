/*
 * principal_from_json.c
 *		A principal read from a jsonb object; principal_json.h has the form.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "condition/literal.h"
#include "principal/principal_json.h"

static const char *const principal_keys[] = {"version",
											 "account",
											 "user",
											 "kind",
											 "account_role",
											 "active",
											 "metadata",
											 "taken_at",
											 "creator_roles",
											 "guests_see_open_main",
											 "default_execution",
											 "roles",
											 "capabilities",
											 "workspaces",
											 "workflows",
											 "rules",
											 "enabled",
											 NULL};
static const char *const role_keys[] = {"role", "workspace", NULL};
static const char *const capability_keys[] = {"capability", "workspace", NULL};
static const char *const workspace_keys[] = {"workspace", "kind",  "offered",
											 "member",    "owner", NULL};
static const char *const membership_keys[] = {"workflow", "scope", "owner",
											  "touches", NULL};
static const char *const rule_keys[] = {"workflow", "workspace", "scope",
										"level",    "effect",    NULL};

/*
 * ----------
 * Reading.  These functions return false after a soft error; *out is then
 * undefined.
 * ----------
 */

/* The current place in the value, for messages: a chain from the inside out. */
typedef struct Place
{
	const struct Place *parent; /* NULL: the value itself */
	const char *key;            /* NULL: an element of an array */
	int index;
	Node *escontext;
} Place;

static void
append_place(StringInfo out, const Place *place)
{
	if (place->parent == NULL)
	{
		appendStringInfoChar(out, '$');
		return;
	}
	append_place(out, place->parent);
	if (place->key != NULL)
		appendStringInfo(out, ".%s", place->key);
	else
		appendStringInfo(out, "[%d]", place->index);
}

static Place
place_of(const Place *parent, const char *key)
{
	Place place = {parent, key, 0, parent->escontext};

	return place;
}

/*
 * Refuses the value at the key of the object at the place (key NULL: at the
 * place itself).  Returns false.
 */
static bool
refuse(const Place *place, const char *key, const char *expected)
{
	Place inner = place_of(place, key);
	StringInfoData path;

	initStringInfo(&path);
	append_place(&path, key != NULL ? &inner : place);
	ereturn(place->escontext, false,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("invalid principal: %s must be %s", path.data, expected),
			 errhint("Start from a value that "
					 "workflow_perms.principal(account, user_id) returns.")));
}

/* Refuses a key that the object at the place may not have.  Returns false. */
static bool
refuse_key(const Place *place, const JsonbValue *key)
{
	int shown = pg_mbcliplen(key->val.string.val, key->val.string.len, 64);
	StringInfoData path;

	initStringInfo(&path);
	append_place(&path, place);
	ereturn(place->escontext, false,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("invalid principal: unknown key \"%.*s\" in %s", shown,
					key->val.string.val, path.data),
			 errhint("Keys are spelled exactly as a principal prints them.")));
}

static bool
get(JsonbContainer *object, const char *key, JsonbValue *out)
{
	return getKeyJsonValueFromContainer(object, key, strlen(key), out) != NULL;
}

static bool
check_keys(const Place *place, JsonbContainer *object, const char *const *keys)
{
	int n = 0;
	JsonbIterator *iterator;
	JsonbValue value;
	JsonbIteratorToken token;

	for (; keys[n] != NULL; n++)
		if (!get(object, keys[n], &value))
			return refuse(place, keys[n], "present");
	if (JsonContainerSize(object) == n)
		return true;

	iterator = JsonbIteratorInit(object);
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		bool known = false;

		if (token != WJB_KEY)
			continue;
		for (int i = 0; i < n && !known; i++)
			known = strlen(keys[i]) == value.val.string.len &&
					memcmp(keys[i], value.val.string.val,
						   value.val.string.len) == 0;
		if (!known)
			return refuse_key(place, &value);
	}
	elog(ERROR, "jsonb object has more keys than it lists");
	return false;
}

/*
 * Returns the value as an object with exactly these keys.  Otherwise refuses it
 * and returns NULL.
 */
static JsonbContainer *
take_object(const Place *place, const JsonbValue *value,
			const char *const *keys)
{
	if (value->type != jbvBinary ||
		!JsonContainerIsObject(value->val.binary.data))
	{
		refuse(place, NULL, "an object");
		return NULL;
	}
	return check_keys(place, value->val.binary.data, keys)
			   ? value->val.binary.data
			   : NULL;
}

/* Takes a value that is an id or a name. *out points into the value. */
static bool
take_text(const Place *place, const char *key, const JsonbValue *value,
		  WpText *out)
{
	if (value->type != jbvString || value->val.string.len < 1 ||
		value->val.string.len > WP_ID_MAX)
		return refuse(place, key, "a string of 1 to 255 bytes");
	out->data = value->val.string.val;
	out->len = value->val.string.len;
	return true;
}

/*
 * Reads the id or the name at a key. data is NULL for null, if null is allowed.
 */
static bool
read_text(const Place *place, JsonbContainer *object, const char *key,
		  bool nullable, WpText *out)
{
	JsonbValue value;

	get(object, key, &value);
	if (nullable && value.type == jbvNull)
	{
		out->data = NULL;
		out->len = 0;
		return true;
	}
	return take_text(place, key, &value, out);
}

static bool
read_bool(const Place *place, JsonbContainer *object, const char *key,
		  bool *out)
{
	JsonbValue value;

	get(object, key, &value);
	if (value.type != jbvBool)
		return refuse(place, key, "true or false");
	*out = value.val.boolean;
	return true;
}

/* Takes a value that is a word of the vocabulary. */
static bool
take_word(const Place *place, const char *key, const JsonbValue *value,
		  const WpVocabulary *vocabulary, int *out)
{
	StringInfoData expected;

	*out = -1;
	if (value->type == jbvString)
		*out =
			wp_word(vocabulary, value->val.string.val, value->val.string.len);
	if (*out >= 0)
		return true;

	initStringInfo(&expected);
	appendStringInfoString(&expected, "one of");
	for (int i = 0; vocabulary->labels[i] != NULL; i++)
		appendStringInfo(&expected, "%s \"%s\"", i > 0 ? "," : "",
						 vocabulary->labels[i]);
	return refuse(place, key, expected.data);
}

/* Reads the word at a key; -1 for null, if null is allowed. */
static bool
read_word(const Place *place, JsonbContainer *object, const char *key,
		  const WpVocabulary *vocabulary, bool nullable, int *out)
{
	JsonbValue value;

	get(object, key, &value);
	*out = -1;
	if (nullable && value.type == jbvNull)
		return true;
	return take_word(place, key, &value, vocabulary, out);
}

/* Reads one element of an array, at the place, into zeroed memory. */
typedef bool (*ReadElement)(const Place *place, const JsonbValue *value,
							void *element);

/*
 * Reads the array at a key into *list, *n elements of `size` bytes each,
 * palloc'd.
 */
static bool
read_list(const Place *place, JsonbContainer *object, const char *key,
		  size_t size, ReadElement read, void **list, int *n)
{
	Place here = place_of(place, key);
	Place inside = {&here, NULL, 0, place->escontext};
	int allocated = 0;
	JsonbIterator *iterator;
	JsonbIteratorToken token;
	JsonbValue value;

	*list = NULL;
	*n = 0;
	get(object, key, &value);
	if (value.type != jbvBinary || !JsonContainerIsArray(value.val.binary.data))
		return refuse(place, key, "an array");

	iterator = JsonbIteratorInit(value.val.binary.data);
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		char *element;

		if (token != WJB_ELEM)
			continue;
		CHECK_FOR_INTERRUPTS();

		/*
		 * Grown as needed, not sized by the array's own count: a wrong element
		 * ends it early.
		 */
		if (*n >= allocated)
		{
			allocated = *n == 0 ? 8 : *n * 2;
			*list = *n == 0 ? palloc(size * allocated)
							: repalloc(*list, size * allocated);
		}
		inside.index = *n;
		element = (char *) *list + size * *n;
		memset(element, 0, size);
		if (!read(&inside, &value, element))
			return false;
		(*n)++;
	}
	return true;
}

/* ReadElement functions for the lists. */

static bool
read_role(const Place *place, const JsonbValue *value, void *element)
{
	WpRole *role = element;
	JsonbContainer *object = take_object(place, value, role_keys);

	return object != NULL &&
		   read_text(place, object, "role", false, &role->role) &&
		   read_text(place, object, "workspace", true, &role->workspace);
}

static bool
read_capability(const Place *place, const JsonbValue *value, void *element)
{
	WpCapability *capability = element;
	JsonbContainer *object = take_object(place, value, capability_keys);

	return object != NULL &&
		   read_text(place, object, "capability", false,
					 &capability->capability) &&
		   read_text(place, object, "workspace", true, &capability->workspace);
}

/* Reads whether a workspace is offered; null: by its kind. */
static bool
read_offered(const Place *place, JsonbContainer *object, WpOffered *out)
{
	JsonbValue value;

	get(object, "offered", &value);
	if (value.type != jbvBool && value.type != jbvNull)
		return refuse(place, "offered", "true, false or null");
	*out = value.type == jbvNull ? WP_OFFERED_BY_KIND : value.val.boolean;
	return true;
}

static bool
read_workspace(const Place *place, const JsonbValue *value, void *element)
{
	WpWorkspace *workspace = element;
	JsonbContainer *object = take_object(place, value, workspace_keys);
	int kind;

	if (object == NULL ||
		!read_text(place, object, "workspace", false, &workspace->workspace) ||
		!read_word(place, object, "kind", &wp_workspace_kinds, false, &kind) ||
		!read_offered(place, object, &workspace->offered) ||
		!read_bool(place, object, "member", &workspace->is_member) ||
		!read_bool(place, object, "owner", &workspace->is_owner))
		return false;
	workspace->kind = kind;
	return true;
}

static bool
read_id(const Place *place, const JsonbValue *value, void *element)
{
	return take_text(place, NULL, value, element);
}

static bool
read_membership(const Place *place, const JsonbValue *value, void *element)
{
	WpMembership *membership = element;
	JsonbContainer *object = take_object(place, value, membership_keys);
	int named;
	WpPrincipal single = {0};

	if (object == NULL ||
		!read_text(place, object, "workflow", false, &membership->workflow) ||
		!read_text(place, object, "scope", true, &membership->scope) ||
		!read_bool(place, object, "owner", &membership->is_owner) ||
		!read_list(place, object, "touches", sizeof(WpText), read_id,
				   (void **) &membership->touches, &membership->ntouches))
		return false;

	named = membership->ntouches;
	single.nmemberships = 1;
	single.memberships = membership;
	wp_principal_sort(&single);
	if (membership->ntouches != named)
		return refuse(place, "touches", "without doubles");
	return true;
}

static bool
read_rule(const Place *place, const JsonbValue *value, void *element)
{
	WpRule *rule = element;
	JsonbContainer *object = take_object(place, value, rule_keys);
	int level;
	int effect;

	if (object == NULL ||
		!read_text(place, object, "workflow", true, &rule->workflow) ||
		!read_text(place, object, "workspace", true, &rule->workspace) ||
		!read_text(place, object, "scope", true, &rule->scope) ||
		!read_word(place, object, "level", &wp_rule_levels, false, &level) ||
		!read_word(place, object, "effect", &wp_effects, false, &effect))
		return false;
	if (rule->workflow.data != NULL && rule->workspace.data != NULL)
		return refuse(place, "workspace", "null, as the rule is a workflow's");
	if (rule->scope.data != NULL && level != WP_RULE_CUSTOM)
		return refuse(place, "scope",
					  "null, as only a custom role is held for a workspace");
	rule->level = level;
	rule->effect = effect;
	return true;
}

/* ReadElement: an account role, as its number. */
static bool
read_account_role(const Place *place, const JsonbValue *value, void *element)
{
	return take_word(place, NULL, value, &wp_account_roles, element);
}

/* Reads the array of account roles at a key as a set of bits. */
static bool
read_creator_roles(const Place *place, JsonbContainer *object, const char *key,
				   uint32 *out)
{
	int *words;
	int n;

	*out = 0;
	if (!read_list(place, object, key, sizeof(int), read_account_role,
				   (void **) &words, &n))
		return false;
	for (int i = 0; i < n; i++)
	{
		if (*out & ((uint32) 1 << words[i]))
			return refuse(place, key, "without doubles");
		*out |= (uint32) 1 << words[i];
	}
	return true;
}

/*
 * Reads the instant at a key.  Only the form that we print is accepted, without
 * leap seconds and without year 0.
 */
static bool
read_instant(const Place *place, JsonbContainer *object, const char *key,
			 TimestampTz *out)
{
	static const char form[] = "0000-00-00T00:00:00.000000Z";
	JsonbValue value;
	const char *text;
	bool formed;
	WpInstant instant;

	get(object, key, &value);
	formed =
		value.type == jbvString && value.val.string.len == sizeof(form) - 1;
	text = formed ? value.val.string.val : NULL;
	for (int i = 0; formed && i < sizeof(form) - 1; i++)
		formed = form[i] == '0' ? is_digit(text[i]) : text[i] == form[i];
	if (!formed || !wp_instant_read(text, sizeof(form) - 1, &instant) ||
		strncmp(text, "0000", 4) == 0 || strncmp(text + 17, "60", 2) == 0)
		return refuse(place, key,
					  "an instant such as \"2026-01-31T23:59:59.000000Z\"");
	instant.seconds -=
		(POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * (int64) SECS_PER_DAY;
	*out = instant.seconds * USECS_PER_SEC + instant.nanoseconds / 1000;
	return true;
}

/*
 * Reads the identity.  The fields of a user are set if there is a user, and
 * only then.
 */
static bool
read_identity(const Place *place, JsonbContainer *object,
			  WpPrincipal *principal)
{
	int kind;
	int role;
	JsonbValue metadata;

	if (!read_text(place, object, "account", false, &principal->account) ||
		!read_text(place, object, "user", true, &principal->user) ||
		!read_word(place, object, "kind", &wp_user_kinds, true, &kind) ||
		!read_word(place, object, "account_role", &wp_account_roles, true,
				   &role) ||
		!read_bool(place, object, "active", &principal->active))
		return false;
	get(object, "metadata", &metadata);

	principal->account_role = role < 0 ? WP_ACCOUNT_NONE : role;
	if (principal->user.data == NULL)
	{
		/*
		 * No rule reads the kind of an anonymous principal.  The kind with the
		 * fewest rights is the safest.
		 */
		principal->kind = WP_KIND_CONNECTED;
		if (kind >= 0)
			return refuse(place, "kind", "null, as there is no user");
		if (role >= 0)
			return refuse(place, "account_role", "null, as there is no user");
		if (!principal->active)
			return refuse(place, "active", "true, as there is no user");
		if (metadata.type != jbvNull)
			return refuse(place, "metadata", "null, as there is no user");
		return true;
	}

	if (kind < 0)
		return refuse(place, "kind", "the kind of the user");
	principal->kind = kind;
	if (kind == WP_KIND_MEMBER && role < 0)
		return refuse(place, "account_role", "the account role of the member");
	if (kind == WP_KIND_CONNECTED && role >= 0)
		return refuse(place, "account_role", "null, as the user is connected");
	if (metadata.type != jbvBinary ||
		!JsonContainerIsObject(metadata.val.binary.data))
		return refuse(place, "metadata", "an object");
	principal->metadata = JsonbValueToJsonb(&metadata);
	return true;
}

/* The lists: where each list and its length are in a principal. */
static const struct
{
	const char *key;
	size_t size; /* of an element */
	ReadElement read;
	size_t list;
	size_t count;
} lists[] = {
#define LIST(key, type, read, list, count)                                     \
	{                                                                          \
		key, sizeof(type), read, offsetof(WpPrincipal, list),                  \
			offsetof(WpPrincipal, count)                                       \
	}
	LIST("roles", WpRole, read_role, roles, nroles),
	LIST("capabilities", WpCapability, read_capability, capabilities,
		 ncapabilities),
	LIST("workspaces", WpWorkspace, read_workspace, workspaces, nworkspaces),
	LIST("workflows", WpMembership, read_membership, memberships, nmemberships),
	LIST("rules", WpRule, read_rule, rules, nrules),
	LIST("enabled", WpText, read_id, enabled, nenabled),
#undef LIST
};

/* Reads the lists, sorted. */
static bool
read_lists(const Place *place, JsonbContainer *object, WpPrincipal *principal)
{
	int read[lengthof(lists)];

	for (int i = 0; i < lengthof(lists); i++)
		if (!read_list(
				place, object, lists[i].key, lists[i].size, lists[i].read,
				(void **) ((char *) principal + lists[i].list), &read[i]))
			return false;
	for (int i = 0; i < lengthof(lists); i++)
		*(int *) ((char *) principal + lists[i].count) = read[i];
	principal->facets = WP_ALL_FACETS;
	wp_principal_sort(principal);
	for (int i = 0; i < lengthof(lists); i++)
		if (*(int *) ((char *) principal + lists[i].count) != read[i])
			return refuse(place, lists[i].key, "without doubles");
	return true;
}

WpPrincipal *
wp_principal_from_jsonb(Jsonb *value, Node *escontext)
{
	Place place = {NULL, NULL, 0, escontext};
	JsonbContainer *object = &value->root;
	WpPrincipal *principal = palloc0(sizeof(WpPrincipal));
	JsonbValue version;
	int effect;

	if (!JB_ROOT_IS_OBJECT(value))
	{
		refuse(&place, NULL, "an object");
		return NULL;
	}

	/* Checked first: another version may have other keys. */
	if (!get(object, "version", &version) || version.type != jbvNumeric ||
		numeric_is_nan(version.val.numeric) ||
		DatumGetInt32(DirectFunctionCall2(
			numeric_cmp, NumericGetDatum(version.val.numeric),
			NumericGetDatum(int64_to_numeric(WP_PRINCIPAL_VERSION)))) != 0)
	{
		refuse(&place, "version", "1");
		return NULL;
	}
	if (!check_keys(&place, object, principal_keys) ||
		!read_identity(&place, object, principal) ||
		!read_instant(&place, object, "taken_at", &principal->taken_at) ||
		!read_creator_roles(&place, object, "creator_roles",
							&principal->creator_roles) ||
		!read_bool(&place, object, "guests_see_open_main",
				   &principal->guests_see_open_main) ||
		!read_word(&place, object, "default_execution", &wp_effects, false,
				   &effect) ||
		!read_lists(&place, object, principal))
		return NULL;
	principal->default_execution = effect;
	return principal;
}

/*
 * claims.c
 *		The names of the claims that identify the principal, and reading these
 *		claims from the setting that PostgREST and Supabase fill from a verified
 *		token.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "utils/guc.h"
#include "utils/memutils.h"

#include "principal/claims.h"
#include "principal/discard.h"
#include "principal/principal_json.h"

#define REQUEST_SETTING "request.jwt.claims"
#define REQUEST_MAX (64 * 1024) /* bytes; a longer one is ignored */

bool wp_claims_trusted = false;

static char *account_claim = NULL;
static char *user_claim = NULL;

/* Counts the changes of the two names. */
static uint64 names_generation = 1;

/* The parsed last text of request.jwt.claims.  All of it lives in `context`. */
static struct
{
	MemoryContext context;
	char *text; /* NULL: nothing read yet */
	uint64 generation;
	bool known;
	WpText account;
	WpText user;
} request;

/*
 * Check hook of the two names: a member of the claims, or, from a slash on, a
 * path through objects (an RFC 6901 pointer without its escapes).
 */
static bool
check_name(char **newval, void **extra, GucSource source)
{
	const char *name = *newval;

	if (name[0] != '\0' &&
		(name[0] != '/' || (name[1] != '\0' && strchr(name, '~') == NULL)))
		return true;
	GUC_check_errdetail(
		"A claim is the name of a member, such as \"sub\", or a path through "
		"objects, such as \"/app_metadata/account\".");
	return false;
}

/*
 * Check hook of the opt-in, which is for a login role or for a superuser's own
 * session.  The server's files, its command line and ALTER DATABASE would trust
 * the claims for every role, so they are refused.  A value from before the
 * library was loaded is checked when it is loaded.
 */
static bool
check_trust(bool *newval, void **extra, GucSource source)
{
	if (!*newval || source >= PGC_S_USER)
		return true;
	GUC_check_errdetail(
		"The claims of an API server can be trusted for its login role alone.");
	GUC_check_errhint(
		"Use ALTER ROLE ... SET workflow_perms.trust_request_claims = on.");
	return false;
}

static void
assign_name(const char *newval, void *extra)
{
	names_generation++;
}

/* Frees the claims that were read last. */
static void
forget_request(void)
{
	request.text = NULL;
	if (request.context != NULL)
		MemoryContextDelete(request.context);
	request.context = NULL;
}

/* Only superusers and roles that were granted SET may set these. */
void
wp_claims_init(void)
{
	DefineCustomStringVariable("workflow_perms.token_account_claim",
							   "The claim that names the account.", NULL,
							   &account_claim, "account", PGC_SUSET, 0,
							   check_name, assign_name, NULL);
	DefineCustomStringVariable(
		"workflow_perms.token_user_claim", "The claim that names the user.",
		NULL, &user_claim, "sub", PGC_SUSET, 0, check_name, assign_name, NULL);
	DefineCustomBoolVariable("workflow_perms.trust_request_claims",
							 "Takes the session's principal from "
							 "request.jwt.claims where none is set.",
							 "For the login role of an API server that has "
							 "verified them: ALTER ROLE ... SET.",
							 &wp_claims_trusted, false, PGC_SUSET,
							 GUC_NOT_IN_SAMPLE | GUC_DISALLOW_IN_FILE,
							 check_trust, NULL, NULL);
	wp_on_discard(forget_request);
}

static const WpJson *
claim(const WpJson *claims, const char *name)
{
	char step[NAMEDATALEN];

	if (name[0] != '/')
		return wp_json_member(claims, name);
	while (claims != NULL && *name == '/')
	{
		size_t len = strcspn(++name, "/");

		if (len >= sizeof(step))
			return NULL;
		memcpy(step, name, len);
		step[len] = '\0';
		claims = wp_json_member(claims, step);
		name += len;
	}
	return claims;
}

static bool
id_of(const WpJson *value, WpText *id)
{
	if (value == NULL || value->type != WP_JSON_STRING || value->len < 1 ||
		value->len > WP_ID_MAX)
		return false;
	id->data = value->text;
	id->len = value->len;
	return true;
}

bool
wp_claims_subject(const WpJson *claims, WpText *account, WpText *user)
{
	return id_of(claim(claims, account_claim), account) &&
		   id_of(claim(claims, user_claim), user);
}

/* Reads a text of request.jwt.claims into `request`, replacing its contents. */
static void
read_request(const char *text)
{
	MemoryContext old;
	const WpJson *claims;
	size_t len = strlen(text);

	request.text = NULL;
	if (request.context == NULL)
		request.context = AllocSetContextCreate(TopMemoryContext,
												"workflow_perms request claims",
												ALLOCSET_SMALL_SIZES);
	MemoryContextReset(request.context);
	old = MemoryContextSwitchTo(request.context);
	request.generation = names_generation;
	request.known = false;
	claims = wp_strict_json(text, len, GetDatabaseEncoding());
	request.known = claims != NULL &&
					wp_claims_subject(claims, &request.account, &request.user);
	request.text = pstrdup(text);
	MemoryContextSwitchTo(old);
}

bool
wp_claims_of_request(WpText *account, WpText *user)
{
	const char *text = GetConfigOption(REQUEST_SETTING, true, false);

	if (text == NULL || text[0] == '\0' ||
		strnlen(text, REQUEST_MAX + 1) > REQUEST_MAX)
		return false;
	if (request.text == NULL || request.generation != names_generation ||
		strcmp(request.text, text) != 0)
		read_request(text);
	if (!request.known)
		return false;
	*account = request.account;
	*user = request.user;
	return true;
}

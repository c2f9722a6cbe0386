/*
 * identity.c
 *		The setting workflow_perms.principal, which only our own code can set,
 *		and workflow_perms.allow_principal_change, by which a superuser lets
 *		tests set it more often.
 *
 * Its value is, unambiguously: the scope (t or s), the length of the account in
 * bytes, a colon, the account and, unless anonymous, a colon and the user.
 */
#include "postgres.h"

#include "access/parallel.h"
#include "access/xact.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "storage/proc.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"

#include "compat.h"
#include "principal/claims.h"
#include "principal/identity.h"
#include "principal/principal_json.h"

#define SETTING "workflow_perms.principal"

/* The setting's parsed value: its `extra`, which GUC frees. */
typedef struct Extra
{
	bool session;
	uint64 born; /* the epoch in which it was set */
	int account_len;
	int user_len;              /* -1: anonymous */
	char bytes[2 * WP_ID_MAX]; /* the account, then the user */
} Extra;

/* GUC's own copy of the text; nothing reads it. */
static char *setting_text = NULL;

/* The identity in force: the extra of the setting's present value. */
static const Extra *current = NULL;

/* The value that wp_identity_set is setting at this moment. */
static const char *being_set = NULL;

/*
 * Counts the calls of wp_identity_void: what was set in an earlier epoch is no
 * longer valid, whenever GUC restores it.
 */
static uint64 epoch = 0;

/* While DefineCustomStringVariable looks at what was planted before us. */
static bool defining = false;

/* workflow_perms.allow_principal_change */
static bool change_allowed = false;

/*
 * What a transaction remembers of its principal, whatever is reset or rolled
 * back in it.
 */
static struct
{
	LocalTransactionId in; /* the transaction */
	Extra identity;        /* the last one that was in force in it */
	bool reset;            /* it was, and not by a rollback */
	bool voided;           /* the transaction takes no principal any more */
} mark = {InvalidLocalTransactionId};

/*
 * Returns the parsed value in GUC's memory; NULL if the text is none of ours or
 * memory is out.
 */
static Extra *
parse(const char *text)
{
	const char *account;
	const char *user = NULL;
	char *end;
	long account_len;
	int user_len = -1;
	Extra *extra;

	if (text[0] != 't' && text[0] != 's')
		return NULL;
	account_len = strtol(text + 1, &end, 10);
	if (*end != ':' || account_len < 1 || account_len > WP_ID_MAX)
		return NULL;
	account = end + 1;
	if (strnlen(account, account_len) != account_len)
		return NULL;
	if (account[account_len] != '\0')
	{
		if (account[account_len] != ':')
			return NULL;
		user = account + account_len + 1;
		user_len = strlen(user);
		if (user_len < 1 || user_len > WP_ID_MAX)
			return NULL;
	}

	extra = wp_guc_malloc(sizeof(Extra));
	if (extra == NULL)
		return NULL;
	extra->session = text[0] == 's';
	extra->born = epoch;
	extra->account_len = account_len;
	extra->user_len = user_len;
	memcpy(extra->bytes, account, account_len);
	if (user != NULL)
		memcpy(extra->bytes + account_len, user, user_len);
	return extra;
}

/*
 * The setting's check hook: takes none, what wp_identity_set is setting now,
 * and what a parallel worker inherits from its leader (which has passed this
 * test there; a worker's other sources, ALTER ROLE … SET among them, are as
 * hostile as anywhere).  Never raises.
 */
static bool
check_setting(char **newval, void **extra, GucSource source)
{
	*extra = NULL;
	if (*newval == NULL || **newval == '\0')
		return true;
	if (!defining && source == PGC_S_SESSION &&
		(InitializingParallelWorker ||
		 (being_set != NULL && strcmp(*newval, being_set) == 0)))
	{
		*extra = parse(*newval);
		return *extra != NULL;
	}
	GUC_check_errcode(ERRCODE_INSUFFICIENT_PRIVILEGE);
	GUC_check_errmsg("the session's principal cannot be set through \"%s\"",
					 SETTING);
	GUC_check_errhint("Call workflow_perms.set_principal(account, user_id).");
	return false;
}

/* Has this transaction remember the identity. */
static void
remember(const Extra *identity, bool reset)
{
	LocalTransactionId now = wp_local_transaction_id();

	if (mark.in != now)
		mark.reset = mark.voided = false;
	mark.in = now;
	mark.identity = *identity;
	mark.reset |= reset;
}

/*
 * The setting's assign hook.  Runs at the end of transactions too, so it only
 * moves pointers and numbers.  Whatever changes the identity inside a
 * transaction marks it: a set, a reset, a rollback to a savepoint.  At the end
 * of a transaction the local id is invalid already, and marks nothing.
 */
static void
assign_setting(const char *newval, void *extra)
{
	/*
	 * GUC's own copy, which it is about to install: emptied, it is none for
	 * workers too.
	 */
	if (extra != NULL && ((Extra *) extra)->born != epoch)
		*unconstify(char *, newval) = '\0';
	/* Emptied now or earlier: its extra is of what it was before. */
	if (newval == NULL || *newval == '\0')
		extra = NULL;
	if (extra != current && MyProc != NULL)
		remember(extra != NULL ? extra : current,
				 /* not where a rollback undoes that it was set */
				 extra == NULL && IsTransactionState());
	current = extra;
}

/*
 * Always empty: functions answer who it is, and what is never shown cannot be
 * captured by SET … FROM CURRENT.
 */
static const char *
show_setting(void)
{
	return "";
}

/*
 * Check hook of allow_principal_change: it is for roles and databases of tests,
 * and not for a whole server, which its files and its command line would mean.
 */
static bool
check_change(bool *newval, void **extra, GucSource source)
{
	if (!*newval || source > PGC_S_ARGV)
		return true;
	GUC_check_errdetail(
		"Changing the principal is allowed for a role or a database alone.");
	GUC_check_errhint("Use ALTER DATABASE ... SET "
					  "workflow_perms.allow_principal_change = on.");
	return false;
}

/* Afterwards nobody has been made the principal by what was there before. */
void
wp_identity_init(void)
{
	/*
	 * Out of every listing and file; not GUC_NO_RESET_ALL, as RESET ALL must
	 * reach it.
	 */
	int flags = GUC_NO_SHOW_ALL | GUC_NOT_IN_SAMPLE | GUC_DISALLOW_IN_FILE;

	defining = true;
	PG_TRY();
	{
		DefineCustomStringVariable(
			SETTING, "The session's principal.",
			"Set by workflow_perms.set_principal() alone.", &setting_text, NULL,
			PGC_SUSET, flags, check_setting, assign_setting, show_setting);
	}
	PG_FINALLY();
	{
		defining = false;
	}
	PG_END_TRY();
	DefineCustomBoolVariable("workflow_perms.allow_principal_change",
							 "Lets a transaction change its principal, for "
							 "tests.",
							 "For a role or a database: ALTER ... SET.",
							 &change_allowed, false, PGC_SUSET,
							 GUC_NOT_IN_SAMPLE | GUC_DISALLOW_IN_FILE,
							 check_change, NULL, NULL);
}

/* Fills in an identity; returns false, and fills in nothing, for none. */
static bool
fill_identity(WpIdentity *identity, const Extra *extra)
{
	if (extra == NULL)
		return false;
	identity->account.data = extra->bytes;
	identity->account.len = extra->account_len;
	identity->user.data =
		extra->user_len < 0 ? NULL : extra->bytes + extra->account_len;
	identity->user.len = Max(extra->user_len, 0);
	identity->session = extra->session;
	return true;
}

/*
 * Returns whether this is a connection from another node of a distributed
 * database: Citus names those so.  Whoever borrows the name gets errors for it,
 * and nothing else.
 */
static bool
is_from_other_node(void)
{
	static const char prefix[] = "citus_internal gpid=";

	return application_name != NULL &&
		   strncmp(application_name, prefix, strlen(prefix)) == 0;
}

void
wp_identity_is_none(void)
{
	/*
	 * In a trigger nobody is refused aloud, and causes no effects: nothing is
	 * short.
	 */
	if (is_from_other_node() &&
		DatumGetInt32(OidFunctionCall0(F_PG_TRIGGER_DEPTH)) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("the session's principal is not known on this node"),
				 errdetail("It is not sent from one node of a distributed "
						   "database to another."),
				 errhint("Pass a principal, as in can_view($1, w), or set it "
						 "on the node that has the rows, in a function that is "
						 "distributed with force_delegation => true.")));
}

bool
wp_identity_get(WpIdentity *identity)
{
	if (fill_identity(identity, current))
		return true;
	identity->session = false;
	return wp_claims_trusted &&
		   wp_claims_of_request(&identity->account, &identity->user);
}

bool
wp_identity_get_answerable(WpIdentity *identity)
{
	if (wp_identity_get(identity))
		return true;
	return mark.in != InvalidLocalTransactionId &&
		   mark.in == wp_local_transaction_id() && mark.reset &&
		   fill_identity(identity, &mark.identity);
}

/* Raises 22023 unless it is an id: 1 to 255 bytes, none of them zero. */
static void
check_id(const char *what, const WpText *id)
{
	if (id->len < 1 || id->len > WP_ID_MAX ||
		memchr(id->data, '\0', id->len) != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must have 1 to %d bytes", what, WP_ID_MAX),
				 errdetail("It has %d.", id->len),
				 errhint("An anonymous principal is set by set_anonymous().")));
}

/* Returns whether it is that user of that account. */
static bool
is_that(const Extra *extra, const WpText *account, const WpText *user)
{
	WpIdentity identity;

	return fill_identity(&identity, extra) &&
		   wp_text_compare(&identity.account, account) == 0 &&
		   wp_text_compare(&identity.user, user) == 0;
}

/*
 * Raises unless this transaction, which has a mark of its own, takes this
 * principal.
 */
static void
check_mark(const WpText *account, const WpText *user, bool session)
{
	if (mark.voided)
		ereport(ERROR,
				(errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
				 errmsg("a token was refused already in this transaction"),
				 errdetail("After that no principal can be set in it."),
				 errhint("Start another transaction.")));
	if (!is_that(&mark.identity, account, user))
		ereport(ERROR,
				(errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
				 errmsg("another principal was set already in this "
						"transaction"),
				 errdetail("A transaction has one, whatever was reset or "
						   "rolled back since."),
				 errhint("Start another transaction.")));
	if (session && !mark.identity.session)
		ereport(ERROR,
				(errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
				 errmsg("the principal was set already for this transaction "
						"only"),
				 errhint("Set it for the session in another transaction.")));
}

/* Raises unless this transaction and this session still take this principal. */
static void
check_moment(const WpText *account, const WpText *user, bool session)
{
	if (IsInParallelMode())
		ereport(ERROR, (errcode(ERRCODE_INVALID_TRANSACTION_STATE),
						errmsg("cannot set the session's principal during a "
							   "parallel operation")));
	if (change_allowed)
		return;
	if (mark.in == wp_local_transaction_id())
		check_mark(account, user, session);
	if (current != NULL && current->session && !is_that(current, account, user))
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("this session has another principal already"),
						errdetail("A principal that is set for the session is "
								  "for one user per connection."),
						errhint("Set principals for the transaction only, or "
								"end this one's with DISCARD ALL.")));
}

void
wp_identity_set(const WpText *account, const WpText *user, bool session)
{
	StringInfoData value;

	check_id("the account", account);
	if (user->data != NULL)
		check_id("the user id", user);
	check_moment(account, user, session);
	/* The next statement on it may be anybody's. */
	if (session && is_from_other_node())
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("the principal of a whole session cannot be set "
							   "on a connection from another node"),
						errhint("Set it for the transaction only.")));

	/* There already: this is the one that the transaction has. */
	if (is_that(current, account, user) && (!session || current->session))
	{
		remember(current, false);
		return;
	}

	initStringInfo(&value);
	appendStringInfo(&value, "%c%d:", session ? 's' : 't', account->len);
	appendBinaryStringInfo(&value, account->data, account->len);
	if (user->data != NULL)
	{
		appendStringInfoChar(&value, ':');
		appendBinaryStringInfo(&value, user->data, user->len);
	}

	being_set = value.data;
	PG_TRY();
	{
		/*
		 * With a superuser's rights: whether the caller may is not the
		 * setting's question.
		 */
		(void) set_config_option(SETTING, value.data, PGC_SUSET, PGC_S_SESSION,
								 session ? GUC_ACTION_SET : GUC_ACTION_LOCAL,
								 true, 0, false);
	}
	PG_FINALLY();
	{
		being_set = NULL;
	}
	PG_END_TRY();
	pfree(value.data);
}

/*
 * Leaves the session without a principal, whatever happens to the transaction.
 * GUC gives back at its end what was there before; so the value in force is
 * emptied in its place here, and one that GUC has put aside when it comes back.
 */
void
wp_identity_void(void)
{
	static const Extra nobody;

	if (MyProc != NULL)
	{
		if (current != NULL)
			remember(current, true);
		else if (mark.in != wp_local_transaction_id())
			remember(&nobody, false);
		mark.voided = true;
	}
	epoch++;
	current = NULL;
	if (setting_text != NULL)
		setting_text[0] = '\0';
}

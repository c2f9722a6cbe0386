/*
 * identity.c
 *		The setting workflow_perms.principal, which only the extension's C code
 *		can set, and workflow_perms.allow_principal_change, with which a
 *		superuser allows tests to set the principal more often.
 *
 * The value is the scope (t for transaction, s for session), the length of the
 * account in bytes, a colon and the account.  Unless the principal is
 * anonymous, a colon and the user follow.  The length makes the value
 * unambiguous.
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
 * Counts the calls of wp_identity_void.  A value that was set in an earlier
 * epoch is no longer valid, even if GUC restores it.
 */
static uint64 epoch = 0;

/*
 * While DefineCustomStringVariable checks a value planted before we were
 * loaded.
 */
static bool defining = false;

/* workflow_perms.allow_principal_change */
static bool change_allowed = false;

/*
 * A transaction's memory of its principal.  Resets and rollbacks inside the
 * transaction do not erase it.
 */
static struct
{
	LocalTransactionId in; /* the transaction */
	Extra identity;        /* the last one in force in the transaction */
	bool reset;            /* it was reset, other than by a rollback */
	bool voided;           /* no principal can be set in it any more */
} mark = {InvalidLocalTransactionId};

/*
 * Returns the parsed value in GUC's memory, or NULL if the text is malformed or
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
 * The setting's check hook.  It accepts an empty value, the value that
 * wp_identity_set is setting now, and the value that a parallel worker inherits
 * from its leader, where it passed this check.  A worker's other sources, such
 * as ALTER ROLE … SET, are refused as everywhere else.  Never raises.
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

/* Records the identity as this transaction's. */
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
 * The setting's assign hook.  It also runs at the end of transactions, so it
 * only moves pointers and numbers.  Every change of the identity inside a
 * transaction marks that transaction: a set, a reset, a rollback to a
 * savepoint.  At the end of a transaction the local id is already invalid, so
 * the mark belongs to no transaction.
 */
static void
assign_setting(const char *newval, void *extra)
{
	/*
	 * The value is older than the last wp_identity_void.  This is GUC's own
	 * copy, about to be installed.  Emptying it leaves parallel workers without
	 * a principal too.
	 */
	if (extra != NULL && ((Extra *) extra)->born != epoch)
		*unconstify(char *, newval) = '\0';
	/*
	 * The value may have been emptied now or earlier.  Its extra still holds
	 * the old identity.
	 */
	if (newval == NULL || *newval == '\0')
		extra = NULL;
	if (extra != current && MyProc != NULL)
		remember(extra != NULL ? extra : current,
				 /* false if a rollback undoes the set */
				 extra == NULL && IsTransactionState());
	current = extra;
}

/*
 * Always shows an empty value.  SQL functions return the identity.  A value
 * that is never shown cannot be captured by SET … FROM CURRENT.
 */
static const char *
show_setting(void)
{
	return "";
}

/*
 * Check hook of allow_principal_change.  The setting is for the roles and
 * databases of tests.  Configuration files and the command line would set it
 * for the whole server, so they are refused.
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

/* A value that was planted before the library was loaded is refused here. */
void
wp_identity_init(void)
{
	/*
	 * Hidden from listings and not allowed in files.  Not GUC_NO_RESET_ALL,
	 * because RESET ALL must reset it.
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

/*
 * Fills in an identity.  Returns false and fills in nothing if there is none.
 */
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
 * database.  Citus gives such connections this name.  A client that uses the
 * name itself only gets errors for it.
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
	 * Triggers need no error from here.  Without a principal they refuse the
	 * write with an error of their own and cause no effects, so no result is
	 * silently incomplete.
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

/* Raises 22023 unless this is a valid id: 1 to 255 bytes, none of them zero. */
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

/* Returns whether the extra is this user of this account. */
static bool
is_that(const Extra *extra, const WpText *account, const WpText *user)
{
	WpIdentity identity;

	return fill_identity(&identity, extra) &&
		   wp_text_compare(&identity.account, account) == 0 &&
		   wp_text_compare(&identity.user, user) == 0;
}

/* Raises unless this transaction, which has a mark, may take this principal. */
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

/*
 * Raises unless this transaction and this session may still take this
 * principal.
 */
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
	/* The next statement on this connection may come from any user. */
	if (session && is_from_other_node())
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("the principal of a whole session cannot be set "
							   "on a connection from another node"),
						errhint("Set it for the transaction only.")));

	/* It is set already.  Record that this transaction has it. */
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
		/* Uses a superuser's rights.  The caller has checked the permission. */
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
 * Leaves the session without a principal, even if the transaction is rolled
 * back.  At its end GUC restores the earlier value.  So the value in force is
 * emptied in place here, and a value that GUC has put aside is emptied when it
 * is restored.
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

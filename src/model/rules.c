/*
 * rules.c
 *		The invariants that depend on other rows: their queries, and the message
 *		if one is broken. invariants.c carries them out.
 *
 * Ranks: 2 if a user holds the place without expiry, 1 if a user holds it with
 * an expiry, 0 if no user holds it.
 */
#include "postgres.h"

#include "model/rules.h"

#define EQ " OPERATOR(pg_catalog.=) "
/* of ids in a table that may be read from a source (spec 6.4) */
#define SAME " OPERATOR(workflow_perms.==) "

#define LOCK_ACCOUNT                                                           \
	"SELECT 1 FROM workflow_perms.accounts WHERE account_id" EQ                \
	"$1 FOR NO KEY UPDATE"

/*
 * Owners of a workspace, a board or a workflow.  The object itself is locked. A
 * row of a source is never locked, so its account is locked instead.
 */
#define OCCURS_ONCE "pg_catalog.count(*) OPERATOR(pg_catalog.=) 1"

#define LAST_OWNER(object)                                                     \
	{                                                                          \
		.name = "last_" object "_owner", .form = WP_RULE_RANK,                 \
		.columns = {"account_id", object "_id"},                               \
		.lock = "SELECT 1 FROM workflow_perms." object "s"                     \
				" WHERE account_id" SAME "$1 AND " object "_id" SAME           \
				"$2 FOR NO KEY UPDATE",                                        \
		.locked = object "s",                                                  \
		.source_lock = "SELECT 1 FROM workflow_perms.accounts a"               \
					   " WHERE a.account_id" EQ "$1 AND EXISTS ("              \
					   "SELECT FROM workflow_perms." object "s o"              \
					   " WHERE o.account_id" SAME "$1 AND o." object           \
					   "_id" SAME "$2) FOR NO KEY UPDATE OF a",                \
		.check =                                                               \
			"SELECT pg_catalog.max(CASE WHEN expires_at IS NULL THEN 2 ELSE "  \
			"1 END)"                                                           \
			" FROM workflow_perms." object "_members"                          \
			" WHERE account_id" SAME "$1 AND " object "_id" SAME               \
			"$2 AND is_owner"                                                  \
			" AND (expires_at IS NULL OR expires_at OPERATOR(pg_catalog.>) "   \
			"pg_catalog.now())",                                               \
		.subject = object "_id", .sqlstate = ERRCODE_RESTRICT_VIOLATION,       \
		.message = object " \"%s\" would be left without an owner",            \
		.hint = "Make somebody else its owner first, without expiry.",         \
	}

/*
 * History outlives the objects that it names.  A user who makes a workflow, a
 * board or a workspace with the id of a deleted one would own it, and see what
 * was done with the old one.  Checked after the row is inserted: before that,
 * the old object may still be about to be deleted, in a transaction that the
 * insert waits for.
 */
#define USED_ID(object, history, names)                                        \
	{                                                                          \
		.name = "used_" object "_id", .form = WP_RULE_BOUND_ABSENCE,           \
		.columns = {"account_id", object "_id"},                               \
		.check = "SELECT 1 FROM workflow_perms." history " h"                  \
				 " WHERE h.account_id" EQ "$1 AND h." object "_id" EQ          \
				 "$2" names " LIMIT 1",                                        \
		.subject = object "_id", .sqlstate = ERRCODE_INSUFFICIENT_PRIVILEGE,   \
		.column = object "_id", .code = "used_id",                             \
		.message = "permission denied to insert " object " \"%s\"",            \
		.hint = "Choose another id: the history of runs names this one.",      \
	}

const WpInvariant wp_rules[WP_RULE_COUNT] = {
	{
		.name = "no_connected_member",
		.form = WP_RULE_NOT_CONNECTED,
		.columns = {"account_id", "user_id"},
		.subject = "user_id",
		.column = "user_id",
		.sqlstate = ERRCODE_CHECK_VIOLATION,
		.message = "connected user \"%s\" cannot be a member",
		.hint = "Members of workspaces, boards and workflows are members, "
				"services or roles.",
	},
	{
		.name = "connected_user_only",
		.form = WP_RULE_CONNECTED,
		.columns = {"account_id", "user_id"},
		.subject = "user_id",
		.column = "user_id",
		.sqlstate = ERRCODE_CHECK_VIOLATION,
		.message = "user \"%s\" is not a connected user",
		.hint = "Connections and enablements belong to connected users.",
	},
	{
		.name = "acyclic_roles",
		.form = WP_RULE_ACYCLIC,
		.columns = {"account_id", "role", "included_role"},
		.lock = LOCK_ACCOUNT,
		.subject = "role",
		.column = "included_role",
		.sqlstate = ERRCODE_CHECK_VIOLATION,
		.message = "role \"%s\" would include itself",
		.hint = "The role to be included holds this one already, directly or "
				"through others.",
	},
	{
		/*
		 * Also if the old workspace is deleted in the same statement, because
		 * its family is then unknown.
		 */
		.name = "same_family",
		.form = WP_RULE_ABSENCE,
		.columns = {"account_id", "workspace_id", "old.workspace_id"},
		.check = "SELECT 1 FROM workflow_perms.workspaces n"
				 " LEFT JOIN workflow_perms.workspaces o"
				 " ON o.account_id" SAME "$1 AND o.workspace_id" SAME "$3"
				 " WHERE n.account_id" SAME "$1 AND n.workspace_id" SAME "$2"
				 " AND (o.kind" EQ "n.kind"
				 " OR (o.kind IN ('open', 'closed') AND n.kind IN ('open', "
				 "'closed'))) IS NOT TRUE",
		.subject = "workspace_id",
		.column = "workspace_id",
		.sqlstate = ERRCODE_CHECK_VIOLATION,
		.message = "workflow cannot move to workspace \"%s\", which is of "
				   "another family",
		.hint = "A workflow moves among open and closed workspaces, among "
				"projects, or among apps.",
	},
	{
		.name = "built_in_role",
		.form = WP_RULE_ABSENCE,
		.columns = {"account_id"},
		.check =
			"SELECT 1 FROM workflow_perms.accounts WHERE account_id" EQ "$1",
		.subject = "role",
		.column = "role",
		.sqlstate = ERRCODE_RESTRICT_VIOLATION,
		.message = "built-in role \"%s\" cannot be deleted",
		.hint = "Built-in roles go with their account.",
	},
	{
		.name = "crowning",
		.form = WP_RULE_START,
		.columns = {"account_id", "workflow_id"},
		.check = "SELECT 1 FROM workflow_perms.workflow_members"
				 " WHERE account_id" SAME "$1 AND workflow_id" SAME
				 "$2 AND is_owner",
		.subject = "user_id",
		.column = "is_owner",
		.sqlstate = ERRCODE_CHECK_VIOLATION,
		.message = "user \"%s\" is no member of the workflow and cannot be "
				   "made its owner",
		.hint = "Insert the row with is_owner false, then update it.",
	},
	LAST_OWNER("workflow"),
	LAST_OWNER("workspace"),
	LAST_OWNER("board"),
	{
		.name = "last_admin",
		.form = WP_RULE_RANK,
		.columns = {"account_id"},
		.lock = LOCK_ACCOUNT,
		.check = "SELECT 2 FROM workflow_perms.users"
				 " WHERE account_id" SAME "$1 AND account_role" EQ
				 "'admin' AND active LIMIT 1",
		.subject = "account_id",
		.sqlstate = ERRCODE_RESTRICT_VIOLATION,
		.message = "account \"%s\" would be left without an active admin",
		.hint = "Give another active user the account role admin first.",
	},
	{
		/*
		 * LATERAL: the inclusions of each role are looked up once.  A join
		 * could read the table at each step of the search, and would not use
		 * the indexes of all members of a UNION ALL in a source.  There a key
		 * that occurs twice names nothing.
		 */
		.name = "last_role_manager",
		.form = WP_RULE_RANK,
		.columns = {"account_id"},
		.lock = LOCK_ACCOUNT,
		.check =
			"WITH RECURSIVE managing (role) AS ("
			" SELECT c.role FROM workflow_perms.role_capabilities c"
			" WHERE c.account_id" EQ "$1 AND c.capability" EQ
			"'team.manage_roles' UNION"
			" SELECT i.role FROM managing m CROSS JOIN LATERAL ("
			"SELECT r.role FROM workflow_perms.role_includes r"
			" WHERE r.account_id" EQ "$1 AND r.included_role" EQ
			"m.role OFFSET 0) i)"
			" SELECT pg_catalog.max(CASE WHEN g.expires_at IS NULL THEN 2 ELSE "
			"1 END)"
			" FROM managing m CROSS JOIN LATERAL ("
			"SELECT f.user_id, pg_catalog.max(f.expires_at) AS expires_at"
			" FROM workflow_perms.role_grants f"
			" WHERE f.account_id" SAME "$1 AND f.role" SAME
			"m.role AND f.workspace_id IS NULL"
			" GROUP BY f.user_id HAVING " OCCURS_ONCE ") g CROSS JOIN LATERAL ("
			"SELECT FROM workflow_perms.users f"
			" WHERE f.account_id" SAME "$1 AND f.user_id" SAME "g.user_id"
			" HAVING " OCCURS_ONCE " AND pg_catalog.bool_and(f.active"
			" AND f.kind OPERATOR(pg_catalog.<>) 'connected')) u"
			" WHERE g.expires_at IS NULL OR g.expires_at "
			"OPERATOR(pg_catalog.>) "
			"pg_catalog.now()",
		.subject = "account_id",
		.sqlstate = ERRCODE_RESTRICT_VIOLATION,
		.message = "account \"%s\" would be left without an active user who "
				   "manages roles",
		.hint = "Grant another active user a role with team.manage_roles "
				"first, for the whole account and without expiry.",
	},
	USED_ID("workflow", "runs", ""),
	USED_ID("board", "run_steps", ""),
	USED_ID("workspace", "run_steps", " AND h.board_id IS NULL"),
};

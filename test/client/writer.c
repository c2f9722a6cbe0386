/*
 * writer.c
 *		Threads that change the rows of the random account: one to three changes in
 *		a transaction of any level, some in savepoints, some taken back, some as
 *		a user of the account through the application's role; and with each, how
 *		far the writer has come.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"

/*
 * Changes, as the tables' superuser.  %m, %c, %u: a member, a connected user, either
 * member or service; %w, %n: a workflow that stays, one that comes and goes; %s, %S:
 * an open or closed workspace, any; %r, %R: a role of the account's own, any; %k, %j, %x:
 * a condition, metadata, an expiry; %e, %b, %v, %t, %a: an effect, a boolean, a
 * visibility, a status, an account role.
 */
#define OF " WHERE account_id = 'acme' AND "
#define UPSERT(table, what) " ON CONFLICT ON CONSTRAINT " table "_key DO UPDATE SET " what " = excluded." what
static const char *const changes[] = {
	"INSERT INTO workspace_members (account_id, workspace_id, user_id, expires_at) VALUES ('acme', '%s', '%u', %x)" UPSERT("workspace_members", "expires_at"),
	"INSERT INTO workspace_members (account_id, workspace_id, role, expires_at) VALUES ('acme', '%s', '%r', %x)" UPSERT("workspace_members", "expires_at"),
	"DELETE FROM workspace_members" OF "workspace_id = '%s' AND user_id = '%u'",
	"DELETE FROM workspace_members" OF "workspace_id = '%s' AND role = '%r'",
	"UPDATE workspace_members SET is_owner = %b" OF "workspace_id = '%s' AND user_id IN ('%m', 'boss')",
	"INSERT INTO workflow_members (account_id, workflow_id, user_id, expires_at) VALUES ('acme', '%w', '%u', %x)" UPSERT("workflow_members", "expires_at"),
	"INSERT INTO workflow_members (account_id, workflow_id, role, expires_at) VALUES ('acme', '%w', '%r', %x)" UPSERT("workflow_members", "expires_at"),
	"DELETE FROM workflow_members" OF "workflow_id = '%w' AND user_id = '%u'",
	"DELETE FROM workflow_members" OF "workflow_id = '%w' AND role = '%r'",
	"UPDATE workflow_members SET is_owner = %b" OF "workflow_id = '%w' AND user_id IN ('%m', 'boss')",
	"INSERT INTO board_members (account_id, board_id, user_id) VALUES ('acme', 'b', '%m')",
	"UPDATE board_members SET is_owner = %b" OF "user_id IN ('%m', 'boss')",
	"DELETE FROM board_members" OF "user_id = '%m'",
	"INSERT INTO role_grants (account_id, user_id, role, expires_at) VALUES ('acme', '%u', '%r', %x)" UPSERT("role_grants", "expires_at"),
	"INSERT INTO role_grants (account_id, user_id, role, workspace_id, expires_at) VALUES ('acme', '%u', '%r', '%S', %x)" UPSERT("role_grants", "expires_at"),
	"INSERT INTO role_grants (account_id, user_id, role) VALUES ('acme', '%c', '%r')",
	"DELETE FROM role_grants" OF "user_id = '%u' AND role = '%r'",
	"DELETE FROM role_grants" OF "user_id = '%c' AND role = '%r'",
	"UPDATE role_grants SET expires_at = %x" OF "user_id IN ('m1', 'boss') AND role = 'Admin'",
	"DELETE FROM role_grants" OF "user_id = 'm1' AND role = 'Admin'",
	"INSERT INTO role_includes VALUES ('acme', '%r', '%r')",
	"DELETE FROM role_includes" OF "role = '%r'",
	"INSERT INTO role_capabilities VALUES ('acme', '%r', 'workflows.view')",
	"DELETE FROM role_capabilities" OF "role = '%r' AND capability = 'workflows.view'",
	"UPDATE workspaces SET kind = 'open'" OF "workspace_id = '%s'",
	"UPDATE workspaces SET kind = 'closed'" OF "workspace_id = '%s'",
	"UPDATE workflows SET visibility = '%v'" OF "workflow_id = '%w'",
	"UPDATE workflows SET status = '%t'" OF "workflow_id = '%w'",
	"UPDATE workflows SET condition = %k" OF "workflow_id = '%w'",
	"UPDATE workflows SET condition = %k" OF "workflow_id = '%w'",
	"UPDATE workflows SET hidden = %b, default_enabled = %b" OF "workflow_id = '%w'",
	"UPDATE workflows SET workspace_id = '%s'" OF "workflow_id = '%w'",
	"INSERT INTO workflows (account_id, workflow_id, workspace_id, visibility, status, condition) VALUES ('acme', '%n', 'p1', '%v', '%t', %k)",
	"DELETE FROM workflows" OF "workflow_id = '%n'",
	"UPDATE users SET account_role = '%a'" OF "user_id = '%m'",
	"UPDATE users SET account_role = '%a'" OF "user_id IN ('m1', 'boss')",
	"UPDATE users SET active = %b" OF "user_id IN ('%u', '%c')",
	"UPDATE users SET active = %b" OF "user_id IN ('m1', 'boss')",
	"UPDATE users SET metadata = %j" OF "user_id = '%c'",
	"UPDATE users SET metadata = %j" OF "user_id = '%c'",
	"INSERT INTO execution_rules (account_id, workflow_id, user_id, effect, expires_at) VALUES ('acme', '%w', '%u', '%e', %x)" UPSERT("execution_rules", "effect"),
	"INSERT INTO execution_rules (account_id, workflow_id, user_id, effect, expires_at) VALUES ('acme', '%w', '%c', '%e', %x)" UPSERT("execution_rules", "effect"),
	"INSERT INTO execution_rules (account_id, workflow_id, role, effect, expires_at) VALUES ('acme', '%w', '%R', '%e', %x)" UPSERT("execution_rules", "effect"),
	"INSERT INTO execution_rules (account_id, user_id, effect) VALUES ('acme', '%u', '%e')" UPSERT("execution_rules", "effect"),
	"INSERT INTO execution_rules (account_id, role, effect, expires_at) VALUES ('acme', '%R', '%e', %x)" UPSERT("execution_rules", "effect"),
	"DELETE FROM execution_rules" OF "workflow_id = '%w'",
	"DELETE FROM execution_rules" OF "workflow_id IS NULL",
	"INSERT INTO enablements (account_id, workflow_id, user_id, enabled) VALUES ('acme', '%w', '%c', true) ON CONFLICT ON CONSTRAINT enablements_pkey DO UPDATE SET enabled = true",
	"UPDATE enablements SET enabled = %b" OF "user_id = '%c' AND workflow_id = '%w'",
	"UPDATE enablements SET enabled = true" OF "user_id = '%c'",
	"UPDATE accounts SET default_execution = '%e', guests_see_open_main = %b" OF "true",
	"DELETE FROM connections" OF "user_id = '%c'",
};

/* What only goes wrong where two meet: enabling and what forbids it; the last who hold a place. */
static const char *const enabling[] = {
	"INSERT INTO enablements (account_id, workflow_id, user_id, enabled) VALUES ('acme', '%w', '%c', true) ON CONFLICT ON CONSTRAINT enablements_pkey DO UPDATE SET enabled = true",
	"UPDATE enablements SET enabled = true" OF "user_id = '%c' AND workflow_id = '%w'",
	"UPDATE enablements SET enabled = false" OF "user_id = '%c' AND workflow_id = '%w'",
	"UPDATE users SET metadata = %j" OF "user_id = '%c'",
	"UPDATE workflows SET condition = %k" OF "workflow_id = '%w'",
	"UPDATE workflows SET visibility = '%v', status = 'live'" OF "workflow_id = '%w'",
	"UPDATE workspaces SET kind = 'open'" OF "workspace_id = '%s'",
};
static const char *const places[] = {
	"UPDATE workflow_members SET is_owner = true, expires_at = NULL" OF "user_id IN ('boss', 'm1') AND workflow_id = '%w'",
	"UPDATE workflow_members SET is_owner = false" OF "user_id = 'boss' AND workflow_id = '%w'",
	"UPDATE workflow_members SET is_owner = false" OF "user_id = 'm1' AND workflow_id = '%w'",
	"UPDATE workspace_members SET is_owner = true, expires_at = NULL" OF "user_id IN ('boss', 'm1') AND workspace_id = '%s'",
	"UPDATE workspace_members SET is_owner = false" OF "user_id = 'boss' AND workspace_id = '%s'",
	"UPDATE workspace_members SET is_owner = false" OF "user_id = 'm1' AND workspace_id = '%s'",
	"UPDATE users SET active = true, account_role = 'admin'" OF "user_id IN ('boss', 'm1')",
	"UPDATE users SET account_role = 'viewer'" OF "user_id = 'boss'",
	"UPDATE users SET active = false" OF "user_id = 'm1'",
};

/* What members, and connected users, do themselves through the application's role. */
static const char *const member_acts[] = {
	"UPDATE workflows SET condition = %k" OF "workflow_id = '%w'",
	"UPDATE workflows SET visibility = '%v', status = '%t'" OF "workflow_id = '%w'",
	"INSERT INTO workflows (account_id, workflow_id, workspace_id, visibility) VALUES ('acme', '%n', '%S', '%v')",
	"DELETE FROM workflows" OF "workflow_id = '%n'",
	"INSERT INTO workflow_members (account_id, workflow_id, user_id) VALUES ('acme', '%w', '%u')",
	"UPDATE workflow_members SET is_owner = %b" OF "workflow_id = '%w' AND user_id = '%m'",
	"DELETE FROM workflow_members" OF "workflow_id = '%w' AND user_id = '%m'",
	"INSERT INTO workspace_members (account_id, workspace_id, user_id) VALUES ('acme', '%s', '%u')",
	"UPDATE workspaces SET kind = 'open'" OF "workspace_id = '%s'",
	"INSERT INTO workflow_drafts (account_id, workflow_id, user_id, definition) VALUES ('acme', '%w', principal_user(), '1')"
	" ON CONFLICT (account_id, workflow_id, user_id) DO UPDATE SET definition = '2'",
	"SELECT publish('%w')",
	"SELECT transfer_ownership('%w', '%m')",
	"SELECT merge_metadata('%c', %j)",
	"SELECT enable('%w', '', '%c')",
	"SELECT start_run('%w', gen_random_uuid()::text)",
	"INSERT INTO execution_rules (account_id, workflow_id, user_id, effect) VALUES ('acme', '%w', '%u', '%e')",
};
static const char *const connected_acts[] = {
	"SELECT enable('%w')",
	"SELECT disable('%w')",
	"SELECT connect('')",
	"SELECT start_run('%w', gen_random_uuid()::text)",
};

#define LENGTH(list) (sizeof(list) / sizeof((list)[0]))
#define PICK(client, list) ((list)[client_random(client, LENGTH(list))])

/* Which of each list the writers choose more often than not, so that they meet. */
static atomic_uint hot;
/* And whether both choose among all changes, or those that only go wrong where two meet. */
static atomic_uint matter;

#define PICK_HOT(client, list) \
	((list)[(client_random(client, 3) ? atomic_load(&hot) : client_random(client, 1000)) % LENGTH(list)])

/* Returns what stands for the letter this time. */
static const char *
word(Client *client, char letter)
{
	static const char *const members[] = {"m1", "m2", "m3", "m4", "m5", "m6"};
	static const char *const team[] = {"m1", "m2", "m3", "m4", "m5", "m6", "svc"};
	static const char *const connected[] = {"c1", "c2", "c3", "c4", "c5", "c6"};
	static const char *const workflows[] = {"w01", "w02", "w03", "w04", "w05", "w06", "w07", "w08", "w09", "w10",
		"w11", "w12", "w13", "w14", "w15", "w16", "w17", "w18", "w19", "w20"};
	static const char *const passing[] = {"w21", "w22", "w23", "w24"};
	static const char *const teams_spaces[] = {"o1", "o2"};
	static const char *const spaces[] = {"o1", "o2", "p1", "a1"};
	static const char *const own_roles[] = {"R1", "R2", "R3", "R4"};
	static const char *const roles[] = {"R1", "R2", "R3", "R4", "AuthenticatedUser", "NonAuthenticatedUser"};
	static const char *const conditions[] = {"NULL", "NULL", "'{\"plan\": \"pro\"}'", "'{\"plan\": {\"$in\": [\"pro\", \"team\"]}}'",
		"'{\"seats\": {\"$gte\": 5}}'", "'{\"$or\": [{\"plan\": \"pro\"}, {\"beta\": true}]}'", "'{\"plan\": \"team\", \"seats\": {\"$gte\": 2}}'"};
	static const char *const metadata[] = {"'{}'", "'{\"plan\": \"pro\"}'", "'{\"plan\": \"team\", \"seats\": 3}'",
		"'{\"plan\": \"free\", \"beta\": true}'", "'{\"plan\": \"pro\", \"seats\": 9}'", "'{\"seats\": 5}'"};
	static const char *const expiries[] = {"NULL", "NULL", "NULL", "now()", "now() + interval '30 ms'", "now() + interval '1 hour'"};
	static const char *const statuses[] = {"live", "live", "live", "stopped"};
	static const char *const account_roles[] = {"admin", "member", "viewer", "guest"};

	switch (letter)
	{
		case 'm': return PICK_HOT(client, members);
		case 'c': return PICK_HOT(client, connected);
		case 'u': return PICK(client, team);
		case 'w': return PICK_HOT(client, workflows);
		case 'n': return PICK(client, passing);
		case 's': return PICK_HOT(client, teams_spaces);
		case 'S': return PICK(client, spaces);
		case 'r': return PICK(client, own_roles);
		case 'R': return PICK(client, roles);
		case 'k': return PICK(client, conditions);
		case 'j': return PICK(client, metadata);
		case 'x': return PICK(client, expiries);
		case 'e': return client_random(client, 2) ? "grant" : "deny";
		case 'b': return client_random(client, 2) ? "true" : "false";
		case 'v': return client_random(client, 3) ? "main" : "private";
		case 't': return PICK(client, statuses);
		case 'a': return PICK(client, account_roles);
	}
	abort();
}

/* Writes the change into text, which holds 1024 bytes, with its letters filled in. */
static void
fill_in(Client *client, const char *change, char *text)
{
	size_t used = 0;

	for (const char *p = change; *p != '\0' && used < 900; p++)
	{
		if (*p != '%')
			text[used++] = *p;
		else
			used += snprintf(text + used, 1024 - used, "%s", word(client, *++p));
	}
	text[used] = '\0';
}

/*
 * Makes one change, in a savepoint now and then, which is rolled back where the
 * change failed, or so that it did not happen.
 */
static void
change(Client *client, char who)
{
	unsigned about = atomic_load(&matter);
	const char *chosen = who == 'm' ? PICK(client, member_acts)
		: who == 'c' ? PICK(client, connected_acts)
		: about == 1 ? PICK(client, enabling)
		: about == 2 ? PICK(client, places)
		: PICK(client, changes);
	bool savepoint = client_random(client, 3) == 0;
	char text[1024];

	fill_in(client, chosen, text);
	if (savepoint)
		client_do(client, "SAVEPOINT s");
	client_do(client, text);
	if (savepoint && (client->failed || client_random(client, 3) == 0) &&
		PQtransactionStatus(client->conn) != PQTRANS_IDLE)
	{
		client->failed = false;
		client_do(client, "ROLLBACK TO s");
	}
}

/* Becomes a random user of the account, for the transaction. */
static char
become_somebody(Client *client)
{
	char who = client_random(client, 3) ? 'm' : 'c';
	char text[256];

	snprintf(text, sizeof(text), "SELECT set_principal('acme', '%s'); SET LOCAL ROLE %s",
			 client_random(client, 3) ? word(client, who) : who == 'm' ? "boss" : "c1", client->app);
	client_do(client, text);
	return who;
}

/* The thread: one of two writers, in the order in which they begin. */
void *
write_rows(void *arg)
{
	static atomic_uint writers;
	Client *client = arg;
	unsigned number = atomic_fetch_add(&writers, 1) % WRITERS;
	char bump[128];

	snprintf(bump, sizeof(bump), "UPDATE hammer.versions SET version = version + 1 WHERE writer = %u RETURNING version", number);
	while (!atomic_load(&stop))
	{
		unsigned long long version = 0;
		char who = 0;

		client->failed = false;
		if (client_random(client, 20) == 0)
		{
			atomic_store(&hot, client_random(client, 1000));
			atomic_store(&matter, client_random(client, 4));
		}
		client_do(client, client_level(client));
		if (atomic_load(&matter) == 0 || client_random(client, 6) == 0)
			who = client_random(client, 2) ? 0 : become_somebody(client);
		for (unsigned n = client_random(client, 3); !client->failed; n--)
		{
			change(client, who);
			/* time for the other to meet it */
			if (!client->failed && client_random(client, 3) == 0)
				client_do(client, "SELECT pg_sleep(0.003)");
			if (n == 0)
				break;
		}
		if (!client->failed)
			client_do(client, "SET LOCAL ROLE NONE");
		if (!client->failed)
		{
			PGresult *result = client_ask(client, bump, "");

			if (result != NULL)
				version = strtoull(PQgetvalue(result, 0, 0), NULL, 10);
			PQclear(result);
		}
		if (client->failed || client_random(client, 10) == 0)
		{
			client_do(client, "ROLLBACK");
			atomic_fetch_add(&counts[ROLLED_BACK], 1);
		}
		else if (client_do(client, "COMMIT"))
		{
			atomic_fetch_add(&counts[COMMITTED], 1);
			atomic_store(&acknowledged[number], version);
		}
	}
	return NULL;
}

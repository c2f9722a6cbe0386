/*
 * slots.c
 *		Rights that are held in one way only, given and taken away by one thread
 *		and asked for by two.
 *
 * A slot's phase, shared by the threads, goes round: being given, given (the
 * commit was acknowledged), being taken away, taken away.  Whoever reads the same
 * phase before a statement is sent and after its answer has come knows what the
 * answer must be, where the phase is one of the two that are settled.
 */
#include <stdio.h>
#include <string.h>

#include "client.h"

#define IS(key, n) " WHERE account_id = 'slots' AND " key " = '" n "'"

/* Four answers about seeing a workflow: the check, the policy, the set and a page. */
#define SEES(w) \
	"SELECT concat(can_view('" w "'), EXISTS (SELECT FROM workflows WHERE workflow_id = '" w "')," \
	" '" w "' IN (SELECT workflow_id FROM visible_workflows())," \
	" '" w "' IN (SELECT workflow_id FROM visible_workflows('workflow_id', 1000)))"
#define RUNS(w) \
	"SELECT concat(can_run('" w "'), '" w "' IN (SELECT workflow_id FROM runnable_workflows()))"

typedef struct Slot
{
	const char *user;
	const char *give;
	const char *take;
	const char *check; /* a row with a text of t and f */
} Slot;

static const Slot slots[SLOTS] = {
	{"s0", "INSERT INTO workflow_members (account_id, workflow_id, user_id) VALUES ('slots', 'f0', 's0')",
	 "DELETE FROM workflow_members" IS("user_id", "s0"), SEES("f0")},
	{"s1", "INSERT INTO workspace_members (account_id, workspace_id, user_id) VALUES ('slots', 'closed1', 's1')",
	 "DELETE FROM workspace_members" IS("user_id", "s1"), SEES("f1")},
	{"s2", "INSERT INTO role_grants (account_id, user_id, role, workspace_id) VALUES ('slots', 's2', 'R2', 'project2')",
	 "DELETE FROM role_grants" IS("user_id", "s2"), SEES("f2")},
	{"s3", "INSERT INTO role_includes VALUES ('slots', 'Outer3', 'R3')",
	 "DELETE FROM role_includes" IS("role", "Outer3"), SEES("f3")},
	{"s4", "INSERT INTO role_capabilities VALUES ('slots', 'R4', 'workflows.view')",
	 "DELETE FROM role_capabilities" IS("role", "R4"), SEES("f4")},
	{"s5", "DELETE FROM execution_rules" IS("user_id", "s5"),
	 "INSERT INTO execution_rules (account_id, workflow_id, user_id, effect) VALUES ('slots', 'f5', 's5', 'deny')", RUNS("f5")},
	{"s6", "UPDATE users SET active = true" IS("user_id", "s6"),
	 "UPDATE users SET active = false" IS("user_id", "s6"), SEES("f6")},
	{"s7", "UPDATE workspaces SET kind = 'open'" IS("workspace_id", "open7"),
	 "UPDATE workspaces SET kind = 'closed'" IS("workspace_id", "open7"), SEES("f7")},
	{"s8", "UPDATE users SET account_role = 'member'" IS("user_id", "s8"),
	 "UPDATE users SET account_role = 'guest'" IS("user_id", "s8"), SEES("f8")},
	{"s9", "UPDATE workspace_members SET expires_at = NULL" IS("user_id", "s9"),
	 "UPDATE workspace_members SET expires_at = '2000-01-01'" IS("user_id", "s9"), SEES("f9")},
	{"s10", "UPDATE workflows SET condition = '{\"plan\": \"pro\"}'" IS("workflow_id", "f10"),
	 "UPDATE workflows SET condition = '{\"plan\": \"team\"}'" IS("workflow_id", "f10"), SEES("f10")},
	{"s11", "UPDATE users SET metadata = '{\"plan\": \"pro\"}'" IS("user_id", "s11"),
	 "UPDATE users SET metadata = '{}'" IS("user_id", "s11"), SEES("f11")},
	{"s12", "INSERT INTO enablements (account_id, workflow_id, user_id, enabled) VALUES ('slots', 'f12', 's12', true)"
			" ON CONFLICT ON CONSTRAINT enablements_pkey DO UPDATE SET enabled = true",
	 "UPDATE enablements SET enabled = false" IS("user_id", "s12"), RUNS("f12")},
	{"s13", "UPDATE workflows SET visibility = 'main'" IS("workflow_id", "f13"),
	 "UPDATE workflows SET visibility = 'private'" IS("workflow_id", "f13"), "SELECT concat(can_enable('f13'))"},
	{"s1", "INSERT INTO board_members (account_id, board_id, user_id) VALUES ('slots', 'b1', 's1')",
	 "DELETE FROM board_members" IS("user_id", "s1"), "SELECT concat(can_view_board('b1'))"},
	{"s2", "INSERT INTO column_access (account_id, board_id, column_id, access, user_id) VALUES ('slots', 'b2', 'c', 'edit', 's2')",
	 "DELETE FROM column_access" IS("user_id", "s2"), "SELECT concat(can_edit_column('b2', 'c'))"},
};

#define BEING_GIVEN 0
#define GIVEN 1
#define TAKEN 3
#define STATE(phase) ((phase) % 4)

/* All begin as taken away. */
static atomic_uint phases[SLOTS] = {3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3};
/* The slot that is changed most at the moment, and asked for most. */
static atomic_uint hot;

/*
 * The thread that gives and takes, each change in a transaction of its own, again
 * until it is through.
 */
void *
write_slots(void *arg)
{
	Client *client = arg;

	for (unsigned n = 0; !atomic_load(&stop); n++)
	{
		unsigned slot = client_random(client, 4) ? atomic_load(&hot) : client_random(client, SLOTS);
		bool give = STATE(atomic_fetch_add(&phases[slot], 1) + 1) == BEING_GIVEN;

		if (n % 16 == 0)
			atomic_store(&hot, client_random(client, SLOTS));
		do
		{
			client->failed = false;
			client_do(client, client_level(client));
			if (!client_do(client, give ? slots[slot].give : slots[slot].take) || !client_do(client, "COMMIT"))
			{
				client_do(client, "ROLLBACK");
				client->failed = true;
			}
		} while (client->failed && !atomic_load(&stop));
		if (client->failed)
			break;
		atomic_fetch_add(&counts[COMMITTED], 1);
		atomic_fetch_add(&phases[slot], 1);
	}
	return NULL;
}

/* Returns the slot to ask for next. */
static unsigned
choose_slot(Client *client)
{
	return client_random(client, 3) ? atomic_load(&hot) : client_random(client, SLOTS);
}

/*
 * Judges an answer; before and after are the phases around what its snapshot was
 * taken in.
 */
static void
judge(unsigned slot, unsigned before, unsigned after, const char *answer)
{
	bool yes = answer[0] == 't';

	if (STATE(before) == TAKEN && before == after && take_plant(STALE_ANSWER))
		yes = true;
	if (strspn(answer, "t") != strlen(answer) && strspn(answer, "f") != strlen(answer))
		contradict(WRONG_ANSWER, "slot %u: answers of one statement differ: %s", slot, answer);
	atomic_fetch_add(&counts[CHECKS], 1);
	if (before != after)
		return;
	if (STATE(before) == TAKEN)
	{
		atomic_fetch_add(&counts[AFTER_REVOCATION], 1);
		if (yes)
			contradict(STALE_ANSWER, "slot %u is still allowed after its right was taken away: %s", slot, slots[slot].check);
	}
	else if (STATE(before) == GIVEN)
	{
		atomic_fetch_add(&counts[AFTER_GRANT], 1);
		if (!yes)
			contradict(STALE_ANSWER, "slot %u is still refused after its right was given: %s", slot, slots[slot].check);
	}
}

/*
 * The thread that asks in statements of their own, by plans that are prepared
 * once and kept, as a principal of the session that changes from time to time.
 */
void *
check_slots_in_session(void *arg)
{
	Client *client = arg;
	char sql[1024];

	for (unsigned i = 0; i < SLOTS; i++)
	{
		snprintf(sql, sizeof(sql), "PREPARE slot%u AS %s", i, slots[i].check);
		client_do(client, sql);
	}
	while (!atomic_load(&stop))
	{
		unsigned slot = choose_slot(client);

		/* in a transaction of its own: a principal that was reset in one is not set again in it */
		client_do(client, "RESET ROLE; RESET ALL");
		snprintf(sql, sizeof(sql),
				 "SET search_path = workflow_perms; SET plan_cache_mode = %s;"
				 " SELECT set_principal('slots', '%s', session => true); SET ROLE %s",
				 client_random(client, 2) ? "force_generic_plan" : "auto", slots[slot].user, client->app);
		client_do(client, sql);
		snprintf(sql, sizeof(sql), "EXECUTE slot%u", slot);
		for (int i = 0; i < 40 && !atomic_load(&stop); i++)
		{
			unsigned before = atomic_load(&phases[slot]);
			PGresult *result = client_ask(client, sql, "");
			unsigned after = atomic_load(&phases[slot]);

			if (result != NULL)
				judge(slot, before, after, PQgetvalue(result, 0, 0));
			PQclear(result);
		}
	}
	return NULL;
}

/*
 * Asks a few times in one transaction, whose statements at READ COMMITTED each see
 * what was acknowledged before, and above it all see one state.
 */
static void
check_in_transaction(Client *client, unsigned slot)
{
	const char *begin = client_level(client);
	bool one_snapshot = strstr(begin, "READ COMMITTED") == NULL;
	unsigned before;
	unsigned after;
	char sql[256];
	char first[8] = "";

	if (!client_do(client, begin))
		return;
	before = atomic_load(&phases[slot]);
	snprintf(sql, sizeof(sql), "SELECT set_principal('slots', '%s')", slots[slot].user);
	client_do(client, sql);
	after = atomic_load(&phases[slot]);
	snprintf(sql, sizeof(sql), "SET LOCAL ROLE %s", client->app);
	client_do(client, sql);
	for (int i = 0; i < 4 && !client->failed; i++)
	{
		PGresult *result;

		if (!one_snapshot)
			before = atomic_load(&phases[slot]);
		result = client_ask(client, slots[slot].check, "");
		if (!one_snapshot)
			after = atomic_load(&phases[slot]);
		if (result == NULL)
			break;
		judge(slot, before, after, PQgetvalue(result, 0, 0));
		if (first[0] == '\0')
			snprintf(first, sizeof(first), "%s", PQgetvalue(result, 0, 0));
		else if (one_snapshot && strcmp(first, PQgetvalue(result, 0, 0)) != 0)
			contradict(WRONG_ORDER, "slot %u: one snapshot answers first %s, then %s", slot, first, PQgetvalue(result, 0, 0));
		PQclear(result);
		if (one_snapshot)
			atomic_fetch_add(&counts[CHECKS_IN_SNAPSHOTS], 1);
	}
}

/* The thread that asks in transactions of all levels. */
void *
check_slots_in_transactions(void *arg)
{
	Client *client = arg;

	while (!atomic_load(&stop))
	{
		client->failed = false;
		check_in_transaction(client, choose_slot(client));
		client_do(client, client->failed ? "ROLLBACK" : "COMMIT");
	}
	return NULL;
}

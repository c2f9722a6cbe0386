/*
 * checker.c
 *		Threads that ask what somebody of the random account sees, may run and may
 *		enable, in every way there is to ask, and in the same statement what plain
 *		SQL makes of the rows.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"

#define LIST(from) "(SELECT string_agg(workflow_id, ' ' ORDER BY workflow_id) FROM " from ")"
#define FILTERED(function) LIST("(SELECT 'w' || lpad(n::text, 2, '0') AS workflow_id FROM generate_series(1, 24) n) i WHERE " function "(workflow_id)")

/* What the columns of the question are compared with. */
enum
{
	SEES,
	RUNS,
	ENABLES,
	PROGRESS,
	BROKEN,
	FIRST_ANSWER
};

/* Under the application's role; hammer's functions run as their owner, in the same snapshot. */
static const char question[] =
	"PREPARE question (text) AS SELECT e.sees, e.runs, e.enables, hammer.progress(), hammer.broken(), "
	LIST("workflows") " AS policy, "
	LIST("workflows WHERE visibility = 'main' OR hidden OR NOT hidden") " AS filtered, "
	LIST("workflows w WHERE can_view(w)") " AS rows, "
	FILTERED("can_view") " AS checks, "
	LIST("visible_workflows()") " AS set, "
	LIST("visible_workflows('workflow_id', 1000)") " AS page, "
	LIST("(SELECT workflow_id FROM visible_workflows('workflow_id', 4) UNION ALL SELECT workflow_id FROM"
		 " visible_workflows('workflow_id', 1000, (SELECT cursor FROM visible_workflows('workflow_id', 4)"
		 " WITH ORDINALITY p (w, cursor, n) WHERE n = 4)) WHERE (SELECT count(*) FROM visible_workflows('workflow_id', 4)) = 4) p") " AS pages, "
	"hammer.explicit($1) AS explicit, "
	LIST("runnable_workflows()") " AS runnable, "
	FILTERED("can_run") " AS may_run, "
	FILTERED("can_enable") " AS may_enable"
	" FROM hammer.expected($1) e";

/* Which of the expected each answer must equal, in order. */
static const int expected_by[] = {SEES, SEES, SEES, SEES, SEES, SEES, SEES, SEES, RUNS, RUNS, ENABLES};

#define ANSWERS ((int) (sizeof(expected_by) / sizeof(expected_by[0])))

/* Compares the answers of a snapshot with what its rows say. */
static void
judge_answers(PGresult *result, const char *who)
{
	for (int i = 0; i < ANSWERS; i++)
	{
		const char *answer = PQgetvalue(result, 0, FIRST_ANSWER + i);

		if (take_plant(WRONG_ANSWER))
			answer = "w00";
		if (strcmp(answer, PQgetvalue(result, 0, expected_by[i])) != 0)
			contradict(WRONG_ANSWER, "%s of %s is [%s], but the rows say [%s]",
					   PQfname(result, FIRST_ANSWER + i), who, answer, PQgetvalue(result, 0, expected_by[i]));
	}
	if (PQgetvalue(result, 0, BROKEN)[0] != '\0')
		contradict(BROKEN_RULE, "%s", PQgetvalue(result, 0, BROKEN));
}

/*
 * Compares how far the snapshot is with how far the writers were known to be when
 * it was taken, and the checker's earlier snapshots; keeps it in seen.
 */
static void
judge_progress(PGresult *result, const unsigned long long *known, unsigned long long *seen)
{
	char *place = PQgetvalue(result, 0, PROGRESS);

	for (int i = 0; i < WRITERS; i++)
	{
		unsigned long long version = strtoull(place, &place, 10);

		if (take_plant(WRONG_ORDER))
			version = 0;
		if (version < known[i])
			contradict(WRONG_ORDER, "writer %d had its version %llu acknowledged, a later snapshot shows %llu", i, known[i], version);
		if (version < seen[i])
			contradict(WRONG_ORDER, "of writer %d, version %llu was seen, then %llu", i, seen[i], version);
		seen[i] = version;
	}
}

/* Asks a few times in a transaction of a random level, as somebody, planned in some way. */
static void
check_as(Client *client, const char *who, unsigned long long *seen)
{
	static const char *const ways[] = {"plan_cache_mode = force_generic_plan", "plan_cache_mode = force_custom_plan",
		"enable_seqscan = off", "enable_bitmapscan = off", "enable_indexscan = off"};
	const char *begin = client_level(client);
	bool one_snapshot = strstr(begin, "READ COMMITTED") == NULL;
	unsigned long long known[WRITERS];
	PGresult *first = NULL;
	char sql[512];

	client_do(client, begin);
	for (int i = 0; i < WRITERS; i++)
		known[i] = atomic_load(&acknowledged[i]);
	if (who != NULL)
		snprintf(sql, sizeof(sql), "SET LOCAL %s; SELECT set_principal('acme', '%s'); SET LOCAL ROLE %s",
				 ways[client_random(client, 5)], who, client->app);
	else
		snprintf(sql, sizeof(sql), "SELECT set_anonymous('acme'); SET LOCAL ROLE %s", client->app);
	client_do(client, sql);
	for (int n = 0; n < 2 && !client->failed; n++)
	{
		PGresult *result;

		for (int i = 0; !one_snapshot && i < WRITERS; i++)
			known[i] = atomic_load(&acknowledged[i]);
		result = client_ask(client, "question", who);
		if (result == NULL)
			break;
		judge_answers(result, who != NULL ? who : "anonymous");
		judge_progress(result, known, seen);
		for (int i = 0; one_snapshot && first != NULL && i < PQnfields(result); i++)
			if (strcmp(PQgetvalue(first, 0, i), PQgetvalue(result, 0, i)) != 0)
				contradict(WRONG_ORDER, "one snapshot shows first %s, then %s", PQgetvalue(first, 0, i), PQgetvalue(result, 0, i));
		atomic_fetch_add(&counts[CHECKS], ANSWERS);
		if (one_snapshot)
			atomic_fetch_add(&counts[CHECKS_IN_SNAPSHOTS], ANSWERS);
		PQclear(first);
		first = result;
	}
	PQclear(first);
	client_do(client, client->failed ? "ROLLBACK" : "COMMIT");
}

/* The thread. */
void *
check_rows(void *arg)
{
	static const char *const users[] = {"m1", "m2", "m3", "m4", "m5", "m6", "c1", "c2", "c3", "c4", "c5", "c6", "svc", "boss", NULL};
	Client *client = arg;
	unsigned long long seen[WRITERS] = {0};

	client_do(client, question);
	while (!atomic_load(&stop))
	{
		client->failed = false;
		check_as(client, users[client_random(client, 15)], seen);
	}
	return NULL;
}

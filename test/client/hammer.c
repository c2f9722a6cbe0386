/*
 * hammer.c
 *		Eight connections that change rights and ask for them at the same time: does
 *		any answer contradict a serial order?  See test/client/run.
 *
 * usage: hammer SECONDS SEED APPLICATION_ROLE [plant]
 *
 * The server is what libpq's environment says.  Exit status 1 on any contradiction.
 * With `plant`, one of each kind is planted, and it is 0 if each was noticed.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "client.h"

#define THREADS 8

typedef void *(*Work)(void *);

static const Work works[THREADS] = {
	write_rows, write_rows, write_slots, check_slots_in_session, check_slots_in_transactions, check_rows, check_rows, check_rows};

/* Of a hundred transactions, so many may meet in a deadlock: they lock in any order. */
#define MOST_DEADLOCKS 5

/* Lets all threads work for so long. */
static void
run_for(double seconds, uint64_t seed, const char *app)
{
	struct timespec time = {.tv_sec = (time_t) seconds, .tv_nsec = (long) ((seconds - (time_t) seconds) * 1e9)};
	pthread_t threads[THREADS];
	Client *clients[THREADS];

	for (int i = 0; i < THREADS; i++)
		clients[i] = client_connect(app, seed * THREADS + i + 1);
	atomic_store(&stop, false);
	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, works[i], clients[i]);
	nanosleep(&time, NULL);
	atomic_store(&stop, true);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < THREADS; i++)
		client_close(clients[i]);
}

/* Compares the audit log with the rows, and the rows with the rules, when all is quiet; returns the entries. */
static unsigned long long
judge_what_is_left(Client *client)
{
	PGresult *result = client_ask(client, "SELECT hammer.audit_gaps()", "");
	unsigned long long entries = 0;

	for (int i = 0; result != NULL && i < PQntuples(result); i++)
		contradict(WRONG_AUDIT, "%s", PQgetvalue(result, i, 0));
	PQclear(result);
	result = client_ask(client, "SELECT hammer.broken(), (SELECT count(*) FROM audit_log)", "");
	if (result != NULL && !PQgetisnull(result, 0, 0))
		contradict(BROKEN_RULE, "%s", PQgetvalue(result, 0, 0));
	if (result != NULL)
		entries = strtoull(PQgetvalue(result, 0, 1), NULL, 10);
	PQclear(result);
	return entries;
}

/* Alters rows behind the extension's back, and runs with an altered answer of each kind. */
static int
test_oneself(Client *client, uint64_t seed, const char *app)
{
	static const Kind altered[] = {WRONG_ANSWER, STALE_ANSWER, WRONG_ORDER};
	int missed = 0;

	for (size_t i = 0; i < sizeof(altered) / sizeof(altered[0]); i++)
	{
		atomic_store(&plant, altered[i]);
		for (int tries = 0; tries < 60 && atomic_load(&plant) >= 0; tries++)
			run_for(1, seed + i, app);
	}
	client_do(client, "SET session_replication_role = replica; DELETE FROM workflow_members WHERE account_id = 'acme' AND is_owner");
	client_do(client, "RESET session_replication_role; SELECT can_view('w01', 'no such function')");
	judge_what_is_left(client);
	for (Kind kind = 0; kind < KINDS; kind++)
		if (atomic_load(&contradictions[kind]) == 0)
		{
			fprintf(stderr, "hammer: a planted contradiction of kind %d was not noticed\n", kind);
			missed = 1;
		}
	printf("hammer: planted contradictions, seed %llu: %s\n", (unsigned long long) seed, missed ? "MISSED" : "all noticed");
	return missed;
}

int
main(int argc, char **argv)
{
	unsigned long long total = 0;
	unsigned long long entries;
	unsigned long long written;
	uint64_t seed;
	Client *client;

	if (argc < 4 || argc > 5)
	{
		fprintf(stderr, "usage: hammer SECONDS SEED APPLICATION_ROLE [plant]\n");
		return 2;
	}
	seed = strtoull(argv[2], NULL, 10);
	client = client_connect(argv[3], seed);
	if (argc == 5)
		return test_oneself(client, seed, argv[3]);

	run_for(atof(argv[1]), seed, argv[3]);
	entries = judge_what_is_left(client);
	client_close(client);
	written = counts[COMMITTED] + counts[ROLLED_BACK];
	if (counts[DEADLOCKS] * 100 > written * MOST_DEADLOCKS)
		contradict(UNEXPECTED_ERROR, "%llu deadlocks among %llu transactions", (unsigned long long) counts[DEADLOCKS], written);
	for (Kind kind = 0; kind < KINDS; kind++)
		total += contradictions[kind];
	printf("hammer: %s s, seed %s, %d connections: %llu changes committed, %llu rolled back, %llu refusals, "
		   "%llu not serialized, %llu deadlocks; %llu answers compared, %llu of them in snapshots; "
		   "%llu after an acknowledged revocation, %llu after an acknowledged grant; %llu audit entries; %llu contradictions\n",
		   argv[1], argv[2], THREADS, (unsigned long long) counts[COMMITTED], (unsigned long long) counts[ROLLED_BACK],
		   (unsigned long long) counts[REFUSED], (unsigned long long) counts[NOT_SERIALIZED], (unsigned long long) counts[DEADLOCKS],
		   (unsigned long long) counts[CHECKS], (unsigned long long) counts[CHECKS_IN_SNAPSHOTS],
		   (unsigned long long) counts[AFTER_REVOCATION], (unsigned long long) counts[AFTER_GRANT], entries, total);
	if (counts[AFTER_REVOCATION] == 0 || counts[CHECKS_IN_SNAPSHOTS] == 0 || counts[COMMITTED] == 0)
	{
		fprintf(stderr, "hammer: nothing was compared\n");
		return 1;
	}
	return total != 0;
}

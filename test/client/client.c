/*
 * client.c
 *		Connections, which errors are part of the game, randomness, and what is
 *		done with a contradiction.
 */
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"

/* So many of each kind are printed; the others are only counted. */
#define SHOWN 5

atomic_bool stop;
atomic_ullong counts[COUNTS];
atomic_ullong contradictions[KINDS];
atomic_int plant = -1;
atomic_ullong acknowledged[WRITERS];

static const char *const kind_names[KINDS] = {
	"wrong answer", "stale answer", "wrong order", "broken rule", "wrong audit log", "unexpected error"};

/*
 * Counts a contradiction and prints it to stderr.
 */
void
contradict(Kind kind, const char *format, ...)
{
	static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	va_list args;

	if (atomic_fetch_add(&contradictions[kind], 1) >= SHOWN)
		return;
	va_start(args, format);
	pthread_mutex_lock(&mutex);
	fprintf(stderr, "CONTRADICTION: %s: ", kind_names[kind]);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	pthread_mutex_unlock(&mutex);
	va_end(args);
}

/*
 * Returns true once, to whoever first asks, where a contradiction of that kind is
 * to be planted.
 */
bool
take_plant(Kind kind)
{
	int wanted = kind;

	return atomic_compare_exchange_strong(&plant, &wanted, -1);
}

/* Swallows warnings, such as that there is nothing to roll back. */
static void
ignore_notice(void *arg, const PGresult *result)
{
	(void) arg;
	(void) result;
}

/*
 * Returns a new connection as the environment says, to be closed by client_close;
 * exits where there is none.
 */
Client *
client_connect(const char *app, uint64_t seed)
{
	Client *client = calloc(1, sizeof(Client));

	client->app = app;
	client->random = seed * UINT64_C(0x9E3779B97F4A7C15) + 1;
	client->conn = PQconnectdb("application_name=hammer");
	if (PQstatus(client->conn) != CONNECTION_OK)
	{
		fprintf(stderr, "hammer: %s", PQerrorMessage(client->conn));
		exit(2);
	}
	PQsetNoticeReceiver(client->conn, ignore_notice, NULL);
	client_do(client, "SET search_path = workflow_perms; SET client_min_messages = warning; "
					  "SET deadlock_timeout = '100ms'; SET lock_timeout = '20s'; SET statement_timeout = '60s'");
	return client;
}

/*
 * Closes the connection and frees the client.
 */
void
client_close(Client *client)
{
	PQfinish(client->conn);
	free(client);
}

/*
 * Returns whether the error is one that a correct server answers with under load:
 * a transaction that cannot be serialized, a deadlock, a refusal with its code, an
 * invariant or a key that would be broken; and counts it.
 */
static bool
is_expected(const char *state, const char *message)
{
	if (strcmp(state, "40001") == 0)
		atomic_fetch_add(&counts[NOT_SERIALIZED], 1);
	else if (strcmp(state, "40P01") == 0)
		atomic_fetch_add(&counts[DEADLOCKS], 1);
	else if (strncmp(state, "23", 2) == 0 || strcmp(state, "55000") == 0 ||
			 (strcmp(state, "42501") == 0 && strstr(message, "permission denied to ") != NULL && strstr(message, ": ") != NULL))
		atomic_fetch_add(&counts[REFUSED], 1);
	else
		return false;
	return true;
}

/*
 * Runs one statement with one argument (NULL: SQL's null), or several where
 * argument is "" and the text is sent as it is.  Returns its result, to be
 * cleared by the caller, or NULL where it failed; then client->failed is set, and
 * an error that may not be is a contradiction.
 */
PGresult *
client_ask(Client *client, const char *sql, const char *argument)
{
	bool plain = argument != NULL && argument[0] == '\0';
	PGresult *result = plain ? PQexec(client->conn, sql)
		: PQexecPrepared(client->conn, sql, 1, &argument, NULL, NULL, 0);
	ExecStatusType status = PQresultStatus(result);
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

	if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
		return result;
	client->failed = true;
	if (state == NULL)
	{
		contradict(UNEXPECTED_ERROR, "the connection is lost: %s", PQerrorMessage(client->conn));
		atomic_store(&stop, true);
	}
	else if (!is_expected(state, message))
		contradict(UNEXPECTED_ERROR, "%s %s in: %s", state, message, sql);
	PQclear(result);
	return NULL;
}

/*
 * Runs SQL that returns nothing of interest; returns whether it succeeded.
 */
bool
client_do(Client *client, const char *sql)
{
	PGresult *result = client_ask(client, sql, "");

	if (result == NULL)
		return false;
	PQclear(result);
	return true;
}

/*
 * Returns a random number from 0 to below - 1.
 */
unsigned
client_random(Client *client, unsigned below)
{
	client->random ^= client->random << 13;
	client->random ^= client->random >> 7;
	client->random ^= client->random << 17;
	return (client->random >> 32) % below;
}

/*
 * Returns the beginning of a transaction at a random level.
 */
const char *
client_level(Client *client)
{
	static const char *const begins[] = {
		"BEGIN ISOLATION LEVEL READ COMMITTED",
		"BEGIN ISOLATION LEVEL REPEATABLE READ",
		"BEGIN ISOLATION LEVEL SERIALIZABLE",
	};

	return begins[client_random(client, 3)];
}

/*
 * client.h
 *		What the threads of the hammer share: connections that know which errors
 *		are part of the game, randomness, counts, and where contradictions go.
 */
#ifndef HAMMER_CLIENT_H
#define HAMMER_CLIENT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <libpq-fe.h>

#define WRITERS 2
#define SLOTS 16

/* What can be wrong. */
typedef enum Kind
{
	WRONG_ANSWER,	/* differs from what the rows of the same snapshot say */
	STALE_ANSWER,	/* contradicts a change that was acknowledged before it was asked */
	WRONG_ORDER,	/* a snapshot older than another, or than what was acknowledged */
	BROKEN_RULE,	/* an invariant does not hold in some snapshot */
	WRONG_AUDIT,	/* the audit log and the rows differ */
	UNEXPECTED_ERROR,
	KINDS
} Kind;

/* What is counted. */
typedef enum Count
{
	COMMITTED,
	ROLLED_BACK,
	REFUSED,
	NOT_SERIALIZED,
	DEADLOCKS,
	CHECKS,
	CHECKS_IN_SNAPSHOTS,
	AFTER_REVOCATION,
	AFTER_GRANT,
	COUNTS
} Count;

/* A connection and the randomness of the thread that has it. */
typedef struct Client
{
	PGconn *conn;
	const char *app; /* the application's role */
	uint64_t random;
	bool failed;	 /* the last statement did: roll back */
} Client;

extern atomic_bool stop;
extern atomic_ullong counts[COUNTS];
extern atomic_ullong contradictions[KINDS];
extern atomic_int plant; /* a Kind that one answer is altered for, or -1 */
extern atomic_ullong acknowledged[WRITERS];

extern Client *client_connect(const char *app, uint64_t seed);
extern void client_close(Client *client);
extern PGresult *client_ask(Client *client, const char *sql, const char *argument);
extern bool client_do(Client *client, const char *sql);
extern unsigned client_random(Client *client, unsigned below);
extern const char *client_level(Client *client);
extern void contradict(Kind kind, const char *format, ...) __attribute__((format(printf, 2, 3)));
extern bool take_plant(Kind kind);

/* The threads: each takes a Client and returns NULL. */
extern void *write_rows(void *client);
extern void *check_rows(void *client);
extern void *write_slots(void *client);
extern void *check_slots_in_session(void *client);
extern void *check_slots_in_transactions(void *client);

#endif

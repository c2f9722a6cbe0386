/*
 * shim.h
 *		What stands in for the server around src/condition/ in the standalone
 *		build: memory, errors, and metadata as genuine jsonb bytes.
 */
#ifndef WP_FUZZ_SHIM_H
#define WP_FUZZ_SHIM_H

#include "postgres.h"
#include "utils/jsonb.h"

/*
 * Runs work(argument); true if it returned, false if it raised an error.  What
 * is palloc'd stays until shim_reset().
 */
extern bool shim_try(void (*work)(void *argument), void *argument);

/* The message of the error that shim_try() last caught, "" for none. */
extern const char *shim_message(void);

/* Frees everything that was palloc'd since the last reset. */
extern void shim_reset(void);

/* Writes "target: why" and the input to standard error, and aborts: a finding. */
extern void shim_finding(const char *why, const char *input, size_t len) pg_attribute_noreturn();

/* Is it text as the server would accept it: UTF-8 without NUL? */
extern bool shim_valid_text(const char *text, size_t len);

/*
 * The jsonb of a JSON text, laid out as the server lays it out; NULL where the
 * text is no JSON.  palloc'd.
 */
extern Jsonb *shim_jsonb(const char *text, size_t len);

#endif

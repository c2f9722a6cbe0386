/*
 * reader.h
 *		Reading the model's tables as their owner, as foreign-key triggers do: as
 *		the caller we would meet our own policies and recurse.
 */
#ifndef WP_LOOKUP_READER_H
#define WP_LOOKUP_READER_H

#include "postgres.h"

typedef struct WpReader
{
	Oid user;
	int security_context;
} WpReader;

/* Has create_model() made the tables in this database? */
extern bool wp_model_exists(void);

/* A table of the model; raises undefined_table before create_model(). */
extern Oid wp_model_table(const char *name);

/* Their owner; raises 42P01 before create_model(). */
extern Oid wp_tables_owner(void);

/* Become the tables' owner until wp_reader_leave; an error in between undoes it too. */
extern void wp_reader_enter(WpReader *scope);
extern void wp_reader_leave(const WpReader *scope);

#endif

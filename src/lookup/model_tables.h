/*
 * model_tables.h
 *		The model's tables, and acting as their owner during a call, as
 *		foreign-key triggers do.  The role that caused the call may have no
 *		right to see or write the rows in question, and must not choose what
 *		names mean.
 */
#ifndef WP_LOOKUP_MODEL_TABLES_H
#define WP_LOOKUP_MODEL_TABLES_H

#include "postgres.h"

/* The state to restore. */
typedef struct WpOwnerScope
{
	Oid user;
	int security_context;
	int guc_level;
} WpOwnerScope;

/*
 * Makes owner, which row security does not bind, the current user, and sets
 * search_path, until wp_owner_leave() with the same scope.  After an error, the
 * abort of the (sub)transaction restores both, as it does for functions with
 * SECURITY DEFINER and SET.
 */
extern void wp_owner_enter(Oid owner, WpOwnerScope *scope);
extern void wp_owner_leave(const WpOwnerScope *scope);

/* Returns a relation of our schema, or InvalidOid.  Not cached. */
extern Oid wp_find_relation(const char *name);

/*
 * Returns whether the table is read from a source (spec 6.4).  Its rows are the
 * application's: they are not locked.
 */
extern bool wp_is_source(const char *table);

/*
 * Returns whether the table is read from a source that lacks this column, which
 * is then NULL or has its default in every row.
 */
extern bool wp_source_lacks(const char *table, const char *column);

/* Has create_model() made the tables in this database? */
extern bool wp_model_exists(void);

/*
 * Return a table of the model, and the owner of all of them.  Raise
 * undefined_table before create_model().
 */
extern Oid wp_model_table(const char *name);
extern Oid wp_tables_owner(void);

#endif

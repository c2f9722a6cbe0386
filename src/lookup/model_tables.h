/*
 * model_tables.h
 *		The model's tables, and acting as their owner for the length of a call,
 *		as foreign-key triggers do: whoever caused the call may not see or write
 *		the rows that must be seen or written, and must not choose what names
 *		mean.
 */
#ifndef WP_LOOKUP_MODEL_TABLES_H
#define WP_LOOKUP_MODEL_TABLES_H

#include "postgres.h"

/* What to go back to. */
typedef struct WpOwnerScope
{
	Oid user;
	int security_context;
	int guc_level;
} WpOwnerScope;

/*
 * Makes owner the current user, whom no row security binds, and pins
 * search_path, until wp_owner_leave() with the same scope.  After an error the
 * abort of the (sub)transaction puts both back, as it does for functions with
 * SECURITY DEFINER and SET.
 */
extern void wp_owner_enter(Oid owner, WpOwnerScope *scope);
extern void wp_owner_leave(const WpOwnerScope *scope);

/* A relation of our schema; InvalidOid if there is none.  Not cached. */
extern Oid wp_find_relation(const char *name);

/* Has create_model() made the tables in this database? */
extern bool wp_model_exists(void);

/*
 * A table of the model, and the owner of all; raise undefined_table before
 * create_model().
 */
extern Oid wp_model_table(const char *name);
extern Oid wp_tables_owner(void);

#endif

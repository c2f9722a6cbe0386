/*
 * entries.h
 *		Putting rows into the audit log without a query.
 */
#ifndef WP_MODEL_ENTRIES_H
#define WP_MODEL_ENTRIES_H

#include "postgres.h"

/* The columns of an entry that are given; the rest of audit_log is filled in. */
typedef enum WpEntryColumn
{
	WP_ENTRY_ACCOUNT,
	WP_ENTRY_AT,
	WP_ENTRY_PRINCIPAL,
	WP_ENTRY_ROLE,
	WP_ENTRY_ACTION,
	WP_ENTRY_OBJECT,
	WP_ENTRY_BEFORE,
	WP_ENTRY_AFTER,
	WP_ENTRY_COLUMNS
} WpEntryColumn;

typedef struct WpEntry
{
	Datum values[WP_ENTRY_COLUMNS];
	bool nulls[WP_ENTRY_COLUMNS];
} WpEntry;

typedef struct WpEntryTable WpEntryTable;

/*
 * Opens audit_log of the schema for the current user, palloc'd in the current
 * context; NULL where there is more to an INSERT than putting rows in, which then
 * a query has to do.
 */
extern WpEntryTable *wp_entries_open(Oid schema);

/* Inserts n entries, as one command; what it takes beyond them is left in the current context. */
extern void wp_entries_insert(WpEntryTable *table, const WpEntry *entries, int n);

/* Closes it, and frees it; after an error, transaction abort does. */
extern void wp_entries_close(WpEntryTable *table);

#endif

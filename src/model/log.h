/*
 * log.h
 *		Entries of the audit log about rows that changed (spec 5).
 */
#ifndef WP_MODEL_LOG_H
#define WP_MODEL_LOG_H

#include "postgres.h"

#include "executor/tuptable.h"
#include "utils/rel.h"
#include "utils/reltrigger.h"

typedef struct WpLog WpLog;

/*
 * Begins to log what is done ("insert", "update" or "delete") to rows of the
 * relation, in memory of the current context until wp_log_end.  The trigger's
 * arguments after the first are the columns that tell the rows apart.
 */
extern WpLog *wp_log_begin(Relation relation, const Trigger *trigger, const char *action);

/*
 * Logs one row, as it was and as it is; NULL where there was or is none.  A row
 * that has not changed leaves no entry.
 */
extern void wp_log_row(WpLog *log, TupleTableSlot *before, TupleTableSlot *after);

/* Writes what has gathered, and frees all that it took; after an error, transaction abort does. */
extern void wp_log_end(WpLog *log);

#endif

/*
 * condition_index.h
 *		The distinct conditions of an account in a table of the application's
 *		own.  They are read from an index on (account, condition_digest(
 *		condition), …), from digest to digest, however many rows have each.
 *
 * Nothing has to be kept beside the index, so nothing can be missing there.
 * Every row that the active snapshot shows and that a scan of this index can
 * find has its digest among those that are read, and all rows with a digest
 * have the same condition.
 */
#ifndef WP_LOOKUP_CONDITION_INDEX_H
#define WP_LOOKUP_CONDITION_INDEX_H

#include "postgres.h"

#include "utils/rel.h"
#include "utils/uuid.h"

/*
 * Returns the column with the conditions, if it is an index of that form;
 * otherwise InvalidAttrNumber.  `function` is condition_digest().  The index
 * need not be valid any more: a plan that was made before still reads it.
 */
extern AttrNumber wp_condition_index_column(Relation index, Oid function);

/*
 * Calls `known` with each digest of the account's conditions, in ascending
 * order.  If it returns false, calls `learn` with the condition, which is valid
 * during the call.  There is no such call if no row is visible.  The account is
 * of this type.
 */
typedef struct WpConditionReader
{
	bool (*known)(const pg_uuid_t *digest, void *arg);
	void (*learn)(const pg_uuid_t *digest, const struct varlena *condition,
				  void *arg);
	void *arg;
} WpConditionReader;
extern void wp_condition_index_read(Relation index, AttrNumber column, Oid type,
									Datum account,
									const WpConditionReader *reader);

#endif

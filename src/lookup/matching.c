/*
 * matching.c
 *		The conditions that hold; see matching.h.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "condition/format.h"
#include "condition/match.h"
#include "lookup/matching.h"
#include "lookup/read.h"
#include "lookup/session.h"

/* Rows that are read at a time. */
#define BATCH 1000

static WpQuery conditions_query = {
	"SELECT DISTINCT w.condition FROM workflow_perms.workflows w"
	" WHERE w.account_id OPERATOR(pg_catalog.=) $1 AND w.condition IS NOT NULL",
	1,
	{TEXTOID}};

/* The last answer; all of it lives in `context`. */
typedef struct Kept
{
	MemoryContext context;
	uint64 load_number; /* of the session's principal; 0: of another one */
	int space;
	WpMatching matching;
	int64 *hashes;
} Kept;

static Kept *kept = NULL;

/* Order of two hashes, for qsort. */
static int
compare_hashes(const void *a, const void *b)
{
	int64 one = *(const int64 *) a;
	int64 other = *(const int64 *) b;

	return (one > other) - (one < other);
}

/* Adds a hash to those that hold. */
static void
add_hash(Kept *mine, int64 hash)
{
	if (mine->matching.count == mine->space)
	{
		mine->space *= 2;
		mine->hashes = repalloc_huge(mine->hashes, sizeof(int64) * (Size) mine->space);
	}
	mine->hashes[mine->matching.count++] = hash;
}

/* Sorts the hashes and drops doubles. */
static void
finish(Kept *mine)
{
	int n = 0;

	qsort(mine->hashes, mine->matching.count, sizeof(int64), compare_hashes);
	for (int i = 0; i < mine->matching.count; i++)
		if (n == 0 || mine->hashes[n - 1] != mine->hashes[i])
			mine->hashes[n++] = mine->hashes[i];
	mine->matching.count = n;
	mine->matching.hashes = mine->hashes;
}

/* Evaluates the conditions of the workflows that the active snapshot shows. */
static void
evaluate_visible(Kept *mine, const WpPrincipal *principal)
{
	WpSubject subject = {principal->metadata != NULL ? &principal->metadata->root : NULL,
		principal->user.data, principal->user.len};
	WpReading reading;
	Datum args[1];
	Portal rows;

	wp_reading_begin(&reading);
	args[0] = wp_text_datum(&principal->account);
	rows = wp_read_rows(&conditions_query, args);
	for (SPI_cursor_fetch(rows, true, BATCH); SPI_processed > 0; SPI_cursor_fetch(rows, true, BATCH))
	{
		for (uint64 i = 0; i < SPI_processed; i++)
		{
			bool isnull;
			struct varlena *condition;

			CHECK_FOR_INTERRUPTS();
			condition = PG_DETOAST_DATUM_PACKED(wp_read_datum(i, 1, &isnull));
			if (wp_condition_match(condition, &subject) == WP_TRUE)
				add_hash(mine, (int64) wp_condition_hash(condition));
		}
		SPI_freetuptable(SPI_tuptable);
	}
	SPI_cursor_close(rows);
	wp_reading_end(&reading);
}

/* Returns the answer for the principal, and keeps it in place of the former one. */
static const WpMatching *
answer(const WpPrincipal *principal, uint64 load_number)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "workflow_perms matching conditions",
												  ALLOCSET_DEFAULT_SIZES);
	Kept *fresh = MemoryContextAllocZero(context, sizeof(Kept));

	fresh->context = context;
	fresh->load_number = load_number;
	fresh->space = 64;
	fresh->hashes = MemoryContextAlloc(context, sizeof(int64) * fresh->space);
	if (principal->metadata != NULL)
		evaluate_visible(fresh, principal);
	finish(fresh);

	MemoryContextSetParent(context, CacheMemoryContext);
	if (kept != NULL)
		MemoryContextDelete(kept->context);
	kept = fresh;
	return &kept->matching;
}

/* See matching.h.  Raises undefined_table where somebody is set and the model is gone. */
const WpMatching *
wp_session_matching(void)
{
	const WpPrincipal *principal = wp_session_principal();

	if (principal == NULL)
		return NULL;
	if (kept != NULL && kept->load_number != 0 && kept->load_number == wp_session_load_number())
		return &kept->matching;
	return answer(principal, wp_session_load_number());
}

/* See matching.h.  Raises undefined_table before create_model(). */
const WpMatching *
wp_matching_of(const WpPrincipal *principal)
{
	return answer(principal, 0);
}

/*
 * metadata_size.c
 *		The limit on the size of a user's metadata.  A backend holds the
 *		metadata of its principal and matches it against every condition.
 *
 * The limit applies to the uncompressed binary form, because that is what a
 * backend holds.  As with max_stack_depth, functions that refuse larger
 * metadata stay immutable: a limit on resources decides whether there is a
 * result, not which.
 */
#include "postgres.h"

#include <limits.h>

#include "access/detoast.h"
#include "utils/guc.h"

#include "compat.h"
#include "principal/metadata_size.h"

#define KILOBYTE 1024

static int max_metadata_size = 1024; /* kB */

void
wp_metadata_size_init(void)
{
	DefineCustomIntVariable("workflow_perms.max_metadata_size",
							"How big the metadata of a user may be.",
							"What is stored already is read whatever its size.",
							&max_metadata_size, 1024, 1, INT_MAX / KILOBYTE,
							PGC_SUSET, GUC_UNIT_KB, NULL, NULL, NULL);
}

bool
wp_metadata_fits(Datum metadata)
{
	return toast_raw_datum_size(metadata) <=
		   (Size) max_metadata_size * KILOBYTE;
}

bool
wp_require_metadata_size(Datum metadata, Node *escontext)
{
	if (wp_metadata_fits(metadata))
		return true;
	ereturn(
		escontext, false,
		(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("metadata is too big"),
		 errdetail("It has %zu bytes, of %d kB that it may have.",
				   (size_t) toast_raw_datum_size(metadata), max_metadata_size),
		 errhint("Keep what conditions ask for, and the rest elsewhere; a "
				 "superuser may raise "
				 "workflow_perms.max_metadata_size.")));
}

/*
 * metadata_size.h
 *		The bound on a user's metadata (workflow_perms.max_metadata_size).  What
 *		is written, or given in a principal's place, has to keep to it; what is
 *		stored already is read whatever its size.
 */
#ifndef WP_PRINCIPAL_METADATA_SIZE_H
#define WP_PRINCIPAL_METADATA_SIZE_H

#include "postgres.h"

#include "nodes/nodes.h"

/* Makes the setting; called once, when the library is loaded. */
extern void wp_metadata_size_init(void);

/* Is it a jsonb within the bound?  What is toasted stays so. */
extern bool wp_metadata_fits(Datum metadata);

/*
 * The same; raises program_limit_exceeded otherwise, or softly returns false.
 */
extern bool wp_require_metadata_size(Datum metadata, Node *escontext);

#endif

/*
 * metadata_size.h
 *		The limit on the size of a user's metadata
 *		(workflow_perms.max_metadata_size).  It applies to metadata that is
 *		written or given in an argument.  Stored metadata is read at any size.
 */
#ifndef WP_PRINCIPAL_METADATA_SIZE_H
#define WP_PRINCIPAL_METADATA_SIZE_H

#include "postgres.h"

#include "nodes/nodes.h"

/* Makes the setting; called once, when the library is loaded. */
extern void wp_metadata_size_init(void);

/* Is this a jsonb within the limit? Does not detoast it. */
extern bool wp_metadata_fits(Datum metadata);

/*
 * The same.  Otherwise raises program_limit_exceeded, or softly returns false.
 */
extern bool wp_require_metadata_size(Datum metadata, Node *escontext);

#endif

/*
 * workflow_perms.c
 *		Module magic and initialisation: nothing else.
 */
#include "postgres.h"

#include "fmgr.h"

PG_MODULE_MAGIC;

extern PGDLLEXPORT void _PG_init(void);

/* Called once when the library is loaded. */
void
_PG_init(void)
{
}

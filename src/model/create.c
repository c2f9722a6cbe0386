/*
 * create.c
 *		What create_model() must know and SQL cannot tell it.
 */
#include "postgres.h"

#include "commands/extension.h"
#include "fmgr.h"

PG_FUNCTION_INFO_V1(wp_creating_extension);

/*
 * Whether an extension script is being executed: tables made now would become
 * members of that extension.  Raises nothing.
 */
Datum
wp_creating_extension(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(creating_extension);
}

/*
 * capability.c
 *		The gate of one capability (spec 4.6), where access goes by capability.
 */
#include "postgres.h"

#include "decide/gates.h"
#include "principal/find.h"

/*
 * Returns WP_ALLOWED for a member or service that holds the capability, for the
 * account or for this workspace, else WP_NO_CAPABILITY.  Raises nothing.
 */
WpVerdict
wp_gate_capability(const WpPrincipal *principal, const char *capability, const WpText *workspace, WpTrace *trace)
{
	WpText name = {capability, (int) strlen(capability)};
	const WpCapability *held = wp_is_team(principal) ? wp_find_capability(principal, &name, workspace) : NULL;

	return wp_told_through(trace, "capability", held ? WP_ALLOWED : WP_NO_CAPABILITY, "capability", &name,
						   held ? &held->through : NULL);
}

/*
 * verdict.c
 *		The codes of verdicts.
 */
#include "postgres.h"

#include "decide/verdict.h"

/*
 * Returns the verdict's code as the spec spells it (section 4), a static
 * string.  Raises nothing.
 */
const char *
wp_verdict_code(WpVerdict verdict)
{
	switch (verdict)
	{
		case WP_ALLOWED:
			return "allowed";
		case WP_NO_PRINCIPAL:
			return "no_principal";
		case WP_INACTIVE:
			return "inactive";
		case WP_NOT_FOUND:
			return "not_found";
		case WP_NOT_LIVE:
			return "not_live";
		case WP_HIDDEN:
			return "hidden";
		case WP_CONDITION:
			return "condition";
		case WP_NOT_VISIBLE:
			return "not_visible";
		case WP_NO_CAPABILITY:
			return "no_capability";
		case WP_NOT_OWNER:
			return "not_owner";
		case WP_WORKSPACE_RESTRICTED:
			return "workspace_restricted";
		case WP_ACCOUNT_ROLE:
			return "account_role";
	}
	/* A verdict from nowhere is a doubt, and a doubt is a no. */
	return "not_found";
}

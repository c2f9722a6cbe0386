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
		case WP_NOT_OWN:
			return "not_own";
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
		case WP_DENIED_USER:
			return "denied_user";
		case WP_DENIED_ROLE:
			return "denied_role";
		case WP_DENIED_SYSTEM_ROLE:
			return "denied_system_role";
		case WP_DENIED_APP_USER:
			return "denied_app_user";
		case WP_DENIED_APP_ROLE:
			return "denied_app_role";
		case WP_DENIED_APP_SYSTEM_ROLE:
			return "denied_app_system_role";
		case WP_DENIED_DEFAULT:
			return "denied_default";
		case WP_NOT_OPEN:
			return "not_open";
		case WP_NOT_ENABLED:
			return "not_enabled";
		case WP_NOT_CONNECTED:
			return "not_connected";
		case WP_RUN_AS_INACTIVE:
			return "run_as_inactive";
		case WP_BOARD_RESTRICTED:
			return "board_restricted";
		case WP_COLUMN_RESTRICTED:
			return "column_restricted";
		case WP_NOT_FAILED:
			return "not_failed";
	}
	/* A verdict from nowhere is a doubt, and a doubt is a no. */
	return "not_found";
}

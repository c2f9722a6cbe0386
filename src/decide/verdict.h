/*
 * verdict.h
 *		The answer of a decision: allowed, or the code of the first gate that
 *		failed (spec 4).  Every decision of this room returns one; yes and no are
 *		what is left of it at the SQL surface.
 */
#ifndef WP_DECIDE_VERDICT_H
#define WP_DECIDE_VERDICT_H

typedef enum WpVerdict
{
	WP_ALLOWED,
	WP_NO_PRINCIPAL,
	WP_INACTIVE,
	WP_NOT_FOUND,
	WP_NOT_OWN,
	WP_NOT_LIVE,
	WP_HIDDEN,
	WP_CONDITION,
	WP_NOT_VISIBLE,
	WP_NO_CAPABILITY,
	WP_NOT_OWNER,
	WP_WORKSPACE_RESTRICTED,
	WP_ACCOUNT_ROLE,
	WP_DENIED_USER,
	WP_DENIED_ROLE,
	WP_DENIED_SYSTEM_ROLE,
	WP_DENIED_APP_USER,
	WP_DENIED_APP_ROLE,
	WP_DENIED_APP_SYSTEM_ROLE,
	WP_DENIED_DEFAULT,
	WP_NOT_OPEN,
	WP_NOT_ENABLED,
	WP_NOT_CONNECTED,
	WP_RUN_AS_INACTIVE,
	WP_BOARD_RESTRICTED,
	WP_COLUMN_RESTRICTED,
	WP_NOT_FAILED
} WpVerdict;

/* The code as the spec spells it, "allowed" for WP_ALLOWED; a static string. */
extern const char *wp_verdict_code(WpVerdict verdict);

#endif

/*
 * trace.h
 *		The result of a decision, and the trace of its gates.  Each gate reports
 *		its verdict and what decided it, in order.  So an explanation comes from
 *		the decision itself and cannot differ from it (spec 5).  For a plain
 *		check the trace is NULL.
 */
#ifndef WP_DECIDE_TRACE_H
#define WP_DECIDE_TRACE_H

#include "principal/principal.h"

/*
 * The result of a decision: allowed, or the code of the first gate that failed
 * (spec 4).
 */
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
	WP_DENIED_ACCOUNT_USER,
	WP_DENIED_ACCOUNT_ROLE,
	WP_DENIED_ACCOUNT_SYSTEM_ROLE,
	WP_DENIED_DEFAULT,
	WP_NOT_OPEN,
	WP_NOT_ENABLED,
	WP_NOT_CONNECTED,
	WP_RUN_AS_INACTIVE,
	WP_BOARD_RESTRICTED,
	WP_COLUMN_RESTRICTED,
	WP_NOT_FAILED
} WpVerdict;

/* The code as in the spec, "allowed" for WP_ALLOWED; a static string. */
extern const char *wp_verdict_code(WpVerdict verdict);

typedef struct WpTrace WpTrace;

/* The report of one gate; valid only during the call. */
typedef struct WpTraceStep
{
	const char *gate; /* "live", "visible", .. */
	WpVerdict verdict;
	/* what decided: "owner", "capability", ..; NULL: nothing to name */
	const char *by;
	WpText name; /* which capability, user or workspace; data NULL: none */
	const WpPrincipal *subject; /* that a condition was matched with, or NULL */
	const struct varlena *condition; /* and the condition itself; NULL: none */
	/*
	 * the role through which the principal has what decided; data NULL: none,
	 * or not known
	 */
	WpText through;
} WpTraceStep;

/* Embedded at the start of a trace's own struct. */
struct WpTrace
{
	void (*listen)(WpTrace *trace, const WpTraceStep *step);
};

/*
 * Reports a gate's verdict, unless the trace is NULL, and returns the verdict.
 * Raises what the listener raises.
 */
static inline WpVerdict
wp_trace_gate_through(WpTrace *trace, const char *gate, WpVerdict verdict,
					  const char *by, const WpText *name, const WpText *through)
{
	if (trace != NULL)
	{
		WpTraceStep step = {gate, verdict, by,       {NULL, 0},
							NULL, NULL,    {NULL, 0}};

		if (name != NULL)
			step.name = *name;
		if (through != NULL)
			step.through = *through;
		trace->listen(trace, &step);
	}
	return verdict;
}

/* The same without a role. */
static inline WpVerdict
wp_trace_gate(WpTrace *trace, const char *gate, WpVerdict verdict,
			  const char *by, const WpText *name)
{
	return wp_trace_gate_through(trace, gate, verdict, by, name, NULL);
}

/* The same with a name that is a constant. */
static inline WpVerdict
wp_trace_gate_word(WpTrace *trace, const char *gate, WpVerdict verdict,
				   const char *by, const char *word)
{
	WpText name = {word, trace != NULL ? (int) strlen(word) : 0};

	return wp_trace_gate(trace, gate, verdict, by, &name);
}

#endif

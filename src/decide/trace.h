/*
 * trace.h
 *		Listening to a decision: each gate that is asked tells what it answered and
 *		what decided it, in order, so that an explanation is the decision itself
 *		and cannot differ from it (spec 5).  Nobody listens to a plain check.
 */
#ifndef WP_DECIDE_TRACE_H
#define WP_DECIDE_TRACE_H

#include "decide/verdict.h"
#include "principal/principal.h"

typedef struct WpTrace WpTrace;

/* What is told of one gate; valid during the call alone. */
typedef struct WpTraceStep
{
	const char *gate; /* "live", "visible", .. */
	WpVerdict verdict;
	const char *by; /* what decided: "owner", "role", "rule of level 3", ..; NULL: nothing to name */
	WpText name; /* which capability, user, workspace; data NULL: none */
	const WpPrincipal *subject; /* of a condition: who was matched; else NULL */
	const struct varlena *condition; /* and what with; NULL: none */
	WpText through; /* the role by which the principal has what decided; data NULL: none, or not known */
} WpTraceStep;

/* A listener embeds this at its start. */
struct WpTrace
{
	void (*listen) (WpTrace *trace, const WpTraceStep *step);
};

/*
 * Tells what a gate answered, if somebody listens, and returns its verdict.
 * Raises what the listener raises.
 */
static inline WpVerdict
wp_told_through(WpTrace *trace, const char *gate, WpVerdict verdict, const char *by, const WpText *name,
				const WpText *through)
{
	if (trace != NULL)
	{
		WpTraceStep step = {gate, verdict, by, {NULL, 0}, NULL, NULL, {NULL, 0}};

		if (name != NULL)
			step.name = *name;
		if (through != NULL)
			step.through = *through;
		trace->listen(trace, &step);
	}
	return verdict;
}

/* The same where no role comes into it. */
static inline WpVerdict
wp_told(WpTrace *trace, const char *gate, WpVerdict verdict, const char *by, const WpText *name)
{
	return wp_told_through(trace, gate, verdict, by, name, NULL);
}

/* The same where what decided has a name that the code spells. */
static inline WpVerdict
wp_told_word(WpTrace *trace, const char *gate, WpVerdict verdict, const char *by, const char *word)
{
	WpText name = {word, trace != NULL ? (int) strlen(word) : 0};

	return wp_told(trace, gate, verdict, by, &name);
}

#endif

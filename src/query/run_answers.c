/*
 * run_answers.c
 *		Decisions on a run that ask about somebody else than who asks: what its steps
 *		may do goes by the rights of run_as, replaying it by those of the user whom it
 *		was made for (spec 4.8).
 */
#include "postgres.h"

#include "decide/trace.h"
#include "lookup/load.h"
#include "query/run_answers.h"

WpVerdict
wp_answer_replay(const WpPrincipal *principal, const WpRun *run, WpTrace *trace)
{
	WpVerdict verdict = wp_decide_replay(principal, run, trace);
	WpPrincipal user;

	if (verdict != WP_ALLOWED)
		return verdict;
	if (run->for_user.data == NULL)
		return wp_decide_traced(principal, WP_RUN, run->workflow, trace);
	if (wp_load_principal(&principal->account, &run->for_user, wp_action_facets(WP_RUN), &user) != WP_LOADED)
		return wp_told(trace, "found", WP_NOT_FOUND, "there is no such user any more", &run->for_user);
	return wp_decide_traced(&user, WP_RUN, run->workflow, trace);
}

/*
 * Fills *run_as with the principal whose rights the run has, as that user is now;
 * an anonymous one, who may do nothing, if there is no such user (any more).
 * Returns false if there is no such account.
 */
static bool
load_run_as(const WpText *account, const WpText *user, WpPrincipal *run_as)
{
	WpText nobody = {NULL, 0};
	WpLoadResult result = wp_load_principal(account, user, 0, run_as);

	if (result == WP_UNKNOWN_USER)
		result = wp_load_principal(account, &nobody, 0, run_as);
	return result == WP_LOADED;
}

WpVerdict
wp_answer_run_step(const WpLoadedRun *run, const WpStepIds *ids, WpTrace *trace)
{
	WpPrincipal run_as;
	WpLoadedTouch loaded;

	if (!load_run_as(&run->run.account, &run->run_as, &run_as))
		return wp_told(trace, "run_as", WP_RUN_AS_INACTIVE, NULL, NULL);
	if (run->run.workflow != NULL && !wp_steps_are_checked(&run_as, run->run.workflow))
		return wp_told(trace, "checked", WP_ALLOWED, "steps are not checked in a project or app", NULL);
	wp_load_touch(&run_as, ids, &loaded);
	return wp_decide_step(&run_as, &loaded.touch, trace);
}

WpVerdict
wp_answer_step(const WpLoadedRun *run, const WpText *step, WpTrace *trace)
{
	WpStepIds ids;

	if (run->run.workflow == NULL || !wp_load_step(&run->run.account, &run->workflow.workflow, step, &ids))
		return wp_told(trace, "found", WP_NOT_FOUND, "no such step of the live version", NULL);
	return wp_answer_run_step(run, &ids, trace);
}

/*
 * fuzz_decide.c
 *		Bytes as a principal, a workflow, a board and a run: whatever they are, the
 *		decisions answer, tell as many gates as it takes and no other answer to
 *		whoever listens, and keep to what the spec says of them together: nobody,
 *		the inactive and other accounts get nothing, editing implies viewing, what
 *		is hidden or unpublished is so for outsiders only, an account admin sees
 *		what a member sees, no deny ever allows, and the order in which something
 *		is held does not matter.
 */
#include "postgres.h"

#include "condition/parse.h"
#include "decide/board_gates.h"
#include "shim.h"

#define ITEMS 6 /* of a list, at most */

typedef struct Input
{
	const uint8_t *data;
	size_t size;
	size_t at;
} Input;

/* Everything that is decided about. */
typedef struct World
{
	WpPrincipal principal;
	WpWorkflow workflow;
	WpBoard board;
	WpColumn column;
	WpTouch touch;
	WpRun run;
} World;

/* One decision, by whatever function, of one world. */
typedef WpVerdict (*Decision) (const World *world, const WpPrincipal *principal, WpTrace *trace);

/* Keeps what was told last, and whether something was told after a refusal. */
typedef struct Listener
{
	WpTrace trace;
	int steps;
	WpVerdict last;
	bool refused_before;
} Listener;

static Input *current;

/* Reports what does not hold, and ends. */
static void
claim(bool holds, const char *what)
{
	if (!holds)
		shim_finding(what, (const char *) current->data, current->size);
}

/* Returns a number below n; zero where the input is at its end. */
static uint8_t
pick(Input *input, int n)
{
	return input->at < input->size ? input->data[input->at++] % n : 0;
}

/* Returns one of few ids, so that they meet; sometimes none where that is possible. */
static WpText
pick_id(Input *input, bool may_be_null)
{
	static const char *const ids[] = {"a", "b", "c", "aa", "\xc3\xa9"};
	int which = pick(input, may_be_null ? lengthof(ids) + 2 : lengthof(ids));
	WpText id = {NULL, 0};

	if (which < lengthof(ids))
	{
		/* Exactly as many bytes as it has, so that one beyond them is found. */
		id.len = strlen(ids[which]);
		id.data = memcpy(palloc(id.len), ids[which], id.len);
	}
	return id;
}

/* Returns a role or a capability that the code knows, or another. */
static WpText
pick_name(Input *input)
{
	static const char *const names[] = {"workflows.view", "workflows.modify", "workflows.deploy", "workflows.create",
		"task_history.view", "task_history.replay", "acme.export"};
	const char *name = names[pick(input, lengthof(names))];

	return (WpText){name, strlen(name)};
}

/* Returns the condition of a workflow, NULL for none. */
static const struct varlena *
pick_condition(Input *input)
{
	static const char *const texts[] = {"{}", "{\"plan\": \"pro\"}", "{\"plan\": {\"$ne\": \"pro\"}}", "{\"$userId\": \"a\"}",
		"{\"$not\": {\"seats\": {\"$gt\": 3}}}", "{\"$rollout\": {\"percent\": 50}}"};
	int which = pick(input, lengthof(texts) + 2);

	return which < lengthof(texts) ? wp_condition_read(texts[which], strlen(texts[which]), NULL) : NULL;
}

/* Returns metadata, NULL for none. */
static Jsonb *
pick_metadata(Input *input)
{
	static const char *const texts[] = {"{}", "{\"plan\": \"pro\"}", "{\"plan\": [\"free\"], \"seats\": 4}", "{\"plan\": null}"};
	int which = pick(input, lengthof(texts) + 1);

	return which < lengthof(texts) ? shim_jsonb(texts[which], strlen(texts[which])) : NULL;
}

/* Fills the lists of a principal. */
static void
pick_lists(Input *input, WpPrincipal *p)
{
	p->nroles = pick(input, ITEMS);
	p->roles = palloc0(sizeof(WpRole) * ITEMS);
	for (int i = 0; i < p->nroles; i++)
		p->roles[i] = (WpRole){pick_id(input, false), pick_id(input, true)};
	p->ncapabilities = pick(input, ITEMS);
	p->capabilities = palloc0(sizeof(WpCapability) * ITEMS);
	for (int i = 0; i < p->ncapabilities; i++)
		p->capabilities[i] = (WpCapability){pick_name(input), pick_id(input, true)};
	p->nworkspaces = pick(input, ITEMS);
	p->workspaces = palloc0(sizeof(WpWorkspace) * ITEMS);
	for (int i = 0; i < p->nworkspaces; i++)
	{
		p->workspaces[i].workspace = (WpText){&"abcdef"[i], 1};
		p->workspaces[i].kind = pick(input, WP_WORKSPACE_UNKNOWN + 1);
		p->workspaces[i].is_member = pick(input, 2);
		p->workspaces[i].offered = pick(input, WP_OFFERED_BY_KIND + 1);
	}
	p->nmemberships = pick(input, ITEMS);
	p->memberships = palloc0(sizeof(WpMembership) * ITEMS);
	for (int i = 0; i < p->nmemberships; i++)
	{
		WpMembership *membership = &p->memberships[i];

		membership->workflow = pick_id(input, false);
		membership->scope = pick_id(input, true);
		membership->is_owner = pick(input, 2);
		membership->ntouches = pick(input, 3);
		membership->touches = palloc0(sizeof(WpText) * 3);
		for (int t = 0; t < membership->ntouches; t++)
			membership->touches[t] = pick_id(input, false);
	}
	p->nrules = pick(input, ITEMS);
	p->rules = palloc0(sizeof(WpRule) * (ITEMS + 1));
	for (int i = 0; i < p->nrules; i++)
	{
		WpRule *rule = &p->rules[i];

		rule->workflow = pick_id(input, true);
		if (rule->workflow.data == NULL)
			rule->workspace = pick_id(input, true);
		rule->level = pick(input, WP_RULE_SYSTEM + 1);
		if (rule->level == WP_RULE_CUSTOM)
			rule->scope = pick_id(input, true);
		rule->effect = pick(input, WP_EFFECT_DENY + 1);
	}
	p->nenabled = pick(input, ITEMS);
	p->enabled = palloc0(sizeof(WpText) * ITEMS);
	for (int i = 0; i < p->nenabled; i++)
		p->enabled[i] = pick_id(input, false);
}

/* Makes a world of the bytes, the principal's lists as they come. */
static void
pick_world(Input *input, World *world)
{
	WpPrincipal *p = &world->principal;
	WpWorkflow *w = &world->workflow;

	memset(world, 0, sizeof(*world));
	p->account = pick_id(input, true);
	p->user = pick_id(input, true);
	p->kind = pick(input, WP_KIND_SERVICE + 1);
	p->account_role = pick(input, WP_ACCOUNT_NONE + 1);
	p->active = pick(input, 4) != 0;
	p->metadata = pick_metadata(input);
	p->creator_roles = pick(input, 16);
	p->guests_see_open_main = pick(input, 2);
	p->default_execution = pick(input, WP_EFFECT_DENY + 1);
	p->facets = WP_ALL_FACETS;
	pick_lists(input, p);

	/* Mostly of the same account. */
	w->account = pick(input, 4) != 0 ? p->account : pick_id(input, true);
	w->workflow = pick_id(input, true);
	w->workspace = pick_id(input, true);
	w->visibility = pick(input, WP_VISIBILITY_UNKNOWN + 1);
	w->status = pick(input, 4) != 0 ? WP_STATUS_LIVE : pick(input, WP_STATUS_UNKNOWN + 1);
	w->condition = pick_condition(input);
	w->hidden = pick(input, 2);
	if (pick(input, 4) == 0)
		w->owner = pick_id(input, false);

	world->board = (WpBoard){w->account, pick_id(input, true), pick(input, WP_BOARD_UNKNOWN + 1)};
	world->board.is_member = pick(input, 2);
	world->board.is_owner = world->board.is_member && pick(input, 2);
	world->column = (WpColumn){pick(input, 2), pick(input, 2), pick(input, 2), pick(input, 2)};
	world->touch = (WpTouch){pick_id(input, true), pick(input, 2), NULL, pick(input, 2), NULL, pick(input, 2)};
	if (world->touch.names_board && pick(input, 4) != 0)
		world->touch.board = &world->board;
	if (world->touch.names_column && world->touch.board != NULL && pick(input, 4) != 0)
		world->touch.column = &world->column;
	world->run = (WpRun){w->account, pick_id(input, true), pick_id(input, true), pick(input, 2), pick(input, 4) != 0 ? w : NULL};
}

/* Turns a list round. */
static void
reverse(void *list, int n, size_t size)
{
	char *at = list;
	char *swap = palloc(size);

	for (int i = 0; i < n / 2; i++)
	{
		memcpy(swap, at + size * i, size);
		memcpy(at + size * i, at + size * (n - 1 - i), size);
		memcpy(at + size * (n - 1 - i), swap, size);
	}
}

/* Returns a copy with lists of its own, turned round where that is asked for, and sorted. */
static WpPrincipal *
copy_principal(const WpPrincipal *p, bool turned)
{
	WpPrincipal *copy = palloc(sizeof(WpPrincipal));

#define COPY_LIST(list, n, room) \
	do { \
		copy->list = memcpy(palloc0(sizeof(*p->list) * (room)), p->list, sizeof(*p->list) * (room)); \
		if (turned) \
			reverse(copy->list, p->n, sizeof(*p->list)); \
	} while (0)

	*copy = *p;
	COPY_LIST(roles, nroles, ITEMS);
	COPY_LIST(capabilities, ncapabilities, ITEMS);
	COPY_LIST(workspaces, nworkspaces, ITEMS);
	COPY_LIST(memberships, nmemberships, ITEMS);
	COPY_LIST(rules, nrules, ITEMS + 1);
	COPY_LIST(enabled, nenabled, ITEMS);
	for (int i = 0; i < copy->nmemberships; i++)
	{
		WpMembership *membership = &copy->memberships[i];
		size_t size = sizeof(WpText) * membership->ntouches;

		if (size > 0)
			membership->touches = memcpy(palloc(size), membership->touches, size);
	}
	wp_principal_sort(copy);
	return copy;
}

/* The trace: keeps what is told. */
static void
listen(WpTrace *trace, const WpTraceStep *step)
{
	Listener *listener = (Listener *) trace;

	claim(step->gate != NULL && step->gate[0] != '\0', "a gate without a name");
	claim(wp_verdict_code(step->verdict)[0] != '\0', "a verdict without a code");
	listener->refused_before |= listener->steps > 0 && listener->last != WP_ALLOWED;
	listener->steps++;
	listener->last = step->verdict;
}

/* Decides, alone and listened to, and returns the verdict that both came to. */
static WpVerdict
decide(Decision decision, const World *world, const WpPrincipal *principal)
{
	Listener listener = {{listen}};
	WpVerdict verdict = decision(world, principal, NULL);

	claim(decision(world, principal, &listener.trace) == verdict, "whoever listens hears another decision");
	claim(listener.steps > 0 && listener.last == verdict, "the last gate told is not the decision");
	claim(!listener.refused_before, "something is told after a gate that refused");
	return verdict;
}

#define ACTION(name, action) \
	static WpVerdict name(const World *world, const WpPrincipal *principal, WpTrace *trace) \
	{ \
		if (trace == NULL) \
			return wp_decide(principal, action, &world->workflow); \
		return wp_decide_traced(principal, action, &world->workflow, trace); \
	}

ACTION(view, WP_VIEW)
ACTION(view_draft, WP_VIEW_DRAFT)
ACTION(edit, WP_EDIT)
ACTION(operate, WP_OPERATE)
ACTION(publish, WP_PUBLISH)
ACTION(delete, WP_DELETE)
ACTION(manage_members, WP_MANAGE_MEMBERS)
ACTION(manage_rules, WP_MANAGE_RULES)
ACTION(enable, WP_ENABLE)
ACTION(run, WP_RUN)

static WpVerdict
create(const World *world, const WpPrincipal *principal, WpTrace *trace)
{
	return wp_decide_create(principal, &world->workflow.account, &world->workflow.workspace, trace);
}

static WpVerdict
view_board(const World *world, const WpPrincipal *principal, WpTrace *trace)
{
	return wp_decide_view_board(principal, &world->board, trace);
}

static WpVerdict
view_column(const World *world, const WpPrincipal *principal, WpTrace *trace)
{
	return wp_decide_view_column(principal, &world->board, &world->column, trace);
}

static WpVerdict
edit_column(const World *world, const WpPrincipal *principal, WpTrace *trace)
{
	return wp_decide_edit_column(principal, &world->board, &world->column, trace);
}

static WpVerdict
view_run(const World *world, const WpPrincipal *principal, WpTrace *trace)
{
	return wp_decide_view_run(principal, &world->run, trace);
}

static WpVerdict
view_run_detail(const World *world, const WpPrincipal *principal, WpTrace *trace)
{
	return wp_decide_view_run_detail(principal, &world->run, &world->touch, trace);
}

static WpVerdict
replay(const World *world, const WpPrincipal *principal, WpTrace *trace)
{
	return wp_decide_replay(principal, &world->run, trace);
}

/* Every decision, with what it implies. */
static const struct
{
	Decision decision;
	Decision implies;
	const char *broken;
} decisions[] = {
	{view},
	{view_draft, view, "a draft of what may not be viewed"},
	{edit, view, "edits what may not be viewed"},
	{operate, view, "operates what may not be viewed"},
	{publish, edit, "publishes what may not be edited"},
	{delete, view, "deletes what may not be viewed"},
	{manage_members, view, "manages members of what may not be viewed"},
	{manage_rules},
	{enable},
	{run},
	{create},
	{view_board},
	{view_column, view_board, "a column of a board that may not be viewed"},
	{edit_column, view_column, "edits a column that may not be viewed"},
	{view_run},
	{view_run_detail, view_run, "details of a run that may not be viewed"},
	{replay, view_run, "replays a run that may not be viewed"}};

/* What holds of every decision, whatever it is about. */
static void
check_all(const World *world, const WpPrincipal *p, const WpPrincipal *turned)
{
	bool other = world->workflow.account.data == NULL || wp_text_compare(&world->workflow.account, &p->account) != 0;
	WpPrincipal nobody = *p;

	nobody.account = (WpText){NULL, 0};
	for (int i = 0; i < lengthof(decisions); i++)
	{
		WpVerdict verdict = decide(decisions[i].decision, world, p);

		claim(decide(decisions[i].decision, world, NULL) == WP_NO_PRINCIPAL, "nobody is answered");
		claim(decide(decisions[i].decision, world, &nobody) == WP_NO_PRINCIPAL, "a principal of no account is answered");
		if (p->account.data == NULL)
			claim(verdict == WP_NO_PRINCIPAL, "no account and yet a principal");
		else if (!p->active)
			claim(verdict == WP_INACTIVE, "an inactive principal is answered");
		else if (other)
			claim(verdict == WP_NOT_FOUND, "something of another account is found");
		claim(decide(decisions[i].decision, world, turned) == verdict, "the order of what is held matters");
		if (verdict == WP_ALLOWED && decisions[i].implies != NULL)
			claim(decide(decisions[i].implies, world, p) == WP_ALLOWED, decisions[i].broken);
	}
}

/* What the spec says of the team, and of outsiders. */
static void
check_kinds(const World *world, const WpPrincipal *p)
{
	static const Decision team_only[] = {view_draft, edit, operate, publish, delete, manage_members, manage_rules, create,
		view_board, view_column, edit_column, replay};
	World published = *world;
	bool team = wp_is_team(p);
	WpWorkspaceKind kind = WP_WORKSPACE_UNKNOWN;

	for (int i = 0; i < p->nworkspaces; i++)
		if (wp_text_compare(&p->workspaces[i].workspace, &world->workflow.workspace) == 0)
			kind = p->workspaces[i].kind;
	claim(team == (p->account.data != NULL && p->active && p->user.data != NULL && p->kind != WP_KIND_CONNECTED),
		  "somebody else is of the team");
	for (int i = 0; i < lengthof(team_only); i++)
		claim(team || decide(team_only[i], world, p) != WP_ALLOWED, "an outsider does what is for the team");
	claim(!team || decide(enable, world, p) != WP_ALLOWED, "a member enables");
	claim(p->user.data != NULL || decide(view, world, p) != WP_ALLOWED, "an anonymous principal views");
	if (kind == WP_WORKSPACE_UNKNOWN)
		claim(decide(view, world, p) != WP_ALLOWED && decide(create, world, p) != WP_ALLOWED, "a workspace that nobody knows opens");
	if (world->workflow.status != WP_STATUS_LIVE)
		claim(decide(run, world, p) != WP_ALLOWED && decide(enable, world, p) != WP_ALLOWED &&
			  (team || decide(view, world, p) != WP_ALLOWED), "what is not live is used");
	if (world->workflow.status != WP_STATUS_LIVE && world->workflow.status != WP_STATUS_STOPPED)
		claim(decide(operate, world, p) != WP_ALLOWED, "what is neither live nor stopped is operated");
	if (team)
	{
		published.workflow.status = WP_STATUS_LIVE;
		published.workflow.hidden = false;
		published.workflow.condition = NULL;
		claim(decide(view, world, p) == decide(view, &published, p) && decide(edit, world, p) == decide(edit, &published, p),
			  "status, flag or condition bind the team");
	}
	else if (world->workflow.hidden)
		claim(decide(view, world, p) != WP_ALLOWED, "an outsider views what is hidden");
	if (team && p->account_role == WP_ACCOUNT_ADMIN)
	{
		WpPrincipal member = *p;

		member.account_role = WP_ACCOUNT_MEMBER;
		claim(decide(view, world, &member) == decide(view, world, p), "an admin sees more than a member");
	}
	if (kind == WP_WORKSPACE_APP)
		claim(decide(enable, world, p) != WP_ALLOWED, "something is enabled in an app");
}

/* What more takes away, and what more gives. */
static void
check_more(Input *input, const World *world, const WpPrincipal *p)
{
	WpPrincipal *more = copy_principal(p, false);
	WpVerdict verdict = decide(run, world, p);
	WpRule deny = {.workflow = pick_id(input, true), .level = pick(input, WP_RULE_SYSTEM + 1), .effect = WP_EFFECT_DENY};

	if (deny.workflow.data == NULL)
		deny.workspace = pick_id(input, true);
	if (deny.level == WP_RULE_CUSTOM)
		deny.scope = pick_id(input, true);
	more->rules[more->nrules++] = deny;
	wp_principal_sort(more);
	claim(verdict == WP_ALLOWED || decide(run, world, more) != WP_ALLOWED, "a deny allows");
	deny.workflow = world->workflow.workflow;
	deny.workspace = (WpText){NULL, 0};
	deny.level = WP_RULE_USER;
	deny.scope = (WpText){NULL, 0};
	more->rules[0] = deny;
	wp_principal_sort(more);
	claim(deny.workflow.data == NULL || decide(run, world, more) != WP_ALLOWED, "a user runs what they are denied");

	more = copy_principal(p, false);
	deny = (WpRule){.workspace = pick_id(input, false), .level = WP_RULE_USER, .effect = pick(input, WP_EFFECT_DENY + 1)};
	more->rules[more->nrules++] = deny;
	wp_principal_sort(more);
	claim(wp_text_equal(&deny.workspace, &world->workflow.workspace) || decide(run, world, more) == verdict,
		  "a rule of another workspace decides");

	more = copy_principal(p, false);
	for (int i = 0; i < more->nworkspaces; i++)
		more->workspaces[i].is_member = true;
	claim(decide(view, world, p) != WP_ALLOWED || decide(view, world, more) == WP_ALLOWED, "who is a member of more views less");
	claim(wp_decide_start(p, NULL, &world->workflow) == verdict, "starting a run for nobody is not running");
	if (wp_decide_start(more, p, &world->workflow) == WP_ALLOWED)
		claim(verdict == WP_ALLOWED, "what a user may not run is started for them");

	more = copy_principal(p, false);
	for (int i = 0; i < more->nworkspaces; i++)
		more->workspaces[i].offered = WP_OFFERED_YES;
	claim(decide(view, world, p) != WP_ALLOWED || decide(view, world, more) == WP_ALLOWED, "who is offered more views less");
	claim(!wp_is_team(p) || decide(view, world, p) == decide(view, world, more), "what is offered binds the team");
	more = copy_principal(p, false);
	more->guests_see_open_main = !p->guests_see_open_main;
	claim(decide(run, world, more) == verdict, "a guest runs what is only seen");
}

/* What is read from a board, a step and a menu, which nobody listens to. */
static void
check_menus(const World *world, const WpPrincipal *p)
{
	const WpTouch *touch = &world->touch;
	WpVerdict step;
	Listener listener = {{listen}};

	claim(wp_menu_word(wp_board_state(p, touch->board))[0] != '\0', "a board without a state");
	for (int i = 0; i < 4; i++)
		claim(wp_menu_word(wp_column_state(p, touch->board, touch->column, i & 1, i & 2))[0] != '\0', "a column without a state");
	(void) wp_decide_configure(p, touch, false);
	step = wp_decide_step(p, touch, &listener.trace);
	claim(listener.last == step && wp_decide_step(p, touch, NULL) == step, "whoever listens hears another decision on a step");
	claim(wp_is_team(p) || step == WP_RUN_AS_INACTIVE, "a step acts for somebody who is not of the team");
	if (step == WP_ALLOWED && touch->names_column && touch->writes)
		claim(p->account_role != WP_ACCOUNT_VIEWER, "a viewer writes a column");
}

static void
check_world(void *argument)
{
	Input *input = argument;
	World world;
	WpPrincipal *p;

	pick_world(input, &world);
	p = copy_principal(&world.principal, false);
	check_all(&world, p, copy_principal(&world.principal, true));
	check_kinds(&world, p);
	check_more(input, &world, p);
	check_menus(&world, p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Input input = {data, size, 0};

	current = &input;
	if (!shim_try(check_world, &input))
		shim_finding(shim_message(), (const char *) data, size);
	shim_reset();
	return 0;
}

/*
 * load_board.c
 *		Boards, columns, steps and runs, with their relation to one principal.
 *		Each is read by the key of its table.  Of a board's members, the rows of
 *		the user and of roles are read.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"

#include "lookup/load_board.h"
#include "lookup/enums.h"
#include "lookup/load_internal.h"
#include "lookup/load_workflow.h"

static WpProbe board_probe = {
	"boards", {"account_id", "board_id"}, NULL, {"workspace_id", "kind"}};

#define BOARD_MEMBER                                                           \
	{                                                                          \
		"role", "expires_at", "is_owner"                                       \
	}
static WpProbe board_user_probe = {
	"board_members", {"account_id", "board_id", "user_id"}, NULL, BOARD_MEMBER};
static WpProbe board_roles_probe = {"board_members",
									{"account_id", "board_id", "user_id"},
									NULL,
									BOARD_MEMBER,
									1U << 2};

static WpProbe column_probe = {"board_columns",
							   {"account_id", "board_id", "column_id"},
							   NULL,
							   {"view_restricted", "edit_restricted"}};
static WpProbe column_access_probe = {"column_access",
									  {"account_id", "board_id", "column_id"},
									  NULL,
									  {"access", "user_id", "role"}};

static WpProbe steps_probe = {
	"workflow_steps", {"account_id", "workflow_id"}, NULL, {"step_id"}};
static WpProbe step_probe = {
	"workflow_steps",
	{"account_id", "workflow_id", "step_id"},
	NULL,
	{"workspace_id", "board_id", "column_id", "access"}};
static WpQuery run_step_query = {
	"SELECT s.workspace_id, s.board_id, s.column_id, s.access, s.reason"
	" FROM workflow_perms.run_steps s"
	" WHERE s.account_id OPERATOR(pg_catalog.=) $1 AND s.run_id "
	"OPERATOR(pg_catalog.=) $2"
	" AND s.step_no OPERATOR(pg_catalog.=) $3",
	3,
	{TEXTOID, TEXTOID, INT4OID},
	.table = "run_steps"};

static WpProbe run_probe = {"runs",
							{"account_id", "run_id"},
							NULL,
							{"workflow_id", "started_by", "for_user", "run_as",
							 "status", "started_as", "version"},
							.holds = WP_HOLDS_KEY};

static WpQuery runs_of_query = {
	"SELECT r.run_id FROM workflow_perms.runs r"
	" WHERE r.account_id OPERATOR(pg_catalog.=) $1"
	" AND r.for_user OPERATOR(pg_catalog.=) $2"
	" UNION ALL SELECT r.run_id FROM workflow_perms.runs r"
	" WHERE r.account_id OPERATOR(pg_catalog.=) $1"
	" AND r.started_by OPERATOR(pg_catalog.=) $2",
	2,
	{TEXTOID, TEXTOID},
	.table = "runs"};

static const char *const rights[] = {"view", "edit", NULL};
static const WpVocabulary column_rights = {"column_right", rights};
static const char *const states[] = {"running", "succeeded", "failed", NULL};
const WpVocabulary wp_run_states = {"run_status", states};
static const char *const starters[] = {"user", "anonymous", "system", NULL};
const WpVocabulary wp_run_starters = {"run_starter", starters};
#define RIGHT_VIEW 0
#define RIGHT_EDIT 1

/*
 * Notes the row that admits the principal, for explanations: the row that names
 * the user, or else the first by the name of its role.
 */
static void
note_through(bool first, const WpText *role, WpText *through)
{
	if (first || wp_text_compare(role, through) < 0)
		*through = wp_copy_text(role, CurrentMemoryContext);
}

/* Notes the rows of the board's members that the probe finds. */
static void
note_members(const WpPrincipal *principal, WpBoard *board, WpProbe *probe,
			 const WpText *id, const WpText *user)
{
	const WpText *keys[] = {&board->account, id, user};
	TimestampTz ignored = DT_NOEND;
	WpRows rows;

	wp_rows_open(&rows, probe, keys);
	while (wp_rows_next(&rows))
	{
		WpText role = wp_rows_role(&rows, 0);

		if (role.data != NULL &&
			wp_role_counts(principal, &role, &board->workspace) == NULL)
			continue;
		if (!wp_row_counts(&rows, 1, &ignored))
			continue;
		note_through(!board->is_member, &role, &board->through);
		board->is_member = true;
		/* Only users are owners. */
		board->is_owner |= role.data == NULL && wp_rows_bool(&rows, 2);
	}
	wp_rows_close(&rows);
}

void
wp_load_board_membership(const WpPrincipal *principal, const WpText *id,
						 WpBoard *board)
{
	board->is_member = false;
	board->is_owner = false;
	board->through = (WpText){NULL, 0};
	/* Only members and services can be members of a board (spec 6.1). */
	if (id->data == NULL || !wp_is_team(principal) ||
		wp_decide_caller(principal, &board->account) != WP_ALLOWED)
		return;
	note_members(principal, board, &board_user_probe, id, &principal->user);
	note_members(principal, board, &board_roles_probe, id, NULL);
}

bool
wp_load_board(const WpPrincipal *principal, const WpText *id, WpBoard *board)
{
	const WpText *keys[] = {&principal->account, id};
	WpRows rows;
	bool found;

	memset(board, 0, sizeof(*board));
	if (id->data == NULL)
		return false;
	wp_rows_open(&rows, &board_probe, keys);
	found = wp_rows_next(&rows);
	if (found)
	{
		board->account = principal->account;
		board->workspace = wp_rows_text(&rows, 0, CurrentMemoryContext);
		board->kind = wp_rows_word(&rows, 1, &wp_board_kinds, WP_BOARD_UNKNOWN);
	}
	wp_rows_close(&rows);
	if (found)
		wp_load_board_membership(principal, id, board);
	return found;
}

/* Notes which of the column's lists include the principal. */
static void
note_lists(const WpPrincipal *principal, const WpBoard *board,
		   const WpText *const *keys, WpColumn *column)
{
	WpRows rows;

	wp_rows_open(&rows, &column_access_probe, keys);
	while (wp_rows_next(&rows))
	{
		bool edits =
			wp_rows_word(&rows, 0, &column_rights, RIGHT_VIEW) == RIGHT_EDIT;
		WpText user = wp_rows_peek_if_any(&rows, 1);
		/* A row that names neither a user nor a role would admit everyone. */
		WpText role = user.data != NULL ? wp_rows_peek_if_any(&rows, 2)
										: wp_rows_peek(&rows, 2);
		bool *listed = edits ? &column->on_edit_list : &column->on_view_list;

		if (user.data != NULL
				? !wp_text_equal(&user, &principal->user)
				: wp_role_counts(principal, &role, &board->workspace) == NULL)
			continue;
		note_through(!*listed, &role,
					 edits ? &column->edit_through : &column->view_through);
		*listed = true;
	}
	wp_rows_close(&rows);
}

bool
wp_load_column(const WpPrincipal *principal, const WpBoard *board,
			   const WpText *board_id, const WpText *id, WpColumn *column)
{
	const WpText *keys[] = {&board->account, board_id, id};
	WpRows rows;
	bool found;

	memset(column, 0, sizeof(*column));
	if (id->data == NULL)
		return false;
	wp_rows_open(&rows, &column_probe, keys);
	found = wp_rows_next(&rows);
	if (found)
	{
		column->view_restricted = wp_rows_bool(&rows, 0);
		column->edit_restricted = wp_rows_bool(&rows, 1);
	}
	wp_rows_close(&rows);
	/*
	 * The lists matter only for a restricted column and a principal that does
	 * not own the board.
	 */
	if ((column->view_restricted || column->edit_restricted) &&
		!board->is_owner && wp_is_team(principal))
		note_lists(principal, board, keys, column);
	return found;
}

void
wp_load_touch(const WpPrincipal *principal, const WpStepIds *ids,
			  WpLoadedTouch *loaded)
{
	WpTouch *touch = &loaded->touch;

	memset(loaded, 0, sizeof(*loaded));
	touch->workspace = ids->workspace;
	touch->names_board = ids->board.data != NULL;
	touch->names_column = ids->column.data != NULL;
	touch->writes = ids->writes;
	touch->undeclared = ids->undeclared;
	if (wp_load_board(principal, &ids->board, &loaded->board))
	{
		touch->board = &loaded->board;
		if (wp_load_column(principal, &loaded->board, &ids->board, &ids->column,
						   &loaded->column))
			touch->column = &loaded->column;
	}
}

/* Fills *ids from the first row, if there is one, and closes the rows. */
static bool
take_step(WpRows *rows, WpStepIds *ids, bool of_run)
{
	static const WpText not_found = {"not_found", sizeof("not_found") - 1};
	bool found = wp_rows_next(rows);

	if (found)
	{
		ids->workspace =
			of_run ? wp_rows_text_if_any(rows, 0, CurrentMemoryContext)
				   : wp_rows_text(rows, 0, CurrentMemoryContext);
		ids->board = wp_rows_text_if_any(rows, 1, CurrentMemoryContext);
		ids->column = wp_rows_text_if_any(rows, 2, CurrentMemoryContext);
		/*
		 * NULL access to a column counts as writing, because that needs more
		 * rights.
		 */
		ids->writes =
			(of_run ? wp_rows_word_if_any : wp_rows_word)(
				rows, 3, &wp_accesses, WP_ACCESS_WRITE) == WP_ACCESS_WRITE;
		if (of_run)
		{
			WpText reason = wp_rows_peek_if_any(rows, 4);

			ids->undeclared = wp_text_equal(&reason, &not_found);
		}
	}
	wp_rows_close(rows);
	return found;
}

bool
wp_load_step(const WpText *account, const WpText *workflow, const WpText *step,
			 WpStepIds *ids)
{
	const WpText *keys[] = {account, workflow, step};
	WpRows rows;

	memset(ids, 0, sizeof(*ids));
	if (account->data == NULL || workflow->data == NULL || step->data == NULL)
		return false;
	wp_rows_open(&rows, &step_probe, keys);
	return take_step(&rows, ids, false);
}

bool
wp_is_run_of_live_version(const WpLoadedRun *run)
{
	return run->run.workflow != NULL &&
		   wp_live_version(&run->run.account, &run->workflow_id) ==
			   run->version;
}

bool
wp_declares_steps(const WpText *account, const WpText *workflow)
{
	const WpText *keys[] = {account, workflow};

	return wp_probe_finds(&steps_probe, keys);
}

void
wp_load_board_workspace(const WpText *account, const WpText *board,
						WpText *workspace)
{
	const WpText *keys[] = {account, board};
	WpRows rows;

	wp_rows_open(&rows, &board_probe, keys);
	if (wp_rows_next(&rows))
		*workspace = wp_rows_text(&rows, 0, CurrentMemoryContext);
	wp_rows_close(&rows);
}

bool
wp_load_run_step(const WpText *account, const WpText *run, int32 step_no,
				 WpStepIds *ids)
{
	Datum args[] = {wp_text_datum(account), wp_text_datum(run),
					Int32GetDatum(step_no)};
	WpRows rows;

	memset(ids, 0, sizeof(*ids));
	if (account->data == NULL || run->data == NULL)
		return false;
	wp_rows_query(&rows, &run_step_query, args);
	return take_step(&rows, ids, true);
}

void
wp_add_runs_of(const WpText *account, const WpText *user, ArrayBuildState *ids)
{
	Datum args[] = {wp_text_datum(account), wp_text_datum(user)};
	WpRows rows;

	wp_rows_query(&rows, &runs_of_query, args);
	while (wp_rows_next(&rows))
	{
		WpText id = wp_rows_peek(&rows, 0);

		accumArrayResult(ids, wp_text_datum(&id), false, TEXTOID,
						 CurrentMemoryContext);
	}
	wp_rows_close(&rows);
}

bool
wp_load_run(const WpText *account, const WpText *id, WpLoadedRun *loaded)
{
	const WpText *keys[] = {account, id};
	WpRows rows;
	bool found;

	memset(loaded, 0, sizeof(*loaded));
	if (account->data == NULL || id->data == NULL)
		return false;
	wp_rows_open(&rows, &run_probe, keys);
	found = wp_rows_next(&rows);
	if (found)
	{
		loaded->run.account = *account;
		loaded->workflow_id = wp_rows_text(&rows, 0, CurrentMemoryContext);
		loaded->run.started_by =
			wp_rows_text_if_any(&rows, 1, CurrentMemoryContext);
		loaded->run.for_user =
			wp_rows_text_if_any(&rows, 2, CurrentMemoryContext);
		loaded->run_as = wp_rows_text_if_any(&rows, 3, CurrentMemoryContext);
		loaded->run.failed = wp_rows_word(&rows, 4, &wp_run_states,
										  WP_RUN_RUNNING) == WP_RUN_FAILED;
		loaded->started_as =
			wp_rows_word(&rows, 5, &wp_run_starters, WP_STARTER_UNKNOWN);
		loaded->version = wp_rows_int4_if_any(&rows, 6, 0);
	}
	wp_rows_close(&rows);
	if (found &&
		wp_load_workflow(account, &loaded->workflow_id, &loaded->workflow))
		loaded->run.workflow = &loaded->workflow;
	return found;
}

bool
wp_hold_run(const WpText *account, const WpText *id)
{
	const WpText *keys[] = {account, id};

	return wp_probe_holds(&run_probe, keys);
}

/*
 * board.c
 *		Boards, columns, steps and runs as they stand to one principal: each by
 *		the key of its table, and of the members of a board and of the lists of a
 *		column only the rows that name the principal or a role of its.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "lookup/board.h"
#include "lookup/read.h"
#include "lookup/workflow.h"

static WpQuery board_query = {
	"SELECT b.workspace_id, b.kind FROM workflow_perms.boards b"
	" WHERE b.account_id OPERATOR(pg_catalog.=) $1 AND b.board_id OPERATOR(pg_catalog.=) $2",
	2,
	{TEXTOID, TEXTOID}};

/* $3 the user, $4 its roles; the two halves each follow the table's key. */
static WpQuery board_members_query = {
	"SELECT m.is_owner, m.role FROM workflow_perms.board_members m"
	" WHERE m.account_id OPERATOR(pg_catalog.=) $1 AND m.board_id OPERATOR(pg_catalog.=) $2"
	" AND m.user_id OPERATOR(pg_catalog.=) $3"
	" AND (m.expires_at IS NULL OR m.expires_at OPERATOR(pg_catalog.>) pg_catalog.now())"
	" UNION ALL "
	"SELECT false, m.role FROM workflow_perms.board_members m"
	" WHERE m.account_id OPERATOR(pg_catalog.=) $1 AND m.board_id OPERATOR(pg_catalog.=) $2"
	" AND m.user_id IS NULL AND m.role OPERATOR(pg_catalog.=) ANY ($4)"
	" AND (m.expires_at IS NULL OR m.expires_at OPERATOR(pg_catalog.>) pg_catalog.now())",
	4,
	{TEXTOID, TEXTOID, TEXTOID, TEXTARRAYOID}};

static WpQuery column_query = {
	"SELECT c.view_restricted, c.edit_restricted FROM workflow_perms.board_columns c"
	" WHERE c.account_id OPERATOR(pg_catalog.=) $1 AND c.board_id OPERATOR(pg_catalog.=) $2"
	" AND c.column_id OPERATOR(pg_catalog.=) $3",
	3,
	{TEXTOID, TEXTOID, TEXTOID}};

/* $4 the user, $5 its roles. */
static WpQuery column_access_query = {
	"SELECT a.access OPERATOR(pg_catalog.=) 'edit'::workflow_perms.column_right, a.role FROM workflow_perms.column_access a"
	" WHERE a.account_id OPERATOR(pg_catalog.=) $1 AND a.board_id OPERATOR(pg_catalog.=) $2"
	" AND a.column_id OPERATOR(pg_catalog.=) $3"
	" AND (a.user_id OPERATOR(pg_catalog.=) $4"
	" OR a.user_id IS NULL AND a.role OPERATOR(pg_catalog.=) ANY ($5))",
	5,
	{TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTARRAYOID}};

/* A column whose access nobody has stated counts as written: a doubt is a no. */
static WpQuery step_query = {
	"SELECT s.workspace_id, s.board_id, s.column_id,"
	" s.access OPERATOR(pg_catalog.=) 'write'::workflow_perms.step_access, false"
	" FROM workflow_perms.workflow_steps s"
	" WHERE s.account_id OPERATOR(pg_catalog.=) $1 AND s.workflow_id OPERATOR(pg_catalog.=) $2"
	" AND s.step_id OPERATOR(pg_catalog.=) $3",
	3,
	{TEXTOID, TEXTOID, TEXTOID}};

static WpQuery run_step_query = {
	"SELECT s.workspace_id, s.board_id, s.column_id,"
	" s.access IS NULL OR s.access OPERATOR(pg_catalog.<>) 'read'::workflow_perms.step_access,"
	" s.reason IS NOT NULL AND s.reason OPERATOR(pg_catalog.=) 'not_found'"
	" FROM workflow_perms.run_steps s"
	" WHERE s.account_id OPERATOR(pg_catalog.=) $1 AND s.run_id OPERATOR(pg_catalog.=) $2"
	" AND s.step_no OPERATOR(pg_catalog.=) $3",
	3,
	{TEXTOID, TEXTOID, INT4OID}};

static WpQuery run_query = {
	"SELECT r.workflow_id, r.started_by, r.for_user, r.run_as,"
	" r.status OPERATOR(pg_catalog.=) 'failed'::workflow_perms.run_status"
	" FROM workflow_perms.runs r"
	" WHERE r.account_id OPERATOR(pg_catalog.=) $1 AND r.run_id OPERATOR(pg_catalog.=) $2",
	2,
	{TEXTOID, TEXTOID}};

/*
 * Returns, as a palloc'd array Datum, the roles that the principal holds where
 * they count for this workspace.
 */
static Datum
roles_that_count(const WpPrincipal *principal, const WpText *workspace)
{
	Datum *names = palloc(sizeof(Datum) * (principal->nroles + 1));
	int n = 0;

	for (int i = 0; i < principal->nroles; i++)
		if (principal->roles[i].workspace.data == NULL ||
			wp_text_compare(&principal->roles[i].workspace, workspace) == 0)
			names[n++] = wp_text_datum(&principal->roles[i].role);
	return PointerGetDatum(construct_array(names, n, TEXTOID, -1, false, TYPALIGN_INT));
}

/*
 * Notes by which row of those that admit it the principal is told to be admitted:
 * the one that names the user, else the first by the name of its role.
 */
static void
note_through(bool first, uint64 row, MemoryContext context, WpText *through)
{
	WpText role = wp_read_text(row, 2, context);

	if (first || wp_text_compare(&role, through) < 0)
		*through = role;
}

/*
 * Sets is_member, is_owner and through of a board whose account and workspace are
 * set.  Nobody but members and services is a board's member (spec 6.1).
 */
void
wp_load_board_membership(const WpPrincipal *principal, const WpText *id, WpBoard *board)
{
	MemoryContext context = CurrentMemoryContext;
	WpReading reading;
	Datum args[4];

	board->is_member = false;
	board->is_owner = false;
	board->through = (WpText){NULL, 0};
	if (id->data == NULL || !wp_is_team(principal) ||
		wp_decide_caller(principal, &board->account) != WP_ALLOWED)
		return;
	wp_reading_begin(&reading);
	args[0] = wp_text_datum(&board->account);
	args[1] = wp_text_datum(id);
	args[2] = wp_text_datum(&principal->user);
	args[3] = roles_that_count(principal, &board->workspace);
	for (uint64 n = wp_read(&board_members_query, args, NULL), i = 0; i < n; i++)
	{
		note_through(!board->is_member, i, context, &board->through);
		board->is_member = true;
		board->is_owner |= wp_read_bool(i, 1);
	}
	wp_reading_end(&reading);
}

/*
 * Fills *board with the board of that id in the principal's account and returns
 * true, or false if there is none.  Its texts are palloc'd in the current
 * context, save the account, which is the principal's.
 */
bool
wp_load_board(const WpPrincipal *principal, const WpText *id, WpBoard *board)
{
	MemoryContext context = CurrentMemoryContext;
	WpReading reading;
	Datum args[2];
	bool found;

	memset(board, 0, sizeof(*board));
	if (id->data == NULL)
		return false;
	wp_reading_begin(&reading);
	args[0] = wp_text_datum(&principal->account);
	args[1] = wp_text_datum(id);
	found = wp_read(&board_query, args, NULL) > 0;
	if (found)
	{
		board->account = principal->account;
		board->workspace = wp_read_text(0, 1, context);
		board->kind = wp_read_word(0, 2, &wp_board_kinds, WP_BOARD_UNKNOWN);
	}
	wp_reading_end(&reading);
	if (found)
		wp_load_board_membership(principal, id, board);
	return found;
}

/*
 * Fills *column with the column of that board and returns true, or false if there
 * is none.  Its lists are read where they matter: on a restricted column, for
 * somebody who does not own the board.
 */
bool
wp_load_column(const WpPrincipal *principal, const WpBoard *board, const WpText *board_id,
			   const WpText *id, WpColumn *column)
{
	MemoryContext context = CurrentMemoryContext;
	WpReading reading;
	Datum args[5];
	bool found;

	memset(column, 0, sizeof(*column));
	if (id->data == NULL)
		return false;
	wp_reading_begin(&reading);
	args[0] = wp_text_datum(&board->account);
	args[1] = wp_text_datum(board_id);
	args[2] = wp_text_datum(id);
	found = wp_read(&column_query, args, NULL) > 0;
	if (found)
	{
		column->view_restricted = wp_read_bool(0, 1);
		column->edit_restricted = wp_read_bool(0, 2);
	}
	if (found && (column->view_restricted || column->edit_restricted) &&
		!board->is_owner && wp_is_team(principal))
	{
		args[3] = wp_text_datum(&principal->user);
		args[4] = roles_that_count(principal, &board->workspace);
		for (uint64 n = wp_read(&column_access_query, args, NULL), i = 0; i < n; i++)
		{
			bool edits = wp_read_bool(i, 1);
			bool *listed = edits ? &column->on_edit_list : &column->on_view_list;

			note_through(!*listed, i, context, edits ? &column->edit_through : &column->view_through);
			*listed = true;
		}
	}
	wp_reading_end(&reading);
	return found;
}

/*
 * Fills *loaded with what the ids stand for to the principal, in its account.
 */
void
wp_load_touch(const WpPrincipal *principal, const WpStepIds *ids, WpLoadedTouch *loaded)
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
		if (wp_load_column(principal, &loaded->board, &ids->board, &ids->column, &loaded->column))
			touch->column = &loaded->column;
	}
}

/*
 * Runs one of the two queries on steps and fills *ids, palloc'd in the current
 * context; returns whether there was a row.
 */
static bool
load_step_ids(WpQuery *query, Datum *args, WpStepIds *ids, MemoryContext context)
{
	if (wp_read(query, args, NULL) == 0)
		return false;
	ids->workspace = wp_read_text(0, 1, context);
	ids->board = wp_read_text(0, 2, context);
	ids->column = wp_read_text(0, 3, context);
	ids->writes = wp_read_bool(0, 4);
	ids->undeclared = wp_read_bool(0, 5);
	return true;
}

/*
 * Fills *ids with what a step of the workflow's live version touches, palloc'd in
 * the current context, and returns true; false if there is no such step.
 */
bool
wp_load_step(const WpText *account, const WpText *workflow, const WpText *step, WpStepIds *ids)
{
	MemoryContext context = CurrentMemoryContext;
	WpReading reading;
	Datum args[3];
	bool found;

	memset(ids, 0, sizeof(*ids));
	if (account->data == NULL || workflow->data == NULL || step->data == NULL)
		return false;
	wp_reading_begin(&reading);
	args[0] = wp_text_datum(account);
	args[1] = wp_text_datum(workflow);
	args[2] = wp_text_datum(step);
	found = load_step_ids(&step_query, args, ids, context);
	wp_reading_end(&reading);
	return found;
}

/* The same for a step of a run. */
bool
wp_load_run_step(const WpText *account, const WpText *run, int32 step_no, WpStepIds *ids)
{
	MemoryContext context = CurrentMemoryContext;
	WpReading reading;
	Datum args[3];
	bool found;

	memset(ids, 0, sizeof(*ids));
	if (account->data == NULL || run->data == NULL)
		return false;
	wp_reading_begin(&reading);
	args[0] = wp_text_datum(account);
	args[1] = wp_text_datum(run);
	args[2] = Int32GetDatum(step_no);
	found = load_step_ids(&run_step_query, args, ids, context);
	wp_reading_end(&reading);
	return found;
}

/*
 * Fills *loaded with the run of that account and its workflow and returns true,
 * or false if there is no such run.  Palloc'd in the current context, save the
 * account, which stays the caller's.
 */
bool
wp_load_run(const WpText *account, const WpText *id, WpLoadedRun *loaded)
{
	MemoryContext context = CurrentMemoryContext;
	WpText workflow = {NULL, 0};
	WpReading reading;
	Datum args[2];
	bool found;

	memset(loaded, 0, sizeof(*loaded));
	if (account->data == NULL || id->data == NULL)
		return false;
	wp_reading_begin(&reading);
	args[0] = wp_text_datum(account);
	args[1] = wp_text_datum(id);
	found = wp_read(&run_query, args, NULL) > 0;
	if (found)
	{
		loaded->run.account = *account;
		workflow = wp_read_text(0, 1, context);
		loaded->run.started_by = wp_read_text(0, 2, context);
		loaded->run.for_user = wp_read_text(0, 3, context);
		loaded->run_as = wp_read_text(0, 4, context);
		loaded->run.failed = wp_read_bool(0, 5);
	}
	wp_reading_end(&reading);
	if (found && wp_load_workflow(account, &workflow, &loaded->workflow))
		loaded->run.workflow = &loaded->workflow;
	return found;
}

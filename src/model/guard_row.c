/*
 * guard_row.c
 *		The trigger of protect() on an application's table whose rows are
 *		workflows: who may write a row (spec 6.2, 6.3).
 *
 * The rules for `workflows` apply to what the row says by the expressions that
 * protect() was called with.  The policy for SELECT contains them, as arguments
 * of can_view(), so they are evaluated from there.  Rows are decided under the
 * statement's snapshot.  So the principal is loaded once for a statement, and a
 * statement that changes many rows does not depend on their order.
 *
 * Here are also the checks that protect() makes of these expressions.
 */
#include "postgres.h"

#include "access/relation.h"
#include "access/sysattr.h"
#include "access/table.h"
#include "access/transam.h"
#include "catalog/namespace.h"
#include "catalog/partition.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "fmgr.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "parser/parse_func.h"
#include "rewrite/rewriteHandler.h"
#include "rewrite/rowsecurity.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/plancache.h"
#include "utils/rel.h"

#include "compat.h"
#include "condition/compare.h"
#include "lookup/kept_plan.h"
#include "lookup/owner_query.h"
#include "lookup/session_principal.h"
#include "model/policy_expression.h"
#include "model/row_security.h"
#include "model/trigger_data.h"
#include "principal/find.h"
#include "query/refusal.h"
#include "query/workflow_row.h"

PG_FUNCTION_INFO_V1(wp_guard_row);
PG_FUNCTION_INFO_V1(wp_check_expressions);
PG_FUNCTION_INFO_V1(wp_result_type);
PG_FUNCTION_INFO_V1(wp_no_key);

#define POLICY "workflow_perms_select"

static const WpText nothing = {NULL, 0};

/* What the trigger knows of its table, for one statement. */
typedef struct Guard
{
	Oid bound_by; /* the table with the policy: it, or the parent */
	ExprContext *context;
	ExprState *columns[WP_ALL_COLUMNS];
	ExprState *id; /* the workflow's, also if nothing refers to it */
	Bitmapset *status_columns; /* which are the status, and nothing besides */
	WpRowReader reader;
} Guard;

/* A row, as the rules read it. */
typedef struct Row
{
	WpWorkflow workflow;
	WpText id;
} Row;

/*
 * _no_key(text) → text: NULL.  Marks the id of a row that nothing refers to by
 * its key.
 */
Datum
wp_no_key(PG_FUNCTION_ARGS)
{
	PG_RETURN_NULL();
}

/* Returns what the table's policy for SELECT says, or NULL. */
static Node *
find_policy(Relation relation)
{
	ListCell *cell;

	if (relation->rd_rsdesc == NULL)
		return NULL;
	foreach (cell, relation->rd_rsdesc->policies)
	{
		RowSecurityPolicy *policy = lfirst(cell);

		if (strcmp(policy->policy_name, POLICY) == 0)
			return (Node *) policy->qual;
	}
	return NULL;
}

/* Raises object_not_in_prerequisite_state. */
wp_noreturn static void
refuse_unprotected(Relation relation)
{
	ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					errmsg("table \"%s\" has no policy \"%s\" of protect()",
						   RelationGetRelationName(relation), POLICY),
					errhint("Protect it again, or unprotect() it.")));
}

/* Raises feature_not_supported. */
wp_noreturn static void
refuse_expressions(Relation relation, const char *reason)
{
	ereport(
		ERROR,
		(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
		 errmsg("%s cannot be protected, because %s",
				DatumGetCString(DirectFunctionCall1(
					regclassout, ObjectIdGetDatum(RelationGetRelid(relation)))),
				reason),
		 errhint("Expressions read the columns of the row alone.  "
				 "Keep what else is needed in a column.")));
}

/*
 * Returns the arguments of can_view(…) in the policy that binds the table, for
 * its own columns, and that policy's table in *bound_by.  A partition that was
 * added later has no policy of its own yet, so it goes by its parent's.  Raises
 * object_not_in_prerequisite_state if there is no such policy,
 * feature_not_supported if it has a sub-select, which cannot be evaluated here.
 */
static List *
find_columns(Relation relation, Oid *bound_by)
{
	List *above = relation->rd_rel->relispartition
					  ? get_partition_ancestors(RelationGetRelid(relation))
					  : NIL;
	List *columns = NIL;

	/* The highest first: its policies bind most statements. */
	for (int i = list_length(above) - 1; i >= -1 && columns == NIL; i--)
	{
		Relation parent =
			i < 0 ? relation
				  : table_open(list_nth_oid(above, i), AccessShareLock);
		FuncExpr *call =
			wp_find_call(find_policy(parent), "can_view", WP_ALL_COLUMNS);

		if (call != NULL)
		{
			columns = copyObject(call->args);
			*bound_by = RelationGetRelid(parent);
			if (i >= 0)
				columns = map_partition_varattnos(columns, 1, relation, parent);
		}
		if (i >= 0)
			table_close(parent, AccessShareLock);
	}
	if (columns == NIL)
		refuse_unprotected(relation);
	if (contain_subplans((Node *) columns))
		refuse_expressions(relation, "an expression has a sub-select");
	return columns;
}

/*
 * Replaces generated columns, which a BEFORE trigger does not have yet, by
 * their expressions.
 */
static Node *
expand_generated(Node *node, void *relation)
{
	Var *var = (Var *) node;

	if (node == NULL)
		return NULL;
	if (IsA(node, Var) && var->varattno > 0 &&
		TupleDescAttr(RelationGetDescr((Relation) relation), var->varattno - 1)
				->attgenerated != '\0')
		return build_column_default(relation, var->varattno);
	return expression_tree_mutator(node, expand_generated, relation);
}

/* Does the expression read the column? */
static bool
reads(Node *node, int column)
{
	Bitmapset *columns = NULL;

	pull_varattnos(node, 1, &columns);
	return bms_is_member(column, columns);
}

/* Is it a cast that tells different values apart? */
static bool
is_faithful_cast(Node *node)
{
	FuncExpr *call = (FuncExpr *) node;

	if (IsA(node, CoerceViaIO))
		return exprType(node) == TEXTOID || type_is_enum(exprType(node));
	/* Those of boolean, "char", name and char(n): the latter pads. */
	return IsA(node, FuncExpr) && call->funcid < FirstGenbkiObjectId &&
		   call->funcresulttype == TEXTOID && list_length(call->args) == 1 &&
		   call->funcformat != COERCE_EXPLICIT_CALL &&
		   call->funcformat != COERCE_SQL_SYNTAX;
}

/*
 * Is the column's whole value the status, wherever the expression of the status
 * reads it?  If the status is a part of it or is computed from it, the column
 * holds more: whoever writes the column writes that too.
 */
static bool
takes_whole(Node *node, int column)
{
	ListCell *cell;

	if (!reads(node, column) || IsA(node, Var))
		return true;
	if (IsA(node, RelabelType))
		return takes_whole((Node *) ((RelabelType *) node)->arg, column);
	if (IsA(node, CollateExpr))
		return takes_whole((Node *) ((CollateExpr *) node)->arg, column);
	if (IsA(node, CoerceViaIO))
		return is_faithful_cast(node) &&
			   takes_whole((Node *) ((CoerceViaIO *) node)->arg, column);
	if (IsA(node, FuncExpr))
		return is_faithful_cast(node) &&
			   takes_whole(linitial(((FuncExpr *) node)->args), column);
	if (IsA(node, CoalesceExpr))
	{
		foreach (cell, ((CoalesceExpr *) node)->args)
			if (!takes_whole(lfirst(cell), column))
				return false;
		return true;
	}
	if (IsA(node, CaseExpr))
	{
		CaseExpr *words = (CaseExpr *) node;
		Node *other = (Node *) words->defresult;

		/* With ELSE, any value means something. */
		if (reads((Node *) words->arg, column) && other != NULL &&
			!(IsA(other, Const) && ((Const *) other)->constisnull))
			return false;
		foreach (cell, words->args)
		{
			CaseWhen *word = lfirst_node(CaseWhen, cell);

			if (reads((Node *) word->expr, column) ||
				!takes_whole((Node *) word->result, column))
				return false;
		}
		return takes_whole((Node *) words->arg, column) &&
			   takes_whole(other, column);
	}
	return false;
}

/*
 * Returns the columns that are the status.  A boolean is, if nothing else
 * decides.
 */
static Bitmapset *
find_status_columns(Relation relation, Node *status)
{
	Bitmapset *columns = NULL;
	Bitmapset *found = NULL;
	int column = -1;

	pull_varattnos(status, 1, &columns);
	while ((column = bms_next_member(columns, column)) >= 0)
	{
		int i = column + FirstLowInvalidHeapAttributeNumber;

		if (i > 0 &&
			(takes_whole(status, column) ||
			 (bms_membership(columns) == BMS_SINGLETON &&
			  TupleDescAttr(RelationGetDescr(relation), i - 1)->atttypid ==
				  BOOLOID)))
			found = bms_add_member(found, column);
	}
	return found;
}

/* Makes the guard of the table in the context, for this statement. */
static Guard *
make_guard(Relation relation, MemoryContext context)
{
	MemoryContext old = MemoryContextSwitchTo(context);
	Guard *guard = palloc0(sizeof(Guard));
	List *columns = find_columns(relation, &guard->bound_by);

	columns = (List *) expand_generated((Node *) columns, relation);
	for (int i = 0; i < WP_ALL_COLUMNS; i++)
	{
		Node *node = list_nth(columns, i);

		guard->columns[i] =
			ExecInitExpr(expression_planner((Expr *) copyObject(node)), NULL);
		if (i <= WP_COLUMN_WORKSPACE || i == WP_COLUMN_OWNER)
			guard->reader.types[i] = TEXTOID;
	}
	guard->id =
		ExecInitExpr(expression_planner((Expr *) copyObject(
						 wp_marked_id(list_nth(columns, WP_COLUMN_WORKFLOW)))),
					 NULL);
	guard->status_columns =
		find_status_columns(relation, list_nth(columns, WP_COLUMN_STATUS));
	guard->context = CreateStandaloneExprContext();
	MemoryContextSwitchTo(old);
	return guard;
}

/* Fills *row, which lives until the next row is guarded. */
static void
read_row(Guard *guard, TupleTableSlot *slot, Row *row)
{
	MemoryContext old =
		MemoryContextSwitchTo(guard->context->ecxt_per_tuple_memory);
	/* uuids and numbers are text already, so nothing is printed there */
	NullableDatum values[WP_ALL_COLUMNS];
	NullableDatum id;

	guard->context->ecxt_scantuple = slot;
	for (int i = 0; i < WP_ALL_COLUMNS; i++)
		values[i].value =
			ExecEvalExpr(guard->columns[i], guard->context, &values[i].isnull);
	id.value = ExecEvalExpr(guard->id, guard->context, &id.isnull);
	wp_row_values(&guard->reader, values, &row->workflow);
	row->id = id.isnull ? (WpText){NULL, 0} : wp_text_value(id.value);
	MemoryContextSwitchTo(old);
}

static WpVerdict
decide(WpAction action, const Row *row)
{
	return wp_decide(wp_session_principal_for(action, &row->workflow), action,
					 &row->workflow);
}

/* Returns the session's principal, for questions about that workspace. */
static const WpPrincipal *
find_principal(const WpText *workspace)
{
	return wp_session_principal_about(WP_FACET_CAPABILITIES | WP_FACET_REACH,
									  &nothing, workspace);
}

/* May a workflow be created in the row's workspace? */
static WpVerdict
decide_create(const Row *row)
{
	const WpWorkflow *workflow = &row->workflow;

	return wp_decide_create(find_principal(&workflow->workspace),
							&workflow->account, &workflow->workspace, NULL);
}

/*
 * Returns the code of a refusal, with the capability that is missing, by
 * _name_capability().
 */
static const char *
name_code(WpVerdict verdict, const char *action, const Row *row)
{
	Oid types[] = {TEXTOID, TEXTOID, TEXTOID, TEXTOID};
	Oid function;

	if (verdict != WP_NO_CAPABILITY)
		return wp_verdict_code(verdict);
	function = LookupFuncName(list_make2(makeString("workflow_perms"),
										 makeString("_name_capability")),
							  lengthof(types), types, false);
	return TextDatumGetCString(OidFunctionCall4Coll(
		function, InvalidOid, CStringGetTextDatum(wp_verdict_code(verdict)),
		CStringGetTextDatum(action), wp_text_datum(&row->workflow.account),
		wp_text_datum(&row->workflow.workspace)));
}

/*
 * Returns the code of the refusal of a new row, or NULL.  The creator is its
 * owner, if there is one.  It begins as a draft; where access goes by
 * capability, who may deploy can begin with a live one.
 */
static const char *
refuse_insert(const Row *row)
{
	const WpWorkflow *workflow = &row->workflow;
	WpVerdict verdict = decide_create(row);
	const WpPrincipal *principal;

	if (verdict != WP_ALLOWED)
		return name_code(verdict, "create", row);
	principal = find_principal(&workflow->workspace);
	if (workflow->owner.data != NULL &&
		!wp_text_equal(&workflow->owner, &principal->user))
		return wp_verdict_code(WP_NOT_OWNER);
	if (workflow->status != WP_STATUS_LIVE &&
		workflow->status != WP_STATUS_STOPPED)
		return NULL;
	if (workflow->status == WP_STATUS_STOPPED ||
		wp_in_membership_workspace(principal, &workflow->workspace))
		return "not_draft";
	return wp_holds_capability(principal, "workflows.deploy",
							   &workflow->workspace)
			   ? NULL
			   : "no_capability:workflows.deploy";
}

/* Are all changed columns the status? */
static bool
only_status_changes(const Guard *guard, const TriggerData *data)
{
	TupleDesc desc = RelationGetDescr(data->tg_relation);

	for (int i = 1; i <= desc->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(desc, i - 1);

		if (attribute->attisdropped || attribute->attgenerated != '\0' ||
			wp_same_in_slots(i, data->tg_trigslot, data->tg_newslot))
			continue;
		if (!bms_is_member(i - FirstLowInvalidHeapAttributeNumber,
						   guard->status_columns))
			return false;
	}
	return true;
}

/* Do the rules read the same of both rows, apart from the status? */
static bool
same_but_status(const Row *was, const Row *is)
{
	return wp_text_equal(&was->workflow.workspace, &is->workflow.workspace) &&
		   wp_text_equal(&was->workflow.owner, &is->workflow.owner) &&
		   was->workflow.visibility == is->workflow.visibility &&
		   was->workflow.hidden == is->workflow.hidden &&
		   wp_condition_same(was->workflow.condition, is->workflow.condition);
}

/*
 * Returns the action that the change of status takes, WP_ACTION_UNKNOWN for
 * none.
 */
static WpAction
status_action(const Row *was, const Row *is)
{
	WpStatus before = was->workflow.status;
	WpStatus after = is->workflow.status;

	if (before == after)
		return WP_ACTION_UNKNOWN;
	return (before == WP_STATUS_LIVE || before == WP_STATUS_STOPPED) &&
				   (after == WP_STATUS_LIVE || after == WP_STATUS_STOPPED)
			   ? WP_OPERATE
			   : WP_PUBLISH;
}

/* Returns the family of a workspace: its kind, open for a closed one. */
static WpWorkspaceKind
family_of(const WpText *workspace)
{
	const WpWorkspace *found =
		wp_find_workspace(find_principal(workspace), workspace);

	if (found == NULL)
		return WP_WORKSPACE_UNKNOWN;
	return found->kind == WP_WORKSPACE_CLOSED ? WP_WORKSPACE_OPEN : found->kind;
}

/*
 * Raises check_violation if the workspace is of another family than the old
 * one, as for `workflows`.
 */
static void
check_family(const Row *was, const Row *is)
{
	if (family_of(&was->workflow.workspace) ==
		family_of(&is->workflow.workspace))
		return;
	wp_raise_violation(
		ERRCODE_CHECK_VIOLATION, "same_family", NULL, NULL,
		psprintf("workflow cannot move to workspace \"%.*s\", which is of "
				 "another family",
				 is->workflow.workspace.len, is->workflow.workspace.data),
		"A workflow moves among open and closed workspaces, among projects, "
		"or among apps.");
}

/*
 * Returns the code of the refusal of a change, or NULL.  The old row decides:
 * the right to change a row does not depend on its new values.
 */
static const char *
refuse_update(const Guard *guard, const TriggerData *data, const Row *was,
			  const Row *is)
{
	WpAction action = status_action(was, is);
	WpAction first = action == WP_OPERATE && same_but_status(was, is) &&
							 only_status_changes(guard, data)
						 ? WP_OPERATE
						 : WP_EDIT;
	WpVerdict verdict = decide(first, was);

	if (verdict != WP_ALLOWED)
		return name_code(verdict, wp_action_name(first), was);
	if (action != WP_ACTION_UNKNOWN && action != first)
	{
		verdict = decide(action, was);
		if (verdict != WP_ALLOWED)
			return name_code(verdict, wp_action_name(action), was);
	}
	if (!wp_text_equal(&was->workflow.owner, &is->workflow.owner))
	{
		verdict = decide(WP_MANAGE_MEMBERS, was);
		if (verdict != WP_ALLOWED)
			return name_code(verdict, wp_action_name(WP_MANAGE_MEMBERS), was);
	}
	if (wp_text_equal(&was->workflow.workspace, &is->workflow.workspace))
		return NULL;
	/* In a project or an app, a move also takes workflows.deploy. */
	verdict = decide(WP_PUBLISH, was);
	if (verdict != WP_ALLOWED)
		return name_code(verdict, wp_action_name(WP_PUBLISH), was);
	verdict = decide_create(is);
	if (verdict != WP_ALLOWED)
		return name_code(verdict, "create", is);
	check_family(was, is);
	return NULL;
}

/* Raises the refusal of the write, if it is refused. */
static void
guard_write(Guard *guard, const TriggerData *data)
{
	Row was;
	Row is;
	const char *code;
	const char *verb = "delete";
	const Row *named = &was;

	ResetExprContext(guard->context);
	if (TRIGGER_FIRED_BY_INSERT(data->tg_event))
	{
		read_row(guard, data->tg_trigslot, &is);
		verb = "insert";
		named = &is;
		code = refuse_insert(&is);
	}
	else if (TRIGGER_FIRED_BY_UPDATE(data->tg_event))
	{
		read_row(guard, data->tg_trigslot, &was);
		read_row(guard, data->tg_newslot, &is);
		verb = "update";
		if (!wp_text_equal(&was.id, &is.id) ||
			!wp_text_equal(&was.workflow.account, &is.workflow.account))
			wp_raise_violation(ERRCODE_CHECK_VIOLATION, "fixed_column", NULL,
							   NULL,
							   "account and id of a workflow never change",
							   "Delete the row and insert another.");
		code = refuse_update(guard, data, &was, &is);
	}
	else
	{
		WpVerdict verdict;

		read_row(guard, data->tg_trigslot, &was);
		verdict = decide(WP_DELETE, &was);
		code = verdict == WP_ALLOWED
				   ? NULL
				   : name_code(verdict, wp_action_name(WP_DELETE), &was);
	}
	if (code != NULL)
		wp_raise_refusal(verb, "workflow", &named->id, code);
}

/* The same.  A refusal names the table, and not our internal context. */
static void
guard_in_scope(Guard *guard, TriggerData *data)
{
	Relation relation = data->tg_relation;
	WpRefusalScope scope;

	wp_refusal_scope_enter(&scope,
						   get_namespace_name(RelationGetNamespace(relation)),
						   RelationGetRelationName(relation));
	PG_TRY();
	{
		guard_write(guard, data);
	}
	PG_FINALLY();
	{
		wp_refusal_scope_leave(&scope);
	}
	PG_END_TRY();
}

/*
 * SQL trigger: permits the row if row security does not bind the current user
 * on the table.
 */
Datum
wp_guard_row(PG_FUNCTION_ARGS)
{
	TriggerData *data =
		wp_trigger_data(fcinfo, WP_ON_BEFORE | WP_EACH_ROW | WP_ON_INSERT |
									WP_ON_UPDATE | WP_ON_DELETE);
	Guard *guard = fcinfo->flinfo->fn_extra;

	if (guard == NULL)
	{
		guard = make_guard(data->tg_relation, fcinfo->flinfo->fn_mcxt);
		fcinfo->flinfo->fn_extra = guard;
	}
	if (wp_row_security_binds(guard->bound_by))
		guard_in_scope(guard, data);
	return PointerGetDatum(wp_trigger_row(data));
}

/*
 * _check_expressions(regclass): raises feature_not_supported if an expression
 * of the policy reads more than the columns of the row, undefined_table if
 * there is no such table.
 */
Datum
wp_check_expressions(PG_FUNCTION_ARGS)
{
	Oid table = PG_GETARG_OID(0);
	Relation relation = try_relation_open(table, AccessShareLock);
	Bitmapset *attributes = NULL;
	int first;
	Node *policy;

	if (relation == NULL)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
						errmsg("relation with OID %u does not exist", table)));
	policy = find_policy(relation);
	if (policy == NULL)
		refuse_unprotected(relation);
	if (contain_subplans(policy))
		refuse_expressions(relation, "an expression has a sub-select");
	if (contain_volatile_functions(policy))
		refuse_expressions(relation, "an expression is volatile");
	pull_varattnos(policy, 1, &attributes);
	first = bms_next_member(attributes, -1);
	/* Before a row is stored, these are not what they will be. */
	if (first >= 0 && first + FirstLowInvalidHeapAttributeNumber <= 0)
		refuse_expressions(
			relation, "an expression reads the whole row or a system column");
	relation_close(relation, AccessShareLock);
	PG_RETURN_VOID();
}

/*
 * _result_type(query) → oid: the type of the query's only column.  The query is
 * analyzed, and never planned or run: planning calls immutable functions, and
 * this text may come from someone else than the caller.
 */
Datum
wp_result_type(PG_FUNCTION_ARGS)
{
	WpQuery query = {text_to_cstring(PG_GETARG_TEXT_PP(0)), .once = true};
	List *sources;
	Oid type = InvalidOid;

	SPI_connect();
	sources = SPI_plan_get_plan_sources(wp_plan(&query));
	if (list_length(sources) == 1)
	{
		TupleDesc columns =
			((CachedPlanSource *) linitial(sources))->resultDesc;

		if (columns != NULL && columns->natts == 1)
			type = TupleDescAttr(columns, 0)->atttypid;
	}
	SPI_finish();
	if (!OidIsValid(type))
		ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR),
						errmsg("it is not one expression")));
	PG_RETURN_OID(type);
}

/*
 * clauses.c
 *		What of a condition fails, as jsonb: for each clause its words, its path,
 *		what it is and what it would have to be, the value seen and the value
 *		expected, and what was missing.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"

#include "compat.h"
#include "condition/describe.h"
#include "condition/explain.h"
#include "condition/print.h"
#include "query/clauses.h"

/* Who reads an explanation reads no more of them than this. */
#define MOST_CLAUSES 100

/* A value longer than this is told by its type alone. */
#define LONGEST_VALUE 1024

typedef struct Clauses
{
	WpClauseListener listener;
	StringInfoData json;
	int count;
	bool show_values;
} Clauses;

/* Appends "key": to an object that has members. */
static void
append_key(StringInfo json, const char *key)
{
	appendStringInfo(json, ", \"%s\": ", key);
}

/* Appends one of SQL's three values. */
static void
append_truth(StringInfo json, WpTruth truth)
{
	appendStringInfoString(json, truth == WP_TRUE ? "true" : truth == WP_FALSE ? "false" : "null");
}

/* Appends the value, and where it is too long nothing but its type. */
static void
append_seen(StringInfo json, const Value *value)
{
	StringInfoData text;

	initStringInfo(&text);
	switch (value->type)
	{
		case WP_JSON_STRING:
			wp_string_print(value->data, value->len, &text);
			break;
		case WP_JSON_NUMBER:
			wp_number_print(value->data, value->len, &text);
			break;
		case WP_JSON_ARRAY:
		case WP_JSON_OBJECT:
			JsonbToCString(&text, (JsonbContainer *) unconstify(char *, value->data), 0);
			break;
		default:
			appendStringInfoString(&text, value->type == WP_JSON_TRUE ? "true" : value->type == WP_JSON_FALSE ? "false" : "null");
	}
	if (text.len <= LONGEST_VALUE)
	{
		append_key(json, "seen");
		appendBinaryStringInfo(json, text.data, text.len);
	}
	else
	{
		append_key(json, "seen_type");
		appendStringInfo(json, "\"%s\"", wp_type_name(value->type));
	}
	pfree(text.data);
}

/* Appends the words of a clause, its path and what it asks for. */
static void
append_clause(StringInfo json, const WpClause *clause)
{
	StringInfoData words;

	initStringInfo(&words);
	wp_clause_describe(clause->node, clause->test, &words);
	appendStringInfoString(json, "{\"clause\": ");
	wp_string_print(words.data, words.len, json);
	if (clause->node->op == WP_FIELD || clause->node->op == WP_USER || clause->node->op == WP_ROLLOUT)
	{
		resetStringInfo(&words);
		wp_path_print(clause->node, &words);
		append_key(json, "path");
		wp_string_print(words.data, words.len, json);
	}
	append_key(json, "expected");
	wp_clause_print(clause->node, clause->test, json);
	pfree(words.data);
}

/* The listener: appends an object for the clause. */
static bool
add_clause(WpClauseListener *listener, const WpClause *clause)
{
	Clauses *clauses = (Clauses *) listener;
	StringInfo json = &clauses->json;

	appendStringInfoString(json, clauses->count > 0 ? ", " : "[");
	if (clauses->count++ >= MOST_CLAUSES)
	{
		appendStringInfoString(json, "{\"more\": true}");
		return false;
	}
	if (clause->node != NULL)
		append_clause(json, clause);
	else
		appendStringInfoString(json, "{\"clause\": \"the condition\"");
	append_key(json, "is");
	append_truth(json, clause->is);
	append_key(json, "wanted");
	append_truth(json, clause->wanted);
	if (clauses->show_values && clause->seen != NULL)
		append_seen(json, clause->seen);
	if (clauses->show_values && clause->missing != NULL)
	{
		append_key(json, "missing");
		wp_string_print(clause->missing, strlen(clause->missing), json);
	}
	if (clauses->show_values && clause->needs != NULL)
	{
		append_key(json, "needs");
		appendStringInfo(json, "\"%s\"", clause->needs);
	}
	appendStringInfoChar(json, '}');
	return true;
}

Jsonb *
wp_failed_clauses(const struct varlena *condition, const WpSubject *subject, bool show_values)
{
	Clauses clauses = {{add_clause}};

	clauses.show_values = show_values;
	initStringInfo(&clauses.json);
	wp_condition_explain(condition, subject, &clauses.listener);
	if (clauses.count == 0)
		return NULL;
	appendStringInfoChar(&clauses.json, ']');
	return DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(clauses.json.data)));
}

/*
 * cursor.c
 *		Cursors: {"order": "updated_at desc", "value": "…", "id": "…"}, the value in
 *		its type's text form, NULL for NULL.
 *
 * A cursor says where to go on and opens nothing: whoever makes one up sees what
 * they would see anyway, from another row on.  Its value goes through the type's
 * input function and into a comparison, never into SQL.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"

#include "compat.h"
#include "planner/cursor.h"

#define KEYS 3

static const char key_id[] = "id";
static const char key_order[] = "order";
static const char key_value[] = "value";

/* Sets one parameter until wp_cursor_end. */
static void
pin(const char *name, const char *value)
{
	(void) set_config_option(name, value, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
}

/*
 * Makes text forms independent of the session's settings, as those who send them
 * elsewhere do; returns what wp_cursor_end takes.  No query is run in between: it would
 * be planned anew for the other search_path.  After an error, (sub)transaction
 * abort undoes it.
 */
int
wp_cursor_begin(void)
{
	int level = NewGUCNestLevel();

	pin("datestyle", "ISO");
	pin("intervalstyle", "postgres");
	pin("extra_float_digits", "3");
	pin("search_path", "pg_catalog");
	return level;
}

/* Undoes wp_cursor_begin. */
void
wp_cursor_end(int level)
{
	AtEOXact_GUC(true, level);
}

/* Adds a string, or null where it is NULL, under the key. */
static void
push(WpJsonbState *state, const char *key, const char *string, int len)
{
	JsonbValue value;

	value.type = jbvString;
	value.val.string.val = unconstify(char *, key);
	value.val.string.len = strlen(key);
	wp_push_jsonb(state, WJB_KEY, &value);
	value.type = string == NULL ? jbvNull : jbvString;
	value.val.string.val = unconstify(char *, string);
	value.val.string.len = len;
	wp_push_jsonb(state, WJB_VALUE, &value);
}

/* See cursor.h.  Raises what the type's output function raises. */
Jsonb *
wp_cursor_write(const WpOrder *order, const WpPlace *place)
{
	WpJsonbState state = {0};
	char *text = wp_order_text(order);
	char *value = NULL;
	Oid output;
	bool is_varlena;

	if (!place->is_null)
	{
		getTypeOutputInfo(order->type, &output, &is_varlena);
		value = OidOutputFunctionCall(output, place->value);
	}
	wp_push_jsonb(&state, WJB_BEGIN_OBJECT, NULL);
	push(&state, key_id, place->id.data, place->id.len);
	push(&state, key_order, text, strlen(text));
	push(&state, key_value, value, value == NULL ? 0 : strlen(value));
	wp_push_jsonb(&state, WJB_END_OBJECT, NULL);
	return JsonbValueToJsonb(state.result);
}

/* Raises invalid_parameter_value. */
wp_noreturn static void
bad_cursor(const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("\"after\" is not a cursor of this order"),
			 errdetail("%s", detail),
			 errhint("Pass the cursor of a row of an earlier page, unchanged and with the same order, or NULL for the first page.")));
}

/*
 * Returns the string under the key as a palloc'd text, data NULL for null.  Raises
 * as bad_cursor for anything else.
 */
static WpText
string_of(Jsonb *cursor, const char *key)
{
	WpText text = {NULL, 0};
	JsonbValue value;

	if (getKeyJsonValueFromContainer(&cursor->root, key, strlen(key), &value) == NULL ||
		(value.type != jbvString && value.type != jbvNull))
		bad_cursor(psprintf("It has no string under \"%s\".", key));
	if (value.type == jbvString)
	{
		text.data = pnstrdup(value.val.string.val, value.val.string.len);
		text.len = value.val.string.len;
	}
	return text;
}

/*
 * See cursor.h.  Raises invalid_parameter_value for what is no cursor or one of
 * another order, and what the type's input function raises.
 */
void
wp_cursor_read(const WpOrder *order, Jsonb *cursor, WpPlace *place)
{
	WpText text;
	Oid input;
	Oid parameter;

	if (!JB_ROOT_IS_OBJECT(cursor) || JB_ROOT_COUNT(cursor) != KEYS)
		bad_cursor("It is no object of \"id\", \"order\" and \"value\".");
	text = string_of(cursor, key_order);
	if (text.data == NULL || strcmp(text.data, wp_order_text(order)) != 0)
		bad_cursor(psprintf("It was made for another order than \"%s\".", wp_order_text(order)));
	place->id = string_of(cursor, key_id);
	if (place->id.data == NULL)
		bad_cursor("It has no string under \"id\".");
	text = string_of(cursor, key_value);
	place->is_null = text.data == NULL;
	if (place->is_null && !order->nullable)
		bad_cursor("Its value is null, which the column never is.");
	if (!place->is_null)
	{
		int level = wp_cursor_begin();

		getTypeInputInfo(order->type, &input, &parameter);
		place->value = OidInputFunctionCall(input, unconstify(char *, text.data), parameter, order->typmod);
		wp_cursor_end(level);
	}
}

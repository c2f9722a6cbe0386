/*
 * paragon.c
 *		Conditions in Paragon's own form (spec 2.3): a tree of joins and
 *		operators.  It is translated to the text of a metadata_condition, which
 *		is then read as usual.
 *
 * A Paragon operator applies to one type of value.  A value of another type, an
 * array and an absent value never match it, even if it is negative.  So each
 * operator is combined with a test of the type.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "parser/scansup.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/jsonb.h"

#include "compat.h"
#include "condition/format.h"
#include "condition/parse.h"

PG_FUNCTION_INFO_V1(wp_from_paragon);

typedef enum Argument
{
	NOTHING,
	STRING,
	STRINGS, /* an array of strings, or one string split at commas */
	NUMBER,
	INSTANT
} Argument;

/*
 * An operator's name in Paragon, and the tests that it stands for.  The
 * argument is inserted between the two texts.
 */
typedef struct Operator
{
	const char *name;
	Argument argument;
	const char *before;
	const char *after;
} Operator;

#define A_STRING "\"$type\": \"string\", "
#define A_NUMBER "\"$type\": \"number\", "
#define A_BOOLEAN "\"$type\": \"boolean\", "
#define AN_ARRAY "\"$type\": \"array\", "
/*
 * An instant is a string or a number.  Operators on instants accept no other
 * type anyway.
 */
#define NO_ARRAY "\"$not\": {\"$type\": \"array\"}, "

static const Operator operators[] = {
	{"$stringContains", STRING, A_STRING "\"$contains\": ", ""},
	{"$stringDoesNotContain", STRING,
	 A_STRING "\"$not\": {\"$contains\": ", "}"},
	{"$stringExactlyMatches", STRING, A_STRING "\"$eq\": ", ""},
	{"$stringDoesNotExactlyMatch", STRING, A_STRING "\"$ne\": ", ""},
	{"$stringIsIn", STRINGS, A_STRING "\"$in\": ", ""},
	{"$stringIsNotIn", STRINGS, A_STRING "\"$nin\": ", ""},
	{"$stringStartsWith", STRING, A_STRING "\"$startsWith\": ", ""},
	{"$stringDoesNotStartWith", STRING,
	 A_STRING "\"$not\": {\"$startsWith\": ", "}"},
	{"$stringEndsWith", STRING, A_STRING "\"$endsWith\": ", ""},
	{"$stringDoesNotEndWith", STRING,
	 A_STRING "\"$not\": {\"$endsWith\": ", "}"},
	{"$stringGreaterThan", STRING, A_STRING "\"$gt\": ", ""},
	{"$stringLessThan", STRING, A_STRING "\"$lt\": ", ""},
	{"$numberGreaterThan", NUMBER, A_NUMBER "\"$gt\": ", ""},
	{"$numberGreaterThanOrEqualTo", NUMBER, A_NUMBER "\"$gte\": ", ""},
	{"$numberLessThan", NUMBER, A_NUMBER "\"$lt\": ", ""},
	{"$numberLessThanOrEqualTo", NUMBER, A_NUMBER "\"$lte\": ", ""},
	{"$numberEquals", NUMBER, A_NUMBER "\"$eq\": ", ""},
	{"$numberDoesNotEqual", NUMBER, A_NUMBER "\"$ne\": ", ""},
	{"$dateTimeAfter", INSTANT, NO_ARRAY "\"$after\": ", ""},
	{"$dateTimeBefore", INSTANT, NO_ARRAY "\"$before\": ", ""},
	{"$dateTimeEquals", INSTANT, NO_ARRAY "\"$at\": ", ""},
	{"$booleanTrue", NOTHING, A_BOOLEAN "\"$eq\": true", ""},
	{"$booleanFalse", NOTHING, A_BOOLEAN "\"$eq\": false", ""},
	{"$arrayIsEmpty", NOTHING, AN_ARRAY "\"$empty\": true", ""},
	{"$arrayIsNotEmpty", NOTHING, AN_ARRAY "\"$empty\": false", ""},
	/*
	 * These four are mixed up in Paragon: its menu sends "Is Not Null" as
	 * $exists.
	 */
	{"$exists", NOTHING, "\"$exists\": true", ""},
	{"$doesNotExist", NOTHING, "\"$type\": \"null\"", ""},
	{"$isNotUndefinedOrNull", NOTHING, "\"$exists\": true", ""},
	{"$isUndefinedOrNull", NOTHING, "\"$exists\": false", ""},
};

/* The state of a translation: its text and the place in the tree. */
typedef struct Translation
{
	StringInfoData out;
	StringInfoData place; /* "conditions[1].condition" */
	int depth;            /* number of enclosing joins */
} Translation;

#define A_NODE                                                                 \
	"A node is {\"type\": \"JOIN\", \"join\", \"conditions\"} or {\"type\": "  \
	"\"OPERATOR\", \"condition\": {\"operator\", \"variable\", "               \
	"\"argument\"}}."
#define OF_ANOTHER_TYPE                                                        \
	"Choose the operator that belongs to the argument's type."

/*
 * Goes to a member of the current place. leave() takes the result to come back.
 */
static int
enter(Translation *t, const char *key)
{
	int back = t->place.len;

	if (back > 0)
		appendStringInfoChar(&t->place, '.');
	appendStringInfoString(&t->place, key);
	return back;
}

static void
leave(Translation *t, int back)
{
	t->place.len = back;
	t->place.data[back] = '\0';
}

/* Raises: the value at the current place is not as expected. */
static void
refuse(Translation *t, const char *should, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("invalid Paragon condition: %s %s",
					t->place.len > 0 ? t->place.data : "the condition", should),
			 errhint("%s", hint)));
}

/* Returns the value as an object.  Raises if it is not one. */
static JsonbContainer *
need_object(Translation *t, const JsonbValue *value)
{
	if (value->type != jbvBinary ||
		!JsonContainerIsObject(value->val.binary.data))
		refuse(t, "must be an object", A_NODE);
	return value->val.binary.data;
}

static JsonbValue *
member(JsonbContainer *object, const char *key)
{
	return getKeyJsonValueFromContainer(object, key, strlen(key), NULL);
}

/*
 * Raises if the object has a key that is not in the list (NULL-ended), so that
 * nothing is ignored.
 */
static void
need_keys(Translation *t, JsonbContainer *object, const char *const *known)
{
	JsonbIterator *iterator = JsonbIteratorInit(object);
	JsonbValue key;
	JsonbIteratorToken token;

	while ((token = JsonbIteratorNext(&iterator, &key, true)) != WJB_DONE)
	{
		const char *const *k = known;

		if (token != WJB_KEY)
			continue;
		while (*k != NULL &&
			   (strlen(*k) != key.val.string.len ||
				memcmp(*k, key.val.string.val, key.val.string.len) != 0))
			k++;
		if (*k == NULL)
		{
			enter(t, pnstrdup(key.val.string.val, key.val.string.len));
			refuse(t, "is not known", A_NODE);
		}
	}
}

/* Returns the string under the key, palloc'd.  Raises if there is none. */
static char *
need_string(Translation *t, JsonbContainer *object, const char *key)
{
	JsonbValue *value = member(object, key);

	if (value == NULL || value->type != jbvString)
	{
		enter(t, key);
		refuse(t, "must be a string", A_NODE);
	}
	return pnstrdup(value->val.string.val, value->val.string.len);
}

static void
append_string(StringInfo out, const JsonbValue *value)
{
	escape_json(out, pnstrdup(value->val.string.val, value->val.string.len));
}

static void
append_number(StringInfo out, const JsonbValue *value)
{
	struct varlena *number = (struct varlena *) value->val.numeric;

	wp_number_print(VARDATA_ANY(number), VARSIZE_ANY_EXHDR(number), out);
}

/* Appends one more item to a list, unless the item is empty. */
static void
append_item(StringInfo out, const char *item)
{
	if (item[0] == '\0')
		return;
	if (out->data[out->len - 1] != '[')
		appendStringInfoString(out, ", ");
	escape_json(out, item);
}

/* Appends the items of a string, split at commas and trimmed. */
static void
append_split(StringInfo out, char *text)
{
	for (char *item = text; item != NULL;)
	{
		char *comma = strchr(item, ',');
		char *end = comma ? comma : item + strlen(item);

		while (item < end && scanner_isspace(*item))
			item++;
		while (end > item && scanner_isspace(end[-1]))
			end--;
		*end = '\0';
		append_item(out, item);
		item = comma ? comma + 1 : NULL;
	}
}

/* Appends an array of strings.  Raises if it contains anything else. */
static void
append_strings(Translation *t, JsonbContainer *array)
{
	for (uint32 i = 0; i < JsonContainerSize(array); i++)
	{
		JsonbValue *item = getIthJsonbValueFromContainer(array, i);

		if (item->type != jbvString)
		{
			appendStringInfo(&t->place, "[%u]", i);
			refuse(t, "must be a string", OF_ANOTHER_TYPE);
		}
		if (i > 0)
			appendStringInfoString(&t->out, ", ");
		append_string(&t->out, item);
	}
}

/* Appends a list as a JSON array.  Raises if the list is empty. */
static void
append_list(Translation *t, const JsonbValue *argument, const Operator *known)
{
	appendStringInfoChar(&t->out, '[');
	if (argument != NULL && argument->type == jbvString)
		append_split(&t->out, pnstrdup(argument->val.string.val,
									   argument->val.string.len));
	else if (argument != NULL && argument->type == jbvBinary &&
			 JsonContainerIsArray(argument->val.binary.data))
		append_strings(t, argument->val.binary.data);
	else
		refuse(t,
			   psprintf("must be a string or an array of strings: %s takes a "
						"list",
						known->name),
			   "Separate the values by commas.");
	if (t->out.data[t->out.len - 1] == '[')
		refuse(t, "is an empty list",
			   "Name at least one value; separate values by commas.");
	appendStringInfoChar(&t->out, ']');
}

/*
 * Appends the argument in the form that the operator needs.  Raises if it has
 * another type.
 */
static void
append_argument(Translation *t, JsonbContainer *condition,
				const Operator *known)
{
	JsonbValue *argument = member(condition, "argument");
	enum jbvType type = argument ? argument->type : jbvNull;
	int back = enter(t, "argument");

	switch (known->argument)
	{
		case NOTHING:
			if (type != jbvNull)
				refuse(
					t,
					psprintf("must not be given: %s takes none", known->name),
					OF_ANOTHER_TYPE);
			break;
		case STRING:
			if (type != jbvString)
				refuse(t,
					   psprintf("must be a string: %s takes one", known->name),
					   OF_ANOTHER_TYPE);
			append_string(&t->out, argument);
			break;
		case STRINGS:
			append_list(t, argument, known);
			break;
		case NUMBER:
			if (type != jbvNumeric)
				refuse(t,
					   psprintf("must be a number: %s takes one", known->name),
					   OF_ANOTHER_TYPE);
			append_number(&t->out, argument);
			break;
		case INSTANT:
			if (type == jbvString)
				append_string(&t->out, argument);
			else if (type == jbvNumeric)
				append_number(&t->out, argument);
			else
				refuse(t, psprintf("must be a date: %s takes one", known->name),
					   "Write it as RFC 3339 text or as epoch milliseconds.");
	}
	leave(t, back);
}

static void
translate_operator(Translation *t, JsonbContainer *condition)
{
	static const char *const keys[] = {"operator", "variable", "argument",
									   NULL};

	need_keys(t, condition, keys);

	char *name = need_string(t, condition, "operator");
	char *variable = need_string(t, condition, "variable");
	const Operator *known = NULL;

	for (int i = 0; i < lengthof(operators) && known == NULL; i++)
		if (strcmp(operators[i].name, name) == 0)
			known = &operators[i];
	if (known == NULL)
	{
		enter(t, "operator");
		refuse(t, psprintf("is the unknown operator \"%s\"", name),
			   strcmp(name, "$none") == 0
				   ? "A condition that was not finished cannot be imported."
				   : "Operators have the names that Paragon's export writes, "
					 "such as $stringExactlyMatches.");
	}
	/* A name that begins with $ would be read as one of our operators. */
	if (variable[0] == '\0' ||
		(variable[0] == '$' && strcmp(variable, "$userId") != 0))
	{
		enter(t, "variable");
		refuse(t, psprintf("is \"%s\", which is no path", variable),
			   "Name a key of the metadata, a dotted path, or $userId.");
	}

	appendStringInfoChar(&t->out, '{');
	escape_json(&t->out, variable);
	appendStringInfo(&t->out, ": {%s", known->before);
	append_argument(t, condition, known);
	appendStringInfo(&t->out, "%s}}", known->after);
}

static void
translate_node(Translation *t, const JsonbValue *value)
{
	static const char *const join_keys[] = {"type", "join", "conditions", NULL};
	static const char *const operator_keys[] = {"type", "condition", NULL};
	int back;

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();

	JsonbContainer *node = need_object(t, value);
	char *type = need_string(t, node, "type");

	if (strcmp(type, "OPERATOR") == 0)
	{
		JsonbValue *condition = member(node, "condition");

		need_keys(t, node, operator_keys);
		back = enter(t, "condition");
		if (condition == NULL)
			refuse(t, "is missing", A_NODE);
		translate_operator(t, need_object(t, condition));
		leave(t, back);
		return;
	}

	if (strcmp(type, "JOIN") != 0)
	{
		enter(t, "type");
		refuse(t, psprintf("is \"%s\"", type),
			   "It must be \"JOIN\" or \"OPERATOR\".");
	}
	need_keys(t, node, join_keys);

	char *join = need_string(t, node, "join");
	JsonbValue *conditions = member(node, "conditions");
	bool all = strcmp(join, "AND") == 0;

	if (!all && strcmp(join, "OR") != 0)
	{
		enter(t, "join");
		refuse(t, psprintf("is \"%s\"", join), "It must be \"AND\" or \"OR\".");
	}
	back = enter(t, "conditions");
	if (conditions == NULL || conditions->type != jbvBinary ||
		!JsonContainerIsArray(conditions->val.binary.data) ||
		JsonContainerSize(conditions->val.binary.data) == 0)
		refuse(t, "must be an array of at least one condition",
			   "Leave a join without conditions out.");

	JsonbContainer *array = conditions->val.binary.data;
	int list = t->place.len;

	if (++t->depth > WP_CONDITION_MAX_DEPTH)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("invalid Paragon condition: %s is nested more than %d "
						"levels deep",
						t->place.data, WP_CONDITION_MAX_DEPTH),
				 errhint("Combine nested joins.")));

	appendStringInfo(&t->out, "{\"%s\": [", all ? "$and" : "$or");
	for (uint32 i = 0; i < JsonContainerSize(array); i++)
	{
		if (i > 0)
			appendStringInfoString(&t->out, ", ");
		appendStringInfo(&t->place, "[%u]", i);
		translate_node(t, getIthJsonbValueFromContainer(array, i));
		leave(t, list);
	}
	appendStringInfoString(&t->out, "]}");
	leave(t, back);
	t->depth--;
}

Datum
wp_from_paragon(PG_FUNCTION_ARGS)
{
	Jsonb *tree = PG_GETARG_JSONB_P(0);
	JsonbValue root;
	Translation t = {.depth = 0};

	initStringInfo(&t.out);
	initStringInfo(&t.place);
	root.type = jbvBinary;
	root.val.binary.data = &tree->root;
	root.val.binary.len = VARSIZE(tree) - VARHDRSZ;
	translate_node(&t, &root);
	PG_RETURN_POINTER(wp_condition_read(t.out.data, t.out.len, NULL));
}

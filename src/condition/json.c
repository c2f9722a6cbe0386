/*
 * json.c
 *		JSON text → tree, with the semantic actions of PostgreSQL's JSON parser.
 */
#include "compat.h"

#include "common/jsonapi.h"
#include "mb/pg_wchar.h"

#include "condition/json.h"
#include "condition/utf8.h"

typedef struct Builder
{
	struct Node *escontext;
	int values; /* so far */
	int depth;  /* open containers */
	WpJson *open[WP_CONDITION_MAX_DEPTH];
	uint32 space[WP_CONDITION_MAX_DEPTH]; /* items allocated of each */
	const char *key;                      /* of the next value */
	WpJson root;
} Builder;

/*
 * Returns the place for the next value, with its key set.  It may move when the
 * next one is requested.
 */
static WpJson *
next_item(Builder *builder, WpJsonType type)
{
	WpJson *item = &builder->root;

	if (builder->depth > 0)
	{
		int level = builder->depth - 1;
		WpJson *parent = builder->open[level];

		if (parent->count == builder->space[level])
		{
			uint32 space = builder->space[level] * 2;

			if (space == 0)
			{
				space = 4;
				parent->items = palloc(space * sizeof(WpJson));
			}
			else
				parent->items = repalloc(parent->items, space * sizeof(WpJson));
			builder->space[level] = space;
		}
		item = &parent->items[parent->count++];
	}
	memset(item, 0, sizeof(*item));
	item->type = type;
	if (builder->key != NULL)
	{
		item->key = builder->key;
		item->keylen = strlen(builder->key);
		builder->key = NULL;
	}
	return item;
}

/* Returns the path of the next value, as parse.c writes paths; palloc'd. */
static char *
next_place(const Builder *builder)
{
	StringInfoData place;

	initStringInfo(&place);
	for (int level = 0; level < builder->depth; level++)
	{
		const WpJson *parent = builder->open[level];
		bool last = level == builder->depth - 1;

		if (parent->type == WP_JSON_ARRAY)
			appendStringInfo(&place, "[%u]",
							 last ? parent->count : parent->count - 1);
		else
		{
			const char *key =
				last ? builder->key : builder->open[level + 1]->key;

			appendStringInfo(&place, "%s%.*s", place.len > 0 ? "." : "",
							 pg_mbcliplen(key, strlen(key), WP_PLACE_KEY_MAX),
							 key);
		}
	}
	return place.data;
}

/*
 * Counts one more value.  Returns false, with the error saved, if it is one too
 * many.
 */
static bool
count_value(Builder *builder)
{
	if (++builder->values > WP_CONDITION_MAX_VALUES)
		ereturn(builder->escontext, false,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("invalid condition at %s: more than %d values",
						next_place(builder), WP_CONDITION_MAX_VALUES),
				 errhint("Keep long lists in a table, or in the metadata.")));
	return true;
}

/*
 * Opens an array or object.  Returns false, with the error saved, if it is one
 * level too many.
 */
static bool
open_container(Builder *builder, WpJsonType type)
{
	WpJson *item;

	if (builder->depth >= WP_CONDITION_MAX_DEPTH)
		ereturn(
			builder->escontext, false,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("invalid condition at %s: nested more than %d levels deep",
					next_place(builder), WP_CONDITION_MAX_DEPTH),
			 errhint("Combine nested $and, $or and $not.")));
	if (!count_value(builder))
		return false;
	item = next_item(builder, type);
	builder->open[builder->depth] = item;
	builder->space[builder->depth] = 0;
	builder->depth++;
	return true;
}

static int
compare_members(const void *a, const void *b)
{
	const WpJson *left = a;
	const WpJson *right = b;

	return wp_bytes_compare(left->key, left->keylen, right->key, right->keylen);
}

/*
 * Semantic actions.  The place of an open container does not move: its parent
 * grows only after it is closed.
 */
static WpJsonAction
object_start(void *state)
{
	bool opened = open_container(state, WP_JSON_OBJECT);

	WP_JSON_ACTION_RETURN(opened);
}

static WpJsonAction
object_field_start(void *state, char *name, bool isnull)
{
	((Builder *) state)->key = name;
	WP_JSON_ACTION_RETURN(true);
}

static WpJsonAction
object_end(void *state)
{
	Builder *builder = state;
	WpJson *object = builder->open[--builder->depth];

	if (object->count > 1)
		qsort(object->items, object->count, sizeof(WpJson), compare_members);
	WP_JSON_ACTION_RETURN(true);
}

static WpJsonAction
array_start(void *state)
{
	bool opened = open_container(state, WP_JSON_ARRAY);

	WP_JSON_ACTION_RETURN(opened);
}

static WpJsonAction
array_end(void *state)
{
	((Builder *) state)->depth--;
	WP_JSON_ACTION_RETURN(true);
}

/*
 * Adds a string, number, boolean or null.  The token of a string is already
 * unescaped.
 */
static WpJsonAction
scalar(void *state, char *token, JsonTokenType tokentype)
{
	static const WpJsonType types[] = {
		[JSON_TOKEN_STRING] = WP_JSON_STRING,
		[JSON_TOKEN_NUMBER] = WP_JSON_NUMBER,
		[JSON_TOKEN_TRUE] = WP_JSON_TRUE,
		[JSON_TOKEN_FALSE] = WP_JSON_FALSE,
		[JSON_TOKEN_NULL] = WP_JSON_NULL,
	};
	WpJson *item;

	if (!count_value(state))
		WP_JSON_ACTION_RETURN(false);
	item = next_item(state, types[tokentype]);
	item->text = token;
	item->len = strlen(token);
	WP_JSON_ACTION_RETURN(true);
}

WpJson *
wp_json_read(const char *text, size_t len, struct Node *escontext)
{
	Builder *builder = palloc0(sizeof(Builder));
	JsonLexContext *lexer = wp_json_lexer(text, len);
	JsonSemAction actions = {0};
	JsonParseErrorType result;

	if (!wp_has_escaped_characters(text, len))
		ereturn(
			escontext, NULL,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("invalid input syntax for type %s", "metadata_condition"),
			 errdetail("It has the escape of a character that the database's "
					   "encoding, %s, has not.",
					   GetDatabaseEncodingName()),
			 errhint("Leave that character out.")));
	builder->escontext = escontext;
	actions.semstate = builder;
	actions.object_start = object_start;
	actions.object_field_start = object_field_start;
	actions.object_end = object_end;
	actions.array_start = array_start;
	actions.array_end = array_end;
	actions.scalar = scalar;

	result = pg_parse_json(lexer, &actions);
	if (result == JSON_SUCCESS)
		return &builder->root;
	if (WP_JSON_ACTION_FAILED(result))
		return NULL; /* the error is saved */
	ereturn(
		escontext, NULL,
		(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
		 errmsg("invalid input syntax for type %s", "metadata_condition"),
		 errdetail_internal("%s", json_errdetail(result, lexer)),
		 errhint("A condition is a JSON object, such as {\"plan\": {\"$in\": "
				 "[\"pro\", \"team\"]}, \"seats\": {\"$gte\": 10}}.")));
}

bool
wp_json_key_is(const WpJson *member, const char *name)
{
	return member->keylen == strlen(name) &&
		   memcmp(member->key, name, member->keylen) == 0;
}

const WpJson *
wp_json_member(const WpJson *object, const char *name)
{
	if (object->type != WP_JSON_OBJECT)
		return NULL;
	for (uint32 i = 0; i < object->count; i++)
		if (wp_json_key_is(&object->items[i], name))
			return &object->items[i];
	return NULL;
}

/*
 * jsonb_read.c
 *		What src/principal/principal_from_json.c and src/condition/paragon.c ask of the server to read
 *		jsonb and numbers, for the standalone build, on the same bytes: see jsonb.c.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

#include "condition/literal.h"

/* Returns how far the i-th entry reaches into the data. */
static uint32
end_of(const JsonbContainer *container, uint32 i)
{
	JEntry entry = container->children[i];
	uint32 length = 0;

	for (;;)
	{
		length += JBE_OFFLENFLD(entry);
		if (JBE_HAS_OFF(entry) || i == 0)
			return length;
		entry = container->children[--i];
	}
}

/* Sets *value to what the i-th entry stands for; points into the container. */
static void
fill_value(JsonbContainer *container, uint32 i, JsonbValue *value)
{
	uint32 n = JsonContainerSize(container);
	char *data = (char *) &container->children[JsonContainerIsObject(container) ? 2 * n : n];
	uint32 begin = i == 0 ? 0 : end_of(container, i - 1);
	uint32 end = end_of(container, i);
	JEntry entry = container->children[i];

	if (JBE_ISNULL(entry))
		value->type = jbvNull;
	else if (JBE_ISBOOL(entry))
	{
		value->type = jbvBool;
		value->val.boolean = JBE_ISBOOL_TRUE(entry);
	}
	else if (JBE_ISSTRING(entry))
	{
		value->type = jbvString;
		value->val.string.val = data + begin;
		value->val.string.len = end - begin;
	}
	else if (JBE_ISNUMERIC(entry))
	{
		value->type = jbvNumeric;
		value->val.numeric = (Numeric) (data + INTALIGN(begin));
	}
	else
	{
		value->type = jbvBinary;
		value->val.binary.data = (JsonbContainer *) (data + INTALIGN(begin));
		value->val.binary.len = end - INTALIGN(begin);
	}
}

JsonbIterator *
JsonbIteratorInit(JsonbContainer *container)
{
	JsonbIterator *iterator = palloc0(sizeof(JsonbIterator));

	iterator->container = container;
	iterator->nElems = JsonContainerSize(container);
	iterator->state = JsonContainerIsObject(container) ? JBI_OBJECT_START : JBI_ARRAY_START;
	return iterator;
}

/* Only over the container itself, not over what is nested in it. */
JsonbIteratorToken
JsonbIteratorNext(JsonbIterator **it, JsonbValue *value, bool skip_nested)
{
	JsonbIterator *iterator = *it;

	if (iterator == NULL)
		return WJB_DONE;
	Assert(skip_nested);
	switch (iterator->state)
	{
		case JBI_OBJECT_START:
			value->type = jbvObject;
			iterator->state = JBI_OBJECT_KEY;
			return WJB_BEGIN_OBJECT;
		case JBI_ARRAY_START:
			value->type = jbvArray;
			iterator->state = JBI_ARRAY_ELEM;
			return WJB_BEGIN_ARRAY;
		case JBI_OBJECT_VALUE:
			fill_value(iterator->container, iterator->nElems + iterator->curIndex++, value);
			iterator->state = JBI_OBJECT_KEY;
			return WJB_VALUE;
		default:
			break;
	}
	if (iterator->curIndex == iterator->nElems)
	{
		*it = NULL;
		return iterator->state == JBI_OBJECT_KEY ? WJB_END_OBJECT : WJB_END_ARRAY;
	}
	if (iterator->state == JBI_OBJECT_KEY)
	{
		fill_value(iterator->container, iterator->curIndex, value);
		iterator->state = JBI_OBJECT_VALUE;
		return WJB_KEY;
	}
	fill_value(iterator->container, iterator->curIndex++, value);
	return WJB_ELEM;
}

JsonbValue *
getKeyJsonValueFromContainer(JsonbContainer *container, const char *key, int len, JsonbValue *result)
{
	for (uint32 i = 0; i < JsonContainerSize(container); i++)
	{
		JsonbValue found;

		fill_value(container, i, &found);
		if (found.val.string.len != len || memcmp(found.val.string.val, key, len) != 0)
			continue;
		if (result == NULL)
			result = palloc(sizeof(JsonbValue));
		fill_value(container, i + JsonContainerSize(container), result);
		return result;
	}
	return NULL;
}

/* Of a container alone. */
Jsonb *
JsonbValueToJsonb(JsonbValue *value)
{
	Jsonb *jsonb = palloc(VARHDRSZ + value->val.binary.len);

	Assert(value->type == jbvBinary);
	SET_VARSIZE(jsonb, VARHDRSZ + value->val.binary.len);
	memcpy(VARDATA(jsonb), value->val.binary.data, value->val.binary.len);
	return jsonb;
}

struct varlena *
pg_detoast_datum(struct varlena *datum)
{
	return datum;
}

Datum
DirectFunctionCall2Coll(PGFunction function, Oid collation, Datum first, Datum second)
{
	LOCAL_FCINFO(fcinfo, 2);

	InitFunctionCallInfoData(*fcinfo, NULL, 2, collation, NULL, NULL);
	fcinfo->args[0].value = first;
	fcinfo->args[0].isnull = false;
	fcinfo->args[1].value = second;
	fcinfo->args[1].isnull = false;
	return function(fcinfo);
}

/* Numbers that come from JSON are none of those. */
bool
numeric_is_nan(Numeric number)
{
	return false;
}

Datum
numeric_cmp(PG_FUNCTION_ARGS)
{
	struct varlena *a = (struct varlena *) PG_GETARG_POINTER(0);
	struct varlena *b = (struct varlena *) PG_GETARG_POINTER(1);

	PG_RETURN_INT32(wp_number_compare(VARDATA(a), VARSIZE(a) - VARHDRSZ, VARDATA(b), VARSIZE(b) - VARHDRSZ));
}

Numeric
int64_to_numeric(int64 number)
{
	StringInfoData out;
	char *text = psprintf("%lld", (long long) number);

	initStringInfo(&out);
	appendBinaryStringInfo(&out, (char *) &(uint32){0}, sizeof(uint32));
	wp_number_read(text, strlen(text), &out);
	SET_VARSIZE(out.data, out.len);
	return (Numeric) out.data;
}

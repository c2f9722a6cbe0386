/*
 * format.c
 *		The operators by code and by name, and the parts of the cursor that are
 *		too large to be inlined.
 */
#include "condition/format.h"

const WpOpInfo wp_ops[WP_OP_LIMIT] = {
	[WP_AND] = {"$and"},
	[WP_OR] = {"$or"},
	[WP_NOR] = {"$nor"},
	[WP_NOT] = {"$not"},
	[WP_USER] = {"$userId"},
	[WP_ROLLOUT] = {"$rollout"},

	[WP_VALUE_NOT] = {"$not", WP_TAKES_TESTS},
	[WP_EXISTS] = {"$exists", WP_TAKES_BOOLEAN},
	[WP_TYPE] = {"$type", WP_TAKES_TYPE},
	[WP_SIZE] = {"$size", WP_TAKES_SIZE},
	[WP_EMPTY] = {"$empty", WP_TAKES_BOOLEAN},
	[WP_ELEM_DOCUMENT] = {"$elemMatch", WP_TAKES_ELEMENT},
	[WP_ELEM_VALUE] = {"$elemMatch", WP_TAKES_ELEMENT},
	[WP_ALL_OF] = {"$all", WP_TAKES_SCALARS},
	[WP_ALL_OFI] = {"$alli", WP_TAKES_SCALARS},

	[WP_EQ] = {"$eq", WP_TAKES_VALUE, true, false},
	[WP_NE] = {"$ne", WP_TAKES_VALUE, true, true},
	[WP_IN] = {"$in", WP_TAKES_SCALARS, true, false},
	[WP_NIN] = {"$nin", WP_TAKES_SCALARS, true, true},
	[WP_GT] = {"$gt", WP_TAKES_ORDERED, true, false},
	[WP_GTE] = {"$gte", WP_TAKES_ORDERED, true, false},
	[WP_LT] = {"$lt", WP_TAKES_ORDERED, true, false},
	[WP_LTE] = {"$lte", WP_TAKES_ORDERED, true, false},
	[WP_CONTAINS] = {"$contains", WP_TAKES_STRING, true, false},
	[WP_STARTS_WITH] = {"$startsWith", WP_TAKES_STRING, true, false},
	[WP_ENDS_WITH] = {"$endsWith", WP_TAKES_STRING, true, false},
	[WP_REGEX] = {"$regex", WP_TAKES_REGEX, true, false},
	[WP_REGEX_OPTION_I] = {"$regex", WP_TAKES_REGEX, true, false},
	[WP_EQI] = {"$eqi", WP_TAKES_SCALAR, true, false},
	[WP_INI] = {"$ini", WP_TAKES_SCALARS, true, false},
	[WP_NINI] = {"$nini", WP_TAKES_SCALARS, true, true},
	[WP_CONTAINSI] = {"$containsi", WP_TAKES_STRING, true, false},
	[WP_STARTS_WITHI] = {"$startsWithi", WP_TAKES_STRING, true, false},
	[WP_ENDS_WITHI] = {"$endsWithi", WP_TAKES_STRING, true, false},
	[WP_REGEXI] = {"$regexi", WP_TAKES_REGEX, true, false},
	[WP_BEFORE] = {"$before", WP_TAKES_INSTANT, true, false},
	[WP_AFTER] = {"$after", WP_TAKES_INSTANT, true, false},
	[WP_AT] = {"$at", WP_TAKES_INSTANT, true, false},
	[WP_VEQ] = {"$veq", WP_TAKES_VERSION, true, false},
	[WP_VNE] = {"$vne", WP_TAKES_VERSION, true, true},
	[WP_VGT] = {"$vgt", WP_TAKES_VERSION, true, false},
	[WP_VGTE] = {"$vgte", WP_TAKES_VERSION, true, false},
	[WP_VLT] = {"$vlt", WP_TAKES_VERSION, true, false},
	[WP_VLTE] = {"$vlte", WP_TAKES_VERSION, true, false},
	[WP_CIDR] = {"$cidr", WP_TAKES_NETWORKS, true, false},
};

/*
 * The operator under a key of that name, 0 if there is none.  Of the two ops
 * that share a name the lower code is returned.
 */
WpOp
wp_op_by_name(const char *name, size_t len)
{
	for (int op = WP_VALUE_NOT; op < WP_OP_LIMIT; op++)
	{
		const char *known = wp_ops[op].name;

		if (known != NULL && strlen(known) == len && memcmp(known, name, len) == 0)
			return (WpOp) op;
	}
	return (WpOp) 0;
}

/* The name of a type as $type spells it: a static string. */
const char *
wp_type_name(WpJsonType type)
{
	switch (type)
	{
		case WP_JSON_ABSENT:
			return "absent";
		case WP_JSON_NULL:
			return "null";
		case WP_JSON_FALSE:
		case WP_JSON_TRUE:
			return "boolean";
		case WP_JSON_NUMBER:
			return "number";
		case WP_JSON_STRING:
			return "string";
		case WP_JSON_ARRAY:
			return "array";
		case WP_JSON_OBJECT:
			return "object";
	}
	return "unknown";
}

/* Takes a literal whose tag says that it carries what was parsed of it. */
void
wp_take_parsed_literal(WpCursor *cursor, WpLiteral *literal)
{
	int tag = wp_take_byte(cursor);

	switch (tag)
	{
		case WP_TAG_INSTANT:
			memcpy(&literal->parsed.instant.seconds, cursor->at, sizeof(int64));
			memcpy(&literal->parsed.instant.nanoseconds, cursor->at + sizeof(int64), sizeof(int32));
			cursor->at += sizeof(int64) + sizeof(int32);
			wp_take_plain_literal(cursor, literal);
			break;
		case WP_TAG_VERSION:
			{
				uint32 start;

				memcpy(literal->parsed.version.part, cursor->at, 3 * sizeof(uint64));
				cursor->at += 3 * sizeof(uint64);
				start = wp_take_count(cursor);
				literal->parsed.version.prerelease_len = wp_take_count(cursor);
				wp_take_plain_literal(cursor, literal);
				literal->parsed.version.prerelease =
					literal->parsed.version.prerelease_len > 0 ? literal->data + start : NULL;
			}
			break;
		case WP_TAG_NETWORK:
			literal->parsed.network.family = wp_take_byte(cursor);
			literal->parsed.network.bits = wp_take_byte(cursor);
			memcpy(literal->parsed.network.address, cursor->at, 16);
			cursor->at += 16;
			wp_take_plain_literal(cursor, literal);
			break;
		default:
			Assert(false);
	}
}

/* <0, 0, >0: false, true, numbers by value, strings by bytes; scalars only. */
int
wp_literal_compare(const WpLiteral *a, const WpLiteral *b)
{
	if (a->type != b->type)
		return a->type < b->type ? -1 : 1;
	switch (a->type)
	{
		case WP_JSON_NUMBER:
			return wp_number_compare(a->data, a->len, b->data, b->len);
		case WP_JSON_STRING:
			return wp_bytes_compare(a->data, a->len, b->data, b->len);
		default:
			return 0;
	}
}

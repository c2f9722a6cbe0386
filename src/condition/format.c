/*
 * format.c
 *		The numbers of the stored form, the operators by code and by name, and
 *		the functions of the cursor that are too large to be inlined.
 */
#include "condition/format.h"

/*
 * The stored form: these numbers are on disk.  If one fails to compile, a new
 * WP_CONDITION_VERSION is needed.
 */
StaticAssertDecl(WP_CONDITION_VERSION == 4, "version byte");
StaticAssertDecl(WP_CONDITION_HEADER == 2 + sizeof(uint64),
				 "version, flags, hash");
StaticAssertDecl(WP_USES_USER_ID == 0x01 && WP_USES_TIME == 0x02, "flags");
StaticAssertDecl(WP_LIST_SHORT == 8, "lists with offsets");
StaticAssertDecl(WP_OP_LIMIT <= 128, "an op is one byte");

StaticAssertDecl(WP_ALL == 1 && WP_AND == 2 && WP_OR == 3 && WP_NOR == 4 &&
					 WP_NOT == 5 && WP_FIELD == 6 && WP_USER == 7 &&
					 WP_ROLLOUT == 8,
				 "conditions");
StaticAssertDecl(WP_VALUE_NOT == 16 && WP_EXISTS == 17 && WP_TYPE == 18 &&
					 WP_SIZE == 19 && WP_EMPTY == 20 &&
					 WP_ELEM_DOCUMENT == 21 && WP_ELEM_VALUE == 22 &&
					 WP_ALL_OF == 23 && WP_ALL_OFI == 24,
				 "tests of the value itself");
StaticAssertDecl(WP_EQ == 32 && WP_NE == 33 && WP_IN == 34 && WP_NIN == 35 &&
					 WP_GT == 36 && WP_GTE == 37 && WP_LT == 38 &&
					 WP_LTE == 39 && WP_CONTAINS == 40 &&
					 WP_STARTS_WITH == 41 && WP_ENDS_WITH == 42 &&
					 WP_REGEX == 43 && WP_REGEX_OPTION_I == 44,
				 "scalar tests");
StaticAssertDecl(WP_EQI == 45 && WP_INI == 46 && WP_NINI == 47 &&
					 WP_CONTAINSI == 48 && WP_STARTS_WITHI == 49 &&
					 WP_ENDS_WITHI == 50 && WP_REGEXI == 51,
				 "tests without case");
StaticAssertDecl(WP_BEFORE == 52 && WP_AFTER == 53 && WP_AT == 54 &&
					 WP_VEQ == 55 && WP_VNE == 56 && WP_VGT == 57 &&
					 WP_VGTE == 58 && WP_VLT == 59 && WP_VLTE == 60 &&
					 WP_CIDR == 61,
				 "instants, versions, networks");
StaticAssertDecl(WP_JSON_NULL == 1 && WP_JSON_FALSE == 2 && WP_JSON_TRUE == 3 &&
					 WP_JSON_NUMBER == 4 && WP_JSON_STRING == 5 &&
					 WP_JSON_ARRAY == 6 && WP_JSON_OBJECT == 7,
				 "literals");
StaticAssertDecl(WP_TAG_INSTANT == 16 && WP_TAG_VERSION == 17 &&
					 WP_TAG_NETWORK == 18 && WP_TAG_AGO == 19,
				 "parsed literals");
StaticAssertDecl(sizeof(((WpInstant *) 0)->seconds) == 8 &&
					 sizeof(((WpInstant *) 0)->nanoseconds) == 4,
				 "parsed instants");
StaticAssertDecl(sizeof(((WpDuration *) 0)->months) == 8 &&
					 sizeof(((WpDuration *) 0)->seconds) == 8 &&
					 sizeof(((WpDuration *) 0)->nanoseconds) == 4,
				 "parsed durations");
StaticAssertDecl(sizeof(((WpVersion *) 0)->part) == 3 * 8, "parsed versions");
StaticAssertDecl(sizeof(((WpNetwork *) 0)->address) == 16, "parsed networks");

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

WpOp
wp_op_by_name(const char *name, size_t len)
{
	for (int op = WP_VALUE_NOT; op < WP_OP_LIMIT; op++)
	{
		const char *known = wp_ops[op].name;

		if (known != NULL && strlen(known) == len &&
			memcmp(known, name, len) == 0)
			return (WpOp) op;
	}
	return (WpOp) 0;
}

const char *
wp_type_name(WpJsonType type)
{
	static const char *const names[] = {"absent",  "null",   "boolean",
										"boolean", "number", "string",
										"array",   "object"};

	return names[type];
}

void
wp_take_parsed_literal(WpCursor *cursor, WpLiteral *literal)
{
	int tag = wp_take_byte(cursor);

	switch (tag)
	{
		case WP_TAG_INSTANT:
			memcpy(&literal->parsed.instant.seconds, cursor->at, sizeof(int64));
			memcpy(&literal->parsed.instant.nanoseconds,
				   cursor->at + sizeof(int64), sizeof(int32));
			cursor->at += sizeof(int64) + sizeof(int32);
			wp_take_plain_literal(cursor, literal);
			break;
		case WP_TAG_AGO:
		{
			WpDuration *ago = &literal->parsed.ago;

			memcpy(&ago->months, cursor->at, sizeof(int64));
			memcpy(&ago->seconds, cursor->at + sizeof(int64), sizeof(int64));
			memcpy(&ago->nanoseconds, cursor->at + 2 * sizeof(int64),
				   sizeof(int32));
			cursor->at += 2 * sizeof(int64) + sizeof(int32);
			wp_take_plain_literal(cursor, literal);
		}
		break;
		case WP_TAG_VERSION:
		{
			uint32 start;

			memcpy(literal->parsed.version.part, cursor->at,
				   3 * sizeof(uint64));
			cursor->at += 3 * sizeof(uint64);
			start = wp_take_count(cursor);
			literal->parsed.version.prerelease_len = wp_take_count(cursor);
			wp_take_plain_literal(cursor, literal);
			literal->parsed.version.prerelease =
				literal->parsed.version.prerelease_len > 0
					? literal->data + start
					: NULL;
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

int
wp_literal_compare(const WpLiteral *a, const WpLiteral *b, bool fold)
{
	if (a->type != b->type)
		return a->type < b->type ? -1 : 1;
	switch (a->type)
	{
		case WP_JSON_NUMBER:
			return wp_number_compare(a->data, a->len, b->data, b->len);
		case WP_JSON_STRING:
			return fold ? wp_fold_compare(a->data, a->len, b->data, b->len)
						: wp_bytes_compare(a->data, a->len, b->data, b->len);
		default:
			return 0;
	}
}

uint32
wp_list_find(const WpList *list, const WpLiteral *wanted, bool fold)
{
	uint32 low = 0;
	uint32 high = list->count;

	while (low < high)
	{
		uint32 middle = low + (high - low) / 2;
		WpLiteral literal;
		int cmp;

		wp_list_item(list, middle, &literal);
		cmp = wp_literal_compare(&literal, wanted, fold);
		if (cmp == 0)
			return middle;
		if (cmp < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return list->count;
}

/*
 * format.h
 *		The stored form of a metadata_condition (this comment is its
 *		specification), and the cursor that reads it.
 *
 * A condition is a varlena with a short or a long header, at any alignment.
 * Its data is
 *
 *		byte 0		version, WP_CONDITION_VERSION
 *		byte 1		flags, WP_USES_...
 *		byte 2-9	hash of the program: uint64, for interning conditions
 *		byte 10-	the program: one node, a condition
 *
 * It depends only on the canonical form: conditions are equal if and only if
 * their bytes are.  Nothing is aligned.  Integers are read by memcpy, in the
 * byte order of the machine, and the matcher reads a tuple in place.
 *
 *		node	:= op (1 byte, WpOp)  size (count)  body (size bytes)
 *		count	:= an unsigned number below 2^32, seven bits a byte, the lowest
 *				   first, the high bit set on all bytes but the last
 *		text	:= count  bytes, in the database's encoding, without NUL
 *
 * A node is skipped by its size; the nodes of a body fill it to its end.
 * Bodies of conditions, which are about a document:
 *
 *		ALL				condition*		the members of one JSON object that has
 *										none or several; those that are cheap to
 *										test come first, otherwise by key
 *		AND OR NOR		condition+		in the order of the text; but see below
 *		NOT				condition
 *		FIELD			count  text+  test+		keys of the path, then the tests
 *												of the value, by operator
 *		USER			test+			the same, for the user's id
 *		ROLLOUT			uint16  bytes	hundredths of a percent, then the seed
 *
 * Bodies of tests, which are about a value; several under one node are ANDed:
 *
 *		VALUE_NOT SIZE ELEM_VALUE		test+
 *		ELEM_DOCUMENT					condition
 *		EXISTS EMPTY					byte, 0 or 1
 *		TYPE							byte, WpJsonType (boolean: WP_JSON_TRUE)
 *		IN								list  uint32*	the numbers: see below
 *		NIN ALL_OF						list
 *		INI NINI ALL_OFI CIDR			list
 *		the others						literal
 *
 *		list	:= count  [uint32 * count, when there are more than
 *				   WP_LIST_SHORT: where each literal begins, from the first, in
 *				   the order in which the operator searches: for INI, NINI and
 *				   ALL_OFI that without case]
 *				   literal * count, ascending by wp_literal_compare with case,
 *				   no duplicates
 *		literal	:= tag (1 byte, WpJsonType or WP_TAG_...)  payload
 *
 *		WP_JSON_NULL FALSE TRUE		nothing
 *		WP_JSON_NUMBER				count  payload of a numeric (literal.h)
 *		WP_JSON_STRING				text
 *		WP_JSON_ARRAY				count (bytes that follow)  count  literal*
 *		WP_JSON_OBJECT				count (bytes that follow)  count
 *									(text literal)*, keys as jsonb orders them:
 *									by length, then by bytes
 *		WP_TAG_INSTANT				int64 int32  literal
 *		WP_TAG_AGO					int64 int64 int32  literal
 *		WP_TAG_VERSION				uint64 * 3  count count  literal
 *		WP_TAG_NETWORK				family  bits  16 bytes  literal
 *
 * The literal of a tag is the text as it was written; for AGO it is the
 * duration in its canonical spelling.  The values before it were parsed from
 * it; for AGO they are months, seconds and nanoseconds.  The two counts of a
 * version are where the pre-release begins in that text, and its length.
 *
 * An OR or NOR of equalities of one path, with more than WP_LIST_SHORT
 * different values, is stored as what it means: its only condition is IN.  So a
 * match searches instead of comparing with each.  The numbers after the list
 * are the values in the order of the text, each by its place in the list.
 * Only the printer reads them.
 *
 * Functions in this room raise only out_of_memory unless they say otherwise.
 *
 * A change to any of this needs a new version; format.c pins the numbers.
 */
#ifndef WP_CONDITION_FORMAT_H
#define WP_CONDITION_FORMAT_H

#include "compat.h"
#include "condition/literal.h"

#define WP_CONDITION_VERSION 4
#define WP_CONDITION_HEADER 10 /* bytes before the program */
#define WP_USES_USER_ID 0x01   /* has $userId or $rollout */
#define WP_USES_TIME 0x02      /* has $ago */

/* Limits of spec 7. */
/* bytes, for the text and for its canonical form */
#define WP_CONDITION_MAX_TEXT (1024 * 1024)
#define WP_CONDITION_MAX_DEPTH 64      /* levels of JSON */
#define WP_CONDITION_MAX_VALUES 50000  /* JSON values, of all kinds */
#define WP_CONDITION_MAX_CLAUSES 10000 /* comparisons, and empty conditions */
#define WP_CONDITION_MAX_KEYS 20000    /* of all paths */

#define WP_LIST_SHORT 8

typedef enum WpOp
{
	/* conditions */
	WP_ALL = 1,
	WP_AND = 2,
	WP_OR = 3,
	WP_NOR = 4,
	WP_NOT = 5,
	WP_FIELD = 6,
	WP_USER = 7,
	WP_ROLLOUT = 8,
	/* never stored: a FIELD whose value was found already, see match.h */
	WP_SLOT = 9,
	/* tests of the value itself */
	WP_VALUE_NOT = 16,
	WP_EXISTS = 17,
	WP_TYPE = 18,
	WP_SIZE = 19,
	WP_EMPTY = 20,
	WP_ELEM_DOCUMENT = 21,
	WP_ELEM_VALUE = 22,
	WP_ALL_OF = 23,
	WP_ALL_OFI = 24,
	/* scalar tests: for an array, tests of its elements */
	WP_EQ = 32,
	WP_NE = 33,
	WP_IN = 34,
	WP_NIN = 35,
	WP_GT = 36,
	WP_GTE = 37,
	WP_LT = 38,
	WP_LTE = 39,
	WP_CONTAINS = 40,
	WP_STARTS_WITH = 41,
	WP_ENDS_WITH = 42,
	WP_REGEX = 43,
	WP_REGEX_OPTION_I = 44, /* $regex with $options "i" */
	WP_EQI = 45,
	WP_INI = 46,
	WP_NINI = 47,
	WP_CONTAINSI = 48,
	WP_STARTS_WITHI = 49,
	WP_ENDS_WITHI = 50,
	WP_REGEXI = 51,
	WP_BEFORE = 52,
	WP_AFTER = 53,
	WP_AT = 54,
	WP_VEQ = 55,
	WP_VNE = 56,
	WP_VGT = 57,
	WP_VGTE = 58,
	WP_VLT = 59,
	WP_VLTE = 60,
	WP_CIDR = 61
} WpOp;

#define WP_OP_LIMIT 62

typedef enum WpJsonType
{
	/* never stored: a path that would continue inside an array */
	WP_JSON_UNKNOWN = -1,
	WP_JSON_ABSENT = 0, /* never stored */
	WP_JSON_NULL = 1,
	WP_JSON_FALSE = 2,
	WP_JSON_TRUE = 3,
	WP_JSON_NUMBER = 4,
	WP_JSON_STRING = 5,
	WP_JSON_ARRAY = 6,
	WP_JSON_OBJECT = 7
} WpJsonType;

#define WP_TAG_INSTANT 16
#define WP_TAG_VERSION 17
#define WP_TAG_NETWORK 18
#define WP_TAG_AGO 19

/* The argument of an operator. */
typedef enum WpArgument
{
	WP_TAKES_NONE,  /* not an operator under a key */
	WP_TAKES_TESTS, /* an object of operators */
	WP_TAKES_BOOLEAN,
	WP_TAKES_TYPE,
	WP_TAKES_SIZE,    /* a number, or operators */
	WP_TAKES_ELEMENT, /* a condition, or operators */
	WP_TAKES_VALUE,   /* any JSON */
	WP_TAKES_SCALAR,
	WP_TAKES_SCALARS, /* a list */
	WP_TAKES_ORDERED, /* a number or a string */
	WP_TAKES_STRING,
	WP_TAKES_REGEX,
	WP_TAKES_INSTANT,
	WP_TAKES_VERSION,
	WP_TAKES_NETWORKS /* a list; a single one becomes a list of one */
} WpArgument;

typedef struct WpOpInfo
{
	const char *name; /* as written; NULL: no such op, or one without a name */
	WpArgument argument;
	bool scalar; /* for an array, tests its elements */
	bool every;  /* ... all of them; else any of them */
} WpOpInfo;

/* Indexed by op code. */
extern const WpOpInfo wp_ops[WP_OP_LIMIT];

/*
 * Returns the op of an operator under a key, by its name; the lower one if two
 * have it, 0 if there is none.
 */
extern WpOp wp_op_by_name(const char *name, size_t len);

/* "null", "boolean", "number", ...: a static string, as $type spells it. */
extern const char *wp_type_name(WpJsonType type);

/*
 * Reading.  A cursor is a piece of the program.  Taking from it moves it
 * forward.  Nothing here allocates or fails, because every stored program was
 * made by wp_condition_read.
 */
typedef struct WpCursor
{
	const uint8 *at;
	const uint8 *end;
} WpCursor;

typedef struct WpNode
{
	WpOp op;
	WpCursor body;
} WpNode;

typedef struct WpList
{
	uint32 count;
	const uint8 *offsets; /* NULL for a short list */
	WpCursor items;
} WpList;

typedef struct WpLiteral
{
	WpJsonType type; /* as written */
	/* number payload, string, or the items of an array or object */
	const char *data;
	uint32 len;
	uint32 count; /* of an array or object */
	union
	{
		WpInstant instant; /* for $before $after $at */
		WpDuration ago;    /* for the same, if they are relative */
		WpVersion version; /* for $v..., into data */
		WpNetwork network; /* for $cidr */
	} parsed;
} WpLiteral;

/*
 * Compares bytes: <0, 0, >0.  A text comes before a longer one that begins with
 * it.
 */
static inline int
wp_bytes_compare(const char *a, uint32 alen, const char *b, uint32 blen)
{
	int cmp = memcmp(a, b, Min(alen, blen));

	return cmp != 0 ? cmp : (alen > blen) - (alen < blen);
}

/*
 * Returns a condition's program, or an empty cursor if the version is not ours.
 */
static inline WpCursor
wp_program(const struct varlena *condition)
{
	const uint8 *data = (const uint8 *) VARDATA_ANY(condition);
	WpCursor program = {data + WP_CONDITION_HEADER,
						data + VARSIZE_ANY_EXHDR(condition)};

	if (data[0] != WP_CONDITION_VERSION)
		program.at = program.end;
	return program;
}

static inline uint8
wp_condition_flags(const struct varlena *condition)
{
	return ((const uint8 *) VARDATA_ANY(condition))[1];
}

/*
 * Returns the hash by which conditions are interned.  Equal conditions have
 * equal hashes.
 */
static inline uint64
wp_condition_hash(const struct varlena *condition)
{
	uint64 hash;

	memcpy(&hash, VARDATA_ANY(condition) + 2, sizeof(hash));
	return hash;
}

static inline bool
wp_at_end(const WpCursor *cursor)
{
	return cursor->at >= cursor->end;
}

static inline uint32
wp_take_count(WpCursor *cursor)
{
	uint32 value = *cursor->at++;

	if (unlikely(value & 0x80))
	{
		int shift = 7;
		uint8 byte;

		value &= 0x7f;
		do
		{
			byte = *cursor->at++;
			value |= (uint32) (byte & 0x7f) << shift;
			shift += 7;
		} while (byte & 0x80);
	}
	return value;
}

static inline const char *
wp_take_text(WpCursor *cursor, uint32 *len)
{
	const char *text;

	*len = wp_take_count(cursor);
	text = (const char *) cursor->at;
	cursor->at += *len;
	return text;
}

static inline uint8
wp_take_byte(WpCursor *cursor)
{
	return *cursor->at++;
}

static inline uint32
wp_take_uint32(WpCursor *cursor)
{
	uint32 value;

	memcpy(&value, cursor->at, sizeof(value));
	cursor->at += sizeof(value);
	return value;
}

static inline uint16
wp_take_uint16(WpCursor *cursor)
{
	uint16 value;

	memcpy(&value, cursor->at, sizeof(value));
	cursor->at += sizeof(value);
	return value;
}

/* Takes the next node of a body.  The cursor must not be at its end. */
static inline WpNode
wp_take_node(WpCursor *cursor)
{
	WpNode node;
	uint32 size;

	node.op = (WpOp) *cursor->at++;
	size = wp_take_count(cursor);
	node.body.at = cursor->at;
	node.body.end = cursor->at + size;
	cursor->at = node.body.end;
	return node;
}

/*
 * Returns the nodes below a node that has some (for a FIELD: after its path).
 */
static inline WpCursor
wp_children(const WpNode *node)
{
	WpCursor body = node->body;

	if (node->op == WP_FIELD)
	{
		uint32 len;

		for (uint32 keys = wp_take_count(&body); keys > 0; keys--)
			(void) wp_take_text(&body, &len);
	}
	return body;
}

static inline WpList
wp_take_list(WpCursor *cursor)
{
	WpList list;

	list.count = wp_take_count(cursor);
	list.offsets = NULL;
	if (list.count > WP_LIST_SHORT)
	{
		list.offsets = cursor->at;
		cursor->at += (size_t) list.count * sizeof(uint32);
	}
	list.items = *cursor;
	return list;
}

/*
 * Takes the literal itself, after the parsed values; called by wp_take_literal.
 */
static inline void
wp_take_plain_literal(WpCursor *cursor, WpLiteral *literal)
{
	literal->type = (WpJsonType) *cursor->at++;
	literal->data = NULL;
	literal->len = 0;
	literal->count = 0;
	if (literal->type >= WP_JSON_NUMBER)
	{
		literal->data = wp_take_text(cursor, &literal->len);
		if (literal->type >= WP_JSON_ARRAY)
		{
			WpCursor items = {(const uint8 *) literal->data,
							  (const uint8 *) literal->data + literal->len};

			literal->count = wp_take_count(&items);
			literal->data = (const char *) items.at;
			literal->len = items.end - items.at;
		}
	}
}

/* Is the next instant, in $before, $after or $at, written as {"$ago": ...}? */
static inline bool
wp_is_ago(const WpCursor *cursor)
{
	return *cursor->at == WP_TAG_AGO;
}

/* Takes a literal whose tag says that parsed values come before it. */
extern void wp_take_parsed_literal(WpCursor *cursor, WpLiteral *literal);

/* Takes the next literal, with its parsed values if its operator needs them. */
static inline void
wp_take_literal(WpCursor *cursor, WpLiteral *literal)
{
	if (likely(*cursor->at <= WP_JSON_OBJECT))
		wp_take_plain_literal(cursor, literal);
	else
		wp_take_parsed_literal(cursor, literal);
}

/* The i-th literal of a long list, in the order of its offsets. */
static inline void
wp_list_item(const WpList *list, uint32 i, WpLiteral *literal)
{
	WpCursor item = list->items;
	uint32 offset;

	memcpy(&offset, list->offsets + (size_t) i * sizeof(uint32),
		   sizeof(offset));
	item.at += offset;
	wp_take_literal(&item, literal);
}

/*
 * Returns the place of a scalar in a long list, in the order of its offsets;
 * list->count if it is not there.
 */
extern uint32 wp_list_find(const WpList *list, const WpLiteral *wanted,
						   bool fold);

/*
 * Returns the items of an array or object.  For an object, take a text (the
 * key) before each literal.
 */
static inline WpCursor
wp_literal_items(const WpLiteral *literal)
{
	WpCursor items = {(const uint8 *) literal->data,
					  (const uint8 *) literal->data + literal->len};

	return items;
}

/*
 * The order of the literals in a list: false, true, numbers by value, strings
 * by bytes, or without ASCII case.  Both must be scalars.
 */
extern int wp_literal_compare(const WpLiteral *a, const WpLiteral *b,
							  bool fold);

#endif

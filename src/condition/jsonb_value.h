/*
 * jsonb_value.h
 *		Reads jsonb in place: the values and members that match.c needs, without
 *		copying and allocating.
 *
 * Everything is read by memcpy, because a jsonb in a tuple with a short varlena
 * header can be at any address.  Offsets count from a container's own data, so
 * the alignment inside it stays right.
 */
#ifndef WP_CONDITION_JSONB_VALUE_H
#define WP_CONDITION_JSONB_VALUE_H

#include "miscadmin.h"
#include "utils/jsonb.h"

#include "condition/format.h"

/* The value at a path in the metadata: a scalar or a container. */
typedef struct Value
{
	WpJsonType type;
	const char *data; /* a string, a number's payload, or a container */
	uint32 len;       /* of a string or a payload */
} Value;

/* An array's or object's members. */
typedef struct Container
{
	uint32 count; /* elements, or pairs */
	const char *entries;
	const char *base; /* the entries' offsets count from here */
} Container;

/* Reads a number at any alignment. */
static inline uint32
read_uint32(const char *at)
{
	uint32 value;

	memcpy(&value, at, sizeof(value));
	return value;
}

/* The same for eight bytes. */
static inline uint64
read_uint64(const char *at)
{
	uint64 value;

	memcpy(&value, at, sizeof(value));
	return value;
}

/* Returns entry i of a container. */
static inline JEntry
entry_at(const char *entries, uint32 i)
{
	return read_uint32(entries + (size_t) i * sizeof(JEntry));
}

/* Is a container an object? A scalar at the top is stored in an array. */
static inline bool
is_object(const char *container)
{
	return (read_uint32(container) & JB_FOBJECT) != 0;
}

/* Is it an array, and not a scalar at the top? */
static inline bool
is_array(const char *container)
{
	return (read_uint32(container) & (JB_FARRAY | JB_FSCALAR)) == JB_FARRAY;
}

/*
 * Returns an object's parts.  Its entries are those of the keys, then those of
 * the values.
 */
static inline Container
open_object(const char *container)
{
	Container object;

	object.count = read_uint32(container) & JB_CMASK;
	object.entries = container + sizeof(uint32);
	object.base = object.entries + (size_t) object.count * 2 * sizeof(JEntry);
	return object;
}

/* Returns an array's parts. */
static inline Container
open_array(const char *container)
{
	Container array;

	array.count = read_uint32(container) & JB_CMASK;
	array.entries = container + sizeof(uint32);
	array.base = array.entries + (size_t) array.count * sizeof(JEntry);
	return array;
}

/*
 * Returns where an entry ends, given where it begins.  An entry has either its
 * end or its length.
 */
static inline uint32
entry_end(JEntry entry, uint32 begin)
{
	return JBE_HAS_OFF(entry) ? JBE_OFFLENFLD(entry)
							  : begin + JBE_OFFLENFLD(entry);
}

/*
 * Returns where the i-th entry begins.  Takes at most JB_OFFSET_STRIDE steps
 * back.
 */
static inline uint32
entry_begin(const char *entries, uint32 i)
{
	uint32 begin = 0;

	while (i > 0)
	{
		JEntry entry = entry_at(entries, --i);

		begin += JBE_OFFLENFLD(entry);
		if (JBE_HAS_OFF(entry))
			break;
	}
	return begin;
}

/* Sets the value of an entry. */
static inline void
get_value(const char *base, JEntry entry, uint32 begin, uint32 end,
		  Value *value)
{
	uint32 type = entry & JENTRY_TYPEMASK;

	if (likely(type == JENTRY_ISSTRING))
	{
		value->type = WP_JSON_STRING;
		value->data = base + begin;
		value->len = end - begin;
	}
	else if (type == JENTRY_ISNUMERIC)
	{
		uint32 header;

		begin = INTALIGN(begin);
		header = VARATT_IS_1B(base + begin) ? VARHDRSZ_SHORT : VARHDRSZ;
		value->type = WP_JSON_NUMBER;
		value->data = base + begin + header;
		value->len = end - begin - header;
	}
	else if (type == JENTRY_ISCONTAINER)
	{
		value->data = base + INTALIGN(begin);
		value->type = is_object(value->data) ? WP_JSON_OBJECT : WP_JSON_ARRAY;
	}
	else if (type == JENTRY_ISNULL)
		value->type = WP_JSON_NULL;
	else
		value->type = type == JENTRY_ISBOOL_TRUE ? WP_JSON_TRUE : WP_JSON_FALSE;
}

/* An iteration over an array's elements. */
typedef struct Elements
{
	Container array;
	uint32 next; /* the number of the next one, and where it begins */
	uint32 begin;
} Elements;

/* Starts the iteration before the first element. */
static inline Elements
elements_of(const char *container)
{
	Elements elements = {open_array(container)};

	return elements;
}

/*
 * Sets the next element; false if there is none.  Raises only for interrupts.
 */
static inline bool
next_element(Elements *elements, Value *element)
{
	JEntry entry;
	uint32 end;

	if (elements->next >= elements->array.count)
		return false;
	CHECK_FOR_INTERRUPTS();
	entry = entry_at(elements->array.entries, elements->next++);
	end = entry_end(entry, elements->begin);
	get_value(elements->array.base, entry, elements->begin, end, element);
	elements->begin = end;
	return true;
}

/* Compares keys in jsonb's order: <0, 0, >0. */
static inline int
compare_keys(const char *a, uint32 alen, const char *b, uint32 blen)
{
	if (alen != blen)
		return alen < blen ? -1 : 1;
	return memcmp(a, b, alen);
}

/*
 * Are the bytes at both places the same? Makes no call for few bytes, as in
 * most keys.
 */
static inline bool
same_bytes(const char *a, const char *b, uint32 len)
{
	/* The first and the last bytes, which may overlap. */
	if (len >= sizeof(uint64))
		return len <= 2 * sizeof(uint64)
				   ? read_uint64(a) == read_uint64(b) &&
						 read_uint64(a + len - sizeof(uint64)) ==
							 read_uint64(b + len - sizeof(uint64))
				   : memcmp(a, b, len) == 0;
	if (len >= sizeof(uint32))
		return read_uint32(a) == read_uint32(b) &&
			   read_uint32(a + len - sizeof(uint32)) ==
				   read_uint32(b + len - sizeof(uint32));
	for (uint32 i = 0; i < len; i++)
		if (a[i] != b[i])
			return false;
	return true;
}

/* get_member() for any object. */
static pg_noinline bool
search_member(const char *container, const char *key, uint32 keylen,
			  Value *value)
{
	Container object = open_object(container);
	uint32 low = 0;
	uint32 high = object.count;

	value->type = WP_JSON_ABSENT;
	while (low < high)
	{
		uint32 middle = low + (high - low) / 2;
		uint32 begin;
		uint32 end;
		int cmp;

		/* After an entry with an offset, no lengths need to be added. */
		if (high - low > 2 * JB_OFFSET_STRIDE)
			middle = middle - middle % JB_OFFSET_STRIDE + 1;
		begin = entry_begin(object.entries, middle);
		end = entry_end(entry_at(object.entries, middle), begin);
		cmp = compare_keys(object.base + begin, end - begin, key, keylen);

		if (cmp == 0)
		{
			uint32 i = middle + object.count;
			JEntry entry = entry_at(object.entries, i);

			begin = entry_begin(object.entries, i);
			get_value(object.base, entry, begin, entry_end(entry, begin),
					  value);
			return true;
		}
		if (cmp < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

/*
 * Sets the value of an object's key; false (and ABSENT) if it has none.  With
 * few keys, it compares lengths first, which are the first criterion of their
 * order (6 ns for one of eight; bisection takes 16).  So few entries have no
 * offsets.  An object with one is searched.
 */
static pg_attribute_always_inline bool
get_member(const char *container, const char *key, uint32 keylen, Value *value)
{
	/* for two entries that are read as one number */
	const uint64 lengths =
		((uint64) JENTRY_OFFLENMASK << 32) | JENTRY_OFFLENMASK;
	const uint64 offsets = ((uint64) JENTRY_HAS_OFF << 32) | JENTRY_HAS_OFF;
	uint32 count = read_uint32(container) & JB_CMASK;
	const char *entry = container + sizeof(JEntry);
	const char *values = entry + (size_t) count * sizeof(JEntry);
	const char *base = values + (size_t) count * sizeof(JEntry);
	const char *at = base;
	const char *its_entry;
	uint64 seen = 0;
	uint64 sum = 0;
	uint32 begin;
	uint32 len;

	if (count - 1 >= JB_OFFSET_STRIDE / 2)
		return search_member(container, key, keylen, value);

	/*
	 * The offset of the first entry is its length.  The others are strings and
	 * have only a length.
	 */
	len = JBE_OFFLENFLD(read_uint32(entry));
	while (len < keylen || (len == keylen && !same_bytes(at, key, keylen)))
	{
		at += len;
		entry += sizeof(JEntry);
		if (entry == values)
		{
			value->type = WP_JSON_ABSENT;
			return false;
		}
		len = read_uint32(entry);
	}
	if (len > keylen)
	{
		if (len > JENTRY_OFFLENMASK)
			return search_member(container, key, keylen, value);
		value->type = WP_JSON_ABSENT;
		return false;
	}

	/*
	 * The value's entry follows after as many entries as there are keys.  The
	 * lengths in between are together no longer than a container, so neither
	 * half of the sum overflows.
	 */
	its_entry = entry + (size_t) count * sizeof(JEntry);
	for (entry += sizeof(JEntry); its_entry - entry >= sizeof(uint64);
		 entry += sizeof(uint64))
	{
		uint64 pair = read_uint64(entry);

		seen |= pair;
		sum += pair & lengths;
	}
	if (entry < its_entry)
	{
		seen |= read_uint32(entry);
		sum += JBE_OFFLENFLD(read_uint32(entry));
	}
	len = read_uint32(its_entry);
	if (((seen | len) & offsets) != 0)
		return search_member(container, key, keylen, value);
	begin = (at - base) + keylen + (uint32) sum + (uint32) (sum >> 32);
	get_value(base, len, begin, begin + JBE_OFFLENFLD(len), value);
	return true;
}

#endif

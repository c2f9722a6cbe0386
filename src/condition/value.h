/*
 * value.h
 *		jsonb where it lies: the values and members that match.c looks at, without
 *		a copy and without an allocation.
 *
 * Everything is read by memcpy: a jsonb in a tuple with a short varlena header
 * lies at any address.  Offsets count from a container's own data, so what is
 * aligned in them stays right.
 */
#ifndef WP_CONDITION_VALUE_H
#define WP_CONDITION_VALUE_H

#include "condition/format.h"
#include "utils/jsonb.h"

/* What stands at a path: a scalar, or a container, in the metadata. */
typedef struct Value
{
	WpJsonType type;
	const char *data; /* a string, a number's payload, a container */
	uint32 len; /* of a string or a payload */
} Value;

/* The places of an array's or object's members. */
typedef struct Container
{
	uint32 count; /* elements, or pairs */
	const char *entries;
	const char *base; /* what the entries' offsets count from */
} Container;

/* A number at any alignment. */
static inline uint32
read_uint32(const char *at)
{
	uint32 value;

	memcpy(&value, at, sizeof(value));
	return value;
}

/* The entry i of a container. */
static inline JEntry
entry_at(const char *entries, uint32 i)
{
	return read_uint32(entries + (size_t) i * sizeof(JEntry));
}

/* Whether a container is an object; a scalar at the top is kept in an array. */
static inline bool
is_object(const char *container)
{
	return (read_uint32(container) & JB_FOBJECT) != 0;
}

/* An object's parts: its entries are the keys', then the values'. */
static inline Container
open_object(const char *container)
{
	Container object;

	object.count = read_uint32(container) & JB_CMASK;
	object.entries = container + sizeof(uint32);
	object.base = object.entries + (size_t) object.count * 2 * sizeof(JEntry);
	return object;
}

/* An array's parts. */
static inline Container
open_array(const char *container)
{
	Container array;

	array.count = read_uint32(container) & JB_CMASK;
	array.entries = container + sizeof(uint32);
	array.base = array.entries + (size_t) array.count * sizeof(JEntry);
	return array;
}

/* Where an entry ends, given where it begins: entries hold the one or the other. */
static inline uint32
entry_end(JEntry entry, uint32 begin)
{
	return JBE_HAS_OFF(entry) ? JBE_OFFLENFLD(entry) : begin + JBE_OFFLENFLD(entry);
}

/* Where the i-th entry begins: at most JB_OFFSET_STRIDE steps back. */
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

/* The value that an entry stands for. */
static inline void
get_value(const char *base, JEntry entry, uint32 begin, uint32 end, Value *value)
{
	switch (entry & JENTRY_TYPEMASK)
	{
		case JENTRY_ISSTRING:
			value->type = WP_JSON_STRING;
			value->data = base + begin;
			value->len = end - begin;
			break;
		case JENTRY_ISNUMERIC:
			{
				uint32 header;

				begin = INTALIGN(begin);
				header = VARATT_IS_1B(base + begin) ? VARHDRSZ_SHORT : VARHDRSZ;
				value->type = WP_JSON_NUMBER;
				value->data = base + begin + header;
				value->len = end - begin - header;
			}
			break;
		case JENTRY_ISBOOL_TRUE:
			value->type = WP_JSON_TRUE;
			break;
		case JENTRY_ISBOOL_FALSE:
			value->type = WP_JSON_FALSE;
			break;
		case JENTRY_ISCONTAINER:
			value->data = base + INTALIGN(begin);
			value->type = is_object(value->data) ? WP_JSON_OBJECT : WP_JSON_ARRAY;
			break;
		default:
			value->type = WP_JSON_NULL;
			break;
	}
}

/* <0, 0, >0: keys as jsonb orders them. */
static inline int
compare_keys(const char *a, uint32 alen, const char *b, uint32 blen)
{
	if (alen != blen)
		return alen < blen ? -1 : 1;
	return memcmp(a, b, alen);
}

/* The value of a key of an object; false (and ABSENT) if it has none. */
static inline bool
get_member(const char *container, const char *key, uint32 keylen, Value *value)
{
	Container object = open_object(container);
	uint32 begin = 0;
	uint32 end = 0;
	JEntry entry;

	value->type = WP_JSON_ABSENT;
	if (object.count <= JB_OFFSET_STRIDE)
	{
		/* Few keys: pass over their lengths, which are the first thing they are ordered by. */
		uint32 i;

		for (i = 0; i < object.count; i++)
		{
			uint32 len;

			end = entry_end(entry_at(object.entries, i), begin);
			len = end - begin;
			if (len >= keylen)
			{
				const char *other = object.base + begin;

				if (len > keylen)
					return false;
				/* Most keys of a length differ in the first byte: no call for those. */
				if (len == 0 || (*other == *key && memcmp(other, key, keylen) == 0))
					break;
			}
			begin = end;
		}
		if (i == object.count)
			return false;
		/* Its value is as many entries further on as there are keys. */
		for (uint32 next = i + 1; next < i + object.count; next++)
			end = entry_end(entry_at(object.entries, next), end);
		begin = end;
		entry = entry_at(object.entries, i + object.count);
	}
	else
	{
		uint32 low = 0;
		uint32 high = object.count;
		uint32 found = object.count;

		while (low < high)
		{
			uint32 middle = low + (high - low) / 2;
			int cmp;

			begin = entry_begin(object.entries, middle);
			end = entry_end(entry_at(object.entries, middle), begin);
			cmp = compare_keys(object.base + begin, end - begin, key, keylen);
			if (cmp == 0)
			{
				found = middle;
				break;
			}
			if (cmp < 0)
				low = middle + 1;
			else
				high = middle;
		}
		if (found == object.count)
			return false;
		begin = entry_begin(object.entries, found + object.count);
		entry = entry_at(object.entries, found + object.count);
	}
	get_value(object.base, entry, begin, entry_end(entry, begin), value);
	return true;
}

#endif

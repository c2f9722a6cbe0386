/*
 * fuzz_literal.c
 *		The readers of literals, on any bytes: none may crash, what a number
 *		or a duration prints as must read as the same one, orders must be antisymmetric,
 *		and the search must find what trying every place finds.
 */
#include "postgres.h"

#include "condition/metadata_key.h"
#include "condition/literal.h"
#include "shim.h"

/* Two literals, divided by the first newline. */
typedef struct Pair
{
	const char *a, *b;
	size_t alen, blen;
} Pair;

static void
check(bool good, const char *why, const Pair *pair)
{
	if (!good)
		shim_finding(why, pair->a, pair->b + pair->blen - pair->a);
}

static int
sign(int order)
{
	return (order > 0) - (order < 0);
}

static void
check_numbers(const Pair *pair)
{
	StringInfoData a, b, text, again;
	WpInstant instant;

	initStringInfo(&a);
	initStringInfo(&b);
	initStringInfo(&text);
	initStringInfo(&again);
	if (!wp_number_read(pair->a, pair->alen, &a))
		return;
	wp_number_print(a.data, a.len, &text);
	check(wp_number_read(text.data, text.len, &again) && again.len == a.len &&
			  memcmp(again.data, a.data, a.len) == 0,
		  "a printed number reads as another", pair);
	wp_instant_from_number(a.data, a.len, &instant);
	if (!wp_number_read(pair->b, pair->blen, &b))
		return;

	int order = wp_number_compare(a.data, a.len, b.data, b.len);

	check(sign(order) == -sign(wp_number_compare(b.data, b.len, a.data, a.len)),
		  "numbers compare one way", pair);
	check(order > 0 || wp_key_number(a.data, a.len) <= wp_key_number(b.data, b.len),
		  "the keys of numbers are in another order", pair);
	check((order == 0) == (a.len == b.len && memcmp(a.data, b.data, a.len) == 0),
		  "equal numbers have other bytes", pair);
}

static void
check_others(const Pair *pair)
{
	WpInstant i, j;
	WpVersion v, w;
	WpNetwork n, m;

	if (wp_instant_read(pair->a, pair->alen, &i))
	{
		check(i.nanoseconds >= 0 && i.nanoseconds < 1000000000, "nanoseconds out of range", pair);
		check(wp_instant_compare(&i, &i) == 0, "an instant differs from itself", pair);
		if (wp_instant_read(pair->b, pair->blen, &j))
			check(wp_instant_compare(&i, &j) == -wp_instant_compare(&j, &i), "instants compare one way", pair);
	}
	if (wp_version_read(pair->a, pair->alen, &v))
	{
		check(wp_version_compare(&v, &v) == 0, "a version differs from itself", pair);
		if (wp_version_read(pair->b, pair->blen, &w))
			check(sign(wp_version_compare(&v, &w)) == -sign(wp_version_compare(&w, &v)),
				  "versions compare one way", pair);
	}
	if (wp_network_read(pair->a, pair->alen, &n) && wp_address_read(pair->b, pair->blen, &m))
		wp_network_contains(&n, &m);
	if (wp_address_read(pair->a, pair->alen, &m))
		check(wp_network_contains(&m, &m), "an address is not in itself", pair);
	wp_rollout_bucket(pair->a, pair->alen, pair->b, pair->blen);
}

/* The duration that is printed is that which was read; the longer, the earlier. */
static void
check_durations(const Pair *pair)
{
	WpDuration duration, again;
	StringInfoData text, second;
	WpInstant time = {1711886399, 999999999};
	WpInstant there;

	initStringInfo(&text);
	initStringInfo(&second);
	if (!wp_duration_read(pair->a, pair->alen, &duration))
		return;
	wp_duration_print(&duration, &text);
	check(wp_duration_read(text.data, text.len, &again) && memcmp(&again, &duration, sizeof(again)) == 0,
		  "a printed duration reads as another", pair);
	wp_duration_print(&again, &second);
	check(second.len == text.len && memcmp(second.data, text.data, text.len) == 0, "a duration has two spellings", pair);
	(void) wp_instant_read(pair->b, pair->blen, &time);
	if (!wp_instant_ago(&time, &duration, &there))
		return;
	check(there.nanoseconds >= 0 && there.nanoseconds < 1000000000, "nanoseconds out of range", pair);
	check(wp_instant_compare(&there, &time) == (text.data[0] == '-' ? 1 : strcmp(text.data, "PT0S") == 0 ? 0 : -1),
		  "what is so long ago is no earlier", pair);
}

static void
check_find(const Pair *pair, bool fold)
{
	WpTruth found = WP_FALSE;

	for (size_t i = 0; found == WP_FALSE && i + pair->blen <= pair->alen; i++)
		if (fold ? wp_fold_equal(pair->a + i, pair->blen, pair->b, pair->blen)
				 : memcmp(pair->a + i, pair->b, pair->blen) == 0)
			found = WP_TRUE;
	check(wp_contains(pair->a, pair->alen, pair->b, pair->blen, fold) == found,
		  "the search misses", pair);
}

static void
work(void *argument)
{
	const Pair *pair = argument;

	check_numbers(pair);
	check_others(pair);
	check_durations(pair);
	check_find(pair, false);
	check_find(pair, true);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *) data;
	const char *newline = size > 0 ? memchr(text, '\n', size) : NULL;

	if (newline == NULL)
		return 0;

	Pair pair = {text, newline + 1, newline - text, text + size - newline - 1};

	if (!shim_try(work, &pair))
		shim_finding(shim_message(), text, size);
	shim_reset();
	return 0;
}

/*
 * network.c
 *		IP addresses and networks in CIDR notation. libc reads the address part
 *		(inet_pton: strict, no zone, no octal).  An IPv4-mapped IPv6 address or
 *		network is stored as the corresponding IPv4 one.
 */
#include "postgres.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "condition/literal.h"

#define IPV4_BITS 32
#define IPV6_BITS 128
#define MAPPED_BITS 96 /* of ::ffff:0:0/96, before the IPv4 address */

/* Reads an address of either family; sets family, bits (full) and address. */
static bool
read_address(const char *text, size_t len, WpNetwork *out)
{
	/* inet_pton needs a NUL at the end; longer texts are not addresses */
	char copy[INET6_ADDRSTRLEN];

	if (len >= sizeof(copy) || memchr(text, '\0', len) != NULL)
		return false;
	memcpy(copy, text, len);
	copy[len] = '\0';

	memset(out, 0, sizeof(*out));
	if (inet_pton(AF_INET, copy, out->address) == 1)
	{
		out->family = 4;
		out->bits = IPV4_BITS;
		return true;
	}
	if (inet_pton(AF_INET6, copy, out->address) == 1)
	{
		out->family = 6;
		out->bits = IPV6_BITS;
		return true;
	}
	return false;
}

/* Converts an address or network inside ::ffff:0:0/96 to IPv4. */
static void
unmap(WpNetwork *network)
{
	static const uint8 prefix[MAPPED_BITS / 8] = {0, 0, 0, 0, 0,    0,
												  0, 0, 0, 0, 0xff, 0xff};

	if (network->family != 6 || network->bits < MAPPED_BITS ||
		memcmp(network->address, prefix, sizeof(prefix)) != 0)
		return;
	memmove(network->address, network->address + sizeof(prefix), IPV4_BITS / 8);
	memset(network->address + IPV4_BITS / 8, 0,
		   sizeof(network->address) - IPV4_BITS / 8);
	network->family = 4;
	network->bits -= MAPPED_BITS;
}

static bool
same_prefix(const uint8 *a, const uint8 *b, int bits)
{
	int bytes = bits / 8;
	int rest = bits % 8;

	return memcmp(a, b, bytes) == 0 &&
		   (rest == 0 || ((a[bytes] ^ b[bytes]) >> (8 - rest)) == 0);
}

/* Are all bits of the address after the prefix zero? */
static bool
no_host_bits(const WpNetwork *network)
{
	int total = network->family == 4 ? IPV4_BITS : IPV6_BITS;

	for (int bit = network->bits; bit < total; bit++)
		if (network->address[bit / 8] & (0x80 >> bit % 8))
			return false;
	return true;
}

bool
wp_network_read(const char *text, size_t len, WpNetwork *out)
{
	const char *slash = memchr(text, '/', len);

	if (slash == NULL)
		return wp_address_read(text, len, out);
	if (!read_address(text, slash - text, out))
		return false;

	/* A decimal number without leading zeros, at most the address's length. */
	const char *p = slash + 1;
	const char *end = text + len;
	int bits = 0;

	if (p == end || (*p == '0' && end - p > 1))
		return false;
	for (; p < end; p++)
	{
		if (!is_digit(*p))
			return false;
		bits = bits * 10 + (*p - '0');
		if (bits > out->bits)
			return false;
	}
	out->bits = bits;
	if (!no_host_bits(out))
		return false;
	unmap(out);
	return true;
}

bool
wp_address_read(const char *text, size_t len, WpNetwork *out)
{
	if (!read_address(text, len, out))
		return false;
	unmap(out);
	return true;
}

bool
wp_network_contains(const WpNetwork *network, const WpNetwork *address)
{
	return network->family == address->family &&
		   network->bits <= address->bits &&
		   same_prefix(network->address, address->address, network->bits);
}

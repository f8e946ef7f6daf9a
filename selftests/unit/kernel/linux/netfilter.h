/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stands in for the kernel's header: the union is the one of its user API, the
 * functions are those that rewrite/ and path/address.c use.
 */
#ifndef _UNIT_KERNEL_NETFILTER_H
#define _UNIT_KERNEL_NETFILTER_H

#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

#include_next <linux/netfilter.h>

static inline bool nf_inet_addr_cmp(const union nf_inet_addr *a,
				    const union nf_inet_addr *b)
{
	return !memcmp(a, b, sizeof(*a));
}

static inline void *memchr_inv(const void *bytes, int c, size_t len)
{
	const unsigned char *at = bytes;

	for (; len; at++, len--) {
		if (*at != (unsigned char)c)
			return (void *)at;
	}
	return NULL;
}

#endif /* _UNIT_KERNEL_NETFILTER_H */

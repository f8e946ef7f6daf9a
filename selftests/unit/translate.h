/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tests of trgw/: a small world, a packet's way through it, and a naive
 * translator to compare with.
 *
 * In this world the IPv6 host 2001:db8:1::N has the address 192.0.2.N, for all
 * N from 0 to 255, and IPv4 hosts are in the prefix.
 */
#ifndef _UNIT_TRANSLATE_H
#define _UNIT_TRANSLATE_H

#include "../../trgw/build.h"
#include "../../trgw/parse.h"
#include "../../trgw/prefix.h"

#define PACKET_MAX	(65535 + 64)

struct world {
	struct trgw_prefix prefix;
	struct trgw_link link;
	int head;		/* room in front of packets */
	int tail;		/* and after what of them can be read */
};

/*
 * translate_one.c: as the device does it, with @avail bytes to look at first.
 * Writes the new packet and its length.
 */
enum trgw_verdict translate_one(const struct world *world, const u8 *in,
				size_t avail, size_t len, u8 version, u8 *out,
				size_t *out_len);

/*
 * Packets that the short cut took.  translate_one() aborts where it does not
 * end where the steps do.
 */
extern unsigned long translate_plain_seen;

/* The same from the fields, with new checksums; 0: dropped. */
size_t naive_translate(const struct world *world, const u8 *in, size_t len,
		       u8 version, u8 *out);

/* The sum of everything, as a number modulo 65535 */
u32 naive_sum(const u8 *bytes, size_t len);
u32 naive_pseudo(const u8 *header, u8 version, u32 len, u8 protocol);

/* Makes a packet's IPv4 header checksum right, if there is one. */
void naive_header_checksum(u8 *header, size_t len);

#endif /* _UNIT_TRANSLATE_H */

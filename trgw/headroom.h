/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Headroom gained by moving a packet within its buffer.
 *
 * Some devices (veth, with local senders) leave no headroom, but tailroom:
 * moving a short packet there is cheaper than allocating another buffer.
 */
#ifndef _TRGW_HEADROOM_H
#define _TRGW_HEADROOM_H

#include <sip_ims/types.h>

/* A linear part up to this length is moved rather than copied. */
#define HEADROOM_MOVE_MAX	512u

/*
 * Moves the @len bytes at @data up, by whole words to keep their alignment, so
 * that @grow bytes fit in front of them, given @head bytes of headroom and
 * @tail bytes of tailroom. Returns the distance, or 0 if nothing was moved.
 */
static inline int headroom_move(u8 *data, unsigned int len, int head, int tail,
				int grow)
{
	const int word = sizeof(long);
	int shift = (grow - head + word - 1) & -word;

	if (shift <= 0 || len > HEADROOM_MOVE_MAX || tail < shift)
		return 0;
	memmove(data + shift, data, len);
	return shift;
}

#endif /* _TRGW_HEADROOM_H */

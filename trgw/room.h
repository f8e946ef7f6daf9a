/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Room in front of a packet, made within its buffer.
 *
 * Some devices leave no room in front (veth, with local senders), but behind:
 * moving a short packet there is cheaper than another buffer for it.
 */
#ifndef _TRGW_ROOM_H
#define _TRGW_ROOM_H

#include <sip_ims/types.h>

/* A linear part up to this length is moved rather than copied. */
#define ROOM_MOVE_MAX	512u

/*
 * Moves @len bytes so that @grow fit in front of them, where @head are and
 * @tail behind; by whole words, as they were.  Returns how far, 0 for not.
 */
static inline int room_move(u8 *data, unsigned int len, int head, int tail, int grow)
{
	const int word = sizeof(long);
	int shift = (grow - head + word - 1) & -word;

	if (shift <= 0 || len > ROOM_MOVE_MAX || tail < shift)
		return 0;
	memmove(data + shift, data, len);
	return shift;
}

#endif /* _TRGW_ROOM_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * TCP: any segmentation becomes whole messages, and back.
 *
 * A stream stands between two TCP ends that it does not end.  It knows
 * segments as numbers and bytes, no packet, no socket, no timer; what a message
 * is and what becomes of it, its reader says.  The same files build in userspace,
 * where a model of a hostile network drives them.
 *
 * Words: "original" is what the sender sent, "new" is what the receiver gets.
 *
 * Context: one lock a connection, the caller's; bottom halves off; nothing here
 * sleeps.
 */
#ifndef _SIP_IMS_STREAM_H
#define _SIP_IMS_STREAM_H

#include <sip_ims/types.h>

#define STREAM_WINDOW		32768u	/* bytes either end may have under way */
#define STREAM_HOLD_MAX		65535u	/* a message, as it came or as it goes */
/* A direction's memory for what is not acknowledged; one message may go past */
#define STREAM_LOG_MAX		(4u * STREAM_WINDOW)
#define STREAM_EARLY_MAX	STREAM_WINDOW	/* bytes that came out of order */
#define STREAM_EARLY_CHUNKS	256u	/* in so many pieces */
#define STREAM_EMIT_MAX		65400u	/* payload of one segment that leaves */

/* enum stream_flag - flags of a segment that matter here; as in the header */
enum stream_flag {
	STREAM_FIN = 0x01,
	STREAM_SYN = 0x02,
	STREAM_RST = 0x04,
	STREAM_PSH = 0x08,
	STREAM_ACK = 0x10,
	STREAM_URG = 0x20,
};

/**
 * struct stream_segment - a TCP segment; host byte order
 *
 * In: as it came.  Out, unless it is dropped: as it has to leave.
 *
 * @seq: sequence number
 * @ack: acknowledgment number, with STREAM_ACK
 * @window: as it stands in the header, not scaled
 * @flags: STREAM_FIN and the like
 * @wscale: with STREAM_SYN: window scale option, -1 without it
 * @len: bytes of @payload
 * @payload: the bytes; out: those of the caller, in the output buffer, or the
 *	stream's own: to be read before the connection's lock is let go
 */
struct stream_segment {
	u32 seq;
	u32 ack;
	u16 window;
	u8 flags;
	s8 wscale;
	u32 len;
	const u8 *payload;
};

/**
 * enum stream_read - what a reader finds at the beginning of some bytes
 * @STREAM_READ_MORE: an unfinished message; ask again with more bytes, and if
 *	@length is set, not before there are so many
 * @STREAM_READ_MESSAGE: a whole message, or a keepalive, of @length bytes
 * @STREAM_READ_LEAVE: nothing that is ours, and nothing will be: pass all that
 *	follows, in this direction and the other, as it comes.  Once something of
 *	the connection was changed it is STREAM_READ_BROKEN
 * @STREAM_READ_BROKEN: a protocol error; passes if nothing of the connection
 *	was changed so far, else the connection is reset
 */
enum stream_read {
	STREAM_READ_MORE,
	STREAM_READ_MESSAGE,
	STREAM_READ_LEAVE,
	STREAM_READ_BROKEN,
};

/**
 * struct stream_message - what became of a whole message
 * @length: original bytes; zero when the reader is called
 * @new_bytes: what goes instead, borrowed until the next call of the reader; or
 *	NULL: it goes as it came
 * @new_length: bytes of @new_bytes, STREAM_HOLD_MAX at most; 0 takes the
 *	message out of the stream
 */
struct stream_message {
	u32 length;
	const u8 *new_bytes;
	u32 new_length;
};

/**
 * struct stream_reader - who knows messages, and pays for memory
 * @read: look at @len bytes that begin where a message begins.  @seen: how many
 *	of them were there at the last STREAM_READ_MORE, if that set no length; else
 *	0.  A message is handed out
 *	exactly once: with STREAM_READ_MESSAGE its effects are done
 * @charge: account for @bytes more (or less, never refused) of memory; false:
 *	there must not be so much
 */
struct stream_reader {
	enum stream_read (*read)(void *context, unsigned int direction,
				 const u8 *bytes, u32 len, u32 seen,
				 struct stream_message *message);
	bool (*charge)(void *context, s32 bytes);
};

/**
 * enum stream_verdict - what becomes of a segment
 * @STREAM_PASS: leaves as it came
 * @STREAM_CHANGED: leaves as struct stream_segment says now
 * @STREAM_DROP: must not leave; a reason is told, which may also stand beside
 *	the other verdicts: then a part of the segment did not leave
 * @STREAM_RESET: leaves as struct stream_segment says, as an RST; the connection
 *	is over, and whatever comes after leaves as STREAM_CHANGED so that the other
 *	end answers it with an RST of its own
 */
enum stream_verdict {
	STREAM_PASS,
	STREAM_CHANGED,
	STREAM_DROP,
	STREAM_RESET,
};

/*
 * enum stream_reason - why a segment was dropped or a stream ended
 *
 * Extend as needed; each becomes a counter.
 */
enum stream_reason {
	STREAM_OK,
	STREAM_REASON_MEMORY,		/* no memory, or charge() refused */
	STREAM_REASON_EARLY_FULL,	/* too much out of order */
	STREAM_REASON_LOG_FULL,		/* too much not acknowledged */
	STREAM_REASON_ACK_BEYOND,	/* acknowledges what was not sent */
	STREAM_REASON_OUTSIDE,		/* sequence far outside of the window */
	STREAM_REASON_URGENT,		/* urgent data is refused */
	STREAM_REASON_BROKEN,		/* the reader said so */
	STREAM_REASON_TOO_LONG,		/* unfinished past STREAM_HOLD_MAX */
	STREAM_REASON_UNFINISHED,	/* the end inside a message: cut off */
	STREAM_REASON_PARTIAL,		/* an ACK that tells the sender nothing */
	STREAM_REASON_FLAGS,		/* neither SYN, RST nor ACK */
	STREAM_REASON_MAX,
};

struct stream;

struct stream *stream_create(const struct stream_reader *reader, void *context);
void stream_destroy(struct stream *stream, void *context);
enum stream_verdict stream_segment(struct stream *stream, void *context,
				   unsigned int direction,
				   struct stream_segment *segment,
				   u8 *out, u32 room,
				   enum stream_reason *reason);
bool stream_left(const struct stream *stream);

#endif /* _SIP_IMS_STREAM_H */

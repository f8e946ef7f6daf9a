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
#ifndef _SIP_IMS_TCP_H
#define _SIP_IMS_TCP_H

#include <sip_ims/types.h>

#define SIP_TCP_WINDOW		32768u	/* bytes either end may have under way */
#define SIP_TCP_MESSAGE_MAX		65535u	/* a message, as it came or as it goes */
/* A direction's memory for what is not acknowledged; one message may go past */
#define SIP_TCP_LOG_MAX		(4u * SIP_TCP_WINDOW)
#define SIP_TCP_EARLY_MAX	SIP_TCP_WINDOW	/* bytes that came out of order */
#define SIP_TCP_EARLY_CHUNKS	256u	/* in so many pieces */
#define SIP_TCP_EMIT_MAX		65400u	/* payload of one segment that leaves */

/* enum sip_tcp_flag - flags of a segment that matter here; as in the header */
enum sip_tcp_flag {
	SIP_TCP_FIN = 0x01,
	SIP_TCP_SYN = 0x02,
	SIP_TCP_RST = 0x04,
	SIP_TCP_PSH = 0x08,
	SIP_TCP_ACK = 0x10,
	SIP_TCP_URG = 0x20,
};

/**
 * struct sip_tcp_segment - a TCP segment; host byte order
 *
 * In: as it came.  Out, unless it is dropped: as it has to leave.
 *
 * @seq: sequence number
 * @ack: acknowledgment number, with SIP_TCP_ACK
 * @window: as it stands in the header, not scaled
 * @flags: SIP_TCP_FIN and the like
 * @wscale: with SIP_TCP_SYN: window scale option, -1 without it
 * @len: bytes of @payload
 * @payload: the bytes; out: those of the caller, in the output buffer, or the
 *	stream's own: to be read before the connection's lock is let go
 */
struct sip_tcp_segment {
	u32 seq;
	u32 ack;
	u16 window;
	u8 flags;
	s8 wscale;
	u32 len;
	const u8 *payload;
};

/**
 * enum sip_tcp_read - what a reader finds at the beginning of some bytes
 * @SIP_TCP_READ_MORE: an unfinished message; ask again with more bytes, and if
 *	@length is set, not before there are so many
 * @SIP_TCP_READ_MESSAGE: a whole message, or a keepalive, of @length bytes
 * @SIP_TCP_READ_BYPASS: nothing that is ours, and nothing will be: pass all that
 *	follows, in this direction and the other, as it comes.  Once something of
 *	the connection was changed it is SIP_TCP_READ_BROKEN
 * @SIP_TCP_READ_BROKEN: a protocol error; passes if nothing of the connection
 *	was changed so far, else the connection is reset
 */
enum sip_tcp_read {
	SIP_TCP_READ_MORE,
	SIP_TCP_READ_MESSAGE,
	SIP_TCP_READ_BYPASS,
	SIP_TCP_READ_BROKEN,
};

/**
 * struct sip_tcp_message - what became of a whole message
 * @length: original bytes; zero when the reader is called
 * @new_bytes: what goes instead, borrowed until the next call of the reader; or
 *	NULL: it goes as it came
 * @new_length: bytes of @new_bytes, SIP_TCP_MESSAGE_MAX at most; 0 takes the
 *	message out of the stream
 */
struct sip_tcp_message {
	u32 length;
	const u8 *new_bytes;
	u32 new_length;
};

/**
 * struct sip_tcp_reader - who knows messages, and pays for memory
 * @read: look at @len bytes that begin where a message begins.  @seen: how many
 *	of them were there at the last SIP_TCP_READ_MORE, if that set no length; else
 *	0.  A message is handed out
 *	exactly once: with SIP_TCP_READ_MESSAGE its effects are done
 * @charge: account for @bytes more (or less, never refused) of memory; false:
 *	there must not be so much
 */
struct sip_tcp_reader {
	enum sip_tcp_read (*read)(void *context, unsigned int direction,
				  const u8 *bytes, u32 len, u32 seen,
				  struct sip_tcp_message *message);
	bool (*charge)(void *context, s32 bytes);
};

/**
 * enum sip_tcp_verdict - what becomes of a segment
 * @SIP_TCP_PASS: leaves as it came
 * @SIP_TCP_CHANGED: leaves as struct sip_tcp_segment says now
 * @SIP_TCP_DROP: must not leave; a reason is told, which may also stand beside
 *	the other verdicts: then a part of the segment did not leave
 * @SIP_TCP_RESET: leaves as struct sip_tcp_segment says, as an RST; the connection
 *	is over, and whatever comes after leaves as SIP_TCP_CHANGED so that the other
 *	end answers it with an RST of its own
 */
enum sip_tcp_verdict {
	SIP_TCP_PASS,
	SIP_TCP_CHANGED,
	SIP_TCP_DROP,
	SIP_TCP_RESET,
};

/*
 * enum sip_tcp_reason - why a segment was dropped or a stream ended
 *
 * Extend as needed; each becomes a counter.
 */
enum sip_tcp_reason {
	SIP_TCP_OK,
	SIP_TCP_REASON_MEMORY,		/* no memory, or charge() refused */
	SIP_TCP_REASON_EARLY_FULL,	/* too much out of order */
	SIP_TCP_REASON_LOG_FULL,		/* too much not acknowledged */
	SIP_TCP_REASON_ACK_BEYOND,	/* acknowledges what was not sent */
	SIP_TCP_REASON_OUTSIDE,		/* sequence far outside of the window */
	SIP_TCP_REASON_URGENT,		/* urgent data is refused */
	SIP_TCP_REASON_BROKEN,		/* the reader said so */
	SIP_TCP_REASON_TOO_LONG,		/* unfinished past SIP_TCP_MESSAGE_MAX */
	SIP_TCP_REASON_UNFINISHED,	/* the end inside a message: cut off */
	SIP_TCP_REASON_PARTIAL,		/* an ACK that tells the sender nothing */
	SIP_TCP_REASON_FLAGS,		/* neither SYN, RST nor ACK */
	SIP_TCP_REASON_MAX,
};

struct sip_tcp;

struct sip_tcp *sip_tcp_create(const struct sip_tcp_reader *reader, void *context);
void sip_tcp_destroy(struct sip_tcp *stream, void *context);
enum sip_tcp_verdict sip_tcp_input(struct sip_tcp *stream, void *context,
				   unsigned int direction,
				   struct sip_tcp_segment *segment,
				   u8 *out, u32 room,
				   enum sip_tcp_reason *reason);
bool sip_tcp_is_bypassed(const struct sip_tcp *stream);

#endif /* _SIP_IMS_TCP_H */

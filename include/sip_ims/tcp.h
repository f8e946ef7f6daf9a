/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * TCP engine: reassembles whole messages from TCP segments and rewrites the
 * sequence numbers when the length of a message changes.
 *
 * The engine sits between two TCP ends and terminates neither connection.  It
 * handles sequence numbers and bytes only: no packets, sockets or timers.  A
 * reader, supplied by the caller, finds the messages and rewrites them.  The
 * same files build in userspace, where a model of a hostile network tests them.
 *
 * "Original" sequence numbers and bytes are those of the sender, "new" ones are
 * those that the receiver gets.
 *
 * Context: the caller holds one lock per connection, with bottom halves
 * disabled; nothing here sleeps.
 */
#ifndef _SIP_IMS_TCP_H
#define _SIP_IMS_TCP_H

#include <sip_ims/types.h>

/* Largest window that is advertised to either end */
#define SIP_TCP_WINDOW		32768u
/* Bytes of a message, original or new */
#define SIP_TCP_MESSAGE_MAX	65535u
/* Memory of one direction's log; one message may exceed it. */
#define SIP_TCP_LOG_MAX		(4u * SIP_TCP_WINDOW)
/* Bytes stored out of order in one direction, and chunks of such bytes */
#define SIP_TCP_EARLY_MAX	SIP_TCP_WINDOW
#define SIP_TCP_EARLY_CHUNKS	256u
/* Bytes of payload of one departing segment */
#define SIP_TCP_EMIT_MAX	65400u

/* enum sip_tcp_flag - TCP flags, with the bits of the TCP header */
enum sip_tcp_flag {
	SIP_TCP_FIN = 0x01,
	SIP_TCP_SYN = 0x02,
	SIP_TCP_RST = 0x04,
	SIP_TCP_PSH = 0x08,
	SIP_TCP_ACK = 0x10,
	SIP_TCP_URG = 0x20,
};

/**
 * struct sip_tcp_segment - a TCP segment, in host byte order
 * @seq: sequence number
 * @ack: acknowledgment number, valid with SIP_TCP_ACK
 * @window: window field of the header, not scaled
 * @flags: bits of enum sip_tcp_flag
 * @wscale: window scale option of a SYN, -1 without it
 * @len: bytes of @payload
 * @payload: the payload; on output it points to the caller's payload, to the
 *	output buffer, or into the engine's log, where it is valid as long as
 *	the caller holds the lock of the connection
 *
 * sip_tcp_input() takes the segment as received and, unless the segment is
 * dropped, leaves in it the segment to send.
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
 * enum sip_tcp_read - result of looking for a message
 * @SIP_TCP_READ_MORE: the message is incomplete; call again with more bytes or,
 *	if @length of the message is set, once that many bytes are available
 * @SIP_TCP_READ_MESSAGE: a complete message, or a keepalive, of @length bytes
 * @SIP_TCP_READ_BYPASS: the connection carries another protocol: forward all
 *	further bytes of both directions unread.  Treated as SIP_TCP_READ_BROKEN
 *	after a message of this direction or a change to the connection
 * @SIP_TCP_READ_BROKEN: a protocol error: if nothing of the connection was
 *	changed, further bytes are forwarded unread, else the connection is
 *	reset
 */
enum sip_tcp_read {
	SIP_TCP_READ_MORE,
	SIP_TCP_READ_MESSAGE,
	SIP_TCP_READ_BYPASS,
	SIP_TCP_READ_BROKEN,
};

/**
 * struct sip_tcp_message - a complete message and its replacement
 * @length: original bytes; zero when the reader is called
 * @new_bytes: replacement, valid until the reader is called again; NULL keeps
 *	the message unchanged
 * @new_length: bytes of @new_bytes, at most SIP_TCP_MESSAGE_MAX; 0 removes the
 *	message from the connection
 */
struct sip_tcp_message {
	u32 length;
	const u8 *new_bytes;
	u32 new_length;
};

/**
 * struct sip_tcp_reader - callbacks of the engine's user
 * @read: look for a message in @len bytes that start at a message boundary.
 *	@seen is the number of these bytes that the last call saw when it
 *	returned SIP_TCP_READ_MORE without a length, else 0.  Each message is
 *	returned exactly once, so its effects may be committed before returning
 *	SIP_TCP_READ_MESSAGE
 * @charge: account @bytes of memory, which may be negative and then must not
 *	fail.  Return 0, or -ENOBUFS to refuse the allocation
 */
struct sip_tcp_reader {
	enum sip_tcp_read (*read)(void *context, unsigned int direction,
				  const u8 *bytes, u32 len, u32 seen,
				  struct sip_tcp_message *message);
	int (*charge)(void *context, s32 bytes);
};

/**
 * enum sip_tcp_verdict - fate of a segment
 * @SIP_TCP_PASS: send the segment as received
 * @SIP_TCP_CHANGED: send the segment in struct sip_tcp_segment
 * @SIP_TCP_DROP: drop the segment; the reason is set
 * @SIP_TCP_RESET: send the RST in struct sip_tcp_segment; the connection is
 *	broken.  Later segments are returned as SIP_TCP_CHANGED and make the
 *	other end respond with an RST of its own
 *
 * A reason may also accompany the verdicts other than SIP_TCP_DROP: part of the
 * segment was not forwarded then.
 */
enum sip_tcp_verdict {
	SIP_TCP_PASS,
	SIP_TCP_CHANGED,
	SIP_TCP_DROP,
	SIP_TCP_RESET,
};

/*
 * enum sip_tcp_reason - why a segment was dropped or a connection was reset
 *
 * Each reason has a counter of its own.
 */
enum sip_tcp_reason {
	SIP_TCP_OK,
	SIP_TCP_REASON_MEMORY,		/* no memory, or charge() refused it */
	SIP_TCP_REASON_EARLY_FULL,	/* too many bytes out of order */
	SIP_TCP_REASON_LOG_FULL,	/* too many bytes unacknowledged */
	SIP_TCP_REASON_ACK_BEYOND,	/* acknowledges bytes never sent */
	SIP_TCP_REASON_OUTSIDE,		/* sequence number far out of window */
	SIP_TCP_REASON_URGENT,		/* urgent data is not supported */
	SIP_TCP_REASON_BROKEN,		/* the reader found an error */
	SIP_TCP_REASON_TOO_LONG,	/* exceeds SIP_TCP_MESSAGE_MAX */
	SIP_TCP_REASON_UNFINISHED,	/* FIN inside of a message */
	SIP_TCP_REASON_PARTIAL,		/* ACK that would seem a duplicate */
	SIP_TCP_REASON_FLAGS,		/* none of SYN, RST and ACK */
	SIP_TCP_REASON_MAX,
};

struct sip_tcp;

struct sip_tcp *sip_tcp_create(const struct sip_tcp_reader *reader,
			       void *context);
void sip_tcp_destroy(struct sip_tcp *tcp, void *context);
enum sip_tcp_verdict sip_tcp_input(struct sip_tcp *tcp, void *context,
				   unsigned int direction,
				   struct sip_tcp_segment *segment,
				   u8 *out, u32 size,
				   enum sip_tcp_reason *reason);
bool sip_tcp_is_bypassed(const struct sip_tcp *tcp);

#endif /* _SIP_IMS_TCP_H */

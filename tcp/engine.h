/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Structures that the files of the TCP engine share.
 *
 * Sequence numbers are u32, modulo 2^32.  Each direction consists of the log
 * (complete messages, rewritten, not acknowledged by the receiver), the pending
 * bytes (the beginning of a message) and the early bytes (received out of
 * order):
 *
 *	original	sender_acked ... head ........... expected
 *			      log         |   pending      |   early
 *	new		acked ... next .. new_head
 */
#ifndef _TCP_ENGINE_H
#define _TCP_ENGINE_H

#include <sip_ims/tcp.h>

/* Sequence numbers further away cannot belong to the connection. */
#define SIP_TCP_REACH	(4u * SIP_TCP_WINDOW)

static inline bool seq_before(u32 a, u32 b)
{
	return (s32)(a - b) < 0;
}

static inline bool seq_after(u32 a, u32 b)
{
	return seq_before(b, a);
}

/**
 * struct sip_tcp_entry - entry of the log: complete messages of one segment
 * @next: next entry, or NULL
 * @start: original sequence number
 * @length: original sequence numbers, including that of a FIN; never 0
 * @new_start: new sequence number
 * @new_length: new sequence numbers, including that of a FIN
 * @size: capacity of @bytes
 * @fin: the last sequence number is a FIN
 * @bytes: new bytes
 */
struct sip_tcp_entry {
	struct sip_tcp_entry *next;
	u32 start;
	u32 length;
	u32 new_start;
	u32 new_length;
	u32 size;
	bool fin;
	u8 bytes[];
};

/**
 * struct sip_tcp_chunk - bytes received out of order
 * @next: next chunk, of a higher sequence number; chunks do not overlap
 * @start: original sequence number
 * @length: number of bytes
 * @bytes: original bytes
 */
struct sip_tcp_chunk {
	struct sip_tcp_chunk *next;
	u32 start;
	u32 length;
	u8 bytes[];
};

/**
 * struct sip_tcp_direction - state of the bytes that one end sends
 * @first: oldest entry of the log, or NULL
 * @last: newest entry of the log, or NULL
 * @spare: entry allocated before the reader is called, because the effects of
 *	reading a message cannot be undone; not yet part of the log
 * @log_size: memory of the log in bytes, including @spare
 * @head: original sequence number at the end of the log
 * @new_head: new sequence number at the end of the log
 * @next: new sequence number to send next
 * @acked: new sequence number that the receiver has acknowledged
 * @sender_acked: original sequence number acknowledged to the sender
 * @edge: new sequence number at the right edge of the receiver's window
 * @edge_seq: original sequence number, of the other direction, of the segment
 *	that last updated @edge (SND.WL1 of RFC 9293)
 * @pending: buffer with the beginning of a message
 * @pending_len: bytes in @pending
 * @pending_size: capacity of @pending
 * @seen: pending bytes that the reader has seen
 * @need: pending bytes required before the reader is called again
 * @early: bytes received out of order
 * @early_size: bytes in @early
 * @early_count: chunks in @early
 * @fin_at: original sequence number of a FIN received early
 * @fin_early: @fin_at is valid
 * @synced: the sequence numbers are known from a SYN
 * @raw: bytes are no longer read; after the log, original and new sequence
 *	numbers are equal
 * @bypassing: becomes @raw with the next new byte
 * @has_message: a complete message was read
 * @fin: the FIN was added to the log
 * @scale: window scale option of the sender's SYN, -1 without it
 * @advertised: window field last forwarded to the sender
 * @window: window field of the sender's SYN
 */
struct sip_tcp_direction {
	struct sip_tcp_entry *first;
	struct sip_tcp_entry *last;
	struct sip_tcp_entry *spare;
	u32 log_size;
	u32 head;
	u32 new_head;
	u32 next;
	u32 acked;
	u32 sender_acked;
	u32 edge;
	u32 edge_seq;
	u8 *pending;
	u32 pending_len;
	u32 pending_size;
	u32 seen;
	u32 need;
	struct sip_tcp_chunk *early;
	u32 early_size;
	u32 early_count;
	u32 fin_at;
	bool fin_early;
	bool synced;
	bool raw;
	bool bypassing;
	bool has_message;
	bool fin;
	s8 scale;
	u16 advertised;
	u16 window;
};

/**
 * struct sip_tcp - a TCP connection
 * @reader: callbacks of the user
 * @direction: state of the bytes that each end sends
 * @started: a segment other than a SYN was received
 * @changed: a segment departed with other bytes than received
 * @bypassed: no state is kept any longer, all segments pass
 * @broken: the engine has reset the connection
 * @restartable: the engine or an end has reset the connection, so that a SYN
 *	starts a new one
 * @rst_sent: the RST was sent, and no segment of the receiver was seen since
 * @culprit: direction whose sender caused the reset
 */
struct sip_tcp {
	const struct sip_tcp_reader *reader;
	struct sip_tcp_direction direction[2];
	bool started;
	bool changed;
	bool bypassed;
	bool broken;
	bool restartable;
	bool rst_sent;
	u8 culprit;
};

/**
 * struct sip_tcp_passage - a segment while the engine processes it
 * @tcp: connection of the segment
 * @context: argument of the reader's callbacks
 * @side: direction of the segment
 * @data: direction that the payload belongs to
 * @back: direction that the acknowledgment belongs to
 * @segment: the segment as received, finally the segment to send
 * @out: buffer for new payload
 * @size: usable bytes of @out
 * @reason: why part of the segment does not depart
 * @probe: the receiver has to respond so that its peer can be sent more
 * @unchanged: the payload consists of complete messages, none of them changed
 */
struct sip_tcp_passage {
	struct sip_tcp *tcp;
	void *context;
	unsigned int side;
	struct sip_tcp_direction *data;
	struct sip_tcp_direction *back;
	struct sip_tcp_segment *segment;
	u8 *out;
	u32 size;
	enum sip_tcp_reason reason;
	bool probe;
	bool unchanged;
};

/**
 * enum sip_tcp_taken - result of processing payload
 * @SIP_TCP_TAKEN: the bytes were read or stored
 * @SIP_TCP_REFUSED: the bytes were not stored; the sender retransmits them
 * @SIP_TCP_BYPASS: the bytes belong to another protocol
 * @SIP_TCP_BROKEN: the bytes violate the protocol
 */
enum sip_tcp_taken {
	SIP_TCP_TAKEN,
	SIP_TCP_REFUSED,
	SIP_TCP_BYPASS,
	SIP_TCP_BROKEN,
};

/**
 * sip_tcp_expected() - get the next expected sequence number
 * @direction: the direction
 *
 * Return: the original sequence number after the log and the pending bytes.
 */
static inline u32 sip_tcp_expected(const struct sip_tcp_direction *direction)
{
	return direction->head + direction->pending_len;
}

/* Get the original sequence number after the last one of an entry. */
static inline u32 sip_tcp_entry_end(const struct sip_tcp_entry *entry)
{
	return entry->start + entry->length;
}

/* Get the new sequence number after the last one of an entry. */
static inline u32 sip_tcp_entry_new_end(const struct sip_tcp_entry *entry)
{
	return entry->new_start + entry->new_length;
}

/**
 * sip_tcp_window_scale() - get the scale of a window (RFC 7323 section 2.3)
 * @tcp: the connection
 * @side: direction of the segments with the window field
 *
 * Windows are scaled only if both ends offer it.
 *
 * Return: number of bits by which the window field is shifted.
 */
static inline u8 sip_tcp_window_scale(const struct sip_tcp *tcp,
				      unsigned int side)
{
	s8 scale = tcp->direction[side].scale;

	if (scale < 0 || tcp->direction[!side].scale < 0)
		return 0;
	return scale < 14 ? (u8)scale : 14;
}

/**
 * sip_tcp_has_unsent() - check whether part of the log was never sent
 * @direction: the direction
 *
 * Return: true if so.
 */
static inline bool sip_tcp_has_unsent(const struct sip_tcp_direction *direction)
{
	return seq_before(direction->next, direction->new_head);
}

#endif /* _TCP_ENGINE_H */

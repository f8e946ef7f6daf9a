/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of this room share.
 *
 * Sequence numbers are u32, modulo 2^32.  Of each direction:
 *
 *	original	owned ... head ......... expected
 *			   log   |     hold     |   early
 *	new		acked ... new_head
 *
 * What lies in the log is whole messages, rewritten; in the hold the beginning
 * of one; early is what came out of order.
 */
#ifndef _TCP_ENGINE_H
#define _TCP_ENGINE_H

#include <sip_ims/tcp.h>

/* Further away from where the connection is, nothing belongs to it. */
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
 * struct sip_tcp_entry - whole messages, as they came and as they go
 * @next: what follows, or NULL
 * @start: original sequence number
 * @length: original sequence numbers, that of a FIN included; never 0
 * @new_start: new sequence number
 * @new_length: new sequence numbers, that of a FIN included
 * @room: bytes of @bytes
 * @fin: the FIN is the last of both
 * @bytes: the new bytes
 */
struct sip_tcp_entry {
	struct sip_tcp_entry *next;
	u32 start;
	u32 length;
	u32 new_start;
	u32 new_length;
	u32 room;
	bool fin;
	u8 bytes[];
};

/**
 * struct sip_tcp_chunk - bytes that came out of order
 * @next: of a higher sequence number, no byte is in both
 * @start: original sequence number
 * @length: bytes
 * @bytes: the bytes
 */
struct sip_tcp_chunk {
	struct sip_tcp_chunk *next;
	u32 start;
	u32 length;
	u8 bytes[];
};

/**
 * struct sip_tcp_direction - what one end sends
 * @first: oldest entry of the log
 * @last: newest, unset when the log is empty
 * @spare: an entry not yet in the log: memory must be there before the reader
 *	is asked, for what it has done cannot be undone
 * @log_size: memory of the entries, @spare's included
 * @head: original: behind the log
 * @new_head: new: behind the log
 * @next: new: behind what has left
 * @acked: new: what the receiver has acknowledged
 * @owned: original: what the sender was told so
 * @edge: new: where the receiver's window ends
 * @update: original number of the other direction that told @edge
 * @hold: the beginning of a message, @held bytes in a room of @hold_room
 * @held: see @hold
 * @hold_room: see @hold
 * @seen: of these, what the reader has seen
 * @need: how many there must be before it is asked again
 * @early: bytes out of order
 * @early_size: bytes of them
 * @early_count: pieces of them
 * @fin_at: original: where an early FIN stands
 * @fin_early: there is one
 * @known: the sequence numbers are
 * @raw: nothing is read any more, behind the log both numbers are the same
 * @bypassing: becomes raw with the next new byte
 * @begun: it has had a whole message
 * @fin: the FIN is in the log, or was
 * @scale: window scale option of the sender's SYN, -1 without it
 * @told: window that last went to the sender
 * @window: of the sender's SYN, for the other direction
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
	u32 owned;
	u32 edge;
	u32 update;
	u8 *hold;
	u32 held;
	u32 hold_room;
	u32 seen;
	u32 need;
	struct sip_tcp_chunk *early;
	u32 early_size;
	u32 early_count;
	u32 fin_at;
	bool fin_early;
	bool known;
	bool raw;
	bool bypassing;
	bool begun;
	bool fin;
	s8 scale;
	u16 told;
	u16 window;
};

/**
 * struct sip_tcp - a connection
 * @reader: who knows messages
 * @direction: what each end sends
 * @begun: something came that is no SYN
 * @changed: something left otherwise than it came
 * @left: nothing is kept any more, all passes
 * @over: it was reset
 * @ended: an end has reset it, or we have: a SYN begins another
 * @reset: the RST has left, and no word of a living receiver since
 * @culprit: the direction whose sender was the cause
 */
struct sip_tcp {
	const struct sip_tcp_reader *reader;
	struct sip_tcp_direction direction[2];
	bool begun;
	bool changed;
	bool bypassed;
	bool over;
	bool ended;
	bool reset;
	u8 culprit;
};

/**
 * struct sip_tcp_passage - a segment on its way
 * @tcp: its connection
 * @context: for the reader
 * @side: its direction
 * @data: what its sender sends
 * @back: what its sender acknowledges
 * @segment: as it came; at the end, as it goes
 * @out: room for payload
 * @room: bytes of @out that may be used
 * @reason: why something of it does not leave
 * @wake: its receiver has to speak, so that more may go to its sender
 * @same: all its bytes are whole messages that were not changed
 */
struct sip_tcp_passage {
	struct sip_tcp *tcp;
	void *context;
	unsigned int side;
	struct sip_tcp_direction *data;
	struct sip_tcp_direction *back;
	struct sip_tcp_segment *segment;
	u8 *out;
	u32 room;
	enum sip_tcp_reason reason;
	bool wake;
	bool same;
};

/*
 * enum sip_tcp_taken - what became of bytes
 * @SIP_TCP_TAKEN: read, or kept
 * @SIP_TCP_REFUSED: not kept, the sender will send them again
 * @SIP_TCP_BYPASS: this is none of ours
 * @SIP_TCP_BROKEN: a protocol error
 */
enum sip_tcp_taken {
	SIP_TCP_TAKEN,
	SIP_TCP_REFUSED,
	SIP_TCP_BYPASS,
	SIP_TCP_BROKEN,
};

/* Original: the next number that is expected of the sender. */
static inline u32 sip_tcp_expected(const struct sip_tcp_direction *direction)
{
	return direction->head + direction->held;
}

static inline u32 sip_tcp_entry_end(const struct sip_tcp_entry *entry)
{
	return entry->start + entry->length;
}

static inline u32 sip_tcp_entry_new_end(const struct sip_tcp_entry *entry)
{
	return entry->new_start + entry->new_length;
}

/* Something of the log has never left. */
static inline bool sip_tcp_unsent(const struct sip_tcp_direction *direction)
{
	return seq_before(direction->next, direction->new_head);
}

/* memory.c */
void *sip_tcp_memory_alloc(struct sip_tcp *tcp, void *context, u32 size);
void sip_tcp_memory_free(struct sip_tcp *tcp, void *context, void *memory, u32 size);
void sip_tcp_direction_free(struct sip_tcp *tcp, void *context,
			    struct sip_tcp_direction *direction);

/* log.c */
bool sip_tcp_log_prepare(struct sip_tcp_passage *passage, u32 expected);
bool sip_tcp_log_add(struct sip_tcp_passage *passage, u32 length,
		     const u8 *bytes, u32 new_length);
void sip_tcp_log_commit(struct sip_tcp_passage *passage);
bool sip_tcp_log_fin(struct sip_tcp_passage *passage);
bool sip_tcp_log_raw(struct sip_tcp_passage *passage,
		     struct sip_tcp_direction *direction);
void sip_tcp_log_release(struct sip_tcp *tcp, void *context,
			 struct sip_tcp_direction *direction);
void sip_tcp_log_gather(const struct sip_tcp_direction *direction, u32 from,
			u32 to, u8 *out);
const struct sip_tcp_entry *
sip_tcp_log_find(const struct sip_tcp_direction *direction, u32 seq);
const u8 *sip_tcp_log_bytes(const struct sip_tcp_direction *direction, u32 from,
			    u32 to);

/* hold.c */
bool sip_tcp_pending_add(struct sip_tcp_passage *passage, const u8 *bytes, u32 len);
void sip_tcp_pending_remove(struct sip_tcp_direction *direction, u32 len);
void sip_tcp_pending_truncate(struct sip_tcp_direction *direction, u32 held);
void sip_tcp_pending_free(struct sip_tcp *tcp, void *context,
			  struct sip_tcp_direction *direction);

/* early.c */
enum sip_tcp_taken sip_tcp_early_add(struct sip_tcp_passage *passage, u32 seq,
				     const u8 *bytes, u32 len);
enum sip_tcp_taken sip_tcp_early_join(struct sip_tcp_passage *passage);
void sip_tcp_early_free(struct sip_tcp *tcp, void *context,
			struct sip_tcp_direction *direction);

/* read.c */
enum sip_tcp_taken sip_tcp_read(struct sip_tcp_passage *passage, const u8 *bytes,
				u32 len);

/* acknowledge.c */
enum sip_tcp_verdict sip_tcp_acknowledge(struct sip_tcp_passage *passage);
u16 sip_tcp_window(const struct sip_tcp *tcp, unsigned int side, u16 window);
u32 sip_tcp_window_bytes(const struct sip_tcp *tcp, unsigned int side,
			 u16 window);

/* emit.c */
enum sip_tcp_verdict sip_tcp_emit(struct sip_tcp_passage *passage, u32 head);
enum sip_tcp_verdict sip_tcp_probe(struct sip_tcp_passage *passage);

/* leave.c */
bool sip_tcp_bypass_begin(struct sip_tcp_passage *passage);
void sip_tcp_bypass_finish(struct sip_tcp_passage *passage);

/* over.c */
enum sip_tcp_verdict sip_tcp_reset(struct sip_tcp_passage *passage);
enum sip_tcp_verdict sip_tcp_after(struct sip_tcp_passage *passage);
enum sip_tcp_verdict sip_tcp_rst(struct sip_tcp_passage *passage);

/* syn.c */
enum sip_tcp_verdict sip_tcp_syn_read(struct sip_tcp_passage *passage);

#endif /* _TCP_ENGINE_H */

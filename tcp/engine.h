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
#ifndef _STREAM_ENGINE_H
#define _STREAM_ENGINE_H

#include <sip_ims/tcp.h>

/* Further away from where the connection is, nothing belongs to it. */
#define STREAM_REACH	(4u * STREAM_WINDOW)

static inline bool seq_before(u32 a, u32 b)
{
	return (s32)(a - b) < 0;
}

static inline bool seq_after(u32 a, u32 b)
{
	return seq_before(b, a);
}

/**
 * struct stream_entry - whole messages, as they came and as they go
 * @next: what follows, or NULL
 * @start: original sequence number
 * @length: original sequence numbers, that of a FIN included; never 0
 * @new_start: new sequence number
 * @new_length: new sequence numbers, that of a FIN included
 * @room: bytes of @bytes
 * @fin: the FIN is the last of both
 * @bytes: the new bytes
 */
struct stream_entry {
	struct stream_entry *next;
	u32 start;
	u32 length;
	u32 new_start;
	u32 new_length;
	u32 room;
	bool fin;
	u8 bytes[];
};

/**
 * struct stream_chunk - bytes that came out of order
 * @next: of a higher sequence number, no byte is in both
 * @start: original sequence number
 * @length: bytes
 * @bytes: the bytes
 */
struct stream_chunk {
	struct stream_chunk *next;
	u32 start;
	u32 length;
	u8 bytes[];
};

/**
 * struct stream_direction - what one end sends
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
 * @leaving: becomes raw with the next new byte
 * @begun: it has had a whole message
 * @fin: the FIN is in the log, or was
 * @scale: window scale option of the sender's SYN, -1 without it
 * @told: window that last went to the sender
 * @window: of the sender's SYN, for the other direction
 */
struct stream_direction {
	struct stream_entry *first;
	struct stream_entry *last;
	struct stream_entry *spare;
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
	struct stream_chunk *early;
	u32 early_size;
	u32 early_count;
	u32 fin_at;
	bool fin_early;
	bool known;
	bool raw;
	bool leaving;
	bool begun;
	bool fin;
	s8 scale;
	u16 told;
	u16 window;
};

/**
 * struct stream - a connection
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
struct stream {
	const struct stream_reader *reader;
	struct stream_direction direction[2];
	bool begun;
	bool changed;
	bool left;
	bool over;
	bool ended;
	bool reset;
	u8 culprit;
};

/**
 * struct stream_passage - a segment on its way
 * @stream: its connection
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
struct stream_passage {
	struct stream *stream;
	void *context;
	unsigned int side;
	struct stream_direction *data;
	struct stream_direction *back;
	struct stream_segment *segment;
	u8 *out;
	u32 room;
	enum stream_reason reason;
	bool wake;
	bool same;
};

/*
 * enum stream_taken - what became of bytes
 * @STREAM_TAKEN: read, or kept
 * @STREAM_REFUSED: not kept, the sender will send them again
 * @STREAM_LEAVE: this is none of ours
 * @STREAM_BROKEN: a protocol error
 */
enum stream_taken {
	STREAM_TAKEN,
	STREAM_REFUSED,
	STREAM_LEAVE,
	STREAM_BROKEN,
};

/* Original: the next number that is expected of the sender. */
static inline u32 stream_expected(const struct stream_direction *direction)
{
	return direction->head + direction->held;
}

static inline u32 stream_entry_end(const struct stream_entry *entry)
{
	return entry->start + entry->length;
}

static inline u32 stream_entry_new_end(const struct stream_entry *entry)
{
	return entry->new_start + entry->new_length;
}

/* Something of the log has never left. */
static inline bool stream_unsent(const struct stream_direction *direction)
{
	return seq_before(direction->next, direction->new_head);
}

/* memory.c */
void *stream_allocate(struct stream *stream, void *context, u32 size);
void stream_free(struct stream *stream, void *context, void *memory, u32 size);
void stream_direction_free(struct stream *stream, void *context,
			   struct stream_direction *direction);

/* log.c */
bool stream_log_prepare(struct stream_passage *passage, u32 expected);
bool stream_log_add(struct stream_passage *passage, u32 length,
		    const u8 *bytes, u32 new_length);
void stream_log_commit(struct stream_passage *passage);
bool stream_log_fin(struct stream_passage *passage);
bool stream_log_raw(struct stream_passage *passage,
		    struct stream_direction *direction);
void stream_log_release(struct stream *stream, void *context,
			struct stream_direction *direction);
void stream_log_gather(const struct stream_direction *direction, u32 from,
		       u32 to, u8 *out);
const struct stream_entry *
stream_log_find(const struct stream_direction *direction, u32 seq);
const u8 *stream_log_bytes(const struct stream_direction *direction, u32 from,
			   u32 to);

/* hold.c */
bool stream_hold_add(struct stream_passage *passage, const u8 *bytes, u32 len);
void stream_hold_remove(struct stream_direction *direction, u32 len);
void stream_hold_cut(struct stream_direction *direction, u32 held);
void stream_hold_free(struct stream *stream, void *context,
		      struct stream_direction *direction);

/* early.c */
enum stream_taken stream_early_add(struct stream_passage *passage, u32 seq,
				   const u8 *bytes, u32 len);
enum stream_taken stream_early_join(struct stream_passage *passage);
void stream_early_free(struct stream *stream, void *context,
		       struct stream_direction *direction);

/* read.c */
enum stream_taken stream_read(struct stream_passage *passage, const u8 *bytes,
			      u32 len);

/* acknowledge.c */
enum stream_verdict stream_acknowledge(struct stream_passage *passage);
u16 stream_window(const struct stream *stream, unsigned int side, u16 window);
u32 stream_window_bytes(const struct stream *stream, unsigned int side,
			u16 window);

/* emit.c */
enum stream_verdict stream_emit(struct stream_passage *passage, u32 head);
enum stream_verdict stream_probe(struct stream_passage *passage);

/* leave.c */
bool stream_leave(struct stream_passage *passage);
void stream_leave_check(struct stream_passage *passage);

/* over.c */
enum stream_verdict stream_reset(struct stream_passage *passage);
enum stream_verdict stream_after(struct stream_passage *passage);
enum stream_verdict stream_rst(struct stream_passage *passage);

/* syn.c */
enum stream_verdict stream_syn(struct stream_passage *passage);

#endif /* _STREAM_ENGINE_H */

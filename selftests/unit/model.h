/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A model of a hostile network: two TCP ends, a stream between them, and links
 * that lose, reorder, duplicate and cut.
 *
 *	end 0 -- link -- [stream] -- link -- end 1
 *
 * Time is a number; a link takes 1 to a few hundred of it.  All is decided by a
 * seed, or by the bytes of a fuzzer.  What the reader finds is rewritten at
 * once into what must arrive: the naive answer to compare with.
 */
#ifndef _MODEL_H
#define _MODEL_H

#include <stdio.h>
#include <stdlib.h>

#include <sip_ims/tcp.h>

#define MODEL_RTO	400u
#define MODEL_RTO_MAX	6400u
#define MODEL_DELAYED	40u

/* Bytes that grow; freed by the world. */
struct model_bytes {
	u8 *at;
	u64 len;
	u64 room;
};

/* A TCP end.  Offsets count from its first data byte, the FIN is one more. */
struct model_end {
	/* the application */
	struct model_bytes data;	/* what it will write */
	struct model_bytes ends;	/* where messages end, as u64 */
	u64 next_end;			/* index of the one to write next */
	u64 written;
	bool closes;		/* FIN after the last byte */
	u64 read;		/* of what it has received */
	/* how it is made */
	u32 mss;
	u32 burst;		/* bytes in one packet: more than mss is GSO */
	bool nagle;
	bool ragged;		/* segments of any length */
	bool delays;		/* delayed ACK */
	bool strict;		/* drops what ends beyond its window */
	bool probes_with_data;
	bool whole;		/* one message in one write */
	u32 write_max;		/* bytes in one write, otherwise */
	u32 write_pause;
	u32 buffer;		/* bytes of the receive buffer */
	u32 read_max;		/* bytes in one read, 0: all at once */
	u32 flight;		/* bytes under way at most */
	s8 scale;
	/* sender */
	u32 iss;
	u64 una, nxt, max;
	u64 edge;		/* of the other end's window */
	u64 wl_seq;
	u32 wl_window;
	u32 duplicates;
	u32 rto;
	u64 rto_at, persist_at, write_at, delayed_at, keepalive_at;
	bool established;
	u64 timeouts;		/* that RTO fired */
	/* receiver */
	u32 irs;
	u64 rcv;
	u64 last_ack_rcv;	/* rcv when the last ACK was sent */
	u8 *got;		/* which bytes after rcv have arrived */
	u64 got_room;
	u64 fin_at;
	bool fin_known;
	u64 advertised;
	u32 unacked_segments;
	bool dead;		/* got or sent an RST */
};

struct model_packet {
	struct model_packet *next;
	u64 due;
	struct sip_tcp_segment segment;
	u8 bytes[];
};

/* Chances out of a thousand. */
struct model_link {
	u32 lose;
	u32 reorder;
	u32 duplicate;
	u32 cut;
	u32 merge;
	u32 delay;
	struct model_packet *queue;
};

/* The contents of the connection, and how it ends */
enum model_kind {
	MODEL_MESSAGES,		/* messages from both ends */
	MODEL_FOREIGN,		/* one end does not begin with a message */
	MODEL_BROKEN,		/* a protocol error in the middle */
	MODEL_UNFINISHED,	/* FIN inside of a message */
	MODEL_ABORT,		/* an end resets the connection */
	MODEL_SILENT,		/* messages that are never changed */
	MODEL_KINDS,
};

struct model {
	/* decisions */
	u64 random;
	const u8 *bytes;
	size_t bytes_left;
	bool by_bytes;
	/* what is asked for */
	enum model_kind kind;
	u32 messages;		/* of each end */
	u32 message_max;
	u32 fail_memory;	/* out of a thousand */
	bool calm;		/* the network does nothing wrong */
	bool trace;		/* tell each segment */
	bool plain;		/* nothing stands between the two */
	u64 patience;
	u64 patient_from;	/* time of the last decision of a fuzzer */
	size_t bytes_decided;	/* bytes it had left then */
	/* the world */
	u64 now;
	struct model_end end[2];
	struct model_link link[4];	/* 0>s, s>1, 1>s, s>0 */
	struct sip_tcp *tcp;
	struct model_bytes expected[2];
	u64 consumed[2];	/* original bytes the reader has had */
	bool changed;
	bool bypassed;
	bool must_reset;
	bool was_reset;
	u32 last_ack[2];
	bool has_ack[2];
	u8 *out;
	s64 charged;
	s64 charged_max;
	u64 segments;
	u64 reasons[SIP_TCP_REASON_MAX];
	char wrong[200];	/* empty: nothing */
};

/* model_end.c */
void end_open(struct model *model, unsigned int side);
void end_receive(struct model *model, unsigned int side,
		 const struct sip_tcp_segment *segment);
void end_run(struct model *model, unsigned int side);
u64 end_next(const struct model *model, unsigned int side);
void end_abort(struct model *model, unsigned int side);
bool end_done(const struct model *model, unsigned int side);

/* model_net.c */
void net_send(struct model *model, unsigned int link,
	      const struct sip_tcp_segment *segment);
void net_run(struct model *model);
u64 net_next(const struct model *model);
void net_free(struct model *model);

/* model.c */
u32 model_below(struct model *model, u32 limit);
bool model_chance(struct model *model, u32 thousandth);
void model_wrong(struct model *model, const char *format, ...);
void model_append(struct model_bytes *bytes, const u8 *from, u64 len);
extern const struct sip_tcp_reader model_reader;
/* Messages of one end, as the kind asks. */
void model_write(struct model *model, unsigned int side);

void model_bypass(struct model *model);

/* model_world.c */
void model_random(struct model *model);	/* chooses ends and links */
const char *model_run(struct model *model);	/* NULL is good */

/* Memory that tcp/ holds, and one allocation that is to fail. */
extern s64 model_blocks;
extern struct model *model_failing;
extern s64 model_fail_at;	/* how many succeed before one fails; -1 none */

#endif /* _MODEL_H */

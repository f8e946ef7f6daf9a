// SPDX-License-Identifier: GPL-2.0-only
/*
 * A small TCP end: RFC 9293 with RTO, fast retransmit, Nagle, delayed ACK,
 * window probes; where it has a choice it does as Linux does.
 */
#include "model.h"

static u32 seq_of(const struct model_end *end, u64 offset)
{
	return end->iss + 1 + (u32)offset;
}

static u64 received_offset(const struct model_end *end, u32 seq)
{
	return end->rcv + (u64)(s64)(s32)(seq - end->irs - 1 - (u32)end->rcv);
}

static u64 acked_offset(const struct model_end *end, u32 ack)
{
	return end->una + (u64)(s64)(s32)(ack - end->iss - 1 - (u32)end->una);
}

static u32 effective_scale(const struct model *model, unsigned int side)
{
	if (model->end[0].scale < 0 || model->end[1].scale < 0)
		return 0;
	return (u32)model->end[side].scale;
}

/* The window never shrinks, and opens by an MSS or half a buffer at least. */
static u16 window_of(struct model *model, unsigned int side)
{
	struct model_end *end = &model->end[side];
	u32 scale = effective_scale(model, side);
	u64 used = end->rcv - end->read, edge, room, least;

	room = used < end->buffer ? end->buffer - used : 0;
	edge = end->rcv + room;
	least = end->mss < end->buffer / 2 ? end->mss : end->buffer / 2;
	if (edge < end->advertised + least)
		edge = end->advertised;
	if (edge < end->rcv)
		edge = end->rcv;
	room = (edge - end->rcv) >> scale;
	if (room > 65535)
		room = 65535;
	if (end->rcv + (room << scale) > end->advertised)
		end->advertised = end->rcv + (room << scale);
	return (u16)room;
}

static void send_segment(struct model *model, unsigned int side, u32 seq,
			 const u8 *payload, u32 len, u8 flags)
{
	struct model_end *end = &model->end[side];
	struct sip_tcp_segment segment = {
		.seq = seq, .payload = payload, .len = len, .wscale = -1,
		.flags = flags | SIP_TCP_ACK,
		.ack = end->irs + 1 + (u32)end->rcv,
		.window = window_of(model, side),
	};

	end->last_ack_rcv = end->rcv;
	end->unacked_segments = 0;
	end->delayed_at = 0;
	net_send(model, side * 2, &segment);
}

static void send_ack(struct model *model, unsigned int side)
{
	struct model_end *end = &model->end[side];

	send_segment(model, side, seq_of(end, end->nxt), NULL, 0, 0);
}

void end_open(struct model *model, unsigned int side)
{
	struct model_end *end = &model->end[side];
	struct sip_tcp_segment segment = {
		.seq = end->iss, .flags = SIP_TCP_SYN, .wscale = end->scale,
		.window = end->buffer > 65535 ? 65535 : (u16)end->buffer,
	};

	if (side) {
		segment.flags |= SIP_TCP_ACK;
		segment.ack = end->irs + 1;
		if (model->end[0].scale < 0)
			segment.wscale = -1;
	}
	end->advertised = segment.window;
	end->rto = MODEL_RTO;
	end->rto_at = model->now + MODEL_RTO;
	net_send(model, side * 2, &segment);
}

/* One segment from an offset on; false when there is nothing to send. */
static u64 send_from(struct model *model, unsigned int side, u64 from, u64 to)
{
	struct model_end *end = &model->end[side];
	u64 len = to - from, most = end->burst;
	u8 flags = 0;

	if (end->ragged)
		most = 1 + model_below(model, end->mss);
	if (len > most)
		len = most;
	if (end->closes && from + len == end->data.len &&
	    end->written == end->data.len)
		flags = SIP_TCP_FIN;
	if (len)
		flags |= SIP_TCP_PSH;
	send_segment(model, side, seq_of(end, from), end->data.at + from,
		     (u32)len, flags);
	return from + len + !!(flags & SIP_TCP_FIN);
}

static void sent_to(struct model *model, struct model_end *end, u64 to)
{
	if (to > end->nxt)
		end->nxt = to;
	if (to > end->max)
		end->max = to;
	if (!end->rto_at)
		end->rto_at = model->now + end->rto;
}

static bool fin_wanted(const struct model_end *end)
{
	return end->closes && end->written == end->data.len &&
	       end->nxt == end->data.len;
}

static void output(struct model *model, unsigned int side)
{
	struct model_end *end = &model->end[side];

	while (end->established && !end->dead) {
		u64 to = end->written;

		if (to > end->una + end->flight)
			to = end->una + end->flight;
		if (to > end->edge)
			to = end->edge;
		if (to <= end->nxt) {
			if (!fin_wanted(end))
				break;
			to = end->nxt;
		} else if (end->nagle && to - end->nxt < end->mss &&
			   end->una < end->nxt && !end->closes) {
			break;
		} else if (end->nagle && to - end->nxt < end->mss &&
			   end->una < end->nxt && to < end->written) {
			break;
		}
		sent_to(model, end, send_from(model, side, end->nxt, to));
	}
	if (end->established && end->una == end->nxt && !end->persist_at &&
	    end->nxt < end->written && end->edge <= end->nxt)
		end->persist_at = model->now + end->rto;
}

static void take_ack(struct model *model, unsigned int side,
		     const struct sip_tcp_segment *segment)
{
	struct model_end *end = &model->end[side];
	u64 ack = acked_offset(end, segment->ack);
	u64 seq = received_offset(end, segment->seq), edge;
	u32 window = segment->window;

	if (!(segment->flags & SIP_TCP_SYN))
		window <<= effective_scale(model, !side);
	if ((s64)ack > (s64)end->max) {
		model_wrong(model, "end %u: ACK of what was not sent", side);
		return;
	}
	if ((s64)ack < (s64)end->una)
		return;
	edge = ack + window;
	if (ack > end->una) {
		end->una = ack;
		if (end->nxt < ack)
			end->nxt = ack;
		end->duplicates = 0;
		end->rto = MODEL_RTO;
		end->rto_at = end->una < end->max ? model->now + end->rto : 0;
		end->persist_at = 0;
	} else if (!segment->len && end->una < end->max &&
		   window == end->wl_window &&
		   !(segment->flags & SIP_TCP_FIN)) {
		if (++end->duplicates == 3) {
			u64 to = end->max < end->written ? end->max :
							   end->written;

			if (to > end->una + end->mss)
				to = end->una + end->mss;
			if (to >= end->una)
				send_from(model, side, end->una, to);
		}
	} else if ((s64)seq < (s64)end->wl_seq ||
		   (seq == end->wl_seq && edge <= end->edge)) {
		return;
	}
	if (edge > end->edge)
		end->persist_at = 0;
	end->wl_seq = seq;
	end->wl_window = window;
	end->edge = edge;
}

/* A byte that was accepted must be the one expected. */
static void take_byte(struct model *model, unsigned int side, u64 offset,
		      u8 byte)
{
	const struct model_bytes *expected = &model->expected[!side];

	if (offset >= expected->len || expected->at[offset] != byte)
		model_wrong(model, "end %u: wrong byte at %llu", side,
			    (unsigned long long)offset);
}

static void take_data(struct model *model, unsigned int side,
		      const struct sip_tcp_segment *segment, u64 from)
{
	struct model_end *end = &model->end[side];
	u64 at, top = end->advertised, to = from + segment->len;

	if (to > end->got_room) {
		u64 room = to * 2 + 4096;

		end->got = realloc(end->got, room);
		if (!end->got)
			abort();
		memset(end->got + end->got_room, 0, room - end->got_room);
		end->got_room = room;
	}
	for (at = (s64)from < (s64)end->rcv ? end->rcv : from;
	     (s64)at < (s64)to && at < top; at++) {
		take_byte(model, side, at, segment->payload[at - from]);
		end->got[at] = 1;
	}
	while (end->rcv < end->got_room && end->got[end->rcv])
		end->rcv++;
	if (segment->flags & SIP_TCP_FIN) {
		end->fin_known = true;
		end->fin_at = to;
	}
	if (end->fin_known && end->rcv == end->fin_at)
		end->rcv++;
}

static void acknowledge(struct model *model, unsigned int side, u64 from,
			u64 before, const struct sip_tcp_segment *segment)
{
	struct model_end *end = &model->end[side];
	u32 numbers = segment->len + !!(segment->flags & SIP_TCP_FIN);

	if (!numbers)
		return;
	end->unacked_segments++;
	if (from != before || end->rcv == before || !end->delays ||
	    end->unacked_segments >= 2 || segment->flags & SIP_TCP_FIN)
		send_ack(model, side);
	else if (!end->delayed_at)
		end->delayed_at = model->now + MODEL_DELAYED;
}

static void answer_rst(struct model *model, unsigned int side,
		       const struct sip_tcp_segment *segment)
{
	struct sip_tcp_segment rst = {
		.flags = SIP_TCP_RST, .seq = segment->ack, .wscale = -1,
	};

	if (segment->flags & SIP_TCP_RST)
		return;
	if (!(segment->flags & SIP_TCP_ACK)) {
		rst.flags |= SIP_TCP_ACK;
		rst.seq = 0;
		rst.ack = segment->seq + 1;	/* of a SYN */
	}
	net_send(model, side * 2, &rst);
}

static void die(struct model_end *end)
{
	end->dead = true;
	end->rto_at = 0;
	end->persist_at = 0;
	end->delayed_at = 0;
	end->keepalive_at = 0;
}

/* RFC 5961 section 3.2 */
static void take_rst(struct model *model, unsigned int side, u64 from)
{
	struct model_end *end = &model->end[side];

	if (from == end->rcv) {
		if (model->kind != MODEL_ABORT && !model->must_reset)
			model_wrong(model, "end %u: an RST", side);
		model->was_reset = true;
		die(end);
	} else if (from > end->rcv && from < end->advertised + 1) {
		send_ack(model, side);
	}
}

static void take_syn(struct model *model, unsigned int side,
		     const struct sip_tcp_segment *segment)
{
	struct model_end *end = &model->end[side];

	if (end->established) {
		send_ack(model, side);	/* our last ACK was lost */
		return;
	}
	if (segment->window > SIP_TCP_WINDOW && !model->plain)
		model_wrong(model, "end %u: window of SYN", side);
	end->irs = segment->seq;
	end->edge = segment->window;
	end->wl_seq = 0;
	end->wl_window = segment->window;
	if (side) {
		end_open(model, side);
		return;
	}
	if (!(segment->flags & SIP_TCP_ACK) || segment->ack != end->iss + 1)
		return;
	end->established = true;
	end->rto_at = 0;
	end->write_at = model->now;
	send_ack(model, side);
	output(model, side);
}

static bool acceptable(const struct model_end *end, u64 from, u64 to)
{
	if ((s64)to < (s64)end->last_ack_rcv ||
	    (s64)from > (s64)end->advertised)
		return false;
	return !end->strict || (s64)to <= (s64)end->advertised + 1;
}

void end_receive(struct model *model, unsigned int side,
		 const struct sip_tcp_segment *segment)
{
	struct model_end *end = &model->end[side];
	u64 from, to, before = end->rcv;

	if (end->dead) {
		answer_rst(model, side, segment);
		return;
	}
	if (segment->flags & SIP_TCP_SYN) {
		take_syn(model, side, segment);
		return;
	}
	if (!end->established && !side) {
		/* refused: RFC 9293 section 3.10.7.3 */
		if (segment->flags & SIP_TCP_RST &&
		    segment->flags & SIP_TCP_ACK &&
		    segment->ack == end->iss + 1)
			take_rst(model, side, end->rcv);
		return;
	}
	from = received_offset(end, segment->seq);
	to = from + segment->len;
	if (segment->flags & SIP_TCP_RST) {
		take_rst(model, side, from);
		return;
	}
	if (!end->established) {
		/* Linux: a keepalive does not complete the handshake */
		if (segment->ack != end->iss + 1 || from != end->rcv) {
			send_ack(model, side);
			return;
		}
		end->established = true;
		end->rto_at = 0;
		end->write_at = model->now;
	}
	if (!acceptable(end, from, to)) {
		send_ack(model, side);
		return;
	}
	take_ack(model, side, segment);
	if (segment->len || segment->flags & SIP_TCP_FIN)
		take_data(model, side, segment, from);
	acknowledge(model, side, from, before, segment);
	output(model, side);
}

/* Return: the end of the message that is written next. */
static u64 message_end(struct model_end *end)
{
	u64 at, count = end->ends.len / sizeof(at);

	while (end->next_end < count) {
		memcpy(&at, end->ends.at + end->next_end++ * sizeof(at),
		       sizeof(at));
		if (at > end->written && at <= end->data.len)
			return at;
	}
	return end->data.len;
}

static void write_some(struct model *model, unsigned int side)
{
	struct model_end *end = &model->end[side];
	u64 len = end->whole ? message_end(end) - end->written :
			       1 + model_below(model, end->write_max);

	if (len > end->data.len - end->written)
		len = end->data.len - end->written;
	end->written += len;
	end->write_at = end->written < end->data.len ?
			model->now + model_below(model, end->write_pause + 1) :
			0;
	output(model, side);
}

static void read_some(struct model *model, unsigned int side)
{
	struct model_end *end = &model->end[side];
	u64 had = end->rcv - (end->fin_known && end->rcv > end->fin_at);
	u64 len = had - end->read, before = end->advertised;

	if (end->read_max && len > end->read_max)
		len = end->read_max;
	end->read += len;
	if (!end->established || !len || end->dead)
		return;
	window_of(model, side);
	if (end->advertised >= before + end->buffer / 2 ||
	    (before == end->rcv && end->advertised > before))
		send_ack(model, side);
}

static void timeout(struct model *model, unsigned int side)
{
	struct model_end *end = &model->end[side];

	end->rto = end->rto * 2 < MODEL_RTO_MAX ? end->rto * 2 : MODEL_RTO_MAX;
	end->rto_at = model->now + end->rto;
	end->timeouts++;
	if (model->trace)
		printf("%7llu end %u: RTO\n",
		       (unsigned long long)model->now, side);
	if (!end->established) {
		if (side == 0 || end->irs) {
			u32 rto = end->rto;

			end_open(model, side);
			end->rto = rto;
			end->rto_at = model->now + rto;
		}
		return;
	}
	if (end->una >= end->max) {
		end->rto_at = 0;
		return;
	}
	/* all of it again, cut as it comes */
	end->nxt = end->una;
	end->duplicates = 0;
	if (end->edge <= end->una && end->una < end->written)
		sent_to(model, end, send_from(model, side, end->una,
					      end->una + 1));
	output(model, side);
	if (end->nxt < end->max)
		end->nxt = end->max;
}

static void persist(struct model *model, unsigned int side)
{
	struct model_end *end = &model->end[side];

	end->persist_at = 0;
	if (end->una != end->nxt || end->edge > end->nxt)
		return;
	end->persist_at = model->now + end->rto;
	if (end->probes_with_data)
		sent_to(model, end, send_from(model, side, end->nxt,
					      end->nxt + 1));
	else
		send_segment(model, side, seq_of(end, end->una) - 1, NULL, 0,
			     0);
}

static void keepalive(struct model *model, unsigned int side)
{
	struct model_end *end = &model->end[side];
	static const u8 garbage = 0xee;

	end->keepalive_at = model->now + 500;
	if (end->established && end->una == end->max)
		send_segment(model, side, seq_of(end, end->nxt) - 1, &garbage,
			     model_below(model, 2), 0);
}

static bool is_due(const struct model *model, u64 at)
{
	return at && at <= model->now;
}

void end_run(struct model *model, unsigned int side)
{
	struct model_end *end = &model->end[side];

	if (end->dead)
		return;
	read_some(model, side);
	if (is_due(model, end->write_at))
		write_some(model, side);
	if (is_due(model, end->delayed_at))
		send_ack(model, side);
	if (is_due(model, end->rto_at))
		timeout(model, side);
	if (is_due(model, end->persist_at))
		persist(model, side);
	if (is_due(model, end->keepalive_at))
		keepalive(model, side);
}

static u64 earlier(u64 a, u64 b)
{
	return !a || (b && b < a) ? b : a;
}

u64 end_next(const struct model *model, unsigned int side)
{
	const struct model_end *end = &model->end[side];
	u64 next = 0;

	if (end->dead)
		return 0;
	next = earlier(next, end->write_at);
	next = earlier(next, end->delayed_at);
	next = earlier(next, end->rto_at);
	next = earlier(next, end->persist_at);
	next = earlier(next, end->keepalive_at);
	if (end->read < end->rcv - (end->fin_known && end->rcv > end->fin_at))
		next = earlier(next, model->now + 5);
	return next;
}

void end_abort(struct model *model, unsigned int side)
{
	struct model_end *end = &model->end[side];

	if (end->dead)
		return;
	/* an end that has seen no SYN has no connection to reset */
	if (end->established || (side && end->irs))
		send_segment(model, side, seq_of(end, end->max), NULL, 0,
			     SIP_TCP_RST);
	die(end);
}

/* All was sent, and all that the other will send is here. */
bool end_done(const struct model *model, unsigned int side)
{
	const struct model_end *end = &model->end[side];

	return end->una == end->data.len + 1 && end->fin_known &&
	       end->rcv == end->fin_at + 1;
}

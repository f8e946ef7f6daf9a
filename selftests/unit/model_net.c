// SPDX-License-Identifier: GPL-2.0-only
/*
 * The links, and the stream between them.
 */
#include <tcp/engine.h>
#include "model.h"

static void enqueue(struct model *model, unsigned int link,
		    const struct sip_tcp_segment *segment)
{
	struct model_link *way = &model->link[link];
	struct model_packet *packet, **at = &way->queue;

	if (!model->calm && model_chance(model, way->lose))
		return;
	packet = malloc(sizeof(*packet) + segment->len);
	if (!packet)
		abort();
	packet->segment = *segment;
	if (segment->len)
		memcpy(packet->bytes, segment->payload, segment->len);
	packet->segment.payload = packet->bytes;
	packet->due = model->now + 1 + way->delay;
	if (!model->calm && model_chance(model, way->reorder))
		packet->due += 1 + model_below(model, 60);
	while (*at && (*at)->due <= packet->due)
		at = &(*at)->next;
	packet->next = *at;
	*at = packet;
}

/* GRO merges a packet with the one before it. */
static bool merged(struct model *model, unsigned int link,
		   const struct sip_tcp_segment *segment)
{
	struct model_link *way = &model->link[link];
	struct model_packet **at = &way->queue, *last, *packet;
	u32 len;

	if (!*at || !segment->len || !model_chance(model, way->merge))
		return false;
	while ((*at)->next)
		at = &(*at)->next;
	last = *at;
	len = last->segment.len + segment->len;
	if (!last->segment.len || len > 65535 ||
	    last->segment.seq + last->segment.len != segment->seq ||
	    last->segment.ack != segment->ack ||
	    last->segment.window != segment->window ||
	    (last->segment.flags | SIP_TCP_PSH) !=
	    (segment->flags | SIP_TCP_PSH))
		return false;
	packet = realloc(last, sizeof(*packet) + len);
	if (!packet)
		abort();
	*at = packet;
	memcpy(packet->bytes + packet->segment.len, segment->payload,
	       segment->len);
	packet->segment.len = len;
	packet->segment.payload = packet->bytes;
	return true;
}

/* A packet of more than the receiver's MSS is cut by the sending device; any
 * may be cut by a link.
 */
void net_send(struct model *model, unsigned int link,
	      const struct sip_tcp_segment *segment)
{
	struct model_link *way = &model->link[link];
	struct sip_tcp_segment part = *segment;
	u32 left = segment->len, most = model->end[link < 2].mss;
	u8 fin = segment->flags & SIP_TCP_FIN;
	int times = 1 + (!model->calm && model_chance(model, way->duplicate));

	if (!(link & 1) && model->end[link / 2].burst > most)
		most = model->end[link / 2].burst;
	do {
		part.len = left < most ? left : most;
		if (part.len > 1 && model_chance(model, way->cut))
			part.len = 1 + model_below(model, part.len - 1);
		left -= part.len;
		part.flags = segment->flags & (u8)~SIP_TCP_FIN;
		if (!left)
			part.flags |= fin;
		if (times > 1 || !merged(model, link, &part))
			enqueue(model, link, &part);
		if (times > 1)
			enqueue(model, link, &part);
		if (part.len)
			part.payload += part.len;
		part.seq += part.len;
	} while (left);
}

/* Only expected bytes depart, or bytes that the receiver already has. */
static void check_payload(struct model *model, unsigned int side,
			  const struct sip_tcp_segment *segment)
{
	const struct model_end *receiver = &model->end[!side];
	const struct model_bytes *expected = &model->expected[side];
	s64 from = (s32)(segment->seq - receiver->irs - 1 -
			 (u32)receiver->rcv) + (s64)receiver->rcv;
	u32 i;

	if (segment->flags & (SIP_TCP_SYN | SIP_TCP_RST)) {
		if (segment->len)
			model_wrong(model, "data on a SYN or RST");
		return;
	}
	if (segment->len == 1 && !segment->payload[0] &&
	    from < (s64)receiver->rcv)
		return;		/* a probe */
	if (model->bypassed && segment->len == 1 && from < (s64)receiver->rcv)
		return;		/* a keepalive of the sender */
	for (i = 0; i < segment->len; i++) {
		s64 at = from + i;

		if (at < 0 || (u64)at >= expected->len ||
		    expected->at[at] != segment->payload[i]) {
			model_wrong(model, "side %u: byte at %lld leaves",
				    side, (long long)at);
			return;
		}
	}
	if (receiver->strict && segment->len &&
	    from + segment->len > (s64)receiver->advertised && !model->bypassed)
		model_wrong(model, "side %u: past the window", side);
}

static void check_header(struct model *model, unsigned int side,
			 const struct sip_tcp_segment *segment)
{
	if (!(segment->flags & SIP_TCP_ACK) ||
	    segment->flags & (SIP_TCP_SYN | SIP_TCP_RST))
		return;
	if (model->has_ack[side] && !model->bypassed &&
	    (s32)(segment->ack - model->last_ack[side]) < 0)
		model_wrong(model, "side %u: the ACK goes back", side);
	model->last_ack[side] = segment->ack;
	model->has_ack[side] = true;
}

static bool same_segment(const struct sip_tcp_segment *a,
			 const struct sip_tcp_segment *b)
{
	return a->seq == b->seq && a->ack == b->ack && a->window == b->window &&
	       a->flags == b->flags && a->len == b->len &&
	       (!a->len || a->payload == b->payload);
}

/* One line for each segment that comes by. */
static void trace(const struct model *model, unsigned int side,
		  const struct sip_tcp_segment *came,
		  const struct sip_tcp_segment *goes, unsigned int verdict,
		  unsigned int reason)
{
	const struct model_end *end = &model->end[side];
	const struct model_end *other = &model->end[!side];

	static const char format[] = "%s%d+%u ack %d win %u flags %02x";

	printf("%7llu ", (unsigned long long)model->now);
	printf(format, side ? "  < " : ">   ",
	       (s32)(came->seq - end->iss - 1), came->len,
	       (s32)(came->ack - other->iss - 1), came->window, came->flags);
	printf(format, " -> ", (s32)(goes->seq - end->iss - 1), goes->len,
	       (s32)(goes->ack - other->iss - 1), goes->window, goes->flags);
	printf(" verdict %u reason %u\n", verdict, reason);
}

static void pass_engine(struct model *model, unsigned int side,
			const struct sip_tcp_segment *came)
{
	struct sip_tcp_segment segment = *came;
	enum sip_tcp_reason reason = SIP_TCP_REASON_MAX;
	enum sip_tcp_verdict verdict;
	bool passes;

	model_failing = model;
	verdict = sip_tcp_input(model->tcp, model, side, &segment,
				model->out, 65535, &reason);
	model_failing = NULL;
	if (reason >= SIP_TCP_REASON_MAX) {
		model_wrong(model, "no reason");
		return;
	}
	model->reasons[reason]++;
	if (model->trace)
		trace(model, side, came, &segment, verdict, reason);
	if (reason == SIP_TCP_REASON_UNFINISHED)
		model->changed = true;
	if (!model->bypassed && (model->tcp->direction[0].raw ||
				 model->tcp->direction[1].raw))
		model_bypass(model);
	passes = verdict == SIP_TCP_PASS;
	if (verdict != SIP_TCP_DROP && passes != same_segment(came, &segment))
		model_wrong(model, "PASS and CHANGED mixed up");
	if (verdict == SIP_TCP_DROP) {
		if (reason == SIP_TCP_OK)
			model_wrong(model, "dropped without a reason");
		return;
	}
	if (verdict == SIP_TCP_RESET) {
		if (!model->changed)
			model_wrong(model, "reset, though nothing was changed");
		model->must_reset = true;
	}
	check_payload(model, side, &segment);
	check_header(model, side, &segment);
	net_send(model, side ? 3 : 1, &segment);
}

static void arrive(struct model *model, unsigned int link,
		   const struct sip_tcp_segment *segment)
{
	model->segments++;
	if (link & 1)
		end_receive(model, link == 1, segment);
	else if (model->plain)
		net_send(model, link + 1, segment);
	else
		pass_engine(model, link / 2, segment);
}

void net_run(struct model *model)
{
	unsigned int link;

	for (link = 0; link < 4; link++) {
		struct model_packet *packet;

		while ((packet = model->link[link].queue) &&
		       packet->due <= model->now && !model->wrong[0]) {
			model->link[link].queue = packet->next;
			arrive(model, link, &packet->segment);
			free(packet);
		}
	}
}

u64 net_next(const struct model *model)
{
	unsigned int link;
	u64 next = 0;

	for (link = 0; link < 4; link++) {
		const struct model_packet *packet = model->link[link].queue;

		if (packet && (!next || packet->due < next))
			next = packet->due;
	}
	return next;
}

void net_free(struct model *model)
{
	struct model_packet *packet;
	unsigned int link;

	for (link = 0; link < 4; link++) {
		while ((packet = model->link[link].queue)) {
			model->link[link].queue = packet->next;
			free(packet);
		}
	}
}

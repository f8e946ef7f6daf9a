// SPDX-License-Identifier: GPL-2.0-only
/*
 * Streams: what an SDP announces, what the other side is told instead, and
 * which pinholes follow from the two ends of a dialog.
 *
 * A pinhole towards one end comes from the stream that this end announced; its
 * source is the address the other end announced for the same stream, or, until
 * it has, the signalling peer (TS 24.229 annex F.5 wants it armed at the
 * offer).
 */
#include <linux/slab.h>
#include <linux/xxhash.h>

#include <sip_ims/call.h>

/* Ports nobody receives media on, however a message may beg. */
static bool service_port(u16 port)
{
	switch (port) {
	case 0 ... 1023:
	case 1433: case 1434: case 1521: case 1701: case 1723: case 1900:
	case 2049: case 2375: case 2376: case 3128: case 3268: case 3306:
	case 3389: case 3478: case 4500: case 5060: case 5061: case 5353:
	case 5355: case 5432: case 5900: case 5985: case 5986: case 6379:
	case 6443: case 8080: case 8443: case 9200: case 11211: case 27017:
		return true;
	default:
		return false;
	}
}

/**
 * sip_ims_address_set() - an address out of text
 * @addr: filled in; unused bytes are zero
 * @from: the decoded literal
 * @l3num: AF_INET or AF_INET6
 *
 * Return: false when @from is of another family, or a host name.
 */
bool sip_ims_address_set(union nf_inet_addr *addr,
			 const struct sip_address *from, u8 l3num)
{
	memset(addr, 0, sizeof(*addr));
	if (from->family == 4 && l3num == AF_INET)
		memcpy(&addr->ip, from->bytes, sizeof(addr->ip));
	else if (from->family == 6 && l3num == AF_INET6)
		memcpy(&addr->in6, from->bytes, sizeof(addr->in6));
	else
		return false;
	return true;
}

static bool address_any(const union nf_inet_addr *addr)
{
	return !memchr_inv(addr, 0, sizeof(*addr));
}

static u8 stream_l4proto(const struct sdp_media *media)
{
	switch (media->transport) {
	case SDP_TRANSPORT_RTP:
	case SDP_TRANSPORT_UDP:
		return IPPROTO_UDP;
	case SDP_TRANSPORT_TCP:
		return IPPROTO_TCP;
	default:
		return 0;
	}
}

/* RFC 3605: RTCP is one port up unless a=rtcp says otherwise. */
static u16 stream_rtcp_port(const struct sdp_media *media)
{
	if (media->transport != SDP_TRANSPORT_RTP || media->rtcp.text.len)
		return 0;
	if (media->rtcp_port)
		return media->rtcp_port;
	return media->port < 65535 ? media->port + 1 : 0;
}

static const struct sip_ims_stream *
stream_find(const struct sip_ims_stream *streams, u8 count,
	    const struct sip_ims_stream *like)
{
	u8 i;

	for (i = 0; i < count; i++) {
		if (streams[i].pool && streams[i].l4proto == like->l4proto &&
		    sip_ims_same_endpoint(&streams[i].local[SIP_IMS_RTP],
					  &like->local[SIP_IMS_RTP]))
			return &streams[i];
	}
	return NULL;
}

static void stream_map_ports(struct sip_ims_stream *stream, u16 port)
{
	stream->mapped[SIP_IMS_RTP].port = htons(port);
	if (stream->local[SIP_IMS_RTCP].port)
		stream->mapped[SIP_IMS_RTCP].port = htons(port + 1);
}

/**
 * sip_ims_stream_alloc() - give a stream a pair of public ports
 * @path: the packet; the address is what its sender is seen as
 * @stream: @local is set
 * @call: key hash of the call, for its media; 0 for anything else
 *
 * Return: 0, or an error that is counted.
 */
int sip_ims_stream_alloc(const struct sip_ims_path *path,
			 struct sip_ims_stream *stream, u64 call)
{
	struct sip_ims_net *sn = path->sn;
	int port = -ENOMEM;

	stream->mapped[SIP_IMS_RTP].addr = path->src_mapped.addr;
	if (stream->local[SIP_IMS_RTCP].port)
		stream->mapped[SIP_IMS_RTCP].addr = path->src_mapped.addr;

	stream->pool = sip_ims_pool_get(sn, path, &path->src_mapped.addr);
	if (stream->pool)
		port = sip_ims_pool_alloc(sn, stream->pool, stream->local,
					  call);
	if (port < 0) {
		stream->pool = NULL;
		if (port == -ENOSPC)
			sip_ims_refuse(sn, PORT_EXHAUSTED);
		else
			sip_ims_refuse(sn, NO_MEMORY);
		return port;
	}
	stream_map_ports(stream, port);
	return 0;
}

/* The addresses and ports of @like, for the components @stream has. */
static void stream_map(struct sip_ims_stream *stream,
		       const struct sip_ims_stream *like)
{
	stream->mapped[SIP_IMS_RTP].addr = like->mapped[SIP_IMS_RTP].addr;
	if (stream->local[SIP_IMS_RTCP].port)
		stream->mapped[SIP_IMS_RTCP].addr =
			like->mapped[SIP_IMS_RTP].addr;
	stream_map_ports(stream, ntohs(like->mapped[SIP_IMS_RTP].port));
}

/*
 * The pair of a stream that is already mapped stays; of two m= lines with the
 * same port (BUNDLE, RFC 9143) the first one owns it.
 */
static int stream_pair(struct sip_ims_plan *plan,
		       const struct sip_ims_path *path,
		       struct sip_ims_stream *stream)
{
	const struct sip_ims_party *party = plan->party;
	const struct sip_ims_stream *same;

	stream->edit = true;
	same = stream_find(plan->media, plan->count, stream);
	if (same) {
		stream_map(stream, same);
		return 0;
	}
	same = stream_find(party->streams, party->count, stream);
	if (same && nf_inet_addr_cmp(&same->mapped[SIP_IMS_RTP].addr,
				     &path->src_mapped.addr)) {
		stream->pool = same->pool;
		stream_map(stream, same);
		return 0;
	}
	return sip_ims_stream_alloc(path, stream, plan->session->key.hash);
}

/*
 * Media on another host than the sender of the SDP (a media gateway, F19) is
 * let through only from behind the router to the side that is not translated,
 * and only to where the signalling peer is.  All else could name a victim.
 */
static bool third_party_allowed(const struct sip_ims_path *path,
				const union nf_inet_addr *addr)
{
	const struct sip_ims_gate *gate = sip_ims_gate();

	if (!nf_inet_addr_cmp(&path->src.addr, &path->src_mapped.addr) ||
	    nf_inet_addr_cmp(&path->dst.addr, &path->dst_mapped.addr))
		return false;
	return gate && gate->same_side(path, addr, &path->src.addr);
}

/* RTP on 65535 has no port above it for RTCP. */
static bool stream_port_refused(const struct sdp_media *media,
				const struct sip_ims_stream *stream)
{
	u16 rtp = ntohs(stream->local[SIP_IMS_RTP].port);
	u16 rtcp = ntohs(stream->local[SIP_IMS_RTCP].port);

	if (media->transport == SDP_TRANSPORT_RTP && rtp == 65535 && !rtcp &&
	    !media->rtcp_mux)
		return true;
	return service_port(rtp) || (rtcp && service_port(rtcp));
}

static bool stream_refused(const struct sip_ims_path *path,
			   const struct sdp_media *media,
			   struct sip_ims_stream *stream)
{
	const union nf_inet_addr *addr = &stream->local[SIP_IMS_RTP].addr;

	if (stream_port_refused(media, stream)) {
		sip_ims_refuse(path->sn, SERVICE_PORT);
		return true;
	}
	if (nf_inet_addr_cmp(addr, &path->src.addr))
		return false;
	stream->third_party = true;
	if (third_party_allowed(path, addr))
		return false;
	sip_ims_refuse(path->sn, THIRD_PARTY);
	return true;
}

/*
 * Two phones behind the router call each other through a proxy outside: each
 * hears of a public port of ours, and the other phone is behind it.  Their
 * media turns round in the router.
 */
static bool stream_is_here(const struct sip_ims_plan *plan,
			   const struct sip_ims_path *path,
			   struct sip_ims_stream *stream)
{
	u64 call = plan->session->key.hash;
	struct sip_ims_endpoint local;

	if (nf_inet_addr_cmp(&path->dst.addr, &path->dst_mapped.addr) ||
	    !sip_ims_pool_owner(path, &stream->mapped[SIP_IMS_RTP], call,
				&local))
		return false;
	stream->here = true;
	stream->local[SIP_IMS_RTP] = local;
	if (!stream->mapped[SIP_IMS_RTCP].port ||
	    !sip_ims_pool_owner(path, &stream->mapped[SIP_IMS_RTCP], call,
				&local))
		memset(&local, 0, sizeof(local));
	stream->local[SIP_IMS_RTCP] = local;
	return true;
}

static bool pair_in(const struct sip_ims_stream *streams, u8 count,
		    const struct sip_ims_stream *pair)
{
	u8 i;

	for (i = 0; i < count; i++) {
		if (streams[i].pool == pair->pool &&
		    streams[i].mapped[0].port == pair->mapped[0].port)
			return true;
	}
	return false;
}

/* A stream on hold the old way (c=0.0.0.0) keeps what it had (RFC 3264 8.4). */
static void stream_hold(struct sip_ims_plan *plan, unsigned int index,
			struct sip_ims_stream *stream)
{
	const struct sip_ims_party *party = plan->party;

	if (index < party->count)
		*stream = party->streams[index];
	stream->edit = false;
	/* An m= line before this one may have taken the pair over. */
	if (stream->pool && pair_in(plan->media, plan->count, stream))
		stream->pool = NULL;
}

static int stream_prepare(struct sip_ims_plan *plan,
			  const struct sip_ims_path *path,
			  const struct sdp *sdp, unsigned int index)
{
	const struct sdp_media *media = &sdp->media[index];
	struct sip_ims_stream *stream = &plan->media[index];
	struct sip_ims_endpoint *rtp = &stream->local[SIP_IMS_RTP];
	struct sip_ims_endpoint *rtcp = &stream->local[SIP_IMS_RTCP];

	memset(stream, 0, sizeof(*stream));
	if (media->absurd_port)
		sip_ims_refuse(path->sn, SERVICE_PORT);
	stream->l4proto = stream_l4proto(media);
	if (!stream->l4proto || !media->port ||
	    !sip_ims_address_set(&rtp->addr,
				 &sdp_media_address(sdp, index)->address,
				 path->l3num)) {
		memset(stream, 0, sizeof(*stream));
		return 0;
	}
	if (address_any(&rtp->addr)) {
		stream_hold(plan, index, stream);
		return 0;
	}
	stream->mux = media->rtcp_mux;
	rtp->port = htons(media->port);
	rtcp->port = htons(stream_rtcp_port(media));
	if (rtcp->port)
		rtcp->addr = rtp->addr;
	memcpy(stream->mapped, stream->local, sizeof(stream->mapped));

	if (stream_is_here(plan, path, stream))
		return 0;
	if (stream_refused(path, media, stream)) {
		memset(stream, 0, sizeof(*stream));
		return 0;
	}
	if (stream->third_party ||
	    nf_inet_addr_cmp(&path->src.addr, &path->src_mapped.addr))
		return 0;
	return stream_pair(plan, path, stream);
}

/**
 * struct media_end - one end of a dialog, for the pinholes between two
 * @streams: what it announces
 * @count: entries in @streams
 * @addr: its signalling address
 * @hidden: the router translates its address
 */
struct media_end {
	const struct sip_ims_stream *streams;
	u8 count;
	const union nf_inet_addr *addr;
	bool hidden;
};

/* One stream of an end, if it is to be opened. */
static const struct sip_ims_stream *end_stream(const struct media_end *end,
					       unsigned int index)
{
	if (index >= end->count || !end->streams[index].l4proto)
		return NULL;
	return &end->streams[index];
}

/*
 * A hidden end is let out only from where it said it would be: its first
 * packet gets the public port that was announced for it.  Before it has said
 * anything, there is no such port, and it is left to the ruleset.
 */
static int want_component(struct sip_ims_plan *plan, unsigned int c,
			  const struct sip_ims_stream *to,
			  const struct media_end *from,
			  const struct sip_ims_stream *peer)
{
	struct sip_ims_pinhole want = {
		.l4proto = to->l4proto,
		.outer = to->mapped[c],
		.inner = to->local[c],
		.source = *from->addr,
	};

	if (!to->local[c].port ||
	    (c == SIP_IMS_RTCP && peer && to->mux && peer->mux))
		return 0;
	if (peer) {
		want.source = peer->local[SIP_IMS_RTP].addr;
		want.peer = peer->local[c];
		want.peer_mapped = peer->mapped[c];
	}
	if (from->hidden || (peer && peer->here)) {
		if (!want.peer.port)
			return 0;
		want.source_port = want.peer.port;
	}
	return sip_ims_pinhole_want(plan, &want);
}

static int want_towards(struct sip_ims_plan *plan, const struct media_end *to,
			const struct media_end *from)
{
	const struct sip_ims_stream *stream;
	unsigned int i, c;
	int err;

	for (i = 0; i < to->count; i++) {
		stream = end_stream(to, i);
		for (c = 0; stream && c < SIP_IMS_COMPONENTS; c++) {
			err = want_component(plan, c, stream, from,
					     end_stream(from, i));
			if (err)
				return err;
		}
	}
	return 0;
}

/* The streams of a party as they will be when the plan succeeds. */
static const struct sip_ims_stream *
party_streams(const struct sip_ims_plan *plan,
	      const struct sip_ims_party *party, u8 *count)
{
	if (party == plan->party) {
		*count = plan->count;
		return plan->media;
	}
	*count = party->count;
	return party->streams;
}

static int want_dialog(struct sip_ims_plan *plan, struct sip_ims_call *call,
		       const struct sip_ims_party *callee)
{
	struct media_end near = {
		.addr = &call->ends[0], .hidden = call->hidden[0],
	};
	struct media_end far = {
		.addr = &call->ends[1], .hidden = call->hidden[1],
	};
	int err;

	near.streams = party_streams(plan, &call->caller, &near.count);
	if (callee)
		far.streams = party_streams(plan, callee, &far.count);
	err = want_towards(plan, &near, &far);
	if (!err)
		err = want_towards(plan, &far, &near);
	if (!err && callee)
		err = sip_ims_target_want(plan, callee, near.addr);
	return err ?: sip_ims_target_want(plan, &call->caller, far.addr);
}

/**
 * sip_ims_media_want() - name all pinholes a call shall have
 * @plan: its session is @call, locked
 * @call: the call
 *
 * Return: 0, or an error that is counted.
 */
int sip_ims_media_want(struct sip_ims_plan *plan, struct sip_ims_call *call)
{
	struct sip_ims_dialog *dialog;
	bool any = false;
	int err;

	sip_ims_pinhole_compare(plan);
	list_for_each_entry(dialog, &call->dialogs, list) {
		if (dialog->ended)
			continue;
		any = true;
		err = want_dialog(plan, call, &dialog->callee);
		if (err)
			return err;
	}
	return any ? 0 : want_dialog(plan, call, NULL);
}

/*
 * Is it the same SDP again?  Who finds a collision of this quick hash only gets
 * his own last answer, so it need not resist anybody.
 */
static u64 media_hash(const struct sip_ims_path *path, const u8 *base,
		      const struct sdp *sdp)
{
	u64 seed = xxh64(&path->src_mapped.addr, sizeof(path->src_mapped.addr),
			 path->sn->secret.key[0]);

	return xxh64(base + sdp->body.off, sdp->body.len, seed) ?: 1;
}

/* Same bytes from the same address: a retransmission gets the same answer. */
static bool media_known(struct sip_ims_plan *plan,
			const struct sip_ims_party *party)
{
	if (party->sdp_hash != plan->sdp_hash)
		return false;
	memcpy(plan->media, party->streams,
	       party->count * sizeof(*party->streams));
	plan->count = party->count;
	return true;
}

static int media_streams(struct sip_ims_plan *plan,
			 const struct sip_ims_path *path,
			 const struct sdp *sdp)
{
	unsigned int i;
	int err;

	for (i = 0; i < sdp->count; i++) {
		err = stream_prepare(plan, path, sdp, i);
		if (err)
			return err;
		plan->count = i + 1;
	}
	plan->streams = kmemdup(plan->media, plan->count *
				sizeof(*plan->streams), GFP_ATOMIC);
	if (plan->count && !plan->streams) {
		sip_ims_refuse(path->sn, NO_MEMORY);
		return -ENOMEM;
	}
	return 0;
}

/**
 * sip_ims_media_prepare() - plan the streams of an SDP
 * @plan: its session is a call, locked
 * @path: the packet
 * @party: the end that sent the SDP
 * @base: first byte of the message
 * @sdp: the SDP
 *
 * Sets plan->party when something is to change.  After an error
 * sip_ims_plan_abort() gives everything back.
 *
 * Return: 0, or an error that is counted.
 */
int sip_ims_media_prepare(struct sip_ims_plan *plan,
			  const struct sip_ims_path *path,
			  struct sip_ims_party *party, const u8 *base,
			  const struct sdp *sdp)
{
	struct sip_ims_net *sn = path->sn;

	plan->sdp_hash = media_hash(path, base, sdp);
	if (media_known(plan, party))
		return 0;
	if (sdp->excess)
		sip_ims_refuse(sn, STREAMS_EXCESS);

	plan->party = party;
	return media_streams(plan, path, sdp);
}

/* Gives back the pairs of @streams that @kept does not have. */
static void pairs_free(struct sip_ims_net *sn,
		       const struct sip_ims_stream *streams, u8 count,
		       const struct sip_ims_stream *kept, u8 kept_count)
{
	u8 i;

	for (i = 0; i < count; i++) {
		if (streams[i].pool && !pair_in(kept, kept_count, &streams[i]))
			sip_ims_pool_free(sn, streams[i].pool,
					  streams[i].mapped[0].port);
	}
}

/**
 * sip_ims_media_commit() - the party now has the streams of the plan
 * @plan: its session is locked
 */
void sip_ims_media_commit(struct sip_ims_plan *plan)
{
	struct sip_ims_party *party = plan->party;

	if (!party)
		return;
	pairs_free(plan->session->sn, party->streams, party->count,
		   plan->streams, plan->count);
	kfree(party->streams);
	party->streams = plan->streams;
	party->count = plan->count;
	party->sdp_hash = plan->sdp_hash;
}

/**
 * sip_ims_media_abort() - give back what the plan took
 * @plan: its session is locked
 */
void sip_ims_media_abort(struct sip_ims_plan *plan)
{
	struct sip_ims_party *party = plan->party;

	if (!party)
		return;
	pairs_free(plan->session->sn, plan->media, plan->count,
		   party->streams, party->count);
	kfree(plan->streams);
}

/**
 * sip_ims_party_free() - free the streams of a party that goes
 * @sn: the namespace
 * @party: the party
 */
void sip_ims_party_free(struct sip_ims_net *sn, struct sip_ims_party *party)
{
	sip_ims_target_free(sn, party);
	pairs_free(sn, party->streams, party->count, NULL, 0);
	kfree(party->streams);
}

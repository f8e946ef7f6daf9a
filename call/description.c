// SPDX-License-Identifier: GPL-2.0-only
/*
 * Streams: what an SDP announces, and what the other side is told instead.
 */
#include <linux/slab.h>
#include <linux/xxhash.h>

#include <call/binding.h>
#include <call/call.h>
#include <call/description.h>
#include <call/target.h>
#include <path/address.h>
#include <path/path.h>
#include <path/xlat.h>
#include <session/counters.h>
#include <session/gate.h>
#include <session/net.h>
#include <session/pool.h>
#include <session/settings.h>

#include <sip_ims/sdp.h>
#include <sip_ims/sip.h>
#include <sip_ims/tcp.h>

/* Discard: the port of a stream whose sender will connect (RFC 4145 4.1). */
#define PORT_DISCARD	9

/**
 * struct media_work - one SDP on its way to a description
 * @path: the packet
 * @call: the call, locked
 * @last: what the same end said before, or NULL
 * @sdp: the SDP
 * @description: so far
 */
struct media_work {
	const struct sip_ims_path *path;
	struct sip_ims_call *call;
	const struct sip_ims_description *last;
	const struct sdp *sdp;
	struct sip_ims_description *description;
};

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

static void stream_map_ports(struct sip_ims_stream *stream, u16 port)
{
	stream->mapped[SIP_IMS_RTP].port = htons(port);
	if (stream->local[SIP_IMS_RTCP].port)
		stream->mapped[SIP_IMS_RTCP].port = htons(port + 1);
}

static int stream_bind(const struct media_work *work,
		       struct sip_ims_stream *stream)
{
	struct sip_ims_binding *binding;

	binding = sip_ims_binding_get(work->path, work->call, stream);
	if (IS_ERR(binding))
		return PTR_ERR(binding);
	stream->edit = true;
	stream->binding = binding;
	stream->mapped[SIP_IMS_RTP].addr = binding->mapped.addr;
	if (stream->local[SIP_IMS_RTCP].port)
		stream->mapped[SIP_IMS_RTCP].addr = binding->mapped.addr;
	stream_map_ports(stream, ntohs(binding->mapped.port));
	return 0;
}

/*
 * Media on another host than the sender of the SDP (a media gateway, F19) is
 * let through only from behind the router to the side that is not translated,
 * or to one beyond a translator device, and only to where the signalling peer
 * is.  All else could name a victim.
 */
static bool third_party_allowed(const struct sip_ims_path *path,
				const union nf_inet_addr *addr)
{
	const struct sip_ims_gate *gate = sip_ims_gate();

	if (sip_ims_source_hidden(path) ||
	    (!sip_ims_destination_hidden(path) && !sip_ims_xlat_is_trusted(path)))
		return false;
	return gate && gate->same_side(path, addr, &path->src.addr);
}

static bool address_refused(const struct sip_ims_path *path,
			    const union nf_inet_addr *addr, bool *third_party)
{
	if (nf_inet_addr_cmp(addr, &path->src.addr))
		return false;
	*third_party = true;
	if (third_party_allowed(path, addr))
		return false;
	sip_ims_refuse(path->sn, THIRD_PARTY);
	return true;
}

/* RTP on 65535 has no port above it for RTCP. */
static bool port_refused(const struct sdp_media *media,
			 const struct sip_ims_stream *stream)
{
	u16 rtp = ntohs(stream->local[SIP_IMS_RTP].port);
	u16 rtcp = ntohs(stream->local[SIP_IMS_RTCP].port);

	if (media->transport == SDP_TRANSPORT_RTP && rtp == 65535 && !rtcp &&
	    !media->rtcp_mux)
		return true;
	return service_port(rtp) || (rtcp && service_port(rtcp));
}

/*
 * Two IPv6 phones by a proxy of IPv4: what turns round in the router does so on
 * the other leg, where the port is one of this call's.
 */
static bool stream_is_beyond(const struct media_work *work,
			     const struct sip_ims_stream *stream)
{
	const struct sip_ims_endpoint *rtp = &stream->local[SIP_IMS_RTP];
	struct sip_ims_endpoint mapped = { .port = rtp->port }, local;
	const struct sip_ims_path *path = work->path;
	struct sip_address asked;

	if (path->xlat != SIP_IMS_XLAT_TO6)
		return false;
	sip_ims_address_unread(path, &rtp->addr, &asked);
	memcpy(&mapped.addr.ip, asked.bytes, sizeof(mapped.addr.ip));
	return asked.family == 4 &&
	       !sip_ims_pool_find_owner(path->sn, path->zone, AF_INET,
					&mapped, work->call->session.key.hash,
					&local);
}

static bool stream_refused(const struct media_work *work,
			   const struct sdp_media *media,
			   struct sip_ims_stream *stream)
{
	const struct sip_ims_path *path = work->path;

	if (port_refused(media, stream)) {
		sip_ims_refuse(path->sn, SERVICE_PORT);
		return true;
	}
	stream->third_party = stream_is_beyond(work, stream);
	return !stream->third_party &&
	       address_refused(path, &stream->local[SIP_IMS_RTP].addr,
			       &stream->third_party);
}

static bool may_be_direct(const struct media_work *work,
			  const struct sip_ims_stream *stream)
{
	const struct sip_ims_gate *gate = sip_ims_gate();
	const struct sip_ims_path *path = work->path;
	const struct sip_ims_settings *settings;

	settings = sip_ims_settings_find(path->sn, path->zone);
	return settings->local_media == SIP_IMS_SWITCH_ON && gate &&
	       gate->same_side(path, &stream->local[SIP_IMS_RTP].addr,
			       &path->dst_mapped.addr);
}

static bool mapped_is_here(const struct media_work *work,
			   const struct sip_ims_endpoint *mapped,
			   struct sip_ims_endpoint *local)
{
	const struct sip_ims_path *path = work->path;

	return !sip_ims_pool_find_owner(path->sn, path->zone, path->l3num,
					mapped, work->call->session.key.hash,
					local);
}

/*
 * Two phones behind the router call each other through a proxy outside: each
 * hears of a public port of ours, and the other phone is behind it.  Their
 * media goes directly, or turns round in the router.
 */
static bool stream_is_here(const struct media_work *work,
			   struct sip_ims_stream *stream)
{
	struct sip_ims_endpoint local;

	if (!sip_ims_destination_hidden(work->path) ||
	    !mapped_is_here(work, &stream->mapped[SIP_IMS_RTP], &local))
		return false;
	stream->here = true;
	stream->local[SIP_IMS_RTP] = local;
	if (!stream->mapped[SIP_IMS_RTCP].port ||
	    !mapped_is_here(work, &stream->mapped[SIP_IMS_RTCP], &local))
		memset(&local, 0, sizeof(local));
	stream->local[SIP_IMS_RTCP] = local;
	stream->direct = may_be_direct(work, stream);
	return true;
}

/*
 * A stream on hold the old way (c=0.0.0.0) keeps what it had (RFC 3264 section
 * 8.4), or only its ports when nothing is to be retained.
 */
static void stream_put_on_hold(const struct media_work *work, unsigned int index,
			       struct sip_ims_stream *stream)
{
	const struct sip_ims_settings *settings;

	memset(stream, 0, sizeof(*stream));
	if (work->last && index < work->last->count)
		*stream = work->last->streams[index];
	if (stream->binding)
		stream->binding->use++;
	stream->edit = false;
	stream->on_hold = true;
	settings = sip_ims_settings_find(work->path->sn, work->path->zone);
	if (settings->retain_hold == SIP_IMS_SWITCH_OFF) {
		stream->l4proto = 0;
		stream->off = true;
	}
}

/* The end that connects has no port of its own to be reached at. */
static bool stream_connects(const struct sdp_media *media)
{
	return media->transport == SDP_TRANSPORT_TCP &&
	       (media->setup == SDP_SETUP_ACTIVE ||
		media->port == PORT_DISCARD);
}

/* RFC 3605: RTCP is one port up unless a=rtcp says otherwise. */
static void stream_rtcp(const struct media_work *work,
			const struct sdp_media *media,
			struct sip_ims_stream *stream)
{
	struct sip_ims_endpoint *rtcp = &stream->local[SIP_IMS_RTCP];
	u16 port = media->rtcp_port;
	bool third_party;

	if (media->transport != SDP_TRANSPORT_RTP)
		return;
	rtcp->addr = stream->local[SIP_IMS_RTP].addr;
	if (!port && media->port < 65535)
		port = media->port + 1;
	/* Both on one port (RFC 5761): there is nothing else to open. */
	if (port == media->port)
		port = 0;
	if (media->rtcp.text.len &&
	    (!sip_ims_address_read(&rtcp->addr, &media->rtcp.address,
				  work->path) ||
	     (!nf_inet_addr_cmp(&rtcp->addr,
				&stream->local[SIP_IMS_RTP].addr) &&
	      address_refused(work->path, &rtcp->addr, &third_party))))
		port = 0;
	rtcp->port = htons(port);
	if (!port)
		memset(rtcp, 0, sizeof(*rtcp));
}

/* Which address and ports an m= line names; false for none to open. */
static bool stream_read(const struct media_work *work, unsigned int index,
			struct sip_ims_stream *stream)
{
	const struct sdp_media *media = &work->sdp->media[index];
	struct sip_ims_endpoint *rtp = &stream->local[SIP_IMS_RTP];

	memset(stream, 0, sizeof(*stream));
	if (media->absurd_port)
		sip_ims_refuse(work->path->sn, SERVICE_PORT);
	stream->off = !media->port;
	stream->on_hold = media->direction == SDP_SENDONLY ||
		       media->direction == SDP_INACTIVE;
	if (stream->off || !stream_l4proto(media) ||
	    !sip_ims_address_read(&rtp->addr, &sdp_media_address(work->sdp,
						 index)->address,
				 work->path)) {
		memset(rtp, 0, sizeof(*rtp));
		return false;
	}
	stream->l4proto = stream_l4proto(media);
	stream->mux = media->rtcp_mux;
	rtp->port = htons(stream_connects(media) ? 0 : media->port);
	if (rtp->port)
		stream_rtcp(work, media, stream);
	memcpy(stream->mapped, stream->local, sizeof(stream->mapped));
	return true;
}

static void stream_set_xlat(const struct sip_ims_path *path,
			    struct sip_ims_stream *stream)
{
	struct sip_address told;

	if (path->xlat == SIP_IMS_XLAT_TO4 &&
	    sip_ims_address_write(path, &stream->local[SIP_IMS_RTP].addr, &told))
		memcpy(&stream->across.ip, told.bytes,
		       sizeof(stream->across.ip));
}

static int stream_prepare(struct media_work *work, unsigned int index)
{
	const struct sdp_media *media = &work->sdp->media[index];
	struct sip_ims_stream *stream = &work->description->streams[index];
	const struct sip_ims_path *path = work->path;

	if (!stream_read(work, index, stream))
		return 0;
	if (address_any(&stream->local[SIP_IMS_RTP].addr)) {
		stream_put_on_hold(work, index, stream);
		return 0;
	}
	if (!stream->local[SIP_IMS_RTP].port || stream_is_here(work, stream))
		return 0;
	if (stream_refused(work, media, stream)) {
		memset(stream, 0, sizeof(*stream));
		return 0;
	}
	stream_set_xlat(path, stream);
	if (stream->third_party || !sip_ims_source_hidden(path))
		return 0;
	return stream_bind(work, stream);
}

static bool same_place(const struct sip_ims_stream *a,
		       const struct sip_ims_stream *b)
{
	return nf_inet_addr_cmp(&a->local[SIP_IMS_RTP].addr,
				&b->local[SIP_IMS_RTP].addr);
}

/*
 * The session's c= can only say one address: unless all streams that it counts
 * for are at the same phone, theirs turn round in the router.
 */
static void direct_together(struct media_work *work)
{
	struct sip_ims_description *description = work->description;
	struct sip_ims_stream *stream, *first = NULL;
	bool together = true;
	unsigned int i;

	for (i = 0; i < description->count; i++) {
		stream = &description->streams[i];
		if (work->sdp->media[i].connection.text.len ||
		    !work->sdp->media[i].port)
			continue;
		first = first ?: stream;
		together &= stream->direct && same_place(first, stream);
	}
	for (i = 0; i < description->count; i++) {
		stream = &description->streams[i];
		if (!work->sdp->media[i].connection.text.len && !together)
			stream->direct = false;
		if (stream->direct)
			sip_ims_count(work->path->sn,
				      SIP_IMS_A_STATS_LOCAL_MEDIA);
	}
}

static int media_streams(struct media_work *work)
{
	unsigned int i;
	int err;

	for (i = 0; i < work->sdp->count; i++) {
		/* what is not prepared yet must not be given back */
		work->description->count = i + 1;
		err = stream_prepare(work, i);
		if (err)
			return err;
	}
	if (sip_ims_destination_hidden(work->path))
		direct_together(work);
	return 0;
}

/**
 * sip_ims_media_hash() - is it the same SDP again?
 * @path: the packet
 * @base: first byte of the message
 * @sdp: the SDP
 *
 * Who finds a collision of this quick hash only gets his own last answer, so
 * it need not resist anybody.
 *
 * Return: a hash of the SDP and of the address its sender is seen as; never 0.
 */
u64 sip_ims_media_hash(const struct sip_ims_path *path, const u8 *base,
		       const struct sdp *sdp)
{
	const u32 *addr = path->src_mapped.addr.all;
	u64 seed = path->sn->secret.key[0];

	seed ^= (u64)(addr[0] ^ addr[2]) << 32 | (addr[1] ^ addr[3]);
	return xxh64(base + sdp->body.off, sdp->body.len, seed) ?: 1;
}

/**
 * sip_ims_media_describe() - the streams of an SDP
 * @path: the packet
 * @call: locked
 * @last: what the same end said before, or NULL
 * @base: first byte of the message
 * @sdp: the SDP
 * @hash: its sip_ims_media_hash()
 *
 * Return: a description with one reference, or an ERR_PTR() that is counted.
 */
struct sip_ims_description *
sip_ims_media_describe(const struct sip_ims_path *path,
		       struct sip_ims_call *call,
		       const struct sip_ims_description *last, const u8 *base,
		       const struct sdp *sdp, u64 hash)
{
	struct media_work work = {
		.path = path, .call = call, .last = last, .sdp = sdp,
	};
	struct sip_ims_description *description;
	int err;

	if (sdp->excess)
		sip_ims_refuse(path->sn, STREAMS_EXCESS);
	description = kmalloc(struct_size(description, streams, sdp->count),
			      GFP_ATOMIC);
	if (!description) {
		sip_ims_refuse(path->sn, NO_MEMORY);
		return ERR_PTR(-ENOMEM);
	}
	description->use = 1;
	description->count = 0;
	description->hash = hash;
	work.description = description;
	err = media_streams(&work);
	if (!err)
		return description;
	sip_ims_description_put(call, description);
	return ERR_PTR(err);
}

/**
 * sip_ims_description_put() - give a reference back
 * @call: locked, or nobody else holds it
 * @description: may be NULL; goes with the last reference
 */
void sip_ims_description_put(struct sip_ims_call *call,
			     struct sip_ims_description *description)
{
	unsigned int i;

	if (!description || --description->use)
		return;
	for (i = 0; i < description->count; i++) {
		if (description->streams[i].binding)
			sip_ims_binding_put(call,
					    description->streams[i].binding);
	}
	kfree(description);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Descriptions: what an SDP announces, and what is announced in its place.
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

/* The port of an end that will connect (RFC 4145 section 4.1). */
#define PORT_DISCARD	9

/**
 * struct describe_work - an SDP and the description that is made of it
 * @path: path of the packet
 * @call: the call, locked
 * @last: previous description of the same end, or NULL
 * @sdp: the SDP
 * @description: the description, as far as it is complete
 */
struct describe_work {
	const struct sip_ims_path *path;
	struct sip_ims_call *call;
	const struct sip_ims_description *last;
	const struct sdp *sdp;
	struct sip_ims_description *description;
};

/*
 * Ports of common services.  A message must not lead media to them, and so let
 * packets pass to a service that the ruleset protects.
 */
static bool is_service_port(u16 port)
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

static bool is_any_address(const union nf_inet_addr *addr)
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

static int stream_bind(const struct describe_work *work,
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
 * An SDP may announce another host than its sender: a media gateway next to the
 * proxy.  As any host could be the victim of such an SDP, the sender's address
 * must not be translated, the receiver must be behind NAT or the sender trusted
 * by a translator device, and the receiver must reach the host by the same
 * device as the sender.
 */
static bool third_party_is_allowed(const struct sip_ims_path *path,
				   const union nf_inet_addr *addr)
{
	const struct sip_ims_gate *gate = sip_ims_gate();

	if (sip_ims_source_hidden(path) ||
	    (!sip_ims_destination_hidden(path) &&
	     !sip_ims_xlat_is_trusted(path)))
		return false;
	return gate && gate->same_side(path, addr, &path->src.addr);
}

static int address_check(const struct sip_ims_path *path,
			 const union nf_inet_addr *addr, bool *third_party)
{
	if (nf_inet_addr_cmp(addr, &path->src.addr))
		return 0;
	*third_party = true;
	if (third_party_is_allowed(path, addr))
		return 0;
	sip_ims_refuse(path->sn, THIRD_PARTY);
	return -EPERM;
}

/* RTP on port 65535 has no next port for RTCP. */
static bool ports_are_forbidden(const struct sdp_media *media,
				const struct sip_ims_stream *stream)
{
	u16 rtp = ntohs(stream->local[SIP_IMS_RTP].port);
	u16 rtcp = ntohs(stream->local[SIP_IMS_RTCP].port);

	if (media->transport == SDP_TRANSPORT_RTP && rtp == 65535 && !rtcp &&
	    !media->rtcp_mux)
		return true;
	return is_service_port(rtp) || (rtcp && is_service_port(rtcp));
}

/*
 * Two IPv6 phones call each other through an IPv4 proxy: their media is
 * hairpinned on the other leg of this call, to which the port belongs.
 */
static bool stream_is_on_ipv4_leg(const struct describe_work *work,
				  const struct sip_ims_stream *stream)
{
	const struct sip_ims_endpoint *rtp = &stream->local[SIP_IMS_RTP];
	struct sip_ims_endpoint mapped = { .port = rtp->port }, local;
	const struct sip_ims_path *path = work->path;
	struct sip_address unread;

	if (path->xlat != SIP_IMS_XLAT_TO6)
		return false;
	sip_ims_address_unread(path, &rtp->addr, &unread);
	memcpy(&mapped.addr.ip, unread.bytes, sizeof(mapped.addr.ip));
	return unread.family == 4 &&
	       !sip_ims_pool_find_owner(path->sn, path->zone, AF_INET,
					&mapped, work->call->session.key.hash,
					&local);
}

static int stream_check(const struct describe_work *work,
			const struct sdp_media *media,
			struct sip_ims_stream *stream)
{
	const struct sip_ims_path *path = work->path;

	if (ports_are_forbidden(media, stream)) {
		sip_ims_refuse(path->sn, SERVICE_PORT);
		return -EPERM;
	}
	stream->third_party = stream_is_on_ipv4_leg(work, stream);
	if (stream->third_party)
		return 0;
	return address_check(path, &stream->local[SIP_IMS_RTP].addr,
			     &stream->third_party);
}

static bool may_be_direct(const struct describe_work *work,
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

static int find_own_port(const struct describe_work *work,
			 const struct sip_ims_endpoint *mapped,
			 struct sip_ims_endpoint *local)
{
	const struct sip_ims_path *path = work->path;

	return sip_ims_pool_find_owner(path->sn, path->zone, path->l3num,
				       mapped, work->call->session.key.hash,
				       local);
}

/*
 * Two phones behind the router call each other through a proxy outside, so the
 * SDP that reaches one phone names the public port of the other.  Their media
 * goes directly, or is hairpinned in the router.  Return: 0; -ENOENT if the SDP
 * does not name such a port.
 */
static int stream_resolve_own_port(const struct describe_work *work,
				   struct sip_ims_stream *stream)
{
	struct sip_ims_endpoint local;

	if (!sip_ims_destination_hidden(work->path) ||
	    find_own_port(work, &stream->mapped[SIP_IMS_RTP], &local))
		return -ENOENT;
	stream->own_port = true;
	stream->local[SIP_IMS_RTP] = local;
	if (!stream->mapped[SIP_IMS_RTCP].port ||
	    find_own_port(work, &stream->mapped[SIP_IMS_RTCP], &local))
		memset(&local, 0, sizeof(local));
	stream->local[SIP_IMS_RTCP] = local;
	stream->direct = may_be_direct(work, stream);
	return 0;
}

/*
 * A stream that is put on hold with c=0.0.0.0 (RFC 3264 section 8.4) names no
 * ports, so it retains its previous ones.  With retain-hold off it retains only
 * the binding, and its pinholes close.
 */
static void stream_put_on_hold(const struct describe_work *work,
			       unsigned int index,
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

/* An end that connects cannot be reached on the port of its m= line. */
static bool is_active_end(const struct sdp_media *media)
{
	return media->transport == SDP_TRANSPORT_TCP &&
	       (media->setup == SDP_SETUP_ACTIVE ||
		media->port == PORT_DISCARD);
}

/* RTCP uses the next port, unless a=rtcp names another one (RFC 3605). */
static void stream_read_rtcp(const struct describe_work *work,
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
	/* Both use one port (RFC 5761), which is that of RTP. */
	if (port == media->port)
		port = 0;
	if (media->rtcp.text.len &&
	    (!sip_ims_address_read(&rtcp->addr, &media->rtcp.address,
				   work->path) ||
	     (!nf_inet_addr_cmp(&rtcp->addr,
				&stream->local[SIP_IMS_RTP].addr) &&
	      address_check(work->path, &rtcp->addr, &third_party))))
		port = 0;
	rtcp->port = htons(port);
	if (!port)
		memset(rtcp, 0, sizeof(*rtcp));
}

/* Return: 0; -ENOENT if the m= line names no address and port to open. */
static int stream_read(const struct describe_work *work, unsigned int index,
		       struct sip_ims_stream *stream)
{
	const struct sdp_media *media = &work->sdp->media[index];
	const struct sdp_address *address = sdp_media_address(work->sdp, index);
	struct sip_ims_endpoint *rtp = &stream->local[SIP_IMS_RTP];

	memset(stream, 0, sizeof(*stream));
	if (media->absurd_port)
		sip_ims_refuse(work->path->sn, SERVICE_PORT);
	stream->off = !media->port;
	stream->on_hold = media->direction == SDP_SENDONLY ||
		       media->direction == SDP_INACTIVE;
	if (stream->off || !stream_l4proto(media) ||
	    !sip_ims_address_read(&rtp->addr, &address->address, work->path)) {
		memset(rtp, 0, sizeof(*rtp));
		return -ENOENT;
	}
	stream->l4proto = stream_l4proto(media);
	stream->mux = media->rtcp_mux;
	rtp->port = htons(is_active_end(media) ? 0 : media->port);
	if (rtp->port)
		stream_read_rtcp(work, media, stream);
	memcpy(stream->mapped, stream->local, sizeof(stream->mapped));
	return 0;
}

static void stream_set_xlat(const struct sip_ims_path *path,
			    struct sip_ims_stream *stream)
{
	struct sip_address written;

	if (path->xlat == SIP_IMS_XLAT_TO4 &&
	    sip_ims_address_write(path, &stream->local[SIP_IMS_RTP].addr,
				  &written))
		memcpy(&stream->xlat.ip, written.bytes,
		       sizeof(stream->xlat.ip));
}

static int stream_describe(struct describe_work *work, unsigned int index)
{
	const struct sdp_media *media = &work->sdp->media[index];
	struct sip_ims_stream *stream = &work->description->streams[index];
	const struct sip_ims_path *path = work->path;

	if (stream_read(work, index, stream))
		return 0;
	if (is_any_address(&stream->local[SIP_IMS_RTP].addr)) {
		stream_put_on_hold(work, index, stream);
		return 0;
	}
	if (!stream->local[SIP_IMS_RTP].port ||
	    !stream_resolve_own_port(work, stream))
		return 0;
	if (stream_check(work, media, stream)) {
		memset(stream, 0, sizeof(*stream));
		return 0;
	}
	stream_set_xlat(path, stream);
	if (stream->third_party || !sip_ims_source_hidden(path))
		return 0;
	return stream_bind(work, stream);
}

static bool is_same_host(const struct sip_ims_stream *a,
			 const struct sip_ims_stream *b)
{
	return nf_inet_addr_cmp(&a->local[SIP_IMS_RTP].addr,
				&b->local[SIP_IMS_RTP].addr);
}

/*
 * The session-level c= has one address.  Unless all streams without a c= of
 * their own are direct and go to the same phone, none of them can be direct.
 */
static void restrict_direct(struct describe_work *work)
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
		together &= stream->direct && is_same_host(first, stream);
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

static int describe_streams(struct describe_work *work)
{
	unsigned int i;
	int err;

	for (i = 0; i < work->sdp->count; i++) {
		/* After an error, put only initialised streams. */
		work->description->count = i + 1;
		err = stream_describe(work, i);
		if (err)
			return err;
	}
	if (sip_ims_destination_hidden(work->path))
		restrict_direct(work);
	return 0;
}

/**
 * sip_ims_description_hash() - compute a hash that recognises a repeated SDP
 * @path: path of the packet
 * @base: first byte of the message
 * @sdp: the SDP
 *
 * The hash need not be secure: a sender that finds a collision gets the
 * description of its own previous SDP.
 *
 * Context: any.
 * Return: a hash of the SDP and of the mapped address of its sender; never 0.
 */
u64 sip_ims_description_hash(const struct sip_ims_path *path, const u8 *base,
			     const struct sdp *sdp)
{
	const u32 *addr = path->src_mapped.addr.all;
	u64 seed = path->sn->secret.key[0];

	seed ^= (u64)(addr[0] ^ addr[2]) << 32 | (addr[1] ^ addr[3]);
	return xxh64(base + sdp->body.off, sdp->body.len, seed) ?: 1;
}

/**
 * sip_ims_description_create() - create the description of an SDP
 * @path: path of the packet
 * @call: the call, locked
 * @last: previous description of the same end, or NULL; streams on hold retain
 *	its ports
 * @sdp: the SDP
 * @hash: its sip_ims_description_hash()
 *
 * A stream that is refused (a port of a service, a third party) is empty: it is
 * counted, and opens nothing.
 *
 * Context: RCU read side, bottom halves off.
 * Return: a description with one reference, which the caller must put; an
 * ERR_PTR(), counted: -ENOMEM, or -ENOSPC without a free pair of ports.
 */
struct sip_ims_description *
sip_ims_description_create(const struct sip_ims_path *path,
			   struct sip_ims_call *call,
			   const struct sip_ims_description *last,
			   const struct sdp *sdp, u64 hash)
{
	struct describe_work work = {
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
	err = describe_streams(&work);
	if (!err)
		return description;
	sip_ims_description_put(call, description);
	return ERR_PTR(err);
}

/**
 * sip_ims_description_put() - drop a reference to a description
 * @call: its call, locked or without any reference to it
 * @description: the description, or NULL; freed with the last reference, and
 *	the references of its streams to bindings are dropped
 *
 * Context: any.
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

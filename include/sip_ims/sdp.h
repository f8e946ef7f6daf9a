/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * SDP (RFC 8866): the lines that name an address or a port.
 */
#ifndef _SIP_IMS_SDP_H
#define _SIP_IMS_SDP_H

#include <sip_ims/sip.h>

#define SDP_MEDIA_MAX		32u

/**
 * enum sdp_transport - what carries a stream, told from proto of the m= line
 * @SDP_TRANSPORT_OTHER: unknown: never mapped, never opened
 * @SDP_TRANSPORT_RTP: RTP/AVP, AVPF, SAVP, SAVPF and UDP/TLS/RTP/AVP(F): UDP,
 *	with an RTCP port beside it
 * @SDP_TRANSPORT_UDP: udp, udptl, UDP/DTLS/SCTP: one UDP port
 * @SDP_TRANSPORT_TCP: TCP, TCP/MSRP, TCP/TLS/MSRP, TCP/BFCP, ...: one TCP port
 */
enum sdp_transport {
	SDP_TRANSPORT_OTHER,
	SDP_TRANSPORT_RTP,
	SDP_TRANSPORT_UDP,
	SDP_TRANSPORT_TCP,
};

/**
 * struct sdp_address - a connection address (c=, o=, a=rtcp)
 * @text: the literal or host name; length 0 when the line is absent
 * @address: decoded; family 0 for a host name.  An IPv6 address in brackets
 *	is accepted
 */
struct sdp_address {
	struct sip_slice text;
	struct sip_address address;
};

/**
 * struct sdp_media - one m= line and what belongs to it
 * @transport: enum sdp_transport
 * @port: port of the m= line, host byte order; 0 = stream refused or removed
 * @port_text: its digits
 * @ports: number of ports ("m=audio 4000/2"), 1 when not given
 * @connection: the media-level c=; length 0 when the session's counts
 * @rtcp_port: from a=rtcp (RFC 3605), 0 when absent
 * @rtcp_text: its digits
 * @rtcp: address in a=rtcp, mostly absent
 * @rtcp_mux: a=rtcp-mux is there (RFC 5761)
 * @absurd_port: the port is a number below 0 or above 65535; @port is 0
 */
struct sdp_media {
	u8 transport;
	bool rtcp_mux;
	bool absurd_port;
	u16 port;
	u16 ports;
	u16 rtcp_port;
	struct sip_slice port_text;
	struct sip_slice rtcp_text;
	struct sdp_address connection;
	struct sdp_address rtcp;
};

/**
 * struct sdp - the facts of one session description
 * @body: where it stands in the message
 * @origin: address of the o= line
 * @connection: the session-level c=
 * @count: entries used in @media
 * @excess: m= lines past SDP_MEDIA_MAX, not in @media
 * @media: one for each m= line, in order
 */
struct sdp {
	struct sip_slice body;
	struct sdp_address origin;
	struct sdp_address connection;
	u8 count;
	u16 excess;
	struct sdp_media media[SDP_MEDIA_MAX];
};

enum sip_fault sdp_parse(const u8 *base, struct sip_slice body,
			 struct sdp *sdp);

/* The address that counts for stream @index: media level wins. */
static inline const struct sdp_address *
sdp_media_address(const struct sdp *sdp, unsigned int index)
{
	const struct sdp_address *own = &sdp->media[index].connection;

	return own->text.len ? own : &sdp->connection;
}

#endif /* _SIP_IMS_SDP_H */

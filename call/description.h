/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Descriptions: what one SDP of one end announces.
 */
#ifndef _CALL_DESCRIPTION_H
#define _CALL_DESCRIPTION_H

#include <path/path.h>

#include <session/pool.h>

#include <sip_ims/sdp.h>

struct sip_ims_call;

/**
 * enum sip_ims_end - the two ends of a dialog
 * @SIP_IMS_CALLER: the end that sent the first INVITE
 * @SIP_IMS_CALLEE: an end that responded to it
 * @SIP_IMS_ENDS: number of ends
 */
enum sip_ims_end {
	SIP_IMS_CALLER,
	SIP_IMS_CALLEE,
	SIP_IMS_ENDS,
};

/**
 * struct sip_ims_stream - one m= line of one end
 *
 * Addresses and ports are in network byte order.
 *
 * @local: endpoints of the components, as the end that receives on them knows
 *	them; port 0 for a component that is absent
 * @mapped: the same, as the other side knows them; equal to @local if they are
 *	not translated
 * @xlat: IPv4 address of the host of @local, if the message left through a
 *	translator device; else zero
 * @binding: the pair in @mapped, referenced, or NULL
 * @l4proto: IPPROTO_UDP or IPPROTO_TCP; 0 if no pinhole is to be opened
 * @mux: a=rtcp-mux was offered or accepted (RFC 5761)
 * @edit: @mapped has to be written into the SDP
 * @third_party: the address is not the sender's
 * @own_port: the SDP names a public port of this router, @mapped; @local is the
 *	phone that the port stands for
 * @direct: with @own_port: @local has to be written into the SDP, and media
 *	does not pass the router
 * @on_hold: the end asked the other one not to send media
 * @off: refused or removed (port 0), or on hold with retain-hold off
 */
struct sip_ims_stream {
	struct sip_ims_endpoint local[SIP_IMS_COMPONENTS];
	struct sip_ims_endpoint mapped[SIP_IMS_COMPONENTS];
	union nf_inet_addr xlat;
	struct sip_ims_binding *binding;
	u8 l4proto;
	bool mux;
	bool edit;
	bool third_party;
	bool own_port;
	bool direct;
	bool on_hold;
	bool off;
};

/**
 * struct sip_ims_description - what one SDP of one end announces
 *
 * Does not change after its creation, and is shared by all dialogs and offers
 * in which it is in effect.  See call.h for its lifetime.
 *
 * @use: number of references, protected by the lock of the call
 * @count: number of entries in @streams
 * @hash: sip_ims_description_hash() of the SDP
 * @streams: one entry for each m= line
 */
struct sip_ims_description {
	u32 use;
	u8 count;
	u64 hash;
	struct sip_ims_stream streams[];
};

struct sip_ims_description *
sip_ims_description_create(const struct sip_ims_path *path,
			   struct sip_ims_call *call,
			   const struct sip_ims_description *last,
			   const struct sdp *sdp, u64 hash);
u64 sip_ims_description_hash(const struct sip_ims_path *path, const u8 *base,
			     const struct sdp *sdp);
void sip_ims_description_put(struct sip_ims_call *call,
			     struct sip_ims_description *description);
int sip_ims_description_map(const struct sip_ims_description *description,
			    unsigned int mline, bool own,
			    const struct sip_ims_endpoint *from,
			    struct sip_ims_endpoint *to);
int
sip_ims_description_map_direct(const struct sip_ims_description *description,
			       bool own, const struct sip_ims_endpoint *from,
			       struct sip_ims_endpoint *to);

#endif /* _CALL_DESCRIPTION_H */

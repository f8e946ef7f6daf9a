/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Descriptions: what one SDP of one end says.
 */
#ifndef _CALL_DESCRIPTION_H
#define _CALL_DESCRIPTION_H

#include <path/path.h>

#include <session/pool.h>

#include <sip_ims/sdp.h>

struct sip_ims_call;

/**
 * enum sip_ims_end - the two ends of a dialog
 * @SIP_IMS_CALLER: sent the first INVITE
 * @SIP_IMS_CALLEE: answered it, or is one of those who did
 * @SIP_IMS_ENDS: how many
 */
enum sip_ims_end {
	SIP_IMS_CALLER,
	SIP_IMS_CALLEE,
	SIP_IMS_ENDS,
};

/**
 * struct sip_ims_stream - one m= line of one end
 * @local: as announced by the end; port 0: this component is absent
 * @mapped: as the other side is told; equal to @local when not translated
 * @across: IPv4 address of the host of @local, of a message that left by a
 *	translator device; else all zero
 * @binding: owner of the pair in @mapped, referenced, or NULL
 * @l4proto: IPPROTO_UDP or IPPROTO_TCP, 0 when nothing is to be opened
 * @mux: a=rtcp-mux was offered or accepted
 * @edit: @mapped has to be written into the SDP
 * @third_party: the address is not the sender's
 * @here: the address is one of our own public ports; @local is the phone
 *	behind it, @mapped what stands in the SDP
 * @direct: with @here: @local has to be written, media does not pass us
 * @on_hold: the end asked not to be sent media
 * @off: refused, removed, or put on hold with nothing retained
 */
struct sip_ims_stream {
	struct sip_ims_endpoint local[SIP_IMS_COMPONENTS];
	struct sip_ims_endpoint mapped[SIP_IMS_COMPONENTS];
	union nf_inet_addr across;
	struct sip_ims_binding *binding;
	u8 l4proto;
	bool mux;
	bool edit;
	bool third_party;
	bool here;
	bool direct;
	bool on_hold;
	bool off;
};

/**
 * struct sip_ims_description - what one SDP of one end says
 *
 * Never changed once it is in a negotiation; shared by all dialogs and offers
 * that it counts in.
 *
 * @use: who holds it
 * @count: entries in @streams
 * @hash: of the SDP and of the address its sender is seen as, never 0
 * @streams: one for each m= line
 */
struct sip_ims_description {
	u32 use;
	u8 count;
	u64 hash;
	struct sip_ims_stream streams[];
};

struct sip_ims_description *
sip_ims_media_describe(const struct sip_ims_path *path,
		       struct sip_ims_call *call,
		       const struct sip_ims_description *last, const u8 *base,
		       const struct sdp *sdp, u64 hash);
u64 sip_ims_media_hash(const struct sip_ims_path *path, const u8 *base,
		       const struct sdp *sdp);
void sip_ims_description_put(struct sip_ims_call *call,
			     struct sip_ims_description *description);
bool sip_ims_description_map(const struct sip_ims_description *description,
			     unsigned int media, bool own,
			     const struct sip_ims_endpoint *from,
			     struct sip_ims_endpoint *to);
bool sip_ims_description_direct(const struct sip_ims_description *description,
				bool own, const struct sip_ims_endpoint *from,
				struct sip_ims_endpoint *to);

#endif /* _CALL_DESCRIPTION_H */

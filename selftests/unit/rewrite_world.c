// SPDX-License-Identifier: GPL-2.0-only
/*
 * Substitutes for the functions of other directories that rewrite/ calls: a table
 * has the ports of calls and registrations, and the addresses of a translator.
 */
#include <errno.h>

#include <call/target.h>
#include <path/route.h>
#include <path/xlat.h>
#include <registration/grant.h>

#include "rewrite.h"

struct rewrite_world rewrite_world;

/* 64:ff9b::/96 is where IPv6 sees IPv4 hosts (RFC 6052). */
static const u8 prefix[12] = { 0x00, 0x64, 0xff, 0x9b };

struct sip_ims_endpoint rewrite_endpoint(const char *host, u16 port)
{
	struct sip_ims_endpoint endpoint = { .port = htons(port) };

	if (inet_pton(AF_INET, host, &endpoint.addr.ip) != 1 &&
	    inet_pton(AF_INET6, host, &endpoint.addr.in6) != 1)
		abort();
	return endpoint;
}

int sip_ims_target_map(const struct sip_ims_path *path,
		       const struct sip_ims_call_plan *plan, bool sender,
		       const struct sip_ims_endpoint *from,
		       struct sip_ims_endpoint *to)
{
	unsigned int i;

	for (i = 0; i < REWRITE_PORTS && rewrite_world.here[i].port; i++) {
		if (!sip_ims_same_endpoint(&rewrite_world.here[i], from))
			continue;
		*to = rewrite_world.there[i];
		return 0;
	}
	return -ENOENT;
}

bool sip_ims_plan_grant_map(const struct sip_ims_plan *plan,
			    const struct sip_ims_endpoint *from,
			    struct sip_ims_endpoint *to)
{
	unsigned int i;

	for (i = 0; i < plan->n_grants; i++) {
		if (!sip_ims_same_endpoint(&plan->grants[i].from, from))
			continue;
		*to = plan->grants[i].to;
		return true;
	}
	return false;
}

bool sip_ims_same_side(const struct sip_ims_path *path,
		       const union nf_inet_addr *addr,
		       const union nf_inet_addr *peer)
{
	return false;
}

int sip_ims_xlat_to6(const struct sip_ims_path *path, const u8 *addr4,
		     union nf_inet_addr *addr)
{
	if (path->xlat != SIP_IMS_XLAT_TO6)
		return -ENODEV;
	memset(addr, 0, sizeof(*addr));
	if (memchr_inv(addr4, 0, 4)) {
		memcpy(addr, prefix, sizeof(prefix));
		memcpy((u8 *)addr + sizeof(prefix), addr4, 4);
	}
	return 0;
}

int sip_ims_xlat_to4(const struct sip_ims_path *path,
		     const union nf_inet_addr *addr, u8 *addr4)
{
	if (memcmp(addr, prefix, sizeof(prefix)))
		return -ENOENT;
	memcpy(addr4, (const u8 *)addr + sizeof(prefix), 4);
	return 0;
}

/* No host but the sender has an address of the pool. */
int sip_ims_xlat_assign(const struct sip_ims_path *path,
			const union nf_inet_addr *addr, bool early, u8 *addr4)
{
	return -EADDRNOTAVAIL;
}

bool rewrite_read(const u8 *bytes, size_t len, struct sip_message *msg,
		  struct sdp *sdp)
{
	struct sip_slice body;

	sdp->body.len = 0;
	sdp->count = 0;
	sdp->attributes = false;
	if (sip_parse(bytes, len, msg))
		return false;
	if (!msg->body.len)
		return true;
	if (sip_find_sdp(bytes, msg, &body))
		return false;
	return !body.len || !sdp_parse(bytes, body, sdp);
}

/* The message around the one stretch that changes. */
static void put_together(const u8 *bytes, size_t len, const u8 *stretch,
			 const struct sip_splice *splice)
{
	size_t end = (size_t)splice->off + splice->len;

	memcpy(rewrite_world.out, bytes, splice->off);
	memcpy(rewrite_world.out + splice->off, stretch, splice->new_len);
	memcpy(rewrite_world.out + splice->off + splice->new_len, bytes + end,
	       len - end);
	rewrite_world.len = len - splice->len + splice->new_len;
}

bool rewrite_run(const u8 *bytes, size_t len)
{
	static struct sip_ims_rewrite rw;
	static u8 stretch[SIP_MESSAGE_MAX];
	static struct sip_message msg;
	static struct sdp sdp;
	struct sip_splice splice;

	if (!rewrite_read(bytes, len, &msg, &sdp))
		return false;
	rw.path = &rewrite_world.path;
	rw.base = bytes;
	rw.msg = &msg;
	rw.sdp = &sdp;
	rw.plan = &rewrite_world.plan;
	rw.strip_candidates = rewrite_world.strip;
	rewrite_world.err = sip_ims_rewrite_message(&rw);
	rewrite_world.len = len;
	memcpy(rewrite_world.out, bytes, len);
	if (rewrite_world.err || !rw.edits.count)
		return !rewrite_world.err;
	if (sip_edits_assemble(&rw.edits, bytes, len, stretch, sizeof(stretch),
			       &splice))
		return false;
	put_together(bytes, len, stretch, &splice);
	return true;
}

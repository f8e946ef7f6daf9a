// SPDX-License-Identifier: GPL-2.0-only
/*
 * The topmost Via of a request: the port that its sender wants the response on.
 */
#include <path/address.h>
#include <path/path.h>
#include <path/via.h>

#include <sip_ims/sip.h>

/* A sender whose address NAT does not change is reached on any of its ports. */
static bool via_needs_port(const struct sip_ims_path *path,
			   const struct sip_message *msg)
{
	if (!msg->request || msg->method == SIP_METHOD_ACK || msg->rport ||
	    path->l4proto != IPPROTO_UDP)
		return false;
	return !path->translated || sip_ims_source_hidden(path);
}

/**
 * sip_ims_via_read() - check whether a Via directs responses to another port
 * @path: the packet's path
 * @msg: the facts of the message
 * @local: filled in: the address and port of the Via, as the sender knows them
 *
 * Without rport a response goes to the port that the Via names (RFC 3261
 * section 18.2.2), which need not be the port that the request came from.
 *
 * Return: whether the responses go to @local, and @local is a port of the
 * sender other than the source port of the request.
 */
bool sip_ims_via_read(const struct sip_ims_path *path,
		      const struct sip_message *msg,
		      struct sip_ims_endpoint *local)
{
	const struct sip_via *via = &msg->via;

	if (!via_needs_port(path, msg) || !msg->via_end || via->maddr.len)
		return false;
	memset(local, 0, sizeof(*local));
	local->port = htons(via->port);
	return via->port >= SIP_IMS_PORT_FLOOR &&
	       local->port != path->src.port &&
	       sip_ims_address_read(&local->addr, &via->address, path) &&
	       nf_inet_addr_cmp(&local->addr, &path->src.addr);
}

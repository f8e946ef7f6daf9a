// SPDX-License-Identifier: GPL-2.0-only
/*
 * Addresses of messages and addresses of packets.
 *
 * On most legs both are the same.  Next to a translator device the message
 * holds IPv4 addresses while the packets of the leg are IPv6, see xlat.c.
 */
#include <linux/errno.h>

#include <path/address.h>
#include <path/route.h>
#include <path/xlat.h>

/**
 * sip_ims_address_read() - convert an address of a message to this leg
 * @addr: filled in; unused bytes are zero
 * @from: the decoded literal
 * @path: path of the packet that carries the message
 *
 * Context: RCU read side.
 * Return: false for a host name, and for an address of the other family that
 * no translator device next to this leg has a counterpart for.
 */
bool sip_ims_address_read(union nf_inet_addr *addr,
			  const struct sip_address *from,
			  const struct sip_ims_path *path)
{
	memset(addr, 0, sizeof(*addr));
	if (from->family == 4 && path->l3num == AF_INET)
		memcpy(&addr->ip, from->bytes, sizeof(addr->ip));
	else if (from->family == 6 && path->l3num == AF_INET6)
		memcpy(&addr->in6, from->bytes, sizeof(addr->in6));
	else
		return from->family == 4 &&
		       !sip_ims_xlat_to6(path, from->bytes, addr);
	return true;
}

/**
 * sip_ims_address_unread() - convert an address of this leg back to what the
 * received message has for it
 * @path: path of the packet that carries the message
 * @addr: the address
 * @original: filled in
 *
 * Context: RCU read side.
 */
void sip_ims_address_unread(const struct sip_ims_path *path,
			    const union nf_inet_addr *addr,
			    struct sip_address *original)
{
	sip_ims_address_from(original, path->l3num, addr);
	if (path->xlat != SIP_IMS_XLAT_TO6)
		return;
	memset(original, 0, sizeof(*original));
	original->family = 4;
	if (sip_ims_xlat_to4(path, addr, original->bytes))
		sip_ims_address_from(original, path->l3num, addr);
}

/* The IPv4 address of the sender was looked up with the path. */
static int find_address4(const struct sip_ims_path *path,
			 const union nf_inet_addr *addr, u8 *addr4)
{
	if (!nf_inet_addr_cmp(addr, &path->src_mapped.addr))
		return sip_ims_xlat_to4(path, addr, addr4);
	memcpy(addr4, path->src_xlat, sizeof(path->src_xlat));
	return 0;
}

/* A server may announce hosts of its own side that have sent nothing yet. */
static int assign_neighbour(const struct sip_ims_path *path,
			    const union nf_inet_addr *addr, u8 *addr4)
{
	if (!path->static_host ||
	    !sip_ims_same_side(path, addr, &path->src.addr))
		return -EPERM;
	return sip_ims_xlat_assign(path, addr, true, addr4);
}

/*
 * With NAT66, two phones that call each other announce the router's own public
 * address, with ports of each other.  The router gets one IPv4 address for all
 * such calls.
 */
static int assign_router(const struct sip_ims_path *path,
			 const union nf_inet_addr *addr, u8 *addr4)
{
	if (!nf_inet_addr_cmp(addr, &path->dst.addr))
		return -EPERM;
	return sip_ims_xlat_assign(path, addr, false, addr4);
}

/**
 * sip_ims_address_write() - convert an address of this leg to what the message
 * must have for its receiver
 * @path: path of the packet that carries the message, after
 *	sip_ims_xlat_assign_source()
 * @addr: the address
 * @written: filled in; :: becomes 0.0.0.0
 *
 * Context: RCU read side, bottom halves off.
 * Return: false when the address has none in the receiver's family.
 */
bool sip_ims_address_write(const struct sip_ims_path *path,
			   const union nf_inet_addr *addr,
			   struct sip_address *written)
{
	if (path->xlat != SIP_IMS_XLAT_TO4) {
		sip_ims_address_from(written, path->l3num, addr);
		return true;
	}
	memset(written, 0, sizeof(*written));
	written->family = 4;
	return !memchr_inv(addr, 0, sizeof(*addr)) ||
	       !find_address4(path, addr, written->bytes) ||
	       !assign_router(path, addr, written->bytes) ||
	       !assign_neighbour(path, addr, written->bytes);
}

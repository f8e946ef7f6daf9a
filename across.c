// SPDX-License-Identifier: GPL-2.0-only
/*
 * A leg beside a translator device: addresses of the message in the family of
 * the flow, and back.
 *
 * All decisions on such a leg are in IPv6.  What the message of an IPv4 host
 * says is read as the IPv6 address that the device has for it; what leaves by
 * the device is written as the IPv4 address it has.  An address that the device
 * knows nothing about stays as it is.
 */
#include <linux/export.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/rtnetlink.h>

#include <sip_ims/xlat.h>
#include <sip_ims/packet.h>

static bool is_translator(const struct net_device *dev)
{
	return dev && dev->rtnl_link_ops &&
	       !strcmp(dev->rtnl_link_ops->kind, TRGW_KIND);
}

static const struct trgw_operations *translator(const struct net_device *dev)
{
	const struct trgw_private *private = netdev_priv(dev);

	return private->operations;
}

static const struct net_device *device_in(const struct sip_ims_path *path)
{
	return path->iif ? dev_get_by_index_rcu(path->sn->net, path->iif) :
			   NULL;
}

/**
 * sip_ims_across_init() - does a packet change its family on this leg?
 * @path: namespace, family and @iif are set; the rest of it follows
 * @dev: the device it leaves by; or came by, when it is for this host
 *
 * Context: RCU read side.
 */
void sip_ims_across_init(struct sip_ims_path *path,
			 const struct net_device *dev)
{
	const struct net_device *in;

	path->across = SIP_IMS_ACROSS_NONE;
	path->service = false;
	path->departs = is_translator(dev);
	if (path->l3num != AF_INET6)
		return;
	in = device_in(path);
	if (is_translator(in)) {
		path->across = SIP_IMS_ACROSS_TO6;
		path->translator = in;
	} else if (path->departs) {
		path->across = SIP_IMS_ACROSS_TO4;
		path->translator = dev;
	}
}
EXPORT_SYMBOL_GPL(sip_ims_across_init);

/**
 * sip_ims_across_beyond() - an address behind a translator device
 * @path: gives the namespace
 * @ifindex: of the device by which the address is reached
 * @addr: the address, of IPv6
 * @addr4: filled in: what it is on the other side
 *
 * Context: RCU read side.
 * Return: 0; -ENODEV when the device is none of that kind; -ENOENT when it has
 * no IPv4 address for it.
 */
int sip_ims_across_beyond(const struct sip_ims_path *path, int ifindex,
			  const union nf_inet_addr *addr, __be32 *addr4)
{
	const struct net_device *dev = dev_get_by_index_rcu(path->sn->net,
							    ifindex);

	if (!is_translator(dev))
		return -ENODEV;
	return translator(dev)->to4(dev, addr->in6.s6_addr, (u8 *)addr4) ?
	       0 : -ENOENT;
}

/**
 * sip_ims_across_begin() - may the sender be written in the other family?
 * @path: the packet
 *
 * Lends it an address when it has none; the device is about to do the same.
 *
 * Context: RCU read side, bottom halves off.
 * Return: false when there is none.
 */
bool sip_ims_across_begin(struct sip_ims_path *path)
{
	enum trgw_holder holder;

	if (path->across != SIP_IMS_ACROSS_TO4)
		return true;
	holder = translator(path->translator)->assign(path->translator,
						      path->src_mapped.addr.in6.s6_addr,
						      false, path->src_across);
	path->service = holder == TRGW_HOLDER_STATIC;
	return holder == TRGW_HOLDER_ASSIGNED || holder == TRGW_HOLDER_STATIC;
}

/**
 * sip_ims_across_side() - may the sender speak of other hosts on its side?
 * @path: the packet, sip_ims_across_begin() was called
 *
 * What comes from a device is another leg's already, which has looked at it; where
 * it lies beyond the device, sip_ims_same_side() looks here, too.  Of those who
 * send to it, only a host that somebody entered may.
 *
 * Context: RCU read side.
 * Return: whether it may.
 */
bool sip_ims_across_side(const struct sip_ims_path *path)
{
	if (path->across == SIP_IMS_ACROSS_TO4)
		return path->service;
	return path->across == SIP_IMS_ACROSS_TO6 ||
	       is_translator(device_in(path));
}

/**
 * sip_ims_across_read() - an IPv4 address of a message, as this leg knows it
 * @path: the packet
 * @addr4: the address, of 4 bytes
 * @addr: filled in; 0.0.0.0 becomes ::
 *
 * Context: RCU read side.
 * Return: false when there is none.
 */
bool sip_ims_across_read(const struct sip_ims_path *path, const u8 *addr4,
			 union nf_inet_addr *addr)
{
	const struct net_device *dev = path->translator;

	if (path->across != SIP_IMS_ACROSS_TO6)
		return false;
	memset(addr, 0, sizeof(*addr));
	return !memchr_inv(addr4, 0, sizeof(addr->ip)) ||
	       translator(dev)->to6(dev, addr4, addr->in6.s6_addr);
}

/**
 * sip_ims_across_asked() - an address of this leg, as the message would write it
 * @path: the packet
 * @addr: the address
 * @asked: filled in
 *
 * Context: RCU read side.
 */
void sip_ims_across_asked(const struct sip_ims_path *path,
			  const union nf_inet_addr *addr,
			  struct sip_address *asked)
{
	const struct net_device *dev = path->translator;

	sip_ims_address_of(asked, path->l3num, addr);
	if (path->across != SIP_IMS_ACROSS_TO6)
		return;
	memset(asked, 0, sizeof(*asked));
	asked->family = 4;
	if (!translator(dev)->to4(dev, addr->in6.s6_addr, asked->bytes))
		sip_ims_address_of(asked, path->l3num, addr);
}

static bool told4(const struct sip_ims_path *path,
		  const union nf_inet_addr *addr, u8 *addr4)
{
	const struct net_device *dev = path->translator;

	if (!nf_inet_addr_cmp(addr, &path->src_mapped.addr))
		return translator(dev)->to4(dev, addr->in6.s6_addr, addr4);
	memcpy(addr4, path->src_across, sizeof(path->src_across));
	return true;
}

/* A host beside a service gets an address before it has sent anything. */
static bool lend_early(const struct sip_ims_path *path,
		       const union nf_inet_addr *addr, u8 *addr4)
{
	const struct net_device *dev = path->translator;

	return path->service &&
	       sip_ims_same_side(path, addr, &path->src.addr) &&
	       translator(dev)->assign(dev, addr->in6.s6_addr, true, addr4);
}

/*
 * The receiver's own public address (NAT66), on a port of another one behind it:
 * what comes back of a call between the two.  It is one for all of them.
 */
static bool lend_router(const struct sip_ims_path *path,
			const union nf_inet_addr *addr, u8 *addr4)
{
	const struct net_device *dev = path->translator;

	return nf_inet_addr_cmp(addr, &path->dst.addr) &&
	       translator(dev)->assign(dev, addr->in6.s6_addr, false, addr4);
}

/**
 * sip_ims_across_told() - an address of this leg, as the receiver reads it
 * @path: the packet, sip_ims_across_begin() was called
 * @addr: the address
 * @told: filled in; :: becomes 0.0.0.0
 *
 * Context: RCU read side, bottom halves off.
 * Return: false when it has no address in the receiver's family.
 */
bool sip_ims_across_told(const struct sip_ims_path *path,
			 const union nf_inet_addr *addr,
			 struct sip_address *told)
{
	if (path->across != SIP_IMS_ACROSS_TO4) {
		sip_ims_address_of(told, path->l3num, addr);
		return true;
	}
	memset(told, 0, sizeof(*told));
	told->family = 4;
	return !memchr_inv(addr, 0, sizeof(*addr)) ||
	       told4(path, addr, told->bytes) ||
	       lend_router(path, addr, told->bytes) ||
	       lend_early(path, addr, told->bytes);
}
EXPORT_SYMBOL_GPL(sip_ims_across_told);

/**
 * sip_ims_across_checksum() - what leaves by a translator device has a checksum
 * @skb: a datagram of IPv4 that departs so; its headers can be written
 * @protoff: where its UDP header is
 *
 * Here it is whole.  The device may see fragments, and cannot translate those of
 * a datagram without one (RFC 7915 section 4.5).
 *
 * Context: RCU read side.
 */
void sip_ims_across_checksum(struct sk_buff *skb, unsigned int protoff)
{
	struct udphdr *udp = (struct udphdr *)(skb->data + protoff);
	unsigned int len = ntohs(udp->len);

	if (udp->check || skb->ip_summed == CHECKSUM_PARTIAL)
		return;
	udp->check = csum_tcpudp_magic(ip_hdr(skb)->saddr, ip_hdr(skb)->daddr,
				       len, IPPROTO_UDP,
				       skb_checksum(skb, protoff, len, 0)) ?:
		     CSUM_MANGLED_0;
	skb->ip_summed = CHECKSUM_NONE;
}
EXPORT_SYMBOL_GPL(sip_ims_across_checksum);

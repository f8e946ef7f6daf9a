// SPDX-License-Identifier: GPL-2.0-only
/*
 * Legs next to a translator device (a device of the kind "trgw").
 *
 * All decisions on such a leg are made with IPv6 addresses.  The addresses in
 * a message that came from an IPv4 host are read as the IPv6 addresses that
 * the device has for them, and addresses in a message that departs through the
 * device are written as their IPv4 addresses.
 */
#include <linux/netdevice.h>

#include <path/xlat.h>

#include <sip_ims/xlat.h>

static bool is_translator(const struct net_device *dev)
{
	return dev && trgw_is_device(dev);
}

static const struct trgw_operations *
translator_ops(const struct net_device *dev)
{
	const struct trgw_private *private = netdev_priv(dev);

	return private->operations;
}

static const struct net_device *device_in(const struct sip_ims_path *path)
{
	return path->iif ? dev_get_by_index_rcu(path->net, path->iif) : NULL;
}

/**
 * sip_ims_xlat_init() - find out whether a packet changes its family here
 * @path: the packet's path; @net, @l3num and @iif are set, and the fields that
 *	describe the translation are filled in
 * @dev: the device that the packet departs through, or arrived on when its
 *	receiver is this host
 *
 * Context: RCU read side.
 */
void sip_ims_xlat_init(struct sip_ims_path *path, const struct net_device *dev)
{
	const struct net_device *in;

	path->xlat = SIP_IMS_XLAT_NONE;
	path->static_host = false;
	path->departs = is_translator(dev);
	if (path->l3num != AF_INET6)
		return;
	in = device_in(path);
	if (is_translator(in)) {
		path->xlat = SIP_IMS_XLAT_TO6;
		path->translator = in;
	} else if (path->departs) {
		path->xlat = SIP_IMS_XLAT_TO4;
		path->translator = dev;
	}
}

/**
 * sip_ims_xlat_find4() - look up the IPv4 address beyond a translator device
 * @net: the network namespace
 * @ifindex: the device that routes lead to for @addr
 * @addr: an IPv6 address
 * @addr4: filled in: the IPv4 address that the device has for @addr
 *
 * Context: RCU read side.
 * Return: 0; -ENODEV when the device is not a translator; -ENOENT when the
 * device has no IPv4 address for @addr.
 */
int sip_ims_xlat_find4(struct net *net, int ifindex,
		       const union nf_inet_addr *addr, __be32 *addr4)
{
	const struct net_device *dev = dev_get_by_index_rcu(net, ifindex);

	if (!is_translator(dev))
		return -ENODEV;
	return translator_ops(dev)->to4(dev, addr->in6.s6_addr, (u8 *)addr4) ?
	       0 : -ENOENT;
}

/**
 * sip_ims_xlat_assign_source() - make sure that the sender has an IPv4 address
 * @path: the packet's path; @src_xlat and @static_host are filled in
 *
 * A sender without an address gets one of the device's pool now.  The device
 * would assign it a moment later, when the packet arrives there.
 *
 * Context: RCU read side, bottom halves off.
 * Return: 0; -EADDRNOTAVAIL when the device has no address for the sender.
 */
int sip_ims_xlat_assign_source(struct sip_ims_path *path)
{
	const u8 *source = path->src_mapped.addr.in6.s6_addr;
	enum trgw_holder holder;

	if (path->xlat != SIP_IMS_XLAT_TO4)
		return 0;
	holder = translator_ops(path->translator)->assign(path->translator,
							  source, false,
							path->src_xlat);
	path->static_host = holder == TRGW_HOLDER_STATIC;
	return holder == TRGW_HOLDER_ASSIGNED || holder == TRGW_HOLDER_STATIC ?
	       0 : -EADDRNOTAVAIL;
}

/**
 * sip_ims_xlat_is_trusted() - check whether the sender may announce addresses
 * of other hosts on its own side
 * @path: the packet's path, after sip_ims_xlat_assign_source()
 *
 * A message that came from a translator device was checked on its other leg
 * already, and sip_ims_same_side() looks beyond the device as well.  Of the
 * hosts that send to the device only those with a static entry may do so.
 *
 * Context: RCU read side.
 * Return: whether the sender may.
 */
bool sip_ims_xlat_is_trusted(const struct sip_ims_path *path)
{
	if (path->xlat == SIP_IMS_XLAT_TO4)
		return path->static_host;
	return path->xlat == SIP_IMS_XLAT_TO6 || is_translator(device_in(path));
}

/**
 * sip_ims_xlat_to6() - map an IPv4 address of a message to this leg
 * @path: the packet's path
 * @addr4: the address, 4 bytes in network byte order
 * @addr: filled in; 0.0.0.0 becomes ::
 *
 * Context: RCU read side.
 * Return: 0; -ENODEV when the message does not come from a translator device;
 * -ENOENT when the device has no IPv6 address for @addr4.
 */
int sip_ims_xlat_to6(const struct sip_ims_path *path, const u8 *addr4,
		     union nf_inet_addr *addr)
{
	const struct net_device *dev = path->translator;

	if (path->xlat != SIP_IMS_XLAT_TO6)
		return -ENODEV;
	memset(addr, 0, sizeof(*addr));
	if (!memchr_inv(addr4, 0, sizeof(addr->ip)))
		return 0;
	return translator_ops(dev)->to6(dev, addr4, addr->in6.s6_addr) ?
	       0 : -ENOENT;
}

/**
 * sip_ims_xlat_to4() - look up the IPv4 address of an address of this leg
 * @path: the packet's path; a translator device is next to this leg
 * @addr: an IPv6 address
 * @addr4: filled in: 4 bytes in network byte order
 *
 * Context: RCU read side.
 * Return: 0; -ENOENT when the device has no IPv4 address for @addr.
 */
int sip_ims_xlat_to4(const struct sip_ims_path *path,
		     const union nf_inet_addr *addr, u8 *addr4)
{
	const struct net_device *dev = path->translator;

	return translator_ops(dev)->to4(dev, addr->in6.s6_addr, addr4) ?
	       0 : -ENOENT;
}

/**
 * sip_ims_xlat_assign() - give an address of this leg an IPv4 address
 * @path: the packet's path; a translator device is next to this leg
 * @addr: an IPv6 address
 * @early: the host has not sent anything yet; such hosts get at most half of
 *	the pool
 * @addr4: filled in: 4 bytes in network byte order
 *
 * Context: RCU read side, bottom halves off.
 * Return: 0; -EADDRNOTAVAIL when the device has no address for the host.
 */
int sip_ims_xlat_assign(const struct sip_ims_path *path,
			const union nf_inet_addr *addr, bool early, u8 *addr4)
{
	const struct net_device *dev = path->translator;

	return translator_ops(dev)->assign(dev, addr->in6.s6_addr, early,
					   addr4) ? 0 : -EADDRNOTAVAIL;
}

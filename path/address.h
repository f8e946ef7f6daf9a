/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Addresses as text has them (struct sip_address), and as the packets of this
 * leg have them (union nf_inet_addr).
 *
 * This header also builds in userspace.
 */
#ifndef _PATH_ADDRESS_H
#define _PATH_ADDRESS_H

#include <path/path.h>

#include <sip_ims/sip.h>

/**
 * sip_ims_address_from() - convert an address of this leg
 * @address: filled in
 * @l3num: AF_INET or AF_INET6
 * @addr: the address
 */
static inline void sip_ims_address_from(struct sip_address *address, u8 l3num,
					const union nf_inet_addr *addr)
{
	address->family = l3num == AF_INET ? 4 : 6;
	memset(address->bytes, 0, sizeof(address->bytes));
	memcpy(address->bytes, addr, l3num == AF_INET ? 4 : 16);
}

/**
 * sip_ims_address_is() - compare a decoded literal to an address of this leg
 * @address: the decoded literal
 * @l3num: AF_INET or AF_INET6
 * @addr: the address
 *
 * Return: whether both are the same address of the same family.
 */
static inline bool sip_ims_address_is(const struct sip_address *address,
				      u8 l3num, const union nf_inet_addr *addr)
{
	/* With constant lengths the compiler calls no memcmp(). */
	if (l3num == AF_INET)
		return address->family == 4 &&
		       !memcmp(address->bytes, &addr->ip, sizeof(addr->ip));
	return address->family == 6 &&
	       !memcmp(address->bytes, &addr->in6, sizeof(addr->in6));
}

bool sip_ims_address_read(union nf_inet_addr *addr,
			  const struct sip_address *from,
			  const struct sip_ims_path *path);
bool sip_ims_address_write(const struct sip_ims_path *path,
			   const union nf_inet_addr *addr,
			   struct sip_address *written);
void sip_ims_address_unread(const struct sip_ims_path *path,
			    const union nf_inet_addr *addr,
			    struct sip_address *original);

#endif /* _PATH_ADDRESS_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The operations of the NAT module, while it is loaded.
 */
#ifndef _PACKET_NAT_H
#define _PACKET_NAT_H

#include <sip_ims/nat.h>

const struct sip_ims_nat *sip_ims_nat_get(void);

#endif /* _PACKET_NAT_H */

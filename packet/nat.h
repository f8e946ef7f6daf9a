/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The NAT module, as sip_ims.ko sees it.
 */
#ifndef _PACKET_NAT_H
#define _PACKET_NAT_H

#include <sip_ims/nat.h>

const struct sip_ims_nat *sip_ims_nat(void);

#endif /* _PACKET_NAT_H */

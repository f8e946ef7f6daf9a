/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The generic netlink family sip_ims.
 */
#ifndef _NETLINK_NETLINK_H
#define _NETLINK_NETLINK_H

int sip_ims_netlink_init(void);
void sip_ims_netlink_exit(void);

#endif /* _NETLINK_NETLINK_H */

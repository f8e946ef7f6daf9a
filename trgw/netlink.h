/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Requests over generic netlink.
 */
#ifndef _TRGW_NETLINK_H
#define _TRGW_NETLINK_H

int trgw_netlink_init(void);
void trgw_netlink_exit(void);

#endif /* _TRGW_NETLINK_H */

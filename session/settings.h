/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Settings of a conntrack zone.
 */
#ifndef _SESSION_SETTINGS_H
#define _SESSION_SETTINGS_H

#include <linux/list.h>
#include <linux/rcupdate.h>

#include <sip_ims/types.h>

struct sip_ims_net;

#define SIP_IMS_ZONES_MAX		4096u	/* zones with settings */

/**
 * struct sip_ims_settings - settings of one zone, see the netlink spec
 * @node: in sip_ims_net.zones
 * @zone: conntrack zone
 * @malformed: enum sip_ims_malformed_policy
 * @port_min: first port of the pool, even
 * @port_max: last port of the pool, odd
 * @grace: seconds
 * @timer_c: seconds
 * @max_call: seconds
 * @max_registration: seconds
 * @registration: seconds, when nobody names any
 * @t1: milliseconds
 * @t4: milliseconds
 * @inactive_media: seconds, 0 for never
 * @retain_hold: enum sip_ims_switch
 * @candidates: enum sip_ims_candidates_policy
 * @auth_int: enum sip_ims_integrity_policy
 * @local_media: enum sip_ims_switch
 * @latching: enum sip_ims_switch
 * @admission_failures: failed INVITEs, 0 for no admission
 * @admission_window: seconds
 * @admission_block: seconds
 * @source_calls: unanswered calls, 0 for no limit
 * @tcp_memory: kilobytes
 * @rcu: for the deferred free
 */
struct sip_ims_settings {
	struct hlist_node node;
	u16 zone;
	u8 malformed;
	u16 port_min;
	u16 port_max;
	u32 grace;
	u32 timer_c;
	u32 max_call;
	u32 max_registration;
	u32 registration;
	u32 t1;
	u32 t4;
	u32 inactive_media;
	u8 retain_hold;
	u8 candidates;
	u8 auth_int;
	u8 local_media;
	u8 latching;
	u32 admission_failures;
	u32 admission_window;
	u32 admission_block;
	u32 source_calls;
	u32 tcp_memory;
	struct rcu_head rcu;
};

const struct sip_ims_settings *
sip_ims_settings_find(struct sip_ims_net *sn, u16 zone);
void sip_ims_settings_copy(struct sip_ims_net *sn, u16 zone,
			   struct sip_ims_settings *settings);
int sip_ims_settings_replace(struct sip_ims_net *sn,
			     const struct sip_ims_settings *settings);
void sip_ims_settings_exit(struct sip_ims_net *sn);

#endif /* _SESSION_SETTINGS_H */

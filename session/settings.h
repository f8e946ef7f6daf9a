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

#define SIP_IMS_ZONES_MAX		4096u	/* zones with an entry */

/**
 * struct sip_ims_settings - settings of one zone
 *
 * Documentation/netlink/specs/sip_ims.yaml describes the effect of each setting
 * and has its range.  An entry of the table is never changed, only replaced,
 * and is freed a grace period later.
 *
 * @node: in sip_ims_net.zones
 * @zone: conntrack zone
 * @malformed: enum sip_ims_malformed_policy
 * @port_min: first port of the pool, even, host byte order
 * @port_max: last port of the pool, odd, host byte order
 * @grace: seconds from the end of a call until its pinholes close
 * @timer_c: seconds that an INVITE may be pending (RFC 3261 section 16.6)
 * @max_call: seconds, the longest lifetime of an answered call
 * @max_registration: seconds, the longest lifetime of a contact
 * @registration: seconds, lifetime of a contact for which no message names one
 * @t1: milliseconds (RFC 3261 section 17.1.1.1)
 * @t4: milliseconds (RFC 3261 section 17.1.2.2)
 * @inactive_media: seconds without a packet until a stream closes, 0 for never
 * @retain_hold: enum sip_ims_switch
 * @candidates: enum sip_ims_candidates_policy
 * @auth_int: enum sip_ims_integrity_policy
 * @local_media: enum sip_ims_switch
 * @latching: enum sip_ims_switch
 * @admission_failures: failed INVITEs of a source at a proxy, 0 for no limit
 * @admission_window: seconds in which these failures count
 * @admission_block: seconds for which the source is refused then
 * @source_calls: unanswered calls of a source, 0 for no limit
 * @tcp_memory: kilobytes for the TCP connections of the zone
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

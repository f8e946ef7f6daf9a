/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * TCP segments of signalling flows.
 */
#ifndef _PACKET_SEGMENT_H
#define _PACKET_SEGMENT_H

struct sip_ims_tcp_flow;
struct sip_ims_work;

unsigned int sip_ims_segment_handle(struct sip_ims_work *work,
				    struct sip_ims_tcp_flow *tcp);

#endif /* _PACKET_SEGMENT_H */

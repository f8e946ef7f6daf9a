/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The gate: pinholes are conntrack expectations.
 */
#ifndef _PACKET_GATE_H
#define _PACKET_GATE_H

struct nf_conntrack_helper;

int sip_ims_gate_open(struct nf_conntrack_helper * const *helpers);
void sip_ims_gate_close(void);

#endif /* _PACKET_GATE_H */

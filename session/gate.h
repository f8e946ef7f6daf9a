/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The gate: how decisions reach the packets.
 */
#ifndef _SESSION_GATE_H
#define _SESSION_GATE_H

#include <sip_ims/types.h>

struct sip_ims_path;
struct sip_ims_pinhole;
struct sip_ims_session;

/**
 * struct sip_ims_gate - how decisions reach the packets
 *
 * All are called with session->lock held and bottom halves off.
 *
 * @open: open one pinhole.  The path is NULL for one that was shared up to now.
 *	An equal one of a session that is over goes.  Return: 0; -EALREADY when
 *	one of another session is open; -EMFILE when the kernel's table is full;
 *	-ENOMEM
 * @unhide: end an ordinary flow that hides an open pinhole from its peer, which
 *	has just become known; may be NULL
 * @close: close one pinhole and end the flows that came through it
 * @release: close all pinholes and end their flows.  Return: whether flows may
 *	remain, then it is called again a second later
 * @traffic: bring the counts of a pinhole up to date and forget flows that are
 *	gone.  Return: whether anything moved since the last time
 * @same_side: would a packet of the receiver to @addr leave by the same device
 *	as one to @peer, and is @addr an ordinary unicast address of another host
 */
struct sip_ims_gate {
	int (*open)(struct sip_ims_session *session,
		    struct sip_ims_pinhole *pinhole,
		    const struct sip_ims_path *path);
	void (*unhide)(struct sip_ims_session *session,
		       struct sip_ims_pinhole *pinhole);
	void (*close)(struct sip_ims_session *session,
		      struct sip_ims_pinhole *pinhole);
	int (*release)(struct sip_ims_session *session);
	bool (*traffic)(struct sip_ims_session *session,
			struct sip_ims_pinhole *pinhole);
	bool (*same_side)(const struct sip_ims_path *path,
			  const union nf_inet_addr *addr,
			  const union nf_inet_addr *peer);
};

int sip_ims_gate_register(const struct sip_ims_gate *gate);
void sip_ims_gate_unregister(void);

const struct sip_ims_gate *sip_ims_gate(void);

#endif /* _SESSION_GATE_H */

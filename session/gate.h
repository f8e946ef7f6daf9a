/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The gate: the operations that turn pinholes into conntrack expectations.
 *
 * session/ and the directories above it decide which pinholes there are, and
 * know nothing of expectations and flows.  packet/gate.c registers the
 * operations, and the KUnit suites register others.
 */
#ifndef _SESSION_GATE_H
#define _SESSION_GATE_H

#include <sip_ims/types.h>

struct sip_ims_path;
struct sip_ims_pinhole;
struct sip_ims_session;

/**
 * struct sip_ims_gate - the operations that turn pinholes into expectations
 *
 * All except @same_side are called with session->lock held.  All are called
 * within the RCU read side, with bottom halves off.
 *
 * @open: open one pinhole.  The first one of a session allocates its master,
 *	which needs the path; the path is NULL for a pinhole that was shared
 *	until now.  The equal pinhole of a session that is over is replaced.
 *	Returns 0; -EALREADY when an equal pinhole of another session is open;
 *	-EMFILE when conntrack's table of expectations is full; -ENOMEM
 * @unhide: end an ordinary flow that hides an open pinhole from its peer, which
 *	has just become known; may be NULL
 * @close: close one pinhole and end the flows that came through it; does
 *	nothing for a shared one
 * @release: close all pinholes of a closed session and end their flows.
 *	Returns 0; -EAGAIN when flows may remain that could not be found yet,
 *	then it is called again a second later
 * @traffic: update the counts of a pinhole from its flows, and forget flows
 *	that have ended; may be NULL.  Returns whether a packet passed since the
 *	last call
 * @same_side: check whether a packet of the receiver to @addr would leave by
 *	the same device as one to @peer, and @addr is an ordinary unicast
 *	address of another host.  Returns whether both hold
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

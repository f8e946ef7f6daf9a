/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The unit tests of rewrite/: whole messages in, whole messages out.
 */
#ifndef _UNIT_REWRITE_H
#define _UNIT_REWRITE_H

#include <call/description.h>
#include <call/plan.h>
#include <path/path.h>
#include <rewrite/rewrite.h>

#include "unit.h"

#define REWRITE_PORTS	4

/**
 * struct rewrite_world - one message, its path and its plan
 * @path: how the flow is translated
 * @plan: the consequences of the message
 * @strip: remove ICE candidates
 * @here: ports that a Contact or a Via named, as the sender or receiver knows
 *	them; port 0 ends the list
 * @there: the same, as the other side knows them
 * @err: what sip_ims_rewrite_message() has returned
 * @len: bytes of @out
 * @out: the message after it was rewritten
 */
struct rewrite_world {
	struct sip_ims_path path;
	struct sip_ims_call_plan plan;
	bool strip;
	struct sip_ims_endpoint here[REWRITE_PORTS];
	struct sip_ims_endpoint there[REWRITE_PORTS];
	int err;
	size_t len;
	u8 out[SIP_MESSAGE_MAX];
};

extern struct rewrite_world rewrite_world;

/* An endpoint from text: "192.168.1.2" or "2001:db8::1", and a port. */
struct sip_ims_endpoint rewrite_endpoint(const char *host, u16 port);

/* Reads a message; false for one that is not to be rewritten. */
bool rewrite_read(const u8 *bytes, size_t len, struct sip_message *msg,
		  struct sdp *sdp);

/* Rewrites a message with the world as it is; false when it cannot be read or
 * put together.
 */
bool rewrite_run(const u8 *bytes, size_t len);

#endif /* _UNIT_REWRITE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The topmost Via of a request: the port that its sender wants the response on.
 */
#ifndef _PATH_VIA_H
#define _PATH_VIA_H

#include <path/path.h>

struct sip_message;

/* Lower ports in a message are ignored: they may belong to other services. */
#define SIP_IMS_PORT_FLOOR		1024u

bool sip_ims_via_read(const struct sip_ims_path *path,
		      const struct sip_message *msg,
		      struct sip_ims_endpoint *local);

#endif /* _PATH_VIA_H */

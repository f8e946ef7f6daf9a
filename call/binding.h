/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Bindings: the public pairs of ports for the addresses of a call.
 */
#ifndef _CALL_BINDING_H
#define _CALL_BINDING_H

#include <session/pool.h>

struct sip_ims_call;
struct sip_ims_stream;

#define SIP_IMS_BINDINGS_MAX		256u	/* per call */

struct sip_ims_binding *
sip_ims_binding_take(const struct sip_ims_path *path,
		     const struct sip_ims_endpoint *local, u64 call);
struct sip_ims_binding *
sip_ims_binding_get(const struct sip_ims_path *path, struct sip_ims_call *call,
		    const struct sip_ims_stream *stream);
void sip_ims_binding_put(struct sip_ims_call *call,
			 struct sip_ims_binding *binding);

#endif /* _CALL_BINDING_H */

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bindings: the public pairs of ports for the addresses of a call.
 *
 * A call has only a few bindings, so a list without an index is fast enough.
 */
#include <call/binding.h>
#include <call/call.h>
#include <call/description.h>
#include <path/path.h>
#include <session/counters.h>
#include <session/pool.h>

static struct sip_ims_binding *
binding_find(const struct sip_ims_path *path, struct sip_ims_call *call,
	     const struct sip_ims_stream *stream)
{
	struct sip_ims_binding *binding;

	list_for_each_entry(binding, &call->bindings, list) {
		if (binding->l4proto == stream->l4proto &&
		    sip_ims_same_endpoint(&binding->local,
					  &stream->local[SIP_IMS_RTP]) &&
		    nf_inet_addr_cmp(&binding->mapped.addr,
				     &path->src_mapped.addr))
			return binding;
	}
	return NULL;
}

/**
 * sip_ims_binding_take() - take a pair of public ports for a packet's sender
 * @path: path of the packet; the pair is one of its mapped source address
 * @local: the endpoints that the pair stands for, SIP_IMS_COMPONENTS entries
 * @call: key hash of the call whose media it carries; 0 for anything else
 *
 * The caller owns the pair, and releases it with sip_ims_pool_free().
 *
 * Context: RCU read side, bottom halves off.
 * Return: the binding, or an ERR_PTR() of sip_ims_pool_take(), counted.
 */
struct sip_ims_binding *
sip_ims_binding_take(const struct sip_ims_path *path,
		     const struct sip_ims_endpoint *local, u64 call)
{
	struct sip_ims_binding *binding =
		sip_ims_pool_take(path, &path->src_mapped.addr, local, call);

	if (binding == ERR_PTR(-ENOSPC))
		sip_ims_refuse(path->sn, PORT_EXHAUSTED);
	else if (IS_ERR(binding))
		sip_ims_refuse(path->sn, NO_MEMORY);
	return binding;
}

static struct sip_ims_binding *
binding_create(const struct sip_ims_path *path, struct sip_ims_call *call,
	       const struct sip_ims_stream *stream)
{
	struct sip_ims_binding *binding;

	if (call->n_bindings >= SIP_IMS_BINDINGS_MAX) {
		sip_ims_refuse(path->sn, BINDING_LIMIT);
		return ERR_PTR(-ENOSPC);
	}
	binding = sip_ims_binding_take(path, stream->local,
				       call->session.key.hash);
	if (IS_ERR(binding))
		return binding;
	binding->use = 0;
	binding->l4proto = stream->l4proto;
	list_add(&binding->list, &call->bindings);
	call->n_bindings++;
	return binding;
}

/**
 * sip_ims_binding_get() - look up or create the binding of a stream
 * @path: path of the packet whose SDP has the stream
 * @call: the call, locked
 * @stream: its @local and @l4proto are set
 *
 * An address has one binding as long as any stream refers to it.  Two m= lines
 * with one port (BUNDLE, RFC 9143) share it.
 *
 * Context: RCU read side, bottom halves off.
 * Return: the binding, with a reference for the stream that
 * sip_ims_binding_put() drops; an ERR_PTR(), counted: -ENOSPC above
 * SIP_IMS_BINDINGS_MAX or without a free pair, -ENOMEM.
 */
struct sip_ims_binding *
sip_ims_binding_get(const struct sip_ims_path *path, struct sip_ims_call *call,
		    const struct sip_ims_stream *stream)
{
	struct sip_ims_binding *binding;

	lockdep_assert_held(&call->session.lock);

	binding = binding_find(path, call, stream);
	if (!binding)
		binding = binding_create(path, call, stream);
	if (!IS_ERR(binding))
		binding->use++;
	return binding;
}

/**
 * sip_ims_binding_put() - drop a reference to a binding
 * @call: the call, locked or without any reference to it
 * @binding: the binding; its pair is released with the last reference
 *
 * Context: any.
 */
void sip_ims_binding_put(struct sip_ims_call *call,
			 struct sip_ims_binding *binding)
{
	if (--binding->use)
		return;
	list_del(&binding->list);
	call->n_bindings--;
	sip_ims_pool_free(call->session.sn, binding->pool,
			  binding->mapped.port);
}

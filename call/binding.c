// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bindings: which public pair an address of a call has.
 *
 * One list for each call, looked through from its begin: a call has a few.
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
 * sip_ims_binding_take() - a public pair of ports for the sender of a packet
 * @path: the packet; the address is what its sender is seen as
 * @local: whom it stands for, SIP_IMS_COMPONENTS entries
 * @call: key hash of the call, for its media; 0 for anything else
 *
 * Return: see sip_ims_pool_take(); an error is counted.
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
binding_new(const struct sip_ims_path *path, struct sip_ims_call *call,
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
 * sip_ims_binding_get() - the public pair of a stream
 * @path: the packet; the address is what its sender is seen as
 * @call: locked
 * @stream: @local and @l4proto are set
 *
 * The same address always gets the same pair as long as anybody holds it; of
 * two m= lines with one port (BUNDLE, RFC 9143) both hold it.
 *
 * Return: the binding with one more reference, or an ERR_PTR() that is counted.
 */
struct sip_ims_binding *sip_ims_binding_get(const struct sip_ims_path *path,
					    struct sip_ims_call *call,
					    const struct sip_ims_stream *stream)
{
	struct sip_ims_binding *binding;

	lockdep_assert_held(&call->session.lock);

	binding = binding_find(path, call, stream);
	if (!binding)
		binding = binding_new(path, call, stream);
	if (!IS_ERR(binding))
		binding->use++;
	return binding;
}

/**
 * sip_ims_binding_put() - give a reference back
 * @call: locked, or nobody else holds it
 * @binding: the binding; the pair goes back with the last one
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

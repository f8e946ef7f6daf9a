// SPDX-License-Identifier: GPL-2.0-only
/*
 * The state of a network namespace, and the gate that all namespaces share.
 */
#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include <session/gate.h>
#include <session/net.h>

unsigned int sip_ims_net_id __read_mostly;
static const struct sip_ims_gate __rcu *sip_ims_gate_ops __read_mostly;

/**
 * sip_ims_pernet() - get the state of a namespace
 * @net: the namespace
 *
 * Context: any.
 * Return: the state, valid as long as the namespace exists.
 */
struct sip_ims_net *sip_ims_pernet(const struct net *net)
{
	return net_generic(net, sip_ims_net_id);
}

/**
 * sip_ims_gate() - get the gate
 *
 * Context: RCU read side; the operations are valid within it.
 * Return: the operations, or NULL while no helper is attached.
 */
const struct sip_ims_gate *sip_ims_gate(void)
{
	return rcu_dereference(sip_ims_gate_ops);
}

/**
 * sip_ims_gate_register() - begin the use of a gate
 * @gate: its operations; valid until sip_ims_gate_unregister() returns
 *
 * Context: any.
 * Return: 0; -EEXIST when a gate is registered already.
 */
int sip_ims_gate_register(const struct sip_ims_gate *gate)
{
	if (cmpxchg((const struct sip_ims_gate __force **)&sip_ims_gate_ops,
		    NULL, gate))
		return -EEXIST;
	return 0;
}

/**
 * sip_ims_gate_unregister() - end the use of the gate
 *
 * The caller has closed all sessions of all namespaces.  Waits until no reader
 * uses the gate, and until the callbacks that put masters have run.
 *
 * Context: process context, may sleep.
 */
void sip_ims_gate_unregister(void)
{
	RCU_INIT_POINTER(sip_ims_gate_ops, NULL);
	synchronize_rcu();
	/* session_free_rcu() puts a master, which belongs to the gate. */
	rcu_barrier();
}

/**
 * sip_ims_hash() - hash bytes that an attacker may choose
 * @sn: the namespace, which has the secret
 * @data: the bytes
 * @len: their number
 *
 * Context: any.
 * Return: a keyed hash (siphash); never 0, so that 0 can mean "none".
 */
u64 sip_ims_hash(const struct sip_ims_net *sn, const void *data, size_t len)
{
	return siphash(data, len, &sn->secret) ?: 1;
}

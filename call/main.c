// SPDX-License-Identifier: GPL-2.0-only
/*
 * sip_ims.ko: the language and the decisions, for the two halves to use.
 */
#include <linux/module.h>
#include <linux/random.h>
#include <linux/rtnetlink.h>
#include <net/netns/generic.h>

#include <sip_ims/call.h>

static unsigned int sip_ims_net_id __read_mostly;
static const struct sip_ims_gate __rcu *sip_ims_gate_ops __read_mostly;

/**
 * sip_ims_pernet() - the state of a namespace
 * @net: the namespace
 *
 * Return: its state; valid as long as the namespace is.
 */
struct sip_ims_net *sip_ims_pernet(const struct net *net)
{
	return net_generic(net, sip_ims_net_id);
}
EXPORT_SYMBOL_GPL(sip_ims_pernet);

/**
 * sip_ims_gate() - how decisions reach the packets
 *
 * Context: RCU read side; the answer is valid inside it.
 * Return: the conntrack half's operations, or NULL when it is not loaded.
 */
const struct sip_ims_gate *sip_ims_gate(void)
{
	return rcu_dereference(sip_ims_gate_ops);
}

/**
 * sip_ims_gate_register() - the conntrack half comes
 * @gate: its operations, kept until sip_ims_gate_unregister()
 *
 * Return: 0, or -EEXIST when there is one already.
 */
int sip_ims_gate_register(const struct sip_ims_gate *gate)
{
	if (cmpxchg((const struct sip_ims_gate __force **)&sip_ims_gate_ops,
		    NULL, gate))
		return -EEXIST;
	return 0;
}
EXPORT_SYMBOL_GPL(sip_ims_gate_register);

/**
 * sip_ims_gate_unregister() - the conntrack half goes
 *
 * Closes every session and forgets every stream of every namespace first, so
 * that no expectation and no master outlives the code behind it.  The caller
 * has seen to it that no packet can reach sip_ims_decide() any more.
 *
 * Context: process context, may sleep.
 */
void sip_ims_gate_unregister(void)
{
	struct net *net;

	down_read(&net_rwsem);
	for_each_net(net) {
		sip_ims_connections_flush(sip_ims_pernet(net));
		sip_ims_session_flush(sip_ims_pernet(net), -1);
	}
	up_read(&net_rwsem);
	RCU_INIT_POINTER(sip_ims_gate_ops, NULL);
	synchronize_rcu();
	/* The masters are put, and the streams freed, by callbacks. */
	rcu_barrier();
}
EXPORT_SYMBOL_GPL(sip_ims_gate_unregister);

static int __net_init sip_ims_net_init(struct net *net)
{
	struct sip_ims_net *sn = sip_ims_pernet(net);
	int err;

	sn->net = net;
	spin_lock_init(&sn->lock);
	get_random_bytes(&sn->secret, sizeof(sn->secret));
	sip_ims_connections_init(sn);
	sn->counters = alloc_percpu(struct sip_ims_counters);
	if (!sn->counters)
		return -ENOMEM;
	err = sip_ims_guard_init(sn);
	if (err)
		goto err_counters;
	err = sip_ims_sessions_init(sn);
	if (err)
		goto err_guard;
	return 0;

err_guard:
	sip_ims_guard_exit(sn);
err_counters:
	free_percpu(sn->counters);
	return err;
}

static void __net_exit sip_ims_net_exit(struct net *net)
{
	struct sip_ims_net *sn = sip_ims_pernet(net);

	sip_ims_connections_exit(sn);
	sip_ims_sessions_exit(sn);
	sip_ims_pools_exit(sn);
	sip_ims_guard_exit(sn);
	sip_ims_zones_exit(sn);
	free_percpu(sn->counters);
}

static struct pernet_operations sip_ims_net_ops = {
	.init = sip_ims_net_init,
	.exit = sip_ims_net_exit,
	.id = &sip_ims_net_id,
	.size = sizeof(struct sip_ims_net),
};

static int __init sip_ims_init(void)
{
	int err;

	err = register_pernet_subsys(&sip_ims_net_ops);
	if (err)
		return err;
	err = sip_ims_netlink_init();
	if (err)
		goto err_pernet;
	return 0;

err_pernet:
	unregister_pernet_subsys(&sip_ims_net_ops);
	return err;
}

static void __exit sip_ims_exit(void)
{
	sip_ims_netlink_exit();
	unregister_pernet_subsys(&sip_ims_net_ops);
	/* A timer's last instructions, then the callbacks it queued. */
	synchronize_rcu();
	rcu_barrier();
}

module_init(sip_ims_init);
module_exit(sip_ims_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("SIP language, calls and registrations of the IMS ALG");

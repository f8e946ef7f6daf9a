// SPDX-License-Identifier: GPL-2.0-only
/*
 * sip_ims.ko: initialization and exit of the module, of a network namespace,
 * and of packet handling for the helpers.
 *
 * sip_ims.ko outlives the helpers, which need its symbols.  Packets are handled
 * between sip_ims_helper_attach() and sip_ims_helper_detach() only, so that
 * afterwards a namespace has neither sessions nor connections.
 */
#include <linux/module.h>
#include <linux/random.h>
#include <linux/rtnetlink.h>
#include <net/net_namespace.h>

#include <netlink/netlink.h>
#include <packet/connection.h>
#include <packet/gate.h>
#include <packet/handle.h>
#include <packet/message.h>
#include <registration/port.h>
#include <session/admission.h>
#include <session/net.h>
#include <session/pool.h>
#include <session/session.h>
#include <session/settings.h>

#include <sip_ims/helper.h>

/**
 * sip_ims_helper_attach() - prepare for packets from the helpers
 * @helpers: the helpers of nf_conntrack_sip_ims.ko, SIP_IMS_HELPERS entries:
 *	IPv4 UDP, IPv4 TCP, IPv6 UDP, IPv6 TCP; filled in before the first
 *	packet, and valid until sip_ims_helper_detach()
 *
 * Context: process context.
 * Return: 0; -EEXIST when helpers are attached already; -ENOMEM.
 */
int sip_ims_helper_attach(struct nf_conntrack_helper * const *helpers)
{
	int err = sip_ims_work_alloc();

	if (err)
		return err;
	err = sip_ims_gate_open(helpers);
	if (err)
		sip_ims_work_free();
	return err;
}
EXPORT_SYMBOL_GPL(sip_ims_helper_attach);

static void end_all_sessions(void)
{
	struct net *net;

	down_read(&net_rwsem);
	for_each_net(net) {
		sip_ims_connections_flush(sip_ims_pernet(net));
		sip_ims_session_flush(sip_ims_pernet(net), -1);
	}
	up_read(&net_rwsem);
}

/**
 * sip_ims_helper_detach() - end all sessions and TCP connections
 *
 * No expectation, master or flow refers to the helpers afterwards.  The caller
 * has unregistered the helpers, so that no packet comes any more.
 *
 * Context: process context, may sleep.
 */
void sip_ims_helper_detach(void)
{
	sip_ims_message_exit();
	end_all_sessions();
	sip_ims_gate_close();
	sip_ims_work_free();
}
EXPORT_SYMBOL_GPL(sip_ims_helper_detach);

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
	err = sip_ims_admission_init(sn);
	if (err)
		goto err_counters;
	err = sip_ims_ports_init(sn);
	if (err)
		goto err_admission;
	err = sip_ims_sessions_init(sn);
	if (err)
		goto err_ports;
	return 0;

err_ports:
	sip_ims_ports_exit(sn);
err_admission:
	sip_ims_admission_exit(sn);
err_counters:
	free_percpu(sn->counters);
	return err;
}

static void __net_exit sip_ims_net_exit(struct net *net)
{
	struct sip_ims_net *sn = sip_ims_pernet(net);

	sip_ims_connections_exit(sn);
	sip_ims_sessions_exit(sn);
	sip_ims_ports_exit(sn);
	sip_ims_pools_exit(sn);
	sip_ims_admission_exit(sn);
	sip_ims_settings_exit(sn);
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
	/* Wait for running timers, then for the RCU callbacks they queued. */
	synchronize_rcu();
	rcu_barrier();
}

module_init(sip_ims_init);
module_exit(sip_ims_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("SIP language, calls and registrations of the IMS ALG");

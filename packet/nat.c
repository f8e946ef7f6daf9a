// SPDX-License-Identifier: GPL-2.0-only
/*
 * The operations of the NAT module, while it is loaded.
 *
 * Packets read the pointer under RCU.  The NAT module sets it when it is loaded
 * and clears it before it is unloaded.
 */
#include <linux/module.h>
#include <linux/rcupdate.h>

#include <packet/nat.h>

static const struct sip_ims_nat __rcu *sip_ims_nat_ops __read_mostly;

/**
 * sip_ims_nat_get() - get the operations of the NAT module
 *
 * Context: RCU read side; the result is valid within it.
 * Return: the operations, or NULL while the module is not loaded.
 */
const struct sip_ims_nat *sip_ims_nat_get(void)
{
	return rcu_dereference(sip_ims_nat_ops);
}

/**
 * sip_ims_nat_register() - publish the operations of the NAT module
 * @nat: the operations; valid until sip_ims_nat_unregister() returns
 *
 * Context: process context.
 */
void sip_ims_nat_register(const struct sip_ims_nat *nat)
{
	rcu_assign_pointer(sip_ims_nat_ops, nat);
}
EXPORT_SYMBOL_GPL(sip_ims_nat_register);

/**
 * sip_ims_nat_unregister() - withdraw the operations of the NAT module
 *
 * Context: process context; waits until no packet uses the operations.
 */
void sip_ims_nat_unregister(void)
{
	RCU_INIT_POINTER(sip_ims_nat_ops, NULL);
	synchronize_rcu();
}
EXPORT_SYMBOL_GPL(sip_ims_nat_unregister);

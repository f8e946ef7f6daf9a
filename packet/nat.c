// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where the NAT module is found while it is loaded.
 */
#include <linux/module.h>
#include <linux/rcupdate.h>

#include <packet/nat.h>

static const struct sip_ims_nat __rcu *sip_ims_nat_ops __read_mostly;

/**
 * sip_ims_nat() - get the operations of the NAT module
 *
 * Context: RCU read side; the result is valid within it.
 * Return: the operations, or NULL while the module is not loaded.
 */
const struct sip_ims_nat *sip_ims_nat(void)
{
	return rcu_dereference(sip_ims_nat_ops);
}

/**
 * sip_ims_nat_register() - begin the use of the NAT module
 * @nat: its operations; valid until sip_ims_nat_unregister()
 */
void sip_ims_nat_register(const struct sip_ims_nat *nat)
{
	rcu_assign_pointer(sip_ims_nat_ops, nat);
}
EXPORT_SYMBOL_GPL(sip_ims_nat_register);

/**
 * sip_ims_nat_unregister() - end the use of the NAT module
 *
 * Context: process context; waits until no packet uses the operations.
 */
void sip_ims_nat_unregister(void)
{
	RCU_INIT_POINTER(sip_ims_nat_ops, NULL);
	synchronize_rcu();
}
EXPORT_SYMBOL_GPL(sip_ims_nat_unregister);

// SPDX-License-Identifier: GPL-2.0-only
/*
 * sip_ims_kunit.ko: the suites, and the gate they look through.
 *
 * Each suite names itself in the module's information, too (kunit_suite): so
 * that it can be seen when one of them did not run.
 */
#include "world.h"

/* The suites run after this, and before the exit below. */
static int __init world_module_init(void)
{
	int err = sip_ims_gate_register(&world_gate);

	if (err)
		pr_err("nf_conntrack_sip_ims must not be loaded\n");
	return err;
}

static void __exit world_module_exit(void)
{
	sip_ims_gate_unregister();
}

module_init(world_module_init);
module_exit(world_module_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("KUnit suites of the IMS ALG");

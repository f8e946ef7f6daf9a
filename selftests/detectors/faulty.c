// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does one thing that a kernel module must not do, when it is loaded: for the
 * proof that the debug lane sees it.
 */
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/timer.h>

static char *fault = "none";
module_param(fault, charp, 0444);
MODULE_PARM_DESC(fault, "which one");

static DEFINE_SPINLOCK(first);
static DEFINE_SPINLOCK(second);
static DEFINE_MUTEX(mutex);
static void __rcu *pointer;

static void use_after_free(void)
{
	char *byte = kmalloc(64, GFP_KERNEL);

	kfree(byte);
	OPTIMIZER_HIDE_VAR(byte);
	WRITE_ONCE(byte[8], 1);
}

static void out_of_bounds(void)
{
	char *byte = kmalloc(60, GFP_KERNEL);

	OPTIMIZER_HIDE_VAR(byte);
	WRITE_ONCE(byte[60], 1);
	kfree(byte);
}

/* Many, because a stale word of some stack may still point to the last one. */
static void leak(void)
{
	unsigned int i;
	char *byte;

	for (i = 0; i < 16; i++) {
		byte = kmalloc(64, GFP_KERNEL);
		WRITE_ONCE(byte[0], 1);
	}
}

static void lock_order(void)
{
	spin_lock(&first);
	spin_lock(&second);
	spin_unlock(&second);
	spin_unlock(&first);
	spin_lock(&second);
	spin_lock(&first);
	spin_unlock(&first);
	spin_unlock(&second);
}

static void sleep_in_atomic(void)
{
	spin_lock(&first);
	mutex_lock(&mutex);
	mutex_unlock(&mutex);
	spin_unlock(&first);
}

static void rcu_unprotected(void)
{
	if (rcu_dereference(pointer))
		pr_info("nothing was ever put there\n");
}

static void timer_nothing(struct timer_list *timer)
{
}

static void timer_freed(void)
{
	struct timer_list *timer = kzalloc(sizeof(*timer), GFP_KERNEL);

	timer_setup(timer, timer_nothing, 0);
	mod_timer(timer, jiffies + 100 * HZ);
	kfree(timer);
}

static const struct {
	const char *name;
	void (*make)(void);
} faults[] = {
	{ "use-after-free", use_after_free },
	{ "out-of-bounds", out_of_bounds },
	{ "leak", leak },
	{ "lock-order", lock_order },
	{ "sleep-in-atomic", sleep_in_atomic },
	{ "rcu-unprotected", rcu_unprotected },
	{ "timer-freed", timer_freed },
};

static int __init faulty_init(void)
{
	unsigned int i;

	if (!strcmp(fault, "none"))
		return 0;
	for (i = 0; i < ARRAY_SIZE(faults); i++) {
		if (!strcmp(fault, faults[i].name)) {
			faults[i].make();
			return 0;
		}
	}
	return -EINVAL;
}

static void __exit faulty_exit(void)
{
}

module_init(faulty_init);
module_exit(faulty_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("What the debug lane must see");

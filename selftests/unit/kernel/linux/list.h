/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stands in for the kernel's header: rewrite/ only passes structures along that
 * have lists in them.
 */
#ifndef _UNIT_KERNEL_LIST_H
#define _UNIT_KERNEL_LIST_H

struct list_head {
	struct list_head *next, *prev;
};

static inline void INIT_LIST_HEAD(struct list_head *list)
{
	list->next = list;
	list->prev = list;
}

#endif /* _UNIT_KERNEL_LIST_H */

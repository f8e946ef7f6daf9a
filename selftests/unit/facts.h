/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The facts of a message as text.
 */
#ifndef _FACTS_H
#define _FACTS_H

#include <sip_ims/types.h>

#ifdef __KERNEL__
#include <linux/seq_buf.h>
#else
#include <stdio.h>

/* As much of the kernel's seq_buf as is needed, over a file in memory. */
struct seq_buf {
	FILE *file;
};

#define seq_buf_printf(out, ...)	fprintf((out)->file, __VA_ARGS__)
#define seq_buf_putc(out, byte)		fputc(byte, (out)->file)
#endif /* __KERNEL__ */

/* One fact a line. */
void print_facts(struct seq_buf *out, const u8 *bytes, size_t len);

#endif /* _FACTS_H */

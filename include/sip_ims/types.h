/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Basic types, in the kernel and for the files that also build in userspace.
 */
#ifndef _SIP_IMS_TYPES_H
#define _SIP_IMS_TYPES_H

#ifdef __KERNEL__
#include <linux/build_bug.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>
#else
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
typedef int32_t s32;
typedef int64_t s64;

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x)	__builtin_expect(!!(x), 0)
#undef static_assert
#define static_assert(expr, ...)	_Static_assert(expr, #expr)
#ifndef fallthrough
#define fallthrough	__attribute__((__fallthrough__))
#endif
#endif /* __KERNEL__ */

#endif /* _SIP_IMS_TYPES_H */

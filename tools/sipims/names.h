/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tables of the netlink specification: name and kind of each attribute.  The
 * tables themselves are generated.
 */
#ifndef _SIPIMS_NAMES_H
#define _SIPIMS_NAMES_H

#include <stdbool.h>

enum kind {
	KIND_NONE,		/* no such attribute */
	KIND_PAD,
	KIND_FLAG,
	KIND_U8,
	KIND_U16,
	KIND_BE16,
	KIND_U32,
	KIND_U64,
	KIND_STRING,
	KIND_ADDRESS,		/* 4 or 16 bytes */
	KIND_NEST,
};

struct enumeration {
	unsigned int count;
	const char *name[];
};

struct attr_set;

struct attribute {
	const char *name;
	const char *doc;
	enum kind kind;
	bool multi;			/* may occur several times */
	const struct enumeration *values;
	const struct attr_set *nested;
};

/* Attribute numbers index the array. */
struct attr_set {
	unsigned int max;
	struct attribute attr[];
};

#endif /* _SIPIMS_NAMES_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The naive parser: slow, byte by byte, with the C library; written from
 * RFC 3261 and the headers, without a look at sip/.
 */
#ifndef _ORACLE_H
#define _ORACLE_H

#include <sip_ims/sip.h>

struct naive_header {
	size_t name;
	size_t value;
	size_t value_len;
	int id;
};

struct naive {
	enum sip_fault fault;
	struct naive_header headers[SIP_HEADERS_MAX];
	unsigned int count;
	bool request;
	unsigned int status;
	unsigned long cseq;
	size_t body;
	size_t body_len;
	char *method;
	char *call_id;
	char *from_tag;
	char *to_tag;
	char *branch;
};

void naive_parse(struct naive *naive, const u8 *bytes, size_t len);
void naive_free(struct naive *naive);

#endif /* _ORACLE_H */

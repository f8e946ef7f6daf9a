/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The naive parser: slow, byte by byte, with the C library; written from the
 * RFCs and the headers, it shares no code with sip/.
 */
#ifndef _NAIVE_H
#define _NAIVE_H

#include <regex.h>

#include <sip_ims/sdp.h>

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
	size_t uri;
	size_t uri_len;
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
/* The value of the nth header of this kind as a string, or NULL. */
char *naive_value(const struct naive *naive, const u8 *bytes, int id,
		  unsigned int nth);

/* A place in a string, or in the message. */
struct naive_span {
	const char *at;
	size_t len;
};

struct naive_place {
	size_t off;
	size_t len;
};

/* naive_walk.c: what sip_walk_next() should find. */
struct naive_literal {
	enum sip_place place;
	int header;
	unsigned int index;
	struct naive_place host;
	struct naive_place port_text;
	struct sip_address address;
	unsigned int port;
};

struct naive_literals {
	struct naive_literal *all;
	size_t count;
	size_t room;
};

void naive_walk(const struct naive *naive, const u8 *bytes,
		struct naive_literals *literals);

struct naive_contact {
	bool star;
	struct naive_place uri;
	struct naive_place host;
	struct sip_address address;
	unsigned int port;
	bool has_expires;
	u32 expires;
};

struct naive_contacts {
	struct naive_contact *all;
	size_t count;
	size_t room;
};

/* The values of Contact that can be read */
void naive_contacts(const struct naive *naive, const u8 *bytes,
		    struct naive_contacts *contacts);
struct naive_place naive_header_uri(const struct naive *naive, const u8 *bytes,
				    int id);

/* A URI taken apart; places are relative to the URI. */
struct naive_uri {
	struct naive_place host;
	struct naive_place port_text;
	struct sip_address address;
	unsigned int port;
	size_t rest;
};

bool naive_uri(struct naive_span text, struct naive_uri *uri);

/* naive_sdp.c: what sdp_parse() and sip_find_sdp() should find. */
struct naive_sdp_address {
	struct naive_place text;
	struct sip_address address;
};

struct naive_media {
	enum sdp_transport transport;
	enum sdp_direction direction;
	enum sdp_setup setup;
	bool cema;
	unsigned int port;
	unsigned int ports;
	unsigned int rtcp_port;
	bool rtcp_mux;
	bool absurd_port;
	struct naive_place port_text;
	struct naive_place rtcp_text;
	struct naive_sdp_address connection;
	struct naive_sdp_address rtcp;
};

struct naive_attribute {
	enum sdp_attribute_kind kind;
	unsigned int mline;
	unsigned int component;
	unsigned int l4proto;
	struct naive_place line;
	struct naive_sdp_address host[2];
	struct naive_place port_text[2];
	unsigned int port[2];
};

struct naive_attributes {
	struct naive_attribute *all;
	size_t count;
	size_t room;
};

struct naive_sdp {
	struct naive_attributes attributes;
	struct naive_sdp_address origin;
	struct naive_sdp_address connection;
	unsigned int count;
	struct naive_media media[SDP_MEDIA_MAX];
};

/* false when it cannot be read. */
bool naive_sdp(const u8 *bytes, struct naive_place body, struct naive_sdp *sdp);
/* false when the parts cannot be delimited; @sdp is all zero when there is
 * none.  Not to be asked of a body with a NUL in it.
 */
bool naive_find_sdp(const struct naive *naive, const u8 *bytes,
		    struct naive_place *sdp);

/* A part of a multipart body, and the last of its Content-Length. */
struct naive_part {
	char *type;
	bool coded;
	struct naive_place length;
	struct naive_place body;
};

struct naive_parts {
	struct naive_part *all;
	size_t count;
};

/* All of them, @type unset; those that cannot be delimited are left out. */
void naive_parts(const struct naive *naive, const u8 *bytes,
		 struct naive_parts *parts);

/* Is each Content-Length of a part that changed its length true, and each other
 * what it was?  NULL or what is wrong.
 */
const char *naive_lengths(const u8 *old, size_t old_len, const u8 *new,
			  size_t new_len);

/* naive_attribute.c: adds what this line says; @whole is where it stands, with
 * its end.
 */
void naive_attribute(struct naive_attributes *list, const char *line,
		     struct naive_place whole, unsigned int mline);

/* naive_text.c: what these have in common. */
char *naive_text(const u8 *bytes, size_t from, size_t to);
bool naive_match(const char *text, const char *pattern, regmatch_t *groups,
		 size_t count);
bool naive_matches(const char *text, const char *pattern);
bool naive_is_token(int c);
bool naive_is_space(int c);
const char *naive_skip_space(const char *at);
/* The comma after a value, or the end. */
const char *naive_value_end(const char *at);
/* The URI of a value, and where its parameters begin; NULL when there is no
 * URI.
 */
const char *naive_params(const char *value, struct naive_span *uri);
bool naive_param_next(const char **cursor, struct naive_span *name,
		      struct naive_span *value);
/* The value of the parameter @wanted in ";a=b;c"; NULL when it is not there.
 * @again says that there is a second one.
 */
char *naive_param(const char *at, const char *wanted, bool *again);
bool naive_text_is(const struct naive_span *text, const char *expected);
bool naive_address(const char *text, size_t len, struct sip_address *address);
/* Saturated at 2^32 - 1. */
u32 naive_number(const char *digits);

#define NAIVE_TOKEN	"[A-Za-z0-9.!%*_+`'~-]"

#endif /* _NAIVE_H */

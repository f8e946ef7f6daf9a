// SPDX-License-Identifier: GPL-2.0-only
/*
 * Decodes netlink attributes to JSON with the tables of the specification.
 */
#include <arpa/inet.h>
#include <linux/genetlink.h>
#include <string.h>

#include "sipims.h"

static json_t *decode_set(const struct attr_set *set, const void *data,
			  size_t len);

/* A URI that the kernel truncated may end inside a UTF-8 character. */
static json_t *decode_string(const char *text, size_t len)
{
	char clean[512];
	json_t *value;
	size_t i;

	len = strnlen(text, len);
	value = json_stringn(text, len);
	if (value)
		return value;
	for (i = 0; i < len && i < sizeof(clean); i++)
		clean[i] = (unsigned char)text[i] < 0x80 ? text[i] : '?';
	return json_stringn(clean, i);
}

static json_t *decode_address(const void *data, size_t len)
{
	char text[INET6_ADDRSTRLEN];

	if (len != sizeof(struct in_addr) && len != sizeof(struct in6_addr))
		return json_null();
	inet_ntop(len == sizeof(struct in_addr) ? AF_INET : AF_INET6, data,
		  text, sizeof(text));
	return json_string(text);
}

static json_t *decode_integer(const struct attribute *attr, uint64_t value)
{
	if (attr->values && value < attr->values->count)
		return json_string(attr->values->name[value]);
	return json_integer((json_int_t)value);
}

static size_t size_of_kind(enum kind kind)
{
	switch (kind) {
	case KIND_U8:
		return 1;
	case KIND_U16:
	case KIND_BE16:
		return 2;
	case KIND_U32:
		return 4;
	case KIND_U64:
		return 8;
	default:
		return 0;
	}
}

static json_t *decode_value(const struct attribute *attr,
			    const struct nlattr *nla)
{
	const void *data = mnl_attr_get_payload(nla);
	size_t len = mnl_attr_get_payload_len(nla);

	if (len < size_of_kind(attr->kind))
		return json_null();
	switch (attr->kind) {
	case KIND_FLAG:
		return json_true();
	case KIND_U8:
		return decode_integer(attr, mnl_attr_get_u8(nla));
	case KIND_U16:
		return decode_integer(attr, mnl_attr_get_u16(nla));
	case KIND_BE16:
		return decode_integer(attr, ntohs(mnl_attr_get_u16(nla)));
	case KIND_U32:
		return decode_integer(attr, mnl_attr_get_u32(nla));
	case KIND_U64:
		return decode_integer(attr, mnl_attr_get_u64(nla));
	case KIND_STRING:
		return decode_string(data, len);
	case KIND_ADDRESS:
		return decode_address(data, len);
	case KIND_NEST:
		return decode_set(attr->nested, data, len);
	default:
		return NULL;
	}
}

static void add_value(json_t *object, const struct attribute *attr,
		      json_t *value)
{
	json_t *list = json_object_get(object, attr->name);

	if (!value)
		return;
	if (!attr->multi) {
		json_object_set_new(object, attr->name, value);
		return;
	}
	if (!list) {
		list = json_array();
		json_object_set_new(object, attr->name, list);
	}
	json_array_append_new(list, value);
}

/* A missing flag becomes false, a missing list empty, so keys are stable. */
static void add_defaults(json_t *object, const struct attr_set *set)
{
	unsigned int i;

	for (i = 1; i <= set->max; i++) {
		const struct attribute *attr = &set->attr[i];

		if (json_object_get(object, attr->name))
			continue;
		if (attr->multi)
			json_object_set_new(object, attr->name, json_array());
		else if (attr->kind == KIND_FLAG)
			json_object_set_new(object, attr->name, json_false());
	}
}

static json_t *decode_set(const struct attr_set *set, const void *data,
			  size_t len)
{
	json_t *object = json_object();
	const struct nlattr *attr;

	mnl_attr_for_each_payload(data, len) {
		const struct attribute *known;

		if (mnl_attr_get_type(attr) > set->max)
			continue;
		known = &set->attr[mnl_attr_get_type(attr)];
		add_value(object, known, decode_value(known, attr));
	}
	add_defaults(object, set);
	return object;
}

/* Decodes one message of the family to an object of the main set. */
json_t *decode_message(const struct netlink *netlink,
		       const struct nlmsghdr *answer)
{
	const char *data = mnl_nlmsg_get_payload_offset(answer, GENL_HDRLEN);
	const char *end = mnl_nlmsg_get_payload_tail(answer);

	return decode_set(netlink->known->set, data,
			  data < end ? (size_t)(end - data) : 0);
}

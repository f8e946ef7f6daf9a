// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests to the kernel and its responses.
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <string.h>

#include "sipims.h"

#define DUMP_ATTEMPTS		8

const struct family sip_ims_family = {
	SIP_IMS_FAMILY_NAME, "nf_conntrack_sip_ims", &main_set,
};

/* How receiving goes on after a netlink message */
enum verdict {
	MORE,
	DONE,
	FAILED,			/* the error has been printed */
};

/* The response to one request */
struct answers {
	json_t *list;
	bool interrupted;	/* the kernel's table changed during the dump */
};

static enum verdict end_response(const struct netlink *netlink,
				 const struct nlmsghdr *answer, int error)
{
	if (!error)
		return DONE;
	if (netlink->family == GENL_ID_CTRL && error == ENOENT)
		warnx("the kernel has no netlink family %s: load it with 'modprobe %s'",
		      netlink->known->name, netlink->known->module);
	else
		report_refusal(netlink, answer, error);
	return FAILED;
}

static enum verdict handle_message(const struct netlink *netlink,
				   const struct nlmsghdr *answer,
				   struct answers *answers)
{
	const struct nlmsgerr *err = mnl_nlmsg_get_payload(answer);
	size_t len = mnl_nlmsg_get_payload_len(answer);
	int code = 0;

	if (answer->nlmsg_flags & NLM_F_DUMP_INTR)
		answers->interrupted = true;
	if (answer->nlmsg_type == NLMSG_ERROR)
		return end_response(netlink, answer,
				    len < sizeof(*err) ? EBADMSG : -err->error);
	if (answer->nlmsg_type == NLMSG_DONE) {
		if (len >= sizeof(code))
			memcpy(&code, mnl_nlmsg_get_payload(answer),
			       sizeof(code));
		return end_response(netlink, answer, -code);
	}
	if (answer->nlmsg_type == netlink->family)
		json_array_append_new(answers->list,
				      netlink->decode(netlink, answer));
	return MORE;
}

static enum verdict handle_messages(struct netlink *netlink, const void *data,
				    int len, struct answers *answers)
{
	const struct nlmsghdr *answer = data;
	enum verdict verdict = MORE;

	while (verdict == MORE && mnl_nlmsg_ok(answer, len)) {
		if (answer->nlmsg_seq == netlink->seq)
			verdict = handle_message(netlink, answer, answers);
		answer = mnl_nlmsg_next(answer, &len);
	}
	return verdict;
}

/* Receives until an acknowledgment, an error or the end of a dump. */
static enum verdict receive_response(struct netlink *netlink,
				     struct answers *answers)
{
	static uint64_t buffer[8192];
	enum verdict verdict = MORE;
	ssize_t len;

	while (verdict == MORE) {
		len = mnl_socket_recvfrom(netlink->socket, buffer,
					  sizeof(buffer));
		if (len < 0 && errno == EINTR)
			continue;
		if (len < 0) {
			warnx("cannot receive from the kernel: %s",
			      strerror(errno));
			return FAILED;
		}
		verdict = handle_messages(netlink, buffer, (int)len, answers);
	}
	return verdict;
}

static enum verdict send_request(struct netlink *netlink,
				 struct answers *answers)
{
	struct nlmsghdr *request = (struct nlmsghdr *)netlink->request;

	request->nlmsg_seq = ++netlink->seq;
	answers->interrupted = false;
	json_array_clear(answers->list);
	if (mnl_socket_sendto(netlink->socket, request,
			      request->nlmsg_len) < 0) {
		warnx("cannot send to the kernel: %s", strerror(errno));
		return FAILED;
	}
	return receive_response(netlink, answers);
}

/*
 * Sends the request and returns the list of messages of the response, or NULL
 * after an error.  Repeats a dump that the kernel marks as inconsistent.
 */
json_t *netlink_query(struct netlink *netlink)
{
	struct answers answers = { .list = json_array() };
	int attempt;

	for (attempt = 0; attempt < DUMP_ATTEMPTS; attempt++) {
		if (send_request(netlink, &answers) == FAILED)
			goto failed;
		if (!answers.interrupted)
			return answers.list;
	}
	warnx("the kernel's table kept changing during the dump; try again");
failed:
	json_decref(answers.list);
	return NULL;
}

/* Begins a request in netlink->request; the kernel acknowledges each one. */
struct nlmsghdr *netlink_request(struct netlink *netlink, uint8_t command,
				 uint16_t flags)
{
	struct nlmsghdr *request = mnl_nlmsg_put_header(netlink->request);
	struct genlmsghdr *genl;

	request->nlmsg_type = netlink->family;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	genl = mnl_nlmsg_put_extra_header(request, sizeof(*genl));
	genl->cmd = command;
	genl->version = SIP_IMS_FAMILY_VERSION;
	return request;
}

/* Adds the number of one multicast group. */
static void decode_group(json_t *object, const struct nlattr *group)
{
	const char *name = NULL;
	const struct nlattr *attr;
	uint32_t number = 0;

	mnl_attr_for_each_nested(attr, group) {
		if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_NAME &&
		    mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) >= 0)
			name = mnl_attr_get_str(attr);
		if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_ID &&
		    mnl_attr_validate(attr, MNL_TYPE_U32) >= 0)
			number = mnl_attr_get_u32(attr);
	}
	if (name)
		json_object_set_new(object, name, json_integer(number));
}

/* Decodes the number of a family and the numbers of its multicast groups. */
static json_t *decode_family(const struct netlink *netlink,
			     const struct nlmsghdr *answer)
{
	json_t *groups = json_object();
	const struct nlattr *attr, *group;
	json_int_t number = 0;

	(void)netlink;
	mnl_attr_for_each(attr, answer, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID &&
		    mnl_attr_validate(attr, MNL_TYPE_U16) >= 0)
			number = mnl_attr_get_u16(attr);
		if (mnl_attr_get_type(attr) != CTRL_ATTR_MCAST_GROUPS)
			continue;
		mnl_attr_for_each_nested(group, attr)
			decode_group(groups, group);
	}
	return json_pack("{sIso}", KEY_FAMILY_NUMBER, number,
			 KEY_FAMILY_GROUPS, groups);
}

/* The kernel assigns the number of a family when its module is loaded. */
static enum status resolve_family(struct netlink *netlink)
{
	struct nlmsghdr *request;
	json_t *list, *family, *groups;

	netlink->family = GENL_ID_CTRL;
	netlink->decode = decode_family;
	request = netlink_request(netlink, CTRL_CMD_GETFAMILY, 0);
	mnl_attr_put_strz(request, CTRL_ATTR_FAMILY_NAME, netlink->known->name);
	list = netlink_query(netlink);
	if (!list)
		return STATUS_ERROR;
	family = json_array_get(list, 0);
	netlink->family = (uint16_t)get_number(family, KEY_FAMILY_NUMBER);
	groups = json_object_get(family, KEY_FAMILY_GROUPS);
	netlink->events = (uint32_t)get_number(groups, SIP_IMS_MCGRP_EVENTS);
	netlink->decode = decode_message;
	json_decref(list);
	return STATUS_OK;
}

/* Errors are ignored: older kernels lack some of these options. */
static void set_options(struct netlink *netlink)
{
	int on = 1;

	mnl_socket_setsockopt(netlink->socket, NETLINK_EXT_ACK, &on,
			      sizeof(on));
	mnl_socket_setsockopt(netlink->socket, NETLINK_CAP_ACK, &on,
			      sizeof(on));
	mnl_socket_setsockopt(netlink->socket, NETLINK_GET_STRICT_CHK, &on,
			      sizeof(on));
}

enum status netlink_open(struct netlink *netlink, const struct family *known)
{
	*netlink = (struct netlink){ .known = known };
	netlink->socket = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
	if (!netlink->socket)
		return fail(STATUS_ERROR, "cannot open a netlink socket: %s",
			    strerror(errno));
	if (mnl_socket_bind(netlink->socket, 0, MNL_SOCKET_AUTOPID) < 0) {
		warnx("cannot bind a netlink socket: %s", strerror(errno));
		goto close;
	}
	set_options(netlink);
	if (resolve_family(netlink) == STATUS_OK)
		return STATUS_OK;
close:
	netlink_close(netlink);
	return STATUS_ERROR;
}

void netlink_close(struct netlink *netlink)
{
	mnl_socket_close(netlink->socket);
}

/* Sends one request whose only attribute is a zone; -1 for none. */
json_t *netlink_query_zone(uint8_t command, uint16_t flags, int zone)
{
	struct nlmsghdr *request;
	struct netlink netlink;
	json_t *list;

	if (netlink_open(&netlink, &sip_ims_family) != STATUS_OK)
		return NULL;
	request = netlink_request(&netlink, command, flags);
	if (zone >= 0)
		mnl_attr_put_u16(request, SIP_IMS_A_MAIN_ZONE, (uint16_t)zone);
	list = netlink_query(&netlink);
	netlink_close(&netlink);
	return list;
}

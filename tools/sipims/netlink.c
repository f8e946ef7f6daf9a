// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests to the kernel and its answers.
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <string.h>
#include <time.h>

#include "sipims.h"

#define DUMP_ATTEMPTS		8

/* One netlink message on its way in */
enum verdict {
	MORE,
	DONE,
	FAILED,			/* the error has been printed */
};

/* What a conversation brought so far */
struct answers {
	json_t *list;
	bool interrupted;	/* the kernel's table changed under the dump */
};

static enum status family_missing(void)
{
	return fail(STATUS_ERROR, "the kernel has no sip_ims: load it with "
		    "'modprobe nf_conntrack_sip_ims'");
}

static enum verdict ended(const struct netlink *netlink,
			  const struct nlmsghdr *answer, int error)
{
	if (!error)
		return DONE;
	if (netlink->family == GENL_ID_CTRL && error == ENOENT)
		family_missing();
	else
		refused(netlink, answer, error);
	return FAILED;
}

static enum verdict answer_one(const struct netlink *netlink,
			       const struct nlmsghdr *answer,
			       struct answers *answers)
{
	const struct nlmsgerr *err = mnl_nlmsg_get_payload(answer);
	size_t len = mnl_nlmsg_get_payload_len(answer);
	int code = 0;

	if (answer->nlmsg_flags & NLM_F_DUMP_INTR)
		answers->interrupted = true;
	if (answer->nlmsg_type == NLMSG_ERROR)
		return ended(netlink, answer,
			     len < sizeof(*err) ? EBADMSG : -err->error);
	if (answer->nlmsg_type == NLMSG_DONE) {
		if (len >= sizeof(code))
			memcpy(&code, mnl_nlmsg_get_payload(answer), sizeof(code));
		return ended(netlink, answer, -code);
	}
	if (answer->nlmsg_type == netlink->family)
		json_array_append_new(answers->list,
				      netlink->family == GENL_ID_CTRL ?
				      json_integer(0) : decode_message(answer));
	return MORE;
}

static enum verdict answer_all(struct netlink *netlink, const void *data,
			       int len, struct answers *answers)
{
	const struct nlmsghdr *answer = data;
	enum verdict verdict = MORE;

	while (verdict == MORE && mnl_nlmsg_ok(answer, len)) {
		if (answer->nlmsg_seq == netlink->seq)
			verdict = answer_one(netlink, answer, answers);
		answer = mnl_nlmsg_next(answer, &len);
	}
	return verdict;
}

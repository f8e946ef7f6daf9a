// SPDX-License-Identifier: GPL-2.0-only
/* sipims -E: events, as they happen */
#define _GNU_SOURCE	/* ppoll() */

#include <errno.h>
#include <fcntl.h>
#include <linux/genetlink.h>
#include <linux/nsfs.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "sipims.h"

/* Several thousand events; only those not read yet take it. */
#define BUFFER_SIZE		(4 << 20)

/* The initial user namespace, whoever asks (PROC_USER_INIT_INO) */
#define USER_INIT_INO		0xEFFFFFFDu

struct listener {
	struct netlink netlink;
	const struct options *options;
	uint32_t told;
	bool lost;		/* some events did not reach us */
	bool over;
	enum status status;
};

static volatile sig_atomic_t interrupted;

static void on_signal(int signal)
{
	(void)signal;
	interrupted = 1;
}

/* ---- one event ------------------------------------------------------------- */

static bool wanted(const struct options *options, const json_t *call)
{
	if (options->zone >= 0 &&
	    get_number(call, "zone") != (unsigned long long)options->zone)
		return false;
	if (options->id && get_number(call, "id") != options->id)
		return false;
	return !options->call_id ||
	       !strcmp(get_text(call, "call-id"), options->call_id);
}

static const char *time_text(char *text, size_t size, const char *format,
			     bool local)
{
	time_t now = time(NULL);
	struct tm tm;

	strftime(text, size, format,
		 local ? localtime_r(&now, &tm) : gmtime_r(&now, &tm));
	return text;
}

/* One line; the names of the specification, and what it was and when */
static void show_json(const char *name, const json_t *values)
{
	char text[32];
	json_t *event;

	event = json_pack("{ssss}", "event", name, "time",
			  time_text(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ",
				    false));
	json_object_update(event, (json_t *)values);
	json_dumpf(event, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
	putchar('\n');
	json_decref(event);
}

static void show_text(const char *name, const json_t *values)
{
	json_t *calls = json_array(), *streams;
	char text[32];

	json_array_append(calls, json_object_get(values, "call"));
	streams = streams_of(calls);
	print_event(time_text(text, sizeof(text), "%H:%M:%S", true), name,
		    values, streams);
	json_decref(streams);
	json_decref(calls);
}

/* Whoever reads a pipe shall have it at once. */
static void flush(struct listener *listener)
{
	listener->over |= fflush(stdout) || ferror(stdout);
}

/* Some do not get far enough to be lost one by one. */
static void tell_loss(struct listener *listener)
{
	json_t *nothing = json_object();

	listener->lost = true;
	warnx("events were lost, they came too fast; --buffer-size has room for more");
	if (listener->options->json)
		show_json("lost", nothing);
	json_decref(nothing);
	flush(listener);
}

static void event(struct listener *listener, const struct nlmsghdr *message)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(message);
	const struct options *options = listener->options;
	const char *name;
	json_t *values;

	name = genl->cmd < event_names.count ? event_names.name[genl->cmd] : NULL;
	if (!name)
		return;
	values = decode_message(&listener->netlink, message);
	if (wanted(options, json_object_get(values, "call"))) {
		if (options->json)
			show_json(name, values);
		else
			show_text(name, values);
		flush(listener);
		listener->told++;
		if (options->number && listener->told >= options->number)
			listener->over = true;
	}
	json_decref(values);
}

/* ---- what comes ------------------------------------------------------------ */

/* A family that goes leaves its listeners behind without a word. */
static void control(struct listener *listener, const struct nlmsghdr *message)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(message);
	const struct nlattr *attr;

	if (genl->cmd != CTRL_CMD_DELFAMILY)
		return;
	mnl_attr_for_each(attr, message, sizeof(*genl)) {
		if (mnl_attr_get_type(attr) != CTRL_ATTR_FAMILY_ID ||
		    mnl_attr_validate(attr, MNL_TYPE_U16) < 0 ||
		    mnl_attr_get_u16(attr) != listener->netlink.family)
			continue;
		warnx("the kernel has no %s any more: it was unloaded",
		      listener->netlink.known->name);
		listener->status = STATUS_ERROR;
		listener->over = true;
	}
}

static void messages(struct listener *listener, const void *data, int len)
{
	const struct nlmsghdr *message = data;

	while (!listener->over && mnl_nlmsg_ok(message, len)) {
		if (mnl_nlmsg_get_payload_len(message) < sizeof(struct genlmsghdr))
			;
		else if (message->nlmsg_type == listener->netlink.family)
			event(listener, message);
		else if (message->nlmsg_type == GENL_ID_CTRL)
			control(listener, message);
		message = mnl_nlmsg_next(message, &len);
	}
}

static void receive(struct listener *listener)
{
	static uint64_t buffer[8192];
	ssize_t len;

	len = mnl_socket_recvfrom(listener->netlink.socket, buffer,
				  sizeof(buffer));
	if (len >= 0)
		return messages(listener, buffer, (int)len);
	if (errno == ENOBUFS)
		return tell_loss(listener);
	if (errno == EINTR || errno == EAGAIN)
		return;
	warnx("cannot hear the kernel: %s", strerror(errno));
	listener->status = STATUS_ERROR;
	listener->over = true;
}

/* A signal is let in while we wait, and at no other time. */
static void listen_to(struct listener *listener, const sigset_t *waiting)
{
	struct pollfd poll = {
		.fd = mnl_socket_get_fd(listener->netlink.socket),
		.events = POLLIN,
	};

	warnx("listening; Ctrl-C ends it");
	while (!listener->over && !interrupted) {
		if (ppoll(&poll, 1, NULL, waiting) > 0)
			receive(listener);
	}
}

/* ---- begin ----------------------------------------------------------------- */

static void catch_signals(sigset_t *waiting)
{
	static const int signals[] = { SIGINT, SIGTERM };
	struct sigaction action = { .sa_handler = on_signal };
	sigset_t blocked;
	size_t i;

	sigemptyset(&blocked);
	for (i = 0; i < ARRAY_SIZE(signals); i++) {
		sigaddset(&blocked, signals[i]);
		sigaction(signals[i], &action, NULL);
	}
	sigprocmask(SIG_BLOCK, &blocked, waiting);
	for (i = 0; i < ARRAY_SIZE(signals); i++)
		sigdelset(waiting, signals[i]);
}

/*
 * Joining the group takes less than any request does; so that nobody waits for
 * what will not be sent, a request goes first.
 */
static enum status ask_leave(struct netlink *netlink)
{
	json_t *list;

	netlink_request(netlink, SIP_IMS_CMD_SETTINGS_GET, 0);
	list = netlink_query(netlink);
	json_decref(list);
	return list ? STATUS_OK : STATUS_ERROR;
}

/* The kernel sends nothing into a network namespace of any other. */
static enum status check_owner(void)
{
	struct stat user = { .st_ino = USER_INIT_INO };
	int net, fd = -1;

	net = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (net >= 0)
		fd = ioctl(net, NS_GET_USERNS);
	if (fd >= 0) {
		fstat(fd, &user);
		close(fd);
	}
	if (net >= 0)
		close(net);
	if (user.st_ino != USER_INIT_INO)
		return fail(STATUS_ERROR,
			    "no events here: the network namespace belongs to a user namespace");
	return STATUS_OK;
}

/* The control family's own group has its number. */
static enum status join(struct netlink *netlink, uint32_t buffer)
{
	const uint32_t groups[] = { GENL_ID_CTRL, netlink->events };
	int fd = mnl_socket_get_fd(netlink->socket);
	int size = buffer ? (int)buffer : BUFFER_SIZE;
	size_t i;

	if (!netlink->events)
		return fail(STATUS_ERROR,
			    "no events here: this kernel cannot keep them from other users");
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	for (i = 0; i < ARRAY_SIZE(groups); i++) {
		uint32_t group = groups[i];

		if (mnl_socket_setsockopt(netlink->socket,
					  NETLINK_ADD_MEMBERSHIP, &group,
					  sizeof(group)) < 0)
			return fail(STATUS_ERROR, "cannot listen: %s",
				    strerror(errno));
	}
	return STATUS_OK;
}

enum status run_events(const struct options *options)
{
	struct listener listener = { .options = options };
	struct netlink *netlink = &listener.netlink;
	enum status status;
	sigset_t waiting;

	status = netlink_open(netlink, &sip_ims_family);
	if (status != STATUS_OK)
		return status;
	status = ask_leave(netlink);
	if (status == STATUS_OK)
		status = check_owner();
	if (status == STATUS_OK)
		status = join(netlink, options->buffer);
	if (status == STATUS_OK) {
		catch_signals(&waiting);
		listen_to(&listener, &waiting);
		status = listener.lost ? STATUS_ERROR : listener.status;
	}
	netlink_close(netlink);
	return status;
}

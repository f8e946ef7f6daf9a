// SPDX-License-Identifier: GPL-2.0-only
/* sipims -E: print events as they happen */
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

/* Enough for several thousand unread events */
#define BUFFER_SIZE		(4 << 20)

/* Inode of the initial user namespace, PROC_USER_INIT_INO of the kernel */
#define USER_INIT_INO		0xEFFFFFFDu

struct listener {
	struct netlink netlink;
	const struct options *options;
	uint32_t shown;
	bool lost;		/* events were lost */
	bool done;
	enum status status;
};

static volatile sig_atomic_t interrupted;

static void on_signal(int signal)
{
	(void)signal;
	interrupted = 1;
}

/* ---- one event ---- */

static bool passes_filters(const struct options *options, const json_t *call)
{
	if (options->zone >= 0 &&
	    (int)get_number(call, KEY_CALL_ZONE) != options->zone)
		return false;
	if (options->id && get_number(call, KEY_CALL_ID) != options->id)
		return false;
	return !options->call_id ||
	       !strcmp(get_text(call, KEY_CALL_CALL_ID), options->call_id);
}

static const char *format_clock(char *text, size_t size, const char *format,
				bool local)
{
	time_t now = time(NULL);
	struct tm tm;

	strftime(text, size, format,
		 local ? localtime_r(&now, &tm) : gmtime_r(&now, &tm));
	return text;
}

/* Prints one line: the event, its time, and the attributes of the message. */
static void show_json(const char *name, const json_t *values)
{
	char text[32];
	json_t *event;

	event = json_pack("{ssss}", KEY_EVENT_EVENT, name, KEY_EVENT_TIME,
			  format_clock(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ",
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

	json_array_append(calls, json_object_get(values, KEY_MAIN_CALL));
	streams = make_streams(calls);
	print_event(format_clock(text, sizeof(text), "%H:%M:%S", true), name,
		    values, streams);
	json_decref(streams);
	json_decref(calls);
}

/* A program that reads a pipe gets each event at once. */
static void flush_output(struct listener *listener)
{
	listener->done |= fflush(stdout) || ferror(stdout);
}

/* The number of lost events is unknown: the kernel reports only ENOBUFS. */
static void report_loss(struct listener *listener)
{
	json_t *nothing = json_object();

	listener->lost = true;
	warnx("events were lost: they arrived faster than they were read; see --buffer-size");
	if (listener->options->json)
		show_json("lost", nothing);
	json_decref(nothing);
	flush_output(listener);
}

static void handle_event(struct listener *listener,
			 const struct nlmsghdr *message)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(message);
	const struct options *options = listener->options;
	const char *name;
	json_t *values;

	if (genl->cmd >= event_names.count)
		return;
	name = event_names.name[genl->cmd];
	if (!name)
		return;
	values = decode_message(&listener->netlink, message);
	if (passes_filters(options, json_object_get(values, KEY_MAIN_CALL))) {
		if (options->json)
			show_json(name, values);
		else
			show_text(name, values);
		flush_output(listener);
		listener->shown++;
		if (options->number && listener->shown >= options->number)
			listener->done = true;
	}
	json_decref(values);
}

/* ---- messages ---- */

/* Without this check sipims would wait for ever once the module is unloaded. */
static void handle_control(struct listener *listener,
			   const struct nlmsghdr *message)
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
		warnx("the module of %s was unloaded",
		      listener->netlink.known->name);
		listener->status = STATUS_ERROR;
		listener->done = true;
	}
}

static void handle_messages(struct listener *listener, const void *data,
			    int len)
{
	const struct nlmsghdr *message = data;

	while (!listener->done && mnl_nlmsg_ok(message, len)) {
		if (mnl_nlmsg_get_payload_len(message) <
		    sizeof(struct genlmsghdr))
			;
		else if (message->nlmsg_type == listener->netlink.family)
			handle_event(listener, message);
		else if (message->nlmsg_type == GENL_ID_CTRL)
			handle_control(listener, message);
		message = mnl_nlmsg_next(message, &len);
	}
}

static void receive_events(struct listener *listener)
{
	static uint64_t buffer[8192];
	ssize_t len;

	len = mnl_socket_recvfrom(listener->netlink.socket, buffer,
				  sizeof(buffer));
	if (len >= 0)
		return handle_messages(listener, buffer, (int)len);
	if (errno == ENOBUFS)
		return report_loss(listener);
	if (errno == EINTR || errno == EAGAIN)
		return;
	warnx("cannot receive from the kernel: %s", strerror(errno));
	listener->status = STATUS_ERROR;
	listener->done = true;
}

/* Signals are unblocked only while waiting, so no event is cut off. */
static void wait_for_events(struct listener *listener, const sigset_t *waiting)
{
	struct pollfd poll = {
		.fd = mnl_socket_get_fd(listener->netlink.socket),
		.events = POLLIN,
	};

	warnx("listening for events; Ctrl-C to end");
	while (!listener->done && !interrupted) {
		if (ppoll(&poll, 1, NULL, waiting) > 0)
			receive_events(listener);
	}
}

/* ---- start ---- */

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
 * Joining the group needs less privilege than a request.  Send a request first,
 * so that a user who would never get an event gets an error instead.
 */
static enum status check_permission(struct netlink *netlink)
{
	json_t *list;

	netlink_request(netlink, SIP_IMS_CMD_SETTINGS_GET, 0);
	list = netlink_query(netlink);
	json_decref(list);
	return list ? STATUS_OK : STATUS_ERROR;
}

/* The kernel sends events only if the initial user namespace owns the netns. */
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
			    "no events here: the network namespace does not belong to the initial user namespace");
	return STATUS_OK;
}

/* The multicast group of the control family has the number of the family. */
static enum status join_groups(struct netlink *netlink, uint32_t buffer)
{
	const uint32_t groups[] = { GENL_ID_CTRL, netlink->events };
	int fd = mnl_socket_get_fd(netlink->socket);
	int size = buffer ? (int)buffer : BUFFER_SIZE;
	size_t i;

	if (!netlink->events)
		return fail(STATUS_ERROR,
			    "no events here: this kernel cannot restrict a multicast group to administrators");
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	for (i = 0; i < ARRAY_SIZE(groups); i++) {
		uint32_t group = groups[i];

		if (mnl_socket_setsockopt(netlink->socket,
					  NETLINK_ADD_MEMBERSHIP, &group,
					  sizeof(group)) < 0)
			return fail(STATUS_ERROR,
				    "cannot join the multicast group: %s",
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
	status = check_permission(netlink);
	if (status == STATUS_OK)
		status = check_owner();
	if (status == STATUS_OK)
		status = join_groups(netlink, options->buffer);
	if (status == STATUS_OK) {
		catch_signals(&waiting);
		wait_for_events(&listener, &waiting);
		status = listener.lost ? STATUS_ERROR : listener.status;
	}
	netlink_close(netlink);
	return status;
}

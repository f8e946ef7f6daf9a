// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packets: datagrams as a stranger can make them, sent and received by raw
 * sockets in the namespace of one side.
 *
 * Only the router may drop a datagram.  The queues of softirqs and sockets are
 * limited, so net_settle() waits until all datagrams have been processed.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <linux/sock_diag.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "live.h"

#define MTU		1500u
#define FRAGMENT_UNIT	8u	/* offsets count these */
#define SMALL_MAX	40u	/* small fragments of one datagram */
#define FRAGMENTS_MAX	128u
/* Below netdev_max_backlog (1000) with two processes */
#define UNSETTLED_MAX	64u
#define RECEIVE_BUFFER	(32 << 20)

static int out_socket, in_socket, softnet;
static unsigned int unsettled;

/**
 * struct datagram - IP payload and how to put it into packets
 * @ip: header of all its packets
 * @len: bytes of payload
 * @payload: UDP header and data
 */
struct datagram {
	struct iphdr ip;
	size_t len;
	u8 payload[sizeof(struct udphdr) + DATAGRAM_MAX];
};

/**
 * struct fragment - a part of a datagram's payload
 * @from: offset of its first byte, a multiple of FRAGMENT_UNIT
 * @len: bytes
 */
struct fragment {
	size_t from;
	size_t len;
};

static void enter(const char *namespace)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "/run/netns/%s", namespace);
	fd = open(path, O_RDONLY);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		err(1, "%s", path);
	close(fd);
}

void net_open(enum side side, const char *namespace)
{
	int size = RECEIVE_BUFFER;

	enter(namespace);
	out_socket = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
	in_socket = socket(AF_INET, SOCK_RAW, IPPROTO_UDP);
	softnet = open("/proc/net/softnet_stat", O_RDONLY);
	if (out_socket < 0 || in_socket < 0 || softnet < 0 ||
	    setsockopt(in_socket, SOL_SOCKET, SO_RCVBUFFORCE, &size,
		       sizeof(size)))
		err(1, "sockets in %s", namespace);
}

/* ---- sending ------------------------------------------------------------- */

static u32 sum_bytes(u32 sum, const void *bytes, size_t len)
{
	const u8 *at = bytes;

	for (; len > 1; len -= 2, at += 2)
		sum += at[0] << 8 | at[1];
	if (len)
		sum += at[0] << 8;
	return sum;
}

static u16 udp_checksum(const struct datagram *datagram)
{
	u32 sum = IPPROTO_UDP + datagram->len;

	sum = sum_bytes(sum, &datagram->ip.saddr, 8);
	sum = sum_bytes(sum, datagram->payload, datagram->len);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum == 0xffff ? sum : ~sum;
}

static void datagram_make(struct datagram *datagram, const struct place *from,
			  const struct place *to, const u8 *bytes, size_t len)
{
	struct udphdr *udp = (struct udphdr *)datagram->payload;
	static u16 id;

	datagram->ip = (struct iphdr) {
		.version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_UDP,
		.saddr = htonl(from->address), .daddr = htonl(to->address),
	};
	if (!++id)	/* with 0 the kernel would choose one each */
		id++;
	datagram->ip.id = htons(id);
	datagram->len = sizeof(*udp) + len;
	*udp = (struct udphdr) {
		.source = htons(from->port), .dest = htons(to->port),
		.len = htons(datagram->len),
	};
	memcpy(udp + 1, bytes, len);
	udp->check = htons(udp_checksum(datagram));
}

/* Breaks the UDP header; returns the counter of the datagram. */
static enum count datagram_spoil(struct datagram *datagram, enum shape shape)
{
	struct udphdr *udp = (struct udphdr *)datagram->payload;

	switch (shape) {
	case SHAPE_NO_CHECKSUM:
		udp->check = 0;
		return COUNT_SIP;
	case SHAPE_TRAILER:
		udp->check = 0;
		udp->len = htons(sizeof(*udp) + random_below(datagram->len -
							     sizeof(*udp) + 1));
		return COUNT_SIP;
	case SHAPE_BAD_CHECKSUM:
		udp->check = htons(ntohs(udp->check) ^ 0x5555);
		if (!udp->check)
			udp->check = htons(1);
		return COUNT_INVALID;
	case SHAPE_LENGTH_LONG:
		udp->check = 0;
		udp->len = htons(datagram->len + 1 +
				 random_below(65535 - datagram->len));
		return COUNT_INVALID;
	case SHAPE_LENGTH_SHORT:
		udp->check = 0;
		udp->len = htons(random_below(sizeof(*udp)));
		return COUNT_INVALID;
	case SHAPE_CUT_HEADER:
		datagram->len = 1 + random_below(sizeof(*udp) - 1);
		return COUNT_INVALID;
	default:
		return COUNT_SIP;
	}
}

static bool packet_send(const struct datagram *datagram,
			const struct fragment *fragment)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_addr.s_addr = datagram->ip.daddr,
	};
	struct {
		struct iphdr ip;
		u8 data[MTU];
	} packet;
	size_t len = sizeof(packet.ip) + fragment->len;
	bool last = fragment->from + fragment->len == datagram->len;

	packet.ip = datagram->ip;
	packet.ip.frag_off = htons(fragment->from / FRAGMENT_UNIT |
				   (last ? 0 : IP_MF));
	memcpy(packet.data, datagram->payload + fragment->from, fragment->len);
	if (++unsettled >= UNSETTLED_MAX)
		net_settle();
	return sendto(out_socket, &packet, len, 0, (struct sockaddr *)&to,
		      sizeof(to)) == (ssize_t)len;
}

/* The sizes of fragments: as large as can be, or small ones by chance. */
static unsigned int datagram_cut(const struct datagram *datagram,
				 struct fragment *fragments, bool small)
{
	size_t most = (MTU - sizeof(datagram->ip)) & ~(FRAGMENT_UNIT - 1);
	size_t from, len, unit = FRAGMENT_UNIT;
	unsigned int count = 0;

	for (from = 0; from < datagram->len; from += len) {
		len = small && count < SMALL_MAX ?
		      unit * (1 + random_below(most / unit)) : most;
		if (small && count < 4)
			len = unit * (1 + random_below(8));
		if (len > datagram->len - from)
			len = datagram->len - from;
		fragments[count++] = (struct fragment) { from, len };
	}
	return count;
}

/*
 * Returns false if this datagram cannot be broken so and is sent unchanged.  An
 * overlap is the first fragment: the kernel drops all fragments of a datagram
 * with an overlap, and later ones must not complete the datagram.
 */
static bool fragments_spoil(struct fragment *fragments, unsigned int *count,
			    enum shape shape)
{
	unsigned int i = random_below(*count);

	switch (shape) {
	case SHAPE_REPEATED:
		memmove(fragments + i + 1, fragments + i,
			(*count - i) * sizeof(*fragments));
		++*count;
		/* After the last one it would begin a datagram of its own. */
		return i + 2 < *count;
	case SHAPE_INCOMPLETE:
		if (*count < 2)
			return false;
		--*count;
		memmove(fragments + i, fragments + i + 1,
			(*count - i) * sizeof(*fragments));
		return true;
	case SHAPE_OVERLAP:
		if (*count < 3 || fragments[0].len < 2 * FRAGMENT_UNIT)
			return false;
		fragments[1].from -= FRAGMENT_UNIT;
		fragments[1].len += FRAGMENT_UNIT;
		return true;
	default:
		return true;
	}
}

static enum count fragments_fate(struct fragment *fragments,
				 unsigned int *count, enum shape shape)
{
	unsigned int before = *count, i;

	if (!fragments_spoil(fragments, count, shape)) {
		*count = before;
		return COUNT_SIP;
	}
	for (i = 0; shape == SHAPE_REVERSED && i < *count / 2; i++) {
		struct fragment other = fragments[i];

		fragments[i] = fragments[*count - 1 - i];
		fragments[*count - 1 - i] = other;
	}
	return shape == SHAPE_INCOMPLETE || shape == SHAPE_OVERLAP ?
	       COUNT_NEVER : COUNT_SIP;
}

void net_send(const struct place *from, const struct place *to,
	      const u8 *bytes, size_t len, enum shape shape)
{
	static struct fragment fragments[FRAGMENTS_MAX];
	static struct datagram datagram;
	unsigned int count, i;
	bool small, taken = true;
	enum count fate;

	datagram_make(&datagram, from, to, bytes, len);
	fate = datagram_spoil(&datagram, shape);
	small = shape == SHAPE_FRAGMENTS || shape == SHAPE_REVERSED ||
		shape == SHAPE_REPEATED || shape == SHAPE_INCOMPLETE ||
		shape == SHAPE_OVERLAP;
	count = datagram_cut(&datagram, fragments, small);
	if (fate == COUNT_SIP)
		fate = fragments_fate(fragments, &count, shape);
	for (i = 0; i < count; i++)
		taken = packet_send(&datagram, &fragments[i]) && taken;
	if (!taken)
		fate = COUNT_FAILED;
	else if (fate == COUNT_SIP && from->port != SIP_PORT &&
		 to->port != SIP_PORT)
		fate = COUNT_MEDIA;
	count_add(fate, 1);
}

/* ---- receiving ----------------------------------------------------------- */

static void receive(const u8 *packet, size_t len)
{
	const struct iphdr *ip = (const void *)packet;
	const struct udphdr *udp = (const void *)(packet + ip->ihl * 4);
	static struct message message;
	struct place from, to;

	/* Datagrams that end inside the header belong to SIP flows. */
	if (len < ip->ihl * 4 + sizeof(*udp)) {
		count_add(COUNT_GOT_SIP, 1);
		return;
	}
	from = (struct place) { ntohl(ip->saddr), ntohs(udp->source) };
	to = (struct place) { ntohl(ip->daddr), ntohs(udp->dest) };
	message.len = 0;
	message_bytes(&message, udp + 1, len - ip->ihl * 4 - sizeof(*udp));
	arrived(&from, &to, &message);
}

static void drain(void)
{
	static u8 packet[65536];
	ssize_t len;

	while ((len = recv(in_socket, packet, sizeof(packet),
			   MSG_DONTWAIT)) > 0)
		receive(packet, len);
}

/* Packets that wait for a softirq on any processor: column 12 of its line. */
static unsigned int backlog(void)
{
	unsigned int waiting, sum = 0;
	char text[8192], *line;
	ssize_t len;

	len = pread(softnet, text, sizeof(text) - 1, 0);
	if (len < 0)
		err(1, "softnet_stat");
	text[len] = 0;
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		if (sscanf(line, "%*x %*x %*x %*x %*x %*x %*x %*x %*x %*x %*x %x",
			   &waiting) != 1)
			errx(1, "softnet_stat has another form");
		sum += waiting;
	}
	return sum;
}

static void overflows(void)
{
	u32 info[SK_MEMINFO_VARS];
	socklen_t len = sizeof(info);
	static u32 before;

	if (getsockopt(in_socket, SOL_SOCKET, SO_MEMINFO, info, &len) ||
	    len <= SK_MEMINFO_DROPS * sizeof(*info))
		return;
	count_add(COUNT_OVERFLOW, info[SK_MEMINFO_DROPS] - before);
	before = info[SK_MEMINFO_DROPS];
}

void net_settle(void)
{
	unsettled = 0;
	drain();
	while (backlog()) {
		sched_yield();
		drain();
	}
	overflows();
}

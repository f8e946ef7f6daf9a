// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sends datagrams from one network namespace to another and prints the time in
 * nanoseconds that one takes: the median of batches.  A mean would hold whatever
 * the kernel has to do at some time or other (a sweep, an address that becomes
 * valid, ticks), which is more than what is measured here.
 *
 *   packets [-r] FROM SOURCE TO ADDRESS DESTINATION PORT COUNT [SINK...]
 *
 * From SOURCE in the namespace FROM, to DESTINATION, by which FROM knows
 * ADDRESS in the namespace TO.  Before the clock starts 10 go each way, so that
 * flows are established, and then the command SINK runs: where packets end.
 * With -r the measured packets are answers: they go from TO to FROM.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define PAYLOAD		172	/* 20 ms of G.711 */
#define WARM_UP		10
#define UNTIMED		200
#define BATCH		20
#define BATCHES_MAX	1000

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static socklen_t parse(union address *address, const char *text, int port)
{
	memset(address, 0, sizeof(*address));
	if (inet_pton(AF_INET, text, &address->v4.sin_addr) == 1) {
		address->any.sa_family = AF_INET;
		address->v4.sin_port = htons((uint16_t)port);
		return sizeof(address->v4);
	}
	if (inet_pton(AF_INET6, text, &address->v6.sin6_addr) != 1)
		errx(2, "%s is no address", text);
	address->any.sa_family = AF_INET6;
	address->v6.sin6_port = htons((uint16_t)port);
	return sizeof(address->v6);
}

static int udp(const char *ns, const char *text, int port)
{
	struct timeval patience = { .tv_sec = 5 };
	union address address;
	socklen_t len = parse(&address, text, port);
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "/run/netns/%s", ns);
	fd = open(path, O_RDONLY);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		err(1, "%s", path);
	close(fd);
	fd = socket(address.any.sa_family, SOCK_DGRAM, 0);
	if (fd < 0 || bind(fd, &address.any, len) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)))
		err(1, "socket for %s", text);
	return fd;
}

/* From here on @to answers whom it hears. */
static void warm_up(int from, int to)
{
	socklen_t len = 0;
	union address peer;
	char data[PAYLOAD] = "";
	int i;

	for (i = 0; i < WARM_UP; i++) {
		len = sizeof(peer);
		if (send(from, data, sizeof(data), 0) < 0 ||
		    recvfrom(to, data, sizeof(data), 0, &peer.any, &len) < 0 ||
		    sendto(to, data, sizeof(data), 0, &peer.any, len) < 0 ||
		    recv(from, data, sizeof(data), 0) < 0)
			err(1, "packet %d", i);
	}
	if (connect(to, &peer.any, len))
		err(1, "answers");
}

static void send_many(int fd, int count)
{
	char data[PAYLOAD] = "";

	while (count--) {
		if (send(fd, data, sizeof(data), 0) < 0)
			err(1, "send");
	}
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Return: the median, over @n batches, of the time that a packet takes. */
static double batches(int fd, int n)
{
	static double times[BATCHES_MAX];
	struct timespec begin, end;
	int i;

	for (i = 0; i < n; i++) {
		clock_gettime(CLOCK_MONOTONIC, &begin);
		send_many(fd, BATCH);
		clock_gettime(CLOCK_MONOTONIC, &end);
		times[i] = ((end.tv_sec - begin.tv_sec) * 1e9 +
			    (end.tv_nsec - begin.tv_nsec)) / BATCH;
	}
	qsort(times, (size_t)n, sizeof(times[0]), compare);
	return times[n / 2];
}

int main(int argc, char **argv)
{
	union address address;
	socklen_t len;
	int from, to, i, count;
	bool back;

	back = argc > 1 && !strcmp(argv[1], "-r");
	argc -= back;
	argv += back;
	if (argc < 8)
		errx(2, "usage: packets [-r] FROM SOURCE TO ADDR DEST PORT COUNT [SINK...]");
	count = atoi(argv[7]);
	if (count < BATCH || count / BATCH > BATCHES_MAX)
		errx(2, "COUNT is %d to %d", BATCH, BATCH * BATCHES_MAX);
	to = udp(argv[3], argv[4], atoi(argv[6]));
	from = udp(argv[1], argv[2], 4000);
	len = parse(&address, argv[5], atoi(argv[6]));
	if (connect(from, &address.any, len))
		err(1, "%s", argv[5]);
	warm_up(from, to);
	for (i = 8; i < argc; i++) {
		if (system(argv[i]))
			errx(1, "failed: %s", argv[i]);
	}
	send_many(back ? to : from, UNTIMED);
	printf("%.0f\n", batches(back ? to : from, count / BATCH));
	return 0;
}

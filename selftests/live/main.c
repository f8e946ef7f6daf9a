// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sends live traffic through a router from both of its sides: correct calls and
 * registrations, their media, and among them the same messages and those of the
 * corpus, broken in every way.
 *
 *   live [-v] [-n PACKETS] [-s SEED] [-d DISTANCE] [-r RATE] LAN WAN CORPUS...
 *
 * LAN and WAN are names of namespaces with the addresses of live.h, CORPUS
 * are the files of selftests/corpus.  Without PACKETS it goes on until SIGTERM.
 * The same SEED sends the same packets again, but for the ports that the
 * router chose.  DISTANCE is how many packets one side may be ahead of the
 * other; with 0 they are in order.  RATE is packets a second at most.
 *
 * With -v a line on standard error tells every few seconds how far it is, and
 * the first message that arrives wrong is shown.  At the end standard output
 * gets a line "NAME VALUE" for each counter.
 */
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "live.h"

#define PROGRESS	5u	/* seconds */
#define HELLO_EVERY	32u	/* packets */
#define PACE_EVERY	16u	/* packets */
#define PATIENCE	300u	/* milliseconds for one to arrive */
#define QUIET		100u	/* milliseconds with nothing arriving */

static const char * const count_names[COUNTS] = {
	[COUNT_SIP] = "sip",
	[COUNT_MEDIA] = "media",
	[COUNT_INVALID] = "invalid",
	[COUNT_NEVER] = "never",
	[COUNT_FAILED] = "failed",
	[COUNT_WHOLE] = "whole",
	[COUNT_MUTATED] = "mutated",
	[COUNT_BEGUN] = "begun",
	[COUNT_ENDED] = "ended",
	[COUNT_GOT_SIP] = "got-sip",
	[COUNT_GOT_MEDIA] = "got-media",
	[COUNT_GOT_WHOLE] = "got-whole",
	[COUNT_GOT_WRONG] = "got-wrong",
	[COUNT_OVERFLOW] = "overflow",
};

/**
 * struct shared - memory that the processes share
 * @counts: of each side; both count dialogs, as both go through all of them
 * @ready: the side can receive
 * @position: the packet that a side is at
 * @done: the side has sent all
 * @stop: no more packets
 */
struct shared {
	u64 counts[SIDES][COUNTS];
	u64 ready[SIDES];
	u64 position[SIDES];
	u64 done[SIDES];
	u64 stop;
};

static struct shared *shared;

static u64 shared_get(const u64 *value)
{
	return __atomic_load_n(value, __ATOMIC_SEQ_CST);
}

static void shared_set(u64 *value, u64 new)
{
	__atomic_store_n(value, new, __ATOMIC_SEQ_CST);
}

/* From the command line */
static u64 packets = UINT64_MAX, seed = 1, distance = 4, rate;
static const char *namespaces[SIDES];
static bool verbose;

static enum side here;
static bool silent;	/* nothing arrived since we waited for something */
static u64 begin;	/* nanoseconds */

void count_add(enum count count, u64 value)
{
	shared->counts[here][count] += value;
}

static u64 now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000ull + time.tv_nsec;
}

/* ---- random numbers: splitmix64, seeded for each packet -------------- */

static u64 random_state;

static u64 random_u64(void)
{
	u64 z = (random_state += 0x9e3779b97f4a7c15ull);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z ^ (z >> 31);
}

void random_seed(u64 value, u64 number)
{
	random_state = value;
	random_state = random_u64() + number * 0xd1342543de82ef95ull;
}

u32 random_u32(void)
{
	return random_u64() >> 32;
}

u32 random_below(u32 limit)
{
	return limit ? (u64)random_u32() * limit >> 32 : 0;
}

bool random_percent(u32 percent)
{
	return random_below(100) < percent;
}

/* ---- received datagrams -------------------------------------------------- */

static bool names_wrong_address(const struct message *message)
{
	static const char request_to_router[] = "@" PUBLIC_ADDRESS ":";
	const u8 *found;

	if (here == OUTSIDE)
		return message_find(message, 0, INSIDE_PREFIX);
	found = message_find(message, 0, request_to_router);
	return found && !memchr(message->bytes, '\n', found - message->bytes);
}

static bool length_wrong(const struct message *message)
{
	const u8 *line = message_find(message, 0, "\r\nContent-Length: ");

	return !line || message_head(message) +
	       strtoul((const char *)line + 18, NULL, 10) != message->len;
}

static void check_whole(const struct message *message)
{
	static bool shown;

	if (!message_find(message, 0, "Subject: " SUBJECT_WHOLE "\r"))
		return;
	count_add(COUNT_GOT_WHOLE, 1);
	if (!names_wrong_address(message) && !length_wrong(message))
		return;
	count_add(COUNT_GOT_WRONG, 1);
	if (verbose && !shown)
		fprintf(stderr, "# wrong when it arrived %s:\n%.*s\n",
			here == INSIDE ? "inside" : "outside",
			(int)message->len, message->bytes);
	shown = true;
}

/* The source port may have been taken when it came to a Contact's. */
static bool is_sip(const struct place *from, const struct place *to)
{
	return from->port == SIP_PORT || to->port == SIP_PORT ||
	       to->port == CALL_PORT || to->port == REGISTERED_PORT;
}

void arrived(const struct place *from, const struct place *to,
	     const struct message *message)
{
	if (!is_sip(from, to)) {
		count_add(COUNT_GOT_MEDIA, 1);
		return;
	}
	silent = false;
	count_add(COUNT_GOT_SIP, 1);
	check_whole(message);
	dialog_learn(here, from, to, message);
}

/* ---- one packet: all draw the same numbers, its side sends it ------------ */

static void send_message(const struct message *message,
			 const struct place *src, const struct place *dst,
			 enum shape shape)
{
	net_send(src, dst, message->bytes, message->len, shape);
}

static void send_hello(unsigned int pair)
{
	static struct message message;
	struct place src, dst;

	if (here != INSIDE)
		return;
	flow_places(pair / HOSTS, pair % HOSTS, INSIDE, &src, &dst);
	hello_message(&message, pair / HOSTS, pair % HOSTS);
	send_message(&message, &src, &dst, SHAPE_PLAIN);
}

/*
 * An end answers only what it has received, since the helper would not know
 * the call yet.  It does not wait for long: the message may have been refused,
 * and if nothing arrives at all, waiting is useless.
 */
static void wait_heard(struct dialog *dialog)
{
	u64 end = now() + (silent ? 0 : PATIENCE * 1000000ull);

	while (!dialog_ready(dialog)) {
		if (now() >= end) {
			dialog->late = true;
			silent = true;
			return;
		}
		net_settle();
	}
}

/* A dialog goes on. */
static void send_step(void)
{
	struct dialog *dialog = dialog_any();
	const struct step *step = dialog_next(dialog);
	static struct message message;
	struct place src, dst;
	bool whole;

	if (dialog_sender(dialog, step) != here)
		return;
	if (dialog_clean(dialog) && !dialog->late)
		wait_heard(dialog);
	whole = dialog_clean(dialog) && !dialog->late;
	dialog_message(&message, dialog, step, whole ? SUBJECT_WHOLE :
						       SUBJECT_GOOD);
	dialog_places(dialog, here, &src, &dst);
	count_add(COUNT_WHOLE, whole);
	send_message(&message, &src, &dst, SHAPE_PLAIN);
}

/* Any message of a dialog, past or to come; false unless it is to be sent. */
static bool a_message(struct message *message, struct place *src,
		      struct place *dst)
{
	const struct dialog *dialog = dialog_unclean();
	const struct step *step;

	if (!dialog->count)
		return false;
	step = &dialog->steps[random_below(dialog->count)];
	dialog_message(message, dialog, step, SUBJECT_OTHER);
	dialog_places(dialog, dialog_sender(dialog, step), src, dst);
	return dialog_sender(dialog, step) == here;
}

static enum side a_flow(struct place *src, struct place *dst)
{
	enum side from = random_percent(50) ? INSIDE : OUTSIDE;

	flow_places(random_below(HOSTS / 2), random_below(HOSTS), from, src,
		    dst);
	return from;
}

static void other_message(struct message *message)
{
	struct place src, dst;

	if (random_percent(50)) {
		a_flow(&src, &dst);
		seed_message(message, &src, &dst);
	} else {
		a_message(message, &src, &dst);
	}
}

static void send_mutated(void)
{
	static struct message message, other;
	struct place src, dst;

	if (!a_message(&message, &src, &dst))
		return;
	other_message(&other);
	mutate(&message, &other);
	count_add(COUNT_MUTATED, 1);
	send_message(&message, &src, &dst, SHAPE_PLAIN);
}

static void send_seed(void)
{
	static struct message message, other;
	struct place src, dst;

	if (a_flow(&src, &dst) != here)
		return;
	seed_message(&message, &src, &dst);
	if (random_percent(80)) {
		other_message(&other);
		mutate(&message, &other);
		count_add(COUNT_MUTATED, 1);
	}
	send_message(&message, &src, &dst, SHAPE_PLAIN);
}

static void send_media(void)
{
	enum side from = random_percent(50) ? INSIDE : OUTSIDE;
	const struct dialog *dialog = dialog_any();
	static const u8 rtp[172] = { 0x80 };
	struct place src, dst;
	unsigned int rtcp, video;

	if (!dialog->count || from != here)
		return;
	rtcp = random_percent(20);
	video = random_percent(20) ? 2 : 0;
	dialog_media(dialog, here, &src, &dst);
	src.port += rtcp + video;
	dst.port += rtcp + (here == INSIDE ? video : 0);
	if (random_percent(5))
		src.port += 100 + random_below(20);
	net_send(&src, &dst, rtp, sizeof(rtp), SHAPE_PLAIN);
}

/* To the port of a Contact that was registered or named in a call. */
static void send_contact(void)
{
	static const struct step options = { .from = CALLER, .method = UPDATE };
	const struct dialog *dialog = dialog_unclean();
	static struct message message;
	struct place src, dst;

	if (here != OUTSIDE || !dialog->contact_port)
		return;
	dialog_message(&message, dialog, &options, SUBJECT_OTHER);
	dialog_places(dialog, OUTSIDE, &src, &dst);
	dst.port = dialog->contact_port;
	send_message(&message, &src, &dst, SHAPE_PLAIN);
}

/* Lengths at which something begins or ends. */
static void resize(struct message *message)
{
	static const u32 sizes[] = {
		0, 1, 2, 3, 4, 1471, 1472, 1473, 2951, 2952, 2953, 8191, 8192,
		32767, 65000, 65499, 65506, 65507,
	};
	u32 size = sizes[random_below(ARRAY_SIZE(sizes))];

	while (message->len < size)
		message_text(message, "a=padding:%08x\n", random_u32());
	message->len = size;
	message->bytes[size] = 0;
	if (random_percent(70))
		message_fix_length(message);
}

/* Odd below SIP, too. */
static void send_odd(void)
{
	enum shape shape = random_below(SHAPES);
	static struct message message, other;
	struct place src, dst;

	if (!a_message(&message, &src, &dst))
		return;
	if (random_percent(30)) {
		other_message(&other);
		mutate(&message, &other);
	}
	if (random_percent(25))
		resize(&message);
	count_add(COUNT_MUTATED, 1);
	send_message(&message, &src, &dst, shape);
}

static void send_packet(u64 number)
{
	u32 kind;

	random_seed(seed, number);
	kind = random_below(100);
	if (number < HOSTS * HOSTS)
		send_hello(number);
	else if (number % HELLO_EVERY == 0)
		send_hello(number / HELLO_EVERY % (HOSTS * HOSTS));
	else if (kind < 45)
		send_step();
	else if (kind < 68)
		send_mutated();
	else if (kind < 78)
		send_seed();
	else if (kind < 94)
		send_media();
	else if (kind < 96)
		send_contact();
	else
		send_odd();
}

/* ---- the course ---------------------------------------------------------- */

/* Not further ahead of the other side than allowed. */
static void wait_other(u64 number)
{
	while (number > shared_get(&shared->position[!here]) + distance &&
	       !shared_get(&shared->done[!here]) &&
	       !shared_get(&shared->stop)) {
		net_settle();
		sched_yield();
	}
}

static void pace(u64 number)
{
	u64 due = begin + number * 1000000000ull / rate;
	struct timespec time = {
		.tv_sec = due / 1000000000ull, .tv_nsec = due % 1000000000ull,
	};

	net_settle();
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL);
}

static void wait_flows(void)
{
	u64 end = now() + 1000000000ull;

	while (!flows_known() && now() < end)
		net_settle();
}

/* Waits until no more datagrams arrive. */
static void wait_quiet(void)
{
	u64 since = now(), got = 0, before;

	while (now() < since + QUIET * 1000000ull) {
		before = got;
		net_settle();
		got = shared->counts[here][COUNT_GOT_SIP] +
		      shared->counts[here][COUNT_GOT_MEDIA];
		if (got != before || !shared_get(&shared->done[!here]))
			since = now();
		sched_yield();
	}
}

static int run_side(enum side side)
{
	u64 number;

	here = side;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	net_open(side, namespaces[side]);
	shared_set(&shared->ready[here], true);
	while (!shared_get(&shared->ready[!here]) &&
	       !shared_get(&shared->stop))
		sched_yield();
	for (number = 0; number < packets; number++) {
		if (shared_get(&shared->stop))
			break;
		shared_set(&shared->position[here], number);
		wait_other(number);
		if (number == HOSTS * HOSTS && here == OUTSIDE)
			wait_flows();
		send_packet(number);
		if (rate && number % PACE_EVERY == 0)
			pace(number);
	}
	net_settle();
	shared_set(&shared->done[here], true);
	wait_quiet();
	return 0;
}

static void progress(void)
{
	u64 at = shared_get(&shared->position[INSIDE]);
	u64 passed = now() - begin;

	fprintf(stderr, "# live: packet %llu, %llu a second, %llu dialogs\n",
		(unsigned long long)at,
		(unsigned long long)(at * 1000000000ull / passed),
		(unsigned long long)shared->counts[INSIDE][COUNT_ENDED]);
}

static void report(void)
{
	unsigned int i;
	u64 value;

	for (i = 0; i < COUNTS; i++) {
		value = shared->counts[INSIDE][i];
		if (i != COUNT_BEGUN && i != COUNT_ENDED)
			value += shared->counts[OUTSIDE][i];
		printf("%s %llu\n", count_names[i], (unsigned long long)value);
	}
}

static void stop(int signal)
{
	shared_set(&shared->stop, true);
}

static void alarm_rings(int signal)
{
}

/* Waits for both sides; returns whether all went well. */
static bool supervise(void)
{
	struct itimerval every = {
		.it_interval.tv_sec = PROGRESS, .it_value.tv_sec = PROGRESS,
	};
	struct sigaction act = { .sa_handler = alarm_rings };
	unsigned int left = SIDES;
	bool good = true;
	int status;

	sigaction(SIGALRM, &act, NULL);
	act.sa_handler = stop;
	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGINT, &act, NULL);
	setitimer(ITIMER_REAL, &every, NULL);
	while (left) {
		if (wait(&status) > 0) {
			left--;
			if (status) {
				good = false;
				stop(0);
			}
		} else if (errno == EINTR) {
			if (verbose)
				progress();
		} else {
			err(1, "wait");
		}
	}
	return good;
}

static void parse(int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "vn:s:d:r:")) != -1) {
		switch (option) {
		case 'v':
			verbose = true;
			break;
		case 'n':
			packets = strtoull(optarg, NULL, 0);
			break;
		case 's':
			seed = strtoull(optarg, NULL, 0);
			break;
		case 'd':
			distance = strtoull(optarg, NULL, 0);
			break;
		case 'r':
			rate = strtoull(optarg, NULL, 0);
			break;
		default:
			exit(2);
		}
	}
	if (argc - optind < 3)
		errx(2, "usage: live [-v] [-n N] [-s N] [-d N] [-r N] LAN WAN CORPUS...");
	namespaces[INSIDE] = argv[optind];
	namespaces[OUTSIDE] = argv[optind + 1];
	seeds_read(argv + optind + 2, argc - optind - 2);
}

int main(int argc, char **argv)
{
	enum side side;
	bool good;

	parse(argc, argv);
	dialog_run = seed;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		err(1, "mmap");
	begin = now();
	for (side = INSIDE; side < SIDES; side++) {
		switch (fork()) {
		case -1:
			err(1, "fork");
		case 0:
			_exit(run_side(side));
		}
	}
	good = supervise();
	report();
	return good ? 0 : 1;
}

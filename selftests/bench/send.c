// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sends SIP from one network namespace to another and prints the cost of a
 * message, or checks the messages that left the router between the two.
 *
 *   send time LAN WAN KIND ID COUNT TURNS
 *	prints "BYTES FIRST AGAIN SENT": the length of a message; the mean
 *	time in nanoseconds that each of COUNT took when sent for the first
 *	time, and then, sent TURNS times again; how many were sent in all
 *   send stream LAN WAN KIND ID COUNT TURNS
 *	the same over TCP, one message in each segment; the time includes both
 *	ends and their acknowledgments
 *   send check LAN WAN KIND ID COUNT same|mapped
 *	exit status 0 if all arrived as sent, or with the router's address in
 *	place of the sender's
 *
 * With FAMILY=6 in the environment the sender is an IPv6 host, and its packets
 * cross a translator device; the receiver is the same.
 *
 * LAN and WAN are names of namespaces.  The message number n has a Call-ID,
 * a tag and a branch of its own, made of ID + n.  All is sent from port 5060
 * to port 5060, one flow.
 *
 * All in one process without a pause: an idle guest's clock jumps to the next
 * timer, far enough for a call to time out.
 *
 * veth delivers in the softirq of the sender's sendto(), so with one processor
 * the time is that of the whole way up to where the packet is dropped.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define LAN_ADDRESS	"192.168.1.2"
#define MAPPED_ADDRESS	"203.0.113.1"
#define WAN_ADDRESS	"203.0.113.2"
#define LAN_ADDRESS6	"2001:db8:1::2"
#define WAN_ADDRESS6	"64:ff9b::cb00:7102"
#define SIP_PORT	5060

#define ARRAY_LENGTH(array)	(sizeof(array) / sizeof((array)[0]))
#define MESSAGE_MAX	4096u
#define WARM_UP		200u
#define WARM_UP_ID	0x40000000u

/**
 * struct kind - one sort of message
 * @name: as on the command line
 * @head: start line and headers without Content-Length; NULL for junk
 * @body: the body, may be empty
 *
 * Each newline becomes CRLF, each '#' eight hex digits of the number.
 */
struct kind {
	const char *name;
	const char *head;
	const char *body;
};

#define DIALOG \
	"From: \"Anna\" <sip:1001@example.org>;tag=f7a1#\n" \
	"To: <sip:2002@example.org;user=phone>\n" \
	"Call-ID: 5ce1d4a9c3b27f60-#\n"

static const char options_head[] =
	"OPTIONS sip:2002@example.org;user=phone SIP/2.0\n"
	"Via: SIP/2.0/UDP " LAN_ADDRESS ":5060;branch=z9hG4bK-3f#;rport\n"
	"Max-Forwards: 70\n"
	DIALOG
	"CSeq: 1 OPTIONS\n"
	"Contact: <sip:1001@" LAN_ADDRESS ":5060;line=k3x9>\n";

static const char bye_head[] =
	"BYE sip:2002@203.0.113.2:5060 SIP/2.0\n"
	"Via: SIP/2.0/UDP " LAN_ADDRESS ":5060;branch=z9hG4bK-b4#;rport\n"
	"Max-Forwards: 70\n"
	DIALOG
	"CSeq: 2 BYE\n"
	"User-Agent: bench/1.0 (a desk phone)\n";

static const char invite_head[] =
	"INVITE sip:2002@example.org;user=phone SIP/2.0\n"
	"Via: SIP/2.0/UDP " LAN_ADDRESS ":5060;branch=z9hG4bK-1c#;rport\n"
	"Max-Forwards: 70\n"
	DIALOG
	"CSeq: 1 INVITE\n"
	"Contact: <sip:1001@" LAN_ADDRESS ":5060;line=k3x9>;reg-id=1;"
	"+sip.instance=\"<urn:uuid:3dbf8a72-81c0-4f36-9b2e-000413a1b2c3>\"\n"
	"User-Agent: bench/1.0 (a desk phone)\n"
	"Accept: application/sdp\n"
	"Accept-Language: en\n"
	"Allow: INVITE, ACK, CANCEL, BYE, REFER, OPTIONS, NOTIFY, PRACK, INFO, UPDATE, MESSAGE\n"
	"Allow-Events: talk, hold, refer, call-info\n"
	"Supported: timer, 100rel, replaces, from-change\n"
	"Session-Expires: 3600\n"
	"Min-SE: 90\n"
	"P-Early-Media: supported\n"
	"Privacy: none\n"
	"X-Serial-Number: 000413A1B2C3\n"
	"Content-Type: application/sdp\n";

static const char invite_body[] =
	"v=0\n"
	"o=root 1815849 0 IN IP4 " LAN_ADDRESS "\n"
	"s=call\n"
	"c=IN IP4 " LAN_ADDRESS "\n"
	"t=0 0\n"
	"m=audio 49170 RTP/AVP 9 0 8 101\n"
	"a=rtpmap:9 G722/8000\n"
	"a=rtpmap:0 PCMU/8000\n"
	"a=rtpmap:8 PCMA/8000\n"
	"a=rtpmap:101 telephone-event/8000\n"
	"a=fmtp:101 0-15\n"
	"a=ptime:20\n"
	"a=sendrecv\n";

/* The INVITE of a mobile phone, 3GPP TS 24.229 and GSMA IR.92, IR.94. */
static const char volte_head[] =
	"INVITE tel:+4930123456789 SIP/2.0\n"
	"Via: SIP/2.0/UDP " LAN_ADDRESS ":5060;branch=z9hG4bK-9e#;rport\n"
	"Max-Forwards: 70\n"
	"Route: <sip:" WAN_ADDRESS ":5060;lr>, <sip:orig@scscf.example.org;lr>\n"
	"From: <sip:+4930987654321@ims.example.org>;tag=9b3c#\n"
	"To: <tel:+4930123456789>\n"
	"Call-ID: 0fe2771c54aa91d8-#\n"
	"CSeq: 1 INVITE\n"
	"Contact: <sip:+4930987654321@" LAN_ADDRESS ":5060>;"
	"+sip.instance=\"<urn:gsma:imei:35824005-694476-0>\";"
	"+g.3gpp.icsi-ref=\"urn%3Aurn-7%3A3gpp-service.ims.icsi.mmtel\";"
	"audio;video\n"
	"P-Preferred-Identity: <sip:+4930987654321@ims.example.org>\n"
	"P-Preferred-Service: urn:urn-7:3gpp-service.ims.icsi.mmtel\n"
	"P-Access-Network-Info: 3GPP-E-UTRAN-FDD; "
	"utran-cell-id-3gpp=2620112340000401\n"
	"P-Early-Media: supported\n"
	"Accept: application/sdp, application/3gpp-ims+xml\n"
	"Accept-Contact: *;"
	"+g.3gpp.icsi-ref=\"urn%3Aurn-7%3A3gpp-service.ims.icsi.mmtel\"\n"
	"Allow: INVITE, ACK, CANCEL, BYE, UPDATE, PRACK, MESSAGE, REFER, NOTIFY, INFO, OPTIONS\n"
	"Supported: 100rel, path, precondition, timer, gruu, tdialog\n"
	"Session-Expires: 1800\n"
	"User-Agent: bench/1.0 (a mobile phone)\n"
	"Content-Type: application/sdp\n";

static const char volte_body[] =
	"v=0\n"
	"o=root 4294901234 1 IN IP4 " LAN_ADDRESS "\n"
	"s=-\n"
	"c=IN IP4 " LAN_ADDRESS "\n"
	"b=AS:553\n"
	"t=0 0\n"
	"m=audio 50010 RTP/AVP 104 102 105\n"
	"b=AS:41\n"
	"b=RS:512\n"
	"b=RR:1537\n"
	"a=rtpmap:104 AMR-WB/16000/1\n"
	"a=fmtp:104 mode-change-capability=2;max-red=0\n"
	"a=rtpmap:102 AMR/8000/1\n"
	"a=rtpmap:105 telephone-event/16000\n"
	"a=fmtp:105 0-15\n"
	"a=ptime:20\n"
	"a=maxptime:240\n"
	"a=curr:qos local none\n"
	"a=curr:qos remote none\n"
	"a=des:qos mandatory local sendrecv\n"
	"a=des:qos optional remote sendrecv\n"
	"a=sendrecv\n"
	"m=video 50020 RTP/AVP 113\n"
	"b=AS:512\n"
	"b=RS:4000\n"
	"b=RR:6000\n"
	"a=rtpmap:113 H264/90000\n"
	"a=fmtp:113 profile-level-id=42C00C;packetization-mode=1\n"
	"a=rtcp-fb:* nack pli\n"
	"a=curr:qos local none\n"
	"a=curr:qos remote none\n"
	"a=des:qos mandatory local sendrecv\n"
	"a=des:qos optional remote sendrecv\n"
	"a=sendrecv\n";

static const struct kind kinds[] = {
	{ "junk", NULL, "" },
	{ "options", options_head, "" },
	{ "bye", bye_head, "" },
	{ "invite", invite_head, invite_body },
	{ "volte", volte_head, volte_body },
	{ NULL, NULL, NULL },
};

/**
 * struct job - the command line
 * @lan: namespace of the sender
 * @wan: namespace of the receiver
 * @kind: kind of message
 * @id: number of the first message
 * @count: different messages
 * @turns: how many times to send them all again
 * @mapped: the router shall rewrite them
 */
struct job {
	const char *lan;
	const char *wan;
	const struct kind *kind;
	unsigned int id;
	unsigned int count;
	unsigned int turns;
	bool mapped;
};

/**
 * struct message - one message, ready to send
 * @len: bytes in @data
 * @data: them
 */
struct message {
	size_t len;
	char data[MESSAGE_MAX];
};

static bool six;

/* How the IPv6 host writes it: brackets in the headers, none in SDP. */
static const struct {
	const char *four;
	const char *head;
	const char *body;
} words[] = {
	{ LAN_ADDRESS, "[" LAN_ADDRESS6 "]", LAN_ADDRESS6 },
	{ WAN_ADDRESS, "[" WAN_ADDRESS6 "]", WAN_ADDRESS6 },
	{ "IN IP4", "IN IP4", "IN IP6" },
};

static const char *other_family(const char **text, bool body)
{
	size_t i, len;

	for (i = 0; six && i < ARRAY_LENGTH(words); i++) {
		len = strlen(words[i].four);
		if (strncmp(*text, words[i].four, len))
			continue;
		*text += len - 1;
		return body ? words[i].body : words[i].head;
	}
	return NULL;
}

static void put(struct message *message, const char *text, unsigned int id,
		bool body)
{
	const char *other;
	char *out = message->data + message->len;

	for (; *text; text++) {
		if (out - message->data > (int)MESSAGE_MAX - 64)
			errx(1, "a message is too long");
		other = other_family(&text, body);
		if (other)
			out += sprintf(out, "%s", other);
		else if (*text == '#')
			out += sprintf(out, "%08x", id);
		else if (*text == '\n')
			out += sprintf(out, "\r\n");
		else
			*out++ = *text;
	}
	message->len = out - message->data;
}

static void make_message(struct message *message, const struct kind *kind,
			 unsigned int id)
{
	struct message body = { .len = 0 };
	char length[32];

	put(&body, kind->body, id, true);
	message->len = 0;
	put(message, kind->head, id, false);
	snprintf(length, sizeof(length), "Content-Length: %zu\n\n", body.len);
	put(message, length, id, false);
	memcpy(message->data + message->len, body.data, body.len);
	message->len += body.len;
}

/* As long as the INVITE; no message, no keep-alive, no STUN, no TLS. */
static void make_junk(struct message *message, unsigned int id)
{
	size_t i;

	make_message(message, &kinds[3], id);
	for (i = 0; i < message->len; i++)
		message->data[i] = (char)(0x80 | (i * 7 & 0x3f));
}

static struct message *make_messages(const struct kind *kind, unsigned int id,
				     unsigned int count)
{
	struct message *messages = calloc(count, sizeof(*messages));
	unsigned int i;

	if (!messages)
		err(1, "no memory");
	for (i = 0; i < count; i++) {
		if (kind->head)
			make_message(&messages[i], kind, id + i);
		else
			make_junk(&messages[i], id + i);
	}
	return messages;
}

/* SIP's port at an address of either family; the length of @end. */
static socklen_t sip_end(struct sockaddr_storage *end, const char *address)
{
	struct sockaddr_in6 *six_end = (struct sockaddr_in6 *)end;
	struct sockaddr_in *four_end = (struct sockaddr_in *)end;

	memset(end, 0, sizeof(*end));
	if (inet_pton(AF_INET6, address, &six_end->sin6_addr) == 1) {
		six_end->sin6_family = AF_INET6;
		six_end->sin6_port = htons(SIP_PORT);
		return sizeof(*six_end);
	}
	four_end->sin_family = AF_INET;
	four_end->sin_port = htons(SIP_PORT);
	four_end->sin_addr.s_addr = inet_addr(address);
	return sizeof(*four_end);
}

static const char *lan_address(void)
{
	return six ? LAN_ADDRESS6 : LAN_ADDRESS;
}

static int sip_socket(const char *ns, const char *address, int type)
{
	struct sockaddr_storage end;
	socklen_t len = sip_end(&end, address);
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "/run/netns/%s", ns);
	fd = open(path, O_RDONLY);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		err(1, "%s", path);
	close(fd);

	fd = socket(end.ss_family, type, 0);
	if (fd < 0)
		err(1, "socket");
	if (bind(fd, (struct sockaddr *)&end, len))
		err(1, "bind to %s", address);
	return fd;
}

static int udp_socket(const char *ns, const char *address)
{
	return sip_socket(ns, address, SOCK_DGRAM);
}

static void send_messages(int fd, const struct message *messages,
			  unsigned int count)
{
	struct sockaddr_storage to;
	socklen_t len = sip_end(&to, six ? WAN_ADDRESS6 : WAN_ADDRESS);
	unsigned int i;

	for (i = 0; i < count; i++) {
		if (sendto(fd, messages[i].data, messages[i].len, 0,
			   (struct sockaddr *)&to, len) < 0)
			err(1, "sendto");
	}
}

static unsigned long long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000ull + time.tv_nsec;
}

/* Packets that wait for a softirq; column 12 of the first processor's line. */
static unsigned int backlog(void)
{
	unsigned int waiting = 0;
	FILE *stat = fopen("/proc/net/softnet_stat", "r");

	if (!stat ||
	    fscanf(stat, "%*x %*x %*x %*x %*x %*x %*x %*x %*x %*x %*x %x",
		   &waiting) != 1)
		err(1, "softnet_stat");
	fclose(stat);
	return waiting;
}

/* Instructions a message when all are sent @turns times. */
static double measure(int fd, const struct message *messages,
		      unsigned int count, unsigned int turns)
{
	unsigned long long begin = now(), end;
	unsigned int turn;

	for (turn = 0; turn < turns; turn++)
		send_messages(fd, messages, count);
	end = now();
	while (backlog()) {
		sched_yield();
		end = now();
	}
	return (double)(end - begin) / count / turns;
}

static int run_time(const struct job *job)
{
	struct message *messages = make_messages(job->kind, job->id,
						 job->count);
	struct message *others = make_messages(job->kind, job->id + WARM_UP_ID,
					       WARM_UP);
	int fd = udp_socket(job->lan, lan_address());
	double first, again = 0;

	send_messages(fd, others, WARM_UP);
	first = measure(fd, messages, job->count, 1);
	if (job->turns)
		again = measure(fd, messages, job->count, job->turns);
	printf("%zu %.1f %.1f %u\n", messages[0].len, first, again,
	       WARM_UP + job->count * (1 + job->turns));
	return 0;
}

/* Both ends of a connection through the router. */
static void tcp_sockets(const struct job *job, int *lan, int *wan)
{
	int listener = sip_socket(job->wan, WAN_ADDRESS, SOCK_STREAM), one = 1;
	struct sockaddr_storage to;
	socklen_t len = sip_end(&to, six ? WAN_ADDRESS6 : WAN_ADDRESS);

	if (listen(listener, 1))
		err(1, "listen");
	*lan = sip_socket(job->lan, lan_address(), SOCK_STREAM);
	if (setsockopt(*lan, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)) ||
	    connect(*lan, (struct sockaddr *)&to, len))
		err(1, "connect");
	*wan = accept(listener, NULL, NULL);
	if (*wan < 0)
		err(1, "accept");
	close(listener);
}

/* Each is read before the next is written, so that it has a segment. */
static double measure_stream(int lan, int wan, const struct message *messages,
			     unsigned int count, unsigned int turns)
{
	unsigned long long begin = now();
	unsigned int turn, i;
	char got[MESSAGE_MAX];

	for (turn = 0; turn < turns; turn++) {
		for (i = 0; i < count; i++) {
			if (send(lan, messages[i].data, messages[i].len, 0) < 0)
				err(1, "send");
			if (recv(wan, got, sizeof(got), 0) <= 0)
				err(1, "recv");
		}
	}
	return (double)(now() - begin) / count / turns;
}

static int run_stream(const struct job *job)
{
	struct message *messages = make_messages(job->kind, job->id,
						 job->count);
	struct message *others = make_messages(job->kind, job->id + WARM_UP_ID,
					       WARM_UP);
	double first, again;
	int lan, wan;

	tcp_sockets(job, &lan, &wan);
	measure_stream(lan, wan, others, WARM_UP, 1);
	first = measure_stream(lan, wan, messages, job->count, 1);
	again = measure_stream(lan, wan, messages, job->count, job->turns);
	printf("%zu %.1f %.1f %u\n", messages[0].len, first, again,
	       WARM_UP + job->count * (1 + job->turns));
	return 0;
}

static unsigned int occurrences(const struct message *message,
				const char *text)
{
	const char *at = message->data, *end = at + message->len;
	unsigned int count = 0;

	while ((at = memmem(at, end - at, text, strlen(text)))) {
		at += strlen(text);
		count++;
	}
	return count;
}

static bool length_right(const struct message *message)
{
	const char *end = message->data + message->len;
	const char *field = memmem(message->data, message->len,
				   "Content-Length: ", 16);
	const char *body = memmem(message->data, message->len, "\r\n\r\n", 4);

	return field && body && atoi(field + 16) == end - body - 4;
}

static bool arrived_right(const struct message *sent,
			  const struct message *got, bool mapped)
{
	if (!mapped)
		return sent->len == got->len &&
		       !memcmp(sent->data, got->data, got->len);
	return !occurrences(got, lan_address()) && !occurrences(got, "IN IP6") &&
	       !occurrences(got, WAN_ADDRESS6) &&
	       occurrences(got, MAPPED_ADDRESS) ==
	       occurrences(sent, lan_address()) && length_right(got);
}

static bool receive(int fd, struct message *message)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	ssize_t len;

	if (poll(&ready, 1, 1000) != 1)
		return false;
	len = recv(fd, message->data, sizeof(message->data), 0);
	if (len < 0)
		err(1, "recv");
	message->len = len;
	return true;
}

static int run_check(const struct job *job)
{
	struct message *messages = make_messages(job->kind, job->id,
						 job->count);
	int wan = udp_socket(job->wan, WAN_ADDRESS);
	int lan = udp_socket(job->lan, lan_address());
	struct message got;
	unsigned int i;

	for (i = 0; i < job->count; i++) {
		send_messages(lan, &messages[i], 1);
		if (!receive(wan, &got))
			errx(1, "%s: number %u did not arrive",
			     job->kind->name, i);
		if (!arrived_right(&messages[i], &got, job->mapped))
			errx(1, "%s: number %u is not as it should be:\n%.*s",
			     job->kind->name, i, (int)got.len, got.data);
	}
	return 0;
}

static const struct kind *find_kind(const char *name)
{
	const struct kind *kind;

	for (kind = kinds; kind->name; kind++) {
		if (!strcmp(kind->name, name))
			return kind;
	}
	errx(2, "no such kind of message: %s", name);
}

int main(int argc, char **argv)
{
	const char *family = getenv("FAMILY");
	struct job job;

	six = family && !strcmp(family, "6");
	if (argc != 8)
		errx(2, "usage: send time LAN WAN KIND ID COUNT TURNS\n"
			"       send stream LAN WAN KIND ID COUNT TURNS\n"
			"       send check LAN WAN KIND ID COUNT same|mapped");
	job.lan = argv[2];
	job.wan = argv[3];
	job.kind = find_kind(argv[4]);
	job.id = strtoul(argv[5], NULL, 0);
	job.count = atoi(argv[6]);
	job.turns = atoi(argv[7]);
	job.mapped = !strcmp(argv[7], "mapped");
	if (!strcmp(argv[1], "stream"))
		return run_stream(&job);
	return strcmp(argv[1], "time") ? run_check(&job) : run_time(&job);
}

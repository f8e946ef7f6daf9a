/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Live traffic: SIP and RTP through a router with the helper, much of it
 * broken on purpose; declarations that the files share.
 *
 * Two processes, one for each side of the router, walk through the same
 * sequence of packets, each made of the seed and its number alone, and send
 * those of their side.  So both sides are at work at once, and neither has to
 * learn what the other has sent.
 */
#ifndef _LIVE_H
#define _LIVE_H

#include <sip_ims/types.h>

#define INSIDE_PREFIX	"192.168.1."
#define OUTSIDE_PREFIX	"203.0.113."
#define PUBLIC_ADDRESS	OUTSIDE_PREFIX "1"
#define FIRST_HOST	10u	/* the last byte of the first address */
#define HOSTS		4u	/* on either side */
#define SIP_PORT	5060u
#define CALL_PORT	5070u	/* in a Contact, where it is not SIP_PORT */
#define REGISTERED_PORT	5080u
#define FIRST_MEDIA_PORT 20000u

#define DATAGRAM_MAX	65507u
#define ADDRESS_MAX	sizeof("255.255.255.255")

enum side {
	INSIDE,
	OUTSIDE,
	SIDES,
};

/* main.c */

/**
 * enum count - counters; their names are in main.c
 * @COUNT_SIP: whole datagrams of SIP flows, valid for IP and UDP
 * @COUNT_MEDIA: datagrams of media
 * @COUNT_INVALID: datagrams that conntrack must find invalid
 * @COUNT_NEVER: datagrams that cannot be put together from their fragments
 * @COUNT_FAILED: the kernel did not take a packet
 * @COUNT_WHOLE: messages of undisturbed dialogs
 * @COUNT_MUTATED: messages sent mutated
 * @COUNT_BEGUN: dialogs and registrations begun
 * @COUNT_ENDED: dialogs and registrations that ended
 * @COUNT_GOT_SIP: datagrams of SIP flows that arrived
 * @COUNT_GOT_MEDIA: others that arrived
 * @COUNT_GOT_WHOLE: messages of COUNT_WHOLE that arrived
 * @COUNT_GOT_WRONG: messages of COUNT_GOT_WHOLE with wrong contents
 * @COUNT_OVERFLOW: datagrams that did not fit into a socket of this program
 * @COUNTS: how many counters there are
 */
enum count {
	COUNT_SIP,
	COUNT_MEDIA,
	COUNT_INVALID,
	COUNT_NEVER,
	COUNT_FAILED,
	COUNT_WHOLE,
	COUNT_MUTATED,
	COUNT_BEGUN,
	COUNT_ENDED,
	COUNT_GOT_SIP,
	COUNT_GOT_MEDIA,
	COUNT_GOT_WHOLE,
	COUNT_GOT_WRONG,
	COUNT_OVERFLOW,
	COUNTS,
};

void count_add(enum count count, u64 value);

void random_seed(u64 seed, u64 number);
u32 random_u32(void);
u32 random_below(u32 limit);
bool random_percent(u32 percent);

/* message.c */

/**
 * struct message - bytes to send
 * @len: how many
 * @bytes: them; one more, so that it can be ended with 0
 */
struct message {
	size_t len;
	u8 bytes[DATAGRAM_MAX + 1];
};

void message_text(struct message *message, const char *format, ...);
void message_bytes(struct message *message, const void *bytes, size_t len);
void message_replace(struct message *message, size_t at, size_t len,
		     const void *bytes, size_t new_len);
const u8 *message_find(const struct message *message, size_t from,
		       const char *text);
size_t message_head(const struct message *message);
void message_fix_length(struct message *message);

/* net.c */

/**
 * enum shape - how a datagram travels
 * @SHAPE_PLAIN: in one packet if it fits
 * @SHAPE_FRAGMENTS: in many small fragments
 * @SHAPE_REVERSED: the same, the last one first
 * @SHAPE_REPEATED: the same, one of them twice
 * @SHAPE_NO_CHECKSUM: without UDP checksum
 * @SHAPE_TRAILER: the UDP length is less than there is
 * @SHAPE_BAD_CHECKSUM: conntrack finds it invalid
 * @SHAPE_LENGTH_LONG: the UDP length is more than there is
 * @SHAPE_LENGTH_SHORT: the UDP length is below the header's
 * @SHAPE_CUT_HEADER: the packet ends inside the UDP header
 * @SHAPE_INCOMPLETE: one fragment does not come
 * @SHAPE_OVERLAP: two fragments overlap, which the kernel does not accept
 * @SHAPES: how many there are
 */
enum shape {
	SHAPE_PLAIN,
	SHAPE_FRAGMENTS,
	SHAPE_REVERSED,
	SHAPE_REPEATED,
	SHAPE_NO_CHECKSUM,
	SHAPE_TRAILER,
	SHAPE_BAD_CHECKSUM,
	SHAPE_LENGTH_LONG,
	SHAPE_LENGTH_SHORT,
	SHAPE_CUT_HEADER,
	SHAPE_INCOMPLETE,
	SHAPE_OVERLAP,
	SHAPES,
};

/**
 * struct place - an address and a port
 * @address: host byte order
 * @port: host byte order
 */
struct place {
	u32 address;
	u16 port;
};

void net_open(enum side side, const char *namespace);
void net_send(const struct place *from, const struct place *to,
	      const u8 *bytes, size_t len, enum shape shape);
void net_settle(void);

/* main.c: called for each datagram that arrives on this process's side. */
void arrived(const struct place *from, const struct place *to,
	     const struct message *message);

/* dialog.c */

#define DIALOGS		64u

enum method {
	INVITE,
	ACK,
	BYE,
	CANCEL,
	PRACK,
	UPDATE,
	REGISTER,
	METHODS,
};

/**
 * enum end - the two ends of a dialog
 * @CALLER: sends the first request
 * @CALLEE: answers it
 * @ENDS: how many there are
 */
enum end {
	CALLER,
	CALLEE,
	ENDS,
};

/**
 * struct step - one message of a dialog
 * @from: who sends it
 * @status: of an answer, 0 for a request
 * @method: of the request, or of the one that is answered
 * @body: enum body
 * @branch: which callee of a fork
 */
struct step {
	u8 from;
	u16 status;
	u8 method;
	u8 body;
	u8 branch;
};

/**
 * struct dialog - a call or a registration on its way
 * @number: serial number, in its tags
 * @call: the number its Call-ID is made of: another's if it is one more leg
 * @leg: the dialog whose SDP this one's caller hands on, or NULL
 * @joined: another one is such a leg of this one's call
 * @steps: its messages
 * @count: how many
 * @at: the next step
 * @heard: the last step that came through to this process's side
 * @late: one did not in time, the rest need not be as it should be
 * @side: the caller's
 * @host: the two hosts, counted from 0, by side
 * @cseq: the last request of each end and method
 * @last_cseq: the highest of them
 * @version: of the SDP of each end
 * @answered: the callee's tag is known
 * @accepted: a 2xx answered the INVITE
 * @variant: bits, which headers and streams it has
 * @media_port: public port of the inside's first stream, 0 if not known
 * @contact_port: public port of the inside's Contact, 0 if not known
 * @far_port: port that the inside sends media to, 0 if not known
 */
struct dialog {
	u32 number;
	u32 call;
	const struct dialog *leg;
	bool joined;
	const struct step *steps;
	unsigned int count;
	unsigned int at;
	unsigned int heard;
	bool late;
	enum side side;
	unsigned int host[SIDES];
	u32 cseq[ENDS][METHODS];
	u32 last_cseq[ENDS];
	u32 version[ENDS];
	bool answered;
	bool accepted;
	u32 variant;
	u16 media_port;
	u16 contact_port;
	u16 far_port;
};

/* In each Call-ID, so that a call is not taken for one of an earlier run's. */
extern u32 dialog_run;

u32 host_address(enum side side, unsigned int host);
void flow_places(unsigned int inside, unsigned int outside, enum side from,
		 struct place *src, struct place *dst);
bool flows_known(void);

struct dialog *dialog_any(void);
struct dialog *dialog_unclean(void);
bool dialog_clean(const struct dialog *dialog);
const struct step *dialog_next(struct dialog *dialog);
bool dialog_ready(const struct dialog *dialog);
enum side dialog_sender(const struct dialog *dialog, const struct step *step);
void dialog_message(struct message *message, const struct dialog *dialog,
		    const struct step *step, const char *subject);
void dialog_places(const struct dialog *dialog, enum side from,
		   struct place *src, struct place *dst);
void dialog_media(const struct dialog *dialog, enum side from,
		  struct place *src, struct place *dst);
void dialog_learn(enum side side, const struct place *from,
		  const struct place *to, const struct message *message);
void hello_message(struct message *message, unsigned int inside,
		   unsigned int outside);

/* Stands in each message: one of an undisturbed dialog, which has to
 * arrive as it should; another one as it should be; a mutated one.
 */
#define SUBJECT_WHOLE	"whole"
#define SUBJECT_GOOD	"good"
#define SUBJECT_OTHER	"other"

/* mutate.c */
void mutate(struct message *message, const struct message *other);

/* seeds.c */
void seeds_read(char **paths, unsigned int count);
void seed_message(struct message *message, const struct place *src,
		  const struct place *dst);

#endif /* _LIVE_H */

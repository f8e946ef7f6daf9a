// SPDX-License-Identifier: GPL-2.0-only
/*
 * Correct calls and registrations: scripts of messages, and the addresses that
 * each end has for itself and for the other one.
 */
#include <stdio.h>
#include <stdlib.h>

#include "live.h"

enum body {
	NONE,
	SDP,
	HOLD,		/* a=inactive */
	HOLD_OLD,	/* c=0.0.0.0, RFC 2543 */
	REFUSED,	/* m= with port 0 */
	GONE,		/* a REGISTER with Expires: 0 */
};

/* Bits of struct dialog's variant */
enum {
	WITH_ROUTE = 1,
	WITH_IMS = 2,
	WITH_VIDEO = 4,
	WITH_RTCP = 8,
	WITH_MUX = 16,
	WITH_MEDIA_CONNECTION = 32,
	WITH_MOVE = 64,		/* a second SDP names other ports */
	WITH_COMPACT = 128,
	WITH_PARTS = 256,
	WITH_CONTACT = 512,	/* on another port than the flow's */
	VARIANTS = 1024,
};

#define PORTS_EACH	8u	/* media ports of a dialog's end */

#define ASK(end, method, body)		{ end, 0, method, body, 0 }
#define SAY(end, status, method, body)	{ end, status, method, body, 0 }
#define FORK(status, method, body)	{ CALLEE, status, method, body, 1 }

static const struct step plain[] = {
	ASK(CALLER, INVITE, SDP), SAY(CALLEE, 100, INVITE, NONE),
	SAY(CALLEE, 180, INVITE, NONE), SAY(CALLEE, 200, INVITE, SDP),
	ASK(CALLER, ACK, NONE),
	ASK(CALLER, BYE, NONE), SAY(CALLEE, 200, BYE, NONE),
};

static const struct step ims[] = {
	ASK(CALLER, INVITE, SDP), SAY(CALLEE, 100, INVITE, NONE),
	SAY(CALLEE, 183, INVITE, SDP), ASK(CALLER, PRACK, NONE),
	SAY(CALLEE, 200, PRACK, NONE), ASK(CALLER, UPDATE, SDP),
	SAY(CALLEE, 200, UPDATE, SDP), SAY(CALLEE, 180, INVITE, NONE),
	ASK(CALLER, PRACK, NONE), SAY(CALLEE, 200, PRACK, NONE),
	SAY(CALLEE, 200, INVITE, NONE), ASK(CALLER, ACK, NONE),
	ASK(CALLEE, BYE, NONE), SAY(CALLER, 200, BYE, NONE),
};

static const struct step late_offer[] = {
	ASK(CALLER, INVITE, NONE), SAY(CALLEE, 200, INVITE, SDP),
	ASK(CALLER, ACK, SDP),
	ASK(CALLEE, BYE, NONE), SAY(CALLER, 200, BYE, NONE),
};

static const struct step hold[] = {
	ASK(CALLER, INVITE, SDP), SAY(CALLEE, 200, INVITE, SDP),
	ASK(CALLER, ACK, NONE),
	ASK(CALLER, INVITE, HOLD), SAY(CALLEE, 200, INVITE, HOLD),
	ASK(CALLER, ACK, NONE),
	ASK(CALLEE, INVITE, SDP), SAY(CALLER, 200, INVITE, SDP),
	ASK(CALLEE, ACK, NONE),
	ASK(CALLEE, INVITE, HOLD_OLD), SAY(CALLER, 200, INVITE, SDP),
	ASK(CALLEE, ACK, NONE),
	ASK(CALLEE, INVITE, SDP), SAY(CALLER, 200, INVITE, REFUSED),
	ASK(CALLEE, ACK, NONE),
	ASK(CALLEE, BYE, NONE), SAY(CALLER, 200, BYE, NONE),
};

static const struct step given_up[] = {
	ASK(CALLER, INVITE, SDP), SAY(CALLEE, 180, INVITE, NONE),
	ASK(CALLER, CANCEL, NONE), SAY(CALLEE, 200, CANCEL, NONE),
	SAY(CALLEE, 487, INVITE, NONE), ASK(CALLER, ACK, NONE),
};

static const struct step challenged[] = {
	ASK(CALLER, INVITE, SDP), SAY(CALLEE, 407, INVITE, NONE),
	ASK(CALLER, ACK, NONE),
	ASK(CALLER, INVITE, SDP), SAY(CALLEE, 486, INVITE, NONE),
	ASK(CALLER, ACK, NONE),
};

static const struct step forked[] = {
	ASK(CALLER, INVITE, SDP), FORK(183, INVITE, SDP),
	SAY(CALLEE, 183, INVITE, SDP), FORK(180, INVITE, NONE),
	SAY(CALLEE, 200, INVITE, SDP), ASK(CALLER, ACK, NONE),
	ASK(CALLER, BYE, NONE), SAY(CALLEE, 200, BYE, NONE),
};

static const struct step unanswered[] = {
	ASK(CALLER, INVITE, SDP), SAY(CALLEE, 183, INVITE, SDP),
};

static const struct step registered[] = {
	ASK(CALLER, REGISTER, NONE), SAY(CALLEE, 401, REGISTER, NONE),
	ASK(CALLER, REGISTER, NONE), SAY(CALLEE, 200, REGISTER, NONE),
	ASK(CALLER, REGISTER, NONE), SAY(CALLEE, 200, REGISTER, NONE),
};

static const struct step deregistered[] = {
	ASK(CALLER, REGISTER, NONE), SAY(CALLEE, 200, REGISTER, NONE),
	ASK(CALLER, REGISTER, GONE), SAY(CALLEE, 200, REGISTER, GONE),
};

/**
 * struct scenario - a script
 * @steps: its messages
 * @count: how many
 * @outward: the caller is always inside
 */
struct scenario {
	const struct step *steps;
	unsigned int count;
	bool outward;
};

static const struct scenario scenarios[] = {
	{ plain, ARRAY_SIZE(plain), false },
	{ ims, ARRAY_SIZE(ims), false },
	{ late_offer, ARRAY_SIZE(late_offer), false },
	{ hold, ARRAY_SIZE(hold), false },
	{ given_up, ARRAY_SIZE(given_up), false },
	{ challenged, ARRAY_SIZE(challenged), false },
	{ forked, ARRAY_SIZE(forked), false },
	{ unanswered, ARRAY_SIZE(unanswered), false },
	{ registered, ARRAY_SIZE(registered), true },
	{ deregistered, ARRAY_SIZE(deregistered), true },
};

static const char * const method_names[METHODS] = {
	"INVITE", "ACK", "BYE", "CANCEL", "PRACK", "UPDATE", "REGISTER",
};

u32 dialog_run;

static struct dialog dialogs[DIALOGS];

/* The public port of each pair of hosts; only the outside needs to know. */
static u16 flow_port[HOSTS][HOSTS];

/* ---- addresses ----------------------------------------------------------- */

u32 host_address(enum side side, unsigned int host)
{
	u32 network = side == INSIDE ? 192u << 24 | 168 << 16 | 1 << 8 :
				       203u << 24 | 0 << 16 | 113 << 8;

	return network + FIRST_HOST + host;
}

static u32 public_address(void)
{
	return 203u << 24 | 0 << 16 | 113 << 8 | 1;
}

/* Signalling between two hosts, as its sender has to address it. */
void flow_places(unsigned int inside, unsigned int outside, enum side from,
		 struct place *src, struct place *dst)
{
	struct place here = { host_address(INSIDE, inside), SIP_PORT };
	struct place there = { host_address(OUTSIDE, outside), SIP_PORT };

	if (from == INSIDE) {
		*src = here;
		*dst = there;
		return;
	}
	*src = there;
	*dst = (struct place) { public_address(), SIP_PORT };
	if (flow_port[inside][outside])
		dst->port = flow_port[inside][outside];
}

bool flows_known(void)
{
	unsigned int i;

	for (i = 0; i < HOSTS * HOSTS; i++) {
		if (!flow_port[i / HOSTS][i % HOSTS])
			return false;
	}
	return true;
}

static enum side end_side(const struct dialog *dialog, enum end end)
{
	return end == CALLER ? dialog->side : !dialog->side;
}

static enum end side_end(const struct dialog *dialog, enum side side)
{
	return side == dialog->side ? CALLER : CALLEE;
}

enum side dialog_sender(const struct dialog *dialog, const struct step *step)
{
	return end_side(dialog, step->from);
}

void dialog_places(const struct dialog *dialog, enum side from,
		   struct place *src, struct place *dst)
{
	flow_places(dialog->host[INSIDE], dialog->host[OUTSIDE], from, src,
		    dst);
}

/* The address of @who as @by sees it; a Contact may have its own port. */
static struct place seen(const struct dialog *dialog, enum end who,
			 enum end by, bool contact)
{
	enum side side = end_side(dialog, who);
	struct place src, dst;

	dialog_places(dialog, side, &src, &dst);
	if (contact && side == INSIDE && dialog->variant & WITH_CONTACT)
		src.port = dialog->steps[0].method == REGISTER ?
			   REGISTERED_PORT : CALL_PORT;
	if (side != INSIDE || by == who)
		return src;
	dialog_places(dialog, OUTSIDE, &src, &dst);
	if (contact && dialog->contact_port)
		dst.port = dialog->contact_port;
	return dst;
}

static const char *dotted(u32 address)
{
	static char texts[4][ADDRESS_MAX];
	static unsigned int next;
	char *text = texts[next++ % ARRAY_SIZE(texts)];

	snprintf(text, ADDRESS_MAX, "%u.%u.%u.%u", address >> 24,
		 address >> 16 & 255, address >> 8 & 255, address & 255);
	return text;
}

/* ---- media --------------------------------------------------------------- */

static u16 local_port(const struct dialog *dialog, enum end end)
{
	u16 port = FIRST_MEDIA_PORT + PORTS_EACH * (dialog - dialogs);

	if (dialog->variant & WITH_MOVE && dialog->version[end] > 1)
		port += PORTS_EACH / 2;
	return port;
}

/* The media address that an end announces, which is the received one if it is a
 * proxy outside.
 */
static struct place media_place(const struct dialog *dialog, enum end end)
{
	struct place place = seen(dialog, end, end, false);

	place.port = local_port(dialog, end);
	if (end == CALLER && dialog->leg && dialog->leg->media_port) {
		place.address = public_address();
		place.port = dialog->leg->media_port;
	}
	return place;
}

void dialog_media(const struct dialog *dialog, enum side from,
		  struct place *src, struct place *dst)
{
	enum end end = side_end(dialog, from);

	*src = seen(dialog, end, end, false);
	src->port = local_port(dialog, end);
	if (from == OUTSIDE) {
		dst->address = public_address();
		dst->port = dialog->media_port ?:
			    16384 + 2 * (dialog - dialogs);
		return;
	}
	*dst = media_place(dialog, !end);
	if (dialog->leg && dialog->far_port) {
		dst->address = public_address();
		dst->port = dialog->far_port;
	}
}

static void put_stream(struct message *body, const struct dialog *dialog,
		       const struct step *step, const char *kind,
		       const struct place *place)
{
	message_text(body, "m=%s %u RTP/AVP 0 101\n", kind,
		     step->body == REFUSED ? 0 : place->port);
	if (dialog->variant & WITH_MEDIA_CONNECTION)
		message_text(body, "c=IN IP4 %s\n", dotted(place->address));
	if (dialog->variant & WITH_RTCP)
		message_text(body, "a=rtcp:%u IN IP4 %s\n", place->port + 1,
			     dotted(place->address));
	if (dialog->variant & WITH_MUX)
		message_text(body, "a=rtcp-mux\n");
	message_text(body, "a=rtpmap:0 PCMU/8000\na=%s\n",
		     step->body == HOLD ? "inactive" : "sendrecv");
}

static void put_sdp(struct message *body, const struct dialog *dialog,
		    const struct step *step)
{
	struct place place = media_place(dialog, step->from);
	const char *address = dotted(place.address);

	message_text(body, "v=0\no=- %u %u IN IP4 %s\ns=-\n", dialog->number,
		     dialog->version[step->from], address);
	message_text(body, "c=IN IP4 %s\nt=0 0\n",
		     step->body == HOLD_OLD ? "0.0.0.0" : address);
	place.port += 2 * step->branch;
	put_stream(body, dialog, step, "audio", &place);
	place.port += 2;
	if (dialog->variant & WITH_VIDEO && !dialog->leg && !step->branch)
		put_stream(body, dialog, step, "video", &place);
}

static void put_body(struct message *body, const struct dialog *dialog,
		     const struct step *step)
{
	if (!(dialog->variant & WITH_PARTS)) {
		put_sdp(body, dialog, step);
		return;
	}
	message_text(body, "--part\nContent-Type: text/plain\n\nhello\n");
	message_text(body, "--part\nContent-Type: application/sdp\n\n");
	put_sdp(body, dialog, step);
	message_text(body, "--part--\n");
}

/* ---- messages ------------------------------------------------------------ */

static u32 step_cseq(const struct dialog *dialog, enum end end,
		     enum method method)
{
	if (method == ACK || method == CANCEL)
		method = INVITE;
	return dialog->cseq[end][method];
}

/* A CANCEL has the branch of its INVITE (RFC 3261 section 9.1). */
static void put_via(struct message *message, const struct dialog *dialog,
		    const struct step *step, enum end asker)
{
	struct place place = seen(dialog, asker, step->from, false);
	bool compact = dialog->variant & WITH_COMPACT;
	enum method method = step->method == CANCEL ? INVITE : step->method;

	message_text(message,
		     "%s: SIP/2.0/UDP %s:%u;branch=z9hG4bK%u-%u-%u%s;rport\n",
		     compact ? "v" : "Via", dotted(place.address), place.port,
		     dialog->number, asker * METHODS + method,
		     step_cseq(dialog, asker, method),
		     step->method == ACK ? "a" : "");
}

static void put_tags(struct message *message, const struct dialog *dialog,
		     const struct step *step, enum end asker)
{
	bool compact = dialog->variant & WITH_COMPACT;
	bool answered = step->status > 100 ||
			(!step->status && dialog->answered &&
			 step->method != REGISTER && step->method != CANCEL);
	char caller[64], callee[64] = "";

	snprintf(caller, sizeof(caller), ";tag=caller%u", dialog->call);
	if (answered)
		snprintf(callee, sizeof(callee), ";tag=callee%u-%u",
			 dialog->number, step->branch);
	message_text(message, "%s: <sip:u%u@example.org>%s\n",
		     compact ? "f" : "From", asker,
		     asker == CALLER ? caller : callee);
	message_text(message, "%s: <sip:u%u@example.org>%s\n",
		     compact ? "t" : "To",
		     step->method == REGISTER ? asker : !asker,
		     asker == CALLER ? callee : caller);
}

static void put_extra(struct message *message, const struct dialog *dialog,
		      const struct step *step)
{
	struct place proxy = { host_address(OUTSIDE, dialog->host[OUTSIDE]),
			       SIP_PORT };

	if (dialog->variant & WITH_ROUTE)
		message_text(message, "Record-Route: <sip:%s:%u;lr>\n",
			     dotted(proxy.address), proxy.port);
	if (step->method == PRACK && !step->status)
		message_text(message, "RAck: 1 %u INVITE\n",
			     dialog->cseq[CALLER][INVITE]);
	if (step->status == 183)
		message_text(message, "Require: 100rel\nRSeq: 1\n");
	if (dialog->variant & WITH_IMS)
		message_text(message, "%s\n%s\n%s\n",
			     "P-Asserted-Identity: <sip:u@example.org>",
			     "P-Access-Network-Info: 3GPP-E-UTRAN-FDD",
			     "Supported: 100rel, path");
}

static void put_contact(struct message *message, const struct dialog *dialog,
			const struct step *step)
{
	struct place place = seen(dialog, step->from, step->from, true);
	const char *name = dialog->variant & WITH_COMPACT ? "m" : "Contact";

	if (step->status && (step->status == 100 || step->status >= 300))
		return;
	if (step->method == REGISTER) {
		place = seen(dialog, CALLER, step->from, true);
		message_text(message, "%s: <sip:u@%s:%u>;expires=%u\n", name,
			     dotted(place.address), place.port,
			     step->body == GONE ? 0 : 3600);
	} else if (step->method == INVITE || step->method == UPDATE) {
		message_text(message, "%s: <sip:u@%s:%u>\n", name,
			     dotted(place.address), place.port);
	}
}

static const char *step_type(const struct dialog *dialog)
{
	return dialog->variant & WITH_PARTS ?
	       "multipart/mixed;boundary=part" : "application/sdp";
}

/* CANCEL, and ACK of a failure, go where the INVITE went. */
static bool to_contact(const struct dialog *dialog, const struct step *step)
{
	if (step->method == ACK)
		return dialog->accepted;
	return step->method != CANCEL && dialog->answered;
}

/* The message of a step, from where the dialog is now. */
void dialog_message(struct message *message, const struct dialog *dialog,
		    const struct step *step, const char *subject)
{
	enum end asker = step->status ? !step->from : step->from;
	const char *method = method_names[step->method];
	static struct message body;
	struct place target;

	message->len = 0;
	target = seen(dialog, !step->from, step->from, to_contact(dialog, step));
	if (step->status)
		message_text(message, "SIP/2.0 %u Status\n", step->status);
	else
		message_text(message, "%s sip:u@%s:%u SIP/2.0\n", method,
			     dotted(target.address), target.port);
	put_via(message, dialog, step, asker);
	put_tags(message, dialog, step, asker);
	message_text(message, "%s: live-%u-%x@example.org\nCSeq: %u %s\n",
		     dialog->variant & WITH_COMPACT ? "i" : "Call-ID",
		     dialog->call, dialog_run, step_cseq(dialog, asker, step->method),
		     method);
	message_text(message, "Max-Forwards: 70\nSubject: %s\nX-Step: %u\n",
		     subject, dialog->at);
	put_contact(message, dialog, step);
	put_extra(message, dialog, step);

	body.len = 0;
	if (step->body != NONE && step->body != GONE) {
		put_body(&body, dialog, step);
		message_text(message, "Content-Type: %s\n", step_type(dialog));
	}
	message_text(message, "Content-Length: %zu\n\n", body.len);
	message_bytes(message, body.bytes, body.len);
}

/* So that the outside knows the public port of each flow. */
void hello_message(struct message *message, unsigned int inside,
		   unsigned int outside)
{
	const char *from = dotted(host_address(INSIDE, inside));

	message->len = 0;
	message_text(message, "OPTIONS sip:u@%s SIP/2.0\n",
		     dotted(host_address(OUTSIDE, outside)));
	message_text(message, "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKhello\n",
		     from, SIP_PORT);
	message_text(message, "From: <sip:u@example.org>;tag=hello\n"
		     "To: <sip:u@example.org>\n"
		     "Call-ID: hello-%u-%u\nCSeq: 1 OPTIONS\n"
		     "Content-Length: 0\n\n", inside, outside);
}

/* ---- their course -------------------------------------------------------- */

/* Every other dialog is undisturbed and has phones of its own. */
bool dialog_clean(const struct dialog *dialog)
{
	return (dialog - dialogs) % 2;
}

struct dialog *dialog_any(void)
{
	return &dialogs[random_below(DIALOGS)];
}

/* Choose a dialog whose messages may be mutated. */
struct dialog *dialog_unclean(void)
{
	return &dialogs[2 * random_below(DIALOGS / 2)];
}

static void dialog_begin(struct dialog *dialog)
{
	const struct scenario *scenario;
	static u32 serial;

	memset(dialog, 0, sizeof(*dialog));
	scenario = &scenarios[random_below(ARRAY_SIZE(scenarios))];
	dialog->steps = scenario->steps;
	dialog->count = scenario->count;
	dialog->number = ++serial;
	dialog->call = dialog->number;
	dialog->variant = random_below(VARIANTS) & random_below(VARIANTS);
	dialog->side = scenario->outward || random_percent(60) ? INSIDE :
								 OUTSIDE;
	dialog->host[INSIDE] = random_below(HOSTS / 2);
	if (dialog_clean(dialog))
		dialog->host[INSIDE] += HOSTS / 2;
	dialog->host[OUTSIDE] = random_below(HOSTS);
	count_add(COUNT_BEGUN, 1);
}

/* A call from inside comes back to another phone there. */
static void dialog_join(struct dialog *dialog)
{
	struct dialog *leg = dialog_any();

	if (dialog->side != OUTSIDE || leg->side != INSIDE || !leg->count ||
	    leg->steps[0].method != INVITE || leg->joined ||
	    dialog_clean(leg) != dialog_clean(dialog))
		return;
	leg->joined = true;
	dialog->leg = leg;
	dialog->call = leg->call;
	dialog->host[INSIDE] = leg->host[INSIDE] ^ 1;
	dialog->host[OUTSIDE] = leg->host[OUTSIDE];
}

static void dialog_advance(struct dialog *dialog, const struct step *step)
{
	u32 *last = &dialog->last_cseq[step->from];

	if (!step->status && step->method != ACK && step->method != CANCEL)
		dialog->cseq[step->from][step->method] = ++*last;
	if (step->body != NONE)
		dialog->version[step->from]++;
	if (step->status > 100 && step->status < 300)
		dialog->answered = true;
	if (step->status >= 200 && step->status < 300 &&
	    step->method == INVITE)
		dialog->accepted = true;
}

/* The next step of a dialog, or the first of its successor's. */
const struct step *dialog_next(struct dialog *dialog)
{
	const struct step *step;

	if (dialog->at == dialog->count) {
		count_add(COUNT_ENDED, dialog->count != 0);
		dialog_begin(dialog);
		dialog_join(dialog);
	}
	step = &dialog->steps[dialog->at++];
	dialog_advance(dialog, step);
	return step;
}

/* Has its sender heard all that came before? */
bool dialog_ready(const struct dialog *dialog)
{
	const struct step *before = &dialog->steps[dialog->at - 2];

	return dialog->at < 2 || before->from == before[1].from ||
	       dialog->heard == dialog->at - 1;
}

/* ---- the addresses that the router chose --------------------------------- */

static unsigned long number_after(const struct message *message,
				  const char *text)
{
	const u8 *at = message_find(message, 0, text);

	return at ? strtoul((const char *)at + strlen(text), NULL, 10) : 0;
}

static void dialog_note_addresses(struct dialog *dialog, enum side side,
				  const struct message *message)
{
	unsigned long media = number_after(message, "\nm=audio ");
	unsigned long contact = number_after(message, "Contact: <sip:u@"
					     PUBLIC_ADDRESS ":");

	dialog->heard = number_after(message, "\nX-Step: ");
	if (side == INSIDE) {
		dialog->far_port = media;
		return;
	}
	if (media >= 1024 && media < 65535)
		dialog->media_port = media;
	if (contact >= 1024 && contact < 65535 && contact != SIP_PORT)
		dialog->contact_port = contact;
}

static void hello_learn(const struct place *from,
			const struct message *message)
{
	unsigned int inside, outside;
	const u8 *hello = message_find(message, 0, "Call-ID: hello-");

	if (hello && sscanf((const char *)hello, "Call-ID: hello-%u-%u",
			    &inside, &outside) == 2 &&
	    inside < HOSTS && outside < HOSTS)
		flow_port[inside][outside] = from->port;
}

/* Was this of the dialog?  Two legs of a call differ in the inside's host. */
static bool dialog_is(const struct dialog *dialog, u32 call, enum side side,
		      const struct place *from, const struct place *to)
{
	struct place src, dst;

	if (dialog->call != call)
		return false;
	dialog_places(dialog, side, &src, &dst);
	return side == INSIDE ? src.address == to->address :
				dst.port == from->port;
}

/* Learns only from messages that were not mutated. */
void dialog_learn(enum side side, const struct place *from,
		  const struct place *to, const struct message *message)
{
	unsigned int i;
	u32 call;

	if (side == OUTSIDE)
		hello_learn(from, message);
	if (!message_find(message, 0, "Subject: " SUBJECT_WHOLE "\r") &&
	    !message_find(message, 0, "Subject: " SUBJECT_GOOD "\r"))
		return;
	call = number_after(message, ": live-");
	for (i = 0; i < DIALOGS; i++) {
		if (dialog_is(&dialogs[i], call, side, from, to))
			dialog_note_addresses(&dialogs[i], side, message);
	}
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A message and the plan of its edits.
 */
#ifndef _REWRITE_H
#define _REWRITE_H

#include "fuzz.h"

/* A message and its facts; @seed determines the plan. */
struct rewritten {
	u8 *bytes;
	size_t len;
	u64 seed;
	struct sip_message msg;
	bool has_sdp;
	struct sdp sdp;
};

enum sip_fault rewritten_read(struct rewritten *message);

/*
 * The plan is a sequence of decisions, one for each place in the order of the
 * message.  It is the same for the old message and for the new one, since both
 * have the same places.
 */
struct plan {
	u64 state;
	u32 share;	/* of the places that are edited, in 1/256 */
	u16 port;
};

/* The edit that the plan makes at one place */
struct wanted {
	bool host;
	bool port;
	struct sip_address address;
	u16 number;
};

void plan_begin(struct plan *plan);
void plan_begin_sdp(struct plan *plan);
void plan_literal(struct plan *plan, const struct sip_literal *literal,
		  struct wanted *wanted);
void plan_address(struct plan *plan, const struct sdp_address *address,
		  struct wanted *wanted);
void plan_port(struct plan *plan, struct sip_slice digits,
	       struct wanted *wanted);

/*
 * The edit of an attribute.  It depends on the kind of the attribute, so that
 * the new message, which has fewer attributes, is edited alike.
 */
enum fate {
	FATE_STAYS,
	FATE_MOVES,
	FATE_GOES,
};

enum fate plan_fate(const struct rewritten *message,
		    const struct sdp_attribute *attribute);
/* The new address and port of @place; the family does not change. */
void plan_place(const struct rewritten *message, const struct sdp_place *place,
		struct wanted *wanted);

/* Makes the list of all edits of the plan; false if an edit was refused. */
bool follow_plan(const struct rewritten *message, struct sip_edits *edits);

/* Assembles @new and compares it with a naive replacement.  Returns false if
 * there is no new message: the list has failed, or it would be too long.
 */
bool assemble(const struct sip_edits *edits, const struct rewritten *old,
	      struct rewritten *new);

#endif /* _REWRITE_H */

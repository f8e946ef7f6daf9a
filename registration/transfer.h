/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The messages that ask for a grant: requests whose Via names another port, and
 * transfers.
 */
#ifndef _REGISTRATION_TRANSFER_H
#define _REGISTRATION_TRANSFER_H

#include <sip_ims/types.h>

struct sip_ims_path;
struct sip_ims_plan;
struct sip_message;

int sip_ims_via_prepare(struct sip_ims_plan *plan,
			const struct sip_ims_path *path,
			const struct sip_message *msg);
int sip_ims_transfer_prepare(struct sip_ims_plan *plan,
			     const struct sip_ims_path *path, const u8 *base,
			     const struct sip_message *msg);

#endif /* _REGISTRATION_TRANSFER_H */

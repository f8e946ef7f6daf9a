/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writing the headers of a translated packet.
 */
#ifndef _TRGW_BUILD_H
#define _TRGW_BUILD_H

#include "translate.h"

enum trgw_verdict trgw_build_headers(const u8 *data,
				     const struct trgw_facts *facts,
				     const struct trgw_addresses *addresses,
				     const struct trgw_link *link,
				     struct trgw_edit *edit);

#endif /* _TRGW_BUILD_H */

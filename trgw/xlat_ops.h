/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Operations for the helper: queries for address pairs.
 */
#ifndef _TRGW_XLAT_OPS_H
#define _TRGW_XLAT_OPS_H

#include <sip_ims/xlat.h>

extern const struct trgw_operations trgw_operations;

#endif /* _TRGW_XLAT_OPS_H */

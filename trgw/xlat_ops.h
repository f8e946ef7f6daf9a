/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Address translation queries of the helper.
 */
#ifndef _TRGW_XLAT_OPS_H
#define _TRGW_XLAT_OPS_H

#include <sip_ims/xlat.h>

extern const struct trgw_operations trgw_operations;

#endif /* _TRGW_XLAT_OPS_H */

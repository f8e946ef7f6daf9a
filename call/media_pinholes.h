/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The pinholes that the offers and answers of a call require.
 */
#ifndef _CALL_MEDIA_PINHOLES_H
#define _CALL_MEDIA_PINHOLES_H

struct sip_ims_call;
struct sip_ims_call_plan;

int sip_ims_media_pinholes_require(struct sip_ims_call_plan *plan,
				   struct sip_ims_call *call);
void sip_ims_media_pinholes_narrow(struct sip_ims_call *call);

#endif /* _CALL_MEDIA_PINHOLES_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Admission: limits on sources whose calls fail or stay unanswered.
 */
#ifndef _SESSION_ADMISSION_H
#define _SESSION_ADMISSION_H

#include <sip_ims/types.h>

struct sip_ims_net;
struct sip_ims_path;
struct sip_ims_plan;
struct sip_ims_source;

#define SIP_IMS_ADMISSION_PAIRS_MAX	4096u	/* per namespace */
#define SIP_IMS_REJECTS_MAX		100u	/* per namespace and second */
#define SIP_IMS_RETRY_AFTER		5u	/* seconds */

int sip_ims_admission_init(struct sip_ims_net *sn);
void sip_ims_admission_exit(struct sip_ims_net *sn);
int sip_ims_admission_check(struct sip_ims_plan *plan,
			    const struct sip_ims_path *path);
bool sip_ims_admission_is_failure(u16 status);
void sip_ims_admission_count_failure(const struct sip_ims_path *path);
int sip_ims_source_take(const struct sip_ims_path *path,
			struct sip_ims_source **source);
void sip_ims_source_put(struct sip_ims_net *sn, struct sip_ims_source **source);
int sip_ims_reject_take(struct sip_ims_net *sn);

#endif /* _SESSION_ADMISSION_H */

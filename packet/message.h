/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * SIP messages: from their bytes to a verdict.
 */
#ifndef _PACKET_MESSAGE_H
#define _PACKET_MESSAGE_H

struct sip_ims_net;
struct sip_ims_work;

unsigned int sip_ims_packet_drop(struct sip_ims_net *sn);
unsigned int sip_ims_message_handle(struct sip_ims_work *work);
unsigned int sip_ims_datagram_handle(struct sip_ims_work *work);
void sip_ims_message_exit(void);

#endif /* _PACKET_MESSAGE_H */

// SPDX-License-Identifier: GPL-2.0-only
/* Extensions have a generation; unloading any helper begins the next one. */
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_extend.h>

void probe(struct nf_conn *ct);
void probe(struct nf_conn *ct)
{
	ct->ext->gen_id = 0;
}

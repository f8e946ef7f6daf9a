// SPDX-License-Identifier: GPL-2.0-only
/*
 * Settings of a conntrack zone.  A zone without an entry has the defaults.
 *
 * Readers use RCU.  A change replaces the whole entry, so that a reader sees
 * all settings of one change or none of them.
 */
#include <linux/rculist.h>
#include <linux/slab.h>

#include <session/net.h>
#include <session/settings.h>

static const struct sip_ims_settings default_settings = {
	.malformed = SIP_IMS_MALFORMED_POLICY_DROP,
	.port_min = 16384,
	.port_max = 32767,
	.grace = 5,
	.timer_c = 180,
	.max_call = 43200,
	.max_registration = 86400,
	.registration = 3600,
	.t1 = 500,
	.t4 = 5000,
	.inactive_media = 120,
	.retain_hold = SIP_IMS_SWITCH_ON,
	.candidates = SIP_IMS_CANDIDATES_POLICY_TRANSLATE,
	.auth_int = SIP_IMS_INTEGRITY_POLICY_EDIT,
	.local_media = SIP_IMS_SWITCH_ON,
	.latching = SIP_IMS_SWITCH_OFF,
	.admission_failures = 100,
	.admission_window = 10,
	.admission_block = 5,
	.source_calls = 256,
	.tcp_memory = 16384,
};

static struct hlist_head *settings_bucket(struct sip_ims_net *sn, u16 zone)
{
	return &sn->zones[zone % SIP_IMS_HASH_SIZE];
}

static struct sip_ims_settings *settings_lookup(struct sip_ims_net *sn,
						u16 zone)
{
	struct sip_ims_settings *settings;

	hlist_for_each_entry_rcu(settings, settings_bucket(sn, zone), node,
				 lockdep_is_held(&sn->lock)) {
		if (settings->zone == zone)
			return settings;
	}
	return NULL;
}

/**
 * sip_ims_settings_find() - find the settings of a zone
 * @sn: the namespace
 * @zone: conntrack zone
 *
 * Context: RCU read side; the settings are valid within it.
 * Return: the settings, or the defaults, in which @zone is 0.
 */
const struct sip_ims_settings *
sip_ims_settings_find(struct sip_ims_net *sn, u16 zone)
{
	return settings_lookup(sn, zone) ?: &default_settings;
}

/**
 * sip_ims_settings_copy() - copy the settings of a zone
 * @sn: the namespace
 * @zone: conntrack zone
 * @settings: filled in, @zone included; its list node has no meaning
 *
 * Context: any.
 */
void sip_ims_settings_copy(struct sip_ims_net *sn, u16 zone,
			   struct sip_ims_settings *settings)
{
	rcu_read_lock();
	*settings = *sip_ims_settings_find(sn, zone);
	rcu_read_unlock();
	settings->zone = zone;
}

/**
 * sip_ims_settings_replace() - replace the settings of a zone
 * @sn: the namespace
 * @settings: the new settings, checked by the caller; copied
 *
 * An entry is never removed before the namespace: a zone that is set back to
 * the defaults keeps its entry.
 *
 * Context: process context, may sleep.
 * Return: 0; -ENOMEM; -ENOSPC when SIP_IMS_ZONES_MAX zones have an entry.
 */
int sip_ims_settings_replace(struct sip_ims_net *sn,
			     const struct sip_ims_settings *settings)
{
	struct sip_ims_settings *new, *old;
	int err = 0;

	new = kmemdup(settings, sizeof(*settings), GFP_KERNEL);
	if (!new)
		return -ENOMEM;

	spin_lock_bh(&sn->lock);
	old = settings_lookup(sn, new->zone);
	if (old) {
		hlist_replace_rcu(&old->node, &new->node);
		kfree_rcu(old, rcu);
	} else if (sn->n_zones < SIP_IMS_ZONES_MAX) {
		hlist_add_head_rcu(&new->node, settings_bucket(sn, new->zone));
		sn->n_zones++;
	} else {
		err = -ENOSPC;
	}
	spin_unlock_bh(&sn->lock);

	if (err)
		kfree(new);
	return err;
}

/**
 * sip_ims_settings_exit() - free all settings of a namespace
 * @sn: the namespace, which is being removed; it has no sessions
 *
 * Context: process context.
 */
void sip_ims_settings_exit(struct sip_ims_net *sn)
{
	struct sip_ims_settings *settings;
	struct hlist_node *next;
	unsigned int i;

	for (i = 0; i < SIP_IMS_HASH_SIZE; i++) {
		hlist_for_each_entry_safe(settings, next, &sn->zones[i], node) {
			hlist_del_rcu(&settings->node);
			kfree_rcu(settings, rcu);
		}
	}
}

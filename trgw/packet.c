// SPDX-License-Identifier: GPL-2.0-only
/*
 * Translation of packet buffers: a packet sent to the device is received from
 * it in the other family, or is dropped and counted.
 *
 * Each step returns a verdict. The contents of the packet do not change before
 * the last step, though its bytes may be moved. Nearly all packets are plain
 * and take a short cut; the others take the steps.
 */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/if_ether.h>
#include <linux/ipv6.h>
#include <linux/random.h>
#include <linux/skbuff.h>
#include <net/dst_metadata.h>
#include <net/icmp.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>

#include <compat/linux/netfilter_netdev.h>

#include "build.h"
#include "headroom.h"
#include "map_lookup.h"
#include "packet.h"
#include "parse.h"
#include "plain.h"
#include "private.h"
#include "resolve.h"

static u8 get_version(const struct sk_buff *skb)
{
	if (skb->protocol == htons(ETH_P_IP))
		return 4;
	return skb->protocol == htons(ETH_P_IPV6) ? 6 : 0;
}

/* ---- single steps ---- */

/* May move the bytes of the packet. */
static enum trgw_verdict parse_packet(struct sk_buff *skb, u8 version,
				      struct trgw_facts *facts)
{
	enum trgw_verdict verdict;

	verdict = trgw_parse_packet(skb->data, skb_headlen(skb), skb->len,
				    version, facts);
	if (likely(verdict != TRGW_MORE))
		return verdict;
	if (!pskb_may_pull(skb, min_t(unsigned int, skb->len, TRGW_LOOK)))
		return TRGW_NO_MEMORY;
	verdict = trgw_parse_packet(skb->data, skb_headlen(skb), skb->len,
				    version, facts);
	return verdict == TRGW_MORE ? TRGW_MALFORMED : verdict;
}

/* Checks whether hardware is to finish the checksum of TCP or UDP. */
static bool is_partial(const struct sk_buff *skb,
		       const struct trgw_facts *facts)
{
	return skb->ip_summed == CHECKSUM_PARTIAL &&
	       (facts->upper == TRGW_TCP || facts->upper == TRGW_UDP) &&
	       skb_checksum_start_offset(skb) == facts->outer.header;
}

/*
 * The checksum of ICMP covers bytes that are going to change, so it cannot be
 * left to hardware. May move the bytes of the packet.
 */
static enum trgw_verdict finish_checksum(struct sk_buff *skb,
					 const struct trgw_facts *facts)
{
	if (likely(skb->ip_summed != CHECKSUM_PARTIAL ||
		   facts->upper < TRGW_ECHO))
		return TRGW_OK;
	return skb_checksum_help(skb) ? TRGW_NO_MEMORY : TRGW_OK;
}

/* Once the error is cut short, a wrong checksum cannot be detected any more. */
static bool is_intact_error(const struct sk_buff *skb,
			    const struct trgw_facts *facts)
{
	u16 at = facts->outer.header, len = facts->outer.payload;
	__wsum sum = skb_checksum(skb, at, len, 0);
	const struct ipv6hdr *ip6 = (const struct ipv6hdr *)skb->data;

	if (facts->outer.version == 4)
		return !csum_fold(sum);
	return !csum_ipv6_magic(&ip6->saddr, &ip6->daddr, len, IPPROTO_ICMPV6,
				sum);
}

/*
 * Gains headroom by moving the linear part. skb_tailroom() would be 0 for a
 * packet with pages, though the bytes after the linear part are free.
 */
static bool move_linear(struct sk_buff *skb, int grow)
{
	int tail = skb_end_pointer(skb) - skb_tail_pointer(skb), shift;

	if (skb_cloned(skb))
		return false;
	shift = headroom_move(skb->data, skb_headlen(skb), skb_headroom(skb),
			      tail, grow);
	if (!shift)
		return false;
	skb_reserve(skb, shift);
	skb_headers_offset_update(skb, shift);
	return true;
}

/*
 * Makes headroom for a longer header and for the link layer of the next device.
 * May move the bytes of the packet.
 */
static bool make_headroom(struct sk_buff *skb, int longer)
{
	int grow = max(longer, 0) + ETH_HLEN;

	if (skb_headroom(skb) < grow && move_linear(skb, grow))
		return true;
	return !skb_cow_head(skb, grow);
}

static bool make_writable(struct sk_buff *skb, const struct trgw_facts *facts,
			  const struct trgw_edit *edit)
{
	int longer = edit->head_len - edit->strip;

	/* Rewriting an ICMP error changes bytes past the cloned header. */
	if (unlikely(facts->upper >= TRGW_ECHO) && skb_cloned(skb))
		return !skb_cow(skb, max(longer, 0) + ETH_HLEN);
	return make_headroom(skb, longer);
}

/* The last step that can fail. May move the bytes of the packet. */
static enum trgw_verdict prepare_packet(struct sk_buff *skb,
					const struct trgw_facts *facts,
					const struct trgw_edit *edit)
{
	u32 len = edit->length - edit->head_len + edit->strip;

	if (unlikely(edit->fill && facts->upper == TRGW_ERROR &&
		     !is_intact_error(skb, facts)))
		return TRGW_MALFORMED;
	if (unlikely(!make_writable(skb, facts, edit)))
		return TRGW_NO_MEMORY;
	if (unlikely(skb->len > len) && pskb_trim(skb, len))
		return TRGW_NO_MEMORY;
	return TRGW_OK;
}

static void set_checksum(struct sk_buff *skb, const struct trgw_edit *edit)
{
	if (unlikely(edit->fill)) {
		skb->ip_summed = CHECKSUM_PARTIAL;
		skb->csum_start = skb_transport_header(skb) - skb->head;
		skb->csum_offset = edit->checksum;
	} else if (skb->ip_summed == CHECKSUM_COMPLETE) {
		skb->ip_summed = CHECKSUM_NONE;
	}
}

static void rewrite_packet(struct sk_buff *skb, const struct trgw_facts *facts,
			   const struct trgw_edit *edit)
{
	__skb_pull(skb, edit->strip);
	memcpy(__skb_push(skb, edit->head_len), edit->head, edit->head_len);
	skb_reset_network_header(skb);
	skb_set_transport_header(skb, edit->upper);
	set_checksum(skb, edit);
	skb->protocol = facts->outer.version == 4 ? htons(ETH_P_IPV6) :
						    htons(ETH_P_IP);
}

/*
 * Runs the ingress hooks of the device here, which saves the receive queue for
 * packets that a flowtable forwards. This is safe because ingress hooks do not
 * deliver to sockets; the rest of the stack may need a lock that the sender
 * holds. Returns true if a hook consumed the packet.
 */
static bool run_ingress(struct sk_buff *skb)
{
	int verdict;

	if (!sip_ims_ingress_is_first(skb))
		return false;
	skb->skb_iif = skb->dev->ifindex;
	rcu_read_lock();
	verdict = nf_hook_ingress(skb);
	rcu_read_unlock();
	if (verdict < 0)
		return true;
	sip_ims_ingress_skip(skb);
	return false;
}

/* Resets all state of the sender, as if the packet came from a wire. */
static enum trgw_verdict receive_packet(struct sk_buff *skb,
					struct net_device *dev)
{
	skb_orphan(skb);
	skb_scrub_packet(skb, false);
	skb_clear_hash(skb);
	skb_clear_tstamp(skb);
	skb_reset_mac_header(skb);
	skb_reset_mac_len(skb);
	skb->dev = dev;
	if (run_ingress(skb))
		return TRGW_OK;
	return __netif_rx(skb) == NET_RX_SUCCESS ? TRGW_OK : TRGW_BACKLOG;
}

static void count_translated(struct trgw_map *map, u8 version, u32 in, u32 out)
{
	struct trgw_counters *counters = this_cpu_ptr(map->counters);

	u64_stats_update_begin(&counters->syncp);
	u64_stats_inc(&counters->count[version == 4 ? TRGW_COUNT_FROM4 :
						      TRGW_COUNT_FROM6]);
	u64_stats_add(&counters->count[TRGW_COUNT_BYTES_IN], in);
	u64_stats_add(&counters->count[TRGW_COUNT_BYTES_OUT], out);
	u64_stats_update_end(&counters->syncp);
}

/* ---- fragments ---- */

/* ip_do_fragment() takes no argument for us: get the map from the device. */
static int translate_fragment(struct net *net, struct sock *sk,
			      struct sk_buff *skb)
{
	const struct trgw_device *device = netdev_priv(skb->dev);

	trgw_packet_translate(device->map, skb, skb->dev);
	return 0;
}

/* Fragments of a datagram without a checksum could not be translated. */
static void begin_udp_checksum(struct sk_buff *skb,
			       const struct trgw_facts *facts)
{
	const struct iphdr *ip = (const struct iphdr *)skb->data;
	struct udphdr *udp = (struct udphdr *)(skb->data + facts->outer.header);

	if (facts->upper != TRGW_UDP || udp->check ||
	    skb->ip_summed == CHECKSUM_PARTIAL)
		return;
	udp->check = ~csum_tcpudp_magic(ip->saddr, ip->daddr,
					facts->outer.payload, IPPROTO_UDP, 0);
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb->data + facts->outer.header - skb->head;
	skb->csum_offset = offsetof(struct udphdr, check);
}

/* Consumes the packet, and translates its fragments one by one. */
static enum trgw_verdict fragment_packet(struct trgw_map *map,
					 struct sk_buff *skb,
					 const struct trgw_facts *facts,
					 u16 size)
{
	/* Padding after the length in the IP header must not be fragmented. */
	if (skb_ensure_writable(skb,
				min_t(unsigned int, skb->len, TRGW_LOOK)) ||
	    pskb_trim(skb, facts->outer.header + facts->outer.payload))
		return TRGW_NO_MEMORY;
	begin_udp_checksum(skb, facts);
	memset(IPCB(skb), 0, sizeof(*IPCB(skb)));
	IPCB(skb)->frag_max_size = size;
	trgw_counters_add(map->counters, TRGW_COUNT_FRAGMENTED, 1);
	skb_reset_network_header(skb);
	ip_do_fragment(dev_net(map->dev), NULL, skb, translate_fragment);
	return TRGW_OK;
}

/* ---- the short cut ---- */

static __always_inline void set_headers(struct sk_buff *skb, u8 version)
{
	if (version == 4) {
		__skb_push(skb, TRGW_IP6_LEN - TRGW_IP4_LEN);
		skb_set_transport_header(skb, TRGW_IP6_LEN);
		skb->protocol = htons(ETH_P_IPV6);
	} else {
		__skb_pull(skb, TRGW_IP6_LEN - TRGW_IP4_LEN);
		skb_set_transport_header(skb, TRGW_IP4_LEN);
		skb->protocol = htons(ETH_P_IP);
	}
	skb_reset_network_header(skb);
	if (skb->ip_summed == CHECKSUM_COMPLETE)
		skb->ip_summed = CHECKSUM_NONE;
}

/* One call for random bytes serves four packets. */
static u16 next_id(struct trgw_map *map)
{
	struct trgw_counters *counters = this_cpu_ptr(map->counters);
	u16 id;

	if (unlikely(!counters->n_ids)) {
		counters->ids = get_random_u64();
		counters->n_ids = sizeof(counters->ids) / sizeof(id);
	}
	id = (u16)counters->ids;
	counters->ids >>= 16;
	counters->n_ids--;
	return id;
}

/*
 * Translates and counts a plain packet. If the packet takes the steps instead,
 * returns false with its contents unchanged, though its bytes may have moved.
 */
static __always_inline bool translate_plain(struct trgw_map *map,
					    struct sk_buff *skb, u8 version)
{
	const struct trgw_settings *settings =
		rcu_dereference_bh(map->settings);
	struct trgw_addresses addresses __uninitialized;
	struct trgw_plain plain __uninitialized;
	struct trgw_link link = {
		.partial = skb->ip_summed == CHECKSUM_PARTIAL,
	};
	u32 len = skb->len;

	if (!trgw_is_plain(skb->data, skb_headlen(skb), len, version,
			   settings->limit, &plain) ||
	    (link.partial &&
	     skb_checksum_start_offset(skb) != plain.ip.header) ||
	    !trgw_resolve_mapped(map, settings, skb->data, version,
				 &addresses) ||
	    !make_headroom(skb, version == 4 ? TRGW_IP6_LEN - TRGW_IP4_LEN : 0))
		return false;
	if (version == 6)
		link.id = next_id(map);
	trgw_plain_translate(skb->data, version, &plain, &addresses, &link);
	set_headers(skb, version);
	count_translated(map, version, len, skb->len);
	return true;
}

/* ---- the steps ---- */

/* RFC 7915 section 5.1: the pointer is that of the Segments Left field. */
static void send_routing_error(struct sk_buff *skb,
			       const struct trgw_facts *facts)
{
	icmpv6_ndo_send(skb, ICMPV6_PARAMPROB, ICMPV6_HDR_FIELD,
			facts->outer.header +
			offsetof(struct ipv6_rt_hdr, segments_left));
}

static noinline enum trgw_verdict translate_steps(struct trgw_map *map,
						  struct sk_buff *skb,
						  struct net_device *dev,
						  u8 version)
{
	const struct trgw_settings *settings =
		rcu_dereference_bh(map->settings);
	/* Too large to initialise; each is written before it is read. */
	struct trgw_addresses addresses __uninitialized;
	struct trgw_facts facts __uninitialized;
	struct trgw_edit edit __uninitialized;
	struct trgw_link link;
	enum trgw_verdict verdict;
	u16 size;
	u32 len;

	verdict = parse_packet(skb, version, &facts);
	if (unlikely(verdict == TRGW_SOURCE_ROUTE && version == 6))
		send_routing_error(skb, &facts);
	if (unlikely(verdict != TRGW_OK))
		return verdict;
	size = trgw_fragment_size(&facts, settings->limit);
	if (unlikely(size) && skb_valid_dst(skb))
		return fragment_packet(map, skb, &facts, size);
	verdict = finish_checksum(skb, &facts);
	if (verdict == TRGW_OK)
		verdict = trgw_resolve_addresses(map, settings, skb->data,
						 &facts, &addresses);
	if (unlikely(verdict != TRGW_OK))
		return verdict;

	link.mtu = dev->mtu;
	link.id = version == 6 ? get_random_u16() : 0;
	link.partial = is_partial(skb, &facts);
	verdict = trgw_build_headers(skb->data, &facts, &addresses, &link,
				     &edit);
	if (verdict == TRGW_OK)
		verdict = prepare_packet(skb, &facts, &edit);
	if (unlikely(verdict != TRGW_OK))
		return verdict;
	len = skb->len;
	rewrite_packet(skb, &facts, &edit);
	count_translated(map, version, len, edit.length);
	return receive_packet(skb, dev);
}

/* Sends an ICMP error if the sender can do something about the verdict. */
static void send_error(struct sk_buff *skb, u8 version,
		       enum trgw_verdict verdict)
{
	switch (verdict) {
	case TRGW_UNMAPPED:
		icmp_ndo_send(skb, ICMP_DEST_UNREACH, ICMP_HOST_UNREACH, 0);
		break;
	case TRGW_SOURCE_ROUTE:
		if (version == 4)
			icmp_ndo_send(skb, ICMP_DEST_UNREACH, ICMP_SR_FAILED,
				      0);
		break;
	case TRGW_NO_PREFIX:
		if (version == 4)
			icmp_ndo_send(skb, ICMP_DEST_UNREACH, ICMP_HOST_UNREACH,
				      0);
		else
			icmpv6_ndo_send(skb, ICMPV6_DEST_UNREACH,
					ICMPV6_ADDR_UNREACH, 0);
		break;
	case TRGW_NOT_IN_PREFIX:
	case TRGW_POOL_EXHAUSTED:
		icmpv6_ndo_send(skb, ICMPV6_DEST_UNREACH, ICMPV6_ADDR_UNREACH,
				0);
		break;
	default:
		break;
	}
}

static noinline void drop_packet(struct trgw_map *map, struct sk_buff *skb,
				 u8 version, enum trgw_verdict verdict)
{
	trgw_counters_add(map->counters, verdict, 1);
	if (verdict == TRGW_BACKLOG)
		return;		/* __netif_rx() has freed it */
	send_error(skb, version, verdict);
	kfree_skb(skb);
}

/**
 * trgw_packet_translate() - translate a packet and receive it from the device
 * @map: of the device
 * @skb: the packet, consumed
 * @dev: the device
 *
 * Context: as ndo_start_xmit: RCU read side, bottom halves off.
 */
void trgw_packet_translate(struct trgw_map *map, struct sk_buff *skb,
			   struct net_device *dev)
{
	u8 version = get_version(skb);
	enum trgw_verdict verdict;

	if (version == 4 ? translate_plain(map, skb, 4) :
	    version == 6 && translate_plain(map, skb, 6))
		verdict = receive_packet(skb, dev);
	else
		verdict = version ? translate_steps(map, skb, dev, version) :
				    TRGW_NOT_IP;
	if (unlikely(verdict != TRGW_OK))
		drop_packet(map, skb, version, verdict);
}

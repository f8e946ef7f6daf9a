# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# The guest's networks, for the bench and the profile.
#
# The topology is that of lib.sh: lan, router with masquerade, wan. The wan
# drops at ingress, so that the receiver costs next to nothing.

# shellcheck source=selftests/kselftest/lib.sh
. selftests/kselftest/lib.sh >/dev/null

# shellcheck disable=SC2034 # for the scripts that source this one
SEND=build/bench/send
SIPIMS=tools/sipims/sipims

nft_plain()
{
	ip netns exec "$router" nft -f - <<-EOT
	table ip sip_test {
		chain masq {
			type nat hook postrouting priority srcnat; policy accept;
			oifname wan0 masquerade
		}
	}
	EOT
}

# Junk must go through, or its cost is that of a packet that is dropped. An
# idle guest's clock jumps, which must not end a call.
# $1: udp or tcp
nft_ours()
{
	nft_nat sip-ims "$1"
	ip netns exec "$router" "$SIPIMS" set malformed=pass timer-c=86400 \
		source-calls=0
}

nft_sink()
{
	ip netns exec "$wan" nft -f - <<-EOT
	table netdev bench {
		counter arrived { }
		chain sink {
			type filter hook ingress device eth0 priority 0;
			ip daddr 203.0.113.2 counter name arrived drop
		}
	}
	EOT
}

# An IPv6 host in the lan, and a device that leads it to the wan
trgw_join()
{
	ip -n "$router" -batch - <<-EOT
	addr add 2001:db8:1::1/64 dev lan0 nodad
	link add trgw0 type trgw
	link set trgw0 up
	route add 64:ff9b::/96 via fe80::1 dev trgw0
	route add 192.0.2.0/24 dev trgw0
	EOT
	ip -n "$lan" -batch - <<-EOT
	addr add 2001:db8:1::2/64 dev eth0 nodad
	route add default via 2001:db8:1::1
	EOT
	ip netns exec "$router" sysctl -q -w net.ipv6.conf.all.forwarding=1 \
		net.ipv4.conf.all.send_redirects=0
	ip netns exec "$router" "$SIPIMS" trgw set trgw0 \
		prefix=64:ff9b::/96 pool=192.0.2.0/24
}

# The helper on the other leg, and the other leg
nft_six()
{
	ip netns exec "$router" nft -f - <<-EOT
	table ip6 sip_test {
		ct helper sip {
			type "sip-ims" protocol udp;
		}
		chain helper {
			type filter hook prerouting priority -150; policy accept;
			udp dport 5060 ct helper set "sip"
		}
	}
	EOT
}

# A packet each way, so that the neighbours are known.
meet()
{
	ip netns exec "$lan" ping -q -c 2 -i 0.2 203.0.113.2 >/dev/null ||
		die 'no answer from the wan'
}

# $1: helper, none, stock or ours; $2: udp or tcp
world()
{
	topo_nat
	case $1 in
	none)  nft_plain ;;
	stock) nft_stock "${2:-udp}" ;;
	ours)  nft_ours "${2:-udp}" ;;
	*)     die "no such helper: $1" ;;
	esac
	meet
}

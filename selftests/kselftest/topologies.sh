# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# The topologies that a kselftest in Python names in topology(): a function
# topology_NAME each, with a dash for each underscore. $1 is the transport of the
# helper, FAMILY the family where it can be either. Every namespace that setup_ns
# makes is exported to the test.

lan2='' wan2='' side=''

# shellcheck source=selftests/kselftest/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# run_in TOPOLOGY PROTOCOL TEST.py: the test in that topology
run_in()
{
	local setup=topology_${1//-/_}

	declare -F "$setup" >/dev/null || die "there is no topology $1"
	checktool python3 'command -v python3'
	"$setup" "$2"
	python3 -u "$3" || EXIT_STATUS=$?
	exit "$EXIT_STATUS"
}

# ---- one family ------------------------------------------------------------
#
#   $lan                     $router                         $wan
#   eth0 ------------- lan0          wan0 ------------- eth0
#   192.168.1.2/24     .1            203.0.113.1/24     .2

# The router masquerades.
topology_nat()
{
	sip_nat "$1"
}

# The router routes and has no NAT; it forwards SIP and what the helper expects.
topology_firewall()
{
	need_helper
	topo_nat
	ip netns exec "$router" nft -f - <<-EOT || die 'nft refuses the rules'
	table $IP sip_test {
		ct helper sip {
			type "$helper" protocol $1;
		}
		chain helper {
			type filter hook prerouting priority -150; policy accept;
			$1 dport 5060 ct helper set "sip"
		}
		chain forward {
			type filter hook forward priority filter; policy drop;
			ct state established,related accept
			$1 dport 5060 accept
		}
	}
	EOT
}

# NAT that forwards SIP and what the helper expects, nothing else
topology_strict()
{
	need_helper
	topo_nat
	nft_xlat "$IP" "$helper" wan0
}

# The same with a NAT chain that masquerades nothing
topology_strict_routed()
{
	need_helper
	topo_nat
	nft_xlat "$IP" "$helper"
}

# The same addresses twice in two conntrack zones of one router, and once more
# in a second router:
#
#   $lan  192.168.1.2 --- lan0          wan0 --- 203.0.113.2 $wan	zone 1
#                              $router
#   $lan2 192.168.1.2 --- lan1          wan1 --- 203.0.113.2 $wan2	zone 2
#
#   $lan3 192.168.1.2 ---     $router3      --- 203.0.113.2 $wan3	zone 0
topology_zones()
{
	sip_nat "$1"
	export router3=$router lan3=$lan wan3=$wan
	sip_nat "$1"
	setup_ns lan2 wan2
	topo_link "$lan2" 192.168.1.2 lan1 192.168.1.1
	topo_link "$wan2" 203.0.113.2 wan1 203.0.113.1
	ip -"$FAMILY" -n "$router" -batch - <<-EOT
	rule add dev lan0 lookup 101
	rule add dev wan0 lookup 101
	rule add dev lan1 lookup 102
	rule add dev wan1 lookup 102
	route add $(inet 192.168.1.0)/$PREFIX dev lan0 table 101
	route add $(inet 203.0.113.0)/$PREFIX dev wan0 table 101
	route add $(inet 192.168.1.0)/$PREFIX dev lan1 table 102
	route add $(inet 203.0.113.0)/$PREFIX dev wan1 table 102
	route flush table main
	EOT
	ip netns exec "$router" nft -f - <<-EOT || die 'nft refuses the rules'
	table $IP zones {
		chain zone {
			type filter hook prerouting priority raw
			iifname { lan0, wan0 } ct zone set 1
			iifname { lan1, wan1 } ct zone set 2
		}
		chain masq {
			type nat hook postrouting priority srcnat
			oifname wan1 masquerade
		}
	}
	EOT
}

owned_by_another()
{
	[[ $(readlink "/proc/$1/ns/user") != $(readlink /proc/self/ns/user) &&
	   $(readlink "/proc/$1/ns/net") != $(readlink /proc/self/ns/net) ]]
}

# NAT by a router whose network namespace belongs to a user namespace
topology_nat_owned()
{
	local name=router-$$-$RANDOM owner

	need_helper
	setup_ns lan wan
	unshare --user --map-root-user --net sleep 600 >/dev/null &
	owner=$!
	busywait "$BUSYWAIT_TIMEOUT" owned_by_another "$owner" ||
		die 'no network namespace of a user namespace'
	ip netns attach "$name" "$owner" || die 'it cannot be named'
	NS_LIST+=("$name")
	export router=$name
	ip -n "$router" link set lo up
	topo_nat_links
	nft_nat "$helper" "$1"
}

# ---- both families side by side ----------------------------------------------
#
#   $lan                         $router                         $wan
#   eth0 ----------------- lan0          wan0 ----------------- eth0
#   192.168.1.2/24         .1            203.0.113.1/24         .2
#   fd00:1::2/64           ::1           2001:db8:1::1/64       ::2

# NAT in both families by one table
topology_dual()
{
	need_helper
	topo_nat
	topo_six
	ip netns exec "$router" nft -f - <<-EOT || die 'nft refuses the rules'
	table inet sip_test {
		ct helper sip {
			type "$helper" protocol $1
		}
		chain helper {
			type filter hook prerouting priority -150; policy accept;
			$1 dport 5060 ct helper set "sip"
		}
		chain masq {
			type nat hook postrouting priority srcnat; policy accept;
			oifname wan0 masquerade
		}
	}
	EOT
}

# ---- a family on each side, the translator device between them ---------------
#
#   $lan                        $router                         $wan
#   eth0 ----------------- lan0         wan0 ----------------- eth0
#   2001:db8:1::2, ::3    ::1   trgw0        203.0.113.1       .2, .3
#
# 64:ff9b::/96 and 192.0.2.0/24 lead to trgw0. The core topologies have IPv4 in
# the lan and IPv6 in the wan.

# IPv6-only phones, an IPv4-only wan, the helper, NAT44 on wan0, policy drop
topology_xlat()
{
	sip_xlat
}

# The same where the devices of the router are in a VRF, whose device a packet
# has then for most of the kernel
topology_xlat_vrf()
{
	sip_xlat
	ip -n "$router" -batch - <<-EOF || skip_all 'the kernel has no VRF'
	link add red type vrf table 100
	link set red up
	EOF
	# a device loses its IPv6 addresses and routes when it enters a VRF
	ip -n "$router" -batch - <<-EOF || die 'the devices cannot enter a VRF'
	link set lan0 master red
	link set wan0 master red
	link set trgw0 master red
	addr replace 2001:db8:1::1/64 dev lan0 nodad
	route replace 64:ff9b::/96 via fe80::1 dev trgw0 table 100
	route replace 192.0.2.0/24 dev trgw0 table 100
	EOF
}

# IPv4-only phones, an IPv6-only core that is 192.0.2.100 to them
topology_core()
{
	sip_core
}

# The same with NAT66 on wan0
topology_core_nat66()
{
	sip_core wan0
}

# IPv6 in the lan, IPv4 in the wan, routes and nothing else; the wan has no
# route to the lan.
topology_routed64()
{
	need_xlat
	setup_ns lan router wan
	six_link "$lan" lan0 2001:db8:1
	topo_link "$wan" 203.0.113.2 wan0 203.0.113.1
	ip -n "$wan" route del default
}

# The reverse
topology_routed46()
{
	need_xlat
	setup_ns lan router wan
	topo_link "$lan" 192.168.1.2 lan0 192.168.1.1
	six_link "$wan" wan0 2001:db8:2
	ip -n "$wan" -6 route del default
}

need_trgw()
{
	local tool

	for tool in nft conntrack; do
		checktool "$tool" "command -v $tool"
	done
	checktool sipims "[[ -x '$sipims' ]]"
	modprobe trgw || skip_all 'trgw cannot be loaded'
}

trgw_links()
{
	setup_ns lan router wan
	six_link "$lan" lan0 2001:db8:1
	topo_link "$wan" 203.0.113.2 wan0 203.0.113.1
	ip netns exec "$router" sysctl -q -w \
		net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0
}

# add_static HOST: 2001:db8:1::2 is that in IPv4
add_static()
{
	ip netns exec "$router" "$sipims" trgw add trgw0 "$1" 2001:db8:1::2 ||
		die 'the static mapping cannot be added'
}

# The device without the helper; its pool is 192.0.2.0 to .3.
topology_trgw()
{
	need_trgw
	trgw_links
	topo_trgw pool=192.0.2.0-192.0.2.3
}

# Without a pool: $lan is 192.0.2.100 in IPv4.
topology_trgw_static()
{
	need_trgw
	trgw_links
	topo_trgw
	add_static 192.0.2.100
}

# The same, $lan is 192.0.2.1; $side at the router's side0 has the addresses of
# $lan and of $wan, too. Table 100 of the router leads there.
topology_trgw_side()
{
	local dev

	need_trgw
	setup_ns side
	trgw_links
	topo_link "$side" 198.51.100.2 side0 198.51.100.1
	# next hops of routes that a test adds
	ip -n "$lan" addr add 2001:db8:1::9/64 dev eth0 nodad
	ip -n "$wan" addr add 203.0.113.9/24 dev eth0
	ip -n "$router" addr add 2001:db8:3::1/64 dev side0 nodad
	ip -n "$side" -batch - <<-EOF
	addr add 2001:db8:3::2/64 dev eth0 nodad
	addr add 203.0.113.2/32 dev lo
	addr add 2001:db8:1::2/128 dev lo nodad
	route add default via 2001:db8:3::1
	EOF
	ip netns exec "$router" sysctl -q -w \
		net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0
	topo_trgw
	for dev in lan0 wan0 side0 trgw0; do
		ip netns exec "$router" sysctl -q -w \
			"net.ipv4.conf.$dev.rp_filter=0"
	done
	add_static 192.0.2.1
	ip -n "$router" -batch - <<-EOF
	route add default via 198.51.100.2 table 100
	route add default via 2001:db8:3::2 table 100
	EOF
}

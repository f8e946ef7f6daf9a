#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The translator device between an IPv6-only lan and an IPv4-only wan.
#
#   $lan                        $router                         $wan
#   eth0 ----------------- lan0         wan0 ----------------- eth0
#   2001:db8:1::2/64      ::1   trgw0      203.0.113.1/24        .2
#
# 64:ff9b::/96 and the pool, 192.0.2.0 to .3, lead to trgw0.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

for tool in python3 nft conntrack; do
	checktool "$tool" "command -v $tool"
done
checktool sipims "[[ -x '$sipims' ]]"
modprobe trgw || skip_all 'trgw cannot be loaded'

topo_trgw()
{
	setup_ns lan router wan
	ip link add eth0 netns "$lan" type veth peer name lan0 netns "$router" ||
		die 'cannot add a veth pair'
	topo_link "$wan" 203.0.113.2 wan0 203.0.113.1
	ip -n "$router" -batch - <<-EOT
	addr add 2001:db8:1::1/64 dev lan0 nodad
	link set lan0 up
	link add trgw0 type trgw
	link set trgw0 up
	route add 64:ff9b::/96 via fe80::1 dev trgw0
	route add 192.0.2.0/24 dev trgw0
	EOT
	ip -n "$lan" -batch - <<-EOT
	addr add 2001:db8:1::2/64 dev eth0 nodad
	link set eth0 up
	route add default via 2001:db8:1::1
	EOT
	ip netns exec "$router" sysctl -q -w net.ipv4.ip_forward=1 \
		net.ipv6.conf.all.forwarding=1 \
		net.ipv4.conf.all.send_redirects=0 \
		net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0
	ip netns exec "$router" "$sipims" trgw set trgw0 prefix=64:ff9b::/96 \
		pool=192.0.2.0-192.0.2.3 || die 'the device cannot be set up'
}

topo_trgw
run_python
exit "$EXIT_STATUS"

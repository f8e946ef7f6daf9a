#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Packets that leave the translator device go where routes, rules and hooks send
# them, and from the next packet on if those change.
#
#   $lan                        $router                         $wan
#   eth0 ----------------- lan0         wan0 ----------------- eth0
#   2001:db8:1::2/64      ::1   trgw0      203.0.113.1/24        .2
#                               side0
#                                 |
#                               $side, which has the addresses of both, too
#
# 2001:db8:1::2 is 192.0.2.1 in IPv4.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

for tool in python3 nft nstat; do
	checktool "$tool" "command -v $tool"
done
checktool sipims "[[ -x '$sipims' ]]"
modprobe trgw || skip_all 'trgw cannot be loaded'

setup_ns lan router wan side
six_link "$lan" lan0 2001:db8:1
topo_link "$wan" 203.0.113.2 wan0 203.0.113.1
topo_link "$side" 198.51.100.2 side0 198.51.100.1
# whom routes name as the next hop
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
	ip netns exec "$router" sysctl -q -w "net.ipv4.conf.$dev.rp_filter=0"
done
ip netns exec "$router" "$sipims" trgw add trgw0 192.0.2.1 2001:db8:1::2 ||
	die 'the host cannot be entered'
ip -n "$router" -batch - <<-EOF
	route add default via 198.51.100.2 table 100
	route add default via 2001:db8:3::2 table 100
EOF
export side
run_python
exit "$EXIT_STATUS"

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

setup_ns lan router wan
six_link "$lan" lan0 2001:db8:1
topo_link "$wan" 203.0.113.2 wan0 203.0.113.1
ip netns exec "$router" sysctl -q -w \
	net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0
topo_trgw pool=192.0.2.0-192.0.2.3
run_python
exit "$EXIT_STATUS"

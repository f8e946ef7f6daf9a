#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What RFC 7915 says about rare packets, sent by hand. See trgw.sh for the rest.
#
#   $lan                        $router                         $wan
#   eth0 ----------------- lan0         wan0 ----------------- eth0
#   2001:db8:1::2/64      ::1   trgw0      203.0.113.1/24        .2
#
# 64:ff9b::/96 and 192.0.2.0/24 lead to trgw0; the host is 192.0.2.100.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

checktool python3 'command -v python3'
checktool sipims "[[ -x '$sipims' ]]"
modprobe trgw || skip_all 'trgw cannot be loaded'

setup_ns lan router wan
six_link "$lan" lan0 2001:db8:1
topo_link "$wan" 203.0.113.2 wan0 203.0.113.1
ip netns exec "$router" sysctl -q -w \
	net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0
topo_trgw
ip netns exec "$router" "$sipims" trgw add trgw0 192.0.2.100 2001:db8:1::2 ||
	die 'the host cannot be entered'
run_python
exit "$EXIT_STATUS"

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Calls between the families where the devices of the router are in a VRF: then
# a packet comes by that for most of the kernel. across-call.sh has the calls.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

OTHER_HALF=across-call

sip_across
ip -n "$router" -batch - <<-EOF || skip_all 'there is no VRF'
link add red type vrf table 100
link set red up
EOF
# what a device has of IPv6 and its routes goes when it comes into a VRF
ip -n "$router" -batch - <<-EOF || die 'the devices cannot be in a VRF'
link set lan0 master red
link set wan0 master red
link set trgw0 master red
addr replace 2001:db8:1::1/64 dev lan0 nodad
route replace 64:ff9b::/96 via fe80::1 dev trgw0 table 100
route replace 192.0.2.0/24 dev trgw0 table 100
EOF
run_python
exit "$EXIT_STATUS"

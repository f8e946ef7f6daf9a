#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Calls whose ends are of one family, beside the device or by a proxy of the
# other: nothing changes, media goes directly.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_across
ip -n "$router" addr add 2001:db8:2::1/64 dev wan0 nodad
ip -n "$wan" addr add 2001:db8:2::2/64 dev eth0 nodad
ip -n "$wan" route add default via 2001:db8:2::1
run_python
cleanup_all_ns
sip_core
ip -n "$router" addr add 203.0.113.1/24 dev wan0
ip -n "$wan" addr add 203.0.113.2/24 dev eth0
ip -n "$wan" route add default via 203.0.113.1
run_python four
exit "$EXIT_STATUS"

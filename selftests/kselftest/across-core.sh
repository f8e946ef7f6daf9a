#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# An IPv4-only phone and an IPv6-only core.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_core
run_python
# and once more with NAT66
cleanup_all_ns
sip_core wan0
run_python nat66
exit "$EXIT_STATUS"

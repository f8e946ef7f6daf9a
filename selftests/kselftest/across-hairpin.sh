#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Two IPv4-only phones behind NAT66, an IPv6-only proxy: calls between them.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_core wan0
run_python
exit "$EXIT_STATUS"

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Rules, flows, modules and the namespace go while SIP runs over TCP.
#
#   ROUNDS	how often (1)

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_nat tcp
run_python
exit "$EXIT_STATUS"

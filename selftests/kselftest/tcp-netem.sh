#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# SIP over TCP over a bad network: thousands of messages both ways, byte-exact.
# LONG=1 sends 100,000 each way on one connection.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

checktool tc 'modprobe sch_netem && command -v tc'
sip_nat tcp
run_python
exit "$EXIT_STATUS"

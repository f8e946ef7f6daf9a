#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Headers between an IPv6 phone and the IPv4 side, however they are written.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_across
run_python
exit "$EXIT_STATUS"

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# An IPv4-only phone and an IPv6-only core over TCP.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_core
run_python
exit "$EXIT_STATUS"

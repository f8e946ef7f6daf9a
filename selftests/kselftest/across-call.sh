#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# An IPv6-only phone and an IPv4-only world: registration, calls both ways, and
# how they change.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_across
run_python
exit "$EXIT_STATUS"

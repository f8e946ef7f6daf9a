#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# sipp.sh between the families: one sipp with IPv6 only inside, one with IPv4
# only outside.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

SIX=lan
interop sipp
OTHER_HALF=sipp run_python
exit "$EXIT_STATUS"

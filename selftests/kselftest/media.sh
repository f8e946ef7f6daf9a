#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Media from other hosts than the SIP peer, and media that is early.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_nat
run_python
exit "$EXIT_STATUS"

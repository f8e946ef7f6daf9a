#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Media that nft recognises: matches, marks, and the flowtable.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_nat
run_python
exit "$EXIT_STATUS"

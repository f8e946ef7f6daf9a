#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Offers that are refused: what was before the offer counts again.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_nat
run_python
exit "$EXIT_STATUS"

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# IPsec between phone and P-CSCF is not disturbed.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_nat
run_python
exit "$EXIT_STATUS"

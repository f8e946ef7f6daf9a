#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Hold and resume, with and without retain-hold.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_nat
run_python
exit "$EXIT_STATUS"

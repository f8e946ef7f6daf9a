#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# REFER, attended transfer and 3xx that lead to another phone inside.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_nat
run_python
exit "$EXIT_STATUS"

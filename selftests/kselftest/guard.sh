#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# One host that takes too much, and the others that must not notice.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_nat
run_python
exit "$EXIT_STATUS"

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Via: a port of its own, with rport and without; every header by direction.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_nat
run_python
exit "$EXIT_STATUS"

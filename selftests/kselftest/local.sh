#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Two phones behind the router call each other through a proxy outside.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_nat
run_python
exit "$EXIT_STATUS"

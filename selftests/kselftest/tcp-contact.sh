#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A Contact on a listening port: the outside connects in, and nobody else.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_nat tcp
run_python
exit "$EXIT_STATUS"

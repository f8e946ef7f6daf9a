#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Streams that nobody uses close, those in use stay; latching.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_nat
run_python
exit "$EXIT_STATUS"

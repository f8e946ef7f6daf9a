#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# SDP that begs for what it must not get; forged messages.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_nat
run_python
exit "$EXIT_STATUS"

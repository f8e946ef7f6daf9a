#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Forked calls: several early dialogs, several 2xx, and how each ends.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_nat
run_python
exit "$EXIT_STATUS"

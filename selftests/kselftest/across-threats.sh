#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Across the families a message names nobody but whom it may, and opens nothing
# for anybody else.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_across
run_python
exit "$EXIT_STATUS"

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# redial.sh between the families.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_across
OTHER_HALF=redial run_python across
exit "$EXIT_STATUS"

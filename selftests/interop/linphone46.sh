#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# linphone.sh's story between the families: two Linphone phones with IPv6 only;
# a Kamailio proxy and a baresip phone with IPv4 only.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

SIX=lan
interop linphonec baresip kamailio
OTHER_HALF=linphone run_python
exit "$EXIT_STATUS"

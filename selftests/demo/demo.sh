#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# make demo: boots a VM and runs story.sh in it. The last four lines are the
# summary; the exit status is 0 only if the calls work with our helper.

set -euo pipefail

# shellcheck source=scripts/vm/lane.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../scripts/vm/lane.sh"

[[ -x $TOP/tools/sipims/sipims ]] ||
	die "tools/sipims/sipims is missing; run 'make tools'"

case ${FAMILY:=4} in
4)
	echo "A phone call through a NAT router, three times: with no helper, with the"
	echo "kernel's own SIP helper, and with ours. About two minutes."
	;;
46)
	echo "A phone with IPv6 only calls one with IPv4 only, and the other way"
	echo "round: with a translator alone, and with our helper. About two minutes."
	;;
*)
	die "FAMILY is 4 or 46, not '$FAMILY'"
	;;
esac
echo
echo "Booting a virtual machine with Linux $KERNEL ..."
VM_TIMEOUT=${VM_TIMEOUT:-900} exec "$TOP/scripts/vm/vm.sh" \
	"FAMILY=$FAMILY selftests/demo/story.sh"

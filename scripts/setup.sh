#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Installs the Debian packages that building and testing need.
# Says nothing when they are all there.
#
#   setup.sh [bench]	with bench, also what is only measured beside ours

set -euo pipefail

# shellcheck source=scripts/vm/lane.sh
. "$(dirname "${BASH_SOURCE[0]}")/vm/lane.sh"

# the modules and the machine they run in
PACKAGES='
build-essential			# compiler and C library
make				# Kbuild
linux-image-amd64		# the kernel of the VM
linux-headers-amd64		# to build modules for it
linux-source-6.1		# checkpatch.pl
libelf-dev			# Kbuild: objtool, BTF
xz-utils			# unpacking kernels
kmod				# depmod
bc				# building kernels
bison
flex
cpio				# the initramfs
busybox-static			# its only program
qemu-system-x86			# the VM
util-linux			# flock, setpriv
procps				# sysctl, ps
'
# the tests inside the VM
PACKAGES+='
nftables
conntrack
iproute2
ethtool				# offloads off, where a test counts packets
iputils-ping
sip-tester			# sipp: scripted SIP ends
kamailio			# a registrar and record-routing proxy
kamailio-ims-modules		# its P-CSCF
baresip-core			# a SIP phone with real media
linphone-cli			# another SIP phone, of another stack
netbase				# /etc/protocols: nft prints names by it
tcpdump
tshark				# an independent SIP and SDP parser
python3
python3-yaml			# the netlink specification
'
# the command line tool and the unit tests
PACKAGES+='
libmnl-dev
libnetfilter-conntrack-dev
libjansson-dev
pkg-config
'
# the linters
PACKAGES+='
clang				# a second compiler; fuzzing
lld				# links what clang built
libclang-rt-14-dev		# the fuzzer and the sanitizers of clang
perl				# checkpatch.pl, kernel-doc
sparse
shellcheck
codespell
man-db				# man pages parse
git
'
# what trgw.sh of the bench is compared with; built for the kernel of the VM
[[ ${1:-} != bench ]] || PACKAGES+='
jool-dkms
jool-tools
'

POLICY=/usr/sbin/policy-rc.d

packages()
{
	printf '%s\n' "$PACKAGES" | sed 's/#.*//' | tr -s '[:space:]' '\n' | grep .
}

# A kernel without the headers of the same version counts as missing, too.
missing()
{
	local list

	mapfile -t list < <(packages)
	dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' "${list[@]}" \
		2>/dev/null | awk '/^.i/ { print $2 }' | sort -u |
		comm -13 - <(packages | sort -u)
	(KERNEL=6.1 lane_load) 2>/dev/null || printf '%s\n' linux-image-amd64 \
		linux-headers-amd64
}

check_machine()
{
	local ID='' VERSION_ID=''

	# shellcheck source=/dev/null
	[[ ! -f /etc/os-release ]] || . /etc/os-release
	[[ $ID$VERSION_ID == debian12 ]] ||
		die "packages are missing and this is '$ID $VERSION_ID';" \
		    "only Debian 12 is supported; missing: $*"
	[[ $(id -u) -eq 0 ]] ||
		die "must be root to install: $*"
}

# Packages must not start their services on a developer's machine.
forbid_services()
{
	[[ ! -e $POLICY ]] || return 0
	trap 'rm -f "$POLICY"' EXIT
	trap 'exit 130' INT TERM HUP
	printf '#!/bin/sh\nexit 101\n' >"$POLICY"
	chmod 755 "$POLICY"
}

# $1: what it is about; the rest: the command. Its output only if it fails.
phase()
{
	local log

	echo "setup: $1" >&2
	log=$(mktemp)
	if ! DEBIAN_FRONTEND=noninteractive "${@:2}" >"$log" 2>&1 </dev/null
	then
		tail -n 20 "$log" >&2
		rm -f "$log"
		die "failed: ${*:2}"
	fi
	rm -f "$log"
}

main()
{
	local list

	mapfile -t list < <(missing | sort -u)
	if [[ ${#list[@]} -gt 0 ]]; then
		check_machine "${list[*]}"
		forbid_services
		phase 'refreshing the package lists' apt-get update
		phase "installing ${#list[@]} packages: ${list[*]}" \
			apt-get install -y --no-install-recommends "${list[@]}"
	fi
	lane_load
}

main

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Installs the Debian packages needed for building and testing. Prints nothing
# if all of them are installed.
#
#   setup.sh		for everything but the bench's comparison with Jool
#   setup.sh bench	for that comparison, too

set -euo pipefail

# shellcheck source=scripts/vm/lane.sh
. "$(dirname "${BASH_SOURCE[0]}")/vm/lane.sh"

# The modules and the VM
PACKAGES='
build-essential			# compiler and C library
make				# Kbuild
linux-image-amd64		# kernel of the VM
linux-headers-amd64		# for building its modules
linux-source-6.1		# checkpatch.pl
libelf-dev			# Kbuild: objtool, BTF
xz-utils			# unpacks kernels
kmod				# depmod
bc				# builds kernels, as do the next two
bison
flex
cpio				# the initramfs
busybox-static			# the only program in it
qemu-system-x86			# the VM
util-linux			# flock, setpriv
procps				# sysctl, ps
'
# The tests in the VM
PACKAGES+='
nftables
conntrack
iproute2
ethtool				# turns offloads off where a test counts packets
iputils-ping
sip-tester			# sipp: scripted SIP user agents
kamailio			# a registrar and record-routing proxy
kamailio-ims-modules		# its P-CSCF
baresip-core			# a SIP phone with real media
linphone-cli			# a SIP phone with another SIP stack
netbase				# /etc/protocols, for nft
tcpdump
tshark				# an independent SIP and SDP parser
python3
python3-yaml			# the netlink specification
'
# The command line tool and the unit tests
PACKAGES+='
libmnl-dev
libnetfilter-conntrack-dev
libjansson-dev
pkg-config
'
# The linters
PACKAGES+='
clang				# a second compiler; fuzzing
lld				# its linker
libclang-rt-14-dev		# its fuzzer and sanitizers
perl				# checkpatch.pl, kernel-doc
sparse
shellcheck
codespell
man-db				# checks man pages
git
'
# Jool, with which bench/trgw.sh compares trgw, built for the VM's kernel
[[ ${1:-} != bench ]] || PACKAGES+='
jool-dkms
jool-tools
'

POLICY=/usr/sbin/policy-rc.d

packages()
{
	printf '%s\n' "$PACKAGES" | sed 's/#.*//' |
		tr -s '[:space:]' '\n' | grep .
}

# Prints the packages that are not installed. A kernel without headers of the
# same version counts as missing.
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

# Keeps packages from starting services on a developer's machine.
forbid_services()
{
	[[ ! -e $POLICY ]] || return 0
	trap 'rm -f "$POLICY"' EXIT
	trap 'exit 130' INT TERM HUP
	printf '#!/bin/sh\nexit 101\n' >"$POLICY"
	chmod 755 "$POLICY"
}

# phase TITLE COMMAND...: prints the command's output only if it fails.
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

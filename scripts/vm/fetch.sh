# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Sourced by lanes whose kernel is not the machine's own: fetches packages of
# other Debian suites from the machine's package source and unpacks them in the
# cache. The machine's package lists and installed packages stay as they are.
#
# From the environment:
#   SIP_IMS_CACHE   the directory for kernels, shared by all clones of this tree

CACHE=${SIP_IMS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sip-ims}

# fetch_apt SUITE apt-get|apt-cache ARGS...: with the machine's apt.conf, as it
# may name a proxy, but not with its sources.
fetch_apt()
{
	local suite=$1 lists=$CACHE/lists/$1

	"$2" -q -o "Dir::Etc::sourcelist=$lists/sources.list" \
		-o Dir::Etc::sourceparts=- -o "Dir::State::Lists=$lists/state" \
		-o "Dir::Cache=$lists/cache" -o APT::Sandbox::User=root \
		-o APT::Get::List-Cleanup=0 "${@:3}"
}

# Prints the URL from which the machine gets its own suite.
fetch_site()
{
	local codename

	codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
	# shellcheck disable=SC2016 # apt expands them
	apt-get indextargets --format '$(RELEASE) $(COMPONENT) $(SITE)' \
		'Created-By: Packages' |
		awk -v suite="$codename" \
		    '$1 == suite && $2 == "main" { print $3; exit }'
}

# $1: suite
fetch_lists()
{
	local site lists=$CACHE/lists/$1 keys=

	site=$(fetch_site)
	[[ $site ]] || die "no source of packages for this Debian; see" \
		"sources.list(5)"
	[[ ! -f /usr/share/keyrings/debian-archive-keyring.gpg ]] ||
		keys=' signed-by=/usr/share/keyrings/debian-archive-keyring.gpg'
	mkdir -p "$lists"/{state/partial,cache/archives/partial}
	echo "deb [arch=amd64$keys] $site $1 main" >"$lists/sources.list"
	fetch_apt "$1" apt-get update >"$lists/log" 2>&1 ||
		{ tail "$lists/log" >&2; die "no package lists of $1"; }
}

# fetch_newest SUITE PATTERN: prints the newest package whose whole name matches
# the extended regular expression. Package lists are read again after an hour.
fetch_newest()
{
	local lists=$CACHE/lists/$1

	if [[ ! $(find "$lists/log" -mmin -60 2>/dev/null) ]]; then
		echo "vm: reading the package lists of $1" >&2
		fetch_lists "$1"
	fi
	fetch_apt "$1" apt-cache pkgnames | grep -xE -- "$2" | sort -V |
		tail -n 1
}

# fetch_packages SUITE DIR PACKAGE...: unpacks the packages in DIR.
fetch_packages()
{
	local suite=$1 to=$2 work deb

	work=$(mktemp -d "$CACHE/fetch.XXXXXX")
	echo "vm: fetching ${*:3}" >&2
	(cd "$work" && fetch_apt "$suite" apt-get download "${@:3}") \
		>"$work/log" 2>&1 ||
		{
			tail "$work/log" >&2
			rm -rf "$work"
			die "no ${*:3} of $suite"
		}
	mkdir -p "$to"
	for deb in "$work"/*.deb; do
		dpkg-deb -x "$deb" "$to" || { rm -rf "$work"; return 1; }
	done
	rm -rf "$work"
}

# cache_locked NAME FUNCTION...: runs the function while no other process, of
# any clone, holds the lock NAME of the cache.
cache_locked()
{
	mkdir -p "$CACHE"
	locked "$CACHE/lock-$1" "${@:2}"
}

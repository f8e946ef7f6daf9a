#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What sipims does without the kernel's help: the command line and its errors.
#
#   test.sh [SIPIMS]		the program, by default the one built here

cd "$(dirname "${BASH_SOURCE[0]}")" || exit
sipims=$(realpath "${1:-sipims}")
passed=0 failed=0
out='' err=''

# A user namespace of our own: there the kernel refuses in any case, whether it
# has the module or not.
alone=()
unshare -Urn true 2>/dev/null && alone=(unshare -Urn)

run()
{
	local file
	file=$(mktemp)
	out=$("${alone[@]}" "$sipims" "$@" 2>"$file")
	status=$?
	err=$(cat "$file")
	rm -f "$file"
}

result()
{
	if [[ $1 -eq 0 ]]; then
		passed=$((passed + 1))
		return
	fi
	failed=$((failed + 1))
	echo "not ok: sipims $2"
	echo "  status $status, stdout: $out"
	echo "  stderr: $err"
}

# refuses STATUS PATTERN ARGS...: one line on stderr, nothing on stdout
refuses()
{
	local want=$1 pattern=$2

	shift 2
	run "$@"
	[[ $status -eq $want && -z $out && $err == sipims:\ $pattern &&
	   $err != *$'\n'* ]]
	result $? "$*"
}

# prints PATTERN ARGS...
prints()
{
	local pattern=$1

	shift
	run "$@"
	# shellcheck disable=SC2053 # a pattern
	[[ $status -eq 0 && -z $err && $out == $pattern ]]
	result $? "$*"
}

test_help()
{
	prints 'usage: sipims *' --help
	prints 'usage: sipims *' -h
	prints 'usage: sipims *' -L --help
	prints 'sipims [0-9]*' --version
	prints 'sipims [0-9]*' -V
	run --help
	[[ -z $(awk 'length > 80' <<<"$out") ]]
	result $? '--help: wider than 80 columns'
}

test_options()
{
	local help="; try 'sipims --help'"

	refuses 2 "no command$help"
	refuses 2 "unknown command 'frobnicate'$help" frobnicate
	refuses 2 "unknown option '--foo'$help" --foo
	refuses 2 "unknown option '--foo=1'$help" -L --foo=1
	refuses 2 "unknown option '-x'$help" -x
	refuses 2 "unknown option '-x'$help" -Lx
	refuses 2 "option '--list' takes no value$help" --list=3
	refuses 2 "option '--zone' needs a value$help" -L --zone
	refuses 2 "option '-w' needs a value$help" -L -w
	refuses 2 "'list' and 'flush' do not go together" -L -F
	refuses 2 "option '--id' does not go with 'count'" -C --id 3
	refuses 2 "option '--all' does not go with 'list'" list -a
	refuses 2 "'x' is too much for 'flush'$help" -F x
	refuses 2 'control characters *' -c $'a\nb' -L
	refuses 2 "unknown output 'xml'; allowed: json" -L -o xml
}

test_values()
{
	refuses 2 "--zone: '65536' is not a number from 0 to 65535" -L -w 65536
	refuses 2 "--zone: '-1' is not a number from 0 to 65535" -L -w -1
	refuses 2 "--zone: '' is not a number from 0 to 65535" -L -w ''
	refuses 2 "--zone: '1x' is not a number from 0 to 65535" -L -w 1x
	refuses 2 "--id: '0' is not a number from 1 to 4294967295" -L --id 0
	refuses 2 "--id: '4294967296' is not *" -L --id 4294967296
	refuses 2 '--call-id: 1 to 255 characters are allowed' -L -c ''
	refuses 2 '--call-id: 1 to 255 characters are allowed' \
		-D -c "$(printf '%256s' x)"
	refuses 2 "unknown state 'x'; allowed: calling *" -L -s x
	refuses 2 "cannot list 'x'; allowed: *" -L x
	refuses 2 "list takes one word, 'calls' is too much" -L calls calls
	refuses 2 'delete needs --id or --call-id; *' -D
	refuses 2 'delete needs --id or --call-id; *' -D -w 3
}

test_settings()
{
	refuses 2 'set needs name=value; *' set
	refuses 2 "'grace' is not name=value; *" set grace
	refuses 2 "unknown setting 'x'; allowed: malformed port-min port-max *" \
		set x=1
	refuses 2 "unknown setting ''; allowed: *" set =1
	refuses 2 "unknown setting 'zone'; allowed: malformed *" set zone=1
	refuses 2 "malformed: unknown value 'x'; allowed: drop pass" \
		set malformed=x
	refuses 2 "grace: 'x' is not a number from 0 to 4294967295" set grace=x
	refuses 2 "grace: '' is not a number from 0 to 4294967295" set grace=
	refuses 2 "port-max: '65536' is not a number from 0 to 65535" \
		set malformed=drop port-max=65536
}

# Whether it is the module or the privilege that is missing, it is said.
test_kernel()
{
	local pattern="@(the kernel has no sip_ims: load it with *"
	local words

	[[ ${#alone[@]} -gt 0 ]] || {
		echo 'skipped: refusals of the kernel; unshare -Urn fails here'
		return 0
	}
	pattern+="|not permitted: it takes CAP_NET_ADMIN *)"
	for words in -L --dump list -C -F '-D -i 1' -S get 'set grace=5' \
	    '-L -o json' '-S -a' 'list calls -w 3'; do
		# shellcheck disable=SC2086 # several words
		refuses 1 "$pattern" $words
	done
}

test_output()
{
	local status=0 out err

	err=$("$sipims" --help 2>&1 >/dev/full) || status=$?
	[[ $status -eq 1 && $err == 'sipims: cannot write: '* ]]
	result $? '--help, with nowhere to write'
}

shopt -s extglob
test_help
test_options
test_values
test_settings
test_kernel
test_output
echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]

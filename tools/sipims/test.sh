#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Tests of sipims that need no kernel module: command line, errors and output.
#
#   test.sh [SIPIMS]		the program to test, by default the one built here

cd "$(dirname "${BASH_SOURCE[0]}")" || exit
sipims=$(realpath "${1:-sipims}")
passed=0 failed=0
out='' err=''

# In a user namespace the kernel refuses all requests, with or without the module.
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
	refuses 2 "option '--state' does not go with 'events'" -E -s early
	refuses 2 "option '--number' does not go with 'list'" -L --number 2
	refuses 2 "option '--buffer-size' does not go with 'list'" -L -b 9
	refuses 2 "'events' and 'count' do not go together" -E --count 2
	refuses 2 "option '--number' needs a value$help" -E --number
	refuses 2 "unexpected argument '2' of 'events'$help" -E 2
	refuses 2 "unexpected argument 'x' of 'flush'$help" -F x
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
	refuses 2 "--number: '0' is not a number from 1 to 4294967295" -E -n 0
	refuses 2 "--number: '4294967296' is not a number from 1 to 4294967295" \
		-E -n 4294967296
	refuses 2 "--buffer-size: '0' is not a number from 1 to 536870912" \
		-E -b 0
	refuses 2 "--number: 'x' is not a number from 1 to 4294967295" -E -n x
	refuses 2 "--buffer-size: '536870913' is not a number from 1 to 536870912" \
		events --buffer-size 536870913
	refuses 2 '--call-id: 1 to 255 characters are allowed' -L -c ''
	refuses 2 '--call-id: 1 to 255 characters are allowed' \
		-D -c "$(printf '%256s' x)"
	refuses 2 "unknown state 'x'; allowed: calling *" -L -s x
	refuses 2 "cannot list 'x'; allowed: *" -L x
	refuses 2 "unexpected argument 'calls' of 'list'" -L calls calls
	refuses 2 "'delete' needs --id or --call-id; *" -D
	refuses 2 "'delete' needs --id or --call-id; *" -D -w 3
}

# lists PATTERN ARGS...: the error, then all settings in lines of 80 columns
lists()
{
	local pattern=$1 names

	shift
	run "$@"
	names=$(tail -n +2 <<<"$err" | tr -s ' \n' ' ')
	# shellcheck disable=SC2053 # a pattern
	[[ $status -eq 2 && -z $out && ${err%%$'\n'*} == sipims:\ $pattern &&
	   $names == " malformed port-min port-max "*" tcp-memory " &&
	   $names != *" zone "* && -z $(awk 'length > 80' <<<"$err") ]]
	result $? "$*"
}

test_settings()
{
	refuses 2 "'set' needs name=value; *" set
	refuses 2 "'grace' is not name=value; *" set grace
	lists "unknown setting 'x'; allowed:" set x=1
	lists "unknown setting ''; allowed:" set =1
	lists "unknown setting 'zone'; allowed:" set zone=1
	lists "unknown setting 'grac'; allowed:" set admission-block=1 grac=1
	refuses 2 "retain-hold: unknown value '1'; allowed: off on" \
		set retain-hold=1
	refuses 2 "candidates: unknown value 'x'; allowed: translate strip" \
		set candidates=x
	refuses 2 "admission-window: 'x' is not a number from 0 to 4294967295" \
		set admission-window=x
	refuses 2 "malformed: unknown value 'x'; allowed: drop pass" \
		set malformed=x
	refuses 2 "grace: 'x' is not a number from 0 to 4294967295" set grace=x
	refuses 2 "grace: '' is not a number from 0 to 4294967295" set grace=
	refuses 2 "port-max: '65536' is not a number from 0 to 65535" \
		set malformed=drop port-max=65536
}

# Errors of the arguments are reported before the device is looked up.
test_trgw()
{
	refuses 2 "unknown trgw command 'x'; allowed: show *" trgw x
	refuses 2 'usage: sipims trgw list DEVICE' trgw list
	refuses 2 'usage: sipims trgw add DEVICE IPV4 IPV6' trgw add lo 1.2.3.4
	refuses 2 'usage: sipims trgw flush DEVICE' trgw flush lo x
	refuses 2 "option '--all' does not go with 'trgw list'" trgw list lo -a
	refuses 2 "option '--zone' does not go with 'trgw'" trgw -w 1
	refuses 1 "there is no device 'nowhere'" trgw list nowhere
	refuses 2 "unknown setting 'x'; allowed: prefix *" trgw set lo x=1
	refuses 2 "'prefix' is not name=value; *" trgw set lo prefix
	refuses 2 "prefix: '64:ff9b::' is not *" trgw set lo prefix=64:ff9b::
	refuses 2 "prefix: '1.2.3.4' is no IPv6 *" trgw set lo prefix=1.2.3.4/96
	refuses 2 "pool: '10.0.0.1/24' is neither *" trgw set lo pool=10.0.0.1/24
	refuses 2 "pool: '10.0.0.1' is neither *" trgw set lo pool=10.0.0.1
	refuses 2 "idle: '-1' is not *" trgw set lo idle=-1
	refuses 2 "'x' is no address" trgw add lo 1.2.3.4 x
}

test_kernel()
{
	local pattern="@(the kernel has no netlink family sip_ims: load it with *"
	local words

	[[ ${#alone[@]} -gt 0 ]] || {
		echo 'skipped: refusals of the kernel; unshare -Urn fails here'
		return 0
	}
	pattern+="|not permitted: sipims needs CAP_NET_ADMIN *)"
	for words in -L --dump list -C -F '-D -i 1' -S get 'set grace=5' \
	    '-L -o json' '-S -a' 'list calls -w 3' -E 'events -n 1 -o json' \
	    '-E -n 4294967295' '-E -b 1' '-E -b 536870912' \
	    '-L -i 1' '-L -i 4294967295' '-L -w 0' '-L -w 65535'; do
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

# shows EXPECTED [VIEW]: output for the call, or the list of calls, on stdin
shows()
{
	local status=0 out err=''

	out=$("$dir/show" "${@:2}") || status=$?
	[[ $status -eq 0 && $out == "$1" && -z $(awk 'length > 80' <<<"$out") ]]
	result $? "-L ${2:-calls}"
}

# Builds a program that prints JSON calls on stdin as sipims -L does.
build_show()
{
	local flags

	read -r -a flags < <(pkg-config --cflags --libs libmnl jansson)
	"${CC:-cc}" -I. -I../../include/uapi -x c - print.c names_gen.c streams.c \
		"${flags[@]}" -o "$dir/show" <<-'EOF'
	#include <stdio.h>
	#include "sipims.h"
	int main(int argc, char **argv)
	{
		json_t *call = json_loadf(stdin, 0, NULL), *stream;
		size_t i;

		if (call && argc == 1)
			print_call(call, true);
		else if (call)
			json_array_foreach(make_streams(call), i, stream)
				print_stream(stream);
		return !call;
	}
	EOF
}

test_list()
{
	local dir local4='"local-address": "192.168.1.2", "local-port": 4000'
	local mapped4='"mapped-address": "203.0.113.1", "mapped-port": 22374'
	local v6=2001:db8:1111:2222:3333:4444:5555
	local call='"id": 7, "zone": 0, "state": "early", "call-id": "c@x",
		"from": "sip:a@x", "to": "sip:b@x", "age": 192000,
		"timeout": 60000, "pinholes": 4'
	local head='call 7 early  zone 0  age 0:03:12  left 0:01:00  4 pinholes
  Call-ID    c@x
  From       sip:a@x
  To         sip:b@x'

	dir=$(mktemp -d)
	build_show
	# optional attributes are missing
	shows "$head
  caller  0 rtp  udp  192.168.1.2:4000 <-> 203.0.113.1:22374  closed
      rx - packets - bytes, tx - packets - bytes" <<-EOF
	{ $call, "binding": [ { "party": "caller", "mline": 0, "component": 1,
	  "l4proto": 17, $local4, $mapped4 } ] }
	EOF
	shows "$head
  Dialogs    2
  caller  0 rtp  udp  192.168.1.2:4000
                      <-> 203.0.113.1:22374  open on-hold direct
      rx 3 packets 600 bytes, tx - packets - bytes
  tag        one
  callee  1 rtcp tcp  192.168.1.2:4000 <-> 203.0.113.1:22374  inactive on-hold
      rx 9 packets 90 bytes, tx 8 packets 80 bytes
  tag        t??o
  callee  0 rtp  udp  192.168.1.2:4000 <-> 203.0.113.1:22374  closed
      rx - packets - bytes, tx - packets - bytes" <<-EOF
	{ $call, "dialogs": 2, "binding": [
	{ "party": "caller", "mline": 0, "component": 1, "l4proto": 17,
	  $local4, $mapped4, "open": true, "on-hold": true, "direct": true,
	  "rx-packets": null, "packets": 3, "bytes": 600 },
	{ "party": "callee", "mline": 1, "component": 2, "l4proto": 6,
	  $local4, $mapped4, "inactive": true, "on-hold": true, "tag": "one",
	  "rx-packets": 9, "rx-bytes": 90, "tx-packets": 8, "tx-bytes": 80,
	  "packets": 3, "bytes": 600 },
	{ "party": "callee", "mline": 0, "component": 1, "l4proto": 17,
	  "tag": "t\u001b o", $local4, $mapped4 } ] }
	EOF
	shows "$head
  caller  0 rtp  udp  [$v6:6666]:40000
                      <-> [$v6:7777]:40002
                          inactive on-hold direct
      rx - packets - bytes, tx - packets - bytes" <<-EOF
	{ $call, "dialogs": 1, "binding": [ { "party": "caller", "mline": 0,
	  "component": 1, "l4proto": 17, "inactive": true, "on-hold": true,
	  "direct": true, "tag": "one",
	  "local-address": "$v6:6666", "local-port": 40000,
	  "mapped-address": "$v6:7777", "mapped-port": 40002 } ] }
	EOF
	rm -rf "$dir"
}

# leg ID ZONE CALL-ID CALLER CALLEE [XLAT-ADDRESS]: a call in JSON with one
# stream; an end is ADDRESS,PORT[,MAPPED-ADDRESS,MAPPED-PORT]
leg()
{
	local party end n=0

	printf '{ "id": %d, "zone": %d, "call-id": "%s", "binding": [' "$1" "$2" "$3"
	for party in caller callee; do
		IFS=, read -r -a end <<<"${*:4+n:1}"
		[[ $n -eq 0 ]] || echo ,
		printf '{ "party": "%s", "mline": 0, "component": 1, "l4proto": 17,
			"tag": "t", "open": true, "packets": %d, "bytes": %d,
			"local-address": "%s", "local-port": %d,
			"mapped-address": "%s", "mapped-port": %d' "$party" \
			"$1" $(($1 * 100)) "${end[0]}" "${end[1]}" \
			"${end[2]:-${end[0]}}" "${end[3]:-${end[1]}}"
		[[ $n -gt 0 || -z ${6:-} ]] || printf ', "xlat-address": "%s"' "$6"
		echo '}'
		n=$((n + 1))
	done
	echo ']}'
}

# stream CALLS CALL-ID CALLER CALLEE CALLER-CALL CALLEE-CALL: expected output;
# addresses of the two ends, and the calls whose counts they show
stream()
{
	local counted="open  last rx -, tx -
      rx %d packets %d bytes, tx - packets - bytes\n"

	printf 'stream 0 rtp udp  zone 0  call %s\n  Call-ID    %s\n' "$1" "$2"
	# shellcheck disable=SC2059 # one format for both
	printf "  caller     %s\n             $counted" "$3" "$5" $(($5 * 100))
	# shellcheck disable=SC2059
	printf "  callee     %s\n             $counted" "$4" "$6" $(($6 * 100))
}

# Exactly the two legs of an IPv4-IPv6 call are joined to one stream.
test_streams()
{
	local dir one='2001:db8::2' two='2001:db8::3' far='64:ff9b::cb00:7102'
	local near4=203.0.113.1 far4=203.0.113.2
	local ends1 ends2 endf="[$far]:6000"

	ends1="[$one]:4000 <-> 192.0.2.1:4000"
	ends2="[$two]:4000 <-> 192.0.2.2:4000"
	dir=$(mktemp -d)
	build_show
	# both legs
	shows "$(stream '1 2' c@x "$ends1 <-> $near4:16384" "$far4:6000 <-> $endf" 1 2)" \
		streams < <(echo "[ $(leg 1 0 c@x "$one,4000" "$far,6000" 192.0.2.1),
		$(leg 2 0 c@x "192.0.2.1,4000,$near4,16384" "$far4,6000") ]")
	# both legs in the other order
	shows "$(stream '2 1' c@x "$ends1 <-> $near4:16384" "$far4:6000 <-> $endf" 2 1)" \
		streams < <(echo "[ $(leg 1 0 c@x "192.0.2.1,4000,$near4,16384" "$far4,6000"),
		$(leg 2 0 c@x "$one,4000" "$far,6000" 192.0.2.1) ]")
	# one leg alone
	shows "$(stream 1 c@x "$ends1" "$endf" 1 1)" streams < <(echo "[
		$(leg 1 0 c@x "$one,4000" "$far,6000" 192.0.2.1) ]")
	shows "$(stream 2 c@x "192.0.2.1:4000 <-> $near4:16384" "$far4:6000" 2 2)" \
		streams < <(echo "[
		$(leg 2 0 c@x "192.0.2.1,4000,$near4,16384" "$far4,6000") ]")
	# legs that differ in Call-ID, port or zone are not joined
	shows "$(stream 1 c@x "$ends1" "$endf" 1 1
		stream 2 d@x "192.0.2.1:4000 <-> $near4:16384" "$far4:6000" 2 2
		stream 3 c@x "192.0.2.1:4002 <-> $near4:16384" "$far4:6000" 3 3
		stream 4 c@x "192.0.2.1:4000 <-> $near4:16384" "$far4:6000" 4 4 |
			sed 's/zone 0/zone 7/')" \
		streams < <(echo "[ $(leg 1 0 c@x "$one,4000" "$far,6000" 192.0.2.1),
		$(leg 2 0 d@x "192.0.2.1,4000,$near4,16384" "$far4,6000"),
		$(leg 3 0 c@x "192.0.2.1,4002,$near4,16384" "$far4,6000"),
		$(leg 4 7 c@x "192.0.2.1,4000,$near4,16384" "$far4,6000") ]")
	# two phones that use the same ports
	shows "$(stream '1 4' c@x "$ends1 <-> $near4:16384" "$far4:6000 <-> $endf" 1 4
		stream '2 3' d@x "$ends2 <-> $near4:16386" "$far4:6000 <-> $endf" 2 3)" \
		streams < <(echo "[ $(leg 1 0 c@x "$one,4000" "$far,6000" 192.0.2.1),
		$(leg 2 0 d@x "$two,4000" "$far,6000" 192.0.2.2),
		$(leg 3 0 d@x "192.0.2.2,4000,$near4,16386" "$far4,6000"),
		$(leg 4 0 c@x "192.0.2.1,4000,$near4,16384" "$far4,6000") ]")
	# two candidates: the later one is joined, the other is a stream of its own
	shows "$(stream '1 3' c@x "$ends1 <-> $near4:16386" "$far4:6000 <-> $endf" 1 3
		stream 2 c@x "192.0.2.1:4000 <-> $near4:16384" "$far4:6000" 2 2)" \
		streams < <(echo "[ $(leg 1 0 c@x "$one,4000" "$far,6000" 192.0.2.1),
		$(leg 2 0 c@x "192.0.2.1,4000,$near4,16384" "$far4,6000"),
		$(leg 3 0 c@x "192.0.2.1,4000,$near4,16386" "$far4,6000") ]")
	# time since media was last seen
	shows 'stream 0 rtp udp  zone 0  call 1
  Call-ID    c@x
  caller     192.168.1.2:4000
             open  last rx 1:01:05 ago, tx 0:00:00 ago
      rx - packets - bytes, tx - packets - bytes
  callee     203.0.113.2:6000
             inactive on-hold direct  last rx 100:00:00 ago, tx -
      rx - packets - bytes, tx - packets - bytes' streams <<-'EOF'
	[ { "id": 1, "zone": 0, "call-id": "c@x", "binding": [
	{ "party": "caller", "mline": 0, "component": 1, "l4proto": 17, "open": true,
	  "local-address": "192.168.1.2", "local-port": 4000,
	  "mapped-address": "192.168.1.2", "mapped-port": 4000,
	  "rx-quiet": 3665999, "tx-quiet": 0 },
	{ "party": "callee", "mline": 0, "component": 1, "l4proto": 17,
	  "inactive": true, "on-hold": true, "direct": true,
	  "local-address": "203.0.113.2", "local-port": 6000,
	  "mapped-address": "203.0.113.2", "mapped-port": 6000,
	  "rx-quiet": 360000000 } ] } ]
	EOF
	rm -rf "$dir"
}

shopt -s extglob
test_help
test_options
test_values
test_settings
test_trgw
test_kernel
test_list
test_output
test_list
test_streams
echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]

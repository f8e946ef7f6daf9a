#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The commands of sipims, and the error messages of wrong command lines.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# in ROUTER; stdout and stderr in $OUT and $ERR, returns the status
cli()
{
	local rc

	ip netns exec "$router" "$sipims" "$@" \
		>"$WORK_DIR/out" 2>"$WORK_DIR/err"
	rc=$?
	OUT=$(<"$WORK_DIR/out") ERR=$(<"$WORK_DIR/err")
	return "$rc"
}

# fails WHY ARGUMENTS...: one line on stderr, nothing on stdout, status not 0
fails()
{
	local why=$1

	shift
	cli "$@"
	check_fail $? "'sipims $*' succeeds"
	[[ $(wc -l <"$WORK_DIR/err") -eq 1 && -z $OUT ]]
	check_err $? "'sipims $*' says: $OUT$ERR"
	[[ $ERR == "sipims: "*$why* ]]
	check_err $? "'sipims $*' says: $ERR"
}

# json ARGUMENTS...: the answer is JSON
json()
{
	cli -o json "$@" && python3 -m json.tool <"$WORK_DIR/out" >/dev/null
	check_err $? "'sipims -o json $*': $OUT$ERR"
}

# An unanswered call from inside
invite()
{
	ip netns exec "$lan" bash -c 'cat >/dev/udp/203.0.113.2/5060' < <(
		printf '%s\r\n' 'INVITE sip:b@203.0.113.2 SIP/2.0' \
			'Via: SIP/2.0/UDP 192.168.1.2:5060;branch=z9hG4bK1' \
			'From: <sip:a@192.168.1.2>;tag=1' \
			'To: <sip:b@203.0.113.2>' "Call-ID: $1" \
			'CSeq: 1 INVITE' 'Contact: <sip:a@192.168.1.2>' \
			'Content-Length: 0' '')
}

[[ ${HELPER:-} != stock ]] || skip_all 'the stock helper has no such command'
sip_nat
setup_dir

cli -C && [[ $OUT == $'calls 0\nregistrations 0' ]]
check_err $? "-C says: $OUT$ERR"
invite first@call
invite second@call
cli -C && [[ $OUT == $'calls 2\nregistrations 0' ]]
check_err $? "-C says: $OUT$ERR"
cli -L && [[ $OUT == *first@call* && $OUT == *second@call* ]]
check_err $? "-L says: $OUT$ERR"
cli -L -c first@call && [[ $OUT == *first@call* && $OUT != *second@call* ]]
check_err $? "-L -c says: $OUT$ERR"
cli list calls -s calling && [[ $OUT == *first@call* ]]
check_err $? "list calls -s says: $OUT$ERR"
log_test 'list and count'

cli -S && [[ $OUT == *datagrams*requests* ]]
check_err $? "-S says: $OUT$ERR"
cli -S -a && [[ $OUT == *malformed-utf8* ]]
check_err $? "-S -a says: $OUT$ERR"
log_test 'counters'

for words in -L '-L registrations' '-L bindings' -C -S '-S -a' get \
	     '-L -w 3' 'get -w 3'; do
	# shellcheck disable=SC2086 # these are words
	json $words
done
log_test '-o json is JSON'

cli -D -c first@call
check_err $? "-D says: $ERR"
cli -C && [[ $OUT == $'calls 1\n'* ]]
check_err $? "-C says: $OUT$ERR"
fails '' -D -c first@call
cli -F
check_err $? "-F says: $ERR"
cli -C && [[ $OUT == $'calls 0\n'* ]]
check_err $? "-C says: $OUT$ERR"
log_test 'delete and flush'

cli set grace=7 malformed=pass inactive-media=0 -w 9 && cli get -w 9 &&
	[[ $OUT == *grace*7* && $OUT == *malformed*pass* &&
	   $OUT == *inactive-media=0* ]]
check_err $? "get -w 9 says: $OUT$ERR"
cli get -w 0 && [[ $OUT == *grace*5* ]]
check_err $? "get -w 0 says: $OUT$ERR"
log_test 'settings of one zone'

fails unknown --nonsense
fails unknown -Z
fails unknown nonsense
fails '' -L -w 65536
fails '' -L -o xml
fails '' -L -F
fails '' set
fails '' set grace
fails grace set grace=99999
fails port-min set port-min=20001
fails port-max set port-min=20000 port-max=10001
fails admission-window set admission-window=0
log_test 'a wrong command line or value: one line on stderr'

cli set admission-block=9 nonsense=1
check_fail $? "'sipims set nonsense=1' succeeds"
[[ -z $OUT && $ERR == "sipims: unknown setting 'nonsense'; allowed:"$'\n'* &&
   $ERR == *tcp-memory ]]
check_err $? "'sipims set nonsense=1' says: $OUT$ERR"
[[ -z $(awk 'length > 80' <<<"$ERR") ]]
check_err $? "wider than 80 columns: $ERR"
cli get && [[ $OUT == *admission-block=5* ]]
check_err $? "get says: $OUT$ERR"
log_test 'an unknown setting: the error lists the settings'

ip netns exec "$router" unshare -Ur "$sipims" -S >"$WORK_DIR/out" \
	2>"$WORK_DIR/err"
check_fail $? 'a user namespace may read'
[[ $(wc -l <"$WORK_DIR/err") -eq 1 && ! -s $WORK_DIR/out ]]
check_err $? "it says: $(<"$WORK_DIR/err")"
unshare -Urn "$sipims" -F >"$WORK_DIR/out" 2>"$WORK_DIR/err"
check_fail $? 'a user namespace may flush its own network namespace'
[[ $(wc -l <"$WORK_DIR/err") -eq 1 ]]
check_err $? "it says: $(<"$WORK_DIR/err")"
log_test 'no privilege: one line on stderr'

ip netns exec "$router" nft flush ruleset
busywait 10000 modprobe -r nf_nat_sip_ims nf_conntrack_sip_ims sip_ims \
	2>/dev/null
check_err $? 'the modules do not unload'
fails sip_ims -L
log_test 'no module: one line on stderr'

finish

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs the runner of the kselftests on planted tests; needs no guest. The runner
# must fail each test that ends early, whatever its exit status is. Ends with
# "N passed, N failed".

cd "$(dirname "${BASH_SOURCE[0]}")" || exit
passed=0 failed=0
DIR=$(mktemp -d)
trap 'rm -rf "$DIR"' EXIT

# plant NAME: adds a test, the text of which is on stdin
plant()
{
	cat >"$DIR/$1"
	chmod +x "$DIR/$1"
}

# expect STATUS LINE [TEST]: the runner returns that and prints the line
expect()
{
	local out status

	out=$(KSELFTEST_DIR=$DIR ./kselftest.sh "${@:3}" 2>&1)
	status=$?
	if [[ $status -eq $1 && $'\n'$out == *$'\n'"$2"* ]]; then
		passed=$((passed + 1))
		return
	fi
	failed=$((failed + 1))
	printf 'not ok: %s, status %d\n%s\n' "${*:3}" "$status" "$out"
}

# shell NAME: adds a test in shell that sources lib.sh.
shell()
{
	{ echo '#!/bin/bash'; echo ". $PWD/kselftest/lib.sh"; cat; } | plant "$1"
}

# python NAME: adds a test in Python that runs its cases without namespaces.
python()
{
	{
		echo '#!/usr/bin/env -S KSFT_TOPOLOGY=none python3'
		echo "import sys; sys.path.insert(0, '$PWD/kselftest')"
		echo 'from ksft import *'
		cat
	} | plant "$1"
}

# parent NAME: adds the first process of a test in Python; the shell commands
# TEXT stand for the process that it starts in each family.
parent()
{
	{
		echo '#!/usr/bin/env python3'
		echo "import subprocess, sys"
		echo "sys.path.insert(0, '$PWD/kselftest')"
		echo 'import ksft'
		echo 'popen = subprocess.Popen'
		echo 'subprocess.Popen = lambda command, **how: popen(' \
		     '["sh", "-c", TEXT], **how)'
		cat
	} | plant "$1"
}

printf 'list:\n\t@echo named\n' >"$DIR/Makefile"
echo timeout=5 >"$DIR/settings"

shell whole.sh <<'T'
log_test 'one'
log_test 'two'
finish
T
expect 0 'ok 1 whole.sh' whole.sh
expect 0 '2 passed, 0 failed' whole.sh

shell early.sh <<'T'
log_test 'one'
exit 0
log_test 'two'
finish
T
expect 1 'not ok 1 early.sh # plan: 0 plans' early.sh
expect 1 '1 passed, 1 failed' early.sh

shell bad.sh <<'T'
check_err 1 'it is wrong'
log_test 'one'
finish
T
expect 1 'not ok 1 bad.sh # exit=1' bad.sh

shell skip.sh <<'T'
skip_all 'no reason'
T
expect 0 'ok 1 skip.sh # SKIP' skip.sh

printf '#!/bin/sh\nsleep 60\n' | plant slow.sh
sed -i 's/5/1/' "$DIR/settings"
expect 1 'not ok 1 slow.sh # TIMEOUT after 1 s' slow.sh
sed -i 's/1/5/' "$DIR/settings"

printf '#!/bin/sh\nprintf "%%s\\n" 1..3 "ok 1 a" "ok 2 b"\n' | plant fewer.sh
expect 1 'not ok 1 fewer.sh # plan: 2 results of 3' fewer.sh

printf '#!/bin/sh\nprintf "%%s\\n" 1..2 "ok 1 a" "ok 3 b"\n' | plant lost.sh
expect 1 'not ok 1 lost.sh # plan: result 2 has another number' lost.sh

printf '#!/bin/sh\nexit 0\n' | plant nothing.sh
expect 1 'not ok 1 nothing.sh # plan: 0 plans' nothing.sh
expect 1 '# bad.sh is not in TEST_PROGS'

python whole.py <<'T'
topology("nat")
with case("one"):
    check(True, "")
finish()
T
expect 0 'ok 1 whole.py' whole.py

python early.py <<'T'
topology("nat")
with case("one"):
    check(True, "")
sys.exit(0)
T
expect 1 'not ok 1 early.py # plan: 0 plans' early.py

python bad.py <<'T'
topology("nat")
with case("one"):
    raise OSError("it is wrong")
finish()
T
expect 1 'not ok 1 bad.py # exit=1' bad.py

parent families.py <<'T'
TEXT = "echo KTAP version 1; echo ok 1 one; echo ok 2 two; echo 1..2"
ksft.topology("nat", families=(4, 6))
T
expect 0 '# ok 4 two (IPv6)' families.py
expect 0 '4 passed, 0 failed' families.py

parent half.py <<'T'
TEXT = "echo ok 1 one; [ $FAMILY = 6 ] || echo 1..1"
ksft.topology("nat", families=(4, 6))
T
expect 1 '# # IPv6: 1 cases, the plan is None' half.py
expect 1 'not ok 1 half.py # exit=1' half.py

parent skipped.py <<'T'
TEXT = "echo '1..0 # SKIP nothing here'; exit 4"
ksft.topology("nat", families=(4, 6))
T
expect 0 'ok 1 skipped.py # SKIP' skipped.py

echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]

# SPDX-License-Identifier: GPL-2.0-only
# Recipes are short; the work is done by scripts/ and selftests/.

KERNEL ?= 6.1
PREFIX ?= /usr/local
KVER   ?= $(shell uname -r)

export KERNEL PREFIX KVER DESTDIR ICOUNT ACCEL
export PACKETS ROUNDS SEED RATE PATIENCE
export VM_TIMEOUT VM_MEM VM_SMP VM_OUT VM_APPEND

# The command of `make vm` reaches the guest's shell unchanged: make does not
# expand it, nor does it pass it to other makes.
unexport CMD
export VM_CMD = $(value CMD)
# Bash's own variable of this name counts seconds, so scripts must not get it.
unexport SECONDS
ifeq ($(origin SECONDS),command line)
export FUZZ_SECONDS = $(value SECONDS)
endif
export FUZZ_FILE = $(value F)
MAKEOVERRIDES :=

.PHONY: help setup modules install tools live unit vm lint check check-cli \
	check-kselftest check-part check-debug fuzz fuzz-live \
	lifetime fuzz-replay coverage interop demo bench clean

help:
	@scripts/help.sh

setup:
	@scripts/setup.sh

modules:
	@scripts/modules.sh build

tools:
	@$(MAKE) --no-print-directory -s -C tools/sipims

install:
	@scripts/modules.sh install
	@$(MAKE) --no-print-directory -s -C tools/sipims install

unit: setup
	@$(MAKE) --no-print-directory -s -C selftests/unit run

live:
	@$(MAKE) --no-print-directory -s -C selftests/live

vm: setup modules tools live
	@scripts/vm/vm.sh "$$VM_CMD"

lint: setup
	@scripts/lint.sh

check: setup
	@scripts/check.sh lint unit cli kselftest

fuzz: setup
	@selftests/fuzz/fuzz.sh run "$${FUZZ_SECONDS-60}"

fuzz-live: setup modules tools live
	@selftests/live/live.sh fuzz

lifetime: setup modules tools live
	@selftests/live/live.sh lifetime

fuzz-replay: setup
	@selftests/fuzz/fuzz.sh replay "$$FUZZ_FILE"

coverage: setup tools live
	@scripts/coverage.sh

# internal: the command line and the runner of the kselftests, without a guest
check-cli: setup tools
	@selftests/sum.sh tools/sipims/test.sh selftests/kselftest-test.sh

# internal: KUnit, if the kernel has it, and the kselftests, in one boot;
# T="call.py fork.py" names some kselftests
check-kselftest: setup modules tools live
	@scripts/vm/vm.sh "selftests/guest-check.sh $(T)"

# internal: PART of the kselftests as CI runs them, see ci-part.sh
check-part: setup modules tools live
	@tests=$$(selftests/ci-part.sh $(PART)) && \
		scripts/vm/vm.sh "selftests/guest-check.sh $$tests"

check-debug:
	@$(MAKE) --no-print-directory KERNEL=debug check-kselftest

interop: setup modules tools
	@scripts/vm/vm.sh "selftests/interop/run.sh $(T)"

demo: setup modules tools
	@selftests/demo/demo.sh

bench: setup modules tools
ifeq ($(FAMILY),46)
	@rc=0; for bench in xlat trgw; do \
		selftests/bench/$$bench.sh || rc=1; done; exit $$rc
else
	@selftests/bench/bench.sh
endif

clean:
	@rm -rf build
	@$(MAKE) --no-print-directory -s -C tools/sipims clean

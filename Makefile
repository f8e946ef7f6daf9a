# SPDX-License-Identifier: GPL-2.0-only
# The front door. Recipes are one line; the work is in selftests/*.sh.

KERNEL ?= 6.1
PREFIX ?= /usr/local
KVER   ?= $(shell uname -r)

export KERNEL PREFIX KVER DESTDIR ICOUNT ACCEL
export PACKETS ROUNDS SEED RATE PATIENCE
export VM_TIMEOUT VM_MEM VM_SMP VM_OUT VM_APPEND

# The command of `make vm` reaches the guest's shell as it was typed: make
# expands nothing in it and does not hand it down to other makes.
unexport CMD
export VM_CMD = $(value CMD)
# Bash counts in a variable of this name: it must not reach any script.
unexport SECONDS
ifeq ($(origin SECONDS),command line)
export FUZZ_SECONDS = $(value SECONDS)
endif
export FUZZ_FILE = $(value F)
MAKEOVERRIDES :=

.PHONY: help setup modules install tools live unit vm lint check check-cli \
	check-kselftest check-debug fuzz fuzz-live \
	lifetime fuzz-replay coverage interop demo bench clean

help:
	@selftests/help.sh

setup:
	@selftests/setup.sh

modules:
	@selftests/modules.sh build

tools:
	@$(MAKE) --no-print-directory -s -C tools/sipims

install:
	@selftests/modules.sh install
	@$(MAKE) --no-print-directory -s -C tools/sipims install

unit: setup
	@$(MAKE) --no-print-directory -s -C selftests/unit run

live:
	@$(MAKE) --no-print-directory -s -C selftests/live

vm: setup modules tools live
	@selftests/vm/vm.sh "$$VM_CMD"

lint: setup
	@selftests/lint.sh

check: setup
	@selftests/check.sh lint unit cli kselftest

fuzz: setup
	@selftests/fuzz/fuzz.sh run "$${FUZZ_SECONDS-60}"

fuzz-live: setup modules tools live
	@selftests/live/live.sh fuzz

lifetime: setup modules tools live
	@selftests/live/live.sh lifetime

fuzz-replay: setup
	@selftests/fuzz/fuzz.sh replay "$$FUZZ_FILE"

coverage: setup tools live
	@selftests/coverage.sh

# internal: the command line, and the runner of the kselftests, in no guest
check-cli: setup tools
	@selftests/sum.sh tools/sipims/test.sh selftests/kselftest-test.sh

# internal: KUnit, where the kernel has it, and the kselftests, in one boot of
# the guest; T="call.py fork.py" names some kselftests
check-kselftest: setup modules tools live
	@selftests/vm/vm.sh "selftests/guest-check.sh $(T)"

check-debug:
	@$(MAKE) --no-print-directory KERNEL=debug check-kselftest

interop: setup modules tools
	@selftests/vm/vm.sh "selftests/interop/run.sh $(T)"

demo: setup modules tools
	@selftests/demo/demo.sh

bench: setup modules tools
ifeq ($(FAMILY),46)
	@rc=0; for bench in across trgw; do \
		selftests/bench/$$bench.sh || rc=1; done; exit $$rc
else
	@selftests/bench/bench.sh
endif

clean:
	@rm -rf build
	@for d in tools/sipims selftests/unit; do \
		[ ! -f $$d/Makefile ] || $(MAKE) -s -C $$d clean; done

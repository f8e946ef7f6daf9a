# SPDX-License-Identifier: GPL-2.0-only
# The front door. Recipes are one line; the work is in selftests/*.sh.

KERNEL ?= 6.1
PREFIX ?= /usr/local
KVER   ?= $(shell uname -r)

export KERNEL PREFIX KVER DESTDIR ICOUNT ACCEL
export VM_TIMEOUT VM_MEM VM_SMP VM_OUT VM_APPEND

# The command of `make vm` reaches the guest's shell as it was typed: make
# expands nothing in it and does not hand it down to other makes.
unexport CMD
export VM_CMD = $(value CMD)
MAKEOVERRIDES :=

.PHONY: help setup modules install tools unit vm lint check check-cli check-kselftest \
	demo bench clean

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

vm: setup modules tools
	@selftests/vm/vm.sh "$$VM_CMD"

lint: setup
	@selftests/lint.sh

check: setup
	@selftests/check.sh lint unit cli kselftest

# internal: the command line without a kernel behind it
check-cli: setup tools
	@tools/sipims/test.sh

# internal: the kselftests alone, in the guest; T="a.sh b.sh" names some
check-kselftest: setup modules tools
	@selftests/vm/vm.sh "selftests/kselftest.sh $(T)"

demo: setup modules tools
	@selftests/demo/demo.sh

bench: setup modules tools
	@selftests/bench/bench.sh

clean:
	@rm -rf build
	@for d in tools/sipims selftests/unit; do \
		[ ! -f $$d/Makefile ] || $(MAKE) -s -C $$d clean; done

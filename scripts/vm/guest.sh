#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Process 1 of the guest, after init: sets the system up, runs the command,
# passes its status and the kernel log out, and stops the guest. /vm-run is the
# directory of this run on the machine: env and cmd are read from it; out, err,
# dmesg and status are written to it.

# shellcheck source=/dev/null
. /vm-run/env
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export HOME=/root USER=root LOGNAME=root SHELL=/bin/bash TERM=dumb LANG=C.UTF-8
export KERNEL ICOUNT
KMEMLEAK=/sys/kernel/debug/kmemleak

mount_all()
{
	mount -t sysfs sysfs /sys
	mount -t tmpfs -o mode=755 run /run
	mkdir -p /run/lock /dev/pts /dev/shm
	mount -t devpts -o mode=620,ptmxmode=666 devpts /dev/pts
	mount -t tmpfs -o mode=1777 shm /dev/shm
	mount -t cgroup2 cgroup2 /sys/fs/cgroup
	mount -t debugfs debugfs /sys/kernel/debug
	mount -t tracefs tracefs /sys/kernel/tracing
	ln -snf /proc/self/fd /dev/fd
	ln -sf /proc/self/fd/0 /dev/stdin
	ln -sf /proc/self/fd/1 /dev/stdout
	ln -sf /proc/self/fd/2 /dev/stderr
}

# Puts sipims of this tree in the PATH.
link_tool()
{
	[[ ! -x $VM_TOP/tools/sipims/sipims ]] ||
		ln -sf "$VM_TOP/tools/sipims/sipims" /usr/local/sbin/
}

apply_settings()
{
	echo vm >/proc/sys/kernel/hostname
	echo 1 >/proc/sys/kernel/panic_on_oops
	echo -1 >/proc/sys/kernel/panic
	ip link set lo up
	ulimit -n 65536
	ulimit -c 0
}

# Keeps every netfilter hook in use. Otherwise, the first and the last ruleset
# patch the kernel's text under traffic, and the emulator (QEMU 7.2, with
# several threads) may keep executing the temporary breakpoint: both processors
# then trap at one address forever.
hold_hooks()
{
	local hook rules=

	for hook in prerouting input forward output postrouting; do
		rules+="chain $hook { type filter hook $hook priority 0; }
"
	done
	nft -f - <<<"table inet hold_hooks {
$rules}"
}

# Lets the kernel panic after a soft lockup, so that a hang is reported.
watch_lockups()
{
	[[ -z ${ICOUNT:-} && -e /proc/sys/kernel/softlockup_panic ]] || return 0
	echo 30 >/proc/sys/kernel/watchdog_thresh
	echo 1 >/proc/sys/kernel/softlockup_panic
}

# kmemleak skips objects younger than five seconds. It scans twice, because an
# object that moves between lists during a scan looks like a leak.
scan_leaks()
{
	sleep 6
	echo scan >$KMEMLEAK
	echo scan >$KMEMLEAK
}

# Forgets the leaks from boot, which are not ours.
forget_leaks()
{
	[[ -e $KMEMLEAK ]] || return 0
	echo scan=off >$KMEMLEAK
	scan_leaks
	echo clear >$KMEMLEAK
}

report_leaks()
{
	[[ -e $KMEMLEAK ]] || return 0
	scan_leaks
	while IFS= read -r line; do
		echo "vm: $line" >/dev/kmsg
	done <$KMEMLEAK
}

# lockdep stops after its first finding and when its tables are full.
report_lockdep()
{
	! grep -qs 'debug_locks: *0' /proc/lockdep_stats ||
		echo 'BUG: lockdep has stopped looking' >/dev/kmsg
}

# The command gets pipes, so that it can open /dev/stdout, and a cgroup, so that
# its remaining processes can be ended: they would keep the pipes open.
run_cmd()
{
	mkfifo /run/.out /run/.err
	mkdir /sys/fs/cgroup/cmd
	cat /run/.out >/vm-run/out &
	cat /run/.err >/vm-run/err &
	(
		echo "$BASHPID" >/sys/fs/cgroup/cmd/cgroup.procs
		cd "$VM_TOP" || exit
		exec setsid -w /bin/bash -c "$(</vm-run/cmd)"
	) </dev/null >/run/.out 2>/run/.err
	rc=$?
	echo 1 >/sys/fs/cgroup/cmd/cgroup.kill
	wait
	rm -f /run/.out /run/.err
}

{
	mount_all
	link_tool
	apply_settings
	watch_lockups
	hold_hooks
	forget_leaks
	echo 'vm: the command starts' >/dev/kmsg
} >/dev/console 2>&1
run_cmd 2>/dev/console
{
	report_leaks
	report_lockdep
} >/dev/console 2>&1
dmesg >/vm-run/dmesg
echo "$rc" >/vm-run/status
# On reboot, User-Mode Linux would start again.
[[ -e /vm-old ]] && exec busybox poweroff -f
exec busybox reboot -f

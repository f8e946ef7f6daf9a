# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034 # the variables are read by vm.sh
# Sourced by vm.sh: the machine is a process of User-Mode Linux.

machine_check()
{
	[[ -z ${ICOUNT#0} ]] ||
		die "ICOUNT=1 needs a kernel that runs in QEMU, such as 6.1"
}

# The guest's memory is a file in /dev/shm, which must be large enough.
machine_prepare()
{
	local avail need

	avail=$(df --output=avail -B 1M /dev/shm | tail -n 1)
	need=${VM_MEM%[MG]}
	[[ $VM_MEM == *M ]] || need=$((need * 1024))
	[[ $avail -ge $need ]] ||
		die "/dev/shm has $avail MB free, the guest needs $need;" \
		    "give it more, or the guest less with VM_MEM"
}

machine_choose()
{
	:
}

# machine_args ACCELERATOR RUN: sets ARGS for a guest with the directory RUN;
# there is no accelerator.
machine_args()
{
	local words="root=/dev/root rootfstype=hostfs rootflags=/ ro
		init=$TOP/scripts/vm/init-uml vm_run=$2
		ncpus=$VM_SMP mem=${VM_MEM} seccomp=on uml_dir=$2/uml/
		con=null con0=null,fd:1 console=tty0 loglevel=5 panic=-1
		oops=panic log_buf_len=4M ${LANE_APPEND:-} ${VM_APPEND:-}"

	read -r -d '' -a ARGS <<<"$words" || true
}

# machine_start SECONDS RUN: starts a guest in the background; its status is
# that of timeout. The guest's processes are its children and end with it.
machine_start()
{
	local seconds=$1 run=$2

	mkdir -p "$run/uml"
	setpriv --pdeathsig TERM timeout -k 5 "$seconds" \
		setpriv --pdeathsig KILL "$LANE_IMAGE" "${ARGS[@]}" \
		</dev/null >"$run/console" 2>"$run/machine" &
	GUEST=$!
}

# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034 # the variables are read by vm.sh
# Sourced by vm.sh: the machine is QEMU.

# shellcheck source=scripts/vm/image.sh
. "$TOP/scripts/vm/image.sh"

# The quickest model to emulate; with rdrand the random pool is ready at boot.
CPU=Nehalem,+rdrand

machine_check()
{
	command -v qemu-system-x86_64 >/dev/null ||
		die "qemu-system-x86_64 is missing; run 'make setup'"
}

machine_prepare()
{
	image_prepare
}

# Without HPET: on a busy machine, reading its counter may take longer than the
# period of the interrupt that emulates the RTC, and the boot then never ends.
MACHINE=pc,hpet=off

# machine_args ACCELERATOR RUN: sets ARGS for a guest with the directory RUN.
machine_args()
{
	local words="console=ttyS0 loglevel=5 panic=-1 oops=panic nokaslr
		mitigations=off audit=0 apparmor=0 log_buf_len=4M tsc=reliable
		no_timer_check random.trust_cpu=on rdinit=/init ${VM_APPEND:-}"

	ARGS=(-machine "$MACHINE" -nodefaults -no-user-config -display none
	      -no-reboot -m "$VM_MEM" -kernel "$KERNEL_IMAGE" -initrd "$RAMFS"
	      -append "${words//[$'\n\t']/ }" -serial "file:$2/console")
	case $1${ICOUNT#0} in
	kvm*) ARGS+=(-accel kvm -cpu host -smp "$VM_SMP") ;;
	tcg)  ARGS+=(-accel 'tcg,thread=multi' -cpu "$CPU" -smp "$VM_SMP") ;;
	tcg1) ARGS+=(-accel 'tcg,thread=single' -cpu "$CPU" -smp 1
		     -icount 'shift=0,sleep=off') ;;
	esac
	add_share root / ,readonly=on
	add_share run "$2" ''
	[[ -z $VM_OUT ]] || add_share out "$VM_OUT" ''
}

# add_share TAG DIR OPTIONS: adds a directory of the machine to ARGS.
add_share()
{
	local options="local,path=${2//,/,,},mount_tag=$1"

	options+=",security_model=none,multidevs=remap$3"
	ARGS+=(-virtfs "$options")
}

# machine_start SECONDS RUN: starts a guest in the background; its status is
# that of timeout. With pdeathsig it ends with this script, even if the script
# is killed.
machine_start()
{
	local seconds=$1 run=$2

	setpriv --pdeathsig TERM timeout -k 5 "$seconds" \
		setpriv --pdeathsig KILL qemu-system-x86_64 "${ARGS[@]}" \
		</dev/null >"$run/machine" 2>&1 &
	GUEST=$!
}

kvm_works()
{
	local rc=0

	[[ -w /dev/kvm ]] || return 1
	write_run true "$RUN/kvm"
	machine_args kvm "$RUN/kvm"
	machine_start 20 "$RUN/kvm"
	wait "$GUEST" || rc=$?
	GUEST=
	[[ $rc -eq 0 && -s $RUN/kvm/status ]]
}

machine_choose()
{
	[[ $ACCEL == kvm ]] || return 0
	if [[ ${ICOUNT#0} ]]; then
		echo 'vm: ICOUNT=1 needs tcg; ACCEL=kvm is ignored' >&2
	elif kvm_works; then
		return 0
	else
		echo 'vm: a guest does not boot with kvm here; using tcg' >&2
	fi
	ACCEL=tcg
}

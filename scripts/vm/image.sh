# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Sourced by vm.sh: creates the kernel and the initramfs of a guest in $OUT.

# The modules needed to mount the 9p root
BOOT_MODULES=(virtio_pci 9pnet_virtio 9p overlay)

le32()
{
	od -An -tu4 -j "$2" -N 4 "$1" | tr -d ' '
}

# Sets KERNEL_IMAGE to the unpacked kernel: unpacking it under TCG would be a
# third of the boot time. An image in an unknown format is used as it is.
image_kernel()
{
	local sects skip len tmp

	KERNEL_IMAGE=$OUT/vmlinux-$LANE_VERSION
	[[ $KERNEL_IMAGE -nt $LANE_IMAGE ]] && return
	sects=$(od -An -tu1 -j 497 -N 1 "$LANE_IMAGE" | tr -d ' ')
	skip=$(( (sects + 1) * 512 + $(le32 "$LANE_IMAGE" 584) ))
	len=$(le32 "$LANE_IMAGE" 588)
	tmp=$(mktemp "$OUT/vmlinux.XXXXXX")
	tail -c "+$((skip + 1))" "$LANE_IMAGE" | head -c "$len" |
		image_unpack >"$tmp" 2>/dev/null || true
	if [[ $(head -c 4 "$tmp") == $'\x7fELF' ]]; then
		mv "$tmp" "$KERNEL_IMAGE"
	else
		rm -f "$tmp"
		KERNEL_IMAGE=$LANE_IMAGE
	fi
}

# Unpacks the payload from stdin. The tools fail at the four bytes of size after
# it, so the caller checks the ELF magic and not their status.
image_unpack()
{
	local magic

	magic=$(od -An -tx1 -j "$skip" -N 4 "$LANE_IMAGE" | tr -d ' ')
	case $magic in
	fd377a58) xz -dc --single-stream ;;
	28b52ffd) zstd -dc ;;
	1f8b*)    gzip -dc ;;
	02214c18) lz4 -dc ;;
	esac
}

# Prints the boot modules, dependencies first.
image_modules()
{
	local m deps

	deps=$LANE_MODULES/modules.dep
	for m in "${BOOT_MODULES[@]}"; do
		awk -v name="$m" '
		{ path = $1; sub(/:$/, "", path); file = path
		  sub(/.*\//, "", file); sub(/\.ko.*/, "", file)
		  gsub(/-/, "_", file) }
		file == name { for (i = NF; i > 1; i--) print $i; print path }
		' "$deps"
	done | awk '!seen[$0]++'
}

image_ramfs_tree()
{
	local dir=$1 m a

	mkdir -p "$dir"/{bin,dev,proc,host,upper,root,run,mod}
	cp /bin/busybox "$dir/bin/"
	for a in sh mount mkdir insmod switch_root cat reboot; do
		ln -s busybox "$dir/bin/$a"
	done
	cp "$TOP/scripts/vm/init" "$dir/init"
	chmod 755 "$dir/init"
	for m in $(image_modules); do
		cp "$LANE_MODULES/$m" "$dir/mod/"
		case $m in	# insmod of busybox-static reads plain .ko only
		*.xz) xz -d "$dir/mod/${m##*/}"; m=${m%.xz} ;;
		*.zst) zstd -q -d --rm "$dir/mod/${m##*/}"; m=${m%.zst} ;;
		esac
		echo "${m##*/}"
	done >"$dir/order"
}

# Sets RAMFS to the initramfs.
image_ramfs()
{
	local key tmp

	key=$(cat "$TOP/scripts/vm/init" "$TOP/scripts/vm/image.sh" \
		/bin/busybox "$LANE_MODULES/modules.dep" | sha1sum)
	RAMFS=$OUT/initramfs-$LANE_VERSION-${key:0:12}
	[[ -f $RAMFS ]] && return
	command -v busybox cpio >/dev/null ||
		die "busybox or cpio is missing; run 'make setup'"
	tmp=$(mktemp -d "$OUT/initramfs.XXXXXX")
	image_ramfs_tree "$tmp/tree"
	(cd "$tmp/tree" && find . | cpio --quiet -o -H newc -R 0:0) >"$tmp/cpio"
	mv "$tmp/cpio" "$RAMFS"
	rm -rf "$tmp"
}

image_prepare()
{
	image_kernel
	image_ramfs
}

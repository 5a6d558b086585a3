# Part of `toolchains/dev`: builds for other architectures, runs the tests under qemu, and compares the files that are
# written there with those written here, byte for byte.

# need_foreign DEBIAN_ARCH GNU_ARCH: cross compiler, qemu, and the libraries of the other architecture.
need_foreign() {
  local arch=$1 gnu=$2
  if has_apt && ! dpkg --print-foreign-architectures | grep -qx "$arch"; then
    say "adding the architecture $arch"
    as_root dpkg --add-architecture "$arch"
    if ! quietly as_root apt-get update -qq; then
      as_root dpkg --remove-architecture "$arch"
      fail "no packages for $arch"
    fi
  fi
  need "g++-$gnu-linux-gnu" qemu-user-static "${packages_foreign[@]/%/:$arch}"
}

# under_qemu PRESET CPU [CTEST OPTION...]: runs the tests of a preset on one of qemu's CPUs.
under_qemu() {
  local preset=$1 cpu=$2
  shift 2
  say "testing $preset as -cpu $cpu"
  QEMU_CPU=$cpu run_ctest "$preset" "build/$preset/ctest.log" --no-tests=error "$@"
}

# same_bytes PRESET EMULATOR CPU [LEFT_OUT]: files written as that CPU have the hashes of the files written here, but for
# those whose name matches LEFT_OUT.
same_bytes() {
  local preset=$1 emulator=$2 cpu=$3 left_out=${4-^$} here=build/native/golden.txt there
  there=build/$preset/golden-$cpu.txt
  QEMU_CPU=$cpu "$emulator" "build/$preset/tests/golden/write_files" >"$there" || return 1
  [ -s "$here" ] && [ -s "$there" ] || { say "$preset: no files to compare"; return 1; }
  if diff <(grep -vE "$left_out" "$here") <(grep -vE "$left_out" "$there") >&2; then
    say "$preset as -cpu $cpu: $(grep -cvE "$left_out" "$here") files, byte for byte those written here"
  else
    say "$preset as -cpu $cpu: the files differ from those written here"
    return 1
  fi
}

write_golden_here() { build/native/tests/golden/write_files >build/native/golden.txt; }

# The part that every `test` runs: kernels and the bytes of files, with SVE and without.
cross_short() {
  local failed=0 cpu
  if has_apt && [ "$(dpkg --print-architecture)" = arm64 ]; then
    say "this machine is aarch64: nothing to emulate"
    return 0
  fi
  need_foreign arm64 aarch64
  write_golden_here || return 1
  configure aarch64
  build aarch64 --target tests/kernels/all write_files
  for cpu in max max,sve=off; do
    under_qemu aarch64 "$cpu" -R '^kernels_' || failed=1
    same_bytes aarch64 qemu-aarch64-static "$cpu" || failed=1
  done
  return $failed
}

cmd_cross() {
  local failed=0 cpu
  need "${packages_build[@]}" "${packages_test[@]}"
  configure native
  build native
  write_golden_here

  need_foreign arm64 aarch64
  configure aarch64
  build aarch64
  for cpu in max max,sve=off max,sve-max-vq=1 max,sve-max-vq=2 neoverse-n1; do
    under_qemu aarch64 "$cpu" || failed=1
    same_bytes aarch64 qemu-aarch64-static "$cpu" || failed=1
  done

  need_foreign s390x s390x
  configure s390x
  build s390x
  under_qemu s390x max || failed=1
  # Arrow files are in the byte order of the machine that writes them, and say so; lz4 searches for matches in native words,
  # so that its (equally valid) bytes depend on their order.
  same_bytes s390x qemu-s390x-static max '[.]arrow|lz4' || failed=1
  return $failed
}

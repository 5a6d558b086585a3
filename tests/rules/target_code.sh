#!/usr/bin/env bash
# A file that is compiled for one instruction set shares no function with the rest of the program: the linker keeps one copy
# of a template or inline function, and if that copy came from such a file, older CPUs would meet instructions they lack.
# So each shared symbol of kernels/X_xsimd_TARGET.cc carries the target in its name.
#
#   target_code.sh NM LIBRARY.a
set -euo pipefail
symbols=$("$1" -A -C "$2" | grep -E '_xsimd_[a-z0-9]+\.cc\.o:' || true)
[ -n "$symbols" ] || { echo "no object for one instruction set alone"; exit 0; }
shared=$(sed -nE 's/^[^:]*:[^:]*_xsimd_([a-z0-9]+)\.cc\.o:[0-9a-f]+ [WVu] (.*)$/\1 \2/p' <<<"$symbols")
loose=$(awk 'NF && index($0, "xsimd::" $1) == 0' <<<"$shared")
if [ -n "$loose" ]; then
  echo "$loose"
  echo "these symbols may stand for all CPUs but were compiled for one"
  exit 1
fi
echo "$(grep -c . <<<"$shared") shared symbols of one instruction set, each under its name"

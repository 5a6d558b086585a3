#!/usr/bin/env bash
# Builds programs of a user against the installed package and compares what they print with NAME.expected.
#
#   build_and_run.sh static|shared|pkg_config PREFIX WORK_DIR PROGRAM...        with CXX, CMAKE and LIBDIR set
set -euo pipefail
way=$1 prefix=$2 work=$3
shift 3
here=$(cd "$(dirname "$0")" && pwd)
rm -rf "$work"
mkdir -p "$work"
cd "$work"

if [ "$way" = pkg_config ]; then
  export PKG_CONFIG_PATH=$prefix/$LIBDIR/pkgconfig
  for program in "$@"; do
    # shellcheck disable=SC2046
    "$CXX" -std=c++20 -o "$program" "$here/$program.cc" $(pkg-config --cflags --libs inlay)
    # shellcheck disable=SC2046
    "$CXX" -std=c++20 -o "$program-static" "$here/$program.cc" $(pkg-config --static --cflags --libs inlay | sed 's/-linlay/-l:libinlay.a/')
  done
  export LD_LIBRARY_PATH=$prefix/$LIBDIR
else
  sources=("${@/#/$here/}")
  sources=("${sources[@]/%/.cc}")
  "$CMAKE" -S "$here/project" -B . -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH="$prefix" -DINLAY_COMPONENT="$way" \
    -DPROGRAMS="$(IFS=';'; echo "${sources[*]}")"
  "$CMAKE" --build .
fi

for program in "$@"; do
  for binary in "$program" "$program-static"; do
    [ -x "$binary" ] || continue
    echo "== $binary"
    "./$binary" | diff "$here/$program.expected" -
  done
done

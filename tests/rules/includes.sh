#!/usr/bin/env bash
# Includes point one way between the rooms, public headers include the standard library and each other alone, only the
# kernels know Highway and xsimd, and macros of public headers carry the project's name.
#
#   includes.sh SOURCE_DIR
set -euo pipefail
cd "$1"

# What each room may include. `include` stands for <inlay/...>.
shared="include kernels engine/base"
engine="$shared engine/columns engine/io engine/encoding engine/ipc engine/parquet"
declare -A allowed=(
  [include]="include"
  [kernels]="kernels"
  [engine/base]="$shared"
  [engine/columns]="$shared engine/columns"
  [engine/io]="$shared engine/io"
  [engine/encoding]="$shared engine/columns engine/io engine/encoding"
  [engine/ipc]="$shared engine/columns engine/io engine/encoding engine/ipc"
  [engine/parquet]="$shared engine/columns engine/io engine/encoding engine/parquet"
  [tools]="$engine tools"
  [bench]="$engine bench"
  [tests]="$engine tools bench tests"
)

# Sets `room` to the room that a path from the root of the tree, or an <inlay/...> header, belongs to.
find_room() {
  case "$1" in
    inlay/* | include/*) room=include ;;
    engine/*/*) room=${1#engine/} room=engine/${room%%/*} ;;
    */*) room=${1%%/*} ;;
    *) room= ;;
  esac
}

# The standard library's headers have no dot and no slash, but for those it took from C.
standard='^([a-z_0-9]+)$'

broken=0
seen=0
complain() {
  echo "$1"
  broken=$((broken + 1))
}

while IFS=: read -r file line directive; do
  seen=$((seen + 1))
  find_room "$file"
  from=$room
  [[ $directive =~ ^[[:space:]]*#[[:space:]]*include[[:space:]]*([<\"])([^>\"]+)[\>\"] ]] || continue
  kind=${BASH_REMATCH[1]} what=${BASH_REMATCH[2]}
  where="$file:$line: $what"

  if [[ $what == hwy/* || $what == xsimd/* ]]; then
    [ "$from" = kernels ] || complain "$where: only kernels/ includes Highway and xsimd"
    continue
  fi
  if [ "$from" = include ] && ! [[ $kind == '<' && ($what == inlay/* || $what =~ $standard) ]]; then
    complain "$where: a public header includes the standard library and <inlay/...> alone"
    continue
  fi
  if [ "$from" = include ] && [[ $what =~ ^(iostream|ostream|istream|fstream|sstream|regex|thread|mutex|future)$ ]]; then
    complain "$where: too heavy or too global for a public header"
    continue
  fi
  [[ $kind == '"' || $what == inlay/* || $what == engine/* || $what == kernels/* ]] || continue
  find_room "$what"
  if [ -z "$room" ]; then
    complain "$where: project headers are named from the root of the tree"
    continue
  fi
  [[ " ${allowed[$from]-} " == *" $room "* ]] || complain "$where: $from must not include $room"
done < <(grep -rnE '^[[:space:]]*#[[:space:]]*include' --include='*.h' --include='*.cc' include kernels engine tools bench tests |
  grep -v '^tests/examples/')

while IFS= read -r line; do
  complain "$line: a macro of a public header begins with INLAY_, or ARROW_ where the C Data Interface names it"
done < <(grep -rnE '^[[:space:]]*#[[:space:]]*define[[:space:]]' include | grep -vE 'define[[:space:]]+INLAY_|c_data.h:.*define[[:space:]]+ARROW_')

[ "$seen" -gt 0 ] || { echo "no includes found in $1"; exit 1; }
[ "$broken" -eq 0 ] || { echo "$broken breaks of the rules"; exit 1; }
echo "$seen includes keep the rules"

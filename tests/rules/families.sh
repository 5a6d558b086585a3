#!/usr/bin/env bash
# Every kernel family has a test, a bench and a line in the list of families. A family is kernels/X.cc; kernels/X_part.cc is
# a part of it.
#
#   families.sh SOURCE_DIR
set -euo pipefail
cd "$1"
broken=0
count=0
complain() {
  echo "$1"
  broken=1
}
for source in kernels/*.cc; do
  name=$(basename "$source" .cc)
  case "$name" in families | target) continue ;; esac
  part=
  for other in kernels/*.cc; do
    [[ $name == "$(basename "$other" .cc)"_* ]] && part=1
  done
  [ -z "$part" ] || continue
  count=$((count + 1))
  [ -e "kernels/$name.h" ] || complain "$name: no kernels/$name.h"
  [ -e "tests/kernels/${name}_test.cc" ] || complain "$name: no tests/kernels/${name}_test.cc"
  [ -e "bench/kernels/$name.cc" ] || complain "$name: no bench/kernels/$name.cc"
  grep -q "{\"$name\"," kernels/families.cc || complain "$name: no line in kernels/families.cc"
done
[ $count -gt 0 ] || complain "no kernel families in $1"
[ $broken -eq 0 ] && echo "$count kernel families, each with a test, a bench and its line in the list"

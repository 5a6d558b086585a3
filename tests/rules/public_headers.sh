#!/usr/bin/env bash
# Every public header compiles alone, with every warning an error and no include path but its own, and defines no macro
# that does not begin with INLAY_. The C Data Interface is shared between libraries by copy: its specification names the guards
# and flags that c_data.h has to define.
#
#   public_headers.sh CXX INCLUDE_DIR...
set -euo pipefail
cxx=$1
shift
headers=()
flags=()
for folder in "$@"; do
  flags+=(-I "$folder")
  for header in "$folder"/inlay/*.h; do
    [ -e "$header" ] && headers+=("inlay/${header##*/}")
  done
done
[ ${#headers[@]} -gt 0 ] || { echo "no public headers in $*"; exit 1; }

broken=0
for header in "${headers[@]}"; do
  printf '#include <%s>\n' "$header" |
    "$cxx" -std=c++20 -fsyntax-only -Wall -Wextra -Wconversion -Wshadow -Wpedantic -Werror "${flags[@]}" -x c++ - || {
    echo "$header does not compile alone"
    broken=1
  }
done
for folder in "$@"; do
  if grep -HnE '^[[:space:]]*#[[:space:]]*define[[:space:]]+' "$folder"/inlay/*.h |
    grep -vE 'define[[:space:]]+INLAY_|/c_data\.h:[0-9]+:#define ARROW_(C_DATA_INTERFACE|C_STREAM_INTERFACE|FLAG_[A-Z_]+)( [124])?$'; then
    echo "a macro of a public header must begin with INLAY_"
    broken=1
  fi
done
[ $broken -eq 0 ] && echo "${#headers[@]} public headers compile alone"

#!/usr/bin/env bash
# The program in the README is the one that the tests compile and run, and the README stays short.
#
#   readme.sh README PROGRAM.cc
set -euo pipefail
program=$(sed -n '/^```cpp$/,/^```$/{/^```/d;p}' "$1")
diff <(printf '%s\n' "$program") "$2" || { echo "the README's program is not $2"; exit 1; }
lines=$(wc -l <"$1")
[ "$lines" -le 150 ] || { echo "$lines lines in $1, at most 150"; exit 1; }
echo "the README's program is $(basename "$2"); $lines lines"

#!/usr/bin/env bash
# The program in the README is the one that the tests compile and run, the lines of its shorter samples stand in the
# programs beside that one, and the README stays short.
#
#   readme.sh README PROGRAM.cc
set -euo pipefail
program=$(sed -n '/^```cpp$/,/^```$/{/^```/d;p}' "$1")
diff <(printf '%s\n' "$program") "$2" || { echo "the README's program is not $2"; exit 1; }
while IFS= read -r line; do
  code=$(sed 's| *//.*||; s|^ *||' <<<"$line")
  [ -z "$code" ] || grep -qF -- "$code" "$(dirname "$2")"/*.cc || { echo "no program has the README's '$code'"; exit 1; }
done < <(sed -n '/^```c++$/,/^```$/{/^```/d;p}' "$1")
lines=$(wc -l <"$1")
[ "$lines" -le 150 ] || { echo "$lines lines in $1, at most 150"; exit 1; }
echo "the README's program is $(basename "$2"); $lines lines"

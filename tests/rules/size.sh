#!/usr/bin/env bash
# Programs that link the static library with all codecs stay small, stripped.
#
#   size.sh STRIP MAX_BYTES PROGRAM...
set -euo pipefail
strip=$1 max_bytes=$2
shift 2
[ $# -gt 0 ] || { echo "no program named"; exit 1; }
stripped=$(mktemp)
trap 'rm -f "$stripped"' EXIT
broken=0
for program in "$@"; do
  "$strip" -o "$stripped" "$program"
  bytes=$(stat -c %s "$stripped")
  echo "$(basename "$program"): $bytes bytes, at most $max_bytes"
  [ "$bytes" -le "$max_bytes" ] || broken=1
done
exit $broken

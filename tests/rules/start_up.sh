#!/usr/bin/env bash
# Loading the library does no work: none of its objects has an initialiser that runs before main.
#
#   start_up.sh READELF LIBRARY.a
set -euo pipefail
sections=$("$1" --sections --wide "$2")
grep -q '\.text' <<<"$sections" || { echo "no sections found in $2"; exit 1; }
at_start=$(awk '/^File: /{ file = $2 } / \.(preinit_array|init_array|ctors)/ { print file }' <<<"$sections" | sort -u)
if [ -n "$at_start" ]; then
  echo "$at_start"
  echo "these objects run code when the library is loaded"
  exit 1
fi
echo "$(grep -c '^File: ' <<<"$sections") objects, none runs code when the library is loaded"

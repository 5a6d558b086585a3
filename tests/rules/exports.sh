#!/usr/bin/env bash
# The shared library exports names of the public namespace alone, none of its inner rooms', and nothing of its dependencies.
#
#   exports.sh NM LIBRARY.so
set -euo pipefail
exported=$("$1" -D --defined-only -C "$2" | sed -E 's/^[0-9a-f]* +[A-Za-z] //')
[ -n "$exported" ] || { echo "$2 exports nothing"; exit 1; }
foreign=$(grep -vE '^((typeinfo( name)?|vtable|VTT|guard variable) for |(non-)?virtual thunk to )?inlay::' <<<"$exported" || true)
inner=$(grep -E 'inlay::(kernels::|[a-z_]+::format::|\(anonymous)' <<<"$exported" || true)
if [ -n "$foreign$inner" ]; then
  printf '%s\n' "$foreign" "$inner" | sed '/^$/d'
  echo "the shared library must not export these"
  exit 1
fi
echo "$(wc -l <<<"$exported") exported names, all of them public"

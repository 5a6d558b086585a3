#!/bin/sh
# xsimd_symbols.sh NM OBJECT: fails when an object compiled for AVX2 defines a symbol that other files may define too (weak: an inline
# function or a template) without "avx" in its name. The linker keeps one copy, and a CPU without AVX2 might get this one.
set -e
symbols=$("$1" --defined-only "$2")
echo "$symbols" | grep -q ' T .*XsimdAvx2' || { echo "$2: not the file this test is for"; exit 1; }
if echo "$symbols" | grep -E ' [WVu] ' | grep -v avx; then
  echo "$2: the symbols above are shared with files compiled for other CPUs"
  exit 1
fi

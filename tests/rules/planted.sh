#!/usr/bin/env bash
# Each rule finds what it is there to find: runs it on a small tree or library with one violation planted in it, and once
# without.
#
#   planted.sh CXX AR NM READELF
set -euo pipefail
cxx=$1 ar=$2 nm=$3 readelf=$4
rules=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
broken=0

# expect pass|fail NAME COMMAND...
expect() {
  local want=$1 name=$2 got=pass
  shift 2
  "$@" >output 2>&1 || got=fail
  if [ $got != "$want" ]; then
    echo "$name: expected $want, got $got"
    cat output
    broken=1
  fi
}

clean_tree() {
  rm -rf tree
  mkdir -p tree/{include/inlay,kernels,engine/{base,columns,io,encoding,ipc,parquet},tools,bench/kernels,tests/kernels}
  echo '#include <vector>' >tree/include/inlay/a.h
  echo '#include "kernels/bitmap.h"' | tee tree/kernels/bitmap.cc tree/engine/base/b.cc tree/tests/kernels/bitmap_test.cc \
    tree/bench/kernels/bitmap.cc >tree/tools/main.cc
  echo '#include <hwy/highway.h>' >>tree/kernels/bitmap.cc
  echo '#include <cstdint>' >tree/kernels/bitmap.h
  echo '{"bitmap", BitmapTargets()},' >tree/kernels/families.cc
}

clean_tree
expect pass "includes, clean" "$rules/includes.sh" tree
while IFS='|' read -r file line; do
  clean_tree
  echo "#include $line" >>"tree/$file"
  expect fail "includes, $line in $file" "$rules/includes.sh" tree
done <<'END'
include/inlay/a.h|"engine/base/arena.h"
include/inlay/a.h|<hwy/highway.h>
include/inlay/a.h|<zstd.h>
include/inlay/a.h|<iostream>
kernels/bitmap.cc|"engine/base/arena.h"
engine/base/b.cc|"engine/columns/layout.h"
engine/columns/c.cc|"engine/io/codec.h"
engine/io/i.cc|"engine/columns/layout.h"
engine/encoding/e.cc|"engine/parquet/thrift.h"
engine/ipc/i.cc|"engine/parquet/thrift.h"
engine/parquet/p.cc|"engine/ipc/message.h"
engine/parquet/p.cc|"tools/convert.h"
engine/parquet/p.cc|<engine/ipc/message.h>
engine/parquet/p.cc|"thrift.h"
engine/base/b.cc|<hwy/base.h>
tests/kernels/bitmap_test.cc|<xsimd/xsimd.hpp>
END

clean_tree
expect pass "families, clean" "$rules/families.sh" tree
for file in tests/kernels/bitmap_test.cc bench/kernels/bitmap.cc kernels/families.cc; do
  clean_tree
  mv "tree/$file" tree/elsewhere && touch tree/kernels/families.cc
  expect fail "families, without $file" "$rules/families.sh" tree
done

for line in '#define SHORT 1' '# define Inlay_X'; do
  clean_tree
  echo "$line" >>tree/include/inlay/a.h
  expect fail "includes, $line" "$rules/includes.sh" tree
done

# library SOURCE: a static and a shared library of one file.
library() {
  rm -f a.o a.a a.so
  echo "$1" >a.cc
  "$cxx" -std=c++20 -O2 -DNDEBUG -fPIC -fvisibility=hidden -c a.cc -o a.o
  "$ar" rc a.a a.o
  "$cxx" -shared a.o -o a.so "-Wl,--version-script=$rules/../../toolchains/exports.map"
}
clean='#include <string>
namespace inlay { __attribute__((visibility("default"))) std::string Text(std::string a) { return a + "b"; } }'
library "$clean"
expect pass "library calls, clean" "$rules/library_calls.sh" "$nm" a.a
expect pass "exports, clean" "$rules/exports.sh" "$nm" a.so
expect pass "start-up, clean" "$rules/start_up.sh" "$readelf" a.a
while IFS='|' read -r before line; do
  library "$before
namespace inlay { void F(int x) { $line } }"
  expect fail "library calls, $line" "$rules/library_calls.sh" "$nm" a.a
done <<'END'
extern "C" void abort();|abort();
extern "C" void exit(int);|exit(x);
extern "C" const char* getenv(const char*);|if (getenv("X")) F(x);
extern "C" void system(const char*);|system("x");
extern "C" int printf(const char*, ...);|printf("%d", x);
extern "C" int puts(const char*);|puts("x");
extern "C" void* stderr;|if (stderr) F(x);
extern "C" void* signal(int, void (*)(int));|signal(x, nullptr);
#include <ostream>|extern std::ostream& out; out << x;
#include <optional>|std::optional<int> none; (void)none.value();
|throw x;
END
library 'int Work(); int a = Work();'
expect fail "start-up, a global that is computed" "$rules/start_up.sh" "$readelf" a.a

for line in 'namespace inlay::kernels { __attribute__((visibility("default"))) void F() {} }'; do
  library "$line"
  expect fail "exports, $line" "$rules/exports.sh" "$nm" a.so
done
"$cxx" -shared -x c++ - -o a.so <<<'namespace other { void F() {} } namespace inlay { void G() {} }'
expect fail "exports, a foreign namespace" "$rules/exports.sh" "$nm" a.so

for body in 'namespace xsimd { struct avx2; } template <class A> int F() { return 1; } int G() { return F<xsimd::avx2>(); }|pass' \
  'template <class A> int F() { return 1; } int G() { return F<int>(); }|fail'; do
  rm -f x.a
  "$cxx" -O0 -x c++ -c - -o min_max_xsimd_avx2.cc.o <<<"${body%|*}"
  "$ar" rc x.a min_max_xsimd_avx2.cc.o
  expect "${body##*|}" "target code, ${body%|*}" "$rules/target_code.sh" "$nm" x.a
done

expect pass "size, large enough" "$rules/size.sh" strip 100000000 a.so
expect fail "size, one byte too much" "$rules/size.sh" strip 1000 a.so

[ $broken -eq 0 ] && echo "every rule found what was planted"

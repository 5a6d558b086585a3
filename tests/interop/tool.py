"""The command under test, the folder the tests write to, and independent verifiers where there are any."""

import glob
import os
import pathlib
import subprocess
import sys

_SOURCE_FOLDER = pathlib.Path(__file__).resolve().parents[2]

ROUNDS = int(os.environ.get("INLAY_INTEROP_ROUNDS", "1"))
SEED = int(os.environ.get("INLAY_INTEROP_SEED", "1"))


def _program(variable):
    path = os.environ.get(variable)
    if not path or not os.access(path, os.X_OK):
        raise SystemExit(f"{variable} must name a program: ctest sets it")
    return path


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))}\nexit code {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout


def convert(source, target, *options):
    run(_program("INLAY_TOOL"), "convert", source, target, "--force", *options)
    return target


def inspect(path):
    return run(_program("INLAY_TOOL"), "inspect", path, "--json")


def write_slices(source, target, *options):
    """The first batch of `source` 66 times, as slices at offsets 0 to 65; see slice_writer.cc."""
    run(_program("INLAY_SLICE_WRITER"), source, target, *options)
    return target


def table_writer(*words):
    """Random nested tables; see table_writer.cc."""
    run(_program("INLAY_TABLE_WRITER"), *words)


def _verifier(name):
    folder = os.environ.get("INLAY_VERIFIERS")
    places = [f"{folder}/{name}"] if folder else sorted(glob.glob(f"{_SOURCE_FOLDER.parent}/*/tools/{name}"))
    return next((place for place in places if os.path.exists(place)), None)


# Programs that check files against the formats by themselves; not part of this project.
PARQUET_VERIFIER = _verifier("pqverify.py")
IPC_VERIFIER = _verifier("ipcverify.py")


def verify_parquet(paths):
    run(sys.executable, PARQUET_VERIFIER, "--werror", "all", "--require-crc", *paths)


def verify_ipc(paths):
    run(sys.executable, IPC_VERIFIER, "--promote", "all", *paths)

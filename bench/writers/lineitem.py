"""Writes TPC-H's lineitem, made by tpchgen-cli, as an Arrow file of one batch: lineitem.py SCALE OUT.arrow"""

import os
import subprocess
import sys
import tempfile

import pyarrow as pa
import pyarrow.parquet as pq


def main(scale: str, out: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        tool = os.path.join(os.path.dirname(sys.executable), "tpchgen-cli")
        subprocess.run([tool, "parquet", "-s", scale, "--tables=lineitem", f"--output-dir={folder}"], check=True)
        table = pq.read_table(os.path.join(folder, "lineitem.parquet"))
    # Plain strings, as most producers have them; views are another layout.
    fields = [pa.field(f.name, pa.string() if f.type == pa.string_view() else f.type, f.nullable) for f in table.schema]
    table = table.cast(pa.schema(fields)).combine_chunks()
    with pa.ipc.new_file(out + ".part", table.schema) as writer:
        writer.write_table(table)
    os.replace(out + ".part", out)


main(*sys.argv[1:])

"""Real data: the flights out of New York in 2013, and the tables of TPC-H."""

import os
import pathlib
import sys
import tempfile
import unittest

import pyarrow as pa
import pyarrow.parquet as pq

import comparing
import tool
from readers import IPC_READERS, PARQUET_READERS, Comes
from tables import Kind

TPCH_SCALE = os.environ.get("INLAY_INTEROP_TPCH_SCALE", "0.01")
TPCH_ROWS = {"region": 5, "nation": 25, "supplier": 10_000, "customer": 150_000, "part": 200_000}  # at scale 1
TPCH_TABLES = ("customer", "lineitem", "nation", "orders", "part", "partsupp", "region", "supplier")


class RealDataTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def check_reader(self, reader, table, form, path):
        comes = {field.name: reader.comes(Kind(field.type), form) for field in table.schema}
        self.assertEqual([], [name for name, c in comes.items() if not isinstance(c, Comes)])
        if form == "parquet":
            actual = reader.read_parquet(path, table.column_names)
        else:
            actual = reader.read_file(path) if form == "file" else reader.read_stream(path)
        for name, c in comes.items():
            self.assertIsNone(comparing.difference(c.expected(table[name]), actual[name]), f"{reader.name}: {name}")

    def check(self, source, *parquet_options):
        """Everywhere and back: Arrow file -> Arrow stream -> Parquet and Arrow file."""
        with pa.ipc.open_file(str(source)) as reader:
            table = reader.read_all()
        stream = tool.convert(source, source.with_suffix(".arrows"), "--codec", "lz4")
        file = tool.convert(stream, source.with_suffix(".out.arrow"), "--codec", "zstd")
        parquet = tool.convert(stream, source.with_suffix(".parquet"), *parquet_options)
        for form, path, readers in (
            ("stream", stream, IPC_READERS),
            ("file", file, IPC_READERS),
            ("parquet", parquet, PARQUET_READERS),
        ):
            for reader in readers:
                with self.subTest(form=form, reader=reader.name):
                    self.check_reader(reader, table, form, path)
        if tool.IPC_VERIFIER:
            tool.verify_ipc([stream, file])
        if tool.PARQUET_VERIFIER:
            tool.verify_parquet([parquet])

    def check_size(self, source, codecs=(("snappy", None), ("lz4", None), ("zstd", 1))):
        """The file is not larger than pyarrow's of the same codec by more than 2 %."""
        with pa.ipc.open_file(str(source)) as reader:
            table = reader.read_all()
        for codec, level in codecs:
            options = () if level is None else ("--level", level)
            ours = tool.convert(source, self.folder / "ours.parquet", "--codec", codec, *options)
            theirs = self.folder / "theirs.parquet"
            pq.write_table(table, theirs, compression=codec, compression_level=level)
            with self.subTest(codec=codec):
                self.assertLess(ours.stat().st_size, 1.02 * theirs.stat().st_size)

    def test_flights(self):
        source = self.folder / "flights.arrow"
        program = pathlib.Path(__file__).resolve().parents[2] / "toolchains" / "flights.py"
        tool.run(sys.executable, program, source)
        with pa.ipc.open_file(str(source)) as reader:
            self.assertEqual((336776, 19), reader.read_all().shape)
        self.check(source)
        self.check(source, "--codec", "zstd", "--row-group-rows", "100000")
        self.check_size(source)

    def test_tpch(self):
        # The generator stands beside the interpreter, where its package put it.
        generator = pathlib.Path(sys.executable).parent / "tpchgen-cli"
        tool.run(generator, "parquet", "--scale-factor", TPCH_SCALE, "--output-dir", self.folder / "tpch")
        for name in TPCH_TABLES:
            table = pq.read_table(self.folder / "tpch" / f"{name}.parquet")
            plain = [f.with_type(pa.string() if pa.types.is_string_view(f.type) else f.type) for f in table.schema]
            table = table.cast(pa.schema(plain))
            if name in TPCH_ROWS:
                fixed = name in ("region", "nation")
                expected = TPCH_ROWS[name] * (1 if fixed else float(TPCH_SCALE))
                self.assertEqual(round(expected), table.num_rows)
            source = self.folder / f"{name}.arrow"
            with pa.ipc.new_file(str(source), table.schema) as writer:
                writer.write_table(table, max_chunksize=16384)
            with self.subTest(table=name):
                self.check(source, "--codec", "snappy")
                if name in ("orders", "partsupp", "customer"):
                    self.check_size(source)
                # Its prices fill a dictionary to the brim, which pyarrow writes and inlay does not try: see zstd alone.
                if name == "lineitem":
                    self.check_size(source, codecs=(("zstd", 1),))


if __name__ == "__main__":
    unittest.main()

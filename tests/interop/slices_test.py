"""Slices that begin 0 to 65 values into buffers full of garbage, as Parquet and as Arrow files."""

import pathlib
import tempfile
import unittest

import pyarrow as pa

import comparing
import tables
import tool
from readers import IPC_READERS, PARQUET_READERS, columns_for

NUM_SLICES = 66
# Not a multiple of 8, and with the offset across words of 64 bits.
NUM_ROWS = 131


class SlicesTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def check_reader(self, reader, kinds, sample, form, *options):
        taken, refuses_file = columns_for(reader, kinds, sample.schema.names, form)
        if refuses_file:
            sample = sample.select(list(taken))
        source = sample.write_file(self.folder / "in.arrow")
        path = self.folder / ("out.parquet" if form == "parquet" else "out.arrow")
        tool.write_slices(source, path, *options)
        actual = reader.read_parquet(path, list(taken)) if form == "parquet" else reader.read_file(path)
        problems = []
        table = sample.table()
        for name, c in taken.items():
            one = comparing.one_array(c.expected(table[name]))
            problem = comparing.difference(pa.chunked_array([one] * NUM_SLICES), actual[name], c.nan_bits)
            if problem:
                problems.append(f"{reader.name}: column {name!r}, {options}, {NUM_ROWS} rows a slice: {problem}")
        if problems:
            self.fail("\n".join(problems))
        return path

    def sample(self, kinds, number, shares):
        # One batch: what slice_writer takes.
        return tables.random_sample([tool.SEED, 4000 + number], kinds, NUM_ROWS, shares=shares).in_one_batch()

    def test_parquet(self):
        kinds = tables.parquet_kinds()
        for number, reader in enumerate(PARQUET_READERS * tool.ROUNDS):
            sample = self.sample(kinds, number, tables.SHARES)
            for options in (("0xAA",), ("0x55", "group")):
                with self.subTest(reader=reader.name, number=number, options=options):
                    path = self.check_reader(reader, kinds, sample, "parquet", *options)
                    if tool.PARQUET_VERIFIER and number == 0:
                        tool.verify_parquet([path])

    def test_arrow(self):
        kinds = tables.ipc_kinds()
        for number, reader in enumerate(IPC_READERS * tool.ROUNDS):
            sample = self.sample(kinds, 1000 + number, tables.SHARES)
            with self.subTest(reader=reader.name, number=number):
                path = self.check_reader(reader, kinds, sample, "file", "0xAA")
                if tool.IPC_VERIFIER and number == 0:
                    tool.verify_ipc([path])

    def test_garbage_leaves_no_trace(self):
        """No byte of a Parquet file depends on what stands around the values; of an Arrow file, under nulls alone."""
        for suffix, kinds, shares in (
            ("parquet", tables.parquet_kinds(), tables.SHARES),
            ("arrow", tables.ipc_kinds(), ("required", 0)),
        ):
            source = self.sample(kinds, 2000, shares).write_file(self.folder / "in.arrow")
            outs = [tool.write_slices(source, self.folder / f"{fill}.{suffix}", fill) for fill in ("0xAA", "0x55")]
            with self.subTest(form=suffix):
                self.assertTrue(outs[0].read_bytes() == outs[1].read_bytes())


if __name__ == "__main__":
    unittest.main()

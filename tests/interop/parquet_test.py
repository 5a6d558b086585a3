"""Random tables as Parquet, in every codec and encoding, read by others."""

import itertools
import pathlib
import tempfile
import unittest

import pyarrow.parquet as pq

import comparing
import tables
import tool
from readers import PARQUET_READERS, columns_for

CODECS = ("none", "snappy", "gzip", "lz4", "zstd")
ENCODINGS = ("auto", "plain", "dictionary", "rle")
# Small limits, one after the other: many pages, many row groups, dictionaries that are given up half way.
LIMITS = (
    (),
    ("--page-rows", "100"),
    ("--page-bytes", "512"),
    ("--row-group-rows", "257"),
    ("--row-group-bytes", "200000"),
    ("--dictionary-bytes", "300", "--page-rows", "64"),
    ("--threads", "3", "--row-group-rows", "500", "--statistics", "off"),
)


class ParquetTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.kinds = tables.parquet_kinds()
        self.written = []

    def write(self, sample, options):
        """`options` are the file's; or a dict of each column's."""
        if isinstance(options, dict):
            options = [word for name in sample.schema.names for word in options[name]]
        source = sample.write_file(self.folder / f"{len(self.written)}.arrow")
        target = self.folder / f"{len(self.written)}.parquet"
        self.written.append(tool.convert(source, target, *options))
        return target

    def check(self, sample, options):
        """Writes the sample once for all readers, and once more for each that refuses it as it is."""
        path = self.write(sample, options)
        table = sample.table()
        problems = []
        for reader in PARQUET_READERS:
            taken, refuses_file = columns_for(reader, self.kinds, sample.schema.names, "parquet")
            readable = self.write(sample.select(list(taken)), options) if refuses_file else path
            actual = reader.read_parquet(readable, list(taken))
            for name, c in taken.items():
                problem = comparing.difference(c.expected(table[name]), actual[name], c.nan_bits)
                if problem:
                    problems.append(f"{reader.name}: column {name!r}: {problem}")
        if problems:
            self.fail("\n".join([f"options: {' '.join(options)}", *problems]))
        return path

    def check_frame(self, sample, path):
        """What stands beside the values."""
        file = pq.ParquetFile(path)
        self.assertEqual(sum(b.num_rows for b in sample.batches), file.metadata.num_rows)
        self.assertEqual(sample.schema.names, file.schema_arrow.names)
        metadata = file.schema_arrow.metadata
        for key, value in sample.schema.metadata.items():
            self.assertEqual(value, metadata[key])
        for field in sample.schema:
            self.assertEqual(field.nullable, file.schema_arrow.field(field.name).nullable, field.name)

    def verify(self):
        if tool.PARQUET_VERIFIER is None:
            self.skipTest("read back equal; no verifier beside the checkout or in INLAY_VERIFIERS")
        tool.verify_parquet(self.written)

    def test_codecs_and_encodings(self):
        for round_ in range(tool.ROUNDS):
            for i, (codec, encoding) in enumerate(itertools.product(CODECS, ENCODINGS)):
                # Two shares of nulls a file in turns: each meets each codec and encoding within three rounds.
                shares = (tables.SHARES[(i + round_) % 6], tables.SHARES[(i + round_ + 3) % 6])
                sample = tables.random_sample([tool.SEED, round_, i], self.kinds, 1500, shares=shares)
                options = ["--codec", codec, *LIMITS[(i + round_) % len(LIMITS)]]
                if encoding != "auto":
                    options += ["--encoding", encoding]
                with self.subTest(round=round_, codec=codec, encoding=encoding):
                    self.check_frame(sample, self.check(sample, options))
        self.verify()

    def test_limits(self):
        """A page a row, a row group a row, and the like."""
        for i, options in enumerate(
            (
                ("--page-rows", "1"),
                ("--page-bytes", "1"),
                ("--row-group-rows", "1"),
                ("--row-group-bytes", "1"),
                ("--dictionary-bytes", "1", "--encoding", "dictionary"),
                ("--page-rows", "7", "--row-group-rows", "13", "--codec", "snappy"),
            )
        ):
            shares = {tables.SHARES[i], "required", 50}
            sample = tables.random_sample([tool.SEED, 1000 + i], self.kinds, 20, 9, sorted(shares, key=str))
            with self.subTest(options=options):
                self.check(sample, options)
        self.verify()

    def test_options_of_single_columns(self):
        """Every column its own codec, encoding and pages."""
        sample = tables.random_sample([tool.SEED, 2500], self.kinds, 700, shares=("required", 10))
        options = {}
        for i, name in enumerate(sample.schema.names):
            keys = [f"codec={CODECS[i % 5]}", f"page-rows={(1000, 64, 7)[i % 3]}", f"dictionary={('on', 'off')[i % 2]}"]
            if i % 4 < 2:
                keys.append(("dictionary-bytes=200", "encoding=plain")[i % 2])
            options[name] = [word for key in keys for word in ("--column", f"{name}:{key}")]
        path = self.check(sample, options)
        row_group = pq.ParquetFile(path).metadata.row_group(0)
        written = {row_group.column(i).compression for i in range(row_group.num_columns)}
        self.assertEqual({"UNCOMPRESSED", "SNAPPY", "GZIP", "LZ4", "ZSTD"}, written)
        self.verify()

    def test_no_rows(self):
        sample = tables.random_sample([tool.SEED, 2000], self.kinds, 0, shares=("required", 10))
        self.assertEqual([0], [b.num_rows for b in sample.batches])
        for batches in ([], sample.batches, sample.batches * 3):
            with self.subTest(batches=len(batches)):
                self.check(tables.Sample(sample.schema, batches), ())
        self.verify()

    def test_row_group_limits_hold(self):
        sample = tables.random_sample([tool.SEED, 3000], self.kinds, 3000, shares=(10,))
        path = self.write(sample, ("--row-group-rows", "700"))
        metadata = pq.ParquetFile(path).metadata
        groups = [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)]
        self.assertEqual([700, 700, 700, 700, 200], groups)


if __name__ == "__main__":
    unittest.main()

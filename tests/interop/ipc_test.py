"""Random tables through Arrow's stream and file forms: written by pyarrow, rewritten by inlay, read by all."""

import itertools
import pathlib
import tempfile
import unittest

import pyarrow as pa

import comparing
import tables
import tool
from readers import IPC_READERS, columns_for

FORMS = ("file", "stream")
SUFFIXES = {"file": ".arrow", "stream": ".arrows"}
CODECS = ("none", "lz4", "zstd")


class IpcTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.kinds = tables.ipc_kinds()
        self.written = []

    def rewrite(self, sample, form_in, codec_in, form_out, codec_out):
        number = len(self.written)
        source = self.folder / f"{number}.in{SUFFIXES[form_in]}"
        options = {"compression": None if codec_in == "none" else codec_in}
        sample.write_file(source, **options) if form_in == "file" else sample.write_stream(source, **options)
        target = self.folder / f"{number}{SUFFIXES[form_out]}"
        self.written.append(tool.convert(source, target, "--codec", codec_out))
        return target

    def check_frame(self, sample, path, form):
        """The schema with all that is in it, and the batches as they were cut."""
        open_ = pa.ipc.open_file if form == "file" else pa.ipc.open_stream
        with open_(str(path)) as reader:
            self.assertTrue(reader.schema.equals(sample.schema, check_metadata=True))
            if form == "file":
                batches = [reader.get_batch(i) for i in range(reader.num_record_batches)]
            else:
                batches = list(reader)
        self.assertEqual([b.num_rows for b in sample.batches], [b.num_rows for b in batches])
        # A file is a stream between magic bytes.
        if form == "file":
            inner = pa.ipc.open_stream(pa.py_buffer(path.read_bytes()[8:])).read_all()
            self.assertEqual(sum(b.num_rows for b in batches), inner.num_rows)

    def check(self, sample, form_in, codec_in, form_out, codec_out):
        path = self.rewrite(sample, form_in, codec_in, form_out, codec_out)
        self.check_frame(sample, path, form_out)
        table = sample.table()
        problems = []
        for reader in IPC_READERS:
            taken, refuses_file = columns_for(reader, self.kinds, sample.schema.names, form_out)
            readable = path
            if refuses_file:
                readable = self.rewrite(sample.select(list(taken)), form_in, codec_in, form_out, codec_out)
            actual = reader.read_file(readable) if form_out == "file" else reader.read_stream(readable)
            for name, c in taken.items():
                problem = comparing.difference(c.expected(table[name]), actual[name], c.nan_bits)
                if problem:
                    problems.append(f"{reader.name}: column {name!r}: {problem}")
        if problems:
            self.fail("\n".join(problems))

    def verify(self):
        if tool.IPC_VERIFIER is None:
            self.skipTest("read back equal; no verifier beside the checkout or in INLAY_VERIFIERS")
        tool.verify_ipc(self.written)

    def test_forms_and_codecs(self):
        for round_ in range(tool.ROUNDS):
            ways = itertools.product(FORMS, FORMS, CODECS)
            for i, (form_in, form_out, codec_out) in enumerate(ways):
                codec_in = CODECS[(i + i // 3 + round_) % 3]
                shares = (tables.SHARES[(i + round_) % 6], tables.SHARES[(i + round_ + 3) % 6])
                sample = tables.random_sample([tool.SEED, round_, i, 1], self.kinds, 1500, 400, shares)
                with self.subTest(round=round_, form_in=form_in, codec_in=codec_in, form_out=form_out, codec=codec_out):
                    self.check(sample, form_in, codec_in, form_out, codec_out)
        self.verify()

    def test_no_rows(self):
        empty = tables.random_sample([tool.SEED, 2001], self.kinds, 0, shares=("required", 10))
        for form_in, form_out, codec in itertools.product(FORMS, FORMS, CODECS):
            for batches in ([], empty.batches * 2):
                with self.subTest(form_in=form_in, form_out=form_out, codec=codec, batches=len(batches)):
                    self.check(tables.Sample(empty.schema, batches), form_in, codec, form_out, codec)
        self.verify()

    def test_single_rows(self):
        sample = tables.random_sample([tool.SEED, 2002], self.kinds, 9, 1, shares=("required", 50))
        for form_out, codec in itertools.product(FORMS, CODECS):
            with self.subTest(form_out=form_out, codec=codec):
                self.check(sample, "stream", "none", form_out, codec)
        self.verify()


if __name__ == "__main__":
    unittest.main()

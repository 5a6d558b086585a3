"""Random tables of every type and nesting through Arrow's stream and file forms, and the gold files of other libraries.

The values are told by JSON (see values.py), which nothing that is tested here has read from a file.
"""

import os
import pathlib
import tempfile
import unittest

import pyarrow as pa

import tool
import values
from nested_readers import LIBRARIES

SUFFIXES = {"file": ".arrow", "stream": ".arrows"}
# Form, codec, alignment, what becomes of the dictionaries, what is done about it, metadata version.
WAYS = (
    ("stream", "none", 8, "same", "replace", 5),
    ("file", "none", 64, "same", "replace", 5),
    ("file", "zstd", 8, "grows", "delta", 5),
    ("stream", "lz4", 64, "grows", "delta", 5),
    ("stream", "zstd", 32, "replaced", "replace", 5),
    ("file", "lz4", 16, "replaced", "unify", 5),
    ("stream", "none", 8, "replaced", "replace", 4),
    ("file", "none", 64, "same", "replace", 4),
)

# What inlay says of decimals with more digits than their precision, which gold files of these versions may hold.
OLD_VERSIONS = ("0.", "1.0.0-")
TOO_MANY_DIGITS = "a decimal of more than"


def _is_dictionary_of_intervals(field):
    """In JSON. The verifier ends with an error of its own over these."""
    found = "dictionary" in field and field["type"]["name"] == "interval" and field["type"]["unit"] != "YEAR_MONTH"
    return found or any(_is_dictionary_of_intervals(child) for child in field["children"])


class NestedIpcTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.written = []  # what is to be verified
        self.paths = 0

    def new_path(self, form):
        self.paths += 1
        return self.folder / f"{self.paths}{SUFFIXES[form]}"

    def write(self, seed, way, columns=None):
        """The path of a random table, and {name: values}."""
        form, codec, alignment, history, policy, version = way
        path = self.new_path(form)
        options = [f"--seed={seed}", f"--codec={codec}", f"--alignment={alignment}", f"--json={path}"]
        options += [f"--history={history}", f"--dictionaries={policy}", f"--v4={int(version == 4)}"]
        if columns is not None:
            options.append("--columns=" + "|".join(columns))
        tool.table_writer("write", path, *options)
        self.keep(path, values.Document(f"{path}.0.json"))
        return path, values.of_documents(path)[0]

    def keep(self, path, document):
        """Notes a file that is to be verified at the end."""
        if not any(_is_dictionary_of_intervals(field) for field in document.fields):
            self.written.append(path)

    def read(self, library, path, form):
        """None where a library does not read a form."""
        reader = getattr(library, f"read_{form}", None)
        return reader and reader(path)

    def problems(self, library, table, expected, types):
        found = []
        for name, type_ in types.items():
            wanted = [library.comes(type_, value) for value in expected[name]]
            difference = values.first_difference(wanted, values.of_arrow(table[name]))
            if difference:
                found.append(f"{library.name}: column {name!r} of {type_}: {difference}")
        return found

    def verify(self):
        if tool.IPC_VERIFIER is None:
            self.skipTest("read back equal; no verifier beside the checkout or in INLAY_VERIFIERS")
        tool.verify_ipc(self.written)

    def check_schema(self, path, form):
        """The types of a table, by name, as pyarrow reads them."""
        open_ = pa.ipc.open_file if form == "file" else pa.ipc.open_stream
        with open_(str(path)) as reader:
            schema = reader.schema
        self.assertEqual(schema.metadata, {b"key": b"value"})
        document = values.Document(f"{path}.0.json")
        for field, wanted in zip(schema, document.fields, strict=True):
            metadata = {pair["key"].encode(): pair["value"].encode() for pair in wanted.get("metadata", [])}
            expected = (wanted["name"], wanted["nullable"], metadata)
            self.assertEqual(expected, (field.name, field.nullable, field.metadata or {}))
        return {field.name: field.type for field in schema}

    def check_inner_stream(self, path, expected, types):
        """A file is a stream between magic bytes."""
        table = pa.ipc.open_stream(pa.py_buffer(path.read_bytes()[8:])).read_all()
        return self.problems(LIBRARIES[0], table, expected, types)

    def test_written_by_inlay(self):
        for round_ in range(tool.ROUNDS):
            for number, way in enumerate(WAYS):
                form = way[0]
                # A dictionary that is unified grows.
                changes = ("grows" if way[4] == "unify" else way[3], way[1], way[5])
                seed = 1000 * tool.SEED + 10 * round_ + number
                path, _ = self.write(seed, way)
                types = self.check_schema(path, form)
                for library in LIBRARIES:
                    with self.subTest(library=library.name, way=way, seed=seed):
                        if not hasattr(library, f"read_{form}"):
                            continue
                        taken = {name: type_ for name, type_ in types.items() if not library.refuses(type_, *changes)}
                        readable, expected = self.write(seed, way, taken)
                        found = self.problems(library, self.read(library, readable, form), expected, taken)
                        if form == "file" and library is LIBRARIES[0]:
                            found += self.check_inner_stream(readable, expected, taken)
                        self.assertEqual("\n".join(found), "")
        self.verify()

    def test_written_by_others(self):
        """What another library writes of a slice is read by inlay, and by pyarrow when inlay has written it again."""
        for round_ in range(tool.ROUNDS):
            for number, library in enumerate(LIBRARIES):
                seed = 2000 * tool.SEED + 10 * round_ + number
                for codec in ("none", "zstd"):
                    table = self.slice_for(library, seed, codec)
                    for form in SUFFIXES:
                        if not hasattr(library, f"write_{form}"):
                            continue
                        with self.subTest(library=library.name, form=form, codec=codec, seed=seed):
                            self.check_foreign(library, table, form, codec)
        self.verify()

    def slice_for(self, library, seed, codec):
        """Of a random table, what a library can write, and of that a slice."""
        whole = LIBRARIES[0].read_stream(self.write(seed, WAYS[0])[0])
        refused = {
            field.name
            for field in whole.schema
            if library.cannot_write(field.type, codec) or LIBRARIES[0].refuses(field.type)
        }
        names = [name for name in whole.schema.names if name not in refused]
        path, _ = self.write(seed, WAYS[0], names)
        table = LIBRARIES[0].read_stream(path)
        return table.slice(3, 120) if library.writes_slices else table

    def check_foreign(self, library, table, form, codec):
        foreign = self.folder / f"foreign{SUFFIXES[form]}"
        getattr(library, f"write_{form}")(table, foreign, codec)
        for old in self.folder.glob("foreign.*.json"):
            old.unlink()
        tool.table_writer("json", foreign, self.folder / "foreign")
        actual, _ = values.of_documents(self.folder / "foreign")
        again = self.new_path("stream")
        tool.table_writer("rewrite", foreign, again)
        self.keep(again, values.Document(self.folder / "foreign.0.json"))
        rewritten = LIBRARIES[0].read_stream(again)
        found = []
        for field in table.schema:
            expected = [library.comes(field.type, value) for value in values.of_arrow(table[field.name])]
            for how, got in (("read", actual[field.name]), ("rewritten", values.of_arrow(rewritten[field.name]))):
                difference = values.first_difference(expected, got)
                if difference:
                    found.append(f"{how}: column {field.name!r} of {field.type}: {difference}")
        self.assertEqual("\n".join(found), "")

    def test_gold(self):
        folder = os.environ.get("INLAY_IPC_GOLD_DIR")
        golds = sorted(pathlib.Path(folder).rglob("*.json.gz")) if folder else []
        if not golds:
            self.skipTest("no gold files here: set INLAY_IPC_GOLD_DIR")
        for gold in golds:
            document = values.Document(gold)
            expected = document.columns()
            stem = str(gold).removesuffix(".json.gz")
            for source in (f"{stem}.stream", f"{stem}.arrow_file"):
                for form in SUFFIXES:
                    with self.subTest(gold=source, form=form):
                        again = self.new_path(form)
                        try:
                            tool.table_writer("rewrite", source, again, "--codec=lz4")
                        except AssertionError as error:
                            self.assertIn(TOO_MANY_DIGITS, str(error))
                            self.assertTrue(gold.parent.name.startswith(OLD_VERSIONS))
                            continue
                        self.keep(again, document)
                        self.check_gold(again, form, expected)
        self.verify()

    def check_gold(self, path, form, expected):
        schema = pa.ipc.open_file(str(path)).schema if form == "file" else pa.ipc.open_stream(str(path)).schema
        found = []
        for library in LIBRARIES:
            if not hasattr(library, f"read_{form}"):
                continue
            refused = [library.refuses(field.type, codec="lz4") for field in schema]
            if library.refuses_schema(schema) or (any(refused) and library is not LIBRARIES[0]):
                continue
            table = self.read(library, path, form)
            for i, field in enumerate(schema):
                if refused[i]:
                    continue
                wanted = [library.comes(field.type, value) for value in expected[i]]
                difference = values.first_difference(wanted, values.of_arrow(table.column(i)))
                if difference:
                    found.append(f"{library.name}: column {field.name!r} of {field.type}: {difference}")
        self.assertEqual("\n".join(found), "")


if __name__ == "__main__":
    unittest.main()

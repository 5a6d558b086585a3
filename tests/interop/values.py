"""Values as plain Python objects, from Arrow's integration JSON and from pyarrow's arrays, to be compared.

Null is None; integers and times are int, in their own unit; decimals their unscaled int; floating-point numbers the int
of their bits; intervals tuples; text str and binary bytes; lists list; structs tuple; maps a list of pairs; unions
(type id, value). Dictionaries and run ends are what they stand for.
"""

import gzip
import json
import pathlib
import struct

import numpy
import pyarrow as pa

t = pa.types

_FLOATS = {"HALF": ("<e", "<H"), "SINGLE": ("<f", "<I"), "DOUBLE": ("<d", "<Q")}


def _masked(column, values):
    return [v if valid else None for v, valid in zip(values, column["VALIDITY"], strict=True)]


def _integers(column, name):
    return [int(v) for v in column[name]]


def _view_values(column, is_text):
    buffers = [bytes.fromhex(b) for b in column["VARIADIC_DATA_BUFFERS"]]
    values = []
    for view in column["VIEWS"]:
        if "INLINED" in view:
            values.append(view["INLINED"] if is_text else bytes.fromhex(view["INLINED"]))
            continue
        value = buffers[view["BUFFER_INDEX"]][view["OFFSET"] : view["OFFSET"] + view["SIZE"]]
        values.append(value.decode() if is_text and len(value) == view["SIZE"] else value)
    return values


def _interval(unit, value):
    if unit == "YEAR_MONTH":
        return value
    names = ("days", "milliseconds") if unit == "DAY_TIME" else ("months", "days", "nanoseconds")
    return tuple(value[name] for name in names)


class Document:
    """A document of the integration JSON."""

    def __init__(self, path):
        path = pathlib.Path(path)
        data = path.read_bytes()
        self.document = json.loads(gzip.decompress(data) if path.suffix == ".gz" else data)
        self.dictionaries = {}
        self.fields = self.document["schema"]["fields"]

    def columns(self):
        """The values of each field, of all batches."""
        columns = [[] for _ in self.fields]
        for batch in self.document["batches"]:
            for values, field, column in zip(columns, self.fields, batch["columns"], strict=True):
                values += self._values(field, column)
        return columns

    def rows(self):
        return [batch["count"] for batch in self.document["batches"]]

    def _dictionary(self, field):
        id_ = field["dictionary"]["id"]
        if id_ not in self.dictionaries:
            data = next(d["data"] for d in self.document["dictionaries"] if d["id"] == id_)
            self.dictionaries[id_] = self._storage(field, data["columns"][0])
        return self.dictionaries[id_]

    def _values(self, field, column):
        if "dictionary" not in field:
            return self._storage(field, column)
        # Under a null the index is anything.
        indexes = _masked(column, column["DATA"])
        dictionary = self._dictionary(field)
        return [None if i is None else dictionary[int(i)] for i in indexes]

    def _children(self, field, column):
        return [self._values(f, c) for f, c in zip(field["children"], column["children"], strict=True)]

    def _storage(self, field, column):
        type_ = field["type"]
        name = type_["name"]
        if name == "null":
            return [None] * column["count"]
        if "children" in column:
            return self._nested(name, type_, column, self._children(field, column))
        if name == "bool":
            return _masked(column, [bool(v) for v in column["DATA"]])
        if name == "floatingpoint":
            of, to = _FLOATS[type_["precision"]]
            return _masked(column, [struct.unpack(to, struct.pack(of, v))[0] for v in column["DATA"]])
        if name == "interval":
            return _masked(column, [_interval(type_["unit"], v) for v in column["DATA"]])
        if name in ("utf8", "largeutf8"):
            return _masked(column, column["DATA"])
        if name in ("binary", "largebinary", "fixedsizebinary"):
            return _masked(column, [bytes.fromhex(v) for v in column["DATA"]])
        if name in ("utf8view", "binaryview"):
            return _masked(column, _view_values(column, name == "utf8view"))
        return _masked(column, _integers(column, "DATA"))

    @staticmethod
    def _nested(name, type_, column, children):
        if name in ("list", "largelist", "map"):
            offsets = _integers(column, "OFFSET")
            return _masked(column, [children[0][a:b] for a, b in zip(offsets, offsets[1:])])
        if name in ("listview", "largelistview"):
            ranges = zip(_integers(column, "OFFSET"), _integers(column, "SIZE"), strict=True)
            return _masked(column, [children[0][a : a + n] for a, n in ranges])
        if name == "fixedsizelist":
            size = type_["listSize"]
            return _masked(column, [children[0][i * size : (i + 1) * size] for i in range(column["count"])])
        if name == "struct":
            return _masked(column, list(zip(*children, strict=True)))
        if name == "union":
            places = column["OFFSET"] if type_["mode"] == "DENSE" else range(column["count"])
            by_id = dict(zip(type_["typeIds"], children, strict=True))
            return [(id_, by_id[id_][place]) for id_, place in zip(column["TYPE_ID"], places, strict=True)]
        if name == "runendencoded":
            return _runs(children[0], children[1], 0, column["count"])
        raise ValueError(f"no type {name}")


def _runs(ends, values, first, count):
    out, run = [], 0
    for row in range(first, first + count):
        while ends[run] <= row:
            run += 1
        out.append(values[run])
    return out


def of_documents(prefix):
    """The values of PREFIX.0.json, PREFIX.1.json...: {name: values}, and the rows of each batch."""
    columns, rows = {}, []
    while (path := pathlib.Path(f"{prefix}.{len(rows)}.json")).exists():
        document = Document(path)
        for field, values in zip(document.fields, document.columns(), strict=True):
            columns.setdefault(field["name"], []).extend(values)
        rows += document.rows()
    return columns, rows


def _fixed(array, dtype):
    words = numpy.frombuffer(array.buffers()[1], dtype=dtype) if array.buffers()[1] else numpy.zeros(0, dtype)
    return words[array.offset : array.offset + len(array)]


def _if_valid(array, values):
    return [v if valid else None for v, valid in zip(values, array.is_valid().to_pylist(), strict=True)]


def _union(array):
    type_ = array.type
    children = [of_arrow(array.field(i)) for i in range(type_.num_fields)]
    by_id = dict(zip(type_.type_codes, children, strict=True))
    ids = _fixed(array, numpy.int8).tolist()
    places = range(len(array))
    if type_.mode == "dense":
        whole = numpy.frombuffer(array.buffers()[2], dtype=numpy.int32) if len(array) else numpy.zeros(0, numpy.int32)
        places = whole[array.offset : array.offset + len(array)].tolist()
    return [(id_, by_id[id_][place]) for id_, place in zip(ids, places, strict=True)]


def _leaf(array):
    type_ = array.type
    if t.is_floating(type_):
        return array.view({16: pa.uint16(), 32: pa.uint32(), 64: pa.uint64()}[type_.bit_width]).to_pylist()
    if t.is_decimal(type_):
        width = type_.byte_width
        raw = array.buffers()[1].to_pybytes() if array.buffers()[1] else b""
        words = (raw[(array.offset + i) * width : (array.offset + i + 1) * width] for i in range(len(array)))
        return _if_valid(array, [int.from_bytes(word, "little", signed=True) for word in words])
    if t.is_temporal(type_) and not t.is_interval(type_):
        bits = type_.bit_width
        return array.view(pa.int32() if bits == 32 else pa.int64()).to_pylist()
    if str(type_) == "month_interval":
        return _if_valid(array, _fixed(array, "<i4").tolist())
    if str(type_) == "day_time_interval":
        return _if_valid(array, [tuple(pair) for pair in _fixed(array, "<i4,<i4").tolist()])
    if t.is_interval(type_):
        return _if_valid(array, [tuple(parts) for parts in _fixed(array, "<i4,<i4,<i8").tolist()])
    return array.to_pylist()


def first_difference(expected, actual):
    """Says where two lists of values differ; None where they do not."""
    if len(expected) != len(actual):
        return f"expected {len(expected)} rows, got {len(actual)}"
    pairs = enumerate(zip(expected, actual))
    return next((f"row {row}: expected {e!r}, got {a!r}" for row, (e, a) in pairs if e != a), None)


def of_arrow(array):
    """The values of a pyarrow array or chunked array."""
    if isinstance(array, pa.ChunkedArray):
        return [value for chunk in array.chunks for value in of_arrow(chunk)]
    type_ = array.type
    if isinstance(type_, pa.BaseExtensionType):
        return of_arrow(array.storage)
    if t.is_null(type_):
        return [None] * len(array)
    if t.is_dictionary(type_):
        dictionary = of_arrow(array.dictionary)
        return [None if i is None else dictionary[i] for i in array.indices.to_pylist()]
    if t.is_run_end_encoded(type_):
        return _runs(array.run_ends.to_pylist(), of_arrow(array.values), array.offset, len(array))
    if t.is_union(type_):
        return _union(array)
    if t.is_struct(type_):
        members = [of_arrow(array.field(i)) for i in range(type_.num_fields)]
        return _if_valid(array, list(zip(*members, strict=True)) if members else [()] * len(array))
    if t.is_map(type_):
        offsets = array.offsets.to_pylist()
        pairs = list(zip(of_arrow(array.keys), of_arrow(array.items), strict=True))
        return _if_valid(array, [pairs[a:b] for a, b in zip(offsets, offsets[1:])])
    if t.is_list(type_) or t.is_large_list(type_):
        offsets = array.offsets.to_pylist()
        items = of_arrow(array.values)
        return _if_valid(array, [items[a:b] for a, b in zip(offsets, offsets[1:])])
    if t.is_list_view(type_) or t.is_large_list_view(type_):
        items = of_arrow(array.values)
        ranges = zip(array.offsets.to_pylist(), array.sizes.to_pylist(), strict=True)
        return _if_valid(array, [items[a : a + n] for a, n in ranges])
    if t.is_fixed_size_list(type_):
        size = type_.list_size
        items = of_arrow(array.values)
        first = array.offset
        return _if_valid(array, [items[i * size : (i + 1) * size] for i in range(first, first + len(array))])
    return _leaf(array)

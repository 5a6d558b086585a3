"""Random tables of every flat type. The same seed makes the same table."""

import dataclasses
import json

import numpy
import pyarrow as pa

# Of nulls in a column, in per cent; a required column has no validity at all.
SHARES = ("required", 0, 1, 10, 50, 100)

_UNITS = ("s", "ms", "us", "ns")
_DAY = {"s": 86_400, "ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}


@dataclasses.dataclass(frozen=True)
class Kind:
    """A type, and what of its values is made."""

    type: pa.DataType
    largest: int | None = None  # magnitude of whole numbers; None: all that the type holds
    far: bool = False  # a time that does not fit 64 bits of microseconds


# Times within what 64 bits of microseconds hold, which is all that some readers know.
_NEAR = {"s": (2**63 - 1) // 10**6, "ms": (2**63 - 1) // 10**3, "us": 2**63 - 1, "ns": 2**63 - 1}
# Parquet has no unit of seconds: what is written is milliseconds.
_FAR = {"s": (2**63 - 1) // 10**3, "ms": 2**63 - 1}


def parquet_kinds():
    """Every flat type that Parquet files hold, parameters varied; by name."""
    types = {
        "null": pa.null(),
        "bool": pa.bool_(),
        "float16": pa.float16(),
        "float32": pa.float32(),
        "float64": pa.float64(),
        "date32": pa.date32(),
        "date64": pa.date64(),
        "time_s": pa.time32("s"),
        "time_ms": pa.time32("ms"),
        "time_us": pa.time64("us"),
        "time_ns": pa.time64("ns"),
        "string": pa.string(),
        "large_string": pa.large_string(),
        "binary": pa.binary(),
        "large_binary": pa.large_binary(),
        "uuid": pa.uuid(),
        "json": pa.json_(),
    }
    for width in (8, 16, 32, 64):
        types[f"int{width}"] = getattr(pa, f"int{width}")()
        types[f"uint{width}"] = getattr(pa, f"uint{width}")()
    for width in (1, 2, 3, 8, 12, 16, 33):
        types[f"fixed{width}"] = pa.binary(width)
    for make, bits, shapes in (
        (pa.decimal32, 32, ((1, 0), (9, 9))),
        (pa.decimal64, 64, ((5, 2), (18, 0))),
        (pa.decimal128, 128, ((3, 1), (9, 2), (10, 5), (18, 18), (19, 0), (38, 10))),
        (pa.decimal256, 256, ((2, 2), (17, 3), (38, 38), (39, 0), (76, 38))),
    ):
        for precision, scale in shapes:
            types[f"decimal{bits}_{precision}_{scale}"] = make(precision, scale)
    kinds = {name: Kind(type_) for name, type_ in types.items()}
    kinds["größe.語"] = Kind(pa.int16())
    for unit in _UNITS:
        kinds[f"duration_{unit}"] = Kind(pa.duration(unit), _NEAR[unit])
        kinds[f"duration_{unit}_far"] = Kind(pa.duration(unit), 2**63 - 1, far=True)
        for name, zone in (("", None), ("_utc", "UTC"), ("_berlin", "Europe/Berlin")):
            kinds[f"timestamp_{unit}{name}"] = Kind(pa.timestamp(unit, zone), _NEAR[unit])
            if unit in _FAR:
                kinds[f"timestamp_{unit}{name}_far"] = Kind(pa.timestamp(unit, zone), _FAR[unit], far=True)
    return kinds


def ipc_kinds():
    """Those of Parquet, and the ones that stand in Arrow's formats alone."""
    return parquet_kinds() | {
        "timestamp_s_farthest": Kind(pa.timestamp("s"), 2**63 - 1, far=True),
        "interval_month_day_nano": Kind(pa.month_day_nano_interval()),
        "fixed0": Kind(pa.binary(0)),
        "decimal128_negative_scale": Kind(pa.decimal128(20, -3)),
    }


def storage_type(type_):
    return type_.storage_type if isinstance(type_, pa.BaseExtensionType) else type_


_EDGES = (0, 1, -1, 127, -128, 255, 2**15, -(2**31), 2**31 - 1, 2**32 - 1, 2**53 + 1, 2**63 - 1)
_MOST_WIDE = 300  # distinct values that are made one by one


def _integer_array(rng, type_, count, low, high, num_bytes, step=1):
    """Multiples of `step`, [low, high] times it, of every magnitude, the edges among them."""
    edges = [low, high, *(e for e in _EDGES if low <= e <= high)]
    if num_bytes <= 8:
        word = numpy.int64 if low < 0 else numpy.uint64
        numbers = rng.integers(0, 2**64, count, dtype=numpy.uint64) >> rng.integers(0, 64, count, dtype=numpy.uint64)
        numbers = numbers.view(word)
        if low < 0:  # one more sign: shifted words have lost theirs
            numbers = numpy.where(rng.random(count) < 0.5, ~numbers, numbers)
        numbers = numpy.clip(numbers, word(low), word(high))
        numbers[: len(edges)] = edges[:count]
        data = (numbers * word(step)).astype(f"<{'i' if low < 0 else 'u'}{num_bytes}").tobytes()
    else:
        numbers = edges
        while len(numbers) < min(count, _MOST_WIDE):
            number = int.from_bytes(rng.bytes(33), "little") >> int(rng.integers(0, 264))
            numbers.append(max(low, min(high, -number if rng.integers(0, 2) else number)))
        data = b"".join(n.to_bytes(num_bytes, "little", signed=True) for n in numbers)
    return pa.Array.from_buffers(type_, len(data) // num_bytes, [None, pa.py_buffer(data)])


def _float_array(rng, type_, count):
    """Bit patterns: NaNs of all sorts, both zeros, infinities, subnormal numbers, ordinary ones."""
    bits = type_.bit_width
    mantissa = {16: 10, 32: 23, 64: 52}[bits]
    word = {16: numpy.uint16, 32: numpy.uint32, 64: numpy.uint64}[bits]
    real = {16: numpy.float16, 32: numpy.float32, 64: numpy.float64}[bits]
    sign = 1 << (bits - 1)
    infinity = ((1 << (bits - 1 - mantissa)) - 1) << mantissa
    quiet = infinity | 1 << (mantissa - 1)
    patterns = [0, sign, infinity, sign | infinity, 1, sign | 1, infinity - 1]
    patterns += [quiet, sign | quiet, quiet | 5, infinity | 1, sign | infinity | 5]
    patterns += [int(real(x).view(word)) for x in (1, -1, 0.1, 3.25, 65504)]
    words = numpy.frombuffer(rng.bytes(count * bits // 8), dtype=word).copy()
    words = numpy.where(rng.random(count) < 0.5, words, (rng.normal(size=count) * 100).astype(real).view(word))
    words[: len(patterns)] = patterns
    return pa.Array.from_buffers(type_, count, [None, pa.py_buffer(words)])


_LETTERS = ("a", "b", "Z", "0", " ", "\t", "\x00", "\x7f", "ä", "ß", "Ω", "\u07ff", "\u0800", "語", "\ufffd", "\uffff", "😀")


def _texts(rng, count):
    texts = ["", "\x00", "a", "a\x00", "x" * 63, "x" * 64, "x" * 65, "zz" * 70, "y" * 5000]
    texts += ["é" * 40, "x" + "é" * 40, "\U0010ffff", "\U0010ffff" * 16, "\U0010ffff" * 20, "\U0010fffe" * 20]
    while len(texts) < min(count, _MOST_WIDE):
        length = int(rng.choice([0, 1, 3, 11, 12, 13, 16, 40]))
        texts.append("".join(_LETTERS[i] for i in rng.integers(0, len(_LETTERS), length)))
    return texts[:count]


def _binaries(rng, count):
    values = [b"", b"\x00", b"\xff", b"\xff" * 63, b"\xff" * 64, b"\xff" * 65, b"\xff" * 200, b"\x00" * 70]
    values += [b"\xfe" + b"\xff" * 80, rng.bytes(4000)]
    while len(values) < min(count, _MOST_WIDE):
        values.append(rng.bytes(int(rng.choice([0, 1, 3, 11, 12, 13, 40]))))
    return values[:count]


def _distinct(rng, kind, count):
    """Up to `count` values (40 at least) of a kind's storage, the edge cases first; without nulls."""
    type_ = storage_type(kind.type)
    t = pa.types
    if t.is_boolean(type_):
        return pa.array([i % 2 == 0 for i in range(count)])
    if t.is_integer(type_):
        bits = type_.bit_width
        low, high = (0, 2**bits - 1) if t.is_unsigned_integer(type_) else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
        return _integer_array(rng, type_, count, low, high, bits // 8)
    if t.is_floating(type_):
        return _float_array(rng, type_, count)
    if t.is_decimal(type_):
        largest = 10**type_.precision - 1
        return _integer_array(rng, type_, count, -largest, largest, type_.bit_width // 8)
    if t.is_date32(type_):
        return _integer_array(rng, type_, count, -(2**31), 2**31 - 1, 4)
    if t.is_date64(type_):
        return _integer_array(rng, type_, count, -(2**31), 2**31 - 1, 8, step=_DAY["ms"])
    if t.is_time(type_):
        # Unsigned in the sense of _integer_array: the values fit either way.
        return _integer_array(rng, type_, count, 0, _DAY[type_.unit] - 1, type_.bit_width // 8)
    if t.is_timestamp(type_) or t.is_duration(type_):
        limit = 2**63 - 1 if kind.largest is None else kind.largest
        return _integer_array(rng, type_, count, -limit, limit, 8)
    if kind.type == pa.json_():
        texts = ["null", "[]", '""']
        for i, text in enumerate(_texts(rng, count)):
            texts.append(json.dumps({"key": text, "n": i}, ensure_ascii=i % 2 == 0))
        return pa.array(texts, type_)
    if t.is_string(type_) or t.is_large_string(type_):
        return pa.array(_texts(rng, count), type_)
    if t.is_fixed_size_binary(type_):
        width = type_.byte_width
        values = [b"\x00" * width, b"\xff" * width]
        values += [rng.bytes(width) for _ in range(min(count, _MOST_WIDE) - 2)]
        return pa.array(values, type_)
    if t.is_binary(type_) or t.is_large_binary(type_):
        return pa.array(_binaries(rng, count), type_)
    if type_ == pa.month_day_nano_interval():
        values = [(0, 0, 0), (2**31 - 1, -(2**31), 2**63 - 1)]
        values += [tuple(int(x) for x in rng.integers(-(2**31), 2**31, 3)) for _ in range(min(count, _MOST_WIDE) - 2)]
        return pa.array([pa.MonthDayNano(v) for v in values], type_)
    raise TypeError(f"no values for {type_}")


def _indexes(rng, shape, num_distinct, num_rows):
    if shape == "runs":
        lengths = rng.integers(1, 40, num_rows)
        return numpy.repeat(rng.integers(0, num_distinct, num_rows), lengths)[:num_rows]
    if shape == "constant":
        return numpy.full(num_rows, int(rng.integers(0, num_distinct)))
    return rng.integers(0, num_distinct, num_rows)


def _valid_bits(rng, num_rows, null_percent):
    if null_percent in (0, 100):
        valid = numpy.full(num_rows, null_percent == 0)
    elif rng.integers(0, 3) == 0:  # in runs
        lengths = rng.integers(1, 200, num_rows)
        valid = numpy.repeat(rng.random(num_rows) * 100 >= null_percent, lengths)[:num_rows]
    else:
        valid = rng.random(num_rows) * 100 >= null_percent
    return valid


def random_array(rng, kind, num_rows, null_percent):
    """One array without an offset. Slots under nulls hold values too, which nobody may ever see."""
    storage = storage_type(kind.type)
    if pa.types.is_null(storage):
        return pa.nulls(num_rows)
    shape = rng.choice(["many", "few", "runs", "constant"], p=[0.45, 0.25, 0.25, 0.05])
    num_distinct = int(rng.integers(2, 16)) if shape == "few" else num_rows if shape == "many" else 60
    values = _distinct(rng, kind, max(num_distinct, 40))
    # Few values: from anywhere among the edge cases, not always the first ones.
    chosen = rng.permutation(len(values))[:num_distinct]
    array = values.take(pa.array(chosen[_indexes(rng, shape, len(chosen), num_rows)]))
    valid = _valid_bits(rng, num_rows, null_percent)
    if not valid.all():
        bits = pa.py_buffer(numpy.packbits(valid, bitorder="little"))
        array = pa.Array.from_buffers(storage, num_rows, [bits] + array.buffers()[1:])
    return pa.ExtensionArray.from_storage(kind.type, array) if storage != kind.type else array


@dataclasses.dataclass
class Sample:
    """A table as the batches in which it is handed over."""

    schema: pa.Schema
    batches: list

    def table(self):
        return pa.Table.from_batches(self.batches, self.schema)

    def select(self, names):
        """The columns of these names alone."""
        schema = pa.schema([self.schema.field(name) for name in names], self.schema.metadata)
        return Sample(schema, [batch.select(names).replace_schema_metadata(schema.metadata) for batch in self.batches])

    def in_one_batch(self):
        return Sample(self.schema, self.table().combine_chunks().to_batches() or self.batches)

    def write_file(self, path, **options):
        return self._write(pa.ipc.new_file, path, options)

    def write_stream(self, path, **options):
        return self._write(pa.ipc.new_stream, path, options)

    def _write(self, make_writer, path, options):
        with make_writer(str(path), self.schema, options=pa.ipc.IpcWriteOptions(**options)) as writer:
            for batch in self.batches:
                writer.write_batch(batch)
        return path


def cut(rng, batch, most_rows):
    """A batch in pieces of random sizes, empty ones and single rows among them."""
    batches, row = [], 0
    while row < batch.num_rows:
        size = min(int(rng.choice([0, 1, 7, 8, 64, 65, rng.integers(1, most_rows + 1)])), batch.num_rows - row)
        batches.append(batch.slice(row, size))
        row += size
    return batches + [batch.slice(row, 0)]


def kind_name(column_name):
    return column_name.rsplit(" ", 1)[0]


def random_sample(seed, kinds, num_rows, most_rows=1000, shares=SHARES):
    """One column a kind and share: a share of nulls in per cent, or "required". Named "KIND SHARE"."""
    rng = numpy.random.default_rng(seed)
    fields, arrays = [], []
    for name, kind in kinds.items():
        for share in shares:
            required = share == "required" and not pa.types.is_null(kind.type)
            fields.append(pa.field(f"{name} {share}", kind.type, nullable=not required, metadata={"größe": name}))
            arrays.append(random_array(rng, kind, num_rows, 0 if share == "required" else share))
    schema = pa.schema(fields, {"seed": str(seed), "ключ": "значение"})
    whole = pa.RecordBatch.from_arrays(arrays, schema=schema)
    return Sample(schema, cut(rng, whole, most_rows))

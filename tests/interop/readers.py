"""The readers of other projects, and as which types each gives back what was written.

Nothing is left out in silence: a type that a reader does not know, or gives back as another, stands in its `comes`.
"""

import dataclasses
import uuid

import arro3.io
import duckdb
import polars
import pyarrow as pa
import pyarrow.parquet as pq

import comparing
import tables

t = pa.types


@dataclasses.dataclass(frozen=True)
class Comes:
    """As what a column comes back. The values are those of a cast that loses nothing, unless `convert` is given."""

    type: pa.DataType
    nan_bits: bool = True  # whether all bits of a NaN are kept
    convert: object = None

    def expected(self, column):
        array = comparing.one_array(column)
        if self.convert:
            return self.convert(array)
        return array if array.type == self.type else getattr(array, "storage", array).cast(self.type)


@dataclasses.dataclass(frozen=True)
class Refused:
    """A type that a reader cannot give back."""

    why: str
    whole_file: bool = False  # a file with such a column is not read at all


def _uuid_text(array):
    return pa.array([None if v is None else str(uuid.UUID(bytes=v)) for v in array.storage.to_pylist()], pa.string())


def _large_json(array):
    return pa.ExtensionArray.from_storage(pa.json_(pa.large_string()), array.storage.cast(pa.large_string()))


def _seconds_as_millis(type_):
    """Parquet has no unit of seconds, and a reader that trusts the file's own types gives milliseconds."""
    if t.is_time32(type_):
        return pa.time32("ms")
    if t.is_timestamp(type_) and type_.unit == "s":
        return pa.timestamp("ms", type_.tz)
    return type_


class PyArrow:
    name = "pyarrow"

    def comes(self, kind, form):
        if form != "parquet":
            return Comes(kind.type)
        if t.is_date64(kind.type):  # Parquet's DATE counts days
            return Comes(pa.date32())
        return Comes(_seconds_as_millis(kind.type))

    def read_parquet(self, path, columns):
        return pq.read_table(path, columns=columns, page_checksum_verification=True)

    def read_file(self, path):
        with pa.ipc.open_file(str(path)) as reader:
            return reader.read_all()

    def read_stream(self, path):
        with pa.ipc.open_stream(str(path)) as reader:
            return reader.read_all()


class ArrowRs:
    name = "arrow-rs"

    def comes(self, kind, form):
        if form == "parquet" and t.is_timestamp(kind.type) and kind.type.unit == "s":
            return Comes(pa.timestamp("ms", "UTC" if kind.type.tz else None))
        return Comes(kind.type if form != "parquet" else _seconds_as_millis(kind.type))

    def read_parquet(self, path, columns):
        return pa.table(arro3.io.read_parquet(str(path))).select(columns)

    def read_file(self, path):
        return pa.table(arro3.io.read_ipc(str(path)))

    def read_stream(self, path):
        return pa.table(arro3.io.read_ipc_stream(str(path)))


class Polars:
    name = "polars"

    def comes(self, kind, form):
        type_ = tables.storage_type(kind.type)
        if t.is_decimal(type_):
            if type_.precision > 38 or (form != "parquet" and t.is_decimal256(type_)):
                return Refused("decimals of 128 bits and 38 digits at most", whole_file=True)
            if type_.scale < 0:
                return Refused("decimals of scale 0 or more", whole_file=True)
            return Comes(pa.decimal128(type_.precision, type_.scale))
        if t.is_interval(type_):
            return Refused("no type for intervals", whole_file=True)
        if t.is_fixed_size_binary(type_) and type_.byte_width == 0:
            return Refused("no values of width 0", whole_file=True)
        if kind.type == pa.json_():
            return Comes(pa.json_(pa.large_string()), convert=_large_json)
        if t.is_string(type_):
            return Comes(pa.large_string())
        if t.is_binary(type_) or t.is_fixed_size_binary(type_):
            return Comes(pa.large_binary())
        if kind.far and type_.unit == "s" and (form != "parquet" or t.is_duration(type_)):
            return Refused("seconds are counted in milliseconds, 64 bits of them")
        if t.is_date64(type_):
            return Comes(pa.timestamp("ms"))
        if t.is_time(type_):
            return Comes(pa.time64("ns"))
        if t.is_duration(type_) and type_.unit == "s":
            return Comes(pa.duration("ms"))
        if t.is_timestamp(type_) and type_.unit == "s":
            return Comes(pa.timestamp("ms", type_.tz))
        return Comes(type_)

    def read_parquet(self, path, columns):
        return polars.read_parquet(path, columns=columns).to_arrow()

    def read_file(self, path):
        return polars.read_ipc(path).to_arrow()

    def read_stream(self, path):
        return polars.read_ipc_stream(path).to_arrow()


class DuckDb:
    """Reads Parquet alone."""

    name = "duckdb"

    def __init__(self):
        self.connection = duckdb.connect()
        self.connection.execute("SET TimeZone = 'UTC'")

    def comes(self, kind, form):
        type_ = tables.storage_type(kind.type)
        if t.is_decimal(type_):
            if type_.precision > 38:
                return Refused("decimals of at most 38 digits; others come as floating-point numbers")
            return Comes(pa.decimal128(type_.precision, type_.scale))
        if kind.far and t.is_timestamp(type_):
            return Refused("timestamps are counted in microseconds, 64 bits of them")
        if kind.type == pa.uuid():
            return Comes(pa.string(), convert=_uuid_text)
        if t.is_float16(type_):
            return Comes(pa.float32(), nan_bits=False)
        if t.is_string(type_) or t.is_large_string(type_):  # JSON too
            return Comes(pa.string())
        if t.is_large_binary(type_) or t.is_fixed_size_binary(type_):
            return Comes(pa.binary())
        if t.is_date64(type_):
            return Comes(pa.date32())
        if t.is_time(type_) and type_.unit != "ns":
            return Comes(pa.time64("us"))
        if t.is_duration(type_):  # no logical type of Parquet: its integers come
            return Comes(pa.int64())
        if t.is_timestamp(type_):
            return Comes(pa.timestamp("ns" if type_.unit == "ns" else "us", "UTC" if type_.tz else None))
        return Comes(type_)

    def read_parquet(self, path, columns):
        names = ", ".join('"' + name.replace('"', '""') + '"' for name in columns)
        return self.connection.sql(f"SELECT {names} FROM read_parquet('{path}')").to_arrow_table()


def columns_for(reader, kinds, names, form):
    """{name: Comes} of the columns that a reader gives back, and whether it refuses a file that has the others."""
    comes = {name: reader.comes(kinds[tables.kind_name(name)], form) for name in names}
    taken = {name: c for name, c in comes.items() if isinstance(c, Comes)}
    return taken, any(c.whole_file for c in comes.values() if isinstance(c, Refused))


PARQUET_READERS = (PyArrow(), ArrowRs(), Polars(), DuckDb())
IPC_READERS = (PyArrow(), ArrowRs(), Polars())

"""What other libraries make of nested types in Arrow's formats: which they refuse, and as what values they come.

Nothing is left out in silence: what a library cannot read stands in `refuses`, what it gives back as another value in
`comes`.
"""

import arro3.io
import nanoarrow
import nanoarrow.ipc
import polars
import pyarrow as pa

t = pa.types


def parts(type_):
    """The type and all types inside of it."""
    yield type_
    if isinstance(type_, pa.BaseExtensionType):
        yield from parts(type_.storage_type)
    elif t.is_dictionary(type_):
        yield from parts(type_.value_type)
    elif t.is_run_end_encoded(type_):
        yield type_.run_end_type
        yield from parts(type_.value_type)
    else:
        for i in range(type_.num_fields):
            yield from parts(type_.field(i).type)


def _is_any_list_view(type_):
    return t.is_list_view(type_) or t.is_large_list_view(type_)


def _is_view(type_):
    return str(type_) in ("string_view", "binary_view")


def _has_inner_dictionary(type_):
    return t.is_dictionary(type_) and any(t.is_dictionary(part) for part in parts(type_.value_type))


def _holds_structs_in_place(type_):
    if not (t.is_struct(type_) or t.is_fixed_size_list(type_)):
        return False
    return any(t.is_struct(part) for i in range(type_.num_fields) for part in parts(type_.field(i).type))


def _has_wide_values(type_):
    wide = ("month_day_nano_interval", "string_view", "binary_view")
    return any(str(part) in wide or t.is_decimal128(part) or t.is_decimal256(part) for part in parts(type_))


def _is_old_interval(type_):
    return str(type_) in ("month_interval", "day_time_interval")


class Library:
    writes_slices = True

    def refuses_schema(self, schema):
        """Whether a file is not read because of more than the types of its columns."""
        return False

    def refuses(self, type_, history="same", codec="none", version=5):
        """Whether a column is not read. `history` is that of its dictionaries, `version` that of the metadata."""
        raise NotImplementedError

    def cannot_write(self, type_, codec):
        return self.refuses(type_)

    def comes(self, type_, value):
        return value


class PyArrow(Library):
    name = "pyarrow"

    def refuses(self, type_, history="same", codec="none", version=5):
        # Intervals are read, but have no array in Python.
        inner = list(parts(type_))
        deltas_of_dictionaries = history == "grows" and any(_has_inner_dictionary(part) for part in inner)
        return deltas_of_dictionaries or any(_is_old_interval(part) for part in inner)

    def cannot_write(self, type_, codec):
        # A slice of unions that is compressed: a crash.
        unions = codec != "none" and any(t.is_union(part) for part in parts(type_))
        return unions or self.refuses(type_)

    def read_file(self, path):
        with pa.ipc.open_file(str(path)) as reader:
            return reader.read_all()

    def read_stream(self, path):
        with pa.ipc.open_stream(str(path)) as reader:
            return reader.read_all()

    def write_file(self, table, path, codec):
        self._write(pa.ipc.new_file, table, path, codec)

    def write_stream(self, table, path, codec):
        self._write(pa.ipc.new_stream, table, path, codec)

    def _write(self, make_writer, table, path, codec):
        options = pa.ipc.IpcWriteOptions(compression=None if codec == "none" else codec)
        with make_writer(str(path), table.schema, options=options) as writer:
            writer.write_table(table)


class ArrowRs(Library):
    name = "arrow-rs"

    def refuses(self, type_, history="same", codec="none", version=5):
        # What pyarrow, which looks at what was read, does not take.
        nested_runs = any(
            t.is_run_end_encoded(part) and t.is_run_end_encoded(part.value_type) for part in parts(type_)
        )
        # The buffer for validity that run ends have in V4 is not expected.
        runs_in_v4 = version == 4 and any(t.is_run_end_encoded(part) for part in parts(type_))
        # Deltas of values of 16 bytes that do not lie at a multiple of 16, as compressed buffers may: a panic.
        deltas = history == "grows" and codec != "none"
        wide_deltas = deltas and any(t.is_dictionary(part) and _has_wide_values(part) for part in parts(type_))
        return wide_deltas or runs_in_v4 or nested_runs or any(_is_old_interval(part) for part in parts(type_))

    def cannot_write(self, type_, codec):
        # Slices of sparse unions and of unions inside of other types: wrong values. Of structs in structs or fixed-size
        # lists: a panic at times.
        inner = list(parts(type_))
        unions = any(t.is_union(part) and (part.mode == "sparse" or part is not type_) for part in inner)
        return self.refuses(type_) or unions or any(_holds_structs_in_place(part) for part in inner)

    def read_file(self, path):
        return pa.table(arro3.io.read_ipc(str(path)))

    def read_stream(self, path):
        return pa.table(arro3.io.read_ipc_stream(str(path)))

    def write_file(self, table, path, codec):
        arro3.io.write_ipc(table, str(path), compression=self._codec(codec))

    def write_stream(self, table, path, codec):
        arro3.io.write_ipc_stream(table, str(path), compression=self._codec(codec))

    def _codec(self, codec):
        return None if codec == "none" else codec


class Polars(Library):
    name = "polars"

    def refuses(self, type_, history="same", codec="none", version=5):
        inner = list(parts(type_))
        # In the order of the answers that it gives: not implemented, no such type, a panic, a scale that is not exact.
        return (
            any(_is_any_list_view(part) or t.is_run_end_encoded(part) for part in inner)
            or any(t.is_union(part) or "interval" in str(part) or t.is_decimal256(part) for part in inner)
            or any(t.is_decimal32(part) or t.is_decimal64(part) for part in inner[1:])
            or (history == "grows" and any(t.is_dictionary(part) for part in inner))  # deltas
            or any((t.is_timestamp(part) or t.is_duration(part)) and part.unit == "s" for part in inner)
        )

    def refuses_schema(self, schema):
        # Names that repeat; extensions of dictionaries, which pyarrow does not take from it.
        extensions = (f for f in schema if b"ARROW:extension:name" in (f.metadata or {}) and t.is_dictionary(f.type))
        return len(set(schema.names)) < len(schema.names) or any(extensions)

    def cannot_write(self, type_, codec):
        # Slices of fixed-size lists: a wrong validity.
        return self.refuses(type_) or any(t.is_fixed_size_list(part) for part in parts(type_))

    def comes(self, type_, value):
        """Times of day are nanoseconds; all else keeps its numbers."""
        if value is None:
            return None
        if t.is_time(type_):
            return value * {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}[type_.unit]
        if t.is_dictionary(type_):
            return self.comes(type_.value_type, value)
        if t.is_struct(type_):
            return tuple(self.comes(type_.field(i).type, member) for i, member in enumerate(value))
        if t.is_map(type_):
            return [(self.comes(type_.key_type, k), self.comes(type_.item_type, v)) for k, v in value]
        if t.is_nested(type_):
            return [self.comes(type_.value_type, item) for item in value]
        return value

    def read_file(self, path):
        return polars.read_ipc(path).to_arrow()

    def read_stream(self, path):
        return polars.read_ipc_stream(path).to_arrow()

    def write_file(self, table, path, codec):
        polars.from_arrow(table).write_ipc(path, compression="uncompressed" if codec == "none" else codec)

    def write_stream(self, table, path, codec):
        polars.from_arrow(table).write_ipc_stream(path, compression="uncompressed" if codec == "none" else codec)


class NanoArrow(Library):
    """Reads and writes streams alone."""

    name = "nanoarrow"
    writes_slices = False

    def refuses(self, type_, history="same", codec="none", version=5):
        inner = list(parts(type_))
        # Compressed dictionaries are taken for plain ones; those that change or are of unions are refused.
        values = [part.value_type for part in inner if t.is_dictionary(part)]
        unions = any(t.is_union(part) for value in values for part in parts(value))
        return unions or (values and (history != "same" or codec != "none")) or any(
            _is_old_interval(part) or _is_view(part) or _is_any_list_view(part) or t.is_run_end_encoded(part)
            for part in inner
        )

    def cannot_write(self, type_, codec):
        return self.refuses(type_) or any(t.is_dictionary(part) for part in parts(type_))

    def read_stream(self, path):
        with nanoarrow.ipc.InputStream.from_path(str(path)) as stream:
            return pa.RecordBatchReader.from_stream(stream).read_all()

    def write_stream(self, table, path, codec):
        with nanoarrow.ipc.StreamWriter.from_path(str(path)) as writer:
            writer.write_stream(table)


LIBRARIES = (PyArrow(), ArrowRs(), Polars(), NanoArrow())

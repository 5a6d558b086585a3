"""What the statistics of column chunks say is true, and readers that skip by them find the same rows."""

import json
import pathlib
import struct
import tempfile
import unittest

import duckdb
import numpy
import polars
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset
import pyarrow.parquet as pq

import comparing
import tables
import tool
from readers import Comes, DuckDb, Polars

t = pa.types
LONGEST_BOUND = 64  # bytes; the writer's default
ROW_GROUP_ROWS = 40


def physical_values(array):
    """The valid values as Parquet's physical type orders them: numbers, or bytes for what is ordered bytewise."""
    array = array.drop_null()
    array = getattr(array, "storage", array)
    type_ = array.type
    if t.is_floating(type_):
        return array.to_numpy(zero_copy_only=False)
    if t.is_boolean(type_):
        return array.to_pylist()
    if t.is_decimal(type_):
        width = type_.bit_width // 8
        data = array.buffers()[1].to_pybytes()[array.offset * width :] if len(array) else b""
        return [int.from_bytes(data[i * width : (i + 1) * width], "little", signed=True) for i in range(len(array))]
    if t.is_integer(type_):
        return array.to_pylist()
    if t.is_temporal(type_):
        numbers = array.view({32: pa.int32(), 64: pa.int64()}[type_.bit_width]).to_pylist()
        if t.is_date64(type_):
            return [n // 86_400_000 for n in numbers]
        seconds = not t.is_date32(type_) and not t.is_duration(type_) and type_.unit == "s"
        return [n * 1000 for n in numbers] if seconds else numbers
    return array.cast(pa.large_binary()).to_pylist()


def is_text(type_):
    return t.is_string(type_) or t.is_large_string(type_)


def decimal_bytes(number, precision):
    """Big-endian two's complement in as few bytes as any number of the precision needs (LogicalTypes.md, DECIMAL)."""
    length = next(n for n in range(1, 33) if 2 ** (8 * n - 1) > 10**precision - 1)
    return number.to_bytes(length, "big", signed=True)


def expected_bounds(type_, values):
    """(min, max) as pyarrow gives them raw, or None where there are none."""
    storage = tables.storage_type(type_)
    if t.is_floating(storage):
        values = values[~numpy.isnan(values)]
        if len(values) == 0:
            return None
        # A zero may have any sign: the smallest is written -0.0, the largest +0.0 (parquet.thrift, ColumnOrder).
        low, high = values.min(), values.max()
        low, high = low.dtype.type(-0.0) if low == 0 else low, high.dtype.type(0.0) if high == 0 else high
        return low, high
    if len(values) == 0:
        return None
    low, high = min(values), max(values)
    if t.is_decimal(storage) and storage.precision > 18:
        return decimal_bytes(low, storage.precision), decimal_bytes(high, storage.precision)
    if t.is_unsigned_integer(storage):
        bits = 64 if storage.bit_width == 64 else 32
        signed = lambda n: n - 2**bits if n >= 2 ** (bits - 1) else n
        return signed(low), signed(high)
    return low, high


def bits_of(bound):
    """Floating-point bounds as bits, so that signs of zeros count."""
    if isinstance(bound, (numpy.float16, numpy.float32, numpy.float64)):
        return bound.tobytes()
    return bound


def bound_problem(type_, expected, statistics):
    """Says what is wrong about the bounds, or None."""
    if expected is None or statistics is None or not statistics.has_min_max:
        return None if expected is None and not (statistics and statistics.has_min_max) else "bounds or none, not both"
    low, high = expected
    got_low, got_high = statistics.min_raw, statistics.max_raw
    storage = tables.storage_type(type_)
    if t.is_float32(storage) or t.is_float64(storage):
        code = "<f" if t.is_float32(storage) else "<d"
        got_low, got_high = struct.pack(code, got_low), struct.pack(code, got_high)
    longest = max(len(low), len(high)) if isinstance(low, bytes) else 0
    if longest > LONGEST_BOUND and not t.is_decimal(storage):
        # A bound that is too long is cut, the upper one rounded up; it stays whole when nothing so short is above.
        low_holds = got_low == low if len(low) <= LONGEST_BOUND else low.startswith(got_low) and len(got_low) > 60
        highest = "\U0010ffff".encode() * 16 if is_text(storage) else b"\xff" * 64
        cut = len(high) > LONGEST_BOUND and not high.startswith(highest)
        high_holds = got_high > high and len(got_high) <= LONGEST_BOUND if cut else got_high == high
        return None if low_holds and high_holds else f"{got_low!r}, {got_high!r} do not bound {low!r}, {high!r}"
    if (bits_of(low), bits_of(high)) != (got_low, got_high):
        return f"expected {low!r}, {high!r}, got {got_low!r}, {got_high!r}"
    return None


class StatisticsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.kinds = tables.parquet_kinds()

    def write(self, sample, *options):
        source = sample.write_file(self.folder / "in.arrow")
        return tool.convert(source, self.folder / "out.parquet", "--row-group-rows", ROW_GROUP_ROWS, *options)

    def test_bounds_and_null_counts(self):
        problems = []
        for number, encoding in enumerate(("auto", "plain", "dictionary") * tool.ROUNDS):
            sample = tables.random_sample([tool.SEED, 5000 + number], self.kinds, 150, 60)
            options = () if encoding == "auto" else ("--encoding", encoding)
            metadata = pq.ParquetFile(self.write(sample, *options)).metadata
            table = sample.table()
            for group in range(metadata.num_row_groups):
                rows = table.slice(group * ROW_GROUP_ROWS, ROW_GROUP_ROWS)
                for i, field in enumerate(sample.schema):
                    array = comparing.one_array(rows[i])
                    where = f"{encoding}: row group {group}, column {field.name!r}: "
                    statistics = metadata.row_group(group).column(i).statistics
                    if statistics is None or statistics.null_count != array.null_count:
                        problems.append(f"{where}{array.null_count} nulls expected, {statistics}")
                    if t.is_null(field.type):
                        continue
                    expected = expected_bounds(field.type, physical_values(array))
                    problem = bound_problem(field.type, expected, statistics)
                    if problem:
                        problems.append(where + problem)
        self.assertEqual([], problems)

    def test_nan_counts(self):
        kinds = {name: kind for name, kind in self.kinds.items() if name.startswith(("float", "int32", "string"))}
        sample = tables.random_sample([tool.SEED, 5100], kinds, 300)
        path = self.write(sample)
        groups = json.loads(tool.inspect(path))["row_groups"]
        table = sample.table()
        self.assertEqual(8, len(groups))
        for group, shown in enumerate(groups):
            rows = table.slice(group * ROW_GROUP_ROWS, ROW_GROUP_ROWS)
            for field, column in zip(sample.schema, shown["columns"], strict=True):
                nans = None
                if t.is_floating(field.type):
                    numbers = comparing.one_array(rows[field.name]).drop_null().to_numpy(zero_copy_only=False)
                    nans = int(numpy.isnan(numbers).sum())
                self.assertEqual(nans, column["statistics"].get("nans"), f"row group {group}, {field.name}")

    def test_statistics_off(self):
        sample = tables.random_sample([tool.SEED, 5200], self.kinds, 50, shares=(10,))
        metadata = pq.ParquetFile(self.write(sample, "--statistics", "off")).metadata
        for i in range(metadata.num_columns):
            statistics = metadata.row_group(0).column(i).statistics
            self.assertFalse(statistics is not None and statistics.has_min_max, sample.schema.names[i])

    # Predicates: each reader is asked the same with and without its use of statistics.

    def numbered_sample(self, number, take):
        """Small row groups of columns that a reader gives back, and the rows' numbers."""
        kinds = {name: kind for name, kind in self.kinds.items() if take(kind)}
        sample = tables.random_sample([tool.SEED, number], kinds, 600, 200, shares=(10,))
        table = sample.table()
        table = table.append_column("row", pa.array(range(table.num_rows)))
        return tables.Sample(table.schema, table.to_batches())

    def chosen_values(self, column, count=2):
        """Scalars out of a column, not one of them NaN; the zeros of floating-point columns first."""
        values = [v for v in comparing.one_array(column).drop_null() if v.is_valid]
        if t.is_floating(column.type):
            values = [v for v in values if not numpy.isnan(v.as_py())]
            values.sort(key=lambda v: v.as_py() != 0)
        return values[: count - 1] + values[-1:]

    def test_pyarrow_skips_right(self):
        # Arrow compares neither of these.
        incomparable = (pa.null(), pa.float16(), pa.uuid(), pa.json_())
        sample = self.numbered_sample(6000, lambda kind: kind.type not in incomparable)
        path = self.write(sample)
        whole = pq.read_table(path)
        dataset = pyarrow.dataset.dataset(path)
        (fragment,) = dataset.get_fragments()
        num_skipped = 0
        for name in whole.column_names[:-1]:
            field = pc.field(name)
            filters = [field.is_null(), ~field.is_null()]
            for value in self.chosen_values(whole[name]):
                filters += [field == value, field < value, field >= value]
            for predicate in filters:
                with self.subTest(column=name, predicate=str(predicate)):
                    expected = whole.filter(predicate)["row"].to_pylist()
                    actual = dataset.to_table(columns=["row"], filter=predicate)["row"].to_pylist()
                    self.assertEqual(expected, actual)
                num_skipped += 15 - len(fragment.subset(predicate).row_groups)
        self.assertGreater(num_skipped, 100)

    def test_polars_skips_right(self):
        sample = self.numbered_sample(6001, lambda kind: isinstance(Polars().comes(kind, "parquet"), Comes))
        path = self.write(sample)
        whole = polars.read_parquet(path, use_statistics=False)
        for name in whole.columns[:-1]:
            column = polars.col(name)
            predicates = [column.is_null(), column.is_not_null()]
            for literal in self.polars_literals(whole[name]):
                predicates += [column == literal, column < literal, column >= literal]
            expected = [whole.filter(p)["row"].to_list() for p in predicates]
            scans = [polars.scan_parquet(path, use_statistics=True).filter(p).select("row") for p in predicates]
            for predicate, rows, frame in zip(predicates, expected, polars.collect_all(scans), strict=True):
                with self.subTest(column=name, predicate=str(predicate)):
                    self.assertEqual(rows, frame["row"].to_list())

    def polars_literals(self, series):
        """Two values of a column. Times by their numbers: Python's reach from year 1 to 9999, without nanoseconds."""
        values = series.drop_nulls()
        if series.dtype.is_temporal():
            numbers = values.to_physical()
            return [polars.lit(number, numbers.dtype).cast(series.dtype) for number in numbers[:1].append(numbers[-1:])]
        if series.dtype.is_float():
            values = values.filter(values.is_not_nan())
        return [polars.lit(value, series.dtype) for value in values[:1].append(values[-1:])]

    def duckdb_literals(self, connection, column, count=2):
        """Values of a column of `whole` as SQL has them. Points in time from where all their types have a text."""
        type_ = connection.sql(f"SELECT any_value(typeof({column})) FROM whole").fetchall()[0][0]
        in_time = type_.startswith(("DATE", "TIMESTAMP"))
        condition = f"{column} BETWEEN '1700-01-01' AND '2250-01-01'" if in_time else "true"
        values = connection.sql(f"SELECT CAST({column} AS VARCHAR) FROM whole WHERE {condition} ORDER BY hash(row)")
        texts = [text for (text,) in values.fetchall() if text not in (None, "nan")]
        return ["CAST('" + text.replace("'", "''") + f"' AS {type_})" for text in list(dict.fromkeys(texts))[:count]]

    def test_duckdb_skips_right(self):
        sample = self.numbered_sample(6002, lambda kind: isinstance(DuckDb().comes(kind, "parquet"), Comes))
        path = self.write(sample)
        connection = duckdb.connect()
        connection.execute("SET TimeZone = 'UTC'; SET enable_object_cache = true")
        connection.execute(f"CREATE TABLE whole AS SELECT * FROM read_parquet('{path}')")
        for name in sample.schema.names[:-1]:
            column = f'"{name}"'
            predicates = [f"{column} IS NULL", f"{column} IS NOT NULL"]
            for literal in self.duckdb_literals(connection, column):
                predicates += [f"{column} {compare} {literal}" for compare in ("=", "<", ">=", "<>")]
            for predicate in predicates:
                with self.subTest(predicate=predicate):
                    expected, actual = (
                        connection.sql(f"SELECT row FROM {table} WHERE {predicate} ORDER BY row").fetchall()
                        for table in ("whole", f"read_parquet('{path}')")
                    )
                    self.assertEqual(expected, actual)


if __name__ == "__main__":
    unittest.main()

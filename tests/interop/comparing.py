"""Strict comparison of columns: types, nulls, bits."""

import numpy
import pyarrow as pa
import pyarrow.compute as pc

_WORDS = {16: pa.uint16(), 32: pa.uint32(), 64: pa.uint64()}


def one_array(column):
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _bits(array, nan_bits):
    """Floating-point numbers as their bits, so that signed zeros and NaNs count; else the array."""
    array = getattr(array, "storage", array)
    if not pa.types.is_floating(array.type):
        return array
    words = array.view(_WORDS[array.type.bit_width])
    if nan_bits:
        return words
    numbers = array.to_numpy(zero_copy_only=False)
    return pc.if_else(pa.array(numpy.isnan(numbers)), pa.scalar(0x7E00, words.type), words)


def _first_difference(expected, actual):
    for row, (e, a) in enumerate(zip(expected, actual)):
        if e.is_valid != a.is_valid or (e.is_valid and not e.equals(a)):
            return f"row {row}: expected {e!r}, got {a!r}"
    return "the arrays differ"


def difference(expected, actual, nan_bits=True):
    """Says how a column differs from what is expected; None when it does not."""
    if actual.type != expected.type:
        return f"expected type {expected.type}, got {actual.type}"
    if len(actual) != len(expected):
        return f"expected {len(expected)} rows, got {len(actual)}"
    expected, actual = one_array(expected), one_array(actual)
    actual.validate(full=True)
    if actual.null_count != expected.null_count:
        return f"expected {expected.null_count} nulls, got {actual.null_count}"
    if pa.types.is_null(expected.type):
        return None
    expected, actual = _bits(expected, nan_bits), _bits(actual, nan_bits)
    return None if expected.equals(actual) else _first_difference(expected, actual)

"""The comparison itself: it must see what it is there to see."""

import struct
import unittest

import pyarrow as pa

from comparing import difference


def doubles(*patterns):
    data = struct.pack(f"<{len(patterns)}Q", *patterns)
    return pa.Array.from_buffers(pa.float64(), len(patterns), [None, pa.py_buffer(data)])


class ComparingTest(unittest.TestCase):
    def test_equal(self):
        nan = doubles(0x7FF8000000000005)
        for array in (pa.array([1, None, 3]), pa.array([], pa.string()), pa.nulls(3), pa.array([b"", None]), nan):
            self.assertIsNone(difference(array, pa.chunked_array([array])))

    def test_what_lies_under_nulls_does_not_count(self):
        valid = pa.py_buffer(b"\x05")
        one = pa.Array.from_buffers(pa.int8(), 3, [valid, pa.py_buffer(b"\x01\x02\x03")])
        other = pa.Array.from_buffers(pa.int8(), 3, [valid, pa.py_buffer(b"\x01\xaa\x03")])
        self.assertIsNone(difference(one, other))

    def test_values_types_and_lengths(self):
        self.assertIn("row 1", difference(pa.array([1, 2]), pa.array([1, 3])))
        self.assertIn("type", difference(pa.array([1]), pa.array([1], pa.int32())))
        self.assertIn("rows", difference(pa.array([1]), pa.array([1, 1])))
        self.assertIn("row 0", difference(pa.array([""]), pa.array(["\0"])))

    def test_nulls(self):
        self.assertIn("nulls", difference(pa.array([0]), pa.array([None], pa.int64())))
        self.assertIn("row 0", difference(pa.array([None, 0]), pa.array([0, None])))

    def test_bits_of_floating_point_numbers(self):
        self.assertIn("row 0", difference(pa.array([0.0]), pa.array([-0.0])))
        quiet, other = 0x7FF8000000000000, 0xFFF8000000000005
        self.assertIn("row 0", difference(doubles(quiet), doubles(other)))
        self.assertIsNone(difference(doubles(quiet), doubles(other), nan_bits=False))
        self.assertIn("row 0", difference(doubles(quiet), pa.array([1.0]), nan_bits=False))
        self.assertIn("row 0", difference(pa.array([0.0]), pa.array([-0.0]), nan_bits=False))


if __name__ == "__main__":
    unittest.main()

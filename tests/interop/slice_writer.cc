// slice_writer IN.arrow OUT FILL [GROUP]
//
// Writes the first batch of IN 66 times, each time as a slice that begins 0, 1, ... 65 values into buffers whose every
// other byte and bit is FILL: in front of the slice, behind it and under its nulls. OUT is a Parquet file when its name
// ends in .parquet, else an Arrow file. With GROUP, each slice is a row group of its own.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <inlay/array.h>
#include <inlay/ipc.h>
#include <inlay/parquet.h>

#include "engine/columns/layout.h"
#include "engine/columns/type_check.h"

namespace inlay {
namespace {

constexpr int64_t kMostOffset = 65;
constexpr int64_t kBehind = 70;  // values of garbage behind a slice, so that whole vectors of it can be read

using Bytes = std::vector<uint8_t>;

struct Column {
  std::vector<Bytes> buffers;
  ArrayView view;
};

Bytes Garbage(int64_t size_bytes, uint8_t fill) { return Bytes(static_cast<size_t>(size_bytes), fill); }

// Bits [0, length) of the view's buffer, from bit `offset` on; garbage where `under_nulls` says that a value is null.
Bytes ShiftBits(const ArrayView& source, int buffer, int64_t offset, uint8_t fill, bool under_nulls) {
  Bytes bits = Garbage((offset + source.length + kBehind + 7) / 8, fill);
  for (int64_t row = 0; row < source.length; ++row) {
    if (under_nulls && !IsValidAt(source, row)) continue;
    uint8_t& byte = bits[static_cast<size_t>((offset + row) / 8)];
    const uint8_t mask = static_cast<uint8_t>(1 << ((offset + row) % 8));
    const bool set = BitAt(source.buffers[buffer], source.offset + row);
    byte = static_cast<uint8_t>(set ? byte | mask : byte & ~mask);
  }
  return bits;
}

Bytes ShiftFixed(const ArrayView& source, int64_t width, int64_t offset, uint8_t fill) {
  Bytes values = Garbage((offset + source.length + kBehind) * width, fill);
  for (int64_t row = 0; row < source.length; ++row) {
    if (!IsValidAt(source, row)) continue;
    const uint8_t* value = source.buffers[1].data + (source.offset + row) * width;
    std::copy(value, value + width, values.data() + (offset + row) * width);
  }
  return values;
}

// Nulls get some bytes too. Text stays ASCII there: readers exist that look at all of a column's text at once.
template <typename Offset>
void ShiftByteArrays(const ArrayView& source, int64_t offset, uint8_t fill, Column* column) {
  const uint8_t null_fill = IsUtf8Type(source.type->id()) ? fill & 0x7F : fill;
  Bytes offsets = Garbage((offset + source.length + 1 + kBehind) * static_cast<int64_t>(sizeof(Offset)), fill);
  Bytes data = Garbage(offset + 13, fill);
  auto put_offset = [&](int64_t row) {
    const Offset value = static_cast<Offset>(data.size());
    std::memcpy(offsets.data() + static_cast<size_t>(offset + row) * sizeof(Offset), &value, sizeof(Offset));
  };
  for (int64_t row = 0; row < source.length; ++row) {
    put_offset(row);
    if (IsValidAt(source, row)) {
      const Offset begin = LoadAt<Offset>(source.buffers[1], source.offset + row);
      const Offset end = LoadAt<Offset>(source.buffers[1], source.offset + row + 1);
      if (end > begin) data.insert(data.end(), source.buffers[2].data + begin, source.buffers[2].data + end);
    } else {
      data.insert(data.end(), static_cast<size_t>(row % 4), null_fill);
    }
  }
  put_offset(source.length);
  data.insert(data.end(), static_cast<size_t>(kBehind), fill);
  column->buffers.push_back(std::move(offsets));
  column->buffers.push_back(std::move(data));
}

// False for a layout that is not flat.
bool Shift(const ArrayView& source, int64_t offset, uint8_t fill, Column* column) {
  const Layout layout = LayoutOf(source.type->id());
  if (HasValidity(layout)) {
    column->buffers.push_back(source.buffers[0].size_bytes == 0 ? Bytes() : ShiftBits(source, 0, offset, fill, false));
  }
  if (layout == Layout::kBits) {
    column->buffers.push_back(ShiftBits(source, 1, offset, fill, true));
  } else if (layout == Layout::kFixed) {
    column->buffers.push_back(ShiftFixed(source, FixedByteWidth(*source.type), offset, fill));
  } else if (layout == Layout::kBytes32) {
    ShiftByteArrays<int32_t>(source, offset, fill, column);
  } else if (layout == Layout::kBytes64) {
    ShiftByteArrays<int64_t>(source, offset, fill, column);
  } else if (layout != Layout::kNull) {
    return false;
  }
  column->view.type = source.type;
  column->view.length = source.length;
  column->view.offset = offset;
  for (size_t i = 0; i < column->buffers.size(); ++i) {
    const Bytes& bytes = column->buffers[i];
    column->view.buffers[i] = {bytes.data(), static_cast<int64_t>(bytes.size())};
  }
  return true;
}

int Fail(const char* what, const Status& status) {
  std::fprintf(stderr, "%s: %s\n", what, status.ToString().c_str());
  return 1;
}

// `write` takes each slice as a batch.
template <typename Write>
Status WriteSlices(const RecordBatch& batch, uint8_t fill, const Write& write) {
  for (int64_t offset = 0; offset <= kMostOffset; ++offset) {
    std::vector<Column> columns(batch.columns().size());
    std::vector<ArrayView> views;
    for (size_t i = 0; i < columns.size(); ++i) {
      if (!Shift(batch.columns()[i], offset, fill, &columns[i])) {
        return Status::NotImplemented("column '" + batch.schema().fields[i].name + "' is not flat");
      }
      views.push_back(columns[i].view);
    }
    RecordBatchView slice;
    slice.schema = &batch.schema();
    slice.num_rows = batch.num_rows();
    slice.columns = views;
    if (Status status = write(slice); !status.ok()) return status;
  }
  return {};
}

Status WriteParquet(const RecordBatch& batch, const std::string& path, uint8_t fill, bool group) {
  Result<parquet::FileWriter> writer = parquet::FileWriter::Open(path, batch.schema());
  if (!writer.ok()) return writer.status();
  Status status = WriteSlices(batch, fill, [&](const RecordBatchView& slice) {
    return group ? writer->WriteLast(slice) : writer->Write(slice);
  });
  return status.ok() ? writer->Finish() : status;
}

Status WriteArrow(const RecordBatch& batch, const std::string& path, uint8_t fill) {
  Result<ipc::FileWriter> writer = ipc::FileWriter::Open(path, batch.schema());
  if (!writer.ok()) return writer.status();
  Status status = WriteSlices(batch, fill, [&](const RecordBatchView& slice) { return writer->Write(slice); });
  return status.ok() ? writer->Finish() : status;
}

int Main(const std::string& in, const std::string& out, uint8_t fill, bool group) {
  const Result<ipc::FileReader> reader = ipc::FileReader::Open(in);
  if (!reader.ok()) return Fail(in.c_str(), reader.status());
  const Result<RecordBatch> batch = reader->ReadBatch(0);
  if (!batch.ok()) return Fail(in.c_str(), batch.status());
  const Status status =
      out.ends_with(".parquet") ? WriteParquet(*batch, out, fill, group) : WriteArrow(*batch, out, fill);
  return status.ok() ? 0 : Fail(out.c_str(), status);
}

}  // namespace
}  // namespace inlay

int main(int argc, char** argv) {
  if (argc != 4 && argc != 5) {
    std::fputs("usage: slice_writer IN.arrow OUT FILL [GROUP]\n", stderr);
    return 2;
  }
  const uint8_t fill = static_cast<uint8_t>(std::strtoul(argv[3], nullptr, 0));
  return inlay::Main(argv[1], argv[2], fill, argc == 5);
}

// Options, refusals, errors of the sink: what a writer does when it cannot write.
#include <algorithm>

#include "tests/ipc/expect_equal.h"
#include "tests/ipc/random_batch.h"

namespace inlay::ipc {
namespace {

// Fails the call number `fail_at` (0: the first), and every one after it must not come.
class FailingSink final : public Sink {
 public:
  explicit FailingSink(int fail_at) : fail_at_(fail_at) {}
  Status Append(std::span<const BufferView>) override { return Call(); }
  Status Flush() override { return Call(); }
  Status Sync() override { return Call(); }
  Status Finish() override { return Call(); }
  int calls() const { return calls_; }

 private:
  Status Call() { return calls_++ == fail_at_ ? Status::IoError("planted", 0) : Status(); }
  int fail_at_;
  int calls_ = 0;
};

const Schema& OneColumn() {
  static const Schema schema{{{"a", Int32(), false}}};
  return schema;
}

TEST(WriterState, OptionsAreCheckedAtOpen) {
  BufferSink sink;
  for (int32_t alignment : {0, 1, 4, 24, 128, -64}) {
    EXPECT_EQ(StreamWriter::Open(&sink, OneColumn(), {.alignment_bytes = alignment}).status().code(),
              StatusCode::kInvalidArgument);
  }
  for (const Compression& compression : {Snappy(), Gzip(), Zstd(99), Lz4(99), Compression{Codec::kNone, 1}}) {
    EXPECT_EQ(FileWriter::Open(&sink, OneColumn(), {.compression = compression}).status().code(),
              StatusCode::kInvalidArgument)
        << CodecName(compression.codec);
  }
  EXPECT_EQ(StreamWriter::Open(static_cast<Sink*>(nullptr), OneColumn()).status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(StreamWriter::Open(&sink, {{{"d", Decimal128(99, 0)}}}).status().code(), StatusCode::kInvalidArgument);
  EXPECT_TRUE(sink.bytes().empty()) << "nothing is written before all is checked";
}

TEST(WriterState, RefusedBatchesLeaveTheWriterUsable) {
  const Schema& schema = OneColumn();
  RandomBatch good(&schema, 10, 0, 1);
  BufferSink sink;
  auto writer = FileWriter::Open(&sink, schema);
  ASSERT_TRUE(writer.ok());
  ASSERT_TRUE(writer->Write(good.view()).ok());
  const auto before = sink.bytes();

  const auto refuse = [&](const RecordBatchView& batch) {
    const Status status = writer->Write(batch);
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument) << status.ToString();
    EXPECT_EQ(sink.bytes(), before);
  };
  for (const Schema& other :
       {Schema{{{"b", Int32(), false}}}, Schema{{{"a", UInt32(), false}}}, Schema{{{"a", Int32(), true}}}, Schema{},
        Schema{{{"a", Int32(), false}, {"b", Int32(), false}}}}) {
    RandomBatch data(&other, 10, 0, 2);
    refuse(data.view());
  }
  refuse({});
  std::vector<ArrayView> columns(good.view().columns.begin(), good.view().columns.end());
  const uint8_t validity[2] = {0xFE, 0xFF};
  columns[0].buffers[0] = {validity, 2};
  refuse({&schema, 10, columns});  // a null where none is allowed
  columns[0].buffers[0] = {};
  columns[0].buffers[1].size_bytes = 39;
  refuse({&schema, 10, columns});
  refuse({&schema, 9, good.view().columns});
  refuse({&schema, 10, {}});

  ASSERT_TRUE(writer->Write(good.view()).ok());
  ASSERT_TRUE(writer->Finish().ok());
  const auto reader = OpenFile(sink.bytes());
  ASSERT_TRUE(reader.ok());
  ASSERT_EQ(reader->num_batches(), 2);
  ExpectEqual(*reader->ReadBatch(1), good.view());
}

TEST(WriterState, NothingAfterFinish) {
  const Schema& schema = OneColumn();
  RandomBatch data(&schema, 10, 0, 1);
  BufferSink sink;
  auto stream = StreamWriter::Open(&sink, schema);
  ASSERT_TRUE(stream->Flush().ok());
  ASSERT_TRUE(stream->Sync().ok());
  ASSERT_TRUE(stream->Finish().ok());
  auto bytes = sink.bytes();
  for (const Status& status :
       {stream->Finish(), stream->Write(data.view()), stream->Flush(), stream->Sync(), stream->Finish()}) {
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  }
  EXPECT_EQ(sink.bytes(), bytes);

  sink.Release();
  auto file = FileWriter::Open(&sink, schema);
  ASSERT_TRUE(file->Finish().ok());
  bytes = sink.bytes();
  for (const Status& status : {file->Finish(), file->Write(data.view()), file->AddMetadata("k", "v"), file->Flush()}) {
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  }
  EXPECT_EQ(sink.bytes(), bytes);
}

TEST(WriterState, MetadataMustBeUtf8) {
  BufferSink sink;
  auto writer = FileWriter::Open(&sink, OneColumn());
  EXPECT_EQ(writer->AddMetadata("\xFF", "").code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(writer->AddMetadata("", "\xC3").code(), StatusCode::kInvalidArgument);
  EXPECT_TRUE(writer->Finish().ok());
}

template <typename Writer>
void FailAtEachCall() {
  const Schema& schema = OneColumn();
  RandomBatch data(&schema, 1000, 0, 1);
  for (int fail_at = 0;; ++fail_at) {
    FailingSink sink(fail_at);
    auto writer = Writer::Open(&sink, schema);
    if (!writer.ok()) {
      EXPECT_EQ(fail_at, 0);
      EXPECT_EQ(writer.status().code(), StatusCode::kIoError);
      continue;
    }
    std::vector<Status> results = {writer->Write(data.view()), writer->Flush(), writer->Write(data.view()),
                                   writer->Sync(), writer->Finish()};
    const auto failed = std::find_if(results.begin(), results.end(), [](const Status& s) { return !s.ok(); });
    if (failed == results.end()) {
      EXPECT_EQ(fail_at, sink.calls()) << "every call of the sink was made to fail once";
      return;
    }
    EXPECT_EQ(sink.calls(), fail_at + 1) << "no call follows the failed one";
    const auto first_failed = static_cast<size_t>(failed - results.begin());
    results.push_back(writer->Finish());
    results.push_back(writer->Write(data.view()));
    for (size_t i = first_failed; i < results.size(); ++i) {
      EXPECT_EQ(results[i].code(), StatusCode::kIoError);
      EXPECT_EQ(results[i].message(), "planted");
    }
    EXPECT_EQ(sink.calls(), fail_at + 1);
  }
}

TEST(WriterState, FirstErrorOfTheSinkSticks) {
  FailAtEachCall<StreamWriter>();
  FailAtEachCall<FileWriter>();
}

// An allocator that fails the call number `fail_at`.
struct FailingAllocator {
  int fail_at;
  int calls = 0;
  Allocator allocator{[](void* context, size_t size, size_t alignment) -> void* {
                        auto* self = static_cast<FailingAllocator*>(context);
                        if (self->calls++ == self->fail_at) return nullptr;
                        return DefaultAllocator().allocate(nullptr, size, alignment);
                      },
                      [](void*, void* memory, size_t size, size_t alignment) {
                        DefaultAllocator().deallocate(nullptr, memory, size, alignment);
                      },
                      this};
};

TEST(WriterState, OutOfMemoryRefusesTheBatch) {
  const Schema schema = FlatSchema();
  RandomBatch data(&schema, 500, 10, 1);
  for (const Compression& compression : {Uncompressed(), Lz4(), Zstd()}) {
    for (int fail_at = 0;; ++fail_at) {
      FailingAllocator failing{fail_at};
      BufferSink sink;
      auto writer = FileWriter::Open(&sink, schema, {.compression = compression, .allocator = &failing.allocator});
      if (!writer.ok()) {
        ASSERT_EQ(writer.status().code(), StatusCode::kOutOfMemory);
        continue;
      }
      const Status first = writer->Write(data.view());
      if (!first.ok()) {
        ASSERT_EQ(first.code(), StatusCode::kOutOfMemory);
        ASSERT_TRUE(writer->Write(data.view()).ok()) << "the writer goes on";
      }
      ASSERT_TRUE(writer->Finish().ok());
      const auto reader = OpenFile(sink.bytes());
      ASSERT_EQ(reader->num_batches(), 1);
      ExpectEqual(*reader->ReadBatch(0), data.view());
      if (failing.calls <= fail_at) break;
    }
  }
}

TEST(WriterState, SteadyStateAllocatesNothing) {
  const Schema flat = FlatSchema();
  // Buffers of like sizes: a zstd context gives memory back when many small inputs follow a large one.
  const Schema like{{{"a", Int64(), false}, {"b", Duration(TimeUnit::kNano), false}}};
  for (const Compression& compression : {Uncompressed(), Lz4(), Zstd()}) {
    const Schema& schema = compression.codec == Codec::kZstd ? like : flat;
    RandomBatch data(&schema, 500, 10, 1);
    FailingAllocator counting{-1};
    NullSink sink;
    auto writer = FileWriter::Open(&sink, schema, {.compression = compression, .allocator = &counting.allocator});
    ASSERT_TRUE(writer->Write(data.view()).ok());
    const int calls = counting.calls;
    for (int i = 0; i < 20; ++i) ASSERT_TRUE(writer->Write(data.Slice(i, 480)).ok());
    EXPECT_EQ(counting.calls, calls) << CodecName(compression.codec);
  }
}

}  // namespace
}  // namespace inlay::ipc

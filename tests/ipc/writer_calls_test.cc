// The calls of the writers beside Write: closing, releasing, gathering, metadata, old forms; and the encoder.
#include <gmock/gmock.h>

#include <algorithm>

#include <inlay/ipc.h>

#include "tests/ipc/dictionary_batches.h"
#include "tests/ipc/expect_equal.h"
#include "tests/ipc/random_batch.h"
#include "tests/reference/ipc_messages.h"

namespace inlay::ipc {
namespace {

using testing::HasSubstr;

// Remembers how many bytes each append had, and can be told to fail.
class CountingSink final : public Sink {
 public:
  Status Append(std::span<const BufferView> pieces) override {
    if (fails) return Status::IoError("planted", 0);
    int64_t size = 0;
    for (const BufferView& piece : pieces) size += piece.size_bytes;
    appends.push_back(size);
    return bytes.Append(pieces);
  }
  Status Finish() override {
    ++finishes;
    return {};
  }

  std::vector<int64_t> appends;
  BufferSink bytes;
  int finishes = 0;
  bool fails = false;
};

const Schema& Flat() {
  static const Schema schema = FlatSchema();
  return schema;
}

template <typename Writer>
void CloseFinishesOnce() {
  RandomBatch data(&Flat(), 10, 10, 1);
  CountingSink sink;
  auto writer = Writer::Open(&sink, Flat());
  ASSERT_TRUE(writer->Write(data.view()).ok());
  EXPECT_EQ(writer->num_batches(), 1);
  EXPECT_EQ(writer->num_rows(), 10);
  EXPECT_EQ(writer->sink(), &sink);
  EXPECT_TRUE(writer->Close().ok());
  EXPECT_TRUE(writer->Close().ok());
  EXPECT_EQ(sink.finishes, 1);
  EXPECT_FALSE(writer->Finish().ok());
  EXPECT_TRUE(writer->Close().ok());
  EXPECT_FALSE(writer->EncodedSize(data.view()).ok());
  EXPECT_EQ(writer->ReleaseSink(), nullptr) << "the sink is the caller's";
  EXPECT_EQ(writer->bytes_written(), static_cast<int64_t>(sink.bytes.bytes().size()));

  CountingSink failing;
  writer = Writer::Open(&failing, Flat());
  failing.fails = true;
  EXPECT_EQ(writer->Write(data.view()).message(), "planted");
  failing.fails = false;
  EXPECT_EQ(writer->Close().message(), "planted");
  EXPECT_EQ(writer->Close().message(), "planted") << "closing hides no error";
  EXPECT_EQ(failing.finishes, 0);
  EXPECT_EQ(failing.appends.size(), 1u);
}

TEST(WriterCalls, CloseFinishesOnce) {
  CloseFinishesOnce<StreamWriter>();
  CloseFinishesOnce<FileWriter>();
}

template <typename Writer>
void SinkIsReleased() {
  auto owned = std::make_unique<CountingSink>();
  CountingSink* sink = owned.get();
  auto writer = Writer::Open(std::move(owned), Flat());
  EXPECT_EQ(writer->sink(), sink);
  EXPECT_EQ(writer->ReleaseSink(), nullptr) << "it is in use";
  ASSERT_TRUE(writer->Finish().ok());
  const std::unique_ptr<Sink> released = writer->ReleaseSink();
  EXPECT_EQ(released.get(), sink);
  EXPECT_EQ(writer->sink(), nullptr);
  EXPECT_EQ(writer->ReleaseSink(), nullptr);
  EXPECT_TRUE(writer->Close().ok());
  EXPECT_FALSE(writer->Flush().ok());
}

TEST(WriterCalls, SinkIsReleased) {
  SinkIsReleased<StreamWriter>();
  SinkIsReleased<FileWriter>();
}

TEST(WriterCalls, SinkIsReleasedAfterAnError) {
  auto owned = std::make_unique<CountingSink>();
  CountingSink* sink = owned.get();
  auto writer = StreamWriter::Open(std::move(owned), Flat());
  sink->fails = true;
  EXPECT_FALSE(writer->Finish().ok());
  EXPECT_EQ(writer->ReleaseSink().get(), sink);
  EXPECT_EQ(writer->Flush().message(), "planted");
}

TEST(WriterCalls, GatheredBytesAreTheSame) {
  RandomBatch data(&Flat(), 40, 10, 1);
  CountingSink plain;
  auto writer = FileWriter::Open(&plain, Flat());
  for (int64_t i = 0; i < 20; ++i) ASSERT_TRUE(writer->Write(data.Slice(i, i)).ok());
  ASSERT_TRUE(writer->Finish().ok());
  EXPECT_EQ(plain.appends.size(), 22u);
  for (int64_t buffer_bytes : {1, 5000, 30000, 1 << 20}) {
    CountingSink sink;
    writer = FileWriter::Open(&sink, Flat(), {.buffer_bytes = buffer_bytes});
    for (int64_t i = 0; i < 20; ++i) ASSERT_TRUE(writer->Write(data.Slice(i, i)).ok());
    const int64_t before = writer->bytes_written();
    ASSERT_TRUE(writer->Finish().ok());
    EXPECT_GT(writer->bytes_written(), before);
    EXPECT_EQ(sink.bytes.bytes(), plain.bytes.bytes());
    EXPECT_EQ(sink.appends.size() == 1, buffer_bytes == 1 << 20);
    EXPECT_EQ(sink.appends == plain.appends, buffer_bytes == 1);
  }
  CountingSink sink;
  auto stream = StreamWriter::Open(&sink, Flat(), {.buffer_bytes = 1 << 20});
  ASSERT_TRUE(stream->Write(data.view()).ok());
  EXPECT_TRUE(sink.appends.empty());
  ASSERT_TRUE(stream->Flush().ok());
  EXPECT_EQ(static_cast<int64_t>(sink.bytes.bytes().size()), stream->bytes_written());
  sink.fails = true;
  ASSERT_TRUE(stream->Write(data.view()).ok());
  EXPECT_EQ(stream->Sync().message(), "planted");
  EXPECT_EQ(stream->Write(data.view()).message(), "planted");
}

TEST(WriterCalls, BatchesHaveMetadataOfTheirOwn) {
  const KeyValueMetadata metadata = {{"source", "α"}, {"", ""}};
  RandomBatch data(&Flat(), 10, 10, 1);
  BufferSink sink;
  auto writer = StreamWriter::Open(&sink, Flat());
  const auto plain = writer->EncodedSize(data.view());
  const auto size = writer->EncodedSize(data.view(), metadata);
  ASSERT_TRUE(writer->Write(data.view()).ok());
  const int64_t first = writer->bytes_written();
  ASSERT_TRUE(writer->Write(data.view(), metadata).ok());
  EXPECT_EQ(writer->bytes_written() - first, *size);
  EXPECT_GT(*size, *plain);
  EXPECT_EQ(writer->Write(data.view(), {{"k", "\xFF"}}).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(writer->Write(data.view(), {{"\xC3", ""}}).code(), StatusCode::kInvalidArgument);
  ASSERT_TRUE(writer->Write(data.view()).ok());
  ASSERT_TRUE(writer->Finish().ok());
  const auto messages = reference::ReadMessages(sink.bytes(), 0, 64);
  ASSERT_EQ(messages.size(), 4u);
  EXPECT_TRUE(messages[1].metadata.empty());
  EXPECT_EQ(messages[2].metadata, metadata);
  EXPECT_TRUE(messages[3].metadata.empty());
}

TEST(WriterCalls, OldForms) {
  RandomBatch data(&Flat(), 50, 10, 1);
  for (bool legacy : {false, true}) {
    for (int32_t alignment : {8, 16, 32, 64}) {
      const WriteOptions options{
          .alignment_bytes = alignment, .metadata_version = MetadataVersion::kV4, .legacy_framing = legacy};
      BufferSink stream_sink;
      auto stream = StreamWriter::Open(&stream_sink, Flat(), options);
      BufferSink file_sink;
      auto file = FileWriter::Open(&file_sink, Flat(), options);
      for (int i = 0; i < 2; ++i) {
        ASSERT_TRUE(stream->Write(data.view()).ok());
        ASSERT_TRUE(file->Write(data.view()).ok());
      }
      ASSERT_TRUE(stream->Finish().ok());
      ASSERT_TRUE(file->Finish().ok());

      const auto& bytes = stream_sink.bytes();
      const std::vector<uint8_t> marker(4, 0xFF);
      EXPECT_EQ(std::equal(marker.begin(), marker.end(), bytes.begin()), !legacy);
      const size_t end_bytes = legacy ? 4 : 8;
      EXPECT_EQ(std::vector<uint8_t>(bytes.end() - 4, bytes.end()), std::vector<uint8_t>(4, 0));
      EXPECT_EQ((bytes.size() - end_bytes) % static_cast<size_t>(alignment), 0u);
      auto stream_reader = OpenStream(bytes);
      ASSERT_TRUE(stream_reader.ok()) << stream_reader.status().ToString();
      ExpectEqual(**stream_reader->Next(), data.view());
      ExpectEqual(**stream_reader->Next(), data.view());
      EXPECT_FALSE((*stream_reader->Next()).has_value());

      const auto reader = OpenFile(file_sink.bytes());
      ASSERT_TRUE(reader.ok());
      EXPECT_EQ(reader->metadata_version(), 4);
      ASSERT_EQ(reader->num_batches(), 2);
      ExpectEqual(*reader->ReadBatch(1), data.view());
      const auto blocks = reader->ReadBlocks();
      ASSERT_TRUE(blocks.ok());
      for (const BlockInfo& block : *blocks) {
        EXPECT_EQ((block.offset_bytes + block.metadata_bytes) % alignment, 0);
      }
    }
  }
}

TEST(WriterCalls, EncoderMakesTheBytesOfAStream) {
  DictionaryBatches make;
  const RecordBatchView batches[] = {make.Batch({0, 1}, {"a", "b"}), make.Batch({1}, {"c", "b"}),
                                     make.Batch({0, std::nullopt}, {"a"})};
  for (const WriteOptions& options :
       {WriteOptions{}, WriteOptions{.compression = Lz4(), .dictionaries = DictionaryPolicy::kUnify}}) {
    BufferSink wanted;
    auto writer = StreamWriter::Open(&wanted, make.schema(), options);
    auto encoder = Encoder::Make(make.schema(), options);
    ASSERT_TRUE(encoder.ok());
    EXPECT_EQ(encoder->schema(), make.schema());
    EXPECT_EQ(encoder->Encode(batches[0]).status().code(), StatusCode::kInvalidArgument) << "the schema comes first";
    EXPECT_EQ(encoder->Finish().status().code(), StatusCode::kInvalidArgument);
    BufferSink sent;
    const auto send = [&](const Result<std::span<const BufferView>>& pieces) {
      ASSERT_TRUE(pieces.ok()) << pieces.status().ToString();
      ASSERT_TRUE(sent.Append(*pieces).ok());
    };
    send(encoder->Start());
    EXPECT_FALSE(encoder->Start().ok());
    for (const RecordBatchView& batch : batches) {
      ASSERT_TRUE(writer->Write(batch, {{"k", "v"}}).ok());
      EXPECT_FALSE(encoder->Encode(make.Batch({0}, nullptr)).ok()) << "refused, and changes nothing";
      send(encoder->Encode(batch, {{"k", "v"}}));
    }
    send(encoder->Finish());
    EXPECT_FALSE(encoder->Finish().ok());
    EXPECT_FALSE(encoder->Encode(batches[0]).ok());
    EXPECT_FALSE(encoder->Start().ok());
    ASSERT_TRUE(writer->Finish().ok());
    EXPECT_EQ(sent.bytes(), wanted.bytes());
  }
  EXPECT_THAT(Encoder::Make(make.schema(), {.alignment_bytes = 7}).status().message(), HasSubstr("alignment_bytes"));
}

}  // namespace
}  // namespace inlay::ipc

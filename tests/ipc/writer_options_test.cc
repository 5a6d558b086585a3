// Options that cannot be, and what is said about them.
#include <gmock/gmock.h>

#include <limits>

#include <inlay/ipc.h>

namespace inlay::ipc {
namespace {

using testing::HasSubstr;

void ExpectRefused(const WriteOptions& options, const char* what) {
  const Schema schema{{{"a", Int32()}}};
  const Status status = options.Validate();
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument) << what;
  EXPECT_THAT(status.message(), HasSubstr(what));
  BufferSink sink;
  EXPECT_EQ(StreamWriter::Open(&sink, schema, options).status().message(), status.message());
  EXPECT_EQ(FileWriter::Open(&sink, schema, options).status().message(), status.message());
  EXPECT_TRUE(sink.bytes().empty()) << "nothing is written before all is checked";
}

TEST(WriteOptions, DefaultsAreValid) {
  EXPECT_TRUE(WriteOptions().Validate().ok());
  EXPECT_TRUE(WriteOptions{.metadata_version = MetadataVersion::kV4}.Validate().ok());
  EXPECT_TRUE((WriteOptions{.metadata_version = MetadataVersion::kV4, .legacy_framing = true}.Validate().ok()));
}

TEST(WriteOptions, EachIsChecked) {
  for (int32_t alignment : {0, 1, 4, 7, 24, 128, -64}) ExpectRefused({.alignment_bytes = alignment}, "alignment_bytes");
  ExpectRefused({.allocator = nullptr}, "allocator");
  for (double saving : {-0.1, 1.0, std::numeric_limits<double>::quiet_NaN()}) {
    ExpectRefused({.min_saving = saving}, "min_saving");
  }
  ExpectRefused({.buffer_bytes = -1}, "buffer_bytes");
  ExpectRefused({.buffer_bytes = int64_t{1} << 40}, "buffer_bytes");
  ExpectRefused({.compression = Snappy()}, "snappy");
  ExpectRefused({.compression = Gzip()}, "gzip");
  ExpectRefused({.compression = Zstd(23)}, "23");
  ExpectRefused({.compression = Lz4(13)}, "13");
  ExpectRefused({.legacy_framing = true}, "legacy_framing");
  for (const Compression& compression : {Lz4(), Zstd()}) {
    ExpectRefused({.compression = compression, .metadata_version = MetadataVersion::kV4}, "needs metadata_version kV5");
  }
}

TEST(WriteOptions, ColumnPathsAreLookedUp) {
  const Schema schema{{{"price", Int32()}, {"name", Utf8()}}};
  BufferSink sink;
  EXPECT_TRUE(StreamWriter::Open(&sink, schema, {.columns = {{"price", {.compress = false}}}}).ok());
  sink.Release();
  const Status status = StreamWriter::Open(&sink, schema, {.columns = {{"pirce", {}}}}).status();
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr("'pirce'"));
  EXPECT_THAT(status.message(), HasSubstr("nearest: 'price', 'name'"));
  EXPECT_TRUE(sink.bytes().empty());
}

}  // namespace
}  // namespace inlay::ipc

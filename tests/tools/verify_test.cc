// `inlay verify` from end to end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/ipc/message_maker.h"
#include "tests/tools/command.h"
#include "tests/tools/sample_table.h"

namespace inlay::tools {
namespace {

using ipc::BatchParts;
using ipc::Blob;
using ipc::Int32s;
using ipc::StreamMaker;
using ipc::Strings;

class VerifyTest : public testing::Test {
 protected:
  std::string Path(const char* name) const { return folder_.Path(name); }
  void Put(const char* name, const Blob& bytes) const {
    folder_.Put(name, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
  // What verify says of these bytes.
  testing::AssertionResult Finds(const Blob& bytes, const std::string& part) const {
    Put("x", bytes);
    return IsError(Inlay({"verify", Path("x")}), 1, part);
  }
  testing::AssertionResult Passes(const Blob& bytes, const std::string& said) const {
    Put("x", bytes);
    const Said answer = Inlay({"verify", Path("x")});
    if (answer.exit_code == 0 && answer.out == said + '\n') return testing::AssertionSuccess();
    return testing::AssertionFailure() << answer.out << answer.err;
  }

  TemporaryFolder folder_;
  SampleTable table_{2000};
  const Schema ints_{.fields = {{"a", Int32()}}};
  const Schema words_{.fields = {{"w", Dictionary(TypeId::kInt32, Utf8())}}};
};

TEST_F(VerifyTest, WhatIsWrittenIsGood) {
  table_.WriteFile(Path("a.arrow"), 700);
  table_.WriteFile(Path("b.arrow"), 700, {.compression = Zstd(1)});
  for (const char* name : {"a.arrow", "b.arrow"}) {
    const Said said = Inlay({"verify", Path(name)});
    EXPECT_EQ(said.exit_code, 0) << said.err;
    EXPECT_EQ(said.out, "ok: 3 batches, 2,000 rows\n");
  }
  EXPECT_TRUE(Passes(table_.StreamBytes(1000, true), "ok: 2 batches, 2,000 rows"));
  EXPECT_TRUE(
      Passes(table_.StreamBytes(2000, false), "ok: 1 batch, 2,000 rows; the stream has no end-of-stream marker"));
}

TEST_F(VerifyTest, WhatCannotBeVerified) {
  EXPECT_TRUE(IsError(Inlay({"verify", Path("missing")}), 1, "missing"));
  EXPECT_TRUE(IsError(Inlay({"verify", "/dev/null"}), 2, "no regular file"));
  table_.WriteFile(Path("a.arrow"), 700, {.compression = Zstd(1)});
  ASSERT_EQ(Inlay({"convert", Path("a.arrow"), Path("a.parquet")}).exit_code, 0);
  EXPECT_TRUE(IsError(Inlay({"verify", Path("a.parquet")}), 2, "Parquet"));
  EXPECT_TRUE(IsError(Inlay({"verify", Path("a.arrow"), "--max-bytes", "1K"}), 1, "limit exceeded"));
  EXPECT_TRUE(IsError(Inlay({"verify", Path("a.arrow"), "--max-bytes", "much"}), 2, "--max-bytes"));
}

TEST_F(VerifyTest, Values) {
  StreamMaker maker;
  maker.AddSchema({.fields = {{"s", Utf8()}}});
  maker.AddBatch(Strings({"a", "b"}));
  const size_t at = maker.bytes().size();
  maker.AddBatch(Strings({"good", "\xFF\xFE"}));
  maker.AddEnd();
  EXPECT_TRUE(Finds(maker.bytes(), "batch 1: message at byte " + std::to_string(at) + ": column 's': row 1"));
  EXPECT_TRUE(Finds(maker.File({.fields = {{"s", Utf8()}}}),
                    "batch 1: message at byte " + std::to_string(at + 8) + ": column 's': row 1"));
}

TEST_F(VerifyTest, Framing) {
  const auto stream = [&](const std::function<void(StreamMaker*)>& make) {
    StreamMaker maker;
    maker.AddSchema(ints_);
    make(&maker);
    return maker.bytes();
  };
  const auto good = [](StreamMaker* maker) {
    maker->AddBatch(Int32s({1, 2}));
    maker->AddEnd();
  };
  EXPECT_TRUE(Passes(stream(good), "ok: 1 batch, 2 rows"));

  Blob cut = stream(good);
  cut.resize(cut.size() - 12);
  EXPECT_TRUE(Finds(cut, "input ends"));
  Blob trailing = stream(good);
  trailing.resize(trailing.size() + 16);
  EXPECT_TRUE(Finds(trailing, "16 bytes between the end of the stream and the end of the input"));
  EXPECT_TRUE(Finds({}, "without a schema"));
  EXPECT_TRUE(Finds(stream([&](StreamMaker* maker) { maker->AddSchema(ints_); }), "a second schema"));
  EXPECT_TRUE(Finds(stream([&](StreamMaker* maker) {
                      maker->legacy = true;
                      maker->AddBatch(Int32s({1}));
                    }),
                    "unlike the first message"));
  EXPECT_TRUE(Finds(stream([&](StreamMaker* maker) {
                      maker->version = flatbuf::MetadataVersion::V4;
                      maker->AddBatch(Int32s({1}));
                    }),
                    "another metadata version"));
  EXPECT_TRUE(Finds(stream([&](StreamMaker* maker) {
                      maker->AddBatch(Int32s({1}));
                      maker->legacy = true;
                      maker->AddEnd();
                    }),
                    "end-of-stream marker"));
  StreamMaker legacy;
  legacy.legacy = true;
  legacy.AddSchema(ints_);
  EXPECT_TRUE(Finds(legacy.bytes(), "is of version 5"));
  StreamMaker headless;
  headless.AddBatch(Int32s({1}));
  EXPECT_TRUE(Finds(headless.bytes(), "message at byte 0: the first message is not a schema"));
}

// What readers mend or pass over.
TEST_F(VerifyTest, Schemas) {
  const auto stream = [](const std::function<flatbuffers::Offset<flatbuf::Schema>(FlatBufferBuilder*)>& make) {
    FlatBufferBuilder builder;
    const auto schema = make(&builder);
    builder.Finish(flatbuf::CreateMessage(builder, flatbuf::MetadataVersion::V5, flatbuf::MessageHeader::Schema,
                                          schema.Union(), 0));
    return EncapsulateMessage(builder, 0, 8);
  };
  using Fields = std::vector<flatbuffers::Offset<flatbuf::Field>>;
  const auto with_date = [](int16_t unit) {
    return [unit](FlatBufferBuilder* builder) {
      const auto date = flatbuf::CreateDate(*builder, static_cast<flatbuf::DateUnit>(unit)).Union();
      const Fields fields = {flatbuf::CreateFieldDirect(*builder, "d", true, flatbuf::Type::Date, date)};
      return flatbuf::CreateSchemaDirect(*builder, flatbuf::Endianness::Little, &fields);
    };
  };
  EXPECT_TRUE(Passes(stream(with_date(1)), "ok: 0 batches, 0 rows; the stream has no end-of-stream marker"));
  EXPECT_TRUE(Finds(stream(with_date(2)), "message at byte 0: column 'd': a date of an unknown unit"));
  EXPECT_TRUE(Finds(stream([](FlatBufferBuilder* builder) { return flatbuf::CreateSchema(*builder); }),
                    "without a list of fields"));
  const auto with_keys = [](bool nullable) {
    return [nullable](FlatBufferBuilder* builder) {
      const auto none = [&] { return flatbuf::CreateNull(*builder).Union(); };
      Fields pair = {flatbuf::CreateFieldDirect(*builder, "key", nullable, flatbuf::Type::Null, none()),
                     flatbuf::CreateFieldDirect(*builder, "value", true, flatbuf::Type::Null, none())};
      const auto type = flatbuf::CreateStruct_(*builder).Union();
      Fields entries = {flatbuf::CreateFieldDirect(*builder, "entries", false, flatbuf::Type::Struct_, type, 0, &pair)};
      const auto map = flatbuf::CreateMap(*builder).Union();
      Fields fields = {flatbuf::CreateFieldDirect(*builder, "m", true, flatbuf::Type::Map, map, 0, &entries)};
      return flatbuf::CreateSchemaDirect(*builder, flatbuf::Endianness::Little, &fields);
    };
  };
  EXPECT_TRUE(Passes(stream(with_keys(false)), "ok: 0 batches, 0 rows; the stream has no end-of-stream marker"));
  EXPECT_TRUE(Finds(stream(with_keys(true)), "column 'm': a map whose keys may be null"));
}

TEST_F(VerifyTest, PlacesOfBuffers) {
  const auto stream = [&](BatchParts parts) {
    StreamMaker maker;
    maker.AddSchema({.fields = {{"s", Utf8()}}});
    maker.AddBatch(parts);
    maker.AddEnd();
    return maker.bytes();
  };
  BatchParts parts = Strings({"abcdefgh", "ijklmnop"});  // offsets: bytes 0 to 12; text: 16 to 32
  EXPECT_TRUE(Passes(stream(parts), "ok: 1 batch, 2 rows"));
  const auto with = [&](std::vector<flatbuf::Buffer> lies) {
    BatchParts lying = parts;
    lying.lies = std::move(lies);
    return stream(lying);
  };
  EXPECT_TRUE(Finds(with({{0, 0}, {0, 12}, {12, 16}}), "not a multiple of 8"));
  EXPECT_TRUE(Finds(with({{0, 0}, {0, 24}, {16, 16}}), "before the end of the buffer"));
  EXPECT_TRUE(Finds(with({{0, 0}, {0, 12}, {24, 16}}), "not within the body"));
  EXPECT_TRUE(Finds(with({{0, 0}, {0, 12}}), "buffers"));
  parts.buffers[1].resize(16, 7);
  EXPECT_TRUE(Finds(with({{0, 0}, {0, 12}, {16, 16}}), "belongs to no buffer and is not zero"));
  parts.buffers[1].resize(13);
  parts.buffers[1][12] = 7;
  EXPECT_TRUE(Finds(stream(parts), "is past its values and not zero"));
  BatchParts nulls = Strings({"a", "b"});
  nulls.nodes = {{2, 3}};
  EXPECT_TRUE(Finds(stream(nulls), "3 nulls among 2 values"));
  nulls.nodes = {{2, 1}};
  EXPECT_TRUE(Finds(stream(nulls), "column 's'"));
  parts.compression = flatbuf::CompressionType::ZSTD;
  EXPECT_TRUE(Finds(stream(parts), "column 's'"));
}

TEST_F(VerifyTest, MembersAreAsLongAsTheirStruct) {
  const auto stream = [](int64_t length) {
    StreamMaker maker;
    maker.AddSchema({.fields = {{"s", Struct({{"a", Int32()}})}}});
    maker.AddBatch({.num_rows = 2,
                    .nodes = {{2, 0}, {length, 0}},
                    .buffers = {{}, {}, ipc::BlobOf(std::vector<int32_t>(static_cast<size_t>(length), 1))}});
    return maker.bytes();
  };
  EXPECT_TRUE(Passes(stream(2), "ok: 1 batch, 2 rows; the stream has no end-of-stream marker"));
  EXPECT_TRUE(Finds(stream(3), "column 's': has 2 values, its member 'a' 3"));
}

TEST_F(VerifyTest, Dictionaries) {
  const auto stream = [&](const std::function<void(StreamMaker*)>& make) {
    StreamMaker maker;
    maker.AddSchema(words_);
    make(&maker);
    maker.AddEnd();
    return maker;
  };
  const auto replaced = stream([](StreamMaker* maker) {
    maker->AddDictionary(0, Strings({"a", "b"}));
    maker->AddBatch(Int32s({1, 0}));
    maker->AddDictionary(0, Strings({"c"}));
    maker->AddBatch(Int32s({0}));
  });
  EXPECT_TRUE(Passes(replaced.bytes(), "ok: 2 batches, 3 rows"));
  EXPECT_TRUE(Finds(replaced.File(words_), "dictionary 0: is replaced"));
  EXPECT_TRUE(Finds(stream([](StreamMaker* maker) { maker->AddDictionary(0, Strings({"a"}), true); }).bytes(),
                    "the first batch of it is a delta"));
  EXPECT_TRUE(Finds(stream([](StreamMaker* maker) { maker->AddDictionary(7, Strings({"a"})); }).bytes(),
                    "no column has a dictionary 7"));
  EXPECT_TRUE(Finds(stream([](StreamMaker* maker) {
                      maker->AddDictionary(0, Strings({"a"}));
                      maker->AddBatch(Int32s({0, 1}));
                    }).bytes(),
                    "row 1"));
}

class VerifyFooterTest : public VerifyTest {
 protected:
  void SetUp() override {
    maker_.AddSchema(words_);
    maker_.AddDictionary(0, Strings({"a", "b"}));
    maker_.AddBatch(Int32s({1, 0}));
    maker_.AddDictionary(0, Strings({"c"}), true);
    maker_.AddBatch(Int32s({2, 2, 2}));
    maker_.AddEnd();
  }

  StreamMaker maker_;
};

TEST_F(VerifyFooterTest, Blocks) {
  EXPECT_TRUE(Passes(maker_.File(words_), "ok: 2 batches, 5 rows"));
  StreamMaker swapped = maker_;
  std::swap(swapped.dictionary_blocks[0], swapped.dictionary_blocks[1]);
  EXPECT_TRUE(Finds(swapped.File(words_), "footer: dictionary block 1"));
  StreamMaker missing = maker_;
  missing.batch_blocks.pop_back();
  EXPECT_TRUE(Finds(missing.File(words_), "footer: has no block for the message at byte"));
  StreamMaker twice = maker_;
  twice.batch_blocks[1] = twice.batch_blocks[0];
  EXPECT_TRUE(Finds(twice.File(words_), "the same message as another"));
  StreamMaker kind = maker_;
  kind.batch_blocks[0] = kind.dictionary_blocks[0];
  EXPECT_TRUE(Finds(kind.File(words_), "of another kind"));
  StreamMaker lengths = maker_;
  const flatbuf::Block block = lengths.batch_blocks[0];
  lengths.batch_blocks[0] = {block.offset(), block.metadata_length() - 8, block.body_length()};
  EXPECT_TRUE(Finds(lengths.File(words_), "bytes of metadata"));
  lengths.batch_blocks[0] = {block.offset(), block.metadata_length(), block.body_length() - 8};
  EXPECT_TRUE(Finds(lengths.File(words_), "says a body of"));
  lengths.batch_blocks[0] = {block.offset() + 8, block.metadata_length() - 8, block.body_length()};
  EXPECT_TRUE(Finds(lengths.File(words_), "no batch or dictionary of the stream begins there"));
}

TEST_F(VerifyFooterTest, Rest) {
  EXPECT_TRUE(Finds(maker_.File(ints_), "its schema is not that of the first message"));
  StreamMaker version = maker_;
  version.version = flatbuf::MetadataVersion::V4;
  EXPECT_TRUE(Finds(version.File(words_), "footer: is of version 4"));
  Blob magic = maker_.File(words_);
  magic[7] = 1;
  EXPECT_TRUE(Finds(magic, "byte 6: two zeros"));
  Blob cut = maker_.File(words_);
  cut.resize(cut.size() - 3);
  EXPECT_TRUE(Finds(cut, "cut off"));
  StreamMaker gap = maker_;
  gap.AddEnd();
  EXPECT_TRUE(Finds(gap.File(words_), "8 bytes between the end of the stream and the footer"));
  StreamMaker endless;
  endless.AddSchema(ints_);
  endless.AddBatch(Int32s({1}));
  EXPECT_TRUE(Finds(endless.File(ints_), "without an end-of-stream marker"));
}

}  // namespace
}  // namespace inlay::tools

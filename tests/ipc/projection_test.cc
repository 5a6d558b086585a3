// Some columns of a message: the same values as in the whole, and nothing else is looked at.
#include "engine/ipc/projection.h"

#include <inlay/executor.h>

#include "engine/ipc/batch_decoder.h"
#include "engine/ipc/message_input.h"
#include "tests/ipc/nested_batch.h"

namespace inlay::ipc {
namespace {

using Paths = std::vector<std::string>;

Result<std::shared_ptr<const Projection>> MakeProjection(const Schema& schema, const Paths& paths) {
  FlatBufferBuilder builder;
  builder.Finish(*BuildSchema(schema, &builder));
  const auto* flat = flatbuffers::GetRoot<flatbuf::Schema>(builder.GetBufferPointer());
  auto decoded = ReadSchema(*flat, builder.GetSize());
  if (!decoded.ok()) return decoded.status();
  return Projection::Make(std::make_shared<const DecodedSchema>(std::move(*decoded)), paths);
}

Schema PrunedSchema(const Schema& schema, const Paths& paths) {
  const auto projection = MakeProjection(schema, paths);
  EXPECT_TRUE(projection.ok()) << projection.status().ToString();
  return projection.ok() ? (*projection)->schema() : Schema{};
}

// Decodes the first batch of a stream. `as_ranges`: from copies of the parts of the body that are needed, no more.
Result<RecordBatch> ReadFirst(const Blob& stream, const Paths& paths, bool as_ranges = false,
                              const ReadOptions& options = {}) {
  const std::shared_ptr<const Source> source = MakeBufferSource(ViewOf(stream));
  SourceMessages messages(source, &options);
  auto message = messages.Next();
  if (!message.ok()) return message.status();
  auto decoded = ReadSchema(*(**message).metadata->header_as_Schema(), (**message).metadata.size_bytes());
  if (!decoded.ok()) return decoded.status();
  const auto projection = Projection::Make(std::make_shared<const DecodedSchema>(std::move(*decoded)), paths);
  if (!projection.ok()) return projection.status();
  const BatchDecoder decoder(&options);
  Dictionaries dictionaries;
  while (true) {
    message = messages.Next();
    if (!message.ok()) return message.status();
    Message& next = **message;
    auto bytes = ReadRange(source, next.body_offset_bytes(), next.metadata->body_length(), options.allocator);
    if (!bytes.ok()) return bytes.status();
    next.body = std::move(*bytes);
    if (next.metadata->header_type() == flatbuf::MessageHeader::DictionaryBatch) {
      const Status status = decoder.DecodeDictionary(next, *projection, true, &dictionaries);
      if (!status.ok()) return status;
      continue;
    }
    if (!as_ranges) return decoder.DecodeBatch(next, *projection, dictionaries);
    const auto ranges = NeededRanges(*next.metadata->header_as_RecordBatch(), next.metadata->version(),
                                     (*projection)->batch(), next.metadata->body_length());
    if (!ranges.ok()) return ranges.status();
    std::vector<BodyPart> parts;
    for (const ByteRange& range : *ranges) {
      const uint8_t* const from = next.body.view.data + range.offset_bytes;
      auto copy = std::make_shared<Blob>(from, from + range.size_bytes);
      const BufferView view = ViewOf(*copy);
      parts.push_back({range.offset_bytes, {view, std::move(copy)}});
    }
    return decoder.DecodeBatch(next, *projection, dictionaries, parts);
  }
}

Blob NestedStream() {
  StreamMaker maker;
  AddNestedHead(false, &maker);
  maker.AddBatch(NestedParts());
  return maker.bytes();
}

TEST(Projection, PathsChooseFields) {
  const Field a{"a", Int32()}, b{"b", Utf8()}, x{"x", Struct({a, b})};
  const Schema schema{{x,
                       {"l", List({"item", Struct({x, a})}), false, {{"k", "v"}}},
                       {"m", Map({"key", Int32()}, {"value", x.type})},
                       {"u", DenseUnion({x, {"y", x.type}}, {4, 2})},
                       {"r", RunEndEncoded(TypeId::kInt32, {"values", x.type})},
                       {"d", Dictionary(TypeId::kInt8, x.type)},
                       {"a.b", Int64()},
                       a,
                       a},
                      {{"of", "schema"}}};
  const Field only_a{"x", Struct({a})};
  const auto expect = [&](const Paths& paths, const std::vector<Field>& wanted) {
    EXPECT_EQ(PrunedSchema(schema, paths), (Schema{wanted, schema.metadata})) << paths[0];
  };
  EXPECT_EQ(PrunedSchema(schema, {}), schema);
  expect({"x"}, {x});
  expect({"x.a"}, {only_a});
  expect({"x.b", "x"}, {x});
  expect({"x.b", "x.a"}, {x});
  expect({"a", "x.a"}, {only_a, a, a});  // a name that stands for two; the schema's order
  expect({"a.b"}, {schema.fields[6]});
  expect({"l.item.x.a"}, {{"l", List({"item", Struct({only_a})}), false, {{"k", "v"}}}});
  expect({"m.entries.value.a"}, {{"m", Map({"key", Int32()}, {"value", only_a.type})}});
  expect({"m.entries.key"}, {schema.fields[2]});
  expect({"u.x.a"}, {{"u", DenseUnion({only_a, {"y", x.type}}, {4, 2})}});
  expect({"r.values.a"}, {{"r", RunEndEncoded(TypeId::kInt32, {"values", only_a.type})}});
  expect({"d.a"}, {schema.fields[5]});
}

TEST(Projection, UnknownPathsNameTheNearest) {
  const Schema schema{{{"user", Struct({{"id", Int32()}, {"name", Utf8()}})}, {"price", Float64()}}};
  for (const auto& [path, nearest] : std::vector<std::pair<std::string, std::string>>{
           {"prise", "'price'"}, {"user.ident", "'user.id'"}, {"user.", "'user'"}, {"", "'user'"}, {"user.id.x", ""}}) {
    const Status status = MakeProjection(schema, {"price", path}).status();
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
    EXPECT_NE(status.message().find("'" + path + "'"), std::string::npos) << status.ToString();
    EXPECT_NE(status.message().find(nearest), std::string::npos) << status.ToString();
  }
}

TEST(Projection, EveryColumnAloneIsAsInTheWhole) {
  const Blob stream = NestedStream();
  const auto whole = ReadFirst(stream, {});
  ASSERT_TRUE(whole.ok()) << whole.status().ToString();
  const Schema schema = NestedSchema();
  for (size_t i = 0; i < schema.fields.size(); ++i) {
    for (bool as_ranges : {false, true}) {
      const auto batch = ReadFirst(stream, {schema.fields[i].name}, as_ranges);
      ASSERT_TRUE(batch.ok()) << batch.status().ToString();
      ASSERT_EQ(batch->columns().size(), 1u);
      EXPECT_EQ(batch->num_rows(), 3);
      EXPECT_EQ(reference::ValuesOf(batch->columns()[0]), reference::ValuesOf(whole->columns()[i]));
      EXPECT_TRUE(ValidateBatch(*batch, Validation::kFull).ok());
    }
  }
  const auto some = ReadFirst(stream, {"struct.b", "sparse", "list"}, true);
  ASSERT_TRUE(some.ok()) << some.status().ToString();
  EXPECT_EQ(reference::ValuesOf(some->columns()[0]), reference::ValuesOf(whole->columns()[0]));
  ASSERT_EQ(some->columns()[1].children.size(), 1u);
  EXPECT_EQ(some->columns()[1].null_count, 1) << "a struct keeps its own validity";
  EXPECT_EQ(reference::ValuesOf(some->columns()[1].children[0]), reference::ValuesOf(whole->columns()[5].children[1]));
  EXPECT_EQ(reference::ValuesOf(some->columns()[2]), reference::ValuesOf(whole->columns()[8]));
}

// Two columns of numbers, views between them: their count of data buffers moves what follows.
TEST(Projection, ColumnsBehindViews) {
  const auto view = [](int32_t index) {
    const std::vector<int32_t> words = {20, 0x61616161, index, 0};
    return BlobOf(words);
  };
  const Schema schema{
      {{"first", Int32()}, {"views", List({"item", Utf8View()})}, {"view", Utf8View()}, {"last", Int32()}}};
  PartsMaker parts(1);
  parts.Ints({1});
  parts.Add(1, 0, {{}, BlobOf(std::vector<int32_t>{0, 1})});
  parts.Add(1, 0, {{}, view(1), BlobOf(std::string(20, 'b')), BlobOf(std::string(20, 'a'))});
  parts.Add(1, 0, {{}, view(0), BlobOf(std::string(20, 'a'))});
  parts.Ints({2});
  parts.parts.variadic_counts = {2, 1};
  StreamMaker maker;
  maker.AddSchema(schema);
  maker.AddBatch(parts.parts);
  const auto whole = ReadFirst(maker.bytes(), {});
  ASSERT_TRUE(whole.ok()) << whole.status().ToString();
  for (size_t i = 0; i < schema.fields.size(); ++i) {
    const auto batch = ReadFirst(maker.bytes(), {schema.fields[i].name}, true);
    ASSERT_TRUE(batch.ok()) << batch.status().ToString();
    EXPECT_EQ(reference::ValuesOf(batch->columns()[0]), reference::ValuesOf(whole->columns()[i]));
  }
}

TEST(Projection, WhatIsSkippedIsNotLookedAt) {
  const Schema schema{{{"good", Int32()},
                       {"bad", Dictionary(TypeId::kInt8, Utf8())},
                       {"struct", Struct({{"bad", Utf8()}, {"good", Int32()}})}}};
  StreamMaker maker;
  maker.AddSchema(schema);
  maker.AddDictionary(0, TextParts({"\xC3\x28"}));
  PartsMaker parts(1);
  parts.Ints({1}).Add(1, 0, {{}, Blob{77}});
  parts.Add(1, 0, {{}}).Add(1, 0, {{}, BlobOf(std::vector<int32_t>{5, -7}), {}}).Ints({2});
  maker.AddBatch(parts.parts);
  const auto whole = ReadFirst(maker.bytes(), {});
  EXPECT_EQ(whole.status().code(), StatusCode::kCorruptData);
  EXPECT_EQ(ReadFirst(maker.bytes(), {"struct"}).status().code(), StatusCode::kCorruptData);
  const auto batch = ReadFirst(maker.bytes(), {"good", "struct.good"});
  ASSERT_TRUE(batch.ok()) << batch.status().ToString();
  EXPECT_EQ(batch->columns().size(), 2u);
}

TEST(Projection, RangesOfNeighboursAreOne) {
  const Schema schema{{{"a", Int32()}, {"b", Int32()}, {"c", Utf8()}, {"d", Int32()}}};
  const auto projection = MakeProjection(schema, {"a", "b", "d"});
  ASSERT_TRUE(projection.ok());
  FlatBufferBuilder builder;
  const std::vector<flatbuf::FieldNode> nodes(4, {10, 0});
  const std::vector<flatbuf::Buffer> buffers = {{0, 0},    {0, 40},  {64, 0},   {64, 40},  {128, 2},
                                                {192, 44}, {256, 9}, {1000, 0}, {1000, 40}};
  const auto nodes_offset = builder.CreateVectorOfStructs(nodes);
  const auto buffers_offset = builder.CreateVectorOfStructs(buffers);
  builder.Finish(flatbuf::CreateRecordBatch(builder, 10, nodes_offset, buffers_offset));
  const auto* batch = flatbuffers::GetRoot<flatbuf::RecordBatch>(builder.GetBufferPointer());
  const auto ranges = NeededRanges(*batch, flatbuf::MetadataVersion::V5, (*projection)->batch(), 1040);
  ASSERT_TRUE(ranges.ok()) << ranges.status().ToString();
  ASSERT_EQ(ranges->size(), 2u);
  EXPECT_EQ((*ranges)[0].offset_bytes, 0);
  EXPECT_EQ((*ranges)[0].size_bytes, 104);
  EXPECT_EQ((*ranges)[1].offset_bytes, 1000);
  EXPECT_EQ((*ranges)[1].size_bytes, 40);
  EXPECT_EQ(NeededRanges(*batch, flatbuf::MetadataVersion::V5, (*projection)->batch(), 1039).status().code(),
            StatusCode::kCorruptData);
}

}  // namespace
}  // namespace inlay::ipc

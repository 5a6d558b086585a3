#include <inlay/c_data.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <functional>

#include "tests/columns/array_pool.h"
#include "tests/columns/counted_c_data.h"
#include "tests/reference/value_text.h"

namespace inlay {
namespace {

using reference::ArrayText;
using testing::HasSubstr;

// A batch of every type, in memory that says when it is gone.
struct SampleBatch {
  explicit SampleBatch(int64_t start = 0, int64_t count = 5) {
    auto owner = std::make_shared<Owned>();
    for (const auto& [field, array] : SampleArrays(&owner->pool)) {
      owner->schema.fields.push_back(field);
      owner->columns.push_back(array.Slice(start, count));
    }
    owner->schema.metadata = {{"table", "samples"}, {"", ""}};
    alive = owner;
    const RecordBatchView view{.schema = &owner->schema, .num_rows = count, .columns = owner->columns};
    batch = RecordBatch(std::move(owner), view);
  }
  struct Owned {
    ArrayPool pool;
    Schema schema;
    std::vector<ArrayView> columns;
  };
  std::weak_ptr<Owned> alive;
  RecordBatch batch;
};

Result<RecordBatch> RoundTrip(const RecordBatch& batch) {
  ArrowArray c_array;
  if (Status status = ExportRecordBatch(batch, &c_array); !status.ok()) return status;
  return ImportRecordBatch(&c_array, batch.schema());
}

TEST(CData, SchemaOfEveryTypeComesBack) {
  const SampleBatch sample;
  ArrowSchema c_schema;
  ASSERT_TRUE(ExportSchema(sample.batch.schema(), &c_schema).ok());
  const Result<Schema> schema = ImportSchema(&c_schema);
  ASSERT_TRUE(schema.ok()) << schema.status().ToString();
  EXPECT_EQ(c_schema.release, nullptr);
  EXPECT_TRUE(*schema == sample.batch.schema()) << schema->ToString();
}

TEST(CData, Formats) {
  const std::pair<DataType, std::string> cases[] = {
      {Null(), "n"},
      {Bool(), "b"},
      {Int8(), "c"},
      {UInt8(), "C"},
      {Int16(), "s"},
      {UInt16(), "S"},
      {Int32(), "i"},
      {UInt32(), "I"},
      {Int64(), "l"},
      {UInt64(), "L"},
      {Float16(), "e"},
      {Float32(), "f"},
      {Float64(), "g"},
      {Binary(), "z"},
      {LargeBinary(), "Z"},
      {BinaryView(), "vz"},
      {Utf8(), "u"},
      {LargeUtf8(), "U"},
      {Utf8View(), "vu"},
      {Decimal128(19, 10), "d:19,10"},
      {Decimal256(19, -10), "d:19,-10,256"},
      {Decimal32(9, 1), "d:9,1,32"},
      {Decimal64(18, 1), "d:18,1,64"},
      {FixedSizeBinary(42), "w:42"},
      {Date32(), "tdD"},
      {Date64(), "tdm"},
      {Time32(TimeUnit::kSecond), "tts"},
      {Time32(TimeUnit::kMilli), "ttm"},
      {Time64(TimeUnit::kMicro), "ttu"},
      {Time64(TimeUnit::kNano), "ttn"},
      {Timestamp(TimeUnit::kSecond), "tss:"},
      {Timestamp(TimeUnit::kMilli, "UTC"), "tsm:UTC"},
      {Timestamp(TimeUnit::kMicro, "+02:00"), "tsu:+02:00"},
      {Timestamp(TimeUnit::kNano), "tsn:"},
      {Duration(TimeUnit::kSecond), "tDs"},
      {Duration(TimeUnit::kMilli), "tDm"},
      {Duration(TimeUnit::kMicro), "tDu"},
      {Duration(TimeUnit::kNano), "tDn"},
      {IntervalYearMonth(), "tiM"},
      {IntervalDayTime(), "tiD"},
      {IntervalMonthDayNano(), "tin"},
      {List({"item", Int8()}), "+l"},
      {LargeList({"item", Int8()}), "+L"},
      {ListView({"item", Int8()}), "+vl"},
      {LargeListView({"item", Int8()}), "+vL"},
      {FixedSizeList({"item", Int8()}, 123), "+w:123"},
      {Struct({}), "+s"},
      {Map({"k", Int8()}, {"v", Int8()}), "+m"},
      {DenseUnion({{"a", Int8()}, {"b", Int8()}}, {0, 7}), "+ud:0,7"},
      {SparseUnion({}, {}), "+us:"},
      {Dictionary(TypeId::kInt16, Utf8()), "s"},
      {RunEndEncoded(TypeId::kInt16, {"values", Int8()}), "+r"},
  };
  for (const auto& [type, format] : cases) {
    ArrowSchema c_schema;
    ASSERT_TRUE(ExportField({"f", type}, &c_schema).ok()) << format;
    EXPECT_EQ(c_schema.format, format);
    const Result<Field> field = ImportField(&c_schema);
    ASSERT_TRUE(field.ok()) << field.status().ToString();
    EXPECT_TRUE(field->type == type) << format;
  }
}

TEST(CData, MalformedFormatsAreErrors) {
  const char* const formats[] = {
      "",       "x",      "ii",       "t",           "td",     "tdx",     "tt",      "ttx",     "ttss",
      "ts",     "tss",    "tsx:",     "tDx",         "tix",    "d:",      "d:1",     "d:1,",    "d:,1",
      "d:1,2,", "d:1,2x", "d:1,2,16", "d:1,2,128,1", "d:39,0", "w:",      "w:-1",    "w:1x",    "w:99999999999",
      "+w:",    "+w:-1",  "+",        "+x",          "+ud",    "+ud:0,0", "+ud:128", "+us:-1",  "+us:0,",
      "+us:,",  "+us:0",  "+l",       "+m",          "+r",     "v",       "vx",      "tsu:\xFF"};
  for (const char* format : formats) {
    CountedSchema counted(format);
    const Result<Field> field = ImportField(counted.get());
    EXPECT_FALSE(field.ok()) << format;
    EXPECT_EQ(counted.releases(), 1) << format;
  }
}

TEST(CData, HostileSchemasAreErrorsAndReleased) {
  const auto refused = [](std::string_view message, const std::function<void(ArrowSchema*)>& change) {
    CountedSchema counted("+s");
    change(counted.get());
    const Result<Schema> schema = ImportSchema(counted.get());
    ASSERT_FALSE(schema.ok()) << message;
    EXPECT_THAT(schema.status().message(), HasSubstr(message));
    EXPECT_EQ(counted.releases(), 1) << message;
    EXPECT_EQ(counted.get()->release, nullptr);
  };
  refused("without a format", [](ArrowSchema* s) { s->format = nullptr; });
  refused("must be a struct, not int32", [](ArrowSchema* s) { s->format = "i"; });
  refused("negative number of children", [](ArrowSchema* s) { s->n_children = -1; });
  refused("without their pointers", [](ArrowSchema* s) { s->n_children = 1; });
  refused("null pointer", [](ArrowSchema* s) {
    static ArrowSchema* none[] = {nullptr};
    s->n_children = 1;
    s->children = none;
  });
  refused("released already", [](ArrowSchema* s) {
    static ArrowSchema released{};
    static ArrowSchema* pointers[] = {&released};
    s->n_children = 1;
    s->children = pointers;
  });
  // A structure that holds itself.
  refused("nested too deep", [](ArrowSchema* s) {
    static ArrowSchema* pointers[1];
    static ArrowSchema list;
    list = *s;
    list.format = "+l";
    list.n_children = 1;
    list.children = pointers;
    pointers[0] = &list;
    s->n_children = 1;
    s->children = pointers;
  });
  // 40 levels of two equal children.
  refused("more than 262144 fields", [](ArrowSchema* s) {
    static ArrowSchema levels[40];
    static ArrowSchema* pointers[40][2];
    for (int i = 0; i < 40; ++i) {
      levels[i] = *s;
      levels[i].n_children = i == 0 ? 0 : 2;
      levels[i].children = pointers[i];
      if (i > 0) pointers[i][0] = pointers[i][1] = &levels[i - 1];
    }
    s->n_children = 2;
    s->children = pointers[39];
  });
  refused("negative number of pairs", [](ArrowSchema* s) { s->metadata = "\xFF\xFF\xFF\xFF"; });
  static const int32_t kBadLength[] = {1, -5};
  refused("negative length", [](ArrowSchema* s) { s->metadata = reinterpret_cast<const char*>(kBadLength); });
  EXPECT_FALSE(ImportSchema(nullptr).ok());
  ArrowSchema released{};
  EXPECT_THAT(ImportSchema(&released).status().message(), HasSubstr("released already"));
}

TEST(CData, FlatTypesHaveNoChildren) {
  for (const char* format : {"i", "u", "vz", "n", "b", "tdD", "ttm", "ttn", "tsu:UTC", "tDs", "tiM", "w:3", "d:9,2"}) {
    ArrowSchema child{};
    child.format = "+w:-1";
    child.release = [](ArrowSchema* schema) { schema->release = nullptr; };
    ArrowSchema* children[] = {&child};
    CountedSchema counted(format);
    counted.get()->n_children = 1;
    counted.get()->children = children;
    EXPECT_EQ(ImportField(counted.get()).status().code(), StatusCode::kInvalidArgument) << format;
    EXPECT_EQ(counted.releases(), 1) << format;
  }
}

TEST(CData, FlagsThatTheFormatForbidsAreDropped) {
  ArrowSchema c_schema;
  const DataType map = Map({"key", Utf8()}, {"value", Int8()});
  ASSERT_TRUE(ExportField({"m", map}, &c_schema).ok());
  c_schema.children[0]->flags = ARROW_FLAG_NULLABLE;
  c_schema.children[0]->children[0]->flags = ARROW_FLAG_NULLABLE;
  const Result<Field> field = ImportField(&c_schema);
  ASSERT_TRUE(field.ok()) << field.status().ToString();
  EXPECT_TRUE(field->type == map);
}

TEST(CData, SchemasThatCannotPassAreErrors) {
  ArrowSchema c_schema;
  EXPECT_FALSE(ExportField({std::string("a\0b", 3), Int8()}, &c_schema).ok());
  EXPECT_EQ(c_schema.release, nullptr);
  EXPECT_FALSE(ExportSchema({{{"a", Int8()}, {"b", Decimal32(10, 0)}}, {}}, &c_schema).ok());
  EXPECT_EQ(c_schema.release, nullptr);
}

TEST(CData, ValuesOfEveryTypeComeBackWithoutACopy) {
  for (int64_t start = 0; start < 5; ++start) {
    const SampleBatch sample(start, 5 - start);
    const Result<RecordBatch> batch = RoundTrip(sample.batch);
    ASSERT_TRUE(batch.ok()) << batch.status().ToString();
    ASSERT_EQ(batch->num_rows(), 5 - start);
    for (size_t i = 0; i < batch->columns().size(); ++i) {
      const ArrayView& before = sample.batch.columns()[i];
      EXPECT_EQ(ArrayText(batch->columns()[i]), ArrayText(before)) << batch->schema().fields[i].name;
      EXPECT_EQ(batch->columns()[i].buffers[1].data, before.buffers[1].data);
    }
  }
}

TEST(CData, EmptyBatchesComeBack) {
  const SampleBatch sample(0, 0);
  const Result<RecordBatch> batch = RoundTrip(sample.batch);
  ASSERT_TRUE(batch.ok()) << batch.status().ToString();
  EXPECT_EQ(batch->num_rows(), 0);
  const Schema nothing;
  const RecordBatch no_columns({}, {.schema = &nothing, .num_rows = 7});
  const Result<RecordBatch> no_columns_back = RoundTrip(no_columns);
  ASSERT_TRUE(no_columns_back.ok());
  EXPECT_EQ(no_columns_back->num_rows(), 7);
}

TEST(CData, MemoryLivesAsLongAsItsLastUser) {
  SampleBatch sample;
  ArrowArray c_array;
  ASSERT_TRUE(ExportRecordBatch(sample.batch, &c_array).ok());
  sample.batch = RecordBatch();
  EXPECT_FALSE(sample.alive.expired());
  // A child moved out outlives its parent.
  ArrowArray child = *c_array.children[3];
  c_array.children[3]->release = nullptr;
  c_array.release(&c_array);
  EXPECT_EQ(c_array.release, nullptr);
  EXPECT_FALSE(sample.alive.expired());
  EXPECT_EQ(static_cast<const uint8_t*>(child.buffers[1])[0], 1);
  child.release(&child);
  EXPECT_TRUE(sample.alive.expired());
}

TEST(CData, CopiesShareAndTheLastOneReleases) {
  CountedArray counted({1, 2, 3});
  const Schema schema{{{"a", Int32()}}, {}};
  Result<RecordBatch> batch = ImportRecordBatch(counted.get(), schema);
  ASSERT_TRUE(batch.ok()) << batch.status().ToString();
  EXPECT_EQ(counted.get()->release, nullptr);
  RecordBatch copy = *batch;
  batch = RecordBatch();
  EXPECT_EQ(counted.releases(), 0);
  EXPECT_EQ(ArrayText(copy.columns()[0]), "[1, 2, 3]");
  copy = RecordBatch();
  EXPECT_EQ(counted.releases(), 1);
}

TEST(CData, OffsetOfTheStructReachesItsChildren) {
  CountedArray counted({1, 2, 3, 4});
  counted.get()->offset = 1;
  counted.get()->length = 2;
  const Result<RecordBatch> batch = ImportRecordBatch(counted.get(), {{{"a", Int32()}}, {}});
  ASSERT_TRUE(batch.ok()) << batch.status().ToString();
  EXPECT_EQ(ArrayText(batch->columns()[0]), "[2, 3]");
}

TEST(CData, HostileArraysAreErrorsAndReleased) {
  const auto refused = [](std::string_view message, const std::function<void(ArrowArray*)>& change,
                          const Schema& schema = {{{"a", Int32()}}, {}}) {
    CountedArray counted({1, 2, 3});
    change(counted.get());
    const Result<RecordBatch> batch = ImportRecordBatch(counted.get(), schema);
    ASSERT_FALSE(batch.ok()) << message;
    EXPECT_THAT(batch.status().message(), HasSubstr(message));
    EXPECT_EQ(counted.releases(), 1) << message;
  };
  using Array = ArrowArray*;
  refused("2 columns", [](Array a) { a->n_children = 2; });
  refused("-1 columns", [](Array a) { a->n_children = -1; });
  refused("without their pointers", [](Array a) { a->children = nullptr; });
  refused("null pointer", [](Array a) { a->children[0] = nullptr; });
  refused("not a struct array", [](Array a) { a->n_buffers = 2; });
  refused("out of bounds", [](Array a) { a->length = -1; });
  refused("out of bounds", [](Array a) { a->offset = INT64_MAX; });
  refused("fewer rows than the batch", [](Array a) { a->length = 4; });
  refused("fewer rows than the batch", [](Array a) { a->offset = 1; });
  refused("null rows", [](Array a) {
    static const uint8_t validity = 0b101;
    a->buffers[0] = &validity;
    a->null_count = -1;
  });
  refused("released already", [](Array a) { a->children[0]->release = nullptr; });
  refused("'a': has 1 buffers", [](Array a) { a->children[0]->n_buffers = 1; });
  refused("has -2 buffers", [](Array a) { a->children[0]->n_buffers = -2; });
  refused("buffers without their pointers", [](Array a) { a->children[0]->buffers = nullptr; });
  refused("buffer of values has 0 bytes", [](Array a) { a->children[0]->buffers[1] = nullptr; });
  refused("null count of 9", [](Array a) { a->children[0]->null_count = 9; });
  refused("no validity bits", [](Array a) { a->children[0]->null_count = 1; });
  refused("out of bounds", [](Array a) { a->children[0]->offset = -1; });
  refused("out of bounds", [](Array a) { a->children[0]->length = INT64_MAX; });
  refused("has 1 children", [](Array a) { a->children[0]->n_children = 1; });
  refused("no dictionary type", [](Array a) { a->children[0]->dictionary = a; });
  refused("without a dictionary", [](Array) {}, {{{"a", Dictionary(TypeId::kInt32, Utf8())}}, {}});
  refused("precision", [](Array) {}, {{{"a", Decimal32(10, 0)}}, {}});
  refused("row 1: a decimal of more than 1 digits",
          [](Array a) {
            static const int32_t values[] = {1, 10, 100};
            a->children[0]->buffers[1] = values;
          },
          {{{"a", Decimal32(1, 0)}}, {}});
  EXPECT_FALSE(ImportRecordBatch(nullptr, {}).ok());
}

TEST(CData, TextThatIsNotUtf8IsAnErrorWithItsRow) {
  ArrayPool pool;
  const Schema schema{{{"s", Utf8()}}, {}};
  const std::vector<ArrayView> columns = {pool.Strings(Utf8(), {"good", "\xFF"})};
  const RecordBatch batch({}, {.schema = &schema, .num_rows = 2, .columns = columns});
  EXPECT_THAT(RoundTrip(batch).status().message(), HasSubstr("column 's': row 1: not valid UTF-8"));
  ArrowArray c_array;
  ASSERT_TRUE(ExportRecordBatch(batch, &c_array).ok());
  EXPECT_TRUE(ImportRecordBatch(&c_array, schema, Validation::kBasic).ok());
}

TEST(CStream, BatchesComeBack) {
  const SampleBatch one(0, 5);
  const SampleBatch two(2, 3);
  ArrowArrayStream c_stream;
  ASSERT_TRUE(ExportStream(one.batch.schema(), std::vector{one.batch, two.batch}, &c_stream).ok());
  Result<ImportedStream> stream = ImportStream(&c_stream);
  ASSERT_TRUE(stream.ok()) << stream.status().ToString();
  EXPECT_EQ(c_stream.release, nullptr);
  EXPECT_TRUE(stream->schema() == one.batch.schema());
  for (const RecordBatch& before : {one.batch, two.batch}) {
    Result<std::optional<RecordBatch>> batch = stream->Next();
    ASSERT_TRUE(batch.ok() && batch->has_value());
    EXPECT_EQ(ArrayText((*batch)->columns()[5]), ArrayText(before.columns()[5]));
  }
  for (int i = 0; i < 2; ++i) {
    Result<std::optional<RecordBatch>> end = stream->Next();
    EXPECT_TRUE(end.ok() && !end->has_value());
  }
}

TEST(CStream, ErrorsOfTheSourceArriveAndStick) {
  int calls = 0;
  ArrowArrayStream c_stream;
  const auto source = [&]() -> Result<std::optional<RecordBatch>> {
    ++calls;
    return Status::IoError("the disk is gone", ENXIO);
  };
  ASSERT_TRUE(ExportStream({{{"a", Int32()}}, {}}, source, &c_stream).ok());
  EXPECT_EQ(c_stream.get_last_error(&c_stream), nullptr);
  Result<ImportedStream> stream = ImportStream(&c_stream);
  ASSERT_TRUE(stream.ok());
  for (int i = 0; i < 2; ++i) {
    const Status status = stream->Next().status();
    EXPECT_EQ(status.code(), StatusCode::kIoError);
    EXPECT_EQ(status.os_errno(), ENXIO);
    EXPECT_THAT(status.message(), HasSubstr("the disk is gone"));
  }
  EXPECT_EQ(calls, 1);
}

TEST(CStream, SourcesThatThrowDoNotReachC) {
  ArrowArrayStream c_stream;
  ASSERT_TRUE(
      ExportStream(Schema{}, BatchSource([]() -> Result<std::optional<RecordBatch>> { throw 7; }), &c_stream).ok());
  ArrowArray c_array;
  EXPECT_EQ(c_stream.get_next(&c_stream, &c_array), ENOMEM);
  EXPECT_EQ(c_array.release, nullptr);
  c_stream.release(&c_stream);
}

TEST(CStream, BrokenStreamsAreErrorsAndReleased) {
  const auto refused = [](std::string_view message, const std::function<void(ArrowArrayStream*)>& change) {
    CountedStream counted;
    change(counted.get());
    const Result<ImportedStream> stream = ImportStream(counted.get());
    ASSERT_FALSE(stream.ok());
    EXPECT_THAT(stream.status().message(), HasSubstr(message));
    EXPECT_EQ(counted.releases(), 1);
  };
  refused("get_schema: no reason", [](ArrowArrayStream*) {});
  refused("get_schema", [](ArrowArrayStream* s) { s->get_last_error = nullptr; });
  refused("released already",
          [](ArrowArrayStream* s) { s->get_schema = [](ArrowArrayStream*, ArrowSchema*) { return 0; }; });
  refused("without its callbacks", [](ArrowArrayStream* s) { s->get_schema = nullptr; });
  refused("without its callbacks", [](ArrowArrayStream* s) { s->get_next = nullptr; });
  EXPECT_FALSE(ImportStream(nullptr).ok());
}

}  // namespace
}  // namespace inlay

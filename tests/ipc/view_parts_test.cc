// Which bytes of views' data buffers go out.
#include <gmock/gmock.h>

#include <algorithm>

#include "engine/columns/layout.h"
#include "engine/ipc/body_parts.h"
#include "tests/reference/array_arena.h"
#include "tests/reference/array_values.h"

namespace inlay::ipc {
namespace {

using ::testing::ElementsAre;

// A column of values that lie in data buffers where a test puts them.
class Views {
 public:
  explicit Views(std::vector<int64_t> buffer_sizes) {
    for (int64_t size : buffer_sizes) data_.emplace_back(static_cast<size_t>(size), uint8_t{'.'});
  }
  Views& Add(size_t buffer, int64_t offset, const std::string& value) {
    std::copy(value.begin(), value.end(), data_[buffer].begin() + offset);
    return AddView(value, static_cast<int32_t>(buffer), static_cast<int32_t>(offset));
  }
  Views& AddShort(const std::string& value) { return AddView(value, 0, 0); }
  Views& AddNull() {
    has_nulls_ = true;
    AddView("", 0, 0);
    valid_.back() = false;
    return *this;
  }
  uint8_t* view(size_t row) { return views_.data() + row * kViewBytes; }
  std::vector<uint8_t>& data(size_t buffer) { return data_[buffer]; }

  ArrayView array() {
    ArrayView array{.type = &field_.type, .length = static_cast<int64_t>(valid_.size())};
    std::vector<uint8_t> bits(valid_.size() / 8 + 1);
    for (size_t i = 0; i < valid_.size(); ++i) bits[i / 8] |= static_cast<uint8_t>(valid_[i] << (i % 8));
    if (has_nulls_) array.buffers[0] = arena_.Keep(bits);
    array.buffers[1] = arena_.Keep(views_);
    std::vector<BufferView> buffers;
    for (const auto& bytes : data_) buffers.push_back({bytes.data(), static_cast<int64_t>(bytes.size())});
    array.variadic_buffers = arena_.Keep(std::move(buffers));
    return array;
  }
  const Field& field() const { return field_; }

 private:
  Views& AddView(const std::string& value, int32_t buffer, int32_t offset) {
    views_.resize(views_.size() + kViewBytes);
    valid_.push_back(true);
    WriteView(value.data(), static_cast<int64_t>(value.size()), buffer, offset, view(valid_.size() - 1));
    return *this;
  }

  Field field_{"v", BinaryView()};
  reference::ArrayArena arena_;
  std::vector<std::vector<uint8_t>> data_;
  std::vector<uint8_t> views_;
  std::vector<bool> valid_;
  bool has_nulls_ = false;
};

// What is written of an array: the bytes of its parts after validity.
struct Written {
  Written(const Field& field, const ArrayView& array, int64_t max_view_data_bytes = BodyParts::kMaxViewDataBytes)
      : plan(BodyPlan::Make({&field, 1}, false)), parts(max_view_data_bytes) {
    EXPECT_TRUE(parts.Collect(plan, {&array, 1}).ok());
    for (size_t i = 1; i < parts.parts().size(); ++i) {
      const Part& part = parts.parts()[i];
      bytes.emplace_back(static_cast<size_t>(part.size_bytes), uint8_t{0xEE});
      if (part.size_bytes > 0) parts.Materialise(part, bytes.back().data());
      is_borrowed.push_back(part.source == Part::Source::kBorrow);
      if (i > 1) sizes.push_back(part.size_bytes);
    }
    EXPECT_THAT(parts.variadic_counts(), ElementsAre(static_cast<int64_t>(sizes.size())));
    std::vector<BufferView> data;
    for (size_t i = 1; i < bytes.size(); ++i) data.push_back({bytes[i].data(), sizes[i - 1]});
    ArrayView read{.type = array.type, .length = array.length, .null_count = 0};
    read.buffers[1] = {bytes[0].data(), static_cast<int64_t>(bytes[0].size())};
    read.variadic_buffers = data;
    for (int64_t row = 0; row < array.length; ++row) {
      const auto wanted = reference::ValueAt(array, row);
      EXPECT_EQ(reference::ValueAt(read, row).value(), wanted.value_or("")) << "row " << row;
    }
  }
  BodyPlan plan;
  BodyParts parts;
  std::vector<std::vector<uint8_t>> bytes;  // views, then data
  std::vector<bool> is_borrowed;
  std::vector<int64_t> sizes;  // of the data buffers
};

const std::string kLong = "a value of 26 bytes, 26 by";

TEST(ViewParts, WholeBuffersStayWhereTheyAre) {
  Views views({52, 26});
  views.Add(0, 0, kLong).Add(1, 0, kLong).AddShort("short").Add(0, 26, kLong).AddNull();
  const Written written(views.field(), views.array());
  EXPECT_THAT(written.is_borrowed, ElementsAre(true, true, true));
  EXPECT_THAT(written.sizes, ElementsAre(52, 26));
}

TEST(ViewParts, BuffersAreCutToWhatIsUsed) {
  Views views({100, 200, 300, 40});
  views.Add(1, 10, kLong).Add(1, 40, kLong).Add(3, 0, kLong);
  const Written written(views.field(), views.array());
  EXPECT_THAT(written.is_borrowed, ElementsAre(false, true, true)) << "views count from elsewhere";
  EXPECT_THAT(written.sizes, ElementsAre(56, 26));

  Views tail({100});
  tail.Add(0, 0, kLong);
  const Written whole_views(tail.field(), tail.array());
  EXPECT_THAT(whole_views.is_borrowed, ElementsAre(true, true)) << "a shorter buffer changes no view";
  EXPECT_THAT(whole_views.sizes, ElementsAre(26));
}

TEST(ViewParts, SlicesReachPartOfTheBuffers) {
  Views views({260, 260});
  for (int64_t i = 0; i < 20; ++i) views.Add(i < 10 ? 0 : 1, i % 10 * 26, kLong);
  const Written written(views.field(), views.array().Slice(3, 4));
  EXPECT_THAT(written.sizes, ElementsAre(4 * 26));
  const Written across(views.field(), views.array().Slice(8, 4));
  EXPECT_THAT(across.sizes, ElementsAre(2 * 26, 2 * 26));
  const Written none(views.field(), views.array().Slice(8, 0));
  EXPECT_TRUE(none.sizes.empty());
  EXPECT_TRUE(none.bytes[0].empty());
}

// Less than half of the ranges in use: gathered. Just half: not.
TEST(ViewParts, SparseValuesAreGathered) {
  Views sparse({1000});
  sparse.Add(0, 0, kLong).AddShort("short").AddNull().Add(0, 900, kLong).Add(0, 450, kLong);
  const Written gathered(sparse.field(), sparse.array());
  EXPECT_THAT(gathered.sizes, ElementsAre(3 * 26));
  EXPECT_THAT(gathered.is_borrowed, ElementsAre(false, false));

  for (int64_t gap : {52, 54}) {
    Views views({200});
    views.Add(0, 0, kLong).Add(0, 26 + gap, kLong);
    const Written written(views.field(), views.array());
    EXPECT_THAT(written.sizes, ElementsAre(gap == 52 ? 104 : 52));
  }
  // Many buffers with little in each cost more padding than their bytes.
  Views many(std::vector<int64_t>(10, 26));
  for (size_t i = 0; i < 10; ++i) many.Add(i, 0, kLong);
  EXPECT_THAT(Written(many.field(), many.array()).sizes, ElementsAre(260));
  // Values that many views share would take more room apart.
  Views shared({100});
  for (int i = 0; i < 10; ++i) shared.Add(0, 0, kLong).Add(0, 74, kLong);
  EXPECT_THAT(Written(shared.field(), shared.array()).sizes, ElementsAre(100));
}

TEST(ViewParts, GatheredBuffersHaveALimit) {
  Views views({5000});
  for (int64_t i = 0; i < 7; ++i) views.Add(0, i * 700, kLong).AddShort("x").AddNull();
  views.Add(0, 4950, kLong + kLong.substr(0, 4));
  for (const auto& [limit, sizes] :
       std::vector<std::pair<int64_t, std::vector<int64_t>>>{{1000, {212}},
                                                             {212, {212}},
                                                             {211, {182, 30}},
                                                             {52, {52, 52, 52, 26, 30}},
                                                             {1, {26, 26, 26, 26, 26, 26, 26, 30}}}) {
    const Written written(views.field(), views.array(), limit);
    EXPECT_EQ(written.sizes, sizes) << limit;
  }
}

// Garbage in nulls and behind short values does not get out, wherever the data lies.
TEST(ViewParts, NothingOutsideTheValuesIsWritten) {
  std::vector<std::vector<std::vector<uint8_t>>> outputs;
  for (const uint8_t poison : {uint8_t{0xAA}, uint8_t{0x55}}) {
    for (bool sparse : {false, true}) {
      Views views({1000, 100});
      std::fill(views.data(0).begin(), views.data(0).end(), poison);
      std::fill(views.data(1).begin(), views.data(1).end(), poison);
      views.AddShort("123456789").AddShort("123").AddShort("").AddNull().AddShort("123456789012");
      views.Add(0, 500, kLong).Add(0, sparse ? 800 : 526, kLong);
      std::fill(views.view(0) + 13, views.view(1), poison);
      std::fill(views.view(1) + 7, views.view(2), poison);
      std::fill(views.view(2) + 4, views.view(3), poison);
      std::fill(views.view(3), views.view(4), poison);
      outputs.push_back(Written(views.field(), views.array()).bytes);
    }
  }
  EXPECT_EQ(outputs[0], outputs[2]);
  EXPECT_EQ(outputs[1], outputs[3]);
}

}  // namespace
}  // namespace inlay::ipc

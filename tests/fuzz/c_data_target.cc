// A byte string becomes a schema and then arrays for it, most of them right: it settles formats, lengths, offsets, null
// counts and every byte of the buffers, each of which stands alone on the heap with exactly the size that its array's
// lengths promise, so that a sanitizer sees the first byte read too far.
#include <inlay/c_data.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/columns/layout.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/targets.h"

namespace inlay::fuzz {
namespace {

class Recipe {
 public:
  explicit Recipe(BufferView bytes) : bytes_(bytes) {}
  uint8_t Byte() { return at_ < bytes_.size_bytes ? bytes_.data[at_++] : 0; }
  // 0 to limit - 1.
  int64_t Below(int64_t limit) { return Byte() % limit; }
  // Rarely: 3 of 256 bytes, none of them 0.
  bool Oddly() { return Byte() >= 253; }
  int64_t Wild() {
    int64_t value = 0;
    for (int i = 0; i < 8; ++i) value = value << 8 | Byte();
    return value;
  }

 private:
  BufferView bytes_;
  int64_t at_ = 0;
};

// The nodes of a tree of C structures, which live until the target is done. Only roots count their releases.
class Structures {
 public:
  explicit Structures(Recipe* recipe) : recipe_(*recipe) {}

  ArrowSchema* MakeSchema(int depth, bool root);
  void FillArray(const DataType& type, int64_t length, int depth, ArrowArray* array);
  ArrowArray* MakeArray(const Schema& schema);
  int num_schema_releases() const { return num_schema_releases_; }
  int num_array_releases() const { return num_array_releases_; }

 private:
  const void* Buffer(int64_t size_bytes);
  uint8_t* Bytes(int64_t size_bytes);
  void FillBuffers(const DataType& type, ArrowArray* array);
  template <typename Offset>
  int64_t FillOffsets(int64_t end, uint8_t* out);
  template <typename RunEnd>
  void FillRunEnds(uint8_t* out, int64_t count);

  Recipe& recipe_;
  int num_schema_releases_ = 0;
  int num_array_releases_ = 0;
  std::deque<ArrowSchema> schemas_;
  std::deque<ArrowArray> arrays_;
  std::deque<std::string> texts_;
  std::deque<std::vector<ArrowSchema*>> schema_children_;
  std::deque<std::vector<ArrowArray*>> array_children_;
  std::deque<std::vector<const void*>> buffers_;
  std::vector<std::unique_ptr<uint8_t[]>> memory_;
};

constexpr const char* kFlatFormats[] = {"n",   "b",       "c",        "C",          "s",   "S",   "i",   "I",   "l",
                                        "L",   "e",       "f",        "g",          "z",   "Z",   "u",   "U",   "vz",
                                        "vu",  "d:10,2",  "d:9,2,32", "d:40,0,256", "w:3", "w:0", "tdD", "tdm", "tts",
                                        "ttn", "tsu:UTC", "tss:",     "tDm",        "tiM", "tiD", "tin"};
struct NestedFormat {
  const char* format;
  int num_children;
};
constexpr NestedFormat kNestedFormats[] = {{"+l", 1},      {"+L", 1},      {"+vl", 1},  {"+vL", 1}, {"+w:2", 1},
                                           {"+s", 2},      {"+s", 0},      {"+m", 1},   {"+r", 2},  {"+ud:0,1", 2},
                                           {"+us:5,9", 2}, {"+us:5,5", 2}, {"+w:-1", 1}};
constexpr const char* kIndexFormats[] = {"c", "C", "s", "S", "i", "I", "l", "L", "f"};
constexpr const char* kRunEndFormats[] = {"s", "i", "l", "C"};

ArrowSchema* Structures::MakeSchema(int depth, bool root) {
  ArrowSchema* schema = &schemas_.emplace_back();
  std::string format;
  int num_children = 0;
  const bool nests = root || (depth > 0 && recipe_.Below(3) == 0);
  if (root) {
    format = "+s";
    num_children = static_cast<int>(1 + recipe_.Below(3));
  } else if (nests) {
    const NestedFormat& nested = kNestedFormats[recipe_.Below(std::size(kNestedFormats))];
    format = nested.format;
    num_children = nested.num_children;
  } else if (recipe_.Oddly()) {
    for (int64_t left = recipe_.Below(9); left > 0; --left) format.push_back(static_cast<char>(recipe_.Byte()));
  } else {
    format = kFlatFormats[recipe_.Below(std::size(kFlatFormats))];
  }
  std::vector<ArrowSchema*>& children = schema_children_.emplace_back();
  if (recipe_.Oddly()) num_children = static_cast<int>(recipe_.Below(4));
  for (int i = 0; i < num_children; ++i) children.push_back(MakeSchema(depth - 1, false));
  if (format == "+m" && num_children > 0) {  // entries, a struct of keys and values
    children[0]->format = "+s";
    std::vector<ArrowSchema*>& entries = schema_children_.emplace_back();
    for (int i = 0; i < 2; ++i) entries.push_back(MakeSchema(depth - 1, false));
    if (!recipe_.Oddly()) entries[0]->flags = 0;
    if (!recipe_.Oddly()) children[0]->flags = 0;
    children[0]->n_children = 2;
    children[0]->children = entries.data();
    children[0]->dictionary = nullptr;
  }
  if (format == "+r" && num_children > 0 && children[0]->n_children == 0) {
    children[0]->format = kRunEndFormats[recipe_.Below(std::size(kRunEndFormats))];
    children[0]->dictionary = nullptr;
    children[0]->flags = 0;
  }
  if (!nests && depth > 0 && recipe_.Below(8) == 7) {
    format = kIndexFormats[recipe_.Below(std::size(kIndexFormats))];
    schema->dictionary = MakeSchema(depth - 1, false);
  }
  schema->format = texts_.emplace_back(format).c_str();
  schema->name = recipe_.Oddly() ? nullptr : texts_.emplace_back(1, static_cast<char>('a' + recipe_.Below(3))).c_str();
  schema->flags = recipe_.Oddly() ? recipe_.Wild() : ARROW_FLAG_NULLABLE;
  schema->n_children = recipe_.Oddly() ? -1 : num_children;
  schema->children = children.data();
  schema->private_data = this;
  schema->release = [](ArrowSchema* released) { released->release = nullptr; };
  if (root) {
    schema->release = [](ArrowSchema* released) {
      ++static_cast<Structures*>(released->private_data)->num_schema_releases_;
      released->release = nullptr;
    };
  }
  return schema;
}

uint8_t* Structures::Bytes(int64_t size_bytes) {
  const auto size = static_cast<size_t>(size_bytes);
  return memory_.emplace_back(new uint8_t[size]()).get();
}

// Filled from the recipe as far as it goes; small values are likely.
const void* Structures::Buffer(int64_t size_bytes) {
  if (recipe_.Oddly()) return nullptr;
  uint8_t* bytes = Bytes(size_bytes);
  for (int64_t i = 0; i < size_bytes; ++i) bytes[i] = recipe_.Byte();
  return bytes;
}

// Rising in small steps, but where the recipe is odd. Returns the last one, which the data are as large as.
template <typename Offset>
int64_t Structures::FillOffsets(int64_t end, uint8_t* out) {
  auto at = static_cast<Offset>(recipe_.Below(3));
  for (int64_t i = 0; i <= end; ++i) {
    Offset value = at;
    if (recipe_.Oddly()) value = static_cast<Offset>(recipe_.Wild());
    if (i == end && value > 1000) value = 1000;
    std::memcpy(out + i * static_cast<int64_t>(sizeof(Offset)), &value, sizeof(Offset));
    if (i == end) return value;
    at = static_cast<Offset>(at + recipe_.Below(4));
  }
  return 0;
}

template <typename RunEnd>
void Structures::FillRunEnds(uint8_t* out, int64_t count) {
  RunEnd at = 0;
  for (int64_t i = 0; i < count; ++i) {
    at = static_cast<RunEnd>(recipe_.Oddly() ? recipe_.Wild() : at + 1 + recipe_.Below(5));
    std::memcpy(out + i * static_cast<int64_t>(sizeof(RunEnd)), &at, sizeof(RunEnd));
  }
}

void Structures::FillBuffers(const DataType& type, ArrowArray* array) {
  const int64_t end = array->offset + array->length;
  const Layout layout = LayoutOf(type.id());
  std::vector<const void*>& buffers = buffers_.emplace_back();
  const auto offsets = [&](int64_t width) -> int64_t {
    uint8_t* bytes = Bytes((end + 1) * width);
    buffers.push_back(bytes);
    return width == 4 ? FillOffsets<int32_t>(end, bytes) : FillOffsets<int64_t>(end, bytes);
  };
  if (HasValidity(layout)) buffers.push_back(array->null_count == 0 ? nullptr : Buffer((end + 7) / 8));
  switch (layout) {
    case Layout::kBits:
      buffers.push_back(Buffer((end + 7) / 8));
      break;
    case Layout::kFixed:
    case Layout::kDictionary:
      buffers.push_back(Buffer(end * FixedByteWidth(type)));
      break;
    case Layout::kBytes32:
    case Layout::kBytes64:
      buffers.push_back(Buffer(std::max<int64_t>(offsets(layout == Layout::kBytes32 ? 4 : 8), 0)));
      break;
    case Layout::kList32:
    case Layout::kList64:
      offsets(layout == Layout::kList32 ? 4 : 8);
      break;
    case Layout::kListView32:
    case Layout::kListView64: {
      const int64_t width = layout == Layout::kListView32 ? 4 : 8;
      for (int i = 0; i < 2; ++i) {
        uint8_t* bytes = Bytes(end * width);
        for (int64_t k = 0; k < end; ++k) bytes[k * width] = recipe_.Byte() % 4;
        if (end > 0 && recipe_.Oddly()) bytes[(end - 1) * width + width - 1] = recipe_.Byte();
        buffers.push_back(bytes);
      }
      break;
    }
    case Layout::kSparseUnion:
    case Layout::kDenseUnion: {
      uint8_t* ids = Bytes(end);
      for (int64_t i = 0; i < end; ++i) {
        const size_t member = recipe_.Byte() % std::max<size_t>(type.type_ids().size(), 1);
        ids[i] =
            type.type_ids().empty() || recipe_.Oddly() ? recipe_.Byte() : static_cast<uint8_t>(type.type_ids()[member]);
      }
      buffers.push_back(ids);
      if (layout == Layout::kSparseUnion) break;
      uint8_t* places = Bytes(end * 4);
      for (int64_t i = 0; i < end; ++i) places[i * 4] = recipe_.Byte() % 8;
      if (end > 0 && recipe_.Oddly()) places[3] = recipe_.Byte();
      buffers.push_back(places);
      break;
    }
    case Layout::kViews: {
      const int64_t num_data = recipe_.Below(3);
      uint8_t* views = Bytes(end * 16);
      for (int64_t i = 0; i < end; ++i) {
        for (int k = 4; k < 16; ++k) views[i * 16 + k] = recipe_.Byte() % 3;
        views[i * 16] = recipe_.Byte() % 20;
        if (recipe_.Oddly()) views[i * 16 + 3] = recipe_.Byte();
      }
      buffers.push_back(views);
      uint8_t* sizes = Bytes(num_data * 8);
      for (int64_t i = 0; i < num_data; ++i) {
        int64_t size_bytes = recipe_.Below(40);
        uint8_t* data = Bytes(size_bytes);
        for (int64_t k = 0; k < size_bytes; ++k) data[k] = recipe_.Byte() % 3;
        buffers.push_back(data);
        if (recipe_.Oddly()) size_bytes = -1 - recipe_.Below(100);
        std::memcpy(sizes + i * 8, &size_bytes, 8);
      }
      buffers.push_back(sizes);
      break;
    }
    default:
      break;
  }
  array->n_buffers = static_cast<int64_t>(buffers.size());
  // Another count is an error by itself, and no buffer is looked at; but of views it says where the sizes are.
  if (layout != Layout::kViews && recipe_.Oddly()) array->n_buffers = recipe_.Below(5) - 1;
  while (static_cast<int64_t>(buffers.size()) < array->n_buffers) buffers.push_back(nullptr);
  array->buffers = recipe_.Oddly() ? nullptr : buffers.data();
}

void Structures::FillArray(const DataType& type, int64_t length, int depth, ArrowArray* array) {
  array->length = recipe_.Oddly() ? recipe_.Below(8) : length;
  array->offset = recipe_.Below(4);
  array->null_count = type.id() == TypeId::kNull ? array->length : recipe_.Below(3) - 1;
  if (recipe_.Oddly()) array->null_count = recipe_.Wild();
  const int64_t end = array->offset + array->length;
  FillBuffers(type, array);
  array->private_data = this;
  array->release = [](ArrowArray* released) { released->release = nullptr; };
  const auto child = [&](const DataType& child_type, int64_t child_length) {
    ArrowArray* made = &arrays_.emplace_back();
    FillArray(child_type, child_length, depth + 1, made);
    return recipe_.Oddly() ? nullptr : made;
  };
  if (type.id() == TypeId::kDictionary) {
    array->dictionary = child(type.children()[0].type, recipe_.Below(10));
  } else if (!type.children().empty()) {
    std::vector<ArrowArray*>& children = array_children_.emplace_back();
    for (const Field& field : type.children()) {
      int64_t child_length = end;
      if (type.id() == TypeId::kFixedSizeList) child_length = end * type.list_size();
      const bool has_own_length =
          type.id() != TypeId::kStruct && type.id() != TypeId::kSparseUnion && type.id() != TypeId::kFixedSizeList;
      if (has_own_length) child_length = recipe_.Below(40);
      children.push_back(child(field.type, child_length));
    }
    if (type.id() == TypeId::kRunEndEncoded && children[0] != nullptr && children[0]->n_buffers == 2 &&
        children[0]->buffers != nullptr && children[0]->length >= 0 && children[0]->length < 100) {
      ArrowArray* ends = children[0];
      const int64_t count = ends->offset + ends->length, width = FixedByteWidth(type.children()[0].type);
      uint8_t* bytes = Bytes(count * width);
      if (width == 2) FillRunEnds<int16_t>(bytes, count);
      if (width == 4) FillRunEnds<int32_t>(bytes, count);
      if (width == 8) FillRunEnds<int64_t>(bytes, count);
      ends->buffers[1] = bytes;
    }
    array->n_children = recipe_.Oddly() ? recipe_.Below(4) - 1 : static_cast<int64_t>(children.size());
    while (static_cast<int64_t>(children.size()) < array->n_children) children.push_back(nullptr);
    array->children = children.data();
  }
  if (recipe_.Oddly()) array->release = nullptr;
  // Lengths that no memory stands behind must be refused before a buffer is looked at.
  if (recipe_.Oddly()) array->length = recipe_.Below(2) == 0 ? -1 : INT64_MAX - recipe_.Below(3);
}

ArrowArray* Structures::MakeArray(const Schema& schema) {
  ArrowArray* root = &arrays_.emplace_back();
  FillArray(Struct(schema.fields), recipe_.Below(24), 0, root);
  if (recipe_.Below(4) != 3) root->null_count = 0;
  root->release = [](ArrowArray* released) {
    ++static_cast<Structures*>(released->private_data)->num_array_releases_;
    released->release = nullptr;
  };
  return root;
}

void RoundTrip(const RecordBatch& batch) {
  ArrowArray exported;
  const Status status = ExportRecordBatch(batch, &exported);
  Check(status.ok(), "what was imported is not exported: " + status.ToString());
  const auto again = ImportRecordBatch(&exported, batch.schema());
  Check(again.ok(), "what was exported is not imported: " + again.status().ToString());
  CheckEqual(batch, *again, "imported once and twice");
}

}  // namespace

bool ImportCData(BufferView bytes) {
  Recipe recipe(bytes);
  Structures structures(&recipe);
  ArrowSchema* c_schema = structures.MakeSchema(3, true);
  const auto schema = ImportSchema(c_schema);
  Check(structures.num_schema_releases() == 1 && c_schema->release == nullptr, "a schema not released once");
  CheckKind(schema.status(), true);
  if (!schema.ok()) return false;
  ArrowArray* c_array = structures.MakeArray(*schema);
  bool good = false;
  {
    const auto batch = ImportRecordBatch(c_array, *schema);
    CheckKind(batch.status(), true);
    good = batch.ok();
    Check(structures.num_array_releases() == (good ? 0 : 1) && c_array->release == nullptr, "an array not taken over");
    if (good) RoundTrip(*batch);
  }
  Check(structures.num_array_releases() == 1, "an array not released once");
  return good;
}

}  // namespace inlay::fuzz

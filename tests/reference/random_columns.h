// Seeded random columns of every type and nesting, each array at every level a slice of something longer: offsets that
// are not 0, first offsets of lists that are not 0, bitmaps that begin inside a byte, views and list views out of
// order, data that no value uses. Everything passes full validation.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <inlay/array.h>

#include "tests/reference/array_arena.h"

namespace inlay::reference {

// What becomes of the dictionaries of a column from batch to batch.
enum class DictionaryHistory : uint8_t { kSame, kGrows, kReplaced };

class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}
  int64_t Below(int64_t limit) { return static_cast<int64_t>(engine_() % static_cast<uint64_t>(limit)); }
  int64_t Between(int64_t low, int64_t high) { return low + Below(high - low + 1); }
  bool Percent(int64_t percent) { return Below(100) < percent; }
  uint64_t Bits() { return engine_(); }

 private:
  std::mt19937_64 engine_;
};

// One nullable field of each type without children, their parameters varied.
std::vector<Field> FlatFields();
// Lists of all sorts, structs, maps, unions, run ends, dictionaries: of simple types and of each other. Names tell the
// outermost type.
std::vector<Field> NestedFields(uint64_t seed);

// Batches of one schema, whose dictionaries have a history.
class RandomTable {
 public:
  // `seed` and a field's name settle its values: a schema with fewer fields has the same columns.
  RandomTable(Schema schema, uint64_t seed, DictionaryHistory history);

  const Schema& schema() const { return owner_->schema; }
  // The batch shares the table's memory, and lives on without it.
  RecordBatch Next(int64_t num_rows);

 private:
  friend class ColumnMaker;
  struct Owner {
    Schema schema;
    ArrayArena arena;
  };
  // The whole dictionary of a type, and how many of its values the last batch showed.
  struct DictionaryState {
    ArrayView values;
    int64_t shown = 0;
  };

  std::shared_ptr<Owner> owner_;
  DictionaryHistory history_;
  std::vector<Random> random_;  // one a column
  std::map<const DataType*, DictionaryState> dictionaries_;
};

}  // namespace inlay::reference

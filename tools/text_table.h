// Text for people: counts, sizes, columns that line up.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace inlay::tools {

std::string CountText(int64_t count);  // "1,234,567"
// "1 row", "1,234 rows"; the plural is the word with an s where none is given.
std::string CountedText(int64_t count, std::string_view word, std::string_view plural = {});
std::string BytesText(int64_t bytes);  // "999 B", "1.23 MB": powers of 1000

// Safe on a terminal and one line: control characters and bytes that are no UTF-8 as \xNN, at most `max_characters`
// (with
// "..." for what is cut).
std::string Printable(std::string_view text, int64_t max_characters = INT64_MAX);

// Rows of cells; columns as wide as their widest cell (in characters), two blanks apart.
class TextTable {
 public:
  // A heading that begins with '>' stands to the right, with its column.
  explicit TextTable(std::vector<std::string> headings);
  void Add(std::vector<std::string> cells);
  // Every line indented by `indent` blanks and ended by a newline. Columns without any text are left out.
  std::string ToString(int indent) const;

 private:
  std::vector<bool> right_;
  std::vector<std::vector<std::string>> rows_;  // the headings first
};

}  // namespace inlay::tools

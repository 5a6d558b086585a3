#include "tools/text_table.h"

#include <algorithm>
#include <cstdio>

#include "kernels/utf8.h"

namespace inlay::tools {
namespace {

bool IsContinuation(char c) { return (static_cast<uint8_t>(c) & 0xC0) == 0x80; }

size_t NumCharacters(std::string_view text) {
  return text.size() - static_cast<size_t>(std::count_if(text.begin(), text.end(), IsContinuation));
}

// Bytes of the character that begins at text[0], or 0 when it is no UTF-8.
size_t CharacterBytes(std::string_view text) {
  const auto lead = static_cast<uint8_t>(text[0]);
  const size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (size > text.size()) return 0;
  const int64_t valid =
      kernels::ValidUtf8Prefix(reinterpret_cast<const uint8_t*>(text.data()), static_cast<int64_t>(size));
  return valid == static_cast<int64_t>(size) ? size : 0;
}

}  // namespace

std::string CountText(int64_t count) {
  std::string text = std::to_string(count);
  const int64_t first_digit = text[0] == '-' ? 1 : 0;
  for (int64_t i = static_cast<int64_t>(text.size()) - 3; i > first_digit; i -= 3) {
    text.insert(static_cast<size_t>(i), 1, ',');
  }
  return text;
}

std::string CountedText(int64_t count, std::string_view word, std::string_view plural) {
  std::string text = CountText(count) + ' ';
  if (count == 1 || plural.empty()) text += word;
  if (count != 1) text += plural.empty() ? "s" : plural;
  return text;
}

std::string BytesText(int64_t bytes) {
  static constexpr const char* kUnits[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
  size_t unit = 0;
  double value = static_cast<double>(bytes);
  for (; value >= 999.995 && unit < 6; ++unit) value /= 1000;
  char text[32];
  std::snprintf(text, sizeof text, unit == 0 ? "%.0f %s" : "%.2f %s", value, kUnits[unit]);
  return text;
}

std::string Printable(std::string_view text, int64_t max_characters) {
  std::string out;
  int64_t num_characters = 0;
  while (!text.empty()) {
    if (++num_characters > max_characters) return out + "...";
    const size_t size = CharacterBytes(text);
    const auto byte = static_cast<uint8_t>(text[0]);
    // C1 control characters are U+0080..U+009F: 0xC2 and a byte below 0xA0.
    const bool is_control =
        byte < 0x20 || byte == 0x7F || (size == 2 && byte == 0xC2 && static_cast<uint8_t>(text[1]) < 0xA0);
    if (size > 0 && !is_control) {
      out += text.substr(0, size);
      text.remove_prefix(size);
      continue;
    }
    char escape[8];
    std::snprintf(escape, sizeof escape, "\\x%02x", byte);
    out += escape;
    text.remove_prefix(1);
  }
  return out;
}

TextTable::TextTable(std::vector<std::string> headings) {
  for (std::string& heading : headings) {
    right_.push_back(heading.starts_with('>'));
    if (right_.back()) heading.erase(0, 1);
  }
  rows_.push_back(std::move(headings));
}

void TextTable::Add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

std::string TextTable::ToString(int indent) const {
  std::vector<size_t> widths(right_.size());
  for (size_t row = 1; row < rows_.size(); ++row) {
    for (size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(widths[i], NumCharacters(rows_[row][i]));
  }
  for (size_t i = 0; i < widths.size(); ++i) {
    if (widths[i] > 0) widths[i] = std::max(widths[i], NumCharacters(rows_[0][i]));
  }
  std::string out;
  for (const std::vector<std::string>& row : rows_) {
    std::string line(static_cast<size_t>(indent), ' ');
    for (size_t i = 0; i < widths.size(); ++i) {
      if (widths[i] == 0) continue;
      const std::string padding(widths[i] - NumCharacters(row[i]), ' ');
      line += right_[i] ? padding + row[i] : row[i] + padding;
      line += "  ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + '\n';
  }
  return out;
}

}  // namespace inlay::tools

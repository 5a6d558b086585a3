#include "tools/json.h"

#include <cstdio>

#include "kernels/utf8.h"

namespace inlay::tools {

void JsonWriter::Separate() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (!is_first_) text_ += ',';
  if (depth_ > 0) text_.append(1, '\n').append(static_cast<size_t>(2 * depth_), ' ');
}

void JsonWriter::Open(char bracket) {
  Separate();
  text_ += bracket;
  ++depth_;
  is_first_ = true;
}

void JsonWriter::Close(char bracket) {
  --depth_;
  if (!is_first_) text_.append(1, '\n').append(static_cast<size_t>(2 * depth_), ' ');
  text_ += bracket;
  is_first_ = false;
}

void JsonWriter::Scalar(std::string_view text) {
  Separate();
  text_ += text;
  is_first_ = false;
}

JsonWriter& JsonWriter::Key(std::string_view name) {
  String(name);
  text_ += ": ";
  after_key_ = true;
  return *this;
}

void JsonWriter::String(std::string_view value) {
  Separate();
  is_first_ = false;
  text_ += '"';
  while (!value.empty()) {
    const auto valid = static_cast<size_t>(
        kernels::ValidUtf8Prefix(reinterpret_cast<const uint8_t*>(value.data()), static_cast<int64_t>(value.size())));
    for (const char c : value.substr(0, valid)) {
      if (c == '"' || c == '\\') {
        text_.append(1, '\\').append(1, c);
      } else if (static_cast<uint8_t>(c) < 0x20 || c == 0x7F) {
        char escape[8];
        std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
        text_ += escape;
      } else {
        text_ += c;
      }
    }
    value.remove_prefix(valid);
    if (value.empty()) break;
    text_ += "\\ufffd";
    value.remove_prefix(1);
  }
  text_ += '"';
}

}  // namespace inlay::tools

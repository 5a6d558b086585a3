// JSON text (RFC 8259), written as it comes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace inlay::tools {

// Objects and lists must be closed in order. Indented by two blanks.
class JsonWriter {
 public:
  void BeginObject() { Open('{'); }
  void EndObject() { Close('}'); }
  void BeginList() { Open('['); }
  void EndList() { Close(']'); }
  // The member whose value comes next.
  JsonWriter& Key(std::string_view name);
  // Bytes that are no UTF-8 become U+FFFD.
  void String(std::string_view value);
  void Number(int64_t value) { Scalar(std::to_string(value)); }
  void Bool(bool value) { Scalar(value ? "true" : "false"); }
  void Null() { Scalar("null"); }

  // With a newline at its end.
  std::string Finish() { return text_ + '\n'; }

 private:
  void Open(char bracket);
  void Close(char bracket);
  void Scalar(std::string_view text);
  void Separate();

  std::string text_;
  int depth_ = 0;
  bool is_first_ = true;  // in its object or list
  bool after_key_ = false;
};

}  // namespace inlay::tools

// Whether a text is JSON (RFC 8259). An independent check of what the command prints.
#pragma once

#include <cctype>
#include <string_view>

namespace inlay::tools {

class JsonCheck {
 public:
  explicit JsonCheck(std::string_view text) : text_(text) {}
  bool Whole() {
    const bool value = Value();
    Blanks();
    return value && at_ == text_.size();
  }

 private:
  char Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void Blanks() {
    while (Peek() == ' ' || Peek() == '\n' || Peek() == '\t' || Peek() == '\r') ++at_;
  }
  bool Take(char c) {
    Blanks();
    if (Peek() != c) return false;
    ++at_;
    return true;
  }
  bool Word(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  bool Digits() {
    if (std::isdigit(static_cast<unsigned char>(Peek())) == 0) return false;
    while (std::isdigit(static_cast<unsigned char>(Peek())) != 0) ++at_;
    return true;
  }
  bool Number() {
    if (Peek() == '-') ++at_;
    if (Peek() == '0') {
      ++at_;
    } else if (!Digits()) {
      return false;
    }
    if (Peek() == '.' && (++at_, !Digits())) return false;
    if (Peek() == 'e' || Peek() == 'E') {
      ++at_;
      if (Peek() == '-' || Peek() == '+') ++at_;
      return Digits();
    }
    return true;
  }
  bool String() {
    if (!Take('"')) return false;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '"') return ++at_, true;
      if (static_cast<unsigned char>(c) < 0x20) return false;
      if (c != '\\') continue;
      ++at_;
      if (std::string_view("\"\\/bfnrtu").find(Peek()) == std::string_view::npos || Peek() == '\0') return false;
      if (Peek() != 'u') continue;
      for (int i = 0; i < 4; ++i) {
        ++at_;
        if (std::isxdigit(static_cast<unsigned char>(Peek())) == 0) return false;
      }
    }
    return false;
  }
  // The members of an object or a list, after its opening bracket.
  bool Members(char closing, bool with_keys) {
    if (Take(closing)) return true;
    do {
      if (with_keys && !(String() && Take(':'))) return false;
      if (!Value()) return false;
    } while (Take(','));
    return Take(closing);
  }
  bool Value() {
    Blanks();
    switch (Peek()) {
      case '{':
        return ++at_, Members('}', true);
      case '[':
        return ++at_, Members(']', false);
      case '"':
        return String();
      case 't':
        return Word("true");
      case 'f':
        return Word("false");
      case 'n':
        return Word("null");
      default:
        return Number();
    }
  }

  std::string_view text_;
  size_t at_ = 0;
};

inline bool IsJson(std::string_view text) { return JsonCheck(text).Whole(); }

}  // namespace inlay::tools

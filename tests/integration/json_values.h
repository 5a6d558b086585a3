// Single values of the integration JSON, to and from their bytes in memory. Functions that take text or JSON throw
// JsonError for what they cannot read: this is test code.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace inlay::integration {

using Json = nlohmann::json;

struct JsonError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The member of that name, which must be there.
const Json& Member(const Json& object, const char* name);

// Upper-case hexadecimal, two digits a byte.
std::string HexOf(const uint8_t* bytes, int64_t size_bytes);
std::vector<uint8_t> BytesOfHex(const std::string& hex);

// A number, a string of digits, or a boolean, as an integer of `byte_width` (1, 2, 4, 8) bytes; JsonError where it does
// not fit. Stored in the machine's byte order.
void StoreInteger(const Json& value, int64_t byte_width, bool is_signed, uint8_t* out);
// A string for 8 bytes, a number for less.
Json IntegerJson(const uint8_t* from, int64_t byte_width, bool is_signed);
// The other way, for offsets and indexes.
int64_t IntegerOf(const Json& value);

// A decimal string of digits, as a two's complement integer of `byte_width` bytes; JsonError where it does not fit.
void StoreDecimal(const std::string& digits, int64_t byte_width, uint8_t* out);
std::string DecimalText(const uint8_t* from, int64_t byte_width);

// IEEE 754 numbers of 2, 4 and 8 bytes. What is written is the shortest decimal that reads back as the same number;
// JSON has no NaN and no infinity: JsonError.
void StoreFloat(const Json& value, int64_t byte_width, uint8_t* out);
Json FloatJson(const uint8_t* from, int64_t byte_width);
bool IsFinite(const uint8_t* from, int64_t byte_width);

}  // namespace inlay::integration

// Base64 (RFC 4648, section 4), as the value of the "ARROW:schema" key is stored.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace inlay::parquet {

std::string EncodeBase64(std::span<const uint8_t> bytes);

}  // namespace inlay::parquet

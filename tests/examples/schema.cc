// A schema, checked: what every program begins with that has columns to write.
#include <cstdio>

#include <inlay/types.h>
#include <inlay/version.h>

int main() {
  const inlay::Schema trades{{
      {"time", inlay::Timestamp(inlay::TimeUnit::kMicro, "UTC"), false},
      {"symbol", inlay::Utf8()},
      {"price", inlay::Decimal128(12, 2)},
  }};
  std::printf("inlay %s\n%s", INLAY_VERSION_STRING, trades.ToString().c_str());
  const inlay::Schema wrong{{{"price", inlay::Decimal128(99, 2)}}};
  std::printf("%s\n%s\n", trades.Validate().ToString().c_str(), wrong.Validate().ToString().c_str());
  return trades.Validate().ok() && !wrong.Validate().ok() ? 0 : 1;
}

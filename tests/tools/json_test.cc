#include "tools/json.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/tools/json_check.h"

namespace inlay::tools {
namespace {

TEST(JsonWriter, NestsAndSeparates) {
  JsonWriter json;
  json.BeginObject();
  json.Key("a").Number(-5);
  json.Key("b").BeginList();
  json.Bool(true);
  json.Null();
  json.BeginObject();
  json.EndObject();
  json.BeginList();
  json.EndList();
  json.EndList();
  json.Key("c").String("x");
  json.EndObject();
  EXPECT_EQ(json.Finish(),
            "{\n  \"a\": -5,\n  \"b\": [\n    true,\n    null,\n    {},\n    []\n  ],\n  \"c\": \"x\"\n}\n");
  EXPECT_TRUE(IsJson(json.Finish()));
}

TEST(JsonWriter, StringsAreEscapedAndAlwaysUtf8) {
  JsonWriter json;
  json.String(std::string("q\" b\\ n\n z\0 d\x7F \xC3\xA9 bad\xFFx\xC3", 24));
  EXPECT_EQ(json.Finish(), "\"q\\\" b\\\\ n\\u000a z\\u0000 d\\u007f \xC3\xA9 bad\\ufffdx\\ufffd\"\n");
  EXPECT_TRUE(IsJson(json.Finish()));
}

TEST(JsonCheck, TellsJsonFromWhatIsNot) {
  for (const char* good :
       {"{}", "[]", "[1, -2.5e3, \"a\\u00e9\", null, true, false]", "{\"a\": {\"b\": [0]}}", " 1 "}) {
    EXPECT_TRUE(IsJson(good)) << good;
  }
  for (const char* bad :
       {"", "{", "[1,]", "{\"a\"}", "{a: 1}", "[1 2]", "01", "\"a", "\"\n\"", "nul", "{} {}", "\"\\x\""}) {
    EXPECT_FALSE(IsJson(bad)) << bad;
  }
}

}  // namespace
}  // namespace inlay::tools

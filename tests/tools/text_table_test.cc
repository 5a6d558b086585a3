#include "tools/text_table.h"

#include <gtest/gtest.h>

#include <string>

namespace inlay::tools {
namespace {

TEST(TextTable, CountsAndSizes) {
  EXPECT_EQ(CountText(0), "0");
  EXPECT_EQ(CountText(999), "999");
  EXPECT_EQ(CountText(1000), "1,000");
  EXPECT_EQ(CountText(-1234567), "-1,234,567");
  EXPECT_EQ(CountText(-123), "-123");
  EXPECT_EQ(CountedText(1, "row"), "1 row");
  EXPECT_EQ(CountedText(1234, "row"), "1,234 rows");
  EXPECT_EQ(CountedText(0, "batch", "batches"), "0 batches");
  EXPECT_EQ(CountedText(1, "batch", "batches"), "1 batch");
  EXPECT_EQ(BytesText(0), "0 B");
  EXPECT_EQ(BytesText(999), "999 B");
  EXPECT_EQ(BytesText(1000), "1.00 kB");
  EXPECT_EQ(BytesText(999'999), "1.00 MB");
  EXPECT_EQ(BytesText(12'345'678), "12.35 MB");
  EXPECT_EQ(BytesText(INT64_MAX), "9.22 EB");
}

TEST(TextTable, PrintableTextIsSafeOnATerminal) {
  EXPECT_EQ(Printable("caf\xC3\xA9 \xE2\x82\xAC"), "caf\xC3\xA9 \xE2\x82\xAC");
  EXPECT_EQ(Printable("a\033[31m\n\x7F"), "a\\x1b[31m\\x0a\\x7f");
  EXPECT_EQ(Printable("\xFF\xC3"), "\\xff\\xc3");
  EXPECT_EQ(Printable("\xC2\x9B!"), "\\xc2\\x9b!");  // a control character above ASCII
  EXPECT_EQ(Printable("\xC2"), "\\xc2");
  EXPECT_EQ(Printable("\xC3\xA9\xC3\xA9\xC3\xA9", 2), "\xC3\xA9\xC3\xA9...");
  EXPECT_EQ(Printable("ab", 2), "ab");
}

TEST(TextTable, ColumnsLineUpByCharactersAndEmptyOnesGo) {
  TextTable table({"name", ">n", "never", "last"});
  table.Add({"\xC3\xA9", "1", "", "x"});
  table.Add({"long name", "1,000", "", ""});
  EXPECT_EQ(table.ToString(2),
            "  name           n  last\n"
            "  \xC3\xA9              1  x\n"
            "  long name  1,000\n");
}

}  // namespace
}  // namespace inlay::tools

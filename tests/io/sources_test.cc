#include <gtest/gtest.h>
#include <inlay/source.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/io/pieces.h"
#include "tests/io/temporary_folder.h"

namespace inlay {
namespace {

using Open = Result<std::unique_ptr<Source>> (*)(const std::string& path);
constexpr Open kOpeners[] = {OpenFileSource, OpenMappedSource};

std::string Read(const Source& source, int64_t offset, size_t size) {
  std::string text(size, '?');
  const Status status = source.ReadAt(offset, {reinterpret_cast<uint8_t*>(text.data()), size});
  EXPECT_TRUE(status.ok()) << status.ToString();
  return text;
}

void ExpectReads(const Source& source, const std::string& text) {
  const auto size = static_cast<int64_t>(text.size());
  ASSERT_EQ(source.size_bytes(), size);
  for (int64_t offset : {int64_t{0}, int64_t{1}, size / 2, size}) {
    if (offset > size) continue;
    for (int64_t length : {int64_t{0}, int64_t{1}, int64_t{100}, size - offset}) {
      if (length > size - offset) continue;
      EXPECT_EQ(Read(source, offset, static_cast<size_t>(length)),
                text.substr(static_cast<size_t>(offset), static_cast<size_t>(length)));
    }
  }
  std::vector<uint8_t> two(2);
  for (int64_t offset : {size - 1, size, size + 1, INT64_MAX, INT64_MAX - 1, int64_t{-1}, INT64_MIN}) {
    EXPECT_EQ(source.ReadAt(offset, two).code(), StatusCode::kCorruptData) << offset;
  }
  EXPECT_EQ(source.ReadAt(size + 1, {}).code(), StatusCode::kCorruptData);
}

TEST(Source, FileAndMap) {
  const TemporaryFolder folder;
  for (const size_t size : {0, 1, 4096, 100001}) {
    const std::string text = RandomText(size, size);
    folder.Put("x", text);
    for (const Open open : kOpeners) {
      const Result<std::unique_ptr<Source>> source = open(folder.Path("x"));
      ASSERT_TRUE(source.ok()) << source.status().ToString();
      ExpectReads(**source, text);
    }
    const Result<std::unique_ptr<Source>> mapped = OpenMappedSource(folder.Path("x"));
    const BufferView bytes = (*mapped)->mapped();
    EXPECT_EQ(std::string(reinterpret_cast<const char*>(bytes.data), static_cast<size_t>(bytes.size_bytes)), text);
    EXPECT_EQ((*OpenFileSource(folder.Path("x")))->mapped().size_bytes, 0);
  }
}

TEST(Source, Buffer) {
  for (const size_t size : {0, 1, 100001}) {
    const std::string text = RandomText(size, size);
    const std::unique_ptr<Source> source = MakeBufferSource(View(text));
    ExpectReads(*source, text);
    EXPECT_EQ(source->mapped().data, View(text).data);
  }
}

TEST(Source, WhatCannotBeOpened) {
  const TemporaryFolder folder;
  ASSERT_EQ(mkfifo(folder.Path("fifo").c_str(), 0600), 0);
  for (const Open open : kOpeners) {
    EXPECT_EQ(open(folder.Path("absent")).status().os_errno(), ENOENT);
    EXPECT_NE(open(folder.Path("absent")).status().message().find("absent"), std::string::npos);
    EXPECT_EQ(open(folder.Path(".")).status().os_errno(), EISDIR);
    EXPECT_EQ(open(folder.Path("fifo")).status().code(), StatusCode::kInvalidArgument);
    EXPECT_EQ(open("/dev/null").status().code(), StatusCode::kInvalidArgument);
    EXPECT_EQ(open(folder.Path("a") + '\0').status().code(), StatusCode::kInvalidArgument);
    EXPECT_EQ(open("").status().os_errno(), ENOENT);
  }
}

TEST(Source, FileThatShrinksIsCorruptNotShort) {
  const TemporaryFolder folder;
  folder.Put("x", RandomText(1000, 1));
  const Result<std::unique_ptr<Source>> source = OpenFileSource(folder.Path("x"));
  ASSERT_TRUE(source.ok());
  std::filesystem::resize_file(folder.Path("x"), 600);
  std::vector<uint8_t> out(500);
  EXPECT_EQ((*source)->ReadAt(500, out).code(), StatusCode::kCorruptData);
  EXPECT_TRUE((*source)->ReadAt(100, out).ok());
}

}  // namespace
}  // namespace inlay

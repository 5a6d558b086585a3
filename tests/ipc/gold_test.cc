// Streams and files of other implementations, from a folder of Arrow's gold files (arrow-testing) where there is one.
#include <cstdio>
#include <filesystem>
#include <set>

#include "tests/ipc/expect_equal.h"

namespace inlay::ipc {
namespace {

using Batches = std::vector<RecordBatch>;

bool IsStream(const std::filesystem::path& path) { return path.extension() == ".stream"; }

Result<Batches> AsStream(const std::string& path, const ReadOptions& options) {
  auto source = OpenMappedSource(path);
  if (!source.ok()) return source.status();
  auto reader = StreamReader::Open(std::move(*source), options);
  if (!reader.ok()) return reader.status();
  Batches batches;
  while (true) {
    auto batch = reader->Next();
    if (!batch.ok()) return batch.status();
    if (!batch->has_value()) return batches;
    batches.push_back(std::move(**batch));
  }
}

Result<Batches> AsFile(const std::string& path, const ReadOptions& options) {
  const auto reader = FileReader::Open(path, options);
  if (!reader.ok()) return reader.status();
  Batches batches;
  for (int64_t i = 0; i < reader->num_batches(); ++i) {
    auto batch = reader->ReadBatch(i);
    if (!batch.ok()) return batch.status();
    batches.push_back(std::move(*batch));
  }
  return batches;
}

Result<Batches> ReadAny(const std::filesystem::path& path, const ReadOptions& options = {}) {
  return IsStream(path) ? AsStream(path, options) : AsFile(path, options);
}

std::set<std::filesystem::path> Files(const char* folder) {
  std::set<std::filesystem::path> files;
  if (*folder == 0 || !std::filesystem::is_directory(folder)) return files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.insert(entry.path());
  }
  return files;
}

// Every case is read, in full, and a file and a stream of the same name hold the same values.
TEST(Gold, FilesAndStreamsAgree) {
  const auto files = Files(INLAY_IPC_GOLD_DIR);
  if (files.empty()) {
    std::puts("no gold files here: set INLAY_IPC_GOLD_DIR to arrow-testing's data/arrow-ipc-stream/integration");
    return;
  }
  for (const auto& path : files) {
    if (path.extension() != ".arrow_file") continue;
    SCOPED_TRACE(path.string());
    // Old decimals do not fit their precision, which full validation says.
    const bool is_old_decimal =
        path.stem() == "generated_decimal" && path.parent_path().filename().string().starts_with("1.0.0");
    if (is_old_decimal) {
      EXPECT_EQ(ReadAny(path).status().code(), StatusCode::kCorruptData);
    }
    const ReadOptions options{.validation = is_old_decimal ? Validation::kBasic : Validation::kFull};
    const auto file = ReadAny(path, options);
    const auto stream = ReadAny(std::filesystem::path(path).replace_extension(".stream"), options);
    ASSERT_TRUE(file.ok()) << file.status().ToString();
    ASSERT_TRUE(stream.ok()) << stream.status().ToString();
    ASSERT_EQ(file->size(), stream->size());
    for (size_t i = 0; i < file->size(); ++i) ExpectEqual((*file)[i], (*stream)[i]);
  }
}

// The same values, written on machines of both byte orders.
TEST(Gold, ByteOrdersAgree) {
  const std::filesystem::path folder(INLAY_IPC_GOLD_DIR);
  for (const auto& path : Files(INLAY_IPC_GOLD_DIR)) {
    if (path.parent_path().filename() != "1.0.0-bigendian" || path.extension() == ".gz") continue;
    SCOPED_TRACE(path.string());
    const ReadOptions options{.validation = Validation::kBasic};
    const auto big = ReadAny(path, options);
    const auto little = ReadAny(folder / "1.0.0-littleendian" / path.filename(), options);
    ASSERT_TRUE(big.ok()) << big.status().ToString();
    ASSERT_TRUE(little.ok()) << little.status().ToString();
    ASSERT_EQ(big->size(), little->size());
    for (size_t i = 0; i < big->size(); ++i) ExpectEqual((*big)[i], (*little)[i]);
  }
}

// Inputs that broke other readers.
TEST(Gold, KnownBadInputsAreSurvived) {
  int num_files = 0;
  for (const auto& path : Files(INLAY_IPC_FUZZ_DIR)) {
    SCOPED_TRACE(path.string());
    for (bool as_stream : {false, true}) {
      const auto batches = as_stream ? AsStream(path, {}) : AsFile(path, {});
      if (!batches.ok()) {
        EXPECT_THAT(batches.status().code(),
                    testing::AnyOf(StatusCode::kCorruptData, StatusCode::kNotImplemented, StatusCode::kLimitExceeded))
            << batches.status().ToString();
        continue;
      }
      for (const RecordBatch& batch : *batches) {
        for (const ArrayView& column : batch.columns()) {
          if (column.length < 1 << 20) (void)reference::ValuesOf(column);
        }
      }
    }
    ++num_files;
  }
  if (num_files == 0) std::puts("no known bad inputs here: set INLAY_IPC_FUZZ_DIR to arrow-testing's");
}

}  // namespace
}  // namespace inlay::ipc

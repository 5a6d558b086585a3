#include "tests/fuzz/seeds.h"

#include <inlay/ipc.h>
#include <inlay/sink.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/fuzz/check.h"
#include "tests/reference/random_columns.h"

namespace inlay::fuzz {
namespace {

template <typename Writer>
Bytes Written(const Schema& schema, const std::vector<RecordBatch>& batches, const ipc::WriteOptions& options) {
  BufferSink sink;
  auto writer = Writer::Open(&sink, schema, options);
  Check(writer.ok(), "no writer: " + writer.status().ToString());
  for (const RecordBatch& batch : batches) {
    const Status status = writer->Write(batch);
    Check(status.ok(), "not written: " + status.ToString());
  }
  const Status status = writer->Finish();
  Check(status.ok(), "not finished: " + status.ToString());
  return sink.Release();
}

// Of types that are written.
std::vector<Field> Writable(const std::vector<Field>& fields) {
  std::vector<Field> writable;
  for (const Field& field : fields) {
    NullSink sink;
    if (ipc::StreamWriter::Open(&sink, Schema{{field}}).ok()) writable.push_back(field);
  }
  return writable;
}

}  // namespace

std::vector<Seed> WrittenSeeds() {
  std::vector<Seed> seeds;
  for (const Codec codec : {Codec::kNone, Codec::kLz4, Codec::kZstd}) {
    for (uint64_t kind = 0; kind < 4; ++kind) {
      // All flat types at once, and the nested ones in portions.
      std::vector<Field> fields = reference::FlatFields();
      if (kind > 0) {
        const std::vector<Field> nested = reference::NestedFields(kind);
        fields.clear();
        for (size_t i = kind - 1; i < nested.size(); i += 3) fields.push_back(nested[i]);
      }
      const Schema schema{Writable(fields), {{"key", "value"}}};
      reference::RandomTable table(schema, kind, reference::DictionaryHistory::kSame);
      const std::vector<RecordBatch> batches = {table.Next(9), table.Next(0), table.Next(5)};
      const ipc::WriteOptions options{.compression = {codec, {}}, .alignment_bytes = 8};
      const std::string name = "written-" + std::to_string(kind) + "-" + std::string(CodecName(codec));
      seeds.push_back({name, false, Written<ipc::StreamWriter>(schema, batches, options)});
      seeds.push_back({name, true, Written<ipc::FileWriter>(schema, batches, options)});
    }
  }
  return seeds;
}

std::vector<Seed> StoredSeeds(const std::string& folder) {
  std::vector<Seed> seeds;
  if (folder.empty() || !std::filesystem::is_directory(folder)) return seeds;
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  for (const auto& path : paths) {
    const std::string extension = path.extension().string();
    if (extension == ".gz" || extension == ".json" || extension == ".md") continue;
    std::ifstream in(path, std::ios::binary);
    const Bytes bytes{std::istreambuf_iterator<char>(in), {}};
    const bool is_file = bytes.size() >= 6 && std::equal(bytes.begin(), bytes.begin() + 6, "ARROW1");
    seeds.push_back({path.string(), is_file, bytes});
  }
  return seeds;
}

std::vector<Seed> RecipeSeeds(int count) {
  std::vector<Seed> seeds;
  std::mt19937_64 random(11);
  for (int i = 0; i < count; ++i) {
    Bytes bytes(64 + random() % 900);
    // Bytes of 253 and more make something odd: of some recipes none, of others a few.
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random() % (i % 4 == 0 ? 256 : 253));
    seeds.push_back({"recipe-" + std::to_string(i), false, std::move(bytes)});
  }
  return seeds;
}

}  // namespace inlay::fuzz

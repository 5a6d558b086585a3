// table_writer write OUT [OPTION...]
//     Random batches of every type and nesting, sliced at every level, and the same values as integration JSON.
//       --json=PREFIX      PREFIX.0.json, PREFIX.1.json...: a document a batch
//       --seed=N           the same seed makes the same values, column by column
//       --rows=N,N...      the batches
//       --history=WORD     of the dictionaries: same, grows, replaced
//       --columns=A|B...   leaves out all others
// table_writer rewrite IN OUT [OPTION...]
//     The batches of IN.
// table_writer json IN PREFIX
//     The values of IN as integration JSON, a document a batch.
// Both forms of writing:
//       --codec=none|lz4|zstd  --alignment=N  --v4=1  --dictionaries=replace|delta|unify
// OUT is a stream when its name ends in .arrows, else a file; IN is what its first bytes say.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "tests/integration/ipc_table.h"
#include "tests/reference/random_columns.h"

namespace inlay::integration {
namespace {

using Options = std::map<std::string, std::string>;

std::vector<std::string> Split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, separator);) parts.push_back(part);
  return parts;
}

std::string Get(const Options& options, const std::string& name, const std::string& otherwise) {
  const auto found = options.find(name);
  return found == options.end() ? otherwise : found->second;
}

size_t OneOf(const Options& options, const std::string& name, const std::vector<std::string>& words) {
  const std::string word = Get(options, name, words[0]);
  for (size_t i = 0; i < words.size(); ++i) {
    if (word == words[i]) return i;
  }
  throw JsonError("--" + name + " does not know " + word);
}

Table MakeTable(const Options& options) {
  const uint64_t seed = std::strtoull(Get(options, "seed", "1").c_str(), nullptr, 10);
  std::vector<Field> fields = reference::FlatFields();
  for (Field& field : reference::NestedFields(seed)) fields.push_back(std::move(field));
  if (options.contains("columns")) {
    const std::vector<std::string> kept = Split(options.at("columns"), '|');
    std::erase_if(fields, [&](const Field& f) { return std::find(kept.begin(), kept.end(), f.name) == kept.end(); });
  }
  const auto history =
      static_cast<reference::DictionaryHistory>(OneOf(options, "history", {"same", "grows", "replaced"}));
  reference::RandomTable random({std::move(fields), {{"key", "value"}}}, seed, history);
  Table table{std::make_shared<Schema>(random.schema()), {}};
  for (const std::string& rows : Split(Get(options, "rows", "20,0,1,133"), ',')) {
    table.batches.push_back(random.Next(std::strtoll(rows.c_str(), nullptr, 10)));
  }
  return table;
}

Status WriteIpc(const Table& table, const std::string& path, const Options& options) {
  ipc::WriteOptions write;
  const Result<Codec> codec = CodecFromName(Get(options, "codec", "none"));
  if (!codec.ok()) return codec.status();
  write.compression = {*codec, {}};
  write.alignment_bytes = std::atoi(Get(options, "alignment", "64").c_str());
  if (Get(options, "v4", "0") == "1") write.metadata_version = ipc::MetadataVersion::kV4;
  write.dictionaries =
      static_cast<ipc::DictionaryPolicy>(OneOf(options, "dictionaries", {"replace", "delta", "unify"}));
  const auto bytes = WriteTable(table, !path.ends_with(".arrows"), write);
  if (!bytes.ok()) return bytes.status();
  std::ofstream out(path, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes->data()), static_cast<std::streamsize>(bytes->size()));
  return out.flush() ? Status() : Status::IoError("cannot write " + path);
}

void WriteJson(const Table& table, const std::string& prefix) {
  for (size_t i = 0; i < table.batches.size(); ++i) {
    std::ofstream(prefix + "." + std::to_string(i) + ".json") << JsonOfTable(*table.schema, {table.batches[i]});
  }
}

Status Write(const std::string& out, const Options& options) {
  const Table table = MakeTable(options);
  if (options.contains("json")) WriteJson(table, options.at("json"));
  return WriteIpc(table, out, options);
}

Status Rewrite(const std::string& in, const std::string& out, const Options& options) {
  const Result<Table> table = ReadTable(in);
  return table.ok() ? WriteIpc(*table, out, options) : table.status();
}

Status ToJson(const std::string& in, const std::string& prefix) {
  const Result<Table> table = ReadTable(in);
  if (!table.ok()) return table.status();
  WriteJson(*table, prefix);
  return {};
}

int Main(int argc, char** argv) {
  Options options;
  std::vector<std::string> words;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const size_t equals = word.find('=');
    if (word.starts_with("--") && equals != std::string::npos) {
      options[word.substr(2, equals - 2)] = word.substr(equals + 1);
    } else {
      words.push_back(word);
    }
  }
  Status status;
  try {
    if (words.size() == 2 && words[0] == "write") {
      status = Write(words[1], options);
    } else if (words.size() == 3 && words[0] == "rewrite") {
      status = Rewrite(words[1], words[2], options);
    } else if (words.size() == 3 && words[0] == "json") {
      status = ToJson(words[1], words[2]);
    } else {
      std::fputs("usage: table_writer write OUT | rewrite IN OUT | json IN PREFIX\n", stderr);
      return 2;
    }
  } catch (const JsonError& error) {
    status = Status::InvalidArgument(error.what());
  }
  if (status.ok()) return 0;
  std::fprintf(stderr, "table_writer: %s\n", status.ToString().c_str());
  return 1;
}

}  // namespace
}  // namespace inlay::integration

int main(int argc, char** argv) { return inlay::integration::Main(argc, argv); }

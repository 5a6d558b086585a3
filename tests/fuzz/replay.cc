// Gives good and known bad inputs, their truncations and their seeded mutations to the fuzz targets. Usage:
//
//   fuzz_replay [--mutations=N] [--every-truncation] [--recipes=N] [--seconds=N] [--write-corpus=FOLDER] [FOLDER...]
//
// FOLDERs hold stored streams and files. With --seconds, cases are left out from then on: the short form. An input that
// takes more than 2 s is a finding, but for sanitizers, under which it is 20 s.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "tests/fuzz/check.h"
#include "tests/fuzz/mutation.h"
#include "tests/fuzz/seeds.h"
#include "tests/fuzz/targets.h"

namespace inlay::fuzz {
namespace {

using Clock = std::chrono::steady_clock;
using Target = bool (*)(BufferView);

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr double kMaxSeconds = 20;
#else
constexpr double kMaxSeconds = 2;
#endif

struct Options {
  int64_t num_mutations = 20;
  bool every_truncation = false;
  int num_recipes = 300;
  double seconds = 1e9;
  std::string corpus;
  std::vector<std::string> folders;
};

// On a finding the program ends: then the input is in this file, and its name says what it was made of.
constexpr char kFindingFile[] = "fuzz_finding.bin";

class Replay {
 public:
  explicit Replay(const Options& options) : options_(options), begin_(Clock::now()) {}

  bool out_of_time() const { return Seconds(begin_) > options_.seconds; }

  bool Run(Target target, const Bytes& input) {
    current_ = &input;
    // A copy of just that size: what is read past it is seen.
    const std::vector<uint8_t> exact(input.begin(), input.end());
    const Clock::time_point start = Clock::now();
    const bool good = target({exact.data(), static_cast<int64_t>(exact.size())});
    const double seconds = Seconds(start);
    slowest_seconds_ = std::max(slowest_seconds_, seconds);
    if (seconds > kMaxSeconds) {
      Save();
      Found("an input of " + std::to_string(input.size()) + " bytes takes " + std::to_string(seconds) + " s");
    }
    ++num_inputs_;
    num_good_ += good;
    return good;
  }

  // The seed is given to both targets: what is no file may be a stream, and the other way round.
  void RunSeed(const Seed& seed, bool must_be_good) {
    seed_ = &seed;
    const Target target = seed.is_file ? ReadFile : ReadStream;
    const bool good = Run(target, seed.bytes);
    Check(good || !must_be_good, seed.name + " is not read");
    Run(seed.is_file ? ReadStream : ReadFile, seed.bytes);
    const size_t step = options_.every_truncation ? 1 : seed.bytes.size() / 25 + 1;
    for (size_t size = 0; size < seed.bytes.size() && !out_of_time(); size += step) {
      Run(target, Bytes(seed.bytes.begin(), seed.bytes.begin() + static_cast<std::ptrdiff_t>(size)));
    }
    for (int64_t i = 0; i < options_.num_mutations && !out_of_time(); ++i) {
      Run(target, Mutated(seed.bytes, static_cast<uint64_t>(i)));
    }
  }

  void RunRecipes() {
    for (const Seed& seed : RecipeSeeds(options_.num_recipes)) {
      seed_ = &seed;
      Run(ImportCData, seed.bytes);
      for (int64_t i = 0; i < options_.num_mutations && !out_of_time(); ++i) {
        Run(ImportCData, Mutated(seed.bytes, static_cast<uint64_t>(i)));
      }
    }
  }

  // Called when the program ends by a finding.
  void Save() const {
    if (current_ == nullptr) return;
    std::ofstream(kFindingFile, std::ios::binary)
        .write(reinterpret_cast<const char*>(current_->data()), static_cast<std::streamsize>(current_->size()));
    std::fprintf(stderr, "made of %s, saved as %s\n", seed_ == nullptr ? "?" : seed_->name.c_str(), kFindingFile);
  }

  void Report() const {
    std::printf("%lld inputs, %lld of them good, in %.1f s, the slowest in %.3f s\n",
                static_cast<long long>(num_inputs_), static_cast<long long>(num_good_), Seconds(begin_),
                slowest_seconds_);
    Check(num_good_ > 0 && num_good_ < num_inputs_, "all inputs alike");
  }

 private:
  static double Seconds(Clock::time_point since) { return std::chrono::duration<double>(Clock::now() - since).count(); }

  Options options_;
  Clock::time_point begin_;
  const Bytes* current_ = nullptr;
  const Seed* seed_ = nullptr;
  int64_t num_inputs_ = 0;
  int64_t num_good_ = 0;
  double slowest_seconds_ = 0;
};

void WriteCorpus(const std::string& folder, const std::vector<Seed>& seeds) {
  for (const char* target : {"stream", "file", "c_data"}) std::filesystem::create_directories(folder + "/" + target);
  int next = 0;
  const auto write = [&](const char* target, const Bytes& bytes) {
    std::ofstream(folder + "/" + target + "/seed-" + std::to_string(next++), std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  };
  for (const Seed& seed : seeds) write(seed.is_file ? "file" : "stream", seed.bytes);
  for (const Seed& seed : RecipeSeeds(200)) write("c_data", seed.bytes);
}

const Replay* running = nullptr;

void SaveOnAbort(int) {
  if (running != nullptr) running->Save();
}

int Main(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const auto value = [&](std::string_view name) {
      return argument.starts_with(name) ? argv[i] + name.size() : nullptr;
    };
    if (const char* mutations = value("--mutations=")) {
      options.num_mutations = std::atoll(mutations);
    } else if (const char* recipes = value("--recipes=")) {
      options.num_recipes = std::atoi(recipes);
    } else if (const char* seconds = value("--seconds=")) {
      options.seconds = std::atof(seconds);
    } else if (const char* corpus = value("--write-corpus=")) {
      options.corpus = corpus;
    } else if (argument == "--every-truncation") {
      options.every_truncation = true;
    } else {
      options.folders.emplace_back(argument);
    }
  }
  std::vector<Seed> seeds = WrittenSeeds();
  const size_t num_written = seeds.size();
  for (const std::string& folder : options.folders) {
    for (Seed& seed : StoredSeeds(folder)) seeds.push_back(std::move(seed));
  }
  if (!options.corpus.empty()) {
    WriteCorpus(options.corpus, seeds);
    return 0;
  }
  Replay replay(options);
  running = &replay;
  std::signal(SIGABRT, SaveOnAbort);
  for (size_t i = 0; i < num_written; ++i) replay.RunSeed(seeds[i], true);
  replay.RunRecipes();
  for (size_t i = num_written; i < seeds.size() && !replay.out_of_time(); ++i) replay.RunSeed(seeds[i], false);
  replay.Report();
  return 0;
}

}  // namespace
}  // namespace inlay::fuzz

int main(int argc, char** argv) { return inlay::fuzz::Main(argc, argv); }

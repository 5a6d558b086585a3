// The same jobs done by inlay, by Arrow C++ and by nothing but system calls.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include <inlay/array.h>
#include <inlay/codec.h>
#include <inlay/ipc.h>
#include <inlay/status.h>

namespace inlay::bench {

// Batches to a file, or to a sink that counts and forgets.
struct WriteJob {
  std::span<const RecordBatch> batches;
  int64_t num_rounds = 1;  // how often all of them are written, by one writer
  Compression compression;
  std::string path;  // empty: forget
  bool two_threads = false;
};

// All batches of a file, which is mapped.
struct ReadJob {
  std::string path;
  Validation validation = Validation::kFull;  // inlay's; Arrow C++ validates nothing
  bool two_threads = false;
};

// Each returns how many bytes were written, or rows read.
Result<int64_t> WriteWithInlay(const WriteJob& job);
Result<int64_t> ReadWithInlay(const ReadJob& job);

#ifdef INLAY_BENCH_ARROW
// Wraps the batches for Arrow C++, without a copy; WriteWithArrow looks them up by their address.
Status PrepareArrow(std::span<const RecordBatch> batches);
Result<int64_t> WriteWithArrow(const WriteJob& job);
Result<int64_t> ReadWithArrow(const ReadJob& job);
#endif

// The buffers, one write(2) each, and nothing between or around them.
Result<int64_t> WritePlainly(const WriteJob& job);

}  // namespace inlay::bench

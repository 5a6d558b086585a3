// A service with its own event loop: an IPC stream whose bytes arrive in pieces of any size. The network is played by a
// vector.
#include <cstdint>
#include <cstdio>
#include <utility>
#include <vector>

#include <inlay/inlay.h>

// The other end: what a sender puts on the wire.
static inlay::Status Send(std::vector<uint8_t>* wire) {
  inlay::CallbackSink sink([wire](inlay::BufferView piece) {
    wire->insert(wire->end(), piece.data, piece.data + piece.size_bytes);
    return inlay::Status();
  });
  const std::vector<int64_t> id = {1, 2, 3};
  auto batch = inlay::BatchBuilder().Add("id", id).Finish();
  if (!batch.ok()) return batch.status();
  auto writer = inlay::ipc::StreamWriter::Open(&sink, batch->schema());
  if (!writer.ok()) return writer.status();
  for (int i = 0; i < 3; ++i) {
    if (auto status = writer->Write(*batch); !status.ok()) return status;
  }
  return writer->Finish();
}

struct Connection {
  inlay::ipc::Decoder decoder;
  int64_t num_rows = 0;

  // Called with what the socket had.
  inlay::Status OnReadable(inlay::BufferView bytes) {
    while (true) {
      auto batch = decoder.Decode(&bytes);
      if (!batch.ok()) return batch.status();
      if (!batch->has_value()) return {};  // all bytes are taken, or the stream is at its end
      num_rows += (*batch)->num_rows();
    }
  }
};

static inlay::Status Serve() {
  std::vector<uint8_t> wire;
  if (auto status = Send(&wire); !status.ok()) return status;
  auto decoder = inlay::ipc::Decoder::Make();
  if (!decoder.ok()) return decoder.status();
  Connection connection{std::move(*decoder)};
  const auto size = static_cast<int64_t>(wire.size());
  for (int64_t at = 0, count = 1; at < size; at += count, count = count * 2 % 101) {
    const inlay::BufferView received{wire.data() + at, count < size - at ? count : size - at};
    if (auto status = connection.OnReadable(received); !status.ok()) return status;
  }
  std::printf("%lld rows of\n%s", static_cast<long long>(connection.num_rows),
              connection.decoder.schema().ToString().c_str());
  return connection.decoder.Finish();  // the peer hung up: at the end, or within a message?
}

int main() {
  const inlay::Status status = Serve();
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return status.ok() ? 0 : 1;
}

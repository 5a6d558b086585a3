// A service with its own event loop: an IPC stream whose bytes arrive in pieces of any size. The network is played by a
// vector.
#include <cstdint>
#include <cstdio>
#include <span>
#include <utility>
#include <vector>

#include <inlay/inlay.h>

// What a socket's gathering write does: pieces borrow from the batch and the encoder until the next call.
static void Transmit(std::span<const inlay::BufferView> pieces, std::vector<uint8_t>* wire) {
  for (const inlay::BufferView& piece : pieces) wire->insert(wire->end(), piece.data, piece.data + piece.size_bytes);
}

// The other end: a sender that makes messages and writes them when its loop lets it.
static inlay::Status Send(std::vector<uint8_t>* wire) {
  const std::vector<int64_t> id = {1, 2, 3};
  auto batch = inlay::BatchBuilder().Add("id", id).Finish();
  if (!batch.ok()) return batch.status();
  auto encoder = inlay::ipc::Encoder::Make(batch->schema());
  if (!encoder.ok()) return encoder.status();
  auto pieces = encoder->Start();
  for (int i = 0; pieces.ok(); ++i) {
    Transmit(*pieces, wire);
    if (i > 3) return {};
    pieces = i < 3 ? encoder->Encode(*batch) : encoder->Finish();
  }
  return pieces.status();
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

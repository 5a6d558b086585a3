// Gathered writes to a descriptor.
#pragma once

#include <inlay/sink.h>

#include <cstdint>
#include <span>

namespace inlay {

// Sum of the sizes, or -1 when one is negative or the sum does not fit.
int64_t TotalBytes(std::span<const BufferView> pieces);

// What a series of writes came to.
struct WriteOutcome {
  int64_t num_bytes = 0;  // written before the error, or all
  int os_errno = 0;       // 0: everything was written
};

// Writes `first`, then all of `rest`, with as few calls as the system allows. Goes on after EINTR and short writes,
// waits for a non-blocking descriptor. Requires that TotalBytes is not negative.
WriteOutcome WriteFully(int fd, BufferView first, std::span<const BufferView> rest);

// fsync that goes on after EINTR. Returns 0 or errno.
int SyncDescriptor(int fd);
// The same, but what cannot be synced by its nature (pipe, socket, terminal, the folders of some file systems) counts
// as synced.
int SyncDescriptorIfPossible(int fd);

}  // namespace inlay

// LZ4 frames of ours for the library's reader, and the library's frames, with every option, for ours.
#include "engine/io/lz4_frame.h"

#include <gtest/gtest.h>
#include <lz4.h>
#include <lz4frame.h>

#include <random>
#include <vector>

#include "engine/io/codec.h"

namespace inlay {
namespace {

using Bytes = std::vector<uint8_t>;

BufferView View(const Bytes& bytes) { return {bytes.data(), static_cast<int64_t>(bytes.size())}; }

// Text of few words, noise, and text again: blocks that shrink and blocks that do not.
Bytes Content(size_t size) {
  std::mt19937 random(static_cast<uint32_t>(size));
  Bytes bytes(size);
  for (size_t i = 0; i < size; ++i) {
    const bool noise = i / 100000 % 2 == 1;
    bytes[i] = noise || i < 6 || random() % 20 == 0 ? static_cast<uint8_t>(random()) : bytes[i - 6];
  }
  return bytes;
}

Bytes Unpacked(const Bytes& frame, size_t size_bytes) {
  LZ4F_dctx* context = nullptr;
  EXPECT_FALSE(LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION)));
  Bytes out(size_bytes + 1);
  size_t read = 0, written = 0, wanted = 1;
  while (read < frame.size() && wanted != 0) {
    size_t in_bytes = frame.size() - read, out_bytes = out.size() - written;
    wanted = LZ4F_decompress(context, out.data() + written, &out_bytes, frame.data() + read, &in_bytes, nullptr);
    if (LZ4F_isError(wanted)) {
      ADD_FAILURE() << LZ4F_getErrorName(wanted);
      break;
    }
    read += in_bytes;
    written += out_bytes;
  }
  LZ4F_freeDecompressionContext(context);
  EXPECT_EQ(read, frame.size());
  EXPECT_EQ(wanted, 0u);
  out.resize(written);
  return out;
}

constexpr size_t kSizes[] = {
    0, 1, 12, 13, 100, 64 << 10, (64 << 10) + 1, 300000, 1 << 20, (1 << 20) + 1, 4 << 20, (4 << 20) + 1};

TEST(Lz4Frame, TheLibraryReadsOurs) {
  auto compressor = Compressor::Make(Lz4(), CodecFraming::kIpc, &DefaultAllocator());
  ASSERT_TRUE(compressor.ok());
  for (const size_t size : kSizes) {
    SCOPED_TRACE(size);
    const Bytes content = Content(size);
    Bytes frame(static_cast<size_t>(compressor->MaxCompressedBytes(static_cast<int64_t>(size))));
    const auto frame_bytes = compressor->Compress(View(content), frame.data(), static_cast<int64_t>(frame.size()));
    ASSERT_TRUE(frame_bytes.ok());
    frame.resize(static_cast<size_t>(*frame_bytes));
    EXPECT_TRUE(Unpacked(frame, size) == content);
  }
}

TEST(Lz4Frame, WeReadTheLibrarys) {
  auto decompressor = Decompressor::Make(Codec::kLz4, CodecFraming::kIpc, &DefaultAllocator());
  ASSERT_TRUE(decompressor.ok());
  for (const size_t size : kSizes) {
    const Bytes content = Content(size);
    for (int options = 0; options < (size > 1 << 20 ? 2 : 32); ++options) {
      SCOPED_TRACE(std::to_string(size) + " " + std::to_string(options));
      LZ4F_preferences_t preferences = LZ4F_INIT_PREFERENCES;
      preferences.frameInfo.blockMode = (options & 1) != 0 ? LZ4F_blockLinked : LZ4F_blockIndependent;
      preferences.frameInfo.blockSizeID = (options & 2) != 0 ? LZ4F_max64KB : LZ4F_max4MB;
      preferences.frameInfo.contentChecksumFlag =
          (options & 4) != 0 ? LZ4F_contentChecksumEnabled : LZ4F_noContentChecksum;
      preferences.frameInfo.blockChecksumFlag = (options & 8) != 0 ? LZ4F_blockChecksumEnabled : LZ4F_noBlockChecksum;
      preferences.frameInfo.contentSize = (options & 16) != 0 ? size : 0;
      Bytes frame(LZ4F_compressFrameBound(size, &preferences));
      frame.resize(LZ4F_compressFrame(frame.data(), frame.size(), content.data(), size, &preferences));
      Bytes back(size);
      const Status status = decompressor->Decompress(View(frame), back.data(), static_cast<int64_t>(size));
      ASSERT_TRUE(status.ok()) << status.ToString();
      ASSERT_TRUE(back == content);
      // Frames of one block are never linked.
      const int64_t plain = ReadPlainLz4Frame(View(frame), back.data(), static_cast<int64_t>(size));
      if ((options & 13) == 0) {
        EXPECT_EQ(plain, static_cast<int64_t>(size));
      } else if ((options & 12) != 0) {
        EXPECT_EQ(plain, -1);
      }
    }
  }
}

// The plain way never accepts what the library refuses.
TEST(Lz4Frame, BrokenFramesAreLeftToTheLibrary) {
  const Bytes content = Content(3000);
  LZ4F_preferences_t preferences = LZ4F_INIT_PREFERENCES;
  preferences.frameInfo.blockMode = LZ4F_blockIndependent;
  preferences.frameInfo.contentSize = content.size();
  Bytes frame(LZ4F_compressFrameBound(content.size(), &preferences));
  frame.resize(LZ4F_compressFrame(frame.data(), frame.size(), content.data(), content.size(), &preferences));
  Bytes back(content.size() + 10);
  ASSERT_EQ(ReadPlainLz4Frame(View(frame), back.data(), static_cast<int64_t>(back.size())), 3000);
  for (size_t at = 0; at < 15; ++at) {  // every bit of the header is under its checksum
    for (int bit = 0; bit < 8; ++bit) {
      Bytes broken = frame;
      broken[at] ^= static_cast<uint8_t>(1 << bit);
      EXPECT_EQ(ReadPlainLz4Frame(View(broken), back.data(), static_cast<int64_t>(back.size())), -1) << at;
    }
  }
  for (size_t kept = 0; kept < frame.size(); ++kept) {
    EXPECT_EQ(ReadPlainLz4Frame({frame.data(), static_cast<int64_t>(kept)}, back.data(), 3000), -1);
  }
  EXPECT_EQ(ReadPlainLz4Frame(View(frame), back.data(), 2999), -1);
  frame.push_back(0);
  EXPECT_EQ(ReadPlainLz4Frame(View(frame), back.data(), 3000), -1);
}

}  // namespace
}  // namespace inlay

#include "tools/arrow_source.h"

#include <span>
#include <utility>

namespace inlay::tools {
namespace {

// The first bytes of another source.
class FrontOf final : public Source {
 public:
  FrontOf(std::shared_ptr<const Source> whole, int64_t size_bytes)
      : whole_(std::move(whole)), size_bytes_(size_bytes) {}
  int64_t size_bytes() const override { return size_bytes_; }
  Status ReadAt(int64_t offset_bytes, std::span<uint8_t> out) const override {
    return whole_->ReadAt(offset_bytes, out);
  }
  BufferView mapped() const override { return {whole_->mapped().data, size_bytes_}; }

 private:
  std::shared_ptr<const Source> whole_;
  int64_t size_bytes_;
};

}  // namespace

Result<ArrowSource> OpenArrow(const std::string& path, bool is_file, const ipc::ReadOptions& options) {
  Result<std::unique_ptr<Source>> opened = OpenMappedSource(path);
  if (!opened.ok()) return opened.status();
  ArrowSource source;
  source.whole = source.stream = *std::move(opened);
  if (!is_file) return source;
  Result<ipc::Footer> footer = ipc::ReadFooter(source.whole, options);
  if (!footer.ok()) return footer.status();
  source.stream = std::make_shared<FrontOf>(source.whole, footer->offset_bytes);
  source.footer.emplace(*std::move(footer));
  return source;
}

}  // namespace inlay::tools

#include "engine/io/target_path.h"

#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <string_view>

namespace inlay {
namespace {

constexpr int kMaxLinks = 40;  // where Linux stops too
constexpr size_t kMaxLinkBytes = 4096;

// The N of /dev/fd/N and its other spellings, or -1. Such a name is a link whose text ("pipe:[4711]") leads nowhere.
int DescriptorOfPath(std::string_view path) {
  for (const std::string_view prefix : {"/dev/fd/", "/proc/self/fd/", "/proc/thread-self/fd/"}) {
    if (!path.starts_with(prefix)) continue;
    const std::string_view digits = path.substr(prefix.size());
    int descriptor = -1;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), descriptor);
    if (error == std::errc() && end == digits.data() + digits.size() && descriptor >= 0) return descriptor;
  }
  return -1;
}

// The text of a symbolic link; empty when `path` is none. Returns 0 or errno.
int ReadLink(const std::string& path, std::string* text) {
  char buffer[kMaxLinkBytes];
  const ssize_t size = readlink(path.c_str(), buffer, sizeof(buffer));
  text->clear();
  if (size < 0) return errno == EINVAL || errno == ENOENT ? 0 : errno;
  if (static_cast<size_t>(size) == sizeof(buffer)) return ENAMETOOLONG;
  text->assign(buffer, static_cast<size_t>(size));
  return 0;
}

TargetPath Split(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return {.folder = ".", .name = path};
  return {.folder = slash == 0 ? "/" : path.substr(0, slash), .name = path.substr(slash + 1)};
}

}  // namespace

Result<TargetPath> ResolveTarget(const std::string& path) {
  if (path.empty()) return Status::InvalidArgument("the path is empty; give the name of a file");
  if (path.find('\0') != std::string::npos) return Status::InvalidArgument("the path holds a NUL byte; remove it");
  std::string current = path;
  for (int num_links = 0; num_links <= kMaxLinks; ++num_links) {
    TargetPath target = Split(current);
    target.descriptor = DescriptorOfPath(current);
    if (target.descriptor >= 0) return target;
    if (target.name.empty() || target.name == "." || target.name == "..") {
      return Status::InvalidArgument("path '" + path + "' names a folder; give the name of a file in it");
    }
    std::string link;
    const int error = ReadLink(current, &link);
    if (error != 0) return Status::IoError("cannot look up '" + current + "'", error);
    if (link.empty()) return target;
    current = link.front() == '/' ? link : target.folder + "/" + link;
  }
  return Status::IoError("path '" + path + "': its symbolic links go in circles", ELOOP);
}

}  // namespace inlay

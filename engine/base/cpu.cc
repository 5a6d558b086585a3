#include <inlay/cpu.h>

#include <array>
#include <new>
#include <string>

#include "kernels/families.h"
#include "kernels/target.h"

namespace inlay::cpu {
namespace {

struct NameList {
  std::array<std::string_view, 64> names;
  size_t size = 0;

  void Add(std::string_view name) { names[size++] = name; }
  std::span<const std::string_view> span() const { return {names.data(), size}; }
};

NameList ListTargets(uint32_t targets) {
  NameList list;
  for (int t = 0; t < kernels::kNumTargets; ++t) {
    if (((targets >> t) & 1) != 0) list.Add(kernels::TargetName(static_cast<kernels::Target>(t)));
  }
  return list;
}

NameList ListFamilies() {
  NameList list;
  for (const kernels::Family& family : kernels::Families()) list.Add(family.name);
  return list;
}

std::string Join(std::span<const std::string_view> names) {
  std::string joined;
  for (std::string_view name : names) {
    if (!joined.empty()) joined += ", ";
    joined += name;
  }
  return joined;
}

Status Unusable(std::string_view name, bool known) try {
  const std::string quoted = "CPU target '" + std::string(name) + "' ";
  if (known) {
    return Status::InvalidArgument(quoted + "is not supported by this machine; supported: " + Join(SupportedTargets()));
  }
  const NameList all = ListTargets((1u << kernels::kNumTargets) - 1);
  return Status::InvalidArgument(quoted + "is unknown; known: " + Join(all.span()));
} catch (const std::bad_alloc&) {
  return Status::OutOfMemory();
}

}  // namespace

std::span<const std::string_view> SupportedTargets() {
  static const NameList kList = ListTargets(kernels::SupportedTargets());
  return kList.span();
}

std::string_view ActiveTarget() { return kernels::TargetName(kernels::ActiveTarget()); }

Status CapTarget(std::string_view name) {
  for (int t = 0; t < kernels::kNumTargets; ++t) {
    const auto target = static_cast<kernels::Target>(t);
    if (kernels::TargetName(target) != name) continue;
    if (((kernels::SupportedTargets() >> t) & 1) == 0) return Unusable(name, true);
    kernels::CapTarget(target);
    return Status::Ok();
  }
  return Unusable(name, false);
}

std::span<const std::string_view> KernelFamilies() {
  static const NameList kList = ListFamilies();
  return kList.span();
}

std::string_view FamilyTarget(std::string_view family) {
  for (const kernels::Family& candidate : kernels::Families()) {
    if (family == candidate.name) return kernels::TargetName(kernels::FamilyTarget(candidate));
  }
  return {};
}

}  // namespace inlay::cpu

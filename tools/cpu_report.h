// `inlay cpu`, and the variable INLAY_CPU that caps the instruction set.
#pragma once

#include <string>

#include "tools/outcome.h"

namespace inlay::tools {

// Lets kernels use nothing better than the named target. An unknown name is a usage error that lists the known ones.
Outcome CapCpu(const std::string& target);

// The targets of this machine, the one in use, and what each kernel family uses.
std::string CpuReport();

}  // namespace inlay::tools

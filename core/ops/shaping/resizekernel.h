#pragma once
#include "core/ops/op.h"

namespace plumbline {

std::unique_ptr<FastKernel> fastResize(const FastKernelRequest& request);

} // namespace plumbline

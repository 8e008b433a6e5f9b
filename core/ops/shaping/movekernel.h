#pragma once
// Ops that only move elements of any type, in runs as long as both sides allow.

#include "core/ops/op.h"

namespace plumbline {

std::unique_ptr<FastKernel> fastConcat(const FastKernelRequest& request);
std::unique_ptr<FastKernel> fastTranspose(const FastKernelRequest& request);

std::unique_ptr<FastKernel> fastCast(const FastKernelRequest& request);

} // namespace plumbline

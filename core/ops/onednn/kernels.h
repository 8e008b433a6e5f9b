#pragma once
// The fast kernels that stand on oneDNN's convolutions and matrix products. Each factory returns null for a request
// it does not serve: other dtypes, weights that are no constants, post-ops that are not ours.

#include "core/ops/op.h"

namespace plumbline::onednn {

std::unique_ptr<FastKernel> convolution(const FastKernelRequest& request);
/// oneDNN's deconvolution where the stride is 1, else a matrix product whose columns are gathered into the image
/// (col2im): with stride s each output has only 1/s² of the kernel's taps, and a matrix product wastes none.
std::unique_ptr<FastKernel> transposedConvolution(const FastKernelRequest& request);
std::unique_ptr<FastKernel> matMul(const FastKernelRequest& request);
std::unique_ptr<FastKernel> gemm(const FastKernelRequest& request);

/// oneDNN's own convolution or deconvolution, whatever the stride.
struct Geometry;
std::unique_ptr<FastKernel> directConvolution(const Geometry& geometry, const FastKernelRequest& request);

/// `rows` x `depth` times a constant of `depth` x `columns` (or, `transposed`, of `columns` x `depth`), plus a bias of
/// `columns` where it is not null: the building block of recurrent layers.
std::unique_ptr<FastKernel> constantProduct(std::int64_t rows, std::int64_t depth, std::int64_t columns,
                                            const Tensor& weights, bool transposed, const Tensor& bias);

} // namespace plumbline::onednn

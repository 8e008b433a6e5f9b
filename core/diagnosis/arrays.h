#pragma once
// The few array operations that fixes and hypotheses need. All give new tensors; errors are those of memory and of
// arguments that do not fit.

#include "core/tensor/tensor.h"

#include <vector>

namespace plumbline {

/// All elements as doubles, row-major (64-bit integers above 2^53 round).
Result<std::vector<double>> toDoubles(const Tensor& tensor);
/// `values` as a tensor of `dtype`, with NumPy's rules for a cast.
Result<Tensor> fromDoubles(Shape shape, const std::vector<double>& values, DType dtype);

/// Slices of `tensor` along `axis` in the order of `indices`; -1 stands for a slice filled with the next of `fills`.
Result<Tensor> takeAlong(const Tensor& tensor, std::size_t axis, const std::vector<std::int64_t>& indices,
                         const std::vector<double>& fills = {});
/// Tensors of one dtype and one row shape, one after the other along axis 0.
Result<Tensor> concatenateRows(const std::vector<Tensor>& parts);

/// x * scale + offset, or x / divisor + offset; one number each, or one for every index of the last axis. As NumPy
/// computes it: float64 stays so, everything else becomes float32, and each operation rounds.
Result<Tensor> mapped(const Tensor& tensor, const std::vector<double>& scale, const std::vector<double>& offset,
                      std::optional<double> divisor = {});

/// Rounded to the nearest whole number, held within `target`, which is an integer type.
Result<Tensor> rounded(const Tensor& tensor, DType target);

/// The row-major index of the first finite element that does not survive the way to `target` and back; nothing where
/// all do. NaN and infinities are findings of their own.
std::optional<std::int64_t> firstLost(const Tensor& tensor, DType target);

} // namespace plumbline

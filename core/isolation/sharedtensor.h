#pragma once
// A tensor as sealed shared memory: written once, sealed against writing, growing and shrinking, passed as a
// descriptor. The receiver maps it; a mapping of sealed memory can neither change nor fault.

#include "core/isolation/filedescriptor.h"
#include "core/tensor/tensor.h"

namespace plumbline {

/// The elements in row-major order, sealed.
Result<FileDescriptor> shareTensor(const Tensor& tensor);
/// Refuses memory that is not sealed or smaller than the shape needs.
Result<Tensor> mapSharedTensor(FileDescriptor descriptor, DType dtype, const Shape& shape);

} // namespace plumbline

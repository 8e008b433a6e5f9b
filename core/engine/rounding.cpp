#include "core/engine/rounding.h"

#include <algorithm>

namespace plumbline {

void roundTo(Precision precision, std::span<float> values) {
    if (precision == Precision::bfloat16)
        for (auto& v : values)
            v = toFloat(toBFloat16(v));
    else if (precision == Precision::float16)
        for (auto& v : values)
            v = toFloat(toFloat16(v));
}

Result<Tensor> rounded(Precision precision, const Tensor& tensor) {
    if (precision == Precision::float32 || tensor.dtype() != DType::float32)
        return tensor;
    PLUMBLINE_TRY(const Tensor dense, tensor.contiguous());
    PLUMBLINE_TRY(auto builder, TensorBuilder::allocate(DType::float32, dense.shape()));
    std::ranges::copy(dense.span<float>(), builder.span<float>().begin());
    roundTo(precision, builder.span<float>());
    return std::move(builder).build();
}

} // namespace plumbline

#include "core/engine/rounding.h"
#include "core/ops/simd/convert.h"

#include <algorithm>

namespace plumbline {

namespace {

bool isNarrow(DType dtype) { return dtype == DType::float16 || dtype == DType::bfloat16; }

constexpr std::size_t alignedTo64(std::size_t bytes) { return (bytes + 63) / 64 * 64; }

/// One operand or result that stands narrow outside and wide inside.
struct Widened {
    std::size_t index = 0; ///< among the kernel's inputs or outputs
    DType dtype = DType::float16;
    std::int64_t elements = 0;
    std::size_t offset = 0; ///< of its float32 copy in the scratch memory
};

class WideningKernel final : public FastKernel {
public:
    std::unique_ptr<FastKernel> inner;
    std::vector<Widened> inputs, outputs;
    std::vector<std::pair<std::size_t, Tensor>> constants; ///< widened once, by input
    std::size_t innerScratch = 0;                          ///< offset
    std::size_t bytes = 0;
    std::vector<const std::byte*> in; ///< filled at each run
    std::vector<std::byte*> out;

    std::size_t scratchBytes() const override { return bytes; }
    std::string implementation() const override { return inner->implementation() + ", rounded"; }

    void run(std::span<const std::byte* const> from, std::span<std::byte* const> to, std::byte* scratch) override {
        in.assign(from.begin(), from.end());
        out.assign(to.begin(), to.end());
        for (const auto& [index, tensor] : constants)
            in[index] = tensor.data();
        for (const auto& each : inputs) {
            simd::widen(each.dtype, from[each.index], reinterpret_cast<float*>(scratch + each.offset), each.elements);
            in[each.index] = scratch + each.offset;
        }
        for (const auto& each : outputs)
            out[each.index] = scratch + each.offset;
        inner->run(in, out, scratch + innerScratch);
        for (const auto& each : outputs)
            simd::narrow(each.dtype, reinterpret_cast<const float*>(scratch + each.offset), to[each.index],
                         each.elements);
    }
};

} // namespace

std::unique_ptr<FastKernel> wideningKernel(const OpDefinition& op, const FastKernelRequest& request) {
    const auto isNarrowInput = [](const ValueType* type) { return type && isNarrow(type->dtype); };
    const bool narrow =
        std::any_of(request.inputs.begin(), request.inputs.end(), isNarrowInput) ||
        std::any_of(request.outputs.begin(), request.outputs.end(), [](const auto& t) { return isNarrow(t.dtype); });
    if (!narrow || op.nan == NanRule::selects || op.name == "Cast")
        return op.fast(request); // what moves elements moves those of any type
    auto kernel = std::make_unique<WideningKernel>();
    const auto place = [&](DType dtype, const ValueType& type, std::size_t index) {
        Widened out{index, dtype, toShape(type.shape)->elements(), kernel->bytes};
        kernel->bytes += alignedTo64(static_cast<std::size_t>(out.elements) * sizeof(float));
        return out;
    };
    std::vector<ValueType> inputTypes(request.inputs.size()),
        outputTypes(request.outputs.begin(), request.outputs.end());
    std::vector<const ValueType*> inputs(request.inputs.begin(), request.inputs.end());
    std::vector<const Tensor*> constants(request.constants.begin(), request.constants.end());
    kernel->constants.reserve(inputs.size()); // `constants` points into it
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        if (!isNarrowInput(inputs[i]))
            continue;
        inputTypes[i] = {DType::float32, inputs[i]->shape};
        if (constants[i]) {
            const auto wide = constants[i]->cast(DType::float32);
            if (!wide)
                return nullptr;
            kernel->constants.emplace_back(i, *wide);
            constants[i] = &kernel->constants.back().second;
        } else
            kernel->inputs.push_back(place(inputs[i]->dtype, *inputs[i], i));
        inputs[i] = &inputTypes[i];
    }
    for (std::size_t i = 0; i < outputTypes.size(); ++i)
        if (isNarrow(outputTypes[i].dtype)) {
            kernel->outputs.push_back(place(outputTypes[i].dtype, outputTypes[i], i));
            outputTypes[i].dtype = DType::float32;
        }
    kernel->inner = op.fast(
        FastKernelRequest{request.attributes, inputs, constants, outputTypes, request.postOps, request.threads});
    if (!kernel->inner)
        return nullptr;
    kernel->innerScratch = kernel->bytes;
    kernel->bytes += kernel->inner->scratchBytes();
    kernel->in.reserve(inputs.size());
    kernel->out.reserve(outputTypes.size());
    return kernel;
}

} // namespace plumbline

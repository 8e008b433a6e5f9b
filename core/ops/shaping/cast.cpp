// Cast: `to` is ONNX's TensorProto.DataType number, or a type's name. Elements convert as NumPy's astype does.

#include "core/ops/shaping/movekernel.h"
#include "core/ops/shaping/shaping.h"
#include "core/ops/simd/convert.h"
#include "core/ops/support/rule.h"

#include <array>

namespace plumbline {

static std::optional<DType> target(const Attributes& attributes) {
    if (const auto text = attributes.text("to"); !text.empty())
        return dtypeFromName(text);
    // TensorProto.DataType of onnx.proto; strings and complex numbers have no type here.
    static constexpr std::array<std::optional<DType>, 17> onnx{
        std::nullopt,  DType::float32, DType::uint8, DType::int8,    DType::uint16,  DType::int16,
        DType::int32,  DType::int64,   std::nullopt, DType::boolean, DType::float16, DType::float64,
        DType::uint32, DType::uint64,  std::nullopt, std::nullopt,   DType::bfloat16};
    const auto number = attributes.integer("to", -1);
    return number >= 0 && number < static_cast<std::int64_t>(onnx.size()) ? onnx[static_cast<std::size_t>(number)]
                                                                          : std::nullopt;
}

Result<std::vector<ValueType>> castShape(const ShapeContext& context) {
    PLUMBLINE_CHECK(rule::arity(context, "Cast", 1, 1));
    const auto dtype = target(context.attributes);
    if (!dtype) {
        const auto text = context.attributes.text("to");
        return rule::attributeError("Cast", "to",
                                    text.empty() ? std::to_string(context.attributes.integer("to", -1)) : text,
                                    "a NumPy type or bfloat16");
    }
    return rule::Types{{*dtype, context.input(0).shape}};
}

Result<std::vector<Tensor>> castReference(const KernelContext& context) {
    PLUMBLINE_TRY(auto out, context.input(0).cast(context.outputs[0].dtype));
    return std::vector<Tensor>{std::move(out)};
}

namespace {

class RoundingKernel final : public FastKernel {
public:
    RoundingKernel(DType narrow, bool widens, std::int64_t count)
        : m_narrow(narrow), m_widens(widens), m_count(count) {}

    std::string implementation() const override { return "vector loop"; }

    void run(std::span<const std::byte* const> inputs, std::span<std::byte* const> outputs, std::byte*) override {
        if (m_widens)
            simd::widen(m_narrow, inputs[0], reinterpret_cast<float*>(outputs[0]), m_count);
        else
            simd::narrow(m_narrow, reinterpret_cast<const float*>(inputs[0]), outputs[0], m_count);
    }

private:
    DType m_narrow;
    bool m_widens;
    std::int64_t m_count;
};

} // namespace

// Between float32 and the narrow types, which layers of mixed precision do at every turn.
std::unique_ptr<FastKernel> fastCast(const FastKernelRequest& request) {
    const auto from = request.inputs[0]->dtype, to = request.outputs[0].dtype;
    const auto isNarrow = [](DType dtype) { return dtype == DType::float16 || dtype == DType::bfloat16; };
    const bool widens = isNarrow(from) && to == DType::float32;
    if (!request.postOps.empty() || !(widens || (from == DType::float32 && isNarrow(to))))
        return nullptr;
    return std::make_unique<RoundingKernel>(widens ? from : to, widens, toShape(request.outputs[0].shape)->elements());
}

} // namespace plumbline

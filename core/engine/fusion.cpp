#include "core/engine/fusion.h"

#include <algorithm>
#include <cmath>

namespace plumbline {

namespace {

bool producesStore(const std::string& op) {
    return op == "Conv" || op == "ConvTranspose" || op == "Gemm" || op == "MatMul";
}

bool allFinite(std::span<const float> values) {
    return std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); });
}

std::optional<std::vector<float>> floats(const Tensor& tensor, std::int64_t length) {
    if (tensor.isNull() || tensor.dtype() != DType::float32 || tensor.elements() != length)
        return std::nullopt;
    const auto dense = tensor.contiguous();
    if (!dense)
        return std::nullopt;
    const auto span = dense->span<float>();
    return std::vector<float>(span.begin(), span.end());
}

PostOp scaleShift(std::size_t axis, const std::vector<float>* scale, const std::vector<float>& shift) {
    PostOp out{"ScaleShift", {}};
    out.attributes.set("axis", static_cast<std::int64_t>(axis));
    const Shape shape{static_cast<std::int64_t>(shift.size())};
    if (scale)
        out.attributes.set("scale", Tensor::of<float>(shape, std::span(*scale)));
    out.attributes.set("shift", Tensor::of<float>(shape, std::span(shift)));
    return out;
}

/// (x - mean) / sqrt(variance + epsilon) * gamma + beta as x * scale + shift. Not where a number of it is not finite:
/// the unfused op then says itself what comes out.
std::optional<PostOp> fromBatchNormalization(const Node& node, const Inference& inference, const ValueType& type) {
    if (node.inputs.size() != 5 || type.shape.size() < 2 || node.attributes.integer("training_mode", 0) != 0)
        return std::nullopt;
    const std::size_t axis = node.attributes.integer("channels_last", 0) ? type.shape.size() - 1 : 1;
    const auto channels = type.shape[axis].extent();
    std::vector<float> parts[4];
    for (std::size_t i = 0; i < 4; ++i) {
        auto part = node.inputs[i + 1].isValid() ? floats(inference.known(node.inputs[i + 1]), channels) : std::nullopt;
        if (!part || !allFinite(*part))
            return std::nullopt;
        parts[i] = std::move(*part);
    }
    const auto& [gamma, beta, mean, variance] = parts;
    const double epsilon = node.attributes.number("epsilon", 1e-5);
    std::vector<float> scale(gamma.size()), shift(gamma.size());
    for (std::size_t c = 0; c < gamma.size(); ++c) {
        const double factor = static_cast<double>(gamma[c]) / std::sqrt(static_cast<double>(variance[c]) + epsilon);
        scale[c] = static_cast<float>(factor);
        shift[c] = static_cast<float>(static_cast<double>(beta[c]) - static_cast<double>(mean[c]) * factor);
    }
    if (!allFinite(scale) || !allFinite(shift))
        return std::nullopt;
    return scaleShift(axis, &scale, shift);
}

/// Adding a constant along the last axis.
std::optional<PostOp> fromBias(const Node& node, ValueId stored, const Inference& inference, const ValueType& type) {
    const auto other = node.inputs[0] == stored ? node.inputs[1] : node.inputs[0];
    if (!other.isValid() || type.shape.empty())
        return std::nullopt;
    const auto& constant = inference.known(other);
    const auto length = type.shape.back().extent();
    if (constant.isNull() || constant.rank() == 0 || constant.rank() > type.shape.size() ||
        constant.shape().back() != length)
        return std::nullopt;
    auto shift = floats(constant, length);
    if (!shift || !allFinite(*shift))
        return std::nullopt;
    return scaleShift(type.shape.size() - 1, nullptr, *shift);
}

std::optional<PostOp> asPostOp(const Node& node, ValueId stored, const Inference& inference, const ValueType& type) {
    if (node.op == "BatchNormalization")
        return node.inputs[0] == stored ? fromBatchNormalization(node, inference, type) : std::nullopt;
    if (node.op == "Add" && node.inputs.size() == 2)
        return fromBias(node, stored, inference, type);
    const auto* op = findOp(node.op);
    if (!op || !op->fusable || node.inputs.size() != 1)
        return std::nullopt;
    return PostOp{node.op, node.attributes};
}

} // namespace

FusionChain fusionChain(const Graph& graph, const Inference& inference,
                        const std::vector<std::vector<NodeId>>& consumers, const std::vector<bool>& kept,
                        NodeId producer, bool batchStatistics) {
    FusionChain chain;
    if (!producesStore(graph.node(producer).op))
        return chain;
    auto value = graph.node(producer).outputs.front();
    while (!kept[value.index] && consumers[value.index].size() == 1) {
        const auto follower = consumers[value.index].front();
        const auto& node = graph.node(follower);
        const auto& type = inference.type(value);
        if (std::count(node.inputs.begin(), node.inputs.end(), value) != 1 || problemOf(graph, follower) || !type ||
            (node.op == "BatchNormalization" && (batchStatistics || node.outputs.size() != 1)))
            break;
        const auto& out = inference.type(node.outputs.front());
        if (!out || *out != *type || type->dtype != DType::float32 || !isConcrete(*type))
            break;
        auto postOp = asPostOp(node, value, inference, *type);
        if (!postOp)
            break;
        chain.nodes.push_back(follower);
        chain.postOps.push_back(std::move(*postOp));
        value = node.outputs.front();
    }
    return chain;
}

} // namespace plumbline

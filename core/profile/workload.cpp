#include "core/profile/workload.h"

#include "core/engine/executor.h"
#include "core/profile/profile.h"

#include <algorithm>
#include <set>

namespace plumbline {

namespace {

double elementsOf(const std::optional<ValueType>& type) {
    double elements = 1;
    for (const auto& dim : type ? type->shape : Dims())
        elements *= dim.known() ? static_cast<double>(*dim.known()) : 1;
    return type ? elements : 0;
}

double constantElements(const Graph& graph, const Node& node, std::size_t input) {
    if (input >= node.inputs.size() || !node.inputs[input].isValid())
        return 0;
    return static_cast<double>(
        graph.value(node.inputs[input]).constant.isNull() ? 0 : graph.value(node.inputs[input]).constant.elements());
}

} // namespace

RowCost rowCost(const Graph& graph, std::span<const Shape> rowShapes, std::int64_t batch) {
    std::vector<ValueType> inputs;
    for (std::size_t i = 0; i < rowShapes.size() && i < graph.inputs().size(); ++i) {
        const auto& declared = graph.value(graph.inputs()[i]).type;
        Dims dims = toDims(rowShapes[i]);
        dims.insert(dims.begin(), Dim(batch));
        inputs.push_back({declared ? declared->dtype : DType::float32, std::move(dims)});
    }
    const auto inferred = inferTypes(graph, inputs);
    const auto elements = [&](ValueId value) {
        return value.isValid() && value.index < inferred.types.size() ? elementsOf(inferred.types[value.index]) : 0.0;
    };
    RowCost cost;
    for (const auto& node : graph.nodes()) {
        if (node.outputs.empty() || node.inputs.empty())
            continue;
        const double out = elements(node.outputs[0]), in = elements(node.inputs[0]);
        cost.elements += out;
        const double weight = constantElements(graph, node, 1);
        if (weight == 0)
            continue;
        const auto& shape = graph.value(node.inputs[1]).constant.shape();
        const auto first = static_cast<double>(std::max<std::int64_t>(1, shape.rank() ? shape[0] : 1));
        const auto last = static_cast<double>(std::max<std::int64_t>(1, shape.rank() ? shape.back() : 1));
        if (node.op == "Conv")
            cost.multiplications += out * weight / first; // (M, C/group, k…): an output element reads C/group * k
        else if (node.op == "ConvTranspose")
            cost.multiplications += in * weight / first; // (C, M/group, k…): an input element reaches M/group * k
        else if (node.op == "MatMul" || node.op == "Gemm")
            cost.multiplications += out * weight / last;
        else if (node.op == "LSTM" || node.op == "GRU" || node.op == "RNN")
            cost.multiplications += (weight + constantElements(graph, node, 2)) * in / last; // a step reads all of both
    }
    cost.elements /= static_cast<double>(batch);
    cost.multiplications /= static_cast<double>(batch);
    return cost;
}

std::int64_t rowsToRun(const RowCost& cost) {
    constexpr double multiplications = 12e9, elements = 24e6, patience = 60e9;
    const double each = std::max(cost.multiplications, 1.0);
    const double affordable = std::min(multiplications / each, elements / std::max(cost.elements, 1.0));
    const double least = std::clamp(patience / each, 8.0, 64.0);
    return static_cast<std::int64_t>(std::clamp(affordable, least, static_cast<double>(maximumSampleRows)));
}

std::int64_t rowsAtOnce(const RowCost& cost) {
    constexpr double elements = 4e6;
    return static_cast<std::int64_t>(std::clamp(elements / std::max(cost.elements, 1.0), 1.0, 256.0));
}

} // namespace plumbline

#include "core/engine/batches.h"

#include "core/engine/batchobserver.h"
#include "core/engine/executor.h"

#include <fmt/format.h>

#include <algorithm>

namespace plumbline {

namespace {

/// The number that the inputs declare along axis 0; 0 where none does, or they differ.
std::int64_t declaredBatch(const Graph& graph) {
    std::int64_t out = 0;
    for (const auto input : graph.inputs()) {
        const auto& type = graph.value(input).type;
        if (!type || type->shape.empty() || !type->shape[0].isKnown())
            continue;
        const auto rows = type->shape[0].extent();
        if (out > 0 && rows != out)
            return 0;
        out = rows;
    }
    return std::max<std::int64_t>(out, 0);
}

bool passesWith(const Graph& graph, std::int64_t rows) {
    std::vector<ValueType> types;
    for (const auto input : graph.inputs()) {
        auto type = graph.value(input).type.value_or(ValueType{});
        if (!type.shape.empty())
            type.shape[0] = Dim(rows);
        types.push_back(std::move(type));
    }
    return !inferTypes(graph, types).failure;
}

void add(RunTimes& whole, const RunTimes& part) {
    whole.layers.resize(part.layers.size());
    for (std::size_t i = 0; i < part.layers.size(); ++i)
        whole.layers[i] += part.layers[i];
    whole.watching += part.watching;
    whole.rest += part.rest;
}

} // namespace

bool RowRule::takes(const Dim& declared, std::int64_t rows) const {
    if (any || declared.mayEqual(rows))
        return true;
    return isFixed() && rows > 0 && rows % batch == 0;
}

std::int64_t RowRule::batches(std::span<const Shape> inputs) const {
    if (!isFixed())
        return 1;
    std::optional<std::int64_t> rows;
    for (const auto& shape : inputs) {
        if (shape.rank() == 0)
            continue;
        if (rows.value_or(shape[0]) != shape[0])
            return 1;
        rows = shape[0];
    }
    return rows && *rows > batch && *rows % batch == 0 ? *rows / batch : 1;
}

Shape RowRule::ofBatch(Shape input) const {
    if (isFixed() && input.rank() > 0 && input[0] > batch && input[0] % batch == 0)
        input[0] = batch;
    return input;
}

RowRule rowRuleOf(const Model& model) {
    RowRule out;
    out.batch = declaredBatch(model.graph);
    // One row more, and not a single one: that would be spread over a size that was built in. Where a layer refuses the
    // declared number too, it is for another reason.
    out.any = out.batch > 0 && model.format.starts_with("keras") && model.graph.states().empty() &&
              (passesWith(model.graph, out.batch + 1) || !passesWith(model.graph, out.batch));
    return out;
}

Result<RunResult> runInBatches(const Graph& graph, std::span<const Tensor> inputs, std::int64_t batches,
                               std::vector<Tensor> states, Observer* observer, const Progress& progress,
                               const RunBatch& run) {
    RunResult whole;
    std::optional<BatchObserver> watching;
    if (observer)
        watching.emplace(graph, *observer, batches);
    std::vector<std::optional<BatchPile>> outputs(graph.outputs().size());
    for (std::int64_t b = 0; b < batches; ++b) {
        if (progress.isCancelled())
            return Progress::cancelled();
        progress.report(fmt::format("running batch {} of {}", b + 1, batches),
                        static_cast<double>(b) / static_cast<double>(batches));
        std::vector<Tensor> part;
        for (const auto& input : inputs) {
            const auto rows = input.rank() ? input.shape()[0] / batches : 0;
            part.push_back(input.rank() ? input.sliced(0, b * rows, rows) : input);
        }
        PLUMBLINE_TRY(auto result, run(part, watching ? &*watching : nullptr, states));
        for (std::size_t i = 0; i < outputs.size(); ++i) {
            if (i >= result.outputs.size() || result.outputs[i].isNull()) {
                outputs[i].reset();
                continue;
            }
            if (b == 0)
                outputs[i].emplace(result.outputs[i], batches);
            if (outputs[i])
                outputs[i]->add(result.outputs[i]);
        }
        states = std::move(result.states);
        add(whole.times, result.times);
        whole.failure = std::move(result.failure);
        if (whole.failure)
            break;
        if (watching && b + 1 < batches)
            watching->nextBatch();
    }
    for (auto& output : outputs)
        whole.outputs.push_back(output ? output->take() : Tensor());
    whole.states = std::move(states);
    if (watching && watching->deliver() == Observer::Answer::cancel)
        return Progress::cancelled();
    return whole;
}

} // namespace plumbline

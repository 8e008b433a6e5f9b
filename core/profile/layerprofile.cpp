#include "core/formats/data/random.h"
#include "core/profile/profile.h"
#include "core/profile/workload.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace plumbline {

namespace {

constexpr std::int64_t mostChannels = 4096;
/// Rows of one task for a thread: a partition by the tensor's size alone, so that no result depends on the number of
/// threads.
std::int64_t taskRows(const Tensor& tensor) {
    constexpr std::int64_t taskElements = 65536;
    const auto rowElements = std::max<std::int64_t>(1, tensor.elements() / tensor.shape()[0]);
    return std::max<std::int64_t>(1, taskElements / rowElements);
}

/// Calls task(index, its rows) on all threads.
template<class F> void forRowTasks(const Tensor& tensor, F&& task) {
    const auto rows = tensor.shape()[0], each = taskRows(tensor);
    const auto tasks = (rows + each - 1) / each;
#pragma omp parallel for schedule(static) if (tasks > 1)
    for (std::int64_t t = 0; t < tasks; ++t)
        task(t, tensor.sliced(0, t * each, std::min(each, rows - t * each)));
}

std::vector<Statistics> rowStatistics(const Tensor& tensor) {
    std::vector<Statistics> out(static_cast<std::size_t>(tensor.shape()[0]));
    forRowTasks(tensor, [&](std::int64_t t, const Tensor& rows) {
        std::ranges::move(statisticsAlong(rows, 0), out.begin() + t * taskRows(tensor));
    });
    return out;
}

std::vector<Statistics> channelStatistics(const Tensor& tensor, std::size_t axis) {
    std::vector<std::vector<Statistics>> parts(static_cast<std::size_t>(tensor.shape()[0])); // as many as tasks at most
    forRowTasks(tensor, [&](std::int64_t t, const Tensor& rows) {
        parts[static_cast<std::size_t>(t)] = statisticsAlong(rows, axis);
    });
    std::vector<Statistics> out(static_cast<std::size_t>(tensor.shape()[axis]));
    for (const auto& part : parts)
        for (std::size_t c = 0; c < part.size(); ++c)
            out[c].merge(part[c]);
    return out;
}

LayerFigures figuresOf(const Statistics& s) {
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    if (s.count > 0 && s.finite() == 0) // a row of NaN says nothing of how the layer moves
        return {none, none, none, none, 0};
    return {s.mean, s.standardDeviation(), s.min, s.max,
            s.count > 0 ? static_cast<double>(s.zero) / static_cast<double>(s.count) : 0};
}

/// Takes the figures of every layer's first output, row by row.
class FiguresObserver final : public Observer {
public:
    explicit FiguresObserver(const Graph& graph)
        : m_graph(graph), m_layersOf(graph.values().size()), m_channels(graph.layers().size()) {
        for (std::size_t i = 0; i < graph.layers().size(); ++i)
            if (const auto& outputs = graph.layers()[i].outputs; !outputs.empty() && outputs[0].isValid())
                m_layersOf[outputs[0].index].push_back(LayerId(i));
        layers.resize(graph.layers().size());
        for (std::size_t i = 0; i < layers.size(); ++i)
            layers[i].layer = LayerId(i);
    }

    std::vector<LayerProfile> layers;
    std::int64_t rows = 0; ///< of the batch that is about to run

    Interest interest(const TraceKey& key) override {
        const bool wanted = !m_layersOf[key.value.index].empty();
        return {.statistics = wanted, .tensor = wanted};
    }

    Answer received(ObservedValue value) override {
        const auto& owners = m_layersOf[value.key.value.index];
        if (owners.empty() || !value.statistics)
            return Answer::goOn;
        const auto figures = rowFigures(value.tensor, *value.statistics);
        for (const auto layer : owners) {
            auto& profile = layers[layer.index];
            profile.statistics.merge(*value.statistics);
            profile.rows.insert(profile.rows.end(), figures.begin(), figures.end());
            addChannels(layer, value.tensor);
        }
        return Answer::goOn;
    }

    std::vector<LayerProfile> take() {
        for (std::size_t i = 0; i < layers.size(); ++i)
            for (const auto& channel : m_channels[i]) {
                layers[i].channelMean.push_back(channel.mean);
                layers[i].channelStd.push_back(channel.standardDeviation());
            }
        return std::move(layers);
    }

private:
    /// A value whose first axis is not the batch, nor a multiple of it, has one figure for all rows.
    std::vector<LayerFigures> rowFigures(const Tensor& tensor, const Statistics& whole) const {
        const auto all = std::vector<LayerFigures>(static_cast<std::size_t>(rows), figuresOf(whole));
        if (tensor.rank() == 0 || tensor.elements() == 0 || tensor.shape()[0] % rows != 0)
            return all;
        const auto slices = rowStatistics(tensor);
        const auto together =
            slices.size() / static_cast<std::size_t>(rows); // of one row: a layer may fold an axis into the batch
        std::vector<LayerFigures> out;
        for (std::size_t row = 0; row < static_cast<std::size_t>(rows); ++row) {
            Statistics merged;
            for (std::size_t i = 0; i < together; ++i)
                merged.merge(slices[row * together + i]);
            out.push_back(figuresOf(merged));
        }
        return out;
    }

    void addChannels(LayerId layer, const Tensor& tensor) {
        if (tensor.rank() < 2 || tensor.elements() == 0)
            return;
        const auto axis = m_graph.layer(layer).channelsLast || tensor.rank() == 2 ? tensor.rank() - 1 : 1;
        if (tensor.shape()[axis] > mostChannels)
            return;
        const auto statistics = channelStatistics(tensor, axis);
        auto& channels = m_channels[layer.index];
        if (channels.empty())
            channels.resize(statistics.size());
        if (channels.size() != statistics.size())
            return;
        for (std::size_t c = 0; c < channels.size(); ++c)
            channels[c].merge(statistics[c]);
    }

    const Graph& m_graph;
    std::vector<std::vector<LayerId>> m_layersOf; ///< by ValueId
    std::vector<std::vector<Statistics>> m_channels;
};

/// For every input the positions in its sample of `limit` rows that belong together. Laws take part with as many draws.
std::vector<std::vector<std::int64_t>> pairedRows(std::span<const InputProfile* const> inputs, std::int64_t limit) {
    std::optional<std::vector<std::int64_t>> shared; // indices in the files that every dataset's sample has
    for (const auto* input : inputs) {
        if (input->kind == ReferenceKind::law)
            continue;
        if (!shared) {
            shared = input->sampleRows;
            continue;
        }
        std::vector<std::int64_t> both;
        std::ranges::set_intersection(*shared, input->sampleRows, std::back_inserter(both));
        shared = std::move(both);
    }
    for (const auto* input : inputs)
        if (input->kind == ReferenceKind::law)
            limit = std::min(limit, static_cast<std::int64_t>(input->sampleRows.size()));
    if (shared &&
        static_cast<std::int64_t>(shared->size()) > limit) { // those with the smallest hashes, in the order of the file
        std::ranges::sort(*shared, {}, [](std::int64_t row) { return mixBits(static_cast<std::uint64_t>(row)); });
        shared->resize(static_cast<std::size_t>(limit));
        std::ranges::sort(*shared);
    }
    const auto count = shared ? static_cast<std::int64_t>(shared->size()) : limit;
    std::vector<std::vector<std::int64_t>> out;
    for (const auto* input : inputs) {
        auto& positions = out.emplace_back();
        for (std::int64_t i = 0; i < count; ++i)
            positions.push_back(
                input->kind == ReferenceKind::law
                    ? i
                    : std::ranges::lower_bound(input->sampleRows, (*shared)[static_cast<std::size_t>(i)]) -
                          input->sampleRows.begin());
    }
    return out;
}

/// Rows of a sample, gathered. `sample` is dense.
Result<Tensor> gathered(const Tensor& sample, std::span<const std::int64_t> positions) {
    const auto count = static_cast<std::int64_t>(positions.size());
    if (count > 0 && positions.back() - positions.front() == count - 1)
        return sample.sliced(0, positions.front(), count);
    Shape shape = sample.shape();
    shape[0] = count;
    PLUMBLINE_TRY(auto builder, TensorBuilder::allocate(sample.dtype(), shape));
    const auto rowBytes = sample.shape()[0] > 0 ? sample.bytes() / static_cast<std::size_t>(sample.shape()[0]) : 0;
    for (std::size_t i = 0; i < positions.size(); ++i)
        std::memcpy(builder.data() + i * rowBytes, sample.data() + static_cast<std::size_t>(positions[i]) * rowBytes,
                    rowBytes);
    return std::move(builder).build();
}

/// In the graph's order; empty unless all of them have a sample.
std::vector<const InputProfile*> sampledInputs(const Profile& profile, const Graph& graph) {
    std::vector<const InputProfile*> inputs;
    for (const auto value : graph.inputs()) {
        const auto* input = profile.find(graph.value(value).name);
        if (!input || input->sample.isNull() || input->sample.rank() == 0)
            return {};
        inputs.push_back(input);
    }
    return inputs;
}

} // namespace

Result<std::vector<Tensor>> sampledBatch(const Profile& profile, const Model& model, std::int64_t rows) {
    const auto inputs = sampledInputs(profile, model.graph);
    std::vector<Tensor> batch;
    if (inputs.empty())
        return batch;
    auto positions = pairedRows(inputs, maximumSampleRows);
    const auto there = static_cast<std::int64_t>(positions.front().size());
    if (there == 0)
        return batch;
    const auto rule = rowRuleOf(model);
    if (rule.isFixed() && rule.batch > maximumSampleRows)
        return batch;
    const auto unit = rule.unit(); // too few rows for a batch stand in it more than once
    const auto count = static_cast<std::size_t>(std::max(unit, std::min(rows, there) / unit * unit));
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        auto& at = positions[i];
        for (auto row = at.size(); row < count; ++row)
            at.push_back(at[row - static_cast<std::size_t>(there)]);
        PLUMBLINE_TRY(auto part, gathered(inputs[i]->sample, std::span(at).first(count)));
        batch.push_back(std::move(part));
    }
    return batch;
}

Result<void> profileLayers(Profile& profile, Executor& executor, const Progress& progress) {
    const auto& model = executor.model();
    profile.weightsKey = weightsKey(model);
    profile.layers.clear();
    FiguresObserver observer(model.graph);
    const auto inputs = sampledInputs(profile, model.graph);
    if (inputs.empty()) {
        profile.layers = observer.take(); // a model half of whose inputs has no reference has no normal activations
        return {};
    }
    std::vector<Shape> rowShapes;
    for (const auto* input : inputs)
        rowShapes.push_back(input->rowShape());
    const auto unit = executor.rowRule().unit();
    const auto cost = rowCost(model.graph, rowShapes, unit);
    auto positions = pairedRows(inputs, std::max(rowsToRun(cost), unit));
    for (auto& rows : positions) // too few for a batch stand in it more than once
        for (std::size_t i = 0; !rows.empty() && std::ssize(rows) < unit; ++i)
            rows.push_back(rows[i]);
    const auto rows = static_cast<std::int64_t>(positions.front().size());
    // Batches of one size, so that one plan serves them all; a remainder of less than one row a batch is left out.
    const auto most = rowsAtOnce(cost);
    const bool fixed = executor.rowRule().isFixed();
    const auto batches = fixed ? rows / unit : (rows + most - 1) / most;
    const auto batch = fixed ? unit : batches > 0 ? rows / batches : 0;
    observer.rows = batch;
    std::vector<Tensor> states;
    for (std::int64_t b = 0; b < batches; ++b) {
        if (progress.isCancelled())
            return Progress::cancelled();
        progress.report("profiling layers", static_cast<double>(b) / static_cast<double>(batches));
        std::vector<Tensor> tensors;
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            PLUMBLINE_TRY(auto part, gathered(inputs[i]->sample, std::span(positions[i])
                                                                     .subspan(static_cast<std::size_t>(b * batch),
                                                                              static_cast<std::size_t>(batch))));
            tensors.push_back(std::move(part));
        }
        if (b % profile.batchesInARow == 0)
            states.clear();
        PLUMBLINE_TRY(auto result, executor.run(tensors, &observer, progress, std::move(states)));
        if (result.failure)
            break; // what was reached before stays
        states = std::move(result.states);
    }
    profile.layers = observer.take();
    return {};
}

} // namespace plumbline

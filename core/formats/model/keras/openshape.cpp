#include "core/formats/model/keras/openshape.h"

#include "core/formats/model/keras/settings.h"

#include <algorithm>

namespace plumbline::keras {

using nlohmann::json;

namespace {

/// Fewest first: a Dense takes any number from two on, a convolution just one.
constexpr std::size_t ranks[] = {2, 3, 4, 5};

bool isOpen(const LayerConfig& layer) {
    const Settings settings(layer.config);
    return layer.isInput() && !settings.at("batch_shape").is_array() && !settings.at("batch_input_shape").is_array();
}

std::string symbolOf(const std::string& input, std::size_t axis) { return input + ":" + std::to_string(axis); }

void collect(const LayerInstance& layer, std::vector<std::pair<Dim, std::int64_t>>& out) {
    out.insert(out.end(), layer.extents.begin(), layer.extents.end());
    for (const auto& [attribute, child] : layer.children)
        collect(*child, out);
    if (layer.model)
        for (const auto& inner : layer.model->layers)
            collect(*inner, out);
}

/// The open shape with the extents that weights have in place of its symbols.
Dims withExtents(const ModelInstance& model, const std::string& input, std::size_t rank) {
    std::vector<std::pair<Dim, std::int64_t>> extents;
    for (const auto& layer : model.layers)
        collect(*layer, extents);
    Dims out(1, Dim::symbol("batch"));
    for (std::size_t axis = 1; axis < rank; ++axis) {
        const auto symbol = Dim::symbol(symbolOf(input, axis));
        const auto found = std::ranges::find(extents, symbol, [](const auto& pair) { return pair.first; });
        out.push_back(found == extents.end() ? symbol : Dim(found->second));
    }
    return out;
}

/// Layers that do not take what comes to them.
std::int64_t misfits(const Model& model) {
    return std::ranges::count_if(model.graph.layers(), [](const Layer& layer) {
        return layer.problem && (layer.problem->kind == LayerProblem::Kind::shape ||
                                 layer.problem->kind == LayerProblem::Kind::weightsShape);
    });
}

bool holdsWeights(const Model& model) {
    return std::ranges::any_of(model.graph.layers(), [](const Layer& layer) {
        return std::ranges::any_of(layer.weights, [](const LayerWeight& weight) { return !weight.stored.isNull(); });
    });
}

Error noShape(const std::string& input, const std::string& file) {
    auto error = failure(ErrorCode::noGraph, "keras.input-shape",
                         "Input {input} of {file} has no shape, and there are no weights to tell it. Give the weights "
                         "{--weights}, or begin the model with keras.Input(shape) and save it again.",
                         {{"input", input}, {"file", file}});
    error.error().file = file;
    return error.error();
}

} // namespace

std::optional<std::string> inputWithoutShape(const ModelConfig& config) {
    const auto first = std::ranges::find_if(config.layers, isOpen);
    return std::ranges::count_if(config.layers, isOpen) == 1 ? std::optional(first->name) : std::nullopt;
}

void giveShape(ModelConfig& config, const Dims& shape) {
    const auto input = std::ranges::find_if(config.layers, isOpen);
    if (input == config.layers.end())
        return;
    auto extents = json::array();
    for (const auto& dim : shape)
        extents.push_back(dim.isKnown() ? json(dim.extent()) : json());
    input->config["batch_shape"] = std::move(extents);
}

Result<Model> modelOfOpenShape(const std::string& input, std::size_t rank, const std::string& file,
                               const MakeModel& make) {
    std::vector<std::size_t> candidates(std::begin(ranks), std::end(ranks));
    if (rank >= 2 && rank <= 8)
        candidates.insert(candidates.begin(), rank);
    std::optional<Model> best;
    std::int64_t fewest = 0;
    Dims bestShape;
    for (const auto axes : candidates) {
        auto shape = Dims(axes, Dim::symbol("open"));
        PLUMBLINE_TRY(const auto open, make(shape));
        if (!holdsWeights(open.model))
            return std::unexpected(noShape(input, file));
        shape = withExtents(*open.instance, input, axes);
        PLUMBLINE_TRY(auto built, make(shape));
        const auto count = misfits(built.model);
        if (best && count >= fewest)
            continue;
        best = std::move(built.model);
        fewest = count;
        bestShape = shape;
        if (count == 0)
            break;
    }
    const bool fromData = bestShape.size() == rank;
    best->notes.push_back(
        failure(ErrorCode::shape, "keras.open-shape",
                fromData ? "{file} does not say the shape of its input {input}: it is read as {shape}, as far as the "
                           "weights and the data say."
                         : "{file} does not say the shape of its input {input}: it is read as {shape}, as far as the "
                           "weights say.",
                {{"file", file}, {"input", input}, {"shape", dimsText(bestShape)}})
            .error());
    return std::move(*best);
}

} // namespace plumbline::keras

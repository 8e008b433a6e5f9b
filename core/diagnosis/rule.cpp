#include "core/diagnosis/rule.h"

#include "core/diagnosis/contract.h"
#include "core/diagnosis/layers.h"

#include <cmath>

namespace plumbline {

Place InputView::place() const {
    Place place;
    place.kind = PlaceKind::input;
    place.name = name;
    place.index = static_cast<std::int64_t>(position);
    return place;
}

Place Context::layerPlace(LayerId id) const {
    Place place;
    place.kind = PlaceKind::layer;
    place.name = graph().layer(id).name;
    place.index = static_cast<std::int64_t>(id.index);
    return place;
}

std::size_t Context::featureAxis(const InputView& input) const {
    return featureAxisOf(graph(), input.layer, input.declared.shape.size());
}

std::optional<Divergence> Context::divergence(LayerId id) const {
    if (!attempt.trace)
        return std::nullopt;
    const auto* record = attempt.trace->output(*model, id);
    return record ? layerDivergence(*model, id, record->statistics, profile, judged.get()) : std::nullopt;
}

nlohmann::json toJson(const Dims& dims) {
    auto out = nlohmann::json::array();
    for (const auto& dim : dims)
        out.push_back(dim.isKnown() ? nlohmann::json(dim.extent()) : nlohmann::json(nullptr));
    return out;
}

nlohmann::json toJson(const Shape& shape) { return nlohmann::json(shape.extents()); }

nlohmann::json toJson(double value) {
    if (std::isfinite(value))
        return value;
    return numberText(value);
}

} // namespace plumbline

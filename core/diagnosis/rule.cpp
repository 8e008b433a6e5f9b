#include "core/diagnosis/rule.h"

#include <cmath>
#include <limits>

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

std::optional<Divergence> Context::divergence(LayerId id) const {
    if (!envelope || id.index >= envelope->layers.size() || !attempt.trace)
        return std::nullopt;
    const auto* record = attempt.trace->output(*model, id);
    if (!record)
        return std::nullopt;
    // An infinity inside is no figure that moves by a width: training had them there, or it had none. At an input the
    // element itself is named.
    const auto* trained = profile && id.index < profile->layers.size() ? &profile->layers[id.index] : nullptr;
    if (!graph().layer(id).isInput && trained && !trained->rows.empty() && record->statistics.infinite() > 0 &&
        trained->statistics.infinite() == 0)
        return Divergence{std::numeric_limits<double>::infinity(), "inf", 0,
                          static_cast<double>(record->statistics.infinite())};
    if (record->statistics.finite() == 0)
        return std::nullopt;
    return divergenceOf(envelope->layers[id.index], record->statistics);
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

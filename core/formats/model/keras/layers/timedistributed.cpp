#include "core/formats/model/keras/layers/layers.h"
#include "core/formats/model/keras/masks.h"

namespace plumbline::keras {

Result<Children> wrappedChild(const LayerConfig& layer, const Writer& writer, const std::string& file) {
    PLUMBLINE_TRY(auto inner, parseLayer(Settings(layer.config).at("layer"), writer, file));
    return Children{{"layer", std::move(inner)}};
}

// Steps become rows of the batch, the layer runs once on all of them, and the rows become steps again.
Result<Values> lowerTimeDistributed(Lowering& l) {
    auto* child = l.layer().child("layer");
    const auto x = l.input();
    if (l.keyword("mask").isValid() && readsMask(*child))
        return l.unsupported("it is given a mask, and the " + child->config.className + " it wraps reads it");
    if (Settings(child->config.config).flag("stateful", false))
        return l.unsupported("the " + child->config.className +
                             " that it wraps is stateful: it would go on from step to step as well");
    const auto shape = l.dims(x);
    if (shape.size() < 3)
        return l.wrongShape("it needs an input of at least 3 axes (batch, time, …), and gets " + dimsText(shape));
    std::vector<std::int64_t> flat{-1};
    for (std::size_t i = 2; i < shape.size(); ++i) {
        if (!shape[i].isKnown())
            return l.unsupported("axis " + std::to_string(i) + " of its input " + dimsText(shape) +
                                 " is not known before a run");
        flat.push_back(shape[i].extent());
    }
    const auto rows = l.reshape(x, flat);
    PLUMBLINE_TRY(const auto outputs, l.lowerChild(*child, {rows}));
    Values out;
    for (const auto output : outputs) {
        const auto* type = l.type(output);
        if (!type)
            return Values(outputs.size(), l.add("Unsupported", {output}));
        std::vector<std::int64_t> target{-1, shape[1].known().value_or(-1)};
        auto dims = Dims{shape[0], shape[1]};
        bool known = shape[1].isKnown();
        for (std::size_t i = 1; i < type->shape.size(); ++i) {
            dims.push_back(type->shape[i]);
            known = known && type->shape[i].isKnown();
            target.push_back(type->shape[i].known().value_or(-1));
        }
        const auto whole = ValueType{type->dtype, dims};
        ValueId steps;
        if (known) {
            steps = l.reshape(output, target);
        } else { // the target is put together while it runs
            const auto slice = [&](ValueId of, std::int64_t begin, std::int64_t end) {
                return l.add("Slice", {l.add("Shape", {of}), l.integers({begin}), l.integers({end}), l.integers({0})});
            };
            Attributes axis;
            axis.set("axis", std::int64_t(0));
            const auto computed = l.add(
                "Concat", {slice(x, 0, 2), slice(output, 1, static_cast<std::int64_t>(type->shape.size()))}, axis);
            steps = l.add("Reshape", {output, computed});
        }
        l.setType(steps, whole);
        out.push_back(steps);
    }
    return out;
}

} // namespace plumbline::keras

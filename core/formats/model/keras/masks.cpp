#include "core/formats/model/keras/masks.h"

#include "core/formats/model/keras/layers/cudnn.h"

#include <algorithm>
#include <set>

namespace plumbline::keras {

namespace {

/// Layers whose supports_masking is set and whose compute_mask is Layer's own.
bool handsOn(const std::string& name, const Writer& writer) {
    static const std::set<std::string> both = {"Activation",
                                               "LeakyReLU",
                                               "ReLU",
                                               "PReLU",
                                               "ELU",
                                               "ThresholdedReLU",
                                               "Softmax",
                                               "Dropout",
                                               "SpatialDropout1D",
                                               "SpatialDropout2D",
                                               "SpatialDropout3D",
                                               "GaussianNoise",
                                               "GaussianDropout",
                                               "AlphaDropout",
                                               "ActivityRegularization",
                                               "Dense",
                                               "BatchNormalization",
                                               "LayerNormalization",
                                               "GroupNormalization",
                                               "UnitNormalization",
                                               "TimeDistributed"};
    static const std::set<std::string> since3 = {"Identity", "Rescaling", "Normalization"};
    return both.contains(name) || (writer.major >= 3 && since3.contains(name));
}

bool isRecurrent(const std::string& className) {
    const auto name = recurrentClass(className);
    return name == "LSTM" || name == "GRU" || name == "SimpleRNN";
}

bool joins(const std::string& name) {
    static const std::set<std::string> names = {"Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"};
    return names.contains(name);
}

/// Keras 3 lost the masks of what it joined until 3.4. An architecture alone names no version.
bool keepsJoinedMasks(const Writer& writer) { return writer.major != 3 || writer.minor >= 4 || writer.version.empty(); }

bool returnsSequences(const LayerInstance& layer) {
    const auto* inner = layer.child("forward_layer");
    return Settings(inner ? inner->config.config : layer.config.config).flag("return_sequences", false);
}

} // namespace

bool readsMask(const std::string& name) {
    return isRecurrent(name) || name == "Bidirectional" || name == "TimeDistributed" || name == "Softmax" ||
           name == "GlobalAveragePooling1D";
}

bool readsMask(const LayerInstance& layer) {
    if (layer.model)
        return std::any_of(layer.model->layers.begin(), layer.model->layers.end(),
                           [](const auto& inner) { return readsMask(*inner); });
    return readsMask(layer.config.className);
}

bool readsEachMask(const std::string& name, const Writer& writer) {
    return keepsJoinedMasks(writer) && writer.major >= 3 &&
           (name == "Multiply" || name == "Maximum" || name == "Minimum");
}

ValueId anyOf(Lowering& l, ValueId flags, std::int64_t axis, bool keepsAxis) {
    Attributes attributes;
    attributes.set("keepdims", std::int64_t(keepsAxis ? 1 : 0));
    const auto numbers = l.cast(flags, DType::int32);
    return l.cast(l.add("ReduceMax", {numbers, l.integers({axis})}, std::move(attributes)), DType::boolean);
}

ValueId differsAnywhere(Lowering& l, ValueId steps, double value, bool keepsAxis) {
    return anyOf(l, l.add("Not", {l.add("Equal", {steps, l.scalarLike(value, steps)})}), -1, keepsAxis);
}

ValueId Masks::of(ValueId value) {
    const auto it = m_masks.find(value);
    if (it == m_masks.end())
        return {};
    if (!it->second.made.isValid()) {
        const auto made = it->second.make(); // may ask for other masks
        m_masks[value].made = made;
    }
    return m_masks[value].made;
}

void Masks::copy(ValueId from, ValueId to) {
    if (has(from) && from != to)
        set(to, [this, from] { return of(from); });
}

/// One mask of several: Keras 3 counts a step that counts in any of them, if all have one; Keras 2 a step that counts
/// in all of those there are.
Masks::Make Masks::joined(LayerInstance& layer, LayerId row, const Values& inputs) {
    Values masked;
    std::copy_if(inputs.begin(), inputs.end(), std::back_inserter(masked), [&](ValueId v) { return has(v); });
    const bool isNew = m_writer.major >= 3;
    if (masked.empty() || (isNew && masked.size() < inputs.size()))
        return {};
    return [this, &layer, row, masked, isNew] {
        auto l = lowering(layer, row);
        auto out = of(masked.front());
        for (std::size_t i = 1; i < masked.size(); ++i)
            out = l.add(isNew ? "Or" : "And", {out, of(masked[i])});
        return out;
    };
}

/// Along time masks stand one after another. Along the features they meet as those of a sum do, but that an input
/// without one counts everywhere: so then does every step in Keras 3.
Masks::Make Masks::concatenated(LayerInstance& layer, LayerId row, const Values& inputs, ValueId output) {
    const auto& type = m_graph.value(output).type;
    const Settings settings(layer.config.config);
    const auto rank = type ? static_cast<std::int64_t>(type->shape.size()) : 0;
    auto axis = settings.integer("axis", -1);
    axis = axis < 0 ? axis + rank : axis;
    if (axis != 1 || rank < 3)
        return joined(layer, row, inputs);
    if (std::none_of(inputs.begin(), inputs.end(), [&](ValueId v) { return has(v); }))
        return {};
    return [this, &layer, row, inputs] {
        auto l = lowering(layer, row);
        Values parts;
        for (const auto input : inputs) {
            if (has(input)) {
                parts.push_back(of(input));
                continue;
            }
            const auto extents =
                l.add("Slice", {l.add("Shape", {input}), l.integers({0}), l.integers({2}), l.integers({0})});
            parts.push_back(l.add("Expand", {l.constant(Tensor::of<bool>({1, 1}, {true})), extents}));
            l.setType(parts.back(), {DType::boolean, {l.dims(input)[0], l.dims(input)[1]}});
        }
        Attributes attributes;
        attributes.set("axis", std::int64_t(1));
        return l.add("Concat", parts, std::move(attributes));
    };
}

void Masks::pass(LayerInstance& layer, LayerId row, const Values& inputs, ValueId given, const Values& outputs) {
    if (inputs.empty() || outputs.empty())
        return;
    const auto& name = layer.config.className;
    const auto x = inputs.front();
    const Settings settings(layer.config.config);
    Make make;
    if (name == "Embedding" && settings.flag("mask_zero", false)) {
        make = [this, &layer, row, x] {
            auto l = lowering(layer, row);
            return l.add("Not", {l.add("Equal", {x, l.scalarLike(0, x)})});
        };
    } else if (name == "Masking") {
        make = [this, &layer, row, x, value = settings.number("mask_value", 0)] {
            auto l = lowering(layer, row);
            return differsAnywhere(l, x, value, false);
        };
    } else if (joins(name) && keepsJoinedMasks(m_writer)) {
        make = joined(layer, row, inputs);
    } else if (name == "Concatenate" && keepsJoinedMasks(m_writer)) {
        make = concatenated(layer, row, inputs, outputs.front());
    } else if (handsOn(name, m_writer) || ((isRecurrent(name) || name == "Bidirectional") && returnsSequences(layer))) {
        if (given.isValid())
            make = [given] { return given; };
        else if (has(x))
            make = [this, x] { return of(x); };
    }
    if (!make)
        return;
    set(outputs.front(), make);
    const bool apart =
        name == "Bidirectional" && settings.config().contains("merge_mode") && !settings.has("merge_mode");
    if (apart && outputs.size() > 1)
        set(outputs[1], make);
}

} // namespace plumbline::keras

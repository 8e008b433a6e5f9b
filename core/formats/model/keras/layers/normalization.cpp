#include "core/formats/model/keras/layers/layers.h"

#include <algorithm>
#include <numeric>

namespace plumbline::keras {

namespace {

/// Ones or zeros where a layer has no gamma or beta.
ValueId filled(Lowering& l, const std::string& key, Shape shape, float value) {
    const auto make = [&] {
        auto builder = TensorBuilder::zeros(DType::float32, shape);
        if (!builder)
            return Tensor();
        std::fill(builder->span<float>().begin(), builder->span<float>().end(), value);
        return std::move(*builder).build();
    };
    return l.shared(key, make, l.weightType());
}

/// Normalizations of narrow layers take their moments in float32, with their variables as they are stored.
ValueId wideInput(Lowering& l, ValueId value) { return l.cast(value, l.policy().wide()); }

Attributes epsilonOf(const Lowering& l, double fallback) {
    Attributes out;
    out.set("epsilon", l.settings().number("epsilon", fallback));
    return out;
}

std::vector<std::int64_t> swapped(std::size_t rank, std::size_t a, std::size_t b) {
    std::vector<std::int64_t> out(rank);
    std::iota(out.begin(), out.end(), 0);
    std::swap(out[a], out[b]);
    return out;
}

Result<std::size_t> singleAxis(Lowering& l, ValueId x, std::int64_t fallback) {
    const auto axes = l.settings().list("axis");
    if (axes.size() > 1)
        return l.unsupported("it normalizes over " + std::to_string(axes.size()) + " axes at once; one is accepted");
    return l.axis(x, axes.empty() ? fallback : axes[0]);
}

} // namespace

WeightSpecs scaleAndCenterWeights(const Settings& settings, const Writer&) {
    WeightSpecs out;
    if (settings.flag("scale", true))
        out.push_back({"gamma"});
    if (settings.flag("center", true))
        out.push_back({"beta"});
    return out;
}

WeightSpecs batchNormalizationWeights(const Settings& settings, const Writer& writer) {
    auto out = scaleAndCenterWeights(settings, writer);
    out.push_back({"moving_mean", false});
    out.push_back({"moving_variance", false});
    return out;
}

WeightSpecs layerNormalizationWeights(const Settings& settings, const Writer& writer) {
    if (settings.flag("rms_scaling", false))
        return {{"gamma"}};
    return scaleAndCenterWeights(settings, writer);
}

Result<Values> lowerBatchNormalization(Lowering& l) {
    auto x = floatInput(l, l.input()); // the op computes wider than its input
    PLUMBLINE_TRY(const auto axis, singleAxis(l, x, -1));
    const Dims channels{l.dims(x)[axis]};
    PLUMBLINE_TRY(const auto mean, l.weightValue("moving_mean", channels, l.weightType()));
    PLUMBLINE_TRY(const auto variance, l.weightValue("moving_variance", channels, l.weightType()));
    const auto& shape = l.graph().value(mean).constant.shape();
    auto gamma = filled(l, "ones", shape, 1), beta = filled(l, "zeros", shape, 0);
    if (l.hasWeight("gamma")) {
        PLUMBLINE_TRY(gamma, l.weightValue("gamma", channels, l.weightType()));
    }
    if (l.hasWeight("beta")) {
        PLUMBLINE_TRY(beta, l.weightValue("beta", channels, l.weightType()));
    }
    auto attributes = epsilonOf(l, 1e-3);
    const auto rank = l.rank(x);
    const bool last = axis + 1 == rank;
    const bool moved = !last && axis != 1; // an axis in the middle goes to place 1 and back
    if (last && rank > 2)
        attributes.set("channels_last", std::int64_t(1));
    if (moved)
        x = l.transpose(x, swapped(rank, 1, axis));
    auto out = l.add("BatchNormalization", {x, gamma, beta, mean, variance}, std::move(attributes));
    if (moved)
        out = l.transpose(out, swapped(rank, 1, axis));
    return Values{floatInput(l, out)};
}

// Over the given axes, with gamma and beta of those axes' extents.
Result<Values> lowerLayerNormalization(Lowering& l) {
    const auto x = wideInput(l, l.input());
    const auto rank = l.rank(x);
    auto given = l.settings().list("axis");
    if (given.empty())
        given = {-1};
    if (l.writer().major >= 3)
        std::sort(given.begin(), given.end());
    std::vector<std::size_t> axes;
    Dims stored; // gamma and beta have their axes as they are given, and are read into the axes' own order
    for (const auto axis : given) {
        PLUMBLINE_TRY(const auto from0, l.axis(x, axis));
        axes.push_back(from0);
        stored.push_back(l.dims(x)[from0]);
    }
    std::sort(axes.begin(), axes.end());
    Dims extents;
    Shape broadcast(std::vector<std::int64_t>(rank, 1)); // gamma's shape beside x
    for (const auto axis : axes) {
        extents.push_back(l.dims(x)[axis]);
        if (!l.dims(x)[axis].isKnown())
            return l.wrongShape("the extent of axis " + std::to_string(axis) + " of its input " + dimsText(l.dims(x)) +
                                " is not known");
        broadcast[axis] = l.dims(x)[axis].extent();
    }
    const auto shaped = [&](const char* name, const Shape& shape) -> Result<ValueId> {
        PLUMBLINE_TRY(const auto weight, l.weight(name, stored));
        return l.shared(
            name, [&] { return reshapedTo(weight, shape); }, l.weightType());
    };
    const auto epsilon = l.settings().number("epsilon", 1e-3);
    const bool trailing = axes.size() == rank - axes.front();
    const bool rms = l.settings().flag("rms_scaling", false);
    if (trailing && !rms) {
        const auto shape = *toShape(extents);
        auto gamma = filled(l, "ones", shape, 1);
        if (l.hasWeight("gamma")) {
            PLUMBLINE_TRY(gamma, shaped("gamma", shape));
        }
        Values inputs{x, gamma};
        if (l.hasWeight("beta")) {
            PLUMBLINE_TRY(const auto beta, shaped("beta", shape));
            inputs.push_back(beta);
        }
        auto attributes = epsilonOf(l, 1e-3);
        attributes.set("axis", static_cast<std::int64_t>(axes.front()));
        return Values{floatInput(l, l.add("LayerNormalization", std::move(inputs), std::move(attributes)))};
    }
    const auto over = l.integers({axes.begin(), axes.end()});
    const auto mean = l.add("ReduceMean", {x, over});
    const auto centred = l.add("Sub", {x, mean});
    const auto variance = l.add("ReduceMean", {l.add("Mul", {centred, centred}), over});
    const auto deviation = l.add("Sqrt", {l.add("Add", {variance, l.scalarLike(epsilon, x)})});
    auto out = l.add("Div", {rms ? x : centred, deviation});
    for (const auto& [name, op] : {std::pair("gamma", "Mul"), std::pair("beta", "Add")})
        if (l.hasWeight(name)) {
            PLUMBLINE_TRY(const auto weight, shaped(name, broadcast));
            out = l.add(op, {out, weight});
        }
    return Values{floatInput(l, out)};
}

Result<Values> lowerGroupNormalization(Lowering& l) {
    auto x = wideInput(l, l.input());
    PLUMBLINE_TRY(const auto axis, singleAxis(l, x, -1));
    const auto channels = l.extent(x, axis);
    if (!channels)
        return l.wrongShape("the number of its input's channels is not known");
    auto groups = l.settings().integer("groups", 32);
    if (groups == -1)
        groups = *channels;
    if (groups < 1 || *channels % groups != 0)
        return l.wrongShape("its " + std::to_string(groups) + " groups do not divide the " + std::to_string(*channels) +
                            " channels of its input");
    auto gamma = filled(l, "ones", {*channels}, 1), beta = filled(l, "zeros", {*channels}, 0);
    if (l.hasWeight("gamma")) {
        PLUMBLINE_TRY(gamma, l.weightValue("gamma", {Dim(*channels)}, l.weightType()));
    }
    if (l.hasWeight("beta")) {
        PLUMBLINE_TRY(beta, l.weightValue("beta", {Dim(*channels)}, l.weightType()));
    }
    auto attributes = epsilonOf(l, 1e-3);
    attributes.set("num_groups", groups);
    const auto rank = l.rank(x);
    const bool last = axis + 1 == rank;
    const bool moved = !last && axis != 1;
    if (last && rank > 2)
        attributes.set("channels_last", std::int64_t(1));
    if (moved)
        x = l.transpose(x, swapped(rank, 1, axis));
    auto out = l.add("GroupNormalization", {x, gamma, beta}, std::move(attributes));
    if (moved)
        out = l.transpose(out, swapped(rank, 1, axis));
    return Values{floatInput(l, out)};
}

// x / max(|x|, 1e-6): Keras takes the root of max(sum of squares, 1e-12).
Result<Values> lowerUnitNormalization(Lowering& l) {
    const auto x = floatInput(l, l.input());
    auto axes = l.settings().list("axis");
    if (axes.empty())
        axes = {-1};
    const auto squares = l.add("ReduceSum", {l.add("Mul", {x, x}), l.integers(axes)});
    return Values{l.add("Div", {x, l.add("Sqrt", {l.add("Max", {squares, l.scalarLike(1e-12, x)})})})};
}

} // namespace plumbline::keras

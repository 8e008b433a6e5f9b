#include "core/formats/model/keras/layers/layers.h"

#include <cmath>

namespace plumbline::keras {

namespace {

/// A number or a nested list of numbers as float32, flat.
std::optional<std::vector<float>> flatNumbers(const nlohmann::json& value) {
    if (value.is_number())
        return std::vector{value.get<float>()};
    if (!value.is_array())
        return std::nullopt;
    std::vector<float> out;
    for (const auto& item : value) {
        const auto inner = flatNumbers(item);
        if (!inner)
            return std::nullopt;
        out.insert(out.end(), inner->begin(), inner->end());
    }
    return out;
}

ValueId factor(Lowering& l, const std::vector<float>& numbers) {
    if (numbers.size() == 1)
        return l.scalar(numbers[0]);
    const auto list = Tensor::of<float>({static_cast<std::int64_t>(numbers.size())}, numbers);
    return l.constant(list.cast(l.policy().compute).value_or(list));
}

} // namespace

// x · scale + offset; lists are per channel, along the last axis.
Result<Values> lowerRescaling(Lowering& l) {
    const auto x = floatInput(l, l.input());
    const auto scale = flatNumbers(l.settings().has("scale") ? l.settings().at("scale") : nlohmann::json(1.0));
    const auto offset = flatNumbers(l.settings().has("offset") ? l.settings().at("offset") : nlohmann::json(0.0));
    if (!scale || !offset || scale->empty() || offset->empty())
        return l.unsupported("its scale or offset is no number");
    auto out = l.add("Mul", {x, factor(l, *scale)});
    if (offset->size() > 1 || (*offset)[0] != 0)
        out = l.add("Add", {out, factor(l, *offset)});
    return Values{out};
}

WeightSpecs normalizationWeights(const Settings& settings, const Writer&) {
    if (settings.has("mean"))
        return {};
    return {{"mean", false}, {"variance", false}, {"count", false}};
}

// (x - mean) / max(sqrt(variance), 1e-7), per position of `axis`; with `invert` the way back.
Result<Values> lowerNormalization(Lowering& l) {
    const auto x = floatInput(l, l.input());
    const auto rank = l.rank(x);
    Shape broadcast(std::vector<std::int64_t>(rank, 1));
    Dims expected;
    auto axes = l.settings().list("axis");
    const bool scalar = l.config().config.contains("axis") && axes.empty(); // axis null or (): one law for all
    if (axes.empty() && !scalar)
        axes = {-1};
    std::vector<bool> kept(rank, false);
    for (const auto given : axes) {
        PLUMBLINE_TRY(const auto axis, l.axis(x, given));
        kept[axis] = true;
    }
    for (std::size_t i = 0; i < rank; ++i)
        if (kept[i]) {
            expected.push_back(l.dims(x)[i]);
            if (!l.dims(x)[i].isKnown())
                return l.wrongShape("the extent of axis " + std::to_string(i) + " of its input is not known");
            broadcast[i] = l.dims(x)[i].extent();
        }
    Tensor mean, variance;
    if (l.hasWeight("mean")) {
        PLUMBLINE_TRY(mean, l.weight("mean", expected));
        PLUMBLINE_TRY(variance, l.weight("variance", expected));
    } else {
        const auto means = flatNumbers(l.settings().at("mean")), variances = flatNumbers(l.settings().at("variance"));
        if (!means || !variances)
            return l.unsupported("its mean or variance is no list of numbers");
        const auto size = Shape(broadcast).elements();
        const auto spread = [&](std::vector<float> numbers) {
            if (numbers.size() == 1)
                numbers.assign(static_cast<std::size_t>(size), numbers[0]);
            return Tensor::of<float>({static_cast<std::int64_t>(numbers.size())}, numbers);
        };
        mean = spread(*means);
        variance = spread(*variances);
        if (mean.elements() != size || variance.elements() != size)
            return l.wrongShape("its mean has " + std::to_string(mean.elements()) + " elements, its input asks for " +
                                std::to_string(size));
    }
    const auto centre = l.shared("mean", [&] { return reshapedTo(mean, broadcast); });
    const auto rootsOf = [&] {
        auto builder = TensorBuilder::allocate(DType::float32, broadcast);
        const auto rounded = variance.cast(l.policy().compute);
        if (!builder || !rounded)
            return Tensor();
        for (std::int64_t i = 0; i < builder->elements(); ++i) {
            const auto root = std::sqrt(static_cast<float>(rounded->flat(i)));
            builder->span<float>()[static_cast<std::size_t>(i)] = root < 1e-7f ? 1e-7f : root; // a NaN stays
        }
        return std::move(*builder).build();
    };
    // A root that cannot be taken is taken where it shows: the NaN is born in this layer, of a negative variance.
    const auto asked = variance.cast(DType::float64);
    bool negative = false;
    for (std::int64_t i = 0; asked && i < asked->elements(); ++i)
        negative = negative || asked->flat(i) < 0;
    const auto deviation =
        negative
            ? l.add("Max", {l.add("Sqrt", {l.shared("variance",
                                                    [&] {
                                                        const auto rounded = variance.cast(l.policy().compute);
                                                        return rounded ? reshapedTo(*rounded, broadcast) : Tensor();
                                                    })}),
                            l.scalar(1e-7f)})
            : l.shared("deviation", rootsOf);
    if (l.settings().flag("invert", false))
        return Values{l.add("Add", {centre, l.add("Mul", {x, deviation})})};
    return Values{l.add("Div", {l.add("Sub", {x, centre}), deviation})};
}

} // namespace plumbline::keras

#include "core/ops/shaping/resize.h"

#include "core/ops/support/element.h"
#include "core/ops/support/rule.h"

#include <array>
#include <cmath>
#include <numeric>

namespace plumbline {

namespace {

constexpr std::array modes{"nearest", "linear", "cubic"};
constexpr std::array transformations{"half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners",
                                     "asymmetric", "tf_half_pixel_for_nn", "tf_crop_and_resize"};
constexpr std::array roundings{"round_prefer_floor", "round_prefer_ceil", "floor", "ceil"};

template<std::size_t N>
Result<void> oneOf(const Attributes& attributes, const char* name, const std::array<const char*, N>& accepted) {
    const auto text = attributes.text(name, accepted[0]);
    std::string list;
    for (std::size_t i = 0; i < N; ++i) {
        if (text == accepted[i])
            return {};
        list += (i ? ", " : "") + std::string(accepted[i]);
    }
    return rule::attributeError("Resize", name, text, "one of " + list);
}

Result<std::vector<std::size_t>> axesOf(const Attributes& attributes, std::size_t rank) {
    auto listed = attributes.integers("axes");
    if (listed.empty()) {
        listed.resize(rank);
        std::iota(listed.begin(), listed.end(), 0);
    }
    return rule::axes("Resize", listed, rank);
}

/// floor(extent * scale); a whole scale, or one over a whole number, keeps an open extent's expression.
Dim scaled(const Dim& extent, double scale) {
    if (extent.isKnown())
        return Dim(static_cast<std::int64_t>(std::floor(static_cast<double>(extent.extent()) * scale)));
    if (scale >= 1 && scale == std::floor(scale))
        return extent * Dim(static_cast<std::int64_t>(scale));
    const auto inverse = std::round(1 / scale);
    if (scale < 1 && std::fabs(inverse * scale - 1) < 1e-6)
        return floorDivide(extent, Dim(static_cast<std::int64_t>(inverse)));
    return rule::unknownDim();
}

struct Coordinates {
    std::string transformation;
    double scale = 1;
    std::int64_t input = 1, output = 1;
    double roiStart = 0, roiEnd = 1;

    double of(std::int64_t i) const {
        const auto x = static_cast<double>(i), in = static_cast<double>(input), out = static_cast<double>(output);
        if (transformation == "asymmetric")
            return x / scale;
        if (transformation == "align_corners")
            return output == 1 ? 0 : x * (in - 1) / (out - 1);
        if (transformation == "pytorch_half_pixel")
            return output == 1 ? 0 : (x + 0.5) / scale - 0.5;
        if (transformation == "tf_half_pixel_for_nn")
            return (x + 0.5) / scale;
        if (transformation == "tf_crop_and_resize")
            return output > 1 ? roiStart * (in - 1) + x * (roiEnd - roiStart) * (in - 1) / (out - 1)
                              : 0.5 * (roiStart + roiEnd) * (in - 1);
        const auto half = (x + 0.5) / scale - 0.5;
        if (transformation == "half_pixel_symmetric")
            return in / 2 * (1 - out / (scale * in)) + half;
        return half;
    }
};

double nearest(double x, const std::string& rounding) {
    if (rounding == "round_prefer_ceil")
        return std::floor(x + 0.5);
    if (rounding == "floor")
        return std::floor(x);
    if (rounding == "ceil")
        return std::ceil(x);
    return std::ceil(x - 0.5);
}

/// Keys' cubic convolution (1981) with parameter a, for the neighbours at -1, 0, 1, 2 of the fraction t.
std::array<double, 4> cubicWeights(double t, double a) {
    const auto outer = [a](double s) { return ((a * s - 5 * a) * s + 8 * a) * s - 4 * a; };
    const auto inner = [a](double s) { return ((a + 2) * s - (a + 3)) * s * s + 1; };
    return {outer(t + 1), inner(t), inner(1 - t), outer(2 - t)};
}

std::vector<ResizeSample> samplesAt(double x, std::int64_t extent, const Attributes& attributes) {
    const auto mode = attributes.text("mode", "nearest");
    if (attributes.text("coordinate_transformation_mode") == "tf_crop_and_resize" &&
        (x < 0 || x > static_cast<double>(extent - 1)))
        return {{-1, 1}};
    const auto clamped = [extent](double i) {
        return static_cast<std::int64_t>(std::min(std::max(i, 0.0), static_cast<double>(extent - 1)));
    };
    if (mode == "nearest")
        return {{clamped(nearest(x, attributes.text("nearest_mode", "round_prefer_floor"))), 1}};
    const auto base = std::floor(x), steps = attributes.number("fraction_steps", 0);
    const auto fraction = steps > 0 ? std::nearbyint((x - base) * steps) / steps : x - base;
    std::vector<std::pair<double, double>> taps; // position, weight
    if (mode == "linear")
        taps = {{base, 1 - fraction}, {base + 1, fraction}};
    else {
        const auto weights = cubicWeights(fraction, attributes.number("cubic_coeff_a", -0.75));
        for (std::size_t i = 0; i < 4; ++i)
            taps.emplace_back(base - 1 + static_cast<double>(i), weights[i]);
    }
    if (attributes.integer("exclude_outside") != 0) {
        std::erase_if(taps,
                      [&](const auto& tap) { return tap.first < 0 || tap.first > static_cast<double>(extent - 1); });
        double sum = 0;
        for (const auto& tap : taps)
            sum += tap.second;
        for (auto& tap : taps)
            tap.second /= sum;
    }
    std::vector<ResizeSample> out;
    for (const auto& [position, weight] : taps) {
        const auto index = clamped(position);
        const auto same = std::find_if(out.begin(), out.end(), [&](const ResizeSample& s) { return s.index == index; });
        if (same != out.end())
            same->weight += weight; // at the border neighbours fall together
        else
            out.push_back({index, weight});
    }
    std::erase_if(out, [](const ResizeSample& sample) { return sample.weight == 0; });
    return out;
}

} // namespace

Result<std::vector<ValueType>> resizeShape(const ShapeContext& context) {
    PLUMBLINE_CHECK(rule::arity(context, "Resize", 1, 4));
    const auto& x = context.input(0);
    PLUMBLINE_CHECK(oneOf(context.attributes, "mode", modes));
    PLUMBLINE_CHECK(oneOf(context.attributes, "coordinate_transformation_mode", transformations));
    PLUMBLINE_CHECK(oneOf(context.attributes, "nearest_mode", roundings));
    PLUMBLINE_CHECK(context.attributes.text("mode", "nearest") == "nearest" ? rule::numbers(context, "Resize")
                                                                            : rule::floats(context, "Resize"));
    if (context.attributes.integer("antialias") != 0)
        return rule::attributeError("Resize", "antialias", "1", "0");
    PLUMBLINE_TRY(const auto axes, axesOf(context.attributes, x.shape.size()));
    rule::Types out{x};
    const bool hasSizes = context.has(3) && context.input(3).shape != Dims{Dim(0)};
    const auto given = rule::integers(context, 3);
    const auto* scales = context.has(2) && context.constants.size() > 2 ? context.constants[2] : nullptr;
    if (hasSizes ? !given : !scales) {
        for (const auto axis : axes)
            out[0].shape[axis] = rule::unknownDim();
        return out;
    }
    const auto count = hasSizes ? given->size() : static_cast<std::size_t>(scales->elements());
    if (count != axes.size())
        return rule::attributeError("Resize", hasSizes ? "sizes" : "scales", "for " + std::to_string(count) + " axes",
                                    std::to_string(axes.size()) + " numbers");
    const auto policy = context.attributes.text("keep_aspect_ratio_policy", "stretch");
    double common = policy == "not_larger" ? INFINITY : 0;
    if (hasSizes && policy != "stretch") // one scale for all axes, whose extents must then be known
        for (std::size_t i = 0; i < count; ++i) {
            if (!x.shape[axes[i]].isKnown() || x.shape[axes[i]] == Dim(0))
                return rule::attributeError("Resize", "keep_aspect_ratio_policy", policy,
                                            "stretch, as a size is not known,");
            const auto ratio = static_cast<double>((*given)[i]) / static_cast<double>(x.shape[axes[i]].extent());
            common = policy == "not_larger" ? std::min(common, ratio) : std::max(common, ratio);
        }
    for (std::size_t i = 0; i < count; ++i) {
        auto& dim = out[0].shape[axes[i]];
        if (hasSizes)
            dim = policy == "stretch"
                      ? Dim((*given)[i])
                      : Dim(static_cast<std::int64_t>(std::floor(common * static_cast<double>(dim.extent()) + 0.5)));
        else {
            const auto scale = scales->flat(static_cast<std::int64_t>(i));
            if (!(scale > 0) || scale > 0x1p31)
                return rule::attributeError("Resize", "a scale of", numberText(scale), "a number above 0");
            dim = scaled(dim, scale);
        }
        if (dim.isKnown() && dim.extent() < 1 && x.shape[axes[i]] != Dim(0))
            return rule::zeroSize("Resize", x.shape, axes[i], dim.extent(), "its scale or size leaves nothing there");
        if (x.shape[axes[i]] == Dim(0) && dim != Dim(0))
            return rule::zeroSize("Resize", x.shape, axes[i], 0, "at least one element is needed there");
    }
    return out;
}

std::vector<ResizeAxis> resizePlan(const Attributes& attributes, const Shape& input, const Shape& output,
                                   const Tensor& roi, const Tensor& scales) {
    std::vector<ResizeAxis> plan(input.rank());
    const auto axes = *axesOf(attributes, input.rank());
    const bool byScale = !scales.isNull() && scales.elements() == static_cast<std::int64_t>(axes.size());
    for (auto& axis : plan)
        axis.identity = true;
    for (std::size_t i = 0; i < axes.size(); ++i) {
        const auto axis = axes[i];
        Coordinates coordinates{
            attributes.text("coordinate_transformation_mode", "half_pixel"), 1, input[axis], output[axis], 0, 1};
        coordinates.scale = byScale ? scales.flat(static_cast<std::int64_t>(i))
                                    : static_cast<double>(output[axis]) / static_cast<double>(input[axis]);
        if (!roi.isNull() && roi.elements() == 2 * static_cast<std::int64_t>(axes.size())) {
            coordinates.roiStart = roi.flat(static_cast<std::int64_t>(i));
            coordinates.roiEnd = roi.flat(static_cast<std::int64_t>(axes.size() + i));
        }
        const bool crops = coordinates.transformation == "tf_crop_and_resize";
        if (!crops && input[axis] == output[axis] && coordinates.scale == 1)
            continue;
        plan[axis].identity = false;
        for (std::int64_t k = 0; k < output[axis]; ++k)
            plan[axis].samples.push_back(samplesAt(coordinates.of(k), input[axis], attributes));
    }
    return plan;
}

namespace {

/// Calls f(input element or -1, weight) for all input elements that an output element reads.
template<class F>
void visit(const std::vector<ResizeAxis>& plan, const Shape& input, std::span<const std::int64_t> index,
           std::size_t axis, std::int64_t element, double weight, F& f) {
    if (axis == plan.size())
        return f(element, weight);
    const auto next = [&](std::int64_t at, double w) {
        visit(plan, input, index, axis + 1, element < 0 || at < 0 ? -1 : element * input[axis] + at, weight * w, f);
    };
    if (plan[axis].identity)
        return next(index[axis], 1);
    for (const auto& sample : plan[axis].samples[static_cast<std::size_t>(index[axis])])
        next(sample.index, sample.weight);
}

Tensor optional(const KernelContext& context, std::size_t i) { return context.has(i) ? context.input(i) : Tensor(); }

} // namespace

Result<std::vector<Tensor>> resizeReference(const KernelContext& context) {
    PLUMBLINE_TRY(auto out, element::allocate(context));
    const auto& x = context.input(0);
    const auto plan =
        resizePlan(context.attributes, x.shape(), out.shape(), optional(context, 1), optional(context, 2));
    const auto outside = context.attributes.number("extrapolation_value");
    const bool nearestMode = context.attributes.text("mode", "nearest") == "nearest";
    return element::visitNumber(out.dtype(), [&](auto zero) -> Result<std::vector<Tensor>> {
        using T = decltype(zero);
        const auto* from = element::read<T>(x);
        auto* y = element::write<T>(out);
        for (std::int64_t i = 0; i < out.elements(); ++i) {
            const auto index = unflatten(i, out.shape());
            double sum = 0;
            auto add = [&](std::int64_t element, double weight) {
                if (nearestMode)
                    y[i] = element < 0 ? element::narrow<T>(static_cast<element::Wide<T>>(outside)) : from[element];
                else
                    sum += weight * (element < 0 ? outside : toDouble(from[element]));
            };
            visit(plan, x.shape(), index, 0, 0, 1, add);
            if constexpr (element::isFloating<T>)
                if (!nearestMode)
                    y[i] = element::narrow<T>(sum);
        }
        return element::one(std::move(out));
    });
}

std::vector<ElementOrigin> resizeOrigins(const DependencyContext& context) {
    const auto input = *toShape(context.input(0).shape), output = *toShape(context.outputs[0].shape);
    const auto constant = [&](std::size_t i) {
        return i < context.constants.size() && context.constants[i] ? *context.constants[i] : Tensor();
    };
    const auto plan = resizePlan(context.attributes, input, output, constant(1), constant(2));
    const auto index = unflatten(context.element, output);
    std::vector<ElementOrigin> out;
    auto add = [&](std::int64_t element, double) {
        if (element >= 0 && out.size() < context.limit)
            out.push_back({0, element});
    };
    visit(plan, input, index, 0, 0, 1, add);
    return out;
}

} // namespace plumbline

#include "core/ops/support/spatial.h"

#include "core/base/checked.h"
#include "core/ops/support/rule.h"

#include <algorithm>

namespace plumbline::spatial {

Layout layoutOf(const Attributes& attributes, std::size_t rank) {
    return {attributes.integer("channels_last") != 0, rank};
}

Dims Layout::join(const Dim& batch, const Dim& channels, const Dims& spatial) const {
    Dims out{batch};
    if (!channelsLast)
        out.push_back(channels);
    out.insert(out.end(), spatial.begin(), spatial.end());
    if (channelsLast)
        out.push_back(channels);
    return out;
}

Dims Layout::spatialOf(const Dims& shape) const {
    Dims out;
    for (std::size_t i = 0; i < spatialRank(); ++i)
        out.push_back(shape[spatialAxis(i)]);
    return out;
}

Image imageOf(const Shape& shape, const Layout& layout) {
    Image out;
    out.batch = shape[0];
    out.channels = shape[layout.channelAxis()];
    out.positions = 1;
    for (std::size_t i = 0; i < layout.spatialRank(); ++i) {
        out.spatial.push_back(shape[layout.spatialAxis(i)]);
        out.positions *= out.spatial.back();
    }
    out.batchStride = out.channels * out.positions;
    out.channelStride = layout.channelsLast ? 1 : out.positions;
    out.positionStride = layout.channelsLast ? out.channels : 1;
    return out;
}

// Larger numbers in a file are damage: they keep every product here far from overflow.
static constexpr std::int64_t largestSetting = std::int64_t{1} << 31;

static std::string listText(const std::vector<std::int64_t>& values) { return attributeText(values); }

static Result<std::vector<std::int64_t>> setting(std::string_view op, const Attributes& attributes,
                                                 const std::string& name, std::size_t length, std::int64_t fallback,
                                                 std::int64_t least) {
    auto out = attributes.integers(name);
    if (out.empty())
        out.assign(length, fallback);
    const bool inRange =
        std::all_of(out.begin(), out.end(), [&](std::int64_t v) { return v >= least && v <= largestSetting; });
    if (out.size() != length || !inRange)
        return rule::attributeError(op, name, listText(out),
                                    "a list of " + std::to_string(length) + " numbers of at least " +
                                        std::to_string(least));
    return out;
}

static Result<AutoPad> autoPadOf(std::string_view op, const Attributes& attributes) {
    const auto text = attributes.text("auto_pad", "NOTSET");
    if (text == "NOTSET" || text.empty())
        return AutoPad::none;
    if (text == "VALID")
        return AutoPad::valid;
    if (text == "SAME_UPPER")
        return AutoPad::sameUpper;
    if (text == "SAME_LOWER")
        return AutoPad::sameLower;
    return rule::attributeError(op, "auto_pad", text, "one of NOTSET, VALID, SAME_UPPER and SAME_LOWER");
}

Result<Window> windowOf(std::string_view op, const Attributes& attributes, std::vector<std::int64_t> kernel,
                        std::size_t spatialRank) {
    Window out;
    if (kernel.empty())
        kernel = attributes.integers("kernel_shape");
    if (kernel.size() != spatialRank ||
        std::any_of(kernel.begin(), kernel.end(), [](std::int64_t k) { return k < 1 || k > largestSetting; }))
        return rule::attributeError(op, "kernel_shape", listText(kernel),
                                    "a list of " + std::to_string(spatialRank) + " numbers of at least 1");
    out.kernel = std::move(kernel);
    PLUMBLINE_TRY(out.strides, setting(op, attributes, "strides", spatialRank, 1, 1));
    PLUMBLINE_TRY(out.dilations, setting(op, attributes, "dilations", spatialRank, 1, 1));
    PLUMBLINE_TRY(out.autoPad, autoPadOf(op, attributes));
    PLUMBLINE_TRY(auto pads, setting(op, attributes, "pads", 2 * spatialRank, 0, 0));
    if (out.autoPad != AutoPad::none)
        std::fill(pads.begin(), pads.end(), 0);
    const auto middle = pads.begin() + static_cast<std::ptrdiff_t>(spatialRank);
    out.padBegin.assign(pads.begin(), middle);
    out.padEnd.assign(middle, pads.end());
    return out;
}

Result<Dims> windowOutput(std::string_view op, const Window& window, const Dims& inputShape, const Layout& layout,
                          bool ceilMode) {
    Dims out;
    for (std::size_t i = 0; i < window.kernel.size(); ++i) {
        const auto& input = inputShape[layout.spatialAxis(i)];
        if (window.autoPad == AutoPad::sameUpper || window.autoPad == AutoPad::sameLower) {
            out.push_back(ceilDivide(input, window.strides[i]));
        } else {
            const auto free = input + Dim(window.padBegin[i] + window.padEnd[i]) - Dim(window.reach(i));
            out.push_back((ceilMode ? ceilDivide(free, window.strides[i]) : floorDivide(free, window.strides[i])) +
                          Dim(1));
            // A last window that would begin in the padding after the input does not count.
            if (ceilMode && out[i].isKnown() && input.isKnown() &&
                (out[i].extent() - 1) * window.strides[i] >= input.extent() + window.padBegin[i])
                out[i] = out[i] - Dim(1);
        }
        if (out[i].isKnown() && out[i].extent() < 1)
            return rule::zeroSize(
                op, inputShape, layout.spatialAxis(i), out[i].extent(),
                "at least " +
                    std::to_string(std::max<std::int64_t>(1, window.reach(i) - window.padBegin[i] - window.padEnd[i])) +
                    " are needed there for a window of " + std::to_string(window.reach(i)));
    }
    return out;
}

std::int64_t padBefore(const Window& window, std::size_t axis, std::int64_t input, std::int64_t output) {
    if (window.autoPad == AutoPad::none || window.autoPad == AutoPad::valid)
        return window.padBegin[axis];
    const auto total = std::max<std::int64_t>(0, (output - 1) * window.strides[axis] + window.reach(axis) - input);
    return window.autoPad == AutoPad::sameUpper ? total / 2 : total - total / 2;
}

Result<TransposedWindow> transposedWindowOf(std::string_view op, const Attributes& attributes,
                                            std::vector<std::int64_t> kernel, std::size_t spatialRank) {
    PLUMBLINE_TRY(auto window, windowOf(op, attributes, std::move(kernel), spatialRank));
    TransposedWindow out;
    static_cast<Window&>(out) = std::move(window);
    PLUMBLINE_TRY(out.outputPadding, setting(op, attributes, "output_padding", spatialRank, 0, 0));
    out.outputShape = attributes.integers("output_shape");
    if (out.outputShape.size() > spatialRank) // some writers give the whole shape
        out.outputShape.erase(out.outputShape.begin(),
                              out.outputShape.end() - static_cast<std::ptrdiff_t>(spatialRank));
    if (!out.outputShape.empty() &&
        (out.outputShape.size() != spatialRank ||
         std::any_of(out.outputShape.begin(), out.outputShape.end(), [](std::int64_t n) { return n < 1; })))
        return rule::attributeError(op, "output_shape", listText(out.outputShape),
                                    "a list of " + std::to_string(spatialRank) + " sizes of at least 1");
    return out;
}

Result<Dims> transposedOutput(std::string_view op, const TransposedWindow& window, const Dims& inputShape,
                              const Layout& layout) {
    Dims out;
    for (std::size_t i = 0; i < window.kernel.size(); ++i) {
        const auto& input = inputShape[layout.spatialAxis(i)];
        if (!window.outputShape.empty())
            out.push_back(Dim(window.outputShape[i]));
        else if (window.autoPad == AutoPad::sameUpper || window.autoPad == AutoPad::sameLower)
            out.push_back(input * Dim(window.strides[i]));
        else
            out.push_back((input - Dim(1)) * Dim(window.strides[i]) +
                          Dim(window.reach(i) + window.outputPadding[i] - window.padBegin[i] - window.padEnd[i]));
        if (out[i].isKnown() && out[i].extent() < 1)
            return rule::zeroSize(op, inputShape, layout.spatialAxis(i), out[i].extent(),
                                  "its pads cut off more than its window of " + std::to_string(window.reach(i)) +
                                      " gives");
    }
    return out;
}

std::int64_t cropBefore(const TransposedWindow& window, std::size_t axis, std::int64_t input, std::int64_t output) {
    if (window.autoPad == AutoPad::none && window.outputShape.empty())
        return window.padBegin[axis];
    if (window.autoPad == AutoPad::valid)
        return 0;
    const auto full = (input - 1) * window.strides[axis] + window.reach(axis) + window.outputPadding[axis];
    const auto total = std::max<std::int64_t>(0, full - output);
    return window.autoPad == AutoPad::sameUpper ? total / 2 : total - total / 2;
}

void unflattenInto(std::int64_t position, std::span<const std::int64_t> extents, std::vector<std::int64_t>& index) {
    index.resize(extents.size());
    for (std::size_t i = extents.size(); i-- > 0;) {
        index[i] = position % extents[i];
        position /= extents[i];
    }
}

namespace {

/// Calls f(tap position, kernel index) where every axis hits the input. `hit(axis, k)` is the input index, or -1.
template<class Hit>
void collect(const Window& window, std::span<const std::int64_t> inputExtents, std::vector<Tap>& taps, Hit hit) {
    taps.clear();
    const auto rank = window.kernel.size();
    std::int64_t count = 1;
    for (const auto k : window.kernel)
        count *= k;
    std::vector<std::int64_t> index(rank, 0);
    for (std::int64_t kernel = 0; kernel < count; ++kernel) {
        std::int64_t position = 0;
        bool inside = true;
        for (std::size_t axis = 0; axis < rank && inside; ++axis) {
            const auto at = hit(axis, index[axis]);
            inside = at >= 0 && at < inputExtents[axis];
            position = position * inputExtents[axis] + at;
        }
        if (inside)
            taps.push_back({position, kernel});
        for (std::size_t axis = rank; axis-- > 0 && ++index[axis] == window.kernel[axis];)
            index[axis] = 0;
    }
}

} // namespace

void windowTaps(const Window& window, std::span<const std::int64_t> before, std::span<const std::int64_t> inputExtents,
                std::span<const std::int64_t> outputIndex, std::vector<Tap>& taps) {
    collect(window, inputExtents, taps, [&](std::size_t axis, std::int64_t k) {
        return outputIndex[axis] * window.strides[axis] + k * window.dilations[axis] - before[axis];
    });
}

void transposedTaps(const Window& window, std::span<const std::int64_t> before,
                    std::span<const std::int64_t> inputExtents, std::span<const std::int64_t> outputIndex,
                    std::vector<Tap>& taps) {
    collect(window, inputExtents, taps, [&](std::size_t axis, std::int64_t k) {
        const auto scaled = outputIndex[axis] + before[axis] - k * window.dilations[axis];
        return scaled < 0 || scaled % window.strides[axis] != 0 ? -1 : scaled / window.strides[axis];
    });
}

} // namespace plumbline::spatial

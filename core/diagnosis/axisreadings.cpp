#include "core/diagnosis/axisreadings.h"

#include "core/base/checked.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace plumbline {

namespace {

constexpr std::size_t largestRank = 6; // 720 orders of axes; no Keras input has more

std::size_t mismatches(const Dims& expected, const Shape& actual) {
    std::size_t count = 0;
    for (std::size_t axis = 0; axis < expected.size(); ++axis)
        count += expected[axis].mayEqual(actual[axis]) ? 0 : 1;
    return count;
}

/// Every choice of `count` axes among `rank`, in lexicographic order.
std::vector<std::vector<std::size_t>> choices(std::size_t rank, std::size_t count) {
    std::vector<std::vector<std::size_t>> out;
    std::vector<bool> chosen(rank, false);
    std::fill_n(chosen.begin(), count, true);
    do {
        std::vector<std::size_t> axes;
        for (std::size_t axis = 0; axis < rank; ++axis)
            if (chosen[axis])
                axes.push_back(axis);
        out.push_back(std::move(axes));
    } while (std::prev_permutation(chosen.begin(), chosen.end()));
    return out;
}

/// Elements of one row, where every extent but the batch is fixed.
std::optional<std::int64_t> rowElements(const Dims& expected) {
    std::vector<std::int64_t> extents;
    for (std::size_t axis = 1; axis < expected.size(); ++axis) {
        if (!expected[axis].isKnown())
            return std::nullopt;
        extents.push_back(expected[axis].extent());
    }
    return checkedProduct(extents);
}

Shape rowsOf(const Dims& expected, std::int64_t batch) {
    Shape shape({batch});
    for (std::size_t axis = 1; axis < expected.size(); ++axis)
        shape.append(expected[axis].extent());
    return shape;
}

void insertions(const Dims& expected, const Shape& actual, std::vector<AxisReading>& out) {
    for (const auto& axes : choices(expected.size(), expected.size() - actual.rank())) {
        AxisReading reading;
        reading.axes = axes;
        reading.result = actual;
        for (const auto axis : axes)
            reading.result.insert(axis, 1);
        const bool batch = axes.front() == 0;
        reading.kind = batch ? AxisReading::Kind::missingBatch : AxisReading::Kind::missingAxis;
        reading.mismatches = mismatches(expected, reading.result);
        // A single sample is what is forgotten most; then the channel of a grey picture.
        reading.oddity = batch ? 0 : axes.back() + 1 == expected.size() ? 1 : 2;
        out.push_back(std::move(reading));
    }
}

/// The axis that is one too many is the one whose removal leaves what the model takes. Along it stands one element, or
/// what has to be chosen from (the channels of a coloured picture).
void removals(const Dims& expected, const Shape& actual, std::vector<AxisReading>& out) {
    for (const auto& axes : choices(actual.rank(), actual.rank() - expected.size())) {
        AxisReading reading;
        reading.kind = AxisReading::Kind::extraAxis;
        reading.axes = axes;
        reading.holdsMore = std::ranges::any_of(axes, [&](std::size_t axis) { return actual[axis] != 1; });
        reading.result = actual;
        for (auto axis = axes.rbegin(); axis != axes.rend(); ++axis)
            reading.result.erase(*axis);
        reading.mismatches = mismatches(expected, reading.result);
        reading.oddity = (axes.front() == 0 ? 1 : 0) + (reading.holdsMore ? 2 : 0);
        if (reading.holdsMore && (reading.mismatches > 0 || axes.size() > 1 || axes.front() == 0))
            continue;
        out.push_back(std::move(reading));
    }
}

/// Rows that were flattened, or should have been.
void reshapes(const Dims& expected, const Shape& actual, std::vector<AxisReading>& out) {
    const auto row = rowElements(expected);
    if (!row || *row <= 1 || actual.rank() == expected.size() || actual.rank() == 0)
        return;
    const bool single = actual.rank() == 1 && actual[0] == *row && expected.size() > 2;
    const bool unfolded = actual.rank() == 2 && actual[1] == *row && expected.size() > 2;
    std::vector<std::int64_t> tail(actual.begin() + 1, actual.end());
    const bool folded = actual.rank() > 2 && expected.size() == 2 && checkedProduct(tail) == row;
    if (!single && !unfolded && !folded)
        return;
    AxisReading reading;
    reading.isReshape = true;
    reading.kind = single   ? AxisReading::Kind::missingBatch
                   : folded ? AxisReading::Kind::extraAxis
                            : AxisReading::Kind::missingAxis;
    reading.axes = {single ? 0u : folded ? 2u : 1u};
    reading.result = rowsOf(expected, single ? 1 : actual[0]);
    reading.oddity = 3;
    out.push_back(std::move(reading));
}

/// NCHW for NHWC and back, and the last two axes exchanged, are what people really do.
int oddityOf(const std::vector<std::size_t>& permutation) {
    using List = std::vector<std::size_t>;
    if (permutation == List{0, 2, 3, 1} || permutation == List{0, 3, 1, 2} || permutation == List{0, 2, 1} ||
        permutation == List{0, 2, 3, 4, 1} || permutation == List{0, 4, 1, 2, 3} || permutation == List{1, 0})
        return 0;
    // Axes that keep their order among themselves: a square picture is rather moved than mirrored.
    int inversions = 0;
    for (std::size_t a = 0; a < permutation.size(); ++a)
        for (std::size_t b = a + 1; b < permutation.size(); ++b)
            inversions += permutation[a] > permutation[b] ? 1 : 0;
    return inversions + (permutation[0] == 0 ? 0 : 8);
}

/// All fixed axes between the batch and the last are where they belong: only the features are another number.
bool onlyFeaturesDiffer(const Dims& expected, const Shape& actual) {
    bool fixed = false;
    for (std::size_t axis = 1; axis + 1 < expected.size(); ++axis) {
        if (!expected[axis].mayEqual(actual[axis]))
            return false;
        fixed = fixed || expected[axis].isKnown();
    }
    return fixed && !expected.back().mayEqual(actual[actual.rank() - 1]);
}

void orders(const Dims& expected, const Shape& actual, std::vector<AxisReading>& out) {
    if (mismatches(expected, actual) == 0)
        return; // as it is it fits: what stands in the way is no order
    const bool batchStays = onlyFeaturesDiffer(expected, actual);
    std::vector<std::size_t> permutation(actual.rank());
    std::iota(permutation.begin(), permutation.end(), 0);
    while (std::next_permutation(permutation.begin(), permutation.end())) {
        // One sample of a picture is no batch of rows: its batch axis stays where it is. So does that of RGBA pictures
        // whose number happens to be the channels that the model takes.
        if (permutation[0] != 0 && actual.rank() > 2 && (actual[0] == 1 || batchStays))
            continue;
        AxisReading reading;
        reading.permutation = permutation;
        for (const auto axis : permutation)
            reading.result.append(actual[axis]);
        reading.mismatches = mismatches(expected, reading.result);
        reading.oddity = oddityOf(permutation);
        if (reading.mismatches == 0)
            out.push_back(std::move(reading));
    }
}

} // namespace

std::vector<AxisReading> axisReadings(const Dims& expected, const Shape& actual) {
    std::vector<AxisReading> out;
    if (expected.empty() || expected.size() > largestRank || actual.rank() > largestRank)
        return out;
    if (actual.rank() < expected.size())
        insertions(expected, actual, out);
    else if (actual.rank() > expected.size())
        removals(expected, actual, out);
    else
        orders(expected, actual, out);
    reshapes(expected, actual, out);
    std::ranges::stable_sort(out, {}, [](const AxisReading& r) { return std::tuple(r.mismatches, r.oddity); });
    return out;
}

} // namespace plumbline

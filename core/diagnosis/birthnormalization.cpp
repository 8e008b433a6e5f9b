// Normalizations step by step, in the order in which the op computes them, and softmax.
#include "core/diagnosis/birthcause.h"

#include <algorithm>
#include <cmath>

namespace plumbline {

namespace {

const BirthOperand* operandOf(const BirthOperation& operation, std::size_t input) {
    const auto at = std::ranges::find(operation.operands, input, &BirthOperand::input);
    return at == operation.operands.end() ? nullptr : &*at;
}

/// A figure of the data that the op takes by itself: of no input of the node.
BirthOperand derived(double value, const char* name) { return {value, name, SIZE_MAX, 0}; }

struct Moments {
    BirthOperand mean, variance;
};

/// Normalized, then scaled and moved: the step that has the result's kind for the first time.
BirthCause steps(const BirthOperation& operation, const BirthOperand& x, const Moments& moments) {
    const double epsilon = operation.node.attributes.number("epsilon", 1e-5);
    const double width = moments.variance.value + epsilon;
    const bool nan = std::isnan(operation.result);
    const auto isBorn = [&](double value) { return nan ? std::isnan(value) : std::abs(value) > operation.largest; };
    if (width < 0)
        return {"sqrt of a negative", {moments.variance}, {}};
    const double centred = x.value - moments.mean.value;
    if (isBorn(centred))
        return {nan ? "inf - inf" : "overflow", {x, moments.mean}, {}};
    if (width == 0)
        return {centred == 0 ? "0 / 0" : "1 / 0", {moments.variance, x, moments.mean}, {}};
    const double normal = centred / std::sqrt(width);
    if (isBorn(normal))
        return {nan ? "inf / inf" : "overflow", {x, moments.variance}, {}};
    const auto *gamma = operandOf(operation, 1), *beta = operandOf(operation, 2);
    const double scaled = gamma ? normal * gamma->value : normal;
    if (gamma && isBorn(scaled))
        return {nan ? "0 * inf" : "overflow", {x, *gamma, moments.variance}, {}};
    if (beta && isBorn(scaled + beta->value))
        return {nan ? "inf - inf" : "overflow", {x, *beta}, {}};
    return {"overflow", {x, moments.mean, moments.variance}, {}}; // between the steps, in a narrower type
}

/// Of the elements that are normalized together.
BirthCause ofOwnMoments(const BirthOperation& operation) {
    std::vector<BirthOperand> group;
    std::ranges::copy_if(operation.operands, std::back_inserter(group),
                         [](const BirthOperand& o) { return o.input == 0; });
    if (group.empty())
        return {"overflow", {}, {}};
    double mean = 0, variance = 0;
    for (const auto& x : group)
        mean += x.value / static_cast<double>(group.size());
    // Where one is infinite the mean is too, and what is taken from it there is no number.
    const auto infinite = std::ranges::find_if(group, [](const BirthOperand& o) { return std::isinf(o.value); });
    if (infinite != group.end() && std::isnan(operation.result))
        return {"inf - inf", {*infinite, derived(mean, "the mean")}, {}};
    for (const auto& x : group)
        variance += (x.value - mean) * (x.value - mean) / static_cast<double>(group.size());
    return steps(operation, group.front(), {derived(mean, "the mean"), derived(variance, "the variance")});
}

BirthCause ofSoftmax(const BirthOperation& operation) {
    if (operation.operands.empty())
        return {"overflow", {}, {}};
    const auto most = std::ranges::max_element(operation.operands, {}, &BirthOperand::value);
    // The largest is taken from each before the exponential: of itself, where that is infinite.
    return {std::isinf(most->value) ? "inf - inf" : "overflow", {*most, derived(most->value, "the largest")}, {}};
}

} // namespace

BirthCause causeOfNormalization(const BirthOperation& operation) {
    const auto& op = operation.node.op;
    if (!op.ends_with("Normalization"))
        return ofSoftmax(operation);
    const auto *x = operandOf(operation, 0), *mean = operandOf(operation, 3), *variance = operandOf(operation, 4);
    if (op != "BatchNormalization" || !x)
        return ofOwnMoments(operation);
    if (operation.batchStatistics || !mean || !variance) // the batch's other elements are not among the operands
        return {std::isinf(x->value) ? "inf - inf" : "overflow", {*x}, {}};
    return steps(operation, *x, {*mean, *variance});
}

} // namespace plumbline

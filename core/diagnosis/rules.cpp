#include "core/diagnosis/rules/rules.h"

#include <array>

namespace plumbline {

std::span<const Rule> runRules() {
    static constexpr auto table = std::to_array<Rule>({
        rules::missingInput,  rules::emptyInput, rules::axes,        rules::featureCount, rules::spatialSize,
        rules::fixedBatch,    rules::batchSizes, rules::dtype,       rules::indexRange,   rules::nonFiniteInput,
        rules::columnScale,   rules::scale,      rules::refitScaler, rules::latentLaw,    rules::doubleScale,
        rules::shapeConflict, rules::memory,     rules::births,      rules::layerDrift,
        rules::runFailure, // last: it sees whether another rule has named the reason
    });
    return table;
}

std::span<const Rule> modelRules() {
    static constexpr auto table = std::to_array<Rule>(
        {rules::weightsMissing, rules::nanInWeights, rules::negativeVariance, rules::layerProblems});
    return table;
}

} // namespace plumbline

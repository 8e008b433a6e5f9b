// memory: the run would need more than there is. Foreseen from the shapes, before anything is allocated.
// element-overflow: a size that cannot even be counted.
#include "core/diagnosis/death.h"
#include "core/diagnosis/rules/rules.h"

#include <algorithm>

namespace plumbline::rules {

namespace {

/// The most rows whose run fits, in whole batches where these are fixed; 0 where not even one does.
std::int64_t rowsThatFit(const Context& context) {
    if (!context.memoryNeeded)
        return 0;
    const auto unit = context.rowRule.unit();
    std::int64_t fits = 0, beyond = context.inputs.empty() ? 1 : (*context.inputs.front().accepted)[0] / unit;
    while (beyond - fits > 1) {
        const auto middle = fits + (beyond - fits) / 2;
        const auto needed = context.memoryNeeded(middle * unit);
        (needed && *needed <= context.attempt.memoryAllowed ? fits : beyond) = middle;
    }
    return fits * unit;
}

} // namespace

void memory(const Context& context, Candidates& out) {
    const auto& attempt = context.attempt;
    Finding finding;
    if (attempt.memory) {
        finding.code = "memory";
        const auto rows = rowsThatFit(context);
        std::string shapes;
        for (const auto& input : context.inputs)
            shapes += (shapes.empty() ? "" : " and ") + input.shape().text();
        if (!context.inputs.empty()) {
            finding.where = context.inputs.front().place();
            finding.where.axis = 0;
        }
        finding.expected = {{"bytes", attempt.memoryAllowed}};
        finding.actual = {{"bytes", *attempt.memory}};
        finding.evidence = {{"batch_that_fits", rows}};
        const auto limit = context.configuration.memoryLimit;
        finding.threshold = {{"bytes", limit > 0 ? limit : attempt.memoryAllowed}};
        const Message::Arguments arguments{{"shapes", shapes},
                                           {"needed", bytesText(*attempt.memory)},
                                           {"limit", bytesText(limit)},
                                           {"allowed", bytesText(attempt.memoryAllowed)},
                                           {"rows", rows},
                                           {"batch", context.rowRule.unit()}};
        const std::string what = limit > attempt.memoryAllowed
                                     ? "A run on {shapes} needs {needed}; of the {limit} allowed, {allowed} are left"
                                     : "A run on {shapes} needs {needed}, {allowed} are allowed";
        finding.message =
            rows > 0 ? Message("memory", what + ": batches of {rows} {rows|row fits|rows fit}.", arguments)
                     : Message("memory.never",
                               what + (context.rowRule.unit() > 1 ? "; not even one batch of its {batch} rows fits."
                                                                  : "; not even one row fits."),
                               arguments);
        out.push_back({std::move(finding), {}});
        return;
    }
    if (!attempt.failure || attempt.failure->error.code != ErrorCode::tooLarge)
        return;
    const auto& failure = *attempt.failure;
    if (failure.error.message.id() == "element-overflow") {
        finding.code = "element-overflow";
        if (failure.layer.isValid())
            finding.where = context.layerPlace(failure.layer);
        finding.message = failure.error.message;
    } else {
        Death death;
        death.kind = Death::Kind::outOfMemory;
        death.phase = "running";
        death.limit = static_cast<std::int64_t>(context.configuration.memoryLimit);
        if (failure.layer.isValid()) {
            death.layer = context.graph().layer(failure.layer).name;
            death.layerIndex = failure.layer.index;
        }
        finding = processFinding(death);
    }
    out.push_back({std::move(finding), {}});
}

} // namespace plumbline::rules

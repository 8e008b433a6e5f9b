#include "core/diagnosis/diagnosis.h"

#include <algorithm>
#include <array>

namespace plumbline {

std::string SourceSummary::shapeText() const {
    auto out = shape.text();
    if (kind == "law" && shape.rank() > 0 && shape[0] == 0)
        out.replace(1, 1, "None");
    if (batches > 1 && shape.rank() > 0)
        out += " in " + std::to_string(batches) + " batches of " + std::to_string(shape[0] / batches);
    return out;
}

std::string_view name(Verdict verdict) {
    switch (verdict) {
    case Verdict::matches: return "matches";
    case Verdict::diverges: return "diverges";
    case Verdict::cannotRun: break;
    }
    return "cannot-run";
}

std::string_view name(LayerStatus status) {
    switch (status) {
    case LayerStatus::ok: return "ok";
    case LayerStatus::diverges: return "diverges";
    case LayerStatus::failed: return "failed";
    case LayerStatus::notReached: break;
    }
    return "not-reached";
}

const Place* Diagnosis::firstDivergence() const {
    if (findings.empty() || findings.front().severity == Severity::note)
        return nullptr;
    return &findings.front().where;
}

int Diagnosis::exitStatus() const {
    static constexpr std::array processCodes{"crash", "timeout", "out-of-memory", "illegal-instruction"};
    if (error)
        return 3;
    const auto died = std::ranges::any_of(findings, [](const Finding& finding) {
        return std::ranges::find(processCodes, finding.code) != processCodes.end();
    });
    if (died)
        return 4;
    return verdict == Verdict::matches ? 0 : 1;
}

} // namespace plumbline

#include "core/diagnosis/soundness.h"

#include "core/diagnosis/arrays.h"
#include "core/diagnosis/inputmaps.h"
#include "core/diagnosis/ranking.h"

#include <algorithm>
#include <utility>

namespace plumbline {

namespace {

constexpr std::size_t drawnBatches = 2;

const InputView* inputOf(const Judged& judged, const std::string& name) {
    const auto at = std::ranges::find(judged.context.inputs, name, &InputView::name);
    return at == judged.context.inputs.end() ? nullptr : &*at;
}

/// The array is taken as the model declares it, or lacks a few columns, which are a finding of their own.
bool hasTrainingsShape(const Context& context, const InputView& input) {
    constexpr std::int64_t fewColumns = 8;
    if (input.isMissing())
        return false;
    const auto& declared = input.declared.shape;
    if (input.accepted)
        return true; // an open axis is proved by the run, or found wanting by it
    if (input.shape().rank() != declared.size())
        return false;
    for (std::size_t axis = 0; axis < declared.size(); ++axis)
        if (!declared[axis].mayEqual(input.shape()[axis]) &&
            (axis != context.featureAxis(input) ||
             std::abs(declared[axis].extent() - input.shape()[axis]) > fewColumns))
            return false;
    return true;
}

/// What is left to mend of the structure has a fix of its own: the order of the axes, a column.
bool goesOn(const InputView& input, const Judged& after) {
    return std::ranges::any_of(after.candidates, [&](const Candidate& c) {
        return c.finding.where.kind == PlaceKind::input && c.finding.where.name == input.name && !c.fixes.empty() &&
               groupOf(c.finding.code) == CauseGroup::structure;
    });
}

/// What stands against the input's values after the fix has a finding, and so is said.
bool isSaid(const InputView& input, const Judged& after) {
    return std::ranges::any_of(after.candidates, [&](const Candidate& c) {
        return c.finding.where.kind == PlaceKind::input && c.finding.where.name == input.name &&
               c.finding.severity != Severity::note;
    });
}

bool isOfBytes(const Judged& judged, const InputView& input) {
    const auto values = toDoubles(input.tensor);
    const bool channelsLast = !input.layer.isValid() || judged.context.graph().layer(input.layer).channelsLast;
    return values && isRawBytes(input, *values, channelsLast);
}

/// Values of a map are held to training's distribution; the negative or the brightness of pictures in bytes is known by
/// their range.
bool hasTrainingsValues(const Finding& finding, const InputView& input, const Judged& after) {
    if (input.standing == Standing::drawn || input.standing == Standing::unknown)
        return true;
    const bool isOfValues = groupOf(finding.code) == CauseGroup::values;
    if (groupOf(finding.code) == CauseGroup::elementType && input.standing == Standing::outside &&
        isOfBytes(after, input))
        return false; // bytes in another type are bytes
    if (!isOfValues)
        return input.standing == Standing::inside || isSaid(input, after);
    if (input.standing == Standing::outside)
        return !finding.where.features.empty() && isSaid(input, after); // another column, with its own finding
    // Inside: bytes are known by their range, single columns by their own law, and a missing value is filled with one
    // that training has most often.
    return finding.evidence.value("raw_images", false) || !finding.where.features.empty() ||
           finding.code == "nan-in-input" || finding.code == "inf-in-input" || finding.code == "index-range" ||
           finding.code == "double-scale" || !finding.evidence.contains("map") ||
           (input.agreement && input.agreement->of(input.tensor).worst() <= 1.5);
}

/// Rows of each input's sample, the same positions in all: an image stays with its label.
std::optional<std::vector<Tensor>> drawnInputs(const Setup& setup, std::int64_t rows, std::size_t batch) {
    std::vector<Tensor> out;
    const auto& graph = setup.model->graph;
    // Training came in whole batches, where the model takes no other.
    const auto unit = setup.executor->rowRule().unit();
    rows = (rows + unit - 1) / unit * unit;
    for (const auto id : graph.inputs()) {
        const auto* training = setup.profile ? setup.profile->find(graph.value(id).name) : nullptr;
        if (!training || training->sample.isNull() || training->sample.rank() == 0)
            return std::nullopt;
        const auto has = training->sample.shape()[0];
        if (has == 0)
            return std::nullopt;
        const auto count = std::min(rows, std::max(unit, has / unit * unit));
        // Evenly spread, each batch beside the other; a table's rows may stand in an order of their own.
        std::vector<std::int64_t> taken;
        for (std::int64_t i = 0; i < count; ++i)
            taken.push_back((i * has / count + static_cast<std::int64_t>(batch) * has / (count * 2 + 1)) % has);
        auto drawn = takeAlong(training->sample, 0, taken);
        if (!drawn)
            return std::nullopt;
        out.push_back(std::move(*drawn));
    }
    return out;
}

} // namespace

Result<void> CleanRows::draw() {
    if (std::exchange(m_drawn, true))
        return {};
    for (std::size_t batch = 0; batch < drawnBatches; ++batch)
        if (auto inputs = drawnInputs(m_setup, m_rows, batch)) {
            PLUMBLINE_TRY(auto judged, judgeArrays(m_setup, std::move(*inputs)));
            m_batches.push_back(std::move(judged));
        }
    return {};
}

Result<bool> CleanRows::wouldBeFixed(const Finding& finding, const Fix& fix) {
    PLUMBLINE_CHECK(draw());
    return std::ranges::any_of(m_batches, [&](const Judged& judged) {
        return std::ranges::any_of(judged.candidates, [&](const Candidate& c) {
            return c.finding.code == finding.code && c.finding.where.name == finding.where.name &&
                   c.finding.where.features == finding.where.features && c.finding.severity != Severity::note &&
                   std::ranges::any_of(c.fixes, [&](const Fix& other) { return other.kind == fix.kind; });
        });
    });
}

bool isSound(const Finding& finding, const Fix& fix, const Judged& before, const Judged& after) {
    const auto name = fix.arguments.value("input", std::string());
    const auto* input = inputOf(after, name);
    const bool mayGoOn = groupOf(finding.code) == CauseGroup::structure;
    if (!input || !(hasTrainingsShape(after.context, *input) || (mayGoOn && goesOn(*input, after))) ||
        !hasTrainingsValues(finding, *input, after))
        return false;
    // A map has to bring the whole nearer, not only this finding out of sight.
    const auto* was = inputOf(before, name);
    if (!was || !was->agreement || !input->agreement || groupOf(finding.code) != CauseGroup::values || !was->accepted ||
        !input->accepted || input->isCodes() || finding.code.ends_with("-in-input"))
        return true;
    const auto there = was->tensor.reshaped(*was->accepted), here = input->tensor.reshaped(*input->accepted);
    return !there || !here || input->agreement->of(*here).worst() < was->agreement->of(*there).worst();
}

} // namespace plumbline

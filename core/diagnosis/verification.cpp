#include "core/diagnosis/verification.h"

#include "core/diagnosis/contract.h"
#include "core/diagnosis/fix.h"
#include "core/diagnosis/ranking.h"
#include "core/diagnosis/repeatedrows.h"
#include "core/diagnosis/soundness.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace plumbline {

namespace {

/// Faults that hide each other are uncovered one after the other; more than these nobody has at once.
constexpr int mostRounds = 5;

/// The same fact in another run: at an input the place counts, at a layer a mended run may show the code further down.
bool isSame(const Finding& a, const Finding& b) {
    if (a.code != b.code || a.where.kind != b.where.kind)
        return false;
    return a.where.kind != PlaceKind::input || (a.where.name == b.where.name && a.where.axis == b.where.axis);
}

/// Said already. Two layers that meet the wrong shapes are two facts: each may have an input of its own to blame.
bool isKnown(const Finding& before, const Finding& now) {
    const bool atLayers =
        now.where.kind == PlaceKind::layer && (now.code == "shape-conflict" || now.code == "zero-size");
    // A note on the reference (its columns are not the model's either) does not say it of the prediction.
    const bool saysLess = before.severity == Severity::note && now.severity != Severity::note;
    return isSame(before, now) && !saysLess && (!atLayers || before.where.index == now.where.index);
}

bool contains(const Candidates& candidates, const Finding& finding) {
    return std::ranges::any_of(candidates, [&](const Candidate& c) { return isSame(c.finding, finding); });
}

std::size_t count(const Candidates& candidates, Severity severity) {
    return static_cast<std::size_t>(
        std::ranges::count_if(candidates, [&](const Candidate& c) { return c.finding.severity == severity; }));
}

/// A complete run may gain nothing worse than a note. A run that could not go on may uncover what it hid.
bool isWorse(const Judged& before, const Judged& after) {
    if (!before.context.attempt.isComplete())
        return false;
    if (!after.context.attempt.isComplete())
        return true;
    // An input that was off is off by less: what is left of it (pictures darker than training's) is nothing new.
    const auto isLeftOver = [&](const Finding& finding) {
        return finding.code == "layer-drift" && finding.where.kind == PlaceKind::input &&
               std::ranges::any_of(before.candidates, [&](const Candidate& c) {
                   return c.finding.where.kind == PlaceKind::input && c.finding.where.name == finding.where.name &&
                          (c.finding.code == "scale" || c.finding.code == "double-scale" ||
                           c.finding.code == "shift") &&
                          c.finding.where.features.empty();
               });
    };
    return std::ranges::any_of(after.candidates, [&](const Candidate& c) {
        return c.finding.severity != Severity::note && !contains(before.candidates, c.finding) &&
               !isLeftOver(c.finding);
    });
}

/// Said of the arrays alone: no run is needed to see that it is gone.
bool isOfArrays(const Finding& finding) {
    return finding.where.kind == PlaceKind::input && finding.code != "spatial-size" &&
           groupOf(finding.code) != CauseGroup::values && groupOf(finding.code) != CauseGroup::activations;
}

/// What is gone in `after`, the run with the cause's fix, may be explained by it: at a layer that the cause's data come
/// to; at another input only where that run could show it.
bool mayExplain(const Finding& cause, const Finding& effect, const Reach& reach, const Judged& after) {
    // A verified map of a whole input explains its element type: bytes that were not divided, or fractions where the
    // model takes bytes.
    if (effect.code == "dtype")
        return (cause.code == "scale" || cause.code == "double-scale") && cause.where.name == effect.where.name &&
               cause.where.features.empty();
    if (!reach.leads(cause.where, effect.where) &&
        (effect.where.kind != PlaceKind::input || !(after.context.attempt.isComplete() || isOfArrays(effect))))
        return false;
    return effect.severity != Severity::note && cause.severity != Severity::note && standsBefore(cause, effect) &&
           groupOf(cause.code) != CauseGroup::elementType;
}

struct Trial {
    Fix fix;
    Judged judged;
    std::size_t at = 0; ///< among those that passed
};

/// Two ways of writing one step are no two fixes.
bool isSameArray(const Tensor& a, const Tensor& b) {
    if (a.isNull() || b.isNull() || a.shape() != b.shape())
        return a.isNull() && b.isNull();
    return rowKeys(a) == rowKeys(b) && a.dtype() == b.dtype();
}

class Verifier {
public:
    Verifier(Setup& setup, std::vector<Tensor> inputs)
        : m_setup(setup), m_reach(setup.model->graph), m_inputs(std::move(inputs)), m_names(setup.inputNames()),
          m_clean(setup, batchOf(m_inputs)) {}

    Result<Verified> run(const Judged& first, const Candidates& extra) {
        for (const auto& candidate : extra)
            m_findings.push_back(candidate.finding);
        const Judged* judged = &first;
        std::optional<Judged> mended;
        for (int round = 0;; ++round) {
            const auto begin = m_findings.size();
            PLUMBLINE_CHECK(addRound(*judged));
            if (judged->context.attempt.isComplete() || round + 1 == mostRounds || m_findings.size() == begin)
                break;
            // All verified fixes together: what still stands in the way shows then.
            bool applied = false;
            for (auto i = begin; i < m_findings.size(); ++i) {
                const auto& fix = m_findings[i].fix;
                if (!fix || m_findings[i].severity != Severity::error || isExplained(i))
                    continue;
                auto next = applyFix(*fix, m_inputs, m_names);
                if (!next)
                    continue;
                m_inputs = std::move(*next);
                applied = true;
            }
            if (!applied)
                break;
            auto next = judge(m_setup, m_inputs);
            if (!next)
                return passOn(next);
            mended = std::move(*next);
            judged = &*mended;
        }
        addByNature();
        const bool runs = judged->context.attempt.isComplete() ||
                          std::ranges::any_of(m_findings, [](const Finding& f) { return f.fix && f.fix->makesItRun; });
        return Verified{std::move(m_findings), runs};
    }

private:
    /// The findings of one run that are new, each with the best of its fixes, the deepest cause first.
    Result<void> addRound(const Judged& judged) {
        std::vector<std::size_t> order(judged.candidates.size());
        std::iota(order.begin(), order.end(), 0);
        std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
            return standsBefore(judged.candidates[a].finding, judged.candidates[b].finding);
        });
        std::vector<std::pair<std::size_t, Judged>> mended; // index among m_findings, what its fix leaves
        const auto begin = m_findings.size();
        for (const auto at : order) {
            const auto& candidate = judged.candidates[at];
            const bool known = std::any_of(m_findings.begin(), m_findings.begin() + static_cast<std::ptrdiff_t>(begin),
                                           [&](const Finding& f) { return isKnown(f, candidate.finding); });
            if (known)
                continue;
            m_findings.push_back(candidate.finding);
            PLUMBLINE_TRY(auto trial, best(judged, candidate));
            if (!trial)
                continue;
            m_findings.back().fix = std::move(trial->fix);
            mended.emplace_back(m_findings.size() - 1, std::move(trial->judged));
        }
        // What an earlier round said of the arrays alone (their type) may have its cause in this one.
        for (const auto& [cause, after] : mended)
            for (std::size_t effect = 0; effect < m_findings.size(); ++effect)
                if (effect != cause && (effect >= begin || contains(judged.candidates, m_findings[effect])) &&
                    !contains(after.candidates, m_findings[effect]) &&
                    mayExplain(m_findings[cause], m_findings[effect], m_reach, after))
                    m_findings[cause].explains.push_back(effect);
        return explainTogether(mended, begin);
    }

    /// What only all fixes together remove is of the first that its data reach: two inputs that are off, or two
    /// columns, move a layer which neither alone brings back.
    Result<void> explainTogether(const std::vector<std::pair<std::size_t, Judged>>& mended, std::size_t begin) {
        const auto stands = [&](std::size_t effect) {
            return m_findings[effect].where.kind == PlaceKind::layer && m_findings[effect].severity != Severity::note &&
                   std::ranges::none_of(m_findings, [&](const Finding& cause) {
                       return std::ranges::find(cause.explains, effect) != cause.explains.end();
                   });
        };
        std::vector<std::size_t> open;
        for (auto effect = begin; effect < m_findings.size(); ++effect)
            if (stands(effect))
                open.push_back(effect);
        if (mended.size() < 2 || open.empty())
            return {};
        auto inputs = m_inputs;
        for (const auto& [cause, after] : mended)
            if (!isExplained(cause))
                if (auto fixed = applyFix(*m_findings[cause].fix, inputs, m_names))
                    inputs = std::move(*fixed);
        auto after = judge(m_setup, std::move(inputs));
        if (!after)
            return passOn(after);
        for (const auto effect : open)
            for (const auto& [cause, alone] : mended)
                if (!contains(after->candidates, m_findings[effect]) &&
                    mayExplain(m_findings[cause], m_findings[effect], m_reach, *after)) {
                    m_findings[cause].explains.push_back(effect);
                    break;
                }
        return {};
    }

    /// The first of the fixes that passes; among them one that leaves less to mend stands before it.
    Result<std::optional<Trial>> best(const Judged& before, const Candidate& candidate) {
        std::optional<Trial> chosen;
        std::vector<Tensor> passed; ///< what each of them leaves of the input
        const auto key = [](const Judged& judged) {
            return std::tuple(!judged.context.attempt.isComplete(), count(judged.candidates, Severity::error),
                              count(judged.candidates, Severity::warning));
        };
        for (auto fix : candidate.fixes) {
            auto fixed = applyFix(fix, m_inputs, m_names);
            if (!fixed)
                continue;
            auto judged = judge(m_setup, *fixed);
            if (!judged)
                return passOn(judged);
            if (contains(judged->candidates, candidate.finding) || isWorse(before, *judged) ||
                !isSound(candidate.finding, fix, before, *judged))
                continue;
            PLUMBLINE_TRY(const bool forClean, m_clean.wouldBeFixed(candidate.finding, fix));
            if (forClean)
                continue;
            const auto position = static_cast<std::size_t>(std::max<std::int64_t>(0, candidate.finding.where.index));
            passed.push_back(position < fixed->size() ? (*fixed)[position] : Tensor());
            fix.verified = true;
            fix.makesItRun = judged->context.attempt.isComplete();
            fix.leavesNothing = fix.makesItRun && std::ranges::all_of(judged->candidates, [](const Candidate& left) {
                                    return left.finding.severity == Severity::note;
                                });
            if (!chosen || key(*judged) < key(chosen->judged))
                chosen = Trial{std::move(fix), std::move(*judged), passed.size() - 1};
        }
        if (chosen)
            for (std::size_t i = 0; i < passed.size(); ++i)
                chosen->fix.alternatives += i != chosen->at && !isSameArray(passed[i], passed[chosen->at]) ? 1 : 0;
        return chosen;
    }

    /// Its cause's fix mends it too; both together would mend it twice.
    bool isExplained(std::size_t effect) const {
        return std::ranges::any_of(m_findings, [&](const Finding& cause) {
            return cause.fix && std::ranges::find(cause.explains, effect) != cause.explains.end();
        });
    }

    /// What a second run has shown stands: only what nothing explains yet is judged by its nature.
    void addByNature() {
        std::vector<bool> shown(m_findings.size(), false);
        for (const auto& cause : m_findings)
            for (const auto effect : cause.explains)
                shown[effect] = true;
        for (std::size_t cause = 0; cause < m_findings.size(); ++cause)
            for (std::size_t effect = 0; effect < m_findings.size(); ++effect)
                if (cause != effect && !shown[effect] &&
                    explainsByNature(m_findings[cause], m_findings[effect], m_reach))
                    m_findings[cause].explains.push_back(effect);
    }

    Setup& m_setup;
    Reach m_reach;
    std::vector<Tensor> m_inputs;
    std::vector<std::string> m_names;
    CleanRows m_clean;
    std::vector<Finding> m_findings;
};

} // namespace

Result<Verified> verify(Setup& setup, const Judged& first, const std::vector<Tensor>& inputs, const Candidates& extra) {
    return Verifier(setup, inputs).run(first, extra);
}

} // namespace plumbline

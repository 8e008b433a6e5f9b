#include "core/diagnosis/verification.h"

#include "core/diagnosis/fix.h"
#include "core/diagnosis/ranking.h"

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
    return std::ranges::any_of(after.candidates, [&](const Candidate& c) {
        return c.finding.severity != Severity::note && !contains(before.candidates, c.finding);
    });
}

/// A verified `scale` of raw pictures explains their integer dtype.
bool mayExplain(const Finding& cause, const Finding& effect) {
    if (effect.code == "dtype")
        return cause.code == "scale" && cause.evidence.value("raw_images", false) &&
               cause.where.name == effect.where.name;
    return effect.severity != Severity::note && cause.severity != Severity::note && standsBefore(cause, effect) &&
           groupOf(cause.code) != CauseGroup::elementType;
}

struct Trial {
    Fix fix;
    Judged judged;
};

class Verifier {
public:
    Verifier(Setup& setup, std::vector<Tensor> inputs)
        : m_setup(setup), m_inputs(std::move(inputs)), m_names(setup.inputNames()) {}

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
        std::vector<std::pair<std::size_t, Candidates>> mended; // index among m_findings, what its fix leaves
        const auto begin = m_findings.size();
        for (const auto at : order) {
            const auto& candidate = judged.candidates[at];
            const bool known = std::any_of(m_findings.begin(), m_findings.begin() + static_cast<std::ptrdiff_t>(begin),
                                           [&](const Finding& f) { return isSame(f, candidate.finding); });
            if (known)
                continue;
            m_findings.push_back(candidate.finding);
            PLUMBLINE_TRY(auto trial, best(judged, candidate));
            if (!trial)
                continue;
            m_findings.back().fix = std::move(trial->fix);
            mended.emplace_back(m_findings.size() - 1, std::move(trial->judged.candidates));
        }
        for (const auto& [cause, left] : mended)
            for (auto effect = begin; effect < m_findings.size(); ++effect)
                if (effect != cause && !contains(left, m_findings[effect]) &&
                    mayExplain(m_findings[cause], m_findings[effect]))
                    m_findings[cause].explains.push_back(effect);
        return {};
    }

    Result<std::optional<Trial>> best(const Judged& before, const Candidate& candidate) {
        std::optional<Trial> chosen;
        const auto key = [](const Judged& judged) {
            return std::tuple(!judged.context.attempt.isComplete(), count(judged.candidates, Severity::error),
                              count(judged.candidates, Severity::warning));
        };
        for (auto fix : candidate.fixes) {
            auto fixed = applyFix(fix, m_inputs, m_names);
            if (!fixed)
                continue;
            auto judged = judge(m_setup, std::move(*fixed));
            if (!judged)
                return passOn(judged);
            if (contains(judged->candidates, candidate.finding) || isWorse(before, *judged))
                continue;
            fix.verified = true;
            fix.makesItRun = judged->context.attempt.isComplete();
            if (!chosen || key(*judged) < key(chosen->judged))
                chosen = Trial{std::move(fix), std::move(*judged)};
        }
        return chosen;
    }

    /// Its cause's fix mends it too; both together would mend it twice.
    bool isExplained(std::size_t effect) const {
        return std::ranges::any_of(m_findings, [&](const Finding& cause) {
            return cause.fix && std::ranges::find(cause.explains, effect) != cause.explains.end();
        });
    }

    void addByNature() {
        for (std::size_t cause = 0; cause < m_findings.size(); ++cause)
            for (std::size_t effect = 0; effect < m_findings.size(); ++effect) {
                auto& explains = m_findings[cause].explains;
                if (cause != effect && explainsByNature(m_findings[cause], m_findings[effect]) &&
                    std::ranges::find(explains, effect) == explains.end())
                    explains.push_back(effect);
            }
    }

    Setup& m_setup;
    std::vector<Tensor> m_inputs;
    std::vector<std::string> m_names;
    std::vector<Finding> m_findings;
};

} // namespace

Result<Verified> verify(Setup& setup, const Judged& first, const std::vector<Tensor>& inputs, const Candidates& extra) {
    return Verifier(setup, inputs).run(first, extra);
}

} // namespace plumbline

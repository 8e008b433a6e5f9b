#include "core/diagnosis/modelcheck.h"

#include "core/diagnosis/contract.h"
#include "core/diagnosis/inputs.h"
#include "core/diagnosis/judge.h"
#include "core/diagnosis/layers.h"
#include "core/diagnosis/layertimes.h"
#include "core/diagnosis/modelalone.h"
#include "core/diagnosis/ranking.h"
#include "core/diagnosis/stamp.h"
#include "core/diagnosis/tabletext.h"
#include "core/diagnosis/training.h"
#include "core/diagnosis/verification.h"

#include <algorithm>

namespace plumbline {

namespace {

SourceSummary summaryOf(const InputView& input, const GivenInput& given, bool channelsLast) {
    SourceSummary out;
    out.input = input.name;
    out.source = given.source;
    out.kind = given.kind;
    out.shape = input.shape();
    out.rows = input.shape().rank() ? input.shape()[0] : 1;
    out.dtype = input.tensor.dtype();
    out.columns = given.columns;
    out.statistics = input.statistics;
    for (const auto& column : input.text) { // text is no number, and none that is missing
        out.statistics.count -= column.count;
        out.statistics.nan -= column.count;
    }
    if (out.statistics.nan == 0)
        out.statistics.firstNan.reset();
    out.isImage = looksLikeImages(input.shape(), channelsLast);
    return out;
}

class Check {
public:
    Check(CheckSession session, const CheckRequest& request, const CheckEvents& events, const Progress& progress,
          const CheckSession* previous)
        : m_request(request), m_events(events), m_progress(progress), m_previous(previous),
          m_session(std::move(session)) {}

    Result<CheckSession> run() {
        m_session.diagnosis.engine = engineDescription(m_request.run.threads);
        auto done = judgeInputs();
        if (!done) {
            auto& error = done.error();
            if (error.code == ErrorCode::wrongCall || error.code == ErrorCode::cancelled)
                return std::unexpected(std::move(error));
            m_session.diagnosis.error = std::move(error);
            m_session.diagnosis.furtherErrors = std::move(m_furtherErrors);
            m_session.diagnosis.findings = findingsOfModel(m_session.model); // these need no file but the model's
            m_session.diagnosis.verdict = Verdict::cannotRun;
        }
        return std::move(m_session);
    }

private:
    void phase(std::string_view name) const {
        m_progress.report(std::string(name));
        if (m_events.onPhase)
            m_events.onPhase(name);
    }

    Result<void> judgeInputs() {
        const auto& model = *m_session.model;
        PLUMBLINE_TRY(auto training, assignSources(model, m_request.training, true));
        PLUMBLINE_TRY(auto prediction, assignSources(model, m_request.prediction, false));
        auto extra = std::move(training.findings);
        std::ranges::move(prediction.findings, std::back_inserter(extra));

        phase("reading input");
        for (const auto& spec : m_request.prediction)
            if (!spec.law)
                m_session.files.emplace_back(spec.path, stampOf(spec.path));
        PLUMBLINE_TRY(m_given, readPrediction(model, prediction, m_request.seed, extra, m_unreadable, m_progress));
        for (const auto& given : m_given)
            m_session.inputs.push_back(given.tensor);
        // A fix counts the columns of a table that is settled, and text is settled by training's names.
        const bool hasText = std::ranges::any_of(m_given, [](const GivenInput& given) { return !given.text.empty(); });
        if (m_unreadable.empty() && !hasText)
            PLUMBLINE_CHECK(applyFixes());
        PLUMBLINE_CHECK(readTraining(training, extra)); // a law is drawn in the shapes that will run
        PLUMBLINE_CHECK(allRead());
        if (hasText) {
            PLUMBLINE_CHECK(settleText(model, m_session.profile, m_given, extra));
            for (std::size_t i = 0; i < m_given.size(); ++i)
                m_session.inputs[i] = m_given[i].tensor;
            PLUMBLINE_CHECK(applyFixes());
        }

        Setup setup;
        setup.model = m_session.model;
        setup.executor = m_session.executor.get();
        setup.profile = m_session.profile.inputs.empty() ? nullptr : &m_session.profile;
        setup.given = &m_given;
        setup.seed = m_request.seed;
        setup.progress = m_progress;
        Envelopes envelopes(*m_session.model, *m_session.executor, setup.profile, m_request.seed, m_progress);
        setup.envelopes = &envelopes;

        phase("running");
        CheckEvents shown = m_events;
        PLUMBLINE_TRY(auto judged,
                      judge(setup, m_session.inputs, &shown, [&](const Context& context) { announceInputs(context); }));
        PLUMBLINE_TRY(const bool mapped, mapReference(judged, training, extra));
        if (mapped) { // layers are held against the reference as the prediction has it
            envelopes.clear();
            phase("running");
            PLUMBLINE_TRY(judged, judge(setup, m_session.inputs, &shown));
        }
        report(judged);
        phase("verifying");
        PLUMBLINE_TRY(auto verified, verify(setup, judged, m_session.inputs, extra));
        conclude(std::move(verified));
        PLUMBLINE_CHECK(runTraining());
        return {};
    }

    /// The first file that cannot be read; the others stand beside it.
    Result<void> allRead() {
        if (m_unreadable.empty())
            return {};
        m_session.profileKey.clear(); // what was profiled beside an unreadable file is not whole
        m_furtherErrors.assign(std::next(m_unreadable.begin()), m_unreadable.end());
        return std::unexpected(std::move(m_unreadable.front()));
    }

    Result<void> readTraining(const Assignment& assignment, Candidates& extra) {
        auto key = profileKey(m_request, m_session.modelKey, m_session.inputs);
        const bool sameStates =
            m_previous && m_previous->profile.batchesInARow == batchesInARow(*m_session.executor, m_session.inputs);
        if (sameStates && m_previous->profileKey == key && !m_request.training.empty()) {
            m_session.profile = m_previous->profile;
            m_session.diagnosis.training = m_previous->diagnosis.training;
        } else if (!m_request.training.empty()) {
            phase("profiling");
            PLUMBLINE_TRY(m_session.profile,
                          profileTraining(*m_session.model, *m_session.executor, assignment, m_session.inputs,
                                          m_request.seed, m_unreadable, m_progress));
            for (const auto& input : m_session.profile.inputs)
                m_session.diagnosis.training.push_back(summaryOf(input, *m_session.model));
        }
        m_session.profileKey = std::move(key); // a reference that could not be read is nothing to borrow
        std::ranges::move(misfits(*m_session.model, m_session.profile), std::back_inserter(extra));
        std::ranges::move(textLeftOut(*m_session.model, m_session.profile), std::back_inserter(extra));
        if (m_events.onSource)
            for (const auto& source : m_session.diagnosis.training)
                m_events.onSource(source, true);
        return {};
    }

    /// A reference of raw pictures for a prediction that is scaled: profiled again under the map that the note names.
    Result<bool> mapReference(const Judged& judged, Assignment& assignment, Candidates& extra) {
        bool mapped = false;
        for (const auto& candidate : judged.candidates) {
            const auto& evidence = candidate.finding.evidence;
            const auto position = static_cast<std::size_t>(candidate.finding.where.index);
            if (!evidence.contains("reference_map") || position >= assignment.byInput.size())
                continue;
            const auto& map = evidence.at("reference_map");
            for (auto& spec : assignment.byInput[position])
                if (!spec.map)
                    spec.map = AffineMap{map.at("scale"), map.at("offset"), map.at("name")};
            extra.push_back(candidate);
            mapped = true;
        }
        if (!mapped)
            return false;
        phase("profiling");
        PLUMBLINE_TRY(m_session.profile, profileTraining(*m_session.model, *m_session.executor, assignment,
                                                         m_session.inputs, m_request.seed, m_unreadable, m_progress));
        PLUMBLINE_CHECK(allRead());
        m_session.profileKey += "|mapped"; // a later check begins with the reference as it was given
        m_session.diagnosis.training.clear();
        for (const auto& input : m_session.profile.inputs)
            m_session.diagnosis.training.push_back(summaryOf(input, *m_session.model));
        return true;
    }

    Result<void> applyFixes() {
        std::vector<std::string> names;
        for (const auto id : m_session.model->graph.inputs())
            names.push_back(m_session.model->graph.value(id).name);
        for (const auto& fix : m_request.fixes) {
            PLUMBLINE_TRY(m_session.inputs, applyFix(fix, std::move(m_session.inputs), names));
        }
        // A fixed array has an element type that was chosen, even where its file has none.
        for (std::size_t i = 0; i < m_given.size(); ++i) {
            const auto& fixed = m_session.inputs[i];
            const auto width = [](const Tensor& t) { return t.isNull() || t.rank() == 0 ? 0 : t.shape().back(); };
            if (width(fixed) != width(m_given[i].tensor))
                m_given[i].text.clear(); // its columns are gone, or stand elsewhere
            m_given[i].tensor = fixed;
        }
        return {};
    }

    /// Before anything runs: a death in mid-run loses nothing of them.
    void announceInputs(const Context& context) {
        for (const auto& input : context.inputs) {
            if (input.isMissing())
                continue;
            const bool channelsLast = !input.layer.isValid() || context.graph().layer(input.layer).channelsLast;
            m_session.diagnosis.prediction.push_back(summaryOf(input, m_given[input.position], channelsLast));
            if (input.accepted)
                m_session.diagnosis.prediction.back().batches = context.rowRule.batches(std::span(&*input.accepted, 1));
            if (m_events.onSource)
                m_events.onSource(m_session.diagnosis.prediction.back(), false);
        }
    }

    void report(const Judged& judged) {
        auto& diagnosis = m_session.diagnosis;
        const auto& context = judged.context;
        m_session.trace = context.attempt.trace;
        diagnosis.layers = layerResults(context);
        if (m_session.trace)
            bookTimes(diagnosis, m_session.model->graph, m_session.trace->times);
        if (!m_events.onLayer)
            return;
        // The rows that only the whole run can tell: the one that failed, and inputs that were refused.
        for (std::size_t i = 0; i < diagnosis.layers.size(); ++i)
            if (diagnosis.layers[i].status == LayerStatus::failed || !context.attempt.trace)
                m_events.onLayer(LayerId(i), diagnosis.layers[i]);
    }

    void conclude(Verified verified) {
        auto& diagnosis = m_session.diagnosis;
        const bool harmless = std::ranges::all_of(
            verified.findings, [](const Finding& finding) { return finding.severity == Severity::note; });
        diagnosis.verdict = !verified.runs ? Verdict::cannotRun : harmless ? Verdict::matches : Verdict::diverges;
        diagnosis.findings = ranked(std::move(verified.findings));
        markNonFinite(diagnosis.layers, m_session.model->graph, diagnosis.findings);
    }

    /// One training batch of the prediction's size, for the views that compare.
    Result<void> runTraining() {
        if (m_session.profile.layers.empty())
            return {};
        const auto batch = sampledBatch(m_session.profile, *m_session.model, batchOf(m_session.inputs));
        if (!batch || batch->empty()) // without memory for it the views do without
            return {};
        TraceOptions options;
        options.histograms = true;
        options.elementBudget = std::min<std::size_t>(
            options.elementBudget, memoryAllowed(m_request.run, m_session.model->graph.nodes().size()) / 4);
        TraceRecorder recorder(*m_session.model, options);
        auto trace = traceRun(*m_session.executor, *batch, recorder, nullptr, m_progress);
        if (!trace && trace.error().code == ErrorCode::cancelled)
            return passOn(trace);
        if (trace)
            m_session.trainingTrace = std::move(*trace);
        return {};
    }

    const CheckRequest& m_request;
    const CheckEvents& m_events;
    const Progress& m_progress;
    const CheckSession* m_previous;
    CheckSession m_session;
    std::vector<GivenInput> m_given;
    std::vector<Error> m_unreadable, m_furtherErrors;
};

} // namespace

Result<CheckSession> checkModel(CheckSession session, const CheckRequest& request, const CheckEvents& events,
                                const Progress& progress, const CheckSession* previous) {
    if (!session.executor)
        session.executor = std::make_shared<Executor>(session.model, request.run);
    if (!session.diagnosis.model)
        session.diagnosis.model = summarize(*session.model);
    return Check(std::move(session), request, events, progress, previous).run();
}

} // namespace plumbline

#include "core/diagnosis/check.h"

#include "core/diagnosis/modelcheck.h"
#include "core/diagnosis/opening.h"
#include "core/diagnosis/stamp.h"

namespace plumbline {

Diagnosis diagnosisOfUnreadable(Error error) {
    Diagnosis out;
    out.verdict = Verdict::cannotRun;
    if (error.message.id().starts_with("weights-missing")) {
        Finding finding;
        finding.code = "weights-missing";
        finding.where.kind = PlaceKind::weight;
        finding.message = error.message;
        out.findings.push_back(std::move(finding));
    }
    out.error = std::move(error);
    return out;
}

Result<CheckSession> check(const CheckRequest& request, const CheckEvents& events, const Progress& progress,
                           const CheckSession* previous) {
    constexpr auto phase = "reading model";
    progress.report(phase);
    if (events.onPhase)
        events.onPhase(phase);
    CheckSession session;
    session.modelKey = modelKey(request.model, request.run);
    if (previous && previous->model && previous->modelKey == session.modelKey &&
        isOpenedFor(*previous->model, request, progress)) {
        session.model = previous->model;
        session.executor = previous->executor;
        session.diagnosis.model = previous->diagnosis.model;
    } else {
        auto model = openFor(request, progress);
        if (!model && (model.error().code == ErrorCode::wrongCall || model.error().code == ErrorCode::cancelled))
            return passOn(model);
        if (!model) {
            session.diagnosis = diagnosisOfUnreadable(std::move(model.error()));
            return session;
        }
        session.model = std::move(*model);
        session.diagnosis.model = summarize(*session.model);
    }
    if (events.onModel)
        events.onModel(*session.diagnosis.model);
    return checkModel(std::move(session), request, events, progress, previous);
}

} // namespace plumbline

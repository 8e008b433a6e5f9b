#pragma once
// The main job from files to a diagnosis, in this process. isolation/ runs it in a worker; tests may call it directly.

#include "core/diagnosis/diagnosis.h"
#include "core/diagnosis/fix.h"
#include "core/engine/trace.h"
#include "core/formats/data/source.h"
#include "core/formats/model/model.h"
#include "core/profile/profile.h"

namespace plumbline {

struct CheckRequest {
    ModelRequest model;
    std::vector<SourceSpec> training;
    std::vector<SourceSpec> prediction;
    std::vector<Fix> fixes; ///< applied to the prediction's inputs in this order before anything is judged
    RunConfiguration run;
    std::uint64_t seed = 0; ///< of laws and of envelopes
};

/// Told as soon as each thing is known, so that a death later loses nothing of it. Called on the working thread.
struct CheckEvents {
    std::function<void(const ModelSummary&)> onModel;
    std::function<void(const SourceSummary&, bool isTraining)> onSource;
    std::function<void(std::string_view phase)> onPhase; ///< "reading model", "profiling", "running", "verifying"
    std::function<void(LayerId)> onLayerStarted;         ///< of the prediction's own run only
    std::function<void(LayerId, const LayerResult&)> onLayer;
};

/// What stays in memory for the questions that follow: elements on demand, another fix, the outputs.
struct CheckSession {
    std::shared_ptr<const Model> model;
    std::vector<Tensor> inputs; ///< the prediction's, fixes applied, in the model's order; null: missing
    Profile profile;
    std::shared_ptr<const Trace> trace;         ///< of the prediction; null where it could not start
    std::shared_ptr<const Trace> trainingTrace; ///< of one training batch of the same size; null without a reference
    Diagnosis diagnosis;

    /// The prediction's files and what was known of each when it was read: arrays may be mapped, not copied.
    std::vector<std::pair<std::string, std::string>> files;

    // What a later check may borrow, and what it was made from: paths, parts, maps and what is known of the files.
    std::shared_ptr<Executor> executor;
    std::string modelKey, profileKey;
};

/// Of a model file that gives no graph. A file of weights alone has a finding that says so; else the error stands
/// alone.
Diagnosis diagnosisOfUnreadable(Error error);

/// Errors only for a wrong call (ErrorCode::wrongCall) and for cancellation; a file that cannot be read is
/// Diagnosis::error. `previous` lends what did not change since (the model, the profile), so that a fix costs one run.
Result<CheckSession> check(const CheckRequest& request, const CheckEvents& events = {}, const Progress& progress = {},
                           const CheckSession* previous = nullptr);

} // namespace plumbline

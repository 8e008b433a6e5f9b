#pragma once
// A rule looks at one run of one prediction and says what it finds. One rule a file in rules/, one row in rules.cpp.
//
//   Context: the model, the inputs beside their training profiles, the run's trace and failure, the envelope
//     -> rule -> Candidates: a finding, and the fixes that might remove it, the likeliest first
//     -> verification.h tries the fixes by running again, ranking.h orders the findings by cause
//
// A rule names only what it can show. What may be or may not be is left out, and the sentence says so.

#include "core/diagnosis/diagnosis.h"
#include "core/diagnosis/fixes.h"
#include "core/diagnosis/standing.h"
#include "core/engine/trace.h"
#include "core/profile/envelope.h"

#include <map>
#include <memory>

namespace plumbline {

/// One input of the model, as the prediction gives it.
struct InputView {
    std::size_t position = 0;
    std::string name;
    std::string source; ///< as typed
    ValueType declared;
    Tensor tensor;                 ///< null: missing
    std::optional<Shape> accepted; ///< the shape in which the framework takes it; nothing where it raises
    Statistics statistics;         ///< of `tensor`
    std::vector<std::string> columns;
    std::vector<TextColumn> text; ///< columns of `tensor` that are text in the file, and NaN here
    bool hasOwnDtype = true;
    bool isUnreadable = false; ///< a finding about its file says so already
    const InputProfile* training = nullptr;
    std::int64_t independentRows = 1; ///< of `tensor`, copies of a row counted once (repeatedrows.h)
    std::optional<CodeForm> form;     ///< training's rows are codes, no quantities
    Standing standing = Standing::unknown;
    std::shared_ptr<const TrainingAgreement> agreement; ///< null where the standing is unknown
    LayerId layer;                                      ///< its row, where it has one
    fixes::Target target;

    bool isMissing() const { return tensor.isNull(); }
    bool isCodes() const { return form.has_value(); }
    const Shape& shape() const { return tensor.shape(); }
    Place place() const; ///< the input as a whole
};

/// One run, or what inference foresaw of it.
struct Attempt {
    std::shared_ptr<const Trace> trace;      ///< null where nothing ran
    std::vector<Tensor> outputs;             ///< null where not reached
    std::optional<RunFailure> failure;       ///< of the run, or foreseen
    std::optional<RunFailure> behind;        ///< foreseen of the inputs that fit alone, where others do not: they are
                                             ///< taken as the model declares them, and no longer stand in the way
    std::map<std::size_t, RunFailure> alone; ///< by position: foreseen of an input that does not fit, the others as
                                             ///< declared; each of two wrong inputs has a layer that cannot take it
    std::optional<std::uint64_t> memory;     ///< bytes it needs, where that is more than there are: then it was not run
    std::uint64_t memoryAllowed = 0;
    bool isComplete() const { return trace && !failure && !memory; }
};

struct Context {
    std::shared_ptr<const Model> model;
    const Profile* profile = nullptr;         ///< null without a training reference
    std::shared_ptr<const Envelope> envelope; ///< of drawn batches; null where layers were not profiled
    std::shared_ptr<const Envelope> judged;   ///< what holds for these inputs: below one that is `inside`, the range
    std::vector<InputView> inputs;
    std::vector<Tensor> tensors; ///< the inputs' arrays as they run
    Attempt attempt;
    RunConfiguration configuration;
    RowRule rowRule; ///< what the model asks of the number of rows
    /// Runs again past another observer: for elements that the trace does not keep.
    std::function<Result<RunResult>(Observer&)> runAgain;
    /// Bytes that a run of so many rows needs, where the shapes allow a run at all.
    std::function<std::optional<std::uint64_t>(std::int64_t rows)> memoryNeeded;
    /// How far layer `id` is from training, where that is known.
    std::optional<Divergence> divergence(LayerId id) const;

    const Graph& graph() const { return model->graph; }
    Place layerPlace(LayerId id) const;
    /// The axis whose size is a number of features: the last, or, of series, pictures and volumes with the channels
    /// first, axis 1.
    std::size_t featureAxis(const InputView& input) const;
};

struct Candidate {
    Finding finding;
    std::vector<Fix> fixes; ///< the likeliest first; only one that is verified is shown
};
using Candidates = std::vector<Candidate>;
using Rule = void (*)(const Context&, Candidates&);

/// The rules of a run, in the order of the groups of causes.
std::span<const Rule> runRules();
/// Those that look at the model alone: once a check.
std::span<const Rule> modelRules();

/// Shapes for JSON: null for an open extent.
nlohmann::json toJson(const Dims& dims);
nlohmann::json toJson(const Shape& shape);
/// A number for JSON: what is not finite is the string "nan", "inf" or "-inf".
nlohmann::json toJson(double value);

} // namespace plumbline

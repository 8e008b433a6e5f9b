#pragma once
// The worker process as its owner sees it. A Worker is one process, started on demand and started again after a death.
// Everything a file says is decoded over there; tensors come back as sealed shared memory.
//
// All functions block and may be called from any thread, also at the same time: a request for elements is answered
// while a check runs. A newer request supersedes an older one of its tag: the older returns ErrorCode::cancelled.
// Events come on the calling thread.

#include "core/diagnosis/check.h"
#include "core/diagnosis/death.h"
#include "core/report/json.h"

#include <chrono>

namespace plumbline {

struct WorkerLimits {
    std::uint64_t memoryBytes = 0;        ///< private memory (RLIMIT_DATA); 0: no limit
    std::chrono::milliseconds timeout{0}; ///< for one request; 0: no limit
};

enum class RequestTag { check, tensor, thumbnails, list, bench, summary, exportArrays };

/// What one request may deliver while it runs. The members mirror CheckEvents, over the wire.
struct WorkerEvents {
    std::function<void(const ProgressReport&)> onProgress;
    std::function<void(const ModelSummary&)> onModel;
    std::function<void(const SourceSummary&, bool isTraining)> onSource;
    std::function<void(const std::string& phase)> onPhase;
    std::function<void(int layer)> onLayerStarted;
    std::function<void(int layer, const LayerResult&)> onLayer;
};

/// Which elements a view asks for.
struct TensorRequest {
    enum class Origin { prediction, training, weight, source } origin = Origin::prediction;
    int layer = -1;              ///< row of the layers; for `source` the input's position
    int index = 0;               ///< which output; which weight
    bool trainingSource = false; ///< `source`: the training reference's sample instead of the prediction's input
    std::vector<std::pair<std::int64_t, std::int64_t>> ranges; ///< [begin, end) an axis; empty: all
};

class Worker {
public:
    explicit Worker(WorkerLimits limits = {});
    ~Worker(); ///< ends the process
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// Starts the process now, so that it loads its libraries while the caller does something else. Optional.
    void start();

    /// The whole check. Returns a Diagnosis in every case but a wrong call or a cancellation: where the worker dies,
    /// one with what was known by then and the finding `crash`, `timeout` or `out-of-memory`.
    Result<Diagnosis> check(const CheckRequest& request, const WorkerEvents& events = {}, std::stop_token stop = {});
    /// The model alone: nothing is run.
    Result<Diagnosis> summary(const ModelRequest& request, std::stop_token stop = {});
    /// Elements of the last check. An error where the worker has died since or holds no such tensor. `tag` keeps
    /// thumbnails and views from superseding each other.
    Result<Tensor> tensor(const TensorRequest& request, std::stop_token stop = {}, RequestTag tag = RequestTag::tensor);
    Result<std::vector<SourceEntry>> list(const std::string& path, std::stop_token stop = {});
    /// Errors: a wrong call, a cancellation. What does not run, or ends the worker, is BenchResult::untimed.
    Result<BenchResult> bench(const CheckRequest& request, int repeat, std::stop_token stop = {});
    /// Files written by the worker's side from the last check: --outputs, --activations, --fix-out.
    enum class Export { outputs, activations, fixedInputs };
    Result<void> exportArrays(Export what, const std::string& path);

    bool isAlive() const;
    int processId() const; ///< -1 where none runs
    std::optional<Death> lastDeath() const;

private:
    struct Implementation;
    std::unique_ptr<Implementation> m_implementation;
};

/// Where the worker program stands: beside the running one, unless PLUMBLINE_WORKER says otherwise.
std::string workerProgram();

/// The worker's main function.
int runWorker(int argc, char** argv);

} // namespace plumbline

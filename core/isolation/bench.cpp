#include "core/isolation/bench.h"

#include "core/diagnosis/contract.h"

#include <omp.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>

namespace plumbline {

namespace {

using Clock = std::chrono::steady_clock;

double microsecondsSince(Clock::time_point begin) {
    return std::chrono::duration<double, std::micro>(Clock::now() - begin).count();
}

/// Nearest rank, as NumPy's "higher": a value that was measured.
double quantile(const std::vector<double>& sorted, double fraction) {
    const auto rank = static_cast<std::size_t>(fraction * static_cast<double>(sorted.size() - 1) + 0.999999);
    return sorted[std::min(rank, sorted.size() - 1)];
}

/// Warm-up: three calls, the first of which prepares kernels.
template<class F> Result<BenchResult::Times> timed(int repeat, const Progress& progress, F&& call) {
    constexpr int warmUp = 3;
    std::vector<double> times;
    for (int i = 0; i < warmUp + repeat; ++i) {
        if (progress.isCancelled())
            return Progress::cancelled();
        const auto begin = Clock::now();
        PLUMBLINE_CHECK(call());
        if (i >= warmUp)
            times.push_back(microsecondsSince(begin));
    }
    std::sort(times.begin(), times.end());
    return BenchResult::Times{times.front(), quantile(times, 0.5), quantile(times, 0.9)};
}

/// The arrays in the shapes in which the framework takes them: Keras drops a last axis of 1, or appends it.
Result<std::vector<Tensor>> asTaken(const CheckSession& session, const RowRule& rule) {
    const auto& graph = session.model->graph;
    std::vector<Tensor> out;
    for (std::size_t i = 0; i < session.inputs.size(); ++i) {
        const auto& type = graph.value(graph.inputs()[i]).type;
        const auto& given = session.inputs[i];
        const auto shape = type ? acceptedShape(*session.model, rule, type->shape, given.shape()) : given.shape();
        PLUMBLINE_TRY(auto taken, given.reshaped(shape.value_or(given.shape())));
        out.push_back(std::move(taken));
    }
    return out;
}

} // namespace

Result<BenchResult> runBench(const CheckRequest& request, int repeat, const CheckEvents& events,
                             const Progress& progress) {
    BenchResult result;
    result.repeat = repeat;
    if (events.onPhase)
        events.onPhase("reading model");
    const auto begin = Clock::now();
    auto opened = openModel(request.model, progress);
    result.loadMilliseconds = microsecondsSince(begin) / 1000;
    if (!opened && opened.error().code == ErrorCode::cancelled)
        return passOn(opened);

    // The inputs come by the same road as a check's: named, mapped, counted. It also says why a run is not to be had.
    PLUMBLINE_TRY(auto session, check(request, events, progress));
    if (session.diagnosis.error || !session.trace || session.trace->failure) {
        auto& error = session.diagnosis.error;
        if (!error && session.diagnosis.findings.empty()) {
            error = session.trace ? session.trace->failure->error
                                  : failure(ErrorCode::value, "bench.cannot-run",
                                            "This prediction could not start, so it has no time.")
                                        .error();
        }
        result.untimed = std::move(session.diagnosis);
        return result;
    }
    result.model = *session.diagnosis.model;

    if (events.onPhase)
        events.onPhase("timing");
    Executor executor(session.model, request.run);
    result.threads = request.run.threads > 0 ? request.run.threads : omp_get_num_procs(); // as the executor has it
    PLUMBLINE_TRY(const auto inputs, asTaken(session, executor.rowRule()));
    const auto runOnce = [&](Observer* observer) -> Result<void> {
        PLUMBLINE_TRY(const auto run, executor.run(inputs, observer, progress));
        return run.failure ? Result<void>(std::unexpected(run.failure->error)) : Result<void>();
    };
    PLUMBLINE_TRY(result.predict, timed(repeat, progress, [&] { return runOnce(nullptr); }));
    PLUMBLINE_TRY(result.traced, timed(repeat, progress, [&]() -> Result<void> {
                      TraceRecorder recorder(*session.model, {.elementBudget = 0});
                      PLUMBLINE_CHECK(runOnce(&recorder));
                      (void)recorder.take();
                      return {};
                  }));
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    result.peakBytes = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
    return result;
}

} // namespace plumbline

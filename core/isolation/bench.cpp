#include "core/isolation/bench.h"

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

} // namespace

Result<BenchResult> runBench(const CheckRequest& request, int repeat, const Progress& progress,
                             const std::function<void(const char*)>& onPhase) {
    BenchResult result;
    result.repeat = repeat;
    onPhase("reading the model");
    const auto begin = Clock::now();
    PLUMBLINE_TRY(const auto opened, openModel(request.model, progress));
    result.loadMilliseconds = microsecondsSince(begin) / 1000;

    // The inputs come by the same road as a check's: named, mapped, counted.
    onPhase("reading the input");
    PLUMBLINE_TRY(const auto session, check(request, {}, progress));
    if (session.diagnosis.error)
        return std::unexpected(*session.diagnosis.error);
    result.model = *session.diagnosis.model;
    if (!session.trace || session.trace->failure) {
        const auto reason = session.trace                        ? session.trace->failure->error.text()
                            : session.diagnosis.findings.empty() ? std::string("the run could not start")
                                                                 : session.diagnosis.findings[0].message.text();
        return failure(ErrorCode::value, "bench.cannot-run",
                       "This prediction does not run, so it has no time: {reason}", {{"reason", reason}});
    }

    onPhase("timing");
    Executor executor(session.model, request.run);
    result.threads = request.run.threads > 0 ? request.run.threads : omp_get_num_procs(); // as the executor has it
    const auto runOnce = [&](Observer* observer) -> Result<void> {
        PLUMBLINE_TRY(const auto run, executor.run(session.inputs, observer, progress));
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

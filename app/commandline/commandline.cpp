#include "app/commandline/commandline.h"

#include "app/commandline/delivery.h"
#include "app/commandline/output.h"
#include "core/report/json.h"
#include "core/report/text.h"

#include <algorithm>
#include <cstdio>

namespace plumbline {

namespace {

int runCheck(const Options& options) {
    Worker worker(options.limits);
    ProgressBar bar;
    WorkerEvents events;
    events.onProgress = [&](const ProgressReport& report) { bar.show(report); };
    auto result = worker.check(options.request, events);
    bar.clear();
    return deliver(worker, options, std::move(result));
}

int runSummary(const Options& options) {
    Worker worker(options.limits);
    const auto result = asDiagnosis(worker.summary(options.request.model));
    if (!result)
        return wrongCall(result.error());
    printDiagnosisError(*result);
    if (const auto written = writeDocument(options, summaryDocument(*result)); !written)
        return wrongCall(written.error());
    if (options.json != "-" && result->model)
        if (const auto written = writeText("-", summaryText(*result->model) + weightFindingsText(*result)); !written)
            return wrongCall(written.error());
    if (!result->error && !result->model) // it died: there is no table to show it beside
        for (const auto& finding : result->findings)
            printError(finding.message.text());
    const int status = result->exitStatus();
    return status >= cannotReadStatus ? status : 0;
}

/// What stops the worker before it has an answer is a diagnosis too, so that it has a document.
Result<BenchResult> asBenchResult(Result<BenchResult> result) {
    if (result)
        return result;
    PLUMBLINE_TRY(auto untimed, asDiagnosis(std::unexpected(std::move(result.error()))));
    BenchResult out;
    out.untimed = std::move(untimed);
    return out;
}

int runBench(const Options& options) {
    Worker worker(options.limits);
    const auto result = asBenchResult(worker.bench(options.request, options.repeat));
    if (!result)
        return wrongCall(result.error());
    if (const auto written = writeDocument(options, benchDocument(*result)); !written)
        return wrongCall(written.error());
    if (const auto& untimed = result->untimed) {
        printDiagnosisError(*untimed);
        if (!untimed->findings.empty())
            printError("This prediction does not run, so it has no time: " + untimed->findings[0].message.text());
        return std::max(1, untimed->exitStatus());
    }
    if (options.json != "-")
        if (const auto written = writeText("-", benchText(*result)); !written)
            return wrongCall(written.error());
    return 0;
}

} // namespace

int runCommandLine(const std::vector<std::string>& arguments, const ShowWindow& showWindow) {
    const auto options = parseOptions(arguments);
    if (!options)
        return wrongCall(options.error());
    if (!showWindow && (options->command == Command::open || !options->screenshot.empty())) {
        printError(
            options->command == Command::open
                ? "This build has no window (it was made without Qt Widgets). Use plumbline check, trace, summary or "
                  "bench; "
                  "plumbline --help lists them."
                : "--screenshot needs the window, and this build has none (it was made without Qt Widgets). --report "
                  "FILE.html works here.");
        return wrongCallStatus;
    }
    switch (options->command) {
    case Command::help: std::fputs(helpText(options->helpOn).c_str(), stdout); return 0;
    case Command::version: std::fputs("plumbline " PLUMBLINE_VERSION "\n", stdout); return 0;
    case Command::open: return showWindow(*options);
    case Command::summary: return runSummary(*options);
    case Command::bench: return runBench(*options);
    case Command::check:
    case Command::trace: break;
    }
    return options->screenshot.empty() ? runCheck(*options) : showWindow(*options);
}

} // namespace plumbline

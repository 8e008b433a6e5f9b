#include "app/commandline/commandline.h"

#include "app/commandline/output.h"
#include "core/diagnosis/fix.h"
#include "core/report/html.h"
#include "core/report/json.h"
#include "core/report/text.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace plumbline {

namespace {

constexpr int wrongCallStatus = 2;
constexpr int cannotReadStatus = 3;

int wrongCall(const Error& error) {
    printError(error.text());
    return wrongCallStatus;
}

Colour colourOfOutput() {
    const char* never = std::getenv("NO_COLOR");
    return isTerminal(STDOUT_FILENO) && !(never && *never) ? Colour::yes : Colour::no;
}

/// A file that cannot be read is a diagnosis, so that it has a document; what else stopped the worker too.
Result<Diagnosis> asDiagnosis(Result<Diagnosis> result) {
    if (result || result.error().code == ErrorCode::wrongCall || result.error().code == ErrorCode::cancelled)
        return result;
    Diagnosis diagnosis;
    diagnosis.verdict = Verdict::cannotRun;
    diagnosis.error = std::move(result.error());
    return diagnosis;
}

void printDiagnosisError(const Diagnosis& diagnosis) {
    if (!diagnosis.error)
        return;
    auto text = diagnosis.error->text();
    if (diagnosis.error->offset && text.find("byte ") == std::string::npos) // many say it themselves
        text += " (byte " + std::to_string(*diagnosis.error->offset) + ")";
    printError(text);
}

/// Did the run itself come to its end? What `trace` reports by its exit status.
bool ranThrough(const Diagnosis& diagnosis) {
    return diagnosis.verdict != Verdict::cannotRun && !diagnosis.layers.empty() &&
           std::ranges::none_of(diagnosis.layers,
                                [](const LayerResult& layer) { return layer.status == LayerStatus::failed; });
}

int traceStatus(const Diagnosis& diagnosis) {
    const int status = diagnosis.exitStatus();
    return status >= cannotReadStatus ? status : ranThrough(diagnosis) ? 0 : 1;
}

/// Arrays are written by the worker, which has them. What cannot be written is said; the diagnosis stands all the same.
void exportArrays(Worker& worker, const Options& options) {
    const std::pair<Worker::Export, const std::string*> wanted[] = {{Worker::Export::outputs, &options.outputs},
                                                                    {Worker::Export::activations, &options.activations},
                                                                    {Worker::Export::fixedInputs, &options.fixOut}};
    for (const auto& [what, path] : wanted)
        if (!path->empty())
            if (const auto done = worker.exportArrays(what, *path); !done)
                printError(*path + " was not written: " + done.error().text());
}

/// The JSON and the page; a wrong call where they cannot be written.
Result<void> writeDocuments(const Options& options, const nlohmann::ordered_json& document,
                            const Diagnosis* diagnosis) {
    if (!options.json.empty())
        PLUMBLINE_CHECK(writeText(options.json, documentText(document)));
    if (!options.report.empty() && diagnosis)
        PLUMBLINE_CHECK(writeText(options.report, htmlReport(*diagnosis)));
    return {};
}

int runCheck(const Options& options, const ShowWindow& showWindow) {
    const bool isTrace = options.command == Command::trace;
    Worker worker(options.limits);
    ProgressBar bar;
    WorkerEvents events;
    events.onProgress = [&](const ProgressReport& report) { bar.show(report); };
    const auto result = asDiagnosis(worker.check(options.request, events));
    bar.clear();
    if (!result)
        return wrongCall(result.error());
    const Diagnosis& diagnosis = *result;
    printDiagnosisError(diagnosis);
    if (const auto written =
            writeDocuments(options, isTrace ? traceDocument(diagnosis) : checkDocument(diagnosis), &diagnosis);
        !written)
        return wrongCall(written.error());
    exportArrays(worker, options);
    if (options.json != "-") {
        const auto text = options.emitCode ? numpyCode(diagnosis.findings)
                          : isTrace        ? traceText(diagnosis, colourOfOutput())
                                           : diagnosisText(diagnosis, colourOfOutput());
        if (const auto written = writeText("-", text); !written)
            return wrongCall(written.error());
    }
    if (!options.screenshot.empty())
        if (const int status = showWindow(options); status != 0)
            return status;
    return isTrace ? traceStatus(diagnosis) : diagnosis.exitStatus();
}

int runSummary(const Options& options) {
    Worker worker(options.limits);
    const auto result = asDiagnosis(worker.summary(options.request.model));
    if (!result)
        return wrongCall(result.error());
    printDiagnosisError(*result);
    if (const auto written = writeDocuments(options, summaryDocument(*result), nullptr); !written)
        return wrongCall(written.error());
    if (options.json != "-" && result->model)
        if (const auto written = writeText("-", summaryText(*result->model)); !written)
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
    if (const auto written = writeDocuments(options, benchDocument(*result), nullptr); !written)
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
    return runCheck(*options, showWindow);
}

} // namespace plumbline

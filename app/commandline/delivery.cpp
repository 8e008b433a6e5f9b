#include "app/commandline/delivery.h"

#include "app/commandline/output.h"
#include "core/diagnosis/fix.h"
#include "core/report/html.h"
#include "core/report/json.h"
#include "core/report/text.h"

#include <unistd.h>

#include <algorithm>

namespace plumbline {

namespace {

Colour colourOfOutput() {
    const char* never = std::getenv("NO_COLOR");
    return isTerminal(STDOUT_FILENO) && !(never && *never) ? Colour::yes : Colour::no;
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

/// Arrays are written by the worker, which has them. The diagnosis stands where there are none to write; a file that
/// cannot be written is a wrong call, as it is for the documents. False in that case.
bool exportArrays(Worker& worker, const Options& options) {
    bool written = true;
    const std::pair<Worker::Export, const std::string*> wanted[] = {{Worker::Export::outputs, &options.outputs},
                                                                    {Worker::Export::activations, &options.activations},
                                                                    {Worker::Export::fixedInputs, &options.fixOut}};
    for (const auto& [what, path] : wanted)
        if (!path->empty())
            if (const auto done = worker.exportArrays(what, *path); !done) {
                const bool wrong = done.error().code == ErrorCode::wrongCall;
                printError(wrong ? done.error().text() : *path + " was not written: " + done.error().text());
                written = written && !wrong;
            }
    return written;
}

Result<void> writePages(const Options& options, const Diagnosis& diagnosis) {
    const bool isTrace = options.command == Command::trace;
    PLUMBLINE_CHECK(writeDocument(options, isTrace ? traceDocument(diagnosis) : checkDocument(diagnosis)));
    if (!options.report.empty())
        PLUMBLINE_CHECK(writeText(options.report, htmlReport(diagnosis)));
    return {};
}

std::string textOf(const Options& options, const Diagnosis& diagnosis) {
    if (options.emitCode)
        return numpyCode(diagnosis.findings);
    return options.command == Command::trace ? traceText(diagnosis, colourOfOutput())
                                             : diagnosisText(diagnosis, colourOfOutput());
}

} // namespace

int wrongCall(const Error& error) {
    printError(error.text());
    return wrongCallStatus;
}

Result<Diagnosis> asDiagnosis(Result<Diagnosis> result) {
    if (result || result.error().code == ErrorCode::wrongCall || result.error().code == ErrorCode::cancelled)
        return result;
    Diagnosis diagnosis;
    diagnosis.verdict = Verdict::cannotRun;
    diagnosis.error = std::move(result.error());
    return diagnosis;
}

static void printWithOffset(const Error& error) {
    auto text = error.text();
    if (error.offset && text.find("byte ") == std::string::npos) // many say it themselves
        text += " (byte " + std::to_string(*error.offset) + ")";
    printError(text);
}

void printDiagnosisError(const Diagnosis& diagnosis) {
    if (diagnosis.error)
        printWithOffset(*diagnosis.error);
    for (const auto& error : diagnosis.furtherErrors)
        printWithOffset(error);
}

Result<void> writeDocument(const Options& options, const nlohmann::ordered_json& document) {
    return options.json.empty() ? Result<void>() : writeText(options.json, documentText(document));
}

int deliver(Worker& worker, const Options& options, Result<Diagnosis> result) {
    const auto diagnosis = asDiagnosis(std::move(result));
    if (!diagnosis)
        return wrongCall(diagnosis.error());
    printDiagnosisError(*diagnosis);
    if (const auto written = writePages(options, *diagnosis); !written)
        return wrongCall(written.error());
    const bool exported = exportArrays(worker, options);
    if (options.json != "-")
        if (const auto written = writeText("-", textOf(options, *diagnosis)); !written)
            return wrongCall(written.error());
    if (!exported)
        return wrongCallStatus;
    return options.command == Command::trace ? traceStatus(*diagnosis) : diagnosis->exitStatus();
}

} // namespace plumbline

#pragma once
// What a call leaves behind: messages, documents, arrays, text, and the exit status that sums them up. The command line
// delivers what its own worker found; the window's program does the same for a call that asks for a picture.

#include "app/commandline/options.h"

#include <nlohmann/json_fwd.hpp>

namespace plumbline {

inline constexpr int wrongCallStatus = 2;
inline constexpr int cannotReadStatus = 3;

/// Says it on standard error; the status of a wrong call.
int wrongCall(const Error& error);

/// A file that cannot be read is a diagnosis, so that it has a document; what else stopped the worker too.
Result<Diagnosis> asDiagnosis(Result<Diagnosis> result);
void printDiagnosisError(const Diagnosis& diagnosis);
/// To where --json says, if anywhere; a wrong call where that cannot be written.
Result<void> writeDocument(const Options& options, const nlohmann::ordered_json& document);

/// Everything that a `check` or `trace` was asked for, arrays by the `worker` that ran it; an exit status.
int deliver(Worker& worker, const Options& options, Result<Diagnosis> result);

} // namespace plumbline

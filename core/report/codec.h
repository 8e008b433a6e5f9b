#pragma once
// Diagnosis and its parts as JSON and back, complete: histograms, message patterns with their arguments, everything a
// window shows. This is what passes between the processes (as CBOR) and what a saved session and test fixtures hold (as
// text). It is not the document for scripts: that is json.h, which says less and never changes.
//
// Decoding trusts nothing: sizes, indices and names are checked, and the error says what was wrong.

#include "core/diagnosis/check.h"
#include "core/diagnosis/death.h"
#include "core/report/json.h"

#include <nlohmann/json.hpp>

namespace plumbline {

nlohmann::json encode(const Diagnosis& diagnosis);
nlohmann::json encode(const ModelSummary& model);
nlohmann::json encode(const SourceSummary& source);
nlohmann::json encode(const LayerResult& layer);
nlohmann::json encode(const Finding& finding);
nlohmann::json encode(const Fix& fix);
nlohmann::json encode(const Error& error);
nlohmann::json encode(const Death& death);
nlohmann::json encode(const CheckRequest& request);
nlohmann::json encode(const ModelRequest& request);
nlohmann::json encode(const SourceEntry& entry);
nlohmann::json encode(const BenchResult& result);

/// Rows and indices hold together: every LayerResult has its row, every index its target.
Result<Diagnosis> decodeDiagnosis(const nlohmann::json& json);
Result<ModelSummary> decodeModelSummary(const nlohmann::json& json);
Result<SourceSummary> decodeSourceSummary(const nlohmann::json& json);
Result<LayerResult> decodeLayerResult(const nlohmann::json& json);
Result<Finding> decodeFinding(const nlohmann::json& json);
Result<Fix> decodeFix(const nlohmann::json& json);
Result<Error> decodeError(const nlohmann::json& json);
Result<Death> decodeDeath(const nlohmann::json& json);
Result<CheckRequest> decodeCheckRequest(const nlohmann::json& json);
Result<ModelRequest> decodeModelRequest(const nlohmann::json& json);
Result<SourceEntry> decodeSourceEntry(const nlohmann::json& json);
Result<BenchResult> decodeBenchResult(const nlohmann::json& json);

} // namespace plumbline

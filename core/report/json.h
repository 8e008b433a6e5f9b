#pragma once
// A diagnosis as the documents that scripts read: plumbline.check/1, plumbline.trace/1, plumbline.summary/1,
// plumbline.bench/1. A number that is not finite is the string "nan", "inf" or "-inf".

#include "core/diagnosis/diagnosis.h"

namespace plumbline {

nlohmann::ordered_json checkDocument(const Diagnosis& diagnosis);
nlohmann::ordered_json traceDocument(const Diagnosis& diagnosis);
nlohmann::ordered_json summaryDocument(const Diagnosis& diagnosis);

struct BenchResult {
    ModelSummary model;
    int threads = 0, repeat = 0;
    double loadMilliseconds = 0;
    struct Times {
        double min = 0, median = 0, p90 = 0; ///< microseconds
    } predict, traced;
    std::uint64_t peakBytes = 0;
    std::optional<Diagnosis> untimed; ///< why there are no times: it cannot run, cannot be read, or the worker died
};
nlohmann::ordered_json benchDocument(const BenchResult& result);

/// As it is written to a file or to standard output: indented, ended by a line end. Every name reads as it stands in
/// its file. JSON has no other text than Unicode's: a byte of a path that is no UTF-8 is U+FFFD (names within files are
/// UTF-8 or read as Latin-1).
std::string documentText(const nlohmann::ordered_json& document);

} // namespace plumbline

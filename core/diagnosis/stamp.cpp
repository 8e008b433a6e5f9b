#include "core/diagnosis/stamp.h"

#include <fmt/format.h>

#include <filesystem>

namespace plumbline {

namespace {

/// A file by its path, time and size; a folder by its own time.
std::string stampOf(const std::string& path) {
    std::error_code problem;
    const auto time = std::filesystem::last_write_time(path, problem).time_since_epoch().count();
    const auto size = std::filesystem::is_regular_file(path, problem) ? std::filesystem::file_size(path, problem) : 0;
    return fmt::format("{}|{}|{};", path, time, size);
}

} // namespace

std::string modelKey(const ModelRequest& model, const RunConfiguration& run) {
    return stampOf(model.path) + (model.weights.empty() ? "" : stampOf(model.weights)) +
           fmt::format("{}|{}|{}|{}|{}", static_cast<int>(run.backend), run.threads, static_cast<int>(run.precision),
                       run.batchStatistics, run.memoryLimit);
}

std::string profileKey(const CheckRequest& request, const std::string& modelKey) {
    auto key = modelKey + fmt::format("|{}", request.seed);
    for (const auto& spec : request.training)
        key += "|" + spec.text + (spec.law ? "" : stampOf(spec.path));
    return key;
}

} // namespace plumbline

#include "core/diagnosis/stamp.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>

namespace plumbline {

namespace {

using Nanoseconds = std::chrono::nanoseconds;

/// The coarsest clock of a file system (FAT's).
constexpr std::chrono::seconds coarsestTick{2};
/// A folder of more is not looked through at each check.
constexpr std::size_t mostFiles = 1'000'000;

struct Stamp {
    std::string text;
    Nanoseconds newest{};   ///< of the changes
    bool isComplete = true; ///< false where something could not be looked at
};

Nanoseconds timeOf(const timespec& time) { return std::chrono::seconds(time.tv_sec) + Nanoseconds(time.tv_nsec); }

Stamp fileStamp(const std::string& path) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0)
        return {path + "|missing;", {}, false};
    const auto written = timeOf(info.st_mtim), changed = timeOf(info.st_ctim);
    return {fmt::format("{}|{}|{}|{}|{}|{};", path, info.st_dev, info.st_ino, info.st_size, written.count(),
                        changed.count()),
            std::max(written, changed), true};
}

Stamp folderStamp(const std::string& path) {
    namespace fs = std::filesystem;
    auto out = fileStamp(path);
    std::uint64_t all = 0; // a sum: the order of a folder's entries is nobody's promise
    std::size_t files = 0;
    std::error_code problem;
    for (fs::recursive_directory_iterator it(path, problem), end; !problem && it != end; it.increment(problem)) {
        if (++files > mostFiles)
            break;
        const auto one = fileStamp(it->path().string());
        all += std::hash<std::string>()(one.text);
        out.newest = std::max(out.newest, one.newest);
    }
    out.isComplete = out.isComplete && !problem && files <= mostFiles;
    out.text += fmt::format("{}|{};", files, all);
    return out;
}

Stamp stampedPath(const std::string& path) {
    std::error_code problem;
    return std::filesystem::is_directory(path, problem) ? folderStamp(path) : fileStamp(path);
}

/// For a key: with a mark that never comes again where the stamp does not say enough.
std::string keyOf(const std::string& path) {
    static std::atomic<std::uint64_t> marks = 0;
    auto stamp = stampedPath(path);
    const Nanoseconds now = std::chrono::system_clock::now().time_since_epoch();
    if (!stamp.isComplete || stamp.newest > now - coarsestTick)
        stamp.text += fmt::format("#{};", ++marks);
    return std::move(stamp.text);
}

} // namespace

std::string stampOf(const std::string& path) { return stampedPath(path).text; }

std::string modelKey(const ModelRequest& model, const RunConfiguration& run) {
    return keyOf(model.path) + (model.weights.empty() ? "" : keyOf(model.weights)) +
           fmt::format("{}|{}|{}|{}|{}", static_cast<int>(run.backend), run.threads, static_cast<int>(run.precision),
                       run.batchStatistics, run.memoryLimit);
}

std::string profileKey(const CheckRequest& request, const std::string& modelKey, const std::vector<Tensor>& inputs) {
    auto key = modelKey + fmt::format("|{}", request.seed);
    bool hasLaw = false;
    for (const auto& spec : request.training) {
        key += fmt::format("|{}|{}|{}|{}|", spec.text, spec.input, spec.part, spec.map ? spec.map->text : "");
        if (!spec.law)
            key += keyOf(spec.path);
        hasLaw = hasLaw || spec.law;
    }
    for (std::size_t i = 0; hasLaw && i < inputs.size(); ++i) {
        auto shape = inputs[i].isNull() ? Shape() : inputs[i].shape();
        if (shape.rank() > 0)
            shape[0] = 0; // how many rows there are is no matter of the law's
        key += "|" + shape.text();
    }
    return key;
}

} // namespace plumbline

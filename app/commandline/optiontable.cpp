#include "app/commandline/optiontable.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <filesystem>

namespace plumbline {

namespace {

std::unexpected<Error> wrongValue(std::string_view option, const std::string& value, std::string accepted) {
    return failure(ErrorCode::wrongCall, "commandline.value", "{option} takes {accepted}; \"{value}\" was given.",
                   {{"option", std::string(option)}, {"accepted", std::move(accepted)}, {"value", value}});
}

template<class T> std::optional<T> parsed(std::string_view text) {
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

/// "gauss(0,1)", which is no file either.
bool looksLikeLaw(const SourceSpec& spec) {
    std::error_code problem;
    const auto open = spec.path.find('(');
    return !spec.law && spec.path.ends_with(')') && open != 0 && open != std::string::npos &&
           std::all_of(spec.path.begin(), spec.path.begin() + static_cast<std::ptrdiff_t>(open),
                       [](unsigned char c) { return std::isalpha(c) || c == '_'; }) &&
           !std::filesystem::exists(spec.path, problem);
}

Result<void> addSource(std::vector<SourceSpec>& sources, const std::string& value) {
    auto spec = parseSourceSpec(value);
    if (!spec) {
        spec.error().code = ErrorCode::wrongCall;
        return passOn(spec);
    }
    if (looksLikeLaw(*spec))
        return failure(ErrorCode::wrongCall, "commandline.law",
                       "{value} is neither a file nor a law. Laws are normal(mean,deviation), uniform(low,high) and "
                       "integers(low,high).",
                       {{"value", spec->path}});
    sources.push_back(std::move(*spec));
    return {};
}

template<std::string Options::*member> Result<void> setPath(Options& options, const std::string& value) {
    if (value.empty())
        return failure(ErrorCode::wrongCall, "commandline.empty-path", "An option for a file was given an empty name.");
    options.*member = value;
    return {};
}

Result<void> setMemory(Options& options, const std::string& value) {
    const auto bytes = parseBytes(value);
    if (!bytes || *bytes == 0)
        return wrongValue("--memory", value, "a size in bytes such as 1500000000, 512M, 2G or 1Gi");
    options.limits.memoryBytes = *bytes;
    options.request.run.memoryLimit = *bytes;
    return {};
}

Result<void> setTimeout(Options& options, const std::string& value) {
    const auto seconds = parsed<double>(value);
    if (!seconds || !std::isfinite(*seconds) || *seconds < 0.001 || *seconds > 1e9)
        return wrongValue("--timeout", value, "seconds, 0.001 or more");
    options.limits.timeout = std::chrono::milliseconds(std::llround(*seconds * 1000));
    return {};
}

Result<void> setThreads(Options& options, const std::string& value) {
    const auto threads = parsed<int>(value);
    if (!threads || *threads < 1 || *threads > 1024)
        return wrongValue("--threads", value, "a number from 1 to 1024");
    options.request.run.threads = *threads;
    return {};
}

Result<void> setRepeat(Options& options, const std::string& value) {
    const auto repeat = parsed<int>(value);
    if (!repeat || *repeat < 1 || *repeat > 1'000'000)
        return wrongValue("--repeat", value, "a number from 1 to 1,000,000");
    options.repeat = *repeat;
    return {};
}

Result<void> setSeed(Options& options, const std::string& value) {
    const auto seed = parsed<std::uint64_t>(value);
    if (!seed)
        return wrongValue("--seed", value, "a whole number, 0 or more");
    options.request.seed = *seed;
    return {};
}

Result<void> setBackend(Options& options, const std::string& value) {
    if (value != "onednn" && value != "reference")
        return wrongValue("--backend", value, "onednn or reference");
    options.request.run.backend = value == "onednn" ? Backend::onednn : Backend::reference;
    return {};
}

constexpr OptionRow rows[] = {
    {"--train", "REF", "oc",
     "[NAME=]SOURCE the model was trained on, or a law such as \"normal(0,1)\"; repeat it per input",
     [](Options& o, const std::string& value) { return addSource(o.request.training, value); }},
    {"--input", "X", "octb",
     "[NAME=]SOURCE of the prediction: file[:part][@map], such as x.npz:z@x/255; repeat it per input",
     [](Options& o, const std::string& value) { return addSource(o.request.prediction, value); }},
    {"--weights", "FILE", "octsb", "weights of a MODEL that is an architecture alone (Keras to_json)",
     [](Options& o, const std::string& value) -> Result<void> {
         o.request.model.weights = value;
         return {};
     }},
    {"--json", "FILE|-", "ctsb", "write the result as JSON; - is standard output", setPath<&Options::json>},
    {"--report", "FILE.html", "ct", "write the result as a self-contained page", setPath<&Options::report>},
    {"--screenshot", "FILE.png", "oct", "write a picture of the finished window; needs no display",
     setPath<&Options::screenshot>},
    {"--fix-out", "FILE.npz", "ct", "write the input with the proposed fixes applied", setPath<&Options::fixOut>},
    {"--emit-code", "", "ct", "print the fixes as NumPy instead of the findings",
     [](Options& o, const std::string&) -> Result<void> {
         o.emitCode = true;
         return {};
     }},
    {"--outputs", "FILE.npz", "ct", "write the model's outputs", setPath<&Options::outputs>},
    {"--activations", "FILE.npz", "ct", "write the output of every layer", setPath<&Options::activations>},
    {"--repeat", "N", "b", "timed calls (50)", setRepeat},
    {"--backend", "NAME", "octb", "onednn, or reference: plain loops", setBackend},
    {"--threads", "N", "octb", "threads of the run (all processors)", setThreads},
    {"--memory", "BYTES", "octsb", "private memory the run may use: 512M, 2G", setMemory},
    {"--timeout", "SECONDS", "octsb", "time the run may take", setTimeout},
    {"--seed", "N", "octb", "of laws and of drawn batches (0)", setSeed},
};

} // namespace

std::span<const OptionRow> optionTable() { return rows; }

bool belongsTo(const OptionRow& row, Command command) {
    switch (command) {
    case Command::open: return row.commands.find('o') != std::string_view::npos;
    case Command::check: return row.commands.find('c') != std::string_view::npos;
    case Command::trace: return row.commands.find('t') != std::string_view::npos;
    case Command::summary: return row.commands.find('s') != std::string_view::npos;
    case Command::bench: return row.commands.find('b') != std::string_view::npos;
    case Command::help:
    case Command::version: break;
    }
    return false;
}

std::optional<std::uint64_t> parseBytes(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end == text.data())
        return {};
    std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    if (unit.ends_with('B') && unit != "iB") // 512MB, 1GiB, 1000B
        unit.remove_suffix(1);
    const bool binary = unit.ends_with('i');
    if (binary)
        unit.remove_suffix(1);
    if (unit.empty())
        return binary ? std::nullopt : std::optional(number);
    constexpr std::string_view prefixes = "kmgt";
    const auto power = prefixes.find(static_cast<char>(unit[0] | 0x20));
    if (unit.size() != 1 || power == std::string_view::npos)
        return {};
    for (std::size_t i = 0; i <= power; ++i)
        if (__builtin_mul_overflow(number, binary ? 1024u : 1000u, &number))
            return {};
    return number;
}

} // namespace plumbline

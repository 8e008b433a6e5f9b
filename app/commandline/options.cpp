#include "app/commandline/options.h"

#include "app/commandline/optiontable.h"

#include <fmt/format.h>

#include <filesystem>

namespace plumbline {

namespace {

constexpr std::pair<std::string_view, Command> commands[] = {
    {"open", Command::open},       {"check", Command::check}, {"trace", Command::trace},
    {"summary", Command::summary}, {"bench", Command::bench},
};
constexpr std::string_view commandList = "open, check, trace, summary, bench";

std::unexpected<Error> wrongCall(std::string id, std::string pattern, Message::Arguments arguments = {}) {
    return failure(ErrorCode::wrongCall, "commandline." + std::move(id), std::move(pattern), std::move(arguments));
}

std::optional<Command> commandOf(std::string_view text) {
    for (const auto& [name, command] : commands)
        if (name == text)
            return command;
    return {};
}

bool exists(const std::string& path) {
    std::error_code error;
    return std::filesystem::exists(path, error);
}

bool isFolder(const std::string& path) {
    std::error_code error;
    return std::filesystem::is_directory(path, error);
}

const OptionRow* findOption(std::string_view option, Command command) {
    for (const auto& row : optionTable())
        if (row.name == option && belongsTo(row, command))
            return &row;
    return nullptr;
}

/// The files that a call writes, by option.
std::vector<std::pair<std::string_view, std::string>> outputsOf(const Options& options) {
    std::vector<std::pair<std::string_view, std::string>> out;
    for (const auto& [option, path] : std::initializer_list<std::pair<std::string_view, const std::string*>>{
             {"--json", &options.json},
             {"--report", &options.report},
             {"--screenshot", &options.screenshot},
             {"--fix-out", &options.fixOut},
             {"--outputs", &options.outputs},
             {"--activations", &options.activations}})
        if (!path->empty() && !(option == "--json" && *path == "-"))
            out.emplace_back(option, *path);
    return out;
}

std::vector<std::string> filesRead(const Options& options) {
    std::vector<std::string> out{options.request.model.path, options.request.model.weights};
    for (const auto* sources : {&options.request.training, &options.request.prediction})
        for (const auto& spec : *sources)
            out.push_back(spec.path);
    return out;
}

bool isSameFile(const std::string& a, const std::string& b) {
    std::error_code error;
    if (std::filesystem::equivalent(a, b, error))
        return true;
    return std::filesystem::absolute(a, error).lexically_normal() ==
           std::filesystem::absolute(b, error).lexically_normal();
}

bool isDevice(const std::string& path) { // a result nobody wants goes to /dev/null, as many as there are
    std::error_code error;
    return std::filesystem::is_character_file(path, error);
}

/// A result never takes the place of what it was made from, or of another result.
Result<void> checkOutputs(const Options& options) {
    const auto outputs = outputsOf(options);
    const auto read = filesRead(options);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        const auto& [option, path] = outputs[i];
        if (isDevice(path))
            continue;
        for (const auto& file : read)
            if (!file.empty() && isSameFile(path, file))
                return wrongCall("output-read",
                                 "{option} would overwrite {path}, which this call reads: name another file.",
                                 {{"option", std::string(option)}, {"path", path}});
        for (std::size_t j = 0; j < i; ++j)
            if (isSameFile(path, outputs[j].second))
                return wrongCall(
                    "output-twice", "{first} and {second} both name {path}: name two files.",
                    {{"first", std::string(outputs[j].first)}, {"second", std::string(option)}, {"path", path}});
    }
    return {};
}

/// What the parts say together.
Result<void> checkTogether(const Options& options) {
    const auto needsModel = options.command != Command::open || !options.screenshot.empty();
    if (!options.hasModel() && options.command == Command::open &&
        (!options.request.training.empty() || !options.request.prediction.empty()))
        return wrongCall("no-model", "--train and --input need a MODEL before them.");
    if (!options.hasModel() && needsModel)
        return wrongCall("no-model", "{command} needs a MODEL: a .keras or .h5 file, or a .json with --weights.",
                         {{"command", std::string(name(options.command))}});
    if (options.command == Command::check && options.request.prediction.empty() && isFolder(options.request.model.path))
        return wrongCall("capture",
                         "{path} is a folder. Captures cannot be checked yet: give a model file and --input.",
                         {{"path", options.request.model.path}});
    if (options.emitCode && options.json == "-")
        return wrongCall("two-results", "--emit-code and --json - both write to standard output: give --json a file.");
    for (const auto* path :
         {&options.report, &options.screenshot, &options.fixOut, &options.outputs, &options.activations})
        if (*path == "-")
            return wrongCall("dash",
                             "Only --json takes - for standard output; the other options need the name of a file.");
    for (const auto& [option, path] : outputsOf(options)) {
        const auto parent = std::filesystem::path(path).parent_path().string();
        if (isFolder(path))
            return wrongCall("output-folder", "{path} is a folder; name a file to be written.", {{"path", path}});
        if (!parent.empty() && !isFolder(parent))
            return wrongCall("output-parent", "{path} cannot be written: there is no folder {parent}. Make it first.",
                             {{"path", path}, {"parent", parent}});
    }
    return checkOutputs(options);
}

} // namespace

std::string_view name(Command command) {
    for (const auto& [text, value] : commands)
        if (value == command)
            return text;
    return command == Command::help ? "--help" : "--version";
}

std::vector<std::string> optionNames(Command command) {
    std::vector<std::string> names;
    for (const auto& row : optionTable())
        if (belongsTo(row, command))
            names.emplace_back(row.name);
    return names;
}

Result<Options> parseOptions(const std::vector<std::string>& arguments) {
    Options options;
    std::size_t next = 0;
    bool named = false;
    if (!arguments.empty())
        if (const auto command = commandOf(arguments[0])) {
            options.command = *command;
            named = true;
            next = 1;
        }
    bool onlyOperands = false;
    for (; next < arguments.size(); ++next) {
        const std::string& argument = arguments[next];
        if (!onlyOperands && argument == "--") {
            onlyOperands = true;
            continue;
        }
        if (onlyOperands || argument.size() < 2 || argument[0] != '-') {
            if (options.hasModel())
                return wrongCall(
                    "surplus",
                    "\"{argument}\" is one argument too many after MODEL {model}. Arrays are given by --input{train}.",
                    {{"argument", argument},
                     {"model", options.request.model.path},
                     {"train", findOption("--train", options.command) ? " and --train" : ""}});
            if (argument.empty())
                return wrongCall("empty-model", "MODEL is empty: give the name of a file.");
            if (!named && !exists(argument))
                return wrongCall("no-command", "\"{argument}\" is neither a command nor a file. Commands: {commands}.",
                                 {{"argument", argument}, {"commands", std::string(commandList)}});
            options.request.model.path = argument;
            continue;
        }
        if (argument == "--help" || argument == "-h") {
            options.helpOn = named ? std::optional(options.command) : std::nullopt;
            options.command = Command::help;
            return options;
        }
        if (!named && argument == "--version") {
            options.command = Command::version;
            return options;
        }
        const auto equals = argument.find('=');
        const auto option = argument.substr(0, equals);
        const auto* row = findOption(option, options.command);
        if (!row)
            return wrongCall("unknown-option", "{command} has no option {option}. It takes: {options}.",
                             {{"command", std::string(name(options.command))},
                              {"option", option},
                              {"options", fmt::format("{}", fmt::join(optionNames(options.command), " "))}});
        std::string value;
        if (row->placeholder.empty()) {
            if (equals != std::string::npos)
                return wrongCall("no-value", "{option} takes no value.", {{"option", option}});
        } else if (equals != std::string::npos)
            value = argument.substr(equals + 1);
        else if (next + 1 < arguments.size())
            value = arguments[++next];
        else
            return wrongCall("missing-value", "{option} needs a value: {option} {placeholder}.",
                             {{"option", option}, {"placeholder", std::string(row->placeholder)}});
        PLUMBLINE_CHECK(row->set(options, value));
    }
    PLUMBLINE_CHECK(checkTogether(options));
    return options;
}

} // namespace plumbline

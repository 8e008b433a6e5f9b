#include "app/commandline/optiontable.h"
#include "core/report/texttable.h"

namespace plumbline {

namespace {

struct CommandHelp {
    Command command;
    std::string_view usage;
    std::string_view what;
};

constexpr CommandHelp commandHelps[] = {
    {Command::open, "[open] [MODEL] [--train REF]… [--input X]…", "the window"},
    {Command::check, "check MODEL [--train REF]… --input X…", "diagnose one prediction"},
    {Command::trace, "trace MODEL --input X…", "run and print every layer; no reference needed"},
    {Command::summary, "summary MODEL", "layers, shapes, dtypes, parameters; nothing is run"},
    {Command::bench, "bench MODEL --input X… [--repeat N]", "time it here"},
};

constexpr std::string_view exitStatus = R"(
Exit status: 0 the prediction matches training; 1 it diverges or cannot run, and a finding says why;
2 the call is wrong; 3 a file cannot be read; 4 the run died or hit a limit.
)";

constexpr std::string_view sourceHelp = R"(
A SOURCE is a .npy, .npz, .csv, .h5, picture or folder of pictures, with an optional part and map:
  data.npz:z   data.h5:/train/x   table.csv:f1,f2   pictures/@x/127.5-1
)";

std::string optionsText(Command command) {
    TextTable table({{}, {}});
    for (const auto& row : optionTable())
        if (belongsTo(row, command))
            table.addRow({std::string(row.name) + (row.placeholder.empty() ? "" : " ") + std::string(row.placeholder),
                          std::string(row.help)});
    return table.text("  ");
}

} // namespace

std::string helpText(std::optional<Command> command) {
    if (command)
        for (const auto& help : commandHelps)
            if (help.command == *command) {
                auto out = "plumbline " + std::string(help.usage) + "\n  " + std::string(help.what) + "\n\nOptions:\n" +
                           optionsText(*command);
                if (*command != Command::summary)
                    out += sourceHelp;
                return *command == Command::open ? out : out + std::string(exitStatus);
            }
    std::string out = "Plumbline finds why a trained network goes wrong at prediction, and where.\n\n";
    TextTable table({{}, {}});
    for (const auto& help : commandHelps)
        table.addRow({"plumbline " + std::string(help.usage), std::string(help.what)});
    table.addRow({"plumbline COMMAND --help", "the options of a command"});
    table.addRow({"plumbline --version", "the version"});
    return out + table.text("  ") + std::string(sourceHelp) + std::string(exitStatus);
}

} // namespace plumbline

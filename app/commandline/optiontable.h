#pragma once
// All options of all commands: one row each, for parsing, for help and for the list in an error.

#include "app/commandline/options.h"

#include <span>

namespace plumbline {

struct OptionRow {
    std::string_view name;        ///< "--train"
    std::string_view placeholder; ///< "REF"; empty: takes no value
    std::string_view commands;    ///< letters: o(pen) c(heck) t(race) s(ummary) b(ench)
    std::string_view help;
    /// Puts the value in its place; an error's text says what is accepted.
    Result<void> (*set)(Options& options, const std::string& value);
};

std::span<const OptionRow> optionTable();
bool belongsTo(const OptionRow& row, Command command);

} // namespace plumbline

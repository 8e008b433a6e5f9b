#include "core/report/texttable.h"

#include <algorithm>

namespace plumbline {

static std::size_t width(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string TextTable::text(std::string_view indent) const {
    std::vector<std::size_t> widths(m_columns.size(), 0);
    for (const auto& row : m_rows)
        for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i)
            widths[i] = std::max(widths[i], width(row[i]));
    for (std::size_t i = 0; i < widths.size(); ++i)
        if (widths[i] > 0)
            widths[i] = std::max(widths[i], width(m_columns[i].title));

    // One name of thousands of characters widens its own row, not all.
    constexpr std::size_t widest = 64;
    for (auto& width : widths)
        width = std::min(width, widest);

    std::string out;
    const auto line = [&](const auto& cellAt) {
        std::string text(indent);
        for (std::size_t i = 0; i < m_columns.size(); ++i) {
            if (widths[i] == 0)
                continue;
            if (text.size() > indent.size())
                text += "  ";
            const std::string& cell = cellAt(i);
            const std::string space(widths[i] - std::min(widths[i], width(cell)), ' ');
            text += m_columns[i].align == Align::right ? space + cell : cell + space;
        }
        text.erase(text.find_last_not_of(' ') + 1);
        out += text + "\n";
    };
    if (std::ranges::any_of(m_columns, [](const Column& column) { return !column.title.empty(); }))
        line([&](std::size_t i) -> const std::string& { return m_columns[i].title; });
    static const std::string empty;
    for (const auto& row : m_rows)
        line([&](std::size_t i) -> const std::string& { return i < row.size() ? row[i] : empty; });
    return out;
}

} // namespace plumbline

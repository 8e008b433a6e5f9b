#pragma once
// Aligned columns for terminals. Widths are counted in characters, not bytes.

#include <string>
#include <string_view>
#include <vector>

namespace plumbline {

class TextTable {
public:
    enum class Align { left, right };
    struct Column {
        std::string title;
        Align align = Align::left;
    };

    explicit TextTable(std::vector<Column> columns) : m_columns(std::move(columns)) {}
    void addRow(std::vector<std::string> cells) { m_rows.push_back(std::move(cells)); }
    /// Each line begins with `indent`; a column that is empty in all rows is left out. A cell far wider than the others
    /// stands out of its column.
    std::string text(std::string_view indent = {}) const;

private:
    std::vector<Column> m_columns;
    std::vector<std::vector<std::string>> m_rows;
};

} // namespace plumbline

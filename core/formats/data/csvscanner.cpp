#include "core/formats/data/csvscanner.h"

#include "core/formats/data/fileerror.h"

#include <charconv>
#include <cstdlib>
#include <limits>

namespace plumbline {

void CsvScanner::passLineEnd() {
    if (m_position >= m_text.size())
        return;
    if (m_text[m_position] == '\r' && m_position + 1 < m_text.size() && m_text[m_position + 1] == '\n')
        ++m_position;
    ++m_position;
    ++m_line;
}

void CsvScanner::passBlanks() {
    while (m_position < m_text.size() &&
           (m_text[m_position] == ' ' || (m_text[m_position] == '\t' && m_delimiter != '\t')))
        ++m_position;
}

Result<bool> CsvScanner::next(std::vector<std::string_view>& cells) {
    cells.clear();
    m_unescaped.clear();
    while (true) { // blank lines
        const auto begin = m_position;
        if (m_delimiter != '\t')
            passBlanks();
        if (m_position >= m_text.size())
            return false;
        if (!atLineEnd()) {
            if (m_delimiter != ' ')
                m_position = begin;
            break;
        }
        passLineEnd();
    }
    m_recordLine = m_line;
    while (true) {
        const auto begin = m_position;
        passBlanks();
        if (m_position < m_text.size() && m_text[m_position] == '"') {
            PLUMBLINE_TRY(const auto cell, quotedCell());
            cells.push_back(cell);
        } else {
            m_position = begin;
            cells.push_back(plainCell());
        }
        if (m_delimiter == ' ')
            passBlanks();
        if (atLineEnd()) {
            passLineEnd();
            return true;
        }
        if (m_delimiter != ' ')
            ++m_position; // the delimiter
    }
}

std::string_view CsvScanner::plainCell() {
    const auto begin = m_position;
    const auto size = m_text.size();
    while (m_position < size) {
        const char c = m_text[m_position];
        if (c == m_delimiter || c == '\n' || c == '\r')
            break;
        ++m_position;
    }
    return m_text.substr(begin, m_position - begin);
}

Result<std::string_view> CsvScanner::quotedCell() {
    const auto opening = m_position++;
    const auto openingLine = m_line;
    auto from = m_position;
    std::string* copy = nullptr;
    while (true) {
        const auto quote = m_text.find('"', m_position);
        if (quote == std::string_view::npos)
            return fileFailure(m_file, ErrorCode::cannotRead, "csv.quote",
                               "{file} has a quote in line {line} that is never closed.", {{"line", openingLine}},
                               opening);
        for (std::size_t i = m_position; i < quote; ++i)
            if (m_text[i] == '\n' || (m_text[i] == '\r' && m_text[i + 1] != '\n'))
                ++m_line;
        m_position = quote + 1;
        const bool doubled = m_position < m_text.size() && m_text[m_position] == '"';
        if (doubled) {
            if (!copy)
                copy = &m_unescaped.emplace_back();
            *copy += m_text.substr(from, m_position - from);
            from = ++m_position;
            continue;
        }
        std::string_view cell = m_text.substr(from, quote - from);
        if (copy) {
            *copy += cell;
            cell = *copy;
        }
        passBlanks();
        if (!atLineEnd() && m_text[m_position] != m_delimiter && m_delimiter != ' ')
            return fileFailure(m_file, ErrorCode::cannotRead, "csv.quote",
                               "{file} has text after a closing quote in line {line}: \"{value}\".",
                               {{"line", m_line}, {"value", quotable(m_text.substr(m_position, 20))}}, m_position);
        return cell;
    }
}

std::optional<double> csvNumber(std::string_view cell, bool decimalComma) {
    while (!cell.empty() && (cell.front() == ' ' || cell.front() == '\t'))
        cell.remove_prefix(1);
    while (!cell.empty() && (cell.back() == ' ' || cell.back() == '\t'))
        cell.remove_suffix(1);
    if (cell.empty())
        return std::numeric_limits<double>::quiet_NaN();
    std::string dotted;
    if (decimalComma && cell.find(',') != std::string_view::npos) {
        dotted = cell;
        dotted[cell.find(',')] = '.';
        cell = dotted;
    }
    if (cell.front() == '+' && cell.size() > 1 && cell[1] != '-')
        cell.remove_prefix(1);
    if (cell.find('(') != std::string_view::npos) // from_chars would take "nan(…)"
        return std::nullopt;
    double value = 0;
    const auto [end, problem] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    if (end != cell.data() + cell.size())
        return std::nullopt;
    if (problem == std::errc::result_out_of_range) // strtod says which: an infinity or a zero
        return std::strtod(std::string(cell).c_str(), nullptr);
    return problem == std::errc() ? std::optional(value) : std::nullopt;
}

} // namespace plumbline

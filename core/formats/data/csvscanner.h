#pragma once
// Records of a CSV text (RFC 4180): cells between delimiters, quoted cells with delimiters, line ends and doubled
// quotes in them; LF, CRLF or CR ends a record. Blank lines are passed over. Nothing is copied but cells with doubled
// quotes.

#include "core/base/result.h"

#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace plumbline {

class CsvScanner {
public:
    /// A delimiter ' ' stands for any run of blanks, leading and trailing ones dropped (what numpy.savetxt writes).
    CsvScanner(std::string_view text, char delimiter, std::string file)
        : m_text(text), m_delimiter(delimiter), m_file(std::move(file)) {}

    /// The next record's cells; they stay valid until the next call. False at the end. Error: "csv.quote".
    Result<bool> next(std::vector<std::string_view>& cells);

    std::size_t position() const { return m_position; }
    std::int64_t line() const { return m_line; }             ///< of the next character, from 1
    std::int64_t recordLine() const { return m_recordLine; } ///< where the last record began
    void seek(std::size_t position, std::int64_t line) {
        m_position = position;
        m_line = line;
    }

private:
    Result<std::string_view> quotedCell();
    std::string_view plainCell();
    bool atLineEnd() const {
        return m_position >= m_text.size() || m_text[m_position] == '\n' || m_text[m_position] == '\r';
    }
    void passLineEnd();
    void passBlanks();

    std::string_view m_text;
    char m_delimiter;
    std::string m_file;
    std::size_t m_position = 0;
    std::int64_t m_line = 1;
    std::int64_t m_recordLine = 1;
    std::deque<std::string> m_unescaped; ///< cells of this record that had doubled quotes
};

/// What the first records say of the file.
struct CsvDialect {
    char delimiter = ',';
    bool decimalComma = false; ///< "1,5" between semicolons, as spreadsheets of half of Europe write it
    std::size_t dataBegin = 0; ///< offset of the first record of numbers
    std::int64_t dataLine = 1;
    std::vector<std::string> columns; ///< of the header, empty without one
    std::size_t width = 0;            ///< cells of a record; 0: the file has none
};
Result<CsvDialect> detectCsvDialect(std::string_view text, const std::string& file);

/// The number in a cell: blanks around it dropped, an empty cell NaN, "nan" and "inf" in any case. Nothing for text.
std::optional<double> csvNumber(std::string_view cell, bool decimalComma);

} // namespace plumbline

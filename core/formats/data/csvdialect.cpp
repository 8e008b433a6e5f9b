#include "core/base/utf8.h"
#include "core/formats/data/csvscanner.h"
#include "core/formats/data/fileerror.h"

#include <algorithm>
#include <array>

namespace plumbline {

namespace {

constexpr std::size_t sampleRecords = 32;
constexpr std::size_t sampleBytes = 4u << 20;

struct Sample {
    std::vector<std::vector<std::string>> records;
    std::vector<std::size_t> ends; ///< offset behind each record
    std::vector<std::int64_t> endLines;
    bool agrees() const { // all records as wide as the first, and more than one cell wide
        return !records.empty() && records.front().size() > 1 &&
               std::ranges::all_of(records, [&](const auto& r) { return r.size() == records.front().size(); });
    }
};

Result<Sample> sample(std::string_view text, char delimiter, const std::string& file) {
    Sample out;
    CsvScanner scanner(text, delimiter, file);
    std::vector<std::string_view> cells;
    while (out.records.size() < sampleRecords && scanner.position() < sampleBytes) {
        PLUMBLINE_TRY(const bool more, scanner.next(cells));
        if (!more)
            break;
        out.records.emplace_back(cells.begin(), cells.end());
        out.ends.push_back(scanner.position());
        out.endLines.push_back(scanner.line());
    }
    return out;
}

bool isText(const std::string& cell, bool decimalComma) { return !csvNumber(cell, decimalComma); }
bool isBlank(const std::string& cell) { return cell.find_first_not_of(" \t") == std::string::npos; }

/// "0,1,2,…": the header that pandas writes for columns without names, perhaps after the empty cell of its index. Taken
/// as one only where a cell below is not a whole number, else it may be data.
bool isCountingHeader(const Sample& sample) {
    const auto& first = sample.records.front();
    const std::size_t skip = isBlank(first.front()) ? 1 : 0;
    if (first.size() < skip + 2 || sample.records.size() < 2)
        return false;
    for (std::size_t i = skip; i < first.size(); ++i)
        if (first[i] != std::to_string(i - skip))
            return false;
    if (skip)
        return true;
    return std::any_of(sample.records.begin() + 1, sample.records.end(), [](const auto& record) {
        return std::ranges::any_of(record,
                                   [](const auto& cell) { return cell.find_first_of(".eE") != std::string::npos; });
    });
}

/// The first record is a header where a cell of it is text that stands over numbers, where all its cells are text, or
/// where it counts its columns. A text column without a header ("setosa,1,2") is no header: text stands below text
/// there.
bool hasHeader(const Sample& sample, bool decimalComma) {
    const auto& first = sample.records.front();
    if (isCountingHeader(sample))
        return true;
    bool allText = true;
    for (std::size_t column = 0; column < first.size(); ++column) {
        if (isBlank(first[column]))
            continue;
        if (!isText(first[column], decimalComma)) {
            allText = false;
            continue;
        }
        bool numbersBelow = false, textBelow = false;
        for (std::size_t i = 1; i < sample.records.size(); ++i) {
            if (column >= sample.records[i].size() || isBlank(sample.records[i][column]))
                continue;
            (isText(sample.records[i][column], decimalComma) ? textBelow : numbersBelow) = true;
        }
        if (numbersBelow && !textBelow)
            return true;
    }
    return allText && !std::ranges::all_of(first, isBlank);
}

} // namespace

Result<CsvDialect> detectCsvDialect(std::string_view text, const std::string& file) {
    constexpr std::array delimiters{';', '\t', ',', '|', ' '}; // a comma inside "1,5;2,5" is a decimal one
    CsvDialect dialect;
    const std::size_t mark = text.starts_with("\xef\xbb\xbf") ? 3 : 0;
    text.remove_prefix(mark);
    std::optional<Sample> chosen;
    for (const char delimiter : delimiters) {
        auto candidate = sample(text, delimiter, file);
        if (candidate && candidate->agrees()) {
            dialect.delimiter = delimiter;
            chosen = std::move(*candidate);
            break;
        }
    }
    if (!chosen) { // uneven, or a single column: the delimiter that splits most first cells
        std::size_t most = 0;
        for (const char delimiter : {',', ';', '\t'}) {
            auto candidate = sample(text, delimiter, file);
            if (!candidate) {
                if (delimiter == ',')
                    return passOn(candidate);
                continue;
            }
            std::size_t cells = 0;
            for (const auto& record : candidate->records)
                cells += record.size();
            if (cells > most) {
                most = cells;
                dialect.delimiter = delimiter;
                chosen = std::move(*candidate);
            }
        }
    }
    if (!chosen || chosen->records.empty())
        return fileFailure(file, ErrorCode::cannotRead, "csv.empty", "{file} holds no rows: it is empty.");
    dialect.decimalComma = dialect.delimiter == ';';
    dialect.width = chosen->records.front().size();
    dialect.dataBegin = mark;
    if (hasHeader(*chosen, dialect.decimalComma)) {
        dialect.dataBegin = mark + chosen->ends.front();
        dialect.dataLine = chosen->endLines.front();
        for (std::size_t i = 0; i < dialect.width; ++i) {
            const auto& cell = chosen->records.front()[i];
            const auto begin = cell.find_first_not_of(" \t");
            const auto end = cell.find_last_not_of(" \t");
            // A nameless column has the name that pandas gives it.
            dialect.columns.push_back(begin == std::string::npos ? "Unnamed: " + std::to_string(i)
                                                                 : nameAsUtf8(cell.substr(begin, end - begin + 1)));
        }
    }
    return dialect;
}

} // namespace plumbline

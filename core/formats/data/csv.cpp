#include "core/formats/data/arraysource.h"
#include "core/formats/data/csvscanner.h"
#include "core/formats/data/fileerror.h"
#include "core/formats/data/readers.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace plumbline {

namespace {

constexpr std::size_t cachedBytes = 64u << 20; ///< a table up to this size is parsed once and kept
constexpr std::size_t pagesBytes = 32u << 20;  ///< text read between two releases of its pages
constexpr std::int64_t indexEvery = 4096;      ///< rows between two remembered places
constexpr std::int64_t cancelEvery = 4096;
constexpr std::size_t mostTextColumns = 4096;

std::string_view textOf(const OpenedFile& file) {
    return {reinterpret_cast<const char*>(file.bytes->data()), file.bytes->bytes()};
}

/// A table of float64, parsed as it is read. Text is NaN, and the first pass notes where it stands.
class CsvSource final : public DataSource {
public:
    CsvSource(OpenedFile file, CsvDialect dialect, std::vector<std::size_t> selected, std::optional<AffineMap> map)
        : m_file(std::move(file)), m_dialect(std::move(dialect)), m_selected(std::move(selected)),
          m_map(std::move(map)), m_scanner(textOf(m_file), m_dialect.delimiter, m_file.path) {
        for (const auto column : m_selected)
            if (!m_dialect.columns.empty())
                m_columns.push_back(m_dialect.columns[column]);
    }

    Result<void> scan(const Progress& progress);

    const Shape& shape() const override { return m_shape; }
    DType dtype() const override { return DType::float64; }
    std::string format() const override { return "csv"; }
    const std::vector<std::string>& columns() const override { return m_columns; }
    const std::vector<TextColumn>& textColumns() const override { return m_text; }
    bool hasOwnDtype() const override { return false; }
    Result<Tensor> rows(std::int64_t begin, std::int64_t count) override;
    Result<Tensor> all() override { return rows(0, m_shape[0]); }

private:
    struct Mark {
        std::size_t position;
        std::int64_t line;
    };

    /// Parses the next record into m_numbers. False at the end.
    Result<bool> nextRow(std::int64_t row);
    void noteText(std::size_t place, std::int64_t row);
    Result<void> seekRow(std::int64_t row);
    void releaseText();

    OpenedFile m_file;
    CsvDialect m_dialect;
    std::vector<std::size_t> m_selected;
    std::optional<AffineMap> m_map;
    CsvScanner m_scanner;
    std::vector<std::string> m_columns;
    Shape m_shape{0, 0};
    std::vector<std::string_view> m_cells;
    std::vector<double> m_numbers;
    bool m_isScanning = false;
    std::vector<bool> m_hasNumbers;        ///< by place among the selected columns
    std::vector<std::int32_t> m_textPlace; ///< likewise: its index in m_text, or -1; empty until there is text
    std::vector<TextColumn> m_text;
    std::vector<Mark> m_marks; ///< where rows 0, indexEvery, 2·indexEvery, … begin
    std::int64_t m_nextRow = 0;
    std::size_t m_released = 0;
    Tensor m_cached;
};

Result<bool> CsvSource::nextRow(std::int64_t row) {
    PLUMBLINE_TRY(const bool more, m_scanner.next(m_cells));
    if (!more)
        return false;
    const auto line = m_scanner.recordLine();
    if (m_cells.size() != m_dialect.width) {
        auto error = fileFailure(m_file.path, ErrorCode::value, "csv.ragged",
                                 "{file} has {actual} cells in line {line}, and {expected} in the lines before.",
                                 {{"row", row},
                                  {"line", line},
                                  {"expected", static_cast<std::int64_t>(m_dialect.width)},
                                  {"actual", static_cast<std::int64_t>(m_cells.size())}},
                                 m_scanner.position());
        error.error().expected = std::to_string(m_dialect.width) + " cells";
        error.error().actual = std::to_string(m_cells.size()) + " cells";
        return error;
    }
    m_numbers.clear();
    for (std::size_t place = 0; place < m_selected.size(); ++place) {
        const auto number = csvNumber(m_cells[m_selected[place]], m_dialect.decimalComma);
        if (m_isScanning && !number)
            noteText(place, row);
        else if (m_isScanning && !std::isnan(*number))
            m_hasNumbers[place] = true;
        m_numbers.push_back(number.value_or(std::numeric_limits<double>::quiet_NaN()));
    }
    return true;
}

void CsvSource::noteText(std::size_t place, std::int64_t row) {
    if (m_textPlace.empty())
        m_textPlace.assign(m_selected.size(), -1);
    if (m_textPlace[place] < 0) {
        if (m_text.size() >= mostTextColumns)
            return;
        m_textPlace[place] = static_cast<std::int32_t>(m_text.size());
        TextColumn found;
        found.column = static_cast<std::int64_t>(place);
        found.name = m_columns.empty() ? std::string() : m_columns[place];
        found.line = m_scanner.recordLine();
        found.first = quotable(m_cells[m_selected[place]]);
        m_text.push_back(std::move(found));
    }
    auto& column = m_text[static_cast<std::size_t>(m_textPlace[place])];
    ++column.count;
    if (column.rows.size() < TextColumn::mostRows)
        column.rows.push_back(row);
}

void CsvSource::releaseText() {
    if (m_scanner.position() > m_released + pagesBytes || m_scanner.position() < m_released) {
        releasePages(*m_file.bytes);
        m_released = m_scanner.position();
    }
}

Result<void> CsvSource::scan(const Progress& progress) {
    std::vector<double> kept;
    bool keep = true;
    m_scanner.seek(m_dialect.dataBegin, m_dialect.dataLine);
    m_isScanning = true;
    m_hasNumbers.assign(m_selected.size(), false);
    std::int64_t row = 0;
    for (;; ++row) {
        if (row % indexEvery == 0)
            m_marks.push_back({m_scanner.position(), m_scanner.line()});
        if (row % cancelEvery == 0) {
            if (progress.isCancelled())
                return Progress::cancelled();
            progress.report("reading " + m_file.path,
                            static_cast<double>(m_scanner.position()) / static_cast<double>(m_file.bytes->bytes()));
            releaseText();
        }
        PLUMBLINE_TRY(const bool more, nextRow(row));
        if (!more)
            break;
        keep = keep && (kept.size() + m_numbers.size()) * sizeof(double) <= cachedBytes;
        if (keep)
            kept.insert(kept.end(), m_numbers.begin(), m_numbers.end());
        else
            kept = {};
    }
    m_isScanning = false;
    std::ranges::sort(m_text, {}, &TextColumn::column);
    for (auto& column : m_text)
        column.hasNumbers = m_hasNumbers[static_cast<std::size_t>(column.column)];
    m_nextRow = row;
    m_shape = {row, static_cast<std::int64_t>(m_selected.size())};
    if (keep) {
        m_cached = Tensor::of<double>(m_shape, kept);
        if (m_map) {
            PLUMBLINE_TRY(m_cached, applyMap(*m_map, m_cached));
        }
    }
    releasePages(*m_file.bytes);
    return {};
}

Result<void> CsvSource::seekRow(std::int64_t row) {
    if (row == m_nextRow)
        return {};
    const auto mark = row / indexEvery;
    m_scanner.seek(m_marks[static_cast<std::size_t>(mark)].position, m_marks[static_cast<std::size_t>(mark)].line);
    for (m_nextRow = mark * indexEvery; m_nextRow < row; ++m_nextRow) {
        PLUMBLINE_TRY([[maybe_unused]] const bool more, m_scanner.next(m_cells));
    }
    return {};
}

Result<Tensor> CsvSource::rows(std::int64_t begin, std::int64_t count) {
    PLUMBLINE_CHECK(checkRange(*this, begin, count));
    if (!m_cached.isNull())
        return m_cached.sliced(0, begin, count);
    PLUMBLINE_CHECK(seekRow(begin));
    PLUMBLINE_TRY(auto builder, TensorBuilder::allocate(DType::float64, Shape{count, m_shape[1]}));
    double* out = builder.span<double>().data();
    for (std::int64_t i = 0; i < count; ++i, ++m_nextRow) {
        PLUMBLINE_TRY(const bool more, nextRow(m_nextRow));
        if (!more)
            return fileFailure(m_file.path, ErrorCode::cannotRead, "csv.changed", "{file} changed while it was read.");
        out = std::copy(m_numbers.begin(), m_numbers.end(), out);
    }
    releaseText();
    auto read = std::move(builder).build();
    return m_map ? applyMap(*m_map, read) : Result<Tensor>(std::move(read));
}

/// The columns that "table.csv:f1,f2" names: by the header, else by index.
Result<std::vector<std::size_t>> selectColumns(const OpenedFile& file, const CsvDialect& dialect,
                                               const std::string& part) {
    std::vector<std::size_t> selected;
    if (part.empty()) {
        for (std::size_t i = 0; i < dialect.width; ++i)
            selected.push_back(i);
        return selected;
    }
    CsvScanner scanner(part, ',', file.path); // a name with a comma in it is quoted, as in the file
    std::vector<std::string_view> names;
    PLUMBLINE_TRY([[maybe_unused]] const bool any, scanner.next(names));
    for (const auto name : names) {
        const auto found = std::ranges::find(dialect.columns, name);
        std::size_t index = static_cast<std::size_t>(found - dialect.columns.begin());
        if (found == dialect.columns.end()) {
            const auto [end, problem] = std::from_chars(name.data(), name.data() + name.size(), index);
            if (problem != std::errc() || end != name.data() + name.size() || index >= dialect.width) {
                std::string known;
                for (const auto& column : dialect.columns)
                    known += (known.empty() ? "" : ", ") + quotable(column);
                if (dialect.columns.empty())
                    known = "0 to " + std::to_string(dialect.width - 1);
                return fileFailure(file.path, ErrorCode::wrongCall, "csv.column",
                                   "{file} has no column {column}: it has {known}.",
                                   {{"column", quotable(name)}, {"known", known}});
            }
        }
        selected.push_back(index);
    }
    return selected;
}

} // namespace

SourceResult openCsv(const OpenedFile& file, const SourceSpec& spec, const Progress& progress) {
    PLUMBLINE_TRY(auto dialect, detectCsvDialect(textOf(file), file.path));
    PLUMBLINE_TRY(auto selected, selectColumns(file, dialect, spec.part));
    auto source = std::make_unique<CsvSource>(file, std::move(dialect), std::move(selected), spec.map);
    PLUMBLINE_CHECK(source->scan(progress));
    return source;
}

EntriesResult listCsv(const OpenedFile& file) {
    SourceSpec spec;
    spec.path = file.path;
    PLUMBLINE_TRY(const auto source, openCsv(file, spec, {}));
    return std::vector<SourceEntry>{{"", source->shape(), source->dtype()}};
}

} // namespace plumbline

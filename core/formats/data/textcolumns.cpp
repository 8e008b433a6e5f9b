#include "core/formats/data/fileerror.h"
#include "core/formats/data/source.h"

#include <algorithm>
#include <cstring>

namespace plumbline {

namespace {

/// A source some of whose columns are left out.
class NarrowedSource final : public DataSource {
public:
    NarrowedSource(std::unique_ptr<DataSource> source, std::vector<std::int64_t> dropped)
        : m_source(std::move(source)), m_shape(m_source->shape()) {
        const auto width = m_shape.back();
        std::vector<std::int64_t> places(static_cast<std::size_t>(width), -1); // of each column in what is left
        for (std::int64_t column = 0; column < width; ++column)
            if (!std::ranges::binary_search(dropped, column)) {
                places[static_cast<std::size_t>(column)] = std::ssize(m_left);
                m_left.push_back(column);
                if (column < std::ssize(m_source->columns()))
                    m_columns.push_back(m_source->columns()[static_cast<std::size_t>(column)]);
            }
        for (auto text : m_source->textColumns())
            if (text.column = places[static_cast<std::size_t>(text.column)]; text.column >= 0)
                m_text.push_back(std::move(text));
        m_shape[m_shape.rank() - 1] = std::ssize(m_left);
    }

    const Shape& shape() const override { return m_shape; }
    DType dtype() const override { return m_source->dtype(); }
    std::string format() const override { return m_source->format(); }
    const std::vector<std::string>& columns() const override { return m_columns; }
    const std::vector<TextColumn>& textColumns() const override { return m_text; }
    bool hasOwnDtype() const override { return m_source->hasOwnDtype(); }
    Result<Tensor> rows(std::int64_t begin, std::int64_t count) override {
        PLUMBLINE_TRY(const auto read, m_source->rows(begin, count));
        return narrowed(read);
    }
    Result<Tensor> all() override {
        PLUMBLINE_TRY(const auto read, m_source->all());
        return narrowed(read);
    }

private:
    Result<Tensor> narrowed(const Tensor& whole) const {
        PLUMBLINE_TRY(const auto dense, whole.contiguous());
        auto shape = dense.shape();
        const auto width = static_cast<std::size_t>(shape.back()), item = itemSize(dense.dtype());
        shape[shape.rank() - 1] = std::ssize(m_left);
        PLUMBLINE_TRY(auto builder, TensorBuilder::allocate(dense.dtype(), shape));
        auto* out = builder.data();
        const auto rows = width > 0 ? static_cast<std::size_t>(dense.elements()) / width : 0;
        for (std::size_t row = 0; row < rows; ++row)
            for (const auto column : m_left) {
                std::memcpy(out, dense.data() + (row * width + static_cast<std::size_t>(column)) * item, item);
                out += item;
            }
        return std::move(builder).build();
    }

    std::unique_ptr<DataSource> m_source;
    std::vector<std::int64_t> m_left;
    std::vector<std::string> m_columns;
    std::vector<TextColumn> m_text;
    Shape m_shape;
};

} // namespace

const std::vector<TextColumn> DataSource::m_noTextColumns;

Result<void> refuseText(const std::string& source, const std::vector<TextColumn>& columns) {
    if (columns.empty())
        return {};
    const auto first = std::ranges::min_element(columns, {}, [](const TextColumn& c) { return c.rows.front(); });
    std::int64_t count = 0;
    for (const auto& column : columns)
        count += column.count;
    const auto name = first->name.empty() ? MessageArgument(first->column) : MessageArgument(quotable(first->name));
    auto error = fileFailure(
        source, ErrorCode::value, "csv.text-cell",
        count == 1 ? "{file} has text in column {column}, line {line}: \"{value}\" is not a number."
                   : "{file} has {count} text cells in {columns} {columns|column|columns}, the first \"{value}\" at "
                     "row {row}, column {column}: a number, an empty cell, nan or inf is accepted.",
        {{"column", name},
         {"row", first->rows.front()},
         {"line", first->line},
         {"value", first->first},
         {"index", first->column},
         {"count", count},
         {"columns", static_cast<std::int64_t>(columns.size())}});
    error.error().expected = "a number, an empty cell, nan or inf";
    error.error().actual = first->first;
    return error;
}

std::unique_ptr<DataSource> withoutColumns(std::unique_ptr<DataSource> source, std::vector<std::int64_t> columns) {
    return std::make_unique<NarrowedSource>(std::move(source), std::move(columns));
}

} // namespace plumbline

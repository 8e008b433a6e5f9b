#include "core/base/checked.h"
#include "core/formats/data/arraysource.h"
#include "core/formats/data/random.h"

#include <algorithm>
#include <cstring>

namespace plumbline {

namespace {

/// The type that holds both, as NumPy's result_type has it: int32 with int64 is int64, with float32 float64.
DType promoted(DType a, DType b) {
    if (a == b || b == DType::boolean)
        return a;
    if (a == DType::boolean)
        return b;
    if (isFloat(a) && isFloat(b)) {
        if (itemSize(a) == itemSize(b)) // float16 and bfloat16: neither holds the other
            return DType::float32;
        return itemSize(a) > itemSize(b) ? a : b;
    }
    if (isFloat(a) || isFloat(b)) {
        const auto floating = isFloat(a) ? a : b, integer = isFloat(a) ? b : a;
        if (floating == DType::bfloat16)
            return floating; // as ml_dtypes has it
        const auto needed = itemSize(integer) == 1   ? DType::float16
                            : itemSize(integer) == 2 ? DType::float32
                                                     : DType::float64;
        return promoted(floating, needed);
    }
    if (isSigned(a) == isSigned(b))
        return itemSize(a) > itemSize(b) ? a : b;
    const auto with = isSigned(a) ? a : b, without = isSigned(a) ? b : a;
    if (itemSize(with) > itemSize(without))
        return with;
    switch (itemSize(without)) { // the next signed type; above 64 bits there is none
    case 1: return DType::int16;
    case 2: return DType::int32;
    case 4: return DType::int64;
    default: return DType::float64;
    }
}

/// Rows of several sources, one after another, in the type that NumPy's concatenate gives.
class AppendedSource final : public DataSource {
public:
    AppendedSource(std::vector<std::unique_ptr<DataSource>> sources, Shape shape, DType dtype)
        : m_sources(std::move(sources)), m_shape(std::move(shape)), m_dtype(dtype) {
        std::int64_t before = 0;
        for (const auto& source : m_sources) {
            addText(source->textColumns(), before);
            before += source->shape()[0];
        }
    }

    const Shape& shape() const override { return m_shape; }
    DType dtype() const override { return m_dtype; }
    std::string format() const override { return m_sources.front()->format(); }
    const std::vector<std::string>& columns() const override { return m_sources.front()->columns(); }
    const std::vector<TextColumn>& textColumns() const override { return m_text; }
    bool hasOwnDtype() const override {
        return std::ranges::all_of(m_sources, [](const auto& source) { return source->hasOwnDtype(); });
    }

    Result<Tensor> rows(std::int64_t begin, std::int64_t count) override {
        PLUMBLINE_CHECK(checkRange(*this, begin, count));
        Shape shape = m_shape;
        shape[0] = count;
        PLUMBLINE_TRY(auto builder, TensorBuilder::allocate(m_dtype, shape));
        std::byte* out = builder.data();
        for (const auto& source : m_sources) {
            const auto rows = source->shape()[0];
            if (begin < rows && count > 0) {
                const auto here = std::min(count, rows - begin);
                PLUMBLINE_TRY(const Tensor part, source->rows(begin, here));
                PLUMBLINE_TRY(const Tensor cast, part.cast(m_dtype));
                PLUMBLINE_TRY(const Tensor dense, cast.contiguous());
                std::memcpy(out, dense.data(), dense.bytes());
                out += dense.bytes();
                count -= here;
                begin = 0;
            } else
                begin -= rows;
        }
        return std::move(builder).build();
    }
    Result<Tensor> all() override { return rows(0, m_shape[0]); }

private:
    void addText(const std::vector<TextColumn>& columns, std::int64_t rowsBefore) {
        for (auto column : columns) {
            for (auto& row : column.rows)
                row += rowsBefore;
            const auto known = std::ranges::find(m_text, column.column, &TextColumn::column);
            if (known == m_text.end()) {
                // Where it stood in another file alone, that one's cells were numbers.
                column.hasNumbers = column.hasNumbers || rowsBefore > 0;
                m_text.push_back(std::move(column));
                continue;
            }
            known->count += column.count;
            known->hasNumbers = known->hasNumbers || column.hasNumbers;
            column.rows.resize(std::min(column.rows.size(), TextColumn::mostRows - known->rows.size()));
            known->rows.insert(known->rows.end(), column.rows.begin(), column.rows.end());
        }
        for (auto& known : m_text)
            if (std::ranges::find(columns, known.column, &TextColumn::column) == columns.end())
                known.hasNumbers = true;
        std::ranges::sort(m_text, {}, &TextColumn::column);
    }

    std::vector<TextColumn> m_text;
    std::vector<std::unique_ptr<DataSource>> m_sources;
    Shape m_shape;
    DType m_dtype;
};

/// The first column that has another name; a table without a header agrees with any.
std::optional<std::size_t> otherColumn(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    if (a.empty() || b.empty())
        return std::nullopt;
    const auto at = std::ranges::mismatch(a, b).in1 - a.begin();
    return at < std::ssize(a) && at < std::ssize(b) ? std::optional(static_cast<std::size_t>(at)) : std::nullopt;
}

} // namespace

Result<std::unique_ptr<DataSource>> appendSources(std::vector<std::unique_ptr<DataSource>> sources) {
    if (sources.empty())
        return failure(ErrorCode::wrongCall, "source.none", "No source was given.");
    if (sources.size() == 1)
        return std::move(sources.front());
    Shape shape = sources.front()->shape();
    DType dtype = sources.front()->dtype();
    std::int64_t rows = 0;
    for (const auto& source : sources) {
        Shape other = source->shape();
        const bool fits = other.rank() > 0 && other.rank() == shape.rank() &&
                          std::equal(other.begin() + 1, other.end(), shape.begin() + 1);
        const auto sum = fits ? checkedAdd(rows, other[0]) : std::nullopt;
        if (!sum)
            return failure(ErrorCode::shape, "source.append",
                           "Arrays of shapes {first} and {second} were given for the same input: rows are appended, so "
                           "all but the first axis must agree.",
                           {{"first", shape.text()}, {"second", other.text()}});
        if (const auto column = otherColumn(sources.front()->columns(), source->columns()))
            return failure(ErrorCode::shape, "source.append-columns",
                           "Tables whose columns differ were given for the same input: column {column} is {first} in "
                           "one and {second} in another. Rows are appended as they stand, so the columns must agree.",
                           {{"column", static_cast<std::int64_t>(*column)},
                            {"first", sources.front()->columns()[*column]},
                            {"second", source->columns()[*column]}});
        rows = *sum;
        dtype = promoted(dtype, source->dtype());
    }
    shape[0] = rows;
    return std::make_unique<AppendedSource>(std::move(sources), std::move(shape), dtype);
}

Result<std::unique_ptr<DataSource>> openLaw(const SourceSpec& spec, const Shape& shape, DType dtype, std::uint64_t seed,
                                            std::size_t inputIndex) {
    if (!spec.law)
        return failure(ErrorCode::wrongCall, "law.none", "\"{text}\" is not a law.", {{"text", spec.text}});
    PLUMBLINE_TRY(Tensor drawn, drawLaw(*spec.law, shape, dtype, mixBits(seed + mixBits(inputIndex))));
    ArraySource::Options options;
    options.format = "law";
    options.map = spec.map;
    return std::make_unique<ArraySource>(std::move(drawn), std::move(options));
}

} // namespace plumbline

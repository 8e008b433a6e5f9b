#pragma once
// Arrays from files. A SourceSpec is what the user typed after --train or --input; a DataSource opens it and gives
// rows, whole or streamed. Files are untrusted: every count is held against the bytes that remain.
//
//   "z=latents.npz:z@x/255"  ->  name "z", path "latents.npz", part "z", map x/255

#include "core/base/progress.h"
#include "core/tensor/tensor.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace plumbline {

/// y = scale * x + offset, applied after reading; integers become float32 by it.
struct AffineMap {
    double scale = 1;
    double offset = 0;
    std::string text; ///< as typed: "x/127.5-1"
    bool isIdentity() const { return scale == 1 && offset == 0; }
};
/// Any expression that is linear in x: "x/255", "(x-127.5)/127.5", "2*x+1". Errors: "map.syntax", "map.affine".
Result<AffineMap> parseAffineMap(std::string_view text);
/// Computed in float64 and rounded once. bool and integers give float32, a float keeps its type.
Result<Tensor> applyMap(const AffineMap& map, const Tensor& tensor);

/// A distribution in place of data: "normal(0,1)", "uniform(-1,1)", "integers(0,10)" (upper end excluded).
struct Law {
    enum class Kind { normal, uniform, integers } kind = Kind::normal;
    double a = 0; ///< mean; lower end
    double b = 1; ///< standard deviation; upper end
    std::string text() const;
};
std::optional<Result<Law>> parseLaw(std::string_view text); ///< nothing where the text does not look like a law

struct SourceSpec {
    std::string text;  ///< as typed
    std::string input; ///< NAME of NAME=SOURCE, or empty
    std::string path;
    std::string part; ///< after ':', or empty
    std::optional<AffineMap> map;
    std::optional<Law> law; ///< then path is empty
};
/// Splits `[NAME=]SOURCE[:part][@map]`. An existing path is taken whole before '=', ':' or '@' is split off.
Result<SourceSpec> parseSourceSpec(std::string_view text);

/// A column of a table in which cells are text. In the array they stand as NaN.
struct TextColumn {
    static constexpr std::size_t mostRows = 100;

    std::int64_t column = 0;        ///< on the array's last axis
    std::string name;               ///< of the header, empty without one
    std::int64_t count = 0;         ///< cells that are text
    bool hasNumbers = false;        ///< some of its cells are numbers: it is a column of numbers, spoiled
    std::vector<std::int64_t> rows; ///< the first of them
    std::int64_t line = 0;          ///< of the first, from 1
    std::string first;              ///< quotable
};

/// One array of a file (or a law): shape, dtype and rows along axis 0.
class DataSource {
public:
    virtual ~DataSource() = default;

    virtual const Shape& shape() const = 0; ///< as stored, batch axis included where the array has one
    virtual DType dtype() const = 0;
    virtual std::string format() const = 0; ///< "npy", "npz", "csv", "hdf5", "image", "law", "tensor"
    /// Column names of a table (CSV header, structured header), else empty.
    virtual const std::vector<std::string>& columns() const { return m_noColumns; }
    /// In the order of the array, at most 4,096 of them.
    virtual const std::vector<TextColumn>& textColumns() const { return m_noTextColumns; }
    /// False for a CSV: its element type is the reader's choice, not the user's.
    virtual bool hasOwnDtype() const { return true; }

    /// Rows [begin, begin + count) along axis 0, mapped. A mapped .npy costs no memory.
    virtual Result<Tensor> rows(std::int64_t begin, std::int64_t count) = 0;
    virtual Result<Tensor> all() = 0;
    /// Rows for one read so that a chunk stays near `bytes`.
    std::int64_t chunkRows(std::size_t bytes = 16u << 20) const;

private:
    static const std::vector<std::string> m_noColumns;
    static const std::vector<TextColumn> m_noTextColumns;
};

/// "csv.text-cell", where an array has to be of numbers alone: how many cells are not, in how many columns, and the
/// first (arguments column, row, line, value, index; count and columns).
Result<void> refuseText(const std::string& source, const std::vector<TextColumn>& columns);
/// `source` without these columns of its last axis, which are there and ascend.
std::unique_ptr<DataSource> withoutColumns(std::unique_ptr<DataSource> source, std::vector<std::int64_t> columns);

/// What a file offers, for a user to choose from and for matching members to model inputs.
struct SourceEntry {
    std::string part; ///< "" for a file that is one array
    Shape shape;
    DType dtype = DType::float32;
};
Result<std::vector<SourceEntry>> listSource(const std::string& path);

/// Opens `spec`. A container with several arrays needs a part. Message ids that rules turn into findings:
/// "csv.ragged" (arguments row, line, expected,
/// actual), "npz.members" and "hdf5.members" (the container needs a part, or has no such one; argument members lists
/// them), "source.part" (a part of a file that has none), "image.sizes", "npy.object" (a pickle, refused), "npy.text",
/// "npy.structured", "npy.dtype" (types that no tensor has), "npy.truncated", "file.missing". A row is counted from 0
/// as in the array, a line from 1 as in an editor. Text in a table is no error here: DataSource::textColumns(). A law
/// has no shape of its own: openLaw().
Result<std::unique_ptr<DataSource>> openSource(const SourceSpec& spec, const Progress& progress = {});
/// A tensor already in memory as a source (a fixed input, a law drawn with a seed).
std::unique_ptr<DataSource> tensorSource(Tensor tensor, std::vector<std::string> columns = {});
/// Sources that follow one another: what the same NAME given again means. Row shapes must agree ("source.append").
Result<std::unique_ptr<DataSource>> appendSources(std::vector<std::unique_ptr<DataSource>> sources);

/// Elements of `law` in `shape` (rows, rest…). The same seed gives the same elements on every machine.
Result<Tensor> drawLaw(const Law& law, const Shape& shape, DType dtype, std::uint64_t seed);
/// A law as a source of `shape`, its map applied. `inputIndex` keeps two inputs of one model from drawing alike.
Result<std::unique_ptr<DataSource>> openLaw(const SourceSpec& spec, const Shape& shape, DType dtype, std::uint64_t seed,
                                            std::size_t inputIndex);

} // namespace plumbline

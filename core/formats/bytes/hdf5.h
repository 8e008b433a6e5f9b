#pragma once
// HDF5 files from strangers: Keras's .h5, the weights inside .keras, datasets. Only what a file itself stores is read:
// soft and external links, external and virtual datasets are refused, and a declared shape is held against the bytes
// stored for it. HDF5's library is not thread-safe: all of a process's Hdf5 objects belong to one thread at a time.
//
//   file ──root()──> group ──group("a/b")──> group ──dataset("kernel:0")──> dataset ──read()──> Tensor

#include "core/tensor/tensor.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plumbline {

namespace hdf5 {
struct Handle; ///< one id of HDF5's, closed with its last owner
using HandlePtr = std::shared_ptr<const Handle>;
} // namespace hdf5

/// Attributes of a group or a dataset. Strings of fixed and variable length read alike.
class Hdf5Object {
public:
    const std::string& path() const { return m_path; }   ///< inside the file, "" for the root
    const std::string& label() const { return m_label; } ///< of the file, for errors
    bool hasAttribute(const std::string& name) const;
    /// One string. Nothing where the attribute is missing or empty; an error where it is no string.
    Result<std::optional<std::string>> text(const std::string& name) const;
    /// A list of strings. Where Keras split it (`name0`, `name1`, …, past 64,512 bytes) the whole of it. Missing:
    /// empty.
    Result<std::vector<std::string>> texts(const std::string& name) const;

protected:
    std::unexpected<Error> fail(ErrorCode code, std::string id, std::string pattern,
                                Message::Arguments arguments) const;
    Result<std::optional<std::vector<std::string>>> readTexts(const std::string& name) const;

    hdf5::HandlePtr m_file;
    hdf5::HandlePtr m_object;
    std::string m_path;
    std::string m_label; ///< of the file, for errors
};

class Hdf5Dataset : public Hdf5Object {
public:
    const Shape& shape() const { return m_shape; }
    DType dtype() const { return m_dtype; }
    Result<Tensor> read() const;
    /// Rows [begin, begin + count) along axis 0, which must lie within the shape.
    Result<Tensor> rows(std::int64_t begin, std::int64_t count) const;

private:
    friend class Hdf5Group;
    static Result<Hdf5Dataset> inspect(Hdf5Object object);
    Shape m_shape;
    DType m_dtype = DType::float32;
};

struct Hdf5Child {
    enum class Kind { group, dataset, link, other } kind = Kind::other; ///< link: soft or external, never followed
    std::string name;
};

class Hdf5Group : public Hdf5Object {
public:
    /// Sorted as people count: "10" after "2".
    Result<std::vector<Hdf5Child>> children() const;
    bool has(const std::string& path) const; ///< a group or dataset that stands in this file itself
    /// `path` may have several parts. Errors name the part that is missing, or what was found in its place.
    Result<Hdf5Group> group(const std::string& path) const;
    Result<Hdf5Dataset> dataset(const std::string& path) const;
    std::uint64_t address() const; ///< one for each group of a file, by whatever path it was reached

private:
    friend class Hdf5File;
    Result<Hdf5Object> find(const std::string& path, Hdf5Child::Kind kind) const;
};

class Hdf5File {
public:
    static Result<Hdf5File> open(const std::string& path);
    /// `label` stands for the path in errors. The bytes are copied.
    static Result<Hdf5File> fromMemory(std::span<const std::byte> bytes, std::string label);
    /// Whether the signature stands at the beginning, or after a user block of 512, 1024, 2048, … bytes. `bytes`: the
    /// whole file, of which a few are looked at. A user block may look like text, so ask this before asking for text.
    static bool isHdf5(std::span<const std::byte> bytes);

    const Hdf5Group& root() const { return m_root; }
    const std::string& path() const { return m_label; }

private:
    static Hdf5File make(hdf5::HandlePtr file, hdf5::HandlePtr root, std::string label);
    Hdf5Group m_root;
    std::string m_label;
};

/// All datasets below `group`, by path, breadth bounded by `limit`. For lists of what a file offers.
Result<std::vector<std::string>> listDatasets(const Hdf5Group& group, std::size_t limit = 100'000);

} // namespace plumbline

#include "core/formats/bytes/hdf5.h"
#include "core/formats/data/arraysource.h"
#include "core/formats/data/fileerror.h"
#include "core/formats/data/readers.h"

namespace plumbline {

namespace {

class Hdf5Source final : public DataSource {
public:
    Hdf5Source(Hdf5Dataset dataset, std::optional<AffineMap> map)
        : m_dataset(std::move(dataset)), m_map(std::move(map)) {}

    const Shape& shape() const override { return m_dataset.shape(); }
    DType dtype() const override { return mappedDType(m_dataset.dtype(), m_map); }
    std::string format() const override { return "hdf5"; }
    Result<Tensor> rows(std::int64_t begin, std::int64_t count) override {
        PLUMBLINE_CHECK(checkRange(*this, begin, count));
        return mapped(m_dataset.rows(begin, count));
    }
    Result<Tensor> all() override { return mapped(m_dataset.read()); }

private:
    Result<Tensor> mapped(Result<Tensor> read) const { return read && m_map ? applyMap(*m_map, *read) : read; }
    Hdf5Dataset m_dataset;
    std::optional<AffineMap> m_map;
};

std::string_view withoutSlash(std::string_view path) {
    while (path.starts_with('/'))
        path.remove_prefix(1);
    return path;
}

} // namespace

SourceResult openHdf5(const OpenedFile& file, const SourceSpec& spec) {
    PLUMBLINE_TRY(const auto opened, Hdf5File::open(file.path));
    std::string path(withoutSlash(spec.part));
    if (!path.empty()) {
        auto dataset = opened.root().dataset(path);
        if (dataset)
            return std::make_unique<Hdf5Source>(std::move(*dataset), spec.map);
        if (dataset.error().message.id() != "hdf5.missing") // a link, text, damage: there, and not to be read
            return passOn(dataset);
    }
    PLUMBLINE_TRY(const auto known, listDatasets(opened.root()));
    if (known.empty())
        return fileFailure(file.path, ErrorCode::cannotRead, "hdf5.none", "{file} is an HDF5 file without datasets.");
    if (!path.empty() || known.size() > 1) {
        std::string names;
        for (std::size_t i = 0; i < known.size() && i < 50; ++i)
            names += (i ? ", /" : "/") + quotable(withoutSlash(known[i]));
        if (known.size() > 50)
            names += ", …";
        const auto pattern = path.empty() ? "{file} holds {count} datasets: {members}. Name one, as in {file}:{first}."
                                          : "{file} has no dataset \"{part}\": it holds {members}.";
        return fileFailure(file.path, ErrorCode::wrongCall, "hdf5.members", pattern,
                           {{"members", names},
                            {"part", spec.part},
                            {"count", static_cast<std::int64_t>(known.size())},
                            {"first", names.substr(0, names.find(','))}});
    }
    PLUMBLINE_TRY(auto dataset, opened.root().dataset(std::string(withoutSlash(known.front()))));
    return std::make_unique<Hdf5Source>(std::move(dataset), spec.map);
}

EntriesResult listHdf5(const OpenedFile& file) {
    PLUMBLINE_TRY(const auto opened, Hdf5File::open(file.path));
    PLUMBLINE_TRY(const auto paths, listDatasets(opened.root()));
    std::vector<SourceEntry> entries;
    for (const auto& path : paths)
        if (const auto dataset = opened.root().dataset(path)) // one of text among them is nothing to choose
            entries.push_back({"/" + std::string(withoutSlash(path)), dataset->shape(), dataset->dtype()});
    if (entries.empty())
        return fileFailure(file.path, ErrorCode::cannotRead, "hdf5.none",
                           "{file} is an HDF5 file without datasets of numbers.");
    return entries;
}

} // namespace plumbline

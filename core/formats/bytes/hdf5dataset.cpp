#include "core/formats/bytes/hdf5handle.h"

#include <algorithm>

namespace plumbline {

using hdf5::own;

namespace {

/// Deflate cannot do better than 1032 : 1, so more than that is a promise without data behind it.
constexpr std::uint64_t inflationLimit = 1032;
/// A dataset may declare so many bytes whatever is stored: unwritten elements are its fill value.
constexpr std::uint64_t harmless = 1u << 20;
/// A chunk may be larger than its dataset, one that is to grow; up to so many bytes.
constexpr std::uint64_t largestChunk = 64u << 20;

} // namespace

Result<Hdf5Dataset> Hdf5Dataset::inspect(Hdf5Object object) {
    Hdf5Dataset out;
    static_cast<Hdf5Object&>(out) = std::move(object);
    const auto id = out.m_object->id;
    const auto space = own(H5Dget_space(id), H5Sclose);
    const auto type = own(H5Dget_type(id), H5Tclose);
    const auto creation = own(H5Dget_create_plist(id), H5Pclose);
    if (!space || !type || !creation)
        return out.fail(ErrorCode::cannotRead, "hdf5.dataset",
                        "Dataset {path} of {file} cannot be opened: it is damaged.", {});

    if (H5Pget_layout(creation->id) == H5D_VIRTUAL || H5Pget_external_count(creation->id) > 0)
        return out.fail(ErrorCode::refused, "hdf5.external",
                        "Dataset {path} of {file} keeps its elements in other files. They are not opened; save the "
                        "file with its data in it.",
                        {});
    if (H5Sget_simple_extent_type(space->id) == H5S_NULL)
        return out.fail(ErrorCode::cannotRead, "hdf5.null", "Dataset {path} of {file} is empty: it has no shape.", {});

    auto marked = out.text("dtype");
    const auto memory = hdf5::memoryType(type->id, marked && *marked ? **marked : std::string());
    if (!memory)
        return out.fail(ErrorCode::unsupported, "hdf5.dtype",
                        "Dataset {path} of {file} holds {found}; numbers and booleans are accepted.",
                        {{"found", hdf5::typeText(type->id)}});
    out.m_dtype = memory->dtype;

    hsize_t extents[H5S_MAX_RANK];
    const int rank = H5Sget_simple_extent_dims(space->id, extents, nullptr);
    Shape shape;
    for (int axis = 0; axis < rank; ++axis)
        shape.append(extents[axis] > static_cast<hsize_t>(INT64_MAX) ? -1 : static_cast<std::int64_t>(extents[axis]));
    const auto elements = shape.checkedElements();
    const std::uint64_t stored = H5Dget_storage_size(id);
    const auto itemBytes = static_cast<std::uint64_t>(itemSize(out.m_dtype));
    hsize_t fileBytes = 0;
    H5Fget_filesize(out.m_file->id, &fileBytes);
    const bool chunked = H5Pget_layout(creation->id) == H5D_CHUNKED;
    const auto possible = std::max(harmless, chunked ? std::min<std::uint64_t>(stored, fileBytes) * inflationLimit
                                                     : std::min<std::uint64_t>(stored, fileBytes));
    if (rank < 0 || !elements || static_cast<std::uint64_t>(*elements) > possible / itemBytes)
        return out.fail(
            ErrorCode::cannotRead, "hdf5.size",
            "Dataset {path} of {file} declares the shape {shape} of {dtype}, but only {stored} are stored for it: "
            "the file is damaged or was cut short.",
            {{"shape", shape.text()},
             {"dtype", std::string(name(out.m_dtype))},
             {"stored", bytesText(std::min<std::uint64_t>(stored, fileBytes))}});
    if (chunked) { // the library makes room for a whole chunk, whatever of it the shape needs
        hsize_t sizes[H5S_MAX_RANK] = {};
        const int axes = H5Pget_chunk(creation->id, H5S_MAX_RANK, sizes);
        Shape chunk;
        for (int axis = 0; axis < axes; ++axis)
            chunk.append(static_cast<std::int64_t>(std::min<hsize_t>(sizes[axis], INT64_MAX)));
        const auto inChunk = chunk.checkedElements();
        const auto most = std::max(largestChunk / itemBytes, static_cast<std::uint64_t>(*elements));
        if (!inChunk || static_cast<std::uint64_t>(*inChunk) > most)
            return out.fail(ErrorCode::refused, "hdf5.chunk",
                            "Dataset {path} of {file} has the shape {shape} and is stored in chunks of {chunk}, far "
                            "more than its elements: save it in chunks that fit it.",
                            {{"shape", shape.text()}, {"chunk", chunk.text()}});
    }
    out.m_shape = std::move(shape);

    const int filters = H5Pget_nfilters(creation->id);
    for (int i = 0; i < filters; ++i) {
        unsigned flags = 0;
        std::size_t values = 0;
        char filterName[64] = "";
        const auto filter = H5Pget_filter2(creation->id, static_cast<unsigned>(i), &flags, &values, nullptr,
                                           sizeof filterName, filterName, nullptr);
        if (filter < 0 || H5Zfilter_avail(filter) <= 0)
            return out.fail(
                ErrorCode::unsupported, "hdf5.filter",
                "Dataset {path} of {file} is packed with the filter {filter} ({number}), which is not installed here. "
                "Save it with gzip or without a filter.",
                {{"filter", std::string(filterName)}, {"number", std::int64_t(filter)}});
    }
    return out;
}

Result<Tensor> Hdf5Dataset::read() const { return m_shape.isScalar() ? rows(0, 1) : rows(0, m_shape[0]); }

Result<Tensor> Hdf5Dataset::rows(std::int64_t begin, std::int64_t count) const {
    auto shape = m_shape;
    if (!shape.isScalar()) {
        if (begin < 0 || count < 0 || begin > m_shape[0] || count > m_shape[0] - begin)
            return fail(ErrorCode::wrongCall, "hdf5.rows",
                        "Rows {begin} to {end} were asked of dataset {path} of {file}, which has {rows}.",
                        {{"begin", begin}, {"end", begin + count}, {"rows", m_shape[0]}});
        shape[0] = count;
    }
    PLUMBLINE_TRY(auto builder, TensorBuilder::allocate(m_dtype, shape));
    if (builder.elements() == 0)
        return std::move(builder).build();
    const auto type = own(H5Dget_type(m_object->id), H5Tclose);
    const auto fileSpace = own(H5Dget_space(m_object->id), H5Sclose);
    auto marked = text("dtype");
    const auto memory = hdf5::memoryType(type->id, marked && *marked ? **marked : std::string());
    std::vector<hsize_t> start(shape.rank(), 0), size(shape.begin(), shape.end());
    auto memorySpace = own(H5Screate_simple(static_cast<int>(size.size()), size.data(), nullptr), H5Sclose);
    bool good = memory && memorySpace;
    if (good && !start.empty()) {
        start[0] = static_cast<hsize_t>(begin);
        good = H5Sselect_hyperslab(fileSpace->id, H5S_SELECT_SET, start.data(), nullptr, size.data(), nullptr) >= 0;
    }
    if (!good ||
        H5Dread(m_object->id, memory->type->id, memorySpace->id, fileSpace->id, H5P_DEFAULT, builder.data()) < 0)
        return fail(ErrorCode::cannotRead, "hdf5.read",
                    "Dataset {path} of {file} cannot be read: its data are damaged or cut short.", {});
    if (m_dtype == DType::boolean) // a byte that is neither 0 nor 1 must not become a bool
        for (auto& byte : std::span(builder.data(), static_cast<std::size_t>(builder.elements())))
            byte = byte == std::byte{0} ? std::byte{0} : std::byte{1};
    return std::move(builder).build();
}

} // namespace plumbline

#include "core/formats/bytes/hdf5handle.h"

#include <cstring>

namespace plumbline {

using hdf5::own;

bool Hdf5Object::hasAttribute(const std::string& name) const { return H5Aexists(m_object->id, name.c_str()) > 0; }

Result<std::optional<std::vector<std::string>>> Hdf5Object::readTexts(const std::string& name) const {
    constexpr std::uint64_t limit = 256u << 20;
    const hdf5::MetadataWatch watch;
    if (!hasAttribute(name))
        return std::nullopt;
    const auto damaged = [&] {
        return fail(ErrorCode::cannotRead, "hdf5.attribute",
                    "Attribute {name} of {path} in {file} cannot be read: it is damaged.", {{"name", name}});
    };
    const auto attribute = own(H5Aopen(m_object->id, name.c_str(), H5P_DEFAULT), H5Aclose);
    const auto type = attribute ? own(H5Aget_type(attribute->id), H5Tclose) : nullptr;
    const auto space = attribute ? own(H5Aget_space(attribute->id), H5Sclose) : nullptr;
    if (!type || !space)
        return damaged();
    const auto points = H5Sget_simple_extent_npoints(space->id);
    if (H5Sget_simple_extent_type(space->id) == H5S_NULL || points == 0)
        return std::vector<std::string>(); // an empty list is stored as float64 of shape (0,)
    if (H5Tget_class(type->id) != H5T_STRING)
        return fail(ErrorCode::cannotRead, "hdf5.attribute-type", "Attribute {name} of {path} in {file} is no text.",
                    {{"name", name}});
    const bool variable = H5Tis_variable_str(type->id) > 0;
    const auto size = variable ? sizeof(char*) : H5Tget_size(type->id);
    if (points < 0 || size == 0 || static_cast<std::uint64_t>(points) > limit / size)
        return fail(ErrorCode::tooLarge, "hdf5.attribute-size",
                    "Attribute {name} of {path} in {file} is larger than {limit}.",
                    {{"name", name}, {"limit", bytesText(limit)}});
    std::vector<std::string> out;
    out.reserve(static_cast<std::size_t>(points));
    if (variable) {
        std::vector<char*> pointers(static_cast<std::size_t>(points), nullptr);
        const auto memory = own(H5Tcopy(H5T_C_S1), H5Tclose);
        H5Tset_size(memory->id, H5T_VARIABLE);
        H5Tset_cset(memory->id, H5Tget_cset(type->id));
        if (H5Aread(attribute->id, memory->id, pointers.data()) < 0)
            return damaged();
        for (const auto* text : pointers)
            out.emplace_back(text ? text : "");
        H5Dvlen_reclaim(memory->id, space->id, H5P_DEFAULT, pointers.data());
    } else {
        std::string bytes(size * static_cast<std::size_t>(points), '\0');
        if (H5Aread(attribute->id, type->id, bytes.data()) < 0)
            return damaged();
        for (std::size_t i = 0; i < static_cast<std::size_t>(points); ++i) {
            const auto* text = bytes.data() + i * size;
            out.emplace_back(text, strnlen(text, size));
        }
    }
    return out;
}

Result<std::optional<std::string>> Hdf5Object::text(const std::string& name) const {
    PLUMBLINE_TRY(auto list, readTexts(name));
    if (!list || list->empty())
        return std::nullopt;
    return std::move(list->front());
}

Result<std::vector<std::string>> Hdf5Object::texts(const std::string& name) const {
    PLUMBLINE_TRY(auto list, readTexts(name));
    if (list)
        return std::move(*list);
    std::vector<std::string> out;
    for (std::size_t part = 0;; ++part) {
        PLUMBLINE_TRY(auto more, readTexts(name + std::to_string(part)));
        if (!more)
            return out;
        out.insert(out.end(), std::make_move_iterator(more->begin()), std::make_move_iterator(more->end()));
    }
}

} // namespace plumbline

#include "core/formats/bytes/hdf5handle.h"

#include <fcntl.h>
#include <strings.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>

namespace plumbline {

using hdf5::own;

namespace {

std::string join(const std::string& left, const std::string& right) {
    return left.empty() || right.empty() ? left + right : left + "/" + right;
}

/// "2" before "10", and otherwise as bytes compare.
bool naturalLess(const std::string& a, const std::string& b) { return strverscmp(a.c_str(), b.c_str()) < 0; }

/// `image`: bytes that the library copies.
std::unexpected<Error> openFailure(const std::string& label, std::size_t image = 0) {
    // The library does not say why: where it found no memory, the file is not to blame.
    constexpr std::size_t caches = 4u << 20;
    if (!Storage::hasRoom(image + caches))
        return failure(ErrorCode::tooLarge, "memory.allocation", "No memory left to read {file}.", {{"file", label}});
    auto error = failure(ErrorCode::cannotRead, "hdf5.open",
                         "{file} is not a whole HDF5 file: its header does not match its length, or its index is "
                         "damaged. It was probably cut short; save or copy it again.",
                         {{"file", label}});
    error.error().file = label;
    return error;
}

/// Whether another process has the file open for writing: HDF5 locks it then.
bool isLocked(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return false;
    const bool locked = ::flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    ::close(descriptor);
    return locked;
}

Hdf5Child::Kind kindOf(hid_t parent, const char* name) {
    H5L_info_t link;
    if (H5Lget_info(parent, name, &link, H5P_DEFAULT) < 0)
        return Hdf5Child::Kind::other;
    if (link.type != H5L_TYPE_HARD)
        return Hdf5Child::Kind::link;
    H5O_info_t object;
    if (H5Oget_info_by_name(parent, name, &object, H5P_DEFAULT) < 0)
        return Hdf5Child::Kind::other;
    return object.type == H5O_TYPE_GROUP     ? Hdf5Child::Kind::group
           : object.type == H5O_TYPE_DATASET ? Hdf5Child::Kind::dataset
                                             : Hdf5Child::Kind::other;
}

} // namespace

bool Hdf5File::isHdf5(std::span<const std::byte> bytes) {
    constexpr std::string_view signature = "\x89HDF\r\n\x1a\n";
    for (std::size_t at = 0; at + signature.size() <= bytes.size(); at = at == 0 ? 512 : at * 2)
        if (std::memcmp(bytes.data() + at, signature.data(), signature.size()) == 0)
            return true;
    return false;
}

Hdf5File Hdf5File::make(hdf5::HandlePtr file, hdf5::HandlePtr root, std::string label) {
    Hdf5File out;
    out.m_root.m_file = std::move(file);
    out.m_root.m_object = std::move(root);
    out.m_root.m_label = label;
    out.m_label = std::move(label);
    return out;
}

Result<Hdf5File> Hdf5File::open(const std::string& path) {
    hdf5::prepare();
    const hdf5::MetadataWatch watch;
    auto file = own(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
    auto root = file ? own(H5Gopen2(file->id, "/", H5P_DEFAULT), H5Gclose) : nullptr;
    if (!root && isLocked(path)) {
        auto error = failure(ErrorCode::cannotRead, "hdf5.locked",
                             "{file} is open for writing in another program: what it holds may be half written. Close "
                             "it there, or wait until that program is done.",
                             {{"file", path}});
        error.error().file = path;
        return error;
    }
    if (!root)
        return openFailure(path);
    return make(std::move(file), std::move(root), path);
}

Result<Hdf5File> Hdf5File::fromMemory(std::span<const std::byte> bytes, std::string label) {
    hdf5::prepare();
    const hdf5::MetadataWatch watch;
    const auto access = own(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
    // HDF5 only reads the image here; its interface just lacks the const.
    if (!access || H5Pset_fapl_core(access->id, 1 << 20, 0) < 0 ||
        H5Pset_file_image(access->id, const_cast<std::byte*>(bytes.data()), bytes.size()) < 0)
        return openFailure(label, bytes.size());
    auto file = own(H5Fopen(label.c_str(), H5F_ACC_RDONLY, access->id), H5Fclose);
    auto root = file ? own(H5Gopen2(file->id, "/", H5P_DEFAULT), H5Gclose) : nullptr;
    if (!root)
        return openFailure(label, bytes.size());
    return make(std::move(file), std::move(root), std::move(label));
}

std::unexpected<Error> Hdf5Object::fail(ErrorCode code, std::string id, std::string pattern,
                                        Message::Arguments arguments) const {
    arguments.emplace_back("file", m_label);
    arguments.emplace_back("path", m_path.empty() ? "/" : m_path);
    auto error = failure(code, std::move(id), std::move(pattern), std::move(arguments));
    error.error().file = m_label;
    return error;
}

Result<std::vector<Hdf5Child>> Hdf5Group::children() const {
    constexpr hsize_t limit = 1'000'000;
    const hdf5::MetadataWatch watch;
    H5G_info_t info;
    if (H5Gget_info(m_object->id, &info) < 0 || info.nlinks > limit)
        return fail(ErrorCode::cannotRead, "hdf5.group",
                    "Group {path} of {file} cannot be listed: its index is damaged.", {});
    std::vector<Hdf5Child> out;
    hsize_t position = 0;
    const auto visit = [](hid_t group, const char* name, const H5L_info_t*, void* data) -> herr_t {
        auto& list = *static_cast<std::vector<Hdf5Child>*>(data);
        if (list.size() > limit)
            return -1;
        list.push_back({kindOf(group, name), name});
        return 0;
    };
    if (H5Literate(m_object->id, H5_INDEX_NAME, H5_ITER_NATIVE, &position, visit, &out) < 0)
        return fail(ErrorCode::cannotRead, "hdf5.group",
                    "Group {path} of {file} cannot be listed: its index is damaged.", {});
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return naturalLess(a.name, b.name); });
    return out;
}

Result<Hdf5Object> Hdf5Group::find(const std::string& path, Hdf5Child::Kind kind) const {
    const hdf5::MetadataWatch watch;
    // Part by part, because HDF5 itself would follow a link in the middle.
    Hdf5Group place = *this; // what stands for a dataset at the last part, too: only its base is returned
    std::size_t begin = 0;
    std::size_t depth = 0;
    while (begin <= path.size()) {
        auto end = path.find('/', begin);
        if (end == std::string::npos)
            end = path.size();
        const auto part = path.substr(begin, end - begin);
        begin = end + 1;
        if (part.empty() || part == ".")
            continue;
        if (++depth > 100)
            return fail(ErrorCode::cannotRead, "hdf5.depth", "{file} asks for a path more than 100 groups deep.", {});
        const bool last = begin > path.size();
        const auto found = kindOf(place.m_object->id, part.c_str());
        const auto full = join(place.m_path, part);
        if (found == Hdf5Child::Kind::link)
            return fail(
                ErrorCode::refused, "hdf5.link",
                "{target} in {file} is a soft or external link. Links are not followed: they may leave the file. "
                "Save the file with the data in it.",
                {{"target", full}});
        const auto wanted = last ? kind : Hdf5Child::Kind::group;
        if (found != wanted)
            return fail(
                ErrorCode::cannotRead, "hdf5.missing", "{file} has no {kind} {target}.",
                {{"kind", std::string(wanted == Hdf5Child::Kind::group ? "group" : "dataset")}, {"target", full}});
        auto next = wanted == Hdf5Child::Kind::group
                        ? own(H5Gopen2(place.m_object->id, part.c_str(), H5P_DEFAULT), H5Gclose)
                        : own(H5Dopen2(place.m_object->id, part.c_str(), H5P_DEFAULT), H5Dclose);
        if (!next)
            return fail(ErrorCode::cannotRead, "hdf5.object", "{target} in {file} cannot be opened: it is damaged.",
                        {{"target", full}});
        place.m_object = std::move(next);
        place.m_path = full;
    }
    return static_cast<const Hdf5Object&>(place);
}

bool Hdf5Group::has(const std::string& path) const {
    return find(path, Hdf5Child::Kind::group).has_value() || find(path, Hdf5Child::Kind::dataset).has_value();
}

std::uint64_t Hdf5Group::address() const {
    H5O_info_t info;
    return H5Oget_info(m_object->id, &info) < 0 ? 0 : static_cast<std::uint64_t>(info.addr);
}

Result<Hdf5Group> Hdf5Group::group(const std::string& path) const {
    PLUMBLINE_TRY(auto object, find(path, Hdf5Child::Kind::group));
    Hdf5Group out;
    static_cast<Hdf5Object&>(out) = std::move(object);
    return out;
}

Result<Hdf5Dataset> Hdf5Group::dataset(const std::string& path) const {
    PLUMBLINE_TRY(auto object, find(path, Hdf5Child::Kind::dataset));
    return Hdf5Dataset::inspect(std::move(object));
}

/// `visited`: the groups met already, by their addresses. A hard link may lead back up, or to one group by many ways.
static Result<void> collect(const Hdf5Group& group, const std::string& prefix, std::size_t depth, std::size_t limit,
                            std::set<std::uint64_t>& visited, std::vector<std::string>& out) {
    if (!visited.insert(group.address()).second)
        return {};
    PLUMBLINE_TRY(const auto children, group.children());
    for (const auto& child : children) {
        if (out.size() >= limit)
            return {};
        const auto path = join(prefix, child.name);
        if (child.kind == Hdf5Child::Kind::dataset) {
            out.push_back(path);
        } else if (child.kind == Hdf5Child::Kind::group && depth < 50) {
            PLUMBLINE_TRY(const auto next, group.group(child.name));
            PLUMBLINE_CHECK(collect(next, path, depth + 1, limit, visited, out));
        }
    }
    return {};
}

Result<std::vector<std::string>> listDatasets(const Hdf5Group& group, std::size_t limit) {
    std::vector<std::string> out;
    std::set<std::uint64_t> visited;
    PLUMBLINE_CHECK(collect(group, {}, 0, limit, visited, out));
    return out;
}

} // namespace plumbline

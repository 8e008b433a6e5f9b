#pragma once
// Ownership of HDF5's ids, for the sources of hdf5.h alone.

#include "core/formats/bytes/hdf5.h"

#include <hdf5.h>
#include <sys/time.h>

namespace plumbline::hdf5 {

struct Handle {
    hid_t id;
    herr_t (*close)(hid_t);
    Handle(hid_t handle, herr_t (*closer)(hid_t)) : id(handle), close(closer) {}
    ~Handle() { close(id); }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
};

/// Null where the call that made `id` failed.
inline HandlePtr own(hid_t id, herr_t (*close)(hid_t)) {
    return id < 0 ? nullptr : std::make_shared<const Handle>(id, close);
}

/// Before the first file: errors are values here, so HDF5 must not print its own; and its LZF filter must be found.
void prepare();

/// While it stands, a call of the library that works for longer than any whole file needs ends the process (SIGVTALRM):
/// damaged heaps and indices lead HDF5 into loops without end. It counts this process' own work, so that a slow disk or
/// a stopped process is no loop. For names, attributes and indices; not for elements, which may take their time.
class MetadataWatch {
public:
    MetadataWatch() { set(3); }
    ~MetadataWatch() { set(0); }
    MetadataWatch(const MetadataWatch&) = delete;
    MetadataWatch& operator=(const MetadataWatch&) = delete;

private:
    static void set(time_t seconds) {
        const itimerval limit{{0, 0}, {seconds, 0}};
        ::setitimer(ITIMER_VIRTUAL, &limit, nullptr);
    }
};

/// The type in memory for a stored one, or null where no tensor can hold it. `marked` is the attribute "dtype" beside
/// it.
struct MemoryType {
    DType dtype = DType::float32;
    HandlePtr type;
};
std::optional<MemoryType> memoryType(hid_t stored, std::string_view marked);
/// What a stored type is, in words, for errors: "text", "records", "references".
std::string typeText(hid_t stored);

} // namespace plumbline::hdf5

#include "core/isolation/sharedtensor.h"

#include "core/base/checked.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

namespace plumbline {

static constexpr int allSeals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL;

static std::unexpected<Error> systemFailure(const char* id) {
    return failure(ErrorCode::internal, id, "Shared memory for an array failed: {reason}.",
                   {{"reason", std::string(std::strerror(errno))}});
}

Result<FileDescriptor> shareTensor(const Tensor& tensor) {
    PLUMBLINE_TRY(const auto dense, tensor.contiguous());
    FileDescriptor fd(::memfd_create("plumbline-tensor", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!fd.isOpen())
        return systemFailure("shared.create");
    const auto size = dense.bytes();
    std::size_t written = 0;
    while (written < size) {
        const auto n = ::write(fd.get(), dense.data() + written, size - written);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return systemFailure("shared.write");
        written += static_cast<std::size_t>(n);
    }
    if (::fcntl(fd.get(), F_ADD_SEALS, allSeals) != 0)
        return systemFailure("shared.seal");
    return fd;
}

Result<Tensor> mapSharedTensor(FileDescriptor descriptor, DType dtype, const Shape& shape) {
    PLUMBLINE_TRY(const auto elements, shape.checkedElements());
    const auto bytes = checkedMultiply(elements, static_cast<std::int64_t>(itemSize(dtype)));
    const int seals = ::fcntl(descriptor.get(), F_GET_SEALS);
    struct stat info {};
    if (seals < 0 || (seals & allSeals) != allSeals || ::fstat(descriptor.get(), &info) != 0 || !bytes ||
        info.st_size < *bytes)
        return failure(ErrorCode::internal, "shared.invalid",
                       "The worker process sent memory that is not sealed or does not hold {shape} {dtype}.",
                       {{"shape", shape.text()}, {"dtype", std::string(name(dtype))}});
    const auto size = static_cast<std::size_t>(*bytes);
    if (size == 0) {
        PLUMBLINE_TRY(auto empty, TensorBuilder::allocate(dtype, shape));
        return std::move(empty).build();
    }
    void* memory = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, descriptor.get(), 0);
    if (memory == MAP_FAILED)
        return systemFailure("shared.map");
    std::shared_ptr<void> owner(memory, [size](void* address) { ::munmap(address, size); });
    return Tensor(Storage::wrap(static_cast<const std::byte*>(memory), size, std::move(owner)), dtype, shape);
}

} // namespace plumbline

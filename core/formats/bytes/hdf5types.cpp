#include "core/formats/bytes/hdf5handle.h"

#include <dlfcn.h>

namespace plumbline::hdf5 {

namespace {

HandlePtr copyOf(hid_t type) { return own(H5Tcopy(type), H5Tclose); }

/// A 16-bit float: float16 has 5 bits of exponent, bfloat16 has 8.
HandlePtr narrowFloat(std::size_t exponentBits) {
    auto type = copyOf(H5T_IEEE_F32LE);
    const auto mantissa = 15 - exponentBits;
    if (!type || H5Tset_fields(type->id, 15, mantissa, exponentBits, 0, mantissa) < 0 ||
        H5Tset_precision(type->id, 16) < 0 || H5Tset_size(type->id, 2) < 0 ||
        H5Tset_ebias(type->id, (std::size_t(1) << (exponentBits - 1)) - 1) < 0)
        return nullptr;
    return type;
}

std::optional<MemoryType> integerType(hid_t stored) {
    const bool isSigned = H5Tget_sign(stored) == H5T_SGN_2;
    switch (H5Tget_size(stored)) {
    case 1:
        return MemoryType{isSigned ? DType::int8 : DType::uint8, copyOf(isSigned ? H5T_NATIVE_INT8 : H5T_NATIVE_UINT8)};
    case 2:
        return MemoryType{isSigned ? DType::int16 : DType::uint16,
                          copyOf(isSigned ? H5T_NATIVE_INT16 : H5T_NATIVE_UINT16)};
    case 4:
        return MemoryType{isSigned ? DType::int32 : DType::uint32,
                          copyOf(isSigned ? H5T_NATIVE_INT32 : H5T_NATIVE_UINT32)};
    case 8:
        return MemoryType{isSigned ? DType::int64 : DType::uint64,
                          copyOf(isSigned ? H5T_NATIVE_INT64 : H5T_NATIVE_UINT64)};
    default: return std::nullopt;
    }
}

std::optional<MemoryType> floatType(hid_t stored) {
    std::size_t sign, exponentAt, exponentBits, mantissaAt, mantissaBits;
    if (H5Tget_fields(stored, &sign, &exponentAt, &exponentBits, &mantissaAt, &mantissaBits) < 0)
        return std::nullopt;
    switch (H5Tget_size(stored)) {
    case 2:
        if (exponentBits == 5 || exponentBits == 8)
            return MemoryType{exponentBits == 5 ? DType::float16 : DType::bfloat16, narrowFloat(exponentBits)};
        return std::nullopt;
    case 4: return MemoryType{DType::float32, copyOf(H5T_NATIVE_FLOAT)};
    case 8:
    case 16: return MemoryType{DType::float64, copyOf(H5T_NATIVE_DOUBLE)};
    default: return std::nullopt;
    }
}

} // namespace

void prepare() {
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    // Debian's LZF plugin uses liblzf without being linked to it. Without the library LZF is refused by name, where it
    // is met.
    static void* const lzf = dlopen("liblzf.so.1", RTLD_NOW | RTLD_GLOBAL);
    (void)lzf;
}

std::optional<MemoryType> memoryType(hid_t stored, std::string_view marked) {
    std::optional<MemoryType> out;
    switch (H5Tget_class(stored)) {
    case H5T_INTEGER: out = integerType(stored); break;
    case H5T_FLOAT: out = floatType(stored); break;
    case H5T_ENUM: // h5py's bool: an int8 enumeration of FALSE and TRUE
        if (H5Tget_size(stored) == 1 && H5Tget_nmembers(stored) == 2)
            out = MemoryType{DType::boolean, copyOf(stored)};
        break;
    case H5T_OPAQUE: // bfloat16 as h5py stores what it does not know: two opaque bytes
        if (H5Tget_size(stored) == 2 && marked == "bfloat16")
            out = MemoryType{DType::bfloat16, copyOf(stored)};
        break;
    default: break;
    }
    // bfloat16 written as its raw bits.
    if (out && marked == "bfloat16" && (out->dtype == DType::uint16 || out->dtype == DType::int16))
        out->dtype = DType::bfloat16;
    if (out && !out->type)
        return std::nullopt;
    return out;
}

std::string typeText(hid_t stored) {
    switch (H5Tget_class(stored)) {
    case H5T_STRING: return "text";
    case H5T_COMPOUND: return "records of several fields";
    case H5T_REFERENCE: return "references";
    case H5T_VLEN: return "rows of uneven length";
    case H5T_ARRAY: return "nested arrays";
    case H5T_OPAQUE: return "opaque bytes";
    case H5T_ENUM: return "an enumeration";
    default: return "a number type of " + std::to_string(H5Tget_size(stored)) + " bytes";
    }
}

} // namespace plumbline::hdf5
